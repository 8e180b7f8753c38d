//! The Things Network v3: `v3/<application>@<tenant>/devices/<device>/up` with `uplink_message.decoded_payload`.

use hearthline_model::{DeviceDesc, Realm};

use super::super::desk::{Desk, as_is, time, with_json, word};
use super::Shape;
use super::chirpstack::signal;
use crate::shape::json::Json;
use crate::{Context, DiagnosisKind, Message};

/// See the module.
pub(super) struct Ttn;

fn split(topic: &str) -> Option<(&str, &str, &str)> {
    let rest = topic.strip_prefix("v3/")?;
    let (application, rest) = rest.split_once("/devices/")?;
    let (device, sort) = rest.split_once('/')?;
    (!application.contains('/')).then_some((application, device, sort))
}

impl Shape for Ttn {
    fn claim(&mut self, message: &Message<'_>) -> bool {
        split(message.topic).is_some()
    }

    fn message(&mut self, message: &Message<'_>, desk: &mut Desk, context: &mut Context<'_>) {
        let Some((application, id, sort)) = split(message.topic) else {
            return;
        };
        // Downlinks and their answers are no values.
        if sort != "up" {
            return;
        }
        with_json(message, context, |json, context| {
            let ids = json.get("end_device_ids").unwrap_or(json);
            let uplink = json.get("uplink_message").unwrap_or(json);
            let eui = word(ids, &["dev_eui"]).map(|eui| eui.to_lowercase());
            let version = uplink.get("version_ids");
            let more = |desc: &mut DeviceDesc| {
                desc.identities = eui.iter().cloned().collect();
                desc.serial.clone_from(&eui);
                desc.manufacturer = version.and_then(|it| word(it, &["brand_id"]));
                desc.model = version.and_then(|it| word(it, &["model_id"]));
            };
            let key = format!("{application}/{id}");
            let Some(device) = desk.device("ttn", &key, id, (Realm::Home, &[]), more, context) else {
                return;
            };
            let at = time(uplink, &["received_at"], message.at)
                .or_else(|| time(json, &["received_at"], message.at));
            match uplink.get("decoded_payload").filter(|it| it.is_object()) {
                Some(decoded) => desk.all(device, "", decoded, at, message, &as_is, context),
                None if uplink.get("frm_payload").is_some() => {
                    let text = "the uplink is not decoded; give the device a payload formatter in The Things Stack to see its values";
                    desk.once(message.topic, DiagnosisKind::Ignored, text, context);
                }
                None => {}
            }
            if let Some(list) = uplink
                .get("rx_metadata")
                .filter(|it| matches!(it, Json::Array(_)))
            {
                signal(list, device, message, desk, context);
            }
        });
    }
}
