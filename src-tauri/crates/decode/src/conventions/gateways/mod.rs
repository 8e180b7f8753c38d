//! Shapes of payloads and topics that gateways, loggers and single-purpose firmwares have: a file each.
//!
//! *To add one*: a file with a type that implements [`Shape`], and a line in [`shapes`]. A shape claims by an unmistakable topic or body only;
//! what it does not claim is left to the conventions after this one.

mod desk;
mod order;
mod shapes;
#[cfg(test)]
mod tests;

use hearthline_model::{Micros, Value};
use rustc_hash::FxHashMap;

use crate::{Claim, CommandError, Context, Convention, Message, Options, PointIx, Publish};
use desk::Desk;

/// One shape.
trait Shape: Send {
    /// Whether a topic, by its name or the body of its first message, is one of this shape.
    fn claim(&mut self, message: &Message<'_>) -> bool;

    /// A message on such a topic.
    fn message(&mut self, message: &Message<'_>, desk: &mut Desk, context: &mut Context<'_>);

    /// Whether the last message of a topic describes devices, so that it is kept over a restart.
    fn describes(&self, _topic: &str) -> bool {
        false
    }

    /// The clock was set, by so much.
    fn clock_moved(&mut self, _by: Micros) {}

    /// Time passed.
    fn tick(&mut self, _now: Micros, _context: &mut Context<'_>) {}
}

/// The convention; see the module.
pub struct Gateways {
    shapes: Vec<Box<dyn Shape>>,
    desk: Desk,
    /// Which shape a topic was claimed by.
    topics: FxHashMap<Box<str>, u32>,
}

impl Gateways {
    /// Knows nothing yet.
    pub fn new(options: &Options) -> Self {
        Self {
            shapes: shapes::all(),
            desk: Desk::new(options.realm),
            topics: FxHashMap::default(),
        }
    }
}

impl Convention for Gateways {
    fn name(&self) -> &'static str {
        "gateways"
    }

    fn claim(&mut self, message: &Message<'_>) -> Claim {
        if let Some(&token) = self.topics.get(message.topic) {
            return Claim::Mine(token);
        }
        let Some(ix) = self.shapes.iter_mut().position(|shape| shape.claim(message)) else {
            return Claim::No;
        };
        self.topics.insert(message.topic.into(), ix as u32);
        Claim::Mine(ix as u32)
    }

    fn describes(&self, token: u32, topic: &str) -> bool {
        self.shapes
            .get(token as usize)
            .is_some_and(|shape| shape.describes(topic))
    }

    fn message(&mut self, token: u32, message: &Message<'_>, context: &mut Context<'_>) {
        if let Some(shape) = self.shapes.get_mut(token as usize) {
            shape.message(message, &mut self.desk, context);
        }
    }

    fn clock_moved(&mut self, by: Micros) {
        for shape in &mut self.shapes {
            shape.clock_moved(by);
        }
    }

    fn tick(&mut self, now: Micros, context: &mut Context<'_>) {
        for shape in &mut self.shapes {
            shape.tick(now, context);
        }
    }

    fn command(&mut self, point: PointIx, value: &Value, _now: Micros) -> Result<Vec<Publish>, CommandError> {
        let order = self.desk.orders.get(&point).ok_or(CommandError::ReadOnly)?;
        Ok(vec![order.encode(value)?])
    }
}
