//! SIGKILL at any moment under QoS 1 load: nothing that the broker took is lost, nothing is stored twice.

// Test code: a failed expectation is how it tells.
#![allow(clippy::expect_used, clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use hearthline_history::{Reader, Store, Synchronous};
use hearthline_model::{DAY, PointId};
use hearthline_tests::engine;
use hearthline_tests::measure::system;
use hearthline_tests::mosquitto::Mosquitto;
use hearthline_tests::publisher::Publisher;
use hearthline_tests::{wait, window};
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

const DEVICES: u32 = 5;
/// Messages that wait at the broker when a round begins, at the most.
const BACKLOG: u64 = 100_000;
/// The broker is restarted once in so many rounds.
const BROKER: usize = 10;

/// What is started and killed, and how often.
struct Trial<'a> {
    folder: &'a Path,
    /// Gives a process that leads a group of its own.
    start: &'a dyn Fn() -> Child,
    kills: usize,
    /// It is killed at the latest so long, in ms, after messages began to flow into it.
    longest: u64,
    /// In every second round it is killed while it starts or soon after, at the latest after so long, in ms.
    starting: u64,
    /// Messages that are published before it looks what is stored, and the pause after them.
    burst: usize,
    pause: Duration,
    seed: u64,
}

/// Kills a process, and all that it started, at one stroke; it comes back once none of them is left.
async fn kill(mut leader: Child) {
    let family = system::family(leader.id());
    let group = format!("-{}", leader.id());
    let killed = Command::new("kill").args(["-KILL", "--", &group]).status();
    assert!(killed.expect("kill is there").success());
    leader.wait().unwrap();
    for (process, name) in family {
        wait::until(&format!("the end of {name}"), async || {
            system::ended(process).then_some(())
        })
        .await;
    }
}

/// Each message carries a number of its own; these are the numbers stored, with how often.
fn stored(folder: &Path) -> BTreeMap<i64, u32> {
    let path = folder.join(hearthline_engine::DATABASE);
    let mut found = BTreeMap::new();
    let Ok(reader) = Reader::open(&path) else {
        return found;
    };
    let now = hearthline_engine::now();
    for id in 1..=DEVICES * 4 {
        let samples = reader
            .raw(PointId(id), now - DAY, now + DAY, usize::MAX)
            .unwrap_or_default();
        for sample in samples {
            if let hearthline_model::Value::Int(number) = sample.value {
                *found.entry(number).or_default() += 1;
            }
        }
    }
    found
}

/// How many samples are stored, of whatever device.
fn count(folder: &Path) -> u64 {
    let reader = Reader::open(&folder.join(hearthline_engine::DATABASE));
    reader
        .and_then(|reader| reader.info())
        .map_or(0, |info| info.samples)
}

/// Chunks that compaction made by now.
fn count_chunks(folder: &Path) -> i64 {
    rusqlite::Connection::open(folder.join(hearthline_engine::DATABASE))
        .and_then(|file| file.query_row("SELECT count(*) FROM bodies", (), |row| row.get(0)))
        .unwrap_or_default()
}

impl Trial<'_> {
    /// Publishes without a pause while it kills; then nothing may be missing, nothing double, and the file whole.
    async fn run(&self, broker: &mut Mosquitto) {
        let mut random = SmallRng::seed_from_u64(self.seed);
        // The session must be known to the broker before the first message counts.
        let mut running = (self.start)();
        let mut publisher = Publisher::connect("load", broker.port).await;
        let mut probe = 0i64;
        wait::until("the engine subscribes", async || {
            probe -= 1;
            publisher
                .publish("kill/device0/number", probe.to_string(), false)
                .await;
            let found = stored(self.folder);
            found.keys().any(|number| *number < 0).then_some(())
        })
        .await;

        let unpaced = std::env::var_os("HEARTHLINE_KILLS_UNPACED").is_some();
        let (mut sent, mut at_work) = (0i64, 0);
        for round in 0..self.kills {
            let before = sent;
            let starting = round % 2 == 1;
            let longest = if starting { self.starting } else { self.longest };
            let moment = Duration::from_millis(random.random_range(longest / 10..longest));
            // Over many rounds the broker is sent more than a life is long enough to take, and in the end all of it is waited for.
            if !unpaced {
                wait::until("the engine has caught up", async || {
                    (count(self.folder) + BACKLOG >= sent as u64).then_some(())
                })
                .await;
            }
            let mut deadline = starting.then(|| tokio::time::Instant::now() + moment);
            let had = count(self.folder);
            let patience = tokio::time::Instant::now() + wait::PATIENCE;
            while deadline.is_none_or(|deadline| tokio::time::Instant::now() < deadline) {
                for _ in 0..self.burst {
                    let topic = format!("kill/device{}/number", sent % i64::from(DEVICES));
                    publisher.send(&topic, sent.to_string(), false).await;
                    sent += 1;
                }
                tokio::time::sleep(self.pause).await;
                if deadline.is_none() && count(self.folder) > had {
                    deadline = Some(tokio::time::Instant::now() + moment);
                    at_work += 1;
                }
                assert!(
                    tokio::time::Instant::now() < patience,
                    "nothing flows after a start"
                );
            }
            // At a random moment of the work on them, not after it.
            kill(running).await;
            publisher.settled((sent - before) as usize).await;
            if round % BROKER == BROKER / 2 {
                broker.stop();
                broker.run();
                // Another client, so that the first one's attempts to come back do not push it out and send again.
                publisher = Publisher::connect(&format!("load-{round}"), broker.port).await;
            }
            running = (self.start)();
        }
        // Hours of it, as it may be; only while more and more of it is stored.
        let (mut had, mut deadline) = (0, tokio::time::Instant::now() + wait::PATIENCE);
        while unpaced && had < sent as u64 {
            assert!(
                tokio::time::Instant::now() < deadline,
                "it stands still at {had} of {sent}"
            );
            tokio::time::sleep(Duration::from_secs(1)).await;
            let now = count(self.folder);
            if now > had {
                (had, deadline) = (now, tokio::time::Instant::now() + wait::PATIENCE);
            }
        }
        let stored_all = wait::until("everything is stored", async || {
            let found = stored(self.folder);
            let numbers = found.keys().filter(|number| **number >= 0).count();
            (numbers as i64 >= sent).then_some(found)
        })
        .await;
        kill(running).await;
        let doubled: Vec<i64> = stored_all
            .iter()
            .filter(|(number, count)| **number >= 0 && **count > 1)
            .map(|(number, _)| *number)
            .collect();
        let chunks = count_chunks(self.folder);
        println!(
            "seed {}: published {sent}, killed {} times ({at_work} at work), stored {}, lost 0, doubled {}, {chunks} chunks",
            self.seed,
            self.kills,
            stored_all.keys().filter(|number| **number >= 0).count(),
            doubled.len()
        );
        assert!(
            doubled.is_empty(),
            "{} stored more than once, in the runs {:?}",
            doubled.len(),
            doubled
                .chunk_by(|a, b| a + 1 == *b)
                .map(|run| (run[0], run.len()))
                .take(10)
                .collect::<Vec<_>>()
        );
        // The file itself is whole.
        let path = self.folder.join(hearthline_engine::DATABASE);
        drop(Store::open(&path, Synchronous::Full).unwrap());
        let check: String = rusqlite::Connection::open(&path)
            .unwrap()
            .query_row("PRAGMA integrity_check", (), |row| row.get(0))
            .unwrap();
        assert_eq!(check, "ok");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_and_nothing_doubled_when_the_engine_is_killed() {
    // Ten times, or as often as is asked for: HEARTHLINE_KILLS=200 takes two minutes and more. HEARTHLINE_KILLS_UNPACED lets what
    // waits at the broker grow without a bound.
    let kills = std::env::var("HEARTHLINE_KILLS").ok();
    let kills = kills.and_then(|kills| kills.parse().ok()).unwrap_or(10);
    engine(&mut Mosquitto::start(), kills, 900, 300, 100).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_and_nothing_doubled_when_a_broker_sends_all_at_once() {
    engine(&mut Mosquitto::boundless(), 6, 900, 3000, 5000).await;
}

/// Kills the engine under a flood.
async fn engine(broker: &mut Mosquitto, kills: usize, longest: u64, starting: u64, burst: usize) {
    let folder = tempfile::tempdir().unwrap();
    let port = broker.port;
    let trial = Trial {
        folder: folder.path(),
        start: &|| {
            Command::new(env!("CARGO_BIN_EXE_headless"))
                .arg(folder.path())
                .arg(port.to_string())
                .stdout(Stdio::null())
                .process_group(0)
                .spawn()
                .expect("the engine starts")
        },
        kills,
        longest,
        starting,
        burst,
        pause: Duration::ZERO,
        seed: 7,
    };
    trial.run(broker).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_and_nothing_doubled_when_the_app_is_killed() {
    let mut broker = Mosquitto::start();
    let folder = tempfile::tempdir().unwrap();
    // As a person would have added it.
    engine::prepare(folder.path(), "Cellar", broker.port).await;
    window::welcome(folder.path(), "light");

    let (mut display, name) = window::display();
    let trial = Trial {
        folder: folder.path(),
        start: &|| {
            window::session(&name)
                .arg(window::app())
                .arg("--data-dir")
                .arg(folder.path())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .process_group(0)
                .spawn()
                .expect("dbus-run-session is installed (cargo xtask test installs it)")
        },
        kills: 8,
        longest: 900,
        starting: 2000,
        burst: 100,
        pause: Duration::from_millis(20),
        seed: 11,
    };
    trial.run(&mut broker).await;
    let _ = display.kill();
    let _ = display.wait();
}
