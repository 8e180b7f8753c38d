//! Alarms that nobody configured: what a person would want to be told of a point because of what it is.

mod classes;
mod machine;
mod names;
mod sorts;

use hearthline_model::{
    Condition, ConditionKind, DeviceDesc, Kind, MINUTE, Micros, PointDesc, Priority, Realm, SECOND,
    StateClass, Value,
};

pub use machine::{is_machine_state, while_running};
pub use sorts::{DefaultSort, SORTS};

use crate::limits::{named, of_limits};

/// Conditions that a point gets without anyone configuring it. Of each sort there is at most one; the first rule wins:
/// limits that the device announced, then what its name says, then its class, then its range.
pub fn default_conditions(point: &PointDesc, device: &DeviceDesc) -> Vec<Condition> {
    let mut all: Vec<Condition> = of_limits(&point.limits, point, device)
        .into_iter()
        .map(|condition| Condition {
            default: true,
            source: "announced".into(),
            ..condition
        })
        .collect();
    add(&mut all, names::conditions(point, device));
    add(&mut all, classes::conditions(point, device));
    add(&mut all, machine::conditions(point, device));
    if all.iter().all(|condition| condition.kind.limit().is_none()) {
        add(&mut all, out_of_range(point, device));
    }
    if point.expire_after.is_some() {
        let stale = rule(ConditionKind::Stale, Priority::Diagnostic, "No fresh value");
        add(
            &mut all,
            [stale
                .of("stale")
                .response("See whether the device still has power and reception.")],
        );
    }
    all
}

/// Conditions of a device itself: that it is offline.
pub fn default_device_conditions(device: &DeviceDesc) -> Vec<Condition> {
    // At home things sleep, restart and leave with their people; a machine of a line does not.
    let (priority, delay) = match device.place.realm {
        Realm::Home => (Priority::Low, 10 * MINUTE),
        Realm::Plant => (Priority::High, 15 * SECOND),
    };
    vec![
        rule(ConditionKind::Offline, priority, "Offline")
            .of("offline")
            .after(delay)
            .response("Check its power, battery and network."),
    ]
}

/// Stock at or below the level at which it must be ordered. The engine sets it from the reorder point beside the level.
pub fn stock_condition(reorder: f64) -> Condition {
    let mut condition = rule(
        ConditionKind::Lo { limit: reorder },
        Priority::Medium,
        "Stock below reorder point",
    )
    .of("stock")
    .after(MINUTE)
    .response("Order or bring material.");
    // Levels jitter by a piece or two; 5 % is usual for levels.
    condition.deadband = if reorder.is_finite() {
        (reorder * 0.05).abs()
    } else {
        0.0
    };
    condition
}

/// Sparkplug's `engLow`/`engHigh`: a value beyond the range that the device gave itself is a wrong reading or a wrong range.
fn out_of_range(point: &PointDesc, device: &DeviceDesc) -> Vec<Condition> {
    let Some((low, high)) = point.range else {
        return Vec::new();
    };
    let span = high - low;
    let reading = point.platform == "metric"
        && point.kind == Kind::Number
        && point.command.is_none()
        && point.state_class != Some(StateClass::TotalIncreasing);
    if !reading || !span.is_finite() || span <= 0.0 {
        return Vec::new();
    }
    // A stock that runs out is the reorder point's business.
    let level = point
        .key
        .rsplit('/')
        .next()
        .is_some_and(|last| last.eq_ignore_ascii_case("level"));
    // The ends belong to the range (a machine at rest turns at 0), so the limits lie a little outside.
    [
        (
            ConditionKind::Lo {
                limit: low - 0.01 * span,
            },
            "below its range",
        ),
        (
            ConditionKind::Hi {
                limit: high + 0.01 * span,
            },
            "above its range",
        ),
    ]
    .into_iter()
    .filter(|(kind, _)| !(level && kind.name() == "lo"))
    .map(|(kind, words)| {
        let mut condition = rule(kind, Priority::Low, "")
            .of("range")
            .after(5 * SECOND)
            .response("Check the sensor and the range set in the device.");
        condition.deadband = 0.005 * span;
        condition.text = named(point, device, words);
        condition
    })
    .collect()
}

fn add(all: &mut Vec<Condition>, more: impl IntoIterator<Item = Condition>) {
    for condition in more {
        if all.iter().all(|known| known.kind.name() != condition.kind.name()) {
            all.push(condition);
        }
    }
}

/// A default condition, to be told more with [`Rule`].
fn rule(kind: ConditionKind, priority: Priority, text: &str) -> Condition {
    Condition {
        default: true,
        ..Condition::new(kind, priority, text)
    }
}

trait Rule: Sized {
    /// The sort of defaults that it is of.
    fn of(self, sort: &str) -> Self;
    fn after(self, delay: Micros) -> Self;
    fn deadband(self, deadband: f64) -> Self;
    fn response(self, response: &str) -> Self;
}

impl Rule for Condition {
    fn of(mut self, sort: &str) -> Self {
        self.source = sort.into();
        self
    }

    fn after(mut self, delay: Micros) -> Self {
        self.on_delay = delay;
        self
    }

    fn deadband(mut self, deadband: f64) -> Self {
        self.deadband = deadband;
        self
    }

    fn response(mut self, response: &str) -> Self {
        self.response = response.into();
        self
    }
}

fn on() -> ConditionKind {
    ConditionKind::State {
        any_of: vec![Value::Bool(true)],
    }
}

fn words(any_of: &[&str]) -> ConditionKind {
    ConditionKind::State {
        any_of: any_of.iter().map(|word| Value::text(*word)).collect(),
    }
}

#[cfg(test)]
mod tests;
