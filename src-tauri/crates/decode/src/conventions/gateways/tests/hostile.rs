//! Anything at all on the topics of every shape.

use proptest::prelude::*;

use crate::{Decoder, Message, Options, PointIx};
use hearthline_model::Value;

const TOPICS: [&str; 30] = [
    "ie/m/j/simatic/v1/c/dp",
    "ie/d/j/simatic/v1/c/dp/r/a/b",
    "ie/s/j/simatic/v1/c/status",
    "v1/gateway/telemetry",
    "v1/devices/me/telemetry",
    "application/1/device/0102030405abcdef/event/up",
    "v3/a@ttn/devices/d/up",
    "N/c0619ab1cdef/vebus/1/Mode",
    "N/c0619ab1cdef/",
    "wled/a/g",
    "wled/a/c",
    "wled/a/v",
    "solar/114181234567/0/power",
    "solar/114181234567/status/producing",
    "rtl_433/h/events",
    "rtl_433/h/devices/m/k",
    "home/g/BTtoMQTT/A4C138AABBCC",
    "home/g/SYStoMQTT",
    "evcc/loadpoints/1/mode",
    "evcc/site/a",
    "ems-esp/boiler_data",
    "go-eCharger/1/nrg",
    "go-eCharger/1/car",
    "openWB/evu/W",
    "zwave/n/37/0/currentValue",
    "zwave/n/98/0/currentMode",
    "zwave/_CLIENTS/x/status",
    "collectd/h/p/t",
    "hm/status/a/b",
    "x/y",
];

const BODIES: [&str; 16] = [
    r#"{"seq":1,"vals":[{"id":"1","val":1,"qc":3}]}"#,
    r#"{"connections":[{"name":"a","status":"good","dataPoints":[{"dataPointDefinitions":[{"id":"1","name":"n","dataType":"Real","accessMode":"rw"}]}]}]}"#,
    r#"{"timestamp":1,"values":[{"id":"a.b.c","v":1,"q":true,"t":1}]}"#,
    r#"{"deviceName":"a","tagName":"b","value":1}"#,
    r#"{"node":"a","group":"b","values":{"x":1},"errors":{"y":1}}"#,
    r#"{"_name":"a","_model":"b","x":[1,{"y":2}]}"#,
    r#"{"name":"a","tags":{"host":"h"},"fields":{"x":1}}"#,
    r#"{"topic":"a/b/things/twin/events/modified","path":"/","value":{"features":{"f":{"properties":{"x":1}}}}}"#,
    r#"[{"bn":"a:","bt":1e300,"n":"x","v":1,"t":-1e300}]"#,
    r#"{"value":3,"min":1,"max":4}"#,
    r#"{"val":1,"ts":1794999999000}"#,
    r#"{"deviceInfo":{"deviceName":"x"},"object":{"a":1},"rxInfo":[{"rssi":1}]}"#,
    "weather,host=a x=1,y=\"b\" 1794999999000000000",
    "1794999999:1:2",
    "#ff8800",
    "[1,2,3]",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn anything_at_all_is_survived(
        topics in prop::collection::vec(prop::sample::select(TOPICS.to_vec()), 1..4),
        body in prop::sample::select(BODIES.to_vec()),
        noise in prop::collection::vec(any::<u8>(), 0..40),
        at in 0usize..200,
    ) {
        let mut decoder = Decoder::new(Options::default());
        let mut payload = body.as_bytes().to_vec();
        let at = at.min(payload.len());
        payload.splice(at..at, noise.iter().copied().take(6));
        let mut out = Vec::new();
        for topic in topics {
            for payload in [&payload[..], &noise[..], body.as_bytes(), b""] {
                decoder.message(&Message { topic, payload, retain: false, at: crate::transcript::START }, &mut out);
            }
        }
        decoder.tick(crate::transcript::START, &mut out);
        prop_assert!(out.len() < 2_000);
        for point in 0..8 {
            for value in [Value::Null, Value::Bool(true), Value::Int(i64::MAX), Value::Float(1e300), Value::text("x")] {
                let _ = decoder.command(PointIx(point), &value, 0);
            }
        }
    }

    #[test]
    fn any_topic_is_survived(topic in "[a-z0-9/_$#:]{0,40}", which in 0usize..30, tail in "[a-z0-9/:]{0,20}") {
        let mut decoder = Decoder::new(Options::default());
        let mut out = Vec::new();
        for topic in [topic.clone(), format!("{}{tail}", TOPICS[which]), format!("{}/{tail}", TOPICS[which]), format!("zwave/{topic}"), format!("openWB/{topic}")] {
            for payload in [&b"1"[..], b"{\"value\":1}", b"[1]"] {
                decoder.message(&Message { topic: &topic, payload, retain: false, at: crate::transcript::START }, &mut out);
            }
        }
    }
}
