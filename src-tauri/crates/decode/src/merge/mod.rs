//! One device, once: what several conventions say of the same thing becomes one device with one set of points.
//!
//! Conventions describe devices and points as if they were alone; what they emit passes through here before it leaves the
//! [`crate::Decoder`]. [`state`] keeps what each said and who says the same of what, [`near`] and [`group`] decide which devices are one,
//! [`matching`] which of their points are, [`compose`] and [`describe`] what is told of them, and [`settle`] tells the difference to what was told
//! before.
//!
//! A merged device is shown under the index of one of its sources, and a merged point likewise, so that what only one
//! convention knows passes through as it is. Values come from one source for each point; what the others say of it is
//! passed over, so that nothing is stored twice.
//!
//! *Invariants.* What is merged is a function of what the conventions know by now, not of the order in which it came. A
//! reading costs one look at a table. No device takes part that has more points than [`state::MOST_POINTS`], and nothing that is shared by
//! more than [`state::CROWD`] devices counts as evidence, so that no input makes it slow.

mod compose;
mod describe;
mod group;
mod identity;
mod matching;
mod near;
mod settle;
mod state;
#[cfg(test)]
mod tests;
mod ties;

use hearthline_model::Quality;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::{DeviceIx, Event, PointIx, Reading};
use state::State;
use ties::Tied;
pub use ties::Ties;

/// Where the events of a convention's point go.
#[derive(Clone, Copy, Debug)]
struct Route {
    /// The point that it is shown as.
    out: u32,
    /// Where a command to the point shown under this index goes.
    command: u32,
    /// Its values come from another source.
    silent: bool,
    /// It has had a value since it was described.
    spoke: bool,
}

/// The stage between the conventions and the decoder's caller; see the module.
#[derive(Default)]
pub(crate) struct Merge {
    routes: Vec<Route>,
    state: State,
    tied: Tied,
    /// The last value of each point that is passed over, for the day on which it is shown again.
    held: FxHashMap<PointIx, Reading>,
    /// Devices that share a group with others.
    merged: usize,
    /// Devices whose groups or points are to be looked at anew.
    dirty: FxHashSet<DeviceIx>,
}

impl Merge {
    /// Turns what the conventions appended to `events` since `start` into what is told of merged devices.
    pub(crate) fn pass(&mut self, events: &mut Vec<Event>, start: usize) {
        let mut described = false;
        for event in events.get(start..).unwrap_or_default() {
            match event {
                Event::Reading(reading) => {
                    let ix = reading.point;
                    if self.routes.get(ix.0 as usize).is_some_and(|route| !route.spoke) {
                        self.spoke(ix);
                    }
                }
                Event::Device { .. } | Event::Point { .. } | Event::DeviceGone(_) | Event::PointGone(_) => {
                    described = true;
                    self.note(event);
                }
                Event::Online { device, online, at } => {
                    described = true;
                    self.state.online(*device, *online, *at);
                }
                Event::Available { point, available, at } => {
                    described = true;
                    self.state.available(*point, *available, *at);
                }
                _ => {}
            }
        }
        if !self.dirty.is_empty() {
            return self.rewrite(events, start);
        }
        if self.merged == 0 {
            if described {
                for event in events.get(start..).unwrap_or_default() {
                    self.state.shown(event);
                }
                self.state.gone.clear();
            }
        } else {
            let mut write = start;
            for read in start..events.len() {
                if self.translate(&mut events[read], &FxHashSet::default()) {
                    events.swap(write, read);
                    write += 1;
                }
            }
            events.truncate(write);
            self.state.gone.clear();
        }
    }

    /// The devices of the conventions that the device shown under this index is made of.
    pub(crate) fn sources(&self, device: DeviceIx) -> Vec<DeviceIx> {
        self.state
            .groups
            .get(&device)
            .cloned()
            .unwrap_or_else(|| vec![device])
    }

    /// What a person said of devices; what follows from it is appended.
    pub(crate) fn set_ties(&mut self, ties: &Ties, events: &mut Vec<Event>) {
        let former = std::mem::replace(&mut self.tied, Tied::new(ties));
        for key in former.keys().chain(self.tied.keys()) {
            self.dirty.extend(self.state.by_key(key));
        }
        if !self.dirty.is_empty() {
            let start = events.len();
            self.rewrite(events, start);
        }
    }

    /// The point of a convention that a command to a shown point goes to.
    pub(crate) fn command(&self, point: PointIx) -> PointIx {
        self.routes
            .get(point.0 as usize)
            .map_or(point, |route| PointIx(route.command))
    }

    fn spoke(&mut self, point: PointIx) {
        self.routes[point.0 as usize].spoke = true;
        // Until a source has spoken another one may speak for it.
        if let Some(device) = self.state.device_of(point)
            && self.state.is_merged(device)
        {
            self.dirty.insert(device);
        }
    }

    fn note(&mut self, event: &Event) {
        match event {
            Event::Device { device, desc } => self.state.describe(*device, desc, &self.tied, &mut self.dirty),
            Event::Point { point, device, desc } => {
                let ix = point.0;
                while self.routes.len() <= ix as usize {
                    let next = self.routes.len() as u32;
                    self.routes.push(Route {
                        out: next,
                        command: next,
                        silent: false,
                        spoke: false,
                    });
                }
                self.state.describe_point(*point, *device, desc, &mut self.dirty);
            }
            Event::DeviceGone(device) => self.state.forget(*device, &mut self.dirty),
            Event::PointGone(point) => {
                self.state.forget_point(*point, &mut self.dirty);
                self.held.remove(point);
                if let Some(route) = self.routes.get_mut(point.0 as usize) {
                    route.spoke = false;
                }
            }
            _ => {}
        }
    }

    /// Something changed that may change what is merged: works it out and tells the difference first.
    fn rewrite(&mut self, events: &mut Vec<Event>, start: usize) {
        let tail: Vec<Event> = events.drain(start.min(events.len())..).collect();
        let mut diff = Vec::new();
        let handled = self.settle(&mut diff);
        events.append(&mut diff);
        for mut event in tail {
            if self.translate(&mut event, &handled) {
                events.push(event);
            }
        }
    }

    /// Makes an event of a convention's point or device one of what it is shown as; false: nothing is told.
    ///
    /// `handled` are the devices whose descriptions were told already.
    fn translate(&mut self, event: &mut Event, handled: &FxHashSet<DeviceIx>) -> bool {
        match event {
            Event::Reading(reading) => {
                let Some(route) = self.routes.get(reading.point.0 as usize) else {
                    return true;
                };
                if route.silent {
                    if !reading.historical && reading.quality != Quality::Bad {
                        self.held.insert(reading.point, reading.clone());
                    }
                    return false;
                }
                reading.point = PointIx(route.out);
                true
            }
            Event::Alive { point, .. } | Event::Accepted { point, .. } => {
                if let Some(route) = self.routes.get(point.0 as usize) {
                    *point = PointIx(route.out);
                }
                true
            }
            Event::Online { device, online, at } => {
                if !self.state.is_merged(*device) {
                    self.state.shown(event);
                    return true;
                }
                let out = self.state.out_of(*device);
                if let Some(now) = self.state.online_of(out) {
                    (*online, *at) = now;
                }
                *device = out;
                self.state.tell_online(out, *online)
            }
            Event::Available { point, available, at } => {
                let merged = self
                    .state
                    .device_of(*point)
                    .is_some_and(|device| self.state.is_merged(device));
                let Some(route) = self.routes.get(point.0 as usize).filter(|_| merged) else {
                    self.state.shown(event);
                    return true;
                };
                let out = PointIx(route.out);
                if let Some(now) = self.state.available_of(out) {
                    (*available, *at) = now;
                }
                *point = out;
                self.state.tell_available(out, *available)
            }
            Event::Diagnosis(diagnosis) => {
                if let Some(device) = diagnosis.device {
                    diagnosis.device = Some(self.state.out_of(device));
                }
                true
            }
            Event::Device { device, .. } | Event::DeviceGone(device) | Event::Point { device, .. } => {
                let device = *device;
                self.own(device, handled, event)
            }
            Event::PointGone(point) => {
                let device = self.state.device_of(*point);
                device.is_none_or(|device| self.own(device, handled, event))
            }
            Event::Refused { device, .. } => {
                *device = self.state.out_of(*device);
                true
            }
            Event::Publish(_) => true,
        }
    }

    /// A description of a device that is shown as it is, unless it was told already.
    fn own(&mut self, device: DeviceIx, handled: &FxHashSet<DeviceIx>, event: &Event) -> bool {
        if handled.contains(&device) {
            return false;
        }
        self.state.shown(event);
        true
    }
}
