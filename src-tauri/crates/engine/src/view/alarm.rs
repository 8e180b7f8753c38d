//! Alarms, their journal, their conditions.

use hearthline_model::{
    AlarmId, AlarmState, Condition, Cover, DeviceId, Micros, PlaceId, PointId, Priority, Realm, Transition,
    Value,
};
use serde::{Deserialize, Serialize};

use super::FloodView;

/// An alarm: one that is not normal, is covered, or was asked for with its point.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct AlarmView {
    /// Lasting id.
    pub id: AlarmId,
    /// Its device.
    pub device: DeviceId,
    /// Its point.
    pub point: Option<PointId>,
    /// `lo_lo`, `hi`, `state`, `stale`, `offline`, …
    pub condition: String,
    /// ISA-18.2 state.
    pub state: AlarmState,
    /// Priority.
    pub priority: Priority,
    /// What people read.
    pub text: String,
    /// Name of the device.
    pub device_name: String,
    /// Path of the place: `Cellar`, `Berlin › Filling › Line 2`.
    pub place_name: String,
    /// Which face.
    pub realm: Realm,
    /// What keeps it from the operator.
    pub covers: Vec<Cover>,
    /// What to do.
    pub response: String,
    /// What happens if nothing is done.
    pub consequence: String,
    /// How long a person has to respond, from `called_at` on.
    pub respond_within: Option<Micros>,
    /// Alarm class.
    pub class: String,
    /// Suppression group.
    pub group: String,
    /// Value at the moment of raising.
    pub value: Value,
    /// The limit.
    pub limit: Option<f64>,
    /// Unit of value and limit.
    pub unit: Option<String>,
    /// When the cause happened.
    pub raised_at: Micros,
    /// When the operator was last called by it: raised, or uncovered with a true condition.
    pub called_at: Micros,
    /// Last transition.
    pub changed_at: Micros,
    /// How often it was raised since it was last normal and acknowledged.
    pub count: u32,
    /// Learnt of well after it happened.
    pub late: bool,
    /// The first of its group within the group's window.
    pub first: bool,
    /// Raised by catch-up data, and more may come that ends it: nobody is called yet.
    pub settling: bool,
    /// Comes from the demo.
    pub demo: bool,
    /// Never held back by quiet hours: smoke, gas, leak, intrusion.
    pub urgent: bool,
}

/// All alarms that are not normal, most urgent first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct AlarmsView {
    /// Revision.
    pub rev: u32,
    /// Sorted: unacknowledged first, then by priority, then newest first.
    pub alarms: Vec<AlarmView>,
    /// Kept from the operator, normal or not: shelved, suppressed by design, out of service.
    pub covered: Vec<AlarmView>,
    /// How many not acknowledged, by priority.
    pub unacknowledged: [u32; 5],
    /// How many with a true condition or latched, by priority.
    pub active: [u32; 5],
    /// The flood that goes on.
    pub flood: Option<FloodView>,
}

/// What part of the alarm journal to show.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(default)]
pub struct JournalFilter {
    /// Not before.
    pub from: Option<Micros>,
    /// Before.
    pub to: Option<Micros>,
    /// Only of this device.
    pub device: Option<DeviceId>,
    /// Only of this point.
    pub point: Option<PointId>,
    /// Only of this alarm.
    pub alarm: Option<AlarmId>,
    /// Only of devices in this place or below it.
    pub place: Option<PlaceId>,
    /// Only these; empty: all.
    pub priorities: Vec<Priority>,
    /// Only what happened so; empty: all.
    pub transitions: Vec<Transition>,
    /// Only where the alarm was so after it; empty: all.
    pub states: Vec<AlarmState>,
    /// Only where text, device or place contain it (case-insensitive).
    pub search: String,
    /// For paging: only entries with a smaller `seq`.
    pub before: Option<u64>,
    /// At most so many, 1–1000.
    pub limit: u32,
}

/// A line of the alarm journal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct JournalLine {
    /// Number of the entry, growing.
    pub seq: u64,
    /// The alarm.
    pub alarm: AlarmId,
    /// Its device.
    pub device: DeviceId,
    /// Its point.
    pub point: Option<PointId>,
    /// When.
    pub at: Micros,
    /// What happened.
    pub transition: Transition,
    /// State after it.
    pub state: AlarmState,
    /// Priority.
    pub priority: Priority,
    /// What people read.
    pub text: String,
    /// Name of the device.
    pub device_name: String,
    /// Place path.
    pub place_name: String,
    /// Value.
    pub value: Value,
    /// Limit.
    pub limit: Option<f64>,
    /// Unit.
    pub unit: Option<String>,
    /// Person, empty for logic.
    pub who: String,
    /// Why, as the person or the logic gave it.
    pub reason: String,
    /// What keeps the alarm from the operator after it.
    pub covers: Vec<Cover>,
    /// Learnt of well after it happened.
    pub late: bool,
    /// It was over before it was learnt of, and called nobody.
    pub over: bool,
    /// The first of its group within the group's window.
    pub first: bool,
}

/// What a condition would have done in the time that was looked at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct TrialView {
    /// `hi`, `rate`, …
    pub condition: String,
    /// How often it would have been raised.
    pub count: u32,
    /// From when to when the newest of them would have been raised, oldest first; no end: still at the end.
    pub spans: Vec<(Micros, Option<Micros>)>,
    /// Since when samples were looked at.
    pub since: Micros,
}

/// The conditions of a point, for the limits editor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct ConditionsView {
    /// The point.
    pub point: PointId,
    /// All of them, defaults included.
    pub conditions: Vec<Condition>,
    /// The alarms of those that are switched on, normal or not.
    pub alarms: Vec<AlarmView>,
    /// Where each of the conditions comes from, in their order.
    pub origins: Vec<ConditionOrigin>,
}

/// Where a condition comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct ConditionOrigin {
    /// `hi`, `state`, …
    pub condition: String,
    /// Set, or switched off, at the point itself.
    pub own: bool,
    /// The rule's name, or that of the sort of defaults; of an own one: of what would hold without it. Empty: nothing would.
    pub name: String,
    /// It is (or, without the own one, would be) a rule's rather than a default.
    pub by_rule: bool,
    /// What would hold without the own one.
    pub below: Option<Condition>,
}
