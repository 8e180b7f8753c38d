//! From a value to a payload: the way back.

use hearthline_model::{Kind, Value};

use super::codec::{Codec, Form};
use super::datatype::{Bounds, ColorFormat, Datatype, Dialect};
use super::duration;
use crate::CommandError;
use crate::color::{self, Space};
use crate::decoder::shortened;

/// Longest text that is sent, bytes.
const LONGEST_TEXT: usize = 65_536;

fn refuse<T>(text: impl Into<String>) -> Result<T, CommandError> {
    Err(CommandError::Invalid(text.into()))
}

/// The payload of a command.
pub(super) fn write(codec: &Codec, value: &Value) -> Result<String, CommandError> {
    if !codec.settable {
        return Err(CommandError::ReadOnly);
    }
    if let Form::Words(words) = &codec.form {
        let asked = value.to_string();
        let found = words
            .iter()
            .find(|word| {
                word.command
                    .is_some_and(|command| command.eq_ignore_ascii_case(&asked))
            })
            .or_else(|| {
                words
                    .iter()
                    .find(|word| word.state.eq_ignore_ascii_case(&asked) && word.command.is_some())
            });
        return match found {
            Some(word) => Ok(word.payload.clone()),
            None => one_of(&asked, words.iter().filter_map(|word| word.command)),
        };
    }
    let press = codec.kind() == Kind::Action && value.is_null();
    match &codec.datatype {
        Datatype::Boolean(_) if press => Ok("true".to_owned()),
        Datatype::Enum(options) if press => Ok(options.first().cloned().unwrap_or_default()),
        Datatype::Integer(bounds) => number(codec, value, *bounds, true),
        Datatype::Float(bounds) => number(codec, value, *bounds, false),
        Datatype::Boolean(labels) => boolean(value, labels.as_ref()),
        Datatype::Enum(options) => {
            let asked = value.to_string();
            if options.is_empty() && !asked.is_empty() && value.as_text().is_some() {
                return Ok(shortened(&asked, LONGEST_TEXT));
            }
            let found = options
                .iter()
                .find(|option| **option == asked)
                .or_else(|| options.iter().find(|option| option.eq_ignore_ascii_case(&asked)));
            match found {
                Some(option) => Ok(option.clone()),
                None => one_of(&asked, options.iter().map(String::as_str)),
            }
        }
        Datatype::Text | Datatype::Guess => text(codec, value),
        Datatype::Color(formats) => {
            let Some(rgb) = value.as_text().and_then(color::from_hex) else {
                return refuse(format!(
                    "{} is no colour such as #ff8000",
                    shortened(&value.to_string(), 64)
                ));
            };
            Ok(colour(
                codec,
                rgb,
                formats.first().copied().unwrap_or(ColorFormat::Rgb),
            ))
        }
        Datatype::DateTime => match value.as_text() {
            Some(text)
                if text.parse::<jiff::Timestamp>().is_ok()
                    || text.parse::<jiff::civil::DateTime>().is_ok() =>
            {
                Ok(text.to_owned())
            }
            _ => refuse(format!(
                "{} is no time such as 2026-11-24T08:00:00Z",
                shortened(&value.to_string(), 64)
            )),
        },
        Datatype::Duration => match value {
            Value::Text(text) if duration::seconds(text).is_some() => Ok(text.to_string()),
            Value::Int(_) | Value::Float(_) => {
                match value.as_f64().filter(|seconds| (0.0..1e12).contains(seconds)) {
                    Some(seconds) => Ok(duration::text(seconds)),
                    None => refuse(format!("{value} seconds are no duration")),
                }
            }
            _ => refuse(format!(
                "{} is no duration in seconds",
                shortened(&value.to_string(), 64)
            )),
        },
        Datatype::Json => match value.as_text() {
            Some(text)
                if text.trim_start().starts_with(['{', '['])
                    && text.len() <= LONGEST_TEXT
                    && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok() =>
            {
                Ok(text.to_owned())
            }
            _ => refuse("the property takes a JSON object or array"),
        },
    }
}

fn one_of<'a>(asked: &str, options: impl Iterator<Item = &'a str>) -> Result<String, CommandError> {
    let list = options.collect::<Vec<_>>().join(", ");
    refuse(format!(
        "{} is not among {}",
        shortened(asked, 64),
        shortened(&list, 400)
    ))
}

fn number(codec: &Codec, value: &Value, bounds: Bounds, whole: bool) -> Result<String, CommandError> {
    let (Value::Int(_) | Value::Float(_)) = value else {
        return refuse(format!("{} is no number", shortened(&value.to_string(), 64)));
    };
    let Some(asked) = value.as_f64().filter(|number| number.is_finite()) else {
        return refuse("the value is no number");
    };
    let scaled = match codec.form {
        Form::Scaled(scale) => Some(scale.write(asked)),
        Form::Share { .. } if !(0.0..=100.0).contains(&asked) => {
            return refuse(format!("{value} is not within 0 to 100"));
        }
        Form::Share { low, high } => {
            let share = low + asked / 100.0 * (high - low);
            Some(if whole {
                share.round()
            } else {
                (share * 1e6).round() / 1e6
            })
        }
        _ => None,
    };
    let number = scaled.unwrap_or(asked);
    if scaled.is_none() && whole && number.fract() != 0.0 {
        return refuse(format!("{value} is no whole number"));
    }
    let number = bounds.rounded(number);
    if !bounds.holds(number) {
        let end = |end: Option<f64>| end.map_or_else(|| "…".to_owned(), |end| end.to_string());
        let mut ends = [end(bounds.low), end(bounds.high)];
        // Mireds run the other way, and who asked spoke of kelvin.
        if let Form::Scaled(scale) = codec.form {
            let shown = |end: Option<f64>| {
                end.and_then(|end| scale.read(end))
                    .map_or_else(|| "…".to_owned(), |end| end.to_string())
            };
            ends = [shown(bounds.high), shown(bounds.low)];
        }
        let asked = if scaled.is_some() { asked } else { number };
        return refuse(format!("{asked} is not within {} to {}", ends[0], ends[1]));
    }
    // A 64-bit number stays exact.
    if let (Value::Int(int), None, None) = (value, scaled, bounds.step) {
        return Ok(int.to_string());
    }
    if whole && number.fract() != 0.0 {
        return Ok(number.round().to_string());
    }
    Ok(number.to_string())
}

fn boolean(value: &Value, labels: Option<&[String; 2]>) -> Result<String, CommandError> {
    let on = match value {
        Value::Bool(on) => Some(*on),
        Value::Int(int @ (0 | 1)) => Some(*int == 1),
        Value::Text(text) => labels
            .and_then(|labels| labels.iter().position(|label| label.eq_ignore_ascii_case(text)))
            .map(|ix| ix == 1)
            .or_else(|| match text.to_ascii_lowercase().as_str() {
                "true" | "on" => Some(true),
                "false" | "off" => Some(false),
                _ => None,
            }),
        _ => None,
    };
    match on {
        Some(on) => Ok(on.to_string()),
        None => refuse(format!(
            "{} is neither on nor off",
            shortened(&value.to_string(), 64)
        )),
    }
}

fn text(codec: &Codec, value: &Value) -> Result<String, CommandError> {
    let text = match value {
        Value::Null => String::new(),
        value => value.to_string(),
    };
    if text.len() > LONGEST_TEXT {
        return refuse(format!("the text is longer than {LONGEST_TEXT} bytes"));
    }
    if text.contains('\0') {
        return refuse("the text must not hold the zero character");
    }
    // An empty payload would be none at all.
    if text.is_empty() && codec.dialect == Dialect::Five {
        return Ok("\0".to_owned());
    }
    Ok(text)
}

fn colour(codec: &Codec, rgb: color::Rgb, format: ColorFormat) -> String {
    let numbers = match format {
        ColorFormat::Rgb => color::to_space(Space::Rgb, rgb),
        ColorFormat::Hsv => {
            let value = f64::from(rgb.into_iter().max().unwrap_or_default()) / 255.0 * 100.0;
            let mut numbers = color::to_space(Space::Hs, rgb);
            numbers.push(value);
            // Whole numbers: before Homie 5 nothing else is allowed.
            numbers.iter().map(|number| number.round()).collect()
        }
        ColorFormat::Xyz => color::to_space(Space::Xy, rgb),
    };
    let numbers: Vec<String> = numbers.iter().map(f64::to_string).collect();
    match codec.dialect {
        Dialect::Five => format!("{},{}", format.name(), numbers.join(",")),
        Dialect::Older => numbers.join(","),
    }
}

#[cfg(test)]
mod tests {
    use super::super::read::{read, unescape};
    use super::*;
    use crate::scale::Scale;
    use proptest::prelude::*;

    fn codec(datatype: Datatype, dialect: Dialect) -> Codec {
        Codec {
            datatype,
            form: Form::Plain,
            dialect,
            settable: true,
            retained: true,
        }
    }

    fn sent(datatype: Datatype, value: impl Into<Asked>) -> String {
        write(&codec(datatype, Dialect::Five), &value.into().0).unwrap_or_else(|error| format!("! {error}"))
    }

    struct Asked(Value);
    impl From<&str> for Asked {
        fn from(text: &str) -> Self {
            Self(Value::text(text))
        }
    }
    impl From<i64> for Asked {
        fn from(int: i64) -> Self {
            Self(Value::Int(int))
        }
    }
    impl From<f64> for Asked {
        fn from(float: f64) -> Self {
            Self(Value::Float(float))
        }
    }
    impl From<bool> for Asked {
        fn from(on: bool) -> Self {
            Self(Value::Bool(on))
        }
    }

    fn bounds(low: f64, high: f64, step: Option<f64>) -> Bounds {
        Bounds {
            low: Some(low),
            high: Some(high),
            step,
        }
    }

    #[test]
    fn numbers() {
        let open = || Datatype::Integer(Bounds::default());
        assert_eq!(sent(open(), i64::MAX), "9223372036854775807");
        assert_eq!(sent(open(), 21.0), "21");
        assert_eq!(sent(open(), 21.5), "! 21.5 is no whole number");
        assert_eq!(sent(open(), "5"), "! 5 is no number");
        assert_eq!(sent(open(), true), "! true is no number");
        let float = || Datatype::Float(bounds(5.0, 30.0, Some(0.5)));
        assert_eq!(sent(float(), 21.3), "21.5");
        assert_eq!(sent(float(), 30.2), "30", "rounded first, then checked");
        assert_eq!(sent(float(), 30.3), "! 30.5 is not within 5 to 30");
        assert_eq!(
            sent(Datatype::Float(Bounds::default()), f64::NAN),
            "! the value is no number"
        );
        let half = Datatype::Float(Bounds {
            low: None,
            high: Some(5.0),
            step: None,
        });
        assert_eq!(sent(half, 6.0), "! 6 is not within … to 5");
        assert_eq!(sent(Datatype::Float(Bounds::default()), 1e-7), "0.0000001");
    }

    #[test]
    fn words_texts_and_colours() {
        use ColorFormat::{Hsv, Rgb, Xyz};
        let labels = || Datatype::Boolean(Some(["closed".into(), "open".into()]));
        assert_eq!(sent(labels(), true), "true");
        assert_eq!(sent(labels(), "Open"), "true");
        assert_eq!(sent(labels(), "ajar"), "! ajar is neither on nor off");
        let options = || Datatype::Enum(vec!["Eco".into(), "Comfort".into()]);
        assert_eq!(sent(options(), "eco"), "Eco");
        assert_eq!(sent(options(), "off"), "! off is not among Eco, Comfort");
        assert_eq!(sent(Datatype::Text, ""), "\0");
        assert_eq!(
            sent(Datatype::Text, "a\0"),
            "! the text must not hold the zero character"
        );
        assert_eq!(
            write(&codec(Datatype::Text, Dialect::Older), &Value::text("")).unwrap(),
            ""
        );
        assert_eq!(sent(Datatype::Color(vec![Rgb, Hsv]), "#ff8000"), "rgb,255,128,0");
        assert_eq!(sent(Datatype::Color(vec![Hsv, Rgb]), "#008000"), "hsv,120,100,50");
        assert!(sent(Datatype::Color(vec![Xyz]), "#ffffff").starts_with("xyz,0.312"));
        assert_eq!(
            sent(Datatype::Color(vec![Rgb]), "red"),
            "! red is no colour such as #ff8000"
        );
        let older = codec(Datatype::Color(vec![Hsv]), Dialect::Older);
        assert_eq!(write(&older, &Value::text("#ffff00")).unwrap(), "60,100,100");
    }

    #[test]
    fn times_durations_and_json() {
        assert_eq!(
            sent(Datatype::DateTime, "2026-11-24T08:00:00Z"),
            "2026-11-24T08:00:00Z"
        );
        assert!(sent(Datatype::DateTime, "tomorrow").starts_with('!'));
        assert_eq!(sent(Datatype::Duration, 5400), "PT1H30M");
        assert_eq!(sent(Datatype::Duration, "PT5M"), "PT5M");
        assert!(sent(Datatype::Duration, -1).starts_with('!'));
        assert!(sent(Datatype::Duration, "long").starts_with('!'));
        assert_eq!(sent(Datatype::Json, "[1]"), "[1]");
        assert!(sent(Datatype::Json, "1").starts_with('!'));
    }

    #[test]
    fn what_is_not_settable_is_refused() {
        let mut read_only = codec(Datatype::Text, Dialect::Five);
        read_only.settable = false;
        assert_eq!(write(&read_only, &Value::text("x")), Err(CommandError::ReadOnly));
    }

    #[test]
    fn scaled_numbers_go_back_to_the_device() {
        let mut brightness = codec(Datatype::Integer(bounds(0.0, 255.0, None)), Dialect::Five);
        brightness.form = Form::Share {
            low: 0.0,
            high: 255.0,
        };
        assert_eq!(write(&brightness, &Value::Int(20)).unwrap(), "51");
        assert!(write(&brightness, &Value::Int(120)).is_err());
        let mut dim = codec(Datatype::Float(bounds(0.0, 1.0, None)), Dialect::Five);
        dim.form = Form::Share { low: 0.0, high: 1.0 };
        assert_eq!(write(&dim, &Value::Int(33)).unwrap(), "0.33");
        let mut warmth = codec(Datatype::Integer(bounds(153.0, 500.0, None)), Dialect::Five);
        warmth.form = Form::Scaled(Scale::Mired);
        assert_eq!(write(&warmth, &Value::Int(4000)).unwrap(), "250");
        assert_eq!(
            write(&warmth, &Value::Int(9000)),
            Err(CommandError::Invalid("9000 is not within 2000 to 6536".into()))
        );
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(int: i64, float in -1e12..1e12f64, on: bool, rgb: [u8; 3], seconds in 0u32..1_000_000) {
            let there_and_back = |datatype: Datatype, value: Value| {
                let codec = codec(datatype, Dialect::Five);
                let payload = write(&codec, &value).unwrap();
                read(&codec, unescape(&payload, &codec).unwrap()).value
            };
            prop_assert_eq!(there_and_back(Datatype::Integer(Bounds::default()), Value::Int(int)), Value::Int(int));
            prop_assert_eq!(there_and_back(Datatype::Float(Bounds::default()), Value::Float(float)).as_f64(), Some(float));
            prop_assert_eq!(there_and_back(Datatype::Boolean(None), Value::Bool(on)), Value::Bool(on));
            let hex = Value::text(color::to_hex(rgb));
            prop_assert_eq!(there_and_back(Datatype::Color(vec![ColorFormat::Rgb]), hex.clone()), hex);
            let seconds = i64::from(seconds);
            prop_assert_eq!(there_and_back(Datatype::Duration, Value::Int(seconds)), Value::Int(seconds));
        }

        #[test]
        fn nothing_panics(text: String, number: f64, low: f64, high: f64, step in 1e-9..1e9f64) {
            let bounds = Bounds { low: Some(low), high: Some(high), step: Some(step) };
            for datatype in [
                Datatype::Integer(bounds), Datatype::Float(bounds), Datatype::Boolean(None), Datatype::Text, Datatype::Enum(vec![text.clone()]),
                Datatype::Color(vec![ColorFormat::Hsv]), Datatype::DateTime, Datatype::Duration, Datatype::Json, Datatype::Guess,
            ] {
                let codec = codec(datatype, Dialect::Five);
                read(&codec, &text);
                for value in [Value::Null, Value::text(text.as_str()), Value::Float(number)] {
                    let _ = write(&codec, &value);
                }
            }
        }
    }
}
