//! The topics and templates by which the first generation of Shelly is told to Home Assistant: each topic makes a point or is where a command
//! goes, each template is understood.

use hearthline_model::Value;
use serde_json::{Map, Value as Json};

use super::{Row, START, Stage};
use crate::template::{Templates, Vars};
use crate::{Event, PointIx};

pub(crate) const INFO: &str = r#"{"wifi_sta":{"connected":true,"ssid":"home","ip":"10.0.0.3","rssi":-60},"cloud":{"enabled":true,"connected":true},"mqtt":{"connected":true},
 "bat":{"value":88,"voltage":3.9},"lux":{"value":120,"illumination":"bright"},"sensor":{"motion":true,"vibration":false},"tmp":{"value":19.5,"units":"C","is_valid":true},
 "thermostats":[{"target_t":{"value":21.5,"accelerated_heating":false,"enabled":true},"pos":40,"tmp":{"value":20.1},"schedule":true,"schedule_profile":2,"boost_minutes":30,"window_open":false,"valve_min_percent":0,"open_window_report":true}],
 "calibrated":true,"charger":false,"update":{"status":"pending","has_update":true,"old_version":"1.11","new_version":"1.12"},"uptime":60}"#;
pub(crate) const STATUS: &str = r#"{"motion":true,"vibration":false,"lux":12,"bat":95}"#;
pub(crate) const LIGHT: &str = r#"{"ison":true,"brightness":40,"temp":4000,"white":10,"overpower":true}"#;

/// A payload for each topic, and the point that it must make; an empty payload is a command's, with the point that sends there.
pub(crate) const TOPICS: &[(&str, &str, &str)] = &[
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

/// A topic as a device of ours has it.
pub(crate) fn full(name: &str, topics: &Json) -> String {
    if name == "TOPIC_OVERPOWER_VALUE" {
        // It stands there without its channel.
        return "shellies/corpus/relay/0/overpower_value".to_owned();
    }
    let topic = topics[name].as_str().unwrap_or_default();
    let topic = topic.replace('~', "shellies/corpus/");
    ["{light_id}", "{relay_id}", "{meter_id}"]
        .iter()
        .fold(topic, |topic, id| topic.replace(id, "0"))
}

/// The template as the script writes it: those with doubled braces are format strings.
pub(crate) fn source(template: &str) -> String {
    let source = if template.contains("{{%") || template.contains("{{{{") {
        template.replace("{{", "{").replace("}}", "}")
    } else {
        template.to_owned()
    };
    source
        .replace("{min_temp}", "4")
        .replace("{min_pos}", "0")
        .replace("{max_transition}", "5000")
        .replace("{default_heat_temp}", "20")
}

pub(super) fn topics(topics: &Json) -> Row {
    let mut row = Row {
        name: "shelly-gen1-ha-templates: topics",
        ..Row::default()
    };
    let mut passed_over: Vec<String> = topics
        .as_object()
        .into_iter()
        .flat_map(Map::keys)
        .filter(|name| !TOPICS.iter().any(|(known, ..)| known == name))
        .map(|name| format!("{name} is new"))
        .collect();
    let mut stage = Stage::new(&mut row);
    let (said, sent): (Vec<_>, Vec<_>) = TOPICS.iter().partition(|(_, payload, _)| !payload.is_empty());
    for (name, payload, key) in said {
        let topic = full(name, topics);
        stage.say(&topic, payload.as_bytes(), false);
        let known = key.is_empty() || point(&stage.events, key).is_some();
        if !known || stage.decoder.claimed_by(&topic) != ["shelly"] {
            passed_over.push(format!("{topic}: no {key}"));
        }
    }
    let values = [
        Value::Null,
        Value::Int(5),
        Value::Bool(true),
        Value::text("open"),
        Value::text("profile 3"),
    ];
    for (name, _, key) in sent {
        let topic = full(name, topics);
        let point = point(&stage.events, key);
        let goes = values.iter().any(|value| {
            let publishes = point.and_then(|point| stage.decoder.command(point, value, stage.now).ok());
            publishes.into_iter().flatten().any(|it| it.topic == topic)
        });
        if !goes {
            passed_over.push(format!("nothing is sent to {topic}"));
        }
    }
    drop(stage);
    row.configs = TOPICS.len();
    row.unexplained = passed_over;
    row
}

fn point(events: &[Event], key: &str) -> Option<PointIx> {
    events.iter().find_map(|event| match event {
        Event::Point { point, desc, .. } if desc.key == key => Some(*point),
        _ => None,
    })
}

pub(super) fn templates(templates: &Json) -> Row {
    let mut row = Row {
        name: "shelly-gen1-ha-templates: texts",
        ..Row::default()
    };
    let mut kept = Templates::default();
    for (name, template) in templates.as_object().into_iter().flatten() {
        row.configs += 1;
        let id = kept.add(&source(template.as_str().unwrap_or_default()));
        if let Some(fault) = kept.fault(id) {
            row.unexplained.push(format!("{name}: {fault}"));
            continue;
        }
        // What is printed is compared with our own reading of the same payloads beside the convention; here each must print something.
        let said = TOPICS.iter().map(|(_, payload, _)| *payload);
        let prints = said
            .chain([r#"{"event":"S","event_cnt":1}"#, "profile 3"])
            .any(|payload| {
                let printed = kept.render(id, &Vars::new(payload, START));
                printed.is_ok_and(|printed| !printed.text().is_empty())
            });
        if !prints {
            row.unexplained.push(format!("{name} prints nothing"));
        }
    }
    row
}
