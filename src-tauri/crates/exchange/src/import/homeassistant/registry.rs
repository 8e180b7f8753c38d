//! Home Assistant's registries of entities, devices and areas, where the database still lies in its folder: they tell which
//! entities are one device, and under which unique id a device announced an entity.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use hearthline_model::{DeviceDesc, PlaceHint, Realm};
use rustc_hash::FxHashMap;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use crate::import::names;

/// Larger files are no registries, bytes.
const LARGEST: u64 = 128 << 20;

/// What the registries tell of an entity.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entity {
    /// The id that its device announced it with.
    pub unique_id: String,
    /// What it is called within its device.
    pub name: String,
    /// Device class.
    pub class: Option<String>,
    /// Unit.
    pub unit: Option<String>,
    /// The device, where it has one.
    pub device: Option<DeviceDesc>,
}

#[derive(Deserialize)]
struct Kept<T> {
    data: T,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Entities {
    entities: Vec<EntityEntry>,
    deleted_entities: Vec<EntityEntry>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct EntityEntry {
    entity_id: String,
    unique_id: Json,
    device_id: Option<String>,
    name: Option<String>,
    original_name: Option<String>,
    device_class: Option<String>,
    original_device_class: Option<String>,
    unit_of_measurement: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Devices {
    devices: Vec<DeviceEntry>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct DeviceEntry {
    id: String,
    identifiers: Vec<Vec<Json>>,
    connections: Vec<Vec<Json>>,
    name: Option<String>,
    name_by_user: Option<String>,
    manufacturer: Option<String>,
    model: Option<String>,
    area_id: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Areas {
    areas: Vec<AreaEntry>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct AreaEntry {
    id: String,
    name: String,
}

/// Reads what lies beside the database; empty where nothing does or it cannot be understood, for it is a help and no need.
pub fn beside(database: &Path) -> FxHashMap<String, Entity> {
    let Some(folder) = database.parent().map(|folder| folder.join(".storage")) else {
        return FxHashMap::default();
    };
    let Some(entities) = read::<Entities>(&folder.join("core.entity_registry")) else {
        return FxHashMap::default();
    };
    let areas: BTreeMap<String, String> = read::<Areas>(&folder.join("core.area_registry"))
        .unwrap_or_default()
        .areas
        .into_iter()
        .map(|area| (area.id, area.name))
        .collect();
    let devices: FxHashMap<String, DeviceDesc> = read::<Devices>(&folder.join("core.device_registry"))
        .unwrap_or_default()
        .devices
        .into_iter()
        .map(|device| (device.id.clone(), described(device, &areas)))
        .collect();
    // Those that are there come last and win.
    let all = entities.deleted_entities.into_iter().chain(entities.entities);
    all.map(|entry| {
        let entity = Entity {
            unique_id: match entry.unique_id {
                Json::String(text) => names::name(&text),
                Json::Number(number) => number.to_string(),
                _ => String::new(),
            },
            name: names::name(&entry.name.or(entry.original_name).unwrap_or_default()),
            class: entry.device_class.or(entry.original_device_class),
            unit: entry.unit_of_measurement,
            device: entry.device_id.and_then(|id| devices.get(&id).cloned()),
        };
        (entry.entity_id, entity)
    })
    .collect()
}

fn read<T: DeserializeOwned>(path: &Path) -> Option<T> {
    let mut text = String::new();
    File::open(path)
        .ok()?
        .take(LARGEST)
        .read_to_string(&mut text)
        .ok()?;
    serde_json::from_str::<Kept<T>>(&text).ok().map(|kept| kept.data)
}

fn described(entry: DeviceEntry, areas: &BTreeMap<String, String>) -> DeviceDesc {
    let second = |pair: &Vec<Json>| pair.get(1).and_then(Json::as_str).map(identity);
    let addresses = entry.connections.iter().filter(|pair| {
        matches!(
            pair.first().and_then(Json::as_str),
            Some("mac" | "zigbee" | "bluetooth")
        )
    });
    let mut identities: Vec<String> = entry.identifiers.iter().filter_map(second).collect();
    identities.extend(addresses.filter_map(second));
    identities.dedup();
    DeviceDesc {
        key: format!("import:homeassistant/{}", entry.id),
        identities,
        convention: "imported".into(),
        name: entry.name_by_user.or(entry.name).unwrap_or_default(),
        manufacturer: entry.manufacturer,
        model: entry.model,
        place: PlaceHint {
            realm: Realm::Home,
            path: entry
                .area_id
                .and_then(|id| areas.get(&id).cloned())
                .into_iter()
                .collect(),
        },
        ..DeviceDesc::default()
    }
}

/// An identifier as descriptions of devices are compared: addresses in lower-case hex without separators.
fn identity(text: &str) -> String {
    let lower = names::name(text).to_lowercase();
    let bare = lower.strip_prefix("zigbee2mqtt_").unwrap_or(&lower);
    let bare = bare.strip_prefix("0x").unwrap_or(bare);
    let hex: String = bare
        .chars()
        .filter(|letter| !matches!(letter, ':' | '-'))
        .collect();
    let address = matches!(hex.len(), 12 | 16) && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
    if address { hex } else { lower }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_and_areas_are_told_where_the_registries_lie_beside() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("home-assistant_v2.db");
        assert!(beside(&database).is_empty());
        let storage = folder.path().join(".storage");
        std::fs::create_dir(&storage).unwrap();
        std::fs::write(storage.join("core.entity_registry"), "{\"data\": 7").unwrap();
        assert!(beside(&database).is_empty());
        std::fs::write(
            storage.join("core.entity_registry"),
            r#"{"version":1,"data":{"entities":[{"entity_id":"sensor.t","unique_id":"0x1_t","device_id":"d1",
                "name":null,"original_name":"Temperature","original_device_class":"temperature"},{"entity_id":"a.b"}]}}"#,
        )
        .unwrap();
        std::fs::write(
            storage.join("core.device_registry"),
            r#"{"data":{"devices":[{"id":"d1","identifiers":[["mqtt","zigbee2mqtt_0x00158D0001ABCDEF"],["broken"]],
                "name":"Thermo","name_by_user":"Kitchen","area_id":"k"}]}}"#,
        )
        .unwrap();
        std::fs::write(
            storage.join("core.area_registry"),
            r#"{"data":{"areas":[{"id":"k","name":"Küche"}]}}"#,
        )
        .unwrap();
        let entities = beside(&database);
        let entity = &entities["sensor.t"];
        assert_eq!(
            (entity.unique_id.as_str(), entity.name.as_str()),
            ("0x1_t", "Temperature")
        );
        let device = entity.device.as_ref().unwrap();
        assert_eq!(device.identities, ["00158d0001abcdef"]);
        assert_eq!(
            (device.name.as_str(), device.place.path[0].as_str()),
            ("Kitchen", "Küche")
        );
        assert_eq!(entities["a.b"], Entity::default());
    }
}
