//! A Sparkplug B edge node: births, data by exception, death, rebirth on request, writes.

use prost::Message as _;

use super::past::Batch;
use super::payload::{Metric, Payload, metric};
use super::value::{Reading, Value};
use crate::world::{Link, Message};

/// The group of both lines: ISA-95 levels joined by a colon.
pub(super) const GROUP: &str = "Berlin:Filling";
/// The metric that asks for all births again.
const REBIRTH: &str = "Node Control/Rebirth";
/// The metric that pairs a death with its birth.
const BD_SEQ: &str = "bdSeq";

/// What was last told of a reading.
#[derive(Debug, Clone)]
struct Told {
    name: String,
    alias: u64,
    value: Value,
    group: u8,
    /// Wall time of the message, in milliseconds since the epoch.
    at: i64,
}

/// A device of the node, or with an empty name the node itself.
#[derive(Debug, Clone)]
struct Part {
    device: String,
    told: Vec<Told>,
}

/// A write that was asked for.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Request {
    /// All births again.
    Rebirth,
    /// A value for a metric of a device.
    Write {
        device: String,
        metric: String,
        value: f64,
    },
}

/// The node.
#[derive(Debug, Clone)]
pub(super) struct EdgeNode {
    id: &'static str,
    link: Link,
    seq: u64,
    /// Of the connection that stands.
    bd_seq: u8,
    parts: Vec<Part>,
    next_alias: u64,
}

impl EdgeNode {
    pub fn new(id: &'static str, link: Link) -> Self {
        Self {
            id,
            link,
            seq: 0,
            bd_seq: 0,
            parts: Vec::new(),
            next_alias: 1,
        }
    }

    /// What the broker is to say when the connection breaks. `at` in milliseconds since the epoch.
    pub fn death(&self, bd_seq: u8, at: i64) -> Message {
        let payload = Payload {
            timestamp: Some(at as u64),
            metrics: vec![bd_seq_metric(bd_seq, at as u64)],
            seq: None,
        };
        Message {
            qos: 1,
            ..self.message("NDEATH", "", &payload)
        }
    }

    /// The filters of commands to the node and its devices.
    pub fn filters(&self) -> Vec<String> {
        vec![
            format!("spBv1.0/{GROUP}/NCMD/{}", self.id),
            format!("spBv1.0/{GROUP}/DCMD/{}/+", self.id),
        ]
    }

    /// Announces the node and every device. Must be first on a new connection, whose will carries `bd_seq`.
    pub fn birth(&mut self, bd_seq: u8, at: i64, devices: &[(&str, Vec<Reading>)], out: &mut Vec<Message>) {
        self.bd_seq = bd_seq;
        self.seq = 0;
        for (device, readings) in devices {
            self.birth_of(device, at, readings, out);
        }
    }

    /// The number that the last birth carried.
    pub fn bd_seq(&self) -> u8 {
        self.bd_seq
    }

    /// Announces one device anew, because something about its metrics has changed.
    pub fn birth_of(&mut self, device: &str, at: i64, readings: &[Reading], out: &mut Vec<Message>) {
        let mut told = Vec::with_capacity(readings.len());
        let mut metrics = Vec::with_capacity(readings.len() + 2);
        let stamp = at as u64;
        if device.is_empty() {
            metrics.push(bd_seq_metric(self.bd_seq, stamp));
            metrics.push(Reading::new(REBIRTH, Value::Bool(false)).born(None, stamp));
        }
        for reading in readings {
            let alias = self.alias_of(device, &reading.name);
            metrics.push(reading.born(Some(alias), stamp));
            told.push(Told {
                name: reading.name.clone(),
                alias,
                value: reading.value.clone(),
                group: reading.group,
                at,
            });
        }
        match self.parts.iter_mut().find(|p| p.device == device) {
            Some(part) => part.told = told,
            None => self.parts.push(Part {
                device: device.to_owned(),
                told,
            }),
        }
        let kind = if device.is_empty() { "NBIRTH" } else { "DBIRTH" };
        let payload = Payload {
            timestamp: Some(stamp),
            metrics,
            seq: Some(self.next_seq()),
        };
        out.push(self.message(kind, device, &payload));
    }

    /// Tells what has changed: one message for each group of which something has, if its time has come.
    pub fn report(&mut self, device: &str, at: i64, readings: &[Reading], out: &mut Vec<Message>) {
        let Some(index) = self.parts.iter().position(|p| p.device == device) else {
            return;
        };
        let part = &mut self.parts[index];
        if part.told.len() != readings.len() {
            return;
        }
        let mut messages: Vec<(u8, Vec<Metric>)> = Vec::new();
        for (told, reading) in part.told.iter_mut().zip(readings) {
            if !reading.differs(&told.value) || at - told.at < reading.every {
                continue;
            }
            told.value = reading.value.clone();
            told.at = at;
            let metric = reading.told(Some(told.alias), at as u64);
            match messages.iter_mut().find(|(group, _)| *group == told.group) {
                Some((_, metrics)) => metrics.push(metric),
                None => messages.push((told.group, vec![metric])),
            }
        }
        let kind = data(device);
        for (_, metrics) in messages {
            let payload = Payload {
                timestamp: Some(at as u64),
                metrics,
                seq: Some(self.next_seq()),
            };
            out.push(self.message(kind, device, &payload));
        }
    }

    /// Tells what was stored while nobody listened; what is told as present stays as it is.
    pub fn history(&mut self, at: i64, batch: &Batch, out: &mut Vec<Message>) {
        let Some(part) = self.parts.iter().find(|p| p.device == batch.device) else {
            return;
        };
        let metrics = batch.samples.iter().filter_map(|sample| {
            Some(Metric {
                alias: Some(part.told.get(sample.reading)?.alias),
                timestamp: Some(sample.at as u64),
                is_historical: Some(true),
                value: Some(sample.value.wire()),
                ..Metric::default()
            })
        });
        let payload = Payload {
            timestamp: Some(at as u64),
            metrics: metrics.collect(),
            seq: Some(self.next_seq()),
        };
        out.push(self.message(data(batch.device), batch.device, &payload));
    }

    /// Reads a command. What makes no sense is nothing.
    pub fn request(&self, topic: &str, payload: &[u8]) -> Vec<Request> {
        let mut levels = topic.split('/');
        let (Some("spBv1.0"), Some(GROUP), Some(kind), Some(edge)) =
            (levels.next(), levels.next(), levels.next(), levels.next())
        else {
            return Vec::new();
        };
        let Ok(payload) = Payload::decode(payload) else {
            return Vec::new();
        };
        if edge != self.id {
            return Vec::new();
        }
        match (kind, levels.next()) {
            ("NCMD", None) => payload
                .metrics
                .iter()
                .filter(|m| {
                    m.name.as_deref() == Some(REBIRTH) && m.value == Some(metric::Value::Boolean(true))
                })
                .map(|_| Request::Rebirth)
                .take(1)
                .collect(),
            ("DCMD", Some(device)) => payload
                .metrics
                .iter()
                .filter_map(|m| self.write(device, m))
                .take(100)
                .collect(),
            _ => Vec::new(),
        }
    }

    fn write(&self, device: &str, metric: &Metric) -> Option<Request> {
        let part = self.parts.iter().find(|p| p.device == device)?;
        let told = part.told.iter().find(|t| match (&metric.name, metric.alias) {
            (Some(name), _) => t.name == *name,
            (None, alias) => Some(t.alias) == alias,
        })?;
        let value = super::value::written_number(metric)?;
        Some(Request::Write {
            device: device.to_owned(),
            metric: told.name.clone(),
            value,
        })
    }

    /// An alias lasts as long as the node, so that a device can be announced anew without confusing anybody.
    fn alias_of(&mut self, device: &str, name: &str) -> u64 {
        let known = self.parts.iter().find(|p| p.device == device);
        if let Some(told) = known.and_then(|p| p.told.iter().find(|t| t.name == name)) {
            return told.alias;
        }
        self.next_alias += 1;
        self.next_alias - 1
    }

    fn next_seq(&mut self) -> u64 {
        let seq = self.seq;
        self.seq = (seq + 1) % 256;
        seq
    }

    fn message(&self, kind: &str, device: &str, payload: &Payload) -> Message {
        let mut topic = format!("spBv1.0/{GROUP}/{kind}/{}", self.id);
        if !device.is_empty() {
            topic.push('/');
            topic.push_str(device);
        }
        Message {
            link: self.link,
            topic,
            payload: payload.encode_to_vec(),
            qos: 0,
            retain: false,
        }
    }
}

/// The kind of message that tells values of a device, or of the node itself.
fn data(device: &str) -> &'static str {
    if device.is_empty() { "NDATA" } else { "DDATA" }
}

fn bd_seq_metric(bd_seq: u8, at: u64) -> Metric {
    Reading::new(BD_SEQ, Value::Long(u64::from(bd_seq))).born(None, at)
}

/// What a host sends to hear the births again.
#[cfg(test)]
pub(super) fn rebirth_request() -> Vec<u8> {
    let payload = Payload {
        timestamp: None,
        metrics: vec![Reading::new(REBIRTH, Value::Bool(true)).born(None, 0)],
        seq: None,
    };
    payload.encode_to_vec()
}

#[cfg(test)]
#[path = "node_tests.rs"]
mod tests;
