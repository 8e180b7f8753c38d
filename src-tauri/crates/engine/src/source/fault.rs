//! From what went wrong to what a person reads: one sentence on what happened, one on what to do.

use crate::view::Fault;
use hearthline_model::{BrokerSettings, Transport};
use std::{error::Error, io};
use tokio_rustls::rustls::{self, AlertDescription, CertificateError};

/// Why a connection did not come about, or ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Failure {
    pub fault: Fault,
    pub text: String,
    /// The broker sent a topic that is no UTF-8, which the 3.1.1 client can only answer by hanging up.
    pub bad_topic: bool,
}

impl Failure {
    pub fn new(fault: Fault, text: impl Into<String>) -> Self {
        Self {
            fault,
            text: text.into(),
            bad_topic: false,
        }
    }
}

/// Words about one broker's troubles.
#[derive(Clone, Copy)]
pub(super) struct Words<'a> {
    pub settings: &'a BrokerSettings,
    /// Whether the connection was up already.
    pub connected: bool,
}

impl Words<'_> {
    /// What lies in an error's chain of causes, where it is of TLS or of the network.
    pub fn cause(self, error: &(dyn Error + 'static)) -> Option<Failure> {
        let mut next = Some(error);
        let mut depth = 0;
        while let Some(error) = next {
            if let Some(error) = error.downcast_ref::<rustls::Error>() {
                return Some(self.tls(error));
            }
            if let Some(error) = error.downcast_ref::<io::Error>() {
                return Some(self.io(error));
            }
            depth += 1;
            next = if depth < 16 { error.source() } else { None };
        }
        None
    }

    pub fn io(self, error: &io::Error) -> Failure {
        // An I/O error carries the error of what wraps the socket, and hides it from `source()`.
        if let Some(inside) = error.get_ref() {
            let inside: &(dyn Error + 'static) = inside;
            if let Some(failure) = self.cause(inside) {
                return failure;
            }
        }
        let BrokerSettings { host, port, .. } = self.settings;
        match error.kind() {
            io::ErrorKind::ConnectionRefused => Failure::new(
                Fault::Refused,
                format!(
                    "{host} is there, but nothing listens on port {port}. Check the port and that the broker runs."
                ),
            ),
            io::ErrorKind::HostUnreachable
            | io::ErrorKind::NetworkUnreachable
            | io::ErrorKind::NetworkDown
            | io::ErrorKind::AddrNotAvailable => Failure::new(
                Fault::Unreachable,
                format!("There is no way to {host} from here. Check the network and the address."),
            ),
            io::ErrorKind::TimedOut => self.unreachable(),
            io::ErrorKind::UnexpectedEof
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe => self.closed(),
            _ if self.connected => Failure::new(
                Fault::Other,
                format!("The connection to the broker was lost: {error}. Hearthline tries again."),
            ),
            _ => Failure::new(Fault::Other, format!("{host}:{port} cannot be reached: {error}.")),
        }
    }

    pub fn unreachable(self) -> Failure {
        let BrokerSettings { host, port, .. } = self.settings;
        Failure::new(
            Fault::Unreachable,
            format!(
                "No answer from {host}:{port}. Check that the machine is on and that no firewall is in between."
            ),
        )
    }

    pub fn name_not_found(self) -> Failure {
        Failure::new(
            Fault::NameNotFound,
            format!(
                "The name {} is not known on this network. Check the spelling, or enter the address instead.",
                self.settings.host
            ),
        )
    }

    /// The other side took the connection and then said nothing.
    pub fn silent(self) -> Failure {
        let BrokerSettings { host, port, .. } = self.settings;
        if self.secure() {
            Failure::new(
                Fault::TlsFailed,
                format!(
                    "{host}:{port} takes the connection but does not answer in TLS. Check the port (8883 is usual for TLS)."
                ),
            )
        } else {
            Failure::new(
                Fault::Protocol,
                format!("{host}:{port} takes the connection but does not answer in MQTT. Check the port."),
            )
        }
    }

    /// The other side hung up.
    pub fn closed(self) -> Failure {
        let BrokerSettings { host, port, .. } = self.settings;
        if self.connected {
            return Failure::new(
                Fault::Other,
                "The broker closed the connection. Hearthline tries again; if it happens again and again, another client may use the same client id.",
            );
        }
        if self.secure() {
            Failure::new(
                Fault::TlsFailed,
                format!(
                    "{host}:{port} hung up during the TLS handshake. Check that the port speaks TLS, and whether it asks for a client certificate."
                ),
            )
        } else {
            Failure::new(
                Fault::Protocol,
                format!(
                    "{host}:{port} hung up without an answer in MQTT. Check the port, whether it expects TLS, and the protocol version."
                ),
            )
        }
    }

    pub fn protocol(self, what: impl std::fmt::Display) -> Failure {
        let BrokerSettings { host, port, .. } = self.settings;
        let text = if self.connected {
            format!("The broker sent something that is no MQTT ({what}). Hearthline connects again.")
        } else {
            format!(
                "{host}:{port} does not speak MQTT this way ({what}). Check the port, the transport and the protocol version."
            )
        };
        Failure::new(Fault::Protocol, text)
    }

    pub fn bad_topic() -> Failure {
        Failure {
            fault: Fault::Protocol,
            text: "The broker sent a topic that is no UTF-8, which MQTT forbids. Find the client that publishes it.".into(),
            bad_topic: true,
        }
    }

    pub fn too_large(bytes: usize) -> Failure {
        Failure::new(
            Fault::Protocol,
            format!(
                "The broker sent a message of {} MB, more than Hearthline takes. Leave its topic out of the topic filters.",
                bytes / 1_000_000
            ),
        )
    }

    pub fn login(self) -> Failure {
        Failure::new(
            Fault::BadCredentials,
            if self.settings.username.as_ref().is_none_or(String::is_empty) {
                "The broker asks for a user name and a password. Enter them."
            } else {
                // Mosquitto says “not authorised” for a wrong password as well.
                "The broker refused the login: user name or password are wrong, or this user may not connect. Check them."
            },
        )
    }

    pub fn not_authorised() -> Failure {
        Failure::new(
            Fault::NotAuthorised,
            "The broker does not let this client in. Ask whoever runs it to allow the user or the client id.",
        )
    }

    pub fn client_id() -> Failure {
        Failure::new(
            Fault::ClientIdRefused,
            "The broker does not accept the client id. Choose another one, of letters and digits, that no other client uses.",
        )
    }

    pub fn taken_over() -> Failure {
        Failure::new(
            Fault::ClientIdRefused,
            "Another client connected with the same client id and took the session over. Give each its own client id.",
        )
    }

    pub fn version() -> Failure {
        Failure::new(
            Fault::Protocol,
            "The broker does not speak this version of MQTT. Choose the other version.",
        )
    }

    pub fn unavailable() -> Failure {
        Failure::new(
            Fault::Other,
            "The broker is there but takes no connections right now. Hearthline tries again.",
        )
    }

    /// TLS failed before it began.
    pub fn tls_other(self, error: &dyn Error) -> Failure {
        Failure::new(
            Fault::TlsFailed,
            format!(
                "TLS with {} cannot begin: {error}. Check the host name.",
                self.settings.host
            ),
        )
    }

    fn secure(self) -> bool {
        matches!(self.settings.transport, Transport::Tls | Transport::Wss)
    }

    fn tls(self, error: &rustls::Error) -> Failure {
        use rustls::Error as E;
        let host = &self.settings.host;
        let (fault, text) = match error {
            E::InvalidCertificate(reason) => (Fault::TlsNotTrusted, self.untrusted(reason)),
            E::NoCertificatesPresented => (
                Fault::TlsNotTrusted,
                format!("{host} shows no certificate. Check the port."),
            ),
            E::AlertReceived(
                AlertDescription::CertificateRequired
                | AlertDescription::BadCertificate
                | AlertDescription::CertificateUnknown
                | AlertDescription::CertificateExpired
                | AlertDescription::CertificateRevoked
                | AlertDescription::UnsupportedCertificate
                | AlertDescription::UnknownCA
                | AlertDescription::AccessDenied
                | AlertDescription::HandshakeFailure,
            ) => (
                Fault::TlsFailed,
                if self.settings.tls.certificate_file.is_some() {
                    format!(
                        "{host} refused our client certificate ({error}). Check that its authority is known there."
                    )
                } else {
                    format!(
                        "{host} refused the TLS connection ({error}). It may ask for a client certificate."
                    )
                },
            ),
            E::InvalidMessage(_) => (
                Fault::TlsFailed,
                format!(
                    "Port {} of {host} does not speak TLS. Check the port (8883 is usual for TLS) or choose a transport without TLS.",
                    self.settings.port
                ),
            ),
            _ => (Fault::TlsFailed, format!("TLS with {host} failed: {error}.")),
        };
        Failure::new(fault, text)
    }

    fn untrusted(self, reason: &CertificateError) -> String {
        use CertificateError as C;
        let host = &self.settings.host;
        match reason {
            C::Expired | C::ExpiredContext { .. } => {
                format!("The certificate of {host} has expired. Renew it on the broker.")
            }
            C::NotValidYet | C::NotValidYetContext { .. } => format!(
                "The certificate of {host} is not valid yet. Check the clocks of this machine and of the broker."
            ),
            C::NotValidForName | C::NotValidForNameContext { .. } => format!(
                "The certificate is for another name than {host}. Enter the name that stands in the certificate."
            ),
            C::Revoked => format!("The certificate of {host} was revoked. Renew it on the broker."),
            C::UnknownIssuer if self.settings.tls.ca_file.is_some() => format!(
                "The certificate of {host} was not signed by the chosen authority. Choose the PEM file of the authority that signed it."
            ),
            C::UnknownIssuer => format!(
                "The certificate of {host} was signed by an authority that this machine does not know. Choose the authority's PEM file in the TLS settings."
            ),
            other => format!("The certificate of {host} cannot be trusted: {other}. Renew it on the broker."),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(settings: &BrokerSettings) -> Words<'_> {
        Words {
            settings,
            connected: false,
        }
    }

    #[test]
    fn an_error_of_tls_is_found_inside_an_io_error() {
        let settings = BrokerSettings {
            host: "mqtt.lan".into(),
            ..BrokerSettings::default()
        };
        let inside = rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer);
        let io = io::Error::new(io::ErrorKind::InvalidData, inside);
        let twice = io::Error::other(io);
        let failure = words(&settings).cause(&twice).unwrap();
        assert_eq!(failure.fault, Fault::TlsNotTrusted);
        assert!(failure.text.contains("mqtt.lan") && failure.text.contains("authority"));
    }

    #[test]
    fn kinds_of_network_trouble() {
        let settings = BrokerSettings::default();
        let fault = |kind: io::ErrorKind| words(&settings).io(&kind.into()).fault;
        assert_eq!(fault(io::ErrorKind::ConnectionRefused), Fault::Refused);
        assert_eq!(fault(io::ErrorKind::HostUnreachable), Fault::Unreachable);
        assert_eq!(fault(io::ErrorKind::TimedOut), Fault::Unreachable);
        assert_eq!(fault(io::ErrorKind::UnexpectedEof), Fault::Protocol);
        let settings = BrokerSettings {
            transport: Transport::Tls,
            ..settings
        };
        assert_eq!(
            words(&settings).io(&io::ErrorKind::UnexpectedEof.into()).fault,
            Fault::TlsFailed
        );
        let up = Words {
            settings: &settings,
            connected: true,
        };
        assert_eq!(up.io(&io::ErrorKind::ConnectionReset.into()).fault, Fault::Other);
    }

    #[test]
    fn a_login_is_asked_for_or_refused() {
        let settings = BrokerSettings::default();
        assert!(words(&settings).login().text.contains("asks for a user name"));
        let settings = BrokerSettings {
            username: Some("ann".into()),
            ..settings
        };
        assert!(words(&settings).login().text.contains("wrong"));
    }
}
