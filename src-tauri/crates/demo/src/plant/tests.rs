//! What the lines say.

use std::fmt::Write as _;

use super::payload::{Metric, Payload, metric, property};
use super::*;
use prost::Message as _;

const AT: i64 = 1_790_000_000_000;

fn born(index: usize) -> (PlantLine, Vec<Message>) {
    let mut line = PlantLine::new(index, 42);
    let mut out = Vec::new();
    line.birth(7, AT, &mut out);
    (line, out)
}

fn decoded(message: &Message) -> Payload {
    Payload::decode(message.payload.as_slice()).expect("a Sparkplug payload")
}

fn text(metric: &Metric) -> String {
    let value = match metric.value.as_ref().expect("a value") {
        metric::Value::Int(v) => (*v as i32).to_string(),
        metric::Value::Long(v) => v.to_string(),
        metric::Value::Float(v) => v.to_string(),
        metric::Value::Double(v) => v.to_string(),
        metric::Value::Boolean(v) => v.to_string(),
        metric::Value::Text(v) => format!("{v:?}"),
    };
    let mut line = format!(
        "{} t{} = {value}",
        metric.name.as_deref().unwrap_or("?"),
        metric.datatype.unwrap_or(0)
    );
    if let Some(set) = &metric.properties {
        for (key, value) in set.keys.iter().zip(&set.values) {
            let value = match value.value.as_ref().expect("a value") {
                property::Value::Double(v) => v.to_string(),
                property::Value::Boolean(v) => v.to_string(),
                property::Value::Text(v) => v.clone(),
            };
            write!(line, " {key}={value}").expect("a string takes text");
        }
    }
    line
}

fn birth_of(index: usize, device: &str) -> String {
    let (_, out) = born(index);
    let message = out.iter().find(|m| m.topic.ends_with(device)).expect("a birth");
    let lines: Vec<_> = decoded(message).metrics.iter().map(text).collect();
    format!("{}\n{}", message.topic, lines.join("\n"))
}

#[test]
fn a_plain_machine_is_born_with_everything_a_dashboard_needs() {
    insta::assert_snapshot!(birth_of(0, "/Filler"));
}

#[test]
fn a_packml_machine_is_born_with_pack_tags() {
    insta::assert_snapshot!(birth_of(1, "/Washer"));
}

#[test]
fn a_line_is_born_with_its_target_and_the_stock_with_its_levels() {
    insta::assert_snapshot!(format!(
        "{}\n\n{}",
        birth_of(0, "NBIRTH/Line1"),
        birth_of(0, "/Stock")
    ));
}

#[test]
fn births_come_in_order_and_sequence_numbers_have_no_gap() {
    let (mut line, mut out) = born(0);
    assert!(out[0].topic.ends_with("/NBIRTH/Line1"));
    assert!(out[1..].iter().all(|m| m.topic.contains("/DBIRTH/Line1/")));
    assert_eq!(out.len(), 8);
    for i in 1..400 {
        line.advance(0.2);
        line.report(AT + i * 200, &mut out);
    }
    let seqs: Vec<_> = out.iter().map(|m| decoded(m).seq.expect("a number")).collect();
    assert!(seqs.len() > 600, "{}", seqs.len());
    assert!(seqs.iter().enumerate().all(|(i, seq)| *seq == i as u64 % 256));
    // The standard: data goes by alias only.
    let data = out.iter().filter(|m| m.topic.contains("/DDATA/"));
    assert!(
        data.flat_map(|m| decoded(m).metrics)
            .all(|m| m.name.is_none() && m.alias.is_some())
    );
}

#[test]
fn aliases_are_unique_within_the_node() {
    let (_, out) = born(1);
    let mut aliases: Vec<_> = out
        .iter()
        .flat_map(|m| decoded(m).metrics)
        .filter_map(|m| m.alias)
        .collect();
    let count = aliases.len();
    aliases.sort_unstable();
    aliases.dedup();
    assert_eq!(aliases.len(), count);
}

#[test]
fn a_death_carries_the_number_of_its_birth_and_nothing_else() {
    let (line, out) = born(0);
    let number = |message: &Message| {
        let found = decoded(message)
            .metrics
            .into_iter()
            .find(|m| m.name.as_deref() == Some("bdSeq"));
        found.and_then(|m| m.value)
    };
    let death = line.death_maker()(7, AT);
    assert_eq!(
        (death.topic.as_str(), death.qos),
        ("spBv1.0/Berlin:Filling/NDEATH/Line1", 1)
    );
    assert_eq!(number(&death), number(&out[0]));
    assert_eq!((decoded(&death).seq, decoded(&death).metrics.len()), (None, 1));
}

fn command(metrics: Vec<Metric>) -> Vec<u8> {
    Payload {
        timestamp: Some(1),
        metrics,
        seq: None,
    }
    .encode_to_vec()
}

fn named(name: &str, value: metric::Value) -> Metric {
    Metric {
        name: Some(name.into()),
        value: Some(value),
        ..Metric::default()
    }
}

#[test]
fn a_rebirth_is_granted_with_the_same_number_and_the_same_aliases() {
    let (mut line, first) = born(0);
    line.receive(
        "spBv1.0/Berlin:Filling/NCMD/Line1",
        &command(vec![named("Node Control/Rebirth", metric::Value::Boolean(true))]),
    );
    let mut again = Vec::new();
    line.report(AT, &mut again);
    assert_eq!(again, first);
}

#[test]
fn a_set_rate_is_obeyed_after_a_moment_and_told() {
    let (mut line, out) = born(0);
    let filler = decoded(
        out.iter()
            .find(|m| m.topic.ends_with("/Filler"))
            .expect("its birth"),
    );
    let alias = filler
        .metrics
        .iter()
        .find(|m| m.name.as_deref() == Some("Setpoint/Rate"))
        .expect("it")
        .alias;
    let by_alias = Metric {
        alias,
        value: Some(metric::Value::Float(150.0)),
        ..Metric::default()
    };
    line.receive(
        "spBv1.0/Berlin:Filling/DCMD/Line1/Filler",
        &command(vec![by_alias]),
    );
    assert_eq!(line.line.machines[2].set_rate, 240.0);
    let mut out = Vec::new();
    for i in 1..=40 {
        line.advance(0.5);
        line.report(AT + i * 500, &mut out);
    }
    let told = out
        .iter()
        .flat_map(|m| decoded(m).metrics)
        .find(|m| m.alias == alias)
        .expect("told");
    assert_eq!(told.value, Some(metric::Value::Double(150.0)));
    assert!(
        (line.line.machines[2].rate - 150.0).abs() < 15.0,
        "{}",
        line.line.machines[2].rate
    );
}

#[test]
fn what_makes_no_sense_is_ignored() {
    let (mut line, _) = born(0);
    let topic = "spBv1.0/Berlin:Filling/DCMD/Line1/Filler";
    for value in [1e9, -1.0, f64::NAN, f64::INFINITY] {
        line.receive(
            topic,
            &command(vec![named("Setpoint/Rate", metric::Value::Double(value))]),
        );
    }
    line.receive(topic, &command(vec![named("Good", metric::Value::Long(0))]));
    line.receive(topic, b"\xff\xff\xff");
    line.receive(
        "spBv1.0/Berlin:Filling/DCMD/Line2/Filler",
        &command(vec![named("Setpoint/Rate", metric::Value::Double(1.0))]),
    );
    line.receive("nonsense", b"");
    (0..10).for_each(|_| line.advance(0.5));
    assert_eq!(line.line.machines[2].set_rate, 240.0);
}

#[test]
fn the_first_two_minutes_have_faults_and_values_beyond_their_limits() {
    for seed in 0..8 {
        let mut lines = [PlantLine::new(0, seed), PlantLine::new(1, seed)];
        let (mut faults, mut excursions, mut low) = (0, 0, 0);
        for _ in 0..240 {
            for line in &mut lines {
                line.advance(0.5);
                let machines = &line.line.machines;
                faults += machines
                    .iter()
                    .filter(|m| matches!(m.state, machine::State::Fault(..)))
                    .count();
                excursions += machines
                    .iter()
                    .flat_map(|m| &m.analogs)
                    .filter(|a| a.out_of_limits())
                    .count();
                low += line.line.stock.iter().filter(|m| m.level < m.reorder).count();
            }
        }
        // Half-second steps: seconds on end, not a flicker.
        assert!(
            faults > 30 && excursions > 120 && low > 30,
            "{seed}: {faults} {excursions} {low}"
        );
    }
}
