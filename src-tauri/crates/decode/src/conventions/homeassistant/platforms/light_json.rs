//! A light that speaks JSON, all in one message.

use hearthline_model::{Kind, Role};

use super::super::draft::{Build, Form, Read, Words};
use super::light;
use crate::color::Space;
use crate::scale::Scale;

pub(super) fn light(build: &mut Build<'_>) {
    let config = build.config;
    let modes = config.texts("supported_color_modes");
    let has = |mode: &str| {
        modes
            .as_ref()
            .is_some_and(|modes| modes.iter().any(|known| known == mode))
    };
    // Before there were colour modes, each was a flag of its own.
    let legacy = |flag: &str| modes.is_none() && config.flag(flag) == Some(true);
    let member = |name, read| Read::Member {
        name,
        plain: false,
        read: Box::new(read),
    };
    let with = |member, form| Form::Object {
        fixed: vec![("state", "ON".into())],
        member,
        form: Box::new(form),
    };

    let main = build.point("", "", Kind::Bool, Role::Switch);
    let words = Words::on_off("ON".to_owned(), "OFF".to_owned());
    let source = build.source("state_topic", "", member("state", Read::Words(words)));
    let form = Form::Object {
        fixed: Vec::new(),
        member: "state",
        form: Box::new(Form::OnOff {
            on: "ON".to_owned(),
            off: "OFF".to_owned(),
        }),
    };
    let send = build.send("command_topic", "", form);
    build.simple(main, source, send);

    let only_onoff = modes
        .as_ref()
        .is_none_or(|modes| modes.iter().all(|mode| mode == "onoff"));
    if config.flag("brightness") == Some(true) || !only_onoff {
        let scale = Scale::Brightness {
            full: config.number("brightness_scale").unwrap_or(255.0),
        };
        let mut point = light::brightness(build);
        let source = build.source("state_topic", "", member("brightness", Read::Number(scale)));
        let form = Form::Number {
            range: Some((0.0, 100.0)),
            scale,
        };
        let form = Form::AboveZero(Box::new(with("brightness", form)));
        let send = build.send("command_topic", "", form);
        let off = Form::Object {
            fixed: Vec::new(),
            member: "state",
            form: Box::new(Form::Constant("OFF".to_owned())),
        };
        point
            .sends
            .extend(build.send("command_topic", "", Form::AtZero(Box::new(off))));
        build.simple(point, source, send);
    }

    if has("color_temp") || legacy("color_temp") {
        let (point, scale) = light::color_temperature(build);
        let source = build.source("state_topic", "", member("color_temp", Read::Number(scale)));
        let form = Form::Number {
            range: point.desc.range,
            scale,
        };
        let send = build.send("command_topic", "", with("color_temp", form));
        build.simple(point, source, send);
    }

    let spaces = [
        ("rgb", Space::Rgb),
        ("rgbw", Space::Rgbw),
        ("rgbww", Space::Rgbww),
        ("hs", Space::Hs),
        ("xy", Space::Xy),
    ];
    if let Some((_, space)) = spaces.into_iter().find(|(name, _)| has(name) || legacy(name)) {
        let point = light::color(build);
        let source = build.source("state_topic", "", Read::JsonColor(modes.clone()));
        let send = build.send("command_topic", "", with("color", Form::Color(space)));
        build.simple(point, source, send);
    }
    if modes.as_ref().is_some_and(|modes| modes.len() > 1) {
        let mut point = build.point("color_mode", "Colour mode", Kind::Enum, Role::ColorMode);
        point.desc.options = modes.unwrap_or_default();
        let source = build.source("state_topic", "", member("color_mode", Read::Text));
        build.simple(point, source, None);
    }
    if config.flag("effect") == Some(true) {
        let point = light::effect(build);
        let options = point.desc.options.clone();
        let source = build.source("state_topic", "", member("effect", Read::Text));
        let send = build.send("command_topic", "", with("effect", Form::OneOf(options)));
        build.simple(point, source, send);
    }
}
