//! Records of Bluetooth gateways (`OpenMQTTGateway`, Theengs): `home/<gateway>/BTtoMQTT/<address>` with the device's model and values.

use hearthline_model::Role;

use super::body::{self, Weight};
use super::person::{Person, Spot};
use crate::decoder::shortened;
use crate::shape::json::{self, Json};
use crate::shape::scalar;
use crate::{Context, Message, naming, payload};

/// Entries that say who it is.
const ABOUT: &[&str] = &[
    "id",
    "mac",
    "name",
    "brand",
    "model",
    "model_id",
    "type",
    "mac_type",
    "adv_type",
    "manufacturerdata",
    "servicedata",
    "servicedatauuid",
    "uuid",
    "cidc",
    "acts",
    "cont",
    "track",
    "distance",
    "txpower",
    "prmac",
    "localname",
    "device",
    "capabilities",
];

/// Whether a topic is one of a gateway's records.
pub(super) fn is_topic(topic: &str) -> bool {
    let mut levels = topic.rsplit('/');
    levels.next().is_some_and(|last| !last.is_empty()) && levels.next() == Some("BTtoMQTT")
}

/// Whether a record is of a thing that measures a person; other things belong to the gateways' own convention.
pub(super) fn speaks(payload: &[u8]) -> bool {
    let payload = payload.trim_ascii();
    if !payload.starts_with(b"{") || payload.len() > 8192 {
        return false;
    }
    let Some(Ok(read)) = std::str::from_utf8(payload).ok().map(json::read) else {
        return false;
    };
    let Json::Object(entries) = &read.json else {
        return false;
    };
    entries.iter().any(|(key, _)| {
        matches!(key.as_ref(), "weighing_mode" | "impedance")
            || body::of(key).is_some_and(|body| body.weight != Weight::Weak && body.id != "distance")
    })
}

/// Reads a record.
pub(super) fn read(person: &mut Person, message: &Message<'_>, context: &mut Context<'_>) {
    let mut store = String::new();
    let Some(Json::Object(entries)) = payload::bounded(message, &mut store, person.device, context) else {
        return;
    };
    let text = |key: &str| {
        entries.iter().find_map(|(known, value)| match value {
            Json::Text(text) if known == key && !text.trim().is_empty() => Some(shortened(text.trim(), 64)),
            _ => None,
        })
    };
    let (brand, model) = (text("brand"), text("model"));
    let name = text("name")
        .or_else(|| model.clone())
        .map(|name| naming::humanise(&name));
    let address = text("id").or_else(|| text("mac")).unwrap_or_default();
    person.change(context, |desc| {
        desc.manufacturer = brand.or(desc.manufacturer.take());
        desc.model = model.or(desc.model.take());
        // A name that the record gives is better than an address; it may be missing from the next one.
        if let Some(name) = name {
            desc.name = name;
        }
        for identity in naming::identities(&address) {
            if !desc.identities.contains(&identity) && desc.identities.len() < 4 {
                desc.identities.push(identity);
            }
        }
    });
    let weight_unit = text("unit");
    for (key, value) in &entries {
        if ABOUT.contains(&key.as_ref()) || key == "unit" {
            continue;
        }
        let Some(scalar) = scalar::of_json(value) else {
            continue;
        };
        let raw = if let Json::Text(text) = value {
            Some(text.as_ref())
        } else {
            None
        };
        let unit = if key == "weight" {
            weight_unit.as_deref()
        } else {
            None
        };
        let spot = Spot {
            topic: message.topic,
            path: Some(key),
            at: message.at,
            received: message.at,
        };
        // Temperatures come in both scales; one is enough.
        let (key, unit) = match key.as_ref() {
            "tempf" | "tempf2" => continue,
            "tempc" => ("temperature", Some("°C")),
            "hum" => ("humidity", Some("%")),
            "volt" => ("voltage", Some("V")),
            other => (other, unit),
        };
        person.value(key, &scalar, raw, unit, spot, context);
        if key == "rssi" {
            person.role("rssi", Role::LinkQuality, context);
        }
    }
}
