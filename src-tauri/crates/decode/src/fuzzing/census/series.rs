//! Each line of a time series as a message of plain JSON: each of its columns is a point, each number a value.

use std::path::Path;

use serde_json::{Map, Value as Json};

use super::{Row, Stage};
use crate::Event;

/// Lines of each series that are taken: what more would tell is the store's to keep.
const MOST: usize = 1_000;

/// None where the folder is not there.
pub(super) fn row(folder: &Path) -> Option<Row> {
    let mut row = Row {
        name: "series",
        ..Row::default()
    };
    let mut files: Vec<_> = std::fs::read_dir(folder).ok()?.flatten().collect();
    files.sort_by_key(std::fs::DirEntry::file_name);
    for file in files {
        let Ok(text) = std::fs::read_to_string(file.path()) else {
            continue;
        };
        let name = file
            .path()
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let mut lines = text.lines();
        let header = lines.next().unwrap_or_default();
        let between = if header.contains(';') { ';' } else { ',' };
        // The first column is the time.
        let columns: Vec<&str> = header.split(between).skip(1).collect();
        let mut short = 0;
        let mut stage = Stage::new(&mut row);
        for line in lines.take(MOST) {
            let numbers = line
                .split(between)
                .skip(1)
                .map(|text| serde_json::from_str(text).unwrap_or(Json::Null));
            let object: Map<String, Json> = columns.iter().map(|it| (*it).to_owned()).zip(numbers).collect();
            let payload = Json::Object(object).to_string();
            let events = stage.say(&format!("series/{name}/data"), payload.as_bytes(), false);
            let values = events
                .iter()
                .filter(|event| matches!(event, Event::Reading(_)))
                .count();
            short += usize::from(values != columns.len());
        }
        drop(stage);
        if short > 0 {
            row.unexplained
                .push(format!("{short} lines of {name} have fewer values than columns"));
        }
    }
    Some(row)
}
