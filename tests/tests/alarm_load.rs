//! The alarm journal under load and under SIGKILL, against a plain reference that knows nothing of the alarm crate: no alarm
//! is lost, none is doubled, and the window goes on answering.

// Test code: a failed expectation is how it tells.
#![allow(clippy::expect_used, clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use hearthline_engine::DATABASE;
use hearthline_history::{AlarmFilter, Reader};
use hearthline_model::{
    AlarmState, Condition, ConditionKind, Micros, PointId, Priority, SECOND, Transition, Value,
};
use hearthline_tests::engine::Running;
use hearthline_tests::mosquitto::Mosquitto;
use hearthline_tests::publisher::Publisher;
use hearthline_tests::wait;
use hearthline_tests::window::{Window, welcome};
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};
use tempfile::TempDir;

/// Values of one message.
const KEYS: usize = 20;
const LO_LO: f64 = 5.0;
const LO: f64 = 10.0;
const HI: f64 = 90.0;
const HI_HI: f64 = 95.0;
const DEADBAND: f64 = 2.0;
/// Where a value is back within every limit.
const CALM: f64 = 50.5;
/// Beyond [`HI`] alone.
const HIGH: f64 = 92.5;

/// A line of the journal as far as both sides know of it.
type Line = (Transition, AlarmState, Micros, Value);
/// Lines of each alarm, by the number of its point and the name of its condition.
type Journal = BTreeMap<(usize, String), Vec<Line>>;

fn conditions() -> Vec<Condition> {
    [
        ConditionKind::LoLo { limit: LO_LO },
        ConditionKind::Lo { limit: LO },
        ConditionKind::Hi { limit: HI },
        ConditionKind::HiHi { limit: HI_HI },
    ]
    .into_iter()
    .map(|kind| Condition {
        deadband: DEADBAND,
        ..Condition::new(kind, Priority::High, "beyond its limit")
    })
    .collect()
}

/// What the journal must say, from the values as they were made: a limit is reached at it and left beyond the deadband.
#[derive(Default)]
struct Reference {
    raised: BTreeMap<(usize, &'static str), bool>,
    journal: Journal,
}

impl Reference {
    fn value(&mut self, point: usize, at: Micros, value: f64) {
        for (name, limit, high) in [
            ("lo_lo", LO_LO, false),
            ("lo", LO, false),
            ("hi", HI, true),
            ("hi_hi", HI_HI, true),
        ] {
            let raised = self.raised.entry((point, name)).or_default();
            let (reached, left) = if high {
                (value >= limit, value < limit - DEADBAND)
            } else {
                (value <= limit, value > limit + DEADBAND)
            };
            let line = match (*raised, reached, left) {
                (false, true, _) => (Transition::Raised, AlarmState::Unacknowledged),
                (true, _, true) => (Transition::Cleared, AlarmState::Returned),
                _ => continue,
            };
            *raised = !*raised;
            let lines = self.journal.entry((point, name.to_owned())).or_default();
            lines.push((line.0, line.1, at, Value::Float(value)));
        }
    }

    fn raisings(&self) -> usize {
        let lines = self.journal.values().flatten();
        lines.filter(|line| line.0 == Transition::Raised).count()
    }
}

fn topic(unit: usize) -> String {
    format!("works/unit{unit}/state")
}

/// The message of one unit: its own time and a value of each key.
fn message(at: Micros, values: &[f64]) -> String {
    let values: Vec<String> = values
        .iter()
        .enumerate()
        .map(|(key, value)| format!("\"s{key:02}\":{value:.1}"))
        .collect();
    format!("{{\"timestamp\":{at},{}}}", values.join(","))
}

/// A folder whose engine knows all points and has four limits for each of them.
async fn prepared(broker: &Mosquitto, units: usize) -> TempDir {
    let running = Running::connected(broker.port).await;
    let mut publisher = Publisher::connect("prepares", broker.port).await;
    let at = hearthline_engine::now();
    for unit in 0..units {
        publisher
            .send(&topic(unit), message(at, &[CALM; KEYS]), false)
            .await;
    }
    publisher.settled(units).await;
    let points = wait::until("all points", async || {
        let points = numbers(&running);
        (points.len() == units * KEYS).then_some(points)
    })
    .await;
    for point in points.keys() {
        let saved = running.engine.save_conditions(*point, Some(conditions()));
        saved.await.expect("the limits are kept");
    }
    running.stop().await
}

/// The number of each point: unit by unit, key by key.
fn numbers(running: &Running) -> BTreeMap<PointId, usize> {
    let mut all = BTreeMap::new();
    for device in running.devices() {
        for point in device.points {
            let digits = |text: &str| {
                let end = text.rsplit(|c: char| !c.is_ascii_digit()).next();
                end.and_then(|digits| digits.parse::<usize>().ok())
            };
            if let (Some(unit), Some(key)) = (digits(&device.name), digits(&point.key)) {
                all.insert(point.id, unit * KEYS + key);
            }
        }
    }
    all
}

/// What a folder's journal says.
fn written(folder: TempDir) -> Journal {
    let path = folder.path().join(DATABASE);
    let running = Running::open(folder);
    let numbers = numbers(&running);
    let everything = AlarmFilter {
        limit: usize::MAX,
        ..AlarmFilter::default()
    };
    let mut lines = Reader::open(&path).unwrap().journal(&everything).unwrap();
    lines.reverse();
    let mut journal = Journal::new();
    for (_, entry) in lines {
        let point = entry.key.point.and_then(|point| numbers.get(&point)).copied();
        let key = (
            point.expect("only points of the test have alarms"),
            entry.key.condition,
        );
        let line = (entry.transition, entry.state, entry.at, entry.value);
        journal.entry(key).or_default().push(line);
    }
    journal
}

fn stored(folder: &Path) -> u64 {
    let reader = Reader::open(&folder.join(DATABASE));
    reader
        .and_then(|reader| reader.info())
        .map_or(0, |info| info.samples)
}

/// Walks that cross limits now and then.
struct Walks {
    random: SmallRng,
    values: Vec<f64>,
}

impl Walks {
    fn new(points: usize) -> Self {
        Self {
            random: SmallRng::seed_from_u64(5),
            values: vec![CALM; points],
        }
    }

    /// The next value of each point; `share` of them go somewhere else.
    fn step(&mut self, share: f64) {
        for value in &mut self.values {
            if self.random.random_bool(share) {
                // Tenths, so that what is written is what is meant.
                *value = f64::from(self.random.random_range(0..1000)) / 10.0;
            }
        }
    }
}

fn compare(written: &Journal, meant: &Journal) {
    for (alarm, lines) in meant {
        assert_eq!(written.get(alarm), Some(lines), "the journal of {alarm:?}");
    }
    assert_eq!(written.len(), meant.len(), "alarms that nothing raised");
}

/// 10,000 points with four limits each, 20,000 samples a second, 5,000 alarms within one of them; the window is open
/// meanwhile and is worked.
#[tokio::test(flavor = "multi_thread")]
async fn a_burst_of_alarms_is_journaled_once_each_while_the_window_answers() {
    const UNITS: usize = 500;
    const ROUNDS: i64 = 20;
    const BURST: i64 = 10;
    let broker = Mosquitto::start();
    let folder = prepared(&broker, UNITS).await;
    let before = stored(folder.path());
    welcome(folder.path(), "light");
    let window = Window::open(folder.path(), &[], &[]).await;
    window.go("#/alarms").await;
    window.find("[data-test=no-alarms]").await;

    let points = UNITS * KEYS;
    let mut walks = Walks::new(points);
    let mut reference = Reference::default();
    let begin = hearthline_engine::now();
    let port = broker.port;
    let publishing = tokio::spawn(async move {
        let mut publisher = Publisher::connect("load", port).await;
        let mut beat = tokio::time::interval(Duration::from_millis(500));
        for round in 0..ROUNDS {
            beat.tick().await;
            if round == BURST {
                walks.values.fill(CALM);
                walks.values[..points / 2].fill(HIGH);
            } else {
                walks.step(0.002);
            }
            let at = begin + round * SECOND / 2;
            for unit in 0..UNITS {
                let values = &walks.values[unit * KEYS..(unit + 1) * KEYS];
                for (key, value) in values.iter().enumerate() {
                    reference.value(unit * KEYS + key, at, *value);
                }
                publisher.send(&topic(unit), message(at, values), false).await;
            }
        }
        publisher.settled(ROUNDS as usize * UNITS).await;
        reference
    });

    // Worked like by a person who looks here and there; each look is answered.
    let mut slowest = Duration::ZERO;
    let mut looks = 0;
    while !publishing.is_finished() {
        for (view, sign) in [("#/home", "main"), ("#/alarms", "[data-test=alarm-row]")] {
            let asked = Instant::now();
            window.go(view).await;
            window.find(sign).await;
            slowest = slowest.max(asked.elapsed());
            looks += 1;
        }
    }
    let reference = publishing.await.unwrap();
    wait::until("everything is stored", async || {
        (stored(folder.path()) >= before + ROUNDS as u64 * points as u64).then_some(())
    })
    .await;
    window.go("#/alarms").await;
    window.find("[data-test=alarm-row]").await;
    window.screenshot("alarms-burst").await;
    window.close().await;

    let written = written(folder);
    println!(
        "{} samples, {} alarms raised, {looks} looks at the window, the slowest answered after {slowest:.0?}",
        ROUNDS as usize * points,
        reference.raisings(),
    );
    compare(&written, &reference.journal);
}

/// Two engines hear the same; one of them is killed again and again. Their journals are one.
#[tokio::test(flavor = "multi_thread")]
async fn the_journal_is_the_same_whether_it_is_killed_or_not() {
    const UNITS: usize = 10;
    const KILLS: i64 = 8;
    /// Messages of each unit from one kill to the next.
    const ROUNDS: i64 = 60;
    let broker = Mosquitto::boundless();
    let (killed, spared) = (prepared(&broker, UNITS).await, prepared(&broker, UNITS).await);
    let start = |folder: &TempDir| -> Child {
        Command::new(env!("CARGO_BIN_EXE_headless"))
            .arg(folder.path())
            .arg(broker.port.to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .expect("the engine starts")
    };
    let mut victim = start(&killed);
    let mut other = start(&spared);

    let mut random = SmallRng::seed_from_u64(23);
    let mut walks = Walks::new(UNITS * KEYS);
    let mut reference = Reference::default();
    let mut publisher = Publisher::connect("load", broker.port).await;
    let mut at = hearthline_engine::now();
    let before = (stored(killed.path()), stored(spared.path()));
    for kill in 0..KILLS {
        for _ in 0..ROUNDS {
            walks.step(0.05);
            at += SECOND / 1_000;
            for unit in 0..UNITS {
                let values = &walks.values[unit * KEYS..(unit + 1) * KEYS];
                for (key, value) in values.iter().enumerate() {
                    reference.value(unit * KEYS + key, at, *value);
                }
                publisher.send(&topic(unit), message(at, values), false).await;
            }
        }
        // While it is at work on them, or while it starts.
        tokio::time::sleep(Duration::from_millis(random.random_range(0..400))).await;
        victim.kill().unwrap();
        victim.wait().unwrap();
        if kill % 2 == 0 {
            publisher.settled((ROUNDS as usize) * UNITS).await;
        }
        victim = start(&killed);
        if kill % 2 == 1 {
            publisher.settled((ROUNDS as usize) * UNITS).await;
        }
    }
    let samples = (KILLS * ROUNDS) as u64 * (UNITS * KEYS) as u64;
    for (folder, before) in [(&killed, before.0), (&spared, before.1)] {
        wait::until("everything is stored", async || {
            (stored(folder.path()) >= before + samples).then_some(())
        })
        .await;
    }
    for child in [&mut victim, &mut other] {
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let (killed, spared) = (written(killed), written(spared));
    println!(
        "{samples} samples, {} alarms raised, killed {KILLS} times",
        reference.raisings()
    );
    compare(&spared, &reference.journal);
    compare(&killed, &reference.journal);
}
