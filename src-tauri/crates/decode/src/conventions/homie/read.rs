//! From a payload to a value.

use hearthline_model::{Quality, Value};

use super::codec::{Codec, Form};
use super::datatype::{Bounds, ColorFormat, Datatype, Dialect, short};
use super::duration;
use crate::DiagnosisKind;
use crate::color::{self, Space};
use crate::scale::Scale;
use crate::shape::scalar;

/// Longest text that is kept, bytes.
const LONGEST_TEXT: usize = 16_384;

/// What a payload says.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Read {
    pub(super) value: Value,
    pub(super) quality: Quality,
    /// What is wrong with it; what can be shown is shown all the same.
    pub(super) complaint: Option<(DiagnosisKind, String)>,
}

impl Read {
    fn good(value: Value) -> Self {
        Self {
            value,
            quality: Quality::Good,
            complaint: None,
        }
    }

    /// Shown, and not as the description has it.
    fn odd(value: Value, text: String) -> Self {
        Self {
            value,
            quality: Quality::Uncertain,
            complaint: Some((DiagnosisKind::WrongType, text)),
        }
    }

    /// No value can be made of it.
    fn bad(kind: DiagnosisKind, text: String) -> Self {
        Self {
            value: Value::Null,
            quality: Quality::Bad,
            complaint: Some((kind, text)),
        }
    }

    fn wrong(text: &str, what: &str) -> Self {
        Self::bad(DiagnosisKind::WrongType, format!("\"{}\" is {what}", short(text)))
    }
}

/// The text of a payload: in Homie 5 a lone zero byte stands for the empty text. None where the payload says nothing: an empty one
/// clears what the broker keeps.
pub(super) fn unescape<'a>(text: &'a str, codec: &Codec) -> Option<&'a str> {
    match text {
        "\0" => Some(""),
        "" if codec.dialect == Dialect::Older && codec.datatype == Datatype::Text => Some(""),
        "" => None,
        text => Some(text),
    }
}

/// Reads a payload that [`unescape`] let through.
pub(super) fn read(codec: &Codec, text: &str) -> Read {
    if let Form::Words(words) = &codec.form {
        return match words.iter().find(|word| word.payload == text) {
            Some(word) => Read::good(Value::text(word.state)),
            None => Read::odd(
                kept(text),
                format!("\"{}\" is not among the described values", short(text)),
            ),
        };
    }
    match &codec.datatype {
        Datatype::Integer(bounds) => number(codec, text, *bounds, true),
        Datatype::Float(bounds) => number(codec, text, *bounds, false),
        Datatype::Boolean(labels) => boolean(codec, text, labels.as_ref()),
        Datatype::Enum(options) => {
            if options.is_empty() || options.iter().any(|option| option == text) {
                Read::good(kept(text))
            } else {
                Read::odd(
                    kept(text),
                    format!("\"{}\" is not among the described values", short(text)),
                )
            }
        }
        Datatype::Text | Datatype::Guess => Read::good(kept(text)),
        Datatype::Color(formats) => read_color(codec, text, formats),
        Datatype::DateTime => {
            let date = || text.parse::<jiff::civil::Date>().is_ok();
            if scalar::is_time(text)
                || text.parse::<jiff::Timestamp>().is_ok()
                || (text.len() <= 16 && date())
            {
                Read::good(Value::text(text))
            } else {
                Read::wrong(text, "no time as ISO 8601 has it")
            }
        }
        Datatype::Duration => match duration::seconds(text) {
            Some(seconds) => Read::good(compact(seconds)),
            None => Read::wrong(text, "no duration such as PT1H30M"),
        },
        Datatype::Json => match serde_json::from_str::<serde::de::IgnoredAny>(text) {
            Err(error) => Read::bad(
                DiagnosisKind::MalformedJson,
                format!("the property's JSON does not parse: {error}"),
            ),
            Ok(_) if !text.trim_start().starts_with(['{', '[']) => Read::odd(
                kept(text),
                format!("\"{}\" is neither a JSON object nor an array", short(text)),
            ),
            Ok(_) => Read::good(kept(text)),
        },
    }
}

fn number(codec: &Codec, text: &str, bounds: Bounds, whole: bool) -> Read {
    let trimmed = text.trim();
    let (value, number) = match (trimmed.parse::<i64>(), trimmed.parse::<f64>()) {
        (Ok(int), _) => (Value::Int(int), int as f64),
        (_, Ok(float)) if float.is_finite() => (Value::Float(float), float),
        // What overflows is written in digits.
        (_, Ok(_)) => {
            return Read::bad(
                DiagnosisKind::NotANumber,
                format!("\"{}\" is not a number; it is shown as unknown", short(text)),
            );
        }
        _ => return Read::wrong(text, "no number"),
    };
    let value = match &codec.form {
        Form::Scaled(scale) => scale.read(number).unwrap_or_default(),
        Form::Share { low, high } => Scale::Percent {
            low: *low,
            high: *high,
        }
        .read(number)
        .unwrap_or_default(),
        _ => value,
    };
    if whole && number.fract() != 0.0 {
        return Read::odd(
            value,
            format!(
                "{} is no whole number, which the description promises",
                short(text)
            ),
        );
    }
    if !bounds.holds(number) {
        return Read::odd(
            value,
            format!("{} is outside of the described range", short(text)),
        );
    }
    Read::good(value)
}

fn boolean(codec: &Codec, text: &str, labels: Option<&[String; 2]>) -> Read {
    let shown = |on: bool| {
        if codec.happens() {
            let words = labels.map_or(["false", "true"], |[no, yes]| [no.as_str(), yes.as_str()]);
            Value::text(words[usize::from(on)])
        } else {
            Value::Bool(on)
        }
    };
    match text {
        "true" => Read::good(shown(true)),
        "false" => Read::good(shown(false)),
        _ => match text.trim().to_ascii_lowercase().as_str() {
            "true" => Read::odd(shown(true), format!("\"{}\" should be true", short(text))),
            "false" => Read::odd(shown(false), format!("\"{}\" should be false", short(text))),
            _ => Read::wrong(text, "neither true nor false"),
        },
    }
}

fn read_color(codec: &Codec, text: &str, formats: &[ColorFormat]) -> Read {
    let mut parts = text.split(',').map(str::trim).peekable();
    let named = parts.peek().copied().and_then(ColorFormat::of);
    if named.is_some() {
        parts.next();
    }
    let numbers: Option<Vec<f64>> = parts.take(4).map(|part| part.parse().ok()).collect();
    let format = named
        .or_else(|| formats.first().copied())
        .unwrap_or(ColorFormat::Rgb);
    let rgb = match (format, numbers.as_deref()) {
        (ColorFormat::Rgb, Some(list @ [_, _, _])) if within(list, &[255.0; 3]) => {
            color::from_space(Space::Rgb, list)
        }
        (ColorFormat::Hsv, Some(list @ [h, s, v])) if within(list, &[360.0, 100.0, 100.0]) => {
            color::from_space(Space::Hs, &[*h, *s])
                .map(|rgb| rgb.map(|c| (f64::from(c) * v / 100.0).round() as u8))
        }
        (ColorFormat::Xyz, Some(list @ [_, _])) if within(list, &[1.0; 2]) => {
            color::from_space(Space::Xy, list)
        }
        _ => None,
    };
    match rgb {
        None => Read::wrong(text, &format!("no colour as {} has it", format.name())),
        Some(rgb) => {
            let value = Value::text(color::to_hex(rgb));
            if codec.dialect == Dialect::Five && named.is_none() {
                return Read::odd(
                    value,
                    format!("the colour \"{}\" lacks the name of its format", short(text)),
                );
            }
            Read::good(value)
        }
    }
}

fn within(numbers: &[f64], high: &[f64]) -> bool {
    numbers
        .iter()
        .zip(high)
        .all(|(number, high)| (0.0..=*high).contains(number))
}

/// A whole number where it is one.
fn compact(number: f64) -> Value {
    if number.fract() == 0.0 && number.abs() < 9e15 {
        Value::Int(number as i64)
    } else {
        Value::number(number)
    }
}

fn kept(text: &str) -> Value {
    Value::text(crate::decoder::shortened(text, LONGEST_TEXT))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codec(datatype: Datatype, dialect: Dialect) -> Codec {
        Codec {
            datatype,
            form: Form::Plain,
            dialect,
            settable: true,
            retained: true,
        }
    }

    fn five(datatype: Datatype, text: &str) -> (Value, Quality) {
        let read = read(&codec(datatype, Dialect::Five), text);
        assert_eq!(read.complaint.is_some(), read.quality != Quality::Good);
        (read.value, read.quality)
    }

    #[test]
    fn numbers_are_exact_and_what_breaks_the_description_is_uncertain() {
        use Quality::{Bad, Good, Uncertain};
        let integer = || Datatype::Integer(Bounds::default());
        let float = || {
            Datatype::Float(Bounds {
                low: Some(0.0),
                high: None,
                step: None,
            })
        };
        assert_eq!(
            five(integer(), "9223372036854775807"),
            (Value::Int(i64::MAX), Good)
        );
        assert_eq!(five(integer(), "-5"), (Value::Int(-5), Good));
        assert_eq!(five(integer(), "21.5"), (Value::Float(21.5), Uncertain));
        assert_eq!(five(float(), "1e3"), (Value::Float(1000.0), Good));
        assert_eq!(five(float(), "21"), (Value::Int(21), Good));
        assert_eq!(five(float(), "-1.5"), (Value::Float(-1.5), Uncertain));
        for text in ["NaN", "Infinity", "-inf", "1e999"] {
            assert_eq!(five(float(), text), (Value::Null, Bad), "{text}");
        }
        for text in ["-", "12,5", "ON", "0x1f"] {
            assert_eq!(five(integer(), text), (Value::Null, Bad), "{text}");
        }
    }

    #[test]
    fn booleans_enums_and_texts() {
        use Quality::{Bad, Good, Uncertain};
        let labels = || Datatype::Boolean(Some(["closed".into(), "open".into()]));
        assert_eq!(five(labels(), "true"), (Value::Bool(true), Good));
        assert_eq!(five(labels(), "False"), (Value::Bool(false), Uncertain));
        // The labels are for people: they are no payloads.
        assert_eq!(five(labels(), "open"), (Value::Null, Bad));
        let options = || Datatype::Enum(vec!["a".into(), " b".into()]);
        assert_eq!(five(options(), " b"), (Value::text(" b"), Good));
        assert_eq!(five(options(), "b"), (Value::text("b"), Uncertain));
        let text = codec(Datatype::Text, Dialect::Five);
        assert_eq!(unescape("\0", &text), Some(""));
        assert_eq!(unescape("", &text), None);
        assert_eq!(unescape("", &codec(Datatype::Text, Dialect::Older)), Some(""));
        assert_eq!(unescape("", &codec(Datatype::Json, Dialect::Older)), None);
    }

    #[test]
    fn colours_in_every_space() {
        let all = || Datatype::Color(vec![ColorFormat::Rgb, ColorFormat::Hsv, ColorFormat::Xyz]);
        let value = |text| five(all(), text).0;
        assert_eq!(value("rgb,255,128,0"), Value::text("#ff8000"));
        assert_eq!(value("hsv,120,100,50"), Value::text("#008000"));
        assert_eq!(value("hsv,360,0,100"), Value::text("#ffffff"));
        assert!(matches!(value("xyz,0.3127,0.329"), Value::Text(text) if text.starts_with("#f")));
        for text in [
            "rgb,256,0,0",
            "rgb,1,2",
            "hsv,1,2,101",
            "xyz,0.3,1.1",
            "xyz,0.3,0",
            "red",
            "rgb,nan,0,0",
            "",
        ] {
            assert_eq!(five(all(), text), (Value::Null, Quality::Bad), "{text}");
        }
        assert_eq!(
            five(all(), "255,0,0"),
            (Value::text("#ff0000"), Quality::Uncertain)
        );
        let older = codec(Datatype::Color(vec![ColorFormat::Hsv]), Dialect::Older);
        assert_eq!(read(&older, "60,100,100"), Read::good(Value::text("#ffff00")));
    }

    #[test]
    fn times_durations_and_json() {
        assert_eq!(five(Datatype::DateTime, "2026-11-24T08:00:00Z").1, Quality::Good);
        assert_eq!(
            five(Datatype::DateTime, "2026-11-24T08:00:00.123+01:00").1,
            Quality::Good
        );
        assert_eq!(five(Datatype::DateTime, "2026-11-24").1, Quality::Good);
        assert_eq!(five(Datatype::DateTime, "soon").1, Quality::Bad);
        assert_eq!(
            five(Datatype::Duration, "PT1M1.5S"),
            (Value::Float(61.5), Quality::Good)
        );
        assert_eq!(five(Datatype::Duration, "61").1, Quality::Bad);
        assert_eq!(
            five(Datatype::Json, r#"{"a":[1]}"#),
            (Value::text(r#"{"a":[1]}"#), Quality::Good)
        );
        assert_eq!(five(Datatype::Json, "5").1, Quality::Uncertain);
        assert_eq!(five(Datatype::Json, "{").1, Quality::Bad);
    }

    #[test]
    fn shares_are_percent() {
        let mut brightness = codec(
            Datatype::Integer(Bounds {
                low: Some(0.0),
                high: Some(255.0),
                step: None,
            }),
            Dialect::Five,
        );
        brightness.form = Form::Share {
            low: 0.0,
            high: 255.0,
        };
        assert_eq!(read(&brightness, "51").value, Value::Int(20));
    }
}
