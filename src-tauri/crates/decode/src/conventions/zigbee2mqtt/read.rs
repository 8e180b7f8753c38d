//! A value of the state made a value of a point.

use hearthline_model::{Kind, Micros, Value};
use serde_json::Value as Tree;

use super::draft::Read;
use crate::color::{self, Space};
use crate::decoder::shortened;
use crate::shape::json::Json;
use crate::shape::scalar::{self, Scalar};

/// Longest text that is kept, bytes.
const LONGEST_TEXT: usize = 4096;

/// What a value turned out to be.
#[derive(Debug, PartialEq)]
pub(super) enum Outcome {
    Value(Value),
    /// Nothing to tell: an empty happening, a brightness of zero.
    Nothing,
    /// No such value; says what was expected.
    Misfit(&'static str),
}

/// Reads one value; `root` is the whole state, `key` the value's own key in it.
pub(super) fn read(read: &Read, json: &Json<'_>, root: &Json<'_>, key: &str) -> Outcome {
    match (read, json) {
        (Read::Event, Json::Null) => Outcome::Nothing,
        (_, Json::Null) => Outcome::Value(Value::Null),
        (_, Json::Skipped) => Outcome::Misfit("what is there is too large"),
        (Read::Binary { on, off }, json) => binary(on, off, json),
        (Read::Number(scale), json) => number(*scale, json),
        (Read::Words(words), json) => match plain(json) {
            Some(text) => {
                let known = words
                    .iter()
                    .find(|(theirs, _)| theirs.eq_ignore_ascii_case(&text));
                Outcome::Value(known.map_or_else(
                    || Value::text(text.to_lowercase()),
                    |(_, ours)| Value::text(*ours),
                ))
            }
            None => Outcome::Misfit("a word was expected"),
        },
        (Read::Text, json) => match plain(json) {
            Some(text) => Outcome::Value(Value::text(text)),
            None => Outcome::Value(structured(json)),
        },
        (Read::Structured | Read::Inferred(_), json) => Outcome::Value(structured(json)),
        (Read::Cover, json) => match plain(json) {
            Some(text) => Outcome::Value(Value::text(cover(&text, root))),
            None => Outcome::Misfit("a word was expected"),
        },
        (Read::Color, json) => color(json, color_mode(root, key).as_deref()).map_or(
            Outcome::Misfit("a colour of x and y, or hue and saturation, was expected"),
            |rgb| Outcome::Value(Value::text(color::to_hex(rgb))),
        ),
        (Read::Event, json) => match plain(json) {
            Some(text) if text.is_empty() => Outcome::Nothing,
            Some(text) => Outcome::Value(Value::text(text)),
            None => Outcome::Misfit("a word was expected"),
        },
        (Read::Time, json) => time(json).map_or(Outcome::Misfit("a time was expected"), |at| {
            Outcome::Value(Value::text(at.to_string()))
        }),
    }
}

/// What a cover is doing: its motor knows better than its last command.
fn cover(text: &str, root: &Json<'_>) -> String {
    let motion = ["moving", "motor_state"]
        .iter()
        .find_map(|key| super::state::member(root, key).and_then(plain));
    let motion = motion.map(|motion| motion.to_ascii_lowercase());
    match (motion.as_deref(), text.to_ascii_lowercase().as_str()) {
        (Some("up" | "opening"), _) => "opening".to_owned(),
        (Some("down" | "closing"), _) => "closing".to_owned(),
        (_, "open" | "opened") => "open".to_owned(),
        (_, "close" | "closed") => "closed".to_owned(),
        (_, "stop" | "stopped" | "pause") => "stopped".to_owned(),
        (_, other) => other.to_owned(),
    }
}

/// In which mode the light of a colour is: `color_l1` goes with `color_mode_l1`.
fn color_mode(root: &Json<'_>, key: &str) -> Option<String> {
    let own = format!("color_mode{}", key.strip_prefix("color").unwrap_or_default());
    super::state::member(root, &own).and_then(plain)
}

/// The words of the definition, then what can be meant by nothing else.
fn binary(on: &Tree, off: &Tree, json: &Json<'_>) -> Outcome {
    let Some(text) = plain(json) else {
        return Outcome::Misfit("on or off was expected");
    };
    let exact = |word: &Tree| match (word, json) {
        (Tree::Bool(word), Json::Bool(is)) => word == is,
        (Tree::String(word), Json::Text(is)) => word == is,
        (Tree::Number(word), Json::Int(is)) => word.as_f64() == Some(*is as f64),
        (Tree::Number(word), Json::Float(is)) => word.as_f64() == Some(*is),
        _ => false,
    };
    let close = |word: &Tree| super::expose::plain(word).eq_ignore_ascii_case(&text);
    let word = |on: &[&str], off: &[&str]| {
        let is = |list: &[&str]| list.iter().any(|word| word.eq_ignore_ascii_case(&text));
        if is(on) {
            Some(true)
        } else if is(off) {
            Some(false)
        } else {
            None
        }
    };
    let found = if exact(on) || (!exact(off) && close(on)) {
        Some(true)
    } else if exact(off) || close(off) {
        Some(false)
    } else if let (Tree::Bool(on), _) = (on, off) {
        // ON for true, whichever of both is "on" here.
        word(&["on", "1", "yes"], &["off", "0", "no"]).map(|is| is == *on)
    } else {
        word(&["true", "on", "1"], &["false", "off", "0"])
    };
    found.map_or(
        Outcome::Misfit("one of the two words of the definition was expected"),
        |is| Outcome::Value(Value::Bool(is)),
    )
}

fn number(scale: crate::scale::Scale, json: &Json<'_>) -> Outcome {
    let number = match scalar::of_json(json) {
        Some(Scalar::Int(int)) if scale == crate::scale::Scale::Same => {
            return Outcome::Value(Value::Int(int));
        }
        Some(Scalar::Int(int)) => int as f64,
        Some(Scalar::Float(float) | Scalar::Measure(float, _)) => float,
        Some(Scalar::Unknown(_)) => return Outcome::Value(Value::Null),
        // "none" of a preset, "previous" of a start-up value.
        _ => return Outcome::Misfit("a number was expected"),
    };
    scale.read(number).map_or(Outcome::Nothing, Outcome::Value)
}

fn color(json: &Json<'_>, mode: Option<&str>) -> Option<color::Rgb> {
    let get = |names: &[&str]| {
        names
            .iter()
            .find_map(|name| super::state::member(json, name))
            .and_then(as_f64)
    };
    let pair = |a: &[&str], b: &[&str]| Some([get(a)?, get(b)?]);
    let hs = || color::from_space(Space::Hs, &pair(&["hue", "h"], &["saturation", "s"])?);
    let xy = || color::from_space(Space::Xy, &pair(&["x"], &["y"])?);
    let rgb = || color::from_space(Space::Rgb, &[get(&["r"])?, get(&["g"])?, get(&["b"])?]);
    if let Json::Text(text) = json {
        return color::from_hex(text);
    }
    if let Some(rgb) = super::state::member(json, "hex") {
        return color::from_hex(rgb_text(rgb)?);
    }
    if mode == Some("hs") {
        hs().or_else(xy).or_else(rgb)
    } else {
        xy().or_else(hs).or_else(rgb)
    }
}

fn rgb_text<'a>(json: &'a Json<'_>) -> Option<&'a str> {
    if let Json::Text(text) = json {
        Some(text)
    } else {
        None
    }
}

pub(super) fn as_f64(json: &Json<'_>) -> Option<f64> {
    match json {
        Json::Int(int) => Some(*int as f64),
        Json::Float(float) => Some(*float),
        Json::Text(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
        _ => None,
    }
}

/// ISO 8601 with a zone, or milliseconds since 1970.
pub(super) fn time(json: &Json<'_>) -> Option<jiff::Timestamp> {
    match json {
        Json::Text(text) => match text.trim().parse() {
            Ok(time) => Some(time),
            Err(_) => text
                .trim()
                .parse()
                .ok()
                .and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok()),
        },
        Json::Int(ms) => jiff::Timestamp::from_millisecond(*ms).ok(),
        Json::Float(ms) if ms.is_finite() => jiff::Timestamp::from_millisecond(*ms as i64).ok(),
        _ => None,
    }
}

/// When the device was last heard, where that is believable beside the arrival.
pub(super) fn last_seen(json: &Json<'_>, arrival: Micros) -> Option<Micros> {
    let at = time(json)?.as_microsecond();
    // 2001: before it no clock was ever right.
    (at > 978_307_200_000_000 && at <= arrival).then_some(at)
}

/// A scalar as text.
pub(super) fn plain(json: &Json<'_>) -> Option<String> {
    Some(match json {
        Json::Text(text) => shortened(text, LONGEST_TEXT),
        Json::Bool(is) => is.to_string(),
        Json::Int(int) => int.to_string(),
        Json::Float(float) => float.to_string(),
        _ => return None,
    })
}

/// Any JSON as text.
fn structured(json: &Json<'_>) -> Value {
    match plain(json) {
        Some(text) => Value::text(text),
        None => Value::text(shortened(&tree(json).to_string(), LONGEST_TEXT)),
    }
}

/// The same JSON as a tree of its own.
pub(super) fn tree(json: &Json<'_>) -> Tree {
    match json {
        Json::Null | Json::Skipped => Tree::Null,
        Json::Bool(is) => Tree::Bool(*is),
        Json::Int(int) => Tree::from(*int),
        Json::Float(float) => Tree::from(*float),
        Json::Text(text) => Tree::from(text.as_ref()),
        Json::Array(items) => items.iter().map(tree).collect(),
        Json::Object(entries) => entries
            .iter()
            .map(|(key, value)| (key.to_string(), tree(value)))
            .collect(),
    }
}

/// The kind that a first value of something undescribed suggests.
pub(super) fn kind_of(json: &Json<'_>) -> Option<Kind> {
    match json {
        Json::Array(_) | Json::Object(_) => Some(Kind::Text),
        Json::Skipped | Json::Null => None,
        json => crate::shape::kind::first(&scalar::of_json(json)?, false),
    }
}
