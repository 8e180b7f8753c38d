//! OwnTracks: where people and vehicles are, as their phones and trackers say it.
//!
//! A tracker is what publishes on `<prefix>/<user>/<device>`; each message tells by its `_type` what it is, on whichever topic it comes.
//! The prefix is `owntracks`, or any other under which such a message was seen. [`topic`] finds the tracker of a topic, [`tracker`] is what is
//! known of one, [`fields`] the values of a position, [`location`] reads a position, [`report`] every other type, [`csv`] the short form of small trackers.
//!
//! *Times.* A position holds from `tst`, what the phone says of itself (battery, network) from `created_at`. Messages that waited in a
//! phone arrive hours late: what is older than what was seen is for history only.
//! *Presence.* The last will comes on the topic of the positions, and its `tst` is when the phone connected; it holds from its arrival.

mod csv;
mod fields;
mod json;
mod location;
mod report;
#[cfg(test)]
mod tests;
mod topic;
mod tracker;

use hearthline_model::{Micros, Realm, Value};
use rustc_hash::FxHashMap;

use crate::shape::json::Json;
use crate::{
    Claim, CommandError, Context, Convention, DiagnosisKind, Message, Options, PointIx, Publish, payload,
};
use json::{field, text_of};
use tracker::Tracker;

/// Most messages of one array.
const MOST_MESSAGES: usize = 100;

/// The convention; see the module.
pub struct OwnTracks {
    realm: Realm,
    trackers: Vec<Tracker>,
    by_base: FxHashMap<Box<str>, u32>,
    commands: FxHashMap<PointIx, Publish>,
}

impl OwnTracks {
    /// Knows nothing yet.
    pub fn new(options: &Options) -> Self {
        Self {
            realm: options.realm.unwrap_or_default(),
            trackers: Vec::new(),
            by_base: FxHashMap::default(),
            commands: FxHashMap::default(),
        }
    }

    fn tracker(&mut self, base: &str) -> u32 {
        if let Some(&ix) = self.by_base.get(base) {
            return ix;
        }
        let ix = self.trackers.len() as u32;
        self.trackers.push(Tracker::new(base, self.realm));
        self.by_base.insert(base.into(), ix);
        ix
    }

    /// One JSON message of a tracker.
    fn report(&mut self, ix: u32, json: &Json<'_>, message: &Message<'_>, context: &mut Context<'_>) {
        let tracker = &mut self.trackers[ix as usize];
        let Json::Object(entries) = json else {
            let text = "an OwnTracks message is a JSON object with a _type; this is something else";
            context.diagnose(tracker.device, message.topic, DiagnosisKind::WrongType, text);
            return;
        };
        let Some(kind) = text_of(entries, "_type") else {
            let text = "the message has no _type, so it cannot be told what it is";
            context.diagnose(tracker.device, message.topic, DiagnosisKind::WrongType, text);
            return;
        };
        if kind == "location" {
            location::read(tracker, entries, message, context);
        } else {
            report::read(tracker, kind, entries, message, context);
        }
        if kind == "location" && field(entries, "imei").is_none() || kind == "steps" {
            let action = if kind == "steps" {
                report::REPORT_STEPS
            } else {
                report::REPORT_LOCATION
            };
            if let Some((point, publish)) = tracker.button(&action, context) {
                self.commands.insert(point, publish);
            }
        }
    }
}

impl Convention for OwnTracks {
    fn name(&self) -> &'static str {
        "owntracks"
    }

    fn claim(&mut self, message: &Message<'_>) -> Claim {
        let Some(found) = topic::find(message, |base| self.by_base.contains_key(base)) else {
            return Claim::No;
        };
        let token = self.tracker(found.base) * 2 + u32::from(found.command);
        Claim::Mine(token)
    }

    fn message(&mut self, token: u32, message: &Message<'_>, context: &mut Context<'_>) {
        // What is asked of a device is no value; an empty payload clears a retained topic.
        if token & 1 == 1 || message.payload.trim_ascii().is_empty() {
            return;
        }
        let ix = token / 2;
        let tracker = &mut self.trackers[ix as usize];
        if tracker.describe(context).is_none() {
            return;
        }
        tracker.learnt(context);
        let device = tracker.device;
        let Some(text) = payload::text(message, device, context) else {
            return;
        };
        let text = text.trim();
        if !text.starts_with(['{', '[']) {
            if let Some(position) = csv::read(text) {
                location::csv(tracker, &position, message, context);
            } else {
                let text = "the message is neither JSON nor the comma-separated form of small trackers";
                context.diagnose(device, message.topic, DiagnosisKind::WrongType, text);
            }
            return;
        }
        let mut store = String::new();
        let Some(json) = payload::bounded(message, &mut store, device, context) else {
            return;
        };
        match &json {
            // What an app could not send in time it may send together.
            Json::Array(items) => {
                for item in items.iter().take(MOST_MESSAGES) {
                    self.report(ix, item, message, context);
                }
            }
            json => self.report(ix, json, message, context),
        }
    }

    fn command(&mut self, point: PointIx, _: &Value, _: Micros) -> Result<Vec<Publish>, CommandError> {
        match self.commands.get(&point) {
            Some(publish) => Ok(vec![publish.clone()]),
            None => Err(CommandError::ReadOnly),
        }
    }
}
