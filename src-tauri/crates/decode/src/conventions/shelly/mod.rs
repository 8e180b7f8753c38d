//! Shelly: the first generation (`shellies/<id>/…`, a topic a value) and RPC over MQTT of all later ones (`<prefix>/events/rpc`,
//! `<prefix>/status/<component>:<n>`, with a prefix that the person chooses).
//!
//! [`gen1`] and [`gen2`] each know their devices; [`draft`] makes points, [`write`] is the way back.
//!
//! *Invariants.* A device of the later generations is asked for its description once, slowly ([`gen2`]); nothing depends on an answer.
//! What no table knows becomes a point by what it looks like; what is left out is told once, with the reason.

mod draft;
mod gen1;
mod gen2;
mod models;
#[cfg(test)]
mod tests;
mod write;

use hearthline_model::{Micros, Value};
use rustc_hash::FxHashMap;

use crate::{Claim, CommandError, Context, Convention, Message, Options, PointIx, Publish};
use draft::Sink;
use gen1::Gen1;
use gen2::Gen2;
use write::Write;

const GEN1: u32 = 0;
const GEN2: u32 = 1;

/// The convention; see the module.
pub struct Shelly {
    gen1: Gen1,
    gen2: Gen2,
    /// How each writable point is written.
    writes: FxHashMap<PointIx, Write>,
}

impl Shelly {
    /// Knows nothing yet.
    pub fn new(options: &Options) -> Self {
        let realm = options.realm.unwrap_or_default();
        Self {
            gen1: Gen1::new(realm),
            gen2: Gen2::new(realm),
            writes: FxHashMap::default(),
        }
    }
}

impl Convention for Shelly {
    fn name(&self) -> &'static str {
        "shelly"
    }

    fn claim(&mut self, message: &Message<'_>) -> Claim {
        // The later ones first: their prefix may begin with `shellies/` as well.
        if self.gen2.claims(message) {
            Claim::Mine(GEN2)
        } else if gen1::claims(message.topic) {
            Claim::Mine(GEN1)
        } else {
            Claim::No
        }
    }

    fn message(&mut self, token: u32, message: &Message<'_>, context: &mut Context<'_>) {
        let mut sink = Sink {
            context,
            writes: &mut self.writes,
            at: message.at,
            received: message.at,
        };
        if token == GEN2 {
            self.gen2.message(message, &mut sink);
        } else if message.topic == gen1::ANNOUNCE && gen2::is_announce(message.payload) {
            self.gen2.announced(message, &mut sink);
        } else {
            self.gen1.message(message, &mut sink);
        }
    }

    fn describes(&self, _: u32, topic: &str) -> bool {
        // The shared topic and the answers hold one device's description at a time, so they are asked for anew.
        topic != gen1::ANNOUNCE && (topic.ends_with("/announce") || gen1::is_settings(topic))
    }

    fn clock_moved(&mut self, by: Micros) {
        self.gen2.clock_moved(by);
    }

    fn tick(&mut self, now: Micros, context: &mut Context<'_>) {
        let mut sink = Sink {
            context,
            writes: &mut self.writes,
            at: now,
            received: now,
        };
        self.gen2.tick(now, &mut sink);
    }

    fn connected(&mut self, now: Micros, _: &mut Context<'_>) {
        self.gen1.connected();
        self.gen2.connected(now);
    }

    fn command(&mut self, point: PointIx, value: &Value, now: Micros) -> Result<Vec<Publish>, CommandError> {
        let write = self.writes.get(&point).ok_or(CommandError::ReadOnly)?;
        match write {
            Write::Topic(to, form) => write::to_topic(to, form, value),
            Write::Rpc(call, form) => self.gen2.call(call, form, value, now),
        }
    }
}
