//! Lines, machines, OEE, stops, stock.

use hearthline_model::{AlarmId, DeviceId, Micros, PlaceId, PointId};
use serde::{Deserialize, Serialize};

/// OEE of a line or machine in a window; each part is none where it is undefined.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct OeeView {
    /// 0–1 (may exceed 1 with a wrong ideal rate).
    pub oee: Option<f64>,
    /// APT / PBT.
    pub availability: Option<f64>,
    /// Ideal time of what was made / APT.
    pub performance: Option<f64>,
    /// Good / made.
    pub quality: Option<f64>,
    /// Pieces.
    pub good: Option<f64>,
    /// Pieces.
    pub rejected: Option<f64>,
    /// PBT.
    pub planned: Micros,
    /// APT.
    pub running: Micros,
    /// Time without data.
    pub unknown: Micros,
    /// Performance above 100 %: the ideal rate is wrong.
    pub performance_suspect: bool,
}

/// State of a machine in words of the floor (PackML and plain words are mapped onto it).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "snake_case")]
pub enum MachineState {
    /// Producing.
    Running,
    /// Waiting for input.
    Starved,
    /// Output is full.
    Blocked,
    /// Being set up.
    Changeover,
    /// Its own fault.
    Fault,
    /// Stopped by a person, idle, or held.
    Stopped,
    /// Off or not scheduled.
    Off,
    /// No word.
    Unknown,
}

/// A machine in its line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct MachineView {
    /// The device.
    pub device: DeviceId,
    /// Name.
    pub name: String,
    /// State.
    pub state: MachineState,
    /// Since when.
    pub state_since: Micros,
    /// Reason given by the machine; may be empty.
    pub reason: String,
    /// The point to show big: its most telling analog value, or its rate.
    pub value: Option<PointId>,
    /// Rate.
    pub rate: Option<PointId>,
    /// Good counter.
    pub good: Option<PointId>,
    /// Reject counter.
    pub reject: Option<PointId>,
    /// State.
    pub state_point: Option<PointId>,
    /// Good pieces in this shift.
    pub made: Option<f64>,
    /// Rejects in this shift.
    pub rejected: Option<f64>,
    /// Its most urgent alarm.
    pub alarm: Option<AlarmId>,
    /// Whether it is there.
    pub online: bool,
    /// Time not running in this shift.
    pub stopped_for: Micros,
}

/// A stop in the shift.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct StopView {
    /// Machine; the line's own machine for line-wide stops.
    pub device: DeviceId,
    /// Its name.
    pub machine: String,
    /// What it was.
    pub state: MachineState,
    /// Begin.
    pub from: Micros,
    /// End; none while it lasts.
    pub to: Option<Micros>,
    /// Length so far.
    pub duration: Micros,
    /// Pieces lost at the ideal rate.
    pub lost: Option<f64>,
    /// Reason of the machine; may be empty.
    pub reason: String,
}

/// Stock at a line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct StockView {
    /// The level.
    pub point: PointId,
    /// Material.
    pub name: String,
    /// Now.
    pub level: Option<f64>,
    /// Full.
    pub capacity: Option<f64>,
    /// Unit.
    pub unit: Option<String>,
    /// Reorder point.
    pub reorder: Option<f64>,
    /// How long it lasts at the use of the last hour.
    pub cover: Option<Micros>,
}

/// Time lost by cause in the shift.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct LossView {
    /// Cause.
    pub name: String,
    /// Its sort.
    pub state: MachineState,
    /// Time.
    pub duration: Micros,
}

/// A line: overview and detail.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct LineView {
    /// The line.
    pub place: PlaceId,
    /// Name.
    pub name: String,
    /// `Berlin › Filling`.
    pub path: String,
    /// Name of the shift.
    pub shift_name: String,
    /// Begin.
    pub shift_from: Micros,
    /// End.
    pub shift_to: Micros,
    /// State of its constraint.
    pub state: MachineState,
    /// In flow order.
    pub machines: Vec<MachineView>,
    /// Of the shift so far, at the constraint.
    pub oee: OeeView,
    /// Of the shift before.
    pub previous_oee: Option<f64>,
    /// The machine that OEE is taken at.
    pub constraint: Option<DeviceId>,
    /// Pieces planned by the end of the shift.
    pub target: Option<f64>,
    /// Good pieces so far at the line's end.
    pub made: Option<f64>,
    /// State of the constraint since the shift began.
    pub timeline: Vec<StateStretch>,
    /// Longest first.
    pub stops: Vec<StopView>,
    /// Longest first.
    pub losses: Vec<LossView>,
    /// Stock at the line.
    pub stock: Vec<StockView>,
    /// Active alarms by priority.
    pub alarms: [u32; 5],
}

/// A stretch of the line's timeline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct StateStretch {
    /// Begin.
    pub from: Micros,
    /// End.
    pub to: Micros,
    /// State.
    pub state: MachineState,
}
