//! Sparkplug topics.

/// The namespace.
pub(super) const NAMESPACE: &str = "spBv1.0";

/// What a topic says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Topic<'a> {
    /// A message of an edge node or of a device behind it.
    Edge {
        /// Group id.
        group: &'a str,
        /// Edge node id.
        edge: &'a str,
        /// Device id; node messages should not have one, and some do: those are about the device then.
        device: Option<&'a str>,
        /// What it is.
        kind: Kind,
    },
    /// The state of a host application; `true` for the topic of version 2.2.
    State(&'a str, bool),
    /// A command to an edge node or device: ours, or another host's.
    Command,
    /// In the namespace, but nothing that it knows.
    Invalid,
}

/// The message types that edge nodes send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// NBIRTH or DBIRTH.
    Birth,
    /// NDATA or DDATA.
    Data,
    /// NDEATH.
    NodeDeath,
    /// DDEATH.
    DeviceDeath,
}

/// Reads a topic; none where it is not in the namespace.
pub(super) fn parse(topic: &str) -> Option<Topic<'_>> {
    let mut levels = topic.split('/');
    match levels.next()? {
        NAMESPACE => {}
        "STATE" => {
            let host = levels.next().filter(|host| !host.is_empty())?;
            return levels.next().is_none().then_some(Topic::State(host, true));
        }
        "spAv1.0" => return Some(Topic::Invalid),
        _ => return None,
    }
    let levels: Vec<&str> = levels.take(5).collect();
    Some(match levels.as_slice() {
        ["STATE", host] if !host.is_empty() => Topic::State(host, false),
        [group, kind, edge, rest @ ..] if !group.is_empty() && !edge.is_empty() && rest.len() <= 1 => {
            let device = rest.first().copied().filter(|device| !device.is_empty());
            let kind = match (*kind, device) {
                ("NCMD" | "DCMD", _) => return Some(Topic::Command),
                ("NBIRTH", _) | ("DBIRTH", Some(_)) => Kind::Birth,
                ("NDATA", _) | ("DDATA", Some(_)) => Kind::Data,
                ("NDEATH", None) => Kind::NodeDeath,
                ("NDEATH" | "DDEATH", Some(_)) => Kind::DeviceDeath,
                _ => return Some(Topic::Invalid),
            };
            Topic::Edge {
                group,
                edge,
                device,
                kind,
            }
        }
        _ => Topic::Invalid,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_are_read() {
        let edge = |device, kind| Topic::Edge {
            group: "G",
            edge: "E",
            device,
            kind,
        };
        for (topic, want) in [
            ("spBv1.0/G/NBIRTH/E", Some(edge(None, Kind::Birth))),
            ("spBv1.0/G/DBIRTH/E/D", Some(edge(Some("D"), Kind::Birth))),
            ("spBv1.0/G/NDATA/E/D", Some(edge(Some("D"), Kind::Data))),
            ("spBv1.0/G/NBIRTH/E/D", Some(edge(Some("D"), Kind::Birth))),
            ("spBv1.0/G/NDEATH/E/D", Some(edge(Some("D"), Kind::DeviceDeath))),
            ("spBv1.0/G/DDATA/E", Some(Topic::Invalid)),
            ("spBv1.0/G/NDEATH/E", Some(edge(None, Kind::NodeDeath))),
            ("spBv1.0/G/DDEATH/E/D", Some(edge(Some("D"), Kind::DeviceDeath))),
            ("spBv1.0/G/NCMD/E", Some(Topic::Command)),
            ("spBv1.0/STATE/host", Some(Topic::State("host", false))),
            ("STATE/host", Some(Topic::State("host", true))),
            ("STATE/host/x", None),
            ("spBv1.0", Some(Topic::Invalid)),
            ("spBv1.0/G/XDATA/E", Some(Topic::Invalid)),
            ("spBv1.0/G/DDATA/E/D/x", Some(Topic::Invalid)),
            ("a/b", None),
        ] {
            assert_eq!(parse(topic), want, "{topic}");
        }
    }
}
