//! Control of devices in their own conventions: what is asked leaves on the topic where the device listens, in its words; it is shown
//! as done once the device has said so, and what the device refuses says why.

// Test code: a failed expectation is how it tells.
#![allow(clippy::expect_used, clippy::unwrap_used)]

use hearthline_model::{Command, CommandOutcome, PointId, Role, Value};
use hearthline_tests::asks::{Ask, Home, ask, text};
use hearthline_tests::sparkplug::{DOUBLE, Metric, Payload};
use hearthline_tests::wait::until;
use prost::Message as _;
use serde_json::{Value as Json, json};

/// Cover, thermostat, lock and fan as Zigbee2MQTT describes them.
fn zigbee() -> Json {
    let numeric = |name: &str, more: Json| {
        let mut feature =
            json!({ "type": "numeric", "name": name, "label": name, "property": name, "access": 7 });
        feature
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        feature
    };
    let choice = |name: &str, values: &[&str]| json!({ "type": "enum", "name": name, "label": name, "property": name, "access": 7, "values": values });
    let binary = |name: &str, on: &str, off: &str| {
        json!({ "type": "binary", "name": name, "label": name, "property": name, "access": 7,
        "value_on": on, "value_off": off })
    };
    let device = |ieee: &str, name: &str, exposes: Json| {
        json!({
            "ieee_address": ieee, "type": "Router", "network_address": 1, "supported": true, "disabled": false,
            "friendly_name": name, "interview_completed": true, "interviewing": false,
            "definition": { "model": "M", "vendor": "V", "description": "D", "exposes": exposes },
        })
    };
    json!([
        device(
            "0x00158d0000000001",
            "Shade",
            json!([{ "type": "cover", "features": [
            choice("state", &["OPEN", "CLOSE", "STOP"]),
            numeric("position", json!({ "value_min": 0, "value_max": 100, "unit": "%" })),
            numeric("tilt", json!({ "value_min": 0, "value_max": 100, "unit": "%" })),
        ] }])
        ),
        device(
            "0x00158d0000000002",
            "Radiator",
            json!([{ "type": "climate", "features": [
            numeric("occupied_heating_setpoint", json!({ "value_min": 5, "value_max": 30, "value_step": 0.5, "unit": "°C" })),
            { "type": "numeric", "name": "local_temperature", "label": "t", "property": "local_temperature", "access": 5, "unit": "°C" },
            choice("system_mode", &["off", "auto", "heat"]),
        ] }])
        ),
        device(
            "0x00158d0000000003",
            "Gate",
            json!([{ "type": "lock", "features": [
            binary("state", "LOCK", "UNLOCK"),
        ] }])
        ),
        device(
            "0x00158d0000000004",
            "Hood",
            json!([{ "type": "fan", "features": [
            binary("state", "ON", "OFF"), choice("mode", &["low", "high"]),
        ] }])
        ),
    ])
}

#[tokio::test(flavor = "multi_thread")]
async fn natives_of_zigbee_tasmota_shelly_esphome_and_homie() {
    let mut home = Home::start().await;
    for filter in [
        "zigbee2mqtt/+/set",
        "cmnd/#",
        "shellies/+/+/+/command/#",
        "shellies/+/+/+/set",
        "shellies/+/thermostat/+/command/+",
        "+/rpc",
        "porch/+/+/command",
        "porch/+/+/+/command",
        "homie/5/well/+/+/set",
    ] {
        home.device.subscribe(filter).await;
    }
    zigbee2mqtt(&mut home).await;
    tasmota(&mut home).await;
    shelly_of_the_first_generation(&mut home).await;
    shelly_of_the_later_generations(&mut home).await;
    esphome(&mut home).await;
    homie(&mut home).await;
    home.running.stop().await;
}

/// The newest command of a point is refused with these words.
async fn refused(home: &Home, point: PointId, why: &str) {
    until(why, async || {
        let newest = home.running.engine.commands(Some(point), 1).await.ok()?.pop()?;
        matches!(&newest.outcome, CommandOutcome::Refused(reason) if reason.contains(why)).then_some(())
    })
    .await;
}

async fn zigbee2mqtt(home: &mut Home) {
    for (topic, payload) in [
        ("zigbee2mqtt/bridge/state", json!({ "state": "online" })),
        ("zigbee2mqtt/bridge/devices", zigbee()),
        (
            "zigbee2mqtt/Shade",
            json!({ "state": "CLOSE", "position": 0, "tilt": 0 }),
        ),
        (
            "zigbee2mqtt/Radiator",
            json!({ "occupied_heating_setpoint": 18, "local_temperature": 17.5, "system_mode": "heat" }),
        ),
        ("zigbee2mqtt/Gate", json!({ "state": "UNLOCK" })),
        ("zigbee2mqtt/Hood", json!({ "state": "OFF", "mode": "low" })),
    ] {
        home.device.publish(topic, payload.to_string(), true).await;
    }
    home.obeys(
        "Shade",
        &[
            ask(Role::Position, 60, "zigbee2mqtt/Shade/set", r#"{"position":60}"#)
                .way("zigbee2mqtt/Shade", r#"{"state":"OPEN","position":20,"tilt":0}"#)
                .done("zigbee2mqtt/Shade", r#"{"state":"OPEN","position":60,"tilt":0}"#),
            ask(Role::Tilt, 30, "zigbee2mqtt/Shade/set", r#"{"tilt":30}"#)
                .done("zigbee2mqtt/Shade", r#"{"state":"OPEN","position":60,"tilt":30}"#),
            ask(
                Role::OpenClose,
                text("close"),
                "zigbee2mqtt/Shade/set",
                r#"{"state":"CLOSE"}"#,
            )
            .way("zigbee2mqtt/Shade", r#"{"state":"OPEN","position":30,"tilt":30}"#)
            .done("zigbee2mqtt/Shade", r#"{"state":"CLOSE","position":0,"tilt":30}"#),
        ],
    )
    .await;
    home.obeys(
        "Radiator",
        &[
            ask(
                Role::TargetTemperature,
                21.5,
                "zigbee2mqtt/Radiator/set",
                r#"{"occupied_heating_setpoint":21.5}"#,
            )
            .done(
                "zigbee2mqtt/Radiator",
                r#"{"occupied_heating_setpoint":21.5,"system_mode":"heat"}"#,
            ),
            ask(
                Role::Mode,
                text("auto"),
                "zigbee2mqtt/Radiator/set",
                r#"{"system_mode":"auto"}"#,
            )
            .done(
                "zigbee2mqtt/Radiator",
                r#"{"occupied_heating_setpoint":21.5,"system_mode":"auto"}"#,
            ),
        ],
    )
    .await;
    home.obeys(
        "Gate",
        &[ask(
            Role::Lock,
            text("lock"),
            "zigbee2mqtt/Gate/set",
            r#"{"state":"LOCK"}"#,
        )
        .done("zigbee2mqtt/Gate", r#"{"state":"LOCK"}"#)],
    )
    .await;
    home.obeys(
        "Hood",
        &[
            ask(Role::Switch, true, "zigbee2mqtt/Hood/set", r#"{"state":"ON"}"#)
                .done("zigbee2mqtt/Hood", r#"{"state":"ON","mode":"low"}"#),
        ],
    )
    .await;
    // What the bridge says went wrong is why.
    let hood = home.point("Hood", Role::Switch, None).await;
    home.command(&hood, &ask(Role::Switch, false, "", "")).await;
    home.device.next().await;
    let log = json!({ "level": "error", "namespace": "z2m",
        "message": "z2m: Publish 'set' 'state' to 'Hood' failed: 'Error: ZCL command genOnOff.off failed (Timeout)'" });
    home.device
        .publish("zigbee2mqtt/bridge/logging", log.to_string(), false)
        .await;
    until("the hood's reason", async || {
        let newest = home.running.engine.commands(Some(hood.id), 1).await.ok()?.pop()?;
        matches!(&newest.outcome, CommandOutcome::Refused(reason) if reason.contains("Timeout")).then_some(())
    })
    .await;
}

async fn homie(home: &mut Home) {
    // A slow property of Homie: the device says where it goes long before it is there.
    let described = json!({ "homie": "5.0", "version": 1, "name": "Well", "nodes": { "pump": { "name": "Pump", "properties": {
        "level": { "name": "Level", "datatype": "integer", "format": "0:100", "settable": true, "unit": "%" } } } } });
    for (topic, payload) in [
        ("homie/5/well/$state", "ready".to_owned()),
        ("homie/5/well/$description", described.to_string()),
        ("homie/5/well/pump/level", "10".into()),
    ] {
        home.device.publish(topic, payload, true).await;
    }
    let level = home.running.point("Well", "pump/level").await;
    let command = Command {
        point: level.id,
        value: Value::Int(80),
        code: None,
    };
    home.running.engine.command(command).await.unwrap();
    assert_eq!(
        home.device.next().await,
        ("homie/5/well/pump/level/set".into(), b"80".to_vec())
    );
    home.device
        .publish("homie/5/well/pump/level/$target", "80", true)
        .await;
    home.running.outcome(level.id, &CommandOutcome::Accepted).await;
    home.device.publish("homie/5/well/pump/level", "80", true).await;
    home.running.outcome(level.id, &CommandOutcome::Confirmed).await;
}

/// What a device of Tasmota announces, with more.
fn tasmota_config(mac: &str, topic: &str, name: &str, more: &Json) -> (String, String) {
    let mut config = json!({
        "ip": "192.168.1.40", "dn": name, "fn": [name], "hn": topic, "mac": mac, "md": "Module", "ty": 0, "if": 0,
        "ofln": "Offline", "onln": "Online", "state": ["OFF", "ON", "TOGGLE", "HOLD"], "sw": "14.2.0", "t": topic,
        "ft": "%prefix%/%topic%/", "tp": ["cmnd", "stat", "tele"], "rl": [1], "swc": [], "btn": [], "so": {}, "lk": 1,
        "lt_st": 0, "sho": [], "sht": [], "ver": 1,
    });
    config
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    (format!("tasmota/discovery/{mac}/config"), config.to_string())
}

async fn tasmota(home: &mut Home) {
    for (topic, payload) in [
        // Its words are its own, and so is the order of its topics' levels elsewhere.
        tasmota_config(
            "5CCF7F000001",
            "board",
            "Board",
            &json!({ "rl": [1, 1, 1], "fn": ["Board Pump", "Board Fan", "Board Bell"], "state": ["Aus", "An", "Um", "Halt"] }),
        ),
        tasmota_config("5CCF7F000002", "strip", "Strip", &json!({ "rl": [2], "lt_st": 5 })),
        tasmota_config("5CCF7F000003", "louvre", "Louvre", &json!({ "rl": [3, 3], "sht": [[-90, 90, 500]], "fn": [null] })),
        tasmota_config("5CCF7F000004", "vent", "Vent", &json!({ "if": 1, "rl": [], "fn": [null] })),
        ("tele/board/STATE".into(), json!({ "POWER1": "Aus", "POWER2": "Aus", "POWER3": "Aus" }).to_string()),
        (
            "tele/strip/STATE".into(),
            json!({ "POWER": "OFF", "Dimmer": 20, "HSBColor": "0,0,20", "CT": 300, "Scheme": 0 }).to_string(),
        ),
        (
            "tele/louvre/SENSOR".into(),
            json!({ "Time": "2026-11-18T12:00:00", "Shutter1": { "Position": 0, "Direction": 0, "Target": 0, "Tilt": -90 } })
                .to_string(),
        ),
        ("tele/vent/STATE".into(), json!({ "FanSpeed": 0 }).to_string()),
    ] {
        home.device.publish(&topic, payload, true).await;
    }
    home.obeys(
        "Board",
        &[
            // By its answer, or by the plain word beside it.
            ask(Role::Switch, true, "cmnd/board/POWER1", "An")
                .named("Pump")
                .done("stat/board/RESULT", r#"{"POWER1":"An"}"#),
            ask(Role::Switch, true, "cmnd/board/POWER3", "An")
                .named("Bell")
                .done("stat/board/POWER3", "An"),
            ask(Role::Switch, false, "cmnd/board/POWER1", "Aus")
                .named("Pump")
                .done(
                    "tele/board/STATE",
                    r#"{"POWER1":"Aus","POWER2":"Aus","POWER3":"An"}"#,
                ),
        ],
    )
    .await;
    home.obeys(
        "Strip",
        &[
            ask(Role::Switch, true, "cmnd/strip/POWER", "ON").done("stat/strip/RESULT", r#"{"POWER":"ON"}"#),
            ask(Role::Brightness, 60, "cmnd/strip/Dimmer", "60").done(
                "stat/strip/RESULT",
                r#"{"POWER":"ON","Dimmer":60,"Color":"999999"}"#,
            ),
            ask(Role::Color, text("#ff8000"), "cmnd/strip/Color2", "255,128,0").done(
                "stat/strip/RESULT",
                r#"{"POWER":"ON","Dimmer":60,"HSBColor":"30,100,60"}"#,
            ),
            ask(Role::ColorTemperature, 4000, "cmnd/strip/CT", "250")
                .done("stat/strip/RESULT", r#"{"POWER":"ON","CT":250}"#),
            ask(Role::Effect, text("Cycle up"), "cmnd/strip/Scheme", "2")
                .done("stat/strip/RESULT", r#"{"Scheme":2}"#),
        ],
    )
    .await;
    home.refuses(
        "Strip",
        ask(Role::ColorTemperature, 1000, "", ""),
        "between 2000 and 6536",
    )
    .await;
    home.obeys(
        "Louvre",
        &[
            ask(Role::Position, 70, "cmnd/louvre/ShutterPosition1", "70")
                .way(
                    "stat/louvre/RESULT",
                    r#"{"Shutter1":{"Position":30,"Direction":1,"Target":70,"Tilt":-90}}"#,
                )
                .done(
                    "stat/louvre/RESULT",
                    r#"{"Shutter1":{"Position":70,"Direction":0,"Target":70,"Tilt":-90}}"#,
                ),
            ask(Role::OpenClose, text("close"), "cmnd/louvre/ShutterClose1", "")
                .way(
                    "stat/louvre/RESULT",
                    r#"{"Shutter1":{"Position":60,"Direction":-1,"Target":0}}"#,
                )
                .done(
                    "stat/louvre/RESULT",
                    r#"{"Shutter1":{"Position":0,"Direction":0,"Target":0}}"#,
                ),
            ask(Role::Tilt, 75, "cmnd/louvre/ShutterTilt1", "45").done(
                "stat/louvre/RESULT",
                r#"{"Shutter1":{"Position":0,"Direction":0,"Tilt":45}}"#,
            ),
        ],
    )
    .await;
    home.obeys(
        "Vent",
        &[ask(Role::Speed, 100, "cmnd/vent/FanSpeed", "3").done("stat/vent/RESULT", r#"{"FanSpeed":3}"#)],
    )
    .await;
    // What it does not understand it says.
    let vent = home.point("Vent", Role::Switch, None).await;
    home.command(&vent, &ask(Role::Switch, false, "", "")).await;
    home.hears("cmnd/vent/FanSpeed", "0", "the vent off").await;
    home.device
        .publish(
            "stat/vent/RESULT",
            r#"{"Command":"Unknown","Input":"FANSPEED"}"#,
            false,
        )
        .await;
    refused(home, vent.id, "does not know the command").await;
}

async fn shelly_of_the_first_generation(home: &mut Home) {
    let announce = |id: &str, model: &str, mac: &str| {
        let it = json!({ "id": id, "model": model, "mac": mac, "ip": "192.168.1.9", "new_fw": false, "fw_ver": "20230913-1" });
        (format!("shellies/{id}/announce"), it.to_string())
    };
    let duo = |on: bool, brightness: i64, ct: i64| {
        json!({ "ison": on, "mode": "white", "brightness": brightness, "temp": ct }).to_string()
    };
    let radiator = |target: f64| {
        json!({ "thermostats": [{ "pos": 0.0, "target_t": { "enabled": true, "value": target, "units": "C" },
            "tmp": { "value": 18.5, "units": "C", "is_valid": true }, "schedule": false, "window_open": false }] })
        .to_string()
    };
    for (topic, payload) in [
        announce("pump", "SHSW-1", "A1B2C3000001"),
        announce("awning", "SHSW-25", "A1B2C3000002"),
        announce("duo", "SHBDUO-1", "A1B2C3000003"),
        announce("radiatorvalve", "SHTRV-01", "A1B2C3000004"),
        ("shellies/pump/relay/0".into(), "off".into()),
        ("shellies/awning/roller/0".into(), "stop".into()),
        ("shellies/awning/roller/0/pos".into(), "0".into()),
        ("shellies/duo/light/0/status".into(), duo(false, 10, 4000)),
        ("shellies/radiatorvalve/info".into(), radiator(18.0)),
    ] {
        home.device.publish(&topic, payload, true).await;
    }
    home.obeys(
        "Pump",
        &[
            ask(Role::Switch, true, "shellies/pump/relay/0/command", "on")
                .done("shellies/pump/relay/0", "on"),
        ],
    )
    .await;
    home.refuses("Pump", ask(Role::Switch, text("perhaps"), "", ""), "on or off")
        .await;
    home.obeys(
        "Awning",
        &[
            ask(Role::Position, 30, "shellies/awning/roller/0/command/pos", "30")
                .way("shellies/awning/roller/0/pos", "20")
                .done("shellies/awning/roller/0/pos", "30"),
            ask(
                Role::OpenClose,
                text("open"),
                "shellies/awning/roller/0/command",
                "open",
            )
            .way("shellies/awning/roller/0", "open")
            .done("shellies/awning/roller/0", "stop"),
            ask(
                Role::OpenClose,
                text("close"),
                "shellies/awning/roller/0/command",
                "close",
            )
            .done("shellies/awning/roller/0/pos", "0"),
        ],
    )
    .await;
    home.obeys(
        "Duo",
        &[
            ask(
                Role::Brightness,
                80,
                "shellies/duo/light/0/set",
                r#"{"turn":"on","brightness":80}"#,
            )
            .done(
                "shellies/duo/light/0/status",
                r#"{"ison":true,"mode":"white","brightness":80,"temp":4000}"#,
            ),
            ask(
                Role::ColorTemperature,
                3000,
                "shellies/duo/light/0/set",
                r#"{"turn":"on","temp":3000}"#,
            )
            .done(
                "shellies/duo/light/0/status",
                r#"{"ison":true,"mode":"white","brightness":80,"temp":3000}"#,
            ),
        ],
    )
    .await;
    home.obeys(
        "Radiatorvalve",
        &[ask(
            Role::TargetTemperature,
            21.5,
            "shellies/radiatorvalve/thermostat/0/command/target_t",
            "21.5",
        )
        .done(
            "shellies/radiatorvalve/info",
            r#"{"thermostats":[{"pos":40.0,"target_t":{"enabled":true,"value":21.5,"units":"C"},"tmp":{"value":18.5,"units":"C","is_valid":true}}]}"#,
        )],
    )
    .await;
}

async fn shelly_of_the_later_generations(home: &mut Home) {
    const SRC: &str = "shellypro4pm-aabbccddee01";
    let status = json!({
        "switch:0": { "id": 0, "output": false }, "switch:1": { "id": 1, "output": false },
        "cover:0": { "id": 0, "state": "closed", "current_pos": 0, "pos_control": true },
        "light:0": { "id": 0, "output": false, "brightness": 10 },
        "rgb:0": { "id": 0, "output": false, "brightness": 10, "rgb": [255, 255, 255] },
        "thermostat:0": { "id": 0, "enable": true, "target_C": 20.0, "current_C": 19.0, "output": false },
        "sys": { "mac": "AABBCCDDEE01", "available_updates": {} },
    });
    let full = json!({ "src": SRC, "dst": "cellar/events", "method": "NotifyFullStatus", "params": status });
    home.device.publish("cellar/online", "true", true).await;
    home.device
        .publish("cellar/events/rpc", full.to_string(), false)
        .await;
    let call = |method: &str, params: Json| json!({ "method": method, "params": params }).to_string();
    let says = |params: Json| {
        json!({ "src": SRC, "dst": "cellar/events", "method": "NotifyStatus", "params": params }).to_string()
    };
    let leak = |text: String| -> &'static str { Box::leak(text.into_boxed_str()) };
    let rpc = |role, value: Value, method: &str, params: Json| {
        ask(role, value, "cellar/rpc", leak(call(method, params)))
    };
    let said = |ask: Ask, params: Json| ask.done("cellar/events/rpc", leak(says(params)));
    home.obeys(
        "Cellar",
        &[
            said(
                rpc(
                    Role::Switch,
                    Value::Bool(true),
                    "Switch.Set",
                    json!({ "id": 1, "on": true }),
                )
                .named("Switch 2"),
                json!({ "switch:1": { "id": 1, "output": true, "source": "MQTT" } }),
            ),
            said(
                rpc(Role::OpenClose, text("open"), "Cover.Open", json!({ "id": 0 })).way(
                    "cellar/events/rpc",
                    leak(says(json!({ "cover:0": { "id": 0, "state": "opening" } }))),
                ),
                json!({ "cover:0": { "id": 0, "state": "open", "current_pos": 100 } }),
            ),
            said(
                rpc(
                    Role::Position,
                    Value::Int(30),
                    "Cover.GoToPosition",
                    json!({ "id": 0, "pos": 30 }),
                )
                .way(
                    "cellar/events/rpc",
                    leak(says(json!({ "cover:0": { "id": 0, "current_pos": 60 } }))),
                ),
                json!({ "cover:0": { "id": 0, "state": "open", "current_pos": 30 } }),
            ),
            said(
                rpc(
                    Role::Color,
                    text("#ff0080"),
                    "RGB.Set",
                    json!({ "id": 0, "on": true, "rgb": [255, 0, 128] }),
                ),
                json!({ "rgb:0": { "id": 0, "output": true, "rgb": [255, 0, 128] } }),
            ),
            said(
                rpc(
                    Role::TargetTemperature,
                    Value::Float(22.5),
                    "Thermostat.SetConfig",
                    json!({ "id": 0, "config": { "id": 0, "target_C": 22.5 } }),
                ),
                json!({ "thermostat:0": { "id": 0, "target_C": 22.5 } }),
            ),
            said(
                rpc(
                    Role::Mode,
                    text("off"),
                    "Thermostat.SetConfig",
                    json!({ "id": 0, "config": { "id": 0, "enable": false } }),
                ),
                json!({ "thermostat:0": { "id": 0, "enable": false } }),
            ),
        ],
    )
    .await;
    // What it answers with an error it refused, and that is why.
    let cover = home.point("Cellar", Role::Position, None).await;
    home.command(&cover, &ask(Role::Position, 80, "", "")).await;
    let asked = call("Cover.GoToPosition", json!({ "id": 0, "pos": 80 }));
    let request = home.hears("cellar/rpc", &asked, "the cover").await;
    let answer = json!({ "id": request["id"], "src": SRC, "dst": request["src"],
        "error": { "code": -109, "message": "Not calibrated!" } });
    home.device
        .publish("hearthline/rpc", answer.to_string(), false)
        .await;
    refused(home, cover.id, "Not calibrated!").await;
}

async fn esphome(home: &mut Home) {
    for (topic, payload) in [
        ("porch/status", "online"),
        ("porch/switch/pond/state", "OFF"),
        ("porch/number/dimming/state", "10"),
        ("porch/select/program/state", "Calm"),
        ("porch/lock/gate/state", "LOCKED"),
        ("porch/cover/shade/state", "closed"),
        ("porch/cover/shade/position/state", "0"),
        (
            "porch/light/lantern/state",
            r#"{"state":"OFF","brightness":0,"color_mode":"rgb","color":{"r":255,"g":255,"b":255}}"#,
        ),
    ] {
        home.device.publish(topic, payload, true).await;
    }
    home.obeys(
        "Porch",
        &[
            ask(Role::Switch, true, "porch/switch/pond/command", "ON")
                .named("Pond")
                .done("porch/switch/pond/state", "ON"),
            ask(Role::Value, 42.5, "porch/number/dimming/command", "42.5")
                .named("Dimming")
                .done("porch/number/dimming/state", "42.5"),
            ask(
                Role::Value,
                text("Boost"),
                "porch/select/program/command",
                "Boost",
            )
            .named("Program")
            .done("porch/select/program/state", "Boost"),
            ask(Role::Lock, text("unlock"), "porch/lock/gate/command", "UNLOCK")
                .way("porch/lock/gate/state", "UNLOCKING")
                .done("porch/lock/gate/state", "UNLOCKED"),
            ask(Role::OpenClose, text("open"), "porch/cover/shade/command", "OPEN")
                .way("porch/cover/shade/state", "opening")
                .done("porch/cover/shade/state", "open"),
            ask(Role::Position, 40, "porch/cover/shade/position/command", "40")
                .done("porch/cover/shade/position/state", "40"),
            ask(
                Role::Brightness,
                100,
                "porch/light/lantern/command",
                r#"{"state":"ON","brightness":255}"#,
            )
            .done("porch/light/lantern/state", r#"{"state":"ON","brightness":255}"#),
        ],
    )
    .await;
    home.refuses(
        "Porch",
        ask(Role::Lock, text("kick"), "", ""),
        "lock, unlock, open",
    )
    .await;
    home.refuses("Porch", ask(Role::Position, 140, "", ""), "between 0 and 100")
        .await;
}

/// A command of Sparkplug: where it goes and what it holds.
async fn written(home: &mut Home, topic: &str) -> Metric {
    loop {
        let (heard, bytes) = home.device.next().await;
        let payload = Payload::decode(&bytes[..]).unwrap();
        assert!(payload.timestamp.is_some());
        assert_eq!(payload.seq, None, "commands are not numbered");
        let metric = payload.metrics.into_iter().next().unwrap();
        if metric.name.as_deref() == Some("Node Control/Rebirth") {
            continue;
        }
        assert_eq!(heard, topic);
        return metric;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_of_sparkplug() {
    const INT32: u32 = 3;
    let mut home = Home::start().await;
    home.device.subscribe("spBv1.0/+/NCMD/#").await;
    home.device.subscribe("spBv1.0/+/DCMD/#").await;
    let aliased = |metric: Metric, alias| Metric {
        alias: Some(alias),
        ..metric
    };
    let target = Metric {
        int: Some(1200),
        ..Metric::of("TargetSetpoint", INT32)
    };
    let node = Payload::birth([Metric::flag("Node Control/Rebirth", false), target]);
    let device = Payload::new(
        1,
        vec![
            aliased(Metric::real("VolumeSetpoint", 500.0), 7),
            aliased(Metric::flag("ValveCommand", false), 8),
            aliased(Metric::real("Level", 1.5), 9),
        ],
    );
    home.device
        .publish("spBv1.0/Plant/NBIRTH/Line9", node.bytes(), false)
        .await;
    home.device
        .publish("spBv1.0/Plant/DBIRTH/Line9/Filler", device.bytes(), false)
        .await;
    let point = async |home: &Home, device: &str, name: &str| home.running.point(device, name).await;
    let send = async |home: &Home, point: PointId, value: Value| {
        let command = Command {
            point,
            value,
            code: None,
        };
        home.running.engine.command(command).await.unwrap().outcome
    };

    // To the node by name, and to the device by the alias alone that its birth gave.
    let goal = point(&home, "Line 9", "TargetSetpoint").await;
    assert_eq!(send(&home, goal.id, Value::Int(-5)).await, CommandOutcome::Sent);
    let metric = written(&mut home, "spBv1.0/Plant/NCMD/Line9").await;
    assert_eq!(
        (metric.name.as_deref(), metric.alias),
        (Some("TargetSetpoint"), None)
    );
    assert_eq!((metric.datatype, metric.int), (Some(INT32), Some(-5_i32 as u32)));
    let told = Payload::new(
        2,
        vec![Metric {
            int: Some(-5_i32 as u32),
            ..Metric::of("TargetSetpoint", INT32)
        }],
    );
    home.device
        .publish("spBv1.0/Plant/NDATA/Line9", told.bytes(), false)
        .await;
    home.running.outcome(goal.id, &CommandOutcome::Confirmed).await;

    let volume = point(&home, "Filler", "VolumeSetpoint").await;
    assert_eq!(
        send(&home, volume.id, Value::Float(510.5)).await,
        CommandOutcome::Sent
    );
    let metric = written(&mut home, "spBv1.0/Plant/DCMD/Line9/Filler").await;
    assert_eq!((metric.name, metric.alias), (None, Some(7)));
    assert_eq!((metric.datatype, metric.double), (Some(DOUBLE), Some(510.5)));
    // It goes there bit by bit.
    for (seq, at, outcome) in [
        (3, 505.0, CommandOutcome::Accepted),
        (4, 510.5, CommandOutcome::Confirmed),
    ] {
        let told = Payload::new(
            seq,
            vec![Metric {
                double: Some(at),
                alias: Some(7),
                ..Metric::default()
            }],
        );
        home.device
            .publish("spBv1.0/Plant/DDATA/Line9/Filler", told.bytes(), false)
            .await;
        home.running.outcome(volume.id, &outcome).await;
    }
    for (name, value, why) in [
        ("VolumeSetpoint", text("much"), "a number"),
        ("ValveCommand", text("ajar"), "true or false"),
        // A measurement is nobody's to set.
        ("Level", Value::Float(3.0), "cannot be written"),
    ] {
        let it = point(&home, "Filler", name).await;
        match send(&home, it.id, value).await {
            CommandOutcome::Refused(reason) => assert!(reason.contains(why), "{name}: {reason}"),
            other => panic!("{name}: {other:?}"),
        }
    }
    home.running.stop().await;
}
