//! What the benches share: a table to print, a load that costs little, the bare subscriber that is the floor, what the
//! system says of processes.

pub mod app;
pub mod bare;
pub mod engine;
pub mod load;
pub mod system;
pub mod table;

/// The middle of some figures; not a number where there are none.
pub fn median(figures: &[f64]) -> f64 {
    at(figures, 0.5)
}

/// The figure that so large a part of all figures does not exceed.
pub fn at(figures: &[f64], part: f64) -> f64 {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().saturating_sub(1);
    sorted
        .get((last as f64 * part).round() as usize)
        .copied()
        .unwrap_or(f64::NAN)
}

/// The slope of the straight line nearest to some points; not a number for fewer than two.
pub fn slope(points: &[(f64, f64)]) -> f64 {
    let count = points.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / count;
    let (x, y) = (mean(|point| point.0), mean(|point| point.1));
    let both: f64 = points.iter().map(|point| (point.0 - x) * (point.1 - y)).sum();
    let spread: f64 = points.iter().map(|point| (point.0 - x).powi(2)).sum();
    both / spread
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_its_slope_and_a_point_has_none() {
        let line: Vec<_> = (0..9).map(|x| (f64::from(x), 3.0 + 2.5 * f64::from(x))).collect();
        assert!((slope(&line) - 2.5).abs() < 1e-9);
        assert!(slope(&line[..1]).is_nan());
    }
}
