//! What is written down: alarms with the samples that caused them, commands with what became of them, and the export.

// Test code: a failed expectation is how it tells.
#![allow(clippy::expect_used, clippy::unwrap_used)]

use std::sync::Arc;

use hearthline_engine::DATABASE;
use hearthline_engine::view::JobState;
use hearthline_history::{AlarmFilter, Reader};
use hearthline_model::{AlarmState, Command, CommandOutcome, DAY, PointId, Priority, Transition, Value};
use hearthline_tests::engine::Running;
use hearthline_tests::mosquitto::Mosquitto;
use hearthline_tests::publisher::Publisher;
use hearthline_tests::sparkplug::{Metric, Payload};
use hearthline_tests::wait::until;
use prost::Message as _;
use serde_json::json;

async fn smoke_detector(publisher: &mut Publisher, running: &Running) -> PointId {
    let config = json!({
        "name": null, "uniq_id": "smoke-1", "stat_t": "smoke/state", "dev_cla": "smoke",
        "dev": { "ids": "smoke", "name": "Smoke detector", "sa": "Hall" },
    });
    publisher
        .publish(
            "homeassistant/binary_sensor/smoke/config",
            config.to_string(),
            true,
        )
        .await;
    let device = running.known("Smoke detector").await;
    until("its point", async || {
        let points = running.device(&device.name)?.points;
        Some(
            points
                .iter()
                .find(|point| point.class.as_deref() == Some("smoke"))?
                .id,
        )
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alarm_from_its_cause_to_its_end_and_over_a_restart() {
    let broker = Mosquitto::start();
    let running = Running::connected(broker.port).await;
    let mut publisher = Publisher::connect("devices", broker.port).await;
    let point = smoke_detector(&mut publisher, &running).await;
    publisher.publish("smoke/state", "OFF", true).await;
    running.shows(point, Value::Bool(false)).await;
    assert!(running.engine.alarms().alarms.is_empty());

    publisher.publish("smoke/state", "ON", true).await;
    let raised = running.alarm("smoke", |alarm| alarm.point == Some(point)).await;
    assert_eq!(
        (raised.state, raised.priority),
        (AlarmState::Unacknowledged, Priority::Critical)
    );
    assert_eq!(
        (raised.device_name.as_str(), raised.value.clone()),
        ("Smoke detector", Value::Bool(true))
    );
    assert!(raised.place_name.contains("Hall") && !raised.text.is_empty() && !raised.response.is_empty());
    assert_eq!(
        running.engine.alarms().unacknowledged[Priority::Critical as usize],
        1
    );
    // Told again, it is no other alarm.
    publisher.publish("smoke/state", "ON", true).await;

    assert_eq!(
        running
            .engine
            .acknowledge(vec![raised.id], "Ada".into())
            .await
            .unwrap(),
        1
    );
    assert_eq!(
        running
            .engine
            .acknowledge(vec![raised.id], "Bob".into())
            .await
            .unwrap(),
        0
    );
    running
        .alarm("acknowledged", |alarm| alarm.state == AlarmState::Acknowledged)
        .await;
    publisher.publish("smoke/state", "OFF", true).await;
    until("no alarm is left", async || {
        running.engine.alarms().alarms.is_empty().then_some(())
    })
    .await;

    // A second one ends before anybody saw it: it waits to be acknowledged, over the restart.
    publisher.publish("smoke/state", "ON", true).await;
    running
        .alarm("raised again", |alarm| alarm.state == AlarmState::Unacknowledged)
        .await;
    publisher.publish("smoke/state", "OFF", true).await;
    running
        .alarm("returned", |alarm| alarm.state == AlarmState::Returned)
        .await;
    // And a third stands while nobody looks.
    publisher.publish("smoke/state", "ON", true).await;
    running
        .alarm("raised a third time", |alarm| {
            alarm.state == AlarmState::Unacknowledged
        })
        .await;

    let want = [
        (Transition::Raised, AlarmState::Unacknowledged, ""),
        (Transition::Acknowledged, AlarmState::Acknowledged, "Ada"),
        (Transition::Cleared, AlarmState::Normal, ""),
        (Transition::Raised, AlarmState::Unacknowledged, ""),
        (Transition::Cleared, AlarmState::Returned, ""),
        (Transition::Raised, AlarmState::Unacknowledged, ""),
    ];
    let journal = running.journal().await;
    let told: Vec<_> = journal
        .iter()
        .map(|line| (line.transition, line.state, line.who.as_str()))
        .collect();
    assert_eq!(told, want);
    assert!(
        journal
            .iter()
            .all(|line| line.alarm == raised.id && line.device_name == "Smoke detector")
    );
    assert!(journal.is_sorted_by_key(|line| line.seq) && journal.is_sorted_by_key(|line| line.at));
    // Each raising is at the very time of its sample.
    let samples = running.stored(point).await;
    for line in journal
        .iter()
        .filter(|line| line.transition == Transition::Raised)
    {
        assert!(
            samples
                .iter()
                .any(|sample| sample.at == line.at && sample.value == Value::Bool(true))
        );
    }

    let folder = running.stop().await;
    let running = Running::again(folder).await;
    // The retained state came once more; the alarm is the same one and was raised once.
    running.shows(point, Value::Bool(true)).await;
    let alarms = running.engine.alarms().alarms;
    assert_eq!(alarms.len(), 1);
    assert_eq!(
        (alarms[0].id, alarms[0].state),
        (raised.id, AlarmState::Unacknowledged)
    );
    assert_eq!(running.journal().await, journal, "nothing is written twice");
    assert_eq!(
        running
            .engine
            .acknowledge(vec![raised.id], "Ada".into())
            .await
            .unwrap(),
        1
    );
    publisher.publish("smoke/state", "OFF", true).await;
    until("no alarm is left", async || {
        running.engine.alarms().alarms.is_empty().then_some(())
    })
    .await;
    assert_eq!(running.journal().await.len(), want.len() + 2);
    running.stop().await;
}

/// Whoever looks at any moment finds a raised alarm and the sample that caused it, or neither.
#[tokio::test(flavor = "multi_thread")]
async fn an_alarm_and_its_sample_are_one_transaction() {
    let broker = Mosquitto::start();
    let running = Running::connected(broker.port).await;
    let mut publisher = Publisher::connect("devices", broker.port).await;
    let point = smoke_detector(&mut publisher, &running).await;
    publisher.publish("smoke/state", "OFF", false).await;
    running.shows(point, Value::Bool(false)).await;
    let folder = running.engine.data_info().await.unwrap().folder;
    let done = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let ended = Arc::clone(&done);
    let watcher = std::thread::spawn(move || {
        let reader = Reader::open(&std::path::Path::new(&folder).join(DATABASE)).unwrap();
        let raised = || {
            let all = reader
                .journal(&AlarmFilter {
                    point: Some(point),
                    limit: 1000,
                    ..AlarmFilter::default()
                })
                .unwrap();
            all.iter()
                .filter(|(_, entry)| entry.transition == Transition::Raised)
                .count()
        };
        let smoke = || {
            let all = reader.raw(point, 0, i64::MAX / 2, usize::MAX).unwrap();
            all.iter()
                .filter(|sample| sample.value == Value::Bool(true))
                .count()
        };
        let mut looks = 0u32;
        while !ended.load(std::sync::atomic::Ordering::Relaxed) {
            // What is read first may only be older: so neither may be ahead when it is read first.
            let (alarms, samples) = (raised(), smoke());
            assert!(
                alarms <= samples,
                "an alarm without its sample: {alarms} and {samples}"
            );
            let (samples, alarms) = (smoke(), raised());
            assert!(
                samples <= alarms,
                "a sample without its alarm: {samples} and {alarms}"
            );
            looks += 1;
        }
        (looks, raised(), smoke())
    });
    for _ in 0..100 {
        publisher.publish("smoke/state", "ON", false).await;
        publisher.publish("smoke/state", "OFF", false).await;
    }
    until("everything is stored", async || {
        (running.stored(point).await.len() == 201).then_some(())
    })
    .await;
    done.store(true, std::sync::atomic::Ordering::Relaxed);
    let (looks, raised, smoke) = watcher.join().unwrap();
    println!("looked {looks} times");
    assert!(looks > 10);
    assert_eq!((raised, smoke), (100, 100));
    running.stop().await;
}

async fn switch(publisher: &mut Publisher, running: &Running, id: &str, name: &str) -> PointId {
    let config = json!({
        "name": "Power", "uniq_id": id, "stat_t": format!("{id}/state"), "cmd_t": format!("{id}/set"),
        "dev": { "ids": id, "name": name },
    });
    publisher
        .publish(
            &format!("homeassistant/switch/{id}/config"),
            config.to_string(),
            true,
        )
        .await;
    publisher.publish(&format!("{id}/state"), "OFF", true).await;
    let point = running.point(name, "Power").await;
    assert!(point.writable);
    running.shows(point.id, Value::Bool(false)).await;
    point.id
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_are_confirmed_time_out_and_are_kept() {
    let broker = Mosquitto::start();
    let running = Running::connected(broker.port).await;
    let mut publisher = Publisher::connect("devices", broker.port).await;
    let lamp = switch(&mut publisher, &running, "lamp", "Lamp").await;
    let deaf = switch(&mut publisher, &running, "deaf", "Deaf").await;
    let mut listener = Publisher::connect("listener", broker.port).await;
    listener.subscribe("+/set").await;

    let ask = async |point, value| {
        let command = Command {
            point,
            value,
            ..Command::default()
        };
        running.engine.command(command).await.unwrap()
    };
    let asked = ask(deaf, Value::Bool(true)).await;
    assert_eq!(asked.outcome, CommandOutcome::Sent);
    assert_eq!(listener.next().await, ("deaf/set".into(), b"ON".to_vec()));

    let asked = ask(lamp, Value::Bool(true)).await;
    assert_eq!(
        (asked.old, asked.asked, asked.outcome),
        (Value::Bool(false), Value::Bool(true), CommandOutcome::Sent)
    );
    assert_eq!(listener.next().await, ("lamp/set".into(), b"ON".to_vec()));
    // What the device reports that is not what was asked for confirms nothing.
    publisher.publish("lamp/state", "OFF", true).await;
    publisher.publish("lamp/state", "ON", true).await;
    let confirmed = running.outcome(lamp, &CommandOutcome::Confirmed).await;
    assert_eq!((confirmed.id, confirmed.confirmed), (asked.id, Value::Bool(true)));
    running.shows(lamp, Value::Bool(true)).await;

    // What cannot be written is said at once, and kept as well.
    publisher.publish("home/cellar/pump/power", "12", false).await;
    let power = running.point("Pump", "Power").await.id;
    let refused = ask(power, Value::Int(5)).await;
    assert!(matches!(&refused.outcome, CommandOutcome::Refused(reason) if !reason.is_empty()));

    let late = running.outcome(deaf, &CommandOutcome::TimedOut).await;
    assert!(late.changed_at - late.asked_at >= 10_000_000);
    assert_eq!(
        running.shown(deaf).unwrap().value,
        Value::Bool(false),
        "what was asked for is not shown as the state"
    );
    let kept = running.engine.commands(None, 100).await.unwrap();
    assert_eq!(kept.len(), 3);
    let folder = running.stop().await;
    let running = Running::again(folder).await;
    assert_eq!(running.engine.commands(None, 100).await.unwrap(), kept);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sparkplug_is_asked_for_births_and_written_in_protobuf() {
    let broker = Mosquitto::start();
    let running = Running::connected(broker.port).await;
    let mut node = Publisher::connect("node", broker.port).await;
    node.subscribe("spBv1.0/Plant/NCMD/#").await;
    node.subscribe("spBv1.0/Plant/DCMD/#").await;
    // Data of a node that nobody knows.
    let data = Payload::new(7, vec![Metric::real("Speed", 1.0)]);
    node.publish("spBv1.0/Plant/NDATA/Line1", data.bytes(), false)
        .await;
    let (topic, bytes) = node.next().await;
    assert_eq!(topic, "spBv1.0/Plant/NCMD/Line1");
    let asked = Payload::decode(&bytes[..]).unwrap();
    assert_eq!(asked.metrics[0].name.as_deref(), Some("Node Control/Rebirth"));
    assert_eq!(asked.metrics[0].boolean, Some(true));

    let birth = Payload::birth([
        Metric::flag("Node Control/Rebirth", false),
        Metric::real("Speed", 1.5),
    ]);
    node.publish("spBv1.0/Plant/NBIRTH/Line1", birth.bytes(), false)
        .await;
    let mut setpoint = Metric::real("Setpoint", 20.0);
    setpoint.alias = Some(9);
    let birth = Payload::new(1, vec![setpoint, Metric::real("Temperature", 19.0)]);
    node.publish("spBv1.0/Plant/DBIRTH/Line1/Oven", birth.bytes(), false)
        .await;
    let point = running.point("Oven", "Setpoint").await;
    assert!(point.writable && !running.point("Oven", "Temperature").await.writable);
    running.shows(point.id, Value::Float(20.0)).await;
    running
        .engine
        .command(Command {
            point: point.id,
            value: Value::Float(180.5),
            ..Command::default()
        })
        .await
        .unwrap();
    let (topic, bytes) = node.next().await;
    assert_eq!(topic, "spBv1.0/Plant/DCMD/Line1/Oven");
    let written = Payload::decode(&bytes[..]).unwrap();
    let [metric] = &written.metrics[..] else {
        panic!("one metric: {written:?}")
    };
    // Where the birth gave an alias it stands alone, as the specification has it.
    assert_eq!(
        (metric.alias, metric.name.as_deref(), metric.double),
        (Some(9), None, Some(180.5))
    );
    let mut metric = Metric::real("", 180.5);
    (metric.name, metric.alias) = (None, Some(9));
    let data = Payload::new(2, vec![metric]);
    node.publish("spBv1.0/Plant/DDATA/Line1/Oven", data.bytes(), false)
        .await;
    running.outcome(point.id, &CommandOutcome::Confirmed).await;
    running.shows(point.id, Value::Float(180.5)).await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_holds_every_sample_as_stored() {
    let broker = Mosquitto::start();
    let running = Running::connected(broker.port).await;
    let mut publisher = Publisher::connect("devices", broker.port).await;
    let config = json!({
        "name": "Note", "uniq_id": "note", "stat_t": "note/state", "dev": { "ids": "note", "name": "Say \"hi\", you" },
    });
    publisher
        .publish("homeassistant/sensor/note/config", config.to_string(), true)
        .await;
    let note = running.point("Say \"hi\", you", "Note").await.id;
    publisher.publish("home/cellar/pump/power", "1.5", false).await;
    let power = running.point("Pump", "Power").await.id;
    for number in 0..250 {
        publisher
            .send("home/cellar/pump/power", format!("{number}.25"), false)
            .await;
    }
    publisher.settled(250).await;
    publisher.publish("note/state", "=1+1,\n\"x\"", false).await;
    running.shows(note, Value::text("=1+1,\n\"x\"")).await;
    let stored = running.stored(power).await;
    assert_eq!(stored.len(), 251);

    let now = hearthline_engine::now();
    let file = running.folder().join("page.csv");
    let points = Some(vec![power, note]);
    let job = running
        .engine
        .export_history(points, now - DAY, now + DAY, "csv", None, &file)
        .unwrap();
    let said = until("the export", async || {
        let job = running.engine.jobs().jobs.into_iter().find(|it| it.id == job)?;
        (job.state == JobState::Done).then_some(job.text)
    })
    .await;
    assert!(said.starts_with("252 samples of 2 points"), "{said}");
    let text = std::fs::read_to_string(&file).unwrap();
    let mut lines = text.lines();
    assert_eq!(
        lines.next(),
        Some("time,device,point,value,unit,quality,type,device_key,point_key")
    );
    for sample in &stored {
        let line = lines.next().unwrap();
        let columns: Vec<&str> = line.split(',').collect();
        assert_eq!(
            (columns[1], columns[2], columns[5]),
            ("Pump", "Power", "good"),
            "{line}"
        );
        assert_eq!(columns[3].parse::<f64>().ok(), sample.value.as_f64());
        assert!(columns[0].ends_with('Z') && columns[0].starts_with("20"));
    }
    let rest: Vec<&str> = lines.collect();
    let rest = rest.join("\n");
    // Quoted as RFC 4180 has it, and no formula for a spreadsheet.
    assert!(
        rest.contains("\"Say \"\"hi\"\", you\",Note,\"'=1+1,\n\"\"x\"\"\""),
        "{rest}"
    );
    running.stop().await;
}
