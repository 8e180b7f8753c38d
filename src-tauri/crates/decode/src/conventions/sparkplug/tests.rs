//! Whole messages through a decoder.

use hearthline_model::{SECOND, Value};
use insta::assert_snapshot;
use proptest::prelude::*;
use prost::Message as _;

use super::datatype::DataType;
use super::proto::{
    Cell, CellValue, DataSet, Metric, MetricValue as M, Parameter, ParameterValue, Payload, PropertyKind,
    PropertySet, PropertyValue, Row, Template,
};
use crate::transcript::{START, Transcript};
use crate::{CommandError, Decoder, Event, Message, Options, PointIx};

mod picky;

const NOW_MS: u64 = START as u64 / 1000;

fn metric(name: &str, datatype: DataType, value: M) -> Metric {
    Metric {
        name: Some(name.into()),
        datatype: Some(datatype as u32),
        value: Some(value),
        ..Metric::default()
    }
}

fn aliased(name: &str, alias: u64, datatype: DataType, value: M) -> Metric {
    Metric {
        alias: Some(alias),
        ..metric(name, datatype, value)
    }
}

fn alias(alias: u64, value: M) -> Metric {
    Metric {
        alias: Some(alias),
        value: Some(value),
        ..Metric::default()
    }
}

fn bd(number: u64) -> Metric {
    metric("bdSeq", DataType::Int64, M::Long(number))
}

fn properties(entries: &[(&str, u32, PropertyKind)]) -> PropertySet {
    PropertySet {
        keys: entries.iter().map(|(key, ..)| (*key).to_owned()).collect(),
        values: entries
            .iter()
            .map(|(_, datatype, kind)| PropertyValue {
                datatype: Some(*datatype),
                is_null: None,
                value: Some(kind.clone()),
            })
            .collect(),
    }
}

fn payload(seq: Option<u64>, metrics: Vec<Metric>) -> Vec<u8> {
    Payload {
        timestamp: Some(NOW_MS),
        seq,
        metrics,
        ..Payload::default()
    }
    .encode_to_vec()
}

/// A line with a filler, as the demo has it.
fn born() -> Transcript {
    let mut t = Transcript::new(Options::default());
    t.message(
        "spBv1.0/Berlin:Filling/NBIRTH/Line1",
        &payload(
            Some(0),
            vec![
                bd(3),
                metric("Node Control/Rebirth", DataType::Boolean, M::Boolean(false)),
                aliased("Target", 0, DataType::Int32, M::Int(12_000)),
            ],
        ),
    );
    let mut volume = aliased("FillVolume", 1, DataType::Double, M::Double(500.25));
    volume.properties = Some(Box::new(properties(&[
        ("engUnit", 12, PropertyKind::String("ml".into())),
        ("engLow", 10, PropertyKind::Double(480.0)),
        ("engHigh", 10, PropertyKind::Double(520.0)),
        ("HiHi", 10, PropertyKind::Double(515.0)),
    ])));
    t.message(
        "spBv1.0/Berlin:Filling/DBIRTH/Line1/Filler",
        &payload(
            Some(1),
            vec![
                volume,
                aliased("State", 2, DataType::String, M::String("running".into())),
                aliased("Good", 3, DataType::UInt64, M::Long(100)),
                aliased("VolumeSetpoint", 4, DataType::Float, M::Float(500.1)),
                metric("Properties/Position", DataType::Int32, M::Int(2)),
                metric(
                    "Properties/Manufacturer",
                    DataType::String,
                    M::String("ACME".into()),
                ),
            ],
        ),
    );
    t
}

fn data(seq: u64, metrics: Vec<Metric>) -> Vec<u8> {
    payload(Some(seq), metrics)
}

const NODE: &str = "spBv1.0/Berlin:Filling/NDATA/Line1";
const FILLER: &str = "spBv1.0/Berlin:Filling/DDATA/Line1/Filler";

#[test]
fn a_line_is_born_speaks_and_dies() {
    let mut t = born();
    t.message(
        FILLER,
        &data(2, vec![alias(1, M::Double(501.0)), alias(3, M::Long(101))]),
    );
    t.message(NODE, &data(3, vec![alias(0, M::Int(13_000))]));
    let mut old = alias(1, M::Double(499.0));
    old.is_historical = Some(true);
    old.timestamp = Some(NOW_MS - 60_000);
    let mut null = alias(2, M::String(String::new()));
    null.is_null = Some(true);
    let mut bad = alias(1, M::Double(0.0));
    bad.properties = Some(Box::new(properties(&[("Quality", 3, PropertyKind::Int(0))])));
    t.message(FILLER, &data(4, vec![old, null, bad]));
    t.message("spBv1.0/Berlin:Filling/DDEATH/Line1/Filler", &data(5, vec![]));
    t.message("spBv1.0/Berlin:Filling/NDEATH/Line1", &payload(None, vec![bd(2)]));
    t.message("spBv1.0/Berlin:Filling/NDEATH/Line1", &payload(None, vec![bd(3)]));
    t.message("spBv1.0/Berlin:Filling/NCMD/Line1", &payload(None, vec![]));
    t.tick(t.now + 60 * SECOND);
    assert_snapshot!(t.text);
}

#[test]
fn gaps_lead_to_one_request() {
    let mut t = born();
    t.text.clear();
    t.message(NODE, &data(2, vec![]));
    t.message(NODE, &data(5, vec![alias(0, M::Int(1))]));
    t.message(NODE, &data(4, vec![]));
    t.tick(t.now);
    t.message(NODE, &data(3, vec![]));
    t.tick(t.now + 10 * SECOND);
    t.message(NODE, &data(8, vec![]));
    t.tick(t.now + 10 * SECOND);
    t.message(NODE, &data(10, vec![]));
    t.tick(t.now + 10 * SECOND);
    t.tick(t.now + 20 * SECOND);
    assert_snapshot!(t.text);
}

#[test]
fn data_before_birth_is_shown_by_name_and_births_are_asked_for() {
    let mut t = Transcript::new(Options::default());
    t.message(
        FILLER,
        &data(
            7,
            vec![
                alias(1, M::Double(1.0)),
                metric("Temp/Oil", DataType::Double, M::Double(61.0)),
            ],
        ),
    );
    t.tick(t.now);
    t.message(
        FILLER,
        &data(8, vec![metric("Temp/Oil", DataType::Double, M::Double(62.0))]),
    );
    t.tick(t.now);
    t.message(
        "spBv1.0/Berlin:Filling/DBIRTH/Line1/Filler",
        &data(9, vec![aliased("Temp/Oil", 1, DataType::Double, M::Double(63.0))]),
    );
    assert_snapshot!(t.text);
}

#[test]
fn another_host_in_charge_is_left_to_it() {
    let mut t = Transcript::new(Options::default());
    t.message("STATE/scada", b"ONLINE");
    t.message(FILLER, &data(7, vec![alias(1, M::Double(1.0))]));
    t.tick(t.now);
    t.message(FILLER, &data(8, vec![alias(1, M::Double(1.0))]));
    t.tick(t.now);
    t.message("spBv1.0/STATE/scada", br#"{"online":false,"timestamp":1}"#);
    t.message("STATE/scada", b"OFFLINE");
    t.message(FILLER, &data(9, vec![alias(1, M::Double(1.0))]));
    t.tick(t.now);
    assert_snapshot!(t.text);
}

#[test]
fn we_are_a_host_when_told_so() {
    let mut t = Transcript::new(Options {
        sparkplug_host: Some("hearth".into()),
        ..Options::default()
    });
    t.connected();
    t.now += 5 * SECOND;
    t.message("spBv1.0/STATE/hearth", br#"{"online":false,"timestamp":5}"#);
    t.message("spBv1.0/STATE/hearth", b"maybe");
    assert_snapshot!(t.text);
}

#[test]
fn a_mismatched_death_is_believed_after_silence() {
    let mut t = born();
    t.text.clear();
    t.message("spBv1.0/Berlin:Filling/NDEATH/Line1", &payload(None, vec![bd(4)]));
    t.message(NODE, &data(2, vec![]));
    t.tick(t.now + 6 * SECOND);
    t.message("spBv1.0/Berlin:Filling/NDEATH/Line1", &payload(None, vec![bd(4)]));
    t.tick(t.now + 6 * SECOND);
    assert_snapshot!(t.text);
}

#[test]
fn templates_are_flattened_and_merged() {
    let definition = Template {
        is_definition: Some(true),
        metrics: vec![
            metric("rpm", DataType::Float, M::Float(0.0)),
            metric("run", DataType::Boolean, M::Boolean(false)),
            metric("SpeedSetpoint", DataType::Float, M::Float(0.0)),
        ],
        parameters: vec![Parameter {
            name: Some("Index".into()),
            datatype: Some(3),
            value: Some(ParameterValue::Int(1)),
        }],
        ..Template::default()
    };
    let inner = Template {
        template_ref: Some("Bearing".into()),
        metrics: vec![metric("temp", DataType::Double, M::Double(40.0))],
        ..Template::default()
    };
    let instance = Template {
        template_ref: Some("Motor".into()),
        metrics: vec![
            metric("rpm", DataType::Float, M::Float(1450.5)),
            metric("bearing", DataType::Template, M::Template(Box::new(inner))),
        ],
        parameters: vec![Parameter {
            name: Some("Index".into()),
            datatype: Some(3),
            value: Some(ParameterValue::Int(7)),
        }],
        ..Template::default()
    };
    let mut t = Transcript::new(Options::default());
    t.message(
        "spBv1.0/G/NBIRTH/E",
        &data(
            0,
            vec![
                bd(0),
                metric(
                    "_types_/Motor",
                    DataType::Template,
                    M::Template(Box::new(definition)),
                ),
                aliased("M1", 9, DataType::Template, M::Template(Box::new(instance))),
            ],
        ),
    );
    let part = Template {
        template_ref: Some("Motor".into()),
        metrics: vec![Metric {
            name: Some("run".into()),
            value: Some(M::Boolean(true)),
            ..Metric::default()
        }],
        ..Template::default()
    };
    t.message(
        "spBv1.0/G/NDATA/E",
        &data(1, vec![alias(9, M::Template(Box::new(part)))]),
    );
    let setpoint = point(&t, "M1/SpeedSetpoint");
    let publish = t.decoder.command(setpoint, &Value::Int(1500), t.now).unwrap();
    let json = crate::describe_payload(&publish[0].payload).unwrap();
    t.text.push_str(&publish[0].topic);
    t.text.push_str(&json.to_string());
    assert_snapshot!(t.text);
}

#[test]
fn odd_types_are_text_or_sizes() {
    let set = DataSet {
        num_of_columns: Some(2),
        columns: vec!["name".into(), "n".into()],
        types: vec![12, 2],
        rows: vec![Row {
            elements: vec![
                Cell {
                    value: Some(CellValue::String("a".into())),
                },
                Cell {
                    value: Some(CellValue::Int(65_236)),
                },
            ],
        }],
    };
    let mut transient = metric("Live", DataType::Double, M::Double(1.0));
    transient.is_transient = Some(true);
    let mut t = Transcript::new(Options::default());
    t.message(
        "spBv1.0/G/NBIRTH/E",
        &data(
            0,
            vec![
                metric("Recipe", DataType::DataSet, M::DataSet(Box::new(set))),
                metric("Values", DataType::Int16Array, M::Bytes(vec![1, 0, 0xFF, 0xFF])),
                metric("Names", DataType::StringArray, M::Bytes(b"a\0b\0".to_vec())),
                metric("Picture", DataType::File, M::Bytes(vec![0; 1000])),
                metric("Since", DataType::DateTime, M::Long(NOW_MS)),
                metric("Wrong", DataType::Int32, M::String("x".into())),
                metric("Big", DataType::UInt64, M::Long(u64::MAX)),
                Metric {
                    name: Some("Nothing".into()),
                    datatype: Some(10),
                    ..Metric::default()
                },
                transient,
            ],
        ),
    );
    assert_snapshot!(t.text);
}

#[test]
fn the_wild_is_tolerated() {
    let mut t = born();
    t.text.clear();
    // A device level on NDATA, no seq, no metrics, a number twice.
    t.message(
        "spBv1.0/Berlin:Filling/NDATA/Line1/Filler",
        &payload(None, vec![alias(1, M::Double(502.0))]),
    );
    t.message(NODE, &payload(None, vec![]));
    t.message(NODE, &data(2, vec![alias(0, M::Int(1))]));
    t.message(NODE, &data(2, vec![alias(0, M::Int(2))]));
    // An alias of the device in a message of the node.
    t.message(NODE, &data(3, vec![alias(3, M::Long(7))]));
    // All aliases the same.
    t.message(
        "spBv1.0/Berlin:Filling/DBIRTH/Line1/Capper",
        &data(
            4,
            vec![
                aliased("A", 5, DataType::Int32, M::Int(1)),
                aliased("B", 5, DataType::Int32, M::Int(2)),
            ],
        ),
    );
    t.message(
        "spBv1.0/Berlin:Filling/DDATA/Line1/Capper",
        &data(5, vec![alias(5, M::Int(9))]),
    );
    t.message(
        "spBv1.0/Berlin:Filling/DDATA/Line1/Capper",
        &data(6, vec![aliased("A", 5, DataType::Int32, M::Int(9))]),
    );
    // A clock that was never set, and topics that are none.
    let mut early = alias(0, M::Int(5));
    early.timestamp = Some(1000);
    t.message(NODE, &data(7, vec![early]));
    t.message("spBv1.0/Berlin:Filling/XDATA/Line1", b"");
    t.message("spAv1.0/G/NDATA/E", b"");
    t.message(NODE, b"\x12\xff");
    assert_snapshot!(t.text);
}

#[test]
fn rebirth_forgets_what_is_gone() {
    let mut t = born();
    t.text.clear();
    t.message(
        "spBv1.0/Berlin:Filling/NBIRTH/Line1",
        &data(
            0,
            vec![bd(4), aliased("Rate", 0, DataType::Double, M::Double(3.0))],
        ),
    );
    t.message(NODE, &data(1, vec![alias(0, M::Double(4.0))]));
    assert_snapshot!(t.text);
}

fn point(t: &Transcript, key: &str) -> PointIx {
    let index = t.text.lines().find_map(|line| {
        let mut words = line.trim().split(' ');
        let is_it = words.next() == Some("point") && line.contains(&format!(" {key} \""));
        is_it
            .then(|| words.next().and_then(|word| word.parse().ok()))
            .flatten()
    });
    PointIx(index.expect("the point is in the transcript"))
}

#[test]
fn commands_use_the_alias_and_type_of_the_birth() {
    let mut t = born();
    let setpoint = point(&t, "VolumeSetpoint");
    let publish = t.decoder.command(setpoint, &Value::Float(501.5), START).unwrap();
    assert_eq!(publish[0].topic, "spBv1.0/Berlin:Filling/DCMD/Line1/Filler");
    assert_eq!((publish[0].qos, publish[0].retain), (0, false));
    let sent = Payload::decode(&publish[0].payload[..]).unwrap();
    assert_eq!(sent.seq, None);
    assert_eq!(
        sent.metrics,
        [Metric {
            alias: Some(4),
            timestamp: Some(NOW_MS),
            datatype: Some(DataType::Float as u32),
            value: Some(M::Float(501.5)),
            ..Metric::default()
        }]
    );
    let rebirth = point(&t, "Node Control/Rebirth");
    let publish = t.decoder.command(rebirth, &Value::Null, START).unwrap();
    let sent = Payload::decode(&publish[0].payload[..]).unwrap();
    assert_eq!(publish[0].topic, "spBv1.0/Berlin:Filling/NCMD/Line1");
    assert_eq!(sent.metrics[0].name.as_deref(), Some("Node Control/Rebirth"));
    assert_eq!(sent.metrics[0].value, Some(M::Boolean(true)));
    assert_eq!(
        t.decoder.command(point(&t, "FillVolume"), &Value::Int(1), START),
        Err(CommandError::ReadOnly)
    );
    assert!(matches!(
        t.decoder.command(setpoint, &Value::text("x"), START),
        Err(CommandError::Invalid(_))
    ));
}

#[test]
fn hundreds_of_nodes_are_asked_a_few_at_a_time() {
    let mut t = Transcript::new(Options::default());
    for ix in 0..23 {
        t.message(&format!("spBv1.0/G/NDATA/E{ix}"), &data(0, vec![]));
    }
    let mut asked = Vec::new();
    for _ in 0..6 {
        t.tick(t.now);
        asked.push(
            t.events
                .iter()
                .filter(|event| matches!(event, Event::Publish(_)))
                .count(),
        );
    }
    assert_eq!(asked, [5, 5, 5, 5, 3, 0]);
}

#[test]
fn compressed_payloads_are_opened_within_bounds() {
    use std::io::Write as _;
    let squeeze = |bytes: &[u8]| {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        gzip.write_all(bytes).unwrap();
        Payload {
            uuid: Some("SPBV1.0_COMPRESSED".into()),
            body: Some(gzip.finish().unwrap()),
            seq: Some(0),
            metrics: vec![metric("algorithm", DataType::String, M::String("GZIP".into()))],
            ..Payload::default()
        }
        .encode_to_vec()
    };
    let birth = payload(None, vec![metric("Rate", DataType::Double, M::Double(3.0))]);
    let mut t = Transcript::new(Options::default());
    t.message("spBv1.0/G/NBIRTH/E", &squeeze(&birth));
    assert!(t.text.contains("= Float(3.0)"), "{}", t.text);
    assert_eq!(
        crate::describe_payload(&squeeze(&birth)).unwrap()["metrics"][0]["value"],
        3.0
    );
    t.message("spBv1.0/G/NDATA/E", &squeeze(&vec![0; 17 << 20]));
    assert!(t.text.contains("! too_large"), "{}", t.text);
    t.message("spBv1.0/G/NDATA/E", &[0x12, 0x00].repeat(1 << 20));
    assert!(t.text.contains("too many metrics"), "{}", t.text);
}

#[test]
fn floods_of_names_and_nodes_are_bounded() {
    let mut options = Options::default();
    options.limits.topics = 100;
    options.limits.devices = 20;
    options.limits.points = 50;
    let mut t = Transcript::new(options);
    let (mut devices, mut points) = (0, 0);
    for ix in 0..300 {
        let name = format!("n{ix}");
        t.message(
            &format!("spBv1.0/G/NDATA/E{ix}"),
            &data(0, vec![metric(&name, DataType::Int32, M::Int(1))]),
        );
        t.message(
            "spBv1.0/G/NDATA/E0",
            &data(0, vec![metric(&name, DataType::Int32, M::Int(1))]),
        );
        for event in &t.events {
            match event {
                Event::Device { .. } => devices += 1,
                Event::Point { .. } => points += 1,
                _ => {}
            }
        }
    }
    assert!(
        devices <= 20 && points <= 50,
        "{devices} devices, {points} points"
    );
    assert!(t.text.contains("! too_many"));
}

fn corpus(path: &str) -> Option<String> {
    let root = std::env::var("HEARTHLINE_CORPORA")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../../../shared/corpora").to_owned());
    let text = std::fs::read_to_string(format!("{root}/{path}")).ok();
    if text.is_none() {
        println!("skipped: {path} is not there");
    }
    text
}

#[test]
fn real_senders_are_understood() {
    use base64::Engine as _;
    let Some(text) = corpus("live-captures/capture-2026-11-23.jsonl") else {
        return;
    };
    let mut t = Transcript::new(Options::default());
    let mut diagnoses = 0;
    for line in text.lines() {
        let message: serde_json::Value = serde_json::from_str(line).unwrap();
        let topic = message["topic"].as_str().unwrap();
        if !topic.starts_with("spBv1.0/") {
            continue;
        }
        t.now = (message["t"].as_f64().unwrap() * 1e6) as i64;
        let bytes = base64::engine::general_purpose::STANDARD
            .decode(message["payload_b64"].as_str().unwrap())
            .unwrap();
        t.message(topic, &bytes);
        diagnoses += t
            .events
            .iter()
            .filter(|event| matches!(event, Event::Diagnosis(_)))
            .count();
    }
    t.tick(t.now + 10 * SECOND);
    for wanted in [
        "Float(61.0)",
        "Int(-300)",
        "Int(-42)",
        "\"Temp oil\" Number unit=°C class=temperature range=0..120",
        "[123456789,987654321]",
    ] {
        if !t.text.contains(wanted) {
            println!("{}", t.text);
        }
        assert!(t.text.contains(wanted), "{wanted}");
    }
    // The one thing amiss is pysparkplug's death, which does not fit its birth; it is believed after a silence.
    assert_eq!(diagnoses, 1, "{}", t.text);
    assert!(t.text.trim_end().ends_with("offline"), "{}", t.text);
}

#[test]
fn the_specifications_arrays_are_understood() {
    let Some(text) = corpus("sparkplug-spec-vectors/arrays.json") else {
        return;
    };
    let vectors: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
    let mut checked = 0;
    for vector in &vectors {
        let hex = vector["little_endian_hex"]
            .as_str()
            .or(vector["hex_in_spec"].as_str())
            .unwrap();
        let Some(bytes) = (0..hex.len() / 2)
            .map(|ix| u8::from_str_radix(&hex[2 * ix..2 * ix + 2], 16).ok())
            .collect::<Option<Vec<u8>>>()
        else {
            continue; // one vector is written with a placeholder digit
        };
        let datatype = DataType::of(vector["enum"].as_u64().map(|number| number as u32));
        let found = super::array::decode(datatype, &bytes).unwrap();
        if datatype == DataType::DateTimeArray {
            assert_eq!(found.as_array().unwrap().len(), 2);
        } else {
            assert_eq!(found, vector["values"], "{datatype:?}");
        }
        checked += 1;
    }
    assert!(checked >= 11, "{checked} vectors");
}

fn any_value() -> impl Strategy<Value = Option<M>> {
    prop_oneof![
        Just(None),
        any::<u32>().prop_map(|v| Some(M::Int(v))),
        any::<u64>().prop_map(|v| Some(M::Long(v))),
        any::<f32>().prop_map(|v| Some(M::Float(v))),
        any::<f64>().prop_map(|v| Some(M::Double(v))),
        any::<bool>().prop_map(|v| Some(M::Boolean(v))),
        "[a-z]{0,5}".prop_map(|v| Some(M::String(v))),
        prop::collection::vec(any::<u8>(), 0..20).prop_map(|v| Some(M::Bytes(v))),
    ]
}

fn any_metric() -> impl Strategy<Value = Metric> {
    (
        prop::option::of("(a|b|c/d|bdSeq|_types_/x|Node Control/Rebirth)"),
        prop::option::of(0u64..4),
        prop::option::of(0u32..40),
        prop::option::of(any::<u64>()),
        any_value(),
    )
        .prop_map(|(name, alias, datatype, timestamp, value)| Metric {
            name,
            alias,
            timestamp,
            datatype,
            value,
            ..Metric::default()
        })
        .prop_recursive(3, 12, 4, |inner| {
            (
                prop::option::of("[ab]"),
                prop::collection::vec(inner, 0..4),
                any::<bool>(),
            )
                .prop_map(|(name, metrics, definition)| Metric {
                    name,
                    value: Some(M::Template(Box::new(Template {
                        template_ref: Some("x".into()),
                        is_definition: Some(definition),
                        metrics,
                        ..Template::default()
                    }))),
                    ..Metric::default()
                })
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Whatever comes in whatever order: nothing panics, times are believable, and every value belongs to a point that was told.
    #[test]
    fn any_messages_are_survived(
        messages in prop::collection::vec((0usize..9, prop::option::of(0u64..300), prop::collection::vec(any_metric(), 0..6)), 1..30)
    ) {
        const TOPICS: [&str; 9] = [
            "spBv1.0/G/NBIRTH/E", "spBv1.0/G/NDATA/E", "spBv1.0/G/NDEATH/E", "spBv1.0/G/DBIRTH/E/D", "spBv1.0/G/DDATA/E/D",
            "spBv1.0/G/DDEATH/E/D", "spBv1.0/G/NDATA/E/D", "spBv1.0/G/DDATA/E/C", "spBv1.0/STATE/x",
        ];
        let mut decoder = Decoder::new(Options::default());
        let mut points = std::collections::HashSet::new();
        let mut now = START;
        for (topic, seq, metrics) in messages {
            let mut events = Vec::new();
            now += SECOND;
            let bytes = payload(seq, metrics);
            decoder.message(&Message { topic: TOPICS[topic], payload: &bytes, retain: false, at: now }, &mut events);
            decoder.tick(now, &mut events);
            for event in &events {
                match event {
                    Event::Point { point, .. } => { points.insert(*point); }
                    Event::PointGone(point) => { points.remove(point); }
                    Event::Reading(reading) => {
                        prop_assert!(points.contains(&reading.point));
                        prop_assert!(reading.at <= now + hearthline_model::HOUR);
                        prop_assert!(!matches!(reading.value, Value::Float(f) if !f.is_finite()));
                    }
                    _ => {}
                }
            }
        }
        for point in points {
            let _ = decoder.command(point, &Value::Int(1), now);
        }
    }

    #[test]
    fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..300), kind in 0usize..4) {
        let topic = ["spBv1.0/G/NBIRTH/E", "spBv1.0/G/DDATA/E/D", "spBv1.0/G/NDEATH/E", "spBv1.0/STATE/x"][kind];
        let mut t = Transcript::new(Options::default());
        t.message(topic, &bytes);
        t.message(topic, &bytes);
        let _ = crate::describe_payload(&bytes);
    }

    #[test]
    fn a_broken_real_payload_is_survived(cut in 0usize..200, flip in any::<(usize, u8)>()) {
        let mut bytes = payload(Some(0), vec![bd(1), aliased("A/B", 1, DataType::Int16, M::Int(7)), metric("T", DataType::Template,
            M::Template(Box::new(Template { metrics: vec![bd(2)], ..Template::default() })))]);
        let at = flip.0 % bytes.len();
        bytes[at] ^= flip.1;
        bytes.truncate(bytes.len().saturating_sub(cut % 20));
        let mut t = Transcript::new(Options::default());
        t.message("spBv1.0/G/NBIRTH/E", &bytes);
        t.message("spBv1.0/G/NDATA/E", &bytes);
    }
}
