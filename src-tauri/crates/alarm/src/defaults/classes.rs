//! Conditions by Home Assistant's device classes and by the point's role.

use hearthline_model::{
    Condition, ConditionKind, DeviceDesc, Hours, Kind, MINUTE, Micros, PointDesc, Priority, Realm, Role,
    SECOND, Value,
};

use super::{Rule, on, rule, words};

/// Yes/no sensors: class, priority, how long it must last, what people read, what to do.
const BINARY: [(&str, Priority, Micros, &str, &str); 11] = [
    (
        "smoke",
        Priority::Critical,
        0,
        "Smoke",
        "Leave the building and call the fire brigade.",
    ),
    (
        "gas",
        Priority::Critical,
        0,
        "Gas leak",
        "Switch nothing, open windows, leave, call from outside.",
    ),
    (
        "carbon_monoxide",
        Priority::Critical,
        0,
        "Carbon monoxide",
        "Get everybody out and call for help.",
    ),
    (
        "moisture",
        Priority::High,
        0,
        "Water leak",
        "Shut off the water and look where it comes from.",
    ),
    ("safety", Priority::High, 0, "Unsafe", ""),
    ("heat", Priority::High, 10 * SECOND, "Too hot", ""),
    (
        "tamper",
        Priority::High,
        0,
        "Tampered with",
        "See who opened or moved it.",
    ),
    (
        "problem",
        Priority::Medium,
        30 * SECOND,
        "Reports a problem",
        "See its own display or page.",
    ),
    ("cold", Priority::Medium, MINUTE, "Too cold", ""),
    (
        "battery",
        Priority::Low,
        MINUTE,
        "Battery low",
        "Change or charge the battery.",
    ),
    (
        "connectivity",
        Priority::Diagnostic,
        10 * MINUTE,
        "No connection",
        "",
    ),
];

/// What is told when it stays open; only at home, where nobody watches it.
const OPEN: [(&str, &str); 5] = [
    ("door", "Door left open"),
    ("window", "Window left open"),
    ("opening", "Left open"),
    ("garage_door", "Garage left open"),
    ("garage", "Garage left open"),
];

pub fn conditions(point: &PointDesc, device: &DeviceDesc) -> Vec<Condition> {
    let class = point.class.as_deref().unwrap_or_default();
    match point.kind {
        Kind::Bool => binary(class, device),
        Kind::Number => number(class, point),
        Kind::Enum | Kind::Text => by_role(point, device),
        _ => Vec::new(),
    }
}

fn binary(class: &str, device: &DeviceDesc) -> Vec<Condition> {
    if let Some((_, text)) = OPEN.iter().find(|(known, _)| *known == class) {
        return if device.place.realm == Realm::Home {
            let mut all = vec![rule(on(), Priority::Low, text).of("open").after(30 * MINUTE)];
            if class != "window" {
                all.push(at_night("value"));
            }
            all
        } else {
            Vec::new()
        };
    }
    let Some((_, priority, delay, text, response)) = BINARY.iter().find(|(known, ..)| *known == class) else {
        return Vec::new();
    };
    let kind = if class == "connectivity" {
        // The one class whose good state is "on".
        ConditionKind::State {
            any_of: vec![Value::Bool(false)],
        }
    } else {
        on()
    };
    vec![
        rule(kind, *priority, text)
            .of(class)
            .after(*delay)
            .response(response),
    ]
}

/// A door that stands open at night; in summer windows do on purpose.
fn at_night(open: &str) -> Condition {
    let formula = open.into();
    Condition {
        hours: Some(Hours {
            days: 0b0111_1111,
            from: 22 * 60,
            to: 6 * 60,
        }),
        ..rule(
            ConditionKind::Expression { formula },
            Priority::Medium,
            "Open at night",
        )
        .of("night")
        .after(10 * MINUTE)
        .response("Close it, or see who opened it.")
    }
}

fn number(class: &str, point: &PointDesc) -> Vec<Condition> {
    if point.command.is_some() {
        return Vec::new();
    }
    let percent = matches!(point.unit.as_deref(), Some("%") | None);
    let ppm = point.unit.as_deref() == Some("ppm");
    match class {
        _ if percent && (class == "battery" || point.role == Role::Battery) => vec![
            rule(ConditionKind::Lo { limit: 15.0 }, Priority::Low, "Battery low")
                .of("battery")
                .deadband(5.0)
                .after(MINUTE)
                .response("Change or charge the battery."),
        ],
        // After EN 50291: a detector warns within 40 minutes at 100 ppm and within 3 at 300; 30 may last for two hours.
        "carbon_monoxide" if ppm => vec![
            rule(
                ConditionKind::Hi { limit: 30.0 },
                Priority::High,
                "Carbon monoxide in the air",
            )
            .of("carbon_monoxide")
            .deadband(5.0)
            .after(10 * MINUTE)
            .response("Open windows, switch off what burns."),
            rule(
                ConditionKind::HiHi { limit: 100.0 },
                Priority::Critical,
                "Dangerous carbon monoxide",
            )
            .of("carbon_monoxide")
            .deadband(10.0)
            .after(30 * SECOND)
            .response("Get everybody out and call for help."),
        ],
        // Rooms reach 1,000 ppm every day; from 2,000 on air is called unacceptable.
        "carbon_dioxide" if ppm => vec![
            rule(
                ConditionKind::Hi { limit: 2_000.0 },
                Priority::Low,
                "Air is used up",
            )
            .of("carbon_dioxide")
            .deadband(200.0)
            .after(15 * MINUTE)
            .response("Open a window."),
        ],
        _ => Vec::new(),
    }
}

/// A cover that people and cars go through; blinds may stay open.
fn is_gate(point: &PointDesc) -> bool {
    matches!(
        point.class.as_deref(),
        Some("garage" | "garage_door" | "gate" | "door")
    )
}

fn by_role(point: &PointDesc, device: &DeviceDesc) -> Vec<Condition> {
    match point.role {
        Role::AlarmPanel => vec![
            rule(
                words(&["triggered"]),
                Priority::Critical,
                "Alarm system triggered",
            )
            .of("alarm_panel")
            .response("See what set it off before you enter."),
        ],
        Role::Lock => vec![rule(words(&["jammed"]), Priority::Medium, "Lock is jammed").of("lock")],
        Role::OpenClose if device.place.realm == Realm::Home && is_gate(point) => vec![
            rule(words(&["open"]), Priority::Low, "Left open")
                .of("open")
                .after(30 * MINUTE),
            at_night("value == \"open\""),
        ],
        Role::Activity if matches!(point.platform.as_str(), "vacuum" | "lawn_mower") => vec![
            rule(words(&["error"]), Priority::Low, "Needs help")
                .of("robot")
                .after(MINUTE)
                .response("Free it and start it again."),
        ],
        _ => Vec::new(),
    }
}
