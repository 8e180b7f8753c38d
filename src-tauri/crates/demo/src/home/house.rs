//! What the devices of the home share: time, weather, rooms, the people in them, and the electricity they use.

use super::rooms::{Air, Room};
use super::weather::{Weather, hour, weekday};
use crate::random::Random;

/// The house.
#[derive(Debug, Clone)]
pub(super) struct House {
    /// Seconds since the epoch in local time.
    pub local: f64,
    pub weather: Weather,
    airs: Vec<Air>,
    /// Where the person who works at home is.
    pub person: Room,
    /// Seconds until that person goes elsewhere.
    stays: f64,
    /// Whether that person is asleep.
    pub asleep: bool,
    /// Steps a second just now.
    pub pace: f64,
    /// How far the car, and who drives it, has gone: 0 at home to 1 at work.
    pub way: f64,
    /// Seconds that somebody stands before the front door.
    pub visitor: f64,
    /// What the group of lamps was asked, in this step.
    pub evening: Option<super::lights::Order>,
    /// What its lamps do.
    pub evening_lamps: [super::lights::Glow; 2],
    /// Seconds that the garage stays open for the car.
    pub car_passes: f64,
    /// Electric power used in this step, in watts; the meter takes it.
    pub used: f64,
    /// Electric power made in this step, in watts.
    pub made: f64,
    random: Random,
}

impl House {
    /// `local`: seconds since the epoch in local time.
    pub fn new(seed: u64, local: f64) -> Self {
        let mut random = Random::new(seed, "house");
        Self {
            local,
            weather: Weather::new(Random::new(seed, "weather"), local),
            airs: Room::ALL
                .iter()
                .map(|room| Air::new(*room, &mut random))
                .collect(),
            person: Room::Office,
            stays: 40.0,
            asleep: false,
            pace: 0.0,
            way: 0.0,
            visitor: 0.0,
            evening: None,
            evening_lamps: [super::lights::Glow::default(); 2],
            car_passes: 0.0,
            used: 0.0,
            made: 0.0,
            random,
        }
    }

    /// Lets `dt` seconds pass, before the devices do.
    pub fn advance(&mut self, dt: f64) {
        self.local += dt;
        self.car_passes = (self.car_passes - dt).max(0.0);
        self.visitor = (self.visitor - dt).max(0.0);
        self.weather.advance(dt, self.local);
        let h = self.hour();
        self.asleep = !(6.75..23.0).contains(&h);
        self.stays -= dt;
        if self.stays <= 0.0 {
            (self.person, self.stays) = self.next_room(h);
            self.pace = 1.6;
        } else if self.random.happens(12.0, dt) {
            self.pace = if self.random.chance(0.2) { 0.8 } else { 0.0 };
        }
        if self.asleep {
            self.pace = 0.0;
        }
        for (room, air) in Room::ALL.iter().zip(&mut self.airs) {
            let person = if *room == self.person { 1.0 } else { 0.0 };
            // The second one sleeps here too.
            let other = if self.asleep && *room == Room::Bedroom {
                1.0
            } else {
                0.0
            };
            air.advance(dt, &self.weather, person + other);
        }
        // Router, standby and everything that is not worth a plug.
        self.used = 95.0 + 4.0 * self.random.bell();
        self.made = 0.0;
    }

    fn next_room(&mut self, h: f64) -> (Room, f64) {
        if self.asleep {
            // Up once in a while.
            return if self.person == Room::Bedroom && self.random.chance(0.3) {
                (Room::Bathroom, 120.0)
            } else {
                (Room::Bedroom, self.random.between(3_600.0, 9_000.0))
            };
        }
        if self.person != Room::Hall && self.random.chance(0.45) {
            return (Room::Hall, self.random.between(8.0, 25.0));
        }
        let likely: &[(Room, f64)] = match h {
            h if h < 9.0 => &[
                (Room::Bathroom, 500.0),
                (Room::Kitchen, 700.0),
                (Room::Bedroom, 300.0),
            ],
            h if h < 12.0 => &[
                (Room::Office, 1_800.0),
                (Room::Office, 2_400.0),
                (Room::Kitchen, 240.0),
                (Room::Bathroom, 180.0),
            ],
            h if h < 14.0 => &[
                (Room::Kitchen, 1_500.0),
                (Room::Office, 900.0),
                (Room::Living, 600.0),
            ],
            h if h < 18.0 => &[
                (Room::Office, 2_400.0),
                (Room::Office, 1_500.0),
                (Room::Kitchen, 200.0),
                (Room::Cellar, 200.0),
            ],
            h if h < 20.0 => &[
                (Room::Kitchen, 1_800.0),
                (Room::Living, 900.0),
                (Room::Garage, 240.0),
            ],
            _ => &[
                (Room::Living, 2_700.0),
                (Room::Living, 1_800.0),
                (Room::Kitchen, 240.0),
                (Room::Bathroom, 300.0),
            ],
        };
        let (room, mean) = self.random.pick(likely).copied().unwrap_or((Room::Living, 600.0));
        (room, mean * self.random.between(0.5, 1.5))
    }

    /// Hour of the day, 0 to 24.
    pub fn hour(&self) -> f64 {
        hour(self.local)
    }

    /// Whether people go to work today.
    pub fn is_workday(&self) -> bool {
        weekday(self.local) < 5
    }

    /// Days since the epoch, in local time.
    pub fn day(&self) -> i64 {
        (self.local / 86_400.0).floor() as i64
    }

    /// Whether lamps are needed.
    pub fn is_dark(&self) -> bool {
        self.weather.shine() < 0.06
    }

    /// The air of a room.
    pub fn air(&self, room: Room) -> &Air {
        // `ALL` lists the rooms in the order of the enum.
        &self.airs[room as usize]
    }

    /// The air of a room, to change it.
    pub fn air_mut(&mut self, room: Room) -> &mut Air {
        &mut self.airs[room as usize]
    }
}
