//! Plain topics: whatever no other convention claims, made into devices and points by what it looks like.
//!
//! - A topic's first payload decides its [`Shape`](place::Shape) and with it which levels name device, point and place ([`place`]).
//! - JSON is flattened to dotted paths, with envelopes, batches, timestamps, qualities and units recognised ([`flatten`]).
//! - Each point's kind is fixed by its first value and widens by the rule in [`kind`]; unit and class come from [`infer`].
//! - A payload that is no text becomes a point holding its size.
//! - Everything is read-only: which topic would set a value cannot be known, so it is not guessed.
//!
//! Not claimed: topics with a level that begins with `$` (`$SYS`, Homie's attributes), and topics that are commands (`…/set`, `cmnd/…`).

mod flatten;
mod infer;
mod json;
mod kind;
mod place;
mod scalar;
mod stamp;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use hearthline_model::{Category, DeviceDesc, Kind, Micros, PointDesc, Quality, Realm, Value};
use rustc_hash::FxHashMap;

use crate::naming;
use crate::{
    Claim, CommandError, Context, Convention, DeviceIx, DiagnosisKind, Message, Options, PointIx, Publish,
    Reading,
};
use flatten::{Flat, Leaf};
use kind::Fit;
use place::{Placement, Shape};
use scalar::{Scalar, Word};

/// Most points of one topic: keys that change with every message must not fill the plant.
const MOST_POINTS: usize = 512;

/// The convention; see the module.
pub struct Plain {
    realm: Option<Realm>,
    topics: Vec<Option<Topic>>,
    by_topic: FxHashMap<Box<str>, u32>,
    /// Devices by key, with the number of topics that feed them.
    devices: FxHashMap<String, (DeviceIx, u32)>,
}

/// What is known of a topic since its first telling payload.
struct Topic {
    device: DeviceIx,
    device_key: String,
    realm: Realm,
    prefix: String,
    prefix_name: String,
    presence: bool,
    slots: Vec<Slot>,
    /// Slot by dotted path.
    by_path: FxHashMap<Box<str>, u32>,
}

/// One point of a topic.
struct Slot {
    path: Box<str>,
    point: PointIx,
    kind: Kind,
    misfits: u8,
    /// The unit that the messages said last.
    unit: Option<Box<str>>,
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

    fn flat(&mut self, token: u32, message: &Message<'_>, flat: &Flat<'_>, context: &mut Context<'_>) {
        if flat.cut {
            let text =
                "the payload has more values, levels or elements than are shown; the rest was left out";
            context.diagnose(None, message.topic, DiagnosisKind::TooLarge, text);
        }
        if flat.clock {
            let text = "the payload's time is more than an hour ahead; the time of arrival is used";
            context.diagnose(None, message.topic, DiagnosisKind::Clock, text);
        }
        if flat
            .leaves
            .iter()
            .any(|leaf| leaf.scalar == Scalar::Unknown(true))
        {
            let text = "a value is not a number (nan or infinite); it is shown as unknown";
            context.diagnose(None, message.topic, DiagnosisKind::NotANumber, text);
        }
        if !self.begin(token, message, flat, context) {
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

impl Topic {
    fn slot(&self, path: &str) -> Option<usize> {
        self.by_path.get(path).map(|&ix| ix as usize)
    }

    /// Tells whether the device is there, where the topic or the word says that it is about that.
    fn presence(&self, message: &Message<'_>, flat: &Flat<'_>, context: &mut Context<'_>) {
        let [leaf] = flat.leaves.as_slice() else { return };
        let online = match leaf.scalar {
            Scalar::Bool(on, word) if self.presence || word == Word::Presence => on,
            Scalar::Int(int @ 0..=2) if self.presence => int != 0,
            _ => return,
        };
        context.online(self.device, online, message.at);
    }

    fn leaf(
        &mut self,
        hint: usize,
        path: &str,
        leaf: &Leaf<'_>,
        message: &Message<'_>,
        context: &mut Context<'_>,
    ) {
        // Devices send their keys in the same order, so the slot is mostly where it was last time.
        let known = if self.slots.get(hint).is_some_and(|slot| *slot.path == *path) {
            Some(hint)
        } else {
            self.slot(path)
        };
        let ix = if let Some(ix) = known {
            ix
        } else {
            let boolean = self.presence || infer::is_boolean_name(&self.words(path));
            let Some(kind) = kind::first(&leaf.scalar, boolean) else {
                return;
            };
            let Some(ix) = self.add(path, leaf, kind, message, context) else {
                return;
            };
            ix
        };
        if leaf_unit(leaf).is_some_and(|unit| self.slots[ix].unit.as_deref() != Some(unit)) {
            let kind = self.slots[ix].kind;
            self.describe(ix, leaf, kind, message, context);
        }
        if self.slots[ix].kind == Kind::Binary {
            let size = Value::Int(message.payload.len() as i64);
            return context.value(self.slots[ix].point, message.at, size);
        }
        for _ in 0..3 {
            let slot = &mut self.slots[ix];
            let raw = leaf.raw.as_deref();
            let (value, quality) = match kind::fit(slot.kind, &leaf.scalar, raw, &mut slot.misfits) {
                Fit::Widen(wider) => {
                    slot.misfits = 0;
                    self.describe(ix, leaf, wider, message, context);
                    continue;
                }
                Fit::Misfit => {
                    let said = crate::decoder::shortened(raw.unwrap_or("a time"), 64);
                    let text = format!("\"{said}\" is no number, although the earlier values were");
                    context.diagnose(Some(self.device), message.topic, DiagnosisKind::WrongType, text);
                    (Value::Null, Quality::Bad)
                }
                Fit::Value(value) => (value, leaf.quality),
            };
            let point = self.slots[ix].point;
            return context.reading(Reading {
                point,
                at: leaf.at.unwrap_or(message.at),
                received: message.at,
                value,
                quality,
                historical: false,
            });
        }
    }

    fn add(
        &mut self,
        path: &str,
        leaf: &Leaf<'_>,
        kind: Kind,
        message: &Message<'_>,
        context: &mut Context<'_>,
    ) -> Option<usize> {
        if self.slots.len() >= MOST_POINTS {
            let text =
                format!("more than {MOST_POINTS} different keys on one topic; further ones are not kept");
            context.diagnose(Some(self.device), message.topic, DiagnosisKind::TooMany, text);
            return None;
        }
        let desc = self.desc(path, leaf, kind, message.topic);
        let point = context.point(self.device, desc)?;
        let ix = self.slots.len();
        self.by_path.insert(path.into(), ix as u32);
        self.slots.push(Slot {
            path: path.into(),
            point,
            kind,
            misfits: 0,
            unit: leaf_unit(leaf).map(Into::into),
        });
        Some(ix)
    }

    /// Describes a point anew: its kind was widened or its unit changed.
    fn describe(
        &mut self,
        ix: usize,
        leaf: &Leaf<'_>,
        kind: Kind,
        message: &Message<'_>,
        context: &mut Context<'_>,
    ) {
        let desc = self.desc(&self.slots[ix].path, leaf, kind, message.topic);
        let slot = &mut self.slots[ix];
        slot.kind = kind;
        slot.unit = leaf_unit(leaf).map(Into::into);
        context.point(self.device, desc);
    }

    fn words(&self, path: &str) -> Vec<String> {
        let mut words = crate::units::lower_words(&self.prefix);
        words.extend(crate::units::lower_words(path));
        words
    }

    fn desc(&self, path: &str, leaf: &Leaf<'_>, kind: Kind, topic: &str) -> PointDesc {
        // `…/pressure` with `{"pressure": 1}` says its name twice.
        let last = self.prefix.rsplit('/').next().unwrap_or_default();
        let path = if path.eq_ignore_ascii_case(last) { "" } else { path };
        let key = match (self.prefix.as_str(), path) {
            ("", "") => "value".to_owned(),
            (prefix, "") => prefix.to_owned(),
            ("", path) => path.to_owned(),
            (prefix, path) => format!("{prefix}/{path}"),
        };
        let words = self.words(path);
        let mut desc = PointDesc {
            key,
            name: naming::join(&self.prefix_name, &naming::humanise(path)),
            platform: "value".into(),
            kind,
            topic: Some(topic.to_owned()),
            ..PointDesc::default()
        };
        if kind != Kind::Binary {
            infer::infer(&mut desc, &leaf.scalar, leaf.unit, &words, self.realm);
        }
        // "Rain mm" with the unit beside it would say it twice.
        if kind == Kind::Number
            && infer::suffix_unit(&words).is_some()
            && let Some((shorter, _)) = desc.name.rsplit_once(' ')
        {
            desc.name = shorter.to_owned();
        }
        if self.presence {
            desc.class = (kind == Kind::Bool).then(|| "connectivity".to_owned());
            desc.category = Category::Diagnostic;
        }
        desc
    }
}

/// The unit that this very message says.
fn leaf_unit<'a>(leaf: &'a Leaf<'_>) -> Option<&'a str> {
    match leaf.scalar {
        Scalar::Measure(_, unit) => Some(unit),
        _ => leaf.unit,
    }
}

impl Convention for Plain {
    fn name(&self) -> &'static str {
        "plain"
    }

    fn claim(&mut self, message: &Message<'_>) -> Claim {
        if message.topic.split('/').any(|level| level.starts_with('$')) || place::is_command(message.topic) {
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
        let mut text = Cow::Borrowed(trimmed);
        let mut failed = None;
        if let Err(error) = json::read(trimmed) {
            match json::repaired(trimmed) {
                Some(repaired) => {
                    text = Cow::Owned(repaired);
                    let what = "the JSON holds bare nan or inf; they count as unknown";
                    context.diagnose(None, message.topic, DiagnosisKind::NotANumber, what);
                }
                None => failed = Some(error),
            }
        }
        match failed.map_or_else(|| json::read(&text), Err) {
            Ok(read) => {
                let mut flat = Flat::of(&read.json, message.at);
                flat.cut |= read.cut;
                self.flat(token, message, &flat, context);
            }
            Err(error) => {
                context.diagnose(
                    None,
                    message.topic,
                    DiagnosisKind::MalformedJson,
                    format!("the JSON does not parse: {error}"),
                );
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

/// The payload as text; none for invalid UTF-8 and for bytes that no text holds.
fn as_text(payload: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(payload).ok()?;
    let binary = payload
        .iter()
        .any(|&byte| byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x1b));
    (!binary).then_some(text)
}
