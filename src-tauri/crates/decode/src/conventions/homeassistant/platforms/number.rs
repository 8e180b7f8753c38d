//! `number`.

use hearthline_model::{Kind, Role};

use super::super::draft::{Build, Form, Read};
use super::super::unit;
use crate::scale::Scale;

pub(super) fn number(build: &mut Build<'_>) {
    let config = build.config;
    let mut draft = build.point("", "", Kind::Number, Role::Value);
    let (low, high) = (
        config.number("min").unwrap_or(1.0),
        config.number("max").unwrap_or(100.0),
    );
    let range = (low < high).then_some((low, high));
    if range.is_none() {
        build.ignore("min is not below max; neither is used");
    }
    draft.desc.range = range;
    draft.desc.step = Some(config.number("step").filter(|step| *step > 0.0).unwrap_or(1.0));
    draft.desc.unit = config
        .text("unit_of_measurement")
        .and_then(|text| unit::normalised(&text));
    let reset = config.text_or("payload_reset", "None");
    // A reset payload of its own is no number, and what is no number is unknown; `None` is known to all readers.
    let read = if reset == "None" {
        Read::Number(Scale::Same)
    } else {
        Read::Resettable(reset, Box::new(Read::Number(Scale::Same)))
    };
    let source = build.source("state_topic", "value_template", read);
    let form = Form::Number {
        range,
        scale: Scale::Same,
    };
    let send = build.send("command_topic", "command_template", form);
    build.simple(draft, source, send);
}
