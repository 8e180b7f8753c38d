//! The keys of `TeslaMate`, with their names, units and classes.

use hearthline_model::Role;

use super::spec::{Read, Spec, number, other};

const STATES: &[&str] = &[
    "online",
    "asleep",
    "charging",
    "driving",
    "suspended",
    "updating",
    "offline",
    "start",
    "unavailable",
];
const GEARS: &[&str] = &["P", "R", "N", "D"];
const CHARGING_STATES: &[&str] = &[
    "Disconnected",
    "Stopped",
    "Complete",
    "Starting",
    "Charging",
    "NoPower",
    "Calibrating",
];
const CLIMATE: &[&str] = &["off", "on", "dog", "camp"];

/// The fence that it is in, `home`, or `not_home`.
pub(super) const LOCATION: Spec = other("location", "Location", Read::Text, "").role(Role::Location);
/// Where it is, in degrees.
pub(super) const LATITUDE: Spec = number("latitude", "Latitude", "°", "")
    .plain()
    .role(Role::Latitude)
    .diagnostic();
/// Where it is, in degrees.
pub(super) const LONGITUDE: Spec = number("longitude", "Longitude", "°", "")
    .plain()
    .role(Role::Longitude)
    .diagnostic();

const fn open(id: &'static str, name: &'static str, class: &'static str) -> Spec {
    other(id, name, Read::Bool, class)
}

const fn tyre(id: &'static str, name: &'static str) -> Spec {
    number(id, name, "bar", "pressure").range(0.0, 5.0)
}

/// Every key but those that are put together below.
pub(super) const KEYS: &[(&str, Spec)] = &[
    (
        "state",
        other("state", "State", Read::Words(STATES), "").role(Role::Activity),
    ),
    (
        "since",
        other("since", "In this state since", Read::Time, "").diagnostic(),
    ),
    (
        "healthy",
        other("healthy", "Logger works", Read::Bool, "").diagnostic(),
    ),
    (
        "version",
        other("version", "Software", Read::Text, "")
            .role(Role::InstalledVersion)
            .diagnostic(),
    ),
    (
        "update_available",
        other("update_available", "Software update", Read::Bool, "update").diagnostic(),
    ),
    (
        "update_version",
        other("update_version", "Available software", Read::Text, "")
            .role(Role::LatestVersion)
            .diagnostic(),
    ),
    (
        "exterior_color",
        other("exterior_color", "Colour", Read::Text, "").diagnostic(),
    ),
    (
        "wheel_type",
        other("wheel_type", "Wheels", Read::Text, "").diagnostic(),
    ),
    (
        "spoiler_type",
        other("spoiler_type", "Spoiler", Read::Text, "").diagnostic(),
    ),
    ("latitude", LATITUDE),
    ("longitude", LONGITUDE),
    (
        "shift_state",
        other("shift_state", "Gear", Read::Words(GEARS), ""),
    ),
    // Of the drive: it is in kilowatts, whatever the documentation says, and negative while the car charges. It has no class, so that
    // the power of charging is what speaks for the car.
    ("power", number("power", "Drive power", "kW", "")),
    ("speed", number("speed", "Speed", "km/h", "speed")),
    ("heading", number("heading", "Heading", "°", "").range(0.0, 360.0)),
    ("elevation", number("elevation", "Elevation", "m", "distance")),
    ("locked", other("locked", "Lock", Read::Not, "lock")),
    ("sentry_mode", open("sentry_mode", "Sentry mode", "")),
    ("windows_open", open("windows_open", "Windows", "window")),
    ("doors_open", open("doors_open", "Doors", "door")),
    (
        "driver_front_door_open",
        open("driver_front_door_open", "Driver's front door", "door"),
    ),
    (
        "driver_rear_door_open",
        open("driver_rear_door_open", "Driver's rear door", "door"),
    ),
    (
        "passenger_front_door_open",
        open("passenger_front_door_open", "Passenger's front door", "door"),
    ),
    (
        "passenger_rear_door_open",
        open("passenger_rear_door_open", "Passenger's rear door", "door"),
    ),
    ("trunk_open", open("trunk_open", "Trunk", "opening")),
    ("frunk_open", open("frunk_open", "Front trunk", "opening")),
    (
        "is_user_present",
        open("is_user_present", "Somebody inside", "occupancy"),
    ),
    ("is_climate_on", open("is_climate_on", "Climate", "running")),
    (
        "is_preconditioning",
        open("is_preconditioning", "Preconditioning", "running"),
    ),
    (
        "climate_keeper_mode",
        other("climate_keeper_mode", "Climate keeper", Read::Words(CLIMATE), ""),
    ),
    (
        "inside_temp",
        number("inside_temp", "Inside temperature", "°C", "temperature"),
    ),
    (
        "outside_temp",
        number("outside_temp", "Outside temperature", "°C", "temperature"),
    ),
    (
        "driver_temp_setting",
        number(
            "driver_temp_setting",
            "Driver's temperature setting",
            "°C",
            "temperature",
        ),
    ),
    (
        "passenger_temp_setting",
        number(
            "passenger_temp_setting",
            "Passenger's temperature setting",
            "°C",
            "temperature",
        ),
    ),
    (
        "odometer",
        number("odometer", "Odometer", "km", "distance").total(),
    ),
    (
        "rated_battery_range_km",
        number("rated_battery_range_km", "Rated range", "km", "distance"),
    ),
    (
        "est_battery_range_km",
        number("est_battery_range_km", "Estimated range", "km", "distance"),
    ),
    (
        "ideal_battery_range_km",
        number("ideal_battery_range_km", "Ideal range", "km", "distance"),
    ),
    (
        "battery_level",
        number("battery_level", "Battery", "%", "battery").role(Role::Battery),
    ),
    (
        "usable_battery_level",
        number("usable_battery_level", "Usable battery", "%", "battery"),
    ),
    ("plugged_in", open("plugged_in", "Plugged in", "plug")),
    (
        "charge_energy_added",
        number("charge_energy_added", "Energy added", "kWh", "energy").total(),
    ),
    (
        "charge_limit_soc",
        number("charge_limit_soc", "Charge limit", "%", ""),
    ),
    (
        "charge_port_door_open",
        open("charge_port_door_open", "Charge port", "opening"),
    ),
    (
        "charge_current_request",
        number("charge_current_request", "Requested current", "A", "current").diagnostic(),
    ),
    (
        "charge_current_request_max",
        number("charge_current_request_max", "Highest current", "A", "current").diagnostic(),
    ),
    (
        "charger_actual_current",
        number("charger_actual_current", "Charger current", "A", "current"),
    ),
    (
        "charger_phases",
        number("charger_phases", "Charger phases", "", "")
            .plain()
            .range(1.0, 3.0)
            .diagnostic(),
    ),
    (
        "charger_power",
        number("charger_power", "Charger power", "kW", "power"),
    ),
    (
        "charger_voltage",
        number("charger_voltage", "Charger voltage", "V", "voltage"),
    ),
    // Not "charging": the window takes a value of that name for whether the car charges.
    (
        "charging_state",
        other("charge_state", "Charge state", Read::Words(CHARGING_STATES), ""),
    ),
    (
        "scheduled_charging_start_time",
        other("scheduled_charge_start", "Scheduled charge start", Read::Time, ""),
    ),
    (
        "time_to_full_charge",
        number("time_to_full_charge", "Time to full charge", "h", "duration").plain(),
    ),
    (
        "tpms_pressure_fl",
        tyre("tpms_pressure_fl", "Tyre pressure, front left"),
    ),
    (
        "tpms_pressure_fr",
        tyre("tpms_pressure_fr", "Tyre pressure, front right"),
    ),
    (
        "tpms_pressure_rl",
        tyre("tpms_pressure_rl", "Tyre pressure, rear left"),
    ),
    (
        "tpms_pressure_rr",
        tyre("tpms_pressure_rr", "Tyre pressure, rear right"),
    ),
    (
        "tpms_soft_warning_fl",
        open("tpms_soft_warning_fl", "Tyre warning, front left", "problem"),
    ),
    (
        "tpms_soft_warning_fr",
        open("tpms_soft_warning_fr", "Tyre warning, front right", "problem"),
    ),
    (
        "tpms_soft_warning_rl",
        open("tpms_soft_warning_rl", "Tyre warning, rear left", "problem"),
    ),
    (
        "tpms_soft_warning_rr",
        open("tpms_soft_warning_rr", "Tyre warning, rear right", "problem"),
    ),
    (
        "center_display_state",
        number("center_display_state", "Display state", "", "")
            .plain()
            .diagnostic(),
    ),
    ("active_route_destination", ROUTE_DESTINATION),
    (
        "active_route_latitude",
        number("route_latitude", "Destination latitude", "°", "")
            .plain()
            .diagnostic(),
    ),
    (
        "active_route_longitude",
        number("route_longitude", "Destination longitude", "°", "")
            .plain()
            .diagnostic(),
    ),
];

const ROUTE_DESTINATION: Spec = other("route_destination", "Destination", Read::Text, "");
/// The entries of a route.
pub(super) const ROUTE: &[(&str, Spec)] = &[
    ("destination", ROUTE_DESTINATION),
    (
        "energy_at_arrival",
        number("route_energy", "Battery at arrival", "%", ""),
    ),
    (
        "miles_to_arrival",
        number("route_distance", "Distance to arrival", "mi", "distance"),
    ),
    (
        "minutes_to_arrival",
        number("route_minutes", "Time to arrival", "min", "duration").plain(),
    ),
    (
        "traffic_minutes_delay",
        number("route_delay", "Delay by traffic", "min", "duration").plain(),
    ),
];
