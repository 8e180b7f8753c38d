//! Every sequence of what can happen to an alarm, against a reference that keeps yes and no rather than states.

#![allow(clippy::expect_used)] // test code

mod common;

use common::{Bench, condition};
use hearthline_alarm::Alarms;
use hearthline_model::{
    AlarmAct, AlarmId, AlarmState, Condition, ConditionKind, CoverKind, Micros, Transition,
};
use proptest::prelude::*;

const HI: AlarmId = AlarmId(3);
/// How long a shelf for a time lasts, in steps of the clock.
const SHELF: Micros = 3;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Step {
    High,
    Low,
    Acknowledge,
    Reset,
    ShelveForATime,
    ShelveOnce,
    Unshelve,
    Suppress,
    Unsuppress,
    OutOfService,
    InService,
    Wait,
}

const STEPS: [Step; 12] = [
    Step::High,
    Step::Low,
    Step::Acknowledge,
    Step::Reset,
    Step::ShelveForATime,
    Step::ShelveOnce,
    Step::Unshelve,
    Step::Suppress,
    Step::Unsuppress,
    Step::OutOfService,
    Step::InService,
    Step::Wait,
];

/// The reference.
#[derive(Clone, Debug, Default)]
struct Plain {
    latching: bool,
    needs_nobody: bool,
    high: bool,
    unseen: bool,
    latched: bool,
    /// When the shelf ends, or never but once.
    shelf: Option<(Option<Micros>, bool)>,
    suppressed: bool,
    out: bool,
    said: Vec<Transition>,
}

impl Plain {
    fn open(&self) -> bool {
        self.shelf.is_none() && !self.suppressed && !self.out
    }

    fn uncovered(&mut self, says: Transition) {
        self.said.push(says);
        if self.open() && self.high && !self.needs_nobody {
            self.unseen = true;
        }
    }

    fn step(&mut self, step: Step, now: Micros) {
        self.said.clear();
        // Time passes first.
        if self
            .shelf
            .is_some_and(|(until, _)| until.is_some_and(|until| until <= now))
        {
            self.shelf = None;
            self.uncovered(Transition::Unshelved);
        }
        match step {
            Step::High if !self.high => {
                self.high = true;
                self.latched = false;
                self.unseen = !self.needs_nobody;
                self.said.push(Transition::Raised);
            }
            Step::Low if self.high => {
                self.high = false;
                self.latched = self.latching;
                self.said.push(Transition::Cleared);
                if self.shelf.is_some_and(|(_, once)| once) {
                    self.shelf = None;
                    self.uncovered(Transition::Unshelved);
                }
            }
            Step::Acknowledge if self.unseen => {
                self.unseen = false;
                self.said.push(Transition::Acknowledged);
            }
            Step::Reset if self.latched && !self.unseen => {
                self.latched = false;
                self.said.push(Transition::Reset);
            }
            Step::ShelveForATime => {
                self.shelf = Some((Some(now + SHELF), false));
                self.said.push(Transition::Shelved);
            }
            Step::ShelveOnce => {
                self.shelf = Some((None, true));
                self.said.push(Transition::Shelved);
            }
            Step::Unshelve if self.shelf.is_some() => {
                self.shelf = None;
                self.uncovered(Transition::Unshelved);
            }
            Step::Suppress => {
                self.suppressed = true;
                self.said.push(Transition::Suppressed);
            }
            Step::Unsuppress if self.suppressed => {
                self.suppressed = false;
                self.uncovered(Transition::Unsuppressed);
            }
            Step::OutOfService => {
                self.out = true;
                self.said.push(Transition::OutOfService);
            }
            Step::InService if self.out => {
                self.out = false;
                self.uncovered(Transition::InService);
            }
            _ => {}
        }
    }

    fn state(&self) -> AlarmState {
        match (self.high, self.unseen, self.latched) {
            (true, true, _) => AlarmState::Unacknowledged,
            (true, false, _) => AlarmState::Acknowledged,
            (false, true, true) => AlarmState::LatchedUnacknowledged,
            (false, false, true) => AlarmState::Latched,
            (false, true, false) => AlarmState::Returned,
            (false, false, false) => AlarmState::Normal,
        }
    }

    fn covers(&self) -> Vec<CoverKind> {
        let mut all = Vec::new();
        if self.shelf.is_some() {
            all.push(CoverKind::Shelved);
        }
        if self.suppressed {
            all.push(CoverKind::Suppressed);
        }
        if self.out {
            all.push(CoverKind::OutOfService);
        }
        all
    }
}

fn act(bench: &mut Bench, step: Step, now: Micros) {
    let reason = "too loud".to_owned();
    let act = match step {
        Step::High => return bench.sample(now, 20.0),
        Step::Low => return bench.sample(now, 1.0),
        Step::Wait => return,
        Step::Acknowledge => AlarmAct::Acknowledge,
        Step::Reset => AlarmAct::Reset,
        Step::ShelveForATime => AlarmAct::Shelve {
            until: Some(now + SHELF),
            once: false,
            reason,
        },
        Step::ShelveOnce => AlarmAct::Shelve {
            until: None,
            once: true,
            reason,
        },
        Step::Unshelve => AlarmAct::Unshelve,
        Step::Suppress => AlarmAct::Suppress { reason },
        Step::Unsuppress => AlarmAct::Unsuppress,
        Step::OutOfService => AlarmAct::OutOfService { reason },
        Step::InService => AlarmAct::InService,
    };
    let before = bench.journal.len();
    let changed = bench.alarms.act(HI, &act, "Ann", now, &mut bench.journal);
    assert_eq!(changed, bench.journal.len() > before, "{step:?}");
}

fn conditions(latching: bool, no_acknowledgement: bool) -> [Condition; 1] {
    [Condition {
        latching,
        no_acknowledgement,
        ..condition(ConditionKind::Hi { limit: 10.0 })
    }]
}

fn walk(steps: impl Iterator<Item = (Step, bool)>, latching: bool, no_acknowledgement: bool) {
    let conditions = conditions(latching, no_acknowledgement);
    let mut bench = Bench::new(&conditions);
    let mut plain = Plain {
        latching,
        needs_nobody: no_acknowledgement,
        ..Plain::default()
    };
    let mut told = Vec::new();
    for (at, (step, restart)) in steps.enumerate() {
        let now = at as Micros + 1;
        let before = bench.journal.len();
        bench.tick(now);
        act(&mut bench, step, now);
        plain.step(step, now);
        told.push(step);
        let said: Vec<Transition> = bench.journal[before..].iter().map(|it| it.transition).collect();
        assert_eq!(said, plain.said, "said after {told:?}");
        if restart && let Some(last) = bench.journal.last().cloned() {
            bench.alarms = Alarms::default();
            bench.alarms.restore(last.alarm, last.key.clone(), Some(last));
            bench.set(&conditions, now);
        }
        let active = bench.alarms.get(HI).expect("the alarm is known");
        assert_eq!(active.state, plain.state(), "state after {told:?}");
        let mut covers: Vec<CoverKind> = active.covers.iter().map(|it| it.kind).collect();
        covers.sort();
        assert_eq!(covers, plain.covers(), "covers after {told:?}");
        let normal = plain.state() == AlarmState::Normal;
        assert_eq!(bench.alarms.active().len(), usize::from(!normal && plain.open()));
        assert_eq!(bench.alarms.covered().len(), usize::from(!plain.open()));
    }
    for entry in &bench.journal {
        let by_a_person = !matches!(
            (entry.transition, entry.who.as_str()),
            (
                Transition::Raised | Transition::Cleared | Transition::Unshelved,
                ""
            )
        );
        assert_eq!(entry.who, if by_a_person { "Ann" } else { "" });
    }
}

#[test]
fn every_sequence_of_four_is_that_of_the_reference() {
    for (latching, quiet) in [(false, false), (true, false), (false, true), (true, true)] {
        for number in 0..STEPS.len().pow(4) {
            let mut rest = number;
            let steps = (0..4).map(|_| {
                let step = STEPS[rest % STEPS.len()];
                rest /= STEPS.len();
                (step, false)
            });
            walk(steps, latching, quiet);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    /// Long ones, with the program ending and starting again in between.
    #[test]
    fn long_sequences_and_restarts_are_those_of_the_reference(
        steps in prop::collection::vec((prop::sample::select(&STEPS[..]), prop::bool::weighted(0.1)), 1..80),
        latching: bool,
        quiet: bool,
    ) {
        walk(steps.into_iter(), latching, quiet);
    }
}
