//! What is remembered of a topic: who claims it, and its last payload. [`crate::routes`] finds it.
//!
//! There are 100,000 of these, and a message mostly waits for memory: claims and short payloads stand in the route itself.

use std::ops::Deref;

use hearthline_model::Micros;

/// Most conventions that share a topic; further ones are not asked.
const MOST_CLAIMS: usize = 4;
/// Longest payload that needs no memory of its own, bytes.
const SHORT: usize = 22;

/// In the place of a convention: none.
const NOBODY: u8 = u8::MAX;

/// (convention, token), in the order of the conventions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Claims {
    tokens: [u32; MOST_CLAIMS],
    conventions: [u8; MOST_CLAIMS],
}

impl Default for Claims {
    fn default() -> Self {
        Self {
            tokens: [0; MOST_CLAIMS],
            conventions: [NOBODY; MOST_CLAIMS],
        }
    }
}

impl Claims {
    /// Adds a claim; false where there is no room for one more after it.
    pub(crate) fn push(&mut self, convention: u8, token: u32) -> bool {
        let len = self.len();
        if let (Some(place), Some(its)) = (self.conventions.get_mut(len), self.tokens.get_mut(len)) {
            (*place, *its) = (convention, token);
        }
        len + 1 < MOST_CLAIMS
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (u8, u32)> {
        self.conventions
            .into_iter()
            .zip(self.tokens)
            .take_while(|&(convention, _)| convention != NOBODY)
    }

    pub(crate) fn len(&self) -> usize {
        self.iter().count()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.conventions[0] == NOBODY
    }

    /// Whether a convention is among them.
    pub(crate) fn holds(&self, convention: u8) -> bool {
        self.iter().any(|(it, _)| it == convention)
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
        let all: Vec<(u8, u32)> = claims.iter().collect();
        assert_eq!(all, [(0, 10), (1, 10), (2, 10), (3, 10)]);
        assert!(claims.holds(3) && !claims.holds(4) && !claims.is_empty() && Claims::default().is_empty());
    }
}
