//! A fitness watch on somebody's wrist, whose bridge publishes one JSON record of the body, described by nobody.

use serde_json::json;

use super::device::Device;
use super::house::House;
use super::rooms::Room;
use crate::outbox::Outbox;
use crate::random::{Random, lag, round};
use crate::world::Link;

/// Where its bridge publishes.
const TOPIC: &str = "home/watch";

/// The watch.
pub(super) struct Watch {
    /// Beats a minute.
    heart: f64,
    /// Beats a minute, of the last night.
    resting: f64,
    /// Steps of the day.
    steps: f64,
    day: Option<i64>,
    /// Seconds slept this night, and what last night came to.
    sleep: f64,
    last_night: f64,
    asleep: bool,
    battery: f64,
    charging: bool,
    random: Random,
}

impl Watch {
    pub fn new(random: Random) -> Self {
        Self {
            heart: 68.0,
            resting: 57.0,
            steps: 2_310.0,
            day: None,
            sleep: 0.0,
            last_night: 7.0 * 3_600.0 + 1_260.0,
            asleep: false,
            battery: 74.0,
            charging: false,
            random,
        }
    }
}

impl Device for Watch {
    /// There is no convention for what is worn: it is known by what it says.
    fn announce(&self, _out: &mut Outbox) {}

    fn advance(&mut self, dt: f64, house: &mut House) {
        // Midnight begins the count anew; the first day began before the demo.
        if self
            .day
            .replace(house.day())
            .is_some_and(|day| day != house.day())
        {
            self.steps = 0.0;
        }
        let tired = if house.asleep { 56.0 } else { 70.0 };
        let effort = tired + 24.0 * house.pace;
        self.heart = lag(self.heart, effort, dt, 20.0) + 0.9 * dt.sqrt() * self.random.bell();
        self.heart = self.heart.clamp(46.0, 165.0);
        self.steps += house.pace * dt;
        let asleep = house.asleep && house.person == Room::Bedroom;
        if asleep {
            self.sleep += dt;
            self.resting = lag(self.resting, self.heart, dt, 7_200.0);
        }
        if self.asleep && !house.asleep {
            self.last_night = self.sleep;
            self.sleep = 0.0;
        }
        self.asleep = house.asleep;
        if self.battery < 12.0 {
            self.charging = true;
        } else if self.battery >= 100.0 {
            self.charging = false;
        }
        self.battery = (self.battery + dt * if self.charging { 0.02 } else { -0.000_35 }).clamp(0.0, 100.0);
    }

    fn report(&mut self, house: &House, out: &mut Outbox) {
        let activity = match (house.asleep, house.pace) {
            (true, _) => "asleep",
            (false, pace) if pace > 1.0 => "walking",
            (false, pace) if pace > 0.0 => "moving",
            _ => "resting",
        };
        let body = json!({
            "heart_rate": round(self.heart, 0), "resting_heart_rate": round(self.resting, 0), "steps": self.steps.floor(),
            "sleep_minutes": round(self.last_night / 60.0, 0), "battery": round(self.battery, 0), "activity": activity,
        });
        out.state(Link::Home, TOPIC, body.to_string(), 2_000);
    }
}
