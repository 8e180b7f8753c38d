//! Against a real mosquitto, and against a made-up broker for what mosquitto never does. Without mosquitto installed they say
//! so and pass.

mod fake;
mod flow;
mod mosquitto;
mod probing;
mod secure;
mod sparkplug;

use super::*;
use hearthline_model::{MqttVersion, SECOND};
use std::time::SystemTime;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// Generous: the machine may be busy.
const PATIENCE: Duration = Duration::from_secs(30);

const VERSIONS: [MqttVersion; 2] = [MqttVersion::V3, MqttVersion::V5];

fn now() -> Micros {
    SystemTime::UNIX_EPOCH.elapsed().unwrap().as_micros() as Micros
}

/// A source with what it tells.
struct Harness {
    source: Source,
    events: UnboundedReceiver<SourceEvent>,
    changes: UnboundedReceiver<()>,
}

fn settings(port: u16, version: MqttVersion) -> BrokerSettings {
    BrokerSettings {
        name: "Test".into(),
        host: "localhost".into(),
        port,
        version,
        client_id: "hearthline-tests".into(),
        ..BrokerSettings::default()
    }
}

impl Harness {
    fn start(settings: BrokerSettings, password: Option<&str>) -> Self {
        let (event, events) = unbounded_channel();
        let (change, changes) = unbounded_channel();
        let source = Source::start(
            BrokerId(7),
            settings,
            password.map(str::to_owned),
            now,
            Arc::new(move |it| drop(event.send(it))),
            Arc::new(move |_| {
                let _ = change.send(());
            }),
        );
        Self {
            source,
            events,
            changes,
        }
    }

    async fn event(&mut self) -> SourceEvent {
        timeout(PATIENCE, self.events.recv())
            .await
            .expect("no event in time")
            .unwrap()
    }

    /// The next message, out of the gate.
    async fn message(&mut self) -> Incoming {
        loop {
            if let SourceEvent::Message(incoming) = self.event().await {
                self.source.gate().leave(1, incoming.weight() as u64);
                return incoming;
            }
        }
    }

    /// The next message on a topic; others are acknowledged and passed over.
    async fn message_on(&mut self, topic: &str) -> Incoming {
        loop {
            let incoming = self.message().await;
            if incoming.topic == topic {
                return incoming;
            }
            self.source.ack(vec![incoming.ack()]);
        }
    }

    async fn connected(&mut self) -> (Micros, bool, u64) {
        loop {
            if let SourceEvent::Connected {
                at,
                session_present,
                generation,
                ..
            } = self.event().await
            {
                return (at, session_present, generation);
            }
        }
    }

    async fn state(&mut self, wanted: impl Fn(&SourceState) -> bool) -> SourceState {
        loop {
            let state = self.source.state();
            if wanted(&state) {
                return state;
            }
            timeout(PATIENCE, self.changes.recv())
                .await
                .unwrap_or_else(|_| panic!("it stays at {state:?}"))
                .unwrap();
        }
    }

    /// The state after an attempt that failed.
    async fn failed(&mut self) -> SourceState {
        self.state(|state| state.phase == Phase::Waiting).await
    }
}

#[tokio::test]
async fn where_nobody_listens_it_waits_and_says_so() {
    let mut harness = Harness::start(settings(mosquitto::free_port(), MqttVersion::V3), None);
    let state = harness.failed().await;
    assert_eq!(state.fault, Fault::Refused);
    assert!(state.error.contains("nothing listens"), "{}", state.error);
    let wait = state.retry_at.unwrap() - now();
    assert!(wait <= 2 * SECOND, "{wait}");
    let publish = Publish {
        topic: "a".into(),
        payload: vec![],
        qos: 0,
        retain: false,
    };
    assert!(
        harness
            .source
            .publish(publish)
            .unwrap_err()
            .contains("no connection")
    );
    harness.source.ack(vec![Ack {
        pkid: 1,
        qos: 1,
        generation: 1,
    }]);
    let shared = harness.source.shared.clone();
    harness.source.stop().await;
    assert_eq!(shared.state().phase, Phase::Disabled);
}

#[tokio::test]
async fn a_name_that_nobody_knows() {
    let settings = BrokerSettings {
        host: "broker.invalid".into(),
        ..settings(1883, MqttVersion::V5)
    };
    let mut harness = Harness::start(settings, None);
    assert_eq!(harness.failed().await.fault, Fault::NameNotFound);
}
