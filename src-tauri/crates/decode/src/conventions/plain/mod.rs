//! Plain topics: whatever no other convention claims, made into devices and points by what it looks like.
//!
//! - A topic's first payload decides its [`Shape`](place::Shape) and with it which levels name device, point and place ([`place`]).
//! - JSON is flattened to dotted paths, with envelopes, batches, timestamps, qualities and units recognised ([`flatten`]).
//! - Each point's kind is fixed by its first value and widens by the rule in [`kind`]; unit and class come from [`infer`].
//! - A payload that is no text becomes a point holding its size.
//! - Everything is read-only: which topic would set a value cannot be known, so it is not guessed.
//!
//! Not claimed: topics with a level that begins with `$` (`$SYS`, Homie's attributes), topics that are commands (`…/set`, `cmnd/…`), and what a bridge
//! says about itself (`…/bridge/devices`).

mod place;
#[cfg(test)]
mod tests;
mod topic;

use hearthline_model::{DeviceDesc, Kind, Micros, Realm, Value};
use rustc_hash::FxHashMap;

use crate::shape::flatten::Flat;
use crate::shape::json;
use crate::shape::scalar::Scalar;
use crate::{
    Claim, CommandError, Context, Convention, DeviceIx, DiagnosisKind, Message, Options, PointIx, Publish,
};
use place::{Placement, Shape};
use topic::Topic;

/// The convention; see the module.
pub struct Plain {
    realm: Option<Realm>,
    topics: Vec<Option<Topic>>,
    by_topic: FxHashMap<Box<str>, u32>,
    /// Devices by key, with the number of topics that feed them.
    devices: FxHashMap<String, (DeviceIx, u32)>,
}

impl Plain {
    /// Knows nothing yet.
    pub fn new(options: &Options) -> Self {
        Self {
            realm: options.realm,
            topics: Vec::new(),
            by_topic: FxHashMap::default(),
            devices: FxHashMap::default(),
        }
    }

    /// The topic's device, once its first payload tells its shape.
    fn begin(
        &mut self,
        token: u32,
        message: &Message<'_>,
        flat: &Flat<'_>,
        context: &mut Context<'_>,
    ) -> bool {
        if self.topics[token as usize].is_some() {
            return true;
        }
        if flat
            .leaves
            .iter()
            .all(|leaf| matches!(leaf.scalar, Scalar::Unknown(_)))
        {
            return false;
        }
        let last = message.topic.rsplit('/').next().unwrap_or_default();
        let shape = match flat.leaves.as_slice() {
            [leaf] if flat.path(leaf).is_empty() || flat.path(leaf).eq_ignore_ascii_case(last) => {
                Shape::Scalar
            }
            _ => Shape::Object,
        };
        let Placement {
            device_key,
            device_name,
            place,
            identities,
            prefix,
            prefix_name,
        } = place::place(message.topic, shape, self.realm);
        let realm = place.realm;
        let desc = DeviceDesc {
            key: device_key.clone(),
            identities,
            convention: "plain".into(),
            name: device_name,
            place,
            ..DeviceDesc::default()
        };
        let Some(device) = context.device(desc) else {
            return false;
        };
        self.devices.entry(device_key.clone()).or_insert((device, 0)).1 += 1;
        self.topics[token as usize] = Some(Topic {
            device,
            device_key,
            realm,
            prefix,
            prefix_name,
            presence: place::is_presence(message.topic),
            slots: Vec::new(),
            by_path: FxHashMap::default(),
        });
        true
    }

    /// The device that a topic feeds, once it does.
    fn device_of(&self, token: u32) -> Option<DeviceIx> {
        self.topics
            .get(token as usize)?
            .as_ref()
            .map(|topic| topic.device)
    }

    fn json(&mut self, token: u32, message: &Message<'_>, read: &json::Read<'_>, context: &mut Context<'_>) {
        let mut flat = Flat::of(&read.json, message.at);
        flat.cut |= read.cut;
        self.flat(token, message, &flat, context);
    }

    fn flat(&mut self, token: u32, message: &Message<'_>, flat: &Flat<'_>, context: &mut Context<'_>) {
        let known = self.begin(token, message, flat, context);
        tell(flat, self.device_of(token), message, context);
        if !known {
            return;
        }
        let Some(topic) = self.topics[token as usize].as_mut() else {
            return;
        };
        topic.presence(message, flat, context);
        for (ix, leaf) in flat.leaves.iter().enumerate() {
            topic.leaf(ix, flat.path(leaf), leaf, message, context);
        }
    }

    fn binary(&mut self, token: u32, message: &Message<'_>, context: &mut Context<'_>) {
        let size = Flat::size(message.payload.len());
        if !self.begin(token, message, &size, context) {
            return;
        }
        let Some(topic) = self.topics[token as usize].as_mut() else {
            return;
        };
        match topic.slot("") {
            Some(ix) if topic.slots[ix].kind == Kind::Binary => {
                let size = Value::Int(message.payload.len() as i64);
                context.value(topic.slots[ix].point, message.at, size);
            }
            None if topic.slots.is_empty() => {
                let leaf = &size.leaves[0];
                if let Some(ix) = topic.add("", leaf, Kind::Binary, message, context) {
                    let size = Value::Int(message.payload.len() as i64);
                    context.value(topic.slots[ix].point, message.at, size);
                }
            }
            _ => {
                let text = "the payload is no text, although the topic's earlier ones were";
                context.diagnose(
                    Some(topic.device),
                    message.topic,
                    DiagnosisKind::InvalidUtf8,
                    text,
                );
            }
        }
    }
}

impl Convention for Plain {
    fn name(&self) -> &'static str {
        "plain"
    }

    fn claim(&mut self, message: &Message<'_>) -> Claim {
        if message.topic.split('/').any(|level| level.starts_with('$'))
            || place::is_command(message.topic)
            || place::is_inventory(message.topic)
        {
            return Claim::No;
        }
        if let Some(&token) = self.by_topic.get(message.topic) {
            return Claim::Mine(token);
        }
        let token = self.topics.len() as u32;
        self.topics.push(None);
        self.by_topic.insert(message.topic.into(), token);
        Claim::Mine(token)
    }

    fn message(&mut self, token: u32, message: &Message<'_>, context: &mut Context<'_>) {
        let Some(text) = as_text(message.payload) else {
            return self.binary(token, message, context);
        };
        // An empty payload clears a retained topic; it is no value.
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return;
        }
        if !trimmed.starts_with(['{', '[', '"']) {
            return self.flat(token, message, &Flat::text(text), context);
        }
        match json::read(trimmed) {
            Ok(read) => self.json(token, message, &read, context),
            Err(error) => {
                let Some(repaired) = json::repaired(trimmed) else {
                    return malformed(self.device_of(token), message, &error, context);
                };
                match json::read(&repaired) {
                    Ok(read) => {
                        self.json(token, message, &read, context);
                        let device = self.device_of(token);
                        context.diagnose(device, message.topic, DiagnosisKind::NotANumber, json::REPAIRED);
                    }
                    Err(error) => malformed(self.device_of(token), message, &error, context),
                }
            }
        }
    }

    fn released(&mut self, token: u32, _topic: &str, context: &mut Context<'_>) {
        let Some(topic) = self.topics.get_mut(token as usize).and_then(Option::take) else {
            return;
        };
        for slot in &topic.slots {
            context.forget_point(slot.point);
        }
        if let Some((device, topics)) = self.devices.get_mut(&topic.device_key) {
            *topics -= 1;
            if *topics == 0 {
                context.forget_device(*device);
                self.devices.remove(&topic.device_key);
            }
        }
    }

    fn command(
        &mut self,
        _point: PointIx,
        _value: &Value,
        _now: Micros,
    ) -> Result<Vec<Publish>, CommandError> {
        Err(CommandError::ReadOnly)
    }
}

/// Tells what of a message was left out or not believed.
fn tell(flat: &Flat<'_>, device: Option<DeviceIx>, message: &Message<'_>, context: &mut Context<'_>) {
    if flat.cut {
        let text = "the payload has more values, levels or elements than are shown; the rest was left out";
        context.diagnose(device, message.topic, DiagnosisKind::TooLarge, text);
    }
    if flat.clock {
        let text = "the payload's time is more than an hour ahead or from before this century; the time of arrival is used";
        context.diagnose(device, message.topic, DiagnosisKind::Clock, text);
    }
    if flat
        .leaves
        .iter()
        .any(|leaf| leaf.scalar == Scalar::Unknown(true))
    {
        let text = "a value is not a number (nan or infinite); it is shown as unknown";
        context.diagnose(device, message.topic, DiagnosisKind::NotANumber, text);
    }
}

fn malformed(
    device: Option<DeviceIx>,
    message: &Message<'_>,
    error: &serde_json::Error,
    context: &mut Context<'_>,
) {
    let text = format!("the JSON does not parse: {error}");
    context.diagnose(device, message.topic, DiagnosisKind::MalformedJson, text);
}

/// The payload as text; none for invalid UTF-8 and for bytes that no text holds.
fn as_text(payload: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(payload).ok()?;
    let binary = payload
        .iter()
        .any(|&byte| byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x1b));
    (!binary).then_some(text)
}
