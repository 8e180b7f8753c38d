//! The later generations, by payloads as their firmwares send them.

use hearthline_model::Value;

use super::Stage;

const PLUG: &str = "shellyplusplugs-e465b8aabbcc";

fn notify(src: &str, method: &str, params: &str) -> String {
    format!(r#"{{"src":"{src}","dst":"{src}/events","method":"{method}","params":{params}}}"#)
}

#[test]
fn a_plug_says_all_then_what_changed() {
    let mut stage = Stage::new();
    let topic = format!("{PLUG}/events/rpc");
    stage.say(&format!("{PLUG}/online"), "true");
    stage.say(
        &topic,
        &notify(
            PLUG,
            "NotifyFullStatus",
            r#"{"ts":1794999999.5,"ble":{},"cloud":{"connected":false},"mqtt":{"connected":true},"switch:0":{"id":0,"source":"init","output":false,"apower":0.0,"voltage":231.2,"current":0.0,"freq":50.0,"aenergy":{"total":1184.31,"by_minute":[0.0,0.0,0.0],"minute_ts":1794999960},"temperature":{"tC":38.4,"tF":101.2}},"sys":{"mac":"E465B8AABBCC","restart_required":false,"time":"12:00","unixtime":1794999999,"uptime":355,"ram_size":245992,"ram_free":107200,"fs_size":458752,"fs_free":131072,"cfg_rev":12,"kvs_rev":0,"available_updates":{"stable":{"version":"1.4.4"}},"reset_reason":3},"wifi":{"sta_ip":"192.168.1.40","status":"got ip","ssid":"Home","rssi":-58},"ws":{"connected":false}}"#,
        ),
    );
    stage.say(
        &topic,
        &notify(
            PLUG,
            "NotifyStatus",
            r#"{"ts":1795000001.25,"switch:0":{"id":0,"output":true,"source":"button"}}"#,
        ),
    );
    stage.say(
        &topic,
        &notify(
            PLUG,
            "NotifyStatus",
            r#"{"ts":1795000002.00,"switch:0":{"id":0,"apower":1834.2,"current":7.9,"errors":["overtemp","overpower"]}}"#,
        ),
    );
    stage.say(
        &topic,
        &notify(
            PLUG,
            "NotifyStatus",
            r#"{"ts":1795000003.00,"switch:0":{"id":0,"temperature":{"tC":null,"tF":null}}}"#,
        ),
    );
    stage.say(
        &topic,
        &notify(
            PLUG,
            "NotifyFullStatus",
            r#"{"ts":1795000004.00,"switch:0":{"id":0,"output":false}}"#,
        ),
    );
    insta::assert_snapshot!(stage.text());
}

#[test]
fn a_prefix_of_ones_own() {
    let mut stage = Stage::new();
    // What came before the device was known is read again.
    stage.say("home/kitchen/ceiling/online", "true");
    stage.say(
        "home/kitchen/ceiling/events/rpc",
        &notify(
            "shellypro2pm-ec62608a1b2c",
            "NotifyStatus",
            r#"{"ts":1795000000.1,"switch:0":{"id":0,"output":true},"switch:1":{"id":1,"output":false}}"#,
        ),
    );
    stage.say(
        "home/kitchen/ceiling/status/switch:1",
        r#"{"id":1,"output":true,"apower":12.5}"#,
    );
    stage.say(
        "home/kitchen/ceiling/debug/log",
        "shelly_notification:163 Status change",
    );
    stage.say("home/kitchen/ceiling/command/switch:0", "on");
    stage.say("home/kitchen/ceiling/online", "false");
    insta::assert_snapshot!(stage.text());
    // Renamed: the same device.
    stage.say(
        "home/hall/ceiling/events/rpc",
        &notify(
            "shellypro2pm-ec62608a1b2c",
            "NotifyStatus",
            r#"{"ts":1795000006.1,"switch:0":{"id":0,"output":false}}"#,
        ),
    );
    assert_eq!(
        stage.value("shelly:ec62608a1b2c|switch:0/output"),
        Value::Bool(false)
    );
    let sent = stage.write("switch:0/output", &Value::Bool(true));
    assert!(sent.starts_with("home/hall/ceiling/rpc "), "{sent}");
}

#[test]
fn only_a_status_under_a_prefix_of_ones_own() {
    let mut stage = Stage::new();
    stage.say("boiler/status/switch:0", r#"{"id":0,"output":true,"apower":3.0}"#);
    assert!(
        stage.find("switch:0/output").is_none(),
        "its identity is waited for"
    );
    stage.wait(500);
    stage.say(
        "boiler/status/temperature:100",
        r#"{"id":100,"tC":54.2,"tF":129.6}"#,
    );
    stage.wait(3000);
    insta::assert_snapshot!(stage.text());
    stage.say(
        "boiler/status/switch:0",
        r#"{"id":0,"output":false,"apower":0.0}"#,
    );
    assert_eq!(stage.value("shelly:boiler|switch:0/output"), Value::Bool(false));
}

#[test]
fn a_cover() {
    let mut stage = Stage::new();
    let id = "shellyplus2pm-5443b2a1b2c3";
    let topic = format!("{id}/status/cover:0");
    stage.say(
        &topic,
        r#"{"id":0,"source":"limit_switch","state":"stopped","apower":0.0,"voltage":233.2,"current":0.0,"pf":0.0,"freq":50.0,"aenergy":{"total":17.2},"temperature":{"tC":41.0,"tF":105.8},"pos_control":true,"last_direction":"open","current_pos":60,"slat_pos":20}"#,
    );
    stage.say(&topic, r#"{"id":0,"state":"closing","current_pos":null,"target_pos":10,"move_timeout":60.0,"move_started_at":1795000000.5}"#);
    insta::assert_snapshot!(stage.text());
}

#[test]
fn lights_of_all_kinds() {
    let mut stage = Stage::new();
    stage.say(
        "shellyplusrgbwpm-a0a3b3c1d2e3/status/rgbw:0",
        r#"{"id":0,"source":"timer","output":true,"rgb":[255,128,0],"brightness":40,"white":102,"timer_started_at":1795000000.00,"timer_duration":10.00,"apower":3.5,"voltage":12.1,"current":0.29,"aenergy":{"total":5.1}}"#,
    );
    stage.say(
        "shellyduobulbg3-a0a3b3c1d2e4/status/cct:0",
        r#"{"id":0,"source":"HTTP_in","output":true,"brightness":55,"ct":3200}"#,
    );
    stage.say(
        "shelly0110dimg3-a0a3b3c1d2e5/status/light:0",
        r#"{"id":0,"source":"init","output":false,"brightness":100,"transition":{"target":{"output":true,"brightness":20},"started_at":1795000000.0,"duration":5}}"#,
    );
    insta::assert_snapshot!(stage.text());
}

#[test]
fn meters() {
    let mut stage = Stage::new();
    stage.say(
        "shellypro3em-34987a451a2b/status/em:0",
        r#"{"id":0,"a_current":0.027,"a_voltage":236.1,"a_act_power":-3.1,"a_aprt_power":6.4,"a_pf":0.48,"a_freq":50,"a_errors":["out_of_range:voltage"],"b_current":1.2,"b_voltage":235.0,"b_act_power":280.2,"n_current":null,"total_current":4.0,"total_act_power":951.2,"total_aprt_power":980.0,"user_calibrated_phase":[]}"#,
    );
    stage.say(
        "shellypro3em-34987a451a2b/status/emdata:0",
        r#"{"id":0,"a_total_act_energy":10.5,"a_total_act_ret_energy":1.5,"total_act":654978.3,"total_act_ret":12.5}"#,
    );
    stage.say(
        "shellyproem50-34987a451a2c/status/em1:0",
        r#"{"id":0,"voltage":236.1,"current":4.029,"act_power":951.2,"aprt_power":951.9,"pf":1,"freq":50,"calibration":"factory"}"#,
    );
    stage.say(
        "shellyproem50-34987a451a2c/status/em1data:0",
        r#"{"id":0,"total_act_energy":2776.175,"total_act_ret_energy":571.584}"#,
    );
    stage.say(
        "shellypmminig3-34987a451a2d/status/pm1:0",
        r#"{"id":0,"voltage":231.0,"current":0.5,"apower":115.0,"aprtpower":118.0,"pf":0.97,"freq":50.0,"aenergy":{"total":33.3,"by_minute":[1.0]},"ret_aenergy":{"total":1.1,"by_minute":[0.0],"minute_ts":1795000000}}"#,
    );
    insta::assert_snapshot!(stage.text());
}

#[test]
fn sleepers_sensors_and_inputs() {
    let mut stage = Stage::new();
    let id = "shellyhtg3-dcda0ca1b2c3";
    stage.say(&format!("{id}/online"), "false");
    stage.say(
        &format!("{id}/events/rpc"),
        &notify(
            id,
            "NotifyFullStatus",
            r#"{"ts":1794999999.9,"devicepower:0":{"id":0,"battery":{"V":5.32,"percent":83},"external":{"present":false}},"ht_ui":{},"humidity:0":{"id":0,"rh":46.2},"temperature:0":{"id":0,"tC":21.6,"tF":70.9},"sys":{"mac":"DCDA0CA1B2C3","wakeup_reason":{"boot":"deepsleep_wake","cause":"periodic"},"wakeup_period":7200,"available_updates":{}}}"#,
        ),
    );
    let id = "shellyplusuni-dcda0ca1b2c4";
    stage.say(
        &format!("{id}/events/rpc"),
        &notify(
            id,
            "NotifyStatus",
            r#"{"ts":1795000001.0,"input:0":{"id":0,"state":null},"input:1":{"id":1,"state":true},"input:2":{"id":2,"counts":{"total":42,"by_minute":[0,1,2],"minute_ts":1795000000},"freq":0.5},"input:3":{"id":3,"percent":12.5,"xpercent":1.25},"voltmeter:100":{"id":100,"voltage":4.321},"temperature:100":{"id":100,"tC":null,"errors":["read"]},"smoke:0":{"id":0,"alarm":false,"mute":false},"flood:0":{"id":0,"alarm":true,"mute":false},"illuminance:0":{"id":0,"lux":812,"illumination":"bright"},"presence:0":{"id":0,"num_objects":2}}"#,
        ),
    );
    stage.say(
        &format!("{id}/events/rpc"),
        &notify(
            id,
            "NotifyEvent",
            r#"{"ts":1795000002.0,"events":[{"component":"input:0","id":0,"event":"btn_down","ts":1795000001.90},{"component":"input:0","id":0,"event":"single_push","ts":1795000002.00},{"component":"sys","event":"ota_progress","progress_percent":20,"ts":1795000002.0},{"component":"sys","event":"scheduled_restart","time_ms":500,"ts":1795000002.0},{"component":"script:1","id":1,"event":"my_event","data":{"x":1}}]}"#,
        ),
    );
    insta::assert_snapshot!(stage.text());
}

#[test]
fn thermostats_and_scripts() {
    let mut stage = Stage::new();
    stage.say(
        "shellywalldisplay-00082261a1b2/status/thermostat:0",
        r#"{"id":0,"enable":true,"target_C":21.5,"current_C":20.9,"output":true,"schedules":{"enable":false}}"#,
    );
    stage.say(
        "shellyblugwg3-00082261a1b3/events/rpc",
        &notify(
            "shellyblugwg3-00082261a1b3",
            "NotifyStatus",
            r#"{"ts":1795000000.0,"blutrv:200":{"id":200,"target_C":19.5,"current_C":18.7,"pos":30,"rssi":-60,"battery":88,"packet_id":12,"last_updated_ts":1795000000,"errors":[]},"script:1":{"id":1,"running":true,"mem_used":1200,"mem_peak":2000,"mem_free":24000}}"#,
        ),
    );
    insta::assert_snapshot!(stage.text());
    for (key, value, want) in [
        (
            "thermostat:0/target_C",
            Value::Float(22.5),
            r#""method":"Thermostat.SetConfig","params":{"config":{"id":0,"target_C":22.5},"id":0},"src":"hearthline"}"#,
        ),
        (
            "thermostat:0/enable",
            Value::text("off"),
            r#""method":"Thermostat.SetConfig","params":{"config":{"enable":false,"id":0},"id":0},"src":"hearthline"}"#,
        ),
        (
            "blutrv:200/target_C",
            Value::Int(20),
            r#""method":"BluTRV.Call","params":{"id":200,"method":"TRV.SetTarget","params":{"id":0,"target_C":20}},"src":"hearthline"}"#,
        ),
        (
            "script:1/running",
            Value::Bool(false),
            r#""method":"Script.Stop","params":{"id":1},"src":"hearthline"}"#,
        ),
    ] {
        let sent = stage.write(key, &value);
        assert!(sent.ends_with(want), "{key}: {sent}");
    }
}

#[test]
fn the_first_of_two_inputs_has_its_number_at_once() {
    let mut stage = Stage::new();
    let topic = "shellyplusi4-a8032abe1234/events/rpc";
    let push = |n: u8| {
        format!(
            r#"{{"src":"shellyplusi4-a8032abe1234","method":"NotifyEvent","params":{{"events":[{{"component":"input:{n}","id":{n},"event":"single_push"}}]}}}}"#
        )
    };
    stage.say(topic, &push(0));
    assert!(stage.text().contains("\"Button\""), "{}", stage.text());
    stage.say(topic, &push(1));
    let text = stage.text();
    assert!(
        text.contains("\"Input 1 button\"") && text.contains("\"Input 2 button\""),
        "{text}"
    );
    // All at once: none is ever without.
    let mut stage = Stage::new();
    stage.say(
        "shellyplus2pm-a8032abe1235/events/rpc",
        r#"{"src":"shellyplus2pm-a8032abe1235","method":"NotifyFullStatus","params":{"input:0":{"id":0,"state":false},"input:1":{"id":1,"state":false}}}"#,
    );
    let text = stage.text();
    assert!(
        text.contains("\"Input 1\"") && !text.contains("\"Input\""),
        "{text}"
    );
}

#[test]
fn a_thermostat_in_fahrenheit_and_one_that_cools() {
    let mut stage = Stage::new();
    let prefix = "shellywalldisplay-000822abcdef";
    stage.say(
        &format!("{prefix}/events/rpc"),
        &format!(
            r#"{{"src":"{prefix}","method":"NotifyFullStatus","params":{{"thermostat:0":{{"id":0,"enable":true,"target_F":71.6,"current_F":68,"output":true}},
            "temperature:0":{{"id":0,"tF":68}}}}}}"#
        ),
    );
    for (key, want) in [
        ("thermostat:0/target_C", 22.0),
        ("thermostat:0/current_C", 20.0),
        ("temperature:0/tC", 20.0),
    ] {
        assert_eq!(stage.value(key).as_f64(), Some(want), "{key}");
    }
    stage.say(
        "hearthline/rpc",
        &format!(
            r#"{{"id":1,"src":"{prefix}","dst":"hearthline","result":{{"sys":{{"device":{{"name":"Hall"}}}},"thermostat:0":{{"id":0,"type":"cooling"}}}}}}"#
        ),
    );
    stage.say(
        &format!("{prefix}/status/thermostat:0"),
        r#"{"id":0,"enable":true,"target_C":22,"target_F":71.6,"current_C":24,"output":true}"#,
    );
    assert_eq!(stage.value("thermostat:0/enable"), Value::text("cool"));
    assert_eq!(stage.value("thermostat:0/output"), Value::text("cooling"));
    let sent = stage.write("thermostat:0/enable", &Value::text("cool"));
    assert!(sent.contains(r#""config":{"enable":true,"id":0}"#), "{sent}");
}
