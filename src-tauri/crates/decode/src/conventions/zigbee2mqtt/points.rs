//! Exposes made points: the generic ones here, lights, covers, climates and the like in [`super::special`].

use hearthline_model::{CommandDesc, Kind, PointDesc, Role};
use serde_json::Value as Json;

use super::draft::{Built, Draft, Form, Read, Write};
use super::expose::{Expose, List, Numeric, Sort, access, plain};
use super::{special, words};
use crate::scale::Scale;

/// Features of a command that is only written which start it; they can be chosen alone, with what else it takes at its defaults.
const TRIGGERS: &[&str] = &["mode", "state", "effect"];

/// All points of a device or group.
pub(super) fn build(exposes: &[Expose]) -> Built {
    let mut built = Built::default();
    // Whole things first: they say more of a property than a bare reading of the same does.
    for expose in exposes {
        if let Sort::Specific(sort, features) = &expose.sort {
            special::add(expose, sort, features, &mut built);
        }
    }
    let lights: Vec<&Expose> = exposes
        .iter()
        .filter(|expose| matches!(&expose.sort, Sort::Specific(sort, _) if sort == "light"))
        .collect();
    for expose in exposes {
        if !matches!(expose.sort, Sort::Specific(..)) {
            add(expose, &[], Place::default(), &mut built);
        }
    }
    // The effects of a device with one light are that light's.
    if let [light] = lights[..] {
        let entity = special::entity("light", light);
        for draft in built.drafts.iter_mut().filter(|draft| draft.desc.key == "effect") {
            draft.desc.entity.clone_from(&entity);
            "light".clone_into(&mut draft.desc.platform);
            draft.desc.role = Role::Effect;
        }
    }
    built
}

/// Where an expose stands: within which thing.
#[derive(Clone, Copy, Default)]
pub(super) struct Place<'a> {
    /// The entity and platform that it is part of.
    pub(super) within: Option<(&'a str, &'a str)>,
    /// Name of the composite around it.
    pub(super) around: &'a str,
    /// The role within the entity.
    pub(super) role: Role,
}

/// Adds the points of one expose below `path`.
pub(super) fn add(expose: &Expose, path: &[String], place: Place<'_>, built: &mut Built) {
    let mut path = path.to_vec();
    path.extend(expose.property.clone());
    let shown = || {
        let property = path.join(".");
        if property.is_empty() {
            expose.name.clone()
        } else {
            property
        }
    };
    match &expose.sort {
        Sort::Specific(sort, features) => special::add(expose, sort, features, built),
        Sort::Composite(features) if is_color(expose, features) => {
            special::add_color(expose, features, &path, place, built);
        }
        // Only written: its parts mean nothing one by one, so it is written as a whole.
        Sort::Composite(features)
            if expose.access & (access::PUBLISHED | access::SETTABLE) == access::SETTABLE =>
        {
            let whole = Form::Whole(Box::new(expose.clone()));
            let draft = draft(expose, &path, place, Kind::Text, Read::Structured, whole);
            push_command(draft, features, built);
            for feature in features.iter().filter(|feature| is_trigger(feature, features)) {
                let around = naming_join(place.around, &words::name(expose));
                let place = Place {
                    around: &around,
                    ..place
                };
                add(feature, &path, place, built);
            }
        }
        Sort::Composite(features) => {
            if features.is_empty() {
                built.ignore(shown(), "it has no parts");
            }
            let around = naming_join(place.around, &words::name(expose));
            for feature in features {
                let place = Place {
                    around: &around,
                    ..place
                };
                add(feature, &path, place, built);
            }
        }
        _ if path.is_empty() => built.ignore(expose.name.clone(), "it has no property"),
        _ if expose.access & (access::PUBLISHED | access::SETTABLE) == 0 => {
            built.ignore(shown(), "it is neither published nor settable");
        }
        _ => built.push(leaf(expose, &path, place)),
    }
}

fn push_command(mut draft: Draft, features: &[Expose], built: &mut Built) {
    let parts: Vec<&str> = features
        .iter()
        .filter_map(|feature| feature.property.as_deref())
        .take(8)
        .collect();
    if !parts.is_empty() {
        draft.desc.name =
            crate::decoder::shortened(&format!("{} ({})", draft.desc.name, parts.join(", ")), 128);
    }
    built.push(draft);
}

/// Whether a part of a command that is only written can be chosen alone. Not where a code goes with it: without the code it
/// would clear the one in force.
fn is_trigger(feature: &Expose, features: &[Expose]) -> bool {
    matches!(feature.sort, Sort::Enum(_))
        && TRIGGERS.contains(&feature.name.as_str())
        && !features.iter().any(|other| other.name.contains("pin"))
}

pub(super) fn naming_join(before: &str, after: &str) -> String {
    crate::naming::join(before, after)
}

/// Whether a composite is a colour.
fn is_color(expose: &Expose, features: &[Expose]) -> bool {
    let has = |name: &str| features.iter().any(|feature| feature.name == name);
    let color = matches!(
        expose.name.as_str(),
        "color_xy" | "color_hs" | "color_rgb" | "color"
    );
    color
        && features.len() <= 3
        && (has("x") && has("y") || has("hue") && has("saturation") || has("r") && has("g"))
}

/// The point of an expose without parts.
pub(super) fn leaf(expose: &Expose, path: &[String], place: Place<'_>) -> Draft {
    match &expose.sort {
        Sort::Binary { on, off } => {
            let (read, form) = (
                Read::Binary {
                    on: on.clone(),
                    off: off.clone(),
                },
                Form::Binary {
                    on: on.clone(),
                    off: off.clone(),
                },
            );
            draft(expose, path, place, Kind::Bool, read, form)
        }
        Sort::Numeric(numeric) => number(expose, numeric, path, place),
        Sort::Enum(values) => choice(expose, values, path, place),
        Sort::List(list) => list_of(expose, list, path, place),
        _ => draft(expose, path, place, Kind::Text, Read::Text, Form::Text),
    }
}

fn number(expose: &Expose, numeric: &Numeric, path: &[String], place: Place<'_>) -> Draft {
    let range = range(numeric.min, numeric.max);
    let form = Form::Number {
        // One bound alone still holds.
        range: (numeric.min.is_some() || numeric.max.is_some())
            .then(|| (numeric.min.unwrap_or(f64::MIN), numeric.max.unwrap_or(f64::MAX))),
        scale: Scale::Same,
        presets: numeric.presets.clone(),
    };
    let mut draft = draft(expose, path, place, Kind::Number, Read::Number(Scale::Same), form);
    words::infer(&mut draft.desc, &expose.name, numeric.unit.as_deref());
    draft.desc.range = range;
    draft.desc.step = numeric.step;
    draft
}

/// A range where it is one.
pub(super) fn range(low: Option<f64>, high: Option<f64>) -> Option<(f64, f64)> {
    low.zip(high).filter(|(low, high)| low < high)
}

fn choice(expose: &Expose, values: &[Json], path: &[String], place: Place<'_>) -> Draft {
    let published = expose.access & access::PUBLISHED != 0;
    let settable = expose.access & access::SETTABLE != 0;
    let options: Vec<String> = values.iter().map(plain).collect();
    if published && !settable && matches!(expose.name.as_str(), "action" | "click") {
        let mut draft = draft(expose, path, place, Kind::Event, Read::Event, Form::Text);
        draft.desc.options = options;
        "event".clone_into(&mut draft.desc.platform);
        // What a button is for, although it is announced as diagnostic.
        draft.desc.category = hearthline_model::Category::Primary;
        return draft;
    }
    if let ([only], false) = (values, published) {
        let mut draft = draft(
            expose,
            path,
            place,
            Kind::Action,
            Read::Text,
            Form::Constant(only.clone()),
        );
        if place.within.is_none() {
            "button".clone_into(&mut draft.desc.platform);
        }
        draft.desc.role = Role::Press;
        return draft;
    }
    let form = Form::Choice(options.iter().cloned().zip(values.iter().cloned()).collect());
    let mut draft = draft(expose, path, place, Kind::Enum, Read::Text, form);
    draft.desc.options = options;
    draft
}

fn list_of(expose: &Expose, _: &List, path: &[String], place: Place<'_>) -> Draft {
    let whole = Form::Whole(Box::new(expose.clone()));
    draft(expose, path, place, Kind::Text, Read::Structured, whole)
}

/// A point with what all have in common.
pub(super) fn draft(
    expose: &Expose,
    path: &[String],
    place: Place<'_>,
    kind: Kind,
    read: Read,
    form: Form,
) -> Draft {
    let published = expose.access & access::PUBLISHED != 0;
    let settable = expose.access & access::SETTABLE != 0;
    let platform = match (kind, settable) {
        (Kind::Bool, false) => "binary_sensor",
        (Kind::Bool, true) => "switch",
        (Kind::Number, true) => "number",
        (Kind::Enum, true) => "select",
        (Kind::Text, true) => "text",
        _ => "sensor",
    };
    let (entity, platform) = place.within.unwrap_or(("", platform));
    let mut desc = PointDesc {
        name: naming_join(place.around, &words::name(expose)),
        entity: entity.to_owned(),
        platform: platform.to_owned(),
        kind,
        role: place.role,
        category: expose.category.unwrap_or_default(),
        command: settable.then(|| CommandDesc {
            options: Vec::new(),
            // What is not published cannot be confirmed.
            optimistic: !published,
        }),
        ..PointDesc::default()
    };
    if kind != Kind::Number {
        words::infer(&mut desc, &expose.name, None);
    }
    Draft {
        desc,
        path: path.to_vec(),
        read,
        write: settable.then(|| Write {
            path: path.to_vec(),
            form,
            lamp: None,
        }),
    }
}
