//! The phone of the one who drives to work, with OwnTracks: where it is, how full it is, and when it leaves and comes home.

use serde_json::{Value, json};

use super::device::Device;
use super::house::House;
use super::place::{HOME, between};
use crate::outbox::Outbox;
use crate::random::{Random, round};
use crate::world::{Link, Message};

/// Where it speaks: `owntracks/<user>/<device>`.
const BASE: &str = "owntracks/alex/phone";
/// The region around the house, and how far it reaches, in metres.
const REGION: &str = "Home";
const RADIUS: f64 = 120.0;

/// The phone.
pub(super) struct Phone {
    /// %.
    battery: f64,
    way: f64,
    /// Going home or to work, in km/h.
    speed: f64,
    /// Whether it was home; `None` before it was looked at.
    home: Option<bool>,
    /// A region that was entered or left and is still to be told.
    crossed: bool,
    /// Somebody asked where it is.
    asked: bool,
    random: Random,
}

impl Phone {
    pub fn new(random: Random) -> Self {
        Self {
            battery: 82.0,
            way: 0.0,
            speed: 0.0,
            home: None,
            crossed: false,
            asked: false,
            random,
        }
    }

    /// What the broker says when it is lost. Its time is that of the connection.
    pub fn will(at: i64) -> Message {
        Message {
            link: Link::Phone,
            topic: BASE.to_owned(),
            payload: json!({ "_type": "lwt", "tst": at / 1_000 })
                .to_string()
                .into_bytes(),
            qos: 1,
            retain: false,
        }
    }

    fn position(&self) -> (f64, f64) {
        between(self.way)
    }
}

impl Device for Phone {
    fn link(&self) -> Link {
        Link::Phone
    }

    fn announce(&self, out: &mut Outbox) {
        let card = json!({ "_type": "card", "name": "Alex's phone", "tid": "al" });
        out.announce(Link::Phone, &format!("{BASE}/info"), card.to_string());
    }

    fn filters(&self) -> Vec<String> {
        vec![format!("{BASE}/cmd")]
    }

    fn receive(&mut self, _topic: &str, text: &str) {
        let command: Value = serde_json::from_str(text).unwrap_or_default();
        if command["_type"] == "cmd" && command["action"] == "reportLocation" {
            self.asked = true;
        }
    }

    fn advance(&mut self, dt: f64, house: &mut House) {
        // Fifteen kilometres of way.
        self.speed = if dt > 0.0 {
            (house.way - self.way).abs() * 15.0 / dt * 3_600.0
        } else {
            0.0
        };
        self.way = house.way;
        let home = self.way <= 0.0;
        if self.home.replace(home).is_some_and(|before| before != home) {
            self.crossed = true;
        }
        let charges = home && house.asleep;
        self.battery = (self.battery + dt * if charges { 0.01 } else { -0.001_2 }).clamp(5.0, 100.0);
        // It is put on its dock before it is empty.
        if self.battery <= 5.0 {
            self.battery = 60.0;
        }
    }

    fn report(&mut self, house: &House, out: &mut Outbox) {
        let home = self.way <= 0.0;
        let (latitude, longitude) = self.position();
        let (crossed, asked) = (std::mem::take(&mut self.crossed), std::mem::take(&mut self.asked));
        let mark = json!([
            home,
            crossed,
            (self.way * 200.0).round(),
            round(self.battery, 0),
            out.time() / 300_000
        ]);
        if !(out.due(BASE, mark.to_string(), if crossed { 0 } else { 10_000 }) || asked) {
            return;
        }
        let tst = out.time() / 1_000;
        let mut location = json!({
            "_type": "location", "tid": "al", "lat": latitude, "lon": longitude, "acc": round(self.random.between(5.0, 14.0), 0), "alt": 41,
            "vac": 4, "batt": round(self.battery, 0), "bs": if home && house.asleep { 2 } else { 1 }, "conn": if home { "w" } else { "m" },
            "vel": round(self.speed, 0), "t": if asked { "r" } else { "u" }, "m": 1, "tst": tst, "created_at": tst, "topic": BASE,
        });
        if home {
            location["inregions"] = json!([REGION]);
            location["SSID"] = "home".into();
        }
        out.announce(Link::Phone, BASE, location.to_string());
        if crossed {
            let (wlat, wlon) = HOME;
            let event = json!({
                "_type": "transition", "event": if home { "enter" } else { "leave" }, "desc": REGION, "tid": "al", "lat": wlat, "lon": wlon,
                "acc": RADIUS, "tst": tst, "wtst": 1_735_689_600, "t": "c",
            });
            out.event(Link::Phone, &format!("{BASE}/event"), event.to_string());
        }
    }
}
