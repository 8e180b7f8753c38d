//! Words of the alarm system that history stores and the UI shows. The state machine itself is in the `alarm` crate.

use serde::{Deserialize, Serialize};

use crate::{AlarmId, DeviceId, Limits, Micros, PointId, Quality, Value};

/// Priority of an alarm, highest first (ISA-18.2; the shapes are those of the display).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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
    #[default]
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
    /// The value differs from that of another point (a set point) by `limit` or more.
    Deviation {
        /// The set point.
        from: PointId,
        /// How far, in the point's unit.
        limit: f64,
    },
    /// The value changed by `limit` or more within `over`.
    Rate {
        /// How much, in the point's unit, up or down.
        limit: f64,
        /// Within how long; at most an hour.
        over: Micros,
    },
    /// The value has not moved by more than `within` for `after`.
    Stuck {
        /// Less than this is no movement, in the point's unit.
        within: f64,
        /// For how long.
        after: Micros,
    },
    /// The value turned to one of these from another; over when it is none of them.
    ChangesTo {
        /// Any of them raises the alarm.
        any_of: Vec<Value>,
    },
    /// A command and its feedback differ: this point and the other one.
    Discrepancy {
        /// The feedback.
        feedback: PointId,
    },
    /// No sample came for `after`.
    NoData {
        /// For how long.
        after: Micros,
    },
    /// A counter has not counted for `after`.
    NotCounting {
        /// For how long.
        after: Micros,
    },
    /// An expression over this point (`value`) and others (`{#12}`) is true. The language: `hearthline_alarm::expression`.
    Expression {
        /// The expression.
        formula: String,
    },
}

/// On which days and between which times of the day (local time) a condition is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Hours {
    /// Monday is bit 0, Sunday bit 6. A window over midnight belongs to the day on which it began.
    pub days: u8,
    /// Minutes after midnight.
    pub from: u16,
    /// Minutes after midnight; not after `from`: over midnight.
    pub to: u16,
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
    /// What happens if nothing is done; may be empty.
    #[serde(default)]
    pub consequence: String,
    /// How long a person has to respond.
    #[serde(default)]
    pub respond_within: Option<Micros>,
    /// Alarm class (`safety`, `quality`, `maintenance`, …); may be empty.
    #[serde(default)]
    pub class: String,
    /// Name of the group it belongs to; may be empty. What follows from it: [`crate::AlarmGroup`].
    #[serde(default)]
    pub group: String,
    /// Stays until a person resets it.
    #[serde(default)]
    pub latching: bool,
    /// Nobody has to acknowledge it.
    #[serde(default)]
    pub no_acknowledgement: bool,
    /// An expression that must be true for the condition to be looked at (`{#12} == "running"`); empty: always.
    #[serde(default)]
    pub enabled_while: String,
    /// When it is looked at; none: always.
    #[serde(default)]
    pub hours: Option<Hours>,
    /// Comes from a class or the device's announcement rather than from a person.
    #[serde(default)]
    pub default: bool,
    /// The id of the [`crate::AlarmRule`] or, for a default, of the sort of defaults that it comes from (`smoke`, `battery`);
    /// empty: the person's own.
    #[serde(default)]
    pub source: String,
    /// Switched off by the person; kept so that it can be switched on again.
    #[serde(default)]
    pub disabled: bool,
}

/// What makes an alarm the same one over a restart: its owner and the name of its condition
/// (`lo_lo`, `lo`, `hi`, `hi_hi`, `state`, `stale`, `offline`, …).
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

/// State of an alarm, ISA-18.2 (IEC 62682). What keeps it from the operator, a [`Cover`], stands beside it.
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
    /// E: condition false, not acknowledged, and waits for a reset after it.
    LatchedUnacknowledged,
    /// E: condition false, acknowledged, waits for a reset.
    Latched,
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
    /// Its device or point turned out to be one that was known before, and it is of that one from now on, as it was.
    Moved,
    /// A person reset what was latched.
    Reset,
    /// A person put it on the shelf.
    Shelved,
    /// It left the shelf: by a person, by time, or because it went inactive once.
    Unshelved,
    /// It is suppressed by design.
    Suppressed,
    /// It is suppressed by design no more.
    Unsuppressed,
    /// It was taken out of service.
    OutOfService,
    /// It is in service again.
    InService,
    /// Nothing to an alarm: the journal's note on itself (lines were cut, a copy was put in place), or the state of an alarm
    /// written down anew because the line that held it was cut.
    Noted,
}

/// What keeps an alarm from the operator; the strongest last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "snake_case")]
pub enum CoverKind {
    /// F: by a person, for a time.
    Shelved,
    /// G: by design: by logic or by a standing decision of a person.
    Suppressed,
    /// H: by maintenance, until returned.
    OutOfService,
}

/// Something that keeps an alarm from the operator. The alarm is judged and journaled all the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Cover {
    /// Which.
    pub kind: CoverKind,
    /// Since when.
    pub since: Micros,
    /// When it ends by itself.
    pub until: Option<Micros>,
    /// It ends by itself when the alarm next goes inactive.
    pub once: bool,
    /// Why.
    pub reason: String,
    /// Who; empty where logic did.
    pub who: String,
}

/// What a person does to an alarm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "snake_case", tag = "act")]
pub enum AlarmAct {
    /// Has seen it.
    Acknowledge,
    /// Resets what is latched.
    Reset,
    /// Puts it on the shelf.
    Shelve {
        /// Until when; none together with `once` alone.
        until: Option<Micros>,
        /// Until it goes inactive, if that comes first.
        once: bool,
        /// Why.
        reason: String,
    },
    /// Takes it from the shelf.
    Unshelve,
    /// Suppresses it by design.
    Suppress {
        /// Why.
        reason: String,
    },
    /// Ends the suppression.
    Unsuppress,
    /// Takes it out of service.
    OutOfService {
        /// Why.
        reason: String,
    },
    /// Returns it to service.
    InService,
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
    /// Why, as the person or the logic gave it; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// What keeps the alarm from the operator after it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub covers: Vec<Cover>,
    /// When the present occurrence was raised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raised_at: Option<Micros>,
    /// How often it was raised since it was last normal.
    #[serde(default)]
    pub count: u32,
    /// Learnt of well after it happened, from catch-up data.
    #[serde(default)]
    pub late: bool,
    /// Of an occurrence that was over before it was learnt of: it calls nobody.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub over: bool,
    /// The present occurrence is the first of its group within the group's window (first-out).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub first: bool,
}

impl AlarmState {
    /// Whether the condition is true.
    pub fn is_raised(self) -> bool {
        matches!(self, Self::Unacknowledged | Self::Acknowledged)
    }

    /// Whether a person has yet to acknowledge it.
    pub fn waits(self) -> bool {
        matches!(
            self,
            Self::Unacknowledged | Self::Returned | Self::LatchedUnacknowledged
        )
    }

    /// Whether it is shown as active: the condition is true, or latched.
    pub fn is_active(self) -> bool {
        !matches!(self, Self::Normal | Self::Returned)
    }
}

impl AlarmEntry {
    /// Whether the operator was called by this: newly raised, or raised again by the end of what covered it.
    pub fn is_annunciation(&self) -> bool {
        self.covers.is_empty()
            && !self.over
            && self.state.is_raised()
            && matches!(
                self.transition,
                Transition::Raised | Transition::Unshelved | Transition::Unsuppressed | Transition::InService
            )
    }
}

impl Condition {
    /// A condition without delay, deadband and further words.
    pub fn new(kind: ConditionKind, priority: Priority, text: impl Into<String>) -> Self {
        Self {
            kind,
            priority,
            deadband: 0.0,
            on_delay: 0,
            off_delay: 0,
            text: text.into(),
            response: String::new(),
            consequence: String::new(),
            respond_within: None,
            class: String::new(),
            group: String::new(),
            latching: false,
            no_acknowledgement: false,
            enabled_while: String::new(),
            hours: None,
            default: false,
            source: String::new(),
            disabled: false,
        }
    }

    /// Whether a person set it at its point, rather than a rule or a default.
    pub fn is_own(&self) -> bool {
        !self.default && self.source.is_empty()
    }
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
            Self::Deviation { .. } => "deviation",
            Self::Rate { .. } => "rate",
            Self::Stuck { .. } => "stuck",
            Self::ChangesTo { .. } => "changes_to",
            Self::Discrepancy { .. } => "discrepancy",
            Self::NoData { .. } => "no_data",
            Self::NotCounting { .. } => "not_counting",
            Self::Expression { .. } => "expression",
        }
    }

    /// The limit of a condition that has one.
    pub fn limit(&self) -> Option<f64> {
        match self {
            Self::LoLo { limit }
            | Self::Lo { limit }
            | Self::Hi { limit }
            | Self::HiHi { limit }
            | Self::Deviation { limit, .. }
            | Self::Rate { limit, .. } => Some(*limit),
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A condition is flattened into one object: no kind may use a name that the condition has.
    #[test]
    fn every_kind_comes_back_from_its_json() {
        let point = PointId(3);
        let any_of = vec![Value::text("fault"), Value::Int(9)];
        for kind in [
            ConditionKind::LoLo { limit: 1.0 },
            ConditionKind::State {
                any_of: any_of.clone(),
            },
            ConditionKind::Stale,
            ConditionKind::Deviation {
                from: point,
                limit: 2.0,
            },
            ConditionKind::Rate { limit: 1.5, over: 60 },
            ConditionKind::Stuck {
                within: 0.5,
                after: 60,
            },
            ConditionKind::ChangesTo { any_of },
            ConditionKind::Discrepancy { feedback: point },
            ConditionKind::NoData { after: 60 },
            ConditionKind::NotCounting { after: 60 },
            ConditionKind::Expression {
                formula: "value > 1".into(),
            },
        ] {
            let condition = Condition {
                hours: Some(Hours {
                    days: 127,
                    from: 60,
                    to: 120,
                }),
                ..Condition::new(kind, Priority::High, "Text")
            };
            let json = serde_json::to_string(&condition).unwrap();
            let back: Condition = serde_json::from_str(&json).unwrap();
            assert_eq!(back, condition, "{json}");
        }
    }
}
