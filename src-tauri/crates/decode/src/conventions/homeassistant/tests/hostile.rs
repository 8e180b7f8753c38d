//! Anything at all on config and state topics.

use proptest::prelude::*;

use super::Stage;

fn key() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "name",
        "stat_t",
        "cmd_t",
        "val_tpl",
        "dev",
        "ids",
        "~",
        "avty",
        "avty_t",
        "avty_mode",
        "cmps",
        "p",
        "uniq_id",
        "ops",
        "schema",
        "sup_clrm",
        "brightness",
        "bri_scl",
        "min",
        "max",
        "step",
        "pos_t",
        "set_pos_t",
        "pos_open",
        "pos_clsd",
        "tilt_cmd_t",
        "pct_stat_t",
        "pct_cmd_t",
        "spd_rng_min",
        "spd_rng_max",
        "temp_stat_t",
        "temp_cmd_t",
        "modes",
        "mode_stat_t",
        "json_attr_t",
        "off_dly",
        "exp_aft",
        "dev_cla",
        "unit_of_meas",
        "evt_typ",
        "pl_on",
        "t",
        "o",
        "cns",
        "migr_discvry",
        "r_tpl",
        "g_tpl",
        "b_tpl",
        "rgb_stat_t",
        "e",
        "qos",
        "stat_cla",
    ])
}

fn json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|on| on.to_string()),
        any::<i64>().prop_map(|int| int.to_string()),
        any::<f64>()
            .prop_filter("JSON has no NaN", |f| f.is_finite())
            .prop_map(|float| float.to_string()),
        prop::sample::select(vec![
            "s",
            "~/s",
            "s/#",
            "+/+",
            "json",
            "template",
            "all",
            "x",
            "timestamp",
            "enum",
            "{{ value_json.s }}",
            "{{ value|float }}",
            "{{",
            "hs",
            "ON"
        ])
        .prop_map(|text| format!("\"{text}\"")),
        "[a-zA-Zäé \\{\\}%|.]{0,12}".prop_map(|text| serde_json::to_string(&text).unwrap()),
    ];
    leaf.prop_recursive(3, 40, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(|items| format!("[{}]", items.join(","))),
            prop::collection::vec((key(), inner), 0..8).prop_map(|entries| {
                let entries: Vec<String> = entries
                    .into_iter()
                    .map(|(key, value)| format!("\"{key}\":{value}"))
                    .collect();
                format!("{{{}}}", entries.join(","))
            }),
        ]
    })
}

fn component() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "sensor",
        "binary_sensor",
        "light",
        "cover",
        "climate",
        "fan",
        "humidifier",
        "lock",
        "vacuum",
        "valve",
        "water_heater",
        "siren",
        "update",
        "event",
        "device_tracker",
        "image",
        "camera",
        "select",
        "number",
        "text",
        "button",
        "device",
        "tag",
        "device_automation",
        "lawn_mower",
        "alarm_control_panel",
        "zzz",
    ])
}

proptest! {
    #[test]
    fn nothing_panics(
        steps in prop::collection::vec((component(), "[a-z]{1,2}", json(), prop::collection::vec(any::<u8>(), 0..20), any::<bool>()), 1..8)
    ) {
        let mut stage = Stage::new();
        for (component, object, config, bytes, retain) in steps {
            stage.say(&format!("homeassistant/{component}/{object}/config"), &config);
            for topic in ["s", "x", "~/s"] {
                stage.bytes(topic, &bytes, retain);
                stage.say(topic, &config);
            }
            stage.tick(5);
            let mut keys: Vec<_> = stage.points.keys().cloned().collect();
            keys.sort();
            for key in keys.iter().take(20) {
                stage.set(key, hearthline_model::Value::text("ON")).set(key, hearthline_model::Value::Float(1e300));
            }
            stage.bytes(&format!("homeassistant/{component}/{object}/config"), &bytes, retain);
        }
    }
}

#[test]
fn many_and_large_are_bounded() {
    let mut stage = Stage::new();
    let many: Vec<String> = (0..5_000).map(|ix| format!(r#""c{ix}":{{"p":"sensor","uniq_id":"u{ix}","stat_t":"s","val_tpl":"{{{{ value_json.k{ix} }}}}"}}"#)).collect();
    stage.say(
        "homeassistant/device/x/config",
        &format!(
            r#"{{"dev":{{"ids":"d"}},"o":{{"name":"o"}},"cmps":{{{}}}}}"#,
            many.join(",")
        ),
    );
    assert_eq!(stage.points.len(), 2_000, "components of one device are bounded");
    let wide: Vec<String> = (0..1_000).map(|ix| format!(r#""a{ix}":{ix}"#)).collect();
    stage.say(
        "homeassistant/sensor/w/config",
        r#"{"name":"W","stat_t":"w","json_attr_t":"w","uniq_id":"w"}"#,
    );
    stage.say("w", &format!("{{{}}}", wide.join(",")));
    assert_eq!(
        stage.points.keys().filter(|key| key.contains("/attr/")).count(),
        64,
        "attributes are bounded"
    );
    let name = "n".repeat(100_000);
    stage.say(
        "homeassistant/sensor/n/config",
        &format!(r#"{{"name":"{name}","uniq_id":"{name}","stat_t":"n"}}"#),
    );
    assert!(stage.points.keys().all(|key| key.len() < 512));
}
