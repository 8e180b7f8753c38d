//! What an entity of Home Assistant becomes here.

use hearthline_model::{Kind, StateClass};
use rusqlite::Connection;
use rustc_hash::FxHashMap;
use serde_json::Value as Json;

use super::registry::Entity;
use super::rows::text;
use super::schema::Schema;
use crate::import::matching::Index;
use crate::import::tally::{Reading, Tally};
use crate::import::{Made, Match, described, imported, names};

/// Domains whose `on` and `off` are yes and no.
const SWITCHES: &[&str] = &[
    "automation",
    "binary_sensor",
    "calendar",
    "fan",
    "group",
    "humidifier",
    "input_boolean",
    "light",
    "remote",
    "schedule",
    "script",
    "siren",
    "switch",
    "update",
];
/// Domains whose states are always numbers.
const NUMBERS: &[&str] = &["counter", "input_number", "number"];

/// What an entity's attributes say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attributes {
    pub unit: Option<String>,
    pub class: Option<String>,
    pub state_class: Option<String>,
    pub name: Option<String>,
    pub icon: Option<String>,
    pub options: Vec<String>,
}

impl Attributes {
    /// Of the row of attributes, or of the state that has them beside it.
    pub fn read(connection: &Connection, schema: &Schema, shared: Option<i64>, state: Option<i64>) -> Self {
        let of = |sql: &str, id: i64| {
            connection
                .prepare_cached(sql)
                .and_then(|mut statement| {
                    statement.query_row([id], |row| Ok(text(row.get_ref(0)?).map(str::to_owned)))
                })
                .ok()
                .flatten()
        };
        let found = shared
            .filter(|_| schema.shared)
            .and_then(|id| {
                of(
                    "SELECT CASE WHEN octet_length(shared_attrs) <= 1048576 THEN shared_attrs END
                     FROM state_attributes WHERE attributes_id = ?",
                    id,
                )
            })
            .or_else(|| {
                of(
                    "SELECT CASE WHEN octet_length(attributes) <= 1048576 THEN attributes END
                     FROM states WHERE state_id = ?",
                    state.filter(|_| schema.inline)?,
                )
            });
        let json: Json = found
            .and_then(|text| serde_json::from_str(&text).ok())
            .unwrap_or_default();
        let word = |name: &str| json.get(name).and_then(Json::as_str).map(names::name);
        Self {
            unit: word("unit_of_measurement"),
            class: word("device_class"),
            state_class: word("state_class"),
            name: word("friendly_name"),
            icon: word("icon"),
            options: json
                .get("options")
                .and_then(Json::as_array)
                .map(|options| {
                    options
                        .iter()
                        .take(64)
                        .filter_map(Json::as_str)
                        .map(names::name)
                        .collect()
                })
                .unwrap_or_default(),
        }
    }
}

/// As what the states of an entity are read.
pub fn reading(entity: &str, tally: &Tally, attributes: &Attributes) -> Reading {
    let domain = entity.split_once('.').map_or("", |(domain, _)| domain);
    if NUMBERS.contains(&domain)
        || attributes.state_class.is_some()
        || domain == "sensor" && attributes.unit.is_some()
    {
        return Reading::Number;
    }
    match tally.reading() {
        Reading::Bool if !SWITCHES.contains(&domain) => Reading::Text,
        Reading::Text if domain == "binary_sensor" => Reading::Bool,
        other => other,
    }
}

/// The device and point that an entity becomes where it joins none.
pub fn made(
    id: &str,
    reading: Reading,
    tally: &Tally,
    attributes: &Attributes,
    registered: Option<&Entity>,
) -> Made {
    let object = id.split_once(['.', ':']).map_or(id, |(_, object)| object);
    let friendly = attributes.name.clone().unwrap_or_default();
    let device = registered
        .and_then(|entity| entity.device.clone())
        .unwrap_or_else(|| imported("import:homeassistant", "Home Assistant"));
    let within = registered
        .map(|entity| entity.name.as_str())
        .filter(|name| !name.is_empty());
    let name = match within {
        Some(name) => name.to_owned(),
        None if friendly.is_empty() => names::humanise(object),
        None => friendly
            .strip_prefix(device.name.as_str())
            .filter(|rest| !device.name.is_empty() && (rest.is_empty() || rest.starts_with(' ')))
            .map_or(friendly.clone(), |rest| rest.trim().to_owned()),
    };
    let mut point = described(id, &name);
    (point.kind, point.options) = tally.kind(reading);
    if reading == Reading::Text && !attributes.options.is_empty() {
        point.kind = Kind::Enum;
        point.options.clone_from(&attributes.options);
    }
    point.unit = attributes
        .unit
        .clone()
        .or_else(|| registered.and_then(|entity| entity.unit.clone()))
        .filter(|unit| !unit.is_empty());
    point.class = attributes
        .class
        .clone()
        .or_else(|| registered.and_then(|entity| entity.class.clone()));
    point.state_class = match attributes.state_class.as_deref() {
        Some("measurement") => Some(StateClass::Measurement),
        Some("total") => Some(StateClass::Total),
        Some("total_increasing") => Some(StateClass::TotalIncreasing),
        _ => None,
    };
    point.icon.clone_from(&attributes.icon);
    Made { device, point }
}

/// The known points that entities seem to be, with how sure that is: smaller is surer.
pub fn joins(
    id: &str,
    made: &Made,
    attributes: &Attributes,
    registered: Option<&Entity>,
    index: &Index<'_>,
) -> Vec<(u8, Match)> {
    let (domain, object) = id.split_once('.').unwrap_or_default();
    let mut found = Vec::new();
    let mut add = |sure: u8, joins: Option<Match>| found.extend(joins.map(|joins| (sure, joins)));
    if let Some(entity) = registered {
        if !entity.unique_id.is_empty() {
            let key = format!("{domain}.{}", entity.unique_id);
            add(0, index.by_key(&key, "by its unique id"));
        }
        if let Some(device) = &entity.device {
            add(
                1,
                index.by_identity(&device.identities, &entity.name, domain, made, "by its device"),
            );
        }
    }
    if !domain.is_empty() {
        add(2, index.by_name(object, Some(domain), made, "by its entity id"));
        if let Some(name) = &attributes.name {
            add(3, index.by_name(name, Some(domain), made, "by its name"));
        }
    }
    add(9, index.by_keys(made, "from an earlier import"));
    found
}

/// One point for one series: where several want the same, the surest alone has it; those that are as sure as another do
/// not.
pub fn settle(wanted: &[Vec<(u8, Match)>]) -> Vec<Option<Match>> {
    let mut best: FxHashMap<hearthline_model::PointId, (u8, usize)> = FxHashMap::default();
    for (sure, joins) in wanted.iter().flatten() {
        let entry = best.entry(joins.point).or_insert((*sure, 0));
        if *sure < entry.0 {
            *entry = (*sure, 0);
        }
        entry.1 += usize::from(*sure == entry.0);
    }
    wanted
        .iter()
        .map(|wanted| {
            wanted
                .iter()
                .find(|(sure, joins)| best.get(&joins.point) == Some(&(*sure, 1)))
                .map(|(_, joins)| *joins)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use hearthline_model::PointId;

    use super::*;

    #[test]
    fn a_point_is_joined_by_one_alone() {
        let to = |sure, point| {
            (
                sure,
                Match {
                    point: PointId(point),
                    by: "",
                },
            )
        };
        let settled = settle(&[
            vec![to(2, 1)],
            vec![to(0, 1), to(9, 5)],
            vec![to(3, 2)],
            vec![to(3, 2), to(9, 4)],
            vec![],
        ]);
        let points: Vec<Option<u32>> = settled
            .iter()
            .map(|joins| joins.map(|joins| joins.point.0))
            .collect();
        assert_eq!(points, [None, Some(1), None, Some(4), None]);
    }

    #[test]
    fn states_are_read_after_what_the_entity_is() {
        let mut tally = Tally::default();
        tally.add("on", false);
        let none = Attributes::default();
        assert_eq!(reading("binary_sensor.door", &tally, &none), Reading::Bool);
        assert_eq!(reading("select.mode", &tally, &none), Reading::Text);
        let unit = Attributes {
            unit: Some("W".into()),
            ..Attributes::default()
        };
        assert_eq!(reading("sensor.power", &Tally::default(), &unit), Reading::Number);
        assert_eq!(reading("climate.hall", &Tally::default(), &unit), Reading::Text);
    }
}
