//! What happens to devices: joining, new names, leaving, falling silent, errors.

use insta::assert_snapshot;
use serde_json::json;

use super::{ONE, Stage, TWO, device, devices};

fn plug() -> serde_json::Value {
    json!([
        {"type": "switch", "features": [{"type": "binary", "name": "state", "label": "State", "property": "state", "access": 7,
            "value_on": "ON", "value_off": "OFF"}]},
        {"type": "numeric", "name": "power", "label": "Power", "property": "power", "access": 5, "unit": "W"}
    ])
}

fn start() -> Stage {
    let mut stage = Stage::new();
    stage
        .say("zigbee2mqtt/bridge/state", r#"{"state":"online"}"#)
        .say(
            "zigbee2mqtt/bridge/devices",
            &devices(&[device(ONE, "Plug", plug()), device(TWO, TWO, plug())]),
        )
        .hush();
    stage
}

#[test]
fn a_new_name_is_no_new_device() {
    let mut stage = start();
    stage
        .say("zigbee2mqtt/Plug", r#"{"power":1}"#)
        .say(
            "zigbee2mqtt/bridge/response/device/rename",
            r#"{"data":{"from":"Plug","to":"Office/Desk lamp","homeassistant_rename":false},"status":"ok"}"#,
        )
        .say("zigbee2mqtt/Plug", "")
        .say("zigbee2mqtt/Office/Desk lamp", r#"{"power":2}"#)
        .say(
            "zigbee2mqtt/bridge/devices",
            &devices(&[device(ONE, "Office/Desk lamp", plug()), device(TWO, TWO, plug())]),
        )
        .say("zigbee2mqtt/Office/Desk lamp", r#"{"power":3}"#)
        .set("z2m:00158d0001abcde1|state", true)
        // Only the list tells of this one, and the first value under the new name was there before.
        .say("zigbee2mqtt/Fridge", r#"{"power":90}"#)
        .say(
            "zigbee2mqtt/bridge/devices",
            &devices(&[
                device(ONE, "Office/Desk lamp", plug()),
                device(TWO, "Fridge", plug()),
            ]),
        )
        .say("zigbee2mqtt/Fridge", r#"{"power":91}"#);
    assert_snapshot!(stage.take());
}

#[test]
fn names_trade_places() {
    let mut stage = start();
    stage
        .say(
            "zigbee2mqtt/bridge/devices",
            &devices(&[device(ONE, "A", plug()), device(TWO, "B", plug())]),
        )
        .say("zigbee2mqtt/A", r#"{"power":1}"#)
        .say("zigbee2mqtt/B", r#"{"power":2}"#)
        .say(
            "zigbee2mqtt/bridge/devices",
            &devices(&[device(ONE, "B", plug()), device(TWO, "A", plug())]),
        )
        .hush()
        .say("zigbee2mqtt/A", r#"{"power":3}"#)
        .say("zigbee2mqtt/B", r#"{"power":4}"#);
    let two = stage.points["z2m:00158d0001abcde2|power"];
    let out = stage.take();
    assert_eq!(stage.names[&two], "power");
    assert_eq!(
        out,
        "> zigbee2mqtt/A {\"power\":3}\n  power = Int(3)\n> zigbee2mqtt/B {\"power\":4}\n  power = Int(4)\n"
    );
    stage.set("z2m:00158d0001abcde2|state", true);
    assert!(stage.take().contains("publish zigbee2mqtt/A/set"));
}

#[test]
fn devices_leave_and_come_back() {
    let mut stage = start();
    stage
        .say("zigbee2mqtt/Plug", r#"{"power":1}"#)
        .say(
            "zigbee2mqtt/bridge/event",
            r#"{"type":"device_leave","data":{"ieee_address":"0x00158d0001abcde1","friendly_name":"Plug"}}"#,
        )
        .say("zigbee2mqtt/bridge/devices", &devices(&[]))
        .say(
            "zigbee2mqtt/bridge/event",
            r#"{"type":"device_joined","data":{"ieee_address":"0x00158d0001abcde1","friendly_name":"Plug"}}"#,
        )
        .say(
            "zigbee2mqtt/bridge/devices",
            &devices(&[device(ONE, "Plug", plug())]),
        )
        .say("zigbee2mqtt/Plug", r#"{"power":2}"#)
        .say(
            "zigbee2mqtt/bridge/response/device/remove",
            r#"{"data":{"id":"Plug","block":false,"force":false},"status":"ok"}"#,
        )
        .say(
            "zigbee2mqtt/bridge/devices",
            &devices(&[device(ONE, "Plug", json!([]))]),
        );
    assert_snapshot!(stage.take());
}

#[test]
fn another_definition_takes_points_away_and_adds_some() {
    let mut stage = start();
    let other = json!([
        {"type": "numeric", "name": "power", "label": "Power", "property": "power", "access": 5, "unit": "kW"},
        {"type": "numeric", "name": "voltage", "label": "Voltage", "property": "voltage", "access": 5, "unit": "V"}
    ]);
    stage
        .say(
            "zigbee2mqtt/Plug",
            r#"{"state":"ON","power":1,"voltage":230,"extra":5}"#,
        )
        .say(
            "zigbee2mqtt/bridge/devices",
            &devices(&[device(ONE, "Plug", other), device(TWO, TWO, plug())]),
        );
    assert_snapshot!(stage.take());
}

#[test]
fn devices_and_bridges_fall_silent() {
    let mut stage = start();
    stage
        .say("zigbee2mqtt/Plug/availability", r#"{"state":"online"}"#)
        .say("zigbee2mqtt/Plug/availability", "offline")
        .say("zigbee2mqtt/bridge/state", r#"{"state":"offline"}"#)
        .say("zigbee2mqtt/Plug/availability", "online")
        .say("zigbee2mqtt/bridge/state", r#"{"state":"online"}"#)
        .say("zigbee2mqtt/Plug/availability", "")
        .say("zigbee2mqtt/Plug/availability", "asleep");
    let mut disabled = device(ONE, "Plug", plug());
    disabled["disabled"] = true.into();
    stage.say(
        "zigbee2mqtt/bridge/devices",
        &devices(&[disabled, device(TWO, TWO, plug())]),
    );
    assert_snapshot!(stage.take());
}

#[test]
fn errors_are_of_whom_they_name() {
    let mut stage = start();
    let log =
        |level: &str, text: &str| json!({"level": level, "message": text, "namespace": "z2m"}).to_string();
    stage
        .say("zigbee2mqtt/bridge/logging", &log("error", "Publish 'set' 'state' to 'Plug' failed: 'Error: ZCL command 0x00158d0001abcde1/1 genOnOff.on({}) failed (Timeout)'"))
        .say("zigbee2mqtt/bridge/logging", &log("error", "Failed to ping 0x00158d0001abcde2 (attempt 1/1)"))
        .say("zigbee2mqtt/bridge/logging", &log("error", "Not connected to MQTT server!"))
        .say("zigbee2mqtt/bridge/logging", &log("warning", "Failed to configure 'Plug'"))
        .say("zigbee2mqtt/bridge/response/device/ota_update/update", r#"{"data":{"id":"Plug"},"error":"Update of 'Plug' failed (no image)","status":"error"}"#)
        .say("zigbee2mqtt/bridge/response/device/rename", r#"{"data":{},"error":"friendly_name 'x' is already in use","status":"error"}"#)
        .say("zigbee2mqtt/bridge/event", r#"{"type":"device_interview","data":{"ieee_address":"0x00158d0001abcde1","friendly_name":"Plug","status":"failed"}}"#)
        .say("zigbee2mqtt/bridge/log", r#"{"type":"zigbee_publish_error","message":"Publish failed","meta":{"friendly_name":"Plug"}}"#)
        .say("zigbee2mqtt/bridge/logging", "{oops");
    assert_snapshot!(stage.take());
}

#[test]
fn devices_without_a_definition_are_shown_by_what_they_say() {
    let mut stage = Stage::new();
    let mut item = device(ONE, ONE, json!([]));
    item["definition"] = serde_json::Value::Null;
    item["supported"] = false.into();
    let mut joining = device(TWO, "New", json!([]));
    joining["definition"] = serde_json::Value::Null;
    joining["interview_state"] = "IN_PROGRESS".into();
    let mut failed = device("0x00158d0001abcde3", "Broken", json!([]));
    failed["definition"] = serde_json::Value::Null;
    failed["interview_state"] = "FAILED".into();
    let nameless = json!({"type": "Router"});
    stage
        .say(
            "zigbee2mqtt/bridge/devices",
            &devices(&[item, joining, failed, nameless]),
        )
        .say(
            "zigbee2mqtt/0x00158d0001abcde1",
            r#"{"linkquality":55,"temperature":21.5,"battery":80,"open":true}"#,
        )
        .say(
            "zigbee2mqtt/0x00158d0001abcde1",
            r#"{"linkquality":56,"temperature":22,"battery":80,"open":"unknown"}"#,
        );
    assert_snapshot!(stage.take());
}

#[test]
fn groups_can_what_their_members_can() {
    let lamp = |max: u32| {
        json!([{"type": "light", "features": [
            {"type": "binary", "name": "state", "label": "State", "property": "state", "access": 7, "value_on": "ON", "value_off": "OFF"},
            {"type": "numeric", "name": "brightness", "label": "Brightness", "property": "brightness", "access": 7, "value_min": 0, "value_max": 254},
            {"type": "numeric", "name": "color_temp", "label": "Color temp", "property": "color_temp", "access": 7, "unit": "mired",
                "value_min": 200, "value_max": max}]}])
    };
    let groups = |name: &str| {
        json!([{"id": 7, "friendly_name": name, "description": null, "scenes": [{"id": 1, "name": "movie_night"}],
            "members": [{"ieee_address": ONE, "endpoint": 11}, {"ieee_address": TWO, "endpoint": 11}]},
            {"id": 9, "friendly_name": "empty", "scenes": [], "members": []}, {"friendly_name": "no id"}])
        .to_string()
    };
    let mut stage = Stage::new();
    stage
        // Groups may come before the devices that they are made of.
        .say("zigbee2mqtt/bridge/groups", &groups("Hall/Ceiling"))
        .say(
            "zigbee2mqtt/Hall/Ceiling",
            r#"{"state":"ON","brightness":254,"color_temp":400}"#,
        )
        .say(
            "zigbee2mqtt/bridge/devices",
            &devices(&[device(ONE, "hall_1", lamp(370)), device(TWO, "hall_2", lamp(454))]),
        )
        .say("zigbee2mqtt/Hall/Ceiling", r#"{"state":"OFF"}"#)
        .say("zigbee2mqtt/Hall/Ceiling/availability", r#"{"state":"offline"}"#)
        .set("z2m:zigbee2mqtt:group:7|brightness", 50.0)
        .set("z2m:zigbee2mqtt:group:7|scene.1", hearthline_model::Value::Null)
        .say("zigbee2mqtt/bridge/groups", &groups("Hall lamps"))
        .set("z2m:zigbee2mqtt:group:7|state", true)
        .say("zigbee2mqtt/bridge/groups", "[]");
    assert_snapshot!(stage.take());
}

#[test]
fn attributes_one_by_one() {
    let mut stage = start();
    let info =
        r#"{"version":"2.0.0","coordinator":{"type":"EZSP"},"config":{"advanced":{"output":"attribute"}}}"#;
    let lamp = json!([
        {"type": "light", "features": [
            {"type": "binary", "name": "state", "label": "State", "property": "state", "access": 7, "value_on": "ON", "value_off": "OFF"},
            {"type": "composite", "name": "color_xy", "label": "Color", "property": "color", "access": 7, "features": [
                {"type": "numeric", "name": "x", "property": "x", "access": 7}, {"type": "numeric", "name": "y", "property": "y", "access": 7}]}]},
        {"type": "binary", "name": "contact", "label": "Contact", "property": "contact", "access": 1, "value_on": false, "value_off": true},
        {"type": "text", "name": "serial", "label": "Serial", "property": "serial", "access": 1},
        {"type": "enum", "name": "action", "label": "Action", "property": "action", "access": 1, "values": ["single"]}
    ]);
    stage
        .say("zigbee2mqtt/bridge/info", info)
        .say(
            "zigbee2mqtt/bridge/devices",
            &devices(&[device(ONE, "Lamp", lamp)]),
        )
        .hush()
        .say("zigbee2mqtt/Lamp/state", "ON")
        .say("zigbee2mqtt/Lamp/color-x", "0.7")
        .say("zigbee2mqtt/Lamp/color-y", "0.3")
        .say("zigbee2mqtt/Lamp/contact", "true")
        .say("zigbee2mqtt/Lamp/serial", "0123")
        .say("zigbee2mqtt/Lamp/action", "single")
        .say("zigbee2mqtt/Lamp/action", "")
        .say("zigbee2mqtt/Lamp/linkquality", "77")
        .say("zigbee2mqtt/Lamp/update-state", "idle")
        .say("zigbee2mqtt/Lamp/last_seen", "2026-11-18T12:06:40+01:00")
        .say("zigbee2mqtt/Lamp/contact", "")
        .say("zigbee2mqtt/Lamp/set", "ON")
        .say("zigbee2mqtt/Lamp/availability", "online");
    assert_snapshot!(stage.take());
}

#[test]
fn a_kept_state_is_as_old_as_what_was_heard_last() {
    let mut stage = start();
    stage
        .kept(
            "zigbee2mqtt/Plug",
            r#"{"power":4,"last_seen":"2026-11-18T11:00:00Z"}"#,
        )
        .say(
            "zigbee2mqtt/Plug",
            r#"{"power":5,"last_seen":"2026-11-18T11:00:00Z"}"#,
        )
        .kept(
            "zigbee2mqtt/Plug",
            r#"{"power":6,"last_seen":"2036-11-18T11:00:00Z"}"#,
        );
    assert_snapshot!(stage.take());
}

#[test]
fn announced_to_home_assistant_as_well_it_is_one_device() {
    let device_json = json!({"identifiers": ["zigbee2mqtt_0x00158d0001abcde1"], "name": "Plug", "manufacturer": "Vendor",
        "model": "Thing of many uses", "model_id": "X1", "sw_version": "1.2.3", "via_device": "zigbee2mqtt_bridge_0x00124b0018e27ad2"});
    let availability = json!([
        {"topic": "zigbee2mqtt/bridge/state", "value_template": "{{ value_json.state }}"},
        {"topic": "zigbee2mqtt/Plug/availability", "value_template": "{{ value_json.state }}"}]);
    let switch = json!({"name": null, "unique_id": "0x00158d0001abcde1_switch_zigbee2mqtt", "object_id": "plug",
        "state_topic": "zigbee2mqtt/Plug", "command_topic": "zigbee2mqtt/Plug/set", "value_template": "{{ value_json[\"state\"] }}",
        "payload_on": "ON", "payload_off": "OFF", "device": device_json, "availability": availability, "availability_mode": "all"});
    let power = json!({"unique_id": "0x00158d0001abcde1_power_zigbee2mqtt", "object_id": "plug_power", "name": "Power",
        "state_topic": "zigbee2mqtt/Plug", "value_template": "{{ value_json[\"power\"] }}", "unit_of_measurement": "W",
        "device_class": "power", "state_class": "measurement", "device": device_json, "availability": availability});
    let mut stage = start();
    stage
        .say(
            "homeassistant/switch/0x00158d0001abcde1/switch/config",
            &switch.to_string(),
        )
        .say(
            "homeassistant/sensor/0x00158d0001abcde1/power/config",
            &power.to_string(),
        )
        .say(
            "zigbee2mqtt/Plug",
            r#"{"state":"ON","power":4.5,"linkquality":100}"#,
        );
    assert_snapshot!(stage.take());
}

#[test]
fn what_has_no_definition_is_found_under_each_of_its_names() {
    let mut stage = start();
    let bare = |name: &str| {
        let mut item = device("0x00158d0001abcde3", name, json!([]));
        item["definition"] = serde_json::Value::Null;
        item
    };
    stage
        .say("zigbee2mqtt/Stranger", r#"{"temperature":20}"#)
        .say("zigbee2mqtt/bridge/devices", &devices(&[bare("Stranger")]))
        .say("zigbee2mqtt/bridge/devices", &devices(&[bare("Friend")]))
        .say("zigbee2mqtt/Friend", r#"{"temperature":21}"#);
    assert_eq!(stage.decoder.claimed_by("zigbee2mqtt/Friend"), ["zigbee2mqtt"]);
    assert!(
        !stage
            .decoder
            .claimed_by("zigbee2mqtt/Stranger")
            .contains(&"zigbee2mqtt")
    );
    let out = stage.take();
    assert!(
        out.contains("  temperature = Int(20)\n> ") && out.ends_with("  temperature = Int(21)\n"),
        "{out}"
    );
}

#[test]
fn a_device_that_moves_to_another_bridge_stays_itself() {
    let mut stage = start();
    stage
        .say("attic/bridge/devices", &devices(&[device(ONE, "Plug", plug())]))
        .hush()
        .say(
            "zigbee2mqtt/bridge/devices",
            &devices(&[device(TWO, TWO, plug())]),
        )
        .say("attic/Plug", r#"{"power":7}"#)
        .set("z2m:00158d0001abcde1|state", true);
    let out = stage.take();
    assert!(
        !out.contains("z2m:00158d0001abcde1 gone") && out.contains("power = Int(7)"),
        "{out}"
    );
    assert!(out.contains("publish attic/Plug/set"), "{out}");
}

#[test]
fn updates_go_with_the_definition() {
    let mut stage = start();
    let mut item = device(ONE, "Plug", plug());
    item["definition"]["supports_ota"] = true.into();
    stage.say("zigbee2mqtt/bridge/devices", &devices(&[item]));
    assert!(stage.take().contains("point update.install"));
    stage.say(
        "zigbee2mqtt/bridge/devices",
        &devices(&[device(ONE, "Plug", plug())]),
    );
    assert!(stage.take().contains("update.install gone"));
}

#[test]
fn the_reason_is_told_once() {
    let mut stage = start();
    let odd = json!([{"type": "hologram", "name": "future", "property": "future"}]);
    let mut item = device(ONE, "Plug", odd);
    stage.say("zigbee2mqtt/bridge/devices", &devices(&[item.clone()]));
    assert!(stage.take().contains("not shown: future"));
    item["endpoints"]["2"] = json!({"bindings": []});
    stage.say("zigbee2mqtt/bridge/devices", &devices(&[item]));
    assert!(!stage.take().contains("not shown"));
}
