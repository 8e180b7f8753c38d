//! What picky devices of the later generations say.

use hearthline_model::Value;

use super::Stage;

const ID: &str = "shellyplus1pm-a8032ab12345";

fn notify(method: &str, params: &str) -> String {
    format!(r#"{{"src":"{ID}","dst":"{ID}/events","method":"{method}","params":{params}}}"#)
}

fn says(stage: &mut Stage, method: &str, params: &str) {
    stage.say(&format!("{ID}/events/rpc"), &notify(method, params));
}

#[test]
fn a_full_status_replaces_and_a_delta_does_not() {
    let mut stage = Stage::new();
    says(
        &mut stage,
        "NotifyFullStatus",
        r#"{"ts":1795000000.0,"switch:0":{"id":0,"output":true,"apower":5.5,"aenergy":{"total":7.0},"temperature":{"tC":40.0,"tF":104.0}},"thermostat:0":{"id":0,"enable":true,"target_C":20.5},"sys":{"available_updates":{"stable":{"version":"1.5.0"}}}}"#,
    );
    assert_eq!(stage.value("switch:0/apower"), Value::Float(5.5));
    says(
        &mut stage,
        "NotifyStatus",
        r#"{"ts":1795000001.0,"switch:0":{"id":0,"output":false}}"#,
    );
    assert_eq!(stage.value("switch:0/output"), Value::Bool(false));
    assert!(stage.values("switch:0/apower").is_empty());
    // One part on its own topic.
    stage.say(&format!("{ID}/status/switch:0"), r#"{"id":0,"output":true}"#);
    assert!(stage.values("switch:0/apower").is_empty());
    says(
        &mut stage,
        "NotifyFullStatus",
        r#"{"ts":1795000002.0,"switch:0":{"id":0,"output":false,"aenergy":{"total":8.0},"temperature":{"tF":104.0}},"thermostat:0":{"id":0,"enable":true,"target_F":68.0},"sys":{"available_updates":{}}}"#,
    );
    assert_eq!(stage.value("switch:0/apower"), Value::Null);
    assert_eq!(stage.value("switch:0/aenergy.total"), Value::Float(8.0));
    assert_eq!(stage.value("switch:0/output"), Value::Bool(false));
    assert_eq!(stage.value("thermostat:0/target_C"), Value::Float(20.0));
    assert_eq!(stage.value("sys/available_updates.stable.version"), Value::Null);
}

#[test]
fn what_is_no_status_changes_nothing() {
    let mut stage = Stage::new();
    stage.say(
        &format!("{ID}/status/switch:0"),
        r#"{"id":0,"output":true,"apower":1.5}"#,
    );
    for (topic, payload) in [
        ("status/switch:0", ""),
        ("status/switch:0", "[]"),
        ("status/switch:0", "on"),
        ("online", "maybe"),
        ("online", ""),
        ("events/rpc", r#"{"method":"NotifyStatus"}"#),
        ("events/rpc", r#"{"src":5,"method":"NotifyStatus","params":[1]}"#),
        (
            "events/rpc",
            r#"{"src":"x","method":"NotifyEvent","params":{"events":[{"component":"input:0"},7]}}"#,
        ),
        (
            "rpc",
            r#"{"id":1,"src":"me","method":"Switch.Set","params":{"id":0,"on":false}}"#,
        ),
        ("rpc", r#"{"id":1,"src":"other","dst":"me","error":{"code":404}}"#),
        ("command/switch:0", "off"),
        ("debug/log", "anything"),
    ] {
        stage.say(&format!("{ID}/{topic}"), payload);
        assert!(stage.values("switch:0/output").is_empty(), "{topic} {payload}");
    }
    // A bare nan, as broken firmware sends it.
    stage.say(
        &format!("{ID}/status/switch:0"),
        r#"{"id":0,"output":false,"apower":nan}"#,
    );
    assert_eq!(stage.value("switch:0/output"), Value::Bool(false));
    assert_eq!(stage.value("switch:0/apower"), Value::Null);
    // A part that was removed.
    says(&mut stage, "NotifyStatus", r#"{"ts":0,"switch:0":null}"#);
    stage.say(&format!("{ID}/status/switch:0"), r#"{"id":0,"output":true}"#);
    assert_eq!(stage.value("switch:0/output"), Value::Bool(true));
}
