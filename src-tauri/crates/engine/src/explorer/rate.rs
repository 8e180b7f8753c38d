//! Messages a second over the last seconds, fading: an average that weighs each second four fifths of the one after it.
//! It needs no timer: a look at it later lets the seconds pass that have gone by.

/// Weight of a second against the next.
const KEEP: f32 = 0.8;
/// After so many silent seconds nothing is left that would show.
const GONE: u32 = 60;

/// The rate of one topic or level.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Rate {
    /// The first second counted.
    first: u32,
    /// The second being counted.
    second: u32,
    /// Messages in it so far.
    count: u32,
    /// Weighted sum of the seconds before it.
    sum: f32,
}

impl Rate {
    pub fn starting(second: u32) -> Self {
        Self {
            first: second,
            second,
            count: 0,
            sum: 0.0,
        }
    }

    #[inline]
    pub fn add(&mut self, second: u32) {
        if second > self.second {
            self.pass(second);
        }
        self.count = self.count.saturating_add(1);
    }

    /// Messages a second, seen from `second`. The one under way does not count until it is over.
    pub fn at(mut self, second: u32) -> f64 {
        if second > self.second {
            self.pass(second);
        }
        // The weights of the seconds there were add up to less than those of a long life.
        let lived = self.second.saturating_sub(self.first).min(GONE);
        if lived == 0 {
            return f64::from(self.count);
        }
        let weights = (1.0 - KEEP.powi(lived.cast_signed())) / (1.0 - KEEP);
        let rate = f64::from(self.sum / weights);
        if rate < 0.001 { 0.0 } else { rate }
    }

    fn pass(&mut self, second: u32) {
        let gone = second - self.second;
        if gone > GONE {
            self.sum = 0.0;
        } else {
            self.sum = (self.sum * KEEP + self.count as f32) * KEEP.powi((gone - 1).cast_signed());
        }
        self.count = 0;
        self.second = second;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_steady_stream_shows_its_rate_from_the_first_full_second_on() {
        let mut rate = Rate::starting(100);
        for second in 100..130 {
            for _ in 0..50 {
                rate.add(second);
            }
            let shown = rate.at(second + 1);
            assert!((shown - 50.0).abs() < 0.01, "{shown}");
        }
    }

    #[test]
    fn silence_fades_to_nothing() {
        let mut rate = Rate::starting(0);
        for second in 0..20 {
            (0..10).for_each(|_| rate.add(second));
        }
        let shown: Vec<f64> = [20, 22, 25, 30, 100].iter().map(|s| rate.at(*s)).collect();
        assert!(shown.windows(2).all(|pair| pair[1] < pair[0]), "{shown:?}");
        assert_eq!(shown[4], 0.0);
    }

    #[test]
    fn a_clock_that_jumps_back_is_harmless() {
        let mut rate = Rate::starting(100);
        rate.add(100);
        rate.add(3);
        assert_eq!(rate.at(3), 2.0);
    }
}
