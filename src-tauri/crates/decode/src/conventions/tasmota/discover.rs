//! `tasmota/discovery/<MAC>/config` and `/sensors`.

use super::config::{Config, get};
use super::device::Device;
use super::payloads::{find, with_json};
use super::scene::Scene;
use super::topic::{self, Bases, Leaf};
use super::{Tasmota, entities, walk};
use crate::shape::json::Json;
use crate::{Context, DiagnosisKind, Message, Publish};

/// Announced readings that wait for their device, and the largest of them, bytes.
const MOST_WAITING: usize = 256;
const LARGEST_WAITING: usize = 16 << 10;

/// Whether a topic is one of discovery: by the usual prefix, elsewhere by what it carries.
pub(super) fn is_ours(message: &Message<'_>) -> bool {
    let Some((_, config)) = topic::discovery(message.topic) else {
        return false;
    };
    if message.topic.starts_with("tasmota/discovery/") {
        return true;
    }
    let has = |word: &str| find(message.payload, word.as_bytes());
    if config {
        has("\"ft\":") && has("\"tp\":") && has("\"t\":") && has("\"mac\":")
    } else {
        message.payload.trim_ascii_start().starts_with(b"{\"sn\":")
    }
}

impl Tasmota {
    /// A message on a discovery topic.
    pub(super) fn discovered(&mut self, message: &Message<'_>, context: &mut Context<'_>) {
        let Some((mac, is_config)) = topic::discovery(message.topic) else {
            return;
        };
        let id = mac.to_ascii_lowercase();
        if is_config {
            if message.payload.is_empty() {
                self.removed(&id, message, context);
            } else {
                self.configured(&id, message, context);
            }
        } else if message.payload.is_empty() {
            self.waiting.remove(&id);
        } else if let Some(&index) = self.by_mac.get(&id) {
            let payload = Message { ..*message };
            self.sensors(index, &payload, context);
        } else if self.waiting.len() < MOST_WAITING && message.payload.len() <= LARGEST_WAITING {
            self.waiting.insert(id, message.payload.into());
        }
    }

    fn removed(&mut self, id: &str, message: &Message<'_>, context: &mut Context<'_>) {
        self.waiting.remove(id);
        let Some(&index) = self.by_mac.get(id) else {
            return;
        };
        let mut scene = Scene {
            context,
            commands: &mut self.commands,
            offs: &mut self.offs,
            index,
            topic: message.topic,
            at: message.at,
            received: message.at,
            retain: false,
            mute: false,
        };
        self.devices[index as usize].forget(&mut scene);
    }

    fn configured(&mut self, id: &str, message: &Message<'_>, context: &mut Context<'_>) {
        let mut complaints = Vec::new();
        let Ok(text) = std::str::from_utf8(message.payload) else {
            let text = "the announcement is no valid text";
            return context.diagnose(None, message.topic, DiagnosisKind::InvalidUtf8, text);
        };
        let config = match crate::shape::json::read(text) {
            Ok(read) => Config::read(&read.json, &mut complaints),
            Err(error) => {
                let text = format!("the announcement is no valid JSON: {error}");
                return context.diagnose(None, message.topic, DiagnosisKind::MalformedJson, text);
            }
        };
        let Some(mut config) = config else {
            let text = "the announcement names no topic (\"t\"): nothing the device says could be found";
            return context.diagnose(None, message.topic, DiagnosisKind::InvalidDescription, text);
        };
        let said: String = config.mac.chars().filter(|c| !matches!(c, ':' | '-')).collect();
        if said.is_empty() {
            complaints.push("it has no \"mac\"; that of its topic was taken".to_owned());
            config.mac = id.to_ascii_uppercase();
        } else if !said.eq_ignore_ascii_case(id) {
            let text =
                format!("the announcement is of the device {said}, its topic is of another; it was not used");
            return context.diagnose(None, message.topic, DiagnosisKind::InvalidDescription, text);
        }
        let bases = Bases::of_full_topic(
            &config.full_topic,
            &config.topic,
            &config.hostname,
            &config.mac,
            &config.prefixes,
        );
        let index = self.index_of(id, &config, &bases, message, context);
        let waiting = self.waiting.remove(id);
        let device = &mut self.devices[index as usize];
        // What only live messages told is kept.
        config.hardware = device.config.hardware.take();
        if config.partial {
            config.relays = std::mem::take(&mut device.config.relays);
            config.light = config.light.max(device.config.light);
        }
        config.shutters = device.config.shutters;
        device.config = config;
        device.discovered = true;
        let mut scene = Scene {
            context,
            commands: &mut self.commands,
            offs: &mut self.offs,
            index,
            topic: message.topic,
            at: message.at,
            received: message.at,
            retain: true,
            mute: false,
        };
        device.entities_known = false;
        if let Some(ix) = device.describe(&mut scene) {
            for complaint in complaints {
                scene.context.diagnose(
                    Some(ix),
                    message.topic,
                    DiagnosisKind::InvalidDescription,
                    complaint,
                );
            }
            if !device.entities_known {
                entities::describe(device, &mut scene);
            }
            if device.online == Some(true) {
                ask(device, &mut scene);
            }
        }
        if let Some(payload) = waiting {
            let message = Message {
                topic: message.topic,
                payload: &payload,
                retain: true,
                at: message.at,
            };
            self.sensors(index, &message, context);
        }
        self.call_back(index, context);
    }

    /// The device of a MAC with these topics; what spoke there before without an announcement is it.
    fn index_of(
        &mut self,
        id: &str,
        config: &Config,
        bases: &Bases,
        message: &Message<'_>,
        context: &mut Context<'_>,
    ) -> u32 {
        let known = self.by_mac.get(id).copied();
        let index = known.unwrap_or_else(|| {
            let index = self.devices.len() as u32;
            let levels = vec![config.topic.clone()];
            self.devices
                .push(Device::new(id.to_owned(), levels, bases.clone(), self.realm));
            self.by_mac.insert(id.to_owned(), index);
            index
        });
        let former = std::mem::replace(&mut self.devices[index as usize].bases, bases.clone());
        if former != *bases {
            // It moved: its old topics are nobody's.
            for (_, base) in former.each() {
                if self.bases.get(base).is_some_and(|(owner, _)| *owner == index) {
                    self.bases.remove(base);
                    self.left.insert(base.into());
                }
            }
            for route in self.routes.iter_mut().filter(|route| route.device == index) {
                route.leaf = Leaf::Noise;
            }
            let device = &mut self.devices[index as usize];
            device.fresh = true;
            device.online = None;
            device.asked = false;
        }
        let mut others: Vec<u32> = Vec::new();
        for (channel, base) in bases.each() {
            self.left.remove(base);
            match self.bases.insert(base.into(), (index, channel)) {
                Some((other, _)) if other != index && !others.contains(&other) => {
                    others.push(other);
                }
                _ => {}
            }
        }
        for other in others {
            self.take_over(other, index, message, context);
        }
        index
    }

    /// The topics of one device are another's: of one that was only guessed, or of one that has the same topic by mistake.
    fn take_over(&mut self, from: u32, to: u32, message: &Message<'_>, context: &mut Context<'_>) {
        if self.devices[from as usize].discovered {
            let other = self.devices[from as usize].ix();
            let text = format!(
                "two devices use the topic {}: what they say cannot be told apart; give one another topic",
                self.devices[to as usize].levels.join("/")
            );
            return context.diagnose(other, message.topic, DiagnosisKind::InvalidDescription, text);
        }
        let online = self.devices[from as usize].online;
        let device = &mut self.devices[from as usize];
        device.will_at = None;
        let mut scene = Scene {
            context,
            commands: &mut self.commands,
            offs: &mut self.offs,
            index: from,
            topic: message.topic,
            at: message.at,
            received: message.at,
            retain: true,
            mute: false,
        };
        device.forget(&mut scene);
        let heir = &mut self.devices[to as usize];
        heir.online = heir.online.or(online);
        for route in self.routes.iter_mut().filter(|route| route.device == from) {
            route.device = to;
            // It is told again, to the right device.
            route.replay = true;
            context.reroute(route.topic.to_string());
        }
    }

    /// The readings that a device has; their values are from when it started.
    fn sensors(&mut self, index: u32, message: &Message<'_>, context: &mut Context<'_>) {
        let device = &mut self.devices[index as usize];
        let topic = format!("{}SENSOR", device.bases.tele.as_deref().unwrap_or_default());
        let mut scene = Scene {
            context,
            commands: &mut self.commands,
            offs: &mut self.offs,
            index,
            topic: &topic,
            at: message.at,
            received: message.at,
            retain: true,
            mute: true,
        };
        if device.gone {
            return;
        }
        with_json(message, device.ix(), &mut scene, |json, scene| {
            match get(json, "sn") {
                Some(readings @ Json::Object(_)) => walk::sensor(device, readings, scene),
                Some(Json::Null) => {}
                _ => {
                    let text = "the announcement of readings has no \"sn\"";
                    scene.context.diagnose(
                        device.ix(),
                        message.topic,
                        DiagnosisKind::InvalidDescription,
                        text,
                    );
                }
            }
        });
    }
}

/// Asks an announced device that is there for its state: the next telemetry may be five minutes away.
pub(super) fn ask(device: &mut Device, scene: &mut Scene<'_, '_>) {
    if !device.discovered || device.sleeps || std::mem::replace(&mut device.asked, true) {
        return;
    }
    let Some(base) = &device.bases.command else {
        return;
    };
    for (command, payload) in [("STATE", ""), ("STATUS", "10")] {
        scene.context.publish(Publish {
            topic: format!("{base}{command}"),
            payload: payload.as_bytes().to_vec(),
            qos: 0,
            retain: false,
        });
    }
}
