//! A model of a broker, of the ways in which acknowledgements get lost, and of our end that is killed.

use std::collections::HashMap;

use proptest::prelude::*;

use super::*;

fn mark(n: impl std::fmt::Display) -> u32 {
    Seen::new(0, "t", n.to_string().as_bytes()).mark
}

/// Numbers packet ids as mosquitto does: one after the other, whether or not one is still in use.
struct Broker {
    ids: u16,
    window: usize,
    /// Not acknowledged, oldest first: number, id and content, whether sent before.
    queue: VecDeque<(usize, Seen, bool)>,
    published: usize,
    /// Of the queue so many were sent on this connection.
    at: usize,
    /// It reads so many more acknowledgements of this connection.
    hears: usize,
}

impl Broker {
    fn publish(&mut self, mark: u32) {
        let id = (self.published % usize::from(self.ids)) as u16 + 1;
        self.queue.push_back((self.published, Seen { id, mark }, false));
        self.published += 1;
    }

    fn connect(&mut self, hears: usize) {
        (self.at, self.hears) = (0, hears);
    }

    fn send(&mut self, most: usize) -> Vec<(usize, Seen, bool)> {
        let to = self.queue.len().min(self.window).min(self.at + most);
        let sent = self.queue.range(self.at.min(to)..to).copied().collect();
        for message in self.queue.range_mut(self.at.min(to)..to) {
            message.2 = true;
        }
        self.at = self.at.max(to);
        sent
    }

    fn ack(&mut self, id: u16) {
        if self.hears == 0 {
            return;
        }
        self.hears -= 1;
        let found = self.queue.iter().take(self.at).position(|it| it.1.id == id);
        if let Some(index) = found {
            self.queue.remove(index);
            self.at -= 1;
        }
    }
}

/// Our end: what is in memory, and what is in the file.
struct End {
    memory: Redelivery,
    slots: HashMap<usize, Vec<u8>>,
    stored: Vec<usize>,
    round: u64,
    connection: u64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Fate {
    Fine,
    CommitFails,
    KilledBefore,
    KilledAfter,
}

impl End {
    fn new(round: u64) -> Self {
        Self {
            memory: Redelivery {
                round,
                ..Redelivery::default()
            },
            slots: HashMap::new(),
            stored: Vec::new(),
            round,
            connection: 0,
        }
    }

    /// As the pipeline does with one batch; true: it is to connect again.
    fn batch(&mut self, broker: &mut Broker, most: usize, fate: Fate) -> bool {
        let batch = broker.send(most);
        let mut new = Vec::new();
        for (index, (number, seen, dup)) in batch.iter().enumerate() {
            let ahead = batch[index + 1..].iter().map_while(|it| it.2.then_some(it.1));
            if *dup && self.memory.knows(self.connection, *seen, &ahead) {
                continue;
            }
            self.memory.remember(*seen);
            new.push(*number);
        }
        if fate == Fate::CommitFails {
            self.memory.settled(false);
            return false;
        }
        if fate != Fate::KilledBefore {
            self.keep();
            self.stored.extend(new);
        }
        if fate == Fate::Fine {
            for message in &batch {
                broker.ack(message.1.id);
            }
            return false;
        }
        self.memory = Redelivery {
            round: self.round,
            ..self.load()
        };
        true
    }

    fn keep(&mut self) {
        for (place, bytes) in self.memory.changed() {
            if bytes.is_empty() {
                self.slots.remove(&place);
            } else {
                self.slots.insert(place, bytes);
            }
        }
        self.memory.settled(true);
    }

    fn load(&self) -> Redelivery {
        Redelivery::load(self.slots.clone())
    }

    fn connect(&mut self, broker: &mut Broker, hears: usize) {
        self.connection += 1;
        broker.connect(hears);
    }

    /// Takes all that is left, then gives the numbers that are not stored exactly once.
    fn wrong(mut self, broker: &mut Broker) -> Vec<(usize, usize)> {
        while !broker.queue.is_empty() {
            self.connect(broker, usize::MAX);
            while broker.at < broker.queue.len() {
                self.batch(broker, 5000, Fate::Fine);
            }
        }
        let mut times = vec![0; broker.published];
        for number in self.stored {
            times[number] += 1;
        }
        let wrong = times.into_iter().enumerate().filter(|(_, times)| *times != 1);
        wrong.collect()
    }
}

#[derive(Clone, Debug)]
enum Step {
    Publish(usize),
    Batch(usize, Fate),
    /// The connection breaks; on the next one so many acknowledgements are heard.
    Break(usize),
}

fn steps(batch: std::ops::Range<usize>, fails: bool) -> impl Strategy<Value = Vec<Step>> {
    let fate = prop_oneof![
        6 => Just(Fate::Fine),
        1 => Just(if fails { Fate::CommitFails } else { Fate::Fine }),
        1 => Just(Fate::KilledBefore),
        1 => Just(Fate::KilledAfter),
    ];
    let hears = prop_oneof![0..4usize, 0..300usize, Just(usize::MAX)];
    let step = prop_oneof![
        (1..60usize).prop_map(Step::Publish),
        (batch, fate).prop_map(|(most, fate)| Step::Batch(most, fate)),
        hears.prop_map(Step::Break),
    ];
    prop::collection::vec(step, 1..120)
}

/// Runs the steps; `content` says what message of a number carries.
fn run(
    ids: u16,
    window: usize,
    round: u64,
    steps: &[Step],
    content: impl Fn(usize) -> u32,
) -> Vec<(usize, usize)> {
    let mut broker = Broker {
        ids,
        window,
        queue: VecDeque::new(),
        published: 0,
        at: 0,
        hears: usize::MAX,
    };
    let mut end = End::new(round);
    for step in steps {
        match *step {
            Step::Publish(count) => {
                // The ring holds four rounds of ids at the least.
                for _ in 0..count.min(usize::from(ids) * 4 - broker.queue.len().min(usize::from(ids) * 4)) {
                    broker.publish(content(broker.published));
                }
            }
            Step::Batch(most, fate) => {
                if end.batch(&mut broker, most, fate) {
                    end.connect(&mut broker, most * 3 % 100);
                }
            }
            Step::Break(hears) => end.connect(&mut broker, hears),
        }
    }
    end.wrong(&mut broker)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// A broker that keeps to its window: also where every message is like every other.
    #[test]
    fn within_a_window_each_is_stored_once(
        steps in steps(1..30, true),
        window in 1..21usize,
        equal in 1..4usize,
    ) {
        // One of so many messages differs from the rest; 1: none does.
        let content = |number: usize| if equal > 1 && number.is_multiple_of(equal) { mark(number) } else { mark("21.5") };
        prop_assert_eq!(run(256, window, 160, &steps, content), vec![]);
    }

    /// A broker that sends four rounds of ids without having heard one acknowledgement.
    #[test]
    fn without_a_window_each_is_stored_once(steps in steps(16..90, false), every in 1..7usize) {
        let content = |number: usize| if number.is_multiple_of(every) { mark(number) } else { mark("21.5") };
        prop_assert_eq!(run(64, usize::MAX, 56, &steps, content), vec![]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn damaged_bytes_are_no_reason_to_stop(slots in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 4)) {
        let mut memory = Redelivery::load(slots.into_iter().enumerate());
        for id in 0..600 {
            let seen = Seen { id, mark: 7 };
            memory.remember(seen);
            memory.changed();
            memory.settled(id % 200 != 0);
            memory.knows(1, seen, &std::iter::empty());
        }
    }
}

#[test]
fn a_flood_of_three_rounds_of_ids_is_stored_once() {
    // A thousand sensors whose values repeat, and one counter among them.
    let content = |number: usize| match number % 1000 {
        17 => mark(number),
        sensor => mark(format_args!("{sensor} {}", number / 40_000)),
    };
    let mut broker = Broker {
        ids: u16::MAX,
        window: usize::MAX,
        queue: VecDeque::new(),
        published: 0,
        at: 0,
        hears: 0,
    };
    (0..220_000).for_each(|number| broker.publish(content(number)));
    let mut end = End::new(ROUND);
    for (hears, fate) in [
        (10_000, Fate::KilledBefore),
        (0, Fate::KilledAfter),
        (70_001, Fate::KilledBefore),
    ] {
        end.connect(&mut broker, hears);
        for batch in 0..24 {
            end.batch(&mut broker, 8192, if batch == 23 { fate } else { Fate::Fine });
        }
    }
    assert_eq!(end.wrong(&mut broker), []);
}

#[test]
fn an_equal_message_is_new_after_a_round_of_ids() {
    let mut memory = Redelivery::default();
    let seen = |number: usize| Seen {
        id: (number % 65_535) as u16 + 1,
        mark: mark("21.5"),
    };
    (0..150_000).for_each(|number| memory.remember(seen(number)));
    memory.settled(true);
    let mut repeated = |number| memory.knows(1, seen(number), &(number + 1..150_100).map(seen));
    // Twenty unacknowledged, then twenty of which the first delivery died with us.
    assert!((149_980..150_000).all(&mut repeated));
    assert!(!(150_000..150_020).any(&mut repeated));
    // And where everything was acknowledged.
    let mut repeated = |number| memory.knows(2, seen(number), &(number + 1..150_100).map(seen));
    assert!(!(150_000..150_020).any(&mut repeated));
}

#[test]
fn unknown_ones_between_are_stored_and_the_known_still_recognised() {
    let mut memory = Redelivery::default();
    (1..=1000).for_each(|id| memory.remember(Seen { id, mark: mark(id) }));
    memory.settled(true);
    for id in 500..=1000 {
        assert!(memory.knows(1, Seen { id, mark: mark(id) }, &std::iter::empty()));
        let other = Seen {
            id: id + 5000,
            mark: mark("x"),
        };
        assert!(!memory.knows(1, other, &std::iter::empty()));
        memory.remember(other);
        assert!(memory.knows(1, other, &std::iter::empty()), "sent again at once");
    }
}

/// More than what is always remembered, none of it acknowledged as far as the broker knows.
#[test]
fn a_backlog_larger_than_the_ring_is_stored_once() {
    let count = 700_000;
    let mut broker = Broker {
        ids: u16::MAX,
        window: usize::MAX,
        queue: VecDeque::new(),
        published: 0,
        at: 0,
        hears: 0,
    };
    (0..count).for_each(|number| broker.publish(mark(number)));
    let mut end = End::new(ROUND);
    for fate in [Fate::KilledAfter, Fate::KilledBefore] {
        end.connect(&mut broker, 0);
        while broker.at < count - 8192 {
            end.batch(&mut broker, 8192, Fate::Fine);
        }
        end.batch(&mut broker, 8192, fate);
    }
    assert_eq!(end.memory.ring.len(), count);
    assert_eq!(end.wrong(&mut broker), []);
}

#[test]
fn what_the_broker_has_read_is_forgotten_and_the_rest_comes_back_whole() {
    let mut end = End::new(ROUND);
    let remember = |end: &mut End, numbers: std::ops::Range<u32>| {
        for number in numbers {
            let id = (number % 65_535) as u16 + 1;
            end.memory.remember(Seen { id, mark: number });
            if number % 777 == 0 {
                end.keep();
            }
        }
        end.keep();
        let loaded = end.load();
        assert_eq!(loaded.ring, end.memory.ring);
        assert_eq!(
            (loaded.next, loaded.first()),
            (end.memory.next, end.memory.first())
        );
        assert!(loaded.changed().is_empty() && loaded.stale.is_empty());
        assert_eq!(end.slots.len(), end.memory.ring.len().div_ceil(SLOT));
        assert!(end.slots.values().all(|bytes| bytes.len() <= 8 + SLOT * BYTES));
    };
    remember(&mut end, 0..600_000);
    assert_eq!(
        end.memory.ring.len(),
        600_000,
        "the broker may send all of it again"
    );
    end.memory.read(500_000);
    remember(&mut end, 600_000..620_000);
    assert!((SLOT * (KEPT - 1)..=SLOT * KEPT).contains(&end.memory.ring.len()));
    // A broker that answers no question.
    remember(&mut end, 620_000..5_000_000);
    assert!((SLOT * (SLOTS - 1)..=SLOT * SLOTS).contains(&end.memory.ring.len()));
}

#[test]
fn places_of_a_smaller_ring_are_understood_and_given_up() {
    let mut end = End::new(ROUND);
    for number in 0..300_000u32 {
        end.memory.remember(Seen { id: 1, mark: number });
        if number.is_multiple_of(4096) {
            end.keep();
        }
    }
    end.keep();
    // As a ring of 1,024 slots kept them.
    let newest = (end.memory.next - 1) / SLOT as u64;
    end.slots = (newest - 1023..=newest)
        .map(|number| {
            (
                (number % KEPT as u64) as usize,
                end.slots[&place_of(number)].clone(),
            )
        })
        .collect();
    end.memory = end.load();
    assert_eq!(end.memory.next, 300_000);
    let had = end.memory.ring.clone();
    assert_eq!(had.len(), 300_000 - (newest as usize - 1023) * SLOT);
    end.memory.remember(Seen { id: 1, mark: 7 });
    end.keep();
    assert_eq!(end.slots.len(), 1024);
    let again = end.load();
    assert!(again.stale.is_empty() && again.changed().is_empty());
    assert!(again.ring.iter().zip(&had).all(|(one, other)| one == other));
}

#[test]
fn a_file_of_the_layout_before_is_understood_and_replaced() {
    let before = |number: u64, entries: &[(u16, u64)]| {
        let mut bytes = number.to_le_bytes().to_vec();
        for (id, mark) in entries {
            bytes.extend_from_slice(&id.to_le_bytes());
            bytes.extend_from_slice(&mark.to_le_bytes());
        }
        bytes
    };
    let mut hasher = FxHasher::default();
    hasher.write(b"a/b");
    hasher.write_u8(0xff);
    hasher.write(b"1");
    let full: Vec<(u16, u64)> = (0..256).map(|id| (id, 5)).collect();
    let mut end = End::new(ROUND);
    // The ring of then had 256 slots.
    end.slots.insert(299 - 256, before(299, &full));
    end.slots.insert(300 - 256, before(300, &[(7, hasher.finish())]));
    let known = Seen::new(7, "a/b", b"1");
    end.memory = end.load();
    assert_eq!((end.memory.ring.len(), end.memory.next), (257, 300 * 256 + 1));
    // Also where the first commit fails.
    end.memory.settled(false);
    assert_eq!(end.memory.ring.len(), 257);
    end.keep();
    let mut again = end.load();
    assert_eq!(again.ring, end.memory.ring);
    assert!(again.changed().is_empty(), "written once");
    assert!(again.knows(1, known, &std::iter::empty()));
    assert!(!again.knows(1, Seen::new(7, "a/b", b"2"), &std::iter::empty()));
    assert!(!again.knows(1, Seen::new(8, "a/b", b"1"), &std::iter::empty()));
}

#[test]
fn what_could_not_be_committed_is_not_known() {
    let mut memory = Redelivery::default();
    let (kept, lost) = (Seen { id: 1, mark: 1 }, Seen { id: 2, mark: 2 });
    memory.remember(kept);
    memory.settled(true);
    memory.remember(lost);
    memory.settled(false);
    assert!(memory.knows(1, kept, &std::iter::empty()));
    assert!(!memory.knows(1, lost, &std::iter::empty()));
}

/// An id came round to a message like the one that it was first given to, which alone was known: what is taken for that one is
/// lost with its acknowledgement.
#[test]
fn a_common_value_that_the_ring_happens_to_hold_once_is_no_evidence() {
    use Fate::{Fine, KilledBefore};
    use Step::{Batch, Break, Publish};
    let steps = [
        Publish(2),
        Batch(16, Fine),
        Publish(85),
        Batch(72, KilledBefore),
        Batch(65, Fine),
        Publish(35),
        Break(0),
        Batch(42, Fine),
        Batch(62, Fine),
        Publish(2),
    ];
    let content = |number: usize| {
        if number.is_multiple_of(2) {
            mark(number)
        } else {
            mark("21.5")
        }
    };
    assert_eq!(run(64, usize::MAX, 56, &steps, content), vec![]);
}
