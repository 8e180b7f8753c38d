//! What was committed but perhaps not acknowledged, so that a redelivery is not stored twice.
//!
//! A broker that missed our acknowledgement sends the message again with the DUP flag, under the same packet id and in the
//! order of the first time (MQTT 3.1.1 §4.6). A packet id alone does not tell messages apart: mosquitto 2.0 sends on while
//! our acknowledgements lie unread, tens of thousands beyond its limit of 20, and gives ids out anew after 65,535 messages,
//! used or not. So this is an ordered ring of committed messages. What a broker repeats is the end of that ring: where the
//! repetition begins is found once a connection, and then it is walked along, each entry taken once.
//!
//! *How much is remembered.* The last [`SLOT`] × [`KEPT`] = 262,144 messages, four rounds of ids; and of those before as many as
//! the broker may not know to be acknowledged. How many that can be no packet id bounds: acknowledgements of four bytes lie in
//! the buffers of two sockets, a million and more, and are gone with the connection. So the broker is asked: every
//! [`MARK`] new messages a mark goes behind our acknowledgements ([`Source::mark`](crate::source::Source::mark)), and once it is answered, what was
//! acknowledged before it never comes again and may be forgotten. A broker that never answers fills the ring up to
//! [`SLOT`] × [`SLOTS`] = 4,194,304 messages (32 MB in memory, 25 MB in the file), more than the buffers of sockets hold.
//!
//! *Where it begins* is clear at fewer than [`ROUND`] messages: the latest use of the id has the same content. Farther
//! back the id was used again, perhaps for an equal message that is new; there it takes a message that the ring holds only
//! once, this one or one of those behind it that already arrived.
//!
//! *What remains.* (1) More than the largest ring unacknowledged: the oldest beyond it are stored twice, the ring itself is
//! recognised. (2) More than [`ROUND`] unacknowledged and nothing but equal messages: stored twice until one differs, for
//! to take new ones for old would lose them. (3) A broker that gives an id out anew at once, to an equal message, while the
//! first delivery of it dies with us uncommitted: taken for a repetition, the value is the same. Only QoS 2 could tell.
//!
//! The ring is kept in small slots, so that a commit writes the slots at hand, 6 bytes a message, and not the memory.

use std::collections::VecDeque;
use std::hash::Hasher;

use rustc_hash::FxHasher;

use super::walk::Walk;

/// Messages of a slot: what one commit writes again at the most, besides its own.
const SLOT: usize = 256;
/// Slots that are always remembered.
const KEPT: usize = 1024;
/// Slots of the largest ring.
const SLOTS: usize = 16_384;
/// Slots that are forgotten at once, so that no commit is long.
const FORGOTTEN: usize = 64;
/// New messages after which the broker is asked what it has read.
pub const MARK: u32 = 16_384;
/// Messages after which a packet id may have come round: all 65,535 but for a few that never reached us, such as those
/// that a full queue dropped.
const ROUND: u64 = 61_440;
/// Bytes of an entry that is kept, today and in the layout before.
const BYTES: usize = 6;
const BYTES_BEFORE: usize = 10;
/// In the highest byte of a slot's number: today's layout.
const LAYOUT: u64 = 1 << 56;

/// One message at QoS 1: its packet id and a fingerprint of topic and payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    pub id: u16,
    pub mark: u32,
}

impl Seen {
    pub fn new(id: u16, topic: &str, payload: &[u8]) -> Self {
        let mut hasher = FxHasher::default();
        hasher.write(topic.as_bytes());
        hasher.write_u8(0xff);
        hasher.write(payload);
        Self {
            id,
            mark: fold(hasher.finish()),
        }
    }
}

/// The memory of one broker.
#[derive(Debug)]
pub struct Redelivery {
    ring: VecDeque<Seen>,
    /// Messages ever remembered; the ring holds the last of them.
    next: u64,
    /// Of these so many are committed.
    sure: u64,
    /// And so many are in the file in today's layout.
    written: u64,
    /// Of so many the broker has read the acknowledgements.
    read: u64,
    /// The first slot in the file.
    kept_from: u64,
    /// Places in the file that hold nothing of today's.
    stale: Vec<usize>,
    round: u64,
    walk: Option<Walk>,
}

impl Default for Redelivery {
    fn default() -> Self {
        Self {
            ring: VecDeque::new(),
            next: 0,
            sure: 0,
            written: 0,
            read: 0,
            kept_from: 0,
            stale: Vec::new(),
            round: ROUND,
            walk: None,
        }
    }
}

impl Redelivery {
    /// From what an earlier run kept, by place; anything else than such bytes is empty.
    pub fn load(slots: impl IntoIterator<Item = (usize, Vec<u8>)>) -> Self {
        let mut kept: Vec<Kept> = slots
            .into_iter()
            .filter_map(|(place, bytes)| Kept::decode(place, &bytes))
            .collect();
        let today = kept.iter().any(|kept| kept.today);
        let stale = |kept: &Kept| kept.today != today || kept.place != place_of(kept.number);
        let mut memory = Self {
            stale: kept
                .iter()
                .filter(|kept| stale(kept))
                .map(|kept| kept.place)
                .collect(),
            ..Self::default()
        };
        kept.retain(|kept| kept.today == today);
        // The fuller one of two with the same number last.
        kept.sort_by_key(|kept| (kept.number, kept.entries.len()));
        kept.reverse();
        kept.dedup_by_key(|kept| kept.number);
        let Some(newest) = kept.first() else {
            return memory;
        };
        memory.next = newest.number * SLOT as u64 + newest.entries.len() as u64;
        memory.sure = memory.next;
        // Without a gap, from the newest back.
        let whole = kept
            .iter()
            .zip(0u64..)
            .take(SLOTS)
            .take_while(|(kept, back)| {
                kept.number + back == newest.number && (*back == 0 || kept.entries.len() == SLOT)
            })
            .count();
        for kept in kept[..whole].iter().rev() {
            memory.ring.extend(&kept.entries);
        }
        memory.stale.extend(kept[whole..].iter().map(|kept| kept.place));
        memory.kept_from = memory.first() / SLOT as u64;
        let in_place = today
            && kept[..whole]
                .iter()
                .all(|kept| kept.place == place_of(kept.number));
        memory.written = if in_place { memory.next } else { memory.first() };
        memory
    }

    /// What changed since the last commit, place by place, to be kept in the same transaction as the samples; without bytes: the
    /// place is given up.
    pub fn changed(&self) -> Vec<(usize, Vec<u8>)> {
        if self.written == self.next {
            return Vec::new();
        }
        let size = SLOT as u64;
        let numbers = self.written / size..=(self.next - 1) / size;
        let newest = *numbers.end();
        // A place that another slot took over is none to be given up.
        let first = self.first() / size;
        let taken = |place: &usize| {
            let back = (place_of(newest) + SLOTS - place % SLOTS) % SLOTS;
            newest
                .checked_sub(back as u64)
                .is_some_and(|number| number >= first)
        };
        let forgotten = (self.kept_from..first).map(place_of);
        let mut changed: Vec<(usize, Vec<u8>)> = forgotten
            .chain(self.stale.iter().copied())
            .filter(|place| !taken(place))
            .map(|place| (place, Vec::new()))
            .collect();
        changed.extend(numbers.map(|number| {
            let from = (number * size).max(self.first());
            let entries = (from..self.next.min((number + 1) * size)).map(|at| self.at(at));
            (place_of(number), encode(number, entries))
        }));
        changed
    }

    /// The commit succeeded, or it did not and its messages will come again: they are not known then.
    pub fn settled(&mut self, stored: bool) {
        if stored {
            (self.sure, self.written) = (self.next, self.next);
            self.kept_from = self.first() / SLOT as u64;
            self.stale.clear();
            return;
        }
        let lost = (self.next - self.sure) as usize;
        self.ring.truncate(self.ring.len().saturating_sub(lost));
        self.next = self.sure;
        self.walk = None;
    }

    /// Whether this duplicate was committed already; then that counts as its repetition. `connection` tells one
    /// connection from the next; `ahead`: the duplicates of the same connection right behind it, as far as they are here.
    pub fn knows(
        &mut self,
        connection: u64,
        seen: Seen,
        ahead: &(impl Iterator<Item = Seen> + Clone),
    ) -> bool {
        let (first, round) = (self.first(), self.round);
        let ring = &self.ring;
        let walk = match &mut self.walk {
            Some(walk) if walk.fits(connection, first + ring.len() as u64) => walk,
            walk => walk.insert(Walk::new(connection, first, ring)),
        };
        walk.step(first, ring, round, seen, ahead)
    }

    /// A message is about to be committed.
    pub fn remember(&mut self, seen: Seen) {
        if self.next.is_multiple_of(SLOT as u64) {
            let room = |slots: usize| self.ring.len().saturating_sub(SLOT * (slots - 1));
            let read = self.read.saturating_sub(self.first()) as usize;
            let forgotten = room(KEPT).min(read).min(SLOT * FORGOTTEN).max(room(SLOTS));
            self.ring.drain(..forgotten / SLOT * SLOT);
        }
        self.ring.push_back(seen);
        self.next += 1;
    }

    /// Messages ever remembered.
    pub fn count(&self) -> u64 {
        self.next
    }

    /// The broker has read the acknowledgements of so many.
    pub fn read(&mut self, count: u64) {
        self.read = self.read.max(count.min(self.sure));
    }

    fn first(&self) -> u64 {
        self.next - self.ring.len() as u64
    }

    fn at(&self, position: u64) -> Seen {
        self.ring[(position - self.first()) as usize]
    }
}

/// Where a slot is kept.
fn place_of(number: u64) -> usize {
    (number % SLOTS as u64) as usize
}

/// A slot as it was kept.
struct Kept {
    place: usize,
    number: u64,
    entries: Vec<Seen>,
    today: bool,
}

impl Kept {
    fn decode(place: usize, bytes: &[u8]) -> Option<Self> {
        let (number, entries) = bytes.split_first_chunk::<8>()?;
        let number = u64::from_le_bytes(*number);
        let today = number & LAYOUT != 0;
        let number = number & !LAYOUT;
        // A larger one was never written: it would take millions of years.
        let known = [SLOTS, KEPT].map(|slots| (number % slots as u64) as usize);
        if number >= 1 << 48 || (today && !known.contains(&place)) {
            return None;
        }
        let entry = |chunk: &[u8]| {
            let (id, mark) = chunk.split_first_chunk::<2>()?;
            let mark = match *mark {
                [a, b, c, d] => u32::from_le_bytes([a, b, c, d]),
                _ => fold(u64::from_le_bytes(mark.try_into().ok()?)),
            };
            Some(Seen {
                id: u16::from_le_bytes(*id),
                mark,
            })
        };
        let entries = entries
            .chunks_exact(if today { BYTES } else { BYTES_BEFORE })
            .take(SLOT)
            .filter_map(entry)
            .collect();
        Some(Self {
            place,
            number,
            entries,
            today,
        })
    }
}

/// The slot's number, then its entries.
fn encode(number: u64, entries: impl Iterator<Item = Seen>) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(8 + SLOT * BYTES);
    bytes.extend_from_slice(&(number | LAYOUT).to_le_bytes());
    for Seen { id, mark } in entries {
        bytes.extend_from_slice(&id.to_le_bytes());
        bytes.extend_from_slice(&mark.to_le_bytes());
    }
    bytes
}

fn fold(mark: u64) -> u32 {
    (mark ^ (mark >> 32)) as u32
}

#[cfg(test)]
#[path = "redelivery_tests.rs"]
mod tests;
