//! What was committed but perhaps not acknowledged, so that a redelivery is not stored twice.
//!
//! A broker that missed our acknowledgement sends the message again with the DUP flag, under the same packet id and in the
//! order of the first time (MQTT 3.1.1 §4.6). A packet id alone does not tell messages apart: mosquitto 2.0 sends on while
//! our acknowledgements lie unread, tens of thousands beyond its limit of 20, and gives ids out anew after 65,535 messages,
//! used or not. So this is an ordered ring of the last [`SLOT`] × [`SLOTS`] = 262,144 committed messages, four rounds of
//! ids. What a broker repeats is the end of that ring: where the repetition begins is found once a connection, and then it
//! is walked along, each entry taken once.
//!
//! *Where it begins* is clear at fewer than [`ROUND`] messages: the latest use of the id has the same content. Farther
//! back the id was used again, perhaps for an equal message that is new; there it takes a message that the ring holds only
//! once, this one or one of those behind it that already arrived.
//!
//! *What remains.* (1) More than a whole ring unacknowledged: the oldest beyond it are stored twice, the ring itself is
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
/// Slots of the ring.
pub const SLOTS: usize = 1024;
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
            round: ROUND,
            walk: None,
        }
    }
}

impl Redelivery {
    /// From what an earlier run kept, slot by slot; anything else than such bytes is empty.
    pub fn load(mut slot: impl FnMut(usize) -> Option<Vec<u8>>) -> Self {
        let mut kept: Vec<Kept> = (0..SLOTS)
            .filter_map(|index| Kept::decode(index, &slot(index)?))
            .collect();
        let today = kept.iter().any(|kept| kept.today);
        kept.retain(|kept| kept.today == today);
        kept.sort_by_key(|kept| kept.number);
        let Some(newest) = kept.last() else {
            return Self::default();
        };
        let oldest = (newest.number + 1).saturating_sub(SLOTS as u64);
        let next = newest.number * SLOT as u64 + newest.entries.len() as u64;
        let mut memory = Self {
            next,
            sure: next,
            ..Self::default()
        };
        for kept in &kept {
            if kept.number >= oldest {
                memory.ring.extend(&kept.entries);
            }
        }
        memory.written = if today { next } else { memory.first() };
        memory
    }

    /// What changed since the last commit, slot by slot: index and bytes, to be kept in the same transaction as the samples.
    pub fn changed(&self) -> Vec<(usize, Vec<u8>)> {
        if self.written == self.next {
            return Vec::new();
        }
        let size = SLOT as u64;
        (self.written / size..=(self.next - 1) / size)
            .map(|number| {
                let from = (number * size).max(self.first());
                let entries = (from..self.next.min((number + 1) * size)).map(|at| self.at(at));
                ((number % SLOTS as u64) as usize, encode(number, entries))
            })
            .collect()
    }

    /// The commit succeeded, or it did not and its messages will come again: they are not known then.
    pub fn settled(&mut self, stored: bool) {
        if stored {
            (self.sure, self.written) = (self.next, self.next);
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
        // The first of a slot takes the place of the oldest slot, here as in the file.
        if self.next.is_multiple_of(SLOT as u64) && self.ring.len() > SLOT * (SLOTS - 1) {
            self.ring.drain(..self.ring.len() - SLOT * (SLOTS - 1));
        }
        self.ring.push_back(seen);
        self.next += 1;
    }

    fn first(&self) -> u64 {
        self.next - self.ring.len() as u64
    }

    fn at(&self, position: u64) -> Seen {
        self.ring[(position - self.first()) as usize]
    }
}

/// A slot as it was kept.
struct Kept {
    number: u64,
    entries: Vec<Seen>,
    today: bool,
}

impl Kept {
    fn decode(index: usize, bytes: &[u8]) -> Option<Self> {
        let (number, entries) = bytes.split_first_chunk::<8>()?;
        let number = u64::from_le_bytes(*number);
        let today = number & LAYOUT != 0;
        let number = number & !LAYOUT;
        // A larger one was never written: it would take millions of years.
        if number >= 1 << 48 || (today && number % SLOTS as u64 != index as u64) {
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
