//! What all shapes share: devices and points, the writes of their points, and what was told once.

use hearthline_model::{CommandDesc, DeviceDesc, Kind, Micros, PlaceHint, PointDesc, Realm, Role};
use rustc_hash::{FxHashMap, FxHashSet};

use super::order::{Form, Order, Takes};
use crate::naming::{humanise, identities};
use crate::shape::flatten::Flat;
use crate::shape::json::{self, Json};
use crate::shape::points::{Points, Said, Spot};
use crate::shape::stamp::{self, Stamp};
use crate::{Context, DeviceIx, DiagnosisKind, Message, PointIx};

/// Bounds of a message.
const NODES: usize = 8_000;
const DEEPEST: usize = 12;

/// See the module.
pub(super) struct Desk {
    /// The person's choice for the whole broker.
    pub(super) realm: Option<Realm>,
    pub(super) points: Points,
    pub(super) orders: FxHashMap<PointIx, Order>,
    told: FxHashSet<String>,
    /// Devices by key.
    devices: FxHashMap<String, DeviceIx>,
}

/// One value and what is known of it beforehand.
pub(super) struct Put<'a> {
    pub(super) device: DeviceIx,
    pub(super) key: &'a str,
    /// Empty: the key's words.
    pub(super) name: &'a str,
    pub(super) path: Option<&'a str>,
    pub(super) kind: Option<Kind>,
    pub(super) said: Said<'a>,
    /// Where it is written, what it takes, and how.
    pub(super) order: Option<(String, Takes, Form)>,
}

impl<'a> Put<'a> {
    /// A value of a whole payload.
    pub(super) fn new(device: DeviceIx, key: &'a str, said: Said<'a>) -> Self {
        Self {
            device,
            key,
            name: "",
            path: None,
            kind: None,
            said,
            order: None,
        }
    }

    pub(super) fn name(self, name: &'a str) -> Self {
        Self { name, ..self }
    }

    pub(super) fn path(self, path: &'a str) -> Self {
        Self {
            path: Some(path),
            ..self
        }
    }

    pub(super) fn kind(self, kind: Kind) -> Self {
        Self {
            kind: Some(kind),
            ..self
        }
    }

    pub(super) fn order(self, topic: impl Into<String>, takes: Takes, form: Form) -> Self {
        Self {
            order: Some((topic.into(), takes, form)),
            ..self
        }
    }
}

impl Desk {
    pub(super) fn new(realm: Option<Realm>) -> Self {
        Self {
            realm,
            points: Points::default(),
            orders: FxHashMap::default(),
            told: FxHashSet::default(),
            devices: FxHashMap::default(),
        }
    }

    /// A device of a shape; `more` fills in what else is known.
    pub(super) fn device(
        &mut self,
        shape: &str,
        id: &str,
        name: &str,
        place: (Realm, &[&str]),
        more: impl FnOnce(&mut DeviceDesc),
        context: &mut Context<'_>,
    ) -> Option<DeviceIx> {
        let mut desc = DeviceDesc {
            key: format!("{shape}:{}", crate::decoder::shortened(id, 256)),
            identities: identities(id),
            convention: shape.to_owned(),
            name: humanise(name),
            place: PlaceHint {
                realm: self.realm.unwrap_or(place.0),
                path: place
                    .1
                    .iter()
                    .filter(|it| !it.trim().is_empty())
                    .take(6)
                    .map(|it| humanise(it))
                    .collect(),
            },
            ..DeviceDesc::default()
        };
        if desc.name.trim().is_empty() {
            "Unnamed".clone_into(&mut desc.name);
        }
        more(&mut desc);
        let key = desc.key.clone();
        let device = context.device(desc)?;
        self.devices.entry(key).or_insert(device);
        Some(device)
    }

    /// A device of a shape that was described before.
    pub(super) fn known(&self, shape: &str, id: &str) -> Option<DeviceIx> {
        self.devices.get(&format!("{shape}:{id}")).copied()
    }

    /// Emits one value.
    pub(super) fn put(
        &mut self,
        put: Put<'_>,
        message: &Message<'_>,
        describe: &dyn Fn(&mut PointDesc),
        context: &mut Context<'_>,
    ) -> Option<PointIx> {
        let realm = context
            .device_desc(put.device)
            .map_or(Realm::Home, |desc| desc.place.realm);
        // A topic that ends with a slash, or a member of JSON without a name.
        let key = if put.key.is_empty() { "value" } else { put.key };
        let spot = Spot {
            name: if put.name.is_empty() { key } else { put.name },
            path: put.path,
            kind: put.kind,
            ..Spot::new(put.device, key, message.topic, realm)
        };
        let takes = put.order.as_ref().map(|(_, takes, _)| takes);
        let with_command = |desc: &mut PointDesc| {
            if let Some(takes) = takes {
                desc.command = Some(CommandDesc::default());
                if matches!(takes, Takes::Bool(..)) {
                    desc.role = Role::Switch;
                    "switch".clone_into(&mut desc.platform);
                }
                if let Takes::Number(range, ..) = takes {
                    desc.range = desc.range.or(*range);
                }
                if let Takes::Words(words) = takes {
                    desc.options = words.iter().map(|(word, _)| word.clone()).collect();
                }
            }
            describe(desc);
        };
        let point = self
            .points
            .put(&spot, &put.said, message.at, &with_command, context)?;
        if let Some((topic, takes, form)) = put.order
            && !self.orders.contains_key(&point)
        {
            self.orders.insert(point, Order { topic, takes, form });
        }
        Some(point)
    }

    /// Emits all values of some JSON under `prefix`.
    #[allow(clippy::too_many_arguments)] // where from, where to, and when
    pub(super) fn all(
        &mut self,
        device: DeviceIx,
        prefix: &str,
        json: &Json<'_>,
        at: Option<Micros>,
        message: &Message<'_>,
        describe: &dyn Fn(&mut PointDesc),
        context: &mut Context<'_>,
    ) {
        let realm = context
            .device_desc(device)
            .map_or(Realm::Home, |desc| desc.place.realm);
        let mut flat = Flat::of(json, message.at);
        // The paths are those within a part of the message.
        flat.straight = false;
        for leaf in &mut flat.leaves {
            leaf.at = leaf.at.or(at);
        }
        let spot = Spot::new(device, prefix, message.topic, realm);
        self.points.put_all(&spot, &flat, message.at, describe, context);
        if flat.cut {
            let text = "the message has more values than are shown; the rest was left out";
            context.diagnose(Some(device), message.topic, DiagnosisKind::TooLarge, text);
        }
    }

    /// Tells something once.
    pub(super) fn once(&mut self, topic: &str, kind: DiagnosisKind, text: &str, context: &mut Context<'_>) {
        if self.told.len() < 10_000 && self.told.insert(format!("{topic} {text}")) {
            context.diagnose(None, topic, kind, text);
        }
    }
}

/// Hands over the payload as JSON; diagnoses what is none. An empty payload is nothing.
pub(super) fn with_json(
    message: &Message<'_>,
    context: &mut Context<'_>,
    f: impl FnOnce(&Json<'_>, &mut Context<'_>),
) {
    if message.payload.iter().all(u8::is_ascii_whitespace) {
        return;
    }
    let done = json::with(message.payload, NODES, DEEPEST, |read, repaired| {
        f(&read.json, context);
        (read.cut, repaired)
    });
    match done {
        Err(text) => context.diagnose(None, message.topic, DiagnosisKind::MalformedJson, text),
        Ok((cut, repaired)) => {
            if cut {
                let text = "the message is larger than is read; the rest was left out";
                context.diagnose(None, message.topic, DiagnosisKind::TooLarge, text);
            }
            if repaired {
                context.diagnose(None, message.topic, DiagnosisKind::NotANumber, json::REPAIRED);
            }
        }
    }
}

/// What a body is asked: whether it is one of a shape. What is no JSON is none.
pub(super) fn body_is(message: &Message<'_>, f: impl FnOnce(&Json<'_>) -> bool) -> bool {
    let first = message.payload.iter().find(|byte| !byte.is_ascii_whitespace());
    matches!(first, Some(b'{' | b'['))
        && json::with(message.payload, NODES, DEEPEST, |read, _| f(&read.json)).unwrap_or(false)
}

/// The payload as trimmed text; none for what is no text or empty.
pub(super) fn text<'m>(message: &Message<'m>) -> Option<&'m str> {
    let text = std::str::from_utf8(message.payload)
        .ok()?
        .trim_matches(|c: char| c.is_whitespace() || c == '\0');
    (!text.is_empty()).then_some(text)
}

/// The time of a key.
pub(super) fn time(json: &Json<'_>, keys: &[&str], arrival: Micros) -> Option<Micros> {
    keys.iter()
        .find_map(|key| match stamp::read(json.get(key)?, arrival) {
            Stamp::At(at) => Some(at),
            _ => None,
        })
}

/// The text or number of the first of some keys, cut to a sensible length.
pub(super) fn word(json: &Json<'_>, keys: &[&str]) -> Option<String> {
    keys.iter().find_map(|key| {
        let word = match json.get(key)? {
            Json::Text(text) => text.trim().to_owned(),
            Json::Int(int) => int.to_string(),
            _ => return None,
        };
        (!word.is_empty()).then(|| crate::decoder::shortened(&word, 128))
    })
}

/// Nothing to add to a description.
pub(super) fn as_is(_: &mut PointDesc) {}
