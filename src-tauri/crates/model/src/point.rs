//! What a point is: its kind, unit, class, range and command.

use serde::{Deserialize, Serialize};

/// What sort of value a point holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// `Bool`.
    Bool,
    /// `Int` or `Float`.
    Number,
    /// `Text` out of [`PointDesc::options`].
    Enum,
    /// Free text, also structured text (JSON).
    #[default]
    Text,
    /// `Text` naming something that happened (a button's `single`); never carried over a restart as if it were a state.
    Event,
    /// `Text` holding an RFC 3339 time.
    Time,
    /// Holds no value; it can only be pressed (button, scene, notify).
    Action,
    /// A picture or other binary: only its size in bytes is kept, as `Int`.
    Binary,
}

/// What a point means within its entity, so that a tile can be drawn from several points. The names follow Home Assistant's attributes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // the names are their own documentation
pub enum Role {
    /// A reading, or nothing special.
    #[default]
    Value,
    /// On/off of a light, switch, fan, siren, humidifier.
    Switch,
    Brightness,
    ColorTemperature,
    /// Colour as `#rrggbb`.
    Color,
    ColorMode,
    Effect,
    /// Open/closed state of a cover, valve, or garage door; its command takes `open`, `close`, `stop`.
    OpenClose,
    /// 0 (closed) … 100 (open).
    Position,
    Tilt,
    Lock,
    /// HVAC or humidifier or water-heater mode.
    Mode,
    CurrentTemperature,
    TargetTemperature,
    TargetTemperatureLow,
    TargetTemperatureHigh,
    CurrentHumidity,
    TargetHumidity,
    FanMode,
    SwingMode,
    PresetMode,
    /// What the device is doing now (`heating`, `idle`, `washing`).
    Activity,
    /// Fan or vacuum speed, percent or named.
    Speed,
    Direction,
    Oscillation,
    /// Vacuum, lawn mower, media commands out of the options.
    Task,
    AlarmPanel,
    Tone,
    Volume,
    Press,
    Location,
    Latitude,
    Longitude,
    Accuracy,
    Battery,
    Charging,
    LinkQuality,
    /// An attribute of the entity that no other role fits.
    Attribute,
    InstalledVersion,
    LatestVersion,
}

/// How a number behaves over time, after Home Assistant's `state_class`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "snake_case")]
pub enum StateClass {
    /// A reading at a moment.
    Measurement,
    /// A sum that may go both ways.
    Total,
    /// A counter: a fall means that it was reset.
    TotalIncreasing,
}

/// Whether a point is what the device is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// Shown first.
    #[default]
    Primary,
    /// A setting of the device.
    Config,
    /// Signal strength, uptime, version.
    Diagnostic,
}

/// Alarm limits that a device announced or a person set, in the point's own unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Limits {
    /// Below this is critical.
    pub lo_lo: Option<f64>,
    /// Below this is high priority.
    pub lo: Option<f64>,
    /// Above this is high priority.
    pub hi: Option<f64>,
    /// Above this is critical.
    pub hi_hi: Option<f64>,
}

/// How a point can be written.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct CommandDesc {
    /// What may be sent where it differs from what is read: `["open", "close", "stop"]`, `["ON", "OFF"]`. Empty: the point's own
    /// kind, options and range hold.
    pub options: Vec<String>,
    /// No state ever comes back, so a sent command counts as confirmed.
    pub optimistic: bool,
}

/// The code that a command takes: a person is asked for it each time, and it is kept nowhere.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct CodeDesc {
    /// The words that take one (`disarm`); empty: every value does.
    pub words: Vec<String>,
    /// It consists of digits.
    pub numeric: bool,
}

/// One of the descriptions that a point is known through.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct PointSource {
    /// The key of the device that it was described at.
    pub device: String,
    /// The [`PointDesc::key`] that it has there.
    pub key: String,
}

/// A point as its convention describes it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct PointDesc {
    /// Unique and stable within its device.
    pub key: String,
    /// Name for people, without the device's name in front. Empty where the point is the device's main feature.
    pub name: String,
    /// The entity that this point is part of (a light's on/off, brightness and colour share one); empty for a single reading.
    pub entity: String,
    /// The platform of the entity, in Home Assistant's words: `light`, `climate`, `sensor`, …; `metric` for Sparkplug; `value` for plain.
    pub platform: String,
    /// The sort of value.
    pub kind: Kind,
    /// The meaning within its entity.
    pub role: Role,
    /// The unit as sent, UCUM or Home Assistant spelling.
    pub unit: Option<String>,
    /// Device class, in Home Assistant's words (`temperature`, `smoke`, `energy`), also for other conventions.
    pub class: Option<String>,
    /// Behaviour over time.
    pub state_class: Option<StateClass>,
    /// Lowest and highest sensible value, for gauges and set points.
    pub range: Option<(f64, f64)>,
    /// Smallest step of a set point.
    pub step: Option<f64>,
    /// Digits after the decimal point, where the device suggests it.
    pub precision: Option<u8>,
    /// Allowed values of an enum, event or task.
    pub options: Vec<String>,
    /// How to write it; none where it is read-only.
    pub command: Option<CommandDesc>,
    /// The code that writing it takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(as = "Option<CodeDesc>"))]
    pub code: Option<CodeDesc>,
    /// How prominent it is.
    pub category: Category,
    /// The device asks not to show it by default.
    pub hidden: bool,
    /// `mdi:…` icon name, where given.
    pub icon: Option<String>,
    /// Seconds after which a value without a new message is stale, where the device says so.
    pub expire_after: Option<u32>,
    /// Limits that the device announced.
    pub limits: Limits,
    /// Not to be stored (Sparkplug `is_transient`).
    pub transient: bool,
    /// A topic that its values come from, for the page that shows the raw message.
    pub topic: Option<String>,
    /// Where in the JSON of [`PointDesc::topic`] the value stands, as dotted keys (`ENERGY.Power`, `update.state`, `emeters.0.power`);
    /// empty where it is the whole payload. None where that cannot be said (a template that computes). Two conventions that
    /// read the same path of the same topic speak of the same point.
    #[serde(default)]
    pub path: Option<String>,
    /// Everything that it is known through, the best first, where its device is known through several conventions
    /// ([`crate::DeviceDesc::sources`]); empty otherwise. Conventions leave it empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "ts", ts(as = "Vec<PointSource>"))]
    pub sources: Vec<PointSource>,
}
