//! The front door's lock, the smoke alarm and the doorbell.

use serde_json::json;

use super::announce::{Identity, binary, sensor};
use super::device::Device;
use super::house::House;
use super::pending::Pending;
use super::rooms::Room;
use crate::outbox::Outbox;
use crate::random::{Random, round};
use crate::world::Link;

/// A motor lock. It locks itself at night.
pub(super) struct Lock {
    me: Identity,
    state: &'static str,
    night: Option<bool>,
    pending: Pending<&'static str>,
}

/// Time the bolt takes, in seconds.
const BOLT: f64 = 1.8;

impl Lock {
    pub fn new() -> Self {
        let me = Identity {
            id: "front_lock",
            name: "Front door lock",
            area: Room::Hall.name(),
            maker: "Riegel",
            model: "Motor 1",
        };
        Self {
            me,
            state: "LOCKED",
            night: None,
            pending: Pending::default(),
        }
    }

    fn turn(&mut self, lock: bool) {
        let (moving, done) = if lock {
            ("LOCKING", "LOCKED")
        } else {
            ("UNLOCKING", "UNLOCKED")
        };
        if self.state != done {
            self.pending.push(0.4, moving);
            self.pending.push(0.4 + BOLT, done);
        }
    }
}

impl Device for Lock {
    fn announce(&self, out: &mut Outbox) {
        let config = json!({
            "lock": { "platform": "lock", "name": null, "command_topic": self.me.topic("set"), "state_topic": self.me.topic("state") },
        });
        self.me.single(out, &config);
    }

    fn filters(&self) -> Vec<String> {
        vec![self.me.topic("set")]
    }

    fn receive(&mut self, _topic: &str, text: &str) {
        match text {
            "LOCK" => self.turn(true),
            "UNLOCK" => self.turn(false),
            _ => {}
        }
    }

    fn advance(&mut self, dt: f64, house: &mut House) {
        for state in self.pending.due(dt) {
            self.state = state;
        }
        let night = !(6.5..22.0).contains(&house.hour());
        if self.night.replace(night).is_some_and(|before| before != night) {
            self.turn(night);
        }
    }

    fn report(&mut self, _house: &House, out: &mut Outbox) {
        out.state(Link::Home, &self.me.topic("state"), self.state, 0);
    }
}

/// A smoke alarm. Toast sets it off once in a long while; its test button always does.
pub(super) struct Smoke {
    me: Identity,
    /// Seconds of alarm left.
    alarm: f64,
    battery: f64,
    pending: Pending<()>,
    random: Random,
}

impl Smoke {
    pub fn new(random: Random) -> Self {
        let me = Identity {
            id: "smoke_hall",
            name: "Smoke alarm",
            area: Room::Hall.name(),
            maker: "Wachsam",
            model: "RM-10",
        };
        Self {
            me,
            alarm: 0.0,
            battery: 91.0,
            pending: Pending::default(),
            random,
        }
    }
}

impl Device for Smoke {
    fn announce(&self, out: &mut Outbox) {
        let state = self.me.topic("state");
        let config = json!({
            "smoke": binary(&state, "Smoke", "smoke", "smoke"),
            "battery": sensor(&state, "Battery", "battery", "%", "battery", "measurement"),
            "test": { "platform": "button", "name": "Test", "command_topic": self.me.topic("test"), "entity_category": "diagnostic" },
        });
        self.me.single(out, &config);
    }

    fn filters(&self) -> Vec<String> {
        vec![self.me.topic("test")]
    }

    fn receive(&mut self, _topic: &str, text: &str) {
        if text == "PRESS" {
            self.pending.push(1.0, ());
        }
    }

    fn advance(&mut self, dt: f64, house: &mut House) {
        if !self.pending.due(dt).is_empty() {
            self.alarm = 10.0;
        }
        self.alarm = (self.alarm - dt).max(0.0);
        if house.person == Room::Kitchen && self.random.happens(12.0 * 3_600.0, dt) {
            self.alarm = self.random.between(40.0, 120.0);
        }
        self.battery = (self.battery - dt * 2.0e-6).max(1.0);
    }

    fn report(&mut self, _house: &House, out: &mut Outbox) {
        let state = json!({ "smoke": self.alarm > 0.0, "battery": round(self.battery, 0) });
        out.state(Link::Home, &self.me.topic("state"), state.to_string(), 0);
    }
}

/// A doorbell: events, which are not kept.
pub(super) struct Doorbell {
    me: Identity,
    rings: u32,
    random: Random,
}

impl Doorbell {
    pub fn new(random: Random) -> Self {
        let me = Identity {
            id: "doorbell",
            name: "Doorbell",
            area: Room::Hall.name(),
            maker: "Wachsam",
            model: "Ding 2",
        };
        Self { me, rings: 0, random }
    }
}

impl Device for Doorbell {
    fn announce(&self, out: &mut Outbox) {
        let config = json!({
            "ring": { "p": "event", "name": "Ring", "dev_cla": "doorbell", "evt_typ": ["press"], "stat_t": "~/ring" },
        });
        self.me.short(out, &config);
    }

    fn advance(&mut self, dt: f64, house: &mut House) {
        if (8.0..21.0).contains(&house.hour()) && self.random.happens(2.0 * 3_600.0, dt) {
            self.rings += 1;
            house.visitor = 40.0;
        }
    }

    fn report(&mut self, _house: &House, out: &mut Outbox) {
        if std::mem::take(&mut self.rings) > 0 {
            out.event(
                Link::Home,
                &self.me.topic("ring"),
                json!({ "event_type": "press" }).to_string(),
            );
        }
    }
}
