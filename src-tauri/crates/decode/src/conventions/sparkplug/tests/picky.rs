//! What picky and hostile senders do.

use super::*;
use hearthline_model::Quality;

fn published(t: &Transcript) -> Vec<Payload> {
    t.events
        .iter()
        .filter_map(|event| match event {
            Event::Publish(publish) => Payload::decode(&publish.payload[..]).ok(),
            _ => None,
        })
        .collect()
}

fn readings(t: &Transcript) -> Vec<(Value, Quality)> {
    t.events
        .iter()
        .filter_map(|event| match event {
            Event::Reading(reading) => Some((reading.value.clone(), reading.quality)),
            _ => None,
        })
        .collect()
}

fn instance(reference: &str, metrics: Vec<Metric>) -> M {
    M::Template(Box::new(Template {
        template_ref: Some(reference.into()),
        metrics,
        ..Template::default()
    }))
}

#[test]
fn definitions_that_name_themselves_stay_small() {
    let members = |count: usize| {
        (0..count)
            .map(|ix| metric(&format!("m{ix}"), DataType::Template, instance("A", vec![])))
            .collect::<Vec<_>>()
    };
    let mut definition = instance("", members(40));
    if let M::Template(template) = &mut definition {
        template.template_ref = None;
        template.is_definition = Some(true);
    }
    let mut t = Transcript::new(Options::default());
    t.message(
        "spBv1.0/G/NBIRTH/E",
        &data(
            0,
            vec![
                metric("_types_/A", DataType::Template, definition),
                metric("X", DataType::Template, instance("A", vec![])),
                metric("Rate", DataType::Double, M::Double(3.0)),
            ],
        ),
    );
    assert_eq!(readings(&t), [(Value::Float(3.0), Quality::Good)]);
}

#[test]
fn an_instance_that_was_null_in_its_birth_tells_its_members_later() {
    let mut t = Transcript::new(Options::default());
    let null = Metric {
        is_null: Some(true),
        value: None,
        ..aliased("Motor", 4, DataType::Template, M::Int(0))
    };
    t.message("spBv1.0/G/NBIRTH/E", &data(0, vec![bd(0), null]));
    let rpm = || {
        vec![
            metric("rpm", DataType::Float, M::Float(5.0)),
            metric("SpeedSetpoint", DataType::Float, M::Float(6.0)),
        ]
    };
    for seq in [1, 2] {
        t.message(
            "spBv1.0/G/NDATA/E",
            &data(seq, vec![alias(4, instance("Motor", rpm()))]),
        );
        assert_eq!(readings(&t).len(), 2, "{}", t.text);
    }
    t.tick(t.now);
    assert_eq!(published(&t), [], "no other birth would tell more");
    let sent = t
        .decoder
        .command(point(&t, "Motor/SpeedSetpoint"), &Value::Int(7), START)
        .unwrap();
    let sent = Payload::decode(&sent[0].payload[..]).unwrap();
    assert_eq!(sent.metrics[0].alias, Some(4));
}

#[test]
fn a_cleared_birth_takes_nothing_away() {
    let mut t = born();
    t.text.clear();
    t.message("spBv1.0/Berlin:Filling/NBIRTH/Line1", b"");
    t.message("spBv1.0/Berlin:Filling/DBIRTH/Line1/Filler", b"");
    t.message("spBv1.0/Berlin:Filling/NDATA/Line9", b"");
    t.tick(t.now);
    assert!(t.events.is_empty());
    t.message(FILLER, &data(2, vec![alias(1, M::Double(501.0))]));
    assert_eq!(readings(&t), [(Value::Float(501.0), Quality::Good)]);
}

#[test]
fn an_alias_that_is_not_its_own_is_not_written_to() {
    let mut t = Transcript::new(Options::default());
    t.message("spBv1.0/G/NBIRTH/E", &data(0, vec![bd(0)]));
    t.message(
        "spBv1.0/G/DBIRTH/E/D",
        &data(
            1,
            vec![
                aliased("A Setpoint", 5, DataType::Int32, M::Int(1)),
                aliased("B Setpoint", 5, DataType::Int32, M::Int(2)),
                aliased("C Setpoint", 6, DataType::Int32, M::Int(2)),
            ],
        ),
    );
    let written = |t: &mut Transcript, key: &str| {
        let sent = t.decoder.command(point(t, key), &Value::Int(7), START).unwrap();
        let sent = Payload::decode(&sent[0].payload[..]).unwrap();
        (sent.metrics[0].name.clone(), sent.metrics[0].alias)
    };
    assert_eq!(written(&mut t, "A Setpoint"), (Some("A Setpoint".into()), None));
    assert_eq!(written(&mut t, "C Setpoint"), (None, Some(6)));
    // The node is born anew and gives its aliases to others.
    t.message(
        "spBv1.0/G/NBIRTH/E",
        &data(0, vec![bd(1), aliased("Rate", 6, DataType::Int32, M::Int(1))]),
    );
    assert_eq!(written(&mut t, "C Setpoint"), (Some("C Setpoint".into()), None));
}

#[test]
fn births_in_the_wrong_order_are_shown_and_asked_for() {
    let mut t = Transcript::new(Options::default());
    t.message(
        "spBv1.0/G/DBIRTH/E/D",
        &data(1, vec![metric("Rate", DataType::Double, M::Double(3.0))]),
    );
    assert!(
        t.text.contains("sp:G/E/D") && t.text.contains("Node Control/Rebirth"),
        "{}",
        t.text
    );
    t.tick(t.now);
    assert_eq!(published(&t).len(), 1);
}

#[test]
fn a_metric_of_no_birth_is_asked_for_even_where_it_is_null() {
    let mut t = born();
    let null = Metric {
        name: Some("New".into()),
        is_null: Some(true),
        ..Metric::default()
    };
    t.message(NODE, &data(2, vec![null]));
    t.tick(t.now);
    assert_eq!(published(&t).len(), 1, "{}", t.text);
}

#[test]
fn node_messages_with_a_device_are_of_the_device() {
    let mut t = born();
    t.text.clear();
    t.message(
        "spBv1.0/Berlin:Filling/NDEATH/Line1/Filler",
        &payload(None, vec![bd(3)]),
    );
    assert_eq!(t.text.matches("offline").count(), 1, "{}", t.text);
    t.message(
        "spBv1.0/Berlin:Filling/NBIRTH/Line1/Filler",
        &data(2, vec![metric("Rate", DataType::Double, M::Double(3.0))]),
    );
    assert_eq!(readings(&t), [(Value::Float(3.0), Quality::Good)]);
}

#[test]
fn every_type_is_read_and_what_does_not_fit_is_bad() {
    use DataType as T;
    let cases = [
        (
            T::UInt64,
            M::Long(9_007_199_254_740_993),
            Value::Int(9_007_199_254_740_993),
        ),
        (T::Int64, M::Long(i64::MIN as u64), Value::Int(i64::MIN)),
        (T::Text, M::String("t".into()), Value::text("t")),
        (T::Uuid, M::String("u".into()), Value::text("u")),
        (T::DateTime, M::Long(0), Value::text("1970-01-01T00:00:00Z")),
        (T::Int8Array, M::Bytes(vec![0xFF, 1]), Value::text("[-1,1]")),
        (T::UInt8Array, M::Bytes(vec![0xFF, 1]), Value::text("[255,1]")),
        (T::UInt16Array, M::Bytes(vec![0xFF, 1]), Value::text("[511]")),
        (T::Int64Array, M::Bytes(vec![0xFF; 8]), Value::text("[-1]")),
        (
            T::UInt64Array,
            M::Bytes(vec![0xFF; 8]),
            Value::text("[18446744073709551615]"),
        ),
        (
            T::DoubleArray,
            M::Bytes(f64::NAN.to_le_bytes().to_vec()),
            Value::text("[null]"),
        ),
        (
            T::StringArray,
            M::Bytes(b"\0a\0\0".to_vec()),
            Value::text("[\"\",\"a\",\"\"]"),
        ),
        (T::BooleanArray, M::Bytes(vec![0; 4]), Value::text("[]")),
        (T::Int32Array, M::Bytes(vec![]), Value::text("[]")),
    ];
    let mut t = Transcript::new(Options::default());
    for (ix, (datatype, sent, want)) in cases.into_iter().enumerate() {
        t.message(
            &format!("spBv1.0/G/NBIRTH/E{ix}"),
            &data(0, vec![metric("V", datatype, sent)]),
        );
        assert_eq!(readings(&t), [(want, Quality::Good)], "{datatype:?}");
    }
    for (ix, datatype) in [
        T::Int16Array,
        T::UInt16Array,
        T::Int32Array,
        T::UInt32Array,
        T::Int64Array,
        T::UInt64Array,
        T::FloatArray,
        T::DoubleArray,
        T::BooleanArray,
        T::DateTimeArray,
    ]
    .into_iter()
    .enumerate()
    {
        t.message(
            &format!("spBv1.0/G/NBIRTH/F{ix}"),
            &data(0, vec![metric("V", datatype, M::Bytes(vec![1, 2, 3]))]),
        );
        assert_eq!(readings(&t), [(Value::Null, Quality::Bad)], "{datatype:?}");
    }
}

#[test]
fn tables_keep_nulls_and_large_numbers() {
    let cell = |value| Cell { value };
    let set = DataSet {
        num_of_columns: Some(3),
        columns: vec!["a".into(), "b".into(), "c".into()],
        types: vec![8, 12, 13],
        rows: vec![
            Row {
                elements: vec![
                    cell(Some(CellValue::Long(u64::MAX))),
                    cell(None),
                    cell(Some(CellValue::Long(1000))),
                ],
            },
            Row { elements: vec![] },
        ],
    };
    let mut t = Transcript::new(Options::default());
    t.message(
        "spBv1.0/G/NBIRTH/E",
        &data(
            0,
            vec![metric("Recipe", DataType::DataSet, M::DataSet(Box::new(set)))],
        ),
    );
    let want = r#"{"columns":["a","b","c"],"rows":[[18446744073709551615,null,"1970-01-01T00:00:01Z"],[]]}"#;
    assert_eq!(readings(&t), [(Value::text(want), Quality::Good)]);
}

#[test]
fn a_write_takes_the_field_that_the_birth_took() {
    for (sent, want) in [
        (M::Int(5), M::Int(u32::MAX)),
        (M::Long(5), M::Long(4_294_967_295)),
    ] {
        let mut t = Transcript::new(Options::default());
        let birth = vec![
            metric("A Setpoint", DataType::UInt32, sent),
            metric("B Setpoint", DataType::UInt64, M::Long(1)),
        ];
        t.message("spBv1.0/G/NBIRTH/E", &data(0, birth));
        let mut written = |key: &str, value: i64| {
            let point = point(&t, key);
            let sent = t.decoder.command(point, &Value::Int(value), START).unwrap();
            Payload::decode(&sent[0].payload[..]).unwrap().metrics[0]
                .value
                .clone()
        };
        assert_eq!(written("A Setpoint", 4_294_967_295), Some(want));
        assert_eq!(written("B Setpoint", 7), Some(M::Long(7)));
    }
}

#[test]
fn aliases_are_resolved_in_a_death_too() {
    let mut t = Transcript::new(Options::default());
    let birth = vec![
        aliased("bdSeq", 9, DataType::UInt64, M::Long(7)),
        aliased("Node Control/Rebirth", 8, DataType::Boolean, M::Boolean(false)),
    ];
    t.message("spBv1.0/G/NBIRTH/E", &data(0, birth));
    t.text.clear();
    // An older will beside another metric, then the right one.
    t.message(
        "spBv1.0/G/NDEATH/E",
        &payload(None, vec![alias(1, M::Int(7)), alias(9, M::Int(6))]),
    );
    assert!(!t.text.contains("offline"), "{}", t.text);
    t.message("spBv1.0/G/NDEATH/E", &payload(None, vec![alias(9, M::Long(7))]));
    assert!(t.text.contains("offline"), "{}", t.text);
}

#[test]
fn a_death_without_its_number_is_believed_after_a_silence() {
    for birth in [vec![], vec![bd(1)]] {
        let mut t = Transcript::new(Options::default());
        let mut birth = birth.clone();
        birth.push(metric("Rate", DataType::Double, M::Double(3.0)));
        t.message("spBv1.0/G/NBIRTH/E", &data(0, birth));
        t.message("spBv1.0/G/NDEATH/E", b"");
        t.tick(t.now + 6 * SECOND);
        assert!(t.text.trim_end().ends_with("offline"), "{}", t.text);
    }
}

#[test]
fn data_may_bring_back_a_node_and_asks_for_its_births() {
    let mut t = born();
    t.message("spBv1.0/Berlin:Filling/NDEATH/Line1", &payload(None, vec![bd(3)]));
    t.text.clear();
    t.message(FILLER, &data(2, vec![alias(1, M::Double(501.0))]));
    assert_eq!(t.text.matches(" online").count(), 2, "{}", t.text);
    t.tick(t.now);
    assert_eq!(published(&t).len(), 1);
}
