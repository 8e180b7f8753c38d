//! evcc: `evcc/site/…`, `evcc/loadpoints/<n>/…`, `evcc/vehicles/<name>/…`, `evcc/status`; written on `…/set`.

use hearthline_model::{DeviceDesc, Kind, PointDesc, Realm};

use super::super::desk::{Desk, Put, text};
use super::super::order::{Form, Takes};
use super::Shape;
use crate::scale::Scale;
use crate::shape::points::Said;
use crate::{Context, Message};

/// See the module.
pub(super) struct Evcc;

fn unit(key: &str) -> Option<&'static str> {
    let lower = key.to_lowercase();
    let last = lower.rsplit('/').next().unwrap_or(&lower);
    let parent = lower.split('/').rev().nth(1).unwrap_or_default();
    // `chargeCurrents/l1` says it in its folder.
    let name = if last.len() <= 2 { parent } else { last };
    Some(match name {
        "chargedenergy" => "Wh",
        name if name.ends_with("power") => "W",
        name if name.ends_with("currents") || name.ends_with("current") => "A",
        name if name.ends_with("voltages") || name.ends_with("voltage") => "V",
        name if name.ends_with("energy") || name.ends_with("import") || name.ends_with("capacity") => "kWh",
        name if name.ends_with("soc") => "%",
        name if name.ends_with("range") || name.ends_with("odometer") => "km",
        name if name.ends_with("duration") || name.ends_with("remaining") => "s",
        _ => return None,
    })
}

fn takes(owner: &str, key: &str) -> Option<Takes> {
    let number = |low, high| Takes::Number(Some((low, high)), Scale::Same, true);
    let words = |list: &[&str]| {
        Takes::Words(
            list.iter()
                .map(|&word| (word.to_owned(), word.to_owned()))
                .collect(),
        )
    };
    Some(match (owner, key) {
        ("loadpoints", "mode") => words(&["off", "pv", "minpv", "now"]),
        ("loadpoints", "minCurrent" | "maxCurrent") => number(6.0, 64.0),
        ("loadpoints", "limitSoc")
        | ("vehicles", "limitSoc" | "minSoc")
        | ("site", "prioritySoc" | "bufferSoc" | "bufferStartSoc") => number(0.0, 100.0),
        ("loadpoints", "limitEnergy") => Takes::Number(Some((0.0, 200.0)), Scale::Same, false),
        ("loadpoints", "phasesConfigured") => words(&["0", "1", "3"]),
        ("loadpoints", "batteryBoost") | ("site", "batteryDischargeControl") => Takes::Bool("true", "false"),
        ("site", "residualPower") => number(-10_000.0, 10_000.0),
        _ => return None,
    })
}

impl Shape for Evcc {
    fn claim(&mut self, message: &Message<'_>) -> bool {
        let Some(rest) = message.topic.strip_prefix("evcc/") else {
            return false;
        };
        matches!(rest, "status" | "updated")
            || ["site/", "loadpoints/", "vehicles/"]
                .iter()
                .any(|start| rest.starts_with(start))
    }

    fn message(&mut self, message: &Message<'_>, desk: &mut Desk, context: &mut Context<'_>) {
        let rest = &message.topic["evcc/".len()..];
        let Some(said) = text(message) else { return };
        if rest.ends_with("/set") || rest == "updated" {
            return;
        }
        let (owner, rest) = rest.split_once('/').unwrap_or((rest, ""));
        let (id, name, key) = match owner {
            "site" | "status" => ("site".to_owned(), "evcc".to_owned(), rest),
            _ => match rest.split_once('/') {
                Some((number, key)) if owner == "loadpoints" => {
                    (format!("loadpoints/{number}"), format!("Charger {number}"), key)
                }
                Some((name, key)) => (format!("vehicles/{name}"), crate::naming::humanise(name), key),
                // How many there are.
                None => return,
            },
        };
        // The title that the person gave renames it.
        let title = matches!(key, "title" | "siteTitle").then(|| crate::decoder::shortened(said, 64));
        let known = context_name(&id, desk, context);
        let name = title.or(known).unwrap_or(name);
        let more = |desc: &mut DeviceDesc| {
            desc.name.clone_from(&name);
            desc.identities.clear();
            desc.via = (id != "site").then(|| "evcc:site".to_owned());
        };
        let Some(device) = desk.device("evcc", &id, &name, (Realm::Home, &[]), more, context) else {
            return;
        };
        if owner == "status" {
            return context.online(device, said == "online", message.at);
        }
        if matches!(key, "title" | "siteTitle" | "") {
            return;
        }
        let mut value = Said::text(said);
        value.unit = unit(key);
        let mut put = Put::new(device, key, value).path("");
        if let Some(takes) = takes(owner, key) {
            put = match &takes {
                Takes::Words(_) => {
                    put.said = Said::word(said);
                    put.kind(Kind::Enum)
                }
                Takes::Bool(..) => put.kind(Kind::Bool),
                _ => put,
            };
            put = put.order(format!("{}/set", message.topic), takes, Form::Bare);
        }
        let describe = |desc: &mut PointDesc| {
            // A car is plugged in; that is not whether a device is there.
            if key == "connected" {
                desc.class = Some("plug".into());
            }
            if desc.command.is_some() {
                desc.class = None;
                desc.category = if key == "mode" {
                    hearthline_model::Category::Primary
                } else {
                    hearthline_model::Category::Config
                };
            }
        };
        desk.put(put, message, &describe, context);
    }
}

/// The name that a device has already, so that a title stays once it was told.
fn context_name(id: &str, desk: &mut Desk, context: &Context<'_>) -> Option<String> {
    let device = desk.known("evcc", id)?;
    context.device_desc(device).map(|desc| desc.name.clone())
}
