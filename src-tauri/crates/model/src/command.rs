//! Commands: writes to a point, and what became of them.

use serde::{Deserialize, Serialize};

use crate::{CommandId, Micros, PointId, Value};

/// A write that a person or a rule asks for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Command {
    /// The point to write.
    pub point: PointId,
    /// The value asked for; [`Value::Null`] presses an [`crate::Kind::Action`].
    pub value: Value,
}

/// How far a command has come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "snake_case", tag = "state", content = "reason")]
pub enum CommandOutcome {
    /// Taken from the person, not yet with the broker.
    Asked,
    /// Handed to the broker.
    Sent,
    /// The device reported the value asked for (or the point has no feedback).
    Confirmed,
    /// The device reported nothing in time.
    TimedOut,
    /// It could not be sent, or the device said no; with the reason in plain words.
    Refused(String),
}

/// A line of the command journal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct CommandRecord {
    /// Lasting id.
    pub id: CommandId,
    /// The point written.
    pub point: PointId,
    /// When it was asked for.
    pub asked_at: Micros,
    /// When its outcome last changed.
    pub changed_at: Micros,
    /// The value before.
    pub old: Value,
    /// The value asked for.
    pub asked: Value,
    /// The value that the device reported, where it did.
    pub confirmed: Value,
    /// How far it has come.
    pub outcome: CommandOutcome,
}
