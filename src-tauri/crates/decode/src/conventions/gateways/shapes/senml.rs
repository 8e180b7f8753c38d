//! `SenML` (RFC 8428): an array of records with base name, base time, base unit and base value.

use hearthline_model::{DeviceDesc, Micros, Realm, SECOND};

use super::super::desk::{Desk, Put, as_is, body_is, with_json};
use super::Shape;
use crate::shape::json::Json;
use crate::shape::points::Said;
use crate::shape::scalar::{Scalar, Word};
use crate::{Context, DiagnosisKind, Message};

/// Times below this are counted from now (RFC 8428, 4.5.3).
const RELATIVE: f64 = 268_435_456.0;

/// See the module.
pub(super) struct SenMl;

fn exact<'j, 'a>(json: &'j Json<'a>, key: &str) -> Option<&'j Json<'a>> {
    json.entries()
        .iter()
        .find(|(known, _)| known == key)
        .map(|(_, value)| value)
}

fn is_record(json: &Json<'_>) -> bool {
    const KEYS: [&str; 15] = [
        "bn", "bt", "bu", "bv", "bs", "bver", "n", "u", "v", "vs", "vb", "vd", "s", "t", "ut",
    ];
    !json.entries().is_empty() && json.entries().iter().all(|(key, _)| KEYS.contains(&key.as_ref()))
}

fn has_value(json: &Json<'_>) -> bool {
    ["v", "vs", "vb", "vd", "s"]
        .iter()
        .any(|key| exact(json, key).is_some())
}

/// The device and the rest of a full name: `urn:dev:ow:10e2073a01080063` and `temp`.
fn split<'n>(base: &'n str, name: &'n str, topic: &'n str) -> (&'n str, &'n str) {
    let base = base.trim_end_matches([':', '/', '_', '-', '.']);
    match (base.is_empty(), name.is_empty()) {
        (true, _) if name.starts_with("urn:") => (name, "value"),
        (true, _) => (topic, name),
        (false, false) => (base, name),
        // The base name is all of it.
        (false, true) => base.rsplit_once(['/', '_', ':']).unwrap_or((base, "value")),
    }
}

impl Shape for SenMl {
    fn claim(&mut self, message: &Message<'_>) -> bool {
        body_is(message, |json| {
            let items = json.items();
            let named = items.iter().any(|it| {
                exact(it, "n")
                    .or_else(|| exact(it, "bn"))
                    .and_then(Json::as_text)
                    .is_some()
            });
            !items.is_empty() && named && items.iter().all(is_record) && items.iter().any(has_value)
        })
    }

    fn message(&mut self, message: &Message<'_>, desk: &mut Desk, context: &mut Context<'_>) {
        with_json(message, context, |json, context| {
            let (mut base_name, mut base_time, mut base_value, mut base_unit) =
                (String::new(), 0.0, 0.0, None);
            for record in json.items() {
                if let Some(name) = exact(record, "bn").and_then(Json::as_text) {
                    base_name = crate::decoder::shortened(name, 128);
                }
                let number = |key| exact(record, key).and_then(Json::as_f64);
                base_time = number("bt").unwrap_or(base_time);
                base_value = number("bv").unwrap_or(base_value);
                base_unit = exact(record, "bu").and_then(Json::as_text).or(base_unit);
                if !has_value(record) {
                    continue;
                }
                let name = exact(record, "n").and_then(Json::as_text).unwrap_or_default();
                let (owner, rest) = split(&base_name, name, message.topic);
                let key = if rest.is_empty() { "value" } else { rest };
                let title = owner.rsplit([':', '/']).next().unwrap_or(owner);
                let address = owner.strip_prefix("urn:dev:mac:").map(str::to_ascii_lowercase);
                let more = |desc: &mut DeviceDesc| {
                    if let Some(mac) = &address {
                        desc.identities = vec![
                            mac.replacen("fffe", "", usize::from(mac.len() == 16)),
                            mac.clone(),
                        ];
                        desc.identities.dedup();
                    }
                };
                let Some(device) = desk.device("senml", owner, title, (Realm::Home, &[]), more, context)
                else {
                    continue;
                };
                let sum;
                let said = if let Some(value) = number("v") {
                    sum = Json::Float(base_value + value);
                    let whole = exact(record, "v").filter(|_| base_value == 0.0);
                    Said::json(whole.unwrap_or(&sum))
                } else if let Some(Json::Bool(on)) = exact(record, "vb") {
                    Some(Said::scalar(Scalar::Bool(*on, Word::Plain)))
                } else if let Some(text) = exact(record, "vs").and_then(Json::as_text) {
                    Some(Said::word(text))
                } else if let Some(sum) = exact(record, "s") {
                    Said::json(sum)
                } else {
                    let text = "a record carries binary data (vd), which is not shown";
                    desk.once(message.topic, DiagnosisKind::Ignored, text, context);
                    None
                };
                let Some(mut said) = said else { continue };
                said.unit = exact(record, "u")
                    .and_then(Json::as_text)
                    .or(base_unit)
                    .filter(|it| it.len() <= 32);
                let time = base_time + number("t").unwrap_or(0.0);
                said.at = at(time, message.at);
                desk.put(Put::new(device, key, said), message, &as_is, context);
            }
        });
    }
}

fn at(time: f64, arrival: Micros) -> Option<Micros> {
    let at = if time.abs() < RELATIVE {
        arrival.checked_add((time * SECOND as f64) as Micros)?
    } else {
        (time * SECOND as f64) as Micros
    };
    (at <= arrival.saturating_add(60 * SECOND)).then_some(at)
}
