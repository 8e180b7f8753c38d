//! Sparkplug B 3.0 as a host application: births, data, deaths, commands.
//!
//! - [`proto`] the wire, [`datatype`] and [`array`] what values mean, [`compress`] compressed bodies, [`flatten`] templates
//! - [`life`], [`sequence`] and [`rebirth`] are the state machines of an edge node, [`host`] that of the hosts
//! - [`describe`] makes devices and points of a birth, [`birth`] and [`data`] handle messages, [`encode`] the way back
//!
//! *Choices.* Values are used at once, also out of order or before a birth (where they have a name); what is amiss leads to a rebirth request,
//! a few at a time for the whole broker and ever more seldom for one node. While another primary host is online and we are not one,
//! nothing is asked by itself; each edge node has the button `Node Control/Rebirth` instead. Data of a node or device that
//! was thought dead brings it back online.

mod array;
mod birth;
mod compress;
mod data;
mod datatype;
mod describe;
mod encode;
mod explain;
mod flatten;
mod host;
mod life;
mod node;
mod property;
mod proto;
mod rebirth;
mod sequence;
#[cfg(test)]
mod tests;
mod topic;

use hearthline_model::{Micros, Value};
use prost::Message as _;
use rustc_hash::FxHashMap;

pub(crate) use explain::describe;

use crate::{Claim, CommandError, Context, Convention, DiagnosisKind, Message, Options, PointIx, Publish};
use host::Host;
use life::Death;
use node::{Found, Node, Slot};
use proto::{Metric, MetricValue, Payload};
use topic::{Kind, Topic};

/// Rebirth requests a tick, over all nodes: a host that starts on a large plant must not make all of it speak at once.
const ASKED_A_TICK: usize = 5;

/// The convention; see the module.
pub struct Sparkplug {
    host: Host,
    topics: Vec<Route>,
    by_topic: FxHashMap<Box<str>, u32>,
    nodes: Vec<Node>,
    by_node: FxHashMap<Box<str>, u32>,
    /// Node, slot and entry of each point.
    points: FxHashMap<PointIx, (u32, u32, u32)>,
    /// The node that is asked first at the next tick.
    turn: usize,
}

/// What a topic leads to.
#[derive(Clone, Debug)]
enum Route {
    Edge { node: u32, slot: u32, kind: Kind },
    State(Box<str>),
    Command,
    Invalid,
}

impl Sparkplug {
    /// Knows nothing yet.
    pub fn new(options: &Options) -> Self {
        Self {
            host: Host::new(options.sparkplug_host.clone()),
            topics: Vec::new(),
            by_topic: FxHashMap::default(),
            nodes: Vec::new(),
            by_node: FxHashMap::default(),
            points: FxHashMap::default(),
            turn: 0,
        }
    }

    fn node(&mut self, group: &str, edge: &str) -> u32 {
        let key = format!("{group}/{edge}");
        if let Some(&node) = self.by_node.get(key.as_str()) {
            return node;
        }
        let node = self.nodes.len() as u32;
        self.nodes.push(Node::new(group, edge));
        self.by_node.insert(key.into(), node);
        node
    }

    fn edge(&mut self, node: u32, slot: u32, kind: Kind, message: &Message<'_>, context: &mut Context<'_>) {
        let payload = match read(message.payload, context.limits().payload) {
            Ok(payload) => payload,
            Err((kind, text)) => {
                let slots = &self.nodes[node as usize].slots;
                let device = slots[slot as usize].device.or(slots[0].device);
                return context.diagnose(device, message.topic, kind, text);
            }
        };
        match kind {
            // Somebody cleared a retained message; the node has said nothing.
            Kind::Birth | Kind::Data if message.payload.is_empty() => {}
            Kind::Birth if slot == 0 => self.node_birth(node, &payload, message, context),
            Kind::Birth => self.device_birth(node, slot, &payload, message, context),
            Kind::Data => self.data(node, slot, &payload, message, context),
            Kind::NodeDeath => self.node_death(node, &payload, message, context),
            Kind::DeviceDeath => self.device_death(node, slot, &payload, message, context),
        }
    }

    fn node_death(&mut self, node: u32, payload: &Payload, message: &Message<'_>, context: &mut Context<'_>) {
        let node = &mut self.nodes[node as usize];
        let bd = bd_seq(node, &payload.metrics);
        match node.life.death(bd, message.at) {
            // The payload's time is that of the connection, so the arrival is when it died.
            Death::Now => all_offline(node, message.at, context),
            Death::Stale => {
                let text = "a death that belongs to an earlier connection of the edge node; ignored";
                context.diagnose(node.slots[0].device, message.topic, DiagnosisKind::Ignored, text);
            }
            Death::Doubtful => {
                let text = "the bdSeq of the death does not fit the birth; the edge node counts as gone unless it goes on speaking";
                context.diagnose(node.slots[0].device, message.topic, DiagnosisKind::Sequence, text);
            }
        }
    }

    fn device_death(
        &mut self,
        node: u32,
        slot: u32,
        payload: &Payload,
        message: &Message<'_>,
        context: &mut Context<'_>,
    ) {
        let node = &mut self.nodes[node as usize];
        node.life.heard();
        node.life.sequence.next(payload.seq, message.at);
        let slot = &mut node.slots[slot as usize];
        slot.born = false;
        set_online(slot, false, message.at, context);
    }

    fn state(&mut self, id: &str, message: &Message<'_>, context: &mut Context<'_>) {
        if message.payload.is_empty() {
            return self.host.cleared(id);
        }
        let Some(state) = host::state(message.payload) else {
            let text =
                "the state of the host application is neither JSON with \"online\" nor ONLINE or OFFLINE";
            return context.diagnose(None, message.topic, DiagnosisKind::WrongType, text);
        };
        if let Some(publish) = self.host.heard(id, state, message.at) {
            context.publish(publish);
        }
    }

    /// Asks nodes for births: a few a tick, in turn. While another host is in charge, the wish is told once and dropped.
    fn ask(&mut self, now: Micros, context: &mut Context<'_>) {
        let count = self.nodes.len();
        let mut asked = 0;
        for step in 0..count {
            let ix = (self.turn + step) % count;
            let node = &mut self.nodes[ix];
            if !node.rebirth.is_wanted() {
                continue;
            }
            let device = node.slots[0].device;
            let topic = encode::topic(&node.group, &node.edge, None);
            if let Some(other) = self.host.other_in_charge() {
                node.rebirth.drop_wish();
                if !node.told_passive {
                    node.told_passive = true;
                    let other = crate::decoder::shortened(other, 64);
                    let text = format!(
                        "births are missing, but the host \"{other}\" is in charge here, so none were asked for"
                    );
                    context.diagnose(device, &topic, DiagnosisKind::Ignored, text);
                }
                continue;
            }
            if asked == ASKED_A_TICK {
                self.turn = ix;
                return;
            }
            if let Some(reason) = node.rebirth.ask(now) {
                asked += 1;
                context.diagnose(
                    device,
                    &topic,
                    DiagnosisKind::Sequence,
                    format!("asked for births: {reason}"),
                );
                context.publish(encode::rebirth(&node.group, &node.edge, now));
            }
        }
        self.turn = 0;
    }
}

impl Convention for Sparkplug {
    fn name(&self) -> &'static str {
        "sparkplug"
    }

    fn claim(&mut self, message: &Message<'_>) -> Claim {
        let Some(parsed) = topic::parse(message.topic) else {
            return Claim::No;
        };
        if let Some(&token) = self.by_topic.get(message.topic) {
            return Claim::Mine(token);
        }
        let route = match parsed {
            Topic::Edge {
                group,
                edge,
                device,
                kind,
            } => {
                let node = self.node(group, edge);
                let slot = self.nodes[node as usize].slot(device);
                Route::Edge { node, slot, kind }
            }
            // `STATE/x` may be anybody's topic: only what speaks like a host is one.
            Topic::State(_, true) if host::state(message.payload).is_none() => return Claim::No,
            Topic::State(host, _) => Route::State(host.into()),
            Topic::Command => Route::Command,
            Topic::Invalid => Route::Invalid,
        };
        let token = self.topics.len() as u32;
        self.topics.push(route);
        self.by_topic.insert(message.topic.into(), token);
        Claim::Mine(token)
    }

    fn message(&mut self, token: u32, message: &Message<'_>, context: &mut Context<'_>) {
        match self.topics.get(token as usize) {
            Some(&Route::Edge { node, slot, kind }) => self.edge(node, slot, kind, message, context),
            Some(Route::State(host)) => {
                let host = host.clone();
                self.state(&host, message, context);
            }
            Some(Route::Command) | None => {}
            Some(Route::Invalid) => {
                let text = "the topic is in Sparkplug's namespace, but is none that Sparkplug B 3.0 knows";
                context.diagnose(None, message.topic, DiagnosisKind::InvalidDescription, text);
            }
        }
    }

    fn clock_moved(&mut self, by: Micros) {
        self.host.clock_moved(by);
        for node in &mut self.nodes {
            node.life.clock_moved(by);
            node.rebirth.clock_moved(by);
        }
    }

    fn tick(&mut self, now: Micros, context: &mut Context<'_>) {
        for node in &mut self.nodes {
            if node.life.died(now) {
                all_offline(node, now, context);
            }
            if let Some(lost) = node.life.sequence.lost(now) {
                node.rebirth.want(|| format!("{lost} messages were lost"));
            }
        }
        self.ask(now, context);
    }

    fn connected(&mut self, now: Micros, context: &mut Context<'_>) {
        if let Some(publish) = self.host.connected(now) {
            context.publish(publish);
        }
    }

    fn command(&mut self, point: PointIx, value: &Value, now: Micros) -> Result<Vec<Publish>, CommandError> {
        let &(node, slot, entry) = self.points.get(&point).ok_or(CommandError::Unknown)?;
        let node = &self.nodes[node as usize];
        let slot = &node.slots[slot as usize];
        let alias = slot.alias_of(entry);
        let entry = slot.entries.get(entry as usize).ok_or(CommandError::Unknown)?;
        if !entry.writable {
            return Err(CommandError::ReadOnly);
        }
        let sent = encode::value(entry.datatype, value)?;
        let sent = if node.short {
            encode::shortened(entry.datatype, sent)
        } else {
            sent
        };
        let sent = if node.narrow {
            encode::narrowed(entry.datatype, sent)
        } else {
            sent
        };
        let topic = encode::topic(&node.group, &node.edge, slot.id.as_deref());
        Ok(vec![match &entry.member {
            Some(member) => {
                let alias = slot
                    .named(&member.instance)
                    .and_then(|instance| slot.alias_of(instance));
                encode::write_member(topic, member, alias, entry.datatype, sent, now)
            }
            None => encode::write(topic, &entry.name, alias, entry.datatype, sent, now),
        }])
    }
}

/// The payload, opened where it is compressed.
fn read(bytes: &[u8], limit: usize) -> Result<Payload, (DiagnosisKind, String)> {
    let decode = |bytes: &[u8]| {
        if !proto::within_bounds(bytes) {
            return Err((
                DiagnosisKind::TooLarge,
                "the payload holds too many metrics".to_owned(),
            ));
        }
        Payload::decode(bytes).map_err(|error| {
            (
                DiagnosisKind::MalformedProtobuf,
                format!("the payload does not parse: {error}"),
            )
        })
    };
    let outer = decode(bytes)?;
    match compress::open(&outer, limit) {
        None => Ok(outer),
        Some(Ok(inner)) => {
            let mut inner = decode(&inner)?;
            inner.seq = inner.seq.or(outer.seq);
            inner.timestamp = inner.timestamp.or(outer.timestamp);
            Ok(inner)
        }
        Some(Err(compress::Trouble::Broken)) => Err((
            DiagnosisKind::MalformedProtobuf,
            "the compressed payload does not open".to_owned(),
        )),
        Some(Err(compress::Trouble::TooLarge)) => Err((
            DiagnosisKind::TooLarge,
            format!("the compressed payload is over {limit} bytes when opened"),
        )),
    }
}

/// The birth-death number: by name, else by alias, else the only whole number there is.
fn bd_seq(node: &Node, metrics: &[Metric]) -> Option<u64> {
    let is_named = |metric: &&Metric| {
        metric
            .name
            .as_deref()
            .is_some_and(|name| name.eq_ignore_ascii_case("bdSeq"))
            || metric.name.is_none()
                && matches!(node.find(0, metric), Found::Entry(0, entry) if node.slots[0].entries[entry as usize].name.eq_ignore_ascii_case("bdSeq"))
    };
    let metric = metrics.iter().find(is_named).or(match metrics {
        [only] => Some(only),
        _ => None,
    })?;
    match metric.value {
        Some(MetricValue::Long(long)) => Some(long),
        Some(MetricValue::Int(int)) => Some(u64::from(int)),
        _ => None,
    }
}

fn all_offline(node: &mut Node, at: Micros, context: &mut Context<'_>) {
    for slot in &mut node.slots {
        slot.born = false;
        set_online(slot, false, at, context);
    }
}

fn set_online(slot: &mut Slot, online: bool, at: Micros, context: &mut Context<'_>) {
    if let Some(device) = slot.device
        && slot.online != online
    {
        slot.online = online;
        context.online(device, online, at);
    }
}
