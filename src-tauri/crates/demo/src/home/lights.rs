//! Lamps, and one on Home Assistant's JSON schema. They go on in the dark where somebody is, unless a hand has said otherwise.

use serde_json::{Value, json};

use super::announce::Identity;
use super::device::Device;
use super::house::House;
use super::pending::Pending;
use super::rooms::Room;
use crate::outbox::Outbox;
use crate::random::lag;
use crate::world::Link;

/// How long a command takes, in seconds.
const DELAY: f64 = 0.3;
/// How long a hand's word counts, in seconds.
const BY_HAND: f64 = 1_800.0;
/// Colour temperatures, in mireds.
const COLDEST: u64 = 153;
const WARMEST: u64 = 454;

/// What a JSON light is told; absent = as it is.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Order {
    pub on: Option<bool>,
    pub brightness: Option<u8>,
    pub mireds: Option<u64>,
}

impl Order {
    /// Reads a command of the JSON schema.
    pub fn read(text: &str) -> Option<Self> {
        let json: Value = serde_json::from_str(text).ok()?;
        let object = json.as_object()?;
        let on = match object.get("state").and_then(Value::as_str) {
            Some("ON") => Some(true),
            Some("OFF") => Some(false),
            _ => None,
        };
        let brightness = object
            .get("brightness")
            .and_then(Value::as_u64)
            .map(|b| b.min(255) as u8);
        let mireds = object
            .get("color_temp")
            .and_then(Value::as_u64)
            .map(|m| m.clamp(COLDEST, WARMEST));
        Some(Self {
            on,
            brightness,
            mireds,
        })
    }
}

/// What a lamp does.
#[derive(Debug, Clone, Copy)]
pub(super) struct Glow {
    pub on: bool,
    /// 1 to 255.
    pub brightness: u8,
    pub mireds: u64,
    /// Present light, 0 to 1: it fades.
    pub light: f64,
}

impl Default for Glow {
    fn default() -> Self {
        Self {
            on: false,
            brightness: 200,
            mireds: 370,
            light: 0.0,
        }
    }
}

impl Glow {
    /// Follows an order. A brightness of 0 is off.
    pub fn obey(&mut self, order: Order) {
        match order.brightness {
            Some(0) => self.on = false,
            Some(brightness) => (self.on, self.brightness) = (true, brightness),
            None => {}
        }
        if let Some(on) = order.on {
            self.on = on;
        }
        if let Some(mireds) = order.mireds {
            self.mireds = mireds;
        }
    }

    /// Lets `dt` seconds pass.
    pub fn fade(&mut self, dt: f64) {
        let target = if self.on {
            f64::from(self.brightness) / 255.0
        } else {
            0.0
        };
        self.light = lag(self.light, target, dt, 0.4);
    }

    /// The state of the JSON schema.
    fn state(&self) -> Value {
        json!({
            "state": if self.on { "ON" } else { "OFF" }, "brightness": self.brightness, "color_mode": "color_temp",
            "color_temp": self.mireds,
        })
    }
}

/// A lamp.
pub(super) struct Lamp {
    me: Identity,
    room: Room,
    watts: f64,
    glow: Glow,
    /// Seconds that a hand's word still counts.
    by_hand: f64,
    pending: Pending<Order>,
}

impl Lamp {
    /// A lamp with colour temperature, described in the single-component form.
    pub fn json(id: &'static str, name: &'static str, room: Room, watts: f64) -> Self {
        let me = Identity {
            id,
            name,
            area: room.name(),
            maker: "Lumen & Sohn",
            model: "Disc 40",
        };
        Self {
            me,
            room,
            watts,
            glow: Glow::default(),
            by_hand: 0.0,
            pending: Pending::default(),
        }
    }
}

impl Device for Lamp {
    fn announce(&self, out: &mut Outbox) {
        let config = json!({
            "light": {
                "platform": "light", "schema": "json", "name": null, "brightness": true,
                "supported_color_modes": ["color_temp"], "min_mireds": COLDEST, "max_mireds": WARMEST,
                "state_topic": self.me.topic("state"), "command_topic": self.me.topic("set"),
            },
        });
        self.me.single(out, &config);
    }

    fn filters(&self) -> Vec<String> {
        vec![self.me.topic("set")]
    }

    fn receive(&mut self, _topic: &str, text: &str) {
        if let Some(order) = Order::read(text) {
            self.pending.push(DELAY, order);
        }
    }

    fn advance(&mut self, dt: f64, house: &mut House) {
        for order in self.pending.due(dt) {
            self.glow.obey(order);
            self.by_hand = BY_HAND;
        }
        self.by_hand = (self.by_hand - dt).max(0.0);
        if self.by_hand == 0.0 {
            self.glow.on = house.is_dark() && house.person == self.room && !house.asleep;
        }
        self.glow.fade(dt);
        house.used += 0.4 + self.watts * self.glow.light;
    }

    fn report(&mut self, _house: &House, out: &mut Outbox) {
        out.state(
            Link::Home,
            &self.me.topic("state"),
            self.glow.state().to_string(),
            0,
        );
    }
}
