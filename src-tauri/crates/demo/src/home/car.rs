//! The car and the wall-box that charges it.

use serde_json::json;

use super::announce::{Identity, binary, sensor};
use super::device::{Device, number};
use super::house::House;
use super::pending::Pending;
use super::rooms::Room;
use crate::outbox::Outbox;
use crate::random::{Random, lag, round};
use crate::world::Link;

/// Battery in kilowatt hours, range of a full one in kilometres, use in kilowatt hours a kilometre.
const BATTERY: f64 = 58.0;
const RANGE: f64 = 385.0;
const USE: f64 = BATTERY / RANGE;
/// Volts and phases of the wall-box.
const VOLTS: f64 = 230.0;
const PHASES: f64 = 3.0;
/// Where the house stands, and where work is.
const HOME: (f64, f64) = (52.4632, 13.5291);
const WORK: (f64, f64) = (52.5306, 13.3849);
/// Hours of leaving and coming back on workdays.
const LEAVES: f64 = 8.25;
const RETURNS: f64 = 17.5;

enum Command {
    Charge(bool),
    Amps(f64),
    Limit(f64),
    Lock(bool),
}

/// Car and wall-box: one needs the other.
pub(super) struct Charging {
    car: Identity,
    boxed: Identity,
    /// Charge of the battery, 0 to 1.
    soc: f64,
    /// km; only rises.
    odometer: f64,
    home: bool,
    locked: bool,
    /// Day of the last leaving.
    left_on: Option<i64>,
    /// 0 at home to 1 at work.
    way: f64,
    enabled: bool,
    amps: f64,
    /// Charge at which charging ends, 0 to 1.
    limit: f64,
    /// Watts.
    power: f64,
    /// kWh; only rises.
    energy: f64,
    /// kWh of this plugging in.
    session: f64,
    pending: Pending<Command>,
    random: Random,
}

impl Charging {
    pub fn new(random: Random) -> Self {
        let garage = Room::Garage.name();
        Self {
            car: Identity {
                id: "car",
                name: "Car",
                area: garage,
                maker: "Volta",
                model: "Compact 58",
            },
            boxed: Identity {
                id: "wallbox",
                name: "Wall-box",
                area: garage,
                maker: "Ladegut",
                model: "WB 11",
            },
            soc: 0.463,
            odometer: 31_742.6,
            home: true,
            locked: true,
            left_on: None,
            way: 0.0,
            enabled: true,
            amps: 16.0,
            limit: 0.8,
            power: 0.0,
            energy: 2_903.4,
            session: 3.1,
            pending: Pending::default(),
            random,
        }
    }

    fn status(&self) -> &'static str {
        match (self.home, self.power > 100.0, self.enabled) {
            (false, ..) => "available",
            (true, true, _) => "charging",
            (true, false, true) if self.soc >= self.limit => "finished",
            (true, false, true) => "connected",
            (true, false, false) => "paused",
        }
    }

    fn drive(&mut self, dt: f64, house: &mut House) {
        let h = house.hour();
        let leaves = house.is_workday() && (LEAVES..LEAVES + 0.2).contains(&h);
        if self.home && leaves && self.left_on != Some(house.day()) {
            self.left_on = Some(house.day());
            (self.home, self.locked) = (false, true);
            house.car_passes = 60.0;
        }
        if self.home {
            return;
        }
        let target = if h < RETURNS && house.is_workday() && h > LEAVES - 0.1 {
            1.0
        } else {
            0.0
        };
        // Fifteen kilometres in half an hour.
        let before = self.way;
        let step = dt / 1_800.0;
        self.way = (self.way + (target - self.way).clamp(-step, step)).clamp(0.0, 1.0);
        let km = (self.way - before).abs() * 15.0;
        self.odometer += km;
        self.soc = (self.soc - km * USE / BATTERY).max(0.05);
        if self.way <= 0.0 && target == 0.0 {
            self.home = true;
            self.session = 0.0;
            house.car_passes = 60.0;
        }
    }
}

impl Device for Charging {
    fn announce(&self, out: &mut Outbox) {
        let state = self.car.topic("state");
        self.car.device(
            out,
            &json!({
                "soc": sensor(&state, "Battery", "soc", "%", "battery", "measurement"),
                "range": sensor(&state, "Range", "range", "km", "distance", "measurement"),
                "charging_power": sensor(&state, "Charging power", "charging_power", "kW", "power", "measurement"),
                "odometer": sensor(&state, "Odometer", "odometer", "km", "distance", "total_increasing"),
                "plugged": binary(&state, "Plugged in", "plugged", "plug"),
                "locked": {
                    "platform": "lock", "name": "Doors", "state_topic": state, "command_topic": self.car.topic("lock/set"),
                    "value_template": "{{ 'LOCKED' if value_json.locked else 'UNLOCKED' }}",
                },
                "limit": {
                    "platform": "number", "name": "Charge limit", "state_topic": state, "value_template": "{{ value_json.limit }}",
                    "command_topic": self.car.topic("limit/set"), "min": 50, "max": 100, "step": 5, "unit_of_measurement": "%",
                },
                "location": {
                    "platform": "device_tracker", "name": "Location", "source_type": "gps",
                    "state_topic": self.car.topic("location"), "json_attributes_topic": self.car.topic("position"),
                },
            }),
        );
        let state = self.boxed.topic("state");
        let mut status = sensor(&state, "Status", "status", "", "enum", "");
        status["options"] = json!(["available", "connected", "charging", "paused", "finished"]);
        self.boxed.device(
            out,
            &json!({
                "status": status,
                "power": sensor(&state, "Power", "power", "W", "power", "measurement"),
                "energy": sensor(&state, "Energy", "energy", "kWh", "energy", "total_increasing"),
                "session": sensor(&state, "Energy of this charge", "session", "kWh", "energy", "total_increasing"),
                "charge": {
                    "platform": "switch", "name": "Charging", "state_topic": state,
                    "value_template": "{{ 'ON' if value_json.enabled else 'OFF' }}", "command_topic": self.boxed.topic("charge/set"),
                },
                "current": {
                    "platform": "number", "name": "Current limit", "state_topic": state, "value_template": "{{ value_json.amps }}",
                    "command_topic": self.boxed.topic("current/set"), "min": 6, "max": 16, "step": 1,
                    "unit_of_measurement": "A", "device_class": "current",
                },
            }),
        );
    }

    fn filters(&self) -> Vec<String> {
        let (car, boxed) = (&self.car, &self.boxed);
        vec![
            car.topic("lock/set"),
            car.topic("limit/set"),
            boxed.topic("charge/set"),
            boxed.topic("current/set"),
        ]
    }

    fn receive(&mut self, topic: &str, text: &str) {
        let command = match (topic.rsplit('/').nth(1), text) {
            (Some("charge"), "ON" | "OFF") => Some(Command::Charge(text == "ON")),
            (Some("lock"), "LOCK" | "UNLOCK") => Some(Command::Lock(text == "LOCK")),
            (Some("current"), text) => number(text, 6.0, 16.0).map(Command::Amps),
            (Some("limit"), text) => number(text, 50.0, 100.0).map(Command::Limit),
            _ => None,
        };
        if let Some(command) = command {
            // It goes through the maker's cloud.
            let delay = self.random.between(0.8, 2.5);
            self.pending.push(delay, command);
        }
    }

    fn advance(&mut self, dt: f64, house: &mut House) {
        for command in self.pending.due(dt) {
            match command {
                Command::Charge(on) => self.enabled = on,
                Command::Amps(amps) => self.amps = amps.round(),
                Command::Limit(limit) => self.limit = limit / 100.0,
                Command::Lock(lock) => self.locked = lock,
            }
        }
        self.drive(dt, house);
        let full = self.amps * VOLTS * PHASES;
        // The nearer to full, the less the battery takes.
        let taper = ((1.02 - self.soc) / 0.2).clamp(0.0, 1.0);
        let wanted = if self.home && self.enabled && self.soc < self.limit {
            full * taper
        } else {
            0.0
        };
        self.power = lag(self.power, wanted * (1.0 + 0.003 * self.random.bell()), dt, 4.0);
        if self.power < 30.0 {
            self.power = 0.0;
        }
        let energy = self.power * dt / 3.6e6;
        self.energy += energy;
        self.session += energy;
        self.soc = (self.soc + energy * 0.92 / BATTERY).min(1.0);
        house.used += self.power + 3.0;
    }

    fn report(&mut self, _house: &House, out: &mut Outbox) {
        let asked = json!([self.locked, self.limit, self.home]);
        let state = json!({
            "soc": round(self.soc * 100.0, 1), "range": round(self.soc * RANGE, 0), "charging_power": round(self.power / 1_000.0, 2),
            "odometer": round(self.odometer, 1), "plugged": self.home, "locked": self.locked, "limit": round(self.limit * 100.0, 0),
        });
        out.urgent_state(Link::Home, &self.car.topic("state"), &state, &asked, 5_000);
        out.state(
            Link::Home,
            &self.car.topic("location"),
            if self.home { "home" } else { "not_home" },
            0,
        );
        let between = |from: f64, to: f64| round(from + (to - from) * self.way, 5);
        let position = json!({
            "latitude": between(HOME.0, WORK.0), "longitude": between(HOME.1, WORK.1), "gps_accuracy": 8,
        });
        out.state(
            Link::Home,
            &self.car.topic("position"),
            position.to_string(),
            10_000,
        );
        let asked = json!([self.status(), self.enabled, self.amps]);
        let state = json!({
            "status": self.status(), "power": round(self.power, 0), "energy": round(self.energy, 3),
            "session": round(self.session, 3), "enabled": self.enabled, "amps": self.amps,
        });
        out.urgent_state(Link::Home, &self.boxed.topic("state"), &state, &asked, 2_000);
    }
}
