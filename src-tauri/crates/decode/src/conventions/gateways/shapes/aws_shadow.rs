//! AWS `IoT` device shadows: `$aws/things/<thing>/shadow[/name/<shadow>]/…` with `{"state": {"reported": {…}}}`. What is desired is no value.

use hearthline_model::Realm;

use super::super::desk::{Desk, as_is, time, with_json, word};
use super::Shape;
use crate::{Context, DiagnosisKind, Message};

/// See the module.
pub(super) struct AwsShadow;

impl Shape for AwsShadow {
    fn claim(&mut self, message: &Message<'_>) -> bool {
        message.topic.starts_with("$aws/things/") && message.topic.contains("/shadow")
    }

    fn message(&mut self, message: &Message<'_>, desk: &mut Desk, context: &mut Context<'_>) {
        let levels: Vec<&str> = message.topic.split('/').collect();
        let (Some(thing), last) = (levels.get(2), levels.last().copied().unwrap_or_default()) else {
            return;
        };
        // Answers to who asked, and what is yet to be done.
        if matches!(last, "get" | "delta" | "delete") {
            return;
        }
        let shadow = levels
            .windows(2)
            .find(|pair| pair[0] == "name")
            .map_or("", |pair| pair[1]);
        with_json(message, context, |json, context| {
            let Some(device) = desk.device("aws", thing, thing, (Realm::Home, &[]), |_| (), context) else {
                return;
            };
            if last == "rejected" {
                let said = word(json, &["message"]).unwrap_or_default();
                let text = format!("the shadow refused a message: {said}");
                return context.diagnose(
                    Some(device),
                    message.topic,
                    DiagnosisKind::InvalidDescription,
                    text,
                );
            }
            let json = json.get("current").unwrap_or(json);
            let at = time(json, &["timestamp"], message.at);
            if let Some(reported) = json.get("state").and_then(|state| state.get("reported")) {
                desk.all(device, shadow, reported, at, message, &as_is, context);
            }
        });
    }
}
