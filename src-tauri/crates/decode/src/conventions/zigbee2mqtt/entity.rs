//! A device or group with the points that its state feeds.

use hearthline_model::{Micros, Value};
use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::Value as Json;

use super::draft::{Draft, Read, Write};
use super::expose::Expose;
use crate::{Context, DeviceIx, PointIx};

/// Who an entity is, whatever it is called.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Id {
    /// A device by its IEEE address, `0x…` as it was sent.
    Device(String),
    /// A group by its number.
    Group(i64),
}

/// A point and how it is fed.
pub(super) struct Feed {
    pub(super) point: PointIx,
    pub(super) path: Vec<String>,
    pub(super) read: Read,
    /// Has seen the topic's last message, so that a replay is not for it.
    pub(super) primed: bool,
    /// No definition told of it; its first value did.
    pub(super) extra: bool,
}

/// A device or group.
pub(super) struct Entity {
    pub(super) base: usize,
    pub(super) id: Id,
    /// The friendly name: the part of its topics behind the base.
    pub(super) name: String,
    /// `<base>/<name>`.
    pub(super) topic: String,
    pub(super) device: DeviceIx,
    pub(super) feeds: Vec<Feed>,
    by_key: FxHashMap<Box<str>, Vec<u32>>,
    by_attribute: FxHashMap<Box<str>, u32>,
    /// What the state said last of composites that are written in parts.
    pub(super) composites: FxHashMap<Box<str>, Option<Json>>,
    /// What its availability topic says.
    pub(super) available: Option<bool>,
    pub(super) disabled: bool,
    /// What was told of it last.
    shown: Option<bool>,
    /// Described at this time: a happening from before is a replay.
    pub(super) since: Micros,
    /// What was diagnosed already.
    noted: FxHashSet<Box<str>>,
    /// Removed; its place is kept for when it comes back.
    pub(super) gone: bool,
    /// A hash of the description that it was made of.
    pub(super) version: u64,
    /// Its values come on topics of their own only.
    pub(super) attributes_only: bool,
    /// How many of its feeds no definition told of.
    pub(super) extras: usize,
    /// The points that ask for and install a new firmware.
    pub(super) updates: Vec<PointIx>,
    /// Its lights, switches and the like, for the groups that it is a member of.
    pub(super) things: Vec<Expose>,
}

/// A point that can be written.
pub(super) enum Command {
    /// Through `<name>/set`.
    Set { entity: usize, write: Write },
    /// A request to the bridge.
    Request(super::request::Request),
}

impl Entity {
    pub(super) fn new(base: usize, id: Id, name: String, topic: String, device: DeviceIx) -> Self {
        Self {
            base,
            id,
            name,
            topic,
            device,
            feeds: Vec::new(),
            by_key: FxHashMap::default(),
            by_attribute: FxHashMap::default(),
            composites: FxHashMap::default(),
            available: None,
            disabled: false,
            shown: None,
            since: 0,
            noted: FxHashSet::default(),
            gone: false,
            version: 0,
            attributes_only: false,
            extras: 0,
            updates: Vec::new(),
            things: Vec::new(),
        }
    }

    /// The feeds of a key of the state.
    pub(super) fn fed_by(&self, key: &str) -> Option<&[u32]> {
        self.by_key.get(key).map(Vec::as_slice)
    }

    /// Whether the definition tells of a key.
    pub(super) fn is_described(&self, key: &str) -> bool {
        self.by_key
            .get(key)
            .is_some_and(|list| list.iter().any(|feed| !self.feeds[*feed as usize].extra))
    }

    /// The feed of a topic below the entity's own, where Zigbee2MQTT publishes attributes one by one.
    pub(super) fn attribute(&self, name: &str) -> Option<u32> {
        self.by_attribute.get(name).copied()
    }

    /// Adds a feed and gives back its place.
    pub(super) fn push(&mut self, feed: Feed) -> u32 {
        let ix = self.feeds.len() as u32;
        self.extras += usize::from(feed.extra);
        if let Some(first) = feed.path.first() {
            self.by_key.entry(first.as_str().into()).or_default().push(ix);
            self.by_attribute.insert(feed.path.join("-").into(), ix);
        }
        self.feeds.push(feed);
        ix
    }

    /// The topic and the path in it that a value is found at.
    pub(super) fn spot(&self, path: &[String]) -> (Option<String>, Option<String>) {
        if self.attributes_only {
            (
                Some(format!("{}/{}", self.topic, path.join("-"))),
                Some(String::new()),
            )
        } else {
            (Some(self.topic.clone()), Some(path.join(".")))
        }
    }

    /// Tells where the values of its points are found now.
    pub(super) fn move_points(&mut self, context: &mut Context<'_>) {
        for feed in &self.feeds {
            self.move_point(feed, context);
        }
    }

    fn move_point(&self, feed: &Feed, context: &mut Context<'_>) {
        if let Some(desc) = context.point_desc(feed.point) {
            let mut desc = (**desc).clone();
            (desc.topic, desc.path) = self.spot(&feed.path);
            context.point(self.device, desc);
        }
    }

    /// Whether something is to be diagnosed: once, and not without end.
    pub(super) fn note(&mut self, what: &str) -> bool {
        self.noted.len() < 256 && self.noted.insert(what.into())
    }

    /// Announces the points of a description; those that it names no more go. True where a value may have to be read anew.
    pub(super) fn install(
        &mut self,
        ix: usize,
        drafts: Vec<Draft>,
        commands: &mut FxHashMap<PointIx, Command>,
        context: &mut Context<'_>,
    ) -> bool {
        let mut former: FxHashMap<PointIx, Feed> =
            self.feeds.drain(..).map(|feed| (feed.point, feed)).collect();
        self.by_key.clear();
        self.by_attribute.clear();
        self.extras = 0;
        let mut composites = std::mem::take(&mut self.composites);
        let mut kept: FxHashMap<Box<str>, Option<Json>> = FxHashMap::default();
        let mut changed = false;
        for mut draft in drafts {
            (draft.desc.topic, draft.desc.path) = self.spot(&draft.path);
            let Some(point) = context.point(self.device, draft.desc) else {
                continue;
            };
            let old = former.remove(&point);
            let primed =
                old.is_some_and(|old| old.primed && old.read == draft.read && old.path == draft.path);
            changed |= !primed;
            match draft.write {
                Some(write) => {
                    if super::write::is_partial(&write) {
                        let key: Box<str> = write.path[0].as_str().into();
                        let known = composites.remove(&key).flatten();
                        let place = kept.entry(key).or_default();
                        if known.is_some() {
                            *place = known;
                        }
                    }
                    commands.insert(point, Command::Set { entity: ix, write });
                }
                None => {
                    commands.remove(&point);
                }
            }
            self.push(Feed {
                point,
                path: draft.path,
                read: draft.read,
                primed,
                extra: false,
            });
        }
        self.composites = kept;
        let mut rest: Vec<Feed> = former.into_values().collect();
        rest.sort_unstable_by_key(|feed| feed.point);
        for feed in rest {
            if !feed.extra {
                commands.remove(&feed.point);
                context.forget_point(feed.point);
                continue;
            }
            self.move_point(&feed, context);
            self.push(feed);
        }
        changed
    }

    /// Tells whether the device is there, where that changed. A device is there when its bridge is, when it is not switched off, and
    /// when its own availability does not say otherwise.
    pub(super) fn tell_online(&mut self, bridge: Option<bool>, at: Micros, context: &mut Context<'_>) {
        if self.gone {
            return;
        }
        let known = bridge.is_some() || self.available.is_some() || self.disabled;
        let online = bridge != Some(false) && self.available != Some(false) && !self.disabled;
        if known && self.shown != Some(online) {
            self.shown = Some(online);
            context.online(self.device, online, at);
        }
    }

    /// Forgets all that it was; its place stays.
    /// `elsewhere`: another bridge has the device now, so that it stays with what it has.
    pub(super) fn remove(
        &mut self,
        elsewhere: bool,
        commands: &mut FxHashMap<PointIx, Command>,
        context: &mut Context<'_>,
    ) {
        for feed in self.feeds.drain(..) {
            if !elsewhere {
                commands.remove(&feed.point);
            }
        }
        for point in self.updates.drain(..) {
            if !elsewhere {
                commands.remove(&point);
            }
        }
        self.extras = 0;
        self.things.clear();
        self.by_key.clear();
        self.by_attribute.clear();
        self.composites.clear();
        self.noted.clear();
        self.gone = true;
        self.shown = None;
        self.available = None;
        self.version = 0;
        if !elsewhere {
            context.forget_device(self.device);
        }
    }

    /// The payload of `<name>/set` that writes a value.
    pub(super) fn payload(&self, write: &Write, value: &Value) -> Result<Json, crate::CommandError> {
        let known = write
            .path
            .first()
            .filter(|_| super::write::is_partial(write))
            .and_then(|key| self.composites.get(key.as_str()))
            .and_then(Option::as_ref);
        super::write::payload(write, value, known)
    }
}
