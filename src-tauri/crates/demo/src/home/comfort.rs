//! The humidifier.

use serde_json::json;

use super::announce::{Identity, sensor};
use super::device::{Device, number};
use super::house::House;
use super::pending::Pending;
use super::rooms::Room;
use crate::outbox::Outbox;
use crate::random::{lag, round};
use crate::world::Link;

/// How long a command takes, in seconds.
const DELAY: f64 = 0.5;

enum Command {
    On(bool),
    Humidity(f64),
}

/// A humidifier with a tank.
pub(super) struct Humidifier {
    me: Identity,
    on: bool,
    target: f64,
    /// %.
    tank: f64,
    working: bool,
    pending: Pending<Command>,
}

impl Humidifier {
    pub fn new() -> Self {
        let me = Identity {
            id: "bedroom_humidifier",
            name: "Humidifier",
            area: Room::Bedroom.name(),
            maker: "Brise",
            model: "Tau 5",
        };
        Self {
            me,
            on: true,
            target: 50.0,
            tank: 64.0,
            working: false,
            pending: Pending::default(),
        }
    }
}

impl Device for Humidifier {
    fn announce(&self, out: &mut Outbox) {
        let state = self.me.topic("state");
        self.me.device(
            out,
            &json!({
                "humidifier": {
                    "platform": "humidifier", "name": null, "state_topic": state, "state_value_template": "{{ value_json.state }}",
                    "command_topic": self.me.topic("set"),
                    "target_humidity_state_topic": state, "target_humidity_state_template": "{{ value_json.target }}",
                    "target_humidity_command_topic": self.me.topic("target/set"), "min_humidity": 30, "max_humidity": 70,
                    "current_humidity_topic": state, "current_humidity_template": "{{ value_json.humidity }}",
                    "action_topic": state, "action_template": "{{ value_json.action }}",
                },
                "tank": sensor(&state, "Water tank", "tank", "%", "", "measurement"),
            }),
        );
    }

    fn filters(&self) -> Vec<String> {
        vec![self.me.topic("set"), self.me.topic("target/set")]
    }

    fn receive(&mut self, topic: &str, text: &str) {
        let command = match text {
            "ON" | "OFF" => Some(Command::On(text == "ON")),
            _ if topic.ends_with("target/set") => number(text, 30.0, 70.0).map(Command::Humidity),
            _ => None,
        };
        if let Some(command) = command {
            self.pending.push(DELAY, command);
        }
    }

    fn advance(&mut self, dt: f64, house: &mut House) {
        for command in self.pending.due(dt) {
            match command {
                Command::On(on) => self.on = on,
                Command::Humidity(target) => self.target = target,
            }
        }
        let air = house.air_mut(Room::Bedroom);
        let edge = if self.working {
            self.target + 1.0
        } else {
            self.target - 1.0
        };
        self.working = self.on && self.tank > 0.0 && air.humidity < edge;
        if self.working {
            air.humidity = lag(air.humidity, 80.0, dt, 7_200.0);
            self.tank -= dt * 100.0 / (10.0 * 3_600.0);
        } else if self.tank < 5.0 {
            // Somebody fills it.
            self.tank = 100.0;
        }
        self.tank = self.tank.max(0.0);
        house.used += if self.working { 28.0 } else { 0.8 };
    }

    fn report(&mut self, house: &House, out: &mut Outbox) {
        let action = match (self.on, self.working) {
            (false, _) => "off",
            (true, true) => "humidifying",
            (true, false) => "idle",
        };
        let asked = json!({ "state": if self.on { "ON" } else { "OFF" }, "target": self.target });
        let state = json!({
            "state": if self.on { "ON" } else { "OFF" }, "target": self.target, "action": action,
            "humidity": round(house.air(Room::Bedroom).humidity, 1), "tank": round(self.tank, 0),
        });
        out.urgent_state(Link::Home, &self.me.topic("state"), &state, &asked, 10_000);
    }
}
