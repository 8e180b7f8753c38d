//! Zigbee sensors of the home: motion, doors and windows, and a leak.

use serde_json::{Value, json};

use super::device::Device;
use super::house::House;
use super::rooms::Room;
use super::zigbee::{Node, Radio, battery, binary_entity, binary_expose, number_expose, say};
use crate::outbox::Outbox;
use crate::random::{Random, round};
use crate::world::Link;

/// A motion sensor in the hall.
pub(super) struct Motion {
    node: Node,
    radio: Radio,
    /// Seconds until it says that nobody is there.
    seen: f64,
}

impl Motion {
    pub fn new(random: Random) -> Self {
        let node = Node {
            ieee: "0x00158d0004a1b2c3",
            name: "Hall motion",
            area: Room::Hall.name(),
            vendor: "Aqara",
            model: "RTCGQ11LM",
            description: "Motion sensor",
            mains: false,
        };
        Self {
            node,
            radio: Radio::new(random),
            seen: 0.0,
        }
    }
}

impl Device for Motion {
    fn link(&self) -> Link {
        Link::Zigbee
    }

    fn announce(&self, out: &mut Outbox) {
        self.node.here(out);
    }

    fn advance(&mut self, dt: f64, house: &mut House) {
        self.radio.advance(dt);
        self.seen = if house.person == Room::Hall && !house.asleep {
            60.0
        } else {
            (self.seen - dt).max(0.0)
        };
    }

    fn report(&mut self, house: &House, out: &mut Outbox) {
        let occupancy = self.seen > 0.0;
        let light = round(
            house.weather.shine() * 380.0 + if occupancy && house.is_dark() { 60.0 } else { 3.0 },
            0,
        );
        let state = json!({ "occupancy": occupancy, "illuminance": light });
        say(&self.node, &self.radio, state, &json!(occupancy), out);
    }

    fn zigbee(&self) -> Option<Value> {
        let exposes = [
            binary_expose("occupancy", true),
            number_expose("illuminance", "lx"),
            number_expose("battery", "%"),
            number_expose("linkquality", "lqi"),
        ];
        Some(self.node.entry(&json!(exposes)))
    }
}

/// A contact on a door or a window.
pub(super) struct Contact {
    node: Node,
    radio: Radio,
    /// The room that is aired; `None` for the front door.
    window: Option<Room>,
    /// Seconds that it stays open.
    open: f64,
    random: Random,
}

impl Contact {
    fn new(ieee: &'static str, name: &'static str, area: Room, window: Option<Room>, random: Random) -> Self {
        let node = Node {
            ieee,
            name,
            area: area.name(),
            vendor: "Aqara",
            model: "MCCGQ11LM",
            description: "Door and window sensor",
            mains: false,
        };
        Self {
            node,
            radio: Radio::new(random.clone()),
            window,
            open: 0.0,
            random,
        }
    }

    pub fn front_door(random: Random) -> Self {
        Self::new("0x00158d0004d10001", "Front door", Room::Hall, None, random)
    }

    pub fn window(room: Room, random: Random) -> Self {
        let (ieee, name) = match room {
            Room::Kitchen => ("0x00158d0004d10002", "Kitchen window"),
            _ => ("0x00158d0004d10003", "Bedroom window"),
        };
        Self::new(ieee, name, room, Some(room), random)
    }
}

impl Device for Contact {
    fn link(&self) -> Link {
        Link::Zigbee
    }

    fn announce(&self, out: &mut Outbox) {
        if self.window.is_some() {
            return self.node.here(out);
        }
        // Zigbee2MQTT's `contact` is true while closed.
        let entities = [
            (
                "binary_sensor",
                "contact",
                binary_entity("contact", "door", false),
            ),
            battery(),
        ];
        self.node.announce(&entities, out);
    }

    fn advance(&mut self, dt: f64, house: &mut House) {
        self.radio.advance(dt);
        self.open = (self.open - dt).max(0.0);
        if self.open == 0.0 && !house.asleep {
            match self.window {
                Some(room) if house.person == room && self.random.happens(1_500.0, dt) => {
                    self.open = self.random.between(180.0, 600.0);
                }
                None if house.person == Room::Hall && self.random.happens(90.0, dt) => {
                    self.open = self.random.between(5.0, 25.0);
                }
                _ => {}
            }
        }
        if let Some(room) = self.window {
            house.air_mut(room).window_open = self.open > 0.0;
        }
    }

    fn report(&mut self, _house: &House, out: &mut Outbox) {
        let closed = self.open == 0.0;
        say(
            &self.node,
            &self.radio,
            json!({ "contact": closed, "voltage": 3_005 }),
            &json!(closed),
            out,
        );
    }

    fn zigbee(&self) -> Option<Value> {
        let exposes = [
            binary_expose("contact", false),
            number_expose("battery", "%"),
            number_expose("voltage", "mV"),
            number_expose("linkquality", "lqi"),
        ];
        Some(self.node.entry(&json!(exposes)))
    }
}

/// A leak sensor in the cellar.
pub(super) struct Leak {
    node: Node,
    radio: Radio,
    /// Seconds that it stays wet.
    wet: f64,
    random: Random,
}

impl Leak {
    pub fn new(random: Random) -> Self {
        let node = Node {
            ieee: "0x00158d0005e20001",
            name: "Cellar leak",
            area: Room::Cellar.name(),
            vendor: "Aqara",
            model: "SJCGQ11LM",
            description: "Water leak sensor",
            mains: false,
        };
        Self {
            node,
            radio: Radio::new(random.clone()),
            wet: 0.0,
            random,
        }
    }
}

impl Device for Leak {
    fn link(&self) -> Link {
        Link::Zigbee
    }

    fn announce(&self, out: &mut Outbox) {
        self.node.here(out);
    }

    fn advance(&mut self, dt: f64, _house: &mut House) {
        self.radio.advance(dt);
        self.wet = (self.wet - dt).max(0.0);
        if self.random.happens(8.0 * 3_600.0, dt) {
            self.wet = self.random.between(120.0, 900.0);
        }
    }

    fn report(&mut self, _house: &House, out: &mut Outbox) {
        let wet = self.wet > 0.0;
        say(
            &self.node,
            &self.radio,
            json!({ "water_leak": wet }),
            &json!(wet),
            out,
        );
    }

    fn zigbee(&self) -> Option<Value> {
        let exposes = [
            binary_expose("water_leak", true),
            number_expose("battery", "%"),
            number_expose("linkquality", "lqi"),
        ];
        Some(self.node.entry(&json!(exposes)))
    }
}
