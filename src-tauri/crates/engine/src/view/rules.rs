//! What a person teaches about topics.

use hearthline_model::{TopicRule, Value};
use serde::{Deserialize, Serialize};

/// What the person taught.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct RulesView {
    /// In their order: a topic belongs to the first that matches.
    pub rules: Vec<TopicRule>,
}

/// What a rule would make of a topic's last message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct RulePreview {
    /// Whether the rule's filter matches the topic.
    pub matches: bool,
    /// The device's name, filled in.
    pub device: String,
    /// Its place, from the outside in.
    pub place: Vec<String>,
    /// The points in the order of the rule.
    pub points: Vec<RulePreviewPoint>,
    /// Why the rule cannot be saved yet; none where it can.
    pub fault: Option<String>,
}

/// A point of a [`RulePreview`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct RulePreviewPoint {
    /// Its name, filled in.
    pub name: String,
    /// Its value; none where the message gives none.
    pub value: Option<Value>,
    /// Why there is no value.
    pub fault: Option<String>,
}

/// What an import did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct RulesImported {
    /// New rules.
    pub added: u32,
    /// Rules that replaced one with the same id.
    pub replaced: u32,
}
