//! What real programs announce twice: Zigbee2MQTT, Tasmota and Shelly, each beside its Home Assistant discovery.

use hearthline_model::Value;
use proptest::prelude::*;

use super::World;

const ZIGBEE: &[(&str, &str)] = &[
    ("zigbee2mqtt/bridge/state", r#"{"state":"online"}"#),
    (
        "zigbee2mqtt/bridge/devices",
        r#"[{"ieee_address":"0x00158d0001abcdef","type":"Router","network_address":1,"supported":true,"disabled":false,
        "friendly_name":"Kitchen/Lamp","interview_completed":true,"interviewing":false,"power_source":"Mains (single phase)",
        "definition":{"model":"LED1545G12","vendor":"IKEA","description":"TRADFRI bulb","exposes":[
        {"type":"light","features":[
        {"type":"binary","name":"state","label":"State","property":"state","access":7,"value_on":"ON","value_off":"OFF","value_toggle":"TOGGLE"},
        {"type":"numeric","name":"brightness","label":"Brightness","property":"brightness","access":7,"value_min":0,"value_max":254},
        {"type":"numeric","name":"color_temp","label":"Color temp","property":"color_temp","access":7,"unit":"mired","value_min":250,"value_max":454}]},
        {"type":"numeric","name":"power","label":"Power","property":"power","access":1,"unit":"W"},
        {"type":"numeric","name":"linkquality","label":"Linkquality","property":"linkquality","access":1,"unit":"lqi","value_min":0,"value_max":255,"category":"diagnostic"}]}}]"#,
    ),
    (
        "homeassistant/light/0x00158d0001abcdef/light/config",
        r#"{"availability":[{"topic":"zigbee2mqtt/bridge/state","value_template":"{{ value_json.state }}"},
        {"topic":"zigbee2mqtt/Kitchen/Lamp/availability","value_template":"{{ value_json.state }}"}],"availability_mode":"all",
        "brightness":true,"brightness_scale":254,"command_topic":"zigbee2mqtt/Kitchen/Lamp/set",
        "device":{"identifiers":["zigbee2mqtt_0x00158d0001abcdef"],"manufacturer":"IKEA","model":"TRADFRI bulb","name":"Kitchen/Lamp",
        "via_device":"zigbee2mqtt_bridge_0x00124b0012345678"},"max_mireds":454,"min_mireds":250,"name":null,"schema":"json",
        "state_topic":"zigbee2mqtt/Kitchen/Lamp","supported_color_modes":["color_temp"],"unique_id":"0x00158d0001abcdef_light_zigbee2mqtt"}"#,
    ),
    (
        "homeassistant/sensor/0x00158d0001abcdef/power/config",
        r#"{"device":{"identifiers":["zigbee2mqtt_0x00158d0001abcdef"],"name":"Kitchen/Lamp"},"device_class":"power",
        "state_class":"measurement","unit_of_measurement":"W","state_topic":"zigbee2mqtt/Kitchen/Lamp",
        "unique_id":"0x00158d0001abcdef_power_zigbee2mqtt","value_template":"{{ value_json.power }}"}"#,
    ),
    (
        "homeassistant/sensor/0x00158d0001abcdef/linkquality/config",
        r#"{"device":{"identifiers":["zigbee2mqtt_0x00158d0001abcdef"],"name":"Kitchen/Lamp"},"enabled_by_default":false,
        "entity_category":"diagnostic","icon":"mdi:signal","name":"Linkquality","state_class":"measurement","unit_of_measurement":"lqi",
        "state_topic":"zigbee2mqtt/Kitchen/Lamp","unique_id":"0x00158d0001abcdef_linkquality_zigbee2mqtt",
        "value_template":"{{ value_json.linkquality }}"}"#,
    ),
    (
        "zigbee2mqtt/Kitchen/Lamp",
        r#"{"state":"ON","brightness":127,"color_temp":250,"power":4.5,"linkquality":88}"#,
    ),
    ("zigbee2mqtt/Kitchen/Lamp/availability", r#"{"state":"online"}"#),
];

const SHELLY: &[(&str, &str)] = &[
    (
        "shellies/announce",
        r#"{"id":"shelly1pm-A4CF12AABBCC","model":"SHSW-PM","mac":"A4CF12AABBCC","ip":"10.0.0.9","new_fw":false,"fw_ver":"20230913-114010/v1.14.0"}"#,
    ),
    (
        "homeassistant/switch/shelly1pm-A4CF12AABBCC-relay-0/config",
        r#"{"name":"Relay 0","cmd_t":"shellies/shelly1pm-A4CF12AABBCC/relay/0/command","stat_t":"shellies/shelly1pm-A4CF12AABBCC/relay/0",
        "pl_on":"on","pl_off":"off","avty_t":"shellies/shelly1pm-A4CF12AABBCC/online","pl_avail":"true","pl_not_avail":"false",
        "uniq_id":"shelly1pm-a4cf12aabbcc-relay-0","dev":{"cns":[["mac","a4:cf:12:aa:bb:cc"]],"name":"Pump","mf":"Shelly","mdl":"Shelly 1PM"}}"#,
    ),
    (
        "homeassistant/sensor/shelly1pm-A4CF12AABBCC-power-0/config",
        r#"{"name":"Power 0","stat_t":"shellies/shelly1pm-A4CF12AABBCC/relay/0/power","unit_of_meas":"W","dev_cla":"power",
        "stat_cla":"measurement","uniq_id":"shelly1pm-a4cf12aabbcc-power-0","dev":{"cns":[["mac","a4:cf:12:aa:bb:cc"]],"name":"Pump"}}"#,
    ),
    ("shellies/shelly1pm-A4CF12AABBCC/online", "true"),
    ("shellies/shelly1pm-A4CF12AABBCC/relay/0", "on"),
    ("shellies/shelly1pm-A4CF12AABBCC/relay/0/power", "7.25"),
];

fn all(messages: &[(&str, &str)]) -> World {
    let mut world = World::new();
    for (topic, payload) in messages {
        world.say(topic, payload);
    }
    world
}

/// The one device that is known through two conventions, without what else a bridge shows.
fn merged(world: &World) -> String {
    let model = world.model();
    let mut found: Vec<String> = Vec::new();
    let mut on = false;
    for line in model.lines() {
        if !line.starts_with(' ') {
            on = line.contains(", \"ha:");
        }
        if on {
            found.push(line.to_owned());
        }
    }
    found.join("\n")
}

#[test]
fn a_zigbee_lamp() {
    let world = all(ZIGBEE);
    insta::assert_snapshot!(merged(&world));
    assert!(
        world
            .devices
            .values()
            .all(|desc| desc.convention != "homeassistant"),
        "{}",
        world.model()
    );
}

#[test]
fn a_shelly_relay() {
    let world = all(SHELLY);
    insta::assert_snapshot!(merged(&world));
    assert_eq!(world.devices.len(), 1, "{}", world.model());
}

#[test]
fn a_value_of_both_is_told_once_and_a_command_goes_the_native_way() {
    let mut world = all(ZIGBEE);
    world.readings.clear();
    world.say(
        "zigbee2mqtt/Kitchen/Lamp",
        r#"{"state":"OFF","brightness":254,"power":5,"linkquality":90}"#,
    );
    let mut told: Vec<_> = world.readings.iter().map(|(point, ..)| *point).collect();
    let count = told.len();
    told.sort();
    told.dedup();
    assert_eq!(told.len(), count, "{:?}", world.readings);
    let power: Vec<f64> = world
        .readings
        .iter()
        .filter_map(|(_, _, value)| value.as_f64().filter(|it| *it == 5.0))
        .collect();
    assert_eq!(power, [5.0]);

    let mut world = all(SHELLY);
    let relay = world.point("switch.shelly1pm-a4cf12aabbcc-relay-0");
    let sent = world.decoder.command(relay, &Value::Bool(false), 0).unwrap();
    assert_eq!(sent[0].topic, "shellies/shelly1pm-A4CF12AABBCC/relay/0/command");
    assert_eq!(sent[0].payload, b"off");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_order_of_what_real_programs_keep_does_not_matter(
        zigbee in Just((0..ZIGBEE.len()).collect::<Vec<_>>()).prop_shuffle(),
        shelly in Just((0..SHELLY.len()).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        for (messages, order) in [(ZIGBEE, zigbee), (SHELLY, shelly)] {
            let mut world = World::new();
            for ix in order {
                world.say(messages[ix].0, messages[ix].1);
            }
            prop_assert_eq!(merged(&world), merged(&all(messages)));
        }
    }
}
