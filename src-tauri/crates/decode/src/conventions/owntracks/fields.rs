//! The values of a position, with their names, units and meanings.

use hearthline_model::{Category, Kind, PointDesc, Role, StateClass};

/// How a field's JSON becomes a value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Read {
    /// A number of any size.
    Number,
    /// A number that says "unknown" where it is negative.
    Positive,
    /// A boolean.
    Bool,
    /// Text; an array is joined.
    Text,
    /// A code of a list.
    Code(&'static [(&'static str, &'static str)]),
}

/// Whose time holds for a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Clock {
    /// That of the position.
    Fix,
    /// That of the message.
    Message,
}

/// A field of a position.
pub(super) struct Field {
    /// Its key in the message.
    pub(super) key: &'static str,
    /// The key of its point.
    pub(super) id: &'static str,
    name: &'static str,
    /// How it is read.
    pub(super) read: Read,
    /// Whose time holds.
    pub(super) clock: Clock,
    unit: &'static str,
    class: &'static str,
    role: Role,
    category: Category,
}

const fn fix(
    key: &'static str,
    id: &'static str,
    name: &'static str,
    read: Read,
    unit: &'static str,
    class: &'static str,
) -> Field {
    Field {
        key,
        id,
        name,
        read,
        clock: Clock::Fix,
        unit,
        class,
        role: Role::Value,
        category: Category::Primary,
    }
}

impl Field {
    const fn phone(mut self) -> Self {
        self.clock = Clock::Message;
        self
    }

    const fn role(mut self, role: Role) -> Self {
        self.role = role;
        self
    }

    const fn diagnostic(mut self) -> Self {
        self.category = Category::Diagnostic;
        self
    }

    /// Its point.
    pub(super) fn desc(&self) -> PointDesc {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let kind = match self.read {
            Read::Number | Read::Positive => Kind::Number,
            Read::Bool => Kind::Bool,
            Read::Text => Kind::Text,
            Read::Code(_) => Kind::Enum,
        };
        PointDesc {
            key: self.id.to_owned(),
            name: self.name.to_owned(),
            entity: if is_position(self.role) { "tracker" } else { "" }.to_owned(),
            platform: match (kind, self.role) {
                (_, role) if is_position(role) => "device_tracker",
                (Kind::Bool, _) => "binary_sensor",
                _ => "sensor",
            }
            .to_owned(),
            kind,
            role: self.role,
            unit: some(self.unit),
            class: some(self.class),
            state_class: match (kind, self.id) {
                (Kind::Number, "odometer" | "hours") => Some(StateClass::TotalIncreasing),
                (Kind::Number, _) if !is_position(self.role) => Some(StateClass::Measurement),
                _ => None,
            },
            range: match self.unit {
                "%" => Some((0.0, 100.0)),
                _ if self.id == "heading" => Some((0.0, 360.0)),
                _ => None,
            },
            options: match self.read {
                Read::Code(codes) => {
                    let mut options = Vec::new();
                    for (_, word) in codes {
                        if !options.iter().any(|known| known == word) {
                            options.push((*word).to_owned());
                        }
                    }
                    options
                }
                _ => Vec::new(),
            },
            category: self.category,
            path: Some(self.key.to_owned()),
            ..PointDesc::default()
        }
    }
}

fn is_position(role: Role) -> bool {
    matches!(
        role,
        Role::Location | Role::Latitude | Role::Longitude | Role::Accuracy
    )
}

/// Where the tracker is, in degrees.
pub(super) const LATITUDE: Field = fix("lat", "latitude", "Latitude", Read::Number, "°", "")
    .role(Role::Latitude)
    .diagnostic();
/// Where the tracker is, in degrees.
pub(super) const LONGITUDE: Field = fix("lon", "longitude", "Longitude", Read::Number, "°", "")
    .role(Role::Longitude)
    .diagnostic();
/// The region it is in, `not_home`, or the position itself where no region is known.
pub(super) const LOCATION: Field =
    fix("inregions", "location", "Location", Read::Text, "", "").role(Role::Location);
/// Whether it charges, from the battery state.
pub(super) const CHARGING: Field = fix("bs", "charging", "Charging", Read::Bool, "", "battery_charging")
    .phone()
    .role(Role::Charging)
    .diagnostic();
/// How fast it moves; left out of a message where it stands still.
pub(super) const SPEED: Field = fix("vel", "speed", "Speed", Read::Positive, "km/h", "speed");

const BATTERY_STATES: &[(&str, &str)] = &[
    ("0", "unknown"),
    ("1", "unplugged"),
    ("2", "charging"),
    ("3", "full"),
];
const NETWORKS: &[(&str, &str)] = &[("w", "wifi"), ("m", "mobile"), ("o", "offline")];
const MODES: &[(&str, &str)] = &[
    ("-1", "quiet"),
    ("0", "manual"),
    ("1", "significant"),
    ("2", "move"),
];
/// Why a position was sent: phones, then the letters of vehicle trackers.
const TRIGGERS: &[(&str, &str)] = &[
    ("p", "ping"),
    ("c", "region"),
    ("C", "followed region"),
    ("b", "beacon"),
    ("r", "asked"),
    ("u", "by hand"),
    ("t", "timer"),
    ("v", "visit"),
    ("f", "first after start"),
    ("m", "by hand"),
    ("T", "timer, standing"),
    ("k", "parked"),
    ("l", "lost the satellites"),
    ("L", "last before shutdown"),
    ("o", "corner"),
    ("M", "distance"),
    ("!", "towed"),
    ("a", "standing"),
    ("i", "ignition on"),
    ("I", "ignition off"),
    ("e", "external power off"),
    ("E", "external power on"),
    ("1", "switched on"),
    ("2", "stopped charging"),
    ("3", "started charging"),
    ("9", "battery low"),
    ("h", "harsh driving"),
    ("s", "speeding"),
];

/// All fields of phones and of vehicle trackers but the position itself, in the order in which they are shown.
pub(super) const FIELDS: &[Field] = &[
    fix("acc", "accuracy", "Accuracy", Read::Positive, "m", "distance")
        .role(Role::Accuracy)
        .diagnostic(),
    fix("batt", "battery", "Battery", Read::Positive, "%", "battery")
        .phone()
        .role(Role::Battery),
    CHARGING,
    fix(
        "bs",
        "battery_state",
        "Battery state",
        Read::Code(BATTERY_STATES),
        "",
        "",
    )
    .phone()
    .diagnostic(),
    SPEED,
    fix("cog", "heading", "Heading", Read::Positive, "°", ""),
    fix("alt", "altitude", "Altitude", Read::Number, "m", "distance"),
    fix(
        "vac",
        "altitude_accuracy",
        "Altitude accuracy",
        Read::Positive,
        "m",
        "distance",
    )
    .diagnostic(),
    fix("p", "pressure", "Air pressure", Read::Positive, "kPa", "pressure").phone(),
    fix("motionactivities", "activity", "Activity", Read::Text, "", "").role(Role::Activity),
    fix("poi", "poi", "Point of interest", Read::Text, "", ""),
    fix("tag", "tag", "Tag", Read::Text, "", ""),
    fix("conn", "connection", "Connection", Read::Code(NETWORKS), "", "")
        .phone()
        .diagnostic(),
    fix("SSID", "ssid", "WiFi network", Read::Text, "", "")
        .phone()
        .diagnostic(),
    fix("BSSID", "bssid", "WiFi access point", Read::Text, "", "")
        .phone()
        .diagnostic(),
    fix("m", "mode", "Monitoring mode", Read::Code(MODES), "", "")
        .phone()
        .diagnostic(),
    fix("t", "trigger", "Reported because", Read::Code(TRIGGERS), "", "").diagnostic(),
    fix("tid", "tracker_id", "Tracker ID", Read::Text, "", "").diagnostic(),
    fix(
        "rad",
        "region_radius",
        "Region radius",
        Read::Positive,
        "m",
        "distance",
    )
    .diagnostic(),
    fix(
        "odometer",
        "odometer",
        "Odometer",
        Read::Positive,
        "km",
        "distance",
    ),
    fix("ign", "ignition", "Ignition", Read::Bool, "", "running"),
    fix("motion", "motion", "Moving", Read::Bool, "", "moving"),
    fix("tow", "tow", "Towed", Read::Bool, "", "problem"),
    fix("fake", "fake_tow", "Fake tow", Read::Bool, "", "").diagnostic(),
    fix("sens", "motion_sensor", "Motion sensor", Read::Bool, "", "moving").diagnostic(),
    fix(
        "nmds",
        "standing_detection",
        "Standing detection",
        Read::Bool,
        "",
        "",
    )
    .diagnostic(),
    fix("rpm", "engine_speed", "Engine speed", Read::Positive, "rpm", ""),
    fix(
        "fcon",
        "fuel_consumption",
        "Fuel consumption",
        Read::Positive,
        "L/100km",
        "",
    ),
    fix("flvl", "fuel", "Fuel", Read::Positive, "%", ""),
    fix(
        "ubatt",
        "battery_voltage",
        "Battery voltage",
        Read::Number,
        "V",
        "voltage",
    )
    .diagnostic(),
    fix(
        "uext",
        "supply_voltage",
        "Supply voltage",
        Read::Number,
        "V",
        "voltage",
    )
    .diagnostic(),
    fix(
        "aiv",
        "analog_voltage",
        "Analog input voltage",
        Read::Number,
        "V",
        "voltage",
    )
    .diagnostic(),
    fix("hmc", "hours", "Operating time", Read::Positive, "s", "duration").diagnostic(),
    fix(
        "don",
        "ignition_on_time",
        "Ignition on for",
        Read::Positive,
        "s",
        "duration",
    )
    .diagnostic(),
    fix(
        "doff",
        "ignition_off_time",
        "Ignition off for",
        Read::Positive,
        "s",
        "duration",
    )
    .diagnostic(),
    fix(
        "dist",
        "leg",
        "Distance since the last report",
        Read::Positive,
        "m",
        "distance",
    )
    .diagnostic(),
    fix("trip", "trip", "Trip", Read::Positive, "m", "distance"),
    fix("din1", "input_1", "Input 1", Read::Bool, "", "").diagnostic(),
    fix("din2", "input_2", "Input 2", Read::Bool, "", "").diagnostic(),
    fix("dout1", "output_1", "Output 1", Read::Bool, "", "").diagnostic(),
    fix("dout2", "output_2", "Output 2", Read::Bool, "", "").diagnostic(),
];

/// What a message says about itself or its sender, which is used elsewhere or means nothing to a person.
pub(super) const ABOUT: &[&str] = &[
    "_type",
    "_id",
    "_http",
    "_geoprec",
    "topic",
    "tst",
    "created_at",
    "isotst",
    "disptst",
    "lat",
    "lon",
    "inregions",
    "inrids",
    "name",
    "imei",
    "vin",
    "sent",
    "mcc",
    "mnc",
    "lac",
    "cid",
    "rit",
    "rty",
    "rid",
    "mst",
    "count",
    "raw_line",
    "counter",
    "ignored",
    "anum",
    "can",
    "username",
    "device",
    "face",
    "source",
    "wtst",
    "addr",
    "ghash",
    "cc",
];
