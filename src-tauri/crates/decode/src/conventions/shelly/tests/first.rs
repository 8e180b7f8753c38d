//! The first generation, by payloads as its firmwares send them.

use hearthline_model::Value;

use super::Stage;

fn stage(id: &str, messages: &[(&str, &str)]) -> Stage {
    let mut stage = Stage::new();
    for (sub, payload) in messages {
        let topic = if sub.starts_with("shellies/") {
            (*sub).to_owned()
        } else {
            format!("shellies/{id}/{sub}")
        };
        stage.say(&topic, payload);
    }
    stage
}

#[test]
fn a_double_relay_with_meters() {
    let stage = stage(
        "shellyswitch25-C45BBE6A1B2C",
        &[
            ("online", "true"),
            (
                "shellies/announce",
                r#"{"id":"shellyswitch25-C45BBE6A1B2C","model":"SHSW-25","mac":"C45BBE6A1B2C","ip":"192.168.1.20","new_fw":true,"fw_ver":"20230913-112316/v1.14.0-gcb84623","mode":"relay"}"#,
            ),
            ("relay/0", "on"),
            ("relay/1", "off"),
            ("relay/0/power", "61.53"),
            ("relay/0/energy", "1234"),
            ("input/0", "1"),
            ("longpush/0", "1"),
            ("temperature", "52.31"),
            ("temperature_f", "126.16"),
            ("overtemperature", "0"),
            ("temperature_status", "Normal"),
            ("voltage", "231.9"),
            ("relay/1", "overpower"),
            ("relay/1", "off"),
            ("relay/0/command", "on"),
            ("online", "false"),
        ],
    );
    insta::assert_snapshot!(stage.text());
}

#[test]
fn announcements_are_kept_over_a_restart() {
    let mut decoder = crate::Decoder::new(crate::Options::default());
    for (topic, payload, want) in [
        (
            "shellies/pump/announce",
            r#"{"id":"pump","model":"SHSW-1"}"#,
            true,
        ),
        ("shellies/pump/settings", r#"{"name":"Pump"}"#, true),
        ("shellies/announce", r#"{"id":"pump","model":"SHSW-1"}"#, false),
        ("shellies/pump/relay/0", "on", false),
        (
            "shelly1g4-a0b1c2d3e4f5/announce",
            r#"{"id":"shelly1g4-a0b1c2d3e4f5","gen":4}"#,
            true,
        ),
    ] {
        let message = crate::Message {
            topic,
            payload: payload.as_bytes(),
            retain: false,
            at: crate::transcript::START,
        };
        assert_eq!(decoder.message(&message, &mut Vec::new()), want, "{topic}");
    }
}

#[test]
fn a_roller() {
    let mut stage = stage(
        "shellyswitch25-6A1B2C",
        &[
            ("roller/0", "stop"),
            ("roller/0/pos", "-1"),
            ("roller/0/pos", "40"),
            ("roller/0", "open"),
            ("roller/0/power", "121.4"),
            ("roller/0/energy", "60"),
            ("roller/0/pos", "100"),
            ("roller/0", "stop"),
            ("roller/0/stop_reason", "normal"),
        ],
    );
    insta::assert_snapshot!(stage.text());
    stage.say("shellies/shellyswitch25-6A1B2C/roller/0", "close");
    assert_eq!(stage.value("roller/0"), Value::text("closing"));
    stage.say("shellies/shellyswitch25-6A1B2C/roller/0/pos", "0");
    stage.say("shellies/shellyswitch25-6A1B2C/roller/0", "stop");
    assert_eq!(stage.value("roller/0"), Value::text("closed"));
    let open = Value::text("open");
    assert_eq!(
        stage.write("roller/0", &open),
        "shellies/shellyswitch25-6A1B2C/roller/0/command open"
    );
    assert_eq!(
        stage.write("roller/0/pos", &Value::Int(30)),
        "shellies/shellyswitch25-6A1B2C/roller/0/command/pos 30"
    );
    assert_eq!(
        stage.write("roller/0.calibrate", &Value::Null),
        "shellies/shellyswitch25-6A1B2C/roller/0/command rc"
    );
    assert!(
        stage
            .write("roller/0", &Value::text("up"))
            .starts_with("refused: this takes one of: open, close, stop")
    );
}

#[test]
fn a_dimmer_a_bulb_and_a_strip() {
    let mut stage = stage(
        "shellydimmer2-D0E1F2",
        &[
            (
                "light/0/status",
                r#"{"ison":true,"source":"mqtt","has_timer":false,"timer_started":0,"timer_duration":0,"timer_remaining":0,"mode":"white","brightness":54,"transition":0}"#,
            ),
            ("light/0", "on"),
            ("light/0/power", "12.04"),
            ("light/0/energy", "600"),
            ("overload", "0"),
            ("loaderror", "1"),
            (
                "shellies/shellycolorbulb-AABB01/color/0/status",
                r#"{"ison":true,"mode":"color","red":255,"green":128,"blue":0,"white":0,"gain":70,"temp":3000,"brightness":100,"effect":1,"power":4.2}"#,
            ),
            (
                "shellies/shellycolorbulb-AABB01/color/0/status",
                r#"{"ison":true,"mode":"white","red":255,"green":128,"blue":0,"white":0,"gain":70,"temp":4000,"brightness":35,"effect":0,"power":4.2}"#,
            ),
            (
                "shellies/shellyrgbw2-AABB02/color/0/status",
                r#"{"ison":false,"mode":"color","red":0,"green":0,"blue":255,"white":51,"gain":20,"effect":3,"power":0,"overpower":false}"#,
            ),
            (
                "shellies/shellyrgbw2-AABB03/white/0/status",
                r#"{"ison":true,"mode":"white","brightness":10,"power":1.5,"overpower":false}"#,
            ),
            (
                "shellies/shellyrgbw2-AABB03/white/1/status",
                r#"{"ison":true,"mode":"white","brightness":20,"power":2.5,"overpower":true}"#,
            ),
            (
                "shellies/ShellyBulbDuo-AABB04/light/0/status",
                r#"{"ison":true,"brightness":80,"white":50,"temp":2700,"transition":500}"#,
            ),
        ],
    );
    insta::assert_snapshot!(stage.text());
    for (key, value, want) in [
        (
            "shelly:shellydimmer2-d0e1f2|light/0",
            Value::Bool(false),
            "light/0/command off",
        ),
        (
            "shelly:shellydimmer2-d0e1f2|light/0/brightness",
            Value::Int(30),
            r#"light/0/set {"brightness":30,"turn":"on"}"#,
        ),
        (
            "shelly:shellycolorbulb-aabb01|color/0/color",
            Value::text("#0000ff"),
            r#"color/0/set {"blue":255,"green":0,"mode":"color","red":0,"turn":"on"}"#,
        ),
        (
            "shelly:shellycolorbulb-aabb01|color/0/color_temp",
            Value::Int(5000),
            r#"color/0/set {"mode":"white","temp":5000,"turn":"on"}"#,
        ),
        (
            "shelly:shellyrgbw2-aabb02|color/0/brightness",
            Value::Int(50),
            r#"color/0/set {"gain":50,"turn":"on"}"#,
        ),
        (
            "shelly:shellyrgbw2-aabb02|color/0/effect",
            Value::text("Flash"),
            r#"color/0/set {"effect":3}"#,
        ),
        (
            "shelly:shellyrgbw2-aabb03|white/1/brightness",
            Value::Int(0),
            r#"white/1/set {"turn":"off"}"#,
        ),
    ] {
        let sent = stage.write(key, &value);
        assert!(sent.ends_with(want), "{key}: {sent}");
    }
}

#[test]
fn a_three_phase_meter() {
    let stage = stage(
        "shellyem3-485519D5A1B2",
        &[
            ("emeter/0/power", "-120.50"),
            ("emeter/0/pf", "-0.98"),
            ("emeter/0/current", "0.53"),
            ("emeter/0/voltage", "232.11"),
            ("emeter/0/total", "12345.6"),
            ("emeter/0/total_returned", "789.0"),
            ("emeter/0/energy", "90"),
            ("emeter/0/returned_energy", "30"),
            ("emeter/1/power", "0"),
            ("emeter/2/power", "15"),
            ("emeter/2/reactive_power", "3.5"),
            ("emeter_n/current", "0.1"),
            ("emeter_n/ixsum", "0.2"),
            ("emeter_n/mismatch", "false"),
        ],
    );
    insta::assert_snapshot!(stage.text());
}

#[test]
fn sleepers() {
    let stage = stage(
        "shellyht-A1B2C3",
        &[
            ("sensor/temperature", "21.38"),
            ("sensor/humidity", "45.5"),
            ("sensor/battery", "88"),
            ("sensor/temperature", "999"),
            ("sensor/humidity", "999"),
            ("sensor/act_reasons", r#"["battery","sensor"]"#),
            ("sensor/error", "0"),
            ("online", "false"),
            ("shellies/shellydw2-A1B2C4/sensor/state", "open"),
            ("shellies/shellydw2-A1B2C4/sensor/state", "close"),
            ("shellies/shellydw2-A1B2C4/sensor/state", "unknown"),
            ("shellies/shellydw2-A1B2C4/sensor/tilt", "-1"),
            ("shellies/shellydw2-A1B2C4/sensor/vibration", "1"),
            ("shellies/shellydw2-A1B2C4/sensor/vibration", "-1"),
            ("shellies/shellydw2-A1B2C4/sensor/lux", "312"),
            ("shellies/shellydw2-A1B2C4/sensor/illumination", "twilight"),
            ("shellies/shellyflood-A1B2C5/sensor/flood", "true"),
            ("shellies/shellysmoke-A1B2C6/sensor/smoke", "false"),
        ],
    );
    insta::assert_snapshot!(stage.text());
}

#[test]
fn a_gas_alarm_with_a_valve() {
    let mut stage = stage(
        "shellygas-A1B2C3",
        &[
            ("sensor/operation", "normal"),
            ("sensor/gas", "none"),
            ("sensor/gas", "heavy"),
            ("sensor/gas", "test"),
            ("sensor/gas", "unknown"),
            ("sensor/self_test", "not_completed"),
            ("sensor/concentration", "23"),
            ("sensor/concentration", "65535"),
            ("valve/0/state", "opened"),
            ("valve/0/state", "closing"),
            ("valve/0/state", "not_connected"),
            ("sensor/start_self_test", "start"),
        ],
    );
    insta::assert_snapshot!(stage.text());
    assert_eq!(
        stage.write("valve/0", &Value::text("close")),
        "shellies/shellygas-A1B2C3/valve/0/command close"
    );
    assert_eq!(
        stage.write("sensor/mute", &Value::Null),
        "shellies/shellygas-A1B2C3/sensor/mute mute"
    );
}

#[test]
fn a_button_tells_each_push_once() {
    let mut stage = stage("shellyix3-A1B2C3", &[]);
    let topic = "shellies/shellyix3-A1B2C3/input_event/0";
    stage.say(topic, r#"{"event":"S","event_cnt":7}"#);
    assert_eq!(stage.value("input_event/0"), Value::text("single"));
    stage.say(topic, r#"{"event":"S","event_cnt":7}"#);
    assert!(stage.values("input_event/0").is_empty(), "sent again every 30 s");
    stage.say(topic, r#"{"event":"SSS","event_cnt":8}"#);
    assert_eq!(stage.value("input_event/0"), Value::text("triple"));
    stage.say(topic, r#"{"event":"","event_cnt":9}"#);
    assert!(stage.values("input_event/0").is_empty());
    stage.say(
        "shellies/shellybutton1-A1B2C4/input_event/0",
        r#"{"event":"L","event_cnt":1}"#,
    );
    assert_eq!(
        stage.value("shelly:shellybutton1-a1b2c4|input_event/0"),
        Value::text("long")
    );
}

#[test]
fn a_radiator_valve() {
    let info = |target: f64, pos: f64| {
        format!(
            r#"{{"wifi_sta":{{"connected":true,"ssid":"Home","ip":"192.168.1.31","rssi":-61}},"cloud":{{"enabled":false,"connected":false}},"mqtt":{{"connected":true}},"time":"","unixtime":1794999990,"serial":0,"has_update":false,"mac":"60A423D0A1B2","cfg_changed_cnt":0,"thermostats":[{{"pos":{pos},"target_t":{{"enabled":true,"value":{target},"value_op":8.0,"units":"C","accelerated_heating":true}},"tmp":{{"value":19.8,"units":"C","is_valid":true}},"schedule":true,"schedule_profile":2,"boost_minutes":0,"window_open":false}}],"calibrated":true,"bat":{{"value":71,"voltage":3.7}},"charger":false,"update":{{"status":"idle","has_update":true,"new_version":"v2.2.1","old_version":"v2.1.8"}},"ram_total":97280,"ram_free":22488,"fs_size":65536,"fs_free":59416,"uptime":12345}}"#
        )
    };
    let mut stage = stage("shellytrv-60A423D0A1B2", &[("info", &info(21.5, 40.0))]);
    insta::assert_snapshot!(stage.text());
    let command = "shellies/shellytrv-60A423D0A1B2/thermostat/0/command";
    for (key, value, want) in [
        ("thermostat/0/target_t", Value::Float(18.5), "target_t 18.5"),
        ("thermostat/0/mode", Value::text("off"), "target_t 4"),
        ("thermostat/0/mode", Value::text("heat"), "target_t 21.5"),
        ("thermostat/0/boost_minutes", Value::Int(30), "boost_minutes 30"),
        ("thermostat/0/schedule", Value::Bool(false), "schedule 0"),
        (
            "thermostat/0/schedule_profile",
            Value::text("profile 3"),
            "schedule_profile 3",
        ),
        ("thermostat/0/pos", Value::Int(55), "valve_pos 55"),
    ] {
        assert_eq!(stage.write(key, &value), format!("{command}/{want}"));
    }
    stage.say("shellies/shellytrv-60A423D0A1B2/info", &info(4.0, 0.0));
    assert_eq!(stage.value("thermostat/0/mode"), Value::text("off"));
    assert_eq!(stage.value("thermostat/0/activity"), Value::text("off"));
    assert!(
        stage
            .write("thermostat/0/target_t", &Value::Int(99))
            .starts_with("refused: this takes 4 to 31")
    );
}

#[test]
fn a_motion_sensor() {
    let stage = stage(
        "shellymotionsensor-60A423D0A1B3",
        &[
            (
                "status",
                r#"{"motion":true,"timestamp":1794999998,"active":true,"vibration":false,"lux":12,"bat":95}"#,
            ),
            (
                "info",
                r#"{"sensor":{"vibration":true,"motion":false,"motion_timestamp":1794999998,"active":true,"is_valid":true},"lux":{"value":100,"illumination":"twilight","is_valid":true},"bat":{"value":94,"voltage":4.0},"tmp":{"value":23.3,"units":"C","is_valid":true},"unixtime":1600000000,"charger":true}"#,
            ),
        ],
    );
    insta::assert_snapshot!(stage.text());
}

#[test]
fn an_uni_with_sensors_and_what_nobody_knows() {
    let stage = stage(
        "garden_pump",
        &[
            (
                "announce",
                r#"{"id":"garden_pump","model":"SHUNI-1","mac":"98CDAC1234AB","ip":"not an address","new_fw":false,"fw_ver":"v1"}"#,
            ),
            ("adc/0", "11.92"),
            ("ext_temperature/0", "4.5"),
            ("ext_temperature/1", "999"),
            ("ext_temperature_f/0", "40.1"),
            ("ext_temperatures", r#"{"0":{"hwID":"28ff","tC":4.5}}"#),
            ("ext_humidity/0", "71"),
            ("ext_switch/0", "1"),
            (
                "settings",
                r#"{"name":"Garden/Pump","device":{"type":"SHUNI-1"}}"#,
            ),
            ("sensor/radon", "47"),
            ("fancy/0/flow_lpm", "3.5"),
            ("fancy/0/state", r#"{"mode":"eco","depth":{"cm":12}}"#),
            ("relay/0", "perhaps"),
            ("relay/0/power", "lots"),
            ("relay/99", "on"),
        ],
    );
    insta::assert_snapshot!(stage.text());
}
