//! An alarm outlasts the device or point that it was of, where that turns out to be one that was known before.

use hearthline_alarm::Active;
use hearthline_model::{AlarmAct, AlarmEntry, AlarmId, AlarmKey, AlarmState, CoverKind, Micros, Transition};

use super::Pipeline;
use super::register::Owner;

/// Why, as the journal has it.
const REASON: &str = "its device was found to be one that was known before";

impl Pipeline {
    /// The alarms of one owner are another's from now on: with id and journal, state, acknowledgement and what covers them. Where
    /// both have an alarm of the same condition that is not normal, the other's own goes on and this one ends. Called before the
    /// conditions of `to` are bound.
    pub(super) fn hand_over(&mut self, from: Owner, to: Owner, now: Micros) {
        if from == to {
            return;
        }
        let kept = self.unsettled(to);
        let moved: Vec<Active> = self
            .unsettled(from)
            .into_iter()
            .filter(|alarm| {
                kept.iter()
                    .all(|known| known.key.condition != alarm.key.condition)
            })
            .collect();
        let key = |alarm: &Active| AlarmKey {
            device: to.0,
            point: to.1,
            condition: alarm.key.condition.clone(),
        };
        let keys: Vec<(AlarmKey, AlarmKey)> = moved
            .iter()
            .map(|alarm| (alarm.key.clone(), key(alarm)))
            .collect();
        if keys.is_empty() {
            return;
        }
        let written = self.held.write(&mut self.store, |store| store.move_alarms(&keys));
        if written.is_err() {
            return; // they end as removed, and the journal has them under their old owner
        }
        for (old, new) in &keys {
            let (mine, other) = (self.alarm_ids.remove(old), self.alarm_ids.remove(new));
            self.alarm_ids.extend(mine.map(|id| (new.clone(), id)));
            self.alarm_ids.extend(other.map(|id| (old.clone(), id)));
        }
        let gone: Vec<AlarmId> = moved.iter().map(|alarm| alarm.id).collect();
        let ended = self.take_out(from, now);
        self.entries.extend(
            ended
                .into_iter()
                .filter(|entry| entry.transition == Transition::Removed && !gone.contains(&entry.alarm)),
        );
        // What is not on disk yet goes along.
        for entry in &mut self.entries {
            if gone.contains(&entry.alarm) {
                (entry.key.device, entry.key.point) = to;
            }
        }
        self.take_out(to, now);
        for alarm in &kept {
            self.alarms.restore(
                alarm.id,
                alarm.key.clone(),
                Some(as_it_is(alarm, alarm.key.clone(), now)),
            );
        }
        self.leaders_moved(&keys);
        for alarm in &moved {
            let entry = as_it_is(alarm, key(alarm), now);
            self.alarms
                .restore(alarm.id, entry.key.clone(), Some(entry.clone()));
            self.entries.push(entry);
        }
    }

    /// Alarms of an owner that are not normal, or covered.
    fn unsettled(&self, owner: Owner) -> Vec<Active> {
        self.alarms
            .of(owner.0, owner.1)
            .into_iter()
            .filter(|alarm| alarm.state != AlarmState::Normal || !alarm.covers.is_empty())
            .cloned()
            .collect()
    }

    /// Takes all alarms of an owner out, covered or not; gives what the journal would say of it.
    fn take_out(&mut self, owner: Owner, now: Micros) -> Vec<AlarmEntry> {
        let mut out = Vec::new();
        for alarm in self.unsettled(owner) {
            for cover in &alarm.covers {
                let act = match cover.kind {
                    CoverKind::Shelved => AlarmAct::Unshelve,
                    CoverKind::Suppressed => AlarmAct::Unsuppress,
                    CoverKind::OutOfService => AlarmAct::InService,
                };
                self.alarms.act(alarm.id, &act, "", now, &mut out);
            }
        }
        let known = &self.alarm_ids;
        let mut id_of = |key: &AlarmKey| known.get(key).copied().unwrap_or(AlarmId(u32::MAX));
        self.alarms
            .set_conditions(owner.0, owner.1, &[], now, &mut id_of, &mut out);
        out
    }
}

/// The line of the journal from which an alarm goes on as it is.
fn as_it_is(alarm: &Active, key: AlarmKey, now: Micros) -> AlarmEntry {
    AlarmEntry {
        alarm: alarm.id,
        key,
        at: now,
        received_at: now,
        transition: Transition::Moved,
        state: alarm.state,
        priority: alarm.priority,
        value: alarm.value.clone(),
        limit: alarm.limit,
        quality: alarm.quality,
        text: alarm.text.clone(),
        who: String::new(),
        reason: REASON.to_owned(),
        covers: alarm.covers.clone(),
        raised_at: (alarm.state != AlarmState::Normal).then_some(alarm.raised_at),
        count: alarm.count,
        late: alarm.late,
        over: false,
        first: alarm.first,
    }
}
