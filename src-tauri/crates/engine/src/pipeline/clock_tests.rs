//! The computer's clock jumps by a day, in either direction and back.

use hearthline_history::Reader;
use hearthline_model::{AlarmState, DAY, MINUTE, SECOND, Value};

use super::tests::{Bench, bench};
use super::*;

const FREEZER: (&str, &str) = (
    "homeassistant/binary_sensor/freezer/config",
    r#"{"name":"Smoke","device_class":"smoke","state_topic":"freezer/smoke","unique_id":"f1",
    "device":{"identifiers":["f1"],"name":"Freezer"}}"#,
);

fn point(bench: &Bench, topic: &str) -> PointId {
    let world = bench.pipeline.shared.world();
    let found = world
        .points()
        .find(|(_, _, desc)| desc.topic.as_deref() == Some(topic));
    found.map(|(id, ..)| id).unwrap()
}

fn stored(bench: &Bench, point: PointId) -> Vec<i64> {
    let reader = Reader::open(&bench.pipeline.shared.path).unwrap();
    let samples = reader.raw(point, i64::MIN / 2, i64::MAX / 2, 1000).unwrap();
    let numbers = samples.into_iter().map(|sample| match sample.value {
        Value::Int(number) => number,
        other => panic!("{other:?}"),
    });
    let mut numbers: Vec<i64> = numbers.collect();
    numbers.sort_unstable();
    numbers
}

#[test]
fn nothing_is_lost_or_doubled_and_the_newest_is_shown() {
    for by in [DAY, -DAY] {
        let mut bench = bench();
        let mut number = 0;
        let mut say = |bench: &mut Bench, count: usize| {
            for _ in 0..count {
                number += 1;
                bench.feed_as(1, &[("hall/count", &number.to_string())]);
            }
            bench.pipeline.tick();
            number
        };
        say(&mut bench, 5);
        let count = point(&bench, "hall/count");
        clock::move_own(by);
        say(&mut bench, 5);
        assert!(
            bench.pipeline.shared.notes()[0].contains("1 day"),
            "{:?}",
            bench.pipeline.shared.notes()
        );
        // Over a restart, and compacted while the clock is wrong.
        bench = bench.restart();
        bench.pipeline.store.compact(1000, clock::now()).unwrap();
        say(&mut bench, 5);
        clock::move_own(-by);
        bench = bench.restart();
        let last = say(&mut bench, 5);
        assert_eq!(stored(&bench, count), (1..=last).collect::<Vec<_>>(), "{by}");
        let shown = |bench: &Bench| bench.pipeline.shared.live().latest(count).unwrap().value;
        assert_eq!(shown(&bench), Value::Int(last), "{by}");
        bench.pipeline.store.compact(1000, clock::now()).unwrap();
        assert_eq!(stored(&bench, count).len(), 20);
    }
}

#[test]
fn alarms_are_raised_after_a_clock_that_was_ahead_is_put_right() {
    for by in [DAY, -DAY] {
        let mut bench = bench();
        bench.feed(&[FREEZER, ("freezer/smoke", "OFF")]);
        clock::move_own(by);
        bench.feed(&[("freezer/smoke", "OFF")]);
        clock::move_own(-by);
        bench.feed(&[("freezer/smoke", "ON")]);
        bench.pipeline.tick();
        let active = bench.pipeline.alarms.active();
        assert_eq!(active.len(), 1, "{by}");
        assert_eq!(active[0].state, AlarmState::Unacknowledged);
    }
}

#[test]
fn a_message_stamped_before_the_jump_gets_the_new_time() {
    for by in [DAY, -DAY] {
        let mut bench = bench();
        bench.feed(&[("hall/count", "1")]);
        let count = point(&bench, "hall/count");
        // It waits in the queue while the clock is set.
        let before = clock::now();
        clock::move_own(by);
        bench.pipeline.take(Work::Source(SourceEvent::Message(Incoming {
            broker: tests::BROKER,
            topic: "hall/count".into(),
            payload: bytes::Bytes::from_static(b"2"),
            qos: 0,
            retain: false,
            dup: false,
            pkid: 0,
            at: before,
            generation: 1,
            watch: false,
        })));
        bench.pipeline.flush();
        let latest = bench.pipeline.shared.live().latest(count).unwrap();
        assert_eq!(latest.value, Value::Int(2));
        assert!(clock::now().abs_diff(latest.at) < MINUTE as u64, "{by}");
        clock::move_own(-by);
    }
}

#[test]
fn a_command_has_as_long_as_ever_and_a_connection_its_grace() {
    let mut steady = Steady::new(clock::now(), clock::steady());
    clock::move_own(DAY);
    let by = steady.look(clock::now(), clock::steady());
    assert!((by - DAY).abs() < SECOND);
    clock::move_own(-DAY);

    let mut bench = bench();
    bench.pipeline.take(Work::Source(SourceEvent::Connected {
        broker: tests::BROKER,
        at: clock::now(),
        session_present: false,
        generation: 1,
    }));
    bench.pipeline.take(Work::Source(SourceEvent::Disconnected {
        broker: tests::BROKER,
        at: clock::now(),
    }));
    let intake = |bench: &mut Bench, now| {
        let intakes = &mut bench.pipeline.intakes;
        intakes.get_mut(&tests::BROKER).unwrap().settled(now)
    };
    let now = clock::now();
    for intake in bench.pipeline.intakes.values_mut() {
        intake.clock_moved(DAY);
    }
    assert_eq!(intake(&mut bench, now + DAY), None);
    assert_eq!(intake(&mut bench, now + DAY + MINUTE), Some(false));
}

/// A sensor that only ever says ON turns off by itself after a while, and neither at once nor a day late.
#[test]
fn what_waits_in_a_decoder_waits_as_long_as_it_should() {
    let config = r#"{"name":"Motion","device_class":"motion","state_topic":"hall/motion","unique_id":"m1","off_delay":2,
        "device":{"identifiers":["m1"],"name":"Hall"}}"#;
    for by in [DAY, -DAY] {
        let mut bench = bench();
        bench.feed(&[("homeassistant/binary_sensor/hall/config", config)]);
        bench.feed(&[("hall/motion", "ON")]);
        let began = Instant::now();
        let motion = point(&bench, "hall/motion");
        clock::move_own(by);
        bench.pipeline.tick();
        let value = |bench: &Bench| {
            bench
                .pipeline
                .shared
                .live()
                .latest(motion)
                .map(|latest| latest.value)
        };
        let soon = value(&bench);
        assert!(began.elapsed() > Duration::from_secs(2) || soon == Some(Value::Bool(true)));
        while value(&bench) != Some(Value::Bool(false)) {
            assert!(began.elapsed() < Duration::from_mins(1), "it stays on");
            std::thread::sleep(Duration::from_millis(100));
            bench.pipeline.tick();
        }
        assert!(began.elapsed() >= Duration::from_secs(2));
        clock::move_own(-by);
    }
}
