//! Reorder points: a value of their own becomes the low limit of the stock level beside it.

use hearthline_alarm::{default_conditions, stock_condition};
use hearthline_model::{Condition, DeviceDesc, PointDesc, PointId, Value};

use super::Pipeline;

/// Last parts of the keys, as devices write them, without case, spaces and joints.
const REORDER: [&str; 2] = ["reorderpoint", "reorderlevel"];
const LEVEL: [&str; 2] = ["level", "stock"];

impl Pipeline {
    /// Conditions that a point has without a person: by what it is, and by the reorder point beside it.
    pub(super) fn default_of(&self, id: PointId, point: &PointDesc, device: &DeviceDesc) -> Vec<Condition> {
        let mut conditions = default_conditions(point, device);
        if let Some(reorder) = self.reorder.get(&id) {
            conditions.push(stock_condition(*reorder));
        }
        conditions
    }

    /// Remembers a point whose value is a reorder point.
    pub(super) fn note_reorder_point(&mut self, id: PointId, key: &str) {
        if is(key, &REORDER) {
            self.reorder_points.insert(id);
        }
    }

    /// A reorder point has this value: the level beside it is judged by it from now on.
    pub(super) fn set_reorder(&mut self, id: PointId, value: &Value) {
        let Some(reorder) = value.as_f64().filter(|reorder| *reorder > 0.0) else {
            return;
        };
        let (level, device, conditions) = {
            let world = self.shared.world();
            let Some((desc, device)) = world.point_desc(id) else {
                return;
            };
            let folder = folder(&desc.key);
            let level = world.points_of(device).iter().copied().find(|other| {
                world
                    .point_desc(*other)
                    .is_some_and(|(other, _)| is(&other.key, &LEVEL) && self::folder(&other.key) == folder)
            });
            let Some(level) = level else { return };
            if self.reorder.insert(level, reorder) == Some(reorder) {
                return;
            }
            let (Some((point, _)), Some(described)) = (world.point_desc(level), world.device_desc(device))
            else {
                return;
            };
            (level, device, self.default_of(level, point, described))
        };
        self.bind(vec![((device, Some(level)), conditions)]);
    }
}

/// What stands before the last part of a key: `Caps` in `Caps/ReorderPoint`.
fn folder(key: &str) -> &str {
    key.rsplit_once(['/', '.']).map_or("", |(folder, _)| folder)
}

fn is(key: &str, names: &[&str]) -> bool {
    let last = key.rsplit(['/', '.']).next().unwrap_or_default();
    let plain: String = last
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    names.contains(&plain.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_level_beside_a_reorder_point_is_found_by_its_folder() {
        assert!(is("Caps/ReorderPoint", &REORDER) && is("caps.reorder_point", &REORDER));
        assert!(is("Caps/Level", &LEVEL) && !is("Caps/LevelSensor", &LEVEL));
        assert_eq!(folder("Line/Caps/Level"), folder("Line/Caps/ReorderPoint"));
        assert_eq!(folder("Level"), "");
    }
}
