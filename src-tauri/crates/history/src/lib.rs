//! Every sample for years in one SQLite file, and the registry of lasting ids.
//!
//! A batch of samples is one row of the *journal*: as cheap as SQLite can be, and committed before it is acknowledged to
//! the broker. [`Store::compact`] turns journal rows into per-point *chunks*: a body compressed by `pco`, dictionaries and run
//! lengths, and a head apart from it with a digest of the whole and of its blocks (count, extremes, sum, first, last, and
//! the integral over time), so that a year draws from heads alone. [`Store::coarsen`] leaves nothing but digests of what is
//! long ago.
//!
//! *Late, out of order, repeated, corrected.* The samples of a point are in order of time, whatever the order in which they
//! came; those of one moment are in the order in which they came. A sample repeated with the same time, value and quality
//! is kept once. One with the same time and another value or quality is a correction: both are kept, and the later one is in
//! force from then on. A late sample goes into the chunk that spans its time, which is written anew with its head, so that
//! no answer depends on when samples came in or on what was compacted. Exceptions: a moment of more than 65,536 different
//! samples may be divided between chunks, across which repetitions are not found; neither are they where the other one
//! is in a chunk of a version before (where the order within a moment is not kept either) or has become an aggregate. Times are any `i64` of microseconds.
//!
//! *Values by time.* A number of good or uncertain quality is in force until the next sample of its point, of any kind; one
//! that is null, text, bad or stale ends it. [`Bucket::average`], [`Reader::aligned`] and [`Reader::counted`] go by that,
//! extremes and means of a bucket take every number.
//!
//! *Bounds.* A step of compaction takes at most 262,144 samples of the journal (or one row), opens at most some 1,050,000 of
//! chunks into which late ones fall (the rest waits for the next step), and writes in transactions of some 256 chunks, some
//! milliseconds each, between which the store goes on appending. A question opens one chunk a point at a time.
//!
//! *Invariants.* What [`Store::append`] returned from is on disk. Compaction may be killed at any moment: a crash leaves
//! each sample in the journal or in a chunk, and the file says which. A question sees one moment of the file.

mod alarms;
mod backup;
mod catalogue;
mod chunk;
mod coarsen;
mod codec;
mod compact;
mod counts;
mod digest;
mod directory;
mod error;
mod grid;
mod head;
mod integrity;
mod journal;
mod latest;
mod legacy;
mod look;
mod outbox;
mod pages;
mod pending;
mod presence;
mod query;
mod reader;
mod records;
mod registrar;
mod registry;
mod retention;
mod room;
mod salvage;
mod schema;
mod series;
mod set_aside;
mod size;
mod store;
mod ties;
mod times;
mod values;
mod walk;
mod words;

pub use alarms::{
    ALARM_GUARD, AlarmFilter, CutAlarms, FaultKind, Fingerprint, JournalFault, JournalNote, JournalRow,
    RawLine, Spot, Verified,
};
pub use backup::{BackupInfo, inspect, set_aside, stage, take_staged};
pub use catalogue::{Extent, ListedPoint};
pub use coarsen::Coarsened;
pub use compact::{Compaction, Compactor};
pub use error::Error;
pub use integrity::{Checked, Checking};
pub use look::{Cancel, Cost};
pub use outbox::{OutRow, Outbox, Step, Waiting, Waits};
pub use reader::{Info, Reader, Watch};
pub use records::{KeptConditions, KeptConfig};
pub use registrar::{Anchor, KeptDevice, KeptPoint, Registrar};
pub use registry::{Registry, StoredDevice, StoredPoint};
pub use retention::{Due, Going, Keeper, NEVER_YOUNGER, Piece, due, next_cut};
pub use salvage::{Lost, Salvage, Salvaged};
pub use schema::LAYOUT;
pub use series::{Ask, Bucket, Column, Counted, Counts, Edges, Page, Place, Run, Series, Stats};
pub use set_aside::SetAside;
pub use size::{GROWTH_WINDOW, PointSize, Sizes, Space};
pub use store::{Batch, Store, Synchronous};
pub use ties::KeptTies;

#[cfg(test)]
mod tests;
