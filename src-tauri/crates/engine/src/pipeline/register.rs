//! Lasting ids for what was described in a batch: one transaction, however many points are new.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::hash::Hash;

use hearthline_alarm::limits_of;
use hearthline_alarm::rules::{counts, layered};
use hearthline_decode::{DeviceIx, Event, PointIx};
use hearthline_history::{Anchor, Error, KeptDevice, KeptPoint, Registrar};
use hearthline_model::{AlarmId, AlarmKey, BrokerId, Condition, DeviceId, Micros, Place, PlaceId, PointId};
use rustc_hash::{FxHashMap, FxHashSet};

use super::Pipeline;
use super::held::Unwritten;
use super::intake::{Intake, PointRef};
use crate::clock;
use crate::world::place_of;

/// What registering one description came to, in the order of the events.
pub(super) enum Registered {
    /// A device.
    Device(Box<RegisteredDevice>),
    /// A point, and the id that its number had before, where that was another one.
    Point(KeptPoint, Option<PointId>),
    /// Its device is unknown: it was described by nobody.
    Nothing,
}

/// A device that was registered.
pub(super) struct RegisteredDevice {
    pub(super) kept: KeptDevice,
    /// Where it goes, and the places made or met on the way there.
    pub(super) place: Option<PlaceId>,
    pub(super) places: Vec<Place>,
    /// The id that its number had before, where that was another one.
    pub(super) former: Option<DeviceId>,
}

/// Whose ids are whose after the events so far.
#[derive(Default)]
struct Changes {
    all: Vec<Registered>,
    anchors: FxHashMap<(BrokerId, DeviceIx), Anchor>,
    refs: FxHashMap<(BrokerId, PointIx), PointId>,
    devices: FxHashMap<DeviceId, Option<(BrokerId, DeviceIx)>>,
    points: FxHashMap<PointId, Option<(BrokerId, PointIx)>>,
    /// Descriptions that find no room in the registry.
    crowded: u64,
}

/// Descriptions of one batch that the file may refuse one by one.
const MOST_REFUSED: usize = 32;

/// Whose conditions: device and, where they are a point's, the point.
pub(super) type Owner = (DeviceId, Option<PointId>);

/// What is known before a batch is registered.
struct Known<'a> {
    events: &'a [(BrokerId, Event)],
    intakes: &'a BTreeMap<BrokerId, Intake>,
    devices: &'a FxHashMap<DeviceId, (BrokerId, DeviceIx)>,
    points: &'a FxHashMap<PointId, (BrokerId, PointIx)>,
    /// Descriptions that the file refuses, by their place among the events.
    refused: FxHashSet<usize>,
    /// Where it is.
    at: Cell<usize>,
    /// Nothing can be written: only what is known already gets its id.
    recalls: bool,
}

impl Known<'_> {
    /// Goes through the events in their order. It may be tried again, so it changes nothing but the answer.
    fn register(&self, registrar: &mut Registrar<'_>) -> Result<Changes, Error> {
        let mut changes = Changes::default();
        for (ix, (broker, event)) in self.events.iter().enumerate() {
            self.at.set(ix);
            if self.refused.contains(&ix) {
                if matches!(event, Event::Device { .. } | Event::Point { .. }) {
                    changes.all.push(Registered::Nothing);
                }
                continue;
            }
            let anchor = |changes: &Changes, ix: DeviceIx| {
                let known = || self.intakes.get(broker)?.anchor(ix);
                changes.anchors.get(&(*broker, ix)).copied().or_else(known)
            };
            let id_of = |changes: &Changes, ix: PointIx| {
                let known = || Some(self.intakes.get(broker)?.point(ix)?.id);
                changes.refs.get(&(*broker, ix)).copied().or_else(known)
            };
            match event {
                Event::Device { device, desc } => {
                    let me = (*broker, *device);
                    let former = anchor(&changes, *device).map(|anchor| anchor.id);
                    let kept = registrar
                        .device(*broker, desc, &|id| {
                            owner(&changes.devices, self.devices, id).is_some_and(|other| other != me)
                        })
                        .and_then(|kept| match kept.moved {
                            Some((place, _)) => Ok((kept, (place, Vec::new()))),
                            None => Ok((kept, place_of(&desc.place, registrar)?)),
                        });
                    let Some((kept, (place, places))) = self.known(kept, &mut changes)? else {
                        changes.all.push(Registered::Nothing);
                        continue;
                    };
                    let former = former.filter(|former| *former != kept.at.id);
                    if let Some(former) = former {
                        release(&mut changes.devices, self.devices, former, me);
                    }
                    changes.devices.insert(kept.at.id, Some(me));
                    changes.anchors.insert(me, kept.at);
                    changes.all.push(Registered::Device(Box::new(RegisteredDevice {
                        kept,
                        place,
                        places,
                        former,
                    })));
                }
                Event::Point { point, device, desc } => {
                    let Some(at) = anchor(&changes, *device) else {
                        changes.all.push(Registered::Nothing);
                        continue;
                    };
                    let me = (*broker, *point);
                    let former = id_of(&changes, *point);
                    let kept = registrar.point(at, desc, &|id| {
                        owner(&changes.points, self.points, id).is_some_and(|other| other != me)
                    });
                    let Some(kept) = self.known(kept, &mut changes)? else {
                        changes.all.push(Registered::Nothing);
                        continue;
                    };
                    let former = former.filter(|former| *former != kept.id);
                    if let Some(former) = former {
                        release(&mut changes.points, self.points, former, me);
                    }
                    changes.points.insert(kept.id, Some(me));
                    changes.refs.insert(me, kept.id);
                    changes.all.push(Registered::Point(kept, former));
                }
                Event::DeviceGone(_) | Event::PointGone(_) if self.recalls => {}
                Event::DeviceGone(device) => {
                    if let Some(anchor) = anchor(&changes, *device) {
                        release(&mut changes.devices, self.devices, anchor.id, (*broker, *device));
                    }
                }
                Event::PointGone(point) => {
                    if let Some(id) = id_of(&changes, *point) {
                        release(&mut changes.points, self.points, id, (*broker, *point));
                    }
                }
                _ => {}
            }
        }
        Ok(changes)
    }

    /// None where an id would have to be written first, and nothing can be, or where the broker has no room for another one.
    fn known<T>(&self, found: Result<T, Error>, changes: &mut Changes) -> Result<Option<T>, Error> {
        match found {
            Err(Error::Crowded { .. }) => {
                changes.crowded += 1;
                Ok(None)
            }
            Err(Error::ReadOnly) if self.recalls => Ok(None),
            found => found.map(Some),
        }
    }
}

/// Ids come or go with it.
fn is_description(event: &Event) -> bool {
    matches!(
        event,
        Event::Device { .. } | Event::Point { .. } | Event::DeviceGone(_) | Event::PointGone(_)
    )
}

/// Whose an id is.
fn owner<K: Hash + Eq + Copy, V: Copy>(
    changed: &FxHashMap<K, Option<V>>,
    known: &FxHashMap<K, V>,
    id: K,
) -> Option<V> {
    match changed.get(&id) {
        Some(owner) => *owner,
        None => known.get(&id).copied(),
    }
}

/// An id is nobody's any more, if it was this one's.
fn release<K: Hash + Eq + Copy, V: Copy + Eq>(
    changed: &mut FxHashMap<K, Option<V>>,
    known: &FxHashMap<K, V>,
    id: K,
    of: V,
) {
    if owner(changed, known, id) == Some(of) {
        changed.insert(id, None);
    }
}

fn apply_changes<K: Hash + Eq, V>(known: &mut FxHashMap<K, V>, changes: FxHashMap<K, Option<V>>) {
    for (id, owner) in changes {
        match owner {
            Some(owner) => known.insert(id, owner),
            None => known.remove(&id),
        };
    }
}

impl Pipeline {
    /// Registers the descriptions among the events and binds their alarm conditions, so that the values that follow in
    /// the same batch are judged by them. Where history cannot be written (the second answer), only what is known already is among
    /// them.
    pub(super) fn register(&mut self) -> (Vec<Registered>, bool) {
        let described = self.events.iter().any(|(_, event)| is_description(event));
        if !described {
            return (Vec::new(), false);
        }
        let mut known = Known {
            events: &self.events,
            intakes: &self.intakes,
            devices: &self.devices,
            points: &self.points,
            refused: FxHashSet::default(),
            at: Cell::new(0),
            recalls: false,
        };
        let changes = loop {
            let (known_now, held) = (&known, &mut self.held);
            let written = held.write(&mut self.store, |store| {
                store.register(|registrar| known_now.register(registrar))
            });
            match written {
                Ok(changes) => break changes,
                Err(Unwritten::Waits) => {
                    known.recalls = true;
                    let known = &known;
                    break self
                        .store
                        .recall(|registrar| known.register(registrar))
                        .unwrap_or_default();
                }
                // Without the description that is refused; too many of them, and none of the rest is tried.
                Err(Unwritten::Refused) => {
                    let from = known.at.get();
                    if known.refused.len() < MOST_REFUSED && known.refused.insert(from) {
                        continue;
                    }
                    known.refused.extend(from..self.events.len());
                }
            }
        };
        let (refused, recalled) = (known.refused.len(), known.recalls);
        if refused > 0 {
            self.shared.note(
                "unregistered",
                format!("{refused} descriptions of devices could not be kept, because the history file refuses them; look into the log."),
                None,
            );
        }
        self.tell_crowded(changes.crowded);
        apply_changes(&mut self.devices, changes.devices);
        apply_changes(&mut self.points, changes.points);
        self.bind_described(&changes.all);
        (changes.all, recalled)
    }

    /// Tells how many descriptions found no room: not each time, for there may be thousands in a second.
    pub(super) fn tell_crowded(&mut self, more: u64) {
        let (before, now) = (self.crowded, self.crowded + more);
        self.crowded = now;
        if more > 0 && now.ilog2() != before.max(1).ilog2() || before == 0 && now > 0 {
            self.shared.note(
                "crowded",
                format!(
                    "{now} new devices and values were left out, because their broker has as many as the history keeps (100,000 \
                     devices, 1,000,000 values). Something makes up ever new ones: look for it in the explorer. What was known \
                     before goes on."
                ),
                None,
            );
        }
    }

    fn bind_described(&mut self, registered: &[Registered]) {
        let mut owners: Vec<(Owner, Vec<Condition>)> = Vec::new();
        let mut ids = registered.iter();
        let mut descs = FxHashMap::default();
        let (mut described_devices, mut described_points) = (Vec::new(), Vec::new());
        let mut moved = Vec::new();
        let mut beaten: Vec<(Owner, Owner)> = Vec::new();
        for (broker, event) in &self.events {
            let Some(intake) = self.intakes.get_mut(broker) else {
                continue;
            };
            match event {
                Event::Device { device, desc } => {
                    if let Some(Registered::Device(registered)) = ids.next() {
                        let anchor = registered.kept.at;
                        set(&mut intake.devices, device.0, anchor);
                        let losers = registered.kept.beaten.iter().chain(&registered.former);
                        beaten.extend(losers.map(|loser| ((*loser, None), (anchor.id, None))));
                        descs.insert(anchor.id, std::sync::Arc::clone(desc));
                        described_devices.push((anchor.id, std::sync::Arc::clone(desc)));
                    }
                }
                Event::Point { point, device, desc } => {
                    if let Some(Registered::Point(
                        KeptPoint {
                            id,
                            former,
                            beaten: losers,
                        },
                        _,
                    )) = ids.next()
                    {
                        set(
                            &mut intake.points,
                            point.0,
                            PointRef {
                                id: *id,
                                transient: desc.transient,
                            },
                        );
                        let Some(device) = intake.device(*device) else {
                            continue;
                        };
                        moved.extend(former.map(|former| (former, device, *id)));
                        let world = self.shared.world();
                        beaten.extend(losers.iter().filter_map(|loser| {
                            let (_, owner) = world.point_desc(*loser)?;
                            Some(((owner, Some(*loser)), (device, Some(*id))))
                        }));
                        drop(world);
                        let described = descs
                            .get(&device)
                            .cloned()
                            .or_else(|| self.shared.world().device_desc(device).cloned());
                        if let Some(described) = described {
                            described_points.push((device, *id, std::sync::Arc::clone(desc), described));
                        }
                    }
                }
                _ => {}
            }
        }
        let now = clock::now();
        for (former, device, id) in moved {
            self.hand_over((former, Some(id)), (device, Some(id)), now);
            self.bind_one(former, Some(id), &[], now);
            if let Some(own) = self.conditions.remove(&(former, Some(id))) {
                self.conditions.insert((device, Some(id)), own);
            }
        }
        for (loser, owner) in beaten {
            self.hand_over(loser, owner, now);
            if let Some(own) = self.conditions.get(&loser).cloned() {
                self.conditions.entry(owner).or_insert(own);
            }
        }
        for (device, id, desc, _) in &described_points {
            self.note_special_point(*device, *id, desc);
        }
        for (device, desc) in described_devices {
            owners.push(((device, None), self.device_defaults(&desc)));
        }
        {
            let world = self.shared.world();
            for (device, id, desc, described) in described_points {
                let conditions = self.default_of(&world, (device, id), &desc, &described);
                owners.push(((device, Some(id)), conditions));
            }
        }
        self.bind(owners);
    }

    /// At start: conditions of everything known, so that states of the last run go on.
    pub(super) fn bind_known_conditions(&mut self) {
        let known: Vec<(PointId, DeviceId, std::sync::Arc<hearthline_model::PointDesc>)> = self
            .shared
            .world()
            .points()
            .map(|(id, device, desc)| (id, device, std::sync::Arc::clone(desc)))
            .collect();
        for (id, device, desc) in &known {
            self.note_special_point(*device, *id, desc);
        }
        let owners = {
            let world = self.shared.world();
            let mut owners: Vec<(Owner, Vec<Condition>)> = world
                .device_ids()
                .filter_map(|id| Some(((id, None), self.device_defaults(world.device_desc(id)?))))
                .collect();
            owners.extend(known.iter().filter_map(|(id, device, desc)| {
                let described = world.device_desc(*device)?;
                Some((
                    (*device, Some(*id)),
                    self.default_of(&world, (*device, *id), desc, described),
                ))
            }));
            owners
        };
        self.bind(owners);
        self.tell_what_was_judged(&known);
        let known: Vec<PointId> = self.reorder_points.iter().copied().collect();
        for id in known {
            let latest = self.shared.live().latest(id);
            if let Some(latest) = latest {
                self.set_reorder(id, &latest.value);
            }
        }
    }

    /// Binds conditions to their owners: the person's own win over those given here.
    pub(super) fn bind(&mut self, owners: Vec<(Owner, Vec<Condition>)>) {
        let now = clock::now();
        let owners: Vec<(Owner, Vec<Condition>)> = owners
            .into_iter()
            .map(|(owner, below)| {
                let own = self.conditions.get(&owner).map_or(&[][..], Vec::as_slice);
                (owner, layered(own, [], below))
            })
            .collect();
        let mut wanted: Vec<AlarmKey> = owners
            .iter()
            .flat_map(|((device, point), conditions)| {
                conditions.iter().map(|condition| AlarmKey {
                    device: *device,
                    point: *point,
                    condition: condition.kind.name().to_owned(),
                })
            })
            .filter(|key| !self.alarm_ids.contains_key(key))
            .collect();
        wanted.dedup();
        if !wanted.is_empty() {
            match self.held.write(&mut self.store, |store| store.alarm_ids(&wanted)) {
                Ok(ids) => self.alarm_ids.extend(wanted.into_iter().zip(ids)),
                Err(Unwritten::Waits) => {
                    self.held.unbound.extend(owners);
                    return;
                }
                Err(Unwritten::Refused) => {}
            }
        }
        for ((device, point), conditions) in owners {
            self.bind_one(device, point, &conditions, now);
        }
        self.tell_what_is_read(now);
    }

    /// Data that is older than the last value of the run before is old: that value was judged.
    fn tell_what_was_judged(
        &mut self,
        known: &[(PointId, DeviceId, std::sync::Arc<hearthline_model::PointDesc>)],
    ) {
        let live = self.shared.live();
        for (point, ..) in known {
            if let Some(latest) = live.latest(*point) {
                self.alarms.known_until(*point, latest.at);
            }
        }
    }

    /// Tells conditions that read other points what those were last known to be.
    pub(super) fn tell_what_is_read(&mut self, now: Micros) {
        let unknown: Vec<PointId> = self.alarms.unknown().collect();
        for point in unknown {
            let latest = self.shared.live().latest(point);
            if let Some(latest) = latest {
                self.alarms.learn(point, &latest.value, now, &mut self.entries);
            }
        }
    }

    fn bind_one(&mut self, device: DeviceId, point: Option<PointId>, conditions: &[Condition], now: Micros) {
        let known = &self.alarm_ids;
        // Every key has its id by now, but for one that the file refuses.
        let mut id_of = |key: &AlarmKey| known.get(key).copied().unwrap_or(AlarmId(u32::MAX));
        self.alarms
            .set_conditions(device, point, conditions, now, &mut id_of, &mut self.entries);
        if let Some(point) = point {
            self.limits.insert(point, limits_of(conditions));
        }
    }

    /// The conditions of a point in force, and those that are switched off at it.
    pub fn conditions_of(&self, point: PointId) -> Option<Vec<Condition>> {
        let below = self.conditions_below(point)?;
        let device = self.shared.world().point_desc(point)?.1;
        let own = self.conditions.get(&(device, Some(point)));
        Some(layered(own.map_or(&[][..], Vec::as_slice), [], below))
    }

    /// The conditions that a point would have without its own.
    pub fn conditions_below(&self, point: PointId) -> Option<Vec<Condition>> {
        let world = self.shared.world();
        let (desc, device) = world.point_desc(point)?;
        Some(self.default_of(&world, (device, point), desc, world.device_desc(device)?))
    }

    /// Sets a person's conditions of a point; none goes back to rules and defaults. What merely repeats those is not kept, so
    /// that it goes on following them.
    pub fn set_conditions(
        &mut self,
        point: PointId,
        conditions: Option<Vec<Condition>>,
    ) -> Result<(), crate::Error> {
        let (device, defaults) = {
            let world = self.shared.world();
            let (desc, device) = world.point_desc(point).ok_or(crate::Error::NotFound("point"))?;
            let described = world
                .device_desc(device)
                .ok_or(crate::Error::NotFound("device"))?;
            (device, self.default_of(&world, (device, point), desc, described))
        };
        let owner = (device, Some(point));
        let conditions = conditions
            .map(|all| all.into_iter().filter(counts).collect::<Vec<_>>())
            .filter(|all| !all.is_empty());
        self.store
            .save_conditions(device, Some(point), conditions.as_deref())?;
        match conditions {
            Some(conditions) => self.conditions.insert(owner, conditions),
            None => self.conditions.remove(&owner),
        };
        self.bind_by_person(vec![(owner, defaults)]);
        Ok(())
    }

    /// Binds what a person set. The latest value is judged at once: who sets a limit below it wants to see the alarm now.
    pub(super) fn bind_by_person(&mut self, owners: Vec<(Owner, Vec<Condition>)>) {
        let now = clock::now();
        {
            let live = self.shared.live();
            let points = owners.iter().filter_map(|((_, point), _)| *point);
            for point in points {
                if let Some(latest) = live.latest(point) {
                    let sample = hearthline_model::Sample {
                        point,
                        at: latest.at,
                        value: latest.value,
                        quality: latest.quality,
                    };
                    self.alarms.remember(&sample, now);
                }
            }
        }
        self.bind(owners);
        self.show_limits();
    }

    /// Takes the conditions of a device and its points away: their alarms end as removed.
    pub(super) fn drop_conditions(&mut self, device: DeviceId, now: Micros) {
        let points = self.shared.world().points_of(device).to_vec();
        for point in points {
            self.bind_one(device, Some(point), &[], now);
        }
        self.bind_one(device, None, &[], now);
    }

    /// Takes the conditions of a point away.
    pub(super) fn drop_point_conditions(&mut self, device: DeviceId, point: PointId, now: Micros) {
        self.bind_one(device, Some(point), &[], now);
    }

    /// Hands the limits that changed to the model, for bars and trends.
    pub(super) fn show_limits(&mut self) {
        if self.limits.is_empty() {
            return;
        }
        let mut world = self.shared.world_mut();
        for (point, limits) in self.limits.drain() {
            world.limits(point, limits);
        }
    }
}

fn set<T: Copy>(table: &mut Vec<Option<T>>, ix: u32, value: T) {
    let index = ix as usize;
    if index >= table.len() {
        table.resize(index + 1, None);
    }
    table[index] = Some(value);
}
