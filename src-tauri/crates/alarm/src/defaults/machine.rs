//! Conditions of machines: their fault state.

use hearthline_model::{
    Condition, DeviceDesc, Kind, Micros, PointDesc, PointId, Priority, Realm, SECOND, Value,
};

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
    let any_of: Vec<Value> = match point.kind {
        Kind::Number => PACKML_FAULT.into_iter().map(Value::Int).collect(),
        Kind::Text | Kind::Enum => FAULT.into_iter().map(Value::text).collect(),
        _ => Vec::new(),
    };
    if !is_machine_state(&point.key) || any_of.is_empty() {
        return Vec::new();
    }
    let delay = if point.kind == Kind::Number { HELD } else { 0 };
    vec![
        rule(ConditionKind::State { any_of }, Priority::High, "Machine fault")
            .of("machine_fault")
            .after(delay)
            .response("See the machine's own message, clear the cause, reset."),
    ]
}

/// Words that machines use for running.
const RUNNING: &str = "\"running\", \"run\", \"execute\", \"producing\", \"production\", \"auto\"";

/// How long a value that was low because the machine stood has to come back (usual for flow and pressure).
const STARTS: Micros = 15 * SECOND;

/// Whether a point says by its key that it is the state of a machine.
pub fn is_machine_state(key: &str) -> bool {
    let last = key.rsplit(['/', '.']).next().unwrap_or_default();
    let name: String = last
        .chars()
        .filter(|letter| letter.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    matches!(
        name.as_str(),
        "state" | "statecurrent" | "machinestate" | "status" | "packmlstate" | "operatingstate"
    )
}

/// Low limits that nobody set are looked at only while the machine runs: what it measures is low because it stands.
pub fn while_running(conditions: &mut [Condition], state: PointId, kind: Kind) {
    let enabled = match kind {
        // PackML: 6 is Execute.
        Kind::Number => format!("{{#{}}} == 6", state.0),
        Kind::Text | Kind::Enum => format!("{{#{}}} in ({RUNNING})", state.0),
        Kind::Bool => format!("{{#{}}}", state.0),
        _ => return,
    };
    let lows = conditions
        .iter_mut()
        .filter(|it| it.default && it.enabled_while.is_empty() && matches!(it.kind.name(), "lo" | "lo_lo"));
    for condition in lows {
        condition.enabled_while.clone_from(&enabled);
        condition.on_delay = condition.on_delay.max(STARTS);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expression::Program;

    #[test]
    fn low_limits_of_a_machine_are_looked_at_while_it_runs() {
        let of = |kind| Condition {
            default: true,
            ..Condition::new(kind, Priority::High, "Torque")
        };
        let mut conditions = [
            of(ConditionKind::LoLo { limit: 1.0 }),
            of(ConditionKind::Hi { limit: 9.0 }),
            Condition {
                default: false,
                ..of(ConditionKind::Lo { limit: 2.0 })
            },
        ];
        while_running(&mut conditions, PointId(5), Kind::Text);
        let [low, high, own] = &conditions;
        let program = Program::read(&low.enabled_while).unwrap();
        let states = ["Running", "starved"].map(Value::text);
        let holds = |state| program.holds(&Value::Null, &|point| (point == PointId(5)).then_some(state));
        assert_eq!((holds(&states[0]), holds(&states[1])), (Some(true), Some(false)));
        assert_eq!(low.on_delay, STARTS);
        assert!(
            high.enabled_while.is_empty(),
            "too much torque is too much at any time"
        );
        assert!(own.enabled_while.is_empty(), "a person's own stays as it is");
        while_running(&mut conditions, PointId(6), Kind::Number);
        assert!(
            conditions[0].enabled_while.contains("#5"),
            "the first state counts"
        );
        assert!(is_machine_state("Status/StateCurrent") && !is_machine_state("StateOfCharge"));
    }
}
