//! EMS-ESP: `ems-esp/<thing>_data` with one object (`boiler_data`, `thermostat_data`), `ems-esp/status`, `ems-esp/heartbeat`. Written on
//! `ems-esp/<thing>/<name>`.

use hearthline_model::{Category, DeviceDesc, Kind, PointDesc, Realm, Role};

use super::super::desk::{Desk, Put, text, with_json};
use super::super::order::{Form, Takes};
use super::Shape;
use crate::naming::humanise;
use crate::scale::Scale;
use crate::shape::json::Json;
use crate::shape::points::Said;
use crate::{Context, Message};

/// See the module.
pub(super) struct EmsEsp;

fn unit(key: &str) -> Option<&'static str> {
    Some(match key {
        key if key.ends_with("temp")
            || key.ends_with("tempsensor")
            || key.ends_with("temp1")
            || key.ends_with("temp2") =>
        {
            "°C"
        }
        key if key.contains("power")
            || key.ends_with("mod") && key != "mod"
            || key == "curburnpow"
            || key == "selburnpow" =>
        {
            "%"
        }
        key if key.starts_with("nrg") || key.contains("energy") => "kWh",
        "syspress" => "bar",
        "flamecurr" => "µA",
        "rssi" => "dBm",
        key if key.ends_with("workm") || key.ends_with("mins") => "min",
        _ => return None,
    })
}

/// What the firmware's short names stand for.
fn name(key: &str) -> &str {
    match key {
        "curflowtemp" => "flow temperature",
        "selflowtemp" => "selected flow temperature",
        "rettemp" => "return temperature",
        "outdoortemp" => "outside temperature",
        "currtemp" | "curtemp" => "current temperature",
        "seltemp" => "target temperature",
        "settemp" => "set temperature",
        "heatingactive" => "heating active",
        "heatingactivated" => "heating activated",
        "tapwateractive" => "hot water active",
        "syspress" => "system pressure",
        "curburnpow" => "burner power",
        "selburnpow" => "selected burner power",
        "burngas" => "burner gas",
        "flamecurr" => "flame current",
        "burnstarts" => "burner starts",
        "daytemp" => "day temperature",
        "nighttemp" => "night temperature",
        "errorcode" => "error code",
        key => key,
    }
}

/// What the firmware takes back under the same name.
fn takes(thing: &str, key: &str) -> Option<Takes> {
    let last = key.rsplit('.').next().unwrap_or(key);
    let number = |low, high| Some(Takes::Number(Some((low, high)), Scale::Same, false));
    match (thing, last) {
        ("thermostat", "seltemp" | "daytemp" | "nighttemp" | "manualtemp" | "tempautotemp") => {
            number(0.0, 30.0)
        }
        ("boiler", "heatingactivated" | "activated") | ("thermostat", "boost") => {
            Some(Takes::Bool("on", "off"))
        }
        ("boiler", "seltemp" | "settemp") => number(0.0, 80.0),
        ("boiler", "selflowtemp") => number(0.0, 90.0),
        _ => None,
    }
}

impl Shape for EmsEsp {
    fn claim(&mut self, message: &Message<'_>) -> bool {
        message.topic.starts_with("ems-esp/")
    }

    fn message(&mut self, message: &Message<'_>, desk: &mut Desk, context: &mut Context<'_>) {
        let rest = &message.topic["ems-esp/".len()..];
        let gateway = |context: &mut Context<'_>, desk: &mut Desk| {
            desk.device(
                "ems_esp",
                "gateway",
                "EMS-ESP",
                (Realm::Home, &[]),
                |desc| "EMS-ESP".clone_into(&mut desc.name),
                context,
            )
        };
        if rest == "status" {
            if let (Some(device), Some(said)) = (gateway(context, desk), text(message)) {
                context.online(device, said == "online", message.at);
            }
            return;
        }
        let thing = rest
            .strip_suffix("_data")
            .or_else(|| rest.split_once("_data_").map(|(thing, _)| thing));
        let own = matches!(rest, "heartbeat" | "info");
        // The rest is what is written and what was answered.
        if thing.is_none() && !own {
            return;
        }
        // `thermostat_data_hc1`: the circuit is a folder of its thing.
        let circuit = rest.split_once("_data_").map_or("", |(_, circuit)| circuit);
        with_json(message, context, |json, context| {
            let (device, thing) = match thing {
                None => (gateway(context, desk), ""),
                Some(thing) => {
                    let more = |desc: &mut DeviceDesc| desc.via = Some("ems_esp:gateway".into());
                    (
                        desk.device(
                            "ems_esp",
                            thing,
                            &humanise(thing),
                            (Realm::Home, &[]),
                            more,
                            context,
                        ),
                        thing,
                    )
                }
            };
            let Some(device) = device else { return };
            let mut leaf = |folder: &str, key: &str, value: &Json<'_>| {
                let Some(mut said) = Said::json(value) else { return };
                said.unit = unit(key);
                let inner = if folder.is_empty() {
                    key.to_owned()
                } else {
                    format!("{folder}.{key}")
                };
                let whole = if circuit.is_empty() {
                    inner.clone()
                } else {
                    format!("{circuit}.{inner}")
                };
                let describe = |desc: &mut PointDesc| {
                    if own {
                        desc.category = Category::Diagnostic;
                    }
                    match key {
                        "seltemp" if thing == "thermostat" => desc.role = Role::TargetTemperature,
                        "currtemp" if thing == "thermostat" => desc.role = Role::CurrentTemperature,
                        _ => {}
                    }
                };
                let part = if circuit.is_empty() { folder } else { circuit };
                let title = format!("{part} {}", name(key));
                let mut put = Put::new(device, &whole, said).name(title.trim()).path(&inner);
                if let Some(takes) = takes(thing, key) {
                    if matches!(takes, Takes::Bool(..)) {
                        put.kind = Some(Kind::Bool);
                    }
                    let topic = if part.is_empty() {
                        format!("ems-esp/{thing}/{key}")
                    } else {
                        format!("ems-esp/{thing}/{part}/{key}")
                    };
                    put = put.order(topic, takes, Form::Bare);
                }
                desk.put(put, message, &describe, context);
            };
            for (key, value) in json.entries() {
                match value {
                    Json::Object(inner) => inner.iter().for_each(|(sub, value)| leaf(key, sub, value)),
                    value => leaf("", key, value),
                }
            }
        });
    }
}
