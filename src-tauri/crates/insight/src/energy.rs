//! Energy by the hour, from counters or from power, and what never goes off.

use hearthline_model::{HOUR, Micros};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::counter::SET_BACK;

/// Beyond this a power that was not reported again is not known any more.
const HOLD: Micros = 2 * HOUR;

/// Watts in a stretch of time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// Begin.
    pub from: Micros,
    /// End.
    pub to: Micros,
    /// Watts.
    pub watts: f64,
}

/// Begins of the hours of the local day that `now` is in, with each hour's number (a day of change has 23 or 25 of them),
/// and the end of the last: the day's end.
pub fn hours_of_day(now: Micros, zone: &TimeZone) -> Option<(Vec<(Micros, u8)>, Micros)> {
    let today = Timestamp::from_microsecond(now).ok()?.to_zoned(zone.clone());
    let begin = today.start_of_day().ok()?;
    let end = begin.checked_add(1.day()).ok()?.start_of_day().ok()?;
    let mut hours = Vec::with_capacity(25);
    let mut at = begin;
    while at < end && hours.len() < 30 {
        hours.push((at.timestamp().as_microsecond(), at.hour() as u8));
        at = at.checked_add(1.hour()).ok()?;
    }
    Some((hours, end.timestamp().as_microsecond()))
}

/// Steps of power from readings `(time, watts)` in order: each holds until the next one, at most two hours, the last one
/// until `to`.
pub fn from_power(readings: &[(Micros, f64)], to: Micros) -> Vec<Step> {
    let ends = readings.iter().skip(1).map(|(at, _)| *at).chain([to]);
    readings
        .iter()
        .zip(ends)
        .map(|(&(from, watts), end)| Step {
            from,
            to: end.min(from.saturating_add(HOLD)).min(to),
            watts,
        })
        .filter(|step| step.to > step.from && step.watts.is_finite())
        .collect()
}

/// Steps of mean power from readings `(time, kWh)` of a counter in order. A deep fall is a reset and counts from 0; a
/// slight one (a device that came back with a reading of a while ago) counts nothing.
pub fn from_counter(readings: &[(Micros, f64)]) -> Vec<Step> {
    readings
        .windows(2)
        .filter_map(|pair| {
            let ((from, before), (to, after)) = (pair[0], pair[1]);
            let kwh = if after >= before {
                after - before
            } else if after > before * (1.0 - SET_BACK) {
                0.0
            } else {
                after.max(0.0)
            };
            let hours = (to - from) as f64 / HOUR as f64;
            (hours > 0.0 && kwh.is_finite()).then(|| Step {
                from,
                to,
                watts: kwh * 1_000.0 / hours,
            })
        })
        .collect()
}

/// kWh between each two neighbours of `bounds`.
pub fn by_bounds(steps: &[Step], bounds: &[Micros]) -> Vec<f64> {
    bounds
        .windows(2)
        .map(|pair| {
            steps
                .iter()
                .map(|step| {
                    let within = step.to.min(pair[1]).saturating_sub(step.from.max(pair[0])).max(0);
                    step.watts * within as f64 / HOUR as f64 / 1_000.0
                })
                .sum()
        })
        .collect()
}

/// What never goes off: the lowest of the means of equal stretches of a day. None before half a day is known, because
/// an evening says nothing of the night.
pub fn standby(means: &[Option<f64>]) -> Option<f64> {
    let known = means.iter().flatten().copied().filter(|mean| mean.is_finite());
    if known.clone().count() * 2 < means.len() {
        return None;
    }
    known.reduce(f64::min)
}

#[cfg(test)]
mod tests {
    use super::*;
    use hearthline_model::MINUTE;

    /// Berlin's rule; no database of zones is needed for it.
    fn berlin() -> TimeZone {
        TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap()
    }

    fn at(text: &str) -> Micros {
        text.parse::<Timestamp>().unwrap().as_microsecond()
    }

    #[test]
    fn days_of_change_have_23_and_25_hours() {
        let day = |now: &str| {
            let (hours, end) = hours_of_day(at(now), &berlin()).unwrap();
            assert!(hours.windows(2).all(|pair| pair[1].0 - pair[0].0 == HOUR));
            assert_eq!(end - hours.last().unwrap().0, HOUR);
            hours.iter().map(|(_, hour)| *hour).collect::<Vec<_>>()
        };
        assert_eq!(day("2026-06-01T12:00:00Z"), (0..24).collect::<Vec<_>>());
        let spring = day("2026-03-29T12:00:00Z");
        assert_eq!((spring.len(), &spring[..4]), (23, &[0, 1, 3, 4][..]));
        let autumn = day("2026-10-25T12:00:00Z");
        assert_eq!((autumn.len(), &autumn[..4]), (25, &[0, 1, 2, 2][..]));
    }

    #[test]
    fn power_over_time_is_energy() {
        let steps = from_power(&[(0, 1_000.0), (30 * MINUTE, 2_000.0)], HOUR + 30 * MINUTE);
        assert_eq!(by_bounds(&steps, &[0, HOUR, 2 * HOUR]), [1.5, 1.0]);
        // Nothing heard for a day: two hours are believed.
        let steps = from_power(&[(0, 500.0)], 24 * HOUR);
        assert_eq!(by_bounds(&steps, &[0, 24 * HOUR]), [1.0]);
    }

    #[test]
    fn a_counter_is_spread_and_may_be_reset() {
        let steps = from_counter(&[(30 * MINUTE, 10.0), (90 * MINUTE, 12.0), (120 * MINUTE, 0.5)]);
        assert_eq!(by_bounds(&steps, &[0, HOUR, 2 * HOUR]), [1.0, 1.5]);
        assert!(from_counter(&[(5, 1.0), (5, 2.0)]).is_empty());
    }

    #[test]
    fn a_counter_that_falls_a_little_was_set_right() {
        let readings = [(0, 30_613.5), (HOUR, 30_611.9), (2 * HOUR, 30_612.4)];
        let kwh: Vec<f64> = by_bounds(&from_counter(&readings), &[0, HOUR, 2 * HOUR]);
        assert!(kwh[0].abs() < 1e-9 && (kwh[1] - 0.5).abs() < 1e-6, "{kwh:?}");
    }

    #[test]
    fn standby_is_the_lowest_of_a_known_day() {
        assert_eq!(standby(&[Some(120.0), Some(80.0), None, Some(95.0)]), Some(80.0));
        assert_eq!(standby(&[None, None, None, Some(95.0)]), None);
        assert_eq!(standby(&[]), None);
    }
}
