//! What is known of an edge node and the devices behind it.

use rustc_hash::FxHashMap;

use super::datatype::DataType;
use super::flatten::{Definitions, Member};
use super::life::Life;
use super::proto::Metric;
use super::rebirth::Rebirth;
use crate::{DeviceIx, PointIx};

/// An edge node.
pub(super) struct Node {
    pub(super) group: Box<str>,
    pub(super) edge: Box<str>,
    pub(super) life: Life,
    pub(super) rebirth: Rebirth,
    /// The node itself first, then its devices in the order in which they were heard of.
    pub(super) slots: Vec<Slot>,
    by_device: FxHashMap<Box<str>, u32>,
    pub(super) definitions: Definitions,
    /// It writes negative numbers no wider than their type, and reads none that are wider.
    pub(super) narrow: bool,
    /// It writes 32-bit unsigned numbers into the field of 32 bits, and may read none from that of 64.
    pub(super) short: bool,
    /// It was told that another host is in charge.
    pub(super) told_passive: bool,
    /// It was told that its clock is wrong.
    pub(super) told_clock: bool,
}

/// The node itself, or a device behind it.
#[derive(Default)]
pub(super) struct Slot {
    /// Device id; none for the node itself.
    pub(super) id: Option<Box<str>>,
    pub(super) device: Option<DeviceIx>,
    pub(super) online: bool,
    /// It was born since the node's last birth.
    pub(super) born: bool,
    pub(super) entries: Vec<Entry>,
    by_name: FxHashMap<Box<str>, u32>,
    by_alias: FxHashMap<u64, Alias>,
}

/// A metric that was announced, or heard of by name before its birth.
pub(super) struct Entry {
    pub(super) name: Box<str>,
    pub(super) alias: Option<u64>,
    pub(super) datatype: DataType,
    pub(super) transient: bool,
    pub(super) writable: bool,
    pub(super) target: Target,
    pub(super) member: Option<Box<Member>>,
}

/// What a metric's values go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    Point(PointIx),
    /// A point that is pressed and holds no value.
    Button(PointIx),
    /// A template instance: its members are entries of their own.
    Template,
    /// Known, but no value for people (`bdSeq`).
    Nothing,
}

/// What an alias stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Alias {
    Entry(u32),
    /// Two metrics of one birth have it, so it says nothing.
    Ambiguous,
}

/// How a metric of a data message was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// Slot and entry.
    Entry(u32, u32),
    /// The name is not known.
    UnknownName,
    /// The alias is not known, or means several things.
    UnknownAlias,
}

impl Node {
    /// A node that was only heard of.
    pub(super) fn new(group: &str, edge: &str) -> Self {
        Self {
            group: group.into(),
            edge: edge.into(),
            life: Life::default(),
            rebirth: Rebirth::default(),
            slots: vec![Slot::default()],
            by_device: FxHashMap::default(),
            definitions: Definitions::default(),
            narrow: false,
            short: false,
            told_passive: false,
            told_clock: false,
        }
    }

    /// The slot of a device, made where it is new; 0 is the node itself.
    pub(super) fn slot(&mut self, device: Option<&str>) -> u32 {
        let Some(id) = device else { return 0 };
        if let Some(&slot) = self.by_device.get(id) {
            return slot;
        }
        let slot = self.slots.len() as u32;
        self.slots.push(Slot {
            id: Some(id.into()),
            ..Slot::default()
        });
        self.by_device.insert(id.into(), slot);
        slot
    }

    /// Finds the metric of a data message: by name in its own slot, else by alias, first in its own slot (some number per device), then in the
    /// whole node (as the specification has it).
    pub(super) fn find(&self, slot: u32, metric: &Metric) -> Found {
        let own = &self.slots[slot as usize];
        if let Some(name) = metric.name.as_deref().filter(|name| !name.is_empty()) {
            return match own.by_name.get(name) {
                Some(&entry) => Found::Entry(slot, entry),
                None => Found::UnknownName,
            };
        }
        let Some(alias) = metric.alias else {
            return Found::UnknownAlias;
        };
        match own.by_alias.get(&alias) {
            Some(Alias::Entry(entry)) => return Found::Entry(slot, *entry),
            Some(Alias::Ambiguous) => return Found::UnknownAlias,
            None => {}
        }
        let mut others = self
            .slots
            .iter()
            .enumerate()
            .filter_map(|(ix, slot)| slot.by_alias.get(&alias).map(|found| (ix as u32, *found)));
        match (others.next(), others.next()) {
            (Some((ix, Alias::Entry(entry))), None) => Found::Entry(ix, entry),
            _ => Found::UnknownAlias,
        }
    }
}

impl Slot {
    /// Forgets all metrics before a birth; the entries are returned, so that points that are gone can be told.
    pub(super) fn clear(&mut self) -> Vec<Entry> {
        self.by_name.clear();
        self.by_alias.clear();
        std::mem::take(&mut self.entries)
    }

    /// Forgets the aliases: the node was born anew and gives them out again.
    pub(super) fn clear_aliases(&mut self) {
        self.by_alias.clear();
    }

    /// The alias that an entry can be addressed by: one that is its own, of the birth that holds now.
    pub(super) fn alias_of(&self, entry: u32) -> Option<u64> {
        let alias = self.entries.get(entry as usize)?.alias?;
        (self.by_alias.get(&alias) == Some(&Alias::Entry(entry))).then_some(alias)
    }

    /// The entry of a name.
    pub(super) fn named(&self, name: &str) -> Option<u32> {
        self.by_name.get(name).copied()
    }

    /// Adds a metric; `false` where its alias is one that another metric of the slot has already.
    pub(super) fn add(&mut self, entry: Entry) -> bool {
        let ix = self.entries.len() as u32;
        let mut clean = true;
        if let Some(alias) = entry.alias {
            let known = self.by_alias.entry(alias).or_insert(Alias::Entry(ix));
            if *known != Alias::Entry(ix) {
                *known = Alias::Ambiguous;
                clean = false;
            }
        }
        self.by_name.insert(entry.name.clone(), ix);
        self.entries.push(entry);
        clean
    }
}
