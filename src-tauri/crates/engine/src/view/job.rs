//! Long work: exports and imports.

use hearthline_model::{Kind, Micros, PointId};
use serde::{Deserialize, Serialize};

/// What sort of work it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "snake_case")]
pub enum JobKind {
    /// History goes out to a file.
    Export,
    /// The alarm journal goes out to a file.
    Journal,
    /// A file is looked at before it is imported.
    Survey,
    /// A file comes in.
    Import,
}

/// How it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// Under way.
    Running,
    /// At its end.
    Done,
    /// It could not be done.
    Failed,
    /// The person stopped it.
    Cancelled,
}

/// One long work.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct JobView {
    /// Number within this run.
    pub id: u32,
    /// What sort of work it is.
    pub kind: JobKind,
    /// The file that it reads or writes.
    pub path: String,
    /// How it stands.
    pub state: JobState,
    /// The share that is done, 0 to 1; none before the amount of work is known.
    pub share: Option<f64>,
    /// Samples, or lines of the journal, read or written so far.
    pub rows: u64,
    /// When it began.
    pub began_at: Micros,
    /// When it ended; none while it runs.
    pub ended_at: Option<Micros>,
    /// What it came to, or what went wrong, in words; empty while it runs.
    pub text: String,
    /// What an import came to; none for other work, and while it runs.
    pub report: Option<ImportReport>,
}

/// Long work of this run, newest first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct JobsView {
    /// Those that run, and the last that ended.
    pub jobs: Vec<JobView>,
}

/// What was left out of a file, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct SkippedView {
    /// Why, in words.
    pub text: String,
    /// How many.
    pub count: u64,
    /// The first of them.
    pub examples: Vec<String>,
}

/// What an import came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct ImportReport {
    /// Samples that the file held.
    pub read: u64,
    /// Samples that are new in the history.
    pub taken: u64,
    /// Samples that the history had already.
    pub known: u64,
    /// What was left out.
    pub skipped: Vec<SkippedView>,
    /// Points that were made.
    pub made: u64,
    /// Known points that samples went to.
    pub joined: u64,
    /// Time of the earliest sample taken.
    pub from: Option<Micros>,
    /// Time of the latest sample taken.
    pub to: Option<Micros>,
}

/// What a file says of one thing over time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct ImportSeries {
    /// Its number, for [`ImportChoice`].
    pub series: u32,
    /// What it is called in the file.
    pub key: String,
    /// The device that it becomes part of where it joins none.
    pub device: String,
    /// What it is then called.
    pub name: String,
    /// The sort of its values.
    pub kind: Kind,
    /// Unit.
    pub unit: Option<String>,
    /// Samples.
    pub samples: u64,
    /// Time of the earliest.
    pub from: Option<Micros>,
    /// Time of the latest.
    pub to: Option<Micros>,
    /// The known point that it seems to be.
    pub joins: Option<PointId>,
    /// How that was recognised, behind "recognised"; empty where it joins none.
    pub by: String,
}

/// What is in a file, before anything of it is taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct ImportPreview {
    /// The number of the work that looked at it.
    pub survey: u32,
    /// The file.
    pub path: String,
    /// What it is, in a few words.
    pub title: String,
    /// What else to know.
    pub notes: Vec<String>,
    /// Samples.
    pub samples: u64,
    /// Its series, at most the first thousands.
    pub series: Vec<ImportSeries>,
    /// Series beyond those.
    pub more: u32,
    /// What cannot be taken.
    pub skipped: Vec<SkippedView>,
}

/// What a person decided of one series; without one it goes where the preview says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct ImportChoice {
    /// The series.
    pub series: u32,
    /// `new`: a point of its own; `nowhere`: it is left out; `point`: to a known one.
    pub to: String,
    /// The known point.
    pub point: Option<PointId>,
}
