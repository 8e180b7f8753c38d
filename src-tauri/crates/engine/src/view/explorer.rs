//! Topics, raw messages, troubles.

use hearthline_model::{BrokerId, DeviceId, Micros};
use serde::{Deserialize, Serialize};

/// The last message of a topic.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct RawMessage {
    /// Topic.
    pub topic: String,
    /// As text; hex where it is no UTF-8; cut after 64 KiB.
    pub payload: String,
    /// How to show it.
    pub format: PayloadFormat,
    /// Full length.
    pub bytes: u64,
    /// Whether it was cut.
    pub truncated: bool,
    /// Retain flag of the delivery.
    pub retain: bool,
    /// QoS of the delivery.
    pub qos: u8,
    /// Arrival.
    pub at: Micros,
}

/// How a payload reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "snake_case")]
pub enum PayloadFormat {
    /// Valid JSON.
    Json,
    /// UTF-8 text.
    Text,
    /// A Sparkplug payload, shown as decoded JSON.
    Sparkplug,
    /// Bytes, shown as hex.
    Binary,
    /// Nothing.
    Empty,
}

/// A row of the topic tree: one level.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct TopicRow {
    /// The broker.
    pub broker: BrokerId,
    /// Full path of this level.
    pub path: String,
    /// This level alone.
    pub name: String,
    /// Levels directly below.
    pub children: u32,
    /// Topics at or below.
    pub topics: u32,
    /// Messages at or below, in this run.
    pub messages: u64,
    /// Messages a second at or below.
    pub rate: f64,
    /// Start of the last payload of the topic itself (at most 200 characters).
    pub payload: Option<String>,
    /// How it reads.
    pub format: PayloadFormat,
    /// Arrival of the last message at or below.
    pub at: Micros,
    /// The last delivery of the topic itself was a retained one.
    pub retained: bool,
    /// Who claims the topic itself.
    pub conventions: Vec<String>,
}

/// An answer of the explorer; everything left out is counted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct ExplorerView {
    /// Rows in lasting order (by name), so that nothing jumps.
    pub rows: Vec<TopicRow>,
    /// Rows left out beyond the limit.
    pub more: u32,
    /// Topics known on this broker.
    pub topics: u64,
    /// Messages received on this broker in this run.
    pub messages: u64,
    /// QoS 0 messages dropped.
    pub dropped: u64,
    /// Payloads that were cut for showing.
    pub truncated: u64,
    /// Messages on topics beyond the explorer's bound.
    pub untracked: u64,
}

/// A trouble with input, counted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct DiagnosisView {
    /// Broker.
    pub broker: BrokerId,
    /// Device it came from, where known.
    pub device: Option<DeviceId>,
    /// Its name, or empty.
    pub device_name: String,
    /// Topic of the latest.
    pub topic: String,
    /// Code: `malformed_json`, `template`, …
    pub kind: String,
    /// The latest, one sentence.
    pub text: String,
    /// The start of the message that the latest came with; empty where it is not known.
    pub payload: String,
    /// How often.
    pub count: u64,
    /// First time.
    pub first_at: Micros,
    /// Latest time.
    pub last_at: Micros,
}

/// How a device was understood.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct DeviceReport {
    /// What it announced in this run or before, in the order in which it came; empty for devices that are known by their values.
    pub announced: Vec<Announcement>,
    /// Everything as text, to copy into a bug report.
    pub text: String,
}

/// A message that described a device.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Announcement {
    /// Its topic.
    pub topic: String,
    /// Its payload; of a list of devices only what is about this one.
    pub payload: String,
    /// Whether the end is left out.
    pub truncated: bool,
}
