//! The will of a Sparkplug host.

use super::{mosquitto::Mosquitto, *};

#[tokio::test]
async fn a_host_that_goes_is_told_dead_whether_it_falls_or_leaves() {
    let Some(broker) = Mosquitto::start("") else {
        return;
    };
    for version in VERSIONS {
        let watching = BrokerSettings {
            client_id: "watcher".into(),
            filters: vec!["spBv1.0/STATE/#".into()],
            ..settings(broker.port, MqttVersion::V3)
        };
        let mut watcher = Harness::start(watching, None);
        watcher.state(|state| state.phase == Phase::Connected).await;
        let host = BrokerSettings {
            sparkplug_host: Some("hearth".into()),
            ..settings(broker.port, version)
        };
        for fall in [true, false] {
            let mut harness = Harness::start(host.clone(), None);
            let (at, ..) = harness.connected().await;
            let online = format!("{{\"online\":true,\"timestamp\":{}}}", at / 1000);
            let birth = Publish {
                topic: "spBv1.0/STATE/hearth".into(),
                payload: online.clone().into_bytes(),
                qos: 1,
                retain: true,
            };
            // As the pipeline does: in answer to `Connected`.
            harness.source.publish(birth).unwrap();
            while watcher.message().await.payload != online.as_bytes() {}
            if fall {
                drop(harness);
            } else {
                harness.source.stop().await;
            }
            let death = watcher.message().await;
            assert_eq!(
                death.payload,
                format!("{{\"online\":false,\"timestamp\":{}}}", at / 1000).as_bytes(),
                "{version:?} {fall}"
            );
            assert_eq!((death.topic.as_str(), death.qos), ("spBv1.0/STATE/hearth", 1));
        }
    }
}
