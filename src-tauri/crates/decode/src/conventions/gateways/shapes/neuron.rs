//! EMQX Neuron: `{"node": …, "group": …, "timestamp": ms, "values": {…}, "errors": {…}}`, or with `tags: [{"name", "value" | "error"}]`.

use hearthline_model::{PointDesc, Quality, Realm};

use super::super::desk::{Desk, Put, body_is, time, with_json, word};
use super::Shape;
use crate::shape::infer;
use crate::shape::json::Json;
use crate::shape::points::Said;
use crate::shape::scalar::Scalar;
use crate::{Context, Message};

/// See the module.
pub(super) struct Neuron;

impl Shape for Neuron {
    fn claim(&mut self, message: &Message<'_>) -> bool {
        body_is(message, |json| {
            json.text("node").is_some()
                && json.text("group").is_some()
                && (json.get("values").is_some_and(Json::is_object)
                    || json.get("tags").is_some_and(|it| !it.items().is_empty()))
        })
    }

    fn message(&mut self, message: &Message<'_>, desk: &mut Desk, context: &mut Context<'_>) {
        with_json(message, context, |json, context| {
            let (Some(node), Some(group)) = (word(json, &["node"]), word(json, &["group"])) else {
                return;
            };
            let Some(device) = desk.device("neuron", &node, &node, (Realm::Plant, &[]), |_| (), context)
            else {
                return;
            };
            let at = time(json, &["timestamp"], message.at);
            let mut one = |tag: &str, said: Said<'_>| {
                let key = format!("{group}/{tag}");
                let describe = |desc: &mut PointDesc| infer::count(desc);
                let put = Put::new(device, &key, said.at(at)).name(tag);
                desk.put(put, message, &describe, context);
            };
            let wrong = || Said {
                quality: Quality::Bad,
                ..Said::scalar(Scalar::Unknown(false))
            };
            for (tag, value) in json.get("values").map(Json::entries).unwrap_or_default() {
                if let Some(said) = Said::json(value) {
                    one(tag, said);
                }
            }
            for (tag, _) in json.get("errors").map(Json::entries).unwrap_or_default() {
                one(tag, wrong());
            }
            for tag in json.get("tags").map(Json::items).unwrap_or_default() {
                let Some(name) = word(tag, &["name"]) else {
                    continue;
                };
                match tag.get("value").and_then(Said::json) {
                    Some(said) => one(&name, said),
                    None => one(&name, wrong()),
                }
            }
        });
    }
}
