//! Lasting ids for what was described in a batch: one transaction, however many points are new.

use hearthline_alarm::{default_conditions, default_device_conditions, limits_of};
use hearthline_decode::{DeviceIx, Event};
use hearthline_model::{AlarmKey, BrokerId, Condition, DeviceId, Micros, Place, PlaceId, PointId};
use rustc_hash::FxHashMap;

use super::Pipeline;
use super::intake::PointRef;
use crate::clock;
use crate::world::place_of;

/// What registering one description came to, in the order of the events.
pub(super) enum Registered {
    /// A device, where it goes, and the places made or met on the way there.
    Device(DeviceId, Option<PlaceId>, Vec<Place>),
    /// A point.
    Point(PointId),
    /// Its device is unknown: it was described by nobody.
    Nothing,
}

/// Whose conditions: device and, where they are a point's, the point.
type Owner = (DeviceId, Option<PointId>);

impl Pipeline {
    /// Registers the descriptions among the events and binds their alarm conditions, so that the values that follow in
    /// the same batch are judged by them.
    pub(super) fn register(&mut self) -> Vec<Registered> {
        let described = self
            .events
            .iter()
            .any(|(_, event)| matches!(event, Event::Device { .. } | Event::Point { .. }));
        if !described {
            return Vec::new();
        }
        let (shared, events, intakes) = (&self.shared, &self.events, &self.intakes);
        let registered = shared
            .persist(&mut self.store, |store| {
                store.register(|registrar| {
                    let mut fresh: FxHashMap<(BrokerId, DeviceIx), DeviceId> = FxHashMap::default();
                    let mut all = Vec::new();
                    for (broker, event) in events {
                        match event {
                            Event::Device { device, desc } => {
                                let id = registrar.device(*broker, desc)?;
                                fresh.insert((*broker, *device), id);
                                let (place, places) = if shared.world().moved(id).is_some() {
                                    (None, Vec::new())
                                } else {
                                    place_of(&desc.place, registrar)?
                                };
                                all.push(Registered::Device(id, place, places));
                            }
                            Event::Point { device, desc, .. } => {
                                let id = fresh.get(&(*broker, *device)).copied().or_else(|| {
                                    intakes.get(broker).and_then(|intake| intake.device(*device))
                                });
                                all.push(match id {
                                    Some(id) => Registered::Point(registrar.point(id, desc)?),
                                    None => Registered::Nothing,
                                });
                            }
                            _ => {}
                        }
                    }
                    Ok(all)
                })
            })
            .unwrap_or_default();
        self.bind_described(&registered);
        registered
    }

    fn bind_described(&mut self, registered: &[Registered]) {
        let mut owners: Vec<(Owner, Vec<Condition>)> = Vec::new();
        let mut ids = registered.iter();
        let mut descs = FxHashMap::default();
        let mut described_points = Vec::new();
        for (broker, event) in &self.events {
            let Some(intake) = self.intakes.get_mut(broker) else {
                continue;
            };
            match event {
                Event::Device { device, desc } => {
                    if let Some(Registered::Device(id, ..)) = ids.next() {
                        set(&mut intake.devices, device.0, *id);
                        descs.insert(*id, std::sync::Arc::clone(desc));
                        owners.push(((*id, None), default_device_conditions(desc)));
                    }
                }
                Event::Point { point, device, desc } => {
                    if let Some(Registered::Point(id)) = ids.next() {
                        set(
                            &mut intake.points,
                            point.0,
                            PointRef {
                                id: *id,
                                transient: desc.transient,
                            },
                        );
                        self.points.insert(*id, (*broker, *point));
                        let Some(device) = intake.device(*device) else {
                            continue;
                        };
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
        for (device, id, desc, described) in described_points {
            self.note_reorder_point(id, &desc.key);
            let conditions = self.default_of(id, &desc, &described);
            owners.push(((device, Some(id)), conditions));
        }
        self.bind(owners);
    }

    /// At start: conditions of everything known, so that states of the last run go on.
    pub(super) fn bind_known_conditions(&mut self) {
        let owners = {
            let world = self.shared.world();
            let mut owners: Vec<(Owner, Vec<Condition>)> = world
                .device_ids()
                .filter_map(|id| Some(((id, None), default_device_conditions(world.device_desc(id)?))))
                .collect();
            owners.extend(world.points().filter_map(|(id, device, desc)| {
                Some((
                    (device, Some(id)),
                    default_conditions(desc, world.device_desc(device)?),
                ))
            }));
            owners
        };
        self.bind(owners);
        let keys: Vec<(PointId, String)> = self
            .shared
            .world()
            .points()
            .map(|(id, _, desc)| (id, desc.key.clone()))
            .collect();
        for (id, key) in keys {
            self.note_reorder_point(id, &key);
        }
        let known: Vec<PointId> = self.reorder_points.iter().copied().collect();
        for id in known {
            let latest = self.shared.live().latest(id);
            if let Some(latest) = latest {
                self.set_reorder(id, &latest.value);
            }
        }
    }

    /// Binds conditions to their owners: the person's own win over the defaults given here.
    pub(super) fn bind(&mut self, owners: Vec<(Owner, Vec<Condition>)>) {
        let now = clock::now();
        let owners: Vec<(Owner, Vec<Condition>)> = owners
            .into_iter()
            .map(|(owner, defaults)| {
                let conditions = self.conditions.get(&owner).cloned().unwrap_or(defaults);
                (owner, conditions)
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
            let ids = self
                .shared
                .persist(&mut self.store, |store| store.alarm_ids(&wanted))
                .unwrap_or_default();
            self.alarm_ids.extend(wanted.into_iter().zip(ids));
        }
        for ((device, point), conditions) in owners {
            self.bind_one(device, point, &conditions, now);
        }
    }

    fn bind_one(&mut self, device: DeviceId, point: Option<PointId>, conditions: &[Condition], now: Micros) {
        let (known, store, shared) = (&mut self.alarm_ids, &mut self.store, &self.shared);
        let mut id_of = |key: &AlarmKey| {
            if let Some(id) = known.get(key) {
                return *id;
            }
            let id = shared
                .persist(store, |store| store.alarm_id(key))
                .unwrap_or(hearthline_model::AlarmId(u32::MAX));
            known.insert(key.clone(), id);
            id
        };
        self.alarms
            .set_conditions(device, point, conditions, now, &mut id_of, &mut self.entries);
        if let Some(point) = point {
            self.limits.insert(point, limits_of(conditions));
        }
    }

    /// The conditions of a point in force: the person's, or the defaults.
    pub fn conditions_of(&self, point: PointId) -> Option<Vec<Condition>> {
        let world = self.shared.world();
        let (desc, device) = world.point_desc(point)?;
        if let Some(own) = self.conditions.get(&(device, Some(point))) {
            return Some(own.clone());
        }
        Some(self.default_of(point, desc, world.device_desc(device)?))
    }

    /// Sets a person's conditions of a point; none goes back to the defaults.
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
            (device, self.default_of(point, desc, described))
        };
        let owner = (device, Some(point));
        self.store
            .save_conditions(device, Some(point), conditions.as_deref())?;
        match conditions {
            Some(conditions) => self.conditions.insert(owner, conditions),
            None => self.conditions.remove(&owner),
        };
        self.bind(vec![(owner, defaults)]);
        self.show_limits();
        // The latest value is judged at once: a person who sets a limit below it wants to see the alarm now.
        let latest = self.shared.live().latest(point);
        if let Some(latest) = latest {
            let now = clock::now();
            let sample = hearthline_model::Sample {
                point,
                at: now,
                value: latest.value,
                quality: latest.quality,
            };
            self.alarms.sample(&sample, now, &mut self.entries);
        }
        Ok(())
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
