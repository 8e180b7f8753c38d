//! openWB: `openWB/evu/W`, `openWB/lp/1/…` of version 1.9, `openWB/chargepoint/<id>/get/power` of version 2. What is on `openWB/set/…` asks.

use hearthline_model::{DeviceDesc, Kind, PointDesc, Realm};

use super::super::desk::{Desk, Put, text, with_json};
use super::Shape;
use crate::shape::points::Said;
use crate::{Context, Message};

/// See the module.
pub(super) struct OpenWb;

/// Names of what the levels after `openWB` are.
fn name(owner: &str) -> &str {
    match owner {
        "evu" => "Grid",
        "pv" => "PV",
        "housebattery" | "bat" => "House battery",
        "lp" | "chargepoint" => "Charge point",
        "counter" => "Meter",
        "vehicle" => "Vehicle",
        other => other,
    }
}

fn unit(key: &str) -> Option<&'static str> {
    let last = key.rsplit('/').next().unwrap_or(key);
    Some(match last {
        "W" | "WHouseConsumption" | "WAllChargePoints" | "power" | "powers" | "daily_yield_power" => "W",
        "Wh" | "WhImported" | "WhExported" | "imported" | "exported" | "daily_imported"
        | "daily_exported" | "daily_yield" | "monthly_yield" | "yearly_yield" => "Wh",
        "kWhActualCharged" | "kWhChargedSincePlugged" | "kWhCounter" | "DailyYieldKwh" => "kWh",
        "%Soc" | "soc" => "%",
        "frequency" | "Hz" => "Hz",
        key if key.starts_with("APhase") || key == "currents" || key == "AConfigured" => "A",
        key if key.starts_with("VPhase") || key == "voltages" => "V",
        key if key.starts_with("WPhase") => "W",
        _ => return None,
    })
}

impl Shape for OpenWb {
    fn claim(&mut self, message: &Message<'_>) -> bool {
        message.topic.starts_with("openWB/") && message.topic.matches('/').count() >= 2
    }

    fn message(&mut self, message: &Message<'_>, desk: &mut Desk, context: &mut Context<'_>) {
        let rest = &message.topic["openWB/".len()..];
        let Some((owner, rest)) = rest.split_once('/') else {
            return;
        };
        // Orders, settings, diagrams, logs.
        if matches!(
            owner,
            "set" | "config" | "graph" | "log" | "command" | "internal_chargepoint" | "optional" | "general"
        ) || rest.split('/').any(|level| matches!(level, "set" | "config"))
        {
            return;
        }
        let Some(said) = text(message) else { return };
        let number = |level: &str| !level.is_empty() && level.bytes().all(|b| b.is_ascii_digit());
        let (id, title, key) = match rest.split_once('/') {
            Some((level, key)) if number(level) => (
                format!("{owner}/{level}"),
                format!("{} {level}", name(owner)),
                key,
            ),
            _ => (owner.to_owned(), name(owner).to_owned(), rest),
        };
        let key = key.strip_prefix("get/").unwrap_or(key);
        let more = |desc: &mut DeviceDesc| {
            desc.name.clone_from(&title);
            desc.manufacturer = Some("openWB".into());
        };
        let Some(device) = desk.device("openwb", &id, &title, (Realm::Home, &[]), more, context) else {
            return;
        };
        let shown = match key.rsplit('/').next().unwrap_or(key) {
            "W" => "power",
            "%Soc" | "soc" => "state of charge",
            "kWhCounter" => "energy total",
            "kWhActualCharged" => "energy charged",
            "kWhChargedSincePlugged" => "energy since plugged in",
            "DailyYieldKwh" => "yield today",
            _ => key,
        };
        if said.starts_with(['[', '{']) {
            let phases = |desc: &mut PointDesc| {
                if desc.kind == Kind::Number && desc.unit.is_none() {
                    desc.unit = unit(key).map(str::to_owned);
                    desc.class = crate::units::class_of(unit(key), &[]).map(str::to_owned);
                }
            };
            return with_json(message, context, |json, context| {
                desk.all(device, key, json, None, message, &phases, context);
            });
        }
        let charge = |desc: &mut PointDesc| {
            if shown == "state of charge" {
                desc.class = Some("battery".into());
                desc.range = Some((0.0, 100.0));
            }
        };
        let mut value = Said::text(said.trim_matches('"'));
        value.unit = unit(key);
        desk.put(
            Put::new(device, key, value).name(shown).path(""),
            message,
            &charge,
            context,
        );
    }
}
