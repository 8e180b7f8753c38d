//! Two plugs with Tasmota's topics, each on a connection of its own, made known by Home Assistant discovery.

use serde_json::json;

use super::device::Device;
use super::house::House;
use super::pending::Pending;
use super::rooms::Room;
use crate::outbox::Outbox;
use crate::random::{Random, lag, round};
use crate::world::Link;

/// Their topics.
pub(super) const TV: &str = "tasmota_5E21C4";
pub(super) const DESK: &str = "tasmota_5E3A90";

/// The last-will topic of a plug.
pub(super) fn lwt(topic: &str) -> String {
    format!("tele/{topic}/LWT")
}

/// A plug that measures.
pub(super) struct Plug {
    link: Link,
    topic: &'static str,
    name: &'static str,
    room: Room,
    /// Hours of the day at which what is plugged in is used, and its watts.
    used: (f64, f64),
    watts: f64,
    on: bool,
    power: f64,
    /// kWh; only rises.
    total: f64,
    today: f64,
    day: Option<i64>,
    uptime: f64,
    pending: Pending<Option<bool>>,
    /// A result that has to be told.
    result: bool,
    random: Random,
}

impl Plug {
    pub fn tv(random: Random) -> Self {
        Self::new(
            Link::TvPlug,
            TV,
            "TV",
            Room::Living,
            (18.5, 23.0),
            96.0,
            402.118,
            random,
        )
    }

    pub fn desk(random: Random) -> Self {
        Self::new(
            Link::DeskPlug,
            DESK,
            "Desk",
            Room::Office,
            (8.5, 17.75),
            118.0,
            655.902,
            random,
        )
    }

    #[allow(clippy::too_many_arguments)] // two callers, just above
    fn new(
        link: Link,
        topic: &'static str,
        name: &'static str,
        room: Room,
        used: (f64, f64),
        watts: f64,
        total: f64,
        random: Random,
    ) -> Self {
        Self {
            link,
            topic,
            name,
            room,
            used,
            watts,
            on: true,
            power: 0.0,
            total,
            today: 0.31,
            day: None,
            uptime: 86_400.0,
            pending: Pending::default(),
            result: false,
            random,
        }
    }

    fn word(&self) -> &'static str {
        if self.on { "ON" } else { "OFF" }
    }
}

impl Device for Plug {
    fn link(&self) -> Link {
        self.link
    }

    fn announce(&self, out: &mut Outbox) {
        let topic = self.topic;
        let id = topic.trim_start_matches("tasmota_");
        let device = json!({
            "ids": [id], "cns": [["mac", format!("c4:4f:33:{}:{}:{}", &id[..2], &id[2..4], &id[4..]).to_lowercase()]],
            "name": format!("{} plug", self.name), "mf": "Tasmota", "mdl": "Plug S", "sw": "14.2.0", "sa": self.room.name(),
        });
        let common =
            json!({ "avty_t": lwt(topic), "pl_avail": "Online", "pl_not_avail": "Offline", "dev": device });
        let mut say = |component: &str, object: &str, own: serde_json::Value| {
            let mut config = common.clone();
            if let (Some(config), serde_json::Value::Object(own)) = (config.as_object_mut(), own) {
                config.extend(own);
            }
            config["uniq_id"] = format!("{id}_{object}").into();
            out.announce(
                self.link,
                &format!("homeassistant/{component}/{id}_{object}/config"),
                config.to_string(),
            );
        };
        say(
            "switch",
            "RL_1",
            json!({
                "name": null, "stat_t": format!("tele/{topic}/STATE"), "val_tpl": "{{value_json.POWER}}",
                "cmd_t": format!("cmnd/{topic}/POWER"), "pl_on": "ON", "pl_off": "OFF", "dev_cla": "outlet",
            }),
        );
        for (object, name, key, unit, class, kind) in [
            ("ENERGY_Power", "Power", "Power", "W", "power", "measurement"),
            (
                "ENERGY_Voltage",
                "Voltage",
                "Voltage",
                "V",
                "voltage",
                "measurement",
            ),
            (
                "ENERGY_Current",
                "Current",
                "Current",
                "A",
                "current",
                "measurement",
            ),
            (
                "ENERGY_Total",
                "Energy",
                "Total",
                "kWh",
                "energy",
                "total_increasing",
            ),
            (
                "ENERGY_Today",
                "Energy today",
                "Today",
                "kWh",
                "energy",
                "total_increasing",
            ),
        ] {
            say(
                "sensor",
                object,
                json!({
                    "name": name, "stat_t": format!("tele/{topic}/SENSOR"),
                    "val_tpl": format!("{{{{value_json['ENERGY'].{key}}}}}"), "unit_of_meas": unit, "dev_cla": class, "stat_cla": kind,
                }),
            );
        }
        out.announce(self.link, &lwt(topic), "Online");
    }

    fn filters(&self) -> Vec<String> {
        vec![
            format!("cmnd/{}/POWER", self.topic),
            format!("cmnd/{}/POWER1", self.topic),
        ]
    }

    fn receive(&mut self, _topic: &str, text: &str) {
        let on = match text.trim().to_ascii_uppercase().as_str() {
            "ON" | "1" | "TRUE" => Some(true),
            "OFF" | "0" | "FALSE" => Some(false),
            "TOGGLE" | "2" => None,
            _ => return,
        };
        self.pending.push(0.2, on);
    }

    fn advance(&mut self, dt: f64, house: &mut House) {
        for on in self.pending.due(dt) {
            self.on = on.unwrap_or(!self.on);
            self.result = true;
        }
        if self
            .day
            .replace(house.day())
            .is_some_and(|day| day != house.day())
        {
            self.today = 0.0;
        }
        let in_use = (self.used.0..self.used.1).contains(&house.hour());
        let watts = if in_use {
            self.watts * (1.0 + 0.05 * self.random.bell())
        } else {
            1.4
        };
        self.power = if self.on {
            lag(self.power, watts.max(0.0), dt, 1.5)
        } else {
            0.0
        };
        let energy = self.power * dt / 3.6e6;
        self.total += energy;
        self.today += energy;
        self.uptime += dt;
        house.used += self.power + 0.5;
    }

    fn report(&mut self, house: &House, out: &mut Outbox) {
        let topic = self.topic;
        // Tasmota's clock has no zone.
        let seconds = house.local as i64;
        let time = jiff::Timestamp::from_second(seconds)
            .map_or_else(|_| String::new(), |t| t.strftime("%Y-%m-%dT%H:%M:%S").to_string());
        if std::mem::take(&mut self.result) {
            out.event(
                self.link,
                &format!("stat/{topic}/RESULT"),
                json!({ "POWER": self.word() }).to_string(),
            );
            out.event(self.link, &format!("stat/{topic}/POWER"), self.word());
        }
        let (up, word) = (self.uptime as u64, self.word());
        let state = json!({
            "Time": time, "Uptime": format!("{}T{:02}:{:02}:{:02}", up / 86_400, up / 3_600 % 24, up / 60 % 60, up % 60),
            "UptimeSec": up, "Heap": 25, "POWER": word, "Wifi": { "AP": 1, "SSId": "home", "RSSI": 78, "Signal": -61 },
        });
        out.urgent_state(
            self.link,
            &format!("tele/{topic}/STATE"),
            &state,
            &json!(word),
            60_000,
        );
        let volts = 230.0 + self.random.between(-0.8, 0.8);
        let sensor = json!({
            "Time": time,
            "ENERGY": {
                "TotalStartTime": "2025-02-03T17:20:41", "Total": round(self.total, 3), "Yesterday": 0.842,
                "Today": round(self.today, 3), "Period": 0, "Power": round(self.power, 0), "ApparentPower": round(self.power * 1.12, 0),
                "ReactivePower": round(self.power * 0.5, 0), "Factor": 0.89, "Voltage": round(volts, 0),
                "Current": round(self.power * 1.12 / volts, 3),
            },
        });
        out.urgent_state(
            self.link,
            &format!("tele/{topic}/SENSOR"),
            &sensor,
            &json!(word),
            5_000,
        );
    }
}
