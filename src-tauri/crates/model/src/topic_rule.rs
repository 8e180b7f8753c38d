//! What a person teaches about topics that no convention explains: a rule makes points of the messages of a pattern.

use serde::{Deserialize, Serialize};

use crate::{Category, Kind, PlaceHint, StateClass};

/// A rule for all topics of one MQTT filter.
///
/// Names may hold captures: `{1}`, `{2}`, … stand for the levels that the filter's `+` met, in order, and `{rest}` for what its `#` met.
/// Topics whose device name comes out the same are one device.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(default)]
pub struct TopicRule {
    /// Stable and unique among the rules of an installation; points keep their history by it. Letters, digits, `-`, `_`.
    pub id: String,
    /// MQTT topic filter: `factory/+/press/#`.
    pub filter: String,
    /// Name of the device for people, with captures: `Press {1}`.
    pub device: String,
    /// Where the device belongs; the names of the path may hold captures.
    pub place: PlaceHint,
    /// What is read of each message.
    pub points: Vec<RulePoint>,
}

/// A point that a [`TopicRule`] makes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(default)]
pub struct RulePoint {
    /// Stable and unique within the rule; the point keeps its history by it when it is renamed. Empty is the name.
    pub key: String,
    /// Name for people, with captures.
    pub name: String,
    /// Dotted keys into the JSON of the payload (`data.0.temp`; a dot within a key is `\.`); empty is the whole payload.
    /// Not looked at where there is a template.
    pub path: String,
    /// A Jinja template as Home Assistant's `value_template`, with `value` and `value_json`.
    pub template: Option<String>,
    /// The sort of value.
    pub kind: Kind,
    /// Unit of the value after scaling.
    pub unit: Option<String>,
    /// Device class in Home Assistant's words; it brings sensible alarms and the right gauge.
    pub class: Option<String>,
    /// Behaviour over time; a counter is `total_increasing`.
    pub state_class: Option<StateClass>,
    /// The number is multiplied by this first; none is 1.
    pub scale: Option<f64>,
    /// Then this is added; none is 0.
    pub offset: Option<f64>,
    /// Text that means on or true; none is the usual words (`on`, `true`, `1`, `open`, …).
    pub on: Option<String>,
    /// Text that means off or false; none is the usual words.
    pub off: Option<String>,
    /// Allowed values of an enum.
    pub options: Vec<String>,
    /// Lowest and highest sensible value, for the gauge.
    pub range: Option<(f64, f64)>,
    /// How prominent it is.
    pub category: Category,
    /// How it can be written; none is read-only.
    pub command: Option<RuleCommand>,
}

/// How a point of a [`TopicRule`] is written.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(default)]
pub struct RuleCommand {
    /// Topic to publish to, with captures: `factory/{1}/press/set`.
    pub topic: String,
    /// A Jinja template of the payload with `value`; none sends the value as text.
    pub template: Option<String>,
    /// Published with the retain flag.
    pub retain: bool,
}
