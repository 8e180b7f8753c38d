//! The pipeline without a connection: messages go in by hand, a store in a folder of its own.

use bytes::Bytes;
use hearthline_history::Synchronous;
use hearthline_model::{BrokerSettings, Kind, RulePoint};

use super::*;

pub(super) const BROKER: BrokerId = BrokerId(1);
const CONFIG: &str = "homeassistant/binary_sensor/cellar/config";
const SMOKE: &str = r#"{"name":"Smoke","device_class":"smoke","state_topic":"cellar/smoke","unique_id":"s1",
    "device":{"identifiers":["d1"],"name":"Cellar"}}"#;

pub(super) struct Bench {
    pub(super) pipeline: Pipeline,
    folder: tempfile::TempDir,
    pkid: u16,
}

pub(super) fn bench() -> Bench {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("test.db");
    let mut store = Store::open(&path, Synchronous::Normal).unwrap();
    let broker = store.save_broker(None, &BrokerSettings::default()).unwrap();
    assert_eq!(broker, BROKER);
    let mut pipeline = Pipeline::new(Arc::new(Shared::new(path)), store).unwrap();
    pipeline.open_broker(BROKER, &BrokerSettings::default());
    Bench {
        pipeline,
        folder,
        pkid: 0,
    }
}

impl Bench {
    /// Ends, and starts again on the same file.
    pub(super) fn restart(self) -> Self {
        let Self {
            pipeline,
            folder,
            pkid,
        } = self;
        drop(pipeline);
        let path = folder.path().join("test.db");
        let mut store = Store::open(&path, Synchronous::Normal).unwrap();
        let shared = Arc::new(Shared::new(path));
        shared.world_mut().load(store.load_registry().unwrap());
        let mut pipeline = Pipeline::new(shared, store).unwrap();
        pipeline.open_broker(BROKER, &BrokerSettings::default());
        Self {
            pipeline,
            folder,
            pkid,
        }
    }

    /// One batch.
    pub(super) fn feed(&mut self, messages: &[(&str, &str)]) {
        self.feed_as(0, messages);
    }

    /// One batch at a quality of service; each message has a packet id of its own.
    pub(super) fn feed_as(&mut self, qos: u8, messages: &[(&str, &str)]) {
        for (topic, payload) in messages {
            self.pkid += u16::from(qos > 0);
            self.pipeline.take(Work::Source(SourceEvent::Message(Incoming {
                broker: BROKER,
                topic: (*topic).to_owned(),
                payload: Bytes::copy_from_slice(payload.as_bytes()),
                qos,
                retain: false,
                dup: false,
                pkid: if qos > 0 { self.pkid } else { 0 },
                at: clock::now(),
                generation: 1,
                watch: false,
            })));
        }
        self.pipeline.flush();
    }
}

#[test]
fn a_broker_opened_anew_leaves_no_point_with_a_number_of_the_decoder_before() {
    let mut bench = bench();
    bench.feed(&[("garage/door", "open"), ("garage/light", "ON")]);
    assert!(!bench.pipeline.points.is_empty());
    bench.pipeline.open_broker(BROKER, &BrokerSettings::default());
    bench.feed(&[("garage/light", "ON")]);
    let intake = &bench.pipeline.intakes[&BROKER];
    for (id, (_, ix)) in &bench.pipeline.points {
        assert_eq!(intake.point(*ix).map(|point| point.id), Some(*id));
    }
}

#[test]
fn a_device_that_is_removed_and_described_again_in_one_batch_keeps_its_alarms() {
    let mut bench = bench();
    bench.feed(&[(CONFIG, SMOKE)]);
    bench.feed(&[(CONFIG, ""), (CONFIG, SMOKE), ("cellar/smoke", "ON")]);
    bench.pipeline.alarms.tick(clock::now(), &mut Vec::new());
    assert_eq!(bench.pipeline.alarms.active().len(), 1);
}

#[test]
fn nothing_is_online_by_a_connection_that_was_taken_away() {
    let mut bench = bench();
    bench.pipeline.take(Work::Source(SourceEvent::Connected {
        broker: BROKER,
        at: clock::now(),
        session_present: false,
        generation: 1,
    }));
    bench.feed(&[(CONFIG, SMOKE)]);
    assert_eq!(bench.pipeline.shared.world().counts().2, 1);
    bench.pipeline.set_source(BROKER, None);
    assert_eq!(bench.pipeline.shared.world().counts().2, 0);
}

#[test]
fn a_discovery_message_taken_back_makes_room_for_another() {
    let mut bench = bench();
    bench.feed(&[(CONFIG, SMOKE)]);
    assert_eq!(bench.pipeline.configs.len(), 1);
    assert_eq!(bench.pipeline.store.load_configs().unwrap().len(), 1);
    bench.feed(&[(CONFIG, "")]);
    assert_eq!(bench.pipeline.intakes[&BROKER].configs.len(), 0);
    assert_eq!(bench.pipeline.configs.len(), 0);
    assert_eq!(bench.pipeline.store.load_configs().unwrap().len(), 0);
    bench.feed(&[(CONFIG, ""), (CONFIG, SMOKE)]);
    assert_eq!(bench.pipeline.configs.len(), 1);
}

fn press() -> TopicRule {
    TopicRule {
        id: "press".into(),
        filter: "factory/+/press".into(),
        device: "Press {1}".into(),
        points: vec![RulePoint {
            name: "Force".into(),
            path: "f".into(),
            kind: Kind::Number,
            ..RulePoint::default()
        }],
        ..TopicRule::default()
    }
}

impl Bench {
    fn names(&self) -> Vec<String> {
        let world = self.pipeline.shared.world();
        let mut names: Vec<String> = world
            .device_ids()
            .map(|id| world.device_name(id).to_owned())
            .collect();
        names.sort();
        names
    }
}

#[test]
fn a_taught_topic_changes_hands_at_once_and_stays_taught_after_a_restart() {
    let mut bench = bench();
    bench.feed(&[("factory/north/press", r#"{"f":5}"#)]);
    let unknown = |bench: &Bench| bench.pipeline.unknown_topics(BROKER, 10).rows.len();
    assert_eq!(unknown(&bench), 1);
    bench.pipeline.set_topic_rules(vec![press()]).unwrap();
    assert_eq!(bench.names(), ["Press north"]);
    assert_eq!(unknown(&bench), 0);

    // As at the next start.
    let path = bench.pipeline.shared.path.clone();
    drop(bench.pipeline);
    let store = Store::open(&path, Synchronous::Normal).unwrap();
    bench.pipeline = Pipeline::new(Arc::new(Shared::new(path)), store).unwrap();
    bench.pipeline.open_broker(BROKER, &BrokerSettings::default());
    bench.feed(&[("factory/south/press", r#"{"f":6}"#)]);
    assert_eq!(bench.names(), ["Press south"]);

    bench.pipeline.set_topic_rules(Vec::new()).unwrap();
    assert!(bench.names().is_empty());
    bench.feed(&[("factory/south/press", r#"{"f":6}"#)]);
    assert_eq!(unknown(&bench), 1);
}

#[test]
fn what_found_no_room_in_the_registry_is_told_and_not_at_each_message() {
    let mut bench = bench();
    let told = |bench: &Bench| bench.pipeline.shared.notes().join(" ");
    bench.pipeline.tell_crowded(0);
    assert_eq!(told(&bench), "");
    bench.pipeline.tell_crowded(3);
    assert!(told(&bench).contains("3 new devices and values were left out"));
    bench.pipeline.tell_crowded(1);
    bench.pipeline.tell_crowded(1);
    assert!(told(&bench).contains("4 new"), "{}", told(&bench));
    bench.pipeline.tell_crowded(1000);
    assert!(told(&bench).contains("1005 new"), "{}", told(&bench));
}
