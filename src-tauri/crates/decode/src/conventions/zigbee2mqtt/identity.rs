//! Keys, addresses, names and places.

use hearthline_model::{PlaceHint, Realm};

use super::words;

/// The key of a bridge's device.
pub(super) fn key(base: &str) -> String {
    format!("z2m:bridge:{base}")
}

/// What tells one Zigbee2MQTT from others: what its base says besides its own name, on the last level that says anything.
pub(super) fn own_name(base: &str) -> String {
    for level in base.rsplit('/') {
        let lower = level.to_ascii_lowercase();
        let own = ["zigbee2mqtt", "zigbee", "z2m"]
            .iter()
            .find_map(|prefix| lower.strip_prefix(prefix).map(|_| &level[prefix.len()..]))
            .unwrap_or(level);
        let own = own.trim_matches(|c: char| !c.is_alphanumeric());
        if !own.is_empty() {
            return words::spoken(own);
        }
    }
    String::new()
}

/// An IEEE address in lower-case hex without `0x`; none where it is none.
pub(super) fn address(ieee: &str) -> Option<String> {
    let bare = ieee.trim().strip_prefix("0x").unwrap_or(ieee.trim());
    (bare.len() == 16 && bare.bytes().all(|b| b.is_ascii_hexdigit())).then(|| bare.to_ascii_lowercase())
}

/// The names that a friendly name gives: device and place.
pub(super) fn placed(friendly: &str, realm: Realm) -> (String, PlaceHint) {
    if realm == Realm::Home {
        // A room is where a thing of a home is, whatever floor that is on.
        let (path, name) = crate::naming::split_place(&crate::decoder::shortened(friendly, 256));
        return (words::spoken(&name), PlaceHint { realm, path });
    }
    let levels: Vec<&str> = friendly
        .split('/')
        .filter(|level| !level.trim().is_empty())
        .collect();
    let (name, before) = levels
        .split_last()
        .map_or((friendly, &[][..]), |(name, before)| (*name, before));
    let path = before.iter().take(8).map(|level| words::spoken(level)).collect();
    (words::spoken(name), PlaceHint { realm, path })
}
