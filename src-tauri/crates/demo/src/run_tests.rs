//! The simulation over the embedded broker, as a dashboard sees it.

use std::collections::BTreeSet;

use super::*;
use crate::{BrokerOptions, EmbeddedBroker};

async fn broker(folder: &tempfile::TempDir, listen: &str) -> EmbeddedBroker {
    let options = BrokerOptions {
        listen: listen.parse().expect("an address"),
        credentials: Some(("demo".into(), "secret".into())),
        data: folder.path().to_owned(),
    };
    EmbeddedBroker::start(options).await.expect("started")
}

fn options(port: u16) -> SimOptions {
    SimOptions {
        broker_port: port,
        credentials: Some(("demo".into(), "secret".into())),
        seed: 5,
        speed: 1.0,
        backfill: Duration::ZERO,
        state: None,
    }
}

fn watcher(port: u16) -> (AsyncClient, EventLoop) {
    let mut mqtt = MqttOptions::new("watcher", "127.0.0.1", port);
    mqtt.set_credentials("demo", "secret");
    mqtt.set_max_packet_size(LARGEST_MESSAGE, LARGEST_MESSAGE);
    AsyncClient::new(mqtt, 100)
}

/// Polls until every wanted topic has been heard. A topic that ends with `=x` wants that payload.
async fn hear(events: &mut EventLoop, wanted: &[&str]) {
    let mut left: BTreeSet<&str> = wanted.iter().copied().collect();
    while !left.is_empty() {
        if let Ok(Event::Incoming(Packet::Publish(p))) = events.poll().await {
            left.retain(|want| match want.split_once('=') {
                Some((topic, payload)) => p.topic != topic || p.payload != payload.as_bytes(),
                None => p.topic != *want,
            });
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_is_seen_obeys_and_says_goodbye() {
    let folder = tempfile::tempdir().expect("a folder");
    let broker = broker(&folder, "127.0.0.1:0").await;
    let (client, mut events) = watcher(broker.port());
    client.subscribe("#", QoS::AtLeastOnce).await.expect("asked");
    while !matches!(events.poll().await, Ok(Event::Incoming(Packet::SubAck(_)))) {}
    let demo = run(options(broker.port())).await;
    hear(
        &mut events,
        &[
            "home/status=online",
            "homeassistant/device/living_thermostat/config",
            "home/living_thermostat/state",
            "zigbee2mqtt/bridge/devices",
            "zigbee2mqtt/Hall/Hall light",
            "tele/tasmota_5E21C4/LWT=Online",
            "tasmota/discovery/C44F335E3A90/sensors",
            "shellyplus2pm-a8032ab1c2d4/online=true",
            "office-air/status=online",
            "homie/5/office-fan/fan/speed=35",
            "homie/5/office-fan/$description",
            "homie/5/office-fan/$state=ready",
            "homeassistant/fan/office-fan/fan/config",
            "owntracks/alex/phone",
            "teslamate/cars/1/battery_level",
            "home/watch",
            "frigate/available=online",
            "umh/v1/Berlin/Filling/Utilities/Chiller/_meta",
            "umh/v1/Berlin/Filling/Utilities/Compressor/_historian/Pressure",
            "spBv1.0/Berlin:Filling/NBIRTH/Line1",
            "spBv1.0/Berlin:Filling/DBIRTH/Line2/Packer",
            "spBv1.0/Berlin:Filling/DDATA/Line1/Filler",
        ],
    )
    .await;
    client
        .publish("home/front_lock/set", QoS::AtLeastOnce, false, "UNLOCK")
        .await
        .expect("asked");
    hear(&mut events, &["home/front_lock/state=UNLOCKED"]).await;
    client
        .publish("homeassistant/status", QoS::AtLeastOnce, false, "online")
        .await
        .expect("asked");
    hear(&mut events, &["homeassistant/device/living_thermostat/config"]).await;
    let goodbye = tokio::spawn(demo.stop());
    hear(
        &mut events,
        &[
            "home/status=offline",
            "zigbee2mqtt/bridge/state={\"state\":\"offline\"}",
            "tele/tasmota_5E3A90/LWT=Offline",
            "shellyplus2pm-a8032ab1c2d4/online=false",
            "homie/5/office-fan/$state=lost",
            "frigate/available=offline",
            "spBv1.0/Berlin:Filling/NDEATH/Line1",
            "spBv1.0/Berlin:Filling/NDEATH/Line2",
        ],
    )
    .await;
    goodbye.await.expect("ended");
    broker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_comes_back_when_the_broker_does() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = broker(&folder, "127.0.0.1:0").await;
    let address = first.address();
    let (client, mut events) = watcher(address.port());
    client
        .subscribe("spBv1.0/#", QoS::AtLeastOnce)
        .await
        .expect("asked");
    let demo = run(options(address.port())).await;
    hear(&mut events, &["spBv1.0/Berlin:Filling/DDATA/Line1/Filler"]).await;
    first.stop().await;
    let second = broker(&folder, &address.to_string()).await;
    let (client, mut events) = watcher(address.port());
    client.subscribe("#", QoS::AtLeastOnce).await.expect("asked");
    hear(
        &mut events,
        &[
            "spBv1.0/Berlin:Filling/NBIRTH/Line1",
            "spBv1.0/Berlin:Filling/DDATA/Line1/Filler",
        ],
    )
    .await;
    demo.stop().await;
    second.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_can_be_forgotten() {
    let folder = tempfile::tempdir().expect("a folder");
    let broker = broker(&folder, "127.0.0.1:0").await;
    let (client, mut events) = watcher(broker.port());
    client.subscribe("#", QoS::AtLeastOnce).await.expect("asked");
    while !matches!(events.poll().await, Ok(Event::Incoming(Packet::SubAck(_)))) {}
    let demo = run(options(broker.port())).await;
    // The last devices of the home and of the bridge, so that all before them are there as well.
    hear(
        &mut events,
        &[
            "home/meter/used",
            "zigbee2mqtt/Hall/Hall light",
            "spBv1.0/Berlin:Filling/DBIRTH/Line2/Stock",
        ],
    )
    .await;
    assert!(broker.retained_count() > 100, "{}", broker.retained_count());
    let ended = tokio::spawn(demo.stop_and_forget());
    hear(
        &mut events,
        &[
            "home/status=",
            "tele/tasmota_5E21C4/LWT=",
            "zigbee2mqtt/bridge/state=",
        ],
    )
    .await;
    ended.await.expect("ended");
    // Clean disconnects: what the broker took before them it has also done.
    while broker.retained_count() > 0 {
        tokio::task::yield_now().await;
    }
    broker.stop().await;
}

/// Counts what is heard of the plant's past until `enough` has come and then so many live messages more; also the live messages
/// between the first and the last of the past.
async fn hear_past(events: &mut EventLoop, enough: usize, more: usize) -> (usize, usize) {
    let (mut past, mut between, mut since) = (0, 0, 0);
    while past < enough || since < more {
        if let Ok(Event::Incoming(Packet::Publish(p))) = events.poll().await {
            let (old, new) = crate::plant::past_and_present(&p.payload);
            if old > 0 {
                past += old;
                between += std::mem::take(&mut since);
            } else if past > 0 && new > 0 {
                since += 1;
            }
        }
    }
    (past, between)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_past_is_told_once_among_live_values_and_goes_on_in_the_next_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let broker = broker(&folder, "127.0.0.1:0").await;
    let (client, mut events) = watcher(broker.port());
    client
        .subscribe("spBv1.0/#", QoS::AtLeastOnce)
        .await
        .expect("asked");
    while !matches!(events.poll().await, Ok(Event::Incoming(Packet::SubAck(_)))) {}
    let state = folder.path().join("plant.json");
    let options = SimOptions {
        backfill: Duration::from_hours(16),
        state: Some(state.clone()),
        ..options(broker.port())
    };
    let stored = |memory: &Memory| {
        let clock = Clock {
            wall: now_ms(),
            offset: 0,
        };
        let mut world = World::with_past(options.seed, clock, 16 * 3_600_000, memory);
        let mut out = Vec::new();
        for link in [Link::Line1, Link::Line2] {
            world.connected(link, 0, clock.wall, &mut out);
            world.tell_past(link, clock.wall + 10_000, usize::MAX, &mut out);
        }
        out.iter()
            .map(|m| crate::plant::past_and_present(&m.payload).0)
            .sum::<usize>()
    };
    // Made from the same seed but begun a moment later: samples at whole minutes may be some more or less.
    let expected = stored(&Memory::default());
    let demo = run(options.clone()).await;
    let begun = Instant::now();
    let (past, between) = hear_past(&mut events, expected - expected / 100, 300).await;
    println!(
        "{past} samples of the past, {between} live messages between them, {:?}",
        begun.elapsed()
    );
    assert!(past.abs_diff(expected) < expected / 100, "{past} {expected}");
    assert!(between > 20, "live values are not kept waiting: {between}");
    // Asked for births, it tells them and none of the past.
    let rebirth = crate::plant::rebirth_request();
    client
        .publish(
            "spBv1.0/Berlin:Filling/NCMD/Line1",
            QoS::AtLeastOnce,
            false,
            rebirth,
        )
        .await
        .expect("asked");
    hear(&mut events, &["spBv1.0/Berlin:Filling/NBIRTH/Line1"]).await;
    let mut live = 0;
    while live < 100 {
        if let Ok(Event::Incoming(Packet::Publish(p))) = events.poll().await {
            let (old, new) = crate::plant::past_and_present(&p.payload);
            assert_eq!(old, 0);
            live += new;
        }
    }
    let ended = tokio::spawn(demo.stop());
    hear(&mut events, &["spBv1.0/Berlin:Filling/NDEATH/Line2"]).await;
    ended.await.expect("ended");

    // The next run has only the moment between to tell, if that.
    let memory = Memory::load(&state);
    assert!(memory.line("Line1").is_some() && memory.line("Line2").is_some());
    assert!(stored(&memory) < expected / 50);
    let demo = run(options.clone()).await;
    hear(&mut events, &["spBv1.0/Berlin:Filling/NBIRTH/Line2"]).await;
    let ended = tokio::spawn(demo.stop_and_forget());
    hear(&mut events, &["spBv1.0/Berlin:Filling/NDEATH/Line2"]).await;
    ended.await.expect("ended");
    assert!(!state.exists(), "a forgotten plant is new next time");
    broker.stop().await;
}
