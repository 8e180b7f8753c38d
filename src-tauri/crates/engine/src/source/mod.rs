//! Connections to brokers: messages in, acknowledgements and publishes out.
//!
//! A [`Source`] holds one broker's connection for as long as it lives: a persistent session, so that the broker keeps
//! what we miss; acknowledgement by hand, so that a message counts as delivered only once its samples are on disk;
//! reconnecting with growing waits; and for the window a state in plain words.
//!
//! *Invariants.* Nothing is handed out beyond the [`Gate`]'s bounds. An acknowledgement reaches only the connection that
//! its message came by: each connection has a generation of its own, unique in this run, also across sources.

mod backoff;
mod fault;
mod gate;
mod link;
mod once;
mod probe;
mod session;
pub(crate) mod tls;
mod watch;

#[cfg(test)]
mod tests;

pub use gate::Gate;
pub use once::publish_once;
pub use probe::{forget_session, test_connection};

use crate::view::{Fault, Phase};
use bytes::Bytes;
use hearthline_decode::Publish;
use hearthline_model::{BrokerId, BrokerSettings, Micros};
use session::Shared;
use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{runtime::Handle, task::JoinHandle, time::timeout};
use watch::Watch;
pub use watch::Watching;

/// How long a clean good-bye may take.
const GOODBYE: Duration = Duration::from_secs(3);

/// A message as it arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incoming {
    /// Where from.
    pub broker: BrokerId,
    /// Its topic.
    pub topic: String,
    /// Its payload; a window into a read buffer, so copy what is kept for long.
    pub payload: Bytes,
    /// QoS of this delivery.
    pub qos: u8,
    /// Retain flag of this delivery.
    pub retain: bool,
    /// The broker believes it has sent it before.
    pub dup: bool,
    /// Packet id, for [`Source::ack`]; 0 at QoS 0.
    pub pkid: u16,
    /// Arrival.
    pub at: Micros,
    /// The connection it came by.
    pub generation: u64,
    /// It came by the second connection, see [`Source::watch`].
    pub watch: bool,
}

impl Incoming {
    /// What it counts for at the [`Gate`], in bytes.
    pub fn weight(&self) -> usize {
        self.topic.len() + self.payload.len()
    }

    /// Its acknowledgement.
    pub fn ack(&self) -> Ack {
        Ack {
            pkid: self.pkid,
            qos: self.qos,
            generation: self.generation,
        }
    }
}

/// Acknowledges one message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ack {
    /// Packet id.
    pub pkid: u16,
    /// QoS; 0 needs no acknowledgement and is passed over.
    pub qos: u8,
    /// The connection the message came by.
    pub generation: u64,
}

/// What a source tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceEvent {
    /// A message, let in by the gate: call [`Gate::leave`] for it once it is out of the queue.
    Message(Incoming),
    /// A topic that is no UTF-8, or anything else refused before decoding: to be counted and shown. Let in by the gate like a
    /// message, with a weight of 0.
    Refused {
        /// Where from.
        broker: BrokerId,
        /// The topic as far as it can be read, shortened; may be empty.
        topic: String,
        /// What was refused, one sentence.
        text: String,
    },
    /// The broker has read every acknowledgement before a [`Source::mark`], the first that is unanswered.
    Read {
        /// Which broker.
        broker: BrokerId,
        /// Number of this connection.
        generation: u64,
    },
    /// A connection came about.
    Connected {
        /// Which broker.
        broker: BrokerId,
        /// Also the timestamp in the will's payload where a Sparkplug host is set.
        at: Micros,
        /// The broker still had our session.
        session_present: bool,
        /// Number of this connection.
        generation: u64,
    },
    /// A connection ended.
    Disconnected {
        /// Which broker.
        broker: BrokerId,
        /// When.
        at: Micros,
    },
}

/// State of a connection, for the window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceState {
    /// How far.
    pub phase: Phase,
    /// Why not, or what is wrong though connected.
    pub fault: Fault,
    /// The same in plain words; empty where there is no fault.
    pub error: String,
    /// Since when it is in this phase.
    pub since: Micros,
    /// When the next attempt is due.
    pub retry_at: Option<Micros>,
}

/// Takes events; must not block.
pub type Sink = Arc<dyn Fn(SourceEvent) + Send + Sync>;
/// Is told that [`Source::state`] changed; must not block.
pub type OnState = Arc<dyn Fn(BrokerId) + Send + Sync>;

/// One broker's connection. Dropped without [`Source::stop`], it ends as if the process had been killed.
pub struct Source {
    shared: Arc<Shared>,
    task: Option<JoinHandle<()>>,
    runtime: Handle,
    watch: Mutex<Option<Watch>>,
}

impl Source {
    /// Starts connecting, inside a tokio runtime.
    pub fn start(
        id: BrokerId,
        settings: BrokerSettings,
        password: Option<String>,
        clock: fn() -> Micros,
        sink: Sink,
        on_state: OnState,
    ) -> Self {
        let shared = Arc::new(Shared::new(id, settings, password, clock, sink, on_state));
        let task = tokio::spawn(session::run(shared.clone()));
        Self {
            shared,
            task: Some(task),
            runtime: Handle::current(),
            watch: Mutex::default(),
        }
    }

    /// The bound between this source and the pipeline, and its counters.
    pub fn gate(&self) -> &Arc<Gate> {
        &self.shared.gate
    }

    /// The same of the second connection.
    pub fn watch_gate(&self) -> &Arc<Gate> {
        &self.shared.watch_gate
    }

    /// Opens a second connection or closes it. A broker sends only so many messages that are not acknowledged (mosquitto's
    /// default: 20), so while nothing can be stored the first one stands still. The second one hears everything meanwhile, at
    /// QoS 0 and with nothing kept, so that values are shown and alarms judged; what is to be stored still comes by the first.
    pub fn watch(&self, on: bool) {
        let mut watch = self.watch_slot();
        if on && watch.is_none() {
            *watch = Some(Watch::start(&self.runtime, Arc::clone(&self.shared)));
        } else if !on {
            *watch = None;
        }
    }

    /// How the second connection is.
    pub fn watching(&self) -> Watching {
        self.watch_slot().as_ref().map_or(Watching::Off, Watch::state)
    }

    fn watch_slot(&self) -> MutexGuard<'_, Option<Watch>> {
        self.watch.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Acknowledges messages whose samples are on disk. Never blocks; those of an earlier connection are passed over, the
    /// broker sends their messages again.
    pub fn ack(&self, acks: Vec<Ack>) {
        if let Some(live) = self.shared.live() {
            let of_this = acks.into_iter().filter(|ack| ack.generation == live.generation);
            live.sender.ack(of_this.map(|ack| (ack.pkid, ack.qos)));
        }
    }

    /// Asks for a [`SourceEvent::Read`] once the broker has read every acknowledgement that was given before; false where the
    /// connection is another one by now.
    pub fn mark(&self, generation: u64) -> bool {
        let live = self.shared.live().filter(|live| live.generation == generation);
        live.is_some_and(|live| {
            live.sender.mark();
            true
        })
    }

    /// Sends a message. Never blocks. `Err` is one sentence. What a lost connection did not carry is not sent later: a
    /// command that comes late can do harm.
    pub fn publish(&self, publish: Publish) -> Result<(), String> {
        match self.shared.live() {
            Some(live) => live.sender.publish(publish),
            None => Err("There is no connection to the broker, so nothing was sent.".into()),
        }
    }

    /// The state now.
    pub fn state(&self) -> SourceState {
        self.shared.state()
    }

    /// Ends the connection cleanly: what was asked for is sent first, and a Sparkplug host publishes its death.
    pub async fn stop(mut self) {
        self.watch(false);
        self.shared.stop();
        if let Some(mut task) = self.task.take()
            && timeout(GOODBYE, &mut task).await.is_err()
        {
            task.abort();
        }
    }
}

impl Drop for Source {
    fn drop(&mut self) {
        if let Some(task) = self.task.take() {
            task.abort();
        }
    }
}

/// Whether text can stand as one level of a topic.
fn valid_level(text: &str) -> bool {
    !text.is_empty() && text.len() < 1024 && !text.contains(['/', '+', '#', '\0'])
}
