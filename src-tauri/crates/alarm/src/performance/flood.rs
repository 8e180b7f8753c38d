//! Is there more than one person can answer?

use std::collections::VecDeque;

use hearthline_model::{MINUTE, Micros};

/// Calls within this time count together: `(t − 10 min, t]`.
pub const WINDOW: Micros = 10 * MINUTE;
/// So many calls within it begin a flood,
pub const BEGINS: usize = 10;
/// and fewer than so many end it.
pub const ENDS: usize = 5;
/// Calls that are remembered; more than these within ten minutes count as these.
const MOST: usize = 20_000;

/// A flood that is over, or what of one lies in a span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FloodSpan {
    /// The tenth call within ten minutes.
    pub from: Micros,
    /// From when on fewer than five were within ten minutes.
    pub to: Micros,
    /// Calls from the first of the ten on.
    pub calls: u32,
    /// The most within ten minutes.
    pub peak: u32,
}

/// A flood that goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ongoing {
    /// The tenth call within ten minutes.
    pub since: Micros,
    /// Calls from the first of the ten on.
    pub calls: u32,
    /// The most within ten minutes.
    pub peak: u32,
}

/// The state machine: no flood, or a flood.
///
/// | state | a call | time |
/// |---|---|---|
/// | no flood | flood, where it is the tenth within ten minutes | – |
/// | flood | – | no flood, where fewer than five are within ten minutes |
#[derive(Clone, Debug, Default)]
pub struct Flood {
    /// Calls of the last ten minutes, and of those before it the newest.
    recent: VecDeque<Micros>,
    now: Option<Ongoing>,
}

impl Flood {
    /// The operator is called. Gives the flood that was over before.
    pub fn call(&mut self, at: Micros) -> Option<FloodSpan> {
        let over = self.pass(at, false);
        // A clock that was set back a little: the order in which they came is the order.
        let at = self.recent.back().map_or(at, |last| at.max(*last));
        self.recent.push_back(at);
        let begin = at.saturating_sub(WINDOW);
        while self.recent.len() > MOST
            || self.recent.len() > ENDS && self.recent.front().is_some_and(|first| *first <= begin)
        {
            self.recent.pop_front();
        }
        let within = self.within(at);
        match &mut self.now {
            Some(ongoing) => {
                ongoing.calls = ongoing.calls.saturating_add(1);
                ongoing.peak = ongoing.peak.max(within);
            }
            None if within as usize >= BEGINS => {
                self.now = Some(Ongoing {
                    since: at,
                    calls: within,
                    peak: within,
                });
            }
            None => {}
        }
        over
    }

    /// Lets time pass. Gives the flood that is over.
    pub fn tick(&mut self, now: Micros) -> Option<FloodSpan> {
        self.pass(now, true)
    }

    /// The flood that goes on.
    pub fn ongoing(&self) -> Option<Ongoing> {
        self.now
    }

    /// Calls within the ten minutes up to `now`.
    pub fn within(&self, now: Micros) -> u32 {
        let begin = now.saturating_sub(WINDOW);
        let before = self.recent.partition_point(|at| *at <= begin);
        (self.recent.len() - before) as u32
    }

    /// `whole`: the moment itself counts as passed; before a call of that very moment it does not.
    fn pass(&mut self, to: Micros, whole: bool) -> Option<FloodSpan> {
        let last = *self.recent.back()?;
        if last.saturating_sub(to) > WINDOW {
            // The clock was set back: what was counted has nothing to do with now.
            self.recent.clear();
            return self.over(last);
        }
        self.now?;
        let fifth = self.recent.len().checked_sub(ENDS).map(|ix| self.recent[ix]);
        let end = fifth.unwrap_or(last).saturating_add(WINDOW);
        if end < to || whole && end == to {
            return self.over(end);
        }
        None
    }

    fn over(&mut self, to: Micros) -> Option<FloodSpan> {
        self.now.take().map(|ongoing| FloodSpan {
            from: ongoing.since,
            to,
            calls: ongoing.calls,
            peak: ongoing.peak,
        })
    }
}
