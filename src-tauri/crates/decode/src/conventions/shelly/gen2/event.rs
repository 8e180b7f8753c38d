//! What happened: pushes of buttons, and what the device tells of itself.

use hearthline_model::{Kind, Value};
use serde_json::Value as Json;

use super::unit::Unit;
use super::{fields, topic};
use crate::Message;
use crate::conventions::shelly::draft::{Draft, Sink, device_time};
use crate::naming::{humanise, join};

/// What a button can tell.
const PUSHES: &[&str] = &[
    "single_push",
    "double_push",
    "triple_push",
    "long_push",
    "btn_down",
    "btn_up",
];
/// What a Bluetooth button can tell besides.
const REMOTE: &[&str] = &[
    "long_double_push",
    "long_triple_push",
    "hold_press",
    "rotate_left",
    "rotate_right",
];
/// What the device tells of itself.
const SYSTEM: &[&str] = &[
    "scheduled_restart",
    "ota_begin",
    "ota_success",
    "ota_error",
    "sleep",
    "boot",
    "time_change",
];
/// Most events of one message.
const MOST: usize = 32;

/// Reads the events of a notification; true where the configuration changed.
pub(super) fn read(unit: &mut Unit, params: &Json, message: &Message<'_>, sink: &mut Sink<'_, '_>) -> bool {
    let mut changed = false;
    let Some(events) = params["events"].as_array() else {
        return false;
    };
    for event in events.iter().take(MOST) {
        let (Some(name), Some(what)) = (event["component"].as_str(), event["event"].as_str()) else {
            continue;
        };
        if name.len() > 64 || what.is_empty() || what.len() > 64 {
            continue;
        }
        match what {
            "config_changed" | "component_added" => changed = true,
            "component_removed" => {
                if let Some(target) = event["target"].as_str().filter(|target| target.len() <= 64) {
                    unit.points.forget(sink, &format!("{target}/"));
                }
                changed = true;
            }
            _ => happened(unit, name, what, event, message, sink),
        }
    }
    changed
}

fn happened(
    unit: &mut Unit,
    name: &str,
    what: &str,
    event: &Json,
    message: &Message<'_>,
    sink: &mut Sink<'_, '_>,
) {
    unit.see(name, sink);
    let Some(device) = unit.owner(name, sink) else {
        return;
    };
    let (kind, _) = topic::component(name);
    let noise = match what {
        "ota_progress" => Some("the progress of an update is not kept"),
        "ble.scan_result" | "data_stream" => Some("it is raw data for scripts"),
        "data" | "nvs_change" | "schedule_change" => Some("it is the firmware's own business"),
        _ => None,
    };
    if let Some(reason) = noise {
        let field = format!("{kind}.{what}");
        return unit.points.ignore(sink, device, message.topic, &field, reason);
    }
    let mut options: Vec<&str> = match kind {
        "input" => PUSHES.to_vec(),
        "bthomedevice" | "bthomesensor" | "blutrv" => PUSHES[..4].iter().chain(REMOTE).copied().collect(),
        "button" => PUSHES[..4].to_vec(),
        "sys" => SYSTEM.to_vec(),
        _ => Vec::new(),
    };
    let button = !options.is_empty() && kind != "sys";
    if button && !options.contains(&what) {
        options.push(what);
    }
    let label = unit.label(name, fields::word(kind));
    // One device may have several buttons.
    let idx = event["idx"].as_u64().filter(|idx| *idx < 16);
    let key = match idx {
        Some(idx) => format!("{name}/event.{idx}"),
        None => format!("{name}/event"),
    };
    let called = match (button, idx) {
        (true, Some(idx)) => format!("Button {}", idx + 1),
        (true, None) => "Button".to_owned(),
        _ if kind == "sys" => "System event".to_owned(),
        _ if label.is_empty() => format!("{} event", humanise(kind)),
        _ => "Event".to_owned(),
    };
    let topic = message.topic.to_owned();
    let make = || {
        let draft = Draft::new(join(&label, &called), Kind::Event).with(|desc| {
            desc.topic = Some(topic);
            desc.options = options.iter().map(|&option| option.to_owned()).collect();
            if button {
                desc.class = Some("button".to_owned());
            }
        });
        if button { draft } else { draft.diagnostic() }
    };
    if let Some(point) = unit.points.describe(sink, device, &key, make)
        && !message.retain
    {
        let before = sink.at;
        sink.at = device_time(&event["ts"], sink.at);
        sink.context.reading(crate::Reading {
            point,
            at: sink.at,
            received: sink.received,
            value: Value::text(what),
            quality: hearthline_model::Quality::Good,
            historical: false,
        });
        sink.at = before;
    }
}
