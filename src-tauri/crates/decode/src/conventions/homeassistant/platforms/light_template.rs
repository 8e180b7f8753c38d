//! A light whose messages are templates.

use hearthline_model::{Kind, Role};

use super::super::draft::{Build, Form, Read, Words};
use super::light;
use crate::color::Space;
use crate::scale::Scale;

pub(super) fn light(build: &mut Build<'_>) {
    let config = build.config;
    let words = || Words::on_off("on".to_owned(), "off".to_owned());
    let with = |member, form| Form::Vars {
        fixed: vec![("state", "on".into())],
        member,
        form: Box::new(form),
    };

    let mut main = build.point("", "", Kind::Bool, Role::Switch);
    if config.has("state_template") {
        main.sources
            .extend(build.source("state_topic", "state_template", Read::Words(words())));
    }
    for (word, payload, template) in [
        ("true", "on", "command_on_template"),
        ("false", "off", "command_off_template"),
    ] {
        let form = Form::Vars {
            fixed: Vec::new(),
            member: "state",
            form: Box::new(Form::Words(vec![(word.to_owned(), payload.to_owned())])),
        };
        main.sends.extend(build.send("command_topic", template, form));
    }
    build.push(main);

    if config.has("brightness_template") {
        let scale = Scale::Brightness { full: 255.0 };
        let mut point = light::brightness(build);
        let source = build.source("state_topic", "brightness_template", Read::Number(scale));
        let form = Form::Number {
            range: Some((0.0, 100.0)),
            scale,
        };
        let form = Form::AboveZero(Box::new(with("brightness", form)));
        let send = build.send("command_topic", "command_on_template", form);
        let off = Form::Vars {
            fixed: Vec::new(),
            member: "state",
            form: Box::new(Form::Constant("off".to_owned())),
        };
        point.sends.extend(build.send(
            "command_topic",
            "command_off_template",
            Form::AtZero(Box::new(off)),
        ));
        build.simple(point, source, send);
    }
    if config.has("color_temp_template") {
        let (point, scale) = light::color_temperature(build);
        let source = build.source("state_topic", "color_temp_template", Read::Number(scale));
        let form = Form::Number {
            range: point.desc.range,
            scale,
        };
        let send = build.send("command_topic", "command_on_template", with("color_temp", form));
        build.simple(point, source, send);
    }
    if let (true, Some(green), Some(blue)) = (
        config.has("red_template"),
        build.template("green_template"),
        build.template("blue_template"),
    ) {
        let point = light::color(build);
        let source = build.source("state_topic", "red_template", Read::Channels([green, blue]));
        let send = build.send(
            "command_topic",
            "command_on_template",
            with("color", Form::Color(Space::Rgb)),
        );
        build.simple(point, source, send);
    }
    if config.has("effect_template") || config.has("effect_list") {
        let point = light::effect(build);
        let options = point.desc.options.clone();
        let source = if config.has("effect_template") {
            build.source("state_topic", "effect_template", Read::Text)
        } else {
            None
        };
        let send = build.send(
            "command_topic",
            "command_on_template",
            with("effect", Form::OneOf(options)),
        );
        build.simple(point, source, send);
    }
}
