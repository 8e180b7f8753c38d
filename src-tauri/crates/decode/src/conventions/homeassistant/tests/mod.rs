//! Whole configs through a whole decoder.

mod corpora;
mod flow;
mod hostile;
mod platforms;

use std::fmt::Write as _;

use hearthline_model::{Category, Micros, PointDesc, Value};
use rustc_hash::FxHashMap;

use crate::{Decoder, Event, Message, Options, PointIx};

/// The first message arrives here.
const START: Micros = 1_795_000_000_000_000;

/// A decoder with a line for everything that happens.
struct Stage {
    decoder: Decoder,
    now: Micros,
    out: String,
    points: FxHashMap<String, PointIx>,
    names: FxHashMap<PointIx, String>,
}

impl Stage {
    fn new() -> Self {
        Self::with(Options::default())
    }

    fn with(options: Options) -> Self {
        Self {
            decoder: Decoder::new(options),
            now: START,
            out: String::new(),
            points: FxHashMap::default(),
            names: FxHashMap::default(),
        }
    }

    /// A live message; a second passes.
    fn say(&mut self, topic: &str, payload: &str) -> &mut Self {
        self.bytes(topic, payload.as_bytes(), false)
    }

    fn bytes(&mut self, topic: &str, payload: &[u8], retain: bool) -> &mut Self {
        let text = String::from_utf8_lossy(payload);
        let shown = if topic.ends_with("/config") {
            "…".into()
        } else {
            text
        };
        let _ = writeln!(self.out, "> {topic} {shown}");
        let mut events = Vec::new();
        let at = self.now;
        self.decoder.message(
            &Message {
                topic,
                payload,
                retain,
                at,
            },
            &mut events,
        );
        self.events(events);
        self.now += 1_000_000;
        self
    }

    fn tick(&mut self, seconds: i64) -> &mut Self {
        self.now += seconds * 1_000_000;
        let _ = writeln!(self.out, "> {seconds} s pass");
        let mut events = Vec::new();
        self.decoder.tick(self.now, &mut events);
        self.events(events);
        self
    }

    fn connected(&mut self) -> &mut Self {
        let mut events = Vec::new();
        self.decoder.connected(self.now, &mut events);
        self.events(events);
        self
    }

    /// A command to the point of a key.
    fn set(&mut self, key: &str, value: impl Into<Value>) -> &mut Self {
        let value = value.into();
        let point = *self
            .points
            .get(key)
            .unwrap_or_else(|| panic!("no point {key} in {:?}", self.points.keys()));
        let _ = writeln!(self.out, "> set {key} to {value}");
        match self.decoder.command(point, &value, self.now) {
            Ok(publishes) => {
                for publish in publishes {
                    let retain = if publish.retain { " retained" } else { "" };
                    let payload = String::from_utf8_lossy(&publish.payload);
                    let _ = writeln!(self.out, "  publish {} {payload}{retain}", publish.topic);
                }
            }
            Err(error) => {
                let _ = writeln!(self.out, "  refused: {error}");
            }
        }
        self
    }

    fn events(&mut self, events: Vec<Event>) {
        for event in events {
            let line = match event {
                Event::Device { device, desc } => {
                    let mut line = format!(
                        "device {} {} \"{}\" [{}]",
                        device.0,
                        desc.key,
                        desc.name,
                        desc.place.path.join(" > ")
                    );
                    for (name, value) in [
                        ("make", &desc.manufacturer),
                        ("model", &desc.model),
                        ("firmware", &desc.firmware),
                        ("hardware", &desc.hardware),
                        ("serial", &desc.serial),
                        ("via", &desc.via),
                        ("url", &desc.url),
                    ] {
                        if let Some(value) = value {
                            let _ = write!(line, " {name}={value}");
                        }
                    }
                    line + &format!(" ids={}", desc.identities.join(","))
                }
                Event::Point { point, device, desc } => {
                    self.points.insert(desc.key.clone(), point);
                    self.names.insert(point, desc.key.clone());
                    format!("point of {}: {}", device.0, describe(&desc))
                }
                Event::DeviceGone(device) => format!("device {} gone", device.0),
                Event::PointGone(point) => format!("{} gone", self.names[&point]),
                Event::Reading(reading) => {
                    let late = if reading.at == self.now { "" } else { " (earlier)" };
                    format!("{} = {:?}{late}", self.names[&reading.point], reading.value)
                }
                Event::Online { device, online, .. } => format!(
                    "device {} {}",
                    device.0,
                    if online { "online" } else { "offline" }
                ),
                Event::Available { point, available, .. } => {
                    format!(
                        "{} {}",
                        self.names[&point],
                        if available { "available" } else { "unavailable" }
                    )
                }
                Event::Alive { point, .. } => format!("{} alive", self.names[&point]),
                Event::Accepted { point, value } => format!("{} goes to {value:?}", self.names[&point]),
                Event::Refused { device, reason } => format!("device {} refused: {reason}", device.0),
                Event::Diagnosis(diagnosis) => format!("! {}: {}", diagnosis.kind.code(), diagnosis.text),
                Event::Publish(publish) => format!(
                    "publish {} {}",
                    publish.topic,
                    String::from_utf8_lossy(&publish.payload)
                ),
            };
            let _ = writeln!(self.out, "  {line}");
        }
    }
}

fn describe(desc: &PointDesc) -> String {
    let mut line = format!("{} \"{}\" {:?}/{:?}", desc.key, desc.name, desc.kind, desc.role);
    let mut add = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            let _ = write!(line, " {name}={value}");
        }
    };
    add("unit", desc.unit.clone());
    add("class", desc.class.clone());
    add("state_class", desc.state_class.map(|class| format!("{class:?}")));
    add("range", desc.range.map(|(low, high)| format!("{low}..{high}")));
    add("step", desc.step.map(|step| step.to_string()));
    add("precision", desc.precision.map(|digits| digits.to_string()));
    add(
        "options",
        (!desc.options.is_empty()).then(|| desc.options.join("|")),
    );
    add(
        "takes",
        desc.command.as_ref().map(|command| {
            let options = command.options.join("|");
            let options = if options.is_empty() {
                "value".to_owned()
            } else {
                options
            };
            if command.optimistic {
                options + " (optimistic)"
            } else {
                options
            }
        }),
    );
    add(
        "category",
        (desc.category != Category::Primary).then(|| format!("{:?}", desc.category)),
    );
    add("hidden", desc.hidden.then(String::new));
    add("transient", desc.transient.then(String::new));
    add("icon", desc.icon.clone());
    add("expires", desc.expire_after.map(|seconds| seconds.to_string()));
    add("topic", desc.topic.clone());
    line
}
