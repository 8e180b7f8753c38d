//! Theengs Gateway and `OpenMQTTGateway`: `<base>/<gateway>/BTtoMQTT/<MAC>` of Bluetooth devices, `433toMQTT`, `RTL_433toMQTT`, `IRtoMQTT`, `SYStoMQTT` of others
//! and of the gateway itself, `<base>/<gateway>/LWT`.

use hearthline_model::{Category, DeviceDesc, PointDesc, Realm};
use rustc_hash::FxHashSet;

use super::super::desk::{Desk, Put, as_is, text, with_json, word};
use super::Shape;
use crate::shape::json::Json;
use crate::shape::points::Said;
use crate::{Context, Message};

/// See the module.
#[derive(Default)]
pub(super) struct Theengs {
    gateways: FxHashSet<String>,
}

/// Gateway, sort and what follows.
fn split(topic: &str) -> Option<(&str, &str, &str)> {
    let at = topic.find("toMQTT")?;
    let (before, after) = (&topic[..at], &topic[at + "toMQTT".len()..]);
    let (gateway, sort) = before.rsplit_once('/')?;
    let known = matches!(
        sort,
        "BT" | "SYS"
            | "433"
            | "RTL_433"
            | "IR"
            | "RF"
            | "LORA"
            | "WebUI"
            | "GFSunInverter"
            | "RFM69"
            | "Pilight"
            | "SR"
    );
    let clean = after.is_empty() || after.starts_with('/');
    (known && clean && gateway.contains('/')).then_some((gateway, sort, after.trim_start_matches('/')))
}

/// Name and unit of Theengs' short keys.
fn known(key: &str) -> Option<(&'static str, Option<&'static str>)> {
    Some(match key {
        "tempc" => ("temperature", Some("°C")),
        "tempc1" => ("temperature 1", Some("°C")),
        "tempc2" => ("temperature 2", Some("°C")),
        "hum" => ("humidity", Some("%")),
        "moi" => ("moisture", Some("%")),
        "batt" => ("battery", Some("%")),
        "volt" => ("voltage", Some("V")),
        "lux" => ("illuminance", Some("lx")),
        "pres" => ("pressure", Some("hPa")),
        "fer" => ("fertility", Some("µS/cm")),
        "rssi" => ("rssi", Some("dBm")),
        "distance" => ("distance", Some("m")),
        "steps" => ("steps", Some("steps")),
        "heartrate" | "act_bpm" => ("heart rate", Some("bpm")),
        "impedance" => ("impedance", Some("Ω")),
        "uptime" => ("uptime", Some("s")),
        "freemem" => ("free memory", Some("B")),
        _ => return None,
    })
}

/// What says nothing of a measurement.
const ABOUT: [&str; 16] = [
    "id",
    "name",
    "model",
    "model_id",
    "brand",
    "type",
    "mac_type",
    "adv_type",
    "manufacturerdata",
    "servicedata",
    "servicedatauuid",
    "track",
    "cidc",
    "acts",
    "cont",
    "device",
];

impl Shape for Theengs {
    fn claim(&mut self, message: &Message<'_>) -> bool {
        if split(message.topic).is_some() {
            return true;
        }
        let Some((gateway, rest)) = message.topic.rsplit_once('/') else {
            return false;
        };
        let own = rest == "LWT" && self.gateways.contains(gateway);
        own || self.gateways.iter().any(|gateway| {
            message
                .topic
                .strip_prefix(gateway.as_str())
                .is_some_and(|rest| rest.starts_with("/commands/"))
        })
    }

    fn message(&mut self, message: &Message<'_>, desk: &mut Desk, context: &mut Context<'_>) {
        let Some((gateway, sort, rest)) = split(message.topic) else {
            if let Some(gateway) = message.topic.strip_suffix("/LWT") {
                let name = gateway.rsplit('/').next().unwrap_or(gateway);
                // Described anew it would lose what it told of itself.
                let device = match desk.known("theengs", gateway) {
                    Some(device) => Some(device),
                    None => desk.device("theengs", gateway, name, (Realm::Home, &[]), |_| (), context),
                };
                if let (Some(device), Some(said)) = (device, text(message)) {
                    context.online(device, said.eq_ignore_ascii_case("online"), message.at);
                }
            }
            return;
        };
        if self.gateways.len() < 256 && self.gateways.insert(gateway.to_owned()) {
            context.reroute(format!("{gateway}/LWT"));
            context.reroute(format!("{gateway}/commands/#"));
        }
        let gateway_name = gateway.rsplit('/').next().unwrap_or(gateway);
        with_json(message, context, |json, context| {
            if sort == "SYS" {
                let more = |desc: &mut DeviceDesc| {
                    desc.firmware = word(json, &["version"]);
                    desc.model = Some("OpenMQTTGateway".into());
                    if let Some(mac) = word(json, &["mac"]) {
                        desc.identities = crate::naming::identities(&mac);
                    }
                };
                if let Some(device) = desk.device(
                    "theengs",
                    gateway,
                    gateway_name,
                    (Realm::Home, &[]),
                    more,
                    context,
                ) {
                    let describe = |desc: &mut PointDesc| desc.category = Category::Diagnostic;
                    for (key, value) in json.entries() {
                        if let Some(mut said) =
                            Said::json(value).filter(|_| !matches!(key.as_ref(), "version" | "mac"))
                        {
                            let about = known(key);
                            said.unit = about.and_then(|(_, unit)| unit);
                            let put = Put::new(device, key, said)
                                .path(key)
                                .name(about.map_or(key, |(name, _)| name));
                            desk.put(put, message, &describe, context);
                        }
                    }
                }
                return;
            }
            let id = match sort {
                "BT" => word(json, &["id", "mac"]).unwrap_or_else(|| rest.to_owned()),
                _ => word(json, &["model", "protocol"]).map_or_else(
                    || format!("{gateway}/{sort}"),
                    |model| format!("{model}/{}", word(json, &["id", "value"]).unwrap_or_default()),
                ),
            };
            if id.is_empty() {
                return;
            }
            let name = word(json, &["name"])
                .or_else(|| word(json, &["model"]))
                .unwrap_or_else(|| id.clone());
            let more = |desc: &mut DeviceDesc| {
                desc.manufacturer = word(json, &["brand"]);
                desc.model = word(json, &["model", "model_id"]);
                desc.via = Some(format!("theengs:{gateway}"));
            };
            // One device whichever gateway heard it.
            let id = if sort == "BT" {
                id.to_lowercase().replace(':', "")
            } else {
                id
            };
            let Some(device) = desk.device("theengs", &id, &name, (Realm::Home, &[]), more, context) else {
                return;
            };
            let celsius = json.get("tempc").is_some();
            for (key, value) in json.entries() {
                // The same in Fahrenheit would be a second thermometer.
                if ABOUT.contains(&key.as_ref()) || celsius && key.starts_with("tempf") {
                    continue;
                }
                let about = known(key);
                let weight = key == "weight";
                match value {
                    Json::Array(_) | Json::Object(_) => {
                        desk.all(device, key, value, None, message, &as_is, context);
                    }
                    value => {
                        let Some(mut said) = Said::json(value) else {
                            continue;
                        };
                        said.unit = about.and_then(|(_, unit)| unit).or_else(|| {
                            json.text("unit")
                                .filter(|_| weight && json.text("unit").is_some_and(|it| it.len() < 8))
                        });
                        let put = Put::new(device, key, said)
                            .path(key)
                            .name(about.map_or(key, |(name, _)| name));
                        let describe = |desc: &mut PointDesc| {
                            if matches!(key.as_ref(), "rssi" | "distance") {
                                desc.category = Category::Diagnostic;
                            }
                        };
                        desk.put(put, message, &describe, context);
                    }
                }
            }
        });
    }
}
