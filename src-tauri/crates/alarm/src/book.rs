//! The alarms themselves: state, texts, journal.

use std::collections::BTreeSet;

use hearthline_model::{
    AlarmEntry, AlarmId, AlarmKey, AlarmState, Condition, Micros, Priority, Quality, Value,
};
use rustc_hash::FxHashMap;

use crate::state::{Input, step};

/// An alarm as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Active {
    /// Lasting id.
    pub id: AlarmId,
    /// What makes it the same one over a restart.
    pub key: AlarmKey,
    /// State, ISA-18.2.
    pub state: AlarmState,
    /// Priority.
    pub priority: Priority,
    /// What people read, without the device's name.
    pub text: String,
    /// What to do about it; may be empty.
    pub response: String,
    /// The value that raised it.
    pub value: Value,
    /// The limit, for limit alarms.
    pub limit: Option<f64>,
    /// Quality of the value.
    pub quality: Quality,
    /// When the cause happened, by the sample's own time.
    pub raised_at: Micros,
    /// Time of the last transition.
    pub changed_at: Micros,
    /// How often it was raised since it was last normal.
    pub count: u32,
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
}

/// All alarms, by row.
#[derive(Debug, Default)]
pub struct Book {
    rows: Vec<Option<Active>>,
    free: Vec<u32>,
    by_key: FxHashMap<AlarmKey, u32>,
    by_id: FxHashMap<AlarmId, u32>,
    /// Rows that are not normal.
    shown: BTreeSet<u32>,
    rev: u32,
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

    pub fn shown(&self) -> impl Iterator<Item = &Active> {
        self.shown.iter().filter_map(|&row| self.get(row))
    }

    /// Takes in an alarm that was not known.
    pub fn insert(&mut self, active: Active) -> u32 {
        let row = self.free.pop().unwrap_or_else(|| {
            self.rows.push(None);
            self.rows.len() as u32 - 1
        });
        self.by_key.insert(active.key.clone(), row);
        self.by_id.insert(active.id, row);
        if active.state != AlarmState::Normal {
            self.shown.insert(row);
            self.rev = self.rev.wrapping_add(1);
        }
        self.rows[row as usize] = Some(active);
        row
    }

    /// Texts and priority as the condition now has them.
    pub fn describe(&mut self, row: u32, condition: &Condition) {
        let Some(active) = self.rows.get_mut(row as usize).and_then(Option::as_mut) else {
            return;
        };
        let limit = condition.kind.limit();
        let same = active.priority == condition.priority
            && active.limit == limit
            && active.text == condition.text
            && active.response == condition.response;
        if same {
            return;
        }
        active.priority = condition.priority;
        active.limit = limit;
        active.text.clone_from(&condition.text);
        active.response.clone_from(&condition.response);
        if active.state != AlarmState::Normal {
            self.rev = self.rev.wrapping_add(1);
        }
    }

    /// Puts an input to an alarm; journals what it changes.
    pub fn put(&mut self, row: u32, cause: &Cause<'_>, out: &mut Vec<AlarmEntry>) -> bool {
        let Some(active) = self.rows.get_mut(row as usize).and_then(Option::as_mut) else {
            return false;
        };
        let Some((state, transition)) = step(active.state, cause.input) else {
            return false;
        };
        if cause.input == Input::Raise {
            active.count = if active.state == AlarmState::Normal {
                1
            } else {
                active.count.saturating_add(1)
            };
            active.raised_at = cause.at;
            active.value = cause.value.clone();
            active.quality = cause.quality;
        }
        active.state = state;
        active.changed_at = cause.at;
        out.push(AlarmEntry {
            alarm: active.id,
            key: active.key.clone(),
            at: cause.at,
            received_at: cause.received,
            transition,
            state,
            priority: active.priority,
            value: cause.value.clone(),
            limit: active.limit,
            quality: cause.quality,
            text: active.text.clone(),
            who: cause.who.into(),
        });
        if state == AlarmState::Normal {
            self.shown.remove(&row);
        } else {
            self.shown.insert(row);
        }
        self.rev = self.rev.wrapping_add(1);
        true
    }

    /// Forgets an alarm whose condition is gone; an active one leaves a last line in the journal.
    pub fn remove(&mut self, row: u32, cause: &Cause<'_>, out: &mut Vec<AlarmEntry>) {
        self.put(row, cause, out);
        if let Some(gone) = self.rows.get_mut(row as usize).and_then(Option::take) {
            self.by_key.remove(&gone.key);
            self.by_id.remove(&gone.id);
            self.free.push(row);
        }
    }
}
