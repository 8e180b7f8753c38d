//! `fan` and `humidifier`.

use hearthline_model::{Kind, Role};

use super::super::draft::{Build, Form, Read, Words};
use super::climate::{chosen, set_point, shown};
use super::words;
use crate::scale::Scale;

pub(super) fn fan(build: &mut Build<'_>) {
    let config = build.config;
    switch(build);

    let scale = Scale::Speed {
        low: config.number("speed_range_min").unwrap_or(1.0),
        high: config.number("speed_range_max").unwrap_or(100.0),
    };
    let mut speed = build.point("percentage", "Speed", Kind::Number, Role::Speed);
    speed.desc.unit = Some("%".to_owned());
    speed.desc.range = Some((0.0, 100.0));
    if let Scale::Speed { low, high } = scale {
        speed.desc.step = Some((100.0 / (high - low + 1.0).max(1.0)).max(1.0).floor());
    }
    let reset = config.text_or("payload_reset_percentage", "None");
    let read = Read::Resettable(reset, Box::new(Read::Number(scale)));
    let source = build.source("percentage_state_topic", "percentage_value_template", read);
    let form = Form::Number {
        range: Some((0.0, 100.0)),
        scale,
    };
    let send = build.send("percentage_command_topic", "percentage_command_template", form);
    build.simple(speed, source, send);

    let modes = config.texts("preset_modes").unwrap_or_default();
    let reset = config.text_or("payload_reset_preset_mode", "None");
    let preset = build.point("preset_mode", "Preset", Kind::Enum, Role::PresetMode);
    chosen(
        build,
        preset,
        modes,
        Some(reset),
        [
            "preset_mode_state_topic",
            "preset_mode_value_template",
            "preset_mode_command_topic",
            "preset_mode_command_template",
        ],
    );

    let on = config.text_or("payload_oscillation_on", "oscillate_on");
    let off = config.text_or("payload_oscillation_off", "oscillate_off");
    let swing = build.point("oscillation", "Oscillation", Kind::Bool, Role::Oscillation);
    let read = Read::Words(Words::on_off(on.clone(), off.clone()));
    let source = build.source("oscillation_state_topic", "oscillation_value_template", read);
    let send = build.send(
        "oscillation_command_topic",
        "oscillation_command_template",
        Form::OnOff { on, off },
    );
    build.simple(swing, source, send);

    let direction = build.point("direction", "Direction", Kind::Enum, Role::Direction);
    chosen(
        build,
        direction,
        words(&["forward", "reverse"]),
        None,
        [
            "direction_state_topic",
            "direction_value_template",
            "direction_command_topic",
            "direction_command_template",
        ],
    );
}

pub(super) fn humidifier(build: &mut Build<'_>) {
    let config = build.config;
    switch(build);
    let range = (
        config.number("min_humidity").unwrap_or(0.0),
        config.number("max_humidity").unwrap_or(100.0),
    );
    let reset = config.text_or("payload_reset_humidity", "None");
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
        Some(reset),
        [
            "target_humidity_state_topic",
            "target_humidity_state_template",
            "target_humidity_command_topic",
            "target_humidity_command_template",
        ],
    );
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
    let mut action = build.point("action", "Activity", Kind::Enum, Role::Activity);
    action.desc.options = words(&["off", "humidifying", "drying", "idle"]);
    let source = build.source("action_topic", "action_template", Read::Text);
    build.simple(action, source, None);
    let modes = config.texts("modes").unwrap_or_default();
    let reset = config.text_or("payload_reset_mode", "None");
    let mode = build.point("mode", "Mode", Kind::Enum, Role::Mode);
    chosen(
        build,
        mode,
        modes,
        Some(reset),
        [
            "mode_state_topic",
            "mode_state_template",
            "mode_command_topic",
            "mode_command_template",
        ],
    );
}

fn switch(build: &mut Build<'_>) {
    let config = build.config;
    let main = build.point("", "", Kind::Bool, Role::Switch);
    let (on, off) = (
        config.text_or("payload_on", "ON"),
        config.text_or("payload_off", "OFF"),
    );
    let read = Read::Words(Words::on_off(on.clone(), off.clone()));
    let source = build.source("state_topic", "state_value_template", read);
    let send = build.send("command_topic", "command_template", Form::OnOff { on, off });
    build.simple(main, source, send);
}
