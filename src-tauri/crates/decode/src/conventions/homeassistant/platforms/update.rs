//! `update`.

use hearthline_model::{Category, Kind, Role};

use super::super::draft::{Build, Form, Read};
use crate::scale::Scale;

pub(super) fn update(build: &mut Build<'_>) {
    let member = |name, plain, read| Read::Member {
        name,
        plain,
        read: Box::new(read),
    };
    let installed = build.point(
        "installed",
        "Installed version",
        Kind::Text,
        Role::InstalledVersion,
    );
    let source = build.source(
        "state_topic",
        "value_template",
        member("installed_version", true, Read::Text),
    );
    build.simple(installed, source, None);

    let mut latest = build.point("latest", "Latest version", Kind::Text, Role::LatestVersion);
    latest
        .sources
        .extend(build.source("latest_version_topic", "latest_version_template", Read::Text));
    latest.sources.extend(build.source(
        "state_topic",
        "value_template",
        member("latest_version", false, Read::Text),
    ));
    build.push(latest);

    let mut progress = build.point("progress", "Progress", Kind::Number, Role::Value);
    progress.desc.unit = Some("%".to_owned());
    progress.desc.range = Some((0.0, 100.0));
    progress.desc.category = Category::Diagnostic;
    let read = member("update_percentage", false, Read::Number(Scale::Same));
    let source = build.source("state_topic", "value_template", read);
    build.simple(progress, source, None);

    if let Some(payload) = build.config.text("payload_install") {
        let install = build.point("install", "Install", Kind::Action, Role::Press);
        let send = build.send("command_topic", "command_template", Form::Constant(payload));
        build.simple(install, None, send);
    }
}
