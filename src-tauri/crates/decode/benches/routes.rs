//! What finding a topic's route costs among 100,000, what a flat JSON of 20 keys costs, and how the cost grows with the payload;
//! each beside its floor.
//!
//! `cargo bench -p hearthline-decode --bench routes`
//!
//! - *Look-up*: `look_up` is from the bytes of a topic to its route and who claims it, and no more. `look_up_floor_map` is beside it: the
//!   same keys in the same order in an `FxHashMap<Box<str>, _>` that holds a number each. The topics stand in one buffer in a random order,
//!   as they come out of a connection, so that what is waited for is the table and not the question; `look_up_in_strings` and its floor
//!   fetch the question from a random place of the memory as well.
//! - *Messages*: `message_of_nobody` is a whole message on topics that nobody claims: the look-up, and the payload remembered for a later
//!   description. The `plain_*` pair decodes a bare number besides, on one topic and on 100,000.
//!
//!   Each sample goes once through all topics: fewer would measure a cold table instead.
//! - *Flat JSON*: the floor reads the same bytes into a plain struct.
//! - *Growth*: the time for each byte must not rise with the size.

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use hearthline_decode::{Decoder, Event, Message, Options};
use rustc_hash::FxHashMap;
use serde::Deserialize;
use std::fmt::Write as _;

fn main() {
    divan::main();
}

/// As many topics as a decoder has routes for.
const TOPICS: usize = 100_000;

/// Topics in an order that no cache foresees.
fn topics(last: &str) -> Vec<String> {
    let mut topics: Vec<String> = (0..TOPICS)
        .map(|ix| format!("building/floor{}/room{}/sensor{ix}/{last}", ix % 7, ix % 131))
        .collect();
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    for ix in (1..topics.len()).rev() {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        topics.swap(ix, (random % (ix as u64 + 1)) as usize);
    }
    topics
}

/// A decoder that has seen each topic once.
fn decoder(topics: &[String]) -> Decoder {
    let mut decoder = Decoder::new(Options::default());
    let mut events = Vec::new();
    for topic in topics {
        say(&mut decoder, topic, b"20.5", 1, &mut events);
        events.clear();
    }
    decoder
}

fn say(decoder: &mut Decoder, topic: &str, payload: &[u8], at: i64, events: &mut Vec<Event>) {
    let message = Message {
        topic,
        payload,
        retain: false,
        at,
    };
    decoder.message(&message, events);
}

/// Topics one behind the other.
struct Stream {
    text: String,
    at: Vec<(u32, u32)>,
}

impl Stream {
    fn new(topics: &[String]) -> Self {
        let mut text = String::new();
        let mut at = Vec::new();
        for topic in topics {
            let begin = text.len() as u32;
            text.push_str(topic);
            at.push((begin, text.len() as u32));
        }
        Self { text, at }
    }

    fn iter(&self) -> impl Iterator<Item = &str> + Clone {
        self.at
            .iter()
            .map(|&(begin, end)| &self.text[begin as usize..end as usize])
    }
}

fn map(topics: &[String]) -> FxHashMap<Box<str>, u32> {
    topics
        .iter()
        .map(|topic| topic.as_str().into())
        .zip(0..)
        .collect()
}

/// Looks every topic up.
fn each<'a, T>(
    bencher: Bencher<'_, '_>,
    topics: impl Iterator<Item = &'a str> + Clone,
    find: impl Fn(&str) -> T,
) {
    let mut turn = topics.cycle();
    bencher
        .counter(ItemsCount::new(1_usize))
        .bench_local(|| turn.next().map(|topic| find(black_box(topic))));
}

#[divan::bench(sample_size = TOPICS as u32, sample_count = 50)]
fn look_up(bencher: Bencher<'_, '_>) {
    let topics = topics("set");
    let decoder = decoder(&topics);
    assert!(topics.iter().all(|topic| decoder.is_unexplained(topic)));
    each(bencher, Stream::new(&topics).iter(), |topic| {
        decoder.is_unexplained(topic)
    });
}

#[divan::bench(sample_size = TOPICS as u32, sample_count = 50)]
fn look_up_floor_map(bencher: Bencher<'_, '_>) {
    let topics = topics("set");
    let map = map(&topics);
    each(bencher, Stream::new(&topics).iter(), |topic| {
        map.get(topic).copied()
    });
}

#[divan::bench(sample_size = TOPICS as u32, sample_count = 50)]
fn look_up_in_strings(bencher: Bencher<'_, '_>) {
    let topics = topics("set");
    let decoder = decoder(&topics);
    assert!(topics.iter().all(|topic| decoder.is_unexplained(topic)));
    each(bencher, topics.iter().map(String::as_str), |topic| {
        decoder.is_unexplained(topic)
    });
}

#[divan::bench(sample_size = TOPICS as u32, sample_count = 50)]
fn look_up_in_strings_floor_map(bencher: Bencher<'_, '_>) {
    let topics = topics("set");
    let map = map(&topics);
    each(bencher, topics.iter().map(String::as_str), |topic| {
        map.get(topic).copied()
    });
}

fn messages(bencher: Bencher<'_, '_>, topics: &[String], events_each: usize) {
    let mut decoder = decoder(topics);
    let mut events: Vec<Event> = Vec::new();
    let mut turn = topics.iter().cycle();
    let mut at = 1_000;
    bencher.counter(ItemsCount::new(1_usize)).bench_local(|| {
        at += 1;
        events.clear();
        if let Some(topic) = turn.next() {
            say(&mut decoder, topic, black_box(b"21.5"), at, &mut events);
        }
        assert_eq!(events.len(), events_each);
    });
}

#[divan::bench(sample_size = TOPICS as u32, sample_count = 20)]
fn message_of_nobody(bencher: Bencher<'_, '_>) {
    messages(bencher, &topics("set"), 0);
}

#[divan::bench(sample_size = TOPICS as u32, sample_count = 20)]
fn plain_number_of_100000_topics(bencher: Bencher<'_, '_>) {
    // One device each would be over the limit of devices: the room is the device.
    let topics: Vec<String> = topics("temperature")
        .into_iter()
        .map(|topic| topic.replace("/sensor", "/temperature"))
        .map(|topic| topic.trim_end_matches("/temperature").to_owned())
        .collect();
    messages(bencher, &topics, 1);
}

#[divan::bench(sample_size = TOPICS as u32, sample_count = 20)]
fn plain_number_of_one_topic(bencher: Bencher<'_, '_>) {
    messages(bencher, &["building/floor1/room1/temperature1".to_owned()], 1);
}

const FLAT: &[u8] = br#"{"temperature":21.53,"humidity":48.2,"pressure":1013.2,"battery":87,"voltage":3005,"linkquality":120,"power":12.5,"energy":1234.567,"current":0.05,"frequency":50.01,"running":true,"door":false,"state":"idle","mode":"auto","count":123456,"rejects":12,"speed":1450,"torque":12.75,"vibration":0.021,"program":"A-17"}"#;

#[derive(Deserialize)]
#[allow(dead_code)] // read as a whole, as a program written for this one machine would
struct Flat<'a> {
    temperature: f64,
    humidity: f64,
    pressure: f64,
    battery: u8,
    voltage: u32,
    linkquality: u8,
    power: f64,
    energy: f64,
    current: f64,
    frequency: f64,
    running: bool,
    door: bool,
    state: &'a str,
    mode: &'a str,
    count: u64,
    rejects: u32,
    speed: u32,
    torque: f64,
    vibration: f64,
    program: &'a str,
}

#[divan::bench]
fn flat_json_of_20_keys(bencher: Bencher<'_, '_>) {
    let mut decoder = Decoder::new(Options::default());
    let mut events: Vec<Event> = Vec::new();
    say(&mut decoder, "line/press/telemetry", FLAT, 1, &mut events);
    let mut at = 1_000;
    bencher.counter(ItemsCount::new(1_usize)).bench_local(|| {
        at += 1;
        events.clear();
        say(
            &mut decoder,
            "line/press/telemetry",
            black_box(FLAT),
            at,
            &mut events,
        );
        assert_eq!(events.len(), 20);
    });
}

#[divan::bench]
fn flat_json_floor_plain_struct(bencher: Bencher<'_, '_>) {
    bencher
        .counter(ItemsCount::new(1_usize))
        .bench_local(|| serde_json::from_slice::<Flat<'_>>(black_box(FLAT)).map(|flat| flat.temperature));
}

/// Nested JSON of about so many bytes: machines with motors with readings.
fn nested(bytes: usize) -> String {
    let mut machines = String::new();
    let mut ix = 0;
    while machines.len() < bytes {
        if ix > 0 {
            machines.push(',');
        }
        let _ = write!(
            machines,
            r#""machine{ix}":{{"state":"running","motor":{{"speed":{},"torque":12.5,"windings":[21.5,22.5,23.5]}}}}"#,
            1_000 + ix % 500
        );
        ix += 1;
    }
    format!("{{{machines}}}")
}

const SIZES: &[usize] = &[1_000, 10_000, 100_000, 1_000_000];

#[divan::bench(args = SIZES)]
fn nested_json(bencher: Bencher<'_, '_>, bytes: usize) {
    let text = nested(bytes);
    let mut decoder = Decoder::new(Options::default());
    let mut events: Vec<Event> = Vec::new();
    say(&mut decoder, "plant/everything", text.as_bytes(), 1, &mut events);
    let mut at = 1_000;
    bencher.counter(BytesCount::of_str(&text)).bench_local(|| {
        at += 1;
        events.clear();
        say(
            &mut decoder,
            "plant/everything",
            black_box(text.as_bytes()),
            at,
            &mut events,
        );
        events.len()
    });
}

#[divan::bench(args = SIZES)]
fn nested_json_floor_tree(bencher: Bencher<'_, '_>, bytes: usize) {
    let text = nested(bytes);
    bencher
        .counter(BytesCount::of_str(&text))
        .bench_local(|| serde_json::from_slice::<serde_json::Value>(black_box(text.as_bytes())).is_ok());
}

/// A description of Homie 5 of about so many bytes, which changes with every message.
#[divan::bench(args = SIZES)]
fn homie_description(bencher: Bencher<'_, '_>, bytes: usize) {
    let describe = |unit: &str| {
        let mut nodes = String::new();
        let mut ix = 0;
        while nodes.len() < bytes {
            if ix > 0 {
                nodes.push(',');
            }
            let property =
                format!(r#"{{"datatype":"float","unit":"{unit}","format":"0:100","settable":true}}"#);
            let list: Vec<String> = (0..20).map(|at| format!(r#""p{at}":{property}"#)).collect();
            let _ = write!(
                nodes,
                r#""n{ix}":{{"name":"Node","properties":{{{}}}}}"#,
                list.join(",")
            );
            ix += 1;
        }
        format!(r#"{{"homie":"5.0","version":1,"nodes":{{{nodes}}}}}"#)
    };
    let texts = [describe("V"), describe("A")];
    let mut decoder = Decoder::new(Options::default());
    let mut events: Vec<Event> = Vec::new();
    say(&mut decoder, "homie/5/d/$state", b"ready", 1, &mut events);
    let mut at = 1_000;
    bencher.counter(BytesCount::of_str(&texts[0])).bench_local(|| {
        at += 1;
        events.clear();
        let text = &texts[(at % 2) as usize];
        say(
            &mut decoder,
            "homie/5/d/$description",
            text.as_bytes(),
            at,
            &mut events,
        );
        events.len()
    });
}
