//! `siren`.

use hearthline_model::{Kind, Role};

use super::super::draft::{Build, Form, Read, Words};
use crate::scale::Scale;
use crate::template::Json;

pub(super) fn siren(build: &mut Build<'_>) {
    let config = build.config;
    let (on, off) = (
        config.text_or("payload_on", "ON"),
        config.text_or("payload_off", "OFF"),
    );
    let words = Words::on_off(config.text_or("state_on", &on), config.text_or("state_off", &off));
    let turn_on: Json = on.as_str().into();
    let member = |name, plain, read| Read::Member {
        name,
        plain,
        read: Box::new(read),
    };

    // Without a template a siren takes JSON.
    let mut main = build.point("", "", Kind::Bool, Role::Switch);
    main.sources.extend(build.source(
        "state_topic",
        "state_value_template",
        member("state", true, Read::Words(words)),
    ));
    let object = |form| Form::Object {
        fixed: Vec::new(),
        member: "state",
        form: Box::new(form),
    };
    if config.has("command_off_template") {
        let on = object(Form::Words(vec![("true".to_owned(), on)]));
        main.sends
            .extend(build.send("command_topic", "command_template", on));
        let off = object(Form::Words(vec![("false".to_owned(), off)]));
        main.sends
            .extend(build.send("command_topic", "command_off_template", off));
    } else {
        main.sends.extend(build.send(
            "command_topic",
            "command_template",
            object(Form::OnOff { on, off }),
        ));
    }
    for send in &mut main.sends {
        as_value(send, "state");
    }
    build.push(main);

    let with = |member, form| Form::Object {
        fixed: vec![("state", turn_on.clone())],
        member,
        form: Box::new(form),
    };
    if let Some(tones) = config.texts("available_tones") {
        let mut tone = build.point("tone", "Tone", Kind::Enum, Role::Tone);
        tone.desc.options.clone_from(&tones);
        let source = build.source(
            "state_topic",
            "state_value_template",
            member("tone", false, Read::Text),
        );
        let mut send = build.send(
            "command_topic",
            "command_template",
            with("tone", Form::OneOf(tones)),
        );
        if let Some(send) = &mut send {
            as_value(send, "state");
        }
        build.simple(tone, source, send);
    }
    for (name, option, member_name, role, range) in [
        (
            "Volume",
            "support_volume_set",
            "volume_level",
            Role::Volume,
            (0.0, 1.0),
        ),
        (
            "Duration",
            "support_duration",
            "duration",
            Role::Value,
            (0.0, 86_400.0),
        ),
    ] {
        if config.flag(option) == Some(false) {
            continue;
        }
        let mut point = build.point(member_name, name, Kind::Number, role);
        point.desc.range = Some(range);
        point.desc.step = Some(if member_name == "duration" { 1.0 } else { 0.01 });
        point.desc.unit = (member_name == "duration").then(|| "s".to_owned());
        let read = member(member_name, false, Read::Number(Scale::Same));
        let source = build.source("state_topic", "state_value_template", read);
        let form = Form::Number {
            range: Some(range),
            scale: Scale::Same,
        };
        let mut send = build.send("command_topic", "command_template", with(member_name, form));
        if let Some(send) = &mut send {
            as_value(send, "state");
        }
        build.simple(point, source, send);
    }
}

/// A command template's `value` is the state, not the whole object.
fn as_value(send: &mut super::super::draft::Send, name: &'static str) {
    send.value_from = Some(name);
}
