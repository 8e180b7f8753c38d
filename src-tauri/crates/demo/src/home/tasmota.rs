//! Two plugs with Tasmota, each on a connection of its own, which announce themselves as its firmware does.
//!
//! | topic | what |
//! |---|---|
//! | `tasmota/discovery/<MAC>/config` and `/sensors` | who it is and what it measures, retained |
//! | `tele/<topic>/LWT`, `STATE`, `SENSOR` | whether it is there; what it does and measures, from time to time |
//! | `cmnd/<topic>/POWER`, `STATE`, `STATUS` | what it is asked |
//! | `stat/<topic>/RESULT`, `POWER`, `STATUS10` | what it answers |

use serde_json::{Value, json};

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
const FIRMWARE: &str = "14.2.0(release-tasmota)";
/// Answers that wait; who asks for more is no person.
const MOST_ANSWERS: usize = 32;

/// The last-will topic of a plug.
pub(super) fn lwt(topic: &str) -> String {
    format!("tele/{topic}/LWT")
}

/// What it has to answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    /// What its relay does now.
    Power,
    /// `STATE`.
    State,
    /// `STATUS 10`: what it measures.
    Measured,
    /// A word that it does not know.
    Unknown,
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
    /// Seconds since the epoch in local time: Tasmota's clock has no zone.
    clock: f64,
    volts: f64,
    pending: Pending<Option<bool>>,
    answers: Vec<Answer>,
    random: Random,
}

impl Plug {
    pub fn tv(random: Random, local: f64) -> Self {
        Self {
            link: Link::TvPlug,
            topic: TV,
            name: "TV plug",
            room: Room::Living,
            used: (18.5, 23.0),
            watts: 96.0,
            total: 402.118,
            ..Self::desk(random, local)
        }
    }

    pub fn desk(random: Random, local: f64) -> Self {
        Self {
            link: Link::DeskPlug,
            topic: DESK,
            name: "Desk plug",
            room: Room::Office,
            used: (8.5, 17.75),
            watts: 118.0,
            on: true,
            power: 0.0,
            total: 655.902,
            today: 0.31,
            day: None,
            uptime: 86_400.0,
            clock: local,
            volts: 230.0,
            pending: Pending::default(),
            answers: Vec::new(),
            random,
        }
    }

    fn word(&self) -> &'static str {
        if self.on { "ON" } else { "OFF" }
    }

    /// Its hardware address, without separators.
    fn mac(&self) -> String {
        format!("C44F33{}", self.topic.trim_start_matches("tasmota_"))
    }

    fn time(&self) -> String {
        jiff::Timestamp::from_second(self.clock as i64)
            .map_or_else(|_| String::new(), |t| t.strftime("%Y-%m-%dT%H:%M:%S").to_string())
    }

    /// `STATE`.
    fn state(&self) -> Value {
        let up = self.uptime as u64;
        json!({
            "Time": self.time(),
            "Uptime": format!("{}T{:02}:{:02}:{:02}", up / 86_400, up / 3_600 % 24, up / 60 % 60, up % 60),
            "UptimeSec": up, "Heap": 25, "SleepMode": "Dynamic", "Sleep": 50, "LoadAvg": 19, "MqttCount": 1, "POWER": self.word(),
            "Wifi": {
                "AP": 1, "SSId": "home", "BSSId": "3C:37:12:9A:01:44", "Channel": 6, "Mode": "11n", "RSSI": 78, "Signal": -61,
                "LinkCount": 1, "Downtime": "0T00:00:05",
            },
        })
    }

    /// `SENSOR`.
    fn measured(&self) -> Value {
        json!({
            "Time": self.time(),
            "ENERGY": {
                "TotalStartTime": "2025-02-03T17:20:41", "Total": round(self.total, 3), "Yesterday": 0.842,
                "Today": round(self.today, 3), "Period": 0, "Power": round(self.power, 0), "ApparentPower": round(self.power * 1.12, 0),
                "ReactivePower": round(self.power * 0.5, 0), "Factor": 0.89, "Voltage": round(self.volts, 0),
                "Current": round(self.power * 1.12 / self.volts, 3),
            },
        })
    }

    fn answer(&self, answer: Answer, out: &mut Outbox) {
        let stat = |what: &str| format!("stat/{}/{what}", self.topic);
        match answer {
            Answer::Power => {
                let result = json!({ "POWER": self.word() }).to_string();
                out.event(self.link, &stat("RESULT"), result);
                out.event(self.link, &stat("POWER"), self.word());
            }
            Answer::State => out.event(self.link, &stat("RESULT"), self.state().to_string()),
            Answer::Measured => {
                let status = json!({ "StatusSNS": self.measured() }).to_string();
                out.event(self.link, &stat("STATUS10"), status);
            }
            Answer::Unknown => {
                out.event(self.link, &stat("RESULT"), r#"{"Command":"Unknown"}"#);
            }
        }
    }
}

impl Device for Plug {
    fn link(&self) -> Link {
        self.link
    }

    fn announce(&self, out: &mut Outbox) {
        let (topic, mac) = (self.topic, self.mac());
        // Its name begins with its room, as people write it who have many.
        let name = format!("{}/{}", self.room.name(), self.name);
        let mut relays = [0; 32];
        relays[0] = 1;
        let (switches, names, buttons) = ([-1; 28], [(); 28], [0; 32]);
        let config = json!({
            "ip": if self.topic == TV { "192.168.1.61" } else { "192.168.1.62" },
            "dn": name, "fn": [name, null, null, null, null, null, null, null],
            "hn": topic.replace('_', "-"), "mac": mac, "md": "NOUS A1T", "ty": 0, "if": 0, "cam": 0, "ofln": "Offline", "onln": "Online",
            "state": ["OFF", "ON", "TOGGLE", "HOLD"], "sw": FIRMWARE, "t": topic, "ft": "%prefix%/%topic%/",
            "tp": ["cmnd", "stat", "tele"], "rl": relays, "swc": switches, "swn": names,
            "btn": buttons, "so": { "4": 0, "11": 0, "13": 0, "17": 0, "20": 0, "30": 0, "68": 0, "73": 0, "82": 0, "114": 0, "117": 0 },
            "lk": 0, "lt_st": 0, "bat": 0, "dslp": 0, "sho": [0, 0, 0, 0], "sht": [[0, 0, 0], [0, 0, 0], [0, 0, 0], [0, 0, 0]], "ver": 1,
        });
        let discovery = format!("tasmota/discovery/{mac}");
        out.announce(self.link, &format!("{discovery}/config"), config.to_string());
        let sensors = json!({ "sn": self.measured(), "ver": 1 });
        out.announce(self.link, &format!("{discovery}/sensors"), sensors.to_string());
        out.announce(self.link, &lwt(topic), "Online");
    }

    fn filters(&self) -> Vec<String> {
        ["POWER", "POWER1", "STATE", "STATUS", "Backlog", "TelePeriod"]
            .map(|command| format!("cmnd/{}/{command}", self.topic))
            .into()
    }

    fn receive(&mut self, topic: &str, text: &str) {
        let text = text.trim();
        let answer = match topic.rsplit('/').next() {
            Some("STATE") => Answer::State,
            Some("STATUS") if text == "10" => Answer::Measured,
            Some("POWER" | "POWER1") if text.is_empty() => Answer::Power,
            Some("POWER" | "POWER1") => {
                match text.to_ascii_uppercase().as_str() {
                    "ON" | "1" | "TRUE" => self.pending.push(0.2, Some(true)),
                    "OFF" | "0" | "FALSE" => self.pending.push(0.2, Some(false)),
                    "TOGGLE" | "2" => self.pending.push(0.2, None),
                    // As the firmware does: it tells what it is.
                    _ => self.answers.push(Answer::Power),
                }
                self.answers.truncate(MOST_ANSWERS);
                return;
            }
            _ => Answer::Unknown,
        };
        if self.answers.len() < MOST_ANSWERS {
            self.answers.push(answer);
        }
    }

    fn advance(&mut self, dt: f64, house: &mut House) {
        for on in self.pending.due(dt) {
            self.on = on.unwrap_or(!self.on);
            self.answers.push(Answer::Power);
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
        self.clock = house.local;
        house.used += self.power + 0.5;
    }

    fn report(&mut self, _house: &House, out: &mut Outbox) {
        self.volts = 230.0 + self.random.between(-0.8, 0.8);
        for answer in std::mem::take(&mut self.answers) {
            self.answer(answer, out);
        }
        let (topic, word) = (self.topic, json!(self.word()));
        out.urgent_state(
            self.link,
            &format!("tele/{topic}/STATE"),
            &self.state(),
            &word,
            60_000,
        );
        out.urgent_state(
            self.link,
            &format!("tele/{topic}/SENSOR"),
            &self.measured(),
            &word,
            5_000,
        );
    }
}
