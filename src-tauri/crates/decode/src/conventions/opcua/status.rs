//! What a publisher says of itself: its status, its application.

use hearthline_model::{Category, Kind, MINUTE, Micros};

use super::OpcUa;
use super::body::{exact, id, text};
use super::publisher;
use super::topic::Topic;
use crate::shape::json::Json;
use crate::shape::points::{Said, Spot};
use crate::shape::stamp::{self, Stamp};
use crate::{Context, Message};

/// `PubSubState` of OPC 10000-14.
const STATES: [&str; 5] = ["Disabled", "Paused", "Operational", "Error", "PreOperational"];
/// How late a cyclic status may be.
const GRACE: Micros = MINUTE / 2;

impl OpcUa {
    pub(super) fn status(
        &mut self,
        topic: &Topic,
        json: &Json<'_>,
        message: &Message<'_>,
        context: &mut Context<'_>,
    ) {
        let realm = self.realm;
        let Some(of) = id(json, "PublisherId").or_else(|| topic.publisher.clone()) else {
            return;
        };
        let state = match exact(json, "Status") {
            Some(Json::Int(number)) => STATES.get(*number as usize).copied(),
            Some(Json::Text(name)) => {
                let name = super::field::enum_name(name.trim());
                name.parse::<usize>()
                    .ok()
                    .and_then(|number| STATES.get(number).copied())
                    .or_else(|| STATES.into_iter().find(|known| known.eq_ignore_ascii_case(name)))
            }
            _ => None,
        };
        let Some(publisher) = publisher::of(&mut self.publishers, &of) else {
            return;
        };
        let cyclic = matches!(exact(json, "IsCyclic"), Some(Json::Bool(true)));
        publisher.due = exact(json, "NextReportTime").filter(|_| cyclic).and_then(|due| {
            // The due time lies ahead, so it is read as if an hour had passed.
            match stamp::read(due, message.at) {
                Stamp::At(at) if at >= message.at => Some(at),
                _ => None,
            }
        });
        let Some(device) = publisher.describe(&of, realm, context) else {
            return;
        };
        let Some(state) = state else { return };
        publisher.runs(state == "Operational", message.at, context);
        let spot = Spot {
            kind: Some(Kind::Enum),
            ..Spot::new(device, "pubsub", message.topic, realm)
                .named("Publisher state")
                .at("Status")
        };
        let describe = |desc: &mut hearthline_model::PointDesc| {
            desc.options = STATES.iter().map(|&state| state.to_owned()).collect();
            desc.category = Category::Diagnostic;
        };
        self.points
            .put(&spot, &Said::word(state), message.at, &describe, context);
    }

    /// Cyclic status messages that stayed away: the publisher is gone without having said so.
    pub(super) fn overdue(&mut self, now: Micros, context: &mut Context<'_>) {
        for publisher in self.publishers.values_mut() {
            if publisher.due.is_some_and(|due| now > due + GRACE) {
                publisher.due = None;
                publisher.runs(false, now, context);
            }
        }
    }

    pub(super) fn application(
        &mut self,
        topic: &Topic,
        json: &Json<'_>,
        _message: &Message<'_>,
        context: &mut Context<'_>,
    ) {
        let realm = self.realm;
        let Some(of) = id(json, "PublisherId").or_else(|| topic.publisher.clone()) else {
            return;
        };
        let Some(publisher) = publisher::of(&mut self.publishers, &of) else {
            return;
        };
        let about = exact(json, "Description").unwrap_or(json);
        publisher.name = exact(about, "ApplicationName").and_then(|name| {
            name.as_text()
                .or_else(|| text(name, "Text"))
                .map(|name| crate::decoder::shortened(name, 128))
        });
        publisher.url = exact(about, "DiscoveryUrls")
            .and_then(|urls| urls.items().first()?.as_text())
            .map(|url| crate::decoder::shortened(url, 256));
        // "urn:acme.com:filler" and "http://acme.com/filler" begin with who made it.
        publisher.manufacturer =
            text(about, "ManufacturerName").map(|name| crate::decoder::shortened(name, 128));
        publisher.describe(&of, realm, context);
    }
}
