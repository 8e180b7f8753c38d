//! What a convention may do while it handles a message.

use std::collections::BTreeSet;
use std::hash::{Hash as _, Hasher as _};
use std::sync::Arc;

use hearthline_model::{DeviceDesc, Micros, PointDesc, Quality, Value};
use rustc_hash::{FxHashMap, FxHashSet, FxHasher};

use crate::{DeviceIx, Diagnosis, DiagnosisKind, Event, Limits, PointIx, Publish, Reading};

/// Devices and points that a decoder has given out.
#[derive(Default)]
pub(crate) struct Catalogue {
    devices: Vec<Arc<DeviceDesc>>,
    device_by_key: FxHashMap<String, DeviceIx>,
    /// Devices that were told to be gone; they are told anew when they come back.
    devices_gone: FxHashSet<DeviceIx>,
    points: Vec<Point>,
    point_by_key: FxHashMap<(DeviceIx, String), PointIx>,
    /// Each with the hash of the topic that it reads.
    points_by_topic: BTreeSet<(u64, PointIx)>,
    /// Every point that a device ever had, by the device.
    points_of: Vec<Vec<PointIx>>,
}

struct Point {
    desc: Arc<PointDesc>,
    owner: u8,
    gone: bool,
}

impl Catalogue {
    /// The convention that described a point last; none once it is gone.
    pub(crate) fn owner(&self, point: PointIx) -> Option<usize> {
        self.points
            .get(point.0 as usize)
            .filter(|p| !p.gone)
            .map(|p| usize::from(p.owner))
    }
}

fn hash_of(topic: &str) -> u64 {
    let mut hasher = FxHasher::default();
    topic.hash(&mut hasher);
    hasher.finish()
}

/// Passed to a convention with each call.
pub struct Context<'a> {
    pub(crate) out: &'a mut Vec<Event>,
    pub(crate) catalogue: &'a mut Catalogue,
    pub(crate) reroute: &'a mut Vec<String>,
    pub(crate) limits: &'a Limits,
    pub(crate) owner: u8,
}

impl Context<'_> {
    /// Describes a device; the same key gives the same index. An event follows only where something changed.
    /// None where the limit of devices is reached (which is diagnosed).
    pub fn device(&mut self, desc: DeviceDesc) -> Option<DeviceIx> {
        if let Some(&device) = self.catalogue.device_by_key.get(&desc.key) {
            let known = &mut self.catalogue.devices[device.0 as usize];
            let back = self.catalogue.devices_gone.remove(&device);
            if back || **known != desc {
                *known = Arc::new(desc);
                self.out.push(Event::Device {
                    device,
                    desc: Arc::clone(known),
                });
            }
            return Some(device);
        }
        if self.catalogue.devices.len() >= self.limits.devices {
            let text = format!("more than {} devices; this one is not shown", self.limits.devices);
            self.diagnose(None, &desc.key, DiagnosisKind::TooMany, text);
            return None;
        }
        let device = DeviceIx(self.catalogue.devices.len() as u32);
        let desc = Arc::new(desc);
        self.catalogue.device_by_key.insert(desc.key.clone(), device);
        self.catalogue.devices.push(Arc::clone(&desc));
        self.catalogue.points_of.push(Vec::new());
        self.out.push(Event::Device { device, desc });
        Some(device)
    }

    /// Describes a point; the same device and key give the same index. None where the limit is reached (diagnosed).
    pub fn point(&mut self, device: DeviceIx, mut desc: PointDesc) -> Option<PointIx> {
        // JSON may name a value with nothing; a key is what history hangs on.
        if desc.key.is_empty() {
            desc.key.push_str("(empty)");
        }
        if let Some(&point) = self.catalogue.point_by_key.get(&(device, desc.key.clone())) {
            let owner = self.owner;
            let known = &mut self.catalogue.points[point.0 as usize];
            if known.gone || known.owner != owner || *known.desc != desc {
                if known.desc.topic != desc.topic {
                    let by_topic = &mut self.catalogue.points_by_topic;
                    if let Some(former) = &known.desc.topic {
                        by_topic.remove(&(hash_of(former), point));
                    }
                    by_topic.extend(desc.topic.as_deref().map(|topic| (hash_of(topic), point)));
                }
                known.gone = false;
                known.owner = owner;
                let desc = Arc::new(desc);
                known.desc = Arc::clone(&desc);
                self.out.push(Event::Point { point, device, desc });
            }
            return Some(point);
        }
        if self.catalogue.points.len() >= self.limits.points {
            let text = format!(
                "more than {} points; \"{}\" is not kept",
                self.limits.points, desc.key
            );
            self.diagnose(
                Some(device),
                desc.topic.as_deref().unwrap_or_default(),
                DiagnosisKind::TooMany,
                text,
            );
            return None;
        }
        let point = PointIx(self.catalogue.points.len() as u32);
        let desc = Arc::new(desc);
        self.catalogue
            .point_by_key
            .insert((device, desc.key.clone()), point);
        if let Some(list) = self.catalogue.points_of.get_mut(device.0 as usize) {
            list.push(point);
        }
        let topic = desc.topic.as_deref().map(|topic| (hash_of(topic), point));
        self.catalogue.points_by_topic.extend(topic);
        self.catalogue.points.push(Point {
            desc: Arc::clone(&desc),
            owner: self.owner,
            gone: false,
        });
        self.out.push(Event::Point { point, device, desc });
        Some(point)
    }

    /// The description of a device that was given out.
    pub fn device_desc(&self, device: DeviceIx) -> Option<&Arc<DeviceDesc>> {
        self.catalogue.devices.get(device.0 as usize)
    }

    /// The description of a point that was given out.
    pub fn point_desc(&self, point: PointIx) -> Option<&Arc<PointDesc>> {
        self.catalogue.points.get(point.0 as usize).map(|p| &p.desc)
    }

    /// The points that read a topic, those that were removed among them.
    pub fn points_on(&self, topic: &str) -> impl Iterator<Item = (PointIx, &Arc<PointDesc>)> {
        let hash = hash_of(topic);
        self.catalogue
            .points_by_topic
            .range((hash, PointIx(0))..=(hash, PointIx(u32::MAX)))
            .filter_map(|&(_, point)| Some((point, self.point_desc(point)?)))
            .filter(move |(_, desc)| desc.topic.as_deref() == Some(topic))
    }

    /// Whether a point was given out and not removed since.
    pub fn has_point(&self, point: PointIx) -> bool {
        self.catalogue.owner(point).is_some()
    }

    /// Removes a point.
    pub fn forget_point(&mut self, point: PointIx) {
        if let Some(known) = self.catalogue.points.get_mut(point.0 as usize)
            && !known.gone
        {
            known.gone = true;
            self.out.push(Event::PointGone(point));
        }
    }

    /// Removes a device and all of its points that this convention owns; the device goes when no point is left.
    pub fn forget_device(&mut self, device: DeviceIx) {
        let owner = self.owner;
        let mut left = false;
        for &ix in self
            .catalogue
            .points_of
            .get(device.0 as usize)
            .into_iter()
            .flatten()
        {
            let point = &mut self.catalogue.points[ix.0 as usize];
            if point.owner != owner {
                left |= !point.gone;
            } else if !std::mem::replace(&mut point.gone, true) {
                self.out.push(Event::PointGone(ix));
            }
        }
        if !left {
            self.catalogue.devices_gone.insert(device);
            self.out.push(Event::DeviceGone(device));
        }
    }

    /// Emits a good value with the arrival as its time.
    pub fn value(&mut self, point: PointIx, at: Micros, value: Value) {
        self.reading(Reading {
            point,
            at,
            received: at,
            value,
            quality: Quality::Good,
            historical: false,
        });
    }

    /// Emits a value.
    pub fn reading(&mut self, reading: Reading) {
        // What was delayed may come due after its point was taken away.
        if !self.has_point(reading.point) {
            return;
        }
        self.out.push(Event::Reading(reading));
    }

    /// The device went on- or offline.
    pub fn online(&mut self, device: DeviceIx, online: bool, at: Micros) {
        self.out.push(Event::Online { device, online, at });
    }

    /// A point became (un)available.
    pub fn available(&mut self, point: PointIx, available: bool, at: Micros) {
        self.out.push(Event::Available { point, available, at });
    }

    /// A message for the point arrived without a new value.
    pub fn alive(&mut self, point: PointIx, at: Micros) {
        self.out.push(Event::Alive { point, at });
    }

    /// The device took what was asked of a point: it is going to be `value`.
    pub fn accepted(&mut self, point: PointIx, value: Value) {
        if self.has_point(point) {
            self.out.push(Event::Accepted { point, value });
        }
    }

    /// The device did not do what it was asked last.
    pub fn refused(&mut self, device: DeviceIx, reason: impl Into<String>) {
        let reason = reason.into();
        self.out.push(Event::Refused { device, reason });
    }

    /// Tells what was wrong.
    pub fn diagnose(
        &mut self,
        device: Option<DeviceIx>,
        topic: &str,
        kind: DiagnosisKind,
        text: impl Into<String>,
    ) {
        let topic = crate::decoder::shortened(topic, 512);
        self.out.push(Event::Diagnosis(Diagnosis {
            device,
            topic,
            kind,
            text: text.into(),
        }));
    }

    /// Asks to publish.
    pub fn publish(&mut self, publish: Publish) {
        if crate::message::is_publishable(&publish.topic) {
            self.out.push(Event::Publish(publish));
        } else {
            let text = "nothing can be sent to this topic, which the device named";
            self.diagnose(None, &publish.topic, DiagnosisKind::InvalidDescription, text);
        }
    }

    /// Topics that match `filter` (MQTT wildcards allowed) may have another owner now: their routes are worked out
    /// anew and the last payload of each is decoded again.
    pub fn reroute(&mut self, filter: impl Into<String>) {
        self.reroute.push(filter.into());
    }

    /// The limits in force.
    pub fn limits(&self) -> &Limits {
        self.limits
    }
}
