//! Random lives of an alarm against a reference that walks time one microsecond after the other and keeps no timers.

mod common;

use common::{Bench, condition};
use hearthline_model::{AlarmState, Condition, ConditionKind, Micros, Priority, Quality, Transition, Value};
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Op {
    Sample(i32, Quality),
    /// Older than the last one taken by this much.
    Late(i32, Micros),
    Null,
    Tick,
    Acknowledge,
    /// The same conditions are announced again.
    Announce,
    /// The program ends and starts again with the last journal entries. Delays that run start anew.
    Restart,
}

#[derive(Clone, Debug)]
struct Life {
    high: bool,
    limit: i32,
    deadband: i32,
    on: Micros,
    off: Micros,
    /// Each with its time.
    ops: Vec<(Micros, Op)>,
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        8 => (-4..5i32).prop_map(|value| Op::Sample(value, Quality::Good)),
        1 => (-4..5i32).prop_map(|value| Op::Sample(value, Quality::Bad)),
        1 => (-4..5i32).prop_map(|value| Op::Sample(value, Quality::Uncertain)),
        1 => (-4..5i32, 1..5i64).prop_map(|(value, by)| Op::Late(value, by)),
        1 => Just(Op::Null),
        2 => Just(Op::Tick),
        2 => Just(Op::Acknowledge),
        1 => Just(Op::Announce),
    ]
}

fn life() -> impl Strategy<Value = Life> {
    let ops = prop::collection::vec((0..6i64, op()), 1..60);
    (any::<bool>(), -2..3i32, 0..3i32, 0..8i64, 0..8i64, ops).prop_map(
        |(high, limit, deadband, on, off, steps)| {
            let mut now = 10;
            let ops = steps
                .into_iter()
                .map(|(step, op)| {
                    now += step;
                    (now, op)
                })
                .collect();
            Life {
                high,
                limit,
                deadband,
                on,
                off,
                ops,
            }
        },
    )
}

/// One alarm, told plainly.
struct Plain<'a> {
    life: &'a Life,
    state: AlarmState,
    beyond: bool,
    /// How long it has been so.
    held: Micros,
    raised: bool,
    last: Option<Micros>,
    journal: Vec<(Transition, AlarmState, Micros)>,
}

impl Plain<'_> {
    fn write(&mut self, what: Transition, state: AlarmState, at: Micros) {
        self.state = state;
        self.journal.push((what, state, at));
    }

    fn settle(&mut self, now: Micros) {
        let delay = if self.beyond { self.life.on } else { self.life.off };
        if self.beyond == self.raised || self.held < delay {
            return;
        }
        self.raised = self.beyond;
        match (self.beyond, self.state) {
            (true, _) => self.write(Transition::Raised, AlarmState::Unacknowledged, now),
            (false, AlarmState::Unacknowledged) => self.write(Transition::Cleared, AlarmState::Returned, now),
            (false, _) => self.write(Transition::Cleared, AlarmState::Normal, now),
        }
    }

    fn value(&mut self, value: i32, now: Micros) {
        // A low alarm is a high alarm of the number turned round.
        let (value, limit) = if self.life.high {
            (value, self.life.limit)
        } else {
            (-value, -self.life.limit)
        };
        let limit = if self.beyond {
            limit - self.life.deadband
        } else {
            limit
        };
        let beyond = value >= limit;
        if beyond != self.beyond {
            self.beyond = beyond;
            self.held = 0;
        }
        self.last = Some(now);
        self.settle(now);
    }

    fn acknowledge(&mut self, now: Micros) {
        match self.state {
            AlarmState::Unacknowledged => self.write(Transition::Acknowledged, AlarmState::Acknowledged, now),
            AlarmState::Returned => self.write(Transition::Acknowledged, AlarmState::Normal, now),
            _ => {}
        }
    }
}

fn plain(life: &Life, end: Micros) -> Vec<(Transition, AlarmState, Micros)> {
    let mut plain = Plain {
        life,
        state: AlarmState::Normal,
        beyond: false,
        held: 0,
        raised: false,
        last: None,
        journal: Vec::new(),
    };
    for now in 0..=end {
        for (_, op) in life.ops.iter().filter(|(at, _)| *at == now) {
            match op {
                Op::Sample(value, Quality::Good | Quality::Uncertain) => plain.value(*value, now),
                Op::Tick => plain.settle(now),
                Op::Acknowledge => {
                    plain.settle(now);
                    plain.acknowledge(now);
                }
                // Late ones that nothing is known before are just samples of an earlier time; the life has none.
                Op::Sample(..) | Op::Late(..) | Op::Null | Op::Announce | Op::Restart => {}
            }
        }
        plain.settle(now);
        plain.held += 1;
    }
    plain.journal
}

fn conditions(life: &Life) -> Vec<Condition> {
    let limit = f64::from(life.limit);
    let kind = if life.high {
        ConditionKind::Hi { limit }
    } else {
        ConditionKind::Lo { limit }
    };
    vec![
        Condition {
            deadband: f64::from(life.deadband),
            on_delay: life.on,
            off_delay: life.off,
            priority: Priority::Medium,
            ..condition(kind)
        },
        // One beside it, that must not disturb.
        condition(ConditionKind::HiHi { limit: 3.0 }),
    ]
}

fn real(life: &Life, end: Micros) -> Bench {
    let conditions = conditions(life);
    let id = if life.high { 3 } else { 2 };
    let mut bench = Bench::new(&conditions);
    let mut taken: Option<Micros> = None;
    for &(now, ref op) in &life.ops {
        match op {
            Op::Sample(value, quality) => {
                bench.sample(now, (f64::from(*value), *quality));
                if *quality != Quality::Bad {
                    taken = Some(now);
                }
            }
            Op::Late(value, by) => {
                if let Some(last) = taken {
                    bench.told(last - by, now, f64::from(*value));
                }
            }
            Op::Null => bench.sample(now, Value::Null),
            Op::Tick => bench.tick(now),
            Op::Acknowledge => {
                bench.tick(now);
                bench.acknowledge(id, now);
            }
            Op::Announce => bench.set(&conditions, now),
            Op::Restart => {
                let mut last: Vec<_> = Vec::new();
                for name in ["hi", "lo", "hi_hi"] {
                    last.extend(bench.journal.iter().rfind(|it| it.key.condition == name).cloned());
                }
                bench.alarms = hearthline_alarm::Alarms::default();
                for entry in last {
                    bench.alarms.restore(entry.alarm, entry.key.clone(), Some(entry));
                }
                bench.set(&conditions, now);
            }
        }
    }
    bench.tick(end);
    bench
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn the_journal_is_that_of_the_reference(life in life()) {
        let end = life.ops.last().map_or(0, |(at, _)| *at) + 20;
        let own = if life.high { "hi" } else { "lo" };
        let mut bench = real(&life, end);
        let journal: Vec<_> = bench
            .wrote()
            .into_iter()
            .filter(|(condition, ..)| condition == own)
            .map(|(_, what, state, at)| (what, state, at))
            .collect();
        prop_assert_eq!(journal, plain(&life, end));
    }

    /// Without delays a restart at any moment leaves no trace in the journal.
    #[test]
    fn a_restart_leaves_no_trace(life in life(), moments in prop::collection::vec(any::<prop::sample::Index>(), 1..5)) {
        let mut life = Life { on: 0, off: 0, ..life };
        let end = life.ops.last().map_or(0, |(at, _)| *at) + 20;
        life.ops.retain(|(_, op)| !matches!(op, Op::Late(..) | Op::Announce));
        prop_assume!(!life.ops.is_empty());
        let undisturbed = real(&life, end).wrote();
        for moment in moments {
            let at = moment.index(life.ops.len());
            let now = life.ops[at].0;
            life.ops.insert(at, (now, Op::Restart));
        }
        prop_assert_eq!(real(&life, end).wrote(), undisturbed);
    }
}
