//! What a run of samples comes to: enough for a chart, an average, a counter and the value in force, without the samples.

use hearthline_model::{Micros, Quality, Value};

/// Count, extremes, sum and integral of the samples between two moments, in order of time.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Digest {
    /// Samples of any kind.
    pub count: u32,
    /// Those that are finite numbers; booleans count 0 and 1.
    pub numbers: u32,
    /// Those that say that nothing is known: null, and whatever is bad or stale.
    pub absent: u32,
    /// Time of the first sample of any kind.
    pub begins: Micros,
    /// Time of the last sample of any kind.
    pub ends: Micros,
    /// Smallest number.
    pub min: f64,
    /// Largest.
    pub max: f64,
    /// Their sum.
    pub sum: f64,
    /// Earliest.
    pub first: f64,
    /// Latest.
    pub last: f64,
    /// Time of the earliest number.
    pub first_at: Micros,
    /// Time of the latest number.
    pub last_at: Micros,
    /// Sum of trusted number times how long it held, from `begins` to `ends`, in microseconds.
    pub integral: f64,
    /// How long of that a trusted number held.
    pub held: Micros,
    /// The trusted number that holds on behind `ends`.
    pub tail: Option<f64>,
    /// A number is smaller than the one before it, or cannot be trusted: a counter has to look at the samples.
    pub falls: bool,
}

/// The value as a finite number.
pub fn number(value: &Value) -> Option<f64> {
    value.as_f64().filter(|number| number.is_finite())
}

/// Whether a sample of this quality says what is.
pub fn trusted(quality: Quality) -> bool {
    matches!(quality, Quality::Good | Quality::Uncertain)
}

impl Digest {
    /// Takes the next sample in.
    pub fn add(&mut self, at: Micros, value: &Value, quality: Quality) {
        let trusted = trusted(quality);
        let number = number(value);
        self.step(at);
        self.absent += u32::from(!trusted || value.is_null());
        if let Some(number) = number {
            self.falls |= !trusted;
            self.take(at, number);
        }
        self.tail = number.filter(|_| trusted);
    }

    /// Takes good numbers in, in order of time.
    pub fn add_numbers(&mut self, times: &[Micros], values: &[f64]) {
        let (Some(&begin), Some(&end)) = (times.first(), times.last()) else {
            return;
        };
        let (Some(&first), Some(&last)) = (values.first(), values.last()) else {
            return;
        };
        self.step(begin);
        let (mut min, mut max, mut sum, mut integral) = (first, first, 0.0, 0.0);
        let mut falls = false;
        let (mut before, mut since) = (first, begin);
        for (&at, &value) in times.iter().zip(values) {
            min = if value < min { value } else { min };
            max = if value > max { value } else { max };
            sum += value;
            integral += before * at.wrapping_sub(since) as f64;
            falls |= value < before;
            (before, since) = (value, at);
        }
        let count = times.len() as u32;
        self.absorb(&Self {
            count: count - 1,
            numbers: count,
            absent: 0,
            begins: begin,
            ends: end,
            min,
            max,
            sum,
            first,
            last,
            first_at: begin,
            last_at: end,
            integral,
            held: end.saturating_sub(begin),
            tail: Some(last),
            falls,
        });
    }

    /// Counts a sample and lets what holds hold until it.
    fn step(&mut self, at: Micros) {
        if self.count == 0 {
            self.begins = at;
        } else {
            self.hold(at);
        }
        self.count = self.count.saturating_add(1);
        self.ends = at;
    }

    fn hold(&mut self, until: Micros) {
        if let Some(value) = self.tail {
            let length = until.saturating_sub(self.ends).max(0);
            self.integral += value * length as f64;
            self.held = self.held.saturating_add(length);
        }
    }

    fn take(&mut self, at: Micros, number: f64) {
        if self.numbers == 0 {
            (self.min, self.max, self.first, self.first_at) = (number, number, number, at);
        } else {
            self.falls |= number < self.last;
            self.min = self.min.min(number);
            self.max = self.max.max(number);
        }
        self.numbers = self.numbers.saturating_add(1);
        self.sum += number;
        (self.last, self.last_at) = (number, at);
    }

    /// Takes in what comes next in time, the gap between both included.
    pub fn follow(&mut self, next: &Self) {
        if next.count == 0 {
            return;
        }
        if self.count > 0 {
            self.hold(next.begins);
        }
        self.absorb(next);
    }

    /// Takes in what comes next in time, without the gap between both: whoever asks has counted that.
    pub fn absorb(&mut self, next: &Self) {
        if self.count == 0 {
            *self = *next;
            return;
        }
        self.falls |= next.falls;
        if next.numbers > 0 {
            if self.numbers == 0 {
                (self.min, self.max, self.first, self.first_at) =
                    (next.min, next.max, next.first, next.first_at);
            } else {
                self.falls |= next.first < self.last;
                self.min = self.min.min(next.min);
                self.max = self.max.max(next.max);
            }
            (self.last, self.last_at) = (next.last, next.last_at);
            self.sum += next.sum;
        }
        self.count = self.count.saturating_add(next.count);
        self.numbers = self.numbers.saturating_add(next.numbers);
        self.absent = self.absent.saturating_add(next.absent);
        self.integral += next.integral;
        self.held = self.held.saturating_add(next.held);
        self.ends = self.ends.max(next.ends);
        self.tail = next.tail;
    }

    /// Takes in what may lie over this one in time. Where it does, how long each number held is no longer known exactly: the
    /// integral is that of both as if one came after the other.
    pub fn join(&mut self, other: &Self) {
        if self.count == 0 || other.begins > self.ends {
            self.follow(other);
            return;
        }
        if other.ends < self.begins {
            let mut joined = *other;
            joined.follow(self);
            *self = joined;
            return;
        }
        let (first, last) = if other.begins < self.begins {
            (*other, *self)
        } else {
            (*self, *other)
        };
        let (latest, ends) = if self.ends > other.ends {
            (*self, self.ends)
        } else {
            (*other, other.ends)
        };
        let mut joined = first;
        joined.absorb(&last);
        joined.ends = ends;
        joined.tail = latest.tail;
        if latest.numbers > 0 {
            (joined.last, joined.last_at) = (latest.last, latest.last_at);
        }
        joined.falls = true;
        *self = joined;
    }
}
