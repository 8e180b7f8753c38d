//! Every kind that can be controlled: what is asked arrives where the device listens, in its words, and is shown as done once the
//! device has said so; what is on its way is said to be, and what is refused says why.

// Test code: a failed expectation is how it tells.
#![allow(clippy::expect_used, clippy::unwrap_used)]

use hearthline_model::{CommandOutcome, Role, Value};
use hearthline_tests::asks::{Home, ask, text};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn lights_switches_and_sirens() {
    let mut home = Home::start().await;
    home.entity(
        "switch",
        "plug",
        json!({ "stat_t": "plug/s", "cmd_t": "plug/set" }),
        &[("plug/s", "OFF")],
    )
    .await;
    home.obeys(
        "plug",
        &[
            ask(Role::Switch, true, "plug/set", "ON").done("plug/s", "ON"),
            ask(Role::Switch, false, "plug/set", "OFF").done("plug/s", "OFF"),
        ],
    )
    .await;
    home.refuses("plug", ask(Role::Switch, text("maybe"), "", ""), "on or off")
        .await;

    let lamp = json!({
        "schema": "json", "stat_t": "lamp/s", "cmd_t": "lamp/set", "brightness": true, "effect": true,
        "effect_list": ["calm", "party"], "sup_clrm": ["rgb", "color_temp"], "color_temp_kelvin": true,
        "min_kelvin": 2000, "max_kelvin": 6500,
    });
    home.entity("light", "lamp", lamp, &[("lamp/s", r#"{"state":"OFF"}"#)])
        .await;
    home.obeys(
        "lamp",
        &[
            ask(Role::Switch, true, "lamp/set", r#"{"state":"ON"}"#).done("lamp/s", r#"{"state":"ON"}"#),
            // A lamp that fades says how far it is.
            ask(
                Role::Brightness,
                100,
                "lamp/set",
                r#"{"state":"ON","brightness":255}"#,
            )
            .done("lamp/s", r#"{"state":"ON","brightness":255}"#),
            ask(
                Role::Brightness,
                40,
                "lamp/set",
                r#"{"state":"ON","brightness":102}"#,
            )
            .way("lamp/s", r#"{"state":"ON","brightness":180}"#)
            .done("lamp/s", r#"{"state":"ON","brightness":102}"#),
            ask(
                Role::ColorTemperature,
                3000,
                "lamp/set",
                r#"{"state":"ON","color_temp":3000}"#,
            )
            .done(
                "lamp/s",
                r#"{"state":"ON","color_mode":"color_temp","color_temp":3000}"#,
            ),
            ask(
                Role::Color,
                text("#ff8000"),
                "lamp/set",
                r#"{"state":"ON","color":{"r":255,"g":128,"b":0}}"#,
            )
            .done(
                "lamp/s",
                r#"{"state":"ON","color_mode":"rgb","color":{"r":255,"g":128,"b":0}}"#,
            ),
            ask(
                Role::Effect,
                text("party"),
                "lamp/set",
                r#"{"state":"ON","effect":"party"}"#,
            )
            .done("lamp/s", r#"{"state":"ON","effect":"party"}"#),
        ],
    )
    .await;
    home.refuses("lamp", ask(Role::Brightness, 140, "", ""), "between 0 and 100")
        .await;
    home.refuses("lamp", ask(Role::Effect, text("disco"), "", ""), "calm, party")
        .await;

    let siren = json!({ "stat_t": "siren/s", "cmd_t": "siren/set", "av_tones": ["bell", "whoop"] });
    home.entity("siren", "siren", siren, &[("siren/s", r#"{"state":"OFF"}"#)])
        .await;
    home.obeys(
        "siren",
        &[
            ask(
                Role::Tone,
                text("whoop"),
                "siren/set",
                r#"{"state":"ON","tone":"whoop"}"#,
            )
            .done("siren/s", r#"{"state":"ON","tone":"whoop"}"#),
            ask(
                Role::Volume,
                0.25,
                "siren/set",
                r#"{"state":"ON","volume_level":0.25}"#,
            )
            .done("siren/s", r#"{"state":"ON","volume_level":0.25}"#),
            ask(Role::Switch, false, "siren/set", r#"{"state":"OFF"}"#).done("siren/s", r#"{"state":"OFF"}"#),
        ],
    )
    .await;
    home.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn covers_valves_and_fans() {
    let mut home = Home::start().await;
    let blind = json!({
        "stat_t": "blind/s", "cmd_t": "blind/set/move", "pos_t": "blind/p", "set_pos_t": "blind/set/position",
        "tilt_cmd_t": "blind/set/tilt", "tilt_status_t": "blind/t", "dev_cla": "blind",
    });
    home.entity(
        "cover",
        "blind",
        blind,
        &[("blind/p", "0"), ("blind/s", "closed"), ("blind/t", "0")],
    )
    .await;
    home.obeys(
        "blind",
        &[
            ask(Role::OpenClose, text("open"), "blind/set/move", "OPEN")
                .way("blind/s", "opening")
                .done("blind/s", "open"),
            // Its position moves before its state does.
            ask(Role::OpenClose, text("close"), "blind/set/move", "CLOSE")
                .way("blind/p", "60")
                .done("blind/s", "closed"),
            ask(Role::Position, 40, "blind/set/position", "40")
                .way("blind/p", "55")
                .done("blind/p", "40"),
            ask(Role::Tilt, 75, "blind/set/tilt", "75").done("blind/t", "75"),
        ],
    )
    .await;
    home.device.publish("blind/s", "opening", true).await;
    home.obeys(
        "blind",
        &[ask(Role::OpenClose, text("stop"), "blind/set/move", "STOP").done("blind/s", "stopped")],
    )
    .await;
    home.refuses(
        "blind",
        ask(Role::OpenClose, text("wave"), "", ""),
        "it takes open, close, stop",
    )
    .await;

    let valve =
        json!({ "stat_t": "valve/s", "cmd_t": "valve/set", "reports_position": true, "pl_stop": "STOP" });
    home.entity(
        "valve",
        "valve",
        valve,
        &[("valve/s", r#"{"state":"closed","position":0}"#)],
    )
    .await;
    home.obeys(
        "valve",
        &[
            ask(Role::OpenClose, text("open"), "valve/set", "100")
                .way("valve/s", r#"{"state":"opening","position":30}"#)
                .done("valve/s", r#"{"state":"open","position":100}"#),
            ask(Role::Position, 25, "valve/set", "25").done("valve/s", r#"{"position":25}"#),
        ],
    )
    .await;

    let fan = json!({
        "stat_t": "fan/s", "cmd_t": "fan/set/power", "pct_stat_t": "fan/pct", "pct_cmd_t": "fan/set/pct",
        "osc_stat_t": "fan/osc", "osc_cmd_t": "fan/set/osc", "dir_stat_t": "fan/dir", "dir_cmd_t": "fan/set/dir",
        "pr_mode_stat_t": "fan/mode", "pr_mode_cmd_t": "fan/set/mode", "pr_modes": ["eco", "boost"],
    });
    home.entity("fan", "fan", fan, &[("fan/s", "OFF"), ("fan/pct", "0")])
        .await;
    home.obeys(
        "fan",
        &[
            ask(Role::Switch, true, "fan/set/power", "ON").done("fan/s", "ON"),
            ask(Role::Speed, 66, "fan/set/pct", "66").done("fan/pct", "66"),
            ask(Role::Oscillation, true, "fan/set/osc", "oscillate_on").done("fan/osc", "oscillate_on"),
            ask(Role::Direction, text("reverse"), "fan/set/dir", "reverse").done("fan/dir", "reverse"),
            ask(Role::PresetMode, text("boost"), "fan/set/mode", "boost").done("fan/mode", "boost"),
        ],
    )
    .await;
    home.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn warmth_water_and_humidity() {
    let mut home = Home::start().await;
    let heat = json!({
        "mode_stat_t": "heat/mode", "mode_cmd_t": "heat/set/mode", "modes": ["off", "heat", "cool"],
        "temp_stat_t": "heat/t", "temp_cmd_t": "heat/set/t", "temp_step": 0.5, "min_temp": 7, "max_temp": 30,
        "curr_temp_t": "heat/now", "act_t": "heat/act",
        "fan_mode_stat_t": "heat/fan", "fan_mode_cmd_t": "heat/set/fan",
        "swing_mode_stat_t": "heat/swing", "swing_mode_cmd_t": "heat/set/swing",
        "pr_mode_stat_t": "heat/preset", "pr_mode_cmd_t": "heat/set/preset", "pr_modes": ["home", "away"],
    });
    home.entity(
        "climate",
        "heat",
        heat,
        &[
            ("heat/mode", "off"),
            ("heat/t", "19"),
            ("heat/now", "18.2"),
            ("heat/act", "off"),
        ],
    )
    .await;
    home.obeys(
        "heat",
        &[
            ask(Role::Mode, text("heat"), "heat/set/mode", "heat").done("heat/mode", "heat"),
            // It rounds to its own step, and says what it took.
            ask(Role::TargetTemperature, 21.3, "heat/set/t", "21.3").done("heat/t", "21.5"),
            ask(Role::FanMode, text("low"), "heat/set/fan", "low").done("heat/fan", "low"),
            ask(Role::SwingMode, text("on"), "heat/set/swing", "on").done("heat/swing", "on"),
            ask(Role::PresetMode, text("away"), "heat/set/preset", "away").done("heat/preset", "away"),
        ],
    )
    .await;
    home.refuses(
        "heat",
        ask(Role::TargetTemperature, 45, "", ""),
        "not between 7 and 30",
    )
    .await;

    let boiler = json!({
        "mode_stat_t": "boiler/mode", "mode_cmd_t": "boiler/set/mode", "modes": ["off", "eco", "performance"],
        "temp_stat_t": "boiler/t", "temp_cmd_t": "boiler/set/t", "curr_temp_t": "boiler/now",
        "power_command_topic": "boiler/set/power",
    });
    home.entity(
        "water_heater",
        "boiler",
        boiler,
        &[("boiler/mode", "off"), ("boiler/t", "50"), ("boiler/now", "41")],
    )
    .await;
    home.obeys(
        "boiler",
        &[
            ask(Role::Mode, text("eco"), "boiler/set/mode", "eco").done("boiler/mode", "eco"),
            ask(Role::TargetTemperature, 55, "boiler/set/t", "55").done("boiler/t", "55.0"),
            // Its power has no state: that it was sent is all that is known.
            ask(Role::Switch, true, "boiler/set/power", "ON"),
        ],
    )
    .await;

    let damp = json!({
        "stat_t": "damp/s", "cmd_t": "damp/set/power", "hum_stat_t": "damp/h", "hum_cmd_t": "damp/set/h",
        "min_hum": 30, "max_hum": 80, "curr_hum_t": "damp/now", "dev_cla": "humidifier",
        "mode_stat_t": "damp/mode", "mode_cmd_t": "damp/set/mode", "modes": ["auto", "baby"],
    });
    home.entity(
        "humidifier",
        "damp",
        damp,
        &[("damp/s", "OFF"), ("damp/h", "40"), ("damp/now", "36")],
    )
    .await;
    home.obeys(
        "damp",
        &[
            ask(Role::Switch, true, "damp/set/power", "ON").done("damp/s", "ON"),
            ask(Role::TargetHumidity, 55, "damp/set/h", "55").done("damp/h", "55"),
            ask(Role::Mode, text("baby"), "damp/set/mode", "baby").done("damp/mode", "baby"),
        ],
    )
    .await;
    home.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn robots_numbers_choices_texts_and_buttons() {
    let mut home = Home::start().await;
    let robot = json!({
        "stat_t": "robot/s", "cmd_t": "robot/set", "set_fan_spd_t": "robot/set/speed", "fan_speed_list": ["low", "max"],
        "sup_feat": ["start", "pause", "return_home", "locate", "fan_speed"],
    });
    home.entity(
        "vacuum",
        "robot",
        robot,
        &[("robot/s", r#"{"state":"docked","fan_speed":"low"}"#)],
    )
    .await;
    home.obeys(
        "robot",
        &[
            // What becomes of an order is said by what it does.
            ask(Role::Task, text("start"), "robot/set", "start").done("robot/s", r#"{"state":"cleaning"}"#),
            ask(Role::Task, text("return_to_base"), "robot/set", "return_to_base")
                .way("robot/s", r#"{"state":"returning"}"#)
                .done("robot/s", r#"{"state":"docked"}"#),
            ask(Role::Task, text("locate"), "robot/set", "locate"),
            ask(Role::Speed, text("max"), "robot/set/speed", "max")
                .done("robot/s", r#"{"state":"docked","fan_speed":"max"}"#),
        ],
    )
    .await;

    let mower = json!({
        "pause_command_topic": "mower/set/pause", "dock_command_template": "home",
        "start_mowing_command_topic": "mower/set/start", "activity_state_topic": "mower/s",
        "dock_command_topic": "mower/set/dock",
    });
    home.entity("lawn_mower", "mower", mower, &[("mower/s", "docked")])
        .await;
    home.obeys(
        "mower",
        &[
            ask(
                Role::Task,
                text("start_mowing"),
                "mower/set/start",
                "start_mowing",
            )
            .done("mower/s", "mowing"),
            ask(Role::Task, text("pause"), "mower/set/pause", "pause").done("mower/s", "paused"),
            ask(Role::Task, text("dock"), "mower/set/dock", "home")
                .way("mower/s", "returning")
                .done("mower/s", "docked"),
        ],
    )
    .await;

    home.entity(
        "number",
        "hours",
        json!({ "stat_t": "hours/s", "cmd_t": "hours/set", "min": 0, "max": 12, "step": 0.5, "unit_of_meas": "h" }),
        &[("hours/s", "1")],
    )
    .await;
    home.entity(
        "select",
        "program",
        json!({ "stat_t": "program/s", "cmd_t": "program/set", "options": ["cotton", "wool"] }),
        &[("program/s", "wool")],
    )
    .await;
    home.entity(
        "text",
        "note",
        json!({ "stat_t": "note/s", "cmd_t": "note/set", "max": 12 }),
        &[("note/s", "a")],
    )
    .await;
    home.entity(
        "button",
        "bell",
        json!({ "cmd_t": "bell/set", "pl_prs": "RING" }),
        &[],
    )
    .await;
    home.obeys(
        "hours",
        &[ask(Role::Value, 2.5, "hours/set", "2.5").done("hours/s", "2.5")],
    )
    .await;
    home.obeys(
        "program",
        &[ask(Role::Value, text("cotton"), "program/set", "cotton").done("program/s", "cotton")],
    )
    .await;
    home.obeys(
        "note",
        &[ask(Role::Value, text("buy oil"), "note/set", "buy oil").done("note/s", "buy oil")],
    )
    .await;
    home.obeys("bell", &[ask(Role::Press, Value::Null, "bell/set", "RING")])
        .await;
    home.refuses("hours", ask(Role::Value, 13, "", ""), "not between 0 and 12")
        .await;
    home.refuses(
        "note",
        ask(Role::Value, text("far too long for it"), "", ""),
        "0 to 12 characters",
    )
    .await;
    home.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn locks_and_alarm_panels_ask_for_a_code_and_keep_none() {
    let mut home = Home::start().await;
    let door = json!({ "stat_t": "door/s", "cmd_t": "door/set", "pl_open": "OPEN" });
    home.entity("lock", "door", door, &[("door/s", "UNLOCKED")]).await;
    home.obeys(
        "door",
        &[
            ask(Role::Lock, text("lock"), "door/set", "LOCK")
                .way("door/s", "LOCKING")
                .done("door/s", "LOCKED"),
            ask(Role::Lock, text("open"), "door/set", "OPEN")
                .way("door/s", "OPENING")
                .done("door/s", "OPEN"),
        ],
    )
    .await;
    // A lock that jams says so.
    let point = home.point("door", Role::Lock, None).await;
    home.command(&point, &ask(Role::Lock, text("lock"), "", "")).await;
    assert_eq!(home.device.next().await.1, b"LOCK");
    home.device.publish("door/s", "JAMMED", true).await;
    let jammed = CommandOutcome::Refused("it is jammed".into());
    home.running.outcome(point.id, &jammed).await;

    let safe = json!({
        "stat_t": "safe/s", "cmd_t": "safe/set", "code_format": "^\\d{9}$",
        "cmd_tpl": r#"{"action":"{{ value }}","code":"{{ code }}"}"#,
    });
    home.entity("lock", "safe", safe, &[("safe/s", "LOCKED")]).await;
    let unlock = || {
        ask(
            Role::Lock,
            text("unlock"),
            "safe/set",
            r#"{"action":"UNLOCK","code":"825193047"}"#,
        )
    };
    home.refuses("safe", unlock(), "takes a code").await;
    home.refuses("safe", unlock().code("12"), "not right").await;
    home.obeys("safe", &[unlock().code("825193047").done("safe/s", "UNLOCKED")])
        .await;

    // The code of this panel is compared here, as Home Assistant does, and arming takes none.
    let panel = json!({
        "stat_t": "panel/s", "cmd_t": "panel/set", "code": "7392", "cod_arm_req": false,
        "sup_feat": ["arm_home", "arm_away"], "cmd_tpl": "{{ action }}/{{ code }}",
    });
    home.entity("alarm_control_panel", "panel", panel, &[("panel/s", "disarmed")])
        .await;
    let point = home.point("panel", Role::AlarmPanel, None).await;
    let code = point.code.clone().expect("it takes a code");
    assert_eq!((code.words, code.numeric), (vec!["disarm".to_owned()], true));
    home.obeys(
        "panel",
        &[
            ask(Role::AlarmPanel, text("arm_away"), "panel/set", "ARM_AWAY/None")
                .way("panel/s", "arming")
                .done("panel/s", "armed_away"),
        ],
    )
    .await;
    let disarm = |payload| ask(Role::AlarmPanel, text("disarm"), "panel/set", payload);
    home.refuses("panel", disarm(""), "takes a code").await;
    home.refuses("panel", disarm("").code("7391"), "not right").await;
    home.obeys(
        "panel",
        &[disarm("DISARM/7392").code("7392").done("panel/s", "disarmed")],
    )
    .await;

    // The code of this one is compared by the panel.
    let remote = json!({
        "stat_t": "remote/s", "cmd_t": "remote/set", "code": "REMOTE_CODE_TEXT",
        "cmd_tpl": "{{ action }}/{{ code }}",
    });
    home.entity(
        "alarm_control_panel",
        "remote",
        remote,
        &[("remote/s", "armed_night")],
    )
    .await;
    let point = home.point("remote", Role::AlarmPanel, None).await;
    assert_eq!(point.code.as_ref().map(|code| code.numeric), Some(false));
    home.obeys(
        "remote",
        &[
            ask(Role::AlarmPanel, text("disarm"), "remote/set", "DISARM/sesame 64")
                .code("sesame 64")
                .done("remote/s", "disarmed"),
        ],
    )
    .await;

    // Neither the journal nor the file that holds it knows what was typed.
    let journal = format!("{:?}", home.running.engine.commands(None, 100).await.unwrap());
    assert!(journal.contains("disarm") && !journal.contains("825193047") && !journal.contains("sesame"));
    let folder = home.running.stop().await;
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let path = file.unwrap().path();
        let bytes = std::fs::read(&path).unwrap_or_default();
        for secret in ["825193047", "sesame 64"] {
            let found = bytes.windows(secret.len()).any(|part| part == secret.as_bytes());
            assert!(!found, "{secret} is in {}", path.display());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_sent_and_not_kept() {
    let mut home = Home::start().await;
    let wifi = json!({ "stat_t": "wifi/s", "cmd_t": "wifi/set", "mode": "password" });
    home.entity("text", "wifi", wifi, &[]).await;
    home.obeys(
        "wifi",
        &[ask(
            Role::Value,
            text("hunter2 hunter2"),
            "wifi/set",
            "hunter2 hunter2",
        )
        .done("wifi/s", "hunter2 hunter2")],
    )
    .await;
    let kept = home.running.engine.commands(None, 10).await.unwrap();
    assert!(!format!("{kept:?}").contains("hunter2"), "{kept:?}");
    home.running.stop().await;
}
