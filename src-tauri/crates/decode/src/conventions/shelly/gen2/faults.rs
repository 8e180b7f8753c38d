//! Faults that parts tell of.

use hearthline_model::{Kind, Value};
use serde_json::Value as Json;

use super::unit::{MOST_COMPONENTS, Unit};
use super::{fields, topic};
use crate::conventions::shelly::draft::{Draft, Sink};
use crate::naming::humanise;
use crate::{DeviceIx, DiagnosisKind};

/// Longest text of a value.
const LONGEST: usize = 512;

/// Faults that a part tells of: one point that says whether, one that says which.
pub(super) fn read(
    unit: &mut Unit,
    device: DeviceIx,
    name: &str,
    json: &Json,
    full: bool,
    sink: &mut Sink<'_, '_>,
) {
    let kind = topic::component(name).0;
    let key = format!("{name}/errors");
    let mut told = false;
    let mut list: Vec<String> = Vec::new();
    for (field, phase) in [
        ("errors", ""),
        ("a_errors", "phase A "),
        ("b_errors", "phase B "),
        ("c_errors", "phase C "),
        ("n_errors", "neutral "),
    ] {
        if let Json::Array(found) = &json[field] {
            told = true;
            let words = found.iter().take(16).filter_map(|error| fault(error.as_str()?));
            list.extend(words.map(|fault| format!("{phase}{fault}")));
        }
    }
    let cleared = full && unit.points.has(&key);
    if !told && !cleared {
        return;
    }
    if list.is_empty() && !unit.points.has(&key) {
        return;
    }
    let label = unit.label(name, fields::word(kind));
    let (topic, path) = unit.spot(name, "errors");
    let flag_key = format!("{name}/problem");
    let flag_label = label.clone();
    let flag_topic = topic.clone();
    unit.points
        .set(sink, device, &flag_key, Value::Bool(!list.is_empty()), || {
            let draft = Draft::flag("Problem", "problem")
                .diagnostic()
                .of_channel(&flag_label);
            draft.with(|desc| desc.topic = Some(flag_topic))
        });
    let text = if list.is_empty() {
        "none".to_owned()
    } else {
        list.join(", ")
    };
    // Told once, not with every message.
    let room = unit.faults.contains_key(name) || unit.faults.len() < MOST_COMPONENTS;
    let news = room
        && unit
            .faults
            .insert(name.into(), text.clone().into())
            .is_none_or(|before| *before != *text);
    if news && !list.is_empty() {
        let part = match (label.as_str(), fields::word(kind)) {
            ("", "Part") => humanise(kind),
            ("", word) => word.to_owned(),
            (label, _) => label.to_owned(),
        };
        let said = format!("{part} reports: {text}");
        sink.context
            .diagnose(Some(device), &topic, DiagnosisKind::Reported, said);
    }
    unit.points.set(
        sink,
        device,
        &key,
        Value::text(crate::decoder::shortened(&text, LONGEST)),
        || {
            Draft::new("Errors", Kind::Text)
                .diagnostic()
                .of_channel(&label)
                .with(|desc| {
                    desc.topic = Some(topic);
                    desc.path = Some(path);
                })
        },
    );
}

/// A fault in people's words: `out_of_range:voltage` → `out of range`.
fn fault(code: &str) -> Option<String> {
    let code = code.split(':').next().unwrap_or_default();
    Some(match code {
        "" => return None,
        "overtemp" => "overtemperature".to_owned(),
        "read" => "the sensor cannot be read".to_owned(),
        "cal_abort" => "the calibration was broken off".to_owned(),
        _ => humanise(code).to_lowercase(),
    })
}
