//! Messages as nodes send them.

mod hostile;

use hearthline_model::Value;
use insta::assert_snapshot;

use crate::conventions::tasmota::tests::Stage;

const DISCOVER: &str = r#"{"ip":"192.168.1.77","name":"attic","friendly_name":"Attic node","port":6053,"version":"2024.6.0","mac":"a4cf12aabbcc","platform":"ESP32","board":"esp32dev","network":"wifi"}"#;

#[test]
fn an_announced_node() {
    let mut stage = Stage::new();
    stage
        .kept("esphome/discover/attic", DISCOVER)
        .kept("attic/status", "online")
        .kept("attic/sensor/attic_temperature/state", "21.4")
        .say("attic/sensor/wifi_signal/state", "-61")
        .say("attic/sensor/uptime/state", "120")
        .say("attic/sensor/co2/state", "nan")
        .say("attic/sensor/co2/state", "612")
        .say("attic/sensor/boot_reason/state", "Power on")
        .say("attic/sensor/mode/state", "on")
        .say("attic/binary_sensor/hall_motion/state", "ON")
        .say("attic/switch/relay/state", "OFF")
        .say("attic/switch/relay/command", "ON")
        .say("attic/number/offset/state", "1.5")
        .say("attic/select/program/state", "Eco")
        .say("attic/text/note/state", "hello")
        .say("attic/lock/door/state", "LOCKED")
        .say("attic/event/bell/state", r#"{"event_type":"press"}"#)
        .kept("attic/event/bell/state", r#"{"event_type":"press"}"#)
        .say(
            "attic/update/firmware/state",
            r#"{"installed_version":"1.0","latest_version":"1.1","title":"x"}"#,
        )
        .say("attic/date/start/state", r#"{"year":2026,"month":11,"day":3}"#)
        .say("attic/alarm_control_panel/house/state", "armed_away")
        .say("attic/button/restart/command", "PRESS")
        .say(
            "attic/debug",
            "\u{1b}[0;36m[D][sensor:094]: 'Room': Sending state 21.4\u{1b}[0m",
        )
        .say("attic/debug", "[I][app:100]: hello")
        .say("attic/status", "offline")
        .set("esphome:attic|switch/relay", Value::Bool(true))
        .set("esphome:attic|number/offset", Value::Float(2.5))
        .set("esphome:attic|select/program", Value::text("Boost"))
        .set("esphome:attic|lock/door", Value::text("unlock"))
        .set("esphome:attic|lock/door", Value::text("kick"))
        .set("esphome:attic|button/restart", Value::Null)
        .set("esphome:attic|update/firmware/latest", Value::text("install"))
        .set("esphome:attic|alarm_control_panel/house", Value::text("arm_home"))
        .set("esphome:attic|sensor/co2", Value::Int(1));
    assert_snapshot!(stage.out);
}

#[test]
fn lights_covers_climate_and_fans() {
    let mut stage = Stage::new();
    stage
        .kept("home/attic/status", "online")
        .say(
            "home/attic/light/lamp/state",
            r#"{"state":"ON","brightness":128,"color_mode":"rgb","color":{"r":128,"g":64,"b":0},"effect":"None"}"#,
        )
        .say(
            "home/attic/light/lamp/state",
            r#"{"state":"OFF","color_mode":"color_temp","color_temp":250}"#,
        )
        .say("home/attic/cover/blind/position/state", "30")
        .say("home/attic/cover/blind/tilt/state", "50")
        .say("home/attic/cover/door/state", "open")
        .say("home/attic/cover/door/position/state", "100")
        .say("home/attic/climate/heater/mode/state", "heat")
        .say("home/attic/climate/heater/action/state", "idle")
        .say("home/attic/climate/heater/current_temperature/state", "20.5")
        .say("home/attic/climate/heater/target_temperature/state", "22.0")
        .say("home/attic/climate/heater/colour/state", "red")
        .say("home/attic/fan/vent/state", "ON")
        .say("home/attic/fan/vent/speed_level/state", "3")
        .say("home/attic/fan/vent/oscillation/state", "oscillate_on")
        .set("esphome:home/attic|light/lamp", Value::Bool(true))
        .set("esphome:home/attic|light/lamp/brightness", Value::Int(50))
        .set("esphome:home/attic|light/lamp/brightness", Value::Int(0))
        .set("esphome:home/attic|light/lamp/color", Value::text("#ff8000"))
        .set("esphome:home/attic|light/lamp/color_temp", Value::Int(4000))
        .set("esphome:home/attic|light/lamp/effect", Value::text("Rainbow"))
        .set("esphome:home/attic|cover/blind", Value::text("open"))
        .set("esphome:home/attic|cover/blind/position", Value::Int(40))
        .set("esphome:home/attic|cover/blind/position", Value::Int(140))
        .set("esphome:home/attic|climate/heater/mode", Value::text("cool"))
        .set("esphome:home/attic|climate/heater/target_temperature", Value::Float(21.5))
        .set("esphome:home/attic|fan/vent/speed_level", Value::Int(2))
        .set("esphome:home/attic|fan/vent/oscillation", Value::Bool(false))
        // The announcement comes late.
        .kept("esphome/discover/attic", DISCOVER)
        .kept("esphome/discover/attic", "")
        .say("home/attic/fan/vent/state", "OFF");
    assert_snapshot!(stage.out);
}

#[test]
fn only_what_is_surely_a_node_is_claimed() {
    let mut stage = Stage::new();
    stage.say("garage/sensor/door/state", "12");
    assert_eq!(stage.decoder.claimed_by("garage/sensor/door/state"), ["plain"]);
    stage.say("other/status", "online");
    assert_eq!(stage.decoder.claimed_by("other/status"), ["plain"]);
    // The other half comes: what was plain is the node's.
    stage.quietly().say("garage/status", "online");
    assert_eq!(stage.decoder.claimed_by("garage/sensor/door/state"), ["esphome"]);
    assert_eq!(stage.values["esphome:garage|sensor/door"], Value::Int(12));
    assert!(
        stage.out.contains("device plain:garage") && stage.out.contains("gone"),
        "{}",
        stage.out
    );
    // A log alone is enough.
    stage.say("shed/debug", "[D][sensor:094]: x");
    assert_eq!(stage.decoder.claimed_by("shed/debug"), ["esphome"]);
    // Home Assistant's own status and the states that examples put beside it are no node.
    stage
        .say("homeassistant/status", "online")
        .say("homeassistant/sensor/x/state", "5");
    assert_eq!(
        stage.decoder.claimed_by("homeassistant/sensor/x/state"),
        ["plain"]
    );
    for (topic, payload) in [("x/status", "running"), ("x/debug", "12"), ("x/y/z/state", "1")] {
        stage.say(topic, payload);
        assert!(!stage.decoder.claimed_by(topic).contains(&"esphome"), "{topic}");
    }
}
