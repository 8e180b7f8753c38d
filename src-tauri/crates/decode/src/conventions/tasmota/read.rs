//! From what the device printed to a point's value.

use hearthline_model::{Kind, Value};

use crate::PointIx;
use crate::color::{self, Space};
use crate::scale::Scale;
use crate::shape::json::Json;
use crate::shape::kind::{self, Fit};
use crate::shape::scalar::{self, Scalar};

/// The colour schemes, by number.
pub(super) const SCHEMES: [&str; 5] = ["Solid", "Wake up", "Cycle up", "Cycle down", "Random"];

/// How a value is read.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Read {
    /// The words for on and off.
    OnOff,
    /// A number.
    Number(Scale),
    /// `FF8000` or `255,128,0`, brightness included.
    Color,
    /// `30,100,50`: hue, saturation and brightness.
    Hsb,
    /// The number of a scheme.
    Scheme,
    /// A fan's speed 0 … 3: whether it runs.
    Running,
    /// `1T02:03:04` as seconds.
    Uptime,
    /// Whatever fits the kind of the point.
    Plain { kind: Kind, misfits: u8 },
}

/// Which point a path feeds.
#[derive(Clone, Debug)]
pub(super) struct Feed {
    pub(super) point: PointIx,
    pub(super) read: Read,
}

/// What came of reading.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Outcome {
    Value(Value),
    /// The point has to take another kind first.
    Widen(Kind),
    /// It says nothing that fits.
    Nothing,
}

impl Read {
    /// For a point of this kind.
    pub(super) fn plain(kind: Kind) -> Self {
        Self::Plain { kind, misfits: 0 }
    }

    /// Reads one JSON value. `words` are those for off, on, toggle and hold.
    pub(super) fn read(&mut self, json: &Json<'_>, words: &[String; 4]) -> Outcome {
        let value = match self {
            Self::OnOff => on_off(json, words).map(Value::Bool),
            Self::Number(scale) => match (&*scale, number(json)) {
                (Scale::Same, Some(_)) => match scalar::of_json(json) {
                    Some(Scalar::Int(int)) => Some(Value::Int(int)),
                    _ => number(json).map(Value::number),
                },
                (scale, Some(number)) => scale.read(number),
                _ => matches!(json, Json::Null).then_some(Value::Null),
            },
            Self::Color => text(json)
                .and_then(rgb)
                .map(|rgb| Value::text(color::to_hex(rgb))),
            Self::Hsb => text(json).and_then(hue_saturation),
            Self::Scheme => number(json).and_then(|number| {
                let name = SCHEMES.get(number as usize).filter(|_| number >= 0.0);
                name.map(|name| Value::text(*name))
            }),
            Self::Running => number(json).map(|speed| Value::Bool(speed > 0.0)),
            Self::Uptime => match json {
                Json::Int(seconds) => Some(Value::Int(*seconds)),
                _ => text(json).and_then(uptime).map(Value::Int),
            },
            Self::Plain { kind, misfits } => {
                let Some(scalar) = scalar::of_json(json) else {
                    return Outcome::Nothing;
                };
                return match kind::fit(*kind, &scalar, text(json), misfits) {
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

/// Whether a word is the device's word for on or off; none for toggle, hold and everything else.
pub(super) fn on_off(json: &Json<'_>, words: &[String; 4]) -> Option<bool> {
    match json {
        Json::Bool(on) => Some(*on),
        Json::Int(0) => Some(false),
        Json::Int(1) => Some(true),
        Json::Text(word) => {
            let word = word.trim();
            if word == words[1] {
                Some(true)
            } else if word == words[0] {
                Some(false)
            } else if word.eq_ignore_ascii_case("ON") || word == "1" {
                Some(true)
            } else if word.eq_ignore_ascii_case("OFF") || word == "0" {
                Some(false)
            } else {
                None
            }
        }
        _ => None,
    }
}

/// A finite number, also one sent as text.
pub(super) fn number(json: &Json<'_>) -> Option<f64> {
    match scalar::of_json(json)? {
        Scalar::Int(int) => Some(int as f64),
        Scalar::Float(float) | Scalar::Measure(float, _) => Some(float),
        _ => None,
    }
}

/// A text.
pub(super) fn text<'a>(json: &'a Json<'_>) -> Option<&'a str> {
    if let Json::Text(text) = json {
        Some(text)
    } else {
        None
    }
}

/// The numbers of a `Color`: one for each channel.
pub(super) fn channels(text: &str) -> Option<Vec<u8>> {
    let text = text.trim().trim_start_matches('#');
    if text.contains(',') {
        return text
            .split(',')
            .take(6)
            .map(|part| part.trim().parse().ok())
            .collect();
    }
    if text.is_empty() || text.len() > 10 || text.len() % 2 == 1 || !text.is_ascii() {
        return None;
    }
    (0..text.len() / 2)
        .map(|ix| u8::from_str_radix(&text[ix * 2..ix * 2 + 2], 16).ok())
        .collect()
}

/// The colour at full brightness: how bright it is has a point of its own.
fn rgb(text: &str) -> Option<color::Rgb> {
    let channels = channels(text)?;
    let [r, g, b, ..] = channels[..] else {
        return None;
    };
    let max = u16::from(r.max(g).max(b));
    if max == 0 {
        return None;
    }
    Some([r, g, b].map(|c| (u16::from(c) * 255 / max) as u8))
}

fn hue_saturation(text: &str) -> Option<Value> {
    let numbers: Vec<f64> = text
        .split(',')
        .take(3)
        .map_while(|part| part.trim().parse().ok())
        .collect();
    if numbers.len() < 2 {
        return None;
    }
    color::from_space(Space::Hs, &numbers).map(|rgb| Value::text(color::to_hex(rgb)))
}

/// `12T03:04:05` (days, hours, minutes, seconds), or a number of hours as old firmwares had it.
fn uptime(text: &str) -> Option<i64> {
    let Some((days, clock)) = text.split_once('T') else {
        return text.trim().parse::<i64>().ok()?.checked_mul(3600);
    };
    let mut seconds = days
        .parse::<i64>()
        .ok()
        .filter(|days| (0..100_000).contains(days))?;
    let mut parts = 0;
    for (part, most) in clock.split(':').zip([24, 60, 60]) {
        let part: i64 = part.parse().ok().filter(|part| (0..most).contains(part))?;
        seconds = seconds * most + part;
        parts += 1;
    }
    (parts == 3).then_some(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> [String; 4] {
        ["Aus", "An", "TOGGLE", "HOLD"].map(str::to_owned)
    }

    #[test]
    fn words_and_numbers() {
        let read = |mut read: Read, json: Json<'_>| match read.read(&json, &words()) {
            Outcome::Value(value) => value.to_string(),
            other => format!("{other:?}"),
        };
        assert_eq!(read(Read::OnOff, Json::Text("An".into())), "true");
        assert_eq!(read(Read::OnOff, Json::Text("off".into())), "false");
        assert_eq!(read(Read::OnOff, Json::Text("HOLD".into())), "Nothing");
        assert_eq!(read(Read::Color, Json::Text("7F3F00".into())), "#ff7e00");
        assert_eq!(read(Read::Color, Json::Text("255,128,0,0,0".into())), "#ff8000");
        assert_eq!(read(Read::Color, Json::Text("000000".into())), "Nothing");
        assert_eq!(read(Read::Hsb, Json::Text("30,100,50".into())), "#ff8000");
        assert_eq!(read(Read::Hsb, Json::Text("red".into())), "Nothing");
        assert_eq!(read(Read::Scheme, Json::Int(2)), "Cycle up");
        assert_eq!(read(Read::Scheme, Json::Int(-1)), "Nothing");
        assert_eq!(read(Read::Uptime, Json::Text("1T02:03:04".into())), "93784");
        assert_eq!(read(Read::Uptime, Json::Text("12".into())), "43200");
        assert_eq!(read(Read::Uptime, Json::Text("1T99:00:00".into())), "Nothing");
        assert_eq!(read(Read::Number(Scale::Mired), Json::Int(250)), "4000");
        assert_eq!(read(Read::Number(Scale::Same), Json::Text("7".into())), "7");
        assert_eq!(channels("é1"), None);
    }
}
