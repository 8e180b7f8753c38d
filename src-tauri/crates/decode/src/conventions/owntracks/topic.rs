//! Which tracker a topic belongs to.

use crate::Message;
use crate::shape::json::{self, Json};

use super::json::{field, text_of};

/// Where messages of other types come.
const SUBTOPICS: &[&str] = &[
    "cmd",
    "event",
    "waypoint",
    "waypoints",
    "info",
    "step",
    "steps",
    "status",
    "beacon",
    "dump",
    "request",
];

/// A topic's tracker.
pub(super) struct Found<'a> {
    /// The topic of its positions.
    pub(super) base: &'a str,
    /// The topic is one on which the tracker is asked.
    pub(super) command: bool,
}

/// The tracker of a message's topic: by the usual prefix, by a tracker that is known, or by what the message says.
pub(super) fn find<'a>(message: &Message<'a>, known: impl Fn(&str) -> bool) -> Option<Found<'a>> {
    let topic = message.topic;
    let levels = topic.split('/').collect::<Vec<_>>();
    if levels.len() >= 3 && levels[0] == "owntracks" && levels[1..3].iter().all(|level| !level.is_empty()) {
        let length = levels[..3].iter().map(|level| level.len() + 1).sum::<usize>() - 1;
        return Some(Found {
            base: &topic[..length],
            command: levels.get(3).is_some_and(|&sub| sub == "cmd"),
        });
    }
    let split = topic
        .rsplit_once('/')
        .filter(|(base, sub)| !base.is_empty() && SUBTOPICS.contains(sub));
    if known(topic) {
        return Some(Found {
            base: topic,
            command: false,
        });
    }
    if let Some((base, sub)) = split
        && known(base)
    {
        return Some(Found {
            base,
            command: sub == "cmd",
        });
    }
    speaks(message.payload).then(|| Found {
        base: split.map_or(topic, |(base, _)| base),
        command: split.is_some_and(|(_, sub)| sub == "cmd"),
    })
}

/// Whether a payload is surely one of OwnTracks'.
fn speaks(payload: &[u8]) -> bool {
    if !payload.windows(7).take(4096).any(|at| at == b"\"_type\"") {
        return false;
    }
    let Some(Ok(read)) = std::str::from_utf8(payload).ok().map(json::read) else {
        return false;
    };
    let first = match &read.json {
        Json::Array(items) => items.first(),
        json => Some(json),
    };
    let Some(Json::Object(entries)) = first else {
        return false;
    };
    let has = |keys: &[&str]| keys.iter().all(|key| field(entries, key).is_some());
    match text_of(entries, "_type") {
        Some("location") => has(&["lat", "lon"]),
        Some("lwt") => has(&["tst"]),
        Some("transition") => has(&["event"]),
        Some("encrypted") => has(&["data"]),
        Some("cmd") => has(&["action"]),
        Some("waypoints" | "steps" | "beacon" | "waypoint" | "card" | "configuration") => true,
        _ => false,
    }
}

/// Whether a tracker's topic is of the usual prefix, where its other topics are known without having been told.
pub(super) fn is_usual(base: &str) -> bool {
    base.starts_with("owntracks/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(topic: &str, payload: &str, known: &[&str]) -> Option<(String, bool)> {
        let message = Message {
            topic,
            payload: payload.as_bytes(),
            retain: false,
            at: 0,
        };
        find(&message, |base| known.contains(&base)).map(|found| (found.base.to_owned(), found.command))
    }

    #[test]
    fn a_tracker_is_found_by_prefix_by_knowledge_or_by_what_it_says() {
        let base = |text: &str| Some((text.to_owned(), false));
        assert_eq!(of("owntracks/jane/phone", "", &[]), base("owntracks/jane/phone"));
        assert_eq!(
            of("owntracks/jane/phone/event", "", &[]),
            base("owntracks/jane/phone")
        );
        assert_eq!(
            of("owntracks/jane/phone/cmd", "", &[]),
            Some(("owntracks/jane/phone".to_owned(), true))
        );
        assert_eq!(of("owntracks/jane", "1", &[]), None);
        assert_eq!(of("owntracks//phone", "1", &[]), None);
        let here = r#"{"_type":"location","lat":1.0,"lon":2.0}"#;
        assert_eq!(of("family/jane", here, &[]), base("family/jane"));
        assert_eq!(
            of(
                "family/jane/event",
                r#"{"_type":"transition","event":"enter"}"#,
                &[]
            ),
            base("family/jane")
        );
        assert_eq!(
            of("family/jane/cmd", "x", &["family/jane"]),
            Some(("family/jane".to_owned(), true))
        );
        for other in [
            r#"{"_type":"sensor","value":1}"#,
            r#"{"_type":"location"}"#,
            "21.5",
            "[]",
        ] {
            assert_eq!(of("family/jane", other, &[]), None, "{other}");
        }
    }
}
