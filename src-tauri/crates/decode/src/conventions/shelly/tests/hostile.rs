//! Anything at all on topics of Shelly's.

use proptest::prelude::*;

use super::Stage;
use crate::{Event, Limits, Message, Options};

const TOPICS: &[&str] = &[
    "shellies/announce",
    "shellies/command",
    "shellies/x/announce",
    "shellies/shellyswitch25-A1B2C3/relay/0",
    "shellies/shellyswitch25-A1B2C3/relay/0/energy",
    "shellies/shellyswitch25-A1B2C3/roller/0",
    "shellies/shellyswitch25-A1B2C3/roller/0/pos",
    "shellies/shellyem3-A1B2C3/emeter/2/pf",
    "shellies/shellycolorbulb-A1B2C3/color/0/status",
    "shellies/shellyix3-A1B2C3/input_event/0",
    "shellies/shellyix3-A1B2C3/longpush/2",
    "shellies/shellytrv-60A423D0A1B2/info",
    "shellies/shellytrv-60A423D0A1B2/settings",
    "shellies/shellymotionsensor-A1B2C3/status",
    "shellies/shellygas-A1B2C3/sensor/gas",
    "shellies/shellygas-A1B2C3/valve/0/state",
    "shellies/shellyht-A1B2C3/sensor/act_reasons",
    "shellies/any/thing/at/all",
    "shellyplus1-a8032ab1c2d3/online",
    "shellyplus1-a8032ab1c2d3/announce",
    "shellyplus1-a8032ab1c2d3/events/rpc",
    "shellyplus1-a8032ab1c2d3/status/switch:0",
    "shellyplus1-a8032ab1c2d3/status/em:0",
    "shellyplus1-a8032ab1c2d3/status/bthomesensor:200",
    "shellyplus1-a8032ab1c2d3/status/:",
    "own/prefix/events/rpc",
    "own/prefix/status/cover:0",
    "hearthline/rpc",
    "someone/rpc",
];

const PAYLOADS: &[&str] = &[
    "on",
    "overpower",
    "true",
    "-1",
    "999",
    "1e308",
    "",
    "{",
    "[]",
    r#"{"id":"x/+","model":5,"mac":"zz","ip":"::1"}"#,
    r#"{"id":"y","model":"SHTRV-01","mac":"60A423D0A1B2","ip":"10.0.0.1","new_fw":true}"#,
    r#"{"ison":true,"mode":"color","gain":300,"brightness":-4,"red":256,"green":1,"blue":1,"temp":0,"effect":99}"#,
    r#"{"event":"LS","event_cnt":-9223372036854775808}"#,
    r#"{"thermostats":[{"target_t":{"value":1e300},"tmp":{"value":null},"pos":-1,"schedule_profile":9223372036854775807}],"unixtime":-5,"bat":{"value":900}}"#,
    r#"{"src":"shellyplus1-a8032ab1c2d3","method":"NotifyFullStatus","params":{"ts":1e300,"switch:0":null,"sys":{"wakeup_period":18446744073709551615,"available_updates":[]},"switch:99999999999":{"output":1}}}"#,
    r#"{"src":"é","method":"NotifyEvent","params":{"events":[{"component":"input:0","event":"é"},{"component":"sys","event":"component_removed","target":"switch:0"},5]}}"#,
    r#"{"id":0,"output":true,"rgb":[1,2],"errors":["a",5,null],"aenergy":{"total":"12"},"temperature":{"tC":{}},"x":{"y":{"z":{"a":{"b":{"c":1}}}}}}"#,
    r#"{"id":1,"src":"shellyplus1-a8032ab1c2d3","dst":"hearthline","result":{"components":[{"key":"bthomesensor:200","config":{"addr":"b0:c7:de:11:22:33","obj_id":2},"status":{"value":[]}}],"offset":18446744073709551615,"total":1}}"#,
    r#"{"id":1,"src":"shellyplus1-a8032ab1c2d3","dst":"hearthline","result":{"mac":"A","model":"B","id":"own"}}"#,
    r#"{"id":1,"src":"shellyplus1-a8032ab1c2d3","dst":"hearthline","error":{"code":"x"}}"#,
    r#"{"src":"own","gen":2,"id":"shellyplus1-a8032ab1c2d3","mac":"é"}"#,
];

fn payload() -> impl Strategy<Value = Vec<u8>> {
    let known = || prop::sample::select(PAYLOADS).prop_map(|text| text.as_bytes().to_vec());
    let mutated = (known(), any::<prop::sample::Index>(), any::<u8>()).prop_map(|(mut bytes, at, byte)| {
        if !bytes.is_empty() {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        bytes
    });
    prop_oneof![
        4 => known(),
        3 => mutated,
        1 => prop::collection::vec(any::<u8>(), 0..64),
    ]
}

fn topic() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => prop::sample::select(TOPICS).prop_map(str::to_owned),
        1 => "(shellies|own|shelly1g4-a0b1c2d3e4f5)(/[a-z0-9:_é]{0,6}){0,5}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn nothing_panics_and_every_point_takes_a_command_or_says_why(
        messages in prop::collection::vec((topic(), payload(), any::<bool>()), 1..24),
    ) {
        let limits = Limits { devices: 16, points: 300, ..Limits::default() };
        let mut decoder = crate::Decoder::new(Options { limits, ..Options::default() });
        let mut now = crate::transcript::START;
        let mut points = Vec::new();
        for (topic, payload, retain) in &messages {
            let mut out = Vec::new();
            decoder.message(&Message { topic, payload, retain: *retain, at: now }, &mut out);
            now += 700_000;
            decoder.tick(now, &mut out);
            prop_assert!(out.len() < 2_000);
            for event in out {
                match event {
                    Event::Point { point, desc, .. } => points.push((point, desc)),
                    Event::Reading(reading) => {
                        if let hearthline_model::Value::Float(float) = reading.value {
                            prop_assert!(float.is_finite());
                        }
                        prop_assert!(reading.at > 0);
                    }
                    _ => {}
                }
            }
        }
        for (point, desc) in points {
            prop_assert!(desc.name.len() <= 256 && desc.key.len() <= 512);
            for value in ["open", "#ff0000", "heat", ""] {
                let _ = decoder.command(point, &hearthline_model::Value::text(value), now);
            }
            let _ = decoder.command(point, &hearthline_model::Value::Float(f64::NAN), now);
            let _ = decoder.command(point, &hearthline_model::Value::Int(i64::MAX), now);
        }
    }
}

#[test]
fn a_device_cannot_have_points_without_end() {
    let mut stage = Stage::new();
    for n in 0..600 {
        stage.say(&format!("shellies/flood/thing{n}"), "1");
    }
    let points = stage.text().matches("\n  point ").count();
    assert_eq!(points, 400);
    assert!(stage.text().contains("more than 400 values"));
    let many: Vec<String> = (0..500).map(|n| format!(r#""k{n}":{n}"#)).collect();
    let mut stage = Stage::new();
    stage.say(
        "shelly1g4-a0b1c2d3e4f5/status/switch:0",
        &format!("{{{}}}", many.join(",")),
    );
    assert_eq!(stage.text().matches("\n  point ").count(), 96);
}

#[test]
fn a_large_message_is_read_in_time_that_grows_with_it_alone() {
    // Work is counted by what comes out: the bounds hold whatever the size.
    let mut stage = Stage::new();
    let parts: Vec<String> = (0..5_000)
        .map(|n| format!(r#""switch:{n}":{{"id":{n},"output":true,"errors":["e{n}"]}}"#))
        .collect();
    let text = format!(
        r#"{{"src":"shelly1g4-a0b1c2d3e4f5","method":"NotifyFullStatus","params":{{{}}}}}"#,
        parts.join(",")
    );
    stage.say("own/events/rpc", &text);
    assert!(
        stage.transcript.events.len() < 1_500,
        "{}",
        stage.transcript.events.len()
    );
    let config: Vec<String> = (0..2_000)
        .map(|n| format!(r#"{{"key":"bthomesensor:{n}","config":{{"addr":"{n:012x}","obj_id":2}},"status":{{"value":1}}}}"#))
        .collect();
    let text = format!(
        r#"{{"id":1,"src":"shelly1g4-a0b1c2d3e4f5","dst":"hearthline","result":{{"components":[{}]}}}}"#,
        config.join(",")
    );
    stage.say("hearthline/rpc", &text);
    assert!(
        stage.transcript.events.len() < 1_500,
        "{}",
        stage.transcript.events.len()
    );
}

#[test]
fn topics_that_only_look_alike_are_left_alone() {
    let mut stage = Stage::new();
    for (topic, payload) in [
        ("garage/online", "true"),
        ("garage/status/door", r#"{"id":0}"#),
        ("garage/status/switch:0", "on"),
        ("garage/status/switch:0", r#"{"id":4,"output":true}"#),
        ("garage/events/rpc", r#"{"method":"turn"}"#),
        ("garage/rpc", r#"{"id":4,"result":{}}"#),
        ("shellies", "1"),
    ] {
        stage.say(topic, payload);
        assert!(
            !stage.transcript.decoder.claimed_by(topic).contains(&"shelly"),
            "{topic} {payload}"
        );
    }
}
