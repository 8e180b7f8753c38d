//! Base topics: where a Zigbee2MQTT is found, and what its topics are.

use rustc_hash::FxHashMap;

use super::bridge::Bridge;
use super::entity::Id;
use super::group::Group;

/// Longest base topic, bytes.
const LONGEST: usize = 256;

/// One Zigbee2MQTT.
pub(super) struct Base {
    /// `zigbee2mqtt`, or whatever its configuration says; may have levels.
    pub(super) topic: String,
    /// What is known of the bridge itself.
    pub(super) bridge: Bridge,
    /// Whether its topics were asked for anew since it was found.
    pub(super) settled: bool,
    /// What the last `bridge/state` said.
    pub(super) online: Option<bool>,
    /// Attributes are published one by one, without JSON.
    pub(super) attributes_only: bool,
    /// Attributes are published one by one as well.
    pub(super) attributes: bool,
    /// Places of its devices and groups, also of those removed.
    pub(super) by_id: FxHashMap<Id, usize>,
    /// Places by friendly name.
    pub(super) names: FxHashMap<String, usize>,
    /// Whether its devices were told.
    pub(super) devices_seen: bool,
    /// The groups as they were told.
    pub(super) groups: Vec<Group>,
}

impl Base {
    pub(super) fn new(topic: &str) -> Self {
        Self {
            topic: topic.to_owned(),
            bridge: Bridge::default(),
            settled: false,
            online: None,
            attributes_only: false,
            attributes: false,
            by_id: FxHashMap::default(),
            names: FxHashMap::default(),
            devices_seen: false,
            groups: Vec::new(),
        }
    }
}

/// A topic below `<base>/bridge/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BridgeTopic {
    State,
    Info,
    Devices,
    Groups,
    Event,
    Logging,
    /// `bridge/log`, which versions before 2.0 had.
    Log,
    Health,
    Response,
    /// Definitions, extensions, maps, and requests: nothing to show.
    Other,
}

impl BridgeTopic {
    /// What follows `<base>/bridge/`.
    pub(super) fn parse(rest: &str) -> Self {
        match rest {
            "state" => Self::State,
            "info" | "config" => Self::Info,
            "devices" => Self::Devices,
            "groups" => Self::Groups,
            "event" => Self::Event,
            "logging" => Self::Logging,
            "log" => Self::Log,
            "health" => Self::Health,
            _ if rest.starts_with("response/") => Self::Response,
            _ => Self::Other,
        }
    }

    /// Whether a payload is so surely one of Zigbee2MQTT's that its base may be learned from it.
    fn tells(self, base: &str, payload: &[u8]) -> bool {
        let Ok(text) = std::str::from_utf8(payload) else {
            return false;
        };
        let text = text.trim();
        let has = |keys: &[&str]| keys.iter().all(|key| text.contains(&format!("\"{key}\"")));
        let named = base.to_ascii_lowercase().contains("zigbee");
        match self {
            Self::Devices => text.starts_with('[') && has(&["ieee_address", "friendly_name"]),
            Self::Groups => text.starts_with('[') && has(&["friendly_name", "members", "id"]),
            Self::Info => text.starts_with('{') && has(&["coordinator", "version"]),
            Self::State => (text.starts_with('{') && has(&["state"])) || (named && is_state(text)),
            Self::Logging => {
                text.starts_with('{') && has(&["level", "message"]) && (named || has(&["namespace"]))
            }
            Self::Event => text.starts_with('{') && has(&["type", "data", "ieee_address"]),
            Self::Health => text.starts_with('{') && has(&["response_time", "mqtt"]),
            Self::Response => text.starts_with('{') && has(&["status", "data"]) && named,
            Self::Log => text.starts_with('{') && has(&["type", "message"]) && named,
            Self::Other => false,
        }
    }
}

/// `online` and `offline`, as older versions say it.
fn is_state(text: &str) -> bool {
    matches!(text, "online" | "offline")
}

/// Base and what follows `bridge/`, at each place where a topic may be taken apart.
pub(super) fn splits(topic: &str) -> impl Iterator<Item = (&str, &str)> {
    topic
        .match_indices("/bridge/")
        .map(|(at, between)| (&topic[..at], &topic[at + between.len()..]))
        .filter(|(base, rest)| !base.is_empty() && base.len() <= LONGEST && !rest.is_empty())
        .take(4)
}

/// The base that a message reveals.
pub(super) fn revealed<'t>(topic: &'t str, payload: &[u8]) -> Option<(&'t str, &'t str)> {
    splits(topic).find(|(base, rest)| BridgeTopic::parse(rest).tells(base, payload))
}
