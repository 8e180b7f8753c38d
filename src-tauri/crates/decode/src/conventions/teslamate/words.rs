//! What a car's value is by its name, for programs that have no table here.

use hearthline_model::Role;

use super::spec::{Read, Spec, number, other};

/// Whether it charges.
pub(super) const CHARGING: Spec =
    other("charging", "Charging", Read::Bool, "battery_charging").role(Role::Charging);
/// The key of the state of charging in words.
pub(super) const CHARGE_STATE: &str = "charge_state";

/// Values by the ends of their names, written in lower case without separators. Longer ends stand before those that they end in.
const ENDS: &[(&[&str], Spec)] = &[
    (
        &[
            "currentsocpct",
            "currentsoc",
            "batterylevel",
            "stateofcharge",
            "batterysoc",
            "chargelevel",
            "batterypercentage",
            "socdisplay",
            "soc",
        ],
        number("battery", "Battery", "%", "battery").role(Role::Battery),
    ),
    (
        &["stateofhealth", "batteryhealth", "soh"],
        number("battery_health", "Battery health", "%", ""),
    ),
    (
        &[
            "odometer",
            "odometerkm",
            "mileage",
            "mileagekm",
            "totalmileage",
            "kilometerstand",
        ],
        number("odometer", "Odometer", "km", "distance").total(),
    ),
    (
        &[
            "estbatteryrange",
            "remainingrange",
            "cruisingrangeelectrickm",
            "batteryautonomy",
            "totalrange",
            "totalrangekm",
            "electricrange",
            "rangeelectric",
            "rangekm",
            "autonomy",
            "estimatedrange",
            "range",
        ],
        number("range", "Range", "km", "distance"),
    ),
    (&["ischarging", "charging"], CHARGING),
    (
        &["chargingstate", "chargingstatus", "chargestatus", "chargestate"],
        other(CHARGE_STATE, "Charge state", Read::Text, ""),
    ),
    (
        &[
            "ispluggedin",
            "pluggedin",
            "isplugged",
            "plugged",
            "plugconnected",
            "plugstatus",
        ],
        other("plugged_in", "Plugged in", Read::Bool, "plug"),
    ),
    (
        &["latitude", "lat"],
        number("latitude", "Latitude", "°", "")
            .plain()
            .role(Role::Latitude)
            .diagnostic(),
    ),
    (
        &["longitude", "lon", "lng"],
        number("longitude", "Longitude", "°", "")
            .plain()
            .role(Role::Longitude)
            .diagnostic(),
    ),
    (
        &["locked", "islocked"],
        other("locked", "Lock", Read::Not, "lock"),
    ),
    (
        &["targetsocpct", "targetsoc", "chargelimit", "targetlevel"],
        number("charge_limit", "Charge limit", "%", ""),
    ),
    (
        &["chargepowerkw", "chargingpowerkw", "chargingpower", "chargepower"],
        number("charge_power", "Charger power", "kW", "power"),
    ),
    (
        &["kwhcharged", "chargedkwh", "energyadded"],
        number("energy_added", "Energy added", "kWh", "energy").total(),
    ),
    (
        &["batttemp"],
        number("battery_temperature", "Battery temperature", "°C", "temperature"),
    ),
    (
        &["exttemp"],
        number("outside_temperature", "Outside temperature", "°C", "temperature"),
    ),
    (
        &["cabintemp"],
        number("inside_temperature", "Inside temperature", "°C", "temperature"),
    ),
    (
        &["fuellevel", "fuellevelpct", "currentfuellevelpct"],
        number("fuel", "Fuel", "%", ""),
    ),
];

/// The value that a key names.
pub(super) fn spec(key: &str) -> Option<&'static Spec> {
    let last = bare(key.rsplit(['/', '.']).next().unwrap_or_default());
    let both = bare(key);
    if last.is_empty() || last.len() > 40 {
        return None;
    }
    let known = |name: &str| {
        ENDS.iter()
            .find(|(ends, _)| ends.contains(&name))
            .map(|(_, spec)| spec)
    };
    known(&last).or_else(|| {
        // `drives/primary/level`, `electric/range/value`: the last level alone says too little.
        let longer = key.rsplit(['/', '.']).take(3).collect::<Vec<_>>();
        match (last.as_str(), longer.as_slice()) {
            ("value", [_, before, ..]) => known(&bare(before)),
            ("level", [_, _, before]) if before.eq_ignore_ascii_case("drives") => known("soc"),
            ("state" | "status", [_, before, ..]) if before.eq_ignore_ascii_case("charging") => {
                known("chargingstate")
            }
            _ if both.len() <= 40 => known(&both),
            _ => None,
        }
    })
}

/// Whether a key names one of a car's values that a route planner's JSON or a bridge has.
pub(super) fn id_of(key: &str) -> Option<&'static str> {
    let bare = bare(key);
    ENDS.iter()
        .find(|(ends, _)| ends.contains(&bare.as_str()))
        .map(|(_, spec)| spec.id)
}

/// The part of a long key that names a point: the last two levels, without those that say nothing.
pub(super) fn short(key: &str) -> &str {
    let mut cuts = key.rmatch_indices(['/', '.']).map(|(at, _)| at + 1);
    let last = cuts.next();
    cuts.next().or(last.map(|_| 0)).map_or(key, |at| &key[at..])
}

fn bare(name: &str) -> String {
    name.chars()
        .filter(char::is_ascii_alphanumeric)
        .take(64)
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_many_bridges_say_the_same() {
        for (key, want) in [
            ("charging/batteryStatus/currentSOC_pct", Some("battery")),
            ("battery_level", Some("battery")),
            ("batteryStatus.batteryLevel", Some("battery")),
            ("drives/primary/level", Some("battery")),
            ("electric/range/value", Some("range")),
            ("est_battery_range", Some("range")),
            ("charging/chargingStatus/chargingState", Some("charge_state")),
            ("charging/state", Some("charge_state")),
            ("is_charging", Some("charging")),
            ("measurements/odometerStatus/odometer", Some("odometer")),
            ("orange", None),
            ("window/state", None),
            ("level", None),
        ] {
            assert_eq!(spec(key).map(|spec| spec.id), want, "{key}");
        }
        assert_eq!(
            short("charging/batteryStatus/cruisingRange"),
            "batteryStatus/cruisingRange"
        );
        assert_eq!(short("a/b"), "a/b");
        assert_eq!(short("a"), "a");
    }
}
