//! The car, which is told of by `TeslaMate`, and the wall-box that charges it, on Home Assistant discovery.

use serde_json::json;

use super::announce::{Identity, sensor};
use super::device::{Device, number};
use super::house::House;
use super::pending::Pending;
use super::place::between;
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
/// Hours of leaving and coming back on workdays.
const LEAVES: f64 = 8.25;
const RETURNS: f64 = 17.5;

enum Command {
    Charge(bool),
    Amps(f64),
}

/// Where `TeslaMate` tells of it.
const CAR: &str = "teslamate/cars/1";

/// Car and wall-box: one needs the other.
pub(super) struct Charging {
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
    /// km/h.
    speed: f64,
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
            speed: 0.0,
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
            self.speed = 0.0;
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
        self.speed = if dt > 0.0 { km / dt * 3_600.0 } else { 0.0 };
        self.soc = (self.soc - km * USE / BATTERY).max(0.05);
        if self.way <= 0.0 && target == 0.0 {
            self.home = true;
            self.session = 0.0;
            house.car_passes = 60.0;
        }
    }
}

impl Charging {
    /// What `TeslaMate` tells: a value a topic, bare and retained, in its names and units.
    fn tell_car(&self, house: &House, out: &mut Outbox) {
        let charging = self.power > 100.0;
        let (state, charge) = match (self.home, charging) {
            (false, _) if self.speed > 1.0 => ("driving", "Disconnected"),
            (false, _) => ("asleep", "Disconnected"),
            (true, true) => ("charging", "Charging"),
            (true, false) if self.soc >= self.limit => ("online", "Complete"),
            (true, false) => ("online", "Stopped"),
        };
        let (latitude, longitude) = between(self.way);
        let range = self.soc * RANGE;
        // Hours at the present power.
        let left = ((self.limit - self.soc).max(0.0) * BATTERY * 1_000.0 / self.power.max(100.0)).min(48.0);
        let word = |on: bool| if on { "true" } else { "false" }.to_owned();
        let often = 5_000;
        for (key, value, every) in [
            ("display_name", "Car".to_owned(), 0),
            ("model", "3".to_owned(), 0),
            ("trim_badging", "50".to_owned(), 0),
            ("exterior_color", "DeepBlue".to_owned(), 0),
            ("wheel_type", "Pinwheel18CapKit".to_owned(), 0),
            ("version", "2026.8.6".to_owned(), 0),
            ("update_available", word(false), 0),
            ("state", state.to_owned(), 0),
            ("healthy", word(true), 0),
            ("geofence", if self.home { "Home" } else { "" }.to_owned(), 0),
            ("latitude", latitude.to_string(), 10_000),
            ("longitude", longitude.to_string(), 10_000),
            (
                "location",
                json!({ "latitude": latitude, "longitude": longitude }).to_string(),
                10_000,
            ),
            ("speed", format!("{:.0}", self.speed), often),
            (
                "shift_state",
                if self.speed > 1.0 { "D" } else { "P" }.to_owned(),
                0,
            ),
            ("locked", word(self.locked), 0),
            ("sentry_mode", word(!self.home), 0),
            ("doors_open", word(false), 0),
            ("windows_open", word(false), 0),
            ("trunk_open", word(false), 0),
            (
                "inside_temp",
                format!("{:.1}", house.weather.temperature + 3.0),
                60_000,
            ),
            (
                "outside_temp",
                format!("{:.1}", house.weather.temperature),
                60_000,
            ),
            ("is_climate_on", word(self.speed > 1.0), 0),
            ("odometer", format!("{:.2}", self.odometer), often),
            ("battery_level", format!("{:.0}", self.soc * 100.0), often),
            (
                "usable_battery_level",
                format!("{:.0}", self.soc * 100.0 - 0.5),
                often,
            ),
            ("rated_battery_range_km", format!("{range:.2}"), often),
            ("est_battery_range_km", format!("{:.2}", range * 0.93), often),
            ("plugged_in", word(self.home), 0),
            ("charging_state", charge.to_owned(), 0),
            ("charge_limit_soc", format!("{:.0}", self.limit * 100.0), 0),
            ("charge_energy_added", format!("{:.2}", self.session), often),
            ("charger_power", format!("{:.0}", self.power / 1_000.0), often),
            ("charger_phases", format!("{PHASES:.0}"), 0),
            (
                "charger_voltage",
                if charging { "230" } else { "2" }.to_owned(),
                often,
            ),
            (
                "charger_actual_current",
                format!("{:.0}", self.power / VOLTS / PHASES),
                often,
            ),
            (
                "time_to_full_charge",
                if charging {
                    format!("{left:.2}")
                } else {
                    "0.0".to_owned()
                },
                60_000,
            ),
        ] {
            out.state(Link::Home, &format!("{CAR}/{key}"), value, every);
        }
    }
}

impl Device for Charging {
    fn announce(&self, out: &mut Outbox) {
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
        ["charge/set", "current/set"]
            .map(|what| self.boxed.topic(what))
            .into()
    }

    fn receive(&mut self, topic: &str, text: &str) {
        let command = match (topic.rsplit('/').nth(1), text) {
            (Some("charge"), "ON" | "OFF") => Some(Command::Charge(text == "ON")),
            (Some("current"), text) => number(text, 6.0, 16.0).map(Command::Amps),
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
            }
        }
        self.drive(dt, house);
        house.way = self.way;
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

    fn report(&mut self, house: &House, out: &mut Outbox) {
        self.tell_car(house, out);
        let asked = json!([self.status(), self.enabled, self.amps]);
        let state = json!({
            "status": self.status(), "power": round(self.power, 0), "energy": round(self.energy, 3),
            "session": round(self.session, 3), "enabled": self.enabled, "amps": self.amps,
        });
        out.urgent_state(Link::Home, &self.boxed.topic("state"), &state, &asked, 2_000);
    }
}
