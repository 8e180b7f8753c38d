//! Anything at all on topics that may be ours.

use proptest::prelude::*;

use super::{Stage, config};

fn topic() -> impl Strategy<Value = String> {
    let last = prop::sample::select(vec![
        "STATE",
        "SENSOR",
        "LWT",
        "RESULT",
        "POWER",
        "POWER2",
        "STATUS0",
        "STATUS10",
        "INFO1",
        "SWITCH1",
        "BUTTON1",
        "ENERGY",
        "UPTIME",
        "X",
        "",
        "7C1A/SENSOR",
    ]);
    let first = prop::sample::select(vec!["tele", "stat", "cmnd", "lamp/tele", "x", "", "tele/a/b"]);
    prop_oneof![
        (first, last).prop_map(|(first, last)| format!("{first}/lamp/{last}")),
        Just("tasmota/discovery/5CCF7F49A3BC/config".to_owned()),
        Just("tasmota/discovery/5CCF7F49A3BC/sensors".to_owned()),
        Just("tasmota/discovery/5CCF7F49A3BD/config".to_owned()),
    ]
}

fn key() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "POWER",
        "POWER1",
        "POWER33",
        "Dimmer",
        "Color",
        "HSBColor",
        "CT",
        "Channel",
        "Scheme",
        "FanSpeed",
        "Shutter1",
        "Shutter16",
        "Position",
        "Direction",
        "Tilt",
        "Switch1",
        "Button1",
        "Action",
        "ENERGY",
        "Power",
        "Total",
        "Time",
        "TempUnit",
        "Temperature",
        "DS18B20-1",
        "Id",
        "ZbReceived",
        "0x5ADF",
        "Device",
        "Name",
        "mac",
        "IrReceived",
        "Data",
        "StatusSNS",
        "StatusSTS",
        "Status",
        "StatusNET",
        "Mac",
        "Info1",
        "Command",
        "Wifi",
        "Uptime",
        "UptimeSec",
        "DeepSleep",
        "t",
        "ft",
        "tp",
        "rl",
        "lt_st",
        "swc",
        "swn",
        "btn",
        "so",
        "73",
        "sho",
        "sht",
        "lk",
        "if",
        "dslp",
        "fn",
        "dn",
        "mac",
        "state",
        "sn",
        "",
    ])
}

fn value() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("nan".to_owned()),
        any::<bool>().prop_map(|on| on.to_string()),
        any::<i64>().prop_map(|int| int.to_string()),
        (-5..260_i64).prop_map(|int| int.to_string()),
        any::<f64>()
            .prop_filter("JSON has no NaN", |f| f.is_finite())
            .prop_map(|float| float.to_string()),
        prop::sample::select(vec![
            "ON",
            "OFF",
            "TOGGLE",
            "Online",
            "FF8000",
            "30,100,50",
            "1T02:03:04",
            "%prefix%/%topic%/",
            "%topic%",
            "a",
            "5CCF7F49A3BC",
            "0x5ADF",
            "a4c1385cd8dd",
            "2026-11-18T12:06:41",
            "9999-12-31T23:59:59Z",
            "C",
            "Unknown",
            "é/#+",
        ])
        .prop_map(|text| format!("\"{text}\"")),
    ];
    leaf.prop_recursive(4, 40, 8, |inner| {
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

fn payload() -> impl Strategy<Value = Vec<u8>> {
    let fixture = config(
        &serde_json::json!({"rl": [1, 2, 3, 3], "lt_st": 5, "swc": [1, 5], "btn": [1], "so": {"73": 1}}),
    );
    let fixture = fixture.into_bytes();
    let length = fixture.len();
    prop_oneof![
        4 => value().prop_map(String::into_bytes),
        1 => prop::collection::vec(any::<u8>(), 0..64),
        1 => Just(Vec::new()),
        1 => Just(fixture.clone()),
        2 => (0..length, any::<u8>()).prop_map(move |(at, byte)| {
            let mut payload = fixture.clone();
            payload[at] = byte;
            payload
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn nothing_breaks_it(messages in prop::collection::vec((topic(), payload(), any::<bool>()), 1..30)) {
        let mut stage = Stage::new();
        for (topic, payload, kept) in &messages {
            if *kept { stage.kept(topic, payload); } else { stage.say(topic, payload); }
        }
        stage.wait(400_000_000);
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
        // A message makes so many points and no more.
        prop_assert!(stage.points.len() <= messages.len() * 600);
    }
}

#[test]
fn a_flood_of_readings_is_bounded() {
    let mut stage = Stage::new();
    for round in 0..3 {
        let readings: Vec<String> = (0..900)
            .map(|n| format!("\"S{round}_{n}\":{{\"Power\":{n}}}"))
            .collect();
        stage.say("tele/flood/SENSOR", format!("{{{}}}", readings.join(",")));
    }
    assert_eq!(stage.points.len(), 512);
    assert_eq!(stage.out.matches("! too_many").count(), 1);
}
