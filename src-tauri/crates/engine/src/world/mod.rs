//! Places, devices and points as the engine knows them right now. Written by the pipeline alone.

mod placing;
mod views;

use std::collections::BTreeMap;
use std::sync::Arc;

use hearthline_history::{Registry, StoredDevice, StoredPoint};
use hearthline_model::{BrokerId, DeviceDesc, DeviceId, Limits, Place, PlaceId, PointDesc, PointId, Realm};
use rustc_hash::{FxHashMap, FxHashSet};

pub use placing::place_of;

/// The model, with a revision for each part so that the window asks for what changed only.
#[derive(Debug, Default)]
pub struct World {
    rev: u32,
    places: BTreeMap<PlaceId, Place>,
    places_rev: u32,
    devices: BTreeMap<DeviceId, Device>,
    points: FxHashMap<PointId, Point>,
    by_key: FxHashMap<(BrokerId, String), DeviceId>,
    /// Newest last; beyond a bound the window is sent everything.
    removed: Vec<(u32, DeviceId)>,
    /// Revisions up to this one can no longer be answered by differences.
    removed_lost: u32,
    brokers: FxHashMap<BrokerId, Broker>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Broker {
    demo: bool,
    up: bool,
}

/// A device and what the person chose for it.
#[derive(Clone, Debug)]
pub struct Device {
    id: DeviceId,
    broker: BrokerId,
    desc: Arc<DeviceDesc>,
    name: Option<String>,
    moved: Option<(Option<PlaceId>, Realm)>,
    place: Option<PlaceId>,
    realm: Realm,
    /// Described in this run, by its broker or from what was kept.
    announced: bool,
    /// It said so itself.
    offline: bool,
    points: Vec<PointId>,
    diagnoses: u32,
    rev: u32,
}

#[derive(Clone, Debug)]
struct Point {
    device: DeviceId,
    desc: Arc<PointDesc>,
    limits: Limits,
}

/// So many removals are remembered for differences.
const REMOVALS: usize = 1000;

impl World {
    /// What an earlier run left behind.
    pub fn load(&mut self, registry: Registry) {
        self.rev = 1;
        // What was imported is there whatever brokers are.
        self.broker(BrokerId::IMPORTED, false);
        for (id, settings) in &registry.brokers {
            self.broker(*id, settings.demo);
        }
        for place in registry.places {
            self.places.insert(place.id, place);
        }
        for device in registry.devices {
            self.load_device(device);
        }
        for StoredPoint { id, device, desc } in registry.points {
            if self.devices.contains_key(&device) {
                self.point(id, device, Arc::new(desc));
            }
        }
        let ids: Vec<DeviceId> = self.devices.keys().copied().collect();
        for id in ids {
            let hint = self.devices[&id].desc.place.clone();
            let place = placing::find(&hint, &self.places);
            if let Some(device) = self.devices.get_mut(&id)
                && device.moved.is_none()
            {
                device.place = place;
            }
        }
    }

    fn load_device(&mut self, stored: StoredDevice) {
        // A broker that was removed takes its devices off the screen; their history stays.
        if !self.brokers.contains_key(&stored.broker) {
            return;
        }
        let (place, realm) = stored.moved.unwrap_or((None, stored.desc.place.realm));
        let rev = self.rev;
        for source in stored.desc.all_sources() {
            self.by_key.insert((stored.broker, source.key), stored.id);
        }
        self.devices.insert(
            stored.id,
            Device {
                id: stored.id,
                broker: stored.broker,
                desc: Arc::new(stored.desc),
                name: stored.name,
                moved: stored.moved,
                place,
                realm,
                announced: false,
                offline: false,
                points: Vec::new(),
                diagnoses: 0,
                rev,
            },
        );
    }

    /// Revision of the newest change.
    pub fn rev(&self) -> u32 {
        self.rev
    }

    /// A broker exists.
    pub fn broker(&mut self, id: BrokerId, demo: bool) {
        self.brokers.entry(id).or_default().demo = demo;
    }

    /// A broker's connection came or went.
    pub fn broker_up(&mut self, id: BrokerId, up: bool) {
        let rev = self.next();
        if let Some(broker) = self.brokers.get_mut(&id) {
            broker.up = up;
        }
        for device in self.devices.values_mut().filter(|device| device.broker == id) {
            device.rev = rev;
        }
    }

    /// A broker is gone, and its devices with it.
    pub fn remove_broker(&mut self, id: BrokerId) -> Vec<DeviceId> {
        self.brokers.remove(&id);
        let gone: Vec<DeviceId> = self
            .devices
            .values()
            .filter(|device| device.broker == id)
            .map(|device| device.id)
            .collect();
        for device in &gone {
            self.remove_device(*device);
        }
        gone
    }

    /// A device was described. `chosen` are the person's name and place for it.
    pub fn device(
        &mut self,
        id: DeviceId,
        broker: BrokerId,
        desc: Arc<DeviceDesc>,
        place: Option<PlaceId>,
        (name, moved): (Option<String>, Option<(Option<PlaceId>, Realm)>),
    ) {
        let rev = self.next();
        for source in desc.all_sources() {
            self.by_key.insert((broker, source.key), id);
        }
        let (place, realm) = moved.unwrap_or((place, desc.place.realm));
        let device = self.devices.entry(id).or_insert_with(|| Device {
            id,
            broker,
            desc: Arc::clone(&desc),
            name: None,
            moved: None,
            place,
            realm,
            announced: true,
            offline: false,
            points: Vec::new(),
            diagnoses: 0,
            rev,
        });
        device.broker = broker;
        device.desc = desc;
        device.announced = true;
        device.rev = rev;
        (device.name, device.moved) = (name, moved);
        (device.place, device.realm) = (place, realm);
    }

    /// A point was described.
    pub fn point(&mut self, id: PointId, device: DeviceId, desc: Arc<PointDesc>) {
        self.touch(device);
        let limits = desc.limits;
        let former = if let Some(point) = self.points.get_mut(&id) {
            point.desc = desc;
            Some(std::mem::replace(&mut point.device, device))
        } else {
            self.points.insert(id, Point { device, desc, limits });
            None
        };
        // Looked for in a list only where it moved: a device of a hundred thousand topics would cost their square.
        if former == Some(device) {
            return;
        }
        if let Some(former) = former.and_then(|former| self.devices.get_mut(&former)) {
            former.points.retain(|point| *point != id);
        }
        if let Some(device) = self.devices.get_mut(&device) {
            device.points.push(id);
        }
    }

    /// Alarm limits in force on a point.
    pub fn limits(&mut self, id: PointId, limits: Limits) {
        if let Some(point) = self.points.get_mut(&id)
            && point.limits != limits
        {
            point.limits = limits;
            let device = point.device;
            self.touch(device);
        }
    }

    /// A point is no more.
    pub fn remove_point(&mut self, id: PointId) {
        if let Some(point) = self.points.remove(&id) {
            if let Some(device) = self.devices.get_mut(&point.device) {
                device.points.retain(|point| *point != id);
            }
            self.touch(point.device);
        }
    }

    /// A device is no more; its points go with it.
    pub fn remove_device(&mut self, id: DeviceId) {
        let Some(device) = self.devices.remove(&id) else {
            return;
        };
        for point in &device.points {
            self.points.remove(point);
        }
        for source in device.desc.all_sources() {
            let key = (device.broker, source.key);
            // The key may lead to another device by now: this one was split, or joined with it.
            if self.by_key.get(&key) == Some(&id) {
                self.by_key.remove(&key);
            }
        }
        let rev = self.next();
        self.removed.push((rev, id));
        if self.removed.len() > REMOVALS {
            self.removed_lost = self.removed.remove(0).0;
        }
    }

    /// A device went on- or offline.
    pub fn online(&mut self, id: DeviceId, online: bool) {
        if let Some(device) = self.devices.get_mut(&id)
            && device.offline == online
        {
            device.offline = !online;
            self.touch(id);
        }
    }

    /// A device caused a trouble.
    pub fn diagnosed(&mut self, id: DeviceId) {
        if let Some(device) = self.devices.get_mut(&id) {
            device.diagnoses = device.diagnoses.saturating_add(1);
            // The first is shown at once, later ones with the device's next change: a storm of troubles must not
            // become a storm of descriptions.
            if device.diagnoses.is_power_of_two() {
                self.touch(id);
            }
        }
    }

    /// The person's name for a device.
    pub fn rename(&mut self, id: DeviceId, name: Option<String>) {
        if let Some(device) = self.devices.get_mut(&id) {
            device.name = name;
        }
        self.touch(id);
    }

    /// The person's place for a device.
    pub fn move_device(&mut self, id: DeviceId, place: Option<PlaceId>, realm: Realm) {
        if let Some(device) = self.devices.get_mut(&id) {
            device.moved = Some((place, realm));
            device.place = place;
            device.realm = realm;
        }
        self.touch(id);
    }

    /// A place was made or changed.
    pub fn place(&mut self, place: Place) {
        if self.places.get(&place.id) != Some(&place) {
            self.places.insert(place.id, place);
            self.places_rev = self.next();
        }
    }

    /// A place is no more; what was in it goes to its parent.
    pub fn remove_place(&mut self, id: PlaceId) {
        let Some(place) = self.places.remove(&id) else {
            return;
        };
        self.places_rev = self.next();
        for child in self.places.values_mut().filter(|child| child.parent == Some(id)) {
            child.parent = place.parent;
        }
        let inside: Vec<DeviceId> = self
            .devices
            .values()
            .filter(|device| device.place == Some(id))
            .map(|device| device.id)
            .collect();
        for device in inside {
            if let Some(device) = self.devices.get_mut(&device) {
                device.place = place.parent;
                if let Some((moved, _)) = &mut device.moved {
                    *moved = place.parent;
                }
            }
            self.touch(device);
        }
    }

    /// The known place that a hint means, where all of its levels are known.
    pub fn place_of_hint(&self, hint: &hearthline_model::PlaceHint) -> Option<PlaceId> {
        placing::find(hint, &self.places)
    }

    /// A place by its id.
    pub fn place_by_id(&self, id: PlaceId) -> Option<&Place> {
        self.places.get(&id)
    }

    /// The description of a device.
    pub fn device_desc(&self, id: DeviceId) -> Option<&Arc<DeviceDesc>> {
        self.devices.get(&id).map(|device| &device.desc)
    }

    /// The description of a point and its device.
    pub fn point_desc(&self, id: PointId) -> Option<(&Arc<PointDesc>, DeviceId)> {
        self.points.get(&id).map(|point| (&point.desc, point.device))
    }

    /// The broker of a device.
    pub fn broker_of(&self, id: DeviceId) -> Option<BrokerId> {
        self.devices.get(&id).map(|device| device.broker)
    }

    /// All points with their devices.
    pub fn points(&self) -> impl Iterator<Item = (PointId, DeviceId, &Arc<PointDesc>)> {
        self.points
            .iter()
            .map(|(id, point)| (*id, point.device, &point.desc))
    }

    /// Points of a device.
    pub fn points_of(&self, id: DeviceId) -> &[PointId] {
        self.devices
            .get(&id)
            .map_or(&[], |device| device.points.as_slice())
    }

    /// All devices' ids.
    pub fn device_ids(&self) -> impl Iterator<Item = DeviceId> {
        self.devices.keys().copied()
    }

    /// Devices, points, devices online, and whether demo data is among them.
    pub fn counts(&self) -> (u32, u32, u32, bool) {
        let online = self
            .devices
            .values()
            .filter(|device| self.is_online(device))
            .count();
        let demo_brokers: FxHashSet<BrokerId> = self
            .brokers
            .iter()
            .filter(|(_, broker)| broker.demo)
            .map(|(id, _)| *id)
            .collect();
        let demo = self
            .devices
            .values()
            .any(|device| demo_brokers.contains(&device.broker));
        (
            self.devices.len() as u32,
            self.points.len() as u32,
            online as u32,
            demo,
        )
    }

    fn is_online(&self, device: &Device) -> bool {
        device.announced && !device.offline && self.brokers.get(&device.broker).is_some_and(|b| b.up)
    }

    fn touch(&mut self, id: DeviceId) {
        let rev = self.next();
        if let Some(device) = self.devices.get_mut(&id) {
            device.rev = rev;
        }
    }

    fn next(&mut self) -> u32 {
        self.rev += 1;
        self.rev
    }
}
