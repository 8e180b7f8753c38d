//! Zigbee devices of the home that obey: a radiator valve, two lamps, and the group of both.

use serde_json::{Value, json};

use super::climate::demand;
use super::device::Device;
use super::house::House;
use super::lights::{Glow, Order};
use super::pending::Pending;
use super::rooms::Room;
use super::zigbee::{Node, Radio, number_expose, say};
use crate::outbox::Outbox;
use crate::random::{Random, round};
use crate::world::Link;

/// The bedroom's radiator valve (climate).
pub(super) struct Radiator {
    node: Node,
    radio: Radio,
    target: f64,
    heat: bool,
    valve: f64,
    pending: Pending<(Option<f64>, Option<bool>)>,
}

impl Radiator {
    pub fn new(random: Random) -> Self {
        let node = Node {
            ieee: "0x5c0272fffe9a1b01",
            name: "Bedroom radiator",
            area: Room::Bedroom.name(),
            vendor: "Danfoss",
            model: "014G2461",
            description: "Ally thermostat",
            mains: false,
        };
        Self {
            node,
            radio: Radio::new(random),
            target: 18.5,
            heat: true,
            valve: 0.0,
            pending: Pending::default(),
        }
    }
}

impl Device for Radiator {
    fn link(&self) -> Link {
        Link::Zigbee
    }

    fn announce(&self, out: &mut Outbox) {
        self.node.here(out);
    }

    fn filters(&self) -> Vec<String> {
        let set = self.node.set();
        vec![
            format!("{set}/system_mode"),
            format!("{set}/occupied_heating_setpoint"),
            set,
        ]
    }

    fn receive(&mut self, topic: &str, text: &str) {
        let target = |v: f64| (5.0..=28.0).contains(&v).then_some(v);
        let mode = |m: &str| match m {
            "heat" => Some(true),
            "off" => Some(false),
            _ => None,
        };
        let order = if topic.ends_with("/system_mode") {
            (None, mode(text))
        } else if topic.ends_with("/occupied_heating_setpoint") {
            (text.trim().parse().ok().and_then(target), None)
        } else {
            let json: Value = serde_json::from_str(text).unwrap_or_default();
            (
                json["occupied_heating_setpoint"].as_f64().and_then(target),
                json["system_mode"].as_str().and_then(mode),
            )
        };
        if order != (None, None) {
            self.pending.push(1.3, order);
        }
    }

    fn advance(&mut self, dt: f64, house: &mut House) {
        self.radio.advance(dt);
        for (target, heat) in self.pending.due(dt) {
            self.target = target.unwrap_or(self.target);
            self.heat = heat.unwrap_or(self.heat);
        }
        let air = house.air_mut(Room::Bedroom);
        self.valve = if self.heat {
            demand(self.target, air.temperature, air.window_open)
        } else {
            0.0
        };
        air.valve = self.valve;
    }

    fn report(&mut self, house: &House, out: &mut Outbox) {
        let mode = if self.heat { "heat" } else { "off" };
        let state = json!({
            "local_temperature": round(house.air(Room::Bedroom).temperature, 1), "occupied_heating_setpoint": self.target,
            "system_mode": mode, "running_state": if self.valve > 0.05 { "heat" } else { "idle" },
            "pi_heating_demand": round(self.valve * 100.0, 0),
        });
        say(&self.node, &self.radio, state, &json!([mode, self.target]), out);
    }

    fn zigbee(&self) -> Option<Value> {
        let number = |key: &str, access: u8| json!({ "type": "numeric", "name": key, "property": key, "access": access, "unit": "°C", "value_min": 5, "value_max": 28, "value_step": 0.5 });
        let words = |key: &str, access: u8, values: &[&str]| json!({ "type": "enum", "name": key, "property": key, "access": access, "values": values });
        let features = json!([
            number("occupied_heating_setpoint", 7),
            { "type": "numeric", "name": "local_temperature", "property": "local_temperature", "access": 5, "unit": "°C" },
            words("system_mode", 7, &["off", "heat"]),
            words("running_state", 5, &["idle", "heat"]),
            { "type": "numeric", "name": "pi_heating_demand", "property": "pi_heating_demand", "access": 1, "unit": "%", "value_min": 0, "value_max": 100 },
        ]);
        let exposes = json!([
            { "type": "climate", "features": features }, number_expose("battery", "%"), number_expose("linkquality", "lqi"),
        ]);
        Some(self.node.entry(&exposes))
    }
}

/// A lamp.
pub(super) struct Bulb {
    node: Node,
    radio: Radio,
    room: Room,
    /// Its white can be warm or cold, and Home Assistant's discovery tells of it as well.
    ambiance: bool,
    watts: f64,
    /// Which of the group's lamps it is.
    member: usize,
    glow: Glow,
    by_hand: f64,
    pending: Pending<Order>,
}

impl Bulb {
    /// The hall's lamp.
    pub fn hall(random: Random) -> Self {
        let node = Node {
            ieee: HALL,
            name: "Hall light",
            area: Room::Hall.name(),
            vendor: "Philips",
            model: "929002241201",
            description: "Hue white ambiance E27",
            mains: true,
        };
        Self {
            node,
            radio: Radio::new(random),
            room: Room::Hall,
            ambiance: true,
            watts: 8.5,
            member: 0,
            glow: Glow::default(),
            by_hand: 0.0,
            pending: Pending::default(),
        }
    }

    /// The kitchen's lamp, which can only be dimmed.
    pub fn kitchen(random: Random) -> Self {
        let node = Node {
            ieee: KITCHEN,
            name: "Ceiling light",
            area: Room::Kitchen.name(),
            vendor: "IKEA",
            model: "L2207",
            description: "JETSTROM ceiling light panel",
            mains: true,
        };
        Self {
            node,
            room: Room::Kitchen,
            ambiance: false,
            watts: 32.0,
            member: 1,
            ..Self::hall(random)
        }
    }

    fn state(&self) -> Value {
        let mut state = json!({ "state": if self.glow.on { "ON" } else { "OFF" }, "brightness": self.glow.brightness.min(254) });
        if self.ambiance {
            state["color_mode"] = "color_temp".into();
            state["color_temp"] = self.glow.mireds.into();
        }
        state
    }
}

impl Device for Bulb {
    fn link(&self) -> Link {
        Link::Zigbee
    }

    fn announce(&self, out: &mut Outbox) {
        if !self.ambiance {
            return self.node.here(out);
        }
        let light = json!({
            "name": null, "schema": "json", "brightness": true, "brightness_scale": 254, "command_topic": self.node.set(),
            "supported_color_modes": ["color_temp"], "min_mireds": 153, "max_mireds": 454,
        });
        self.node.announce(&[("light", "light", light)], out);
    }

    fn filters(&self) -> Vec<String> {
        vec![self.node.set()]
    }

    fn receive(&mut self, _topic: &str, text: &str) {
        if let Some(order) = Order::read(text) {
            self.pending.push(0.25, order);
        }
    }

    fn advance(&mut self, dt: f64, house: &mut House) {
        self.radio.advance(dt);
        let orders = self.pending.due(dt);
        for order in orders.into_iter().chain(house.evening) {
            self.glow.obey(order);
            self.by_hand = 1_800.0;
        }
        self.by_hand = (self.by_hand - dt).max(0.0);
        if self.by_hand == 0.0 {
            self.glow.on = house.is_dark() && house.person == self.room && !house.asleep;
        }
        self.glow.fade(dt);
        house.evening_lamps[self.member] = self.glow;
        house.used += 0.3 + self.watts * self.glow.light;
    }

    fn report(&mut self, _house: &House, out: &mut Outbox) {
        let state = self.state();
        say(&self.node, &self.radio, state.clone(), &state, out);
    }

    fn zigbee(&self) -> Option<Value> {
        let mut features = vec![
            json!({
                "type": "binary", "name": "state", "label": "State", "property": "state", "access": 7, "value_on": "ON", "value_off": "OFF",
                "value_toggle": "TOGGLE",
            }),
            json!({
                "type": "numeric", "name": "brightness", "label": "Brightness", "property": "brightness", "access": 7, "value_min": 0,
                "value_max": 254,
            }),
        ];
        if self.ambiance {
            features.push(json!({
                "type": "numeric", "name": "color_temp", "label": "Color temp", "property": "color_temp", "access": 7, "unit": "mired",
                "value_min": 153, "value_max": 454,
                "presets": [{ "name": "coolest", "value": 153, "description": "Coolest temperature supported" }],
            }));
        }
        let exposes = json!([{ "type": "light", "features": features }, number_expose("linkquality", "lqi")]);
        Some(self.node.entry(&exposes))
    }
}

/// The lamps of the group, by their addresses.
const HALL: &str = "0x00178801062f5d31";
const KITCHEN: &str = "0x881a14fffe0b2c77";
/// The group's topic.
const GROUP: &str = "zigbee2mqtt/Evening lights";

/// The group, as `bridge/groups` lists it.
pub(super) fn group() -> Value {
    json!({
        "id": 1, "friendly_name": "Evening lights", "description": null, "scenes": [],
        "members": [{ "ieee_address": HALL, "endpoint": 11 }, { "ieee_address": KITCHEN, "endpoint": 1 }],
    })
}

/// The group of both lamps: what it is asked, they do in the same step.
#[derive(Default)]
pub(super) struct EveningLights {
    pending: Pending<Order>,
}

impl Device for EveningLights {
    fn link(&self) -> Link {
        Link::Zigbee
    }

    fn announce(&self, out: &mut Outbox) {
        out.announce(
            Link::Zigbee,
            &format!("{GROUP}/availability"),
            r#"{"state":"online"}"#,
        );
    }

    fn filters(&self) -> Vec<String> {
        vec![format!("{GROUP}/set")]
    }

    fn receive(&mut self, _topic: &str, text: &str) {
        if let Some(order) = Order::read(text) {
            self.pending.push(0.25, order);
        }
    }

    fn advance(&mut self, dt: f64, house: &mut House) {
        house.evening = self.pending.due(dt).pop();
    }

    fn report(&mut self, house: &House, out: &mut Outbox) {
        // On while one of them is; as bright as the first that is.
        let lamps = house.evening_lamps;
        let lit = lamps.iter().find(|glow| glow.on);
        let state = json!({
            "state": if lit.is_some() { "ON" } else { "OFF" }, "brightness": lit.unwrap_or(&lamps[0]).brightness.min(254),
            "color_mode": "color_temp", "color_temp": lamps[0].mireds,
        });
        out.state(Link::Zigbee, GROUP, state.to_string(), 0);
    }
}
