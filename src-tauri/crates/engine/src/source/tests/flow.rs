//! Messages, acknowledgements, lost connections.

use super::{fake::Wire, mosquitto::Mosquitto, *};

fn publish(topic: &str, payload: impl Into<Vec<u8>>, qos: u8, retain: bool) -> Publish {
    Publish {
        topic: topic.into(),
        payload: payload.into(),
        qos,
        retain,
    }
}

/// Another client, connected.
async fn other(port: u16) -> Harness {
    let settings = BrokerSettings {
        client_id: "other".into(),
        filters: vec![],
        ..settings(port, MqttVersion::V3)
    };
    let mut harness = Harness::start(settings, None);
    harness.connected().await;
    harness
}

/// Waits until the subscription is in place: a message comes through.
async fn subscribed(harness: &mut Harness, other: &Harness) {
    other.source.publish(publish("ready", "", 1, true)).ok();
    other.source.publish(publish("ready", "yes", 1, true)).unwrap();
    let ready = harness.message_on("ready").await;
    harness.source.ack(vec![ready.ack()]);
}

#[tokio::test]
async fn messages_come_as_they_were_sent() {
    let Some(broker) = Mosquitto::start("") else {
        return;
    };
    for version in VERSIONS {
        let other = other(broker.port).await;
        let mut harness = Harness::start(settings(broker.port, version), None);
        let (at, session_present, generation) = harness.connected().await;
        assert!(!session_present && at <= now());
        let state = harness.state(|state| state.phase == Phase::Connected).await;
        assert_eq!(
            (state.fault, state.error.as_str(), state.retry_at),
            (Fault::None, "", None)
        );
        subscribed(&mut harness, &other).await;
        other
            .source
            .publish(publish("a/b", [0, 255, 7], 1, false))
            .unwrap();
        let one = harness.message_on("a/b").await;
        assert_eq!(
            (&one.payload[..], one.qos, one.retain, one.dup),
            (&[0, 255, 7][..], 1, false, false)
        );
        assert!(one.pkid > 0 && one.generation == generation && one.broker == BrokerId(7));
        other.source.publish(publish("a/c", "x", 0, false)).unwrap();
        let zero = harness.message_on("a/c").await;
        assert_eq!((zero.qos, zero.pkid), (0, 0));
        // And the way back.
        harness.source.publish(publish("own", "echo", 1, false)).unwrap();
        assert_eq!(&harness.message_on("own").await.payload[..], b"echo");
        assert_eq!(
            (harness.source.gate().queue(), harness.source.gate().dropped()),
            (0, 0)
        );
        assert!(harness.source.gate().received() >= 4);
        forget(harness, &broker, version).await;
    }
}

async fn forget(harness: Harness, broker: &Mosquitto, version: MqttVersion) {
    harness.source.stop().await;
    forget_session(&settings(broker.port, version), None)
        .await
        .unwrap();
}

#[tokio::test]
async fn only_what_was_acknowledged_is_not_sent_again() {
    let Some(broker) = Mosquitto::start("") else {
        return;
    };
    for version in VERSIONS {
        let other = other(broker.port).await;
        let mut harness = Harness::start(settings(broker.port, version), None);
        subscribed(&mut harness, &other).await;
        for i in 1..=3 {
            other
                .source
                .publish(publish(&format!("m/{i}"), "x", 1, false))
                .unwrap();
        }
        let first = harness.message_on("m/1").await;
        let second = harness.message_on("m/2").await;
        harness.message_on("m/3").await;
        assert!(first.pkid != second.pkid);
        harness.source.ack(vec![first.ack()]);
        harness.source.stop().await;

        let mut harness = Harness::start(settings(broker.port, version), None);
        let (_, session_present, generation) = harness.connected().await;
        assert!(session_present && generation > first.generation);
        let again = [harness.message().await, harness.message().await];
        assert_eq!(
            again.each_ref().map(|message| message.topic.as_str()),
            ["m/2", "m/3"]
        );
        assert!(again.iter().all(|message| message.dup));
        // Acknowledgements of the connection before mean nothing now.
        harness.source.ack(vec![second.ack()]);
        harness.source.ack(vec![again[1].ack()]);
        harness.source.stop().await;

        let mut harness = Harness::start(settings(broker.port, version), None);
        let last = harness.message().await;
        assert_eq!((last.topic.as_str(), last.dup), ("m/2", true));
        harness.source.ack(vec![last.ack()]);
        assert_eq!(
            harness.message().await.topic,
            "ready",
            "nothing else is left but what is retained"
        );
        forget(harness, &broker, version).await;
    }
}

#[tokio::test]
async fn batches_of_acknowledgements_keep_the_messages_coming() {
    const COUNT: usize = 5000;
    // Twenty unacknowledged messages at a time is mosquitto's default.
    let Some(broker) = Mosquitto::start("max_inflight_messages 20") else {
        return;
    };
    for version in VERSIONS {
        let other = other(broker.port).await;
        let mut harness = Harness::start(settings(broker.port, version), None);
        subscribed(&mut harness, &other).await;
        let sending = tokio::spawn(async move {
            for i in 0..COUNT {
                while other
                    .source
                    .publish(publish("n", i.to_string(), 1, false))
                    .is_err()
                {
                    tokio::task::yield_now().await;
                }
            }
            other
        });
        let mut acks = Vec::new();
        for i in 0..COUNT {
            let message = harness.message_on("n").await;
            assert_eq!(message.payload, i.to_string().as_bytes());
            acks.push(message.ack());
            // Whenever nothing more is waiting, like the pipeline.
            if harness.events.is_empty() {
                harness.source.ack(std::mem::take(&mut acks));
            }
        }
        harness.source.ack(acks);
        // Its client id is used again in the next round.
        sending.await.unwrap().source.stop().await;
        forget(harness, &broker, version).await;
    }
}

#[tokio::test]
async fn a_broker_that_comes_back_is_found_again() {
    let Some(mut broker) = Mosquitto::start("") else {
        return;
    };
    let mut harness = Harness::start(settings(broker.port, MqttVersion::V3), None);
    let (_, _, before) = harness.connected().await;
    broker.kill();
    loop {
        if let SourceEvent::Disconnected { .. } = harness.event().await {
            break;
        }
    }
    harness.failed().await;
    broker.restart();
    let (_, session_present, after) = harness.connected().await;
    assert!(after > before && !session_present, "this mosquitto keeps nothing");
    harness
        .state(|state| state.phase == Phase::Connected && state.fault == Fault::None)
        .await;
    let other = other(broker.port).await;
    subscribed(&mut harness, &other).await;
}

#[tokio::test]
async fn a_cut_wire_brings_everything_unacknowledged_again() {
    let Some(broker) = Mosquitto::start("") else {
        return;
    };
    for version in VERSIONS {
        let other = other(broker.port).await;
        let wire = Wire::to(broker.port).await;
        let mut harness = Harness::start(settings(wire.port, version), None);
        subscribed(&mut harness, &other).await;
        other.source.publish(publish("m", "1", 1, false)).unwrap();
        let first = harness.message_on("m").await;
        wire.cut();
        other.source.publish(publish("m", "2", 1, false)).unwrap();
        let (_, session_present, generation) = harness.connected().await;
        assert!(session_present && generation > first.generation);
        harness.source.ack(vec![first.ack()]);
        let again = harness.message_on("m").await;
        assert_eq!((&again.payload[..], again.dup), (&b"1"[..], true));
        assert_eq!(
            &harness.message_on("m").await.payload[..],
            b"2",
            "what came meanwhile was kept"
        );
        forget(harness, &broker, version).await;
    }
}

#[tokio::test]
async fn ten_megabytes_pass() {
    let Some(broker) = Mosquitto::start("") else {
        return;
    };
    for version in VERSIONS {
        let mut harness = Harness::start(settings(broker.port, version), None);
        harness.state(|state| state.phase == Phase::Connected).await;
        harness
            .source
            .publish(publish("big", vec![b'x'; 10_000_000], 1, true))
            .unwrap();
        let big = harness.message_on("big").await;
        assert_eq!(big.payload.len(), 10_000_000);
        harness.source.ack(vec![big.ack()]);
        let too_big = harness
            .source
            .publish(publish("big", vec![b'x'; 20_000_000], 1, true));
        assert!(too_big.unwrap_err().contains("too large"));
        forget(harness, &broker, version).await;
    }
}

#[tokio::test]
async fn websockets_carry_the_same() {
    let Some(broker) = Mosquitto::start("protocol websockets") else {
        return;
    };
    for version in VERSIONS {
        let settings = BrokerSettings {
            transport: hearthline_model::Transport::Ws,
            ..settings(broker.port, version)
        };
        let mut harness = Harness::start(settings, None);
        harness.state(|state| state.phase == Phase::Connected).await;
        harness.source.publish(publish("w", "1", 1, true)).unwrap();
        let message = harness.message_on("w").await;
        harness.source.ack(vec![message.ack()]);
        harness.source.stop().await;
    }
}
