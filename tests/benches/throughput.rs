//! Messages a second from a real mosquitto through decoding to committed history, beside a bare rumqttc subscriber.
//!
//! Publisher, broker and subscriber share the machine, and mosquitto works on one processor, so the rounds alternate
//! and the middle of them counts. The broker holds back nothing: it queues what a subscriber does not take in time.

use std::error::Error;
use std::time::{Duration, Instant};

use hearthline_tests::measure::bare::Bare;
use hearthline_tests::measure::table::{Table, exact, whole};
use hearthline_tests::measure::{engine, load, median, system};
use hearthline_tests::mosquitto::Mosquitto;

/// Points that the messages are spread over.
const POINTS: u32 = 1_000;
/// Rounds of each measurement.
const ROUNDS: usize = 3;

/// What one round came to.
struct Round {
    rate: f64,
    /// Microseconds on a processor a message, all threads of the subscriber.
    cost: f64,
    lost: u64,
}

/// What is measured, and what its rounds came to.
struct Case {
    name: &'static str,
    qos: u8,
    /// None: the bare subscriber.
    safety: Option<&'static str>,
    /// The messages wait at the broker before the subscriber comes, so that it alone sets the pace.
    waiting: bool,
    rounds: Vec<Round>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let case = |name, qos, safety, waiting| Case {
        name,
        qos,
        safety,
        waiting,
        rounds: Vec::new(),
    };
    let mut cases = [
        case("QoS 0: bare subscriber", 0, None, false),
        case("QoS 0: history, synchronous normal", 0, Some("normal"), false),
        case("QoS 0: history, synchronous full", 0, Some("full"), false),
        case("QoS 1: bare subscriber", 1, None, false),
        case("QoS 1: history, synchronous normal", 1, Some("normal"), false),
        case("QoS 1: history, synchronous full", 1, Some("full"), false),
        case("QoS 1 from the broker's queue: bare subscriber", 1, None, true),
        case(
            "QoS 1 from the broker's queue: history, synchronous full",
            1,
            Some("full"),
            true,
        ),
    ];
    println!("throughput: {}", system::machine());
    let only = std::env::var("HEARTHLINE_BENCH").unwrap_or_default();
    for _ in 0..ROUNDS {
        for case in cases.iter_mut().filter(|case| case.name.contains(&only)) {
            let count = if case.qos == 0 { 200_000 } else { 120_000 };
            let round = match case.safety {
                None => bare(case, count).await?,
                Some(safety) => history(case, safety, count).await?,
            };
            case.rounds.push(round);
        }
    }
    show(&cases);
    Ok(())
}

fn show(cases: &[Case]) {
    let mut table = Table::new(
        "mosquitto → committed history, messages with one number each over 1,000 points",
        &[
            "subscriber",
            "messages/s",
            "of the bare one",
            "first target",
            "µs of processor a message",
            "lost",
        ],
    );
    let mut floor = f64::NAN;
    for case in cases {
        let figures = |of: fn(&Round) -> f64| median(&case.rounds.iter().map(of).collect::<Vec<_>>());
        let rate = figures(|round| round.rate);
        if case.safety.is_none() {
            floor = rate;
        }
        let bare = case.safety.is_none();
        table.row([
            case.name.to_owned(),
            whole(rate),
            exact(rate / floor, 2),
            if bare { String::new() } else { "0.60".into() },
            exact(figures(|round| round.cost), 1),
            case.rounds
                .iter()
                .map(|round| round.lost)
                .sum::<u64>()
                .to_string(),
        ]);
    }
    table.print();
}

async fn bare(case: &Case, count: u64) -> Result<Round, Box<dyn Error>> {
    let broker = Mosquitto::plain();
    let mut subscriber = Bare::subscribe("bare", broker.port, case.qos).await?;
    if case.waiting {
        subscriber.end().await?;
        let load = load::flood(broker.port, case.qos, count, POINTS)?;
        ended(load).await?;
        let (begin, busy) = (Instant::now(), system::busy());
        // The broker sends what waits with the connection, so it is counted from there.
        let mut subscriber = Bare::back("bare", broker.port);
        let (taken, end) = subscriber.take(count).await?;
        return Ok(round(count, taken, begin, end, busy));
    }
    let (begin, busy) = (Instant::now(), system::busy());
    let load = load::flood(broker.port, case.qos, count, POINTS)?;
    let (taken, end) = subscriber.take(count).await?;
    let round = round(count, taken, begin, end, busy);
    ended(load).await?;
    Ok(round)
}

async fn history(case: &Case, safety: &str, count: u64) -> Result<Round, Box<dyn Error>> {
    let broker = Mosquitto::plain();
    let folder = tempfile::tempdir()?;
    let (engine, id) = engine::connected(folder.path(), broker.port, case.qos, safety).await?;
    // Every point is known before the measurement begins: meeting a new one costs a row of the registry.
    ended(load::flood(broker.port, 1, u64::from(POINTS), POINTS)?).await?;
    engine::stored(&engine, u64::from(POINTS)).await;
    let before = engine.status().stored;
    let round = if case.waiting {
        engine.enable_broker(id, false).await?;
        ended(load::flood(broker.port, case.qos, count, POINTS)?).await?;
        let (begin, busy) = (Instant::now(), system::busy());
        engine.enable_broker(id, true).await?;
        let (stored, end) = engine::stored(&engine, before + count).await;
        round(count, stored - before, begin, end, busy)
    } else {
        let (begin, busy) = (Instant::now(), system::busy());
        let load = load::flood(broker.port, case.qos, count, POINTS)?;
        let (stored, end) = engine::stored(&engine, before + count).await;
        let round = round(count, stored - before, begin, end, busy);
        ended(load).await?;
        round
    };
    engine.stop().await;
    // The file itself has the last word on what is stored.
    let path = folder.path().join(hearthline_engine::DATABASE);
    let kept = hearthline_history::Reader::open(&path)?.info()?.samples;
    Ok(Round {
        lost: (before + count).saturating_sub(kept),
        ..round
    })
}

fn round(count: u64, taken: u64, begin: Instant, end: Instant, busy: Duration) -> Round {
    Round {
        rate: taken as f64 / (end - begin).as_secs_f64(),
        cost: (system::busy().saturating_sub(busy)).as_secs_f64() * 1e6 / count as f64,
        lost: count - taken.min(count),
    }
}

async fn ended(load: std::thread::JoinHandle<std::io::Result<()>>) -> Result<(), Box<dyn Error>> {
    tokio::task::spawn_blocking(move || load.join())
        .await?
        .map_err(|_| "the load broke off")??;
    Ok(())
}
