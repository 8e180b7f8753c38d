//! The topic explorer: what every topic last said, how often it speaks, as a tree.
//!
//! *Invariants.* Bounded whatever a broker sends: topics, their names and kept payloads. What goes beyond is counted, and
//! nothing that is counted is lost silently. Recording a known topic costs one hash look-up, one copy of the payload's
//! start, and a few counters a level.

mod payload;
mod rate;
mod search;
mod tree;

#[cfg(test)]
mod tests;

use crate::view::{ExplorerView, PayloadFormat, RawMessage, TopicRow};
use bytes::Bytes;
use hearthline_model::{BrokerId, Micros};
use rustc_hash::FxHashMap;
use search::Needle;
use tree::{Budget, Ix, Last, TOP, Tree, second};

/// Topics kept, of all brokers.
const TOPICS: usize = 200_000;
/// Levels of them.
const LEVELS: usize = 2 * TOPICS;
/// Bytes of their names.
const NAMES: usize = 64 << 20;
/// Bytes of their payloads.
const PAYLOADS: usize = 64 << 20;
/// Characters of a payload in a row.
const PREVIEW: usize = 200;
/// Characters of a payload as text; a payload is cut before, but as hex or decoded it grows.
const WHOLE: usize = 256 << 10;

/// What all brokers' topics last said. Behind a lock: the pipeline records in batches, the window asks.
#[derive(Debug)]
pub struct Explorer {
    trees: FxHashMap<BrokerId, Tree>,
    budget: Budget,
}

impl Default for Explorer {
    fn default() -> Self {
        let budget = Budget {
            topics: TOPICS,
            levels: LEVELS,
            names: NAMES,
            payloads: PAYLOADS,
        };
        Self {
            trees: FxHashMap::default(),
            budget,
        }
    }
}

/// Who claims a topic, by name of the convention.
type Claims<'a> = dyn Fn(&str) -> Vec<&'static str> + 'a;

impl Explorer {
    /// Takes in one message.
    pub fn record(
        &mut self,
        broker: BrokerId,
        topic: &str,
        payload: &Bytes,
        retain: bool,
        qos: u8,
        at: Micros,
    ) {
        let tree = self.trees.entry(broker).or_insert_with(Tree::new);
        tree.record(&mut self.budget, topic, payload, retain, qos, at);
    }

    /// The levels below `parent` (empty: the first levels), or where `search` is not empty all topics that contain it, or whose
    /// payload does, as a flat list. In the order of names; at most `limit` rows, the others counted. `dropped` is left
    /// for the caller to fill.
    pub fn view(
        &self,
        broker: BrokerId,
        parent: &str,
        search: &str,
        limit: u32,
        claims: &Claims<'_>,
        now: Micros,
    ) -> ExplorerView {
        let mut view = ExplorerView {
            rows: Vec::new(),
            more: 0,
            topics: 0,
            messages: 0,
            dropped: 0,
            truncated: 0,
            untracked: 0,
        };
        let Some(tree) = self.trees.get(&broker) else {
            return view;
        };
        let top = tree.level(TOP);
        view.topics = u64::from(top.topics);
        view.messages = top.messages + tree.untracked;
        view.truncated = tree.truncated;
        view.untracked = tree.untracked;
        let mut rows = Rows {
            tree,
            broker,
            claims,
            second: second(now),
            limit: limit as usize,
            view: &mut view,
        };
        if !search.is_empty() {
            let needle = Needle::new(search);
            let found = |path: &str, last: &Last| needle.in_text(path) || needle.in_payload(&last.payload);
            rows.search(TOP, &mut String::new(), true, &found);
        } else if let Some(ix) = tree.find(levels_of(parent)) {
            let children = &tree.level(ix).children;
            for (name, child) in children.iter().take(rows.limit) {
                rows.push(*child, &joined(parent, name), name);
            }
            rows.view.more = children.len().saturating_sub(rows.limit) as u32;
        }
        view
    }

    /// All topics that `chosen` chooses, as a flat list in the order of names; at most `limit` rows, the others counted.
    pub fn flat(
        &self,
        broker: BrokerId,
        limit: u32,
        chosen: &dyn Fn(&str) -> bool,
        claims: &Claims<'_>,
        now: Micros,
    ) -> ExplorerView {
        let mut view = self.view(broker, "", "", 0, claims, now);
        view.more = 0;
        if let Some(tree) = self.trees.get(&broker) {
            let mut rows = Rows {
                tree,
                broker,
                claims,
                second: second(now),
                limit: limit as usize,
                view: &mut view,
            };
            rows.search(TOP, &mut String::new(), true, &|path, _| chosen(path));
        }
        view
    }

    /// The start of a topic's last message as text.
    pub fn start(&self, broker: BrokerId, topic: &str, characters: usize) -> Option<String> {
        let last = self.trees.get(&broker)?.topic(topic)?.last.as_ref()?;
        Some(last.text(topic, characters))
    }

    /// The bytes of a topic's last message, as far as they were kept.
    pub fn payload(&self, broker: BrokerId, topic: &str) -> Option<Vec<u8>> {
        Some(
            self.trees
                .get(&broker)?
                .topic(topic)?
                .last
                .as_ref()?
                .payload
                .clone(),
        )
    }

    /// The last message of a topic, whole as far as it was kept.
    pub fn raw(&self, broker: BrokerId, topic: &str) -> Option<RawMessage> {
        let tree = self.trees.get(&broker)?;
        // A row's path is its topic but for topics of nothing but slashes, see `joined`.
        let (topic, level) = if let Some(level) = tree.topic(topic) {
            (topic, level)
        } else {
            let topic = topic
                .strip_suffix('/')
                .filter(|rest| rest.bytes().all(|byte| byte == b'/'))?;
            (topic, tree.topic(topic)?)
        };
        let last = level.last.as_ref()?;
        Some(RawMessage {
            topic: topic.to_owned(),
            payload: last.text(topic, WHOLE),
            format: last.format(topic),
            bytes: last.bytes,
            truncated: last.cut(),
            retain: last.retain,
            qos: last.qos,
            at: last.at,
        })
    }

    /// Forgets a broker's topics and counters.
    pub fn forget(&mut self, broker: BrokerId) {
        if let Some(tree) = self.trees.remove(&broker) {
            tree.release(&mut self.budget);
        }
    }
}

/// The path of a level. A path of nothing but empty levels gets a slash for each, so that it differs from the top's and
/// from its parent's: `/` is the empty level that `/a/b` begins with.
fn joined(parent: &str, name: &str) -> String {
    let slashes = parent.bytes().all(|byte| byte == b'/');
    match (parent.is_empty(), slashes, name.is_empty()) {
        (_, true, true) => format!("{parent}/"),
        (true, _, false) => name.to_owned(),
        (false, true, false) => format!("{parent}{name}"),
        (_, false, _) => format!("{parent}/{name}"),
    }
}

/// The names in a path as [`joined`] makes them.
fn levels_of(path: &str) -> impl Iterator<Item = &str> {
    let slashes = path.bytes().all(|byte| byte == b'/');
    let path = if slashes { path.get(1..) } else { Some(path) };
    path.into_iter().flat_map(|path| path.split('/'))
}

/// Which topics are wanted, by path and last message.
type Choice<'a> = dyn Fn(&str, &Last) -> bool + 'a;

/// Makes rows.
struct Rows<'a> {
    tree: &'a Tree,
    broker: BrokerId,
    claims: &'a Claims<'a>,
    second: u32,
    limit: usize,
    view: &'a mut ExplorerView,
}

impl Rows<'_> {
    fn push(&mut self, ix: Ix, path: &str, name: &str) {
        let level = self.tree.level(ix);
        let last = level.last.as_deref();
        self.view.rows.push(TopicRow {
            broker: self.broker,
            path: path.to_owned(),
            name: name.to_owned(),
            children: level.children.len() as u32,
            topics: level.topics,
            messages: level.messages,
            rate: level.rate.at(self.second),
            payload: last.map(|last| last.text(path, PREVIEW)),
            format: last.map_or(PayloadFormat::Empty, |last| last.format(path)),
            at: level.at,
            retained: last.is_some_and(|last| last.retain),
            conventions: last
                .map(|_| (self.claims)(path).into_iter().map(str::to_owned).collect())
                .unwrap_or_default(),
        });
    }

    /// Goes through the tree in its order. `path` is that of level `ix`; it is put back as it was.
    fn search(&mut self, ix: Ix, path: &mut String, top: bool, chosen: &Choice<'_>) {
        let tree = self.tree;
        let level = tree.level(ix);
        if let Some(last) = &level.last
            && chosen(path, last)
        {
            if self.view.rows.len() < self.limit {
                let name = path.rsplit('/').next().unwrap_or_default().to_owned();
                self.push(ix, path, &name);
            } else {
                self.view.more += 1;
            }
        }
        for (name, child) in &level.children {
            let length = path.len();
            if !top {
                path.push('/');
            }
            path.push_str(name);
            self.search(*child, path, false, chosen);
            path.truncate(length);
        }
    }
}
