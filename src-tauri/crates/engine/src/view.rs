//! What the window is shown: small serialisable structs, exported to TypeScript (`ui/src/ipc/gen`) under the `ts` feature.
//!
//! They are a promise to the window, apart from the model's own types where those would tie it to what is inside.
//! Times are [`Micros`]; ids are numbers.

use hearthline_model::{
    AlarmId, AlarmState, BrokerId, BrokerSettings, Category, CommandId, CommandOutcome, Condition, DeviceId,
    Kind, Limits, Micros, PlaceId, PlaceKind, PointId, Priority, Quality, Realm, Role, StateClass,
    Transition, Value,
};
use serde::{Deserialize, Serialize};

/// Places, devices and points: all of them, or those that changed since a revision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct ModelView {
    /// Revision of this answer; ask with it next time.
    pub rev: u32,
    /// Everything is in here: forget what was known before.
    pub full: bool,
    /// All places whenever one changed, otherwise empty (unless `full`).
    pub places: Vec<PlaceView>,
    /// Whether `places` replaces what was known.
    pub places_changed: bool,
    /// Devices that changed, each whole.
    pub devices: Vec<DeviceView>,
    /// Devices that are gone.
    pub removed: Vec<DeviceId>,
}

/// A node of the place tree.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct PlaceView {
    /// Lasting id.
    pub id: PlaceId,
    /// The place it is in.
    pub parent: Option<PlaceId>,
    /// What it is.
    pub kind: PlaceKind,
    /// Which face.
    pub realm: Realm,
    /// Name.
    pub name: String,
    /// Order among siblings.
    pub position: i32,
}

/// A device with its points.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct DeviceView {
    /// Lasting id.
    pub id: DeviceId,
    /// The broker it speaks through.
    pub broker: BrokerId,
    /// Where it is; none until placed.
    pub place: Option<PlaceId>,
    /// Which face.
    pub realm: Realm,
    /// The person's name for it, or its own.
    pub name: String,
    /// Its own name.
    pub own_name: String,
    /// Manufacturer.
    pub manufacturer: Option<String>,
    /// Model.
    pub model: Option<String>,
    /// Firmware version.
    pub firmware: Option<String>,
    /// Serial number.
    pub serial: Option<String>,
    /// Configuration page, as text.
    pub url: Option<String>,
    /// `homeassistant`, `sparkplug`, `plain`.
    pub convention: String,
    /// Reached through this device.
    pub via: Option<DeviceId>,
    /// Whether it is there.
    pub online: bool,
    /// Last message of any of its points; 0 where none yet.
    pub last_seen: Micros,
    /// Comes from the built-in demo.
    pub demo: bool,
    /// Troubles counted so far.
    pub diagnoses: u32,
    /// Order in its line's flow.
    pub position: Option<i32>,
    /// Its points, in a sensible order.
    pub points: Vec<PointView>,
}

/// A point.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct PointView {
    /// Lasting id.
    pub id: PointId,
    /// Key in the device.
    pub key: String,
    /// Name without the device's; empty for the main feature.
    pub name: String,
    /// Points of one entity share it; empty for a single reading.
    pub entity: String,
    /// `light`, `climate`, `sensor`, `metric`, `value`, …
    pub platform: String,
    /// The sort of value.
    pub kind: Kind,
    /// Meaning within the entity.
    pub role: Role,
    /// Unit as sent.
    pub unit: Option<String>,
    /// Device class.
    pub class: Option<String>,
    /// Behaviour over time.
    pub state_class: Option<StateClass>,
    /// Sensible range.
    pub range: Option<(f64, f64)>,
    /// Step of a set point.
    pub step: Option<f64>,
    /// Digits after the point.
    pub precision: Option<u8>,
    /// Allowed values.
    pub options: Vec<String>,
    /// Whether a command can be sent.
    pub writable: bool,
    /// What may be sent where it differs from what is read.
    pub command_options: Vec<String>,
    /// How prominent.
    pub category: Category,
    /// Not shown by default.
    pub hidden: bool,
    /// `mdi:` name.
    pub icon: Option<String>,
    /// Alarm limits in force, for bars and trends.
    pub limits: Limits,
    /// Where its values come from.
    pub topic: Option<String>,
}

/// State of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Switched off by the person.
    Disabled,
    /// Trying.
    Connecting,
    /// Live.
    Connected,
    /// Lost or refused; trying again at `retry_at`.
    Waiting,
}

/// Why a connection does not come about; each has its own advice on screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// No fault.
    None,
    /// The host name does not resolve.
    NameNotFound,
    /// Nobody listens there.
    Refused,
    /// No route, or no answer in time.
    Unreachable,
    /// The certificate is not trusted, expired, or for another name.
    TlsNotTrusted,
    /// TLS itself failed: no TLS on that port, or the client certificate was refused.
    TlsFailed,
    /// User or password are wrong.
    BadCredentials,
    /// The broker knows us and does not let us in (or not onto these topics).
    NotAuthorised,
    /// The client id is not accepted.
    ClientIdRefused,
    /// Connected, but nothing arrived within the test's five seconds.
    NoTraffic,
    /// The other side does not speak MQTT.
    Protocol,
    /// Something else; see the text.
    Other,
}

/// A broker: settings and state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct BrokerView {
    /// Lasting id.
    pub id: BrokerId,
    /// Its settings; never a password.
    pub settings: BrokerSettings,
    /// Whether a password is known.
    pub has_password: bool,
    /// Whether the password is in the keychain (otherwise it is known for this run only).
    pub password_kept: bool,
    /// State of the connection.
    pub phase: Phase,
    /// Why not.
    pub fault: Fault,
    /// The last error in plain words; empty where none.
    pub error: String,
    /// Since when it is in this phase.
    pub since: Micros,
    /// When the next attempt is due.
    pub retry_at: Option<Micros>,
    /// Messages received in this run.
    pub messages: u64,
    /// Messages a second, over the last seconds.
    pub rate: f64,
    /// Messages waiting in our queue.
    pub queue: u32,
    /// Its bound.
    pub queue_limit: u32,
    /// QoS 0 messages dropped because the queue was full, in this run.
    pub dropped: u64,
    /// It is the broker inside.
    pub embedded: bool,
}

/// What the broker dialog sends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct BrokerEdit {
    /// None for a new one.
    pub id: Option<BrokerId>,
    /// All of the settings.
    pub settings: BrokerSettings,
    /// None: leave as it is; empty: remove.
    pub password: Option<String>,
}

/// Result of "Test connection".
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct TestOutcome {
    /// `none` where it works.
    pub fault: Fault,
    /// One sentence: what happened and what to do.
    pub text: String,
    /// Messages seen while testing.
    pub messages: u32,
}

/// An alarm that is not normal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
    /// What to do.
    pub response: String,
    /// Value at the moment of raising.
    pub value: Value,
    /// The limit.
    pub limit: Option<f64>,
    /// Unit of value and limit.
    pub unit: Option<String>,
    /// When the cause happened.
    pub raised_at: Micros,
    /// Last transition.
    pub changed_at: Micros,
    /// How often it was raised since it was last normal and acknowledged.
    pub count: u32,
    /// Comes from the demo.
    pub demo: bool,
}

/// All alarms that are not normal, most urgent first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct AlarmsView {
    /// Revision.
    pub rev: u32,
    /// Sorted: unacknowledged first, then by priority, then newest first.
    pub alarms: Vec<AlarmView>,
    /// How many not acknowledged, by priority.
    pub unacknowledged: [u32; 5],
    /// How many with a true condition, by priority.
    pub active: [u32; 5],
}

/// What part of the alarm journal to show.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct JournalFilter {
    /// Not before.
    pub from: Option<Micros>,
    /// Before.
    pub to: Option<Micros>,
    /// Only of this device.
    pub device: Option<DeviceId>,
    /// Only of this point.
    pub point: Option<PointId>,
    /// Only these; empty: all.
    pub priorities: Vec<Priority>,
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
}

/// The conditions of a point, for the limits editor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct ConditionsView {
    /// The point.
    pub point: PointId,
    /// All of them, defaults included.
    pub conditions: Vec<Condition>,
}

/// A command and how far it has come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct CommandView {
    /// Lasting id.
    pub id: CommandId,
    /// The point.
    pub point: PointId,
    /// When asked.
    pub asked_at: Micros,
    /// When it last changed.
    pub changed_at: Micros,
    /// Value before.
    pub old: Value,
    /// Value asked for.
    pub asked: Value,
    /// Value the device reported.
    pub confirmed: Value,
    /// How far it has come.
    pub outcome: CommandOutcome,
}

/// A stretch of one state in a timeline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct StateSpan {
    /// Begin.
    pub from: Micros,
    /// End.
    pub to: Micros,
    /// The state.
    pub value: Value,
    /// Its quality.
    pub quality: Quality,
}

/// Statistics of a point over a range.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct PointStats {
    /// Samples.
    pub count: u64,
    /// Smallest.
    pub min: Option<f64>,
    /// Largest.
    pub max: Option<f64>,
    /// Mean of the samples.
    pub mean: Option<f64>,
    /// First sample in the range.
    pub first_at: Option<Micros>,
    /// Last sample in the range.
    pub last_at: Option<Micros>,
}

/// The last message of a topic.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct RawMessage {
    /// Topic.
    pub topic: String,
    /// As text; hex where it is no UTF-8; cut after 64 KiB.
    pub payload: String,
    /// How to show it.
    pub format: PayloadFormat,
    /// Full length.
    pub bytes: u64,
    /// Whether it was cut.
    pub truncated: bool,
    /// Retain flag of the delivery.
    pub retain: bool,
    /// QoS of the delivery.
    pub qos: u8,
    /// Arrival.
    pub at: Micros,
}

/// How a payload reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "snake_case")]
pub enum PayloadFormat {
    /// Valid JSON.
    Json,
    /// UTF-8 text.
    Text,
    /// A Sparkplug payload, shown as decoded JSON.
    Sparkplug,
    /// Bytes, shown as hex.
    Binary,
    /// Nothing.
    Empty,
}

/// A row of the topic tree: one level.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct TopicRow {
    /// The broker.
    pub broker: BrokerId,
    /// Full path of this level.
    pub path: String,
    /// This level alone.
    pub name: String,
    /// Levels directly below.
    pub children: u32,
    /// Topics at or below.
    pub topics: u32,
    /// Messages at or below, in this run.
    pub messages: u64,
    /// Messages a second at or below.
    pub rate: f64,
    /// Start of the last payload of the topic itself (at most 200 characters).
    pub payload: Option<String>,
    /// How it reads.
    pub format: PayloadFormat,
    /// Arrival of the last message at or below.
    pub at: Micros,
    /// The last delivery of the topic itself was a retained one.
    pub retained: bool,
    /// Who claims the topic itself.
    pub conventions: Vec<String>,
}

/// An answer of the explorer; everything left out is counted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct ExplorerView {
    /// Rows in lasting order (by name), so that nothing jumps.
    pub rows: Vec<TopicRow>,
    /// Rows left out beyond the limit.
    pub more: u32,
    /// Topics known on this broker.
    pub topics: u64,
    /// Messages received on this broker in this run.
    pub messages: u64,
    /// QoS 0 messages dropped.
    pub dropped: u64,
    /// Payloads that were cut for showing.
    pub truncated: u64,
    /// Messages on topics beyond the explorer's bound.
    pub untracked: u64,
}

/// A trouble with input, counted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct DiagnosisView {
    /// Broker.
    pub broker: BrokerId,
    /// Device it came from, where known.
    pub device: Option<DeviceId>,
    /// Its name, or empty.
    pub device_name: String,
    /// Topic of the latest.
    pub topic: String,
    /// Code: `malformed_json`, `template`, …
    pub kind: String,
    /// The latest, one sentence.
    pub text: String,
    /// How often.
    pub count: u64,
    /// First time.
    pub first_at: Micros,
    /// Latest time.
    pub last_at: Micros,
}

/// Home energy at a glance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct EnergyView {
    /// Watts used now.
    pub power: Option<f64>,
    /// Watts from the roof now.
    pub solar: Option<f64>,
    /// Watts of what never goes off (lowest of the last day).
    pub standby: Option<f64>,
    /// kWh used since local midnight.
    pub today: Option<f64>,
    /// Share of today's use that the roof covered, 0–1.
    pub solar_share: Option<f64>,
    /// Of today, in the person's currency.
    pub cost: Option<f64>,
    /// Today by the hour.
    pub hours: Vec<EnergyHour>,
    /// The points it is made from.
    pub points: Vec<PointId>,
}

/// An hour of the energy card.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct EnergyHour {
    /// Local hour, 0–23.
    pub hour: u8,
    /// kWh used.
    pub used: f64,
    /// kWh from the roof.
    pub solar: f64,
}

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

/// Where data lies and how large it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct DataInfo {
    /// Data folder.
    pub folder: String,
    /// Database file.
    pub file: String,
    /// Its size with the journal.
    pub file_bytes: u64,
    /// Samples stored.
    pub samples: u64,
    /// Points known.
    pub points: u32,
    /// Oldest sample.
    pub oldest: Option<Micros>,
    /// `full` or `normal`.
    pub synchronous: String,
    /// Samples that history had to refuse, in this run.
    pub refused: u64,
}

/// Counts for the frame of the window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct StatusView {
    /// Revision.
    pub rev: u32,
    /// Devices.
    pub devices: u32,
    /// Points.
    pub points: u32,
    /// Devices online.
    pub online: u32,
    /// Troubles counted.
    pub diagnoses: u64,
    /// Demo data is on screen.
    pub demo: bool,
    /// All brokers.
    pub brokers: Vec<BrokerView>,
    /// Samples stored in this run.
    pub stored: u64,
    /// What keeps history from storing, one sentence; empty where nothing does.
    pub trouble: String,
}

/// What a person prefers; kept by the shell in its preferences file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(default)]
pub struct Preferences {
    /// Light, dark, or as the system has it.
    pub theme: Theme,
    /// Units that values are converted to for display.
    pub units: UnitSystem,
    /// Start with the system.
    pub autostart: bool,
    /// Desktop notifications for new alarms.
    pub notifications: bool,
    /// The greeting was answered.
    pub welcomed: bool,
    /// Price of a kWh in the person's currency; none: no cost is shown.
    pub price_per_kwh: Option<f64>,
    /// ISO 4217 code.
    pub currency: String,
    /// The name that is written with acknowledgements and commands.
    pub person: String,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            theme: Theme::System,
            units: UnitSystem::Metric,
            autostart: false,
            notifications: true,
            welcomed: false,
            price_per_kwh: None,
            currency: "EUR".into(),
            person: String::new(),
        }
    }
}

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

/// Units for display; what is stored stays as sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "snake_case")]
pub enum UnitSystem {
    /// °C, km, kg, bar.
    #[default]
    Metric,
    /// °F, miles, pounds, psi.
    Imperial,
}

/// The broker inside and the demo.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct EmbeddedView {
    /// The broker inside runs.
    pub running: bool,
    /// Its port.
    pub port: u16,
    /// Reachable from the network rather than from this machine alone.
    pub network: bool,
    /// User name that devices must give; empty on loopback without one.
    pub username: String,
    /// The simulated home and plant run.
    pub demo: bool,
    /// Why it does not run, one sentence; empty where none.
    pub error: String,
}

/// How the broker inside shall run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct EmbeddedEdit {
    /// Run it.
    pub running: bool,
    /// Open it to the network; needs a password.
    pub network: bool,
    /// Port; 0 chooses a free one on loopback, 1883 is usual on the network.
    pub port: u16,
    /// User name.
    pub username: String,
    /// None: leave as it is.
    pub password: Option<String>,
    /// Run the simulated home and plant on it.
    pub demo: bool,
}

/// A place to be made or changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct PlaceEdit {
    /// None for a new one.
    pub id: Option<PlaceId>,
    /// The place it is in.
    pub parent: Option<PlaceId>,
    /// What it is.
    pub kind: PlaceKind,
    /// Which face.
    pub realm: Realm,
    /// Name.
    pub name: String,
}

/// Where an export went.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct ExportOutcome {
    /// The file.
    pub path: String,
    /// Lines written, without the head line.
    pub rows: u64,
}

/// What the window must know of the program it runs in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct AboutView {
    /// Version of the program.
    pub version: String,
    /// Passwords can be kept in the desktop's keychain.
    pub keychain: bool,
    /// Why not, one sentence; empty where they can.
    pub keychain_note: String,
}

/// An error as it reaches the window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Trouble {
    /// A stable code: `history`, `not_found`, `invalid`, `not_connected`, `busy`.
    pub code: String,
    /// One clear sentence: what happened and what to do.
    pub message: String,
}
