//! Topics of the later generations. The prefix is the person's choice and may have several levels.

/// What a topic under a prefix is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sub<'t> {
    /// `online`: the will.
    Online,
    /// `events/rpc`: notifications.
    Events,
    /// `status/<component>`.
    Status(&'t str),
    /// `announce`: the device's description.
    Announce,
    /// `rpc`: requests to a device, or answers to whoever has this prefix.
    Rpc,
    /// `command`, `command/<component>`, `debug/log`, `error/…`: nothing that a value is read from.
    Noise,
}

/// Longest prefix and component that are believed.
const LONGEST: usize = 256;

/// The prefix and what the topic is for.
pub(super) fn parse(topic: &str) -> Option<(&str, Sub<'_>)> {
    let (before, last) = topic.rsplit_once('/')?;
    let (prefix, sub) = match last {
        "online" => (before, Sub::Online),
        "announce" => (before, Sub::Announce),
        "command" => (before, Sub::Noise),
        "rpc" => match before.strip_suffix("/events") {
            Some(prefix) => (prefix, Sub::Events),
            None => (before, Sub::Rpc),
        },
        _ => {
            let (prefix, kind) = before.rsplit_once('/')?;
            match (kind, last) {
                ("status", component) => (prefix, Sub::Status(component)),
                ("command", _) | ("debug", "log") => (prefix, Sub::Noise),
                _ => return None,
            }
        }
    };
    (!prefix.is_empty() && prefix.len() <= LONGEST && last.len() <= 64).then_some((prefix, sub))
}

/// A component's name taken apart: `switch:0`.
pub(super) fn component(name: &str) -> (&str, Option<u32>) {
    match name.split_once(':') {
        Some((kind, number)) => (kind, number.parse().ok()),
        None => (name, None),
    }
}

/// The last level of a prefix, which is the factory id unless the person changed it.
pub(super) fn last_level(prefix: &str) -> &str {
    prefix.rsplit('/').next().unwrap_or(prefix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_may_have_levels() {
        for (topic, want) in [
            (
                "shellyplus1-a8032ab12345/online",
                Some(("shellyplus1-a8032ab12345", Sub::Online)),
            ),
            (
                "home/kitchen/lamp/events/rpc",
                Some(("home/kitchen/lamp", Sub::Events)),
            ),
            (
                "home/lamp/status/switch:0",
                Some(("home/lamp", Sub::Status("switch:0"))),
            ),
            ("lamp/rpc", Some(("lamp", Sub::Rpc))),
            ("lamp/command/switch:0", Some(("lamp", Sub::Noise))),
            ("lamp/debug/log", Some(("lamp", Sub::Noise))),
            ("status/switch:0", None),
            ("/online", None),
            ("online", None),
            ("lamp/power", None),
        ] {
            assert_eq!(parse(topic), want, "{topic}");
        }
        assert_eq!(component("switch:12"), ("switch", Some(12)));
        assert_eq!(component("sys"), ("sys", None));
        assert_eq!(component("a:b:c"), ("a", None));
    }
}
