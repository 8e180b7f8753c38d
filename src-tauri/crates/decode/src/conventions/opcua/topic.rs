//! `<Prefix>/<Encoding>/<type>/<PublisherId>[/<WriterGroup>[/<DataSetWriter>]]`. The prefix may have several levels; `opcua` is the usual one.

use super::body::Body;

/// What a topic says of its messages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Topic {
    /// The topic follows the scheme.
    pub(super) standard: bool,
    /// The encoding is UADP.
    pub(super) uadp: bool,
    /// The sort of its messages.
    pub(super) body: Option<Body>,
    pub(super) publisher: Option<String>,
    pub(super) group: Option<String>,
    pub(super) writer: Option<String>,
    /// Its first message described data sets or the publisher, whatever the topic is called.
    pub(super) describes: bool,
}

impl Topic {
    /// Reads a topic. Certain only with the usual prefix; with another one the body must agree.
    pub(super) fn of(topic: &str) -> Self {
        let levels: Vec<&str> = topic.splitn(16, '/').collect();
        let at = levels
            .windows(2)
            .position(|pair| matches!(pair[0], "json" | "uadp") && of_level(pair[1]).is_some());
        let Some(at) = at.filter(|&at| at > 0 && levels.len() > at + 2) else {
            return Self::default();
        };
        let name = |ix: usize| {
            levels
                .get(at + ix)
                .filter(|name| !name.is_empty())
                .map(|name| crate::decoder::shortened(name, 128))
        };
        let last = levels.last().copied().unwrap_or_default();
        Self {
            // The last level is never a command of ours.
            standard: levels[at - 1].eq_ignore_ascii_case("opcua") && !last.is_empty(),
            uadp: levels[at] == "uadp",
            body: of_level(levels[at + 1]),
            publisher: name(2),
            group: name(3),
            writer: name(4),
            describes: matches!(of_level(levels[at + 1]), Some(Body::Metadata | Body::Application)),
        }
    }
}

fn of_level(level: &str) -> Option<Body> {
    Some(match level {
        "data" => Body::Network,
        "metadata" => Body::Metadata,
        "status" => Body::Status,
        "application" => Body::Application,
        "connection" | "endpoints" => Body::Other,
        "action-request" | "action-response" | "action-metadata" | "action-responder" => Body::Action,
        _ => return None,
    })
}
