//! A sample: what a point was at a moment.

use serde::{Deserialize, Serialize};

use crate::{Micros, PointId, Quality, Value};

/// One value of one point at one time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// The point.
    pub point: PointId,
    /// The device's own time where it sends one, the arrival otherwise.
    pub at: Micros,
    /// The value.
    pub value: Value,
    /// How far it can be trusted.
    pub quality: Quality,
}
