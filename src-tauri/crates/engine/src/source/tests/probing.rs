//! "Test connection".

use super::{
    fake::{broker, connack3},
    mosquitto::{Mosquitto, free_port},
    secure::{trusting, with_password, with_tls},
    *,
};
use hearthline_model::{TlsSettings, Transport};

async fn outcome(settings: &BrokerSettings, password: Option<&str>) -> crate::view::TestOutcome {
    let outcome = timeout(PATIENCE, test_connection(settings, password))
        .await
        .unwrap();
    assert!(outcome.text.ends_with('.'), "{}", outcome.text);
    outcome
}

#[tokio::test]
async fn it_works_or_nothing_comes() {
    let Some(broker) = Mosquitto::start("") else {
        return;
    };
    for version in VERSIONS {
        let settings = settings(broker.port, version);
        let topics = BrokerSettings {
            filters: vec!["nothing/#".into()],
            ..settings.clone()
        };
        let quiet = outcome(&topics, None).await;
        assert_eq!((quiet.fault, quiet.messages), (Fault::NoTraffic, 0));

        let mut harness = Harness::start(settings.clone(), None);
        harness.state(|state| state.phase == Phase::Connected).await;
        let publish = Publish {
            topic: "a".into(),
            payload: b"1".to_vec(),
            qos: 1,
            retain: true,
        };
        harness.source.publish(publish).unwrap();
        harness.message_on("a").await;
        let works = outcome(&settings, None).await;
        assert_eq!((works.fault, works.messages), (Fault::None, 1), "{}", works.text);
        // The test left the running session alone.
        assert_eq!(harness.source.state().phase, Phase::Connected);
    }
}

#[tokio::test]
async fn what_is_wrong_is_told_apart() {
    let here = |port| settings(port, MqttVersion::V3);
    assert_eq!(outcome(&here(free_port()), None).await.fault, Fault::Refused);
    let unknown = BrokerSettings {
        host: "broker.invalid".into(),
        ..here(1883)
    };
    assert_eq!(outcome(&unknown, None).await.fault, Fault::NameNotFound);
    let (port, _heard) = broker(vec![connack3(2)]).await;
    assert_eq!(outcome(&here(port), None).await.fault, Fault::ClientIdRefused);
    let (port, _heard) = broker(vec![connack3(0), vec![0x90, 3, 0, 1, 0x80]]).await;
    assert_eq!(outcome(&here(port), None).await.fault, Fault::NotAuthorised);
    let (port, _heard) = broker(vec![b"220 mail ready\r\n".to_vec()]).await;
    assert_eq!(outcome(&here(port), None).await.fault, Fault::Protocol);
    let bad = BrokerSettings {
        filters: vec!["a/#/b".into()],
        ..here(port)
    };
    assert_eq!(outcome(&bad, None).await.fault, Fault::Other);
    if let Some(broker) = with_password() {
        let ann = BrokerSettings {
            username: Some("ann".into()),
            ..here(broker.port)
        };
        assert_eq!(outcome(&ann, Some("wrong")).await.fault, Fault::BadCredentials);
    }
    if let Some(broker) = with_tls("") {
        let trusting = trusting(&broker, MqttVersion::V5);
        let unknown = BrokerSettings {
            tls: TlsSettings::default(),
            ..trusting.clone()
        };
        assert_eq!(outcome(&unknown, None).await.fault, Fault::TlsNotTrusted);
        let websocket = BrokerSettings {
            transport: Transport::Wss,
            ..trusting
        };
        let failed = outcome(&websocket, None).await;
        assert!(
            matches!(failed.fault, Fault::Protocol | Fault::TlsFailed),
            "{failed:?}"
        );
    }
}

/// A machine that takes the connection and says nothing.
#[tokio::test]
async fn silence_is_not_the_same_as_no_way() {
    let (port, _heard) = broker(vec![]).await;
    for version in VERSIONS {
        let silent = settings(port, version);
        assert_eq!(outcome(&silent, None).await.fault, Fault::Protocol);
    }
    let tls = TlsSettings {
        insecure: true,
        ..TlsSettings::default()
    };
    let secure = BrokerSettings {
        transport: Transport::Tls,
        tls,
        ..settings(port, MqttVersion::V3)
    };
    assert_eq!(outcome(&secure, None).await.fault, Fault::TlsFailed);
}
