//! The simulated plant: two filling lines that speak Sparkplug B, and the utilities of both in a Unified Namespace.

mod analog;
mod line;
mod machine;
mod memory;
mod names;
mod node;
mod past;
mod payload;
mod spec;
mod stock;
mod utilities;
mod value;

use std::collections::VecDeque;

use crate::random::Random;
use crate::world::{Link, Message};
use line::{Line, LineSpec};
pub(crate) use memory::Memory;
use names::{SET_RATE, Style};
use node::{EdgeNode, Request};
use past::Batch;
use spec::Product;
pub(crate) use utilities::Utilities;
use value::Reading;

/// The device of the material beside a line.
const STOCK: &str = "Stock";
/// How far a set rate may go beyond the ideal one.
const RATE_LIMIT: f64 = 1.2;
/// How long a node that has stored its past waits after its birth, in milliseconds: who connects at the same time shall hear it
/// too. A host that asks for births is there, so then it waits no longer.
const PATIENCE: i64 = 2_000;

/// The lines.
static LINES: [LineSpec; 2] = [
    LineSpec {
        name: "Line1",
        rate: 240.0,
        products: &[
            Product {
                name: "Spring water 0.5 l",
                millilitres: 500.0,
            },
            Product {
                name: "Spring water 0.7 l",
                millilitres: 700.0,
            },
            Product {
                name: "Apple spritzer 0.5 l",
                millilitres: 500.0,
            },
        ],
        first_batch: 5_400,
        first_fault: ("Labeller", 45.0),
        first_drift: ("Filler", 12.0),
        low_material: "Labels",
    },
    LineSpec {
        name: "Line2",
        rate: 180.0,
        products: &[
            Product {
                name: "Cola 0.33 l",
                millilitres: 330.0,
            },
            Product {
                name: "Cola 0.5 l",
                millilitres: 500.0,
            },
            Product {
                name: "Lemonade 0.33 l",
                millilitres: 330.0,
            },
        ],
        first_batch: 900,
        first_fault: ("Packer", 80.0),
        first_drift: ("Washer", 25.0),
        low_material: "Caps",
    },
];

/// A line with its edge node.
#[derive(Debug, Clone)]
pub(crate) struct PlantLine {
    line: Line,
    node: EdgeNode,
    style: Style,
    /// Product of each machine at its last birth.
    born_with: Vec<Product>,
    /// Writes that are on their way: seconds left, machine, rate.
    writes: Vec<(f64, usize, f64)>,
    rebirth: bool,
    /// What was stored before anybody listened and is still to be told.
    past: VecDeque<Batch>,
    /// Some of it was told, or there was none.
    past_told: bool,
    /// From when on the past may be told; `None` before the first birth.
    past_from: Option<i64>,
    random: Random,
}

impl PlantLine {
    /// Line 0 or 1.
    pub fn new(index: usize, seed: u64) -> Self {
        let spec = LINES[index % LINES.len()];
        let (link, style) = if index == 0 {
            (Link::Line1, Style::Plain)
        } else {
            (Link::Line2, Style::PackTags)
        };
        let line = Line::new(spec, seed);
        Self {
            born_with: line.machines.iter().map(|m| m.product).collect(),
            line,
            node: EdgeNode::new(spec.name, link),
            style,
            writes: Vec::new(),
            rebirth: false,
            past: VecDeque::new(),
            past_told: true,
            past_from: None,
            random: Random::new(seed, &format!("{}/commands", spec.name)),
        }
    }

    /// Line 0 or 1 with a past: it has lived `backfill` milliseconds up to `now` (milliseconds since the epoch), or since the time up
    /// to which the run before told its history, and goes on from what `memory` holds of that.
    pub fn with_past(index: usize, seed: u64, now: i64, backfill: i64, memory: &Memory) -> Self {
        let remembered = memory.line(LINES[index % LINES.len()].name);
        // Else every run would live through the same again.
        let seed = remembered.map_or(seed, |m| {
            seed ^ (m.until as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)
        });
        let mut plant = Self::new(index, seed);
        let mut from = now.saturating_sub(backfill.max(0));
        if let Some(remembered) = remembered {
            plant.line.recall(remembered);
            from = from.max(remembered.until);
        }
        if from < now {
            plant.past_told = false;
            plant.past = past::live_through(&mut plant.line, plant.style, from, now, remembered.is_none());
        }
        plant.born_with = plant.line.machines.iter().map(|m| m.product).collect();
        plant
    }

    /// Keeps in mind where it stands, at the most `ahead` seconds further, so that the next run's past begins at `until`
    /// (milliseconds since the epoch). Nothing while it has told nothing of its own past yet: then the next run can.
    pub fn remember(&self, until: i64, ahead: f64, memory: &mut Memory) {
        if self.past_told && self.past_from.is_some() {
            memory.set(self.line.spec.name, self.line.memory(until, ahead));
        }
    }

    /// Tells at most so many messages of its past, once somebody may listen.
    pub fn tell_past(&mut self, at: i64, most: usize, out: &mut Vec<Message>) {
        if self.rebirth || self.past_from.is_none_or(|from| at < from) {
            return;
        }
        for batch in self.past.drain(..most.min(self.past.len())) {
            self.past_told = true;
            self.node.history(at, &batch, out);
        }
    }

    /// Lets `dt` seconds pass, at most one.
    pub fn advance(&mut self, dt: f64) {
        self.line.step(dt);
        for (left, machine, rate) in &mut self.writes {
            *left -= dt;
            if *left <= 0.0 {
                self.line.machines[*machine].set_rate = *rate;
            }
        }
        self.writes.retain(|(left, ..)| *left > 0.0);
    }

    /// Tells what has changed.
    pub fn report(&mut self, at: i64, out: &mut Vec<Message>) {
        if std::mem::take(&mut self.rebirth) {
            self.birth(self.node.bd_seq(), at, out);
            self.past_from = Some(at);
            return;
        }
        self.node.report("", at, &names::line(&self.line), out);
        for i in 0..self.line.machines.len() {
            let (name, product) = (self.line.machines[i].spec.name, self.line.machines[i].product);
            let readings = names::machine(&self.line, i, self.style);
            if self.born_with[i] == product {
                self.node.report(name, at, &readings, out);
            } else {
                // Limits depend on the product, and only a birth can tell new ones.
                self.born_with[i] = product;
                self.node.birth_of(name, at, &readings, out);
            }
        }
        self.node.report(STOCK, at, &names::stock(&self.line), out);
    }

    /// Announces everything on a new connection.
    pub fn birth(&mut self, bd_seq: u8, at: i64, out: &mut Vec<Message>) {
        let mut parts: Vec<(&str, Vec<Reading>)> = vec![("", names::line(&self.line))];
        for (i, machine) in self.line.machines.iter().enumerate() {
            self.born_with[i] = machine.product;
            parts.push((machine.spec.name, names::machine(&self.line, i, self.style)));
        }
        parts.push((STOCK, names::stock(&self.line)));
        self.node.birth(bd_seq, at, &parts, out);
        self.past_from = Some(at + PATIENCE);
    }

    /// Makes the death that belongs to a connection, from its number and its time.
    pub fn death_maker(&self) -> impl Fn(u8, i64) -> Message + Send + Sync + use<> {
        let node = self.node.clone();
        move |bd_seq, at| node.death(bd_seq, at)
    }

    /// The death that belongs to the connection that stands.
    pub fn goodbye(&self, at: i64) -> Message {
        self.node.death(self.node.bd_seq(), at)
    }

    /// Filters of the commands it obeys.
    pub fn filters(&self) -> Vec<String> {
        self.node.filters()
    }

    /// Takes a command.
    pub fn receive(&mut self, topic: &str, payload: &[u8]) {
        for request in self.node.request(topic, payload) {
            match request {
                Request::Rebirth => self.rebirth = true,
                Request::Write {
                    device,
                    metric,
                    value,
                } if metric == SET_RATE => {
                    let machine = self.line.machines.iter().position(|m| m.spec.name == device);
                    let Some(index) = machine else { continue };
                    let highest = self.line.machines[index].ideal * RATE_LIMIT;
                    if (0.0..=highest).contains(&value) && self.writes.len() < 1_000 {
                        self.writes.push((self.random.between(0.3, 0.9), index, value));
                    } else {
                        tracing::debug!(device, value, "a rate beyond what the machine can do is ignored");
                    }
                }
                Request::Write { device, metric, .. } => {
                    tracing::debug!(device, metric, "this metric cannot be written");
                }
            }
        }
    }
}

#[cfg(test)]
mod past_tests;
/// Values in a payload: those of the past, and those of the present.
#[cfg(test)]
pub(crate) fn past_and_present(payload: &[u8]) -> (usize, usize) {
    use prost::Message as _;
    let metrics = payload::Payload::decode(payload).map_or_else(|_| Vec::new(), |p| p.metrics);
    let past = metrics.iter().filter(|m| m.is_historical == Some(true)).count();
    (past, metrics.len() - past)
}

/// What a host sends to hear the births again.
#[cfg(test)]
pub(crate) fn rebirth_request() -> Vec<u8> {
    node::rebirth_request()
}

#[cfg(test)]
mod tests;
