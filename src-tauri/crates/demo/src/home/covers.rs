//! Blinds, and what the garage door has in common with them (cover): they take their time, and can be stopped on the way.

use serde_json::json;

use super::announce::Identity;
use super::device::{Device, number};
use super::house::House;
use super::pending::Pending;
use super::rooms::Room;
use crate::outbox::Outbox;
use crate::world::Link;

/// How long a command takes until the motor starts, in seconds.
const DELAY: f64 = 0.4;

enum Command {
    To(f64),
    Stop,
}

/// A cover.
pub(super) struct Cover {
    me: Identity,
    garage: bool,
    /// 0 closed to 100 open.
    position: f64,
    target: Option<f64>,
    /// Seconds from one end to the other.
    travel: f64,
    /// What the sun, or the car, last wanted: followed only when it changes, so that a hand's word stays.
    wanted: Option<bool>,
    /// The way it last went.
    last: Option<bool>,
    pending: Pending<Command>,
}

impl Cover {
    pub fn blind(id: &'static str, name: &'static str, room: Room) -> Self {
        let me = Identity {
            id,
            name,
            area: room.name(),
            maker: "Schattenwerk",
            model: "Roll 230",
        };
        Self {
            me,
            garage: false,
            position: 100.0,
            target: None,
            travel: 22.0,
            wanted: None,
            last: None,
            pending: Pending::default(),
        }
    }

    /// The garage door, which speaks through a relay of its own.
    pub fn garage() -> Self {
        let me = Identity {
            id: "garage_door",
            name: "Garage door",
            area: Room::Garage.name(),
            maker: "Torbau",
            model: "Sektional 3",
        };
        Self {
            me,
            garage: true,
            position: 0.0,
            travel: 16.0,
            target: None,
            wanted: None,
            last: None,
            pending: Pending::default(),
        }
    }

    /// Somebody asks for a position, 0 closed to 100 open.
    pub fn go_to(&mut self, position: f64) {
        self.pending.push(DELAY, Command::To(position));
    }

    /// Somebody asks to stop.
    pub fn halt(&mut self) {
        self.pending.push(DELAY, Command::Stop);
    }

    /// What it does, in a word.
    pub fn word(&self) -> &'static str {
        match self.target {
            Some(target) if target > self.position => "opening",
            Some(_) => "closing",
            None if self.position < 0.5 => "closed",
            None => "open",
        }
    }

    /// 0 closed to 100 open.
    pub fn position(&self) -> f64 {
        self.position
    }

    /// Whether the motor runs.
    pub fn moves(&self) -> bool {
        self.target.is_some()
    }

    /// The way it last went, if it went.
    pub fn last_direction(&self) -> Option<&'static str> {
        self.last.map(|up| if up { "open" } else { "close" })
    }
}

impl Device for Cover {
    fn announce(&self, out: &mut Outbox) {
        self.me.device(
            out,
            &json!({
                "cover": {
                    "platform": "cover", "name": null, "device_class": "blind",
                    "command_topic": self.me.topic("set"), "state_topic": self.me.topic("state"),
                    "position_topic": self.me.topic("position"), "set_position_topic": self.me.topic("position/set"),
                },
            }),
        );
    }

    fn filters(&self) -> Vec<String> {
        vec![self.me.topic("set"), self.me.topic("position/set")]
    }

    fn receive(&mut self, topic: &str, text: &str) {
        let command = if topic.ends_with("position/set") {
            number(text, 0.0, 100.0).map(Command::To)
        } else {
            match text {
                "OPEN" => Some(Command::To(100.0)),
                "CLOSE" => Some(Command::To(0.0)),
                "STOP" => Some(Command::Stop),
                _ => None,
            }
        };
        if let Some(command) = command {
            self.pending.push(DELAY, command);
        }
    }

    fn advance(&mut self, dt: f64, house: &mut House) {
        for command in self.pending.due(dt) {
            self.target = match command {
                Command::To(position) => Some(position),
                Command::Stop => None,
            };
        }
        let wanted = if self.garage {
            house.car_passes > 0.0
        } else {
            house.weather.sun > -0.07
        };
        if self.wanted.replace(wanted).is_some_and(|before| before != wanted) {
            self.target = Some(if wanted { 100.0 } else { 0.0 });
        }
        if let Some(target) = self.target {
            let step = 100.0 / self.travel * dt;
            let way = target - self.position;
            self.last = Some(way > 0.0);
            self.position = (self.position + way.clamp(-step, step)).clamp(0.0, 100.0);
            house.used += if self.garage { 350.0 } else { 120.0 };
            if way.abs() <= step {
                self.target = None;
            }
        }
    }

    fn report(&mut self, _house: &House, out: &mut Outbox) {
        out.state(Link::Home, &self.me.topic("state"), self.word(), 0);
        let often = if self.target.is_some() { 800 } else { 0 };
        out.state(
            Link::Home,
            &self.me.topic("position"),
            format!("{:.0}", self.position),
            often,
        );
    }
}
