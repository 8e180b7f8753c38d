//! Frigate: cameras, what they see, and their switches.
//!
//! Everything is below a prefix, `frigate` or another one that is found by its events or statistics. [`topic`] says what a topic is,
//! [`server`] is what is known of one Frigate with its cameras and zones, [`feature`] are the settings that can be switched, [`event`] reads
//! events, reviews and recognitions, [`stats`] the statistics.
//!
//! A zone's counts look like a camera's: a name is a camera's once it has a setting, a picture's statistics or an event, and a zone's once an
//! event names it so. Pictures are never read, only their size is kept.

mod event;
mod feature;
mod server;
mod stats;
#[cfg(test)]
mod tests;
mod topic;

use hearthline_model::{Kind, Micros, Realm, Value};
use rustc_hash::FxHashMap;

use crate::{Claim, CommandError, Context, Convention, Message, Options, PointIx, Publish, payload};
use feature::Send;
use server::Server;
use topic::What;

/// Most Frigates of one broker.
const MOST_SERVERS: usize = 16;

/// The convention; see the module.
pub struct Frigate {
    realm: Realm,
    servers: Vec<Server>,
    topics: Vec<Topic>,
    by_topic: FxHashMap<Box<str>, u32>,
    commands: FxHashMap<PointIx, Send>,
}

/// A topic of a Frigate.
struct Topic {
    server: u32,
    what: What,
}

impl Frigate {
    /// Knows nothing yet.
    pub fn new(options: &Options) -> Self {
        Self {
            realm: options.realm.unwrap_or_default(),
            servers: Vec::new(),
            topics: Vec::new(),
            by_topic: FxHashMap::default(),
            commands: FxHashMap::default(),
        }
    }

    fn server(&mut self, prefix: &str) -> Option<u32> {
        if let Some(ix) = self.servers.iter().position(|server| server.prefix == prefix) {
            return Some(ix as u32);
        }
        if self.servers.len() >= MOST_SERVERS {
            return None;
        }
        self.servers.push(Server::new(prefix, self.realm));
        Some(self.servers.len() as u32 - 1)
    }
}

impl Convention for Frigate {
    fn name(&self) -> &'static str {
        "frigate"
    }

    fn claim(&mut self, message: &Message<'_>) -> Claim {
        if let Some(&token) = self.by_topic.get(message.topic) {
            return Claim::Mine(token);
        }
        let known = self.servers.iter().map(|server| server.prefix.as_str());
        let Some(prefix) = topic::prefix(message, known) else {
            return Claim::No;
        };
        let rest = &message.topic[prefix.len() + 1..];
        let Some(what) = topic::what(rest) else {
            return Claim::No;
        };
        let Some(server) = self.server(prefix) else {
            return Claim::No;
        };
        let token = self.topics.len() as u32;
        self.topics.push(Topic { server, what });
        self.by_topic.insert(message.topic.into(), token);
        Claim::Mine(token)
    }

    fn message(&mut self, token: u32, message: &Message<'_>, context: &mut Context<'_>) {
        let Some(topic) = self.topics.get(token as usize) else {
            return;
        };
        let server = &mut self.servers[topic.server as usize];
        // What is asked of Frigate is no value.
        if topic.what == What::Asked || server.describe(context).is_none() {
            return;
        }
        server.learnt(context);
        if let What::Snapshot { name, object } = &topic.what {
            let (name, object) = (name.clone(), object.clone());
            return server.snapshot(&name, &object, message, context);
        }
        if let What::Ptz { name } = &topic.what {
            let name = name.clone();
            if let Some((point, send)) = feature::ptz(server, &name, context) {
                self.commands.insert(point, send);
            }
            return;
        }
        // An empty payload clears a topic that was kept.
        if message.payload.trim_ascii().is_empty() {
            return;
        }
        if matches!(topic.what, What::Events | What::Reviews | What::Recognised)
            && server.last.is_again(message)
        {
            return;
        }
        match &topic.what {
            What::Events => return event::events(server, message, context),
            What::Reviews => return event::reviews(server, message, context),
            What::Recognised => return event::recognised(server, message, context),
            What::Stats => return stats::read(server, message, context),
            What::Untold(why) => return server.tell(why, message.topic, context),
            _ => {}
        }
        let Some(text) = payload::text(message, server.device(), context) else {
            return;
        };
        let text = text.trim();
        match &topic.what {
            What::Available => {
                server.available(text == "online", message.at, context);
                if let Some((point, send)) = feature::restart(server, context) {
                    self.commands.insert(point, send);
                }
            }
            What::Feature { name, feature } => {
                let (name, feature) = (name.clone(), feature.clone());
                if let Some((point, send)) = feature::state(server, &name, &feature, text, message, context) {
                    self.commands.insert(point, send);
                }
            }
            What::Value { name, value } => {
                let (name, value) = (name.clone(), value.clone());
                server.value(&name, &value, text, message, context);
            }
            What::Count { name, object, active } => {
                let (name, object, active) = (name.clone(), object.clone(), *active);
                server.count(&name, &object, active, text, message, context);
            }
            _ => {}
        }
    }

    fn command(&mut self, point: PointIx, value: &Value, _: Micros) -> Result<Vec<Publish>, CommandError> {
        match self.commands.get(&point) {
            Some(send) => send.encode(value),
            None => Err(CommandError::ReadOnly),
        }
    }
}

/// The kind of a value that may be a number, on or off, or a word.
fn kind_of(text: &str) -> Kind {
    if matches!(text, "ON" | "OFF" | "true" | "false") {
        Kind::Bool
    } else if text.parse::<f64>().is_ok_and(f64::is_finite) {
        Kind::Number
    } else {
        Kind::Text
    }
}

/// The value of a text of a kind; none where it is no such value.
fn value_of(kind: Kind, text: &str) -> Option<Value> {
    Some(match kind {
        Kind::Bool => match text {
            "ON" | "true" => Value::Bool(true),
            "OFF" | "false" => Value::Bool(false),
            _ => return None,
        },
        Kind::Number => match text.parse::<i64>() {
            Ok(int) => Value::Int(int),
            Err(_) => Value::Float(text.parse::<f64>().ok().filter(|number| number.is_finite())?),
        },
        _ => Value::text(crate::decoder::shortened(text, 512)),
    })
}
