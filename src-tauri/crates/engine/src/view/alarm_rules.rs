//! Alarms for many points at once: rules, defaults, groups.

use hearthline_model::{AlarmGroup, AlarmKey, AlarmRule, AlarmState, Micros, PointId, Realm};
use serde::{Deserialize, Serialize};

/// All that holds for more than one point.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct AlarmRulesView {
    /// In their order: among equals the earlier wins.
    pub rules: Vec<AlarmRule>,
    /// For how many points each of them is, in the same order.
    pub counts: Vec<RuleCount>,
    /// The sorts of defaults.
    pub defaults: Vec<DefaultSortView>,
    /// All defaults are switched off.
    pub all_off: bool,
    /// Groups that have settings or that a condition names.
    pub groups: Vec<AlarmGroupView>,
}

/// For how many points a rule is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct RuleCount {
    /// Points that match.
    pub points: u32,
    /// Those of them at which its condition is in force.
    pub holds: u32,
}

/// A sort of defaults.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct DefaultSortView {
    /// `smoke`, `battery`, …
    pub id: String,
    /// For people.
    pub name: String,
    /// When it calls.
    pub about: String,
    /// Where it is of use; none: everywhere.
    pub realm: Option<Realm>,
    /// Switched off.
    pub off: bool,
    /// At how many points and devices it is in force.
    pub holds: u32,
}

/// A group of alarms.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct AlarmGroupView {
    /// Its settings; those of one that has none are the usual ones. Points in an expression are named.
    pub group: AlarmGroup,
    /// Whether settings are kept.
    pub set: bool,
    /// Its leader is active.
    pub leads: bool,
    /// Who belongs to it, at most 200, by name.
    pub members: Vec<GroupMember>,
    /// How many there are.
    pub count: u32,
}

/// An alarm of a group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct GroupMember {
    /// Which.
    pub key: AlarmKey,
    /// What people read.
    pub text: String,
    /// Name of its device.
    pub device_name: String,
    /// Its state.
    pub state: AlarmState,
}

/// Which points a pattern is for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct MatchView {
    /// How many.
    pub points: u32,
    /// A few of them: `Freezer · Temperature`.
    pub examples: Vec<String>,
}

/// What a rule would have done in the time that was looked at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct RuleTrialView {
    /// Points that match.
    pub points: u32,
    /// Those that were tried: at most 200, without those that have a condition of their own.
    pub tried: u32,
    /// How often it would have been raised at all of them together.
    pub count: u32,
    /// Where it would have been raised most often, at most ten.
    pub most: Vec<RuleTrialPoint>,
    /// Since when samples were looked at, of all of them.
    pub since: Micros,
}

/// What a rule would have done at a point.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct RuleTrialPoint {
    /// The point.
    pub point: PointId,
    /// `Freezer · Temperature`.
    pub name: String,
    /// How often.
    pub count: u32,
}
