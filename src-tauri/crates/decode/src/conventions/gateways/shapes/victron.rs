//! Victron Venus OS: `N/<portal>/<service>/<instance>/<path…>` with `{"value": …, "min"?, "max"?}`; `W/…` writes, `R/…` asks.

use hearthline_model::{Category, DeviceDesc, Kind, MINUTE, Micros, PointDesc, Realm, SECOND};
use rustc_hash::FxHashMap;

use super::super::desk::{Desk, Put, with_json};
use super::super::order::{Form, Takes};
use super::Shape;
use crate::scale::Scale;
use crate::shape::json::Json;
use crate::shape::points::Said;
use crate::shape::scalar::Scalar;
use crate::{Context, Message, Publish};

/// Venus OS stops publishing a minute after it was last asked to go on.
const KEEP_EVERY: Micros = 30 * SECOND;
/// A portal that says nothing for so long is asked no more.
const GONE_AFTER: Micros = 10 * MINUTE;
/// Most portals, and services of all of them.
const MOST: usize = 64;
const MOST_SERVICES: usize = 1_024;

#[derive(Default)]
struct Portal {
    seen: Micros,
    asked: Option<Micros>,
}

#[derive(Clone, Default, PartialEq)]
struct About {
    custom: Option<String>,
    product: Option<String>,
    firmware: Option<String>,
    serial: Option<String>,
}

/// See the module.
#[derive(Default)]
pub(super) struct Victron {
    portals: FxHashMap<String, Portal>,
    services: FxHashMap<String, About>,
}

fn split(topic: &str) -> Option<(&str, &str, &str, &str)> {
    let mut levels = topic.splitn(5, '/');
    let letter = levels.next()?;
    let portal = levels.next().filter(|it| is_portal(it))?;
    matches!(letter, "N" | "W" | "R").then_some(())?;
    Some((
        portal,
        levels.next().unwrap_or_default(),
        levels.next().unwrap_or_default(),
        levels.next().unwrap_or_default(),
    ))
}

/// The portal's id is the address of its network card, without separators.
fn is_portal(level: &str) -> bool {
    level.len() == 12 && level.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Unit by the last part of a path.
fn unit(path: &str) -> Option<&'static str> {
    let last = path.rsplit('/').next().unwrap_or(path);
    Some(match last {
        "Power" | "P" | "MaxPower" | "AcPowerSetPoint" => "W",
        "Voltage" | "V" => "V",
        "Current" | "I" | "CurrentLimit" | "SetCurrent" | "MaxCurrent" => "A",
        "Soc" | "Level" | "Soh" | "Humidity" => "%",
        "Temperature" => "°C",
        "Frequency" | "F" => "Hz",
        "Yield" | "Forward" | "Reverse" | "System" => "kWh",
        "ConsumedAmphours" => "Ah",
        "TimeToGo" | "ChargingTime" => "s",
        "S" => "VA",
        "Pressure" => "hPa",
        _ if path.starts_with("Dc/") || path.starts_with("Ac/") => match last {
            "L1" | "L2" | "L3" if path.contains("Power") || path.contains("Consumption") => "W",
            _ => return None,
        },
        _ => return None,
    })
}

/// What may be written, by service and path.
fn takes(service: &str, path: &str) -> Option<Takes> {
    let words = |list: &[(&str, &str)]| {
        Takes::Words(
            list.iter()
                .map(|(word, sent)| ((*word).to_owned(), (*sent).to_owned()))
                .collect(),
        )
    };
    let relay = path
        .strip_prefix("Relay/")
        .and_then(|rest| rest.strip_suffix("/State"));
    Some(match (service, path) {
        _ if relay.is_some_and(|number| number.len() <= 2) => Takes::Bool("1", "0"),
        ("vebus", "Mode") => words(&[
            ("charger only", "1"),
            ("inverter only", "2"),
            ("on", "3"),
            ("off", "4"),
        ]),
        ("vebus", "Ac/ActiveIn/CurrentLimit" | "Ac/In/1/CurrentLimit" | "Ac/In/2/CurrentLimit") => {
            Takes::Number(Some((0.0, 100.0)), Scale::Same, false)
        }
        ("evcharger", "SetCurrent") => Takes::Number(Some((0.0, 32.0)), Scale::Same, true),
        ("evcharger", "StartStop") => Takes::Bool("1", "0"),
        ("evcharger", "Mode") => words(&[("manual", "0"), ("auto", "1"), ("scheduled", "2")]),
        ("solarcharger", "Mode") => words(&[("on", "1"), ("off", "4")]),
        ("settings", "Settings/CGwacs/AcPowerSetPoint") => {
            Takes::Number(Some((-50_000.0, 50_000.0)), Scale::Same, true)
        }
        ("settings", "Settings/CGwacs/BatteryLife/MinimumSocLimit") => {
            Takes::Number(Some((0.0, 100.0)), Scale::Same, true)
        }
        _ => return None,
    })
}

impl Victron {
    fn device(
        &self,
        portal: &str,
        service: &str,
        instance: &str,
        desk: &mut Desk,
        context: &mut Context<'_>,
    ) -> Option<crate::DeviceIx> {
        let id = format!("{portal}/{service}/{instance}");
        let about = self.services.get(&id).cloned().unwrap_or_default();
        let system = service == "system";
        let usual = match service {
            "system" => "Victron system",
            "vebus" => "Inverter",
            "solarcharger" => "Solar charger",
            "pvinverter" => "PV inverter",
            "battery" => "Battery",
            "grid" => "Grid meter",
            "evcharger" => "EV charger",
            "tank" => "Tank",
            other => other,
        };
        let name = about
            .custom
            .clone()
            .or_else(|| about.product.clone())
            .unwrap_or_else(|| usual.to_owned());
        let more = |desc: &mut DeviceDesc| {
            desc.name.clone_from(&name);
            desc.manufacturer = Some("Victron Energy".into());
            desc.model = about.product;
            desc.firmware = about.firmware;
            desc.serial = about.serial;
            desc.identities = if system {
                vec![portal.to_ascii_lowercase()]
            } else {
                Vec::new()
            };
            desc.via = (!system).then(|| format!("victron:{portal}/system/0"));
        };
        desk.device("victron", &id, &name, (Realm::Home, &[]), more, context)
    }

    /// A path that tells who the service is; whether it was one.
    fn about(&mut self, id: &str, path: &str, value: &Json<'_>) -> bool {
        if self.services.len() >= MOST_SERVICES && !self.services.contains_key(id) {
            return false;
        }
        let said = match value {
            Json::Text(text) if !text.trim().is_empty() => Some(crate::decoder::shortened(text.trim(), 128)),
            // 0x145 is v1.45, as Victron numbers its firmwares.
            Json::Int(number) => Some(format!("v{}.{:02x}", number >> 8, number & 0xff)),
            _ => None,
        };
        let about = self.services.entry(id.to_owned()).or_default();
        match path {
            "CustomName" => about.custom = said,
            "ProductName" => about.product = said,
            "FirmwareVersion" => about.firmware = said,
            "Serial" => about.serial = said,
            _ => return false,
        }
        true
    }
}

impl Shape for Victron {
    fn claim(&mut self, message: &Message<'_>) -> bool {
        split(message.topic).is_some()
    }

    fn message(&mut self, message: &Message<'_>, desk: &mut Desk, context: &mut Context<'_>) {
        let Some((portal, service, instance, path)) = split(message.topic) else {
            return;
        };
        // What is asked and written is no value.
        if !message.topic.starts_with("N/") {
            return;
        }
        if self.portals.len() < MOST || self.portals.contains_key(portal) {
            self.portals.entry(portal.to_owned()).or_default().seen = message.at;
        }
        if path.is_empty() {
            return;
        }
        let id = format!("{portal}/{service}/{instance}");
        // A service that went away clears its topics.
        if message.payload.is_empty() {
            if path == "Connected"
                && let Some(device) = self.device(portal, service, instance, desk, context)
            {
                context.online(device, false, message.at);
            }
            return;
        }
        with_json(message, context, |json, context| {
            let missing = Json::Null;
            let value = json.get("value").unwrap_or(&missing);
            let told = self.about(&id, path, value);
            let Some(device) = self.device(portal, service, instance, desk, context) else {
                return;
            };
            if path == "Connected" {
                context.online(device, value.as_f64() == Some(1.0), message.at);
            }
            if told
                || path.starts_with("Mgmt/")
                || matches!(
                    path,
                    "Connected" | "ProductId" | "DeviceInstance" | "HardwareVersion"
                )
            {
                return;
            }
            // D-Bus writes an invalid value as an empty array.
            let said = match value {
                Json::Array(_) | Json::Object(_) => Some(Said::scalar(Scalar::Unknown(false))),
                value => Said::json(value),
            };
            let Some(mut said) = said else { return };
            said.unit = unit(path);
            let range = json
                .get("min")
                .and_then(Json::as_f64)
                .zip(json.get("max").and_then(Json::as_f64))
                .filter(|(low, high)| low < high);
            let settings = service == "settings";
            let describe = |desc: &mut PointDesc| {
                if path == "Soc" {
                    desc.class = Some("battery".into());
                    desc.range = Some((0.0, 100.0));
                }
                if desc.kind == Kind::Number {
                    desc.range = desc.range.or(range);
                }
                if settings {
                    desc.category = Category::Config;
                    desc.hidden = desc.command.is_none();
                }
            };
            let mut put = Put::new(device, path, said).path("value");
            if path == "Soc" {
                put.name = "State of charge";
            }
            let words;
            if let Some(mut takes) = takes(service, path) {
                // What this very device allows.
                if let (Takes::Number(limits, ..), Some(range)) = (&mut takes, range) {
                    *limits = Some(range);
                }
                match &takes {
                    Takes::Bool(..) => put.kind = Some(Kind::Bool),
                    Takes::Words(list) => {
                        put.kind = Some(Kind::Enum);
                        let sent = value
                            .as_f64()
                            .map(|number| number.to_string())
                            .unwrap_or_default();
                        if let Some((word, _)) = list.iter().find(|(_, it)| *it == sent) {
                            words = word.clone();
                            put.said = Said::word(words);
                        }
                    }
                    _ => {}
                }
                put = put.order(
                    format!("W/{portal}/{service}/{instance}/{path}"),
                    takes,
                    Form::Value,
                );
            }
            desk.put(put, message, &describe, context);
        });
    }

    fn clock_moved(&mut self, by: Micros) {
        for portal in self.portals.values_mut() {
            portal.seen = portal.seen.saturating_add(by);
            portal.asked = portal.asked.map(|asked| asked.saturating_add(by));
        }
    }

    fn tick(&mut self, now: Micros, context: &mut Context<'_>) {
        for (id, portal) in &mut self.portals {
            if now - portal.seen > GONE_AFTER || portal.asked.is_some_and(|asked| now - asked < KEEP_EVERY) {
                continue;
            }
            // Without this a Venus device falls silent after a minute. The first one asks for all values, the others only to go on.
            let payload = match portal.asked {
                None => Vec::new(),
                Some(_) => br#"{"keepalive-options":["suppress-republish"]}"#.to_vec(),
            };
            portal.asked = Some(now);
            context.publish(Publish {
                topic: format!("R/{id}/keepalive"),
                payload,
                qos: 0,
                retain: false,
            });
        }
    }
}
