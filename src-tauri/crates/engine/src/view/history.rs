//! History, commands, exports.

use hearthline_model::{CommandId, CommandOutcome, Micros, PointId, Quality, Value};
use serde::{Deserialize, Serialize};

/// A command and how far it has come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct CommandView {
    /// Lasting id.
    pub id: CommandId,
    /// The point.
    pub point: PointId,
    /// When asked.
    pub asked_at: Micros,
    /// When it last changed.
    pub changed_at: Micros,
    /// Value before.
    pub old: Value,
    /// Value asked for.
    pub asked: Value,
    /// Value the device reported.
    pub confirmed: Value,
    /// How far it has come.
    pub outcome: CommandOutcome,
}

/// A stretch of one state in a timeline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct StateSpan {
    /// Begin.
    pub from: Micros,
    /// End.
    pub to: Micros,
    /// The state.
    pub value: Value,
    /// Its quality.
    pub quality: Quality,
}

/// Statistics of a point over a range.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct PointStats {
    /// Samples.
    pub count: u64,
    /// Smallest.
    pub min: Option<f64>,
    /// Largest.
    pub max: Option<f64>,
    /// Mean of the samples.
    pub mean: Option<f64>,
    /// First sample in the range.
    pub first_at: Option<Micros>,
    /// Last sample in the range.
    pub last_at: Option<Micros>,
}

/// Where data lies and how large it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct DataInfo {
    /// Data folder.
    pub folder: String,
    /// Database file.
    pub file: String,
    /// Its size with the journal.
    pub file_bytes: u64,
    /// Samples stored.
    pub samples: u64,
    /// Points known.
    pub points: u32,
    /// Oldest sample.
    pub oldest: Option<Micros>,
    /// `full` or `normal`.
    pub synchronous: String,
    /// Samples that history had to refuse, in this run.
    pub refused: u64,
}
