//! Trends: what a chart must know beside its buckets, and the ones that a person keeps.

use hearthline_model::{Micros, PointId, Quality};
use serde::{Deserialize, Serialize};

/// How exactly the edges of buckets lie.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "snake_case")]
pub enum EdgesView {
    /// At equal distances.
    #[default]
    Exact,
    /// Where samples are kept apart, at most half a bucket off: what a chart needs.
    Near,
    /// However far off: a first picture at once.
    Rough,
}

/// What a counter rose by.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct CountsView {
    /// The point.
    pub point: PointId,
    /// Begin of each stretch in which it was read, and what it rose by in it.
    pub buckets: Vec<(Micros, f64)>,
}

/// A stretch in which values are not to be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Doubt {
    /// Begin.
    pub from: Micros,
    /// End: the next sample of another quality, or the end of what was asked for.
    pub to: Micros,
    /// `stale`: the device was away.
    pub quality: Quality,
}

/// What a chart must know of a pen beside its buckets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct PenMarks {
    /// The point.
    pub point: PointId,
    /// The value in force at the begin: it holds until the first sample.
    pub held: Option<f64>,
    /// Where values were not good, in order of time.
    pub doubts: Vec<Doubt>,
    /// The range holds too many samples to look at each: `doubts` is empty.
    pub partial: bool,
}

/// A trend that a person keeps: a name for an address of the trends page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct SavedTrend {
    /// Lasting id; 0 for a new one.
    pub id: u32,
    /// What the person calls it.
    pub name: String,
    /// The query of its address: pens, axes, range, comparison, as `ui/src/views/trends/address.ts` writes it.
    pub query: String,
}
