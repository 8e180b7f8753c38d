//! One message that grows.

use std::fmt::Write as _;

use prost::Message as _;

use crate::{Case, Said, Script, said};

const ALL: &[usize] = &[10, 100, 1_000, 10_000];
const THOUSAND: &[usize] = &[10, 100, 1_000];

pub(crate) fn cases() -> Vec<Case> {
    let case = |what, unit, sizes, make| Case {
        what,
        unit,
        sizes,
        make,
    };
    vec![
        case("Zigbee2MQTT: a list of devices", "device", THOUSAND, |n| {
            first(zigbee(n, 0))
        }),
        case(
            "Zigbee2MQTT: the list with all renamed",
            "device",
            THOUSAND,
            |n| then(zigbee(n, 0), zigbee(n, 1)),
        ),
        case("Zigbee2MQTT: the list again", "device", THOUSAND, |n| {
            then(zigbee(n, 0), zigbee(n, 0))
        }),
        case("Zigbee2MQTT: an empty list", "device", THOUSAND, |n| {
            then(zigbee(n, 0), zigbee(0, 0))
        }),
        case("Zigbee2MQTT: exposes of one device", "expose", ALL, |n| {
            first(zigbee_exposes(n))
        }),
        case("Home Assistant: components of a device", "component", ALL, |n| {
            first(components(n, "V"))
        }),
        case(
            "Home Assistant: the same with other units",
            "component",
            ALL,
            |n| then(components(n, "V"), components(n, "A")),
        ),
        case("Home Assistant: entities fed by one state", "entity", ALL, |n| {
            then(components(n, "V"), vec![said("d/state", object(n))])
        }),
        case("Homie 5: properties of a description", "property", ALL, |n| {
            then(homie_state(), homie(n, "V"))
        }),
        case("Homie 5: the same with other units", "property", ALL, |n| {
            then(
                [homie_state(), homie(n, "V")].into_iter().flatten().collect(),
                homie(n, "A"),
            )
        }),
        case("Homie 4: properties by attributes", "property", ALL, |n| {
            first(homie_4(n))
        }),
        case("Tasmota: sensors of a message", "sensor", ALL, |n| {
            first(tasmota(n))
        }),
        case("Tasmota: the same again", "sensor", ALL, |n| {
            then(tasmota(n), tasmota(n))
        }),
        case("Sparkplug: metrics of a birth", "metric", ALL, |n| {
            first(birth(n, 0))
        }),
        case("Sparkplug: a birth with other units", "metric", ALL, |n| {
            then(birth(n, 0), birth(n, 1))
        }),
        case("Sparkplug: metrics of data", "metric", ALL, |n| {
            then(
                birth(n, 0),
                vec![said("spBv1.0/P/NDATA/L", metrics(n, Some(1), false, 0))],
            )
        }),
        case("JSON: keys of an object", "key", ALL, |n| {
            first(vec![said("line/press/data", object(n))])
        }),
        case("JSON: the same again", "key", ALL, |n| {
            then(
                vec![said("line/press/data", object(n))],
                vec![said("line/press/data", object(n))],
            )
        }),
        case("JSON: objects in an object", "object", ALL, |n| {
            first(vec![said("line/all", nested(n))])
        }),
        case("JSON: entries of a list", "entry", ALL, |n| {
            first(vec![said("line/list", list(n))])
        }),
        case("JSON: the same key again and again", "key", ALL, |n| {
            first(vec![said("line/same", same(n))])
        }),
        case("OPC UA: fields of metadata", "field", ALL, |n| {
            first(opcua_meta(n))
        }),
        case("OPC UA: fields of data", "field", ALL, |n| {
            then(
                [opcua_meta(n), opcua_data(n)].into_iter().flatten().collect(),
                opcua_data(n),
            )
        }),
        case("OPC UA: messages of data without metadata", "writer", ALL, |n| {
            first(opcua_writers(n))
        }),
        case("MTConnect: items of a probe", "item", ALL, |n| first(probe(n))),
        case("MTConnect: observations of a current", "item", ALL, |n| {
            then([probe(n), current(n)].into_iter().flatten().collect(), current(n))
        }),
        case("MTConnect: observations without a probe", "item", ALL, |n| {
            first(current(n))
        }),
        case("Frigate: cameras of the statistics", "camera", ALL, |n| {
            first(frigate(n))
        }),
        case("Shelly: components of a status", "component", ALL, |n| {
            first(shelly(n))
        }),
        case("Gateways: values of a KEPServer message", "value", ALL, |n| {
            first(kepserver(n))
        }),
        case("OwnTracks: regions of a location", "region", ALL, |n| {
            first(owntracks(n))
        }),
    ]
}

fn first(timed: Vec<Said>) -> Script {
    then(Vec::new(), timed)
}

fn then(before: Vec<Said>, timed: Vec<Said>) -> Script {
    Script {
        before,
        timed,
        ..Script::default()
    }
}

fn join(n: usize, one: impl Fn(usize) -> String) -> String {
    (0..n).map(one).collect::<Vec<_>>().join(",")
}

/// A device as a list has it, with its friendly name.
pub(crate) fn zigbee_device(ix: usize, name: &str) -> String {
    let number = |property: &str, unit: &str, range: &str| {
        format!(
            r#"{{"access":1,"category":"diagnostic","description":"Measured {property} value","label":"{property}","name":"{property}","property":"{property}","type":"numeric","unit":"{unit}"{range}}}"#
        )
    };
    let exposes = [
        r#"{"features":[{"access":7,"label":"State","name":"state","property":"state","type":"binary","value_off":"OFF","value_on":"ON","value_toggle":"TOGGLE"},{"access":7,"label":"Brightness","name":"brightness","property":"brightness","type":"numeric","value_max":254,"value_min":0}],"type":"light"}"#.to_owned(),
        r#"{"access":2,"label":"Effect","name":"effect","property":"effect","type":"enum","values":["blink","breathe","okay","channel_change","finish_effect","stop_effect"]}"#.to_owned(),
        number("temperature", "°C", ""),
        number("humidity", "%", ""),
        number("battery", "%", r#","value_max":100,"value_min":0"#),
        number("voltage", "mV", ""),
        number("linkquality", "lqi", r#","value_max":255,"value_min":0"#),
    ];
    format!(
        r#"{{"definition":{{"description":"Light and sensor","exposes":[{}],"model":"X-1","options":[],"source":"native","supports_ota":true,"vendor":"Vendor"}},"disabled":false,"endpoints":{{"1":{{"bindings":[],"clusters":{{"input":["genBasic","genOnOff"],"output":[]}},"configured_reportings":[],"scenes":[]}}}},"friendly_name":"{name}","ieee_address":"0x00158d00{ix:08x}","interview_completed":true,"interviewing":false,"manufacturer":"Maker","model_id":"X-1","network_address":{ix},"power_source":"Battery","supported":true,"type":"EndDevice"}}"#,
        exposes.join(",")
    )
}

fn zigbee(n: usize, turn: usize) -> Vec<Said> {
    let list = join(n, |ix| {
        zigbee_device(ix, &format!("Room {}/Lamp {ix} {turn}", ix % 20))
    });
    vec![said("zigbee2mqtt/bridge/devices", format!("[{list}]"))]
}

fn zigbee_exposes(n: usize) -> Vec<Said> {
    let exposes = join(n, |ix| {
        format!(
            r#"{{"access":7,"label":"Value {ix}","name":"value_{ix}","property":"value_{ix}","type":"numeric","value_max":100,"value_min":0}}"#
        )
    });
    let device = format!(
        r#"[{{"definition":{{"description":"Much","exposes":[{exposes}],"model":"X","vendor":"V"}},"friendly_name":"Much","ieee_address":"0x00158d0001abcdef","supported":true,"type":"Router"}}]"#
    );
    vec![said("zigbee2mqtt/bridge/devices", device)]
}

fn components(n: usize, unit: &str) -> Vec<Said> {
    let parts = join(n, |ix| {
        format!(
            r#""c{ix}":{{"p":"sensor","name":"Value {ix}","unique_id":"d_{ix}","unit_of_measurement":"{unit}","value_template":"{{{{ value_json.value_{ix} }}}}"}}"#
        )
    });
    vec![said(
        "homeassistant/device/d/config",
        format!(
            r#"{{"device":{{"identifiers":"d","name":"Device"}},"origin":{{"name":"bench"}},"state_topic":"d/state","components":{{{parts}}}}}"#
        ),
    )]
}

fn homie_state() -> Vec<Said> {
    vec![said("homie/5/d/$state", "ready")]
}

fn homie(n: usize, unit: &str) -> Vec<Said> {
    // Ten properties a node.
    let nodes = join(n / 10, |node| {
        let properties = join(10, |ix| {
            format!(
                r#""p{ix}":{{"name":"Value {ix}","datatype":"float","unit":"{unit}","format":"0:100","settable":true}}"#
            )
        });
        format!(r#""n{node}":{{"name":"Node {node}","properties":{{{properties}}}}}"#)
    });
    vec![said(
        "homie/5/d/$description",
        format!(r#"{{"homie":"5.0","version":1,"nodes":{{{nodes}}}}}"#),
    )]
}

fn homie_4(n: usize) -> Vec<Said> {
    let mut out = vec![
        said("homie/d/$homie", "4.0.0"),
        said("homie/d/$name", "Device"),
        said("homie/d/$nodes", "n"),
        said("homie/d/n/$name", "Node"),
        said("homie/d/n/$properties", join(n, |ix| format!("p{ix}"))),
    ];
    for ix in 0..n {
        out.push(said(format!("homie/d/n/p{ix}/$name"), format!("Value {ix}")));
        out.push(said(format!("homie/d/n/p{ix}/$datatype"), "float"));
        out.push(said(format!("homie/d/n/p{ix}/$unit"), "V"));
        out.push(said(format!("homie/d/n/p{ix}"), "21.5"));
    }
    out.push(said("homie/d/$state", "ready"));
    out
}

fn tasmota(n: usize) -> Vec<Said> {
    let sensors = join(n, |ix| {
        format!(r#""DS18B20-{ix}":{{"Id":"0316{ix:08X}","Temperature":21.5}}"#)
    });
    vec![said(
        "tele/many/SENSOR",
        format!(r#"{{"Time":"2026-11-18T12:06:41",{sensors},"TempUnit":"C"}}"#),
    )]
}

/// As much of Sparkplug's wire as is sent here; the numbers are those of the specification.
#[derive(Clone, PartialEq, prost::Message)]
struct Payload {
    #[prost(uint64, optional, tag = "1")]
    timestamp: Option<u64>,
    #[prost(message, repeated, tag = "2")]
    metrics: Vec<Metric>,
    #[prost(uint64, optional, tag = "3")]
    seq: Option<u64>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Metric {
    #[prost(string, optional, tag = "1")]
    name: Option<String>,
    #[prost(uint64, optional, tag = "2")]
    alias: Option<u64>,
    #[prost(uint32, optional, tag = "4")]
    datatype: Option<u32>,
    #[prost(message, optional, tag = "9")]
    properties: Option<Properties>,
    #[prost(uint64, optional, tag = "11")]
    long: Option<u64>,
    #[prost(double, optional, tag = "13")]
    double: Option<f64>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Properties {
    #[prost(string, repeated, tag = "1")]
    keys: Vec<String>,
    #[prost(message, repeated, tag = "2")]
    values: Vec<Property>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Property {
    #[prost(uint32, optional, tag = "1")]
    datatype: Option<u32>,
    #[prost(string, optional, tag = "8")]
    string: Option<String>,
}

/// Metrics of one message; `turn` tells their unit.
pub(crate) fn metrics(n: usize, seq: Option<u64>, birth: bool, turn: usize) -> Vec<u8> {
    let metric = |ix: usize| Metric {
        name: birth.then(|| format!("Machine {}/Value {ix}", ix / 20)),
        alias: Some(ix as u64),
        datatype: birth.then_some(10),
        properties: birth.then(|| Properties {
            keys: vec!["engUnit".into()],
            values: vec![Property {
                datatype: Some(12),
                string: Some(["V", "A"][turn % 2].into()),
            }],
        }),
        double: Some(ix as f64 + 0.25),
        ..Metric::default()
    };
    let bd = birth.then(|| Metric {
        name: Some("bdSeq".into()),
        datatype: Some(4),
        long: Some(0),
        ..Metric::default()
    });
    Payload {
        timestamp: Some(1_795_000_000_000),
        metrics: bd.into_iter().chain((0..n).map(metric)).collect(),
        seq,
    }
    .encode_to_vec()
}

fn birth(n: usize, turn: usize) -> Vec<Said> {
    vec![said("spBv1.0/P/NBIRTH/L", metrics(n, Some(0), true, turn))]
}

fn object(n: usize) -> String {
    let keys = join(n, |ix| format!(r#""value_{ix}":{}.5"#, ix % 100));
    format!("{{{keys}}}")
}

fn nested(n: usize) -> String {
    let all = join(n, |ix| {
        format!(r#""machine{ix}":{{"state":"running","motor":{{"speed":{ix}}}}}"#)
    });
    format!("{{{all}}}")
}

fn list(n: usize) -> String {
    format!(
        "[{}]",
        join(n, |ix| format!(r#"{{"name":"tag{ix}","value":{ix}.5}}"#))
    )
}

fn same(n: usize) -> String {
    format!("{{{}}}", join(n, |ix| format!(r#""value":{ix}"#)))
}

fn opcua_meta(n: usize) -> Vec<Said> {
    let fields = join(n, |ix| {
        format!(
            r#"{{"Name":"Field{ix}","BuiltInType":11,"ValueRank":-1,"Properties":[{{"Key":{{"Name":"EURange"}},"Value":{{"Low":0,"High":120}}}}]}}"#
        )
    });
    vec![said(
        "opcua/json/metadata/Plc/Group/Writer",
        format!(
            r#"{{"MessageId":"m","MessageType":"ua-metadata","PublisherId":"Plc","DataSetWriterId":101,"DataSetWriterName":"Writer","MetaData":{{"Name":"Writer","Fields":[{fields}],"ConfigurationVersion":{{"MajorVersion":1,"MinorVersion":1}}}}}}"#
        ),
    )]
}

fn opcua_data(n: usize) -> Vec<Said> {
    let fields = join(n, |ix| {
        format!(r#""Field{ix}":{{"Value":{ix}.5,"SourceTimestamp":"2026-11-18T11:06:39Z"}}"#)
    });
    vec![said(
        "opcua/json/data/Plc/Group",
        format!(
            r#"{{"MessageId":"d","MessageType":"ua-data","PublisherId":"Plc","Messages":[{{"DataSetWriterId":101,"MetaDataVersion":{{"MajorVersion":1,"MinorVersion":1}},"MessageType":"ua-keyframe","Payload":{{{fields}}}}}]}}"#
        ),
    )]
}

fn opcua_writers(n: usize) -> Vec<Said> {
    let writers = join(n, |ix| {
        format!(
            r#"{{"DataSetWriterId":{ix},"DataSetWriterName":"Writer {ix}","MessageType":"ua-keyframe","Payload":{{"Speed":{ix}}}}}"#
        )
    });
    vec![said(
        "opcua/json/data/Plc/Group",
        format!(r#"{{"MessageId":"d","MessageType":"ua-data","PublisherId":"Plc","Messages":[{writers}]}}"#),
    )]
}

fn probe(n: usize) -> Vec<Said> {
    let axes = join(n, |ix| {
        format!(
            r#"{{"id":"x{ix}","name":"X{ix}","DataItems":{{"DataItem":[{{"category":"SAMPLE","id":"pos{ix}","type":"POSITION","subType":"ACTUAL","units":"MILLIMETER"}}]}}}}"#
        )
    });
    vec![said(
        "MTConnect/Probe/m1",
        format!(
            r#"{{"MTConnectDevices":{{"jsonVersion":2,"Devices":{{"Device":[{{"id":"d1","name":"Mill","uuid":"m1","Components":{{"Axes":[{{"id":"ax","name":"base","Components":{{"Linear":[{axes}]}}}}]}}}}]}}}}}}"#
        ),
    )]
}

fn current(n: usize) -> Vec<Said> {
    let streams = join(n, |ix| {
        format!(
            r#"{{"component":"Linear","componentId":"x{ix}","name":"X{ix}","Samples":{{"Position":[{{"dataItemId":"pos{ix}","sequence":{ix},"timestamp":"2026-11-18T11:06:40Z","value":{ix}.5}}]}}}}"#
        )
    });
    vec![said(
        "MTConnect/Current/m1",
        format!(
            r#"{{"MTConnectStreams":{{"jsonVersion":2,"Streams":{{"DeviceStream":[{{"name":"Mill","uuid":"m1","ComponentStream":[{streams}]}}]}}}}}}"#
        ),
    )]
}

fn frigate(n: usize) -> Vec<Said> {
    let cameras = join(n, |ix| {
        format!(
            r#""cam{ix}":{{"camera_fps":5.1,"process_fps":5.0,"detection_fps":0.4,"detection_enabled":true,"pid":{ix}}}"#
        )
    });
    vec![said(
        "frigate/stats",
        format!(r#"{{"cameras":{{{cameras}}},"detectors":{{}},"detection_fps":0.4}}"#),
    )]
}

fn shelly(n: usize) -> Vec<Said> {
    let mut parts = String::new();
    for ix in 0..n {
        let _ = write!(
            parts,
            r#","switch:{ix}":{{"id":{ix},"output":true,"apower":5.5}}"#
        );
    }
    vec![said(
        "shellypro4pm-30c6f7a1b2c3/events/rpc",
        format!(
            r#"{{"src":"shellypro4pm-30c6f7a1b2c3","dst":"x","method":"NotifyStatus","params":{{"ts":1794999999.5{parts}}}}}"#
        ),
    )]
}

fn kepserver(n: usize) -> Vec<Said> {
    let values = join(n, |ix| {
        format!(
            r#"{{"id":"Channel1.Machine{}.Tag{ix}","v":{ix}.5,"q":true,"t":1794999998000}}"#,
            ix / 20
        )
    });
    vec![said(
        "iotgateway",
        format!(r#"{{"timestamp":1794999999000,"values":[{values}]}}"#),
    )]
}

fn owntracks(n: usize) -> Vec<Said> {
    let regions = join(n, |ix| format!(r#""Place {ix}""#));
    vec![said(
        "owntracks/jane/phone",
        format!(
            r#"{{"_type":"location","lat":52.5,"lon":13.4,"tst":1794999999,"batt":77,"inregions":[{regions}]}}"#
        ),
    )]
}
