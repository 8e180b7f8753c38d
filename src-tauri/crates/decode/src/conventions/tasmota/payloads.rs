//! What a payload is, before anyone looks into it.

use super::repair;
use super::scene::Scene;
use super::topic::Leaf;
use crate::shape::json::{self, Json};
use crate::{DeviceIx, DiagnosisKind, Message, payload};

/// Whether a payload is of the shape that the last level promises.
pub(super) fn fits(leaf: Leaf, payload: &[u8]) -> bool {
    let payload = payload.trim_ascii();
    match leaf {
        Leaf::Will => {
            payload.len() <= 32
                && std::str::from_utf8(payload).is_ok_and(|text| !text.starts_with(['{', '[']))
        }
        Leaf::Power => !payload.is_empty() && payload.len() <= 32 || payload.starts_with(b"{"),
        Leaf::Noise => true,
        _ => payload.starts_with(b"{"),
    }
}

/// Whether bytes hold a word; only the first kilobytes are looked at.
pub(super) fn find(payload: &[u8], word: &[u8]) -> bool {
    payload[..payload.len().min(4096)]
        .windows(word.len())
        .any(|window| window == word)
}

/// Reads a message's JSON, repaired where need be.
pub(super) fn with_json(
    message: &Message<'_>,
    device: Option<DeviceIx>,
    scene: &mut Scene<'_, '_>,
    then: impl FnOnce(&Json<'_>, &mut Scene<'_, '_>),
) {
    let Some(text) = payload::text(message, device, scene.context) else {
        return;
    };
    let bare = text.trim_start();
    // An answer may be in plain words; telemetry never is.
    if !bare.starts_with('{') && !message.topic.ends_with("SENSOR") && !message.topic.ends_with("STATE") {
        return;
    }
    let error = match json::read(text) {
        Ok(read) => return then(&read.json, scene),
        Err(error) => error,
    };
    if let Some(repaired) = json::repaired(text)
        && let Ok(read) = json::read(&repaired)
    {
        scene
            .context
            .diagnose(device, message.topic, DiagnosisKind::NotANumber, json::REPAIRED);
        return then(&read.json, scene);
    }
    let repaired = repair::repaired(bare);
    let read = repaired.as_deref().and_then(|text| json::read(text).ok());
    let used = if read.is_some() {
        "; what could be read of it was used"
    } else {
        ""
    };
    let text = format!("the payload is no valid JSON: {error}{used}");
    scene
        .context
        .diagnose(device, message.topic, DiagnosisKind::MalformedJson, text);
    if let Some(read) = read {
        then(&read.json, scene);
    }
}
