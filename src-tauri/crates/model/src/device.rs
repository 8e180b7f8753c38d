//! What a device says of itself.

use serde::{Deserialize, Serialize};

use crate::Realm;

/// Where a convention thinks that a device belongs; the person's own choice always wins over it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct PlaceHint {
    /// The face.
    pub realm: Realm,
    /// Names from the outside in: `["Kitchen"]` in a home (a single room name), `["Berlin", "Filling", "Line 2"]` in a plant
    /// (ISA-95, the last one is the line). Empty where nothing is known.
    pub path: Vec<String>,
}

/// One of the descriptions that a device is known through: two conventions may announce the same thing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct DeviceSource {
    /// The [`DeviceDesc::key`] that the convention gave it.
    pub key: String,
    /// The convention.
    pub convention: String,
}

/// A device as its convention describes it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DeviceDesc {
    /// Unique and stable within its broker, with the convention in front: `ha:0x00158d0001`, `sp:Plant/Line1/Filler`, `plain:garage/door`.
    pub key: String,
    /// Normalised identities that may be shared with the same device of another convention: MAC or IEEE addresses in lower-case
    /// hex without separators, `identifiers` of discovery.
    pub identities: Vec<String>,
    /// The convention that described it: `homeassistant`, `sparkplug`, `plain`, …
    pub convention: String,
    /// Name for people.
    pub name: String,
    /// Manufacturer.
    pub manufacturer: Option<String>,
    /// Model.
    pub model: Option<String>,
    /// Firmware or software version.
    pub firmware: Option<String>,
    /// Hardware version.
    pub hardware: Option<String>,
    /// Serial number.
    pub serial: Option<String>,
    /// [`DeviceDesc::key`] or identity of the device that this one is reached through.
    pub via: Option<String>,
    /// The device's own configuration page. Shown as text, opened only on request.
    pub url: Option<String>,
    /// Where it seems to be.
    pub place: PlaceHint,
    /// Position in the flow of its line, smallest first, where the convention tells.
    pub position: Option<i32>,
    /// Everything that it is known through, the best first, where that is more than [`DeviceDesc::key`] alone; empty otherwise.
    /// Conventions leave it empty: the decoder fills it in when it recognises one device in several descriptions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<DeviceSource>,
}

impl DeviceDesc {
    /// Everything that it is known through, the best first; never empty.
    pub fn all_sources(&self) -> Vec<DeviceSource> {
        if self.sources.is_empty() {
            return vec![DeviceSource {
                key: self.key.clone(),
                convention: self.convention.clone(),
            }];
        }
        self.sources.clone()
    }
}
