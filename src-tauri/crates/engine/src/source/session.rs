//! The life of a source: connect, hand out, lose, wait, connect again.

use super::{
    Gate, Incoming, OnState, Sink, SourceEvent, SourceState,
    backoff::Backoff,
    fault::Failure,
    link::{self, Delivery, Event, LARGEST, Link, Purpose, Sender},
};
use crate::view::{Fault, Phase};
use hearthline_decode::Publish;
use hearthline_model::{BrokerId, BrokerSettings, Micros};
use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{sync::Notify, task::JoinSet, time::Instant};

/// Characters of a refused topic that are passed on.
const TOPIC_SHOWN: usize = 200;

/// What the source's handle and its task share.
pub(super) struct Shared {
    pub gate: Arc<Gate>,
    pub watch_gate: Arc<Gate>,
    pub id: BrokerId,
    pub settings: BrokerSettings,
    pub password: Option<String>,
    pub clock: fn() -> Micros,
    pub sink: Sink,
    on_state: OnState,
    state: Mutex<SourceState>,
    live: Mutex<Option<Live>>,
    stopping: AtomicBool,
    stop: Notify,
}

/// The connection that is up.
#[derive(Clone)]
pub(super) struct Live {
    pub sender: Sender,
    pub generation: u64,
    /// When it was asked for; stands in the will.
    at: Micros,
}

/// How a connection ended.
struct Ended {
    /// None: we said good-bye.
    failure: Option<Failure>,
    /// How long it was up.
    held: Duration,
}

impl Shared {
    pub fn new(
        id: BrokerId,
        settings: BrokerSettings,
        password: Option<String>,
        clock: fn() -> Micros,
        sink: Sink,
        on_state: OnState,
    ) -> Self {
        let state = SourceState {
            phase: Phase::Connecting,
            fault: Fault::None,
            error: String::new(),
            since: clock(),
            retry_at: None,
        };
        Self {
            gate: Arc::new(Gate::default()),
            watch_gate: Arc::new(Gate::default()),
            id,
            settings,
            password,
            clock,
            sink,
            on_state,
            state: Mutex::new(state),
            live: Mutex::new(None),
            stopping: AtomicBool::new(false),
            stop: Notify::new(),
        }
    }

    pub fn state(&self) -> SourceState {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn live(&self) -> Option<Live> {
        self.live_slot().clone()
    }

    /// Asks the task to end: at once where it waits or connects, with a good-bye where it is connected.
    pub fn stop(&self) {
        let live = self.live_slot();
        // Under the lock, so that a connection that comes up meanwhile sees one or the other.
        self.stopping.store(true, Ordering::SeqCst);
        if let Some(live) = live.as_ref() {
            self.say_goodbye(live);
        }
        self.stop.notify_one();
    }

    fn say_goodbye(&self, live: &Live) {
        // The broker publishes the will only where a connection is lost, so a clean end says it itself.
        if let Some((topic, payload)) = link::death(&self.settings, live.at) {
            let death = Publish {
                topic,
                payload: payload.into_bytes(),
                qos: 1,
                retain: true,
            };
            if let Err(text) = live.sender.publish(death) {
                tracing::warn!("the host's death was not published: {text}");
            }
        }
        live.sender.disconnect();
    }

    fn live_slot(&self) -> MutexGuard<'_, Option<Live>> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stopping(&self) -> bool {
        self.stopping.load(Ordering::SeqCst)
    }

    fn set(&self, phase: Phase, fault: Fault, error: String, retry_at: Option<Micros>) {
        {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            if state.phase != phase {
                state.since = (self.clock)();
            }
            *state = SourceState {
                phase,
                fault,
                error,
                since: state.since,
                retry_at,
            };
        }
        (self.on_state)(self.id);
    }

    /// Waits for room like a message that must be kept, because it was acknowledged and a flood of them is a flood as well.
    async fn refuse(&self, topic: &str, text: String) {
        let topic = topic.chars().take(TOPIC_SHOWN).collect();
        self.gate.enter(0, 1).await;
        (self.sink)(SourceEvent::Refused {
            broker: self.id,
            topic,
            text,
        });
    }
}

/// Runs until stopped.
pub(super) async fn run(shared: Arc<Shared>) {
    let mut backoff = Backoff::default();
    let mut last = Failure::new(Fault::None, "");
    while !shared.stopping() {
        // The reason of the last failure stays on screen while the next attempt is under way.
        shared.set(Phase::Connecting, last.fault, last.text.clone(), None);
        // In a task of its own: should a parser below panic on what a broker sends, that ends the connection only.
        let mut tasks = JoinSet::new();
        tasks.spawn(connection(shared.clone()));
        let ended = tokio::select! {
            ended = tasks.join_next() => ended,
            () = stopped_while_not_live(&shared) => break,
        };
        if shared.live_slot().take().is_some() {
            (shared.sink)(SourceEvent::Disconnected {
                broker: shared.id,
                at: (shared.clock)(),
            });
        }
        let Ended { failure, held } = match ended {
            Some(Ok(ended)) => ended,
            _ => Ended {
                failure: Some(Failure::new(
                    Fault::Protocol,
                    "The broker sent something that Hearthline cannot read. It connects again.",
                )),
                held: Duration::ZERO,
            },
        };
        let Some(failure) = failure.filter(|_| !shared.stopping()) else {
            break;
        };
        tracing::info!(broker = shared.id.0, fault = ?failure.fault, "connection ended: {}", failure.text);
        if failure.bad_topic {
            shared.refuse("", failure.text.clone()).await;
        }
        let wait = backoff.next(held, rand::random());
        let due = (shared.clock)() + wait.as_micros() as Micros;
        shared.set(Phase::Waiting, failure.fault, failure.text.clone(), Some(due));
        last = failure;
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = shared.stop.notified() => {}
        }
    }
    shared.set(Phase::Disabled, Fault::None, String::new(), None);
}

/// Resolves when asked to stop without a connection that could say good-bye; that one ends by itself.
async fn stopped_while_not_live(shared: &Shared) {
    loop {
        shared.stop.notified().await;
        if shared.live_slot().is_none() {
            return;
        }
    }
}

/// A number that no other connection of this run has.
fn next_generation() -> u64 {
    static LAST: AtomicU64 = AtomicU64::new(0);
    LAST.fetch_add(1, Ordering::Relaxed) + 1
}

async fn connection(shared: Arc<Shared>) -> Ended {
    let mut up_since = None;
    let failure = converse(&shared, &mut up_since).await.err();
    Ended {
        failure,
        held: up_since.map_or(Duration::ZERO, |since: Instant| since.elapsed()),
    }
}

/// One connection, from CONNECT to its end. Ok: we ended it.
async fn converse(shared: &Shared, up_since: &mut Option<Instant>) -> Result<(), Failure> {
    let settings = &shared.settings;
    let at = (shared.clock)();
    let purpose = Purpose::Session { at };
    let (mut link, sender) =
        Link::open(settings, shared.password.as_deref(), &settings.client_id, purpose).await?;
    let mut generation = 0;
    let mut asked = Vec::new();
    loop {
        match link.next(settings).await {
            Ok(Event::Publish(delivery)) => hand_out(shared, &sender, generation, delivery).await,
            Ok(Event::Connected { session_present }) => {
                *up_since = Some(Instant::now());
                generation = next_generation();
                asked = subscribe(shared, &sender);
                let (broker, live) = (
                    shared.id,
                    Live {
                        sender: sender.clone(),
                        generation,
                        at,
                    },
                );
                {
                    let mut slot = shared.live_slot();
                    if shared.stopping() {
                        shared.say_goodbye(&live);
                    }
                    *slot = Some(live);
                }
                // The pipeline answers this by publishing, so the connection is in its place by now.
                (shared.sink)(SourceEvent::Connected {
                    broker,
                    at,
                    session_present,
                    generation,
                });
                shared.set(Phase::Connected, Fault::None, String::new(), None);
                complain_of_filters(shared, &asked);
            }
            Ok(Event::Subscribed(granted)) => {
                let refused: Vec<&str> = asked
                    .iter()
                    .zip(&granted)
                    .filter(|(_, granted)| !**granted)
                    .map(|(f, _)| f.as_str())
                    .collect();
                if !refused.is_empty() {
                    let text = refused_filters(&refused);
                    shared.set(Phase::Connected, Fault::NotAuthorised, text, None);
                }
            }
            Ok(Event::Marked) => (shared.sink)(SourceEvent::Read {
                broker: shared.id,
                generation,
            }),
            Ok(Event::Published(_)) => {}
            Ok(Event::Closed) => {
                linger(&mut link, settings).await;
                return Ok(());
            }
            Err(failure) => {
                for delivery in link.rest() {
                    hand_out(shared, &sender, generation, delivery).await;
                }
                return Err(failure);
            }
        }
    }
}

/// Subscribes anew on every connection: the filters may have changed, and only a subscription makes the broker send what
/// is retained, which tells what devices there are. Gives back what was asked for.
fn subscribe(shared: &Shared, sender: &Sender) -> Vec<String> {
    let filters: Vec<String> = shared
        .settings
        .filters
        .iter()
        .filter(|filter| link::valid_filter(filter))
        .cloned()
        .collect();
    if !filters.is_empty() && !sender.subscribe(&filters, shared.settings.qos) {
        tracing::error!("a new connection takes no subscription");
    }
    filters
}

fn complain_of_filters(shared: &Shared, asked: &[String]) {
    let bad = shared
        .settings
        .filters
        .iter()
        .find(|filter| !asked.contains(filter));
    if let Some(bad) = bad {
        let text =
            format!("{bad} is no topic filter, so it was left out. Correct it in the broker's settings.");
        shared.set(Phase::Connected, Fault::Other, text, None);
    }
}

pub(super) fn refused_filters(refused: &[&str]) -> String {
    let shown = refused.iter().take(3).copied().collect::<Vec<_>>().join(", ");
    let more = if refused.len() > 3 {
        format!(" and {} more", refused.len() - 3)
    } else {
        String::new()
    };
    format!(
        "The broker does not let this user read {shown}{more}. Ask whoever runs it, or change the topic filters."
    )
}

async fn hand_out(shared: &Shared, sender: &Sender, generation: u64, delivery: Delivery) {
    let Delivery {
        topic,
        payload,
        qos,
        retain,
        dup,
        pkid,
    } = delivery;
    let topic = match topic {
        Ok(topic) if payload.len() <= LARGEST => topic,
        Ok(topic) => {
            let megabytes = payload.len() / 1_000_000;
            let text = format!("A message of {megabytes} MB was refused; 16 MB is the most.");
            shared.refuse(&topic, text).await;
            sender.ack(std::iter::once((pkid, qos)));
            return;
        }
        Err(topic) => {
            let text = "A message was refused because its topic is no UTF-8.".into();
            shared.refuse(&topic, text).await;
            sender.ack(std::iter::once((pkid, qos)));
            return;
        }
    };
    let broker = shared.id;
    let at = (shared.clock)();
    let incoming = Incoming {
        broker,
        topic,
        payload,
        qos,
        retain,
        dup,
        pkid,
        at,
        generation,
        watch: false,
    };
    if shared.gate.enter(incoming.weight(), qos).await {
        (shared.sink)(SourceEvent::Message(incoming));
    }
}

/// Reads on after our good-bye until the broker hangs up. Closing with unread bytes would reset the connection, and a
/// broker that sees a reset before our DISCONNECT publishes the will. What comes now is not acknowledged, so it comes again.
async fn linger(link: &mut Link, settings: &BrokerSettings) {
    let until_closed = async { while link.next(settings).await.is_ok() {} };
    let _ = tokio::time::timeout(Duration::from_secs(1), until_closed).await;
}
