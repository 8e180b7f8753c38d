//! Observations: samples, events and conditions of a machine.

use hearthline_model::{Category, Kind, Micros, PointDesc, Quality, Realm};

use super::machine::{Item, Machine};
use super::vocabulary::{self, plain};
use super::walk::{first, text};
use crate::shape::infer;
use crate::shape::json::Json;
use crate::shape::points::{Points, Said, Spot};
use crate::shape::scalar::{Scalar, Word};
use crate::shape::stamp::{self, Stamp};
use crate::{Context, DeviceIx, DiagnosisKind, Message, naming, units};

/// Most conditions of one data item that are active at once.
const MOST_ACTIVE: usize = 16;
/// Levels of a condition, in rising order.
pub(super) const LEVELS: [&str; 3] = ["normal", "warning", "fault"];

/// What of an observation stands outside of it.
pub(super) struct Around<'m> {
    pub(super) message: &'m Message<'m>,
    pub(super) realm: Realm,
    pub(super) device: DeviceIx,
    /// Component that the stream names.
    pub(super) component: String,
    /// The time was not to be believed.
    pub(super) clock: bool,
}

/// One observation: the name of its element, or its type, and its body.
pub(super) fn observe(
    machine: &mut Machine,
    points: &mut Points,
    element: &str,
    json: &Json<'_>,
    around: &mut Around<'_>,
    context: &mut Context<'_>,
) {
    let told;
    let Some(id) = text(json, &["dataItemId", "id"]) else {
        return;
    };
    let level = condition_level(element).or_else(|| condition_level(&text(json, &["level"])?));
    let item = if let Some(item) = machine.items.get(&id) {
        item.clone()
    } else {
        told = text(json, &["type"]).filter(|_| level.is_some() || element.is_empty());
        let kind = plain(told.as_deref().unwrap_or(element));
        Item {
            units: vocabulary::usual_unit(&kind).map(str::to_owned),
            sub: plain(&text(json, &["subType"]).unwrap_or_default()),
            component: around.component.clone(),
            kind,
            ..Item::default()
        }
    };
    let at = match first(json, &["timestamp"]).map_or(Stamp::No, |time| stamp::read(time, around.message.at))
    {
        Stamp::At(at) => Some(at),
        Stamp::Useless(wrong) => {
            around.clock |= wrong;
            None
        }
        Stamp::No => None,
    };
    if let Some(level) = level {
        return condition(machine, points, &id, &item, level, json, at, around, context);
    }
    let missing = Json::Null;
    let value = first(json, &["value", "result", "#text", "entries", "Entry"]).unwrap_or(&missing);
    if item.kind == "availability" {
        let there = value
            .as_text()
            .is_some_and(|word| word.eq_ignore_ascii_case("AVAILABLE"));
        machine.online = Some(there);
        context.online(around.device, there, around.message.at);
    }
    put(points, &id, &item, machine.edition, value, at, around, context);
}

#[allow(clippy::too_many_arguments)] // what an observation consists of
fn put(
    points: &mut Points,
    id: &str,
    item: &Item,
    edition: u32,
    value: &Json<'_>,
    at: Option<Micros>,
    around: &Around<'_>,
    context: &mut Context<'_>,
) {
    let part = vocabulary::part(&item.kind, &item.sub);
    let key = part.map_or_else(|| id.to_owned(), |part| format!("{id}/{part}"));
    let name = name(item);
    let sample = item.category == "SAMPLE";
    let options = if item.options.is_empty() {
        vocabulary::options(&item.kind)
            .iter()
            .map(|&it| it.to_owned())
            .collect()
    } else {
        item.options.clone()
    };
    let kind = if item.kind == "availability" {
        Some(Kind::Bool)
    } else if item.kind == "part_count" || sample {
        Some(Kind::Number)
    } else if !options.is_empty() {
        Some(Kind::Enum)
    } else if vocabulary::is_text(&item.kind) {
        Some(Kind::Text)
    } else {
        None
    };
    let describe = |desc: &mut PointDesc| {
        "metric".clone_into(&mut desc.platform);
        desc.name.clone_from(&name);
        if desc.kind == Kind::Enum {
            desc.options.clone_from(&options);
        }
        if desc.kind == Kind::Bool && item.kind == "availability" {
            desc.class = Some("connectivity".into());
            desc.category = Category::Diagnostic;
        }
        if desc.kind == Kind::Number {
            let unit = item.units.as_deref().and_then(vocabulary::unit);
            let class = unit
                .as_deref()
                .and_then(|unit| units::class_of(Some(unit), &units::lower_words(&name)));
            desc.state_class = units::state_class(class, unit.as_deref(), &[]);
            desc.class = class.map(str::to_owned);
            desc.unit = unit;
            desc.range = item.range;
            if part.is_some_and(|part| part.ends_with("count")) {
                desc.state_class = Some(hearthline_model::StateClass::TotalIncreasing);
            } else {
                infer::count(desc);
            }
        }
    };
    let spot = Spot {
        kind,
        edition,
        ..Spot::new(around.device, &key, around.message.topic, around.realm).named(&name)
    };
    let arrival = around.message.at;
    match value {
        Json::Text(said) if said.trim() == "UNAVAILABLE" && item.kind != "availability" => {
            let said = Said::scalar(Scalar::Unknown(false)).at(at);
            points.put(&spot, &said, arrival, &describe, context);
        }
        Json::Text(said) if item.kind == "availability" => {
            let there = said.trim().eq_ignore_ascii_case("AVAILABLE");
            let said = Said::scalar(Scalar::Bool(there, Word::Presence)).at(at);
            points.put(&spot, &said, arrival, &describe, context);
        }
        // Three axes in one: `1.5 2.5 0`, or an array.
        Json::Text(said) if sample && said.trim().contains(' ') => {
            let parts: Vec<Said<'_>> = said.split_whitespace().map(Said::text).collect();
            axes(points, &spot, &parts, at, arrival, &describe, context);
        }
        Json::Array(items) if !items.is_empty() && items.len() <= 3 => {
            let parts: Vec<Said<'_>> = items.iter().filter_map(Said::json).collect();
            axes(points, &spot, &parts, at, arrival, &describe, context);
        }
        Json::Array(_) | Json::Object(_) => {
            let mut flat = crate::shape::flatten::Flat::of(value, arrival);
            flat.straight = false;
            for leaf in &mut flat.leaves {
                leaf.at = leaf.at.or(at);
            }
            let spot = Spot { kind: None, ..spot };
            points.put_all(
                &spot,
                &flat,
                arrival,
                &|desc| "metric".clone_into(&mut desc.platform),
                context,
            );
            if flat.cut {
                let text = "an observation has more values than are shown; the rest was left out";
                context.diagnose(
                    Some(around.device),
                    around.message.topic,
                    DiagnosisKind::TooLarge,
                    text,
                );
            }
        }
        _ => {
            if let Some(said) = Said::json(value) {
                // A word that is one of a boolean stays the word that it is.
                let said = match (kind, said.raw.clone()) {
                    (Some(Kind::Text | Kind::Enum), Some(raw)) => Said::word(raw),
                    _ => said,
                };
                points.put(&spot, &said.at(at), arrival, &describe, context);
            }
        }
    }
}

fn axes(
    points: &mut Points,
    spot: &Spot<'_>,
    parts: &[Said<'_>],
    at: Option<Micros>,
    arrival: Micros,
    describe: &dyn Fn(&mut PointDesc),
    context: &mut Context<'_>,
) {
    for (said, axis) in parts.iter().zip(["x", "y", "z"]) {
        let key = format!("{}.{axis}", spot.key);
        let named = |desc: &mut PointDesc| {
            describe(desc);
            desc.name = format!("{} {}", desc.name, axis.to_uppercase());
        };
        points.put(
            &Spot { key: &key, ..*spot },
            &said.clone().at(at),
            arrival,
            &named,
            context,
        );
    }
}

/// What a value is called: its component, its type and its sub-type.
fn name(item: &Item) -> String {
    let mut name = naming::humanise(&item.kind);
    // The usual case need not be said.
    if !matches!(item.sub.as_str(), "" | "actual" | "all") {
        name = naming::join(&name, &naming::humanise(&item.sub));
    }
    naming::join(&item.component, &name)
}

fn condition_level(word: &str) -> Option<u8> {
    let ix = LEVELS.iter().position(|level| level.eq_ignore_ascii_case(word));
    match ix {
        Some(ix) => Some(ix as u8),
        None if word.eq_ignore_ascii_case("unavailable") => Some(u8::MAX),
        None => None,
    }
}

#[allow(clippy::too_many_arguments)] // what a condition consists of
fn condition(
    machine: &mut Machine,
    points: &mut Points,
    id: &str,
    item: &Item,
    level: u8,
    json: &Json<'_>,
    at: Option<Micros>,
    around: &Around<'_>,
    context: &mut Context<'_>,
) {
    let code = text(json, &["nativeCode", "conditionId"]).unwrap_or_default();
    let said = text(json, &["value", "result", "message", "#text"]).unwrap_or_default();
    if machine.conditions.len() >= 4_096 && !machine.conditions.contains_key(id) {
        return;
    }
    let active = machine.conditions.entry(id.to_owned()).or_default();
    match level {
        // Normal without a code clears everything, with one that one.
        0 if code.is_empty() => active.clear(),
        0 => {
            active.remove(&code);
        }
        u8::MAX => active.clear(),
        level if active.len() < MOST_ACTIVE || active.contains_key(&code) => {
            active.insert(code, (level, said));
        }
        _ => {}
    }
    let worst = active.values().map(|(level, _)| *level).max().unwrap_or(0);
    let texts: Vec<String> = active
        .iter()
        .map(|(code, (_, said))| match (code.as_str(), said.as_str()) {
            ("", said) => said.to_owned(),
            (code, "") => code.to_owned(),
            (code, said) => format!("{code}: {said}"),
        })
        .filter(|text| !text.is_empty())
        .collect();
    let all = crate::decoder::shortened(&texts.join("; "), 1024);
    let kind = match item.kind.as_str() {
        "" => "condition",
        kind => kind,
    };
    let name = naming::join(&item.component, &naming::humanise(kind));
    let state_name = if name.to_lowercase().ends_with("condition") {
        name.clone()
    } else {
        naming::join(&name, "Condition")
    };
    let state = |desc: &mut PointDesc| {
        desc.options = LEVELS.iter().map(|&level| level.to_owned()).collect();
        id.clone_into(&mut desc.entity);
        desc.name.clone_from(&state_name);
    };
    let spot = Spot {
        kind: Some(Kind::Enum),
        edition: machine.edition,
        ..Spot::new(around.device, id, around.message.topic, around.realm)
    };
    let value = if level == u8::MAX {
        Said::scalar(Scalar::Unknown(false))
    } else {
        Said::word(LEVELS[usize::from(worst)])
    };
    points.put(&spot, &value.at(at), around.message.at, &state, context);
    let key = format!("{id}.text");
    let alarm = |desc: &mut PointDesc| {
        id.clone_into(&mut desc.entity);
        desc.name = naming::join(&name, "Alarm text");
    };
    let spot = Spot {
        key: &key,
        kind: Some(Kind::Text),
        ..spot
    };
    let quality = Quality::Good;
    let said = Said {
        quality,
        ..Said::word(all).at(at)
    };
    points.put(&spot, &said, around.message.at, &alarm, context);
}
