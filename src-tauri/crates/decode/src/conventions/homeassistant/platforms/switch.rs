//! `switch`.

use hearthline_model::{Kind, Role};

use super::super::draft::{Build, Form, Read, Words};

pub(super) fn switch(build: &mut Build<'_>) {
    let config = build.config;
    let draft = build.point("", "", Kind::Bool, Role::Switch);
    let (on, off) = (
        config.text_or("payload_on", "ON"),
        config.text_or("payload_off", "OFF"),
    );
    let words = Words::on_off(config.text_or("state_on", &on), config.text_or("state_off", &off));
    let source = build.source("state_topic", "value_template", Read::Words(words));
    let send = build.send("command_topic", "command_template", Form::OnOff { on, off });
    build.simple(draft, source, send);
}
