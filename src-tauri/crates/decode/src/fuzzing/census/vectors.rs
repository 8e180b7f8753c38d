//! Each array of the specification as the metric of a birth.

use prost::Message as _;
use serde_json::Value as Json;

use super::{Row, START, Stage};
use crate::Event;

/// As much of a birth as is needed; the numbers are those of the specification.
#[derive(Clone, PartialEq, prost::Message)]
struct Birth {
    #[prost(uint64, optional, tag = "1")]
    timestamp: Option<u64>,
    #[prost(message, repeated, tag = "2")]
    metrics: Vec<Metric>,
    #[prost(uint64, optional, tag = "3")]
    seq: Option<u64>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Metric {
    #[prost(string, optional, tag = "1")]
    name: Option<String>,
    #[prost(uint32, optional, tag = "4")]
    datatype: Option<u32>,
    #[prost(uint64, optional, tag = "11")]
    long: Option<u64>,
    #[prost(bytes = "vec", optional, tag = "16")]
    bytes: Option<Vec<u8>>,
}

pub(super) fn row(vectors: &Json) -> Row {
    let mut row = Row {
        name: "sparkplug-spec-vectors",
        ..Row::default()
    };
    for vector in vectors.as_array().into_iter().flatten() {
        let name = vector["type"].as_str().unwrap_or_default();
        let hex = vector["little_endian_hex"]
            .as_str()
            .or(vector["hex_in_spec"].as_str())
            .unwrap_or_default();
        let bytes: Option<Vec<u8>> = (0..hex.len() / 2)
            .map(|ix| u8::from_str_radix(&hex[2 * ix..2 * ix + 2], 16).ok())
            .collect();
        let bytes = if let Some(bytes) = bytes {
            bytes
        } else {
            // Written with a letter for a digit that may be any: the bits behind the last value.
            row.ignored += 1;
            let hex = hex.replace('X', "0");
            (0..hex.len() / 2)
                .filter_map(|ix| u8::from_str_radix(&hex[2 * ix..2 * ix + 2], 16).ok())
                .collect()
        };
        let birth = Birth {
            timestamp: Some(START as u64 / 1_000),
            seq: Some(0),
            metrics: vec![
                Metric {
                    name: Some("bdSeq".into()),
                    datatype: Some(4),
                    long: Some(0),
                    bytes: None,
                },
                Metric {
                    name: Some(name.to_owned()),
                    datatype: vector["enum"].as_u64().and_then(|number| number.try_into().ok()),
                    long: None,
                    bytes: Some(bytes),
                },
            ],
        };
        let mut stage = Stage::new(&mut row);
        let events = stage.say("spBv1.0/G/NBIRTH/E", &birth.encode_to_vec(), false);
        let read = events.iter().rev().find_map(|event| match event {
            Event::Reading(reading) => reading.value.as_text().map(str::to_owned),
            _ => None,
        });
        drop(stage);
        let found = read
            .as_deref()
            .and_then(|text| serde_json::from_str::<Json>(text).ok());
        let right = match &found {
            // Times are shown as such.
            Some(Json::Array(list)) if name == "DateTimeArray" => {
                Some(list.len()) == vector["values"].as_array().map(Vec::len)
            }
            Some(list) => *list == vector["values"],
            None => false,
        };
        if !right {
            row.unexplained
                .push(format!("{name}: {read:?} instead of {}", vector["values"]));
        }
    }
    row
}
