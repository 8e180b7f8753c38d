//! Catch-up data: judged with its own times, and what the live value has decided stays.

mod common;

use common::{Bench, POINT, condition, hi};
use hearthline_model::{
    AlarmState, Condition, ConditionKind, HOUR, MINUTE, Micros, PointId, Quality, SECOND, Sample, Transition,
    Value,
};
use proptest::prelude::*;

fn told(bench: &mut Bench, at: Micros, received: Micros, value: f64) {
    let sample = Sample {
        point: POINT,
        at,
        value: Value::Float(value),
        quality: Quality::Good,
    };
    bench.alarms.told(&sample, received, true, &mut bench.journal);
}

fn lines(bench: &mut Bench) -> Vec<(Transition, AlarmState, Micros, bool, bool)> {
    let lines = bench.journal.drain(..);
    lines
        .map(|it| (it.transition, it.state, it.at, it.late, it.over))
        .collect()
}

#[test]
fn in_order_it_raises_and_clears_with_its_own_times_and_is_late() {
    let mut bench = Bench::new(&[Condition {
        on_delay: MINUTE,
        ..hi(10.0)
    }]);
    bench.sample(0, 5.0);
    // Away for three hours; beyond for half an hour of them.
    for (at, value) in [(HOUR, 20.0), (HOUR + 30 * MINUTE, 5.0), (2 * HOUR, 20.0)] {
        told(&mut bench, at, 3 * HOUR, value);
    }
    bench.tick(3 * HOUR);
    assert_eq!(
        lines(&mut bench),
        [
            (
                Transition::Raised,
                AlarmState::Unacknowledged,
                HOUR + MINUTE,
                true,
                true
            ),
            (
                Transition::Cleared,
                AlarmState::Returned,
                HOUR + 30 * MINUTE,
                true,
                true
            ),
        ]
    );
    // By our own clock its minute is over: it is raised, and calls only when no more comes that ends it.
    told(&mut bench, 2 * HOUR + 2 * MINUTE, 3 * HOUR, 20.0);
    assert_eq!(
        lines(&mut bench),
        [(
            Transition::Raised,
            AlarmState::Unacknowledged,
            2 * HOUR + MINUTE,
            true,
            false
        )]
    );
    let settling = |bench: &Bench| bench.alarms.active()[0].settling.is_some();
    bench.tick(3 * HOUR + SECOND);
    assert!(settling(&bench));
    bench.tick(3 * HOUR + 2 * SECOND);
    assert!(!settling(&bench));
    assert_eq!(bench.alarms.active()[0].called_at, 3 * HOUR + 2 * SECOND);
    assert_eq!(bench.alarms.active()[0].raised_at, 2 * HOUR + MINUTE);
}

#[test]
fn a_device_whose_clock_is_behind_calls_all_the_same() {
    let mut bench = Bench::new(&[hi(10.0)]);
    for second in 0..20 {
        bench.told(second * SECOND, HOUR + second * SECOND, 20.0);
        bench.tick(HOUR + second * SECOND);
    }
    let active = bench.alarms.active();
    assert!(active[0].late && active[0].settling.is_none());
    assert_eq!(active[0].called_at, HOUR + 10 * SECOND);
}

#[test]
fn what_began_and_ended_before_the_live_value_calls_nobody_and_waits_for_a_look() {
    let mut bench = Bench::new(&[hi(10.0)]);
    bench.sample(0, 5.0);
    bench.sample(HOUR, 6.0);
    for (at, value) in [(10, 20.0), (20, 21.0), (30, 5.0), (40, 20.0), (50, 5.0)] {
        told(&mut bench, at * MINUTE, HOUR + 1, value);
    }
    let over = |what, state, at: Micros| (what, state, at * MINUTE, true, true);
    let (called, seen) = (AlarmState::Unacknowledged, AlarmState::Returned);
    assert!(bench.journal.iter().all(|entry| !entry.is_annunciation()));
    assert_eq!(
        lines(&mut bench),
        [
            over(Transition::Raised, called, 10),
            over(Transition::Cleared, seen, 30),
            over(Transition::Raised, called, 40),
            over(Transition::Cleared, seen, 50),
        ]
    );
    assert_eq!(bench.state(3), AlarmState::Returned);
    let active = bench.alarms.active();
    assert_eq!((active[0].count, active[0].raised_at), (2, 40 * MINUTE));
    // The live value goes on as before.
    bench.sample(HOUR + SECOND, 20.0);
    assert_eq!(bench.moves(), [(Transition::Raised, HOUR + SECOND)]);
}

#[test]
fn where_nobody_acknowledges_or_it_latches_the_policy_holds() {
    for (latching, no_acknowledgement, state) in [
        (false, true, AlarmState::Normal),
        (true, false, AlarmState::LatchedUnacknowledged),
        (true, true, AlarmState::Latched),
    ] {
        let mut bench = Bench::new(&[Condition {
            latching,
            no_acknowledgement,
            ..hi(10.0)
        }]);
        bench.sample(HOUR, 5.0);
        told(&mut bench, 10 * MINUTE, HOUR, 20.0);
        told(&mut bench, 20 * MINUTE, HOUR, 5.0);
        assert_eq!(bench.moves().len(), 2);
        assert_eq!(bench.state(3), state);
    }
}

#[test]
fn what_the_live_value_decided_stays() {
    // Raised live, and old data says otherwise in between: the journal tells, the alarm stays as it is.
    let mut bench = Bench::new(&[hi(10.0)]);
    bench.sample(0, 20.0);
    bench.acknowledge(3, SECOND);
    bench.sample(HOUR, 20.0);
    bench.journal.clear();
    for (at, value) in [(10, 5.0), (20, 20.0), (30, 5.0), (40, 20.0)] {
        told(&mut bench, at * MINUTE, HOUR + 1, value);
    }
    bench.tick(2 * HOUR);
    let same = AlarmState::Acknowledged;
    assert_eq!(
        lines(&mut bench),
        [
            (Transition::Raised, same, 20 * MINUTE, true, true),
            (Transition::Cleared, same, 30 * MINUTE, true, true),
        ],
        "the first end and the last begin are those of what the live value raised"
    );
    assert_eq!(bench.alarms.active()[0].raised_at, 0);
    // Older than what was judged when it was there: nothing.
    told(&mut bench, -MINUTE, 2 * HOUR, 20.0);
    told(&mut bench, 0, 2 * HOUR, 5.0);
    assert_eq!(bench.moves(), []);
}

#[test]
fn what_is_open_at_the_end_of_old_data_ended_where_the_live_value_says_so() {
    let mut bench = Bench::new(&[hi(10.0)]);
    bench.sample(0, 5.0);
    bench.sample(HOUR, 5.0);
    told(&mut bench, 30 * MINUTE, HOUR + SECOND, 20.0);
    bench.tick(HOUR + 10 * SECOND);
    assert_eq!(bench.moves(), []);
    bench.tick(HOUR + 11 * SECOND);
    assert_eq!(
        bench.moves(),
        [(Transition::Raised, 30 * MINUTE), (Transition::Cleared, HOUR)]
    );
}

#[test]
fn a_jump_of_our_clock_neither_ends_old_data_nor_calls() {
    let mut bench = Bench::new(&[hi(10.0)]);
    bench.sample(0, 5.0);
    bench.sample(HOUR, 5.0);
    told(&mut bench, 30 * MINUTE, HOUR + SECOND, 20.0);
    bench.alarms.clock_moved(24 * HOUR);
    bench.tick(25 * HOUR + 2 * SECOND);
    assert_eq!(bench.moves(), []);
    told(&mut bench, 40 * MINUTE, 25 * HOUR + 3 * SECOND, 5.0);
    assert_eq!(bench.moves().len(), 2);
    let mut bench = Bench::new(&[hi(10.0)]);
    told(&mut bench, 0, HOUR, 20.0);
    bench.alarms.clock_moved(-HOUR);
    bench.tick(SECOND);
    assert!(bench.alarms.active()[0].settling.is_some());
}

#[test]
fn conditions_that_old_values_alone_cannot_judge_are_left_out() {
    let mut bench = Bench::new(&[
        Condition {
            enabled_while: "{#9} == 1".into(),
            ..hi(10.0)
        },
        condition(ConditionKind::NoData { after: 30 * MINUTE }),
        condition(ConditionKind::Rate {
            limit: 10.0,
            over: MINUTE,
        }),
    ]);
    bench.sample(0, 5.0);
    bench.sample(HOUR, 5.0);
    for (at, value) in [(0, 5.0), (10, 20.0), (200, 20.0), (300, 20.0)] {
        told(&mut bench, 10 * MINUTE + at * SECOND, HOUR, value);
    }
    let wrote = bench.wrote();
    assert!(wrote.iter().all(|(name, ..)| name == "rate"), "{wrote:?}");
    assert_eq!(wrote.len(), 2);
}

#[test]
fn a_restart_knows_what_was_judged() {
    let mut bench = Bench::new(&[hi(10.0)]);
    bench.alarms.known_until(POINT, HOUR);
    bench.sample(2 * HOUR, 5.0);
    told(&mut bench, HOUR, 2 * HOUR, 20.0);
    told(&mut bench, 90 * MINUTE, 2 * HOUR, 20.0);
    told(&mut bench, 91 * MINUTE, 2 * HOUR, 5.0);
    assert_eq!(
        bench.moves(),
        [
            (Transition::Raised, 90 * MINUTE),
            (Transition::Cleared, 91 * MINUTE)
        ]
    );
    bench.alarms.known_until(PointId(77), HOUR);
}

/// Live values with a pause, and old ones of the pause, each with what it is told between.
#[derive(Clone, Debug)]
struct Story {
    before: Vec<i32>,
    after: Vec<i32>,
    old: Vec<(Micros, i32)>,
    on: Micros,
    off: Micros,
    deadband: i32,
}

const LIMIT: i32 = 0;
/// The pause, in seconds: from the last value before it to the first after it.
const FROM: Micros = 40;
const TO: Micros = 400;

fn story() -> impl Strategy<Value = Story> {
    let value = || -3..4i32;
    (
        prop::collection::vec(value(), 1..8),
        prop::collection::vec(value(), 1..8),
        prop::collection::vec((0..TO - FROM - 1, value()), 0..12),
        0..30i64,
        0..30i64,
        0..3i32,
    )
        .prop_map(|(before, after, mut old, on, off, deadband)| {
            for (at, _) in &mut old {
                *at += FROM + 1;
            }
            old.sort_by_key(|(at, _)| *at);
            old.dedup_by_key(|(at, _)| *at);
            Story {
                before,
                after,
                old,
                on,
                off,
                deadband,
            }
        })
}

/// Walks second by second: when the condition, with its delays, was raised and when it ended.
fn walk(
    story: &Story,
    values: &[(Micros, i32)],
    mut beyond: bool,
    to: Micros,
) -> Vec<(Micros, Option<Micros>)> {
    let (mut raised, mut held) = (beyond, i64::MAX / 2);
    let mut all: Vec<(Micros, Option<Micros>)> = if raised {
        vec![(Micros::MIN, None)]
    } else {
        Vec::new()
    };
    let first = values.first().map_or(to, |(at, _)| *at);
    for now in first..to {
        if let Some((_, value)) = values.iter().find(|(at, _)| *at == now) {
            let now_beyond = *value >= LIMIT - if beyond { story.deadband } else { 0 };
            if now_beyond != beyond {
                (beyond, held) = (now_beyond, 0);
            }
        }
        if beyond != raised && held >= if beyond { story.on } else { story.off } {
            raised = beyond;
            if raised {
                all.push((now, None));
            } else if let Some(last) = all.last_mut() {
                last.1 = Some(now);
            }
        }
        held = held.saturating_add(1);
    }
    all
}

fn plainly(story: &Story) -> Vec<(Micros, Micros)> {
    let before: Vec<(Micros, i32)> = timed(&story.before, FROM - story.before.len() as i64 + 1);
    let live: Vec<(Micros, i32)> = before.iter().copied().chain(timed(&story.after, TO)).collect();
    // Between the last value and the one that ended the pause our own clock ran on.
    let ran_on = walk(story, &before, false, TO);
    let raised_before = ran_on.last().is_some_and(|(_, end)| end.is_none());
    let beyond_after = beyond_at(story, &live, TO);
    let mut found = Vec::new();
    for (from, to) in walk(story, &story.old, raised_before, TO) {
        let begun_in_it = from != Micros::MIN;
        match to {
            Some(to) if begun_in_it => found.push((from, to)),
            None if begun_in_it && !beyond_after => found.push((from, TO)),
            _ => {}
        }
    }
    found
}

fn beyond_at(story: &Story, values: &[(Micros, i32)], at: Micros) -> bool {
    let mut beyond = false;
    for (_, value) in values.iter().filter(|(when, _)| *when <= at) {
        beyond = *value >= LIMIT - if beyond { story.deadband } else { 0 };
    }
    beyond
}

fn timed(values: &[i32], from: Micros) -> Vec<(Micros, i32)> {
    (from..).zip(values.iter().copied()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 800, ..ProptestConfig::default() })]

    /// Old data adds the occurrences that lie wholly within the pause, and changes nothing of the live ones, whenever it is told.
    #[test]
    fn old_data_adds_what_the_reference_finds_and_nothing_else(story in story(), told_after in 0..8usize) {
        let conditions = [Condition {
            on_delay: story.on * SECOND,
            off_delay: story.off * SECOND,
            deadband: f64::from(story.deadband),
            ..hi(f64::from(LIMIT))
        }];
        let run = |with_old: bool| {
            let mut bench = Bench::new(&conditions);
            let before = timed(&story.before, FROM - story.before.len() as i64 + 1);
            for (at, value) in &before {
                bench.sample(at * SECOND, f64::from(*value));
            }
            // Our clock runs on through the pause.
            for second in FROM..TO {
                bench.tick(second * SECOND);
            }
            let after = timed(&story.after, TO);
            let tell = told_after.min(after.len() - 1);
            for (number, (at, value)) in after.iter().enumerate() {
                bench.sample(at * SECOND, f64::from(*value));
                if number == tell && with_old {
                    for (at, value) in &story.old {
                        let received = (TO + number as i64) * SECOND;
                        told(&mut bench, at * SECOND, received, f64::from(*value));
                    }
                }
            }
            for second in TO + after.len() as i64..TO + 100 {
                bench.tick(second * SECOND);
            }
            bench
        };
        let (mut with, mut without) = (run(true), run(false));
        prop_assert_eq!(with.alarms.get(hearthline_model::AlarmId(3)).unwrap().state.is_raised(),
            without.alarms.get(hearthline_model::AlarmId(3)).unwrap().state.is_raised());
        let moves = |bench: &mut Bench, over: bool| -> Vec<(Transition, Micros)> {
            let journal = bench.journal.iter().filter(|it| it.over == over);
            journal.map(|it| (it.transition, it.at / SECOND)).collect()
        };
        prop_assert_eq!(moves(&mut with, false), moves(&mut without, false));
        let expected: Vec<(Transition, Micros)> = plainly(&story)
            .into_iter()
            .flat_map(|(from, to)| [(Transition::Raised, from), (Transition::Cleared, to)])
            .collect();
        prop_assert_eq!(moves(&mut with, true), expected);
    }
}
