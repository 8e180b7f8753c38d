//! Two ways of naming the same: plain words on line 1, `PackTags` (OMAC, ISA-TR88.00.02) on line 2.

use super::line::Line;
use super::machine::{Machine, State};
use super::value::{Property, Reading, Value};
use crate::random::round;

/// How the metrics of a line are named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// `State`, `Good`, `Rate`.
    Plain,
    /// `Status/StateCurrent`, `Admin/ProdProcessedCount`, `Status/CurMachSpeed`.
    PackTags,
}

/// The one metric that may be written.
pub(super) const SET_RATE: &str = "Setpoint/Rate";
/// Groups of readings that share a message; analogs follow, each on its own.
const CHANGES: u8 = 0;
const COUNTS: u8 = 1;
pub(super) const SPEED: u8 = 2;
/// The first measured value.
pub(super) const ANALOG: u8 = 3;

/// Everything a machine tells.
pub(super) fn machine(line: &Line, index: usize, style: Style) -> Vec<Reading> {
    let machine = &line.machines[index];
    let reason = reason(machine, line.product(machine.batch).name);
    let highest = round(machine.ideal * 1.2, 0);
    let mut readings = match style {
        Style::Plain => plain(machine, reason, highest),
        Style::PackTags => pack_tags(machine, reason, highest),
    };
    readings.push(
        Reading::new(SET_RATE, Value::Double(round(machine.set_rate, 1)))
            .range("/min", 0.0, highest)
            .with("readOnly", Property::Flag(false)),
    );
    readings.push(Reading::new("Properties/Position", Value::Int(index as i32 + 1)));
    readings.push(Reading::new(
        "Properties/Constraint",
        Value::Bool(machine.spec.pace == 1.0),
    ));
    for (i, analog) in machine.analogs.iter().enumerate() {
        readings.push(analog.reading(ANALOG + i as u8, style == Style::PackTags));
    }
    readings
}

fn plain(machine: &Machine, reason: String, highest: f64) -> Vec<Reading> {
    let state = match machine.state {
        State::Running => "running",
        State::Starved(_) => "starved",
        State::Blocked(_) => "blocked",
        State::Stopped(..) => "stopped",
        State::Fault(..) => "fault",
        State::Changeover(_) => "changeover",
    };
    let rate = Reading {
        deadband: 0.5,
        ..Reading::new("Rate", Value::Double(round(machine.rate, 1)))
    };
    vec![
        Reading::new("State", Value::Text(state.into())).group(CHANGES, 0),
        Reading::new("Reason", Value::Text(reason)).group(CHANGES, 0),
        Reading::new("Product", Value::Text(machine.product.name.into())).group(CHANGES, 0),
        rate.group(SPEED, 1_000).range("/min", 0.0, highest),
        Reading::new("IdealRate", Value::Double(machine.ideal)).range("/min", 0.0, highest),
        Reading::new("Good", Value::Long(machine.good)).group(COUNTS, 500),
        Reading::new("Reject", Value::Long(machine.reject)).group(COUNTS, 500),
    ]
}

fn pack_tags(machine: &Machine, reason: String, highest: f64) -> Vec<Reading> {
    let state = match machine.state {
        State::Running => 6,                        // Execute
        State::Starved(_) | State::Blocked(_) => 5, // Suspended: the cause lies outside
        State::Stopped(..) => 11,                   // Held: the cause lies within
        State::Fault(..) => 9,                      // Aborted
        State::Changeover(_) => 2,                  // Stopped
    };
    let speed = Reading {
        deadband: 0.5,
        ..Reading::new("Status/CurMachSpeed", Value::Float(round(machine.rate, 1) as f32))
    };
    // Int32 as PackML has it; it rolls over to 0 after two thousand million bottles.
    let count = |of: u64| Value::Int((of & 0x7fff_ffff) as i32);
    vec![
        Reading::new("Status/StateCurrent", Value::Int(state)).group(CHANGES, 0),
        Reading::new("Status/StopReason", Value::Text(reason)).group(CHANGES, 0),
        Reading::new("Status/Recipe", Value::Text(machine.product.name.into())).group(CHANGES, 0),
        speed.group(SPEED, 1_000).range("/min", 0.0, highest),
        Reading::new("Status/MachDesignSpeed", Value::Float(machine.ideal as f32))
            .range("/min", 0.0, highest),
        Reading::new("Admin/ProdProcessedCount", count(machine.good + machine.reject)).group(COUNTS, 500),
        Reading::new("Admin/ProdDefectiveCount", count(machine.reject)).group(COUNTS, 500),
    ]
}

/// Why a machine does not run, in words; empty while it does.
fn reason(machine: &Machine, product: &str) -> String {
    match machine.state {
        State::Running => String::new(),
        State::Starved(why) | State::Blocked(why) | State::Stopped(why, _) | State::Fault(why, _) => {
            why.to_owned()
        }
        State::Changeover(_) => format!("Changeover to {product}"),
    }
}

/// Everything the line tells of itself.
pub(super) fn line(line: &Line) -> Vec<Reading> {
    let power = Reading {
        deadband: 0.2,
        ..Reading::new("Power", Value::Double(round(line.power(), 1)))
    };
    vec![
        Reading::new("Target", Value::Long(u64::from(line.target()))).with("engUnit", Property::Text("pcs")),
        power.group(1, 1_000).range("kW", 0.0, 80.0),
        Reading::new("Energy", Value::Double(round(line.energy, 2)))
            .group(2, 5_000)
            .with("engUnit", Property::Text("kWh")),
        Reading::new("Properties/Hardware", Value::Text("Line controller".into())),
    ]
}

/// Everything the stock tells.
pub(super) fn stock(line: &Line) -> Vec<Reading> {
    line.stock
        .iter()
        .enumerate()
        .flat_map(|(i, m)| m.readings(1 + i as u8))
        .collect()
}

/// Which of the stock's readings is the level of a material.
pub(super) fn level_of(material: usize) -> usize {
    2 * material
}
