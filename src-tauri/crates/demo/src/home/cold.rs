//! Fridge and freezer in one cabinet, with a compressor that switches on and off.

use serde_json::json;

use super::announce::{Identity, binary, sensor};
use super::device::Device;
use super::house::House;
use super::rooms::Room;
use crate::outbox::Outbox;
use crate::random::{Random, lag, round};
use crate::world::Link;

/// The cabinet.
pub(super) struct Fridge {
    me: Identity,
    /// °C, above and below.
    cool: f64,
    frost: f64,
    compressor: bool,
    /// Seconds that the door stays open.
    door: f64,
    energy: f64,
    random: Random,
}

impl Fridge {
    pub fn new(random: Random) -> Self {
        let me = Identity {
            id: "fridge",
            name: "Fridge",
            area: Room::Kitchen.name(),
            maker: "Polar",
            model: "KG 320",
        };
        Self {
            me,
            cool: 5.2,
            frost: -18.6,
            compressor: true,
            door: 0.0,
            energy: 1_204.3,
            random,
        }
    }

    fn power(&self) -> f64 {
        let lamp = if self.door > 0.0 { 6.0 } else { 0.0 };
        lamp + if self.compressor { 82.0 } else { 1.8 }
    }
}

impl Device for Fridge {
    fn announce(&self, out: &mut Outbox) {
        let state = self.me.topic("state");
        self.me.device(
            out,
            &json!({
                "fridge": sensor(&state, "Fridge temperature", "fridge", "°C", "temperature", "measurement"),
                "freezer": sensor(&state, "Freezer temperature", "freezer", "°C", "temperature", "measurement"),
                "door": binary(&state, "Door", "door", "door"),
                "power": sensor(&state, "Power", "power", "W", "power", "measurement"),
                "energy": sensor(&state, "Energy", "energy", "kWh", "energy", "total_increasing"),
            }),
        );
    }

    fn advance(&mut self, dt: f64, house: &mut House) {
        let kitchen = house.air(Room::Kitchen).temperature;
        if house.person == Room::Kitchen && self.door <= 0.0 && self.random.happens(240.0, dt) {
            // Now and then somebody forgets to close it.
            self.door = if self.random.chance(0.05) {
                600.0
            } else {
                self.random.between(8.0, 25.0)
            };
        }
        self.door = (self.door - dt).max(0.0);
        let leak = if self.door > 0.0 { 1_800.0 } else { 40_000.0 };
        self.cool = lag(self.cool, kitchen, dt, leak);
        self.frost = lag(self.frost, kitchen, dt, 90_000.0);
        if self.compressor {
            self.cool -= 0.0019 * dt;
            self.frost -= 0.0022 * dt;
        }
        // Two kelvin between on and off, so that it runs for minutes and rests for minutes.
        if self.cool < 4.2 && self.frost < -17.0 {
            self.compressor = false;
        } else if self.cool > 6.0 || self.frost > -16.0 {
            self.compressor = true;
        }
        self.frost = self.frost.max(-24.0);
        self.energy += self.power() * dt / 3.6e6;
        house.used += self.power();
    }

    fn report(&mut self, _house: &House, out: &mut Outbox) {
        let door = json!({ "door": self.door > 0.0, "compressor": self.compressor });
        let state = json!({
            "fridge": round(self.cool, 2), "freezer": round(self.frost, 2), "door": self.door > 0.0,
            "power": round(self.power(), 1), "energy": round(self.energy, 3),
        });
        out.urgent_state(Link::Home, &self.me.topic("state"), &state, &door, 10_000);
    }
}
