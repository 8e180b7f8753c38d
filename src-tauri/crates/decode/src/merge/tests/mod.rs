//! Merging through the whole decoder: Home Assistant's discovery beside a native convention made for these tests.

mod real;

use std::collections::BTreeMap;

use hearthline_model::{CommandDesc, DeviceDesc, Kind, Micros, PlaceHint, PointDesc, Realm, Role, Value};
use proptest::prelude::*;

use super::Ties;
use crate::transcript::START;
use crate::{
    Claim, CommandError, Context, Convention, Decoder, DeviceIx, DiagnosisKind, Event, Message, Options,
    PointIx, Publish, Reading,
};

/// `native/devices`: a JSON list of devices with their points; `native/<name>`: an object of values; `native/<name>/online`.
#[derive(Default)]
struct Native {
    devices: BTreeMap<String, (DeviceIx, Vec<(String, PointIx)>)>,
    topics: Vec<String>,
}

impl Native {
    fn describe(&mut self, message: &Message<'_>, context: &mut Context<'_>) {
        let list: Vec<serde_json::Value> = serde_json::from_slice(message.payload).unwrap_or_default();
        let former = std::mem::take(&mut self.devices);
        for device in &list {
            let text = |key: &str| device[key].as_str().unwrap_or_default().to_owned();
            let topic = format!("native/{}", text("topic"));
            let Some(ix) = context.device(DeviceDesc {
                key: format!("native:{}", text("id")),
                identities: crate::naming::identities(&text("id")),
                convention: "native".into(),
                name: text("name"),
                manufacturer: Some("Maker".into()),
                place: PlaceHint {
                    realm: Realm::Home,
                    path: Vec::new(),
                },
                ..DeviceDesc::default()
            }) else {
                continue;
            };
            let mut points = Vec::new();
            for (key, of) in device["points"].as_object().into_iter().flatten() {
                let on_off = of == "switch";
                let desc = PointDesc {
                    key: key.clone(),
                    name: crate::naming::humanise(key),
                    entity: if on_off { "light".into() } else { String::new() },
                    platform: if on_off { "light".into() } else { "sensor".into() },
                    kind: if on_off { Kind::Bool } else { Kind::Number },
                    role: if on_off { Role::Switch } else { Role::Value },
                    unit: of.as_str().filter(|_| !on_off).map(Into::into),
                    command: on_off.then(CommandDesc::default),
                    topic: Some(topic.clone()),
                    path: Some(key.clone()),
                    ..PointDesc::default()
                };
                if let Some(point) = context.point(ix, desc) {
                    points.push((key.clone(), point));
                }
            }
            context.reroute(topic.clone());
            context.reroute(format!("{topic}/online"));
            self.devices.insert(topic, (ix, points));
        }
        for (topic, (ix, _)) in former {
            if !self.devices.values().any(|(known, _)| *known == ix) {
                context.forget_device(ix);
                context.reroute(topic);
            }
        }
    }
}

impl Convention for Native {
    fn name(&self) -> &'static str {
        "native"
    }

    fn claim(&mut self, message: &Message<'_>) -> Claim {
        let bare = message.topic.strip_suffix("/online").unwrap_or(message.topic);
        if message.topic != "native/devices" && !self.devices.contains_key(bare) {
            return Claim::No;
        }
        let at = self.topics.iter().position(|topic| topic == message.topic);
        let token = at.unwrap_or_else(|| {
            self.topics.push(message.topic.to_owned());
            self.topics.len() - 1
        });
        Claim::Shared(token as u32)
    }

    fn message(&mut self, _: u32, message: &Message<'_>, context: &mut Context<'_>) {
        if message.topic == "native/devices" {
            return self.describe(message, context);
        }
        if let Some(topic) = message.topic.strip_suffix("/online") {
            if let Some((device, _)) = self.devices.get(topic) {
                context.online(*device, message.payload == b"1", message.at);
            }
            return;
        }
        let Some((device, points)) = self.devices.get(message.topic) else {
            return;
        };
        let Ok(json) = serde_json::from_slice::<serde_json::Value>(message.payload) else {
            return context.diagnose(
                Some(*device),
                message.topic,
                DiagnosisKind::MalformedJson,
                "no JSON",
            );
        };
        for (key, point) in points {
            let value = match &json[key] {
                serde_json::Value::String(text) => Value::Bool(text == "ON"),
                serde_json::Value::Number(number) => Value::number(number.as_f64().unwrap_or_default()),
                _ => continue,
            };
            // Its own clock: what comes from here is told from what comes from elsewhere by its time.
            context.reading(Reading {
                point: *point,
                at: message.at - 1,
                received: message.at,
                value,
                quality: hearthline_model::Quality::Good,
                historical: false,
            });
        }
    }

    fn command(&mut self, _: PointIx, value: &Value, _: Micros) -> Result<Vec<Publish>, CommandError> {
        Ok(vec![Publish {
            topic: "native/set".into(),
            payload: value.to_string().into_bytes(),
            qos: 0,
            retain: false,
        }])
    }
}

/// A decoder and what its events came to.
pub(super) struct World {
    decoder: Decoder,
    now: Micros,
    devices: BTreeMap<DeviceIx, DeviceDesc>,
    points: BTreeMap<PointIx, (DeviceIx, PointDesc)>,
    values: BTreeMap<PointIx, Value>,
    online: BTreeMap<DeviceIx, bool>,
    readings: Vec<(PointIx, Micros, Value)>,
    last: Vec<Event>,
}

impl World {
    fn new() -> Self {
        let mut decoder = Decoder::new(Options::default());
        decoder.put_first(Box::<Native>::default());
        Self {
            decoder,
            now: START,
            devices: BTreeMap::new(),
            points: BTreeMap::new(),
            values: BTreeMap::new(),
            online: BTreeMap::new(),
            readings: Vec::new(),
            last: Vec::new(),
        }
    }

    fn say(&mut self, topic: &str, payload: &str) {
        let mut out = Vec::new();
        self.now += 1_000_000;
        let message = Message {
            topic,
            payload: payload.as_bytes(),
            retain: false,
            at: self.now,
        };
        self.decoder.message(&message, &mut out);
        self.take(out);
    }

    fn tie(&mut self, ties: &Ties) {
        let mut out = Vec::new();
        self.decoder.set_ties(ties, &mut out);
        self.take(out);
    }

    fn take(&mut self, events: Vec<Event>) {
        for event in &events {
            match event {
                Event::Device { device, desc } => {
                    self.devices.insert(*device, (**desc).clone());
                }
                Event::Point { point, device, desc } => {
                    assert!(self.devices.contains_key(device), "a point of an unknown device");
                    self.points.insert(*point, (*device, (**desc).clone()));
                }
                Event::DeviceGone(device) => {
                    assert!(self.devices.remove(device).is_some(), "an unknown device goes");
                    self.online.remove(device);
                }
                Event::PointGone(point) => {
                    assert!(self.points.remove(point).is_some(), "an unknown point goes");
                    self.values.remove(point);
                }
                Event::Reading(reading) => {
                    assert!(
                        self.points.contains_key(&reading.point),
                        "a value of an unknown point"
                    );
                    self.values.insert(reading.point, reading.value.clone());
                    self.readings
                        .push((reading.point, reading.at, reading.value.clone()));
                }
                Event::Online { device, online, .. } => {
                    assert!(self.devices.contains_key(device));
                    self.online.insert(*device, *online);
                }
                Event::Diagnosis(diagnosis) => {
                    assert!(
                        diagnosis
                            .device
                            .is_none_or(|device| self.devices.contains_key(&device))
                    );
                }
                _ => {}
            }
        }
        for (device, _) in self.points.values() {
            assert!(
                self.devices.contains_key(device),
                "a point is left without its device"
            );
        }
        self.last = events;
    }

    /// The model in words, the same whatever numbers things have.
    fn model(&self) -> String {
        let mut lines: Vec<String> = Vec::new();
        for (ix, desc) in &self.devices {
            let sources: Vec<String> = desc.all_sources().into_iter().map(|it| it.key).collect();
            let mut points: Vec<String> = self
                .points
                .iter()
                .filter(|(_, (device, _))| device == ix)
                .map(|(point, (_, desc))| {
                    let value = self.values.get(point).map_or("-".to_owned(), ToString::to_string);
                    let sources: Vec<&str> = desc.sources.iter().map(|it| it.key.as_str()).collect();
                    format!(
                        "  {} \"{}\" {:?} {:?} {}{} = {value} {sources:?}\n",
                        desc.key,
                        desc.name,
                        desc.kind,
                        desc.role,
                        desc.unit.as_deref().unwrap_or("-"),
                        if desc.command.is_some() { " writable" } else { "" },
                    )
                })
                .collect();
            points.sort();
            lines.push(format!(
                "{} \"{}\" {sources:?}{}\n{}",
                desc.key,
                desc.name,
                if self.online.get(ix) == Some(&false) {
                    " offline"
                } else {
                    ""
                },
                points.concat()
            ));
        }
        lines.sort();
        lines.concat()
    }

    fn point(&self, key: &str) -> PointIx {
        let found: Vec<PointIx> = self
            .points
            .iter()
            .filter(|(_, (_, desc))| desc.key == key || desc.sources.iter().any(|it| it.key == key))
            .map(|(ix, _)| *ix)
            .collect();
        assert_eq!(found.len(), 1, "{key}: {}", self.model());
        found[0]
    }
}

const DEVICES: &str = r#"[{"id":"0x00158d0001abcdef","topic":"Lamp","name":"Lamp","points":
    {"state":"switch","power":"W","linkquality":"lqi"}}]"#;
const LIGHT: &str = r#"{"name":null,"uniq_id":"l_light","schema":"json","stat_t":"native/Lamp","cmd_t":"native/Lamp/set",
    "dev":{"ids":["zigbee2mqtt_0x00158d0001abcdef"],"name":"Lamp","mf":"Somebody","sa":"Kitchen"},
    "avty":{"t":"native/Lamp/available"}}"#;
const POWER: &str = r#"{"name":"Power draw","uniq_id":"l_power","stat_t":"native/Lamp","dev_cla":"power","unit_of_meas":"W",
    "val_tpl":"{{ value_json.power | round(1) }}","stat_cla":"measurement",
    "dev":{"ids":["zigbee2mqtt_0x00158d0001abcdef"],"name":"Lamp"}}"#;
const VOLTAGE: &str = r#"{"name":"Voltage","uniq_id":"l_volt","stat_t":"native/Lamp","dev_cla":"voltage","unit_of_meas":"V",
    "val_tpl":"{{ value_json.voltage / 1000 }}","dev":{"ids":["zigbee2mqtt_0x00158d0001abcdef"],"name":"Lamp"}}"#;
const STATE: &str = r#"{"state":"ON","power":4.5,"linkquality":88,"voltage":230000}"#;

const MESSAGES: &[(&str, &str)] = &[
    ("native/devices", DEVICES),
    ("homeassistant/light/l/config", LIGHT),
    ("homeassistant/sensor/power/config", POWER),
    ("homeassistant/sensor/voltage/config", VOLTAGE),
    ("native/Lamp", STATE),
    ("native/Lamp/online", "0"),
    ("native/Lamp/available", "online"),
];

fn lamp() -> World {
    let mut world = World::new();
    for (topic, payload) in MESSAGES {
        world.say(topic, payload);
    }
    world
}

#[test]
fn one_device_with_one_set_of_points() {
    insta::assert_snapshot!(lamp().model(), @r#"
    native:0x00158d0001abcdef "Lamp" ["native:0x00158d0001abcdef", "ha:00158d0001abcdef"] offline
      linkquality "Linkquality" Number Value lqi = 88 ["linkquality"]
      power "Power draw" Number Value W = 4.5 ["power", "sensor.l_power"]
      sensor.l_volt "Voltage" Number Value V = 230 ["sensor.l_volt"]
      state "" Bool Switch - writable = true ["state", "light.l_light"]
    "#);
}

#[test]
fn each_value_is_told_once_and_comes_from_the_native_source() {
    let mut world = lamp();
    world.readings.clear();
    world.say(
        "native/Lamp",
        r#"{"state":"OFF","power":5,"linkquality":80,"voltage":231000}"#,
    );
    let mut points: Vec<PointIx> = world.readings.iter().map(|(point, ..)| *point).collect();
    points.sort();
    let told = points.len();
    points.dedup();
    assert_eq!((told, points.len()), (4, 4));
    let power = world.point("power");
    let (_, at, value) = world.readings.iter().find(|(point, ..)| *point == power).unwrap();
    assert_eq!((*at, value.as_f64()), (world.now - 1, Some(5.0)));
}

#[test]
fn commands_go_to_the_native_source_and_to_the_other_where_that_has_none() {
    let mut world = lamp();
    let state = world.point("state");
    let sent = world.decoder.command(state, &Value::Bool(true), 0).unwrap();
    assert_eq!(sent[0].topic, "native/set");
    world.say("native/devices", "[]");
    let state = world.point("light.l_light");
    let sent = world.decoder.command(state, &Value::Bool(true), 0).unwrap();
    assert_eq!(sent[0].topic, "native/Lamp/set");
}

#[test]
fn where_a_source_goes_the_other_takes_over() {
    let mut world = lamp();
    world.say("homeassistant/sensor/power/config", "");
    world.say("native/Lamp", r#"{"power":6}"#);
    assert_eq!(world.values[&world.point("power")].as_f64(), Some(6.0));
    world.say("homeassistant/sensor/power/config", POWER);
    world.say("native/devices", "[]");
    assert_eq!(world.devices.len(), 1);
    assert!(world.devices.values().all(|desc| desc.sources.is_empty()));
    world.readings.clear();
    world.say("native/Lamp", r#"{"power":7}"#);
    let power = world.point("sensor.l_power");
    assert_eq!(
        world
            .readings
            .iter()
            .filter(|(point, ..)| *point == power)
            .count(),
        1
    );
    assert_eq!(world.values[&power].as_f64(), Some(7.0));
}

#[test]
fn a_split_gives_each_source_its_values_and_a_join_takes_them_back() {
    let mut world = lamp();
    let model = world.model();
    let ties = Ties {
        apart: vec![("native:0x00158d0001abcdef".into(), "ha:00158d0001abcdef".into())],
        ..Ties::default()
    };
    world.tie(&ties);
    assert_eq!(world.devices.len(), 2);
    for key in ["power", "sensor.l_power"] {
        assert_eq!(world.values[&world.point(key)].as_f64(), Some(4.5), "{key}");
    }
    world.readings.clear();
    world.say("native/Lamp", r#"{"power":9}"#);
    assert_eq!(world.readings.len(), 2);
    world.tie(&Ties::default());
    world.say("native/Lamp", STATE);
    assert_eq!(world.model(), model);
}

#[test]
fn devices_that_nothing_tells_to_be_one_are_joined_by_a_person() {
    let mut world = World::new();
    world.say(
        "native/devices",
        r#"[{"id":"a","topic":"A","name":"A","points":{"power":"W"}}]"#,
    );
    world.say(
        "homeassistant/sensor/x/config",
        r#"{"name":"Heat","uniq_id":"x","stat_t":"x","dev_cla":"temperature","unit_of_meas":"°C","dev":{"ids":"boiler-1","name":"B"}}"#,
    );
    assert_eq!(world.devices.len(), 2);
    world.tie(&Ties {
        together: vec![("native:a".into(), "ha:boiler-1".into())],
        ..Ties::default()
    });
    assert_eq!(world.devices.len(), 1);
    assert_eq!(world.points.len(), 2);
    world.say("x", "20");
    assert_eq!(world.values[&world.point("sensor.x")].as_f64(), Some(20.0));
}

#[test]
fn who_only_looks_on_at_many_devices_is_none_of_them() {
    let mut world = World::new();
    let device =
        |id: &str| format!(r#"{{"id":"{id}","topic":"{id}","name":"{id}","points":{{"power":"W"}}}}"#);
    let list: Vec<String> = ["a", "b", "c"].iter().map(|id| device(id)).collect();
    world.say("native/devices", &format!("[{}]", list.join(",")));
    for id in ["a", "b", "c"] {
        let config = format!(
            r#"{{"name":"Power {id}","uniq_id":"p{id}","stat_t":"native/{id}","val_tpl":"{{{{ value_json.power }}}}",
            "unit_of_meas":"W","dev":{{"ids":"energy-board","name":"Energy board"}}}}"#
        );
        world.say(&format!("homeassistant/sensor/p{id}/config"), &config);
    }
    assert_eq!(world.devices.len(), 4, "{}", world.model());
}

#[test]
fn one_spot_makes_one_device_unless_the_addresses_differ() {
    let ha = |ids: &str| {
        format!(
            r#"{{"name":"P","uniq_id":"p","stat_t":"native/a","val_tpl":"{{{{ value_json.power }}}}","unit_of_meas":"W",
            "dev":{{"ids":"{ids}","name":"P"}}}}"#
        )
    };
    for (id, ids, want) in [
        ("0x00158d0001abcdef", "hand-made", 1),
        // A MAC says nothing of an IEEE address.
        ("0x00158d0001abcdef", "a4:cf:12:aa:bb:cc", 1),
        ("a4cf12aabbcc", "a4:cf:12:aa:bb:cc", 1),
        ("a4cf12aabbcd", "a4:cf:12:aa:bb:cc", 2),
    ] {
        let mut world = World::new();
        let devices = format!(r#"[{{"id":"{id}","topic":"a","name":"A","points":{{"power":"W"}}}}]"#);
        world.say("native/devices", &devices);
        world.say("homeassistant/sensor/p/config", &ha(ids));
        assert_eq!(world.devices.len(), want, "{id} {ids}");
    }
}

#[test]
fn troubles_and_availability_are_the_merged_devices() {
    let mut world = lamp();
    world.say("native/Lamp", "no json {");
    let device = *world.devices.keys().next().unwrap();
    assert!(
        world
            .last
            .iter()
            .any(|event| matches!(event, Event::Diagnosis(it) if it.device == Some(device)))
    );
    // The native source had said that it is away; what Home Assistant would make of it does not count.
    assert_eq!(world.online.get(&device), Some(&false));
    world.say("native/Lamp/available", "offline");
    world.say("native/Lamp/available", "online");
    assert_eq!(world.online.get(&device), Some(&false));
    world.say("native/Lamp/online", "1");
    assert_eq!(world.online.get(&device), Some(&true));
}

fn order() -> impl Strategy<Value = Vec<usize>> {
    Just((0..MESSAGES.len()).collect::<Vec<_>>()).prop_shuffle()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_order_of_the_same_messages_gives_the_same_model(order in order(), again in order()) {
        let want = lamp().model();
        let mut world = World::new();
        for ix in order {
            world.say(MESSAGES[ix].0, MESSAGES[ix].1);
        }
        prop_assert_eq!(world.model(), want.clone());
        for ix in again {
            world.say(MESSAGES[ix].0, MESSAGES[ix].1);
        }
        prop_assert_eq!(world.model(), want);
    }

    /// The state of the books is checked by [`World::take`] after every message.
    #[test]
    fn anything_said_and_taken_back_in_any_order_leaves_the_books_right(
        steps in prop::collection::vec((0..MESSAGES.len(), 0_u8..4), 1..60),
    ) {
        let mut world = World::new();
        for (ix, how) in steps {
            let (topic, payload) = MESSAGES[ix];
            match how {
                0 if topic.ends_with("devices") => world.say(topic, "[]"),
                0 => world.say(topic, ""),
                1 => world.tie(&Ties {
                    apart: vec![("native:0x00158d0001abcdef".into(), "ha:00158d0001abcdef".into())],
                    ..Ties::default()
                }),
                2 => world.tie(&Ties::default()),
                _ => world.say(topic, payload),
            }
        }
        world.tie(&Ties::default());
        for (topic, payload) in MESSAGES {
            world.say(topic, payload);
        }
        prop_assert_eq!(world.devices.len(), 1);
        prop_assert_eq!(world.model(), lamp().model());
    }
}
