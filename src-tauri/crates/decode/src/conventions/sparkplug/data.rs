//! NDATA and DDATA: what has changed.

use hearthline_model::{HOUR, Micros, Quality, Value};

use super::datatype::{self, DataType};
use super::flatten::{self, Leaf};
use super::node::{Found, Target};
use super::proto::{Metric, MetricValue, Payload};
use super::sequence::Seen;
use super::{Sparkplug, describe, property, set_online};
use crate::{Context, DiagnosisKind, Message, Reading};

/// Milliseconds before which no device of ours was built: a clock that was never set.
const CLOCK_UNSET: u64 = 978_307_200_000;

/// Most metrics of a device to which ones are added without a birth.
const MOST_UNBORN: usize = 10_000;

/// What went wrong within one message; told once for all of its metrics.
#[derive(Debug, Default)]
pub(super) struct Trouble {
    unknown_names: u32,
    unknown_aliases: u32,
    wrong_type: Option<String>,
    clock: bool,
}

impl Trouble {
    /// Without what only another birth could mend.
    pub(super) fn of_birth(self) -> Self {
        Self {
            unknown_names: 0,
            unknown_aliases: 0,
            ..self
        }
    }
}

impl Sparkplug {
    pub(super) fn data(
        &mut self,
        node_ix: u32,
        slot_ix: u32,
        payload: &Payload,
        message: &Message<'_>,
        context: &mut Context<'_>,
    ) {
        let node = &mut self.nodes[node_ix as usize];
        node.life.heard();
        if node.life.sequence.next(payload.seq, message.at) == Seen::Gap {
            let device = node.slots[slot_ix as usize].device;
            context.diagnose(
                device,
                message.topic,
                DiagnosisKind::Sequence,
                "messages are missing before this one",
            );
        }
        let node_born = node.life.born;
        if !node_born {
            node.rebirth
                .want(|| "it sent data, but its birth was not heard".to_owned());
        } else if !node.slots[slot_ix as usize].born {
            node.rebirth
                .want(|| "a device sent data, but its birth was not heard".to_owned());
        }
        self.appear(node_ix, slot_ix, message.at, context);
        let mut trouble = Trouble::default();
        for metric in &payload.metrics {
            self.metric(node_ix, slot_ix, metric, payload, message, context, &mut trouble);
        }
        self.tell(node_ix, slot_ix, &trouble, message, context);
    }

    /// Makes sure that the node and the device are known and online: who speaks is there.
    pub(super) fn appear(&mut self, node_ix: u32, slot_ix: u32, at: Micros, context: &mut Context<'_>) {
        for ix in [0, slot_ix] {
            let node = &mut self.nodes[node_ix as usize];
            let slot = &mut node.slots[ix as usize];
            if slot.device.is_none() {
                slot.device =
                    context.device(describe::device(&node.group, &node.edge, slot.id.as_deref(), &[]));
                if ix == 0 {
                    self.add_rebirth(node_ix, context);
                }
            }
            set_online(
                &mut self.nodes[node_ix as usize].slots[ix as usize],
                true,
                at,
                context,
            );
        }
    }

    pub(super) fn tell(
        &mut self,
        node_ix: u32,
        slot_ix: u32,
        trouble: &Trouble,
        message: &Message<'_>,
        context: &mut Context<'_>,
    ) {
        let node = &mut self.nodes[node_ix as usize];
        let device = node.slots[slot_ix as usize].device;
        if trouble.unknown_aliases > 0 {
            let count = trouble.unknown_aliases;
            node.rebirth
                .want(|| format!("{count} metrics came by an alias that no birth has told"));
            let text =
                format!("{count} metrics come by an alias that no birth has told; they cannot be shown yet");
            context.diagnose(device, message.topic, DiagnosisKind::Sequence, text);
        }
        if trouble.unknown_names > 0 {
            node.rebirth
                .want(|| format!("{} metrics are in no birth", trouble.unknown_names));
        }
        if let Some(text) = &trouble.wrong_type {
            context.diagnose(device, message.topic, DiagnosisKind::WrongType, text);
        }
        if trouble.clock && !std::mem::replace(&mut node.told_clock, true) {
            let text = "the clock of the edge node is wrong; the time of arrival is used";
            context.diagnose(device, message.topic, DiagnosisKind::Clock, text);
        }
    }

    /// One metric of a birth or data message.
    #[allow(clippy::too_many_arguments)] // they are one message's surroundings; a struct for two callers would say less
    pub(super) fn metric(
        &mut self,
        node_ix: u32,
        slot_ix: u32,
        metric: &Metric,
        payload: &Payload,
        message: &Message<'_>,
        context: &mut Context<'_>,
        trouble: &mut Trouble,
    ) {
        let (slot_ix, entry_ix) = match self.nodes[node_ix as usize].find(slot_ix, metric) {
            Found::Entry(slot, entry) => (slot, entry),
            Found::UnknownAlias => {
                trouble.unknown_aliases += 1;
                return;
            }
            Found::UnknownName => {
                if flatten::is_definition(metric) || !metric.name.as_deref().is_some_and(flatten::is_name) {
                    return;
                }
                trouble.unknown_names += 1;
                if !self.add_unborn(node_ix, slot_ix, metric, context) {
                    return;
                }
                let Found::Entry(slot, entry) = self.nodes[node_ix as usize].find(slot_ix, metric) else {
                    return;
                };
                (slot, entry)
            }
        };
        let entry = &self.nodes[node_ix as usize].slots[slot_ix as usize].entries[entry_ix as usize];
        match entry.target {
            Target::Nothing | Target::Button(_) => {}
            Target::Template => {
                let name = entry.name.clone();
                self.members(
                    node_ix, slot_ix, &name, metric, payload, message, context, trouble,
                );
            }
            Target::Point(point) => {
                if metric.is_transient == Some(true) && !entry.transient {
                    self.make_transient(node_ix, slot_ix, entry_ix, context);
                }
                let entry = &self.nodes[node_ix as usize].slots[slot_ix as usize].entries[entry_ix as usize];
                let mut quality = property::quality(metric.properties.as_deref()).unwrap_or_default();
                let sent = metric.value.as_ref().filter(|_| metric.is_null != Some(true));
                let value = match sent.map(|sent| datatype::value(entry.datatype, sent)) {
                    None => Value::Null,
                    Some(Some(value)) => value,
                    Some(None) => {
                        quality = Quality::Bad;
                        trouble.wrong_type.get_or_insert_with(|| {
                            let name = crate::decoder::shortened(&entry.name, 64);
                            format!(
                                "the value of \"{name}\" is no {:?}, which its birth told",
                                entry.datatype
                            )
                        });
                        Value::Null
                    }
                };
                let (at, wrong) = time(metric.timestamp, payload.timestamp, message.at);
                trouble.clock |= wrong;
                context.reading(Reading {
                    point,
                    at,
                    received: message.at,
                    value,
                    quality,
                    historical: metric.is_historical == Some(true),
                });
            }
        }
    }

    /// The members that a template instance carries; the others keep their values.
    #[allow(clippy::too_many_arguments)] // as above
    fn members(
        &mut self,
        node_ix: u32,
        slot_ix: u32,
        name: &str,
        metric: &Metric,
        payload: &Payload,
        message: &Message<'_>,
        context: &mut Context<'_>,
        trouble: &mut Trouble,
    ) {
        let Some(MetricValue::Template(template)) = &metric.value else {
            return;
        };
        // An instance that was null in its birth tells its members only now.
        let born = self.nodes[node_ix as usize].slots[slot_ix as usize].born;
        let unknown = trouble.unknown_names;
        if born
            && template
                .metrics
                .iter()
                .any(|member| self.is_new(node_ix, slot_ix, name, member))
        {
            let named = Metric {
                name: Some(name.to_owned()),
                ..metric.clone()
            };
            self.add_unborn(node_ix, slot_ix, &named, context);
        }
        // The depth of the wire is bounded by the parser, and names that grew too long are not known.
        for member in &template.metrics {
            let Some(own) = member.name.as_deref().filter(|own| flatten::is_name(own)) else {
                continue;
            };
            if name.len() > 8 * 1024 {
                return;
            }
            let named = Metric {
                name: Some(format!("{name}/{own}")),
                alias: None,
                timestamp: member.timestamp.or(metric.timestamp),
                is_historical: member.is_historical.or(metric.is_historical),
                ..member.clone()
            };
            self.metric(node_ix, slot_ix, &named, payload, message, context, trouble);
        }
        if born {
            trouble.unknown_names = unknown;
        }
    }

    /// Whether a member of an instance is in no birth and was not heard of.
    fn is_new(&self, node_ix: u32, slot_ix: u32, instance: &str, member: &Metric) -> bool {
        let slot = &self.nodes[node_ix as usize].slots[slot_ix as usize];
        member
            .name
            .as_deref()
            .is_some_and(|own| flatten::is_name(own) && slot.named(&format!("{instance}/{own}")).is_none())
    }

    /// A metric that comes by name before its birth: it is shown as far as it tells. `false` where it tells nothing.
    fn add_unborn(&mut self, node_ix: u32, slot_ix: u32, metric: &Metric, context: &mut Context<'_>) -> bool {
        if self.nodes[node_ix as usize].slots[slot_ix as usize].entries.len() >= MOST_UNBORN {
            return false;
        }
        let definitions = std::mem::take(&mut self.nodes[node_ix as usize].definitions);
        let mut instances = Vec::new();
        let leaves: Vec<Leaf<'_>> =
            flatten::flatten(std::slice::from_ref(metric), &definitions, &mut instances);
        for (name, alias) in instances {
            let slot = &mut self.nodes[node_ix as usize].slots[slot_ix as usize];
            if slot.named(&name).is_some() {
                continue;
            }
            slot.add(super::node::Entry {
                name: name.into(),
                alias,
                datatype: DataType::Template,
                transient: false,
                writable: false,
                target: Target::Template,
                member: None,
            });
        }
        let mut added = false;
        for leaf in &leaves {
            let known = self.nodes[node_ix as usize].slots[slot_ix as usize]
                .named(&leaf.name)
                .is_some();
            if !known && leaf.datatype != DataType::Unknown {
                let name = describe::names(std::iter::once(leaf.name.as_str()))
                    .pop()
                    .unwrap_or_default();
                self.add(node_ix, slot_ix, leaf, name, context);
                added = true;
            }
        }
        self.nodes[node_ix as usize].definitions = definitions;
        added
    }

    /// A metric says only now that it is not to be stored.
    fn make_transient(&mut self, node_ix: u32, slot_ix: u32, entry_ix: u32, context: &mut Context<'_>) {
        let slot = &mut self.nodes[node_ix as usize].slots[slot_ix as usize];
        let entry = &mut slot.entries[entry_ix as usize];
        entry.transient = true;
        if let (Some(device), Target::Point(point)) = (slot.device, entry.target)
            && let Some(desc) = context.point_desc(point)
        {
            let mut desc = (**desc).clone();
            desc.transient = true;
            context.point(device, desc);
        }
    }
}

/// The metric's time, else the payload's, and whether it cannot be: before this century or more than an hour ahead. Then, and where there is
/// none, it is that of arrival. Zero is a time that was left out.
fn time(metric: Option<u64>, payload: Option<u64>, arrival: Micros) -> (Micros, bool) {
    let Some(ms) = [metric, payload].into_iter().flatten().find(|&ms| ms != 0) else {
        return (arrival, false);
    };
    match i64::try_from(ms).ok().and_then(|ms| ms.checked_mul(1000)) {
        Some(at) if ms >= CLOCK_UNSET && at <= arrival.saturating_add(HOUR) => (at, false),
        _ => (arrival, true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_exact_believable_time_counts() {
        const NOW: Micros = 1_795_000_000_000_000;
        let (good, now, ahead) = (
            1_794_999_999_000,
            1_795_000_000_000,
            1_795_000_000_000 + 3_600_001,
        );
        for (metric, payload, want) in [
            (None, None, (NOW, false)),
            (Some(0), None, (NOW, false)),
            (Some(0), Some(good), (good as i64 * 1000, false)),
            (Some(good), Some(now), (good as i64 * 1000, false)),
            (Some(1000), Some(good), (NOW, true)),
            (Some(ahead), None, (NOW, true)),
            (Some(now + 60_000), None, (NOW + 60_000_000, false)),
            // Microseconds by mistake, and what no clock says.
            (Some(good * 1000), None, (NOW, true)),
            (Some(u64::MAX), Some(u64::MAX), (NOW, true)),
        ] {
            assert_eq!(time(metric, payload, NOW), want, "{metric:?} {payload:?}");
        }
    }
}
