//! "Test connection" in the broker's dialog, and making a broker forget us.

use super::{
    fault::Failure,
    link::{Event, Link, Purpose, valid_filter},
    session::refused_filters,
};
use crate::view::{Fault, TestOutcome};
use hearthline_model::{BrokerSettings, Qos};
use std::time::Duration;
use tokio::time::{Instant, timeout, timeout_at};

/// How long to wait for the first message.
const TRAFFIC: Duration = Duration::from_secs(5);
/// How long to go on counting once one came.
const COUNT: Duration = Duration::from_millis(500);
/// How long to connect, all steps together.
const CONNECT: Duration = Duration::from_secs(20);

/// Connects once with a client id of its own and a clean session, subscribes, and waits up to five seconds for a message.
pub async fn test_connection(settings: &BrokerSettings, password: Option<&str>) -> TestOutcome {
    let mut seen = Seen::default();
    match attempt(settings, password, &mut seen).await {
        Err(Failure { fault, text, .. }) => TestOutcome {
            fault,
            text,
            messages: seen.messages,
        },
        Ok(()) => seen.outcome(),
    }
}

/// Makes the broker forget our persistent session: its subscriptions and what it keeps for us. To be called while no
/// [`Source`](super::Source) runs for these settings: before a broker is removed, or when topic filters were taken away (a
/// broker goes on sending what an earlier run subscribed to).
pub async fn forget_session(settings: &BrokerSettings, password: Option<&str>) -> Result<(), String> {
    let forget = async {
        let id = settings.client_id.as_str();
        let (mut link, sender) = Link::open(settings, password, id, Purpose::Forget).await?;
        loop {
            match link.next(settings).await? {
                Event::Connected { .. } => {
                    sender.disconnect();
                }
                Event::Closed => return Ok(()),
                _ => {}
            }
        }
    };
    match timeout(CONNECT, forget).await {
        Ok(result) => result.map_err(|failure: Failure| failure.text),
        Err(_) => Err("The broker does not answer.".into()),
    }
}

#[derive(Default)]
struct Seen {
    messages: u32,
    asked: Vec<String>,
    refused: Vec<String>,
}

impl Seen {
    fn outcome(self) -> TestOutcome {
        let Self {
            messages,
            asked,
            refused,
        } = self;
        let count = if messages == 1 {
            "one message".into()
        } else {
            format!("{messages} messages")
        };
        let (fault, text) = if !refused.is_empty() {
            let refused: Vec<&str> = refused.iter().map(String::as_str).collect();
            (Fault::NotAuthorised, refused_filters(&refused))
        } else if messages > 0 {
            (Fault::None, format!("It works: {count} arrived while testing."))
        } else if asked.is_empty() {
            (
                Fault::NoTraffic,
                "Connected, but there is no topic filter to subscribe to. Enter one; # is all.".into(),
            )
        } else {
            (
                Fault::NoTraffic,
                "Connected, but nothing arrived within five seconds. Check the topic filters, or wait until a device sends.".into(),
            )
        };
        TestOutcome {
            fault,
            text,
            messages,
        }
    }
}

async fn attempt(settings: &BrokerSettings, password: Option<&str>, seen: &mut Seen) -> Result<(), Failure> {
    if let Some(bad) = settings.filters.iter().find(|filter| !valid_filter(filter)) {
        return Err(Failure::new(
            Fault::Other,
            format!(
                "{bad} is no topic filter. Correct it: # and + stand alone between slashes, # only at the end."
            ),
        ));
    }
    let id = format!("hearthline-test-{:08x}", rand::random::<u32>());
    let (mut link, sender) = Link::open(settings, password, &id, Purpose::Test).await?;
    let mut until = Instant::now() + CONNECT;
    // Dropping the link while it waits is fine here: nothing of this session is to last.
    while let Ok(event) = timeout_at(until, link.next(settings)).await {
        match event? {
            Event::Connected { .. } => {
                seen.asked.clone_from(&settings.filters);
                if seen.asked.is_empty() || !sender.subscribe(&seen.asked, Qos::AtMostOnce) {
                    break;
                }
                until = Instant::now() + TRAFFIC;
            }
            Event::Subscribed(granted) => {
                let refused = seen.asked.iter().zip(granted).filter(|(_, granted)| !granted);
                seen.refused = refused.map(|(filter, _)| filter.clone()).collect();
                if !seen.refused.is_empty() {
                    break;
                }
            }
            Event::Publish(_) => {
                if seen.messages == 0 {
                    until = Instant::now() + COUNT;
                }
                seen.messages = seen.messages.saturating_add(1);
            }
            Event::Marked | Event::Published(_) => {}
            Event::Closed => break,
        }
    }
    sender.disconnect();
    let _ = timeout(COUNT, async {
        while !matches!(link.next(settings).await, Ok(Event::Closed) | Err(_)) {}
    })
    .await;
    Ok(())
}
