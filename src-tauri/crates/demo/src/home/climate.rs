//! A room thermostat (climate).

use serde_json::json;

use super::announce::{Identity, sensor};
use super::device::{Device, number};
use super::house::House;
use super::pending::Pending;
use super::rooms::Room;
use crate::outbox::Outbox;
use crate::random::round;
use crate::world::Link;

/// How long a command takes, in seconds.
const DELAY: f64 = 0.7;
/// Temperatures that may be asked for, °C.
const LOWEST: f64 = 7.0;
const HIGHEST: f64 = 28.0;

enum Command {
    Target(f64),
    Mode(bool),
    Preset(bool),
}

/// The thermostat. It measures the room and opens the radiator's valve.
pub(super) struct Thermostat {
    me: Identity,
    room: Room,
    target: f64,
    on: bool,
    /// Two degrees less.
    eco: bool,
    valve: f64,
    pending: Pending<Command>,
}

impl Thermostat {
    pub fn new(id: &'static str, room: Room, target: f64) -> Self {
        let me = Identity {
            id,
            name: "Thermostat",
            area: room.name(),
            maker: "Warmsen",
            model: "WT-2",
        };
        Self {
            me,
            room,
            target,
            on: true,
            eco: false,
            valve: 0.0,
            pending: Pending::default(),
        }
    }
}

/// How far to open a valve: proportional, with a little to hold the temperature.
pub(super) fn demand(target: f64, temperature: f64, window_open: bool) -> f64 {
    if window_open {
        0.0
    } else {
        ((target - temperature) * 1.2 + 0.25).clamp(0.0, 1.0)
    }
}

impl Device for Thermostat {
    fn announce(&self, out: &mut Outbox) {
        let state = self.me.topic("state");
        let value = |key: &str| format!("{{{{ value_json.{key} }}}}");
        self.me.device(
            out,
            &json!({
                "climate": {
                    "platform": "climate", "name": null,
                    "modes": ["off", "heat"], "mode_state_topic": state, "mode_state_template": value("mode"),
                    "mode_command_topic": self.me.topic("mode/set"),
                    "temperature_state_topic": state, "temperature_state_template": value("target"),
                    "temperature_command_topic": self.me.topic("target/set"),
                    "current_temperature_topic": state, "current_temperature_template": value("temperature"),
                    "current_humidity_topic": state, "current_humidity_template": value("humidity"),
                    "action_topic": state, "action_template": value("action"),
                    "preset_modes": ["eco"], "preset_mode_state_topic": state,
                    "preset_mode_value_template": "{{ value_json.preset | default('none') }}",
                    "preset_mode_command_topic": self.me.topic("preset/set"),
                    "min_temp": LOWEST, "max_temp": HIGHEST, "temp_step": 0.5, "temperature_unit": "C",
                },
                "temperature": sensor(&state, "Temperature", "temperature", "°C", "temperature", "measurement"),
                "humidity": sensor(&state, "Humidity", "humidity", "%", "humidity", "measurement"),
                "valve": sensor(&state, "Valve", "valve", "%", "", "measurement"),
            }),
        );
    }

    fn filters(&self) -> Vec<String> {
        ["mode/set", "target/set", "preset/set"]
            .map(|what| self.me.topic(what))
            .into()
    }

    fn receive(&mut self, topic: &str, text: &str) {
        let command = match topic.rsplit('/').nth(1) {
            Some("target") => number(text, LOWEST, HIGHEST).map(Command::Target),
            Some("mode") => match text {
                "heat" => Some(Command::Mode(true)),
                "off" => Some(Command::Mode(false)),
                _ => None,
            },
            Some("preset") => match text {
                "eco" => Some(Command::Preset(true)),
                "none" => Some(Command::Preset(false)),
                _ => None,
            },
            _ => None,
        };
        if let Some(command) = command {
            self.pending.push(DELAY, command);
        }
    }

    fn advance(&mut self, dt: f64, house: &mut House) {
        for command in self.pending.due(dt) {
            match command {
                Command::Target(target) => self.target = target,
                Command::Mode(on) => self.on = on,
                Command::Preset(eco) => self.eco = eco,
            }
        }
        let air = house.air_mut(self.room);
        let target = self.target - if self.eco { 2.0 } else { 0.0 };
        self.valve = if self.on {
            demand(target, air.temperature, air.window_open)
        } else {
            0.0
        };
        air.valve = self.valve;
    }

    fn report(&mut self, house: &House, out: &mut Outbox) {
        let air = house.air(self.room);
        let action = match (self.on, self.valve > 0.05) {
            (false, _) => "off",
            (true, true) => "heating",
            (true, false) => "idle",
        };
        // What a person asked for is told at once, what drifts every few seconds.
        let asked = json!({ "target": self.target, "mode": if self.on { "heat" } else { "off" },
            "preset": if self.eco { "eco" } else { "none" }, "action": action });
        let mut state = json!({ "temperature": round(air.temperature, 2), "humidity": round(air.humidity, 1),
            "valve": round(self.valve * 100.0, 0) });
        if let (Some(state), Some(asked)) = (state.as_object_mut(), asked.as_object()) {
            state.extend(asked.clone());
        }
        out.urgent_state(Link::Home, &self.me.topic("state"), &state, &asked, 10_000);
    }
}
