//! The weather station and the garden's water.

use serde_json::json;

use super::announce::{Identity, sensor};
use super::device::Device;
use super::house::House;
use super::pending::Pending;
use crate::outbox::Outbox;
use crate::random::{Random, round};
use crate::world::Link;

const GARDEN: &str = "Garden";

/// A weather station.
pub(super) struct Station {
    me: Identity,
    random: Random,
}

impl Station {
    pub fn new(random: Random) -> Self {
        let me = Identity {
            id: "weather",
            name: "Weather station",
            area: GARDEN,
            maker: "Wetterauge",
            model: "WS 7",
        };
        Self { me, random }
    }
}

impl Device for Station {
    fn announce(&self, out: &mut Outbox) {
        let state = self.me.topic("state");
        self.me.device(
            out,
            &json!({
                "temperature": sensor(&state, "Temperature", "temperature", "°C", "temperature", "measurement"),
                "humidity": sensor(&state, "Humidity", "humidity", "%", "humidity", "measurement"),
                "pressure": sensor(&state, "Pressure", "pressure", "hPa", "atmospheric_pressure", "measurement"),
                "wind": sensor(&state, "Wind speed", "wind", "km/h", "wind_speed", "measurement"),
                "rain_rate": sensor(&state, "Rain", "rain", "mm/h", "precipitation_intensity", "measurement"),
                "rain_total": sensor(&state, "Rain total", "rain_total", "mm", "precipitation", "total_increasing"),
                "light": sensor(&state, "Illuminance", "light", "lx", "illuminance", "measurement"),
            }),
        );
    }

    fn advance(&mut self, _dt: f64, _house: &mut House) {}

    fn report(&mut self, house: &House, out: &mut Outbox) {
        let w = &house.weather;
        let gust = 1.0 + 0.08 * self.random.bell();
        let state = json!({
            "temperature": round(w.temperature, 1), "humidity": round(w.humidity, 0), "pressure": round(w.pressure, 1),
            "wind": round(w.wind * gust.max(0.2), 1), "rain": round(w.rain, 1), "rain_total": round(w.rain_total, 1),
            "light": round(w.shine() * 100_000.0 + 2.0, 0),
        });
        out.state(Link::Home, &self.me.topic("state"), state.to_string(), 8_000);
    }
}

/// A valve for the garden's water. It closes by itself.
#[derive(Default)]
pub(super) struct Irrigation {
    /// Seconds that it stays open.
    open: f64,
    /// Litres; only rises.
    water: f64,
    watered_on: Option<i64>,
    pending: Pending<bool>,
}

/// Longest watering, in seconds, and litres a second.
const LONGEST: f64 = 1_200.0;
const FLOW: f64 = 0.2;

impl Irrigation {
    fn me() -> Identity {
        Identity {
            id: "irrigation",
            name: "Irrigation",
            area: GARDEN,
            maker: "Quell",
            model: "V1",
        }
    }
}

impl Device for Irrigation {
    fn announce(&self, out: &mut Outbox) {
        let me = Self::me();
        me.single(
            out,
            &json!({
                "valve": {
                    "platform": "valve", "name": null, "device_class": "water", "state_topic": me.topic("state"),
                    "command_topic": me.topic("set"), "payload_open": "OPEN", "payload_close": "CLOSE",
                    "state_open": "open", "state_closed": "closed",
                },
                "water": {
                    "platform": "sensor", "name": "Water used", "state_topic": me.topic("water"), "unit_of_measurement": "L",
                    "device_class": "water", "state_class": "total_increasing",
                },
            }),
        );
    }

    fn filters(&self) -> Vec<String> {
        vec![Self::me().topic("set")]
    }

    fn receive(&mut self, _topic: &str, text: &str) {
        if matches!(text, "OPEN" | "CLOSE") {
            self.pending.push(1.5, text == "OPEN");
        }
    }

    fn advance(&mut self, dt: f64, house: &mut House) {
        for open in self.pending.due(dt) {
            self.open = if open { LONGEST } else { 0.0 };
        }
        let dry = house.weather.rain == 0.0 && house.weather.temperature > 16.0;
        if (6.0..6.5).contains(&house.hour()) && dry && self.watered_on != Some(house.day()) {
            self.watered_on = Some(house.day());
            self.open = LONGEST;
        }
        if self.open > 0.0 {
            self.open -= dt;
            self.water += FLOW * dt;
        }
    }

    fn report(&mut self, _house: &House, out: &mut Outbox) {
        let me = Self::me();
        out.state(
            Link::Home,
            &me.topic("state"),
            if self.open > 0.0 { "open" } else { "closed" },
            0,
        );
        out.state(
            Link::Home,
            &me.topic("water"),
            format!("{:.1}", 8_312.0 + self.water),
            2_000,
        );
    }
}
