//! Zigbee2MQTT as it speaks itself: `<base>/bridge/…` and `<base>/<friendly name>`.
//!
//! [`base`] finds the base topics by what is published below `bridge/`, [`route`] says what a topic is. The way of a description:
//! [`devices`] and [`group`] read `bridge/devices` and `bridge/groups`, [`expose`] reads the exposes, [`points`] and [`special`] make
//! points of them ([`draft`]), which [`entity`] announces. The way of a value: [`state`] walks a state to the feeds of its keys, [`read`]
//! makes values, [`extra`] takes what no definition told of. [`write`] is the way back. [`bridge`] is the coordinator as a
//! device, [`report`] what the bridge tells of events and errors.
//!
//! *Invariants.* A device is known by its IEEE address, so that a new name is no new device. A friendly name may hold slashes: topics are
//! matched by the longest known name, never taken apart. `…/set` and `…/get` are never values.

mod base;
mod bridge;
mod devices;
mod draft;
mod entity;
mod expose;
mod extra;
mod group;
mod identity;
mod points;
mod read;
mod report;
mod request;
mod route;
mod rows;
mod special;
mod state;
#[cfg(test)]
mod tests;
mod words;
mod write;

use hearthline_model::{Micros, Realm, Value};
use rustc_hash::FxHashMap;

use crate::{Claim, CommandError, Context, Convention, Message, Options, PointIx, Publish};
use base::{Base, BridgeTopic};
use entity::{Command, Entity};
use route::{Route, Slots};

/// The convention; see the module.
pub struct Zigbee2Mqtt {
    realm: Realm,
    bases: Vec<Base>,
    base_of: FxHashMap<String, usize>,
    /// Devices and groups of all bases; places are never given out anew.
    entities: Vec<Entity>,
    slots: Slots,
    commands: FxHashMap<PointIx, Command>,
    /// Topics under former names, to be asked for anew.
    former: Vec<String>,
}

impl Zigbee2Mqtt {
    /// Knows nothing yet.
    pub fn new(options: &Options) -> Self {
        Self {
            realm: options.realm.unwrap_or_default(),
            bases: Vec::new(),
            base_of: FxHashMap::default(),
            entities: Vec::new(),
            slots: Slots::default(),
            commands: FxHashMap::default(),
            former: Vec::new(),
        }
    }

    fn bridge_message(
        &mut self,
        base: usize,
        topic: BridgeTopic,
        message: &Message<'_>,
        context: &mut Context<'_>,
    ) {
        if !self.bases[base].settled {
            self.bases[base].settled = true;
            context.reroute(format!("{}/#", self.bases[base].topic));
        }
        match topic {
            BridgeTopic::State => self.bridge_state(base, message, context),
            BridgeTopic::Info => self.bridge_info(base, message, context),
            BridgeTopic::Health => self.bridge_health(base, message, context),
            BridgeTopic::Devices => self.devices(base, message, context),
            BridgeTopic::Groups => self.groups(base, message, context),
            // What happened once is no news because a broker kept it.
            BridgeTopic::Event | BridgeTopic::Logging | BridgeTopic::Log | BridgeTopic::Response
                if message.retain => {}
            BridgeTopic::Event => self.event(base, message, context),
            BridgeTopic::Logging => self.logging(base, message, context),
            BridgeTopic::Log => self.log(base, message, context),
            BridgeTopic::Response => self.response(base, message, context),
            BridgeTopic::Other => {}
        }
    }

    /// `<base>/<name>/availability`, as JSON or, before 2.0, as a word.
    fn availability(&mut self, ix: usize, message: &Message<'_>, replay: bool, context: &mut Context<'_>) {
        let Some(entity) = self.entities.get_mut(ix) else {
            return;
        };
        let Some(said) = bridge::availability(message, Some(entity.device), replay, context) else {
            return;
        };
        entity.available = said;
        entity.tell_online(self.bases[entity.base].online, message.at, context);
    }
}

impl Convention for Zigbee2Mqtt {
    fn name(&self) -> &'static str {
        "zigbee2mqtt"
    }

    fn claim(&mut self, message: &Message<'_>) -> Claim {
        // Home Assistant's discovery of the same topics is asked before; nobody who goes by the shape of a payload shall share them.
        self.token(message).map_or(Claim::No, Claim::Mine)
    }

    fn message(&mut self, token: u32, message: &Message<'_>, context: &mut Context<'_>) {
        match self.slots.take(token, message.at) {
            // What the bridge said was taken in when it said it.
            None | Some((Route::Silent, _) | (Route::Bridge(..), true)) => {}
            Some((Route::Bridge(base, topic), false)) => self.bridge_message(base, topic, message, context),
            Some((Route::State(ix), replay)) => self.state(ix, message, replay, context),
            Some((Route::Availability(ix), replay)) => self.availability(ix, message, replay, context),
            Some((Route::Attribute(ix, name), replay)) => self.attribute(ix, &name, message, replay, context),
        }
    }

    fn command(&mut self, point: PointIx, value: &Value, _: Micros) -> Result<Vec<Publish>, CommandError> {
        let (topic, payload) = match self.commands.get(&point) {
            // A point that was announced and cannot be written is not in the map either.
            None => return Err(CommandError::ReadOnly),
            Some(Command::Set { entity, write }) => {
                let entity = self.entities.get(*entity).ok_or(CommandError::Unknown)?;
                let payload = entity.payload(write, value)?;
                (format!("{}/set", entity.topic), payload.to_string())
            }
            Some(Command::Request(request)) => request.encode(value)?,
        };
        Ok(vec![Publish {
            topic,
            payload: payload.into_bytes(),
            qos: 1,
            retain: false,
        }])
    }
}
