//! Each definition as a device; each of its exposes is a point, part of one, or named with a reason.

use serde_json::Value as Json;

use super::{Row, Stage, seeds, steps};
use crate::Event;
use crate::fuzzing::script::Step;

pub(super) fn row(lines: &str) -> Row {
    let mut row = Row {
        name: "zigbee2mqtt-exposes",
        ..Row::default()
    };
    for definition in lines
        .lines()
        .filter_map(|line| serde_json::from_str::<Json>(line).ok())
    {
        let mut stage = Stage::new(&mut row);
        for step in steps(&seeds::zigbee(&definition), &[]) {
            if let Step::Say {
                topic,
                payload,
                retain,
            } = step
            {
                stage.say(topic, payload, retain);
            }
        }
        let passed_over = passed_over(&definition, &stage.events);
        drop(stage);
        row.unexplained.extend(passed_over);
    }
    row
}

fn passed_over(definition: &Json, events: &[Event]) -> Vec<String> {
    let mut found: Vec<&str> = Vec::new();
    let mut reasons = String::new();
    for event in events {
        match event {
            Event::Point { desc, .. } => found.push(&desc.key),
            Event::Diagnosis(it) => reasons.push_str(&it.text),
            _ => {}
        }
    }
    let mut out = Vec::new();
    for expose in definition["exposes"].as_array().into_iter().flatten() {
        let parts = expose["features"]
            .as_array()
            .map_or(std::slice::from_ref(expose), Vec::as_slice);
        for part in parts {
            let names = [&expose["property"], &part["property"]]
                .into_iter()
                .filter_map(Json::as_str);
            let said = names.clone().any(|name| {
                let within = |key: &&&str| key.split('.').any(|level| level == name);
                found.iter().find(within).is_some() || reasons.contains(name)
            });
            if !said && part["access"].as_u64().unwrap_or(7) & 3 != 0 {
                out.push(format!(
                    "{}: {}",
                    definition["model"],
                    names.collect::<Vec<_>>().join(".")
                ));
            }
        }
    }
    out
}
