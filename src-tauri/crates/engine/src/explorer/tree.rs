//! The topics of one broker as a tree, with counters on each level.

use super::{payload, rate::Rate};
use crate::view::PayloadFormat;
use hearthline_model::{Micros, SECOND};
use std::{
    cell::Cell,
    collections::{BTreeMap, HashMap},
};

/// Levels that a topic may have.
const DEPTH: usize = 64;
/// Length that a topic may have, in bytes.
const LONGEST: usize = 4096;
/// Bytes kept of one payload.
const KEPT: usize = 64 << 10;
/// Bytes kept of one payload when there is little room left.
const SMALL: usize = 256;
/// Bytes that are left for those.
const FOR_SMALL: usize = 16 << 20;

/// What all trees together may still take.
#[derive(Debug)]
pub(super) struct Budget {
    /// Topics.
    pub topics: usize,
    /// Levels of them.
    pub levels: usize,
    /// Bytes of names.
    pub names: usize,
    /// Bytes of payloads.
    pub payloads: usize,
}

/// The place of a level in [`Tree::levels`].
pub(super) type Ix = u32;
/// The top, above the first level of each topic.
pub(super) const TOP: Ix = 0;

#[derive(Debug)]
pub(super) struct Tree {
    levels: Vec<Level>,
    /// Full topic to its level. Hashed with a secret, because whoever publishes chooses the topics.
    topics: HashMap<Box<str>, Ix>,
    /// Bytes of names and payloads that are to be given back.
    names: usize,
    payloads: usize,
    pub truncated: u64,
    pub untracked: u64,
}

/// One level of topics.
#[derive(Debug)]
pub(super) struct Level {
    parent: Ix,
    /// In the order of their names, which is the order they are shown in.
    pub children: BTreeMap<Box<str>, Ix>,
    /// Topics at or below.
    pub topics: u32,
    /// Messages at or below.
    pub messages: u64,
    pub rate: Rate,
    /// Last arrival at or below.
    pub at: Micros,
    /// The last message of the topic that ends here, where one does.
    pub last: Option<Box<Last>>,
}

/// The last message of a topic.
#[derive(Debug)]
pub(super) struct Last {
    pub payload: Vec<u8>,
    /// Full length.
    pub bytes: u64,
    pub retain: bool,
    pub qos: u8,
    pub at: Micros,
    format: Cell<Option<PayloadFormat>>,
}

impl Level {
    fn new(parent: Ix, second: u32) -> Self {
        Self {
            parent,
            children: BTreeMap::new(),
            topics: 0,
            messages: 0,
            rate: Rate::starting(second),
            at: 0,
            last: None,
        }
    }
}

impl Last {
    /// Whether the end is missing.
    pub fn cut(&self) -> bool {
        (self.payload.len() as u64) < self.bytes
    }

    /// How the payload reads; found out once.
    pub fn format(&self, topic: &str) -> PayloadFormat {
        if let Some(format) = self.format.get() {
            return format;
        }
        let format = if self.bytes > 0 && self.payload.is_empty() {
            PayloadFormat::Binary // nothing of it was kept, so nothing is known
        } else {
            payload::format(topic, &self.payload, self.cut())
        };
        self.format.set(Some(format));
        format
    }

    /// The payload as text, at most so many characters.
    pub fn text(&self, topic: &str, most: usize) -> String {
        payload::text(topic, &self.payload, self.cut(), self.format(topic), most)
    }
}

/// The second that a time is in.
pub(super) fn second(at: Micros) -> u32 {
    u32::try_from(at.max(0) / SECOND).unwrap_or(u32::MAX)
}

impl Tree {
    pub fn new() -> Self {
        Self {
            levels: vec![Level::new(TOP, 0)],
            topics: HashMap::new(),
            names: 0,
            payloads: 0,
            truncated: 0,
            untracked: 0,
        }
    }

    pub fn record(
        &mut self,
        budget: &mut Budget,
        topic: &str,
        payload: &[u8],
        retain: bool,
        qos: u8,
        at: Micros,
    ) {
        let second = second(at);
        let Some(ix) = self
            .topics
            .get(topic)
            .copied()
            .or_else(|| self.add(budget, topic, second))
        else {
            self.untracked += 1;
            return;
        };
        self.keep(budget, ix, payload, retain, qos, at);
        let mut ix = ix;
        loop {
            let level = &mut self.levels[ix as usize];
            level.messages += 1;
            level.rate.add(second);
            level.at = at;
            if ix == TOP {
                return;
            }
            ix = level.parent;
        }
    }

    /// Makes a place for a topic, where there is room for one.
    fn add(&mut self, budget: &mut Budget, topic: &str, second: u32) -> Option<Ix> {
        let depth = topic.split('/').take(DEPTH + 1).count();
        // In the worst case, each level is new and its name is kept beside the whole topic's.
        let names = 2 * topic.len();
        if topic.is_empty()
            || topic.len() > LONGEST
            || depth > DEPTH
            || budget.topics == 0
            || budget.levels < depth
            || budget.names < names
        {
            return None;
        }
        let mut ix = TOP;
        for name in topic.split('/') {
            ix = if let Some(child) = self.levels[ix as usize].children.get(name) {
                *child
            } else {
                let child = u32::try_from(self.levels.len()).ok()?;
                self.levels.push(Level::new(ix, second));
                self.levels[ix as usize].children.insert(name.into(), child);
                budget.levels -= 1;
                budget.names -= name.len();
                self.names += name.len();
                child
            };
        }
        self.topics.insert(topic.into(), ix);
        budget.topics -= 1;
        budget.names -= topic.len();
        self.names += topic.len();
        let mut up = ix;
        loop {
            let level = &mut self.levels[up as usize];
            level.topics += 1;
            if up == TOP {
                return Some(ix);
            }
            up = level.parent;
        }
    }

    /// Keeps the start of a payload. Copied: the payload is a window into a read buffer, which it would hold on to.
    fn keep(&mut self, budget: &mut Budget, ix: Ix, payload: &[u8], retain: bool, qos: u8, at: Micros) {
        let level = &mut self.levels[ix as usize];
        let last = level.last.get_or_insert_with(|| {
            Box::new(Last {
                payload: Vec::new(),
                bytes: 0,
                retain,
                qos,
                at,
                format: Cell::new(None),
            })
        });
        let before = last.payload.capacity();
        // The less is left, the less each may take, and what is small finds room when the large ones have had theirs.
        let share = budget.payloads.saturating_sub(FOR_SMALL) / 64;
        let most = KEPT.min(before.max(share).max(SMALL.min(budget.payloads)));
        let kept = payload.len().min(most);
        last.payload.clear();
        if kept > before {
            last.payload.reserve_exact(kept);
        } else if before > 1024 && before / 4 > kept {
            last.payload = Vec::with_capacity(kept);
        }
        last.payload.extend_from_slice(&payload[..kept]);
        let now = last.payload.capacity();
        budget.payloads = (budget.payloads + before).saturating_sub(now);
        self.payloads = (self.payloads + now).saturating_sub(before);
        last.bytes = payload.len() as u64;
        last.retain = retain;
        last.qos = qos;
        last.at = at;
        last.format.set(None);
        if kept < payload.len() {
            self.truncated += 1;
        }
    }

    /// Gives back all that this tree took.
    pub fn release(self, budget: &mut Budget) {
        budget.topics += self.topics.len();
        budget.levels += self.levels.len() - 1;
        budget.names += self.names;
        budget.payloads += self.payloads;
    }

    pub fn level(&self, ix: Ix) -> &Level {
        &self.levels[ix as usize]
    }

    /// The level of a topic that was seen.
    pub fn topic(&self, topic: &str) -> Option<&Level> {
        self.topics.get(topic).map(|ix| self.level(*ix))
    }

    /// Goes down from the top by names.
    pub fn find<'a>(&self, names: impl Iterator<Item = &'a str>) -> Option<Ix> {
        let mut ix = TOP;
        for name in names {
            ix = *self.level(ix).children.get(name)?;
        }
        Some(ix)
    }
}
