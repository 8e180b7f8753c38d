//! What happens rather than is: infrared and radio codes, tags, serial lines.

use hearthline_model::{Kind, PointDesc};

use super::child;
use super::config::{get, text};
use super::device::Device;
use super::read::Feed;
use super::read::Read;
use super::scene::Scene;
use crate::shape::json::Json;

/// A key of `SENSOR` or `RESULT` that tells of a happening; false where it is none.
pub(super) fn told(device: &mut Device, key: &str, json: &Json<'_>, scene: &mut Scene<'_, '_>) -> bool {
    let (name, class, what) = match key {
        "IrReceived" => ("Infrared received", None, infrared(json)),
        "RfReceived" | "RfRaw" => ("Radio received", None, radio(json)),
        "PN532" | "RDM6300" | "RC522" | "MFRC522" | "Wiegand" | "RF125K" => ("Tag", None, tag(json)),
        "SerialReceived" | "SSerialReceived" => ("Serial received", None, plain(json)),
        "LoRaReceived" => ("LoRa received", None, plain(json)),
        "Event" if matches!(json, Json::Text(_)) => ("Event", None, text(json)),
        "ZbReceived" => {
            child::zigbee(device, json, scene);
            return true;
        }
        "ZbInfo" => {
            child::zigbee_info(device, json, scene);
            return true;
        }
        "TuyaReceived" => {
            let text = "\"TuyaReceived\" is the raw talk between two chips; what it means comes as state";
            device.ignored(key, text, scene);
            return true;
        }
        _ => return false,
    };
    let Some(ix) = device.ix() else {
        return true;
    };
    let lower = key.to_ascii_lowercase();
    let Some(sheet) = &mut device.sheet else {
        return true;
    };
    let point = sheet.point(&lower).or_else(|| {
        let desc = PointDesc {
            key: lower.clone(),
            name: name.to_owned(),
            platform: "event".to_owned(),
            kind: Kind::Event,
            class: class.map(str::to_owned),
            topic: Some(scene.topic.to_owned()),
            path: Some(key.to_owned()),
            ..PointDesc::default()
        };
        let point = scene.context.point(ix, desc)?;
        sheet.adopt(
            &lower,
            Feed {
                point,
                read: Read::plain(Kind::Text),
            },
        );
        Some(point)
    });
    if let (Some(point), Some(what)) = (point, what.filter(|what| !what.is_empty())) {
        scene.happen(point, &what);
    }
    true
}

/// `NEC 0x00FF02FD`; an unknown code by its hash.
fn infrared(json: &Json<'_>) -> Option<String> {
    let protocol = get(json, "Protocol").and_then(text).unwrap_or_default();
    let code = get(json, "Data").or_else(|| get(json, "Hash")).and_then(text)?;
    let code = if code.starts_with("0x") || protocol.is_empty() {
        code
    } else {
        format!("0x{code}")
    };
    Some(format!("{protocol} {code}").trim().to_owned())
}

/// A learnt key by its number, anything else by its code.
fn radio(json: &Json<'_>) -> Option<String> {
    match get(json, "RfKey").and_then(text) {
        Some(key) if key != "None" => Some(format!("key {key}")),
        _ => get(json, "Data").and_then(text),
    }
}

fn tag(json: &Json<'_>) -> Option<String> {
    ["UID", "Uid", "uid"]
        .iter()
        .find_map(|key| get(json, key))
        .and_then(text)
}

fn plain(json: &Json<'_>) -> Option<String> {
    match json {
        Json::Object(_) => get(json, "Data").and_then(text),
        other => text(other),
    }
}
