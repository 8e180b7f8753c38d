//! ESPHome as it speaks without discovery: `<prefix>/<component>/<object>/state`, `<prefix>/status`, `<prefix>/debug`, and the announcement
//! `esphome/discover/<node>`.
//!
//! A prefix is a node's where it was announced, where its log was seen, or where it has both a status and a component's topic; everything
//! else is left to others. What is told of a point is little (no unit, no range): names make up for it ([`entity`]), and Home Assistant's
//! discovery of the same node says the rest, on the same topics.

mod encode;
mod entity;
mod node;
mod read;
#[cfg(test)]
mod tests;
mod topic;

use hearthline_model::{Micros, Realm, Value};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::shape::json::{self, Json};
use crate::{
    Claim, CommandError, Context, Convention, DiagnosisKind, Message, Options, PointIx, Publish, payload,
};
use encode::Command;
use entity::{Draft, Place, Read};
use node::{About, Node};
use read::Outcome;

/// The token of announcements.
const ANNOUNCEMENT: u32 = 0;
/// The token of what is ours and says nothing.
const NOTHING: u32 = 1;
/// The token of the first of [`EspHome::routes`].
const FIRST: u32 = 2;
/// Prefixes of which half is known.
const MOST_HALVES: usize = 10_000;
/// Topics that wait for the other half of a prefix.
const MOST_WAITING: usize = 64;
/// Announced nodes.
const MOST_NODES: usize = 4_096;

/// The convention; see the module.
pub struct EspHome {
    realm: Option<Realm>,
    nodes: Vec<Node>,
    node_of: FxHashMap<Box<str>, u32>,
    /// What nodes announced, by their names.
    announced: FxHashMap<String, About>,
    /// Prefixes that may be a node's.
    halves: FxHashMap<Box<str>, Half>,
    routes: Vec<Route>,
    route_of: FxHashMap<Box<str>, u32>,
    commands: FxHashMap<PointIx, (Command, Vec<String>)>,
    known: FxHashSet<PointIx>,
}

/// What is known of a prefix that is not surely a node's.
#[derive(Default)]
struct Half {
    status: bool,
    component: bool,
    topics: Vec<Box<str>>,
}

struct Route {
    node: u32,
    what: What,
}

enum What {
    Status,
    Log,
    State {
        component: &'static str,
        object: Box<str>,
        part: Box<str>,
        slots: Vec<Slot>,
    },
    /// A button was pressed by someone.
    Button {
        object: Box<str>,
    },
}

struct Slot {
    point: PointIx,
    member: &'static str,
    read: Read,
}

impl EspHome {
    /// Knows nothing yet.
    pub fn new(options: &Options) -> Self {
        Self {
            realm: options.realm,
            nodes: Vec::new(),
            node_of: FxHashMap::default(),
            announced: FxHashMap::default(),
            halves: FxHashMap::default(),
            routes: Vec::new(),
            route_of: FxHashMap::default(),
            commands: FxHashMap::default(),
            known: FxHashSet::default(),
        }
    }

    /// The node of a prefix, where it surely is one. `status`, `component`: what this very topic tells.
    fn sure(&mut self, prefix: &str, message: &Message<'_>, status: bool, component: bool) -> Option<u32> {
        if let Some(&node) = self.node_of.get(prefix) {
            return Some(node);
        }
        let log = !status && !component;
        if !log && !self.announced.contains_key(prefix) {
            if self.halves.len() >= MOST_HALVES && !self.halves.contains_key(prefix) {
                return None;
            }
            let half = self.halves.entry(prefix.into()).or_default();
            half.status |= status;
            half.component |= component;
            if !(half.status && half.component) {
                if half.topics.len() < MOST_WAITING
                    && !half.topics.iter().any(|known| **known == *message.topic)
                {
                    half.topics.push(message.topic.into());
                }
                return None;
            }
        }
        let node = self.nodes.len() as u32;
        let mut waiting = self
            .halves
            .remove(prefix)
            .map(|half| half.topics)
            .unwrap_or_default();
        waiting.retain(|topic| **topic != *message.topic);
        self.nodes.push(Node::new(prefix, waiting, self.realm));
        self.node_of.insert(prefix.into(), node);
        Some(node)
    }

    fn route(&mut self, topic: &str, node: u32, what: What) -> Claim {
        let token = self.routes.len() as u32 + FIRST;
        self.routes.push(Route { node, what });
        self.route_of.insert(topic.into(), token);
        Claim::Mine(token)
    }

    /// `esphome/discover/<node>`.
    fn announcement(&mut self, message: &Message<'_>, context: &mut Context<'_>) {
        let Some(name) = topic::discover(message.topic) else {
            return;
        };
        if message.payload.is_empty() {
            if self.announced.remove(name).is_some() {
                for (index, node) in self.nodes.iter_mut().enumerate() {
                    if !node.is_named(name) {
                        continue;
                    }
                    node.forget(context);
                    // Its points are made anew when it speaks again.
                    for route in self
                        .routes
                        .iter_mut()
                        .filter(|route| route.node as usize == index)
                    {
                        if let What::State { slots, .. } = &mut route.what {
                            slots.clear();
                        }
                    }
                }
            }
            return;
        }
        let Some(json) = payload::json(message, None, context) else {
            return;
        };
        let Some(about) = About::read(&json) else {
            let text = "the announcement is no JSON object; it was not used";
            return context.diagnose(None, message.topic, DiagnosisKind::InvalidDescription, text);
        };
        if self.announced.len() >= MOST_NODES && !self.announced.contains_key(name) {
            let text = format!("more than {MOST_NODES} announced nodes; this one is not used");
            return context.diagnose(None, message.topic, DiagnosisKind::TooMany, text);
        }
        for node in self.nodes.iter_mut().filter(|node| node.is_named(name)) {
            node.introduce(about.clone());
            if node.ix().is_some() {
                node.describe(context);
            }
        }
        if self.announced.insert(name.to_owned(), about).is_none() {
            // What came before, and was left to others.
            if let Some(half) = self.halves.remove(name) {
                for topic in half.topics {
                    context.reroute(topic);
                }
            }
        }
    }

    fn told(&mut self, token: u32, message: &Message<'_>, context: &mut Context<'_>) {
        let Some(route) = self.routes.get_mut((token - FIRST) as usize) else {
            return;
        };
        let Some(node) = self.nodes.get_mut(route.node as usize) else {
            return;
        };
        for topic in std::mem::take(&mut node.waiting) {
            context.reroute(topic);
        }
        if !node.is_introduced()
            && let Some(about) = self.announced.get(node.name())
        {
            node.introduce(about.clone());
        }
        if message.payload.is_empty() || (node.gone && message.retain) {
            return;
        }
        match &mut route.what {
            What::Log => {
                if node.ix().is_none() {
                    node.describe(context);
                }
                node.log_seen(message.topic, context);
            }
            What::Status => {
                let word = message.payload.trim_ascii();
                let online = word.eq_ignore_ascii_case(b"online");
                if let Some(device) = node.ensure(context) {
                    context.online(device, online, message.at);
                }
            }
            What::Button { object } => {
                let place = Place {
                    topic: message.topic,
                    component: "button",
                    object,
                    part: "",
                };
                if let Some(device) = node.ensure(context) {
                    let draft = place.button();
                    if let Some(point) = context.point(device, draft.desc) {
                        self.known.insert(point);
                        if let Some(command) = draft.command {
                            self.commands.insert(point, (command, Vec::new()));
                        }
                    }
                }
            }
            What::State {
                component,
                object,
                part,
                slots,
            } => {
                let place = Place {
                    topic: message.topic,
                    component,
                    object,
                    part,
                };
                let mut teller = Teller {
                    commands: &mut self.commands,
                    known: &mut self.known,
                    node,
                    slots,
                    place,
                    message,
                    context,
                };
                teller.tell();
            }
        }
    }
}

/// One state message on its way to its points.
struct Teller<'t, 'b> {
    commands: &'t mut FxHashMap<PointIx, (Command, Vec<String>)>,
    known: &'t mut FxHashSet<PointIx>,
    node: &'t mut Node,
    slots: &'t mut Vec<Slot>,
    place: Place<'t>,
    message: &'t Message<'t>,
    context: &'t mut Context<'b>,
}

impl Teller<'_, '_> {
    fn tell(&mut self) {
        let device = self.node.ensure(self.context);
        if device.is_none() {
            return;
        }
        let Some(text) = payload::text(self.message, device, self.context) else {
            return;
        };
        let bare = text.trim();
        let object = matches!(
            self.place.component,
            "light" | "event" | "update" | "date" | "time" | "datetime"
        ) && bare.starts_with('{');
        if !object {
            if self.slots.is_empty() {
                match self.place.simple(bare) {
                    Some(draft) => self.add(draft),
                    None => return self.nothing_to_say(bare),
                }
                // Where a cover is says whether it is open, until it says so itself.
                if matches!(self.place.component, "cover" | "valve") && self.place.part == "position" {
                    self.opening();
                }
            }
            let json = Json::Text(bare.into());
            return self.apply("", &json);
        }
        match json::read(bare) {
            Ok(read) => {
                let Json::Object(entries) = &read.json else {
                    return;
                };
                for (name, value) in entries {
                    if !self.slots.iter().any(|slot| slot.member == name)
                        && let Some(draft) = self.place.member(name)
                        && !self.slots.iter().any(|slot| slot.member == draft.member)
                    {
                        self.add(draft);
                    }
                    self.apply(name, value);
                }
                self.apply("*", &read.json);
            }
            Err(error) => {
                let text = format!("the payload is no valid JSON: {error}");
                let topic = self.message.topic;
                self.context
                    .diagnose(device, topic, DiagnosisKind::MalformedJson, text);
            }
        }
    }

    /// The first value of a sensor may say nothing; a topic that we know nothing of is told.
    fn nothing_to_say(&mut self, payload: &str) {
        let sensor = matches!(self.place.component, "sensor" | "text_sensor");
        if !sensor && !payload.is_empty() {
            let part = self.place.part;
            let text = format!(
                "\"{}/{part}\" is no part of a {} that we know",
                self.place.object, self.place.component
            );
            self.node.ignored(self.message.topic, &text, self.context);
        }
    }

    fn opening(&mut self) {
        let Some(base) = self.message.topic.strip_suffix("/position/state") else {
            return;
        };
        let key = format!("{}/{}", self.place.component, self.place.object);
        if self.node.opens.contains(&key) {
            return;
        }
        let draft = self.place.opening(format!("{base}/command"), Read::Opened);
        self.add(draft);
    }

    fn add(&mut self, draft: Draft) {
        let Some(device) = self.node.ix() else {
            return;
        };
        let Draft {
            mut desc,
            member,
            read,
            command,
        } = draft;
        self.node.shorten(&mut desc.name);
        if self.place.part.is_empty() && matches!(self.place.component, "cover" | "valve") {
            self.node.opens.insert(desc.key.clone());
        }
        let options = match &desc.command {
            Some(command) if !command.options.is_empty() => command.options.clone(),
            _ => desc.options.clone(),
        };
        let Some(point) = self.context.point(device, desc) else {
            return;
        };
        self.known.insert(point);
        if let Some(command) = command {
            self.commands.insert(point, (command, options));
        }
        if self.slots.len() < 16 {
            self.slots.push(Slot { point, member, read });
        }
    }

    fn apply(&mut self, member: &str, json: &Json<'_>) {
        let at = self.message.at;
        for slot in self.slots.iter_mut().filter(|slot| slot.member == member) {
            // A cover that speaks for itself need not be told by where it is.
            if slot.read == Read::Opened
                && self
                    .node
                    .opens
                    .contains(&format!("{}/{}", self.place.component, self.place.object))
            {
                continue;
            }
            if slot.read == Read::Event && self.message.retain {
                continue;
            }
            let mut outcome = slot.read.read(json);
            if let Outcome::Widen(kind) = outcome {
                if let (Some(known), Some(device)) = (self.context.point_desc(slot.point), self.node.ix()) {
                    let mut desc = (**known).clone();
                    desc.kind = kind;
                    if kind == hearthline_model::Kind::Text {
                        (desc.unit, desc.class, desc.state_class, desc.range) = (None, None, None, None);
                    }
                    self.context.point(device, desc);
                }
                outcome = slot.read.read(json);
            }
            if let Outcome::Value(value) = outcome {
                self.context.value(slot.point, at, value);
            }
        }
    }
}

impl Convention for EspHome {
    fn name(&self) -> &'static str {
        "esphome"
    }

    fn claim(&mut self, message: &Message<'_>) -> Claim {
        let topic = message.topic;
        if topic::discover(topic).is_some() {
            return Claim::Mine(ANNOUNCEMENT);
        }
        if topic == "esphome/discover" || topic.starts_with("esphome/ping/") {
            return Claim::Mine(NOTHING);
        }
        if let Some(&token) = self.route_of.get(topic) {
            return Claim::Mine(token);
        }
        if let Some(prefix) = topic::status(topic) {
            let word = message.payload.trim_ascii();
            if !word.eq_ignore_ascii_case(b"online") && !word.eq_ignore_ascii_case(b"offline") {
                return Claim::No;
            }
            return match self.sure(prefix, message, true, false) {
                Some(node) => self.route(topic, node, What::Status),
                None => Claim::No,
            };
        }
        if let Some(prefix) = topic::debug(topic) {
            if !topic::is_log(message.payload) {
                return Claim::No;
            }
            return match self.sure(prefix, message, false, false) {
                Some(node) => self.route(topic, node, What::Log),
                None => Claim::No,
            };
        }
        let Some(parsed) = topic::parse(topic) else {
            return Claim::No;
        };
        if parsed.command && parsed.component != "button" {
            let ours = self.node_of.contains_key(parsed.prefix) || self.announced.contains_key(parsed.prefix);
            return if ours { Claim::Mine(NOTHING) } else { Claim::No };
        }
        let Some(node) = self.sure(parsed.prefix, message, false, true) else {
            return Claim::No;
        };
        let what = if parsed.command {
            What::Button {
                object: parsed.object.into(),
            }
        } else {
            What::State {
                component: parsed.component,
                object: parsed.object.into(),
                part: parsed.part.into(),
                slots: Vec::new(),
            }
        };
        self.route(topic, node, what)
    }

    fn message(&mut self, token: u32, message: &Message<'_>, context: &mut Context<'_>) {
        match token {
            ANNOUNCEMENT => self.announcement(message, context),
            NOTHING => {}
            token => self.told(token, message, context),
        }
    }

    fn describes(&self, token: u32, _topic: &str) -> bool {
        token == ANNOUNCEMENT
    }

    fn command(&mut self, point: PointIx, value: &Value, _: Micros) -> Result<Vec<Publish>, CommandError> {
        match self.commands.get(&point) {
            Some((command, options)) => encode::encode(command, value, options),
            None if self.known.contains(&point) => Err(CommandError::ReadOnly),
            None => Err(CommandError::Unknown),
        }
    }
}
