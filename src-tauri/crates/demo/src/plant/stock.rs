//! Material beside a line: used by the machines, ordered when it runs low, delivered some time later.

use super::value::{Property, Reading, Value};
use crate::random::{Random, round};

/// One material.
#[derive(Debug, Clone)]
pub(super) struct Material {
    pub name: &'static str,
    pub unit: &'static str,
    pub capacity: f64,
    /// Below this it is ordered.
    pub reorder: f64,
    pub level: f64,
    /// The level at which somebody who watches soon sees it fall below `reorder`, where that is wanted.
    pub soon_low: Option<f64>,
    /// Seconds until the delivery that was ordered.
    delivery: Option<f64>,
    random: Random,
}

impl Material {
    /// The materials of a line that makes `rate` bottles a minute. `low` names the one that is about to need ordering.
    pub fn all(seed: u64, line: &str, rate: f64, low: &str) -> Vec<Self> {
        // Hours that a full store lasts.
        [
            ("Bottles", "pcs", 1.0, 3.0),
            ("Syrup", "l", 0.08, 5.0),
            ("Caps", "pcs", 1.0, 6.0),
            ("Labels", "pcs", 1.0, 4.0),
            ("Cartons", "pcs", 1.0 / 12.0, 3.0),
        ]
        .into_iter()
        .map(|(name, unit, a_bottle, hours)| {
            let mut random = Random::new(seed, &format!("{line}/Stock/{name}"));
            let capacity = tidy(rate * 60.0 * a_bottle * hours);
            let reorder = tidy(capacity * 0.3);
            let soon_low = (name == low).then_some(reorder + rate * a_bottle * 0.3);
            let level = soon_low.unwrap_or_else(|| capacity * random.between(0.45, 0.95));
            Self {
                name,
                unit,
                capacity,
                reorder,
                level,
                soon_low,
                delivery: None,
                random,
            }
        })
        .collect()
    }

    /// Takes what a machine used.
    pub fn take(&mut self, amount: f64) {
        self.level = (self.level - amount).max(0.0);
    }

    /// Whether a machine can go on.
    pub fn is_out(&self) -> bool {
        self.level < 1.0
    }

    /// Lets `dt` seconds pass.
    pub fn step(&mut self, dt: f64) {
        match &mut self.delivery {
            None if self.level < self.reorder => {
                self.delivery = Some(self.random.between(8.0 * 60.0, 25.0 * 60.0));
            }
            None => {}
            Some(left) if *left > dt => *left -= dt,
            Some(_) => {
                self.delivery = None;
                self.level = self.level.max(self.capacity * self.random.between(0.9, 1.0));
            }
        }
    }

    /// As Sparkplug tells it.
    pub fn readings(&self, group: u8) -> [Reading; 2] {
        let level = Reading {
            deadband: self.capacity * 0.000_5,
            ..Reading::new(
                format!("{}/Level", self.name),
                Value::Double(round(self.level, 1)),
            )
        };
        let reorder = Reading::new(format!("{}/ReorderPoint", self.name), Value::Double(self.reorder));
        [
            level.group(group, 2_000).range(self.unit, 0.0, self.capacity),
            reorder
                .with("engUnit", Property::Text(self.unit))
                .group(group, 2_000),
        ]
    }
}

/// A number that a person would have written down.
fn tidy(value: f64) -> f64 {
    let step = if value >= 10_000.0 { 1_000.0 } else { 100.0 };
    (value / step).round().max(1.0) * step
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn material_is_ordered_and_delivered_and_stays_within_its_store() {
        for mut material in Material::all(5, "Line1", 240.0, "Caps") {
            let (mut lowest, mut refills) = (material.capacity, 0);
            for _ in 0..24 * 3600 {
                let before = material.level;
                material.take(material.capacity / (4.0 * 3600.0));
                material.step(1.0);
                assert!((0.0..=material.capacity).contains(&material.level));
                refills += u32::from(material.level > before);
                lowest = lowest.min(material.level);
            }
            assert!(
                refills >= 5 && lowest < material.reorder,
                "{} {refills} {lowest}",
                material.name
            );
        }
    }
}
