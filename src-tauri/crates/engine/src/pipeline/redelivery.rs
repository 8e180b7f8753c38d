//! What was committed but perhaps not acknowledged, so that a redelivery is not stored twice.
//!
//! A broker that missed our acknowledgement sends the message again with the DUP flag and the same packet id. Packet ids
//! and fingerprints of the last messages are committed together with their samples; a duplicate among them is acknowledged
//! and otherwise passed over. All 65,535 packet ids are covered, because a broker's window cannot be relied upon: mosquitto
//! 2.0 sends thousands beyond its limit of 20 once acknowledgements come in.
//!
//! They are kept in a ring of small slots, so that a commit writes the slot at hand and not the whole memory.
//!
//! *What remains*: a broker that gives a packet id to an equal message (same topic, same payload) while the first delivery
//! of it dies with us uncommitted is taken for repeating the earlier one; the value is the same, its repetition is not seen.

use std::hash::Hasher;

use rustc_hash::{FxHashMap, FxHasher};

/// Messages of a slot: what one commit writes again at the most, besides its own.
const SLOT: usize = 256;
/// Slots of the ring.
pub const SLOTS: usize = 256;

/// The memory of one broker.
#[derive(Debug, Default)]
pub struct Redelivery {
    seen: FxHashMap<u16, u64>,
    slots: Vec<Vec<(u16, u64)>>,
    current: usize,
    dirty: Vec<usize>,
}

impl Redelivery {
    /// From what an earlier run kept, slot by slot; anything else than such bytes is empty.
    pub fn load(mut slot: impl FnMut(usize) -> Option<Vec<u8>>) -> Self {
        let mut newest = (0, 0);
        let mut kept = Vec::new();
        for index in 0..SLOTS {
            let (number, entries) = slot(index).and_then(|bytes| decode(&bytes)).unwrap_or_default();
            newest = newest.max((number, index));
            kept.push((number, entries));
        }
        // Oldest first, so that the newest use of a packet id is the one that counts.
        let mut order: Vec<usize> = (0..SLOTS).collect();
        order.sort_by_key(|index| kept[*index].0);
        let mut memory = Self {
            current: newest.0 as usize,
            ..Self::default()
        };
        for index in order {
            memory.seen.extend(kept[index].1.iter().copied());
        }
        memory.slots = kept.into_iter().map(|(_, entries)| entries).collect();
        memory
    }

    /// The slots that changed since the last call: index and bytes, to be kept in the same transaction as the samples.
    pub fn changed(&mut self) -> Vec<(usize, Vec<u8>)> {
        std::mem::take(&mut self.dirty)
            .into_iter()
            .map(|number| (number % SLOTS, encode(number, self.slot(number))))
            .collect()
    }

    /// Whether this duplicate was committed already.
    pub fn knows(&self, id: u16, topic: &str, payload: &[u8]) -> bool {
        self.seen.get(&id) == Some(&mark(topic, payload))
    }

    /// A message is about to be committed.
    pub fn remember(&mut self, id: u16, topic: &str, payload: &[u8]) {
        if self.slots.is_empty() {
            self.slots.resize(SLOTS, Vec::new());
        }
        if self.slot(self.current).len() >= SLOT {
            self.current += 1;
            let old = std::mem::take(&mut self.slots[self.current % SLOTS]);
            for (id, mark) in old {
                if self.seen.get(&id) == Some(&mark) {
                    self.seen.remove(&id);
                }
            }
        }
        if self.dirty.last() != Some(&self.current) {
            self.dirty.push(self.current);
        }
        let mark = mark(topic, payload);
        self.seen.insert(id, mark);
        self.slots[self.current % SLOTS].push((id, mark));
    }

    fn slot(&self, number: usize) -> &[(u16, u64)] {
        &self.slots[number % SLOTS]
    }
}

/// The slot's number, then its entries.
fn encode(number: usize, entries: &[(u16, u64)]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(8 + entries.len() * 10);
    bytes.extend_from_slice(&(number as u64).to_le_bytes());
    for (id, mark) in entries {
        bytes.extend_from_slice(&id.to_le_bytes());
        bytes.extend_from_slice(&mark.to_le_bytes());
    }
    bytes
}

fn decode(bytes: &[u8]) -> Option<(u64, Vec<(u16, u64)>)> {
    let (number, entries) = bytes.split_first_chunk::<8>()?;
    let entries = entries
        .chunks_exact(10)
        .filter_map(|chunk| {
            let (id, mark) = chunk.split_first_chunk::<2>()?;
            Some((u16::from_le_bytes(*id), u64::from_le_bytes(mark.try_into().ok()?)))
        })
        .collect();
    Some((u64::from_le_bytes(*number), entries))
}

fn mark(topic: &str, payload: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(topic.as_bytes());
    hasher.write_u8(0xff);
    hasher.write(payload);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn save(memory: &mut Redelivery, disk: &mut HashMap<usize, Vec<u8>>) {
        disk.extend(memory.changed());
    }

    #[test]
    fn a_repeated_message_is_known_over_a_restart_and_another_is_not() {
        let (mut memory, mut disk) = (Redelivery::default(), HashMap::new());
        memory.remember(7, "a/b", b"1");
        save(&mut memory, &mut disk);
        let memory = Redelivery::load(|slot| disk.get(&slot).cloned());
        assert!(memory.knows(7, "a/b", b"1"));
        assert!(!memory.knows(7, "a/b", b"2"));
        assert!(!memory.knows(8, "a/b", b"1"));
    }

    #[test]
    fn the_last_sixty_thousand_are_known_and_what_came_before_gives_way() {
        let (mut memory, mut disk) = (Redelivery::default(), HashMap::new());
        for round in 0..3u32 {
            for id in 1..=u16::MAX {
                memory.remember(id, "t", &round.to_le_bytes());
                if id.is_multiple_of(1000) {
                    save(&mut memory, &mut disk);
                }
            }
        }
        save(&mut memory, &mut disk);
        assert!(memory.slots.iter().map(Vec::len).sum::<usize>() <= SLOT * SLOTS);
        for mut memory in [memory, Redelivery::load(|slot| disk.get(&slot).cloned())] {
            assert!((1000..=u16::MAX).all(|id| memory.knows(id, "t", &2u32.to_le_bytes())));
            assert!((1..=u16::MAX).all(|id| !memory.knows(id, "t", &1u32.to_le_bytes())));
            // Going on after a restart continues the ring.
            memory.remember(5, "t", b"new");
            assert!(memory.knows(5, "t", b"new") && memory.knows(60_000, "t", &2u32.to_le_bytes()));
        }
    }

    #[test]
    fn damaged_bytes_are_no_reason_to_stop() {
        assert!(!Redelivery::load(|_| Some(vec![1, 2, 3])).knows(1, "", b""));
    }
}
