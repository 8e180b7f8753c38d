//! The broker as its clients see it.

use super::*;
use rumqttc::{
    AsyncClient, ConnectReturnCode, ConnectionError, Event, EventLoop, MqttOptions, Packet, QoS,
    SubscribeReasonCode,
};

fn options(folder: &tempfile::TempDir, credentials: Option<(&str, &str)>) -> BrokerOptions {
    BrokerOptions {
        listen: "127.0.0.1:0".parse().unwrap(),
        credentials: credentials.map(|(u, p)| (u.to_owned(), p.to_owned())),
        data: folder.path().join("broker"),
    }
}

fn client(port: u16, id: &str, credentials: Option<(&str, &str)>, clean: bool) -> (AsyncClient, EventLoop) {
    let mut options = MqttOptions::new(id, "127.0.0.1", port);
    options.set_clean_session(clean);
    options.set_max_packet_size(20 << 20, 20 << 20);
    if let Some((user, password)) = credentials {
        options.set_credentials(user, password);
    }
    AsyncClient::new(options, 100)
}

/// Runs the connection until the broker has sent a packet that is looked for.
async fn until<T>(events: &mut EventLoop, mut pick: impl FnMut(Packet) -> Option<T>) -> T {
    loop {
        if let Event::Incoming(packet) = events.poll().await.expect("connected")
            && let Some(found) = pick(packet)
        {
            return found;
        }
    }
}

fn publish(packet: Packet) -> Option<(String, Vec<u8>, bool)> {
    match packet {
        Packet::Publish(p) => Some((p.topic, p.payload.to_vec(), p.retain)),
        _ => None,
    }
}

#[allow(clippy::needless_pass_by_value)] // the shape `until` wants
fn acknowledged(packet: Packet) -> Option<()> {
    matches!(packet, Packet::PubAck(_) | Packet::SubAck(_)).then_some(())
}

#[tokio::test(flavor = "multi_thread")]
async fn retained_messages_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let broker = EmbeddedBroker::start(options(&folder, None)).await.unwrap();
    let port = broker.port();
    assert_ne!(port, 0);
    let (publisher, mut events) = client(port, "p", None, true);
    for (topic, payload) in [("a/kept", "yes"), ("a/cleared", "no"), ("a/cleared", "")] {
        publisher
            .publish(topic, QoS::AtLeastOnce, true, payload)
            .await
            .unwrap();
        until(&mut events, acknowledged).await;
    }
    broker.stop().await;

    let broker = EmbeddedBroker::start(BrokerOptions {
        listen: ([127, 0, 0, 1], port).into(),
        ..options(&folder, None)
    })
    .await
    .unwrap();
    assert_eq!((broker.port(), broker.retained_count()), (port, 1));
    let (subscriber, mut events) = client(port, "s", None, true);
    subscriber.subscribe("#", QoS::AtLeastOnce).await.unwrap();
    assert_eq!(
        until(&mut events, publish).await,
        ("a/kept".into(), b"yes".to_vec(), true)
    );
    broker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_right_password_is_let_in() {
    let folder = tempfile::tempdir().unwrap();
    let broker = EmbeddedBroker::start(options(&folder, Some(("me", "secret"))))
        .await
        .unwrap();
    for wrong in [
        None,
        Some(("me", "wrong")),
        Some(("you", "secret")),
        Some(("me", "")),
    ] {
        let (_client, mut events) = client(broker.port(), "x", wrong, true);
        let refused = events.poll().await.expect_err("refused");
        assert!(
            matches!(
                refused,
                ConnectionError::ConnectionRefused(
                    ConnectReturnCode::BadUserNamePassword | ConnectReturnCode::NotAuthorized
                )
            ),
            "{wrong:?}: {refused:?}"
        );
    }
    let (_client, mut events) = client(broker.port(), "x", Some(("me", "secret")), true);
    assert!(matches!(
        events.poll().await,
        Ok(Event::Incoming(Packet::ConnAck(_)))
    ));
    broker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_gets_what_was_said_while_it_was_away() {
    let folder = tempfile::tempdir().unwrap();
    let broker = EmbeddedBroker::start(options(&folder, None)).await.unwrap();
    let (subscriber, mut events) = client(broker.port(), "s", None, false);
    subscriber.subscribe("a", QoS::AtLeastOnce).await.unwrap();
    until(&mut events, acknowledged).await;
    drop((subscriber, events));
    let (publisher, mut sending) = client(broker.port(), "p", None, true);
    let big = vec![b'x'; 10 << 20];
    publisher
        .publish("a", QoS::AtLeastOnce, false, big.clone())
        .await
        .unwrap();
    until(&mut sending, acknowledged).await;
    let (_subscriber, mut events) = client(broker.port(), "s", None, false);
    assert!(
        until(&mut events, publish).await == ("a".into(), big, false),
        "ten megabytes arrive whole"
    );
    broker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mqtt_5_is_spoken_and_its_properties_are_kept() {
    use rumqttc::v5::mqttbytes::QoS as Qos5;
    use rumqttc::v5::mqttbytes::v5::{Packet as Packet5, PublishProperties};
    use rumqttc::v5::{AsyncClient as Client5, Event as Event5, MqttOptions as Options5};

    let folder = tempfile::tempdir().unwrap();
    let broker = EmbeddedBroker::start(options(&folder, None)).await.unwrap();
    let (publisher, mut events) = Client5::new(Options5::new("p", "127.0.0.1", broker.port()), 10);
    let properties = PublishProperties {
        content_type: Some("text/plain".into()),
        ..PublishProperties::default()
    };
    publisher
        .publish_with_properties("a", Qos5::AtLeastOnce, true, "hello", properties)
        .await
        .unwrap();
    while !matches!(events.poll().await.unwrap(), Event5::Incoming(Packet5::PubAck(_))) {}
    broker.stop().await;

    let broker = EmbeddedBroker::start(options(&folder, None)).await.unwrap();
    let (subscriber, mut events) = Client5::new(Options5::new("s", "127.0.0.1", broker.port()), 10);
    subscriber.subscribe("a", Qos5::AtLeastOnce).await.unwrap();
    let got = loop {
        if let Event5::Incoming(Packet5::Publish(p)) = events.poll().await.unwrap() {
            break p;
        }
    };
    assert_eq!((&got.payload[..], got.retain), (&b"hello"[..], true));
    assert_eq!(
        got.properties.and_then(|p| p.content_type).as_deref(),
        Some("text/plain")
    );
    broker.stop().await;
}

/// A client that has asked for `filter` and was told that it may have it.
async fn listener(port: u16, id: &str, filter: &str) -> (AsyncClient, EventLoop) {
    let (client, mut events) = client(port, id, None, true);
    client.subscribe(filter, QoS::AtLeastOnce).await.unwrap();
    let granted = until(&mut events, |packet| match packet {
        Packet::SubAck(ack) => Some(ack.return_codes),
        _ => None,
    })
    .await;
    assert_eq!(
        granted,
        [SubscribeReasonCode::Success(QoS::AtLeastOnce)],
        "{filter}"
    );
    (client, events)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dollar_in_a_later_level_is_like_any_other_letter() {
    const TOPIC: &str = "homie/5/dev/$state";
    let folder = tempfile::tempdir().unwrap();
    let broker = EmbeddedBroker::start(options(&folder, None)).await.unwrap();
    let filters = ["#", "homie/5/+/$state", TOPIC, "homie/5/dev/+"];
    let mut early = Vec::new();
    for (i, filter) in filters.iter().enumerate() {
        early.push(listener(broker.port(), &format!("early{i}"), filter).await);
    }
    let (_client, mut system) = listener(broker.port(), "system", "$SYS/#").await;
    let (_client, mut other) = listener(broker.port(), "other", "homie/5/dev/state").await;
    let (publisher, mut sending) = client(broker.port(), "p", None, true);
    for (topic, payload, retain) in [
        // Not for `#`: of all that a listener hears in order, it would be the first.
        ("$SYS/x", "hidden", false),
        ("$SYS/x/$y", "hidden too", true),
        (TOPIC, "init", false),
        (TOPIC, "ready", true),
        // A level that is written as the broker writes the other within itself is still another one.
        ("homie/5/dev/\u{e000}$state", "decoy", false),
        ("homie/5/dev/state", "end", false),
    ] {
        publisher
            .publish(topic, QoS::AtLeastOnce, retain, payload)
            .await
            .unwrap();
        until(&mut sending, acknowledged).await;
    }
    for ((_client, events), filter) in early.iter_mut().zip(filters) {
        for payload in ["init", "ready"] {
            let heard = until(events, publish).await;
            assert_eq!(heard, (TOPIC.into(), payload.into(), false), "{filter}");
        }
    }
    for wild in [0, 3] {
        let heard = until(&mut early[wild].1, publish).await;
        assert_eq!(
            heard,
            ("homie/5/dev/\u{e000}$state".into(), b"decoy".to_vec(), false)
        );
    }
    assert_eq!(until(&mut other, publish).await.1, b"end");
    for (topic, payload) in [("$SYS/x", "hidden"), ("$SYS/x/$y", "hidden too")] {
        let heard = until(&mut system, publish).await;
        assert_eq!(heard, (topic.into(), payload.into(), false));
    }

    for (i, filter) in filters.iter().enumerate() {
        // The message may overtake the answer to the request, so that one is not waited for.
        let (subscriber, mut events) = client(broker.port(), &format!("late{i}"), None, true);
        subscriber.subscribe(*filter, QoS::AtLeastOnce).await.unwrap();
        let heard = until(&mut events, publish).await;
        assert_eq!(heard, (TOPIC.into(), b"ready".to_vec(), true), "{filter}");
    }

    // Given back, the filter is no longer served: of what follows only the other filter's is heard.
    let (client, events) = &mut early[2];
    client.subscribe("end", QoS::AtLeastOnce).await.unwrap();
    until(events, acknowledged).await;
    client.unsubscribe(TOPIC).await.unwrap();
    until(events, |packet| {
        matches!(packet, Packet::UnsubAck(_)).then_some(())
    })
    .await;
    for topic in [TOPIC, "end"] {
        publisher
            .publish(topic, QoS::AtLeastOnce, false, "late")
            .await
            .unwrap();
        until(&mut sending, acknowledged).await;
    }
    assert_eq!(until(events, publish).await.0, "end");
    broker.stop().await;
}

#[tokio::test]
async fn the_network_needs_a_password() {
    let folder = tempfile::tempdir().unwrap();
    let open = BrokerOptions {
        listen: "0.0.0.0:0".parse().unwrap(),
        ..options(&folder, None)
    };
    assert!(matches!(
        EmbeddedBroker::start(open).await,
        Err(Error::OpenWithoutPassword(_))
    ));
    let empty = options(&folder, Some(("me", "")));
    assert!(matches!(
        EmbeddedBroker::start(empty).await,
        Err(Error::EmptyCredentials)
    ));
}

#[tokio::test]
async fn a_taken_port_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = taken.local_addr().unwrap();
    let refused = EmbeddedBroker::start(BrokerOptions {
        listen,
        ..options(&folder, None)
    })
    .await;
    assert!(matches!(refused, Err(Error::Listen { address, .. }) if address == listen));
}
