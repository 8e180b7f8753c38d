//! `STATE`, `SENSOR` and `RESULT`: which part of a message is what.

use super::child;
use super::config::{Relay, get, text};
use super::device::Device;
use super::scene::Scene;
use super::sheet::{Sheet, Spot};
use super::topic::split_number;
use super::{entities, happening, input, quantity, read, shutter, status};
use crate::DiagnosisKind;
use crate::shape::json::Json;

/// Longest array that becomes a point an element.
const MOST_ELEMENTS: usize = 16;
/// Longest path, bytes.
const LONGEST_PATH: usize = 200;

/// Keys of a light that say again what its other values say.
fn is_of_light(key: &str) -> bool {
    matches!(
        split_number(key).0,
        "Dimmer"
            | "Color"
            | "HSBColor"
            | "White"
            | "CT"
            | "Channel"
            | "Scheme"
            | "Fade"
            | "Speed"
            | "LedTable"
            | "Width"
            | "RGBWWTable"
    )
}

/// Everything's state, and how the device itself is.
pub(super) fn state(device: &mut Device, json: &Json<'_>, scene: &mut Scene<'_, '_>) {
    let Json::Object(entries) = json else {
        return;
    };
    if device.ensure(scene).is_none() {
        return;
    }
    learn(device, json, scene);
    for (key, value) in entries {
        match (key.as_ref(), value) {
            ("Time", _) => {}
            ("DeepSleep", _) => device.set_sleeps(scene),
            ("Uptime", Json::Text(_) | Json::Int(_)) => {
                if get(json, "UptimeSec").is_none() {
                    // A bare number is of hours.
                    let value = match value {
                        Json::Int(hours) => &Json::Text(hours.to_string().into()),
                        value => value,
                    };
                    vital(device, "UptimeSec", "Uptime", value, scene);
                }
            }
            (key, Json::Object(inner)) => {
                if let Some(number) = shutter::number_of(key) {
                    shutter::told(device, number, value, scene);
                } else {
                    for (name, value) in inner {
                        let path = format!("{key}.{name}");
                        vital(device, &path, &path, value, scene);
                    }
                }
            }
            (_, Json::Array(_) | Json::Skipped) => {}
            (key, value) => {
                if !entity(device, key, json, value, scene) && !input::state(device, key, value, scene) {
                    vital(device, key, key, value, scene);
                }
            }
        }
    }
}

/// A value of a relay, light or fan; false where the key is of none.
fn entity(
    device: &mut Device,
    key: &str,
    around: &Json<'_>,
    value: &Json<'_>,
    scene: &mut Scene<'_, '_>,
) -> bool {
    // The colour with its hue is the more exact one.
    if key == "Color" && get(around, "HSBColor").is_some() {
        return true;
    }
    if device.feed(key, value, scene) {
        return true;
    }
    if split_number(key).0 == "POWER" {
        let ix = usize::from(split_number(key).1.unwrap_or(1).max(1)) - 1;
        let text = if device.config.relays.get(ix) == Some(&Relay::Shutter) {
            "it is the motor of a shutter, which is moved as a whole"
        } else {
            "the device's announcement names no relay of this number"
        };
        device.ignored(key, &format!("\"{key}\" is not shown: {text}"), scene);
        return true;
    }
    is_of_light(key) || key == "FanSpeed"
}

pub(super) fn vital(device: &mut Device, key: &str, path: &str, value: &Json<'_>, scene: &mut Scene<'_, '_>) {
    if key.len() > LONGEST_PATH {
        return;
    }
    let Some(sheet) = &mut device.sheet else {
        return;
    };
    let topic;
    let topic = match &device.bases.tele {
        // An answer on another topic has the same value.
        Some(tele) if !sheet.knows(key) && scene.topic.ends_with("RESULT") => {
            topic = format!("{tele}STATE");
            &topic
        }
        _ => scene.topic,
    };
    let spot = Spot {
        key,
        path,
        group: "",
        quantity: key.rsplit('.').next().unwrap_or(key),
        parent: None,
        around: None,
        index: None,
        vital: true,
        topic,
    };
    sheet.value(&spot, value, &device.config.words, scene);
}

/// What a device without an announcement shows of its relays, lights and fans.
fn learn(device: &mut Device, json: &Json<'_>, scene: &mut Scene<'_, '_>) {
    if device.discovered && !device.config.partial {
        return;
    }
    let Json::Object(entries) = json else {
        return;
    };
    let config = &mut device.config;
    let former = (config.relays.len(), config.light, config.fan);
    let (mut relays, mut light) = (0, 0);
    for (key, value) in entries {
        match split_number(key) {
            ("POWER", number) => {
                let number = usize::from(number.unwrap_or(1).max(1));
                if number <= super::config::MOST {
                    relays = relays.max(number);
                }
            }
            ("Color", None) => {
                let channels = read::text(value).and_then(read::channels).map_or(0, |c| c.len());
                light = light.max(channels.min(5) as u8);
            }
            ("Channel", None) => {
                if let Json::Array(channels) = value {
                    light = light.max(channels.len().min(5) as u8);
                }
            }
            ("HSBColor", None) => light = light.max(3),
            ("CT", None) => light = light.max(2),
            ("Dimmer", _) => light = light.max(1),
            ("FanSpeed", None) => config.fan = true,
            _ => {}
        }
    }
    config.light = config.light.max(light);
    let count = config.relays.len().max(relays);
    // The light comes after the relays.
    let dimmed = config.light > 0;
    config.relays = (1..=count)
        .map(|n| {
            if dimmed && n == count {
                Relay::Light
            } else {
                Relay::Switch
            }
        })
        .collect();
    if former != (config.relays.len(), config.light, config.fan) || !device.entities_known {
        entities::describe(device, scene);
    }
}

/// Readings.
pub(super) fn sensor(device: &mut Device, json: &Json<'_>, scene: &mut Scene<'_, '_>) {
    let Json::Object(entries) = json else {
        return;
    };
    if device.ensure(scene).is_none() {
        return;
    }
    if let Some(sheet) = &mut device.sheet {
        sheet.take_units(json, scene);
    }
    let topic = if scene.topic.ends_with("SENSOR") {
        None
    } else {
        device.bases.tele.as_ref().map(|tele| format!("{tele}SENSOR"))
    };
    for (key, value) in entries {
        if key.len() > LONGEST_PATH
            || matches!(key.as_ref(), "Time" | "TempUnit" | "PressureUnit" | "SpeedUnit")
        {
            continue;
        }
        if happening::told(device, key, value, scene) {
            continue;
        }
        match value {
            Json::Object(_) => {
                if let Some(number) = shutter::number_of(key) {
                    shutter::told(device, number, value, scene);
                    continue;
                }
                if child::bluetooth(device, key, value, scene) {
                    continue;
                }
            }
            _ if input::state(device, key, value, scene) => continue,
            _ => {}
        }
        let topic = topic.as_deref().unwrap_or(scene.topic);
        group(device, key, 0, value, topic, scene);
    }
}

/// The readings of `ENERGY`, on a topic of their own.
pub(super) fn energy(device: &mut Device, json: &Json<'_>, scene: &mut Scene<'_, '_>) {
    if device.ensure(scene).is_some()
        && let Json::Object(entries) = json
    {
        let inner = entries.iter().filter(|(key, _)| key != "Time").cloned().collect();
        let name = "ENERGY";
        group(
            device,
            name,
            name.len() + 1,
            &Json::Object(inner),
            scene.topic,
            scene,
        );
    }
}

/// One sensor's readings. So many bytes of the paths are not in the JSON.
fn group(
    device: &mut Device,
    name: &str,
    outer: usize,
    json: &Json<'_>,
    topic: &str,
    scene: &mut Scene<'_, '_>,
) {
    let Some(sheet) = &mut device.sheet else {
        return;
    };
    // Probes on one wire are numbered by where they stand in a search: only their own number says which is which.
    let id = match json {
        Json::Object(_) if name.starts_with("DS18") => get(json, "Id").and_then(text),
        _ => None,
    };
    let mut walk = Walk {
        sheet,
        words: &device.config.words,
        scene,
        group: if matches!(json, Json::Object(_)) { name } else { "" },
        probe: id.map(|id| (format!("DS18 {id}"), name.len())),
        topic,
        outer,
        path: std::mem::take(&mut device.path),
    };
    walk.path.clear();
    walk.path.push_str(name);
    match json {
        Json::Object(_) => walk.members(json, None, 0),
        other => walk.leaf(name, None, None, None, other),
    }
    device.path = walk.path;
}

struct Walk<'w, 'a, 'b> {
    sheet: &'w mut Sheet,
    words: &'w [String; 4],
    scene: &'w mut Scene<'a, 'b>,
    group: &'w str,
    /// The key of a probe, and how much of the path it stands for.
    probe: Option<(String, usize)>,
    topic: &'w str,
    outer: usize,
    path: String,
}

impl Walk<'_, '_, '_> {
    fn members(&mut self, object: &Json<'_>, parent: Option<&str>, depth: usize) {
        let Json::Object(entries) = object else {
            return;
        };
        let length = self.path.len();
        for (key, value) in entries {
            if length + key.len() + 4 > LONGEST_PATH || key == "Id" {
                continue;
            }
            self.path.push('.');
            self.path.push_str(key);
            match value {
                Json::Object(_) if depth < 2 => self.members(value, Some(key), depth + 1),
                Json::Object(_) | Json::Skipped => {}
                value => self.leaf(key, parent, Some(object), None, value),
            }
            self.path.truncate(length);
        }
    }

    fn leaf(
        &mut self,
        name: &str,
        parent: Option<&str>,
        around: Option<&Json<'_>>,
        index: Option<usize>,
        value: &Json<'_>,
    ) {
        if let (Json::Array(items), None) = (value, index) {
            let length = self.path.len();
            for (ix, item) in items.iter().enumerate().take(MOST_ELEMENTS) {
                // One phase may have been told as a bare number before.
                if !(ix == 0 && self.sheet.knows(&self.path)) {
                    use std::fmt::Write as _;
                    let _ = write!(self.path, ".{ix}");
                }
                self.leaf(name, parent, around, Some(ix), item);
                self.path.truncate(length);
            }
            return;
        }
        let length = self.path.len();
        let probe = self
            .probe
            .as_ref()
            .map(|(probe, stands_for)| format!("{probe}{}", &self.path[*stands_for..]));
        if probe.is_none() && index.is_none() && !self.sheet.knows(&self.path) {
            // … and one phase of several may be told as a bare number.
            self.path.push_str(".0");
            if !self.sheet.knows(&self.path) {
                self.path.truncate(length);
            }
        }
        // What stands one level deeper may be named by its parent: `TX23.Speed.Act` is a speed.
        let quantity = match parent {
            Some(parent)
                if quantity::of(self.group, name, false).is_none()
                    && quantity::of(self.group, parent, false).is_some() =>
            {
                parent
            }
            _ => name,
        };
        let spot = Spot {
            key: probe.as_deref().unwrap_or(&self.path),
            path: &self.path[self.outer..],
            group: self.group,
            quantity,
            parent: parent.map(|parent| (parent, name)),
            around,
            index,
            vital: false,
            topic: self.topic,
        };
        self.sheet.value(&spot, value, self.words, self.scene);
        self.path.truncate(length);
    }
}

/// What changed, or the answer to a command.
pub(super) fn result(device: &mut Device, json: &Json<'_>, scene: &mut Scene<'_, '_>) {
    let Json::Object(entries) = json else {
        return;
    };
    if get(json, "Uptime").is_some() || get(json, "Wifi").is_some() {
        // The answer to STATE.
        return state(device, json, scene);
    }
    if device.ensure(scene).is_none() {
        return;
    }
    learn(device, json, scene);
    for (key, value) in entries {
        match (key.as_ref(), value) {
            ("Time" | "Input", _) => {}
            ("Command", Json::Text(word)) => refused(device, word, json, scene),
            ("DeepSleep", _) => device.set_sleeps(scene),
            (key, _) if key.starts_with("Status") => status::status(device, json, scene),
            (key, Json::Object(_)) if shutter::number_of(key).is_some() => {
                if let Some(number) = shutter::number_of(key) {
                    shutter::told(device, number, value, scene);
                }
            }
            (key, value)
                if input::action(device, key, value, scene)
                    || happening::told(device, key, value, scene)
                    || input::is_key(key) && input::state(device, key, value, scene) => {}
            (key, Json::Array(_)) if is_of_light(key) => {}
            (_, Json::Array(_) | Json::Object(_) | Json::Skipped) => {
                let text = format!("\"{key}\" answers a command and is no state");
                device.ignored(key, &text, scene);
            }
            (key, value) => {
                if !entity(device, key, json, value, scene) && !key.starts_with("Shutter") {
                    let text = format!("\"{key}\" answers a command and is no state");
                    device.ignored(key, &text, scene);
                }
            }
        }
    }
}

/// The device did not take a command.
fn refused(device: &Device, word: &str, json: &Json<'_>, scene: &mut Scene<'_, '_>) {
    let why = match word {
        "Unknown" => "it does not know the command",
        "Error" => "the command failed",
        _ => return,
    };
    let which = get(json, "Input")
        .and_then(text)
        .map(|input| format!(" (\"{input}\")"));
    let text = format!("the device refused a command: {why}{}", which.unwrap_or_default());
    if let Some(device) = device.ix() {
        scene.context.refused(device, text.clone());
    }
    scene
        .context
        .diagnose(device.ix(), scene.topic, DiagnosisKind::Ignored, text);
}
