//! A machine: what its probe told and what its conditions say now.

use std::collections::BTreeMap;

use hearthline_model::{DeviceDesc, PlaceHint, Realm};
use rustc_hash::FxHashMap;

use super::vocabulary::plain;
use super::walk::{each, first, text};
use crate::naming::{humanise, identities};
use crate::shape::json::Json;
use crate::{Context, DeviceIx};

/// Most data items of one machine.
const MOST_ITEMS: usize = 4_096;
/// Deepest component.
const DEEPEST: u8 = 12;
/// Most machines of one broker.
const MOST_MACHINES: usize = 2_048;

/// A data item as the probe tells it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Item {
    /// `SAMPLE`, `EVENT`, `CONDITION`.
    pub(super) category: String,
    /// Its type in lower case.
    pub(super) kind: String,
    pub(super) sub: String,
    /// The standard's word for its unit.
    pub(super) units: Option<String>,
    pub(super) range: Option<(f64, f64)>,
    pub(super) options: Vec<String>,
    /// What its name begins with: the component that it is of.
    pub(super) component: String,
}

/// What a condition says: level and text by native code.
pub(super) type Active = BTreeMap<String, (u8, String)>;

/// A machine.
#[derive(Default)]
pub(super) struct Machine {
    pub(super) device: Option<DeviceIx>,
    pub(super) items: FxHashMap<String, Item>,
    /// Counts the probes that came.
    pub(super) edition: u32,
    pub(super) conditions: FxHashMap<String, Active>,
    pub(super) online: Option<bool>,
    name: Option<String>,
    manufacturer: Option<String>,
    model: Option<String>,
    serial: Option<String>,
}

/// The machine of a uuid; none where there are too many.
pub(super) fn of<'m>(machines: &'m mut FxHashMap<String, Machine>, uuid: &str) -> Option<&'m mut Machine> {
    if machines.len() >= MOST_MACHINES && !machines.contains_key(uuid) {
        return None;
    }
    Some(machines.entry(uuid.to_owned()).or_default())
}

impl Machine {
    /// Describes the machine; `stream_name` is what its stream calls it, `place` what the topic says of where it is.
    pub(super) fn describe(
        &mut self,
        uuid: &str,
        stream_name: Option<&str>,
        place: &[String],
        realm: Realm,
        context: &mut Context<'_>,
    ) -> Option<DeviceIx> {
        if self.name.is_none() {
            self.name = stream_name.map(|name| crate::decoder::shortened(name, 128));
        }
        let name = self.name.as_deref().unwrap_or(uuid);
        let desc = DeviceDesc {
            key: format!("mtconnect:{uuid}"),
            identities: identities(uuid),
            convention: "mtconnect".into(),
            name: humanise(name),
            manufacturer: self.manufacturer.clone(),
            model: self.model.clone(),
            serial: self.serial.clone(),
            place: PlaceHint {
                realm,
                path: place.to_vec(),
            },
            ..DeviceDesc::default()
        };
        self.device = context.device(desc);
        self.device
    }

    /// Takes over what a `Device` element tells.
    pub(super) fn probe(&mut self, json: &Json<'_>) {
        self.name = text(json, &["name"]).or_else(|| self.name.take());
        if let Some(about) = json.get("Description") {
            // Version 1 may have it as a list of one.
            let about = about.items().first().unwrap_or(about);
            self.manufacturer = text(about, &["manufacturer"]);
            self.model = text(about, &["model", "value", "#text"]);
            self.serial = text(about, &["serialNumber"]);
        }
        let mut items = FxHashMap::default();
        component(json, "", 0, &mut items);
        if items != self.items {
            self.items = items;
            self.edition = self.edition.wrapping_add(1);
        }
    }
}

/// The beginning of the names of a component's values: nothing for the parts that every machine has.
pub(super) fn prefix(component: &str, name: Option<&str>) -> String {
    match plain(component).as_str() {
        "" | "device" | "controller" | "path" | "agent" | "systems" | "axes" => String::new(),
        _ => humanise(name.unwrap_or(component)),
    }
}

fn component(json: &Json<'_>, prefix_name: &str, depth: u8, items: &mut FxHashMap<String, Item>) {
    if depth > DEEPEST {
        return;
    }
    if let Some(list) = json.get("DataItems") {
        each(list, &mut |_, item| {
            if let Some(id) = text(item, &["id"])
                && items.len() < MOST_ITEMS
            {
                items.insert(id, data_item(item, prefix_name));
            }
        });
    }
    if let Some(list) = json.get("Components") {
        each(list, &mut |element, inner| {
            let kind = if element.is_empty() {
                text(inner, &["type"]).unwrap_or_default()
            } else {
                element.to_owned()
            };
            let name = text(inner, &["name"]);
            component(inner, &prefix(&kind, name.as_deref()), depth + 1, items);
        });
    }
}

fn data_item(json: &Json<'_>, component: &str) -> Item {
    let mut item = Item {
        category: text(json, &["category"]).unwrap_or_default().to_uppercase(),
        kind: plain(&text(json, &["type"]).unwrap_or_default()),
        sub: plain(&text(json, &["subType"]).unwrap_or_default()),
        units: text(json, &["units", "nativeUnits"]),
        component: component.to_owned(),
        ..Item::default()
    };
    if let Some(limits) = json.get("Constraints") {
        let number = |json: &Json<'_>| json.as_f64().or_else(|| first(json, &["value"])?.as_f64());
        let mut low = limits.get("Minimum").and_then(number);
        let mut high = limits.get("Maximum").and_then(number);
        let mut option = |json: &Json<'_>| {
            let said = json
                .as_text()
                .map(str::to_owned)
                .or_else(|| text(json, &["value"]));
            if let Some(said) = said
                && item.options.len() < 64
            {
                item.options.push(crate::decoder::shortened(&said, 64));
            }
        };
        each(limits, &mut |element, inner| match element {
            "Minimum" => low = low.or_else(|| number(inner)),
            "Maximum" => high = high.or_else(|| number(inner)),
            "Value" => option(inner),
            _ => {}
        });
        item.range = low.zip(high).filter(|(low, high)| low < high);
    }
    item
}
