//! `light`: what the three schemas share.

use hearthline_model::{Kind, Role};

use super::super::draft::{Build, Draft};
use super::{light_basic, light_json, light_template};
use crate::scale::Scale;

pub(super) fn light(build: &mut Build<'_>) {
    match build.config.text("schema").as_deref() {
        Some("json") => light_json::light(build),
        Some("template") => light_template::light(build),
        _ => light_basic::light(build),
    }
}

/// A point for brightness, 0 … 100 %.
pub(super) fn brightness(build: &Build<'_>) -> Draft {
    let mut point = build.point("brightness", "Brightness", Kind::Number, Role::Brightness);
    point.desc.unit = Some("%".to_owned());
    point.desc.range = Some((0.0, 100.0));
    point.desc.step = Some(1.0);
    point
}

/// A point for the colour temperature in kelvin, and how the device speaks of it.
pub(super) fn color_temperature(build: &Build<'_>) -> (Draft, Scale) {
    let config = build.config;
    let mut point = build.point(
        "color_temp",
        "Colour temperature",
        Kind::Number,
        Role::ColorTemperature,
    );
    point.desc.unit = Some("K".to_owned());
    let kelvin = |name: &str, mireds: &str, default: f64| {
        config
            .number(name)
            .or_else(|| {
                config
                    .number(mireds)
                    .filter(|m| *m > 0.0)
                    .map(|m| (1e6 / m).round())
            })
            .unwrap_or(default)
    };
    let range = (
        kelvin("min_kelvin", "max_mireds", 2000.0),
        kelvin("max_kelvin", "min_mireds", 6535.0),
    );
    point.desc.range = (range.0 < range.1).then_some(range);
    point.desc.step = Some(1.0);
    let scale = if config.flag("color_temp_kelvin") == Some(true) {
        Scale::Same
    } else {
        Scale::Mired
    };
    (point, scale)
}

/// A point for the colour.
pub(super) fn color(build: &Build<'_>) -> Draft {
    build.point("color", "Colour", Kind::Text, Role::Color)
}

/// A point for the effect.
pub(super) fn effect(build: &Build<'_>) -> Draft {
    let mut point = build.point("effect", "Effect", Kind::Enum, Role::Effect);
    point.desc.options = build.config.texts("effect_list").unwrap_or_default();
    point
}
