//! Who is told of alarms outside the window, and when: words that history keeps and the window edits. What follows from them is
//! in the `reach` crate.

use serde::{Deserialize, Serialize};

use crate::{BrokerId, ChannelId, Hours, PlaceId, Priority, Realm};

/// A way to people (or to another program), as a person set it up. Its secret is not among it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Channel {
    /// As the person calls it: `Ada's phone`.
    pub name: String,
    /// Switched on.
    pub enabled: bool,
    /// Where it leads.
    pub to: Target,
    /// Alarms of this priority and more urgent ones.
    pub from: Priority,
    /// Only of the home or of the plant; none: both.
    #[serde(default)]
    pub realm: Option<Realm>,
    /// Only of devices in one of these places or below; empty: anywhere.
    #[serde(default)]
    pub places: Vec<PlaceId>,
    /// Only alarms of these classes (`safety`), or of points of these device classes (`smoke`); empty: all.
    #[serde(default)]
    pub classes: Vec<String>,
    /// Also tells when an alarm is over.
    #[serde(default)]
    pub cleared: bool,
    /// Keeps the quiet hours.
    #[serde(default)]
    pub quiet: bool,
    /// Told only when an alarm waits too long ([`Escalation`]).
    #[serde(default)]
    pub only_escalated: bool,
}

/// Where a channel leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Target {
    /// A topic of one of the brokers, at QoS 1.
    Mqtt {
        /// The broker.
        broker: BrokerId,
        /// The topic.
        topic: String,
        /// The broker keeps the last message.
        retain: bool,
    },
    /// An address that takes JSON by HTTP POST.
    Webhook {
        /// `https://…` or `http://…`.
        url: String,
        /// What the secret is for.
        auth: WebhookAuth,
        /// PEM file of the authority that signed the server's certificate; none: the system's.
        #[serde(default)]
        ca_file: Option<String>,
    },
    /// Mail by SMTP.
    Mail {
        /// Server.
        host: String,
        /// Its port: 465 for TLS, 587 for STARTTLS, 25.
        port: u16,
        /// How the way is encrypted.
        security: MailSecurity,
        /// User name; none: without signing in.
        #[serde(default)]
        username: Option<String>,
        /// Who it is from.
        from: String,
        /// Who gets it.
        to: Vec<String>,
        /// PEM file of the authority that signed the server's certificate; none: the system's.
        #[serde(default)]
        ca_file: Option<String>,
    },
    /// A topic of an ntfy server, for phones.
    Ntfy {
        /// `https://ntfy.sh`, or one's own.
        server: String,
        /// The topic.
        topic: String,
        /// PEM file of the authority that signed the server's certificate; none: the system's.
        #[serde(default)]
        ca_file: Option<String>,
    },
}

/// What the secret of a webhook is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "snake_case")]
pub enum WebhookAuth {
    /// There is none.
    #[default]
    None,
    /// Sent along: `Authorization: Bearer …`.
    Bearer,
    /// Signs the body: `X-Hearthline-Signature: sha256=…`, HMAC-SHA-256 in hexadecimal.
    Signature,
}

/// How the way to a mail server is encrypted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "snake_case")]
pub enum MailSecurity {
    /// TLS from the first byte, usually on port 465.
    #[default]
    Tls,
    /// TLS is agreed upon first, usually on port 587; without it nothing is sent.
    StartTls,
    /// Not encrypted.
    None,
}

/// What holds for all channels.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(default)]
pub struct ReachRules {
    /// When the home is not to be disturbed.
    pub quiet: QuietHours,
    /// What follows when nobody acknowledges.
    pub escalation: Escalation,
}

/// When alarms of the home wait; never those of smoke, gas, carbon monoxide, leaks and intrusion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct QuietHours {
    /// They hold.
    pub enabled: bool,
    /// When, in local time.
    pub hours: Hours,
}

impl Default for QuietHours {
    fn default() -> Self {
        Self {
            enabled: false,
            hours: Hours {
                days: 0b0111_1111,
                from: 22 * 60,
                to: 7 * 60,
            },
        }
    }
}

/// Whom an alarm that nobody acknowledges reaches next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(default)]
pub struct Escalation {
    /// It happens.
    pub enabled: bool,
    /// Alarms of this priority and more urgent ones.
    pub from: Priority,
    /// What happens when, the soonest first; at most ten.
    pub steps: Vec<EscalationStep>,
    /// The last step again after so many minutes, and so on; none: not again.
    pub repeat: Option<u16>,
    /// How often the last step is repeated at the most.
    pub most: u16,
}

impl Default for Escalation {
    fn default() -> Self {
        Self {
            enabled: false,
            from: Priority::High,
            steps: Vec::new(),
            repeat: None,
            most: 5,
        }
    }
}

/// One step of an [`Escalation`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct EscalationStep {
    /// Minutes after the alarm called.
    pub after: u16,
    /// Who is told then, whatever else the channel takes.
    pub channels: Vec<ChannelId>,
}

impl Target {
    /// Whether a program reads it rather than a person.
    pub fn is_for_programs(&self) -> bool {
        matches!(self, Self::Mqtt { .. } | Self::Webhook { .. })
    }
}
