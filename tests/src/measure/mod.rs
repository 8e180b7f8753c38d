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
