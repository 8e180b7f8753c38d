//! The record of alarms: floods, performance, whether the journal is whole, how long it is kept.

use hearthline_model::{AlarmId, DeviceId, Micros, PointId, Priority};
use serde::{Deserialize, Serialize};

/// A flood that goes on: more alarms than one person can answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct FloodView {
    /// The tenth alarm within ten minutes.
    pub since: Micros,
    /// Alarms since it began, those ten included.
    pub calls: u32,
    /// Alarms of the last ten minutes.
    pub within: u32,
}

/// A flood that is over, or as far as the span goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct FloodSpanView {
    /// From.
    pub from: Micros,
    /// To.
    pub to: Micros,
    /// Alarms in it.
    pub calls: u32,
    /// The most within ten minutes.
    pub peak: u32,
}

/// What a figure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "snake_case")]
pub enum MetricUnit {
    /// A number of alarms.
    Count,
    /// 0 to 1.
    Share,
    /// Microseconds.
    Time,
}

/// How a figure stands against its targets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "snake_case")]
pub enum VerdictView {
    /// Very likely acceptable.
    Good,
    /// No more than can be managed.
    Manageable,
    /// More than that.
    Over,
    /// It has no target, or there is too little to judge by.
    Unjudged,
}

/// A target.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct BoundView {
    /// In the metric's unit.
    pub limit: f64,
    /// The figure must stay below it; otherwise it may reach it.
    pub below: bool,
}

/// A figure against its targets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct MetricView {
    /// Its name.
    pub id: String,
    /// What people of a plant call it.
    pub title: String,
    /// What it means, for anybody.
    pub plain: String,
    /// What it is.
    pub unit: MetricUnit,
    /// The figure; none where there was nothing.
    pub value: Option<f64>,
    /// Very likely acceptable.
    pub acceptable: Option<BoundView>,
    /// The most that can be managed.
    pub manageable: Option<BoundView>,
    /// How it stands.
    pub verdict: VerdictView,
}

/// An alarm in a list of those that need care.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct ActorView {
    /// The alarm.
    pub alarm: AlarmId,
    /// Its device.
    pub device: DeviceId,
    /// Its point.
    pub point: Option<PointId>,
    /// `hi`, `state`, …
    pub condition: String,
    /// What people read.
    pub text: String,
    /// Name of the device.
    pub device_name: String,
    /// Place path.
    pub place_name: String,
    /// Priority, as it was last.
    pub priority: Priority,
    /// How often, as the list means it; 0 where it counts nothing.
    pub calls: u32,
    /// Share of all calls of the span.
    pub share: f64,
    /// The most within a minute, of one that chatters.
    pub peak: Option<u32>,
    /// Since when, of one that is stale or waits.
    pub since: Option<Micros>,
}

/// How long one waited for somebody.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct LongestView {
    /// The alarm.
    pub alarm: ActorView,
    /// How long.
    pub took: Micros,
    /// It still waits.
    pub waits: bool,
}

/// What the alarms of a span came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct PerformanceView {
    /// From: as asked, or when the journal begins.
    pub from: Micros,
    /// To.
    pub to: Micros,
    /// The journal begins within the span that was asked for.
    pub short: bool,
    /// How often somebody was called.
    pub calls: u32,
    /// Different alarms that called.
    pub alarms: u32,
    /// Every figure, in the order of the table.
    pub metrics: Vec<MetricView>,
    /// Calls of each stretch of `step`, from `from` on.
    pub bars: Vec<u32>,
    /// Length of a stretch.
    pub step: Micros,
    /// Floods, oldest first.
    pub floods: Vec<FloodSpanView>,
    /// Calls by priority, critical first.
    pub priorities: [u32; 5],
    /// The most frequent.
    pub frequent: Vec<ActorView>,
    /// Those that chattered.
    pub chattering: Vec<ActorView>,
    /// Those that were gone before anybody could act.
    pub fleeting: Vec<ActorView>,
    /// Stale at the end.
    pub stale: Vec<ActorView>,
    /// How many those are.
    pub stale_now: u32,
    /// The longest that one waited.
    pub longest: Option<LongestView>,
}

/// A setting that would quieten an alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "snake_case")]
pub enum AdviceKind {
    /// How far the value must come back, in the point's unit.
    Deadband,
    /// How long it must be gone before the alarm ends, µs.
    OffDelay,
    /// How long it must hold before the alarm is raised, µs.
    OnDelay,
}

/// What a change of a setting would have done.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct AdviceOption {
    /// The setting.
    pub kind: AdviceKind,
    /// To which value.
    pub value: f64,
    /// How often the alarm would have called with it.
    pub calls: u32,
    /// Share of the needless calls that it would have prevented, 0 to 1.
    pub prevented: f64,
}

/// What would quieten an alarm.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct AdviceView {
    /// Its point.
    pub point: PointId,
    /// Its condition.
    pub condition: String,
    /// Unit of a deadband.
    pub unit: Option<String>,
    /// Since when samples were looked at.
    pub since: Micros,
    /// How often the alarm would have called as it is.
    pub calls: u32,
    /// Occurrences of longer than `keep`, none of which an option would have missed.
    pub real: u32,
    /// See `real`, µs.
    pub keep: Micros,
    /// What helps, best first.
    pub options: Vec<AdviceOption>,
}

/// A note of the journal on itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct JournalNoteView {
    /// Its line.
    pub seq: u64,
    /// When.
    pub at: Micros,
    /// What it says.
    pub text: String,
}

/// Whether the journal is whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct VerifiedView {
    /// Every line fits, and a fingerprint that was asked for was met.
    pub whole: bool,
    /// The answer in words.
    pub text: String,
    /// Lines that fit.
    pub lines: u64,
    /// Time of the first.
    pub from: Option<Micros>,
    /// Time of the last that fits.
    pub to: Option<Micros>,
    /// Fingerprint of the last that fits.
    pub fingerprint: String,
    /// The first line that does not fit.
    pub fault: Option<u64>,
    /// What the journal says of itself.
    pub notes: Vec<JournalNoteView>,
}

/// How the journal is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(default)]
pub struct JournalKeep {
    /// Years; none: for ever.
    pub years: Option<u32>,
}

/// How the journal is kept, and how much there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct JournalKeepView {
    /// Years; none: for ever.
    pub years: Option<u32>,
    /// Lines.
    pub lines: u64,
    /// When the oldest was written.
    pub begins: Option<Micros>,
}
