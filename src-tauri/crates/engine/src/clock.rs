//! The one place that reads the clock.

use hearthline_model::Micros;

/// Now.
pub fn now() -> Micros {
    std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |since| since.as_micros() as Micros)
}

/// How far the clock on the wall is ahead of UTC at a moment.
pub fn wall_offset(at: Micros) -> Micros {
    jiff::Timestamp::from_microsecond(at).map_or(0, |at| {
        Micros::from(jiff::tz::TimeZone::system().to_offset(at).seconds()) * hearthline_model::SECOND
    })
}
