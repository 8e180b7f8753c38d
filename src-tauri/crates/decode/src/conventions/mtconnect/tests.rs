//! Whole documents through a decoder.

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

/// A probe in JSON of version 2.
const PROBE: &str = r#"{"MTConnectDevices":{"jsonVersion":2,"schemaVersion":"2.0","Header":{"instanceId":1,"version":"2.2.0.7"},"Devices":{"Device":[
    {"id":"d1","name":"VMC-3Axis","uuid":"000-M7","Description":{"manufacturer":"Mazak","model":"VCN-510","serialNumber":"S1"},
     "DataItems":{"DataItem":[{"category":"EVENT","id":"avail","type":"AVAILABILITY"}]},
     "Components":{"Axes":[{"id":"ax","name":"base","Components":{
        "Linear":[{"id":"x1","name":"X","DataItems":{"DataItem":[
            {"category":"SAMPLE","id":"Xact","name":"Xact","type":"POSITION","subType":"ACTUAL","units":"MILLIMETER","Constraints":{"Minimum":-500,"Maximum":500}},
            {"category":"CONDITION","id":"Xtravel","type":"TEMPERATURE"}]}}],
        "Rotary":[{"id":"c1","name":"C","DataItems":{"DataItem":[{"category":"SAMPLE","id":"Cspeed","type":"ROTARY_VELOCITY","subType":"ACTUAL","units":"REVOLUTION/MINUTE"}]}}]}}],
      "Controller":[{"id":"ct","name":"controller","DataItems":{"DataItem":[{"category":"EVENT","id":"estop","type":"EMERGENCY_STOP"},{"category":"CONDITION","id":"logic","type":"LOGIC_PROGRAM"}]},
        "Components":{"Path":[{"id":"pth","name":"path","DataItems":{"DataItem":[
            {"category":"EVENT","id":"exec","type":"EXECUTION"},{"category":"EVENT","id":"good","type":"PART_COUNT","subType":"GOOD"},
            {"category":"EVENT","id":"prog","type":"PROGRAM"},{"category":"SAMPLE","id":"pos","type":"PATH_POSITION","units":"MILLIMETER_3D"}]}}]}}]}}]}}}"#;

const CURRENT: &str = r#"{"MTConnectStreams":{"jsonVersion":2,"Header":{"nextSequence":20},"Streams":{"DeviceStream":[{"name":"VMC-3Axis","uuid":"000-M7","ComponentStream":[
    {"component":"Device","componentId":"d1","name":"VMC-3Axis","Events":{"Availability":[{"dataItemId":"avail","sequence":1,"timestamp":"2026-11-18T11:00:00Z","value":"AVAILABLE"}]}},
    {"component":"Linear","componentId":"x1","name":"X","Samples":{"Position":[{"dataItemId":"Xact","name":"Xact","subType":"ACTUAL","sequence":3,"timestamp":"2026-11-18T11:06:39.5Z","value":12.25}]},
     "Condition":{"Fault":[{"dataItemId":"Xtravel","nativeCode":"OTEMP","type":"TEMPERATURE","sequence":4,"timestamp":"2026-11-18T11:06:38Z","value":"Motor too hot"}]}},
    {"component":"Rotary","componentId":"c1","name":"C","Samples":{"RotaryVelocity":[{"dataItemId":"Cspeed","sequence":5,"timestamp":"2026-11-18T11:06:39Z","value":"UNAVAILABLE"}]}},
    {"component":"Controller","componentId":"ct","Events":{"EmergencyStop":[{"dataItemId":"estop","timestamp":"2026-11-18T11:06:39Z","value":"ARMED"}]},"Condition":{"Normal":[{"dataItemId":"logic","type":"LOGIC_PROGRAM","timestamp":"2026-11-18T11:06:39Z"}]}},
    {"component":"Path","componentId":"pth","name":"path","Events":{"Execution":[{"dataItemId":"exec","timestamp":"2026-11-18T11:06:39Z","value":"ACTIVE"}],"PartCount":[{"dataItemId":"good","subType":"GOOD","timestamp":"2026-11-18T11:06:39Z","value":118}],"Program":[{"dataItemId":"prog","timestamp":"2026-11-18T11:06:39Z","value":"0042"}]},
     "Samples":{"PathPosition":[{"dataItemId":"pos","timestamp":"2026-11-18T11:06:39Z","value":[1.5,2.5,0]}]}}]}]}}}"#;

#[test]
fn documents_of_version_2() {
    assert_snapshot!(transcript(&[
        ("MTConnect/Probe/000-M7", PROBE),
        ("MTConnect/Current/000-M7", CURRENT),
        (
            "MTConnect/Sample/000-M7",
            r#"{"MTConnectStreams":{"Streams":{"DeviceStream":{"name":"VMC-3Axis","uuid":"000-M7","ComponentStream":{"component":"Linear","componentId":"x1","name":"X",
                "Samples":{"Position":[{"dataItemId":"Xact","timestamp":"2026-11-18T11:06:40.5Z","value":13},{"dataItemId":"Xact","timestamp":"2026-11-18T11:06:41Z","value":14}]},
                "Condition":{"Warning":[{"dataItemId":"Xtravel","nativeCode":"W7","timestamp":"2026-11-18T11:06:41Z","value":"Lubrication low"}],"Normal":[{"dataItemId":"Xtravel","nativeCode":"OTEMP","timestamp":"2026-11-18T11:06:41.5Z"}]}}}}}}"#
        ),
        (
            "MTConnect/Sample/000-M7",
            r#"{"MTConnectStreams":{"Streams":{"DeviceStream":{"uuid":"000-M7","ComponentStream":{"component":"Linear","Condition":{"Normal":[{"dataItemId":"Xtravel","timestamp":"2026-11-18T11:06:42Z"}]}}}}}}"#
        ),
        (
            "MTConnect/Asset/000-M7/T1",
            r#"{"MTConnectAssets":{"Assets":{"CuttingTool":[{"assetId":"M8010N9172N:1.0","toolId":"CAT","serialNumber":"1","deviceUuid":"000-M7","timestamp":"2026-11-18T11:00:00Z",
                "CuttingToolLifeCycle":{"CutterStatus":{"Status":[{"value":"USED"},{"value":"MEASURED"}]},"ToolLife":[{"type":"MINUTES","countDirection":"DOWN","limit":60,"value":42}]}}]}}}"#
        ),
        ("MTConnect/Probe/000-M7/Availability", "UNAVAILABLE"),
    ]));
}

#[test]
fn documents_of_version_1_before_their_probe() {
    assert_snapshot!(transcript(&[
        (
            "factory/hall2/MTConnect/Current/m-9",
            r#"{"MTConnectStreams":{"Streams":[{"DeviceStream":{"name":"Lathe1","uuid":"m-9","ComponentStreams":[{"ComponentStream":{"component":"Path","componentId":"p","name":"path","Samples":[{"PathFeedrate":{"dataItemId":"f","sequence":1,"timestamp":"2026-11-18T11:06:39Z","value":20.5}}],
                "Events":[{"Execution":{"dataItemId":"e","timestamp":"2026-11-18T11:06:39Z","value":"STOPPED"}},{"PartCount":{"dataItemId":"pc","timestamp":"2026-11-18T11:06:39Z","value":"UNAVAILABLE"}}],"Condition":[{"Unavailable":{"dataItemId":"sys","type":"SYSTEM","timestamp":"2026-11-18T11:06:39Z"}}]}}]}}]}}"#
        ),
        (
            "factory/hall2/MTConnect/Probe/m-9",
            r#"{"MTConnectDevices":{"Devices":[{"Device":{"id":"d","name":"Lathe1","uuid":"m-9","Description":{"manufacturer":"Okuma"},"Components":[{"Controller":{"id":"c","Components":[{"Path":{"id":"p","DataItems":[{"DataItem":{"category":"SAMPLE","id":"f","type":"PATH_FEEDRATE","units":"MILLIMETER/SECOND"}},{"DataItem":{"category":"EVENT","id":"e","type":"EXECUTION"}}]}}]}}]}}]}}"#
        ),
    ]));
}

#[test]
fn observations_with_topics_of_their_own() {
    assert_snapshot!(transcript(&[
        (
            "MTConnect/Devices/5fd8/Device",
            r#"{"id":"d","name":"Mill","uuid":"5fd8","description":{"manufacturer":"Haas"},"components":[{"type":"Axes","components":[{"type":"Linear","name":"X","dataItems":[{"category":"SAMPLE","id":"L2x","type":"POSITION","subType":"ACTUAL","units":"MILLIMETER"}]}]}]}"#
        ),
        (
            "MTConnect/Devices/5fd8/Observations/Linear/x/Samples/Position/SubTypes/Actual/L2x",
            r#"{"dataItemId":"L2x","category":"SAMPLE","type":"POSITION","subType":"ACTUAL","sequence":7,"timestamp":"2026-11-18T11:06:41Z","result":"1.25"}"#
        ),
        (
            "MTConnect/Devices/5fd8/Observations/Path/p/Conditions/System/sys",
            r#"[{"level":"FAULT","dataItemId":"sys","type":"SYSTEM","nativeCode":"404","timestamp":"2026-11-18T11:06:42Z","message":"Not found"}]"#
        ),
        (
            "MTConnect/Devices/5fd8/Observations/exec",
            r#"{"type":"EXECUTION","result":"ACTIVE"}"#
        ),
        ("MTConnect/Device/old/Observation/Path/Events/PartCount/pc", "17"),
    ]));
}

#[test]
fn xml_is_told_once() {
    let xml = r#"<?xml version="1.0"?><MTConnectStreams xmlns="urn:mtconnect.org:MTConnectStreams:1.7"></MTConnectStreams>"#;
    assert_snapshot!(transcript(&[
        ("MTConnect/Current/a", xml),
        ("MTConnect/Current/a", xml),
        ("own/topic", xml),
        ("own/other", r#"{"MTConnectError":{}}"#),
        ("MTConnect/Current/a", "{broken"),
        (
            "MTConnect/Current/a",
            r#"{"MTConnectError":{"Errors":{"Error":[{"errorCode":"NO_DEVICE","value":"Could not find the device"}]}}}"#
        ),
    ]));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn anything_at_all_is_survived(
        bytes in prop::collection::vec(any::<u8>(), 0..120),
        at in 0usize..3_000,
        which in 0usize..2,
        topic in prop::sample::select(vec![
            "MTConnect/Current/u", "MTConnect/Probe/u", "MTConnect/Asset/u", "MTConnect/Devices/u/Device",
            "MTConnect/Devices/u/Observations/a/b", "MTConnect/Availability", "own",
        ]),
    ) {
        let mut decoder = crate::Decoder::new(Options::default());
        let mut fixture = [PROBE, CURRENT][which].as_bytes().to_vec();
        let at = at.min(fixture.len());
        let end = (at + bytes.len() / 8).min(fixture.len());
        fixture.splice(at..end, bytes.iter().copied().take(bytes.len() / 4));
        let mut out = Vec::new();
        for payload in [&fixture[..], &bytes[..], PROBE.as_bytes(), CURRENT.as_bytes(), b"7", b"[[[[7]]]]"] {
            decoder.message(&Message { topic, payload, retain: false, at: crate::transcript::START }, &mut out);
        }
        prop_assert!(out.len() < 2_000);
    }
}
