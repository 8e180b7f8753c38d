//! Wearables and other things that measure a person, recognised by what they say: there is no convention for them.
//!
//! | source | how it is recognised |
//! |---|---|
//! | health export apps | JSON `{"data": {"metrics": [{"name", "units", "data": [{"date", "qty"}]}]}}` ([`export`]) |
//! | Bluetooth gateways | `…/BTtoMQTT/<address>` with a heart rate, steps, or a weight of a scale ([`gateway`]) |
//! | bridges and scripts | JSON with a heart rate, or two values of a body ([`topic`]) |
//! | heart straps and the like | a number on a topic that ends in a heart rate's name; what stands beside it belongs to it |
//!
//! [`body`] knows the words of a body, [`person`] is what is known of one device. Everything is read-only. Where another convention describes
//! the same topic, it is left to it.

mod body;
mod export;
mod gateway;
mod person;
#[cfg(test)]
mod tests;
mod topic;

use hearthline_model::{Micros, Realm, Value};
use rustc_hash::FxHashMap;

use crate::shape::flatten::Flat;
use crate::shape::scalar;
use crate::{Claim, CommandError, Context, Convention, Message, Options, PointIx, Publish, payload};
use person::{Person, Spot};
use topic::{Found, Shape};

/// The convention; see the module.
pub struct Wearable {
    realm: Option<Realm>,
    people: Vec<Person>,
    by_base: FxHashMap<Box<str>, u32>,
    topics: Vec<Topic>,
    by_topic: FxHashMap<Box<str>, u32>,
}

/// A topic of a device.
struct Topic {
    person: u32,
    shape: Shape,
    /// What the topic says beyond its device.
    field: Box<str>,
    /// Not yet compared with what others describe.
    unsure: bool,
    /// Another convention describes what comes here.
    yielded: bool,
}

impl Wearable {
    /// Knows nothing yet.
    pub fn new(options: &Options) -> Self {
        Self {
            realm: options.realm,
            people: Vec::new(),
            by_base: FxHashMap::default(),
            topics: Vec::new(),
            by_topic: FxHashMap::default(),
        }
    }

    fn add(&mut self, found: &Found<'_>, topic: &str) -> u32 {
        let person = self.by_base.get(found.base).copied().unwrap_or_else(|| {
            let person = self.people.len() as u32;
            self.people
                .push(Person::new(found, self.realm.unwrap_or_default()));
            self.by_base.insert(found.base.into(), person);
            person
        });
        let token = self.topics.len() as u32;
        self.topics.push(Topic {
            person,
            shape: found.shape,
            field: found.field.into(),
            unsure: true,
            yielded: false,
        });
        self.by_topic.insert(topic.into(), token);
        token
    }

    /// JSON, flattened.
    fn flat(person: &mut Person, field: &str, message: &Message<'_>, context: &mut Context<'_>) {
        let mut store = String::new();
        let Some(json) = payload::bounded(message, &mut store, person.device, context) else {
            return;
        };
        let flat = Flat::of(&json, message.at);
        for leaf in &flat.leaves {
            let path = flat.path(leaf);
            let key = match (field, path) {
                (field, "") => field.to_owned(),
                ("", path) => path.to_owned(),
                (field, path) => format!("{field}.{path}"),
            };
            let spot = Spot {
                topic: message.topic,
                path: Some(path),
                at: leaf.at.unwrap_or(message.at),
                received: message.at,
            };
            person.value(&key, &leaf.scalar, leaf.raw.as_deref(), leaf.unit, spot, context);
        }
    }

    fn read(person: &mut Person, topic: &Topic, message: &Message<'_>, context: &mut Context<'_>) {
        let payload = message.payload.trim_ascii();
        match topic.shape {
            Shape::Export => export::read(person, message, context),
            Shape::Gateway => gateway::read(person, message, context),
            _ if payload.starts_with(b"{") => Self::flat(person, &topic.field, message, context),
            _ => {
                let Some(text) = payload::text(message, person.device, context) else {
                    return;
                };
                let spot = Spot {
                    topic: message.topic,
                    path: Some(""),
                    at: message.at,
                    received: message.at,
                };
                let scalar = scalar::of_text(text);
                person.value(&topic.field, &scalar, Some(text.trim()), None, spot, context);
            }
        }
    }
}

impl Convention for Wearable {
    fn name(&self) -> &'static str {
        "wearable"
    }

    fn claim(&mut self, message: &Message<'_>) -> Claim {
        if let Some(&token) = self.by_topic.get(message.topic) {
            self.topics[token as usize].unsure = true;
            return Claim::Mine(token);
        }
        // A plant's broker has no wearables but those that cannot be anything else.
        let found = topic::find(message, self.realm == Some(Realm::Plant), |base| {
            self.by_base.contains_key(base)
        });
        match found {
            Some(found) => Claim::Mine(self.add(&found, message.topic)),
            None => Claim::No,
        }
    }

    fn message(&mut self, token: u32, message: &Message<'_>, context: &mut Context<'_>) {
        let Some(topic) = self.topics.get_mut(token as usize) else {
            return;
        };
        let person = &mut self.people[topic.person as usize];
        if std::mem::take(&mut topic.unsure) {
            let yields = payload::described_elsewhere(message.topic, |point| person.is_mine(point), context);
            if yields && !topic.yielded {
                person.yielded(message.topic, context);
            }
            topic.yielded = yields;
        }
        if topic.yielded || message.payload.trim_ascii().is_empty() || person.describe(context).is_none() {
            return;
        }
        if topic.shape == Shape::Part {
            person.gather(context);
        }
        Self::read(person, topic, message, context);
    }

    fn command(&mut self, _: PointIx, _: &Value, _: Micros) -> Result<Vec<Publish>, CommandError> {
        Err(CommandError::ReadOnly)
    }
}
