//! What comes from and goes to a broker.

use hearthline_model::Micros;

/// A message as it arrived.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    /// The topic; the source refuses topics that are no UTF-8.
    pub topic: &'a str,
    /// The payload, any bytes.
    pub payload: &'a [u8],
    /// The retain flag of this delivery: a replay at subscription time, not "the topic is retained".
    pub retain: bool,
    /// Arrival.
    pub at: Micros,
}

/// Whether a broker takes messages on a topic: one that gets another closes the connection (MQTT 5 §4.7.1, §4.7.3).
pub(crate) fn is_publishable(topic: &str) -> bool {
    !topic.is_empty() && u16::try_from(topic.len()).is_ok() && !topic.contains(['+', '#', '\0'])
}

/// A message to publish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publish {
    /// The topic.
    pub topic: String,
    /// The payload.
    pub payload: Vec<u8>,
    /// 0, 1 or 2.
    pub qos: u8,
    /// Whether the broker shall keep it.
    pub retain: bool,
}
