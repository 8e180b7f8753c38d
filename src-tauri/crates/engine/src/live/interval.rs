//! How often a point usually speaks, learned from its arrivals.

use hearthline_model::{Micros, SECOND};

/// Running mean and mean deviation of the time between arrivals, in seconds.
#[derive(Clone, Copy, Debug, Default)]
pub struct Interval {
    mean: f32,
    deviation: f32,
    count: u16,
}

/// So many arrivals must have been seen before silence means anything.
const ENOUGH: u16 = 10;
/// Weight of the newest interval.
const WEIGHT: f32 = 0.1;
/// Shorter silences never count.
const LEAST: f32 = 20.0;

impl Interval {
    /// Takes in an arrival after an earlier one (0: there was none in this run).
    pub fn arrived(&mut self, before: Micros, now: Micros) {
        if before == 0 {
            return;
        }
        let gap = (now.saturating_sub(before)).max(0) as f32 / SECOND as f32;
        if self.count == 0 {
            self.mean = gap;
        } else {
            self.deviation += WEIGHT * ((gap - self.mean).abs() - self.deviation);
            self.mean += WEIGHT * (gap - self.mean);
        }
        self.count = self.count.saturating_add(1);
    }

    /// Whether a silence is several times longer than usual. Points that speak irregularly (on change) are never overdue:
    /// their silence says nothing.
    pub fn overdue(&self, silent: Micros) -> bool {
        let regular = self.count >= ENOUGH && self.deviation <= 0.6 * self.mean;
        regular && silent as f32 / SECOND as f32 > LEAST.max(6.0 * self.mean + 4.0 * self.deviation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn learned(gaps: &[i64]) -> Interval {
        let mut interval = Interval::default();
        let mut at = SECOND;
        for gap in gaps {
            interval.arrived(at, at + gap * SECOND);
            at += gap * SECOND;
        }
        interval
    }

    #[test]
    fn a_regular_point_is_overdue_after_several_intervals() {
        let interval = learned(&[60; 20]);
        assert!(!interval.overdue(5 * 60 * SECOND));
        assert!(interval.overdue(7 * 60 * SECOND));
    }

    #[test]
    fn a_point_that_speaks_on_change_is_never_overdue() {
        let interval = learned(&[1, 1, 300, 2, 1, 900, 1, 1, 2, 600, 1, 1, 1200]);
        assert!(!interval.overdue(24 * 3600 * SECOND));
    }

    #[test]
    fn a_few_arrivals_teach_nothing() {
        assert!(!learned(&[1; 5]).overdue(3600 * SECOND));
    }
}
