//! Reads one value of a message: a path or a template, then kind, words and scale.

use hearthline_model::{Kind, RulePoint, Value};

use crate::shape::scalar::{self, Scalar};
use crate::template::{Json, Rendered, TemplateId, Templates, Vars};

/// Longest text value, bytes.
const LONGEST: usize = 64 << 10;

/// Where a point's values come from.
#[derive(Debug)]
pub(super) enum Source {
    /// The whole payload.
    Whole,
    /// Keys and indexes into the JSON.
    Path(Vec<Box<str>>),
    /// A template.
    Template(TemplateId),
}

/// What one message gave for a point.
#[derive(Debug, PartialEq)]
pub(super) enum Got {
    /// A value.
    Value(Value),
    /// The message holds nothing for this point, which is no fault: other messages of the pattern do.
    Nothing,
    /// It does not fit the point: why.
    Fault(String),
}

impl Source {
    /// Of a rule's point.
    pub(super) fn of(point: &RulePoint, templates: &mut Templates) -> Self {
        match &point.template {
            Some(source) => Self::Template(templates.add(source)),
            None if point.path.is_empty() => Self::Whole,
            None => Self::Path(steps(&point.path)),
        }
    }

    /// The value that `vars` hold for `point`.
    pub(super) fn read(&self, point: &RulePoint, templates: &Templates, vars: &Vars<'_>) -> Got {
        match self {
            Self::Whole => value(point, Raw::Text(vars.value().trim())),
            Self::Path(steps) => {
                let Some(json) = vars.json() else {
                    return Got::Fault("the payload is no JSON, so it has no such path".to_owned());
                };
                let mut at = json;
                for step in steps {
                    let next = match at {
                        Json::List(_) => step.parse().ok().and_then(|ix| at.at(ix)),
                        _ => at.get(step),
                    };
                    match next {
                        Some(next) => at = next,
                        None => return Got::Nothing,
                    }
                }
                value(point, Raw::Json(at))
            }
            Self::Template(id) => match templates.render(*id, vars) {
                Ok(Rendered::Undefined) => Got::Nothing,
                Ok(Rendered::Json(json)) => value(point, Raw::Json(&json)),
                Ok(Rendered::Text(text)) if text.is_empty() => Got::Nothing,
                Ok(Rendered::Text(text)) => value(point, Raw::Text(&text)),
                Err(error) => Got::Fault(format!("the template failed: {error}")),
            },
        }
    }
}

/// Dotted keys; `\.` is a dot within a key.
fn steps(path: &str) -> Vec<Box<str>> {
    let mut steps = Vec::new();
    let mut step = String::new();
    let mut chars = path.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            '\\' if matches!(chars.peek(), Some('.' | '\\')) => step.extend(chars.next()),
            '.' => steps.push(std::mem::take(&mut step).into()),
            char => step.push(char),
        }
    }
    steps.push(step.into());
    steps
}

enum Raw<'a> {
    Text(&'a str),
    Json(&'a Json),
}

impl Raw<'_> {
    fn text(&self) -> String {
        match self {
            Self::Text(text) => crate::decoder::shortened(text, LONGEST),
            Self::Json(json) => {
                let text = match json {
                    Json::Text(text) => text.to_string(),
                    Json::Bool(on) => on.to_string(),
                    json => Rendered::Json((*json).clone()).text().into_owned(),
                };
                crate::decoder::shortened(&text, LONGEST)
            }
        }
    }

    fn unknown(&self) -> bool {
        match self {
            Self::Json(json) => matches!(json, Json::Null),
            Self::Text(text) => matches!(
                text.to_ascii_lowercase().as_str(),
                "" | "none" | "null" | "unknown" | "unavailable" | "nan"
            ),
        }
    }
}

fn value(point: &RulePoint, raw: Raw<'_>) -> Got {
    match point.kind {
        Kind::Number if raw.unknown() => Got::Value(Value::Null),
        Kind::Number => number(point, &raw),
        Kind::Bool => boolean(point, &raw),
        Kind::Binary | Kind::Action => Got::Nothing,
        Kind::Text | Kind::Enum | Kind::Event | Kind::Time => match raw {
            Raw::Json(Json::Null) => Got::Value(Value::Null),
            raw => Got::Value(Value::text(raw.text())),
        },
    }
}

fn number(point: &RulePoint, raw: &Raw<'_>) -> Got {
    let scaled = point.scale.is_some() || point.offset.is_some();
    if let Raw::Json(Json::Int(int)) = raw
        && !scaled
    {
        return Got::Value(Value::Int(*int));
    }
    let found = match raw {
        Raw::Json(Json::Bool(on)) => Some(f64::from(u8::from(*on))),
        Raw::Json(json) if json.as_str().is_none() => json.as_f64(),
        raw => {
            let text = raw.text();
            if !scaled && let Ok(int) = text.trim().parse::<i64>() {
                return Got::Value(Value::Int(int));
            }
            numeric(&scalar::of_text(&text))
        }
    };
    match found {
        Some(number) => {
            let number = number * point.scale.unwrap_or(1.0) + point.offset.unwrap_or(0.0);
            // What a decimal factor adds behind the fifteenth digit (21.400000000000002) is no information.
            let tidy = if scaled {
                format!("{number:.12e}").parse().unwrap_or(number)
            } else {
                number
            };
            Got::Value(Value::number(tidy))
        }
        None => Got::Fault(format!(
            "\"{}\" is no number",
            crate::decoder::shortened(&raw.text(), 80)
        )),
    }
}

fn numeric(scalar: &Scalar<'_>) -> Option<f64> {
    match scalar {
        Scalar::Int(int) => Some(*int as f64),
        Scalar::Float(float) | Scalar::Measure(float, _) => Some(*float),
        Scalar::Bool(on, _) => Some(f64::from(u8::from(*on))),
        _ => None,
    }
}

fn boolean(point: &RulePoint, raw: &Raw<'_>) -> Got {
    let text = raw.text();
    let text = text.trim();
    let is = |word: &Option<String>| word.as_deref().is_some_and(|word| word.trim() == text);
    if is(&point.on) {
        return Got::Value(Value::Bool(true));
    }
    if is(&point.off) {
        return Got::Value(Value::Bool(false));
    }
    // With one word of his own, the person means that anything else is the other.
    match (&point.on, &point.off) {
        (Some(_), None) => return Got::Value(Value::Bool(false)),
        (None, Some(_)) => return Got::Value(Value::Bool(true)),
        _ => {}
    }
    if point.on.is_none() {
        match scalar::of_text(text) {
            Scalar::Bool(on, _) => return Got::Value(Value::Bool(on)),
            Scalar::Int(0) => return Got::Value(Value::Bool(false)),
            Scalar::Int(1) => return Got::Value(Value::Bool(true)),
            _ if raw.unknown() => return Got::Value(Value::Null),
            _ => {}
        }
    }
    Got::Fault(format!(
        "\"{}\" is neither on nor off",
        crate::decoder::shortened(text, 80)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(point: &RulePoint, payload: &str) -> Got {
        let mut templates = Templates::default();
        let source = Source::of(point, &mut templates);
        source.read(point, &templates, &Vars::new(payload, 0))
    }

    fn point(kind: Kind, path: &str) -> RulePoint {
        RulePoint {
            kind,
            path: path.to_owned(),
            ..RulePoint::default()
        }
    }

    #[test]
    fn paths_lead_through_objects_and_lists() {
        let payload = r#"{"a":{"b":[10,{"c.d":"21,5"}]},"big":9007199254740993}"#;
        assert_eq!(
            read(&point(Kind::Number, "a.b.0"), payload),
            Got::Value(Value::Int(10))
        );
        assert_eq!(
            read(&point(Kind::Number, r"a.b.1.c\.d"), payload),
            Got::Value(Value::Float(21.5))
        );
        assert_eq!(
            read(&point(Kind::Number, "big"), payload),
            Got::Value(Value::Int(9_007_199_254_740_993))
        );
        assert_eq!(read(&point(Kind::Number, "a.x"), payload), Got::Nothing);
        assert!(matches!(
            read(&point(Kind::Number, "a"), "nothing"),
            Got::Fault(_)
        ));
        assert!(matches!(
            read(&point(Kind::Number, "a.b"), payload),
            Got::Fault(_)
        ));
    }

    #[test]
    fn numbers_are_scaled_and_stay_tidy() {
        let mut scaled = point(Kind::Number, "");
        scaled.scale = Some(0.1);
        assert_eq!(read(&scaled, "214"), Got::Value(Value::Float(21.4)));
        scaled.offset = Some(-40.0);
        assert_eq!(read(&scaled, "214"), Got::Value(Value::Float(-18.6)));
        assert_eq!(read(&scaled, "unavailable"), Got::Value(Value::Null));
        assert_eq!(read(&point(Kind::Number, ""), "7"), Got::Value(Value::Int(7)));
        assert_eq!(
            read(&point(Kind::Number, ""), "21.5 °C"),
            Got::Value(Value::Float(21.5))
        );
    }

    #[test]
    fn words_mean_on_and_off() {
        let mut door = point(Kind::Bool, "state");
        assert_eq!(read(&door, r#"{"state":"open"}"#), Got::Value(Value::Bool(true)));
        assert_eq!(read(&door, r#"{"state":0}"#), Got::Value(Value::Bool(false)));
        assert!(matches!(read(&door, r#"{"state":"ajar"}"#), Got::Fault(_)));
        door.on = Some("RUN".into());
        assert_eq!(read(&door, r#"{"state":"RUN"}"#), Got::Value(Value::Bool(true)));
        assert_eq!(
            read(&door, r#"{"state":"anything"}"#),
            Got::Value(Value::Bool(false))
        );
        door.off = Some("HALT".into());
        assert!(matches!(read(&door, r#"{"state":"ajar"}"#), Got::Fault(_)));
    }

    #[test]
    fn a_template_reads_what_a_path_cannot() {
        let mut sum = point(Kind::Number, "ignored");
        sum.template = Some("{{ value_json.a + value_json.b }}".into());
        assert_eq!(read(&sum, r#"{"a":1,"b":2}"#), Got::Value(Value::Int(3)));
        sum.template = Some("{% for i in range(100000) %}{{ i }}{% endfor %}".into());
        assert!(matches!(read(&sum, "{}"), Got::Fault(text) if text.contains("template")));
    }
}
