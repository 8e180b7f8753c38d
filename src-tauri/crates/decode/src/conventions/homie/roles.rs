//! What a node's properties mean together: a light, a cover, a lock, a thermostat, a fan.
//!
//! Homie tells datatypes, not meanings: a role is given only where datatype, unit and words agree, everything else stays a value of
//! its own with the platform that its datatype suggests.

use hearthline_model::Role;

use super::codec::{Form, Word};
use super::datatype::{Bounds, Datatype};
use super::description::{Node, Property};
use crate::scale::Scale;
use crate::units::{known_unit, lower_words};

/// The meaning of one property.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Plan {
    /// Whether it is part of the node's entity.
    pub(super) grouped: bool,
    pub(super) platform: &'static str,
    pub(super) role: Role,
    pub(super) form: Form,
}

/// Nodes with more properties are lists, not things.
pub(super) const MOST_GROUPED: usize = 32;

const SWITCH: &[&str] = &[
    "on", "power", "switch", "state", "onoff", "light", "enabled", "active",
];
const BRIGHTNESS: &[&str] = &["brightness", "dim", "dimmer", "intensity", "dimming", "level"];
const LAMP: &[&str] = &["light", "lights", "lamp", "dimmer", "led", "bulb", "lighting"];
const HEAT: &[&str] = &["temperature", "temp", "setpoint", "target", "set", "desired"];

/// The meaning of each property of a node, in order.
pub(super) fn plan(node: &Node) -> Vec<Plan> {
    let mut plans: Vec<Plan> = node.properties.iter().map(alone).collect();
    if node.properties.len() > MOST_GROUPED {
        return plans;
    }
    let mut about = lower_words(&node.id);
    for text in [&node.name, &node.kind].into_iter().flatten() {
        about.extend(lower_words(text));
    }
    let words: Vec<Vec<String>> = node.properties.iter().map(property_words).collect();
    let view = View {
        properties: &node.properties,
        words: &words,
        about: &about,
    };
    // Each in turn: a node is one thing.
    for (platform, found) in [
        ("climate", climate(&view)),
        ("cover", cover(&view)),
        ("lock", lock(&view)),
        ("light", light(&view)),
        ("fan", fan(&view)),
    ] {
        if !found.is_empty() {
            for (ix, role, form) in found {
                plans[ix] = Plan {
                    grouped: true,
                    platform,
                    role,
                    form,
                };
            }
            break;
        }
    }
    plans
}

type Found = Vec<(usize, Role, Form)>;

struct View<'a> {
    properties: &'a [Property],
    words: &'a [Vec<String>],
    about: &'a [String],
}

impl View<'_> {
    /// The first property that fits.
    fn find(&self, mut fits: impl FnMut(&Property, &[String]) -> bool) -> Option<usize> {
        (0..self.properties.len()).find(|&ix| fits(&self.properties[ix], &self.words[ix]))
    }

    fn is_about(&self, list: &[&str]) -> bool {
        has(self.about, list)
    }
}

fn has(words: &[String], list: &[&str]) -> bool {
    words.iter().any(|word| list.contains(&word.as_str()))
}

fn property_words(property: &Property) -> Vec<String> {
    let mut words = lower_words(&property.id);
    if let Some(name) = &property.name {
        words.extend(lower_words(name));
    }
    words
}

fn bounds(property: &Property) -> Option<Bounds> {
    match property.datatype {
        Datatype::Integer(bounds) | Datatype::Float(bounds) => Some(bounds),
        _ => None,
    }
}

fn is_number(property: &Property) -> bool {
    bounds(property).is_some()
}

fn is_boolean(property: &Property) -> bool {
    matches!(property.datatype, Datatype::Boolean(_))
}

/// Something that goes from nothing to all: in percent, or with both ends told.
fn share(property: &Property) -> Option<Form> {
    let range = bounds(property)?.range();
    match (property.unit.as_deref(), range) {
        (_, Some((low, high))) if low == 0.0 && high == 100.0 => Some(Form::Plain),
        (_, Some((low, high))) => Some(Form::Share { low, high }),
        (Some("%"), None) => Some(Form::Plain),
        _ => None,
    }
}

fn is_temperature(property: &Property) -> bool {
    let unit = property.unit.as_deref().and_then(known_unit);
    is_number(property) && matches!(unit, Some("°C" | "°F"))
}

/// A property by itself.
pub(super) fn alone(property: &Property) -> Plan {
    let words = property_words(property);
    let percent = property.unit.as_deref() == Some("%");
    let number = is_number(property);
    let (platform, role) = match (&property.datatype, property.settable, property.retained) {
        (Datatype::Boolean(_), true, false) => ("button", Role::Press),
        (Datatype::Enum(options), true, false) if options.len() == 1 => ("button", Role::Press),
        (Datatype::Boolean(_) | Datatype::Enum(_) | Datatype::Text, false, false) => ("event", Role::Value),
        (Datatype::Boolean(_), true, _) => ("switch", Role::Switch),
        (Datatype::Boolean(_), false, _) => ("binary_sensor", Role::Value),
        (Datatype::Enum(_), true, _) => ("select", Role::Value),
        (Datatype::Integer(_) | Datatype::Float(_) | Datatype::Duration, true, _) => ("number", Role::Value),
        (Datatype::Color(_), true, _) => ("light", Role::Color),
        (_, true, _) => ("text", Role::Value),
        _ if number && percent && has(&words, &["battery", "batt"]) => ("sensor", Role::Battery),
        _ if number && has(&words, &["rssi", "linkquality", "lqi"]) => ("sensor", Role::LinkQuality),
        _ => ("sensor", Role::Value),
    };
    Plan {
        grouped: false,
        platform,
        role,
        form: Form::Plain,
    }
}

/// The switch of a thing: the settable boolean whose word says so, or the only one.
fn switch(view: &View<'_>) -> Option<usize> {
    let fits = |p: &Property| is_boolean(p) && p.settable && p.retained;
    view.find(|p, words| fits(p) && has(words, SWITCH)).or_else(|| {
        let all = view.properties.iter().filter(|p| fits(p)).count();
        (all == 1).then(|| view.find(|p, _| fits(p))).flatten()
    })
}

fn light(view: &View<'_>) -> Found {
    let color = view.find(|p, _| matches!(p.datatype, Datatype::Color(_)) && p.settable);
    let brightness = view.find(|p, words| p.settable && has(words, BRIGHTNESS) && share(p).is_some());
    let lamp = view.is_about(LAMP);
    let switch = switch(view);
    // A level of something that is no lamp may be that of a tank or of a loudspeaker.
    let sure = color.is_some()
        || brightness
            .is_some_and(|ix| lamp || has(&view.words[ix], &["brightness", "dim", "dimmer", "dimming"]))
        || (lamp && switch.is_some());
    if !sure {
        return Vec::new();
    }
    let mut found = Vec::new();
    if let Some(ix) = switch {
        found.push((ix, Role::Switch, Form::Plain));
    }
    if let Some((ix, form)) = brightness.and_then(|ix| Some((ix, share(&view.properties[ix])?))) {
        found.push((ix, Role::Brightness, form));
    }
    if let Some(ix) = color {
        found.push((ix, Role::Color, Form::Plain));
    }
    let warmth = view.find(|p, words| {
        p.settable
            && is_number(p)
            && (has(words, &["ct", "kelvin", "mired", "mireds", "cct", "colortemp"])
                || has(words, &["color", "colour", "white"]) && has(words, &["temperature", "temp"])
                || matches!(p.unit.as_deref(), Some("MK⁻¹")))
    });
    if let Some(ix) = warmth {
        let property = &view.properties[ix];
        let mired = matches!(property.unit.as_deref(), Some("MK⁻¹" | "mired" | "mireds"))
            || bounds(property)
                .and_then(|b| b.high)
                .is_some_and(|high| high <= 1000.0);
        let form = if mired {
            Form::Scaled(Scale::Mired)
        } else {
            Form::Plain
        };
        found.push((ix, Role::ColorTemperature, form));
    }
    found
}

/// `words` of the device for Home Assistant's; none where one of them has no meaning.
fn translate(
    options: &[String],
    meanings: &[(&str, &'static str, Option<&'static str>)],
) -> Option<Vec<Word>> {
    options
        .iter()
        .map(|option| {
            let lower = option.trim().to_ascii_lowercase();
            let &(_, state, command) = meanings.iter().find(|(word, ..)| *word == lower)?;
            Some(Word {
                payload: option.clone(),
                state,
                command,
            })
        })
        .collect()
}

/// A boolean's two labels or an enum's options as words, with the payload of each.
fn words_of(
    property: &Property,
    meanings: &[(&str, &'static str, Option<&'static str>)],
) -> Option<Vec<Word>> {
    match &property.datatype {
        Datatype::Enum(options) => translate(options, meanings),
        Datatype::Boolean(Some(labels)) => {
            let mut words = translate(labels, meanings)?;
            for (word, payload) in words.iter_mut().zip(["false", "true"]) {
                payload.clone_into(&mut word.payload);
            }
            Some(words)
        }
        _ => None,
    }
}

fn takes(words: &[Word], commands: &[&str]) -> bool {
    commands
        .iter()
        .all(|command| words.iter().any(|word| word.command == Some(command)))
}

fn cover(view: &View<'_>) -> Found {
    const MEANINGS: &[(&str, &str, Option<&str>)] = &[
        ("open", "open", Some("open")),
        ("up", "open", Some("open")),
        ("close", "closed", Some("close")),
        ("closed", "closed", Some("close")),
        ("down", "closed", Some("close")),
        ("stop", "stopped", Some("stop")),
        ("stopped", "stopped", None),
        ("opening", "opening", None),
        ("closing", "closing", None),
    ];
    let blind = view.is_about(&[
        "cover", "shutter", "blind", "blinds", "curtain", "roller", "awning", "garage", "gate", "shade",
    ]);
    let mut found = Vec::new();
    for (ix, property) in view.properties.iter().enumerate() {
        let words = words_of(property, MEANINGS).filter(|_| property.settable);
        if let Some(words) = words.filter(|words| takes(words, &["open", "close"]))
            && (matches!(property.datatype, Datatype::Enum(_)) || blind)
        {
            found.push((ix, Role::OpenClose, Form::Words(words)));
            break;
        }
    }
    for (role, list) in [
        (Role::Position, &["position", "percent", "level", "opening"][..]),
        (Role::Tilt, &["tilt", "slat", "slats", "angle"][..]),
    ] {
        let ix = view.find(|p, words| has(words, list) && share(p).is_some());
        if let Some((ix, form)) = ix.and_then(|ix| Some((ix, share(&view.properties[ix])?))) {
            found.push((ix, role, form));
        }
    }
    let sure = found.iter().any(|(_, role, _)| *role == Role::OpenClose) || blind;
    if sure { found } else { Vec::new() }
}

fn lock(view: &View<'_>) -> Found {
    const MEANINGS: &[(&str, &str, Option<&str>)] = &[
        ("lock", "locked", Some("lock")),
        ("locked", "locked", Some("lock")),
        ("unlock", "unlocked", Some("unlock")),
        ("unlocked", "unlocked", Some("unlock")),
        ("open", "open", Some("open")),
        ("locking", "locking", None),
        ("unlocking", "unlocking", None),
        ("jammed", "jammed", None),
    ];
    for (ix, property) in view.properties.iter().enumerate() {
        if property.settable
            && let Some(words) = words_of(property, MEANINGS)
            && takes(&words, &["lock", "unlock"])
        {
            return vec![(ix, Role::Lock, Form::Words(words))];
        }
    }
    Vec::new()
}

fn climate(view: &View<'_>) -> Found {
    let target = view.find(|p, words| p.settable && is_temperature(p) && has(words, HEAT));
    let Some(target) = target else {
        return Vec::new();
    };
    let mut found = vec![(target, Role::TargetTemperature, Form::Plain)];
    let mut add = |role, ix: Option<usize>| {
        if let Some(ix) = ix
            && !found.iter().any(|(known, ..)| *known == ix)
        {
            found.push((ix, role, Form::Plain));
        }
    };
    let is_enum = |p: &Property| matches!(p.datatype, Datatype::Enum(_));
    let modes = ["heat", "cool", "auto", "off", "dry", "fan_only", "heat_cool"];
    add(
        Role::CurrentTemperature,
        view.find(|p, words| {
            !p.settable && is_temperature(p) && has(words, &["temperature", "temp", "current", "actual"])
        }),
    );
    add(
        Role::CurrentHumidity,
        view.find(|p, words| !p.settable && is_number(p) && has(words, &["humidity"])),
    );
    add(
        Role::FanMode,
        view.find(|p, words| p.settable && is_enum(p) && has(words, &["fan"])),
    );
    add(
        Role::PresetMode,
        view.find(|p, words| p.settable && is_enum(p) && has(words, &["preset"])),
    );
    add(
        Role::Mode,
        view.find(|p, words| {
            let Datatype::Enum(options) = &p.datatype else {
                return false;
            };
            let known = options
                .iter()
                .filter(|option| modes.contains(&option.to_ascii_lowercase().as_str()));
            p.settable && known.count() >= 2 && !has(words, &["fan", "preset"])
        }),
    );
    add(
        Role::Activity,
        view.find(|p, words| !p.settable && is_enum(p) && has(words, &["action", "activity", "operation"])),
    );
    found
}

fn fan(view: &View<'_>) -> Found {
    if !view.is_about(&["fan", "ventilator", "ventilation"]) {
        return Vec::new();
    }
    let speed =
        view.find(|p, words| p.settable && has(words, &["speed", "level", "power"]) && share(p).is_some());
    let mut found = Vec::new();
    if let Some((ix, form)) = speed.and_then(|ix| Some((ix, share(&view.properties[ix])?))) {
        found.push((ix, Role::Speed, form));
    }
    if let Some(ix) = switch(view) {
        found.push((ix, Role::Switch, Form::Plain));
    }
    found
}
