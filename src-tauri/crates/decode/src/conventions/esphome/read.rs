//! From a payload to a point's value.

use hearthline_model::{Kind, Value};

use super::entity::Read;
use crate::color::{self, Space};
use crate::scale::Scale;
use crate::shape::json::Json;
use crate::shape::kind::{self, Fit};
use crate::shape::scalar::{self, Scalar};

/// Longest text that is kept, bytes.
const LONGEST: usize = 1024;

/// What came of reading.
pub(super) enum Outcome {
    Value(Value),
    /// The point has to take another kind first.
    Widen(Kind),
    /// It says nothing that fits.
    Nothing,
}

impl Read {
    /// Reads a payload or a member of it.
    pub(super) fn read(&mut self, json: &Json<'_>) -> Outcome {
        let text = if let Json::Text(text) = json {
            Some(text.trim())
        } else {
            None
        };
        let value = match self {
            Self::OnOff => match text {
                Some(word) if word.eq_ignore_ascii_case("ON") => Some(Value::Bool(true)),
                Some(word) if word.eq_ignore_ascii_case("OFF") => Some(Value::Bool(false)),
                _ => None,
            },
            Self::Words(on, off) => match text {
                Some(word) if word == *on => Some(Value::Bool(true)),
                Some(word) if word == *off => Some(Value::Bool(false)),
                _ => None,
            },
            Self::Word => {
                text.filter(|word| !word.is_empty())
                    .map(|word| match word.to_ascii_lowercase().as_str() {
                        "unknown" | "none" => Value::Null,
                        word => Value::text(crate::decoder::shortened(word, 64)),
                    })
            }
            Self::Text | Self::Event => {
                text.map(|text| Value::text(crate::decoder::shortened(text, LONGEST)))
            }
            Self::Number(scale) => match scalar::of_json(json) {
                Some(Scalar::Unknown(_)) => Some(Value::Null),
                Some(Scalar::Int(int)) if *scale == Scale::Same => Some(Value::Int(int)),
                Some(Scalar::Int(int)) => scale.read(int as f64),
                Some(Scalar::Float(float)) => scale.read(float),
                _ => None,
            },
            Self::Opened => match scalar::of_json(json) {
                Some(Scalar::Int(position)) => Some(open(position as f64)),
                Some(Scalar::Float(position)) => Some(open(position)),
                _ => None,
            },
            Self::Color => color_of(json),
            Self::Date => date(json),
            Self::Plain { kind, misfits } => {
                let Some(scalar) = scalar::of_json(json) else {
                    return Outcome::Nothing;
                };
                return match kind::fit(*kind, &scalar, text, misfits) {
                    Fit::Value(value) => Outcome::Value(value),
                    Fit::Widen(to) => {
                        *kind = to;
                        Outcome::Widen(to)
                    }
                    Fit::Misfit => Outcome::Nothing,
                };
            }
        };
        value.map_or(Outcome::Nothing, Outcome::Value)
    }
}

fn open(position: f64) -> Value {
    Value::text(if position <= 0.0 { "closed" } else { "open" })
}

fn member<'j>(json: &'j Json<'_>, name: &str) -> Option<f64> {
    let Json::Object(entries) = json else {
        return None;
    };
    let (_, value): &'j (_, Json<'_>) = entries.iter().find(|(key, _)| key == name)?;
    match value {
        Json::Int(int) => Some(*int as f64),
        Json::Float(float) => Some(*float),
        _ => None,
    }
}

/// The colour at full brightness, which has a point of its own.
fn color_of(json: &Json<'_>) -> Option<Value> {
    let rgb = [member(json, "r")?, member(json, "g")?, member(json, "b")?];
    let max = rgb.iter().copied().fold(0.0, f64::max);
    if max <= 0.0 {
        return None;
    }
    let rgb = color::from_space(Space::Rgb, &rgb.map(|c| c / max * 255.0))?;
    Some(Value::text(color::to_hex(rgb)))
}

fn date(json: &Json<'_>) -> Option<Value> {
    let whole = |name: &str| {
        member(json, name)
            .filter(|n| (0.0..10_000.0).contains(n))
            .map(|n| n as u16)
    };
    let day = match (whole("year"), whole("month"), whole("day")) {
        (Some(year), Some(month), Some(day)) => Some(format!("{year:04}-{month:02}-{day:02}")),
        _ => None,
    };
    let time = match (whole("hour"), whole("minute")) {
        (Some(hour), Some(minute)) => {
            let second = whole("second").unwrap_or(0);
            Some(format!("{hour:02}:{minute:02}:{second:02}"))
        }
        _ => None,
    };
    match (day, time) {
        (Some(day), Some(time)) => Some(Value::text(format!("{day} {time}"))),
        (Some(one), None) | (None, Some(one)) => Some(Value::text(one)),
        (None, None) => None,
    }
}
