//! `sensor/<name>` of battery devices and detectors, and the gas valve.

use hearthline_model::{Kind, Role, Value};

use super::device::{Device, at};
use super::topics::{exact, flag_value, humidity, number, temperature, whole};
use crate::conventions::shelly::draft::{Draft, Sink};
use crate::conventions::shelly::write::Form;

/// Reads a topic; false where this file does not know it.
pub(super) fn read(device: &mut Device, name: &str, text: &str, sink: &mut Sink<'_, '_>) -> bool {
    let sub = format!("sensor/{name}");
    let flag = |name: &str, class: &str| Draft::flag(name, class);
    let draft = match name {
        // What is sent to the device.
        "start_self_test" | "mute" | "unmute" => return true,
        "flood" => flag("Flood", "moisture"),
        "smoke" => flag("Smoke", "smoke"),
        "motion" => flag("Motion", "motion"),
        "vibration" => flag("Vibration", "vibration"),
        "charger" => flag("Charging", "battery_charging").part("binary_sensor", "", Role::Charging),
        "ext_power" => flag("External power", "plug").diagnostic(),
        "state" => flag("Opening", open_class(device)),
        "gas" => return gas(device, text, sink),
        _ => return reading(device, &sub, name, text, sink),
    };
    // -1 and "unknown" are no state.
    let value = match (name, text) {
        ("state", "close") => Value::Bool(false),
        _ => flag_value(text),
    };
    whole(device, &sub, value, sink, || draft);
    true
}

fn open_class(device: &Device) -> &'static str {
    if device.is("Shelly Door/Window") || device.is("Shelly Door/Window 2") {
        "door"
    } else {
        "opening"
    }
}

fn reading(device: &mut Device, sub: &str, name: &str, text: &str, sink: &mut Sink<'_, '_>) -> bool {
    let words = |text: &str| Value::text(crate::decoder::shortened(&text.replace('_', " "), 100));
    let (value, draft) = match name {
        "temperature" => (
            temperature(number(device, sub, text, sink), 900.0),
            Draft::number("Temperature", "°C", "temperature"),
        ),
        "humidity" => (
            humidity(number(device, sub, text, sink)),
            Draft::number("Humidity", "%", "humidity").range(0.0, 100.0),
        ),
        "battery" => (
            exact(number(device, sub, text, sink).filter(|b| (0.0..=100.0).contains(b))),
            battery(),
        ),
        "lux" => (
            exact(number(device, sub, text, sink).filter(|lux| *lux >= 0.0)),
            Draft::number("Illuminance", "lx", "illuminance"),
        ),
        "tilt" => (
            exact(number(device, sub, text, sink).filter(|tilt| *tilt >= 0.0)),
            Draft::number("Tilt", "°", ""),
        ),
        "concentration" => (
            // 65535: no reading.
            exact(number(device, sub, text, sink).filter(|ppm| (0.0..65535.0).contains(ppm))),
            Draft::number("Gas concentration", "ppm", ""),
        ),
        "illumination" => (
            words(text),
            Draft::choice("Illumination", &["dark", "twilight", "bright"]),
        ),
        "operation" => (
            words(text),
            Draft::choice("Operation", &["warm-up", "normal", "fault", "unknown"]).diagnostic(),
        ),
        "self_test" => {
            let draft = Draft::choice("Self-test", &["not completed", "completed", "running", "pending"]);
            (words(text), draft.diagnostic())
        }
        "error" => (
            exact(number(device, sub, text, sink)),
            Draft::new("Error", Kind::Number).diagnostic(),
        ),
        "act_reasons" => (reasons(text), Draft::new("Woken by", Kind::Text).diagnostic()),
        "temperature_f" => {
            let topic = device.topic(sub);
            let reason = "it is the temperature once more, in °F";
            device.points.ignore(sink, device.ix, &topic, sub, reason);
            return true;
        }
        _ => return false,
    };
    whole(device, sub, value, sink, || draft);
    if name == "self_test" {
        alarm_buttons(device, sink);
    }
    true
}

/// A battery's charge.
pub(super) fn battery() -> Draft {
    Draft::number("Battery", "%", "battery")
        .part("sensor", "", Role::Battery)
        .range(0.0, 100.0)
        .diagnostic()
}

/// `["button","periodic"]` → `button, periodic`.
fn reasons(text: &str) -> Value {
    match serde_json::from_str::<Vec<String>>(text) {
        Ok(list) => Value::text(crate::decoder::shortened(&list.join(", "), 100)),
        Err(_) => Value::text(crate::decoder::shortened(text, 100)),
    }
}

fn gas(device: &mut Device, text: &str, sink: &mut Sink<'_, '_>) -> bool {
    let value = match text {
        "mild" | "heavy" => Value::Bool(true),
        "none" | "test" => Value::Bool(false),
        _ => Value::Null,
    };
    let topic = device.topic("sensor/gas");
    device.points.set(sink, device.ix, "sensor/gas", value, || {
        Draft::flag("Gas", "gas").with(|desc| desc.topic = Some(topic))
    });
    let topic = device.topic("sensor/gas");
    let value = Value::text(crate::decoder::shortened(text, 40));
    device.points.set(sink, device.ix, "sensor/gas.level", value, || {
        at(
            Draft::choice("Gas alarm", &["none", "mild", "heavy", "test", "unknown"]),
            topic,
            "",
        )
    });
    alarm_buttons(device, sink);
    true
}

/// A gas alarm can be tested and made quiet.
fn alarm_buttons(device: &mut Device, sink: &mut Sink<'_, '_>) {
    for (key, name, word) in [
        ("start_self_test", "Start self-test", "start"),
        ("mute", "Mute alarm", "mute"),
        ("unmute", "Unmute alarm", "unmute"),
    ] {
        let key = format!("sensor/{key}");
        if !device.points.has(&key) {
            let write = device.write(&key, Form::Word(word));
            device.points.describe(sink, device.ix, &key, || {
                Draft::new(name, Kind::Action)
                    .part("button", &key, Role::Press)
                    .config()
                    .writable(write, &[])
            });
        }
    }
}

/// The valve of a gas alarm.
pub(super) fn valve(device: &mut Device, levels: &[&str], text: &str, sink: &mut Sink<'_, '_>) -> bool {
    let ["valve", n, "state"] = levels else {
        return false;
    };
    let Some((n, _)) = device.channel("valve", "Valve", n) else {
        return false;
    };
    let entity = format!("valve/{n}");
    let state = match text {
        "opened" | "open" => Value::text("open"),
        "closed" | "closing" | "opening" => Value::text(text),
        _ => Value::Null,
    };
    let there = !state.is_null();
    let words = vec![
        ("open".to_owned(), "open".into()),
        ("close".to_owned(), "close".into()),
    ];
    let write = device.write(&format!("{entity}/command"), Form::Choice("", words));
    let topic = device.topic(&format!("{entity}/state"));
    device.points.set(sink, device.ix, &entity, state, || {
        let draft = Draft::choice("Valve", &["open", "opening", "closed", "closing"])
            .part("valve", &entity, Role::OpenClose)
            .writable(write, &["open", "close"]);
        draft.with(|desc| desc.topic = Some(topic))
    });
    if let Some(point) = device.points.get(&entity) {
        sink.context.available(point, there, sink.at);
    }
    let value = Value::text(crate::decoder::shortened(&text.replace('_', " "), 40));
    whole(device, &format!("{entity}/state"), value, sink, || {
        let options = [
            "unknown",
            "checking",
            "not connected",
            "failure",
            "opened",
            "opening",
            "closed",
            "closing",
        ];
        Draft::choice("Valve state", &options).diagnostic()
    });
    true
}
