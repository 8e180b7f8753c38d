//! Commands: writes to a point, and what became of them.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{CommandId, Micros, PointId, Value};

/// A write that a person or a rule asks for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Command {
    /// The point to write.
    pub point: PointId,
    /// The value asked for; [`Value::Null`] presses an [`crate::Kind::Action`].
    pub value: Value,
    /// The code that the person entered for it, where it takes one ([`crate::PointDesc::code`]).
    #[serde(default, skip_serializing)]
    #[cfg_attr(feature = "ts", ts(skip))]
    pub code: Option<Code>,
}

/// A code that a person entered for one command. It goes to the device and is kept nowhere: neither printing nor serialising shows it.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Code(String);

impl Code {
    /// Longest code, characters.
    pub const LONGEST: usize = 64;

    /// A code as it was typed; none where nothing was, or more than any device takes.
    pub fn new(typed: &str) -> Option<Self> {
        let typed = typed.trim();
        let length = typed.chars().count();
        (1..=Self::LONGEST)
            .contains(&length)
            .then(|| Self(typed.to_owned()))
    }

    /// What was typed.
    pub fn secret(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(…)")
    }
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
    /// The device took it and is on its way there: a blind opens, a lock turns, a slow property names it as its target.
    Accepted,
    /// The device reported the value asked for (or the point has no feedback).
    Confirmed,
    /// The device reported nothing in time, or did not get there.
    TimedOut,
    /// It could not be sent, or the device said no; with the reason in plain words.
    Refused(String),
    /// Nobody knows what became of it; with the reason in plain words.
    Unknown(String),
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
    /// The value that the device reported, where it did; with [`CommandOutcome::Accepted`] and
    /// [`CommandOutcome::TimedOut`] the last that it reported on its way.
    pub confirmed: Value,
    /// How far it has come.
    pub outcome: CommandOutcome,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_in_nothing_that_is_printed_or_kept() {
        let command = Command {
            code: Code::new(" 1234 "),
            ..Command::default()
        };
        assert_eq!(command.code.as_ref().map(Code::secret), Some("1234"));
        assert!(!format!("{command:?}").contains("1234"));
        assert_eq!(Code::new("  "), None);
        assert_eq!(Code::new(&"1".repeat(65)), None);
    }
}
