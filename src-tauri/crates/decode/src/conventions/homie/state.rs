//! What a device says of its own life.

/// `$state`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Connected, not ready yet.
    Init,
    Ready,
    /// It said good-bye.
    Disconnected,
    /// It sleeps and will wake by itself: that is not being away.
    Sleeping,
    /// Its will: the connection broke.
    Lost,
    /// Connected, and something needs a person (before Homie 5).
    Alert,
}

impl State {
    /// All words, in the order in which a life goes.
    pub(super) const WORDS: [&str; 6] = ["init", "ready", "sleeping", "alert", "disconnected", "lost"];

    pub(super) fn of(text: &str) -> Option<Self> {
        Some(match text.trim() {
            "init" => Self::Init,
            "ready" => Self::Ready,
            "disconnected" => Self::Disconnected,
            "sleeping" => Self::Sleeping,
            "lost" => Self::Lost,
            "alert" => Self::Alert,
            _ => return None,
        })
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Init => "init",
            Self::Ready => "ready",
            Self::Disconnected => "disconnected",
            Self::Sleeping => "sleeping",
            Self::Lost => "lost",
            Self::Alert => "alert",
        }
    }

    pub(super) fn online(self) -> bool {
        !matches!(self, Self::Disconnected | Self::Lost)
    }

    /// Whether all attributes have been sent.
    pub(super) fn settled(self) -> bool {
        self != Self::Init
    }
}
