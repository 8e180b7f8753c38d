use hearthline_model::{Kind, Micros, Quality, Realm, RuleCommand, RulePoint, TopicRule, Value};
use proptest::prelude::*;

use super::*;
use crate::transcript::{START, Transcript};
use crate::{Decoder, Event};

fn press() -> TopicRule {
    TopicRule {
        id: "press".into(),
        filter: "factory/+/press/#".into(),
        device: "Press {1}".into(),
        place: PlaceHint {
            realm: Realm::Plant,
            path: vec!["Hall {1}".into()],
        },
        points: vec![
            RulePoint {
                name: "Force".into(),
                path: "data.f".into(),
                kind: Kind::Number,
                unit: Some("kN".into()),
                scale: Some(0.01),
                range: Some((0.0, 500.0)),
                command: Some(RuleCommand {
                    topic: "factory/{1}/press/set".into(),
                    template: Some(r#"{"f":{{ value }}}"#.into()),
                    retain: false,
                }),
                ..RulePoint::default()
            },
            RulePoint {
                name: "Running".into(),
                path: "data.run".into(),
                kind: Kind::Bool,
                ..RulePoint::default()
            },
        ],
    }
}

fn taught(rules: &[TopicRule]) -> Transcript {
    let mut transcript = Transcript::new(Options::default());
    let mut events = Vec::new();
    transcript.decoder.set_rules(rules, &mut events);
    transcript.put(events);
    transcript
}

fn readings(events: &[Event]) -> Vec<Value> {
    let value = |event: &Event| match event {
        Event::Reading(reading) => Some(reading.value.clone()),
        _ => None,
    };
    events.iter().filter_map(value).collect()
}

#[test]
fn a_rule_makes_devices_and_points_of_a_pattern() {
    let mut transcript = taught(&[press()]);
    transcript.message("factory/north/press/a", br#"{"data":{"f":21400,"run":"on"}}"#);
    transcript.message("factory/south/press/a", br#"{"data":{"f":-5}}"#);
    transcript.message("factory/north/lathe/a", br#"{"speed":5}"#);
    insta::assert_snapshot!(transcript.text);
}

#[test]
fn a_rule_takes_topics_over_from_plain_and_gives_them_back() {
    let mut transcript = taught(&[]);
    let payload = br#"{"data":{"f":100,"run":true}}"#;
    transcript.message("factory/north/press/a", payload);
    assert!(transcript.decoder.claimed_by("factory/north/press/a") == ["plain"]);
    let mut events = Vec::new();
    transcript.decoder.set_rules(&[press()], &mut events);
    assert_eq!(transcript.decoder.claimed_by("factory/north/press/a"), ["taught"]);
    assert_eq!(
        readings(&events),
        [Value::Float(1.0), Value::Bool(true)],
        "the last payload is read anew"
    );
    let mut events = Vec::new();
    transcript.decoder.set_rules(&[], &mut events);
    assert!(events.iter().any(|event| matches!(event, Event::DeviceGone(_))));
    transcript.message("factory/north/press/a", payload);
    assert!(transcript.decoder.claimed_by("factory/north/press/a") == ["plain"]);
}

#[test]
fn a_changed_rule_keeps_the_keys_of_its_points() {
    let mut transcript = taught(&[press()]);
    transcript.message("factory/north/press/a", br#"{"data":{"f":100}}"#);
    let keys = |events: &[Event]| -> Vec<(PointIx, String)> {
        let key = |event: &Event| match event {
            Event::Point { point, desc, .. } => Some((*point, desc.key.clone())),
            _ => None,
        };
        events.iter().filter_map(key).collect()
    };
    let before = keys(&transcript.events);
    let mut changed = press();
    changed.points[0].unit = Some("N".into());
    changed.points[0].scale = Some(10.0);
    let mut events = Vec::new();
    transcript.decoder.set_rules(&[changed], &mut events);
    assert_eq!(keys(&events), before);
    assert_eq!(readings(&events), [Value::Float(1000.0)]);
}

#[test]
fn a_rule_writes_in_the_devices_own_scale() {
    let mut transcript = taught(&[press()]);
    transcript.message("factory/north/press/a", br#"{"data":{"f":100,"run":false}}"#);
    let points: Vec<PointIx> = transcript
        .events
        .iter()
        .filter_map(|event| match event {
            Event::Point { point, .. } => Some(*point),
            _ => None,
        })
        .collect();
    let sent = transcript
        .decoder
        .command(points[0], &Value::Float(250.0), START)
        .unwrap();
    assert_eq!(sent[0].topic, "factory/north/press/set");
    assert_eq!(sent[0].payload, br#"{"f":25000}"#);
    let refused = transcript.decoder.command(points[0], &Value::Float(501.0), START);
    assert!(matches!(refused, Err(CommandError::Invalid(_))));
    let read_only = transcript.decoder.command(points[1], &Value::Bool(true), START);
    assert_eq!(read_only, Err(CommandError::ReadOnly));
}

#[test]
fn what_does_not_fit_is_told_on_the_device() {
    let mut transcript = taught(&[press()]);
    transcript.message("factory/north/press/a", br#"{"data":{"f":"strong","run":"on"}}"#);
    let told = transcript.events.iter().any(|event| {
        matches!(event, Event::Diagnosis(it) if it.device.is_some() && it.text.contains("\"strong\" is no number"))
    });
    assert!(told, "{:?}", transcript.events);
    assert_eq!(readings(&transcript.events), [Value::Bool(true)]);
}

#[test]
fn the_editor_sees_what_a_rule_would_make() {
    let made = preview(
        &press(),
        "factory/north/press/a",
        br#"{"data":{"f":21400}}"#,
        START,
    );
    assert!(made.matches);
    assert_eq!(
        (made.device.as_str(), made.place.as_slice()),
        ("Press north", &["Hall north".to_owned()][..])
    );
    assert_eq!(made.points[0].value, Some(Value::Float(214.0)));
    assert_eq!(
        made.points[1].fault.as_deref(),
        Some("this message holds nothing for it")
    );
    assert!(!preview(&press(), "other", b"1", START).matches);
}

proptest! {
    #[test]
    fn any_rule_survives_any_message(
        filter in "[a+#/]{0,6}", device in ".{0,12}", path in "[a.0\\\\]{0,6}",
        template in proptest::option::of(".{0,24}"), topic in "[a/]{1,5}", payload in proptest::collection::vec(any::<u8>(), 0..40),
        scale in proptest::option::of(any::<f64>()), value in any::<f64>(),
    ) {
        let rule = TopicRule {
            id: "x".into(),
            filter,
            device,
            points: vec![RulePoint {
                name: "N {1}{rest}".into(), path, template, scale, kind: Kind::Number,
                command: Some(RuleCommand { topic: "s/{1}".into(), ..RuleCommand::default() }),
                ..RulePoint::default()
            }],
            ..TopicRule::default()
        };
        preview(&rule, &topic, &payload, START);
        let mut decoder = Decoder::new(Options::default());
        let mut events = Vec::new();
        decoder.set_rules(std::slice::from_ref(&rule), &mut events);
        let at: Micros = START;
        decoder.message(&Message { topic: &topic, payload: &payload, retain: false, at }, &mut events);
        let points: Vec<PointIx> = events.iter().filter_map(|event| match event {
            Event::Point { point, .. } => Some(*point),
            Event::Reading(reading) => {
                assert_eq!(reading.quality, Quality::Good);
                None
            }
            _ => None,
        }).collect();
        for point in points {
            let _ = decoder.command(point, &Value::number(value), at);
        }
    }
}
