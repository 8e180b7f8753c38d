//! `rtl_433`: `rtl_433/<host>/events` with one JSON object a transmission, and `rtl_433/<host>/devices/<model>/…/<id>/<key>` of single values.

use hearthline_model::{Category, DeviceDesc, Kind, PointDesc, Realm};

use super::super::desk::{Desk, Put, text, time, with_json, word};
use super::Shape;
use crate::shape::json::Json;
use crate::shape::points::Said;
use crate::shape::scalar::{Scalar, Word};
use crate::{Context, DeviceIx, Message};

/// See the module.
pub(super) struct Rtl433;

fn split(topic: &str) -> Option<(&str, &str)> {
    let rest = topic.strip_prefix("rtl_433/")?;
    let (_, rest) = rest.split_once('/')?;
    let (sort, rest) = rest.split_once('/').unwrap_or((rest, ""));
    matches!(sort, "events" | "devices" | "states").then_some((sort, rest))
}

/// The model with what tells one from another of its kind.
fn device(model: &str, parts: &[String], desk: &mut Desk, context: &mut Context<'_>) -> Option<DeviceIx> {
    let mut id = model.to_owned();
    for part in parts {
        id.push('/');
        id.push_str(part);
    }
    let more = |desc: &mut DeviceDesc| {
        desc.identities.clear();
        desc.model = Some(model.to_owned());
        desc.manufacturer = model.split_once('-').map(|(make, _)| make.to_owned());
        desc.serial = parts.last().cloned();
    };
    desk.device("rtl433", &id, model, (Realm::Home, &[]), more, context)
}

fn one(
    device: DeviceIx,
    key: &str,
    said: Said<'_>,
    path: &str,
    message: &Message<'_>,
    desk: &mut Desk,
    context: &mut Context<'_>,
) {
    if key == "battery_ok" {
        let Scalar::Int(ok) = said.scalar else { return };
        let low = Said {
            scalar: Scalar::Bool(ok == 0, Word::Plain),
            raw: None,
            ..said
        };
        let describe = |desc: &mut PointDesc| {
            desc.class = Some("battery".into());
            desc.category = Category::Diagnostic;
        };
        let put = Put::new(device, key, low).name("battery low").kind(Kind::Bool);
        desk.put(put, message, &describe, context);
        return;
    }
    let technical = matches!(
        key,
        "mod"
            | "freq"
            | "freq1"
            | "freq2"
            | "rssi"
            | "snr"
            | "noise"
            | "mic"
            | "protocol"
            | "subtype"
            | "channel"
            | "sequence_num"
    );
    let mut said = said;
    said.unit = match key {
        "rssi" | "snr" | "noise" => Some("dB"),
        "freq" | "freq1" | "freq2" => Some("MHz"),
        key if key.ends_with("_km_h") => Some("km/h"),
        key if key.ends_with("_m_s") => Some("m/s"),
        key if key.ends_with("_mi_h") => Some("mph"),
        key if key.ends_with("_deg") => Some("°"),
        key if key.ends_with("_V") => Some("V"),
        _ => said.unit,
    };
    let name = ["_km_h", "_m_s", "_mi_h", "_deg"]
        .iter()
        .find_map(|end| key.strip_suffix(end))
        .unwrap_or(key);
    let describe = |desc: &mut PointDesc| {
        if technical {
            // Decibels of a radio are no noise.
            if desc.unit.as_deref() == Some("dB") {
                desc.class = Some("signal_strength".into());
            }
            desc.category = Category::Diagnostic;
            desc.hidden = !matches!(key, "rssi" | "snr");
        }
    };
    desk.put(
        Put::new(device, key, said).name(name).path(path),
        message,
        &describe,
        context,
    );
}

impl Shape for Rtl433 {
    fn claim(&mut self, message: &Message<'_>) -> bool {
        split(message.topic).is_some()
    }

    fn message(&mut self, message: &Message<'_>, desk: &mut Desk, context: &mut Context<'_>) {
        match split(message.topic) {
            Some(("events", _)) => with_json(message, context, |json, context| {
                let Some(model) = word(json, &["model"]) else {
                    return;
                };
                let parts: Vec<String> = ["subtype", "channel", "id"]
                    .iter()
                    .filter_map(|key| word(json, &[key]))
                    .collect();
                let Some(device) = device(&model, &parts, desk, context) else {
                    return;
                };
                let at = time(json, &["time"], message.at);
                for (key, value) in json.entries() {
                    if matches!(
                        key.as_ref(),
                        "time" | "model" | "id" | "type" | "subtype" | "channel"
                    ) {
                        continue;
                    }
                    match value {
                        Json::Array(_) | Json::Object(_) => desk.all(
                            device,
                            key,
                            value,
                            at,
                            message,
                            &super::super::desk::as_is,
                            context,
                        ),
                        value => {
                            if let Some(said) = Said::json(value) {
                                one(device, key, said.at(at), key, message, desk, context);
                            }
                        }
                    }
                }
            }),
            Some(("devices", rest)) => {
                let Some((owner, key)) = rest.rsplit_once('/') else {
                    return;
                };
                let mut levels = owner.split('/').map(|level| crate::decoder::shortened(level, 64));
                let Some(mut model) = levels.next() else { return };
                // `[type/]model`: types are TPMS and the like.
                let mut parts: Vec<String> = levels.take(6).collect();
                if model == "TPMS" && !parts.is_empty() {
                    model = parts.remove(0);
                }
                if matches!(key, "time" | "id" | "channel" | "type" | "subtype") {
                    return;
                }
                let (Some(device), Some(said)) = (device(&model, &parts, desk, context), text(message))
                else {
                    return;
                };
                one(device, key, Said::text(said), "", message, desk, context);
            }
            _ => {}
        }
    }
}
