//! Fields of a message's object.

use std::borrow::Cow;

use hearthline_model::{Micros, Value};

use crate::shape::json::Json;
use crate::shape::scalar::{self, Scalar};
use crate::shape::stamp::{self, Stamp};

/// An object's entries.
pub(super) type Entries<'a> = [(Cow<'a, str>, Json<'a>)];

/// A field.
pub(super) fn field<'a>(entries: &'a Entries<'_>, key: &str) -> Option<&'a Json<'a>> {
    entries
        .iter()
        .find(|(name, _)| name == key)
        .map(|(_, value)| value)
}

/// A field that is text and not empty.
pub(super) fn text_of<'a>(entries: &'a Entries<'_>, key: &str) -> Option<&'a str> {
    match field(entries, key)? {
        Json::Text(text) => Some(text.trim()).filter(|text| !text.is_empty()),
        _ => None,
    }
}

/// A number, also one sent as text; null where it is known to be unknown, none where it is something else.
pub(super) fn number(json: &Json<'_>) -> Option<Value> {
    match scalar::of_json(json)? {
        Scalar::Int(int) => Some(Value::Int(int)),
        Scalar::Float(float) | Scalar::Measure(float, _) => Some(Value::number(float)),
        Scalar::Unknown(_) => Some(Value::Null),
        _ => None,
    }
}

/// A field's number.
pub(super) fn number_of(entries: &Entries<'_>, key: &str) -> Option<f64> {
    number(field(entries, key)?)?.as_f64()
}

/// A boolean, also as 0 and 1 or in words.
pub(super) fn boolean(json: &Json<'_>) -> Option<Value> {
    match scalar::of_json(json)? {
        Scalar::Bool(on, _) => Some(Value::Bool(on)),
        Scalar::Int(int @ (0 | 1)) => Some(Value::Bool(int == 1)),
        Scalar::Unknown(_) => Some(Value::Null),
        _ => None,
    }
}

/// A time field: the time, or whether there is one that cannot be believed.
pub(super) fn time_of(entries: &Entries<'_>, key: &str, arrival: Micros) -> Result<Option<Micros>, ()> {
    let Some(json) = field(entries, key) else {
        return Ok(None);
    };
    match stamp::read(json, arrival) {
        Stamp::At(at) => Ok(Some(at)),
        Stamp::No if matches!(json, Json::Null) => Ok(None),
        _ => Err(()),
    }
}

/// The texts of an array, or the one of a text, each once, of at most `most`.
pub(super) fn texts<'a>(json: &'a Json<'_>, most: usize) -> Vec<&'a str> {
    let mut texts: Vec<&str> = Vec::new();
    let items = match json {
        Json::Array(items) => items.as_slice(),
        json => std::slice::from_ref(json),
    };
    for item in items {
        if let Json::Text(text) = item {
            let text = text.trim();
            if !text.is_empty() && texts.len() < most && !texts.contains(&text) {
                texts.push(text);
            }
        }
    }
    texts
}
