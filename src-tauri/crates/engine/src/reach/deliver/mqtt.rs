//! A topic of one of the brokers.

use hearthline_decode::Publish;
use hearthline_model::BrokerId;
use hearthline_reach::{Message, document};

use super::Undelivered;
use crate::shared::Shared;
use crate::source::publish_once;

/// Delivers a message.
pub async fn send(
    shared: &Shared,
    broker: BrokerId,
    topic: &str,
    retain: bool,
    message: &Message,
) -> Result<(), Undelivered> {
    let found = shared
        .connections()
        .get(&broker)
        .map(|connection| (connection.settings.clone(), connection.password.clone()));
    let Some((settings, password)) = found else {
        return Err("The broker is not there any more; choose another."
            .to_owned()
            .into());
    };
    if !settings.enabled {
        return Err(format!(
            "The broker {} is switched off; switch it on, or choose another.",
            settings.name
        )
        .into());
    }
    let publish = Publish {
        topic: topic.to_owned(),
        payload: document(message),
        qos: 1,
        // A test must not stay.
        retain: retain && !message.test,
    };
    Ok(publish_once(&settings, password.as_deref(), publish).await?)
}
