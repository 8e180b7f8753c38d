//! Conditions that a point has because of the points beside it: a reorder point is the low limit of the stock level, and
//! low limits of a machine are looked at while its state says that it runs.

use hearthline_alarm::rules::{holds, layered, rules_of};
use hearthline_alarm::{
    default_conditions, default_device_conditions, is_machine_state, stock_condition, while_running,
};
use hearthline_model::{AlarmRule, Condition, DeviceDesc, DeviceId, PointDesc, PointId, Realm, Value};

use super::Pipeline;
use super::alarm_rules::{Names, with_names};
use crate::world::World;

/// Last parts of the keys, as devices write them, without case, spaces and joints.
const REORDER: [&str; 2] = ["reorderpoint", "reorderlevel"];
const LEVEL: [&str; 2] = ["level", "stock"];

impl Pipeline {
    /// Conditions that a point has without anyone having set them at it: by rules, by what it is, and by the reorder point
    /// beside it.
    pub(super) fn default_of(
        &self,
        world: &World,
        (owner, id): (DeviceId, PointId),
        point: &PointDesc,
        device: &DeviceDesc,
    ) -> Vec<Condition> {
        let mut conditions = default_conditions(point, device);
        if let Some((state, kind)) = self.machine_states.get(&owner)
            && point.platform == "metric"
            && device.place.realm == Realm::Plant
        {
            while_running(&mut conditions, *state, *kind);
        }
        if let Some(reorder) = self.reorder.get(&id) {
            conditions.push(stock_condition(*reorder));
        }
        let setup = &self.alarm_setup;
        conditions.retain(|condition| holds(&setup.defaults, condition));
        if setup.rules.is_empty() {
            return conditions;
        }
        let names = Names::of(world, owner, device);
        let rules: Vec<AlarmRule> = rules_of(&setup.rules, &names.subject(point, device))
            .into_iter()
            .map(|rule| AlarmRule {
                condition: with_names(world, owner, rule.condition.clone()),
                ..rule.clone()
            })
            .collect();
        layered(&[], &rules, conditions)
    }

    /// Conditions that a device has of itself.
    pub(super) fn device_defaults(&self, device: &DeviceDesc) -> Vec<Condition> {
        let mut conditions = default_device_conditions(device);
        conditions.retain(|condition| holds(&self.alarm_setup.defaults, condition));
        conditions
    }

    /// Remembers a point whose value is a reorder point, or the state of a machine.
    pub(super) fn note_special_point(&mut self, owner: DeviceId, id: PointId, point: &PointDesc) {
        if is(&point.key, &REORDER) {
            self.reorder_points.insert(id);
        }
        if is_machine_state(&point.key) && point.platform == "metric" {
            self.machine_states.insert(owner, (id, point.kind));
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
            (
                level,
                device,
                self.default_of(&world, (device, level), point, described),
            )
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
