//! Tasmota: `tasmota/discovery/…`, `tele/…`, `stat/…`, `cmnd/…`.
//!
//! A device is known by its announcement ([`config`]), which tells its topics in any order ([`topic`]); a device without one (old, or
//! with `SetOption19`) by the default prefixes and the shape of its payload, and shows what it has as it speaks. [`walk`] takes messages apart:
//! relays, lights and fans are [`entities`], readings a [`sheet`], switches and buttons [`input`]s, codes and tags [`happening`]s, and
//! what is heard through a bridge a [`child`]. [`encode`] is the way back.
//!
//! *Invariants.* An announcement's readings are old: they make points, not values. A missing reading is not unavailable. `Time` has no
//! zone and does not count ([`scene::Scene::clock`]). A device that sleeps is never offline.

mod child;
mod config;
mod device;
mod discover;
mod encode;
mod entities;
mod happening;
mod input;
mod payloads;
mod quantity;
mod read;
mod repair;
mod scene;
mod sheet;
mod shutter;
mod status;
#[cfg(test)]
pub(super) mod tests;
mod topic;
mod walk;

use hearthline_model::{Micros, Realm, SECOND, Value};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::shape::json::{self, Json};
use crate::{Claim, CommandError, Context, Convention, Message, Options, PointIx, Publish, payload};
use device::Device;
use payloads::{find, fits, with_json};
use scene::{Commands, Scene};
use topic::{Bases, Channel, Leaf};

/// The token of discovery topics.
const DISCOVERY: u32 = 0;
/// The token of what is ours and says nothing.
const NOTHING: u32 = 1;
/// The token of the first of [`Tasmota::routes`].
const FIRST: u32 = 2;
/// Topics that were left to others and may turn out to be ours.
const MOST_REFUSED: usize = 20_000;
/// How long a last will alone waits for its device to say more: a little over the usual period of telemetry.
const PATIENCE: Micros = 330 * SECOND;

/// The convention; see the module.
pub struct Tasmota {
    realm: Option<Realm>,
    devices: Vec<Device>,
    /// Announced devices by their MAC.
    by_mac: FxHashMap<String, u32>,
    /// The beginnings of topics, each with its device.
    bases: FxHashMap<Box<str>, (u32, Channel)>,
    /// Beginnings that a device has left.
    left: FxHashSet<Box<str>>,
    routes: Vec<Route>,
    route_of: FxHashMap<Box<str>, u32>,
    /// Topics that look like ours, by their beginning.
    refused: FxHashMap<Box<str>, Vec<Box<str>>>,
    refused_count: usize,
    /// Announced readings whose device is not announced yet.
    waiting: FxHashMap<String, Box<[u8]>>,
    /// Devices of which only a last will is known.
    wills: Vec<u32>,
    commands: Commands,
    offs: Vec<(Micros, PointIx)>,
}

struct Route {
    topic: Box<str>,
    device: u32,
    leaf: Leaf,
    /// A Zigbee device's own topic (`SetOption89`).
    zigbee: bool,
    /// The next message is one that was decoded before.
    replay: bool,
}

impl Tasmota {
    /// Knows nothing yet.
    pub fn new(options: &Options) -> Self {
        Self {
            realm: options.realm,
            devices: Vec::new(),
            by_mac: FxHashMap::default(),
            bases: FxHashMap::default(),
            left: FxHashSet::default(),
            routes: Vec::new(),
            route_of: FxHashMap::default(),
            refused: FxHashMap::default(),
            refused_count: 0,
            waiting: FxHashMap::default(),
            wills: Vec::new(),
            commands: Commands::default(),
            offs: Vec::new(),
        }
    }

    /// The token of a topic that a known device speaks on.
    fn of_known(&mut self, topic: &str) -> Option<u32> {
        let (base, name) = topic::split(topic)?;
        if let Some(&(device, channel)) = self.bases.get(base) {
            // Where stat and tele are one, either's words hold.
            let leaf = topic::leaf(channel, name)
                .or_else(|| topic::leaf(Channel::Tele, name).filter(|_| channel == Channel::Stat))
                .unwrap_or(Leaf::Result);
            return Some(self.route(topic, device, leaf, false));
        }
        // `tele/<bridge>/<Zigbee device>/SENSOR`
        let (above, _) = topic::split(&base[..base.len() - 1])?;
        let &(device, channel) = self.bases.get(above)?;
        if channel == Channel::Command {
            return Some(NOTHING);
        }
        (name == "SENSOR").then(|| self.route(topic, device, Leaf::Sensor, true))
    }

    fn route(&mut self, topic: &str, device: u32, leaf: Leaf, zigbee: bool) -> u32 {
        let token = self.routes.len() as u32 + FIRST;
        self.route_of.insert(topic.into(), token);
        self.routes.push(Route {
            topic: topic.into(),
            device,
            leaf,
            zigbee,
            replay: false,
        });
        token
    }

    /// The token of a topic that shows a device by its words and its payload.
    fn of_shape(&mut self, message: &Message<'_>) -> Option<u32> {
        let topic = message.topic;
        if let Some(guess) = topic::guess(topic) {
            if guess.channel == Channel::Command {
                return Some(NOTHING);
            }
            let leaf = topic::leaf(guess.channel, guess.leaf)?;
            let (base, _) = topic::split(topic)?;
            if self.left.contains(base) {
                return Some(NOTHING);
            }
            if !fits(leaf, message.payload) {
                return None;
            }
            let levels = guess.levels.iter().map(|level| (*level).to_owned()).collect();
            let device = self.new_device(guess.bases, levels);
            return Some(self.route(topic, device, leaf, false));
        }
        // Prefixes of one's own: only what nobody else says is believed, and where commands go is not known.
        let (base, name) = topic::split(topic)?;
        let leaf = topic::leaf(Channel::Tele, name)?;
        let has = |word: &str| find(message.payload, word.as_bytes());
        let sure = match leaf {
            Leaf::State => has("\"Wifi\":{") && has("\"Uptime\":") && has("\"Time\":"),
            Leaf::Info => has("\"FallbackTopic\":"),
            _ => false,
        };
        if !sure || self.left.contains(base) {
            return None;
        }
        let bases = Bases {
            tele: Some(base.to_owned()),
            ..Bases::default()
        };
        let levels = base
            .split('/')
            .filter(|level| !level.is_empty())
            .map(str::to_owned)
            .collect();
        let device = self.new_device(bases, levels);
        Some(self.route(topic, device, leaf, false))
    }

    fn new_device(&mut self, bases: Bases, levels: Vec<String>) -> u32 {
        let index = self.devices.len() as u32;
        let id = bases
            .tele
            .as_deref()
            .unwrap_or_default()
            .trim_end_matches('/')
            .to_owned();
        for (channel, base) in bases.each() {
            self.bases.insert(base.into(), (index, channel));
        }
        self.devices.push(Device::new(id, levels, bases, self.realm));
        index
    }

    /// Remembers a topic that looks like ours but belongs to nobody yet.
    fn refuse(&mut self, topic: &str) {
        let Some((base, name)) = topic::split(topic) else {
            return;
        };
        let shouts =
            name.bytes().any(|b| b.is_ascii_uppercase()) && !name.bytes().any(|b| b.is_ascii_lowercase());
        if !shouts || self.refused_count >= MOST_REFUSED || topic.len() > 512 {
            return;
        }
        let topics = self.refused.entry(base.into()).or_default();
        if topics.len() < 16 && !topics.iter().any(|known| &**known == topic) {
            topics.push(topic.into());
            self.refused_count += 1;
        }
    }

    /// Asks for the topics of a device that came before it was known.
    fn call_back(&mut self, index: u32, context: &mut Context<'_>) {
        let device = &mut self.devices[index as usize];
        if !std::mem::replace(&mut device.fresh, false) {
            return;
        }
        for (_, base) in device.bases.each() {
            for topic in self.refused.remove(base).unwrap_or_default() {
                self.refused_count -= 1;
                context.reroute(topic);
            }
        }
    }

    fn told(&mut self, token: u32, message: &Message<'_>, context: &mut Context<'_>) {
        let Some(route) = self.routes.get_mut((token - FIRST) as usize) else {
            return;
        };
        let (leaf, index, zigbee) = (route.leaf, route.device, route.zigbee);
        let replay = std::mem::take(&mut route.replay);
        if leaf == Leaf::Noise {
            return;
        }
        let mut levels = message.topic.rsplit('/');
        let name = levels.next().unwrap_or_default();
        self.call_back(index, context);
        let Some(device) = self.devices.get_mut(index as usize) else {
            return;
        };
        if device.gone && message.retain {
            return;
        }
        let mut scene = Scene {
            context,
            commands: &mut self.commands,
            offs: &mut self.offs,
            index,
            topic: message.topic,
            at: message.at,
            received: message.at,
            retain: message.retain || replay,
            mute: false,
        };
        if message.payload.is_empty() {
            // A cleared retained message says nothing of the device.
            return;
        }
        match leaf {
            Leaf::Will => {
                will(device, message, &mut scene);
                if device.will_at.is_some() && !self.wills.contains(&index) {
                    self.wills.push(index);
                }
                return;
            }
            Leaf::Power => {
                power(device, name, message, &mut scene);
            }
            _ => {
                let ix = device.ix();
                // A device that nothing is known of is described first, so that the complaint has an owner.
                let ix = if ix.is_none() {
                    device.ensure(&mut scene)
                } else {
                    ix
                };
                with_json(message, ix, &mut scene, |json, scene| {
                    if scene.clock(json) {
                        let text = "its clock is wrong; the arrival counts as the time of its values";
                        device.ignored("Time", text, scene);
                    }
                    match leaf {
                        Leaf::State => walk::state(device, json, scene),
                        Leaf::Sensor if zigbee => {
                            zigbee_topic(device, levels.next().unwrap_or_default(), json, scene);
                        }
                        Leaf::Sensor => walk::sensor(device, json, scene),
                        Leaf::Energy => walk::energy(device, json, scene),
                        Leaf::Info => status::info(device, json, scene),
                        Leaf::Status => status::status(device, json, scene),
                        Leaf::Input => bare_input(device, name, json, scene),
                        Leaf::Result => walk::result(device, json, scene),
                        Leaf::Will | Leaf::Power | Leaf::Noise => {}
                    }
                });
            }
        }
        // What speaks is there, whatever an old last will says.
        if !scene.retain && device.online == Some(false) {
            device.set_online(true, &mut scene);
        }
    }
}

impl Convention for Tasmota {
    fn name(&self) -> &'static str {
        "tasmota"
    }

    fn claim(&mut self, message: &Message<'_>) -> Claim {
        let topic = message.topic;
        if discover::is_ours(message) {
            return Claim::Mine(DISCOVERY);
        }
        if let Some(&token) = self.route_of.get(topic) {
            return Claim::Mine(token);
        }
        if let Some(token) = self.of_known(topic).or_else(|| self.of_shape(message)) {
            return Claim::Mine(token);
        }
        self.refuse(topic);
        Claim::No
    }

    fn message(&mut self, token: u32, message: &Message<'_>, context: &mut Context<'_>) {
        match token {
            DISCOVERY => self.discovered(message, context),
            NOTHING => {}
            token => self.told(token, message, context),
        }
    }

    fn describes(&self, token: u32, _topic: &str) -> bool {
        token == DISCOVERY
    }

    fn clock_moved(&mut self, by: Micros) {
        for (due, _) in &mut self.offs {
            *due = due.saturating_add(by);
        }
        for at in self
            .devices
            .iter_mut()
            .filter_map(|device| device.will_at.as_mut())
        {
            *at = at.saturating_add(by);
        }
    }

    fn tick(&mut self, now: Micros, context: &mut Context<'_>) {
        if self.offs.iter().any(|(due, _)| *due <= now) {
            let mut due: Vec<(Micros, PointIx)> = Vec::new();
            self.offs.retain(|&(at, point)| {
                if at <= now {
                    due.push((at, point));
                }
                at > now
            });
            due.sort_unstable();
            for (at, point) in due {
                context.value(point, at, Value::Bool(false));
            }
        }
        let mut wills = std::mem::take(&mut self.wills);
        wills.retain(|&index| {
            let device = &mut self.devices[index as usize];
            match device.will_at {
                None => false,
                Some(at) if now < at.saturating_add(PATIENCE) => true,
                Some(_) => {
                    let mut scene = Scene {
                        context,
                        commands: &mut self.commands,
                        offs: &mut self.offs,
                        index,
                        topic: "",
                        at: now,
                        received: now,
                        retain: true,
                        mute: false,
                    };
                    device.describe(&mut scene);
                    false
                }
            }
        });
        self.wills = wills;
    }

    fn command(&mut self, point: PointIx, value: &Value, _: Micros) -> Result<Vec<Publish>, CommandError> {
        let Some((index, command)) = self.commands.get(&point) else {
            let known = |device: &Device| device.ix().is_some();
            return Err(if self.devices.iter().any(known) {
                CommandError::ReadOnly
            } else {
                CommandError::Unknown
            });
        };
        let device = self.devices.get(*index as usize).ok_or(CommandError::Unknown)?;
        let base = device.bases.command.as_deref().ok_or(CommandError::ReadOnly)?;
        encode::encode(command, value, &device.config, base, device.fan_speed)
    }
}

/// The last will.
fn will(device: &mut Device, message: &Message<'_>, scene: &mut Scene<'_, '_>) {
    let Ok(word) = std::str::from_utf8(message.payload) else {
        return;
    };
    let word = word.trim();
    let online = word == device.config.online || word.eq_ignore_ascii_case("Online");
    if device.ix().is_none() {
        device.will_at = Some(message.at);
        device.online = Some(online);
        return;
    }
    if !device.gone {
        device.set_online(online, scene);
        if online {
            discover::ask(device, scene);
        } else {
            device.asked = false;
        }
    }
}

/// `stat/<topic>/POWER2` with a bare word.
fn power(device: &mut Device, name: &str, message: &Message<'_>, scene: &mut Scene<'_, '_>) {
    if device.ensure(scene).is_none() {
        return;
    }
    let Some(text) = payload::text(message, device.ix(), scene.context) else {
        return;
    };
    if text.starts_with('{') {
        // SetOption4: the answer under the command's own name.
        if let Ok(read) = json::read(text) {
            walk::result(device, &read.json, scene);
        }
        return;
    }
    let power = Json::Object(vec![(name.into(), Json::Text(text.into()))]);
    walk::result(device, &power, scene);
}

/// `stat/<topic>/SWITCH1` or `BUTTON1`: with its name around what it says, or without.
fn bare_input(device: &mut Device, name: &str, json: &Json<'_>, scene: &mut Scene<'_, '_>) {
    if device.ensure(scene).is_none() {
        return;
    }
    let (word, number) = topic::split_number(name);
    let word = if word == "SWITCH" { "Switch" } else { "Button" };
    let key = format!("{word}{}", number.unwrap_or(1));
    match json {
        Json::Object(entries) if entries.iter().any(|(key, _)| input::is_key(key)) => {
            walk::result(device, json, scene);
        }
        Json::Object(_) => {
            input::action(device, &key, json, scene);
        }
        _ => {}
    }
}

/// What a Zigbee device says on a topic of its own.
fn zigbee_topic(device: &mut Device, name: &str, json: &Json<'_>, scene: &mut Scene<'_, '_>) {
    match config::get(json, "ZbReceived") {
        Some(inner) => child::zigbee(device, inner, scene),
        // SetOption118 leaves the outer name out.
        None => match json {
            Json::Object(entries) if entries.iter().any(|(_, value)| matches!(value, Json::Object(_))) => {
                child::zigbee(device, json, scene);
            }
            _ => {
                let one = Json::Object(vec![(name.into(), json.clone())]);
                child::zigbee(device, &one, scene);
            }
        },
    }
}
