//! What decoding led to, applied in its order: model, alarms, live values, samples to store.

use hearthline_decode::{DiagnosisKind, Event};
use hearthline_model::{BrokerId, Condition, DeviceId, Micros, PointId, Quality, SECOND, Sample};

use super::Pipeline;
use super::held::Unwritten;
use super::register::{Owner, Registered, RegisteredDevice};
use super::watching::Storing;
use crate::diagnoses::Found;

/// Characters of a message that is kept with what was wrong with it.
const DIAGNOSED: usize = 500;
/// A shorter absence of a device is not worth a mark in history.
const AWAY: Micros = 3 * SECOND;

impl Pipeline {
    /// Applies and empties `events`.
    pub(super) fn apply(&mut self, now: Micros) {
        if self.events.is_empty() {
            return;
        }
        let (mut registered, recalled) = self.register();
        if recalled || self.held.is_later() {
            self.put_off(&mut registered);
        }
        let mut registered = registered.into_iter();
        let events = std::mem::take(&mut self.events);
        let (mut gone_devices, mut gone_points) = (Vec::new(), Vec::new());
        // A removal takes conditions away that `register` had just bound for a description behind it.
        let (mut removed, mut bind_again, mut described_again) = (false, Vec::new(), Vec::new());
        let mut readings = false;
        for (broker, event) in &events {
            match event {
                Event::Reading(_) => readings = true,
                Event::Device { desc, .. } => {
                    if let Some(Registered::Device(registered)) = registered.next() {
                        let RegisteredDevice {
                            kept,
                            place,
                            places,
                            former,
                        } = *registered;
                        let id = kept.at.id;
                        {
                            let mut world = self.shared.world_mut();
                            for place in places {
                                if world.place_by_id(place.id).is_none() {
                                    world.place(place);
                                }
                            }
                            let chosen = (kept.name, kept.moved);
                            world.device(id, *broker, std::sync::Arc::clone(desc), place, chosen);
                        }
                        self.shared.live().device(id, *broker);
                        if removed {
                            bind_again.push(((id, None), self.device_defaults(desc)));
                        }
                        gone_devices.retain(|gone| *gone != id);
                        if let Some(former) = former.filter(|former| !self.devices.contains_key(former)) {
                            removed = true;
                            bind_again.extend(self.move_points(former, id, now));
                            gone_devices.push(former);
                        }
                    }
                }
                Event::Point { device, desc, .. } => {
                    if let Some(Registered::Point(kept, former)) = registered.next()
                        && let Some(device) = self.device(*broker, *device)
                    {
                        let id = kept.id;
                        self.shared
                            .world_mut()
                            .point(id, device, std::sync::Arc::clone(desc));
                        self.shared.live().describe(id, device, desc);
                        // Points beside it that a rule names may come behind it.
                        if removed || self.alarm_setup.names_points() {
                            described_again.push((device, id));
                        }
                        gone_points.retain(|gone| *gone != id);
                        if let Some(former) = former.filter(|former| !self.points.contains_key(former)) {
                            removed = true;
                            self.forget_point(former, now);
                            gone_points.push(former);
                        }
                    }
                }
                Event::DeviceGone(ix) => {
                    // Another number may have taken the id over: it is known through other descriptions, and is still there.
                    if let Some(device) = self.device(*broker, *ix)
                        && self
                            .devices
                            .get(&device)
                            .is_none_or(|owner| *owner == (*broker, *ix))
                    {
                        removed = true;
                        self.drop_conditions(device, now);
                        self.shared.world_mut().remove_device(device);
                        gone_devices.push(device);
                    }
                }
                Event::PointGone(ix) => {
                    if let Some(point) = self.point(*broker, *ix)
                        && self
                            .points
                            .get(&point)
                            .is_none_or(|owner| *owner == (*broker, *ix))
                    {
                        removed = true;
                        self.forget_point(point, now);
                        gone_points.push(point);
                    }
                }
                Event::Online { device, online, at } => {
                    if let Some(device) = self.device(*broker, *device) {
                        self.shared.world_mut().online(device, *online);
                        if *online {
                            self.away.remove(&device);
                        } else {
                            self.away.entry(device).or_insert(now);
                        }
                        // A device whose clock is ahead was not seen tomorrow.
                        self.shared.live().online(device, *online, (*at).min(now));
                        self.alarms.online(device, *online, *at, now, &mut self.entries);
                    }
                }
                Event::Available { point, available, .. } => {
                    if let Some(point) = self.point(*broker, *point) {
                        self.shared.live().available(point, *available);
                    }
                }
                Event::Alive { point, at } => {
                    if let Some(point) = self.point(*broker, *point) {
                        self.shared.live().alive(point, *at);
                    }
                }
                Event::Accepted { point, value } => {
                    if let Some(point) = self.point(*broker, *point) {
                        self.accepted(point, value, now);
                    }
                }
                Event::Refused { device, reason } => {
                    if let Some(device) = self.device(*broker, *device) {
                        self.refused(device, reason, now);
                    }
                }
                Event::Diagnosis(diagnosis) => {
                    let device = diagnosis.device.and_then(|device| self.device(*broker, device));
                    let found = Found {
                        broker: *broker,
                        device,
                        kind: diagnosis.kind,
                        topic: &diagnosis.topic,
                        text: &diagnosis.text,
                    };
                    self.shared.diagnoses().count(
                        &found,
                        &|| self.shared.explorer().start(*broker, &diagnosis.topic, DIAGNOSED),
                        now,
                    );
                    if let Some(device) = device
                        && diagnosis.kind != DiagnosisKind::Ignored
                    {
                        self.shared.world_mut().diagnosed(device);
                    }
                }
                Event::Publish(publish) => {
                    if let Some(source) = self.intakes.get(broker).and_then(|it| it.source.as_ref())
                        && let Err(reason) = source.publish(publish.clone())
                    {
                        tracing::debug!(message = "a convention's message was not sent", reason);
                    }
                }
            }
        }
        bind_again.extend(self.below_of(&described_again));
        self.bind(bind_again);
        if readings {
            self.read(&events, now);
        }
        self.show_limits();
        if !gone_devices.is_empty() || !gone_points.is_empty() {
            let written = self.held.write(&mut self.store, |store| {
                store.set_gone(&gone_devices, &gone_points)
            });
            if written == Err(Unwritten::Waits) {
                self.held.gone.0.extend(gone_devices);
                self.held.gone.1.extend(gone_points);
            }
        }
        self.events = events;
        self.events.clear();
    }

    /// Values: to the live table, to the alarms, to be stored.
    fn read(&mut self, events: &[(BrokerId, Event)], now: Micros) {
        let shared = std::sync::Arc::clone(&self.shared);
        let mut reorders = Vec::new();
        let mut confirming = Vec::new();
        let mut live = shared.live();
        for (broker, event) in events {
            let Event::Reading(reading) = event else { continue };
            let Some(point) = self.intakes.get(broker).and_then(|it| it.point(reading.point)) else {
                continue;
            };
            if self.way.judge {
                live.reading(point.id, reading);
            }
            let sample = Sample {
                point: point.id,
                at: reading.at,
                value: reading.value.clone(),
                quality: reading.quality,
            };
            if self.way.judge {
                let entries = &mut self.entries;
                self.alarms
                    .told(&sample, reading.received, reading.historical, entries);
                if self.awaits(point.id) && !reading.historical {
                    confirming.push(sample.clone());
                }
                if self.reorder_points.contains(&point.id) && !reading.historical {
                    reorders.push((point.id, sample.value.clone()));
                }
            }
            if point.transient {
                continue;
            }
            match self.way.store {
                Storing::Yes => {
                    self.held.text += sample.value.as_text().map_or(0, str::len);
                    self.samples.push(sample);
                }
                Storing::NoRoom => self.held.drop_values(1, &shared),
                Storing::Elsewhere => {}
            }
        }
        // Both write to history, which may take its time, and the window asks for live values meanwhile.
        drop(live);
        for sample in &confirming {
            self.confirm(sample, now);
        }
        for (point, value) in reorders {
            self.set_reorder(point, &value);
        }
    }

    /// While history cannot be written nothing new gets a lasting id: what needs one waits, the rest is applied. A description of
    /// something known is applied, and waits as well, to be written.
    fn put_off(&mut self, registered: &mut Vec<Registered>) {
        let events = std::mem::take(&mut self.events);
        let mut dropped = 0;
        let mut ids = std::mem::take(registered).into_iter();
        for (broker, event) in events {
            let ready = match &event {
                Event::Device { .. } | Event::Point { .. } => {
                    let id = ids.next().filter(|id| !matches!(id, Registered::Nothing));
                    if let Some(id) = id {
                        registered.push(id);
                        self.events.push((broker, event.clone()));
                    }
                    false
                }
                Event::DeviceGone(_) | Event::PointGone(_) => false,
                Event::Reading(reading) => self.point(broker, reading.point).is_some(),
                Event::Available { point, .. } | Event::Alive { point, .. } => {
                    self.point(broker, *point).is_some()
                }
                Event::Online { device, .. } => self.device(broker, *device).is_some(),
                // A device without an id was asked nothing.
                Event::Accepted { .. } | Event::Refused { .. } | Event::Diagnosis(_) | Event::Publish(_) => {
                    true
                }
            };
            if ready {
                self.events.push((broker, event));
            } else if !self.held.push(broker, event, self.way.stores()) && self.way.store == Storing::NoRoom {
                dropped += 1;
            }
        }
        self.held.drop_values(dropped, &self.shared);
    }

    /// Devices that stay away: from then on nothing confirms their values, and history says so rather than drawing the
    /// last ones on and on. A moment's absence counts for nothing, because a rebirth takes devices away and brings them back.
    pub(super) fn mark_away(&mut self, now: Micros) {
        let left: Vec<(DeviceId, Micros)> = self
            .away
            .iter()
            .filter(|(_, since)| now - **since >= AWAY)
            .map(|(device, since)| (*device, *since))
            .collect();
        if left.is_empty() {
            return;
        }
        // World before live, as everywhere.
        let world = self.shared.world();
        let live = self.shared.live();
        for (device, at) in left {
            self.away.remove(&device);
            for &point in world.points_of(device) {
                let transient = world.point_desc(point).is_some_and(|(desc, _)| desc.transient);
                if let Some(latest) = live.latest(point)
                    && self.way.stores()
                    && !transient
                    && latest.at <= at
                    && !latest.value.is_null()
                {
                    self.samples.push(Sample {
                        point,
                        at,
                        value: latest.value,
                        quality: Quality::Stale,
                    });
                }
            }
        }
    }

    fn device(&self, broker: BrokerId, ix: hearthline_decode::DeviceIx) -> Option<DeviceId> {
        self.intakes.get(&broker)?.device(ix)
    }

    fn point(&self, broker: BrokerId, ix: hearthline_decode::PointIx) -> Option<PointId> {
        self.intakes.get(&broker)?.point(ix).map(|point| point.id)
    }

    /// A device has another id from now on, for it turned out to be one that was known before: its points go with it. Gives the
    /// conditions to bind.
    fn move_points(&mut self, former: DeviceId, to: DeviceId, now: Micros) -> Vec<(Owner, Vec<Condition>)> {
        let points = self.shared.world().points_of(former).to_vec();
        for &point in &points {
            self.hand_over((former, Some(point)), (to, Some(point)), now);
        }
        self.drop_conditions(former, now);
        let mut bind_again = Vec::new();
        let mut world = self.shared.world_mut();
        for point in points {
            let Some((desc, _)) = world.point_desc(point) else {
                continue;
            };
            let desc = std::sync::Arc::clone(desc);
            world.point(point, to, std::sync::Arc::clone(&desc));
            self.shared.live().describe(point, to, &desc);
            if let Some(own) = self.conditions.remove(&(former, Some(point))) {
                self.conditions.insert((to, Some(point)), own);
            }
            if let Some(described) = world.device_desc(to) {
                bind_again.push((
                    (to, Some(point)),
                    self.default_of(&world, (to, point), &desc, described),
                ));
            }
        }
        world.remove_device(former);
        bind_again
    }

    fn forget_point(&mut self, point: PointId, now: Micros) {
        let device = self.shared.world().point_desc(point).map(|(_, device)| device);
        if let Some(device) = device {
            self.drop_point_conditions(device, point, now);
            self.shared.world_mut().remove_point(point);
        }
    }
}
