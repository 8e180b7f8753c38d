//! A monitor of the office's air on ESPHome: `<node>/<component>/<object>/state`, one value a topic, with `<node>/status` as its will.

use serde_json::json;

use super::device::Device;
use super::house::House;
use super::rooms::Room;
use crate::outbox::Outbox;
use crate::random::{Random, lag, round};
use crate::world::Link;

/// Its name, which is the prefix of its topics as well.
const NODE: &str = "office-air";
const MAC: &str = "a0b7654c21d8";

/// The last-will topic.
pub(super) fn status() -> String {
    format!("{NODE}/status")
}

/// The monitor.
pub(super) struct AirMonitor {
    dust: f64,
    /// Its lamp shows how good the air is; it can be switched off.
    lamp: bool,
    /// Shown correction of the temperature, in kelvin.
    offset: f64,
    uptime: f64,
    random: Random,
}

impl AirMonitor {
    pub fn new(random: Random) -> Self {
        Self {
            dust: 6.0,
            lamp: true,
            offset: 0.0,
            uptime: 320_400.0,
            random,
        }
    }
}

fn topic(component: &str, object: &str, end: &str) -> String {
    format!("{NODE}/{component}/{object}/{end}")
}

impl Device for AirMonitor {
    fn link(&self) -> Link {
        Link::Air
    }

    fn announce(&self, out: &mut Outbox) {
        let node = json!({
            "ip": "192.168.1.83", "name": NODE, "friendly_name": format!("{}/Air monitor", Room::Office.name()), "port": 6053,
            "version": "2025.9.3", "mac": MAC, "platform": "ESP32", "board": "esp32-s3-devkitc-1", "network": "wifi",
            "project_name": "klarluft.am-4", "project_version": "1.2.0", "api_encryption": "Noise_NNpsk0_25519_ChaChaPoly_SHA256",
        });
        out.announce(Link::Air, &format!("esphome/discover/{NODE}"), node.to_string());
        out.announce(Link::Air, &status(), "online");
    }

    fn filters(&self) -> Vec<String> {
        vec![
            topic("switch", "status_lamp", "command"),
            topic("number", "temperature_offset", "command"),
        ]
    }

    fn receive(&mut self, topic: &str, text: &str) {
        match (topic.contains("/switch/"), text.trim()) {
            (true, "ON") => self.lamp = true,
            (true, "OFF") => self.lamp = false,
            (true, "TOGGLE") => self.lamp = !self.lamp,
            (false, number) => {
                if let Some(offset) = super::device::number(number, -5.0, 5.0) {
                    self.offset = offset;
                }
            }
            _ => {}
        }
    }

    fn advance(&mut self, dt: f64, house: &mut House) {
        let outside = if house.air(Room::Office).window_open {
            11.0
        } else {
            5.0
        };
        self.dust = (lag(self.dust, outside, dt, 1_200.0) + 0.12 * dt.sqrt() * self.random.bell()).max(0.5);
        self.uptime += dt;
        house.used += 1.2;
    }

    fn report(&mut self, house: &House, out: &mut Outbox) {
        let air = house.air(Room::Office);
        let tremble = self.random.bell();
        for (object, value, decimals, every) in [
            ("co2", air.co2 + 2.0 * tremble, 0, 10_000),
            ("pm25", self.dust, 1, 10_000),
            (
                "temperature",
                air.temperature + self.offset + 0.02 * tremble,
                2,
                10_000,
            ),
            ("humidity", air.humidity + 0.05 * tremble, 1, 10_000),
            ("wifi_signal", -57.0 + 1.5 * tremble, 0, 60_000),
            ("uptime", self.uptime, 0, 60_000),
        ] {
            let value = round(value, decimals).to_string();
            out.state(Link::Air, &topic("sensor", object, "state"), value, every);
        }
        let lamp = if self.lamp { "ON" } else { "OFF" };
        out.state(Link::Air, &topic("switch", "status_lamp", "state"), lamp, 0);
        let offset = round(self.offset, 1).to_string();
        out.state(
            Link::Air,
            &topic("number", "temperature_offset", "state"),
            offset,
            0,
        );
    }
}
