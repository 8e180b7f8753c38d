//! Frigate's statistics: frames of each camera, detectors, storage, load.

use hearthline_model::{Role, Value};

use super::server::{Figure, Server};
use crate::decoder::shortened;
use crate::shape::json::{self, Json};
use crate::shape::scalar::{self, Scalar};
use crate::{Context, DiagnosisKind, Message, naming};

/// Most cameras, detectors, disks and the like that are read.
const MOST: usize = 64;

/// Most nodes of one message: a machine has many processes.
const MOST_NODES: usize = 20_000;
/// Deepest level.
const DEEPEST: usize = 8;

/// A camera's numbers: key, name, unit.
const CAMERA: &[(&str, &str, &str)] = &[
    ("camera_fps", "Frames", "fps"),
    ("process_fps", "Processed frames", "fps"),
    ("skipped_fps", "Skipped frames", "fps"),
    ("detection_fps", "Detections", "fps"),
    ("expected_fps", "Expected frames", "fps"),
    ("reconnects_last_hour", "Reconnects in the last hour", ""),
    ("stalls_last_hour", "Stalls in the last hour", ""),
    ("detection_enabled", "Detection is on", ""),
    ("connection_quality", "Connection", ""),
];

/// Reads a message of statistics.
pub(super) fn read(server: &mut Server, message: &Message<'_>, context: &mut Context<'_>) {
    let device = server.device();
    let result = json::with(message.payload, MOST_NODES, DEEPEST, |read, _| {
        figures(server, &read.json, message, context);
        read.cut
    });
    match result {
        Ok(false) => {}
        Ok(true) => {
            let text = "the statistics have more values than are read; the rest was left out";
            context.diagnose(device, message.topic, DiagnosisKind::TooLarge, text);
        }
        Err(error) => context.diagnose(device, message.topic, DiagnosisKind::MalformedJson, error),
    }
}

fn figures(server: &mut Server, json: &Json<'_>, message: &Message<'_>, context: &mut Context<'_>) {
    if !json.is_object() {
        let text = "the statistics are no JSON object";
        context.diagnose(server.device(), message.topic, DiagnosisKind::WrongType, text);
        return;
    }
    // Old versions had the cameras beside everything else.
    let nested = json.get("cameras").filter(|cameras| cameras.is_object());
    let (start, cameras) = nested.map_or(("", json), |cameras| ("cameras.", cameras));
    for (name, camera) in cameras.entries().iter().take(MOST) {
        if camera.get("camera_fps").is_some() {
            self::camera(server, name, camera, start, message, context);
        }
    }
    if let Some(value) = json.get("detection_fps").and_then(number) {
        put(
            server,
            "",
            "detection_fps",
            "Detections",
            "fps",
            "",
            value,
            message,
            context,
        );
    }
    for (name, detector) in entries(json, "detectors") {
        if let Some(value) = detector.get("inference_speed").and_then(number) {
            let path = format!("detectors.{name}.inference_speed");
            let label = format!("{} inference time", naming::humanise(name));
            put(
                server, "", &path, &label, "ms", "duration", value, message, context,
            );
        }
    }
    for (name, gpu) in entries(json, "gpu_usages") {
        for (key, label) in [
            ("gpu", "load"),
            ("mem", "memory"),
            ("enc", "encoder"),
            ("dec", "decoder"),
            ("temp", "temperature"),
        ] {
            if let Some(value) = gpu.get(key).and_then(number) {
                let path = format!("gpu_usages.{name}.{key}");
                let label = format!("GPU {} {label}", naming::humanise(name));
                let (unit, class) = if key == "temp" {
                    ("°C", "temperature")
                } else {
                    ("%", "")
                };
                put(server, "", &path, &label, unit, class, value, message, context);
            }
        }
    }
    system(server, json, message, context);
    service(server, json, message, context);
}

fn entries<'a>(json: &'a Json<'_>, key: &str) -> impl Iterator<Item = (&'a str, &'a Json<'a>)> {
    let entries = json.get(key).map(Json::entries).unwrap_or_default();
    entries
        .iter()
        .take(MOST)
        .filter(|(name, _)| name.len() <= MOST)
        .map(|(name, value)| (name.as_ref(), value))
}

fn camera(
    server: &mut Server,
    name: &str,
    camera: &Json<'_>,
    start: &str,
    message: &Message<'_>,
    context: &mut Context<'_>,
) {
    server.is_camera(name, context);
    for (key, label, unit) in CAMERA {
        let value = match camera.get(key) {
            Some(Json::Bool(on)) => Some(Value::Bool(*on)),
            Some(Json::Int(int @ (0 | 1))) if *key == "detection_enabled" => Some(Value::Bool(*int == 1)),
            Some(Json::Text(text)) if *key == "connection_quality" => Some(Value::text(shortened(text, 64))),
            Some(json) => number(json),
            None => None,
        };
        if let Some(value) = value {
            let path = format!("{start}{name}.{key}");
            put(server, name, &path, label, unit, "", value, message, context);
        }
    }
}

/// The load of the whole machine; that of single processes is not kept, because their numbers change with every start.
fn system(server: &mut Server, json: &Json<'_>, message: &Message<'_>, context: &mut Context<'_>) {
    for (name, usage) in entries(json, "cpu_usages") {
        if name != "frigate.full_system" {
            continue;
        }
        for (key, label) in [("cpu", "System load"), ("mem", "System memory")] {
            if let Some(value) = usage.get(key).and_then(number) {
                let path = format!("cpu_usages.{name}.{key}");
                put(server, "", &path, label, "%", "", value, message, context);
            }
        }
    }
    if json.get("cpu_usages").is_some() {
        let why = "the load of single processes is not kept: their numbers change with every start";
        server.tell(why, message.topic, context);
    }
}

fn service(server: &mut Server, json: &Json<'_>, message: &Message<'_>, context: &mut Context<'_>) {
    let Some(service) = json.get("service") else {
        return;
    };
    if let Some(version) = service.text("version").map(|version| shortened(version, 64)) {
        server.change("", context, |desc| desc.firmware = Some(version));
    }
    if let Some(latest) = service
        .text("latest_version")
        .filter(|latest| *latest != "unknown" && !latest.is_empty())
    {
        let figure = Figure {
            path: "service.latest_version",
            name: "Latest version",
            unit: "",
            class: "",
            role: Role::LatestVersion,
        };
        server.figure("", &figure, Value::text(shortened(latest, 64)), message, context);
    }
    if let Some(value) = service.get("uptime").and_then(number) {
        put(
            server,
            "",
            "service.uptime",
            "Running for",
            "s",
            "duration",
            value,
            message,
            context,
        );
    }
    for (name, temperature) in entries(service, "temperatures") {
        if let Some(value) = number(temperature) {
            let path = format!("service.temperatures.{name}");
            let label = format!("{} temperature", naming::humanise(name));
            put(
                server,
                "",
                &path,
                &label,
                "°C",
                "temperature",
                value,
                message,
                context,
            );
        }
    }
    for (disk, space) in entries(service, "storage") {
        let own = naming::humanise(disk.rsplit('/').find(|part| !part.is_empty()).unwrap_or("disk"));
        for (key, label) in [("used", "used"), ("free", "free"), ("total", "size")] {
            if let Some(value) = space.get(key).and_then(number) {
                let path = format!("service.storage.{disk}.{key}");
                let label = format!("{own} {label}");
                put(
                    server,
                    "",
                    &path,
                    &label,
                    "MB",
                    "data_size",
                    value,
                    message,
                    context,
                );
            }
        }
    }
}

/// A number, also one as text with a percent sign.
fn number(json: &Json<'_>) -> Option<Value> {
    match scalar::of_json(json)? {
        Scalar::Int(int) => Some(Value::Int(int)),
        Scalar::Float(float) | Scalar::Measure(float, _) => Some(Value::number(float)),
        _ => None,
    }
}

#[allow(clippy::too_many_arguments)] // what a figure is made of
fn put(
    server: &mut Server,
    name: &str,
    path: &str,
    label: &str,
    unit: &str,
    class: &str,
    value: Value,
    message: &Message<'_>,
    context: &mut Context<'_>,
) {
    let figure = Figure {
        path,
        name: label,
        unit,
        class,
        role: Role::Value,
    };
    server.figure(name, &figure, value, message, context);
}
