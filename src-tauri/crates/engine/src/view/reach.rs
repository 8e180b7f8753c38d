//! Channels by which people are told of alarms, and what holds for all of them.

use hearthline_model::{Channel, ChannelId, Micros, ReachRules};
use serde::{Deserialize, Serialize};

/// Everything of the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct ReachView {
    /// All channels, the oldest first.
    pub channels: Vec<ChannelView>,
    /// Quiet hours and escalation.
    pub rules: ReachRules,
}

/// A channel: settings and state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct ChannelView {
    /// Lasting id.
    pub id: ChannelId,
    /// Its settings; never a secret.
    pub settings: Channel,
    /// Whether a secret is known.
    pub has_secret: bool,
    /// Whether the secret is in the keychain (otherwise it is known for this run only).
    pub secret_kept: bool,
    /// A message is under way.
    pub sending: bool,
    /// The quiet hours hold for it now.
    pub quiet: bool,
    /// Why the last attempt failed, in plain words; empty where it did not.
    pub error: String,
    /// When the next attempt is due.
    pub retry_at: Option<Micros>,
    /// Alarms that wait.
    pub waiting: u64,
    /// Those of them that wait for the end of the quiet hours.
    pub held: u64,
    /// Messages delivered in this run.
    pub sent: u64,
    /// Alarms in them.
    pub alarms: u64,
    /// Attempts that failed in this run.
    pub failed: u64,
    /// Alarms that were dropped in this run because they waited for a day or were too many.
    pub dropped: u64,
    /// When a message was last delivered, in this run.
    pub sent_at: Option<Micros>,
}

/// What the dialog of a channel sends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct ChannelEdit {
    /// None for a new one.
    pub id: Option<ChannelId>,
    /// All of the settings.
    pub settings: Channel,
    /// None: leave as it is; empty: remove.
    pub secret: Option<String>,
}

/// What became of a test.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct ReachOutcome {
    /// The other side took it.
    pub delivered: bool,
    /// In plain words: what happened and what to do.
    pub text: String,
}
