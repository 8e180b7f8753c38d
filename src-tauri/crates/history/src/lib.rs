//! Every sample for years in one SQLite file, and the registry of lasting ids.
//!
//! A batch of samples is one row of the *journal*: as cheap as SQLite can be, and committed before it is acknowledged to
//! the broker. [`Store::compact`] turns journal rows into per-point *chunks*, compressed by `pco`, each with a summary,
//! so that a year draws from summaries where a chunk lies within one bucket.
//!
//! *Invariants.* What [`Store::append`] returned from is on disk. Compaction is one transaction: a crash leaves either the
//! journal or the chunks, never both or none. A sample repeated with the same time, value and quality is kept once.

mod chunk;
mod codec;
mod compact;
mod error;
mod journal;
mod latest;
mod query;
mod reader;
mod records;
mod registrar;
mod registry;
mod schema;
mod series;
mod store;
mod ties;

pub use compact::{Compaction, Compactor};
pub use error::Error;
pub use reader::{Info, Reader};
pub use records::{AlarmFilter, KeptConditions, KeptConfig};
pub use registrar::{Anchor, KeptDevice, KeptPoint, Registrar};
pub use registry::{Registry, StoredDevice, StoredPoint};
pub use series::{Bucket, Run, Series, Stats};
pub use store::{Batch, Store, Synchronous};
pub use ties::KeptTies;
