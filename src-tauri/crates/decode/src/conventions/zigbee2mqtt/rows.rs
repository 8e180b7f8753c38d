//! The points of a bridge, and where they stand in what it says.

use hearthline_model::{Category, Kind};

/// One point.
pub(super) struct Row {
    pub(super) key: &'static str,
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    /// Keys, with dots between.
    pub(super) path: &'static str,
    pub(super) unit: Option<&'static str>,
    pub(super) class: Option<&'static str>,
    pub(super) category: Category,
}

const fn row(key: &'static str, name: &'static str, kind: Kind, path: &'static str) -> Row {
    Row {
        key,
        name,
        kind,
        path,
        unit: None,
        class: None,
        category: Category::Diagnostic,
    }
}

impl Row {
    const fn unit(mut self, unit: &'static str) -> Self {
        self.unit = Some(unit);
        self
    }

    const fn class(mut self, class: &'static str) -> Self {
        self.class = Some(class);
        self
    }

    const fn config(mut self) -> Self {
        self.category = Category::Config;
        self
    }
}

use Kind::{Bool, Enum, Number, Text, Time};

/// `bridge/info`.
pub(super) const INFO: &[Row] = &[
    row("version", "Version", Text, "version"),
    row("channel", "Zigbee channel", Number, "network.channel"),
    row(
        "coordinator_revision",
        "Coordinator firmware",
        Text,
        "coordinator.meta.revision",
    ),
    row("permit_join", "Permit join", Bool, "permit_join").config(),
    row("permit_join_end", "Permit join until", Time, "permit_join_end").class("timestamp"),
    row(
        "permit_join_time",
        "Permit join for",
        Number,
        "permit_join_timeout",
    )
    .unit("s")
    .class("duration")
    .config(),
    row("restart_required", "Restart required", Bool, "restart_required").class("problem"),
    row("log_level", "Log level", Enum, "log_level").config(),
];

/// `bridge/health`.
pub(super) const HEALTH: &[Row] = &[
    row("healthy", "Healthy", Bool, "healthy").class("running"),
    row("uptime", "Uptime", Number, "process.uptime_sec")
        .unit("s")
        .class("duration"),
    row("memory", "Memory", Number, "process.memory_used_mb")
        .unit("MB")
        .class("data_size"),
    row("memory_percent", "Memory share", Number, "process.memory_percent").unit("%"),
    row(
        "os_memory",
        "Memory of the machine in use",
        Number,
        "os.memory_used_mb",
    )
    .unit("MB")
    .class("data_size"),
    row("load", "Load", Number, "os.load_average.0"),
    row("mqtt_connected", "MQTT connected", Bool, "mqtt.connected").class("connectivity"),
    row("mqtt_queued", "MQTT messages waiting", Number, "mqtt.queued"),
    row("mqtt_received", "MQTT messages received", Number, "mqtt.received"),
    row(
        "mqtt_published",
        "MQTT messages published",
        Number,
        "mqtt.published",
    ),
];

/// What health tells of each device.
pub(super) const DEVICE_HEALTH: &[(&str, &str)] = &[
    ("messages", "Messages"),
    ("messages_per_sec", "Messages per second"),
    ("leave_count", "Left the network"),
    ("network_address_changes", "Network address changes"),
];
