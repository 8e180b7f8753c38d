//! The robot vacuum.

use serde_json::json;

use super::announce::{Identity, sensor};
use super::device::Device;
use super::house::House;
use super::pending::Pending;
use super::rooms::Room;
use crate::outbox::Outbox;
use crate::random::{Random, round};
use crate::world::Link;

/// Square metres that it cleans in a second, and those of the floor.
const PACE: f64 = 0.016;
const FLOOR: f64 = 64.0;

/// The robot.
pub(super) struct Vacuum {
    me: Identity,
    state: &'static str,
    speed: &'static str,
    /// %.
    battery: f64,
    /// Square metres of this run.
    area: f64,
    /// Seconds until it is back at its dock.
    way: f64,
    cleaned_on: Option<i64>,
    pending: Pending<String>,
    random: Random,
}

const SPEEDS: [&str; 3] = ["quiet", "standard", "max"];

impl Vacuum {
    pub fn new(random: Random) -> Self {
        let me = Identity {
            id: "vacuum",
            name: "Robot vacuum",
            area: Room::Living.name(),
            maker: "Kehrer",
            model: "R7",
        };
        Self {
            me,
            state: "docked",
            speed: "standard",
            battery: 100.0,
            area: 0.0,
            way: 0.0,
            cleaned_on: None,
            pending: Pending::default(),
            random,
        }
    }

    fn obey(&mut self, command: &str) {
        match (command, self.state) {
            ("start", "docked" | "paused" | "idle" | "returning" | "error") => {
                if self.state == "docked" {
                    self.area = 0.0;
                }
                self.state = "cleaning";
            }
            ("pause", "cleaning" | "returning") => self.state = "paused",
            ("stop", "cleaning" | "returning" | "paused" | "error") => self.state = "idle",
            ("return_to_base", "cleaning" | "paused" | "idle" | "error") => {
                self.state = "returning";
                self.way = self.random.between(15.0, 60.0);
            }
            (speed, _) => {
                if let Some(speed) = SPEEDS.iter().find(|s| **s == speed) {
                    self.speed = speed;
                }
            }
        }
    }
}

impl Device for Vacuum {
    fn announce(&self, out: &mut Outbox) {
        let state = self.me.topic("state");
        self.me.device(
            out,
            &json!({
                "vacuum": {
                    "platform": "vacuum", "name": null, "state_topic": state, "command_topic": self.me.topic("command"),
                    "set_fan_speed_topic": self.me.topic("speed/set"), "fan_speed_list": SPEEDS,
                    "supported_features": ["start", "pause", "stop", "return_home", "fan_speed", "status"],
                },
                "battery": sensor(&state, "Battery", "battery_level", "%", "battery", "measurement"),
                "area": sensor(&state, "Cleaned area", "area", "m²", "", "measurement"),
            }),
        );
    }

    fn filters(&self) -> Vec<String> {
        vec![self.me.topic("command"), self.me.topic("speed/set")]
    }

    fn receive(&mut self, _topic: &str, text: &str) {
        if text.len() <= 20 {
            self.pending.push(1.2, text.to_owned());
        }
    }

    fn advance(&mut self, dt: f64, house: &mut House) {
        for command in self.pending.due(dt) {
            self.obey(&command);
        }
        if (10.5..11.5).contains(&house.hour()) && self.cleaned_on != Some(house.day()) {
            self.cleaned_on = Some(house.day());
            self.obey("start");
        }
        match self.state {
            "cleaning" => {
                let eager = match self.speed {
                    "quiet" => 0.7,
                    "max" => 1.5,
                    _ => 1.0,
                };
                self.area += PACE * dt;
                self.battery -= 0.014 * eager * dt;
                if self.random.happens(5.0 * 3_600.0, dt) {
                    // A sock.
                    self.state = "error";
                } else if self.area >= FLOOR || self.battery < 15.0 {
                    self.obey("return_to_base");
                }
            }
            "returning" => {
                self.way -= dt;
                self.battery -= 0.006 * dt;
                if self.way <= 0.0 {
                    self.state = "docked";
                }
            }
            "docked" => {
                house.used += if self.battery < 100.0 { 33.0 } else { 2.5 };
                self.battery += 0.009 * dt;
            }
            "error" if self.random.happens(900.0, dt) => self.obey("return_to_base"),
            _ => self.battery -= 0.001 * dt,
        }
        self.battery = self.battery.clamp(0.0, 100.0);
    }

    fn report(&mut self, _house: &House, out: &mut Outbox) {
        let asked = json!([self.state, self.speed]);
        let state = json!({
            "state": self.state, "fan_speed": self.speed, "battery_level": round(self.battery, 0), "area": round(self.area, 1),
        });
        out.urgent_state(Link::Home, &self.me.topic("state"), &state, &asked, 10_000);
    }
}
