//! What the state says besides what the definition exposes: link quality, last seen, updates, and whatever else comes.

use hearthline_model::{Category, Kind, PointDesc, Realm, Role};

use super::draft::Read;
use super::entity::{Entity, Feed};
use super::read;
use crate::shape::infer::infer;
use crate::shape::json::Json;
use crate::shape::scalar;
use crate::{Context, DiagnosisKind, units};

/// Most points of one device that no definition told of.
const MOST: usize = 64;

/// Makes points of a key that nobody feeds yet.
pub(super) fn meet(entity: &mut Entity, key: &str, json: &Json<'_>, topic: &str, context: &mut Context<'_>) {
    // What is unknown says nothing of what it is.
    if matches!(json, Json::Null) || key.len() > 128 {
        return;
    }
    match (key, json) {
        ("device", Json::Object(_)) => {
            if entity.note("device") {
                let text = "\"device\" is ignored: the bridge's list of devices says the same";
                context.diagnose(Some(entity.device), topic, DiagnosisKind::Ignored, text);
            }
        }
        ("update", Json::Object(entries)) => {
            for (name, _) in entries.iter().take(16) {
                if let Some(desc) = update(name) {
                    add(entity, &[key, name], desc, read_of(name), topic, context);
                }
            }
        }
        (_, Json::Object(entries)) => {
            for (name, value) in entries.iter().take(MOST) {
                if name.len() <= 128 {
                    undescribed(entity, &[key, name.as_ref()], value, topic, context);
                }
            }
        }
        ("linkquality", _) => add(entity, &[key], link_quality(), known_number(), topic, context),
        ("last_seen", _) => {
            let desc = PointDesc {
                name: "Last seen".to_owned(),
                platform: "sensor".to_owned(),
                kind: Kind::Time,
                class: Some("timestamp".to_owned()),
                category: Category::Diagnostic,
                ..PointDesc::default()
            };
            add(entity, &[key], desc, Read::Time, topic, context);
        }
        ("click" | "action", _) => {
            let desc = PointDesc {
                name: if key == "click" { "Click" } else { "Action" }.to_owned(),
                platform: "event".to_owned(),
                kind: Kind::Event,
                ..PointDesc::default()
            };
            add(entity, &[key], desc, Read::Event, topic, context);
        }
        ("update_available", Json::Bool(_)) => {
            let desc = PointDesc {
                name: "Update available".to_owned(),
                platform: "binary_sensor".to_owned(),
                kind: Kind::Bool,
                class: Some("update".to_owned()),
                category: Category::Diagnostic,
                ..PointDesc::default()
            };
            add(entity, &[key], desc, Read::Inferred(0), topic, context);
        }
        _ => undescribed(entity, &[key], json, topic, context),
    }
}

fn known_number() -> Read {
    Read::Number(crate::scale::Scale::Same)
}

/// How good the radio link is.
pub(super) fn link_quality() -> PointDesc {
    PointDesc {
        name: "Link quality".to_owned(),
        platform: "sensor".to_owned(),
        kind: Kind::Number,
        role: Role::LinkQuality,
        unit: Some("lqi".to_owned()),
        range: Some((0.0, 255.0)),
        state_class: Some(hearthline_model::StateClass::Measurement),
        category: Category::Diagnostic,
        ..PointDesc::default()
    }
}

fn read_of(name: &str) -> Read {
    match name {
        "state" | "installed_version" | "latest_version" => Read::Text,
        _ => known_number(),
    }
}

fn update(name: &str) -> Option<PointDesc> {
    let mut desc = PointDesc {
        entity: "update".to_owned(),
        platform: "update".to_owned(),
        kind: Kind::Text,
        role: Role::Attribute,
        category: Category::Diagnostic,
        ..PointDesc::default()
    };
    let shown = match name {
        "state" => {
            desc.kind = Kind::Enum;
            desc.options = ["idle", "available", "scheduled", "updating"]
                .map(str::to_owned)
                .to_vec();
            "Update"
        }
        "installed_version" => {
            desc.role = Role::InstalledVersion;
            "Installed version"
        }
        "latest_version" => {
            desc.role = Role::LatestVersion;
            "Latest version"
        }
        "progress" => {
            desc.kind = Kind::Number;
            desc.unit = Some("%".to_owned());
            desc.range = Some((0.0, 100.0));
            "Update progress"
        }
        "remaining" => {
            desc.kind = Kind::Number;
            desc.unit = Some("s".to_owned());
            desc.class = Some("duration".to_owned());
            "Update time left"
        }
        _ => return None,
    };
    shown.clone_into(&mut desc.name);
    Some(desc)
}

fn undescribed(entity: &mut Entity, path: &[&str], json: &Json<'_>, topic: &str, context: &mut Context<'_>) {
    let Some(kind) = read::kind_of(json) else { return };
    let (Some(last), Some(first)) = (path.last(), path.first()) else {
        return;
    };
    let words = units::lower_words(last);
    let mut desc = PointDesc {
        name: crate::naming::humanise(&path.join("_")),
        platform: if kind == Kind::Bool {
            "binary_sensor"
        } else {
            "sensor"
        }
        .to_owned(),
        kind,
        ..PointDesc::default()
    };
    if let Some(scalar) = scalar::of_json(json) {
        infer(&mut desc, &scalar, None, &words, Realm::Home);
    }
    // Of a lamp, not of the air.
    if first.starts_with("color_temp") && kind == Kind::Number {
        (desc.unit, desc.class, desc.state_class) = (Some("mired".to_owned()), None, None);
    }
    if *last == "battery" && kind == Kind::Number {
        desc.role = Role::Battery;
        desc.category = Category::Diagnostic;
    }
    if matches!(*first, "elapsed" | "device" | "color_mode") || first.starts_with("action_") {
        desc.category = Category::Diagnostic;
    }
    add(entity, path, desc, Read::Inferred(0), topic, context);
}

fn add(
    entity: &mut Entity,
    path: &[&str],
    mut desc: PointDesc,
    read: Read,
    topic: &str,
    context: &mut Context<'_>,
) {
    if entity.attribute(&path.join("-")).is_some() {
        return;
    }
    if entity.extras >= MOST {
        if entity.note("too many undescribed keys") {
            let text = format!(
                "the state has more than {MOST} keys that the definition does not tell of; \"{}\" is not shown",
                path.join(".")
            );
            context.diagnose(Some(entity.device), topic, DiagnosisKind::TooMany, text);
        }
        return;
    }
    desc.key = path.join(".");
    let path: Vec<String> = path.iter().map(|key| (*key).to_owned()).collect();
    (desc.topic, desc.path) = entity.spot(&path);
    if let Some(point) = context.point(entity.device, desc) {
        entity.push(Feed {
            point,
            path,
            read,
            primed: false,
            extra: true,
        });
    }
}
