//! Words of the alarm system that history stores and the UI shows. The state machine itself is in the `alarm` crate.

use serde::{Deserialize, Serialize};

use crate::{AlarmId, DeviceId, Limits, Micros, PointId, Quality, Value};

/// Priority of an alarm, highest first (ISA-18.2; the shapes are those of the display).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Priority {
    /// ■
    Critical = 0,
    /// ▲
    High = 1,
    /// ◆
    Medium = 2,
    /// ●
    Low = 3,
    /// ○
    Diagnostic = 4,
}

/// What an alarm watches.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum ConditionKind {
    /// Value at or below `limit`.
    LoLo {
        /// In the point's unit.
        limit: f64,
    },
    /// Value at or below `limit`.
    Lo {
        /// In the point's unit.
        limit: f64,
    },
    /// Value at or above `limit`.
    Hi {
        /// In the point's unit.
        limit: f64,
    },
    /// Value at or above `limit`.
    HiHi {
        /// In the point's unit.
        limit: f64,
    },
    /// The value is one of these: `true`, `"fault"`.
    State {
        /// Any of them raises the alarm.
        any_of: Vec<Value>,
    },
    /// No fresh sample: the point is stale.
    Stale,
    /// The device is offline.
    Offline,
}

/// One alarm that a point can raise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Condition {
    /// What it watches.
    #[serde(flatten)]
    pub kind: ConditionKind,
    /// Priority.
    pub priority: Priority,
    /// How far the value must come back before the alarm ends, in the point's unit.
    #[serde(default)]
    pub deadband: f64,
    /// How long the condition must hold before it is raised.
    #[serde(default)]
    pub on_delay: Micros,
    /// How long it must be gone before it ends.
    #[serde(default)]
    pub off_delay: Micros,
    /// What people read: `Freezer is warming`, `Torque low-low`. Without the device's name.
    pub text: String,
    /// What to do about it; may be empty.
    #[serde(default)]
    pub response: String,
    /// Comes from a class or the device's announcement rather than from a person.
    #[serde(default)]
    pub default: bool,
    /// Switched off by the person; kept so that it can be switched on again.
    #[serde(default)]
    pub disabled: bool,
}

/// What makes an alarm the same one over a restart: its owner and the name of its condition
/// (`lo_lo`, `lo`, `hi`, `hi_hi`, `state`, `stale`, `offline`).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct AlarmKey {
    /// The device that the alarm is of.
    pub device: DeviceId,
    /// The point; none for [`ConditionKind::Offline`].
    pub point: Option<PointId>,
    /// The condition's name, unique within the point.
    pub condition: String,
}

/// State of an alarm, ISA-18.2 (the first depth of it).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "snake_case")]
pub enum AlarmState {
    /// A: condition false, acknowledged.
    #[default]
    Normal,
    /// B: condition true, not acknowledged.
    Unacknowledged,
    /// C: condition true, acknowledged.
    Acknowledged,
    /// D: condition false again, not acknowledged.
    Returned,
}

/// What happened to an alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "snake_case")]
pub enum Transition {
    /// The condition became true.
    Raised,
    /// A person acknowledged it.
    Acknowledged,
    /// The condition ended.
    Cleared,
    /// The condition or its point was removed or switched off while it was active.
    Removed,
}

/// A line of the alarm journal: append-only.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct AlarmEntry {
    /// The alarm.
    pub alarm: AlarmId,
    /// Its key.
    pub key: AlarmKey,
    /// Time of the cause: the sample's own time, or when the person acted.
    pub at: Micros,
    /// When Hearthline took note.
    pub received_at: Micros,
    /// What happened.
    pub transition: Transition,
    /// The state after it.
    pub state: AlarmState,
    /// Priority at that moment.
    pub priority: Priority,
    /// The value that caused it, or the latest one.
    pub value: Value,
    /// The limit, for limit alarms.
    pub limit: Option<f64>,
    /// Quality of the value.
    pub quality: Quality,
    /// What people read.
    pub text: String,
    /// Who acted; empty where logic did.
    pub who: String,
}

impl ConditionKind {
    /// The condition's name in an [`AlarmKey`].
    pub fn name(&self) -> &'static str {
        match self {
            Self::LoLo { .. } => "lo_lo",
            Self::Lo { .. } => "lo",
            Self::Hi { .. } => "hi",
            Self::HiHi { .. } => "hi_hi",
            Self::State { .. } => "state",
            Self::Stale => "stale",
            Self::Offline => "offline",
        }
    }

    /// The limit of a limit condition.
    pub fn limit(&self) -> Option<f64> {
        match self {
            Self::LoLo { limit } | Self::Lo { limit } | Self::Hi { limit } | Self::HiHi { limit } => {
                Some(*limit)
            }
            _ => None,
        }
    }
}

impl Limits {
    /// Whether no limit is set.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
