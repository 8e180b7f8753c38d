//! A message's payload as text or JSON, with the diagnosis where it is none.

use std::hash::{Hash as _, Hasher as _};

use serde_json::Value as Json;

use crate::shape::json;
use crate::{Context, DeviceIx, DiagnosisKind, Message, PointIx};

/// The payload as text; what is no UTF-8 is diagnosed and none.
pub(crate) fn text<'a>(
    message: &Message<'a>,
    device: Option<DeviceIx>,
    context: &mut Context<'_>,
) -> Option<&'a str> {
    match std::str::from_utf8(message.payload) {
        Ok(text) => Some(text),
        Err(error) => {
            let text = format!(
                "the payload is no valid text: byte {} cannot be UTF-8",
                error.valid_up_to()
            );
            context.diagnose(device, message.topic, DiagnosisKind::InvalidUtf8, text);
            None
        }
    }
}

/// The payload as JSON. Bare `nan` and `inf` of old firmwares and numbers beyond all bounds are read as null; what is no JSON is diagnosed and none.
pub(crate) fn json(
    message: &Message<'_>,
    device: Option<DeviceIx>,
    context: &mut Context<'_>,
) -> Option<Json> {
    let text = text(message, device, context)?;
    match serde_json::from_str(text) {
        Ok(json) => Some(json),
        Err(error) => {
            if let Some(repaired) = json::repaired(text).and_then(|text| serde_json::from_str(&text).ok()) {
                context.diagnose(device, message.topic, DiagnosisKind::NotANumber, json::REPAIRED);
                return Some(repaired);
            }
            let text = format!("the payload is no valid JSON: {error}");
            context.diagnose(device, message.topic, DiagnosisKind::MalformedJson, text);
            None
        }
    }
}

/// The payload as bounded JSON that borrows from it, or from `store` where bare `nan` and `inf` had to be repaired; what is no JSON is
/// diagnosed and none.
pub(crate) fn bounded<'a>(
    message: &Message<'a>,
    store: &'a mut String,
    device: Option<DeviceIx>,
    context: &mut Context<'_>,
) -> Option<json::Json<'a>> {
    let text = text(message, device, context)?.trim();
    let read = match json::read(text) {
        Ok(read) => read,
        Err(error) => {
            *store = json::repaired(text).unwrap_or_default();
            let Ok(read) = json::read(store) else {
                let text = format!("the payload is no valid JSON: {error}");
                context.diagnose(device, message.topic, DiagnosisKind::MalformedJson, text);
                return None;
            };
            context.diagnose(device, message.topic, DiagnosisKind::NotANumber, json::REPAIRED);
            read
        }
    };
    if read.cut {
        let text = "the message has more values or levels than are read; the rest was left out";
        context.diagnose(device, message.topic, DiagnosisKind::TooLarge, text);
    }
    Some(read.json)
}

/// Whether another convention that describes its devices has points on a topic, for those that go by the shape of a payload: they yield to it.
/// `mine` tells the asker's own points. Ask it when a topic is (re)claimed, not for every message.
pub(crate) fn described_elsewhere(
    topic: &str,
    mine: impl Fn(PointIx) -> bool,
    context: &Context<'_>,
) -> bool {
    // Plain points are of platform "value"; they go when somebody else claims the topic.
    context
        .points_on(topic)
        .any(|(point, desc)| desc.platform != "value" && !mine(point))
}

/// The last message that told of something that happened: when routes are worked out anew it is decoded again, and must not happen twice.
#[derive(Default)]
pub(crate) struct LastHappening(u64);

impl LastHappening {
    /// Whether a message is the last one again.
    pub(crate) fn is_again(&mut self, message: &Message<'_>) -> bool {
        let mut hasher = rustc_hash::FxHasher::default();
        (message.topic, message.at, message.payload).hash(&mut hasher);
        let now = hasher.finish();
        std::mem::replace(&mut self.0, now) == now
    }
}
