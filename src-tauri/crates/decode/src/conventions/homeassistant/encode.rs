//! From the value asked for to the messages of a command.

use hearthline_model::{Code, Micros, Value};

use super::draft::{Form, Send};
use crate::color;
use crate::template::{Json, Rendered, Templates, Vars, bytes_literal};
use crate::{CommandError, Publish};

/// The messages that write a value.
pub(super) fn encode(
    sends: &[Send],
    value: &Value,
    code: Option<&Code>,
    templates: &Templates,
    now: Micros,
) -> Result<Vec<Publish>, CommandError> {
    let mut out = Vec::new();
    for send in sends {
        if let Some(mut formed) = send.form.form(value)? {
            if let Some(guard) = &send.guard {
                let code = guard.admit(value, code)?;
                let code = code.map_or(Json::Null, |code| code.secret().into());
                formed.vars.push(("code", code));
            }
            out.push(send.publish(formed, value, templates, now)?);
        }
    }
    if out.is_empty() {
        return Err(invalid(sends, value));
    }
    Ok(out)
}

fn invalid(sends: &[Send], value: &Value) -> CommandError {
    let words: Vec<&str> = sends
        .iter()
        .filter_map(|send| {
            if let Form::Words(words) = &send.form {
                Some(words)
            } else {
                None
            }
        })
        .flatten()
        .map(|(word, _)| word.as_str())
        .collect();
    CommandError::Invalid(if words.is_empty() {
        format!("{value} cannot be sent to this point")
    } else {
        format!(
            "{value} cannot be sent to this point; it takes {}",
            words.join(", ")
        )
    })
}

/// The value as the template sees it, and variables besides.
struct Formed {
    value: Json,
    vars: Vec<(&'static str, Json)>,
}

impl Send {
    fn publish(
        &self,
        formed: Formed,
        asked: &Value,
        templates: &Templates,
        now: Micros,
    ) -> Result<Publish, CommandError> {
        let text = Rendered::Json(formed.value.clone()).text().into_owned();
        let payload = match self.template {
            None => match &formed.value {
                json @ (Json::Map(_) | Json::List(_)) => json.to_json().into_bytes(),
                _ => text.into_bytes(),
            },
            Some(template) => {
                let own = self.value_from.and_then(|name| {
                    let (_, json) = formed.vars.iter().find(|(known, _)| *known == name)?;
                    Some(json.clone())
                });
                let mut vars = Vars::new(&text, now).with("value", own.unwrap_or(formed.value));
                for (name, json) in self.vars.iter().cloned().chain(formed.vars) {
                    vars = vars.with(name, json);
                }
                if let Some((name, number)) = self.asked_as.zip(asked.as_f64()) {
                    vars = vars.with(name, shortest(number));
                }
                let rendered = templates
                    .render(template, &vars)
                    .map_err(|error| CommandError::Template(error.to_string()))?;
                let text = rendered.text();
                bytes_literal(&text).unwrap_or_else(|| text.into_owned().into_bytes())
            }
        };
        Ok(Publish {
            topic: self.topic.clone(),
            payload,
            qos: self.qos,
            retain: self.retain,
        })
    }
}

impl Form {
    /// The payload's value; none where the value is not for this message.
    fn form(&self, value: &Value) -> Result<Option<Formed>, CommandError> {
        let plain = |value: Json| {
            Ok(Some(Formed {
                value,
                vars: Vec::new(),
            }))
        };
        let refuse = |what: &str| Err(CommandError::Invalid(format!("{value} is not {what}")));
        match self {
            Self::OnOff { on, off } => match truth(value) {
                Some(true) => plain(on.as_str().into()),
                Some(false) => plain(off.as_str().into()),
                None => refuse("on or off"),
            },
            Self::Words(words) => {
                // Where on and off are different messages, their words are true and false.
                let text = match truth(value).map(|on| on.to_string()) {
                    Some(truth) if words.iter().any(|(word, _)| *word == truth) => truth,
                    _ => value.to_string(),
                };
                match words.iter().find(|(word, _)| word.eq_ignore_ascii_case(&text)) {
                    Some((_, payload)) => plain(payload.as_str().into()),
                    None => Ok(None),
                }
            }
            Self::OneOf(options) => {
                let text = value.to_string();
                if options.is_empty() || options.contains(&text) {
                    return plain(text.as_str().into());
                }
                Err(CommandError::Invalid(format!(
                    "{text} is not among {}",
                    crate::decoder::shortened(&options.join(", "), 400)
                )))
            }
            Self::Text { min, max } => {
                let text = if value.is_null() {
                    String::new()
                } else {
                    value.to_string()
                };
                let length = text.chars().count();
                if length < *min || length > *max {
                    return Err(CommandError::Invalid(format!(
                        "the text must have {min} to {max} characters"
                    )));
                }
                plain(text.as_str().into())
            }
            Self::Number { range, scale } => {
                let number = match value {
                    Value::Text(text) => text.trim().parse().ok(),
                    Value::Bool(_) => None,
                    value => value.as_f64(),
                };
                let Some(number) = number.filter(|n: &f64| n.is_finite()) else {
                    return refuse("a number");
                };
                if let Some((low, high)) = range
                    && !(*low..=*high).contains(&number)
                {
                    return Err(CommandError::Invalid(format!(
                        "{number} is not between {low} and {high}"
                    )));
                }
                plain(shortest(scale.write(number)))
            }
            Self::Color(space) => {
                let Some(rgb) = value.as_text().and_then(color::from_hex) else {
                    return refuse("a colour like #ff8800");
                };
                let numbers = color::to_space(*space, rgb);
                let text: Vec<String> = numbers
                    .iter()
                    .map(|n| Rendered::Json(shortest(*n)).text().into_owned())
                    .collect();
                let names: &[&'static str] = match space {
                    color::Space::Hs => &["hue", "saturation"],
                    color::Space::Xy => &["x", "y"],
                    _ => &["red", "green", "blue", "white", "warm_white"],
                };
                Ok(Some(Formed {
                    value: text.join(",").as_str().into(),
                    vars: names
                        .iter()
                        .copied()
                        .zip(numbers.into_iter().map(shortest))
                        .collect(),
                }))
            }
            Self::Constant(payload) => plain(payload.as_str().into()),
            Self::AtZero(form) if value.as_f64() == Some(0.0) => form.form(value),
            Self::AboveZero(form) if value.as_f64() != Some(0.0) => form.form(value),
            Self::AtZero(_) | Self::AboveZero(_) => Ok(None),
            Self::Object { fixed, member, form } => {
                let json = if let Self::Color(space) = &**form {
                    let Some(rgb) = value.as_text().and_then(color::from_hex) else {
                        return refuse("a colour like #ff8800");
                    };
                    let names: &[&str] = match space {
                        color::Space::Rgb => &["r", "g", "b"],
                        color::Space::Rgbw => &["r", "g", "b", "w"],
                        color::Space::Rgbww => &["r", "g", "b", "c", "w"],
                        color::Space::Hs => &["h", "s"],
                        color::Space::Xy => &["x", "y"],
                    };
                    let numbers = color::to_space(*space, rgb).into_iter().map(shortest);
                    Json::map(names.iter().map(|name| (*name).into()).zip(numbers).collect())
                } else {
                    let Some(inner) = form.form(value)? else {
                        return Ok(None);
                    };
                    inner.value
                };
                let mut entries: Vec<_> = fixed
                    .iter()
                    .map(|(name, json)| ((*name).into(), json.clone()))
                    .collect();
                entries.push(((*member).into(), json));
                let vars = entries_as_vars(fixed, member, &entries);
                Ok(Some(Formed {
                    value: Json::map(entries),
                    vars,
                }))
            }
            Self::Vars { fixed, member, form } => {
                let Some(inner) = form.form(value)? else {
                    return Ok(None);
                };
                let mut vars = fixed.clone();
                vars.extend(inner.vars);
                vars.push((*member, inner.value.clone()));
                Ok(Some(Formed {
                    value: inner.value,
                    vars,
                }))
            }
        }
    }
}

/// The members of an object are variables too, for a command template.
fn entries_as_vars(
    fixed: &[(&'static str, Json)],
    member: &'static str,
    entries: &[(std::sync::Arc<str>, Json)],
) -> Vec<(&'static str, Json)> {
    let mut vars = fixed.to_vec();
    if let Some((_, json)) = entries.last() {
        vars.push((member, json.clone()));
    }
    vars
}

fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(on) => Some(*on),
        Value::Int(0) => Some(false),
        Value::Int(1) => Some(true),
        Value::Text(text) => match text.to_ascii_lowercase().as_str() {
            "on" | "true" => Some(true),
            "off" | "false" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// A whole number without `.0`, as Home Assistant sends it.
fn shortest(number: f64) -> Json {
    if number.fract() == 0.0 && number.abs() < 9e15 {
        Json::Int(number as i64)
    } else {
        Json::Float(number)
    }
}
