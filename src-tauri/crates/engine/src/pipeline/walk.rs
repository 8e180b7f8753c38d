//! Walks along the ring of committed messages while a broker repeats the end of it.

use std::collections::VecDeque;

use rustc_hash::FxHashSet;

use super::redelivery::Seen;

/// Uses of one packet id that are looked at: more than the rounds in the largest ring, and a bound for a broker that has few ids.
const USES: usize = 80;
/// Duplicates that are looked at ahead.
const AHEAD: usize = 64;
/// The latest messages, of this connection too, that are looked at one by one: a broker may send again on a connection.
const LATEST: usize = 256;
/// Messages after which a connection's look-up table is made anew.
const RENEW: u64 = 65_536;

/// Where one connection's repetition stands. Positions count all messages ever remembered.
#[derive(Debug)]
pub(super) struct Walk {
    connection: u64,
    /// The ring as it was when the connection's first duplicate came: from this position,
    first: u64,
    /// to this one.
    end: u64,
    /// Offsets by packet id, each id's in order: those of an id are `by_id[starts[id]..starts[id + 1]]`.
    starts: Vec<u32>,
    by_id: Vec<u32>,
    /// All fingerprints, sorted, to see which occurs once.
    marks: Vec<u32>,
    taken: Vec<bool>,
    /// Fingerprints of duplicates that the ring did not hold: they make the same one in the ring no evidence any more.
    unknown: FxHashSet<u32>,
    /// What the broker repeats next, once it is known where it began.
    cursor: Option<u64>,
}

impl Walk {
    pub fn new(connection: u64, first: u64, ring: &VecDeque<Seen>) -> Self {
        let mut starts = vec![0u32; usize::from(u16::MAX) + 2];
        for seen in ring {
            starts[usize::from(seen.id) + 1] += 1;
        }
        for id in 1..starts.len() {
            starts[id] += starts[id - 1];
        }
        let mut at = starts.clone();
        let mut by_id = vec![0; ring.len()];
        for (offset, seen) in ring.iter().enumerate() {
            let at = &mut at[usize::from(seen.id)];
            by_id[*at as usize] = offset as u32;
            *at += 1;
        }
        let mut marks: Vec<u32> = ring.iter().map(|seen| seen.mark).collect();
        marks.sort_unstable();
        Self {
            connection,
            first,
            end: first + ring.len() as u64,
            starts,
            by_id,
            marks,
            taken: vec![false; ring.len()],
            unknown: FxHashSet::default(),
            cursor: None,
        }
    }

    /// Whether this still serves: the same connection, and not so long ago that the table has grown old. `next` is where
    /// the next message will be remembered.
    pub fn fits(&self, connection: u64, next: u64) -> bool {
        // While it is repeating, what grows the ring is its end, which the table need not know.
        let walking = self.cursor.is_some_and(|cursor| cursor < self.end);
        self.connection == connection && (walking || next - self.end < RENEW)
    }

    /// Whether the ring, which begins at `first` now, holds this duplicate.
    pub fn step(
        &mut self,
        first: u64,
        ring: &VecDeque<Seen>,
        round: u64,
        seen: Seen,
        ahead: &(impl Iterator<Item = Seen> + Clone),
    ) -> bool {
        let at = |position: u64| ring.get(position.checked_sub(first)? as usize).copied();
        let next = first + ring.len() as u64;
        let found = match self.cursor {
            Some(cursor) if cursor < self.end && at(cursor) == Some(seen) && !self.is_taken(cursor) => {
                Some(cursor)
            }
            _ => self.find(&at, next, round, seen, ahead),
        };
        if let Some(position) = found {
            self.taken[(position - self.first) as usize] = true;
            self.cursor = Some(position + 1);
            return true;
        }
        // Sent again on the same connection, before our acknowledgement came.
        let since = (next - self.end.max(first)).min(round) as usize;
        let again = ring
            .iter()
            .rev()
            .take(since.min(LATEST))
            .any(|known| *known == seen);
        if !again && self.unknown.len() < RENEW as usize {
            self.unknown.insert(seen.mark);
        }
        again
    }

    /// Where a repetition begins, or goes on after a gap.
    fn find(
        &self,
        at: &impl Fn(u64) -> Option<Seen>,
        next: u64,
        round: u64,
        seen: Seen,
        ahead: &(impl Iterator<Item = Seen> + Clone),
    ) -> Option<u64> {
        let id = usize::from(seen.id);
        let uses = &self.by_id[self.starts[id] as usize..self.starts[id + 1] as usize];
        let uses = uses.iter().rev().map(|offset| self.first + u64::from(*offset));
        let same = |position: &u64| at(*position) == Some(seen) && !self.is_taken(*position);
        // A message that is here once, or that is followed by one: certain, wherever it is.
        let certain = |position: &u64| {
            let run = (*position..self.end).zip(std::iter::once(seen).chain(ahead.clone().take(AHEAD)));
            run.take_while(|(position, seen)| at(*position) == Some(*seen))
                .any(|(_, seen)| self.is_single(seen.mark))
        };
        if let Some(position) = uses.clone().take(USES).filter(same).find(certain) {
            return Some(position);
        }
        // The latest use of the id, unless the ids may have come round since. Where the broker is past it already, only if
        // it does not give ids out anew before the others had their turn.
        let mut latest = uses.take(2);
        let (position, before) = (latest.next()?, latest.next());
        let spaced = before.is_none_or(|before| position - before >= round);
        let ahead = self.cursor.is_none_or(|cursor| position >= cursor);
        (next - position < round && (spaced || ahead) && same(&position)).then_some(position)
    }

    fn is_taken(&self, position: u64) -> bool {
        self.taken[(position - self.first) as usize]
    }

    fn is_single(&self, mark: u32) -> bool {
        if self.unknown.contains(&mark) {
            return false;
        }
        let at = self.marks.partition_point(|other| *other < mark);
        self.marks.get(at) == Some(&mark) && self.marks.get(at + 1) != Some(&mark)
    }
}
