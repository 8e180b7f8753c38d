//! The alarms themselves: state, covers, texts, journal.

use std::collections::BTreeSet;

use hearthline_model::{
    AlarmEntry, AlarmId, AlarmKey, AlarmState, Condition, Cover, CoverKind, MINUTE, Micros, Priority,
    Quality, Transition, Value,
};
use rustc_hash::FxHashMap;

use crate::cover::{is_logic, is_over, put_on, taken_off};
use crate::groups::Groups;
use crate::state::{Input, Policy, step};

/// What is learnt of later than this after it happened is late: catch-up data of a device that was away.
pub const LATE: Micros = MINUTE;

/// Lines among which that of the beginning is looked for, where late data ends an alarm: bounds what each end costs.
const TOGETHER: usize = 1000;

/// An alarm as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Active {
    /// Lasting id.
    pub id: AlarmId,
    /// What makes it the same one over a restart.
    pub key: AlarmKey,
    /// State, ISA-18.2.
    pub state: AlarmState,
    /// What keeps it from the operator.
    pub covers: Vec<Cover>,
    /// How it goes through its states.
    pub policy: Policy,
    /// Priority.
    pub priority: Priority,
    /// What people read, without the device's name.
    pub text: String,
    /// What to do about it; may be empty.
    pub response: String,
    /// What happens if nothing is done; may be empty.
    pub consequence: String,
    /// How long a person has to respond.
    pub respond_within: Option<Micros>,
    /// Alarm class; may be empty.
    pub class: String,
    /// Suppression group; may be empty.
    pub group: String,
    /// The value that raised it.
    pub value: Value,
    /// The limit, for limit alarms.
    pub limit: Option<f64>,
    /// Quality of the value.
    pub quality: Quality,
    /// When the cause happened, by the sample's own time.
    pub raised_at: Micros,
    /// When the operator was last called by it: raised, or uncovered with a true condition.
    pub called_at: Micros,
    /// Time of the last transition.
    pub changed_at: Micros,
    /// How often it was raised since it was last normal.
    pub count: u32,
    /// Learnt of well after it happened.
    pub late: bool,
    /// The first of its group within the group's window.
    pub first: bool,
    /// Raised by catch-up data, at this time by our clock, and more may come that ends it: nobody is called yet.
    pub settling: Option<Micros>,
}

/// What happened, for the journal.
#[derive(Clone, Copy)]
pub struct Cause<'a> {
    /// What happened.
    pub input: Input,
    /// When.
    pub at: Micros,
    /// When we took note.
    pub received: Micros,
    /// The value that caused it, or the latest one.
    pub value: &'a Value,
    /// Its quality.
    pub quality: Quality,
    /// Who acted; empty where logic did.
    pub who: &'a str,
    /// Why; may be empty.
    pub reason: &'a str,
    /// By catch-up data.
    pub late: bool,
}

/// All alarms, by row.
#[derive(Debug, Default)]
pub struct Book {
    pub(crate) groups: Groups,
    rows: Vec<Option<Active>>,
    free: Vec<u32>,
    by_key: FxHashMap<AlarmKey, u32>,
    by_id: FxHashMap<AlarmId, u32>,
    /// Rows that are not normal, or covered.
    shown: BTreeSet<u32>,
    /// When a cover ends by time.
    ends: BTreeSet<(Micros, u32)>,
    /// Rows whose alarm calls nobody until catch-up data has settled.
    pub(crate) settling: BTreeSet<u32>,
    rev: u32,
}

impl Active {
    /// An alarm that never was raised.
    pub fn fresh(id: AlarmId, key: AlarmKey, now: Micros) -> Self {
        Self {
            id,
            key,
            state: AlarmState::Normal,
            covers: Vec::new(),
            policy: Policy::default(),
            priority: Priority::Low,
            text: String::new(),
            response: String::new(),
            consequence: String::new(),
            respond_within: None,
            class: String::new(),
            group: String::new(),
            value: Value::Null,
            limit: None,
            quality: Quality::Good,
            raised_at: now,
            called_at: now,
            changed_at: now,
            count: 0,
            late: false,
            first: false,
            settling: None,
        }
    }

    /// As its last journal entry has it; texts that the entry does not hold come with its condition.
    pub fn restored(id: AlarmId, key: AlarmKey, entry: AlarmEntry) -> Self {
        let raised_at = entry.raised_at.unwrap_or(entry.at);
        Self {
            state: entry.state,
            covers: entry.covers,
            priority: entry.priority,
            text: entry.text,
            value: entry.value,
            limit: entry.limit,
            quality: entry.quality,
            raised_at,
            called_at: raised_at,
            changed_at: entry.at,
            count: entry.count.max(u32::from(entry.state != AlarmState::Normal)),
            late: entry.late,
            first: entry.first,
            ..Self::fresh(id, key, entry.at)
        }
    }

    fn is_shown(&self) -> bool {
        self.state != AlarmState::Normal || !self.covers.is_empty()
    }

    pub(crate) fn entry(&self, cause: &Cause<'_>, transition: Transition) -> AlarmEntry {
        AlarmEntry {
            alarm: self.id,
            key: self.key.clone(),
            at: cause.at,
            received_at: cause.received,
            transition,
            state: self.state,
            priority: self.priority,
            value: cause.value.clone(),
            limit: self.limit,
            quality: cause.quality,
            text: self.text.clone(),
            who: cause.who.into(),
            reason: cause.reason.into(),
            covers: self.covers.clone(),
            raised_at: (self.state != AlarmState::Normal).then_some(self.raised_at),
            count: self.count,
            late: cause.late || (cause.who.is_empty() && cause.received.saturating_sub(cause.at) > LATE),
            over: false,
            first: self.first && self.state != AlarmState::Normal,
        }
    }
}

impl Book {
    pub fn rev(&self) -> u32 {
        self.rev
    }

    pub fn find(&self, key: &AlarmKey) -> Option<u32> {
        self.by_key.get(key).copied()
    }

    pub fn by_id(&self, id: AlarmId) -> Option<u32> {
        self.by_id.get(&id).copied()
    }

    pub fn get(&self, row: u32) -> Option<&Active> {
        self.rows.get(row as usize)?.as_ref()
    }

    pub fn all(&self) -> impl Iterator<Item = &Active> {
        self.rows.iter().flatten()
    }

    pub fn shown(&self) -> impl Iterator<Item = &Active> {
        self.shown.iter().filter_map(|&row| self.get(row))
    }

    /// Those that are not normal or are covered, with their rows.
    pub fn shown_rows(&self) -> impl Iterator<Item = (u32, &Active)> {
        self.shown.iter().filter_map(|&row| Some((row, self.get(row)?)))
    }

    pub(crate) fn get_mut(&mut self, row: u32) -> Option<&mut Active> {
        self.rows.get_mut(row as usize)?.as_mut()
    }

    /// Takes in an alarm that was not known.
    pub fn insert(&mut self, active: Active) -> u32 {
        let row = self.free.pop().unwrap_or_else(|| {
            self.rows.push(None);
            self.rows.len() as u32 - 1
        });
        self.by_key.insert(active.key.clone(), row);
        self.by_id.insert(active.id, row);
        let ends = active.covers.iter().filter_map(|cover| cover.until);
        self.ends.extend(ends.map(|until| (until, row)));
        let shown = active.is_shown();
        self.rows[row as usize] = Some(active);
        if shown {
            self.changed(row);
        }
        row
    }

    /// Texts, priority and policy as the condition now has them.
    pub fn describe(&mut self, row: u32, condition: &Condition) {
        let Some(active) = self.get_mut(row) else {
            return;
        };
        let limit = condition.kind.limit();
        let policy = Policy::of(condition);
        let same = active.priority == condition.priority
            && active.limit == limit
            && active.policy == policy
            && active.respond_within == condition.respond_within
            && active.text == condition.text
            && active.response == condition.response
            && active.consequence == condition.consequence
            && active.class == condition.class
            && active.group == condition.group;
        if same {
            return;
        }
        active.priority = condition.priority;
        active.limit = limit;
        active.policy = policy;
        active.respond_within = condition.respond_within;
        active.text.clone_from(&condition.text);
        active.response.clone_from(&condition.response);
        active.consequence.clone_from(&condition.consequence);
        active.class.clone_from(&condition.class);
        active.group.clone_from(&condition.group);
        if active.is_shown() {
            self.rev = self.rev.wrapping_add(1);
        }
    }

    /// Puts an input to an alarm; journals what it changes.
    pub fn put(&mut self, row: u32, cause: &Cause<'_>, out: &mut Vec<AlarmEntry>) -> bool {
        let Some(active) = self.get(row) else {
            return false;
        };
        let Some((state, transition)) = step(active.state, cause.input, active.policy) else {
            return false;
        };
        let first = cause.input == Input::Raise && self.joins_group(row, cause, out);
        let Some(active) = self.get_mut(row) else {
            return false;
        };
        if cause.input == Input::Raise {
            active.first = first;
            active.count = if active.state == AlarmState::Normal {
                1
            } else {
                active.count.saturating_add(1)
            };
            active.raised_at = cause.at;
            active.called_at = cause.at;
            active.value = cause.value.clone();
            active.quality = cause.quality;
        }
        active.state = state;
        active.changed_at = cause.at;
        let entry = active.entry(cause, transition);
        if cause.input == Input::Raise {
            active.late = entry.late;
        }
        let settles = cause.input == Input::Raise && entry.late;
        let settled = std::mem::replace(&mut active.settling, settles.then_some(cause.received));
        let over = settled.is_some() && cause.input == Input::Clear && was_over(active.id, out);
        out.push(AlarmEntry { over, ..entry });
        let once = cause.input == Input::Clear
            && active
                .covers
                .iter()
                .any(|cover| cover.once && cover.kind == CoverKind::Shelved);
        if settles {
            self.settling.insert(row);
        } else if !self.settling.is_empty() {
            self.settling.remove(&row);
        }
        if once {
            let cause = Cause {
                who: "",
                reason: "shelved until it ended",
                ..*cause
            };
            self.uncover(row, CoverKind::Shelved, &cause, out);
        }
        self.changed(row);
        self.leads_on(row, cause, out);
        true
    }

    /// An occurrence that was over before it was learnt of. It calls nobody and changes nothing of what the live value has
    /// decided: where the alarm is raised, two lines in the journal are all; where it is not, a person has yet to acknowledge
    /// it (unless nobody has to), as if it had been seen.
    pub fn passed(&mut self, row: u32, raise: &Cause<'_>, clear: &Cause<'_>, out: &mut Vec<AlarmEntry>) {
        let Some(active) = self.get_mut(row) else {
            return;
        };
        let fresh = active.state == AlarmState::Normal;
        active.count = if fresh { 1 } else { active.count.saturating_add(1) };
        let raised = active.state.is_raised();
        if !raised && (fresh || raise.at >= active.raised_at) {
            active.raised_at = raise.at;
            active.called_at = raise.at;
            active.value = raise.value.clone();
            active.quality = raise.quality;
            active.late = true;
            active.first = false;
        }
        for (cause, transition) in [(raise, Transition::Raised), (clear, Transition::Cleared)] {
            if !raised {
                if let Some((state, _)) = step(active.state, cause.input, active.policy) {
                    active.state = state;
                }
                active.changed_at = cause.at;
            }
            out.push(AlarmEntry {
                late: true,
                over: true,
                ..active.entry(cause, transition)
            });
        }
        self.changed(row);
    }

    /// Catch-up data has settled: an alarm that it raised and that is raised still calls the operator now.
    pub fn settled(&mut self, row: u32, now: Micros) {
        self.settling.remove(&row);
        if let Some(active) = self.get_mut(row)
            && active.settling.take().is_some()
        {
            active.called_at = now;
            self.changed(row);
        }
    }

    /// Puts a cover on an alarm; one of the same kind is replaced.
    pub fn cover(&mut self, row: u32, cover: Cover, cause: &Cause<'_>, out: &mut Vec<AlarmEntry>) -> bool {
        let Some(active) = self.get_mut(row) else {
            return false;
        };
        let before = active
            .covers
            .iter()
            .position(|known| known.kind == cover.kind)
            .map(|at| active.covers.remove(at));
        let (kind, until) = (cover.kind, cover.until);
        active.covers.push(cover);
        active.changed_at = cause.at;
        out.push(active.entry(cause, put_on(kind)));
        if let Some(until) = before.and_then(|before| before.until) {
            self.ends.remove(&(until, row));
        }
        self.ends.extend(until.map(|until| (until, row)));
        self.changed(row);
        self.leads_on(row, cause, out);
        true
    }

    /// Takes a cover off; false where there is none of the kind.
    pub fn uncover(
        &mut self,
        row: u32,
        kind: CoverKind,
        cause: &Cause<'_>,
        out: &mut Vec<AlarmEntry>,
    ) -> bool {
        let Some(active) = self.get_mut(row) else {
            return false;
        };
        let Some(at) = active.covers.iter().position(|cover| cover.kind == kind) else {
            return false;
        };
        let cover = active.covers.remove(at);
        if is_logic(&cover) && active.state == AlarmState::Returned && active.raised_at >= cover.since {
            // Nobody was called by it, and it is over: there is nothing to acknowledge.
            active.state = AlarmState::Normal;
        }
        if active.covers.is_empty() && active.state.is_raised() {
            active.state = active.policy.raised();
            active.called_at = cause.at;
        }
        active.changed_at = cause.at;
        out.push(active.entry(cause, taken_off(kind)));
        if let Some(until) = cover.until {
            self.ends.remove(&(until, row));
        }
        self.changed(row);
        self.leads_on(row, cause, out);
        true
    }

    /// Takes the covers off whose time has come.
    pub fn end_covers(&mut self, now: Micros, out: &mut Vec<AlarmEntry>) {
        while let Some(&(until, row)) = self.ends.first().filter(|(until, _)| *until <= now) {
            self.ends.pop_first();
            let Some(active) = self.get(row) else { continue };
            let over: Vec<CoverKind> = active
                .covers
                .iter()
                .filter(|cover| is_over(cover, until))
                .map(|cover| cover.kind)
                .collect();
            let (value, quality) = (active.value.clone(), active.quality);
            for kind in over {
                let cause = Cause {
                    input: Input::Clear,
                    at: now,
                    received: now,
                    value: &value,
                    quality,
                    who: "",
                    reason: "its time was over",
                    late: false,
                };
                self.uncover(row, kind, &cause, out);
            }
        }
    }

    /// Forgets an alarm whose condition is gone; an active one leaves a last line in the journal. One that is covered stays, so
    /// that it is covered still when its condition comes back.
    pub fn remove(&mut self, row: u32, cause: &Cause<'_>, out: &mut Vec<AlarmEntry>) {
        self.put(row, cause, out);
        if self.get(row).is_some_and(|active| !active.covers.is_empty()) {
            return;
        }
        if let Some(gone) = self.rows.get_mut(row as usize).and_then(Option::take) {
            self.by_key.remove(&gone.key);
            self.by_id.remove(&gone.id);
            self.free.push(row);
        }
    }

    /// Notes that the list of alarms has changed.
    pub(crate) fn changed(&mut self, row: u32) {
        if self.get(row).is_some_and(Active::is_shown) {
            self.shown.insert(row);
        } else {
            self.shown.remove(&row);
        }
        self.rev = self.rev.wrapping_add(1);
    }
}

/// Late data raised an alarm and has ended it before anybody was told: its line in the journal says so.
fn was_over(alarm: AlarmId, out: &mut [AlarmEntry]) -> bool {
    let mut newest = out.iter_mut().rev().take(TOGETHER);
    let raised = newest.find(|entry| entry.alarm == alarm && entry.transition == Transition::Raised);
    if let Some(raised) = raised {
        raised.over = true;
        return true;
    }
    false
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use hearthline_model::DeviceId;

    /// An alarm that never was raised.
    pub fn alarm() -> Active {
        let key = AlarmKey {
            device: DeviceId(1),
            point: None,
            condition: "hi".into(),
        };
        Active::fresh(AlarmId(1), key, 0)
    }
}
