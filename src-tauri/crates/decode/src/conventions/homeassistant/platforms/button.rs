//! `button`, `scene`, `notify`: commands without a state.

use hearthline_model::{Kind, Role};

use super::super::draft::{Build, Form};

pub(super) fn button(build: &mut Build<'_>) {
    let payload = build.config.text_or("payload_press", "PRESS");
    press(build, payload);
}

pub(super) fn scene(build: &mut Build<'_>) {
    let payload = build.config.text_or("payload_on", "ON");
    press(build, payload);
}

pub(super) fn notify(build: &mut Build<'_>) {
    let draft = build.point("", "", Kind::Action, Role::Press);
    // The message is the value asked for.
    let form = Form::Text {
        min: 0,
        max: 64 << 10,
    };
    let send = build.send("command_topic", "command_template", form);
    build.simple(draft, None, send);
}

fn press(build: &mut Build<'_>, payload: String) {
    let draft = build.point("", "", Kind::Action, Role::Press);
    let send = build.send("command_topic", "command_template", Form::Constant(payload));
    build.simple(draft, None, send);
}
