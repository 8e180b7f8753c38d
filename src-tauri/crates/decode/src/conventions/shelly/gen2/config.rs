//! What a device's configuration tells: names, ranges, options, and which parts belong to a device behind it.

use rustc_hash::FxHashMap;
use serde_json::Value as Json;

/// Most parts that are remembered.
const MOST: usize = 320;
/// Most options of one part.
const MOST_OPTIONS: usize = 64;

/// The configuration of one part.
#[derive(Clone, Debug, Default)]
pub(super) struct Part {
    name: Option<String>,
    /// Lowest and highest value of a number.
    pub(super) range: Option<(f64, f64)>,
    pub(super) step: Option<f64>,
    pub(super) unit: Option<String>,
    pub(super) options: Vec<String>,
    /// The kind of a Bluetooth reading.
    pub(super) object: Option<u64>,
    /// A thermostat that cools.
    pub(super) cooling: bool,
    address: Option<Box<str>>,
}

/// A device behind this one.
#[derive(Clone, Debug)]
pub(super) struct Behind {
    /// Its Bluetooth address, bare lower-case hex.
    pub(super) address: Box<str>,
    /// Its name.
    pub(super) name: Option<String>,
}

/// The configuration of a device.
#[derive(Debug, Default)]
pub(super) struct Config {
    /// The name that the person gave it.
    pub(super) device_name: Option<String>,
    parts: FxHashMap<Box<str>, Part>,
    /// Names of the devices behind it, by address.
    behind: FxHashMap<Box<str>, Behind>,
}

impl Config {
    /// Takes a part's configuration; true where it now belongs to a device behind this one and did not before.
    pub(super) fn learn(&mut self, name: &str, json: &Json) -> bool {
        let text = |json: &Json| {
            json.as_str()
                .map(str::trim)
                .filter(|text| !text.is_empty())
                .map(|text| crate::decoder::shortened(text, 80))
        };
        if name == "sys" {
            self.device_name = text(&json["device"]["name"]);
            return false;
        }
        if name.len() > 64 || self.parts.len() >= MOST && !self.parts.contains_key(name) {
            return false;
        }
        let number = |json: &Json| json.as_f64().filter(|n| n.is_finite());
        let range = number(&json["min"])
            .zip(number(&json["max"]))
            .filter(|(low, high)| low < high);
        let ui = &json["meta"]["ui"];
        let options = json["options"].as_array().map(Vec::as_slice).unwrap_or_default();
        let address = json["addr"].as_str().and_then(address);
        let part = Part {
            name: text(&json["name"]),
            range,
            step: number(&ui["step"]).filter(|step| *step > 0.0),
            unit: text(&ui["unit"]).filter(|unit| unit.len() <= 16),
            options: options.iter().take(MOST_OPTIONS).filter_map(text).collect(),
            object: json["obj_id"].as_u64(),
            cooling: json["type"].as_str() == Some("cooling"),
            address: address.clone(),
        };
        if let Some(address) = &address
            && (self.behind.len() < MOST || self.behind.contains_key(address))
        {
            let is_device = name.starts_with("bthomedevice:") || name.starts_with("blutrv:");
            let behind = self.behind.entry(address.clone()).or_insert_with(|| Behind {
                address: address.clone(),
                name: None,
            });
            if is_device {
                behind.name.clone_from(&part.name);
            }
        }
        let before = self.parts.insert(name.into(), part);
        address.is_some() && before.is_none_or(|before| before.address != address)
    }

    /// The configuration of a part.
    pub(super) fn part(&self, name: &str) -> Option<&Part> {
        self.parts.get(name)
    }

    /// The name that the person gave a part; the name of a device behind is that device's.
    pub(super) fn name_of(&self, name: &str) -> Option<&str> {
        let part = self.parts.get(name)?;
        let of_device = name.starts_with("bthomedevice:") || name.starts_with("blutrv:");
        part.name
            .as_deref()
            .filter(|_| !(of_device && part.address.is_some()))
    }

    /// The device behind that a part belongs to.
    pub(super) fn behind(&self, name: &str) -> Option<&Behind> {
        let address = self.parts.get(name)?.address.as_ref()?;
        self.behind.get(address)
    }
}

/// A Bluetooth address without separators, in lower case.
fn address(text: &str) -> Option<Box<str>> {
    if text.len() > 32 {
        return None;
    }
    let bare: String = text.chars().filter(|c| !matches!(c, ':' | '-')).collect();
    let hex = bare.len() == 12 && bare.bytes().all(|b| b.is_ascii_hexdigit());
    hex.then(|| bare.to_ascii_lowercase().into())
}
