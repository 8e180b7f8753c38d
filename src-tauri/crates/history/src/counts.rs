//! What counters counted, bucket by bucket.
//!
//! The rule is that of `hearthline_insight::delta`: a fall is a roll-over where the number of values that the counter has is
//! given and the fall is more than half of it; one by less than a tenth of the reading counts nothing, because a device
//! that comes back may tell a reading of a while ago; any other is a reset, after which it counted up from 0. Readings that
//! are not trusted count for nothing. What was counted between two readings belongs to the bucket of the later one.

use hearthline_model::Micros;

use crate::chunk::Item;
use crate::digest::Digest;
use crate::series::Counted;
use crate::walk::Sink;

/// A fall by less than this share of the reading is no reset.
const SET_BACK: f64 = 0.1;

/// The counts of one point as they add up.
pub struct Counter {
    edges: Vec<Micros>,
    width: Option<f64>,
    before: Option<f64>,
    slot: usize,
    slots: Vec<(f64, u32, u32)>,
}

impl Counter {
    /// Counts between `edges`, `before` being the reading in force at the first of them and `width` how many values the
    /// counter has where it is known.
    pub fn new(edges: Vec<Micros>, width: Option<f64>, before: Option<f64>) -> Self {
        let slots = vec![(0.0, 0, 0); edges.len().saturating_sub(1)];
        Self {
            edges,
            width: width.filter(|width| *width > 0.0),
            before,
            slot: 0,
            slots,
        }
    }

    fn seek(&mut self, at: Micros) -> usize {
        while self.slot + 1 < self.slots.len() && at >= self.edges[self.slot + 1] {
            self.slot += 1;
        }
        self.slot
    }

    fn reading(&mut self, at: Micros, reading: f64) {
        let slot = self.seek(at);
        let counted = &mut self.slots[slot];
        if let Some(before) = self.before.replace(reading) {
            counted.2 = counted.2.saturating_add(1);
            if reading >= before {
                counted.0 += reading - before;
            } else if reading <= before * (1.0 - SET_BACK) {
                counted.1 += 1;
                counted.0 += match self.width {
                    Some(width) if before - reading > width / 2.0 && before < width => {
                        reading + width - before
                    }
                    _ => reading.max(0.0),
                };
            }
        }
    }

    /// A digest in which the counter only rose.
    fn rose(&mut self, digest: &Digest) {
        self.reading(digest.first_at, digest.first);
        let slot = self.seek(digest.first_at);
        self.slots[slot].0 += digest.last - digest.first;
        self.slots[slot].2 = self.slots[slot].2.saturating_add(digest.numbers - 1);
        self.before = Some(digest.last);
    }

    /// The buckets in which anything was read.
    pub fn finish(self) -> Vec<Counted> {
        self.slots
            .iter()
            .zip(self.edges.windows(2))
            .filter(|((_, _, readings), _)| *readings > 0)
            .map(|(&(total, resets, readings), edges)| Counted {
                from: edges[0],
                to: edges[1],
                total,
                resets,
                readings,
            })
            .collect()
    }
}

impl Sink for Counter {
    fn takes(&mut self, digest: &Digest) -> bool {
        if digest.numbers == 0 {
            return true;
        }
        let slot = self.seek(digest.first_at);
        let last = slot + 1 == self.slots.len();
        if digest.falls || !last && digest.last_at >= self.edges[slot + 1] {
            return false;
        }
        self.rose(digest);
        true
    }

    /// A step of an aggregate: where the counter fell in it, once, it rose from the first to the largest reading, and from
    /// 0 to the last.
    fn force(&mut self, digest: &Digest) {
        if digest.numbers == 0 {
            return;
        }
        if !digest.falls {
            self.rose(digest);
            return;
        }
        self.reading(digest.first_at, digest.first);
        self.reading(digest.first_at, digest.max);
        self.reading(digest.last_at, digest.last);
    }

    fn numbers(&mut self, times: &[Micros], values: &[f64]) {
        for (&at, &value) in times.iter().zip(values) {
            self.reading(at, value);
        }
    }

    fn item(&mut self, item: Item) {
        if let Some(reading) = item.holds() {
            self.reading(item.at, reading);
        }
    }
}
