//! Settings of one MQTT connection. Secrets are not part of them: they live in the desktop's keychain.

use serde::{Deserialize, Serialize};

/// Protocol version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum MqttVersion {
    /// MQTT 3.1.1.
    #[default]
    #[serde(rename = "3.1.1")]
    V3,
    /// MQTT 5.
    #[serde(rename = "5")]
    V5,
}

/// How the bytes travel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "snake_case")]
pub enum Transport {
    /// Plain TCP.
    #[default]
    Tcp,
    /// TLS over TCP.
    Tls,
    /// WebSocket.
    Ws,
    /// WebSocket over TLS.
    Wss,
}

/// Quality of service of a subscription.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "snake_case")]
pub enum Qos {
    /// At most once.
    AtMostOnce,
    /// At least once.
    #[default]
    AtLeastOnce,
}

/// What a TLS connection trusts and shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(default)]
pub struct TlsSettings {
    /// A PEM file with the certificate authority to trust instead of the system's.
    pub ca_file: Option<String>,
    /// A PEM file with the client's certificate chain.
    pub certificate_file: Option<String>,
    /// A PEM file with the client's private key.
    pub key_file: Option<String>,
    /// Do not verify the server at all. Shown in red wherever the broker is shown.
    pub insecure: bool,
}

/// Settings of one broker, without its password.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(default)]
pub struct BrokerSettings {
    /// The name people use.
    pub name: String,
    /// Host name or address.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Protocol version.
    pub version: MqttVersion,
    /// How the bytes travel.
    pub transport: Transport,
    /// Path of a WebSocket, `/mqtt` by default.
    pub path: String,
    /// TLS.
    pub tls: TlsSettings,
    /// User name; the password is in the keychain.
    pub username: Option<String>,
    /// Client id; it must stay the same for the persistent session to work. Empty: `hearthline-` and a lasting random part.
    pub client_id: String,
    /// Keep-alive in seconds.
    pub keep_alive: u16,
    /// Topic filters to subscribe to.
    pub filters: Vec<String>,
    /// Quality of service of the subscriptions.
    pub qos: Qos,
    /// Seconds that the broker keeps the session while we are away (MQTT 5; with 3.1.1 the broker decides).
    pub session_expiry: u32,
    /// Whether to connect.
    pub enabled: bool,
    /// Where devices without a hint of their own go.
    pub realm: Option<crate::Realm>,
    /// Act as the Sparkplug primary host of this id (publishes `STATE`). None: listen only.
    pub sparkplug_host: Option<String>,
    /// Publish the Home Assistant birth message to make devices announce themselves, unless a Home Assistant is seen.
    pub birth: bool,
    /// Values come from the built-in demo; marked as such on every view.
    pub demo: bool,
}

impl Default for BrokerSettings {
    fn default() -> Self {
        Self {
            name: String::new(),
            host: "localhost".into(),
            port: 1883,
            version: MqttVersion::default(),
            transport: Transport::default(),
            path: "/mqtt".into(),
            tls: TlsSettings::default(),
            username: None,
            client_id: String::new(),
            keep_alive: 30,
            filters: vec!["#".into()],
            qos: Qos::default(),
            session_expiry: 7 * 24 * 3600,
            enabled: true,
            realm: None,
            sparkplug_host: None,
            birth: true,
            demo: false,
        }
    }
}
