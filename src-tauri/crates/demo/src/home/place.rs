//! Where the house stands, and where work is.

use crate::random::round;

/// Latitude and longitude of the house, in degrees.
pub(super) const HOME: (f64, f64) = (52.4632, 13.5291);
const WORK: (f64, f64) = (52.5306, 13.3849);

/// Where one is who has gone this share of the way to work, 0 to 1.
pub(super) fn between(way: f64) -> (f64, f64) {
    let at = |from: f64, to: f64| round(from + (to - from) * way, 5);
    (at(HOME.0, WORK.0), at(HOME.1, WORK.1))
}
