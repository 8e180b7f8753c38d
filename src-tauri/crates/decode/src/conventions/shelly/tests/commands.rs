//! The way back, and what becomes of a refusal.

use hearthline_model::Value;

use super::Stage;

const RELAY: &str = "shellypro4pm-30c6f7a1b2c3";

fn sends(stage: &mut Stage, key: &str, value: &Value) -> (String, serde_json::Value) {
    let sent = stage.write(key, value);
    let (topic, payload) = sent.split_once(' ').unwrap_or_else(|| panic!("{sent}"));
    (
        topic.to_owned(),
        serde_json::from_str(payload).unwrap_or_else(|_| panic!("{sent}")),
    )
}

#[test]
fn calls_of_the_later_generations() {
    let mut stage = Stage::new();
    stage.say(&format!("{RELAY}/status/switch:2"), r#"{"id":2,"output":false}"#);
    stage.say(
        &format!("{RELAY}/status/cover:0"),
        r#"{"id":0,"state":"open","current_pos":50,"slat_pos":0}"#,
    );
    stage.say(
        &format!("{RELAY}/status/rgbw:0"),
        r#"{"id":0,"output":true,"rgb":[1,2,3],"brightness":5,"white":0}"#,
    );
    stage.say(
        &format!("{RELAY}/status/cct:0"),
        r#"{"id":0,"output":true,"brightness":5,"ct":3000}"#,
    );
    stage.say(&format!("{RELAY}/status/boolean:200"), r#"{"value":true}"#);
    stage.say(&format!("{RELAY}/status/button:200"), "{}");
    stage.say(
        &format!("{RELAY}/status/sys"),
        r#"{"mac":"30C6F7A1B2C3","available_updates":{}}"#,
    );
    for (key, value, method, params) in [
        (
            "switch:2/output",
            Value::Bool(true),
            "Switch.Set",
            r#"{"id":2,"on":true}"#,
        ),
        (
            "switch:2/output",
            Value::text("toggle"),
            "Switch.Toggle",
            r#"{"id":2}"#,
        ),
        ("cover:0/state", Value::text("open"), "Cover.Open", r#"{"id":0}"#),
        ("cover:0/state", Value::text("stop"), "Cover.Stop", r#"{"id":0}"#),
        (
            "cover:0/current_pos",
            Value::Int(30),
            "Cover.GoToPosition",
            r#"{"id":0,"pos":30}"#,
        ),
        (
            "cover:0/slat_pos",
            Value::Float(12.4),
            "Cover.GoToPosition",
            r#"{"id":0,"slat_pos":12}"#,
        ),
        (
            "rgbw:0/rgb",
            Value::text("#ff0000"),
            "RGBW.Set",
            r#"{"id":0,"on":true,"rgb":[255,0,0]}"#,
        ),
        (
            "rgbw:0/white",
            Value::Int(100),
            "RGBW.Set",
            r#"{"id":0,"white":255}"#,
        ),
        (
            "cct:0/ct",
            Value::Int(4000),
            "CCT.Set",
            r#"{"ct":4000,"id":0,"on":true}"#,
        ),
        (
            "cct:0/brightness",
            Value::Int(0),
            "CCT.Set",
            r#"{"id":0,"on":false}"#,
        ),
        (
            "boolean:200/value",
            Value::Bool(false),
            "Boolean.Set",
            r#"{"id":200,"value":false}"#,
        ),
        (
            "button:200/value",
            Value::Null,
            "Button.Trigger",
            r#"{"event":"single_push","id":200}"#,
        ),
    ] {
        let (topic, sent) = sends(&mut stage, key, &value);
        assert_eq!(topic, format!("{RELAY}/rpc"));
        assert_eq!(sent["method"], method, "{key}");
        assert_eq!(sent["params"].to_string(), params, "{key}");
        assert_eq!(sent["src"], "hearthline");
    }
    let (_, sent) = sends(&mut stage, "sys/install", &Value::Null);
    assert_eq!(sent["params"]["stage"], "stable");
    for (key, value) in [
        ("switch:2/output", Value::Int(7)),
        ("cover:0/current_pos", Value::Int(101)),
        ("cover:0/state", Value::text("fly")),
    ] {
        assert!(stage.write(key, &value).starts_with("refused: "), "{key}");
    }
}

#[test]
fn a_refusal_is_told_in_plain_words() {
    let mut stage = Stage::new();
    stage.say(
        &format!("{RELAY}/status/cover:0"),
        r#"{"id":0,"state":"stopped","current_pos":50,"pos_control":true}"#,
    );
    let (_, sent) = sends(&mut stage, "cover:0/current_pos", &Value::Int(30));
    let answer = format!(
        r#"{{"id":{},"src":"{RELAY}","dst":"hearthline","error":{{"code":-109,"message":"Not calibrated!"}}}}"#,
        sent["id"]
    );
    stage.say("hearthline/rpc", &answer);
    let told = "! reported: the device refused the command Cover.GoToPosition of cover:0: its present state does not allow it (error -109: Not calibrated!)";
    assert!(stage.text().ends_with(&format!("  {told}\n")), "{}", stage.text());
    // The same answer again, or one to somebody else, tells nothing.
    let before = stage.text().len();
    stage.say("hearthline/rpc", &answer);
    assert_eq!(stage.text()[before..].lines().count(), 1, "{}", stage.text());
}

#[test]
fn a_device_that_answers_no_call_is_told_by_its_control_topic() {
    let mut stage = Stage::new();
    stage.say(&format!("{RELAY}/status/switch:0"), r#"{"id":0,"output":false}"#);
    stage.say(
        &format!("{RELAY}/status/cover:0"),
        r#"{"id":0,"state":"open","current_pos":50}"#,
    );
    assert!(
        stage
            .write("switch:0/output", &Value::Bool(true))
            .starts_with(&format!("{RELAY}/rpc "))
    );
    stage.wait(31_000);
    assert_eq!(
        stage.write("switch:0/output", &Value::Bool(true)),
        format!("{RELAY}/command/switch:0 on")
    );
    assert_eq!(
        stage.write("cover:0/current_pos", &Value::Int(25)),
        format!("{RELAY}/command/cover:0 pos,25")
    );
    assert_eq!(
        stage.write("cover:0/state", &Value::text("close")),
        format!("{RELAY}/command/cover:0 close")
    );
    stage.say(
        "hearthline/rpc",
        &format!(r#"{{"id":1,"src":"{RELAY}","dst":"hearthline","result":{{"was_on":false}}}}"#),
    );
    assert!(
        stage
            .write("switch:0/output", &Value::Bool(true))
            .starts_with(&format!("{RELAY}/rpc "))
    );
}
