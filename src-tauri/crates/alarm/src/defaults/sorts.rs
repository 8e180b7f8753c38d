//! The sorts of defaults, as a person switches them off.

use hearthline_model::Realm;

/// A sort of defaults: [`hearthline_model::Condition::source`] of each of its conditions names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DefaultSort {
    /// `smoke`, `battery`, …
    pub id: &'static str,
    /// For people: `Smoke`.
    pub name: &'static str,
    /// When it calls, in a sentence.
    pub about: &'static str,
    /// Where it is of use; none: everywhere.
    pub realm: Option<Realm>,
}

const fn sort(id: &'static str, name: &'static str, about: &'static str) -> DefaultSort {
    DefaultSort {
        id,
        name,
        about,
        realm: None,
    }
}

const fn home(id: &'static str, name: &'static str, about: &'static str) -> DefaultSort {
    DefaultSort {
        realm: Some(Realm::Home),
        ..sort(id, name, about)
    }
}

const fn plant(id: &'static str, name: &'static str, about: &'static str) -> DefaultSort {
    DefaultSort {
        realm: Some(Realm::Plant),
        ..sort(id, name, about)
    }
}

/// All of them, the most serious first.
pub const SORTS: [DefaultSort; 26] = [
    sort("smoke", "Smoke", "At once, when a detector reports smoke."),
    sort("gas", "Gas", "At once, when a detector reports gas."),
    sort(
        "carbon_monoxide",
        "Carbon monoxide",
        "At once, when a detector reports it; 30 ppm for 10 minutes, 100 ppm for 30 seconds.",
    ),
    sort("moisture", "Water leak", "At once, when a sensor turns wet."),
    home("alarm_panel", "Alarm system", "At once, when it is triggered."),
    sort("safety", "Safety", "At once, when a sensor reports unsafe."),
    sort(
        "tamper",
        "Tampering",
        "At once, when a device was opened or moved.",
    ),
    sort("heat", "Heat", "A heat sensor reports heat for 10 seconds."),
    home(
        "freezer",
        "Freezer is warming",
        "Warmer than −15 °C for 10 minutes.",
    ),
    home(
        "fridge",
        "Fridge too warm or freezing",
        "Warmer than 9 °C or colder than −1 °C for 30 minutes.",
    ),
    home(
        "water_heater",
        "Water heater too hot",
        "Hotter than 85 °C for a minute.",
    ),
    home(
        "night",
        "Door open at night",
        "A door, gate or garage is open for 10 minutes between 22:00 and 6:00.",
    ),
    home(
        "open",
        "Door or window left open",
        "Open for 30 minutes, by day or night.",
    ),
    home("lock", "Lock is jammed", "At once."),
    home(
        "robot",
        "Robot needs help",
        "A vacuum or mower reports an error for a minute.",
    ),
    sort("cold", "Cold", "A cold sensor reports cold for a minute."),
    sort("problem", "Problem", "A device reports a problem for 30 seconds."),
    sort(
        "carbon_dioxide",
        "Used-up air",
        "More than 2,000 ppm of CO₂ for 15 minutes.",
    ),
    sort(
        "battery",
        "Battery low",
        "15 % or less, or reported as low, for a minute.",
    ),
    sort(
        "connectivity",
        "No connection",
        "A device reports none for 10 minutes.",
    ),
    sort(
        "offline",
        "Device offline",
        "At home for 10 minutes, in a plant for 15 seconds.",
    ),
    sort(
        "stale",
        "No fresh value",
        "A value outlived the time that its device gave it.",
    ),
    sort(
        "announced",
        "Limits that a device announces",
        "Beyond the limits that the device itself sent.",
    ),
    plant(
        "machine_fault",
        "Machine fault",
        "A machine's state says so; held or aborted by number for 30 seconds.",
    ),
    plant(
        "range",
        "Out of its range",
        "Beyond the range that a device gave a value, for 5 seconds.",
    ),
    plant(
        "stock",
        "Stock below reorder point",
        "At or below it for a minute.",
    ),
];
