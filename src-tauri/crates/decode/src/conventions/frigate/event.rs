//! What Frigate sees: tracked objects, stretches to review, and what it recognises.

use hearthline_model::{Kind, Micros, PointDesc, Quality, Value};

use super::server::Server;
use crate::decoder::shortened;
use crate::shape::json::Json;
use crate::shape::stamp::{self, Stamp};
use crate::{Context, DiagnosisKind, Message, Reading, payload};

/// Most zones that one event enters.
const MOST_ZONES: usize = 32;
/// Longest text of an event, bytes.
const LONGEST_TEXT: usize = 512;

/// What happened, for [`happened`].
struct Happening<'a> {
    /// The camera or zone; Frigate itself where it is empty.
    name: &'a str,
    key: &'a str,
    label: &'a str,
    text: &'a str,
    at: Option<Micros>,
}

fn happened(
    server: &mut Server,
    happening: &Happening<'_>,
    message: &Message<'_>,
    context: &mut Context<'_>,
) {
    // A kept message that the broker repeats did not happen just now.
    if message.retain {
        return;
    }
    let describe = || PointDesc {
        key: happening.key.to_owned(),
        name: happening.label.to_owned(),
        platform: "event".to_owned(),
        kind: Kind::Event,
        ..PointDesc::default()
    };
    if let Some(point) = server.point(happening.name, happening.key, message.topic, describe, context) {
        context.reading(Reading {
            point,
            at: happening.at.unwrap_or(message.at),
            received: message.at,
            value: Value::text(shortened(happening.text, LONGEST_TEXT)),
            quality: Quality::Good,
            historical: false,
        });
    }
}

fn time(json: Option<&Json<'_>>, arrival: Micros) -> Option<Micros> {
    match stamp::read(json?, arrival) {
        Stamp::At(at) => Some(at),
        _ => None,
    }
}

/// A label that is a text, or a text with its score.
fn label<'a>(json: Option<&'a Json<'_>>) -> Option<&'a str> {
    let text = match json? {
        Json::Array(items) => items.first()?.as_text()?,
        json => json.as_text()?,
    };
    (!text.is_empty()).then_some(text)
}

fn texts<'a>(json: Option<&'a Json<'_>>) -> Vec<&'a str> {
    let mut texts: Vec<&str> = Vec::new();
    for text in json
        .map(Json::items)
        .unwrap_or_default()
        .iter()
        .filter_map(Json::as_text)
    {
        if texts.len() < MOST_ZONES && !text.is_empty() && !texts.contains(&text) {
            texts.push(text);
        }
    }
    texts
}

/// The two states of an event, and the camera that saw it.
fn sides<'a>(
    server: &mut Server,
    json: &'a Json<'_>,
    message: &Message<'_>,
    context: &mut Context<'_>,
) -> Option<(&'a str, Option<&'a Json<'a>>, &'a Json<'a>, &'a str)> {
    let kind = json.text("type");
    let after = json.get("after").filter(|after| after.is_object());
    let camera = after
        .and_then(|after| after.text("camera"))
        .filter(|camera| !camera.is_empty());
    let (Some(kind), Some(after), Some(camera)) = (kind, after, camera) else {
        let text = "the event does not say what happened at which camera";
        context.diagnose(server.device(), message.topic, DiagnosisKind::WrongType, text);
        return None;
    };
    Some((
        kind,
        json.get("before").filter(|before| before.is_object()),
        after,
        camera,
    ))
}

/// A tracked object: it appears, it enters a zone, it is recognised.
pub(super) fn events(server: &mut Server, message: &Message<'_>, context: &mut Context<'_>) {
    let mut store = String::new();
    let Some(json) = payload::bounded(message, &mut store, server.device(), context) else {
        return;
    };
    let Some((kind, before, after, camera)) = sides(server, &json, message, context) else {
        return;
    };
    if matches!(after.get("false_positive"), Some(Json::Bool(true))) {
        return;
    }
    server.is_camera(camera, context);
    let object = after.text("label").unwrap_or("object");
    let name = label(after.get("sub_label"));
    let known = before.and_then(|before| label(before.get("sub_label")));
    let started = time(after.get("start_time"), message.at);
    let now = time(after.get("frame_time"), message.at).or(started);
    let whole = name.map_or_else(|| object.to_owned(), |name| format!("{object}: {name}"));
    // The end says nothing new: the counts tell that it has gone.
    if kind == "new" || kind == "update" && name.is_some() && name != known {
        let happening = Happening {
            name: camera,
            key: "detection",
            label: "Detection",
            text: &whole,
            at: if kind == "new" { started } else { now },
        };
        happened(server, &happening, message, context);
    }
    let former = if kind == "new" {
        Vec::new()
    } else {
        texts(before.and_then(|before| before.get("entered_zones")))
    };
    for zone in texts(after.get("entered_zones")) {
        server.is_zone(zone, context);
        if !former.contains(&zone) && kind != "end" {
            let happening = Happening {
                name: zone,
                key: "entered",
                label: "Entered",
                text: &whole,
                at: now,
            };
            happened(server, &happening, message, context);
        }
    }
}

/// A stretch to review: it begins, or becomes an alert.
pub(super) fn reviews(server: &mut Server, message: &Message<'_>, context: &mut Context<'_>) {
    let mut store = String::new();
    let Some(json) = payload::bounded(message, &mut store, server.device(), context) else {
        return;
    };
    let Some((kind, before, after, camera)) = sides(server, &json, message, context) else {
        return;
    };
    server.is_camera(camera, context);
    let severity = after.text("severity").unwrap_or("detection");
    let former = before.and_then(|before| before.text("severity"));
    if kind != "new" && (kind != "update" || former == Some(severity)) {
        return;
    }
    let data = after.get("data");
    let mut seen = texts(data.and_then(|data| data.get("objects")));
    seen.extend(texts(data.and_then(|data| data.get("audio"))));
    let text = if seen.is_empty() {
        severity.to_owned()
    } else {
        format!("{severity}: {}", seen.join(", "))
    };
    let happening = Happening {
        name: camera,
        key: "review",
        label: "Review",
        text: &text,
        at: time(after.get("start_time"), message.at).filter(|_| kind == "new"),
    };
    happened(server, &happening, message, context);
}

/// A face, a plate, a description of a tracked object.
pub(super) fn recognised(server: &mut Server, message: &Message<'_>, context: &mut Context<'_>) {
    let mut store = String::new();
    let Some(json) = payload::bounded(message, &mut store, server.device(), context) else {
        return;
    };
    let kind = json.text("type").unwrap_or_default();
    let what = match kind {
        "description" => json.text("description").map(str::to_owned),
        "face" => json.text("name").map(|name| format!("face of {name}")),
        "lpr" => {
            let plate = json.text("plate");
            let owner = json.text("name").filter(|owner| !owner.is_empty());
            plate.map(|plate| {
                owner.map_or_else(
                    || format!("plate {plate}"),
                    |owner| format!("plate {plate} of {owner}"),
                )
            })
        }
        "classification" => label(json.get("sub_label"))
            .or(label(json.get("attribute")))
            .map(|label| match json.text("model") {
                Some(model) => format!("{model}: {label}"),
                None => label.to_owned(),
            }),
        _ => None,
    };
    let Some(what) = what.filter(|what| !what.is_empty()) else {
        return server.tell(
            "this sort of recognition is unknown and was left out",
            message.topic,
            context,
        );
    };
    let camera = json.text("camera").unwrap_or_default();
    if !camera.is_empty() {
        server.is_camera(camera, context);
    }
    let happening = Happening {
        name: camera,
        key: "recognised",
        label: "Recognised",
        text: &what,
        at: time(json.get("timestamp"), message.at),
    };
    happened(server, &happening, message, context);
}
