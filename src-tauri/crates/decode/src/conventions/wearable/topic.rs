//! Which topics are of a person's device.

use super::body::{self, Weight};
use super::{export, gateway};
use crate::Message;
use crate::shape::json::{self, Json};
use crate::shape::lexicon;
use crate::shape::scalar::{self, Scalar};

/// How a topic speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// A health export.
    Export,
    /// A Bluetooth gateway's record.
    Gateway,
    /// JSON with a body's values.
    Record,
    /// One value; its neighbours belong to the same device.
    Part,
}

/// A topic of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found<'a> {
    /// How it speaks.
    pub(super) shape: Shape,
    /// What is the same in all topics of the device.
    pub(super) base: &'a str,
    /// What the topic says beyond it; empty for a record.
    pub(super) field: &'a str,
}

/// Longest payload that is looked into, bytes.
const LONGEST: usize = 1 << 20;

/// The device of a message's topic; `known` tells whether a device gathers what stands below a base.
pub(super) fn find<'a>(
    message: &Message<'a>,
    plant: bool,
    known: impl Fn(&str) -> bool,
) -> Option<Found<'a>> {
    let topic = message.topic;
    let last = topic.rsplit('/').next().unwrap_or_default();
    if topic.contains('$') || matches!(last, "set" | "get" | "cmd" | "command" | "config") {
        return None;
    }
    if gateway::is_topic(topic) {
        return gateway::speaks(message.payload).then_some(Found {
            shape: Shape::Gateway,
            base: topic,
            field: "",
        });
    }
    let payload = message.payload.trim_ascii();
    if payload.len() > LONGEST {
        return None;
    }
    if payload.starts_with(b"{") {
        return record(topic, payload, plant, known);
    }
    part(topic, payload, plant, known)
}

fn record<'a>(
    topic: &'a str,
    payload: &[u8],
    plant: bool,
    known: impl Fn(&str) -> bool,
) -> Option<Found<'a>> {
    let read = json::read(std::str::from_utf8(payload).ok()?).ok()?;
    let Json::Object(entries) = &read.json else {
        return None;
    };
    if export::is_export(entries) {
        return Some(Found {
            shape: Shape::Export,
            base: topic,
            field: "",
        });
    }
    if let Some((base, field)) = topic.rsplit_once('/')
        && known(base)
    {
        return Some(Found {
            shape: Shape::Part,
            base,
            field,
        });
    }
    let (mut sure, mut hints) = (0, 0);
    let mut count = |key: &str, value: &Json<'_>| {
        let number = matches!(
            scalar::of_json(value),
            Some(Scalar::Int(_) | Scalar::Float(_) | Scalar::Measure(..))
        );
        if let Some(body) = body::of(key).filter(|_| number || matches!(value, Json::Object(_))) {
            match body.weight {
                Weight::Sure => sure += 1,
                Weight::Hint => hints += 1,
                Weight::Weak => {}
            }
        }
    };
    for (key, value) in entries.iter().take(64) {
        count(key, value);
        // `{"watch": {"hr": 61}}`: one level deeper as well.
        if let Json::Object(inner) = value {
            for (key, value) in inner.iter().take(64) {
                count(key, value);
            }
        }
    }
    let enough = if plant {
        sure > 0 && hints > 0
    } else {
        sure > 0 || hints >= 2
    };
    enough.then_some(Found {
        shape: Shape::Record,
        base: topic,
        field: "",
    })
}

fn part<'a>(topic: &'a str, payload: &[u8], plant: bool, known: impl Fn(&str) -> bool) -> Option<Found<'a>> {
    let (base, field) = topic.rsplit_once('/')?;
    // `watch/heart_rate/state`: what it is stands before.
    let (base, field) = if lexicon::has(lexicon::TRANSPARENT, field) {
        base.rsplit_once('/')
            .map(|(before, _)| (before, &topic[before.len() + 1..]))?
    } else {
        (base, field)
    };
    if base.is_empty() || payload.len() > 64 {
        return None;
    }
    let found = Found {
        shape: Shape::Part,
        base,
        field,
    };
    if known(base) {
        return Some(found);
    }
    let (Scalar::Int(_) | Scalar::Float(_) | Scalar::Measure(..)) =
        scalar::of_text(std::str::from_utf8(payload).ok()?)
    else {
        return None;
    };
    let name = field.split('/').next().unwrap_or(field);
    let sure = body::of(name).is_some_and(|body| body.weight == Weight::Sure);
    // Bottles are counted per minute too.
    let bpm = name.eq_ignore_ascii_case("bpm")
        && !topic.split('/').any(|level| lexicon::has(lexicon::PLANT, level));
    (!plant && (sure || bpm)).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of<'a>(topic: &'a str, payload: &'a str, plant: bool) -> Option<(Shape, &'a str, &'a str)> {
        let message = Message {
            topic,
            payload: payload.as_bytes(),
            retain: false,
            at: 0,
        };
        find(&message, plant, |base| base == "jane/strap").map(|found| (found.shape, found.base, found.field))
    }

    #[test]
    fn a_body_is_told_from_other_things() {
        for (topic, payload, want) in [
            (
                "jane/watch/heart_rate",
                "61",
                Some((Shape::Part, "jane/watch", "heart_rate")),
            ),
            (
                "jane/watch/hr/state",
                "61",
                Some((Shape::Part, "jane/watch", "hr/state")),
            ),
            (
                "jane/strap/battery",
                "90",
                Some((Shape::Part, "jane/strap", "battery")),
            ),
            ("bob/strap/battery", "90", None),
            ("belt/bpm", "61 ", Some((Shape::Part, "belt", "bpm"))),
            ("plant/line/bpm", "61", None),
            ("jane/watch/heart_rate", "resting", None),
            (
                "jane/watch",
                r#"{"hr":61}"#,
                Some((Shape::Record, "jane/watch", "")),
            ),
            (
                "jane/watch",
                r#"{"steps":61,"calories":2}"#,
                Some((Shape::Record, "jane/watch", "")),
            ),
            ("jane/watch", r#"{"steps":61,"battery":2}"#, None),
            ("scale", r#"{"weight":61.2,"temperature":2}"#, None),
            ("stepper", r#"{"steps":6100}"#, None),
            ("jane/watch/set", r#"{"hr":61}"#, None),
        ] {
            assert_eq!(of(topic, payload, false), want, "{topic} {payload}");
        }
        assert_eq!(of("line/watch/heart_rate", "61", true), None);
    }
}
