//! The past that an edge node stored while nobody listened: made with the model that lives on afterwards, told once, as Sparkplug's
//! historical metrics.

use std::collections::VecDeque;

use super::line::Line;
use super::machine::{Machine, State};
use super::names::{self, ANALOG, SPEED, Style};
use super::spec::Product;
use super::value::{Reading, Value};

/// Step of the model in the past, in milliseconds: it makes the same output as in life at a fraction of the work.
const STEP: i64 = 2_000;
/// How long before the present the model lives in full detail again, in milliseconds, so that it joins without a seam.
const JOIN: i64 = 120_000;
/// Longest step of the model in full detail, in milliseconds.
const FINE_STEP: i64 = 1_000;
/// How often counters, rates and measured values are stored, in milliseconds.
const MINUTE: i64 = 60_000;
/// How often the levels of the material are stored, in milliseconds.
const LEVELS: i64 = 5 * MINUTE;
/// A rate that has changed by this share of the ideal one is stored at once.
const RATE_JUMP: f64 = 0.25;
/// Samples in a message at the most.
pub(super) const MOST_SAMPLES: usize = 500;

/// A stored value.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Stored {
    /// Which of the device's readings.
    pub reading: usize,
    /// Its time, in milliseconds since the epoch.
    pub at: i64,
    pub value: Value,
}

/// What goes into one message: values of one device in order of time.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Batch {
    /// Empty for the node itself.
    pub device: &'static str,
    pub samples: Vec<Stored>,
}

/// Lets a line live from `from` to `to`, in milliseconds since the epoch, and returns what it stored, the newest
/// messages first.
///
/// `fresh`: nothing of it was told before, so that its material may be such that some of it soon runs low.
pub(super) fn live_through(
    line: &mut Line,
    style: Style,
    from: i64,
    to: i64,
    fresh: bool,
) -> VecDeque<Batch> {
    let mut records = Records::new(line, style, from);
    let mut at = from;
    let mut delivered = fresh.then_some(from);
    while at < to {
        let before = at;
        let coarse = to - at > JOIN;
        let step = if coarse { STEP } else { FINE_STEP }.min(to - at);
        let levels: Vec<f64> = line.stock.iter().map(|m| m.level).collect();
        if coarse {
            line.step_coarsely(step as f64 / 1_000.0);
        } else {
            line.step(step as f64 / 1_000.0);
        }
        at += step;
        let arrived = line.stock.iter().zip(levels).map(|(m, level)| m.level > level);
        let arrived: Vec<bool> = arrived.collect();
        if arrived
            .iter()
            .zip(&line.stock)
            .any(|(a, m)| *a && m.soon_low.is_some())
        {
            delivered = Some(at);
        }
        records.look(line, before, at, arrived.contains(&true));
    }
    line.stage();
    if let Some(since) = delivered {
        records.run_low(line, since);
    }
    records.batches()
}

/// What was stored of one device.
struct Record {
    device: &'static str,
    told: Vec<Value>,
    samples: Vec<Stored>,
}

impl Record {
    /// Begins with how everything stands that `wanted` names.
    fn new(device: &'static str, readings: &[Reading], at: i64, wanted: impl Fn(&Reading) -> bool) -> Self {
        let all = readings.iter().enumerate().filter(|(_, r)| wanted(r));
        Self {
            device,
            told: readings.iter().map(|r| r.value.clone()).collect(),
            samples: all
                .map(|(reading, r)| Stored {
                    reading,
                    at,
                    value: r.value.clone(),
                })
                .collect(),
        }
    }

    /// Stores what differs of the readings that `wanted` names.
    fn look(&mut self, readings: Vec<Reading>, at: i64, wanted: impl Fn(&Reading) -> bool) {
        for (reading, (now, told)) in readings.into_iter().zip(&mut self.told).enumerate() {
            if wanted(&now) && now.differs(told) {
                told.clone_from(&now.value);
                self.samples.push(Stored {
                    reading,
                    at,
                    value: now.value,
                });
            }
        }
    }
}

/// What a machine looked like when it was last stored.
struct Seen {
    state: State,
    product: Product,
    batch: u32,
    rate: f64,
}

impl Seen {
    fn of(machine: &Machine) -> Self {
        Self {
            state: machine.state.clone(),
            product: machine.product,
            batch: machine.batch,
            rate: machine.rate,
        }
    }

    fn changed(&self, machine: &Machine) -> bool {
        !self.state.looks_like(&machine.state)
            || (self.batch, self.product) != (machine.batch, machine.product)
    }
}

struct Records {
    style: Style,
    node: Record,
    machines: Vec<(Record, Seen)>,
    stock: Record,
}

impl Records {
    fn new(line: &Line, style: Style, at: i64) -> Self {
        let machines = line.machines.iter().enumerate().map(|(i, machine)| {
            let readings = names::machine(line, i, style);
            let record = Record::new(machine.spec.name, &readings, at, |r| r.group <= ANALOG);
            (record, Seen::of(machine))
        });
        Self {
            style,
            node: Record::new("", &names::line(line), at, |_| true),
            machines: machines.collect(),
            stock: Record::new(super::STOCK, &names::stock(line), at, |_| true),
        }
    }

    /// Stores what is due at `at`, having last looked at `before`. `delivery`: some material has come.
    fn look(&mut self, line: &Line, before: i64, at: i64, delivery: bool) {
        let begins = |every: i64| before.div_euclid(every) != at.div_euclid(every);
        let minute = begins(MINUTE);
        if minute {
            self.node.look(names::line(line), at, |_| true);
        }
        for (i, (record, seen)) in self.machines.iter_mut().enumerate() {
            let machine = &line.machines[i];
            let changed = seen.changed(machine);
            let jumped = (machine.rate - seen.rate).abs() > RATE_JUMP * machine.ideal;
            if !(minute || changed || jumped) {
                continue;
            }
            let speed = minute || jumped;
            record.look(names::machine(line, i, self.style), at, |r| match r.group {
                SPEED => speed,
                // The others are told as they are now, in the birth.
                ANALOG.. => minute && r.group == ANALOG,
                _ => minute || changed,
            });
            let rate = if speed { machine.rate } else { seen.rate };
            *seen = Seen {
                rate,
                ..Seen::of(machine)
            };
        }
        if begins(LEVELS) || delivery {
            self.stock.look(names::stock(line), at, |_| true);
        }
    }

    /// Makes what was delivered at `since`, the last time, a little less, so that the material that is to run low soon does.
    fn run_low(&mut self, line: &mut Line, since: i64) {
        for (i, material) in line.stock.iter_mut().enumerate() {
            let Some(wanted) = material.soon_low else { continue };
            let less = material.level - wanted;
            if less <= 0.0 {
                continue;
            }
            material.level = wanted;
            let level = names::level_of(i);
            for sample in self
                .stock
                .samples
                .iter_mut()
                .filter(|s| s.reading == level && s.at >= since)
            {
                if let Value::Double(v) = &mut sample.value {
                    *v = crate::random::round(*v - less, 1);
                }
            }
        }
    }

    /// The newest first: who watches is told about the present shift before the one before it, and at no moment of the delivery does a
    /// counter seem to have jumped from long ago to now.
    fn batches(self) -> VecDeque<Batch> {
        let records = std::iter::once(self.node).chain(self.machines.into_iter().map(|(r, _)| r));
        let mut batches: Vec<Batch> = Vec::new();
        for record in records.chain([self.stock]) {
            let device = record.device;
            let parts = record.samples.chunks(MOST_SAMPLES);
            batches.extend(parts.map(|samples| Batch {
                device,
                samples: samples.to_vec(),
            }));
        }
        batches.sort_by_key(|batch| std::cmp::Reverse(batch.samples.last().map_or(0, |s| s.at)));
        batches.into()
    }
}
