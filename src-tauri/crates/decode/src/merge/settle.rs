//! Works out what is merged, and tells the difference to what was told before.

use std::collections::BTreeMap;
use std::sync::Arc;

use hearthline_model::{DeviceDesc, PointDesc};
use rustc_hash::{FxHashMap, FxHashSet};

use super::describe::{self, Member};
use super::group::{self, Candidate, Evidence};
use super::state::MOST_POINTS;
use super::{Merge, Route, identity, matching};
use crate::{DeviceIx, Event, PointIx};

/// Most devices that are looked at together; more hang together by no honest description.
const MOST: usize = 512;

/// A device to be shown.
struct Shown {
    out: DeviceIx,
    /// Its sources, the best first.
    members: Vec<DeviceIx>,
    desc: Arc<DeviceDesc>,
    points: Vec<ShownPoint>,
}

/// A point to be shown.
struct ShownPoint {
    out: PointIx,
    members: Vec<PointIx>,
    value: PointIx,
    command: PointIx,
    desc: Arc<PointDesc>,
}

impl Merge {
    /// Looks at everything that is dirty; gives back the devices whose descriptions were told here, and nowhere else.
    pub(super) fn settle(&mut self, out: &mut Vec<Event>) -> FxHashSet<DeviceIx> {
        let near = self.near();
        let groups = self.groups(&near);
        let mut handled: FxHashSet<DeviceIx> = near
            .iter()
            .copied()
            .filter(|ix| self.state.is_merged(*ix))
            .collect();
        handled.extend(groups.iter().filter(|group| group.len() > 1).flatten());
        let mut shown: Vec<Shown> = groups
            .into_iter()
            .filter(|group| handled.contains(&group[0]))
            .map(|members| self.compose(members))
            .collect();
        shown.sort_by_key(|device| device.out);
        self.retract(&handled, &shown, out);
        self.enter(&handled, &shown);
        for device in shown {
            self.tell(device, out);
        }
        self.state.gone.clear();
        handled
    }

    /// The dirty devices and everything that may be one with them.
    fn near(&mut self) -> Vec<DeviceIx> {
        let mut queue: Vec<DeviceIx> = self.dirty.drain().collect();
        queue.sort_unstable();
        let mut seen: FxHashSet<DeviceIx> = queue.iter().copied().collect();
        let mut next = 0;
        while next < queue.len() {
            let Some(device) = self.state.device(queue[next]) else {
                next += 1;
                continue;
            };
            let mut found: Vec<DeviceIx> = Vec::new();
            found.extend(self.state.groups.get(&device.out).into_iter().flatten());
            if queue.len() < MOST && device.alive {
                found.extend(self.state.sharing(device).flat_map(|(_, list)| list));
                if device.points.len() <= MOST_POINTS {
                    let points = self.state.reading(device).flatten();
                    found.extend(points.filter_map(|point| self.state.device_of(*point)));
                }
                let joined = self.tied.joined(&device.desc.key);
                found.extend(joined.iter().filter_map(|key| self.state.by_key(key)));
            }
            queue.extend(found.into_iter().filter(|ix| seen.insert(*ix)));
            next += 1;
        }
        queue
    }

    /// The groups of these devices, members the best first.
    fn groups(&self, near: &[DeviceIx]) -> Vec<Vec<DeviceIx>> {
        let mut list: Vec<(DeviceIx, &super::state::Device)> = near
            .iter()
            .filter_map(|ix| Some((*ix, self.state.device(*ix)?)))
            .filter(|(_, device)| device.alive)
            .collect();
        list.sort_by(|(_, a), (_, b)| {
            let of = |desc: &DeviceDesc| describe::rank(&desc.convention);
            of(&a.desc)
                .cmp(&of(&b.desc))
                .then_with(|| a.desc.convention.cmp(&b.desc.convention))
                .then_with(|| a.desc.key.cmp(&b.desc.key))
        });
        let place: FxHashMap<DeviceIx, usize> =
            list.iter().enumerate().map(|(at, (ix, _))| (*ix, at)).collect();
        let candidates: Vec<Candidate<'_>> = list
            .iter()
            .map(|(_, device)| Candidate {
                key: &device.desc.key,
                convention: &device.desc.convention,
                identities: &device.identities,
            })
            .collect();
        let mut pairs: BTreeMap<(usize, usize), Evidence> = BTreeMap::new();
        for (at, (_, device)) in list.iter().enumerate() {
            for key in self.tied.joined(&device.desc.key) {
                let other = self.state.by_key(key).and_then(|ix| place.get(&ix));
                if let Some(other) = other.filter(|other| **other > at) {
                    pairs.entry((at, *other)).or_default().joined = true;
                }
            }
            if device.points.len() > MOST_POINTS {
                continue;
            }
            for (identity, sharing) in self.state.sharing(device) {
                for other in sharing.iter().filter_map(|ix| place.get(ix)) {
                    let (of, large) = (&list[*other].1.desc, list[*other].1.points.len() > MOST_POINTS);
                    if *other > at && of.convention != device.desc.convention && !large {
                        let evidence = pairs.entry((at, *other)).or_default();
                        evidence.address |= identity::is_hardware(identity);
                        evidence.identity = true;
                    }
                }
            }
        }
        self.spots(&list, &place, &mut pairs);
        let pairs = pairs
            .into_iter()
            .filter(|(_, evidence)| *evidence != Evidence::default())
            .map(|((a, b), evidence)| (a, b, evidence))
            .collect();
        group::groups(&candidates, pairs, &self.tied)
            .into_iter()
            .map(|group| group.into_iter().map(|at| list[at].0).collect())
            .collect()
    }

    /// Who reads the same spots. A spot that two devices of one convention read tells nothing, and neither does one that a device
    /// reads beside more of somebody else's: that one only looks on.
    fn spots(
        &self,
        list: &[(DeviceIx, &super::state::Device)],
        place: &FxHashMap<DeviceIx, usize>,
        pairs: &mut BTreeMap<(usize, usize), Evidence>,
    ) {
        let mut counts: BTreeMap<(usize, usize), u32> = BTreeMap::new();
        let mut totals: FxHashMap<(usize, &str), u32> = FxHashMap::default();
        let convention = |at: usize| list[at].1.desc.convention.as_str();
        for (at, (_, device)) in list.iter().enumerate() {
            if device.points.len() > MOST_POINTS {
                continue;
            }
            for points in self.state.reading(device) {
                let mut readers: Vec<usize> = points
                    .iter()
                    .filter_map(|point| place.get(&self.state.device_of(*point)?).copied())
                    .collect();
                readers.sort_unstable();
                readers.dedup();
                let alone = |reader: &usize| {
                    !readers
                        .iter()
                        .any(|other| other != reader && convention(*other) == convention(*reader))
                };
                for other in readers.iter().filter(|other| **other != at) {
                    if convention(*other) == convention(at) || list[*other].1.points.len() > MOST_POINTS {
                        continue;
                    }
                    *totals.entry((at, convention(*other))).or_default() += 1;
                    if *other > at && alone(&at) && alone(other) {
                        *counts.entry((at, *other)).or_default() += 1;
                    }
                }
            }
        }
        for ((a, b), count) in counts {
            let most = |of: usize, other: usize| {
                2 * count > totals.get(&(of, convention(other))).copied().unwrap_or_default()
            };
            if most(a, b) && most(b, a) {
                pairs.entry((a, b)).or_default().spots = count;
            }
        }
    }

    /// What a group is shown as.
    fn compose(&self, members: Vec<DeviceIx>) -> Shown {
        let devices: Vec<&super::state::Device> =
            members.iter().filter_map(|ix| self.state.device(*ix)).collect();
        let alone = devices.len() == 1;
        // What was shown before stays where it is.
        let out = members
            .iter()
            .copied()
            .filter(|ix| {
                self.state
                    .device(*ix)
                    .is_some_and(|device| device.shown.is_some())
            })
            .min()
            .or_else(|| members.iter().copied().min())
            .unwrap_or(DeviceIx(0));
        let desc = if alone {
            Arc::clone(&devices[0].desc)
        } else {
            let descs: Vec<&Arc<DeviceDesc>> = devices.iter().map(|device| &device.desc).collect();
            Arc::new(describe::device(&descs))
        };
        let points: Vec<Vec<PointIx>> = devices
            .iter()
            .map(|device| {
                let mut points = device.points.clone();
                points.sort_by(|a, b| {
                    let key = |ix: &PointIx| self.state.point(*ix).map(|point| &point.desc.key);
                    key(a).cmp(&key(b))
                });
                points
            })
            .collect();
        let descs: Vec<Vec<&PointDesc>> = points
            .iter()
            .map(|list| {
                list.iter()
                    .filter_map(|ix| self.state.point(*ix).map(|point| &*point.desc))
                    .collect()
            })
            .collect();
        let mut shown = Vec::new();
        let mut keys: FxHashSet<String> = FxHashSet::default();
        // Entities of one convention that another one calls otherwise, so that the points of one tile stay together.
        let mut entities: FxHashMap<(usize, &str), String> = FxHashMap::default();
        for cluster in matching::clusters(&descs) {
            let ixs: Vec<PointIx> = cluster.iter().map(|(source, at)| points[*source][*at]).collect();
            let point_out = ixs
                .iter()
                .copied()
                .filter(|ix| self.state.point(*ix).is_some_and(|point| point.shown.is_some()))
                .min()
                .or_else(|| ixs.iter().copied().min())
                .unwrap_or(PointIx(0));
            let spoke = |ix: &PointIx| self.routes.get(ix.0 as usize).is_some_and(|route| route.spoke);
            let value = ixs.iter().position(spoke).unwrap_or(0);
            let command = cluster
                .iter()
                .position(|(source, at)| descs[*source][*at].command.is_some());
            let desc = if alone {
                self.state.point(ixs[0]).map(|point| Arc::clone(&point.desc))
            } else {
                let members: Vec<Member<'_>> = cluster
                    .iter()
                    .map(|(source, at)| Member {
                        device: &devices[*source].desc,
                        desc: descs[*source][*at],
                    })
                    .collect();
                let mut desc = describe::point(&members, value, command);
                if keys.contains(&desc.key) {
                    desc.key = format!("{}:{}", members[0].device.convention, desc.key);
                }
                keys.insert(desc.key.clone());
                for (source, at) in &cluster {
                    let own = descs[*source][*at].entity.as_str();
                    if !own.is_empty() && own != desc.entity && !desc.entity.is_empty() {
                        entities
                            .entry((*source, own))
                            .or_insert_with(|| desc.entity.clone());
                    }
                }
                Some(Arc::new(desc))
            };
            if let Some(desc) = desc {
                shown.push((
                    cluster[0].0,
                    ShownPoint {
                        out: point_out,
                        value: ixs[value],
                        command: ixs[command.unwrap_or(value)],
                        members: ixs,
                        desc,
                    },
                ));
            }
        }
        if !entities.is_empty() {
            for (source, point) in &mut shown {
                let entity = entities.get(&(*source, point.desc.entity.as_str())).cloned();
                if let Some(entity) = entity {
                    Arc::make_mut(&mut point.desc).entity = entity;
                }
            }
        }
        let points = shown.into_iter().map(|(_, point)| point).collect();
        Shown {
            out,
            members,
            desc,
            points,
        }
    }

    /// Takes back what is shown no more.
    fn retract(&mut self, handled: &FxHashSet<DeviceIx>, shown: &[Shown], out: &mut Vec<Event>) {
        let devices: FxHashSet<DeviceIx> = shown.iter().map(|device| device.out).collect();
        let points: FxHashSet<PointIx> = shown
            .iter()
            .flat_map(|device| device.points.iter().map(|point| point.out))
            .collect();
        let mut former: Vec<DeviceIx> = handled.iter().copied().collect();
        former.sort_unstable();
        let mut candidates: Vec<PointIx> = former
            .iter()
            .filter_map(|ix| self.state.device(*ix))
            .flat_map(|device| device.points.iter().copied())
            .collect();
        let gone = self.state.gone.iter().copied();
        candidates
            .extend(gone.filter(|ix| self.state.device_of(*ix).is_some_and(|it| handled.contains(&it))));
        candidates.sort_unstable();
        candidates.dedup();
        for ix in candidates {
            if points.contains(&ix) {
                continue;
            }
            if let Some(point) = self.state.point_mut(ix) {
                point.shown_available = None;
                if point.shown.take().is_some() {
                    out.push(Event::PointGone(ix));
                }
                if !point.alive
                    && let Some(route) = self.routes.get_mut(ix.0 as usize)
                {
                    *route = Route {
                        out: ix.0,
                        command: ix.0,
                        silent: false,
                        spoke: false,
                    };
                }
            }
        }
        for ix in former {
            if devices.contains(&ix) {
                continue;
            }
            if let Some(device) = self.state.device_mut(ix) {
                device.shown_online = None;
                if device.shown.take().is_some() {
                    out.push(Event::DeviceGone(ix));
                }
            }
        }
    }

    /// Takes the new groups over.
    fn enter(&mut self, handled: &FxHashSet<DeviceIx>, shown: &[Shown]) {
        for ix in handled {
            let Some(device) = self.state.device_mut(*ix) else {
                continue;
            };
            self.merged -= usize::from(std::mem::take(&mut device.merged));
            device.out = *ix;
            let points = device.points.clone();
            self.state.groups.remove(ix);
            for point in points.iter().chain(&self.state.gone.clone()) {
                self.state.clusters.remove(point);
            }
        }
        for device in shown.iter().filter(|device| device.members.len() > 1) {
            for member in &device.members {
                if let Some(member) = self.state.device_mut(*member) {
                    (member.out, member.merged) = (device.out, true);
                    self.merged += 1;
                }
            }
            self.state.groups.insert(device.out, device.members.clone());
        }
        for point in shown.iter().flat_map(|device| &device.points) {
            if point.members.len() > 1 {
                self.state.clusters.insert(point.out, point.members.clone());
            }
        }
    }

    /// Tells of a device what is new.
    fn tell(&mut self, shown: Shown, out: &mut Vec<Event>) {
        let device = shown.out;
        if let Some(known) = self.state.device_mut(device)
            && known.shown.as_ref() != Some(&shown.desc)
        {
            known.shown = Some(Arc::clone(&shown.desc));
            out.push(Event::Device {
                device,
                desc: shown.desc,
            });
        }
        let mut late = Vec::new();
        for point in shown.points {
            for member in &point.members {
                let Some(route) = self.routes.get_mut(member.0 as usize) else {
                    continue;
                };
                route.out = point.out.0;
                route.command = if *member == point.out {
                    point.command.0
                } else {
                    member.0
                };
                route.silent = *member != point.value;
            }
            let told = Some((device, point.desc));
            if let Some(known) = self.state.point_mut(point.out)
                && known.shown != told
            {
                known.shown.clone_from(&told);
                out.extend(told.map(|(device, desc)| Event::Point {
                    point: point.out,
                    device,
                    desc,
                }));
            }
            if let Some((available, at)) = self.state.available_of(point.out)
                && (!available
                    || self
                        .state
                        .point(point.out)
                        .is_some_and(|it| it.shown_available == Some(false)))
                && self.state.tell_available(point.out, available)
            {
                late.push(Event::Available {
                    point: point.out,
                    available,
                    at,
                });
            }
            // It was passed over until now, and is not any more.
            if let Some(mut reading) = self.held.remove(&point.value) {
                reading.point = point.out;
                late.push(Event::Reading(reading));
            }
        }
        let said = self.state.online_of(device);
        let before = self.state.device(device).and_then(|device| device.shown_online);
        let now = match (said, before) {
            (Some((online, at)), _) => Some((online, at)),
            // Another source had said so.
            (None, Some(false)) => Some((true, 0)),
            (None, _) => None,
        };
        if let Some((online, at)) = now
            && self.state.tell_online(device, online)
        {
            out.push(Event::Online { device, online, at });
        }
        out.append(&mut late);
    }
}
