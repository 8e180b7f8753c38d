//! What alarms do, seen from outside.

mod common;

use common::{Bench, DEVICE, Given, POINT, condition, hi, id_of};
use hearthline_alarm::Alarms;
use hearthline_model::{
    AlarmId, AlarmKey, AlarmState, Condition, ConditionKind, MINUTE, PointId, Priority, Quality, SECOND,
    Transition, Value,
};

use Transition::{Acknowledged, Cleared, Raised, Removed};

const HI: u32 = 3;
const OFFLINE: u32 = 7;

#[test]
fn a_limit_with_deadband_goes_through_the_states() {
    let mut bench = Bench::new(&[Condition {
        deadband: 1.0,
        ..hi(10.0)
    }]);
    bench.sample(1, 9.9);
    bench.sample(2, 10.0);
    assert_eq!(bench.state(HI), AlarmState::Unacknowledged);
    bench.sample(3, 9.0); // within the deadband
    assert!(bench.acknowledge(HI, 4));
    assert!(!bench.acknowledge(HI, 5));
    bench.sample(6, 8.9);
    bench.sample(7, 11.0);
    bench.sample(8, 1.0);
    bench.sample(9, 12.0); // again while returned: a new occurrence
    assert_eq!(bench.alarms.active()[0].count, 2);
    bench.sample(10, 1.0);
    assert!(bench.acknowledge(HI, 11));
    assert_eq!(
        bench.moves(),
        [
            (Raised, 2),
            (Acknowledged, 4),
            (Cleared, 6),
            (Raised, 7),
            (Cleared, 8),
            (Raised, 9),
            (Cleared, 10),
            (Acknowledged, 11)
        ]
    );
    assert!(bench.alarms.active().is_empty());
}

#[test]
fn the_journal_says_everything() {
    let mut bench = Bench::new(&[hi(10.0)]);
    bench.told(5, 9, 12.5);
    bench.sample(10, 13.0);
    bench.acknowledge(HI, 20);
    let [raised, acknowledged] = &bench.journal[..] else {
        panic!("two entries")
    };
    assert_eq!((raised.at, raised.received_at), (5, 9));
    assert_eq!((&raised.value, raised.limit), (&Value::Float(12.5), Some(10.0)));
    assert_eq!((raised.text.as_str(), raised.who.as_str()), ("Torque high", ""));
    assert_eq!(
        raised.key,
        AlarmKey {
            device: DEVICE,
            point: Some(POINT),
            condition: "hi".into()
        }
    );
    assert_eq!(
        (acknowledged.who.as_str(), &acknowledged.value),
        ("Ann", &Value::Float(13.0))
    );
    assert_eq!(
        bench.alarms.active()[0].value,
        Value::Float(12.5),
        "the value that raised it"
    );
}

#[test]
fn high_and_high_high_are_two_alarms() {
    let mut bench = Bench::new(&[
        hi(10.0),
        Condition {
            priority: Priority::Critical,
            ..condition(ConditionKind::HiHi { limit: 20.0 })
        },
    ]);
    bench.sample(1, 25.0);
    bench.acknowledge(HI, 2);
    bench.sample(3, 15.0);
    let active: Vec<_> = bench
        .alarms
        .active()
        .iter()
        .map(|it| (it.key.condition.clone(), it.state))
        .collect();
    assert_eq!(
        active,
        [
            ("hi_hi".into(), AlarmState::Returned),
            ("hi".into(), AlarmState::Acknowledged)
        ]
    );
}

#[test]
fn what_says_nothing_changes_nothing() {
    let mut bench = Bench::new(&[hi(10.0)]);
    bench.sample(1, (99.0, Quality::Bad));
    bench.sample(2, (99.0, Quality::Stale));
    bench.sample(3, Value::Null);
    bench.sample(4, Value::text("99"));
    assert!(bench.wrote().is_empty());
    bench.sample(5, (99.0, Quality::Uncertain));
    bench.sample(6, (1.0, Quality::Bad));
    bench.sample(7, Value::Null);
    assert_eq!(bench.moves(), [(Raised, 5)]);
}

#[test]
fn late_samples_change_nothing_but_one_wrong_clock_blinds_nobody() {
    let mut bench = Bench::new(&[hi(10.0)]);
    bench.sample(100, 1.0);
    bench.told(99, 101, 50.0);
    assert!(bench.wrote().is_empty());
    // A sample from the year 2099 is taken as of now, so that later ones still count.
    bench.told(i64::MAX, 200, 1.0);
    let later = 200 + MINUTE;
    bench.sample(later, 50.0);
    assert_eq!(bench.moves(), [(Raised, later)]);
}

#[test]
fn delays_end_by_samples_and_by_tick() {
    let mut bench = Bench::new(&[Condition {
        on_delay: 10 * SECOND,
        off_delay: 5 * SECOND,
        ..hi(10.0)
    }]);
    bench.sample(0, 11.0);
    bench.sample(4 * SECOND, 12.0);
    bench.tick(9 * SECOND);
    assert!(bench.alarms.active().is_empty());
    bench.tick(11 * SECOND);
    assert_eq!(bench.journal[0].value, Value::Float(12.0), "the latest value");
    bench.sample(20 * SECOND, 1.0);
    bench.sample(30 * SECOND, 1.0);
    bench.tick(40 * SECOND);
    assert_eq!(bench.moves(), [(Raised, 10 * SECOND), (Cleared, 25 * SECOND)]);
}

#[test]
fn ticks_write_in_the_order_of_time() {
    let mut bench = Bench::new(&[
        Condition {
            on_delay: 9,
            ..hi(10.0)
        },
        Condition {
            on_delay: 5,
            ..condition(ConditionKind::HiHi { limit: 20.0 })
        },
    ]);
    bench.sample(0, 30.0);
    bench.tick(100);
    assert_eq!(bench.moves(), [(Raised, 5), (Raised, 9)]);
}

#[test]
fn states_on_booleans_and_words() {
    let any_of = vec![Value::Bool(true), Value::text("fault")];
    let mut bench = Bench::new(&[condition(ConditionKind::State { any_of })]);
    bench.sample(1, Value::Bool(true));
    bench.sample(2, Value::Bool(false));
    bench.sample(3, Value::text("Fault"));
    bench.sample(4, Value::text("running"));
    assert_eq!(
        bench.moves(),
        [(Raised, 1), (Cleared, 2), (Raised, 3), (Cleared, 4)]
    );
}

#[test]
fn offline_and_stale() {
    let mut bench = Bench::new(&[condition(ConditionKind::Stale)]);
    let offline = Condition {
        on_delay: 10,
        ..condition(ConditionKind::Offline)
    };
    bench
        .alarms
        .set_conditions(DEVICE, None, &[offline], 0, &mut id_of, &mut bench.journal);
    bench.sample(1, 5.0);
    bench.alarms.stale(POINT, true, 50, 50, &mut bench.journal);
    assert_eq!(
        (&bench.journal[0].value, bench.journal[0].quality),
        (&Value::Float(5.0), Quality::Stale)
    );
    bench.alarms.stale(POINT, false, 60, 60, &mut bench.journal);
    assert_eq!(bench.moves(), [(Raised, 50), (Cleared, 60)]);

    bench.alarms.online(DEVICE, false, 100, 100, &mut bench.journal);
    bench.alarms.online(DEVICE, true, 105, 105, &mut bench.journal);
    bench.tick(200);
    assert!(bench.wrote().is_empty(), "a short absence");
    // A will carries the time at which it was left with the broker.
    bench.alarms.online(DEVICE, false, 3, 300, &mut bench.journal);
    bench.tick(310);
    assert_eq!(
        bench.wrote(),
        [("offline".into(), Raised, AlarmState::Unacknowledged, 310)]
    );
    assert_eq!(bench.state(OFFLINE), AlarmState::Unacknowledged);
}

#[test]
fn unacknowledged_first_then_priority_then_newest() {
    let mut bench = Bench::default();
    let mut next = 0;
    for (point, priority) in [
        (1, Priority::Low),
        (2, Priority::High),
        (3, Priority::High),
        (4, Priority::Critical),
    ] {
        let condition = Condition { priority, ..hi(1.0) };
        let mut give = |_: &AlarmKey| {
            next += 1;
            AlarmId(next)
        };
        bench.alarms.set_conditions(
            DEVICE,
            Some(PointId(point)),
            &[condition],
            0,
            &mut give,
            &mut bench.journal,
        );
        let sample = hearthline_model::Sample {
            point: PointId(point),
            at: i64::from(point),
            value: Value::Int(5),
            quality: Quality::Good,
        };
        bench.alarms.sample(&sample, 10, &mut bench.journal);
    }
    bench.acknowledge(4, 20);
    let order: Vec<u32> = bench.alarms.active().iter().map(|it| it.id.0).collect();
    assert_eq!(order, [3, 2, 1, 4]);
}

#[test]
fn removing_or_switching_off_an_active_alarm_is_written() {
    let mut bench = Bench::new(&[hi(10.0)]);
    bench.sample(1, 20.0);
    bench.set(
        &[Condition {
            disabled: true,
            ..hi(10.0)
        }],
        2,
    );
    assert_eq!(bench.moves(), [(Raised, 1), (Removed, 2)]);
    assert!(bench.alarms.active().is_empty());
    bench.set(&[hi(10.0)], 3);
    bench.sample(4, 20.0);
    bench.set(&[], 5);
    bench.sample(6, 30.0);
    assert_eq!(bench.moves(), [(Raised, 4), (Removed, 5)]);
}

#[test]
fn a_changed_limit_is_judged_at_once_and_the_same_one_is_not() {
    let mut bench = Bench::new(&[hi(10.0)]);
    bench.sample(1, 15.0);
    bench.set(&[hi(10.0)], 2); // announced again
    bench.set(
        &[Condition {
            text: "Torque far too high".into(),
            ..hi(10.0)
        }],
        3,
    );
    assert_eq!(bench.moves(), [(Raised, 1)]);
    assert_eq!(bench.alarms.active()[0].text, "Torque far too high");
    bench.set(&[hi(20.0)], 4);
    bench.set(&[hi(12.0)], 5);
    assert_eq!(bench.moves(), [(Cleared, 4), (Raised, 5)]);
    // A condition that comes to a point with others is judged as well.
    bench.set(&[hi(12.0), condition(ConditionKind::HiHi { limit: 14.0 })], 6);
    assert_eq!(
        bench.wrote(),
        [("hi_hi".into(), Raised, AlarmState::Unacknowledged, 6)]
    );
}

#[test]
fn a_delay_that_runs_goes_on_when_the_point_is_announced_again() {
    let delayed = Condition {
        on_delay: 10,
        ..hi(10.0)
    };
    let mut bench = Bench::new(std::slice::from_ref(&delayed));
    bench.sample(0, 15.0);
    bench.set(&[delayed], 5);
    bench.tick(10);
    assert_eq!(bench.moves(), [(Raised, 10)]);
}

#[test]
fn conditions_that_cannot_be_judged_are_left_out() {
    let mut bench = Bench::new(&[
        hi(f64::NAN),
        Condition {
            deadband: f64::NAN,
            on_delay: -5,
            ..condition(ConditionKind::Lo { limit: 1.0 })
        },
        condition(ConditionKind::Lo { limit: 100.0 }),
    ]);
    bench.sample(1, 50.0);
    assert!(bench.wrote().is_empty(), "of two alike the first counts");
    bench.sample(2, 0.5);
    bench.sample(3, 1.1);
    assert_eq!(bench.moves(), [(Raised, 2), (Cleared, 3)]);
}

#[test]
fn a_restart_keeps_states_and_writes_nothing_twice() {
    let both = [hi(10.0), condition(ConditionKind::Lo { limit: 2.0 })];
    let mut before = Bench::new(&both);
    before.sample(100, 15.0);
    before.acknowledge(HI, 150);
    let last = before.journal.last().cloned().unwrap();

    let mut after = Bench::default();
    after.alarms.restore(last.alarm, last.key.clone(), Some(last));
    let active = after.alarms.active()[0].clone();
    assert_eq!(
        (active.state, active.text.as_str()),
        (AlarmState::Acknowledged, "Torque high")
    );
    after.set(&both, 200);
    after.sample(100, 15.0); // delivered again
    after.sample(210, 15.5);
    assert!(after.wrote().is_empty());
    after.sample(220, 5.0);
    assert_eq!(after.moves(), [(Cleared, 220)]);
}

#[test]
fn messages_delivered_again_after_a_restart_are_late() {
    let mut before = Bench::new(&[hi(10.0)]);
    before.sample(100, 15.0);
    before.acknowledge(HI, 150);
    before.sample(200, 5.0);
    let last = before.journal.last().cloned().unwrap();
    let mut after = Bench::default();
    after.alarms.restore(last.alarm, last.key.clone(), Some(last));
    after.set(&[hi(10.0)], 300);
    after.sample(100, 15.0);
    after.sample(200, 5.0);
    assert!(after.wrote().is_empty());
}

#[test]
fn a_restored_alarm_can_be_acknowledged_and_is_removed_with_its_condition() {
    let mut before = Bench::new(&[hi(10.0)]);
    before.sample(100, 15.0);
    let last = before.journal.last().cloned().unwrap();
    let mut after = Bench::default();
    after.alarms.restore(last.alarm, last.key.clone(), Some(last));
    let rev = after.alarms.rev();
    assert!(after.acknowledge(HI, 200));
    assert_ne!(after.alarms.rev(), rev);
    after.set(&[], 300);
    assert_eq!(after.moves(), [(Acknowledged, 200), (Removed, 300)]);
}

#[test]
fn the_revision_follows_what_is_shown() {
    let mut bench = Bench::new(&[hi(10.0)]);
    let start = bench.alarms.rev();
    bench.sample(1, 5.0);
    assert_eq!(bench.alarms.rev(), start);
    bench.sample(2, 50.0);
    let raised = bench.alarms.rev();
    assert!(raised > start);
    bench.sample(3, 60.0);
    assert_eq!(bench.alarms.rev(), raised);
}

#[test]
fn points_without_conditions_cost_nothing_and_do_nothing() {
    let mut alarms = Alarms::default();
    let mut out = Vec::new();
    let Given(value, quality) = 5.0.into();
    let sample = hearthline_model::Sample {
        point: POINT,
        at: 0,
        value,
        quality,
    };
    alarms.sample(&sample, 0, &mut out);
    alarms.stale(POINT, true, 0, 0, &mut out);
    alarms.online(DEVICE, false, 0, 0, &mut out);
    alarms.tick(0, &mut out);
    assert!(!alarms.acknowledge(AlarmId(1), "Ann", 0, &mut out));
    assert!(out.is_empty() && alarms.get(AlarmId(1)).is_none());
}
