//! SIGKILL at any moment under QoS 1 load: nothing that the broker took is lost, nothing is stored twice.

// Test code: a failed expectation is how it tells.
#![allow(clippy::expect_used, clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use hearthline_history::{Reader, Store, Synchronous};
use hearthline_model::{DAY, PointId};
use hearthline_tests::mosquitto::Mosquitto;
use hearthline_tests::publisher::Publisher;
use hearthline_tests::wait;
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

const KILLS: usize = 10;
const DEVICES: u32 = 5;

fn start(folder: &std::path::Path, port: u16) -> Child {
    Command::new(env!("CARGO_BIN_EXE_headless"))
        .arg(folder)
        .arg(port.to_string())
        .stdout(Stdio::null())
        .spawn()
        .expect("the engine starts")
}

/// Each message carries a number of its own; these are the numbers stored, with how often.
fn stored(folder: &std::path::Path) -> BTreeMap<i64, u32> {
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

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_and_nothing_doubled_when_killed() {
    let mut broker = Mosquitto::start();
    let folder = tempfile::tempdir().unwrap();
    let seed = 7;
    let mut random = SmallRng::seed_from_u64(seed);

    // The session must be known to the broker before the first message counts.
    let mut engine = start(folder.path(), broker.port);
    let mut publisher = Publisher::connect("load", broker.port).await;
    let mut probe = 0i64;
    wait::until("the engine subscribes", async || {
        probe -= 1;
        publisher
            .publish("kill/device0/number", probe.to_string(), false)
            .await;
        stored(folder.path())
            .keys()
            .any(|number| *number < 0)
            .then_some(())
    })
    .await;

    let mut sent = 0i64;
    for round in 0..KILLS {
        let before = sent;
        let deadline = tokio::time::Instant::now() + Duration::from_millis(random.random_range(100..900));
        while tokio::time::Instant::now() < deadline {
            let topic = format!("kill/device{}/number", sent % i64::from(DEVICES));
            publisher.send(&topic, sent.to_string(), false).await;
            sent += 1;
        }
        // At a random moment of the work on them, not after it.
        engine.kill().unwrap();
        engine.wait().unwrap();
        publisher.settled((sent - before) as usize).await;
        if round == KILLS / 2 {
            broker.stop();
            broker.run();
            // Another client, so that the first one's attempts to come back do not push it out and send again.
            publisher = Publisher::connect("load-2", broker.port).await;
        }
        engine = start(folder.path(), broker.port);
    }
    let stored_all = wait::until("everything is stored", async || {
        let found = stored(folder.path());
        let numbers = found.keys().filter(|number| **number >= 0).count();
        (numbers as i64 >= sent).then_some(found)
    })
    .await;
    engine.kill().unwrap();
    engine.wait().unwrap();
    let doubled: Vec<_> = stored_all
        .iter()
        .filter(|(number, count)| **number >= 0 && **count > 1)
        .collect();
    println!("published {sent}, lost 0, doubled {}", doubled.len());
    assert!(doubled.is_empty(), "stored more than once: {doubled:?}");
    // The file itself is whole.
    let path = folder.path().join(hearthline_engine::DATABASE);
    drop(Store::open(&path, Synchronous::Full).unwrap());
    let check: String = rusqlite::Connection::open(&path)
        .unwrap()
        .query_row("PRAGMA integrity_check", (), |row| row.get(0))
        .unwrap();
    assert_eq!(check, "ok");
}
