//! What lasts: ids, names, places and history, over restarts, removals, re-announcements, and brokers that come and go.

// Test code: a failed expectation is how it tells.
#![allow(clippy::expect_used, clippy::unwrap_used)]

use hearthline_engine::view::PlaceEdit;
use hearthline_model::{PlaceKind, Quality, Realm, Value};
use hearthline_tests::engine::{Running, stored};
use hearthline_tests::mosquitto::Mosquitto;
use hearthline_tests::publisher::Publisher;
use hearthline_tests::wait::until;
use serde_json::json;

/// A discovery message of a sensor: device `name` with one point `Level`.
fn sensor(id: &str, name: &str) -> String {
    json!({
        "name": "Level", "uniq_id": format!("{id}-level"), "stat_t": format!("{id}/level"), "unit_of_meas": "%",
        "avty_t": format!("{id}/status"), "dev": { "ids": id, "name": name, "sa": "Cellar" },
    })
    .to_string()
}

fn config(id: &str) -> String {
    format!("homeassistant/sensor/{id}/config")
}

fn numbers(samples: &[hearthline_model::Sample]) -> Vec<f64> {
    samples
        .iter()
        .filter_map(|sample| sample.value.as_f64())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_names_and_places_last_over_a_restart() {
    let broker = Mosquitto::start();
    let running = Running::connected(broker.port).await;
    let mut publisher = Publisher::connect("devices", broker.port).await;
    publisher
        .publish(&config("tank"), sensor("tank", "Tank"), true)
        .await;
    publisher.publish("home/garden/pump/power", "12", false).await;
    let level = running.point("Tank", "Level").await;
    let power = running.point("Pump", "Power").await;
    publisher.publish("tank/level", "40", false).await;
    running.shows(level.id, Value::Int(40)).await;

    let tank = running.known("Tank").await;
    assert!(running.place(&tank).ends_with("Cellar"));
    let attic = running
        .engine
        .save_place(PlaceEdit {
            id: None,
            parent: None,
            kind: PlaceKind::Room,
            realm: Realm::Home,
            name: "Attic".into(),
        })
        .await
        .unwrap();
    running
        .engine
        .rename_device(tank.id, Some("Rain water".into()))
        .await
        .unwrap();
    running
        .engine
        .move_device(tank.id, Some(attic), Realm::Home)
        .await
        .unwrap();
    assert_eq!(running.place(&running.known("Rain water").await), "Attic");
    let folder = running.stop().await;

    // Without a broker: everything is there, its last values marked as such.
    let running = Running::open(folder);
    let known = running.known("Rain water").await;
    assert_eq!(
        (known.id, known.own_name.as_str(), known.online),
        (tank.id, "Tank", false)
    );
    assert_eq!(running.place(&known), "Attic");
    let last = running.shown(level.id).unwrap();
    assert_eq!((last.value.as_f64(), last.quality), (Some(40.0), Quality::Stale));
    assert_eq!(running.point("Pump", "Power").await.id, power.id);
    let folder = running.stop().await;

    // It announces itself anew with another name and room: ids and what the person chose stay.
    let running = Running::again(folder).await;
    publisher
        .publish(
            &config("tank"),
            sensor("tank", "Cistern").replace("Cellar", "Garden"),
            true,
        )
        .await;
    until("its own name", async || {
        (running.device("Rain water")?.own_name == "Cistern").then_some(())
    })
    .await;
    publisher.publish("tank/level", "41", false).await;
    publisher.publish("home/garden/pump/power", "13", false).await;
    running.shows(level.id, Value::Int(41)).await;
    running.shows(power.id, Value::Int(13)).await;
    assert_eq!(running.place(&running.known("Rain water").await), "Attic");
    assert_eq!(numbers(&running.stored(level.id).await), [40.0, 41.0]);
    assert_eq!(running.devices().len(), 2, "no device shows twice");
    // Its own name and place come back when the person gives up theirs.
    running.engine.rename_device(tank.id, None).await.unwrap();
    running.known("Cistern").await;
    running.engine.remove_place(attic).await.unwrap();
    assert_eq!(running.place(&running.known("Cistern").await), "");
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_removed_keeps_its_history() {
    let broker = Mosquitto::start();
    let running = Running::connected(broker.port).await;
    let mut publisher = Publisher::connect("devices", broker.port).await;
    publisher
        .publish(&config("tank"), sensor("tank", "Rain tank"), true)
        .await;
    let level = running.point("Rain tank", "Level").await.id;
    publisher.publish("tank/level", "40", false).await;
    running.shows(level, Value::Int(40)).await;
    let tank = running.known("Rain tank").await.id;
    let seen = running.engine.model(0).rev;

    publisher.publish(&config("tank"), "", true).await;
    until("the device is gone", async || {
        running.device("Rain tank").is_none().then_some(())
    })
    .await;
    // A window that holds an older state is told. What it last said makes no device of another sort.
    let change = running.engine.model(seen);
    assert!(!change.full && change.removed == [tank]);
    assert!(running.devices().is_empty());
    assert_eq!(numbers(&running.stored(level).await), [40.0]);
    let folder = running.stop().await;
    let running = Running::again(folder).await;
    assert!(
        running.device("Rain tank").is_none(),
        "it stays away after a restart"
    );
    assert_eq!(numbers(&running.stored(level).await), [40.0]);

    publisher
        .publish(&config("tank"), sensor("tank", "Rain tank"), true)
        .await;
    assert_eq!(
        running.point("Rain tank", "Level").await.id,
        level,
        "it comes back as the one it was"
    );
    publisher.publish("tank/level", "41", false).await;
    running.shows(level, Value::Int(41)).await;
    assert!(numbers(&running.stored(level).await).ends_with(&[41.0]));
    assert_eq!(numbers(&running.stored(level).await)[0], 40.0);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_announcement_takes_a_plain_topic_over() {
    let broker = Mosquitto::start();
    let running = Running::connected(broker.port).await;
    let mut publisher = Publisher::connect("devices", broker.port).await;
    publisher.publish("tank/level", "40", false).await;
    let plain = running.point("Tank", "Level").await.id;
    assert_eq!(running.known("Tank").await.convention, "plain");
    running.shows(plain, Value::Int(40)).await;
    publisher
        .publish(&config("tank"), sensor("tank", "Rain tank"), true)
        .await;
    let level = running.point("Rain tank", "Level").await.id;
    // The value that came before the description is not lost.
    running.shows(level, Value::Int(40)).await;
    until("one device is left", async || {
        (running.devices().len() == 1).then_some(())
    })
    .await;
    assert_eq!(
        numbers(&running.stored(plain).await),
        [40.0],
        "what it was before keeps its history"
    );
    let folder = running.stop().await;
    let running = Running::again(folder).await;
    publisher.publish("tank/level", "41", false).await;
    running.shows(level, Value::Int(41)).await;
    assert_eq!(running.devices().len(), 1);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn values_of_a_device_that_is_away_are_stale_until_it_is_back() {
    let broker = Mosquitto::start();
    let running = Running::connected(broker.port).await;
    let mut publisher = Publisher::connect("devices", broker.port).await;
    publisher
        .publish(&config("tank"), sensor("tank", "Tank"), true)
        .await;
    let level = running.point("Tank", "Level").await.id;
    publisher.publish("tank/status", "online", true).await;
    publisher.publish("tank/level", "40", false).await;
    running.shows(level, Value::Int(40)).await;
    publisher.publish("tank/status", "offline", true).await;
    let shown = running.quality(level, Quality::Stale).await;
    assert_eq!(
        shown.value.as_f64(),
        Some(40.0),
        "the last value stays to be seen"
    );
    assert!(!running.known("Tank").await.online);
    publisher.publish("tank/status", "online", true).await;
    running.quality(level, Quality::Good).await;
    assert!(running.known("Tank").await.online);
    publisher.publish("tank/level", "41", false).await;
    running.shows(level, Value::Int(41)).await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_that_comes_back_goes_on() {
    let mut broker = Mosquitto::start();
    let running = Running::connected(broker.port).await;
    let mut publisher = Publisher::connect("devices", broker.port).await;
    publisher
        .publish(&config("tank"), sensor("tank", "Tank"), true)
        .await;
    let level = running.point("Tank", "Level").await.id;
    publisher.publish("tank/level", "40", false).await;
    running.shows(level, Value::Int(40)).await;
    drop(publisher);
    broker.stop();
    running.phase(false).await;
    let view = &running.engine.brokers()[0];
    assert!(!view.error.is_empty(), "what is wrong is said");
    // The connection is told a moment before what hangs on it.
    until("nothing confirms its values", async || {
        (!running.known("Tank").await.online).then_some(())
    })
    .await;
    broker.run();
    running.phase(true).await;
    let mut publisher = Publisher::connect("devices", broker.port).await;
    running.subscribed(view.id, broker.port).await;
    publisher.publish("tank/level", "41", false).await;
    running.shows(level, Value::Int(41)).await;
    assert!(running.known("Tank").await.online);
    assert_eq!(numbers(&running.stored(level).await), [40.0, 41.0]);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_brokers_are_two_worlds_and_one_can_leave() {
    let (one, two) = (Mosquitto::start(), Mosquitto::start());
    let running = Running::empty();
    let first = running.add_broker("one", one.port).await;
    let second = running.add_broker("two", two.port).await;
    let mut publishers = Vec::new();
    for (broker, name) in [(&one, "Tank one"), (&two, "Tank two")] {
        let mut publisher = Publisher::connect("devices", broker.port).await;
        // The same device by its own ids: behind another broker it is another one.
        publisher
            .publish(&config("tank"), sensor("tank", name), true)
            .await;
        publishers.push(publisher);
    }
    let (a, b) = (
        running.point("Tank one", "Level").await.id,
        running.point("Tank two", "Level").await.id,
    );
    assert_ne!(a, b);
    publishers[0].publish("tank/level", "1", false).await;
    publishers[1].publish("tank/level", "2", false).await;
    running.shows(a, Value::Int(1)).await;
    running.shows(b, Value::Int(2)).await;
    assert_eq!(running.known("Tank one").await.broker, first);
    assert_eq!(running.known("Tank two").await.broker, second);

    // Switched off, its devices stay to be seen; removed, they leave, and history stays.
    running.engine.enable_broker(first, false).await.unwrap();
    running.quality(a, Quality::Stale).await;
    assert!(running.device("Tank one").is_some());
    running.engine.remove_broker(first).await.unwrap();
    assert!(running.device("Tank one").is_none());
    assert_eq!(running.engine.broker_ids(), [second]);
    publishers[1].publish("tank/level", "3", false).await;
    running.shows(b, Value::Int(3)).await;
    let folder = running.stop().await;
    assert_eq!(numbers(&stored(&folder, a)), [1.0]);
    let running = Running::again(folder).await;
    assert!(
        running.device("Tank one").is_none(),
        "it stays away after a restart"
    );
    assert_eq!(running.quality(b, Quality::Stale).await.value.as_f64(), Some(3.0));
    running.stop().await;
}
