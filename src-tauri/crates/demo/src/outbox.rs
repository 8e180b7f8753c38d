//! What is about to be published, with a memory of what was, so that only changes are.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use crate::world::{Link, Message};

/// The messages of one step.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    /// Wall time, in milliseconds since the epoch.
    at: i64,
    /// Last payload of a topic, and when.
    said: HashMap<String, (Vec<u8>, i64)>,
    /// Last urgent part of a topic.
    urgent: HashMap<String, Vec<u8>>,
    /// Topics on which the broker keeps something of ours, and who said it.
    kept: BTreeMap<String, Link>,
    messages: Vec<Message>,
}

impl Outbox {
    /// Sets the time of what follows, in milliseconds since the epoch.
    pub fn set_time(&mut self, at: i64) {
        self.at = at;
    }

    /// The time of what is said, in milliseconds since the epoch.
    pub fn time(&self) -> i64 {
        self.at
    }

    /// Whether something that is told under a key of its own is to be told: its mark has changed, and that at most once every so
    /// many milliseconds. For messages that say more than what has changed, such as their time.
    pub fn due(&mut self, key: &str, mark: impl Into<Vec<u8>>, every: i64) -> bool {
        let mark = mark.into();
        if let Some((last, at)) = self.said.get(key)
            && (*last == mark || self.at - at < every)
        {
            return false;
        }
        self.said.insert(key.to_owned(), (mark, self.at));
        true
    }

    /// Says a state that has changed, at most once every so many milliseconds. It is retained, so that who comes later knows it.
    pub fn state(&mut self, link: Link, topic: &str, payload: impl Into<Vec<u8>>, every: i64) {
        self.changed(link, topic, payload.into(), every, true);
    }

    /// Says a reading that changes all the time: as [`state`](Self::state), but not retained.
    pub fn reading(&mut self, link: Link, topic: &str, payload: impl Into<Vec<u8>>, every: i64) {
        self.changed(link, topic, payload.into(), every, false);
    }

    /// Says a state of which some changes (what somebody asked for) are told at once and the others at most once every so many
    /// milliseconds. `urgent` is the part that is told at once.
    pub fn urgent_state(&mut self, link: Link, topic: &str, state: &Value, urgent: &Value, every: i64) {
        let urgent = urgent.to_string().into_bytes();
        let at_once = self.urgent.get(topic).is_none_or(|last| *last != urgent);
        if at_once {
            self.urgent.insert(topic.to_owned(), urgent);
        }
        self.changed(
            link,
            topic,
            state.to_string().into_bytes(),
            if at_once { 0 } else { every },
            true,
        );
    }

    fn changed(&mut self, link: Link, topic: &str, payload: Vec<u8>, every: i64, retain: bool) {
        if let Some((last, at)) = self.said.get(topic)
            && (*last == payload || self.at - at < every)
        {
            return;
        }
        self.said.insert(topic.to_owned(), (payload.clone(), self.at));
        if retain {
            self.kept.insert(topic.to_owned(), link);
        }
        self.messages.push(Message {
            link,
            topic: topic.to_owned(),
            payload,
            qos: 0,
            retain,
        });
    }

    /// Says something that others must not miss (a description, an availability), whether it has changed or not.
    pub fn announce(&mut self, link: Link, topic: &str, payload: impl Into<Vec<u8>>) {
        self.kept.insert(topic.to_owned(), link);
        self.messages.push(Message {
            link,
            topic: topic.to_owned(),
            payload: payload.into(),
            qos: 1,
            retain: true,
        });
    }

    /// Says something that happens once and is not kept.
    pub fn event(&mut self, link: Link, topic: &str, payload: impl Into<Vec<u8>>) {
        self.messages.push(Message {
            link,
            topic: topic.to_owned(),
            payload: payload.into(),
            qos: 0,
            retain: false,
        });
    }

    /// Forgets what was said, so that all of it is said again.
    pub fn forget(&mut self) {
        self.said.clear();
    }

    /// Topics on which the broker keeps something of ours, and who said it.
    pub fn kept(&self) -> impl Iterator<Item = (&str, Link)> {
        self.kept.iter().map(|(topic, link)| (topic.as_str(), *link))
    }

    /// Takes the messages out.
    pub fn drain(&mut self, into: &mut Vec<Message>) {
        into.append(&mut self.messages);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_changes_are_said_and_not_too_often() {
        let mut out = Outbox::default();
        for (at, payload) in [(0, "1"), (500, "1"), (600, "2"), (1_000, "3"), (1_500, "3")] {
            out.set_time(at);
            out.state(Link::Home, "a", payload, 1_000);
        }
        let mut said = Vec::new();
        out.drain(&mut said);
        let payloads: Vec<_> = said.iter().map(|m| m.payload.as_slice()).collect();
        assert_eq!(payloads, [b"1", b"3"]);
    }
}
