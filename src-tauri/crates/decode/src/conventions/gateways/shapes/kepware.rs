//! Kepware's `IoT` Gateway: `{"timestamp": ms, "values": [{"id": "Channel.Device.Tag", "v": 1, "q": true, "t": ms}]}`.

use hearthline_model::{PointDesc, Quality, Realm};

use super::super::desk::{Desk, Put, body_is, time, with_json, word};
use super::Shape;
use crate::shape::infer;
use crate::shape::json::Json;
use crate::shape::points::Said;
use crate::{Context, Message};

/// See the module.
pub(super) struct Kepware;

fn is_value(json: &Json<'_>) -> bool {
    json.text("id").is_some_and(|id| id.contains('.'))
        && json.get("v").is_some()
        && json.get("q").is_some()
        && json.get("t").is_some()
}

impl Shape for Kepware {
    fn claim(&mut self, message: &Message<'_>) -> bool {
        body_is(message, |json| {
            json.get("timestamp").is_some()
                && json
                    .get("values")
                    .is_some_and(|it| !it.items().is_empty() && it.items().iter().all(is_value))
        })
    }

    fn message(&mut self, message: &Message<'_>, desk: &mut Desk, context: &mut Context<'_>) {
        with_json(message, context, |json, context| {
            for value in json.get("values").map(Json::items).unwrap_or_default() {
                let Some(id) = word(value, &["id"]) else { continue };
                let mut levels = id.splitn(3, '.');
                let (channel, second, tag) =
                    (levels.next().unwrap_or_default(), levels.next(), levels.next());
                let (name, tag) = match (second, tag) {
                    (Some(device), Some(tag)) => (device, tag),
                    (Some(tag), None) => (channel, tag),
                    _ => (channel, "value"),
                };
                let place = if name == channel { vec![] } else { vec![channel] };
                let whole = format!("{channel}.{name}");
                let device = desk.device("kepware", &whole, name, (Realm::Plant, &place), |_| (), context);
                let (Some(device), Some(mut said)) = (device, value.get("v").and_then(Said::json)) else {
                    continue;
                };
                said.at = time(value, &["t"], message.at);
                said.quality = match value.get("q") {
                    Some(Json::Bool(false)) => Quality::Bad,
                    Some(Json::Int(code)) if *code < 64 => Quality::Bad,
                    Some(Json::Int(code)) if *code < 192 => Quality::Uncertain,
                    _ => Quality::Good,
                };
                let describe = |desc: &mut PointDesc| infer::count(desc);
                desk.put(Put::new(device, tag, said), message, &describe, context);
            }
        });
    }
}
