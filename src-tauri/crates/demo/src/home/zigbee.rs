//! What Zigbee2MQTT says: its bridge, its lists of devices and groups, and the Home Assistant discovery of some of them, as if that had been
//! switched on for these alone: whoever reads both must find each of them once.

use serde_json::{Value, json};

use crate::outbox::Outbox;
use crate::random::{Random, round};
use crate::world::Link;

/// The bridge's state: the will of its connection.
pub(super) const BRIDGE_STATE: &str = "zigbee2mqtt/bridge/state";
/// What the will says.
pub(super) const OFFLINE: &str = r#"{"state":"offline"}"#;
const ONLINE: &str = r#"{"state":"online"}"#;
const VERSION: &str = "2.6.3";
const COORDINATOR: &str = "0x00124b0025e1a0f7";

/// Announces the bridge with all devices.
pub(super) fn announce_bridge(devices: Vec<Value>, groups: &[Value], out: &mut Outbox) {
    let coordinator = json!({
        "ieee_address": COORDINATOR, "type": "Coordinator", "network_address": 0, "supported": true, "friendly_name": "Coordinator",
        "disabled": false, "definition": null, "interview_state": "SUCCESSFUL", "endpoints": {},
    });
    let list: Vec<_> = std::iter::once(coordinator).chain(devices).collect();
    out.announce(Link::Zigbee, BRIDGE_STATE, ONLINE);
    let info = json!({
        "version": VERSION, "commit": "b8b6a5e", "zigbee_herdsman": { "version": "6.1.4" },
        "zigbee_herdsman_converters": { "version": "25.38.0" },
        "coordinator": {
            "ieee_address": COORDINATOR, "type": "ZStack3x0",
            "meta": { "maintrel": 1, "majorrel": 2, "minorrel": 7, "product": 1, "revision": 20_230_507, "transportrev": 2 },
        },
        "network": { "channel": 15, "pan_id": 6754, "extended_pan_id": "0xdddddddddddddddd" }, "log_level": "info", "permit_join": false,
        "restart_required": false,
        "config": {
            "mqtt": { "base_topic": "zigbee2mqtt", "include_device_information": false },
            "advanced": { "output": "json", "cache_state": true, "last_seen": "disable" }, "availability": { "enabled": true },
        },
    });
    out.announce(Link::Zigbee, "zigbee2mqtt/bridge/info", info.to_string());
    out.announce(
        Link::Zigbee,
        "zigbee2mqtt/bridge/devices",
        json!(list).to_string(),
    );
    out.announce(
        Link::Zigbee,
        "zigbee2mqtt/bridge/groups",
        json!(groups).to_string(),
    );
}

/// Who a Zigbee device is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    pub ieee: &'static str,
    /// What people call it.
    pub name: &'static str,
    /// Its room, which stands before the name in the friendly name.
    pub area: &'static str,
    pub vendor: &'static str,
    pub model: &'static str,
    pub description: &'static str,
    /// Mains or battery.
    pub mains: bool,
}

impl Node {
    /// Its name within Zigbee2MQTT.
    pub fn friendly(&self) -> String {
        format!("{}/{}", self.area, self.name)
    }

    /// Topic of its state.
    pub fn topic(&self) -> String {
        format!("zigbee2mqtt/{}", self.friendly())
    }

    /// Whether it is there: it is while its bridge is.
    pub fn here(&self, out: &mut Outbox) {
        out.announce(Link::Zigbee, &format!("{}/availability", self.topic()), ONLINE);
    }

    /// Topic of its commands.
    pub fn set(&self) -> String {
        format!("{}/set", self.topic())
    }

    /// Its short address, made of the long one.
    fn address(&self) -> u16 {
        self.ieee.bytes().fold(7, |hash: u16, byte| {
            hash.wrapping_mul(31).wrapping_add(byte.into())
        })
    }

    /// Its entry in the bridge's list.
    pub fn entry(&self, exposes: &Value) -> Value {
        json!({
            "ieee_address": self.ieee, "type": if self.mains { "Router" } else { "EndDevice" }, "network_address": self.address(),
            "supported": true, "friendly_name": self.friendly(), "disabled": false,
            "definition": {
                "source": "native", "model": self.model, "vendor": self.vendor, "description": self.description,
                "exposes": exposes, "options": [], "supports_ota": false,
            },
            "power_source": if self.mains { "Mains (single phase)" } else { "Battery" }, "model_id": self.model,
            "manufacturer": self.vendor, "interviewing": false, "interview_completed": true, "interview_state": "SUCCESSFUL",
            "endpoints": { "1": { "bindings": [], "configured_reportings": [], "clusters": { "input": ["genBasic"], "output": [] }, "scenes": [] } },
        })
    }

    /// Announces its entities the way Zigbee2MQTT does: `(component, object, configuration)`.
    pub fn announce(&self, entities: &[(&str, &str, Value)], out: &mut Outbox) {
        let availability = format!("{}/availability", self.topic());
        for (component, object, own) in entities {
            let mut config = json!({
                "availability": [
                    { "topic": BRIDGE_STATE, "value_template": "{{ value_json.state }}" },
                    { "topic": availability, "value_template": "{{ value_json.state }}" },
                ],
                "availability_mode": "all",
                "device": {
                    "identifiers": [format!("zigbee2mqtt_{}", self.ieee)], "name": self.friendly(), "manufacturer": self.vendor,
                    "model": self.description, "model_id": self.model,
                    "via_device": format!("zigbee2mqtt_bridge_{COORDINATOR}"),
                },
                "origin": { "name": "Zigbee2MQTT", "sw": VERSION, "url": "https://www.zigbee2mqtt.io" },
                "state_topic": self.topic(),
                "unique_id": format!("{}_{object}_zigbee2mqtt", self.ieee),
            });
            if let (Some(config), Some(own)) = (config.as_object_mut(), own.as_object()) {
                config.extend(own.clone());
            }
            out.announce(
                Link::Zigbee,
                &format!("homeassistant/{component}/{}/{object}/config", self.ieee),
                config.to_string(),
            );
        }
        self.here(out);
    }
}

/// Says a state: what matters at once, the rest every half minute.
pub(super) fn say(node: &Node, radio: &Radio, mut state: Value, urgent: &Value, out: &mut Outbox) {
    state["linkquality"] = round(radio.quality, 0).into();
    if !node.mains {
        state["battery"] = round(radio.battery, 0).into();
    }
    out.urgent_state(Link::Zigbee, &node.topic(), &state, urgent, 30_000);
}

/// The battery's entity of discovery.
pub(super) fn battery() -> (&'static str, &'static str, Value) {
    let mut config = number_entity("battery", "%", "battery");
    config["entity_category"] = "diagnostic".into();
    ("sensor", "battery", config)
}

/// A numeric entity of discovery.
pub(super) fn number_entity(key: &str, unit: &str, class: &str) -> Value {
    let mut config = json!({
        "value_template": format!("{{{{ value_json['{key}'] }}}}"), "unit_of_measurement": unit, "state_class": "measurement",
    });
    if class.is_empty() {
        config["name"] = title(key).into();
    } else {
        config["device_class"] = class.into();
    }
    config
}

/// A yes-or-no entity of discovery; `on` is the JSON value that means yes.
pub(super) fn binary_entity(key: &str, class: &str, on: bool) -> Value {
    json!({
        "value_template": format!("{{{{ value_json['{key}'] }}}}"), "payload_on": on, "payload_off": !on, "device_class": class,
    })
}

/// A numeric value in the bridge's list.
pub(super) fn number_expose(key: &str, unit: &str) -> Value {
    let mut expose = json!({ "type": "numeric", "name": key, "label": title(key), "property": key, "access": 1, "unit": unit });
    if matches!(unit, "%" | "lqi") {
        expose["value_min"] = 0.into();
        expose["value_max"] = if unit == "%" { 100 } else { 255 }.into();
    }
    if matches!(key, "battery" | "linkquality" | "voltage") {
        expose["category"] = "diagnostic".into();
    }
    expose
}

/// A yes-or-no value in the bridge's list.
pub(super) fn binary_expose(key: &str, on: bool) -> Value {
    json!({
        "type": "binary", "name": key, "label": title(key), "property": key, "access": 1, "value_on": on, "value_off": !on,
    })
}

/// The signal's strength, 0 to 255: it wanders.
#[derive(Debug, Clone)]
pub(super) struct Radio {
    pub quality: f64,
    /// %.
    pub battery: f64,
    random: Random,
}

impl Radio {
    pub fn new(mut random: Random) -> Self {
        Self {
            quality: random.between(80.0, 220.0),
            battery: random.between(40.0, 100.0),
            random,
        }
    }

    /// Lets `dt` seconds pass.
    pub fn advance(&mut self, dt: f64) {
        if self.random.happens(45.0, dt) {
            self.quality = (self.quality + 8.0 * self.random.bell()).clamp(20.0, 255.0);
        }
        self.battery = (self.battery - dt * 1.5e-6).max(1.0);
    }
}

fn title(key: &str) -> String {
    let words = key.replace('_', " ");
    let mut letters = words.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
