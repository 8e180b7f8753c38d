//! JSON of a car: what a route planner is told (`{"utc":…,"soc":…,"is_charging":…}`), `WiCAN`'s parameters, and JSON of bridges.

use super::car::{Car, Spot};
use super::spec::{Read, Spec, number, other};
use super::words;
use crate::shape::flatten::Flat;
use crate::shape::json::{self, Json};
use crate::shape::lexicon;
use crate::shape::scalar::Scalar;
use crate::shape::stamp::{self, Stamp};
use crate::{Context, DiagnosisKind, Message, naming, payload};

/// What a planner's message has beside a car's words, in the planner's units.
const PLANNER: &[(&str, Spec)] = &[
    // Negative while the car charges, so without a class: it does not speak for the car.
    ("power", number("power", "Battery power", "kW", "")),
    ("speed", number("speed", "Speed", "km/h", "speed")),
    (
        "voltage",
        number("voltage", "Battery voltage", "V", "voltage").diagnostic(),
    ),
    (
        "current",
        number("current", "Battery current", "A", "current").diagnostic(),
    ),
    (
        "capacity",
        number("capacity", "Battery energy", "kWh", "energy_storage").diagnostic(),
    ),
    ("elevation", number("elevation", "Elevation", "m", "distance")),
    ("heading", number("heading", "Heading", "°", "").range(0.0, 360.0)),
    ("is_dcfc", other("is_dcfc", "Fast charger", Read::Bool, "")),
    ("is_parked", other("is_parked", "Parked", Read::Bool, "")),
    ("hvac_power", number("hvac_power", "Climate power", "kW", "")),
    (
        "hvac_setpoint",
        number("hvac_setpoint", "Temperature setting", "°C", "temperature"),
    ),
    (
        "tire_pressure_fl",
        number("tire_pressure_fl", "Tyre pressure, front left", "kPa", "pressure"),
    ),
    (
        "tire_pressure_fr",
        number(
            "tire_pressure_fr",
            "Tyre pressure, front right",
            "kPa",
            "pressure",
        ),
    ),
    (
        "tire_pressure_rl",
        number("tire_pressure_rl", "Tyre pressure, rear left", "kPa", "pressure"),
    ),
    (
        "tire_pressure_rr",
        number("tire_pressure_rr", "Tyre pressure, rear right", "kPa", "pressure"),
    ),
];

/// Levels that name no car.
const VAGUE: &str = "abrp telemetry vehicle vehicles car cars ev garage mqtt home json live current obd";

/// Whether a payload is surely a car's: it has a state of charge, and an odometer, a range or whether the car charges.
pub(super) fn speaks(payload: &[u8]) -> bool {
    let payload = payload.trim_ascii();
    if payload.first() != Some(&b'{') || payload.len() > 16_384 {
        return false;
    }
    let Some(Ok(read)) = std::str::from_utf8(payload).ok().map(json::read) else {
        return false;
    };
    let Json::Object(entries) = &read.json else {
        return false;
    };
    let ids: Vec<&str> = entries.iter().filter_map(|(key, _)| words::id_of(key)).collect();
    let has = |id: &str| ids.contains(&id);
    let planner = entries
        .iter()
        .any(|(key, _)| matches!(key.as_ref(), "is_dcfc" | "is_parked" | "est_battery_range"));
    // A solar battery has a state of charge too, and a robot may say whether it charges; neither has been driven.
    has("battery")
        && (planner
            || has("odometer")
            || has("range") && (has("charging") || has("plugged_in") || has("charge_state")))
}

/// The level of a topic that names the car.
pub(super) fn own_level(topic: &str) -> &str {
    topic
        .rsplit('/')
        .find(|level| {
            !level.is_empty() && !lexicon::has(lexicon::TRANSPARENT, level) && !lexicon::has(VAGUE, level)
        })
        .unwrap_or("car")
}

/// A name for people.
pub(super) fn name_of(level: &str) -> String {
    naming::humanise(level)
}

/// A planner's message.
pub(super) fn read(car: &mut Car, message: &Message<'_>, context: &mut Context<'_>) {
    if message.payload.trim_ascii().is_empty() || car.describe(context).is_none() {
        return;
    }
    flat(car, "", message, context);
}

/// Every value of a JSON message, with `field` before its path.
pub(super) fn flat(car: &mut Car, field: &str, message: &Message<'_>, context: &mut Context<'_>) {
    let mut store = String::new();
    let Some(json) = payload::bounded(message, &mut store, car.device, context) else {
        return;
    };
    // The time of a planner's message is called `utc`.
    let utc = match &json {
        Json::Object(entries) => entries
            .iter()
            .find(|(key, _)| key == "utc")
            .map(|(_, utc)| stamp::read(utc, message.at)),
        _ => None,
    };
    let utc = match utc {
        Some(Stamp::At(at)) => Some(at),
        Some(Stamp::Useless(_)) => {
            let text = "the message's time is more than an hour ahead or from before this century; the time of arrival is used";
            context.diagnose(car.device, message.topic, DiagnosisKind::Clock, text);
            None
        }
        _ => None,
    };
    let planner = utc.is_some();
    let flat = Flat::of(&json, message.at);
    let mut keys = 0;
    for leaf in &flat.leaves {
        let path = flat.path(leaf);
        if path == "utc" || path.eq_ignore_ascii_case("vin") {
            continue;
        }
        keys += 1;
        let key = match (field, path) {
            (field, "") => field.to_owned(),
            ("", path) => path.to_owned(),
            (field, path) => format!("{field}.{path}"),
        };
        let raw = match (&leaf.raw, &leaf.scalar) {
            (Some(raw), _) => raw.to_string(),
            (None, Scalar::Int(int)) => int.to_string(),
            (None, Scalar::Float(real)) => real.to_string(),
            (None, Scalar::Bool(on, _)) => on.to_string(),
            _ => String::new(),
        };
        let spot = Spot {
            message,
            // An envelope's value does not stand where its path says.
            path: Some(path).filter(|path| stands(&json, path)),
            at: leaf.at.or(utc),
        };
        if field.is_empty()
            && planner
            && let Some((_, spec)) = PLANNER.iter().find(|(known, _)| *known == path)
        {
            car.put(spec, &leaf.scalar, &raw, spot, context);
            continue;
        }
        car.infer(&key, &leaf.scalar, &raw, spot, context);
    }
    if keys == 0 && !matches!(json, Json::Object(_) | Json::Array(_)) {
        let text = "the message holds no value";
        context.diagnose(car.device, message.topic, DiagnosisKind::WrongType, text);
    }
    if flat.cut {
        let text = "the message has more values, levels or elements than are shown; the rest was left out";
        context.diagnose(car.device, message.topic, DiagnosisKind::TooLarge, text);
    }
}

/// Whether a value stands at a dotted path.
fn stands(json: &Json<'_>, path: &str) -> bool {
    if path.is_empty() {
        return !matches!(json, Json::Object(_) | Json::Array(_));
    }
    path.split('.')
        .try_fold(json, |at, part| match at {
            Json::Object(entries) => entries
                .iter()
                .find(|(key, _)| key == part)
                .map(|(_, value)| value),
            Json::Array(items) => items.get(part.parse::<usize>().ok()?),
            _ => None,
        })
        .is_some()
}

/// A `WiCAN` adapter: its status, its parameters, and raw frames of the bus.
pub(super) fn wican(car: &mut Car, field: &str, message: &Message<'_>, context: &mut Context<'_>) {
    if message.payload.trim_ascii().is_empty() || car.describe(context).is_none() {
        return;
    }
    if field.starts_with("can/") {
        let text = "raw frames of the car's bus are not values; switch on the adapter's own parameters (AutoPID) to see the car";
        return car.tell("frames", message.topic, text, context);
    }
    if matches!(field.rsplit('/').next(), Some("cmd" | "set")) {
        return;
    }
    if field == "status" {
        let mut store = String::new();
        if let Some(Json::Object(entries)) = payload::bounded(message, &mut store, car.device, context) {
            for (key, value) in &entries {
                match (key.as_ref(), value) {
                    ("status", Json::Text(text)) => car.online(text == "online", message.at, context),
                    ("fw_version" | "version", Json::Text(text)) => {
                        let version = crate::decoder::shortened(text, 64);
                        car.change(context, |desc, _| desc.firmware = Some(version));
                    }
                    _ => {}
                }
            }
        }
        return;
    }
    if message
        .payload
        .trim_ascii()
        .first()
        .is_some_and(|byte| matches!(byte, b'{' | b'['))
    {
        // The parameters of a car are the car's, whatever the topic behind the adapter is called.
        return flat(car, "", message, context);
    }
    if let Some((text, scalar)) = super::car::said(car, message, context) {
        car.infer(field, &scalar, text, Spot::whole(message), context);
    }
}
