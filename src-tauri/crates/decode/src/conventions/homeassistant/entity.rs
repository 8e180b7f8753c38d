//! What is known of an announced entity.

use rustc_hash::FxHashMap;

use super::availability::{Availability, Group};
use super::feeds::FeedId;
use crate::{DeviceIx, PointIx};

/// An entity as it was last announced.
pub(super) struct Entity {
    pub(super) component: String,
    /// Discovery identity within the component.
    pub(super) id: String,
    /// `unique_id` where it has one.
    pub(super) unique: Option<String>,
    /// The config topic that manages it; none while it moves from one form to the other.
    pub(super) owner: Option<Box<str>>,
    /// Fingerprint of its config and its device's, to tell a repetition from a change.
    pub(super) fingerprint: u64,
    pub(super) device: DeviceIx,
    pub(super) points: Vec<PointIx>,
    pub(super) feeds: Vec<FeedId>,
    pub(super) silent: Vec<String>,
    pub(super) group: Option<usize>,
    /// What was last told of its points.
    pub(super) available: bool,
    /// Where a cover is, 0 … 100.
    pub(super) position: Option<f64>,
}

/// The entities of a device.
#[derive(Default)]
pub(super) struct DeviceState {
    pub(super) key: String,
    pub(super) entities: Vec<usize>,
    /// What was last told; devices are online until they say otherwise.
    pub(super) offline: bool,
}

/// All entities, devices and availabilities.
#[derive(Default)]
pub(super) struct Book {
    pub(super) entities: Vec<Option<Entity>>,
    free: Vec<usize>,
    by_id: FxHashMap<(String, String), usize>,
    by_unique: FxHashMap<(String, String), usize>,
    pub(super) devices: FxHashMap<DeviceIx, DeviceState>,
    pub(super) groups: Vec<Option<Group>>,
    group_of: FxHashMap<Availability, usize>,
    free_groups: Vec<usize>,
}

impl Book {
    pub(super) fn get(&self, ix: usize) -> Option<&Entity> {
        self.entities.get(ix)?.as_ref()
    }

    pub(super) fn get_mut(&mut self, ix: usize) -> Option<&mut Entity> {
        self.entities.get_mut(ix)?.as_mut()
    }

    pub(super) fn by_id(&self, component: &str, id: &str) -> Option<usize> {
        self.by_id.get(&(component.to_owned(), id.to_owned())).copied()
    }

    pub(super) fn by_unique(&self, component: &str, unique: &str) -> Option<usize> {
        self.by_unique
            .get(&(component.to_owned(), unique.to_owned()))
            .copied()
    }

    /// A place for an entity that is about to be put.
    pub(super) fn reserve(&mut self) -> usize {
        self.free.pop().unwrap_or_else(|| {
            self.entities.push(None);
            self.entities.len() - 1
        })
    }

    pub(super) fn put(&mut self, ix: usize, entity: Entity) {
        let component = || entity.component.clone();
        self.by_id.insert((component(), entity.id.clone()), ix);
        if let Some(unique) = &entity.unique {
            self.by_unique.insert((component(), unique.clone()), ix);
        }
        let device = self.devices.entry(entity.device).or_default();
        if !device.entities.contains(&ix) {
            device.entities.push(ix);
        }
        self.entities[ix] = Some(entity);
    }

    /// Takes an entity out; its place stays reserved until [`Book::release`] or [`Book::put`].
    pub(super) fn take(&mut self, ix: usize) -> Option<Entity> {
        let entity = self.entities.get_mut(ix)?.take()?;
        self.by_id.remove(&(entity.component.clone(), entity.id.clone()));
        if let Some(unique) = &entity.unique {
            self.by_unique.remove(&(entity.component.clone(), unique.clone()));
        }
        if let Some(device) = self.devices.get_mut(&entity.device) {
            device.entities.retain(|known| *known != ix);
        }
        Some(entity)
    }

    pub(super) fn release(&mut self, ix: usize) {
        self.free.push(ix);
    }

    /// The group of an availability and whether it is new.
    pub(super) fn join(&mut self, availability: &Availability, entity: usize) -> (usize, bool) {
        let (ix, new) = if let Some(ix) = self.group_of.get(availability) {
            (*ix, false)
        } else {
            let ix = self.free_groups.pop().unwrap_or_else(|| {
                self.groups.push(None);
                self.groups.len() - 1
            });
            self.groups[ix] = Some(Group::new(availability.clone()));
            self.group_of.insert(availability.clone(), ix);
            (ix, true)
        };
        if let Some(group) = &mut self.groups[ix] {
            group.members.push(entity);
        }
        (ix, new)
    }

    /// An entity leaves a group; the feeds of a group that nobody is in any more.
    pub(super) fn leave(&mut self, ix: usize, entity: usize) -> Vec<FeedId> {
        let Some(group) = self.groups.get_mut(ix).and_then(Option::as_mut) else {
            return Vec::new();
        };
        // Once: an entity that is announced anew has joined again before it leaves.
        if let Some(at) = group.members.iter().position(|known| *known == entity) {
            group.members.swap_remove(at);
        }
        if !group.members.is_empty() {
            return Vec::new();
        }
        let feeds = std::mem::take(&mut group.feeds);
        self.group_of.remove(&group.of.clone());
        self.groups[ix] = None;
        self.free_groups.push(ix);
        feeds
    }

    /// Whether an entity is there, by its own availability.
    pub(super) fn is_available(&self, entity: &Entity) -> bool {
        entity
            .group
            .and_then(|ix| self.groups.get(ix)?.as_ref())
            .is_none_or(Group::available)
    }
}
