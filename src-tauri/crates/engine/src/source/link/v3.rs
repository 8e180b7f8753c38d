//! MQTT 3.1.1.

use super::{
    Broken, Delivery, Event, IN_FLIGHT, LARGEST, REQUESTS, STEP, Setup,
    lane::{Client, Lane},
};
use crate::source::fault::{Failure, Words};
use hearthline_model::BrokerSettings;
use rumqttc::{
    AsyncClient, ConnectReturnCode, ConnectionError, EventLoop, LastWill, MqttOptions, NetworkOptions,
    Outgoing, Packet, PubAck, PubRec, Publish, QoS, StateError, SubscribeReasonCode,
};
use std::sync::Arc;

/// Largest packet that is read. Beyond [`LARGEST`] a message is refused, but it is read, because the only other answer of
/// this version is to hang up, and the broker would send it again each time.
const READ: usize = 4 * LARGEST;

pub(in crate::source) struct Link {
    events: EventLoop,
    lane: Arc<Lane>,
    connected: bool,
    by_hand: bool,
}

impl Link {
    pub(super) fn new(setup: &Setup<'_>) -> (Self, Arc<Lane>) {
        let by_hand = setup.purpose.keeps();
        let mut options = MqttOptions::new(setup.client_id, setup.address(), setup.settings.port);
        options
            .set_transport(setup.transport.clone())
            .set_keep_alive(setup.keep_alive())
            .set_clean_session(!by_hand || setup.client_id.is_empty())
            .set_manual_acks(by_hand)
            .set_inflight(IN_FLIGHT)
            .set_max_packet_size(READ, LARGEST);
        if let Some((user, password)) = setup.login() {
            options.set_credentials(user, password);
        }
        if let Some((topic, payload)) = setup.will() {
            options.set_last_will(LastWill::new(topic, payload, QoS::AtLeastOnce, true));
        }
        let (client, mut events) = AsyncClient::new(options, REQUESTS);
        let mut network = NetworkOptions::new();
        network.set_connection_timeout(STEP.as_secs());
        network.set_tcp_nodelay(true);
        events.set_network_options(network);
        let lane = Arc::new(Lane::new(Client::V3(client)));
        (
            Self {
                events,
                lane: lane.clone(),
                connected: false,
                by_hand,
            },
            lane,
        )
    }

    pub(super) async fn next(&mut self, settings: &BrokerSettings) -> Result<Event, Broken> {
        use rumqttc::Event as E;
        loop {
            match self.events.poll().await {
                Ok(E::Incoming(Packet::Publish(publish))) => {
                    // A sign of life as good as the answer to a ping, which may stand far behind in the broker's queue.
                    self.events.state.await_pingresp = false;
                    return Ok(Event::Publish(delivery(publish)));
                }
                Ok(E::Incoming(Packet::ConnAck(connack))) => {
                    self.connected = true;
                    return Ok(Event::Connected {
                        session_present: connack.session_present,
                    });
                }
                Ok(E::Incoming(Packet::SubAck(answer))) => {
                    let granted = |code| matches!(code, SubscribeReasonCode::Success(_));
                    return Ok(Event::Subscribed(
                        answer.return_codes.into_iter().map(granted).collect(),
                    ));
                }
                Ok(E::Outgoing(Outgoing::PubAck(_) | Outgoing::PubRec(_))) if self.by_hand => {
                    let words = Words {
                        settings,
                        connected: true,
                    };
                    self.write_acks().await.map_err(|error| state(words, error))?;
                }
                Ok(E::Incoming(Packet::UnsubAck(_))) => return Ok(Event::Marked),
                Ok(E::Incoming(Packet::PubAck(_))) if !self.by_hand => return Ok(Event::Published(true)),
                Ok(E::Outgoing(Outgoing::Disconnect)) => return Ok(Event::Closed),
                Ok(_) => {}
                Err(ConnectionError::NetworkTimeout) if !self.connected => return Err(Broken::Silent),
                Err(error) => {
                    let words = Words {
                        settings,
                        connected: self.connected,
                    };
                    return Err(failure(words, error).into());
                }
            }
            self.lane.nudge();
        }
    }

    /// All that wait behind the one that just went through the channel, in one write.
    async fn write_acks(&mut self) -> Result<(), StateError> {
        let acks = self.lane.sent_then_take();
        let Some(network) = self.events.network.as_mut().filter(|_| !acks.is_empty()) else {
            return Ok(());
        };
        for (pkid, qos) in acks {
            let packet = if qos == 1 {
                Packet::PubAck(PubAck::new(pkid))
            } else {
                Packet::PubRec(PubRec::new(pkid))
            };
            network.write(packet).await?;
        }
        network.flush().await
    }

    pub(super) fn rest(&mut self) -> Vec<Delivery> {
        self.events
            .state
            .events
            .drain(..)
            .filter_map(|event| match event {
                rumqttc::Event::Incoming(Packet::Publish(publish)) if publish.qos == QoS::AtMostOnce => {
                    Some(delivery(publish))
                }
                _ => None,
            })
            .collect()
    }
}

fn delivery(publish: Publish) -> Delivery {
    Delivery {
        topic: Ok(publish.topic),
        payload: publish.payload,
        qos: publish.qos as u8,
        retain: publish.retain,
        dup: publish.dup,
        pkid: publish.pkid,
    }
}

fn failure(words: Words<'_>, error: ConnectionError) -> Failure {
    use ConnectionError as E;
    match error {
        E::MqttState(error) => state(words, error),
        E::NetworkTimeout | E::FlushTimeout => words.unreachable(),
        E::Io(error) => words.io(&error),
        E::Tls(error) => words.cause(&error).unwrap_or_else(|| words.tls_other(&error)),
        E::Websocket(error) => words.cause(&error).unwrap_or_else(|| words.protocol(error)),
        E::ConnectionRefused(code) => match code {
            ConnectReturnCode::RefusedProtocolVersion => Words::version(),
            ConnectReturnCode::BadClientId => Words::client_id(),
            ConnectReturnCode::ServiceUnavailable => Words::unavailable(),
            ConnectReturnCode::BadUserNamePassword | ConnectReturnCode::NotAuthorized => words.login(),
            ConnectReturnCode::Success => words.protocol("an odd answer to CONNECT"),
        },
        E::NotConnAck(_) => words.protocol("no answer to CONNECT"),
        E::RequestsDone => words.closed(),
        E::WsConnect(error) => words.protocol(error),
        E::InvalidUrl(error) => words.protocol(error),
        E::ResponseValidation(_) => words.protocol("the WebSocket there is not for MQTT"),
    }
}

fn state(words: Words<'_>, error: StateError) -> Failure {
    use rumqttc::mqttbytes::Error as B;
    match error {
        StateError::Io(error) | StateError::Deserialization(B::Io(error)) => words.io(&error),
        StateError::ConnectionAborted => words.closed(),
        StateError::AwaitPingResp => words.unreachable(),
        StateError::Deserialization(B::TopicNotUtf8) => Words::bad_topic(),
        StateError::Deserialization(B::PayloadSizeLimitExceeded(bytes)) => Words::too_large(bytes),
        error => words.protocol(error),
    }
}
