//! Alarms for many points at once: rules by what a point is, which defaults hold, and groups of alarms.

use serde::{Deserialize, Serialize};

use crate::{AlarmKey, Condition, Micros, Realm, Role};

/// A condition for all points that match, those of today and those to come. A point's own condition of the same kind wins over
/// it, and it wins over a default. Of two rules the one whose pattern names something wins over one that goes by what a point
/// is alone; among equals, the earlier.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct AlarmRule {
    /// Unique among the rules; made by whoever makes the rule.
    pub id: String,
    /// What people call it: `All freezers`.
    pub name: String,
    /// Switched off it is kept, and nothing follows from it.
    pub on: bool,
    /// Which points.
    pub pattern: PointPattern,
    /// What each of them gets.
    pub condition: Condition,
}

/// Which points a rule is for: all that is said must fit; what is empty fits everything. Words are compared without case.
/// In patterns `*` stands for any characters and `+` for any but `/`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(default)]
pub struct PointPattern {
    /// Device class: `temperature`, `door`.
    pub class: String,
    /// Role in the point's entity: `current_temperature`, `battery`; none: any.
    pub role: Option<Role>,
    /// Kind of device: the platform of the entity (`climate`, `cover`, `sensor`, `metric`).
    pub platform: String,
    /// Home or plant; none: both.
    pub realm: Option<Realm>,
    /// The unit as sent; a limit is a number in it.
    pub unit: String,
    /// Pattern for the device's name.
    pub device: String,
    /// Pattern for the point's name or key.
    pub point: String,
    /// Pattern for the place, from the outside in: `Cellar`, `Berlin/Filling/+`.
    pub place: String,
    /// Pattern for the topic that the value comes from; a `#` at its end is read as `*`.
    pub topic: String,
    /// The convention that describes it: `homeassistant`, `sparkplug`.
    pub convention: String,
}

/// Which defaults hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(default)]
pub struct AlarmDefaults {
    /// Sorts of defaults that are switched off ([`Condition::source`]).
    pub off: Vec<String>,
    /// All are switched off; `off` is kept for the day on which they are switched on again.
    pub all_off: bool,
}

/// What follows from a group that conditions name ([`Condition::group`]). A group without settings has the first-out mark alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct AlarmGroup {
    /// As conditions name it.
    pub name: String,
    /// First-out: who is raised within so long after the first is a consequence of it.
    pub window: Micros,
    /// What suppresses the others of the group by design while it is active.
    pub leader: GroupLeader,
}

/// What suppresses the others of a group.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "snake_case", tag = "by")]
pub enum GroupLeader {
    /// Nothing.
    #[default]
    Nobody,
    /// An alarm, while its condition is true and it is not out of service; of the group or not.
    Alarm {
        /// Which.
        key: AlarmKey,
    },
    /// An expression over points (`{#12} == "stopped"`), while it is true.
    Expression {
        /// The expression.
        formula: String,
    },
}
