//! What devices answer: models, names, states, parts that were added, and devices behind them.

use hearthline_model::Value;

use super::Stage;
use crate::Event;

const GATEWAY: &str = "shellyblugwg3-34cdb0a1b2c3";

/// What was asked on the last tick: (identifier, method).
fn asked(stage: &Stage) -> Vec<(u64, String)> {
    let asks = stage.transcript.events.iter().filter_map(|event| match event {
        Event::Publish(publish) if publish.topic.ends_with("/rpc") => {
            let json: serde_json::Value = serde_json::from_slice(&publish.payload).unwrap();
            Some((
                json["id"].as_u64().unwrap(),
                json["method"].as_str().unwrap().to_owned(),
            ))
        }
        _ => None,
    });
    asks.collect()
}

fn answer(stage: &mut Stage, id: u64, result: &str) {
    let text = format!(r#"{{"id":{id},"src":"{GATEWAY}","dst":"hearthline","result":{result}}}"#);
    stage.say("hearthline/rpc", &text);
}

#[test]
fn names_models_and_what_is_behind() {
    let mut stage = Stage::new();
    stage.say(&format!("{GATEWAY}/online"), "true");
    stage.say(
        &format!("{GATEWAY}/events/rpc"),
        &format!(
            r#"{{"src":"{GATEWAY}","method":"NotifyStatus","params":{{"ts":1795000001.0,"bthomesensor:200":{{"id":200,"value":21.3,"last_updated_ts":1795000000}}}}}}"#
        ),
    );
    stage.wait(250);
    let asks = asked(&stage);
    let id = |method: &str| asks.iter().find(|(_, m)| m == method).unwrap().0;
    assert_eq!(asks.len(), 4);
    answer(
        &mut stage,
        id("Shelly.GetDeviceInfo"),
        r#"{"name":null,"id":"shellyblugwg3-34cdb0a1b2c3","mac":"34CDB0A1B2C3","slot":0,"model":"S3GW-1DBT001","gen":3,"fw_id":"20250508-110823/1.6.2-gc8a76e2","ver":"1.6.2","app":"BluGwG3","auth_en":false}"#,
    );
    answer(
        &mut stage,
        id("Shelly.GetConfig"),
        r#"{"ble":{"enable":true},"sys":{"device":{"name":"Hall/Gateway","mac":"34CDB0A1B2C3","fw_id":"x"}},"mqtt":{"enable":true}}"#,
    );
    answer(
        &mut stage,
        id("Shelly.GetComponents"),
        r#"{"components":[
          {"key":"bthomedevice:200","status":{"id":200,"rssi":-71,"battery":100,"packet_id":12,"last_updated_ts":1795000000},"config":{"id":200,"addr":"b0:c7:de:11:22:33","name":"Kitchen/Window"}},
          {"key":"bthomesensor:200","status":{"id":200,"value":21.4,"last_updated_ts":1795000000},"config":{"id":200,"addr":"b0:c7:de:11:22:33","name":null,"obj_id":69,"idx":0}},
          {"key":"bthomesensor:201","status":{"id":201,"value":true,"last_updated_ts":1795000000},"config":{"id":201,"addr":"b0:c7:de:11:22:33","name":null,"obj_id":45,"idx":0}},
          {"key":"bthomesensor:202","status":{"id":202,"value":null},"config":{"id":202,"addr":"b0:c7:de:11:22:33","name":null,"obj_id":58,"idx":0}},
          {"key":"number:200","status":{"value":12.5,"source":"rpc","last_update_ts":1795000000},"config":{"id":200,"name":"Set point","min":5,"max":30,"default_value":20,"persisted":true,"meta":{"ui":{"view":"slider","unit":"°C","step":0.5}}}},
          {"key":"enum:200","status":{"value":"eco"},"config":{"id":200,"name":"Program","options":["eco","boost"],"default_value":"eco"}},
          {"key":"text:200","status":{"value":"hello"},"config":{"id":200,"name":"Note"}},
          {"key":"button:200","status":{},"config":{"id":200,"name":"Doorbell"}},
          {"key":"group:200","status":{"value":["number:200"]},"config":{"id":200,"name":"All"}}
        ],"cfg_rev":30,"offset":0,"total":10}"#,
    );
    stage.wait(250);
    let next = asked(&stage);
    assert_eq!(next.len(), 1, "the next page");
    answer(
        &mut stage,
        next[0].0,
        r#"{"components":[{"key":"boolean:200","status":{"value":true},"config":{"id":200,"name":"Away"}}],"cfg_rev":30,"offset":9,"total":10}"#,
    );
    stage.say(
        &format!("{GATEWAY}/events/rpc"),
        &format!(
            r#"{{"src":"{GATEWAY}","method":"NotifyEvent","params":{{"ts":1795000007.0,"events":[{{"component":"bthomedevice:200","id":200,"event":"long_push","idx":1,"ts":1795000007.0}},{{"component":"button:200","id":200,"event":"single_push","ts":1795000007.0}}]}}}}"#
        ),
    );
    insta::assert_snapshot!(stage.text());
    for (key, value, want) in [
        (
            "number:200/value",
            Value::Float(20.5),
            r#""params":{"id":200,"value":20.5}"#,
        ),
        (
            "number:200/value",
            Value::Int(99),
            "refused: this takes 5 to 30, not 99",
        ),
        (
            "enum:200/value",
            Value::text("boost"),
            r#""params":{"id":200,"value":"boost"}"#,
        ),
        (
            "enum:200/value",
            Value::text("sleep"),
            "refused: this takes one of: eco, boost",
        ),
        (
            "text:200/value",
            Value::text("bye"),
            r#""params":{"id":200,"value":"bye"}"#,
        ),
    ] {
        let sent = stage.write(key, &value);
        assert!(sent.contains(want), "{key}: {sent}");
    }
}

#[test]
fn each_is_asked_once_and_slowly() {
    let mut stage = Stage::new();
    for n in 0..5 {
        stage.say(
            &format!("shelly1g4-a0b1c2d3e40{n}/status/switch:0"),
            r#"{"id":0,"output":true}"#,
        );
    }
    let mut all = 0;
    for _ in 0..10 {
        stage.wait(250);
        let asks = asked(&stage).len();
        assert!(asks <= 4, "{asks} at once");
        all += asks;
    }
    assert_eq!(all, 20, "four questions for each of five");
    stage.say("shelly1g4-a0b1c2d3e400/online", "false");
    stage.say("shelly1g4-a0b1c2d3e400/online", "true");
    stage.wait(250);
    assert!(asked(&stage).is_empty(), "not again within a minute");
    stage.wait(61_000);
    stage.say("shelly1g4-a0b1c2d3e400/online", "false");
    stage.say("shelly1g4-a0b1c2d3e400/online", "true");
    stage.wait(250);
    assert_eq!(asked(&stage).len(), 4);
    stage.wait(61_000);
    stage.transcript.connected();
    stage.wait(250);
    assert_eq!(asked(&stage).len(), 4, "notifications may have been missed");
    assert!(stage.transcript.decoder.claimed_by("hearthline/rpc").is_empty());
}

#[test]
fn an_answer_tells_the_identity_of_a_chosen_prefix() {
    let mut stage = Stage::new();
    stage.say("heater/status/switch:0", r#"{"id":0,"output":true}"#);
    stage.wait(250);
    let id = asked(&stage)[0].0;
    stage.say(
        "hearthline/rpc",
        &format!(
            r#"{{"id":{id},"src":"shelly1pmg3-aabbccddeeff","dst":"hearthline","result":{{"name":"Heater","id":"shelly1pmg3-aabbccddeeff","mac":"AABBCCDDEEFF","model":"S3SW-001P16EU","gen":3,"ver":"1.4.4","app":"S1PMG3"}}}}"#
        ),
    );
    assert_eq!(
        stage.value("shelly:aabbccddeeff|switch:0/output"),
        Value::Bool(true)
    );
    // The address alone is enough as well.
    let mut stage = Stage::new();
    stage.say("pump/status/switch:0", r#"{"id":0,"output":true}"#);
    stage.say("pump/status/sys", r#"{"mac":"AABBCCDDEEF0","uptime":3}"#);
    assert_eq!(
        stage.value("shelly:aabbccddeef0|switch:0/output"),
        Value::Bool(true)
    );
}

#[test]
fn the_answer_to_somebody_else_tells_as_much() {
    let mut stage = Stage::new();
    let id = "shellyplus1pm-a8032ab1c2d3";
    stage.say(&format!("{id}/online"), "true");
    stage.say(
        "homeassistant/shelly/rpc",
        &format!(
            r#"{{"id":7,"src":"{id}","dst":"homeassistant/shelly","result":{{"switch:0":{{"id":0,"output":true,"apower":5.5}},"sys":{{"mac":"A8032AB1C2D3","unixtime":1795000000,"uptime":5}}}}}}"#
        ),
    );
    assert_eq!(stage.value("switch:0/output"), Value::Bool(true));
    // A request is none.
    let before = stage.text().len();
    stage.say(
        &format!("{id}/rpc"),
        r#"{"id":1,"src":"x","method":"Switch.Set","params":{"id":0,"on":false}}"#,
    );
    assert_eq!(stage.text()[before..].lines().count(), 1);
}

#[test]
fn a_wall_display_that_cools_says_so() {
    const DISPLAY: &str = "shellywalldisplay-00082261a1b2";
    let mut stage = Stage::new();
    let status = r#"{"id":0,"enable":true,"target_C":21.5,"target_F":70.7,"current_C":24.9,"current_F":76.8,"output":true}"#;
    stage.say(&format!("{DISPLAY}/status/thermostat:0"), status);
    stage.wait(250);
    let id = asked(&stage)
        .into_iter()
        .find(|(_, method)| method == "Shelly.GetConfig")
        .unwrap()
        .0;
    let config = r#"{"sys":{"device":{"name":"Loft"}},"thermostat:0":{"id":0,"enable":true,"type":"cooling","display_unit":"F","target_C":21.5}}"#;
    stage.say(
        "hearthline/rpc",
        &format!(r#"{{"id":{id},"src":"{DISPLAY}","dst":"hearthline","result":{config}}}"#),
    );
    stage.say(&format!("{DISPLAY}/status/thermostat:0"), status);
    let said = stage.text();
    assert!(
        said.contains("cooling") && said.contains("Text(\"cool\")"),
        "{said}"
    );
    let sent = stage.write("thermostat:0/enable", &Value::text("cool"));
    assert!(sent.contains(r#""enable":true"#), "{sent}");
}
