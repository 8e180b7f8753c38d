//! What happens over several messages: order, availability, change, removal, migration, birth.

use hearthline_model::Value;

use super::Stage;
use crate::Options;

const SENSOR: &str = r#"{"name":"T","uniq_id":"t","dev":{"ids":"d","name":"Dev"},"stat_t":"s","val_tpl":"{{ value_json.t }}"}"#;

#[test]
fn state_before_config_counts() {
    let mut stage = Stage::new();
    stage.say("s", r#"{"t":21.5}"#);
    assert!(
        stage.out.contains("plain"),
        "a plain topic until it is known better: {}",
        stage.out
    );
    stage.out.clear();
    stage.say("homeassistant/sensor/t/config", SENSOR);
    assert!(
        stage.out.contains("sensor.t = Float(21.5) (earlier)"),
        "{}",
        stage.out
    );
    stage.out.clear();
    // A second entity on the topic sees the last message, the first one does not see it twice.
    stage.say(
        "homeassistant/sensor/u/config",
        r#"{"name":"U","uniq_id":"u","dev":{"ids":"d"},"stat_t":"s","val_tpl":"{{ value_json.t * 2 }}"}"#,
    );
    assert!(stage.out.contains("sensor.u = Float(43.0)"), "{}", stage.out);
    assert!(!stage.out.contains("sensor.t ="), "{}", stage.out);
    stage.out.clear();
    stage.say("homeassistant/sensor/t/config", SENSOR);
    assert_eq!(
        stage.out.lines().count(),
        1,
        "a repetition changes nothing: {}",
        stage.out
    );
    assert_eq!(stage.decoder.claimed_by("s"), ["homeassistant"]);
}

#[test]
fn availability_of_device_and_of_points() {
    let mut stage = Stage::new();
    let config = |id: &str, availability: &str| {
        format!(
            r#"{{"name":"{id}","uniq_id":"{id}","dev":{{"ids":"d","name":"Dev"}},"stat_t":"s",{availability}}}"#
        )
    };
    let shared =
        r#""avty":[{"t":"bridge","val_tpl":"{{ value_json.state }}"},{"t":"own"}],"avty_mode":"all""#;
    stage.say("homeassistant/sensor/a/config", &config("a", shared));
    stage.say("homeassistant/sensor/b/config", &config("b", shared));
    stage
        .say("bridge", r#"{"state":"offline"}"#)
        .say("own", "online")
        .say("bridge", r#"{"state":"online"}"#)
        .say("own", "whatever");
    stage.say(
        "homeassistant/sensor/c/config",
        &config("c", r#""avty_t":"c","pl_avail":"1","pl_not_avail":"0""#),
    );
    stage
        .say("own", "offline")
        .say("c", "0")
        .say("c", "1")
        .say("own", "online");
    insta::assert_snapshot!("availability", stage.out);
}

#[test]
fn entities_change_and_go() {
    let mut stage = Stage::new();
    stage.say(
        "homeassistant/light/l/config",
        r#"{"name":"L","uniq_id":"l","dev":{"ids":"d","name":"D"},"cmd_t":"c","bri_cmd_t":"b"}"#,
    );
    stage.say(
        "homeassistant/light/l/config",
        r#"{"name":"L2","uniq_id":"l","dev":{"ids":"d","name":"D"},"cmd_t":"c"}"#,
    );
    stage.say("homeassistant/light/l/config", "{");
    stage.set("light.l", Value::Bool(true));
    stage.say("homeassistant/light/l/config", "");
    stage.say(
        "homeassistant/light/l/config",
        r#"{"name":"L2","uniq_id":"l","dev":{"ids":"d","name":"D"},"cmd_t":"c"}"#,
    );
    insta::assert_snapshot!("change", stage.out);
}

#[test]
fn device_form_and_its_removals() {
    let mut stage = Stage::new();
    let whole = r#"{"dev":{"ids":["zigbee2mqtt_0x00158D0001ABCDEF"],"cns":[["mac","AA:BB:CC:00:11:22"]],"name":"Climate","sa":"Bath"},"o":{"name":"me"},"stat_t":"s",
        "avty_t":"lwt","cmps":{"t":{"p":"sensor","dev_cla":"temperature","unit_of_meas":"°C","val_tpl":"{{ value_json.t }}","uniq_id":"t1"},
        "h":{"p":"sensor","name":"Climate Humidity","dev_cla":"humidity","unit_of_meas":"%","val_tpl":"{{ value_json.h }}","uniq_id":"h1"},
        "b":{"p":"button","name":null,"cmd_t":"c","uniq_id":"b1"}}}"#;
    stage.say("homeassistant/device/x/config", whole);
    stage.say("s", r#"{"t":21,"h":50}"#);
    stage.say(
        "homeassistant/device/x/config",
        &whole.replace(
            r#""p":"button","name":null,"cmd_t":"c","uniq_id":"b1""#,
            r#""p":"button""#,
        ),
    );
    stage.say("homeassistant/device/x/config", "");
    insta::assert_snapshot!("device_form", stage.out);
}

#[test]
fn migration_keeps_the_entity() {
    let mut stage = Stage::new();
    stage.say("homeassistant/sensor/x/t/config", SENSOR);
    stage.say("homeassistant/sensor/x/t/config", r#"{"migrate_discovery":true}"#);
    stage.out.clear();
    stage.say(
        "homeassistant/device/x/config",
        r#"{"dev":{"ids":"d","name":"Dev"},"o":{"name":"me"},"cmps":{"t":{"p":"sensor","name":"T","uniq_id":"t","stat_t":"s2"}}}"#,
    );
    stage.say("homeassistant/sensor/x/t/config", "");
    stage.say("s2", "5");
    assert!(!stage.out.contains("gone"), "{}", stage.out);
    assert!(stage.out.contains("sensor.t = Int(5)"), "{}", stage.out);
    // A second owner of a unique_id without a migration is refused.
    stage.out.clear();
    stage.say("homeassistant/sensor/other/config", SENSOR);
    assert!(stage.out.contains("! ignored"), "{}", stage.out);
    // The other way round, with another identity.
    stage.say("homeassistant/device/x/config", r#"{"migr_discvry":true}"#);
    stage.out.clear();
    stage.say("homeassistant/sensor/other/config", SENSOR);
    stage.say("s", r#"{"t":1}"#);
    assert!(stage.out.contains("sensor.t = Int(1)"), "{}", stage.out);
    assert!(!stage.out.contains("gone"), "{}", stage.out);
}

#[test]
fn any_prefix_and_wildcards() {
    let mut stage = Stage::new();
    stage.say("my/home/sensor/t/config", r#"{"stat_t":"room/+/t","name":"T"}"#);
    stage.say("room/kitchen/t", "20").say("room/bath/t", "24");
    stage.say("plant/sensor/x/config", r#"{"threshold":5}"#);
    stage
        .say("my/home/newthing/n/config", r#"{"stat_t":"n","name":"N"}"#)
        .say("n", "on");
    let out = &stage.out;
    assert!(
        out.contains("sensor.t = Int(20)") && out.contains("sensor.t = Int(24)"),
        "{out}"
    );
    assert!(!out.contains("\"threshold\"") || out.contains("plain"), "{out}");
    assert!(out.contains("newthing.n = Text(\"on\")"), "{out}");
}

#[test]
fn attributes_do_not_repeat_entities() {
    let mut stage = Stage::new();
    for key in ["temperature", "humidity"] {
        stage.say(
            &format!("homeassistant/sensor/{key}/config"),
            &format!(r#"{{"name":"{key}","uniq_id":"{key}","dev":{{"ids":"d","name":"D"}},"stat_t":"z","val_tpl":"{{{{ value_json.{key} }}}}","json_attr_t":"z"}}"#),
        );
    }
    stage.say(
        "z",
        r#"{"temperature":1,"humidity":2,"linkquality":99,"update":{"state":"idle"}}"#,
    );
    let out = &stage.out;
    assert!(
        out.contains("sensor.temperature/attr/linkquality = Int(99)"),
        "{out}"
    );
    assert!(
        out.contains(r#"attr/update = Text("{\"state\":\"idle\"}")"#),
        "{out}"
    );
    assert!(
        !out.contains("attr/temperature") && !out.contains("attr/humidity"),
        "{out}"
    );
    assert!(!out.contains("sensor.humidity/attr"), "once a device: {out}");
}

#[test]
fn template_errors_raw_or_ignored() {
    let mut stage = Stage::new();
    stage.say(
        "homeassistant/switch/s/config",
        r#"{"name":"S","stat_t":"s","cmd_t":"c","val_tpl":"{{ value_json.a.b }}"}"#,
    );
    // The template fails on something undefined: the raw payload counts.
    stage.say("s", "ON");
    assert!(stage.out.contains("switch.s = Bool(true)"), "{}", stage.out);
    stage.out.clear();
    stage.say(
        "homeassistant/sensor/t/config",
        r#"{"name":"T","stat_t":"t","unit_of_meas":"W","val_tpl":"{{ value_json.a.b }}"}"#,
    );
    stage.say("t", "5");
    assert!(
        stage.out.contains("sensor.t alive") && stage.out.contains("! template"),
        "{}",
        stage.out
    );
    stage.out.clear();
    stage.say(
        "homeassistant/sensor/u/config",
        r#"{"name":"U","stat_t":"u","unit_of_meas":"W","val_tpl":"{{ value | float * 2 }}"}"#,
    );
    stage.say("u", "x").say("u", "2");
    assert!(
        stage.out.contains("! template") && stage.out.contains("sensor.u = Float(4.0)"),
        "{}",
        stage.out
    );
    stage.out.clear();
    let looping = r#"{"name":"L","stat_t":"l","val_tpl":"{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}"}"#;
    stage.say("homeassistant/sensor/l/config", looping).say("l", "1");
    assert!(
        stage.out.contains("! template: the template was stopped"),
        "{}",
        stage.out
    );
    stage.out.clear();
    stage.say(
        "homeassistant/sensor/b/config",
        r#"{"name":"B","stat_t":"bad","val_tpl":"{{ value_json. }}"}"#,
    );
    assert!(
        stage.out.contains("! template: value_template cannot be used"),
        "{}",
        stage.out
    );
}

#[test]
fn birth_message() {
    let birth = || Options {
        birth: true,
        ..Options::default()
    };
    let mut alone = Stage::with(birth());
    alone.connected().tick(3);
    assert!(
        alone.out.contains("publish homeassistant/status online"),
        "{}",
        alone.out
    );
    let mut beside = Stage::with(birth());
    beside
        .connected()
        .bytes("homeassistant/status", b"online", true)
        .tick(3);
    assert!(!beside.out.contains("publish"), "{}", beside.out);
    let mut off = Stage::new();
    off.connected().tick(3);
    assert!(!off.out.contains("publish"), "{}", off.out);
}

#[test]
fn own_commands_are_no_values() {
    let mut stage = Stage::new();
    stage.say(
        "homeassistant/switch/s/config",
        r#"{"name":"S","stat_t":"s","cmd_t":"s/do"}"#,
    );
    stage.out.clear();
    stage.say("s/do", "ON");
    assert_eq!(stage.out.lines().count(), 1, "{}", stage.out);
}

#[test]
fn a_learned_prefix_counts_for_what_came_before() {
    let mut stage = Stage::new();
    // Unknown component under an unknown prefix: a plain topic at first.
    stage.say("my/ha/newthing/n/config", r#"{"stat_t":"n","name":"N"}"#);
    assert_eq!(stage.decoder.claimed_by("my/ha/newthing/n/config"), ["plain"]);
    stage.say("my/ha/sensor/t/config", r#"{"stat_t":"t","name":"T"}"#);
    assert_eq!(
        stage.decoder.claimed_by("my/ha/newthing/n/config"),
        ["homeassistant"]
    );
    stage.say("n", "5");
    assert!(stage.out.contains("newthing.n = Int(5)"), "{}", stage.out);
}

#[test]
fn points_that_come_while_away_are_told_so() {
    let mut stage = Stage::new();
    let config = |more: &str| {
        format!(
            r#"{{"name":"L","uniq_id":"l","dev":{{"ids":"d","name":"D"}},"cmd_t":"c","avty_t":"a"{more}}}"#
        )
    };
    stage.say(
        "homeassistant/sensor/s/config",
        r#"{"name":"S","uniq_id":"s","dev":{"ids":"d"},"stat_t":"s"}"#,
    );
    stage
        .say("homeassistant/light/l/config", &config(""))
        .say("a", "offline");
    assert!(stage.out.contains("light.l unavailable"), "{}", stage.out);
    stage.say("homeassistant/light/l/config", &config(r#","bri_cmd_t":"b""#));
    assert!(
        stage.out.contains("light.l/brightness unavailable"),
        "{}",
        stage.out
    );
    stage.say("a", "online");
    assert!(
        stage.out.contains("light.l/brightness available"),
        "{}",
        stage.out
    );
}

#[test]
fn nothing_to_read_or_write_is_no_device() {
    let mut stage = Stage::new();
    stage.say(
        "homeassistant/sensor/x/config",
        r#"{"name":"X","dev":{"ids":"x","name":"X"}}"#,
    );
    assert!(
        !stage.out.contains("device") && stage.out.contains("! invalid_description"),
        "{}",
        stage.out
    );
    // A plain topic of the same form under a prefix that was once seen is none of ours.
    stage.say("plant/sensor/t/config", r#"{"stat_t":"t","name":"T"}"#);
    stage.say("plant/line/1/config", r#"{"speed":5}"#);
    assert_eq!(stage.decoder.claimed_by("plant/line/1/config"), ["plain"]);
    // Only attributes is enough.
    stage
        .say(
            "homeassistant/device_tracker/p/config",
            r#"{"name":"P","json_attr_t":"p"}"#,
        )
        .say("p", r#"{"latitude":1.5}"#);
    assert!(
        stage.out.contains("device_tracker.p/attr/latitude = Float(1.5)"),
        "{}",
        stage.out
    );
}

#[test]
fn dimming_to_nothing_turns_off() {
    for (config, off) in [
        (r#"{"name":"L","cmd_t":"c","bri_cmd_t":"b"}"#, "publish c OFF"),
        (
            r#"{"name":"L","cmd_t":"c","schema":"json","brightness":true}"#,
            r#"publish c {"state":"OFF"}"#,
        ),
        (
            r#"{"name":"L","cmd_t":"c","schema":"template","cmd_on_tpl":"on {{ brightness }}","cmd_off_tpl":"{{ state }}!","bri_tpl":"x","stat_t":"s"}"#,
            "publish c off!",
        ),
    ] {
        let mut stage = Stage::new();
        stage.say("homeassistant/light/l/config", config);
        stage.out.clear();
        stage.set("light.l/brightness", Value::Int(0));
        assert_eq!(
            stage.out.lines().nth(1).map(str::trim),
            Some(off),
            "{}",
            stage.out
        );
        assert_eq!(stage.out.lines().count(), 2, "{}", stage.out);
    }
}

#[test]
fn a_zigbee_bridge_as_it_announces() {
    let mut stage = Stage::new();
    for (component, object, more) in [
        (
            "sensor",
            "temperature",
            r#""unit_of_measurement":"°C","device_class":"temperature","state_class":"measurement","value_template":"{{ value_json[\"temperature\"] }}""#,
        ),
        (
            "sensor",
            "linkquality",
            r#""unit_of_measurement":"lqi","entity_category":"diagnostic","enabled_by_default":false,"value_template":"{{ value_json[\"linkquality\"] }}""#,
        ),
        (
            "switch",
            "switch",
            r#""name":null,"command_topic":"zigbee2mqtt/Plug/set","payload_on":"ON","payload_off":"OFF","value_template":"{{ value_json[\"state\"] }}""#,
        ),
    ] {
        let config = format!(
            r#"{{"availability":[{{"topic":"zigbee2mqtt/bridge/state","value_template":"{{{{ value_json.state }}}}"}},{{"topic":"zigbee2mqtt/Plug/availability","value_template":"{{{{ value_json.state }}}}"}}],
            "availability_mode":"all","device":{{"identifiers":["zigbee2mqtt_0x00158d0001abcdef"],"manufacturer":"ACME","model":"Plug","name":"Plug","via_device":"zigbee2mqtt_bridge_0x00124b0001"}},
            "object_id":"plug_{object}","origin":{{"name":"Zigbee2MQTT","sw":"2.1.0","url":"https://www.zigbee2mqtt.io"}},"state_topic":"zigbee2mqtt/Plug","unique_id":"0x00158d0001abcdef_{object}_zigbee2mqtt",{more}}}"#
        );
        stage.say(
            &format!("homeassistant/{component}/0x00158d0001abcdef/{object}/config"),
            &config,
        );
    }
    stage
        .say("zigbee2mqtt/bridge/state", r#"{"state":"online"}"#)
        .say(
            "zigbee2mqtt/Plug",
            r#"{"temperature":21.5,"linkquality":80,"state":"ON"}"#,
        )
        .say("zigbee2mqtt/Plug/availability", r#"{"state":"offline"}"#)
        .say("zigbee2mqtt/bridge/state", r#"{"state":"offline"}"#)
        .say("zigbee2mqtt/Plug/availability", r#"{"state":"online"}"#)
        .say("zigbee2mqtt/bridge/state", r#"{"state":"online"}"#)
        .set("switch.0x00158d0001abcdef_switch_zigbee2mqtt", Value::Bool(false));
    insta::assert_snapshot!("zigbee", stage.out);
}

#[test]
fn what_is_commanded_is_no_value_on_any_of_a_lamps_topics() {
    let mut stage = Stage::new();
    stage.say(
        "homeassistant/light/l/config",
        r#"{"name":"L","uniq_id":"l","cmd_t":"l/set","stat_t":"l/state","rgb_cmd_t":"l/rgb/set","hs_cmd_t":"l/hs/set",
            "xy_cmd_t":"l/xy/set","rgbww_cmd_t":"l/rgbww/set","dev":{"ids":"l","name":"L"}}"#,
    );
    for topic in ["l/set", "l/rgb/set", "l/hs/set", "l/xy/set", "l/rgbww/set"] {
        stage.say(topic, "1,2,3");
        assert_eq!(stage.decoder.claimed_by(topic), ["homeassistant"], "{topic}");
    }
    assert!(!stage.out.contains("plain:"), "{}", stage.out);
}
