//! From the journal's entries to figures.

use std::collections::VecDeque;

use hearthline_model::{AlarmEntry, AlarmId, DAY, HOUR, MINUTE, Micros, SECOND, Transition};
use rustc_hash::{FxHashMap, FxHashSet};

use super::flood::{Flood, FloodSpan, WINDOW};

/// Length of a period.
pub const PERIOD: Micros = 10 * MINUTE;
/// So many calls of one alarm within a minute: it chatters.
pub const CHATTER: usize = 3;
/// Gone so soon after its call, unacknowledged: fleeting.
pub const FLEETING: Micros = 10 * SECOND;
/// Active for longer: stale.
pub const STALE: Micros = DAY;
/// Alarms that a list holds.
const MOST: usize = 50;
/// Floods that are listed; the newest.
const MOST_FLOODS: usize = 500;
/// Periods that are counted one by one: beyond a year of them the last one takes the rest.
const MOST_PERIODS: i64 = 60_000;

/// An alarm and how often it called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frequent {
    /// The alarm.
    pub alarm: AlarmId,
    /// How often.
    pub calls: u32,
}

/// An alarm that chattered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chatter {
    /// The alarm.
    pub alarm: AlarmId,
    /// Calls that were part of it.
    pub calls: u32,
    /// The most within a minute.
    pub peak: u32,
}

/// An alarm that was gone before anybody could act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fleeting {
    /// The alarm.
    pub alarm: AlarmId,
    /// How often.
    pub calls: u32,
}

/// An alarm that is active for more than a day at the end of the span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stale {
    /// The alarm.
    pub alarm: AlarmId,
    /// Since when.
    pub since: Micros,
}

/// The longest that an alarm waited for somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Longest {
    /// The alarm.
    pub alarm: AlarmId,
    /// When it called.
    pub called: Micros,
    /// How long it waited, or has waited.
    pub took: Micros,
    /// It still waits.
    pub waits: bool,
}

/// How long it took to acknowledge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Acknowledging {
    /// Calls that were acknowledged.
    pub count: u32,
    /// Half of them within this time.
    pub median: Option<Micros>,
    /// Nine of ten within this time.
    pub most: Option<Micros>,
    /// The longest; also one that still waits.
    pub longest: Option<Longest>,
}

/// What the alarms of a span came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Performance {
    /// From.
    pub from: Micros,
    /// To.
    pub to: Micros,
    /// Calls.
    pub calls: u32,
    /// Calls of each period of ten minutes, from `from` on.
    pub periods: Vec<u32>,
    /// The most calls within any ten minutes.
    pub peak: u32,
    /// When they were.
    pub peak_at: Option<Micros>,
    /// Floods, cut to the span.
    pub floods: Vec<FloodSpan>,
    /// Time in floods.
    pub flooded: Micros,
    /// Calls by priority, critical first.
    pub priorities: [u32; 5],
    /// Different alarms that called.
    pub alarms: u32,
    /// Those that called most, most first.
    pub frequent: Vec<Frequent>,
    /// Calls of the first ten of them.
    pub top_ten: u32,
    /// Those that chattered, worst first.
    pub chattering: Vec<Chatter>,
    /// Those that were fleeting, worst first.
    pub fleeting: Vec<Fleeting>,
    /// Different alarms that chattered or were fleeting.
    pub nuisance: u32,
    /// The most stale alarms on any day.
    pub stale_most: u32,
    /// Stale at the end, longest first.
    pub stale: Vec<Stale>,
    /// How many those are.
    pub stale_now: u32,
    /// Times to acknowledge.
    pub acknowledging: Acknowledging,
    /// Alarms that were shelved, suppressed or taken out of service without a reason.
    pub unexplained: u32,
}

/// What is known of one alarm.
#[derive(Default)]
struct Track {
    /// Calls within the last minute.
    recent: VecDeque<Micros>,
    calls: u32,
    chatter: u32,
    chatter_peak: u32,
    fleeting: u32,
    /// The first call that nobody has acknowledged.
    waits: Option<Micros>,
    /// The last call, unless it was acknowledged.
    called: Option<Micros>,
    active: Option<Micros>,
}

/// Takes the journal in; bounded by the number of alarms and of calls.
pub struct Meter {
    from: Micros,
    to: Micros,
    flood: Flood,
    tracks: FxHashMap<AlarmId, Track>,
    times: Vec<Micros>,
    /// Calls before the span, for the windows that reach into it.
    earlier: Vec<Micros>,
    took: Vec<Micros>,
    stale_days: FxHashSet<(AlarmId, i64)>,
    done: Performance,
}

impl Meter {
    /// How long before the span entries are worth giving: floods and chatter may have begun by then.
    pub const LEAD: Micros = HOUR;

    /// For `from..to`.
    pub fn new(from: Micros, to: Micros) -> Self {
        let to = to.max(from.saturating_add(1));
        let periods = (to.saturating_sub(from).saturating_add(PERIOD - 1) / PERIOD).clamp(1, MOST_PERIODS);
        Self {
            from,
            to,
            flood: Flood::default(),
            tracks: FxHashMap::default(),
            times: Vec::new(),
            earlier: Vec::new(),
            took: Vec::new(),
            stale_days: FxHashSet::default(),
            done: Performance {
                from,
                to,
                periods: vec![0; periods as usize],
                ..Performance::default()
            },
        }
    }

    /// How an alarm stood before the first entry that is given.
    pub fn stood(&mut self, entry: &AlarmEntry) {
        if !entry.covers.is_empty() {
            return;
        }
        let since = entry.raised_at.unwrap_or(entry.at).min(entry.received_at);
        let track = self.tracks.entry(entry.alarm).or_default();
        track.active = entry.state.is_active().then_some(since);
        track.waits = entry.state.waits().then_some(since);
    }

    /// An entry; in the order of receipt, at best from [`Meter::LEAD`] before the span on.
    pub fn take(&mut self, entry: &AlarmEntry) {
        let at = entry.received_at;
        if at >= self.to {
            return;
        }
        let counts = at >= self.from;
        if entry.is_annunciation() {
            self.call(entry, at, counts);
        }
        let track = self.tracks.entry(entry.alarm).or_default();
        match entry.transition {
            Transition::Acknowledged => {
                if let Some(called) = track.waits.take()
                    && counts
                {
                    let took = at.saturating_sub(called).max(0);
                    self.took.push(took);
                    longest(&mut self.done.acknowledging, entry.alarm, called, took, false);
                }
                track.called = None;
            }
            Transition::Cleared => {
                if let Some(called) = track.called.take()
                    && counts
                    && at.saturating_sub(called) <= FLEETING
                {
                    track.fleeting += 1;
                }
            }
            Transition::Shelved | Transition::Suppressed | Transition::OutOfService => {
                self.done.unexplained += u32::from(counts && entry.reason.trim().is_empty());
            }
            _ => {}
        }
        let visible = entry.covers.is_empty();
        if !(visible && entry.state.waits()) {
            track.waits = None;
        }
        if !visible {
            track.called = None;
        }
        if visible && entry.state.is_active() {
            track.active.get_or_insert(at);
        } else if let Some(since) = track.active.take() {
            self.stale(entry.alarm, since, at);
        }
    }

    fn call(&mut self, entry: &AlarmEntry, at: Micros, counts: bool) {
        let over = self.flood.call(at);
        self.flooded(over);
        let track = self.tracks.entry(entry.alarm).or_default();
        let minute = at.saturating_sub(MINUTE);
        track.recent.push_back(at);
        while track.recent.front().is_some_and(|first| *first <= minute) {
            track.recent.pop_front();
        }
        track.called = Some(at);
        if entry.state.waits() {
            track.waits.get_or_insert(at);
        }
        if !counts {
            self.earlier.push(at);
            return;
        }
        track.calls += 1;
        let within = track.recent.len();
        if within >= CHATTER {
            // The first of them turned out to be part of it.
            track.chatter += if within == CHATTER && track.chatter_peak == 0 {
                within as u32
            } else {
                1
            };
            track.chatter_peak = track.chatter_peak.max(within as u32);
        }
        self.times.push(at);
        self.done.calls += 1;
        self.done.priorities[entry.priority as usize] += 1;
        let last = self.done.periods.len() - 1;
        let period = ((at - self.from) / PERIOD) as usize;
        self.done.periods[period.min(last)] += 1;
    }

    fn flooded(&mut self, over: Option<FloodSpan>) {
        let Some(over) = over else { return };
        let cut = FloodSpan {
            from: over.from.max(self.from),
            to: over.to.min(self.to),
            ..over
        };
        if cut.to <= cut.from {
            return;
        }
        self.done.flooded += cut.to - cut.from;
        if self.done.floods.len() == MOST_FLOODS {
            self.done.floods.remove(0);
        }
        self.done.floods.push(cut);
    }

    /// It was active over this time: on each day of the span on which it was stale it counts once.
    fn stale(&mut self, alarm: AlarmId, since: Micros, until: Micros) {
        let begin = since.saturating_add(STALE).max(self.from);
        let end = until.min(self.to);
        if begin >= end {
            return;
        }
        let day = |at: Micros| (at - self.from) / DAY;
        for day in day(begin)..=day(end - 1) {
            self.stale_days.insert((alarm, day));
        }
    }

    /// The figures.
    pub fn finish(mut self) -> Performance {
        let to = self.to;
        let over = self.flood.tick(to);
        self.flooded(over);
        if let Some(ongoing) = self.flood.ongoing() {
            self.flooded(Some(FloodSpan {
                from: ongoing.since,
                to,
                calls: ongoing.calls,
                peak: ongoing.peak,
            }));
        }
        self.peak();
        let tracks = std::mem::take(&mut self.tracks);
        for (&alarm, track) in &tracks {
            if let Some(since) = track.active {
                self.stale(alarm, since, to);
                if to.saturating_sub(since) > STALE {
                    self.done.stale.push(Stale { alarm, since });
                }
            }
            if let Some(called) = track.waits {
                let took = to.saturating_sub(called);
                longest(&mut self.done.acknowledging, alarm, called, took, true);
            }
        }
        let done = &mut self.done;
        let mut by_day: FxHashMap<i64, u32> = FxHashMap::default();
        for (_, day) in &self.stale_days {
            *by_day.entry(*day).or_default() += 1;
        }
        done.stale_most = by_day.values().copied().max().unwrap_or_default();
        done.stale_now = done.stale.len() as u32;
        done.stale.sort_by_key(|stale| (stale.since, stale.alarm.0));
        done.stale.truncate(MOST);

        done.frequent = ranked(&tracks, |track| track.calls)
            .map(|(alarm, calls)| Frequent { alarm, calls })
            .collect();
        done.alarms = done.frequent.len() as u32;
        done.top_ten = done.frequent.iter().take(10).map(|it| it.calls).sum();
        done.frequent.truncate(MOST);
        done.chattering = ranked(&tracks, |track| track.chatter)
            .take(MOST)
            .map(|(alarm, calls)| Chatter {
                alarm,
                calls,
                peak: tracks[&alarm].chatter_peak,
            })
            .collect();
        done.fleeting = ranked(&tracks, |track| track.fleeting)
            .take(MOST)
            .map(|(alarm, calls)| Fleeting { alarm, calls })
            .collect();
        let is_nuisance = |track: &&Track| track.chatter > 0 || track.fleeting > 0;
        done.nuisance = tracks.values().filter(is_nuisance).count() as u32;

        self.took.sort_unstable();
        done.acknowledging.count = self.took.len() as u32;
        done.acknowledging.median = rank(&self.took, 50);
        done.acknowledging.most = rank(&self.took, 90);
        self.done
    }

    /// The most within any ten minutes that end in the span.
    fn peak(&mut self) {
        let all: Vec<Micros> = self.earlier.iter().chain(&self.times).copied().collect();
        let mut first = 0;
        for (ix, at) in all.iter().enumerate() {
            while all[first] <= at.saturating_sub(WINDOW) {
                first += 1;
            }
            let within = (ix + 1 - first) as u32;
            if *at >= self.from && within > self.done.peak {
                self.done.peak = within;
                self.done.peak_at = Some(*at);
            }
        }
    }
}

/// Those with a figure, the highest first; of equal ones in the order of their numbers, so that the answer is always the same.
fn ranked(
    tracks: &FxHashMap<AlarmId, Track>,
    figure: impl Fn(&Track) -> u32,
) -> impl Iterator<Item = (AlarmId, u32)> {
    let mut all: Vec<(AlarmId, u32)> = tracks
        .iter()
        .map(|(alarm, track)| (*alarm, figure(track)))
        .filter(|(_, figure)| *figure > 0)
        .collect();
    all.sort_unstable_by_key(|(alarm, figure)| (std::cmp::Reverse(*figure), alarm.0));
    all.into_iter()
}

/// The smallest that `percent` of them do not exceed.
fn rank(sorted: &[Micros], percent: usize) -> Option<Micros> {
    let ix = (sorted.len() * percent).div_ceil(100).checked_sub(1)?;
    sorted.get(ix).copied()
}

fn longest(known: &mut Acknowledging, alarm: AlarmId, called: Micros, took: Micros, waits: bool) {
    let longer = known
        .longest
        .is_none_or(|longest| (took, longest.alarm.0) > (longest.took, alarm.0));
    if longer {
        known.longest = Some(Longest {
            alarm,
            called,
            took,
            waits,
        });
    }
}
