//! OPC UA `PubSub` in JSON (OPC 10000-14, editions 1.04 and 1.05).
//!
//! - A message is known by its topic (`opcua/json/data/…`) or by its body ([`body`]), since data and metadata may have topics of a system's own.
//! - A data set writer is a device, its fields are points ([`data`], [`field`]); the publisher is a device of its own once it tells its status.
//! - Metadata in any order gives units, ranges and names of enumerations ([`metadata`]).
//! - `ua-status` turns a publisher and all of its writers on and off, also when a cyclic one stays away ([`publisher`]).
//!
//! UADP is binary and shown as undecoded, with its size. Everything is read-only: actions are not sent.

mod body;
mod data;
mod field;
mod metadata;
mod publisher;
mod status;
#[cfg(test)]
mod tests;
mod topic;

use hearthline_model::{DeviceDesc, Kind, Micros, PlaceHint, Realm, Value};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::shape::json::{self, Json};
use crate::shape::points::{Points, Said, Spot};
use crate::shape::scalar::Scalar;
use crate::{Claim, CommandError, Context, Convention, DiagnosisKind, Message, Options, PointIx, Publish};
use body::Body;
use publisher::Publisher;
use topic::Topic;

/// Most nodes of one message: a network message carries many data sets.
const MOST_NODES: usize = 20_000;
/// Deepest level: a unit stands ten levels down in metadata.
const DEEPEST: usize = 14;

/// The convention; see the module.
pub struct OpcUa {
    realm: Realm,
    topics: Vec<Topic>,
    by_topic: FxHashMap<Box<str>, u32>,
    publishers: FxHashMap<String, Publisher>,
    points: Points,
    /// What was told once and need not be told again.
    told: FxHashSet<String>,
}

impl OpcUa {
    /// Knows nothing yet.
    pub fn new(options: &Options) -> Self {
        Self {
            realm: options.realm.unwrap_or(Realm::Plant),
            topics: Vec::new(),
            by_topic: FxHashMap::default(),
            publishers: FxHashMap::default(),
            points: Points::default(),
            told: FxHashSet::default(),
        }
    }

    /// Tells something once a topic.
    fn once(&mut self, topic: &str, kind: DiagnosisKind, text: &str, context: &mut Context<'_>) {
        if self.told.len() < 10_000 && self.told.insert(format!("{topic} {text}")) {
            context.diagnose(None, topic, kind, text);
        }
    }

    fn body(&mut self, topic: &Topic, json: &Json<'_>, message: &Message<'_>, context: &mut Context<'_>) {
        // The body knows better than the topic, which may be of a system's own.
        let Some(body) = body::of(json).or(topic.body) else {
            return;
        };
        match body {
            Body::Network | Body::Data | Body::Batch | Body::Sample => {
                self.data(topic, body, json, message, context);
            }
            Body::Metadata => self.metadata(topic, json, message, context),
            Body::Status => self.status(topic, json, message, context),
            Body::Application => self.application(topic, json, message, context),
            Body::Other => {}
            Body::Action => self.once(
                message.topic,
                DiagnosisKind::Ignored,
                "actions of OPC UA are requests between other programs; they are neither shown nor sent",
                context,
            ),
        }
    }

    /// Binary messages: that there is something, and how much of it.
    fn undecoded(&mut self, topic: &Topic, message: &Message<'_>, context: &mut Context<'_>) {
        if message.payload.is_empty() {
            return;
        }
        let id = topic.publisher.as_deref().unwrap_or(message.topic);
        let name = topic.writer.as_deref().or(topic.group.as_deref()).unwrap_or(id);
        let desc = DeviceDesc {
            key: format!("opcua:uadp:{}", crate::decoder::shortened(message.topic, 256)),
            convention: "opcua".into(),
            name: crate::naming::humanise(name),
            model: Some("OPC UA publisher (UADP)".into()),
            place: PlaceHint {
                realm: self.realm,
                path: vec![crate::naming::humanise(id)],
            },
            ..DeviceDesc::default()
        };
        let Some(device) = context.device(desc) else {
            return;
        };
        let spot = Spot {
            kind: Some(Kind::Binary),
            ..Spot::new(device, "undecoded", message.topic, self.realm).named("Undecoded message")
        };
        let said = Said::scalar(Scalar::Int(message.payload.len() as i64));
        self.points.put(&spot, &said, message.at, &|_| (), context);
        let text = "the publisher sends UADP, the binary encoding of OPC UA; only sizes are shown. Set its encoding to JSON to see the values";
        self.once(message.topic, DiagnosisKind::Ignored, text, context);
    }
}

impl Convention for OpcUa {
    fn name(&self) -> &'static str {
        "opcua"
    }

    fn claim(&mut self, message: &Message<'_>) -> Claim {
        if let Some(&token) = self.by_topic.get(message.topic) {
            return Claim::Mine(token);
        }
        let mut topic = Topic::of(message.topic);
        if !topic.standard {
            let body = looks_like(message.payload)
                .then(|| {
                    json::with(message.payload, MOST_NODES, DEEPEST, |read, _| {
                        body::of(&read.json)
                    })
                    .ok()
                })
                .flatten()
                .flatten();
            let Some(body) = body else { return Claim::No };
            topic.describes = matches!(body, Body::Metadata | Body::Application);
        }
        let token = self.topics.len() as u32;
        self.topics.push(topic);
        self.by_topic.insert(message.topic.into(), token);
        Claim::Mine(token)
    }

    fn describes(&self, token: u32, _topic: &str) -> bool {
        self.topics
            .get(token as usize)
            .is_some_and(|topic| topic.describes)
    }

    fn message(&mut self, token: u32, message: &Message<'_>, context: &mut Context<'_>) {
        let Some(topic) = self.topics.get(token as usize).cloned() else {
            return;
        };
        if topic.uadp {
            return self.undecoded(&topic, message, context);
        }
        if message.payload.iter().all(u8::is_ascii_whitespace) {
            return;
        }
        let done = json::with(message.payload, MOST_NODES, DEEPEST, |read, repaired| {
            self.body(&topic, &read.json, message, context);
            if read.cut {
                let text = "the message is larger than is read; the rest was left out";
                context.diagnose(None, message.topic, DiagnosisKind::TooLarge, text);
            }
            if repaired {
                context.diagnose(None, message.topic, DiagnosisKind::NotANumber, json::REPAIRED);
            }
        });
        if let Err(text) = done {
            context.diagnose(None, message.topic, DiagnosisKind::MalformedJson, text);
        }
    }

    fn clock_moved(&mut self, by: Micros) {
        for due in self.publishers.values_mut().filter_map(|it| it.due.as_mut()) {
            *due = due.saturating_add(by);
        }
    }

    fn tick(&mut self, now: Micros, context: &mut Context<'_>) {
        self.overdue(now, context);
    }

    fn command(&mut self, _: PointIx, _: &Value, _: Micros) -> Result<Vec<Publish>, CommandError> {
        Err(CommandError::ReadOnly)
    }
}

/// Whether a payload is worth parsing to find out: it holds one of the words that every body has.
fn looks_like(payload: &[u8]) -> bool {
    let start = payload.iter().find(|byte| !byte.is_ascii_whitespace());
    if !matches!(start, Some(b'{' | b'[')) {
        return false;
    }
    // The words stand near the front of any message, whatever its size.
    let head = &payload[..payload.len().min(4_096)];
    [
        "\"ua-",
        "\"DataSetWriter",
        "\"Messages\"",
        "\"MetaData",
        "\"NodeId\"",
    ]
    .iter()
    .any(|word| head.windows(word.len()).any(|window| window == word.as_bytes()))
}
