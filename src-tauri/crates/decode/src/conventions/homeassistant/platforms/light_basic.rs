//! A light with a topic for each thing.

use hearthline_model::{Kind, Role};

use super::super::draft::{Build, Draft, Form, Read, Send, Words};
use super::light;
use crate::color::Space;
use crate::scale::Scale;

pub(super) fn light(build: &mut Build<'_>) {
    let config = build.config;
    let (on, off) = (
        config.text_or("payload_on", "ON"),
        config.text_or("payload_off", "OFF"),
    );
    let scale = Scale::Brightness {
        full: config.number("brightness_scale").unwrap_or(255.0),
    };
    let by_brightness = config.text("on_command_type").as_deref() == Some("brightness")
        && config.has("brightness_command_topic");

    let mut main = build.point("", "", Kind::Bool, Role::Switch);
    main.sources.extend(build.source(
        "state_topic",
        "state_value_template",
        Read::Words(Words::on_off(on.clone(), off.clone())),
    ));
    if by_brightness {
        // Such a light is turned on by its brightness.
        let full = scale.write(100.0).to_string();
        let form = Form::Words(vec![("true".to_owned(), full)]);
        main.sends
            .extend(build.send("brightness_command_topic", "brightness_command_template", form));
        let form = Form::Words(vec![("false".to_owned(), off)]);
        main.sends.extend(build.send("command_topic", "", form));
    } else {
        main.sends
            .extend(build.send("command_topic", "", Form::OnOff { on, off }));
    }
    build.push(main);

    let mut point = light::brightness(build);
    point.sources.extend(build.source(
        "brightness_state_topic",
        "brightness_value_template",
        Read::Number(scale),
    ));
    let form = Form::AboveZero(Box::new(Form::Number {
        range: Some((0.0, 100.0)),
        scale,
    }));
    let send = build.send("brightness_command_topic", "brightness_command_template", form);
    turning_on(build, point, send, by_brightness);

    let (mut point, kelvin) = light::color_temperature(build);
    point.sources.extend(build.source(
        "color_temp_state_topic",
        "color_temp_value_template",
        Read::Number(kelvin),
    ));
    let form = Form::Number {
        range: point.desc.range,
        scale: kelvin,
    };
    let send = build.send("color_temp_command_topic", "color_temp_command_template", form);
    turning_on(build, point, send, false);

    color(build);

    let mut point = light::effect(build);
    let options = point.desc.options.clone();
    point
        .sources
        .extend(build.source("effect_state_topic", "effect_value_template", Read::Text));
    let send = build.send(
        "effect_command_topic",
        "effect_command_template",
        Form::OneOf(options),
    );
    turning_on(build, point, send, false);

    let white = Scale::Brightness {
        full: config.number("white_scale").unwrap_or(255.0),
    };
    let mut point = build.point("white", "White", Kind::Number, Role::Value);
    point.desc.unit = Some("%".to_owned());
    point.desc.range = Some((0.0, 100.0));
    let form = Form::Number {
        range: Some((0.0, 100.0)),
        scale: white,
    };
    let send = build.send("white_command_topic", "", form);
    turning_on(build, point, send, false);

    let point = build.point("color_mode", "Colour mode", Kind::Text, Role::ColorMode);
    let source = build.source("color_mode_state_topic", "color_mode_value_template", Read::Text);
    build.simple(point, source, None);
}

/// One colour point, over the first space that can be written, read from every space that is told.
fn color(build: &mut Build<'_>) {
    let mut point = light::color(build);
    let mut send = None;
    for (name, space) in [
        ("rgb", Space::Rgb),
        ("rgbw", Space::Rgbw),
        ("rgbww", Space::Rgbww),
        ("hs", Space::Hs),
        ("xy", Space::Xy),
    ] {
        let option = |end: &str| format!("{name}_{end}");
        point.sources.extend(build.source(
            &option("state_topic"),
            &option("value_template"),
            Read::Color(space),
        ));
        if send.is_none() {
            send = build.send(
                &option("command_topic"),
                &option("command_template"),
                Form::Color(space),
            );
        }
    }
    turning_on(build, point, send, false);
}

/// Setting a thing turns the light on, before (`first`) or after it.
fn turning_on(build: &mut Build<'_>, mut point: Draft, send: Option<Send>, by_itself: bool) {
    if let Some(send) = send {
        let config = build.config;
        let first = config.text("on_command_type").as_deref() == Some("first");
        let mut on = Form::Constant(config.text_or("payload_on", "ON"));
        let dims = matches!(send.form, Form::AboveZero(_));
        if dims {
            on = Form::AboveZero(Box::new(on));
        }
        let on = if by_itself {
            None
        } else {
            build.send("command_topic", "", on)
        };
        let mut sends = vec![send];
        if let Some(on) = on {
            sends.insert(usize::from(!first), on);
        }
        if dims {
            let off = Form::Constant(config.text_or("payload_off", "OFF"));
            sends.extend(build.send("command_topic", "", Form::AtZero(Box::new(off))));
        }
        point.sends = sends;
    }
    build.push(point);
}
