//! A filling line: machines with buffers between them, batches of products, material beside it.

use super::machine::{Around, Machine, State};
use super::memory::LineMemory;
use super::spec::{MACHINES, Product};
use super::stock::Material;
use crate::random::Random;

/// What a line is like.
#[derive(Debug, Clone, Copy)]
pub(super) struct LineSpec {
    /// Edge node id.
    pub name: &'static str,
    /// Ideal rate of the filler, the line's constraint, in bottles a minute.
    pub rate: f64,
    pub products: &'static [Product],
    /// Bottles of the first batch that are still to come; later ones are longer.
    pub first_batch: u32,
    /// Who fails first and when, in seconds.
    pub first_fault: (&'static str, f64),
    /// Whose first value drifts first and when, in seconds.
    pub first_drift: (&'static str, f64),
    /// The material that is about to fall below its reorder point.
    pub low_material: &'static str,
}

/// Length of a shift in hours, and the share of the ideal output that is planned.
const SHIFT_HOURS: f64 = 8.0;
const PLANNED: f64 = 0.8;
/// More power than a line ever takes, in kilowatts.
const MOST_POWER: f64 = 80.0;

/// Bottles between two machines.
#[derive(Debug, Clone, Copy)]
pub(super) struct Buffer {
    pub level: u32,
    pub capacity: u32,
}

/// The line.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub spec: LineSpec,
    pub machines: Vec<Machine>,
    /// `buffers[i]` lies behind `machines[i]`.
    pub buffers: Vec<Buffer>,
    pub stock: Vec<Material>,
    /// Bottles of the present batch that the first machine has still to feed.
    pub batch_left: u32,
    /// Electric energy, in kilowatt hours; only rises.
    pub energy: f64,
    random: Random,
}

impl Line {
    /// A line in the middle of a batch, all machines running.
    pub fn new(spec: LineSpec, seed: u64) -> Self {
        let product = spec.products[0];
        let early = |(name, at): (&str, f64), machine: &str| (name == machine).then_some(at);
        let machines = MACHINES.iter().map(|m| {
            let (fault, drift) = (early(spec.first_fault, m.name), early(spec.first_drift, m.name));
            Machine::new(m, spec.rate, product, seed, spec.name, fault, drift)
        });
        let mut random = Random::new(seed, spec.name);
        let stores = MACHINES.iter().take(MACHINES.len() - 1);
        Self {
            machines: machines.collect(),
            buffers: stores
                .map(|m| Buffer {
                    level: m.buffer / 2,
                    capacity: m.buffer,
                })
                .collect(),
            stock: Material::all(seed, spec.name, spec.rate, spec.low_material),
            batch_left: spec.first_batch,
            energy: (random.between(40_000.0, 90_000.0)).round(),
            random,
            spec,
        }
    }

    /// Lets `dt` seconds pass, at most one.
    pub fn step(&mut self, dt: f64) {
        // From the end to the beginning: the place that a machine frees is there for the one before it.
        for i in (0..self.machines.len()).rev() {
            self.change_over(i);
            let around = self.around(i);
            let work = self.machines[i].step(dt, around);
            match i.checked_sub(1) {
                None => self.batch_left -= work.taken,
                Some(before) => self.buffers[before].level -= work.taken,
            }
            if let Some(behind) = self.buffers.get_mut(i) {
                behind.level += work.good;
            }
            if let Some((material, each)) = self.machines[i].spec.uses
                && let Some(material) = self.stock.iter_mut().find(|m| m.name == material)
            {
                material.take(f64::from(work.taken) * each);
            }
        }
        for material in &mut self.stock {
            material.step(dt);
        }
        self.energy += self.power() * dt / 3600.0;
    }

    /// Lets `dt` seconds pass that are told later and in less detail, at most two.
    pub fn step_coarsely(&mut self, dt: f64) {
        self.machines.iter_mut().for_each(|m| m.set_coarse(true));
        self.step(dt);
        self.machines.iter_mut().for_each(|m| m.set_coarse(false));
    }

    /// Brings about that somebody who begins to watch now soon sees a fault, a value beyond its limits and the end of a batch, as
    /// with a new line. Nothing that can be seen changes by it.
    pub fn stage(&mut self) {
        let (fault, drift) = (self.spec.first_fault, self.spec.first_drift);
        let early = |(name, at): (&str, f64), machine: &str| (name == machine).then_some(at);
        for machine in &mut self.machines {
            let name = machine.spec.name;
            machine.stage(early(fault, name), early(drift, name));
        }
        self.batch_left = self.batch_left.min(self.spec.first_batch);
    }

    /// What is remembered of it when `until` (milliseconds since the epoch) is the last that it has told. `ahead`: with what may
    /// still be made in so many seconds, so that nothing falls if the memory is not renewed any more.
    pub fn memory(&self, until: i64, ahead: f64) -> LineMemory {
        LineMemory {
            until,
            batch: self.machines.last().map_or(0, |m| m.batch),
            energy: self.energy + MOST_POWER * ahead / 3600.0,
            counts: self.machines.iter().map(|m| m.counts(ahead)).collect(),
            levels: self.stock.iter().map(|m| m.level).collect(),
        }
    }

    /// Goes on from what is remembered: totals and material as they were, all machines running and in the middle of a batch.
    pub fn recall(&mut self, memory: &LineMemory) {
        let product = self.product(memory.batch);
        for machine in &mut self.machines {
            machine.batch = memory.batch;
            machine.set_up(product);
        }
        for (machine, (good, reject)) in self.machines.iter_mut().zip(&memory.counts) {
            (machine.good, machine.reject) = (*good, *reject);
        }
        for (material, level) in self.stock.iter_mut().zip(&memory.levels) {
            material.level = level.clamp(0.0, material.capacity);
        }
        self.energy = memory.energy;
    }

    /// Electric power of all machines, in kilowatts.
    pub fn power(&self) -> f64 {
        self.machines.iter().map(Machine::power).sum()
    }

    /// Bottles planned for a shift.
    pub fn target(&self) -> u32 {
        (self.spec.rate * 60.0 * SHIFT_HOURS * PLANNED).round() as u32
    }

    /// The product of a batch.
    pub fn product(&self, batch: u32) -> Product {
        self.spec.products[batch as usize % self.spec.products.len()]
    }

    /// Begins or ends a machine's changeover when it is time.
    fn change_over(&mut self, i: usize) {
        let machine = &self.machines[i];
        let (batch, idle) = (
            machine.batch,
            matches!(machine.state, State::Running | State::Starved(_)),
        );
        let next = match i.checked_sub(1) {
            None if self.batch_left == 0 => batch + 1,
            // A machine follows the one before it as soon as it has run empty.
            Some(before) if self.buffers[before].level == 0 => self.machines[before].batch,
            _ => batch,
        };
        if idle && next > batch {
            if i == 0 {
                self.batch_left = (self.spec.rate * 60.0 * self.random.between(0.7, 1.4)) as u32;
            }
            self.machines[i].change_over(next);
        } else if matches!(machine.state, State::Changeover(left) if left <= 0.0) {
            let product = self.product(batch);
            self.machines[i].set_up(product);
            self.machines[i].state = State::Starved("No bottles");
        }
    }

    fn around(&self, i: usize) -> Around {
        let machine = &self.machines[i];
        let used = machine
            .spec
            .uses
            .and_then(|(name, _)| self.stock.iter().find(|m| m.name == name));
        let (waiting, draining) = match i.checked_sub(1) {
            None => (self.batch_left, true),
            Some(before) => {
                // Bottles of the batch that comes are no business of a machine that is still on the old one, and never mix.
                (
                    self.buffers[before].level,
                    self.machines[before].batch > machine.batch,
                )
            }
        };
        Around {
            waiting,
            room: self.buffers.get(i).map_or(u32::MAX, |b| b.capacity - b.level),
            draining,
            held_back: self
                .machines
                .get(i + 1)
                .is_some_and(|next| next.batch < machine.batch),
            out_of: used.filter(|m| m.is_out()).map(|m| m.name),
        }
    }
}

#[cfg(test)]
#[path = "line_tests.rs"]
mod tests;
