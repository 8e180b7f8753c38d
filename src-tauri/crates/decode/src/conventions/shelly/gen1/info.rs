//! `info` (all of a device's state), `status` and `settings`: JSON of which only what has no topic of its own is read.

use hearthline_model::{Kind, Role, Value};
use serde_json::Value as Json;

use super::device::{Device, at};
use super::sensor::battery;
use super::topics::{exact, temperature};
use super::trv;
use crate::conventions::shelly::draft::{Draft, Sink, device_time};
use crate::conventions::shelly::write::Form;

/// Parts of `info` that each have a topic of their own.
const ELSEWHERE: &[&str] = &[
    "relays",
    "meters",
    "emeters",
    "rollers",
    "lights",
    "inputs",
    "ext_sensors",
    "ext_temperature",
    "ext_humidity",
    "ext_switch",
    "adcs",
    "valves",
    "gas_sensor",
    "concentration",
    "temperature",
    "overtemperature",
    "temperature_status",
    "overload",
    "loaderror",
    "total_power",
];
/// Parts that tell of the firmware's own business.
const INNER: &[&str] = &[
    "serial",
    "cfg_changed_cnt",
    "actions_stats",
    "time",
    "unixtime",
    "has_update",
    "ram_lwm",
    "fs_mounted",
    "ps_mode",
    "dbg_flags",
    "connect_retries",
    "mac",
    "is_valid",
];

/// Reads what a message tells.
pub(super) fn read(device: &mut Device, sub: &str, json: &Json, sink: &mut Sink<'_, '_>) {
    if !json.is_object() {
        let topic = device.topic(sub);
        device
            .points
            .ignore(sink, device.ix, &topic, sub, "it is no JSON object");
        return;
    }
    let before = device.desc();
    if sub == "info" {
        device.mac(json["mac"].as_str().map(str::to_owned));
    }
    if let Some(name) = json["name"].as_str().filter(|_| sub == "settings") {
        device.named(name);
    }
    device.describe(&before, sink);
    let time = json.get("unixtime").or_else(|| json.get("timestamp"));
    if let Some(seconds) = time {
        sink.at = device_time(seconds, sink.received);
    }
    if let Some(thermostat) = json["thermostats"].get(0) {
        trv::read(device, sub, thermostat, sink);
    } else if json["target_t"].is_object() {
        trv::read(device, sub, json, sink);
    }
    let mut facts = Facts { device, sub, json };
    facts.sensors(sink);
    facts.network(sink);
    facts.update(sink);
    facts.left_out(sink);
}

struct Facts<'d, 'j> {
    device: &'d mut Device,
    sub: &'d str,
    json: &'j Json,
}

impl Facts<'_, '_> {
    /// What stands at a dotted path.
    fn get(&self, path: &str) -> Option<&Json> {
        let mut json = self.json;
        for key in path.split('.') {
            json = json.get(key)?;
        }
        (!json.is_null()).then_some(json)
    }

    fn put(
        &mut self,
        sink: &mut Sink<'_, '_>,
        key: &str,
        path: &str,
        value: Value,
        make: impl FnOnce() -> Draft,
    ) {
        let topic = self.device.topic(self.sub);
        self.device
            .points
            .set(sink, self.device.ix, key, value, || at(make(), topic, path));
    }

    fn flag(&mut self, sink: &mut Sink<'_, '_>, key: &str, paths: &[&str], make: impl FnOnce() -> Draft) {
        for path in paths {
            if let Some(on) = self.get(path).and_then(as_flag) {
                return self.put(sink, key, path, Value::Bool(on), make);
            }
        }
    }

    fn number(
        &mut self,
        sink: &mut Sink<'_, '_>,
        key: &str,
        paths: &[&str],
        fits: impl Fn(f64) -> bool,
        make: impl FnOnce() -> Draft,
    ) {
        for path in paths {
            if let Some(number) = self.get(path).and_then(Json::as_f64) {
                let value = exact(Some(number).filter(|n| fits(*n)));
                return self.put(sink, key, path, value, make);
            }
        }
    }

    fn sensors(&mut self, sink: &mut Sink<'_, '_>) {
        let percent = |n: f64| (0.0..=100.0).contains(&n);
        self.number(sink, "sensor/battery", &["bat.value", "bat"], percent, battery);
        self.number(
            sink,
            "bat.voltage",
            &["bat.voltage"],
            |n| n >= 0.0,
            || Draft::number("Battery voltage", "V", "voltage").diagnostic(),
        );
        self.number(
            sink,
            "sensor/lux",
            &["lux.value", "lux"],
            |n| n >= 0.0,
            || Draft::number("Illuminance", "lx", "illuminance"),
        );
        self.flag(sink, "sensor/motion", &["sensor.motion", "motion"], || {
            Draft::flag("Motion", "motion")
        });
        self.flag(
            sink,
            "sensor/vibration",
            &["sensor.vibration", "vibration"],
            || Draft::flag("Vibration", "vibration"),
        );
        self.flag(sink, "motion_active", &["sensor.active", "active"], || {
            Draft::new("Motion detection", Kind::Bool).diagnostic()
        });
        self.flag(sink, "charger", &["charger"], || {
            Draft::flag("Charging", "battery_charging").part("binary_sensor", "", Role::Charging)
        });
        self.flag(sink, "calibrated", &["calibrated"], || {
            Draft::new("Calibrated", Kind::Bool).diagnostic()
        });
        self.flag(sink, "overpower", &["overpower"], || {
            Draft::flag("Overpower", "problem").diagnostic()
        });
        // Without a topic of its own it is the room's (a motion sensor); with one it is the device's.
        let tmp = &self.json["tmp"];
        if let Some(read) = tmp["value"].as_f64().or_else(|| tmp["tC"].as_f64()) {
            let valid = tmp["is_valid"].as_bool() != Some(false);
            let path = if tmp["value"].is_number() {
                "tmp.value"
            } else {
                "tmp.tC"
            };
            let value = temperature(Some(read).filter(|_| valid), 900.0);
            let fahrenheit = path == "tmp.value" && tmp["units"].as_str() == Some("F");
            let own = self.device.points.has("temperature");
            if !own {
                self.put(sink, "sensor/temperature", path, value, || {
                    Draft::number("Temperature", if fahrenheit { "°F" } else { "°C" }, "temperature")
                });
            }
        }
        if let Some(hum) = self.get("hum.value").and_then(Json::as_f64) {
            let value = super::topics::humidity(Some(hum));
            self.put(sink, "sensor/humidity", "hum.value", value, || {
                Draft::number("Humidity", "%", "humidity").range(0.0, 100.0)
            });
        }
    }

    fn network(&mut self, sink: &mut Sink<'_, '_>) {
        // 0: not measured.
        self.number(
            sink,
            "rssi",
            &["wifi_sta.rssi"],
            |n| n != 0.0,
            || {
                Draft::number("WiFi signal", "dBm", "signal_strength")
                    .diagnostic()
                    .with(|desc| desc.role = Role::LinkQuality)
            },
        );
        for (key, path, name) in [
            ("ssid", "wifi_sta.ssid", "WiFi network"),
            ("ip", "wifi_sta.ip", "IP address"),
        ] {
            if let Some(text) = self.get(path).and_then(Json::as_str) {
                let value = Value::text(crate::decoder::shortened(text, 64));
                self.put(sink, key, path, value, || {
                    Draft::new(name, Kind::Text).diagnostic()
                });
            }
        }
        self.flag(sink, "cloud", &["cloud.connected"], || {
            Draft::flag("Cloud", "connectivity").diagnostic()
        });
        if let Some(there) = self.get("mqtt.connected").and_then(Json::as_bool)
            && !self.device.sleeps()
        {
            sink.context.online(self.device.ix, there, sink.at);
        }
        self.number(
            sink,
            "uptime",
            &["uptime"],
            |n| n >= 0.0,
            || Draft::number("Uptime", "s", "duration").diagnostic(),
        );
        for (key, name) in [
            ("ram_total", "Memory"),
            ("ram_free", "Free memory"),
            ("fs_size", "Storage"),
            ("fs_free", "Free storage"),
        ] {
            self.number(
                sink,
                key,
                &[key],
                |n| n >= 0.0,
                || {
                    Draft::number(name, "B", "data_size")
                        .diagnostic()
                        .with(|desc| desc.hidden = true)
                },
            );
        }
    }

    fn update(&mut self, sink: &mut Sink<'_, '_>) {
        let Some(has) = self.get("update.has_update").and_then(Json::as_bool) else {
            return;
        };
        let text = |key: &str| {
            let text = self.json["update"][key].as_str().unwrap_or_default();
            (!text.is_empty()).then(|| Value::text(crate::decoder::shortened(text, 100)))
        };
        let (installed, newest) = (text("old_version"), text("new_version"));
        self.put(sink, "update", "update.has_update", Value::Bool(has), || {
            Draft::flag("Update", "update").diagnostic()
        });
        if let Some(installed) = &installed {
            self.put(
                sink,
                "update.installed",
                "update.old_version",
                installed.clone(),
                || {
                    Draft::new("Installed version", Kind::Text)
                        .part("update", "update", Role::InstalledVersion)
                        .diagnostic()
                },
            );
        }
        if let Some(latest) = newest.or(installed) {
            self.put(sink, "update.latest", "update.new_version", latest, || {
                Draft::new("Latest version", Kind::Text)
                    .part("update", "update", Role::LatestVersion)
                    .diagnostic()
            });
        }
        let write = self.device.write("command", Form::Word("update_fw"));
        self.device
            .points
            .describe(sink, self.device.ix, "install_update", || {
                Draft::new("Install update", Kind::Action)
                    .part("button", "install_update", Role::Press)
                    .config()
                    .writable(write, &[])
            });
    }

    fn left_out(&mut self, sink: &mut Sink<'_, '_>) {
        let topic = self.device.topic(self.sub);
        let Some(members) = self.json.as_object() else {
            return;
        };
        if self.sub == "settings" {
            let reason = "settings are changed on the device's own page";
            return self
                .device
                .points
                .ignore(sink, self.device.ix, &topic, "settings", reason);
        }
        for key in members.keys().take(64) {
            let reason = if ELSEWHERE.contains(&key.as_str()) {
                "it is read from a topic of its own"
            } else if INNER.contains(&key.as_str()) {
                "it tells of the firmware's own business"
            } else {
                continue;
            };
            self.device
                .points
                .ignore(sink, self.device.ix, &topic, key, reason);
        }
    }
}

fn as_flag(json: &Json) -> Option<bool> {
    match json {
        Json::Bool(on) => Some(*on),
        Json::Number(number) => match number.as_i64() {
            Some(0) => Some(false),
            Some(1) => Some(true),
            _ => None,
        },
        _ => None,
    }
}
