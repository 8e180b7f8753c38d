//! `STATUS` and `INFO`: what a device says of itself when it is asked, and once after a start.

use super::config::{get, text};
use super::device::Device;
use super::entities;
use super::scene::Scene;
use super::walk::{sensor, state, vital};
use crate::shape::json::Json;

/// The parts of an answer to `STATUS`.
pub(super) fn status(device: &mut Device, json: &Json<'_>, scene: &mut Scene<'_, '_>) {
    let Json::Object(entries) = json else {
        return;
    };
    for (key, value) in entries {
        match key.as_ref() {
            "StatusSNS" => {
                scene.clock(value);
                sensor(device, value, scene);
            }
            "StatusSTS" => state(device, value, scene),
            "Status" => names(device, value, scene),
            "StatusFWR" | "StatusNET" => about(device, value, scene),
            "StatusPRM" if device.ensure(scene).is_some() => {
                for key in ["RestartReason", "BootCount"] {
                    if let Some(value) = get(value, key) {
                        vital(device, key, &format!("StatusPRM.{key}"), value, scene);
                    }
                }
            }
            key if key.starts_with("Status") => {
                let text = format!("\"{key}\" holds settings of the device, not values");
                device.ignored(key, &text, scene);
            }
            _ => {}
        }
    }
}

/// Its names, where it did not announce them.
fn names(device: &mut Device, json: &Json<'_>, scene: &mut Scene<'_, '_>) {
    if device.discovered {
        return;
    }
    let friendly: Vec<Option<String>> = match get(json, "FriendlyName") {
        Some(Json::Array(names)) => names.iter().take(super::config::MOST).map(text).collect(),
        Some(name) => vec![text(name)],
        None => Vec::new(),
    };
    let name = get(json, "DeviceName")
        .and_then(text)
        .or_else(|| friendly.first().cloned().flatten())
        .filter(|name| !name.trim().is_empty() && name != "Tasmota" && name != "Sonoff");
    device.config.friendly = friendly;
    if name.is_some() {
        device.config.name = name;
    }
    if device.describe(scene).is_some() && device.entities_known {
        entities::describe(device, scene);
    }
}

/// Firmware, address, model.
pub(super) fn about(device: &mut Device, json: &Json<'_>, scene: &mut Scene<'_, '_>) {
    let config = &mut device.config;
    let read = |key: &str| get(json, key).and_then(text).filter(|text| !text.is_empty());
    if let Some(ip) = read("IPAddress").filter(|ip| ip != "0.0.0.0") {
        config.ip = Some(ip);
    }
    if let Some(hardware) = read("Hardware") {
        config.hardware = Some(hardware);
    }
    if !device.discovered {
        if let Some(mac) = read("Mac") {
            config.mac = mac;
        }
        if let Some(firmware) = read("Version") {
            config.firmware = Some(firmware);
        }
        if let Some(model) = read("Module") {
            config.model = Some(model);
        }
    }
    device.describe(scene);
}

/// What is said once after a start.
pub(super) fn info(device: &mut Device, json: &Json<'_>, scene: &mut Scene<'_, '_>) {
    let inner = match json {
        Json::Object(entries) if entries.len() == 1 && entries[0].0.starts_with("Info") => &entries[0].1,
        other => other,
    };
    about(device, inner, scene);
    for key in ["RestartReason", "BootCount"] {
        match get(inner, key) {
            // After a crash it is an object of registers.
            Some(Json::Object(_)) => {
                let crash = Json::Text("Exception".into());
                vital(device, key, key, &crash, scene);
            }
            Some(value) => vital(device, key, key, value, scene),
            None => {}
        }
    }
}
