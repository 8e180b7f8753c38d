//! What a Tasmota message costs, beside the floor of reading its JSON into a plain struct.
//!
//! `cargo bench -p hearthline-decode --bench tasmota`

use divan::{Bencher, black_box, counter::ItemsCount};
use hearthline_decode::{Decoder, Event, Message, Options};
use serde::Deserialize;

fn main() {
    divan::main();
}

/// A plug's telemetry: 11 readings.
const SENSOR: &str = r#"{"Time":"2026-11-18T12:06:41","ENERGY":{"TotalStartTime":"2026-01-01T00:00:00","Total":44.657,"Yesterday":0.203,"Today":0.009,"Period":12,"Power":52,"ApparentPower":61,"ReactivePower":32,"Factor":0.85,"Voltage":231,"Current":0.264}}"#;

/// A light's state: 7 values of the light and 8 of the device.
const STATE: &str = r#"{"Time":"2026-11-18T12:06:41","Uptime":"1T02:03:04","UptimeSec":93784,"Heap":27,"SleepMode":"Dynamic","Sleep":50,"LoadAvg":19,"MqttCount":1,"POWER":"ON","Dimmer":50,"Color":"8040000000","HSBColor":"30,100,50","White":0,"CT":250,"Channel":[50,25,0,0,0],"Scheme":0,"Fade":"OFF","Speed":1,"LedTable":"ON","Wifi":{"AP":1,"SSId":"home","BSSId":"AA:BB:CC:DD:EE:FF","Channel":6,"Mode":"11n","RSSI":84,"Signal":-58,"LinkCount":1,"Downtime":"0T00:00:03"}}"#;

#[derive(Deserialize)]
#[allow(dead_code, non_snake_case)] // read as a whole, as a program written for this one device would
struct Sensor {
    ENERGY: Energy,
}

#[derive(Deserialize)]
#[allow(dead_code, non_snake_case)] // see above
struct Energy {
    Total: f64,
    Yesterday: f64,
    Today: f64,
    Period: f64,
    Power: f64,
    ApparentPower: f64,
    ReactivePower: f64,
    Factor: f64,
    Voltage: f64,
    Current: f64,
}

fn run(bencher: Bencher<'_, '_>, topic: &str, payload: &str) {
    let mut decoder = Decoder::new(Options::default());
    let mut events: Vec<Event> = Vec::new();
    let mut at = 1_795_000_000_000_000;
    bencher.counter(ItemsCount::new(1_usize)).bench_local(|| {
        at += 1;
        events.clear();
        let message = Message {
            topic,
            payload: black_box(payload.as_bytes()),
            retain: false,
            at,
        };
        decoder.message(&message, &mut events);
        events.len()
    });
}

/// Messages a second: readings of a plug.
#[divan::bench]
fn sensor(bencher: Bencher<'_, '_>) {
    run(bencher, "tele/plug/SENSOR", SENSOR);
}

/// Messages a second: state of a light and of the device.
#[divan::bench]
fn state(bencher: Bencher<'_, '_>) {
    run(bencher, "tele/lamp/STATE", STATE);
}

/// Decode time grows with the payload and no faster: the time for so many groups of two readings each.
#[divan::bench(args = [1, 10, 100])]
fn sensor_of_groups(bencher: Bencher<'_, '_>, groups: usize) {
    let groups: Vec<String> = (0..groups)
        .map(|n| format!(r#""S{n}":{{"Temperature":21.5,"Humidity":48}}"#))
        .collect();
    let payload = format!(r#"{{"Time":"2026-11-18T12:06:41",{}}}"#, groups.join(","));
    run(bencher, "tele/many/SENSOR", &payload);
}

/// The floor: the same bytes into a plain struct.
#[divan::bench]
fn floor_plain_struct(bencher: Bencher<'_, '_>) {
    bencher
        .counter(ItemsCount::new(1_usize))
        .bench_local(|| serde_json::from_str::<Sensor>(black_box(SENSOR)).map(|sensor| sensor.ENERGY.Power));
}
