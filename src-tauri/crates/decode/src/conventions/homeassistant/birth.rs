//! The birth message: devices announce themselves anew when they see Home Assistant come online. Where there is none, we say so
//! in its place; where there is one, we keep still.

use hearthline_model::{Micros, SECOND};

use crate::Publish;

/// The topic on which Home Assistant tells of itself, whatever its discovery prefix is.
pub(super) const STATUS_TOPIC: &str = "homeassistant/status";
/// How long after the connection we listen for a Home Assistant (its retained state, if it retains one) before we speak.
const PATIENCE: Micros = 2 * SECOND;
/// How long our own message may take to come back to us.
const ECHO: Micros = 10 * SECOND;

/// Whether and when to speak.
pub(super) struct Birth {
    wanted: bool,
    /// A real one was seen.
    seen: bool,
    due: Option<Micros>,
    /// Until when our own message may come back.
    echo: Option<Micros>,
}

impl Birth {
    pub(super) fn new(wanted: bool) -> Self {
        Self {
            wanted,
            seen: false,
            due: None,
            echo: None,
        }
    }

    pub(super) fn connected(&mut self, now: Micros) {
        if self.wanted && !self.seen {
            self.due = Some(now + PATIENCE);
        }
    }

    /// A message on the status topic.
    pub(super) fn message(&mut self, payload: &[u8], retain: bool, at: Micros) {
        // A will (`offline`) is a trace of a real one too: it will be back.
        if payload != b"online" && payload != b"offline" {
            return;
        }
        let own = payload == b"online" && !retain && self.echo.take().is_some_and(|until| at <= until);
        if !own {
            self.seen = true;
            self.due = None;
        }
    }

    pub(super) fn clock_moved(&mut self, by: Micros) {
        for at in [&mut self.due, &mut self.echo].into_iter().flatten() {
            *at = at.saturating_add(by);
        }
    }

    /// The message, when it is time.
    pub(super) fn tick(&mut self, now: Micros) -> Option<Publish> {
        self.due.filter(|due| *due <= now)?;
        self.due = None;
        self.echo = Some(now + ECHO);
        Some(Publish {
            topic: STATUS_TOPIC.to_owned(),
            payload: b"online".to_vec(),
            qos: 0,
            retain: false,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speaks_once_a_connection_and_knows_its_echo() {
        let mut birth = Birth::new(true);
        birth.connected(0);
        assert!(birth.tick(SECOND).is_none());
        let publish = birth.tick(3 * SECOND).unwrap();
        assert_eq!(
            (publish.topic.as_str(), publish.retain),
            ("homeassistant/status", false)
        );
        assert!(birth.tick(4 * SECOND).is_none());
        birth.message(b"online", false, 4 * SECOND);
        birth.connected(10 * SECOND);
        assert!(birth.tick(20 * SECOND).is_some());
    }

    #[test]
    fn keeps_still_beside_a_real_one() {
        for (payload, retain) in [(&b"online"[..], true), (b"online", false), (b"offline", true)] {
            let mut birth = Birth::new(true);
            birth.connected(0);
            birth.message(payload, retain, SECOND);
            assert!(birth.tick(3 * SECOND).is_none());
            birth.connected(9 * SECOND);
            assert!(birth.tick(30 * SECOND).is_none());
        }
        let mut off = Birth::new(false);
        off.connected(0);
        assert!(off.tick(9 * SECOND).is_none());
    }
}
