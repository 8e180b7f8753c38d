//! Channels and rules as the file keeps them.

use std::collections::BTreeMap;

use hearthline_model::{Channel, ChannelId, ReachRules};
use serde::{Deserialize, Serialize};

/// Under which name they are kept.
pub const SETTING: &str = "reach";

/// Channels and rules.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Kept {
    /// Tells this Hearthline's messages from those of others.
    pub install: String,
    /// The id that the next channel gets: none is given out twice.
    pub next: u32,
    /// All channels.
    pub channels: BTreeMap<ChannelId, Channel>,
    /// What holds for all of them.
    pub rules: ReachRules,
}

impl Kept {
    /// What messages are numbered with.
    pub fn prefix(&self) -> String {
        format!("hl-{}", self.install)
    }

    /// Whether any channel may be told anything.
    pub fn is_deaf(&self) -> bool {
        !self.channels.values().any(|channel| channel.enabled)
    }

    /// Forgets a channel, also where an escalation names it.
    pub fn remove(&mut self, id: ChannelId) -> Option<Channel> {
        for step in &mut self.rules.escalation.steps {
            step.channels.retain(|channel| *channel != id);
        }
        self.rules
            .escalation
            .steps
            .retain(|step| !step.channels.is_empty());
        self.channels.remove(&id)
    }
}

/// Reads them; what does not read (of another version) is as if there were none.
pub fn read(bytes: Option<&[u8]>) -> Kept {
    bytes
        .and_then(|bytes| serde_json::from_slice(bytes).ok())
        .unwrap_or_default()
}
