//! `sensor` and `binary_sensor`.

use hearthline_model::{Kind, Role, StateClass};

use super::super::draft::{Build, Read, Words};
use super::super::unit;
use crate::scale::Scale;

pub(super) fn sensor(build: &mut Build<'_>) {
    let config = build.config;
    let mut draft = build.point("", "", Kind::Text, Role::Value);
    let desc = &mut draft.desc;
    desc.unit = config
        .text("unit_of_measurement")
        .and_then(|text| unit::normalised(&text));
    desc.state_class = match config.text("state_class").as_deref() {
        Some("measurement" | "measurement_angle") => Some(StateClass::Measurement),
        Some("total") => Some(StateClass::Total),
        Some("total_increasing") => Some(StateClass::TotalIncreasing),
        _ => None,
    };
    desc.precision = config
        .count("suggested_display_precision")
        .map(|digits| digits.min(20) as u8);
    desc.expire_after = config.count("expire_after").filter(|seconds| *seconds > 0);
    if let Some(options) = config.texts("options") {
        desc.options = options;
    }
    let class = desc.class.clone();
    let read = match class.as_deref() {
        Some("timestamp") => {
            desc.kind = Kind::Time;
            Read::Time
        }
        // A day is no moment: kept as it was sent.
        Some("date" | "uptime") => Read::Text,
        Some("enum") => {
            desc.kind = Kind::Enum;
            Read::Text
        }
        _ if class.is_some() || desc.unit.is_some() || desc.state_class.is_some() => {
            desc.kind = Kind::Number;
            desc.role = match class.as_deref() {
                Some("battery") => Role::Battery,
                Some("signal_strength") => Role::LinkQuality,
                _ => Role::Value,
            };
            Read::Number(Scale::Same)
        }
        _ if !desc.options.is_empty() => {
            desc.kind = Kind::Enum;
            Read::Text
        }
        _ => Read::Adaptive,
    };
    let source = build.source("state_topic", "value_template", read);
    build.simple(draft, source, None);
}

pub(super) fn binary(build: &mut Build<'_>) {
    let config = build.config;
    let mut draft = build.point("", "", Kind::Bool, Role::Value);
    draft.desc.expire_after = config.count("expire_after").filter(|seconds| *seconds > 0);
    draft.off_delay = config.count("off_delay").filter(|seconds| *seconds > 0);
    draft.desc.role = match draft.desc.class.as_deref() {
        Some("battery_charging") => Role::Charging,
        _ => Role::Value,
    };
    let words = Words::on_off(
        config.text_or("payload_on", "ON"),
        config.text_or("payload_off", "OFF"),
    );
    let source = build.source("state_topic", "value_template", Read::Words(words));
    build.simple(draft, source, None);
}
