//! Eclipse Ditto's protocol: `{"topic": "<namespace>/<name>/things/twin/events/modified", "path": "/features/…", "value": …}`.

use hearthline_model::Realm;

use super::super::desk::{Desk, as_is, body_is, time, with_json, word};
use super::Shape;
use crate::shape::json::Json;
use crate::{Context, Message};

/// See the module.
pub(super) struct Ditto;

impl Shape for Ditto {
    fn claim(&mut self, message: &Message<'_>) -> bool {
        body_is(message, |json| {
            json.text("topic").is_some_and(|topic| topic.contains("/things/"))
                && json.text("path").is_some_and(|path| path.starts_with('/'))
        })
    }

    fn message(&mut self, message: &Message<'_>, desk: &mut Desk, context: &mut Context<'_>) {
        with_json(message, context, |json, context| {
            let (Some(topic), Some(path), Some(value)) =
                (word(json, &["topic"]), word(json, &["path"]), json.get("value"))
            else {
                return;
            };
            // Commands ask; events and modifications tell.
            if !topic.contains("/events/")
                && !topic.contains("/commands/modify")
                && !topic.contains("/commands/merge")
            {
                return;
            }
            let Some((thing, _)) = topic.split_once("/things/") else {
                return;
            };
            let name = thing.rsplit('/').next().unwrap_or(thing);
            let Some(device) = desk.device("ditto", thing, name, (Realm::Plant, &[]), |_| (), context) else {
                return;
            };
            let at = time(json, &["timestamp"], message.at);
            // "/features/motor/properties/temperature" → "motor.temperature".
            let prefix: Vec<&str> = path
                .split('/')
                .filter(|level| !matches!(*level, "" | "features" | "properties" | "attributes"))
                .collect();
            // A whole thing or all of its features: the words between are left out as well.
            let mut inner = value;
            let mut features = Vec::new();
            if prefix.is_empty() {
                inner = inner.get("features").unwrap_or(inner);
                for (name, feature) in inner.entries() {
                    features.push((name.clone(), feature.get("properties").unwrap_or(feature).clone()));
                }
            }
            let value = if features.is_empty() {
                value.get("properties").unwrap_or(value).clone()
            } else {
                Json::Object(features)
            };
            desk.all(device, &prefix.join("."), &value, at, message, &as_is, context);
        });
    }
}
