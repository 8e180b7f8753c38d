//! Data that comes after its time: a device that was away tells what it stored meanwhile.
//!
//! | what comes | what follows |
//! |---|---|
//! | in order: nothing newer is known of the point | it is judged as if it had come in time, with its own times; what it raises and clears is late, and over where it began and ended in one go |
//! | the same, and the alarm is still raised when no more has come for 2 s (10 s at the most) | only then is the operator called |
//! | older than the last value, within the pause before it | an occurrence that began and ended in it is written down, late and over: it calls nobody, and is to be acknowledged unless nobody has to |
//! | the same, and it had begun before the pause or goes on in what came after it | nothing: it is the occurrence that the live value raised or cleared |
//! | older than that | nothing: that time was judged when it was there |
//!
//! So what the live value has decided is neither raised nor cleared by older data. Old data is judged by the point's own values
//! alone: what other points were then is not known any more, and conditions that read others, and silence, are left out.
//! The *pause* is the one before the newest value that followed a pause of 5 s or more; a longer one is remembered for a
//! minute. A restart forgets an occurrence that had begun and not ended in old data when it came.

use hearthline_model::{AlarmEntry, ConditionKind, MINUTE, Micros, PointId, Quality, SECOND, Sample, Value};

use crate::alarms::{Alarms, Owner};
use crate::book::{Book, Cause};
use crate::complex::{Moment, Values};
use crate::signal::Edge;
use crate::state::Input;
use crate::watch::{Test, Watch};

/// Values that are nearer to each other leave no room for what was missed.
const PAUSE: Micros = 5 * SECOND;
/// How long a pause is remembered by our clock, where a shorter one follows.
const KEPT: Micros = MINUTE;
/// Old data of a point is at its end when no more has come for so long.
const AT_ITS_END: Micros = 10 * SECOND;
/// The same, for an alarm that is raised by late data in order.
const SETTLES: Micros = 2 * SECOND;
/// It calls after so long in any case: a device whose clock is behind is always late.
const LONGEST: Micros = 10 * SECOND;

/// A pause of a point that old data may fill.
#[derive(Clone, Copy, Debug)]
pub struct Pause {
    /// Time of the last value before it; none: nothing was known.
    from: Option<Micros>,
    /// Time of the value that ended it, and when that came.
    to: Micros,
    received: Micros,
}

/// Old data of a point, as it is being told.
#[derive(Clone, Debug)]
pub struct Past {
    tracks: Vec<Track>,
    pause: Pause,
    last: Option<(Micros, Value, Quality)>,
    received: Micros,
}

#[derive(Clone, Debug)]
struct Track {
    watch: Watch,
    /// The live value that ended the pause was beyond.
    goes_on: bool,
    open: Option<(Micros, Value, Quality)>,
}

impl Owner {
    /// Notes the pause that a value ends; true where it is one to remember.
    pub(crate) fn ends_pause(&mut self, at: Micros, received: Micros) -> bool {
        let from = self.last_at;
        if self.watches.is_empty()
            || from.is_some_and(|from| at.saturating_sub(from) <= PAUSE)
            || self.past.is_some()
        {
            return false;
        }
        if let Some(known) = &self.pause
            && received.saturating_sub(known.received) <= KEPT
            && known.lasted() >= from.map_or(Micros::MAX, |from| at.saturating_sub(from))
        {
            return false;
        }
        self.pause = Some(Pause {
            from,
            to: at,
            received,
        });
        for watch in &mut self.watches {
            watch.before = watch.signal.raised();
        }
        true
    }

    /// The value that ended the pause was judged.
    pub(crate) fn after_pause(&mut self) {
        for watch in &mut self.watches {
            watch.after = watch.signal.truth();
        }
    }

    /// Its conditions were set anew.
    pub(crate) fn keep_past(&mut self) {
        if let Some(past) = &mut self.past {
            let watches = &self.watches;
            past.tracks.retain(|track| {
                watches
                    .iter()
                    .any(|it| it.row == track.watch.row && it.test.is_like(&track.watch.test))
            });
        }
    }
}

impl Pause {
    fn lasted(&self) -> Micros {
        self.from.map_or(Micros::MAX, |from| self.to.saturating_sub(from))
    }
}

impl Alarms {
    /// A sample that is older than the last one of its point.
    pub(crate) fn old(&mut self, sample: &Sample, at: Micros, received: Micros, out: &mut Vec<AlarmEntry>) {
        let Some(owner) = self.points.get_mut(&sample.point) else {
            return;
        };
        let Some(pause) = owner.pause else { return };
        if at >= pause.to || pause.from.is_some_and(|from| at <= from) {
            return;
        }
        if owner.past.is_none() {
            let tracks: Vec<Track> = owner.watches.iter().filter_map(Track::of).collect();
            owner.past = Some(Box::new(Past {
                tracks,
                pause,
                last: None,
                received,
            }));
            self.catching_up.insert(sample.point);
        }
        let Some(past) = &mut owner.past else { return };
        past.received = received;
        if past.last.as_ref().is_some_and(|(last, ..)| at < *last) {
            return;
        }
        let when = Moment { at, received };
        let nobody = Values::default();
        for track in &mut past.tracks {
            if let Some(gate) = &mut track.watch.gate {
                gate.tick(at.saturating_add(self.offset));
            }
            let Some(truth) = track.watch.hears(&sample.value, when, &nobody) else {
                continue;
            };
            let delays = track.watch.delays;
            if let Some(edge) = track.watch.signal.advance(at, delays)
                && let Some((_, value, quality)) = &past.last
            {
                track.turns(edge, (value, *quality), received, &mut self.book, out);
            }
            if let Some(edge) = track.watch.signal.observe(truth, at, received, delays) {
                let said = (&sample.value, sample.quality);
                track.turns(edge, said, received, &mut self.book, out);
            }
        }
        past.last = Some((at, sample.value.clone(), sample.quality));
    }

    /// What time makes of catch-up data: it has come to its end.
    pub(crate) fn settle(&mut self, now: Micros, out: &mut Vec<AlarmEntry>) {
        if !self.book.settling.is_empty() {
            let rows: Vec<u32> = self.book.settling.iter().copied().collect();
            for row in rows {
                if self.has_settled(row, now) {
                    self.book.settled(row, now);
                }
            }
        }
        if self.catching_up.is_empty() {
            return;
        }
        let (points, book) = (&mut self.points, &mut self.book);
        self.catching_up.retain(|point| {
            let Some(owner) = points.get_mut(point) else {
                return false;
            };
            let Some(past) = owner.past.take_if(|past| past.is_at_its_end(now)) else {
                return owner.past.is_some();
            };
            past.end(now, book, out);
            false
        });
    }

    /// Whether no more is to be expected that ends what late data raised.
    fn has_settled(&self, row: u32, now: Micros) -> bool {
        let Some(active) = self.book.get(row) else {
            return true;
        };
        let Some(since) = active.settling else { return true };
        let owner = active.key.point.and_then(|point| self.points.get(&point));
        owner.is_none_or(|owner| {
            !owner.late
                || now.saturating_sub(owner.received) >= SETTLES
                || now.saturating_sub(since) >= LONGEST
        })
    }

    /// Our clock was set forward by so much.
    pub(crate) fn past_moved(&mut self, by: Micros) {
        let moved = |at: &mut Micros| *at = at.saturating_add(by);
        for point in &self.catching_up {
            if let Some(past) = self.points.get_mut(point).and_then(|owner| owner.past.as_mut()) {
                moved(&mut past.received);
            }
        }
        let rows: Vec<u32> = self.book.settling.iter().copied().collect();
        for row in rows {
            if let Some(active) = self.book.get_mut(row) {
                active.settling.as_mut().map(moved);
            }
        }
    }

    /// What is known of a point from an earlier run: older data than this is old.
    pub fn known_until(&mut self, point: PointId, at: Micros) {
        if let Some(owner) = self.points.get_mut(&point) {
            owner.last_at = Some(owner.last_at.map_or(at, |known| known.max(at)));
        }
    }
}

impl Past {
    fn is_at_its_end(&self, now: Micros) -> bool {
        now.saturating_sub(self.received) >= AT_ITS_END
    }

    /// What is still open ended at the latest where the live value says so.
    fn end(mut self, now: Micros, book: &mut Book, out: &mut Vec<AlarmEntry>) {
        let Some((_, value, quality)) = self.last.take() else {
            return;
        };
        let to = self.pause.to;
        for track in &mut self.tracks {
            let delays = track.watch.delays;
            if let Some(edge) = track.watch.signal.advance(to, delays) {
                track.turns(edge, (&value, quality), now, book, out);
            }
            if !track.goes_on {
                let over = Edge {
                    raised: false,
                    at: to,
                };
                track.turns(over, (&value, quality), now, book, out);
            }
        }
    }
}

impl Track {
    /// None for what old values of the point alone say nothing of.
    fn of(watch: &Watch) -> Option<Self> {
        let alone = match &watch.test {
            Test::Stale | Test::Offline => false,
            Test::Complex(complex) => !matches!(complex.kind(), ConditionKind::NoData { .. }),
            _ => true,
        };
        (alone && watch.reads().is_empty()).then(|| Self {
            watch: watch.anew(),
            goes_on: watch.after,
            open: None,
        })
    }

    fn turns(
        &mut self,
        edge: Edge,
        (value, quality): (&Value, Quality),
        received: Micros,
        book: &mut Book,
        out: &mut Vec<AlarmEntry>,
    ) {
        if edge.raised {
            self.open = Some((edge.at, value.clone(), quality));
            return;
        }
        let Some((since, raised_by, raised_quality)) = self.open.take() else {
            return;
        };
        let raise = Cause {
            input: Input::Raise,
            at: since,
            received,
            value: &raised_by,
            quality: raised_quality,
            who: "",
            reason: "",
            late: true,
        };
        let clear = Cause {
            input: Input::Clear,
            at: edge.at,
            value,
            quality,
            ..raise
        };
        book.passed(self.watch.row, &raise, &clear, out);
    }
}
