//! The state of a device or group, as one JSON object or attribute by attribute.

use hearthline_model::{Micros, Quality, Value};
use std::borrow::Cow;

use super::Zigbee2Mqtt;
use super::draft::Read;
use super::entity::Entity;
use super::extra;
use super::read::{self, Outcome};
use crate::shape::json::{self, Json};
use crate::shape::{kind, scalar};
use crate::{Context, DiagnosisKind, Message, Reading, payload};

/// The value of a key, exactly as written.
pub(super) fn member<'a, 'j>(json: &'a Json<'j>, key: &str) -> Option<&'a Json<'j>> {
    let Json::Object(entries) = json else { return None };
    entries
        .iter()
        .find(|(known, _)| known == key)
        .map(|(_, value)| value)
}

/// When a message came and how it is to be taken.
#[derive(Clone, Copy)]
pub(super) struct Moment {
    /// The time of its values.
    pub(super) at: Micros,
    pub(super) received: Micros,
    /// The same message was read before: only for who has not seen it.
    pub(super) replay: bool,
    /// A happening in it has happened now.
    pub(super) live: bool,
}

impl Zigbee2Mqtt {
    /// `<base>/<name>`.
    pub(super) fn state(
        &mut self,
        ix: usize,
        message: &Message<'_>,
        replay: bool,
        context: &mut Context<'_>,
    ) {
        let Some(entity) = self.entities.get_mut(ix).filter(|entity| !entity.gone) else {
            return;
        };
        // An empty one takes a retained state away: it is no value.
        if message.payload.trim_ascii().is_empty() {
            return;
        }
        let Some(text) = payload::text(message, Some(entity.device), context) else {
            return;
        };
        let repaired;
        let read = match json::read(text) {
            Ok(read) => read,
            Err(error) => {
                repaired = json::repaired(text).unwrap_or_default();
                let Ok(read) = json::read(&repaired) else {
                    let text = format!("the state is no valid JSON: {error}");
                    context.diagnose(
                        Some(entity.device),
                        message.topic,
                        DiagnosisKind::MalformedJson,
                        text,
                    );
                    return;
                };
                context.diagnose(
                    Some(entity.device),
                    message.topic,
                    DiagnosisKind::NotANumber,
                    json::REPAIRED,
                );
                read
            }
        };
        let Json::Object(entries) = &read.json else {
            if entity.note("state is no object") {
                let text = "the state is no JSON object; it was not read";
                context.diagnose(Some(entity.device), message.topic, DiagnosisKind::WrongType, text);
            }
            return;
        };
        if read.cut && entity.note("state is too large") {
            let text = "the state is larger than is read; the rest of it was left out";
            context.diagnose(Some(entity.device), message.topic, DiagnosisKind::TooLarge, text);
        }
        // A kept state is as old as what the device said last. A live one may be newer than that: it follows a command at once.
        let seen = member(&read.json, "last_seen").filter(|_| message.retain);
        let moment = Moment {
            at: seen
                .and_then(|seen| read::last_seen(seen, message.at))
                .unwrap_or(message.at),
            received: message.at,
            replay,
            live: !message.retain && !replay && message.at > entity.since,
        };
        for (key, value) in entries {
            if !entity.composites.is_empty()
                && let Some(known) = entity.composites.get_mut(key.as_ref())
            {
                *known = matches!(value, Json::Object(_)).then(|| read::tree(value));
            }
            let more = matches!(value, Json::Object(_)) && !entity.is_described(key);
            if more || entity.fed_by(key).is_none() {
                extra::meet(entity, key, value, message.topic, context);
            }
            let count = entity.fed_by(key).map_or(0, <[u32]>::len);
            for nth in 0..count {
                let Some(feed) = entity.fed_by(key).and_then(|list| list.get(nth).copied()) else {
                    break;
                };
                feed_value(entity, feed, value, &read.json, moment, message.topic, context);
            }
        }
    }

    /// `<base>/<name>/<attribute>`.
    pub(super) fn attribute(
        &mut self,
        ix: usize,
        name: &str,
        message: &Message<'_>,
        replay: bool,
        context: &mut Context<'_>,
    ) {
        let Some(entity) = self.entities.get_mut(ix).filter(|entity| !entity.gone) else {
            return;
        };
        let Some(text) = payload::text(message, Some(entity.device), context) else {
            return;
        };
        let moment = Moment {
            at: message.at,
            received: message.at,
            replay,
            live: !message.retain && !replay && message.at > entity.since,
        };
        let json = attribute_json(text);
        if let Some((key, part @ ("x" | "y" | "hue" | "saturation"))) = name.rsplit_once('-')
            && entity
                .attribute(key)
                .is_some_and(|feed| entity.feeds[feed as usize].read == Read::Color)
        {
            return color_part(entity, key, part, &json, moment, message.topic, context);
        }
        if entity.attribute(name).is_none() {
            let (first, below) = name.split_once('-').unwrap_or((name, ""));
            if below.is_empty() {
                extra::meet(entity, first, &json, message.topic, context);
            } else {
                let object = Json::Object(vec![(Cow::Borrowed(below), json.clone())]);
                extra::meet(entity, first, &object, message.topic, context);
            }
        }
        let Some(feed) = entity.attribute(name) else {
            return;
        };
        let json = match entity.feeds[feed as usize].read {
            // Words stay as they were sent: "0123" is no number.
            Read::Text | Read::Event if !text.is_empty() => Json::Text(Cow::Borrowed(text)),
            Read::Color => color_list(text).unwrap_or(json),
            _ => json,
        };
        if text.is_empty() && entity.feeds[feed as usize].read == Read::Event {
            return;
        }
        value(entity, feed, &json, &Json::Null, moment, message.topic, context);
    }
}

/// The scalar that an attribute's text is; empty is null.
fn attribute_json(text: &str) -> Json<'_> {
    if text.is_empty() {
        return Json::Null;
    }
    match json::read(text) {
        Ok(read)
            if matches!(
                read.json,
                Json::Bool(_) | Json::Int(_) | Json::Float(_) | Json::Null
            ) =>
        {
            read.json
        }
        _ => Json::Text(Cow::Borrowed(text)),
    }
}

/// `255,0,0`, which is how red, green and blue are published as an attribute.
fn color_list(text: &str) -> Option<Json<'static>> {
    let mut numbers = text.split(',').map(|part| part.trim().parse::<f64>());
    let (r, g, b) = (
        numbers.next()?.ok()?,
        numbers.next()?.ok()?,
        numbers.next()?.ok()?,
    );
    Some(Json::Object(
        [("r", r), ("g", g), ("b", b)]
            .into_iter()
            .map(|(name, number)| (Cow::Borrowed(name), Json::Float(number)))
            .collect(),
    ))
}

/// One number of a colour: it counts once its partner is there.
fn color_part(
    entity: &mut Entity,
    key: &str,
    part: &str,
    json: &Json<'_>,
    moment: Moment,
    topic: &str,
    context: &mut Context<'_>,
) {
    let (Some(feed), Some(number)) = (entity.attribute(key), read::as_f64(json)) else {
        return;
    };
    let parts = entity
        .composites
        .entry(format!("{key}-parts").into())
        .or_default()
        .get_or_insert_with(|| serde_json::json!({}));
    parts[part] = number.into();
    // The second of a pair is the one that completes it.
    let pair = match part {
        "y" => ["x", "y"],
        "saturation" => ["hue", "saturation"],
        _ => return,
    };
    let [Some(a), Some(b)] = pair.map(|name| parts[name].as_f64()) else {
        return;
    };
    let object = Json::Object(vec![
        (Cow::Borrowed(pair[0]), Json::Float(a)),
        (Cow::Borrowed(pair[1]), Json::Float(b)),
    ]);
    value(entity, feed, &object, &Json::Null, moment, topic, context);
}

/// Hands the value of a first key to a feed, which may look below it.
fn feed_value(
    entity: &mut Entity,
    feed: u32,
    json: &Json<'_>,
    root: &Json<'_>,
    moment: Moment,
    topic: &str,
    context: &mut Context<'_>,
) {
    let mut json = json;
    for key in &entity.feeds[feed as usize].path[1..] {
        match member(json, key) {
            Some(below) => json = below,
            None => return,
        }
    }
    value(entity, feed, json, root, moment, topic, context);
}

fn value(
    entity: &mut Entity,
    feed: u32,
    json: &Json<'_>,
    root: &Json<'_>,
    moment: Moment,
    topic: &str,
    context: &mut Context<'_>,
) {
    let target = &mut entity.feeds[feed as usize];
    if moment.replay && target.primed {
        return;
    }
    target.primed = true;
    let point = target.point;
    if target.read == Read::Event && !moment.live {
        return;
    }
    let outcome = if let Read::Inferred(misfits) = &mut target.read {
        inferred(misfits, point, entity.device, json, context)
    } else {
        let key = target.path.first().map_or("", String::as_str);
        read::read(&target.read, json, root, key)
    };
    match outcome {
        Outcome::Value(value) => context.reading(Reading {
            point,
            at: moment.at,
            received: moment.received,
            value,
            quality: Quality::Good,
            historical: false,
        }),
        Outcome::Nothing => {}
        Outcome::Misfit(expected) => {
            let path = entity.feeds[feed as usize].path.join(".");
            if entity.note(&path) {
                let got =
                    read::plain(json).map_or_else(|| "a structure".to_owned(), |text| format!("\"{text}\""));
                let text = format!("{path}: {expected}, not {}", crate::decoder::shortened(&got, 64));
                context.diagnose(Some(entity.device), topic, DiagnosisKind::WrongType, text);
            }
        }
    }
}

/// A value of what nothing described: its kind was its first value's, and widens.
fn inferred(
    misfits: &mut u8,
    point: crate::PointIx,
    device: crate::DeviceIx,
    json: &Json<'_>,
    context: &mut Context<'_>,
) -> Outcome {
    let Some(scalar) = scalar::of_json(json) else {
        return Outcome::Value(match json {
            Json::Array(_) | Json::Object(_) => {
                Value::text(crate::decoder::shortened(&read::tree(json).to_string(), 4096))
            }
            _ => Value::Null,
        });
    };
    // Two steps lead from any kind to text.
    for _ in 0..3 {
        let Some(desc) = context.point_desc(point).cloned() else {
            break;
        };
        match kind::fit(desc.kind, &scalar, None, misfits) {
            kind::Fit::Value(value) => return Outcome::Value(value),
            kind::Fit::Misfit => break,
            kind::Fit::Widen(kind) => {
                let mut wider = (*desc).clone();
                wider.kind = kind;
                if kind == hearthline_model::Kind::Text {
                    (wider.class, wider.unit, wider.state_class, wider.range) = (None, None, None, None);
                }
                context.point(device, wider);
            }
        }
    }
    Outcome::Nothing
}
