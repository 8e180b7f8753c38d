//! The way back: from a value to what the device takes.

use hearthline_model::Value;
use serde_json::{Map, Value as Json, json};

use crate::{CommandError, Publish, color};

/// How a point is written.
#[derive(Clone, Debug)]
pub(super) enum Write {
    /// By a message on a topic (first generation).
    Topic(String, Form),
    /// By a remote call (later ones).
    Rpc(Call, Form),
}

/// A remote call.
#[derive(Clone, Debug)]
pub(super) struct Call {
    /// Which of the devices.
    pub(super) unit: usize,
    /// `Switch.Set`; where the form names the method (`Cover.Open`) only the part before the dot counts.
    pub(super) method: &'static str,
    /// `switch:0`, for control topics and messages.
    pub(super) component: String,
    /// Parameters that are always sent (`id`).
    pub(super) fixed: Vec<(&'static str, Json)>,
    /// Put the members into an object of this name (`config`, `params`), with an `id` there.
    pub(super) within: Option<(&'static str, i64)>,
}

/// What a value becomes.
#[derive(Clone, Debug)]
pub(super) enum Form {
    /// `on`, `off` (and `toggle`).
    OnOff,
    /// A boolean member.
    Flag(&'static str),
    /// `0`, `1`.
    Digit,
    /// A number; as a member where that has a name.
    Number {
        /// Its name, empty for the bare text.
        member: &'static str,
        /// Allowed values.
        range: (f64, f64),
        /// Whole numbers only.
        whole: bool,
    },
    /// Percent on the point, 0…255 on the wire.
    Byte(&'static str),
    /// Brightness: at 0 the light goes off, above it goes on. The member, and the words of the generation.
    Brightness(&'static str, Turn),
    /// Kelvin; turns a light to white on the way.
    Kelvin(&'static str, (f64, f64), Turn),
    /// A colour.
    Color(Turn),
    /// One of the words; each with what is sent.
    Choice(&'static str, Vec<(String, Json)>),
    /// One of the words; each with the method's name after the dot.
    Method(&'static [(&'static str, &'static str)]),
    /// Any text up to so many bytes.
    Text(&'static str, usize),
    /// Nothing: always this.
    Press(Vec<(&'static str, Json)>),
    /// Nothing: always this text.
    Word(&'static str),
}

/// How a generation says that a light goes on, and in which mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// `"turn": "on"`, and no mode.
    Word,
    /// `"turn": "on"` and `"mode": "white"` or `"color"`.
    Mode,
    /// `"on": true`.
    Flag,
}

impl Turn {
    fn on(self, on: bool) -> (String, Json) {
        match self {
            Self::Flag => ("on".to_owned(), json!(on)),
            _ => ("turn".to_owned(), json!(if on { "on" } else { "off" })),
        }
    }
}

/// What goes on the wire.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Wire {
    /// A bare text.
    Text(String),
    /// Members of an object.
    Members(Map<String, Json>),
    /// Another method of the same component.
    Method(&'static str),
}

/// The message for a topic.
pub(super) fn to_topic(topic: &str, form: &Form, value: &Value) -> Result<Vec<Publish>, CommandError> {
    let payload = match wire(form, value)? {
        Wire::Text(text) => text,
        Wire::Members(members) => Json::Object(members).to_string(),
        Wire::Method(word) => word.to_owned(),
    };
    Ok(vec![Publish {
        topic: topic.to_owned(),
        payload: payload.into_bytes(),
        qos: 1,
        retain: false,
    }])
}

/// What a value becomes.
pub(super) fn wire(form: &Form, value: &Value) -> Result<Wire, CommandError> {
    let one = |member: &str, json: Json| {
        if member.is_empty() {
            Wire::Text(json.as_str().map_or_else(|| json.to_string(), str::to_owned))
        } else {
            Wire::Members(Map::from_iter([(member.to_owned(), json)]))
        }
    };
    Ok(match form {
        Form::OnOff if value.as_text() == Some("toggle") => Wire::Text("toggle".to_owned()),
        Form::OnOff => Wire::Text(if flag(value)? { "on" } else { "off" }.to_owned()),
        Form::Flag(member) => one(member, json!(flag(value)?)),
        Form::Digit => Wire::Text(u8::from(flag(value)?).to_string()),
        Form::Number { member, range, whole } => one(member, number(value, *range, *whole)?),
        Form::Byte(member) => {
            let percent = percent(value)?;
            one(member, json!((percent * 2.55).round() as i64))
        }
        Form::Brightness(member, turn) => {
            let percent = percent(value)?;
            let mut members = Map::from_iter([turn.on(percent > 0.0)]);
            if percent > 0.0 {
                members.insert((*member).to_owned(), json!(percent.round().max(1.0) as i64));
            }
            Wire::Members(members)
        }
        Form::Kelvin(member, range, turn) => {
            let mut members = Map::from_iter([((*member).to_owned(), number(value, *range, true)?)]);
            members.extend([turn.on(true)]);
            if *turn == Turn::Mode {
                members.insert("mode".to_owned(), json!("white"));
            }
            Wire::Members(members)
        }
        Form::Color(turn) => {
            let [r, g, b] = value
                .as_text()
                .and_then(color::from_hex)
                .ok_or_else(|| invalid("a colour is written as #rrggbb"))?;
            let mut members = Map::from_iter([turn.on(true)]);
            if *turn == Turn::Flag {
                members.insert("rgb".to_owned(), json!([r, g, b]));
            } else {
                members
                    .extend([("red", r), ("green", g), ("blue", b)].map(|(k, v)| (k.to_owned(), json!(v))));
            }
            if *turn == Turn::Mode {
                members.insert("mode".to_owned(), json!("color"));
            }
            Wire::Members(members)
        }
        Form::Choice(member, options) => {
            let word = word(value, options.iter().map(|(word, _)| word.as_str()))?;
            let json = options.iter().find(|(known, _)| *known == word);
            one(member, json.map(|(_, json)| json.clone()).unwrap_or_default())
        }
        Form::Method(methods) => {
            let flag = value
                .as_bool()
                .map(|on| Value::text(if on { "true" } else { "false" }));
            let word = word(
                flag.as_ref().unwrap_or(value),
                methods.iter().map(|(word, _)| *word),
            )?;
            let method = methods.iter().find(|(known, _)| *known == word);
            Wire::Method(method.map_or("", |(_, method)| method))
        }
        Form::Text(member, longest) => match value {
            Value::Text(text) if text.len() > *longest => {
                return Err(invalid(&format!("the text may have at most {longest} bytes")));
            }
            Value::Text(text) => one(member, json!(&**text)),
            _ => return Err(invalid("this takes a text")),
        },
        Form::Press(params) => {
            Wire::Members(params.iter().map(|(k, v)| ((*k).to_owned(), v.clone())).collect())
        }
        Form::Word(word) => Wire::Text((*word).to_owned()),
    })
}

fn invalid(text: &str) -> CommandError {
    CommandError::Invalid(text.to_owned())
}

fn flag(value: &Value) -> Result<bool, CommandError> {
    match value {
        Value::Bool(on) => Ok(*on),
        Value::Int(int @ (0 | 1)) => Ok(*int == 1),
        Value::Text(text) => match text.to_ascii_lowercase().as_str() {
            "on" | "true" => Ok(true),
            "off" | "false" => Ok(false),
            _ => Err(invalid("this can only be on or off")),
        },
        _ => Err(invalid("this can only be on or off")),
    }
}

fn percent(value: &Value) -> Result<f64, CommandError> {
    number(value, (0.0, 100.0), false).map(|json| json.as_f64().unwrap_or_default())
}

fn number(value: &Value, (low, high): (f64, f64), whole: bool) -> Result<Json, CommandError> {
    let number = match value {
        Value::Int(_) | Value::Float(_) => value.as_f64(),
        Value::Text(text) => text.trim().parse().ok(),
        _ => None,
    }
    .filter(|number: &f64| number.is_finite())
    .ok_or_else(|| invalid("this takes a number"))?;
    if !(low..=high).contains(&number) {
        return Err(invalid(&format!("this takes {low} to {high}, not {number}")));
    }
    if whole || number.fract() == 0.0 && number.abs() < 9e15 {
        Ok(json!(number.round() as i64))
    } else {
        Ok(json!(number))
    }
}

fn word<'a>(value: &'a Value, known: impl Iterator<Item = &'a str> + Clone) -> Result<&'a str, CommandError> {
    let text = value.as_text().unwrap_or_default();
    if known.clone().any(|word| word == text) {
        return Ok(text);
    }
    let list: Vec<&str> = known.take(20).collect();
    Err(invalid(&format!("this takes one of: {}", list.join(", "))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_become_what_the_device_takes() {
        let members = |form: &Form, value: Value| match wire(form, &value) {
            Ok(Wire::Members(members)) => Json::Object(members).to_string(),
            other => format!("{other:?}"),
        };
        let bright = Form::Brightness("brightness", Turn::Word);
        assert_eq!(members(&bright, Value::Int(0)), r#"{"turn":"off"}"#);
        assert_eq!(
            members(&bright, Value::Float(0.4)),
            r#"{"brightness":1,"turn":"on"}"#
        );
        assert_eq!(
            members(&Form::Color(Turn::Flag), Value::text("#ff0080")),
            r#"{"on":true,"rgb":[255,0,128]}"#
        );
        assert_eq!(
            members(&Form::Color(Turn::Mode), Value::text("#010203")),
            r#"{"blue":3,"green":2,"mode":"color","red":1,"turn":"on"}"#
        );
        let pos = Form::Number {
            member: "",
            range: (0.0, 100.0),
            whole: true,
        };
        assert_eq!(wire(&pos, &Value::Float(41.6)), Ok(Wire::Text("42".to_owned())));
        for (form, value) in [
            (pos, Value::Int(101)),
            (Form::OnOff, Value::text("maybe")),
            (Form::Color(Turn::Word), Value::text("red")),
            (Form::Method(&[("open", "Open")]), Value::Bool(true)),
            (Form::Text("value", 2), Value::text("abc")),
            (
                Form::Kelvin("ct", (2700.0, 6500.0), Turn::Flag),
                Value::Float(f64::NAN),
            ),
        ] {
            let refused = wire(&form, &value);
            assert!(
                matches!(refused, Err(CommandError::Invalid(_))),
                "{form:?}: {refused:?}"
            );
        }
    }
}
