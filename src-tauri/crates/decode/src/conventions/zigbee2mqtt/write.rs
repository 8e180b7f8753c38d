//! A value that a person asks for made the JSON of `<name>/set`.

use hearthline_model::Value;
use serde_json::{Map, Value as Json};

use super::draft::{Form, Lamp, Write};
use super::expose::{Expose, Sort, access, plain};
use crate::CommandError;
use crate::color::{self, Space};
use crate::decoder::shortened;
use crate::scale::Scale;

/// Longest text that is sent, bytes; codes of infrared remotes are long.
const LONGEST: usize = 16_384;

fn invalid(text: impl Into<String>) -> CommandError {
    CommandError::Invalid(text.into())
}

/// The payload that writes a value. `known` is what the state said last of the composite that the value is part of.
pub(super) fn payload(write: &Write, value: &Value, known: Option<&Json>) -> Result<Json, CommandError> {
    let mut out = Map::new();
    if let Some(lamp) = &write.lamp {
        if lamp.at_zero && value.as_f64() == Some(0.0) {
            out.insert(lamp.property.clone(), lamp.off.clone());
            return Ok(Json::Object(out));
        }
        out.insert(lamp.property.clone(), lamp.on.clone());
    }
    let json = form(&write.form, value)?;
    let Some((first, rest)) = write.path.split_first() else {
        return Ok(json);
    };
    out.insert(first.clone(), within(rest, json, known));
    Ok(Json::Object(out))
}

/// The value below its keys, beside what else is known there: a device takes such a setting as a whole.
fn within(path: &[String], json: Json, known: Option<&Json>) -> Json {
    let Some((first, rest)) = path.split_first() else {
        return json;
    };
    let mut object = known.and_then(Json::as_object).cloned().unwrap_or_default();
    let below = object.remove(first);
    object.insert(first.clone(), within(rest, json, below.as_ref()));
    Json::Object(object)
}

fn form(form: &Form, value: &Value) -> Result<Json, CommandError> {
    match form {
        Form::Constant(json) => Ok(json.clone()),
        Form::Binary { on, off } => binary(on, off, value),
        Form::Number {
            range,
            scale,
            presets,
        } => number(*range, *scale, presets, value),
        Form::Choice(choices) => {
            let text = value.to_string();
            match choices.iter().find(|(ours, _)| *ours == text) {
                Some((_, theirs)) => Ok(theirs.clone()),
                None => Err(invalid(format!(
                    "\"{}\" is none of {}",
                    shortened(&text, 64),
                    list(choices.iter().map(|(ours, _)| ours.as_str()))
                ))),
            }
        }
        Form::Text => match value {
            Value::Null => Err(invalid("a text is needed")),
            value => {
                let text = value.to_string();
                if text.len() > LONGEST {
                    return Err(invalid(format!("the text is longer than {LONGEST} bytes")));
                }
                Ok(Json::String(text))
            }
        },
        Form::Color(space) => {
            let rgb = value
                .as_text()
                .and_then(color::from_hex)
                .ok_or_else(|| invalid("a colour is needed, as #rrggbb"))?;
            let numbers = color::to_space(*space, rgb);
            let names: &[&str] = match space {
                Space::Xy => &["x", "y"],
                Space::Hs => &["hue", "saturation"],
                _ => &["r", "g", "b"],
            };
            // Hue and saturation are whole numbers to a device, as are red, green and blue.
            let number = |n: f64| {
                if *space == Space::Xy {
                    Json::from(n)
                } else {
                    Json::from(n.round() as i64)
                }
            };
            Ok(names
                .iter()
                .zip(numbers)
                .map(|(name, n)| ((*name).to_owned(), number(n)))
                .collect())
        }
        Form::Whole(expose) => whole(expose, value),
    }
}

fn list<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let words: Vec<&str> = words.take(32).collect();
    words.join(", ")
}

fn binary(on: &Json, off: &Json, value: &Value) -> Result<Json, CommandError> {
    match value {
        Value::Bool(true) => Ok(on.clone()),
        Value::Bool(false) => Ok(off.clone()),
        Value::Text(text) if plain(on).eq_ignore_ascii_case(text) => Ok(on.clone()),
        Value::Text(text) if plain(off).eq_ignore_ascii_case(text) => Ok(off.clone()),
        _ => Err(invalid("on or off is needed")),
    }
}

fn number(
    range: Option<(f64, f64)>,
    scale: Scale,
    presets: &[(String, f64)],
    value: &Value,
) -> Result<Json, CommandError> {
    if let Value::Text(text) = value
        && let Some((_, preset)) = presets.iter().find(|(name, _)| name == text.as_ref())
    {
        return Ok(whole_number(*preset));
    }
    let Some(number) = value.as_f64().filter(|number| number.is_finite()) else {
        return Err(invalid("a number is needed"));
    };
    // A preset may stand outside of the bounds on purpose.
    let preset = scale == Scale::Same && presets.iter().any(|(_, preset)| *preset == number);
    match range {
        Some((low, high)) if !preset && !(low..=high).contains(&number) => Err(invalid(match (low, high) {
            (f64::MIN, high) => format!("{number} is over {high}"),
            (low, f64::MAX) => format!("{number} is under {low}"),
            _ => format!("{number} is not within {low} and {high}"),
        })),
        _ => match value {
            Value::Int(int) if scale == Scale::Same => Ok(Json::from(*int)),
            _ => Ok(whole_number(scale.write(number))),
        },
    }
}

/// A number, without a point where it has no fraction.
fn whole_number(number: f64) -> Json {
    if number.fract() == 0.0 && number.abs() < 9e15 {
        Json::from(number as i64)
    } else {
        Json::from(number)
    }
}

/// A composite or list given as JSON text, checked part by part.
fn whole(expose: &Expose, value: &Value) -> Result<Json, CommandError> {
    let Some(text) = value.as_text().filter(|text| text.len() <= LONGEST) else {
        return Err(invalid(example(expose)));
    };
    let json: Json = serde_json::from_str(text).map_err(|_| invalid(example(expose)))?;
    check(expose, &json, "it")?;
    Ok(json)
}

fn example(expose: &Expose) -> String {
    match &expose.sort {
        Sort::List(_) => "a JSON list is needed".to_owned(),
        Sort::Composite(features) => {
            let parts = list(features.iter().filter_map(|feature| feature.property.as_deref()));
            format!("a JSON object is needed, of {parts}")
        }
        _ => "JSON is needed".to_owned(),
    }
}

fn check(expose: &Expose, json: &Json, name: &str) -> Result<(), CommandError> {
    let must = |what: &str| Err(invalid(format!("{name} must be {what}")));
    match (&expose.sort, json) {
        (Sort::Composite(features) | Sort::Specific(_, features), Json::Object(object)) => {
            if object.is_empty() && !features.is_empty() {
                return Err(invalid(example(expose)));
            }
            for (key, value) in object {
                // A part without a key of its own has its parts stand here.
                let part = features.iter().find_map(|feature| part(feature, key));
                match part {
                    Some(part) => check(part, value, key)?,
                    None => return Err(invalid(format!("\"{}\" is no part of it", shortened(key, 64)))),
                }
            }
            Ok(())
        }
        (Sort::Composite(_) | Sort::Specific(..), _) => must("a JSON object"),
        (Sort::List(list), Json::Array(items)) => {
            let count = items.len() as u64;
            if list.least.is_some_and(|least| count < least) || list.most.is_some_and(|most| count > most) {
                let least = list.least.unwrap_or(0);
                return match list.most {
                    Some(limit) => must(&format!("a list of {least} to {limit}")),
                    None => must(&format!("a list of at least {least}")),
                };
            }
            items
                .iter()
                .try_for_each(|item| check(&list.item, item, "each item"))
        }
        (Sort::List(_), _) => must("a list"),
        (Sort::Binary { on, off }, json) if json == on || json == off => Ok(()),
        (Sort::Binary { on, off }, _) => must(&format!("{on} or {off}")),
        (Sort::Enum(values), json) if values.contains(json) => Ok(()),
        (Sort::Enum(values), _) => must(&format!(
            "one of {}",
            list(
                values
                    .iter()
                    .map(plain)
                    .collect::<Vec<_>>()
                    .iter()
                    .map(String::as_str)
            )
        )),
        (Sort::Text, Json::String(_)) => Ok(()),
        (Sort::Text, _) => must("a text"),
        (Sort::Numeric(numeric), json) => {
            let Some(number) = json.as_f64() else {
                return must("a number");
            };
            if numeric.presets.iter().any(|(_, preset)| *preset == number) {
                return Ok(());
            }
            match (numeric.min, numeric.max) {
                (Some(low), _) if number < low => must(&format!("at least {low}")),
                (_, Some(high)) if number > high => must(&format!("at most {high}")),
                _ => Ok(()),
            }
        }
    }
}

/// The part of a feature that a key names.
fn part<'a>(feature: &'a Expose, key: &str) -> Option<&'a Expose> {
    match (&feature.property, &feature.sort) {
        (Some(property), _) => (property == key).then_some(feature),
        (None, Sort::Composite(features) | Sort::Specific(_, features)) => {
            features.iter().find_map(|feature| part(feature, key))
        }
        (None, _) => (feature.name == key).then_some(feature),
    }
}

/// Whether a write is of a part of a composite that other parts go with.
pub(super) fn is_partial(write: &Write) -> bool {
    write.path.len() > 1
}

impl Lamp {
    /// The switch of a settable state.
    pub(super) fn of(state: &Expose) -> Option<Self> {
        match (&state.sort, &state.property) {
            (Sort::Binary { on, off }, Some(property)) if state.access & access::SETTABLE != 0 => {
                Some(Self {
                    property: property.clone(),
                    on: on.clone(),
                    off: off.clone(),
                    at_zero: false,
                })
            }
            _ => None,
        }
    }
}
