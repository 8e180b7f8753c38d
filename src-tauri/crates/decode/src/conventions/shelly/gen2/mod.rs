//! The later generations (Plus, Pro, Gen3, Gen4, BLU behind a gateway, Wall Display): JSON-RPC over MQTT.
//!
//! [`topic`] takes topics apart; a prefix is known by its factory form or by what is said under it. [`unit`] is one device, [`component`] reads
//! the status of one of its parts by the tables of [`fields`] (and [`bthome`]), [`config`] holds the names and units that its configuration
//! tells, [`event`] reads what happened. [`learn`] asks each device for its description, state and configuration, a few a second and once a
//! connection; where the answers do not come, points keep plain names.

mod bthome;
mod component;
mod config;
mod event;
mod fields;
mod learn;
mod topic;
mod unit;
mod ways;

use hearthline_model::{Micros, Realm, Value};
use rustc_hash::FxHashMap;
use serde_json::{Map, Value as Json};

use super::draft::{Sink, device_time};
use super::models;
use super::write::{self, Call, Form, Wire};
use crate::{CommandError, DiagnosisKind, Message, Publish, payload};
use learn::{Ask, Learn};
use topic::Sub;
use unit::Unit;

/// The name under which Hearthline asks; answers come on this topic.
const SOURCE: &str = "hearthline";
/// Before the address of a device whose kind is not known.
const BARE: &str = "shelly-";
/// Most parts that were added to a device; the firmware takes fewer.
const MOST_ADDED: u64 = 512;
/// Most devices.
const MOST_UNITS: usize = 4096;
/// Parts that a status topic under an unknown prefix may name to be believed.
const COMPONENTS: &[&str] = &[
    "switch",
    "cover",
    "light",
    "rgb",
    "rgbw",
    "cct",
    "rgbcct",
    "input",
    "temperature",
    "humidity",
    "voltmeter",
    "smoke",
    "flood",
    "illuminance",
    "devicepower",
    "pm1",
    "em",
    "em1",
    "emdata",
    "em1data",
    "thermostat",
    "boolean",
    "number",
    "text",
    "enum",
    "button",
    "group",
    "object",
    "bthomedevice",
    "bthomesensor",
    "blutrv",
    "presence",
    "presencezone",
    "script",
];

/// All devices of the later generations.
pub(super) struct Gen2 {
    realm: Realm,
    units: Vec<Unit>,
    by_prefix: FxHashMap<Box<str>, usize>,
    by_id: FxHashMap<Box<str>, usize>,
    learn: Learn,
    /// Devices whose identity is waited for.
    waiting: Vec<usize>,
}

/// Whether a payload on the shared announcement topic is of a later generation.
pub(super) fn is_announce(payload: &[u8]) -> bool {
    peek(payload).is_some_and(|json| json["gen"].as_i64().is_some_and(|generation| generation >= 2))
}

/// JSON of a moderate size, or none.
fn peek(payload: &[u8]) -> Option<Json> {
    if payload.len() > 256 << 10 || !payload.trim_ascii_start().starts_with(b"{") {
        return None;
    }
    serde_json::from_slice(payload).ok()
}

impl Gen2 {
    pub(super) fn new(realm: Realm) -> Self {
        Self {
            realm,
            units: Vec::new(),
            by_prefix: FxHashMap::default(),
            by_id: FxHashMap::default(),
            learn: Learn::default(),
            waiting: Vec::new(),
        }
    }

    /// Whether a message is one of ours.
    pub(super) fn claims(&self, message: &Message<'_>) -> bool {
        let Some((prefix, sub)) = topic::parse(message.topic) else {
            return false;
        };
        if self.by_prefix.contains_key(prefix)
            || models::is_later(topic::last_level(prefix))
            || prefix == SOURCE && sub == Sub::Rpc
        {
            return true;
        }
        match sub {
            Sub::Events => peek(message.payload).is_some_and(|json| {
                json["src"].is_string()
                    && json["params"].is_object()
                    && json["method"].as_str().is_some_and(|m| m.starts_with("Notify"))
            }),
            Sub::Status(name) => {
                let (kind, number) = topic::component(name);
                COMPONENTS.contains(&kind)
                    && number.is_some()
                    && peek(message.payload).is_some_and(|json| json["id"].as_u64() == number.map(u64::from))
            }
            // An answer that somebody else asked for tells as much.
            Sub::Rpc => peek(message.payload).is_some_and(|json| {
                json["src"].as_str().is_some_and(models::is_later)
                    && (json["result"].is_object() || json["error"].is_object())
            }),
            Sub::Announce => prefix != "shellies" && is_announce(message.payload),
            Sub::Online | Sub::Noise => false,
        }
    }

    /// A message on a topic of ours.
    pub(super) fn message(&mut self, message: &Message<'_>, sink: &mut Sink<'_, '_>) {
        let Some((prefix, sub)) = topic::parse(message.topic) else {
            return;
        };
        match sub {
            Sub::Noise => return,
            Sub::Rpc => return self.answer(message, sink),
            _ if message.payload.is_empty() => return,
            _ => {}
        }
        let Some(ix) = self.unit(prefix, message, sink) else {
            return;
        };
        if self.units[ix].is_repeat(message) {
            return;
        }
        match sub {
            Sub::Online => self.online(ix, message, sink),
            Sub::Announce => {
                if let Some(json) = self.json(ix, message, sink) {
                    self.informed(ix, &json, sink);
                }
            }
            Sub::Events => {
                if let Some(json) = self.json(ix, message, sink) {
                    self.notified(ix, &json, message, sink);
                }
            }
            Sub::Status(name) => {
                if let Some(json) = self.json(ix, message, sink) {
                    self.units[ix].tells_status(sink);
                    let params = Map::from_iter([(name.to_owned(), json)]);
                    self.status(ix, false, true, params, sink);
                }
            }
            Sub::Noise | Sub::Rpc => {}
        }
    }

    fn json(&mut self, ix: usize, message: &Message<'_>, sink: &mut Sink<'_, '_>) -> Option<Json> {
        payload::json(message, self.units[ix].device, sink.context)
    }

    /// The device of a prefix; made where it is new.
    fn unit(&mut self, prefix: &str, message: &Message<'_>, sink: &mut Sink<'_, '_>) -> Option<usize> {
        if let Some(&ix) = self.by_prefix.get(prefix) {
            return Some(ix);
        }
        if self.units.len() >= MOST_UNITS {
            let text = format!("more than {MOST_UNITS} Shelly devices; this one is not shown");
            sink.context
                .diagnose(None, message.topic, DiagnosisKind::TooMany, text);
            return None;
        }
        let ix = self.units.len();
        self.units.push(Unit::new(ix, prefix, self.realm, message));
        self.by_prefix.insert(prefix.into(), ix);
        let level = topic::last_level(prefix);
        if models::is_later(level) {
            self.identified(ix, level, sink);
        } else {
            // What was under the prefix before it was known to be one.
            for sub in [
                "online",
                "announce",
                "status/+",
                "rpc",
                "command",
                "command/+",
                "debug/log",
            ] {
                sink.context.reroute(format!("{prefix}/{sub}"));
            }
            self.waiting.push(ix);
        }
        self.learn.all(ix, &mut self.units[ix], message.at);
        Some(ix)
    }

    /// The device's factory id is known.
    fn identified(&mut self, ix: usize, id: &str, sink: &mut Sink<'_, '_>) {
        if id.is_empty() || id.len() > 64 {
            return;
        }
        if let Some(known) = &self.units[ix].id {
            // Of the address alone was known.
            let bare = known
                .strip_prefix(BARE)
                .is_some_and(|mac| id.ends_with(mac) && id != &**known);
            if bare && models::parts(id).is_some() && !self.by_id.contains_key(id) {
                self.by_id.insert(id.into(), ix);
                self.units[ix].id = Some(id.into());
                self.units[ix].describe(sink);
            }
            return;
        }
        if let Some(&known) = self.by_id.get(id)
            && known != ix
        {
            // The person gave the device another prefix: it stays what it was.
            let prefix = self.units[ix].prefix.clone();
            let held = self.units[ix].hand_over();
            if let Some(device) = self.units[ix].device.take() {
                sink.context.forget_device(device);
            }
            let former = std::mem::replace(&mut self.units[known].prefix, prefix.clone());
            self.by_prefix.remove(&former);
            self.by_prefix.insert(prefix, known);
            self.units[known].points.renew();
            for held in held {
                sink.at = held.at;
                self.units[known].status(held.full, &held.params, sink);
            }
            return;
        }
        self.by_id.insert(id.into(), ix);
        self.units[ix].id = Some(id.into());
        self.units[ix].describe(sink);
    }

    fn online(&mut self, ix: usize, message: &Message<'_>, sink: &mut Sink<'_, '_>) {
        let online = match message.payload.trim_ascii() {
            b"true" => true,
            b"false" => false,
            _ => return,
        };
        let unit = &mut self.units[ix];
        let back = unit.online == Some(false) && online;
        unit.set_online(online, message.topic, sink);
        if back {
            self.learn.all(ix, unit, message.at);
        }
    }

    fn notified(&mut self, ix: usize, json: &Json, message: &Message<'_>, sink: &mut Sink<'_, '_>) {
        if let Some(src) = json["src"].as_str() {
            self.identified(ix, src, sink);
        }
        // The prefix may have turned out to be another one of a known device.
        let ix = topic::parse(message.topic)
            .and_then(|(prefix, _)| self.by_prefix.get(prefix).copied())
            .unwrap_or(ix);
        let params = &json["params"];
        sink.at = device_time(&params["ts"], sink.received);
        match json["method"].as_str() {
            Some("NotifyEvent") => {
                let asks = event::read(&mut self.units[ix], params, message, sink);
                if asks {
                    self.learn.config(ix, &mut self.units[ix], message.at);
                }
            }
            Some(method @ ("NotifyStatus" | "NotifyFullStatus")) => {
                if let Some(params) = params.as_object() {
                    self.status(ix, method == "NotifyFullStatus", false, params.clone(), sink);
                }
            }
            other => {
                let text = format!(
                    "a notification of the unknown kind \"{}\" was left out",
                    crate::decoder::shortened(other.unwrap_or_default(), 40)
                );
                let device = self.units[ix].device;
                sink.context
                    .diagnose(device, message.topic, DiagnosisKind::Ignored, text);
            }
        }
    }

    /// A status: of one part (`single`, its own topic), of what changed, or of all.
    fn status(
        &mut self,
        ix: usize,
        full: bool,
        single: bool,
        params: Map<String, Json>,
        sink: &mut Sink<'_, '_>,
    ) {
        if self.units[ix].id.is_none()
            && let Some(mac) = params.get("sys").and_then(|sys| sys["mac"].as_str())
        {
            let id = format!("{BARE}{}", mac.to_ascii_lowercase());
            if models::parts(&format!("shellyx-{}", mac.to_ascii_lowercase())).is_some() {
                self.identified(ix, &id, sink);
            }
        }
        let full = full || single;
        if self.units[ix].device.is_none() {
            self.units[ix].hold(full, params, sink.at);
            self.release(sink.received, sink);
        } else {
            self.units[ix].status(full, &params, sink);
        }
    }

    /// Shows the devices whose identity did not come in time.
    fn release(&mut self, now: Micros, sink: &mut Sink<'_, '_>) {
        let units = &mut self.units;
        self.waiting.retain(|&ix| {
            let unit = &mut units[ix];
            if unit.device.is_some() || unit.is_empty_shell() {
                return false;
            }
            if now - unit.first_seen >= unit::PATIENCE {
                unit.describe(sink);
                return unit.device.is_none();
            }
            true
        });
    }

    /// An announcement on the topic that all share: it names no prefix, so it tells of devices that are known.
    pub(super) fn announced(&mut self, message: &Message<'_>, sink: &mut Sink<'_, '_>) {
        if let Some(json) = payload::json(message, None, sink.context)
            && let Some(&ix) = json["id"].as_str().and_then(|id| self.by_id.get(id))
        {
            self.informed(ix, &json, sink);
        }
    }

    /// The device told its model, address and firmware.
    fn informed(&mut self, ix: usize, json: &Json, sink: &mut Sink<'_, '_>) {
        if let Some(id) = json["id"].as_str() {
            self.identified(ix, id, sink);
        }
        self.units[ix].informed(json, sink);
    }

    pub(super) fn tick(&mut self, now: Micros, sink: &mut Sink<'_, '_>) {
        if !self.waiting.is_empty() {
            self.release(now, sink);
        }
        self.learn.tick(now, &self.units, sink);
    }

    /// Notifications were missed: every device is asked anew.
    pub(super) fn connected(&mut self, now: Micros) {
        self.learn.forget();
        for (ix, unit) in self.units.iter_mut().enumerate() {
            self.learn.all(ix, unit, now);
        }
    }

    fn answer(&mut self, message: &Message<'_>, sink: &mut Sink<'_, '_>) {
        let Some(json) = peek(message.payload) else { return };
        let (Some(src), true) = (
            json["src"].as_str(),
            json["result"].is_object() || json["error"].is_object(),
        ) else {
            return; // a request
        };
        let ours = json["dst"].as_str() == Some(SOURCE);
        let pending = if ours {
            self.learn.answered(&json["id"])
        } else {
            None
        };
        let known = pending
            .as_ref()
            .map(|p| p.unit)
            .or_else(|| self.by_id.get(src).copied());
        let Some(mut ix) = known else { return };
        self.identified(ix, src, sink);
        ix = self.by_id.get(src).copied().unwrap_or(ix);
        if self.units[ix].id.as_deref() != Some(src) {
            return;
        }
        self.units[ix].answers = true;
        if json["error"].is_object() {
            if let Some(pending) = &pending {
                learn::refused(&self.units[ix], pending, &json["error"], message, sink);
            }
            return;
        }
        let result = &json["result"];
        if let Some(list) = result["components"].as_array() {
            self.units[ix].components(list, sink);
            let next = result["offset"]
                .as_u64()
                .unwrap_or(0)
                .saturating_add(list.len() as u64);
            let more = result["total"]
                .as_u64()
                .is_some_and(|total| next < total.min(MOST_ADDED));
            if ours && !list.is_empty() && more {
                self.learn.push(ix, Ask::Components(next));
            }
        } else if result["mac"].is_string() && (result["model"].is_string() || result["gen"].is_number()) {
            self.informed(ix, result, sink);
        } else if result["sys"]["device"].is_object() {
            self.units[ix].configured(result, sink);
        } else if result["sys"].is_object()
            && let Some(params) = result.as_object()
        {
            sink.at = device_time(&result["sys"]["unixtime"], sink.received);
            self.status(ix, true, false, params.clone(), sink);
        }
    }

    /// Encodes a write.
    pub(super) fn call(
        &mut self,
        call: &Call,
        form: &Form,
        value: &Value,
        now: Micros,
    ) -> Result<Vec<Publish>, CommandError> {
        let unit = self.units.get(call.unit).ok_or(CommandError::Unknown)?;
        let toggles = matches!(form, Form::Flag("on")) && value.as_text() == Some("toggle");
        let mut method = call.method.to_owned();
        let mut members = Map::new();
        let space = call.method.split('.').next().unwrap_or_default();
        if toggles {
            method = format!("{space}.Toggle");
        } else {
            match write::wire(form, value)? {
                Wire::Members(found) => members = found,
                Wire::Method(name) => method = format!("{space}.{name}"),
                Wire::Text(_) => {}
            }
        }
        if let Some(word) = ways::control_word(call, form, value)
            && unit.is_deaf(now)
        {
            // It never answered a call: it may listen to control topics, which are on by default as well.
            return Ok(vec![Publish {
                topic: format!("{}/command/{}", unit.prefix, call.component),
                payload: word.into_bytes(),
                qos: 1,
                retain: false,
            }]);
        }
        let mut params: Map<String, Json> = call
            .fixed
            .iter()
            .map(|(k, v)| ((*k).to_owned(), v.clone()))
            .collect();
        if let Some((within, id)) = call.within {
            members.insert("id".to_owned(), id.into());
            params.insert(within.to_owned(), Json::Object(members));
        } else {
            params.extend(members);
        }
        let ask = Ask::Command(method, call.component.clone());
        Ok(vec![self.learn.request(
            call.unit,
            &unit.prefix,
            ask,
            params,
            now,
        )])
    }
}
