//! Home Assistant discovery, as the demo's devices write it.

use serde_json::{Map, Value, json};

use crate::outbox::Outbox;
use crate::world::Link;

/// Where discovery goes.
const PREFIX: &str = "homeassistant";
/// Whether everything without a connection of its own is there: the will of its connection.
pub(super) const STATUS: &str = "home/status";

/// Who a device is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Identity {
    /// Part of topics and unique ids.
    pub id: &'static str,
    /// What people call it.
    pub name: &'static str,
    /// The room; empty for what is carried about.
    pub area: &'static str,
    pub maker: &'static str,
    pub model: &'static str,
}

impl Identity {
    /// A topic of the device.
    pub fn topic(&self, what: &str) -> String {
        format!("home/{}/{what}", self.id)
    }

    /// One message that describes the whole device (the device form). Components: key → configuration with `platform`.
    pub fn device(&self, out: &mut Outbox, components: &Value) {
        let config = json!({
            "device": self.identity(),
            "origin": { "name": "Hearthline demo", "sw_version": env!("CARGO_PKG_VERSION") },
            "availability": self.availability(),
            "availability_mode": "all",
            "components": self.with_unique_ids(components),
        });
        out.announce(
            Link::Home,
            &format!("{PREFIX}/device/{}/config", self.id),
            config.to_string(),
        );
        self.here(out);
    }

    /// One message for each entity (the single-component form).
    pub fn single(&self, out: &mut Outbox, components: &Value) {
        for (key, config) in self.with_unique_ids(components) {
            let Value::Object(mut config) = config else {
                continue;
            };
            let Some(Value::String(component)) = config.remove("platform") else {
                continue;
            };
            config.insert("device".into(), self.identity());
            config.insert("availability".into(), self.availability());
            config.insert("availability_mode".into(), "all".into());
            let topic = format!("{PREFIX}/{component}/{}/{key}/config", self.id);
            out.announce(Link::Home, &topic, Value::Object(config).to_string());
        }
        self.here(out);
    }

    /// As [`single`](Self::single), for configurations whose keys are abbreviated and whose topics begin with `~`.
    pub fn short(&self, out: &mut Outbox, components: &Value) {
        let Value::Object(components) = components else {
            return;
        };
        for (key, config) in components {
            let Value::Object(mut config) = config.clone() else {
                continue;
            };
            let Some(Value::String(component)) = config.remove("p") else {
                continue;
            };
            config.insert("~".into(), format!("home/{}", self.id).into());
            config.insert("uniq_id".into(), format!("{}_{key}", self.id).into());
            config.insert(
                "dev".into(),
                json!({ "ids": [self.id], "name": self.name, "mf": self.maker, "mdl": self.model, "sa": self.area }),
            );
            config.insert("avty".into(), json!([{ "t": STATUS }, { "t": "~/availability" }]));
            config.insert("avty_mode".into(), "all".into());
            config.insert("o".into(), json!({ "name": "Hearthline demo" }));
            let topic = format!("{PREFIX}/{component}/{}_{key}/config", self.id);
            out.announce(Link::Home, &topic, Value::Object(config).to_string());
        }
        self.here(out);
    }

    /// Says that the device is there.
    fn here(&self, out: &mut Outbox) {
        out.announce(Link::Home, &self.topic("availability"), "online");
    }

    fn identity(&self) -> Value {
        let mut device = json!({
            "identifiers": [self.id], "name": self.name, "manufacturer": self.maker, "model": self.model,
        });
        // What is worn is in no room.
        if !self.area.is_empty() {
            device["suggested_area"] = self.area.into();
        }
        device
    }

    fn availability(&self) -> Value {
        json!([{ "topic": STATUS }, { "topic": self.topic("availability") }])
    }

    fn with_unique_ids(&self, components: &Value) -> Map<String, Value> {
        let mut components = components.as_object().cloned().unwrap_or_default();
        for (key, config) in &mut components {
            if let Value::Object(config) = config {
                config.insert("unique_id".into(), format!("{}_{key}", self.id).into());
            }
        }
        components
    }
}

/// A sensor that reads a key of the device's JSON state: platform, topic, template, unit, class and state class.
pub(super) fn sensor(topic: &str, name: &str, key: &str, unit: &str, class: &str, kind: &str) -> Value {
    let mut config = json!({
        "platform": "sensor", "name": name, "state_topic": topic, "value_template": format!("{{{{ value_json.{key} }}}}"),
    });
    for (option, value) in [
        ("unit_of_measurement", unit),
        ("device_class", class),
        ("state_class", kind),
    ] {
        if !value.is_empty() {
            config[option] = value.into();
        }
    }
    config
}

/// A binary sensor that reads a boolean key of the device's JSON state.
pub(super) fn binary(topic: &str, name: &str, key: &str, class: &str) -> Value {
    json!({
        "platform": "binary_sensor", "name": name, "state_topic": topic, "device_class": class,
        "value_template": format!("{{{{ 'ON' if value_json.{key} else 'OFF' }}}}"),
    })
}

/// What Home Assistant says when it has started: everybody announces themselves again.
pub(super) const BIRTH: &str = "homeassistant/status";
