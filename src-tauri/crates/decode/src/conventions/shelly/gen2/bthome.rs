//! Readings of Bluetooth sensors behind a device, by their `BTHome` object id.

use hearthline_model::{Kind, Role, Value};
use serde_json::Value as Json;

use super::component::plain_value;
use super::unit::Unit;
use crate::DeviceIx;
use crate::conventions::shelly::draft::{Draft, Sink, device_time};
use crate::naming::humanise;

/// A kind of reading: its object ids, name, unit and class. An empty unit and kind `Bool` is a state.
struct Object(&'static [u64], Kind, &'static str, &'static str, &'static str);

const OBJECTS: &[Object] = &[
    Object(&[0x01], Kind::Number, "Battery", "%", "battery"),
    Object(
        &[0x02, 0x45, 0x57, 0x58],
        Kind::Number,
        "Temperature",
        "°C",
        "temperature",
    ),
    Object(&[0x03, 0x2e], Kind::Number, "Humidity", "%", "humidity"),
    Object(&[0x04], Kind::Number, "Pressure", "hPa", "pressure"),
    Object(&[0x05], Kind::Number, "Illuminance", "lx", "illuminance"),
    Object(&[0x06], Kind::Number, "Mass", "kg", "weight"),
    Object(&[0x08], Kind::Number, "Dew point", "°C", "temperature"),
    Object(
        &[0x09, 0x3d, 0x3e, 0x59, 0x5a, 0x5b],
        Kind::Number,
        "Count",
        "",
        "",
    ),
    Object(&[0x0a, 0x4d], Kind::Number, "Energy", "kWh", "energy"),
    Object(&[0x0b, 0x5c], Kind::Number, "Power", "W", "power"),
    Object(&[0x0c, 0x4a], Kind::Number, "Voltage", "V", "voltage"),
    Object(&[0x0d], Kind::Number, "PM2.5", "µg/m³", "pm25"),
    Object(&[0x0e], Kind::Number, "PM10", "µg/m³", "pm10"),
    Object(&[0x12], Kind::Number, "CO2", "ppm", "carbon_dioxide"),
    Object(
        &[0x13],
        Kind::Number,
        "TVOC",
        "µg/m³",
        "volatile_organic_compounds",
    ),
    Object(&[0x14, 0x2f], Kind::Number, "Moisture", "%", "moisture"),
    Object(&[0x3f], Kind::Number, "Rotation", "°", ""),
    Object(&[0x40], Kind::Number, "Distance", "mm", "distance"),
    Object(&[0x41], Kind::Number, "Distance", "m", "distance"),
    Object(&[0x42], Kind::Number, "Duration", "s", "duration"),
    Object(&[0x43, 0x5d], Kind::Number, "Current", "A", "current"),
    Object(&[0x44], Kind::Number, "Speed", "m/s", "speed"),
    Object(&[0x46], Kind::Number, "UV index", "", ""),
    Object(&[0x47, 0x4e], Kind::Number, "Volume", "L", "volume"),
    Object(&[0x48], Kind::Number, "Volume", "ml", "volume"),
    Object(&[0x49], Kind::Number, "Flow", "m³/h", "volume_flow_rate"),
    Object(&[0x4b, 0x4c], Kind::Number, "Gas", "m³", "gas"),
    Object(&[0x4f], Kind::Number, "Water", "L", "water"),
    Object(&[0x5e], Kind::Number, "Direction", "°", ""),
    Object(&[0x5f], Kind::Number, "Precipitation", "mm", "precipitation"),
    Object(&[0x60], Kind::Number, "Channel", "", ""),
    Object(&[0x0f], Kind::Bool, "State", "", ""),
    Object(&[0x10], Kind::Bool, "Power", "", "power"),
    Object(&[0x11], Kind::Bool, "Opening", "", "opening"),
    Object(&[0x15], Kind::Bool, "Battery low", "", "battery"),
    Object(&[0x16], Kind::Bool, "Charging", "", "battery_charging"),
    Object(&[0x17], Kind::Bool, "Carbon monoxide", "", "carbon_monoxide"),
    Object(&[0x18], Kind::Bool, "Cold", "", "cold"),
    Object(&[0x19], Kind::Bool, "Connected", "", "connectivity"),
    Object(&[0x1a], Kind::Bool, "Door", "", "door"),
    Object(&[0x1b], Kind::Bool, "Garage door", "", "garage_door"),
    Object(&[0x1c], Kind::Bool, "Gas", "", "gas"),
    Object(&[0x1d], Kind::Bool, "Heat", "", "heat"),
    Object(&[0x1e], Kind::Bool, "Light", "", "light"),
    Object(&[0x1f], Kind::Bool, "Lock", "", "lock"),
    Object(&[0x20], Kind::Bool, "Moisture", "", "moisture"),
    Object(&[0x21], Kind::Bool, "Motion", "", "motion"),
    Object(&[0x22], Kind::Bool, "Moving", "", "moving"),
    Object(&[0x23], Kind::Bool, "Occupancy", "", "occupancy"),
    Object(&[0x24], Kind::Bool, "Plug", "", "plug"),
    Object(&[0x25], Kind::Bool, "Presence", "", "presence"),
    Object(&[0x26], Kind::Bool, "Problem", "", "problem"),
    Object(&[0x27], Kind::Bool, "Running", "", "running"),
    Object(&[0x28], Kind::Bool, "Safety", "", "safety"),
    Object(&[0x29], Kind::Bool, "Smoke", "", "smoke"),
    Object(&[0x2a], Kind::Bool, "Sound", "", "sound"),
    Object(&[0x2b], Kind::Bool, "Tamper", "", "tamper"),
    Object(&[0x2c], Kind::Bool, "Vibration", "", "vibration"),
    Object(&[0x2d], Kind::Bool, "Window", "", "window"),
    Object(&[0x53, 0x54], Kind::Text, "Text", "", ""),
];
/// Buttons and dimmers: they come as events.
const PUSHES: &[u64] = &[0x3a, 0x3c];

/// Reads one reading. Without the configuration its kind is not known, and it keeps a plain name.
pub(super) fn read(unit: &mut Unit, device: DeviceIx, name: &str, json: &Json, sink: &mut Sink<'_, '_>) {
    let id = unit.config.part(name).and_then(|part| part.object);
    let (topic, path) = unit.spot(name, "value");
    if id.is_some_and(|id| PUSHES.contains(&id)) {
        let reason = "pushes come as events";
        return unit.points.ignore(sink, device, &topic, name, reason);
    }
    let Some(said) = json.get("value") else { return };
    let key = format!("{name}/value");
    if said.is_null() && !unit.points.has(&key) && id.is_none() {
        return;
    }
    let object = id.and_then(|id| OBJECTS.iter().find(|object| object.0.contains(&id)));
    let kind = object.map_or(
        match said {
            Json::Bool(_) => Kind::Bool,
            Json::Number(_) => Kind::Number,
            _ => Kind::Text,
        },
        |object| object.1,
    );
    let value = match (kind, said) {
        (_, Json::Null) => Value::Null,
        (Kind::Bool, Json::Bool(on)) => Value::Bool(*on),
        (Kind::Bool, Json::Number(number)) => Value::Bool(number.as_f64() != Some(0.0)),
        (Kind::Number, Json::Number(_)) | (Kind::Text, _) => plain_value(said),
        _ => Value::Null,
    };
    let label = unit.label(name, "Reading");
    let own = unit.config.name_of(name).is_some();
    let before = sink.at;
    sink.at = device_time(&json["last_updated_ts"], sink.at);
    unit.points.set(sink, device, &key, value, || {
        let draft = match object {
            Some(Object(_, Kind::Number, called, unit, class)) => {
                let mut draft = Draft::number(*called, unit, class);
                if *called == "Battery" {
                    draft = draft
                        .part("sensor", "", Role::Battery)
                        .range(0.0, 100.0)
                        .diagnostic();
                }
                draft
            }
            Some(Object(_, Kind::Bool, called, _, class)) => Draft::flag(*called, class),
            Some(Object(_, kind, called, ..)) => Draft::new(*called, *kind),
            None if label.is_empty() => Draft::new("Reading", kind),
            None => Draft::new(label.clone(), kind),
        };
        draft.with(|desc| {
            if own {
                desc.name = humanise(&label);
            }
            desc.topic = Some(topic);
            desc.path = Some(path);
        })
    });
    sink.at = before;
}
