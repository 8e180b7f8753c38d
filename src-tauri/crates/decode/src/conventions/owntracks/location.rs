//! `_type` `location`: a position, with what the phone or vehicle says of itself.

use hearthline_model::{Category, Kind, Micros, PointDesc, Role, Value};

use super::csv;
use super::fields::{ABOUT, CHARGING, Clock, FIELDS, Field, LATITUDE, LOCATION, LONGITUDE, Read, SPEED};
use super::json::{Entries, boolean, field, number, number_of, text_of, texts, time_of};
use super::report;
use super::tracker::{Tracker, When};
use crate::decoder::shortened;
use crate::shape::json::Json;
use crate::shape::stamp::{self, Stamp};
use crate::shape::{infer, kind, scalar};
use crate::{Context, DiagnosisKind, Message, naming, units};

/// Most regions that one message may name.
const MOST_REGIONS: usize = 32;
/// Longest key of a field that is not known.
const LONGEST_KEY: usize = 64;

/// Reads a position.
pub(super) fn read(
    tracker: &mut Tracker,
    entries: &Entries<'_>,
    message: &Message<'_>,
    context: &mut Context<'_>,
) {
    identify(tracker, entries, context);
    tracker.online(true, message.at, context);
    let fix = time(tracker, entries, "tst", message, context);
    let fix_when = tracker.when(0, fix, message);
    let said = time(tracker, entries, "created_at", message, context).or(fix);
    let said_when = tracker.when(1, said, message);
    let place = place(tracker, entries, message, context);
    if let Some((latitude, longitude)) = place {
        // Described first, so that the device's list begins with where it is.
        let at = whereabouts(tracker, entries, latitude, longitude);
        put(tracker, &LOCATION, at, fix_when, message, context);
        put(
            tracker,
            &LATITUDE,
            Value::number(latitude),
            fix_when,
            message,
            context,
        );
        put(
            tracker,
            &LONGITUDE,
            Value::number(longitude),
            fix_when,
            message,
            context,
        );
    }
    for known in FIELDS {
        let when = match known.clock {
            Clock::Fix => fix_when,
            Clock::Message => said_when,
        };
        match field(entries, known.key) {
            Some(json) => match value(known, json) {
                Some(value) => put(tracker, known, value, when, message, context),
                None => misfit(tracker, known.key, json, message, context),
            },
            // The apps leave out a speed of zero: without it a parked car would seem to drive on.
            None if known.id == SPEED.id && place.is_some() && tracker.has(SPEED.id) => {
                put(tracker, known, Value::Int(0), when, message, context);
            }
            None => {}
        }
    }
    regions(tracker, entries, fix_when, message, context);
    rest(tracker, entries, fix_when, message, context);
}

/// A position in the short form.
pub(super) fn csv(
    tracker: &mut Tracker,
    position: &csv::Position<'_>,
    message: &Message<'_>,
    context: &mut Context<'_>,
) {
    tracker.online(true, message.at, context);
    let at = match stamp::read(&Json::Int(position.time), message.at) {
        Stamp::At(at) => Some(at),
        _ => None,
    };
    let when = tracker.when(0, at, message);
    let (latitude, longitude) = (position.latitude, position.longitude);
    if !is_on_earth(latitude, longitude) {
        return wrong_place(tracker, message, context);
    }
    let at = whereabouts(tracker, &[], latitude, longitude);
    put(tracker, &LOCATION, at, when, message, context);
    put(
        tracker,
        &LATITUDE,
        Value::number(latitude),
        when,
        message,
        context,
    );
    put(
        tracker,
        &LONGITUDE,
        Value::number(longitude),
        when,
        message,
        context,
    );
    for known in FIELDS {
        if known.key == "t" {
            let trigger = Json::Text(position.trigger.into());
            if let Some(value) = value(known, &trigger) {
                put(tracker, known, value, when, message, context);
            }
        } else if let Some((_, number)) = position.more.iter().find(|(key, _)| *key == known.key) {
            put(tracker, known, Value::Int(*number), when, message, context);
        }
    }
}

/// The name and numbers that vehicle trackers send along.
fn identify(tracker: &mut Tracker, entries: &Entries<'_>, context: &mut Context<'_>) {
    let name = text_of(entries, "name").map(|name| shortened(name, 128));
    let serial = text_of(entries, "vin").or(text_of(entries, "imei"));
    if let Some(serial) = serial.map(|serial| shortened(serial, 64)) {
        tracker.change(context, |desc| {
            desc.serial = Some(serial);
            if let Some(name) = name {
                desc.name = name;
            }
        });
    }
}

fn time(
    tracker: &mut Tracker,
    entries: &Entries<'_>,
    key: &'static str,
    message: &Message<'_>,
    context: &mut Context<'_>,
) -> Option<Micros> {
    if let Ok(at) = time_of(entries, key, message.at) {
        at
    } else {
        let text = format!("the time \"{key}\" is none that can be believed; the time of arrival is used");
        context.diagnose(tracker.device, message.topic, DiagnosisKind::Clock, text);
        None
    }
}

fn is_on_earth(latitude: f64, longitude: f64) -> bool {
    (-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude)
}

fn place(
    tracker: &mut Tracker,
    entries: &Entries<'_>,
    message: &Message<'_>,
    context: &mut Context<'_>,
) -> Option<(f64, f64)> {
    let place = number_of(entries, "lat").zip(number_of(entries, "lon"));
    let good = place.filter(|&(latitude, longitude)| is_on_earth(latitude, longitude));
    if good.is_none() {
        wrong_place(tracker, message, context);
    }
    good
}

fn wrong_place(tracker: &mut Tracker, message: &Message<'_>, context: &mut Context<'_>) {
    let text = "the position has no latitude and longitude on this earth; only its other values are used";
    context.diagnose(tracker.device, message.topic, DiagnosisKind::WrongType, text);
}

/// Where it is in words: `home`, another region, `not_home`; the position where no region is known.
fn whereabouts(tracker: &Tracker, entries: &Entries<'_>, latitude: f64, longitude: f64) -> Value {
    let inside = field(entries, "inregions").map(|json| texts(json, MOST_REGIONS));
    let inside = inside.unwrap_or_default();
    if inside.iter().any(|region| is_home(region)) {
        return Value::text("home");
    }
    if let Some(&region) = inside.first() {
        return Value::text(region);
    }
    if let Some(poi) = text_of(entries, "poi") {
        return Value::text(poi);
    }
    if tracker.regions.is_empty() {
        // Four digits are ten metres.
        return Value::text(format!("{latitude:.4}, {longitude:.4}"));
    }
    Value::text("not_home")
}

/// Whether a region's name is that of a home; signs before it are decoration.
pub(super) fn is_home(region: &str) -> bool {
    let bare = region.trim_matches(|c: char| !c.is_alphanumeric());
    bare.eq_ignore_ascii_case("home")
}

/// A field's value; none where it does not fit.
fn value(known: &Field, json: &Json<'_>) -> Option<Value> {
    if known.id == CHARGING.id {
        return match number(json)?.as_f64() {
            Some(1.0 | 3.0) => Some(Value::Bool(false)),
            Some(2.0) => Some(Value::Bool(true)),
            _ => Some(Value::Null),
        };
    }
    Some(match known.read {
        Read::Number => number(json)?,
        Read::Positive => {
            let value = number(json)?;
            if value.as_f64().is_some_and(|number| number < 0.0) {
                Value::Null
            } else {
                value
            }
        }
        Read::Bool => boolean(json)?,
        Read::Text => match json {
            Json::Null => Value::Null,
            Json::Int(int) => Value::text(int.to_string()),
            Json::Text(text) if text.trim().is_empty() => Value::Null,
            Json::Text(_) | Json::Array(_) => {
                let texts = texts(json, MOST_REGIONS);
                if texts.is_empty() {
                    Value::Null
                } else {
                    Value::text(texts.join(", "))
                }
            }
            _ => return None,
        },
        Read::Code(codes) => {
            let code = match json {
                Json::Int(int) => int.to_string(),
                Json::Text(text) => shortened(text.trim(), 32),
                Json::Null => return Some(Value::Null),
                _ => return None,
            };
            let word = codes.iter().find(|(known, _)| *known == code);
            Value::text(word.map_or(code.as_str(), |(_, word)| *word))
        }
    })
}

fn put(
    tracker: &mut Tracker,
    known: &Field,
    value: Value,
    when: When,
    message: &Message<'_>,
    context: &mut Context<'_>,
) {
    // A point is there once it has said something.
    if value.is_null() && !tracker.has(known.id) {
        return;
    }
    if let Some(point) = tracker.point(known.id, message.topic, || known.desc(), context) {
        Tracker::put(point, when, value, context);
    }
}

fn misfit(
    tracker: &mut Tracker,
    key: &str,
    json: &Json<'_>,
    message: &Message<'_>,
    context: &mut Context<'_>,
) {
    let what = match json {
        Json::Text(text) => format!("\"{}\"", shortened(text, 64)),
        Json::Array(_) => "a list".to_owned(),
        Json::Object(_) => "an object".to_owned(),
        _ => "another kind of value".to_owned(),
    };
    let text = format!("the field \"{key}\" holds {what}, which it cannot be; it was left out");
    context.diagnose(tracker.device, message.topic, DiagnosisKind::WrongType, text);
}

/// In which of its regions it is.
fn regions(
    tracker: &mut Tracker,
    entries: &Entries<'_>,
    when: When,
    message: &Message<'_>,
    context: &mut Context<'_>,
) {
    let inside = match field(entries, "inregions") {
        Some(json) => texts(json, MOST_REGIONS),
        // Some apps leave the list out when it is empty, others never send it.
        None if tracker.says_regions => Vec::new(),
        None => return,
    };
    tracker.says_regions = true;
    for region in &inside {
        report::region(tracker, region, message, context);
    }
    for region in tracker.regions.clone() {
        let is_inside = inside.iter().any(|name| **name == *region);
        if let Some(point) = report::region(tracker, &region, message, context) {
            Tracker::put(point, when, Value::Bool(is_inside), context);
        }
    }
}

/// Fields that no table knows: trackers add their own.
fn rest(
    tracker: &mut Tracker,
    entries: &Entries<'_>,
    when: When,
    message: &Message<'_>,
    context: &mut Context<'_>,
) {
    for (key, json) in entries {
        let known = ABOUT.contains(&key.as_ref()) || FIELDS.iter().any(|known| known.key == key.as_ref());
        if known || key.is_empty() || key.len() > LONGEST_KEY {
            continue;
        }
        if matches!(key.as_ref(), "image" | "imagename") {
            let text = "the picture that came with a position is not kept";
            tracker.tell("image", message.topic, text, context);
            continue;
        }
        let Some(scalar) = scalar::of_json(json) else {
            let key = shortened(key, 64);
            let text = format!("the field \"{key}\" is a list or an object that OwnTracks does not describe");
            tracker.tell("objects", message.topic, text, context);
            continue;
        };
        let id = format!("more/{key}");
        let words = units::lower_words(key);
        let Some(kind) = kind::first(&scalar, infer::is_boolean_name(&words)) else {
            continue;
        };
        let describe = || {
            let mut desc = PointDesc {
                key: id.clone(),
                name: naming::humanise(key),
                platform: "sensor".to_owned(),
                kind,
                role: Role::Value,
                path: Some(key.to_string()),
                ..PointDesc::default()
            };
            infer::infer(&mut desc, &scalar, None, &words, hearthline_model::Realm::Home);
            desc.category = Category::Diagnostic;
            desc
        };
        let Some(point) = tracker.point(&id, message.topic, describe, context) else {
            continue;
        };
        let kind = context.point_desc(point).map_or(Kind::Text, |desc| desc.kind);
        let value = match (kind, json) {
            (Kind::Number, json) => number(json),
            (Kind::Bool, json) => boolean(json),
            (_, Json::Text(text)) => Some(Value::text(text.as_ref())),
            (_, json) => number(json).map(|value| Value::text(value.to_string())),
        };
        match value {
            Some(value) => Tracker::put(point, when, value, context),
            None => misfit(tracker, &shortened(key, 64), json, message, context),
        }
    }
}
