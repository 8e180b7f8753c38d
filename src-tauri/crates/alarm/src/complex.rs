//! Conditions that need more than one value: other points, what was before, or the clock.

use std::collections::VecDeque;

use hearthline_model::{Condition, ConditionKind, Micros, PointId, Value};
use rustc_hash::FxHashMap;

use crate::expression::Program;
use crate::watch::{number, same};

/// The latest values of the points that conditions of other points read.
pub type Values = FxHashMap<PointId, Value>;

/// Values that a rate remembers at the most; of more, every other one is forgotten.
const MOST_REMEMBERED: usize = 256;
/// A rate looks back this far at the most.
pub const LONGEST_RATE: Micros = 60 * hearthline_model::MINUTE;

/// A condition with what it remembers.
#[derive(Clone, Debug)]
pub struct Complex {
    kind: ConditionKind,
    deadband: f64,
    program: Option<Program>,
    memory: Memory,
}

#[derive(Clone, Debug)]
enum Memory {
    Nothing,
    /// Times and values, oldest first.
    Past(VecDeque<(Micros, f64)>),
    /// The value that it last moved to, when, and when that arrived.
    Moved(Option<(Value, Micros, Micros)>),
    /// It was something else before.
    WasElse(bool),
}

/// A moment: in the time of the samples, and by our own clock.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// The sample's own time.
    pub at: Micros,
    /// When it arrived.
    pub received: Micros,
}

impl Complex {
    /// None for a kind that is judged by one value alone, and where a number or an expression makes no sense.
    pub fn new(condition: &Condition, deadband: f64) -> Option<Self> {
        let kind = condition.kind.clone();
        let positive = |number: f64| number.is_finite() && number > 0.0;
        let (program, memory) = match &kind {
            ConditionKind::Deviation { limit, .. } if positive(*limit) => (None, Memory::Nothing),
            ConditionKind::Discrepancy { .. } => (None, Memory::Nothing),
            ConditionKind::Rate { limit, over } if positive(*limit) && (1..=LONGEST_RATE).contains(over) => {
                (None, Memory::Past(VecDeque::new()))
            }
            ConditionKind::Stuck { within, after } if within.is_finite() && *within >= 0.0 && *after > 0 => {
                (None, Memory::Moved(None))
            }
            ConditionKind::NotCounting { after } if *after > 0 => (None, Memory::Moved(None)),
            ConditionKind::NoData { after } if *after > 0 => (None, Memory::Moved(None)),
            ConditionKind::ChangesTo { .. } => (None, Memory::WasElse(false)),
            ConditionKind::Expression { formula } => (Some(Program::read(formula).ok()?), Memory::Nothing),
            _ => return None,
        };
        Some(Self {
            kind,
            deadband,
            program,
            memory,
        })
    }

    /// What is watched.
    pub fn kind(&self) -> &ConditionKind {
        &self.kind
    }

    /// The same without memory.
    pub fn anew(&self) -> Self {
        let memory = match &self.memory {
            Memory::Nothing => Memory::Nothing,
            Memory::Past(_) => Memory::Past(VecDeque::new()),
            Memory::Moved(_) => Memory::Moved(None),
            Memory::WasElse(_) => Memory::WasElse(false),
        };
        Self {
            memory,
            ..self.clone()
        }
    }

    /// Whether it is the same condition, whatever it remembers.
    pub fn is_like(&self, other: &Self) -> bool {
        self.kind == other.kind && self.deadband.to_bits() == other.deadband.to_bits()
    }

    /// The points it reads besides its own.
    pub fn reads(&self) -> Vec<PointId> {
        match &self.kind {
            ConditionKind::Deviation { from, .. } => vec![*from],
            ConditionKind::Discrepancy { feedback } => vec![*feedback],
            _ => self
                .program
                .as_ref()
                .map(|program| program.points().to_vec())
                .unwrap_or_default(),
        }
    }

    /// Whether time alone can change it.
    pub fn is_timed(&self) -> bool {
        matches!(
            self.kind,
            ConditionKind::Rate { .. }
                | ConditionKind::Stuck { .. }
                | ConditionKind::NotCounting { .. }
                | ConditionKind::NoData { .. }
        )
    }

    /// Begins anew from a moment: it was switched on, or was not looked at until now.
    pub fn rest(&mut self, now: Moment) {
        match &mut self.memory {
            Memory::Past(past) => past.clear(),
            Memory::Moved(moved) => match moved {
                Some((_, at, received)) => (*at, *received) = (now.at, now.received),
                None if matches!(self.kind, ConditionKind::NoData { .. }) => {
                    *moved = Some((Value::Null, now.at, now.received));
                }
                None => {}
            },
            Memory::WasElse(_) | Memory::Nothing => {}
        }
    }

    /// What a sample, or a new value of a point that is read, makes of it; none where that says nothing. `fresh`: it is a
    /// sample of its own point.
    pub fn holds(
        &mut self,
        value: &Value,
        truth: bool,
        when: Moment,
        fresh: bool,
        values: &Values,
    ) -> Option<bool> {
        let deadband = self.deadband;
        let beyond = |far: f64, limit: f64| far >= limit || (truth && far >= limit - deadband);
        match (&self.kind, &mut self.memory) {
            (ConditionKind::Deviation { from, limit }, _) => {
                let far = (number(value)? - number(values.get(from)?)?).abs();
                Some(beyond(far, *limit))
            }
            (ConditionKind::Discrepancy { feedback }, _) => {
                let other = values.get(feedback).filter(|other| !other.is_null())?;
                Some(match (number(value), number(other)) {
                    (Some(one), Some(other)) => (one - other).abs() > deadband,
                    _ => !value.is_null() && !same(value, other),
                })
            }
            (ConditionKind::Rate { limit, over }, Memory::Past(past)) => {
                let now = number(value)?;
                if fresh {
                    remember(past, when.at, now);
                }
                forget(past, when.at.saturating_sub(*over));
                Some(beyond(swing(past), *limit))
            }
            (ConditionKind::NoData { .. }, Memory::Moved(moved)) => {
                if fresh {
                    *moved = Some((Value::Null, when.at, when.received));
                }
                Some(false)
            }
            (kind, Memory::Moved(moved)) if fresh => {
                let (within, after) = stillness(kind)?;
                let still =
                    moved
                        .as_ref()
                        .is_some_and(|(before, ..)| match (number(before), number(value)) {
                            (Some(before), Some(now)) => (now - before).abs() <= within,
                            _ => same(before, value),
                        });
                if !still {
                    *moved = Some((value.clone(), when.at, when.received));
                }
                moved
                    .as_ref()
                    .map(|(_, at, _)| when.at.saturating_sub(*at) >= after)
            }
            (ConditionKind::ChangesTo { any_of }, Memory::WasElse(was_else)) => {
                let is_one = any_of.iter().any(|one| same(one, value));
                let holds = is_one && (truth || *was_else);
                if fresh && !value.is_null() {
                    *was_else = !is_one;
                }
                Some(holds)
            }
            (ConditionKind::Expression { .. }, _) => {
                self.program.as_ref()?.holds(value, &|point| values.get(&point))
            }
            _ => None,
        }
    }

    /// What the clock alone makes of it, and since when in the time of the samples; none where nothing changes by it.
    /// `last` is the moment of the last sample, `stale` that the point is known to be silent.
    pub fn by_clock(&mut self, now: Micros, last: Option<Moment>, stale: bool) -> Option<(bool, Micros)> {
        match (&self.kind, &mut self.memory) {
            (ConditionKind::Rate { limit, over }, Memory::Past(past)) => {
                let last = last?;
                let at = last.at.saturating_add(now.saturating_sub(last.received).max(0));
                forget(past, at.saturating_sub(*over));
                (swing(past) < limit - self.deadband).then_some((false, at))
            }
            (ConditionKind::NoData { after }, Memory::Moved(Some((_, at, received)))) => {
                (now.saturating_sub(*received) >= *after).then(|| (true, at.saturating_add(*after)))
            }
            // A device that is silent is not stuck: it is silent, which is another alarm.
            (kind, Memory::Moved(Some((_, at, received)))) if !stale => {
                let (_, after) = stillness(kind)?;
                (now.saturating_sub(*received) >= after).then(|| (true, at.saturating_add(after)))
            }
            _ => None,
        }
    }
}

fn stillness(kind: &ConditionKind) -> Option<(f64, Micros)> {
    match kind {
        ConditionKind::Stuck { within, after } => Some((*within, *after)),
        ConditionKind::NotCounting { after } => Some((0.0, *after)),
        _ => None,
    }
}

fn remember(past: &mut VecDeque<(Micros, f64)>, at: Micros, value: f64) {
    if past.len() >= MOST_REMEMBERED {
        let mut keep = false;
        past.retain(|_| {
            keep = !keep;
            keep
        });
    }
    past.push_back((at, value));
}

/// Forgets what lies before `from`, but for the last value before it: that one was in force at `from`.
fn forget(past: &mut VecDeque<(Micros, f64)>, from: Micros) {
    while past.get(1).is_some_and(|(at, _)| *at <= from) {
        past.pop_front();
    }
}

/// Between the lowest and the highest value remembered.
fn swing(past: &VecDeque<(Micros, f64)>) -> f64 {
    let (low, high) = past
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), (_, value)| {
            (low.min(*value), high.max(*value))
        });
    if low <= high { high - low } else { 0.0 }
}
