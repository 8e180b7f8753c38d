//! One condition made ready for the hot path: what is tested, and its signal.

use hearthline_model::{Condition, ConditionKind, PointId, Value};

use crate::complex::{Complex, Moment, Values};
use crate::gate::Gate;
use crate::signal::{Delays, Signal};

/// A condition that is watched.
#[derive(Clone, Debug)]
pub struct Watch {
    /// What is tested.
    pub test: Test,
    /// Its delays.
    pub delays: Delays,
    /// What it came to so far.
    pub signal: Signal,
    /// When it is looked at; none: always.
    pub gate: Option<Box<Gate>>,
    /// Its row in the book.
    pub row: u32,
    /// It was raised before the pause that old data may fill, and was beyond right after it (`late`).
    pub before: bool,
    /// See `before`.
    pub after: bool,
}

/// What is tested.
#[derive(Clone, Debug)]
pub enum Test {
    /// Raised at or below `limit`, over above `back`.
    Low {
        /// Where it begins.
        limit: f64,
        /// Limit and deadband.
        back: f64,
    },
    /// Raised at or above `limit`, over below `back`.
    High {
        /// Where it begins.
        limit: f64,
        /// Limit and deadband.
        back: f64,
    },
    /// The value is one of these.
    OneOf(Box<[Value]>),
    /// The point is stale.
    Stale,
    /// The device is offline.
    Offline,
    /// What needs more than one value.
    Complex(Box<Complex>),
}

impl Watch {
    /// None for a condition that can never be judged: a limit that is no number, an expression that is none.
    pub fn new(condition: &Condition, row: u32, raised: bool) -> Option<Self> {
        Some(Self {
            test: Test::new(condition)?,
            delays: Delays {
                on: condition.on_delay.max(0),
                off: condition.off_delay.max(0),
            },
            signal: Signal::new(raised),
            gate: Gate::of(condition).ok()?.map(Box::new),
            row,
            before: raised,
            after: raised,
        })
    }

    /// The same without memory, as it was before the pause that old data fills.
    pub fn anew(&self) -> Self {
        Self {
            test: match &self.test {
                Test::Complex(complex) => Test::Complex(Box::new(complex.anew())),
                test => test.clone(),
            },
            gate: self.gate.as_ref().map(|gate| Box::new(gate.anew())),
            signal: Signal::new(self.before),
            ..*self
        }
    }

    /// What a sample of its own point says; none where it says nothing.
    pub fn hears(&mut self, value: &Value, when: Moment, values: &Values) -> Option<bool> {
        self.judge(value, when, true, values)
    }

    /// What a new value of another point makes of it, or its gate.
    pub fn looks_again(&mut self, value: &Value, when: Moment, values: &Values) -> Option<bool> {
        self.judge(value, when, false, values)
    }

    fn judge(&mut self, value: &Value, when: Moment, fresh: bool, values: &Values) -> Option<bool> {
        let truth = self.signal.truth();
        let (open, opened) = self
            .gate
            .as_mut()
            .map_or((true, false), |gate| gate.look(value, values));
        let said = match &mut self.test {
            Test::Complex(complex) => {
                // What was while it was not looked at counts for nothing.
                if opened || !open {
                    complex.rest(when);
                }
                complex.holds(value, truth, when, fresh, values)
            }
            test => test.holds(value, truth),
        };
        if open { said } else { Some(false) }
    }

    /// The points it reads besides its own.
    pub fn reads(&self) -> Vec<PointId> {
        let mut all = match &self.test {
            Test::Complex(complex) => complex.reads(),
            _ => Vec::new(),
        };
        all.extend(self.gate.iter().flat_map(|gate| gate.reads()));
        all
    }

    /// Whether time alone can change it.
    pub fn is_timed(&self) -> bool {
        matches!(&self.test, Test::Complex(complex) if complex.is_timed())
            || self.gate.as_ref().is_some_and(|gate| gate.has_hours())
    }

    /// Takes over what one watched before that has the same condition; false where it has another.
    pub fn goes_on_from(&mut self, before: Self) -> bool {
        let same = self.test.is_like(&before.test) && self.gate == before.gate;
        if same {
            self.test = before.test;
            self.gate = before.gate;
        }
        self.signal = before.signal;
        (self.before, self.after) = (before.before, before.after);
        same
    }
}

/// The points that conditions read besides their own.
pub fn read_by(conditions: &[Condition]) -> Vec<PointId> {
    let watches = conditions.iter().filter_map(|it| Watch::new(it, 0, false));
    watches.flat_map(|watch| watch.reads()).collect()
}

impl Test {
    fn new(condition: &Condition) -> Option<Self> {
        let deadband = if condition.deadband.is_finite() {
            condition.deadband.max(0.0)
        } else {
            0.0
        };
        if condition.kind.limit().is_some_and(|limit| !limit.is_finite()) {
            return None;
        }
        Some(match &condition.kind {
            ConditionKind::LoLo { limit } | ConditionKind::Lo { limit } => Self::Low {
                limit: *limit,
                back: limit + deadband,
            },
            ConditionKind::Hi { limit } | ConditionKind::HiHi { limit } => Self::High {
                limit: *limit,
                back: limit - deadband,
            },
            ConditionKind::State { any_of } => Self::OneOf(any_of.iter().cloned().collect()),
            ConditionKind::Stale => Self::Stale,
            ConditionKind::Offline => Self::Offline,
            _ => Self::Complex(Box::new(Complex::new(condition, deadband)?)),
        })
    }

    /// Whether it is the same test, whatever it remembers.
    pub fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (
                Self::Low { limit, back },
                Self::Low {
                    limit: other,
                    back: way,
                },
            )
            | (
                Self::High { limit, back },
                Self::High {
                    limit: other,
                    back: way,
                },
            ) => limit.to_bits() == other.to_bits() && back.to_bits() == way.to_bits(),
            (Self::OneOf(any), Self::OneOf(other)) => any == other,
            (Self::Stale, Self::Stale) | (Self::Offline, Self::Offline) => true,
            (Self::Complex(one), Self::Complex(other)) => one.is_like(other),
            _ => false,
        }
    }

    /// Whether a value makes the condition true, given that it was (`truth`) or was not before.
    /// None where the value says nothing about it.
    pub fn holds(&self, value: &Value, truth: bool) -> Option<bool> {
        match self {
            Self::Low { limit, back } => number(value).map(|it| it <= *limit || (truth && it <= *back)),
            Self::High { limit, back } => number(value).map(|it| it >= *limit || (truth && it >= *back)),
            Self::OneOf(any) if !value.is_null() => Some(any.iter().any(|one| same(one, value))),
            Self::OneOf(_) | Self::Stale | Self::Offline | Self::Complex(_) => None,
        }
    }
}

/// A number that can be reckoned with.
pub fn number(value: &Value) -> Option<f64> {
    value.as_f64().filter(|number| number.is_finite())
}

/// Words alike but for case, numbers alike but for their kind.
pub fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Text(one), Value::Text(other)) => one.trim().eq_ignore_ascii_case(other.trim()),
        (Value::Int(int), Value::Float(float)) | (Value::Float(float), Value::Int(int)) => {
            *float == *int as f64
        }
        _ => one == other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadband_holds_until_the_value_is_well_back() {
        let high = Test::High {
            limit: 10.0,
            back: 9.0,
        };
        for (value, truth, expected) in [
            (9.9, false, false),
            (10.0, false, true),
            (9.5, true, true),
            (9.0, true, true),
            (8.9, true, false),
        ] {
            assert_eq!(high.holds(&Value::Float(value), truth), Some(expected), "{value}");
        }
        let low = Test::Low {
            limit: 10.0,
            back: 11.0,
        };
        assert_eq!(low.holds(&Value::Int(10), false), Some(true));
        assert_eq!(low.holds(&Value::Int(11), true), Some(true));
        assert_eq!(low.holds(&Value::Int(11), false), Some(false));
        assert_eq!(low.holds(&Value::Int(12), true), Some(false));
    }

    #[test]
    fn what_is_no_number_says_nothing_about_a_limit() {
        let high = Test::High {
            limit: 1.0,
            back: 1.0,
        };
        for value in [Value::Null, Value::text("12"), Value::Float(f64::NAN)] {
            assert_eq!(high.holds(&value, true), None);
        }
    }

    #[test]
    fn states_match_without_case_and_across_kinds_of_number() {
        let fault = Test::OneOf([Value::text("fault"), Value::Int(9)].into());
        assert_eq!(fault.holds(&Value::text("FAULT "), false), Some(true));
        assert_eq!(fault.holds(&Value::Float(9.0), false), Some(true));
        assert_eq!(fault.holds(&Value::Bool(true), true), Some(false));
        assert_eq!(fault.holds(&Value::Null, true), None);
    }
}
