//! Which entities listen to which topics.

use hearthline_model::{Micros, PointDesc};
use rustc_hash::FxHashMap;

use super::attributes::Attributes;
use super::draft::Read;
use crate::template::{TemplateId, Templates};
use crate::{DeviceIx, PointIx, matches};

/// A feed; the second number tells a place used anew from the one meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FeedId(u32, u32);

/// One listener of one topic filter.
pub(super) struct Feed {
    pub(super) filter: Box<str>,
    /// The entity, by its place in the book; an availability belongs to many.
    pub(super) entity: usize,
    pub(super) template: Option<TemplateId>,
    pub(super) target: Target,
    /// Has seen the topic's last message, so that a replay is not for it.
    pub(super) primed: bool,
}

/// What a feed does with a message.
pub(super) enum Target {
    /// A point's value.
    Point(Box<PointFeed>),
    /// A term of an availability.
    Availability { group: usize, term: usize },
    /// An entity's attributes.
    Attributes(Box<Attributes>),
}

/// A point's listener.
pub(super) struct PointFeed {
    pub(super) point: PointIx,
    pub(super) device: DeviceIx,
    pub(super) read: Read,
    pub(super) raw_on_error: bool,
    pub(super) off_delay: Option<u32>,
    /// The entity's main point, whose silence means the entity's.
    pub(super) main: bool,
    /// Where a cover is, for what "stopped" means.
    pub(super) is_position: bool,
    /// The description of a point whose kind shows with its first value.
    pub(super) undecided: Option<Box<Undecided>>,
    /// Announced at this time; a happening from before is a replay.
    pub(super) since: Micros,
}

/// The description of a point whose kind shows with its first value.
pub(super) struct Undecided {
    pub(super) desc: PointDesc,
    pub(super) decided: bool,
}

/// A topic that has been seen, with its listeners.
#[derive(Default)]
struct Slot {
    feeds: Vec<FeedId>,
    /// The message that the topic was claimed with, when it is delivered, is a replay for the primed.
    replay_of: Option<Micros>,
}

/// All feeds.
#[derive(Default)]
pub(super) struct Feeds {
    places: Vec<(u32, Option<Feed>)>,
    free: Vec<u32>,
    exact: FxHashMap<Box<str>, Vec<FeedId>>,
    wild: Vec<FeedId>,
    slots: Vec<Slot>,
    slot_of: FxHashMap<Box<str>, u32>,
    /// Command topics and how many entities have them: claimed, so that nobody takes our own commands for values.
    silent: FxHashMap<Box<str>, u32>,
}

impl Feeds {
    /// Adds a listener. The caller reroutes its filter.
    pub(super) fn add(
        &mut self,
        filter: &str,
        entity: usize,
        template: Option<TemplateId>,
        target: Target,
    ) -> FeedId {
        let feed = Feed {
            filter: filter.into(),
            entity,
            template,
            target,
            primed: false,
        };
        let id = if let Some(ix) = self.free.pop() {
            let place = &mut self.places[ix as usize];
            *place = (place.0.wrapping_add(1), Some(feed));
            FeedId(ix, place.0)
        } else {
            self.places.push((0, Some(feed)));
            FeedId(self.places.len() as u32 - 1, 0)
        };
        if filter.contains(['+', '#']) {
            self.wild.push(id);
        } else {
            self.exact.entry(filter.into()).or_default().push(id);
        }
        id
    }

    /// Removes a listener and gives back its filter, which the caller reroutes.
    pub(super) fn remove(&mut self, id: FeedId) -> Option<Box<str>> {
        let place = self
            .places
            .get_mut(id.0 as usize)
            .filter(|place| place.0 == id.1)?;
        let feed = place.1.take()?;
        self.free.push(id.0);
        self.wild.retain(|known| *known != id);
        if let Some(list) = self.exact.get_mut(&feed.filter) {
            list.retain(|known| *known != id);
            if list.is_empty() {
                self.exact.remove(&feed.filter);
            }
        }
        Some(feed.filter)
    }

    pub(super) fn get_mut(&mut self, id: FeedId) -> Option<&mut Feed> {
        let place = self.places.get_mut(id.0 as usize)?;
        place.1.as_mut().filter(|_| place.0 == id.1)
    }

    pub(super) fn add_silent(&mut self, topic: &str) {
        *self.silent.entry(topic.into()).or_default() += 1;
    }

    pub(super) fn remove_silent(&mut self, topic: &str) {
        if let Some(count) = self.silent.get_mut(topic) {
            *count -= 1;
            if *count == 0 {
                self.silent.remove(topic);
            }
        }
    }

    /// The slot of a topic that anybody listens to or commands.
    pub(super) fn claim(&mut self, topic: &str, at: Micros) -> Option<u32> {
        let mut feeds = self.exact.get(topic).cloned().unwrap_or_default();
        for id in &self.wild {
            let feed = self.places.get(id.0 as usize).and_then(|place| place.1.as_ref());
            if feed.is_some_and(|feed| matches(&feed.filter, topic)) {
                feeds.push(*id);
            }
        }
        let known = self.slot_of.get(topic).copied();
        if feeds.is_empty() && !self.silent.contains_key(topic) {
            if let Some(slot) = known {
                self.slots[slot as usize].feeds.clear();
            }
            return None;
        }
        let slot = known.unwrap_or_else(|| {
            self.slots.push(Slot::default());
            let slot = self.slots.len() as u32 - 1;
            self.slot_of.insert(topic.into(), slot);
            slot
        });
        self.slots[slot as usize] = Slot {
            feeds,
            replay_of: known.map(|_| at),
        };
        Some(slot)
    }

    /// Takes out the listeners of a slot, to be given back with [`Feeds::put`], and whether the message is a replay, which
    /// only those not primed yet shall see.
    pub(super) fn take(&mut self, slot: u32, at: Micros) -> (Vec<FeedId>, bool) {
        match self.slots.get_mut(slot as usize) {
            Some(slot) => {
                let replay = slot.replay_of.take() == Some(at);
                (std::mem::take(&mut slot.feeds), replay)
            }
            None => (Vec::new(), false),
        }
    }

    pub(super) fn put(&mut self, slot: u32, feeds: Vec<FeedId>) {
        if let Some(slot) = self.slots.get_mut(slot as usize) {
            slot.feeds = feeds;
        }
    }

    /// Whether a listener of the topic with a template reads this key of the JSON: it needs no attribute besides.
    pub(super) fn reads_key(&self, topic: &str, key: &str, templates: &Templates) -> bool {
        let list = self.exact.get(topic).into_iter().flatten();
        list.filter_map(|id| self.places.get(id.0 as usize)?.1.as_ref())
            .filter(|feed| matches!(feed.target, Target::Point(_)))
            .filter_map(|feed| templates.first_key(feed.template?))
            .any(|known| known == key)
    }

    /// Whether the attributes of a topic are shown at a device already.
    pub(super) fn has_attributes(&self, topic: &str, device: DeviceIx, template: Option<TemplateId>) -> bool {
        let list = self.exact.get(topic).into_iter().flatten();
        list.filter_map(|id| self.places.get(id.0 as usize)?.1.as_ref())
            .any(|feed| {
                matches!(&feed.target, Target::Attributes(known) if known.device == device)
                    && feed.template == template
            })
    }

    /// Whether anybody listens to exactly this topic.
    pub(super) fn is_exact(&self, topic: &str) -> bool {
        self.exact.contains_key(topic)
    }
}
