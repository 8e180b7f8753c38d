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
    others: FxHashMap<Box<str>, State>,
}

/// What a host says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct State {
    pub(super) online: bool,
    /// Milliseconds; the will of a connection carries the time of its birth. Version 2.2 has none.
    since: Option<i64>,
}

#[derive(Deserialize)]
struct Wire {
    online: bool,
    #[serde(default)]
    timestamp: serde_json::Value,
}

/// Reads a STATE payload of either version; none where it is none.
pub(super) fn state(payload: &[u8]) -> Option<State> {
    let payload = payload.trim_ascii();
    let legacy = |online| State { online, since: None };
    if payload.eq_ignore_ascii_case(b"ONLINE") {
        return Some(legacy(true));
    }
    if payload.eq_ignore_ascii_case(b"OFFLINE") {
        return Some(legacy(false));
    }
    let wire: Wire = serde_json::from_slice(payload).ok()?;
    Some(State {
        online: wire.online,
        since: wire.timestamp.as_i64(),
    })
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
    /// Of another host, the will of a connection that it has replaced since is not believed.
    pub(super) fn heard(&mut self, host: &str, state: State, now: Micros) -> Option<Publish> {
        if self.own.as_deref() == Some(host) {
            let quiet = self.said_at.is_none_or(|at| now >= at.saturating_add(SECOND));
            if state.online || !quiet {
                return None;
            }
            self.said_at = Some(now);
            return self.state();
        }
        if let Some(known) = self.others.get_mut(host) {
            let replaced = known.online
                && !state.online
                && matches!((known.since, state.since), (Some(known), Some(will)) if will < known);
            if !replaced {
                *known = state;
            }
        } else if self.others.len() < MOST_HOSTS {
            self.others.insert(host.into(), state);
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
            .filter(|(_, state)| state.online)
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
            (b"online\n", Some(true)),
            (br#" {"online":true,"timestamp":"soon"} "#, Some(true)),
            (b"5", None),
            (b"", None),
        ] {
            assert_eq!(state(payload).map(|state| state.online), want);
        }
    }

    fn said_of(online: bool) -> State {
        State { online, since: None }
    }

    #[test]
    fn a_will_of_a_replaced_connection_is_not_believed() {
        let mut host = Host::default();
        let at = |online, since| State {
            online,
            since: Some(since),
        };
        host.heard("them", at(true, 100), 0);
        host.heard("them", at(false, 99), 0);
        assert_eq!(host.other_in_charge(), Some("them"));
        host.heard("them", at(false, 100), 0);
        assert_eq!(host.other_in_charge(), None);
        host.heard("them", at(true, 50), 0);
        assert_eq!(host.other_in_charge(), Some("them"), "a clock may be set back");
        host.heard("them", said_of(false), 0);
        assert_eq!(host.other_in_charge(), None);
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
        assert_eq!(host.heard("us", said_of(true), 6_000_000), None);
        assert_eq!(host.heard("us", said_of(false), 7_000_000), Some(said));
        assert_eq!(host.heard("us", said_of(false), 7_100_000), None, "no ping-pong");
        host.heard("them", said_of(true), 0);
        assert_eq!(host.other_in_charge(), None);
        host.own = None;
        assert_eq!(host.other_in_charge(), Some("them"));
        host.heard("them", said_of(false), 0);
        assert_eq!(host.other_in_charge(), None);
    }
}
