//! Questions about the samples themselves: one after another, as runs, at the steps of a grid.

use hearthline_model::{Micros, PointId, Quality, Sample, Value};

use crate::chunk::Item;
use crate::digest::Digest;
use crate::series::Run;
use crate::walk::Sink;

/// A sample in place of a step of an aggregate.
fn stand_in(digest: &Digest) -> Option<Item> {
    digest.tail.map(|tail| Item {
        at: digest.last_at,
        value: Value::Float(tail),
        quality: Quality::Good,
        received: None,
    })
}

/// The last sample.
#[derive(Default)]
pub struct Last {
    /// The sample.
    pub item: Option<Item>,
}

impl Sink for Last {
    const VALUES: bool = true;

    fn takes(&mut self, _: &Digest) -> bool {
        false
    }

    fn force(&mut self, digest: &Digest) {
        self.item = stand_in(digest);
    }

    fn numbers(&mut self, _: &[Micros], _: &[f64]) {}

    fn item(&mut self, item: Item) {
        self.item = Some(item);
    }
}

/// So many samples, behind some that are passed over.
pub struct Page {
    skip: usize,
    limit: usize,
    /// The samples.
    pub items: Vec<Item>,
    /// A stretch that is there as an aggregate only, from its first step to its last.
    pub coarse: Option<(Micros, Micros)>,
}

impl Page {
    /// At most `limit` samples behind `skip` others.
    pub fn new(skip: usize, limit: usize) -> Self {
        Self {
            skip,
            limit,
            items: Vec::new(),
            coarse: None,
        }
    }

    /// The samples of a point.
    pub fn samples(self, point: PointId) -> Vec<Sample> {
        self.items
            .into_iter()
            .map(|item| Sample {
                point,
                at: item.at,
                value: item.value,
                quality: item.quality,
            })
            .collect()
    }
}

impl Sink for Page {
    const VALUES: bool = true;

    fn takes(&mut self, _: &Digest) -> bool {
        false
    }

    fn force(&mut self, digest: &Digest) {
        let begins = self
            .coarse
            .map_or(digest.begins, |(begins, _)| begins.min(digest.begins));
        let ends = self.coarse.map_or(digest.ends, |(_, ends)| ends.max(digest.ends));
        self.coarse = Some((begins, ends));
    }

    fn numbers(&mut self, _: &[Micros], _: &[f64]) {}

    fn item(&mut self, item: Item) {
        if self.skip > 0 {
            self.skip -= 1;
        } else if self.items.len() < self.limit {
            self.items.push(item);
        }
    }

    fn is_done(&self) -> bool {
        self.items.len() >= self.limit
    }
}

/// Stretches of one value and quality.
pub struct Runs {
    from: Micros,
    to: Micros,
    limit: usize,
    known: Vec<Run>,
    cut: bool,
}

impl Runs {
    /// Runs in `from..to`, beginning with the sample in force at `from`.
    pub fn new(from: Micros, to: Micros, limit: usize, in_force: Option<Item>) -> Self {
        let mut runs = Self {
            from,
            to,
            limit,
            known: Vec::new(),
            cut: false,
        };
        if let Some(item) = in_force {
            runs.item(item);
        }
        runs
    }

    /// The runs that last.
    pub fn finish(mut self) -> Vec<Run> {
        self.known.retain(|run| run.to > run.from);
        self.known.truncate(self.limit);
        self.known
    }
}

impl Sink for Runs {
    const VALUES: bool = true;

    fn takes(&mut self, _: &Digest) -> bool {
        false
    }

    fn force(&mut self, digest: &Digest) {
        if let Some(item) = stand_in(digest) {
            self.item(item);
        }
    }

    fn numbers(&mut self, _: &[Micros], _: &[f64]) {}

    fn item(&mut self, item: Item) {
        let at = item.at.max(self.from);
        if let Some(last) = self.known.last_mut() {
            if last.value == item.value && last.quality == item.quality {
                return;
            }
            last.to = at;
            if last.to <= last.from {
                // Several values of one moment: the last of them counts.
                self.known.pop();
            } else if self.known.len() >= self.limit {
                self.cut = true;
                return;
            }
        }
        if self
            .known
            .last()
            .is_some_and(|last| last.value == item.value && last.quality == item.quality)
        {
            if let Some(last) = self.known.last_mut() {
                last.to = self.to;
            }
            return;
        }
        self.known.push(Run {
            from: at,
            to: self.to,
            value: item.value,
            quality: item.quality,
        });
    }

    fn is_done(&self) -> bool {
        self.cut
    }
}

/// The value in force at each step of a grid.
pub struct Steps {
    grid: Vec<Micros>,
    /// Null where nothing is known.
    pub values: Vec<Value>,
    in_force: Value,
}

impl Steps {
    /// At the moments of `grid`, beginning with the sample in force before the first.
    pub fn new(grid: Vec<Micros>, in_force: Option<&Item>) -> Self {
        let mut steps = Self {
            values: Vec::with_capacity(grid.len()),
            grid,
            in_force: Value::Null,
        };
        steps.in_force = in_force.map_or(Value::Null, known);
        steps
    }

    fn until(&mut self, at: Micros) {
        while self.grid.get(self.values.len()).is_some_and(|step| *step < at) {
            self.values.push(self.in_force.clone());
        }
    }

    /// All steps.
    pub fn finish(mut self) -> Vec<Value> {
        let left = self.grid.len() - self.values.len();
        self.values.extend(std::iter::repeat_n(self.in_force, left));
        self.values
    }
}

/// The value, where it is trusted.
fn known(item: &Item) -> Value {
    if crate::digest::trusted(item.quality) {
        item.value.clone()
    } else {
        Value::Null
    }
}

impl Sink for Steps {
    const VALUES: bool = true;

    fn takes(&mut self, _: &Digest) -> bool {
        false
    }

    fn force(&mut self, digest: &Digest) {
        self.until(digest.begins);
        self.in_force = digest.tail.map_or(Value::Null, Value::Float);
    }

    fn numbers(&mut self, _: &[Micros], _: &[f64]) {}

    fn item(&mut self, item: Item) {
        self.until(item.at);
        self.in_force = known(&item);
    }
}
