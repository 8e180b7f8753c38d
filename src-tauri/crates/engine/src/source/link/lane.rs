//! The way out of one link. Every call returns at once.
//!
//! Acknowledgements come in batches of thousands, but rumqttc takes requests one at a time and flushes the socket after
//! each. Version 3.1.1 lets us write to its socket between two polls, so there one acknowledgement goes through the
//! request channel (it makes `poll` return) and the rest of the batch follows it in one write. Version 5 hides its
//! socket: there they all take the channel, as many as fit; what does not fit waits here for those before it. In both, the order is kept,
//! as MQTT asks. What waits is bounded by what the broker sends before it is acknowledged.

use super::{LARGEST, REQUESTS};
use bytes::Bytes;
use hearthline_decode::Publish;
use hearthline_model::Qos;
use rumqttc::v5;
use std::{
    collections::VecDeque,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

/// A topic that nobody subscribes to.
const MARK: &str = "hearthline/acknowledged";

/// Packet id and QoS of what is to be acknowledged.
pub(super) type Ack = (u16, u8);

/// rumqttc's two clients.
pub(super) enum Client {
    V3(rumqttc::AsyncClient),
    V5(v5::AsyncClient),
}

/// See the module.
pub(super) struct Lane {
    client: Client,
    acks: Mutex<Acks>,
    /// Acknowledgements that may be in the request channel at once.
    most: usize,
    /// Largest packet the broker takes.
    largest: AtomicUsize,
}

/// What waits to be sent, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Item {
    Ack(Ack),
    /// See [`Lane::mark`].
    Mark,
}

#[derive(Default)]
struct Acks {
    waiting: VecDeque<Item>,
    in_channel: usize,
}

impl Lane {
    pub fn new(client: Client) -> Self {
        // Half of the channel, so that commands get through at any rate.
        let most = if matches!(client, Client::V3(_)) {
            1
        } else {
            REQUESTS / 2
        };
        Self {
            client,
            acks: Mutex::default(),
            most,
            largest: AtomicUsize::new(LARGEST),
        }
    }

    /// The broker takes packets of at most so many bytes.
    pub fn set_largest(&self, bytes: u32) {
        self.largest.store(LARGEST.min(bytes as usize), Ordering::Relaxed);
    }

    pub fn ack(&self, new: impl Iterator<Item = Ack>) {
        let mut acks = self.acks();
        acks.waiting.extend(new.filter(|ack| ack.1 > 0).map(Item::Ack));
        self.fill(&mut acks);
    }

    /// Asks for an answer that the broker gives once it has read every acknowledgement before: it answers an unsubscription also
    /// from what was never subscribed to (MQTT 3.1.1 §3.10.4), and reads in order.
    pub fn mark(&self) {
        let mut acks = self.acks();
        acks.waiting.push_back(Item::Mark);
        self.fill(&mut acks);
    }

    /// An acknowledgement has left the channel.
    pub fn sent(&self) {
        let mut acks = self.acks();
        acks.in_channel = acks.in_channel.saturating_sub(1);
        self.fill(&mut acks);
    }

    /// An acknowledgement has left the channel, and the caller writes all that wait behind it, up to a mark, before anything else
    /// leaves the channel.
    pub fn sent_then_take(&self) -> Vec<Ack> {
        let mut acks = self.acks();
        acks.in_channel = 0;
        let mut taken = Vec::with_capacity(acks.waiting.len());
        while let Some(Item::Ack(ack)) = acks.waiting.front() {
            taken.push(*ack);
            acks.waiting.pop_front();
        }
        self.fill(&mut acks);
        taken
    }

    fn fill(&self, acks: &mut Acks) {
        while acks.in_channel < self.most {
            let Some(&item) = acks.waiting.front() else {
                return;
            };
            let sent = match item {
                Item::Ack(ack) => self.try_ack(ack),
                Item::Mark => self.try_mark(),
            };
            if !sent {
                // The channel is full. Something in it will make `poll` return, and with `most` at half of it there
                // is one of ours among what leaves it before long, unless it is full of commands alone.
                return;
            }
            acks.waiting.pop_front();
            acks.in_channel += usize::from(item != Item::Mark);
        }
    }

    /// Sends what waits where nothing of ours is in the channel that would; cheap, to be called after every event that
    /// is no message.
    pub fn nudge(&self) {
        let mut acks = self.acks();
        if acks.in_channel == 0 && !acks.waiting.is_empty() {
            self.fill(&mut acks);
        }
    }

    fn try_ack(&self, (pkid, qos): Ack) -> bool {
        match &self.client {
            Client::V3(client) => {
                let publish = rumqttc::Publish {
                    pkid,
                    ..rumqttc::Publish::from_bytes(String::new(), qos3(qos), Bytes::new())
                };
                client.try_ack(&publish).is_ok()
            }
            Client::V5(client) => {
                let publish = v5::mqttbytes::v5::Publish {
                    pkid,
                    qos: qos5(qos),
                    ..v5::mqttbytes::v5::Publish::default()
                };
                client.try_ack(&publish).is_ok()
            }
        }
    }

    fn try_mark(&self) -> bool {
        match &self.client {
            Client::V3(client) => client.try_unsubscribe(MARK).is_ok(),
            Client::V5(client) => client.try_unsubscribe(MARK).is_ok(),
        }
    }

    pub fn subscribe(&self, filters: &[String], qos: Qos) -> bool {
        let qos = u8::from(qos == Qos::AtLeastOnce);
        match &self.client {
            Client::V3(client) => client
                .try_subscribe_many(
                    filters
                        .iter()
                        .map(|path| rumqttc::SubscribeFilter::new(path.clone(), qos3(qos))),
                )
                .is_ok(),
            Client::V5(client) => client
                .try_subscribe_many(
                    filters
                        .iter()
                        .map(|path| v5::mqttbytes::v5::Filter::new(path.clone(), qos5(qos))),
                )
                .is_ok(),
        }
    }

    pub fn publish(&self, publish: Publish) -> Result<(), String> {
        let Publish {
            topic,
            payload,
            qos,
            retain,
        } = publish;
        if topic.is_empty() || u16::try_from(topic.len()).is_err() || topic.contains(['+', '#', '\0']) {
            return Err(
                "A message cannot be published to this topic: it must not be empty nor contain + or #."
                    .into(),
            );
        }
        // Fixed header, lengths, packet id and properties take a few bytes more.
        let largest = self.largest.load(Ordering::Relaxed);
        if topic.len() + payload.len() + 16 > largest {
            return Err(format!(
                "The message is too large; the broker takes at most {largest} bytes."
            ));
        }
        let sent = match &self.client {
            Client::V3(client) => client.try_publish(topic, qos3(qos), retain, payload).is_ok(),
            Client::V5(client) => client.try_publish(topic, qos5(qos), retain, payload).is_ok(),
        };
        if sent {
            Ok(())
        } else {
            Err("The connection is too busy to send the message. Try again in a moment.".into())
        }
    }

    pub fn disconnect(&self) -> bool {
        match &self.client {
            Client::V3(client) => client.try_disconnect().is_ok(),
            Client::V5(client) => client.try_disconnect().is_ok(),
        }
    }

    fn acks(&self) -> MutexGuard<'_, Acks> {
        self.acks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(super) fn qos3(qos: u8) -> rumqttc::QoS {
    match qos {
        0 => rumqttc::QoS::AtMostOnce,
        1 => rumqttc::QoS::AtLeastOnce,
        _ => rumqttc::QoS::ExactlyOnce,
    }
}

pub(super) fn qos5(qos: u8) -> v5::mqttbytes::QoS {
    match qos {
        0 => v5::mqttbytes::QoS::AtMostOnce,
        1 => v5::mqttbytes::QoS::AtLeastOnce,
        _ => v5::mqttbytes::QoS::ExactlyOnce,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn publish(topic: &str, bytes: usize) -> Publish {
        Publish {
            topic: topic.into(),
            payload: vec![0; bytes],
            qos: 1,
            retain: false,
        }
    }

    fn v5_lane() -> (Lane, v5::EventLoop) {
        let (client, events) = v5::AsyncClient::new(v5::MqttOptions::new("a", "localhost", 1), REQUESTS);
        (Lane::new(Client::V5(client)), events)
    }

    #[test]
    fn acknowledgements_beyond_the_channel_wait_and_keep_their_order() {
        let (lane, _events) = v5_lane();
        lane.ack((1..=2000).map(|pkid| (pkid, 1)));
        assert_eq!(lane.acks().in_channel, REQUESTS / 2);
        let next = Item::Ack((REQUESTS as u16 / 2 + 1, 1));
        assert_eq!(lane.acks().waiting.front(), Some(&next));
        lane.sent();
        assert_eq!(lane.acks().in_channel, REQUESTS / 2);
        assert_eq!(lane.acks().waiting.len(), 2000 - REQUESTS / 2 - 1);
    }

    #[test]
    fn version_3_sends_one_and_hands_out_the_rest() {
        let (client, _events) =
            rumqttc::AsyncClient::new(rumqttc::MqttOptions::new("a", "localhost", 1), REQUESTS);
        let lane = Lane::new(Client::V3(client));
        lane.ack([(1, 1), (2, 0), (3, 2), (4, 1)].into_iter());
        lane.ack([(5, 1)].into_iter());
        assert_eq!(lane.sent_then_take(), [(3, 2), (4, 1), (5, 1)]);
        lane.ack([(6, 1)].into_iter());
        assert!(lane.sent_then_take().is_empty());
    }

    #[test]
    fn a_mark_goes_behind_what_was_acknowledged_before_it_and_ahead_of_the_rest() {
        let (client, _events) =
            rumqttc::AsyncClient::new(rumqttc::MqttOptions::new("a", "localhost", 1), REQUESTS);
        let lane = Lane::new(Client::V3(client));
        lane.ack([(1, 1), (2, 1)].into_iter());
        lane.mark();
        lane.ack([(3, 1), (4, 1)].into_iter());
        assert_eq!(lane.sent_then_take(), [(2, 1)]);
        // The mark is in the channel, and 3 behind it.
        assert_eq!(lane.sent_then_take(), [(4, 1)]);
        lane.mark();
        assert!(lane.acks().waiting.is_empty(), "with nothing before it, at once");
    }

    #[test]
    fn what_cannot_be_published_is_refused_in_words() {
        let (lane, _events) = v5_lane();
        for topic in ["", "a/+/b", "a/#", "nul\0", &"x".repeat(70_000)] {
            assert!(lane.publish(publish(topic, 1)).is_err(), "{topic}");
        }
        lane.set_largest(100);
        assert!(
            lane.publish(publish("a", 200))
                .unwrap_err()
                .contains("at most 100 bytes")
        );
        for _ in 0..REQUESTS {
            lane.publish(publish("a", 1)).unwrap();
        }
        assert!(lane.publish(publish("a", 1)).unwrap_err().contains("busy"));
    }
}
