use hearthline_model::Value;
use insta::assert_snapshot;
use serde_json::json;

use super::{CONFIG, DEVICE, Stage, announced, config};

fn key(point: &str) -> String {
    format!("{DEVICE}|{point}")
}

#[test]
fn a_plug() {
    let mut stage = announced(&json!({}));
    stage
        .kept("tele/tasmota_49A3BC/LWT", "Online")
        .say(
            "tele/tasmota_49A3BC/STATE",
            r#"{"Time":"2026-11-18T12:06:41","Uptime":"1T02:03:04","UptimeSec":93784,"Heap":27,"SleepMode":"Dynamic","Sleep":50,"LoadAvg":19,"MqttCount":1,"POWER":"ON","Wifi":{"AP":1,"SSId":"home","BSSId":"AA:BB:CC:DD:EE:FF","Channel":6,"Mode":"11n","RSSI":84,"Signal":-58,"LinkCount":1,"Downtime":"0T00:00:03"}}"#,
        )
        .say("stat/tasmota_49A3BC/RESULT", r#"{"POWER":"OFF"}"#)
        .say("stat/tasmota_49A3BC/POWER", "ON")
        .say("stat/tasmota_49A3BC/RESULT", r#"{"Command":"Unknown","Input":"FOO"}"#)
        .say("stat/tasmota_49A3BC/RESULT", r#"{"PowerOnState":3}"#)
        .say("stat/tasmota_49A3BC/RESULT", r#"{"PowerOnState":1}"#)
        .say("cmnd/tasmota_49A3BC/POWER", "OFF")
        .set(&key("relay1"), Value::Bool(false))
        .set(&key("relay1"), Value::Int(3))
        .set(&key("Heap"), Value::Int(3));
    assert_snapshot!(stage.out);
}

#[test]
fn four_relays_in_the_device_s_own_words() {
    let mut stage = announced(&json!({
        "rl": [1, 1, 0, 1], "fn": ["Kitchen plug Left", "Pump", null, null], "state": ["Aus", "An", "Um", "Halt"],
        "ft": "home/%topic%/%prefix%", "t": "board",
    }));
    stage
        .say(
            "home/board/tele/STATE",
            r#"{"POWER1":"An","POWER2":"Aus","POWER3":"An","POWER4":"An"}"#,
        )
        .say("home/board/stat/POWER2", "An")
        .say("home/board/stat/POWER2", "Halt")
        .set(&key("relay2"), Value::Bool(false));
    assert_snapshot!(stage.out);
}

#[test]
fn a_light_of_five_channels() {
    let mut stage = announced(&json!({"rl": [2], "lt_st": 5, "dn": "Lamp", "fn": ["Lamp"]}));
    stage
        .say(
            "stat/tasmota_49A3BC/RESULT",
            r#"{"POWER":"ON","Dimmer":50,"Color":"8040000000","HSBColor":"30,100,50","White":0,"CT":250,"Channel":[50,25,0,0,0],"Scheme":2,"Fade":"ON","Speed":4,"LedTable":"ON"}"#,
        )
        .say("stat/tasmota_49A3BC/RESULT", r#"{"Color":"0000FF0000"}"#)
        .set(&key("light1"), Value::Bool(true))
        .set(&key("light1/brightness"), Value::Int(40))
        .set(&key("light1/brightness"), Value::Float(0.4))
        .set(&key("light1/brightness"), Value::Int(0))
        .set(&key("light1/brightness"), Value::Int(101))
        .set(&key("light1/color_temp"), Value::Int(4000))
        .set(&key("light1/color_temp"), Value::Int(1000))
        .set(&key("light1/color_temp"), Value::Int(0))
        .set(&key("light1/color"), Value::text("#ff8000"))
        .set(&key("light1/color"), Value::text("red"))
        .set(&key("light1/effect"), Value::text("cycle up"))
        .set(&key("light1/effect"), Value::text("disco"))
        .set(&key("light1/white"), Value::Int(60))
        .set(&key("fade"), Value::Bool(false))
        .set(&key("speed"), Value::Int(8));
    assert_snapshot!(stage.out);
}

#[test]
fn lights_apart() {
    // Colour and white are two lights.
    let mut stage = announced(
        &json!({"rl": [2, 2], "lt_st": 5, "lk": 0, "so": {"20": 1, "82": 1}, "fn": ["Colour", "White"]}),
    );
    stage
        .say(
            "tele/tasmota_49A3BC/STATE",
            r#"{"POWER1":"ON","Dimmer1":40,"POWER2":"OFF","Dimmer2":70,"HSBColor":"240,100,40","CT":300}"#,
        )
        .set(&key("light1/color"), Value::text("#0000ff"))
        .set(&key("light2/brightness"), Value::Int(10))
        .set(&key("light2/color_temp"), Value::Int(3000));
    let commands = stage.out.clone();
    let mut channels = announced(&json!({"rl": [2, 2], "lt_st": 2, "so": {"68": 1}, "fn": [null, null]}));
    channels
        .say(
            "tele/tasmota_49A3BC/STATE",
            r#"{"POWER1":"ON","Channel1":40,"POWER2":"OFF","Channel2":70,"Color":"66B2"}"#,
        )
        .set(&key("light2/brightness"), Value::Int(10));
    let mut tuya = announced(&json!({"rl": [2], "lt_st": 1, "ty": 1}));
    tuya.say("tele/tasmota_49A3BC/STATE", r#"{"POWER":"ON","Dimmer":40}"#)
        .set(&key("light1/brightness"), Value::Int(10));
    let mut relays = announced(&json!({"rl": [1, 1], "so": {"30": 1}}));
    relays.set(&key("light2"), Value::Bool(true));
    assert_snapshot!([commands, channels.out, tuya.out, relays.out].join("----\n"));
}

#[test]
fn shutters() {
    let mut stage = announced(&json!({
        "rl": [3, 3, 3, 3], "sho": [0, 1], "sht": [[-90, 90, 500], [0, 0, 0]], "fn": [null],
    }));
    stage
        .say(
            "tele/tasmota_49A3BC/SENSOR",
            r#"{"Time":"2026-11-18T12:06:41","Shutter1":{"Position":30,"Direction":0,"Target":30,"Tilt":45},"Shutter2":{"Position":100,"Direction":0,"Target":100}}"#,
        )
        .say("stat/tasmota_49A3BC/RESULT", r#"{"Shutter2":{"Position":90,"Direction":-1,"Target":0}}"#)
        .say(
            "stat/tasmota_49A3BC/STATUS10",
            r#"{"StatusSNS":{"Time":"2026-11-18T12:06:45","Shutter1":{"Position":0,"Direction":0}}}"#,
        )
        .say("stat/tasmota_49A3BC/RESULT", r#"{"ShutterPosition1":50}"#)
        .say("tele/tasmota_49A3BC/STATE", r#"{"POWER1":"OFF"}"#)
        .set(&key("shutter1"), Value::text("open"))
        .set(&key("shutter1"), Value::text("stop"))
        .set(&key("shutter1"), Value::text("ajar"))
        .set(&key("shutter1/position"), Value::Int(30))
        .set(&key("shutter2/position"), Value::Int(30))
        .set(&key("shutter1/tilt"), Value::Int(75));
    assert_snapshot!(stage.out);
}

#[test]
fn a_fan() {
    let mut stage = announced(&json!({"if": 1, "rl": [1], "fn": ["Light"]}));
    stage
        .say("tele/tasmota_49A3BC/STATE", r#"{"POWER1":"OFF","FanSpeed":3}"#)
        .say("stat/tasmota_49A3BC/RESULT", r#"{"FanSpeed":0}"#)
        .set(&key("fan"), Value::Bool(true))
        .set(&key("fan"), Value::Bool(false))
        .set(&key("fan/speed"), Value::Int(50))
        .set(&key("fan/speed"), Value::Int(0))
        .set(&key("fan/speed"), Value::Int(100));
    assert_snapshot!(stage.out);
}

#[test]
fn switches_and_buttons() {
    let mut stage = announced(&json!({
        "swc": [1, 0, 13, 5], "swn": [null, "Bell", "Hall motion", null], "btn": [1, 1, 0, 0], "so": {"73": 1, "114": 1},
        "rl": [0],
    }));
    let result = "stat/tasmota_49A3BC/RESULT";
    stage
        .kept(result, r#"{"Bell":{"Action":"TOGGLE"}}"#)
        .say(result, r#"{"Switch1":{"Action":"ON"}}"#)
        .say(result, r#"{"Bell":{"Action":"TOGGLE"}}"#)
        .say(result, r#"{"Hall motion":{"Action":"ON"}}"#)
        .wait(1_000_000)
        .say(result, r#"{"Switch4":{"Action":"HOLD"}}"#)
        .say(result, r#"{"Button2":{"Action":"TRIPLE"}}"#)
        .say(result, r#"{"Button2":{"Action":"NONE"}}"#)
        .say(
            "tele/tasmota_49A3BC/SENSOR",
            r#"{"Time":"2026-11-18T12:06:41","Switch1":"OFF","Bell":"ON","Hall motion":"OFF","Switch4":"OFF"}"#,
        )
        .say("stat/tasmota_49A3BC/SWITCH1", r#"{"Action":"ON"}"#)
        .say("stat/tasmota_49A3BC/BUTTON1", r#"{"Button1":{"Action":"SINGLE"}}"#);
    assert_snapshot!(stage.out);
}

#[test]
fn what_is_announced_anew_changes_and_what_is_gone_goes() {
    let mut stage = announced(&json!({"rl": [1, 1]}));
    stage
        .say("tele/tasmota_49A3BC/STATE", r#"{"POWER1":"ON","POWER2":"OFF"}"#)
        .quietly()
        // Renamed, another topic, a relay less.
        .say(
            CONFIG,
            config(&json!({"dn": "Bath/Heater", "fn": ["Bath/Heater"], "t": "heater"})),
        )
        .say("tele/tasmota_49A3BC/STATE", r#"{"POWER1":"OFF","POWER2":"OFF"}"#)
        .say("tele/heater/STATE", r#"{"POWER":"OFF"}"#)
        .set(&key("relay1"), Value::Bool(true))
        // The same again changes nothing.
        .say(
            CONFIG,
            config(&json!({"dn": "Bath/Heater", "fn": ["Bath/Heater"], "t": "heater"})),
        )
        .say(CONFIG, "")
        .kept("tele/heater/LWT", "Offline")
        .say("tele/heater/STATE", r#"{"POWER":"ON"}"#);
    assert_snapshot!(stage.out);
}

#[test]
fn an_announcement_with_faults_is_used_as_far_as_it_goes() {
    let mut stage = Stage::new();
    stage
        .say(
            CONFIG,
            config(&json!({"rl": [1, 9], "lt_st": 7, "swc": "none", "fn": null, "so": null})),
        )
        .say(CONFIG, config(&json!({"mac": "000000000001"})))
        .say(CONFIG, r#"{"mac":"5CCF7F49A3BC"}"#)
        .say(CONFIG, "{")
        .say(CONFIG, [0xff, 0xfe])
        .say("tasmota/discovery/5CCF7F49A3BD/config", r#"{"t":"bare"}"#)
        .say("tele/bare/STATE", r#"{"POWER":"ON"}"#);
    assert_snapshot!(stage.out);
}
