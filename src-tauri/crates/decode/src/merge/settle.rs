//! Works out what is merged, and tells the difference to what was told before.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::compose::Shown;
use super::{Merge, Route};
use crate::{DeviceIx, Event, PointIx};

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
        let state = &mut self.state;
        for ix in handled {
            let Some(device) = state.devices.get_mut(ix.0 as usize).and_then(Option::as_mut) else {
                continue;
            };
            self.merged -= usize::from(std::mem::take(&mut device.merged));
            device.out = *ix;
            state.groups.remove(ix);
            for point in &device.points {
                state.clusters.remove(point);
            }
        }
        if !handled.is_empty() {
            for point in &state.gone {
                state.clusters.remove(point);
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
