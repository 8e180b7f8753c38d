//! One message over a connection of its own, told only once the broker has taken it: what a running [`Source`](super::Source) is
//! handed may be lost with its connection.

use super::{
    fault::Failure,
    link::{Event, Link, Purpose},
};
use hearthline_decode::Publish;
use hearthline_model::BrokerSettings;
use std::time::Duration;
use tokio::time::timeout;

/// How long all of it may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long a good-bye may take; what was published is safe by then.
const GOODBYE: Duration = Duration::from_millis(500);

/// Publishes at QoS 1 and waits until the broker says that it has the message. `Err` is one sentence or two.
pub async fn publish_once(
    settings: &BrokerSettings,
    password: Option<&str>,
    message: Publish,
) -> Result<(), String> {
    match timeout(PATIENCE, attempt(settings, password, message)).await {
        Ok(result) => result,
        Err(_) => Err("The broker does not answer. Check the connection.".into()),
    }
}

async fn attempt(settings: &BrokerSettings, password: Option<&str>, message: Publish) -> Result<(), String> {
    let plain = |failure: Failure| failure.text;
    let id = format!("hearthline-alarm-{:08x}", rand::random::<u32>());
    let (mut link, sender) = Link::open(settings, password, &id, Purpose::Test)
        .await
        .map_err(plain)?;
    let mut message = Some(message);
    loop {
        match link.next(settings).await.map_err(plain)? {
            Event::Connected { .. } => {
                if let Some(message) = message.take() {
                    sender.publish(Publish { qos: 1, ..message })?;
                }
            }
            Event::Published(true) => break,
            Event::Published(false) => {
                return Err(
                    "The broker does not let this user publish to the topic. Ask whoever runs it to allow it."
                        .into(),
                );
            }
            Event::Closed => return Err("The broker closed the connection.".into()),
            Event::Publish(_) | Event::Subscribed(_) | Event::Marked => {}
        }
    }
    sender.disconnect();
    let _ = timeout(GOODBYE, async {
        while !matches!(link.next(settings).await, Ok(Event::Closed) | Err(_)) {}
    })
    .await;
    Ok(())
}
