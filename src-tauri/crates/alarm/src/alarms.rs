//! What is watched, and the way from a sample to the journal.

use std::collections::BTreeSet;

use hearthline_model::{AlarmEntry, AlarmId, DeviceId, MINUTE, Micros, PointId, Quality, Sample, Value};
use rustc_hash::FxHashMap;

use crate::book::{Active, Book, Cause};
use crate::signal::Edge;
use crate::state::Input;
use crate::watch::{Test, Watch};

/// How far ahead of our clock a sample's time is believed. Further ahead it is a wrong clock, and one wrong sample must not
/// make all later ones look late.
const AHEAD: Micros = MINUTE;

/// All conditions and their alarms.
#[derive(Debug, Default)]
pub struct Alarms {
    pub(crate) book: Book,
    pub(crate) points: FxHashMap<PointId, Owner>,
    pub(crate) devices: FxHashMap<DeviceId, Owner>,
    /// Rows of last run's alarms whose conditions are not set yet.
    pub(crate) restored: FxHashMap<(DeviceId, Option<PointId>), Restored>,
    /// Rows whose delay runs, with whom they belong to.
    pub(crate) pending: BTreeSet<(u32, Whose)>,
}

/// Last run's alarms of a point or device.
#[derive(Clone, Debug, Default)]
pub(crate) struct Restored {
    pub rows: Vec<u32>,
    /// Time of the last sample known to have been taken.
    pub last_at: Option<Micros>,
}

/// Whom a condition belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Whose {
    Point(PointId),
    Device(DeviceId),
}

/// A point or device that has conditions.
#[derive(Clone, Debug, Default)]
pub(crate) struct Owner {
    pub watches: Vec<Watch>,
    /// The last sample that was taken: its time, value and quality.
    pub last_at: Option<Micros>,
    pub value: Value,
    pub quality: Quality,
}

impl Alarms {
    /// Takes a sample in. Costs one look-up for a point without conditions.
    ///
    /// Bad and stale samples, and those without a value, say nothing: neither alarms nor delays change. So does one that is
    /// older than the last one taken.
    pub fn sample(&mut self, sample: &Sample, received: Micros, out: &mut Vec<AlarmEntry>) {
        let Some(owner) = self.points.get_mut(&sample.point) else {
            return;
        };
        if matches!(sample.quality, Quality::Bad | Quality::Stale) || sample.value.is_null() {
            return;
        }
        let at = sample.at.min(received.saturating_add(AHEAD));
        if owner.last_at.is_some_and(|last| at < last) {
            return;
        }
        for watch in &mut owner.watches {
            let Some(truth) = watch.test.holds(&sample.value, watch.signal.truth()) else {
                continue;
            };
            let was_pending = watch.signal.pending();
            if was_pending && let Some(edge) = watch.signal.advance(at, watch.delays) {
                let cause = cause(edge, received, &owner.value, owner.quality);
                self.book.put(watch.row, &cause, out);
            }
            if let Some(edge) = watch.signal.observe(truth, at, received, watch.delays) {
                let cause = cause(edge, received, &sample.value, sample.quality);
                self.book.put(watch.row, &cause, out);
            }
            let pending = watch.signal.pending();
            if pending != was_pending {
                let row = (watch.row, Whose::Point(sample.point));
                if pending {
                    self.pending.insert(row);
                } else {
                    self.pending.remove(&row);
                }
            }
        }
        owner.last_at = Some(at);
        owner.value = sample.value.clone();
        owner.quality = sample.quality;
    }

    /// A device came or went. In order of arrival: a will carries the time when it was left with the broker.
    pub fn online(
        &mut self,
        device: DeviceId,
        online: bool,
        at: Micros,
        received: Micros,
        out: &mut Vec<AlarmEntry>,
    ) {
        let Some(owner) = self.devices.get_mut(&device) else {
            return;
        };
        let at = in_order(at, received, owner.last_at);
        owner.last_at = Some(at);
        let whose = Whose::Device(device);
        flag(
            owner,
            &Test::Offline,
            !online,
            at,
            received,
            whose,
            &mut self.book,
            &mut self.pending,
            out,
        );
    }

    /// A point went stale or is fresh again.
    pub fn stale(
        &mut self,
        point: PointId,
        stale: bool,
        at: Micros,
        received: Micros,
        out: &mut Vec<AlarmEntry>,
    ) {
        let Some(owner) = self.points.get_mut(&point) else {
            return;
        };
        let at = in_order(at, received, owner.last_at);
        let whose = Whose::Point(point);
        flag(
            owner,
            &Test::Stale,
            stale,
            at,
            received,
            whose,
            &mut self.book,
            &mut self.pending,
            out,
        );
    }

    /// Ends the delays that have run out.
    pub fn tick(&mut self, now: Micros, out: &mut Vec<AlarmEntry>) {
        if self.pending.is_empty() {
            return;
        }
        let mut due = Vec::new();
        self.pending.retain(|&(row, whose)| {
            let owner = match whose {
                Whose::Point(point) => self.points.get_mut(&point),
                Whose::Device(device) => self.devices.get_mut(&device),
            };
            let watch = owner.and_then(|owner| owner.watches.iter_mut().find(|watch| watch.row == row));
            let Some(watch) = watch else {
                return false;
            };
            if let Some(edge) = watch.signal.tick(now, watch.delays) {
                due.push((edge, row, whose));
            }
            watch.signal.pending()
        });
        // The journal reads in the order in which things happened.
        due.sort_by_key(|(edge, row, _)| (edge.at, *row));
        for (edge, row, whose) in due {
            let owner = match whose {
                Whose::Point(point) => self.points.get(&point),
                Whose::Device(device) => self.devices.get(&device),
            };
            if let Some(owner) = owner {
                let cause = cause(edge, now, &owner.value, owner.quality);
                self.book.put(row, &cause, out);
            }
        }
    }

    /// A person acknowledges an alarm; false where there is nothing to acknowledge.
    pub fn acknowledge(&mut self, id: AlarmId, who: &str, now: Micros, out: &mut Vec<AlarmEntry>) -> bool {
        let Some((row, active)) = self
            .book
            .by_id(id)
            .and_then(|row| Some((row, self.book.get(row)?)))
        else {
            return false;
        };
        let owner = match active.key.point {
            Some(point) => self.points.get(&point),
            None => self.devices.get(&active.key.device),
        };
        let (value, quality) = owner
            .filter(|owner| owner.last_at.is_some() && !owner.value.is_null())
            .map_or((active.value.clone(), active.quality), |owner| {
                (owner.value.clone(), owner.quality)
            });
        let cause = Cause {
            input: Input::Acknowledge,
            at: now,
            received: now,
            value: &value,
            quality,
            who,
        };
        self.book.put(row, &cause, out)
    }

    /// Alarms that are not normal: unacknowledged first (a returned one counts too), then by priority, then the newest first.
    pub fn active(&self) -> Vec<&Active> {
        use hearthline_model::AlarmState::Acknowledged;
        let mut all: Vec<&Active> = self.book.shown().collect();
        all.sort_by_key(|it| {
            let newest = std::cmp::Reverse(it.raised_at);
            (it.state == Acknowledged, it.priority, newest, it.id)
        });
        all
    }

    /// An alarm by its id, normal or not.
    pub fn get(&self, id: AlarmId) -> Option<&Active> {
        self.book.get(self.book.by_id(id)?)
    }

    /// Grows (and at last wraps) whenever [`Self::active`] changes.
    pub fn rev(&self) -> u32 {
        self.book.rev()
    }
}

pub(crate) fn cause(edge: Edge, received: Micros, value: &Value, quality: Quality) -> Cause<'_> {
    Cause {
        input: if edge.raised { Input::Raise } else { Input::Clear },
        at: edge.at,
        received,
        value,
        quality,
        who: "",
    }
}

/// The time of something that is taken in the order of arrival: its own, unless that cannot be.
fn in_order(at: Micros, received: Micros, last: Option<Micros>) -> Micros {
    let at = at.min(received.saturating_add(AHEAD));
    match last {
        Some(last) if at < last => received.max(last),
        _ => at,
    }
}

/// Puts a yes or no to the conditions of one sort.
#[allow(clippy::too_many_arguments)] // the fields of `Alarms`, taken apart so that the owner can stay borrowed
fn flag(
    owner: &mut Owner,
    test: &Test,
    truth: bool,
    at: Micros,
    received: Micros,
    whose: Whose,
    book: &mut Book,
    pending: &mut BTreeSet<(u32, Whose)>,
    out: &mut Vec<AlarmEntry>,
) {
    let quality = if truth { Quality::Stale } else { Quality::Good };
    for watch in owner.watches.iter_mut().filter(|watch| watch.test == *test) {
        let passed = watch.signal.advance(at, watch.delays);
        let changed = watch.signal.observe(truth, at, received, watch.delays);
        for edge in passed.into_iter().chain(changed) {
            book.put(watch.row, &cause(edge, received, &owner.value, quality), out);
        }
        if watch.signal.pending() {
            pending.insert((watch.row, whose));
        } else {
            pending.remove(&(watch.row, whose));
        }
    }
}
