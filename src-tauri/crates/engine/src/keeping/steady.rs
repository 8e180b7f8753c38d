//! Is the clock to be trusted? What is old enough to go depends on it, and what went does not come back.

use std::time::Duration;

use hearthline_model::{HOUR, Micros};

/// So long a program must have run with a steady clock before anything goes.
const PATIENCE: Duration = Duration::from_mins(10);
/// So far the clock may run away from the time that passed.
const TOLERANCE: Micros = HOUR;

/// Watches the clock against the time that passes.
#[derive(Debug, Default)]
pub struct Steady {
    /// Where the clock stood when the time that passed was so much.
    from: Option<(Micros, Duration)>,
}

impl Steady {
    /// Whether the clock has run evenly for long enough. `passed` is the time since the program began, whatever the clock did.
    pub fn look(&mut self, now: Micros, passed: Duration) -> bool {
        let Some((clock, at)) = self.from else {
            self.from = Some((now, passed));
            return false;
        };
        let should = clock.saturating_add(passed.saturating_sub(at).as_micros() as Micros);
        if now.saturating_sub(should).abs() > TOLERANCE {
            self.from = Some((now, passed));
            return false;
        }
        passed.saturating_sub(at) >= PATIENCE
    }
}

#[cfg(test)]
mod tests {
    use hearthline_model::DAY;

    use super::*;

    #[test]
    fn a_clock_that_jumped_is_not_trusted_for_a_while() {
        let mut steady = Steady::default();
        let minute = |n: u64| Duration::from_mins(n);
        let at = |n: u64| 1000 * DAY + n as Micros * 60_000_000;
        assert!(!steady.look(at(0), minute(0)));
        assert!(!steady.look(at(5), minute(5)));
        assert!(steady.look(at(11), minute(11)));
        let wrong = 40_000 * DAY;
        assert!(!steady.look(at(12) + wrong, minute(12)));
        assert!(!steady.look(at(15) + wrong, minute(15)));
        assert!(!steady.look(at(16), minute(16)), "and back again");
        assert!(steady.look(at(27), minute(27)));
    }
}
