//! Every definition of the converters that Zigbee2MQTT is made with.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use hearthline_model::{Kind, PointDesc, Role, Value};
use serde_json::{Map, Value as Json, json};

use super::super::{expose, points};
use super::{START, device, devices};
use crate::{Decoder, Event, Message, Options, PointIx};

/// What became of the definitions.
#[derive(Debug, Default)]
struct Counts {
    devices: usize,
    /// Exposes without parts, a colour as one.
    leaves: usize,
    points: usize,
    commands: usize,
    /// Values of a synthetic state that arrived.
    values: usize,
    /// Commands that were encoded.
    sent: usize,
    /// Exposes that say again what another of the same property says.
    merged: usize,
    /// By reason, what leads to no point.
    ignored: BTreeMap<String, usize>,
}

/// An expose without parts, as a person would count it.
#[derive(Debug)]
struct Leaf<'a> {
    path: Vec<String>,
    json: &'a Json,
    readable: bool,
    settable: bool,
    color: bool,
    /// Its composite is only written, as a whole.
    whole: bool,
    platform: &'a str,
}

fn is_color(json: &Json) -> bool {
    json["type"] == "composite" && matches!(json["name"].as_str(), Some("color_xy" | "color_hs"))
}

fn leaves<'a>(json: &'a Json, path: &[String], whole: bool, platform: &'a str, out: &mut Vec<Leaf<'a>>) {
    let mut path = path.to_vec();
    path.extend(json["property"].as_str().map(str::to_owned));
    let access = json["access"].as_u64().unwrap_or(7);
    match json["features"].as_array() {
        Some(features) if !is_color(json) => {
            let composite = json["type"] == "composite";
            let platform = if composite {
                platform
            } else {
                json["type"].as_str().unwrap()
            };
            for feature in features {
                leaves(
                    feature,
                    &path,
                    whole || (composite && access & 3 == 2),
                    platform,
                    out,
                );
            }
        }
        _ => out.push(Leaf {
            path,
            json,
            readable: access & 1 != 0,
            settable: access & 2 != 0,
            color: is_color(json),
            whole,
            platform,
        }),
    }
}

/// A value that the state could have, and what it should read as.
fn sample(leaf: &Leaf<'_>) -> (Json, Option<Value>) {
    let json = leaf.json;
    let text = |text: &str| Some(Value::text(text));
    match json["type"].as_str().unwrap() {
        _ if leaf.color => (json!({"x": 0.7, "y": 0.3, "hue": 0, "saturation": 100}), None),
        "binary" if leaf.platform == "lock" => (json["value_on"].clone(), text("locked")),
        "binary" => (json["value_on"].clone(), Some(Value::Bool(true))),
        "numeric" => {
            let number = json["value_max"].as_f64().unwrap_or(7.0);
            let name = json["name"].as_str().unwrap();
            let whole = number.fract() == 0.0;
            let value = if whole {
                Value::Int(number as i64)
            } else {
                Value::Float(number)
            };
            let sent = if whole {
                json!(number as i64)
            } else {
                json!(number)
            };
            match (leaf.platform, name) {
                ("light", "brightness") | ("fan", "speed") => (sent, Some(Value::Int(100))),
                ("light", "color_temp") => (sent, Some(Value::Int((1e6 / number).round() as i64))),
                _ => (sent, Some(value)),
            }
        }
        "enum" => {
            let first = json["values"][0].clone();
            let plain = first.as_str().map_or_else(|| first.to_string(), str::to_owned);
            let want = match (leaf.platform, plain.as_str()) {
                ("cover", "OPEN") => "open",
                ("climate", "heat") if json["name"] == "running_state" => "heating",
                ("climate", "cool") if json["name"] == "running_state" => "cooling",
                _ => plain.as_str(),
            };
            let want = text(want);
            (first, want)
        }
        "text" => (json!("some text"), text("some text")),
        "list" => (json!([]), text("[]")),
        other => panic!("{other}"),
    }
}

/// A value that a person may ask for, and what the device should get.
fn wanted(leaf: &Leaf<'_>, desc: &PointDesc) -> (Value, Json) {
    let json = leaf.json;
    match (desc.kind, json["type"].as_str().unwrap()) {
        _ if leaf.color => (Value::text("#ff0000"), Json::Null),
        (Kind::Action, _) => (Value::Null, json["values"][0].clone()),
        (_, "binary") if leaf.platform == "lock" => (Value::text("unlock"), json["value_off"].clone()),
        (_, "binary") => (Value::Bool(false), json["value_off"].clone()),
        (_, "numeric") => {
            let kelvin = desc.unit.as_deref() == Some("K") && leaf.platform == "light";
            if let Some((_, high)) = desc.range {
                let bound = if kelvin { "value_min" } else { "value_max" };
                return (Value::Float(high), json[bound].clone());
            }
            let sent = json.get("value_max").or(json.get("value_min"));
            let sent = sent.cloned().unwrap_or(json!(3));
            let number = sent.as_f64().unwrap();
            let value = if kelvin { (1e6 / number).round() } else { number };
            (Value::Float(value), sent)
        }
        (_, "enum") => {
            let options = desc
                .command
                .as_ref()
                .map(|command| &command.options)
                .filter(|list| !list.is_empty());
            let first = options.unwrap_or(&desc.options)[0].clone();
            (Value::text(first), json["values"][0].clone())
        }
        (_, "text") => (Value::text("x"), json!("x")),
        (_, "list") => {
            let count = json["length_min"].as_u64().unwrap_or(0).max(1);
            let list: Json = (0..count).map(|_| valid(&json["item_type"])).collect();
            (Value::text(list.to_string()), list)
        }
        other => panic!("{other:?}"),
    }
}

/// JSON that fits an expose.
fn valid(json: &Json) -> Json {
    match json["type"].as_str().unwrap() {
        "binary" => json["value_on"].clone(),
        "numeric" => json
            .get("value_max")
            .or(json.get("value_min"))
            .cloned()
            .unwrap_or(json!(1)),
        "enum" => json["values"][0].clone(),
        "text" => json!("x"),
        "list" => {
            let count = json["length_min"].as_u64().unwrap_or(0).max(1);
            (0..count).map(|_| valid(&json["item_type"])).collect()
        }
        "composite" => {
            let mut object = Map::new();
            for feature in json["features"].as_array().unwrap() {
                match feature["property"].as_str() {
                    Some(property) => {
                        object.insert(property.to_owned(), valid(feature));
                    }
                    None => object.extend(valid(feature).as_object().cloned().unwrap_or_default()),
                }
            }
            Json::Object(object)
        }
        other => panic!("{other}"),
    }
}

fn put(state: &mut Json, path: &[String], value: Json) {
    let mut place = state;
    for key in path {
        if !place.is_object() {
            *place = json!({});
        }
        place = &mut place[key.as_str()];
    }
    *place = value;
}

fn close(a: &Json, b: &Json) -> bool {
    match (a.as_f64(), b.as_f64()) {
        (Some(a), Some(b)) => (a - b).abs() < 1e-9 + b.abs() * 1e-9,
        _ => a == b,
    }
}

/// Feeds one definition in and checks all that is promised of it.
fn check(definition: &Json, counts: &mut Counts) {
    let model = definition["model"].as_str().unwrap();
    let exposes = &definition["exposes"];
    let mut item = device(super::ONE, "thing", exposes.clone());
    item["definition"]["model"] = json!(model);
    let mut decoder = Decoder::new(Options::default());
    let mut events = Vec::new();
    let mut say = |decoder: &mut Decoder, topic: &str, payload: &str, at| {
        events.clear();
        let payload = payload.as_bytes();
        decoder.message(
            &Message {
                topic,
                payload,
                retain: false,
                at,
            },
            &mut events,
        );
        events.clone()
    };
    let mut found: BTreeMap<String, (PointIx, std::sync::Arc<PointDesc>)> = BTreeMap::new();
    let mut reasons: BTreeMap<String, String> = BTreeMap::new();
    let announced = say(
        &mut decoder,
        "zigbee2mqtt/bridge/devices",
        &devices(&[item]),
        START,
    );
    counts.devices += 1;
    for event in &announced {
        match event {
            Event::Point { point, desc, .. } => {
                let before = found.insert(desc.key.clone(), (*point, desc.clone()));
                assert!(before.is_none(), "{model}: two points share {}", desc.key);
                assert_eq!(desc.topic.as_deref(), Some("zigbee2mqtt/thing"));
                assert!(!desc.key.is_empty());
                counts.points += 1;
                counts.commands += usize::from(desc.command.is_some());
            }
            Event::Diagnosis(it) => {
                let text = it.text.strip_prefix("not shown: ");
                let text = text.unwrap_or_else(|| panic!("{model}: {}", it.text));
                for entry in text.split("), ") {
                    let (what, why) = entry.split_once(" (").unwrap();
                    *counts
                        .ignored
                        .entry(why.trim_end_matches(')').to_owned())
                        .or_default() += 1;
                    reasons.insert(what.to_owned(), why.to_owned());
                }
            }
            _ => {}
        }
    }
    let mut all = Vec::new();
    for expose in exposes.as_array().unwrap() {
        leaves(expose, &[], false, "", &mut all);
    }
    // A cover or climate says more of a property than a bare reading of the same.
    all.sort_by_key(|leaf| leaf.platform.is_empty());
    counts.leaves += all.len();
    let merged = points::build(&expose::parse_all(exposes).0).merged;
    counts.merged += merged.len();
    // Each leaf has a point, or is part of a whole, or a reason is told.
    let mut state = json!({});
    let mut expected: BTreeMap<String, Option<Value>> = BTreeMap::new();
    let mut used: BTreeSet<String> = BTreeSet::new();
    for leaf in &all {
        let key = leaf.path.join(".");
        if leaf.whole && !found.contains_key(&key) {
            let (point, desc) = found
                .get(&leaf.path[0])
                .unwrap_or_else(|| panic!("{model}: no whole of {key}"));
            assert!(desc.command.is_some(), "{model}: {key}");
            let composite = exposes.as_array().unwrap().iter();
            let composite = composite
                .into_iter()
                .find(|e| e["property"] == leaf.path[0].as_str())
                .unwrap();
            let whole = valid(composite);
            let sent = decoder
                .command(*point, &Value::text(whole.to_string()), START)
                .unwrap_or_else(|error| panic!("{model}: {key}: {error}"));
            let sent: Json = serde_json::from_slice(&sent[0].payload).unwrap();
            assert_eq!(sent, json!({ leaf.path[0].as_str(): whole }), "{model}");
            let mut pointer = &sent;
            for step in &leaf.path {
                pointer = &pointer[step.as_str()];
            }
            assert!(!pointer.is_null(), "{model}: {key} is not in {sent}");
            counts.sent += 1;
            continue;
        }
        let Some((point, desc)) = found.get(&key) else {
            let reason = reasons
                .get(&key)
                .or_else(|| reasons.get(leaf.path.first().unwrap()));
            assert!(
                reason.is_some() || (!leaf.readable && !leaf.settable),
                "{model}: {key} is missing: {reasons:?}"
            );
            continue;
        };
        if !used.insert(key.clone()) {
            assert!(merged.contains(&key), "{model}: {key} twice without a reason");
            continue;
        }
        check_desc(model, leaf, desc);
        if leaf.readable {
            let (value, want) = sample(leaf);
            put(&mut state, &leaf.path, value);
            if desc.kind != Kind::Event || value_is_event(want.as_ref()) {
                expected.insert(key.clone(), want);
            }
        }
        if leaf.settable {
            assert!(desc.command.is_some(), "{model}: {key} cannot be written");
            let (value, want) = wanted(leaf, desc);
            let sent = decoder
                .command(*point, &value, START)
                .unwrap_or_else(|error| panic!("{model}: {key} to {value}: {error}"));
            assert_eq!(sent[0].topic, "zigbee2mqtt/thing/set");
            let sent: Json = serde_json::from_slice(&sent[0].payload).unwrap();
            let mut pointer = &sent;
            for step in &leaf.path {
                pointer = &pointer[step.as_str()];
            }
            let fits = if leaf.color {
                pointer.is_object()
            } else {
                close(pointer, &want)
            };
            assert!(fits, "{model}: {key} to {value}: {sent}, not {want}");
            counts.sent += 1;
        } else {
            assert!(desc.command.is_none(), "{model}: {key} can be written");
        }
    }
    // A state with a value for each: every point gets its own, and nothing else appears.
    let events = say(
        &mut decoder,
        "zigbee2mqtt/thing",
        &state.to_string(),
        START + 1_000_000,
    );
    let mut got: BTreeMap<PointIx, Value> = BTreeMap::new();
    for event in events {
        match event {
            Event::Reading(reading) => {
                assert!(
                    got.insert(reading.point, reading.value).is_none(),
                    "{model}: a value twice"
                );
            }
            other => panic!("{model}: {other:?} on {state}"),
        }
    }
    for (key, want) in expected {
        let (point, _) = &found[&key];
        let value = got
            .get(point)
            .unwrap_or_else(|| panic!("{model}: {key} got nothing of {state}"));
        // What the motor does counts for more than what the cover was told.
        let moving = (state.get("moving").is_some() || state.get("motor_state").is_some())
            && matches!(want.as_ref().and_then(Value::as_text), Some("open"));
        if let Some(want) = want.filter(|_| !moving) {
            assert_eq!(*value, want, "{model}: {key}");
        }
        counts.values += 1;
    }
}

fn value_is_event(want: Option<&Value>) -> bool {
    want.and_then(Value::as_text).is_some_and(|text| !text.is_empty())
}

fn check_desc(model: &str, leaf: &Leaf<'_>, desc: &PointDesc) {
    let json = leaf.json;
    let key = &desc.key;
    let name = json["name"].as_str().unwrap();
    if json["type"] == "numeric" {
        assert_eq!(desc.kind, Kind::Number, "{model}: {key}");
        let ours = matches!(
            (leaf.platform, name),
            ("light", "brightness" | "color_temp") | ("fan", "speed")
        );
        if ours {
            assert!(matches!(desc.unit.as_deref(), Some("%" | "K")), "{model}: {key}");
        } else {
            let unit = json["unit"]
                .as_str()
                .map(|unit| crate::units::known_unit(unit.trim()).unwrap_or(unit.trim()));
            assert_eq!(
                desc.unit.as_deref(),
                unit.filter(|unit| !unit.is_empty()),
                "{model}: {key}"
            );
            let bound = |key: &str| json[key].as_f64();
            let range = bound("value_min")
                .zip(bound("value_max"))
                .filter(|(low, high)| low < high);
            assert_eq!(desc.range, range, "{model}: {key}");
            assert_eq!(desc.step, bound("value_step"), "{model}: {key}");
        }
    }
    if json["type"] == "binary" && leaf.platform != "lock" {
        assert_eq!(desc.kind, Kind::Bool, "{model}: {key}");
    }
    if json["type"] == "enum"
        && desc.role != Role::OpenClose
        && desc.kind != Kind::Action
        && name != "running_state"
    {
        let values = json["values"].as_array().unwrap().iter();
        let values: Vec<String> = values
            .map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
            .collect();
        assert_eq!(desc.options, values, "{model}: {key}");
    }
    assert!(
        !desc.name.is_empty() || matches!(name, "state"),
        "{model}: {key} has no name"
    );
}

/// Reads all definitions; none where the corpora are absent.
fn count() -> Option<Counts> {
    let root = std::env::var("HEARTHLINE_CORPORA").map_or_else(
        |_| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/corpora"),
        PathBuf::from,
    );
    let Ok(text) = std::fs::read_to_string(root.join("zigbee2mqtt-exposes/exposes.jsonl")) else {
        eprintln!("skipped: no zigbee2mqtt-exposes/exposes.jsonl in the corpora");
        return None;
    };
    let mut counts = Counts::default();
    for line in text.lines() {
        check(&serde_json::from_str(line).unwrap(), &mut counts);
    }
    Some(counts)
}

#[test]
fn every_definition_leads_to_its_points_and_commands() {
    let Some(counts) = count() else { return };
    println!("zigbee2mqtt-exposes: {counts:#?}");
    assert!(counts.devices >= 1_800);
    assert!(counts.values > 10_000 && counts.sent > 8_000);
}
