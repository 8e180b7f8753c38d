//! `climate`, and the parts that other platforms share with it.

use hearthline_model::{Kind, Role};

use super::super::draft::{Build, Draft, Form, Read};
use super::words;
use crate::scale::Scale;

pub(super) fn climate(build: &mut Build<'_>) {
    let config = build.config;
    power(build);

    let modes = config
        .texts("modes")
        .unwrap_or_else(|| words(&["auto", "off", "cool", "heat", "dry", "fan_only"]));
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

    let mut action = build.point("action", "Activity", Kind::Enum, Role::Activity);
    action.desc.options = words(&[
        "off",
        "preheating",
        "heating",
        "cooling",
        "drying",
        "idle",
        "fan",
        "defrosting",
    ]);
    let source = build.source("action_topic", "action_template", Read::Text);
    build.simple(action, source, None);

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
    let fahrenheit = unit == "°F";
    let range = (
        config
            .number("min_temp")
            .unwrap_or(if fahrenheit { 45.0 } else { 7.0 }),
        config
            .number("max_temp")
            .unwrap_or(if fahrenheit { 95.0 } else { 35.0 }),
    );
    let step = config.number("temp_step").unwrap_or(1.0);
    for (suffix, name, role) in [
        ("temperature", "Target temperature", Role::TargetTemperature),
        (
            "temperature_low",
            "Lowest temperature",
            Role::TargetTemperatureLow,
        ),
        (
            "temperature_high",
            "Highest temperature",
            Role::TargetTemperatureHigh,
        ),
    ] {
        let mut target = build.point(suffix, name, Kind::Number, role);
        target.desc.class = Some("temperature".to_owned());
        let options = [
            "state_topic",
            "state_template",
            "command_topic",
            "command_template",
        ]
        .map(|end| format!("{suffix}_{end}"));
        set_point(
            build,
            target,
            unit,
            range,
            step,
            Some("None".to_owned()),
            options.each_ref().map(String::as_str),
        );
    }

    let current = build.point(
        "current_humidity",
        "Humidity",
        Kind::Number,
        Role::CurrentHumidity,
    );
    shown(
        build,
        current,
        "%",
        "humidity",
        "current_humidity_topic",
        "current_humidity_template",
    );
    let range = (
        config.number("min_humidity").unwrap_or(30.0),
        config.number("max_humidity").unwrap_or(99.0),
    );
    let target = build.point(
        "target_humidity",
        "Target humidity",
        Kind::Number,
        Role::TargetHumidity,
    );
    set_point(
        build,
        target,
        "%",
        range,
        1.0,
        Some("None".to_owned()),
        [
            "target_humidity_state_topic",
            "target_humidity_state_template",
            "target_humidity_command_topic",
            "target_humidity_command_template",
        ],
    );

    for (suffix, name, role, list, default) in [
        (
            "fan_mode",
            "Fan",
            Role::FanMode,
            "fan_modes",
            &["auto", "low", "medium", "high"][..],
        ),
        (
            "swing_mode",
            "Swing",
            Role::SwingMode,
            "swing_modes",
            &["on", "off"],
        ),
        (
            "swing_horizontal_mode",
            "Horizontal swing",
            Role::SwingMode,
            "swing_horizontal_modes",
            &["on", "off"],
        ),
        ("preset_mode", "Preset", Role::PresetMode, "preset_modes", &[]),
    ] {
        let options = config.texts(list).unwrap_or_else(|| words(default));
        let point = build.point(suffix, name, Kind::Enum, role);
        // The preset's template is named unlike the others.
        let state_template = if suffix == "preset_mode" {
            "value_template"
        } else {
            "state_template"
        };
        let names = ["state_topic", state_template, "command_topic", "command_template"]
            .map(|end| format!("{suffix}_{end}"));
        chosen(
            build,
            point,
            options,
            Some("None".to_owned()),
            names.each_ref().map(String::as_str),
        );
    }
}

/// Power, which has a command and no state.
pub(super) fn power(build: &mut Build<'_>) {
    let config = build.config;
    let point = build.point("power", "Power", Kind::Bool, Role::Switch);
    let form = Form::OnOff {
        on: config.text_or("payload_on", "ON"),
        off: config.text_or("payload_off", "OFF"),
    };
    let send = build.send("power_command_topic", "power_command_template", form);
    build.simple(point, None, send);
}

/// `°C` unless the config says Fahrenheit.
pub(super) fn temperature_unit(build: &Build<'_>) -> &'static str {
    match build.config.text("temperature_unit").as_deref() {
        Some("F" | "°F" | "fahrenheit") => "°F",
        _ => "°C",
    }
}

/// One out of a list. The options: state topic and template, command topic and template.
pub(super) fn chosen(
    build: &mut Build<'_>,
    mut point: Draft,
    options: Vec<String>,
    reset: Option<String>,
    [state, state_template, command, command_template]: [&str; 4],
) {
    point.desc.options.clone_from(&options);
    let read = match reset {
        Some(reset) => Read::Resettable(reset, Box::new(Read::Text)),
        None => Read::Text,
    };
    let source = build.source(state, state_template, read);
    let send = build.send(command, command_template, Form::OneOf(options));
    build.simple(point, source, send);
}

/// A number that can be set. The options as in [`chosen`].
pub(super) fn set_point(
    build: &mut Build<'_>,
    mut point: Draft,
    unit: &str,
    range: (f64, f64),
    step: f64,
    reset: Option<String>,
    [state, state_template, command, command_template]: [&str; 4],
) {
    let range = (range.0 < range.1).then_some(range);
    if point.desc.role == Role::TargetHumidity {
        point.desc.class = Some("humidity".to_owned());
    }
    point.desc.unit = Some(unit.to_owned());
    point.desc.range = range;
    point.desc.step = (step > 0.0).then_some(step);
    let number = Read::Number(Scale::Same);
    let read = match reset {
        Some(reset) => Read::Resettable(reset, Box::new(number)),
        None => number,
    };
    let source = build.source(state, state_template, read);
    let form = Form::Number {
        range,
        scale: Scale::Same,
    };
    let send = build.send(command, command_template, form);
    build.simple(point, source, send);
}

/// A number that is only read.
pub(super) fn shown(
    build: &mut Build<'_>,
    mut point: Draft,
    unit: &str,
    class: &str,
    topic: &str,
    template: &str,
) {
    point.desc.unit = Some(unit.to_owned());
    point.desc.class = Some(class.to_owned());
    let source = build.source(topic, template, Read::Number(Scale::Same));
    build.simple(point, source, None);
}
