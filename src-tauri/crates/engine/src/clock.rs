//! The one place that reads the clock.

use hearthline_model::Micros;

/// Now.
pub fn now() -> Micros {
    std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |since| since.as_micros() as Micros)
}
