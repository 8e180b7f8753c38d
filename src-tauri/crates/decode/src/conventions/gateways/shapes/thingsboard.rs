//! `ThingsBoard`: `v1/gateway/{telemetry,attributes,connect,disconnect}` of a gateway, `v1/devices/me/{telemetry,attributes}` of a device.

use hearthline_model::Realm;

use super::super::desk::{Desk, as_is, time, with_json, word};
use super::Shape;
use crate::shape::json::Json;
use crate::{Context, DeviceIx, Message};

/// See the module.
pub(super) struct ThingsBoard;

fn named(name: &str, desk: &mut Desk, context: &mut Context<'_>) -> Option<DeviceIx> {
    desk.device("thingsboard", name, name, (Realm::Home, &[]), |_| (), context)
}

/// `{…}`, `{"ts", "values": {…}}` or an array of either.
fn values(
    device: DeviceIx,
    json: &Json<'_>,
    message: &Message<'_>,
    desk: &mut Desk,
    context: &mut Context<'_>,
) {
    match json {
        Json::Array(items) => items
            .iter()
            .take(1_000)
            .for_each(|it| values(device, it, message, desk, context)),
        Json::Object(_) => {
            let at = time(json, &["ts"], message.at);
            let inner = json
                .get("values")
                .filter(|_| json.get("ts").is_some())
                .unwrap_or(json);
            desk.all(device, "", inner, at, message, &as_is, context);
        }
        _ => {}
    }
}

impl Shape for ThingsBoard {
    fn claim(&mut self, message: &Message<'_>) -> bool {
        message.topic.starts_with("v1/gateway/") || message.topic.starts_with("v1/devices/me/")
    }

    fn message(&mut self, message: &Message<'_>, desk: &mut Desk, context: &mut Context<'_>) {
        let Some((sort, what)) = message.topic["v1/".len()..].rsplit_once('/') else {
            return;
        };
        with_json(message, context, |json, context| match (sort, what) {
            ("devices/me", "telemetry" | "attributes") => {
                if let Some(device) = desk.device(
                    "thingsboard",
                    "me",
                    "ThingsBoard device",
                    (Realm::Home, &[]),
                    |desc| "ThingsBoard device".clone_into(&mut desc.name),
                    context,
                ) {
                    values(device, json, message, desk, context);
                }
            }
            ("gateway", "telemetry" | "attributes") => {
                for (name, list) in json.entries() {
                    if let Some(device) = named(name, desk, context) {
                        values(device, list, message, desk, context);
                    }
                }
            }
            ("gateway", "connect" | "disconnect") => {
                if let Some(device) = word(json, &["device"]).and_then(|name| named(&name, desk, context)) {
                    context.online(device, what == "connect", message.at);
                }
            }
            // Requests and answers of attributes and of RPC are no values.
            _ => {}
        });
    }
}
