//! Conditions by what a thing is called: a thermometer in a freezer says so in its name only.

use hearthline_model::{
    Condition, ConditionKind, DeviceDesc, Kind, MINUTE, PointDesc, Priority, Realm, Role,
};

use super::{Rule, rule};

const FREEZER: [&str; 5] = ["freezer", "deep freeze", "gefrier", "tiefkühl", "congél"];
const FRIDGE: [&str; 4] = ["fridge", "refrigerator", "kühlschrank", "réfrigérateur"];
const WATER_HEATER: [&str; 5] = ["water heater", "hot water", "boiler", "geyser", "warmwasser"];

pub fn conditions(point: &PointDesc, device: &DeviceDesc) -> Vec<Condition> {
    let temperature = point.class.as_deref() == Some("temperature") || point.role == Role::CurrentTemperature;
    let reading = point.kind == Kind::Number && point.command.is_none();
    if !temperature || !reading || device.place.realm != Realm::Home {
        return Vec::new();
    }
    let degrees = |celsius: f64| match point.unit.as_deref() {
        Some("°F" | "F" | "degF") => celsius * 1.8 + 32.0,
        Some("K") => celsius + 273.15,
        _ => celsius,
    };
    let steps = |celsius: f64| degrees(celsius) - degrees(0.0);
    let hi = |limit: f64| ConditionKind::Hi {
        limit: degrees(limit),
    };
    // The point's own name goes first: "Freezer" is a drawer of the device "Fridge".
    let says = |words: &[&str]| {
        let own = point.name.to_lowercase();
        let device = device.name.to_lowercase();
        let rank = |name: &str| words.iter().any(|word| name.contains(word));
        (rank(&own), rank(&device))
    };
    let (freezer, fridge) = (says(&FREEZER), says(&FRIDGE));
    if freezer.0 || (freezer.1 && !fridge.0) {
        return vec![
            rule(hi(-15.0), Priority::High, "Freezer is warming")
                .of("freezer")
                .deadband(steps(1.0))
                .after(10 * MINUTE)
                .response("Close the door; if it stays warm, see to the food."),
        ];
    }
    if fridge.0 || fridge.1 {
        return vec![
            // Loading and cleaning takes a while to cool down from.
            rule(hi(9.0), Priority::Medium, "Fridge is warming")
                .of("fridge")
                .deadband(steps(1.0))
                .after(30 * MINUTE)
                .response("Close the door; if it stays warm, see to the food."),
            rule(
                ConditionKind::Lo { limit: degrees(-1.0) },
                Priority::Low,
                "Fridge is freezing",
            )
            .of("fridge")
            .deadband(steps(1.0))
            .after(30 * MINUTE)
            .response("Set it warmer."),
        ];
    }
    let heater = says(&WATER_HEATER);
    if heater.0 || heater.1 || point.platform == "water_heater" {
        return vec![
            // Heaters stop at 65 to 75 °C; beyond 85 the thermostat has failed.
            rule(hi(85.0), Priority::High, "Water far too hot")
                .of("water_heater")
                .deadband(steps(3.0))
                .after(MINUTE)
                .response("Switch the heater off; beware of scalding."),
        ];
    }
    Vec::new()
}
