//! The latest value of each point, and what of it the window has not seen yet.

mod frame;
mod interval;

use std::collections::HashSet;

use hearthline_decode::Reading;
use hearthline_model::{
    BrokerId, DeviceId, Kind, Micros, PointDesc, PointId, Quality, SECOND, Sample, Value,
};

pub use frame::Revisions;
use interval::Interval;

/// The table: indexed by lasting id, which are small and dense.
#[derive(Debug, Default)]
pub struct Live {
    points: Vec<Option<Slot>>,
    devices: Vec<Option<DeviceLive>>,
    down: HashSet<BrokerId>,
    /// Grows with each change that a frame may have to show.
    version: u32,
    watched: Vec<PointId>,
    /// Watched since the last frame: shown whether they changed or not.
    fresh: Vec<PointId>,
}

/// What is known of a point right now.
#[derive(Clone, Debug)]
struct Slot {
    device: DeviceId,
    value: Value,
    at: Micros,
    quality: Quality,
    /// Last arrival in this run; 0 where none yet.
    received: Micros,
    available: bool,
    expire_after: Option<Micros>,
    /// Whether silence says something: read-only numbers are reported regularly, switches when someone switches.
    regular: bool,
    interval: Interval,
    stale: bool,
    version: u32,
    known: bool,
}

#[derive(Clone, Copy, Debug)]
struct DeviceLive {
    broker: BrokerId,
    online: bool,
    last_seen: Micros,
}

/// The latest value as queries want it.
#[derive(Clone, Debug, PartialEq)]
pub struct Latest {
    /// Its own time.
    pub at: Micros,
    /// The value.
    pub value: Value,
    /// Quality, stale included.
    pub quality: Quality,
}

impl Live {
    /// A point exists (anew): what is announced of it that matters here.
    pub fn describe(&mut self, point: PointId, device: DeviceId, desc: &PointDesc) {
        let version = self.version;
        let slot = place(&mut self.points, point.0).get_or_insert_with(|| Slot {
            device,
            value: Value::Null,
            at: 0,
            quality: Quality::Good,
            received: 0,
            available: true,
            expire_after: None,
            regular: false,
            interval: Interval::default(),
            stale: true,
            version,
            known: false,
        });
        slot.device = device;
        slot.expire_after = desc.expire_after.map(|seconds| Micros::from(seconds) * SECOND);
        // Sparkplug reports by exception: a value that stays is not repeated, and only a death tells of silence.
        let repeated = desc.platform != "metric";
        slot.regular = desc.kind == Kind::Number && desc.command.is_none() && repeated;
    }

    /// A device exists.
    pub fn device(&mut self, device: DeviceId, broker: BrokerId) {
        let entry = place(&mut self.devices, device.0).get_or_insert(DeviceLive {
            broker,
            online: true,
            last_seen: 0,
        });
        entry.broker = broker;
    }

    /// A value of an earlier run: shown at once, stale until something confirms it.
    pub fn restore(&mut self, sample: &Sample, now: Micros) {
        if let Some(slot) = slot(&mut self.points, sample.point) {
            slot.value = sample.value.clone();
            slot.at = sample.at;
            slot.quality = sample.quality;
            slot.known = true;
            if let Some(device) = device_of(&mut self.devices, slot.device) {
                device.last_seen = device.last_seen.max(sample.at.min(now));
            }
        }
    }

    /// Takes readings in; call [`Live::advance`] first, once a batch.
    pub fn reading(&mut self, point: PointId, reading: &Reading) {
        let version = self.version;
        let Some(slot) = slot(&mut self.points, point) else {
            return;
        };
        let device = device_of(&mut self.devices, slot.device);
        if reading.historical {
            // It proves that the device speaks, not that the point's present value still holds; and a thousand that come at once
            // would teach an interval that never was.
            if let Some(device) = device {
                device.last_seen = reading.received;
            }
            return;
        }
        slot.value.clone_from(&reading.value);
        slot.at = reading.at;
        slot.quality = reading.quality;
        slot.known = true;
        slot.version = version;
        slot.interval.arrived(slot.received, reading.received);
        slot.received = reading.received;
        if let Some(device) = device {
            device.last_seen = reading.received;
            if slot.stale && device.online && slot.available && !self.down.contains(&device.broker) {
                slot.stale = false;
            }
        }
    }

    /// A message without a new value.
    pub fn alive(&mut self, point: PointId, at: Micros) {
        if let Some(slot) = slot(&mut self.points, point)
            && slot.received > 0
        {
            slot.received = at;
        }
    }

    /// A point became (un)available.
    pub fn available(&mut self, point: PointId, available: bool) {
        if let Some(slot) = slot(&mut self.points, point) {
            slot.available = available;
        }
    }

    /// A device went on- or offline.
    pub fn online(&mut self, device: DeviceId, online: bool, at: Micros) {
        if let Some(device) = device_of(&mut self.devices, device) {
            device.online = online;
            if online {
                device.last_seen = device.last_seen.max(at);
            }
        }
    }

    /// A broker is away (or back): nothing confirms its values.
    pub fn broker(&mut self, broker: BrokerId, up: bool) {
        if up {
            self.down.remove(&broker);
        } else {
            self.down.insert(broker);
        }
    }

    /// The next version: what changes from now on is shown by the next frame.
    pub fn advance(&mut self) {
        self.version = self.version.wrapping_add(1).max(1);
    }

    /// Finds what turned stale or fresh; each is appended to `turned`.
    pub fn settle(&mut self, now: Micros, turned: &mut Vec<(PointId, bool)>) {
        self.advance();
        let version = self.version;
        for (id, slot) in self.points.iter_mut().enumerate() {
            let Some(slot) = slot else { continue };
            let device = device_of(&mut self.devices, slot.device);
            let there = device.is_some_and(|device| device.online && !self.down.contains(&device.broker));
            let silent = now.saturating_sub(slot.received);
            let stale = slot.received == 0
                || !there
                || !slot.available
                || slot.expire_after.is_some_and(|limit| silent > limit)
                || (slot.regular && slot.interval.overdue(silent));
            if stale != slot.stale {
                slot.stale = stale;
                slot.version = version;
                turned.push((PointId(id as u32), stale));
            }
        }
    }

    /// The clock jumped, and says `now`: nothing was silent for longer or shorter because of it.
    pub fn clock_moved(&mut self, by: Micros, now: Micros) {
        let moved = |at: &mut Micros| {
            if *at > 0 {
                *at = at.saturating_add(by).clamp(1, now);
            }
        };
        for slot in self.points.iter_mut().flatten() {
            moved(&mut slot.received);
        }
        for device in self.devices.iter_mut().flatten() {
            moved(&mut device.last_seen);
        }
    }

    /// The latest value of a point.
    pub fn latest(&self, point: PointId) -> Option<Latest> {
        let slot = self.points.get(point.0 as usize)?.as_ref()?;
        slot.known.then(|| Latest {
            at: slot.at,
            value: slot.value.clone(),
            quality: slot.shown_quality(),
        })
    }

    /// When a device was last heard of; 0 where never.
    pub fn last_seen(&self, device: DeviceId) -> Micros {
        self.devices
            .get(device.0 as usize)
            .and_then(Option::as_ref)
            .map_or(0, |device| device.last_seen)
    }

    /// The points on screen.
    pub fn watch(&mut self, points: Vec<PointId>) {
        let before: HashSet<PointId> = self.watched.iter().copied().collect();
        self.fresh
            .extend(points.iter().filter(|point| !before.contains(point)));
        self.watched = points;
    }
}

impl Slot {
    fn shown_quality(&self) -> Quality {
        if self.stale && self.quality != Quality::Bad {
            Quality::Stale
        } else {
            self.quality
        }
    }
}

fn place<T>(table: &mut Vec<Option<T>>, id: u32) -> &mut Option<T> {
    let index = id as usize;
    if index >= table.len() {
        table.resize_with(index + 1, || None);
    }
    &mut table[index]
}

fn slot(points: &mut [Option<Slot>], point: PointId) -> Option<&mut Slot> {
    points.get_mut(point.0 as usize)?.as_mut()
}

fn device_of(devices: &mut [Option<DeviceLive>], device: DeviceId) -> Option<&mut DeviceLive> {
    devices.get_mut(device.0 as usize)?.as_mut()
}

#[cfg(test)]
mod tests {
    use hearthline_decode::PointIx;

    use super::*;

    const POINT: PointId = PointId(3);
    const DEVICE: DeviceId = DeviceId(2);

    fn live() -> Live {
        let mut live = Live::default();
        live.device(DEVICE, BrokerId(1));
        let desc = PointDesc {
            kind: Kind::Number,
            ..PointDesc::default()
        };
        live.describe(POINT, DEVICE, &desc);
        live
    }

    fn reading(at: Micros, value: f64) -> Reading {
        Reading {
            point: PointIx(0),
            at,
            received: at,
            value: Value::Float(value),
            quality: Quality::Good,
            historical: false,
        }
    }

    fn quality(live: &Live) -> Quality {
        live.latest(POINT).unwrap().quality
    }

    #[test]
    fn a_value_of_an_earlier_run_is_stale_until_confirmed() {
        let mut live = live();
        live.restore(
            &Sample {
                point: POINT,
                at: 5,
                value: Value::Float(1.0),
                quality: Quality::Good,
            },
            SECOND,
        );
        assert_eq!(quality(&live), Quality::Stale);
        live.reading(POINT, &reading(10 * SECOND, 2.0));
        assert_eq!(quality(&live), Quality::Good);
    }

    #[test]
    fn silence_device_and_broker_make_it_stale() {
        let mut live = live();
        for second in 1..=20 {
            live.reading(POINT, &reading(second * SECOND, 1.0));
        }
        let mut turned = Vec::new();
        live.settle(25 * SECOND, &mut turned);
        assert_eq!(turned, []);
        live.settle(200 * SECOND, &mut turned);
        assert_eq!(turned, [(POINT, true)]);
        live.reading(POINT, &reading(201 * SECOND, 1.0));
        assert_eq!(quality(&live), Quality::Good);
        live.online(DEVICE, false, 0);
        live.settle(201 * SECOND, &mut turned);
        assert_eq!(quality(&live), Quality::Stale);
        live.online(DEVICE, true, 0);
        live.settle(201 * SECOND, &mut turned);
        assert_eq!(quality(&live), Quality::Good);
        live.broker(BrokerId(1), false);
        live.settle(201 * SECOND, &mut turned);
        assert_eq!(quality(&live), Quality::Stale);
    }

    #[test]
    fn a_jump_of_the_clock_makes_nothing_stale_and_hides_no_silence() {
        const DAY: Micros = hearthline_model::DAY;
        for by in [DAY, -DAY] {
            let (mut live, start) = (live(), 1000 * DAY);
            for second in 1..=20 {
                live.reading(POINT, &reading(start + second * SECOND, 1.0));
            }
            let mut turned = Vec::new();
            live.clock_moved(by, start + by + 21 * SECOND);
            live.settle(start + by + 22 * SECOND, &mut turned);
            assert_eq!(turned, [], "{by}");
            assert_eq!(live.last_seen(DEVICE), start + by + 20 * SECOND);
            live.settle(start + by + 200 * SECOND, &mut turned);
            assert_eq!(turned, [(POINT, true)], "{by}");
        }
    }

    #[test]
    fn a_metric_reported_by_exception_may_stay_silent() {
        let mut live = live();
        let desc = PointDesc {
            kind: Kind::Number,
            platform: "metric".into(),
            ..PointDesc::default()
        };
        live.describe(POINT, DEVICE, &desc);
        for second in 1..=20 {
            live.reading(POINT, &reading(second * SECOND, 1.0));
        }
        let mut turned = Vec::new();
        live.settle(2000 * SECOND, &mut turned);
        assert_eq!(turned, []);
    }

    #[test]
    fn old_data_delivered_late_does_not_move_the_live_value() {
        let mut live = live();
        live.reading(POINT, &reading(9, 2.0));
        let late = Reading {
            historical: true,
            ..reading(1, 7.0)
        };
        live.reading(POINT, &late);
        assert_eq!(live.latest(POINT).unwrap().value, Value::Float(2.0));
    }

    #[test]
    fn old_data_delivered_late_neither_confirms_a_value_nor_teaches_an_interval() {
        let old = |at: Micros, received: Micros| Reading {
            historical: true,
            received,
            ..reading(at, 7.0)
        };
        let mut restored = live();
        restored.restore(
            &Sample {
                point: POINT,
                at: 5,
                value: Value::Float(1.0),
                quality: Quality::Good,
            },
            SECOND,
        );
        restored.reading(POINT, &old(6, SECOND));
        assert_eq!(quality(&restored), Quality::Stale);
        assert_eq!(restored.last_seen(DEVICE), SECOND);

        // A point that speaks once a minute stays fresh between two of its messages, however much of its past comes with them.
        let mut live = live();
        live.reading(POINT, &reading(SECOND, 2.0));
        for i in 0..200 {
            live.reading(POINT, &old(i, SECOND + i));
        }
        let mut turned = Vec::new();
        live.settle(61 * SECOND, &mut turned);
        assert_eq!((turned, quality(&live)), (vec![], Quality::Good));
        // Nor does the past make a silent point look alive.
        for minute in 1..=20 {
            live.reading(POINT, &reading(minute * 60 * SECOND, 2.0));
        }
        live.reading(POINT, &old(200, 40 * 60 * SECOND));
        live.settle(40 * 60 * SECOND, &mut Vec::new());
        assert_eq!(quality(&live), Quality::Stale);
    }
}
