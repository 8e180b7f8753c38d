//! Samples made up: a temperature with a day's and a year's course.

use std::error::Error;
use std::path::Path;
use std::time::Duration;

use hearthline_history::{Batch, Store, Synchronous};
use hearthline_model::{DAY, Micros, PointId, Quality, SECOND, Sample, Value};
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

/// 2024-01-01.
pub const BEGIN: Micros = 1_704_067_200 * SECOND;
/// A year.
pub const YEAR: Micros = 365 * DAY;
/// Rows of the journal a step of compaction takes, as in the engine.
pub const STEP: usize = 1024;

/// A store in a folder.
pub fn store(folder: &Path, synchronous: Synchronous) -> Result<Store, Box<dyn Error>> {
    Ok(Store::open(&folder.join("store.db"), synchronous)?)
}

/// Time on a processor that this thread has taken: what work costs however busy the machine is.
pub fn cpu() -> Duration {
    let figures = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = figures
        .split_whitespace()
        .next()
        .and_then(|first| first.parse().ok());
    Duration::from_nanos(nanoseconds.unwrap_or_default())
}

/// A good number.
pub fn sample(point: u32, at: Micros, value: f64) -> Sample {
    Sample {
        point: PointId(point),
        at,
        value: Value::Float(value),
        quality: Quality::Good,
    }
}

/// A day's and a year's course and a walk on it, in steps of a hundredth.
pub struct Course {
    random: SmallRng,
    walk: f64,
    at: Micros,
    sway: f64,
    turn: (f64, f64),
}

impl Course {
    /// Its own for each seed.
    pub fn new(seed: u64) -> Self {
        Self {
            random: SmallRng::seed_from_u64(seed),
            walk: 0.0,
            at: BEGIN,
            sway: 0.0,
            turn: (0.0, 0.0),
        }
    }

    /// The next sample.
    pub fn next(&mut self, point: u32, step: Micros) -> Sample {
        self.walk = (self.walk + self.random.random_range(-0.05..0.05)) * 0.9999;
        // The slow courses are reckoned once a minute: a sine a sample would be most of the work.
        if self.at % (60 * SECOND) < step {
            let part =
                |length: Micros| ((self.at - BEGIN) as f64 / length as f64 * std::f64::consts::TAU).sin();
            self.turn = (self.sway, 15.0 - 9.0 * part(YEAR) - 4.0 * part(DAY));
            self.sway = self.turn.1;
        }
        // Nobody sends to the microsecond.
        let jitter = self.random.random_range(-2_000..2_000).clamp(-step / 4, step / 4);
        let value = ((self.turn.1 + self.walk) * 100.0).round() / 100.0;
        let made = sample(point, self.at + jitter, value);
        self.at += step;
        made
    }
}

/// Turns all of the journal into chunks.
pub fn compact(store: &mut Store) -> Result<(), Box<dyn Error>> {
    while store.compact(STEP, BEGIN + 10 * YEAR)?.remaining > 0 {}
    Ok(())
}

/// Appends so many points for so long, compacting as it goes; gives the number of samples.
pub fn fill(
    store: &mut Store,
    points: u32,
    step: Micros,
    length: Micros,
    mut each: impl FnMut(&[Sample]) -> Result<(), Box<dyn Error>>,
) -> Result<u64, Box<dyn Error>> {
    let mut courses: Vec<Course> = (0..points)
        .map(|point| Course::new(5 + u64::from(point)))
        .collect();
    let mut samples = Vec::with_capacity(1_000 + points as usize);
    let (mut at, mut count) = (BEGIN, 0);
    while at < BEGIN + length {
        for (course, point) in courses.iter_mut().zip(1..) {
            samples.push(course.next(point, step));
        }
        at += step;
        if samples.len() < 1_000 && at < BEGIN + length {
            continue;
        }
        count += samples.len() as u64;
        store.append(&Batch {
            samples: &samples,
            at,
            ..Batch::default()
        })?;
        each(&samples)?;
        samples.clear();
        if count % (1_000 * STEP as u64) < 1_000 + u64::from(points) {
            compact(store)?;
        }
    }
    compact(store)?;
    Ok(count)
}
