//! How long to wait before the next attempt: 1 s, doubling to 60 s, with jitter so that many clients of a broker that
//! comes back do not all knock at the same moment.

use std::time::Duration;

/// The first wait.
const FIRST: Duration = Duration::from_secs(1);
/// The longest wait.
const LONGEST: Duration = Duration::from_mins(1);
/// A connection that held so long ends the series.
const STEADY: Duration = Duration::from_secs(30);

/// Waits between attempts.
#[derive(Debug, Default)]
pub struct Backoff {
    failures: u32,
}

impl Backoff {
    /// The next wait, after a connection that held for `held` (zero where none came about). `chance` is in 0..1.
    pub fn next(&mut self, held: Duration, chance: f64) -> Duration {
        // One that breaks at once does not count as well: two clients that share an id push each other out for ever.
        if held >= STEADY {
            self.failures = 0;
        }
        let wait = FIRST.saturating_mul(1 << self.failures.min(6)).min(LONGEST);
        self.failures = self.failures.saturating_add(1);
        wait.mul_f64(0.75 + 0.5 * chance.clamp(0.0, 1.0))
            .clamp(FIRST, LONGEST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_from_one_second_to_a_minute() {
        let mut backoff = Backoff::default();
        let waits: Vec<u64> = (0..9)
            .map(|_| backoff.next(Duration::ZERO, 0.5).as_secs())
            .collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
        assert_eq!(
            backoff.next(STEADY, 0.5).as_secs(),
            1,
            "a steady connection ends the series"
        );
        assert_eq!(
            backoff.next(Duration::from_secs(3), 0.5).as_secs(),
            2,
            "a short one does not"
        );
    }

    #[test]
    fn jitter_stays_within_the_bounds() {
        for chance in [0.0, 0.3, 1.0, f64::NAN] {
            let mut backoff = Backoff::default();
            for _ in 0..40 {
                let wait = backoff.next(Duration::ZERO, if chance.is_nan() { 0.0 } else { chance });
                assert!((FIRST..=LONGEST).contains(&wait), "{wait:?}");
            }
        }
    }
}
