//! A stretch of time in buckets.

use hearthline_model::Micros;

use crate::chunk::Item;
use crate::digest::Digest;
use crate::series::{Bucket, Edges};
use crate::walk::Sink;

/// The edges of `width` buckets of equal length over `from..to`.
pub fn edges(from: Micros, to: Micros, width: usize) -> Vec<Micros> {
    let span = (i128::from(to) - i128::from(from)).max(0) as u128;
    let width = width.max(1) as u128;
    // Rounded up: the first microsecond of a bucket.
    (0..=width)
        .map(|slot| {
            let offset = (span * slot).div_ceil(width);
            i64::try_from(i128::from(from) + offset as i128).unwrap_or(i64::MAX)
        })
        .collect()
}

/// The buckets of one point as they fill.
pub struct Grid {
    edges: Vec<Micros>,
    policy: Edges,
    /// The longest digest that may lie over an edge.
    longest: u64,
    slot: usize,
    slots: Vec<Digest>,
    /// What held from one sample to the next: its integral and how long.
    held: Vec<(f64, Micros)>,
    in_force: Option<f64>,
    since: Micros,
    /// The grid does not hold anything beyond here.
    until: Micros,
}

impl Grid {
    /// Empty buckets between `edges`; `in_force` is the number that holds at the first of them.
    pub fn new(edges: Vec<Micros>, policy: Edges, in_force: Option<f64>, until: Micros) -> Self {
        let width = edges.len().saturating_sub(1);
        let since = edges.first().copied().unwrap_or_default();
        let span = edges.last().copied().unwrap_or_default().abs_diff(since);
        let longest = match policy {
            Edges::Exact => 0,
            Edges::Near => span / width.max(1) as u64 / 2,
            Edges::Rough => u64::MAX,
        };
        Self {
            edges,
            policy,
            longest,
            slot: 0,
            slots: vec![Digest::default(); width],
            held: vec![(0.0, 0); width],
            in_force,
            since,
            until,
        }
    }

    fn end(&self, slot: usize) -> Micros {
        self.edges[slot + 1]
    }

    /// The bucket of a moment; moments come in order.
    fn seek(&mut self, at: Micros) -> usize {
        while self.slot + 1 < self.slots.len() && at >= self.end(self.slot) {
            self.slot += 1;
        }
        self.slot
    }

    /// Lets what is in force hold until a moment.
    fn hold(&mut self, at: Micros) {
        let at = at.min(self.until);
        if let Some(value) = self.in_force {
            while self.since < at {
                let slot = self.seek(self.since);
                let last = slot + 1 == self.slots.len();
                let end = if last { at } else { at.min(self.end(slot)) };
                let length = end.saturating_sub(self.since);
                self.held[slot].0 += value * length as f64;
                self.held[slot].1 = self.held[slot].1.saturating_add(length);
                self.since = end;
            }
        }
    }

    fn absorb(&mut self, digest: &Digest) {
        self.hold(digest.begins);
        let slot = self.seek(digest.begins);
        self.slots[slot].absorb(digest);
        self.in_force = digest.tail;
        self.since = digest.ends;
        // A digest that lies over an edge takes the edge with it.
        let last = self.edges.len() - 1;
        for edge in &mut self.edges[slot + 1..last] {
            if *edge > digest.ends {
                break;
            }
            *edge = digest.ends.saturating_add(1);
        }
    }

    /// The buckets that hold a number; with `holding` those as well in which only an earlier one holds on.
    pub fn finish(mut self, holding: bool) -> Vec<Bucket> {
        let end = self.edges.last().copied().unwrap_or_default();
        self.hold(end);
        let mut buckets = Vec::new();
        for (slot, digest) in self.slots.iter().enumerate() {
            let (integral, held) = self.held[slot];
            let (integral, held) = (integral + digest.integral, held.saturating_add(digest.held));
            let average = if held > 0 {
                integral / held as f64
            } else {
                f64::NAN
            };
            let bucket = Bucket {
                from: self.edges[slot],
                average,
                held,
                absent: digest.absent,
                ..Bucket::default()
            };
            if digest.numbers > 0 {
                buckets.push(Bucket {
                    min: digest.min,
                    max: digest.max,
                    mean: digest.sum / f64::from(digest.numbers),
                    first: digest.first,
                    last: digest.last,
                    last_at: digest.last_at,
                    count: digest.numbers,
                    ..bucket
                });
            } else if holding && (held > 0 || digest.absent > 0) {
                buckets.push(Bucket {
                    min: average,
                    max: average,
                    mean: average,
                    first: average,
                    last: average,
                    last_at: self.edges[slot],
                    ..bucket
                });
            }
        }
        buckets
    }
}

impl Sink for Grid {
    fn takes(&mut self, digest: &Digest) -> bool {
        self.hold(digest.begins);
        let slot = self.seek(digest.begins);
        let last = slot + 1 == self.slots.len();
        let fits = last
            || digest.ends < self.end(slot)
            || (self.policy != Edges::Exact && digest.ends.abs_diff(digest.begins) <= self.longest);
        if fits {
            self.absorb(digest);
        }
        fits
    }

    fn force(&mut self, digest: &Digest) {
        self.absorb(digest);
    }

    fn numbers(&mut self, mut times: &[Micros], mut values: &[f64]) {
        while let Some(&first) = times.first() {
            self.hold(first);
            let slot = self.seek(first);
            let last = slot + 1 == self.slots.len();
            let end = self.end(slot);
            let cut = if last || times.last().is_some_and(|at| *at < end) {
                times.len()
            } else {
                // At least the first: a moved edge never lies before what is still to come.
                times.partition_point(|at| *at < end).max(1)
            };
            let mut digest = Digest::default();
            digest.add_numbers(&times[..cut], &values[..cut]);
            self.absorb(&digest);
            (times, values) = (&times[cut..], &values[cut..]);
        }
    }

    fn item(&mut self, item: Item) {
        let mut digest = Digest::default();
        digest.add(item.at, &item.value, item.quality);
        self.absorb(&digest);
    }
}

/// Everything as one digest.
#[derive(Default)]
pub struct Whole(pub Digest);

impl Sink for Whole {
    fn takes(&mut self, digest: &Digest) -> bool {
        self.0.follow(digest);
        true
    }

    fn force(&mut self, digest: &Digest) {
        self.0.follow(digest);
    }

    fn numbers(&mut self, times: &[Micros], values: &[f64]) {
        self.0.add_numbers(times, values);
    }

    fn item(&mut self, item: Item) {
        self.0.add(item.at, &item.value, item.quality);
    }
}
