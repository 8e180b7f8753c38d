//! MQTT 5.

use super::{
    Broken, Delivery, Event, IN_FLIGHT, LARGEST, REQUESTS, STEP, Setup,
    lane::{Client, Lane},
};
use crate::source::fault::{Failure, Words};
use hearthline_model::BrokerSettings;
use rumqttc::{
    NetworkOptions, Outgoing,
    v5::{
        AsyncClient, ConnectionError, EventLoop, MqttOptions, StateError,
        mqttbytes::{
            Error as B, QoS,
            v5::{
                ConnectProperties, ConnectReturnCode, DisconnectReasonCode, LastWill, Packet, PubAckReason,
                Publish, SubscribeReasonCode,
            },
        },
    },
};
use std::{sync::Arc, time::Duration};

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
        let mut network = NetworkOptions::new();
        network.set_tcp_nodelay(true);
        let mut properties = ConnectProperties::new();
        // No topic aliases: rumqttc hands a message out before it has resolved them.
        properties.session_expiry_interval = by_hand.then_some(setup.settings.session_expiry);
        properties.max_packet_size = u32::try_from(LARGEST).ok();
        options
            .set_transport(setup.transport.clone())
            .set_keep_alive(setup.keep_alive())
            .set_clean_start(!by_hand || setup.client_id.is_empty())
            .set_manual_acks(by_hand)
            .set_outgoing_inflight_upper_limit(IN_FLIGHT)
            .set_connection_timeout(STEP.as_secs())
            .set_network_options(network)
            .set_connect_properties(properties);
        if let Some((user, password)) = setup.login() {
            options.set_credentials(user, password);
        }
        if let Some((topic, payload)) = setup.will() {
            options.set_last_will(LastWill::new(topic, payload, QoS::AtLeastOnce, true, None));
        }
        let (client, events) = AsyncClient::new(options, REQUESTS);
        let lane = Arc::new(Lane::new(Client::V5(client)));
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
        use rumqttc::v5::Event as E;
        loop {
            match self.events.poll().await {
                Ok(E::Incoming(Packet::Publish(publish))) => {
                    // A sign of life as good as the answer to a ping, which may stand far behind in the broker's queue.
                    self.events.state.await_pingresp = false;
                    return Ok(Event::Publish(delivery(publish)));
                }
                Ok(E::Incoming(Packet::ConnAck(connack))) => {
                    self.connected = true;
                    if let Some(largest) = connack.properties.as_ref().and_then(|p| p.max_packet_size) {
                        self.lane.set_largest(largest);
                    }
                    // A broker may ask for no keep-alive at all; rumqttc would then ping without a pause.
                    if self.events.options.keep_alive() < Duration::from_secs(5) {
                        self.events.options.set_keep_alive(Duration::from_mins(1));
                    }
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
                    self.lane.sent();
                }
                Ok(E::Incoming(Packet::UnsubAck(_))) => return Ok(Event::Marked),
                Ok(E::Incoming(Packet::PubAck(answer))) if !self.by_hand => {
                    return Ok(Event::Published(matches!(
                        answer.reason,
                        PubAckReason::Success | PubAckReason::NoMatchingSubscribers
                    )));
                }
                Ok(E::Outgoing(Outgoing::Disconnect)) => return Ok(Event::Closed),
                Ok(_) => {}
                Err(ConnectionError::Timeout(_)) if !self.connected => return Err(Broken::Silent),
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

    pub(super) fn rest(&mut self) -> Vec<Delivery> {
        self.events
            .state
            .events
            .drain(..)
            .filter_map(|event| match event {
                rumqttc::v5::Event::Incoming(Packet::Publish(publish)) if publish.qos == QoS::AtMostOnce => {
                    Some(delivery(publish))
                }
                _ => None,
            })
            .collect()
    }
}

fn delivery(publish: Publish) -> Delivery {
    let topic = match std::str::from_utf8(&publish.topic) {
        Ok("") => Err(String::new()),
        Ok(topic) => Ok(topic.to_owned()),
        Err(_) => Err(String::from_utf8_lossy(&publish.topic).into_owned()),
    };
    Delivery {
        topic,
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
        E::Timeout(_) => words.unreachable(),
        E::Io(error) => words.io(&error),
        E::Tls(error) => words.cause(&error).unwrap_or_else(|| words.tls_other(&error)),
        E::Websocket(error) => words.cause(&error).unwrap_or_else(|| words.protocol(error)),
        E::ConnectionRefused(code) => refused(words, code),
        E::NotConnAck(_) => words.protocol("no answer to CONNECT"),
        E::RequestsDone => words.closed(),
        E::WsConnect(error) => words.protocol(error),
        E::InvalidUrl(error) => words.protocol(error),
        E::ResponseValidation(_) => words.protocol("the WebSocket there is not for MQTT"),
    }
}

fn refused(words: Words<'_>, code: ConnectReturnCode) -> Failure {
    use ConnectReturnCode as C;
    match code {
        C::RefusedProtocolVersion | C::UnsupportedProtocolVersion => Words::version(),
        C::BadClientId | C::ClientIdentifierNotValid => Words::client_id(),
        C::BadUserNamePassword | C::NotAuthorized | C::BadAuthenticationMethod => words.login(),
        C::Banned => Words::not_authorised(),
        C::ServiceUnavailable
        | C::ServerUnavailable
        | C::ServerBusy
        | C::QuotaExceeded
        | C::ConnectionRateExceeded => Words::unavailable(),
        other => words.protocol(format_args!("it refused the connection: {other:?}")),
    }
}

fn state(words: Words<'_>, error: StateError) -> Failure {
    use DisconnectReasonCode as D;
    match error {
        StateError::Io(error) | StateError::Deserialization(B::Io(error)) => words.io(&error),
        StateError::ConnectionAborted => words.closed(),
        StateError::AwaitPingResp => words.unreachable(),
        StateError::ServerDisconnect { reason_code, .. } => match reason_code {
            D::SessionTakenOver => Words::taken_over(),
            D::NotAuthorized => Words::not_authorised(),
            D::ServerBusy | D::QuotaExceeded | D::ConnectionRateExceeded => Words::unavailable(),
            D::ServerShuttingDown | D::NormalDisconnection | D::AdministrativeAction => words.closed(),
            other => words.protocol(format_args!("it hung up: {other:?}")),
        },
        StateError::Deserialization(B::PayloadSizeLimitExceeded { pkt_size, .. }) => {
            Words::too_large(pkt_size)
        }
        error => words.protocol(error),
    }
}
