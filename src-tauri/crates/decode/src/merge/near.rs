//! Which devices may be one, and what speaks for it.

use std::collections::BTreeMap;

use hearthline_model::DeviceDesc;
use rustc_hash::{FxHashMap, FxHashSet};

use super::group::{self, Candidate, Evidence};
use super::state::{Device, MOST_POINTS};
use super::{Merge, describe, identity};
use crate::DeviceIx;

/// Most devices that are looked at together; more hang together by no honest description.
const MOST: usize = 512;

impl Merge {
    /// The dirty devices and everything that may be one with them.
    pub(super) fn near(&mut self) -> Vec<DeviceIx> {
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
    pub(super) fn groups(&self, near: &[DeviceIx]) -> Vec<Vec<DeviceIx>> {
        let mut list: Vec<(DeviceIx, &Device)> = near
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
            if device.points.len() > MOST_POINTS {
                continue;
            }
            for key in self.tied.joined(&device.desc.key) {
                let other = self.state.by_key(key).and_then(|ix| place.get(&ix));
                let large = |other: usize| list[other].1.points.len() > MOST_POINTS;
                if let Some(other) = other.filter(|other| **other > at && !large(**other)) {
                    pairs.entry((at, *other)).or_default().joined = true;
                }
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
        list: &[(DeviceIx, &Device)],
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
}
