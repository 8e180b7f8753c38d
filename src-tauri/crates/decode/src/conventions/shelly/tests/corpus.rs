//! Every topic and every template that the best-known bridge of the first generation to Home Assistant uses: each topic has a point (or a
//! command), and each template reads the same as ours.

use std::collections::BTreeSet;
use std::path::PathBuf;

use hearthline_model::Value;

use super::Stage;
use crate::Event;
use crate::template::{Templates, Vars};

const NOW: i64 = crate::transcript::START;

/// What the template's text means beside our value.
enum Means {
    /// `ON` and `OFF`.
    OnOff,
    /// The same number; nothing is unknown.
    Number,
    /// The same text; nothing is unknown.
    Text,
    /// A number of `{"…": number}` or text of `{"…": text}`.
    InJson,
    /// Mireds, where we have kelvin.
    Mireds,
    /// `S`, where we say `single`.
    Push,
    /// `True` and `False`.
    Bool,
    /// The time of the start, where we have the time since.
    Since,
    /// `online` and `offline`, where we have a boolean.
    Online,
    /// `online` and `offline`, where the point is unavailable.
    Available,
    /// We know better: what the device sends stands for "unknown".
    Unknown,
}

use Means::{Available, Bool, InJson, Mireds, Number, OnOff, Online, Push, Since, Text, Unknown};

const INFO: &str = r#"{"wifi_sta":{"connected":true,"ssid":"home","ip":"10.0.0.3","rssi":-60},"cloud":{"enabled":true,"connected":true},"mqtt":{"connected":true},
 "bat":{"value":88,"voltage":3.9},"lux":{"value":120,"illumination":"bright"},"sensor":{"motion":true,"vibration":false},"tmp":{"value":19.5,"units":"C","is_valid":true},
 "thermostats":[{"target_t":{"value":21.5,"accelerated_heating":false,"enabled":true},"pos":40,"tmp":{"value":20.1},"schedule":true,"schedule_profile":2,"boost_minutes":30,"window_open":false,"valve_min_percent":0,"open_window_report":true}],
 "calibrated":true,"charger":false,"update":{"status":"pending","has_update":true,"old_version":"1.11","new_version":"1.12"},"uptime":60}"#;
const INFO_2: &str = r#"{"wifi_sta":{"connected":true,"ssid":"home","ip":"10.0.0.3","rssi":0},"cloud":{"enabled":true,"connected":false},"mqtt":{"connected":true},
 "bat":{"value":3},"lux":{"value":0},"sensor":{"motion":false,"vibration":true},"tmp":{"value":-3,"units":"C","is_valid":true},
 "thermostats":[{"target_t":{"value":4,"accelerated_heating":true,"enabled":false},"pos":-1,"tmp":{"value":4.5},"schedule":false,"schedule_profile":1,"boost_minutes":0,"window_open":true,"valve_min_percent":5,"open_window_report":false}],
 "calibrated":false,"charger":true,"update":{"status":"idle","has_update":false,"old_version":"1.11","new_version":""},"uptime":0}"#;
const STATUS: &str = r#"{"motion":true,"vibration":false,"lux":12,"bat":95}"#;
const LIGHT: &str = r#"{"ison":true,"brightness":40,"temp":4000,"white":10,"overpower":true}"#;

/// Template, topic, payloads, our point, and what it means.
const READS: &[(&str, &str, &[&str], &str, Means)] = &[
    (
        "TPL_ACCELERATED_HEATING",
        "info",
        &[INFO, INFO_2],
        "thermostat/0/accelerated_heating",
        Bool,
    ),
    (
        "TPL_ACTION_TEMPLATE",
        "info",
        &[INFO],
        "thermostat/0/activity",
        Text,
    ),
    (
        "TPL_AUTOMATIC_TEMPERATURE_CONTROL",
        "settings",
        &[
            r#"{"target_t":{"enabled":true}}"#,
            r#"{"target_t":{"enabled":false}}"#,
        ],
        "thermostat/0/target_enabled",
        OnOff,
    ),
    (
        "TPL_BATTERY_FROM_INFO",
        "info",
        &[INFO, INFO_2],
        "sensor/battery",
        Number,
    ),
    (
        "TPL_BATTERY_FROM_JSON",
        "status",
        &[STATUS],
        "sensor/battery",
        Number,
    ),
    (
        "TPL_BOOST_MINUTES",
        "info",
        &[INFO, INFO_2],
        "thermostat/0/boost_minutes",
        Number,
    ),
    ("TPL_CALIBRATED", "info", &[INFO, INFO_2], "calibrated", OnOff),
    (
        "TPL_CALIBRATED_AVAILABILITY",
        "info",
        &[INFO, INFO_2],
        "calibrated",
        Online,
    ),
    ("TPL_CHARGER", "info", &[INFO, INFO_2], "charger", OnOff),
    ("TPL_CLOUD", "info", &[INFO, INFO_2], "cloud", OnOff),
    (
        "TPL_COLOR_TEMP_WHITE_LIGHT",
        "light/0/status",
        &[LIGHT, r#"{"ison":true,"temp":0}"#],
        "light/0/color_temp",
        Mireds,
    ),
    (
        "TPL_CONCENTRATION",
        "sensor/concentration",
        &["0", "120", "-1", "none"],
        "sensor/concentration",
        Number,
    ),
    (
        "TPL_CONCENTRATION",
        "sensor/concentration",
        &["65535"],
        "sensor/concentration",
        Unknown,
    ),
    (
        "TPL_CURRENT_TEMPERATURE",
        "info",
        &[INFO, INFO_2],
        "thermostat/0/tmp",
        Number,
    ),
    (
        "TPL_ENERGY_WMIN",
        "relay/0/energy",
        &["0", "120", "12345"],
        "relay/0/energy",
        Number,
    ),
    (
        "TPL_ENERGY_WMIN",
        "light/0/energy",
        &["120"],
        "light/0/energy",
        Number,
    ),
    (
        "TPL_ENERGY_WMIN",
        "emeter/0/energy",
        &["7"],
        "emeter/0/energy",
        Number,
    ),
    (
        "TPL_EVENT",
        "input_event/0",
        &[
            r#"{"event":"S","event_cnt":1}"#,
            r#"{"event":"L","event_cnt":2}"#,
            r#"{"event":"","event_cnt":3}"#,
        ],
        "input_event/0",
        Push,
    ),
    (
        "TPL_GAS",
        "sensor/gas",
        &["none", "mild", "heavy", "test"],
        "sensor/gas",
        OnOff,
    ),
    (
        "TPL_GAS_TO_JSON",
        "sensor/gas",
        &["none", "mild"],
        "sensor/gas.level",
        InJson,
    ),
    (
        "TPL_HUMIDITY",
        "sensor/humidity",
        &["45.2", "0", "999", "none"],
        "sensor/humidity",
        Number,
    ),
    (
        "TPL_HUMIDITY_EXT",
        "ext_humidity/0",
        &["45.2", "999"],
        "ext_humidity/0",
        Number,
    ),
    ("TPL_ILLUMINATION", "status", &[STATUS], "sensor/lux", Number),
    (
        "TPL_ILLUMINATION_MOTION",
        "info",
        &[INFO, INFO_2],
        "sensor/lux",
        Number,
    ),
    (
        "TPL_ILLUMINATION_TO_JSON",
        "sensor/illumination",
        &["dark", "bright"],
        "sensor/illumination",
        InJson,
    ),
    (
        "TPL_INSTALLED_VERSION",
        "info",
        &[INFO, INFO_2],
        "update.installed",
        Text,
    ),
    (
        "TPL_IP",
        "announce",
        &[r#"{"id":"x","ip":"10.0.0.9"}"#],
        "ip",
        Text,
    ),
    ("TPL_IP_FROM_INFO", "info", &[INFO], "ip", Text),
    (
        "TPL_LATEST_VERSION",
        "info",
        &[INFO, INFO_2],
        "update.latest",
        Text,
    ),
    ("TPL_MODE", "info", &[INFO, INFO_2], "thermostat/0/mode", Text),
    (
        "TPL_MOTION",
        "status",
        &[STATUS, r#"{"motion":false}"#],
        "sensor/motion",
        OnOff,
    ),
    (
        "TPL_MOTION_MOTION",
        "info",
        &[INFO, INFO_2],
        "sensor/motion",
        OnOff,
    ),
    (
        "TPL_NEW_FIRMWARE_FROM_ANNOUNCE",
        "announce",
        &[r#"{"id":"x","new_fw":true}"#, r#"{"id":"x","new_fw":false}"#],
        "update",
        OnOff,
    ),
    (
        "TPL_NEW_FIRMWARE_FROM_INFO",
        "info",
        &[INFO, INFO_2],
        "update",
        OnOff,
    ),
    (
        "TPL_OVERPOWER",
        "light/0/status",
        &[LIGHT, r#"{"ison":false,"overpower":false}"#],
        "light/0/overpower",
        OnOff,
    ),
    (
        "TPL_OVERPOWER_RELAY",
        "relay/0",
        &["overpower", "on", "off"],
        "relay/0.overpower",
        OnOff,
    ),
    (
        "TPL_OVERPOWER_VALUE_TO_JSON",
        "relay/0/overpower_value",
        &["2500.5"],
        "relay/0/overpower_value",
        InJson,
    ),
    (
        "TPL_OVERPOWER_VALUE_TO_JSON",
        "light/0/overpower_value",
        &["250"],
        "light/0/overpower_value",
        InJson,
    ),
    (
        "TPL_POSITION",
        "roller/0/pos",
        &["0", "40", "100"],
        "roller/0/pos",
        Number,
    ),
    ("TPL_POSITION", "roller/0/pos", &["-1"], "roller/0/pos", Unknown),
    (
        "TPL_POWER_FACTOR",
        "emeter/0/pf",
        &["0.5", "-0.98", "1"],
        "emeter/0/pf",
        Number,
    ),
    (
        "TPL_PROFILES",
        "info",
        &[INFO, INFO_2],
        "thermostat/0/schedule_profile",
        Text,
    ),
    (
        "TPL_REPORTED_WINDOW_STATE",
        "info",
        &[INFO, INFO_2],
        "thermostat/0/window_open",
        OnOff,
    ),
    ("TPL_RSSI", "info", &[INFO, INFO_2], "rssi", Number),
    (
        "TPL_SCHEDULE",
        "info",
        &[INFO, INFO_2],
        "thermostat/0/schedule",
        Bool,
    ),
    (
        "TPL_SELF_TEST",
        "sensor/self_test",
        &["not_completed", "running"],
        "sensor/self_test",
        Text,
    ),
    ("TPL_SSID", "info", &[INFO], "ssid", Text),
    (
        "TPL_TARGET_TEMPERATURE",
        "info",
        &[INFO, INFO_2],
        "thermostat/0/target_t",
        Number,
    ),
    (
        "TPL_TEMPERATURE",
        "sensor/temperature",
        &["21.4", "-5.5", "0", "999", "none"],
        "sensor/temperature",
        Number,
    ),
    ("TPL_TEMPERATURE", "temperature", &["51.2"], "temperature", Number),
    (
        "TPL_TEMPERATURE_EXT",
        "ext_temperature/0",
        &["4.5", "999"],
        "ext_temperature/0",
        Number,
    ),
    (
        "TPL_TEMPERATURE_MOTION",
        "info",
        &[INFO, INFO_2],
        "sensor/temperature",
        Number,
    ),
    (
        "TPL_TEMPERATURE_STATUS",
        "temperature_status",
        &["Normal", "Very High"],
        "temperature_status",
        Text,
    ),
    ("TPL_UPDATE_TO_JSON", "info", &[INFO], "update.latest", InJson),
    ("TPL_UPTIME", "info", &[INFO, INFO_2], "uptime", Since),
    (
        "TPL_VALVE",
        "valve/0/state",
        &["opened", "not_connected"],
        "valve/0/state",
        Text,
    ),
    (
        "TPL_VALVE_AVAILABILITY",
        "valve/0/state",
        &["opened", "closing", "not_connected", "failure"],
        "valve/0",
        Available,
    ),
    (
        "TPL_VALVE_MIN_POSITION",
        "info",
        &[INFO, INFO_2],
        "thermostat/0/valve_min_percent",
        Number,
    ),
    (
        "TPL_VALVE_POSITION",
        "info",
        &[INFO, INFO_2],
        "thermostat/0/pos",
        Number,
    ),
    (
        "TPL_VALVE_STATE",
        "valve/0/state",
        &["opened", "closed", "closing", "opening", "failure"],
        "valve/0",
        Text,
    ),
    (
        "TPL_VIBRATION",
        "status",
        &[STATUS, r#"{"vibration":true}"#],
        "sensor/vibration",
        OnOff,
    ),
    (
        "TPL_VIBRATION_MOTION",
        "info",
        &[INFO, INFO_2],
        "sensor/vibration",
        OnOff,
    ),
    (
        "TPL_WINDOW_STATE_REPORTING",
        "info",
        &[INFO, INFO_2],
        "thermostat/0/open_window_report",
        OnOff,
    ),
];
/// Templates that make a command or tell of a connection: [`commands_say_the_same`] has them.
const WRITES: &[&str] = &[
    "TPL_COMMAND_ON_WHITE_LIGHT",
    "TPL_COMMAND_ON_WHITE_LIGHT_DUO",
    "TPL_COMMAND_SET_BRIGHTNESS_WHITE_LIGHT",
    "TPL_COMMAND_PROFILES",
    "TPL_MODE_SET",
    "TPL_SET_TARGET_TEMPERATURE",
    "TPL_MQTT_CONNECTED",
];

/// A payload for each topic, and the point that it must make; an empty payload is a command's, with the point that sends there.
const TOPICS: &[(&str, &str, &str)] = &[
    ("TOPIC_ADC", "11.9", "adc/0"),
    (
        "TOPIC_ANNOUNCE",
        r#"{"id":"x","ip":"10.0.0.9","new_fw":true}"#,
        "update",
    ),
    ("TOPIC_CHARGER", "true", "charger"),
    (
        "TOPIC_COLOR_0_STATUS",
        r#"{"ison":true,"mode":"color","red":1,"green":2,"blue":3,"gain":50}"#,
        "color/0/color",
    ),
    ("TOPIC_COMMAND", "", "install_update"),
    (
        "TOPIC_COMMAND_ACCELERATED_HEATING",
        "",
        "thermostat/0/accelerated_heating",
    ),
    ("TOPIC_COMMAND_BOOST_MINUTES", "", "thermostat/0/boost_minutes"),
    ("TOPIC_COMMAND_PROFILES", "", "thermostat/0/schedule_profile"),
    ("TOPIC_COMMAND_SCHEDULE", "", "thermostat/0/schedule"),
    ("TOPIC_COMMAND_VALVE_MIN", "", "thermostat/0/valve_min_percent"),
    ("TOPIC_COMMAND_VALVE_POSITION", "", "thermostat/0/pos"),
    ("TOPIC_ENERGY", "120", "relay/energy"),
    ("TOPIC_EXT_SWITCH", "1", "ext_switch/0"),
    ("TOPIC_INFO", INFO, "rssi"),
    ("TOPIC_INPUT_0", "1", "input/0"),
    ("TOPIC_INPUT_1", "0", "input/1"),
    ("TOPIC_INPUT_2", "1", "input/2"),
    ("TOPIC_INPUT_3", "1", "input/3"),
    ("TOPIC_IX_SUM_CURRENT", "0.2", "emeter_n/ixsum"),
    ("TOPIC_LIGHT_ENERGY", "60", "light/0/energy"),
    ("TOPIC_LIGHT_ENERGY_RGBW2_COLOR", "60", "color/0/energy"),
    ("TOPIC_LIGHT_ENERGY_RGBW2_WHITE", "60", "white/0/energy"),
    ("TOPIC_LIGHT_OVERPOWER_VALUE", "300", "light/0/overpower_value"),
    ("TOPIC_LIGHT_POWER", "6.1", "light/0/power"),
    ("TOPIC_LIGHT_POWER_RGBW2_COLOR", "6.1", "color/0/power"),
    ("TOPIC_LIGHT_POWER_RGBW2_WHITE", "6.1", "white/0/power"),
    ("TOPIC_LIGHT_SET", "", "light/0/brightness"),
    ("TOPIC_LIGHT_STATUS", LIGHT, "light/0/brightness"),
    ("TOPIC_LOADERROR", "1", "loaderror"),
    ("TOPIC_METER_CURRENT", "1.5", "emeter/0/current"),
    ("TOPIC_METER_ENERGY", "60", "emeter/0/energy"),
    ("TOPIC_METER_POWER", "230.1", "emeter/0/power"),
    ("TOPIC_METER_POWER_FACTOR", "0.9", "emeter/0/pf"),
    ("TOPIC_METER_REACTIVE_POWER", "3.1", "emeter/0/reactive_power"),
    ("TOPIC_METER_RETURNED_ENERGY", "60", "emeter/0/returned_energy"),
    ("TOPIC_METER_TOTAL", "1234.5", "emeter/0/total"),
    ("TOPIC_METER_TOTAL_RETURNED", "3.5", "emeter/0/total_returned"),
    ("TOPIC_METER_VOLTAGE", "230.1", "emeter/0/voltage"),
    ("TOPIC_MUTE", "", "sensor/mute"),
    ("TOPIC_N_CURRENT", "0.1", "emeter_n/current"),
    ("TOPIC_ONLINE", "true", ""),
    ("TOPIC_OVERLOAD", "0", "overload"),
    ("TOPIC_OVERPOWER", "1", "overpower"),
    ("TOPIC_OVERPOWER_VALUE", "2500", "relay/0/overpower_value"),
    ("TOPIC_OVERTEMPERATURE", "0", "overtemperature"),
    ("TOPIC_POWER", "12.5", "relay/power"),
    ("TOPIC_RELAY", "on", "relay/0"),
    ("TOPIC_RELAY_ENERGY", "60", "relay/0/energy"),
    ("TOPIC_RELAY_POWER", "12.5", "relay/0/power"),
    ("TOPIC_ROLLER_ENERGY", "60", "roller/0/energy"),
    ("TOPIC_ROLLER_POWER", "120.5", "roller/0/power"),
    ("TOPIC_SELF_TEST", "", "sensor/start_self_test"),
    ("TOPIC_SENSOR_BATTERY", "90", "sensor/battery"),
    ("TOPIC_SENSOR_CHARGER", "true", "sensor/charger"),
    ("TOPIC_SENSOR_CONCENTRATION", "12", "sensor/concentration"),
    ("TOPIC_SENSOR_GAS", "mild", "sensor/gas"),
    ("TOPIC_SENSOR_HUMIDITY", "45", "sensor/humidity"),
    ("TOPIC_SENSOR_LUX", "300", "sensor/lux"),
    ("TOPIC_SENSOR_OPERATION", "normal", "sensor/operation"),
    ("TOPIC_SENSOR_SELF_TEST", "completed", "sensor/self_test"),
    ("TOPIC_SENSOR_SMOKE", "true", "sensor/smoke"),
    ("TOPIC_SENSOR_STATE", "open", "sensor/state"),
    ("TOPIC_SENSOR_FLOOD", "true", "sensor/flood"),
    ("TOPIC_SENSOR_TEMPERATURE", "21.5", "sensor/temperature"),
    ("TOPIC_SENSOR_TILT", "12", "sensor/tilt"),
    ("TOPIC_SENSOR_UNMUTE", "", "sensor/unmute"),
    ("TOPIC_SENSOR_VIBRATION", "1", "sensor/vibration"),
    (
        "TOPIC_SETTINGS",
        r#"{"name":"Hall","target_t":{"enabled":true}}"#,
        "thermostat/0/target_enabled",
    ),
    ("TOPIC_STATUS", STATUS, "sensor/motion"),
    ("TOPIC_TEMPERATURE", "51", "temperature"),
    ("TOPIC_TEMPERATURE_STATUS", "High", "temperature_status"),
    ("TOPIC_TOTAL_WORK_TIME", "3600", "totalworktime"),
    ("TOPIC_VALVE", "opened", "valve/0"),
    ("TOPIC_VALVE_COMMAND", "", "valve/0"),
    ("TOPIC_VOLTAGE", "230", "voltage"),
    ("TOPIC_WHITE_SET", "", "white/0/brightness"),
    (
        "TOPIC_WHITE_STATUS",
        r#"{"ison":true,"mode":"white","brightness":30}"#,
        "white/0/brightness",
    ),
];

fn corpus() -> Option<serde_json::Value> {
    let root = std::env::var("HEARTHLINE_CORPORA").map_or_else(
        |_| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/corpora"),
        PathBuf::from,
    );
    let path = "shelly-gen1-ha-templates/shelly_gen1.json";
    let text = std::fs::read_to_string(root.join(path)).ok();
    if text.is_none() {
        eprintln!("skipped: no {path} in the corpora");
    }
    serde_json::from_str(&text?).ok()
}

/// The template as the script writes it: those with doubled braces are format strings.
fn source(templates: &serde_json::Value, name: &str) -> String {
    let source = templates[name].as_str().unwrap();
    let source = if source.contains("{{%") || source.contains("{{{{") {
        source.replace("{{", "{").replace("}}", "}")
    } else {
        source.to_owned()
    };
    source
        .replace("{min_temp}", "4")
        .replace("{min_pos}", "0")
        .replace("{max_transition}", "5000")
        .replace("{default_heat_temp}", "20")
}

fn render(templates: &serde_json::Value, name: &str, vars: &Vars<'_>) -> String {
    let mut kept = Templates::default();
    let id = kept.add(&source(templates, name));
    match kept.render(id, vars) {
        Ok(rendered) => rendered.text().into_owned(),
        // A template that fails leaves the entity unknown.
        Err(_) => String::new(),
    }
}

fn name_of(key: &str) -> String {
    if key.starts_with("light") {
        "ShellyBulbDuo-A1B2C3"
    } else {
        "corpus"
    }
    .to_owned()
}

#[test]
fn every_topic_makes_a_point_or_is_where_one_sends() {
    let Some(corpus) = corpus() else { return };
    let topics = corpus["topics"].as_object().unwrap();
    assert_eq!(topics.len(), TOPICS.len());
    let mut stage = Stage::new();
    let real = |topic: &str| {
        let topic = topic.replace("overpower_value", "relay/0/overpower_value");
        let topic = topic.replace("~light/{light_id}/relay/0/", "~light/0/");
        topic
            .replace('~', "shellies/corpus/")
            .replace("{light_id}", "0")
            .replace("{relay_id}", "0")
            .replace("{meter_id}", "0")
    };
    let full = |name: &str| {
        let topic = topics[name].as_str().unwrap_or_else(|| panic!("no {name}"));
        match name {
            "TOPIC_OVERPOWER_VALUE" => "shellies/corpus/relay/0/overpower_value".to_owned(),
            _ => real(topic),
        }
    };
    for (name, payload, key) in TOPICS.iter().filter(|(_, payload, _)| !payload.is_empty()) {
        let topic = full(name);
        stage.say(&topic, payload);
        assert_eq!(stage.transcript.decoder.claimed_by(&topic), ["shelly"], "{name}");
        if key.is_empty() {
            assert!(stage.text().ends_with("device 0 online\n"), "{name}");
        } else {
            let values = stage.values(key);
            assert!(
                !values.is_empty() && !values[0].is_null(),
                "{name}: no value of {key}"
            );
        }
        assert!(!stage.text().contains("not_a_number"), "{name}");
    }
    for (name, _, key) in TOPICS.iter().filter(|(_, payload, _)| payload.is_empty()) {
        let topic = full(name);
        let candidates = [
            Value::Null,
            Value::Int(5),
            Value::Bool(true),
            Value::text("open"),
            Value::text("profile 3"),
        ];
        let sent: Vec<String> = candidates.iter().map(|value| stage.write(key, value)).collect();
        assert!(
            sent.iter().any(|sent| sent.starts_with(&format!("{topic} "))),
            "{name}: {topic} not in {sent:?}"
        );
        // What is sent there is no value of the device.
        let before = stage.text().len();
        stage.say(&topic, "1");
        assert_eq!(stage.text()[before..].lines().count(), 1, "{name}");
    }
    let points = stage.text().matches("\n  point ").count();
    let ignored = stage.text().matches("! ignored").count();
    let commands = stage
        .text()
        .lines()
        .filter(|line| line.starts_with("  point ") && line.contains(" writable"))
        .count();
    eprintln!(
        "shelly gen1: {} topics, 1 device, {points} points, {commands} commands, {ignored} ignored with a reason",
        topics.len()
    );
}

#[test]
fn every_template_reads_the_same() {
    let Some(corpus) = corpus() else { return };
    let templates = &corpus["templates"];
    let named: BTreeSet<&str> = READS
        .iter()
        .map(|read| read.0)
        .chain(WRITES.iter().copied())
        .collect();
    let known: BTreeSet<&str> = templates
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(named, known);
    for (template, sub, payloads, key, means) in READS {
        let mut stage = Stage::new();
        let topic = format!("shellies/{}/{sub}", name_of(key));
        for payload in *payloads {
            stage.say(&topic, payload);
            let said = render(templates, template, &Vars::new(payload, NOW));
            let ours = stage.values(key);
            let value = ours.last().cloned().unwrap_or_default();
            let context = format!("{template} of {payload}: {said:?}, ours {ours:?}");
            match means {
                OnOff => assert_eq!(value, Value::Bool(said == "ON"), "{context}"),
                Online => assert_eq!(value, Value::Bool(said == "online"), "{context}"),
                Bool => assert_eq!(value, Value::Bool(said == "True"), "{context}"),
                Number => match said.parse::<f64>() {
                    Ok(number) => assert!(
                        (value.as_f64().expect(&context) - number).abs() < 1e-9,
                        "{context}"
                    ),
                    Err(_) => assert_eq!(value, Value::Null, "{context}"),
                },
                Text => match said.as_str() {
                    "" => assert_eq!(value, Value::Null, "{context}"),
                    said => assert_eq!(value.as_text(), Some(said), "{context}"),
                },
                InJson => {
                    let json: serde_json::Value = serde_json::from_str(&said).expect(&context);
                    let ours = value.to_string();
                    let mut members = json.as_object().expect(&context).values();
                    assert!(
                        members
                            .any(|member| member.as_str().map_or(member.to_string(), str::to_owned) == ours),
                        "{context}"
                    );
                }
                Mireds => {
                    let mireds = (1e6 / value.as_f64().expect(&context)).floor();
                    assert_eq!(said.parse(), Ok(mireds), "{context}");
                }
                Push => {
                    let word = ["S", "L"]
                        .iter()
                        .zip(["single", "long"])
                        .find(|(code, _)| said.contains(&format!("\"{code}\"")));
                    assert_eq!(value.as_text(), word.map(|(_, word)| word), "{context}");
                }
                Since => {
                    let start: jiff::Timestamp = said.parse().expect(&context);
                    assert_eq!(
                        start.as_second() + value.as_f64().expect(&context) as i64,
                        NOW / 1_000_000,
                        "{context}"
                    );
                }
                Available => {
                    let available = stage.transcript.events.iter().find_map(|event| match event {
                        Event::Available { available, .. } => Some(*available),
                        _ => None,
                    });
                    assert_eq!(available, Some(said == "online"), "{context}");
                }
                Unknown => assert_eq!(value, Value::Null, "{context}"),
            }
        }
    }
}

#[test]
fn commands_say_the_same() {
    let Some(corpus) = corpus() else { return };
    let templates = &corpus["templates"];
    let mut stage = Stage::new();
    stage.say("shellies/ShellyBulbDuo-A1B2C3/light/0/status", LIGHT);
    stage.say("shellies/corpus/info", INFO);
    let members = |text: &str| -> serde_json::Value {
        serde_json::from_str(&text.replace('\'', "\"")).unwrap_or_else(|_| panic!("{text}"))
    };
    let bright = Vars::new("", NOW).with("brightness", serde_json::json!(128).into_template());
    for name in ["TPL_COMMAND_ON_WHITE_LIGHT", "TPL_COMMAND_ON_WHITE_LIGHT_DUO"] {
        let theirs = members(&render(templates, name, &bright));
        let ours = stage.write("light/0/brightness", &Value::Int(50));
        assert_eq!(members(ours.split_once(' ').unwrap().1), theirs, "{name}");
    }
    let warm = Vars::new("", NOW).with("color_temp", serde_json::json!(250).into_template());
    let theirs = members(&render(templates, "TPL_COMMAND_ON_WHITE_LIGHT_DUO", &warm));
    let ours = stage.write("light/0/color_temp", &Value::Int(4000));
    let ours = members(ours.split_once(' ').unwrap().1);
    assert_eq!(ours["turn"], theirs["turn"]);
    assert_eq!(ours["temp"].as_f64(), theirs["temp"].as_f64());
    let theirs = members(&render(
        templates,
        "TPL_COMMAND_SET_BRIGHTNESS_WHITE_LIGHT",
        &Vars::new("40", NOW),
    ));
    let ours = stage.write("light/0/brightness", &Value::Int(40));
    assert_eq!(
        members(ours.split_once(' ').unwrap().1)["brightness"].as_f64(),
        theirs["brightness"].as_f64()
    );
    for (name, value, key, ours) in [
        (
            "TPL_COMMAND_PROFILES",
            "profile 3",
            "thermostat/0/schedule_profile",
            Value::text("profile 3"),
        ),
        ("TPL_MODE_SET", "off", "thermostat/0/mode", Value::text("off")),
        (
            "TPL_SET_TARGET_TEMPERATURE",
            "19.5",
            "thermostat/0/target_t",
            Value::Float(19.5),
        ),
    ] {
        let theirs = render(templates, name, &Vars::new(value, NOW));
        let ours = stage.write(key, &ours);
        assert_eq!(ours.split_once(' ').unwrap().1, theirs, "{name}");
    }
    let connected = render(templates, "TPL_MQTT_CONNECTED", &Vars::new(INFO, NOW));
    assert_eq!(connected, "online");
    assert!(stage.text().contains("device 1 online"), "{}", stage.text());
}

/// JSON as templates take it.
trait IntoTemplate {
    fn into_template(self) -> crate::template::Json;
}

impl IntoTemplate for serde_json::Value {
    fn into_template(self) -> crate::template::Json {
        crate::template::Json::parse(&self.to_string()).unwrap()
    }
}
