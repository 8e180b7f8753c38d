//! Whole messages through a decoder.

use hearthline_model::Value;
use insta::assert_snapshot;
use proptest::prelude::*;

use crate::transcript::{START, Transcript};
use crate::{Decoder, Event, Message, Options, PointIx};

const NOW: i64 = START / 1_000_000;
const PHONE: &str = "owntracks/jane/phone";

fn said(messages: &[(&str, &str)]) -> Transcript {
    let mut t = Transcript::new(Options::default());
    for (topic, payload) in messages {
        t.message(topic, payload.replace("NOW", &NOW.to_string()).as_bytes());
    }
    t
}

fn text(messages: &[(&str, &str)]) -> String {
    said(messages).text
}

const IPHONE: &str = r#"{"_type":"location","BSSID":"b0:f2:08:1:2:3","SSID":"Home","acc":5,"alt":123,"batt":87,"bs":2,"cog":-1,"conn":"w",
    "created_at":NOW,"inregions":["Home","Street"],"inrids":["a1"],"lat":52.51234,"lon":13.41234,"m":1,"p":100.7,"t":"p","tid":"JD","topic":"owntracks/jane/phone",
    "tst":NOW,"vac":3,"vel":0,"motionactivities":["walking"],"poi":"Bakery","tag":"errand","_id":"5f3","image":"aGVsbG8="}"#;

#[test]
fn a_phone_says_all_that_it_knows() {
    assert_snapshot!(text(&[(PHONE, IPHONE)]));
}

#[test]
fn what_comes_late_is_history_and_the_phones_own_clock_is_not_that_of_the_fix() {
    let at = |tst: i64, created: i64, lat: f64, batt: i64| {
        format!(
            r#"{{"_type":"location","lat":{lat},"lon":13.4,"tst":{tst},"created_at":{created},"batt":{batt}}}"#
        )
    };
    let mut t = Transcript::new(Options::default());
    t.message(PHONE, at(NOW - 60, NOW, 52.5, 50).as_bytes());
    // Queued two hours ago.
    t.message(PHONE, at(NOW - 7200, NOW - 7200, 52.1, 70).as_bytes());
    // A ping: the old fix, said now.
    t.message(PHONE, at(NOW - 60, NOW + 2, 52.5, 49).as_bytes());
    // A clock of next year.
    t.message(PHONE, at(NOW + 40_000_000, NOW + 40_000_000, 52.5, 49).as_bytes());
    t.message(PHONE, at(NOW + 4, NOW + 4, 52.6, 48).as_bytes());
    assert_snapshot!(t.text);
}

#[test]
fn regions_are_states_and_their_transitions_events() {
    assert_snapshot!(text(&[
        (
            PHONE,
            r#"{"_type":"location","lat":52.5,"lon":13.4,"tst":NOW,"inregions":[]}"#
        ),
        (
            "owntracks/jane/phone/waypoint",
            r#"{"_type":"waypoint","desc":"Office","lat":52.4,"lon":13.3,"rad":100,"tst":NOW}"#
        ),
        (
            "owntracks/jane/phone/event",
            r#"{"_type":"transition","event":"enter","desc":"🏡 Home","wtst":1,"tst":NOW,"lat":52.5,"lon":13.4,"acc":8,"t":"c","rid":"x"}"#
        ),
        (
            PHONE,
            r#"{"_type":"location","lat":52.5,"lon":13.4,"tst":NOW,"inregions":["🏡 Home"]}"#
        ),
        (
            "owntracks/jane/phone/event",
            r#"{"_type":"transition","event":"leave","desc":"🏡 Home","tst":NOW}"#
        ),
        (PHONE, r#"{"_type":"location","lat":52.5,"lon":13.5,"tst":NOW}"#),
        (
            "owntracks/jane/phone/event",
            r#"{"_type":"transition","event":"wobble","desc":"X","tst":NOW}"#
        ),
        (
            "owntracks/jane/phone/waypoints",
            r#"{"_type":"waypoints","waypoints":[{"_type":"waypoint","desc":"Gym","tst":NOW}]}"#
        ),
    ]));
}

#[test]
fn a_transition_that_the_broker_repeats_is_no_event() {
    let mut decoder = Decoder::new(Options::default());
    let mut out = Vec::new();
    decoder.message(
        &Message {
            topic: "owntracks/jane/phone/event",
            payload: br#"{"_type":"transition","event":"enter","desc":"Home","tst":1794999000}"#,
            retain: true,
            at: START,
        },
        &mut out,
    );
    let readings: Vec<_> = out
        .iter()
        .filter_map(|event| match event {
            Event::Reading(reading) => Some(&reading.value),
            _ => None,
        })
        .collect();
    assert_eq!(readings, [&Value::Bool(true)], "only the state of the region");
}

#[test]
fn the_last_will_holds_from_its_arrival_and_a_card_names_the_person() {
    assert_snapshot!(text(&[
        (PHONE, r#"{"_type":"lwt","tst":1794000000}"#),
        (
            "owntracks/jane/phone/info",
            r#"{"_type":"card","name":"Jane Doe","tid":"JD","face":"iVBORw0KGgo="}"#
        ),
        (
            PHONE,
            r#"{"_type":"location","lat":52.5,"lon":13.4,"tst":NOW,"vel":50}"#
        ),
        (PHONE, r#"{"_type":"location","lat":52.5,"lon":13.4,"tst":NOW}"#),
        (PHONE, r#"{"_type":"lwt","tst":1794000000}"#),
        (
            "owntracks/jane/phone/status",
            r#"{"_type":"status","tst":NOW,"iOS":{"version":"18.4.2","deviceModel":"iPhone","deviceSystemVersion":"19.1"},"_id":"x"}"#
        ),
    ]));
}

#[test]
fn the_other_types_are_read_or_explained() {
    assert_snapshot!(text(&[
        (
            "owntracks/bob/pixel/step",
            r#"{"_type":"steps","tst":NOW,"steps":4211,"distance":3020,"floorsup":4,"floorsdown":-1,"from":1794900000,"to":NOW}"#
        ),
        (
            "owntracks/bob/pixel/beacon",
            r#"{"_type":"beacon","desc":"Keys","uuid":"CA2","major":1,"minor":2,"tst":NOW,"acc":0.7,"rssi":-61,"prox":2}"#
        ),
        (
            "owntracks/bob/pixel/beacon",
            r#"{"_type":"beacon","uuid":"CA2","major":1,"minor":3,"tst":NOW,"acc":-1,"rssi":0,"prox":0}"#
        ),
        (
            "owntracks/bob/pixel/status",
            r#"{"_type":"status","android":{"hib":0,"bo":1,"loc":-2,"ps":0,"wifi":1}}"#
        ),
        (
            "owntracks/bob/pixel/dump",
            r#"{"_type":"configuration","password":"secret","tid":"bo"}"#
        ),
        (
            "owntracks/bob/pixel/request",
            r#"{"_type":"request","request":"tour"}"#
        ),
        ("owntracks/bob/pixel/cmd", r#"{"_type":"cmd","action":"dump"}"#),
        ("owntracks/bob/pixel/odd", r#"{"_type":"novelty"}"#),
        ("owntracks/eve/phone", r#"{"_type":"encrypted","data":"g5Oc"}"#),
        ("owntracks/eve/phone", r#"{"_type":"encrypted","data":"g5Od"}"#),
    ]));
}

#[test]
fn vehicle_trackers_are_read_in_full_and_in_short_form() {
    assert_snapshot!(text(&[
        (
            "owntracks/qtripp/861074020000000",
            r#"{"_type":"location","imei":"861074020000000","vin":"WVWZZZ1JZXW000001","name":"Van 3","lat":48.1,"lon":11.5,"tst":NOW,"t":"i","vel":48,
            "odometer":120345.6,"ign":true,"motion":1,"ubatt":4.1,"uext":13.8,"rpm":2100,"fcon":6.4,"flvl":71.5,"hmc":3600,"temp_c-01":5.5,"din1":false,"weird":{"a":1},"gsm":"LTE"}"#
        ),
        ("owntracks/esp/box", "X0,6AFD4E10,k,30365854,7759697,26,4,7,5,104"),
        ("owntracks/esp/box", "hello"),
    ]));
}

#[test]
fn another_prefix_is_found_by_what_is_said_there() {
    assert_snapshot!(text(&[
        ("family/jane/cmd", r#"{"action":"reportLocation"}"#),
        ("family/jane/info", r#"{"name":"x"}"#),
        (
            "family/jane",
            r#"[{"_type":"location","lat":"52.5","lon":"13.4","tst":NOW,"batt":"77"}]"#
        ),
        ("family/jane/info", r#"{"_type":"card","name":"Jane"}"#),
    ]));
}

#[test]
fn what_cannot_be_is_diagnosed_and_the_rest_is_used() {
    assert_snapshot!(text(&[
        (
            PHONE,
            r#"{"_type":"location","lat":95,"lon":13.4,"tst":"soon","batt":"full","acc":-1,"vel":nan,"bs":7,"t":"z","conn":["w"]}"#
        ),
        (PHONE, r#"{"_type":"location","batt":-1,"alt":0,"SSID":""}"#),
        (PHONE, r#"{"lat":1}"#),
        (PHONE, "[1]"),
        (PHONE, "{"),
        (PHONE, ""),
    ]));
}

#[test]
fn a_position_can_be_asked_for() {
    let mut t = said(&[(PHONE, IPHONE)]);
    let button = t
        .events
        .iter()
        .find_map(|event| match event {
            Event::Point { point, desc, .. } if desc.key == "report_location" => Some(*point),
            _ => None,
        })
        .unwrap();
    let sent = t.decoder.command(button, &Value::Null, START).unwrap();
    assert_eq!(sent.len(), 1);
    assert_eq!(
        (sent[0].topic.as_str(), sent[0].qos, sent[0].retain),
        ("owntracks/jane/phone/cmd", 1, false)
    );
    assert_eq!(sent[0].payload, br#"{"_type":"cmd","action":"reportLocation"}"#);
    assert!(t.decoder.command(PointIx(0), &Value::Null, START).is_err());
    // What was asked comes back on the topic; it is no value.
    t.message("owntracks/jane/phone/cmd", &sent[0].payload);
    assert!(t.events.is_empty());
}

proptest! {
    #[test]
    fn hostile_input_is_endured(
        cuts in proptest::collection::vec((0..IPHONE.len(), any::<u8>()), 0..8),
        noise in proptest::collection::vec(any::<u8>(), 0..64),
        kind in "location|transition|waypoints|steps|beacon|card|status|lwt|x",
        names in proptest::collection::vec(("[a-z]{1,6}|lat|lon|tst|desc|inregions", "-?[0-9]{1,25}|\"[^\"\\\\]{0,9}\"|null|\\[\\]|\\{\\}|true"), 0..12),
    ) {
        let mut decoder = Decoder::new(Options::default());
        let mut mutated = IPHONE.replace("NOW", "1795000000").into_bytes();
        for (at, byte) in cuts {
            if let Some(place) = mutated.get_mut(at) {
                *place = byte;
            }
        }
        let fields = names.iter().map(|(key, value)| format!(",\"{key}\":{value}")).collect::<Vec<_>>().concat();
        let made = format!("{{\"_type\":\"{kind}\"{fields}}}").into_bytes();
        for payload in [&mutated, &noise, &made] {
            for topic in [PHONE, "owntracks/jane/phone/event", "any/where", "any/where/event"] {
                let mut out = Vec::new();
                decoder.message(&Message { topic, payload, retain: false, at: START }, &mut out);
                for event in &out {
                    if let Event::Reading(reading) = event {
                        prop_assert!(!matches!(&reading.value, Value::Text(text) if text.len() > 8192));
                    }
                }
            }
        }
    }

    #[test]
    fn points_of_a_tracker_are_bounded(keys in proptest::collection::vec("[a-z]{3,9}", 300)) {
        let mut decoder = Decoder::new(Options::default());
        let mut points = 0;
        for part in keys.chunks(50) {
            let fields = part.iter().map(|key| format!(",\"{key}\":1")).collect::<Vec<_>>().concat();
            let regions = part.iter().map(|key| format!("\"{key}\"")).collect::<Vec<_>>().join(",");
            let payload = format!("{{\"_type\":\"location\",\"lat\":1,\"lon\":2,\"inregions\":[{regions}]{fields}}}");
            let mut out = Vec::new();
            decoder.message(&Message { topic: PHONE, payload: payload.as_bytes(), retain: false, at: START }, &mut out);
            points += out.iter().filter(|event| matches!(event, Event::Point { .. })).count();
        }
        prop_assert!(points <= 192, "{points}");
    }
}
