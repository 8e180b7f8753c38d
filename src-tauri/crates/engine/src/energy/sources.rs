//! Which points tell of the home's energy.

use hearthline_model::{Category, DeviceId, Kind, PointId, Realm};

use crate::view::{DeviceView, PointView};

/// A point and what turns its values into watts or kWh.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gauge {
    /// Its device.
    pub device: DeviceId,
    /// The point.
    pub point: PointId,
    /// Its factor.
    pub scale: f64,
}

/// What the power of the house is read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum House {
    /// A meter at the grid's door: use is what it says and what the roof gives.
    Grid,
    /// A meter of what the house uses.
    Meter,
    /// No meter: the sum of everything that measures itself.
    Sum,
}

/// What there is.
#[derive(Clone, Debug, PartialEq)]
pub struct Sources {
    /// How to read `power` and `energy`.
    pub house: House,
    /// Watts.
    pub power: Vec<Gauge>,
    /// kWh counters of the same.
    pub energy: Vec<Gauge>,
    /// Watts from the roof.
    pub solar_power: Vec<Gauge>,
    /// kWh counters of the roof.
    pub solar_energy: Vec<Gauge>,
}

impl Sources {
    /// The points it is made from.
    pub fn points(&self) -> Vec<PointId> {
        let all = [&self.power, &self.energy, &self.solar_power, &self.solar_energy];
        all.into_iter().flatten().map(|gauge| gauge.point).collect()
    }

    /// Whether there is a roof that gives.
    pub fn has_solar(&self) -> bool {
        !self.solar_power.is_empty() || !self.solar_energy.is_empty()
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Quantity {
    Power,
    Energy,
}

struct Candidate<'a> {
    device: &'a DeviceView,
    gauge: Gauge,
    quantity: Quantity,
    /// Device and point, lower case.
    name: String,
    point_name: String,
}

const SOLAR: [&str; 5] = ["solar", "photovoltaic", "inverter", "pv", "roof"];
/// A device of the whole house.
const HOUSE: [&str; 5] = ["house", "home", "total", "household", "consumption"];
/// A device at the grid's door.
const GRID: [&str; 5] = ["grid", "meter", "mains", "utility", "smartmeter"];
/// A meter's reading of what the house uses.
const USED: [&str; 7] = [
    "house",
    "home",
    "consumption",
    "consumed",
    "used",
    "usage",
    "load",
];
/// Readings of a meter that are not what is taken from the grid as a whole.
const PART: [&str; 12] = [
    "export",
    "exported",
    "return",
    "returned",
    "feed",
    "phase",
    "l1",
    "l2",
    "l3",
    "reactive",
    "apparent",
    "yesterday",
];
/// Things that are called after the house and are not the whole of it.
const OTHER: [&str; 5] = ["battery", "charger", "wallbox", "heater", "cinema"];

/// Finds the sources among the devices of the home.
pub fn sources(devices: &[&DeviceView]) -> Sources {
    let candidates: Vec<Candidate<'_>> = devices
        .iter()
        .copied()
        .filter(|device| device.realm == Realm::Home)
        .flat_map(|device| {
            device
                .points
                .iter()
                .filter_map(move |point| candidate(device, point))
        })
        .filter(|candidate| !has(&candidate.point_name, &PART))
        .collect();
    let (solar, rest): (Vec<_>, Vec<_>) = candidates
        .into_iter()
        .partition(|candidate| has(&candidate.name, &SOLAR));
    // What the house uses is said without any doing; what comes from the grid needs the roof beside it. Power goes before
    // counters, because it tells of now as well.
    let metered = |house: House| {
        let of = |quantity| {
            rest.iter()
                .find(|it| it.quantity == quantity && of_house(it) == house)
                .map(|it| (house, it.device.id))
        };
        of(Quantity::Power).or_else(|| of(Quantity::Energy))
    };
    let meter = metered(House::Meter).or_else(|| metered(House::Grid));
    let pick = |quantity: Quantity| match meter {
        // One reading of a meter is enough; its plainest name is the whole.
        Some((house, device)) => rest
            .iter()
            .filter(|it| it.device.id == device && it.quantity == quantity && of_house(it) == house)
            .min_by_key(|it| {
                (
                    !has(&it.point_name, &["total"]),
                    it.point_name.len(),
                    it.gauge.point,
                )
            })
            .map(|it| it.gauge)
            .into_iter()
            .collect(),
        None => one_a_device(&rest, quantity),
    };
    Sources {
        house: meter.map_or(House::Sum, |(house, _)| house),
        power: pick(Quantity::Power),
        energy: pick(Quantity::Energy),
        solar_power: one_a_device(&solar, Quantity::Power),
        solar_energy: one_a_device(&solar, Quantity::Energy),
    }
}

/// What a reading is to the house, by the names of device and point; [`House::Sum`] for one of many.
fn of_house(it: &Candidate<'_>) -> House {
    let device = it.device.name.to_lowercase();
    if has(&it.name, &OTHER) {
        House::Sum
    } else if has(&device, &GRID) {
        if has(&it.point_name, &USED) {
            House::Meter
        } else {
            House::Grid
        }
    } else if has(&device, &HOUSE) || has(&it.point_name, &["house", "household"]) {
        House::Meter
    } else if has(&it.point_name, &["grid", "mains"]) {
        House::Grid
    } else {
        House::Sum
    }
}

/// Each device's plainest reading.
fn one_a_device(from: &[Candidate<'_>], quantity: Quantity) -> Vec<Gauge> {
    let mut best: Vec<&Candidate<'_>> = Vec::new();
    for it in from.iter().filter(|it| it.quantity == quantity) {
        match best.iter_mut().find(|known| known.device.id == it.device.id) {
            Some(known) if it.point_name.len() < known.point_name.len() => *known = it,
            Some(_) => {}
            None => best.push(it),
        }
    }
    best.into_iter().map(|it| it.gauge).collect()
}

fn candidate<'a>(device: &'a DeviceView, point: &PointView) -> Option<Candidate<'a>> {
    if point.kind != Kind::Number || point.writable || point.category == Category::Config {
        return None;
    }
    let unit = point.unit.as_deref().unwrap_or_default();
    let (quantity, scale) = match (point.class.as_deref()?, unit) {
        ("power", "W" | "") => (Quantity::Power, 1.0),
        ("power", "kW") => (Quantity::Power, 1_000.0),
        ("power", "MW") => (Quantity::Power, 1_000_000.0),
        ("power", "mW") => (Quantity::Power, 0.001),
        ("energy", "kWh" | "") => (Quantity::Energy, 1.0),
        ("energy", "Wh") => (Quantity::Energy, 0.001),
        ("energy", "MWh") => (Quantity::Energy, 1_000.0),
        _ => return None,
    };
    let point_name = point.name.to_lowercase();
    Some(Candidate {
        device,
        gauge: Gauge {
            device: device.id,
            point: point.id,
            scale,
        },
        quantity,
        name: format!("{} {point_name}", device.name.to_lowercase()),
        point_name,
    })
}

/// Whether one of the words stands in a name by itself or begins a compound (`Solaranlage`, `Smartmeter`); the short
/// ones only by themselves.
fn has(name: &str, words: &[&str]) -> bool {
    name.split(|letter: char| !letter.is_alphanumeric()).any(|part| {
        words
            .iter()
            .any(|word| part == *word || (word.len() > 4 && (part.starts_with(word) || part.ends_with(word))))
    })
}
