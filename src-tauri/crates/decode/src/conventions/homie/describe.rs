//! Devices and points as they are shown.

use hearthline_model::{
    Category, CommandDesc, DeviceDesc, Kind, PlaceHint, PointDesc, Realm, Role, StateClass,
};

use super::codec::{Codec, Form};
use super::datatype::Datatype;
use super::description::{About, Node, Property};
use super::roles::Plan;
use super::state::State;
use crate::naming;
use crate::scale::Scale;
use crate::shape::infer;
use crate::shape::lexicon;
use crate::shape::scalar::{Scalar, Word};
use crate::units;

/// The description of a device. `key` names it within the convention, `via` is the key of the device in between, `near` the place of
/// the device at the root.
pub(super) fn device(
    key: &str,
    id: &str,
    about: &About,
    nodes: &[Node],
    via: Option<String>,
    near: Option<&[String]>,
    realm: Realm,
) -> DeviceDesc {
    let told = [&about.label, &about.name]
        .into_iter()
        .flatten()
        .find(|name| !name.trim().is_empty())
        .map_or(id, String::as_str);
    // "Kitchen/Lamp": the place stands before the name.
    let mut levels: Vec<String> = told
        .split('/')
        .map(naming::humanise)
        .filter(|level| !level.is_empty())
        .collect();
    let name = levels.pop().unwrap_or_else(|| id.to_owned());
    levels.truncate(4);
    let room = about
        .room
        .as_deref()
        .map(naming::humanise)
        .filter(|room| !room.is_empty());
    let path = match room {
        Some(room) => vec![room],
        None if !levels.is_empty() => levels,
        None => room_of(told)
            .or_else(|| room_of(id))
            .or_else(|| match nodes {
                [node] => node
                    .name
                    .as_deref()
                    .and_then(room_of)
                    .or_else(|| room_of(&node.id)),
                _ => None,
            })
            .map(|room| vec![room])
            .or_else(|| near.map(<[String]>::to_vec))
            .unwrap_or_default(),
    };
    let mut identities: Vec<String> = about.mac.as_deref().map(naming::identities).unwrap_or_default();
    for identity in naming::identities(id) {
        if !identities.contains(&identity) {
            identities.push(identity);
        }
    }
    DeviceDesc {
        key: key.to_owned(),
        identities,
        convention: "homie".into(),
        name,
        model: about.model.clone(),
        firmware: about.firmware.clone(),
        hardware: about.hardware.clone(),
        via,
        place: PlaceHint { realm, path },
        ..DeviceDesc::default()
    }
}

/// The room that a name begins with.
fn room_of(name: &str) -> Option<String> {
    let words = units::lower_words(name);
    let first = words.first()?;
    if lexicon::has(lexicon::ROOMS, first) {
        return Some(naming::humanise(first));
    }
    let second = words.get(1)?;
    lexicon::has(lexicon::ROOMS, &format!("{first}{second}"))
        .then(|| naming::humanise(&format!("{first}_{second}")))
}

/// The description of a property's point. `lone` says that the device has no other node.
pub(super) fn point(
    topic: &str,
    node: &Node,
    property: &Property,
    plan: &Plan,
    codec: &Codec,
    lone: bool,
    realm: Realm,
) -> PointDesc {
    let mut desc = PointDesc {
        key: format!("{}/{}", node.id, property.id),
        name: name(node, property, lone),
        entity: if plan.grouped {
            node.id.clone()
        } else {
            String::new()
        },
        platform: plan.platform.into(),
        kind: codec.kind(),
        role: plan.role,
        topic: Some(topic.to_owned()),
        path: Some(String::new()),
        ..PointDesc::default()
    };
    let mut words = units::lower_words(&property.id);
    if let Some(name) = &property.name {
        words.extend(units::lower_words(name));
    }
    infer_from(&mut desc, property, &words, realm);
    bound(&mut desc, codec, plan.role);
    match &codec.datatype {
        Datatype::Enum(options) => desc.options.clone_from(options),
        Datatype::Boolean(Some(labels)) => {
            desc.options = labels.to_vec();
            if labels
                .iter()
                .any(|label| label.to_ascii_lowercase().starts_with("clos"))
                && desc.class.is_none()
            {
                desc.class = Some("opening".into());
            }
        }
        Datatype::Boolean(None) if desc.kind == Kind::Event => {
            desc.options = vec!["false".into(), "true".into()];
        }
        Datatype::DateTime => desc.class = Some("timestamp".into()),
        Datatype::Duration => {
            desc.unit = Some("s".into());
            desc.class = Some("duration".into());
        }
        _ => {}
    }
    let mut command = CommandDesc::default();
    if let Form::Words(words) = &codec.form {
        let unique = |mut list: Vec<&'static str>, word| {
            if !list.contains(&word) {
                list.push(word);
            }
            list
        };
        let states = words.iter().map(|word| word.state).fold(Vec::new(), unique);
        desc.options = states.into_iter().map(str::to_owned).collect();
        let commands = words
            .iter()
            .filter_map(|word| word.command)
            .fold(Vec::new(), unique);
        command.options = commands.into_iter().map(str::to_owned).collect();
        desc.class = None;
    }
    if desc.kind == Kind::Action {
        desc.options.clear();
        desc.class = None;
    }
    if codec.settable {
        desc.command = Some(command);
        // What a person sets is no reading that sums up.
        if desc
            .state_class
            .is_some_and(|class| class != StateClass::Measurement)
        {
            desc.state_class = None;
        }
    }
    desc
}

/// Unit, class and the rest, from unit and words.
fn infer_from(desc: &mut PointDesc, property: &Property, words: &[String], realm: Realm) {
    // `#` says "a count", which is no unit to show.
    let unit = property
        .unit
        .as_deref()
        .map(str::trim)
        .filter(|unit| !unit.is_empty() && *unit != "#");
    let sample = match desc.kind {
        Kind::Number => Scalar::Float(0.5),
        Kind::Bool => Scalar::Bool(false, Word::Plain),
        _ => {
            desc.category = units::category(words);
            desc.unit = unit.map(str::to_owned);
            return;
        }
    };
    infer::infer(desc, &sample, unit, words, realm);
    if desc.role == Role::Battery {
        desc.category = Category::Diagnostic;
    }
}

/// Range, step and unit of a number.
fn bound(desc: &mut PointDesc, codec: &Codec, role: Role) {
    let (Datatype::Integer(bounds) | Datatype::Float(bounds)) = &codec.datatype else {
        return;
    };
    desc.range = bounds.range().or(desc.range);
    desc.step = bounds.step;
    if matches!(codec.datatype, Datatype::Integer(_)) && codec.settable && desc.step.is_none() {
        desc.step = Some(1.0);
    }
    match role {
        Role::Brightness | Role::Position | Role::Tilt | Role::Speed => {
            desc.unit = Some("%".into());
            desc.class = None;
            desc.range = Some((0.0, 100.0));
        }
        Role::ColorTemperature => {
            desc.unit = Some("K".into());
            desc.class = None;
        }
        _ => {}
    }
    match codec.form {
        Form::Scaled(Scale::Mired) => {
            let kelvin = |mired: f64| (1e6 / mired.max(1.0)).round();
            desc.range = bounds.range().map(|(low, high)| (kelvin(high), kelvin(low)));
            desc.step = None;
        }
        // A fan with four speeds has no 60 %.
        Form::Share { low, high } => {
            let whole = matches!(codec.datatype, Datatype::Integer(_)).then_some(1.0);
            let step = bounds.step.or(whole).map(|step| step / (high - low) * 100.0);
            desc.step = step.filter(|step| *step > 1.0);
        }
        _ => {}
    }
}

/// "Motor speed" where the device has several nodes, "Speed" where it has one.
fn name(node: &Node, property: &Property, lone: bool) -> String {
    let own = naming::humanise(
        property
            .name
            .as_deref()
            .filter(|name| !name.trim().is_empty())
            .unwrap_or(&property.id),
    );
    if lone {
        return own;
    }
    let part = naming::humanise(
        node.name
            .as_deref()
            .filter(|name| !name.trim().is_empty())
            .unwrap_or(&node.id),
    );
    // "Temperature temperature" and "Engine engine temperature" say it twice.
    if own.to_lowercase().starts_with(&part.to_lowercase()) {
        own
    } else if part.to_lowercase().ends_with(&own.to_lowercase()) {
        part
    } else {
        naming::join(&part, &own)
    }
}

/// The intended value of a property that gets there slowly.
pub(super) fn target(of: &PointDesc, topic: &str) -> PointDesc {
    PointDesc {
        key: format!("{}/$target", of.key),
        name: naming::join(&of.name, "Target"),
        entity: String::new(),
        role: Role::Value,
        platform: if of.command.is_some() { "number" } else { "sensor" }.into(),
        category: Category::Config,
        state_class: None,
        topic: Some(topic.to_owned()),
        ..of.clone()
    }
}

/// The device's own state.
pub(super) fn state(topic: &str) -> PointDesc {
    PointDesc {
        key: "$state".into(),
        name: "State".into(),
        platform: "sensor".into(),
        kind: Kind::Enum,
        class: Some("enum".into()),
        options: State::WORDS.map(str::to_owned).to_vec(),
        category: Category::Diagnostic,
        topic: Some(topic.to_owned()),
        path: Some(String::new()),
        ..PointDesc::default()
    }
}

/// A text that the device says about itself.
pub(super) fn remark(key: &str, name: &str, kind: Kind, topic: &str) -> PointDesc {
    PointDesc {
        key: key.into(),
        name: name.into(),
        platform: if kind == Kind::Event { "event" } else { "sensor" }.into(),
        kind,
        category: Category::Diagnostic,
        topic: Some(topic.to_owned()),
        ..PointDesc::default()
    }
}
