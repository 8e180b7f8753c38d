//! Messages in, events out.

mod commands;
mod corpus;
mod first;
mod hostile;
mod later;
mod learning;
mod picky;

use std::fmt::Write as _;

use hearthline_model::Value;

use crate::transcript::Transcript;
use crate::{CommandError, Event, Options, PointIx};

/// A decoder, with what it knows of devices and points by their keys.
pub(super) struct Stage {
    pub(super) transcript: Transcript,
    points: Vec<(String, PointIx)>,
    devices: Vec<String>,
}

impl Stage {
    pub(super) fn new() -> Self {
        Self {
            transcript: Transcript::new(Options::default()),
            points: Vec::new(),
            devices: Vec::new(),
        }
    }

    /// One message.
    pub(super) fn say(&mut self, topic: &str, payload: &str) -> &mut Self {
        self.transcript.message(topic, payload.as_bytes());
        self.note();
        self
    }

    /// Time passes.
    pub(super) fn wait(&mut self, millis: i64) -> &mut Self {
        let now = self.transcript.now + millis * 1000;
        self.transcript.tick(now);
        self.note();
        self
    }

    fn note(&mut self) {
        for event in &self.transcript.events {
            match event {
                Event::Device { device, desc } if self.devices.len() == device.0 as usize => {
                    self.devices.push(desc.key.clone());
                }
                Event::Point { point, device, desc } => {
                    let key = format!("{}|{}", self.devices[device.0 as usize], desc.key);
                    if !self.points.iter().any(|(_, known)| known == point) {
                        self.points.push((key, *point));
                    }
                }
                _ => {}
            }
        }
    }

    /// The point whose key ends so.
    pub(super) fn point(&self, key: &str) -> PointIx {
        self.find(key)
            .unwrap_or_else(|| panic!("no {key} in {:?}", self.points))
    }

    pub(super) fn find(&self, key: &str) -> Option<PointIx> {
        let ends = format!("|{key}");
        self.points
            .iter()
            .find(|(known, _)| known == key || known.ends_with(&ends))
            .map(|(_, point)| *point)
    }

    /// The values of a point that the last message led to.
    pub(super) fn values(&self, key: &str) -> Vec<Value> {
        let Some(wanted) = self.find(key) else {
            return Vec::new();
        };
        let readings = self.transcript.events.iter().filter_map(|event| match event {
            Event::Reading(reading) if reading.point == wanted => Some(reading.value.clone()),
            _ => None,
        });
        readings.collect()
    }

    /// The one value of a point that the last message led to.
    pub(super) fn value(&self, key: &str) -> Value {
        let values = self.values(key);
        assert_eq!(values.len(), 1, "{key}: {values:?} in {}", self.transcript.text);
        values[0].clone()
    }

    /// What a write to a point sends, or why it is refused.
    pub(super) fn write(&mut self, key: &str, value: &Value) -> String {
        let point = self.point(key);
        match self.transcript.decoder.command(point, value, self.transcript.now) {
            Ok(list) => {
                let mut out = String::new();
                for publish in list {
                    assert!(!publish.retain);
                    let _ = write!(
                        out,
                        "{} {}",
                        publish.topic,
                        String::from_utf8_lossy(&publish.payload)
                    );
                }
                out
            }
            Err(CommandError::Invalid(text)) => format!("refused: {text}"),
            Err(error) => format!("error: {error}"),
        }
    }

    /// All lines so far, without the identifiers of requests.
    pub(super) fn text(&self) -> &str {
        &self.transcript.text
    }
}
