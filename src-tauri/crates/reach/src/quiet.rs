//! Quiet hours at home.

use hearthline_model::{DAY, MINUTE, Micros, QuietHours};

/// Whether the home is quiet at a local time (µs since the epoch, as if it were UTC). A night belongs to the day it began on.
pub fn is_quiet(quiet: &QuietHours, local: Micros) -> bool {
    if !quiet.enabled {
        return false;
    }
    let day = local.div_euclid(DAY);
    let minute = local.rem_euclid(DAY) / MINUTE;
    let (from, to) = (i64::from(quiet.hours.from), i64::from(quiet.hours.to));
    // The epoch was a Thursday.
    let chosen = |day: i64| quiet.hours.days >> (day + 3).rem_euclid(7) & 1 == 1;
    if from < to {
        chosen(day) && (from..to).contains(&minute)
    } else {
        (chosen(day) && minute >= from) || (chosen(day - 1) && minute < to)
    }
}

#[cfg(test)]
mod tests {
    use hearthline_model::{HOUR, Hours};

    use super::*;

    #[test]
    fn a_night_goes_over_midnight() {
        let quiet = QuietHours {
            enabled: true,
            hours: Hours {
                // Thursday alone.
                days: 0b0000_1000,
                from: 22 * 60,
                to: 7 * 60,
            },
        };
        assert!(!is_quiet(&quiet, 21 * HOUR + 59 * MINUTE));
        assert!(is_quiet(&quiet, 22 * HOUR) && is_quiet(&quiet, DAY + 6 * HOUR + 59 * MINUTE));
        assert!(!is_quiet(&quiet, DAY + 7 * HOUR) && !is_quiet(&quiet, DAY + 23 * HOUR));
        assert!(
            !is_quiet(&quiet, 6 * HOUR),
            "the night before belongs to Wednesday"
        );
        let off = QuietHours {
            enabled: false,
            ..quiet
        };
        assert!(!is_quiet(&off, 23 * HOUR));
    }
}
