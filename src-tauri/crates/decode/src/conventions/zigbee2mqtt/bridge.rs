//! The bridge as a device: the coordinator, its network, joining, its log level and its health.

use hearthline_model::{Category, CommandDesc, DeviceDesc, Kind, PlaceHint, PointDesc, Role, Value};
use rustc_hash::FxHashMap;
use serde_json::Value as Json;

use super::Zigbee2Mqtt;
use super::entity::{Command, Id};
use super::identity;
use super::request::{LEVELS, LONGEST_JOIN, Request};
use super::rows::{DEVICE_HEALTH, HEALTH, INFO, Row};
use crate::decoder::shortened;
use crate::{Context, DeviceIx, DiagnosisKind, Message, PointIx, payload};

/// What is known of one bridge.
#[derive(Default)]
pub(super) struct Bridge {
    pub(super) device: Option<DeviceIx>,
    /// The coordinator's address, `0x…`.
    ieee: Option<String>,
    model: Option<String>,
    version: Option<String>,
    points: FxHashMap<&'static str, PointIx>,
}

impl Zigbee2Mqtt {
    /// `bridge/state`.
    pub(super) fn bridge_state(&mut self, base: usize, message: &Message<'_>, context: &mut Context<'_>) {
        let device = self.bridge_device(base, context);
        let Some(said) = availability(message, device, false, context) else {
            return;
        };
        self.bases[base].online = said;
        if let (Some(device), Some(online)) = (device, said) {
            context.online(device, online, message.at);
        }
        for entity in &mut self.entities {
            if entity.base == base {
                entity.tell_online(said, message.at, context);
            }
        }
    }

    /// `bridge/info`, and `bridge/config` of old.
    pub(super) fn bridge_info(&mut self, base: usize, message: &Message<'_>, context: &mut Context<'_>) {
        if message.payload.trim_ascii().is_empty() {
            return;
        }
        let Some(info) = payload::json(message, self.bases[base].bridge.device, context) else {
            return;
        };
        let text = |path: &str| {
            at(&info, path)
                .and_then(Json::as_str)
                .map(|text| shortened(text, 128))
        };
        let bridge = &mut self.bases[base].bridge;
        bridge.version = text("version").or(bridge.version.take());
        // Old versions give the type in place of an object.
        let model = text("coordinator.type").or_else(|| text("coordinator"));
        bridge.model = model.or(bridge.model.take());
        bridge.ieee = text("coordinator.ieee_address").or(bridge.ieee.take());
        let output = text("config.advanced.output").or_else(|| text("config.experimental.output"));
        if let Some(output) = output {
            let (some, only) = (output != "json", output == "attribute");
            let known = &mut self.bases[base];
            if (known.attributes, known.attributes_only) != (some, only) {
                (known.attributes, known.attributes_only) = (some, only);
                context.reroute(format!("{}/#", known.topic));
                for entity in self
                    .entities
                    .iter_mut()
                    .filter(|entity| entity.base == base && !entity.gone)
                {
                    entity.attributes_only = only;
                    entity.move_points(context);
                }
            }
        }
        self.rows(base, INFO, &info, message, context);
    }

    /// `bridge/health`.
    pub(super) fn bridge_health(&mut self, base: usize, message: &Message<'_>, context: &mut Context<'_>) {
        if message.payload.trim_ascii().is_empty() {
            return;
        }
        let Some(health) = payload::json(message, self.bases[base].bridge.device, context) else {
            return;
        };
        self.rows(base, HEALTH, &health, message, context);
        let Some(devices) = health.get("devices").and_then(Json::as_object) else {
            return;
        };
        for (who, health) in devices {
            let known = &self.bases[base];
            let ix = known
                .names
                .get(who)
                .or_else(|| known.by_id.get(&Id::Device(who.clone())));
            let Some(entity) = ix
                .and_then(|ix| self.entities.get(*ix))
                .filter(|entity| !entity.gone)
            else {
                continue;
            };
            for (key, name) in DEVICE_HEALTH {
                let Some(value) = health.get(key).and_then(number) else {
                    continue;
                };
                let desc = PointDesc {
                    key: format!("health.{key}"),
                    name: (*name).to_owned(),
                    platform: "sensor".to_owned(),
                    kind: Kind::Number,
                    category: Category::Diagnostic,
                    hidden: true,
                    topic: Some(message.topic.to_owned()),
                    path: Some(format!("devices.{who}.{key}")),
                    ..PointDesc::default()
                };
                if let Some(point) = context.point(entity.device, desc) {
                    context.value(point, message.at, value);
                }
            }
        }
    }

    /// The coordinator among the devices.
    pub(super) fn coordinator(&mut self, base: usize, item: &Json, context: &mut Context<'_>) {
        let ieee = item.get("ieee_address").and_then(Json::as_str);
        if let Some(ieee) = ieee.map(|ieee| shortened(ieee, 64)) {
            self.bases[base].bridge.ieee = Some(ieee);
        }
        self.bridge_device(base, context);
    }

    /// The bridge's device, as it is known now.
    pub(super) fn bridge_device(&mut self, base: usize, context: &mut Context<'_>) -> Option<DeviceIx> {
        let known = &self.bases[base];
        let name = crate::naming::join("Zigbee2MQTT", &identity::own_name(&known.topic));
        let bridge = &known.bridge;
        let desc = DeviceDesc {
            key: identity::key(&known.topic),
            identities: bridge
                .ieee
                .iter()
                .filter_map(|ieee| identity::address(ieee))
                .collect(),
            convention: "zigbee2mqtt".to_owned(),
            name,
            manufacturer: Some("Zigbee2MQTT".to_owned()),
            model: bridge.model.clone(),
            firmware: bridge.version.clone(),
            place: PlaceHint {
                realm: self.realm,
                path: Vec::new(),
            },
            ..DeviceDesc::default()
        };
        let device = context.device(desc);
        self.bases[base].bridge.device = device;
        device
    }

    fn rows(
        &mut self,
        base: usize,
        rows: &[Row],
        json: &Json,
        message: &Message<'_>,
        context: &mut Context<'_>,
    ) {
        let Some(device) = self.bridge_device(base, context) else {
            return;
        };
        let topic = self.bases[base].topic.clone();
        let request = |name: &str| format!("{topic}/bridge/request/{name}");
        if std::ptr::eq(rows, INFO) && !self.bases[base].bridge.points.contains_key("restart") {
            let desc = PointDesc {
                key: "restart".to_owned(),
                name: "Restart".to_owned(),
                platform: "button".to_owned(),
                kind: Kind::Action,
                role: Role::Press,
                class: Some("restart".to_owned()),
                category: Category::Config,
                command: Some(CommandDesc {
                    options: Vec::new(),
                    optimistic: true,
                }),
                ..PointDesc::default()
            };
            if let Some(point) = context.point(device, desc) {
                self.bases[base].bridge.points.insert("restart", point);
                let request = Request::Fixed(request("restart"), String::new());
                self.commands.insert(point, Command::Request(request));
            }
        }
        for &Row {
            key,
            name,
            kind,
            path,
            unit,
            class,
            category,
        } in rows
        {
            let found = at(json, path);
            let join_time = key == "permit_join_time" && json.get("permit_join").is_some();
            let Some(value) =
                found.map_or_else(|| join_time.then_some(Value::Null), |found| value(kind, found))
            else {
                continue;
            };
            let command = match key {
                "permit_join" => Some(Request::Join(request("permit_join"))),
                "permit_join_time" => Some(Request::JoinTime(request("permit_join"))),
                "log_level" => Some(Request::Level(request("options"))),
                _ => None,
            };
            let platform = match (kind, command.is_some()) {
                (Kind::Bool, true) => "switch",
                (Kind::Bool, false) => "binary_sensor",
                (Kind::Number, true) => "number",
                (Kind::Enum, true) => "select",
                _ => "sensor",
            };
            let desc = PointDesc {
                key: key.to_owned(),
                name: name.to_owned(),
                platform: platform.to_owned(),
                kind,
                role: if key == "permit_join" {
                    Role::Switch
                } else {
                    Role::Value
                },
                unit: unit.map(str::to_owned),
                class: class.map(str::to_owned),
                range: (key == "permit_join_time").then_some((0.0, LONGEST_JOIN as f64)),
                options: if key == "log_level" {
                    LEVELS.map(str::to_owned).to_vec()
                } else {
                    Vec::new()
                },
                category,
                command: command.as_ref().map(|_| CommandDesc {
                    options: Vec::new(),
                    optimistic: key == "permit_join_time",
                }),
                topic: Some(message.topic.to_owned()),
                path: Some(path.to_owned()),
                ..PointDesc::default()
            };
            let Some(point) = context.point(device, desc) else {
                continue;
            };
            self.bases[base].bridge.points.insert(key, point);
            if let Some(request) = command {
                self.commands.insert(point, Command::Request(request));
            }
            // Nothing is left of a time that has run out.
            if found.is_some() {
                context.value(point, message.at, value);
            }
        }
    }
}

/// `online` and `offline`, as JSON or as a word. None where the message says neither (diagnosed); the inner one where it was
/// taken away.
#[allow(clippy::option_option)] // "nothing was said" and "unknown again" are two things
pub(super) fn availability(
    message: &Message<'_>,
    device: Option<DeviceIx>,
    replay: bool,
    context: &mut Context<'_>,
) -> Option<Option<bool>> {
    let text = payload::text(message, device, context)?.trim();
    if text.is_empty() {
        return Some(None);
    }
    let word = if text.starts_with('{') {
        let json = payload::json(message, device, context)?;
        json.get("state")
            .and_then(Json::as_str)
            .unwrap_or_default()
            .to_ascii_lowercase()
    } else {
        shortened(text.trim_matches('"'), 16).to_ascii_lowercase()
    };
    match word.as_str() {
        "online" => Some(Some(true)),
        "offline" => Some(Some(false)),
        // It was said when it came.
        _ if replay => None,
        _ => {
            let text = format!("\"{}\" is neither online nor offline", shortened(text, 64));
            context.diagnose(device, message.topic, DiagnosisKind::WrongType, text);
            None
        }
    }
}

/// The value at a path of keys and places, with dots between.
fn at<'j>(json: &'j Json, path: &str) -> Option<&'j Json> {
    path.split('.').try_fold(json, |json, key| match json {
        Json::Array(items) => items.get(key.parse::<usize>().ok()?),
        json => json.get(key),
    })
}

fn number(json: &Json) -> Option<Value> {
    match json.as_i64() {
        Some(int) => Some(Value::Int(int)),
        None => json.as_f64().map(Value::number),
    }
}

fn value(kind: Kind, json: &Json) -> Option<Value> {
    Some(match (kind, json) {
        (_, Json::Null) => Value::Null,
        (Kind::Bool, Json::Bool(is)) => Value::Bool(*is),
        (Kind::Number, json) => number(json)?,
        (Kind::Time, json) => Value::text(
            jiff::Timestamp::from_millisecond(json.as_i64()?)
                .ok()?
                .to_string(),
        ),
        (Kind::Text | Kind::Enum, Json::String(text)) => Value::text(shortened(text, 128)),
        (Kind::Text, Json::Number(number)) => Value::text(number.to_string()),
        _ => return None,
    })
}
