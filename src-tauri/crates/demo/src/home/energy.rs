//! The roof's solar inverter and the meter of the whole house.

use serde_json::json;

use super::announce::{Identity, sensor};
use super::device::{Device, number};
use super::house::House;
use super::pending::Pending;
use super::rooms::Room;
use crate::outbox::Outbox;
use crate::random::{Random, lag, round};
use crate::world::Link;

/// Peak power of the roof, in watts.
const PEAK: f64 = 8_200.0;

/// The inverter. Its feed-in can be limited.
pub(super) struct Solar {
    me: Identity,
    power: f64,
    /// kWh; only rises.
    energy: f64,
    /// kWh of the day.
    today: f64,
    day: i64,
    temperature: f64,
    /// %.
    limit: f64,
    pending: Pending<f64>,
    random: Random,
}

impl Solar {
    pub fn new(random: Random) -> Self {
        let me = Identity {
            id: "solar",
            name: "Solar inverter",
            area: "Roof",
            maker: "Helios",
            model: "SI 8.2",
        };
        Self {
            me,
            power: 0.0,
            energy: 21_480.2,
            today: 0.0,
            day: 0,
            temperature: 24.0,
            limit: 100.0,
            pending: Pending::default(),
            random,
        }
    }
}

impl Device for Solar {
    fn announce(&self, out: &mut Outbox) {
        let state = self.me.topic("state");
        self.me.device(
            out,
            &json!({
                "power": sensor(&state, "Power", "power", "W", "power", "measurement"),
                "energy": sensor(&state, "Energy", "energy", "kWh", "energy", "total_increasing"),
                "today": sensor(&state, "Energy today", "today", "kWh", "energy", "total_increasing"),
                "temperature": sensor(&state, "Temperature", "temperature", "°C", "temperature", "measurement"),
                "limit": {
                    "platform": "number", "name": "Feed-in limit", "state_topic": state, "value_template": "{{ value_json.limit }}",
                    "command_topic": self.me.topic("limit/set"), "min": 0, "max": 100, "step": 10, "unit_of_measurement": "%",
                    "entity_category": "config",
                },
            }),
        );
    }

    fn filters(&self) -> Vec<String> {
        vec![self.me.topic("limit/set")]
    }

    fn receive(&mut self, _topic: &str, text: &str) {
        if let Some(limit) = number(text, 0.0, 100.0) {
            self.pending.push(1.5, limit);
        }
    }

    fn advance(&mut self, dt: f64, house: &mut House) {
        for limit in self.pending.due(dt) {
            self.limit = limit;
        }
        if self.day != house.day() {
            self.day = house.day();
            self.today = 0.0;
        }
        let shine = house.weather.shine() * (1.0 + 0.015 * self.random.bell());
        let target = (PEAK * shine.max(0.0)).min(PEAK * self.limit / 100.0);
        self.power = if target < 20.0 {
            0.0
        } else {
            lag(self.power, target, dt, 6.0)
        };
        let energy = self.power * dt / 3.6e6;
        self.energy += energy;
        self.today += energy;
        self.temperature = lag(
            self.temperature,
            house.weather.temperature + self.power / 250.0,
            dt,
            900.0,
        );
        house.made += self.power;
    }

    fn report(&mut self, _house: &House, out: &mut Outbox) {
        let asked = json!(self.limit);
        let state = json!({
            "power": round(self.power, 0), "energy": round(self.energy, 3), "today": round(self.today, 3),
            "temperature": round(self.temperature, 1), "limit": self.limit,
        });
        out.urgent_state(Link::Home, &self.me.topic("state"), &state, &asked, 2_000);
    }
}

/// The meter in the cellar: three phases, import and export, one bare number a topic, every second.
pub(super) struct Meter {
    me: Identity,
    power: f64,
    /// kWh; both only rise.
    import: f64,
    export: f64,
    used: f64,
    consumption: f64,
    volts: [f64; 3],
    random: Random,
}

impl Meter {
    pub fn new(random: Random) -> Self {
        let me = Identity {
            id: "meter",
            name: "Electricity meter",
            area: Room::Cellar.name(),
            maker: "Zählwerk",
            model: "eHZ 3",
        };
        Self {
            me,
            power: 0.0,
            import: 18_233.41,
            export: 9_120.77,
            used: 30_611.9,
            consumption: 0.0,
            volts: [231.2, 229.8, 230.5],
            random,
        }
    }
}

impl Device for Meter {
    fn announce(&self, out: &mut Outbox) {
        let plain = |key: &str, name: &str, unit: &str, class: &str, kind: &str| {
            json!({
                "platform": "sensor", "name": name, "state_topic": self.me.topic(key), "unit_of_measurement": unit,
                "device_class": class, "state_class": kind,
            })
        };
        self.me.device(
            out,
            &json!({
                "power": plain("power", "Power", "W", "power", "measurement"),
                "consumption": plain("consumption", "House consumption", "W", "power", "measurement"),
                "import": plain("import", "Energy import", "kWh", "energy", "total_increasing"),
                "export": plain("export", "Energy export", "kWh", "energy", "total_increasing"),
                "used": plain("used", "Energy used", "kWh", "energy", "total_increasing"),
                "voltage_l1": plain("voltage/l1", "Voltage L1", "V", "voltage", "measurement"),
                "voltage_l2": plain("voltage/l2", "Voltage L2", "V", "voltage", "measurement"),
                "voltage_l3": plain("voltage/l3", "Voltage L3", "V", "voltage", "measurement"),
                "frequency": plain("frequency", "Frequency", "Hz", "frequency", "measurement"),
            }),
        );
    }

    fn advance(&mut self, dt: f64, house: &mut House) {
        self.consumption = house.used;
        self.power = house.used - house.made;
        let energy = self.power * dt / 3.6e6;
        self.import += energy.max(0.0);
        self.export += (-energy).max(0.0);
        self.used += house.used * dt / 3.6e6;
        for volts in &mut self.volts {
            *volts = lag(*volts, 230.0, dt, 600.0) + 0.08 * dt.sqrt() * self.random.bell();
        }
    }

    fn report(&mut self, _house: &House, out: &mut Outbox) {
        let hertz = 50.0 + 0.01 * self.random.bell();
        let mut say = |key: &str, value: f64, decimals: i32, every: i64| {
            out.reading(
                Link::Home,
                &self.me.topic(key),
                round(value, decimals).to_string(),
                every,
            );
        };
        say("power", self.power, 0, 1_000);
        say("consumption", self.consumption, 0, 1_000);
        say("frequency", hertz, 2, 2_000);
        for (phase, volts) in ["voltage/l1", "voltage/l2", "voltage/l3"]
            .into_iter()
            .zip(self.volts)
        {
            say(phase, volts, 1, 2_000);
        }
        for (key, value) in [
            ("import", self.import),
            ("export", self.export),
            ("used", self.used),
        ] {
            out.state(
                Link::Home,
                &self.me.topic(key),
                round(value, 3).to_string(),
                5_000,
            );
        }
    }
}
