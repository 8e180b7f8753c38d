//! Time: one unit everywhere.

/// UTC microseconds since the Unix epoch; may be negative for times before 1970.
pub type Micros = i64;

/// One millisecond in [`Micros`].
pub const MILLISECOND: Micros = 1_000;
/// One second in [`Micros`].
pub const SECOND: Micros = 1_000 * MILLISECOND;
/// One minute in [`Micros`].
pub const MINUTE: Micros = 60 * SECOND;
/// One hour in [`Micros`].
pub const HOUR: Micros = 60 * MINUTE;
/// One day of 24 hours in [`Micros`].
pub const DAY: Micros = 24 * HOUR;
