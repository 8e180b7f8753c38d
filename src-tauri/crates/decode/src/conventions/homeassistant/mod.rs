//! Home Assistant's MQTT discovery: devices announce their entities as JSON on `<prefix>/<component>/…/config`, with the topics
//! and templates that hold their values.
//!
//! The way of a config: [`topic`] takes its topic apart, [`discovery`] does what Home Assistant does before it looks at an entity
//! (short names, base topic, device form), [`platforms`] makes points of it ([`draft`]), [`announce`] and [`install`] put
//! them in the [`entity`] book and their topics in [`feeds`]. The way of a value: [`state`] hands a message to the feeds of its topic, where
//! [`read`] makes a value of what the template gave. [`encode`] is the way back.
//!
//! *Invariants.* A message's JSON is parsed once, however many entities share the topic. What was never told to be unavailable is
//! available. Unknown components and keys, and options that do not hold, never lose the rest of an entity.

mod abbreviations;
mod announce;
mod attributes;
mod availability;
mod birth;
mod config;
mod describe;
mod device;
mod discovery;
mod draft;
mod encode;
mod entity;
mod feeds;
mod guard;
mod install;
mod platforms;
mod read;
mod state;
#[cfg(test)]
mod tests;
mod topic;
mod unit;

use hearthline_model::{Code, Micros, Realm, Value};
use rustc_hash::FxHashMap;

use crate::template::Templates;
use crate::{Claim, CommandError, Context, Convention, Message, Options, PointIx, Publish};
use announce::Managed;
use birth::Birth;
use device::Devices;
use draft::Send;
use entity::Book;
use feeds::Feeds;
use topic::{ConfigTopic, DEFAULT_PREFIX};

/// The token of config topics.
const CONFIG: u32 = 0;
/// The token of Home Assistant's own status.
const STATUS: u32 = 1;
/// The token of the first slot of [`Feeds`].
const FIRST_SLOT: u32 = 2;

/// The convention; see the module.
pub struct HomeAssistant {
    realm: Option<Realm>,
    /// Prefixes under which configs were seen.
    prefixes: Vec<String>,
    templates: Templates,
    devices: Devices,
    book: Book,
    feeds: Feeds,
    /// What each config topic announced.
    managed: FxHashMap<Box<str>, Managed>,
    /// The messages that write each point, and the points that have none.
    commands: FxHashMap<PointIx, Vec<Send>>,
    /// When an "on" that goes off by itself does.
    offs: FxHashMap<PointIx, Micros>,
    birth: Birth,
}

impl HomeAssistant {
    /// Knows nothing yet.
    pub fn new(options: &Options) -> Self {
        Self {
            realm: options.realm,
            prefixes: vec![DEFAULT_PREFIX.to_owned()],
            templates: Templates::default(),
            devices: Devices::default(),
            book: Book::default(),
            feeds: Feeds::default(),
            managed: FxHashMap::default(),
            commands: FxHashMap::default(),
            offs: FxHashMap::default(),
            birth: Birth::new(options.birth),
        }
    }

    /// Whether a topic is one of configs: by its form under the usual prefix, and for a known component under a prefix that was
    /// seen; elsewhere by what it carries.
    fn is_config(&self, message: &Message<'_>) -> bool {
        if !message.topic.ends_with("/config") || self.feeds.is_exact(message.topic) {
            return false;
        }
        if self.managed.contains_key(message.topic) {
            return true;
        }
        ConfigTopic::parse(message.topic, &self.prefixes).is_some_and(|topic| {
            let known = self.prefixes.iter().any(|prefix| prefix == topic.prefix);
            let certain = topic.prefix == DEFAULT_PREFIX || (known && topic::is_component(topic.component));
            certain || discovery::looks_like_config(message.payload)
        })
    }
}

impl HomeAssistant {
    fn write(
        &self,
        point: PointIx,
        value: &Value,
        code: Option<&Code>,
        now: Micros,
    ) -> Result<Vec<Publish>, CommandError> {
        match self.commands.get(&point) {
            None => Err(CommandError::Unknown),
            Some(sends) if sends.is_empty() => Err(CommandError::ReadOnly),
            Some(sends) => encode::encode(sends, value, code, &self.templates, now),
        }
    }
}

impl Convention for HomeAssistant {
    fn name(&self) -> &'static str {
        "homeassistant"
    }

    fn claim(&mut self, message: &Message<'_>) -> Claim {
        if self.is_config(message) {
            return Claim::Mine(CONFIG);
        }
        if message.topic == birth::STATUS_TOPIC {
            return Claim::Mine(STATUS);
        }
        match self.feeds.claim(message.topic, message.at) {
            // A native convention may know the same device better: what both say is merged.
            Some(slot) => Claim::Shared(FIRST_SLOT + slot),
            None => Claim::No,
        }
    }

    fn describes(&self, token: u32, _topic: &str) -> bool {
        token == CONFIG
    }

    fn message(&mut self, token: u32, message: &Message<'_>, context: &mut Context<'_>) {
        match token {
            CONFIG => self.config(message, context),
            STATUS => self.birth.message(message.payload, message.retain, message.at),
            slot => self.state(slot - FIRST_SLOT, message, context),
        }
    }

    fn clock_moved(&mut self, by: Micros) {
        self.birth.clock_moved(by);
        for due in self.offs.values_mut() {
            *due = due.saturating_add(by);
        }
    }

    fn tick(&mut self, now: Micros, context: &mut Context<'_>) {
        if let Some(publish) = self.birth.tick(now) {
            context.publish(publish);
        }
        if self.offs.values().any(|due| *due <= now) {
            let mut due: Vec<(Micros, PointIx)> = self.offs.iter().map(|(point, at)| (*at, *point)).collect();
            due.retain(|(at, _)| *at <= now);
            due.sort_unstable();
            for (at, point) in due {
                self.offs.remove(&point);
                context.value(point, at, Value::Bool(false));
            }
        }
    }

    fn connected(&mut self, now: Micros, _: &mut Context<'_>) {
        self.birth.connected(now);
    }

    fn command(&mut self, point: PointIx, value: &Value, now: Micros) -> Result<Vec<Publish>, CommandError> {
        self.write(point, value, None, now)
    }

    fn command_with(
        &mut self,
        point: PointIx,
        value: &Value,
        code: &Code,
        now: Micros,
    ) -> Result<Vec<Publish>, CommandError> {
        self.write(point, value, Some(code), now)
    }
}
