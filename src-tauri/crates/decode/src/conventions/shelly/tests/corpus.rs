//! Every topic and every template that the best-known bridge of the first generation to Home Assistant uses: each topic has a point (or a
//! command), and each template reads the same as ours.

use std::collections::BTreeSet;
use std::path::PathBuf;

use hearthline_model::Value;

use super::Stage;
use crate::Event;
use crate::fuzzing::shelly::{self, INFO, LIGHT, STATUS, TOPICS};
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

const INFO_2: &str = r#"{"wifi_sta":{"connected":true,"ssid":"home","ip":"10.0.0.3","rssi":0},"cloud":{"enabled":true,"connected":false},"mqtt":{"connected":true},
 "bat":{"value":3},"lux":{"value":0},"sensor":{"motion":false,"vibration":true},"tmp":{"value":-3,"units":"C","is_valid":true},
 "thermostats":[{"target_t":{"value":4,"accelerated_heating":true,"enabled":false},"pos":-1,"tmp":{"value":4.5},"schedule":false,"schedule_profile":1,"boost_minutes":0,"window_open":true,"valve_min_percent":5,"open_window_report":false}],
 "calibrated":false,"charger":true,"update":{"status":"idle","has_update":false,"old_version":"1.11","new_version":""},"uptime":0}"#;

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

fn render(templates: &serde_json::Value, name: &str, vars: &Vars<'_>) -> String {
    let mut kept = Templates::default();
    let id = kept.add(&shelly::source(templates[name].as_str().unwrap()));
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
    let full = |name: &str| shelly::full(name, &corpus["topics"]);
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
