//! Whole messages through a decoder.

use insta::assert_snapshot;
use proptest::prelude::*;

use crate::transcript::Transcript;
use crate::{Message, Options};

fn transcript(messages: &[(&str, &str)]) -> String {
    let mut transcript = Transcript::new(Options::default());
    for (topic, payload) in messages {
        transcript.message(topic, payload.as_bytes());
    }
    transcript.text
}

const META: &str = r#"{"MessageId":"m-1","MessageType":"ua-metadata","PublisherId":"Line1-PLC","DataSetWriterId":101,"DataSetWriterName":"Filler","MetaData":{"Name":"Filler","Fields":[
    {"Name":"FillTemperature","BuiltInType":11,"ValueRank":-1,"Properties":[
        {"Key":{"Name":"EngineeringUnits"},"Value":{"Type":22,"Body":{"TypeId":{"Id":888},"Body":{"NamespaceUri":"http://www.opcfoundation.org/UA/units/un/cefact","UnitId":4408652,"DisplayName":{"Locale":"en","Text":"°C"}}}}},
        {"Key":"0:EURange","Value":{"UaType":22,"Value":{"UaTypeId":"i=885","Low":0,"High":120}}}]},
    {"Name":"Pressure","BuiltInType":10,"ValueRank":-1,"Properties":[{"Key":"EngineeringUnits","Value":{"UnitId":4342098}},{"Key":"EURange","Value":{"Low":9,"High":2}}]},
    {"Name":"State","BuiltInType":6,"DataType":{"Id":3001,"Namespace":2},"ValueRank":-1},
    {"Name":"Mode","BuiltInType":6,"ValueRank":-1,"Properties":[{"Key":{"Name":"EnumStrings"},"Value":[{"Text":"Manual"},{"Text":"Automatic"}]}]},
    {"Name":"GoodCount","BuiltInType":7,"ValueRank":-1},
    {"Name":"Serial","BuiltInType":12,"ValueRank":-1},
    {"Name":"Picture","BuiltInType":15,"ValueRank":-1},
    {"Name":"Torques","BuiltInType":10,"ValueRank":1}],
    "EnumDataTypes":[{"DataTypeId":{"Id":3001,"Namespace":2},"EnumDefinition":{"Fields":[{"Name":"Stopped","Value":0},{"Name":"Running","Value":1}]}}],
    "ConfigurationVersion":{"MajorVersion":1,"MinorVersion":1}}}"#;

const KEYFRAME: &str = r#"{"MessageId":"32235546-05d9-4fd7-97df-ea3ff3408574","MessageType":"ua-data","PublisherId":"Line1-PLC","WriterGroupName":"Filling","Messages":[{"DataSetWriterId":101,"SequenceNumber":1,"MetaDataVersion":{"MajorVersion":1,"MinorVersion":1},"Timestamp":"2026-11-18T11:06:39.5Z","Status":0,"MessageType":"ua-keyframe","Payload":{
    "FillTemperature":{"Value":72.5,"SourceTimestamp":"2026-11-18T11:06:38.1234567Z","ServerTimestamp":"2026-11-18T11:06:39Z"},
    "Pressure":{"Type":10,"Body":2.5},"State":1,"Mode":"Automatic_1","GoodCount":{"UaType":7,"Value":4000},"Serial":"0815","Picture":"aGVsbG8=","Torques":[1.5,2.5]}}]}"#;

#[test]
fn metadata_before_data() {
    assert_snapshot!(transcript(&[
        ("opcua/json/metadata/Line1-PLC/Filling/Filler", META),
        ("opcua/json/data/Line1-PLC/Filling", KEYFRAME),
    ]));
}

#[test]
fn metadata_after_data_describes_what_is_there() {
    assert_snapshot!(transcript(&[
        ("opcua/json/data/Line1-PLC/Filling", KEYFRAME),
        ("opcua/json/metadata/Line1-PLC/Filling/Filler", META),
        (
            "opcua/json/data/Line1-PLC/Filling",
            r#"{"MessageType":"ua-data","PublisherId":"Line1-PLC","Messages":{"DataSetWriterId":101,"SequenceNumber":2,"MessageType":"ua-deltaframe","Payload":{"State":0,"Mode":0}}}"#
        ),
    ]));
}

#[test]
fn every_encoding_of_a_field() {
    let fields = r#"{"MessageId":"1","MessageType":"ua-data","PublisherId":7,"Messages":[{"DataSetWriterId":1,"DataSetWriterName":"All","Payload":{
        "Raw":21.5,"Text":"idle","Variant104":{"Type":11,"Body":2.25},"Variant105":{"UaType":6,"Value":-3},
        "Big":{"Type":8,"Body":"-9223372036854775808"},"Bigger":{"Type":9,"Body":"18446744073709551615"},
        "Nan":{"Type":10,"Body":"NaN"},"Digits":{"Type":12,"Body":"0042"},
        "Doubted":{"Value":{"Type":1,"Body":true},"Status":{"Code":1083179008,"Symbol":"Uncertain_InitialValue"}},
        "Broken":{"Value":12,"StatusCode":2150891520},"Gone":{"Status":{"Code":2148270080}},"Fine":{"Value":1,"StatusCode":0},
        "Localized":{"Type":21,"Body":{"Locale":"de","Text":"Läuft"}},"Qualified":{"Name":"Pump","Uri":"urn:x"},
        "Code":{"Type":19,"Body":2150891520},"When":{"Type":13,"Body":"2026-11-18T11:00:00Z"},"Never":{"Type":13,"Body":"0001-01-01T00:00:00Z"},
        "Struct":{"Type":22,"Body":{"TypeId":{"Id":3},"Body":{"X":1,"Y":{"Z":2}}}},"Empty":{},"Nothing":null,
        "Matrix":{"Type":11,"Body":[1,2,3,4],"Dimensions":[2,2]}}}]}"#;
    assert_snapshot!(transcript(&[("opcua/json/data/7/Group1", fields)]));
}

#[test]
fn envelopes_may_be_missing() {
    assert_snapshot!(transcript(&[
        // An array of data set messages on a topic of the plant's own.
        (
            "acme/cnc/out",
            r#"[{"DataSetWriterId":"5","MetaDataVersion":{"MajorVersion":1},"Payload":{"Speed":100}},{"DataSetWriterId":"6","Payload":{"Speed":200}}]"#
        ),
        // One data set message.
        (
            "acme/press/out",
            r#"{"DataSetWriterName":"Line2.Press","Timestamp":"2026-11-18T11:06:30Z","Payload":{"Force":12.5}}"#
        ),
        // The fields alone, on a standard topic.
        (
            "opcua/json/data/plc9/Main/Oven",
            r#"{"Temperature":180.5,"Door":false}"#
        ),
        ("opcua/json/data/plc9/Main/Oven", ""),
        ("opcua/json/data/plc9/Main/Oven", "{broken"),
        // The older publisher of Azure's Industrial IoT.
        (
            "azure/out",
            r#"[{"NodeId":"http://microsoft.com/Opc/OpcPlc/#s=StepUp","EndpointUrl":"opc.tcp://plc:50000/","ApplicationUri":"urn:OpcPlc:plc","DisplayName":"StepUp","Timestamp":"2026-11-18T11:06:40Z","Value":{"Value":17,"SourceTimestamp":"2026-11-18T11:06:39Z"}}]"#
        ),
    ]));
}

#[test]
fn status_turns_the_publisher_and_its_writers_on_and_off() {
    let mut transcript = Transcript::new(Options::default());
    let mut say = |topic: &str, payload: &str| transcript.message(topic, payload.as_bytes());
    say(
        "opcua/json/application/Line1-PLC",
        r#"{"MessageId":"1","MessageType":"ua-application","PublisherId":"Line1-PLC","Description":{"ApplicationUri":"urn:acme:plc","ApplicationName":{"Text":"Filling PLC"},"DiscoveryUrls":["opc.tcp://plc1:4840"]}}"#,
    );
    say("opcua/json/data/Line1-PLC/Filling", KEYFRAME);
    say(
        "opcua/json/status/Line1-PLC",
        r#"{"MessageId":"2","MessageType":"ua-status","PublisherId":"Line1-PLC","IsCyclic":true,"Status":2,"NextReportTime":"2026-11-18T11:06:50Z"}"#,
    );
    say(
        "opcua/json/data/Line1-PLC/Filling",
        r#"{"MessageId":"3","MessageType":"ua-data","PublisherId":"Line1-PLC","Messages":[{"DataSetWriterId":101,"MessageType":"ua-keepalive","SequenceNumber":5}]}"#,
    );
    say(
        "opcua/json/connection/Line1-PLC",
        r#"{"MessageType":"ua-connection","PublisherId":"Line1-PLC","Connection":{"Name":"c"}}"#,
    );
    say(
        "opcua/json/action-request/Line1-PLC/Filling",
        r#"{"MessageType":"ua-action-request","Messages":[]}"#,
    );
    transcript.tick(transcript.now + 60_000_000);
    transcript.message(
        "opcua/json/status/Line1-PLC",
        br#"{"MessageType":"ua-status","PublisherId":"Line1-PLC","IsCyclic":false,"Status":"Error_3"}"#,
    );
    assert_snapshot!(transcript.text);
}

#[test]
fn events_happen() {
    assert_snapshot!(transcript(&[(
        "opcua/json/data/Line1-PLC/Events",
        r#"{"MessageType":"ua-data","PublisherId":"Line1-PLC","Messages":[{"DataSetWriterId":9,"DataSetWriterName":"Alarms","MessageType":"ua-event","Payload":{"EventType":{"Type":17,"Body":{"Id":2915}},"SourceName":"Tank 3","Message":{"Locale":"en","Text":"Level high"},"Severity":700,"Time":"2026-11-18T11:06:40Z"}}]}"#
    )]));
}

#[test]
fn binary_is_shown_as_undecoded() {
    let mut transcript = Transcript::new(Options::default());
    transcript.message("opcua/uadp/data/plc3/Group/Mixer", &[0xf1, 0x01, 0, 7]);
    transcript.message("opcua/uadp/data/plc3/Group/Mixer", &[0xf1, 0x01, 0, 7, 8]);
    assert_snapshot!(transcript.text);
}

#[test]
fn what_only_resembles_it_is_left_alone() {
    let mut transcript = Transcript::new(Options::default());
    for (topic, payload) in [
        ("a/b", r#"{"payload":{"x":1},"dataSetWriterId":1}"#),
        ("a/c", r#"{"Messages":["hello"]}"#),
        ("a/json/data/x", r#"{"x":1}"#),
        ("a/d", r#"{"MessageType":"alarm","NodeId":5}"#),
    ] {
        transcript.message(topic, payload.as_bytes());
        assert_eq!(transcript.decoder.claimed_by(topic), ["plain"], "{topic}");
    }
}

/// Messages of the tests above, to be mutated.
fn fixtures() -> Vec<&'static str> {
    vec![META, KEYFRAME]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn anything_at_all_is_survived(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        at in 0usize..4_000,
        which in 0usize..2,
        topic in prop::sample::select(vec![
            "opcua/json/data/p/g", "opcua/json/metadata/p/g/w", "opcua/json/status/p", "opcua/uadp/data/p", "x/y", "opcua/json/application/p",
        ]),
    ) {
        let mut decoder = crate::Decoder::new(Options::default());
        let mut fixture = fixtures()[which].as_bytes().to_vec();
        let at = at.min(fixture.len());
        let end = (at + bytes.len() / 8).min(fixture.len());
        fixture.splice(at..end, bytes.iter().copied().take(bytes.len() / 4));
        let mut out = Vec::new();
        for payload in [&fixture[..], &bytes[..], fixtures()[which].as_bytes(), KEYFRAME.as_bytes()] {
            decoder.message(&Message { topic, payload, retain: false, at: crate::transcript::START }, &mut out);
        }
        decoder.tick(crate::transcript::START * 2, &mut out);
        prop_assert!(out.len() < 1_000);
    }
}
