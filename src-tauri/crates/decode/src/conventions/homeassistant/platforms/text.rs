//! `text` and `select`.

use hearthline_model::{Kind, Role};

use super::super::draft::{Build, Form, Read};

pub(super) fn text(build: &mut Build<'_>) {
    let config = build.config;
    let mut draft = build.point("", "", Kind::Text, Role::Value);
    if config.text("mode").as_deref() == Some("password") {
        // A secret is neither shown nor kept.
        draft.desc.hidden = true;
        draft.desc.transient = true;
    }
    let source = build.source("state_topic", "value_template", Read::Text);
    let form = Form::Text {
        min: config.count("min").unwrap_or(0) as usize,
        max: config.count("max").unwrap_or(255) as usize,
    };
    let send = build.send("command_topic", "command_template", form);
    build.simple(draft, source, send);
}

pub(super) fn select(build: &mut Build<'_>) {
    let options = build.config.texts("options").unwrap_or_default();
    let mut draft = build.point("", "", Kind::Enum, Role::Value);
    draft.desc.options.clone_from(&options);
    let source = build.source("state_topic", "value_template", Read::Text);
    let send = build.send("command_topic", "command_template", Form::OneOf(options));
    build.simple(draft, source, send);
}
