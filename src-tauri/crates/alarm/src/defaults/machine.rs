//! Conditions of machines: their fault state.

use hearthline_model::{Condition, DeviceDesc, Kind, Micros, PointDesc, Priority, Realm, SECOND, Value};

use super::{Rule, rule};
use hearthline_model::ConditionKind;

/// Words that machines use for a fault of their own.
const FAULT: [&str; 12] = [
    "fault",
    "faulted",
    "error",
    "alarm",
    "failure",
    "failed",
    "down",
    "breakdown",
    "aborted",
    "held",
    "tripped",
    "emergency stop",
];

/// `PackML` `StateCurrent` (ISA-TR88.00.02): 9 Aborted, 11 Held.
const PACKML_FAULT: [i64; 2] = [9, 11];

/// Machines also hold for stops of a few seconds; an alarm for each of them would be one that nobody believes.
const HELD: Micros = 30 * SECOND;

pub fn conditions(point: &PointDesc, device: &DeviceDesc) -> Vec<Condition> {
    if device.place.realm != Realm::Plant {
        return Vec::new();
    }
    let last = point.key.rsplit(['/', '.']).next().unwrap_or_default();
    let name: String = last
        .chars()
        .filter(|letter| letter.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    let state = matches!(
        name.as_str(),
        "state" | "statecurrent" | "machinestate" | "status" | "packmlstate" | "operatingstate"
    );
    let any_of: Vec<Value> = match point.kind {
        Kind::Number => PACKML_FAULT.into_iter().map(Value::Int).collect(),
        Kind::Text | Kind::Enum => FAULT.into_iter().map(Value::text).collect(),
        _ => Vec::new(),
    };
    if !state || any_of.is_empty() {
        return Vec::new();
    }
    let delay = if point.kind == Kind::Number { HELD } else { 0 };
    vec![
        rule(ConditionKind::State { any_of }, Priority::High, "Machine fault")
            .after(delay)
            .response("See the machine's own message, clear the cause, reset."),
    ]
}
