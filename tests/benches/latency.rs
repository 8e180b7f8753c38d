//! How long a value takes from its publisher to a frame of the window, while 5,000 messages come in each second.

use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use hearthline_tests::measure::bare::Bare;
use hearthline_tests::measure::load::{self, Load};
use hearthline_tests::measure::table::{Table, exact, whole};
use hearthline_tests::measure::{at, engine, system};
use hearthline_tests::mosquitto::Mosquitto;

/// Messages a second.
const RATE: u64 = 5_000;
/// Points that they are spread over.
const POINTS: u32 = 1_000;
/// One message of so many is of the measured point.
const EACH: u64 = 50;
/// How long it is measured.
const LASTING: Duration = Duration::from_secs(12);
/// The window asks for a frame once a display frame; twice as often here and more, so that what is measured is ours.
const POLL: Duration = Duration::from_millis(4);
/// The topic of the measured point; its payloads count up from 0.
const MEASURED: &str = "plant/measured/value";

/// When each value of the measured point was about to be published.
type Sent = Arc<Mutex<Vec<Instant>>>;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    println!("latency: {}", system::machine());
    let mut table = Table::new(
        "publisher → mosquitto → …, QoS 1, 5,000 messages/s, times in ms",
        &[
            "until the value is",
            "p50",
            "p99",
            "most",
            "first target p99",
            "values",
            "messages/s",
        ],
    );
    let mut row = |name: &str, target: &str, taken: &[f64], rate: f64| {
        let figure = |part| exact(at(taken, part), 2);
        table.row([
            name.to_owned(),
            figure(0.5),
            figure(0.99),
            figure(1.0),
            target.to_owned(),
            taken.len().to_string(),
            whole(rate),
        ]);
    };
    let (taken, rate) = bare().await?;
    row("at a bare subscriber", "", &taken, rate);
    for safety in ["normal", "full"] {
        let (taken, rate) = framed(safety).await?;
        row(
            &format!("in a frame taken every 4 ms, synchronous {safety}"),
            "50",
            &taken,
            rate,
        );
    }
    table.print();
    Ok(())
}

async fn bare() -> Result<(Vec<f64>, f64), Box<dyn Error>> {
    let broker = Mosquitto::plain();
    let mut subscriber = Bare::subscribe("bare", broker.port, 1).await?;
    let sent = Sent::default();
    let publisher = publish(broker.port, Arc::clone(&sent))?;
    let mut taken = Vec::new();
    let (mut messages, begin, mut end) = (0u64, Instant::now(), Instant::now());
    while let Some((topic, payload)) = subscriber.next().await? {
        (messages, end) = (messages + 1, Instant::now());
        if topic == MEASURED {
            let number: usize = std::str::from_utf8(&payload)?.parse()?;
            taken.push(since(&sent, number, end));
        }
    }
    ended(publisher).await?;
    Ok((taken, messages as f64 / (end - begin).as_secs_f64()))
}

async fn framed(safety: &str) -> Result<(Vec<f64>, f64), Box<dyn Error>> {
    let broker = Mosquitto::plain();
    let folder = tempfile::tempdir()?;
    let (engine, _) = engine::connected(folder.path(), broker.port, 1, safety).await?;
    {
        let mut load = Load::connect("first", broker.port)?;
        load.publish(MEASURED, b"-1", 1, false)?;
        for point in 0..POINTS {
            load.publish(&load::topic(point), b"1", 1, false)?;
        }
        load.flush()?;
        load.settled(u64::from(POINTS) + 1);
    }
    engine::stored(&engine, u64::from(POINTS) + 1).await;
    let points = engine::points(&engine);
    let (measured, _) = points
        .iter()
        .find(|(_, topic)| topic == MEASURED)
        .ok_or("the measured point is not there")?;
    engine.watch(vec![*measured]);
    let before = engine.status().stored;
    let sent = Sent::default();
    let begin = Instant::now();
    let publisher = publish(broker.port, Arc::clone(&sent))?;
    let mut taken = Vec::new();
    let mut cursor = 0;
    let mut poll = tokio::time::interval(POLL);
    while !publisher.is_finished() || taken.len() < sent.lock().map_or(0, |sent| sent.len()) {
        poll.tick().await;
        let bytes = engine.frame(cursor);
        let now = Instant::now();
        let (next, records) = engine::frame(&bytes);
        cursor = next;
        for (point, number) in records {
            // A frame that holds a newer value has made up for those between.
            while point == *measured && number >= taken.len() as f64 {
                taken.push(since(&sent, taken.len(), now));
            }
        }
        if begin.elapsed() > 3 * LASTING {
            return Err(format!(
                "{} values of {} came to a frame",
                taken.len(),
                RATE / EACH * LASTING.as_secs()
            )
            .into());
        }
    }
    let rate = (engine.status().stored - before) as f64 / begin.elapsed().as_secs_f64();
    ended(publisher).await?;
    engine.stop().await;
    Ok((taken, rate))
}

/// Publishes for a while, a few messages each millisecond.
fn publish(port: u16, sent: Sent) -> std::io::Result<JoinHandle<std::io::Result<()>>> {
    std::thread::Builder::new()
        .name(load::THREAD.into())
        .spawn(move || {
            let topics: Vec<String> = (0..POINTS).map(load::topic).collect();
            let mut load = Load::connect("publisher", port)?;
            let begin = Instant::now();
            let (mut number, mut measured) = (0u64, 0u64);
            while begin.elapsed() < LASTING {
                let due = (begin.elapsed().as_micros() as u64 * RATE / 1_000_000).max(number);
                for number in number..due {
                    if number % EACH == 0 {
                        // What was gathered goes first, so that the measured one does not wait for it.
                        load.flush()?;
                        let now = Instant::now();
                        sent.lock().unwrap_or_else(PoisonError::into_inner).push(now);
                        load.publish(MEASURED, measured.to_string().as_bytes(), 1, false)?;
                        load.flush()?;
                        measured += 1;
                    } else if let Some(topic) = topics.get((number % u64::from(POINTS)) as usize) {
                        load.publish(topic, number.to_string().as_bytes(), 1, false)?;
                    }
                }
                number = due;
                load.flush()?;
                std::thread::sleep(Duration::from_millis(1));
            }
            load.settled(number);
            Ok(())
        })
}

/// Milliseconds since a value was about to be published.
fn since(sent: &Sent, number: usize, now: Instant) -> f64 {
    let sent = sent.lock().unwrap_or_else(PoisonError::into_inner);
    sent.get(number)
        .map_or(f64::NAN, |then| (now - *then).as_secs_f64() * 1e3)
}

async fn ended(load: JoinHandle<std::io::Result<()>>) -> Result<(), Box<dyn Error>> {
    tokio::task::spawn_blocking(move || load.join())
        .await?
        .map_err(|_| "the publisher broke off")??;
    Ok(())
}
