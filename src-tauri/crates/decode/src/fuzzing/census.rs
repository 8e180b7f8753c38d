//! What becomes of everything in the corpora, as a table: how much came in, what it led to, what was ignored with a reason, and what
//! was passed over without a word, which must be nothing.

use std::collections::BTreeSet;
use std::path::Path;

use hearthline_model::Micros;
use serde_json::Value as Json;

use super::script::{Step, steps};
use super::seeds;
use crate::{Decoder, Event, Message, Options};

const START: Micros = 1_795_000_000_000_000;

/// What became of one folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// The folder, and what of it where it holds several sorts.
    pub name: &'static str,
    /// Messages, configs among them.
    pub messages: usize,
    /// Devices that were told.
    pub devices: usize,
    /// Points that were told.
    pub points: usize,
    /// Points that can be written.
    pub commands: usize,
    /// Values that arrived.
    pub readings: usize,
    /// What was ignored, called wrong or not shown, each with its reason.
    pub ignored: usize,
    /// What led to nothing and was not spoken of.
    pub unexplained: Vec<String>,
}

/// The table; folders that are not there have no row.
pub fn census(root: &Path) -> Vec<Row> {
    let text = |path: &str| std::fs::read_to_string(root.join(path)).ok();
    let mut rows = Vec::new();
    for (name, target, path) in [
        (
            "ha-mqtt-schema",
            "homeassistant",
            "ha-mqtt-schema/platform_options.json",
        ),
        (
            "live-captures: Home Assistant",
            "homeassistant",
            "live-captures/capture-2026-11-23.jsonl",
        ),
        (
            "live-captures: Homie",
            "homie",
            "live-captures/capture-2026-11-23.jsonl",
        ),
        (
            "live-captures: Sparkplug",
            "sparkplug",
            "live-captures/capture-2026-11-23.jsonl",
        ),
        ("tasmota", "tasmota", "tasmota/examples.json"),
    ] {
        if root.join(path).is_file() {
            let scripts = match name {
                "ha-mqtt-schema" => seeds::schema(root),
                "live-captures: Home Assistant" => seeds::heard_discovery(root),
                _ => seeds::real(target, root),
            };
            rows.push(scripts_row(name, target, &scripts));
        }
    }
    if let Some(text) = text("zigbee2mqtt-exposes/exposes.jsonl") {
        rows.push(zigbee(&text));
    }
    rows
}

/// Scripts, each through a decoder of its own; a topic that only the last convention takes is unexplained.
fn scripts_row(name: &'static str, target: &str, scripts: &[Vec<u8>]) -> Row {
    let mut row = Row {
        name,
        ..Row::default()
    };
    for script in scripts {
        let mut decoder = Decoder::new(Options::default());
        let mut events = Vec::new();
        let mut topics = BTreeSet::new();
        for (second, step) in (0..).zip(steps(script, &[])) {
            if let Step::Say {
                topic,
                payload,
                retain,
            } = step
            {
                let at = START + second * 1_000_000;
                let message = Message {
                    topic,
                    payload,
                    retain,
                    at,
                };
                decoder.message(&message, &mut events);
                topics.insert(topic);
                row.messages += 1;
            }
        }
        let told = events.iter().any(|event| matches!(event, Event::Diagnosis(_)));
        count(&events, &mut row);
        for topic in topics
            .into_iter()
            .filter(|topic| !decoder.claimed_by(topic).contains(&target))
        {
            // A platform that is refused as a whole says so once; its topics are then nobody's. On others we only write.
            if !told && !topic.ends_with("command_topic") {
                row.unexplained.push(format!(
                    "{topic} of {}",
                    super::readable(target, script)
                        .chars()
                        .take(60)
                        .collect::<String>()
                ));
            }
        }
    }
    row
}

fn count(events: &[Event], row: &mut Row) {
    let (mut devices, mut points) = (BTreeSet::new(), BTreeSet::new());
    let mut commands = BTreeSet::new();
    for event in events {
        match event {
            Event::Device { device, .. } => {
                devices.insert(*device);
            }
            Event::Point { point, desc, .. } => {
                points.insert(*point);
                if desc.command.is_some() {
                    commands.insert(*point);
                }
            }
            Event::Reading(_) => row.readings += 1,
            Event::Diagnosis(it) => row.ignored += it.text.matches("), ").count() + 1,
            _ => {}
        }
    }
    row.devices += devices.len();
    row.points += points.len();
    row.commands += commands.len();
}

/// Each definition as a device; each of its exposes is a point, part of one, or named with a reason.
fn zigbee(lines: &str) -> Row {
    let mut row = Row {
        name: "zigbee2mqtt-exposes",
        ..Row::default()
    };
    for definition in lines
        .lines()
        .filter_map(|line| serde_json::from_str::<Json>(line).ok())
    {
        let mut decoder = Decoder::new(Options::default());
        let mut events = Vec::new();
        let script = seeds::zigbee(&definition);
        let mut claimed = 0;
        for step in steps(&script, &[]) {
            if let Step::Say {
                topic,
                payload,
                retain,
            } = step
            {
                let message = Message {
                    topic,
                    payload,
                    retain,
                    at: START,
                };
                decoder.message(&message, &mut events);
                row.messages += 1;
                claimed += 1;
            }
        }
        debug_assert!(claimed > 0);
        count(&events, &mut row);
        let mut found: Vec<&str> = Vec::new();
        let mut reasons = String::new();
        for event in &events {
            match event {
                Event::Point { desc, .. } => found.push(&desc.key),
                Event::Diagnosis(it) => reasons.push_str(&it.text),
                _ => {}
            }
        }
        for expose in definition["exposes"].as_array().into_iter().flatten() {
            let parts = expose["features"]
                .as_array()
                .map_or(std::slice::from_ref(expose), Vec::as_slice);
            for part in parts {
                let names = [&expose["property"], &part["property"]]
                    .into_iter()
                    .filter_map(Json::as_str);
                let said = names.clone().any(|name| {
                    let within = |key: &&&str| key.split('.').any(|level| level == name);
                    found.iter().find(within).is_some() || reasons.contains(name)
                });
                if !said && part["access"].as_u64().unwrap_or(7) & 3 != 0 {
                    row.unexplained.push(format!(
                        "{}: {}",
                        definition["model"],
                        names.collect::<Vec<_>>().join(".")
                    ));
                }
            }
        }
    }
    row
}
