//! Identities: what two conventions may say alike of one device.

use std::collections::BTreeSet;

/// Shortest identity that counts where it is no hardware address: "7" or "lamp" may be said of many things.
const SHORTEST: usize = 6;
/// Most identities of one device that are looked at.
const MOST: usize = 32;

/// An identity in the spelling that is compared: lower case, without prefixes and separators; none where it tells nothing.
pub(super) fn normalised(identity: &str) -> Option<String> {
    let lower = identity.trim().to_lowercase();
    let bare = lower.strip_prefix("zigbee2mqtt_").unwrap_or(&lower);
    let bare = bare.strip_prefix("0x").unwrap_or(bare);
    let text: String = bare
        .chars()
        .filter(|c| !matches!(c, ':' | '-' | '_' | '.' | ' '))
        .collect();
    (text.len() >= SHORTEST && text.len() <= 256).then_some(text)
}

/// The identities of a description, each once.
pub(super) fn of(identities: &[String]) -> BTreeSet<String> {
    identities
        .iter()
        .take(MOST)
        .filter_map(|text| normalised(text))
        .collect()
}

/// Whether a normalised identity is a hardware address: a MAC (12 hex digits, not all decimal: that is more often a serial
/// number or a date) or an IEEE address (16 hex digits).
pub(super) fn is_hardware(identity: &str) -> bool {
    let hex = identity.bytes().all(|byte| byte.is_ascii_hexdigit());
    match identity.len() {
        12 => hex && identity.bytes().any(|byte| byte.is_ascii_alphabetic()),
        16 => hex,
        _ => false,
    }
}

/// Whether both have hardware addresses of one kind and none in common: two things, whatever else they share.
pub(super) fn conflict(left: &[&String], right: &[&String]) -> bool {
    let hardware = |length: usize, side: &[&String]| -> BTreeSet<String> {
        let addresses = side.iter().filter(|it| it.len() == length && is_hardware(it));
        addresses.map(|it| (*it).clone()).collect()
    };
    let mut differ = false;
    for length in [12, 16] {
        let (left, right) = (hardware(length, left), hardware(length, right));
        if left.is_empty() || right.is_empty() {
            continue;
        }
        if !left.is_disjoint(&right) {
            return false;
        }
        differ = true;
    }
    differ
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_in_every_spelling_is_one_identity() {
        for text in [
            "0x00158D0001ABCDEF",
            "zigbee2mqtt_0x00158d0001abcdef",
            "00:15:8d:00:01:ab:cd:ef",
        ] {
            assert_eq!(normalised(text).as_deref(), Some("00158d0001abcdef"), "{text}");
        }
        assert_eq!(normalised("Kitchen-Sensor").as_deref(), Some("kitchensensor"));
        assert_eq!(normalised("7"), None);
        assert_eq!(normalised("0x12"), None);
        assert!(is_hardware("0017880104259332") && is_hardware("a4cf12aabbcc"));
        assert!(!is_hardware("202611240815") && !is_hardware("kitchensensor"));
    }

    #[test]
    fn different_addresses_of_one_kind_are_different_things() {
        let list = |texts: &[&str]| texts.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        let differ = |a: &[&str], b: &[&str]| {
            let (a, b) = (list(a), list(b));
            conflict(&a.iter().collect::<Vec<_>>(), &b.iter().collect::<Vec<_>>())
        };
        assert!(differ(&["a4cf12aabbcc"], &["a4cf12aabbcd", "boiler"]));
        assert!(!differ(&["a4cf12aabbcc", "a4cf12aabbcd"], &["a4cf12aabbcd"]));
        // A MAC and an IEEE address say nothing of each other.
        assert!(!differ(&["a4cf12aabbcc"], &["00158d0001abcdef"]));
        assert!(!differ(&["boiler"], &["a4cf12aabbcc"]));
    }
}
