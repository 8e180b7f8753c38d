//! Many devices, each with messages of its own: what one more costs must not depend on how many there are.

use hearthline_model::TopicRule;

use crate::payloads::{metrics, zigbee_device};
use crate::{Case, Said, Script, said};

const ALL: &[usize] = &[10, 100, 1_000, 10_000];
const THOUSAND: &[usize] = &[10, 100, 1_000];

pub(crate) fn cases() -> Vec<Case> {
    let case = |what, sizes, make| Case {
        what,
        unit: "device",
        sizes,
        make,
    };
    vec![
        case("many of Home Assistant", ALL, |n| first(n, homeassistant)),
        case("many of Home Assistant, state first", ALL, |n| {
            let mut script = first(n, homeassistant);
            script.timed.reverse();
            script
        }),
        case("many of Home Assistant, removed", ALL, |n| {
            then(n, homeassistant, |ix| {
                vec![said(format!("homeassistant/sensor/d{ix}/config"), "")]
            })
        }),
        case("many of Home Assistant, described anew", ALL, |n| {
            then(n, homeassistant, |ix| {
                let mut list = homeassistant(ix);
                list.truncate(1);
                let text = String::from_utf8_lossy(&list[0].payload).replace("°C", "°F");
                vec![said(list[0].topic.clone(), text)]
            })
        }),
        case("many of Zigbee2MQTT, states", THOUSAND, |n| Script {
            before: zigbee(n),
            timed: (0..n)
                .map(|ix| said(format!("zigbee2mqtt/Lamp {ix}"), ZIGBEE_STATE))
                .collect(),
            ..Script::default()
        }),
        case("many of Zigbee2MQTT, states first", THOUSAND, |n| Script {
            before: (0..n)
                .map(|ix| said(format!("zigbee2mqtt/Lamp {ix}"), ZIGBEE_STATE))
                .collect(),
            timed: zigbee(n),
            ..Script::default()
        }),
        case(
            "many of Zigbee2MQTT, Home Assistant tells as well",
            THOUSAND,
            |n| Script {
                before: zigbee(n),
                timed: (0..n).flat_map(twin).collect(),
                ..Script::default()
            },
        ),
        case("many of both, the list emptied", THOUSAND, |n| Script {
            before: zigbee(n).into_iter().chain((0..n).flat_map(twin)).collect(),
            timed: vec![said("zigbee2mqtt/bridge/devices", "[]")],
            ..Script::default()
        }),
        case("many of Homie 5", ALL, |n| first(n, homie)),
        case("many of Homie 5, removed", ALL, |n| {
            then(n, homie, |ix| {
                vec![
                    said(format!("homie/5/d{ix}/$description"), ""),
                    said(format!("homie/5/d{ix}/$state"), ""),
                ]
            })
        }),
        case("many of Homie 4 under a root of their own", ALL, |n| {
            first(n, homie_4)
        }),
        case("many of Tasmota, discovered", ALL, |n| first(n, tasmota)),
        case("many of Tasmota, by their topics", ALL, |n| {
            first(n, tasmota_bare)
        }),
        case("many of Shelly, first generation", ALL, |n| {
            first(n, |ix| {
                vec![
                    said(format!("shellies/shelly1-{ix:06X}/online"), "true"),
                    said(format!("shellies/shelly1-{ix:06X}/relay/0"), "on"),
                ]
            })
        }),
        case("many of Shelly, second generation", ALL, |n| {
            first(n, |ix| {
                vec![
                    said(format!("shellyplus1-{ix:012x}/online"), "true"),
                    said(
                        format!("shellyplus1-{ix:012x}/status/switch:0"),
                        r#"{"id":0,"output":true,"apower":5.5}"#,
                    ),
                ]
            })
        }),
        case("many of ESPHome", ALL, |n| {
            first(n, |ix| {
                vec![
                    said(format!("node{ix}/status"), "online"),
                    said(format!("node{ix}/sensor/temperature/state"), "21.5"),
                    said(format!("node{ix}/switch/relay/state"), "ON"),
                ]
            })
        }),
        case("many of OwnTracks", ALL, |n| {
            first(n, |ix| {
                vec![said(
                    format!("owntracks/jane/phone{ix}"),
                    r#"{"_type":"location","lat":52.5,"lon":13.4,"tst":1794999999,"batt":77}"#,
                )]
            })
        }),
        case("many of TeslaMate", ALL, |n| {
            first(n, |ix| {
                vec![
                    said(format!("teslamate/cars/{ix}/display_name"), "Car"),
                    said(format!("teslamate/cars/{ix}/battery_level"), "77"),
                    said(format!("teslamate/cars/{ix}/rated_battery_range_km"), "310.5"),
                ]
            })
        }),
        case("many wearables", ALL, |n| {
            first(n, |ix| {
                vec![
                    said(format!("jane{ix}/strap/battery"), "88"),
                    said(format!("jane{ix}/strap/heart_rate"), "61"),
                ]
            })
        }),
        case("many of Sparkplug, born", ALL, |n| first(n, sparkplug)),
        case("many of Sparkplug, their edge node's death", ALL, |n| Script {
            before: (0..n).flat_map(sparkplug).collect(),
            timed: vec![said("spBv1.0/P/NDEATH/L", metrics(0, None, true, 0))],
            ..Script::default()
        }),
        case("many of OPC UA", ALL, |n| {
            first(n, |ix| {
                vec![said(
                    format!("opcua/json/data/Plc{ix}/Group"),
                    format!(
                        r#"{{"MessageId":"d","MessageType":"ua-data","PublisherId":"Plc{ix}","Messages":[{{"DataSetWriterId":1,"MessageType":"ua-keyframe","Payload":{{"Speed":5}}}}]}}"#
                    ),
                )]
            })
        }),
        case("many of MTConnect", ALL, |n| {
            first(n, |ix| {
                vec![said(
                    format!("MTConnect/Current/m{ix}"),
                    format!(
                        r#"{{"MTConnectStreams":{{"Streams":{{"DeviceStream":[{{"name":"M{ix}","uuid":"m{ix}","ComponentStream":[{{"component":"Path","Events":{{"Execution":[{{"dataItemId":"e","timestamp":"2026-11-18T11:06:40Z","value":"ACTIVE"}}]}}}}]}}]}}}}}}"#
                    ),
                )]
            })
        }),
        case("many of a unified namespace", ALL, |n| {
            first(n, |ix| {
                vec![said(
                    format!(
                        "umh/v1/acme/berlin/area{}/line{}/m{ix}/_historian/speed",
                        ix % 7,
                        ix % 31
                    ),
                    r#"{"value":71.5,"timestamp_ms":1794999999000}"#,
                )]
            })
        }),
        case("many by the shape of a namespace", ALL, |n| {
            first(n, |ix| {
                vec![said(
                    format!("acme/berlin/filling{}/line{}/m{ix}/speed", ix % 7, ix % 31),
                    r#"{"value":1.5,"timestamp":1794999999000,"quality":"GOOD"}"#,
                )]
            })
        }),
        case("many of rtl_433", ALL, |n| {
            first(n, |ix| {
                vec![said(
                    "rtl_433/pi/events",
                    format!(
                        r#"{{"time":"2026-11-18T11:06:40","model":"Nexus-TH","id":{ix},"temperature_C":8.4,"humidity":71}}"#
                    ),
                )]
            })
        }),
        case("many of Theengs", ALL, |n| {
            first(n, |ix| {
                vec![said(
                    format!("home/TheengsGateway/BTtoMQTT/A4C138{ix:06X}"),
                    format!(
                        r#"{{"id":"A4:C1:38:{:02X}:{:02X}:{:02X}","rssi":-70,"brand":"Xiaomi","model":"LYWSD03MMC","model_id":"LYWSD03MMC","tempc":21.5,"hum":48}}"#,
                        ix >> 16,
                        ix >> 8 & 255,
                        ix & 255
                    ),
                )]
            })
        }),
        case("many of Frigate, cameras", ALL, |n| {
            first(n, |ix| {
                vec![
                    said(format!("frigate/cam{ix}/detect/state"), "ON"),
                    said(format!("frigate/cam{ix}/person"), "1"),
                ]
            })
        }),
        case("many plain", ALL, |n| {
            first(n, |ix| vec![said(format!("shed/thing{ix}/temperature"), "21.5")])
        }),
        case("many plain, with JSON", ALL, |n| {
            first(n, |ix| {
                vec![said(
                    format!("shed/thing{ix}/data"),
                    r#"{"temperature":21.5,"humidity":48}"#,
                )]
            })
        }),
        case("many by a person's rule", ALL, |n| Script {
            rules: rules(),
            ..first(n, |ix| {
                vec![said(format!("factory/hall/press{ix}"), r#"{"p":71.5,"s":3}"#)]
            })
        }),
    ]
}

const ZIGBEE_STATE: &str = r#"{"state":"ON","brightness":127,"temperature":21.5,"humidity":48,"battery":87,"voltage":3005,"linkquality":120}"#;

fn first(n: usize, one: impl Fn(usize) -> Vec<Said>) -> Script {
    Script {
        timed: (0..n).flat_map(one).collect(),
        ..Script::default()
    }
}

fn then(n: usize, before: impl Fn(usize) -> Vec<Said>, timed: impl Fn(usize) -> Vec<Said>) -> Script {
    Script {
        before: (0..n).flat_map(before).collect(),
        timed: (0..n).flat_map(timed).collect(),
        ..Script::default()
    }
}

fn homeassistant(ix: usize) -> Vec<Said> {
    vec![
        said(
            format!("homeassistant/sensor/d{ix}/config"),
            format!(
                r#"{{"name":"Temperature","unique_id":"d{ix}_t","state_topic":"d{ix}/state","availability_topic":"d{ix}/status","device_class":"temperature","unit_of_measurement":"°C","value_template":"{{{{ value_json.temperature }}}}","device":{{"identifiers":["d{ix}"],"name":"Device {ix}"}}}}"#
            ),
        ),
        said(format!("d{ix}/status"), "online"),
        said(format!("d{ix}/state"), r#"{"temperature":21.5}"#),
    ]
}

fn zigbee(n: usize) -> Vec<Said> {
    let list: Vec<String> = (0..n)
        .map(|ix| zigbee_device(ix, &format!("Lamp {ix}")))
        .collect();
    vec![said(
        "zigbee2mqtt/bridge/devices",
        format!("[{}]", list.join(",")),
    )]
}

/// The same device once more, as Home Assistant is told of it.
fn twin(ix: usize) -> Vec<Said> {
    vec![said(
        format!("homeassistant/sensor/0x00158d00{ix:08x}/temperature/config"),
        format!(
            r#"{{"name":"Temperature","unique_id":"0x00158d00{ix:08x}_temperature","state_topic":"zigbee2mqtt/Lamp {ix}","device_class":"temperature","unit_of_measurement":"°C","value_template":"{{{{ value_json.temperature }}}}","device":{{"identifiers":["zigbee2mqtt_0x00158d00{ix:08x}"],"name":"Lamp {ix}","model":"Light and sensor"}}}}"#
        ),
    )]
}

fn homie(ix: usize) -> Vec<Said> {
    vec![
        said(format!("homie/5/d{ix}/$state"), "ready"),
        said(
            format!("homie/5/d{ix}/$description"),
            r#"{"homie":"5.0","version":1,"nodes":{"n":{"properties":{"p":{"datatype":"float","unit":"V"},"q":{"datatype":"boolean","settable":true}}}}}"#,
        ),
        said(format!("homie/5/d{ix}/n/p"), "21.5"),
    ]
}

fn homie_4(ix: usize) -> Vec<Said> {
    let of = |rest: &str, payload: &str| said(format!("devices/d{ix}/{rest}"), payload);
    vec![
        of("$homie", "4.0.0"),
        of("$name", "Device"),
        of("$nodes", "n"),
        of("n/$properties", "p"),
        of("n/p/$datatype", "float"),
        of("n/p", "21.5"),
        of("$state", "ready"),
    ]
}

fn tasmota(ix: usize) -> Vec<Said> {
    vec![
        said(
            format!("tasmota/discovery/{ix:012X}/config"),
            format!(
                r#"{{"ip":"192.168.1.40","dn":"Plug {ix}","fn":["Plug {ix}",null,null,null,null,null,null,null],"hn":"tasmota-{ix}","mac":"{ix:012X}","md":"Basic","ty":0,"if":0,"ofln":"Offline","onln":"Online","state":["OFF","ON","TOGGLE","HOLD"],"sw":"14.2.0","t":"plug_{ix}","ft":"%prefix%/%topic%/","tp":["cmnd","stat","tele"],"rl":[1,0,0,0,0,0,0,0],"swc":[-1,-1,-1,-1,-1,-1,-1,-1],"btn":[0,0,0,0,0,0,0,0],"so":{{"4":0,"11":0,"13":0,"17":0,"20":0,"30":0,"68":0,"73":0,"82":0,"114":0,"117":0}},"lk":1,"lt_st":0,"ver":1}}"#
            ),
        ),
        said(format!("tele/plug_{ix}/LWT"), "Online"),
        said(
            format!("tele/plug_{ix}/STATE"),
            r#"{"Time":"2026-11-18T12:06:41","POWER":"ON","Wifi":{"RSSI":70}}"#,
        ),
    ]
}

fn tasmota_bare(ix: usize) -> Vec<Said> {
    vec![
        said(
            format!("tele/plug_{ix}/STATE"),
            r#"{"Time":"2026-11-18T12:06:41","POWER":"ON","Wifi":{"RSSI":70}}"#,
        ),
        said(
            format!("tele/plug_{ix}/SENSOR"),
            r#"{"Time":"2026-11-18T12:06:41","SI7021":{"Temperature":3.5}}"#,
        ),
    ]
}

fn sparkplug(ix: usize) -> Vec<Said> {
    let birth = (ix == 0).then(|| said("spBv1.0/P/NBIRTH/L", metrics(0, Some(0), true, 0)));
    let device = said(
        format!("spBv1.0/P/DBIRTH/L/D{ix}"),
        metrics(5, Some((ix as u64 + 1) % 256), true, 0),
    );
    birth.into_iter().chain([device]).collect()
}

fn rules() -> Vec<TopicRule> {
    serde_json::from_str(RULE).unwrap_or_default()
}

const RULE: &str = r#"[{"id":"press","filter":"factory/hall/+","device":"Press {1}","points":[{"name":"Pressure","path":"p","kind":"number"},{"name":"State","path":"s","kind":"number"}]}]"#;
