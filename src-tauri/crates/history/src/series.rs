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
///
/// A bucket reaches to the `from` of the next one of its grid.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
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
    /// Mean by time: each trusted number counts for as long as it held, until the next sample of any kind. Not a number
    /// where none held.
    pub average: f64,
    /// How long a trusted number held.
    pub held: Micros,
    /// Samples that say that nothing is known: null, and whatever is bad or stale.
    pub absent: u32,
}

/// Where the edges of buckets lie.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Edges {
    /// At equal distances to the microsecond. Chunks over an edge are opened.
    #[default]
    Exact,
    /// At the nearest border of a block of samples where that is at most half a bucket away: what a chart needs, in
    /// a fraction of the time. [`Bucket::from`] tells where the edge came to lie; counts, extremes and means are exact
    /// between the edges told, nothing is lost and nothing counted twice.
    Near,
    /// As [`Edges::Near`], however long the block: a first picture at once, for which no body is opened but at the ends
    /// of the range.
    Rough,
}

/// A question for buckets.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// Which points.
    pub points: &'a [PointId],
    /// Begin.
    pub from: Micros,
    /// End, not included.
    pub to: Micros,
    /// Buckets, at most; empty ones are left out.
    pub width: usize,
    /// Where the edges lie.
    pub edges: Edges,
    /// No value holds beyond this moment: now, where the range reaches into the future.
    pub until: Micros,
    /// Buckets without a sample are told as well where an earlier value holds on (count 0, all figures that value) or
    /// where it is told that nothing is known.
    pub holding: bool,
}

impl<'a> Ask<'a> {
    /// Exact buckets that hold a sample.
    pub fn new(points: &'a [PointId], from: Micros, to: Micros, width: usize) -> Self {
        Self {
            points,
            from,
            to,
            width,
            edges: Edges::Exact,
            until: Micros::MAX,
            holding: false,
        }
    }

    /// The same with edges elsewhere.
    #[must_use]
    pub fn edges(self, edges: Edges) -> Self {
        Self { edges, ..self }
    }
}

/// What a counter counted in a stretch of time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Counted {
    /// Begin of the stretch.
    pub from: Micros,
    /// End, not included.
    pub to: Micros,
    /// What it went up by, resets and roll-over understood.
    pub total: f64,
    /// How often it began anew.
    pub resets: u32,
    /// Readings that had one before them.
    pub readings: u32,
}

impl Counted {
    /// What it went up by in a second.
    pub fn rate(&self) -> f64 {
        self.total / (self.to.saturating_sub(self.from)) as f64 * hearthline_model::SECOND as f64
    }
}

/// The counts of one point.
#[derive(Clone, Debug, PartialEq)]
pub struct Counts {
    /// The point.
    pub point: PointId,
    /// Those stretches in which it was read, in order of time.
    pub buckets: Vec<Counted>,
}

/// The values of one point at the steps of a grid.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// The point.
    pub point: PointId,
    /// The value in force at each step; null where nothing is known or what is known is bad or stale.
    pub values: Vec<Value>,
}

/// Where reading goes on: at a moment, behind so many of its samples.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The moment.
    pub at: Micros,
    /// Samples of that moment that were read already.
    pub skip: usize,
}

impl From<Micros> for Place {
    fn from(at: Micros) -> Self {
        Self { at, skip: 0 }
    }
}

/// Some samples of a point, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// The samples.
    pub samples: Vec<hearthline_model::Sample>,
    /// Where the next page begins; none behind the last one.
    pub next: Option<Place>,
    /// Within this stretch, both ends included, older samples are kept as an aggregate only.
    pub coarse: Option<(Micros, Micros)>,
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
