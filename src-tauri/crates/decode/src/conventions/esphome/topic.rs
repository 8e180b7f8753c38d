//! Topics: `<prefix>/<component>/<object>/…`, `<prefix>/status`, `<prefix>/debug`.

/// The components that speak over MQTT.
const COMPONENTS: &[&str] = &[
    "alarm_control_panel",
    "binary_sensor",
    "button",
    "climate",
    "cover",
    "date",
    "datetime",
    "event",
    "fan",
    "light",
    "lock",
    "number",
    "select",
    "sensor",
    "switch",
    "text",
    "text_sensor",
    "time",
    "update",
    "valve",
];

/// A component's topic taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Parsed<'a> {
    /// The node's prefix, of one level or more.
    pub(super) prefix: &'a str,
    pub(super) component: &'static str,
    pub(super) object: &'a str,
    /// What is between the object and the last level: `position`, `mode`; mostly empty.
    pub(super) part: &'a str,
    /// It ends in `command`.
    pub(super) command: bool,
}

/// Takes a topic apart; none where it has not the form.
pub(super) fn parse(topic: &str) -> Option<Parsed<'_>> {
    let (rest, last) = topic.rsplit_once('/')?;
    let command = match last {
        "state" => false,
        "command" => true,
        _ => return None,
    };
    // With a part between the object and the last level, or without.
    let (before, end) = rest.rsplit_once('/')?;
    let (more, middle) = before.rsplit_once('/')?;
    if let Some(component) = component(middle) {
        return of(more, component, end, "", command);
    }
    let (prefix, word) = more.rsplit_once('/')?;
    of(prefix, component(word)?, middle, end, command)
}

fn of<'a>(
    prefix: &'a str,
    component: &'static str,
    object: &'a str,
    part: &'a str,
    command: bool,
) -> Option<Parsed<'a>> {
    let fine = !prefix.is_empty()
        && !object.is_empty()
        && prefix.len() <= 200
        && object.len() <= 128
        && !prefix.starts_with('$')
        // States of Home Assistant itself and of what follows its examples stand there, beside its own status.
        && prefix != "homeassistant";
    fine.then_some(Parsed {
        prefix,
        component,
        object,
        part,
        command,
    })
}

fn component(word: &str) -> Option<&'static str> {
    COMPONENTS.iter().find(|known| **known == word).copied()
}

/// `<prefix>/status`: the prefix.
pub(super) fn status(topic: &str) -> Option<&str> {
    topic
        .strip_suffix("/status")
        .filter(|prefix| !prefix.is_empty() && *prefix != "homeassistant")
}

/// `<prefix>/debug`: the prefix.
pub(super) fn debug(topic: &str) -> Option<&str> {
    topic.strip_suffix("/debug").filter(|prefix| !prefix.is_empty())
}

/// `esphome/discover/<node>`: the node.
pub(super) fn discover(topic: &str) -> Option<&str> {
    topic
        .strip_prefix("esphome/discover/")
        .filter(|node| !node.is_empty() && !node.contains('/') && node.len() <= 128)
}

/// Whether a payload is a line of a node's log: `[D][sensor:094]: …`, perhaps in colour.
pub(super) fn is_log(payload: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(&payload[..payload.len().min(256)]) else {
        return false;
    };
    let mut text = text;
    if let Some(coloured) = text.strip_prefix("\u{1b}[") {
        text = coloured.split_once('m').map_or("", |(_, rest)| rest);
    }
    let bytes = text.as_bytes();
    // An optional time stands before the level in some versions.
    bytes.len() > 5
        && bytes[0] == b'['
        && bytes[2] == b']'
        && bytes[3] == b'['
        && matches!(bytes[1], b'E' | b'W' | b'I' | b'C' | b'D' | b'V')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_are_taken_apart() {
        let parsed = parse("home/attic/climate/heater/target_temperature/command").unwrap();
        assert_eq!(
            (
                parsed.prefix,
                parsed.component,
                parsed.object,
                parsed.part,
                parsed.command
            ),
            ("home/attic", "climate", "heater", "target_temperature", true)
        );
        let parsed = parse("node/sensor/room/state").unwrap();
        assert_eq!((parsed.prefix, parsed.object, parsed.part), ("node", "room", ""));
        for topic in [
            "sensor/x/state",
            "node/sensor/state",
            "homeassistant/sensor/x/state",
            "a/b/c/state",
            "state",
            "",
        ] {
            assert_eq!(parse(topic), None, "{topic}");
        }
    }

    #[test]
    fn logs_are_known() {
        assert!(is_log(
            b"\x1b[0;36m[D][sensor:094]: 'Room': Sending state 21.4\x1b[0m"
        ));
        assert!(is_log(b"[I][app:100]: ESPHome version 2024.6.0"));
        assert!(!is_log(b"[1][2]"));
        assert!(!is_log(b"on"));
        assert!(!is_log(&[0x1b, b'[', 0xff]));
    }
}
