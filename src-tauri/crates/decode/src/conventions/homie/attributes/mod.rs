//! Homie 2, 3 and 4: each attribute of a device, a node or a property is a retained topic of its own, in any order.
//!
//! A property has a point once its node lists it, the device lists the node, and its datatype is known; where no datatype ever comes,
//! the first value after the device said that it is ready tells the kind.

mod stats;
mod tree;

use hearthline_model::Kind;

use super::Homie;
use super::describe;
use super::description::{About, LONGEST_FORMAT, LONGEST_NAME};
use super::roles;
use super::state::State;
use crate::decoder::shortened;
use crate::{Context, DiagnosisKind, Message, payload};

pub(super) use tree::Attributes;

/// How much a changed attribute touches.
enum Touched {
    Nothing,
    /// Name, model and the like.
    About,
    /// Which nodes there are.
    Nodes,
    Node(String),
    Property(String, String),
}

impl Homie {
    /// A message on a topic of a device that has a level that begins with `$` below it.
    pub(super) fn older(&mut self, device: u32, message: &Message<'_>, context: &mut Context<'_>) {
        let it = &self.devices[device as usize];
        let ix = it.ix.filter(|_| it.shown);
        let Some(text) = payload::text(message, ix, context) else {
            return;
        };
        let below = message
            .topic
            .get(it.root.len() + 1..)
            .unwrap_or_default()
            .to_owned();
        let levels: Vec<&str> = below.splitn(5, '/').collect();
        let touched = match levels.as_slice() {
            ["$state"] => return self.older_state(device, text, message, context),
            ["$online"] => {
                let state = match text {
                    "true" => State::Ready,
                    "" => return,
                    _ => State::Lost,
                };
                return self.older_state(device, state.word(), message, context);
            }
            ["$homie"] if text.is_empty() => {
                self.devices[device as usize].attributes.version = None;
                return self.older_remove(device, context);
            }
            ["$stats", name] => return self.stat(device, name, text, message, context),
            [name, ..] if name.starts_with('$') => self.about(device, &below, text, message, context),
            [node, name] if name.starts_with('$') => self.node_attribute(device, node, name, text),
            [node, property, name] if name.starts_with('$') => {
                self.property_attribute(device, node, property, name, text)
            }
            _ => None,
        };
        match touched {
            None if text.is_empty() => {}
            None => {
                let text = format!(
                    "the attribute \"{}\" says nothing that is shown",
                    shortened(&below, 128)
                );
                self.tell_once(device, message.topic, DiagnosisKind::Ignored, text, context);
            }
            Some(touched) => self.renew(device, &touched, message, context),
        }
    }

    /// An attribute of the device itself; none where it is not known.
    fn about(
        &mut self,
        device: u32,
        below: &str,
        text: &str,
        message: &Message<'_>,
        context: &mut Context<'_>,
    ) -> Option<Touched> {
        let it = &mut self.devices[device as usize].attributes;
        let kept = (!text.is_empty()).then(|| shortened(text, LONGEST_NAME));
        let place = match below {
            "$homie" => {
                it.gone = false;
                return Some(if replaced(&mut it.version, kept) {
                    Touched::Nodes
                } else {
                    Touched::Nothing
                });
            }
            "$nodes" => {
                let nodes = (!text.is_empty()).then(|| tree::nodes(text));
                return Some(if replaced(&mut it.nodes, nodes) {
                    Touched::Nodes
                } else {
                    Touched::Nothing
                });
            }
            "$localip" => {
                it.ip = kept;
                self.tell_ip(device, message.at, context);
                return Some(Touched::Nothing);
            }
            "$name" => &mut it.name,
            "$mac" => &mut it.mac,
            "$fw/name" => &mut it.firmware_name,
            "$fw/version" => &mut it.firmware_version,
            "$implementation" => &mut it.implementation,
            "$implementation/version" => &mut it.implementation_version,
            // Lists of what is told elsewhere.
            "$extensions" | "$stats" | "$fw/checksum" => return Some(Touched::Nothing),
            _ => return None,
        };
        Some(if replaced(place, kept) {
            Touched::About
        } else {
            Touched::Nothing
        })
    }

    fn node_attribute(&mut self, device: u32, node: &str, name: &str, text: &str) -> Option<Touched> {
        let kept = (!text.is_empty()).then(|| shortened(text, LONGEST_NAME));
        let part = self.devices[device as usize].attributes.part(node)?;
        let changed = match name {
            "$name" => replaced(&mut part.name, kept),
            "$type" => replaced(&mut part.kind, kept),
            "$properties" => {
                let list = (!text.is_empty()).then(|| tree::properties(text));
                replaced(&mut part.properties, list)
            }
            "$array" => {
                let changed = replaced(&mut part.array, tree::range(text));
                return Some(if changed { Touched::Nodes } else { Touched::Nothing });
            }
            _ => return None,
        };
        Some(if changed {
            Touched::Node(node.to_owned())
        } else {
            Touched::Nothing
        })
    }

    fn property_attribute(
        &mut self,
        device: u32,
        node: &str,
        property: &str,
        name: &str,
        text: &str,
    ) -> Option<Touched> {
        let kept = |longest| (!text.is_empty()).then(|| shortened(text, longest));
        let flag = match text {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        };
        let own = self.devices[device as usize]
            .attributes
            .part(node)?
            .own(property)?;
        let changed = match name {
            "$name" => replaced(&mut own.name, kept(LONGEST_NAME)),
            "$datatype" => replaced(&mut own.datatype, kept(LONGEST_NAME)),
            "$format" => replaced(&mut own.format, kept(LONGEST_FORMAT)),
            "$settable" => replaced(&mut own.settable, flag),
            "$retained" => replaced(&mut own.retained, flag),
            "$unit" => replaced(&mut own.unit, kept(64)),
            _ => return None,
        };
        Some(if changed {
            Touched::Property(node.to_owned(), property.to_owned())
        } else {
            Touched::Nothing
        })
    }

    fn older_state(&mut self, device: u32, text: &str, message: &Message<'_>, context: &mut Context<'_>) {
        if text.is_empty() {
            self.devices[device as usize].state = None;
            return self.older_remove(device, context);
        }
        let Some(state) = State::of(text) else {
            let ix = self.devices[device as usize].ix;
            let text = format!("\"{}\" is no state of a device", shortened(text, 64));
            return context.diagnose(ix, message.topic, DiagnosisKind::InvalidDescription, text);
        };
        let it = &mut self.devices[device as usize];
        let settled = |state: Option<State>| state.is_some_and(State::settled);
        // What never gets a datatype is shown from now on.
        let all = it.attributes.gone || !settled(it.state) && state.settled();
        it.attributes.gone = false;
        self.state(device, state, message, context);
        if all {
            self.renew(device, &Touched::Nodes, message, context);
        }
    }

    fn older_remove(&mut self, device: u32, context: &mut Context<'_>) {
        let it = &mut self.devices[device as usize];
        it.attributes.gone = true;
        it.attributes.stats.clear();
        self.remove(device, context);
    }

    /// Shows what changed.
    fn renew(&mut self, device: u32, touched: &Touched, message: &Message<'_>, context: &mut Context<'_>) {
        let it = &mut self.devices[device as usize];
        let settled = it.state.is_some_and(State::settled);
        if !it.attributes.is_device() {
            return;
        }
        match touched {
            Touched::About | Touched::Nodes => {
                it.about = it.attributes.about();
                let first = !it.shown;
                let attributes = std::mem::take(&mut self.devices[device as usize].attributes);
                let nodes = attributes.listed(settled);
                let lone = attributes.is_lone(&nodes);
                self.devices[device as usize].attributes = attributes;
                if !self.describe_device(device, &nodes, message.at, context) {
                    return;
                }
                if first {
                    self.tell_ip(device, message.at, context);
                    self.tell_stats(device, context);
                }
                if first || matches!(touched, Touched::Nodes) {
                    self.install(device, &nodes, lone, context);
                    self.watch(device, message.at);
                }
            }
            Touched::Node(id) if it.shown => {
                let attributes = std::mem::take(&mut self.devices[device as usize].attributes);
                for node in attributes.of_part(id, settled) {
                    self.install_node(device, &node, context);
                }
                self.devices[device as usize].attributes = attributes;
                self.watch(device, message.at);
            }
            Touched::Property(node, property) if it.shown => {
                let attributes = std::mem::take(&mut self.devices[device as usize].attributes);
                if attributes.is_wide(node) {
                    for single in attributes.only(node, property, settled) {
                        let plan = roles::alone(&single.properties[0]);
                        self.install_one(device, &single, &plan, context);
                    }
                } else {
                    for node in attributes.of_part(node, settled) {
                        self.install_node(device, &node, context);
                    }
                }
                self.devices[device as usize].attributes = attributes;
                self.watch(device, message.at);
            }
            Touched::Nothing | Touched::Node(_) | Touched::Property(..) => {}
        }
    }

    /// Its description is looked over once it had time to become whole.
    fn watch(&mut self, device: u32, at: hearthline_model::Micros) {
        let it = &mut self.devices[device as usize];
        it.described = at;
        if !std::mem::replace(&mut it.watched, true) {
            it.heard = at;
            self.waiting.push(device);
        }
    }

    /// Tells what of the attributes does not hold or never came.
    pub(super) fn look_over(&mut self, device: u32, context: &mut Context<'_>) {
        let it = &self.devices[device as usize];
        let problems = it.attributes.problems();
        if it.shown && !problems.is_empty() {
            let topic = it.root.to_string();
            let text = super::summary(&problems);
            self.tell_once(device, &topic, DiagnosisKind::InvalidDescription, text, context);
        }
    }

    fn tell_ip(&mut self, device: u32, at: hearthline_model::Micros, context: &mut Context<'_>) {
        let it = &self.devices[device as usize];
        let Some(ip) = it.attributes.ip.clone() else {
            return;
        };
        let desc = describe::remark(
            "$localip",
            "IP address",
            Kind::Text,
            &format!("{}/$localip", it.root),
        );
        if let Some(point) = self.remark(device, desc, context) {
            context.value(point, at, hearthline_model::Value::text(ip));
        }
    }
}

impl Attributes {
    fn about(&self) -> About {
        let firmware = match (&self.firmware_name, &self.firmware_version) {
            (Some(name), Some(version)) => Some(format!("{name} {version}")),
            (one, other) => one.clone().or_else(|| other.clone()),
        };
        About {
            name: self.name.clone(),
            model: self.implementation.clone(),
            firmware: firmware.or_else(|| self.implementation_version.clone()),
            mac: self.mac.clone(),
            ..About::default()
        }
    }
}

/// Puts a value in its place and tells whether it is another one.
fn replaced<T: PartialEq>(place: &mut T, value: T) -> bool {
    let other = *place != value;
    *place = value;
    other
}
