//! The devices and values that are known, and how a description becomes points.

use std::collections::BTreeMap;

use hearthline_model::{Kind, Micros, PointDesc};
use rustc_hash::{FxHashMap, FxHashSet};

use super::attributes::Attributes;
use super::codec::{Codec, Form};
use super::datatype::{Datatype, Dialect};
use super::description::{About, Node};
use super::roles;
use super::state::State;
use super::{Homie, describe};
use crate::{Context, DeviceIx, DiagnosisKind, PointIx};

/// Most devices, shown or heard of.
const MOST_DEVICES: usize = 20_000;
/// Most values that are remembered, so that descriptions that change all the time do not fill the memory.
const MOST_SLOTS: usize = 200_000;
/// Most remarks about one device.
const MOST_REMARKS: usize = 64;

/// A device, from the first sign of it on.
pub(super) struct Device {
    /// Its topic: `homie/5/lamp`, `homie/lamp`.
    pub(super) root: Box<str>,
    pub(super) dialect: Dialect,
    /// Once it was described; it keeps its index while it is gone.
    pub(super) ix: Option<DeviceIx>,
    /// Whether it is described and not removed.
    pub(super) shown: bool,
    pub(super) state: Option<State>,
    pub(super) about: About,
    /// What the description of Homie 5 lists.
    pub(super) nodes: Vec<Node>,
    /// What single topics of the earlier versions said.
    pub(super) attributes: Attributes,
    /// Whether nodes have their names in the points' names.
    pub(super) lone: bool,
    /// Values by node.
    slots: FxHashMap<Box<str>, Vec<u32>>,
    /// Points that are no properties, by key.
    pub(super) remarks: FxHashMap<Box<str>, PointIx>,
    pub(super) alerts: BTreeMap<String, String>,
    /// The device at the root of its tree.
    pub(super) tree: Option<u32>,
    pub(super) children: Vec<u32>,
    /// State and presence as they were shown last.
    pub(super) shown_as: Option<(State, bool)>,
    /// What was told of it once already.
    pub(super) told: FxHashSet<String>,
    /// When it was first heard of.
    pub(super) heard: Micros,
    /// When it was last described.
    pub(super) described: Micros,
    /// Whether it is among those that are looked over later.
    pub(super) watched: bool,
    /// Whether an attribute was seen, so that it is a device of this convention.
    pub(super) sure: bool,
    /// No attribute came: its topics are plain ones.
    pub(super) abandoned: bool,
}

impl Device {
    /// The id, which is the last level of its topic.
    pub(super) fn id(&self) -> &str {
        self.root.rsplit('/').next().unwrap_or_default()
    }

    /// The topic of another device of the same domain.
    pub(super) fn sibling(&self, id: &str) -> String {
        let base = &self.root[..self.root.len() - self.id().len()];
        format!("{base}{id}")
    }
}

/// The key of a device by its topic.
pub(super) fn key(root: &str) -> String {
    format!("homie:{}", root.strip_prefix("homie/").unwrap_or(root))
}

/// A value of a device.
pub(super) struct Slot {
    pub(super) device: u32,
    pub(super) topic: Box<str>,
    /// Whether the description has it now.
    pub(super) live: bool,
    pub(super) codec: Codec,
    pub(super) point: Option<PointIx>,
    pub(super) target: Option<PointIx>,
    /// How the point will be described once a first value tells its kind.
    pub(super) guess: Option<Box<PointDesc>>,
    /// The kind that was guessed.
    pub(super) guessed: Option<Kind>,
    pub(super) misfits: u8,
    /// How a guessed boolean is spelled: what is written for off and on.
    pub(super) spelling: Option<[&'static str; 2]>,
    /// Whether a payload that breaks the description was told of.
    pub(super) complained: bool,
    /// The arrival of the last thing that happened.
    pub(super) last: Micros,
    /// The description that listed it last.
    generation: u32,
}

impl Homie {
    /// The device of a topic, made where it is new; none where there are too many.
    pub(super) fn root(&mut self, root: &str, dialect: Dialect, at: Micros) -> Option<u32> {
        if let Some(&device) = self.by_root.get(root) {
            return Some(device);
        }
        if self.devices.len() >= MOST_DEVICES {
            return None;
        }
        let ix = self.devices.len() as u32;
        self.devices.push(Device {
            root: root.into(),
            dialect,
            ix: None,
            shown: false,
            state: None,
            about: About::default(),
            nodes: Vec::new(),
            attributes: Attributes::default(),
            lone: true,
            slots: FxHashMap::default(),
            remarks: FxHashMap::default(),
            alerts: BTreeMap::new(),
            tree: None,
            children: Vec::new(),
            shown_as: None,
            told: FxHashSet::default(),
            heard: at,
            described: at,
            watched: true,
            sure: false,
            abandoned: false,
        });
        self.by_root.insert(root.into(), ix);
        self.waiting.push(ix);
        Some(ix)
    }

    /// Describes the device itself; `nodes` are those that may tell its place.
    pub(super) fn describe_device(
        &mut self,
        device: u32,
        nodes: &[Node],
        at: Micros,
        context: &mut Context<'_>,
    ) -> bool {
        let it = &self.devices[device as usize];
        let via = it.about.parent.as_ref().map(|parent| key(&it.sibling(parent)));
        let near = it
            .tree
            .and_then(|root| self.devices[root as usize].ix)
            .and_then(|ix| context.device_desc(ix))
            .map(|desc| desc.place.path.clone());
        let desc = describe::device(
            &key(&it.root),
            it.id(),
            &it.about,
            nodes,
            via,
            near.as_deref(),
            self.realm,
        );
        let ix = context.device(desc);
        let it = &mut self.devices[device as usize];
        let first = !it.shown;
        it.ix = ix;
        it.shown = ix.is_some();
        if it.shown {
            it.described = at;
        }
        if first && it.shown {
            self.tell_first(device, at, context);
        }
        ix.is_some()
    }

    /// Makes the points of all nodes and removes those of nodes that are no more.
    pub(super) fn install(&mut self, device: u32, nodes: &[Node], lone: bool, context: &mut Context<'_>) {
        let it = &mut self.devices[device as usize];
        it.lone = lone;
        let gone: Vec<Box<str>> = {
            let now: FxHashSet<&str> = nodes.iter().map(|node| node.id.as_str()).collect();
            it.slots
                .keys()
                .filter(|id| !now.contains(&***id))
                .cloned()
                .collect()
        };
        for node in gone {
            let slots = self.devices[device as usize]
                .slots
                .remove(&node)
                .unwrap_or_default();
            for slot in slots {
                self.vanish(slot, context);
            }
        }
        for node in nodes {
            self.install_node(device, node, context);
        }
    }

    /// Makes the points of a node and removes those that it has no more.
    pub(super) fn install_node(&mut self, device: u32, node: &Node, context: &mut Context<'_>) {
        self.generation = self.generation.wrapping_add(1);
        let plans = roles::plan(node);
        let mut now = Vec::with_capacity(node.properties.len());
        for (ix, plan) in plans.iter().enumerate() {
            if let Some(slot) = self.install_property(device, node, ix, plan, context) {
                self.slots[slot as usize].generation = self.generation;
                now.push(slot);
            }
        }
        let former = self.devices[device as usize]
            .slots
            .insert(node.id.as_str().into(), now);
        for slot in former.unwrap_or_default() {
            if self.slots[slot as usize].generation != self.generation {
                self.vanish(slot, context);
            }
        }
    }

    /// Makes or renews the point of the only property of `node`, beside the others that the real one has.
    pub(super) fn install_one(
        &mut self,
        device: u32,
        node: &Node,
        plan: &roles::Plan,
        context: &mut Context<'_>,
    ) {
        let topic = |it: &Device| format!("{}/{}/{}", it.root, node.id, node.properties[0].id);
        let known = self.by_topic.get(topic(&self.devices[device as usize]).as_str());
        let live = known.is_some_and(|&slot| self.slots[slot as usize].live);
        if let Some(slot) = self.install_property(device, node, 0, plan, context)
            && !live
        {
            let slots = &mut self.devices[device as usize].slots;
            slots.entry(node.id.as_str().into()).or_default().push(slot);
        }
    }

    /// Makes or renews the point of one property.
    fn install_property(
        &mut self,
        device: u32,
        node: &Node,
        property: usize,
        plan: &roles::Plan,
        context: &mut Context<'_>,
    ) -> Option<u32> {
        let it = &self.devices[device as usize];
        let (ix, dialect, lone) = (it.ix?, it.dialect, it.lone);
        let property = &node.properties[property];
        let topic = format!("{}/{}/{}", it.root, node.id, property.id);
        let codec = Codec::new(property, plan.form.clone(), dialect);
        let desc = describe::point(&topic, node, property, plan, &codec, lone, self.realm);
        let slot = self.slot(device, &topic, &codec)?;
        let known = &mut self.slots[slot as usize];
        let changed = !known.live || known.codec != codec;
        known.live = true;
        if codec.datatype == Datatype::Guess {
            if known.guess.as_deref() != Some(&desc) {
                // Described anew with the next value, or the last one decoded anew.
                known.guess = Some(Box::new(desc));
                if known.guessed.take().is_some() && !changed {
                    context.reroute(topic.as_str());
                }
            }
        } else {
            known.guess = None;
            known.guessed = None;
            known.point = context.point(ix, desc);
        }
        if changed {
            known.complained = false;
            known.codec = codec;
            context.reroute(topic.as_str());
            if dialect == Dialect::Five {
                context.reroute(format!("{topic}/$target"));
            }
        }
        if let Some(point) = known.point {
            self.by_point.insert(point, slot);
        }
        Some(slot)
    }

    fn slot(&mut self, device: u32, topic: &str, codec: &Codec) -> Option<u32> {
        if let Some(&slot) = self.by_topic.get(topic) {
            return Some(slot);
        }
        if self.slots.len() >= MOST_SLOTS {
            return None;
        }
        let slot = self.slots.len() as u32;
        self.slots.push(Slot {
            device,
            topic: topic.into(),
            live: false,
            codec: Codec {
                form: Form::Plain,
                ..codec.clone()
            },
            point: None,
            target: None,
            guess: None,
            guessed: None,
            misfits: 0,
            spelling: None,
            complained: false,
            last: Micros::MIN,
            generation: 0,
        });
        self.by_topic.insert(topic.into(), slot);
        Some(slot)
    }

    /// The description has the value no more.
    fn vanish(&mut self, slot: u32, context: &mut Context<'_>) {
        let slot = &mut self.slots[slot as usize];
        if !std::mem::take(&mut slot.live) {
            return;
        }
        for point in [slot.point.take(), slot.target.take()].into_iter().flatten() {
            self.by_point.remove(&point);
            context.forget_point(point);
        }
        slot.guess = None;
        slot.guessed = None;
        context.reroute(&*slot.topic);
        context.reroute(format!("{}/$target", slot.topic));
    }

    /// The device was removed.
    pub(super) fn remove(&mut self, device: u32, context: &mut Context<'_>) {
        let it = &mut self.devices[device as usize];
        it.alerts.clear();
        it.remarks.clear();
        it.told.clear();
        it.shown_as = None;
        let slots: Vec<u32> = std::mem::take(&mut it.slots).into_values().flatten().collect();
        if !std::mem::take(&mut it.shown) {
            return;
        }
        let ix = it.ix;
        for slot in slots {
            self.vanish(slot, context);
        }
        if let Some(ix) = ix {
            context.forget_device(ix);
        }
    }

    /// Makes one device part of the tree of another.
    pub(super) fn join_tree(&mut self, device: u32, root: Option<u32>) {
        let root = root.filter(|root| *root != device);
        let former = std::mem::replace(&mut self.devices[device as usize].tree, root);
        if former == root {
            return;
        }
        if let Some(former) = former {
            self.devices[former as usize]
                .children
                .retain(|child| *child != device);
        }
        if let Some(root) = root {
            self.devices[root as usize].children.push(device);
        }
    }

    /// A point that is no property.
    pub(super) fn remark(
        &mut self,
        device: u32,
        desc: PointDesc,
        context: &mut Context<'_>,
    ) -> Option<PointIx> {
        let it = &mut self.devices[device as usize];
        let ix = it.ix.filter(|_| it.shown)?;
        if let Some(&point) = it.remarks.get(desc.key.as_str()) {
            return Some(point);
        }
        if it.remarks.len() >= MOST_REMARKS {
            return None;
        }
        let key = desc.key.as_str().into();
        let point = context.point(ix, desc)?;
        it.remarks.insert(key, point);
        Some(point)
    }

    /// Tells something of a device once.
    pub(super) fn tell_once(
        &mut self,
        device: u32,
        topic: &str,
        kind: DiagnosisKind,
        text: String,
        context: &mut Context<'_>,
    ) {
        let it = &mut self.devices[device as usize];
        if it.told.len() < MOST_REMARKS && it.told.insert(text.clone()) {
            context.diagnose(it.ix.filter(|_| it.shown), topic, kind, text);
        }
    }
}
