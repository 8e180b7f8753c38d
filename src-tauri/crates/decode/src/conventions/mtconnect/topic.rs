//! `<prefix>/<word>/<uuid>…`, where the prefix is `MTConnect`, alone or as the last level of one.

/// The levels after the prefix, and before it.
pub(super) struct Topic<'t> {
    pub(super) before: Vec<&'t str>,
    pub(super) after: Vec<&'t str>,
}

/// The words that follow the prefix.
const WORDS: [&str; 12] = [
    "Probe",
    "Current",
    "Sample",
    "Asset",
    "Assets",
    "Device",
    "Devices",
    "Observation",
    "Observations",
    "Agent",
    "Agents",
    "Availability",
];

impl<'t> Topic<'t> {
    /// A topic of MTConnect's own.
    pub(super) fn of(topic: &'t str) -> Option<Self> {
        let levels: Vec<&str> = topic.splitn(24, '/').collect();
        let at = levels
            .windows(2)
            .position(|pair| pair[0].eq_ignore_ascii_case("mtconnect") && WORDS.contains(&pair[1]))?;
        let (before, after) = levels.split_at(at);
        Some(Self {
            before: before.to_vec(),
            after: after[1..].to_vec(),
        })
    }

    /// The device that the topic names.
    pub(super) fn uuid(&self) -> Option<&'t str> {
        self.after.get(1).copied().filter(|uuid| !uuid.is_empty())
    }

    /// Whether the topic carries what a machine is.
    pub(super) fn is_description(&self) -> bool {
        !self.is_availability()
            && (self.after.first() == Some(&"Probe")
                || self.after.last() == Some(&"Device") && self.after.len() > 1)
    }

    /// Whether the topic tells if the device's adapter is there.
    pub(super) fn is_availability(&self) -> bool {
        self.after
            .last()
            .is_some_and(|last| matches!(*last, "Availability" | "Available"))
            && self.after.len() <= 3
    }

    /// The type and the id of an observation that has a topic of its own.
    pub(super) fn observation(&self) -> Option<(&'t str, &'t str)> {
        let at = self
            .after
            .iter()
            .position(|level| level.starts_with("Observation"))?;
        let rest = &self.after[at + 1..];
        let (&id, before) = rest.split_last()?;
        let end = before
            .iter()
            .position(|level| *level == "SubTypes")
            .unwrap_or(before.len());
        Some((before[..end].last().copied().unwrap_or_default(), id))
    }
}
