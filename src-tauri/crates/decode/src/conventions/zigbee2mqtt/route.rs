//! Which topic is what: known by the bases and by the names that they told of.

use hearthline_model::Micros;
use rustc_hash::FxHashMap;

use super::Zigbee2Mqtt;
use super::base::{self, Base, BridgeTopic};
use crate::Message;

/// Most bridges of one broker.
const MOST_BASES: usize = 64;
/// Most levels of a topic that are looked at.
const MOST_LEVELS: usize = 32;

/// What a topic is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Route {
    /// Below `<base>/bridge/`.
    Bridge(usize, BridgeTopic),
    /// The state of an entity.
    State(usize),
    /// Its availability.
    Availability(usize),
    /// One attribute of its state.
    Attribute(usize, Box<str>),
    /// A command of ours or of someone else.
    Silent,
}

/// A topic that was claimed.
pub(super) struct Slot {
    pub(super) route: Route,
    /// The arrival of the message that the topic was claimed anew with: when it is delivered, it is a replay.
    replay_of: Option<Micros>,
}

/// All topics that were claimed.
#[derive(Default)]
pub(super) struct Slots {
    slots: Vec<Slot>,
    by_topic: FxHashMap<Box<str>, u32>,
}

impl Slots {
    /// The token of a topic. What it was before tells whether its last message was read.
    fn put(&mut self, topic: &str, route: Route, at: Micros) -> u32 {
        if let Some(&token) = self.by_topic.get(topic) {
            let slot = &mut self.slots[token as usize];
            let same = slot.route == route;
            *slot = Slot {
                route,
                replay_of: same.then_some(at),
            };
            return token;
        }
        let token = self.slots.len() as u32;
        self.slots.push(Slot {
            route,
            replay_of: None,
        });
        self.by_topic.insert(topic.into(), token);
        token
    }

    /// What a token stands for, and whether the message is a replay.
    pub(super) fn take(&mut self, token: u32, at: Micros) -> Option<(Route, bool)> {
        let slot = self.slots.get_mut(token as usize)?;
        let replay = slot.replay_of.take() == Some(at);
        Some((slot.route.clone(), replay))
    }
}

impl Zigbee2Mqtt {
    /// The token of a message's topic, where it is of a Zigbee2MQTT.
    pub(super) fn token(&mut self, message: &Message<'_>) -> Option<u32> {
        let route = self.route(message)?;
        Some(self.slots.put(message.topic, route, message.at))
    }

    fn route(&mut self, message: &Message<'_>) -> Option<Route> {
        let topic = message.topic;
        let known = base::splits(topic).find_map(|(base, rest)| Some((*self.base_of.get(base)?, rest)));
        if let Some((base, rest)) = known {
            return Some(Route::Bridge(base, BridgeTopic::parse(rest)));
        }
        if let Some((base, rest)) = base::revealed(topic, message.payload)
            && self.bases.len() < MOST_BASES
        {
            self.bases.push(Base::new(base));
            self.base_of.insert(base.to_owned(), self.bases.len() - 1);
            return Some(Route::Bridge(self.bases.len() - 1, BridgeTopic::parse(rest)));
        }
        if self.bases.is_empty() {
            return None;
        }
        // The longest base wins: one may lie below another.
        topic.rmatch_indices('/').take(MOST_LEVELS).find_map(|(at, _)| {
            let base = *self.base_of.get(&topic[..at])?;
            self.named(base, &topic[at + 1..], message.payload)
        })
    }

    /// What follows a base: the longest friendly name, then what is asked of it.
    fn named(&self, base: usize, rest: &str, payload: &[u8]) -> Option<Route> {
        let known = &self.bases[base];
        if let Some(&ix) = known.names.get(rest) {
            return Some(Route::State(ix));
        }
        rest.rmatch_indices('/').take(MOST_LEVELS).find_map(|(at, _)| {
            let ix = *known.names.get(&rest[..at])?;
            let below = &rest[at + 1..];
            let mut levels = below.split('/');
            let (first, second) = (levels.next()?, levels.next());
            if matches!(first, "set" | "get") || matches!(second, Some("set" | "get")) {
                return Some(Route::Silent);
            }
            if second.is_some() {
                return None;
            }
            if first == "availability" {
                return Some(Route::Availability(ix));
            }
            let entity = &self.entities[ix];
            let told = entity.attribute(first).is_some()
                || first
                    .rsplit_once('-')
                    .is_some_and(|(key, _)| entity.attribute(key).is_some());
            // Others only where the configuration says that attributes come one by one, and never an object: that is the state of
            // something whose name goes on.
            let others = known.attributes && !payload.trim_ascii_start().starts_with(b"{");
            (told || others).then(|| Route::Attribute(ix, first.into()))
        })
    }
}
