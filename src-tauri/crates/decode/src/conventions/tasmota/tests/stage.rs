//! For tests: what a decoder made of messages, a line an event, with points by their keys.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use hearthline_model::{Category, Micros, Quality, Value};

use crate::transcript::START;
use crate::{Decoder, Event, Message, Options, PointIx};

/// See the module.
pub(crate) struct Stage {
    pub(crate) decoder: Decoder,
    pub(crate) now: Micros,
    /// The lines so far.
    pub(crate) out: String,
    /// Points by the key of their device and their own.
    pub(crate) points: BTreeMap<String, PointIx>,
    names: BTreeMap<PointIx, String>,
    devices: BTreeMap<u32, String>,
    /// The last value of each point by its key.
    pub(crate) values: BTreeMap<String, Value>,
    pub(crate) units: BTreeMap<String, String>,
}

impl Stage {
    pub(crate) fn new() -> Self {
        Self {
            decoder: Decoder::new(Options::default()),
            now: START,
            out: String::new(),
            points: BTreeMap::new(),
            names: BTreeMap::new(),
            devices: BTreeMap::new(),
            values: BTreeMap::new(),
            units: BTreeMap::new(),
        }
    }

    /// A live message; a second passes.
    pub(crate) fn say(&mut self, topic: &str, payload: impl AsRef<[u8]>) -> &mut Self {
        self.message(topic, payload.as_ref(), false)
    }

    /// A message that the broker kept.
    pub(crate) fn kept(&mut self, topic: &str, payload: impl AsRef<[u8]>) -> &mut Self {
        self.message(topic, payload.as_ref(), true)
    }

    fn message(&mut self, topic: &str, payload: &[u8], retain: bool) -> &mut Self {
        let mut events = Vec::new();
        let message = Message {
            topic,
            payload,
            retain,
            at: self.now,
        };
        self.decoder.message(&message, &mut events);
        let _ = writeln!(self.out, "> {topic}");
        self.events(events);
        self.now += 1_000_000;
        self
    }

    /// Time passes.
    pub(crate) fn wait(&mut self, by: Micros) -> &mut Self {
        self.now += by;
        let mut events = Vec::new();
        self.decoder.tick(self.now, &mut events);
        let _ = writeln!(self.out, "> {} s later", by / 1_000_000);
        self.events(events);
        self
    }

    /// Forgets the lines so far.
    pub(crate) fn quietly(&mut self) -> &mut Self {
        self.out.clear();
        self
    }

    /// A write to the point of a key.
    pub(crate) fn set(&mut self, key: &str, value: impl Into<Value>) -> &mut Self {
        let value = value.into();
        let point = *self
            .points
            .get(key)
            .unwrap_or_else(|| panic!("no point {key} in {:?}", self.points.keys()));
        let _ = write!(self.out, "{key} := {value}:");
        match self.decoder.command(point, &value, self.now) {
            Ok(publishes) => {
                for publish in publishes {
                    assert!(!publish.retain);
                    let payload = String::from_utf8_lossy(&publish.payload);
                    let _ = write!(self.out, " {} {payload:?}", publish.topic);
                }
                self.out.push('\n');
            }
            Err(error) => {
                let _ = writeln!(self.out, " refused: {error}");
            }
        }
        self
    }

    fn events(&mut self, events: Vec<Event>) {
        for event in events {
            let line = match event {
                Event::Device { device, desc } => {
                    self.devices.insert(device.0, desc.key.clone());
                    let mut line = format!("device {} \"{}\"", desc.key, desc.name);
                    if !desc.place.path.is_empty() {
                        let _ = write!(line, " in {}", desc.place.path.join(" > "));
                    }
                    for (name, value) in [
                        ("via", &desc.via),
                        ("make", &desc.manufacturer),
                        ("model", &desc.model),
                        ("firmware", &desc.firmware),
                        ("url", &desc.url),
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
                    let key = format!("{}|{}", self.devices[&device.0], desc.key);
                    self.points.insert(key.clone(), point);
                    self.names.insert(point, key.clone());
                    if let Some(unit) = &desc.unit {
                        self.units.insert(key.clone(), unit.clone());
                    }
                    let mut line = format!(
                        "point {} \"{}\" {} {:?} {:?}",
                        desc.key, desc.name, desc.platform, desc.kind, desc.role
                    );
                    for (name, value) in [("unit", &desc.unit), ("class", &desc.class)] {
                        if let Some(value) = value {
                            let _ = write!(line, " {name}={value}");
                        }
                    }
                    if let Some((low, high)) = desc.range {
                        let _ = write!(line, " {low}..{high}");
                    }
                    if let Some(state_class) = desc.state_class {
                        let _ = write!(line, " {state_class:?}");
                    }
                    if !desc.options.is_empty() {
                        let _ = write!(line, " {:?}", desc.options);
                    }
                    if desc.command.is_some() {
                        line.push_str(" writable");
                    }
                    if desc.category != Category::Primary {
                        let _ = write!(line, " {:?}", desc.category);
                    }
                    if desc.hidden {
                        line.push_str(" hidden");
                    }
                    let _ = write!(
                        line,
                        " <{}#{}>",
                        desc.topic.as_deref().unwrap_or("?"),
                        desc.path.as_deref().unwrap_or("?")
                    );
                    line
                }
                Event::Reading(reading) => {
                    let key = self.names[&reading.point].clone();
                    let mut line = format!("{} = {}", key.split_once('|').unwrap().1, reading.value);
                    if reading.quality != Quality::Good {
                        let _ = write!(line, " {:?}", reading.quality);
                    }
                    if reading.at != reading.received {
                        let _ = write!(line, " {} s ago", (reading.received - reading.at) / 1_000_000);
                    }
                    self.values.insert(key, reading.value);
                    line
                }
                Event::DeviceGone(device) => format!("device {} gone", self.devices[&device.0]),
                Event::PointGone(point) => format!("point {} gone", self.names[&point]),
                Event::Online { device, online, .. } => format!(
                    "{} {}",
                    self.devices[&device.0],
                    if online { "online" } else { "offline" }
                ),
                Event::Available { point, available, .. } => {
                    format!("{} available {available}", self.names[&point])
                }
                Event::Alive { point, .. } => format!("{} alive", self.names[&point]),
                Event::Accepted { point, value } => format!("{} goes to {value:?}", self.names[&point]),
                Event::Refused { device, reason } => format!("device {} refused: {reason}", device.0),
                Event::Diagnosis(diagnosis) => {
                    format!("! {}: {}", diagnosis.kind.code(), diagnosis.text)
                }
                Event::Publish(publish) => {
                    let payload = String::from_utf8_lossy(&publish.payload);
                    format!("publish {} {payload:?}", publish.topic)
                }
            };
            let _ = writeln!(self.out, "  {line}");
        }
    }
}
