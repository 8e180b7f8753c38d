//! Fan, humidifier and air monitor.

use serde_json::json;

use super::announce::{Identity, sensor};
use super::device::{Device, number};
use super::house::House;
use super::pending::Pending;
use super::rooms::Room;
use crate::outbox::Outbox;
use crate::random::{Random, lag, round};
use crate::world::Link;

/// How long a command takes, in seconds.
const DELAY: f64 = 0.5;

/// A fan with speeds and a night preset, described in abbreviations.
pub(super) struct Fan {
    me: Identity,
    on: bool,
    percentage: f64,
    night: bool,
    pending: Pending<Command>,
}

enum Command {
    On(bool),
    Percentage(f64),
    Preset(bool),
    Humidity(f64),
}

impl Fan {
    pub fn new() -> Self {
        let me = Identity {
            id: "office_fan",
            name: "Fan",
            area: Room::Office.name(),
            maker: "Brise",
            model: "Turm 90",
        };
        Self {
            me,
            on: true,
            percentage: 35.0,
            night: false,
            pending: Pending::default(),
        }
    }
}

impl Device for Fan {
    fn announce(&self, out: &mut Outbox) {
        let config = json!({
            "fan": {
                "p": "fan", "name": null, "stat_t": "~/state", "cmd_t": "~/set", "stat_val_tpl": "{{ value_json.state }}",
                "pct_stat_t": "~/state", "pct_val_tpl": "{{ value_json.percentage }}", "pct_cmd_t": "~/percentage/set",
                "pr_modes": ["normal", "night"], "pr_mode_stat_t": "~/state", "pr_mode_val_tpl": "{{ value_json.preset }}",
                "pr_mode_cmd_t": "~/preset/set",
            },
        });
        self.me.short(out, &config);
    }

    fn filters(&self) -> Vec<String> {
        ["set", "percentage/set", "preset/set"]
            .map(|what| self.me.topic(what))
            .into()
    }

    fn receive(&mut self, topic: &str, text: &str) {
        let command = match (topic.rsplit('/').nth(1), text) {
            (Some("percentage"), text) => number(text, 0.0, 100.0).map(Command::Percentage),
            (Some("preset"), "night" | "normal") => Some(Command::Preset(text == "night")),
            (_, "ON" | "OFF") => Some(Command::On(text == "ON")),
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
                Command::Percentage(percentage) => {
                    (self.on, self.percentage) = (percentage > 0.0, percentage);
                }
                Command::Preset(night) => self.night = night,
                Command::Humidity(_) => {}
            }
        }
        let share = if self.on {
            self.percentage / 100.0 * if self.night { 0.5 } else { 1.0 }
        } else {
            0.0
        };
        house.used += 0.5 + 42.0 * share.powf(1.6);
    }

    fn report(&mut self, _house: &House, out: &mut Outbox) {
        let state = json!({
            "state": if self.on { "ON" } else { "OFF" }, "percentage": self.percentage,
            "preset": if self.night { "night" } else { "normal" },
        });
        out.state(Link::Home, &self.me.topic("state"), state.to_string(), 0);
    }
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
                Command::Percentage(_) | Command::Preset(_) => {}
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

/// A monitor of the office's air, with one bare number a topic.
pub(super) struct AirMonitor {
    me: Identity,
    dust: f64,
    random: Random,
}

impl AirMonitor {
    pub fn new(random: Random) -> Self {
        let me = Identity {
            id: "office_air",
            name: "Air monitor",
            area: Room::Office.name(),
            maker: "Klarluft",
            model: "AM-4",
        };
        Self {
            me,
            dust: 6.0,
            random,
        }
    }
}

impl Device for AirMonitor {
    fn announce(&self, out: &mut Outbox) {
        let plain = |key: &str, name: &str, unit: &str, class: &str| {
            json!({
                "p": "sensor", "name": name, "stat_t": format!("~/{key}"), "unit_of_meas": unit, "dev_cla": class,
                "stat_cla": "measurement", "exp_aft": 300,
            })
        };
        let config = json!({
            "co2": plain("co2", "CO₂", "ppm", "carbon_dioxide"),
            "pm25": plain("pm25", "PM2.5", "µg/m³", "pm25"),
            "temperature": plain("temperature", "Temperature", "°C", "temperature"),
            "humidity": plain("humidity", "Humidity", "%", "humidity"),
        });
        self.me.short(out, &config);
    }

    fn advance(&mut self, dt: f64, house: &mut House) {
        let outside = if house.air(Room::Office).window_open {
            11.0
        } else {
            5.0
        };
        self.dust = (lag(self.dust, outside, dt, 1_200.0) + 0.12 * dt.sqrt() * self.random.bell()).max(0.5);
        house.used += 1.2;
    }

    fn report(&mut self, house: &House, out: &mut Outbox) {
        let air = house.air(Room::Office);
        let tremble = self.random.bell();
        for (key, value, decimals) in [
            ("co2", air.co2 + 2.0 * tremble, 0),
            ("pm25", self.dust, 1),
            ("temperature", air.temperature + 0.02 * tremble, 2),
            ("humidity", air.humidity + 0.05 * tremble, 1),
        ] {
            out.state(
                Link::Home,
                &self.me.topic(key),
                round(value, decimals).to_string(),
                10_000,
            );
        }
    }
}
