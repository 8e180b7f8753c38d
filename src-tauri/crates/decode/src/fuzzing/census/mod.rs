//! What becomes of everything in the corpora, as a table: how much came in, what it led to, what was ignored with a reason, and what
//! was passed over without a word, which must be nothing.
//!
//! Every folder has a row. Those of payloads go through a decoder as they are; those of templates, topics and vectors are made into messages
//! first.

mod abbreviations;
mod series;
pub(crate) mod shelly;
pub(crate) mod templates;
mod vectors;
mod zigbee;

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
    /// What describes: messages that do, or templates, topics and vectors where the folder holds those.
    pub configs: usize,
    /// Messages, those that describe among them.
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
    let json = |path: &str| serde_json::from_str::<Json>(&text(path)?).ok();
    if let (Some(tables), Some(schema)) = (
        json("ha-mqtt-schema/abbreviations.json"),
        json("ha-mqtt-schema/platform_options.json"),
    ) {
        rows.push(abbreviations::row(&tables, &schema));
    }
    rows.extend(json("ha-templates/jinja2_vs_minijinja.json").map(|it| templates::row(&it)));
    if let Some(json) = json("shelly-gen1-ha-templates/shelly_gen1.json") {
        rows.extend([
            shelly::topics(&json["topics"]),
            shelly::templates(&json["templates"]),
        ]);
    }
    rows.extend(json("sparkplug-spec-vectors/arrays.json").map(|it| vectors::row(&it)));
    rows.extend(text("zigbee2mqtt-exposes/exposes.jsonl").map(|it| zigbee::row(&it)));
    rows.extend(series::row(&root.join("series")));
    rows
}

/// A decoder, what it told, and what it was told.
struct Stage<'a> {
    decoder: Decoder,
    events: Vec<Event>,
    now: Micros,
    row: &'a mut Row,
}

impl<'a> Stage<'a> {
    fn new(row: &'a mut Row) -> Self {
        Self {
            decoder: Decoder::new(Options::default()),
            events: Vec::new(),
            now: START,
            row,
        }
    }

    /// One message; gives back what it led to.
    fn say(&mut self, topic: &str, payload: &[u8], retain: bool) -> &[Event] {
        self.now += 1_000_000;
        let message = Message {
            topic,
            payload,
            retain,
            at: self.now,
        };
        let start = self.events.len();
        self.row.messages += 1;
        let describes = self.decoder.message(&message, &mut self.events);
        let events = &self.events[start..];
        let is_description = |event: &Event| matches!(event, Event::Device { .. } | Event::Point { .. });
        self.row.configs += usize::from(describes || events.iter().any(is_description));
        events
    }
}

impl Drop for Stage<'_> {
    fn drop(&mut self) {
        count(&self.events, self.row);
    }
}

/// Scripts, each through a decoder of its own; a topic that only the last convention takes is unexplained.
fn scripts_row(name: &'static str, target: &str, scripts: &[Vec<u8>]) -> Row {
    let mut row = Row {
        name,
        ..Row::default()
    };
    for script in scripts {
        let mut stage = Stage::new(&mut row);
        let mut topics = BTreeSet::new();
        for step in steps(script, &[]) {
            if let Step::Say {
                topic,
                payload,
                retain,
            } = step
            {
                stage.say(topic, payload, retain);
                topics.insert(topic);
            }
        }
        let told = stage
            .events
            .iter()
            .any(|event| matches!(event, Event::Diagnosis(_)));
        // A platform that is refused as a whole says so once; its topics are then nobody's. On others we only write.
        let passed_over: Vec<&str> = topics
            .into_iter()
            .filter(|topic| !told && !topic.ends_with("command_topic"))
            .filter(|topic| !stage.decoder.claimed_by(topic).contains(&target))
            .collect();
        drop(stage);
        for topic in passed_over {
            let shown: String = super::readable(target, script).chars().take(60).collect();
            row.unexplained.push(format!("{topic} of {shown}"));
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
