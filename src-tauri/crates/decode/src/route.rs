//! What is remembered of a topic: who claims it, and its last payload.
//!
//! There are 100,000 of these, and a message's look-up is mostly waiting for memory: the table that is searched holds nothing but topics,
//! and claims and short payloads stand in the route itself.

use std::ops::Deref;

use hearthline_model::Micros;
use rustc_hash::FxHashMap;

/// Most conventions that share a topic; further ones are not asked.
const MOST_CLAIMS: usize = 4;
/// Longest payload that needs no memory of its own, bytes.
const SHORT: usize = 22;

/// (convention, token), in the order of the conventions.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Claims {
    list: [(u8, u32); MOST_CLAIMS],
    len: u8,
}

impl Claims {
    /// Adds a claim; false where there is no room for one more after it.
    pub(crate) fn push(&mut self, convention: u8, token: u32) -> bool {
        if let Some(place) = self.list.get_mut(usize::from(self.len)) {
            *place = (convention, token);
            self.len += 1;
        }
        usize::from(self.len) < MOST_CLAIMS
    }
}

impl Deref for Claims {
    type Target = [(u8, u32)];

    fn deref(&self) -> &Self::Target {
        &self.list[..usize::from(self.len)]
    }
}

/// A payload.
#[derive(Clone, Debug)]
pub(crate) enum Bytes {
    Short([u8; SHORT], u8),
    Long(Box<[u8]>),
}

impl Bytes {
    pub(crate) fn new(payload: &[u8]) -> Self {
        let mut short = [0; SHORT];
        match short.get_mut(..payload.len()) {
            Some(place) => {
                place.copy_from_slice(payload);
                Self::Short(short, payload.len() as u8)
            }
            None => Self::Long(payload.into()),
        }
    }

    /// Takes another payload, in the same memory where it fits.
    pub(crate) fn set(&mut self, payload: &[u8]) {
        match self {
            Self::Long(long) if long.len() == payload.len() => long.copy_from_slice(payload),
            _ => *self = Self::new(payload),
        }
    }
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &Self::Target {
        match self {
            Self::Short(short, len) => &short[..usize::from(*len)],
            Self::Long(long) => long,
        }
    }
}

/// The last message of a topic, to be decoded again when a description arrives later.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub(crate) payload: Bytes,
    pub(crate) at: Micros,
    pub(crate) retain: bool,
}

/// What is remembered of a topic.
#[derive(Default)]
pub(crate) struct Route {
    pub(crate) claims: Claims,
    /// Its last message describes devices.
    pub(crate) describes: bool,
    pub(crate) kept: Option<Kept>,
}

/// The routes of all topics. They stand in a list of their own, so that the table that is searched stays small enough for the caches;
/// none is ever removed.
#[derive(Default)]
pub(crate) struct Routes {
    by_topic: FxHashMap<Box<str>, u32>,
    list: Vec<Route>,
}

impl Routes {
    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }

    pub(crate) fn get(&self, topic: &str) -> Option<&Route> {
        self.list.get(*self.by_topic.get(topic)? as usize)
    }

    pub(crate) fn get_mut(&mut self, topic: &str) -> Option<&mut Route> {
        self.list.get_mut(*self.by_topic.get(topic)? as usize)
    }

    /// Adds a topic that has no route yet.
    pub(crate) fn insert(&mut self, topic: &str, route: Route) {
        self.by_topic.insert(topic.into(), self.list.len() as u32);
        self.list.push(route);
    }

    pub(crate) fn topics(&self) -> impl Iterator<Item = &Box<str>> {
        self.by_topic.keys()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn payloads_of_any_length_are_kept_as_they_are() {
        let mut bytes = Bytes::new(b"");
        for len in [0, 1, SHORT, SHORT + 1, 300, 300, 5, SHORT] {
            let payload = vec![len as u8; len];
            bytes.set(&payload);
            assert_eq!(*bytes, *payload);
            assert_eq!(*Bytes::new(&payload), *payload);
        }
    }

    #[test]
    fn claims_are_bounded_and_in_order() {
        let mut claims = Claims::default();
        let room: Vec<bool> = (0..6).map(|ix| claims.push(ix, 10)).collect();
        assert_eq!(room, [true, true, true, false, false, false]);
        assert_eq!(*claims, [(0, 10), (1, 10), (2, 10), (3, 10)]);
    }
}
