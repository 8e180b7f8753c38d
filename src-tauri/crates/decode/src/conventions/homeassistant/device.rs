//! The device that a config describes.

use hearthline_model::{DeviceDesc, PlaceHint, Realm};
use rustc_hash::FxHashMap;

use super::config::Config;
use crate::decoder::shortened;
use crate::naming;
use crate::template::Json;

/// Longest name that is kept, bytes.
const LONGEST_NAME: usize = 256;
/// Most identities that one device may have.
const MOST_IDENTITIES: usize = 32;

/// Devices by their identities: configs that share one speak of the same device, as in Home Assistant.
#[derive(Default)]
pub(super) struct Devices {
    by_identity: FxHashMap<String, String>,
    known: FxHashMap<String, DeviceDesc>,
}

impl Devices {
    /// The description after a config spoke of the device: what it does not mention stays.
    pub(super) fn merge(&mut self, mut desc: DeviceDesc) -> DeviceDesc {
        let key = desc
            .identities
            .iter()
            .find_map(|identity| self.by_identity.get(identity));
        if let Some(key) = key {
            desc.key.clone_from(key);
        }
        if let Some(known) = self.known.get(&desc.key) {
            let keep = |new: &mut Option<String>, old: &Option<String>| {
                if new.is_none() {
                    new.clone_from(old);
                }
            };
            keep(&mut desc.manufacturer, &known.manufacturer);
            keep(&mut desc.model, &known.model);
            keep(&mut desc.firmware, &known.firmware);
            keep(&mut desc.hardware, &known.hardware);
            keep(&mut desc.serial, &known.serial);
            keep(&mut desc.via, &known.via);
            keep(&mut desc.url, &known.url);
            if desc.name.is_empty() {
                desc.name.clone_from(&known.name);
            }
            if desc.place.path.is_empty() {
                desc.place = known.place.clone();
            }
            let mut identities = known.identities.clone();
            identities.extend(
                desc.identities
                    .drain(..)
                    .filter(|id| !known.identities.contains(id)),
            );
            identities.truncate(MOST_IDENTITIES);
            desc.identities = identities;
        }
        if desc.name.is_empty() {
            desc.name.push_str("Unnamed device");
        }
        for identity in &desc.identities {
            self.by_identity.insert(identity.clone(), desc.key.clone());
        }
        self.known.insert(desc.key.clone(), desc.clone());
        desc
    }

    /// The device is gone.
    pub(super) fn forget(&mut self, key: &str) {
        if let Some(desc) = self.known.remove(key) {
            for identity in desc.identities {
                self.by_identity.remove(&identity);
            }
        }
    }
}

/// The device of a config's `device` block; none where it has no identity.
pub(super) fn describe(device: &Config, realm: Option<Realm>) -> Option<DeviceDesc> {
    let mut identities = Vec::new();
    let mut add = |text: &str| {
        for identity in std::iter::once(normalised(text)).chain(naming::identities(text)) {
            if !identity.is_empty() && !identities.contains(&identity) && identities.len() < MOST_IDENTITIES {
                identities.push(identity);
            }
        }
    };
    for identifier in device.texts("identifiers").unwrap_or_default() {
        add(&identifier);
    }
    if let Some(Json::List(connections)) = device.get("connections") {
        for connection in connections.0.iter().take(MOST_IDENTITIES) {
            // Only addresses identify; an IP address or a host name may move to another device.
            let kind = connection.at(0).and_then(Json::as_str).unwrap_or_default();
            if let Some(value) = connection.at(1).and_then(Json::as_str)
                && matches!(kind, "mac" | "zigbee" | "bluetooth" | "ieee")
            {
                add(value);
            }
        }
    }
    let key = format!("ha:{}", identities.first()?);
    Some(DeviceDesc {
        key,
        identities,
        convention: "homeassistant".to_owned(),
        name: name(&device.word("name").unwrap_or_default()),
        manufacturer: device.word("manufacturer").map(|text| name(&text)),
        model: match (device.word("model"), device.word("model_id")) {
            (Some(model), Some(id)) if !model.contains(&id) => Some(name(&format!("{model} ({id})"))),
            (model, id) => model.or(id).map(|text| name(&text)),
        },
        firmware: device.word("sw_version").map(|text| name(&text)),
        hardware: device.word("hw_version").map(|text| name(&text)),
        serial: device.word("serial_number").map(|text| name(&text)),
        via: device.word("via_device").map(|text| normalised(&text)),
        url: device
            .word("configuration_url")
            .map(|text| shortened(&text, 1024)),
        place: PlaceHint {
            realm: realm.unwrap_or_default(),
            path: device
                .word("suggested_area")
                .map(|area| vec![name(&area)])
                .unwrap_or_default(),
        },
        position: None,
        sources: Vec::new(),
    })
}

/// An entity without a `device` block stands for itself.
pub(super) fn lone(component: &str, id: &str, config: &Config, realm: Option<Realm>) -> DeviceDesc {
    DeviceDesc {
        key: format!("ha:{component}.{}", shortened(id, LONGEST_NAME)),
        convention: "homeassistant".to_owned(),
        name: config
            .word("name")
            .map_or_else(|| naming::humanise(id), |text| name(&text)),
        place: PlaceHint {
            realm: realm.unwrap_or_default(),
            path: Vec::new(),
        },
        ..DeviceDesc::default()
    }
}

/// A name without blanks around and control characters, bounded.
pub(super) fn name(text: &str) -> String {
    let clean: String = text
        .trim()
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    shortened(&clean, LONGEST_NAME)
}

/// An identifier as other conventions would spell it: addresses in lower-case hex without separators.
fn normalised(text: &str) -> String {
    let lower = shortened(text.trim(), LONGEST_NAME).to_lowercase();
    let bare = lower.strip_prefix("zigbee2mqtt_").unwrap_or(&lower);
    let bare = bare.strip_prefix("0x").unwrap_or(bare);
    let hex: String = bare.chars().filter(|c| !matches!(c, ':' | '-')).collect();
    let address = matches!(hex.len(), 12 | 16) && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
    if address { hex } else { lower }
}

#[cfg(test)]
mod tests {
    use super::super::abbreviations::Part;
    use super::*;

    fn device(text: &str) -> DeviceDesc {
        describe(
            &Config::read(&Json::parse(text).unwrap(), Part::Device).unwrap(),
            None,
        )
        .unwrap()
    }

    #[test]
    fn identities_are_normalised_for_merging() {
        for (text, want) in [
            (
                r#"{"ids":["zigbee2mqtt_0x00158D0001ABCDEF"]}"#,
                &["00158d0001abcdef"][..],
            ),
            (
                r#"{"cns":[["mac","A4:CF:12:AA:BB:CC"],["ip","10.0.0.1"]]}"#,
                &["a4cf12aabbcc"],
            ),
            (
                r#"{"ids":"shellyht-A4CF12AABBCC"}"#,
                &["shellyht-a4cf12aabbcc", "a4cf12aabbcc"],
            ),
            (r#"{"ids":[7,"boiler-1"]}"#, &["7", "boiler-1"]),
        ] {
            assert_eq!(device(text).identities, want, "{text}");
        }
        let none = Config::read(&Json::parse("{\"name\":\"x\"}").unwrap(), Part::Device).unwrap();
        assert_eq!(describe(&none, None), None);
    }

    #[test]
    fn configs_that_share_an_identity_are_one_device() {
        let mut devices = Devices::default();
        let first = devices.merge(device(r#"{"ids":"a","name":"Boiler","mf":"ACME","sa":"Cellar"}"#));
        let second = devices.merge(device(
            r#"{"cns":[["mac","a4:cf:12:aa:bb:cc"]],"ids":["b","a"],"name":"Boiler 2"}"#,
        ));
        assert_eq!(first.key, second.key);
        assert_eq!(second.manufacturer.as_deref(), Some("ACME"));
        assert_eq!(second.place.path, ["Cellar"]);
        assert_eq!(second.identities, ["a", "b", "a4cf12aabbcc"]);
        assert_eq!(devices.merge(device(r#"{"ids":"a4cf12aabbcc"}"#)).key, "ha:a");
    }
}
