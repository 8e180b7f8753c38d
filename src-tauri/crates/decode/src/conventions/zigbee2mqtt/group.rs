//! `bridge/groups`: groups can what their members can.

use hearthline_model::{Category, DeviceDesc, Kind, PointDesc, Value};
use rustc_hash::FxHashSet;
use serde_json::Value as Json;

use super::devices::{scenes, version_of};
use super::entity::Id;
use super::expose::{Expose, Sort};
use super::{Zigbee2Mqtt, identity, points};
use crate::decoder::shortened;
use crate::{Context, DiagnosisKind, Message, payload};

/// Most groups of one bridge.
const MOST: usize = 4_096;
/// Most members of a group.
const MOST_MEMBERS: usize = 1_024;
/// What groups are made of, and which features they have in common.
const THINGS: &[(&str, &[&str])] = &[
    (
        "light",
        &["state", "brightness", "color_temp", "color_xy", "color_hs"],
    ),
    ("switch", &["state"]),
    ("cover", &["state", "position", "tilt"]),
    ("lock", &["state"]),
];

/// A group as it was told.
pub(super) struct Group {
    id: i64,
    name: String,
    /// Addresses of its members.
    members: Vec<String>,
    json: Json,
}

impl Zigbee2Mqtt {
    /// `bridge/groups`.
    pub(super) fn groups(&mut self, base: usize, message: &Message<'_>, context: &mut Context<'_>) {
        if message.payload.trim_ascii().is_empty() {
            return;
        }
        let device = self.bridge_device(base, context);
        let Some(list) = payload::json(message, device, context) else {
            return;
        };
        let Some(items) = list.as_array() else {
            let text = "the list of groups is no JSON array; it was not read";
            context.diagnose(device, message.topic, DiagnosisKind::WrongType, text);
            return;
        };
        let groups: Vec<Group> = items.iter().take(MOST).filter_map(group).collect();
        if groups.len() < items.len() {
            let text = format!(
                "{} of {} groups were not understood",
                items.len() - groups.len(),
                items.len()
            );
            context.diagnose(device, message.topic, DiagnosisKind::InvalidDescription, text);
        }
        self.bases[base].groups = groups;
        let changed = self.settle_groups(base, message, context);
        self.ask_anew(base, &changed, context);
    }

    /// Makes devices of the groups, with what is known of their members now. Gives back the topics that changed.
    pub(super) fn settle_groups(
        &mut self,
        base: usize,
        message: &Message<'_>,
        context: &mut Context<'_>,
    ) -> Vec<String> {
        // What a group can is known once its members are.
        if !self.bases[base].devices_seen {
            return Vec::new();
        }
        let groups = std::mem::take(&mut self.bases[base].groups);
        let mut seen: FxHashSet<usize> = FxHashSet::default();
        let mut changed = Vec::new();
        for group in &groups {
            if let Some(ix) = self.one_group(base, group, message, &mut changed, context) {
                seen.insert(ix);
            }
        }
        self.bases[base].groups = groups;
        let gone: Vec<usize> = self.bases[base]
            .by_id
            .iter()
            .filter(|(id, ix)| matches!(id, Id::Group(_)) && !seen.contains(ix) && !self.entities[**ix].gone)
            .map(|(_, ix)| *ix)
            .collect();
        for ix in gone {
            changed.push(self.entities[ix].topic.clone());
            self.remove(ix, context);
        }
        self.rename_all(base);
        changed
    }

    fn one_group(
        &mut self,
        base: usize,
        group: &Group,
        message: &Message<'_>,
        changed: &mut Vec<String>,
        context: &mut Context<'_>,
    ) -> Option<usize> {
        let mut exposes: Vec<Expose> = Vec::new();
        let mut names: Vec<String> = Vec::new();
        for member in &group.members {
            let known = &self.bases[base];
            let Some(&ix) = known.by_id.get(&Id::Device(member.clone())) else {
                continue;
            };
            let entity = &self.entities[ix];
            if entity.gone {
                continue;
            }
            if let Some(desc) = context.device_desc(entity.device) {
                names.push(desc.name.clone());
            }
            for thing in &entity.things {
                join(&mut exposes, thing);
            }
        }
        names.sort();
        let members = shortened(&names.join(", "), 1_024);
        let version = version_of(
            &group.json,
            (format!("{exposes:?}"), &members, self.bases[base].attributes_only),
        );
        let id = Id::Group(group.id);
        if let Some(&ix) = self.bases[base].by_id.get(&id)
            && self.entities[ix].version == version
        {
            return Some(ix);
        }
        let (name, place) = identity::placed(&group.name, self.realm);
        let topic = self.bases[base].topic.clone();
        let device = context.device(DeviceDesc {
            key: format!("z2m:{topic}:group:{}", group.id),
            convention: "zigbee2mqtt".to_owned(),
            name,
            model: Some("Zigbee group".to_owned()),
            via: Some(identity::key(&topic)),
            place,
            ..DeviceDesc::default()
        })?;
        let known = self.bases[base].by_id.get(&id).copied();
        let before = known
            .filter(|ix| !self.entities[*ix].gone)
            .map(|ix| self.entities[ix].topic.clone());
        let ix = self.place(base, id, &group.name, device);
        let mut built = points::build(&exposes);
        for scene in scenes(&group.json) {
            built.push(scene);
        }
        let only = self.bases[base].attributes_only;
        let entity = &mut self.entities[ix];
        entity.attributes_only = only;
        entity.version = version;
        entity.since = message.at;
        let fresh = entity.install(ix, built.drafts, &mut self.commands, context);
        if fresh || before.as_ref() != Some(&entity.topic) {
            changed.push(entity.topic.clone());
        }
        let desc = PointDesc {
            key: "members".to_owned(),
            name: "Members".to_owned(),
            platform: "sensor".to_owned(),
            kind: Kind::Text,
            category: Category::Diagnostic,
            topic: Some(format!("{topic}/bridge/groups")),
            ..PointDesc::default()
        };
        if let Some(point) = context.point(device, desc) {
            context.value(point, message.at, Value::text(members));
        }
        let online = self.bases[base].online;
        self.entities[ix].tell_online(online, message.at, context);
        Some(ix)
    }
}

fn group(item: &Json) -> Option<Group> {
    let id = item.get("id").and_then(Json::as_i64)?;
    let members = item.get("members").and_then(Json::as_array).into_iter().flatten();
    let name = item
        .get("friendly_name")
        .and_then(Json::as_str)
        .unwrap_or_default();
    Some(Group {
        id,
        name: if name.is_empty() {
            id.to_string()
        } else {
            shortened(name, 256)
        },
        members: members
            .filter_map(|member| member.get("ieee_address").and_then(Json::as_str))
            .take(MOST_MEMBERS)
            .map(|ieee| shortened(ieee, 64))
            .collect(),
        json: item.clone(),
    })
}

/// Takes what a member can into what the group can. A group has no endpoints: its keys are the plain ones.
fn join(group: &mut Vec<Expose>, thing: &Expose) {
    let Sort::Specific(sort, features) = &thing.sort else {
        return;
    };
    let Some((_, common)) = THINGS.iter().find(|(known, _)| known == sort) else {
        return;
    };
    let ix = group
        .iter()
        .position(|known| matches!(&known.sort, Sort::Specific(known, _) if known == sort));
    let ix = ix.unwrap_or_else(|| {
        group.push(Expose {
            endpoint: None,
            label: None,
            sort: Sort::Specific(sort.clone(), Vec::new()),
            ..thing.clone()
        });
        group.len() - 1
    });
    let Sort::Specific(_, known) = &mut group[ix].sort else {
        return;
    };
    for feature in features
        .iter()
        .filter(|feature| common.contains(&feature.name.as_str()))
    {
        match known.iter_mut().find(|other| other.name == feature.name) {
            None => {
                let property = if feature.name.starts_with("color_") && feature.name != "color_temp" {
                    "color"
                } else {
                    feature.name.as_str()
                };
                known.push(Expose {
                    property: Some(property.to_owned()),
                    endpoint: None,
                    ..feature.clone()
                });
            }
            Some(other) => {
                if let (Sort::Numeric(wide), Sort::Numeric(own)) = (&mut other.sort, &feature.sort) {
                    wide.min = wide.min.zip(own.min).map(|(a, b)| a.min(b));
                    wide.max = wide.max.zip(own.max).map(|(a, b)| a.max(b));
                }
            }
        }
    }
}
