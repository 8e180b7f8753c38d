//! Chance that repeats itself: everything random comes from one seed.

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

/// A stream of random numbers. Each part of the world has its own, so that a command to one does not change what befalls another.
#[derive(Debug, Clone)]
pub(crate) struct Random(StdRng);

impl Random {
    /// The stream of a seed and a part's name.
    pub fn new(seed: u64, part: &str) -> Self {
        // FNV-1a: tells the parts apart.
        let mixed = part.bytes().fold(seed ^ 0xcbf2_9ce4_8422_2325, |h, b| {
            (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3)
        });
        Self(StdRng::seed_from_u64(mixed))
    }

    /// Evenly between `low` and `high`.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.0.random::<f64>()
    }

    /// True with a probability of `p` (0 to 1).
    pub fn chance(&mut self, p: f64) -> bool {
        self.0.random::<f64>() < p
    }

    /// Whether something that happens every `mean` seconds on average happens within `dt` seconds.
    pub fn happens(&mut self, mean: f64, dt: f64) -> bool {
        self.chance(1.0 - (-dt / mean).exp())
    }

    /// A waiting time with the given mean, at most six times as long.
    pub fn wait(&mut self, mean: f64) -> f64 {
        (-(1.0 - self.0.random::<f64>()).ln()).min(6.0) * mean
    }

    /// Bell-shaped around 0 with a standard deviation of 1, within ±3.5.
    pub fn bell(&mut self) -> f64 {
        // The sum of four even numbers is close enough to a bell; they are the quarters of one draw, because this is asked for most.
        let draw = self.0.random::<u64>();
        let quarters =
            [draw, draw >> 16, draw >> 32, draw >> 48].map(|part| (part & 0xffff) as f64 / 65_535.0);
        (quarters.iter().sum::<f64>() - 2.0) * 3f64.sqrt()
    }

    /// One of several.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        if of.is_empty() {
            None
        } else {
            of.get(self.0.random_range(0..of.len()))
        }
    }
}

/// Moves `value` towards `target` as a first-order lag does within `dt` seconds; `tau` seconds is its time constant.
pub(crate) fn lag(value: f64, target: f64, dt: f64, tau: f64) -> f64 {
    value + (target - value) * (1.0 - (-dt / tau).exp())
}

/// Rounds to a number of decimals, and never to -0.
pub(crate) fn round(value: f64, decimals: i32) -> f64 {
    let factor = 10f64.powi(decimals);
    (value * factor).round() / factor + 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_itself_and_parts_differ() {
        let draw = |seed, part| Random::new(seed, part).between(0.0, 1.0);
        assert_eq!(draw(1, "a"), draw(1, "a"));
        assert_ne!(draw(1, "a"), draw(1, "b"));
        assert_ne!(draw(1, "a"), draw(2, "a"));
    }

    #[test]
    fn a_lag_closes_two_thirds_in_its_time_constant() {
        assert!((lag(0.0, 100.0, 10.0, 10.0) - 63.2).abs() < 0.1);
        assert_eq!(lag(20.0, 20.0, 3.0, 10.0), 20.0);
    }

    #[test]
    fn a_bell_has_its_width() {
        let mut random = Random::new(7, "b");
        let draws: Vec<f64> = (0..20_000).map(|_| random.bell()).collect();
        let mean = draws.iter().sum::<f64>() / 20_000.0;
        let width = (draws.iter().map(|d| (d - mean).powi(2)).sum::<f64>() / 20_000.0).sqrt();
        assert!(mean.abs() < 0.03 && (width - 1.0).abs() < 0.03, "{mean} {width}");
        assert!(draws.iter().all(|d| d.abs() < 3.5));
    }

    #[test]
    fn waits_have_their_mean() {
        let mut random = Random::new(7, "w");
        let mean = (0..20_000).map(|_| random.wait(10.0)).sum::<f64>() / 20_000.0;
        assert!((mean - 10.0).abs() < 0.5, "{mean}");
    }
}
