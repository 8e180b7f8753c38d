//! Whole devices, message by message.

mod corpora;
mod five;
mod hostile;
mod older;
mod things;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use hearthline_model::{Category, Micros, PointDesc, Value};

use crate::{Decoder, DiagnosisKind, Event, Message, Options, PointIx};

/// The arrival of the first message.
const START: Micros = 1_795_000_000_000_000;

/// A decoder with a line for each event, with points by their keys.
struct Stage {
    decoder: Decoder,
    now: Micros,
    out: String,
    points: BTreeMap<String, PointIx>,
    names: BTreeMap<PointIx, String>,
    /// Diagnoses by kind.
    told: BTreeMap<&'static str, usize>,
    values: usize,
    plain: usize,
}

impl Stage {
    fn new() -> Self {
        Self {
            decoder: Decoder::new(Options::default()),
            now: START,
            out: String::new(),
            points: BTreeMap::new(),
            names: BTreeMap::new(),
            told: BTreeMap::new(),
            values: 0,
            plain: 0,
        }
    }

    fn bytes(&mut self, topic: &str, payload: &[u8], retain: bool) -> &mut Self {
        let _ = writeln!(
            self.out,
            "> {topic} {}",
            String::from_utf8_lossy(&payload[..payload.len().min(60)])
        );
        let message = Message {
            topic,
            payload,
            retain,
            at: self.now,
        };
        let mut events = Vec::new();
        self.decoder.message(&message, &mut events);
        self.events(events);
        self.now += 1_000_000;
        self
    }

    fn say(&mut self, topic: &str, payload: &str) -> &mut Self {
        self.bytes(topic, payload.as_bytes(), false)
    }

    fn all(&mut self, messages: &[(&str, &str)]) -> &mut Self {
        for (topic, payload) in messages {
            self.say(topic, payload);
        }
        self
    }

    /// Time passes.
    fn tick(&mut self, seconds: i64) -> &mut Self {
        self.now += seconds * 1_000_000;
        let _ = writeln!(self.out, "> {seconds} s later");
        let mut events = Vec::new();
        self.decoder.tick(self.now, &mut events);
        self.events(events);
        self
    }

    #[allow(clippy::needless_pass_by_value)] // so that tests read well
    fn set(&mut self, key: &str, value: Value) -> &mut Self {
        let _ = writeln!(self.out, "> set {key} to {value}");
        match self.decoder.command(self.points[key], &value, self.now) {
            Ok(publishes) => {
                for publish in publishes {
                    assert!(!publish.retain, "commands are never kept");
                    let payload = String::from_utf8_lossy(&publish.payload);
                    let _ = writeln!(
                        self.out,
                        "  publish {} q{} {payload:?}",
                        publish.topic, publish.qos
                    );
                }
            }
            Err(error) => {
                let _ = writeln!(self.out, "  refused: {error}");
            }
        }
        self
    }

    /// What was written since the last call.
    fn take(&mut self) -> String {
        std::mem::take(&mut self.out)
    }

    fn events(&mut self, events: Vec<Event>) {
        for event in events {
            let line = match event {
                Event::Device { device, desc } => {
                    self.plain += usize::from(desc.convention != "homie");
                    let mut line = format!(
                        "device {} {} \"{}\" [{}]",
                        device.0,
                        desc.key,
                        desc.name,
                        desc.place.path.join(" > ")
                    );
                    for (name, value) in [
                        ("model", &desc.model),
                        ("firmware", &desc.firmware),
                        ("via", &desc.via),
                    ] {
                        if let Some(value) = value {
                            let _ = write!(line, " {name}={value}");
                        }
                    }
                    if !desc.identities.is_empty() {
                        let _ = write!(line, " ids={}", desc.identities.join(","));
                    }
                    line
                }
                Event::Point { point, device, desc } => {
                    self.points.insert(desc.key.clone(), point);
                    self.names.insert(point, desc.key.clone());
                    format!("point of {}: {}", device.0, describe(&desc))
                }
                Event::DeviceGone(device) => format!("device {} gone", device.0),
                Event::PointGone(point) => format!("{} gone", self.names[&point]),
                Event::Reading(reading) => {
                    self.values += 1;
                    format!(
                        "{} = {:?}{}{}",
                        self.names[&reading.point],
                        reading.value,
                        if reading.quality == hearthline_model::Quality::Good {
                            String::new()
                        } else {
                            format!(" {:?}", reading.quality)
                        },
                        if reading.at == self.now { "" } else { " (earlier)" }
                    )
                }
                Event::Online { device, online, .. } => {
                    format!(
                        "device {} {}",
                        device.0,
                        if online { "online" } else { "offline" }
                    )
                }
                Event::Available { point, available, .. } => {
                    format!("{} available {available}", self.names[&point])
                }
                Event::Alive { point, .. } => format!("{} alive", self.names[&point]),
                Event::Accepted { point, value } => format!("{} goes to {value:?}", self.names[&point]),
                Event::Refused { device, reason } => format!("device {} refused: {reason}", device.0),
                Event::Diagnosis(diagnosis) => {
                    *self.told.entry(diagnosis.kind.code()).or_default() += 1;
                    assert!(diagnosis.kind != DiagnosisKind::TooMany || !diagnosis.text.is_empty());
                    format!("! {}: {}", diagnosis.kind.code(), diagnosis.text)
                }
                Event::Publish(publish) => format!("publish {}", publish.topic),
            };
            let _ = writeln!(self.out, "  {line}");
        }
    }
}

fn describe(desc: &PointDesc) -> String {
    let mut line = format!(
        "{} \"{}\" {}/{:?}/{:?}",
        desc.key, desc.name, desc.platform, desc.kind, desc.role
    );
    let mut add = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            let _ = write!(line, " {name}={value}");
        }
    };
    add(
        "entity",
        Some(desc.entity.clone()).filter(|entity| !entity.is_empty()),
    );
    add("unit", desc.unit.clone());
    add("class", desc.class.clone());
    add("range", desc.range.map(|(low, high)| format!("{low}..{high}")));
    add("step", desc.step.map(|step| step.to_string()));
    add(
        "options",
        (!desc.options.is_empty()).then(|| desc.options.join("|")),
    );
    add(
        "takes",
        desc.command.as_ref().map(|command| {
            if command.options.is_empty() {
                "value".to_owned()
            } else {
                command.options.join("|")
            }
        }),
    );
    add("expires", desc.expire_after.map(|seconds| seconds.to_string()));
    add(
        "category",
        (desc.category != Category::Primary).then(|| format!("{:?}", desc.category)),
    );
    line
}
