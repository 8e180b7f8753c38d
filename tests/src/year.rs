//! A cold store with a year of history: twenty numbers, a door and a mode, with one spike, one absence, one alarm and one
//! second that was sampled two hundred times. Written through the history's own store, as if it had run that long.

use std::path::Path;

use hearthline_engine::DATABASE;
use hearthline_history::{Batch, Store, Synchronous};
use hearthline_model::{
    AlarmEntry, AlarmKey, AlarmState, Condition, ConditionKind, DeviceId, Micros, PointId, Priority, Quality,
    Sample, Transition, Value,
};
use serde_json::{Value as Json, json};

use crate::engine::Running;
use crate::mosquitto::Mosquitto;
use crate::publisher::Publisher;

const SECOND: Micros = 1_000_000;
const MINUTE: Micros = 60 * SECOND;
/// An hour in microseconds.
pub const HOUR: Micros = 60 * MINUTE;
/// A day in microseconds.
pub const DAY: Micros = 24 * HOUR;

/// What the device is called.
pub const NAME: &str = "Cold store";
/// How many numbers it has beside temperature, ramp and energy.
const OTHERS: u32 = 17;
const STATE: &str = "coldstore/state";
const UNITS: [(&str, &str); 4] = [
    ("humidity", "%"),
    ("power", "W"),
    ("pressure", "bar"),
    ("temperature", "°C"),
];

/// The year's points and moments.
#[derive(Clone, Copy, Debug)]
pub struct Year {
    /// The newest sample.
    pub end: Micros,
    /// A temperature once a minute.
    pub temperature: PointId,
    /// Rises by half a unit an hour.
    pub ramp: PointId,
    /// A counter of kWh: one an hour.
    pub energy: PointId,
    /// A boolean: open for two hours each day.
    pub door: PointId,
    /// `cooling` and, each fourth hour, `defrost`.
    pub mode: PointId,
    /// The first of the other numbers; the rest follow.
    pub others: [PointId; OTHERS as usize],
    /// One sample of 60 °C.
    pub spike: Micros,
    /// A second with a sample each five milliseconds.
    pub fine: Micros,
    /// From when the device was away.
    pub away: Micros,
    /// Until when.
    pub back: Micros,
    /// An alarm was active from here.
    pub alarm: Micros,
}

impl Year {
    /// All numbers, twenty of them.
    pub fn numbers(&self) -> Vec<PointId> {
        let mut all = vec![self.temperature, self.ramp, self.energy];
        all.extend(self.others);
        all
    }

    /// The temperature that the store was given for a moment.
    pub fn temperature_at(&self, at: Micros) -> f64 {
        let hours = (at - self.end) as f64 / HOUR as f64;
        let noise = ((at / MINUTE) * 7919 % 1000) as f64 / 1000.0 - 0.5;
        round(4.0 + 1.5 * (hours / 24.0 * std::f64::consts::TAU).sin() + 0.4 * noise)
    }

    /// The ramp of a moment.
    pub fn ramp_at(&self, at: Micros) -> f64 {
        round(5000.0 + (at - self.end) as f64 / HOUR as f64 / 2.0)
    }
}

fn round(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

fn described(id: &str, name: &str, more: &Json) -> (String, String) {
    let platform = if id == "door" { "binary_sensor" } else { "sensor" };
    let mut config = json!({
        "unique_id": format!("coldstore_{id}"), "name": name, "state_topic": STATE,
        "value_template": format!("{{{{ value_json.{id} }}}}"),
        "device": { "identifiers": ["coldstore"], "name": NAME, "suggested_area": "Cellar" },
    });
    config
        .as_object_mut()
        .expect("an object")
        .extend(more.as_object().expect("an object").clone());
    (
        format!("homeassistant/{platform}/coldstore_{id}/config"),
        config.to_string(),
    )
}

/// Announces the device to a broker, lets an engine learn of it, and writes its year into the file of that engine.
pub async fn prepare(broker: &Mosquitto) -> (tempfile::TempDir, Year) {
    let mut device = Publisher::connect("coldstore", broker.port).await;
    let mut state =
        json!({ "temperature": 4.0, "ramp": 5000.0, "energy": 8760.0, "door": "OFF", "mode": "cooling" });
    let mut configs = vec![
        described(
            "temperature",
            "Temperature",
            &json!({ "device_class": "temperature", "unit_of_measurement": "°C", "suggested_display_precision": 2 }),
        ),
        described(
            "ramp",
            "Ramp",
            &json!({ "unit_of_measurement": "mm", "suggested_display_precision": 2 }),
        ),
        described(
            "energy",
            "Energy",
            &json!({ "device_class": "energy", "state_class": "total_increasing", "unit_of_measurement": "kWh" }),
        ),
        described("door", "Door", &json!({ "device_class": "door" })),
        described(
            "mode",
            "Mode",
            &json!({ "device_class": "enum", "options": ["cooling", "defrost"] }),
        ),
    ];
    for i in 0..OTHERS {
        let (class, unit) = UNITS[i as usize % UNITS.len()];
        let id = format!("other{i}");
        state[&id] = json!(20 + i);
        configs.push(described(
            &id,
            &format!("Sensor {}", i + 1),
            &json!({ "device_class": class, "unit_of_measurement": unit }),
        ));
    }
    for (topic, config) in configs {
        device.publish(&topic, config, true).await;
    }
    let running = Running::connected(broker.port).await;
    device.publish(STATE, state.to_string(), true).await;
    let known = running.known(NAME).await;
    let mut others = Vec::new();
    for i in 0..OTHERS {
        others.push(running.point(NAME, &format!("Sensor {}", i + 1)).await.id);
    }
    let find = async |name: &str| running.point(NAME, name).await.id;
    // A whole minute, because the samples of a year stand on whole minutes.
    let end = (hearthline_engine::now() - 2 * MINUTE) / MINUTE * MINUTE;
    let year = Year {
        end,
        temperature: find("Temperature").await,
        ramp: find("Ramp").await,
        energy: find("Energy").await,
        door: find("Door").await,
        mode: find("Mode").await,
        others: others.try_into().expect("as many as were announced"),
        spike: end - 100 * DAY + 7 * HOUR,
        fine: end - 30 * DAY,
        away: end - 60 * DAY,
        back: end - 55 * DAY,
        alarm: end - 3 * HOUR,
    };
    running
        .engine
        .save_conditions(year.temperature, Some(vec![limit(8.0)]))
        .await
        .expect("a condition is kept");
    let folder = running.stop().await;
    write(folder.path(), known.id, &year);
    (folder, year)
}

fn limit(limit: f64) -> Condition {
    Condition::new(
        ConditionKind::Hi { limit },
        Priority::High,
        "Cold store is warming",
    )
}

fn write(folder: &Path, device: DeviceId, year: &Year) {
    let mut store =
        Store::open(&folder.join(DATABASE), Synchronous::Normal).expect("the engine let go of it");
    let begin = year.end - 365 * DAY;
    let mut samples = Vec::new();
    let put = |samples: &mut Vec<Sample>, point, at, value, quality| {
        samples.push(Sample {
            point,
            at,
            value,
            quality,
        });
    };
    let mut at = begin;
    let mut minute: i64 = 0;
    while at <= year.end {
        let there = !(year.away..year.back).contains(&at);
        let good = Quality::Good;
        if there {
            put(
                &mut samples,
                year.temperature,
                at,
                Value::Float(year.temperature_at(at)),
                good,
            );
        }
        if at == year.away {
            let last = Value::Float(year.temperature_at(at - MINUTE));
            put(&mut samples, year.temperature, at, last, Quality::Stale);
        }
        if minute % 10 == 0 {
            put(&mut samples, year.ramp, at, Value::Float(year.ramp_at(at)), good);
            let hours = (at - begin) / (HOUR / 10);
            put(
                &mut samples,
                year.energy,
                at,
                Value::Float(hours as f64 / 10.0),
                good,
            );
            for (i, &point) in year.others.iter().enumerate() {
                let turn = minute as f64 / (60.0 * (5 + i) as f64);
                let noise = ((minute + 13) * (7919 + i as i64) % 997) as f64 / 997.0;
                let value = 20.0 + i as f64 * 3.0 + 8.0 * turn.sin() + 3.0 * noise;
                put(&mut samples, point, at, Value::Float(round(value)), good);
            }
        }
        let hour = minute / 60;
        if minute % 60 == 0 && (hour % 24 == 8 || hour % 24 == 10) {
            put(&mut samples, year.door, at, Value::Bool(hour % 24 == 8), good);
        }
        if minute % 60 == 0 && (hour % 4 == 0 || hour % 4 == 1) {
            let word = if hour % 4 == 0 { "defrost" } else { "cooling" };
            put(&mut samples, year.mode, at, Value::Text(word.into()), good);
        }
        at += MINUTE;
        minute += 1;
    }
    put(
        &mut samples,
        year.temperature,
        year.spike + 17 * SECOND,
        Value::Float(60.0),
        Quality::Good,
    );
    for i in 0..200 {
        let value = 4.0 + (i as f64 / 9.0).sin();
        put(
            &mut samples,
            year.temperature,
            year.fine + i * 5000,
            Value::Float(round(value)),
            Quality::Good,
        );
    }
    for batch in samples.chunks(20_000) {
        let at = batch.last().map_or(year.end, |sample| sample.at);
        store
            .append(&Batch {
                samples: batch,
                at,
                ..Batch::default()
            })
            .expect("there is room");
    }
    let key = AlarmKey {
        device,
        point: Some(year.temperature),
        condition: "hi".into(),
    };
    let alarm = store.alarm_id(&key).expect("an id");
    let entry = |at, transition, state| AlarmEntry {
        alarm,
        key: key.clone(),
        at,
        received_at: at,
        transition,
        state,
        priority: Priority::High,
        value: Value::Float(8.4),
        limit: Some(8.0),
        quality: Quality::Good,
        text: "Cold store is warming".into(),
        who: String::new(),
        reason: String::new(),
        covers: Vec::new(),
        raised_at: Some(year.alarm),
        count: 1,
        late: false,
        over: false,
        first: false,
    };
    store
        .append(&Batch {
            alarms: &[
                entry(year.alarm, Transition::Raised, AlarmState::Unacknowledged),
                entry(
                    year.alarm + HOUR,
                    Transition::Acknowledged,
                    AlarmState::Acknowledged,
                ),
                entry(year.alarm + 2 * HOUR, Transition::Cleared, AlarmState::Normal),
            ],
            at: year.end,
            ..Batch::default()
        })
        .expect("there is room");
    while store.waiting().expect("the file is whole").1 > 0 {
        store
            .compact(64, hearthline_engine::now())
            .expect("the journal becomes chunks");
    }
}
