//! `device_tracker`. Latitude, longitude and accuracy come with the attributes.

use hearthline_model::{Kind, Role, Value};

use super::super::draft::{Build, Read, Words};

pub(super) fn tracker(build: &mut Build<'_>) {
    let config = build.config;
    let draft = build.point("", "", Kind::Text, Role::Location);
    let words = Words {
        pairs: vec![
            (config.text_or("payload_home", "home"), Value::text("home")),
            (
                config.text_or("payload_not_home", "not_home"),
                Value::text("not_home"),
            ),
            (config.text_or("payload_reset", "None"), Value::Null),
        ],
        // The name of a zone.
        others: true,
    };
    let source = build.source("state_topic", "value_template", Read::Words(words));
    build.simple(draft, source, None);
}
