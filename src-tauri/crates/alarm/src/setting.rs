//! Conditions come and go; alarms of the last run are found again.

use hearthline_model::{
    AlarmEntry, AlarmId, AlarmKey, AlarmState, Condition, DeviceId, Micros, PointId, Priority, Quality,
    Transition, Value,
};

use crate::alarms::{Alarms, Owner, Whose, cause};
use crate::book::{Active, Cause};
use crate::signal::Edge;
use crate::state::{Input, is_raised};
use crate::watch::Watch;

impl Alarms {
    /// Last run's alarm with its last journal entry. Its condition is bound later by [`Self::set_conditions`]; until then
    /// state and text are those of the entry.
    pub fn restore(&mut self, id: AlarmId, key: AlarmKey, last: Option<AlarmEntry>) {
        let Some(entry) = last else {
            return; // never raised: nothing to remember but the id, which `id_of` gives again
        };
        if self.book.find(&key).is_some() {
            return;
        }
        let restored = self.restored.entry((key.device, key.point)).or_default();
        // An acknowledgement's time is the person's, by our clock; it says nothing of the device's samples.
        if matches!(entry.transition, Transition::Raised | Transition::Cleared) {
            restored.last_at = restored.last_at.max(Some(entry.at));
        }
        let row = self.book.insert(Active {
            id,
            key,
            state: entry.state,
            priority: entry.priority,
            text: entry.text,
            response: String::new(),
            value: entry.value,
            limit: entry.limit,
            quality: entry.quality,
            raised_at: entry.at,
            changed_at: entry.at,
            count: u32::from(entry.state != AlarmState::Normal),
        });
        restored.rows.push(row);
    }

    /// Replaces the conditions of a point, or with `point: None` those of the device itself.
    ///
    /// `id_of` gives the lasting id of a key. An active alarm whose condition is gone or switched off leaves a `Removed`
    /// entry; one whose condition stays keeps its state. A changed limit is judged at once by the last value known.
    /// Of several conditions with one name the first that is switched on counts.
    pub fn set_conditions(
        &mut self,
        device: DeviceId,
        point: Option<PointId>,
        conditions: &[Condition],
        now: Micros,
        id_of: &mut dyn FnMut(&AlarmKey) -> AlarmId,
        out: &mut Vec<AlarmEntry>,
    ) {
        let whose = point.map_or(Whose::Device(device), Whose::Point);
        let mut owner = match whose {
            Whose::Point(point) => self.points.remove(&point),
            Whose::Device(device) => self.devices.remove(&device),
        }
        .unwrap_or_default();
        let restored = self.restored.remove(&(device, point)).unwrap_or_default();
        owner.last_at = owner.last_at.max(restored.last_at);
        let mut old = std::mem::take(&mut owner.watches);
        for condition in conditions.iter().filter(|condition| !condition.disabled) {
            let key = AlarmKey {
                device,
                point,
                condition: condition.kind.name().into(),
            };
            let known = self.book.find(&key);
            if known.is_some_and(|row| owner.watches.iter().any(|watch| watch.row == row)) {
                continue;
            }
            let state = known
                .and_then(|row| self.book.get(row))
                .map_or(AlarmState::Normal, |it| it.state);
            let Some(mut watch) = Watch::new(condition, known.unwrap_or_default(), is_raised(state)) else {
                continue;
            };
            watch.row = known.unwrap_or_else(|| self.book.insert(fresh(id_of(&key), key, now)));
            self.book.describe(watch.row, condition);
            let before = old
                .iter()
                .position(|it| it.row == watch.row)
                .map(|at| old.swap_remove(at));
            let same_test = before.as_ref().is_some_and(|before| before.test == watch.test);
            if let Some(before) = before {
                watch.signal = before.signal;
            }
            if !same_test {
                judge(self, &mut watch, &owner, now, out);
            }
            if watch.signal.pending() {
                self.pending.insert((watch.row, whose));
            } else {
                self.pending.remove(&(watch.row, whose));
            }
            owner.watches.push(watch);
        }
        let gone: Vec<u32> = old
            .iter()
            .map(|watch| watch.row)
            .chain(restored.rows)
            .filter(|row| owner.watches.iter().all(|watch| watch.row != *row))
            .collect();
        for row in gone {
            self.pending.remove(&(row, whose));
            let cause = Cause {
                input: Input::Remove,
                at: now,
                received: now,
                value: &owner.value,
                quality: owner.quality,
                who: "",
            };
            self.book.remove(row, &cause, out);
        }
        if owner.watches.is_empty() {
            return;
        }
        match whose {
            Whose::Point(point) => self.points.insert(point, owner),
            Whose::Device(device) => self.devices.insert(device, owner),
        };
    }
}

/// An alarm that never was raised.
fn fresh(id: AlarmId, key: AlarmKey, now: Micros) -> Active {
    Active {
        id,
        key,
        state: AlarmState::Normal,
        priority: Priority::Low,
        text: String::new(),
        response: String::new(),
        value: Value::Null,
        limit: None,
        quality: Quality::Good,
        raised_at: now,
        changed_at: now,
        count: 0,
    }
}

/// Judges a new or changed condition by the last value known. A delay begins to run now; what is raised at once is raised
/// now, because it is the person's act that changes it.
fn judge(alarms: &mut Alarms, watch: &mut Watch, owner: &Owner, now: Micros, out: &mut Vec<AlarmEntry>) {
    let (Some(last), Some(truth)) = (
        owner.last_at,
        watch.test.holds(&owner.value, watch.signal.truth()),
    ) else {
        return;
    };
    // In the time of the samples, so that the delay goes on with the next one.
    if let Some(edge) = watch.signal.observe(truth, last, now, watch.delays) {
        let edge = Edge { at: now, ..edge };
        let cause = cause(edge, now, &owner.value, owner.quality);
        alarms.book.put(watch.row, &cause, out);
    }
}
