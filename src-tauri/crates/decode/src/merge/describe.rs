//! The descriptions of what was merged: each fact from the source that knows it best.

use std::sync::Arc;

use hearthline_model::{Category, DeviceDesc, DeviceSource, Kind, Limits, PlaceHint, PointDesc, PointSource};

use super::matching::is_plain;

/// Home Assistant's name among the conventions.
pub(super) const HOME_ASSISTANT: &str = "homeassistant";
/// What takes anything.
pub(super) const PLAIN: &str = "plain";

/// How much a convention is believed where nothing else decides, smallest first: what a person taught, then those who know their
/// own devices, then what is announced for Home Assistant, then what was guessed from topics.
pub(super) fn rank(convention: &str) -> u8 {
    match convention {
        "taught" => 0,
        HOME_ASSISTANT => 2,
        PLAIN => 3,
        _ => 1,
    }
}

/// One device out of several descriptions, the best first.
pub(super) fn device(members: &[&Arc<DeviceDesc>]) -> DeviceDesc {
    let first = |of: &dyn Fn(&DeviceDesc) -> Option<String>| members.iter().find_map(|desc| of(desc));
    let mut identities: Vec<String> = Vec::new();
    for identity in members.iter().flat_map(|desc| &desc.identities) {
        if !identities.contains(identity) {
            identities.push(identity.clone());
        }
    }
    // Rooms that Home Assistant was told are a person's choice; what others make of names is a guess.
    let announced = members
        .iter()
        .filter(|desc| desc.convention == HOME_ASSISTANT)
        .chain(members.iter());
    let place = announced
        .map(|desc| &desc.place)
        .find(|place| !place.path.is_empty())
        .map_or_else(
            || PlaceHint {
                realm: members[0].place.realm,
                path: Vec::new(),
            },
            Clone::clone,
        );
    DeviceDesc {
        key: members[0].key.clone(),
        convention: members[0].convention.clone(),
        name: members
            .iter()
            .map(|desc| &desc.name)
            .find(|name| !name.is_empty() && !is_id(name, &identities))
            .unwrap_or(&members[0].name)
            .clone(),
        manufacturer: first(&|desc| desc.manufacturer.clone()),
        model: first(&|desc| desc.model.clone()),
        firmware: first(&|desc| desc.firmware.clone()),
        hardware: first(&|desc| desc.hardware.clone()),
        serial: first(&|desc| desc.serial.clone()),
        via: first(&|desc| desc.via.clone()),
        url: first(&|desc| desc.url.clone()),
        place,
        position: members.iter().find_map(|desc| desc.position),
        sources: members
            .iter()
            .map(|desc| DeviceSource {
                key: desc.key.clone(),
                convention: desc.convention.clone(),
            })
            .collect(),
        identities,
    }
}

/// Whether a name ends in an address, whole or its last four digits: a program made it up.
fn is_id(name: &str, identities: &[String]) -> bool {
    let bare: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    identities.iter().any(|identity| {
        let end = identity.len().saturating_sub(4);
        identity.get(end..).is_some_and(|end| {
            end.len() == 4 && end.bytes().all(|b| b.is_ascii_hexdigit()) && bare.ends_with(end)
        })
    })
}

/// A description of a point with the device that it was made at.
pub(super) struct Member<'a> {
    pub(super) device: &'a DeviceDesc,
    pub(super) desc: &'a PointDesc,
}

/// One point out of several descriptions, the best source first. `value` and `command` are the members that values come from and
/// commands go to.
pub(super) fn point(members: &[Member<'_>], value: usize, command: Option<usize>) -> PointDesc {
    let read = members[value].desc;
    let written = command.map_or(read, |ix| members[ix].desc);
    // Names, units and classes were written for people where they were written for Home Assistant; an attribute is only found.
    let words = members
        .iter()
        .find(|member| {
            member.device.convention == HOME_ASSISTANT
                && member.desc.role != hearthline_model::Role::Attribute
        })
        .map_or(members[0].desc, |member| member.desc);
    let meaning = std::iter::once(words)
        .chain(members.iter().map(|member| member.desc))
        .find(|desc| !is_plain(desc.role))
        .unwrap_or(words);
    let all = || std::iter::once(words).chain(members.iter().map(|member| member.desc));
    let entity = std::iter::once(meaning)
        .chain(all())
        .map(|desc| &desc.entity)
        .find(|entity| !entity.is_empty());
    let name = if words.name.is_empty() && is_plain(words.role) {
        all().map(|desc| &desc.name).find(|name| !name.is_empty())
    } else {
        Some(&words.name)
    };
    let options = all()
        .find(|desc| desc.kind == read.kind && !desc.options.is_empty())
        .map(|desc| desc.options.clone());
    let mut sent = command.and_then(|ix| members[ix].desc.command.clone());
    if let Some(sent) = &mut sent {
        sent.optimistic = members.iter().all(|member| {
            member
                .desc
                .command
                .as_ref()
                .is_some_and(|command| command.optimistic)
        });
    }
    let number = read.kind == Kind::Number;
    PointDesc {
        key: members[0].desc.key.clone(),
        name: name.cloned().unwrap_or_default(),
        entity: entity.cloned().unwrap_or_default(),
        platform: meaning.platform.clone(),
        kind: read.kind,
        role: meaning.role,
        unit: if number {
            all().find_map(|desc| desc.unit.clone())
        } else {
            read.unit.clone()
        },
        class: all().find_map(|desc| desc.class.clone()),
        state_class: number.then(|| all().find_map(|desc| desc.state_class)).flatten(),
        range: written
            .range
            .or(read.range)
            .or_else(|| all().find_map(|desc| desc.range)),
        step: written.step.or_else(|| all().find_map(|desc| desc.step)),
        precision: all().find_map(|desc| desc.precision),
        options: options.unwrap_or_else(|| read.options.clone()),
        command: sent,
        code: written.code.clone(),
        category: all()
            .map(|desc| desc.category)
            .find(|category| *category != Category::Primary)
            .unwrap_or_default(),
        hidden: words.hidden,
        icon: all().find_map(|desc| desc.icon.clone()),
        expire_after: all().find_map(|desc| desc.expire_after),
        limits: all()
            .map(|desc| desc.limits)
            .find(|limits| *limits != Limits::default())
            .unwrap_or_default(),
        transient: read.transient,
        topic: read.topic.clone(),
        path: read.path.clone(),
        sources: members
            .iter()
            .map(|member| PointSource {
                device: member.device.key.clone(),
                key: member.desc.key.clone(),
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_an_address_gives_way() {
        let ids = ["a4cf12aabbcc".to_owned()];
        assert!(
            is_id("Shelly 1PM BBCC", &ids)
                && is_id("shellyht-AABBCC", &ids)
                && is_id("a4:cf:12:aa:bb:cc", &ids)
        );
        assert!(!is_id("Kitchen", &ids));
    }
}
