//! One message to one channel.

mod http;
mod mail;
mod mqtt;
mod ntfy;
mod webhook;

use std::time::Duration;

use hearthline_model::{Micros, Target};
use hearthline_reach::Message;

use crate::shared::Shared;

/// How long all of it may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Why a message was not delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undelivered {
    /// In plain words: what happened and what to do.
    pub text: String,
    /// The other side asks for this pause at least.
    pub wait: Option<Micros>,
}

impl From<String> for Undelivered {
    fn from(text: String) -> Self {
        Self { text, wait: None }
    }
}

/// Delivers a message, and comes back once the other side has said that it has it.
///
/// # Errors
/// Where it has not; it may have it all the same, where its answer was lost.
pub async fn deliver(
    shared: &Shared,
    to: &Target,
    secret: Option<&str>,
    message: &Message,
) -> Result<(), Undelivered> {
    let delivery = async {
        match to {
            Target::Mqtt {
                broker,
                topic,
                retain,
            } => mqtt::send(shared, *broker, topic, *retain, message).await,
            Target::Webhook { url, auth, ca_file } => {
                webhook::send(url, *auth, ca_file.as_ref(), secret, message).await
            }
            Target::Mail { .. } => mail::send(to, secret, message).await,
            Target::Ntfy {
                server,
                topic,
                ca_file,
            } => ntfy::send(server, topic, ca_file.as_ref(), secret, message).await,
        }
    };
    match tokio::time::timeout(PATIENCE, delivery).await {
        Ok(result) => result,
        Err(_) => Err(Undelivered::from(
            "The other side took the connection and then said nothing for half a minute. Check that it is well."
                .to_owned(),
        )),
    }
}
