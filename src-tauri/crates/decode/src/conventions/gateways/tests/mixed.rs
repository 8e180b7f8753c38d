//! One broker with a home, a plant and plain topics: each topic goes to the right convention.

use crate::transcript::Transcript;
use crate::{Event, Options};

const MESSAGES: &[(&str, &str, &str)] = &[
    (
        "homeassistant/sensor/t1/config",
        r#"{"name":"T","uniq_id":"t1","stat_t":"ha/t1/state","dev":{"ids":"t1","name":"Thermo"}}"#,
        "homeassistant",
    ),
    ("ha/t1/state", "21.5", "homeassistant"),
    (
        "opcua/json/data/plc/group",
        r#"{"MessageType":"ua-data","PublisherId":"plc","Messages":[{"DataSetWriterId":1,"Payload":{"x":1}}]}"#,
        "opcua",
    ),
    (
        "acme/own/opc",
        r#"[{"DataSetWriterId":1,"Payload":{"x":1}}]"#,
        "opcua",
    ),
    (
        "MTConnect/Current/m1",
        r#"{"MTConnectStreams":{"Streams":{"DeviceStream":[]}}}"#,
        "mtconnect",
    ),
    ("N/c0619ab1cdef/battery/0/Soc", r#"{"value":50}"#, "gateways"),
    ("evcc/site/gridPower", "100", "gateways"),
    (
        "iot/kep",
        r#"{"timestamp":1,"values":[{"id":"a.b.c","v":1,"q":true,"t":1}]}"#,
        "gateways",
    ),
    (
        "umh/v1/acme/berlin/_historian/pressure",
        r#"{"value":1,"timestamp_ms":1794999999000}"#,
        "uns",
    ),
    ("acme/berlin/filling/line1/filler/speed", "120", "uns"),
    ("home/kitchen/temperature", "21.5", "plain"),
    ("garden/weather", r#"{"temperature":8.5,"humidity":80}"#, "plain"),
    ("garden/line/1", "on", "plain"),
    ("lab/values", r#"{"timestamp":1,"values":[1,2,3]}"#, "plain"),
    ("lab/named", r#"{"name":"a","fields":"b"}"#, "plain"),
    ("note", "mode fan=1", "plain"),
    ("N/north/gate/0/open", "1", "plain"),
    ("solar/roof/power", "100", "plain"),
    ("app/status/x", r#"{"val":"?"}"#, "plain"),
    ("x/toMQTTish", "1", "plain"),
];

#[test]
fn each_topic_goes_to_its_convention() {
    // In both orders: what is claimed must not hang on what came first.
    for reversed in [false, true] {
        let mut transcript = Transcript::new(Options::default());
        let mut messages: Vec<_> = MESSAGES.iter().collect();
        if reversed {
            messages.reverse();
        }
        let mut devices = std::collections::BTreeMap::new();
        for (topic, payload, _) in &messages {
            transcript.message(topic, payload.as_bytes());
            for event in &transcript.events {
                if let Event::Device { desc, .. } = event {
                    devices.insert(desc.key.clone(), desc.convention.clone());
                }
            }
        }
        for (topic, _, want) in MESSAGES {
            assert_eq!(transcript.decoder.claimed_by(topic), [*want], "{topic}");
        }
        assert!(devices.len() >= 13, "{devices:?}");
    }
}
