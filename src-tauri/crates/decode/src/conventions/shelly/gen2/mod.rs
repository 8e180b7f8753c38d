//! The later generations (Plus, Pro, Gen3, Gen4, BLU behind a gateway, Wall Display): JSON-RPC over MQTT.
//!
//! [`topic`] takes topics apart; a prefix is known by its factory form or by what is said under it ([`route`]). [`unit`] is one device, [`component`] reads
//! the status of one of its parts by the tables of [`fields`] (and [`bthome`], [`added`], [`faults`]), [`config`] holds the names and units that its configuration
//! tells, [`event`] reads what happened. [`learn`] asks each device for its description, state and configuration, a few a second and once a
//! connection, [`told`] reads what they say, and [`exchange`] is for answers and commands; where the answers do not come, points keep plain names.

mod added;
mod bthome;
mod component;
mod config;
mod event;
mod exchange;
mod faults;
mod fields;
mod learn;
mod route;
mod told;
mod topic;
mod unit;
mod ways;

use hearthline_model::{Micros, Realm};
use rustc_hash::FxHashMap;
use serde_json::{Map, Value as Json};

use super::draft::{Sink, device_time};
pub(super) use route::is_announce;

use super::models;
use crate::{DiagnosisKind, Message, payload};
use learn::Learn;
use topic::Sub;
use unit::Unit;

/// The name under which Hearthline asks; answers come on this topic.
const SOURCE: &str = "hearthline";
/// Before the address of a device whose kind is not known.
const BARE: &str = "shelly-";
/// Most devices.
const MOST_UNITS: usize = 4096;
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
        self.units[ix].size = message.payload.len();
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
        let replaces = full && !single;
        let full = full || single;
        if self.units[ix].device.is_none() {
            self.units[ix].hold(full, params, sink.at);
            self.release(sink.received, sink);
        } else {
            self.units[ix].status(full, &params, sink);
            if replaces {
                self.units[ix].replaced(&params, sink);
            }
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

    pub(super) fn clock_moved(&mut self, by: Micros) {
        for unit in &mut self.units {
            unit.clock_moved(by);
        }
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
}
