//! Which messages are ours.

use serde_json::Value as Json;

use super::topic::{self, Sub};
use super::{Gen2, SOURCE};
use crate::Message;
use crate::conventions::shelly::models;

/// Parts that a status topic under an unknown prefix may name to be believed.
const COMPONENTS: &[&str] = &[
    "switch",
    "cover",
    "light",
    "rgb",
    "rgbw",
    "cct",
    "rgbcct",
    "input",
    "temperature",
    "humidity",
    "voltmeter",
    "smoke",
    "flood",
    "illuminance",
    "devicepower",
    "pm1",
    "em",
    "em1",
    "emdata",
    "em1data",
    "thermostat",
    "boolean",
    "number",
    "text",
    "enum",
    "button",
    "group",
    "object",
    "bthomedevice",
    "bthomesensor",
    "blutrv",
    "presence",
    "presencezone",
    "script",
];

/// Whether a payload on the shared announcement topic is of a later generation.
pub(in crate::conventions::shelly) fn is_announce(payload: &[u8]) -> bool {
    peek(payload).is_some_and(|json| json["gen"].as_i64().is_some_and(|generation| generation >= 2))
}

/// JSON of a moderate size, or none.
pub(super) fn peek(payload: &[u8]) -> Option<Json> {
    if payload.len() > 256 << 10 || !payload.trim_ascii_start().starts_with(b"{") {
        return None;
    }
    serde_json::from_slice(payload).ok()
}

impl Gen2 {
    /// Whether a message is one of ours.
    pub(in crate::conventions::shelly) fn claims(&self, message: &Message<'_>) -> bool {
        let Some((prefix, sub)) = topic::parse(message.topic) else {
            return false;
        };
        if self.by_prefix.contains_key(prefix)
            || models::is_later(topic::last_level(prefix))
            || prefix == SOURCE && sub == Sub::Rpc
        {
            return true;
        }
        match sub {
            Sub::Events => peek(message.payload).is_some_and(|json| {
                json["src"].is_string()
                    && json["params"].is_object()
                    && json["method"].as_str().is_some_and(|m| m.starts_with("Notify"))
            }),
            Sub::Status(name) => {
                let (kind, number) = topic::component(name);
                COMPONENTS.contains(&kind)
                    && number.is_some()
                    && peek(message.payload).is_some_and(|json| json["id"].as_u64() == number.map(u64::from))
            }
            // An answer that somebody else asked for tells as much.
            Sub::Rpc => peek(message.payload).is_some_and(|json| {
                json["src"].as_str().is_some_and(models::is_later)
                    && (json["result"].is_object() || json["error"].is_object())
            }),
            Sub::Announce => prefix != "shellies" && is_announce(message.payload),
            Sub::Online | Sub::Noise => false,
        }
    }
}
