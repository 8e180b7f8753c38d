//! The office's fan on Homie 5: it describes itself in `$description`, and each of its properties has a topic and a `/set`.
//!
//! As firmwares do that speak Homie, it announces itself to Home Assistant as well, with the same topics.

use serde_json::json;

use super::device::{Device, number};
use super::house::House;
use super::pending::Pending;
use super::rooms::Room;
use crate::outbox::Outbox;
use crate::random::round;
use crate::world::Link;

/// Where it speaks.
const BASE: &str = "homie/5/office-fan";
/// How long a command takes, in seconds.
const DELAY: f64 = 0.5;

/// The last-will topic.
pub(super) fn state() -> String {
    format!("{BASE}/$state")
}

/// A fan with speeds and a night preset.
pub(super) struct Fan {
    on: bool,
    /// %.
    speed: f64,
    night: bool,
    power: f64,
    pending: Pending<Command>,
}

enum Command {
    On(bool),
    Speed(f64),
    Night(bool),
}

impl Fan {
    pub fn new() -> Self {
        Self {
            on: true,
            speed: 35.0,
            night: false,
            power: 0.0,
            pending: Pending::default(),
        }
    }
}

impl Device for Fan {
    fn link(&self) -> Link {
        Link::Fan
    }

    fn announce(&self, out: &mut Outbox) {
        let description = json!({
            "homie": "5.0", "version": 3, "name": format!("{}/Fan", Room::Office.name()), "type": "brise-turm-90",
            "nodes": {
                "fan": {
                    "name": "Fan", "type": "fan",
                    "properties": {
                        "on": { "name": "On", "datatype": "boolean", "settable": true },
                        "speed": { "name": "Speed", "datatype": "integer", "format": "0:100", "unit": "%", "settable": true },
                        "mode": { "name": "Mode", "datatype": "enum", "format": "normal,night", "settable": true },
                        "power": { "name": "Power", "datatype": "float", "unit": "W" },
                    },
                },
            },
        });
        // What it is may change only while it is being set up.
        out.announce(Link::Fan, &state(), "init");
        out.announce(
            Link::Fan,
            &format!("{BASE}/$description"),
            description.to_string(),
        );
        out.announce(Link::Fan, &state(), "ready");
        let topic = |property: &str| format!("{BASE}/fan/{property}");
        let entity = json!({
            "name": null, "unique_id": "office-fan_fan", "state_topic": topic("on"), "command_topic": topic("on/set"),
            "payload_on": "true", "payload_off": "false", "percentage_state_topic": topic("speed"),
            "percentage_command_topic": topic("speed/set"), "preset_modes": ["normal", "night"],
            "preset_mode_state_topic": topic("mode"), "preset_mode_command_topic": topic("mode/set"),
            "device": {
                "identifiers": ["office-fan"], "name": "Fan", "manufacturer": "Brise", "model": "Turm 90",
                "suggested_area": Room::Office.name(),
            },
        });
        out.announce(
            Link::Fan,
            "homeassistant/fan/office-fan/fan/config",
            entity.to_string(),
        );
    }

    fn filters(&self) -> Vec<String> {
        ["on", "speed", "mode"]
            .map(|property| format!("{BASE}/fan/{property}/set"))
            .into()
    }

    fn receive(&mut self, topic: &str, text: &str) {
        let command = match (topic.rsplit('/').nth(1), text) {
            (Some("on"), "true" | "false") => Some(Command::On(text == "true")),
            (Some("speed"), text) => number(text, 0.0, 100.0).map(Command::Speed),
            (Some("mode"), "normal" | "night") => Some(Command::Night(text == "night")),
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
                Command::Speed(speed) => (self.on, self.speed) = (speed > 0.0, speed.round()),
                Command::Night(night) => self.night = night,
            }
        }
        let share = if self.on {
            self.speed / 100.0 * if self.night { 0.5 } else { 1.0 }
        } else {
            0.0
        };
        self.power = 0.5 + 42.0 * share.powf(1.6);
        house.used += self.power;
    }

    fn report(&mut self, _house: &House, out: &mut Outbox) {
        let power = format!("{:.1}", round(self.power, 1));
        for (property, value) in [
            ("on", self.on.to_string()),
            ("speed", format!("{:.0}", self.speed)),
            ("mode", if self.night { "night" } else { "normal" }.to_owned()),
            ("power", power),
        ] {
            out.state(Link::Fan, &format!("{BASE}/fan/{property}"), value, 0);
        }
    }
}
