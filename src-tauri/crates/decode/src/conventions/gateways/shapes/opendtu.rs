//! OpenDTU: `<base>/<serial>/<channel>/<key>` of each inverter, `<base>/dtu/…` of itself, `<base>/ac|dc/…` of all together. The base is `solar`
//! unless an inverter's serial has shown another.

use hearthline_model::{Category, DeviceDesc, Kind, PointDesc, Realm, Role, StateClass};
use rustc_hash::FxHashSet;

use super::super::desk::{Desk, Put, text};
use super::super::order::{Form, Takes};
use super::Shape;
use crate::scale::Scale;
use crate::shape::points::Said;
use crate::{Context, Message};

/// See the module.
#[derive(Default)]
pub(super) struct OpenDtu {
    bases: FxHashSet<String>,
    names: rustc_hash::FxHashMap<String, String>,
}

/// Serials of Hoymiles inverters have twelve digits and begin with 10, 11, 13 or 14.
fn is_serial(level: &str) -> bool {
    level.len() == 12
        && level.bytes().all(|b| b.is_ascii_hexdigit())
        && ["10", "11", "12", "13", "14"]
            .iter()
            .any(|start| level.starts_with(start))
        && level.bytes().filter(u8::is_ascii_digit).count() >= 10
}

struct Topic<'t> {
    base: &'t str,
    /// A serial, `dtu`, `ac` or `dc`.
    owner: &'t str,
    rest: &'t str,
}

fn split(topic: &str) -> Option<Topic<'_>> {
    let (base, rest) = topic.split_once('/')?;
    let (owner, rest) = rest.split_once('/')?;
    Some(Topic { base, owner, rest })
}

/// Whether what follows a serial is one of OpenDTU's.
fn is_own(rest: &str) -> bool {
    match rest.split_once('/') {
        None => rest == "name",
        Some((channel, key)) => {
            matches!(channel, "status" | "device" | "radio" | "cmd")
                || channel.len() == 1 && channel.bytes().all(|b| b.is_ascii_digit()) && known(key).is_some()
        }
    }
}

/// Name, unit and behaviour of a key.
fn known(key: &str) -> Option<(&'static str, Option<&'static str>, Option<StateClass>)> {
    use StateClass::{Measurement, TotalIncreasing};
    let measured = |name, unit| Some((name, Some(unit), Some(Measurement)));
    match key {
        "power" => measured("power", "W"),
        "powerdc" | "power_dc" => measured("DC power", "W"),
        "voltage" => measured("voltage", "V"),
        "current" => measured("current", "A"),
        "yieldday" => Some(("yield today", Some("Wh"), Some(TotalIncreasing))),
        "yieldtotal" => Some(("yield total", Some("kWh"), Some(TotalIncreasing))),
        "temperature" => measured("temperature", "°C"),
        "frequency" => measured("frequency", "Hz"),
        "reactivepower" => measured("reactive power", "var"),
        "efficiency" => measured("efficiency", "%"),
        "irradiation" => measured("irradiation", "%"),
        "powerfactor" => Some(("power factor", None, Some(Measurement))),
        "name" => Some(("name", None, None)),
        _ => None,
    }
}

impl Shape for OpenDtu {
    fn claim(&mut self, message: &Message<'_>) -> bool {
        let Some(topic) = split(message.topic) else {
            return false;
        };
        if is_serial(topic.owner) && is_own(topic.rest) {
            if self.bases.len() < 64 {
                self.bases.insert(topic.base.to_owned());
            }
            return true;
        }
        let whole = topic.owner == "dtu"
            || matches!(topic.owner, "ac" | "dc")
                && (known(topic.rest).is_some() || topic.rest == "is_valid");
        whole && (topic.base == "solar" || self.bases.contains(topic.base))
    }

    fn message(&mut self, message: &Message<'_>, desk: &mut Desk, context: &mut Context<'_>) {
        let Some(Topic { base, owner, rest }) = split(message.topic) else {
            return;
        };
        let Some(said) = text(message) else { return };
        let inverter = is_serial(owner);
        if rest.starts_with("cmd/") {
            return;
        }
        let id = if inverter { owner } else { base };
        if inverter && rest == "name" && (self.names.len() < 1_024 || self.names.contains_key(owner)) {
            self.names
                .insert(owner.to_owned(), crate::decoder::shortened(said, 64));
        }
        let name = match self.names.get(owner) {
            Some(name) => name.clone(),
            None if inverter => format!("Inverter {owner}"),
            None => "OpenDTU".to_owned(),
        };
        let more = |desc: &mut DeviceDesc| {
            desc.name.clone_from(&name);
            desc.identities.clear();
            if inverter {
                desc.manufacturer = Some("Hoymiles".into());
                desc.serial = Some(owner.to_owned());
                desc.via = Some(format!("opendtu:{base}"));
            }
        };
        let Some(device) = desk.device("opendtu", id, &name, (Realm::Home, &[]), more, context) else {
            return;
        };
        let (folder, key) = rest.rsplit_once('/').unwrap_or(("", rest));
        match (owner, folder, key) {
            ("dtu", _, "status") => return context.online(device, said == "online", message.at),
            (_, "status", "reachable") if inverter => return context.online(device, said == "1", message.at),
            (_, "", "name") => return,
            _ => {}
        }
        let about = known(key);
        let channel = match (owner, folder) {
            ("ac", _) => "AC ".to_owned(),
            ("dc", _) => "DC ".to_owned(),
            (_, "0") => String::new(),
            (_, number) if number.len() == 1 && inverter => format!("DC {number} "),
            _ => String::new(),
        };
        let title = format!("{channel}{}", about.map_or(key, |(name, ..)| name));
        let own = if inverter {
            rest.to_owned()
        } else {
            format!("{owner}/{rest}")
        };
        let mut said = Said::text(said);
        said.unit = match (folder, key) {
            ("status", "limit_relative") => Some("%"),
            ("status", "limit_absolute") => Some("W"),
            _ => about.and_then(|(_, unit, _)| unit),
        };
        let described =
            matches!(folder, "" | "status" | "device" | "radio") && about.is_none() || owner == "dtu";
        let describe = |desc: &mut PointDesc| {
            if let Some((.., state_class)) = about {
                desc.state_class = state_class;
            }
            if described {
                desc.category = Category::Diagnostic;
            }
            match key {
                "producing" => {
                    desc.role = Role::Switch;
                    "switch".clone_into(&mut desc.platform);
                    desc.category = Category::Primary;
                }
                "limit_relative" => {
                    "Power limit".clone_into(&mut desc.name);
                    "number".clone_into(&mut desc.platform);
                    desc.category = Category::Config;
                    desc.class = None;
                }
                _ => {}
            }
        };
        let mut put = Put::new(device, &own, said).name(&title).path("");
        if inverter && folder == "status" {
            put = match key {
                "producing" => put.kind(Kind::Bool).order(
                    format!("{base}/{owner}/cmd/power"),
                    Takes::Bool("1", "0"),
                    Form::Bare,
                ),
                // Not kept in the inverter's memory, which takes only so many writes.
                "limit_relative" => {
                    let takes = Takes::Number(Some((0.0, 100.0)), Scale::Same, false);
                    put.order(
                        format!("{base}/{owner}/cmd/limit_nonpersistent_relative"),
                        takes,
                        Form::Bare,
                    )
                }
                _ => put,
            };
        }
        desk.put(put, message, &describe, context);
    }
}
