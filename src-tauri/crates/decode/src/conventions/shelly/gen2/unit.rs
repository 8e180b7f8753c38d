//! One device of a later generation.

use hearthline_model::{DeviceDesc, Kind, Micros, PlaceHint, Quality, Realm, Role, SECOND, Value};
use rustc_hash::FxHashMap;
use serde_json::{Map, Value as Json};

use super::config::Config;
use super::{component, fields, topic, ways};
use crate::conventions::shelly::draft::{Draft, Points, Sink};
use crate::conventions::shelly::models::{self, Model};
use crate::conventions::shelly::write::{Call, Form, Write};
use crate::naming::{humanise, join, split_place};
use crate::shape::lexicon;
use crate::{DeviceIx, Message, Reading};

/// How long an identity is waited for before a device is shown under its prefix.
pub(super) const PATIENCE: Micros = 2 * SECOND;
/// After so long without an answer a device counts as one that takes no calls.
const DEAF: Micros = 30 * SECOND;
/// Most messages held while the identity is not known, and the largest, bytes.
const MOST_HELD: usize = 16;
const LARGEST_HELD: usize = 64 << 10;
/// Most parts of one device.
pub(super) const MOST_COMPONENTS: usize = 160;

/// A status that came before the identity.
pub(super) struct Held {
    pub(super) full: bool,
    pub(super) params: Map<String, Json>,
    pub(super) at: Micros,
}

/// One device.
pub(super) struct Unit {
    pub(super) ix: usize,
    pub(super) prefix: Box<str>,
    /// The factory id.
    pub(super) id: Option<Box<str>>,
    pub(super) device: Option<DeviceIx>,
    pub(super) desc: DeviceDesc,
    pub(super) model: Option<&'static Model>,
    realm: Realm,
    pub(super) points: Points,
    pub(super) config: Config,
    pub(super) online: Option<bool>,
    pub(super) first_seen: Micros,
    /// When it was asked for everything, and for its configuration.
    pub(super) asked: Option<Micros>,
    pub(super) asked_config: Option<Micros>,
    /// It answered a call.
    pub(super) answers: bool,
    /// It publishes the status of its parts on their own topics.
    pub(super) status_topics: bool,
    /// It runs on batteries.
    sleeps: bool,
    /// Numbers seen of each part, to name a single one by nothing.
    seen: FxHashMap<Box<str>, Vec<u32>>,
    /// The faults that each part told of last.
    pub(super) faults: FxHashMap<Box<str>, Box<str>>,
    /// Devices behind it, by Bluetooth address.
    pub(super) behind: FxHashMap<Box<str>, DeviceIx>,
    /// Bytes of the message in hand.
    pub(super) size: usize,
    held: Vec<Held>,
    handed_over: bool,
    first: Option<(Box<str>, Micros, bool)>,
}

impl Unit {
    pub(super) fn clock_moved(&mut self, by: Micros) {
        let first = self.first.as_mut().map(|(_, at, _)| at);
        let asked = [&mut self.asked, &mut self.asked_config].into_iter().flatten();
        for at in asked.chain(first).chain([&mut self.first_seen]) {
            *at = at.saturating_add(by);
        }
    }

    pub(super) fn new(ix: usize, prefix: &str, realm: Realm, message: &Message<'_>) -> Self {
        Self {
            ix,
            prefix: prefix.into(),
            id: None,
            device: None,
            desc: DeviceDesc::default(),
            model: None,
            realm,
            points: Points::default(),
            config: Config::default(),
            online: None,
            first_seen: message.at,
            asked: None,
            asked_config: None,
            answers: false,
            status_topics: false,
            sleeps: false,
            seen: FxHashMap::default(),
            faults: FxHashMap::default(),
            behind: FxHashMap::default(),
            size: 0,
            held: Vec::new(),
            handed_over: false,
            first: Some((message.topic.into(), message.at, false)),
        }
    }

    /// The message that made the device known comes again when the topics of its prefix are routed anew; true for the second time.
    pub(super) fn is_repeat(&mut self, message: &Message<'_>) -> bool {
        let Some((topic, at, met)) = &mut self.first else {
            return false;
        };
        if message.at > *at {
            self.first = None;
            return false;
        }
        let same = message.at == *at && **topic == *message.topic;
        same && std::mem::replace(met, true)
    }

    /// Shows the device, with what was held back.
    pub(super) fn describe(&mut self, sink: &mut Sink<'_, '_>) {
        let id = self.id.as_deref().unwrap_or_default();
        let mac = models::parts(id)
            .map(|(_, address)| address)
            .or_else(|| id.strip_prefix(super::BARE))
            .map(str::to_ascii_lowercase);
        self.model = self.model.or_else(|| models::later(None, id));
        if self.desc.key.is_empty() {
            let key = match (&mac, id) {
                (Some(mac), _) => mac.clone(),
                (None, "") => self.prefix.to_string(),
                (None, id) => id.to_lowercase(),
            };
            self.desc = DeviceDesc {
                key: format!("shelly:{key}"),
                convention: "shelly".to_owned(),
                manufacturer: Some("Shelly".to_owned()),
                ..DeviceDesc::default()
            };
        }
        if let Some(mac) = mac.filter(|mac| mac.len() == 12) {
            self.desc.identities = vec![mac];
        }
        self.desc.model = self
            .desc
            .model
            .take()
            .or_else(|| self.model.map(|m| m.name.to_owned()));
        self.sleeps |= self.model.is_some_and(|model| model.sleeps);
        self.name();
        let new = self.device.is_none();
        self.device = sink.context.device(self.desc.clone());
        if new && let Some(device) = self.device {
            if let Some(online) = self.online
                && (online || !self.sleeps)
            {
                sink.context.online(device, online, sink.at);
            }
            let now = sink.at;
            for held in std::mem::take(&mut self.held) {
                sink.at = held.at;
                self.status(held.full, &held.params, sink);
            }
            sink.at = now;
        }
    }

    /// The name: the person's, the prefix where it was chosen, else the model's.
    fn name(&mut self) {
        let (mut path, name) = if let Some(name) = &self.config.device_name {
            split_place(name)
        } else if models::is_later(topic::last_level(&self.prefix)) || self.prefix.is_empty() {
            let id = self.id.as_deref().unwrap_or(&self.prefix);
            (Vec::new(), models::device_name(self.model, id))
        } else {
            (Vec::new(), humanise(topic::last_level(&self.prefix)))
        };
        if path.is_empty() {
            path = room_of(&self.prefix);
        }
        self.desc.name = name;
        self.desc.place = PlaceHint {
            realm: self.realm,
            path,
        };
    }

    /// Gives what was held to another device.
    pub(super) fn hand_over(&mut self) -> Vec<Held> {
        self.handed_over = true;
        std::mem::take(&mut self.held)
    }

    pub(super) fn is_empty_shell(&self) -> bool {
        self.handed_over
    }

    pub(super) fn hold(&mut self, full: bool, params: Map<String, Json>, at: Micros) {
        if self.held.len() < MOST_HELD && self.size <= LARGEST_HELD && params.len() <= MOST_COMPONENTS {
            self.held.push(Held { full, params, at });
        }
    }

    /// It publishes statuses on topics of their own: points name those from now on.
    pub(super) fn tells_status(&mut self, _: &mut Sink<'_, '_>) {
        if !self.status_topics {
            self.status_topics = true;
            self.points.renew();
        }
    }

    pub(super) fn set_online(&mut self, online: bool, topic: &str, sink: &mut Sink<'_, '_>) {
        self.online = Some(online);
        let Some(device) = self.device else { return };
        if online || !self.sleeps {
            sink.context.online(device, online, sink.at);
        } else {
            let reason = "the device sleeps between its reports, so being offline says nothing";
            self.points.ignore(sink, device, topic, "online", reason);
        }
    }

    /// Whether it was asked and never answered.
    pub(super) fn is_deaf(&self, now: Micros) -> bool {
        !self.answers && self.asked.is_some_and(|asked| now - asked > DEAF)
    }

    /// It runs on batteries, and tells every so many seconds.
    pub(super) fn on_batteries(&mut self, wakes_every: Option<u32>, sink: &mut Sink<'_, '_>) {
        if !self.sleeps {
            self.sleeps = true;
            if let (Some(device), Some(false)) = (self.device, self.online) {
                sink.context.online(device, true, sink.at);
            }
        }
        if let Some(period) = wakes_every.filter(|period| *period > 0) {
            // One report may be missed.
            let expires = Some(period.saturating_mul(2).saturating_add(600));
            if self.points.expire_after != expires {
                self.points.expire_after = expires;
                self.points.renew();
            }
        }
    }

    /// A status; `full` where what is not in it is not so.
    pub(super) fn status(&mut self, full: bool, params: &Map<String, Json>, sink: &mut Sink<'_, '_>) {
        // How many there are of each is known before the first has its name.
        for (name, _) in params.iter().take(MOST_COMPONENTS) {
            if name.len() <= 64 {
                self.see(name, sink);
            }
        }
        for (name, json) in params.iter().take(MOST_COMPONENTS) {
            if name != "ts" && name.len() <= 64 {
                component::read(self, name, json, full, sink);
            }
        }
    }

    /// A status of everything replaces what was said before: what a part says no more is not known any more.
    pub(super) fn replaced(&mut self, params: &Map<String, Json>, sink: &mut Sink<'_, '_>) {
        for (name, json) in params.iter().take(MOST_COMPONENTS) {
            if !json.is_object() || name.len() > 64 {
                continue;
            }
            for field in fields::all(topic::component(name).0) {
                let said = field.path.split('.').try_fold(json, |json, key| json.get(key));
                let in_fahrenheit =
                    || field.path.ends_with('C') && json.get(&*field.path.replace('C', "F")).is_some();
                if said.is_none()
                    && !in_fahrenheit()
                    && let Some(point) = self.points.get(&format!("{name}/{}", field.path))
                {
                    sink.context.reading(Reading {
                        point,
                        at: sink.at,
                        received: sink.received,
                        value: Value::Null,
                        quality: Quality::Good,
                        historical: false,
                    });
                }
            }
        }
    }

    /// The name of a part: the person's; a number where there are several; else empty.
    pub(super) fn label(&mut self, name: &str, word: &str) -> String {
        let (kind, Some(number)) = topic::component(name) else {
            return String::new();
        };
        if let Some(named) = self.config.name_of(name) {
            return named.to_owned();
        }
        let count = self.seen.get(kind).map_or(0, Vec::len);
        if count < 2 {
            return String::new();
        }
        // Parts that were added later count from 100 or 200.
        let number = number % 100 + 1;
        format!("{word} {number}")
    }

    /// Takes note of a part; the first of its kind gets its number when there is a second.
    pub(super) fn see(&mut self, name: &str, sink: &mut Sink<'_, '_>) {
        let (kind, Some(number)) = topic::component(name) else {
            return;
        };
        if self.seen.len() >= MOST_COMPONENTS {
            return;
        }
        let numbers = self.seen.entry(kind.into()).or_default();
        if numbers.contains(&number) || numbers.len() >= MOST_COMPONENTS {
            return;
        }
        numbers.push(number);
        if numbers.len() == 2 {
            let first = format!("{kind}:{}", numbers[0]);
            self.points.renew();
            if matches!(fields::word(kind), "Part" | "Value") {
                return;
            }
            // It may have nothing to say for a long time, as the input of a push button has.
            let label = self.label(&first, fields::word(kind));
            let Some(device) = self.owner(&first, sink) else {
                return;
            };
            let rename = |path: &str, name: &str| match fields::of(kind, path) {
                Some((field, _)) if field.main => label.clone(),
                _ => join(&label, name),
            };
            self.points
                .relabel(sink, device, &format!("{first}/"), &label, &rename);
        }
    }

    /// Which device a part belongs to: this one, or one behind it.
    pub(super) fn owner(&mut self, name: &str, sink: &mut Sink<'_, '_>) -> Option<DeviceIx> {
        let device = self.device?;
        let Some(behind) = self.config.behind(name) else {
            return Some(device);
        };
        if let Some(&known) = self.behind.get(&*behind.address) {
            return Some(known);
        }
        let end = behind.address.get(8..).unwrap_or_default().to_ascii_uppercase();
        let (path, name) = match &behind.name {
            Some(name) => split_place(name),
            None => (Vec::new(), format!("Shelly BLU {end}")),
        };
        let desc = DeviceDesc {
            key: format!("shelly:{}", behind.address),
            identities: vec![behind.address.to_string()],
            convention: "shelly".to_owned(),
            name,
            via: Some(self.desc.key.clone()),
            place: PlaceHint {
                realm: self.realm,
                path,
            },
            ..DeviceDesc::default()
        };
        let address = behind.address.clone();
        let ix = sink.context.device(desc)?;
        self.behind.insert(address, ix);
        Some(ix)
    }

    /// The topic and the path before a field of a part.
    pub(super) fn spot(&self, name: &str, path: &str) -> (String, String) {
        if self.status_topics {
            (format!("{}/status/{name}", self.prefix), path.to_owned())
        } else {
            (
                format!("{}/events/rpc", self.prefix),
                format!("params.{name}.{path}"),
            )
        }
    }

    /// Buttons that every device has.
    pub(super) fn buttons(&mut self, sink: &mut Sink<'_, '_>) {
        let Some(device) = self.device else { return };
        for (key, name, method, params) in [
            ("sys/reboot", "Restart", "Shelly.Reboot", Vec::new()),
            (
                "sys/install",
                "Install update",
                "Shelly.Update",
                vec![("stage", Json::from("stable"))],
            ),
        ] {
            if self.points.has(key) {
                continue;
            }
            let call: Call = ways::plain(self.ix, "sys", method);
            self.points.describe(sink, device, key, || {
                Draft::new(name, Kind::Action)
                    .part("button", key, Role::Press)
                    .config()
                    .writable(Write::Rpc(call, Form::Press(params)), &[])
            });
        }
    }
}

/// The room in a prefix that a person chose: `home/kitchen/lamp`.
fn room_of(prefix: &str) -> Vec<String> {
    let levels: Vec<&str> = prefix.split('/').collect();
    let before = levels.split_last().map_or(&[][..], |(_, before)| before);
    before
        .iter()
        .rev()
        .find(|level| lexicon::has(lexicon::ROOMS, &level.replace(['_', '-', ' '], "")))
        .map(|level| vec![humanise(level)])
        .unwrap_or_default()
}
