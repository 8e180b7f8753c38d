//! Host applications and their STATE: who is in charge on this broker.

use hearthline_model::{Micros, SECOND};
use rustc_hash::FxHashMap;
use serde::Deserialize;

use super::topic::NAMESPACE;
use crate::Publish;

/// Most other hosts that are remembered.
const MOST_HOSTS: usize = 64;

/// We as a host, and the others.
#[derive(Debug, Default)]
pub(super) struct Host {
    /// Our host id, where we are the primary host.
    own: Option<String>,
    /// The time in our STATE, milliseconds; the will carries the same.
    since: Option<i64>,
    said_at: Option<Micros>,
    others: FxHashMap<Box<str>, bool>,
}

#[derive(Deserialize)]
struct State {
    online: bool,
}

/// Reads a STATE payload of either version; none where it is none.
pub(super) fn online(payload: &[u8]) -> Option<bool> {
    if payload.eq_ignore_ascii_case(b"ONLINE") {
        return Some(true);
    }
    if payload.eq_ignore_ascii_case(b"OFFLINE") {
        return Some(false);
    }
    serde_json::from_slice::<State>(payload)
        .ok()
        .map(|state| state.online)
}

impl Host {
    /// Knows no other host yet; `own` is our id, where we are one.
    pub(super) fn new(own: Option<String>) -> Self {
        Self {
            own,
            ..Self::default()
        }
    }

    /// The connection stands: our STATE, if we are a host. The source has set the will with the same time.
    pub(super) fn connected(&mut self, now: Micros) -> Option<Publish> {
        self.since = Some(now / 1000);
        self.said_at = Some(now);
        self.state()
    }

    pub(super) fn clock_moved(&mut self, by: Micros) {
        self.said_at = self.said_at.map(|at| at.saturating_add(by));
    }

    /// A STATE message. Somebody's claim that we are offline (the will of our former connection) is answered at once.
    pub(super) fn heard(&mut self, host: &str, online: bool, now: Micros) -> Option<Publish> {
        if self.own.as_deref() == Some(host) {
            let quiet = self.said_at.is_none_or(|at| now >= at.saturating_add(SECOND));
            if online || !quiet {
                return None;
            }
            self.said_at = Some(now);
            return self.state();
        }
        if self.others.len() < MOST_HOSTS || self.others.contains_key(host) {
            self.others.insert(host.into(), online);
        }
        None
    }

    /// The retained STATE of a host was cleared.
    pub(super) fn cleared(&mut self, host: &str) {
        self.others.remove(host);
    }

    /// Another host that is in charge while we only listen: births are asked for by it alone.
    pub(super) fn other_in_charge(&self) -> Option<&str> {
        if self.own.is_some() {
            return None;
        }
        self.others
            .iter()
            .filter(|(_, online)| **online)
            .map(|(host, _)| &**host)
            .min()
    }

    fn state(&self) -> Option<Publish> {
        let (own, since) = (self.own.as_deref()?, self.since?);
        Some(Publish {
            topic: format!("{NAMESPACE}/STATE/{own}"),
            payload: format!("{{\"online\":true,\"timestamp\":{since}}}").into_bytes(),
            qos: 1,
            retain: true,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_versions_of_state_are_read() {
        for (payload, want) in [
            (&b"ONLINE"[..], Some(true)),
            (b"OFFLINE", Some(false)),
            (br#"{"online":true,"timestamp":1}"#, Some(true)),
            (br#"{"online":false}"#, Some(false)),
            (b"5", None),
            (b"", None),
        ] {
            assert_eq!(online(payload), want);
        }
    }

    #[test]
    fn we_contradict_our_former_will_and_defer_to_others() {
        let mut host = Host {
            own: Some("us".into()),
            ..Host::default()
        };
        let said = host.connected(5_000_000).unwrap();
        assert_eq!(said.topic, "spBv1.0/STATE/us");
        assert_eq!(said.payload, br#"{"online":true,"timestamp":5000}"#);
        assert!(said.retain && said.qos == 1);
        assert_eq!(host.heard("us", true, 6_000_000), None);
        assert_eq!(host.heard("us", false, 7_000_000), Some(said));
        assert_eq!(host.heard("us", false, 7_100_000), None, "no ping-pong");
        host.heard("them", true, 0);
        assert_eq!(host.other_in_charge(), None);
        host.own = None;
        assert_eq!(host.other_in_charge(), Some("them"));
        host.heard("them", false, 0);
        assert_eq!(host.other_in_charge(), None);
    }
}
