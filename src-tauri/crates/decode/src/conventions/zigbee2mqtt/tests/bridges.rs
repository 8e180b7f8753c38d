//! The bridge itself, and where it is found.

use hearthline_model::Value;
use insta::assert_snapshot;
use serde_json::json;

use super::{ONE, Stage, TWO, device, devices};

fn info() -> String {
    json!({
        "version": "2.1.0", "commit": "abcdef0",
        "coordinator": {"ieee_address": "0x00124B0018E27AD2", "type": "zStack3x0", "meta": {"revision": 20_240_710}},
        "network": {"channel": 15, "pan_id": 6754, "extended_pan_id": "0xdddddddddddddddd"},
        "log_level": "info", "permit_join": true, "permit_join_end": 1_795_000_254_000_i64, "restart_required": false,
        "config": {"advanced": {"output": "json"}, "devices": {}}, "config_schema": {},
    })
    .to_string()
}

#[test]
fn a_bridge_is_a_device_that_can_be_asked() {
    let mut stage = Stage::new();
    stage
        .say("zigbee2mqtt/bridge/state", r#"{"state":"online"}"#)
        .say("zigbee2mqtt/bridge/info", &info())
        .say("zigbee2mqtt/bridge/devices", &devices(&[device(ONE, "Plug", json!([]))]))
        .say(
            "zigbee2mqtt/bridge/health",
            r#"{"response_time":1795000000000,"healthy":true,"os":{"load_average":[0.5,0.4,0.3],"memory_used_mb":2100.5,"memory_percent":51.2},
            "process":{"uptime_sec":86400,"memory_used_mb":180.25,"memory_percent":4.4},"mqtt":{"connected":true,"queued":0,"published":120,"received":30},
            "devices":{"0x00158d0001abcde1":{"messages":12,"messages_per_sec":0.25,"leave_count":1,"network_address_changes":0}}}"#,
        )
        .say("zigbee2mqtt/bridge/definitions", r#"{"clusters":{}}"#)
        .say("zigbee2mqtt/bridge/extensions", "[]")
        .say("zigbee2mqtt/bridge/request/permit_join", r#"{"time":254}"#)
        .say("zigbee2mqtt/bridge/response/permit_join", r#"{"data":{"time":254},"status":"ok"}"#);
    let it = "z2m:bridge:zigbee2mqtt";
    stage
        .set(&format!("{it}|permit_join"), true)
        .set(&format!("{it}|permit_join"), false)
        .set(&format!("{it}|permit_join_time"), 60.0)
        .set(&format!("{it}|permit_join_time"), 600.0)
        .set(&format!("{it}|log_level"), "debug")
        .set(&format!("{it}|log_level"), "loud")
        .set(&format!("{it}|restart"), Value::Null)
        .set(&format!("{it}|version"), "3");
    assert_snapshot!(stage.take());
}

#[test]
fn old_versions_say_less() {
    let mut stage = Stage::new();
    stage
        .say("zigbee2mqtt/bridge/state", "online")
        .say("zigbee2mqtt/bridge/config", r#"{"version":"1.14.4","commit":"x","coordinator":"zStack12","log_level":"info","permit_join":false}"#)
        .say("zigbee2mqtt/bridge/state", "offline")
        .say("zigbee2mqtt/bridge/state", "odd");
    assert_snapshot!(stage.take());
}

#[test]
fn bases_are_found_by_what_is_published() {
    let mut stage = Stage::new();
    let plug = json!([{"type": "numeric", "name": "power", "label": "Power", "property": "power", "access": 1, "unit": "W"}]);
    stage
        // The state comes first and is nobody's yet.
        .say("site/north/z2m/Desk/Plug", r#"{"power":5}"#)
        .say(
            "site/north/z2m/bridge/devices",
            &devices(&[device(ONE, "Desk/Plug", plug.clone())]),
        )
        .say("site/north/z2m/Desk/Plug", r#"{"power":6}"#)
        .say("zigbee_cellar/bridge/state", "online")
        .say(
            "zigbee_cellar/bridge/devices",
            &devices(&[device(TWO, "Desk/Plug", plug)]),
        )
        .say("zigbee_cellar/Desk/Plug", r#"{"power":7}"#)
        // Others have bridges as well.
        .say("office/bridge/state", "online")
        .say("office/bridge/devices", r#"[{"id":1}]"#)
        .say("office/bridge/info", r#"{"uptime":1}"#);
    assert_eq!(
        stage.decoder.claimed_by("site/north/z2m/Desk/Plug"),
        ["zigbee2mqtt"]
    );
    for topic in ["state", "devices", "info"] {
        let claimed = stage.decoder.claimed_by(&format!("office/bridge/{topic}"));
        assert!(!claimed.contains(&"zigbee2mqtt"), "{topic}: {claimed:?}");
    }
    assert_snapshot!(stage.take());
}
