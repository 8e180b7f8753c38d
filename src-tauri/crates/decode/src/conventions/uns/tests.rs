//! Whole messages through a decoder.

use hearthline_model::Realm;
use insta::assert_snapshot;
use proptest::prelude::*;

use crate::transcript::Transcript;
use crate::{Message, Options};

fn transcript(messages: &[(&str, &str)]) -> String {
    let mut transcript = Transcript::new(Options::default());
    for (topic, payload) in messages {
        transcript.message(topic, payload.as_bytes());
    }
    transcript.text
}

#[test]
fn the_united_manufacturing_hub() {
    assert_snapshot!(transcript(&[
        (
            "umh/v1/acme/berlin/packaging/line1/wrapper/_historian/motor/temperature",
            r#"{"value":71.5,"timestamp_ms":1794999999000}"#
        ),
        (
            "umh/v1/acme/berlin/packaging/line1/wrapper/_historian/axis",
            r#"{"timestamp_ms":1794999999000,"position":{"x":1,"y":2.5},"axis":3}"#
        ),
        ("umh/v1/acme/berlin/packaging/line1/wrapper/_raw/state", "running"),
        (
            "umh/v1/acme/berlin/packaging/line1/pump/_pump_v1/pressure",
            r#"{"value":4.5,"timestamp_ms":1794999999000}"#
        ),
        (
            "umh/v1/acme/_historian/power",
            r#"{"value":400,"timestamp_ms":1794999999000}"#
        ),
    ]));
}

#[test]
fn a_line_by_its_words() {
    assert_snapshot!(transcript(&[
        (
            "acme/berlin/filling/line1/filler/Status/State",
            r#"{"value":"Running","timestamp":"2026-11-18T11:06:39Z","quality":"Good"}"#
        ),
        (
            "acme/berlin/filling/line1/filler/Counters/Good",
            r#"{"v":118,"t":1794999999,"q":192}"#
        ),
        (
            "acme/berlin/filling/line1/filler/Counters/Reject",
            r#"{"Value":3,"Timestamp":"2026-11-18T11:06:40Z","StatusCode":0}"#
        ),
        (
            "acme/berlin/filling/line1/filler/Process/Temperature",
            r#"{"value":72.5,"quality":0,"unit":"°C"}"#
        ),
        ("acme/berlin/filling/line1/filler/Alarms/State", "none"),
        ("acme/berlin/filling/line1/OEE/availability", "0.92"),
        (
            "acme/berlin/filling/line1/capper",
            r#"{"rate":120,"running":true,"timestamp":1794999999000}"#
        ),
        (
            "acme/berlin/filling/line1/capper/batch",
            r#"[{"name":"Torque","value":1.5,"unit":"Nm"},{"name":"Speed","value":90}]"#
        ),
        (
            "acme/berlin/filling/line1/capper/torque",
            r#"[{"value":1,"timestamp":1794999990},{"value":2,"timestamp":1794999995}]"#
        ),
        ("acme/berlin/filling/line1/capper/torque/set", "7"),
        ("acme/berlin/filling/line1/capper/online", "false"),
        ("acme/berlin/filling/line1/capper/torque", "{broken"),
    ]));
}

#[test]
fn a_common_beginning_is_proven_by_three_topics() {
    let mut transcript = Transcript::new(Options::default());
    let value = br#"{"value":1.5,"timestamp":1794999999000,"quality":"GOOD"}"#;
    transcript.message("acme/berlin/filling/north/capper/torque", value);
    assert_eq!(
        transcript
            .decoder
            .claimed_by("acme/berlin/filling/north/capper/torque"),
        ["plain"]
    );
    transcript.message("acme/berlin/filling/north/capper/speed", value);
    transcript.message("acme/berlin/filling/south/labeller/Status/speed", value);
    assert_eq!(
        transcript
            .decoder
            .claimed_by("acme/berlin/filling/north/capper/torque"),
        ["uns"]
    );
    transcript.message("acme/berlin/filling/north/capper/mode", b"auto");
    assert_snapshot!(transcript.text);
}

#[test]
fn definitions_before_and_after() {
    assert_snapshot!(transcript(&[
        (
            "uns/acme/berlin/line2/oven/_meta",
            r#"{"displayName":"Tunnel oven","manufacturer":"Heat AG","position":3,"tags":[{"name":"temperature","unit":"Cel","min":0,"max":300,"decimals":1},{"name":"mode","options":["eco","full"]}]}"#
        ),
        ("uns/acme/berlin/line2/oven/temperature", "180.5"),
        ("uns/acme/berlin/line2/oven/mode", "eco"),
        ("uns/acme/berlin/line2/oven/speed", "12"),
        (
            "uns/acme/berlin/line2/oven/speed/definition",
            r#"{"unit":"m/min","range":{"min":0,"max":20}}"#
        ),
        (
            "uns/acme/berlin/line2/oven/speed/definition",
            r#"{"unit":"m/min","range":{"min":0,"max":20}}"#
        ),
        ("uns/acme/berlin/line2/oven/speed", "13"),
        ("uns/acme/berlin/line2/saw/definition", r#"{"colour":"blue"}"#),
    ]));
}

#[test]
fn a_home_keeps_its_topics() {
    let options = Options {
        realm: Some(Realm::Home),
        ..Options::default()
    };
    let mut transcript = Transcript::new(options);
    for topic in [
        "acme/berlin/filling/line1/filler/speed",
        "home/kitchen/area/cell/x",
        "zigbee2mqtt/living/line1/x",
    ] {
        transcript.message(topic, b"1");
        assert_eq!(transcript.decoder.claimed_by(topic), ["plain"], "{topic}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn anything_at_all_is_survived(
        levels in prop::collection::vec(prop::sample::select(vec!["acme", "line1", "cell", "_historian", "Status", "", "$x", "_meta", "ü", "uns", "umh", "v1", "definition"]), 1..12),
        payload in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..60),
            "[\\[\\]{}:,\"a-z0-9. ]{0,60}".prop_map(String::into_bytes),
            prop::sample::select(vec![&br#"{"value":1,"timestamp":1794999999000}"#[..], br#"[{"value":1,"t":1}]"#, br#"{"tags":{"a":{"unit":"x"}}}"#]).prop_map(<[u8]>::to_vec),
        ],
    ) {
        let mut decoder = crate::Decoder::new(Options::default());
        let mut out = Vec::new();
        let topic = levels.join("/");
        for topic in [topic.clone(), format!("umh/v1/{topic}"), format!("uns/{topic}/speed"), topic] {
            decoder.message(&Message { topic: &topic, payload: &payload, retain: false, at: crate::transcript::START }, &mut out);
        }
        prop_assert!(out.len() < 1_000);
    }
}
