//! What properties mean together.

use hearthline_model::Value;
use insta::assert_snapshot;

use super::Stage;

fn device(nodes: &str) -> Stage {
    let description = format!(r#"{{"homie":"5.0","version":1,"name":"D","nodes":{{{nodes}}}}}"#);
    let mut stage = Stage::new();
    stage
        .say("homie/5/d/$state", "ready")
        .say("homie/5/d/$description", &description);
    // The description itself is long and known.
    let out = stage.take();
    stage.out = out
        .lines()
        .filter(|line| line.starts_with("  "))
        .collect::<Vec<_>>()
        .join("\n")
        + "\n";
    stage
}

#[test]
fn a_light() {
    let mut stage = device(
        r#""lamp":{"name":"Lamp","properties":{
            "on":{"datatype":"boolean","settable":true},
            "brightness":{"datatype":"float","format":"0:1","settable":true},
            "color":{"datatype":"color","format":"hsv,rgb","settable":true},
            "color-temperature":{"datatype":"integer","unit":"MK⁻¹","format":"153:500","settable":true},
            "power":{"datatype":"float","unit":"W"}}}"#,
    );
    stage.all(&[
        ("homie/5/d/lamp/brightness", "0.25"),
        ("homie/5/d/lamp/color-temperature", "250"),
        ("homie/5/d/lamp/color", "rgb,0,0,255"),
    ]);
    stage
        .set("lamp/color-temperature", Value::Int(4000))
        .set("lamp/color-temperature", Value::Int(9000))
        .set("lamp/color", Value::text("#0000ff"));
    assert_snapshot!(stage.take());
}

#[test]
fn a_cover_a_lock_a_thermostat_and_a_fan() {
    let mut stage = device(
        r#""shutter":{"properties":{
            "move":{"datatype":"enum","format":"UP,STOP,DOWN","settable":true},
            "position":{"datatype":"integer","unit":"%","format":"0:100","settable":true}}},
        "door":{"properties":{"bolt":{"datatype":"boolean","format":"unlocked,locked","settable":true}}},
        "heating":{"properties":{
            "temperature":{"datatype":"float","unit":"°C"},
            "setpoint":{"datatype":"float","unit":"°C","format":"5:30:0.5","settable":true},
            "mode":{"datatype":"enum","format":"off,heat,auto","settable":true}}},
        "fan":{"properties":{
            "on":{"datatype":"boolean","settable":true},
            "speed":{"datatype":"integer","format":"0:4","settable":true}}},
        "tank":{"properties":{
            "level":{"datatype":"float","unit":"%"},
            "contact":{"datatype":"boolean","format":"closed,open"},
            "battery":{"datatype":"integer","unit":"%"}}}"#,
    );
    stage.all(&[
        ("homie/5/d/shutter/move", "UP"),
        ("homie/5/d/door/bolt", "true"),
        ("homie/5/d/fan/speed", "2"),
        ("homie/5/d/tank/contact", "true"),
    ]);
    stage
        .set("shutter/move", Value::text("close"))
        .set("shutter/move", Value::text("stopped"))
        .set("door/bolt", Value::text("unlock"))
        .set("heating/setpoint", Value::Float(21.3))
        .set("heating/setpoint", Value::Float(31.0))
        .set("heating/mode", Value::text("cool"))
        .set("fan/speed", Value::Int(75));
    assert_snapshot!(stage.take());
}
