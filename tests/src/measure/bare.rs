//! The floor: a subscriber that does nothing with what it gets.

use std::time::{Duration, Instant};

use bytes::Bytes;
use rumqttc::{AsyncClient, ConnectionError, Event, EventLoop, MqttOptions, Packet, QoS};

/// After so long without a message no more is coming.
const SILENCE: Duration = Duration::from_secs(3);

/// A bare rumqttc subscriber of everything.
pub struct Bare {
    client: AsyncClient,
    events: EventLoop,
}

impl Bare {
    /// Connects and subscribes; with a persistent session, as the engine has one.
    ///
    /// # Errors
    /// Where the broker does not let it in.
    pub async fn subscribe(name: &str, port: u16, qos: u8) -> Result<Self, ConnectionError> {
        let Self { client, mut events } = Self::back(name, port);
        let qos = if qos == 0 {
            QoS::AtMostOnce
        } else {
            QoS::AtLeastOnce
        };
        // The channel is empty, so there is room.
        let _ = client.try_subscribe("#", qos);
        loop {
            if let Event::Incoming(Packet::SubAck(_)) = events.poll().await? {
                return Ok(Self { client, events });
            }
        }
    }

    /// Comes back to what an earlier subscription of this name left waiting; connects with the first look.
    pub fn back(name: &str, port: u16) -> Self {
        let mut options = MqttOptions::new(name, "127.0.0.1", port);
        options
            .set_keep_alive(Duration::from_secs(30))
            .set_clean_session(false);
        let (client, events) = AsyncClient::new(options, 100);
        Self { client, events }
    }

    /// The next message's topic and payload; none once it is silent.
    ///
    /// # Errors
    /// Where the connection is lost.
    pub async fn next(&mut self) -> Result<Option<(String, Bytes)>, ConnectionError> {
        loop {
            match tokio::time::timeout(SILENCE, self.events.poll()).await {
                Ok(Ok(Event::Incoming(Packet::Publish(publish)))) => {
                    return Ok(Some((publish.topic, publish.payload)));
                }
                Ok(Ok(_)) => {}
                Ok(Err(error)) => return Err(error),
                Err(_) => return Ok(None),
            }
        }
    }

    /// Takes `count` messages, fewer where no more come; how many came and when the last one did.
    ///
    /// # Errors
    /// Where the connection is lost.
    pub async fn take(&mut self, count: u64) -> Result<(u64, Instant), ConnectionError> {
        let mut taken = 0;
        let mut last = Instant::now();
        while taken < count {
            match self.events.poll().await? {
                Event::Incoming(Packet::Publish(_)) => {
                    taken += 1;
                    last = Instant::now();
                }
                // A ping after seconds without anything else: the rest was lost.
                Event::Outgoing(rumqttc::Outgoing::PingReq) if last.elapsed() > SILENCE => break,
                _ => {}
            }
        }
        Ok((taken, last))
    }

    /// Ends with a good-bye.
    ///
    /// # Errors
    /// Where the connection is lost before.
    pub async fn end(mut self) -> Result<(), ConnectionError> {
        let _ = self.client.try_disconnect();
        loop {
            if let Event::Outgoing(rumqttc::Outgoing::Disconnect) = self.events.poll().await? {
                return Ok(());
            }
        }
    }
}
