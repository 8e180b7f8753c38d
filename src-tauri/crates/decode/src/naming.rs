//! Names for people out of names for machines: `Line1` → `Line 1`, `FillVolume` → `Fill volume`.

use crate::shape::lexicon;

/// Words that people write in capitals.
const CAPITALS: &[&str] = &[
    "ac", "co", "co2", "cpu", "dc", "eco2", "fw", "gps", "hvac", "id", "ip", "led", "mac", "nh3", "no2",
    "o3", "oee", "os", "ph", "plc", "pm1", "pm10", "pm25", "pv", "ram", "rpm", "rssi", "sku", "so2", "ssid",
    "tv", "tvoc", "ups", "usb", "uv", "uvi", "voc", "wifi",
];

/// Longest name that is given out, in bytes.
const LONGEST: usize = 128;

/// The words of a machine's name, split at separators, at `camelCase` humps and between letters and digits (`Line1`, not `CO2`).
pub(crate) fn words(name: &str) -> Vec<&str> {
    let mut words = Vec::new();
    for part in name.split(|c: char| {
        c.is_whitespace() || c.is_control() || matches!(c, '_' | '-' | '/' | '.' | ':' | '|' | '\\')
    }) {
        let mut start = 0;
        let mut former: Option<char> = None;
        let mut chars = part.char_indices().peekable();
        while let Some((at, char)) = chars.next() {
            if let Some(before) = former {
                let next = chars.peek().map(|&(_, c)| c);
                let hump = before.is_lowercase() && char.is_uppercase()
                    || before.is_uppercase() && char.is_uppercase() && next.is_some_and(char::is_lowercase)
                    || before.is_ascii_digit() && char.is_uppercase() && next.is_some_and(char::is_lowercase);
                if hump
                    || char.is_ascii_digit()
                        && at - start >= 3
                        && part[start..at].chars().all(char::is_alphabetic)
                        && before.is_lowercase()
                {
                    words.push(&part[start..at]);
                    start = at;
                }
            }
            former = Some(char);
        }
        if start < part.len() {
            words.push(&part[start..]);
        }
    }
    words
}

/// A name as people write it; empty where nothing is left.
pub(crate) fn humanise(name: &str) -> String {
    // Who writes spaces writes for people: the case is meant ("New York").
    let spaced = name.trim().contains(' ') && !name.contains(['_', '/']);
    let mut out = String::new();
    for word in words(name) {
        if out.len() + word.len() > LONGEST {
            break;
        }
        let lower = word.to_lowercase();
        if !out.is_empty() {
            out.push(' ');
        }
        if CAPITALS.contains(&lower.as_str()) {
            out.push_str(&word.to_uppercase());
        } else if spaced && !out.is_empty()
            || word.chars().count() > 1 && !word.chars().any(char::is_lowercase)
        {
            out.push_str(word);
        } else if out.is_empty() {
            let mut chars = lower.chars();
            out.extend(chars.next().into_iter().flat_map(char::to_uppercase));
            out.push_str(chars.as_str());
        } else {
            out.push_str(&lower);
        }
    }
    if out.is_empty() {
        out = crate::decoder::shortened(name.trim(), LONGEST);
    }
    out
}

/// A name made of several parts, each for people already: `Motor` and `Fill volume` → `Motor fill volume`.
pub(crate) fn join(before: &str, after: &str) -> String {
    if before.is_empty() || after.is_empty() {
        return format!("{before}{after}");
    }
    let first = after.split(' ').next().unwrap_or_default();
    let capitals = first.chars().count() > 1 && !first.chars().any(char::is_lowercase);
    let mut out = format!("{before} ");
    let mut chars = after.chars();
    match chars.next() {
        Some(initial) if !capitals => out.extend(initial.to_lowercase()),
        initial => out.extend(initial),
    }
    out.push_str(chars.as_str());
    crate::decoder::shortened(&out, LONGEST)
}

/// A device's name with its room before it: `Kitchen/Lamp`, `Ground floor/Kitchen/Lamp/Left`. The room is the last level before the
/// name that is known as one, else the one before the name; what follows it is the name.
pub(crate) fn split_place(name: &str) -> (Vec<String>, String) {
    let levels: Vec<&str> = name
        .split('/')
        .map(str::trim)
        .filter(|level| !level.is_empty())
        .collect();
    let Some((last, before)) = levels.split_last().filter(|(_, before)| !before.is_empty()) else {
        return (Vec::new(), name.trim().to_owned());
    };
    let known = |level: &&str| lexicon::has(lexicon::ROOMS, &level.replace(['_', '-', ' '], ""));
    let at = before.iter().rposition(known).unwrap_or(before.len() - 1);
    let name = before[at + 1..]
        .iter()
        .map(|level| humanise(level))
        .chain([(*last).to_owned()])
        .fold(String::new(), |before, level| join(&before, &level));
    (vec![humanise(before[at])], name)
}

/// A room that a name of several words begins with: `Kitchen lamp`, `Living room TV`.
pub(crate) fn room_before(name: &str) -> Option<String> {
    let words: Vec<&str> = name
        .split([' ', '_', '-'])
        .filter(|word| !word.is_empty())
        .collect();
    (1..=2).find_map(|count| {
        let (room, rest) = words.split_at_checked(count)?;
        let says = rest.iter().any(|word| word.chars().any(char::is_alphabetic));
        (says && lexicon::has(lexicon::ROOMS, &room.concat()))
            .then(|| humanise(&room.join(" ").to_lowercase()))
    })
}

/// MAC (12 hex digits) and IEEE (16) addresses within a name, in lower case without separators.
pub(crate) fn identities(name: &str) -> Vec<String> {
    let bare: String = name.chars().filter(|c| !matches!(c, ':' | '-')).collect();
    let mut found: Vec<String> = Vec::new();
    for part in name
        .split(|c: char| !c.is_ascii_alphanumeric())
        .chain(std::iter::once(bare.as_str()))
    {
        let part = part.strip_prefix("0x").unwrap_or(part);
        let hex = matches!(part.len(), 12 | 16) && part.bytes().all(|b| b.is_ascii_hexdigit());
        // Twelve decimal digits are more often a serial number or a date than an address.
        if hex && part.bytes().any(|b| b.is_ascii_alphabetic()) {
            let lower = part.to_ascii_lowercase();
            if !found.contains(&lower) {
                found.push(lower);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_as_people_write_them() {
        for (name, want) in [
            ("Line1", "Line 1"),
            ("FillVolume", "Fill volume"),
            ("kitchen_sensor", "Kitchen sensor"),
            ("CO2", "CO2"),
            ("co2", "CO2"),
            ("OEE", "OEE"),
            ("HTTPServer", "HTTP server"),
            ("dev1", "Dev 1"),
            ("S1", "S1"),
            ("CurMachSpeed", "Cur mach speed"),
            ("pm25", "PM25"),
            ("Berlin", "Berlin"),
            ("0x00158d0001abcdef", "0x00158d0001abcdef"),
            ("New York", "New York"),
            ("Außentemperatur", "Außentemperatur"),
            ("___", "___"),
            ("", ""),
        ] {
            assert_eq!(humanise(name), want, "{name}");
        }
        assert!(humanise(&"x".repeat(10_000)).len() <= LONGEST);
        assert_eq!(join("Motor", "Fill volume"), "Motor fill volume");
        assert_eq!(join("Motor", "CO2"), "Motor CO2");
        assert_eq!(join("", "Fill"), "Fill");
    }

    #[test]
    fn rooms_stand_before_names() {
        for (name, room, rest) in [
            ("Lamp", None, "Lamp"),
            ("Kitchen/Lamp", Some("Kitchen"), "Lamp"),
            ("Ground floor/kitchen/Lamp", Some("Kitchen"), "Lamp"),
            ("Kitchen/Lamp/left", Some("Kitchen"), "Lamp left"),
            ("Workshop/Bench/Saw", Some("Bench"), "Saw"),
            ("/Lamp/", None, "/Lamp/"),
        ] {
            let (path, found) = split_place(name);
            assert_eq!(
                (path.first().map(String::as_str), found.as_str()),
                (room, rest),
                "{name}"
            );
        }
        assert_eq!(room_before("Kitchen Lamp").as_deref(), Some("Kitchen"));
        assert_eq!(room_before("living_room_tv").as_deref(), Some("Living room"));
        for name in ["Kitchen", "Kitchen 2", "Lamp kitchen", "", "Kitchenette lamp"] {
            assert_eq!(room_before(name), None, "{name}");
        }
    }

    #[test]
    fn addresses_are_found_in_names() {
        assert_eq!(identities("shellyht-A4CF12AABBCC"), ["a4cf12aabbcc"]);
        assert_eq!(identities("0x00158d0001abcdef"), ["00158d0001abcdef"]);
        assert_eq!(identities("a4:cf:12:aa:bb:cc"), ["a4cf12aabbcc"]);
        assert!(identities("202611240815").is_empty());
        assert!(identities("decafdecaf").is_empty());
    }
}
