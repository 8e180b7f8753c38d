//! Homie 2, 3, 4 and 5: devices that describe themselves in retained topics.
//!
//! The way of a message: [`topic`] says what a topic is and remembers it as a token; [`v5`] reads the JSON description of Homie 5,
//! [`attributes`] gathers the single topics of the earlier versions, and both come to the same [`description`], which [`book`] makes
//! points of ([`describe`], with the meaning that [`roles`] finds). [`mod@value`] and [`life`] hold values and states, [`read`] and
//! [`write`] are the way of a payload in and out.
//!
//! *Invariants.* Attributes and values may come in any order. What vanishes from a description loses its point. Values below a known
//! device are never shown as plain topics, unless no attribute of it ever comes.

mod attributes;
mod book;
mod codec;
mod datatype;
mod describe;
mod description;
mod duration;
mod life;
mod read;
mod roles;
mod state;
#[cfg(test)]
mod tests;
mod topic;
mod v5;
mod value;
mod write;

use std::fmt::Write as _;

use hearthline_model::{MINUTE, Micros, Realm, Value};
use rustc_hash::FxHashMap;

use crate::{Claim, CommandError, Context, Convention, DiagnosisKind, Message, Options, PointIx, Publish};
use book::{Device, Slot};
use datatype::Dialect;
use state::State;
use topic::Part;

/// So long a topic under `homie/` waits for an attribute of its device, and a device for the rest of its description.
const PATIENCE: Micros = MINUTE / 2;

/// Most problems of a description that are told one by one.
const MOST_PROBLEMS: usize = 5;

/// The convention; see the module.
pub struct Homie {
    realm: Realm,
    devices: Vec<Device>,
    by_root: FxHashMap<Box<str>, u32>,
    /// Domains of Homie 5 besides the usual one.
    domains: Vec<Box<str>>,
    slots: Vec<Slot>,
    by_topic: FxHashMap<Box<str>, u32>,
    by_point: FxHashMap<PointIx, u32>,
    /// Devices that may never be described.
    waiting: Vec<u32>,
    generation: u32,
    /// Whether it was said that broadcasts are not shown.
    broadcast: bool,
}

impl Homie {
    /// Knows nothing yet.
    pub fn new(options: &Options) -> Self {
        Self {
            realm: options.realm.unwrap_or_default(),
            devices: Vec::new(),
            by_root: FxHashMap::default(),
            domains: Vec::new(),
            slots: Vec::new(),
            by_topic: FxHashMap::default(),
            by_point: FxHashMap::default(),
            waiting: Vec::new(),
            generation: 0,
            broadcast: false,
        }
    }

    /// The first attribute of a device settles that it is one.
    fn settle(&mut self, device: u32, context: &mut Context<'_>) {
        let it = &mut self.devices[device as usize];
        if !std::mem::replace(&mut it.sure, true) {
            // What came before it under another base topic, or was given up, is asked about again.
            if std::mem::take(&mut it.abandoned)
                || !it.root.starts_with("homie/") && it.dialect == Dialect::Older
            {
                context.reroute(format!("{}/#", it.root));
            }
        }
    }

    /// What was waited for in vain.
    fn give_up(&mut self, device: u32, context: &mut Context<'_>) {
        let it = &mut self.devices[device as usize];
        it.watched = false;
        if !it.sure {
            it.abandoned = true;
            context.reroute(format!("{}/#", it.root));
        } else if it.shown {
            if it.dialect == Dialect::Older {
                self.look_over(device, context);
            }
        } else if it.state.is_some_and(State::online) {
            let topic = it.root.to_string();
            let missing = match it.dialect {
                Dialect::Five => "$description",
                Dialect::Older => "$homie",
            };
            let text = format!("the device says that it is there and has no {missing}; it is not shown");
            self.tell_once(device, &topic, DiagnosisKind::InvalidDescription, text, context);
        } else if it.about.name.is_some() && it.state.is_none() && it.dialect == Dialect::Five {
            let topic = it.root.to_string();
            let text =
                "there is a description and no $state, as a removed device leaves it behind; it is not shown";
            self.tell_once(device, &topic, DiagnosisKind::Ignored, text.to_owned(), context);
        }
    }

    fn broadcast(&mut self, message: &Message<'_>, context: &mut Context<'_>) {
        if !std::mem::replace(&mut self.broadcast, true) {
            let text = "broadcasts are messages to every device, not values; they are not shown";
            context.diagnose(None, message.topic, DiagnosisKind::Ignored, text);
        }
    }
}

/// The problems of a description in one sentence.
fn summary(problems: &[String]) -> String {
    let shown = problems.len().min(MOST_PROBLEMS);
    let mut text = format!(
        "the description breaks the convention: {}",
        problems[..shown].join("; ")
    );
    if problems.len() > shown {
        let _ = write!(text, "; and {} more", problems.len() - shown);
    }
    text
}

impl Convention for Homie {
    fn name(&self) -> &'static str {
        "homie"
    }

    fn claim(&mut self, message: &Message<'_>) -> Claim {
        match self.part(message) {
            Some(part) => Claim::Mine(part.token()),
            None => Claim::No,
        }
    }

    fn message(&mut self, token: u32, message: &Message<'_>, context: &mut Context<'_>) {
        match Part::of(token) {
            Part::Value(slot) if self.slots[slot as usize].live => self.value(slot, message, context),
            Part::Target(slot) if self.slots[slot as usize].live => self.target(slot, message, context),
            Part::Attribute(device) => {
                if !message.payload.is_empty() {
                    self.settle(device, context);
                }
                match self.devices[device as usize].dialect {
                    Dialect::Five => self.five(device, message, context),
                    Dialect::Older => self.older(device, message, context),
                }
            }
            Part::Undescribed(device) => self.undescribed(device, message, context),
            Part::Broadcast => self.broadcast(message, context),
            Part::Value(_) | Part::Target(_) | Part::Command => {}
        }
    }

    fn describes(&self, token: u32, topic: &str) -> bool {
        let passing = ["/$stats/", "/$log/", "/$alert/"];
        matches!(Part::of(token), Part::Attribute(_)) && !passing.iter().any(|level| topic.contains(level))
    }

    fn clock_moved(&mut self, by: Micros) {
        for device in &mut self.devices {
            device.heard = device.heard.saturating_add(by);
        }
    }

    fn tick(&mut self, now: Micros, context: &mut Context<'_>) {
        let due = |it: &Device| now.saturating_sub(it.heard) >= PATIENCE;
        if !self
            .waiting
            .iter()
            .any(|&device| due(&self.devices[device as usize]))
        {
            return;
        }
        let devices = &self.devices;
        let (ended, waiting) = std::mem::take(&mut self.waiting)
            .into_iter()
            .partition(|&device| due(&devices[device as usize]));
        self.waiting = waiting;
        let ended: Vec<u32> = ended;
        for device in ended {
            self.give_up(device, context);
        }
    }

    fn command(&mut self, point: PointIx, value: &Value, _now: Micros) -> Result<Vec<Publish>, CommandError> {
        let Some(&slot) = self.by_point.get(&point) else {
            // State, alerts, log and statistics.
            return Err(CommandError::ReadOnly);
        };
        let slot = &self.slots[slot as usize];
        let spelled = slot
            .spelling
            .zip(value.as_bool())
            .map(|(words, on)| Value::text(words[usize::from(on)]));
        let payload = write::write(&slot.codec, spelled.as_ref().unwrap_or(value))?;
        // As the versions of the convention ask for: what is not kept must neither come late nor twice.
        let qos = match (slot.codec.dialect, slot.codec.retained) {
            (Dialect::Five, false) => 0,
            (Dialect::Older, true) => 1,
            (Dialect::Five, true) | (Dialect::Older, false) => 2,
        };
        Ok(vec![Publish {
            topic: format!("{}/set", slot.topic),
            payload: payload.into_bytes(),
            qos,
            retain: false,
        }])
    }
}
