//! What each convention said, what of it was told, and who says the same of what.

use std::collections::BTreeSet;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use hearthline_model::{DeviceDesc, Micros, PointDesc};
use rustc_hash::{FxHashMap, FxHashSet, FxHasher};

use super::ties::Tied;
use super::{describe, identity};
use crate::{DeviceIx, Event, PointIx};

/// Devices with more points are no single thing that two conventions would describe.
pub(super) const MOST_POINTS: usize = 2000;
/// What more devices share tells nothing of any of them.
pub(super) const CROWD: usize = 8;

/// A device as its convention describes it.
pub(super) struct Device {
    pub(super) desc: Arc<DeviceDesc>,
    pub(super) alive: bool,
    pub(super) identities: BTreeSet<String>,
    /// Its points that are there.
    pub(super) points: Vec<PointIx>,
    pub(super) online: Option<(bool, Micros)>,
    /// The device that it is shown as.
    pub(super) out: DeviceIx,
    /// It shares that with others.
    pub(super) merged: bool,
    /// What was told last under this index.
    pub(super) shown: Option<Arc<DeviceDesc>>,
    pub(super) shown_online: Option<bool>,
}

/// A point as its convention describes it.
pub(super) struct Point {
    pub(super) desc: Arc<PointDesc>,
    pub(super) device: DeviceIx,
    pub(super) alive: bool,
    /// Its place in the list of its device.
    place: u32,
    spot: Option<u64>,
    pub(super) available: Option<(bool, Micros)>,
    /// What was told last under this index, and of which device.
    pub(super) shown: Option<(DeviceIx, Arc<PointDesc>)>,
    pub(super) shown_available: Option<bool>,
}

/// Everything; indexed by the conventions' own numbers.
#[derive(Default)]
pub(super) struct State {
    pub(super) devices: Vec<Option<Device>>,
    pub(super) points: Vec<Option<Point>>,
    by_key: FxHashMap<String, DeviceIx>,
    by_identity: FxHashMap<String, Vec<DeviceIx>>,
    by_spot: FxHashMap<u64, Vec<PointIx>>,
    /// The sources of each merged device, the best first, by the device that it is shown as.
    pub(super) groups: FxHashMap<DeviceIx, Vec<DeviceIx>>,
    /// The sources of each merged point, likewise.
    pub(super) clusters: FxHashMap<PointIx, Vec<PointIx>>,
    /// Points that went since descriptions were last told.
    pub(super) gone: Vec<PointIx>,
}

impl State {
    pub(super) fn device(&self, ix: DeviceIx) -> Option<&Device> {
        self.devices.get(ix.0 as usize)?.as_ref()
    }

    pub(super) fn device_mut(&mut self, ix: DeviceIx) -> Option<&mut Device> {
        self.devices.get_mut(ix.0 as usize)?.as_mut()
    }

    pub(super) fn point(&self, ix: PointIx) -> Option<&Point> {
        self.points.get(ix.0 as usize)?.as_ref()
    }

    pub(super) fn point_mut(&mut self, ix: PointIx) -> Option<&mut Point> {
        self.points.get_mut(ix.0 as usize)?.as_mut()
    }

    pub(super) fn by_key(&self, key: &str) -> Option<DeviceIx> {
        self.by_key.get(key).copied()
    }

    pub(super) fn device_of(&self, point: PointIx) -> Option<DeviceIx> {
        self.point(point).map(|point| point.device)
    }

    pub(super) fn is_merged(&self, device: DeviceIx) -> bool {
        self.device(device).is_some_and(|device| device.merged)
    }

    pub(super) fn out_of(&self, device: DeviceIx) -> DeviceIx {
        self.device(device).map_or(device, |device| device.out)
    }

    /// A convention describes a device.
    pub(super) fn describe(
        &mut self,
        ix: DeviceIx,
        desc: &Arc<DeviceDesc>,
        tied: &Tied,
        dirty: &mut FxHashSet<DeviceIx>,
    ) {
        let identities = identity::of(&desc.identities);
        let place = ix.0 as usize;
        if place >= self.devices.len() {
            self.devices.resize_with(place + 1, || None);
        }
        let device = self.devices[place].get_or_insert_with(|| Device {
            desc: Arc::clone(desc),
            alive: false,
            identities: BTreeSet::new(),
            points: Vec::new(),
            online: None,
            out: ix,
            merged: false,
            shown: None,
            shown_online: None,
        });
        device.desc = Arc::clone(desc);
        let former = if device.alive {
            std::mem::take(&mut device.identities)
        } else {
            BTreeSet::new()
        };
        device.alive = true;
        device.identities.clone_from(&identities);
        if device.merged || tied.knows(&desc.key) {
            dirty.insert(ix);
        }
        self.by_key.entry(desc.key.clone()).or_insert(ix);
        for gone in former.difference(&identities) {
            self.leave(gone, ix, dirty);
        }
        for new in identities.difference(&former) {
            let list = self.by_identity.entry(new.clone()).or_default();
            list.push(ix);
            // Beyond a crowd nothing changes any more, and looking at all of it each time would cost its square.
            if (2..=CROWD + 1).contains(&list.len()) {
                dirty.extend(list.iter());
            }
        }
    }

    /// A convention takes a device back.
    pub(super) fn forget(&mut self, ix: DeviceIx, dirty: &mut FxHashSet<DeviceIx>) {
        let Some(device) = self.device_mut(ix) else { return };
        if !std::mem::replace(&mut device.alive, false) {
            return;
        }
        device.online = None;
        if device.merged {
            dirty.insert(ix);
        }
        for identity in std::mem::take(&mut device.identities) {
            self.leave(&identity, ix, dirty);
        }
    }

    fn leave(&mut self, identity: &str, ix: DeviceIx, dirty: &mut FxHashSet<DeviceIx>) {
        let Some(list) = self.by_identity.get_mut(identity) else {
            return;
        };
        list.retain(|known| *known != ix);
        if list.len() <= CROWD {
            dirty.extend(list.iter());
        }
        if list.is_empty() {
            self.by_identity.remove(identity);
        }
    }

    /// A convention describes a point.
    pub(super) fn describe_point(
        &mut self,
        ix: PointIx,
        device: DeviceIx,
        desc: &Arc<PointDesc>,
        dirty: &mut FxHashSet<DeviceIx>,
    ) {
        let place = ix.0 as usize;
        if place >= self.points.len() {
            self.points.resize_with(place + 1, || None);
        }
        let Some(of) = self.devices.get_mut(device.0 as usize).and_then(Option::as_mut) else {
            return;
        };
        let point = self.points[place].get_or_insert_with(|| Point {
            desc: Arc::clone(desc),
            device,
            alive: false,
            place: 0,
            spot: None,
            available: None,
            shown: None,
            shown_available: None,
        });
        point.desc = Arc::clone(desc);
        if !std::mem::replace(&mut point.alive, true) {
            point.place = of.points.len() as u32;
            of.points.push(ix);
        }
        if of.merged {
            dirty.insert(device);
        }
        let spot = spot(&of.desc, desc);
        let former = std::mem::replace(&mut point.spot, spot);
        if former == spot {
            return;
        }
        if let Some(former) = former {
            self.leave_spot(former, ix, dirty);
        }
        if let Some(spot) = spot {
            let list = self.by_spot.entry(spot).or_default();
            list.push(ix);
            if (2..=CROWD + 1).contains(&list.len()) {
                for point in list {
                    dirty.extend(self.points[point.0 as usize].as_ref().map(|point| point.device));
                }
            }
        }
    }

    /// A convention takes a point back.
    pub(super) fn forget_point(&mut self, ix: PointIx, dirty: &mut FxHashSet<DeviceIx>) {
        let Some(point) = self.point_mut(ix) else { return };
        if !std::mem::replace(&mut point.alive, false) {
            return;
        }
        point.available = None;
        let (device, place, spot) = (point.device, point.place, point.spot.take());
        self.gone.push(ix);
        if let Some(of) = self.device_mut(device) {
            // The last one takes its place: a list of a hundred thousand is not searched.
            of.points.swap_remove(place as usize);
            let moved = of.points.get(place as usize).copied();
            if of.merged || of.points.len() == MOST_POINTS {
                dirty.insert(device);
            }
            if let Some(moved) = moved.and_then(|moved| self.point_mut(moved)) {
                moved.place = place;
            }
        }
        if let Some(spot) = spot {
            self.leave_spot(spot, ix, dirty);
        }
    }

    fn leave_spot(&mut self, spot: u64, ix: PointIx, dirty: &mut FxHashSet<DeviceIx>) {
        let Some(list) = self.by_spot.get_mut(&spot) else {
            return;
        };
        list.retain(|known| *known != ix);
        if list.len() <= CROWD {
            for point in list.iter() {
                dirty.extend(self.points[point.0 as usize].as_ref().map(|point| point.device));
            }
        }
        if list.is_empty() {
            self.by_spot.remove(&spot);
        }
    }

    /// Those who share an identity with a device, each list with itself in it.
    pub(super) fn sharing<'a>(
        &'a self,
        device: &'a Device,
    ) -> impl Iterator<Item = (&'a String, &'a [DeviceIx])> {
        device.identities.iter().filter_map(move |identity| {
            let list = self.by_identity.get(identity)?;
            (2..=CROWD)
                .contains(&list.len())
                .then_some((identity, list.as_slice()))
        })
    }

    /// The points that read the same spots as a device's, each list with its own in it.
    pub(super) fn reading<'a>(&'a self, device: &'a Device) -> impl Iterator<Item = &'a [PointIx]> {
        device.points.iter().filter_map(move |point| {
            let list = self.by_spot.get(&self.point(*point)?.spot?)?;
            (2..=CROWD).contains(&list.len()).then_some(list.as_slice())
        })
    }

    pub(super) fn online(&mut self, ix: DeviceIx, online: bool, at: Micros) {
        if let Some(device) = self.device_mut(ix) {
            device.online = Some((online, at));
        }
    }

    pub(super) fn available(&mut self, ix: PointIx, available: bool, at: Micros) {
        if let Some(point) = self.point_mut(ix) {
            point.available = Some((available, at));
        }
    }

    /// What the sources of a device say together: the best that says anything.
    pub(super) fn online_of(&self, out: DeviceIx) -> Option<(bool, Micros)> {
        let alone = [out];
        let members = self.groups.get(&out).map_or(&alone[..], Vec::as_slice);
        members.iter().find_map(|ix| self.device(*ix)?.online)
    }

    /// Likewise for a point. A source whose device tells whether it is there has said so of its points.
    pub(super) fn available_of(&self, out: PointIx) -> Option<(bool, Micros)> {
        let alone = [out];
        let members = self.clusters.get(&out).map_or(&alone[..], Vec::as_slice);
        members.iter().find_map(|ix| {
            let point = self.point(*ix)?;
            let by_device = || {
                let (_, at) = self.device(point.device)?.online.filter(|_| members.len() > 1)?;
                Some((true, at))
            };
            point.available.or_else(by_device)
        })
    }

    /// True where this was not told last.
    pub(super) fn tell_online(&mut self, out: DeviceIx, online: bool) -> bool {
        let Some(device) = self.device_mut(out) else {
            return true;
        };
        device.shown_online.replace(online) != Some(online)
    }

    pub(super) fn tell_available(&mut self, out: PointIx, available: bool) -> bool {
        let Some(point) = self.point_mut(out) else {
            return true;
        };
        point.shown_available.replace(available) != Some(available)
    }

    /// Keeps what is told of a device or point that is shown as it was described.
    pub(super) fn shown(&mut self, event: &Event) {
        match event {
            Event::Device { device, desc } => {
                if let Some(device) = self.device_mut(*device) {
                    device.shown = Some(Arc::clone(desc));
                }
            }
            Event::Point { point, device, desc } => {
                if let Some(point) = self.point_mut(*point) {
                    point.shown = Some((*device, Arc::clone(desc)));
                }
            }
            Event::DeviceGone(device) => {
                if let Some(device) = self.device_mut(*device) {
                    (device.shown, device.shown_online) = (None, None);
                }
            }
            Event::PointGone(point) => {
                if let Some(point) = self.point_mut(*point) {
                    (point.shown, point.shown_available) = (None, None);
                }
            }
            Event::Online { device, online, .. } => {
                self.tell_online(*device, *online);
            }
            Event::Available { point, available, .. } => {
                self.tell_available(*point, *available);
            }
            _ => {}
        }
    }
}

/// A mark of the spot that a point reads, where two conventions that read it would speak of one device.
fn spot(device: &DeviceDesc, desc: &PointDesc) -> Option<u64> {
    // What nobody else claims is read by nobody else, and whether a bridge is there is read by all of its devices.
    if device.convention == describe::PLAIN || desc.class.as_deref() == Some("connectivity") {
        return None;
    }
    let mut hasher = FxHasher::default();
    desc.topic.as_ref()?.hash(&mut hasher);
    desc.path.as_ref()?.hash(&mut hasher);
    Some(hasher.finish())
}
