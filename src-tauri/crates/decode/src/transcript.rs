//! For tests: what a decoder made of a list of messages, a line an event.

use std::fmt::Write as _;

use hearthline_model::{Category, Micros, Quality, Realm};

use crate::{Decoder, Event, Message, Options};

/// The arrival of the first message of a transcript.
pub(crate) const START: Micros = 1_795_000_000_000_000;

/// A decoder with a line for each event.
pub(crate) struct Transcript {
    /// The decoder.
    pub(crate) decoder: Decoder,
    /// The time of the next message.
    pub(crate) now: Micros,
    /// The lines so far.
    pub(crate) text: String,
    /// The events of the last call.
    pub(crate) events: Vec<Event>,
}

impl Transcript {
    /// Nothing said yet.
    pub(crate) fn new(options: Options) -> Self {
        Self {
            decoder: Decoder::new(options),
            now: START,
            text: String::new(),
            events: Vec::new(),
        }
    }

    /// One message; a second passes.
    pub(crate) fn message(&mut self, topic: &str, payload: &[u8]) {
        let mut events = Vec::new();
        let message = Message {
            topic,
            payload,
            retain: false,
            at: self.now,
        };
        self.decoder.message(&message, &mut events);
        let _ = writeln!(self.text, "> {topic}");
        self.put(events);
        self.now += 1_000_000;
    }

    /// Time passes to `now`.
    pub(crate) fn tick(&mut self, now: Micros) {
        self.now = now;
        let mut events = Vec::new();
        self.decoder.tick(now, &mut events);
        let _ = writeln!(self.text, "> tick {}", (now - START) / 1000);
        self.put(events);
    }

    /// The broker accepts the connection.
    pub(crate) fn connected(&mut self) {
        let mut events = Vec::new();
        self.decoder.connected(self.now, &mut events);
        let _ = writeln!(self.text, "> connected");
        self.put(events);
    }

    /// Writes events down.
    pub(crate) fn put(&mut self, events: Vec<Event>) {
        for event in &events {
            let line = line(event);
            let _ = writeln!(self.text, "  {line}");
        }
        self.events = events;
    }
}

fn line(event: &Event) -> String {
    let mut out = String::new();
    match event {
        Event::Device { device, desc } => {
            let _ = write!(
                out,
                "device {} {} \"{}\" {}",
                device.0,
                desc.key,
                desc.name,
                realm(desc.place.realm)
            );
            let _ = write!(out, "[{}]", desc.place.path.join(" > "));
            let more = [
                ("via", &desc.via),
                ("make", &desc.manufacturer),
                ("model", &desc.model),
                ("firmware", &desc.firmware),
                ("serial", &desc.serial),
            ];
            for (name, value) in more
                .iter()
                .filter_map(|(name, value)| value.as_ref().map(|v| (name, v)))
            {
                let _ = write!(out, " {name}={value}");
            }
            if let Some(position) = desc.position {
                let _ = write!(out, " position={position}");
            }
            if !desc.identities.is_empty() {
                let _ = write!(out, " ids={}", desc.identities.join(","));
            }
        }
        Event::Point { point, device, desc } => {
            let _ = write!(
                out,
                "point {} of {} {} \"{}\" {:?}",
                point.0, device.0, desc.key, desc.name, desc.kind
            );
            for (name, value) in [("unit", &desc.unit), ("class", &desc.class)] {
                if let Some(value) = value {
                    let _ = write!(out, " {name}={value}");
                }
            }
            if let Some(range) = desc.range {
                let _ = write!(out, " range={}..{}", range.0, range.1);
            }
            if desc.limits != hearthline_model::Limits::default() {
                let l = desc.limits;
                let _ = write!(out, " limits={:?}/{:?}/{:?}/{:?}", l.lo_lo, l.lo, l.hi, l.hi_hi);
            }
            if let Some(state_class) = desc.state_class {
                let _ = write!(out, " {state_class:?}");
            }
            if desc.command.is_some() {
                out.push_str(" writable");
            }
            if desc.category != Category::Primary {
                let _ = write!(out, " {:?}", desc.category);
            }
            if desc.transient {
                out.push_str(" transient");
            }
        }
        Event::Reading(reading) => {
            let _ = write!(out, "{} = {:?}", reading.point.0, reading.value);
            if reading.quality != Quality::Good {
                let _ = write!(out, " {:?}", reading.quality);
            }
            if reading.at != reading.received {
                let _ = write!(out, " @{}ms", (reading.at - reading.received) / 1000);
            }
            if reading.historical {
                out.push_str(" historical");
            }
        }
        Event::DeviceGone(device) => {
            let _ = write!(out, "device {} gone", device.0);
        }
        Event::PointGone(point) => {
            let _ = write!(out, "point {} gone", point.0);
        }
        Event::Online { device, online, .. } => {
            let _ = write!(
                out,
                "device {} {}",
                device.0,
                if *online { "online" } else { "offline" }
            );
        }
        Event::Available { point, available, .. } => {
            let _ = write!(
                out,
                "point {} {}",
                point.0,
                if *available { "available" } else { "unavailable" }
            );
        }
        Event::Alive { point, .. } => {
            let _ = write!(out, "point {} alive", point.0);
        }
        Event::Accepted { point, value } => {
            let _ = write!(out, "point {} goes to {value:?}", point.0);
        }
        Event::Refused { device, reason } => {
            let _ = write!(out, "device {} refused: {reason}", device.0);
        }
        Event::Diagnosis(diagnosis) => {
            let _ = write!(out, "! {}: {}", diagnosis.kind.code(), diagnosis.text);
        }
        Event::Publish(publish) => {
            let text = crate::describe_payload(&publish.payload).map_or_else(
                || String::from_utf8_lossy(&publish.payload).into_owned(),
                |json| json.to_string(),
            );
            let _ = write!(
                out,
                "publish {} q{} r{} {text}",
                publish.topic,
                publish.qos,
                u8::from(publish.retain)
            );
        }
    }
    out
}

fn realm(realm: Realm) -> &'static str {
    match realm {
        Realm::Home => "home",
        Realm::Plant => "plant",
    }
}
