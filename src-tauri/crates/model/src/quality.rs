//! How far a value can be trusted, after OPC UA.

use serde::{Deserialize, Serialize};

/// Quality of a sample or of a point's latest value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Quality {
    /// As measured.
    #[default]
    Good = 0,
    /// The device itself doubts it (OPC "uncertain").
    Uncertain = 1,
    /// The device says that it is wrong.
    Bad = 2,
    /// It was good once; nothing confirms it any more.
    Stale = 3,
}

impl Quality {
    /// The quality stored as `code` in history and frames; unknown codes are [`Quality::Bad`].
    pub fn from_code(code: u8) -> Self {
        match code {
            0 => Self::Good,
            1 => Self::Uncertain,
            3 => Self::Stale,
            _ => Self::Bad,
        }
    }
}
