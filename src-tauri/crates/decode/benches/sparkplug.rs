//! Decoding speed beside its floor: Sparkplug data beside prost alone, flattened JSON beside `serde_json` alone.
//!
//! `cargo bench -p hearthline-decode --bench sparkplug`

use divan::Bencher;
use divan::counter::ItemsCount;
use hearthline_decode::{Decoder, Message, Options};
use prost::Message as _;

/// Metrics of one data message, and keys of one JSON object.
const VALUES: usize = 20;
const NOW: i64 = 1_795_000_000_000_000;

fn main() {
    divan::main();
}

/// As much of Sparkplug's wire as the bench sends; the numbers are those of the specification.
#[derive(Clone, PartialEq, prost::Message)]
struct Payload {
    #[prost(uint64, optional, tag = "1")]
    timestamp: Option<u64>,
    #[prost(message, repeated, tag = "2")]
    metrics: Vec<Metric>,
    #[prost(uint64, optional, tag = "3")]
    seq: Option<u64>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Metric {
    #[prost(string, optional, tag = "1")]
    name: Option<String>,
    #[prost(uint64, optional, tag = "2")]
    alias: Option<u64>,
    #[prost(uint64, optional, tag = "3")]
    timestamp: Option<u64>,
    #[prost(uint32, optional, tag = "4")]
    datatype: Option<u32>,
    #[prost(double, optional, tag = "13")]
    double: Option<f64>,
}

fn payload(seq: u64, birth: bool) -> Vec<u8> {
    let metric = |ix: usize| Metric {
        name: birth.then(|| format!("Machine/Value {ix}")),
        alias: Some(ix as u64),
        timestamp: Some(NOW as u64 / 1000),
        datatype: birth.then_some(10),
        double: Some(ix as f64 + 0.25),
    };
    Payload {
        timestamp: Some(NOW as u64 / 1000),
        metrics: (0..VALUES).map(metric).collect(),
        seq: Some(seq),
    }
    .encode_to_vec()
}

fn message<'a>(topic: &'a str, payload: &'a [u8]) -> Message<'a> {
    Message {
        topic,
        payload,
        retain: false,
        at: NOW,
    }
}

#[divan::bench]
fn ndata(bencher: Bencher<'_, '_>) {
    let mut decoder = Decoder::new(Options::default());
    let mut events = Vec::new();
    decoder.message(
        &message("spBv1.0/Plant/NBIRTH/Line1", &payload(0, true)),
        &mut events,
    );
    let messages: Vec<Vec<u8>> = (0..256).map(|seq| payload(seq, false)).collect();
    let mut seq = 0;
    bencher.counter(ItemsCount::new(VALUES)).bench_local(|| {
        seq = (seq + 1) % 256;
        events.clear();
        decoder.message(&message("spBv1.0/Plant/NDATA/Line1", &messages[seq]), &mut events);
        assert_eq!(events.len(), VALUES, "each metric is a reading");
    });
}

#[divan::bench]
fn ndata_floor_prost(bencher: Bencher<'_, '_>) {
    let bytes = payload(1, false);
    bencher
        .counter(ItemsCount::new(VALUES))
        .bench_local(|| Payload::decode(divan::black_box(&bytes[..])));
}

fn json(step: usize) -> Vec<u8> {
    let keys: Vec<String> = (0..VALUES)
        .map(|ix| format!("\"value_{ix}\":{}.{}", ix * 10, step % 10))
        .collect();
    format!("{{{}}}", keys.join(",")).into_bytes()
}

#[divan::bench]
fn json_flattened(bencher: Bencher<'_, '_>) {
    let mut decoder = Decoder::new(Options::default());
    let mut events = Vec::new();
    decoder.message(&message("home/office/sensor", &json(0)), &mut events);
    let messages: Vec<Vec<u8>> = (0..10).map(json).collect();
    let mut step = 0;
    bencher.counter(ItemsCount::new(VALUES)).bench_local(|| {
        step = (step + 1) % 10;
        events.clear();
        decoder.message(&message("home/office/sensor", &messages[step]), &mut events);
        assert_eq!(events.len(), VALUES, "each key is a reading");
    });
}

#[divan::bench]
fn json_floor_serde(bencher: Bencher<'_, '_>) {
    let bytes = json(1);
    bencher
        .counter(ItemsCount::new(VALUES))
        .bench_local(|| serde_json::from_slice::<serde_json::Value>(divan::black_box(&bytes)));
}

#[divan::bench]
fn bare_number(bencher: Bencher<'_, '_>) {
    let mut decoder = Decoder::new(Options::default());
    let mut events = Vec::new();
    bencher.counter(ItemsCount::new(1usize)).bench_local(|| {
        events.clear();
        decoder.message(
            &message("home/office/temperature", divan::black_box(b"21.5")),
            &mut events,
        );
    });
}
