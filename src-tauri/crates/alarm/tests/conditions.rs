//! Every sort of condition, seen from outside: what raises it, what ends it, what it is not.

mod common;

use common::{Bench, DEVICE, Given, POINT, condition, hi};
use hearthline_model::{
    Condition, ConditionKind, Hours, MINUTE, Micros, PointId, SECOND, Sample, Transition, Value,
};

use Transition::{Cleared, Raised};

const OTHER: PointId = PointId(7);

/// A sample of another point.
fn other(bench: &mut Bench, at: Micros, value: impl Into<Given>) {
    let Given(value, quality) = value.into();
    let sample = Sample {
        point: OTHER,
        at,
        value,
        quality,
    };
    bench.alarms.sample(&sample, at, &mut bench.journal);
}

fn while_running() -> String {
    format!("{{#{}}} == \"running\"", OTHER.0)
}

#[test]
fn a_deviation_follows_its_set_point() {
    let mut bench = Bench::new(&[Condition {
        deadband: 1.0,
        ..condition(ConditionKind::Deviation {
            from: OTHER,
            limit: 5.0,
        })
    }]);
    bench.sample(1, 20.0);
    assert!(bench.wrote().is_empty(), "the set point is not known");
    other(&mut bench, 2, 18.0);
    other(&mut bench, 3, 26.0); // the set point moved away
    bench.sample(4, 21.5); // within the deadband
    bench.sample(5, 23.0);
    bench.sample(6, 31.0);
    assert_eq!(bench.moves(), [(Raised, 3), (Cleared, 5), (Raised, 6)]);
}

#[test]
fn a_rate_looks_at_the_change_within_its_time_and_ends_by_the_clock() {
    let mut bench = Bench::new(&[condition(ConditionKind::Rate {
        limit: 10.0,
        over: MINUTE,
    })]);
    bench.sample(0, 20.0);
    bench.sample(50 * SECOND, 26.0);
    bench.sample(100 * SECOND, 29.0); // 9 in 100 s
    assert!(bench.wrote().is_empty());
    bench.sample(110 * SECOND, 43.0);
    bench.tick(150 * SECOND);
    assert_eq!(bench.moves(), [(Raised, 110 * SECOND)]);
    bench.tick(175 * SECOND);
    assert_eq!(bench.moves(), [(Cleared, 175 * SECOND)]);
}

#[test]
fn a_stuck_value_is_told_by_samples_and_by_the_clock_but_not_of_a_silent_device() {
    let stuck = condition(ConditionKind::Stuck {
        within: 0.5,
        after: MINUTE,
    });
    let mut bench = Bench::new(std::slice::from_ref(&stuck));
    bench.sample(0, 20.0);
    bench.sample(30 * SECOND, 20.4);
    bench.sample(60 * SECOND, 19.6);
    assert_eq!(bench.moves(), [(Raised, 60 * SECOND)]);
    bench.sample(70 * SECOND, 25.0);
    bench.tick(100 * SECOND);
    bench.tick(130 * SECOND);
    assert_eq!(bench.moves(), [(Cleared, 70 * SECOND), (Raised, 130 * SECOND)]);
    let mut silent = Bench::new(&[stuck]);
    silent.sample(0, 20.0);
    silent
        .alarms
        .stale(POINT, true, 30 * SECOND, 30 * SECOND, &mut silent.journal);
    silent.tick(200 * SECOND);
    assert!(silent.wrote().is_empty());
}

#[test]
fn a_counter_that_stands_still_while_the_machine_runs() {
    let mut bench = Bench::new(&[Condition {
        enabled_while: while_running(),
        ..condition(ConditionKind::NotCounting { after: MINUTE })
    }]);
    other(&mut bench, 0, Value::text("idle"));
    bench.sample(1, 100.0);
    bench.tick(10 * MINUTE);
    assert!(bench.wrote().is_empty(), "the machine stands");
    let start = 11 * MINUTE;
    other(&mut bench, start, Value::text("Running"));
    bench.tick(start + 59 * SECOND);
    assert!(bench.wrote().is_empty(), "its time begins when the machine does");
    bench.tick(start + 61 * SECOND);
    bench.sample(start + 70 * SECOND, 101.0);
    let said: Vec<_> = bench.moves().into_iter().map(|(what, _)| what).collect();
    assert_eq!(said, [Raised, Cleared]);
}

#[test]
fn no_low_flow_while_the_pump_is_off() {
    let mut bench = Bench::new(&[Condition {
        enabled_while: while_running(),
        on_delay: 10,
        ..condition(ConditionKind::Lo { limit: 5.0 })
    }]);
    other(&mut bench, 0, Value::text("idle"));
    bench.sample(1, 0.0);
    bench.tick(50);
    assert!(bench.wrote().is_empty());
    other(&mut bench, 60, Value::text("running")); // and the flow takes a while to come
    bench.tick(69);
    assert!(bench.wrote().is_empty());
    bench.sample(75, 0.1);
    assert_eq!(bench.moves(), [(Raised, 70)]);
    other(&mut bench, 80, Value::text("idle"));
    assert_eq!(bench.moves(), [(Cleared, 80)]);
    // What nobody knows the state of is watched.
    let mut blind = Bench::new(&[Condition {
        enabled_while: while_running(),
        ..hi(5.0)
    }]);
    blind.sample(1, 9.0);
    assert_eq!(blind.moves(), [(Raised, 1)]);
    assert_eq!(blind.alarms.unknown().collect::<Vec<_>>(), [OTHER]);
    blind
        .alarms
        .learn(OTHER, &Value::text("idle"), 2, &mut blind.journal);
    assert_eq!(blind.moves(), [(Cleared, 2)]);
    assert_eq!(blind.alarms.unknown().count(), 0);
}

#[test]
fn a_change_to_a_state_is_not_the_state_it_was_found_in() {
    let mut bench = Bench::new(&[condition(ConditionKind::ChangesTo {
        any_of: vec![Value::text("open")],
    })]);
    bench.sample(1, Value::text("open"));
    assert!(bench.wrote().is_empty());
    bench.sample(2, Value::text("closed"));
    bench.sample(3, Value::text("OPEN"));
    bench.sample(4, Value::text("open"));
    bench.sample(5, Value::text("closed"));
    assert_eq!(bench.moves(), [(Raised, 3), (Cleared, 5)]);
}

#[test]
fn a_command_that_is_not_followed() {
    let mut bench = Bench::new(&[Condition {
        on_delay: 10,
        ..condition(ConditionKind::Discrepancy { feedback: OTHER })
    }]);
    bench.sample(0, Value::Bool(true));
    other(&mut bench, 5, Value::Bool(true));
    bench.sample(20, Value::Bool(false)); // told to close
    other(&mut bench, 28, Value::Bool(false)); // and does, in time
    bench.sample(40, Value::Bool(true));
    bench.tick(60);
    assert_eq!(bench.moves(), [(Raised, 50)]);
}

#[test]
fn no_data_begins_with_the_last_sample() {
    let mut bench = Bench::new(&[condition(ConditionKind::NoData { after: MINUTE })]);
    bench.tick(59 * SECOND);
    assert!(bench.wrote().is_empty());
    bench.tick(61 * SECOND); // none ever came
    bench.sample(70 * SECOND, 1.0);
    bench.tick(129 * SECOND);
    bench.tick(131 * SECOND);
    assert_eq!(
        bench.moves(),
        [
            (Raised, 60 * SECOND),
            (Cleared, 70 * SECOND),
            (Raised, 130 * SECOND)
        ]
    );
}

#[test]
fn an_expression_over_several_points() {
    let mut bench = Bench::new(&[condition(ConditionKind::Expression {
        formula: format!("value > 80 and {{#{}}} == \"running\"", OTHER.0),
    })]);
    bench.sample(1, 90.0);
    assert!(bench.wrote().is_empty());
    other(&mut bench, 2, Value::text("running"));
    bench.sample(3, 70.0);
    assert_eq!(bench.moves(), [(Raised, 2), (Cleared, 3)]);
}

#[test]
fn only_within_hours() {
    let noon = 12 * 60 * MINUTE;
    let mut bench = Bench::default();
    bench.alarms.set_offset(60 * MINUTE);
    bench.set(
        &[Condition {
            hours: Some(Hours {
                days: 0x7f,
                from: 8 * 60,
                to: 13 * 60,
            }),
            ..hi(10.0)
        }],
        noon - 1,
    );
    // 12:59:59 by the wall, then 13:00.
    bench.sample(noon - SECOND, 20.0);
    assert_eq!(bench.moves(), [(Raised, noon - SECOND)]);
    bench.tick(noon);
    assert_eq!(bench.moves(), [(Cleared, noon)]);
    bench.tick(noon + 19 * 60 * MINUTE);
    assert_eq!(bench.moves(), [(Raised, noon + 19 * 60 * MINUTE)]);
}

#[test]
fn what_makes_no_sense_is_never_raised_and_no_harm() {
    let wrong = [
        condition(ConditionKind::Deviation {
            from: OTHER,
            limit: -1.0,
        }),
        condition(ConditionKind::Rate {
            limit: f64::NAN,
            over: MINUTE,
        }),
        condition(ConditionKind::Stuck {
            within: -1.0,
            after: 0,
        }),
        condition(ConditionKind::NoData { after: -5 }),
        condition(ConditionKind::Expression {
            formula: "1 +".into(),
        }),
        Condition {
            enabled_while: "((".into(),
            ..hi(1.0)
        },
    ];
    let mut bench = Bench::new(&wrong);
    bench.sample(1, 100.0);
    bench.tick(Micros::MAX);
    assert!(bench.wrote().is_empty());
    assert!(bench.alarms.of(DEVICE, Some(POINT)).is_empty());
}

#[test]
fn what_reads_itself_or_each_other_comes_to_an_end() {
    let mut bench = Bench::new(&[Condition {
        enabled_while: format!("{{#{}}} > 0 and {{#{}}} > 0", POINT.0, OTHER.0),
        ..hi(10.0)
    }]);
    bench.alarms.set_conditions(
        DEVICE,
        Some(OTHER),
        &[Condition {
            enabled_while: format!("{{#{}}} > 0", POINT.0),
            ..condition(ConditionKind::Lo { limit: 1.0 })
        }],
        0,
        &mut common::id_of,
        &mut bench.journal,
    );
    other(&mut bench, 1, 5.0);
    bench.sample(2, 20.0);
    assert_eq!(bench.moves(), [(Raised, 2)]);
    bench.set(&[], 3);
    bench.wrote();
    other(&mut bench, 4, 0.5);
    assert_eq!(bench.moves(), [(Raised, 4)]);
}
