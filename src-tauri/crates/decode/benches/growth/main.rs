//! Decode time against size: `cargo bench -p hearthline-decode --bench growth`.
//!
//! Each row is the time for one unit (a device, a metric, a key) at 10, 100, 1,000 and 10,000 of them. Where the time is linear the
//! numbers of a row are about the same; the last column is the largest over that at 100, and a square law would show as 10 or 100 there.
//! What is looked at is the best of several runs, in time of the processor where the system tells it, so that others who want it do not count.
//! *Points* is what the largest made, so that a limit which cuts is seen.
//!
//! `-- WORD` takes only the rows that hold the word.

mod crowds;
mod payloads;

use std::time::{Duration, Instant};

use hearthline_decode::{Decoder, Event, Message, Options};
use hearthline_model::TopicRule;

const START: i64 = 1_795_000_000_000_000;
/// A row that grows more than this from 100 to its largest is marked: memory beyond the caches makes about 2 of it.
const SUSPECT: f64 = 3.0;

/// A message.
pub(crate) struct Said {
    topic: String,
    payload: Vec<u8>,
}

pub(crate) fn said(topic: impl Into<String>, payload: impl Into<Vec<u8>>) -> Said {
    Said {
        topic: topic.into(),
        payload: payload.into(),
    }
}

/// What is decoded first, and what is timed.
#[derive(Default)]
pub(crate) struct Script {
    pub(crate) rules: Vec<TopicRule>,
    pub(crate) before: Vec<Said>,
    pub(crate) timed: Vec<Said>,
}

/// One row.
pub(crate) struct Case {
    pub(crate) what: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) sizes: &'static [usize],
    pub(crate) make: fn(usize) -> Script,
}

fn main() {
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|it| !it.starts_with('-'))
        .collect();
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    println!(
        "load before the run {}",
        load.split(' ').next().unwrap_or("unknown")
    );
    println!(
        "{:<52} {:<10} {:>9} {:>9} {:>9} {:>9}   {:>6} {:>8}",
        "µs a unit", "unit", "10", "100", "1,000", "10,000", "growth", "points"
    );
    let mut suspects = 0;
    for case in payloads::cases().into_iter().chain(crowds::cases()) {
        if !words.is_empty() && !words.iter().any(|word| case.what.contains(word.as_str())) {
            continue;
        }
        let mut columns = [const { String::new() }; 4];
        let (mut hundred, mut most, mut points) = (0.0, 0.0, 0);
        for &size in case.sizes {
            let (time, made) = measure(&(case.make)(size));
            let each = time.as_secs_f64() * 1e6 / size as f64;
            columns[size.ilog10() as usize - 1] = format!("{each:.3}");
            if size == 100 {
                hundred = each;
            }
            (most, points) = (each, made);
        }
        let growth = most / hundred;
        suspects += usize::from(growth > SUSPECT);
        let [a, b, c, d] = columns;
        println!(
            "{:<52} {:<10} {a:>9} {b:>9} {c:>9} {d:>9}   {growth:>6.2} {points:>8}{}",
            case.what,
            case.unit,
            if growth > SUSPECT { "  ← grows" } else { "" }
        );
    }
    println!("{suspects} rows grow more than {SUSPECT} times");
}

/// The best time of the timed messages, and the points that there were in the end.
fn measure(script: &Script) -> (Duration, usize) {
    let mut best = Duration::MAX;
    let mut points = 0;
    let begin = Instant::now();
    let started = spent(begin);
    for run in 0..50 {
        if run >= 2 && spent(begin).saturating_sub(started) > Duration::from_millis(150) {
            break;
        }
        let mut decoder = Decoder::new(Options::default());
        let mut events = Vec::new();
        let mut at = START;
        decoder.set_rules(&script.rules, &mut events);
        let mut made = play(&mut decoder, &script.before, &mut at, &mut events);
        let start = spent(begin);
        let mut timed = 0;
        for said in &script.timed {
            timed += say(&mut decoder, said, &mut at, &mut events);
        }
        best = best.min(spent(begin).saturating_sub(start));
        made += timed;
        points = made;
    }
    (best, points)
}

/// What this thread has had of the processor, or else the time since `begin`.
fn spent(begin: Instant) -> Duration {
    // The system counts up when a thread lets go.
    std::thread::yield_now();
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = text
        .as_deref()
        .and_then(|text| text.split(' ').next()?.parse().ok());
    nanos.map_or_else(|| begin.elapsed(), Duration::from_nanos)
}

fn play(decoder: &mut Decoder, list: &[Said], at: &mut i64, events: &mut Vec<Event>) -> usize {
    list.iter().map(|said| say(decoder, said, at, events)).sum()
}

fn say(decoder: &mut Decoder, said: &Said, at: &mut i64, events: &mut Vec<Event>) -> usize {
    *at += 1_000;
    let message = Message {
        topic: &said.topic,
        payload: &said.payload,
        retain: false,
        at: *at,
    };
    decoder.message(&message, events);
    let points = events
        .iter()
        .filter(|event| matches!(event, Event::Point { .. }))
        .count();
    events.clear();
    points
}
