//! Messages that real software sent, and the option tables of Home Assistant itself.

use std::path::PathBuf;

use super::super::abbreviations::{Part, long};
use super::Stage;

fn corpus(path: &str) -> Option<String> {
    let root = std::env::var("HEARTHLINE_CORPORA").map_or_else(
        |_| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/corpora"),
        PathBuf::from,
    );
    let text = std::fs::read_to_string(root.join(path)).ok();
    if text.is_none() {
        eprintln!("skipped: no {path} in the corpora");
    }
    text
}

#[test]
fn discoverables_of_a_real_library() {
    let Some(text) = corpus("live-captures/capture-2026-11-23.jsonl") else {
        return;
    };
    let mut stage = Stage::new();
    let mut count = 0;
    for line in text.lines() {
        let message: serde_json::Value = serde_json::from_str(line).unwrap();
        let (Some(topic), Some(payload)) = (message["topic"].as_str(), message["payload"].as_str()) else {
            continue;
        };
        if topic.starts_with("homeassistant/") || topic.starts_with("hmd/") {
            stage.say(topic, payload);
            count += 1;
        }
    }
    assert_eq!(count, 9);
    let out = &stage.out;
    for line in [
        "sensor.boiler_flow = Float(54.3)",
        "sensor.boiler_flow/attr/loop = Text(\"primary\")",
        "number.boiler_sp = Float(45.5)",
        "binary_sensor.boiler_burner = Bool(true)",
        "switch.boiler_pump = Bool(true)",
    ] {
        assert!(out.contains(line), "{line} in {out}");
    }
    assert!(!out.contains("  !"), "{out}");
    assert!(!out.contains("device 1"), "all one boiler: {out}");
}

#[test]
fn every_abbreviation() {
    let Some(text) = corpus("ha-mqtt-schema/abbreviations.json") else {
        return;
    };
    let tables: serde_json::Value = serde_json::from_str(&text).unwrap();
    for (table, part) in [
        ("ABBREVIATIONS", Part::General),
        ("DEVICE_ABBREVIATIONS", Part::Device),
        ("ORIGIN_ABBREVIATIONS", Part::Origin),
    ] {
        for (short, want) in tables[table].as_object().unwrap() {
            assert_eq!(long(part, short), want.as_str(), "{short}");
        }
    }
}

/// Each platform with every topic option that Home Assistant's schema has: each must lead to a point or a command.
#[test]
fn every_topic_option_is_used() {
    let Some(text) = corpus("ha-mqtt-schema/platform_options.json") else {
        return;
    };
    let platforms: serde_json::Value = serde_json::from_str(&text).unwrap();
    let mut checked = 0;
    for (platform, options) in platforms.as_object().unwrap() {
        let (component, schema) = platform
            .split_once('/')
            .map_or((platform.as_str(), ""), |(c, s)| {
                (c, s.trim_start_matches("schema_"))
            });
        if !super::super::topic::is_component(component)
            || component == "device"
            || component == "device_automation"
            || schema == "schema"
        {
            continue;
        }
        for option in options
            .as_object()
            .unwrap()
            .keys()
            .filter(|name| name.ends_with("topic"))
        {
            if matches!(option.as_str(), "json_attributes_topic" | "availability_topic") {
                continue;
            }
            let mut stage = Stage::new();
            let topic = format!("it/{option}");
            let config = serde_json::json!({
                "name": "x", "schema": schema, option: topic, "command_topic": if option == "command_topic" { "it/command_topic" } else { "other" },
                "payload_install": "i", "reports_position": true, "available_tones": ["a"], "preset_modes": ["a"], "fan_speed_list": ["a"],
            });
            stage.say(
                &format!("homeassistant/{component}/x/config"),
                &config.to_string(),
            );
            stage.out.clear();
            stage.say(&topic, "50");
            assert_eq!(
                stage.decoder.claimed_by(&topic),
                ["homeassistant"],
                "{component} {schema} {option}: {}",
                stage.out
            );
            checked += 1;
        }
    }
    assert!(checked > 60, "{checked}");
}
