//! Our retained messages, as rmqtt wants to see them.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use rmqtt::Result;
use rmqtt::codec::types::Publish as Packet;
use rmqtt::retain::RetainStorage;
use rmqtt::types::{ClientId, From, Id, NodeId, Publish, QoS, Retain, TopicFilter, TopicName};

use super::now_ms;
use super::record::Record;
use super::retained::Retained;

/// The bridge between rmqtt's trait and the book.
pub(super) struct Storage {
    book: Arc<Retained>,
    /// Whom retained messages are said to come from: their publisher may be gone.
    from: From,
}

impl Storage {
    pub fn new(book: Arc<Retained>, node: NodeId) -> Self {
        let id = Id::new(node, 0, None, None, ClientId::from_static("retained"), None);
        Self {
            book,
            from: From::from_system(id),
        }
    }

    fn restore(&self, record: Record) -> (TopicName, Retain) {
        let topic = TopicName::from(record.topic);
        let packet = Packet {
            dup: false,
            retain: true,
            qos: QoS::try_from(record.qos).unwrap_or(QoS::AtMostOnce),
            topic: topic.clone(),
            packet_id: None,
            payload: record.payload.into(),
            properties: serde_json::from_slice(&record.properties).ok(),
        };
        let publish = Publish::new(Box::new(packet), None, None, Some(now_ms()));
        (
            topic,
            Retain {
                msg_id: None,
                from: self.from.clone(),
                publish,
            },
        )
    }
}

#[async_trait]
impl RetainStorage for Storage {
    fn enable(&self) -> bool {
        true
    }

    fn need_sync(&self) -> bool {
        false
    }

    async fn set(&self, topic: &TopicName, retain: Retain, expiry: Option<Duration>) -> Result<()> {
        let packet = &retain.publish.inner;
        let properties = packet
            .properties
            .as_ref()
            .and_then(|p| serde_json::to_vec(p).ok())
            .unwrap_or_default();
        let expires = match expiry {
            Some(time) if !time.is_zero() => {
                now_ms().saturating_add(i64::try_from(time.as_millis()).unwrap_or(i64::MAX))
            }
            _ => 0,
        };
        let record = Record {
            topic: topic.to_string(),
            qos: packet.qos as u8,
            expires,
            properties,
            payload: packet.payload.to_vec(),
        };
        // A full disk must not stop messages from reaching those who listen now, which is what an error here would do.
        if let Err(error) = self.book.set(record) {
            tracing::error!(%error, %topic, "a retained message could not be written");
        }
        Ok(())
    }

    async fn get(&self, filter: &TopicFilter) -> Result<Vec<(TopicName, Retain)>> {
        Ok(self
            .book
            .get(filter, now_ms())
            .into_iter()
            .map(|record| self.restore(record))
            .collect())
    }

    async fn count(&self) -> isize {
        self.book.len() as isize
    }

    async fn max(&self) -> isize {
        self.book.len() as isize
    }
}
