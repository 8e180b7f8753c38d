//! What a Home Assistant state message costs, beside the floor of reading its JSON into a plain struct.
//!
//! `cargo bench -p hearthline-decode --bench homeassistant`

use divan::{Bencher, black_box, counter::ItemsCount};
use hearthline_decode::{Decoder, Event, Message, Options};
use serde::Deserialize;

fn main() {
    divan::main();
}

const STATE: &[u8] = br#"{"battery":87,"humidity":48.21,"linkquality":120,"pressure":1013.2,"temperature":21.53,"voltage":3005}"#;

#[derive(Deserialize)]
#[allow(dead_code)] // read as a whole, as a program written for this one device would
struct State {
    battery: u8,
    humidity: f64,
    linkquality: u8,
    pressure: f64,
    temperature: f64,
    voltage: u32,
}

/// A decoder that knows entities on one topic, each with a template.
fn decoder(templates: &[&str]) -> Decoder {
    let mut decoder = Decoder::new(Options::default());
    for (ix, template) in templates.iter().enumerate() {
        let topic = format!("homeassistant/sensor/s{ix}/config");
        let config = serde_json::json!({
            "name": "S", "unique_id": format!("s{ix}"), "device": {"identifiers": "d", "name": "D"},
            "state_topic": "home/kitchen/climate", "value_template": template, "unit_of_measurement": "x",
        });
        let payload = config.to_string();
        let message = Message {
            topic: &topic,
            payload: payload.as_bytes(),
            retain: true,
            at: 1,
        };
        decoder.message(&message, &mut Vec::new());
    }
    decoder
}

fn run(bencher: Bencher<'_, '_>, templates: &[&str]) {
    let mut decoder = decoder(templates);
    let mut events: Vec<Event> = Vec::new();
    let mut at = 1_000;
    bencher.counter(ItemsCount::new(1_usize)).bench_local(|| {
        at += 1;
        events.clear();
        let message = Message {
            topic: "home/kitchen/climate",
            payload: black_box(STATE),
            retain: false,
            at,
        };
        decoder.message(&message, &mut events);
        assert_eq!(events.len(), templates.len());
    });
}

#[divan::bench]
fn floor_plain_struct(bencher: Bencher<'_, '_>) {
    bencher
        .counter(ItemsCount::new(1_usize))
        .bench_local(|| serde_json::from_slice::<State>(black_box(STATE)).map(|state| state.temperature));
}

#[divan::bench]
fn one_path_template(bencher: Bencher<'_, '_>) {
    run(bencher, &["{{ value_json.temperature | round(1) }}"]);
}

#[divan::bench]
fn one_full_template(bencher: Bencher<'_, '_>) {
    run(
        bencher,
        &[
            "{% if value_json.temperature is defined %}{{ (value_json.temperature | float * 1.8 + 32) | round(1) }}{% endif %}",
        ],
    );
}

#[divan::bench]
fn six_path_templates(bencher: Bencher<'_, '_>) {
    run(
        bencher,
        &[
            "{{ value_json.battery }}",
            "{{ value_json.humidity }}",
            "{{ value_json.linkquality }}",
            "{{ value_json.pressure }}",
            "{{ value_json.temperature }}",
            "{{ value_json.voltage / 1000 }}",
        ],
    );
}
