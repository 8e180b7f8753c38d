//! Stock: when to order, and how long it lasts.

use hearthline_model::{HOUR, Micros};

/// Demand and lead time of a material.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Demand {
    /// Mean use a day.
    pub per_day: f64,
    /// Its standard deviation.
    pub sd_per_day: f64,
    /// Days from order to delivery.
    pub lead_days: f64,
    /// Their standard deviation.
    pub sd_lead_days: f64,
    /// How sure: 1.645 for 95 %.
    pub z: f64,
}

/// The level at which to order, and the safety stock in it. None where a figure is none.
pub fn reorder_point(demand: &Demand) -> Option<(f64, f64)> {
    let variance =
        demand.lead_days * demand.sd_per_day.powi(2) + demand.per_day.powi(2) * demand.sd_lead_days.powi(2);
    let safety = demand.z * variance.sqrt();
    let reorder = demand.per_day * demand.lead_days + safety;
    reorder.is_finite().then_some((reorder, safety))
}

/// How long a level lasts at a use of `per_hour`. None where nothing is used: it lasts, and nobody knows how long.
pub fn cover(level: f64, per_hour: f64) -> Option<Micros> {
    let hours = level.max(0.0) / per_hour;
    // A thousand years are as good as for ever.
    (per_hour > 0.0 && hours < 24.0 * 365.0 * 1000.0).then_some((hours * HOUR as f64) as Micros)
}

/// What was taken from a stock, from its levels in order of time. A rise by more than `refill` is a delivery; smaller ones
/// are the sensor's. None with fewer than two levels.
pub fn used(levels: impl IntoIterator<Item = f64>, refill: f64) -> Option<f64> {
    let mut levels = levels.into_iter().filter(|level| level.is_finite());
    let mut begin = levels.next()?;
    let mut last = begin;
    let mut any = false;
    let mut used = 0.0;
    for level in levels {
        any = true;
        if level - last > refill {
            used += begin - last;
            begin = level;
        }
        last = level;
    }
    used += begin - last;
    any.then_some(used.max(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_example_of_a_reorder_point() {
        let (reorder, safety) = reorder_point(&Demand {
            per_day: 120.0,
            sd_per_day: 20.0,
            lead_days: 4.0,
            sd_lead_days: 0.0,
            z: 1.645,
        })
        .unwrap();
        assert_eq!((safety * 10.0).round() / 10.0, 65.8);
        assert_eq!((reorder * 10.0).round() / 10.0, 545.8);
    }

    #[test]
    fn cover_needs_a_use() {
        assert_eq!(cover(100.0, 50.0), Some(2 * HOUR));
        assert_eq!(cover(100.0, 0.0), None);
        assert_eq!(cover(100.0, -1.0), None);
        assert_eq!(cover(-5.0, 1.0), Some(0));
        assert_eq!(cover(f64::MAX, 1e-300), None);
    }

    #[test]
    fn deliveries_are_no_negative_use() {
        assert_eq!(used([100.0, 90.0, 80.0], 10.0), Some(20.0));
        assert_eq!(used([100.0, 90.0, 500.0, 495.0], 10.0), Some(15.0));
        assert_eq!(
            used([100.0, 99.0, 101.0, 98.0], 10.0),
            Some(2.0),
            "jitter is not counted"
        );
        assert_eq!(used([100.0], 10.0), None);
        assert_eq!(used([f64::NAN, 1.0], 10.0), None);
    }
}
