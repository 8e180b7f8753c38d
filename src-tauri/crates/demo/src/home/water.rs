//! The heat-pump boiler (water heater).

use serde_json::json;

use super::announce::{Identity, sensor};
use super::device::{Device, number};
use super::house::House;
use super::pending::Pending;
use super::rooms::Room;
use crate::outbox::Outbox;
use crate::random::{Random, lag, round};
use crate::world::Link;

/// Modes and what each adds: heating power in kelvin a second, electric power in watts.
const MODES: [(&str, f64, f64); 4] = [
    ("off", 0.0, 0.0),
    ("eco", 0.0021, 430.0),
    ("heat_pump", 0.0028, 560.0),
    ("electric", 0.0062, 2_400.0),
];

/// The boiler.
pub(super) struct Boiler {
    me: Identity,
    mode: usize,
    target: f64,
    /// °C.
    water: f64,
    heating: bool,
    /// Seconds that a tap stays open.
    tap: f64,
    power: f64,
    energy: f64,
    pending: Pending<Command>,
    random: Random,
}

enum Command {
    Mode(usize),
    Target(f64),
}

impl Boiler {
    pub fn new(random: Random) -> Self {
        let me = Identity {
            id: "boiler",
            name: "Boiler",
            area: Room::Cellar.name(),
            maker: "Warmsen",
            model: "BWP 270",
        };
        Self {
            me,
            mode: 2,
            target: 52.0,
            water: 48.7,
            heating: true,
            tap: 0.0,
            power: 0.0,
            energy: 2_410.6,
            pending: Pending::default(),
            random,
        }
    }
}

impl Device for Boiler {
    fn announce(&self, out: &mut Outbox) {
        let state = self.me.topic("state");
        let modes: Vec<_> = MODES.iter().map(|m| m.0).collect();
        self.me.device(
            out,
            &json!({
                "water_heater": {
                    "platform": "water_heater", "name": null, "modes": modes, "mode_state_topic": state,
                    "mode_state_template": "{{ value_json.mode }}", "mode_command_topic": self.me.topic("mode/set"),
                    "temperature_state_topic": state, "temperature_state_template": "{{ value_json.target }}",
                    "temperature_command_topic": self.me.topic("target/set"),
                    "current_temperature_topic": state, "current_temperature_template": "{{ value_json.temperature }}",
                    "min_temp": 40, "max_temp": 62, "temperature_unit": "C",
                },
                "temperature": sensor(&state, "Water temperature", "temperature", "°C", "temperature", "measurement"),
                "power": sensor(&state, "Power", "power", "W", "power", "measurement"),
                "energy": sensor(&state, "Energy", "energy", "kWh", "energy", "total_increasing"),
            }),
        );
    }

    fn filters(&self) -> Vec<String> {
        vec![self.me.topic("mode/set"), self.me.topic("target/set")]
    }

    fn receive(&mut self, topic: &str, text: &str) {
        let command = if topic.ends_with("mode/set") {
            MODES.iter().position(|m| m.0 == text).map(Command::Mode)
        } else {
            number(text, 40.0, 62.0).map(Command::Target)
        };
        if let Some(command) = command {
            self.pending.push(1.0, command);
        }
    }

    fn advance(&mut self, dt: f64, house: &mut House) {
        for command in self.pending.due(dt) {
            match command {
                Command::Mode(mode) => self.mode = mode,
                Command::Target(target) => self.target = target,
            }
        }
        if matches!(house.person, Room::Bathroom | Room::Kitchen)
            && self.tap <= 0.0
            && self.random.happens(260.0, dt)
        {
            self.tap = self.random.between(15.0, 120.0);
        }
        if self.tap > 0.0 {
            self.tap -= dt;
            self.water -= 0.011 * dt;
            if house.person == Room::Bathroom {
                let air = house.air_mut(Room::Bathroom);
                air.steam = lag(air.steam, 1.0, dt, 120.0);
            }
        }
        self.water = lag(
            self.water,
            house.air(Room::Cellar).temperature,
            dt,
            60.0 * 3_600.0,
        );
        let (_, warms, watts) = MODES[self.mode];
        let edge = if self.heating {
            self.target
        } else {
            self.target - 4.0
        };
        self.heating = watts > 0.0 && self.water < edge;
        let power = if self.heating {
            watts * (1.0 + 0.008 * self.random.bell())
        } else {
            6.0
        };
        if self.heating {
            self.water += warms * dt;
        }
        self.power = lag(self.power, power, dt, 3.0);
        self.energy += self.power * dt / 3.6e6;
        house.used += self.power;
    }

    fn report(&mut self, _house: &House, out: &mut Outbox) {
        let asked = json!({ "mode": MODES[self.mode].0, "target": self.target });
        let state = json!({
            "mode": MODES[self.mode].0, "target": self.target, "temperature": round(self.water, 2),
            "power": round(self.power, 1), "energy": round(self.energy, 3),
        });
        out.urgent_state(Link::Home, &self.me.topic("state"), &state, &asked, 4_000);
    }
}
