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

    /// Channels that are switched on.
    pub fn enabled(&self) -> Vec<ChannelId> {
        let on = self.channels.iter().filter(|(_, channel)| channel.enabled);
        on.map(|(id, _)| *id).collect()
    }

    /// Whether no channel may be told anything.
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

#[cfg(test)]
mod tests {
    use hearthline_model::{EscalationStep, Priority, Target};

    use super::*;

    fn channel() -> Channel {
        Channel {
            name: "Phone".into(),
            enabled: true,
            to: Target::Ntfy {
                server: "https://ntfy.sh".into(),
                topic: "x".into(),
                ca_file: None,
            },
            from: Priority::High,
            realm: None,
            places: Vec::new(),
            classes: Vec::new(),
            cleared: false,
            quiet: true,
            only_escalated: false,
        }
    }

    #[test]
    fn a_channel_that_goes_leaves_the_escalation_as_well() {
        let mut kept = Kept {
            channels: [(ChannelId(1), channel()), (ChannelId(2), channel())].into(),
            ..Kept::default()
        };
        let step = |after, channels: &[u32]| EscalationStep {
            after,
            channels: channels.iter().copied().map(ChannelId).collect(),
        };
        kept.rules.escalation.steps = vec![step(5, &[1]), step(9, &[1, 2])];
        assert!(kept.remove(ChannelId(1)).is_some());
        assert_eq!(kept.rules.escalation.steps, [step(9, &[2])]);
        assert!(kept.remove(ChannelId(1)).is_none());
        assert!(!kept.is_deaf());
        kept.remove(ChannelId(2));
        assert!(kept.is_deaf());
    }

    #[test]
    fn they_come_back_from_the_file_and_what_does_not_read_is_none() {
        let kept = Kept {
            install: "0a".into(),
            next: 7,
            channels: [(ChannelId(7), channel())].into(),
            ..Kept::default()
        };
        let bytes = serde_json::to_vec(&kept).unwrap();
        assert_eq!(read(Some(&bytes)), kept);
        assert_eq!(read(Some(b"{")), Kept::default());
        assert_eq!(read(None), Kept::default());
    }
}
