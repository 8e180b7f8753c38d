//! ChirpStack: `application/<id>/device/<eui>/event/<sort>` of version 4, and of version 3 with `objectJSON`.

use hearthline_model::{Category, DeviceDesc, PointDesc, Realm};

use super::super::desk::{Desk, Put, as_is, time, with_json, word};
use super::Shape;
use crate::shape::json::{self, Json};
use crate::shape::points::Said;
use crate::{Context, DiagnosisKind, Message};

/// See the module.
pub(super) struct ChirpStack;

/// Application, device and sort of event.
fn split(topic: &str) -> Option<(&str, &str)> {
    let mut levels = topic.split('/');
    let fits = levels.next()? == "application" && levels.next().is_some() && levels.next()? == "device";
    let eui = levels
        .next()
        .filter(|eui| eui.len() == 16 && eui.bytes().all(|b| b.is_ascii_hexdigit()))?;
    let sort = match levels.next()? {
        "event" | "state" => levels.next()?,
        // Version 3 before 3.11 and what is sent to the device.
        sort @ ("rx" | "status" | "command") => sort,
        _ => return None,
    };
    fits.then_some((eui, sort))
}

pub(super) fn diagnostic(desc: &mut PointDesc) {
    desc.category = Category::Diagnostic;
    // Decibels of a radio are no noise.
    if desc.unit.as_deref() == Some("dB") {
        desc.class = Some("signal_strength".into());
    }
}

/// The best signal of the gateways that heard a device.
pub(super) fn signal(
    list: &Json<'_>,
    device: crate::DeviceIx,
    message: &Message<'_>,
    desk: &mut Desk,
    context: &mut Context<'_>,
) {
    for (keys, name, unit) in [(["rssi"], "rssi", "dBm"), (["snr"], "snr", "dB")]
        .into_iter()
        .chain([(["loRaSNR"], "snr", "dB")])
    {
        let best = list
            .items()
            .iter()
            .filter_map(|it| it.get(keys[0])?.as_f64())
            .fold(f64::NEG_INFINITY, f64::max);
        if best.is_finite() {
            let value = Json::Float(best);
            if let Some(said) = Said::json(&value) {
                desk.put(
                    Put::new(device, name, said.unit(unit)),
                    message,
                    &diagnostic,
                    context,
                );
            }
        }
    }
}

impl Shape for ChirpStack {
    fn claim(&mut self, message: &Message<'_>) -> bool {
        split(message.topic).is_some()
    }

    fn message(&mut self, message: &Message<'_>, desk: &mut Desk, context: &mut Context<'_>) {
        let Some((eui, sort)) = split(message.topic) else {
            return;
        };
        if !matches!(sort, "up" | "rx" | "status" | "join" | "log") {
            return;
        }
        with_json(message, context, |json, context| {
            let info = json.get("deviceInfo").unwrap_or(json);
            let name = word(info, &["deviceName"]).unwrap_or_else(|| eui.to_owned());
            let application = word(info, &["applicationName"]).unwrap_or_default();
            let more = |desc: &mut DeviceDesc| {
                desc.model = word(info, &["deviceProfileName"]);
                desc.serial = Some(eui.to_lowercase());
                // A home has no applications.
                if desc.place.realm == Realm::Home {
                    desc.place.path.clear();
                }
                desc.identities = vec![eui.to_lowercase()];
            };
            let place = [application.as_str()];
            let id = eui.to_lowercase();
            let Some(device) = desk.device("chirpstack", &id, &name, (Realm::Home, &place), more, context)
            else {
                return;
            };
            if sort == "log" {
                let said = word(json, &["description", "error"]).unwrap_or_default();
                let text = format!("the network server says: {said}");
                return context.diagnose(
                    Some(device),
                    message.topic,
                    DiagnosisKind::InvalidDescription,
                    text,
                );
            }
            let at = time(json, &["time"], message.at);
            if let Some(object) = json.get("object").filter(|it| it.is_object()) {
                desk.all(device, "", object, at, message, &as_is, context);
            } else if let Some(text) = json.text("objectJSON").filter(|it| !it.is_empty()) {
                let done = json::with(text.as_bytes(), 2_000, 8, |read, _| {
                    desk.all(device, "", &read.json, at, message, &as_is, context);
                });
                if let Err(text) = done {
                    context.diagnose(Some(device), message.topic, DiagnosisKind::MalformedJson, text);
                }
            } else if json.text("data").is_some_and(|it| !it.is_empty()) {
                let text = "the uplink is not decoded; give the device profile a codec in ChirpStack to see its values";
                desk.once(message.topic, DiagnosisKind::Ignored, text, context);
            }
            for (key, name, unit) in [("batteryLevel", "battery", "%"), ("margin", "link margin", "dB")] {
                if let Some(said) = json.get(key).filter(|_| sort == "status").and_then(Said::json) {
                    let put = Put::new(device, key, said.unit(unit).at(at)).name(name).path(key);
                    desk.put(put, message, &diagnostic, context);
                }
            }
            if let Some(list) = json.get("rxInfo") {
                signal(list, device, message, desk, context);
            }
        });
    }
}
