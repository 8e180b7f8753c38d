//! Whole messages through a decoder.

use hearthline_model::Realm;
use insta::assert_snapshot;
use proptest::prelude::*;

use crate::transcript::Transcript;
use crate::{Claim, Context, Convention as _, Event, Message, Options};

fn transcript(messages: &[(&str, &str)]) -> String {
    let mut transcript = Transcript::new(Options::default());
    for (topic, payload) in messages {
        transcript.message(topic, payload.as_bytes());
    }
    transcript.text
}

#[test]
fn bare_values() {
    assert_snapshot!(transcript(&[
        ("home/kitchen/temperature", "21.5 °C"),
        ("home/kitchen/temperature", "21,7 °C"),
        ("home/kitchen/temperature", "unavailable"),
        ("home/kitchen/window", "open"),
        ("home/kitchen/window", "closed"),
        ("home/hall/motion", "0"),
        ("home/hall/motion", "1"),
        ("home/hall/lamp/availability", "offline"),
        ("home/hall/lamp/state", "ON"),
        ("home/hall/lamp/state/set", "OFF"),
        ("home/hall/lamp/mode", "unknown"),
        ("home/hall/lamp/mode", "party"),
        ("$SYS/broker/uptime", "12 seconds"),
        ("garden/rain_mm", "0.4"),
        ("garden/rain_mm", "broken"),
        ("garden/last_seen", "2026-11-18T11:06:40Z"),
        ("doorbell", ""),
        ("doorbell", "pressed"),
    ]));
}

#[test]
fn json_objects() {
    assert_snapshot!(transcript(&[
        (
            "home/office/0x00158d0001abcdef",
            r#"{"temperature":21.5,"humidity":48,"battery":97,"linkquality":120,"env":{"pressure_hpa":1013.2},"phases":[1,2.5],"tags":["a","b"]}"#
        ),
        (
            "home/office/0x00158d0001abcdef",
            r#"{"temperature":"21.6","humidity":null,"battery":97}"#
        ),
        (
            "tele/boiler/SENSOR",
            r#"{"Time":"2026-11-18T11:06:40","DS18B20":{"Temperature":nan},"TempUnit":"C"}"#
        ),
        ("tele/boiler/LWT", "Online"),
        (
            "gateway/data",
            r#"[{"name":"T1","value":1,"timestamp":1794999999},{"name":"T2","value":"on","quality":"bad"}]"#
        ),
        ("a/b", "{\"x\":"),
        ("a/c", "{}"),
    ]));
}

#[test]
fn plants() {
    assert_snapshot!(transcript(&[
        (
            "umh/v1/acme/berlin/line1/_historian/motor/pressure",
            r#"{"timestamp_ms":1794999999000,"pressure":4.5}"#
        ),
        (
            "umh/v1/acme/berlin/line1/_raw/motor/speed",
            r#"{"value":1450,"timestamp_ms":1794999999000}"#
        ),
        (
            "acme/berlin/filling/line2/filler/FillVolume",
            r#"{"Value":500.2,"Timestamp":"2026-11-18T11:06:39Z","Quality":192,"unit":"ml"}"#
        ),
        (
            "acme/berlin/filling/line2/filler/FillVolume",
            r#"{"Value":500.3,"Timestamp":"2030-01-01T00:00:00Z","Quality":0}"#
        ),
        ("acme/berlin/filling/line2/filler/State", "Running"),
    ]));
}

#[test]
fn the_persons_realm_wins() {
    let mut transcript = Transcript::new(Options {
        realm: Some(Realm::Plant),
        ..Options::default()
    });
    transcript.message("cellar/boiler/temperature", b"70");
    let Event::Device { desc, .. } = &transcript.events[0] else {
        panic!("a device comes first");
    };
    assert_eq!(desc.place.realm, Realm::Plant);
    assert_eq!(desc.place.path, ["Cellar"]);
}

#[test]
fn binary_payloads_are_sizes() {
    let mut transcript = Transcript::new(Options::default());
    transcript.message("cam/front/snapshot", &[0xff, 0xd8, 0xff, 0]);
    transcript.message("cam/front/snapshot", b"text now");
    transcript.message("cam/front/name", b"front");
    transcript.message("cam/front/name", &[0xff]);
    assert_snapshot!(transcript.text);
}

#[test]
fn floods_are_bounded() {
    let mut options = Options::default();
    options.limits.topics = 300;
    options.limits.devices = 50;
    options.limits.points = 100;
    let mut transcript = Transcript::new(options);
    let (mut devices, mut points, mut diagnoses) = (0, 0, 0);
    for ix in 0..1000 {
        transcript.message(
            &format!("t{ix}/x"),
            format!("{{\"k{ix}\":1,\"a\":2,\"b\":3}}").as_bytes(),
        );
        transcript.message("one/topic", format!("{{\"k{ix}\":1,\"k\":2}}").as_bytes());
        for event in &transcript.events {
            match event {
                Event::Device { .. } => devices += 1,
                Event::Point { .. } => points += 1,
                Event::Diagnosis(_) => diagnoses += 1,
                _ => {}
            }
        }
    }
    assert!(
        devices <= 50 && points <= 100,
        "{devices} devices, {points} points"
    );
    assert!(diagnoses > 500, "what was refused is told");
}

#[test]
fn a_large_payload_is_cut_and_told() {
    let mut transcript = Transcript::new(Options::default());
    let keys: Vec<String> = (0..5000).map(|ix| format!("\"k{ix}\":{ix}")).collect();
    let wide = format!("{{{}}}", keys.join(","));
    transcript.message("x/y", wide.as_bytes());
    let readings = transcript
        .events
        .iter()
        .filter(|event| matches!(event, Event::Reading(_)))
        .count();
    assert_eq!(readings, 256);
    assert!(transcript.text.contains("! too_large"));
    transcript.message("x/z", "[".repeat(100_000).as_bytes());
    assert!(transcript.text.contains("! malformed_json"));
}

#[test]
fn what_another_convention_takes_is_forgotten_and_comes_back() {
    let mut transcript = Transcript::new(Options::default());
    let mut plain = super::Plain::new(&Options::default());
    let mut catalogue = crate::context::Catalogue::default();
    let limits = crate::Limits::default();
    let mut reroute = Vec::new();
    let mut call = |act: &mut dyn FnMut(&mut super::Plain, &mut Context<'_>)| {
        let mut out = Vec::new();
        let mut context = Context {
            out: &mut out,
            catalogue: &mut catalogue,
            reroute: &mut reroute,
            limits: &limits,
            owner: 2,
        };
        act(&mut plain, &mut context);
        transcript.put(out);
    };
    let message = |topic: &'static str| Message {
        topic,
        payload: b"on",
        retain: false,
        at: crate::transcript::START,
    };
    let tokens: Vec<u32> = ["a/lamp/state", "a/lamp/power"]
        .into_iter()
        .map(|topic| {
            let mut token = 0;
            call(&mut |plain, context| {
                let Claim::Mine(mine) = plain.claim(&message(topic)) else {
                    panic!("plain claims {topic}");
                };
                token = mine;
                plain.message(token, &message(topic), context);
            });
            token
        })
        .collect();
    call(&mut |plain, context| plain.released(tokens[0], "a/lamp/state", context));
    call(&mut |plain, context| plain.released(tokens[1], "a/lamp/power", context));
    call(&mut |plain, context| plain.message(tokens[0], &message("a/lamp/state"), context));
    assert_snapshot!(transcript.text);
}

#[test]
fn a_discovery_that_comes_late_takes_the_topic_over() {
    let mut transcript = Transcript::new(Options::default());
    transcript.message("shed/boiler/temp", b"70.5");
    transcript.message(
        "homeassistant/sensor/b1/config",
        br#"{"name":"Flow","unique_id":"b1","state_topic":"shed/boiler/temp","device":{"identifiers":"b","name":"Boiler"}}"#,
    );
    let gone = |event: &Event| matches!(event, Event::PointGone(_) | Event::DeviceGone(_));
    assert_eq!(
        transcript.events.iter().filter(|event| gone(event)).count(),
        2,
        "{}",
        transcript.text
    );
    transcript.message("shed/boiler/temp", b"71");
    assert_eq!(
        transcript.events.len(),
        1,
        "the value is told once: {}",
        transcript.text
    );
}

fn json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        Just("nan".to_owned()),
        any::<f64>().prop_map(|number| number.to_string()),
        any::<i64>().prop_map(|number| number.to_string()),
        "\"[a-z0-9 °C:T-]{0,12}\"",
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(|items| format!("[{}]", items.join(","))),
            prop::collection::vec(("(value|name|t|ts|unit|quality|q|values|[a-c])", inner), 0..6).prop_map(
                |entries| {
                    let entries: Vec<String> = entries
                        .into_iter()
                        .map(|(key, value)| format!("\"{key}\":{value}"))
                        .collect();
                    format!("{{{}}}", entries.join(","))
                }
            ),
        ]
    })
}

proptest! {
    #[test]
    fn no_json_panics_and_times_are_believable(topic in "[a-c/$_0-9]{0,12}", payloads in prop::collection::vec(json(), 1..6)) {
        let mut transcript = Transcript::new(Options::default());
        for payload in payloads {
            transcript.message(&topic, payload.as_bytes());
            for event in &transcript.events {
                if let Event::Reading(reading) = event {
                    prop_assert!(reading.at <= reading.received + hearthline_model::HOUR);
                    prop_assert!(!matches!(reading.value, hearthline_model::Value::Float(f) if !f.is_finite()));
                }
            }
        }
    }

    #[test]
    fn no_bytes_panic(topic in "\\PC{0,40}", payload in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut transcript = Transcript::new(Options::default());
        transcript.message(&topic, &payload);
        transcript.message(&topic, b"1");
        transcript.message(&topic, &payload);
    }

    #[test]
    fn no_text_panics(topic in "\\PC{0,40}", text in "\\PC{0,60}") {
        let mut transcript = Transcript::new(Options::default());
        transcript.message(&topic, text.as_bytes());
        transcript.message(&topic, text.as_bytes());
    }
}
