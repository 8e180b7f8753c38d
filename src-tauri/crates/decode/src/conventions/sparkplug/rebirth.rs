//! When to ask an edge node for its births.
//!
//! Every host on a broker that asks at once, again and again, is how plants drown in births. So a node is asked when something is amiss,
//! then not for [`FIRST_PAUSE`], and each further time only after twice the former pause.

use hearthline_model::{MINUTE, Micros, SECOND};

/// Pause after the first request.
pub(super) const FIRST_PAUSE: Micros = 30 * SECOND;
/// Longest pause.
pub(super) const LONGEST_PAUSE: Micros = 30 * MINUTE;
/// A node that was content for so long starts anew.
const FORGIVEN: Micros = 10 * MINUTE;

/// What one edge node is asked.
#[derive(Clone, Debug, Default)]
pub(super) struct Rebirth {
    /// Why it should be asked, in words for a person.
    wanted: Option<String>,
    asked_at: Option<Micros>,
    pause: Micros,
}

impl Rebirth {
    /// Something is amiss. The first reason is kept.
    pub(super) fn want(&mut self, reason: impl FnOnce() -> String) {
        if self.wanted.is_none() {
            self.wanted = Some(reason());
        }
    }

    /// A birth came: nothing is amiss any more. The pause goes on, so that a node whose births do not help is not asked forever.
    pub(super) fn born(&mut self) {
        self.wanted = None;
    }

    pub(super) fn clock_moved(&mut self, by: Micros) {
        self.asked_at = self.asked_at.map(|at| at.saturating_add(by));
    }

    /// The reason to ask right now, if any; it counts as asked.
    pub(super) fn ask(&mut self, now: Micros) -> Option<String> {
        let waits = self
            .asked_at
            .is_some_and(|at| now < at.saturating_add(self.pause));
        if self.wanted.is_none() || waits {
            return None;
        }
        self.pause = match self.asked_at {
            Some(at) if now < at.saturating_add(self.pause).saturating_add(FORGIVEN) => {
                (self.pause * 2).min(LONGEST_PAUSE)
            }
            _ => FIRST_PAUSE,
        };
        self.asked_at = Some(now);
        self.wanted.take()
    }

    /// Whether something is amiss and the node was not asked yet.
    pub(super) fn is_wanted(&self) -> bool {
        self.wanted.is_some()
    }

    /// Gives up the wish.
    pub(super) fn drop_wish(&mut self) {
        self.wanted = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_are_forgiven() {
        let mut rebirth = Rebirth::default();
        let why = || "why".to_owned();
        assert_eq!(rebirth.ask(0), None);
        rebirth.want(why);
        assert_eq!(rebirth.ask(0).as_deref(), Some("why"));
        rebirth.want(why);
        assert_eq!(rebirth.ask(FIRST_PAUSE - 1), None);
        assert!(rebirth.ask(FIRST_PAUSE).is_some());
        rebirth.want(why);
        assert_eq!(rebirth.ask(2 * FIRST_PAUSE), None);
        assert!(rebirth.ask(3 * FIRST_PAUSE).is_some());
        rebirth.want(why);
        rebirth.born();
        assert_eq!(rebirth.ask(100 * FIRST_PAUSE), None);
        rebirth.want(why);
        assert!(rebirth.ask(100 * FIRST_PAUSE).is_some());
        rebirth.want(why);
        assert!(
            rebirth.ask(101 * FIRST_PAUSE).is_some(),
            "the pause is short again"
        );
    }

    #[test]
    fn the_pause_has_an_end() {
        let mut rebirth = Rebirth::default();
        let mut now = 0;
        for _ in 0..100 {
            rebirth.want(|| "why".to_owned());
            assert!(rebirth.ask(now).is_some());
            now += LONGEST_PAUSE;
        }
    }
}
