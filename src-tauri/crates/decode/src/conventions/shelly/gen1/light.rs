//! Lights, dimmers, bulbs and strips: `light|white|color/<n>` and its JSON status.

use hearthline_model::{Kind, Role, Value};
use serde_json::Value as Json;

use super::device::{Device, at};
use super::meters::meter;
use super::topics::{exact, flag_value, whole};
use crate::conventions::shelly::draft::{Draft, Sink};
use crate::conventions::shelly::write::{Form, Turn};
use crate::{Message, color, payload};

const BULB_EFFECTS: &[&str] = &[
    "Off",
    "Meteor shower",
    "Gradual change",
    "Breath",
    "Flash",
    "On/off gradual",
    "Red/green change",
];
const STRIP_EFFECTS: &[&str] = &["Off", "Meteor shower", "Gradual change", "Flash"];

/// Reads a topic; false where this file does not know it.
pub(super) fn read(
    device: &mut Device,
    levels: &[&str],
    message: &Message<'_>,
    text: &str,
    sink: &mut Sink<'_, '_>,
) -> bool {
    let (part, n, rest) = match *levels {
        ["light", n, ref rest @ ..] => ("light", n, rest),
        ["white", n, ref rest @ ..] => ("white", n, rest),
        ["color", n, ref rest @ ..] => ("color", n, rest),
        _ => return false,
    };
    let Some((n, channel)) = device.channel(part, "Light", n) else {
        return false;
    };
    let entity = format!("{part}/{n}");
    match rest {
        [] => switch(device, &entity, &channel, flag_value(text), "", sink),
        ["status"] => {
            if let Some(json) = payload::json(message, Some(device.ix), sink.context) {
                status(device, part, &entity, &channel, &json, sink);
            }
        }
        [what @ ("power" | "energy" | "overpower_value")] => {
            return meter(device, part, &channel, what, levels, text, sink);
        }
        ["overpower"] => {
            let value = flag_value(text);
            whole(device, &format!("{entity}/overpower"), value, sink, || {
                Draft::flag("Overpower", "problem")
                    .diagnostic()
                    .of_channel(&channel)
            });
        }
        _ => return false,
    }
    true
}

/// The point is the same whether its topic or the status told.
fn switch(
    device: &mut Device,
    entity: &str,
    channel: &str,
    value: Value,
    from: &str,
    sink: &mut Sink<'_, '_>,
) {
    let write = device.write(&format!("{entity}/command"), Form::OnOff);
    let topic = device.topic(&if from.is_empty() {
        entity.to_owned()
    } else {
        format!("{entity}/status")
    });
    let path = if from.is_empty() { "" } else { "ison" };
    device.points.set(sink, device.ix, entity, value, || {
        at(
            Draft::new(channel, Kind::Bool)
                .part("light", entity, Role::Switch)
                .writable(write, &[]),
            topic,
            path,
        )
    });
}

fn status(
    device: &mut Device,
    part: &str,
    entity: &str,
    channel: &str,
    json: &Json,
    sink: &mut Sink<'_, '_>,
) {
    if let Some(on) = json["ison"].as_bool() {
        switch(device, entity, channel, Value::Bool(on), "status", sink);
    }
    // Bulbs are white or coloured; a strip is what it was set up as.
    let bulb = device.is("Shelly Bulb") || device.is("Shelly Bulb RGBW");
    let turn = if bulb { Turn::Mode } else { Turn::Word };
    let mode = json["mode"].as_str().unwrap_or(part);
    let coloured = mode == "color" || part == "color" && json["mode"].is_null();
    let topic = device.topic(&format!("{entity}/status"));
    let set = format!("{entity}/set");
    let put = |device: &mut Device,
               key: &str,
               path: &str,
               value: Value,
               sink: &mut Sink<'_, '_>,
               form: Option<Form>,
               make: &dyn Fn() -> Draft| {
        let write = form.map(|form| device.write(&set, form));
        let topic = topic.clone();
        device
            .points
            .set(sink, device.ix, &format!("{entity}/{key}"), value, move || {
                let draft = at(make().of_channel(channel), topic, path);
                match write {
                    Some(write) => draft.writable(write, &[]),
                    None => draft,
                }
            });
    };
    let percent = |name: &'static str, role| {
        move || {
            Draft::number(name, "%", "")
                .part("light", entity, role)
                .range(0.0, 100.0)
        }
    };

    let bright = if coloured && json["gain"].is_number() {
        "gain"
    } else {
        "brightness"
    };
    if let Some(level) = json[bright].as_f64() {
        let form = Form::Brightness(bright, turn);
        put(
            device,
            "brightness",
            bright,
            exact(Some(level)),
            sink,
            Some(form.clone()),
            &percent("Brightness", Role::Brightness),
        );
        // A bulb that changes between white and colour takes another word for it.
        if let Some(point) = device.points.get(&format!("{entity}/brightness")) {
            sink.writes.insert(point, device.write(&set, form));
        }
    }
    let has_color = part == "color" || bulb;
    if has_color
        && let (Some(r), Some(g), Some(b)) = (byte(json, "red"), byte(json, "green"), byte(json, "blue"))
    {
        let value = Value::text(color::to_hex([r, g, b]));
        put(
            device,
            "color",
            "red",
            value,
            sink,
            Some(Form::Color(turn)),
            &|| {
                let draft = Draft::new("Colour", Kind::Text).part("light", entity, Role::Color);
                draft.with(|desc| desc.path = None)
            },
        );
        if let Some(white) = byte(json, "white") {
            let value = Value::Int((f64::from(white) / 2.55).round() as i64);
            put(
                device,
                "white",
                "white",
                value,
                sink,
                Some(Form::Byte("white")),
                &percent("White", Role::Attribute),
            );
        }
    }
    if let Some(kelvin) = json["temp"].as_f64() {
        let low = if bulb { 3000.0 } else { 2700.0 };
        let form = Form::Kelvin("temp", (low, 6500.0), turn);
        // 0 stands for the warmest.
        put(
            device,
            "color_temp",
            "temp",
            exact(Some(kelvin.max(2700.0))),
            sink,
            Some(form),
            &|| {
                Draft::number("Colour temperature", "K", "")
                    .part("light", entity, Role::ColorTemperature)
                    .range(low, 6500.0)
            },
        );
    }
    if let Some(effect) = json["effect"].as_u64() {
        let names = if device_is_strip(part, bulb) {
            STRIP_EFFECTS
        } else {
            BULB_EFFECTS
        };
        let options = names
            .iter()
            .enumerate()
            .map(|(ix, name)| ((*name).to_owned(), Json::from(ix)))
            .collect();
        let value = usize::try_from(effect)
            .ok()
            .and_then(|ix| names.get(ix))
            .map_or_else(|| Value::text(effect.to_string()), |name| Value::text(*name));
        put(
            device,
            "effect",
            "effect",
            value,
            sink,
            Some(Form::Choice("effect", options)),
            &|| Draft::choice("Effect", names).part("light", entity, Role::Effect),
        );
    }
    if bulb && let Some(mode) = json["mode"].as_str() {
        let value = Value::text(crate::decoder::shortened(mode, 20));
        let options = ["white", "color"].map(|mode| (mode.to_owned(), Json::from(mode)));
        let form = Form::Choice("mode", options.to_vec());
        put(device, "mode", "mode", value, sink, Some(form), &|| {
            Draft::choice("Colour mode", &["white", "color"]).part("light", entity, Role::ColorMode)
        });
    }
    if let Some(power) = json["power"].as_f64() {
        // The meter's own topic tells the same: one point for both.
        put(device, "power", "power", exact(Some(power)), sink, None, &|| {
            Draft::number("Power", "W", "power")
        });
    }
    if let Some(over) = json["overpower"].as_bool() {
        put(
            device,
            "overpower",
            "overpower",
            Value::Bool(over),
            sink,
            None,
            &|| Draft::flag("Overpower", "problem").diagnostic(),
        );
    }
    for (field, reason) in [
        ("has_timer", "timers run within the device and are not shown"),
        ("source", "who switched it last is not shown"),
        ("white", "it is the colour temperature once more, as a share"),
        (
            "transition",
            "it says how the next change is made, not how the light is",
        ),
    ] {
        let shown = field == "white" && has_color;
        if !json[field].is_null() && !shown {
            device.points.ignore(sink, device.ix, &topic, field, reason);
        }
    }
}

fn device_is_strip(part: &str, bulb: bool) -> bool {
    part == "color" && !bulb
}

fn byte(json: &Json, key: &str) -> Option<u8> {
    json[key].as_u64().and_then(|n| u8::try_from(n).ok())
}
