//! How often a channel may be used: what comes faster is summed up, what fails is tried again later and later.

use hearthline_model::{MINUTE, Micros, SECOND};

/// Messages that may go out one right after the other.
const BURST: f64 = 3.0;
/// After a burst, one message in so long.
const EVERY: Micros = 20 * SECOND;
/// The first wait after a failure.
const FIRST: Micros = 5 * SECOND;
/// The longest wait.
const LONGEST: Micros = 15 * MINUTE;

/// The limit of a channel's rate, by a clock that runs evenly.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pace {
    left: f64,
    at: Micros,
}

impl Pace {
    /// At a moment, with nothing used up.
    pub fn new(now: Micros) -> Self {
        Self { left: BURST, at: now }
    }

    /// When the next message may go out: now, or later.
    pub fn next(&self, now: Micros) -> Micros {
        let left = self.left_at(now);
        if left >= 1.0 {
            return now;
        }
        now + ((1.0 - left) * EVERY as f64).ceil() as Micros
    }

    /// A message goes out.
    pub fn take(&mut self, now: Micros) {
        self.left = (self.left_at(now) - 1.0).max(0.0);
        self.at = now;
    }

    fn left_at(&self, now: Micros) -> f64 {
        let passed = now.saturating_sub(self.at).max(0);
        (self.left + passed as f64 / EVERY as f64).min(BURST)
    }
}

/// How long to wait after so many failures in a row (from 1 on): 5 s, doubling to 15 minutes, by up to a quarter more or less,
/// so that many senders do not knock at the same moment. `chance` is in 0..1.
pub fn backoff(failures: u32, chance: f64) -> Micros {
    let wait = FIRST
        .saturating_mul(1 << failures.saturating_sub(1).min(10))
        .min(LONGEST);
    let chance = if chance.is_nan() {
        0.5
    } else {
        chance.clamp(0.0, 1.0)
    };
    (wait as f64 * (0.75 + 0.5 * chance)) as Micros
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn three_at_once_and_then_one_in_twenty_seconds() {
        let mut pace = Pace::new(0);
        for _ in 0..3 {
            assert_eq!(pace.next(5), 5);
            pace.take(5);
        }
        let next = pace.next(5);
        assert!((19 * SECOND..=20 * SECOND + 5).contains(&next), "{next}");
        pace.take(next);
        assert!(pace.next(next) >= next + 19 * SECOND);
        assert_eq!(pace.next(next + MINUTE), next + MINUTE);
    }

    #[test]
    fn waits_double_to_a_quarter_of_an_hour() {
        let waits: Vec<Micros> = (1..=10).map(|failures| backoff(failures, 0.5) / SECOND).collect();
        assert_eq!(waits, [5, 10, 20, 40, 80, 160, 320, 640, 900, 900]);
    }

    proptest! {
        #[test]
        fn never_more_than_the_rate_however_it_is_asked(steps in proptest::collection::vec(0..30 * SECOND, 1..200)) {
            let mut pace = Pace::new(0);
            let (mut now, mut sent) = (0, 0u32);
            for step in steps {
                now += step;
                let next = pace.next(now);
                prop_assert!(next >= now);
                if next == now {
                    pace.take(now);
                    sent += 1;
                }
                prop_assert!(f64::from(sent) <= BURST + now as f64 / EVERY as f64 + 0.001);
            }
        }

        #[test]
        fn waits_stay_within_their_bounds(failures in 0u32.., chance in -1.0f64..2.0) {
            let wait = backoff(failures, chance);
            prop_assert!((FIRST * 3 / 4..=LONGEST * 5 / 4).contains(&wait));
        }
    }
}
