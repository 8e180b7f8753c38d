//! What Zigbee2MQTT says: its bridge, its list of devices, and their Home Assistant discovery.

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
pub(super) fn announce_bridge(devices: Vec<Value>, out: &mut Outbox) {
    let coordinator = json!({
        "ieee_address": COORDINATOR, "type": "Coordinator", "network_address": 0, "supported": true, "friendly_name": "Coordinator",
        "disabled": false, "definition": null, "interview_state": "SUCCESSFUL", "endpoints": {},
    });
    let list: Vec<_> = std::iter::once(coordinator).chain(devices).collect();
    out.announce(Link::Zigbee, BRIDGE_STATE, ONLINE);
    let info = json!({
        "version": VERSION, "commit": "unknown", "coordinator": { "ieee_address": COORDINATOR, "type": "zStack3x0", "meta": {} },
        "network": { "channel": 15, "pan_id": 6754 }, "log_level": "info", "permit_join": false, "restart_required": false,
    });
    out.announce(Link::Zigbee, "zigbee2mqtt/bridge/info", info.to_string());
    out.announce(
        Link::Zigbee,
        "zigbee2mqtt/bridge/devices",
        json!(list).to_string(),
    );
}

/// Who a Zigbee device is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    pub ieee: &'static str,
    /// Friendly name: its topic.
    pub name: &'static str,
    pub area: &'static str,
    pub vendor: &'static str,
    pub model: &'static str,
    pub description: &'static str,
    /// Mains or battery.
    pub mains: bool,
}

impl Node {
    /// Topic of its state.
    pub fn topic(&self) -> String {
        format!("zigbee2mqtt/{}", self.name)
    }

    /// Topic of its commands.
    pub fn set(&self) -> String {
        format!("zigbee2mqtt/{}/set", self.name)
    }

    /// Its entry in the bridge's list.
    pub fn entry(&self, exposes: &Value) -> Value {
        json!({
            "ieee_address": self.ieee, "type": if self.mains { "Router" } else { "EndDevice" }, "network_address": 4_711,
            "supported": true, "friendly_name": self.name, "disabled": false,
            "definition": {
                "source": "native", "model": self.model, "vendor": self.vendor, "description": self.description,
                "exposes": exposes, "options": [], "supports_ota": false,
            },
            "power_source": if self.mains { "Mains (single phase)" } else { "Battery" }, "model_id": self.model,
            "manufacturer": self.vendor, "interviewing": false, "interview_completed": true, "interview_state": "SUCCESSFUL",
            "endpoints": {},
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
                    "identifiers": [format!("zigbee2mqtt_{}", self.ieee)], "name": self.name, "manufacturer": self.vendor,
                    "model": self.description, "model_id": self.model, "suggested_area": self.area,
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
        out.announce(Link::Zigbee, &availability, ONLINE);
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
    json!({ "type": "numeric", "name": key, "label": title(key), "property": key, "access": 1, "unit": unit })
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
