//! From what a template gave to a value.

use base64::Engine as _;
use hearthline_model::Value;
use jiff::{Timestamp, civil};

use super::draft::{Read, Words};
use crate::DiagnosisKind;
use crate::color;
use crate::decoder::shortened;
use crate::template::{Json, Rendered, Templates, Vars};

/// Longest text value, bytes.
const LONGEST: usize = 8 << 10;

/// What came of one message for one source.
#[derive(Debug, PartialEq)]
pub(super) enum Got {
    Value(Value),
    /// It says nothing about this point.
    Ignored,
    /// A cover stopped; open or closed depends on its position.
    Stopped,
    /// It should have said something; the point is unknown.
    Fault(DiagnosisKind, String),
}

impl Read {
    /// The value in a result.
    pub(super) fn read(&self, rendered: &Rendered, templates: &Templates, vars: &Vars<'_>) -> Got {
        match self {
            Self::Number(scale) => match number(rendered) {
                Number::Nothing => Got::Ignored,
                Number::Unknown => Got::Value(Value::Null),
                Number::Int(int) if *scale == crate::scale::Scale::Same => Got::Value(Value::Int(int)),
                Number::Int(int) => scale.read(int as f64).map_or(Got::Ignored, Got::Value),
                Number::Float(float) => scale.read(float).map_or(Got::Ignored, Got::Value),
                Number::None => not_a_number(rendered),
            },
            Self::Quiet(scale) => match number(rendered) {
                Number::Int(int) => scale.read(int as f64).map_or(Got::Ignored, Got::Value),
                Number::Float(float) => scale.read(float).map_or(Got::Ignored, Got::Value),
                _ => Got::Ignored,
            },
            Self::Resettable(reset, read) => {
                if *reset == rendered.text() {
                    Got::Value(Value::Null)
                } else {
                    read.read(rendered, templates, vars)
                }
            }
            Self::First(reads) => reads
                .iter()
                .map(|read| read.read(rendered, templates, vars))
                .find(|got| *got != Got::Ignored)
                .unwrap_or(Got::Ignored),
            // An empty message is the removal of a retained one, no value.
            Self::Adaptive | Self::Text if vars.value().is_empty() => Got::Ignored,
            Self::Adaptive => match (number(rendered), rendered) {
                (Number::Unknown, _) if &*rendered.text() == "None" => Got::Value(Value::Null),
                (Number::Int(int), _) => Got::Value(Value::Int(int)),
                (Number::Float(float), _) => Got::Value(Value::number(float)),
                (_, Rendered::Json(Json::Bool(on))) => Got::Value(Value::Bool(*on)),
                _ => text(rendered),
            },
            Self::Text => text(rendered),
            Self::Words(words) => words.read(rendered),
            Self::Cover(words) => match words.read(rendered) {
                Got::Value(value) if value.as_text() == Some("stopped") => Got::Stopped,
                got => got,
            },
            Self::FromPosition(scale) => match number(rendered) {
                Number::Int(int) => opening(scale.read(int as f64).as_ref()),
                Number::Float(float) => opening(scale.read(float).as_ref()),
                _ => Got::Ignored,
            },
            Self::Time => time(rendered),
            Self::Event(types) => event(rendered, types),
            Self::Trigger { payload, word } => {
                let text = rendered.text();
                if text.is_empty() || payload.as_ref().is_some_and(|payload| *payload != text) {
                    Got::Ignored
                } else if word.is_empty() {
                    Got::Value(Value::text(shortened(&text, LONGEST)))
                } else {
                    Got::Value(Value::text(word.as_str()))
                }
            }
            Self::Member { name, plain, read } => match rendered.json().as_deref() {
                Some(json @ Json::Map(_)) => json.get(name).map_or(Got::Ignored, |member| {
                    read.read(&Rendered::Json(member.clone()), templates, vars)
                }),
                _ if *plain => read.read(rendered, templates, vars),
                _ => Got::Ignored,
            },
            Self::Color(space) => {
                let text = rendered.text();
                let numbers: Option<Vec<f64>> =
                    text.split(',').map(|part| part.trim().parse().ok()).collect();
                match numbers.and_then(|numbers| color::from_space(*space, &numbers)) {
                    Some(rgb) => Got::Value(Value::text(color::to_hex(rgb))),
                    None if text == "None" => Got::Value(Value::Null),
                    None => Got::Ignored,
                }
            }
            Self::Channels(others) => {
                let channel = |rendered: &Rendered| match number(rendered) {
                    Number::Int(int) => Some(int as f64),
                    Number::Float(float) => Some(float),
                    _ => None,
                };
                let other = |ix: usize| channel(&templates.render(others[ix], vars).ok()?);
                match (channel(rendered), other(0), other(1)) {
                    (Some(r), Some(g), Some(b)) => color::from_space(color::Space::Rgb, &[r, g, b])
                        .map_or(Got::Ignored, |rgb| Got::Value(Value::text(color::to_hex(rgb)))),
                    _ => Got::Ignored,
                }
            }
            Self::JsonColor(modes) => json_color(rendered, modes.as_deref()),
            Self::Size { base64 } => {
                let text = vars.value();
                if *base64 {
                    let bytes = base64::engine::general_purpose::STANDARD.decode(text.trim());
                    bytes.map_or_else(
                        |_| Got::Fault(DiagnosisKind::WrongType, "the picture is no base64".to_owned()),
                        |bytes| Got::Value(Value::Int(bytes.len() as i64)),
                    )
                } else {
                    Got::Value(Value::Int(text.len() as i64))
                }
            }
        }
    }
}

impl Words {
    fn read(&self, rendered: &Rendered) -> Got {
        let text = rendered.text();
        match self.pairs.iter().find(|(payload, _)| *payload == text) {
            Some((_, value)) => Got::Value(value.clone()),
            None if text == "None" || matches!(rendered, Rendered::Json(Json::Null)) => {
                Got::Value(Value::Null)
            }
            None if self.others && !text.is_empty() => Got::Value(Value::text(shortened(&text, LONGEST))),
            None => Got::Ignored,
        }
    }
}

enum Number {
    Int(i64),
    Float(f64),
    /// Said to be unknown.
    Unknown,
    /// Empty: nothing said.
    Nothing,
    /// Something else.
    None,
}

fn number(rendered: &Rendered) -> Number {
    match rendered {
        Rendered::Undefined => Number::Nothing,
        Rendered::Json(Json::Int(int)) => Number::Int(*int),
        Rendered::Json(Json::UInt(int)) => Number::Float(*int as f64),
        Rendered::Json(Json::Float(float)) => Number::Float(*float),
        Rendered::Json(Json::Null) => Number::Unknown,
        // Some firmware sends a list where one number is meant; the first one counts.
        Rendered::Json(Json::List(list)) => match list.0.first() {
            Some(first @ (Json::Int(_) | Json::Float(_) | Json::Text(_))) => {
                number(&Rendered::Json(first.clone()))
            }
            _ => Number::None,
        },
        Rendered::Json(Json::Bool(_) | Json::Map(_)) => Number::None,
        Rendered::Text(text) | Rendered::Json(Json::Text(text)) => number_of_text(text.trim()),
    }
}

fn number_of_text(text: &str) -> Number {
    if text.is_empty() {
        return Number::Nothing;
    }
    if let Ok(int) = text.parse() {
        return Number::Int(int);
    }
    if let Ok(float) = text.parse::<f64>() {
        return if float.is_finite() {
            Number::Float(float)
        } else {
            Number::Unknown
        };
    }
    if [
        "none",
        "null",
        "nil",
        "unknown",
        "unavailable",
        "undefined",
        "n/a",
    ]
    .iter()
    .any(|word| text.eq_ignore_ascii_case(word))
    {
        return Number::Unknown;
    }
    // A decimal comma.
    if let Some((whole, fraction)) = text.split_once(',')
        && !fraction.is_empty()
        && fraction.bytes().all(|byte| byte.is_ascii_digit())
        && whole
            .trim_start_matches('-')
            .bytes()
            .all(|byte| byte.is_ascii_digit())
        && let Ok(float) = format!("{whole}.{fraction}").parse()
    {
        return Number::Float(float);
    }
    match text.strip_prefix('[').and_then(|_| Json::parse(text)) {
        Some(json) => number(&Rendered::Json(json)),
        None => Number::None,
    }
}

fn not_a_number(rendered: &Rendered) -> Got {
    let text = shortened(&rendered.text(), 60);
    Got::Fault(
        DiagnosisKind::NotANumber,
        format!("\"{text}\" where a number was announced"),
    )
}

fn text(rendered: &Rendered) -> Got {
    match rendered {
        Rendered::Undefined => Got::Ignored,
        Rendered::Json(Json::Null) => Got::Value(Value::Null),
        Rendered::Json(json @ (Json::List(_) | Json::Map(_))) => {
            Got::Value(Value::text(shortened(&json.to_json(), LONGEST)))
        }
        _ => {
            let text = rendered.shared_text();
            if &*text == "None" {
                Got::Value(Value::Null)
            } else if text.len() > LONGEST {
                Got::Value(Value::text(shortened(&text, LONGEST)))
            } else {
                Got::Value(Value::Text(text))
            }
        }
    }
}

fn opening(position: Option<&Value>) -> Got {
    match position.and_then(Value::as_f64) {
        Some(position) => Got::Value(Value::text(if position <= 0.0 { "closed" } else { "open" })),
        None => Got::Ignored,
    }
}

fn time(rendered: &Rendered) -> Got {
    let text = rendered.text();
    let text = text.trim();
    if text.is_empty() {
        return Got::Ignored;
    }
    if matches!(text, "None" | "null" | "unknown" | "unavailable" | "nil") {
        return Got::Value(Value::Null);
    }
    let at = text.parse::<Timestamp>().ok().or_else(|| {
        // Without a zone Home Assistant refuses it; UTC is the likelier meaning than nothing.
        let local = text.parse::<civil::DateTime>().ok()?;
        local
            .to_zoned(jiff::tz::TimeZone::UTC)
            .ok()
            .map(|zoned| zoned.timestamp())
    });
    match at {
        Some(at) => Got::Value(Value::text(at.to_string())),
        None => Got::Fault(
            DiagnosisKind::WrongType,
            format!("\"{}\" where a time was announced", shortened(text, 60)),
        ),
    }
}

fn event(rendered: &Rendered, types: &[String]) -> Got {
    let text = rendered.text();
    if text.is_empty() || text == "{}" {
        return Got::Ignored;
    }
    let json = rendered.json();
    let Some(kind) = json
        .as_deref()
        .and_then(|json| json.get("event_type"))
        .and_then(Json::as_str)
    else {
        return Got::Fault(DiagnosisKind::WrongType, "an event without event_type".to_owned());
    };
    if !types.is_empty() && !types.iter().any(|known| known == kind) {
        return Got::Fault(
            DiagnosisKind::InvalidDescription,
            format!(
                "an event of the type \"{}\", which was not announced",
                shortened(kind, 60)
            ),
        );
    }
    Got::Value(Value::text(shortened(kind, 256)))
}

/// `{"color_mode": "xy", "color": {"x": 0.3, "y": 0.3}}`
fn json_color(rendered: &Rendered, modes: Option<&[String]>) -> Got {
    let json = rendered.json();
    let Some(json) = json.as_deref() else {
        return Got::Ignored;
    };
    let mode = json.get("color_mode").and_then(Json::as_str);
    // A colour beside a mode that is none (`color_temp`) is left over from before.
    let told = |mode: &str| matches!(mode, "hs" | "xy" | "rgb" | "rgbw" | "rgbww");
    if let Some(modes) = modes
        && !mode.is_some_and(|mode| told(mode) && modes.iter().any(|known| known == mode))
    {
        return Got::Ignored;
    }
    let Some(color) = json.get("color") else {
        return Got::Ignored;
    };
    let numbers = |names: &[&str]| -> Option<Vec<f64>> {
        names
            .iter()
            .map(|name| color.get(name).and_then(Json::as_f64))
            .collect()
    };
    let spaces = [
        (color::Space::Hs, &["h", "s"][..], "hs"),
        (color::Space::Xy, &["x", "y"], "xy"),
        (color::Space::Rgb, &["r", "g", "b"], "rgb"),
        // Zigbee lights spell it out.
        (color::Space::Hs, &["hue", "saturation"], "hs"),
    ];
    let fits = |name: &str| mode.is_none_or(|mode| mode.starts_with(name) || !told(mode));
    spaces
        .into_iter()
        .filter(|(.., name)| fits(name))
        .find_map(|(space, names, _)| color::from_space(space, &numbers(names)?))
        .map_or(Got::Ignored, |rgb| Got::Value(Value::text(color::to_hex(rgb))))
}
