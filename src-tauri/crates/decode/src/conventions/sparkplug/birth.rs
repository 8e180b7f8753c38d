//! NBIRTH and DBIRTH: what there is.

use hearthline_model::Kind;
use rustc_hash::FxHashSet;

use super::data::Trouble;
use super::datatype::DataType;
use super::encode::{self, REBIRTH};
use super::flatten::{self, Leaf};
use super::node::{Entry, Target};
use super::proto::{Metric, MetricValue, Payload};
use super::{Sparkplug, bd_seq, describe, set_online};
use crate::{Context, DiagnosisKind, Message, PointIx};

impl Sparkplug {
    pub(super) fn node_birth(
        &mut self,
        node_ix: u32,
        payload: &Payload,
        message: &Message<'_>,
        context: &mut Context<'_>,
    ) {
        let node = &mut self.nodes[node_ix as usize];
        let bd = bd_seq(node, named_only(&payload.metrics));
        node.life.birth(bd, payload.seq);
        node.rebirth.born();
        node.told_passive = false;
        node.definitions = flatten::definitions(&payload.metrics);
        for slot in &mut node.slots {
            slot.clear_aliases();
        }
        // Its devices are unknown again until each is born.
        for slot in &mut node.slots[1..] {
            slot.born = false;
            set_online(slot, false, message.at, context);
        }
        self.describe(node_ix, 0, payload, message, context);
    }

    pub(super) fn device_birth(
        &mut self,
        node_ix: u32,
        slot: u32,
        payload: &Payload,
        message: &Message<'_>,
        context: &mut Context<'_>,
    ) {
        let node = &mut self.nodes[node_ix as usize];
        node.life.heard();
        node.life.sequence.next(payload.seq, message.at);
        if !node.life.born {
            node.rebirth
                .want(|| "a device was born before its edge node".to_owned());
            self.appear(node_ix, 0, message.at, context);
        }
        self.describe(node_ix, slot, payload, message, context);
    }

    /// Describes a slot's device and points anew, and emits the values of the birth.
    fn describe(
        &mut self,
        node_ix: u32,
        slot_ix: u32,
        payload: &Payload,
        message: &Message<'_>,
        context: &mut Context<'_>,
    ) {
        let node = &mut self.nodes[node_ix as usize];
        let definitions = std::mem::take(&mut node.definitions);
        let mut instances = Vec::new();
        let leaves = flatten::flatten(&payload.metrics, &definitions, &mut instances);
        let slot = &mut node.slots[slot_ix as usize];
        slot.born = true;
        let desc = describe::device(&node.group, &node.edge, slot.id.as_deref(), &leaves);
        slot.device = context.device(desc);
        let Some(device) = slot.device else {
            node.definitions = definitions;
            return;
        };
        if payload
            .metrics
            .iter()
            .any(|metric| !metric.name.as_deref().is_some_and(flatten::is_name))
        {
            let text = "the birth has metrics without a usable name; they were left out";
            context.diagnose(
                Some(device),
                message.topic,
                DiagnosisKind::InvalidDescription,
                text,
            );
        }
        let former: Vec<(Box<str>, PointIx)> = slot
            .clear()
            .into_iter()
            .filter_map(|entry| match entry.target {
                Target::Point(point) | Target::Button(point) => Some((entry.name, point)),
                Target::Template | Target::Nothing => None,
            })
            .collect();
        let mut clean = true;
        for (name, alias) in instances {
            clean &= slot.add(Entry {
                name: name.into(),
                alias,
                datatype: DataType::Template,
                transient: false,
                writable: false,
                target: Target::Template,
                member: None,
            });
        }
        let names = describe::names(leaves.iter().map(|leaf| leaf.name.as_str()));
        let mut seen = FxHashSet::default();
        for (leaf, name) in leaves.iter().zip(names) {
            // The same name twice is one metric; the last one's value counts.
            if seen.insert(leaf.name.as_str()) {
                clean &= self.add(node_ix, slot_ix, leaf, name, context);
            }
        }
        if slot_ix == 0 {
            self.add_rebirth(node_ix, context);
        }
        let slot = &mut self.nodes[node_ix as usize].slots[slot_ix as usize];
        for (name, point) in former {
            if slot.named(&name).is_none() {
                self.points.remove(&point);
                context.forget_point(point);
            }
        }
        if !clean {
            let text = "several metrics of the birth have the same alias; their values are used only where they come by name";
            context.diagnose(
                Some(device),
                message.topic,
                DiagnosisKind::InvalidDescription,
                text,
            );
        }
        set_online(slot, true, message.at, context);
        self.nodes[node_ix as usize].narrow |= payload.metrics.iter().any(encode::is_narrow);
        self.nodes[node_ix as usize].short |= payload.metrics.iter().any(encode::is_short);
        let mut trouble = Trouble::default();
        for metric in &payload.metrics {
            self.metric(node_ix, slot_ix, metric, payload, message, context, &mut trouble);
        }
        // What a birth leaves unknown, no other birth would tell.
        self.tell(node_ix, slot_ix, &trouble.of_birth(), message, context);
        self.parameters(node_ix, slot_ix, &leaves, payload, message, context);
        self.nodes[node_ix as usize].definitions = definitions;
    }

    /// Adds an entry and its point; `false` where its alias was there already.
    pub(super) fn add(
        &mut self,
        node_ix: u32,
        slot_ix: u32,
        leaf: &Leaf<'_>,
        name: String,
        context: &mut Context<'_>,
    ) -> bool {
        let node = &mut self.nodes[node_ix as usize];
        let slot = &mut node.slots[slot_ix as usize];
        let Some(device) = slot.device else { return true };
        let entry_ix = slot.entries.len() as u32;
        let mut entry = Entry {
            name: leaf.name.as_str().into(),
            alias: leaf.alias,
            datatype: leaf.datatype,
            transient: leaf.transient,
            writable: false,
            target: Target::Nothing,
            member: leaf.member.clone().map(Box::new),
        };
        if !leaf.name.eq_ignore_ascii_case("bdSeq") {
            let topic = encode::data_topic(&node.group, &node.edge, slot.id.as_deref());
            let mut desc = describe::point(leaf, name, topic);
            // A member of a nested template cannot be addressed.
            if leaf.member.is_none() && leaf.metric.is_none() {
                desc.command = None;
            }
            entry.writable = desc.command.is_some();
            let button = desc.kind == Kind::Action;
            let Some(point) = context.point(device, desc) else {
                return true;
            };
            entry.target = if button {
                Target::Button(point)
            } else {
                Target::Point(point)
            };
            self.points.insert(point, (node_ix, slot_ix, entry_ix));
        }
        slot.add(entry)
    }

    /// The button that asks an edge node for its births; every node must know it, also where its birth forgets to say so.
    pub(super) fn add_rebirth(&mut self, node_ix: u32, context: &mut Context<'_>) {
        if self.nodes[node_ix as usize].slots[0].named(REBIRTH).is_some() {
            return;
        }
        let leaf = Leaf {
            name: REBIRTH.to_owned(),
            alias: None,
            datatype: DataType::Boolean,
            properties: None,
            transient: false,
            metric: Some(&Metric::default()),
            parameter: None,
            member: None,
        };
        self.add(node_ix, 0, &leaf, "Rebirth".to_owned(), context);
    }

    /// The values of template parameters, which births alone carry.
    fn parameters(
        &mut self,
        node_ix: u32,
        slot_ix: u32,
        leaves: &[Leaf<'_>],
        payload: &Payload,
        message: &Message<'_>,
        context: &mut Context<'_>,
    ) {
        for leaf in leaves {
            if let Some(value) = &leaf.parameter {
                let metric = Metric {
                    name: Some(leaf.name.clone()),
                    value: Some(value.clone()),
                    ..Metric::default()
                };
                self.metric(
                    node_ix,
                    slot_ix,
                    &metric,
                    payload,
                    message,
                    context,
                    &mut Trouble::default(),
                );
            }
        }
    }
}

/// A birth has many whole numbers, so its bdSeq goes by name alone.
fn named_only(metrics: &[Metric]) -> &[Metric] {
    let named = metrics
        .iter()
        .position(|metric| {
            metric
                .name
                .as_deref()
                .is_some_and(|name| name.eq_ignore_ascii_case("bdSeq"))
        })
        .filter(|&ix| {
            matches!(
                metrics[ix].value,
                Some(MetricValue::Int(_) | MetricValue::Long(_))
            )
        });
    named.map_or(&[], |ix| &metrics[ix..=ix])
}
