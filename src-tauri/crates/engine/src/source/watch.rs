//! The second connection of a broker while history cannot be written: see [`Source::watch`](super::Source::watch).

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hearthline_model::Qos;
use tokio::{runtime::Handle, task::JoinHandle, time::Instant};

use super::{
    Incoming, SourceEvent,
    backoff::Backoff,
    fault::Failure,
    link::{Delivery, Event, LARGEST, Link, Purpose, valid_filter},
    session::{Shared, refused_filters},
};
use crate::view::Fault;

/// How the second connection is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Watching {
    /// Not asked for.
    Off,
    /// Being made.
    Trying,
    /// It hears what is published.
    Heard,
    /// It could not be made, or was lost; it is tried again.
    Failed(String),
}

/// Ends when dropped.
pub(super) struct Watch {
    state: Arc<Mutex<Watching>>,
    task: JoinHandle<()>,
}

impl Watch {
    pub fn start(runtime: &Handle, shared: Arc<Shared>) -> Self {
        let state = Arc::new(Mutex::new(Watching::Trying));
        let task = runtime.spawn(run(shared, Arc::clone(&state)));
        Self { state, task }
    }

    pub fn state(&self) -> Watching {
        lock(&self.state).clone()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        // Nothing of this session is to last, so it needs no good-bye.
        self.task.abort();
    }
}

fn lock(state: &Mutex<Watching>) -> MutexGuard<'_, Watching> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn run(shared: Arc<Shared>, state: Arc<Mutex<Watching>>) {
    let mut backoff = Backoff::default();
    loop {
        let began = Instant::now();
        let Err(failure) = converse(&shared, &state).await else {
            return;
        };
        tracing::info!(
            broker = shared.id.0,
            "the second connection ended: {}",
            failure.text
        );
        *lock(&state) = Watching::Failed(failure.text);
        tokio::time::sleep(backoff.next(began.elapsed(), rand::random())).await;
    }
}

async fn converse(shared: &Shared, state: &Mutex<Watching>) -> Result<(), Failure> {
    let settings = &shared.settings;
    // Short, because some brokers of version 3.1.1 take 23 characters and no more.
    let id = format!("{}-w", settings.client_id);
    let (mut link, sender) = Link::open(settings, shared.password.as_deref(), &id, Purpose::Test).await?;
    let filters: Vec<String> = settings
        .filters
        .iter()
        .filter(|filter| valid_filter(filter))
        .cloned()
        .collect();
    loop {
        match link.next(settings).await? {
            Event::Connected { .. } => {
                sender.subscribe(&filters, Qos::AtMostOnce);
            }
            Event::Subscribed(granted) => {
                if !granted.contains(&true) {
                    let refused: Vec<&str> = filters.iter().map(String::as_str).collect();
                    return Err(Failure::new(Fault::NotAuthorised, refused_filters(&refused)));
                }
                *lock(state) = Watching::Heard;
            }
            Event::Publish(delivery) => hand_out(shared, delivery).await,
            Event::Marked | Event::Published(_) => {}
            Event::Closed => return Ok(()),
        }
    }
}

/// What is odd about a message is told by the first connection, where it comes as well.
async fn hand_out(shared: &Shared, delivery: Delivery) {
    let (Ok(topic), true) = (delivery.topic, delivery.payload.len() <= LARGEST) else {
        return;
    };
    let incoming = Incoming {
        broker: shared.id,
        topic,
        payload: delivery.payload,
        qos: 0,
        retain: delivery.retain,
        dup: false,
        pkid: 0,
        at: (shared.clock)(),
        generation: 0,
        watch: true,
    };
    if shared.watch_gate.enter(incoming.weight(), 0).await {
        (shared.sink)(SourceEvent::Message(incoming));
    }
}
