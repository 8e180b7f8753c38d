//! The garage door's motor behind a Shelly Plus 2PM: JSON-RPC over MQTT, as its firmware speaks it.
//!
//! | topic | what |
//! |---|---|
//! | `<id>/online` | whether it is there, retained |
//! | `<id>/events/rpc` | `NotifyStatus` with what has changed |
//! | `<id>/rpc` | what it is asked; the answer goes to `<src>/rpc` |

use serde_json::{Value, json};

use super::covers::Cover;
use super::device::Device;
use super::house::House;
use super::rooms::Room;
use crate::outbox::Outbox;
use crate::random::{Random, lag, round};
use crate::world::Link;

/// Its id, which is the prefix of its topics as well.
const ID: &str = "shellyplus2pm-a8032ab1c2d4";
const MAC: &str = "A8032AB1C2D4";
const FIRMWARE: &str = "1.4.4";
/// Answers that wait, and the longest name of who asks.
const MOST_ANSWERS: usize = 64;
const LONGEST_SOURCE: usize = 128;

/// The last-will topic.
pub(super) fn online() -> String {
    format!("{ID}/online")
}

/// The motor with its relay.
pub(super) struct GarageDoor {
    cover: Cover,
    power: f64,
    /// Wh; only rises.
    energy: f64,
    /// °C.
    warmth: f64,
    uptime: f64,
    /// Seconds since the epoch.
    now: i64,
    /// Topics and payloads of answers.
    answers: Vec<(String, String)>,
    random: Random,
}

impl GarageDoor {
    pub fn new(random: Random) -> Self {
        Self {
            cover: Cover::garage(),
            power: 0.0,
            energy: 18_432.6,
            warmth: 31.0,
            uptime: 1_204_311.0,
            now: 0,
            answers: Vec::new(),
            random,
        }
    }

    /// Status of the part that moves.
    fn status(&self) -> Value {
        let volts = 231.4;
        json!({
            "id": 0, "source": "MQTT", "state": self.cover.word(), "apower": round(self.power, 1), "voltage": volts,
            "current": round(self.power / volts, 3), "pf": if self.power > 0.0 { 0.97 } else { 0.0 }, "freq": 50.0,
            "aenergy": { "total": round(self.energy, 3), "by_minute": [0.0, 0.0, 0.0], "minute_ts": self.now - self.now.rem_euclid(60) },
            "temperature": { "tC": round(self.warmth, 1), "tF": round(self.warmth * 1.8 + 32.0, 1) },
            "pos_control": true, "last_direction": self.cover.last_direction(), "current_pos": round(self.cover.position(), 0),
            "errors": [],
        })
    }

    fn info() -> Value {
        json!({
            "name": format!("{}/Garage door", Room::Garage.name()), "id": ID, "mac": MAC, "slot": 0, "model": "SNSW-102P16EU", "gen": 2,
            "fw_id": "20241011-114455/1.4.4-g6d2a586", "ver": FIRMWARE, "app": "Plus2PM", "auth_en": false, "auth_domain": null,
            "profile": "cover",
        })
    }

    fn whole_status(&self) -> Value {
        json!({
            "ble": {}, "cloud": { "connected": false }, "cover:0": self.status(), "input:0": { "id": 0, "state": false },
            "input:1": { "id": 1, "state": false }, "mqtt": { "connected": true },
            "sys": {
                "mac": MAC, "restart_required": false, "time": "12:00", "unixtime": self.now, "uptime": self.uptime as u64,
                "ram_size": 259_328, "ram_free": 141_204, "fs_size": 393_216, "fs_free": 114_688, "cfg_rev": 14, "kvs_rev": 0,
                "schedule_rev": 1, "webhook_rev": 0, "available_updates": {}, "reset_reason": 3,
            },
            "wifi": { "sta_ip": "192.168.1.71", "status": "got ip", "ssid": "home", "rssi": -58 }, "ws": { "connected": false },
        })
    }

    fn config() -> Value {
        json!({
            "cover:0": {
                "id": 0, "name": null, "motor": { "idle_power_thr": 2.0, "idle_confirm_period": 0.25 }, "maxtime_open": 60.0,
                "maxtime_close": 60.0, "initial_state": "stopped", "invert_directions": false, "in_mode": "dual", "swap_inputs": false,
            },
            "input:0": { "id": 0, "name": null, "type": "switch", "enable": true, "invert": false },
            "input:1": { "id": 1, "name": null, "type": "switch", "enable": true, "invert": false },
            "mqtt": { "enable": true, "client_id": ID, "topic_prefix": ID, "rpc_ntf": true, "status_ntf": false, "enable_rpc": true, "enable_control": true },
            "sys": {
                "device": {
                    "name": format!("{}/Garage door", Room::Garage.name()), "mac": MAC, "fw_id": "20241011-114455/1.4.4-g6d2a586",
                    "profile": "cover", "discoverable": true,
                },
                "cfg_rev": 14,
            },
        })
    }

    /// What a call gives: a result, or the number and text of an error.
    fn call(&mut self, method: &str, params: &Value) -> Result<Value, (i32, String)> {
        let part = |params: &Value| match params["id"].as_i64() {
            Some(0) => Ok(()),
            Some(id) => Err((-105, format!("Argument 'id', value {id} not found!"))),
            None => Err((-103, "Missing required argument 'id'!".to_owned())),
        };
        match method {
            "Shelly.GetDeviceInfo" => Ok(Self::info()),
            "Shelly.GetStatus" => Ok(self.whole_status()),
            "Shelly.GetConfig" => Ok(Self::config()),
            "Shelly.GetComponents" => Ok(
                json!({ "components": [], "cfg_rev": 14, "offset": params["offset"].as_i64().unwrap_or(0), "total": 0 }),
            ),
            "Cover.GetStatus" => part(params).map(|()| self.status()),
            "Cover.Open" | "Cover.Close" | "Cover.Stop" => {
                part(params)?;
                match method {
                    "Cover.Open" => self.cover.go_to(100.0),
                    "Cover.Close" => self.cover.go_to(0.0),
                    _ => self.cover.halt(),
                }
                Ok(Value::Null)
            }
            "Cover.GoToPosition" => {
                part(params)?;
                let position = params["pos"].as_f64().filter(|pos| (0.0..=100.0).contains(pos));
                let Some(position) = position else {
                    return Err((-103, "Argument 'pos' is missing or out of range!".to_owned()));
                };
                self.cover.go_to(position);
                Ok(Value::Null)
            }
            other => Err((
                404,
                format!("No handler for {}", other.chars().take(64).collect::<String>()),
            )),
        }
    }
}

impl Device for GarageDoor {
    fn link(&self) -> Link {
        Link::Garage
    }

    fn announce(&self, out: &mut Outbox) {
        out.announce(Link::Garage, &online(), "true");
    }

    fn filters(&self) -> Vec<String> {
        vec![format!("{ID}/rpc")]
    }

    fn receive(&mut self, _topic: &str, text: &str) {
        let Ok(request) = serde_json::from_str::<Value>(text) else {
            return;
        };
        let (Some(method), Some(source)) = (request["method"].as_str(), request["src"].as_str()) else {
            return;
        };
        let fits = !source.is_empty() && source.len() <= LONGEST_SOURCE && !source.contains(['+', '#', '\0']);
        if !fits || self.answers.len() >= MOST_ANSWERS {
            return;
        }
        let mut answer = json!({ "id": request["id"], "src": ID, "dst": source });
        match self.call(method, &request["params"]) {
            Ok(result) => answer["result"] = result,
            Err((code, message)) => answer["error"] = json!({ "code": code, "message": message }),
        }
        self.answers.push((format!("{source}/rpc"), answer.to_string()));
    }

    fn advance(&mut self, dt: f64, house: &mut House) {
        self.cover.advance(dt, house);
        self.power = if self.cover.moves() {
            lag(self.power, 340.0 + 6.0 * self.random.bell(), dt, 0.5)
        } else {
            0.0
        };
        self.energy += self.power * dt / 3_600.0;
        self.warmth = lag(
            self.warmth,
            house.air(Room::Garage).temperature + 18.0 + self.power / 60.0,
            dt,
            900.0,
        );
        self.uptime += dt;
    }

    fn report(&mut self, _house: &House, out: &mut Outbox) {
        self.now = out.time() / 1_000;
        for (topic, answer) in std::mem::take(&mut self.answers) {
            out.event(Link::Garage, &topic, answer);
        }
        let status = self.status();
        // A notification tells what has changed; this one is told when it matters, or now and then.
        let mut part = json!({ "id": 0 });
        for key in [
            "state",
            "current_pos",
            "apower",
            "current",
            "last_direction",
            "source",
        ] {
            part[key] = status[key].clone();
        }
        let ts = out.time() as f64 / 1_000.0;
        let notify = |part: &Value| json!({ "src": ID, "dst": format!("{ID}/events"), "method": "NotifyStatus", "params": { "ts": ts, "cover:0": part } });
        let topic = format!("{ID}/events/rpc");
        let often = if self.cover.moves() { 900 } else { 0 };
        if out.due(&topic, part.to_string(), often) {
            out.event(Link::Garage, &topic, notify(&part).to_string());
        }
        if out.due(&format!("{ID}/slow"), (out.time() / 60_000).to_string(), 0) {
            let slow = json!({
                "id": 0, "aenergy": status["aenergy"], "temperature": status["temperature"], "voltage": status["voltage"],
            });
            out.event(Link::Garage, &topic, notify(&slow).to_string());
        }
    }
}
