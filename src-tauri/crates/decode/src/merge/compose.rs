//! What a group of devices is shown as.

use std::sync::Arc;

use hearthline_model::{DeviceDesc, PointDesc};
use rustc_hash::{FxHashMap, FxHashSet};

use super::describe::{self, Member};
use super::{Merge, matching, state};
use crate::{DeviceIx, PointIx};

/// A device to be shown.
pub(super) struct Shown {
    pub(super) out: DeviceIx,
    /// Its sources, the best first.
    pub(super) members: Vec<DeviceIx>,
    pub(super) desc: Arc<DeviceDesc>,
    pub(super) points: Vec<ShownPoint>,
}

/// A point to be shown.
pub(super) struct ShownPoint {
    pub(super) out: PointIx,
    pub(super) members: Vec<PointIx>,
    pub(super) value: PointIx,
    pub(super) command: PointIx,
    pub(super) desc: Arc<PointDesc>,
}

impl Merge {
    /// What a group is shown as.
    pub(super) fn compose(&self, members: Vec<DeviceIx>) -> Shown {
        let devices: Vec<&state::Device> = members.iter().filter_map(|ix| self.state.device(*ix)).collect();
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
}
