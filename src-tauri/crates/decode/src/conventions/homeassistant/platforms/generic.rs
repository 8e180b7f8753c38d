//! Components without a module of their own (`date`, `time`, `datetime`, `infrared`, `remote`, and those to come): what is read
//! and written where every component reads and writes.

use hearthline_model::{Kind, Role};

use super::super::draft::{Build, Form, Read};

pub(super) fn generic(build: &mut Build<'_>) {
    let draft = build.point("", "", Kind::Text, Role::Value);
    let source = build
        .source("state_topic", "value_template", Read::Adaptive)
        .or_else(|| build.source("topic", "value_template", Read::Adaptive));
    let form = Form::Text {
        min: 0,
        max: 64 << 10,
    };
    let send = build.send("command_topic", "command_template", form);
    build.simple(draft, source, send);
}
