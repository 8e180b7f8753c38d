//! Topic → route, among 100,000.
//!
//! A look-up is mostly waiting for memory, so it asks for as little of it as can be: one place of a table of 8 bytes each, which stays in
//! the processor's caches as a whole, and the route, in which all but the longest topics stand beside what is looked for. Both lines
//! of the route are asked for at once, since they are neighbours.

use std::collections::BTreeSet;
use std::hash::{BuildHasher, RandomState};
use std::ops::Bound;

use crate::matches;
use crate::route::Route;

/// Topics of so many bytes stand in the route itself.
const NEAR: usize = 62;
/// A place of the table that nobody has.
const FREE: u32 = u32::MAX;

/// A topic with its route.
#[repr(align(128))]
struct Entry {
    topic: Topic,
    route: Route,
}

// Two neighbouring lines of 64 bytes; a third would be waited for.
const _: () = assert!(size_of::<Entry>() == 128);

enum Topic {
    Near([u8; NEAR], u8),
    Far(Box<str>),
}

impl Topic {
    fn new(topic: &str) -> Self {
        let mut near = [0; NEAR];
        match near.get_mut(..topic.len()) {
            Some(place) => {
                place.copy_from_slice(topic.as_bytes());
                Self::Near(near, topic.len() as u8)
            }
            None => Self::Far(topic.into()),
        }
    }

    fn bytes(&self) -> &[u8] {
        match self {
            Self::Near(near, len) => &near[..usize::from(*len)],
            Self::Far(far) => far.as_bytes(),
        }
    }
}

/// A place of the table that is searched.
#[derive(Clone, Copy)]
struct Place {
    /// The upper half of the topic's hash: another topic's route is almost never looked at.
    mark: u32,
    /// Where the route is.
    at: u32,
}

/// The routes of all topics, in the order in which they were added; none is ever removed.
pub(crate) struct Routes {
    /// A power of two of places, at most four fifths of them taken; a topic's is the first free one after that of its hash.
    table: Vec<Place>,
    list: Vec<Entry>,
    /// In order, so that a filter need not look at all.
    names: BTreeSet<Box<str>>,
    hash: Hash,
}

impl Default for Routes {
    fn default() -> Self {
        Self {
            table: vec![Self::FREE; 64],
            list: Vec::new(),
            names: BTreeSet::new(),
            hash: Hash::new(),
        }
    }
}

impl Routes {
    const FREE: Place = Place { mark: 0, at: FREE };

    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }

    pub(crate) fn get(&self, topic: &str) -> Option<&Route> {
        let at = self.find(topic)?;
        self.list.get(at).map(|entry| &entry.route)
    }

    pub(crate) fn get_mut(&mut self, topic: &str) -> Option<&mut Route> {
        let at = self.find(topic)?;
        self.list.get_mut(at).map(|entry| &mut entry.route)
    }

    /// Adds a topic that has no route yet.
    pub(crate) fn insert(&mut self, topic: &str, route: Route) {
        if (self.list.len() + 1) * 5 > self.table.len() * 4 {
            self.grow();
        }
        let at = self.list.len() as u32;
        place(&mut self.table, self.hash.of(topic.as_bytes()), at);
        self.list.push(Entry {
            topic: Topic::new(topic),
            route,
        });
        self.names.insert(topic.into());
    }

    /// The topics that a filter of MQTT matches, in order. Only those are looked at that begin as it does up to its first wildcard.
    pub(crate) fn matching(&self, filter: &str) -> impl Iterator<Item = &str> {
        // `a/#` is `a` as well; without a wildcard it is one topic at most.
        let begin = match filter.find(['+', '#']) {
            Some(wildcard) => filter[..wildcard].trim_end_matches('/'),
            None => filter,
        };
        let most = if begin == filter { 1 } else { usize::MAX };
        let from = (Bound::Included(begin), Bound::Unbounded);
        self.names
            .range::<str, _>(from)
            .map(|topic| &**topic)
            .take(most)
            .take_while(move |topic| topic.starts_with(begin))
            .filter(move |topic| matches(filter, topic))
    }

    fn find(&self, topic: &str) -> Option<usize> {
        let hash = self.hash.of(topic.as_bytes());
        let last = self.table.len() - 1;
        let mut ix = hash as usize & last;
        loop {
            let place = self.table[ix];
            if place.at == FREE {
                return None;
            }
            if place.mark == mark(hash) {
                let at = place.at as usize;
                if self.list[at].topic.bytes() == topic.as_bytes() {
                    return Some(at);
                }
            }
            ix = (ix + 1) & last;
        }
    }

    fn grow(&mut self) {
        let mut table = vec![Self::FREE; self.table.len() * 2];
        for (at, entry) in (0..).zip(&self.list) {
            place(&mut table, self.hash.of(entry.topic.bytes()), at);
        }
        self.table = table;
    }
}

const fn mark(hash: u64) -> u32 {
    (hash >> 32) as u32
}

fn place(table: &mut [Place], hash: u64, at: u32) {
    let last = table.len() - 1;
    let mut ix = hash as usize & last;
    while table[ix].at != FREE {
        ix = (ix + 1) & last;
    }
    table[ix] = Place { mark: mark(hash), at };
}

/// The hash of a topic, with a secret of its own: whoever chooses topics so that they meet in one place of the table would make every
/// look-up a search. Nothing that is told depends on it.
struct Hash([u64; 3]);

impl Hash {
    fn new() -> Self {
        let state = RandomState::new();
        Self([0_u8, 1, 2].map(|number| state.hash_one(number)))
    }

    /// Sixteen bytes at a time, each half mixed with a secret, multiplied, and the halves of the product folded.
    fn of(&self, bytes: &[u8]) -> u64 {
        let [first, second, third] = self.0;
        let mut state = first;
        let mut rest = bytes;
        while rest.len() > 16
            && let Some((chunk, more)) = rest.split_first_chunk::<16>()
        {
            state = fold(
                word(chunk.first_chunk()) ^ state,
                word(chunk.last_chunk()) ^ second,
            );
            rest = more;
        }
        // What is left overlaps where it is no multiple of a word.
        let (a, b) = if rest.len() >= 8 {
            (word(rest.first_chunk()), word(rest.last_chunk()))
        } else if rest.len() >= 4 {
            let half = |chunk: Option<&[u8; 4]>| u64::from(chunk.map_or(0, |it| u32::from_le_bytes(*it)));
            (half(rest.first_chunk()), half(rest.last_chunk()))
        } else {
            let letters = rest.iter().fold(0, |all: u64, byte| all << 8 | u64::from(*byte));
            (letters, 0)
        };
        // The length goes in by itself: mixed into a word it would make up for a letter.
        let length = third.wrapping_mul(2 * bytes.len() as u64 + 1);
        fold(fold(a ^ state, b ^ second) ^ third, length)
    }
}

fn word(chunk: Option<&[u8; 8]>) -> u64 {
    chunk.map_or(0, |it| u64::from_le_bytes(*it))
}

fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    product as u64 ^ (product >> 64) as u64
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;
    use crate::route::Claims;

    fn route(token: u32) -> Route {
        let mut claims = Claims::default();
        claims.push(3, token);
        Route {
            claims,
            ..Route::default()
        }
    }

    fn token(route: Option<&Route>) -> Option<u32> {
        route?.claims.iter().next().map(|(_, token)| token)
    }

    /// Puts all topics in, and compares every look-up with a map that is known to be right.
    fn agrees(mut routes: Routes, topics: &[String]) {
        let mut known: HashMap<&str, u32> = HashMap::new();
        let mut order: Vec<&str> = Vec::new();
        for (number, topic) in (0..).zip(topics) {
            assert_eq!(
                token(routes.get(topic)),
                known.get(topic.as_str()).copied(),
                "{topic:?}"
            );
            if known.contains_key(topic.as_str()) {
                continue;
            }
            known.insert(topic, number);
            order.push(topic);
            routes.insert(topic, route(number));
            assert_eq!(routes.len(), order.len());
        }
        for topic in topics {
            assert_eq!(token(routes.get(topic)), Some(known[topic.as_str()]), "{topic:?}");
            assert_eq!(
                token(routes.get_mut(topic).map(|route| &*route)),
                Some(known[topic.as_str()])
            );
            for other in [format!("{topic}/"), format!("/{topic}"), topic.replace('a', "b")] {
                assert_eq!(
                    token(routes.get(&other)),
                    known.get(other.as_str()).copied(),
                    "{other:?}"
                );
            }
        }
        order.sort_unstable();
        assert!(
            routes
                .names
                .iter()
                .map(|topic| &**topic)
                .eq(order.iter().copied())
        );
        for filter in [
            "#",
            "+/#",
            "a/#",
            "a/+",
            "a",
            "+",
            "/a/+",
            "aaaaaaaa/#",
            "x+",
            "ä/+/#",
            "",
        ] {
            let want: Vec<&str> = order
                .iter()
                .copied()
                .filter(|topic| matches(filter, topic))
                .collect();
            assert!(routes.matching(filter).eq(want), "{filter}");
        }
    }

    fn topics() -> impl Strategy<Value = Vec<String>> {
        let topic = prop_oneof![
            "[ab/]{0,4}",
            "(a|b|/|ä|🏡){0,40}",
            // About the length up to which a topic stands in its route.
            "[ab]{60,66}",
            "x{0,2}(aaaaaaaa|aaaaaaab|b){0,24}",
            prop::collection::vec(any::<char>(), 0..90).prop_map(|it| it.into_iter().collect()),
        ];
        prop::collection::vec(topic, 0..300)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn a_look_up_never_takes_one_topic_for_another(topics in topics()) {
            agrees(Routes::default(), &topics);
        }

        /// All secrets zero: whatever is multiplied is nought, so that all topics meet in one place with one mark.
        #[test]
        fn not_even_where_all_topics_have_one_hash(topics in topics()) {
            let routes = Routes { hash: Hash([0; 3]), ..Routes::default() };
            let hashes: Vec<u64> = topics.iter().map(|topic| routes.hash.of(topic.as_bytes())).collect();
            prop_assert!(hashes.iter().all(|hash| *hash == 0));
            agrees(routes, &topics);
        }
    }

    #[test]
    fn topics_that_are_much_alike_are_spread_over_the_table() {
        let mut routes = Routes::default();
        let topics: Vec<String> = (0..50_000)
            .map(|number| match number % 4 {
                0 => format!(
                    "building/floor{}/room{}/sensor{number}/set",
                    number % 7,
                    number % 131
                ),
                1 => format!("z/{number}"),
                2 => format!("{number}"),
                _ => format!("homeassistant/sensor/0x00158d00{number:08x}/temperature/config"),
            })
            .collect();
        for (number, topic) in (0..).zip(&topics) {
            routes.insert(topic, route(number));
        }
        let last = routes.table.len() - 1;
        let steps: usize = topics
            .iter()
            .map(|topic| {
                let begin = routes.hash.of(topic.as_bytes()) as usize & last;
                let at = routes.find(topic).unwrap() as u32;
                (0..=last)
                    .find(|step| routes.table[(begin + step) & last].at == at)
                    .unwrap()
            })
            .sum();
        // Chance gives 1.6 at the most that is ever taken.
        assert!(
            steps < 2 * topics.len(),
            "{steps} steps of {} topics",
            topics.len()
        );
        let marks: std::collections::HashSet<u64> = topics
            .iter()
            .map(|topic| routes.hash.of(topic.as_bytes()))
            .collect();
        assert_eq!(marks.len(), topics.len());
    }
}
