//! The disk is full, fails or is read-only, another program holds the file, the end of a file is torn off, the clock jumps: the
//! engine stays up, says so, loses nothing that the broker holds, and recovers by itself.
//!
//! SIGKILL at any moment is in `kill.rs`.

// Test code: a failed expectation is how it tells.
#![allow(clippy::expect_used, clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::path::Path;

use hearthline_engine::{DATABASE, Engine, Options, now};
use hearthline_history::{Reader, Store, Synchronous};
use hearthline_model::{PointId, Transition, Value};
use hearthline_tests::engine::{self, Running};
use hearthline_tests::fault::{Headless, Sealed, SmallDisk};
use hearthline_tests::mosquitto::Mosquitto;
use hearthline_tests::publisher::Publisher;
use hearthline_tests::wait::until;
use hearthline_tests::window::{self, Window};
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};
use tempfile::TempDir;

const HEADLESS: &str = env!("CARGO_BIN_EXE_headless");

const SMOKE: &str = r#"{"name":"Smoke","device_class":"smoke","state_topic":"hall/smoke","unique_id":"s1",
    "device":{"identifiers":["d1"],"name":"Hall"}}"#;
const LATER: &str = r#"{"name":"Light","device_class":"light","state_topic":"attic/light","unique_id":"l1",
    "device":{"identifiers":["d2"],"name":"Attic"}}"#;

/// Whole numbers that are stored, with how often, whatever their time.
fn numbers(folder: &Path) -> BTreeMap<i64, u32> {
    let mut found = BTreeMap::new();
    let Ok(reader) = Reader::open(&folder.join(DATABASE)) else {
        return found;
    };
    for id in 1..=20 {
        let samples = reader.raw(PointId(id), i64::MIN / 2, i64::MAX / 2, usize::MAX);
        for sample in samples.unwrap_or_default() {
            if let Value::Int(number) = sample.value {
                *found.entry(number).or_default() += 1;
            }
        }
    }
    found
}

/// Waits until the numbers 0 to `sent` are stored, and looks that each is there once.
async fn all_stored_once(folder: &Path, sent: i64) {
    let found = until("everything is stored", async || {
        let found = numbers(folder);
        (found.range(0..sent).count() as i64 >= sent).then_some(found)
    })
    .await;
    let doubled: Vec<_> = found.range(0..sent).filter(|(_, count)| **count > 1).collect();
    assert!(doubled.is_empty(), "{doubled:?}");
}

/// The point that a topic became.
async fn by_topic(running: &Running, topic: &str) -> PointId {
    until(&format!("a point of {topic}"), async || {
        let points = running.devices().into_iter().flat_map(|device| device.points);
        points
            .into_iter()
            .find(|point| point.topic.as_deref() == Some(topic))
            .map(|point| point.id)
    })
    .await
}

fn whole(folder: &Path) {
    let path = folder.join(DATABASE);
    // Not beside the engine: a file is checked that nobody holds.
    drop(Store::open(&path, Synchronous::Full).unwrap());
    let check: String = rusqlite::Connection::open(&path)
        .unwrap()
        .query_row("PRAGMA integrity_check", (), |row| row.get(0))
        .unwrap();
    assert_eq!(check, "ok");
}

/// Publishes numbers at QoS 1.
struct Load {
    publisher: Publisher,
    sent: i64,
}

impl Load {
    async fn connect(port: u16) -> Self {
        Self {
            publisher: Publisher::connect("load", port).await,
            sent: 0,
        }
    }

    /// So many more, of which the broker has taken all.
    async fn more(&mut self, count: i64) {
        for _ in 0..count {
            self.publisher
                .send("load/device/number", self.sent.to_string(), false)
                .await;
            self.sent += 1;
        }
        self.publisher.settled(usize::try_from(count).unwrap()).await;
    }

    /// At QoS 0.
    async fn say(&mut self, topic: &str, payload: &str) {
        self.publisher.send_as(topic, payload, 0, false).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_told_and_nothing_that_the_broker_holds_is_lost() {
    let Some(disk) = SmallDisk::mount(24) else { return };
    let broker = Mosquitto::start();
    let running = Running::open(disk.folder());
    running.add_broker("test", broker.port).await;
    let mut load = Load::connect(broker.port).await;
    let mut sensor = Publisher::connect("sensor", broker.port).await;
    sensor
        .publish("homeassistant/binary_sensor/hall/config", SMOKE, true)
        .await;
    sensor.publish("hall/smoke", "OFF", false).await;
    load.more(50).await;
    load.say("hall/count", "-1").await;
    let smoke = running.point("Hall", "Smoke").await;
    let count = by_topic(&running, "hall/count").await;

    disk.fill();
    // What the file has already taken of the disk is used up first.
    until("the trouble", async || {
        load.more(20).await;
        disk.fill();
        let trouble = running.engine.status().trouble;
        trouble.contains("is full").then_some(trouble)
    })
    .await;

    // The broker sends only so many messages that are not acknowledged; the rest waits there.
    load.more(500).await;
    // Values and alarms go on.
    for number in 2..=40 {
        load.say("hall/count", &(-number).to_string()).await;
    }
    running.shows(count, Value::Int(-40)).await;
    load.say("hall/smoke", "ON").await;
    running
        .alarm("the alarm while the disk is full", |alarm| {
            alarm.point == Some(smoke.id)
        })
        .await;
    // What a person asks for is answered at once, in words where it cannot be kept.
    let hall = running.device("Hall").unwrap().id;
    let renamed = running.engine.rename_device(hall, Some("Corridor".into())).await;
    assert!(renamed.unwrap_err().to_string().contains("is full"));
    running.engine.conditions(smoke.id).await.unwrap();
    // A new device waits for its lasting id.
    load.say("homeassistant/binary_sensor/attic/config", LATER).await;
    load.say("attic/light", "ON").await;
    until("the new device is waited for", async || {
        let trouble = running.engine.status().trouble;
        trouble.contains("New devices appear").then_some(())
    })
    .await;
    assert!(running.device("Attic").is_none());
    println!("{}", running.engine.status().trouble);

    disk.make_room();
    until("the trouble goes by itself", async || {
        running.engine.status().trouble.is_empty().then_some(())
    })
    .await;
    let light = running.point("Attic", "Light").await;
    running.shows(light.id, Value::Bool(true)).await;
    let journal = running.journal().await;
    assert!(
        journal
            .iter()
            .any(|line| line.point == Some(smoke.id) && line.transition == Transition::Raised),
        "{journal:#?}"
    );
    // Also what came at QoS 0 and was held.
    let counts = running.stored(count).await;
    assert_eq!(counts.last().unwrap().value, Value::Int(-40));
    assert_eq!(counts.len(), 40);
    let folder = running.folder().to_owned();
    all_stored_once(&folder, load.sent).await;
    let kept = running.stop().await;
    whole(kept.path());
    println!("published {} at QoS 1, each stored once", load.sent);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_fails_is_told_and_nothing_that_the_broker_holds_is_lost() {
    let broker = Mosquitto::start();
    let folder = tempfile::tempdir().unwrap();
    let mut engine = Headless::start(HEADLESS, folder.path(), broker.port);
    let mut load = Load::connect(broker.port).await;
    until("the engine subscribes", async || {
        load.say("load/device/number", "-1").await;
        numbers(folder.path()).contains_key(&-1).then_some(())
    })
    .await;
    load.more(50).await;
    all_stored_once(folder.path(), load.sent).await;
    // No write beyond this place succeeds.
    engine.limit_files(Some(4096));
    load.more(200).await;
    let trouble = until("the trouble", async || {
        Some(engine.status().trouble).filter(|trouble| !trouble.is_empty())
    })
    .await;
    assert!(trouble.contains("check the disk"), "{trouble}");
    engine.limit_files(None);
    until("the trouble goes by itself", async || {
        engine.status().trouble.is_empty().then_some(())
    })
    .await;
    all_stored_once(folder.path(), load.sent).await;

    // It is also lost on nobody that it ends while it cannot write.
    engine.limit_files(Some(4096));
    load.more(200).await;
    until("the trouble", async || {
        (!engine.status().trouble.is_empty()).then_some(())
    })
    .await;
    engine.kill();
    let engine = Headless::start(HEADLESS, folder.path(), broker.port);
    all_stored_once(folder.path(), load.sent).await;
    engine.kill();
    whole(folder.path());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_another_program_holds_is_waited_for() {
    let broker = Mosquitto::start();
    let running = Running::connected(broker.port).await;
    let mut load = Load::connect(broker.port).await;
    load.more(10).await;
    let number = by_topic(&running, "load/device/number").await;
    all_stored_once(running.folder(), load.sent).await;
    let other = rusqlite::Connection::open(running.folder().join(DATABASE)).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    load.more(15).await;
    running.shows(number, Value::Int(24)).await;
    let trouble = until("the trouble", async || {
        Some(running.engine.status().trouble).filter(|trouble| !trouble.is_empty())
    })
    .await;
    assert!(trouble.contains("another program holds"), "{trouble}");
    other.execute_batch("COMMIT").unwrap();
    until("the trouble goes by itself", async || {
        running.engine.status().trouble.is_empty().then_some(())
    })
    .await;
    load.more(100).await;
    all_stored_once(running.folder(), load.sent).await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_only_disk_is_told_at_the_start_and_mended_without_loss() {
    let Some(disk) = SmallDisk::mount(24) else { return };
    let broker = Mosquitto::start();
    let running = Running::open(disk.folder());
    running.add_broker("test", broker.port).await;
    let mut load = Load::connect(broker.port).await;
    load.more(10).await;
    all_stored_once(running.folder(), load.sent).await;
    let folder = running.stop().await;
    load.more(50).await;
    assert!(disk.read_only(true));
    let options = Options {
        folder: disk.path().join("new"),
    };
    // There is nothing to show yet, so there is nothing to start with.
    let refused = Engine::start(&options).err().unwrap().to_string();
    assert!(refused.contains("new"), "{refused}");

    let running = Running::again(folder).await;
    let trouble = running.engine.status().trouble;
    assert!(trouble.contains("read-only"), "{trouble}");
    println!("{trouble}");
    // What was is shown, and what comes is shown as well, and stored nowhere.
    let number = by_topic(&running, "load/device/number").await;
    assert_eq!(running.stored(number).await.len(), 10);
    load.say("load/device/number", "-7").await;
    running.shows(number, Value::Int(-7)).await;
    assert_eq!(running.stored(number).await.len(), 10);
    let device = running.devices()[0].id;
    let renamed = running.engine.rename_device(device, Some("Load".into())).await;
    assert!(renamed.unwrap_err().to_string().contains("read-only"));

    assert!(disk.read_only(false));
    until("the trouble goes by itself", async || {
        running.engine.status().trouble.is_empty().then_some(())
    })
    .await;
    all_stored_once(running.folder(), load.sent).await;
    running
        .engine
        .rename_device(device, Some("Load".into()))
        .await
        .unwrap();
    let kept = running.stop().await;
    whole(kept.path());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_turns_read_only_is_told_and_nothing_that_the_broker_holds_is_lost() {
    let broker = Mosquitto::start();
    let running = Running::connected(broker.port).await;
    let mut load = Load::connect(broker.port).await;
    load.more(10).await;
    all_stored_once(running.folder(), load.sent).await;
    let number = by_topic(&running, "load/device/number").await;
    let Some(sealed) = Sealed::folder(running.folder()) else {
        return;
    };
    load.more(300).await;
    let trouble = until("the trouble", async || {
        Some(running.engine.status().trouble).filter(|trouble| !trouble.is_empty())
    })
    .await;
    assert!(trouble.contains("read-only"), "{trouble}");
    println!("{trouble}");
    load.say("load/device/number", "-7").await;
    running.shows(number, Value::Int(-7)).await;
    // What was stored is still shown.
    assert!(running.stored(number).await.len() >= 10);
    drop(sealed);
    until("the trouble goes by itself", async || {
        running.engine.status().trouble.is_empty().then_some(())
    })
    .await;
    all_stored_once(running.folder(), load.sent).await;
    let kept = running.stop().await;
    whole(kept.path());
}

/// A broker that keeps to its 20 unacknowledged messages stands still while nothing can be stored.
#[tokio::test(flavor = "multi_thread")]
async fn alarms_are_judged_while_the_disk_is_full_and_none_of_them_twice() {
    let Some(disk) = SmallDisk::mount(24) else { return };
    let broker = Mosquitto::start();
    let running = Running::open(disk.folder());
    running.add_broker("test", broker.port).await;
    let mut load = Load::connect(broker.port).await;
    let mut sensor = Publisher::connect("sensor", broker.port).await;
    sensor
        .publish("homeassistant/binary_sensor/hall/config", SMOKE, true)
        .await;
    sensor.publish("hall/smoke", "OFF", false).await;
    load.more(10).await;
    let smoke = running.point("Hall", "Smoke").await;
    let number = by_topic(&running, "load/device/number").await;
    disk.fill();
    until("the trouble", async || {
        load.more(20).await;
        disk.fill();
        running.engine.status().trouble.contains("is full").then_some(())
    })
    .await;
    load.more(100).await;
    // All at QoS 1, far behind what the broker sends without being answered.
    until("values go on", async || {
        load.more(1).await;
        let shown = running.shown(number)?;
        (shown.value == Value::Int(load.sent - 1)).then_some(())
    })
    .await;
    for _ in 0..3 {
        sensor.publish("hall/smoke", "ON", false).await;
        running.shows(smoke.id, Value::Bool(true)).await;
        running
            .alarm("the alarm while the disk is full", |alarm| {
                alarm.point == Some(smoke.id)
            })
            .await;
        sensor.publish("hall/smoke", "OFF", false).await;
        running.shows(smoke.id, Value::Bool(false)).await;
    }
    let trouble = running.engine.status().trouble;
    assert!(trouble.contains("Live values and alarms go on"), "{trouble}");
    load.more(3000).await;
    sensor.publish("hall/smoke", "ON", false).await;
    running.shows(smoke.id, Value::Bool(true)).await;
    let room_at = now();
    disk.make_room();
    until("the trouble goes by itself", async || {
        running.engine.status().trouble.is_empty().then_some(())
    })
    .await;
    let folder = running.folder().to_owned();
    all_stored_once(&folder, load.sent).await;
    running.shows(smoke.id, Value::Bool(true)).await;
    let journal = running.journal().await;
    let raised = journal
        .iter()
        .filter(|line| line.point == Some(smoke.id) && line.transition == Transition::Raised);
    let again = journal
        .iter()
        .filter(|line| line.point == Some(smoke.id) && line.at > room_at);
    println!(
        "{} times raised, {} entries afterwards",
        raised.clone().count(),
        again.clone().count()
    );
    assert_eq!(again.count(), 0, "{journal:#?}");
    // Each once, at the time when it was heard.
    let stored = running.stored(smoke.id).await;
    let values: Vec<bool> = stored
        .iter()
        .map(|sample| sample.value == Value::Bool(true))
        .collect();
    assert_eq!(values, [false, true, false, true, false, true, false, true]);
    assert!(stored.iter().all(|sample| sample.at < room_at), "{stored:#?}");
    let kept = running.stop().await;
    whole(kept.path());
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_second_connection_is_refused_it_is_said_that_alarms_are_not_judged() {
    let Some(disk) = SmallDisk::mount(24) else { return };
    let broker = Mosquitto::for_few_clients();
    let running = Running::open(disk.folder());
    running.add_broker("Cellar", broker.port).await;
    let mut load = Load::connect(broker.port).await;
    // Every other place at the broker is taken.
    let mut others = Vec::new();
    loop {
        let name = format!("other-{}", others.len());
        let other = Publisher::connect(&name, broker.port);
        match tokio::time::timeout(std::time::Duration::from_secs(1), other).await {
            Ok(other) => others.push(other),
            Err(_) => break,
        }
    }
    load.more(10).await;
    all_stored_once(running.folder(), load.sent).await;
    disk.fill();
    until("the trouble", async || {
        load.more(20).await;
        disk.fill();
        running.engine.status().trouble.contains("is full").then_some(())
    })
    .await;
    load.more(100).await;
    let trouble = until("what is not judged", async || {
        let trouble = running.engine.status().trouble;
        trouble
            .contains("Alarms of Cellar have not been judged since")
            .then_some(trouble)
    })
    .await;
    println!("{trouble}");
    assert!(!trouble.contains("Live values and alarms go on"), "{trouble}");
    disk.make_room();
    until("the trouble goes by itself", async || {
        running.engine.status().trouble.is_empty().then_some(())
    })
    .await;
    all_stored_once(running.folder(), load.sent).await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_torn_end_everything_before_it_is_there() {
    let broker = Mosquitto::start();
    let folder = tempfile::tempdir().unwrap();
    let engine = Headless::start(HEADLESS, folder.path(), broker.port);
    let mut load = Load::connect(broker.port).await;
    until("the engine subscribes", async || {
        load.say("load/device/number", "-1").await;
        numbers(folder.path()).contains_key(&-1).then_some(())
    })
    .await;
    // In many small commits, some of them behind a checkpoint.
    for _ in 0..300 {
        load.more(20).await;
    }
    all_stored_once(folder.path(), load.sent).await;
    engine.kill();

    let (file, wal) = (DATABASE.to_owned(), format!("{DATABASE}-wal"));
    let log = std::fs::read(folder.path().join(&wal)).unwrap();
    assert!(!log.is_empty(), "there is something to tear");
    let seed = 5;
    let mut random = SmallRng::seed_from_u64(seed);
    let mut kept = Vec::new();
    for round in 0..12 {
        let torn = tempfile::tempdir().unwrap();
        std::fs::copy(folder.path().join(&file), torn.path().join(&file)).unwrap();
        let mut log = log.clone();
        let at = random.random_range(0..log.len());
        match round {
            // As if the last checkpoint were all.
            0 => log.clear(),
            // Bytes that never reached the disk at the end, or somewhere.
            _ if round % 2 == 1 => log.truncate(at),
            _ => {
                let end = (at + 4096).min(log.len());
                log[at..end].fill(0xa5);
            }
        }
        std::fs::write(torn.path().join(&wal), log).unwrap();
        whole(torn.path());
        let found: Vec<i64> = numbers(torn.path())
            .into_keys()
            .filter(|number| *number >= 0)
            .collect();
        let count = found.len() as i64;
        assert_eq!(
            found,
            (0..count).collect::<Vec<_>>(),
            "seed {seed}, round {round}, at {at}"
        );
        let checkpoint = kept.first().copied().unwrap_or_default();
        assert!(
            count >= checkpoint,
            "seed {seed}, round {round}: {count} of {checkpoint}"
        );
        kept.push(count);
        // And it goes on from there.
        let running = Running::open(torn);
        running.stop().await;
    }
    println!(
        "seed {seed}: of {} numbers there are {kept:?} after a tear",
        load.sent
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_row_holds_up_neither_the_start_nor_another_row() {
    let broker = Mosquitto::start();
    let running = Running::connected(broker.port).await;
    let mut load = Load::connect(broker.port).await;
    for _ in 0..5 {
        load.more(1).await;
        all_stored_once(running.folder(), load.sent).await;
    }
    let folder = running.stop().await;
    let file = rusqlite::Connection::open(folder.path().join(DATABASE)).unwrap();
    let torn = file.execute(
        "UPDATE journal SET body = zeroblob(length(body)) WHERE seq = (SELECT max(seq) - 2 FROM journal)",
        (),
    );
    assert_eq!(torn.unwrap(), 1);
    drop(file);
    load.more(5).await;
    let running = Running::again(folder).await;
    // Either the row or the file as a whole was set aside, and what is readable was kept.
    let status = running.engine.status();
    let told = format!("{}{}", status.notes.join(" "), status.repair);
    assert!(
        told.contains("set aside") || told.contains("put aside"),
        "{told:?}"
    );
    println!("{told}");
    until("all but the damaged one", async || {
        let found = numbers(running.folder());
        (found.range(0..load.sent).map(|(number, _)| *number))
            .eq([0, 1, 3, 4, 5, 6, 7, 8, 9])
            .then_some(())
    })
    .await;
    running.stop().await;
}

/// In seconds.
const DAY: i64 = 86_400;

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_jumps_by_a_day_loses_and_doubles_nothing() {
    let broker = Mosquitto::start();
    let folder = tempfile::tempdir().unwrap();
    let mut engine = Headless::start(HEADLESS, folder.path(), broker.port);
    let mut load = Load::connect(broker.port).await;
    until("the engine subscribes", async || {
        load.say("load/device/number", "-1").await;
        numbers(folder.path()).contains_key(&-1).then_some(())
    })
    .await;
    for by in [DAY, -DAY, -DAY, DAY] {
        load.more(100).await;
        engine.ask(&format!("clock {by}"));
        load.more(100).await;
        let notes = until("the jump is told", async || {
            Some(engine.status().notes).filter(|notes| notes.iter().any(|note| note.contains("by 1 day")))
        })
        .await;
        let way = if by > 0 { "forward" } else { "back" };
        until("the way of the jump is told", async || {
            engine.status().notes[0].contains(way).then_some(())
        })
        .await;
        assert_eq!(notes.len(), 1);
    }
    // Over a restart: the new process knows nothing of the day ahead.
    engine.ask(&format!("clock {DAY}"));
    load.more(100).await;
    all_stored_once(folder.path(), load.sent).await;
    engine.kill();
    let engine = Headless::start(HEADLESS, folder.path(), broker.port);
    load.more(100).await;
    all_stored_once(folder.path(), load.sent).await;
    engine.kill();
    whole(folder.path());
}

/// As a person would have added the broker.
async fn with_broker(folder: TempDir, port: u16) -> TempDir {
    engine::prepare(folder.path(), "Cellar", port).await;
    folder
}

#[tokio::test(flavor = "multi_thread")]
async fn the_window_says_that_the_disk_is_full_and_that_it_is_no_more() {
    let Some(disk) = SmallDisk::mount(24) else { return };
    let broker = Mosquitto::start();
    let folder = with_broker(disk.folder(), broker.port).await;
    window::welcome(folder.path(), "light");
    let window = Window::open(folder.path(), &[], &[]).await;
    window.resize(1280, 800).await;
    let mut load = Load::connect(broker.port).await;
    let config = |name: &str, topic: &str| {
        format!(
            r#"{{"name":"{name}","device_class":"temperature","unit_of_measurement":"°C","state_topic":"{topic}","unique_id":"{topic}",
            "device":{{"identifiers":["{topic}"],"name":"{name}","suggested_area":"Kitchen"}}}}"#
        )
    };
    for (name, topic) in [("Oven", "kitchen/oven"), ("Fridge", "kitchen/fridge")] {
        let path = format!("homeassistant/sensor/{}/config", name.to_lowercase());
        load.publisher.publish(&path, config(name, topic), true).await;
        load.publisher.publish(topic, "21.5", true).await;
    }
    window.text_with("[data-test=app]", "21.5").await;
    assert_eq!(window.count("[data-test=notice]").await, 0);

    disk.fill();
    window
        .until("the notice", async || {
            load.more(50).await;
            disk.fill();
            (window.count("[data-test=notice]").await > 0).then_some(())
        })
        .await;
    let said = window.text_with("[data-test=notice]", "is full").await;
    assert!(
        said.contains("History is not being stored") && said.contains("make room"),
        "{said}"
    );
    println!("{said}");
    // Live values go on.
    load.say("kitchen/oven", "187.5").await;
    window.text_with("[data-test=app]", "187.5").await;
    window.screenshot("disk-full-home").await;
    for (view, name) in [
        ("#/plant", "plant"),
        ("#/alarms", "alarms"),
        ("#/trends", "trends"),
    ] {
        window.go(view).await;
        window.text_with("[data-test=notice]", "is full").await;
        window.screenshot(&format!("disk-full-{name}")).await;
    }
    disk.make_room();
    window
        .until("the notice goes by itself", async || {
            (window.count("[data-test=notice]").await == 0).then_some(())
        })
        .await;
    window.go("#/home").await;
    window.text_with("[data-test=app]", "187.5").await;
    window.screenshot("disk-full-over").await;
    all_stored_once(folder.path(), load.sent).await;
    window.close().await;
}
