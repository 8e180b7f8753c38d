//! Litmus Edge: `{"success": true, "datatype": "float", "timestamp": ms, "value": 1, "deviceName": …, "tagName": …, "registerId": …}`.

use hearthline_model::{PointDesc, Quality, Realm};

use super::super::desk::{Desk, Put, body_is, time, with_json, word};
use super::Shape;
use crate::shape::infer;
use crate::shape::json::Json;
use crate::shape::points::Said;
use crate::{Context, Message};

/// See the module.
pub(super) struct Litmus;

fn one(json: &Json<'_>, message: &Message<'_>, desk: &mut Desk, context: &mut Context<'_>) {
    let (Some(name), Some(tag)) = (word(json, &["deviceName"]), word(json, &["tagName"])) else {
        return;
    };
    let device = desk.device("litmus", &name, &name, (Realm::Plant, &[]), |_| (), context);
    let (Some(device), Some(mut said)) = (device, json.get("value").and_then(Said::json)) else {
        return;
    };
    said.at = time(json, &["timestamp"], message.at);
    if json.get("success") == Some(&Json::Bool(false)) {
        said.quality = Quality::Bad;
    }
    let describe = |desc: &mut PointDesc| infer::count(desc);
    desk.put(
        Put::new(device, &tag, said).path("value"),
        message,
        &describe,
        context,
    );
}

fn is(json: &Json<'_>) -> bool {
    json.text("deviceName").is_some() && json.text("tagName").is_some() && json.get("value").is_some()
}

impl Shape for Litmus {
    fn claim(&mut self, message: &Message<'_>) -> bool {
        body_is(message, |json| is(json) || json.items().first().is_some_and(is))
    }

    fn message(&mut self, message: &Message<'_>, desk: &mut Desk, context: &mut Context<'_>) {
        with_json(message, context, |json, context| match json {
            Json::Array(items) => items.iter().for_each(|item| one(item, message, desk, context)),
            json => one(json, message, desk, context),
        });
    }
}
