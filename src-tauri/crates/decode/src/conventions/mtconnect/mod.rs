//! MTConnect over MQTT: the documents `Probe`, `Current`, `Sample` and `Asset` of an agent in JSON of version 1 or 2, and the form in which
//! each observation has a topic of its own.
//!
//! - A topic is known by its prefix `MTConnect`, or by a body with `MTConnectStreams`, `MTConnectDevices`, `MTConnectAssets` ([`topic`]).
//! - A machine is known by its uuid; its probe may come before or after its values ([`machine`]).
//! - Samples and events are points by data item, a condition is its level and the text of its alarms ([`observe`]).
//! - `UNAVAILABLE` is an unknown value; of `AVAILABILITY` it is an offline machine.
//!
//! XML is not read, which is told once a topic. Nothing can be written: MTConnect has no commands.

mod asset;
mod machine;
mod observe;
#[cfg(test)]
mod tests;
mod topic;
mod vocabulary;
mod walk;

use hearthline_model::{Micros, Realm, Value};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::naming::humanise;
use crate::shape::json::{self, Json};
use crate::shape::points::Points;
use crate::{Claim, CommandError, Context, Convention, DiagnosisKind, Message, Options, PointIx, Publish};
use machine::Machine;
use observe::{Around, observe};
use topic::Topic;
use walk::{each, first, text};

/// Most nodes of one document: a probe describes every part of a machine.
const MOST_NODES: usize = 50_000;
/// Deepest level of a document.
const DEEPEST: usize = 40;
/// The token of a topic that is known by its body to carry probes.
const PROBE: u32 = 1;
/// Most topics that are known by their bodies.
const MOST_TOPICS: usize = 100_000;

/// The convention; see the module.
pub struct MtConnect {
    realm: Realm,
    topics: FxHashSet<Box<str>>,
    machines: FxHashMap<String, Machine>,
    points: Points,
    /// Topics whose XML was told.
    xml: FxHashSet<Box<str>>,
}

impl MtConnect {
    /// Knows nothing yet.
    pub fn new(options: &Options) -> Self {
        Self {
            realm: options.realm.unwrap_or(Realm::Plant),
            topics: FxHashSet::default(),
            machines: FxHashMap::default(),
            points: Points::default(),
            xml: FxHashSet::default(),
        }
    }

    fn document(&mut self, json: &Json<'_>, message: &Message<'_>, context: &mut Context<'_>) {
        let topic = Topic::of(message.topic);
        let place: Vec<String> = topic
            .iter()
            .flat_map(|topic| topic.before.iter())
            .filter(|level| !level.is_empty())
            .take(6)
            .map(|level| humanise(level))
            .collect();
        let get = |key: &str| json.get(key);
        if let Some(devices) = get("MTConnectDevices").and_then(|it| it.get("Devices")) {
            each(devices, &mut |_, device| {
                self.probe(device, None, &place, message, context);
            });
        } else if let Some(streams) = get("MTConnectStreams").and_then(|it| it.get("Streams")) {
            let current = topic
                .as_ref()
                .is_some_and(|it| it.after.first() == Some(&"Current"));
            each(streams, &mut |_, stream| {
                self.stream(stream, current, &place, message, context);
            });
        } else if let Some(assets) = get("MTConnectAssets").and_then(|it| it.get("Assets")) {
            each(assets, &mut |kind, asset| {
                self.asset(kind, asset, None, &place, message, context);
            });
        } else if let Some(errors) = get("MTConnectError") {
            let said = first(errors, &["Errors", "Error"])
                .map(|list| {
                    let mut said = None;
                    each(list, &mut |_, error| {
                        said = said.take().or_else(|| text(error, &["value", "errorCode"]));
                    });
                    said.or_else(|| text(list, &["value", "errorCode"]))
                        .unwrap_or_default()
                })
                .unwrap_or_default();
            let text = format!("the agent answers with an error: {said}");
            context.diagnose(None, message.topic, DiagnosisKind::InvalidDescription, text);
        } else if let Some(topic) = topic {
            self.entity(&topic, json, &place, message, context);
        }
    }

    fn probe(
        &mut self,
        device: &Json<'_>,
        uuid: Option<&str>,
        place: &[String],
        message: &Message<'_>,
        context: &mut Context<'_>,
    ) {
        let uuid = uuid.map(str::to_owned).or_else(|| text(device, &["uuid", "id"]));
        let Some(uuid) = uuid else {
            let text = "a device of the probe has no uuid; it is not shown";
            return context.diagnose(None, message.topic, DiagnosisKind::InvalidDescription, text);
        };
        let realm = self.realm;
        let Some(machine) = machine::of(&mut self.machines, &uuid) else {
            return;
        };
        let edition = machine.edition;
        machine.probe(device);
        // The values that came before are read again by what is known now.
        let again = machine.edition != edition && machine.device.is_some();
        machine.describe(&uuid, None, place, realm, context);
        if again
            && let Some(start) = message
                .topic
                .rfind("/Probe/")
                .or_else(|| message.topic.rfind("/Device"))
        {
            context.reroute(format!("{}/Current/{uuid}", &message.topic[..start]));
            context.reroute(format!(
                "{}/Observations/#",
                message.topic.trim_end_matches("/Device")
            ));
        }
    }

    fn stream(
        &mut self,
        stream: &Json<'_>,
        current: bool,
        place: &[String],
        message: &Message<'_>,
        context: &mut Context<'_>,
    ) {
        let Some(uuid) = text(stream, &["uuid"]).or_else(|| text(stream, &["name"])) else {
            return;
        };
        let name = text(stream, &["name"]);
        let realm = self.realm;
        let Some(machine) = machine::of(&mut self.machines, &uuid) else {
            return;
        };
        let Some(device) = machine.describe(&uuid, name.as_deref(), place, realm, context) else {
            return;
        };
        // A document of everything as it is now leaves nothing active that it does not name.
        if current {
            machine.conditions.clear();
        }
        let Some(components) = first(stream, &["ComponentStreams", "ComponentStream"]) else {
            return;
        };
        let points = &mut self.points;
        let mut clock = false;
        let mut component = |json: &Json<'_>| {
            let kind = text(json, &["component"]).unwrap_or_default();
            let mut around = Around {
                message,
                realm,
                device,
                component: machine::prefix(&kind, text(json, &["name"]).as_deref()),
                clock: false,
            };
            for list in ["Samples", "Events", "Condition"] {
                if let Some(list) = json.get(list) {
                    each(list, &mut |element, body| {
                        observe(machine, points, element, body, &mut around, context);
                    });
                }
            }
            clock |= around.clock;
        };
        match components {
            // Version 2: the list is the value of its element's name.
            Json::Array(items) if items.iter().all(|item| item.get("component").is_some()) => {
                items.iter().for_each(&mut component);
            }
            Json::Object(_) if components.get("component").is_some() => component(components),
            _ => each(components, &mut |_, json| component(json)),
        }
        if clock {
            let text =
                "a time is more than an hour ahead or from before this century; the time of arrival is used";
            context.diagnose(Some(device), message.topic, DiagnosisKind::Clock, text);
        }
    }

    /// A topic of one thing: a device, an observation, an asset.
    fn entity(
        &mut self,
        topic: &Topic<'_>,
        json: &Json<'_>,
        place: &[String],
        message: &Message<'_>,
        context: &mut Context<'_>,
    ) {
        let Some(uuid) = topic.uuid() else { return };
        let inner = json.get("Device").filter(|it| it.is_object()).unwrap_or(json);
        if inner.get("DataItems").is_some() || inner.get("Components").is_some() {
            let named = text(inner, &["uuid"]);
            return self.probe(inner, named.as_deref().or(Some(uuid)), place, message, context);
        }
        if topic.after.iter().any(|level| level.starts_with("Asset")) {
            return each(&Json::Array(vec![json.clone()]), &mut |kind, asset| {
                self.asset(kind, asset, Some(uuid), place, message, context);
            });
        }
        let Some((kind, id)) = topic.observation() else {
            return;
        };
        let realm = self.realm;
        let Some(machine) = machine::of(&mut self.machines, uuid) else {
            return;
        };
        let Some(device) = machine.describe(uuid, None, place, realm, context) else {
            return;
        };
        let mut around = Around {
            message,
            realm,
            device,
            component: String::new(),
            clock: false,
        };
        // An array holds all that a condition has active.
        if matches!(json, Json::Array(_)) {
            machine.conditions.remove(id);
        }
        let points = &mut self.points;
        let mut one = |element: &str, body: &Json<'_>| {
            let mut body = body.clone();
            if !body.is_object() {
                body = Json::Object(vec![("value".into(), body)]);
            }
            if let Json::Object(entries) = &mut body
                && text(&Json::Object(entries.clone()), &["dataItemId", "id"]).is_none()
            {
                entries.push(("dataItemId".into(), Json::Text(id.to_owned().into())));
            }
            let element = if element.is_empty() && body.get("type").is_none() {
                kind
            } else {
                element
            };
            observe(machine, points, element, &body, &mut around, context);
        };
        match json {
            Json::Array(items) => items
                .iter()
                .for_each(|item| each(&Json::Array(vec![item.clone()]), &mut one)),
            // `{"Position": {…}}` wraps the observation, `{"result": …}` is one.
            Json::Object(entries) if entries.len() == 1 && entries[0].1.is_object() => each(json, &mut one),
            _ => one("", json),
        }
    }

    /// Tells once a topic that XML is not read.
    fn xml(&mut self, message: &Message<'_>, context: &mut Context<'_>) {
        if self.xml.len() < MOST_TOPICS && self.xml.insert(message.topic.into()) {
            let text = "the agent sends XML, which is not read; set its MQTT service to JSON";
            context.diagnose(None, message.topic, DiagnosisKind::Ignored, text);
        }
    }

    /// A bare text on a topic of its own.
    fn bare(&mut self, said: &str, message: &Message<'_>, context: &mut Context<'_>) {
        let Some(topic) = Topic::of(message.topic) else {
            return;
        };
        if topic.is_availability() {
            let realm = self.realm;
            let there = said.eq_ignore_ascii_case("AVAILABLE") || said.eq_ignore_ascii_case("true");
            let Some(uuid) = topic.uuid() else { return };
            if let Some(machine) = self.machines.get_mut(uuid) {
                machine.online = Some(there);
                if let Some(device) = machine.describe(uuid, None, &[], realm, context) {
                    context.online(device, there, message.at);
                }
            }
            return;
        }
        let json = Json::Text(said.into());
        self.entity(&topic, &json, &[], message, context);
    }
}

impl Convention for MtConnect {
    fn name(&self) -> &'static str {
        "mtconnect"
    }

    fn claim(&mut self, message: &Message<'_>) -> Claim {
        if Topic::of(message.topic).is_some() || self.topics.contains(message.topic) {
            return Claim::Mine(0);
        }
        let head = &message.payload[..message.payload.len().min(1_024)];
        let start = head.iter().find(|byte| !byte.is_ascii_whitespace());
        let names = |word: &str| head.windows(word.len()).any(|window| window == word.as_bytes());
        let mine = match start {
            Some(b'<') => {
                names("<MTConnectStreams") || names("<MTConnectDevices") || names("<MTConnectAssets")
            }
            Some(b'{') => {
                names("\"MTConnectStreams\"") || names("\"MTConnectDevices\"") || names("\"MTConnectAssets\"")
            }
            _ => false,
        };
        if !mine || self.topics.len() >= MOST_TOPICS {
            return Claim::No;
        }
        self.topics.insert(message.topic.into());
        Claim::Mine(if names("MTConnectDevices") { PROBE } else { 0 })
    }

    fn describes(&self, token: u32, topic: &str) -> bool {
        token == PROBE || Topic::of(topic).is_some_and(|topic| topic.is_description())
    }

    fn message(&mut self, _token: u32, message: &Message<'_>, context: &mut Context<'_>) {
        match message
            .payload
            .iter()
            .find(|byte| !byte.is_ascii_whitespace() && byte.is_ascii())
        {
            None => {}
            Some(b'<') => self.xml(message, context),
            Some(b'{' | b'[' | b'"') => {
                let done = json::with(message.payload, MOST_NODES, DEEPEST, |read, _| {
                    if let Json::Text(said) = &read.json {
                        self.bare(said.trim(), message, context);
                    } else {
                        self.document(&read.json, message, context);
                    }
                    if read.cut {
                        let text = "the document is larger than is read; the rest was left out";
                        context.diagnose(None, message.topic, DiagnosisKind::TooLarge, text);
                    }
                });
                if let Err(text) = done {
                    context.diagnose(None, message.topic, DiagnosisKind::MalformedJson, text);
                }
            }
            Some(_) => {
                if let Ok(said) = std::str::from_utf8(message.payload) {
                    self.bare(said.trim(), message, context);
                } else {
                    let text = "the payload is no text; it was not decoded";
                    context.diagnose(None, message.topic, DiagnosisKind::InvalidUtf8, text);
                }
            }
        }
    }

    fn command(&mut self, _: PointIx, _: &Value, _: Micros) -> Result<Vec<Publish>, CommandError> {
        Err(CommandError::ReadOnly)
    }
}
