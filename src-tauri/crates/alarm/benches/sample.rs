//! Cost of a sample: 10,000 points with four limits each, as a large plant has them.

use divan::counter::ItemsCount;
use hearthline_alarm::Alarms;
use hearthline_model::{
    AlarmId, Condition, ConditionKind, DeviceId, PointId, Priority, Quality, SECOND, Sample, Value,
};

const POINTS: u32 = 10_000;

fn main() {
    divan::main();
}

fn alarms() -> Alarms {
    let limit = |kind, on_delay| Condition {
        deadband: 1.0,
        on_delay,
        default: true,
        ..Condition::new(kind, Priority::High, "Torque high")
    };
    let conditions = [
        limit(ConditionKind::LoLo { limit: 5.0 }, 0),
        limit(ConditionKind::Lo { limit: 10.0 }, 10 * SECOND),
        limit(ConditionKind::Hi { limit: 90.0 }, 10 * SECOND),
        limit(ConditionKind::HiHi { limit: 95.0 }, 0),
    ];
    let mut alarms = Alarms::default();
    let mut ids = 0;
    for point in 0..POINTS {
        let mut give = |_: &_| {
            ids += 1;
            AlarmId(ids)
        };
        let point = Some(PointId(point));
        alarms.set_conditions(DeviceId(1), point, &conditions, 0, &mut give, &mut Vec::new());
    }
    alarms
}

/// A round of one sample for each point; `value` gives what it is.
fn round(alarms: &mut Alarms, number: i64, value: impl Fn(u32) -> f64) -> usize {
    let mut out = Vec::new();
    for point in 0..POINTS {
        let sample = Sample {
            point: PointId(point),
            at: number * SECOND,
            value: Value::Float(value(point)),
            quality: Quality::Good,
        };
        alarms.sample(divan::black_box(&sample), sample.at, &mut out);
    }
    out.len()
}

#[divan::bench]
fn within_limits(bencher: divan::Bencher<'_, '_>) {
    let mut alarms = alarms();
    let mut number = 0;
    bencher.counter(ItemsCount::new(POINTS)).bench_local(|| {
        number += 1;
        round(&mut alarms, number, |point| 20.0 + f64::from(point % 50))
    });
}

#[divan::bench]
fn one_in_a_hundred_changes_state(bencher: divan::Bencher<'_, '_>) {
    let mut alarms = alarms();
    let mut number = 0;
    bencher.counter(ItemsCount::new(POINTS)).bench_local(|| {
        number += 1;
        let beyond = number % 2 == 0;
        round(&mut alarms, number, |point| {
            if beyond && point % 100 == 0 { 99.0 } else { 50.0 }
        })
    });
}

#[divan::bench]
fn no_conditions(bencher: divan::Bencher<'_, '_>) {
    let mut alarms = Alarms::default();
    let mut number = 0;
    bencher.counter(ItemsCount::new(POINTS)).bench_local(|| {
        number += 1;
        round(&mut alarms, number, f64::from)
    });
}

/// A tick while every point has a delay that runs.
#[divan::bench]
fn tick_with_every_delay_running(bencher: divan::Bencher<'_, '_>) {
    let mut alarms = alarms();
    round(&mut alarms, 1, |_| 92.0);
    bencher.bench_local(|| alarms.tick(divan::black_box(2 * SECOND), &mut Vec::new()));
}
