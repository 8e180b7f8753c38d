//! Messages as firmwares of many versions print them.

mod corpora;
mod entities;
mod hostile;
mod life;
mod readings;
pub(crate) mod stage;

use serde_json::{Value as Json, json};

pub(crate) use stage::Stage;

/// The announcement of a plug, with changes.
fn config(changes: &Json) -> String {
    let mut config = json!({
        "ip": "192.168.1.40", "dn": "Kitchen plug", "fn": ["Kitchen plug", null, null, null, null, null, null, null],
        "hn": "tasmota-49A3BC-0956", "mac": "5CCF7F49A3BC", "md": "Sonoff Basic", "ty": 0, "if": 0, "cam": 0,
        "ofln": "Offline", "onln": "Online", "state": ["OFF", "ON", "TOGGLE", "HOLD"], "sw": "14.2.0",
        "t": "tasmota_49A3BC", "ft": "%prefix%/%topic%/", "tp": ["cmnd", "stat", "tele"],
        "rl": [1, 0, 0, 0, 0, 0, 0, 0], "swc": [-1, -1, -1, -1, -1, -1, -1, -1],
        "swn": [null, null, null, null, null, null, null, null], "btn": [0, 0, 0, 0, 0, 0, 0, 0],
        "so": {"4": 0, "11": 0, "13": 0, "17": 0, "20": 0, "30": 0, "68": 0, "73": 0, "82": 0, "114": 0, "117": 0},
        "lk": 1, "lt_st": 0, "bat": 0, "dslp": 0, "sho": [0, 0, 0, 0], "sht": [[0, 0, 0], [0, 0, 0]], "ver": 1
    });
    merge(&mut config, changes);
    config.to_string()
}

fn merge(into: &mut Json, from: &Json) {
    match (into, from) {
        (Json::Object(into), Json::Object(from)) => {
            for (key, value) in from {
                merge(into.entry(key.clone()).or_insert(Json::Null), value);
            }
        }
        (into, from) => *into = from.clone(),
    }
}

const CONFIG: &str = "tasmota/discovery/5CCF7F49A3BC/config";
const SENSORS: &str = "tasmota/discovery/5CCF7F49A3BC/sensors";
const DEVICE: &str = "tasmota:5ccf7f49a3bc";

/// A device that announced itself with these changes and is there.
fn announced(changes: &Json) -> Stage {
    let mut stage = Stage::new();
    stage.kept(CONFIG, config(changes));
    stage
}
