//! Places, devices and points.

use hearthline_model::{
    BrokerId, Category, CodeDesc, DeviceId, DeviceSource, Kind, Limits, Micros, PlaceId, PlaceKind, PointId,
    Realm, Role, StateClass,
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
    /// Every description that it is known through, the best first; more than one where two conventions speak of it.
    pub sources: Vec<DeviceSource>,
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
    /// The code that writing it takes.
    pub code: Option<CodeDesc>,
    /// No state ever comes back: nothing but what was sent is known.
    pub optimistic: bool,
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
