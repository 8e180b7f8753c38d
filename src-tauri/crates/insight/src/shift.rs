//! Shifts by local time: early 06–14, late 14–22, night 22–06.

use hearthline_model::Micros;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// A shift.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shift {
    /// What people call it.
    pub name: &'static str,
    /// Begin.
    pub from: Micros,
    /// End.
    pub to: Micros,
}

/// The shift that a moment is in. It begins and ends by the clock on the wall, so that a night of change has 7 or 9 hours.
/// None beyond the years that a calendar knows.
pub fn shift_at(at: Micros, zone: &TimeZone) -> Option<Shift> {
    let local = Timestamp::from_microsecond(at)
        .ok()?
        .to_zoned(zone.clone())
        .datetime();
    let day = local.date();
    let (name, begin, end) = match local.hour() {
        6..14 => ("Early shift", day.at(6, 0, 0, 0), day.at(14, 0, 0, 0)),
        14..22 => ("Late shift", day.at(14, 0, 0, 0), day.at(22, 0, 0, 0)),
        22.. => (
            "Night shift",
            day.at(22, 0, 0, 0),
            day.checked_add(1.day()).ok()?.at(6, 0, 0, 0),
        ),
        _ => (
            "Night shift",
            day.checked_sub(1.day()).ok()?.at(22, 0, 0, 0),
            day.at(6, 0, 0, 0),
        ),
    };
    let moment = |wall: DateTime| Some(wall.to_zoned(zone.clone()).ok()?.timestamp().as_microsecond());
    Some(Shift {
        name,
        from: moment(begin)?,
        to: moment(end)?,
    })
}

impl Shift {
    /// The shift before this one.
    pub fn previous(&self, zone: &TimeZone) -> Option<Self> {
        shift_at(self.from.checked_sub(1)?, zone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hearthline_model::HOUR;
    use proptest::prelude::*;

    fn berlin() -> TimeZone {
        TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap()
    }

    fn at(text: &str) -> Micros {
        text.parse::<Timestamp>().unwrap().as_microsecond()
    }

    fn shift(text: &str) -> (&'static str, i64) {
        let shift = shift_at(at(text), &berlin()).unwrap();
        (shift.name, (shift.to - shift.from) / HOUR)
    }

    #[test]
    fn by_the_clock_on_the_wall() {
        assert_eq!(shift("2026-06-01T04:00:00Z"), ("Early shift", 8)); // 06:00
        assert_eq!(shift("2026-06-01T03:59:59Z"), ("Night shift", 8));
        assert_eq!(shift("2026-06-01T12:00:00Z"), ("Late shift", 8)); // 14:00
        assert_eq!(shift("2026-06-01T20:00:00Z"), ("Night shift", 8)); // 22:00
    }

    #[test]
    fn nights_of_change_are_shorter_and_longer() {
        assert_eq!(shift("2026-03-28T23:00:00Z"), ("Night shift", 7));
        assert_eq!(shift("2026-03-29T03:00:00Z"), ("Night shift", 7)); // 05:00 after the change
        assert_eq!(shift("2026-10-25T00:30:00Z"), ("Night shift", 9)); // 02:30, the first one
        assert_eq!(shift("2026-10-25T01:30:00Z"), ("Night shift", 9)); // 02:30, the second one
        assert_eq!(shift("2026-10-25T05:00:00Z"), ("Early shift", 8));
    }

    #[test]
    fn the_ends_of_time_have_no_shift() {
        assert_eq!(shift_at(Micros::MAX, &berlin()), None);
        assert_eq!(shift_at(Micros::MIN, &berlin()), None);
    }

    proptest! {
        #[test]
        fn every_moment_is_in_its_shift_and_shifts_join(seconds in 0i64..4_000_000_000) {
            let now = seconds * 1_000_000;
            let shift = shift_at(now, &berlin()).unwrap();
            prop_assert!(shift.from <= now && now < shift.to);
            let before = shift.previous(&berlin()).unwrap();
            prop_assert_eq!(before.to, shift.from);
            prop_assert!((7..=9).contains(&((shift.to - shift.from) / HOUR)));
        }
    }
}
