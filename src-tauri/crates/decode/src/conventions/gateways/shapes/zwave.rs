//! zwave-js-ui: `zwave/[<location>/]<node>/<class>/<endpoint>/<property>[/<key>]` with `{"time": ms, "value": …}` or the bare value, `<node>/status`;
//! written on `…/set`.

use hearthline_model::{Category, DeviceDesc, Kind, PointDesc, Realm, Role};
use rustc_hash::FxHashMap;

use super::super::desk::{Desk, Put, as_is, text, time, with_json, word};
use super::super::order::{Form, Takes};
use super::Shape;
use crate::scale::Scale;
use crate::shape::json::Json;
use crate::shape::points::Said;
use crate::shape::scalar::{Scalar, Word};
use crate::{Context, DeviceIx, Message};

/// See the module.
#[derive(Default)]
pub(super) struct ZWave {
    /// Nodes that have spoken of a value, by their path.
    nodes: FxHashMap<String, DeviceIx>,
}

/// Command classes by number and name.
const CLASSES: [(&str, &str); 28] = [
    ("32", "basic"),
    ("37", "switch_binary"),
    ("38", "switch_multilevel"),
    ("48", "sensor_binary"),
    ("49", "sensor_multilevel"),
    ("50", "meter"),
    ("51", "color_switch"),
    ("64", "thermostat_mode"),
    ("66", "thermostat_operating_state"),
    ("67", "thermostat_setpoint"),
    ("68", "thermostat_fan_mode"),
    ("69", "thermostat_fan_state"),
    ("91", "central_scene"),
    ("98", "door_lock"),
    ("99", "user_code"),
    ("102", "barrier_operator"),
    ("106", "window_covering"),
    ("112", "configuration"),
    ("113", "notification"),
    ("114", "manufacturer_specific"),
    ("117", "protection"),
    ("121", "sound_switch"),
    ("128", "battery"),
    ("132", "wake_up"),
    ("134", "version"),
    ("135", "indicator"),
    ("43", "scene_activation"),
    ("156", "alarm_sensor"),
];

struct Topic<'t> {
    /// Location and node.
    node: &'t [&'t str],
    class: &'static str,
    endpoint: &'t str,
    property: &'t [&'t str],
}

fn split<'t>(levels: &'t [&'t str]) -> Option<Topic<'t>> {
    let at = levels.iter().enumerate().skip(2).find_map(|(ix, level)| {
        let (_, name) = CLASSES.iter().find(|(number, name)| {
            // A number is certain only before an endpoint, which is a number as well.
            *name == *level || *number == *level && levels.get(ix + 1).is_some_and(|it| is_endpoint(it))
        })?;
        Some((ix, *name))
    });
    let (ix, class) = at?;
    let has_endpoint = levels.get(ix + 1).is_some_and(|it| is_endpoint(it));
    let rest = ix + 1 + usize::from(has_endpoint);
    (levels.len() > rest).then_some(())?;
    Some(Topic {
        node: &levels[1..ix],
        class,
        endpoint: if has_endpoint { levels[ix + 1] } else { "0" },
        property: &levels[rest..],
    })
}

fn is_endpoint(level: &str) -> bool {
    let number = level.strip_prefix("endpoint_").unwrap_or(level);
    !number.is_empty() && number.len() <= 3 && number.bytes().all(|b| b.is_ascii_digit())
}

impl ZWave {
    fn device(
        &mut self,
        node: &[&str],
        json: Option<&Json<'_>>,
        desk: &mut Desk,
        context: &mut Context<'_>,
    ) -> Option<DeviceIx> {
        let id = node.join("/");
        let told = json.and_then(|json| word(json, &["nodeName"]));
        let room = json.and_then(|json| word(json, &["nodeLocation"]));
        let last = node.last().copied().unwrap_or_default();
        let former = self
            .nodes
            .get(&id)
            .and_then(|&device| context.device_desc(device))
            .cloned();
        let usual = match last.strip_prefix("nodeID_").unwrap_or(last) {
            number if number.bytes().all(|b| b.is_ascii_digit()) => format!("Node {number}"),
            _ => last.to_owned(),
        };
        let name = told
            .or_else(|| former.as_ref().map(|it| it.name.clone()))
            .unwrap_or(usual);
        let location = room.or_else(|| (node.len() > 1).then(|| node[0].to_owned()));
        let location = location.or_else(|| former.and_then(|it| it.place.path.first().cloned()));
        let place: Vec<&str> = location.iter().map(String::as_str).collect();
        let more = |desc: &mut DeviceDesc| {
            desc.identities.clear();
            desc.via = Some("zwave:gateway".into());
        };
        let device = desk.device("zwave", &id, &name, (Realm::Home, &place), more, context)?;
        if self.nodes.len() < 4_096 {
            self.nodes.insert(id, device);
        }
        Some(device)
    }

    fn gateway(desk: &mut Desk, context: &mut Context<'_>) -> Option<DeviceIx> {
        desk.device(
            "zwave",
            "gateway",
            "Z-Wave gateway",
            (Realm::Home, &[]),
            |desc| "Z-Wave gateway".clone_into(&mut desc.name),
            context,
        )
    }
}

impl Shape for ZWave {
    fn claim(&mut self, message: &Message<'_>) -> bool {
        if !message.topic.starts_with("zwave/") {
            return false;
        }
        let levels: Vec<&str> = message.topic.splitn(16, '/').collect();
        levels[1] == "_CLIENTS"
            || split(&levels).is_some()
            || levels.len() > 2
                && matches!(
                    levels[levels.len() - 1],
                    "status" | "nodeinfo" | "lastActive" | "hass"
                )
    }

    fn message(&mut self, message: &Message<'_>, desk: &mut Desk, context: &mut Context<'_>) {
        let levels: Vec<&str> = message.topic.splitn(16, '/').collect();
        let last = levels.last().copied().unwrap_or_default();
        let Some(said) = text(message) else { return };
        if levels[1] == "_CLIENTS" {
            if last == "status"
                && let Some(gateway) = Self::gateway(desk, context)
            {
                let online = json_bool(message, "value").unwrap_or(said == "true");
                context.online(gateway, online, message.at);
                // What the gateway reaches goes with it; nodes tell for themselves when it comes back.
                if !online {
                    self.nodes
                        .values()
                        .for_each(|&node| context.online(node, false, message.at));
                }
            }
            return;
        }
        if matches!(last, "set" | "get") {
            return;
        }
        let Some(topic) = split(&levels) else {
            if last == "status"
                && let Some(device) = self.device(&levels[1..levels.len() - 1], None, desk, context)
            {
                // Asleep is not gone.
                let online = match said {
                    "true" | "alive" | "Alive" | "Awake" | "Asleep" => true,
                    "false" | "dead" | "Dead" => false,
                    _ => json_bool(message, "value").unwrap_or(true),
                };
                context.online(device, online, message.at);
            }
            return;
        };
        let done = if said.starts_with('{') {
            let mut kept = None;
            with_json(message, context, |json, _| kept = Some(own(json)));
            kept
        } else {
            None
        };
        let json = done.as_ref();
        let Some(device) = self.device(topic.node, json, desk, context) else {
            return;
        };
        let bare = Json::Text(said.to_owned().into());
        let value = json.and_then(|json| json.get("value")).unwrap_or(&bare);
        let at = json.and_then(|json| time(json, &["time"], message.at));
        value_of(&topic, device, value, at, json.is_some(), message, desk, context);
    }
}

/// The tree without its borrows.
fn own(json: &Json<'_>) -> Json<'static> {
    match json {
        Json::Null => Json::Null,
        Json::Skipped => Json::Skipped,
        Json::Bool(on) => Json::Bool(*on),
        Json::Int(int) => Json::Int(*int),
        Json::Float(float) => Json::Float(*float),
        Json::Text(text) => Json::Text(text.to_string().into()),
        Json::Array(items) => Json::Array(items.iter().map(own).collect()),
        Json::Object(entries) => Json::Object(
            entries
                .iter()
                .map(|(key, value)| (key.to_string().into(), own(value)))
                .collect(),
        ),
    }
}

fn json_bool(message: &Message<'_>, key: &str) -> Option<bool> {
    crate::shape::json::with(message.payload, 64, 4, |read, _| match read.json.get(key) {
        Some(Json::Bool(on)) => Some(*on),
        _ => None,
    })
    .ok()
    .flatten()
}

#[allow(clippy::too_many_arguments)] // what a value depends on
fn value_of(
    topic: &Topic<'_>,
    device: DeviceIx,
    value: &Json<'_>,
    at: Option<hearthline_model::Micros>,
    wrapped: bool,
    message: &Message<'_>,
    desk: &mut Desk,
    context: &mut Context<'_>,
) {
    let property = topic.property.join("/");
    let first = topic.property[0];
    // What was asked for stands beside what is.
    if matches!(
        first,
        "targetValue"
            | "targetMode"
            | "duration"
            | "restorePrevious"
            | "Up"
            | "Down"
            | "Open"
            | "Close"
            | "On"
            | "Off"
    ) || topic.class == "version"
        || topic.class == "manufacturer_specific"
    {
        return;
    }
    let endpoint = topic.endpoint.trim_start_matches("endpoint_");
    let key = format!("{}/{endpoint}/{property}", topic.class);
    let path = if wrapped { "value" } else { "" };
    let near = |last: &str| {
        message
            .topic
            .strip_suffix(first)
            .map(|base| format!("{base}{last}/set"))
    };
    let more = if endpoint == "0" {
        String::new()
    } else {
        format!(" {endpoint}")
    };
    let entity = format!("{}/{endpoint}", topic.class);
    let plain = property.replace("currentValue", "").replace("currentMode", "");
    let name = match topic.class {
        "switch_binary" | "switch_multilevel" if plain.is_empty() => format!("switch{more}"),
        "sensor_binary" | "sensor_multilevel" | "notification" | "meter" | "battery" | "configuration"
        | "central_scene" => {
            format!("{property}{more}")
        }
        class => format!("{} {property}{more}", class.replace('_', " ")),
    };
    let said = match value {
        Json::Array(_) | Json::Object(_) => {
            return desk.all(device, &key, value, at, message, &as_is, context);
        }
        value => Said::json(value),
    };
    let Some(said) = said.map(|said| said.at(at)) else {
        return;
    };
    let put = Put::new(device, &key, said).name(&name).path(path);
    let role = |role: Role, platform: &'static str| {
        let entity = entity.clone();
        move |desc: &mut PointDesc| {
            desc.role = role;
            platform.clone_into(&mut desc.platform);
            desc.entity.clone_from(&entity);
        }
    };
    match (topic.class, first) {
        ("switch_binary", "currentValue") => {
            let set = near("targetValue").unwrap_or_default();
            let put = put
                .kind(Kind::Bool)
                .order(set, Takes::Bool("true", "false"), Form::Bare);
            desk.put(put, message, &role(Role::Switch, "switch"), context);
        }
        ("switch_multilevel" | "window_covering", "currentValue") => {
            // 0 … 99, and 255 for "as before", which says nothing.
            let Some(level) = value.as_f64().filter(|level| (0.0..=99.0).contains(level)) else {
                return;
            };
            let scale = Scale::Percent { low: 0.0, high: 99.0 };
            let percent = Said::scalar(Scalar::Int((level / 99.0 * 100.0).round() as i64))
                .unit("%")
                .at(at);
            let set = near("targetValue").unwrap_or_default();
            let put = Put { said: percent, ..put }
                .name("level")
                .kind(Kind::Number)
                .order(set, Takes::Number(Some((0.0, 100.0)), scale, true), Form::Bare);
            desk.put(put, message, &role(Role::Brightness, "light"), context);
        }
        ("door_lock", "currentMode") => {
            let locked = value.as_int() == Some(255);
            let put = Put {
                said: Said::word(if locked { "locked" } else { "unlocked" }).at(at),
                ..put
            };
            let words = vec![
                ("lock".to_owned(), "255".to_owned()),
                ("unlock".to_owned(), "0".to_owned()),
            ];
            let put = put.name("lock").kind(Kind::Enum).order(
                near("targetMode").unwrap_or_default(),
                Takes::Words(words),
                Form::Bare,
            );
            let base = role(Role::Lock, "lock");
            let describe = |desc: &mut PointDesc| {
                base(desc);
                if let Some(command) = &mut desc.command {
                    command.options = vec!["lock".into(), "unlock".into()];
                }
                desc.options = vec!["locked".into(), "unlocked".into()];
            };
            desk.put(put, message, &describe, context);
        }
        ("thermostat_setpoint", "setpoint") => {
            let takes = Takes::Number(Some((5.0, 35.0)), Scale::Same, false);
            let put = put.name("target temperature").kind(Kind::Number).order(
                format!("{}/set", message.topic),
                takes,
                Form::Bare,
            );
            desk.put(put, message, &role(Role::TargetTemperature, "climate"), context);
        }
        ("battery", "level") => {
            let put = Put {
                said: put.said.clone().unit("%"),
                ..put
            }
            .name("battery");
            desk.put(put, message, &role(Role::Battery, "sensor"), context);
        }
        ("battery", "isLow") => {
            let low = matches!(value, Json::Bool(true)) || value.as_text() == Some("true");
            let put = Put {
                said: Said::scalar(Scalar::Bool(low, Word::Plain)).at(at),
                ..put
            }
            .name("battery low");
            let describe = |desc: &mut PointDesc| {
                desc.class = Some("battery".into());
                desc.category = Category::Diagnostic;
            };
            desk.put(put, message, &describe, context);
        }
        ("central_scene", "scene") => {
            // A press that was kept is not one of now.
            if message.retain || value == &Json::Null {
                return;
            }
            let number = topic.property.last().copied().unwrap_or_default();
            let pressed = match value.as_int() {
                Some(0) => "single",
                Some(1) => "released",
                Some(2) => "hold",
                Some(3) => "double",
                Some(4) => "triple",
                _ => "pressed",
            };
            let name = format!("scene {number}");
            let put = Put {
                said: Said::word(pressed).at(at),
                ..put
            }
            .name(&name)
            .kind(Kind::Event);
            desk.put(put, message, &as_is, context);
        }
        ("configuration" | "wake_up" | "protection" | "indicator" | "user_code", _) => {
            let describe = |desc: &mut PointDesc| {
                desc.category = Category::Config;
                desc.hidden = true;
            };
            desk.put(put, message, &describe, context);
        }
        _ => {
            desk.put(put, message, &as_is, context);
        }
    }
}
