//! What a device answers about itself and its parts.

use hearthline_model::{Kind, Role, Value};
use serde_json::Value as Json;

use super::component;
use super::unit::{MOST_COMPONENTS, Unit};
use crate::conventions::shelly::draft::{Draft, Sink};
use crate::conventions::shelly::models;

impl Unit {
    /// The answer to `Shelly.GetDeviceInfo`, or an announcement.
    pub(super) fn informed(&mut self, json: &Json, sink: &mut Sink<'_, '_>) {
        let text = |key: &str| {
            json[key]
                .as_str()
                .filter(|text| !text.is_empty())
                .map(|text| crate::decoder::shortened(text, 128))
        };
        let app = text("app");
        let id = self.id.as_deref().unwrap_or_default();
        if let Some(model) = models::later(app.as_deref(), id) {
            self.model = Some(model);
            self.desc.model = Some(model.name.to_owned());
        } else if let Some(app) = app {
            self.desc.model = Some(format!("Shelly {app}"));
        }
        self.desc.firmware = text("ver")
            .or_else(|| text("fw_id"))
            .or_else(|| self.desc.firmware.take());
        self.desc.hardware = text("model").or_else(|| self.desc.hardware.take());
        if let Some(name) = text("name") {
            self.config.device_name = Some(name);
        }
        if self.device.is_some() || self.id.is_some() {
            self.describe(sink);
        }
        if let (Some(device), Some(version)) = (self.device, text("ver")) {
            self.points
                .set(sink, device, "sys/version", Value::text(version), || {
                    Draft::new("Installed version", Kind::Text)
                        .part("update", "sys/update", Role::InstalledVersion)
                        .diagnostic()
                });
        }
    }

    /// The answer to `Shelly.GetConfig`.
    pub(super) fn configured(&mut self, json: &Json, sink: &mut Sink<'_, '_>) {
        let Some(members) = json.as_object() else { return };
        self.behind.clear();
        for (name, config) in members.iter().take(MOST_COMPONENTS) {
            self.config_of(name, config, sink);
        }
        self.points.renew();
        self.describe(sink);
    }

    fn config_of(&mut self, name: &str, config: &Json, sink: &mut Sink<'_, '_>) {
        let moved = self.config.learn(name, config);
        if moved {
            // It turned out to be part of a device behind this one.
            self.points.forget(sink, &format!("{name}/"));
        }
        if name == "sys"
            && let Some(period) = config["sleep"]["wakeup_period"].as_u64()
        {
            self.on_batteries(u32::try_from(period).ok(), sink);
        }
    }

    /// The answer to `Shelly.GetComponents`: configuration and status of each.
    pub(super) fn components(&mut self, list: &[Json], sink: &mut Sink<'_, '_>) {
        self.behind.clear();
        for item in list.iter().take(MOST_COMPONENTS) {
            if let Some(name) = item["key"].as_str().filter(|name| name.len() <= 64)
                && item["config"].is_object()
            {
                self.config_of(name, &item["config"], sink);
            }
        }
        self.points.renew();
        for item in list.iter().take(MOST_COMPONENTS) {
            if let Some(name) = item["key"].as_str().filter(|name| name.len() <= 64)
                && item["status"].is_object()
            {
                component::read(self, name, &item["status"], true, sink);
            }
        }
    }
}
