//! A point with conditions, its clock, and its journal.

#![allow(dead_code, clippy::unwrap_used)] // test code; not every test file uses all of it

use hearthline_alarm::Alarms;
use hearthline_model::{
    AlarmEntry, AlarmId, AlarmKey, AlarmState, Condition, ConditionKind, DeviceId, Micros, PointId, Priority,
    Quality, Sample, Transition, Value,
};

pub const DEVICE: DeviceId = DeviceId(1);
pub const POINT: PointId = PointId(2);

/// Alarms with what they wrote.
#[derive(Default)]
pub struct Bench {
    pub alarms: Alarms,
    pub journal: Vec<AlarmEntry>,
}

/// The id is made from the condition's name, so that a restart finds the same.
pub fn id_of(key: &AlarmKey) -> AlarmId {
    let names = [
        "lo_lo",
        "lo",
        "hi",
        "hi_hi",
        "state",
        "stale",
        "offline",
        "deviation",
        "rate",
        "stuck",
        "changes_to",
        "discrepancy",
        "no_data",
        "not_counting",
        "expression",
    ];
    let at = names.iter().position(|name| *name == key.condition).unwrap();
    AlarmId(at as u32 + 1)
}

pub fn condition(kind: ConditionKind) -> Condition {
    Condition::new(kind, Priority::High, "Torque high")
}

pub fn hi(limit: f64) -> Condition {
    condition(ConditionKind::Hi { limit })
}

impl Bench {
    pub fn new(conditions: &[Condition]) -> Self {
        let mut bench = Self::default();
        bench.set(conditions, 0);
        bench
    }

    pub fn set(&mut self, conditions: &[Condition], now: Micros) {
        self.alarms.set_conditions(
            DEVICE,
            Some(POINT),
            conditions,
            now,
            &mut id_of,
            &mut self.journal,
        );
    }

    pub fn sample(&mut self, at: Micros, value: impl Into<Given>) {
        self.told(at, at, value);
    }

    pub fn told(&mut self, at: Micros, received: Micros, value: impl Into<Given>) {
        let Given(value, quality) = value.into();
        let sample = Sample {
            point: POINT,
            at,
            value,
            quality,
        };
        self.alarms.sample(&sample, received, &mut self.journal);
    }

    pub fn tick(&mut self, now: Micros) {
        self.alarms.tick(now, &mut self.journal);
    }

    pub fn acknowledge(&mut self, id: u32, now: Micros) -> bool {
        self.alarms
            .acknowledge(AlarmId(id), "Ann", now, &mut self.journal)
    }

    /// What was written since the last look: condition, transition, state, time.
    pub fn wrote(&mut self) -> Vec<(String, Transition, AlarmState, Micros)> {
        self.journal
            .drain(..)
            .map(|entry| (entry.key.condition, entry.transition, entry.state, entry.at))
            .collect()
    }

    /// As [`Self::wrote`], of one condition, short.
    pub fn moves(&mut self) -> Vec<(Transition, Micros)> {
        self.wrote()
            .into_iter()
            .map(|(_, what, _, at)| (what, at))
            .collect()
    }

    pub fn state(&self, id: u32) -> AlarmState {
        self.alarms.get(AlarmId(id)).unwrap().state
    }
}

/// A value with a quality.
pub struct Given(pub Value, pub Quality);

impl From<f64> for Given {
    fn from(number: f64) -> Self {
        Self(Value::Float(number), Quality::Good)
    }
}

impl From<Value> for Given {
    fn from(value: Value) -> Self {
        Self(value, Quality::Good)
    }
}

impl From<(f64, Quality)> for Given {
    fn from((number, quality): (f64, Quality)) -> Self {
        Self(Value::Float(number), quality)
    }
}
