//! The sequence number of one edge node: +1 modulo 256 over all of its messages but deaths and commands.
//!
//! A message that comes too early opens a gap; the missing numbers may still come until the reorder time is over. Values are used at
//! once in either case: a monitor must not sit on them. A missing number is no gap, and a number seen twice is no reason to drop data:
//! both occur in real plants.

use hearthline_model::{Micros, SECOND};

/// How long the missing messages of a gap may take.
pub(super) const REORDER: Micros = 3 * SECOND;

/// What a sequence number said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    /// The next one, or the first, or none at all.
    InOrder,
    /// One of those that were missing.
    Late,
    /// One that was there already.
    Again,
    /// Later than the next one: the ones between are missing now.
    Gap,
}

/// Sequence numbers seen and missing.
#[derive(Clone, Debug, Default)]
pub(super) struct Sequence {
    last: Option<u8>,
    /// Numbers up to the last one that were in use since the birth; one further back was not there before.
    used: u8,
    missing: [u64; 4],
    /// Missing ones whose number has come round again.
    gone: u32,
    deadline: Option<Micros>,
}

impl Sequence {
    /// A node birth: whatever was missing does not matter any more. The specification is of two minds whether it must be 0.
    pub(super) fn birth(&mut self, seq: Option<u64>) {
        *self = Self {
            last: seq.and_then(|seq| u8::try_from(seq).ok()),
            used: 1,
            ..Self::default()
        };
    }

    /// Forgets everything: the node is gone.
    pub(super) fn reset(&mut self) {
        *self = Self::default();
    }

    pub(super) fn clock_moved(&mut self, by: Micros) {
        self.deadline = self.deadline.map(|at| at.saturating_add(by));
    }

    /// Any other message that is counted.
    pub(super) fn next(&mut self, seq: Option<u64>, now: Micros) -> Seen {
        // A number that is none (over 255) tells as little as a missing one.
        let Some(seq) = seq.and_then(|seq| u8::try_from(seq).ok()) else {
            return Seen::InOrder;
        };
        let Some(last) = self.last else {
            self.last = Some(seq);
            // What was before is not known.
            self.used = u8::MAX;
            return Seen::InOrder;
        };
        let ahead = seq.wrapping_sub(last.wrapping_add(1));
        if ahead >= 128 && u8::MAX - ahead < self.used {
            if !self.is_missing(seq) {
                return Seen::Again;
            }
            self.set(seq, false);
            if self.missing == [0; 4] && self.gone == 0 {
                self.deadline = None;
            }
            return Seen::Late;
        }
        let mut number = last.wrapping_add(1);
        while number != seq {
            self.give_up(number);
            self.set(number, true);
            number = number.wrapping_add(1);
        }
        self.give_up(seq);
        self.used = self.used.saturating_add(ahead).saturating_add(1);
        self.last = Some(seq);
        if ahead == 0 {
            return Seen::InOrder;
        }
        self.deadline.get_or_insert(now.saturating_add(REORDER));
        Seen::Gap
    }

    /// A number comes round again that is missing since the last time: it will not come any more.
    fn give_up(&mut self, seq: u8) {
        if self.is_missing(seq) {
            self.gone += 1;
            self.set(seq, false);
        }
    }

    /// How many messages are given up as lost, once the reorder time is over; they are told once.
    pub(super) fn lost(&mut self, now: Micros) -> Option<u32> {
        if self.deadline.is_none_or(|deadline| now < deadline) {
            return None;
        }
        let missing: u32 = self.missing.iter().map(|bits| bits.count_ones()).sum();
        let lost = missing + std::mem::take(&mut self.gone);
        self.missing = [0; 4];
        self.deadline = None;
        Some(lost)
    }

    fn is_missing(&self, seq: u8) -> bool {
        self.missing[usize::from(seq / 64)] & (1 << (seq % 64)) != 0
    }

    fn set(&mut self, seq: u8, missing: bool) {
        let bits = &mut self.missing[usize::from(seq / 64)];
        if missing {
            *bits |= 1 << (seq % 64);
        } else {
            *bits &= !(1 << (seq % 64));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn gaps_close_or_are_lost() {
        let mut sequence = Sequence::default();
        sequence.birth(Some(254));
        assert_eq!(sequence.next(Some(255), 0), Seen::InOrder);
        assert_eq!(sequence.next(Some(0), 0), Seen::InOrder);
        assert_eq!(sequence.next(Some(3), 0), Seen::Gap);
        assert_eq!(sequence.next(Some(1), 1), Seen::Late);
        assert_eq!(sequence.next(Some(1), 1), Seen::Again);
        assert_eq!(sequence.lost(REORDER - 1), None);
        assert_eq!(sequence.next(Some(2), 2), Seen::Late);
        assert_eq!(sequence.lost(REORDER), None);
        assert_eq!(sequence.next(None, 5), Seen::InOrder);
        assert_eq!(sequence.next(Some(999), 5), Seen::InOrder);
        assert_eq!(sequence.next(Some(6), 10), Seen::Gap);
        assert_eq!(sequence.lost(10 + REORDER), Some(2));
        assert_eq!(sequence.lost(10 + REORDER), None);
        assert_eq!(sequence.next(Some(7), 0), Seen::InOrder);
    }

    #[test]
    fn a_gap_of_any_width_after_a_birth_is_a_gap() {
        for (seq, want) in [
            (0, Seen::Again),
            (1, Seen::InOrder),
            (2, Seen::Gap),
            (128, Seen::Gap),
            (129, Seen::Gap),
            (255, Seen::Gap),
        ] {
            let mut sequence = Sequence::default();
            sequence.birth(Some(0));
            assert_eq!(sequence.next(Some(seq), 0), want, "{seq}");
            let lost = (want == Seen::Gap).then(|| seq as u32 - 1);
            assert_eq!(sequence.lost(REORDER), lost, "{seq}");
        }
        // A birth whose number is none says no more than one without.
        let mut sequence = Sequence::default();
        sequence.birth(Some(300));
        assert_eq!(sequence.next(Some(7), 0), Seen::InOrder);
        assert_eq!(sequence.next(Some(6), 0), Seen::Again);
    }

    #[test]
    fn a_number_that_comes_round_again_was_lost() {
        let mut sequence = Sequence::default();
        sequence.birth(Some(0));
        assert_eq!(sequence.next(Some(2), 0), Seen::Gap);
        for step in 3..=600u64 {
            assert_eq!(sequence.next(Some(step % 256), 1), Seen::InOrder);
        }
        assert_eq!(sequence.lost(REORDER), Some(1));
    }

    proptest! {
        /// Against a reference that knows the true, unbounded numbers: what is delivered within a window of reordering and what is
        /// dropped. Exactly the dropped ones must be lost.
        #[test]
        fn exactly_what_is_dropped_is_lost(
            first in 0u64..256,
            fate in prop::collection::vec((0usize..5, prop::bool::weighted(0.1)), 1..600),
        ) {
            // (true number, delay in places); dropped ones are taken out; the last is always delivered, or its loss could not be known.
            let count = fate.len();
            let mut arrivals: Vec<(usize, usize)> = fate.iter().enumerate()
                .filter(|&(ix, &(_, dropped))| !dropped || ix + 1 == count)
                .map(|(ix, &(delay, _))| (ix + if ix + 1 == count { 5 } else { delay }, ix))
                .collect();
            arrivals.sort_unstable();
            let dropped = count - arrivals.len();
            let mut sequence = Sequence::default();
            sequence.birth(Some(first));
            let mut lost = 0;
            for (step, (_, ix)) in arrivals.iter().enumerate() {
                // Time stands still but at safe moments, so that no late one is given up early.
                let seen = sequence.next(Some((first + 1 + *ix as u64) % 256), 0);
                prop_assert_ne!(seen, Seen::Again);
                let complete = arrivals[step + 1..].iter().all(|&(_, later)| later > *ix)
                    && arrivals[..=step].iter().all(|&(_, earlier)| earlier <= *ix);
                if complete && step % 40 == 39 {
                    lost += sequence.lost(REORDER).unwrap_or(0) as usize;
                }
            }
            lost += sequence.lost(REORDER).unwrap_or(0) as usize;
            prop_assert_eq!(lost, dropped);
        }
    }
}
