//! Rooms: they lose heat to the outside, gain it from radiators, sun and people, and are aired through their windows.

use super::weather::Weather;
use crate::random::{Random, lag};

/// A room of the house.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Room {
    Living,
    Kitchen,
    Bedroom,
    Bathroom,
    Hall,
    Office,
    Cellar,
    Garage,
}

impl Room {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Living,
        Self::Kitchen,
        Self::Bedroom,
        Self::Bathroom,
        Self::Hall,
        Self::Office,
        Self::Cellar,
        Self::Garage,
    ];

    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Living => "Living room",
            Self::Kitchen => "Kitchen",
            Self::Bedroom => "Bedroom",
            Self::Bathroom => "Bathroom",
            Self::Hall => "Hall",
            Self::Office => "Office",
            Self::Cellar => "Cellar",
            Self::Garage => "Garage",
        }
    }
}

/// How much a fully heated radiator warms its room, in kelvin a second.
const RADIATOR: f64 = 3.2 / 3_600.0;
/// Time constants, in seconds: closed room, open window, radiator.
const CLOSED: f64 = 16.0 * 3_600.0;
const OPEN: f64 = 1_500.0;
const WARMING_UP: f64 = 480.0;

/// The air of a room.
#[derive(Debug, Clone)]
pub(super) struct Air {
    /// °C.
    pub temperature: f64,
    /// %.
    pub humidity: f64,
    /// Carbon dioxide, ppm.
    pub co2: f64,
    /// How warm the radiator is, 0 to 1.
    pub radiator: f64,
    /// How far its valve is open, 0 to 1; set by the thermostat.
    pub valve: f64,
    pub window_open: bool,
    /// Steam from cooking or a shower, 0 to 1; decays.
    pub steam: f64,
}

impl Air {
    pub fn new(room: Room, random: &mut Random) -> Self {
        let temperature = match room {
            Room::Cellar => 15.0,
            Room::Garage => 12.0,
            Room::Bedroom => 18.5,
            _ => 21.0,
        };
        Self {
            temperature: temperature + random.between(-0.4, 0.4),
            humidity: random.between(42.0, 52.0),
            co2: random.between(480.0, 700.0),
            radiator: 0.2,
            valve: 0.2,
            window_open: false,
            steam: 0.0,
        }
    }

    /// Lets `dt` seconds pass. `people`: how many are in the room.
    pub fn advance(&mut self, dt: f64, weather: &Weather, people: f64) {
        self.radiator = lag(self.radiator, self.valve, dt, WARMING_UP);
        let exchange = if self.window_open { OPEN } else { CLOSED };
        self.temperature = lag(self.temperature, weather.temperature, dt, exchange);
        self.temperature +=
            dt * (RADIATOR * self.radiator + (0.25 * people + 0.5 * weather.shine()) / 3_600.0);
        self.steam = lag(self.steam, 0.0, dt, 900.0);
        let outside =
            (weather.humidity * 2f64.powf((weather.temperature - self.temperature) / 10.5)).clamp(15.0, 90.0);
        let damp = (outside + 8.0 + 4.0 * people).clamp(20.0, 95.0);
        self.humidity = lag(self.humidity, damp, dt, exchange / 4.0);
        self.humidity = (self.humidity + 0.03 * self.steam * dt).min(98.0);
        // A sleeping or sitting person adds a few hundred ppm an hour to a room.
        self.co2 += people * 320.0 * dt / 3_600.0;
        self.co2 = lag(self.co2, 420.0, dt, exchange / 3.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn winter() -> Weather {
        let mut weather = Weather::new(Random::new(1, "w"), 0.0);
        (weather.temperature, weather.humidity) = (0.0, 80.0);
        weather
    }

    fn after(minutes: u32, change: impl Fn(&mut Air)) -> Air {
        let mut air = Air::new(Room::Living, &mut Random::new(1, "air"));
        (air.temperature, air.valve, air.radiator) = (21.0, 0.0, 0.0);
        for _ in 0..minutes * 60 {
            change(&mut air);
            air.advance(1.0, &winter(), 0.0);
        }
        air
    }

    #[test]
    fn heating_warms_after_a_while_and_an_open_window_cools_fast() {
        let cold = after(60, |_| ()).temperature;
        let warm = after(60, |air| air.valve = 1.0).temperature;
        let aired = after(60, |air| air.window_open = true).temperature;
        assert!(cold > 19.0 && cold < 21.0, "{cold}");
        assert!(warm > cold + 2.0, "{warm}");
        assert!(aired < 5.0, "{aired}");
        // The radiator has to get warm first.
        let (early, late) = (after(2, |air| air.valve = 1.0), after(30, |air| air.valve = 1.0));
        assert!(early.radiator < 0.3 && late.radiator > 0.95);
    }

    #[test]
    fn people_use_the_air_up_and_a_window_brings_new() {
        let mut air = Air::new(Room::Office, &mut Random::new(1, "air"));
        let before = air.co2;
        (0..3_600).for_each(|_| air.advance(1.0, &winter(), 1.0));
        assert!(air.co2 > before + 100.0);
        air.window_open = true;
        (0..1_800).for_each(|_| air.advance(1.0, &winter(), 0.0));
        assert!(air.co2 < 450.0, "{}", air.co2);
    }
}
