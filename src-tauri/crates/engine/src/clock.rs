//! The one place that reads the clocks.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Instant;

use hearthline_model::Micros;

/// What tests set the clock forward by.
static MOVED: AtomicI64 = AtomicI64::new(0);

/// Now, as the computer's clock says. It may jump: see [`steady`].
pub fn now() -> Micros {
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |since| since.as_micros() as Micros);
    let now = now.saturating_add(MOVED.load(Ordering::Relaxed));
    #[cfg(test)]
    let now = now.saturating_add(OF_TEST.with(std::cell::Cell::get));
    now
}

/// Time that passed since the program began; it runs evenly, whatever is done to the computer's clock.
pub fn steady() -> Micros {
    static BEGAN: OnceLock<Instant> = OnceLock::new();
    BEGAN.get_or_init(Instant::now).elapsed().as_micros() as Micros
}

/// For tests: sets the clock of the whole program forward (or back), as somebody may do to the computer's.
#[doc(hidden)]
pub fn move_clock(by: Micros) {
    MOVED.fetch_add(by, Ordering::Relaxed);
}

#[cfg(test)]
thread_local! {
    static OF_TEST: std::cell::Cell<Micros> = const { std::cell::Cell::new(0) };
}

/// Sets the clock of this thread alone, because tests run side by side.
#[cfg(test)]
pub fn move_own(by: Micros) {
    OF_TEST.with(|moved| moved.set(moved.get() + by));
}

/// The time of day of a moment on the wall, for people; with the date where that was another day.
pub fn time_of_day(at: Micros) -> String {
    let zone = jiff::tz::TimeZone::system();
    let local = |at| jiff::Timestamp::from_microsecond(at).map(|at| at.to_zoned(zone.clone()));
    let (Ok(at), Ok(today)) = (local(at), local(now())) else {
        return String::new();
    };
    let format = if at.date() == today.date() {
        "%H:%M"
    } else {
        "%Y-%m-%d %H:%M"
    };
    at.strftime(format).to_string()
}

/// How far the clock on the wall is ahead of UTC at a moment.
pub fn wall_offset(at: Micros) -> Micros {
    jiff::Timestamp::from_microsecond(at).map_or(0, |at| {
        Micros::from(jiff::tz::TimeZone::system().to_offset(at).seconds()) * hearthline_model::SECOND
    })
}
