use super::*;

/// Every seed and a few hundred bad ones of each target in every test run; the driver goes on from there.
#[test]
fn every_target_survives_its_seeds_and_a_few_mutations() {
    for target in TARGETS {
        let seeds = seeds(target, None);
        assert!(seeds.len() >= 2, "{target} has too few seeds");
        let mut sum = Outcome::default();
        for seed in &seeds {
            let outcome = run(target, seed);
            sum.readings += outcome.readings;
            sum.commands += outcome.commands;
        }
        assert!(sum.readings > 0, "{target}: no seed leads to a value");
        let mut mutator = Mutator::new(7);
        for _ in 0..40 {
            run(target, &mutator.script(&seeds));
        }
    }
}

#[test]
fn the_same_number_makes_the_same_scripts() {
    let seeds = seeds("uns", None);
    let (mut a, mut b) = (Mutator::new(3), Mutator::new(3));
    for _ in 0..50 {
        assert_eq!(a.script(&seeds), b.script(&seeds));
    }
}

#[test]
fn a_script_reads_as_it_was_written() {
    let data = script::join(&[
        script::say("a/b", b"1", true),
        vec![0xc2],
        vec![0xed],
        vec![0xe4, b'[', b']'],
    ]);
    assert_eq!(
        script::steps(&data, &[]),
        [
            script::Step::Say {
                topic: "a/b",
                payload: b"1",
                retain: true
            },
            script::Step::Wait(4),
            script::Step::Write,
            script::Step::Rules(b"[]"),
        ]
    );
    assert!(readable("uns", &data).starts_with("(kept) a/b  1\n"));
}

#[test]
fn nothing_in_the_corpora_is_passed_over_without_a_word() {
    let Some(root) = corpora() else {
        eprintln!("skipped: no corpora");
        return;
    };
    let rows = census(&root);
    for folder in std::fs::read_dir(&root).unwrap().flatten() {
        let name = folder.file_name().into_string().unwrap();
        let has = |row: &Row| row.name == name || row.name.starts_with(&format!("{name}: "));
        assert!(
            !folder.path().is_dir() || rows.iter().any(has),
            "no row of {name}"
        );
    }
    let unexplained: Vec<String> = rows
        .iter()
        .flat_map(|row| row.unexplained.iter().map(|what| format!("{}: {what}", row.name)))
        .collect();
    assert!(unexplained.is_empty(), "{unexplained:#?}");
    for row in rows {
        assert!(row.configs > 0, "{row:?}");
        // Templates alone make no points.
        let texts = row.name.ends_with(": texts");
        assert!(texts || row.messages > 0 && row.points > 0, "{row:?}");
    }
}

/// What fuzzing found, each made as small as it still was wrong. They run like any other input: what was wrong breaks a promise.
const FOUND: &[(&str, &[(&str, &str)])] = &[
    (
        "a member without a name was a point without a key",
        &[("rtl_433//events", r#"{"model":"r","":8}"#)],
    ),
    (
        "a topic that ends with a slash was a point without a key",
        &[("openWB//", "7")],
    ),
    (
        "a friendly name became a topic that closes the connection",
        &[(
            "i/bridge/devices",
            r##"[{"definition":{"exposes":[{"access":7,"type":"numeric","property":"x"}]},"friendly_name":"#","ieee_address":"f"}]"##,
        )],
    ),
    (
        "a sensor without a name was a point without a key",
        &[("tele/C/SENSOR", r#"{"":{"":1},"A":{"B":1}}"#)],
    ),
    (
        "the distance of two sequence numbers was larger than a number can be",
        &[
            (
                "acme/press/out",
                r#"{"PublisherId":"P","Messages":[{"DataSetWriterId":101,"SequenceNumber":1,"Payload":{"A":1}}]}"#,
            ),
            (
                "acme/press/out",
                r#"{"PublisherId":"P","Messages":[{"DataSetWriterId":101,"SequenceNumber":-9223372036854775808}]}"#,
            ),
            (
                "acme/press/out",
                r#"{"PublisherId":"P","Messages":[{"DataSetWriterId":101,"SequenceNumber":9223372036854775807}]}"#,
            ),
        ],
    ),
    (
        "a pulse ended after its device was removed",
        &[
            (
                "tasmota/discovery/5CCF7F49A3BC/config",
                r#"{"f":"","swc":[1,0,13],"swn":[null,"","Hall motion",null],"t":"tasmota_49A3BC"}"#,
            ),
            ("stat/tasmota_49A3BC/E", r#"{"Hall motion":{"Action":"ON"}}"#),
            ("tasmota/discovery/5CCF7F49A3BC/config", ""),
        ],
    ),
];

#[test]
fn a_rule_whose_range_is_upside_down_makes_no_point() {
    let rules =
        br#"[{"device":"P","filter":"factory/+/press/#","id":"p","points":[{"name":"e","range":[0,-9]}]}]"#;
    let records = [
        [b"\xe4", &rules[..]].concat(),
        script::say("factory/1/press/x", b"e", true),
    ];
    // It is plain then.
    assert_eq!(run("taught", &script::join(&records)).points, 1);
}

#[test]
fn what_was_found_stays_right() {
    for (what, messages) in FOUND {
        let records: Vec<Vec<u8>> = messages
            .iter()
            .map(|(topic, payload)| script::say(topic, payload.as_bytes(), true))
            .collect();
        let outcome = run("plain", &script::join(&records));
        assert!(outcome.devices > 0, "{what}");
    }
}
