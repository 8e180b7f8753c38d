//! `vacuum` and `lawn_mower`.

use hearthline_model::{CommandDesc, Kind, Role};

use super::super::draft::{Build, Form, Read};
use super::words;
use crate::scale::Scale;

pub(super) fn vacuum(build: &mut Build<'_>) {
    let config = build.config;
    let features = config.texts("supported_features");
    let supports = |feature: &str, default: bool| {
        features
            .as_ref()
            .map_or(default, |list| list.iter().any(|known| known == feature))
    };
    let member = |name, plain, read| Read::Member {
        name,
        plain,
        read: Box::new(read),
    };

    let mut state = build.point("", "", Kind::Enum, Role::Activity);
    state.desc.options = words(&["cleaning", "docked", "paused", "idle", "returning", "error"]);
    let source = build.source("state_topic", "value_template", member("state", true, Read::Text));
    build.simple(state, source, None);

    let commands: Vec<(String, String)> = [
        ("start", "start", "payload_start", "start", true),
        ("stop", "stop", "payload_stop", "stop", true),
        ("pause", "pause", "payload_pause", "pause", false),
        (
            "return_home",
            "return_to_base",
            "payload_return_to_base",
            "return_to_base",
            true,
        ),
        (
            "clean_spot",
            "clean_spot",
            "payload_clean_spot",
            "clean_spot",
            true,
        ),
        ("locate", "locate", "payload_locate", "locate", false),
    ]
    .into_iter()
    .filter(|(feature, .., default)| supports(feature, *default))
    .map(|(_, word, option, payload, _)| (word.to_owned(), config.text_or(option, payload)))
    .collect();
    let mut task = build.point("task", "Task", Kind::Enum, Role::Task);
    task.desc.options = commands.iter().map(|(word, _)| word.clone()).collect();
    let send = build.send("command_topic", "", Form::Words(commands));
    build.simple(task, None, send);

    if let Some(speeds) = config.texts("fan_speed_list").filter(|list| !list.is_empty()) {
        let mut speed = build.point("fan_speed", "Fan speed", Kind::Enum, Role::Speed);
        speed.desc.options.clone_from(&speeds);
        let source = build.source(
            "state_topic",
            "value_template",
            member("fan_speed", false, Read::Text),
        );
        let send = build.send("set_fan_speed_topic", "", Form::OneOf(speeds));
        build.simple(speed, source, send);
    }
    if supports("battery", false) {
        let mut battery = build.point("battery", "Battery", Kind::Number, Role::Battery);
        battery.desc.class = Some("battery".to_owned());
        battery.desc.unit = Some("%".to_owned());
        battery.desc.range = Some((0.0, 100.0));
        let read = member("battery_level", false, Read::Number(Scale::Same));
        let source = build.source("state_topic", "value_template", read);
        build.simple(battery, source, None);
    }
    let custom = build.point("command", "Command", Kind::Text, Role::Value);
    let send = build.send("send_command_topic", "", Form::Text { min: 1, max: 8 << 10 });
    build.simple(custom, None, send);
}

pub(super) fn lawn_mower(build: &mut Build<'_>) {
    let mut state = build.point("", "", Kind::Enum, Role::Activity);
    state.desc.options = words(&["mowing", "paused", "docked", "returning", "error"]);
    let source = build.source("activity_state_topic", "activity_value_template", Read::Text);
    build.simple(state, source, None);

    let mut task = build.point("task", "Task", Kind::Enum, Role::Task);
    for (word, topic, template) in [
        (
            "start_mowing",
            "start_mowing_command_topic",
            "start_mowing_command_template",
        ),
        ("pause", "pause_command_topic", "pause_command_template"),
        ("dock", "dock_command_topic", "dock_command_template"),
    ] {
        let form = Form::Words(vec![(word.to_owned(), word.to_owned())]);
        if let Some(send) = build.send(topic, template, form) {
            task.sends.push(send);
            task.desc.options.push(word.to_owned());
        }
    }
    task.desc.command = Some(CommandDesc::default());
    build.push(task);
}
