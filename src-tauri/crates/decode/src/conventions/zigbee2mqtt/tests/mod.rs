//! What Zigbee2MQTT publishes, and what comes of it.

mod bridges;
mod control;
mod corpora;
mod hostile;
mod life;
mod things;

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
    /// By `<device key>|<point key>`.
    points: FxHashMap<String, PointIx>,
    names: FxHashMap<PointIx, String>,
    devices: Vec<String>,
}

impl Stage {
    fn new() -> Self {
        Self {
            decoder: Decoder::new(Options::default()),
            now: START,
            out: String::new(),
            points: FxHashMap::default(),
            names: FxHashMap::default(),
            devices: Vec::new(),
        }
    }

    /// A live message; a second passes.
    fn say(&mut self, topic: &str, payload: &str) -> &mut Self {
        self.bytes(topic, payload.as_bytes(), false)
    }

    /// A message that the broker kept.
    fn kept(&mut self, topic: &str, payload: &str) -> &mut Self {
        self.bytes(topic, payload.as_bytes(), true)
    }

    fn bytes(&mut self, topic: &str, payload: &[u8], retain: bool) -> &mut Self {
        let text = String::from_utf8_lossy(payload);
        let text = if text.len() > 160 { "…".into() } else { text };
        let _ = writeln!(self.out, "> {topic} {text}");
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

    /// A command to a point.
    fn set(&mut self, key: &str, value: impl Asked) -> &mut Self {
        let value = value.value();
        let _ = writeln!(self.out, "> set {key} to {value}");
        match self.command(key, &value) {
            Ok((topic, payload)) => {
                let _ = writeln!(self.out, "  publish {topic} {payload}");
            }
            Err(error) => {
                let _ = writeln!(self.out, "  refused: {error}");
            }
        }
        self
    }

    fn command(&mut self, key: &str, value: &Value) -> Result<(String, String), String> {
        let point = *self
            .points
            .get(key)
            .unwrap_or_else(|| panic!("no point {key} in {:?}", self.points.keys()));
        let publishes = self
            .decoder
            .command(point, value, self.now)
            .map_err(|error| error.to_string())?;
        let [publish] = &publishes[..] else {
            panic!("{publishes:?}")
        };
        assert!(!publish.retain);
        Ok((
            publish.topic.clone(),
            String::from_utf8(publish.payload.clone()).unwrap(),
        ))
    }

    fn events(&mut self, events: Vec<Event>) {
        for event in events {
            let line = match event {
                Event::Device { device, desc } => {
                    self.devices
                        .resize(self.devices.len().max(device.0 as usize + 1), String::new());
                    self.devices[device.0 as usize].clone_from(&desc.key);
                    let mut line = format!(
                        "device {} \"{}\" [{}]",
                        desc.key,
                        desc.name,
                        desc.place.path.join(" > ")
                    );
                    for (name, value) in [
                        ("make", &desc.manufacturer),
                        ("model", &desc.model),
                        ("firmware", &desc.firmware),
                        ("via", &desc.via),
                    ] {
                        if let Some(value) = value {
                            let _ = write!(line, " {name}={value}");
                        }
                    }
                    line + &format!(" ids={}", desc.identities.join(","))
                }
                Event::Point { point, device, desc } => {
                    let key = format!("{}|{}", self.devices[device.0 as usize], desc.key);
                    self.points.insert(key, point);
                    self.names.insert(point, desc.key.clone());
                    format!("point {}", describe(&desc))
                }
                Event::DeviceGone(device) => format!("{} gone", self.devices[device.0 as usize]),
                Event::PointGone(point) => format!("{} gone", self.names[&point]),
                Event::Reading(reading) => {
                    let late = match (reading.received - reading.at) / 1_000_000 {
                        0 => String::new(),
                        seconds => format!(" ({seconds} s earlier)"),
                    };
                    format!("{} = {:?}{late}", self.names[&reading.point], reading.value)
                }
                Event::Online { device, online, .. } => format!(
                    "{} {}",
                    self.devices[device.0 as usize],
                    if online { "online" } else { "offline" }
                ),
                Event::Available { point, available, .. } => {
                    format!("{} available {available}", self.names[&point])
                }
                Event::Alive { point, .. } => format!("{} alive", self.names[&point]),
                Event::Accepted { point, value } => format!("{} goes to {value:?}", self.names[&point]),
                Event::Refused { device, reason } => format!("device {} refused: {reason}", device.0),
                Event::Diagnosis(it) => {
                    let of = it
                        .device
                        .map_or_else(|| "?".to_owned(), |d| self.devices[d.0 as usize].clone());
                    format!("! {of} {}: {}", it.kind.code(), it.text)
                }
                Event::Publish(publish) => format!("publish {}", publish.topic),
            };
            let _ = writeln!(self.out, "  {line}");
        }
    }

    /// What happened since the last call.
    fn take(&mut self) -> String {
        std::mem::take(&mut self.out)
    }

    /// Forgets what happened so far.
    fn hush(&mut self) -> &mut Self {
        self.out.clear();
        self
    }
}

fn describe(desc: &PointDesc) -> String {
    let mut line = format!("{} \"{}\" {:?}/{:?}", desc.key, desc.name, desc.kind, desc.role);
    let mut add = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            let _ = write!(line, " {name}={value}");
        }
    };
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    add("in", some(&desc.entity));
    add("platform", some(&desc.platform));
    add("unit", desc.unit.clone());
    add("class", desc.class.clone());
    add("state_class", desc.state_class.map(|class| format!("{class:?}")));
    add("range", desc.range.map(|(low, high)| format!("{low}..{high}")));
    add("step", desc.step.map(|step| step.to_string()));
    add("options", some(&desc.options.join("|")));
    add(
        "takes",
        desc.command.as_ref().map(|command| {
            let options = if command.options.is_empty() {
                "value".to_owned()
            } else {
                command.options.join("|")
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
    add("at", desc.topic.clone());
    add("path", desc.path.clone());
    line
}

/// `bridge/devices` with a coordinator and these devices.
fn devices(items: &[serde_json::Value]) -> String {
    let coordinator = serde_json::json!({
        "ieee_address": "0x00124b0018e27ad2", "type": "Coordinator", "network_address": 0, "supported": true,
        "friendly_name": "Coordinator", "disabled": false, "definition": null, "endpoints": {},
        "interview_completed": true, "interviewing": false,
    });
    let mut list = vec![coordinator];
    list.extend_from_slice(items);
    serde_json::Value::Array(list).to_string()
}

/// A device as `bridge/devices` lists it.
#[allow(clippy::needless_pass_by_value)] // written out where it is called
fn device(ieee: &str, name: &str, exposes: serde_json::Value) -> serde_json::Value {
    serde_json::json!({
        "ieee_address": ieee, "type": "Router", "network_address": 4711, "supported": true, "friendly_name": name,
        "disabled": false, "power_source": "Mains (single phase)", "software_build_id": "1.2.3", "model_id": "X-1",
        "manufacturer": "Maker", "interview_completed": true, "interviewing": false, "interview_state": "SUCCESSFUL",
        "definition": {
            "model": "X1", "vendor": "Vendor", "description": "Thing of many uses", "supports_ota": false,
            "source": "native", "options": [], "exposes": exposes,
        },
        "endpoints": { "1": { "bindings": [], "clusters": { "input": [], "output": [] }, "scenes": [] } },
    })
}

const ONE: &str = "0x00158d0001abcde1";
const TWO: &str = "0x00158d0001abcde2";

/// What a test may ask for.
trait Asked {
    fn value(self) -> Value;
}

impl Asked for bool {
    fn value(self) -> Value {
        Value::Bool(self)
    }
}

impl Asked for f64 {
    fn value(self) -> Value {
        Value::Float(self)
    }
}

impl Asked for &str {
    fn value(self) -> Value {
        Value::text(self)
    }
}

impl Asked for Value {
    fn value(self) -> Value {
        self
    }
}
