//! The radiator valve: a thermostat within `info`.

use hearthline_model::{Kind, Role, Value};
use serde_json::Value as Json;

use super::device::{Device, at};
use super::topics::exact;
use crate::conventions::shelly::draft::{Draft, Sink};
use crate::conventions::shelly::write::{Form, Write};

/// A target of 4 °C is "off".
const OFF: f64 = 4.0;
const HIGHEST: f64 = 31.0;
const ENTITY: &str = "thermostat/0";
/// What "heat" sets where no target was seen.
const USUAL: f64 = 20.0;

/// What is remembered of it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Trv {
    target: Option<f64>,
    position: Option<f64>,
    minimum: Option<f64>,
    /// The last target that was not "off".
    heat: Option<f64>,
}

struct Put<'d> {
    device: &'d mut Device,
    topic: String,
}

impl Put<'_> {
    fn point(
        &mut self,
        sink: &mut Sink<'_, '_>,
        key: &str,
        path: &str,
        value: Value,
        make: impl FnOnce() -> Draft,
    ) {
        let topic = self.topic.clone();
        let key = format!("{ENTITY}/{key}");
        let path = format!("thermostats.0.{path}");
        self.device
            .points
            .set(sink, self.device.ix, &key, value, || at(make(), topic, &path));
    }

    fn write(&self, word: &str, form: Form) -> Write {
        self.device.write(&format!("{ENTITY}/command/{word}"), form)
    }
}

/// Reads the thermostat of an `info` message.
pub(super) fn read(device: &mut Device, sub: &str, json: &Json, sink: &mut Sink<'_, '_>) {
    let topic = device.topic(sub);
    let mut put = Put { device, topic };
    let number = |range| Form::Number {
        member: "",
        range,
        whole: false,
    };
    if let Some(target) = json["target_t"]["value"].as_f64() {
        put.device.trv.target = Some(target);
        if target > OFF {
            put.device.trv.heat = Some(target);
        }
        let write = put.write("target_t", number((OFF, HIGHEST)));
        put.point(sink, "target_t", "target_t.value", exact(Some(target)), || {
            Draft::number("Target temperature", "°C", "temperature")
                .part("climate", ENTITY, Role::TargetTemperature)
                .range(OFF, HIGHEST)
                .with(|desc| desc.step = Some(0.5))
                .writable(write, &[])
        });
    }
    let tmp = &json["tmp"];
    if !tmp.is_null() {
        let value = tmp["value"]
            .as_f64()
            .filter(|_| tmp["is_valid"].as_bool() != Some(false));
        put.point(
            sink,
            "tmp",
            "tmp.value",
            super::topics::temperature(value, 900.0),
            || {
                Draft::number("Temperature", "°C", "temperature").part(
                    "climate",
                    ENTITY,
                    Role::CurrentTemperature,
                )
            },
        );
    }
    if let Some(position) = json["pos"].as_f64() {
        let position = Some(position).filter(|p| (0.0..=100.0).contains(p));
        put.device.trv.position = position;
        let write = put.write("valve_pos", number((0.0, 100.0)));
        put.point(sink, "pos", "pos", exact(position), || {
            Draft::number("Valve position", "%", "")
                .range(0.0, 100.0)
                .part("number", "thermostat/0/pos", Role::Value)
                .writable(write, &[])
        });
    }
    if let Some(minimum) = json["valve_min_percent"].as_f64() {
        put.device.trv.minimum = Some(minimum);
        let write = put.write("valve_min_percent", number((0.0, 10.0)));
        put.point(
            sink,
            "valve_min_percent",
            "valve_min_percent",
            exact(Some(minimum)),
            || {
                Draft::number("Minimum valve position", "%", "")
                    .range(0.0, 10.0)
                    .config()
                    .writable(write, &[])
            },
        );
    }
    settings(&mut put, json, sink);
    mode(&mut put, sink);
    put.device.points.ignore(
        sink,
        put.device.ix,
        &put.topic,
        "value_op, units",
        "they say how the target was last changed and that it is in °C",
    );
}

fn settings(put: &mut Put<'_>, json: &Json, sink: &mut Sink<'_, '_>) {
    if let Some(minutes) = json["boost_minutes"].as_f64() {
        let form = Form::Number {
            member: "",
            range: (0.0, 1440.0),
            whole: true,
        };
        let write = put.write("boost_minutes", form);
        put.point(
            sink,
            "boost_minutes",
            "boost_minutes",
            exact(Some(minutes)),
            || {
                Draft::number("Boost", "min", "duration")
                    .range(0.0, 1440.0)
                    .config()
                    .writable(write, &[])
            },
        );
    }
    let accelerated = json["target_t"]["accelerated_heating"].as_bool();
    for (key, path, name, value, writes) in [
        (
            "schedule",
            "schedule",
            "Schedule",
            json["schedule"].as_bool(),
            true,
        ),
        (
            "accelerated_heating",
            "target_t.accelerated_heating",
            "Accelerated heating",
            accelerated,
            true,
        ),
        (
            "target_enabled",
            "target_t.enabled",
            "Automatic control",
            json["target_t"]["enabled"].as_bool(),
            false,
        ),
    ] {
        let Some(on) = value else { continue };
        let write = writes.then(|| put.write(key, Form::Digit));
        put.point(sink, key, path, Value::Bool(on), || {
            let draft = Draft::new(name, Kind::Bool).config();
            match write {
                Some(write) => draft.part("switch", key, Role::Switch).writable(write, &[]),
                None => draft,
            }
        });
    }
    if let Some(profile) = json["schedule_profile"].as_i64() {
        let profiles: Vec<(String, Json)> = (1..=5)
            .map(|n| (format!("profile {n}"), n.to_string().into()))
            .collect();
        let write = put.write("schedule_profile", Form::Choice("", profiles));
        let value = Value::text(format!("profile {profile}"));
        put.point(sink, "schedule_profile", "schedule_profile", value, || {
            let options = ["profile 1", "profile 2", "profile 3", "profile 4", "profile 5"];
            Draft::choice("Schedule profile", &options)
                .config()
                .writable(write, &[])
        });
    }
    if let Some(open) = json["window_open"].as_bool() {
        put.point(sink, "window_open", "window_open", Value::Bool(open), || {
            Draft::flag("Window", "window")
        });
    }
    if let Some(reports) = json["open_window_report"].as_bool() {
        put.point(
            sink,
            "open_window_report",
            "open_window_report",
            Value::Bool(reports),
            || Draft::new("Open window detection", Kind::Bool).diagnostic(),
        );
    }
}

/// Mode and activity are not said but follow.
fn mode(put: &mut Put<'_>, sink: &mut Sink<'_, '_>) {
    let trv = put.device.trv;
    let Some(target) = trv.target else { return };
    let off = target <= OFF;
    let heat = trv.heat.unwrap_or(USUAL);
    let words = vec![
        ("off".to_owned(), Json::from(OFF as i64)),
        ("heat".to_owned(), Json::from(heat)),
    ];
    let write = put.write("target_t", Form::Choice("", words));
    // "heat" goes back to the last target.
    let key = format!("{ENTITY}/mode");
    if let Some(point) = put.device.points.get(&key) {
        sink.writes.insert(point, write.clone());
    }
    let topic = put.topic.clone();
    let value = Value::text(if off { "off" } else { "heat" });
    put.device.points.set(sink, put.device.ix, &key, value, || {
        Draft::choice("", &["off", "heat"])
            .part("climate", ENTITY, Role::Mode)
            .writable(write, &[])
            .with(|desc| desc.topic = Some(topic))
    });
    let Some(position) = trv.position else { return };
    let activity = if off {
        "off"
    } else if position <= trv.minimum.unwrap_or(0.0) {
        "idle"
    } else {
        "heating"
    };
    let topic = put.topic.clone();
    let key = format!("{ENTITY}/activity");
    put.device
        .points
        .set(sink, put.device.ix, &key, Value::text(activity), || {
            Draft::choice("Activity", &["off", "idle", "heating"])
                .part("climate", ENTITY, Role::Activity)
                .with(|desc| desc.topic = Some(topic))
        });
}
