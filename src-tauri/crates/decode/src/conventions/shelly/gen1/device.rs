//! What is known of one device.

use hearthline_model::{DeviceDesc, Kind, PlaceHint, Realm, Role, Value};
use serde_json::Value as Json;

use super::{generic, info, light, roller, sensor, topics, trv};
use crate::conventions::shelly::draft::{Draft, Points, Sink};
use crate::conventions::shelly::models::{self, Model};
use crate::conventions::shelly::write::{Form, Write};
use crate::naming;
use crate::naming::split_place;
use crate::{DeviceIx, Message, payload};

/// A device that sleeps reports at least once a day; an hour more is its grace.
const SLEEPER_EXPIRES: u32 = 25 * 3600;
/// The highest channel number that is believed.
const MOST_CHANNELS: u8 = 32;

/// One device.
pub(super) struct Device {
    pub(super) id: Box<str>,
    pub(super) ix: DeviceIx,
    desc: DeviceDesc,
    pub(super) model: Option<&'static Model>,
    pub(super) points: Points,
    /// Channels seen of each part (`relay`), to name a single one by nothing.
    channels: Vec<(&'static str, u8)>,
    pub(super) rollers: [roller::Roller; 2],
    pub(super) trv: trv::Trv,
    /// The counter of each input's last event.
    pub(super) event_counts: [Option<i64>; 8],
}

impl Device {
    /// A device of which the id alone is known; none where there are too many.
    pub(super) fn new(id: &str, realm: Realm, sink: &mut Sink<'_, '_>) -> Option<Self> {
        let model = models::first(None, id);
        let desc = DeviceDesc {
            key: format!("shelly:{}", id.to_lowercase()),
            identities: naming::identities(id),
            convention: "shelly".to_owned(),
            name: models::device_name(model, id),
            manufacturer: Some("Shelly".to_owned()),
            model: model.map(|model| model.name.to_owned()),
            place: PlaceHint {
                realm,
                path: Vec::new(),
            },
            ..DeviceDesc::default()
        };
        let ix = sink.context.device(desc.clone())?;
        let mut device = Self {
            id: id.into(),
            ix,
            desc,
            model,
            points: Points::default(),
            channels: Vec::new(),
            rollers: Default::default(),
            trv: trv::Trv::default(),
            event_counts: [None; 8],
        };
        device.expire();
        Some(device)
    }

    fn expire(&mut self) {
        self.points.expire_after = self.sleeps().then_some(SLEEPER_EXPIRES);
    }

    /// Whether being offline says nothing.
    pub(super) fn sleeps(&self) -> bool {
        self.model.is_some_and(|model| model.sleeps)
    }

    /// Whether it is such a device, by its model's name.
    pub(super) fn is(&self, name: &str) -> bool {
        self.model.is_some_and(|model| model.name == name)
    }

    /// A full topic.
    pub(super) fn topic(&self, sub: &str) -> String {
        format!("shellies/{}/{sub}", self.id)
    }

    /// A way to write by a topic.
    pub(super) fn write(&self, sub: &str, form: Form) -> Write {
        Write::Topic(self.topic(sub), form)
    }

    /// The name of a channel: empty where there is one alone.
    pub(super) fn channel(&mut self, part: &'static str, word: &str, number: &str) -> Option<(u8, String)> {
        let n: u8 = number.parse().ok().filter(|n| *n < MOST_CHANNELS)?;
        let known = self.channels.iter().position(|(known, _)| *known == part);
        let slot = known.unwrap_or_else(|| {
            self.channels.push((part, usual_channels(self.model, part)));
            self.channels.len() - 1
        });
        let count = &mut self.channels.get_mut(slot)?.1;
        if n + 1 > *count {
            let renamed = *count > 0;
            *count = n + 1;
            if renamed {
                self.points.renew();
            }
        }
        let count = *count;
        Some((
            n,
            if count < 2 {
                String::new()
            } else {
                format!("{word} {}", n + 1)
            },
        ))
    }

    /// What it said on connecting, or when asked.
    pub(super) fn announced(&mut self, json: &Json, topic: &str, sink: &mut Sink<'_, '_>) {
        let text = |key: &str| {
            json[key]
                .as_str()
                .filter(|text| !text.is_empty())
                .map(|text| crate::decoder::shortened(text, 128))
        };
        let before = self.desc.clone();
        let code = text("model");
        if let Some(model) = models::first(code.as_deref(), &self.id) {
            self.model = Some(model);
            self.desc.model = Some(model.name.to_owned());
            if models::parts(&self.id).is_some() {
                self.desc.name = models::device_name(Some(model), &self.id);
            }
            self.expire();
        } else if let Some(code) = &code {
            self.desc.model = Some(code.clone());
        }
        self.desc.hardware = code.or_else(|| self.desc.hardware.take());
        self.desc.firmware = text("fw_ver").or_else(|| self.desc.firmware.take());
        self.mac(text("mac"));
        if let Some(ip) = text("ip").filter(|ip| ip.parse::<std::net::IpAddr>().is_ok()) {
            self.desc.url = Some(format!("http://{ip}/"));
            let (path, topic) = ("ip", topic.to_owned());
            self.fact(sink, "ip", Value::text(ip), move || {
                at(Draft::new("IP address", Kind::Text).diagnostic(), topic, path)
            });
        }
        self.describe(&before, sink);
        if let Some(new) = json["new_fw"].as_bool() {
            let topic = topic.to_owned();
            let write = self.write("command", Form::Word("update_fw"));
            self.fact(sink, "update", Value::Bool(new), || {
                at(Draft::flag("Update", "update").diagnostic(), topic, "new_fw")
            });
            self.points.describe(sink, self.ix, "install_update", || {
                Draft::new("Install update", Kind::Action)
                    .part("button", "install_update", Role::Press)
                    .config()
                    .writable(write, &[])
            });
        }
        if let Some(mode) = text("mode") {
            let topic = topic.to_owned();
            self.fact(sink, "mode", Value::text(mode), || {
                at(Draft::new("Mode", Kind::Text).diagnostic(), topic, "mode")
            });
        }
        self.points.ignore(
            sink,
            self.ix,
            topic,
            "id, mac, model, fw_ver",
            "they are the device's description",
        );
    }

    fn fact(&mut self, sink: &mut Sink<'_, '_>, key: &str, value: Value, make: impl FnOnce() -> Draft) {
        self.points.set(sink, self.ix, key, value, make);
    }

    /// Its address, which the id may hold only half of.
    pub(super) fn mac(&mut self, mac: Option<String>) {
        let Some(mac) = mac else { return };
        let bare: String = mac.chars().filter(char::is_ascii_hexdigit).collect();
        let bare = bare.to_ascii_lowercase();
        if bare.len() == 12 && !self.desc.identities.contains(&bare) {
            self.desc.identities = vec![bare];
        }
    }

    /// A name that the person gave it.
    pub(super) fn named(&mut self, name: &str) {
        let (path, name) = split_place(&crate::decoder::shortened(name, 128));
        if !name.is_empty() {
            self.desc.name = name;
            self.desc.place.path = path;
        }
    }

    pub(super) fn desc(&self) -> DeviceDesc {
        self.desc.clone()
    }

    /// Tells of the description where it changed.
    pub(super) fn describe(&mut self, before: &DeviceDesc, sink: &mut Sink<'_, '_>) {
        if *before != self.desc {
            sink.context.device(self.desc.clone());
        }
    }

    /// A value.
    pub(super) fn message(&mut self, sub: &str, message: &Message<'_>, sink: &mut Sink<'_, '_>) {
        if matches!(sub, "info" | "status" | "settings") {
            if let Some(json) = payload::json(message, Some(self.ix), sink.context) {
                info::read(self, sub, &json, sink);
            }
            return;
        }
        let Some(text) = payload::text(message, Some(self.ix), sink.context) else {
            return;
        };
        let text = text.trim();
        let levels: Vec<&str> = sub.split('/').take(6).collect();
        let known = match levels.as_slice() {
            ["online"] => {
                self.online(text, message.topic, sink);
                true
            }
            ["sensor", name] => sensor::read(self, name, text, sink),
            ["valve", ..] => sensor::valve(self, &levels, text, sink),
            ["roller", ..] => roller::read(self, &levels, text, sink),
            ["light" | "white" | "color", ..] => light::read(self, &levels, message, text, sink),
            levels => topics::read(self, levels, message, text, sink),
        };
        if !known {
            generic::read(self, sub, text, sink);
        }
    }

    fn online(&mut self, text: &str, topic: &str, sink: &mut Sink<'_, '_>) {
        match text {
            "true" => sink.context.online(self.ix, true, sink.at),
            "false" if self.sleeps() => self.points.ignore(
                sink,
                self.ix,
                topic,
                "online",
                "the device sleeps between its reports, so being offline says nothing",
            ),
            "false" => sink.context.online(self.ix, false, sink.at),
            _ => self
                .points
                .ignore(sink, self.ix, topic, "online", "it is neither true nor false"),
        }
    }
}

/// Names the spot that a point is read from.
pub(super) fn at(draft: Draft, topic: String, path: &str) -> Draft {
    draft.with(|desc| {
        desc.topic = Some(topic);
        desc.path = Some(path.to_owned());
    })
}

/// Channels that a model surely has.
fn usual_channels(model: Option<&Model>, part: &str) -> u8 {
    match (model.map_or("", |model| model.name), part) {
        ("Shelly 2" | "Shelly 2.5" | "Shelly UNI", "relay" | "input")
        | ("Shelly EM", "emeter")
        | ("Shelly Dimmer" | "Shelly Dimmer 2" | "Shelly 1L", "input") => 2,
        ("Shelly 3EM", "emeter") | ("Shelly i3", "input") => 3,
        ("Shelly 4Pro", "relay" | "input") | ("Shelly RGBW2", "white") => 4,
        _ => 0,
    }
}
