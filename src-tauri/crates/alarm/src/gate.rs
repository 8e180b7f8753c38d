//! When a condition is looked at: while an expression is true, and within hours of the week.

use hearthline_model::{Condition, Hours, MINUTE, Micros, PointId, Value};

use crate::complex::Values;
use crate::expression::{Fault, Program};

const DAY: Micros = 24 * 60 * MINUTE;

/// What a condition is enabled by.
#[derive(Clone, Debug)]
pub struct Gate {
    program: Option<Program>,
    hours: Option<Hours>,
    within: bool,
    was_open: bool,
}

impl PartialEq for Gate {
    fn eq(&self, other: &Self) -> bool {
        self.program == other.program && self.hours == other.hours
    }
}

impl Gate {
    /// That of a condition; none where it is always looked at.
    ///
    /// # Errors
    /// Where its expression is none.
    pub fn of(condition: &Condition) -> Result<Option<Self>, Fault> {
        let text = condition.enabled_while.trim();
        let program = if text.is_empty() {
            None
        } else {
            Some(Program::read(text)?)
        };
        let hours = condition.hours;
        Ok((program.is_some() || hours.is_some()).then_some(Self {
            program,
            hours,
            within: true,
            was_open: false,
        }))
    }

    /// The same, never looked at.
    pub fn anew(&self) -> Self {
        Self {
            within: true,
            was_open: false,
            ..self.clone()
        }
    }

    /// Whether the condition is looked at. What is unknown does not keep an alarm from being raised.
    pub fn is_open(&self, value: &Value, values: &Values) -> bool {
        self.within
            && self
                .program
                .as_ref()
                .is_none_or(|program| program.holds(value, &|point| values.get(&point)).unwrap_or(true))
    }

    /// Looks again: whether the condition is looked at, and whether that is so only from now on.
    pub fn look(&mut self, value: &Value, values: &Values) -> (bool, bool) {
        let open = self.is_open(value, values);
        let opened = open && !self.was_open;
        self.was_open = open;
        (open, opened)
    }

    /// The points it reads.
    pub fn reads(&self) -> Vec<PointId> {
        self.program
            .as_ref()
            .map(|program| program.points().to_vec())
            .unwrap_or_default()
    }

    /// Whether the time of the day can change it.
    pub fn has_hours(&self) -> bool {
        self.hours.is_some()
    }

    /// Looks at the clock on the wall; true where that changed something.
    pub fn tick(&mut self, local: Micros) -> bool {
        let Some(hours) = self.hours else { return false };
        let within = is_within(hours, local);
        std::mem::replace(&mut self.within, within) != within
    }
}

/// Whether a local time (µs since the epoch, as if it were UTC) lies within hours.
pub fn is_within(hours: Hours, local: Micros) -> bool {
    let day = local.div_euclid(DAY);
    let minute = local.rem_euclid(DAY) / MINUTE;
    let (from, to) = (i64::from(hours.from), i64::from(hours.to));
    // The epoch was a Thursday.
    let chosen = |day: i64| hours.days >> (day + 3).rem_euclid(7) & 1 == 1;
    if from < to {
        chosen(day) && (from..to).contains(&minute)
    } else {
        (chosen(day) && minute >= from) || (chosen(day - 1) && minute < to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_go_over_midnight_and_belong_to_the_day_they_began_on() {
        // 1970-01-01 was a Thursday: bit 3.
        let at = |day: i64, hour: i64, minute: i64| day * DAY + (hour * 60 + minute) * MINUTE;
        let office = Hours {
            days: 0b0001_1111,
            from: 8 * 60,
            to: 17 * 60,
        };
        assert!(is_within(office, at(0, 8, 0)) && !is_within(office, at(0, 7, 59)));
        assert!(is_within(office, at(1, 16, 59)) && !is_within(office, at(1, 17, 0)));
        assert!(!is_within(office, at(2, 12, 0)), "a Saturday");
        assert!(is_within(office, at(-1, 12, 0)), "the Wednesday before");
        let night = Hours {
            days: 0b0000_1000,
            from: 22 * 60,
            to: 6 * 60,
        };
        assert!(is_within(night, at(0, 23, 0)) && is_within(night, at(1, 5, 59)));
        assert!(!is_within(night, at(1, 23, 0)) && !is_within(night, at(0, 5, 0)));
    }
}
