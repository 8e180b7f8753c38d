//! Topics: which device and which of its channels, by a `FullTopic` of any order or by the default prefixes.

/// The three prefixes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Channel {
    /// Commands to the device: never values.
    Command,
    /// Answers.
    Stat,
    /// Telemetry.
    Tele,
}

/// What a topic's last level says of the payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leaf {
    /// `LWT`: whether the device is there.
    Will,
    /// `STATE`, `UPTIME`, `HASS_STATE`: the state of everything, and how the device itself is.
    State,
    /// `SENSOR`: readings.
    Sensor,
    /// `ENERGY` of firmwares before 6: the readings of the group `ENERGY`, without its name.
    Energy,
    /// `INFO1` … `INFO3`: said once after a start.
    Info,
    /// `RESULT`, or an answer under the command's own name (`SetOption4`): what changed.
    Result,
    /// `POWER<n>` as a bare word.
    Power,
    /// `STATUS<n>`: an answer of many parts.
    Status,
    /// `SWITCH<n>` or `BUTTON<n>`.
    Input,
    /// Logs and the like.
    Noise,
}

/// The last level of a topic; none where it is no word of Tasmota's.
pub(super) fn leaf(channel: Channel, name: &str) -> Option<Leaf> {
    let (word, number) = split_number(name);
    Some(match (channel, word) {
        (Channel::Tele, "LWT") => Leaf::Will,
        (Channel::Tele, "STATE" | "UPTIME" | "HASS_STATE") => Leaf::State,
        (Channel::Tele, "SENSOR") => Leaf::Sensor,
        (Channel::Tele, "ENERGY") => Leaf::Energy,
        (Channel::Tele, "INFO") if number.is_some() => Leaf::Info,
        (Channel::Tele | Channel::Stat, "RESULT") => Leaf::Result,
        (Channel::Stat, "POWER") => Leaf::Power,
        (Channel::Stat, "STATUS") => Leaf::Status,
        (Channel::Stat, "SWITCH" | "BUTTON") if number.is_some() => Leaf::Input,
        (Channel::Command, _) | (_, "LOGGING") => Leaf::Noise,
        _ => return None,
    })
}

/// `POWER2` → (`POWER`, 2).
pub(super) fn split_number(name: &str) -> (&str, Option<u16>) {
    let word = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = &name[word.len()..];
    (word, digits.parse().ok())
}

/// A topic up to its last level, with the slash, and that level.
pub(super) fn split(topic: &str) -> Option<(&str, &str)> {
    let at = topic.rfind('/')?;
    let (base, leaf) = topic.split_at(at + 1);
    (!leaf.is_empty()).then_some((base, leaf))
}

/// Where a device speaks and listens: the beginnings of its topics, each with a slash at its end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Bases {
    /// Commands; none where the way of the topics is not known.
    pub(super) command: Option<String>,
    /// Answers.
    pub(super) stat: Option<String>,
    /// Telemetry.
    pub(super) tele: Option<String>,
}

impl Bases {
    /// From what discovery says. `prefixes` are those of commands, answers and telemetry.
    pub(super) fn of_full_topic(
        full_topic: &str,
        topic: &str,
        hostname: &str,
        mac: &str,
        prefixes: &[String; 3],
    ) -> Self {
        let id = mac.get(mac.len().saturating_sub(6)..).unwrap_or_default();
        let filled = full_topic
            .replace("%hostname%", hostname)
            .replace("%id%", id)
            .replace("%topic%", topic)
            .replace('#', "");
        let of = |ix: usize| {
            let prefix = &prefixes[ix];
            let mut base = if filled.contains("%prefix%") {
                filled.replace("%prefix%", prefix)
            } else if ix == 0 {
                // The firmware appends the prefix of commands where it is missing, lest it hears itself.
                format!("{filled}/{prefix}")
            } else {
                filled.clone()
            };
            while base.contains("//") {
                base = base.replace("//", "/");
            }
            if !base.ends_with('/') {
                base.push('/');
            }
            base
        };
        Self {
            command: Some(of(0)),
            stat: Some(of(1)),
            tele: Some(of(2)),
        }
    }

    /// All that are known.
    pub(super) fn each(&self) -> impl Iterator<Item = (Channel, &str)> {
        [
            (Channel::Command, &self.command),
            (Channel::Stat, &self.stat),
            (Channel::Tele, &self.tele),
        ]
        .into_iter()
        .filter_map(|(channel, base)| base.as_deref().map(|base| (channel, base)))
    }
}

/// A topic that uses the default prefixes, in whatever order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Guess<'a> {
    /// Which prefix it has.
    pub(super) channel: Channel,
    /// The last level.
    pub(super) leaf: &'a str,
    /// The topics of its device.
    pub(super) bases: Bases,
    /// The levels between, which name the device.
    pub(super) levels: Vec<&'a str>,
}

/// Takes a topic apart by the default prefixes; none where it has none of them.
pub(super) fn guess(topic: &str) -> Option<Guess<'_>> {
    let levels: Vec<&str> = topic.split('/').collect();
    let (&leaf, rest) = levels.split_last()?;
    let (at, channel) = rest.iter().enumerate().find_map(|(at, level)| {
        let channel = match *level {
            "cmnd" => Channel::Command,
            "stat" => Channel::Stat,
            "tele" => Channel::Tele,
            _ => return None,
        };
        Some((at, channel))
    })?;
    if leaf.is_empty() || rest.len() < 2 || rest.len() > 12 || rest.iter().any(|level| level.is_empty()) {
        return None;
    }
    let base = |prefix: &'static str| {
        let mut base = String::with_capacity(topic.len());
        for (ix, level) in rest.iter().enumerate() {
            base.push_str(if ix == at { prefix } else { level });
            base.push('/');
        }
        Some(base)
    };
    Some(Guess {
        channel,
        leaf,
        bases: Bases {
            command: base("cmnd"),
            stat: base("stat"),
            tele: base("tele"),
        },
        levels: rest
            .iter()
            .enumerate()
            .filter(|(ix, _)| *ix != at)
            .map(|(_, level)| *level)
            .collect(),
    })
}

/// `<anything>/<MAC>/config` or `…/sensors`: the MAC, and whether it is the config.
pub(super) fn discovery(topic: &str) -> Option<(&str, bool)> {
    let (rest, last) = topic.rsplit_once('/')?;
    let config = match last {
        "config" => true,
        "sensors" => false,
        _ => return None,
    };
    let (prefix, mac) = rest.rsplit_once('/')?;
    let plausible = mac.len() == 12 && mac.bytes().all(|b| b.is_ascii_hexdigit());
    // Under the usual prefix an odd name is taken as well: it is told that it is no address.
    let usual = prefix == "tasmota/discovery"
        && (1..=64).contains(&mac.len())
        && mac
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    (plausible || usual).then_some((mac, config))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bases(full_topic: &str) -> [String; 3] {
        let prefixes = ["cmnd", "stat", "tele"].map(str::to_owned);
        let bases = Bases::of_full_topic(full_topic, "lamp", "lamp-2492", "5CCF7F49A3BC", &prefixes);
        [bases.command.unwrap(), bases.stat.unwrap(), bases.tele.unwrap()]
    }

    #[test]
    fn full_topics_of_every_order() {
        for (full, want) in [
            ("%prefix%/%topic%/", ["cmnd/lamp/", "stat/lamp/", "tele/lamp/"]),
            ("%topic%/%prefix%/", ["lamp/cmnd/", "lamp/stat/", "lamp/tele/"]),
            ("%topic%/%prefix%", ["lamp/cmnd/", "lamp/stat/", "lamp/tele/"]),
            (
                "home/%hostname%/%prefix%/%id%/",
                [
                    "home/lamp-2492/cmnd/49A3BC/",
                    "home/lamp-2492/stat/49A3BC/",
                    "home/lamp-2492/tele/49A3BC/",
                ],
            ),
            ("home//%topic%", ["home/lamp/cmnd/", "home/lamp/", "home/lamp/"]),
        ] {
            assert_eq!(bases(full), want, "{full}");
        }
    }

    #[test]
    fn default_prefixes_are_found_wherever_they_stand() {
        let guessed = guess("house/kitchen/tele/lamp/STATE").unwrap();
        assert_eq!(guessed.channel, Channel::Tele);
        assert_eq!(guessed.levels, ["house", "kitchen", "lamp"]);
        assert_eq!(guessed.bases.command.as_deref(), Some("house/kitchen/cmnd/lamp/"));
        for topic in ["tele/STATE", "lamp/tele", "tele//STATE", "a/b/c", ""] {
            assert_eq!(guess(topic), None, "{topic}");
        }
    }

    #[test]
    fn discovery_topics() {
        assert_eq!(
            discovery("tasmota/discovery/00000049A3BC/config"),
            Some(("00000049A3BC", true))
        );
        assert_eq!(
            discovery("house/disc/5ccf7f49a3bc/sensors"),
            Some(("5ccf7f49a3bc", false))
        );
        assert_eq!(
            discovery("tasmota/discovery/NOT_A_MAC/config"),
            Some(("NOT_A_MAC", true))
        );
        assert_eq!(discovery("homeassistant/sensor/config"), None);
        assert_eq!(discovery("homeassistant/sensor/x/config"), None);
    }

    #[test]
    fn last_levels() {
        assert_eq!(leaf(Channel::Tele, "INFO1"), Some(Leaf::Info));
        assert_eq!(leaf(Channel::Stat, "STATUS10"), Some(Leaf::Status));
        assert_eq!(leaf(Channel::Stat, "POWER"), Some(Leaf::Power));
        assert_eq!(leaf(Channel::Tele, "POWER"), None);
        assert_eq!(split_number("POWER12"), ("POWER", Some(12)));
        assert_eq!(split_number("POWER99999999999"), ("POWER", None));
    }
}
