//! What every point of an entity shares: key, name, class, prominence.

use hearthline_model::{Category, PointDesc};

use super::config::Config;
use super::device;
use crate::decoder::shortened;
use crate::naming;

/// Longest part of a key that a config gives, bytes.
pub(super) const LONGEST_KEY: usize = 200;

/// The description that the points of an entity start from.
///
/// `id` is the discovery identity, `device` the device's name; `lone` where the entity stands for itself.
pub(super) fn base(component: &str, id: &str, config: &Config, device: &str, lone: bool) -> PointDesc {
    let unique = config.word("unique_id");
    let key = unique.as_deref().unwrap_or(id);
    PointDesc {
        key: format!("{component}.{}", shortened(key, LONGEST_KEY)),
        name: name(id, config, device, lone),
        platform: shortened(component, 64),
        class: config.word("device_class").map(|class| shortened(&class, 64)),
        category: match config.text("entity_category").as_deref() {
            Some("config") => Category::Config,
            Some("diagnostic") => Category::Diagnostic,
            _ => Category::Primary,
        },
        hidden: config.flag("enabled_by_default") == Some(false),
        icon: config.word("icon").map(|icon| shortened(&icon, 64)),
        ..PointDesc::default()
    }
}

/// The entity's name without the device's in front; empty where it is the device's main feature.
fn name(id: &str, config: &Config, device: &str, lone: bool) -> String {
    let Some(text) = config.text("name") else {
        // Null means "the device itself"; missing means that Home Assistant makes up a name.
        if config.is_null("name") || lone {
            return String::new();
        }
        // `MQTT Sensor` would tell nothing; the last part of the topic mostly does.
        let object = id.rsplit(' ').next().unwrap_or(id);
        let class = config.word("device_class");
        return naming::humanise(class.as_deref().unwrap_or(object));
    };
    let text = device::name(&text);
    let same = text
        .get(..device.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(device));
    if !same || device.is_empty() {
        return text;
    }
    let rest = &text[device.len()..];
    let bare = rest.trim_start_matches([' ', '_', '-', ':', '.']);
    // `Lampshade` does not begin with the device `Lamp`.
    if rest.is_empty() || bare.len() < rest.len() {
        bare.to_owned()
    } else {
        text
    }
}
