//! HighByte Intelligence Hub's modelled instances: an object with `_name`, `_model` and mostly `_timestamp` besides its attributes.

use hearthline_model::{PointDesc, Realm};

use super::super::desk::{Desk, body_is, time, with_json, word};
use super::Shape;
use crate::shape::infer;
use crate::shape::json::Json;
use crate::{Context, Message};

/// See the module.
pub(super) struct HighByte;

impl Shape for HighByte {
    fn claim(&mut self, message: &Message<'_>) -> bool {
        body_is(message, |json| {
            json.text("_name").is_some() && json.text("_model").is_some()
        })
    }

    fn message(&mut self, message: &Message<'_>, desk: &mut Desk, context: &mut Context<'_>) {
        with_json(message, context, |json, context| {
            let Some(name) = word(json, &["_name"]) else {
                return;
            };
            // The levels above tell where it is; the last one names it again.
            let levels: Vec<&str> = message.topic.split('/').collect();
            let place = &levels[..levels.len() - 1];
            let model = word(json, &["_model"]);
            let more = |desc: &mut hearthline_model::DeviceDesc| desc.model.clone_from(&model);
            let Some(device) = desk.device("highbyte", &name, &name, (Realm::Plant, place), more, context)
            else {
                return;
            };
            let at = time(json, &["_timestamp"], message.at);
            let own = json
                .entries()
                .iter()
                .filter(|(key, _)| !key.starts_with('_'))
                .cloned()
                .collect();
            let describe = |desc: &mut PointDesc| infer::count(desc);
            desk.all(device, "", &Json::Object(own), at, message, &describe, context);
        });
    }
}
