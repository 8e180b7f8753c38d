//! Telegraf's JSON: `{"name": …, "tags": {…}, "fields": {…}, "timestamp": …}`, or a batch of them in `metrics`.

use hearthline_model::{Micros, Realm};

use super::super::desk::{Desk, Put, as_is, body_is, time, with_json, word};
use super::Shape;
use crate::shape::json::Json;
use crate::shape::points::Said;
use crate::{Context, Message};

/// See the module.
pub(super) struct Telegraf;

fn is(json: &Json<'_>) -> bool {
    json.text("name").is_some()
        && json.get("tags").is_some_and(Json::is_object)
        && json.get("fields").is_some_and(|it| !it.entries().is_empty())
}

/// A metric of Telegraf or of the line protocol: the host is the device, the other tags tell its values apart.
pub(super) fn metric(
    name: &str,
    tags: &[(String, String)],
    fields: &[(&str, Said<'_>)],
    at: Option<Micros>,
    message: &Message<'_>,
    desk: &mut Desk,
    context: &mut Context<'_>,
) {
    let host = tags
        .iter()
        .find(|(key, _)| key == "host")
        .map(|(_, host)| host.as_str());
    let id = host.unwrap_or(name);
    let Some(device) = desk.device("telegraf", id, id, (Realm::Home, &[]), |_| (), context) else {
        return;
    };
    let mut folder = String::new();
    if host.is_some() {
        folder.push_str(name);
    }
    for (_, value) in tags.iter().filter(|(key, _)| key != "host").take(8) {
        if !folder.is_empty() {
            folder.push('/');
        }
        folder.push_str(value);
    }
    for (field, said) in fields {
        let key = if folder.is_empty() {
            (*field).to_owned()
        } else {
            format!("{folder}/{field}")
        };
        desk.put(
            Put::new(device, &key, said.clone().at(at)),
            message,
            &as_is,
            context,
        );
    }
}

fn one(json: &Json<'_>, message: &Message<'_>, desk: &mut Desk, context: &mut Context<'_>) {
    let Some(name) = word(json, &["name"]) else { return };
    let tags: Vec<(String, String)> = json
        .get("tags")
        .map(Json::entries)
        .unwrap_or_default()
        .iter()
        .take(16)
        .filter_map(|(key, value)| Some((key.to_string(), crate::decoder::shortened(value.as_text()?, 128))))
        .collect();
    let fields: Vec<(&str, Said<'_>)> = json
        .get("fields")
        .map(Json::entries)
        .unwrap_or_default()
        .iter()
        .filter_map(|(key, value)| Some((key.as_ref(), Said::json(value)?)))
        .collect();
    metric(
        &name,
        &tags,
        &fields,
        time(json, &["timestamp"], message.at),
        message,
        desk,
        context,
    );
}

impl Shape for Telegraf {
    fn claim(&mut self, message: &Message<'_>) -> bool {
        body_is(message, |json| {
            is(json)
                || json
                    .get("metrics")
                    .is_some_and(|it| it.items().first().is_some_and(is))
        })
    }

    fn message(&mut self, message: &Message<'_>, desk: &mut Desk, context: &mut Context<'_>) {
        with_json(message, context, |json, context| match json.get("metrics") {
            Some(metrics) => metrics
                .items()
                .iter()
                .for_each(|it| one(it, message, desk, context)),
            None => one(json, message, desk, context),
        });
    }
}
