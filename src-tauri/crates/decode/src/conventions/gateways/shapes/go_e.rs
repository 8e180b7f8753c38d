//! go-eCharger: `go-eCharger/<serial>/<key>` with one JSON value each (firmware 050 and later); written on `…/<key>/set`.

use hearthline_model::{Category, DeviceDesc, Kind, PointDesc, Realm, StateClass};

use super::super::desk::{Desk, Put, with_json};
use super::super::order::{Form, Takes};
use super::Shape;
use crate::scale::Scale;
use crate::shape::json::Json;
use crate::shape::points::Said;
use crate::shape::scalar::Scalar;
use crate::{Context, Message};

/// See the module.
pub(super) struct GoE;

/// Serial and key.
fn split(topic: &str) -> Option<(&str, &str)> {
    // Older firmwares begin with a slash.
    let rest = topic
        .strip_prefix('/')
        .unwrap_or(topic)
        .strip_prefix("go-eCharger/")?;
    let (serial, key) = rest.split_once('/')?;
    (!serial.is_empty() && !key.is_empty()).then_some((serial, key))
}

const CAR: [&str; 6] = [
    "unknown",
    "idle",
    "charging",
    "waiting for car",
    "complete",
    "error",
];
const FORCE: [&str; 3] = ["neutral", "off", "on"];
const PHASES: [&str; 3] = ["auto", "1 phase", "3 phases"];
/// Energy flow: voltages, currents, powers and power factors of the phases.
const NRG: [(&str, &str, f64); 16] = [
    ("voltage L1", "V", 1.0),
    ("voltage L2", "V", 1.0),
    ("voltage L3", "V", 1.0),
    ("voltage N", "V", 1.0),
    ("current L1", "A", 1.0),
    ("current L2", "A", 1.0),
    ("current L3", "A", 1.0),
    ("power L1", "W", 1.0),
    ("power L2", "W", 1.0),
    ("power L3", "W", 1.0),
    ("power N", "W", 1.0),
    ("power", "W", 1.0),
    ("power factor L1", "%", 1.0),
    ("power factor L2", "%", 1.0),
    ("power factor L3", "%", 1.0),
    ("power factor N", "%", 1.0),
];

struct Known {
    name: &'static str,
    unit: Option<&'static str>,
    words: &'static [&'static str],
    command: bool,
    range: Option<(f64, f64)>,
}

fn known(key: &str) -> Option<Known> {
    let plain = |name, unit| Known {
        name,
        unit,
        words: &[],
        command: false,
        range: None,
    };
    Some(match key {
        "amp" => Known {
            command: true,
            range: Some((6.0, 32.0)),
            ..plain("charging current", Some("A"))
        },
        "car" => Known {
            words: &CAR,
            ..plain("car", None)
        },
        "frc" => Known {
            words: &FORCE,
            command: true,
            ..plain("force state", None)
        },
        "psm" => Known {
            words: &PHASES,
            command: true,
            ..plain("phase switch mode", None)
        },
        "alw" => plain("charging allowed", None),
        "wh" => plain("energy since plugged in", Some("Wh")),
        "eto" => plain("energy total", Some("Wh")),
        "err" => plain("error", None),
        "fhz" => plain("grid frequency", Some("Hz")),
        "ama" => plain("highest current", Some("A")),
        "acu" => plain("allowed current", Some("A")),
        "cbl" => plain("cable current", Some("A")),
        "pha" => plain("phases", None),
        "rssi" => plain("rssi", Some("dBm")),
        "dwo" => Known {
            command: true,
            range: Some((0.0, 1_000_000.0)),
            ..plain("energy limit", Some("Wh"))
        },
        "tma" => plain("temperature", Some("°C")),
        _ => return None,
    })
}

impl Shape for GoE {
    fn claim(&mut self, message: &Message<'_>) -> bool {
        split(message.topic).is_some()
    }

    fn message(&mut self, message: &Message<'_>, desk: &mut Desk, context: &mut Context<'_>) {
        let Some((serial, key)) = split(message.topic) else {
            return;
        };
        if key.contains('/') {
            return;
        }
        with_json(message, context, |json, context| {
            let former = desk
                .known("go_e", serial)
                .and_then(|device| context.device_desc(device))
                .cloned();
            let text = json
                .as_text()
                .filter(|it| !it.is_empty())
                .map(|it| crate::decoder::shortened(it, 64));
            let more = |desc: &mut DeviceDesc| {
                desc.manufacturer = Some("go-e".into());
                desc.serial = Some(serial.to_owned());
                desc.name = format!("go-eCharger {serial}");
                desc.identities.clear();
                if let Some(former) = &former {
                    desc.name.clone_from(&former.name);
                    desc.firmware.clone_from(&former.firmware);
                    desc.model.clone_from(&former.model);
                }
                match (key, text.clone()) {
                    ("fna", Some(name)) => desc.name = name,
                    ("fwv", text @ Some(_)) => desc.firmware = text,
                    ("typ", text @ Some(_)) => desc.model = text,
                    _ => {}
                }
            };
            let Some(device) = desk.device("go_e", serial, serial, (Realm::Home, &[]), more, context) else {
                return;
            };
            if matches!(key, "fna" | "fwv" | "typ" | "sse") {
                return;
            }
            if key == "nrg" {
                for (ix, (name, unit, factor)) in NRG.iter().enumerate() {
                    let Some(number) = json.items().get(ix).and_then(Json::as_f64) else {
                        continue;
                    };
                    let own = format!("nrg.{ix}");
                    let path = ix.to_string();
                    let said = Said::scalar(Scalar::Float(number * factor)).unit(unit);
                    desk.put(
                        Put::new(device, &own, said).name(name).path(&path),
                        message,
                        &|_| (),
                        context,
                    );
                }
                return;
            }
            let about = known(key);
            let describe = |desc: &mut PointDesc| {
                match key {
                    "alw" => desc.class = None,
                    "wh" | "eto" => desc.state_class = Some(StateClass::TotalIncreasing),
                    _ if about.is_none() => {
                        // Two hundred keys of three letters each: there for who looks for them.
                        desc.category = Category::Diagnostic;
                        desc.hidden = true;
                    }
                    _ => {}
                }
            };
            if matches!(json, Json::Array(_) | Json::Object(_)) {
                return desk.all(device, key, json, None, message, &describe, context);
            }
            let Some(mut said) = Said::json(json) else { return };
            said.unit = about.as_ref().and_then(|it| it.unit);
            let mut put = Put::new(device, key, said).path("");
            if let Some(about) = &about {
                put.name = about.name;
                if let Some(word) = json.as_int().and_then(|number| about.words.get(number as usize)) {
                    put.said = Said::word(*word);
                    put.kind = Some(Kind::Enum);
                }
                if about.command {
                    let takes = if about.words.is_empty() {
                        Takes::Number(about.range, Scale::Same, true)
                    } else {
                        Takes::Words(
                            about
                                .words
                                .iter()
                                .enumerate()
                                .map(|(ix, word)| ((*word).to_owned(), ix.to_string()))
                                .collect(),
                        )
                    };
                    put = put.order(format!("{}/set", message.topic), takes, Form::Bare);
                }
            }
            desk.put(put, message, &describe, context);
        });
    }
}
