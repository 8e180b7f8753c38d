//! What a property's name tells: the name for people, the class, the prominence.

use hearthline_model::{Category, Kind, PointDesc, Role};

use super::expose::Expose;
use crate::{naming, units};

/// The name of an expose for people, with its endpoint.
pub(super) fn name(expose: &Expose) -> String {
    let label = expose.label.as_deref().unwrap_or_default();
    // Newer versions write the endpoint into the label: "Power on behavior (L1)".
    let label = match (&expose.endpoint, label.rfind(" (")) {
        (Some(_), Some(at)) if label.ends_with(')') => &label[..at],
        _ => label,
    };
    let machine = label.contains('_') || !label.starts_with(char::is_uppercase);
    let name = if expose.name == "linkquality" {
        "Link quality".to_owned()
    } else if expose.name == "pi_heating_demand" {
        // How far a valve is opened; how it is worked out is nobody's business.
        "Heating demand".to_owned()
    } else if !machine {
        crate::decoder::shortened(label, 128)
    } else if expose.name.is_empty() {
        naming::humanise(expose.property.as_deref().unwrap_or_default())
    } else {
        naming::humanise(&expose.name)
    };
    match &expose.endpoint {
        Some(endpoint) => naming::join(&endpoint_name(endpoint), &name),
        None => name,
    }
}

/// An endpoint for people: `l1` and `1` are channels, `left` is left.
pub(super) fn endpoint_name(endpoint: &str) -> String {
    let digits = endpoint.strip_prefix('l').unwrap_or(endpoint);
    if !digits.is_empty() && digits.len() <= 3 && digits.bytes().all(|b| b.is_ascii_digit()) {
        return format!("Channel {digits}");
    }
    naming::humanise(endpoint)
}

/// A name that a person gave, or a machine.
pub(super) fn spoken(name: &str) -> String {
    naming::humanise(&crate::decoder::shortened(name, 256))
}

/// Words of a difference between temperatures, which is no temperature.
const DIFFERENCES: &[&str] = &[
    "calibration",
    "offset",
    "deadband",
    "deadzone",
    "setback",
    "sensitivity",
    "hysteresis",
    "precision",
    "accuracy",
    "tolerance",
    "delta",
    "compensation",
];

/// Words of what a person sets once.
const SETTINGS: &[&str] = &[
    "calibration",
    "offset",
    "sensitivity",
    "interval",
    "threshold",
    "timeout",
    "indicator",
    "backlight",
    "led",
    "behavior",
    "behaviour",
    "memory",
    "deadband",
    "deadzone",
    "hysteresis",
    "precision",
    "limit",
    "schedule",
    "startup",
    "lockout",
    "language",
    "reporting",
    "reset",
    "inverted",
    "reversed",
    "config",
    "options",
    "type",
    "detection",
    "identify",
    "delay",
    "programming",
];

/// Unit, class, behaviour over time and prominence.
pub(super) fn infer(desc: &mut PointDesc, name: &str, unit: Option<&str>) {
    let words = units::lower_words(name);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let settable = desc.command.is_some();
    match desc.kind {
        Kind::Number => {
            let unit = unit.map(|unit| units::known_unit(unit.trim()).unwrap_or(unit.trim()));
            desc.unit = unit.map(str::to_owned);
            let class = match name {
                "soil_moisture" => Some("moisture"),
                "eco2" => Some("carbon_dioxide"),
                "power_factor" => Some("power_factor"),
                _ => units::class_of(unit, &words),
            };
            // An index without a unit is no such thing: `power` of a radar, `current` as a word.
            let class = class.filter(|_| unit.is_some() || name == "power_factor");
            let class = class.filter(|class| *class != "temperature" || !has(DIFFERENCES));
            desc.class = class.map(str::to_owned);
            desc.state_class = (!settable)
                .then(|| units::state_class(class, unit, &words))
                .flatten();
            if name == "battery" {
                desc.role = Role::Battery;
            } else if name == "linkquality" {
                desc.role = Role::LinkQuality;
            }
        }
        Kind::Bool if !settable => desc.class = bool_class(name, &words).map(str::to_owned),
        _ => {}
    }
    if desc.category == Category::Primary {
        desc.category = match units::category(&words) {
            Category::Primary if settable && desc.role == Role::Value && has(SETTINGS) => Category::Config,
            Category::Primary if name == "battery_low" || name.starts_with("action_") => Category::Diagnostic,
            found => found,
        };
    }
}

fn bool_class(name: &str, words: &[String]) -> Option<&'static str> {
    Some(match name {
        // Published true where closed, and announced so: `value_on` is false.
        "contact" => "opening",
        "water_leak" | "rain" => "moisture",
        "battery_low" => "battery",
        "gas" => "gas",
        "carbon_monoxide" => "carbon_monoxide",
        "moving" => "moving",
        "window_open" | "window" => "window",
        "noise_detected" => "sound",
        "ac_status" | "mains_power_connected" | "ac_connected" => "power",
        "high_temperature" => "heat",
        _ => return units::bool_class(words),
    })
}
