//! A decoder with small limits, fed with a script, and what must hold of everything that comes out of it.

use std::sync::Arc;

use hearthline_model::{DeviceDesc, Micros, PointDesc, SECOND, TopicRule, Value};
use rustc_hash::FxHashMap;

use super::Outcome;
use super::script::Step;
use crate::{Decoder, DeviceIx, Event, Limits, Message, Options, PointIx, Publish, Ties, check_rule};

const START: Micros = 1_795_000_000_000_000;
const DEVICES: usize = 60;
const POINTS: usize = 400;
const PAYLOAD: usize = 64 << 10;
/// Events that a message may lead to besides those that its own bytes pay for: everything within the limits told anew a few times.
const EVENTS: usize = 20_000;
/// Longest topic that MQTT can carry.
const TOPIC: usize = 65_535;

/// Runs a script.
pub(super) fn run(steps: &[Step<'_>]) -> Outcome {
    let mut world = World::new();
    for step in steps {
        world.step(step);
    }
    world.write();
    world.tick(4);
    // The same once more, the other way round: what describes comes after what it describes.
    for step in steps.iter().rev() {
        if matches!(step, Step::Say { .. }) {
            world.step(step);
        }
    }
    world.tick(4 * 3_600);
    world.connect();
    world.write();
    world.outcome
}

struct World {
    decoder: Decoder,
    now: Micros,
    devices: FxHashMap<DeviceIx, Arc<DeviceDesc>>,
    points: FxHashMap<PointIx, Arc<PointDesc>>,
    events: Vec<Event>,
    /// Bytes of all messages so far.
    fed: usize,
    outcome: Outcome,
}

impl World {
    fn new() -> Self {
        let limits = Limits {
            topics: 200,
            devices: DEVICES,
            points: POINTS,
            payload: PAYLOAD,
            kept_payload: 8 << 10,
            kept_total: 64 << 10,
        };
        let options = Options {
            limits,
            birth: true,
            sparkplug_host: Some("fuzz".into()),
            ..Options::default()
        };
        let mut world = Self {
            decoder: Decoder::new(options),
            now: START,
            devices: FxHashMap::default(),
            points: FxHashMap::default(),
            events: Vec::new(),
            fed: 0,
            outcome: Outcome::default(),
        };
        world.connect();
        world
    }

    fn step(&mut self, step: &Step<'_>) {
        match *step {
            Step::Say {
                topic,
                payload,
                retain,
            } => {
                self.now += SECOND;
                self.fed += topic.len() + payload.len();
                self.outcome.messages += 1;
                let message = Message {
                    topic,
                    payload,
                    retain,
                    at: self.now,
                };
                self.decoder.message(&message, &mut self.events);
                self.check();
                assert!(self.decoder.claimed_by(topic).len() <= 4);
                self.tick(1);
            }
            Step::Wait(quarters) => self.tick(quarters),
            Step::Connect => self.connect(),
            Step::Rules(json) => self.rules(json),
            Step::Write => self.write(),
            Step::Tie { together } => self.tie(together),
        }
    }

    fn tick(&mut self, quarters: i64) {
        self.now += quarters * SECOND / 4;
        self.decoder.tick(self.now, &mut self.events);
        self.check();
    }

    fn connect(&mut self) {
        self.decoder.connected(self.now, &mut self.events);
        self.check();
    }

    fn rules(&mut self, json: &[u8]) {
        let Ok(rules) = serde_json::from_slice::<Vec<TopicRule>>(json) else {
            return;
        };
        for rule in &rules {
            let _ = check_rule(rule);
            let _ = crate::preview_rule(rule, "factory/a/press/b", json, self.now);
        }
        self.fed += json.len();
        self.decoder.set_rules(&rules, &mut self.events);
        self.check();
    }

    fn tie(&mut self, together: bool) {
        let mut keys: Vec<&String> = self.devices.values().map(|device| &device.key).collect();
        keys.sort();
        let [a, b, ..] = keys[..] else { return };
        let pair = vec![(a.clone(), b.clone())];
        let ties = if together {
            Ties {
                together: pair,
                apart: Vec::new(),
            }
        } else {
            Ties {
                together: Vec::new(),
                apart: pair,
            }
        };
        self.decoder.set_ties(&ties, &mut self.events);
        self.check();
    }

    /// Writes to each point what a person could and what none should.
    fn write(&mut self) {
        let mut points: Vec<(PointIx, Arc<PointDesc>)> = self
            .points
            .iter()
            .map(|(ix, desc)| (*ix, Arc::clone(desc)))
            .collect();
        points.sort_by_key(|point| point.0);
        for (point, desc) in points {
            let options = desc.command.iter().flat_map(|command| command.options.iter());
            let mut values = vec![Value::Null, Value::Bool(true), Value::Int(7), Value::text("open")];
            values.extend(
                options
                    .chain(&desc.options)
                    .take(3)
                    .map(|text| Value::text(text.as_str())),
            );
            if desc.command.is_some() {
                values.extend([
                    Value::Bool(false),
                    Value::Float(20.5),
                    Value::Float(-1e300),
                    Value::Int(i64::MIN),
                    Value::text(""),
                    Value::text("#ff8800"),
                    Value::text("{\"a\":[1,\"\u{0}\"]}"),
                ]);
                values.extend(
                    desc.range
                        .into_iter()
                        .flat_map(|(low, high)| [Value::Float(low), Value::Float(high)]),
                );
            }
            for value in values {
                for publish in self.decoder.command(point, &value, self.now).unwrap_or_default() {
                    self.outcome.commands += 1;
                    sound(&publish);
                }
            }
        }
        assert!(
            self.decoder
                .command(PointIx(u32::MAX), &Value::Int(1), self.now)
                .is_err()
        );
    }

    /// Looks at everything that came out since the last look.
    fn check(&mut self) {
        let most = EVENTS + 4 * self.fed;
        assert!(
            self.events.len() <= most,
            "{} events of {} bytes in all",
            self.events.len(),
            self.fed
        );
        for event in std::mem::take(&mut self.events) {
            match event {
                Event::Device { device, desc } => {
                    assert!((device.0 as usize) < DEVICES, "more devices than allowed");
                    assert!(!desc.key.is_empty(), "a device without a key");
                    self.devices.insert(device, desc);
                    self.outcome.devices = self.devices.len();
                }
                Event::Point { point, device, desc } => {
                    assert!((point.0 as usize) < POINTS, "more points than allowed");
                    assert!(
                        self.devices.contains_key(&device),
                        "{} of a device never told",
                        desc.key
                    );
                    self.described(&desc);
                    self.points.insert(point, desc);
                    self.outcome.points = self.outcome.points.max(self.points.len());
                }
                Event::PointGone(point) => {
                    assert!(
                        self.points.remove(&point).is_some(),
                        "a point went that was not there"
                    );
                }
                Event::DeviceGone(device) => {
                    assert!(
                        self.devices.contains_key(&device),
                        "a device went that was never told"
                    );
                }
                Event::Reading(reading) => {
                    self.outcome.readings += 1;
                    let desc = self.points.get(&reading.point);
                    let desc =
                        desc.unwrap_or_else(|| panic!("a value of a point that is not there: {reading:?}"));
                    match &reading.value {
                        Value::Float(number) => assert!(number.is_finite(), "{number} for {}", desc.key),
                        Value::Text(text) => {
                            assert!(
                                text.len() <= PAYLOAD + 4 * self.fed,
                                "{} made of little",
                                text.len()
                            );
                        }
                        _ => {}
                    }
                    assert!(
                        reading.at <= self.now + 86_400 * SECOND,
                        "{} is from the future",
                        desc.key
                    );
                }
                Event::Available { point, .. }
                | Event::Alive { point, .. }
                | Event::Accepted { point, .. } => {
                    assert!(
                        self.points.contains_key(&point),
                        "news of a point that is not there"
                    );
                }
                Event::Online { device, .. } | Event::Refused { device, .. } => {
                    assert!(self.devices.contains_key(&device), "news of a device never told");
                }
                Event::Diagnosis(diagnosis) => {
                    self.outcome.diagnoses += 1;
                    assert!(!diagnosis.text.is_empty() && diagnosis.topic.len() <= 512);
                    assert!(
                        diagnosis.text.len() <= 16 << 10,
                        "a reason of {} bytes",
                        diagnosis.text.len()
                    );
                }
                Event::Publish(publish) => sound(&publish),
            }
        }
    }

    fn described(&self, desc: &PointDesc) {
        let key = &desc.key;
        assert!(!key.is_empty(), "a point without a key");
        if let Some((low, high)) = desc.range {
            assert!(
                low.is_finite() && high.is_finite() && low <= high,
                "{key} ranges from {low} to {high}"
            );
        }
        assert!(
            desc.step.is_none_or(f64::is_finite),
            "{key} has a step of {:?}",
            desc.step
        );
        assert!(desc.options.len() <= 4_096 + self.fed);
    }
}

/// Whether a broker would take it: one that would not closes the connection.
fn sound(publish: &Publish) {
    let topic = &publish.topic;
    assert!(
        !topic.is_empty() && topic.len() <= TOPIC && !topic.contains(['+', '#', '\0']),
        "nothing can be sent to {topic:?}"
    );
    assert!(publish.qos <= 2);
    assert!(
        publish.payload.len() <= 1 << 20,
        "{} bytes to {topic}",
        publish.payload.len()
    );
}
