use hearthline_history::{Batch, Store, Synchronous};
use hearthline_model::{BrokerId, Category, DeviceId, Kind, Limits, Realm, Role, Sample, Value};

use super::*;
use crate::plant::Latest;
use crate::view::{DeviceView, PointView};

/// 2026-06-01, 00:00 UTC.
const MIDNIGHT: Micros = 1_780_272_000_000_000;

struct Home {
    _folder: tempfile::TempDir,
    store: Store,
    devices: Vec<DeviceView>,
    samples: Vec<Sample>,
}

impl Home {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            store: Store::open(&folder.path().join("h.db"), Synchronous::Normal).unwrap(),
            _folder: folder,
            devices: Vec::new(),
            samples: Vec::new(),
        }
    }

    /// A device with points of `(name, class, unit)`.
    fn device(&mut self, id: u32, name: &str, points: &[(&str, &str, &str)]) {
        let points = points
            .iter()
            .enumerate()
            .map(|(at, (name, class, unit))| PointView {
                id: PointId(id * 10 + at as u32),
                key: (*name).into(),
                name: (*name).into(),
                entity: String::new(),
                platform: "sensor".into(),
                kind: Kind::Number,
                role: Role::Value,
                unit: Some((*unit).into()),
                class: Some((*class).into()),
                state_class: None,
                range: None,
                step: None,
                precision: None,
                options: Vec::new(),
                writable: false,
                command_options: Vec::new(),
                code: None,
                optimistic: false,
                category: Category::Primary,
                hidden: false,
                icon: None,
                limits: Limits::default(),
                topic: None,
            });
        self.devices.push(DeviceView {
            id: DeviceId(id),
            broker: BrokerId(1),
            place: None,
            realm: Realm::Home,
            name: name.into(),
            own_name: name.into(),
            manufacturer: None,
            model: None,
            firmware: None,
            serial: None,
            url: None,
            convention: "homeassistant".into(),
            sources: Vec::new(),
            via: None,
            online: true,
            last_seen: MIDNIGHT,
            demo: false,
            diagnoses: 0,
            position: None,
            points: points.collect(),
        });
    }

    fn say(&mut self, point: u32, at: Micros, value: f64) {
        self.samples.push(Sample {
            point: PointId(point),
            at,
            value: Value::Float(value),
            quality: Quality::Good,
        });
    }

    /// The same value every minute.
    fn hold(&mut self, point: u32, from: Micros, to: Micros, value: f64) {
        for minute in 0..(to - from) / MINUTE {
            self.say(point, from + minute * MINUTE, value);
        }
    }

    fn energy(&mut self, now: Micros, price: Option<f64>) -> EnergyView {
        let samples = std::mem::take(&mut self.samples);
        self.store
            .append(&Batch {
                samples: &samples,
                at: now,
                ..Batch::default()
            })
            .unwrap();
        let reader = self.store.reader().unwrap();
        let latest = reader.latest(now).unwrap();
        let devices: Vec<&DeviceView> = self.devices.iter().collect();
        let inputs = Inputs {
            places: &[],
            devices: &devices,
            latest: &|point| {
                latest.iter().find(|it| it.point == point).map(|it| Latest {
                    at: it.at,
                    value: it.value.clone(),
                    quality: it.quality,
                })
            },
            alarms: &[],
            reader: &reader,
            now,
        };
        energy_in(&inputs, price, &TimeZone::UTC).unwrap()
    }
}

fn near(found: Option<f64>, expected: f64) {
    assert!(
        found.is_some_and(|found| (found - expected).abs() < 0.005),
        "{found:?} is not {expected}"
    );
}

#[test]
fn a_meter_at_the_grid_and_a_roof() {
    let mut home = Home::new();
    home.device(
        1,
        "Smart Meter",
        &[("Power", "power", "W"), ("Power export", "power", "W")],
    );
    home.device(2, "Solar inverter", &[("Power", "power", "kW")]);
    home.device(3, "Plug", &[("Power", "power", "W")]);
    let noon = MIDNIGHT + 12 * HOUR;
    // 100 W all night; from 10:00 on 1 kW from the roof, of which 600 W go out.
    home.hold(10, MIDNIGHT - 12 * HOUR, MIDNIGHT + 10 * HOUR, 100.0);
    home.hold(10, MIDNIGHT + 10 * HOUR, noon, -600.0);
    home.hold(20, MIDNIGHT - 12 * HOUR, MIDNIGHT + 10 * HOUR, 0.0);
    home.hold(20, MIDNIGHT + 10 * HOUR, noon, 1.0);
    home.hold(30, MIDNIGHT, noon, 50.0);
    let view = home.energy(noon, Some(0.5));
    assert_eq!((view.power, view.solar), (Some(400.0), Some(1_000.0)));
    assert_eq!(view.points, [PointId(10), PointId(20)], "plugs are in the meter");
    near(view.standby, 100.0);
    near(view.today, 10.0 * 0.1 + 2.0 * 0.4);
    // Two hours of 400 W from the roof.
    near(view.solar_share, 0.8 / 1.8);
    near(view.cost, 0.5);
    assert_eq!(
        view.hours.iter().map(|hour| hour.hour).collect::<Vec<_>>(),
        (0..12).collect::<Vec<_>>()
    );
    near(Some(view.hours[11].used), 0.4);
    near(Some(view.hours[11].solar), 1.0);
}

#[test]
fn a_meter_of_the_house_counts_over_a_reset() {
    let mut home = Home::new();
    home.device(
        1,
        "House",
        &[("Power total", "power", "W"), ("Energy", "energy", "Wh")],
    );
    home.say(11, MIDNIGHT - HOUR, 5_000.0);
    home.say(11, MIDNIGHT, 5_000.0);
    home.say(11, MIDNIGHT + 30 * MINUTE, 5_500.0);
    home.say(11, MIDNIGHT + 90 * MINUTE, 200.0); // began anew
    home.say(10, MIDNIGHT + 90 * MINUTE, 700.0);
    let view = home.energy(MIDNIGHT + 2 * HOUR, None);
    assert_eq!(
        (view.power, view.solar, view.solar_share, view.cost),
        (Some(700.0), None, None, None)
    );
    near(view.today, 0.7);
    near(Some(view.hours[0].used), 0.6);
    assert_eq!(view.standby, None, "an hour says nothing of a day");
}

#[test]
fn without_a_meter_what_measures_itself_is_the_sum() {
    let mut home = Home::new();
    home.device(
        1,
        "Fridge",
        &[("Power", "power", "W"), ("Energy", "energy", "kWh")],
    );
    home.device(2, "Lamp", &[("Power", "power", "W")]);
    home.device(3, "Thermometer", &[("Temperature", "temperature", "°C")]);
    home.say(10, MIDNIGHT, 80.0);
    home.say(11, MIDNIGHT, 3.0);
    home.say(11, MIDNIGHT + 59 * MINUTE, 3.1);
    home.say(20, MIDNIGHT, 20.0);
    let view = home.energy(MIDNIGHT + HOUR, None);
    assert_eq!(view.power, Some(100.0));
    near(view.today, 0.1 + 0.02);
    assert_eq!(view.points, [PointId(10), PointId(20), PointId(11)]);
}

#[test]
fn nothing_is_known_of_a_home_without_meters() {
    let mut home = Home::new();
    home.device(1, "Thermometer", &[("Temperature", "temperature", "°C")]);
    let view = home.energy(MIDNIGHT + HOUR, Some(0.3));
    assert_eq!(
        (view.power, view.today, view.standby, view.cost),
        (None, None, None, None)
    );
    assert!(view.hours.is_empty() && view.points.is_empty());
    // Known, but silent so far.
    home.device(2, "Meter", &[("Power", "power", "W")]);
    let view = home.energy(MIDNIGHT + HOUR, Some(0.3));
    assert_eq!((view.power, view.today), (None, None));
    assert!(view.hours.is_empty());
}

#[test]
fn at_midnight_the_day_is_empty() {
    let mut home = Home::new();
    home.device(1, "Meter", &[("Power", "power", "W")]);
    home.hold(10, MIDNIGHT - DAY, MIDNIGHT, 60.0);
    let view = home.energy(MIDNIGHT, None);
    assert_eq!(view.power, Some(60.0));
    near(view.standby, 60.0);
    assert_eq!(view.today, None);
}

#[test]
fn names_tell_meters_from_the_rest() {
    let found = |names: &[&str]| {
        let mut home = Home::new();
        for (at, name) in names.iter().enumerate() {
            home.device(at as u32 + 1, name, &[("Power", "power", "W")]);
        }
        let devices: Vec<&DeviceView> = home.devices.iter().collect();
        let sources = sources(&devices);
        let ids = |gauges: &[Gauge]| gauges.iter().map(|gauge| gauge.device.0).collect::<Vec<_>>();
        (sources.house, ids(&sources.power), ids(&sources.solar_power))
    };
    assert_eq!(
        found(&["Lamp", "Electricity meter"]),
        (House::Grid, vec![2], vec![])
    );
    assert_eq!(
        found(&["Grid meter", "House consumption"]),
        (House::Meter, vec![2], vec![])
    );
    assert_eq!(
        found(&["Lamp", "PV roof", "Parameterised heater"]),
        (House::Sum, vec![1, 3], vec![2])
    );
}

#[test]
fn a_meter_that_also_says_what_the_house_uses_is_taken_at_its_word() {
    let mut home = Home::new();
    let readings = [
        ("Power", "power", "W"),
        ("House consumption", "power", "W"),
        ("Energy import", "energy", "kWh"),
        ("Energy export", "energy", "kWh"),
        ("Energy used", "energy", "kWh"),
    ];
    home.device(1, "Electricity meter", &readings);
    home.device(
        2,
        "Solar inverter",
        &[
            ("Power", "power", "W"),
            ("Energy", "energy", "kWh"),
            ("Energy today", "energy", "kWh"),
        ],
    );
    home.device(
        3,
        "Washer",
        &[("Energy total", "energy", "kWh"), ("Power", "power", "W")],
    );
    let devices: Vec<&DeviceView> = home.devices.iter().collect();
    let sources = sources(&devices);
    assert_eq!(sources.house, House::Meter);
    assert_eq!(sources.points(), [11, 14, 20, 21].map(PointId));
}
