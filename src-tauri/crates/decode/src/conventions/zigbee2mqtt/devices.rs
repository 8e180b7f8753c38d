//! `bridge/devices`: who is there, what each exposes, who was renamed and who has gone.

use std::hash::{Hash, Hasher};

use hearthline_model::{Category, CommandDesc, DeviceDesc, Kind, PointDesc, Role};
use rustc_hash::{FxHashMap, FxHashSet, FxHasher};
use serde_json::Value as Json;

use super::draft::{Built, Draft, Form, Read, Write};
use super::entity::{Command, Entity, Id};
use super::expose::{self, Sort};
use super::identity::{self, address};
use super::request::Request;
use super::{Zigbee2Mqtt, points};
use crate::decoder::shortened;
use crate::{Context, DeviceIx, DiagnosisKind, Message, payload};

/// Longest friendly name, bytes.
const LONGEST_NAME: usize = 256;
/// Most scenes of one device or group.
const MOST_SCENES: usize = 64;
/// From so many changes on all topics of the base are asked for anew at once.
const MANY: usize = 4;

impl Zigbee2Mqtt {
    /// `bridge/devices`.
    pub(super) fn devices(&mut self, base: usize, message: &Message<'_>, context: &mut Context<'_>) {
        // An empty one takes the retained list away, not the devices.
        if message.payload.trim_ascii().is_empty() {
            return;
        }
        let device = self.bridge_device(base, context);
        let Some(list) = payload::json(message, device, context) else {
            return;
        };
        let Some(items) = list.as_array() else {
            let text = "the list of devices is no JSON array; it was not read";
            context.diagnose(device, message.topic, DiagnosisKind::WrongType, text);
            return;
        };
        let mut seen: FxHashSet<usize> = FxHashSet::default();
        let mut changed: Vec<String> = Vec::new();
        let mut faults = 0;
        for item in items {
            let ieee = item.get("ieee_address").and_then(Json::as_str);
            let Some(ieee) = ieee.filter(|ieee| !ieee.is_empty() && ieee.len() <= 64) else {
                faults += 1;
                continue;
            };
            if item.get("type").and_then(Json::as_str) == Some("Coordinator") {
                self.coordinator(base, item, context);
                continue;
            }
            if let Some(ix) = self.one(base, ieee, item, message, &mut changed, context) {
                seen.insert(ix);
            }
        }
        if faults > 0 {
            let text = format!(
                "{faults} of {} devices in the list have no address; they are not shown",
                items.len()
            );
            context.diagnose(device, message.topic, DiagnosisKind::InvalidDescription, text);
        }
        let gone: Vec<usize> = self.bases[base]
            .by_id
            .iter()
            .filter(|(id, ix)| matches!(id, Id::Device(_)) && !seen.contains(ix) && !self.entities[**ix].gone)
            .map(|(_, ix)| *ix)
            .collect();
        for ix in gone {
            changed.push(self.entities[ix].topic.clone());
            self.remove(ix, context);
        }
        self.rename_all(base);
        self.bases[base].devices_seen = true;
        changed.extend(self.settle_groups(base, message, context));
        self.ask_anew(base, &changed, context);
    }

    /// One device of the list; gives back its place.
    fn one(
        &mut self,
        base: usize,
        ieee: &str,
        item: &Json,
        message: &Message<'_>,
        changed: &mut Vec<String>,
        context: &mut Context<'_>,
    ) -> Option<usize> {
        let id = Id::Device(ieee.to_owned());
        let version = version_of(item, self.bases[base].attributes_only);
        let known = self.bases[base].by_id.get(&id).copied();
        if let Some(ix) = known
            && self.entities[ix].version == version
        {
            return Some(ix);
        }
        let friendly = item
            .get("friendly_name")
            .and_then(Json::as_str)
            .filter(|name| !name.is_empty())
            .map_or_else(|| ieee.to_owned(), |name| shortened(name, LONGEST_NAME));
        let device = context.device(self.device_desc(base, ieee, &friendly, item))?;
        let before = known
            .filter(|ix| !self.entities[*ix].gone)
            .map(|ix| self.entities[ix].topic.clone());
        let ix = self.place(base, id, &friendly, device);
        let topic = self.entities[ix].topic.clone();
        let definition = item.get("definition").filter(|definition| definition.is_object());
        let (exposes, faults) = definition
            .and_then(|definition| definition.get("exposes"))
            .map(expose::parse_all)
            .unwrap_or_default();
        let mut built = points::build(&exposes);
        built.ignored.extend(faults);
        for scene in scenes(item) {
            built.push(scene);
        }
        let only = self.bases[base].attributes_only;
        let entity = &mut self.entities[ix];
        entity.attributes_only = only;
        entity.things = exposes
            .into_iter()
            .filter(|expose| matches!(expose.sort, Sort::Specific(..)))
            .collect();
        entity.disabled = item.get("disabled").and_then(Json::as_bool) == Some(true);
        entity.since = message.at;
        entity.version = version;
        let fresh = entity.install(ix, std::mem::take(&mut built.drafts), &mut self.commands, context);
        let updates =
            definition.and_then(|definition| definition.get("supports_ota")) == Some(&Json::Bool(true));
        self.updates(ix, ieee, updates, context);
        // Whoever is new here may have spoken before it was told of.
        if fresh || before.as_ref() != Some(&topic) {
            changed.push(topic);
        }
        let entity = &mut self.entities[ix];
        explain(item, definition.is_some(), &built, entity, message, context);
        let online = self.bases[base].online;
        self.entities[ix].tell_online(online, message.at, context);
        Some(ix)
    }

    /// The place of a device or group under its name of now. A former name is asked for anew by whoever finds it changed.
    pub(super) fn place(&mut self, base: usize, id: Id, friendly: &str, device: DeviceIx) -> usize {
        let topic = format!("{}/{friendly}", self.bases[base].topic);
        let Some(&ix) = self.bases[base].by_id.get(&id) else {
            let ix = self.entities.len();
            self.entities
                .push(Entity::new(base, id.clone(), friendly.to_owned(), topic, device));
            self.bases[base].by_id.insert(id, ix);
            return ix;
        };
        let entity = &mut self.entities[ix];
        if entity.name != friendly {
            // What was read under the former name has to be read under the new one.
            entity.feeds.iter_mut().for_each(|feed| feed.primed = false);
            self.former.push(std::mem::replace(&mut entity.topic, topic));
            friendly.clone_into(&mut entity.name);
        }
        entity.gone = false;
        entity.device = device;
        ix
    }

    fn device_desc(&self, base: usize, ieee: &str, friendly: &str, item: &Json) -> DeviceDesc {
        let text = |json: &Json, key: &str| {
            json.get(key)
                .and_then(Json::as_str)
                .map(|text| shortened(text.trim_matches(['\0', ' ']), 128))
                .filter(|text| !text.is_empty())
        };
        let definition = item.get("definition").unwrap_or(&Json::Null);
        let (mut name, place) = identity::placed(friendly, self.realm);
        // Nobody named it yet: what it is says more than its address.
        if friendly.eq_ignore_ascii_case(ieee) {
            name = text(definition, "description")
                .or_else(|| text(item, "model_id"))
                .unwrap_or_else(|| "Zigbee device".to_owned());
        }
        let address = address(ieee);
        DeviceDesc {
            key: format!("z2m:{}", address.as_deref().unwrap_or(ieee)),
            identities: address.into_iter().collect(),
            convention: "zigbee2mqtt".to_owned(),
            name,
            manufacturer: text(definition, "vendor").or_else(|| text(item, "manufacturer")),
            model: text(definition, "model").or_else(|| text(item, "model_id")),
            firmware: text(item, "software_build_id"),
            via: Some(identity::key(&self.bases[base].topic)),
            place,
            ..DeviceDesc::default()
        }
    }

    /// Asking for a new firmware, and installing it.
    fn updates(&mut self, ix: usize, ieee: &str, supported: bool, context: &mut Context<'_>) {
        let entity = &mut self.entities[ix];
        let (base, device) = (entity.base, entity.device);
        let former = std::mem::take(&mut entity.updates);
        if !supported {
            for point in former {
                self.commands.remove(&point);
                context.forget_point(point);
            }
            return;
        }
        for (key, name, request) in [
            ("update.install", "Install update", "update"),
            ("update.check", "Check for update", "check"),
        ] {
            let desc = PointDesc {
                key: key.to_owned(),
                name: name.to_owned(),
                entity: "update".to_owned(),
                platform: "update".to_owned(),
                kind: Kind::Action,
                role: Role::Press,
                category: Category::Config,
                command: Some(CommandDesc {
                    options: Vec::new(),
                    optimistic: true,
                }),
                ..PointDesc::default()
            };
            if let Some(point) = context.point(device, desc) {
                let topic = format!(
                    "{}/bridge/request/device/ota_update/{request}",
                    self.bases[base].topic
                );
                let payload = serde_json::json!({ "id": ieee }).to_string();
                self.entities[ix].updates.push(point);
                self.commands
                    .insert(point, Command::Request(Request::Fixed(topic, payload)));
            }
        }
    }

    /// Forgets a device or group.
    pub(super) fn remove(&mut self, ix: usize, context: &mut Context<'_>) {
        let (base, device, id) = {
            let entity = &self.entities[ix];
            (entity.base, entity.device, entity.id.clone())
        };
        // A device that moved to another bridge is there still.
        let elsewhere = self
            .bases
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != base)
            .filter_map(|(_, other)| other.by_id.get(&id))
            .any(|other| !self.entities[*other].gone && self.entities[*other].device == device);
        self.entities[ix].remove(elsewhere, &mut self.commands, context);
    }

    /// The names of a base, as its devices and groups are called now.
    pub(super) fn rename_all(&mut self, base: usize) {
        let mut names: FxHashMap<String, usize> = FxHashMap::default();
        let mut places: Vec<usize> = self.bases[base].by_id.values().copied().collect();
        places.sort_unstable();
        for ix in places.into_iter().filter(|ix| !self.entities[*ix].gone) {
            names.insert(self.entities[ix].name.clone(), ix);
        }
        self.bases[base].names = names;
    }

    /// Has the topics of what changed asked for and read anew.
    pub(super) fn ask_anew(&mut self, base: usize, changed: &[String], context: &mut Context<'_>) {
        let former = std::mem::take(&mut self.former);
        if changed.len() + former.len() > MANY {
            context.reroute(format!("{}/#", self.bases[base].topic));
        } else {
            for topic in changed.iter().chain(&former) {
                context.reroute(format!("{topic}/#"));
            }
        }
    }
}

/// Changes whenever the description does.
pub(super) fn version_of(item: &Json, more: impl Hash) -> u64 {
    let mut hasher = FxHasher::default();
    item.to_string().hash(&mut hasher);
    more.hash(&mut hasher);
    // Zero is of what was never described.
    hasher.finish() | 1
}

/// The scenes of a device's endpoints or of a group.
pub(super) fn scenes(item: &Json) -> Vec<Draft> {
    let own = item.get("scenes").and_then(Json::as_array).into_iter();
    let endpoints = item
        .get("endpoints")
        .and_then(Json::as_object)
        .into_iter()
        .flatten();
    let of_endpoints = endpoints.filter_map(|(_, endpoint)| endpoint.get("scenes").and_then(Json::as_array));
    own.chain(of_endpoints)
        .flatten()
        .take(MOST_SCENES)
        .filter_map(|scene| {
            let id = scene.get("id").and_then(Json::as_i64)?;
            let name = scene.get("name").and_then(Json::as_str).unwrap_or_default();
            let name = if name.is_empty() {
                format!("Scene {id}")
            } else {
                super::words::spoken(name)
            };
            Some(Draft {
                desc: PointDesc {
                    name,
                    platform: "scene".to_owned(),
                    kind: Kind::Action,
                    role: Role::Press,
                    command: Some(CommandDesc {
                        options: Vec::new(),
                        optimistic: true,
                    }),
                    ..PointDesc::default()
                },
                path: vec!["scene".to_owned(), id.to_string()],
                read: Read::Text,
                write: Some(Write {
                    path: vec!["scene_recall".to_owned()],
                    form: Form::Constant(id.into()),
                    lamp: None,
                }),
            })
        })
        .collect()
}

/// Tells why something is not there, once.
fn explain(
    item: &Json,
    defined: bool,
    built: &Built,
    entity: &mut Entity,
    message: &Message<'_>,
    context: &mut Context<'_>,
) {
    let mut say = |kind, text: String| {
        // The list comes anew with each binding and each report that is configured.
        if entity.note(&text) {
            context.diagnose(Some(entity.device), message.topic, kind, text);
        }
    };
    if item.get("disabled").and_then(Json::as_bool) == Some(true) {
        say(
            DiagnosisKind::Ignored,
            "the device is disabled in Zigbee2MQTT".to_owned(),
        );
    }
    let interview = item.get("interview_state").and_then(Json::as_str);
    if interview == Some("FAILED") {
        let text =
            "the interview failed: remove the device, bring it close to the coordinator and pair it again";
        say(DiagnosisKind::Reported, text.to_owned());
    } else if !defined && matches!(interview, None | Some("SUCCESSFUL")) {
        let text = "Zigbee2MQTT has no definition of this device; only what its messages say is shown";
        say(DiagnosisKind::Ignored, text.to_owned());
    }
    if !built.ignored.is_empty() {
        let list: Vec<String> = built
            .ignored
            .iter()
            .take(8)
            .map(|(what, why)| format!("{} ({why})", shortened(what, 64)))
            .collect();
        let more = match built.ignored.len().saturating_sub(8) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        say(
            DiagnosisKind::Ignored,
            format!("not shown: {}{more}", list.join(", ")),
        );
    }
}
