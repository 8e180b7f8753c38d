//! The first generation: `shellies/<id>/…`, a topic a value; the id is the factory's or one that the person chose.
//!
//! [`device`] holds what is known of each; [`topics`] and [`meters`] read a topic's value, [`light`], [`roller`], [`trv`] and [`info`] what takes more
//! than one line, [`generic`] what nothing knows.

mod device;
mod generic;
mod info;
mod light;
mod meters;
mod roller;
mod sensor;
mod topics;
mod trv;

use hearthline_model::Realm;
use rustc_hash::FxHashMap;
use serde_json::Value as Json;

use super::draft::Sink;
use crate::{DiagnosisKind, Message, Publish, payload};
use device::Device;

const ROOT: &str = "shellies/";
/// Where all devices announce themselves.
pub(super) const ANNOUNCE: &str = "shellies/announce";
const COMMAND: &str = "shellies/command";
/// Longest id; the firmware takes 32 characters.
const LONGEST_ID: usize = 64;

/// All devices of the first generation.
pub(super) struct Gen1 {
    realm: Realm,
    devices: FxHashMap<Box<str>, Device>,
    /// Devices were asked to announce themselves since the connection.
    asked: bool,
}

/// Whether a topic is one of the first generation.
pub(super) fn claims(topic: &str) -> bool {
    let Some(rest) = topic.strip_prefix(ROOT) else {
        return false;
    };
    topic == ANNOUNCE
        || topic == COMMAND
        || rest
            .split_once('/')
            .is_some_and(|(id, sub)| !id.is_empty() && id.len() <= LONGEST_ID && !sub.is_empty())
}

/// Whether a topic holds a device's settings, its name among them.
pub(super) fn is_settings(topic: &str) -> bool {
    topic.starts_with(ROOT) && topic.matches('/').count() == 2 && topic.ends_with("/settings")
}

impl Gen1 {
    pub(super) fn new(realm: Realm) -> Self {
        Self {
            realm,
            devices: FxHashMap::default(),
            asked: false,
        }
    }

    /// A new connection: devices may have changed.
    pub(super) fn connected(&mut self) {
        self.asked = false;
    }

    /// A message on a topic of ours.
    pub(super) fn message(&mut self, message: &Message<'_>, sink: &mut Sink<'_, '_>) {
        if message.topic == COMMAND || message.payload.is_empty() {
            return;
        }
        if message.topic == ANNOUNCE {
            if let Some(json) = payload::json(message, None, sink.context) {
                self.announced(None, &json, message, sink);
            }
            return;
        }
        let Some((id, sub)) = message.topic[ROOT.len()..].split_once('/') else {
            return;
        };
        if sub == "announce" {
            if let Some(json) = payload::json(message, None, sink.context) {
                self.announced(Some(id), &json, message, sink);
            }
            return;
        }
        // What goes to the device is no value of it.
        if sub.split('/').any(|level| level == "command") || sub.ends_with("/set") {
            return;
        }
        let fresh = !self.devices.contains_key(id);
        let Some(device) = self.device(id, sink) else {
            return;
        };
        device.message(sub, message, sink);
        if fresh && !self.asked {
            // Asked of all at once, and once a connection: each answers with its model, address and firmware.
            self.asked = true;
            sink.context.publish(Publish {
                topic: COMMAND.to_owned(),
                payload: b"announce".to_vec(),
                qos: 0,
                retain: false,
            });
        }
    }

    fn announced(&mut self, id: Option<&str>, json: &Json, message: &Message<'_>, sink: &mut Sink<'_, '_>) {
        let id = id.or_else(|| json["id"].as_str()).unwrap_or_default();
        if id.is_empty() || id.len() > LONGEST_ID || id.contains(['/', '+', '#']) {
            let text = "the announcement names no usable id";
            sink.context
                .diagnose(None, message.topic, DiagnosisKind::InvalidDescription, text);
            return;
        }
        if let Some(device) = self.device(id, sink) {
            device.announced(json, message.topic, sink);
        }
    }

    fn device(&mut self, id: &str, sink: &mut Sink<'_, '_>) -> Option<&mut Device> {
        if !self.devices.contains_key(id) {
            let device = Device::new(id, self.realm, sink)?;
            self.devices.insert(id.into(), device);
        }
        self.devices.get_mut(id)
    }
}
