//! One connection to one broker, from CONNECT to its end, alike for MQTT 3.1.1 and 5.
//!
//! A link is never reused. rumqttc's event loop can reconnect by itself, but then it keeps what must not outlive the
//! connection: the will with its old time, acknowledgements and messages of the session before, and commands that would
//! reach a machine minutes late. So each attempt gets its own loop, and what was not sent is not sent.
//!
//! `poll` must not be cancelled (it would lose a request that it holds), so [`Link::next`] is awaited alone and a stop
//! comes in as a DISCONNECT request.

mod lane;
mod v3;
mod v5;

use super::{
    fault::{Failure, Words},
    tls,
};
use crate::view::Fault;
use bytes::Bytes;
use hearthline_decode::Publish;
use hearthline_model::{BrokerSettings, Micros, MqttVersion, Transport};
use lane::Lane;
use std::{sync::Arc, time::Duration};
use tokio::{net::TcpStream, time::timeout};

/// Largest message that is taken in or sent. A 10 MB payload passes.
pub(super) const LARGEST: usize = 16 << 20;
/// Requests (publishes, subscriptions, acknowledgements) that wait for the socket.
const REQUESTS: usize = 1024;
/// Publishes at QoS 1 or 2 under way to the broker.
const IN_FLIGHT: u16 = 100;
/// Patience for each step of connecting.
const STEP: Duration = Duration::from_secs(5);

/// What a link is for.
#[derive(Clone, Copy)]
pub(super) enum Purpose {
    /// Persistent session, acknowledgement by hand, the will of a Sparkplug host with this time.
    Session { at: Micros },
    /// A clean session that leaves nothing behind, acknowledging by itself.
    Test,
    /// A clean session under the lasting client id: the broker forgets the persistent one.
    Forget,
}

impl Purpose {
    fn keeps(self) -> bool {
        matches!(self, Self::Session { .. })
    }
}

/// What happens on a link.
pub(super) enum Event {
    /// The broker took us in.
    Connected {
        session_present: bool,
    },
    Publish(Delivery),
    /// Answer to the subscription: one entry a filter, false where refused.
    Subscribed(Vec<bool>),
    /// Answer to a mark, see [`Sender::mark`].
    Marked,
    /// The broker has taken (or, where false, refused) what was published; told to those who publish once.
    Published(bool),
    /// Our own DISCONNECT has gone out.
    Closed,
}

/// A message as it came; `topic` is none where it is no UTF-8 or missing.
pub(super) struct Delivery {
    pub topic: Result<String, String>,
    pub payload: Bytes,
    pub qos: u8,
    pub retain: bool,
    pub dup: bool,
    pub pkid: u16,
}

/// How a link ends.
enum Broken {
    Failure(Failure),
    /// No answer in time while connecting.
    Silent,
}

impl From<Failure> for Broken {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

/// A connection, in either version.
pub(super) enum Link {
    V3(Box<v3::Link>),
    V5(Box<v5::Link>),
}

/// Sends on a link, from any thread, without ever waiting.
#[derive(Clone)]
pub(super) struct Sender {
    lane: Arc<Lane>,
}

impl Link {
    /// Makes a link; the connection itself comes about with the first [`Link::next`].
    pub async fn open(
        settings: &BrokerSettings,
        password: Option<&str>,
        client_id: &str,
        purpose: Purpose,
    ) -> Result<(Self, Sender), Failure> {
        let words = Words {
            settings,
            connected: false,
        };
        // rumqttc looks the name up as well, but cannot tell an unknown name from other network trouble.
        let name = (settings.host.as_str(), settings.port);
        match timeout(STEP, tokio::net::lookup_host(name))
            .await
            .map(|found| found.map(Iterator::count))
        {
            Ok(Ok(1..)) => {}
            Ok(_) => return Err(words.name_not_found()),
            Err(_) => return Err(words.unreachable()),
        }
        let transport = match settings.transport {
            Transport::Tcp => rumqttc::Transport::Tcp,
            Transport::Ws => rumqttc::Transport::Ws,
            Transport::Tls => rumqttc::Transport::Tls(secured(settings).await?),
            Transport::Wss => rumqttc::Transport::Wss(secured(settings).await?),
        };
        let setup = Setup {
            settings,
            password,
            client_id,
            purpose,
            transport,
        };
        Ok(match settings.version {
            MqttVersion::V3 => {
                let (link, lane) = v3::Link::new(&setup);
                (Self::V3(Box::new(link)), Sender { lane })
            }
            MqttVersion::V5 => {
                let (link, lane) = v5::Link::new(&setup);
                (Self::V5(Box::new(link)), Sender { lane })
            }
        })
    }

    /// The next event. Nothing is read from the socket between calls. After an error the link is spent.
    pub async fn next(&mut self, settings: &BrokerSettings) -> Result<Event, Failure> {
        let result = match self {
            Self::V3(link) => link.next(settings).await,
            Self::V5(link) => link.next(settings).await,
        };
        match result {
            Ok(event) => Ok(event),
            Err(Broken::Failure(failure)) => Err(failure),
            // Too slow, somewhere between the first packet and CONNACK: find out where.
            Err(Broken::Silent) => {
                let words = Words {
                    settings,
                    connected: false,
                };
                let address = (settings.host.as_str(), settings.port);
                let answered = matches!(timeout(STEP, TcpStream::connect(address)).await, Ok(Ok(_)));
                Err(if answered {
                    words.silent()
                } else {
                    words.unreachable()
                })
            }
        }
    }

    /// QoS 0 messages that had arrived with the last read but were not yet handed out when the connection broke.
    pub fn rest(&mut self) -> Vec<Delivery> {
        match self {
            Self::V3(link) => link.rest(),
            Self::V5(link) => link.rest(),
        }
    }
}

impl Sender {
    /// Subscribes to filters that [`valid_filter`] holds for.
    pub fn subscribe(&self, filters: &[String], qos: hearthline_model::Qos) -> bool {
        self.lane.subscribe(filters, qos)
    }

    /// Acknowledges in this order.
    pub fn ack(&self, acks: impl Iterator<Item = (u16, u8)>) {
        self.lane.ack(acks);
    }

    /// Asks for an [`Event::Marked`] once the broker has read every acknowledgement of before.
    pub fn mark(&self) {
        self.lane.mark();
    }

    /// Sends a message, or says in one sentence why not.
    pub fn publish(&self, publish: Publish) -> Result<(), String> {
        self.lane.publish(publish)
    }

    /// Says good-bye after everything asked for so far.
    pub fn disconnect(&self) -> bool {
        self.lane.disconnect()
    }
}

/// Whether a broker may be asked for this filter.
pub(super) fn valid_filter(filter: &str) -> bool {
    u16::try_from(filter.len()).is_ok() && !filter.contains('\0') && rumqttc::valid_filter(filter)
}

async fn secured(settings: &BrokerSettings) -> Result<rumqttc::TlsConfiguration, Failure> {
    let tls = settings.tls.clone();
    let config = tokio::task::spawn_blocking(move || tls::config(&tls))
        .await
        .map_err(|_| Failure::new(Fault::TlsFailed, "TLS cannot be set up on this machine."))??;
    Ok(rumqttc::TlsConfiguration::Rustls(config))
}

/// All that makes a connection.
struct Setup<'a> {
    settings: &'a BrokerSettings,
    password: Option<&'a str>,
    client_id: &'a str,
    purpose: Purpose,
    transport: rumqttc::Transport,
}

impl Setup<'_> {
    /// What rumqttc takes for an address: a URL for a WebSocket, the bare host otherwise.
    fn address(&self) -> String {
        let BrokerSettings { host, port, path, .. } = self.settings;
        let scheme = match self.settings.transport {
            Transport::Tcp | Transport::Tls => return host.clone(),
            Transport::Ws => "ws",
            Transport::Wss => "wss",
        };
        let slash = if path.starts_with('/') { "" } else { "/" };
        if host.contains(':') && !host.starts_with('[') {
            format!("{scheme}://[{host}]:{port}{slash}{path}")
        } else {
            format!("{scheme}://{host}:{port}{slash}{path}")
        }
    }

    /// Seconds between signs of life; rumqttc's version 5 asks for at least five.
    fn keep_alive(&self) -> Duration {
        Duration::from_secs(u64::from(self.settings.keep_alive.max(5)))
    }

    /// User and password, where there is a user (MQTT 3.1.1 has no password without one).
    fn login(&self) -> Option<(&str, &str)> {
        let user = self
            .settings
            .username
            .as_deref()
            .filter(|user| !user.is_empty())?;
        Some((user, self.password.unwrap_or_default()))
    }

    /// Topic and payload of the will of a Sparkplug host.
    fn will(&self) -> Option<(String, String)> {
        let Purpose::Session { at } = self.purpose else {
            return None;
        };
        death(self.settings, at)
    }
}

/// Topic and payload of a Sparkplug host's death (Sparkplug 3.0 §5.12), where these settings make us one.
pub(super) fn death(settings: &BrokerSettings, at: Micros) -> Option<(String, String)> {
    let host = settings
        .sparkplug_host
        .as_deref()
        .filter(|host| super::valid_level(host))?;
    Some((
        format!("spBv1.0/STATE/{host}"),
        format!(
            "{{\"online\":false,\"timestamp\":{}}}",
            at / hearthline_model::MILLISECOND
        ),
    ))
}
