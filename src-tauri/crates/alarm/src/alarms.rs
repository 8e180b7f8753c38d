//! What is watched, and the way from a sample to the journal.

use std::collections::BTreeSet;

use hearthline_model::{
    AlarmEntry, AlarmGroup, AlarmId, AlarmKey, DeviceId, MINUTE, Micros, PointId, Quality, Sample, Value,
};
use rustc_hash::FxHashMap;

use crate::book::{Active, Book, Cause, LATE};
use crate::complex::{Moment, Values};
use crate::cover::strongest;
use crate::late::{Past, Pause};
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
    /// Rows that time alone can change.
    pub(crate) timed: BTreeSet<(u32, Whose)>,
    /// The latest values of points that conditions of others read.
    pub(crate) values: Values,
    /// Points that are read and of which nothing is known yet.
    pub(crate) unknown: BTreeSet<PointId>,
    /// From UTC to the clock on the wall.
    pub(crate) offset: Micros,
    /// Points of which old data is being told.
    pub(crate) catching_up: BTreeSet<PointId>,
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
    /// When it arrived.
    pub received: Micros,
    /// The point is silent.
    pub stale: bool,
    /// The last sample came well after its time.
    pub late: bool,
    /// The pause that old data may fill, and what is being told of it.
    pub pause: Option<Pause>,
    /// See `pause`.
    pub past: Option<Box<Past>>,
    /// Whose conditions read this point.
    pub readers: Vec<Whose>,
    /// Groups have leaders that read this point.
    pub leads: bool,
}

impl Owner {
    fn last(&self) -> Option<Moment> {
        self.last_at.map(|at| Moment {
            at,
            received: self.received,
        })
    }
}

impl Alarms {
    /// Takes a sample in. Costs one look-up for a point without conditions.
    ///
    /// Bad and stale samples, and those without a value, say nothing: neither alarms nor delays change. So does one that is
    /// a little older than the last one taken, unless that one lies in the future by now: our own clock was ahead then, and set
    /// back since. What is much older is catch-up data (`late`).
    pub fn sample(&mut self, sample: &Sample, received: Micros, out: &mut Vec<AlarmEntry>) {
        self.told(sample, received, false, out);
    }

    /// As [`Self::sample`]; `historical`: the device says that this is catch-up data, however old.
    pub fn told(&mut self, sample: &Sample, received: Micros, historical: bool, out: &mut Vec<AlarmEntry>) {
        let Some(owner) = self.points.get_mut(&sample.point) else {
            return;
        };
        if matches!(sample.quality, Quality::Bad | Quality::Stale) || sample.value.is_null() {
            return;
        }
        let at = sample.at.min(received.saturating_add(AHEAD));
        let latest = received.saturating_add(AHEAD);
        let late = historical || received.saturating_sub(at) > LATE;
        if owner.last_at.is_some_and(|last| at < last && last <= latest) {
            if late {
                self.old(sample, at, received, out);
            }
            return;
        }
        let pause = owner.ends_pause(at, received);
        let when = Moment { at, received };
        let whose = Whose::Point(sample.point);
        for watch in &mut owner.watches {
            let Some(truth) = watch.hears(&sample.value, when, &self.values) else {
                continue;
            };
            let was_pending = watch.signal.pending();
            if was_pending && let Some(edge) = watch.signal.advance(at, watch.delays) {
                let cause = Cause {
                    late: historical,
                    ..cause(edge, received, &owner.value, owner.quality)
                };
                self.book.put(watch.row, &cause, out);
            }
            if let Some(edge) = watch.signal.observe(truth, at, received, watch.delays) {
                let cause = Cause {
                    late: historical,
                    ..cause(edge, received, &sample.value, sample.quality)
                };
                self.book.put(watch.row, &cause, out);
            }
            note_pending(&mut self.pending, watch, was_pending, whose);
        }
        if pause {
            owner.after_pause();
        }
        owner.late = late;
        owner.last_at = Some(at);
        owner.received = received;
        owner.value = sample.value.clone();
        owner.quality = sample.quality;
        owner.stale = false;
        if !owner.readers.is_empty() || owner.leads {
            self.read_by_others(sample.point, &sample.value, when, out);
        }
    }

    /// The value of a point that conditions of others read.
    fn read_by_others(&mut self, point: PointId, value: &Value, when: Moment, out: &mut Vec<AlarmEntry>) {
        self.values.insert(point, value.clone());
        self.unknown.remove(&point);
        let Some(owner) = self.points.get(&point) else {
            return;
        };
        let leads = owner.leads;
        for whose in owner.readers.clone() {
            self.look_again(whose, when, Some(point), out);
        }
        if leads {
            for name in self.book.groups.reading(point) {
                self.book.judge_group(&name, &self.values, when.at, out);
            }
        }
    }

    /// Judges conditions of an owner again, because of a value of another point or of the time of the day.
    fn look_again(&mut self, whose: Whose, when: Moment, read: Option<PointId>, out: &mut Vec<AlarmEntry>) {
        let owner = match whose {
            Whose::Point(point) => self.points.get_mut(&point),
            Whose::Device(device) => self.devices.get_mut(&device),
        };
        let Some(owner) = owner else { return };
        let at = owner.last_at.map_or(when.at, |last| last.max(when.at));
        let when = Moment { at, ..when };
        for watch in &mut owner.watches {
            let concerned = match read {
                Some(point) => watch.reads().contains(&point),
                None => watch.gate.is_some(),
            };
            if !concerned {
                continue;
            }
            let Some(truth) = watch.looks_again(&owner.value, when, &self.values) else {
                continue;
            };
            let was_pending = watch.signal.pending();
            let passed = watch.signal.advance(at, watch.delays);
            let changed = watch.signal.observe(truth, at, when.received, watch.delays);
            for edge in passed.into_iter().chain(changed) {
                let cause = cause(edge, when.received, &owner.value, owner.quality);
                self.book.put(watch.row, &cause, out);
            }
            note_pending(&mut self.pending, watch, was_pending, whose);
        }
    }

    /// Points that conditions of others read and of which no value is known yet: who has one gives it to [`Self::learn`].
    pub fn unknown(&self) -> impl Iterator<Item = PointId> + '_ {
        self.unknown.iter().copied()
    }

    /// The last known value of a point that conditions of others read; nothing where a sample told it already.
    pub fn learn(&mut self, point: PointId, value: &Value, now: Micros, out: &mut Vec<AlarmEntry>) {
        if self.unknown.contains(&point) && !value.is_null() {
            let when = Moment {
                at: now,
                received: now,
            };
            self.read_by_others(point, value, when, out);
        }
    }

    /// Replaces the settings of groups of alarms (`groups`).
    pub fn set_groups(&mut self, groups: &[AlarmGroup], now: Micros, out: &mut Vec<AlarmEntry>) {
        for point in self.book.groups.reads() {
            if let Some(owner) = self.points.get_mut(&point) {
                owner.leads = false;
                self.forget_unread(point);
            }
        }
        self.book.set_groups(groups, &self.values, now, out);
        for point in self.book.groups.reads() {
            self.points.entry(point).or_default().leads = true;
            self.note_read(point);
        }
        for group in groups {
            self.book.judge_group(&group.name, &self.values, now, out);
        }
    }

    /// Whether the leader of a group is active.
    pub fn group_leads(&self, name: &str) -> bool {
        self.book.groups.leads(name)
    }

    /// The last known value of a point that nothing was watched of so far, so that conditions that a person sets now are judged
    /// by it at once. Nothing where a sample told it already, or where it cannot be trusted.
    pub fn remember(&mut self, sample: &Sample, now: Micros) {
        if matches!(sample.quality, Quality::Bad | Quality::Stale) || sample.value.is_null() {
            return;
        }
        let owner = self.points.entry(sample.point).or_default();
        if owner.value.is_null() {
            owner.last_at = owner.last_at.max(Some(sample.at.min(now.saturating_add(AHEAD))));
            owner.received = now;
            owner.value = sample.value.clone();
            owner.quality = sample.quality;
        }
    }

    /// How far the clock on the wall is ahead of UTC, for conditions that are looked at in hours of the day.
    pub fn set_offset(&mut self, offset: Micros) {
        self.offset = offset;
    }

    /// What time alone makes of conditions.
    fn by_clock(&mut self, now: Micros, out: &mut Vec<AlarmEntry>) {
        if self.timed.is_empty() {
            return;
        }
        let local = now.saturating_add(self.offset);
        let mut turned = Vec::new();
        for &(row, whose) in &self.timed {
            let owner = match whose {
                Whose::Point(point) => self.points.get_mut(&point),
                Whose::Device(device) => self.devices.get_mut(&device),
            };
            let Some(owner) = owner else { continue };
            let (last, stale) = (owner.last(), owner.stale);
            let Some(watch) = owner.watches.iter_mut().find(|watch| watch.row == row) else {
                continue;
            };
            if watch.gate.as_mut().is_some_and(|gate| gate.tick(local)) {
                turned.push(whose);
                continue;
            }
            let open = watch
                .gate
                .as_ref()
                .is_none_or(|gate| gate.is_open(&owner.value, &self.values));
            let Test::Complex(complex) = &mut watch.test else {
                continue;
            };
            if !open {
                continue;
            }
            let Some((truth, since)) = complex.by_clock(now, last, stale) else {
                continue;
            };
            let was_pending = watch.signal.pending();
            let at = last.map_or(since, |last| last.at.max(since));
            if let Some(edge) = watch.signal.observe(truth, at, now, watch.delays) {
                let cause = cause(edge, now, &owner.value, owner.quality);
                self.book.put(watch.row, &cause, out);
            }
            note_pending(&mut self.pending, watch, was_pending, whose);
        }
        turned.dedup();
        let when = Moment {
            at: now,
            received: now,
        };
        for whose in turned {
            self.look_again(whose, when, None, out);
        }
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
            |test| matches!(test, Test::Offline),
            !online,
            at,
            received,
            whose,
            &mut self.book,
            &mut self.pending,
            &self.values,
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
        owner.stale = stale;
        let at = in_order(at, received, owner.last_at);
        let whose = Whose::Point(point);
        flag(
            owner,
            |test| matches!(test, Test::Stale),
            stale,
            at,
            received,
            whose,
            &mut self.book,
            &mut self.pending,
            &self.values,
            out,
        );
    }

    /// Ends the delays and the covers that have run out.
    pub fn tick(&mut self, now: Micros, out: &mut Vec<AlarmEntry>) {
        self.book.end_covers(now, out);
        self.settle(now, out);
        self.by_clock(now, out);
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

    /// Our clock was set forward by so much (or back): a delay that runs goes on as if it had not been.
    pub fn clock_moved(&mut self, by: Micros) {
        self.past_moved(by);
        for &(row, whose) in &self.pending {
            let owner = match whose {
                Whose::Point(point) => self.points.get_mut(&point),
                Whose::Device(device) => self.devices.get_mut(&device),
            };
            let watch = owner.and_then(|owner| owner.watches.iter_mut().find(|watch| watch.row == row));
            if let Some(watch) = watch {
                watch.signal.clock_moved(by);
            }
        }
    }

    /// Alarms that are not normal: unacknowledged first (a returned one counts too), then by priority, then the newest first.
    /// Covered ones are not among them.
    pub fn active(&self) -> Vec<&Active> {
        let mut all: Vec<&Active> = self.book.shown().filter(|it| it.covers.is_empty()).collect();
        all.sort_by_key(|it| {
            let newest = std::cmp::Reverse(it.raised_at);
            (!it.state.waits(), it.priority, newest, it.id)
        });
        all
    }

    /// Alarms that are kept from the operator, normal or not: by what covers them, then by priority, then by id.
    pub fn covered(&self) -> Vec<&Active> {
        let mut all: Vec<&Active> = self.book.shown().filter(|it| !it.covers.is_empty()).collect();
        all.sort_by_key(|it| (strongest(&it.covers).map(|it| it.kind), it.priority, it.id));
        all
    }

    /// The alarms of a point, or with `point: None` those of the device itself, normal or not, in the order of its conditions.
    pub fn of(&self, device: DeviceId, point: Option<PointId>) -> Vec<&Active> {
        let owner = match point {
            Some(point) => self.points.get(&point),
            None => self.devices.get(&device),
        };
        let watches = owner.map(|owner| owner.watches.as_slice()).unwrap_or_default();
        watches
            .iter()
            .filter_map(|watch| self.book.get(watch.row))
            .collect()
    }

    /// An alarm by its id, normal or not.
    pub fn get(&self, id: AlarmId) -> Option<&Active> {
        self.book.get(self.book.by_id(id)?)
    }

    /// All alarms that belong to a group.
    pub fn grouped(&self) -> impl Iterator<Item = &Active> {
        self.book.all().filter(|alarm| !alarm.group.is_empty())
    }

    /// Whether there is an alarm of this key.
    pub fn knows(&self, key: &AlarmKey) -> bool {
        self.book.find(key).is_some()
    }

    /// Grows (and at last wraps) whenever [`Self::active`] or [`Self::covered`] changes.
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
        reason: "",
        late: false,
    }
}

/// The time of something that is taken in the order of arrival: its own, unless that cannot be.
fn in_order(at: Micros, received: Micros, last: Option<Micros>) -> Micros {
    let at = at.min(received.saturating_add(AHEAD));
    match last {
        Some(last) if at < last && last <= received.saturating_add(AHEAD) => received.max(last),
        _ => at,
    }
}

/// Puts a yes or no to the conditions of one sort.
#[allow(clippy::too_many_arguments)] // the fields of `Alarms`, taken apart so that the owner can stay borrowed
fn flag(
    owner: &mut Owner,
    which: fn(&Test) -> bool,
    truth: bool,
    at: Micros,
    received: Micros,
    whose: Whose,
    book: &mut Book,
    pending: &mut BTreeSet<(u32, Whose)>,
    values: &Values,
    out: &mut Vec<AlarmEntry>,
) {
    let quality = if truth { Quality::Stale } else { Quality::Good };
    for watch in owner.watches.iter_mut().filter(|watch| which(&watch.test)) {
        let open = watch
            .gate
            .as_ref()
            .is_none_or(|gate| gate.is_open(&owner.value, values));
        let truth = truth && open;
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

fn note_pending(pending: &mut BTreeSet<(u32, Whose)>, watch: &Watch, was_pending: bool, whose: Whose) {
    match (was_pending, watch.signal.pending()) {
        (false, true) => {
            pending.insert((watch.row, whose));
        }
        (true, false) => {
            pending.remove(&(watch.row, whose));
        }
        _ => {}
    }
}
