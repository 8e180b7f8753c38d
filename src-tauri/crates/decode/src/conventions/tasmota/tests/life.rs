use hearthline_model::{SECOND, Value};
use insta::assert_snapshot;
use serde_json::json;

use super::{CONFIG, DEVICE, Stage, announced, config};

#[test]
fn a_device_without_an_announcement() {
    let mut stage = Stage::new();
    stage
        .kept("tele/kitchen/lamp/LWT", "Online")
        .say(
            "tele/kitchen/lamp/STATE",
            r#"{"Time":"2026-11-18T12:06:41","Uptime":"0T00:10:00","Vcc":3.2,"POWER":"ON","Dimmer":40,"Color":"66A0","CT":300,"Wifi":{"RSSI":70}}"#,
        )
        .say(
            "tele/kitchen/lamp/INFO1",
            r#"{"Info1":{"Module":"Generic","Version":"12.1.1(tasmota)","FallbackTopic":"cmnd/DVES_49A3BC_fb/","GroupTopic":"cmnd/tasmotas/"}}"#,
        )
        .say("tele/kitchen/lamp/INFO2", r#"{"Info2":{"WebServerMode":"Admin","Hostname":"lamp","IPAddress":"192.168.1.9"}}"#)
        .say("tele/kitchen/lamp/INFO3", r#"{"Info3":{"RestartReason":"Power On","BootCount":12}}"#)
        .say(
            "stat/kitchen/lamp/STATUS0",
            r#"{"Status":{"Module":1,"DeviceName":"Reading lamp","FriendlyName":["Reading lamp"],"Topic":"lamp"},"StatusFWR":{"Version":"12.1.1(tasmota)","Hardware":"ESP8266EX"},"StatusNET":{"Hostname":"lamp","IPAddress":"192.168.1.9","Mac":"5C:CF:7F:00:00:01"},"StatusLOG":{"SerialLog":2}}"#,
        )
        .set("tasmota:tele/kitchen/lamp|light1/color_temp", Value::Int(4000))
        .set("tasmota:tele/kitchen/lamp|light1", Value::Bool(false))
        .say("tele/kitchen/lamp/LWT", "Offline")
        // What speaks is there.
        .say("stat/kitchen/lamp/RESULT", r#"{"POWER":"OFF"}"#);
    assert_snapshot!(stage.out);
}

#[test]
fn the_other_order_and_prefixes_of_its_own() {
    let mut stage = Stage::new();
    stage
        .say(
            "garage/tele/SENSOR",
            r#"{"Time":"2026-11-18T12:06:41","Switch1":"ON","ENERGY":{"Total":1.5,"Power":3}}"#,
        )
        .say("garage/stat/RESULT", r#"{"POWER2":"ON"}"#)
        .say("garage/stat/RESULT", r#"{"Button1":{"Action":"DOUBLE"}}"#)
        .say(
            "garage/stat/RESULT",
            r#"{"Shutter1":{"Position":100,"Direction":0,"Target":100}}"#,
        )
        .set("tasmota:garage/tele|relay2", Value::Bool(false))
        .say(
            "telemetry/shed/SENSOR",
            r#"{"Time":"2026-11-18T12:06:41","SI7021":{"Temperature":3.5}}"#,
        )
        .say(
            "telemetry/shed/STATE",
            r#"{"Time":"2026-11-18T12:06:41","Uptime":"0T00:10:00","POWER":"ON","Wifi":{"RSSI":70}}"#,
        )
        .say(
            "telemetry/shed/SENSOR",
            r#"{"Time":"2026-11-18T12:06:45","SI7021":{"Temperature":3.6},"TempUnit":"C"}"#,
        );
    assert_snapshot!(stage.out);
}

#[test]
fn an_old_firmware() {
    let mut stage = Stage::new();
    stage
        .say(
            "tele/sonoff/ENERGY",
            r#"{"Time":"2017-08-01T10:00:00","Total":1.5,"Yesterday":0.2,"Today":0.1,"Period":3,"Power":42,"Factor":0.9,"Voltage":230,"Current":0.2}"#,
        )
        .say("tele/sonoff/UPTIME", r#"{"Time":"2017-08-01T10:00:00","Uptime":12}"#)
        .say("tele/sonoff/SENSOR", r#"{"Time":"2017-08-01T10:00:00","DHT22":{"Temperature":"21.3","Humidity":"40"}}"#);
    assert_snapshot!(stage.out);
}

#[test]
fn the_announcement_of_one_who_spoke_before() {
    let mut stage = Stage::new();
    stage
        .kept("tele/tasmota_49A3BC/LWT", "Online")
        .say("stat/tasmota_49A3BC/RESULT", r#"{"Button1":{"Action":"SINGLE"}}"#)
        .say("tele/tasmota_49A3BC/STATE", r#"{"POWER":"ON","Heap":20}"#)
        .quietly()
        .kept(CONFIG, config(&json!({})));
    assert_snapshot!(stage.out);
}

#[test]
fn a_last_will_alone_waits_for_more() {
    let mut stage = Stage::new();
    stage.kept("tele/attic/LWT", "Offline").wait(60 * SECOND);
    assert!(!stage.out.contains("device"), "{}", stage.out);
    stage.wait(300 * SECOND).wait(SECOND);
    assert_eq!(
        stage.out.matches("device tasmota:tele/attic").count(),
        1,
        "{}",
        stage.out
    );
    assert!(stage.out.contains("tasmota:tele/attic offline"), "{}", stage.out);
    assert_eq!(stage.decoder.claimed_by("tele/attic/LWT"), ["tasmota"]);
}

#[test]
fn a_device_that_sleeps_is_not_offline() {
    let mut stage = announced(&json!({"dslp": 3600, "bat": 1, "rl": [0]}));
    stage
        .kept("tele/tasmota_49A3BC/LWT", "Offline")
        .say("tele/tasmota_49A3BC/LWT", "Online")
        .say(
            "tele/tasmota_49A3BC/SENSOR",
            r#"{"SHT3X":{"Temperature":7.5},"Battery":{"Voltage":3.9,"Battery":81},"TempUnit":"C"}"#,
        )
        .say("tele/tasmota_49A3BC/LWT", "Offline");
    // One that tells only when it goes to sleep.
    let mut late = Stage::new();
    late.say(
        "tele/frost/SENSOR",
        r#"{"SHT3X":{"Temperature":7.5},"TempUnit":"C"}"#,
    )
    .say(
        "stat/frost/RESULT",
        r#"{"DeepSleep":{"Time":"2026-11-18T13:06:41","Epoch":1795000000}}"#,
    )
    .say("tele/frost/LWT", "Offline");
    assert!(!stage.out.contains(&format!("{DEVICE} offline")), "{}", stage.out);
    assert!(!late.out.contains("tele/frost offline"), "{}", late.out);
    assert_snapshot!(format!("{}----\n{}", stage.out, late.out));
}

#[test]
fn the_words_of_the_will_are_its_own() {
    let mut stage = announced(&json!({"onln": "Verbunden", "ofln": "Weg"}));
    stage
        .quietly()
        .say("tele/tasmota_49A3BC/LWT", "Verbunden")
        .say("tele/tasmota_49A3BC/LWT", "Weg");
    assert!(
        stage.out.contains("5ccf7f49a3bc online") && stage.out.contains("5ccf7f49a3bc offline"),
        "{}",
        stage.out
    );
}

#[test]
fn two_devices_of_one_topic_are_told() {
    let mut stage = announced(&json!({}));
    stage.quietly().kept(
        "tasmota/discovery/5CCF7F000002/config",
        config(&json!({"mac": "5CCF7F000002", "dn": "Other"})),
    );
    assert_eq!(
        stage.out.matches("two devices use the topic").count(),
        1,
        "{}",
        stage.out
    );
}

#[test]
fn what_is_not_ours_is_left_alone() {
    let mut stage = Stage::new();
    for (topic, payload) in [
        ("homeassistant/sensor/x/config", r#"{"name":"X","stat_t":"x"}"#),
        ("tele/x/temperature", "21"),
        ("stat/x/lamp", r#"{"a":1}"#),
        ("plant/STATE", "RUNNING"),
        ("plant/press/STATE", r#"{"Time":"2026-11-18T12:06:41","State":1}"#),
        ("tele/x/SENSOR", "21"),
    ] {
        stage.say(topic, payload);
        assert!(!stage.decoder.claimed_by(topic).contains(&"tasmota"), "{topic}");
    }
    for topic in ["cmnd/x/POWER", "a/cmnd/b/POWER2"] {
        stage.say(topic, "ON");
        assert_eq!(stage.decoder.claimed_by(topic), ["tasmota"]);
    }
    assert!(!stage.out.contains("device tasmota"), "{}", stage.out);
}
