//! What both lines live on: compressed air, cold and steam, in a Unified Namespace beside the Sparkplug of the lines.
//!
//! `umh/v1/Berlin/Filling/Utilities/<machine>/_historian/<tag>` carries `{"timestamp_ms": …, "value": …}`; what the tags are (unit, range) is
//! retained on `…/<machine>/_meta`. Nothing here takes commands, and nothing says when it goes: it falls silent.

use serde_json::{Value, json};

use crate::outbox::Outbox;
use crate::random::{Random, lag, round};
use crate::world::Link;

/// Enterprise, site and area, as in the group of the lines.
const AREA: &str = "umh/v1/Berlin/Filling/Utilities";
/// How often a tag is told that changes all the time, and one that does not, in milliseconds.
const OFTEN: i64 = 2_000;
const SELDOM: i64 = 60_000;

/// A tag: name, unit, lowest and highest value.
type Tag = (&'static str, &'static str, f64, f64);

const COMPRESSOR: [Tag; 5] = [
    ("Pressure", "bar", 0.0, 10.0),
    ("Power", "kW", 0.0, 75.0),
    ("Flow", "m³/h", 0.0, 600.0),
    ("OilTemperature", "°C", 0.0, 120.0),
    ("Energy", "kWh", 0.0, 1e9),
];
const CHILLER: [Tag; 5] = [
    ("SupplyTemperature", "°C", -10.0, 30.0),
    ("ReturnTemperature", "°C", -10.0, 40.0),
    ("Flow", "m³/h", 0.0, 80.0),
    ("Power", "kW", 0.0, 120.0),
    ("Energy", "kWh", 0.0, 1e9),
];
const BOILER: [Tag; 5] = [
    ("SteamPressure", "bar", 0.0, 12.0),
    ("WaterLevel", "%", 0.0, 100.0),
    ("FlueTemperature", "°C", 0.0, 400.0),
    ("GasFlow", "m³/h", 0.0, 120.0),
    ("Burner", "%", 0.0, 100.0),
];
/// Position, machine, what it is, its tags.
const MACHINES: [(i32, &str, &str, &[Tag]); 3] = [
    (1, "Compressor", "Luftwerk GA 55", &COMPRESSOR),
    (2, "Chiller", "Kaltblick KW 180", &CHILLER),
    (3, "SteamBoiler", "Dampfhaus U-MB 2", &BOILER),
];
const STATES: [&str; 3] = ["running", "idle", "off"];

/// The machines.
#[derive(Debug, Clone)]
pub(crate) struct Utilities {
    air: f64,
    air_power: f64,
    air_loaded: bool,
    oil: f64,
    air_energy: f64,
    supply: f64,
    cold_power: f64,
    cold_runs: bool,
    cold_energy: f64,
    steam: f64,
    water: f64,
    feeds: bool,
    flue: f64,
    burner: f64,
    /// How much is drawn of each, 0 to 1: it wanders.
    drawn: [f64; 3],
    random: Random,
}

impl Utilities {
    /// The same for the same seed.
    pub fn new(seed: u64) -> Self {
        Self {
            air: 7.2,
            air_power: 52.0,
            air_loaded: true,
            oil: 78.0,
            air_energy: 812_430.0,
            supply: 2.4,
            cold_power: 64.0,
            cold_runs: true,
            cold_energy: 503_118.0,
            steam: 8.0,
            water: 62.0,
            feeds: false,
            flue: 182.0,
            burner: 55.0,
            drawn: [0.62, 0.55, 0.5],
            random: Random::new(seed, "utilities"),
        }
    }

    /// Lets `dt` seconds pass, at most one.
    pub fn advance(&mut self, dt: f64) {
        for drawn in &mut self.drawn {
            *drawn = (lag(*drawn, 0.58, dt, 900.0) + 0.012 * dt.sqrt() * self.random.bell()).clamp(0.3, 0.85);
        }
        let [air, cold, steam] = self.drawn;
        // It loads and unloads between two pressures.
        self.air += dt * (if self.air_loaded { 0.02 } else { 0.0 } - 0.02 * air);
        if self.air < 6.8 {
            self.air_loaded = true;
        } else if self.air > 7.5 {
            self.air_loaded = false;
        }
        let load = if self.air_loaded { 54.0 } else { 17.0 };
        self.air_power = lag(self.air_power, load, dt, 2.0) + 0.1 * dt.sqrt() * self.random.bell();
        self.oil = lag(self.oil, 60.0 + self.air_power * 0.4, dt, 240.0);
        self.air_energy += self.air_power * dt / 3_600.0;
        self.supply += dt * (0.004 * cold - if self.cold_runs { 0.004 } else { 0.0 });
        if self.supply > 3.2 {
            self.cold_runs = true;
        } else if self.supply < 1.6 {
            self.cold_runs = false;
        }
        let load = if self.cold_runs { 68.0 } else { 6.0 };
        self.cold_power = lag(self.cold_power, load, dt, 6.0) + 0.1 * dt.sqrt() * self.random.bell();
        self.cold_energy += self.cold_power * dt / 3_600.0;
        self.burner = lag(
            self.burner,
            (50.0 + (8.0 - self.steam) * 120.0).clamp(0.0, 100.0),
            dt,
            8.0,
        );
        self.steam += dt * (self.burner / 100.0 - steam) * 0.01;
        self.water -= dt * 0.05 * steam;
        if self.water < 55.0 {
            self.feeds = true;
        } else if self.water > 68.0 {
            self.feeds = false;
        }
        if self.feeds {
            self.water += dt * 0.12;
        }
        self.flue = lag(self.flue, 120.0 + self.burner * 1.1, dt, 60.0);
    }

    fn values(&self, machine: usize) -> [f64; 5] {
        match machine {
            0 => {
                let flow = if self.air_loaded { 540.0 } else { 0.0 };
                [self.air, self.air_power, flow, self.oil, self.air_energy]
            }
            1 => {
                let warmer = 3.0 + 4.0 * self.drawn[1];
                [
                    self.supply,
                    self.supply + warmer,
                    46.0 + 4.0 * self.drawn[1],
                    self.cold_power,
                    self.cold_energy,
                ]
            }
            _ => [self.steam, self.water, self.flue, self.burner * 0.95, self.burner],
        }
    }

    fn state(&self, machine: usize) -> &'static str {
        let runs = match machine {
            0 => self.air_loaded,
            1 => self.cold_runs,
            _ => self.burner > 1.0,
        };
        STATES[usize::from(!runs)]
    }

    /// Says what there is and what its tags are. All values follow with the next report.
    pub fn announce(out: &mut Outbox) {
        for (position, machine, model, tags) in MACHINES {
            let mut about = serde_json::Map::new();
            for (tag, unit, low, high) in tags {
                let mut meta = json!({ "unit": unit });
                // A counter has no end.
                if *high < 1e9 {
                    (meta["min"], meta["max"]) = (json!(low), json!(high));
                }
                about.insert((*tag).to_owned(), meta);
            }
            about.insert("State".to_owned(), json!({ "options": STATES }));
            let meta = json!({ "model": model, "position": position, "tags": about });
            out.announce(
                Link::Utilities,
                &format!("{AREA}/{machine}/_meta"),
                meta.to_string(),
            );
        }
        out.forget();
    }

    /// Says what has changed.
    pub fn report(&self, out: &mut Outbox) {
        let stamped = |at: i64, value: Value| json!({ "timestamp_ms": at, "value": value }).to_string();
        for (index, (_, machine, _, tags)) in MACHINES.iter().enumerate() {
            let topic = |tag: &str| format!("{AREA}/{machine}/_historian/{tag}");
            for ((tag, ..), value) in tags.iter().zip(self.values(index)) {
                let value = round(value, if *tag == "Energy" { 1 } else { 2 });
                let (topic, every) = (topic(tag), if *tag == "Energy" { 10_000 } else { OFTEN });
                // What stands still is told now and then, so that it is seen to be there.
                let mark = format!("{value} {}", out.time() / SELDOM);
                if out.due(&topic, mark, every) {
                    let payload = stamped(out.time(), value.into());
                    out.event(Link::Utilities, &topic, payload);
                }
            }
            let (topic, state) = (topic("State"), self.state(index));
            if out.due(&topic, format!("{state} {}", out.time() / SELDOM), 0) {
                let payload = stamped(out.time(), state.into());
                out.announce(Link::Utilities, &topic, payload);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_stays_within_the_ranges_that_are_told() {
        let mut utilities = Utilities::new(7);
        let mut states = std::collections::BTreeSet::new();
        for _ in 0..24 * 3_600 {
            utilities.advance(1.0);
            for (machine, (_, name, _, tags)) in MACHINES.iter().enumerate() {
                states.insert((machine, utilities.state(machine)));
                for ((tag, _, low, high), value) in tags.iter().zip(utilities.values(machine)) {
                    assert!((*low..=*high).contains(&value), "{name} {tag}: {value}");
                }
            }
        }
        assert!(states.len() >= 5, "{states:?}");
    }
}
