//! What holds of a line whatever happens.

use super::*;
use crate::plant::LINES;
use proptest::prelude::*;

/// Bottles that went in must be somewhere.
fn bottles(line: &Line) -> u64 {
    let counted: u64 = line.machines.iter().map(|m| m.reject).sum();
    let waiting: u64 = line.buffers.iter().map(|b| u64::from(b.level)).sum();
    counted + waiting + line.machines.last().map_or(0, |m| m.good)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10))]
    #[test]
    fn counters_rise_buffers_hold_and_no_bottle_is_lost(seed: u64, which in 0usize..2, dt in 0.2f64..1.0) {
        let mut line = Line::new(LINES[which], seed);
        let counts = |line: &Line| line.machines.iter().map(|m| (m.good, m.reject)).collect::<Vec<_>>();
        let fed = |line: &Line| line.machines[0].good + line.machines[0].reject;
        let (bottles_before, fed_before) = (bottles(&line), fed(&line));
        for _ in 0..4_000 {
            let (before, energy) = (counts(&line), line.energy);
            line.step(dt);
            for (a, b) in before.iter().zip(counts(&line)) {
                prop_assert!(b.0 >= a.0 && b.1 >= a.1);
            }
            prop_assert!(line.machines.iter().all(|m| m.rate >= 0.0 && m.rate <= m.ideal * 1.2));
            prop_assert!(line.buffers.iter().all(|b| b.level <= b.capacity));
            prop_assert!(line.energy >= energy);
            prop_assert!(line.stock.iter().all(|m| m.level >= 0.0 && m.level <= m.capacity * 1.000_001));
            // Machines never work on different batches in the wrong order, so that products never mix.
            prop_assert!(line.machines.windows(2).all(|w| w[0].batch >= w[1].batch && w[0].batch <= w[1].batch + 1));
        }
        prop_assert_eq!(bottles(&line) - bottles_before, fed(&line) - fed_before);
    }
}

#[test]
fn a_fault_starves_what_comes_after_and_blocks_what_comes_before() {
    let mut line = Line::new(
        LineSpec {
            first_fault: ("Filler", 30.0),
            first_batch: 1_000_000,
            ..LINES[0]
        },
        4,
    );
    let filler = 2;
    while !matches!(line.machines[filler].state, State::Fault(..)) {
        line.step(0.5);
    }
    line.machines[filler].state = State::Fault("Bottle burst", 600.0);
    let good = line.machines[filler].good;
    for _ in 0..1_000 {
        line.step(0.5);
    }
    assert_eq!(line.machines[filler].good, good);
    let waits = |m: &Machine| {
        matches!(
            m.state,
            State::Starved(_) | State::Blocked(_) | State::Fault(..) | State::Stopped(..)
        )
    };
    assert!(
        matches!(line.machines[5].state, State::Starved(_)),
        "{:?}",
        line.machines[5].state
    );
    assert!(
        matches!(line.machines[0].state, State::Blocked(_)),
        "{:?}",
        line.machines[0].state
    );
    assert!(line.machines.iter().all(waits));
    line.machines[filler].state = State::Running;
    for _ in 0..240 {
        line.step(0.5);
    }
    assert!(
        line.machines[filler].good > good + 100,
        "it goes on after the repair"
    );
}

#[test]
fn a_changeover_wanders_down_the_line() {
    let mut line = Line::new(
        LineSpec {
            first_batch: 300,
            ..LINES[1]
        },
        9,
    );
    let mut began = vec![None; 6];
    for second in 0..3_600 {
        line.step(1.0);
        for (i, machine) in line.machines.iter().enumerate() {
            if began[i].is_none() && matches!(machine.state, State::Changeover(_)) {
                began[i] = Some(second);
            }
        }
    }
    let began: Vec<i32> = began
        .into_iter()
        .map(|b| b.expect("every machine is changed over"))
        .collect();
    assert!(began.is_sorted(), "{began:?}");
    assert!(
        line.machines
            .iter()
            .all(|m| m.batch == 1 && m.product == LINES[1].products[1])
    );
    assert!(line.machines[5].good > 1_000, "the new product comes out");
}

#[test]
fn a_line_reaches_a_believable_output() {
    let mut line = Line::new(LINES[0], 1);
    let before = line.machines[5].good;
    let hours = 8.0;
    for _ in 0..(hours * 3600.0) as u32 {
        line.step(1.0);
    }
    let share = (line.machines[5].good - before) as f64 / (line.spec.rate * 60.0 * hours);
    assert!((0.5..0.95).contains(&share), "{share}");
}

#[test]
fn material_that_has_run_out_stops_its_machine() {
    let mut line = Line::new(
        LineSpec {
            first_batch: 1_000_000,
            ..LINES[0]
        },
        2,
    );
    for _ in 0..60 {
        if let Some(caps) = line.stock.iter_mut().find(|m| m.name == "Caps") {
            caps.level = 0.0;
        }
        line.step(1.0);
    }
    assert_eq!(line.machines[3].state, State::Starved("Caps"));
}
