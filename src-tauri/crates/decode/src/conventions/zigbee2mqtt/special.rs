//! Lights, switches, covers, locks, fans and climates: features that belong together, in the words of Home Assistant.

use hearthline_model::{Kind, Role};
use serde_json::Value as Json;

use super::draft::{Built, Draft, Form, Lamp, Read};
use super::expose::{Expose, Numeric, Sort, access, plain};
use super::points::{self, Place};
use super::words;
use crate::color::Space;
use crate::scale::Scale;

/// The entity of a specific expose; endpoints are entities of their own.
pub(super) fn entity(sort: &str, expose: &Expose) -> String {
    match &expose.endpoint {
        Some(endpoint) => format!("{sort}_{endpoint}"),
        None => sort.to_owned(),
    }
}

/// What the features of a specific expose share.
struct Thing<'a> {
    sort: &'a str,
    entity: String,
    /// Its name where the device has several.
    name: String,
    /// What switches it.
    lamp: Option<Lamp>,
    /// Both set points are there.
    low_and_high: bool,
    /// A colour space is chosen already.
    xy: bool,
}

/// Adds the points of a specific expose.
pub(super) fn add(expose: &Expose, sort: &str, features: &[Expose], built: &mut Built) {
    let find = |name: &str| features.iter().find(|feature| feature.name == name);
    let lamp = find("state").and_then(Lamp::of);
    let thing = Thing {
        sort,
        entity: entity(sort, expose),
        name: expose
            .endpoint
            .as_deref()
            .map(words::endpoint_name)
            .or_else(|| expose.label.clone())
            .unwrap_or_default(),
        lamp,
        low_and_high: features.iter().any(|f| is_setpoint(&f.name, "heating"))
            && features.iter().any(|f| is_setpoint(&f.name, "cooling")),
        xy: find("color_xy").is_some(),
    };
    for feature in features {
        // Of xy and hue/saturation the first is what the light is set with; both are read.
        if feature.name == "color_hs" && thing.xy {
            built.merged.extend(feature.property.clone());
            continue;
        }
        add_feature(feature, &thing, built);
    }
    if sort == "light" {
        add_color_mode(&thing, features, built);
    }
}

fn add_feature(feature: &Expose, thing: &Thing<'_>, built: &mut Built) {
    // Endpoints are named by the thing.
    let mut bare = feature.clone();
    bare.endpoint = None;
    let place = Place {
        within: Some((&thing.entity, thing.sort)),
        around: &thing.name,
        role: role(thing, &feature.name),
    };
    let Some(property) = bare.property.clone() else {
        return points::add(&bare, &[], place, built);
    };
    if let Sort::Composite(_) = bare.sort {
        let before = built.drafts.len();
        points::add(&bare, &[], place, built);
        // A colour is asked of a light that shall be on.
        if thing.sort == "light" {
            for write in built.drafts[before..]
                .iter_mut()
                .filter_map(|draft| draft.write.as_mut())
            {
                if let Form::Color(_) = write.form {
                    write.lamp.clone_from(&thing.lamp);
                }
            }
        }
        return;
    }
    let path = [property];
    if bare.access & (access::PUBLISHED | access::SETTABLE) == 0 {
        return built.ignore(path[0].clone(), "it is neither published nor settable");
    }
    let mut draft = points::leaf(&bare, &path, place);
    match (thing.sort, bare.name.as_str(), &bare.sort) {
        ("light", "brightness", Sort::Numeric(numeric)) => brightness(&mut draft, numeric, thing),
        ("light", "color_temp", Sort::Numeric(numeric)) => temperature(&mut draft, numeric, thing),
        ("fan", "speed", Sort::Numeric(numeric)) => speed(&mut draft, numeric, thing),
        ("cover", "state", Sort::Enum(values)) => cover(&mut draft, values),
        ("lock", "state", Sort::Binary { on, off }) => lock(&mut draft, on, off),
        ("climate", "running_state", _) => activity(&mut draft),
        _ => {}
    }
    if is_main(thing.sort, &bare.name) {
        draft.desc.name.clone_from(&thing.name);
    } else if let Some(name) = spoken(thing.sort, draft.desc.role) {
        draft.desc.name = points::naming_join(&thing.name, name);
    }
    built.push(draft);
}

/// The names of a climate's parts for people, who know no occupied heating setpoint.
fn spoken(sort: &str, role: Role) -> Option<&'static str> {
    Some(match (sort, role) {
        ("climate", Role::CurrentTemperature) => "Temperature",
        ("climate", Role::TargetTemperature) => "Target temperature",
        ("climate", Role::TargetTemperatureLow) => "Lowest temperature",
        ("climate", Role::TargetTemperatureHigh) => "Highest temperature",
        ("climate", Role::Mode) => "Mode",
        ("climate", Role::Activity) => "Activity",
        ("climate", Role::FanMode) => "Fan",
        ("climate", Role::SwingMode) => "Swing",
        ("climate", Role::PresetMode) => "Preset",
        ("light", Role::ColorTemperature) => "Colour temperature",
        _ => return None,
    })
}

/// Whether a feature is what the thing is for, so that it needs no name of its own.
fn is_main(sort: &str, name: &str) -> bool {
    name == "state" && matches!(sort, "light" | "switch" | "fan" | "cover" | "lock")
}

fn is_setpoint(name: &str, what: &str) -> bool {
    name == format!("occupied_{what}_setpoint") || name == format!("current_{what}_setpoint")
}

fn role(thing: &Thing<'_>, name: &str) -> Role {
    match (thing.sort, name) {
        ("cover", "state") => Role::OpenClose,
        ("lock", "state") => Role::Lock,
        ("light" | "switch" | "fan", "state") => Role::Switch,
        ("light", "brightness") => Role::Brightness,
        ("light", "color_temp") => Role::ColorTemperature,
        ("light", "color_xy" | "color_hs") => Role::Color,
        ("cover", "position") => Role::Position,
        ("cover", "tilt") => Role::Tilt,
        ("fan", "mode" | "speed") => Role::Speed,
        ("climate", "local_temperature") => Role::CurrentTemperature,
        ("climate", "system_mode") => Role::Mode,
        ("climate", "running_state") => Role::Activity,
        ("climate", "fan_mode") => Role::FanMode,
        ("climate", "swing_mode") => Role::SwingMode,
        ("climate", "preset") => Role::PresetMode,
        ("climate", name) if is_setpoint(name, "heating") && thing.low_and_high => Role::TargetTemperatureLow,
        ("climate", name) if is_setpoint(name, "cooling") && thing.low_and_high => {
            Role::TargetTemperatureHigh
        }
        ("climate", name) if is_setpoint(name, "heating") || is_setpoint(name, "cooling") => {
            Role::TargetTemperature
        }
        _ => Role::Attribute,
    }
}

fn set_scale(draft: &mut Draft, to: Scale, bounds: Option<(f64, f64)>, with: Option<Lamp>) {
    draft.read = Read::Number(to);
    if let Some(write) = &mut draft.write {
        write.lamp = with;
        if let Form::Number { range, scale, .. } = &mut write.form {
            (*range, *scale) = (bounds, to);
        }
    }
    draft.desc.range = bounds;
}

fn percent(draft: &mut Draft) {
    draft.desc.unit = Some("%".to_owned());
    draft.desc.step = Some(1.0);
    draft.desc.class = None;
    draft.desc.state_class = None;
}

fn brightness(draft: &mut Draft, numeric: &Numeric, thing: &Thing<'_>) {
    let full = numeric.max.filter(|max| *max > 0.0).unwrap_or(254.0);
    let lamp = thing.lamp.clone().map(|lamp| Lamp {
        at_zero: true,
        ..lamp
    });
    set_scale(draft, Scale::Brightness { full }, Some((0.0, 100.0)), lamp);
    percent(draft);
}

/// Mireds, unless the definition says kelvin.
fn temperature(draft: &mut Draft, numeric: &Numeric, thing: &Thing<'_>) {
    let kelvin = numeric.unit.as_deref().is_some_and(|unit| unit.trim() == "K");
    let (scale, bounds) = if kelvin {
        (Scale::Same, points::range(numeric.min, numeric.max))
    } else {
        let of = |mired: Option<f64>| mired.filter(|m| *m > 0.0).map(|m| (1e6 / m).round());
        (Scale::Mired, points::range(of(numeric.max), of(numeric.min)))
    };
    set_scale(draft, scale, bounds, thing.lamp.clone());
    draft.desc.unit = Some("K".to_owned());
    draft.desc.step = Some(1.0);
    draft.desc.class = None;
    draft.desc.state_class = None;
}

fn speed(draft: &mut Draft, numeric: &Numeric, thing: &Thing<'_>) {
    let scale = Scale::Speed {
        low: numeric.min.unwrap_or(1.0).max(1.0),
        high: numeric.max.unwrap_or(254.0),
    };
    let lamp = thing.lamp.clone().map(|lamp| Lamp {
        at_zero: true,
        ..lamp
    });
    set_scale(draft, scale, Some((0.0, 100.0)), lamp);
    percent(draft);
}

/// What a cover says and takes: `OPEN` is `open` either way, `CLOSE` is what it is told and `closed` what it then is.
fn cover(draft: &mut Draft, values: &[Json]) {
    draft.read = Read::Cover;
    draft.desc.options = ["open", "opening", "closed", "closing", "stopped"]
        .map(str::to_owned)
        .to_vec();
    let commands: Vec<(String, Json)> = values
        .iter()
        .map(|value| (plain(value).to_lowercase(), value.clone()))
        .collect();
    if let (Some(write), Some(command)) = (&mut draft.write, &mut draft.desc.command) {
        command.options = commands.iter().map(|(word, _)| word.clone()).collect();
        write.form = Form::Choice(commands);
    }
}

fn lock(draft: &mut Draft, on: &Json, off: &Json) {
    draft.desc.kind = Kind::Enum;
    draft.desc.class = None;
    draft.desc.options = ["locked", "unlocked"].map(str::to_owned).to_vec();
    draft.read = Read::Words(vec![
        (plain(on), "locked"),
        (plain(off), "unlocked"),
        ("locked".to_owned(), "locked"),
        ("unlocked".to_owned(), "unlocked"),
    ]);
    if let (Some(write), Some(command)) = (&mut draft.write, &mut draft.desc.command) {
        command.options = ["lock", "unlock"].map(str::to_owned).to_vec();
        write.form = Form::Choice(vec![
            ("lock".to_owned(), on.clone()),
            ("unlock".to_owned(), off.clone()),
        ]);
    }
}

fn activity(draft: &mut Draft) {
    const WORDS: &[(&str, &str)] = &[
        ("idle", "idle"),
        ("heat", "heating"),
        ("cool", "cooling"),
        ("dry", "drying"),
        ("fan_only", "fan"),
        ("off", "off"),
    ];
    let ours = |theirs: &String| {
        WORDS
            .iter()
            .find(|(known, _)| known == theirs)
            .map_or_else(|| theirs.clone(), |(_, ours)| (*ours).to_owned())
    };
    draft.desc.options = draft.desc.options.iter().map(ours).collect();
    draft.read = Read::Words(
        WORDS
            .iter()
            .map(|(theirs, ours)| ((*theirs).to_owned(), *ours))
            .collect(),
    );
}

/// Adds a colour.
pub(super) fn add_color(
    expose: &Expose,
    features: &[Expose],
    path: &[String],
    place: Place<'_>,
    built: &mut Built,
) {
    if path.is_empty() {
        return built.ignore(expose.name.clone(), "it has no property");
    }
    let has = |name: &str| features.iter().any(|feature| feature.name == name);
    let space = if has("x") {
        Space::Xy
    } else if has("hue") {
        Space::Hs
    } else {
        Space::Rgb
    };
    let place = Place {
        role: Role::Color,
        ..place
    };
    let mut draft = points::draft(expose, path, place, Kind::Text, Read::Color, Form::Color(space));
    if matches!(expose.name.as_str(), "color_xy" | "color_hs") {
        // A device may have a second colour beside: of its white light, of its ring.
        let own = match path.last().map(String::as_str) {
            Some(property) if property.starts_with("color_") && expose.endpoint.is_none() => {
                crate::naming::humanise(&property["color_".len()..])
            }
            _ => String::new(),
        };
        let endpoint = place.around.to_lowercase().replace("channel ", "l");
        let own = if own.to_lowercase() == endpoint {
            String::new()
        } else {
            own
        };
        draft.desc.name = points::naming_join(place.around, &points::naming_join(&own, "Colour"));
    }
    built.push(draft);
}

/// Zigbee2MQTT tells in which mode a light is without exposing it.
fn add_color_mode(thing: &Thing<'_>, features: &[Expose], built: &mut Built) {
    let has = |name: &str| features.iter().any(|feature| feature.name == name);
    let modes: Vec<String> = [
        ("color_temp", "color_temp"),
        ("color_xy", "xy"),
        ("color_hs", "hs"),
    ]
    .into_iter()
    .filter(|(feature, _)| has(feature))
    .map(|(_, mode)| mode.to_owned())
    .collect();
    if modes.len() < 2 {
        return;
    }
    let suffix = thing.entity.strip_prefix("light").unwrap_or_default();
    let expose = Expose {
        name: "color_mode".to_owned(),
        label: Some("Colour mode".to_owned()),
        property: Some(format!("color_mode{suffix}")),
        endpoint: None,
        access: 1,
        category: None,
        sort: Sort::Enum(modes.iter().map(|mode| Json::from(mode.as_str())).collect()),
    };
    let place = Place {
        within: Some((&thing.entity, thing.sort)),
        around: &thing.name,
        role: Role::ColorMode,
    };
    let path = [expose.property.clone().unwrap_or_default()];
    built.push(points::leaf(&expose, &path, place));
}
