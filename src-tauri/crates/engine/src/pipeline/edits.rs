//! What a person's changes do to the pipeline's own state.

use hearthline_model::{AlarmAct, AlarmId, Condition, DeviceId, Micros, PointId};

use super::Pipeline;
use super::alarm_rules::with_names;
use crate::error::Error;

impl Pipeline {
    /// Does something to alarms; gives how many of them it changed.
    pub fn act_on_alarms(&mut self, alarms: &[AlarmId], act: &AlarmAct, who: &str, now: Micros) -> usize {
        alarms
            .iter()
            .filter(|id| self.alarms.act(**id, act, who, now, &mut self.entries))
            .count()
    }

    /// A person's conditions with the names of points in their expressions replaced by ids, and checked.
    pub fn resolved(&self, point: PointId, conditions: Vec<Condition>) -> Result<Vec<Condition>, Error> {
        /// Conditions of a point.
        const MOST: usize = 50;
        if conditions.len() > MOST {
            return Err(Error::Invalid(format!("a point has at most {MOST} conditions")));
        }
        let world = self.shared.world();
        let (_, device) = world.point_desc(point).ok_or(Error::NotFound("point"))?;
        let mut all = Vec::with_capacity(conditions.len());
        for condition in conditions {
            let condition = with_names(&world, device, condition);
            hearthline_alarm::check(&condition).map_err(|fault| Error::Invalid(fault.0))?;
            all.push(condition);
        }
        Ok(all)
    }

    /// An error where a device is not there.
    pub fn known(&self, device: DeviceId) -> Result<(), Error> {
        match self.shared.world().device_desc(device) {
            Some(_) => Ok(()),
            None => Err(Error::NotFound("device")),
        }
    }

    /// Takes a device off the screen; ids and history stay.
    pub fn forget_device(&mut self, device: DeviceId, now: Micros) -> Result<(), Error> {
        let points = self.shared.world().points_of(device).to_vec();
        self.store.set_gone(&[device], &points)?;
        self.drop_conditions(device, now);
        self.shared.world_mut().remove_device(device);
        Ok(())
    }
}

/// `{Speed}` as `{#12}`, where a point is called so; everything else stays, and is told where it makes no sense.
pub(super) fn with_ids(text: &str, id_of: &dyn Fn(&str) -> Option<PointId>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((name, behind)) = after.split_once('}') else {
            out.push('{');
            rest = after;
            continue;
        };
        let known = id_of(name).filter(|_| !name.trim_start().starts_with('#'));
        let inside = known.map_or_else(|| name.to_owned(), |id| format!("#{}", id.0));
        out.push('{');
        out.push_str(&inside);
        out.push('}');
        rest = behind;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_points_become_ids() {
        let id_of = |name: &str| (name.eq_ignore_ascii_case("speed")).then_some(PointId(12));
        for (text, made) in [
            ("{Speed} > 1 and {speed} < {#3}", "{#12} > 1 and {#12} < {#3}"),
            ("{Other} > 1", "{Other} > 1"),
            ("{Speed > 1", "{Speed > 1"),
            ("value", "value"),
            ("", ""),
        ] {
            assert_eq!(with_ids(text, &id_of), made);
        }
    }
}
