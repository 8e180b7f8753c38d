//! `camera` and `image`: pictures, of which only the size is kept.

use hearthline_model::{Kind, Role};

use super::super::draft::{Build, Read};

pub(super) fn camera(build: &mut Build<'_>) {
    picture(build, "topic");
}

pub(super) fn image(build: &mut Build<'_>) {
    picture(build, "image_topic");
    let draft = build.point(
        if build.drafts.is_empty() { "" } else { "url" },
        "Address",
        Kind::Text,
        Role::Value,
    );
    let source = build.source("url_topic", "url_template", Read::Text);
    build.simple(draft, source, None);
}

fn picture(build: &mut Build<'_>, topic: &str) {
    let mut draft = build.point("", "", Kind::Binary, Role::Value);
    draft.desc.unit = Some("B".to_owned());
    let base64 = build.config.text("image_encoding").as_deref() == Some("b64");
    let source = build.source(topic, "", Read::Size { base64 });
    build.simple(draft, source, None);
}
