//! What queries answer.

use hearthline_model::{Micros, PointId, Quality, Value};

/// The buckets of one point.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// The point.
    pub point: PointId,
    /// Those that hold anything, in order of time.
    pub buckets: Vec<Bucket>,
}

/// What the numeric values in a stretch of time come to; booleans count 0 and 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bucket {
    /// Begin of the stretch.
    pub from: Micros,
    /// Smallest.
    pub min: f64,
    /// Largest.
    pub max: f64,
    /// Mean of the samples.
    pub mean: f64,
    /// Earliest.
    pub first: f64,
    /// Latest.
    pub last: f64,
    /// Time of the latest.
    pub last_at: Micros,
    /// Samples.
    pub count: u32,
}

/// A stretch during which a point kept its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// Begin.
    pub from: Micros,
    /// End.
    pub to: Micros,
    /// The value.
    pub value: Value,
    /// Its quality.
    pub quality: Quality,
}

/// Statistics of a stretch of time; the numbers are none where no value is one.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Stats {
    /// Samples of any kind.
    pub count: u64,
    /// Smallest.
    pub min: Option<f64>,
    /// Largest.
    pub max: Option<f64>,
    /// Mean of the samples.
    pub mean: Option<f64>,
    /// Time of the first.
    pub first_at: Option<Micros>,
    /// Time of the last.
    pub last_at: Option<Micros>,
}
