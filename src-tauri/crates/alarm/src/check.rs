//! Whether a condition that a person wrote can be judged; what is wrong with it, in words.

use hearthline_model::{Condition, ConditionKind, MINUTE, Micros};

use crate::complex::LONGEST_RATE;
use crate::expression::{Fault, Program};

/// Longest delay, and longest time of a condition.
const LONGEST: Micros = 30 * 24 * 60 * MINUTE;
/// Characters of each text.
const LONGEST_TEXT: usize = 500;
/// States that a condition names.
const MOST_STATES: usize = 100;

/// An error, in one sentence for a person, where a condition can never be judged or is out of bounds.
///
/// # Errors
/// As said.
pub fn check(condition: &Condition) -> Result<(), Fault> {
    let wrong = |text: &str| Err(Fault(text.into()));
    let numbers = condition.kind.limit().is_none_or(f64::is_finite)
        && condition.deadband.is_finite()
        && condition.deadband >= 0.0;
    if !numbers {
        return wrong("limits must be numbers, deadbands numbers not below zero");
    }
    let delays = [
        condition.on_delay,
        condition.off_delay,
        condition.respond_within.unwrap_or_default(),
    ];
    if delays.iter().any(|delay| !(0..=LONGEST).contains(delay)) {
        return wrong("delays lie between zero and 30 days");
    }
    let texts = [
        &condition.text,
        &condition.response,
        &condition.consequence,
        &condition.class,
        &condition.group,
    ];
    if texts.iter().any(|text| text.chars().count() > LONGEST_TEXT) {
        return wrong("texts of an alarm have at most 500 characters");
    }
    if let Some(hours) = condition.hours
        && (hours.from >= 24 * 60 || hours.to > 24 * 60 || hours.days.trailing_zeros() >= 7)
    {
        return wrong("hours lie within the day, and need a day of the week");
    }
    if !condition.enabled_while.trim().is_empty() {
        Program::read(condition.enabled_while.trim())?;
    }
    match &condition.kind {
        ConditionKind::Deviation { limit, .. } | ConditionKind::Rate { limit, .. } if *limit <= 0.0 => {
            wrong("how far a value may go must be more than zero")
        }
        ConditionKind::Rate { over, .. } if !(1..=LONGEST_RATE).contains(over) => {
            wrong("a rate is measured over at most an hour")
        }
        ConditionKind::Stuck { within, .. } if !within.is_finite() || *within < 0.0 => {
            wrong("what counts as standing still is a number not below zero")
        }
        ConditionKind::Stuck { after, .. }
        | ConditionKind::NotCounting { after }
        | ConditionKind::NoData { after }
            if !(1..=LONGEST).contains(after) =>
        {
            wrong("the time after which it is raised lies between zero and 30 days")
        }
        ConditionKind::State { any_of } | ConditionKind::ChangesTo { any_of }
            if any_of.is_empty() || any_of.len() > MOST_STATES =>
        {
            wrong("choose the states that raise the alarm")
        }
        ConditionKind::Expression { formula } => Program::read(formula).map(|_| ()),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hearthline_model::Priority;

    #[test]
    fn what_can_never_be_judged_is_told() {
        let of = |kind| Condition::new(kind, Priority::High, "x");
        let says = |condition: &Condition| check(condition).map_err(|fault| fault.0);
        let fine = of(ConditionKind::Hi { limit: 1.0 });
        assert_eq!(says(&fine), Ok(()));
        for (wrong, words) in [
            (of(ConditionKind::Hi { limit: f64::NAN }), "numbers"),
            (
                Condition {
                    on_delay: -1,
                    ..fine.clone()
                },
                "delays",
            ),
            (
                Condition {
                    text: "x".repeat(501),
                    ..fine.clone()
                },
                "500",
            ),
            (
                Condition {
                    enabled_while: "1 +".into(),
                    ..fine.clone()
                },
                "ends too early",
            ),
            (of(ConditionKind::Rate { limit: 1.0, over: 0 }), "an hour"),
            (of(ConditionKind::NoData { after: 0 }), "30 days"),
            (of(ConditionKind::State { any_of: Vec::new() }), "choose"),
            (
                of(ConditionKind::Expression {
                    formula: "running".into(),
                }),
                "the word",
            ),
        ] {
            let fault = says(&wrong).unwrap_err();
            assert!(fault.contains(words), "{fault}");
        }
    }
}
