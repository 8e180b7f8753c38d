//! mqtt-smarthome: `<top>/status/<item…>` with `{"val": …, "ts": ms, "lc": ms}`, and `<top>/connected` 0 (gone), 1 (no hardware), 2 (all well).

use hearthline_model::Realm;
use rustc_hash::FxHashMap;

use super::super::desk::{Desk, Put, as_is, body_is, text, time, with_json};
use super::Shape;
use crate::shape::json::Json;
use crate::shape::points::Said;
use crate::{Context, DeviceIx, Message};

/// See the module.
#[derive(Default)]
pub(super) struct SmartHome {
    /// Devices of each top level, so that its `connected` turns them on and off.
    tops: FxHashMap<String, Vec<DeviceIx>>,
}

fn split(topic: &str) -> Option<(&str, &str)> {
    let (top, rest) = topic.split_once('/')?;
    Some((top, rest.strip_prefix("status/")?))
}

impl SmartHome {
    fn known(&self, topic: &str) -> Option<&str> {
        let (top, rest) = topic.split_once('/')?;
        let own = matches!(rest, "connected") || rest.starts_with("set/") || rest.starts_with("get/");
        self.tops
            .get_key_value(top)
            .filter(|_| own)
            .map(|(top, _)| top.as_str())
    }
}

impl Shape for SmartHome {
    fn claim(&mut self, message: &Message<'_>) -> bool {
        let status = split(message.topic).is_some()
            && body_is(message, |json| {
                json.get("val").is_some() && ["ts", "lc", "ack"].iter().any(|key| json.get(key).is_some())
            });
        status || self.known(message.topic).is_some()
    }

    fn message(&mut self, message: &Message<'_>, desk: &mut Desk, context: &mut Context<'_>) {
        let Some((top, item)) = split(message.topic) else {
            if message.topic.ends_with("/connected")
                && let Some(devices) = self.known(message.topic).and_then(|top| self.tops.get(top))
            {
                let online = text(message) == Some("2");
                for &device in devices {
                    context.online(device, online, message.at);
                }
            }
            return;
        };
        with_json(message, context, |json, context| {
            let (owner, key) = item.rsplit_once('/').unwrap_or((item, "value"));
            let name = owner.rsplit('/').next().unwrap_or(owner);
            let id = format!("{top}/{owner}");
            let Some(device) = desk.device("smarthome", &id, name, (Realm::Home, &[]), |_| (), context)
            else {
                return;
            };
            let new = !self.tops.contains_key(top);
            if self.tops.len() < 256 || !new {
                let devices = self.tops.entry(top.to_owned()).or_default();
                if !devices.contains(&device) && devices.len() < 2_048 {
                    devices.push(device);
                    // What came before is ours as well now.
                    context.reroute(format!("{top}/connected"));
                    context.reroute(format!("{top}/set/#"));
                }
            }
            let at = time(json, &["ts"], message.at);
            match json.get("val") {
                Some(value @ (Json::Object(_) | Json::Array(_))) => {
                    desk.all(device, key, value, at, message, &as_is, context);
                }
                Some(value) => {
                    // "ACTUAL_TEMPERATURE" is how some gateways name; people do not shout.
                    let shouted = !key.chars().any(char::is_lowercase);
                    let name = if shouted {
                        key.to_lowercase()
                    } else {
                        key.to_owned()
                    };
                    if let Some(said) = Said::json(value) {
                        desk.put(
                            Put::new(device, key, said.at(at)).name(&name).path("val"),
                            message,
                            &as_is,
                            context,
                        );
                    }
                }
                None => {}
            }
        });
    }
}
