//! Whose a topic is.

use super::Homie;
use super::datatype::Dialect;
use super::description::is_id;
use super::state::State;
use crate::Message;

/// What a topic is to the convention; kept as the token of its route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// A property's value, by slot.
    Value(u32),
    /// A property's `$target`, by slot.
    Target(u32),
    /// Something that a device says about itself or its parts, by device.
    Attribute(u32),
    /// Where a property of this device may be described later.
    Undescribed(u32),
    /// Commands: what is asked for is no value.
    Command,
    /// Messages to every device.
    Broadcast,
}

impl Part {
    pub(super) fn token(self) -> u32 {
        match self {
            Self::Value(ix) => ix << 3,
            Self::Target(ix) => ix << 3 | 1,
            Self::Attribute(ix) => ix << 3 | 2,
            Self::Undescribed(ix) => ix << 3 | 3,
            Self::Command => 4,
            Self::Broadcast => 5,
        }
    }

    pub(super) fn of(token: u32) -> Self {
        let ix = token >> 3;
        match token & 7 {
            0 => Self::Value(ix),
            1 => Self::Target(ix),
            2 => Self::Attribute(ix),
            3 => Self::Undescribed(ix),
            4 => Self::Command,
            _ => Self::Broadcast,
        }
    }
}

/// The default domain, and base topic.
const DOMAIN: &str = "homie";
/// Deepest topic that is looked at, levels.
const DEEPEST: usize = 12;

impl Homie {
    /// What a topic is, judged by itself, its first payload, and what descriptions said before.
    pub(super) fn part(&mut self, message: &Message<'_>) -> Option<Part> {
        let topic = message.topic;
        if let Some(part) = self.described(topic) {
            return Some(part);
        }
        let levels: Vec<&str> = topic.splitn(DEEPEST + 1, '/').collect();
        if levels.len() > DEEPEST {
            return None;
        }
        match levels.iter().position(|level| level.starts_with('$')) {
            Some(at) => self.attribute(message, &levels, at),
            None => self.undescribed_part(message, &levels),
        }
    }

    /// A topic that a description tells of.
    fn described(&self, topic: &str) -> Option<Part> {
        let live = |topic: &str| {
            let slot = *self.by_topic.get(topic)?;
            self.slots[slot as usize].live.then_some(slot)
        };
        if let Some(slot) = live(topic) {
            return Some(Part::Value(slot));
        }
        if let Some(value) = topic.strip_suffix("/$target") {
            return live(value).map(Part::Target);
        }
        topic.strip_suffix("/set").and_then(live).map(|_| Part::Command)
    }

    /// A topic with a level that begins with `$`, the first of which is at `at`.
    fn attribute(&mut self, message: &Message<'_>, levels: &[&str], at: usize) -> Option<Part> {
        let topic = message.topic;
        // The base topic of the earlier versions is free, and a device of them may be called "5".
        if let Some(device) = self.known_root(topic) {
            return Some(Part::Attribute(device));
        }
        let name = levels[at];
        let five = levels.get(1) == Some(&"5") && at >= 2 && !levels[0].is_empty();
        if five && at == 2 && name == "$broadcast" {
            return self.is_domain(levels[0]).then_some(Part::Broadcast);
        }
        if five && at >= 3 {
            if !is_id(levels[2]) || !is_id(levels[0]) {
                return None;
            }
            let certain = at == 3
                && levels.len() == 4
                && match name {
                    "$state" => {
                        message.payload.is_empty() || word(message.payload).and_then(State::of).is_some()
                    }
                    "$description" => {
                        message.payload.is_empty() || message.payload.trim_ascii_start().starts_with(b"{")
                    }
                    _ => false,
                };
            if !certain && !self.is_domain(levels[0]) {
                return None;
            }
            let device = self.root(&root(topic, 3), Dialect::Five, message.at)?;
            if levels[0] != DOMAIN
                && !self.domains.iter().any(|known| **known == *levels[0])
                && self.domains.len() < 64
            {
                self.domains.push(levels[0].into());
            }
            return Some(Part::Attribute(device));
        }
        if levels[0] == DOMAIN && at == 1 && name == "$broadcast" {
            return Some(Part::Broadcast);
        }
        if levels[0] == DOMAIN && at >= 2 && is_id(levels[1]) {
            return self
                .root(&root(topic, 2), Dialect::Older, message.at)
                .map(Part::Attribute);
        }
        // Another base topic is found by the one attribute that every device has.
        if name == "$homie"
            && at >= 1
            && at + 1 == levels.len()
            && levels[..at].iter().all(|level| is_id(level))
        {
            let version = word(message.payload)?;
            let number = version.starts_with(|c: char| c.is_ascii_digit())
                && version.len() <= 16
                && version
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+'));
            if number {
                return self
                    .root(&root(topic, at), Dialect::Older, message.at)
                    .map(Part::Attribute);
            }
        }
        None
    }

    /// A topic without `$` that may become a property's.
    fn undescribed_part(&mut self, message: &Message<'_>, levels: &[&str]) -> Option<Part> {
        let topic = message.topic;
        if levels.last() == Some(&"set") {
            return None;
        }
        let n = levels.len();
        let device = if let Some(device) = self.known_root(topic) {
            device
        } else if levels[0] == DOMAIN && levels.iter().all(|level| is_id(level)) {
            match (n, levels[1..].first()) {
                (5, Some(&"5")) => self.root(&root(topic, 3), Dialect::Five, message.at)?,
                (4, Some(id)) if *id != "5" => self.root(&root(topic, 2), Dialect::Older, message.at)?,
                _ => return None,
            }
        } else {
            return None;
        };
        let it = &self.devices[device as usize];
        // Exactly a node and a property below the device.
        let below = topic.get(it.root.len() + 1..)?;
        (below.matches('/').count() == 1 && !it.abandoned).then_some(Part::Undescribed(device))
    }

    /// The known device whose topic is above this one, the nearest.
    fn known_root(&self, topic: &str) -> Option<u32> {
        topic
            .rmatch_indices('/')
            .find_map(|(at, _)| self.by_root.get(&topic[..at]).copied())
    }

    fn is_domain(&self, domain: &str) -> bool {
        domain == DOMAIN || self.domains.iter().any(|known| **known == *domain)
    }
}

/// The first `levels` levels of a topic.
fn root(topic: &str, levels: usize) -> String {
    let mut parts = topic.splitn(levels + 1, '/');
    let taken: Vec<&str> = parts.by_ref().take(levels).collect();
    taken.join("/")
}

fn word(payload: &[u8]) -> Option<&str> {
    std::str::from_utf8(payload)
        .ok()
        .map(str::trim)
        .filter(|text| text.len() <= 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_go_there_and_back() {
        for part in [
            Part::Value(0),
            Part::Value(199_999),
            Part::Target(5),
            Part::Attribute(19_999),
            Part::Undescribed(7),
            Part::Command,
            Part::Broadcast,
        ] {
            assert_eq!(Part::of(part.token()), part);
        }
    }
}
