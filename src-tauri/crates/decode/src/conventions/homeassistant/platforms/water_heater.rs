//! `water_heater`.

use hearthline_model::{Kind, Role};

use super::super::draft::Build;
use super::climate::{chosen, power, set_point, shown, temperature_unit};
use super::words;

pub(super) fn water_heater(build: &mut Build<'_>) {
    let config = build.config;
    power(build);
    let modes = config.texts("modes").unwrap_or_else(|| {
        words(&[
            "off",
            "eco",
            "electric",
            "gas",
            "heat_pump",
            "high_demand",
            "performance",
        ])
    });
    let mode = build.point("mode", "Mode", Kind::Enum, Role::Mode);
    chosen(
        build,
        mode,
        modes,
        Some("None".to_owned()),
        [
            "mode_state_topic",
            "mode_state_template",
            "mode_command_topic",
            "mode_command_template",
        ],
    );
    let unit = temperature_unit(build);
    let current = build.point(
        "current_temperature",
        "Temperature",
        Kind::Number,
        Role::CurrentTemperature,
    );
    shown(
        build,
        current,
        unit,
        "temperature",
        "current_temperature_topic",
        "current_temperature_template",
    );
    let (low, high) = if unit == "°F" {
        (110.0, 140.0)
    } else {
        (43.3, 60.0)
    };
    let range = (
        config.number("min_temp").unwrap_or(low),
        config.number("max_temp").unwrap_or(high),
    );
    let mut target = build.point(
        "temperature",
        "Target temperature",
        Kind::Number,
        Role::TargetTemperature,
    );
    target.desc.class = Some("temperature".to_owned());
    set_point(
        build,
        target,
        unit,
        range,
        1.0,
        Some("None".to_owned()),
        [
            "temperature_state_topic",
            "temperature_state_template",
            "temperature_command_topic",
            "temperature_command_template",
        ],
    );
}
