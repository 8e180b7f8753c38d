//! What each sort of expose becomes, in the words of real definitions.

use insta::assert_snapshot;
use serde_json::json;

use super::{ONE, Stage, device, devices};

/// One device with these exposes, announced.
fn with(exposes: serde_json::Value) -> Stage {
    let mut stage = Stage::new();
    stage.say(
        "zigbee2mqtt/bridge/devices",
        &devices(&[device(ONE, "Kitchen/Lamp", exposes)]),
    );
    stage
}

fn number(name: &str, access: u8, unit: &str) -> serde_json::Value {
    json!({"type": "numeric", "name": name, "label": name, "property": name, "access": access, "unit": unit})
}

fn on_off(property: &str) -> serde_json::Value {
    json!({"type": "binary", "name": "state", "label": "State", "property": property, "access": 7,
        "value_on": "ON", "value_off": "OFF", "value_toggle": "TOGGLE"})
}

fn color(property: &str) -> [serde_json::Value; 2] {
    let part = |name: &str| json!({"type": "numeric", "name": name, "property": name, "access": 7});
    [
        json!({"type": "composite", "name": "color_xy", "label": "Color (X/Y)", "property": property, "access": 7,
            "features": [part("x"), part("y")]}),
        json!({"type": "composite", "name": "color_hs", "label": "Color (HS)", "property": property, "access": 7,
            "features": [part("hue"), part("saturation")]}),
    ]
}

#[test]
fn a_colour_lamp() {
    let [xy, hs] = color("color");
    let mut stage = with(json!([
        {"type": "light", "features": [
            on_off("state"),
            {"type": "numeric", "name": "brightness", "label": "Brightness", "property": "brightness", "access": 7,
                "value_min": 0, "value_max": 254},
            {"type": "numeric", "name": "color_temp", "label": "Color temp", "property": "color_temp", "access": 7,
                "unit": "mired", "value_min": 153, "value_max": 500,
                "presets": [{"name": "warm", "value": 454}]},
            {"type": "numeric", "name": "color_temp_startup", "label": "Color temp startup",
                "property": "color_temp_startup", "access": 7, "unit": "mired", "value_min": 153, "value_max": 500,
                "presets": [{"name": "previous", "value": 65535}]},
            xy, hs,
            {"type": "composite", "name": "level_config", "label": "Level config", "property": "level_config",
                "access": 7, "category": "config", "features": [
                    {"type": "binary", "name": "execute_if_off", "label": "Execute if off", "property": "execute_if_off",
                        "access": 7, "value_on": true, "value_off": false},
                    {"type": "numeric", "name": "current_level_startup", "label": "Current level startup",
                        "property": "current_level_startup", "access": 7, "value_min": 1, "value_max": 254,
                        "presets": [{"name": "previous", "value": 255}]}]}
        ]},
        {"type": "enum", "name": "effect", "label": "Effect", "property": "effect", "access": 2,
            "values": ["blink", "breathe", "stop_effect"]},
        {"type": "numeric", "name": "linkquality", "label": "Linkquality", "property": "linkquality", "access": 1,
            "category": "diagnostic", "unit": "lqi", "value_min": 0, "value_max": 255}
    ]));
    stage
        .say(
            "zigbee2mqtt/Kitchen/Lamp",
            r#"{"state":"ON","brightness":127,"color_mode":"color_temp","color_temp":250,"color":{"x":0.3805,"y":0.3769},
            "linkquality":98,"level_config":{"execute_if_off":true,"current_level_startup":10},"color_temp_startup":65535,
            "update":{"state":"available","installed_version":16777220,"latest_version":16777221},"last_seen":"2026-11-18T11:06:40+00:00"}"#,
        )
        .say("zigbee2mqtt/Kitchen/Lamp", r#"{"state":"OFF","brightness":0,"color_mode":"hs","color":{"hue":240,"saturation":100,"x":0.7,"y":0.3}}"#)
        .say("zigbee2mqtt/Kitchen/Lamp", r#"{"update":{"state":"updating","progress":12.5,"remaining":1200}}"#);
    let lamp = "z2m:00158d0001abcde1";
    stage.set(&format!("{lamp}|state"), true);
    stage.set(&format!("{lamp}|brightness"), 50.0);
    stage.set(&format!("{lamp}|brightness"), 0.0);
    stage.set(&format!("{lamp}|brightness"), 101.0);
    stage.set(&format!("{lamp}|color_temp"), 4000.0);
    stage.set(&format!("{lamp}|color_temp"), "warm");
    stage.set(&format!("{lamp}|color_temp"), 900.0);
    stage.set(&format!("{lamp}|color"), "#0000ff");
    stage.set(&format!("{lamp}|color"), "blue");
    stage.set(&format!("{lamp}|effect"), "blink");
    stage.set(&format!("{lamp}|effect"), "disco");
    // The rest of the composite goes along, as it was said last.
    stage.set(&format!("{lamp}|level_config.execute_if_off"), false);
    stage.set(&format!("{lamp}|color_temp_startup"), "previous");
    stage.set(&format!("{lamp}|color_temp_startup"), 65535.0);
    stage.set(&format!("{lamp}|linkquality"), 1.0);
    assert_snapshot!(stage.take());
}

#[test]
fn a_double_switch_and_endpoints() {
    let mut stage = with(json!([
        {"type": "switch", "endpoint": "l1", "features": [
            {"type": "binary", "name": "state", "property": "state_l1", "endpoint": "l1", "label": "State", "access": 7,
                "value_on": "ON", "value_off": "OFF"}]},
        {"type": "switch", "endpoint": "right", "features": [
            {"type": "binary", "name": "state", "property": "state_right", "endpoint": "right", "label": "State", "access": 7,
                "value_on": "ON", "value_off": "OFF"}]},
        {"type": "light", "endpoint": "l2", "features": [
            {"type": "binary", "name": "state", "property": "state_l2", "endpoint": "l2", "access": 7,
                "value_on": "ON", "value_off": "OFF"},
            {"type": "numeric", "name": "brightness", "property": "brightness_l2", "endpoint": "l2", "label": "Brightness",
                "access": 7, "value_min": 0, "value_max": 254}]},
        {"type": "enum", "name": "power_on_behavior", "label": "Power-on behavior (L1)", "property": "power_on_behavior_l1",
            "endpoint": "l1", "access": 7, "values": ["off", "on", "toggle", "previous"]},
        {"type": "numeric", "name": "power", "label": "Power", "property": "power_l1", "endpoint": "l1", "access": 5, "unit": "W"},
        {"type": "enum", "name": "action", "label": "Action", "property": "action", "access": 1, "category": "diagnostic",
            "values": ["single_l1", "double_l1"]}
    ]));
    stage
        .say("zigbee2mqtt/Kitchen/Lamp", r#"{"state_l1":"ON","state_right":"OFF","state_l2":"ON","brightness_l2":254,"power_l1":12.5,"action":""}"#)
        .say("zigbee2mqtt/Kitchen/Lamp", r#"{"action":"single_l1"}"#)
        .say("zigbee2mqtt/Kitchen/Lamp", r#"{"action":null}"#)
        .kept("zigbee2mqtt/Kitchen/Lamp", r#"{"action":"double_l1"}"#)
        .say("zigbee2mqtt/Kitchen/Lamp/l1/set", "ON")
        .say("zigbee2mqtt/Kitchen/Lamp/set/state_l1", "ON")
        .say("zigbee2mqtt/Kitchen/Lamp/set", r#"{"state_l1":"ON"}"#)
        .say("zigbee2mqtt/Kitchen/Lamp/get", r#"{"state_l1":""}"#)
        .set("z2m:00158d0001abcde1|state_l1", false)
        .set("z2m:00158d0001abcde1|brightness_l2", 100.0);
    assert_snapshot!(stage.take());
}

#[test]
fn covers_locks_fans() {
    let mut stage = with(json!([
        {"type": "cover", "features": [
            {"type": "enum", "name": "state", "label": "State", "property": "state", "access": 3, "values": ["OPEN", "CLOSE", "STOP"]},
            {"type": "numeric", "name": "position", "label": "Position", "property": "position", "access": 7, "unit": "%",
                "value_min": 0, "value_max": 100},
            {"type": "numeric", "name": "tilt", "label": "Tilt", "property": "tilt", "access": 7, "unit": "%",
                "value_min": 0, "value_max": 100}]},
        {"type": "enum", "name": "moving", "label": "Moving", "property": "moving", "access": 1, "values": ["UP", "STOP", "DOWN"]},
        {"type": "lock", "features": [
            {"type": "binary", "name": "state", "label": "State", "property": "lock", "access": 7, "value_on": "LOCK", "value_off": "UNLOCK"},
            {"type": "enum", "name": "lock_state", "label": "Lock state", "property": "lock_state", "access": 1,
                "values": ["not_fully_locked", "locked", "unlocked"]}]},
        {"type": "fan", "features": [
            {"type": "binary", "name": "state", "label": "State", "property": "fan_state", "access": 7, "value_on": "ON", "value_off": "OFF"},
            {"type": "enum", "name": "mode", "label": "Mode", "property": "fan_mode", "access": 7, "values": ["off", "low", "high", "auto"]},
            {"type": "numeric", "name": "speed", "label": "Speed", "property": "speed", "access": 7, "value_min": 1, "value_max": 4}]}
    ]));
    stage
        .say("zigbee2mqtt/Kitchen/Lamp", r#"{"state":"OPEN","position":100,"tilt":50,"lock":"UNLOCK","lock_state":"not_fully_locked","fan_state":"ON","fan_mode":"low","speed":2}"#)
        .say("zigbee2mqtt/Kitchen/Lamp", r#"{"state":"OPEN","moving":"DOWN","lock":"LOCK"}"#)
        .say("zigbee2mqtt/Kitchen/Lamp", r#"{"state":"CLOSE","moving":"STOP"}"#)
        .say("zigbee2mqtt/Kitchen/Lamp", r#"{"state":"STOP"}"#);
    let it = "z2m:00158d0001abcde1";
    for (key, value) in [
        ("state", "open"),
        ("state", "stop"),
        ("state", "closed"),
        ("lock", "unlock"),
        ("lock", "LOCK"),
        ("fan_mode", "high"),
    ] {
        stage.set(&format!("{it}|{key}"), value);
    }
    for (key, value) in [
        ("position", 30.0),
        ("position", -1.0),
        ("speed", 75.0),
        ("speed", 0.0),
    ] {
        stage.set(&format!("{it}|{key}"), value);
    }
    assert_snapshot!(stage.take());
}

#[test]
fn a_thermostat() {
    let setpoint = |name: &str| {
        json!({"type": "numeric", "name": name, "label": name, "property": name, "access": 7, "unit": "°C",
            "value_min": 5, "value_max": 30, "value_step": 0.5})
    };
    let mut stage = with(json!([
        {"type": "climate", "features": [
            setpoint("occupied_heating_setpoint"),
            setpoint("occupied_cooling_setpoint"),
            {"type": "numeric", "name": "local_temperature", "label": "Local temperature", "property": "local_temperature", "access": 5, "unit": "°C"},
            {"type": "enum", "name": "system_mode", "label": "System mode", "property": "system_mode", "access": 7, "values": ["off", "auto", "heat", "cool"]},
            {"type": "enum", "name": "running_state", "label": "Running state", "property": "running_state", "access": 5, "values": ["idle", "heat", "cool"]},
            {"type": "enum", "name": "preset", "label": "Preset", "property": "preset", "access": 3, "values": ["eco", "boost"]},
            {"type": "numeric", "name": "local_temperature_calibration", "label": "Local temperature calibration",
                "property": "local_temperature_calibration", "access": 7, "unit": "°C", "value_min": -12.8, "value_max": 12.7, "value_step": 0.1},
            {"type": "composite", "name": "schedule", "label": "Schedule", "property": "weekly_schedule", "access": 7, "features": [
                {"type": "list", "name": "dayofweek", "property": "dayofweek", "access": 7, "length_min": 1, "length_max": 8,
                    "item_type": {"type": "composite", "name": "day", "access": 7, "features": [
                        {"type": "enum", "name": "day", "property": "day", "access": 7, "values": ["monday", "sunday"]}]}}]}
        ]},
        {"type": "numeric", "name": "local_temperature", "label": "Local temperature", "property": "local_temperature", "access": 1, "unit": "C"},
        {"type": "binary", "name": "child_lock", "label": "Child lock", "property": "child_lock", "access": 3, "value_on": "LOCK", "value_off": "UNLOCK"}
    ]));
    stage.say(
        "zigbee2mqtt/Kitchen/Lamp",
        r#"{"occupied_heating_setpoint":21,"occupied_cooling_setpoint":25.5,"local_temperature":20.75,"system_mode":"heat","running_state":"heat",
        "preset":"eco","local_temperature_calibration":-0.5,"child_lock":"UNLOCK","weekly_schedule":{"dayofweek":[{"day":"monday"}],"other":1}}"#,
    );
    let it = "z2m:00158d0001abcde1";
    stage.set(&format!("{it}|occupied_heating_setpoint"), 21.5);
    stage.set(&format!("{it}|occupied_heating_setpoint"), 40.0);
    stage.set(&format!("{it}|system_mode"), "off");
    stage.set(&format!("{it}|child_lock"), true);
    stage.set(
        &format!("{it}|weekly_schedule.dayofweek"),
        r#"[{"day":"sunday"}]"#,
    );
    stage.set(
        &format!("{it}|weekly_schedule.dayofweek"),
        r#"[{"day":"someday"}]"#,
    );
    stage.set(&format!("{it}|weekly_schedule.dayofweek"), "[]");
    stage.set(&format!("{it}|weekly_schedule.dayofweek"), "sunday");
    assert_snapshot!(stage.take());
}

#[test]
fn sensors_and_what_only_the_state_tells() {
    let mut stage = with(json!([
        {"type": "binary", "name": "contact", "label": "Contact", "property": "contact", "access": 1, "value_on": false, "value_off": true},
        {"type": "binary", "name": "occupancy", "label": "Occupancy", "property": "occupancy", "access": 1, "value_on": true, "value_off": false},
        {"type": "binary", "name": "alarm", "label": "Alarm", "property": "alarm", "access": 1, "value_on": 1, "value_off": 0},
        {"type": "binary", "name": "battery_low", "label": "Battery low", "property": "battery_low", "access": 1, "value_on": true, "value_off": false},
        number("battery", 1, "%"),
        number("soil_moisture", 1, "%"),
        number("energy", 5, "kWh"),
        number("voltage", 5, "mV"),
        number("power_reactive", 1, "VAR"),
        {"type": "enum", "name": "trv_mode", "label": "TRV mode", "property": "trv_mode", "access": 7, "values": [1, 2]},
        {"type": "enum", "name": "identify", "label": "Identify", "property": "identify", "access": 2, "category": "config", "values": ["identify"]},
        {"type": "list", "name": "faults", "label": "Faults", "property": "faults", "access": 1, "category": "diagnostic",
            "item_type": {"type": "enum", "name": "fault", "access": 1, "values": ["surge", "fire"]}},
        {"type": "text", "name": "ir_code_to_send", "label": "IR code to send", "property": "ir_code_to_send", "access": 2},
        {"type": "hologram", "name": "future", "property": "future"},
        {"type": "numeric", "name": "lost", "access": 7},
        {"type": "enum", "name": "hidden", "property": "hidden", "access": 0, "values": ["a"]}
    ]));
    stage
        .say(
            "zigbee2mqtt/Kitchen/Lamp",
            r#"{"contact":true,"occupancy":true,"alarm":1,"battery_low":false,"battery":97,"soil_moisture":41.5,"energy":12.25,"voltage":3005,
            "power_reactive":-3,"trv_mode":2,"faults":["surge","fire"],"linkquality":120,"last_seen":1794999999000,"click":"double",
            "update_available":false,"device_temperature":31,"elapsed":5012,"device":{"friendlyName":"Lamp"},"strange":{"a":1,"b":"x"},"nothing":null}"#,
        )
        .say("zigbee2mqtt/Kitchen/Lamp", r#"{"contact":false,"occupancy":"ON","alarm":0,"battery":null,"device_temperature":"n/a","strange":{"c":true},"voltage":"high"}"#)
        .say("zigbee2mqtt/Kitchen/Lamp", r#"{"contact":"maybe","battery":nan}"#)
        .say("zigbee2mqtt/Kitchen/Lamp", r#"{"contact":"maybe","#)
        .say("zigbee2mqtt/Kitchen/Lamp", "[1,2]")
        .say("zigbee2mqtt/Kitchen/Lamp", "");
    let it = "z2m:00158d0001abcde1";
    stage.set(&format!("{it}|trv_mode"), "1");
    stage.set(&format!("{it}|identify"), hearthline_model::Value::Null);
    stage.set(&format!("{it}|ir_code_to_send"), "0123ABC");
    assert_snapshot!(stage.take());
}

#[test]
fn what_is_only_written_is_written_whole() {
    let part = |json: serde_json::Value| json;
    let mut stage = with(json!([
        {"type": "composite", "name": "warning", "label": "Warning", "property": "warning", "access": 2, "features": [
            part(json!({"type": "enum", "name": "mode", "label": "Mode", "property": "mode", "access": 2, "values": ["stop", "burglar"]})),
            part(json!({"type": "numeric", "name": "duration", "property": "duration", "access": 2, "unit": "s", "value_max": 1800})),
            part(json!({"type": "binary", "name": "strobe", "property": "strobe", "access": 2, "value_on": true, "value_off": false}))]},
        {"type": "composite", "name": "pin_code", "label": "Pin code", "property": "pin_code", "access": 2, "features": [
            {"type": "numeric", "name": "user", "property": "user", "access": 2},
            {"type": "enum", "name": "mode", "property": "mode", "access": 2, "values": ["a"]},
            {"type": "numeric", "name": "pin_code", "property": "pin_code", "access": 2}]}
    ]));
    let it = "z2m:00158d0001abcde1";
    stage.set(&format!("{it}|warning.mode"), "burglar");
    stage.set(
        &format!("{it}|warning"),
        r#"{"mode":"burglar","duration":10,"strobe":true}"#,
    );
    stage.set(&format!("{it}|warning"), r#"{"mode":"party"}"#);
    stage.set(&format!("{it}|warning"), r#"{"mood":"stop"}"#);
    stage.set(&format!("{it}|warning"), r#"{"duration":2000}"#);
    stage.set(&format!("{it}|warning"), "{}");
    stage.set(&format!("{it}|warning"), "burglar");
    stage.set(&format!("{it}|pin_code"), r#"{"user":1,"pin_code":1234}"#);
    assert_snapshot!(stage.take());
}
