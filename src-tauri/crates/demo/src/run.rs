//! Runs the world over real MQTT connections.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jiff::tz::TimeZone;
use rumqttc::{AsyncClient, Event, EventLoop, LastWill, MqttOptions, Packet, Publish, QoS};
use tokio::sync::{mpsc, watch};
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, timeout};

use crate::keeper::Keeper;
use crate::plant::Memory;
use crate::world::{Clock, Link, Message, World};

/// How often the world is moved on.
const TICK: Duration = Duration::from_millis(200);
/// Speeds that make sense.
const SLOWEST: f64 = 0.1;
const FASTEST: f64 = 600.0;
/// Messages that wait for a slow broker, for each link; what is beyond is dropped, as a device without memory would.
const WAITING: usize = 2_000;
/// Messages of its past that a link tells in a tick, and how many may wait: live values must not queue behind history.
const PAST_A_TICK: u32 = 4;
const PAST_WAITING: u32 = 8;
/// Longest past that is made.
const LONGEST_PAST: Duration = Duration::from_hours(48);
/// How long a link waits before it tries again.
const RETRY: Duration = Duration::from_secs(2);
/// How long saying goodbye may take.
const GOODBYE: Duration = Duration::from_secs(5);
const LARGEST_COMMAND: usize = 256 * 1024;
const LARGEST_MESSAGE: usize = 4 * 1024 * 1024;

/// How the simulation is to run.
#[derive(Debug, Clone)]
pub struct SimOptions {
    /// Port of a broker on this machine.
    pub broker_port: u16,
    /// User name and password, where it wants them.
    pub credentials: Option<(String, String)>,
    /// The same seed gives the same world.
    pub seed: u64,
    /// How much faster than the clock the world runs; 1 is real time, 0.1 to 600.
    pub speed: f64,
    /// How much of its past the plant has stored when it is first connected and then tells as historical metrics, at most 48 hours;
    /// zero for none.
    pub backfill: Duration,
    /// File in which the plant remembers its counters and how much of its past it has told, so that the next run goes on from
    /// there; `None`: each run has a new plant.
    pub state: Option<PathBuf>,
}

/// A running simulation. Dropping it ends it too, but nobody can wait for that.
pub struct SimHandle {
    stop: watch::Sender<Stop>,
    driver: JoinHandle<()>,
}

/// Whether and how to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stop {
    No,
    Goodbye,
    Forget,
}

impl SimHandle {
    /// Says goodbye on every link, so that all devices are seen to go offline, and ends.
    pub async fn stop(self) {
        self.end(Stop::Goodbye).await;
    }

    /// As [`stop`](Self::stop), and clears everything that the broker keeps of the demo, so that none of its devices is found again,
    /// and what the plant remembers, so that the next one is new.
    pub async fn stop_and_forget(self) {
        self.end(Stop::Forget).await;
    }

    async fn end(self, how: Stop) {
        let _ = self.stop.send(how);
        if let Err(error) = self.driver.await
            && error.is_panic()
        {
            tracing::error!(%error, "the simulation ended badly");
        }
    }
}

/// What a link tells the world.
enum Heard {
    /// It is connected; the number counts its connections.
    Connected(Link, u8),
    Lost(Link),
    Command(Link, Publish),
}

/// Starts the simulated home and plant. Links that cannot connect keep trying.
pub async fn run(options: SimOptions) -> SimHandle {
    let (stop, stopped) = watch::channel(Stop::No);
    let driver = tokio::spawn(drive(options, stopped));
    SimHandle { stop, driver }
}

/// Now, in milliseconds since the epoch.
fn now_ms() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |d| d.as_millis() as i64)
}

async fn drive(options: SimOptions, mut stopped: watch::Receiver<Stop>) {
    let start = now_ms();
    let offset =
        jiff::Timestamp::from_millisecond(start).map_or(0, |at| TimeZone::system().to_offset(at).seconds());
    let clock = Clock { wall: start, offset };
    let Some((mut world, memory)) = begin(&options, clock).await else {
        return;
    };
    let (heard, mut hear) = mpsc::channel(1_000);
    // A run must not repeat the numbers of the last one, of which retained or late deaths may still be about.
    let first = (start / 1_000 % 256) as u8;
    let links: Vec<_> = Link::ALL
        .iter()
        .map(|link| connect(*link, first, &world, &options, &heard))
        .collect();
    let speed = if options.speed.is_finite() {
        options.speed.clamp(SLOWEST, FASTEST)
    } else {
        1.0
    };
    let mut keeper = Keeper::new(options.state.clone(), memory, speed);
    let mut tick = interval(TICK);
    tick.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut last = Instant::now();
    let mut out = Vec::new();
    loop {
        tokio::select! {
            _ = stopped.wait_for(|stop| *stop != Stop::No) => break,
            Some(event) = hear.recv() => {
                obey(event, &mut world, &links, &mut out);
            }
            _ = tick.tick() => {
                let now = Instant::now();
                world.step((now - last).as_secs_f64() * speed, now_ms(), &mut out);
                last = now;
                for link in &links {
                    let told = out.len();
                    let room = PAST_WAITING.saturating_sub(link.queued.load(Ordering::Relaxed));
                    world.tell_past(link.link, now_ms(), room.min(PAST_A_TICK) as usize, &mut out);
                    keeper.told(link.link, out.len() > told);
                }
            }
        }
        // Before it is said: whatever happens then, none of it is told twice.
        if keeper.is_due() {
            keeper.remember(&world, now_ms(), true);
            keeper.write().await;
        }
        for message in out.drain(..) {
            publish(&links, message);
        }
    }
    let forget = *stopped.borrow() == Stop::Forget;
    if forget {
        keeper.forget();
    } else {
        keeper.remember(&world, now_ms(), false);
        keeper.write().await;
    }
    for message in Link::ALL.iter().filter_map(|link| world.goodbye(*link, now_ms())) {
        publish(&links, message);
    }
    if forget {
        for message in world.forgotten() {
            publish(&links, message);
        }
    }
    // A broker may forget what it has not yet handled when the disconnect follows, so every word must be acknowledged first.
    let heard_out = async {
        for link in &links {
            let _ = link
                .unacknowledged
                .subscribe()
                .wait_for(|count| *count == 0)
                .await;
        }
    };
    if timeout(GOODBYE, heard_out).await.is_err() {
        tracing::warn!("the demo's broker did not acknowledge its goodbye");
    }
    for link in &links {
        let _ = link.client.try_disconnect();
    }
    // The links end by themselves once they have sent their disconnect.
    drop(hear);
    for link in links {
        let abort = link.task.abort_handle();
        if timeout(GOODBYE, link.task).await.is_err() {
            abort.abort();
        }
    }
}

/// The world with its plant's past, which takes a moment to live through.
async fn begin(options: &SimOptions, clock: Clock) -> Option<(World, Memory)> {
    let (seed, state) = (options.seed, options.state.clone());
    let backfill = options.backfill.min(LONGEST_PAST).as_millis() as i64;
    let made = spawn_blocking(move || {
        let memory = state.as_deref().map_or_else(Memory::default, Memory::load);
        (World::with_past(seed, clock, backfill, &memory), memory)
    });
    made.await
        .inspect_err(|error| tracing::error!(%error, "the simulation could not begin"))
        .ok()
}

fn obey(event: Heard, world: &mut World, links: &[Connection], out: &mut Vec<Message>) {
    match event {
        Heard::Connected(link, attempt) => {
            if let Some(connection) = links.iter().find(|c| c.link == link) {
                for filter in world.filters(link) {
                    if let Err(error) = connection.client.try_subscribe(&filter, QoS::AtLeastOnce) {
                        tracing::warn!(%error, filter, "the demo cannot listen for commands");
                    }
                }
            }
            world.connected(link, attempt, now_ms(), out);
        }
        Heard::Lost(link) => world.disconnected(link),
        Heard::Command(link, command) => world.receive(link, &command.topic, &command.payload, now_ms(), out),
    }
}

fn publish(links: &[Connection], message: Message) {
    let Some(connection) = links.iter().find(|c| c.link == message.link) else {
        return;
    };
    let qos = if message.qos == 0 {
        QoS::AtMostOnce
    } else {
        QoS::AtLeastOnce
    };
    if qos == QoS::AtLeastOnce {
        connection.unacknowledged.send_modify(|count| *count += 1);
    }
    connection.queued.fetch_add(1, Ordering::Relaxed);
    // Full: the broker does not keep up. The next change says it all again.
    if connection
        .client
        .try_publish(&message.topic, qos, message.retain, message.payload)
        .is_err()
    {
        one_less(&connection.queued);
        tracing::debug!(
            topic = message.topic,
            "the demo's broker does not keep up; message dropped"
        );
        if qos == QoS::AtLeastOnce {
            connection
                .unacknowledged
                .send_modify(|count| *count = count.saturating_sub(1));
        }
    }
}

fn one_less(count: &AtomicU32) {
    let _ = count.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |count| count.checked_sub(1));
}

/// Makes the will of a connection from its number; none where a link says nothing when it goes.
type WillMaker = dyn Fn(u8) -> Option<LastWill> + Send + Sync;

/// A link's connection.
struct Connection {
    link: Link,
    client: AsyncClient,
    task: JoinHandle<()>,
    /// Messages that the broker has not acknowledged yet.
    unacknowledged: watch::Sender<u32>,
    /// Messages that were not sent yet.
    queued: Arc<AtomicU32>,
}

fn connect(
    link: Link,
    first: u8,
    world: &World,
    options: &SimOptions,
    heard: &mpsc::Sender<Heard>,
) -> Connection {
    let mut mqtt = MqttOptions::new(link.client_id(), "127.0.0.1", options.broker_port);
    mqtt.set_keep_alive(Duration::from_secs(20));
    mqtt.set_clean_session(true);
    mqtt.set_max_packet_size(LARGEST_COMMAND, LARGEST_MESSAGE);
    if let Some((user, password)) = &options.credentials {
        mqtt.set_credentials(user, password);
    }
    let will: Arc<WillMaker> = {
        // Taken once: a will does not depend on how the world stands, only on the connection's number and its time.
        let maker = world.will_maker(link);
        Arc::new(move |attempt| {
            let message = maker(attempt, now_ms())?;
            Some(LastWill::new(
                message.topic,
                message.payload,
                QoS::AtLeastOnce,
                message.retain,
            ))
        })
    };
    if let Some(will) = will(first) {
        mqtt.set_last_will(will);
    }
    let (client, events) = AsyncClient::new(mqtt, WAITING);
    let unacknowledged = watch::Sender::new(0);
    let queued = Arc::new(AtomicU32::new(0));
    let waiting = Waiting {
        unacknowledged: unacknowledged.clone(),
        queued: Arc::clone(&queued),
    };
    let task = tokio::spawn(serve(link, first, events, will, heard.clone(), waiting));
    Connection {
        link,
        client,
        task,
        unacknowledged,
        queued,
    }
}

/// What of a link is under way, as its connection sees it.
struct Waiting {
    unacknowledged: watch::Sender<u32>,
    queued: Arc<AtomicU32>,
}

/// Keeps a link connected and passes on what it hears, until it is disconnected on purpose.
async fn serve(
    link: Link,
    first: u8,
    mut events: EventLoop,
    will: Arc<WillMaker>,
    heard: mpsc::Sender<Heard>,
    waiting: Waiting,
) {
    let Waiting {
        unacknowledged,
        queued,
    } = waiting;
    let mut attempt = first;
    let mut connected = false;
    let mut leaving = false;
    loop {
        match events.poll().await {
            Ok(Event::Incoming(Packet::ConnAck(_))) => {
                connected = true;
                if heard.send(Heard::Connected(link, attempt)).await.is_err() {
                    leaving = true;
                }
            }
            Ok(Event::Incoming(Packet::Publish(publish))) => {
                // A command that was kept would be obeyed again at every start.
                if !publish.retain && heard.send(Heard::Command(link, publish)).await.is_err() {
                    leaving = true;
                }
            }
            Ok(Event::Incoming(Packet::PubAck(_))) => {
                unacknowledged.send_modify(|count| *count = count.saturating_sub(1));
            }
            Ok(Event::Outgoing(rumqttc::Outgoing::Publish(_))) => one_less(&queued),
            Ok(Event::Outgoing(rumqttc::Outgoing::Disconnect)) => return,
            Ok(_) => {}
            Err(error) => {
                if leaving || heard.is_closed() {
                    return;
                }
                if std::mem::take(&mut connected) {
                    tracing::info!(%error, link = link.client_id(), "a link of the demo was lost");
                    let _ = heard.send(Heard::Lost(link)).await;
                }
                attempt = attempt.wrapping_add(1);
                if let Some(will) = will(attempt) {
                    events.mqtt_options.set_last_will(will);
                }
                // What was not sent is old by now, and must not come before the birth.
                events.clean();
                events.pending.clear();
                unacknowledged.send_replace(0);
                queued.store(0, Ordering::Relaxed);
                sleep(RETRY).await;
            }
        }
    }
}

#[cfg(test)]
#[path = "run_tests.rs"]
mod tests;
