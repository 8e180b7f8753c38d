//! History cannot be written for a while: what goes on, what waits, and what is there afterwards.

use std::path::PathBuf;
use std::sync::atomic::Ordering;

use hearthline_history::{AlarmFilter, Error, Reader};
use hearthline_model::{
    AlarmAct, AlarmState, Command, CommandId, CommandOutcome, CommandRecord, Quality, Value,
};
use rusqlite::Connection;

use super::held::{self, Unwritten};
use super::tests::{BROKER, Bench, bench};
use super::*;

const SMOKE: (&str, &str) = (
    "homeassistant/binary_sensor/cellar/config",
    r#"{"name":"Smoke","device_class":"smoke","state_topic":"cellar/smoke","unique_id":"s1",
    "device":{"identifiers":["d1"],"name":"Cellar"}}"#,
);

/// Another program that holds the file until this is dropped.
struct Foreign {
    _connection: Connection,
}

impl Foreign {
    fn holds(bench: &Bench) -> Self {
        let connection = Connection::open(path(bench)).unwrap();
        connection.execute_batch("BEGIN IMMEDIATE").unwrap();
        Self {
            _connection: connection,
        }
    }
}

fn path(bench: &Bench) -> PathBuf {
    bench.pipeline.shared.path.clone()
}

/// The next attempt is due, and made.
fn recover(bench: &mut Bench) {
    bench.pipeline.held.hurry();
    bench.pipeline.tick();
}

fn point(bench: &Bench, key: &str) -> Option<PointId> {
    let world = bench.pipeline.shared.world();
    world
        .points()
        .find(|(_, _, desc)| desc.key == key || desc.topic.as_deref() == Some(key))
        .map(|(id, ..)| id)
}

fn stored(bench: &Bench, point: PointId) -> Vec<Value> {
    let reader = Reader::open(&path(bench)).unwrap();
    let samples = reader.raw(point, i64::MIN / 2, i64::MAX / 2, 1000).unwrap();
    samples.into_iter().map(|sample| sample.value).collect()
}

fn entries(bench: &Bench) -> usize {
    let filter = AlarmFilter {
        limit: 1000,
        ..AlarmFilter::default()
    };
    Reader::open(&path(bench))
        .unwrap()
        .journal(&filter)
        .unwrap()
        .len()
}

fn shown(bench: &Bench, point: PointId) -> Value {
    bench.pipeline.shared.live().latest(point).unwrap().value
}

#[test]
fn live_values_and_alarms_go_on_and_are_written_afterwards() {
    let mut bench = bench();
    bench.feed(&[SMOKE, ("cellar/smoke", "OFF")]);
    let smoke = point(&bench, "cellar/smoke").unwrap();
    let had = (stored(&bench, smoke).len(), entries(&bench));
    let foreign = Foreign::holds(&bench);
    bench.feed_as(1, &[("cellar/smoke", "ON")]);
    bench
        .pipeline
        .alarms
        .tick(clock::now(), &mut bench.pipeline.entries);
    assert!(bench.pipeline.held.failing());
    assert_eq!(shown(&bench, smoke), Value::Bool(true));
    let active = bench.pipeline.alarms.active();
    assert_eq!(active[0].state, AlarmState::Unacknowledged);
    let id = active[0].id;
    assert_eq!(
        bench
            .pipeline
            .act_on_alarms(&[id], &AlarmAct::Acknowledge, "me", clock::now()),
        1
    );
    recover(&mut bench);
    assert!(bench.pipeline.held.failing(), "it is still held");
    assert_eq!((stored(&bench, smoke).len(), entries(&bench)), had);

    drop(foreign);
    recover(&mut bench);
    assert!(!bench.pipeline.held.failing());
    assert_eq!(stored(&bench, smoke).last(), Some(&Value::Bool(true)));
    assert_eq!(entries(&bench), had.1 + 2, "raised and acknowledged");
    let bench = bench.restart();
    assert_eq!(bench.pipeline.alarms.active()[0].state, AlarmState::Acknowledged);
}

#[test]
fn a_new_device_waits_for_its_id_with_all_that_is_said_of_it() {
    let mut bench = bench();
    bench.feed(&[("garage/light", "ON")]);
    let foreign = Foreign::holds(&bench);
    bench.feed_as(1, &[SMOKE, ("cellar/smoke", "OFF"), ("garage/light", "OFF")]);
    bench.feed_as(1, &[("cellar/smoke", "ON")]);
    assert_eq!(point(&bench, "cellar/smoke"), None);
    assert_eq!(
        shown(&bench, point(&bench, "garage/light").unwrap()),
        Value::Bool(false)
    );
    assert!(
        bench.pipeline.held.told(0, "").is_empty(),
        "a moment is not worth a word"
    );
    drop(foreign);
    recover(&mut bench);
    let smoke = point(&bench, "cellar/smoke").unwrap();
    assert_eq!(stored(&bench, smoke), [Value::Bool(false), Value::Bool(true)]);
    assert_eq!(bench.pipeline.store.load_configs().unwrap().len(), 1);
    bench.pipeline.alarms.tick(clock::now(), &mut Vec::new());
    assert_eq!(bench.pipeline.alarms.active().len(), 1);
}

#[test]
fn what_is_repeated_while_it_waits_is_stored_once() {
    let mut bench = bench();
    bench.feed_as(1, &[("garage/count", "1")]);
    let foreign = Foreign::holds(&bench);
    bench.feed_as(1, &[("garage/count", "2")]);
    // The connection breaks, and the broker sends again what was never acknowledged.
    bench.pipeline.take(Work::Source(SourceEvent::Message(Incoming {
        broker: BROKER,
        topic: "garage/count".into(),
        payload: bytes::Bytes::from_static(b"2"),
        qos: 1,
        retain: false,
        dup: true,
        pkid: 2,
        at: clock::now(),
        generation: 2,
        watch: false,
    })));
    bench.pipeline.flush();
    drop(foreign);
    recover(&mut bench);
    let count = point(&bench, "garage/count").unwrap();
    assert_eq!(stored(&bench, count), [Value::Int(1), Value::Int(2)]);
}

#[test]
fn what_the_broker_would_not_send_again_is_bounded_and_counted() {
    let mut bench = bench();
    bench.feed(&[("garage/count", "1")]);
    let count = point(&bench, "garage/count").unwrap();
    let foreign = Foreign::holds(&bench);
    let sample = Sample {
        point: PointId(999),
        at: 1,
        value: Value::Int(1),
        quality: Quality::Good,
    };
    bench.feed(&[("garage/count", "2")]);
    bench.pipeline.samples.resize(held::VALUES, sample);
    for number in 3..=5 {
        bench.feed(&[("garage/count", &number.to_string())]);
    }
    bench.feed_as(1, &[("garage/count", "6")]);
    assert_eq!(shown(&bench, count), Value::Int(6));
    assert_eq!(bench.pipeline.samples.len(), held::VALUES + 1);
    assert_eq!(bench.pipeline.shared.refused.load(Ordering::Relaxed), 3);
    drop(foreign);
    recover(&mut bench);
    assert_eq!(
        stored(&bench, count),
        [Value::Int(1), Value::Int(2), Value::Int(6)]
    );
}

#[test]
fn the_person_is_told_what_happened_and_what_to_do_until_it_is_over() {
    let mut bench = bench();
    let (held, store) = (&mut bench.pipeline.held, &mut bench.pipeline.store);
    let full = held.write(store, |_| Err::<(), _>(Error::DiskFull));
    assert_eq!(full, Err(Unwritten::Waits));
    bench.pipeline.tell();
    let told = bench.pipeline.shared.trouble().clone();
    assert!(
        told.starts_with("the disk that holds the history is full; make room on it."),
        "{told}"
    );
    assert!(
        told.contains("Live values and alarms go on; 0 values wait in memory."),
        "{told}"
    );
    bench.feed(&[SMOKE]);
    bench.pipeline.tell();
    assert!(bench.pipeline.shared.trouble().contains("New devices appear"));
    recover(&mut bench);
    assert_eq!(*bench.pipeline.shared.trouble(), "");
    assert!(point(&bench, "cellar/smoke").is_some());
}

#[test]
fn a_value_that_the_file_refuses_holds_up_no_other() {
    let mut bench = bench();
    bench.feed(&[("garage/word", "fine")]);
    let other = Connection::open(path(&bench)).unwrap();
    other
        .execute_batch(
            "CREATE TRIGGER poison BEFORE INSERT ON journal WHEN instr(NEW.body, CAST('POISON' AS BLOB)) > 0
             BEGIN SELECT RAISE(ABORT, 'no'); END",
        )
        .unwrap();
    let words = ["a", "b", "POISON", "c", "d"];
    let batch: Vec<(&str, &str)> = words.iter().map(|word| ("garage/word", *word)).collect();
    bench.feed_as(1, &batch);
    assert!(!bench.pipeline.held.failing());
    let word = point(&bench, "garage/word").unwrap();
    let kept: Vec<Value> = ["fine", "a", "b", "c", "d"]
        .iter()
        .map(|word| Value::text(*word))
        .collect();
    assert_eq!(stored(&bench, word), kept);
    assert_eq!(bench.pipeline.shared.refused.load(Ordering::Relaxed), 1);
    assert!(bench.pipeline.shared.notes()[0].starts_with("1 of the values"));
    // What was stored is remembered: it is not stored twice.
    let bench = bench.restart();
    assert_eq!(stored(&bench, word).len(), 5);
}

#[test]
fn a_description_that_the_file_refuses_holds_up_no_other() {
    let mut bench = bench();
    let other = Connection::open(path(&bench)).unwrap();
    other
        .execute_batch(
            "CREATE TRIGGER poison BEFORE INSERT ON devices WHEN NEW.desc LIKE '%Poison%'
             BEGIN SELECT RAISE(ABORT, 'no'); END",
        )
        .unwrap();
    let of = |name: &str| {
        SMOKE
            .1
            .replace("Cellar", name)
            .replace("d1", name)
            .replace("s1", name)
            .replace("cellar/", &format!("{name}/"))
    };
    let (one, poison, two) = (of("One"), of("Poison"), of("Two"));
    bench.feed(&[
        ("homeassistant/binary_sensor/1/config", &one),
        ("homeassistant/binary_sensor/2/config", &poison),
        ("homeassistant/binary_sensor/3/config", &two),
        ("One/smoke", "ON"),
        ("Poison/smoke", "ON"),
        ("Two/smoke", "ON"),
    ]);
    for name in ["One/smoke", "Two/smoke"] {
        let point = point(&bench, name).unwrap();
        assert_eq!(stored(&bench, point), [Value::Bool(true)], "{name}");
    }
    assert_eq!(point(&bench, "Poison/smoke"), None);
    assert!(!bench.pipeline.shared.notes().is_empty());
}

#[test]
fn commands_go_on_and_their_journal_is_written_afterwards() {
    let mut bench = bench();
    bench.feed(&[SMOKE]);
    let smoke = point(&bench, "cellar/smoke").unwrap();
    let foreign = Foreign::holds(&bench);
    bench.feed(&[("cellar/smoke", "ON")]);
    let asked = Command {
        point: smoke,
        value: Value::Bool(true),
        ..Command::default()
    };
    let view = bench.pipeline.command(&asked).unwrap();
    // There is no connection in this test.
    assert!(matches!(view.outcome, CommandOutcome::Refused(_)));
    assert!(commands::is_provisional(view.id));
    drop(foreign);
    recover(&mut bench);
    let kept = Reader::open(&path(&bench)).unwrap().commands(None, 10).unwrap();
    assert_eq!((kept[0].id, kept.len()), (CommandId(1), 1));
    assert_eq!(kept[0].outcome, view.outcome);
    assert_eq!(bench.pipeline.shared.commands()[0].id, CommandId(1));
}

#[test]
fn what_became_of_a_command_of_the_last_run_is_unknown() {
    let mut bench = bench();
    let record = |outcome: CommandOutcome| CommandRecord {
        id: CommandId(0),
        point: PointId(1),
        asked_at: 1,
        changed_at: 1,
        old: Value::Null,
        asked: Value::Bool(true),
        confirmed: Value::Null,
        outcome,
    };
    for outcome in [
        CommandOutcome::Sent,
        CommandOutcome::Confirmed,
        CommandOutcome::Asked,
    ] {
        bench.pipeline.store.new_command(&record(outcome)).unwrap();
    }
    let bench = bench.restart();
    let kept = Reader::open(&path(&bench)).unwrap().commands(None, 10).unwrap();
    let unknown = |record: &CommandRecord| matches!(record.outcome, CommandOutcome::Unknown(_));
    assert_eq!(kept.iter().map(unknown).collect::<Vec<_>>(), [true, false, true]);
}

#[cfg(unix)]
#[test]
fn a_history_that_was_moved_away_is_told_and_gone_on_with_once_it_is_back() {
    let mut bench = bench();
    bench.feed(&[("garage/count", "1")]);
    let (path, away) = (path(&bench), path(&bench).with_extension("away"));
    std::fs::rename(&path, &away).unwrap();
    bench.feed(&[("garage/count", "2")]);
    bench.pipeline.tell();
    assert!(bench.pipeline.shared.trouble().contains("moved or deleted"));
    std::fs::rename(&away, &path).unwrap();
    recover(&mut bench);
    let count = point(&bench, "garage/count").unwrap();
    assert_eq!(stored(&bench, count), [Value::Int(1), Value::Int(2)]);
}

#[test]
fn a_broker_opened_anew_while_it_waits_begins_at_what_is_on_disk() {
    let mut bench = bench();
    bench.feed_as(1, &[("garage/count", "1")]);
    let foreign = Foreign::holds(&bench);
    bench.feed_as(1, &[("garage/count", "2"), ("garage/new", "1")]);
    bench
        .pipeline
        .open_broker(BROKER, &hearthline_model::BrokerSettings::default());
    assert!(bench.pipeline.samples.is_empty());
    drop(foreign);
    // It comes again, since it was not acknowledged.
    bench.feed_as(1, &[("garage/count", "2"), ("garage/new", "1")]);
    recover(&mut bench);
    let (count, new) = (
        point(&bench, "garage/count").unwrap(),
        point(&bench, "garage/new").unwrap(),
    );
    assert_eq!(stored(&bench, count), [Value::Int(1), Value::Int(2)]);
    assert_eq!(stored(&bench, new), [Value::Int(1)]);
}
