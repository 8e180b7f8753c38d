//! Availability: topics that tell whether an entity is there.
//!
//! Unlike Home Assistant, what was never heard counts as available: many devices do not retain their availability, and a
//! dashboard that hid flowing values would be wrong. Only a message can say that something is not there.

use super::config::Config;
use crate::template::{TemplateId, Templates};

/// Most topics that one entity's availability may have.
const MOST_TERMS: usize = 16;

/// How several topics count together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Mode {
    Latest,
    All,
    Any,
}

/// One topic.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Term {
    pub(super) topic: String,
    pub(super) template: Option<TemplateId>,
    available: String,
    not_available: String,
}

/// What an entity says of its availability. Entities that say the same share a [`Group`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Availability {
    mode: Mode,
    pub(super) terms: Vec<Term>,
}

impl Availability {
    /// None where the config has none: always available.
    pub(super) fn read(config: &Config, templates: &mut Templates) -> Option<Self> {
        let mut terms = Vec::new();
        let mut term = |topic: Option<String>, template: Option<String>, options: &Config| {
            let topic = topic.filter(|topic| topic.len() <= 1024)?;
            let word = |name: &str, default: &str| {
                options
                    .text(name)
                    .or_else(|| config.text(name))
                    .unwrap_or_else(|| default.to_owned())
            };
            Some(Term {
                topic,
                template: template.map(|source| templates.add(&source)),
                available: word("payload_available", "online"),
                not_available: word("payload_not_available", "offline"),
            })
        };
        for entry in config.availability().into_iter().take(MOST_TERMS) {
            terms.extend(term(entry.word("topic"), entry.text("value_template"), &entry));
        }
        if terms.is_empty() {
            let template = config.text("availability_template");
            terms.extend(term(config.word("availability_topic"), template, config));
        }
        let mode = match config.text("availability_mode").as_deref() {
            Some("all") => Mode::All,
            Some("any") => Mode::Any,
            _ => Mode::Latest,
        };
        (!terms.is_empty()).then_some(Self { mode, terms })
    }
}

/// The state of an availability that entities share.
pub(super) struct Group {
    pub(super) of: Availability,
    states: Vec<Option<bool>>,
    latest: Option<bool>,
    /// The entities that have it, by their places in the book.
    pub(super) members: Vec<usize>,
    pub(super) feeds: Vec<super::feeds::FeedId>,
}

impl Group {
    pub(super) fn new(of: Availability) -> Self {
        Self {
            states: vec![None; of.terms.len()],
            of,
            latest: None,
            members: Vec::new(),
            feeds: Vec::new(),
        }
    }

    /// Takes over a rendered message; true where the availability may have changed.
    pub(super) fn put(&mut self, term: usize, rendered: &str) -> bool {
        let Some(known) = self.of.terms.get(term) else {
            return false;
        };
        let state = if rendered == known.available {
            true
        } else if rendered == known.not_available {
            false
        } else {
            return false;
        };
        let former = self.available();
        self.states[term] = Some(state);
        self.latest = Some(state);
        former != self.available()
    }

    /// Whether its entities are there.
    pub(super) fn available(&self) -> bool {
        match self.of.mode {
            Mode::Latest => self.latest != Some(false),
            Mode::All => !self.states.contains(&Some(false)),
            Mode::Any => self.states.iter().any(|state| *state != Some(false)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::abbreviations::Part;
    use super::*;
    use crate::template::Json;

    fn group(text: &str) -> Group {
        let mut config = Config::read(&Json::parse(text).unwrap(), Part::General).unwrap();
        config.expand_availability();
        Group::new(Availability::read(&config, &mut Templates::default()).unwrap())
    }

    #[test]
    fn modes() {
        let two = |mode: &str| {
            group(&format!(
                r#"{{"avty":[{{"t":"a"}},{{"t":"b"}}],"avty_mode":"{mode}"}}"#
            ))
        };
        let run = |mode: &str, messages: &[(usize, &str)]| {
            let mut group = two(mode);
            for (term, text) in messages {
                group.put(*term, text);
            }
            group.available()
        };
        for (mode, messages, want) in [
            ("latest", &[][..], true),
            ("latest", &[(0, "offline"), (1, "online")], true),
            ("latest", &[(1, "online"), (0, "offline")], false),
            ("latest", &[(0, "offline"), (1, "something")], false),
            ("all", &[(0, "online")], true),
            ("all", &[(0, "online"), (1, "offline")], false),
            ("any", &[(0, "offline")], true),
            ("any", &[(0, "offline"), (1, "offline")], false),
            ("any", &[(0, "offline"), (1, "online")], true),
        ] {
            assert_eq!(run(mode, messages), want, "{mode} {messages:?}");
        }
    }

    #[test]
    fn payloads_and_the_single_form() {
        let mut one = group(r#"{"avty_t":"a","pl_avail":1,"pl_not_avail":0}"#);
        assert!(one.put(0, "0") && !one.available());
        assert!(!one.put(0, "offline"));
        let mut list = group(r#"{"avty":{"t":"a","pl_not_avail":"Offline"},"pl_avail":"yes"}"#);
        assert!(list.put(0, "Offline"));
        assert!(list.put(0, "yes") && list.available());
        assert!(Availability::read(&Config::default(), &mut Templates::default()).is_none());
    }
}
