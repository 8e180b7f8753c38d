//! `event`, `tag` and `device_automation`: things that happen.

use hearthline_model::{Kind, Role};

use super::super::draft::{Build, Read};
use crate::naming;

pub(super) fn event(build: &mut Build<'_>) {
    let types = build.config.texts("event_types").unwrap_or_default();
    let mut draft = build.point("", "", Kind::Event, Role::Value);
    draft.desc.options.clone_from(&types);
    let source = build.source("state_topic", "value_template", Read::Event(types));
    build.simple(draft, source, None);
}

pub(super) fn tag(build: &mut Build<'_>) {
    let draft = build.point("", "", Kind::Event, Role::Value);
    let read = Read::Trigger {
        payload: None,
        word: String::new(),
    };
    let source = build.source("topic", "value_template", read);
    build.simple(draft, source, None);
}

/// A trigger of a device: `button_short_press` of `button_1`.
pub(super) fn automation(build: &mut Build<'_>) {
    let config = build.config;
    let kind = config.text_or("type", "trigger");
    let subtype = config.text_or("subtype", "");
    let mut draft = build.point("", "", Kind::Event, Role::Value);
    draft.desc.name = naming::join(&naming::humanise(&subtype), &naming::humanise(&kind));
    draft.desc.options = vec![kind.clone()];
    let read = Read::Trigger {
        payload: config.text("payload"),
        word: kind,
    };
    let source = build.source("topic", "value_template", read);
    build.simple(draft, source, None);
}
