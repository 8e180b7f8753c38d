//! Each platform with short names beside the same with long ones: what they lead to must be the same.

use serde_json::{Map, Value as Json, json};

use super::{Row, Stage};
use crate::Event;
use crate::fuzzing::seeds;

pub(super) fn row(tables: &Json, schema: &Json) -> Row {
    let mut row = Row {
        name: "ha-mqtt-schema: short names",
        ..Row::default()
    };
    let mut used: Vec<String> = Vec::new();
    let device = long_config(&tables["DEVICE_ABBREVIATIONS"]);
    let origin = long_config(&tables["ORIGIN_ABBREVIATIONS"]);
    let mut short_of = |table: &str, config: &Map<String, Json>| shortened(config, &tables[table], &mut used);
    for (component, config) in seeds::platform_configs(schema) {
        let topic = format!("homeassistant/{component}/x/config");
        let mut short = short_of("ABBREVIATIONS", &config);
        short.insert("dev".into(), short_of("DEVICE_ABBREVIATIONS", &device).into());
        short.insert("o".into(), short_of("ORIGIN_ABBREVIATIONS", &origin).into());
        let mut long = config;
        long.insert("device".into(), device.clone().into());
        long.insert("origin".into(), origin.clone().into());
        let mut other = Row::default();
        let payload = Json::Object(long).to_string();
        let wanted = told(Stage::new(&mut other).say(&topic, payload.as_bytes(), true));
        let payload = Json::Object(short).to_string();
        let found = told(Stage::new(&mut row).say(&topic, payload.as_bytes(), true));
        if found != wanted {
            let other = found.iter().zip(&wanted).find(|(found, wanted)| found != wanted);
            row.unexplained.push(format!("{component}: {other:?}"));
        }
    }
    // Short names that no platform's options have lead to nothing here; that each is known is tested beside the tables.
    row.configs = used.len();
    row
}

/// What describes, as text; the key tells which of the two it was.
fn told(events: &[Event]) -> Vec<String> {
    let shown = |event: &Event| match event {
        Event::Device { desc, .. } => Some(format!("{desc:?}")),
        Event::Point { desc, .. } => Some(format!("{desc:?}")),
        Event::Diagnosis(it) => Some(it.text.clone()),
        _ => None,
    };
    events.iter().filter_map(shown).collect()
}

/// Every long name of a table with a value.
fn long_config(table: &Json) -> Map<String, Json> {
    let names = table.as_object().into_iter().flat_map(Map::values);
    names
        .filter_map(Json::as_str)
        .map(|name| {
            let value = match name {
                "connections" => json!([["mac", "02:00:00:00:00:01"]]),
                "identifiers" => json!(["x"]),
                name if name.ends_with("url") => json!("http://x.local/"),
                name => json!(name),
            };
            (name.to_owned(), value)
        })
        .collect()
}

/// The config with each name as short as the table has it.
fn shortened(config: &Map<String, Json>, table: &Json, used: &mut Vec<String>) -> Map<String, Json> {
    let mut out = Map::new();
    for (name, value) in config {
        let short = table
            .as_object()
            .into_iter()
            .flatten()
            .find(|(_, long)| long.as_str() == Some(name))
            .map(|(short, _)| short.clone());
        if let Some(short) = &short
            && !used.contains(short)
        {
            used.push(short.clone());
        }
        out.insert(short.unwrap_or_else(|| name.clone()), value.clone());
    }
    out
}
