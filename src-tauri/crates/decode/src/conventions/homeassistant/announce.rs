//! Configs: entities come, change and go.

use std::hash::{Hash, Hasher};

use rustc_hash::FxHasher;

use super::config::Config;
use super::describe::{self, LONGEST_KEY};
use super::device;
use super::discovery::{self, Discovery, Entry};
use super::draft::Build;
use super::entity::Entity;
use super::topic::ConfigTopic;
use super::{HomeAssistant, platforms};
use crate::decoder::shortened;
use crate::{Context, DiagnosisKind, Message};

/// Most prefixes that are learned.
const MOST_PREFIXES: usize = 32;

/// What a config topic announced last.
#[derive(Default)]
pub(super) struct Managed {
    /// Fingerprint of the message, to tell a repetition; none where it is to be looked at again.
    payload: Option<u64>,
    /// (component, discovery id).
    entities: Vec<(String, String)>,
}

impl HomeAssistant {
    /// A message on a config topic.
    pub(super) fn config(&mut self, message: &Message<'_>, context: &mut Context<'_>) {
        let payload = fingerprint(message.payload);
        if self
            .managed
            .get(message.topic)
            .is_some_and(|known| known.payload == Some(payload))
        {
            return;
        }
        let prefixes = std::mem::take(&mut self.prefixes);
        let parsed = ConfigTopic::parse(message.topic, &prefixes);
        self.prefixes.clone_from(&prefixes);
        let Some(topic) = parsed else { return };
        self.learn(topic.prefix, context);
        let discovery = match discovery::read(&topic, message.payload) {
            Ok(discovery) => discovery,
            // What was announced before stays: a broken repetition is no removal.
            Err((kind, text)) => return context.diagnose(None, message.topic, kind, text),
        };
        if !topic.is_legal() {
            let text =
                "Home Assistant would not take this topic: its ids may only have letters, digits, _ and -";
            context.diagnose(None, message.topic, DiagnosisKind::InvalidDescription, text);
        }
        let former = self.managed.remove(message.topic).unwrap_or_default();
        match discovery {
            Discovery::Remove => {
                for (component, id) in &former.entities {
                    self.remove_owned(component, id, message.topic, context);
                }
            }
            Discovery::Migrate => {
                for (component, id) in &former.entities {
                    if let Some(ix) = self.book.by_id(component, id)
                        && let Some(entity) = self.book.get_mut(ix)
                        && entity.owner.as_deref() == Some(message.topic)
                    {
                        entity.owner = None;
                    }
                }
            }
            Discovery::Announce {
                entries,
                device,
                origin,
            } => {
                let by = if origin.is_empty() {
                    String::new()
                } else {
                    format!(" (announced by {origin})")
                };
                let mut entities = Vec::with_capacity(entries.len());
                // A refusal may not last (the other owner of a unique_id may go), so the repetition is looked at again.
                let mut refused = false;
                for entry in entries {
                    let id = (entry.component.clone(), entry.id.clone());
                    let removal = entry.config.is_none();
                    if self.announce(entry, device.as_ref(), &by, message, context) {
                        entities.push(id);
                    } else {
                        refused |= !removal;
                    }
                }
                // Home Assistant keeps a component that is merely not mentioned any more; so do we, and its topic can still
                // remove it.
                for id in former.entities {
                    if !entities.contains(&id) && self.book.by_id(&id.0, &id.1).is_some() {
                        entities.push(id);
                    }
                }
                let payload = (!refused).then_some(payload);
                self.managed
                    .insert(message.topic.into(), Managed { payload, entities });
            }
        }
    }

    /// Remembers a prefix; what nobody knew for a config there before is looked at again.
    fn learn(&mut self, prefix: &str, context: &mut Context<'_>) {
        if self.prefixes.len() < MOST_PREFIXES && !self.prefixes.iter().any(|known| known == prefix) {
            self.prefixes.push(prefix.to_owned());
            context.reroute(format!("{prefix}/+/+/config"));
            context.reroute(format!("{prefix}/+/+/+/config"));
        }
    }

    /// One entity of a config; true where it is there afterwards.
    fn announce(
        &mut self,
        entry: Entry,
        device: Option<&Config>,
        by: &str,
        message: &Message<'_>,
        context: &mut Context<'_>,
    ) -> bool {
        let Entry {
            component,
            id,
            config,
        } = entry;
        let Some(config) = config else {
            if let Some(ix) = self.book.by_id(&component, &id) {
                self.remove(ix, context);
            }
            return false;
        };
        let mut hasher = FxHasher::default();
        config.fingerprint(&mut hasher);
        if let Some(device) = device {
            device.fingerprint(&mut hasher);
        }
        let fingerprint = hasher.finish();
        let config = &config;
        let mut place = self.book.by_id(&component, &id);
        if let Some(entity) = place.and_then(|ix| self.book.get_mut(ix))
            && entity.fingerprint == fingerprint
        {
            entity.owner = Some(message.topic.into());
            return true;
        }
        let unique = config.word("unique_id").map(|text| shortened(&text, LONGEST_KEY));
        if let Some(unique) = &unique
            && let Some(other) = self.book.by_unique(&component, unique)
            && Some(other) != place
        {
            let moving = self.book.get(other).is_some_and(|entity| entity.owner.is_none());
            if !moving && place.is_none() {
                let text = format!(
                    "another {component} has the unique_id \"{unique}\" already; this one is not used{by}"
                );
                context.diagnose(None, message.topic, DiagnosisKind::Ignored, text);
                return false;
            }
            if moving {
                place = Some(other);
            }
        }
        let described = device.and_then(|device| device::describe(device, self.realm));
        let lone = described.is_none();
        let described = match described {
            Some(desc) => self.devices.merge(desc),
            None => device::lone(&component, &id, config, self.realm),
        };
        let device_name = described.name.clone();
        let device_key = described.key.clone();
        let base = describe::base(&component, &id, config, &device_name, lone);
        let mut build = Build::new(config, &mut self.templates, base.clone());
        platforms::build(&component, &mut build);
        let (mut drafts, faults) = (build.drafts, build.faults);
        if drafts.is_empty() && !config.has("json_attributes_topic") {
            let text = format!("a {component} with nothing to read or write{by}");
            context.diagnose(None, message.topic, DiagnosisKind::InvalidDescription, text);
            if let Some(ix) = place {
                self.remove(ix, context);
            }
            return false;
        }
        let Some(device) = context.device(described) else {
            return false;
        };
        for (kind, text) in faults {
            context.diagnose(Some(device), message.topic, kind, text + by);
        }
        // One point needs no entity around it.
        let group = if drafts.len() > 1 {
            base.key.clone()
        } else {
            String::new()
        };
        for draft in &mut drafts {
            draft.desc.entity.clone_from(&group);
        }

        let former = place.and_then(|ix| self.book.take(ix));
        let ix = place.unwrap_or_else(|| self.book.reserve());
        let mut entity = Entity {
            component,
            id,
            unique,
            owner: Some(message.topic.into()),
            device,
            points: Vec::new(),
            feeds: Vec::new(),
            silent: Vec::new(),
            group: None,
            available: former.as_ref().is_none_or(|former| former.available),
            position: None,
            fingerprint,
        };
        let mut filters = Vec::new();
        for draft in drafts {
            self.install(draft, ix, &mut entity, message, &mut filters, context);
        }
        self.attributes(config, &base, group, ix, &mut entity, &mut filters);
        self.join(config, ix, &mut entity, &mut filters);
        if let Some(former) = former {
            if !entity.available {
                for point in entity
                    .points
                    .iter()
                    .filter(|point| !former.points.contains(point))
                {
                    context.available(*point, false, message.at);
                }
            }
            self.dissolve(former, ix, &entity.points, &mut filters, context);
        }
        self.book.put(ix, entity);
        self.book.devices.entry(device).or_default().key = device_key;
        self.settle(device, message.at, context);
        filters.sort_unstable();
        filters.dedup();
        for filter in filters {
            context.reroute(filter);
        }
        true
    }
}

fn fingerprint(payload: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    payload.hash(&mut hasher);
    hasher.finish()
}
