//! The metrics of the Open Vehicle Monitoring System, with their names, units and classes.

use hearthline_model::Role;

use super::spec::{Read, Spec, number, other};
use super::words::CHARGING;

const fn door(id: &'static str, name: &'static str, class: &'static str) -> Spec {
    other(id, name, Read::Bool, class)
}

/// Metrics by their name without `metric/`.
pub(super) const METRICS: &[(&str, Spec)] = &[
    (
        "v/b/soc",
        number("v/b/soc", "Battery", "%", "battery").role(Role::Battery),
    ),
    ("v/b/soh", number("v/b/soh", "Battery health", "%", "")),
    (
        "v/b/range/est",
        number("v/b/range/est", "Range", "km", "distance"),
    ),
    (
        "v/b/range/ideal",
        number("v/b/range/ideal", "Ideal range", "km", "distance"),
    ),
    (
        "v/b/range/full",
        number("v/b/range/full", "Range when full", "km", "distance"),
    ),
    (
        "v/b/voltage",
        number("v/b/voltage", "Battery voltage", "V", "voltage").diagnostic(),
    ),
    (
        "v/b/current",
        number("v/b/current", "Battery current", "A", "current").diagnostic(),
    ),
    // Without a class, so that the power of charging speaks for the car.
    ("v/b/power", number("v/b/power", "Drive power", "kW", "")),
    (
        "v/b/temp",
        number("v/b/temp", "Battery temperature", "°C", "temperature"),
    ),
    (
        "v/b/cac",
        number("v/b/cac", "Battery capacity", "Ah", "").diagnostic(),
    ),
    (
        "v/b/capacity",
        number("v/b/capacity", "Battery energy", "kWh", "energy_storage").diagnostic(),
    ),
    (
        "v/b/energy/used",
        number("v/b/energy/used", "Energy used on this trip", "kWh", "energy").total(),
    ),
    (
        "v/b/energy/used/total",
        number("v/b/energy/used/total", "Energy used", "kWh", "energy").total(),
    ),
    (
        "v/b/energy/recd",
        number(
            "v/b/energy/recd",
            "Energy recovered on this trip",
            "kWh",
            "energy",
        )
        .total(),
    ),
    (
        "v/b/12v/voltage",
        number("v/b/12v/voltage", "12 V battery", "V", "voltage").diagnostic(),
    ),
    (
        "v/b/12v/current",
        number("v/b/12v/current", "12 V battery current", "A", "current").diagnostic(),
    ),
    (
        "v/b/consumption",
        number("v/b/consumption", "Consumption", "Wh/km", ""),
    ),
    ("v/c/charging", CHARGING),
    ("v/c/state", other("charge_state", "Charge state", Read::Text, "")),
    (
        "v/c/substate",
        other("charge_substate", "Charge stop reason", Read::Text, "").diagnostic(),
    ),
    ("v/c/mode", other("charge_mode", "Charge mode", Read::Text, "")),
    (
        "v/c/type",
        other("charge_type", "Charge plug", Read::Text, "").diagnostic(),
    ),
    ("v/c/power", number("v/c/power", "Charger power", "kW", "power")),
    (
        "v/c/voltage",
        number("v/c/voltage", "Charger voltage", "V", "voltage"),
    ),
    (
        "v/c/current",
        number("v/c/current", "Charger current", "A", "current"),
    ),
    (
        "v/c/climit",
        number("v/c/climit", "Current limit", "A", "current").diagnostic(),
    ),
    (
        "v/c/kwh",
        number("v/c/kwh", "Energy added", "kWh", "energy").total(),
    ),
    ("v/c/limit/soc", number("v/c/limit/soc", "Charge limit", "%", "")),
    (
        "v/c/limit/range",
        number("v/c/limit/range", "Charge limit as a distance", "km", "distance"),
    ),
    (
        "v/c/time",
        number("v/c/time", "Plugged in for", "s", "duration").plain(),
    ),
    (
        "v/c/duration/full",
        number("v/c/duration/full", "Time to full charge", "min", "duration").plain(),
    ),
    (
        "v/c/duration/soc",
        number("v/c/duration/soc", "Time to the charge limit", "min", "duration").plain(),
    ),
    (
        "v/c/temp",
        number("v/c/temp", "Charger temperature", "°C", "temperature").diagnostic(),
    ),
    (
        "v/c/pilot",
        other("v/c/pilot", "Pilot signal", Read::Bool, "plug").diagnostic(),
    ),
    ("v/d/cp", door("v/d/cp", "Charge port", "opening")),
    ("v/d/fl", door("v/d/fl", "Front left door", "door")),
    ("v/d/fr", door("v/d/fr", "Front right door", "door")),
    ("v/d/rl", door("v/d/rl", "Rear left door", "door")),
    ("v/d/rr", door("v/d/rr", "Rear right door", "door")),
    ("v/d/hood", door("v/d/hood", "Hood", "opening")),
    ("v/d/trunk", door("v/d/trunk", "Trunk", "opening")),
    ("v/e/locked", other("v/e/locked", "Lock", Read::Not, "lock")),
    ("v/e/on", other("v/e/on", "Ignition", Read::Bool, "running")),
    (
        "v/e/awake",
        other("v/e/awake", "Awake", Read::Bool, "").diagnostic(),
    ),
    ("v/e/alarm", other("v/e/alarm", "Alarm", Read::Bool, "problem")),
    ("v/e/valet", other("v/e/valet", "Valet mode", Read::Bool, "")),
    (
        "v/e/charging12v",
        other("v/e/charging12v", "12 V battery charges", Read::Bool, "").diagnostic(),
    ),
    (
        "v/e/handbrake",
        other("v/e/handbrake", "Handbrake", Read::Bool, ""),
    ),
    (
        "v/e/headlights",
        other("v/e/headlights", "Headlights", Read::Bool, "light"),
    ),
    ("v/e/hvac", other("v/e/hvac", "Climate", Read::Bool, "running")),
    (
        "v/e/cabinsetpoint",
        number("v/e/cabinsetpoint", "Temperature setting", "°C", "temperature"),
    ),
    (
        "v/e/cabintemp",
        number("v/e/cabintemp", "Inside temperature", "°C", "temperature"),
    ),
    (
        "v/e/temp",
        number("v/e/temp", "Outside temperature", "°C", "temperature"),
    ),
    ("v/e/gear", number("v/e/gear", "Gear", "", "").plain()),
    (
        "v/e/parktime",
        number("v/e/parktime", "Parked for", "s", "duration")
            .plain()
            .diagnostic(),
    ),
    (
        "v/e/drivetime",
        number("v/e/drivetime", "Driving for", "s", "duration")
            .plain()
            .diagnostic(),
    ),
    (
        "v/i/temp",
        number("v/i/temp", "Inverter temperature", "°C", "temperature").diagnostic(),
    ),
    (
        "v/m/temp",
        number("v/m/temp", "Motor temperature", "°C", "temperature").diagnostic(),
    ),
    ("v/m/rpm", number("v/m/rpm", "Motor speed", "rpm", "")),
    (
        "v/p/latitude",
        number("latitude", "Latitude", "°", "")
            .plain()
            .role(Role::Latitude)
            .diagnostic(),
    ),
    (
        "v/p/longitude",
        number("longitude", "Longitude", "°", "")
            .plain()
            .role(Role::Longitude)
            .diagnostic(),
    ),
    (
        "v/p/location",
        other("location", "Location", Read::Text, "").role(Role::Location),
    ),
    (
        "v/p/altitude",
        number("v/p/altitude", "Altitude", "m", "distance"),
    ),
    (
        "v/p/direction",
        number("v/p/direction", "Heading", "°", "").range(0.0, 360.0),
    ),
    ("v/p/speed", number("v/p/speed", "Speed", "km/h", "speed")),
    (
        "v/p/gpsspeed",
        number("v/p/gpsspeed", "Speed by satellite", "km/h", "speed").diagnostic(),
    ),
    (
        "v/p/odometer",
        number("odometer", "Odometer", "km", "distance").total(),
    ),
    ("v/p/trip", number("v/p/trip", "Trip", "km", "distance")),
    (
        "v/p/satcount",
        number("v/p/satcount", "Satellites", "", "").diagnostic(),
    ),
    (
        "v/p/gpslock",
        other("v/p/gpslock", "Position found", Read::Bool, "").diagnostic(),
    ),
    (
        "m/net/sq",
        number("m/net/sq", "Signal", "dBm", "signal_strength").diagnostic(),
    ),
    (
        "m/net/mdm/sq",
        number("m/net/mdm/sq", "Modem signal", "dBm", "signal_strength").diagnostic(),
    ),
    (
        "m/net/wifi/sq",
        number("m/net/wifi/sq", "WiFi signal", "dBm", "signal_strength").diagnostic(),
    ),
    (
        "m/net/provider",
        other("m/net/provider", "Network", Read::Text, "").diagnostic(),
    ),
    (
        "m/freeram",
        number("m/freeram", "Free memory", "B", "data_size").diagnostic(),
    ),
    (
        "m/monotonic",
        number("m/monotonic", "Running for", "s", "duration")
            .plain()
            .diagnostic(),
    ),
];

/// Lists of four wheels.
pub(super) const WHEELS: &[(&str, [Spec; 4])] = &[
    (
        "v/t/pressure",
        [
            number("v/t/pressure/fl", "Tyre pressure, front left", "kPa", "pressure"),
            number("v/t/pressure/fr", "Tyre pressure, front right", "kPa", "pressure"),
            number("v/t/pressure/rl", "Tyre pressure, rear left", "kPa", "pressure"),
            number("v/t/pressure/rr", "Tyre pressure, rear right", "kPa", "pressure"),
        ],
    ),
    (
        "v/t/temp",
        [
            number("v/t/temp/fl", "Tyre temperature, front left", "°C", "temperature").diagnostic(),
            number(
                "v/t/temp/fr",
                "Tyre temperature, front right",
                "°C",
                "temperature",
            )
            .diagnostic(),
            number("v/t/temp/rl", "Tyre temperature, rear left", "°C", "temperature").diagnostic(),
            number("v/t/temp/rr", "Tyre temperature, rear right", "°C", "temperature").diagnostic(),
        ],
    ),
];
