//! The past joins the present, is told once, and goes on from run to run.

use std::collections::BTreeMap;
use std::time::Instant;

use prost::Message as _;

use super::payload::{Metric, Payload, metric};
use super::*;

const NOW: i64 = 1_790_000_000_000;
const HOUR: i64 = 3_600_000;

fn decoded(message: &Message) -> Payload {
    Payload::decode(message.payload.as_slice()).expect("a Sparkplug payload")
}

/// Device and name of each alias, from births.
fn names(births: &[Message]) -> BTreeMap<u64, (String, String)> {
    let mut names = BTreeMap::new();
    for birth in births {
        let device = birth.topic.split('/').nth(4).unwrap_or("").to_owned();
        for metric in decoded(birth).metrics {
            if let (Some(alias), Some(name)) = (metric.alias, metric.name) {
                names.insert(alias, (device.clone(), name));
            }
        }
    }
    names
}

fn number(metric: &Metric) -> f64 {
    match metric.value.as_ref().expect("a value") {
        metric::Value::Int(v) => f64::from(*v as i32),
        metric::Value::Long(v) => *v as f64,
        metric::Value::Float(v) => f64::from(*v),
        metric::Value::Double(v) => *v,
        other => panic!("{other:?} is no number"),
    }
}

/// All that a new line says: births, and its past in full.
fn told(plant: &mut PlantLine, at: i64) -> (Vec<Message>, Vec<Message>) {
    let (mut births, mut past) = (Vec::new(), Vec::new());
    plant.birth(1, at, &mut births);
    plant.tell_past(at + PATIENCE, usize::MAX, &mut past);
    (births, past)
}

type Metrics = BTreeMap<(String, String), Vec<Metric>>;

/// The samples of each metric, as told.
fn by_metric(births: &[Message], messages: &[Message]) -> Metrics {
    let names = names(births);
    let mut found = Metrics::new();
    // The newest come first.
    for metric in messages.iter().rev().flat_map(|m| decoded(m).metrics) {
        let name = names[&metric.alias.expect("data goes by alias")].clone();
        found.entry(name).or_default().push(metric);
    }
    found
}

#[test]
fn sixteen_hours_are_stored_in_order_and_in_bounds() {
    for index in 0..2 {
        let begun = Instant::now();
        let mut plant = PlantLine::with_past(index, 2_024, NOW, 16 * HOUR, &Memory::default());
        let took = begun.elapsed();
        let (births, past) = told(&mut plant, NOW + 500);
        let all = by_metric(&births, &past);
        let samples: usize = all.values().map(Vec::len).sum();
        println!(
            "line {index}: {samples} samples in {} messages, {took:?}",
            past.len()
        );
        assert!((30_000..150_000).contains(&samples), "{samples}");
        for (name, metrics) in &all {
            let times: Vec<_> = metrics
                .iter()
                .map(|m| m.timestamp.expect("its own time") as i64)
                .collect();
            assert!(times.is_sorted_by(|a, b| a < b), "{name:?}");
            assert!(
                times[0] >= NOW - 16 * HOUR && times[times.len() - 1] <= NOW,
                "{name:?}"
            );
            assert!(
                metrics
                    .iter()
                    .all(|m| m.is_historical == Some(true) && m.value.is_some())
            );
        }
        for message in &past {
            assert!(decoded(message).metrics.len() <= past::MOST_SAMPLES);
            assert!(message.payload.len() < 32 * 1024 && message.qos == 0);
            assert!(message.topic.contains("DATA/Line"));
        }
        // The sequence goes on from the births.
        let seqs: Vec<_> = births
            .iter()
            .chain(&past)
            .map(|m| decoded(m).seq.expect("one"))
            .collect();
        assert!(seqs.iter().enumerate().all(|(i, seq)| *seq == i as u64 % 256));
        // Every device has one.
        let devices: std::collections::BTreeSet<_> = all.keys().map(|(device, _)| device.as_str()).collect();
        assert_eq!(devices.len(), 8, "{devices:?}");
        assert!(all.contains_key(&(String::new(), "Target".into())));
    }
}

#[test]
fn the_past_joins_the_present() {
    for index in 0..2 {
        for seed in 0..4 {
            let mut plant = PlantLine::with_past(index, seed, NOW, 6 * HOUR, &Memory::default());
            let (births, past) = told(&mut plant, NOW + 500);
            let names = names(&births);
            let born: BTreeMap<_, _> = births
                .iter()
                .flat_map(|m| decoded(m).metrics)
                .filter_map(|m| Some((names.get(&m.alias?)?.clone(), m)))
                .collect();
            for (name, metrics) in by_metric(&births, &past) {
                let (last, now) = (metrics.last().expect("one"), &born[&name]);
                match name.1.as_str() {
                    "Good"
                    | "Reject"
                    | "Admin/ProdProcessedCount"
                    | "Admin/ProdDefectiveCount"
                    | "Energy" => {
                        let values: Vec<_> = metrics.iter().map(number).collect();
                        assert!(values.is_sorted(), "{name:?}");
                        // What a machine makes in a minute, and one kilowatt hour.
                        let gap = number(now) - number(last);
                        assert!((0.0..400.0).contains(&gap), "{name:?} {gap}");
                    }
                    "State"
                    | "Reason"
                    | "Product"
                    | "IdealRate"
                    | "Target"
                    | "Status/StateCurrent"
                    | "Status/StopReason"
                    | "Status/Recipe"
                    | "Status/MachDesignSpeed" => {
                        assert_eq!(last.value, now.value, "{name:?}");
                    }
                    level if level.ends_with("/Level") => {
                        assert!(metrics.iter().all(|m| number(m) >= 0.0), "{name:?}");
                        let gap = number(last) - number(now);
                        assert!((-1.0..2_000.0).contains(&gap), "{name:?} {gap}");
                    }
                    _ => {}
                }
            }
        }
    }
}

#[test]
fn limits_are_crossed_a_handful_of_times_a_shift() {
    let (mut crossed, shifts) = (0, 4);
    for index in 0..2 {
        let mut plant = PlantLine::with_past(index, 7, NOW, shifts / 2 * 8 * HOUR, &Memory::default());
        let (births, past) = told(&mut plant, NOW);
        let all = by_metric(&births, &past);
        for machine in &plant.line.machines {
            // The fill volume's limits change with the product.
            let Some(analog) = machine.analogs.first().filter(|a| a.spec.name != "FillVolume") else {
                continue;
            };
            let values = &all[&(machine.spec.name.to_owned(), analog.spec.name.to_owned())];
            assert!(values.len() > 600, "{}", values.len());
            let beyond = values
                .iter()
                .map(|m| (number(m) - analog.spec.normal).abs() > analog.spec.warn);
            let beyond: Vec<bool> = beyond.collect();
            crossed += beyond.windows(2).filter(|w| !w[0] && w[1]).count();
        }
    }
    println!("{crossed} in {shifts} shifts");
    assert!((4..50).contains(&crossed), "{crossed}");
}

#[test]
fn who_begins_to_watch_soon_sees_something_happen() {
    for seed in 0..6 {
        let mut lines = [0, 1].map(|i| PlantLine::with_past(i, seed, NOW, 5 * HOUR, &Memory::default()));
        let (mut beyond, mut low) = (0, 0);
        for _ in 0..240 {
            for plant in &mut lines {
                plant.advance(0.5);
                let analogs = plant.line.machines.iter().flat_map(|m| &m.analogs);
                beyond += analogs.filter(|a| a.out_of_limits()).count();
                low += plant.line.stock.iter().filter(|m| m.level < m.reorder).count();
            }
        }
        assert!(beyond > 60 && low > 30, "{seed}: {beyond} {low}");
    }
}

#[test]
fn it_waits_for_listeners_and_is_told_once() {
    let mut plant = PlantLine::with_past(0, 3, NOW, HOUR, &Memory::default());
    let mut out = Vec::new();
    plant.tell_past(NOW, 10, &mut out);
    assert_eq!(out, [], "nothing before the births");
    plant.birth(1, NOW, &mut out);
    out.clear();
    plant.tell_past(NOW + PATIENCE - 1, 10, &mut out);
    assert_eq!(out, [], "others may be about to connect");
    plant.tell_past(NOW + PATIENCE, 3, &mut out);
    assert_eq!(out.len(), 3);
    // The link breaks and comes back: what is left is told, and no more.
    let left = plant.past.len();
    plant.birth(2, NOW + 9_000, &mut out);
    out.clear();
    plant.tell_past(NOW + 9_000 + PATIENCE, usize::MAX, &mut out);
    assert_eq!(out.len(), left);
    for again in [3, 4] {
        plant.rebirth = again == 4;
        plant.report(NOW + 20_000, &mut out);
        out.clear();
        plant.tell_past(NOW + 30_000, usize::MAX, &mut out);
        assert_eq!(out, []);
    }
}

#[test]
fn a_host_that_asks_for_births_need_not_wait() {
    let mut plant = PlantLine::with_past(0, 3, NOW, HOUR, &Memory::default());
    let mut out = Vec::new();
    plant.birth(1, NOW, &mut out);
    plant.rebirth = true;
    plant.tell_past(NOW + PATIENCE, 10, &mut out);
    assert!(out.iter().all(|m| m.topic.contains("BIRTH")), "births come first");
    plant.report(NOW + 200, &mut out);
    out.clear();
    plant.tell_past(NOW + 200, 10, &mut out);
    assert!(!out.is_empty());
}

fn totals(plant: &PlantLine) -> Vec<(u64, u64)> {
    plant.line.machines.iter().map(|m| (m.good, m.reject)).collect()
}

#[test]
fn the_next_run_goes_on_from_what_is_remembered() {
    for (index, ahead) in [(0, 0.0), (1, 0.0), (1, 60.0)] {
        let mut memory = Memory::default();
        let mut first = PlantLine::with_past(index, 9, NOW, 2 * HOUR, &memory);
        first.remember(NOW, ahead, &mut memory);
        assert_eq!(memory, Memory::default(), "it has told nothing yet");
        told(&mut first, NOW);
        // Remembered, and then it lives on for as long as it may.
        let until = NOW + (ahead * 1_000.0) as i64;
        first.remember(until, ahead, &mut memory);
        (0..ahead as u32).for_each(|_| first.advance(1.0));

        let later = until + 3 * HOUR;
        let mut second = PlantLine::with_past(index, 9, later, 16 * HOUR, &memory);
        let (births, past) = told(&mut second, later);
        let all = by_metric(&births, &past);
        let earliest = all.values().flatten().filter_map(|m| m.timestamp).min();
        assert_eq!(
            earliest,
            Some(until as u64),
            "the gap is filled and nothing before it"
        );
        for (before, after) in totals(&first).iter().zip(totals(&second)) {
            assert!(after.0 > before.0 && after.1 >= before.1, "{before:?} {after:?}");
        }
        for (i, machine) in first.line.machines.iter().enumerate() {
            let (name, made) = if index == 0 {
                ("Good", machine.good)
            } else {
                ("Admin/ProdProcessedCount", machine.good + machine.reject)
            };
            let samples = &all[&(machine.spec.name.to_owned(), name.to_owned())];
            assert!(number(&samples[0]) >= made as f64, "{i}");
        }

        // Again at once: nothing to tell, and the totals stay.
        second.remember(later, 0.0, &mut memory);
        let mut third = PlantLine::with_past(index, 9, later, 16 * HOUR, &memory);
        assert_eq!(totals(&third), totals(&second));
        assert_eq!(told(&mut third, later).1, []);
        // A clock that was set back tells nothing either.
        let back = PlantLine::with_past(index, 9, later - HOUR, 16 * HOUR, &memory);
        assert!(back.past.is_empty() && totals(&back) == totals(&second));
        // After days only the last hours are told.
        let late = PlantLine::with_past(index, 9, later + 100 * HOUR, HOUR, &memory);
        let earliest = late.past.iter().flat_map(|b| &b.samples).map(|s| s.at).min();
        assert_eq!(earliest, Some(later + 99 * HOUR));
    }
}

#[test]
fn the_same_beginning_has_the_same_past_and_another_run_another() {
    let past = |memory: &Memory, seed, now| PlantLine::with_past(0, seed, now, HOUR, memory).past;
    let mut memory = Memory::default();
    assert_eq!(past(&memory, 1, NOW), past(&memory, 1, NOW));
    assert_ne!(past(&memory, 1, NOW), past(&memory, 2, NOW));
    let mut line = PlantLine::with_past(0, 1, NOW, 0, &memory);
    told(&mut line, NOW);
    line.remember(NOW, 0.0, &mut memory);
    assert_eq!(past(&memory, 1, NOW + HOUR), past(&memory, 1, NOW + HOUR));
    let mut other = memory.clone();
    line.remember(NOW - 1, 0.0, &mut other);
    assert_ne!(past(&memory, 1, NOW + HOUR), past(&other, 1, NOW + HOUR));
}
