//! The demo, as Hearthline finds it: every device once, with its room and its convention, nothing to complain of, and commands that are
//! obeyed. Without a broker: what the simulation says goes to the decoder and back, at a time of its own.

// Test code: a failed expectation is how it tells.
#![allow(clippy::expect_used, clippy::unwrap_used)]

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use hearthline_decode::{Decoder, DeviceIx, Event, Message, Options, PointIx, Publish, matches};
use hearthline_demo::{Clock, Link, World};
use hearthline_model::{DeviceDesc, Kind, PointDesc, Realm, Value};

/// 2026-05-12 (a Tuesday), half past ten local time.
const START: i64 = 1_778_574_600_000;

/// The simulation and the decoder, wired together.
struct Stage {
    world: World,
    decoder: Decoder,
    /// Milliseconds since the epoch.
    now: i64,
    devices: BTreeMap<DeviceIx, Arc<DeviceDesc>>,
    points: BTreeMap<PointIx, (DeviceIx, Arc<PointDesc>)>,
    online: HashMap<DeviceIx, bool>,
    values: HashMap<PointIx, Value>,
    complaints: Vec<String>,
    unexplained: Vec<String>,
}

impl Stage {
    /// All links connected, and so many seconds lived.
    fn after(seconds: u32) -> Self {
        let clock = Clock {
            wall: START,
            offset: 7_200,
        };
        let mut stage = Self {
            world: World::new(42, clock),
            decoder: Decoder::new(Options::default()),
            now: START,
            devices: BTreeMap::new(),
            points: BTreeMap::new(),
            online: HashMap::new(),
            values: HashMap::new(),
            complaints: Vec::new(),
            unexplained: Vec::new(),
        };
        let mut events = Vec::new();
        stage.decoder.connected(START * 1_000, &mut events);
        stage.take(events);
        let mut out = Vec::new();
        for link in Link::ALL {
            stage.world.connected(link, 1, START, &mut out);
        }
        stage.hear(out);
        stage.live(seconds);
        stage
    }

    fn live(&mut self, seconds: u32) {
        for _ in 0..seconds * 5 {
            self.now += 200;
            let mut out = Vec::new();
            self.world.step(0.2, self.now, &mut out);
            self.hear(out);
            let mut events = Vec::new();
            self.decoder.tick(self.now * 1_000, &mut events);
            self.take(events);
        }
    }

    fn hear(&mut self, messages: Vec<hearthline_demo::Message>) {
        for said in messages {
            let message = Message {
                topic: &said.topic,
                payload: &said.payload,
                retain: false,
                at: self.now * 1_000,
            };
            let mut events = Vec::new();
            self.decoder.message(&message, &mut events);
            self.take(events);
            if self.decoder.is_unexplained(&said.topic) && !self.unexplained.contains(&said.topic) {
                self.unexplained.push(said.topic.clone());
            }
        }
    }

    fn take(&mut self, events: Vec<Event>) {
        for event in events {
            match event {
                Event::Device { device, desc } => {
                    self.devices.insert(device, desc);
                }
                Event::Point { point, device, desc } => {
                    self.points.insert(point, (device, desc));
                }
                Event::DeviceGone(device) => {
                    self.devices.remove(&device);
                }
                Event::PointGone(point) => {
                    self.points.remove(&point);
                }
                Event::Reading(reading) => {
                    self.values.insert(reading.point, reading.value);
                }
                Event::Online { device, online, .. } => {
                    self.online.insert(device, online);
                }
                Event::Diagnosis(said) => {
                    self.complaints
                        .push(format!("{}: {:?}: {}", said.topic, said.kind, said.text));
                }
                Event::Publish(publish) => self.publish(publish),
                Event::Available { .. }
                | Event::Alive { .. }
                | Event::Accepted { .. }
                | Event::Refused { .. } => {}
            }
        }
    }

    /// As the broker does: to whoever listens, and back to the decoder.
    fn publish(&mut self, publish: Publish) {
        let mut out = Vec::new();
        for link in Link::ALL {
            let listens = self
                .world
                .filters(link)
                .iter()
                .any(|filter| matches(filter, &publish.topic));
            if listens {
                self.world
                    .receive(link, &publish.topic, &publish.payload, self.now, &mut out);
            }
        }
        out.insert(
            0,
            hearthline_demo::Message {
                link: Link::Home,
                topic: publish.topic,
                payload: publish.payload,
                qos: publish.qos,
                retain: false,
            },
        );
        self.hear(out);
    }

    fn point(&self, place: &str, device: &str, point: &str) -> PointIx {
        let found: Vec<PointIx> = self
            .points
            .iter()
            .filter(|(_, (of, desc))| {
                self.devices.get(of).is_some_and(|it| {
                    it.name == device && it.place.path.last().map_or("", String::as_str) == place
                }) && (desc.key == point || desc.name == point)
            })
            .map(|(ix, _)| *ix)
            .collect();
        assert_eq!(
            found.len(),
            1,
            "{point} of {device} in {place}: {found:?}\n{}",
            self.table(device)
        );
        found[0]
    }

    fn table(&self, device: &str) -> String {
        let mut lines = Vec::new();
        for (of, desc) in self.points.values() {
            if self.devices.get(of).is_some_and(|it| it.name == device) {
                lines.push(format!(
                    "{} \"{}\" {:?} {:?}",
                    desc.key, desc.name, desc.role, desc.unit
                ));
            }
        }
        lines.join("\n")
    }

    /// Sets a point, and waits so many seconds until the device has said so.
    fn set(&mut self, point: PointIx, value: &Value, seconds: u32) {
        let sent = self
            .decoder
            .command(point, value, self.now * 1_000)
            .unwrap_or_else(|error| panic!("{:?}: {error}", self.points.get(&point)));
        for publish in sent {
            self.publish(publish);
        }
        self.live(seconds);
    }
}

/// Every device of the home: room, name, convention.
const HOME: &[(&str, &str, &str)] = &[
    ("", "Alex's phone", "owntracks"),
    ("", "Car", "teslamate"),
    ("", "Driveway", "frigate"),
    ("", "Evening lights", "zigbee2mqtt"),
    ("", "Frigate", "frigate"),
    ("", "Watch", "wearable"),
    ("", "Zigbee2MQTT", "zigbee2mqtt"),
    ("Bathroom", "Thermostat", "homeassistant"),
    ("Bathroom", "Washer", "homeassistant"),
    ("Bedroom", "Bedroom radiator", "zigbee2mqtt"),
    ("Bedroom", "Bedroom window", "zigbee2mqtt"),
    ("Bedroom", "Blinds", "homeassistant"),
    ("Bedroom", "Humidifier", "homeassistant"),
    ("Cellar", "Boiler", "homeassistant"),
    ("Cellar", "Cellar leak", "zigbee2mqtt"),
    ("Cellar", "Electricity meter", "homeassistant"),
    ("Garage", "Garage door", "shelly"),
    ("Garage", "Wall-box", "homeassistant"),
    ("Garden", "Irrigation", "homeassistant"),
    ("Garden", "Weather station", "homeassistant"),
    ("Hall", "Doorbell", "homeassistant"),
    ("Hall", "Front door", "zigbee2mqtt"),
    ("Hall", "Front door lock", "homeassistant"),
    ("Hall", "Hall light", "zigbee2mqtt"),
    ("Hall", "Hall motion", "zigbee2mqtt"),
    ("Hall", "Smoke alarm", "homeassistant"),
    ("Kitchen", "Ceiling light", "zigbee2mqtt"),
    ("Kitchen", "Dishwasher", "homeassistant"),
    ("Kitchen", "Fridge", "homeassistant"),
    ("Kitchen", "Kitchen window", "zigbee2mqtt"),
    ("Living room", "Blinds", "homeassistant"),
    ("Living room", "Ceiling light", "homeassistant"),
    ("Living room", "Robot vacuum", "homeassistant"),
    ("Living room", "TV plug", "tasmota"),
    ("Living room", "Thermostat", "homeassistant"),
    ("Office", "Air monitor", "esphome"),
    ("Office", "Desk plug", "tasmota"),
    ("Office", "Fan", "homie"),
    ("Office", "Thermostat", "homeassistant"),
    ("Roof", "Solar inverter", "homeassistant"),
];

#[test]
fn every_device_is_found_once_with_its_room_and_its_convention() {
    let stage = Stage::after(150);
    let of = |realm| {
        let mut found: Vec<(String, &str, &str)> = stage
            .devices
            .values()
            .filter(|it| it.place.realm == realm)
            .map(|it| {
                (
                    it.place.path.join(" > "),
                    it.name.as_str(),
                    it.convention.as_str(),
                )
            })
            .collect();
        found.sort_unstable();
        found
    };
    let home = of(Realm::Home);
    let home: Vec<(&str, &str, &str)> = home
        .iter()
        .map(|(room, name, by)| (room.as_str(), *name, *by))
        .collect();
    assert_eq!(home, HOME);
    let plant = of(Realm::Plant);
    let lines: Vec<_> = plant.iter().filter(|(.., by)| *by == "sparkplug").collect();
    assert_eq!(lines.len(), 16, "{lines:#?}");
    assert!(
        lines
            .iter()
            .all(|(path, ..)| path.starts_with("Berlin > Filling > Line ")),
        "{lines:#?}"
    );
    // The same site, in another convention.
    let utilities: Vec<_> = plant.iter().filter(|(.., by)| *by != "sparkplug").collect();
    let area = "Berlin > Filling > Utilities".to_owned();
    assert_eq!(
        utilities,
        [
            &(area.clone(), "Chiller", "uns"),
            &(area.clone(), "Compressor", "uns"),
            &(area, "Steam boiler", "uns"),
        ]
    );
    // Nobody is away, and only what says how a link stands is nobody's.
    assert!(stage.online.values().all(|online| *online), "{:?}", stage.online);
    assert_eq!(stage.unexplained, ["home/status"]);
}

#[test]
fn there_is_nothing_to_complain_of() {
    let stage = Stage::after(900);
    // A Shelly says some things twice; what is left out of its messages is told with the reason.
    let (left_out, wrong): (Vec<_>, Vec<_>) = stage.complaints.iter().partition(|line| {
        line.starts_with("shellyplus2pm") && line.contains("Ignored") && line.contains("is left out")
    });
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(left_out.len() < 20, "{left_out:#?}");
    // A point that never got a value was announced in vain; those of what happens or is pressed have none until then.
    let silent: Vec<String> = stage
        .points
        .iter()
        .filter(|(ix, (_, desc))| {
            !stage.values.contains_key(ix) && !matches!(desc.kind, Kind::Action | Kind::Event)
        })
        .map(|(_, (device, desc))| format!("{}: {}", stage.devices[device].name, desc.key))
        .collect();
    // How long devices may join is written, and never told; what a vacuum is asked is not told either.
    assert_eq!(
        silent,
        [
            "Robot vacuum: vacuum.vacuum_vacuum/task",
            "Zigbee2MQTT: permit_join_time"
        ]
    );
}

#[test]
fn what_two_conventions_tell_of_is_there_once() {
    let stage = Stage::after(60);
    for name in ["Front door", "Hall light"] {
        let device = stage.devices.values().find(|it| it.name == name).expect("found");
        let by: Vec<&str> = device
            .sources
            .iter()
            .map(|source| source.convention.as_str())
            .collect();
        assert_eq!(by, ["zigbee2mqtt", "homeassistant"], "{name}");
    }
    // The fan's firmware announces itself twice as well.
    let fan = stage.devices.values().find(|it| it.name == "Fan").expect("found");
    let by: Vec<&str> = fan
        .sources
        .iter()
        .map(|source| source.convention.as_str())
        .collect();
    assert_eq!(by, ["homie", "homeassistant"]);
    stage.point("Hall", "Front door", "contact");
    stage.point("Hall", "Front door", "Battery");
    stage.point("Hall", "Hall light", "brightness");
}

#[test]
fn every_convention_obeys_and_confirms() {
    let mut stage = Stage::after(60);
    for (place, device, point, value, seconds) in [
        ("Hall", "Front door lock", "", Value::text("unlock"), 4),
        (
            "Living room",
            "Thermostat",
            "Target temperature",
            Value::Float(23.5),
            2,
        ),
        ("Kitchen", "Ceiling light", "brightness", Value::Int(50), 2),
        ("Hall", "Hall light", "state", Value::Bool(true), 2),
        ("", "Evening lights", "brightness", Value::Int(20), 2),
        (
            "Bedroom",
            "Bedroom radiator",
            "occupied_heating_setpoint",
            Value::Float(20.0),
            3,
        ),
        ("Living room", "TV plug", "relay1", Value::Bool(false), 2),
        ("Garage", "Garage door", "cover:0/current_pos", Value::Int(50), 20),
        ("Garage", "Garage door", "cover:0/state", Value::text("close"), 20),
        (
            "Office",
            "Air monitor",
            "switch/status_lamp",
            Value::Bool(false),
            2,
        ),
        (
            "Office",
            "Air monitor",
            "number/temperature_offset",
            Value::Float(1.5),
            2,
        ),
        ("Office", "Fan", "fan/speed", Value::Int(80), 2),
        ("Office", "Fan", "fan/mode", Value::text("night"), 2),
        ("", "Driveway", "recordings/state", Value::Bool(false), 2),
        ("Line 1", "Filler", "Setpoint/Rate", Value::Float(200.0), 4),
    ] {
        let point = stage.point(place, device, point);
        stage.set(point, &value, seconds);
        let said = stage.values.get(&point);
        let shown = match value.as_text() {
            Some("unlock") => Value::text("unlocked"),
            Some("close") => Value::text("closed"),
            _ => value,
        };
        let same = said.is_some_and(|said| match (said.as_f64(), shown.as_f64()) {
            (Some(said), Some(shown)) => (said - shown).abs() < 0.6,
            _ => *said == shown,
        });
        assert!(same, "{device}: asked {shown:?}, said {said:?}");
    }
    // What a group is asked its lamps do.
    let kitchen = stage.point("Kitchen", "Ceiling light", "brightness");
    assert_eq!(stage.values.get(&kitchen).and_then(Value::as_f64), Some(20.0));
    // A phone that is asked where it is says so.
    let (ask, why) = (
        stage.point("", "Alex's phone", "report_location"),
        stage.point("", "Alex's phone", "trigger"),
    );
    let before = stage.values.get(&why).cloned();
    stage.set(ask, &Value::Null, 1);
    assert_ne!(before, stage.values.get(&why).cloned());
    let wrong: Vec<_> = stage
        .complaints
        .iter()
        .filter(|line| !line.contains("is left out"))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn whoever_breaks_off_is_seen_to_be_away() {
    let mut stage = Stage::after(30);
    let mut out = Vec::new();
    for link in Link::ALL {
        out.extend(stage.world.goodbye(link, stage.now));
    }
    stage.hear(out);
    let here = |name: &str| {
        let (ix, _) = stage
            .devices
            .iter()
            .find(|(_, it)| it.name == name)
            .expect("found");
        stage.online.get(ix).copied()
    };
    for name in [
        "TV plug",
        "Garage door",
        "Air monitor",
        "Fan",
        "Driveway",
        "Hall motion",
        "Kitchen window",
        "Filler",
    ] {
        assert_eq!(here(name), Some(false), "{name}");
    }
}
