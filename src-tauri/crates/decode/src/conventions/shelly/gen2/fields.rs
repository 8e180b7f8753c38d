//! Which field of which part is what point. One table, and so longer than other files: whoever adds a field looks here alone.

use hearthline_model::{Category, Role, StateClass};

use super::ways::Way;

/// How a field's value is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Flag,
    Number,
    Text,
    Choice(&'static [&'static str]),
    /// 0…255, shown as percent.
    Byte,
    /// Three bytes.
    Rgb,
    /// `enable` of a thermostat: `heat` or `off`.
    Heat,
    /// `output` of a thermostat: `heating` or `idle`.
    Heating,
    /// As [`Shape::Heat`], of one that cools: `cool` or `off`.
    Cool,
    /// As [`Shape::Heating`], of one that cools: `cooling` or `idle`.
    Cooling,
}

impl Shape {
    /// The shape of a field in a part that cools rather than heats.
    pub(super) fn cooled(self) -> Self {
        match self {
            Self::Heat => Self::Cool,
            Self::Heating => Self::Cooling,
            other => other,
        }
    }
}

/// One field.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    /// Dotted path within the part.
    pub(super) path: &'static str,
    /// Its name; that of the part takes its place where it is the main field.
    pub(super) name: &'static str,
    pub(super) main: bool,
    pub(super) shape: Shape,
    pub(super) unit: &'static str,
    pub(super) class: &'static str,
    pub(super) state_class: Option<StateClass>,
    pub(super) range: Option<(f64, f64)>,
    pub(super) category: Category,
    pub(super) role: Role,
    pub(super) platform: &'static str,
    pub(super) way: Way,
    pub(super) hidden: bool,
}

const fn field(path: &'static str, name: &'static str, shape: Shape) -> Field {
    Field {
        path,
        name,
        main: false,
        shape,
        unit: "",
        class: "",
        state_class: None,
        range: None,
        category: Category::Primary,
        role: Role::Value,
        platform: "",
        way: Way::None,
        hidden: false,
    }
}

const fn number(path: &'static str, name: &'static str, unit: &'static str, class: &'static str) -> Field {
    let mut it = field(path, name, Shape::Number);
    it.unit = unit;
    it.class = class;
    it.state_class = Some(StateClass::Measurement);
    it
}

const fn counter(path: &'static str, name: &'static str, unit: &'static str, class: &'static str) -> Field {
    let mut it = number(path, name, unit, class);
    it.state_class = Some(StateClass::TotalIncreasing);
    it
}

const fn flag(path: &'static str, name: &'static str, class: &'static str) -> Field {
    let mut it = field(path, name, Shape::Flag);
    it.class = class;
    it
}

impl Field {
    const fn main(mut self) -> Self {
        self.main = true;
        self
    }

    const fn diagnostic(mut self) -> Self {
        self.category = Category::Diagnostic;
        self
    }

    const fn hidden(mut self) -> Self {
        self.hidden = true;
        self.diagnostic()
    }

    const fn role(mut self, platform: &'static str, role: Role) -> Self {
        self.platform = platform;
        self.role = role;
        self
    }

    const fn range(mut self, low: f64, high: f64) -> Self {
        self.range = Some((low, high));
        self
    }

    const fn way(mut self, way: Way) -> Self {
        self.way = way;
        self
    }
}

/// Meters within switches, covers, lights and plugs.
const POWER: &[Field] = &[
    number("apower", "Power", "W", "power"),
    number("aprtpower", "Apparent power", "VA", "apparent_power"),
    number("voltage", "Voltage", "V", "voltage"),
    number("current", "Current", "A", "current"),
    number("pf", "Power factor", "", "power_factor"),
    number("freq", "Frequency", "Hz", "frequency"),
    counter("aenergy.total", "Energy", "Wh", "energy"),
    counter("ret_aenergy.total", "Returned energy", "Wh", "energy"),
    number("temperature.tC", "Device temperature", "°C", "temperature").diagnostic(),
];
const SWITCH: &[Field] = &[flag("output", "", "")
    .main()
    .role("switch", Role::Switch)
    .way(Way::On)];
const COVER: &[Field] = &[
    field(
        "state",
        "",
        Shape::Choice(&["open", "opening", "closed", "closing", "stopped", "calibrating"]),
    )
    .main()
    .role("cover", Role::OpenClose)
    .way(Way::Move),
    number("current_pos", "Position", "%", "")
        .role("cover", Role::Position)
        .range(0.0, 100.0)
        .way(Way::Position),
    number("slat_pos", "Tilt", "%", "")
        .role("cover", Role::Tilt)
        .range(0.0, 100.0)
        .way(Way::Tilt),
    field(
        "last_direction",
        "Last direction",
        Shape::Choice(&["open", "close"]),
    )
    .diagnostic(),
    flag("pos_control", "Calibrated", "").diagnostic(),
];
const LIGHT: &[Field] = &[
    flag("output", "", "")
        .main()
        .role("light", Role::Switch)
        .way(Way::On),
    number("brightness", "Brightness", "%", "")
        .role("light", Role::Brightness)
        .range(0.0, 100.0)
        .way(Way::Brightness),
    number("ct", "Colour temperature", "K", "")
        .role("light", Role::ColorTemperature)
        .range(2700.0, 6500.0)
        .way(Way::Kelvin),
    field("rgb", "Colour", Shape::Rgb)
        .role("light", Role::Color)
        .way(Way::Color),
    {
        let mut white = number("white", "White", "%", "")
            .role("light", Role::Attribute)
            .range(0.0, 100.0);
        white.shape = Shape::Byte;
        white.way(Way::White)
    },
    field("mode", "Colour mode", Shape::Text).role("light", Role::ColorMode),
];
const INPUT: &[Field] = &[
    flag("state", "Input", "").main(),
    number("percent", "Level", "%", "").range(0.0, 100.0),
    number("xpercent", "Scaled level", "", ""),
    counter("counts.total", "Count", "", ""),
    counter("counts.xtotal", "Scaled count", "", ""),
    number("freq", "Frequency", "Hz", "frequency"),
    number("xfreq", "Scaled frequency", "", ""),
];
const SENSORS: &[(&str, &[Field])] = &[
    (
        "temperature",
        &[number("tC", "Temperature", "°C", "temperature").main()],
    ),
    (
        "humidity",
        &[number("rh", "Humidity", "%", "humidity").main().range(0.0, 100.0)],
    ),
    (
        "voltmeter",
        &[
            number("voltage", "Voltage", "V", "voltage").main(),
            number("xvoltage", "Scaled voltage", "", ""),
        ],
    ),
    (
        "illuminance",
        &[
            number("lux", "Illuminance", "lx", "illuminance").main(),
            field(
                "illumination",
                "Illumination",
                Shape::Choice(&["dark", "twilight", "bright"]),
            ),
        ],
    ),
    (
        "smoke",
        &[
            flag("alarm", "Smoke", "smoke").main(),
            flag("mute", "Muted", "").diagnostic(),
        ],
    ),
    (
        "flood",
        &[
            flag("alarm", "Flood", "moisture").main(),
            flag("mute", "Muted", "").diagnostic(),
        ],
    ),
    (
        "devicepower",
        &[
            number("battery.percent", "Battery", "%", "battery")
                .role("sensor", Role::Battery)
                .range(0.0, 100.0)
                .diagnostic(),
            number("battery.V", "Battery voltage", "V", "voltage").diagnostic(),
            flag("external.present", "External power", "plug").diagnostic(),
        ],
    ),
    (
        "presence",
        &[
            flag("state", "Presence", "occupancy").main(),
            number("num_objects", "People", "", ""),
        ],
    ),
    (
        "presencezone",
        &[
            flag("state", "Zone", "occupancy").main(),
            flag("value", "Zone", "occupancy").main(),
            number("num_objects", "People in the zone", "", ""),
        ],
    ),
    (
        "thermostat",
        &[
            field("enable", "", Shape::Heat)
                .main()
                .role("climate", Role::Mode)
                .way(Way::Enable),
            number("target_C", "Target temperature", "°C", "temperature")
                .role("climate", Role::TargetTemperature)
                .range(5.0, 35.0)
                .way(Way::Target),
            number("current_C", "Temperature", "°C", "temperature").role("climate", Role::CurrentTemperature),
            field("output", "Activity", Shape::Heating).role("climate", Role::Activity),
            number("target_humidity", "Target humidity", "%", "humidity")
                .role("climate", Role::TargetHumidity)
                .range(0.0, 100.0),
            number("current_humidity", "Humidity", "%", "humidity").role("climate", Role::CurrentHumidity),
        ],
    ),
    (
        "blutrv",
        &[
            number("target_C", "Target temperature", "°C", "temperature")
                .role("climate", Role::TargetTemperature)
                .range(4.0, 30.0)
                .way(Way::BluTarget),
            number("current_C", "Temperature", "°C", "temperature").role("climate", Role::CurrentTemperature),
            number("pos", "Valve position", "%", "").range(0.0, 100.0),
            number("battery", "Battery", "%", "battery")
                .role("sensor", Role::Battery)
                .range(0.0, 100.0)
                .diagnostic(),
            number("rssi", "Signal", "dBm", "signal_strength")
                .role("sensor", Role::LinkQuality)
                .diagnostic(),
            flag("connected", "Connected", "connectivity").diagnostic(),
            field("fw_ver", "Installed version", Shape::Text).diagnostic(),
        ],
    ),
    (
        "bthomedevice",
        &[
            number("battery", "Battery", "%", "battery")
                .role("sensor", Role::Battery)
                .range(0.0, 100.0)
                .diagnostic(),
            number("rssi", "Signal", "dBm", "signal_strength")
                .role("sensor", Role::LinkQuality)
                .diagnostic(),
            flag("paired", "Paired", "").hidden(),
            field("fw_ver", "Installed version", Shape::Text).diagnostic(),
        ],
    ),
    ("sys", SYS),
    (
        "wifi",
        &[
            number("rssi", "WiFi signal", "dBm", "signal_strength")
                .role("sensor", Role::LinkQuality)
                .diagnostic(),
            field("ssid", "WiFi network", Shape::Text).diagnostic(),
            field("sta_ip", "IP address", Shape::Text).diagnostic(),
            field("status", "WiFi", Shape::Text).hidden(),
            number("ap_client_count", "WiFi clients", "", "").hidden(),
        ],
    ),
    (
        "eth",
        &[field("ip", "IP address (cable)", Shape::Text).diagnostic()],
    ),
    (
        "cloud",
        &[flag("connected", "Cloud", "connectivity").diagnostic()],
    ),
    ("mqtt", &[flag("connected", "MQTT", "connectivity").hidden()]),
    ("ws", &[flag("connected", "Websocket", "connectivity").hidden()]),
    (
        "script",
        &[
            flag("running", "Script", "")
                .main()
                .role("switch", Role::Switch)
                .diagnostic()
                .way(Way::Run),
            number("mem_used", "Script memory", "B", "data_size").hidden(),
            number("mem_peak", "Script memory peak", "B", "data_size").hidden(),
            number("mem_free", "Script memory free", "B", "data_size").hidden(),
            number("cpu", "Script load", "%", "").hidden(),
        ],
    ),
];
const SYS: &[Field] = &[
    flag("restart_required", "Restart required", "problem").diagnostic(),
    {
        let mut uptime = number("uptime", "Uptime", "s", "duration");
        uptime.state_class = None;
        uptime.diagnostic()
    },
    field("available_updates.stable.version", "Latest version", Shape::Text)
        .role("update", Role::LatestVersion)
        .diagnostic(),
    field(
        "available_updates.beta.version",
        "Latest beta version",
        Shape::Text,
    )
    .hidden(),
    number("ram_size", "Memory", "B", "data_size").hidden(),
    number("ram_free", "Free memory", "B", "data_size").hidden(),
    number("ram_min_free", "Least free memory", "B", "data_size").hidden(),
    number("fs_size", "Storage", "B", "data_size").hidden(),
    number("fs_free", "Free storage", "B", "data_size").hidden(),
    number("reset_reason", "Reset reason", "", "").hidden(),
    field("wakeup_reason.boot", "Started by", Shape::Text).diagnostic(),
    field("wakeup_reason.cause", "Woken by", Shape::Text).diagnostic(),
];
/// Fields of one phase of a meter, without the phase.
const PHASE: &[Field] = &[
    number("act_power", "Power", "W", "power"),
    number("aprt_power", "Apparent power", "VA", "apparent_power"),
    number("voltage", "Voltage", "V", "voltage"),
    number("current", "Current", "A", "current"),
    number("pf", "Power factor", "", "power_factor"),
    number("freq", "Frequency", "Hz", "frequency"),
    counter("act_energy", "Energy", "Wh", "energy"),
    counter("act_ret_energy", "Returned energy", "Wh", "energy"),
    counter("total_act_energy", "Energy", "Wh", "energy"),
    counter("total_act_ret_energy", "Returned energy", "Wh", "energy"),
    counter("act", "Energy", "Wh", "energy"),
    counter("act_ret", "Returned energy", "Wh", "energy"),
];
/// Before the fields of a meter; with what it is called.
const PHASES: &[(&str, &str)] = &[
    ("a_", "Phase A"),
    ("b_", "Phase B"),
    ("c_", "Phase C"),
    ("n_", "Neutral"),
    ("total_", "Total"),
];
const CALIBRATION: Field = field("calibration", "Calibration", Shape::Text).hidden();

/// Whether fields of this part can be left out without a loss, and why.
pub(super) fn left_out(kind: &str, path: &str) -> Option<&'static str> {
    let last = path.rsplit('.').next().unwrap_or(path);
    Some(match (kind, path) {
        (_, "source") => "who switched it last is not shown",
        (_, "tF" | "temperature.tF" | "target_F" | "current_F") => "it is the temperature once more, in °F",
        (_, "timer_started_at" | "timer_duration" | "timer_remaining") => {
            "timers run within the device and are not shown"
        }
        ("cover", "move_started_at" | "move_timeout" | "target_pos") => {
            "it tells of the movement under way, which the state shows"
        }
        ("sys", "mac") => "it is the device's identity",
        ("sys", "time" | "unixtime" | "last_sync_ts" | "alt.time") => "it is the device's clock",
        ("sys", "wakeup_period") => "it says how often the device wakes; its points expire by it",
        (_, "last_update_ts" | "last_updated_ts") => "it is the time of the value",
        (_, "user_calibrated_phase" | "phase_sequence_error") => "it tells of the meter's calibration",
        (_, "packet_id") => "it numbers Bluetooth packets",
        ("input", "state") => "the input is a push button, which has events and no state",
        (_, "flags" | "steps" | "schedules" | "schedule_rev") => "it tells of schedules within the device",
        _ if matches!(last, "by_minute" | "minute_ts" | "xby_minute") => {
            "the minutes before are contained in the counter"
        }
        _ if kind == "sys" && (last.ends_with("_rev") || path.starts_with("alt.")) => {
            "it numbers versions of the device's settings"
        }
        _ if path.starts_with("transition") => "it says how a change under way goes on, not how the light is",
        _ => return None,
    })
}

/// The fields of a part, but for meters, whose fields go by phase.
pub(super) fn all(kind: &str) -> impl Iterator<Item = &'static Field> {
    let (own, meters): (&'static [Field], &'static [Field]) = match kind {
        "switch" => (SWITCH, POWER),
        "cover" => (COVER, POWER),
        "light" | "rgb" | "rgbw" | "cct" | "rgbcct" => (LIGHT, POWER),
        "input" => (INPUT, &[]),
        "pm1" => (POWER, &[]),
        _ => {
            let own = SENSORS.iter().find(|(known, _)| *known == kind);
            (own.map_or(&[], |(_, list)| *list), &[])
        }
    };
    own.iter().chain(meters)
}

/// The field of a path, and the phase before its name.
pub(super) fn of(kind: &str, path: &str) -> Option<(&'static Field, &'static str)> {
    match kind {
        "em" | "emdata" | "em1" | "em1data" => {
            if path == "calibration" {
                return Some((&CALIBRATION, ""));
            }
            let single = kind.starts_with("em1");
            let (phase, rest) = PHASES
                .iter()
                .find_map(|(before, name)| path.strip_prefix(before).map(|rest| (*name, rest)))
                .unwrap_or(("", path));
            // The sum of a single-phase meter is its counter.
            let phase = if single && phase == "Total" { "" } else { phase };
            PHASE
                .iter()
                .find(|field| field.path == rest)
                .map(|field| (field, phase))
        }
        _ => all(kind)
            .find(|field| field.path == path)
            .map(|field| (field, "")),
    }
}

/// What people call a part of which there are several.
pub(super) fn word(kind: &str) -> &'static str {
    match kind {
        "switch" => "Switch",
        "cover" => "Cover",
        "light" | "rgb" | "rgbw" | "cct" | "rgbcct" => "Light",
        "input" => "Input",
        "temperature" => "Temperature",
        "humidity" => "Humidity",
        "voltmeter" => "Voltmeter",
        "pm1" | "em1" | "em1data" => "Channel",
        "em" | "emdata" => "Meter",
        "thermostat" => "Thermostat",
        "script" => "Script",
        "presencezone" => "Zone",
        "illuminance" => "Illuminance",
        "smoke" => "Smoke",
        "flood" => "Flood",
        "boolean" | "number" | "text" | "enum" | "button" | "group" | "object" => "Value",
        _ => "Part",
    }
}
