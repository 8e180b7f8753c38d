//! Brokers, the one inside, and the counts of the frame.

use hearthline_model::{BrokerId, BrokerSettings, Micros};
use serde::{Deserialize, Serialize};

/// State of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Switched off by the person.
    Disabled,
    /// Trying.
    Connecting,
    /// Live.
    Connected,
    /// Lost or refused; trying again at `retry_at`.
    Waiting,
}

/// Why a connection does not come about; each has its own advice on screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// No fault.
    None,
    /// The host name does not resolve.
    NameNotFound,
    /// Nobody listens there.
    Refused,
    /// No route, or no answer in time.
    Unreachable,
    /// The certificate is not trusted, expired, or for another name.
    TlsNotTrusted,
    /// TLS itself failed: no TLS on that port, or the client certificate was refused.
    TlsFailed,
    /// User or password are wrong.
    BadCredentials,
    /// The broker knows us and does not let us in (or not onto these topics).
    NotAuthorised,
    /// The client id is not accepted.
    ClientIdRefused,
    /// Connected, but nothing arrived within the test's five seconds.
    NoTraffic,
    /// The other side does not speak MQTT.
    Protocol,
    /// Something else; see the text.
    Other,
}

/// A broker: settings and state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct BrokerView {
    /// Lasting id.
    pub id: BrokerId,
    /// Its settings; never a password.
    pub settings: BrokerSettings,
    /// Whether a password is known.
    pub has_password: bool,
    /// Whether the password is in the keychain (otherwise it is known for this run only).
    pub password_kept: bool,
    /// State of the connection.
    pub phase: Phase,
    /// Why not.
    pub fault: Fault,
    /// The last error in plain words; empty where none.
    pub error: String,
    /// Since when it is in this phase.
    pub since: Micros,
    /// When the next attempt is due.
    pub retry_at: Option<Micros>,
    /// Messages received in this run.
    pub messages: u64,
    /// Messages a second, over the last seconds.
    pub rate: f64,
    /// Messages waiting in our queue.
    pub queue: u32,
    /// Its bound.
    pub queue_limit: u32,
    /// QoS 0 messages dropped because the queue was full, in this run.
    pub dropped: u64,
    /// It is the broker inside.
    pub embedded: bool,
}

/// What the broker dialog sends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct BrokerEdit {
    /// None for a new one.
    pub id: Option<BrokerId>,
    /// All of the settings.
    pub settings: BrokerSettings,
    /// None: leave as it is; empty: remove.
    pub password: Option<String>,
}

/// Result of "Test connection".
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct TestOutcome {
    /// `none` where it works.
    pub fault: Fault,
    /// One sentence: what happened and what to do.
    pub text: String,
    /// Messages seen while testing.
    pub messages: u32,
}

/// Counts for the frame of the window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct StatusView {
    /// Revision.
    pub rev: u32,
    /// Devices.
    pub devices: u32,
    /// Points.
    pub points: u32,
    /// Devices online.
    pub online: u32,
    /// Troubles counted.
    pub diagnoses: u64,
    /// Demo data is on screen.
    pub demo: bool,
    /// All brokers.
    pub brokers: Vec<BrokerView>,
    /// Samples stored in this run.
    pub stored: u64,
    /// What keeps history from storing, one sentence; empty where nothing does.
    pub trouble: String,
    /// What became of a damaged history file; empty where there was none, or the person knows.
    pub repair: String,
    /// What else the person should know of the program itself, a sentence each.
    pub notes: Vec<String>,
    /// The quiet hours of the home hold now.
    pub quiet: bool,
}

/// The broker inside and the demo.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct EmbeddedView {
    /// The broker inside runs.
    pub running: bool,
    /// Its port.
    pub port: u16,
    /// Reachable from the network rather than from this machine alone.
    pub network: bool,
    /// User name that devices must give; empty on loopback without one.
    pub username: String,
    /// The simulated home and plant run.
    pub demo: bool,
    /// Why it does not run, one sentence; empty where none.
    pub error: String,
}

/// How the broker inside shall run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct EmbeddedEdit {
    /// Run it.
    pub running: bool,
    /// Open it to the network; needs a password.
    pub network: bool,
    /// Port; 0 chooses a free one on loopback, 1883 is usual on the network.
    pub port: u16,
    /// User name.
    pub username: String,
    /// None: leave as it is.
    pub password: Option<String>,
    /// Run the simulated home and plant on it.
    pub demo: bool,
}
