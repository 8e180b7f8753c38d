//! Anything at all on topics that may be ours.

use proptest::prelude::*;

use super::Stage;

fn topic() -> impl Strategy<Value = String> {
    let component = prop::sample::select(vec![
        "sensor", "light", "cover", "climate", "fan", "update", "event", "date", "button", "lock", "x",
    ]);
    let rest = prop::sample::select(vec![
        "a/state",
        "a/command",
        "a/position/state",
        "a/mode/state",
        "a/tilt/state",
        "a/b/c/state",
        "state",
    ]);
    prop_oneof![
        4 => (component, rest).prop_map(|(component, rest)| format!("node/{component}/{rest}")),
        1 => Just("node/status".to_owned()),
        1 => Just("node/debug".to_owned()),
        1 => Just("esphome/discover/node".to_owned()),
    ]
}

fn payload() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..40),
        prop::sample::select(vec![
            "online",
            "offline",
            "ON",
            "nan",
            "-1e999",
            "30",
            "21.5",
            "LOCKED",
            "{",
            "{}",
            "[D][x:1]: y",
            r#"{"state":"ON","brightness":1e308,"color":{"r":-1,"g":null,"b":9},"color_temp":0}"#,
            r#"{"event_type":7,"year":-5,"month":99999,"day":1e9,"hour":1}"#,
            r#"{"mac":"a4cf12aabbcc","friendly_name":"/","ip":"x","project_name":"."}"#,
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn nothing_breaks_it(messages in prop::collection::vec((topic(), payload(), any::<bool>()), 1..40)) {
        let mut stage = Stage::new();
        for (topic, payload, kept) in &messages {
            if *kept { stage.kept(topic, payload); } else { stage.say(topic, payload); }
        }
        for point in stage.points.values().copied().collect::<Vec<_>>() {
            for value in [
                hearthline_model::Value::Bool(true),
                hearthline_model::Value::Int(i64::MIN),
                hearthline_model::Value::Float(f64::MAX),
                hearthline_model::Value::text("open"),
                hearthline_model::Value::Null,
            ] {
                let _ = stage.decoder.command(point, &value, stage.now);
            }
        }
    }
}
