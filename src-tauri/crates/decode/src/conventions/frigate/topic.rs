//! What a topic of a Frigate is.

use crate::Message;
use crate::shape::json::{self, Json};

/// What comes on a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// Whether Frigate runs.
    Available,
    /// Tracked objects.
    Events,
    /// Stretches to look at.
    Reviews,
    /// Faces, plates, descriptions.
    Recognised,
    /// How everything performs.
    Stats,
    /// What is asked of Frigate.
    Asked,
    /// What is not shown, with the reason.
    Untold(&'static str),
    /// A setting; an empty name is Frigate's own.
    Feature { name: Box<str>, feature: Box<str> },
    /// A value of a camera.
    Value { name: Box<str>, value: Box<str> },
    /// How many objects there are.
    Count {
        name: Box<str>,
        object: Box<str>,
        active: bool,
    },
    /// A picture.
    Snapshot { name: Box<str>, object: Box<str> },
    /// A camera is moved, so it can be.
    Ptz { name: Box<str> },
}

/// The prefix of a message's topic: the usual one, a known one, or one whose events or statistics these are.
pub(super) fn prefix<'a, 'k>(
    message: &Message<'a>,
    mut known: impl Iterator<Item = &'k str>,
) -> Option<&'a str> {
    let topic = message.topic;
    if topic.starts_with("frigate/") {
        return topic.get(..7);
    }
    if let Some(prefix) = known.find(|prefix| {
        topic
            .strip_prefix(prefix)
            .is_some_and(|rest| rest.starts_with('/'))
    }) {
        return topic.get(..prefix.len());
    }
    let (prefix, last) = topic.rsplit_once('/')?;
    let speaks = match last {
        "events" => is_event(message.payload, &["camera", "label", "top_score"]),
        "reviews" => is_event(message.payload, &["camera", "severity", "start_time"]),
        "stats" => is_stats(message.payload),
        _ => false,
    };
    (speaks && !prefix.is_empty()).then_some(prefix)
}

fn with_object(payload: &[u8], test: impl Fn(&Json<'_>) -> bool) -> bool {
    payload.starts_with(b"{")
        && std::str::from_utf8(payload)
            .ok()
            .and_then(|text| json::read(text).ok())
            .is_some_and(|read| test(&read.json))
}

fn is_event(payload: &[u8], keys: &[&str]) -> bool {
    with_object(payload, |json| {
        json.get("type").is_some()
            && json.get("before").is_some()
            && json
                .get("after")
                .is_some_and(|after| keys.iter().all(|key| after.get(key).is_some()))
    })
}

fn is_stats(payload: &[u8]) -> bool {
    with_object(payload, |json| {
        json.get("detectors").is_some_and(Json::is_object)
            && json.get("service").is_some_and(Json::is_object)
            && json.get("detection_fps").is_some()
    })
}

/// What a topic is by what stands behind the prefix; none for what is none of Frigate's.
pub(super) fn what(rest: &str) -> Option<What> {
    let levels: Vec<&str> = rest.splitn(6, '/').collect();
    if levels.iter().any(|level| level.is_empty()) {
        return None;
    }
    let boxed = |level: &str| Box::<str>::from(level);
    let last = *levels.last()?;
    if matches!(last, "set" | "suspend") || levels.contains(&"suspend") {
        return Some(What::Asked);
    }
    Some(match levels.as_slice() {
        ["available"] => What::Available,
        ["events"] => What::Events,
        ["reviews"] => What::Reviews,
        ["tracked_object_update"] => What::Recognised,
        ["stats"] => What::Stats,
        ["restart" | "onConnect"] => What::Asked,
        [
            "camera_activity"
            | "audio_detections"
            | "birdseye_layout"
            | "job_state"
            | "triggers"
            | "model_state"
            | "embeddings_reindex_progress",
        ] => What::Untold(
            "this topic serves Frigate's own pages; what it says of cameras comes on topics of their own",
        ),
        [_] => What::Untold("this topic of Frigate is unknown"),
        [own @ ("notifications" | "profile"), "state"] => What::Feature {
            name: boxed(""),
            feature: boxed(own),
        },
        ["notifications" | "profile", ..] => What::Asked,
        [name, "ptz"] => What::Ptz { name: boxed(name) },
        [name, value @ ("motion" | "review_status")] => What::Value {
            name: boxed(name),
            value: boxed(value),
        },
        [name, feature, "state"] => What::Feature {
            name: boxed(name),
            feature: boxed(feature),
        },
        [
            name,
            "status" | "audio" | "classification" | "notifications" | "ptz_autotracker",
            _,
        ] => What::Value {
            name: boxed(name),
            value: boxed(&rest[name.len() + 1..]),
        },
        [name, object, "snapshot" | "thumbnail"] => What::Snapshot {
            name: boxed(name),
            object: boxed(object),
        },
        [name, object, "active"] => What::Count {
            name: boxed(name),
            object: boxed(object),
            active: true,
        },
        [name, object] => What::Count {
            name: boxed(name),
            object: boxed(object),
            active: false,
        },
        _ => What::Untold("this topic of Frigate is unknown"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_are_what_the_documentation_says() {
        let feature = |name: &str, feature: &str| What::Feature {
            name: name.into(),
            feature: feature.into(),
        };
        for (rest, want) in [
            ("available", Some(What::Available)),
            ("front/detect/state", Some(feature("front", "detect"))),
            ("front/motion/state", Some(feature("front", "motion"))),
            ("front/detect/set", Some(What::Asked)),
            ("notifications/state", Some(feature("", "notifications"))),
            ("front/notifications/suspend", Some(What::Asked)),
            (
                "front/motion",
                Some(What::Value {
                    name: "front".into(),
                    value: "motion".into(),
                }),
            ),
            (
                "front/audio/dBFS",
                Some(What::Value {
                    name: "front".into(),
                    value: "audio/dBFS".into(),
                }),
            ),
            (
                "front/person/snapshot",
                Some(What::Snapshot {
                    name: "front".into(),
                    object: "person".into(),
                }),
            ),
            (
                "yard/all/active",
                Some(What::Count {
                    name: "yard".into(),
                    object: "all".into(),
                    active: true,
                }),
            ),
            ("front//x", None),
        ] {
            assert_eq!(what(rest), want, "{rest}");
        }
    }
}
