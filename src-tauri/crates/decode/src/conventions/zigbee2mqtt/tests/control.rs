//! Writes that do not fit, and firmware updates.

use hearthline_model::Value;
use serde_json::json;

use super::{ONE, Stage, device, devices};

#[test]
fn updates_and_scenes_can_be_asked_for() {
    let mut item = device(ONE, "Lamp", json!([]));
    item["definition"]["supports_ota"] = true.into();
    item["endpoints"]["11"] = json!({"scenes": [{"id": 3, "name": "sunset"}]});
    let mut stage = Stage::new();
    stage.say("zigbee2mqtt/bridge/devices", &devices(&[item]));
    let it = "z2m:00158d0001abcde1";
    let mut ask = |key: &str| stage.command(&format!("{it}|{key}"), &Value::Null).unwrap();
    let at = "zigbee2mqtt/bridge/request/device/ota_update";
    assert_eq!(
        ask("update.install"),
        (format!("{at}/update"), format!(r#"{{"id":"{ONE}"}}"#))
    );
    assert_eq!(
        ask("update.check"),
        (format!("{at}/check"), format!(r#"{{"id":"{ONE}"}}"#))
    );
    assert_eq!(
        ask("scene.3"),
        (
            "zigbee2mqtt/Lamp/set".to_owned(),
            r#"{"scene_recall":3}"#.to_owned()
        )
    );
}

#[test]
fn what_does_not_fit_is_refused_in_words() {
    let numeric = |name: &str, more: serde_json::Value| {
        let mut json = json!({"type": "numeric", "name": name, "property": name, "access": 7});
        json.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        json
    };
    let mut stage = Stage::new();
    let exposes = json!([
        numeric("both", json!({"value_min": 1, "value_max": 5})),
        numeric("low", json!({"value_min": 1})),
        numeric("high", json!({"value_max": "5"})),
        numeric("any", json!({})),
        {"type": "binary", "name": "flag", "property": "flag", "access": 7, "value_on": "Yes", "value_off": "No"},
        {"type": "text", "name": "words", "property": "words", "access": 7}
    ]);
    stage.say(
        "zigbee2mqtt/bridge/devices",
        &devices(&[device(ONE, "X", exposes)]),
    );
    let mut refused = |key: &str, value: Value| {
        let key = format!("z2m:00158d0001abcde1|{key}");
        stage
            .command(&key, &value)
            .map_or_else(|error| error, |(_, payload)| payload)
    };
    assert_eq!(refused("both", Value::Int(3)), r#"{"both":3}"#);
    assert_eq!(refused("both", Value::Float(2.5)), r#"{"both":2.5}"#);
    assert_eq!(refused("both", Value::Int(6)), "6 is not within 1 and 5");
    assert_eq!(refused("low", Value::Int(0)), "0 is under 1");
    assert_eq!(refused("high", Value::Float(5.5)), "5.5 is over 5");
    assert_eq!(
        refused("any", Value::Int(i64::MAX)),
        format!(r#"{{"any":{}}}"#, i64::MAX)
    );
    assert_eq!(refused("any", Value::Float(f64::NAN)), "a number is needed");
    assert_eq!(refused("any", Value::text("many")), "a number is needed");
    assert_eq!(refused("flag", Value::Bool(true)), r#"{"flag":"Yes"}"#);
    assert_eq!(refused("flag", Value::text("no")), r#"{"flag":"No"}"#);
    assert_eq!(refused("flag", Value::Int(1)), "on or off is needed");
    assert_eq!(refused("words", Value::text("a\"b")), r#"{"words":"a\"b"}"#);
    assert_eq!(
        refused("words", Value::text("x".repeat(20_000))),
        "the text is longer than 16384 bytes"
    );
}
