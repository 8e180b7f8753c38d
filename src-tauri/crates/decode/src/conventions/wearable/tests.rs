//! Whole messages through a decoder.

use hearthline_model::{Realm, Value};
use insta::assert_snapshot;
use proptest::prelude::*;

use crate::transcript::{START, Transcript};
use crate::{CommandError, Decoder, Event, Message, Options, PointIx};

fn said(messages: &[(&str, &str)]) -> Transcript {
    let mut t = Transcript::new(Options::default());
    for (topic, payload) in messages {
        t.message(topic, payload.as_bytes());
    }
    t
}

fn text(messages: &[(&str, &str)]) -> String {
    said(messages).text
}

const EXPORT: &str = r#"{"data":{"metrics":[
    {"name":"heart_rate","units":"count/min","data":[
        {"date":"2026-11-18 12:06:00 +0100","Min":58,"Avg":61.5,"Max":70,"source":"Watch"},
        {"date":"2026-11-18 12:01:00 +0100","Min":57,"Avg":60,"Max":64}]},
    {"name":"resting_heart_rate","units":"count/min","data":[{"date":"2026-11-18 00:00:00 +0100","qty":52}]},
    {"name":"step_count","units":"count","data":[{"date":"2026-11-18 11:00:00 +0100","qty":812.4}]},
    {"name":"blood_oxygen_saturation","units":"%","data":[{"date":"2026-11-18 11:00:00 +0100","qty":97}]},
    {"name":"sleep_analysis","units":"hr","data":[{"date":"2026-11-18 00:00:00 +0100","sleepEnd":"2026-11-18 07:00:00 +0100","totalSleep":7.2,"asleep":0,"core":4.1,"deep":1.2,"rem":1.9,"awake":0.3,"inBed":7.6,"source":"Watch"}]},
    {"name":"blood_pressure","units":"mmHg","data":[{"date":"2026-11-18 08:00:00 +0100","systolic":121,"diastolic":79}]},
    {"name":"weight_body_mass","units":"kg","data":[{"date":"2026-11-18 07:05:00 +0100","qty":72.4}]},
    {"name":"headphone_audio_exposure","units":"dBASPL","data":[{"date":"2026-11-18 10:00:00 +0100","qty":66.1}]}],
    "workouts":[{"name":"Outdoor Walk","start":"2026-11-18 09:00:00 +0100","end":"2026-11-18 09:31:00 +0100","duration":1860}]}}"#;

#[test]
fn a_health_export_is_history_and_its_newest_values_are_live() {
    assert_snapshot!(text(&[("jane/health", EXPORT), ("jane/health", EXPORT)]));
}

#[test]
fn gateways_hear_bands_and_scales() {
    assert_snapshot!(text(&[
        (
            "home/OMG_ESP32_BLE/BTtoMQTT/C1D2E3F4A5B6",
            r#"{"id":"C1:D2:E3:F4:A5:B6","mac_type":1,"name":"Mi Smart Band 5","rssi":-67,"brand":"Xiaomi","model":"MiBand","model_id":"MB","type":"BODY","steps":4321,"act_bpm":71,"heartrate":64,"distance":2.1}"#
        ),
        (
            "home/OMG_ESP32_BLE/BTtoMQTT/A4C138000001",
            r#"{"id":"A4:C1:38:00:00:01","name":"MIBFS","rssi":-70,"brand":"Xiaomi","model":"Mi Body Composition Scale","model_id":"XMTZC05HM","weighing_mode":"person","unit":"kg","weight":72.55,"impedance":512}"#
        ),
        (
            "home/OMG_ESP32_BLE/BTtoMQTT/A4C138000001",
            r#"{"id":"A4:C1:38:00:00:01","rssi":-74}"#
        ),
    ]));
}

#[test]
fn straps_bridges_and_scripts_are_recognised_by_what_they_say() {
    assert_snapshot!(text(&[
        // The strap's battery is heard before anything tells that it is one.
        ("jane/strap/battery", "88"),
        ("jane/strap/heart_rate", "61"),
        ("jane/strap/battery", "87"),
        ("jane/strap/worn", "true"),
        ("jane/strap/heart_rate", "no contact"),
        ("jane/strap/heart_rate", "64 bpm"),
        (
            "garmin/bob",
            r#"{"timestamp":"2026-11-18T11:06:00Z","restingHeartRate":51,"totalSteps":9120,"sleepingSeconds":26400,"averageSpo2":96,"averageStressLevel":28,"bodyBatteryMostRecentValue":64,"dailyStepGoal":8000,"activeKilocalories":410,"lastSync":"10:00"}"#
        ),
        ("esp/watch", r#"{"watch":{"hr":72,"spo2":98,"skin_temp_c":33.1}}"#),
        (
            "scale/bathroom",
            r#"{"weight":80.2,"bmi":23.9,"body_fat":18.4,"user":"Bob"}"#
        ),
        // Neither a bottle counter nor a stepper motor.
        ("plant/line/bpm", "120"),
        ("robot/arm", r#"{"steps":400,"battery":80}"#),
    ]));
}

#[test]
fn a_name_that_tells_its_unit_of_time_has_it() {
    let t = said(&[(
        "band/ada",
        r#"{"heart_rate":61,"sleep_minutes":432,"deepSleepMinutes":71,"rem_sleep_hours":1.4,"sleep_score":84}"#,
    )]);
    let text = t.text;
    for (key, unit) in [("sleep", "min"), ("deep_sleep", "min"), ("rem_sleep", "h")] {
        let line = text
            .lines()
            .find(|line| line.contains("point") && line.contains(&format!(" {key} \"")))
            .unwrap_or_else(|| panic!("no {key} in {text}"));
        assert!(line.contains(&format!("unit={unit} ")), "{line}");
    }
}

#[test]
fn what_another_convention_describes_is_left_to_it() {
    let config = r#"{"name":"Heart rate","uniq_id":"watch_hr","stat_t":"hl/watch/state","val_tpl":"{{ value_json.heart_rate }}","unit_of_meas":"bpm",
        "dev":{"ids":["watch"],"name":"Watch"}}"#;
    let state = r#"{"heart_rate":61,"steps":100}"#;
    assert_snapshot!(text(&[
        ("hl/watch/state", state),
        ("homeassistant/sensor/watch/hr/config", config),
        ("hl/watch/state", state),
    ]));
    // And the other way round: nothing is made of it at all.
    let mut t = said(&[("homeassistant/sensor/watch/hr/config", config)]);
    t.message("hl/watch/state", state.as_bytes());
    assert!(
        matches!(&t.events[..], [Event::Reading(reading)] if reading.value == Value::Int(61)),
        "{:?}",
        t.events
    );
}

#[test]
fn a_plant_has_no_wearables_by_a_single_number() {
    let mut decoder = Decoder::new(Options {
        realm: Some(Realm::Plant),
        ..Options::default()
    });
    let mut out = Vec::new();
    decoder.message(
        &Message {
            topic: "line/pump/pulse/heart_rate",
            payload: b"61",
            retain: false,
            at: START,
        },
        &mut out,
    );
    assert_eq!(decoder.claimed_by("line/pump/pulse/heart_rate"), ["plain"]);
    assert_eq!(
        decoder.command(PointIx(0), &Value::Int(1), START),
        Err(CommandError::ReadOnly)
    );
}

proptest! {
    #[test]
    fn hostile_input_is_endured(
        cuts in proptest::collection::vec((0..EXPORT.len(), any::<u8>()), 0..8),
        noise in proptest::collection::vec(any::<u8>(), 0..64),
        json in "\\{\"(heart_rate|data|steps|weight|x)\":(-?[0-9]{1,30}|\"x\"|null|\\{\"metrics\":\\[\\{\"name\":\"hr\",\"data\":\\[1\\]\\}\\]\\}),\"(hr|spo2|date)\":(true|1e400|\"[ -!#-\\[\\]-~]{0,20}\")\\}",
    ) {
        let mut decoder = Decoder::new(Options::default());
        let mut mutated = EXPORT.as_bytes().to_vec();
        for (at, byte) in cuts {
            mutated[at] = byte;
        }
        for payload in [&mutated, &noise, &json.into_bytes()] {
            for topic in ["a/health", "a/hr", "x/BTtoMQTT/AABBCCDDEEFF", "hr"] {
                decoder.message(&Message { topic, payload, retain: false, at: START }, &mut Vec::new());
            }
        }
    }

    #[test]
    fn points_of_a_device_are_bounded(start in 0..1000u32) {
        let mut decoder = Decoder::new(Options::default());
        let mut points = 0;
        for round in 0..4 {
            let fields = (0..120).map(|ix| format!(",\"k{}\":1", start + round * 120 + ix)).collect::<Vec<_>>().concat();
            let payload = format!("{{\"hr\":60{fields}}}");
            let mut out = Vec::new();
            decoder.message(&Message { topic: "a/watch", payload: payload.as_bytes(), retain: false, at: START }, &mut out);
            points += out.iter().filter(|event| matches!(event, Event::Point { .. })).count();
        }
        prop_assert_eq!(points, 256);
    }
}
