//! Anything at all on the topics of a bridge.

use hearthline_model::Value;
use proptest::prelude::*;
use serde_json::json;

use super::{ONE, Stage, device, devices};

fn key() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "type",
        "name",
        "label",
        "property",
        "access",
        "features",
        "item_type",
        "values",
        "value_on",
        "value_off",
        "value_min",
        "value_max",
        "value_step",
        "unit",
        "presets",
        "endpoint",
        "category",
        "exposes",
        "definition",
        "ieee_address",
        "friendly_name",
        "members",
        "id",
        "state",
        "brightness",
        "color",
        "color_mode",
        "action",
        "update",
        "last_seen",
        "linkquality",
        "status",
        "error",
        "data",
        "from",
        "to",
        "level",
        "message",
        "coordinator",
        "network",
        "devices",
        "permit_join",
        "scenes",
        "endpoints",
        "disabled",
        "interview_state",
        "supports_ota",
        "output",
        "config",
        "advanced",
    ])
}

fn json_text() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|on| on.to_string()),
        any::<i64>().prop_map(|int| int.to_string()),
        any::<f64>()
            .prop_filter("JSON has no NaN", |f| f.is_finite())
            .prop_map(|float| float.to_string()),
        prop::sample::select(vec![
            ONE,
            "A",
            "A/b",
            "light",
            "composite",
            "list",
            "numeric",
            "binary",
            "enum",
            "text",
            "color_xy",
            "ON",
            "Coordinator",
            "device_leave",
            "error",
            "ok",
            "x",
            "y",
            "hue",
            "",
            "+",
            "#",
            "attribute",
        ])
        .prop_map(|text| format!("\"{text}\"")),
        "[a-zA-Zäé /'|.]{0,12}".prop_map(|text| serde_json::to_string(&text).unwrap()),
    ];
    leaf.prop_recursive(5, 60, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(|items| format!("[{}]", items.join(","))),
            prop::collection::vec((key(), inner), 0..10).prop_map(|entries| {
                let entries: Vec<String> = entries
                    .into_iter()
                    .map(|(key, value)| format!("\"{key}\":{value}"))
                    .collect();
                format!("{{{}}}", entries.join(","))
            }),
        ]
    })
}

fn topic() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "z/bridge/devices",
        "z/bridge/groups",
        "z/bridge/info",
        "z/bridge/state",
        "z/bridge/event",
        "z/bridge/logging",
        "z/bridge/log",
        "z/bridge/health",
        "z/bridge/response/device/rename",
        "z/bridge/response/device/remove",
        "z/A",
        "z/A/b",
        "z/A/state",
        "z/A/color-x",
        "z/A/color-y",
        "z/A/availability",
        "z/A/set",
        "y/bridge/devices",
        "y/A",
        "z/bridge/bridge/state",
    ])
}

/// Real payloads with a few bytes changed.
fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let exposes = json!([
        {"type": "light", "features": [
            {"type": "binary", "name": "state", "property": "state", "access": 7, "value_on": "ON", "value_off": "OFF"},
            {"type": "numeric", "name": "brightness", "property": "brightness", "access": 7, "value_max": 254},
            {"type": "composite", "name": "color_xy", "property": "color", "access": 7, "features": [
                {"type": "numeric", "name": "x", "property": "x", "access": 7}, {"type": "numeric", "name": "y", "property": "y", "access": 7}]}]},
        {"type": "list", "name": "faults", "property": "faults", "access": 3, "item_type": {"type": "enum", "values": ["a"]}}
    ]);
    let whole = devices(&[device(ONE, "A", exposes)]);
    let state = r#"{"state":"ON","brightness":127,"color":{"x":0.5,"y":0.4},"faults":["a"],"update":{"state":"idle"},"action":"x"}"#;
    (
        prop::sample::select(vec![whole, state.to_owned()]),
        prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
    )
        .prop_map(|(text, changes)| {
            let mut bytes = text.into_bytes();
            for (at, byte) in changes {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            bytes
        })
}

proptest! {
    #[test]
    fn nothing_panics(
        steps in prop::collection::vec(
            (topic(), prop_oneof![json_text().prop_map(String::into_bytes), mutated(), prop::collection::vec(any::<u8>(), 0..40)], any::<bool>()),
            1..12,
        )
    ) {
        let mut stage = Stage::new();
        let thing = json!([{"type": "light", "features": [
            {"type": "binary", "name": "state", "property": "state", "access": 7, "value_on": "ON", "value_off": "OFF"}]}]);
        stage.say("z/bridge/devices", &devices(&[device(ONE, "A", thing)]));
        for (topic, payload, retain) in steps {
            stage.bytes(topic, &payload, retain);
            let mut keys: Vec<_> = stage.points.keys().cloned().collect();
            keys.sort();
            for key in keys.iter().take(20) {
                for value in [Value::text("ON"), Value::text("{}"), Value::Float(1e300), Value::Null, Value::Bool(true)] {
                    let point = stage.points[key];
                    let _ = stage.decoder.command(point, &value, stage.now);
                }
            }
        }
    }
}

#[test]
fn many_and_large_are_bounded() {
    let mut stage = Stage::new();
    let many: Vec<_> = (0..5_000)
        .map(|ix| json!({"type": "numeric", "name": format!("n{ix}"), "property": format!("n{ix}"), "access": 1}))
        .collect();
    stage.say("z/bridge/devices", &devices(&[device(ONE, "A", many.into())]));
    assert_eq!(stage.points.len(), 1_000, "exposes are bounded");
    assert!(stage.take().contains("too long"));
    let wide: Vec<String> = (0..1_500).map(|ix| format!(r#""u{ix}":{ix}"#)).collect();
    let wide = format!("{{{}}}", wide.join(","));
    stage.say("z/A", &wide).say("z/A", &wide);
    assert_eq!(stage.points.len(), 1_064, "undescribed keys are bounded");
    let mut deep = json!({"type": "numeric", "name": "x", "property": "x", "access": 1});
    for _ in 0..60 {
        deep = json!({"type": "composite", "name": "c", "property": "c", "access": 3, "features": [deep]});
    }
    stage.say("z/bridge/devices", &devices(&[device(ONE, "A", json!([deep]))]));
    assert!(stage.take().contains("too deep"));
    let name = "n".repeat(100_000);
    stage.say(
        "z/bridge/devices",
        &devices(&[device(
            ONE,
            &name,
            json!([{"type": "text", "name": name, "property": name}]),
        )]),
    );
    assert!(stage.points.keys().all(|key| key.len() < 1_024));
    // So many bridges have nobody; their topics are plain.
    for ix in 0..200 {
        stage.say(&format!("b{ix}/bridge/state"), r#"{"state":"online"}"#);
    }
    assert_eq!(stage.decoder.claimed_by("b10/bridge/state"), ["zigbee2mqtt"]);
    assert_eq!(stage.decoder.claimed_by("b150/bridge/state"), ["plain"]);
}
