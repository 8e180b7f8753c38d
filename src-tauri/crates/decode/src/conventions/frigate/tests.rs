//! Whole messages through a decoder.

use hearthline_model::Value;
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

const EVENT: &str = r#"{"type":"new","before":{"id":"1794999990.1-abc","camera":"front_door","label":"person","sub_label":null,"entered_zones":[],"start_time":1794999990.1},
    "after":{"id":"1794999990.1-abc","camera":"front_door","frame_time":1794999991.5,"label":"person","sub_label":null,"top_score":0.95,"false_positive":false,
    "start_time":1794999990.1,"end_time":null,"score":0.87,"box":[424,500,536,712],"area":23744,"current_zones":["driveway"],"entered_zones":["yard","driveway"],
    "has_snapshot":false,"has_clip":false,"stationary":false}}"#;

fn event(kind: &str, sub_label: &str, zones: &str) -> String {
    format!(
        r#"{{"type":"{kind}","before":{{"camera":"front_door","label":"person","sub_label":null,"entered_zones":["yard"]}},
        "after":{{"camera":"front_door","label":"person","top_score":0.9,"sub_label":{sub_label},"start_time":1794999990,"frame_time":1794999995,"entered_zones":{zones}}}}}"#
    )
}

#[test]
fn a_camera_tells_its_settings_counts_and_motion() {
    assert_snapshot!(text(&[
        ("frigate/available", "online"),
        ("frigate/front_door/enabled/state", "ON"),
        ("frigate/front_door/detect/state", "ON"),
        ("frigate/front_door/recordings/state", "OFF"),
        ("frigate/front_door/snapshots/state", "ON"),
        ("frigate/front_door/motion/state", "ON"),
        ("frigate/front_door/audio/state", "OFF"),
        ("frigate/front_door/improve_contrast/state", "ON"),
        ("frigate/front_door/ptz_autotracker/state", "OFF"),
        ("frigate/front_door/motion_threshold/state", "30"),
        ("frigate/front_door/motion_contour_area/state", "10"),
        ("frigate/front_door/birdseye_mode/state", "CONTINUOUS"),
        ("frigate/front_door/review_alerts/state", "ON"),
        ("frigate/front_door/brand_new/state", "ON"),
        ("frigate/front_door/notifications/state", "OFF"),
        ("frigate/front_door/notifications/suspended", "0"),
        ("frigate/front_door/motion", "ON"),
        ("frigate/front_door/review_status", "ALERT"),
        ("frigate/front_door/audio/dBFS", "-32.5"),
        ("frigate/front_door/audio/rms", "41"),
        ("frigate/front_door/audio/speech", "ON"),
        ("frigate/front_door/person", "2"),
        ("frigate/front_door/person/active", "1"),
        ("frigate/front_door/all", "3"),
        ("frigate/front_door/all/active", "1"),
        ("frigate/front_door/person", "many"),
        ("frigate/front_door/status/detect", "offline"),
        ("frigate/front_door/status/record", "online"),
        ("frigate/front_door/status/detect", "online"),
        ("frigate/front_door/classification/bird", "robin"),
        ("frigate/notifications/state", "ON"),
        ("frigate/front_door/detect/set", "OFF"),
        ("frigate/available", "offline"),
        ("frigate/late/person", "1"),
        ("frigate/available", "online"),
        ("frigate/available", "stopped"),
    ]));
}

#[test]
fn a_picture_is_only_as_large_as_it_is() {
    let mut t = Transcript::new(Options::default());
    t.message(
        "frigate/front_door/person/snapshot",
        b"\xff\xd8\xff\xe0\x00\x10JFIF\x00",
    );
    // One that happens to be text, and one that was cleared.
    t.message("frigate/front_door/person/snapshot", b"{\"a\":1}");
    t.message("frigate/front_door/person/snapshot", b"");
    // Bytes where a word belongs.
    t.message("frigate/front_door/detect/state", b"\xff\xd8");
    assert_snapshot!(t.text);
}

#[test]
fn events_are_told_once_and_zones_by_those_who_enter() {
    let again = event("update", "null", r#"["yard"]"#);
    let named = event("update", r#"["Jane",0.91]"#, r#"["yard","driveway"]"#);
    let end = event("end", r#""Jane""#, r#"["yard","driveway","shed"]"#);
    assert_snapshot!(text(&[
        ("frigate/events", EVENT),
        ("frigate/events", &again),
        ("frigate/events", &named),
        ("frigate/events", &end),
        ("frigate/yard/person", "1"),
        (
            "frigate/events",
            r#"{"type":"new","before":{},"after":{"camera":"front_door","label":"cat","false_positive":true}}"#
        ),
        ("frigate/events", r#"{"type":"new"}"#),
        ("frigate/events", "{"),
        (
            "frigate/reviews",
            r#"{"type":"new","before":{"severity":"detection"},"after":{"id":"r1","camera":"front_door","start_time":1794999999.5,"end_time":null,"severity":"detection","data":{"detections":["e1"],"objects":["person"],"sub_labels":[],"zones":["yard"],"audio":["speech"]}}}"#
        ),
        (
            "frigate/reviews",
            r#"{"type":"update","before":{"severity":"detection"},"after":{"camera":"front_door","severity":"alert","data":{"objects":["person","car"]}}}"#
        ),
        (
            "frigate/reviews",
            r#"{"type":"end","before":{"severity":"alert"},"after":{"camera":"front_door","severity":"alert","data":{"objects":["person","car"]}}}"#
        ),
        (
            "frigate/tracked_object_update",
            r#"{"type":"description","id":"e1","description":"A person in a red coat"}"#
        ),
        (
            "frigate/tracked_object_update",
            r#"{"type":"face","id":"e1","name":"Jane","score":0.9,"camera":"front_door","timestamp":1795000000.5}"#
        ),
        (
            "frigate/tracked_object_update",
            r#"{"type":"lpr","id":"e1","plate":"123ABC","score":0.9,"camera":"front_door"}"#
        ),
        (
            "frigate/tracked_object_update",
            r#"{"type":"new_sort","id":"e1"}"#
        ),
    ]));
}

#[test]
fn an_event_that_the_broker_repeats_is_none() {
    let mut decoder = Decoder::new(Options::default());
    let mut out = Vec::new();
    decoder.message(
        &Message {
            topic: "frigate/events",
            payload: EVENT.as_bytes(),
            retain: true,
            at: START,
        },
        &mut out,
    );
    assert!(
        !out.iter().any(|event| matches!(event, Event::Reading(_))),
        "{out:?}"
    );
}

const STATS: &str = r#"{"cameras":{"front_door":{"camera_fps":5.1,"process_fps":5.0,"skipped_fps":0.0,"detection_fps":0.4,"detection_enabled":true,"pid":301,"capture_pid":302,"ffmpeg_pid":303,"audio_rms":12.0,"audio_dBFS":-40.2}},
    "detectors":{"coral":{"inference_speed":8.91,"detection_start":0.0,"pid":290}},"detection_fps":0.4,
    "cpu_usages":{"301":{"cpu":"3.4","mem":"0.5","cmdline":"frigate"},"frigate.full_system":{"cpu":"12.5","mem":"31.4"}},"gpu_usages":{"intel-vaapi":{"gpu":"4.2%","mem":"-%"}},
    "service":{"uptime":86400,"version":"0.16.1-abc","latest_version":"0.16.2","storage":{"/media/frigate/recordings":{"total":953869.0,"used":412007.1,"free":541861.9,"mount_type":"ext4"}},"temperatures":{"apex_0":41.5},"last_updated":1794999999}}"#;

#[test]
fn statistics_are_of_cameras_and_of_the_machine() {
    assert_snapshot!(text(&[
        ("frigate/stats", STATS),
        // As versions before 0.12 sent them.
        (
            "frigate/stats",
            r#"{"back":{"camera_fps":5.0,"detection_enabled":1,"pid":1},"detection_fps":1.5,"detectors":{}}"#
        ),
        ("frigate/stats", "[]"),
        ("frigate/camera_activity", r#"{"front_door":{}}"#),
    ]));
}

#[test]
fn another_prefix_is_found_by_its_events() {
    let mut t = said(&[
        ("nvr/cellar/garage/motion", "ON"),
        ("nvr/cellar/garage/detect/state", "ON"),
        ("nvr/cellar/events", &EVENT.replace("front_door", "garage")),
        ("nvr/cellar/garage/person", "1"),
        // Somebody else's events and statistics.
        (
            "shop/events",
            r#"{"type":"new","before":{},"after":{"camera":"x"}}"#,
        ),
        ("shop/stats", r#"{"visitors":3}"#),
    ]);
    assert_snapshot!(t.text);
    assert_eq!(t.decoder.claimed_by("shop/events"), ["plain"]);
    t.message("nvr/cellar/available", b"online");
    assert_eq!(t.decoder.claimed_by("nvr/cellar/available"), ["frigate"]);
}

fn point(t: &Transcript, key: &str) -> PointIx {
    t.events
        .iter()
        .find_map(|event| match event {
            Event::Point { point, desc, .. } if desc.key == key => Some(*point),
            _ => None,
        })
        .unwrap()
}

#[test]
fn what_can_be_set_is_sent_as_frigate_takes_it() {
    let mut t = said(&[("frigate/front_door/detect/state", "ON")]);
    let detect = point(&t, "detect/state");
    t.message("frigate/front_door/motion_threshold/state", b"30");
    let threshold = point(&t, "motion_threshold/state");
    t.message("frigate/front_door/birdseye_mode/state", b"OBJECTS");
    let mode = point(&t, "birdseye_mode/state");
    t.message("frigate/front_door/ptz", b"MOVE_LEFT");
    let ptz = point(&t, "ptz");
    t.message("frigate/available", b"online");
    let restart = point(&t, "restart");
    t.message("frigate/front_door/person", b"1");
    let count = point(&t, "person");
    let mut send = |point: PointIx, value: Value| {
        t.decoder.command(point, &value, START).map(|sent| {
            let [sent] = &sent[..] else { panic!("{sent:?}") };
            assert!(!sent.retain);
            format!("{} {}", sent.topic, String::from_utf8_lossy(&sent.payload))
        })
    };
    let ok = |text: &str| Ok(text.to_owned());
    assert_eq!(
        send(detect, Value::Bool(false)),
        ok("frigate/front_door/detect/set OFF")
    );
    assert_eq!(
        send(threshold, Value::Int(40)),
        ok("frigate/front_door/motion_threshold/set 40")
    );
    assert_eq!(
        send(threshold, Value::Float(40.0)),
        ok("frigate/front_door/motion_threshold/set 40")
    );
    assert_eq!(
        send(mode, Value::text("MOTION")),
        ok("frigate/front_door/birdseye_mode/set MOTION")
    );
    assert_eq!(send(ptz, Value::text("STOP")), ok("frigate/front_door/ptz STOP"));
    assert_eq!(
        send(ptz, Value::text("preset_home")),
        ok("frigate/front_door/ptz preset_home")
    );
    assert_eq!(send(restart, Value::Null), ok("frigate/restart "));
    for (point, value) in [
        (detect, Value::Int(1)),
        (threshold, Value::Int(0)),
        (threshold, Value::Float(2.5)),
        (mode, Value::text("motion")),
        (ptz, Value::text("FLY")),
        (ptz, Value::text("preset_")),
    ] {
        assert!(
            matches!(send(point, value.clone()), Err(CommandError::Invalid(_))),
            "{value:?}"
        );
    }
    assert_eq!(send(count, Value::Int(1)), Err(CommandError::ReadOnly));
}

proptest! {
    #[test]
    fn hostile_input_is_endured(
        event_cuts in proptest::collection::vec((0..EVENT.len(), any::<u8>()), 0..6),
        stats_cuts in proptest::collection::vec((0..STATS.len(), any::<u8>()), 0..6),
        noise in proptest::collection::vec(any::<u8>(), 0..64),
        rest in "[a-z]{0,6}(/[a-zA-Z]{0,8}){0,4}|events|stats|reviews|tracked_object_update|x/ptz|x/detect/state|x/audio/rms",
    ) {
        let mut decoder = Decoder::new(Options::default());
        let mut event = EVENT.as_bytes().to_vec();
        let mut stats = STATS.as_bytes().to_vec();
        for (at, byte) in event_cuts {
            event[at] = byte;
        }
        for (at, byte) in stats_cuts {
            stats[at] = byte;
        }
        let topic = format!("frigate/{rest}");
        for payload in [&event, &stats, &noise] {
            for topic in [topic.as_str(), "frigate/events", "frigate/stats", "other/events", "other/stats", "frigate/reviews"] {
                decoder.message(&Message { topic, payload, retain: false, at: START }, &mut Vec::new());
            }
        }
    }

    #[test]
    fn cameras_and_points_are_bounded(start in 0..1000u32) {
        let mut decoder = Decoder::new(Options::default());
        let (mut devices, mut points) = (0, 0);
        for ix in 0..300 {
            for topic in [format!("frigate/cam{}/person", start + ix), format!("frigate/cam{start}/object{ix}")] {
                let mut out = Vec::new();
                decoder.message(&Message { topic: &topic, payload: b"1", retain: false, at: START }, &mut out);
                devices += out.iter().filter(|event| matches!(event, Event::Device { .. })).count();
                points += out.iter().filter(|event| matches!(event, Event::Point { .. })).count();
            }
        }
        prop_assert!(devices <= 256, "{devices}");
        prop_assert!(points <= 512, "{points}");
    }
}
