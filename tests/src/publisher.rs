//! Another client of the broker: what a device would be.

use std::time::Duration;

use rumqttc::{AsyncClient, Event, MqttOptions, Packet, QoS};
use tokio::sync::mpsc;

use crate::wait::PATIENCE;

/// A connected client. Dropping it ends the connection.
pub struct Publisher {
    client: AsyncClient,
    acknowledged: mpsc::UnboundedReceiver<()>,
    messages: mpsc::UnboundedReceiver<(String, Vec<u8>)>,
    task: tokio::task::JoinHandle<()>,
}

impl Publisher {
    /// Connects to a broker on loopback.
    pub async fn connect(name: &str, port: u16) -> Self {
        let mut options = MqttOptions::new(name, "127.0.0.1", port);
        options.set_max_packet_size(64 << 20, 64 << 20);
        options.set_keep_alive(Duration::from_secs(30));
        options.set_inflight(1000);
        let (client, mut connection) = AsyncClient::new(options, 1000);
        let (acks, acknowledged) = mpsc::unbounded_channel();
        let (incoming, messages) = mpsc::unbounded_channel();
        let (up, is_up) = tokio::sync::oneshot::channel();
        let mut up = Some(up);
        let task = tokio::spawn(async move {
            loop {
                match connection.poll().await {
                    Ok(Event::Incoming(Packet::ConnAck(_))) => {
                        if let Some(up) = up.take() {
                            let _ = up.send(());
                        }
                    }
                    Ok(Event::Incoming(Packet::PubAck(_) | Packet::SubAck(_))) => {
                        let _ = acks.send(());
                    }
                    Ok(Event::Incoming(Packet::Publish(publish))) => {
                        let _ = incoming.send((publish.topic, publish.payload.to_vec()));
                    }
                    Ok(_) => {}
                    Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
                }
            }
        });
        let _ = is_up.await;
        Self {
            client,
            acknowledged,
            messages,
            task,
        }
    }

    /// Publishes at QoS 1 and waits until the broker has it.
    ///
    /// # Panics
    /// Where the broker does not take it.
    pub async fn publish(&mut self, topic: &str, payload: impl Into<Vec<u8>>, retain: bool) {
        self.send(topic, payload, retain).await;
        self.settled(1).await;
    }

    /// Publishes at QoS 1 without waiting; [`Publisher::settled`] does.
    ///
    /// # Panics
    /// Where the client has ended.
    pub async fn send(&mut self, topic: &str, payload: impl Into<Vec<u8>>, retain: bool) {
        self.client
            .publish(topic, QoS::AtLeastOnce, retain, payload)
            .await
            .expect("the client runs");
    }

    /// Publishes at a quality of service of its own without waiting; at QoS 0 nothing is acknowledged.
    pub async fn send_as(&mut self, topic: &str, payload: impl Into<Vec<u8>>, qos: u8, retain: bool) {
        let qos = match qos {
            0 => QoS::AtMostOnce,
            1 => QoS::AtLeastOnce,
            _ => QoS::ExactlyOnce,
        };
        self.client
            .publish(topic, qos, retain, payload)
            .await
            .expect("the client runs");
    }

    /// Waits until the broker acknowledged so many messages.
    ///
    /// # Panics
    /// Where it does not in time.
    pub async fn settled(&mut self, count: usize) {
        for _ in 0..count {
            tokio::time::timeout(PATIENCE, self.acknowledged.recv())
                .await
                .expect("the broker acknowledges");
        }
    }

    /// Subscribes.
    ///
    /// # Panics
    /// Where the client has ended.
    pub async fn subscribe(&mut self, filter: &str) {
        self.client
            .subscribe(filter, QoS::AtLeastOnce)
            .await
            .expect("the client runs");
        self.settled(1).await;
    }

    /// The next message that comes in, however long it takes; none once the connection has ended.
    pub async fn heard(&mut self) -> Option<(String, Vec<u8>)> {
        self.messages.recv().await
    }

    /// The next message that comes in.
    ///
    /// # Panics
    /// Where none comes in time.
    pub async fn next(&mut self) -> (String, Vec<u8>) {
        tokio::time::timeout(PATIENCE, self.messages.recv())
            .await
            .expect("a message in time")
            .expect("the client runs")
    }
}

impl Drop for Publisher {
    fn drop(&mut self) {
        self.task.abort();
    }
}
