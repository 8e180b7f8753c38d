//! `TeslaMate`: a topic a value, plain text, metric units whatever its pages show.

use hearthline_model::Value;

use super::car::{Car, Spot, said};
use super::tesla_keys::{KEYS, LATITUDE, LOCATION, LONGITUDE, ROUTE};
use super::words::CHARGING;
use crate::decoder::shortened;
use crate::shape::json::Json;
use crate::shape::scalar::{self, Scalar};
use crate::{Context, DiagnosisKind, Message, payload};

/// Reads a value.
pub(super) fn read(car: &mut Car, key: &str, message: &Message<'_>, context: &mut Context<'_>) {
    if car.describe(context).is_none() {
        return;
    }
    match key {
        "location" => return location(car, message, context),
        "active_route" => return route(car, message, context),
        _ => {}
    }
    let Some((text, scalar)) = said(car, message, context) else {
        return;
    };
    let spot = Spot::whole(message);
    match key {
        "display_name" | "model" | "trim_badging" => describe(car, key, text, context),
        "geofence" => {
            // A fence's name may begin with a picture: "🏡 Home" is home.
            let bare = text.trim_start_matches(|c: char| !c.is_alphanumeric());
            let none = matches!(scalar, Scalar::Unknown(_)) || bare.is_empty();
            let place = if none { "not_home" } else { bare };
            let place = if place.eq_ignore_ascii_case("home") {
                "home"
            } else {
                place
            };
            car.emit(&LOCATION, Value::text(shortened(place, 128)), spot, context);
        }
        _ => {
            if !matches!(scalar, Scalar::Unknown(_)) {
                consequences(car, key, text, spot, context);
            }
            match KEYS.iter().find(|(known, _)| *known == key) {
                Some((_, spec)) => car.put(spec, &scalar, text, spot, context),
                None => car.infer(key, &scalar, text, spot, context),
            }
        }
    }
}

/// What a value says beside itself.
fn consequences(car: &mut Car, key: &str, text: &str, spot: Spot<'_>, context: &mut Context<'_>) {
    match key {
        "state" if !car.has("charge_state") => {
            car.emit(
                &CHARGING,
                Value::Bool(text == "charging"),
                spot.derived(),
                context,
            );
        }
        "charging_state" => {
            car.emit(
                &CHARGING,
                Value::Bool(text == "Charging"),
                spot.derived(),
                context,
            );
        }
        // The program cannot reach the car's account: nothing that it says is news.
        "healthy" => match text {
            "true" => car.online(true, spot.message.at, context),
            "false" => car.online(false, spot.message.at, context),
            _ => {}
        },
        "version" => {
            let version = shortened(text, 64);
            car.change(context, |desc, _| desc.firmware = Some(version));
        }
        "latitude" if car.has(LATITUDE.id) => car.describe_again(&LATITUDE, spot, context),
        "longitude" if car.has(LONGITUDE.id) => car.describe_again(&LONGITUDE, spot, context),
        _ => {}
    }
}

/// The car's name and model.
fn describe(car: &mut Car, key: &str, text: &str, context: &mut Context<'_>) {
    let text = shortened(text, 64);
    if text.is_empty() || text == "nil" {
        return;
    }
    match key {
        "model" => car.parts.model = Some(text.clone()),
        "trim_badging" => car.parts.trim = Some(text.clone()),
        _ => {}
    }
    car.change(context, |desc, parts| {
        if key == "display_name" {
            desc.name = text;
        }
        let model = parts.model.as_ref().map(|model| match parts.trim.as_ref() {
            Some(trim) => format!("Model {model} {trim}"),
            None => format!("Model {model}"),
        });
        desc.model = model.or(desc.model.take());
    });
}

fn entry<'a>(json: &'a Json<'_>, key: &str) -> Option<&'a Json<'a>> {
    let Json::Object(entries) = json else { return None };
    entries
        .iter()
        .find(|(known, _)| known == key)
        .map(|(_, value)| value)
}

/// `{"latitude": …, "longitude": …}`: the same as the two topics, and written at once.
fn location(car: &mut Car, message: &Message<'_>, context: &mut Context<'_>) {
    let mut store = String::new();
    if message.payload.trim_ascii().is_empty() || message.payload == b"nil" {
        return;
    }
    let Some(json) = payload::bounded(message, &mut store, car.device, context) else {
        return;
    };
    for (spec, path) in [(&LATITUDE, "latitude"), (&LONGITUDE, "longitude")] {
        let spot = Spot {
            path: Some(path),
            ..Spot::whole(message)
        };
        if let Some(scalar) = entry(&json, path).and_then(scalar::of_json) {
            car.put(spec, &scalar, "a text", spot, context);
        }
    }
}

/// The way that the car is guided; `{"error": "No active route available"}` where it is not.
fn route(car: &mut Car, message: &Message<'_>, context: &mut Context<'_>) {
    let mut store = String::new();
    if message.payload.trim_ascii().is_empty() || message.payload == b"nil" {
        return;
    }
    let Some(json) = payload::bounded(message, &mut store, car.device, context) else {
        return;
    };
    if !matches!(json, Json::Object(_)) {
        let text = "the route is no JSON object";
        context.diagnose(car.device, message.topic, DiagnosisKind::WrongType, text);
        return;
    }
    let none = matches!(entry(&json, "error"), Some(Json::Text(_)));
    for (path, spec) in ROUTE {
        let spot = Spot {
            path: Some(path),
            ..Spot::whole(message)
        };
        match entry(&json, path) {
            Some(value) if !none => {
                let text = if let Json::Text(text) = value {
                    text.as_ref()
                } else {
                    ""
                };
                if let Some(scalar) = scalar::of_json(value) {
                    car.put(spec, &scalar, text, spot, context);
                }
            }
            _ if car.has(spec.id) => car.emit(spec, Value::Null, spot, context),
            _ => {}
        }
    }
}
