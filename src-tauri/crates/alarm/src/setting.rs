//! Conditions come and go; alarms of the last run are found again.

use std::collections::BTreeSet;

use hearthline_model::{
    AlarmEntry, AlarmId, AlarmKey, AlarmState, Condition, DeviceId, Micros, PointId, Transition,
};

use crate::alarms::{Alarms, Owner, Whose, cause};
use crate::book::{Active, Cause};
use crate::complex::Moment;
use crate::signal::Edge;
use crate::state::Input;
use crate::watch::{Test, Watch};

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
        restored.last_at = restored.last_at.max(match entry.transition {
            Transition::Raised | Transition::Cleared if !entry.over => Some(entry.at),
            _ => entry.raised_at,
        });
        let row = self.book.insert(Active::restored(id, key, entry));
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
        let read_before: BTreeSet<PointId> = old.iter().flat_map(Watch::reads).collect();
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
            let Some(mut watch) = Watch::new(condition, known.unwrap_or_default(), state.is_raised()) else {
                continue;
            };
            watch.row = known.unwrap_or_else(|| self.book.insert(Active::fresh(id_of(&key), key, now)));
            self.book.describe(watch.row, condition);
            self.book.regroup(watch.row, now, out);
            let before = old
                .iter()
                .position(|it| it.row == watch.row)
                .map(|at| old.swap_remove(at));
            let same = before.is_some_and(|before| watch.goes_on_from(before));
            if !same {
                begin(self, &mut watch, &owner, now, out);
            }
            if watch.is_timed() {
                self.timed.insert((watch.row, whose));
            } else {
                self.timed.remove(&(watch.row, whose));
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
            self.timed.remove(&(row, whose));
            let cause = Cause {
                input: Input::Remove,
                at: now,
                received: now,
                value: &owner.value,
                quality: owner.quality,
                who: "",
                reason: "",
                late: false,
            };
            self.book.remove(row, &cause, out);
        }
        let read_now: BTreeSet<PointId> = owner.watches.iter().flat_map(Watch::reads).collect();
        owner.keep_past();
        if !owner.watches.is_empty() || !owner.readers.is_empty() || owner.leads {
            match whose {
                Whose::Point(point) => self.points.insert(point, owner),
                Whose::Device(device) => self.devices.insert(device, owner),
            };
        }
        for gone in read_before.difference(&read_now) {
            self.is_read_no_more(*gone, whose);
        }
        for new in read_now.difference(&read_before) {
            self.is_read(*new, whose);
        }
    }

    fn is_read(&mut self, point: PointId, by: Whose) {
        let owner = self.points.entry(point).or_default();
        if !owner.readers.contains(&by) {
            owner.readers.push(by);
        }
        self.note_read(point);
    }

    /// A point is read by somebody: what it is now is to be known.
    pub(crate) fn note_read(&mut self, point: PointId) {
        let Some(owner) = self.points.get(&point) else {
            return;
        };
        if owner.last_at.is_some() && !owner.value.is_null() {
            self.values.insert(point, owner.value.clone());
        } else if !self.values.contains_key(&point) {
            self.unknown.insert(point);
        }
    }

    fn is_read_no_more(&mut self, point: PointId, by: Whose) {
        let Some(owner) = self.points.get_mut(&point) else {
            return;
        };
        owner.readers.retain(|reader| *reader != by);
        self.forget_unread(point);
    }

    /// Forgets what is known of a point for others, where nobody reads it.
    pub(crate) fn forget_unread(&mut self, point: PointId) {
        let Some(owner) = self.points.get(&point) else {
            return;
        };
        if owner.readers.is_empty() && !owner.leads {
            self.values.remove(&point);
            self.unknown.remove(&point);
            if owner.watches.is_empty() {
                self.points.remove(&point);
            }
        }
    }
}

/// Judges a new or changed condition by the last value known. A delay begins to run now; what is raised at once is raised
/// now, because it is the person's act that changes it.
fn begin(alarms: &mut Alarms, watch: &mut Watch, owner: &Owner, now: Micros, out: &mut Vec<AlarmEntry>) {
    if let Some(gate) = &mut watch.gate {
        gate.tick(now.saturating_add(alarms.offset));
    }
    if let Test::Complex(complex) = &mut watch.test {
        complex.rest(Moment {
            at: owner.last_at.unwrap_or(now),
            received: now,
        });
    }
    let Some(last) = owner.last_at else { return };
    let when = Moment {
        at: last,
        received: now,
    };
    let Some(truth) = watch.hears(&owner.value, when, &alarms.values) else {
        return;
    };
    // In the time of the samples, so that the delay goes on with the next one.
    if let Some(edge) = watch.signal.observe(truth, last, now, watch.delays) {
        let edge = Edge { at: now, ..edge };
        let cause = cause(edge, now, &owner.value, owner.quality);
        alarms.book.put(watch.row, &cause, out);
    }
}
