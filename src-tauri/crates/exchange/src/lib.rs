//! Samples and the alarm journal in and out as files: CSV, Parquet, a Home Assistant recorder, another Hearthline file.
//!
//! ```text
//! out  Reader ─▶ pages of one point ─▶ rows ─▶ CSV | Parquet
//! in   file ─▶ survey (what is in it, what each series would become) ─▶ the person's choice ─▶ take ─▶ Target
//! ```
//!
//! *Invariants.* Memory is bounded by a page, whatever the file holds. A file is untrusted: nothing in it is run, and
//! everything in it has a bound. An import is read twice, first to say what it would do; done a second time it adds
//! nothing, because what the target has already is left out before it is written. Nothing here reads the clock.

mod check;
mod error;
mod export;
mod import;
mod knows;
mod pages;
mod progress;
mod select;
mod sqlite;
mod times;

pub use check::{check, damaged_points};
pub use error::Error;
pub use export::{
    ALARM_COLUMNS, AlarmCsv, AlarmLine, Exported, Format, csv_line, csv_time, export, export_aggregates,
};
pub use import::{
    Destination, Made, Match, Options, Reason, Rehearsal, Report, Series, Skipped, Source, StoreTarget,
    Survey, Target, register, survey, take,
};
pub use progress::Progress;
pub use select::{Choice, choose};
