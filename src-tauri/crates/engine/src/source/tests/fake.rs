//! A made-up broker: answers each packet with the next of its lines. And a wire that can be cut.

use super::*;
use std::sync::Mutex;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

/// Listens for ever; each connection begins with the first answer again. What the client sent goes to `heard`.
pub async fn broker(answers: Vec<Vec<u8>>) -> (u16, UnboundedReceiver<Vec<u8>>) {
    let listener = TcpListener::bind("localhost:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (hear, heard) = unbounded_channel();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let (hear, answers) = (hear.clone(), answers.clone());
            tokio::spawn(async move {
                let mut answers = answers.into_iter();
                while let Some(packet) = read_packet(&mut stream).await {
                    let _ = hear.send(packet);
                    if let Some(answer) = answers.next() {
                        stream.write_all(&answer).await.unwrap();
                    }
                }
            });
        }
    });
    (port, heard)
}

async fn read_packet(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut packet = vec![stream.read_u8().await.ok()?];
    let mut length = 0;
    for shift in [0, 7, 14, 21] {
        let byte = stream.read_u8().await.ok()?;
        packet.push(byte);
        length |= usize::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            break;
        }
    }
    let head = packet.len();
    packet.resize(head + length, 0);
    stream.read_exact(&mut packet[head..]).await.ok()?;
    Some(packet)
}

/// Passes everything on to a port until it is cut.
pub struct Wire {
    pub port: u16,
    open: Arc<Mutex<JoinSet<()>>>,
}

impl Wire {
    pub async fn to(target: u16) -> Self {
        let listener = TcpListener::bind("localhost:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let open = Arc::new(Mutex::new(JoinSet::new()));
        let connections = open.clone();
        tokio::spawn(async move {
            while let Ok((mut near, _)) = listener.accept().await {
                connections.lock().unwrap().spawn(async move {
                    let mut far = TcpStream::connect(("localhost", target)).await.unwrap();
                    let _ = copy_bidirectional(&mut near, &mut far).await;
                });
            }
        });
        Self { port, open }
    }

    /// Breaks all connections; new ones are taken.
    pub fn cut(&self) {
        self.open.lock().unwrap().abort_all();
    }
}

/// CONNACK of version 3.1.1 with this code.
pub fn connack3(code: u8) -> Vec<u8> {
    vec![0x20, 2, 0, code]
}

/// CONNACK of version 5 with this code.
pub fn connack5(code: u8) -> Vec<u8> {
    vec![0x20, 3, 0, code, 0]
}

#[tokio::test]
async fn refused_filters_show_while_connected() {
    let answers = vec![connack3(0), vec![0x90, 4, 0, 1, 0, 0x80]];
    let (port, _heard) = broker(answers).await;
    let filters = vec!["open/#".into(), "secret/#".into()];
    let mut harness = Harness::start(
        BrokerSettings {
            filters,
            ..settings(port, MqttVersion::V3)
        },
        None,
    );
    let state = harness.state(|state| state.fault != Fault::None).await;
    assert_eq!(
        (state.phase, state.fault),
        (Phase::Connected, Fault::NotAuthorised)
    );
    assert!(
        state.error.contains("secret/#") && !state.error.contains("open/#"),
        "{}",
        state.error
    );
}

#[tokio::test]
async fn a_filter_that_is_none_is_left_out_and_told() {
    let (port, mut heard) = broker(vec![connack5(0), vec![0x90, 4, 0, 1, 0, 1]]).await;
    let filters = vec!["a/#/b".into(), "good".into()];
    let mut harness = Harness::start(
        BrokerSettings {
            filters,
            ..settings(port, MqttVersion::V5)
        },
        None,
    );
    let state = harness.state(|state| state.fault != Fault::None).await;
    assert!(
        state.phase == Phase::Connected && state.error.contains("a/#/b"),
        "{state:?}"
    );
    let connect = heard.recv().await.unwrap();
    assert_eq!(&connect[4..8], b"MQTT");
    let subscribe = heard.recv().await.unwrap();
    assert!(subscribe.ends_with(b"\0\x04good\x01"), "{subscribe:?}");
}

#[tokio::test]
async fn what_the_broker_says_no_to() {
    let cases = [
        (MqttVersion::V3, connack3(1), Fault::Protocol),
        (MqttVersion::V3, connack3(2), Fault::ClientIdRefused),
        (MqttVersion::V3, connack3(3), Fault::Other),
        (MqttVersion::V3, connack3(4), Fault::BadCredentials),
        (MqttVersion::V3, connack3(5), Fault::BadCredentials),
        (MqttVersion::V3, connack3(99), Fault::Protocol),
        (MqttVersion::V5, connack5(0x84), Fault::Protocol),
        (MqttVersion::V5, connack5(0x85), Fault::ClientIdRefused),
        (MqttVersion::V5, connack5(0x86), Fault::BadCredentials),
        (MqttVersion::V5, connack5(0x8a), Fault::NotAuthorised),
        (MqttVersion::V5, connack5(0x89), Fault::Other),
        (
            MqttVersion::V3,
            b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec(),
            Fault::Protocol,
        ),
        (
            MqttVersion::V5,
            b"SSH-2.0-OpenSSH_9.2\r\n".to_vec(),
            Fault::Protocol,
        ),
        (
            MqttVersion::V5,
            vec![0x20, 0xff, 0xff, 0xff, 0xff, 0xff],
            Fault::Protocol,
        ),
    ];
    for (version, answer, fault) in cases {
        let (port, _heard) = broker(vec![answer.clone()]).await;
        let mut harness = Harness::start(settings(port, version), None);
        let state = harness.failed().await;
        assert_eq!(state.fault, fault, "{version:?} {answer:?}: {}", state.error);
        assert!(state.error.ends_with('.'), "{}", state.error);
    }
}

#[tokio::test]
async fn a_session_taken_over_is_told_in_version_5() {
    let (port, _heard) = broker(vec![connack5(0), vec![0xe0, 2, 0x8e, 0]]).await;
    let mut harness = Harness::start(settings(port, MqttVersion::V5), None);
    assert_eq!(harness.failed().await.fault, Fault::ClientIdRefused);
}

/// A message at QoS 1 whose topic is no UTF-8.
fn odd_topic(version: MqttVersion) -> Vec<u8> {
    let mut packet = vec![0x32, 8, 0, 3, b'a', 0xff, b'b', 0, 9, b'x'];
    if version == MqttVersion::V5 {
        packet.insert(9, 0); // no properties
        packet[1] += 1;
    }
    packet
}

#[tokio::test]
async fn a_topic_that_is_no_utf_8_is_refused_and_acknowledged() {
    let suback = [vec![0x90, 4, 0, 1, 0, 1], odd_topic(MqttVersion::V5)].concat();
    let (port, mut heard) = broker(vec![connack5(0), suback]).await;
    let mut harness = Harness::start(settings(port, MqttVersion::V5), None);
    harness.connected().await;
    let SourceEvent::Refused { topic, text, .. } = harness.event().await else {
        panic!("not refused")
    };
    assert_eq!(topic, "a\u{fffd}b");
    assert!(text.contains("UTF-8"));
    let puback = loop {
        let packet = timeout(PATIENCE, heard.recv()).await.unwrap().unwrap();
        if packet[0] == 0x40 {
            break packet;
        }
    };
    assert_eq!(puback[2..4], [0, 9]);
    assert_eq!(harness.source.state().phase, Phase::Connected);
}

#[tokio::test]
async fn version_3_can_only_hang_up_on_such_a_topic_but_counts_it() {
    let suback = [vec![0x90, 3, 0, 1, 1], odd_topic(MqttVersion::V3)].concat();
    let (port, _heard) = broker(vec![connack3(0), suback]).await;
    let mut harness = Harness::start(settings(port, MqttVersion::V3), None);
    harness.connected().await;
    assert!(matches!(harness.event().await, SourceEvent::Disconnected { .. }));
    assert!(matches!(harness.event().await, SourceEvent::Refused { .. }));
    assert_eq!(harness.failed().await.fault, Fault::Protocol);
}

#[tokio::test]
async fn what_a_hostile_broker_sends_ends_the_connection_only() {
    let hostile: [&[u8]; 6] = [
        &[0x30, 2, 0xff, 0xff],
        &[0x32, 4, 0, 1, b'a', 0],
        &[0x30, 5, 0, 1, b'a', 0xff, 0xff],
        &[0x90, 2, 0, 1],
        &[0x40, 2, 0xff, 0xff],
        &[0xf0, 1, 0xff],
    ];
    for version in VERSIONS {
        for bytes in hostile {
            let connack = if version == MqttVersion::V3 {
                connack3(0)
            } else {
                connack5(0)
            };
            let (port, _heard) = broker(vec![connack, [bytes, bytes].concat()]).await;
            let mut harness = Harness::start(settings(port, version), None);
            harness.connected().await;
            // It may also wait for more bytes to come; then the clean end must still work.
            let ended = async {
                while !matches!(
                    harness.events.recv().await,
                    Some(SourceEvent::Disconnected { .. })
                ) {}
            };
            let _ = timeout(Duration::from_millis(300), ended).await;
            timeout(PATIENCE, harness.source.stop()).await.unwrap();
        }
    }
}
