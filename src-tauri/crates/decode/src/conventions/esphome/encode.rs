//! The way back: `<prefix>/<component>/<object>/command`.

use hearthline_model::Value;
use serde_json::json;

use crate::asked::{boolean, number, within};
use crate::color;
use crate::scale::Scale;
use crate::{CommandError, Publish};

/// How a point is written; each with its topic.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Command {
    /// `ON` and `OFF`.
    OnOff(String),
    /// Two words of its own.
    Words(String, &'static str, &'static str),
    /// A number as it is.
    Number(String),
    /// A whole number from 0 on.
    Step(String),
    /// 0 … 100.
    Percent(String),
    /// A text as it is.
    Text(String),
    /// One of the options, in capitals.
    Verb(String),
    /// A member of a light's JSON.
    Light(String, &'static str),
    /// A button.
    Press(String),
}

/// The message of a write. `options` are those of the point's command, or of the point.
pub(super) fn encode(
    command: &Command,
    value: &Value,
    options: &[String],
) -> Result<Vec<Publish>, CommandError> {
    let (topic, payload) = match command {
        Command::OnOff(topic) => (topic, if boolean(value)? { "ON" } else { "OFF" }.to_owned()),
        Command::Words(topic, on, off) => (topic, if boolean(value)? { *on } else { *off }.to_owned()),
        Command::Number(topic) => (topic, number(value)?.to_string()),
        Command::Step(topic) => {
            let step = number(value)?;
            if step < 0.0 || step.fract() != 0.0 {
                return Err(invalid("it takes a whole number from 0 on"));
            }
            (topic, format!("{step:.0}"))
        }
        Command::Percent(topic) => (topic, format!("{:.0}", percent(value)?)),
        Command::Text(topic) => (topic, chosen(value, options)?.to_owned()),
        Command::Verb(topic) => (topic, chosen(value, options)?.to_ascii_uppercase()),
        Command::Press(topic) => (topic, "PRESS".to_owned()),
        Command::Light(topic, member) => (topic, light(member, value)?),
    };
    Ok(vec![Publish {
        topic: topic.clone(),
        payload: payload.into_bytes(),
        qos: 0,
        retain: false,
    }])
}

fn light(member: &str, value: &Value) -> Result<String, CommandError> {
    let json = match member {
        "state" => json!({ "state": if boolean(value)? { "ON" } else { "OFF" } }),
        "brightness" if percent(value)? == 0.0 => json!({ "state": "OFF" }),
        "brightness" => {
            let full = Scale::Brightness { full: 255.0 }.write(percent(value)?);
            json!({ "state": "ON", "brightness": full as i64 })
        }
        "white_value" => {
            let full = (percent(value)? * 2.55).round();
            json!({ "state": "ON", "white_value": full as i64 })
        }
        "color_temp" => {
            let kelvin = number(value)?;
            if !(1000.0..=20_000.0).contains(&kelvin) {
                return Err(invalid("the colour temperature must be between 1000 and 20000 K"));
            }
            json!({ "state": "ON", "color_temp": Scale::Mired.write(kelvin) as i64 })
        }
        "color" => {
            let [r, g, b] = value
                .as_text()
                .and_then(color::from_hex)
                .ok_or_else(|| invalid("a colour is written as #rrggbb"))?;
            json!({ "state": "ON", "color": { "r": r, "g": g, "b": b } })
        }
        _ => json!({ "state": "ON", member: chosen(value, &[])? }),
    };
    Ok(json.to_string())
}

fn chosen<'v>(value: &'v Value, options: &[String]) -> Result<&'v str, CommandError> {
    let text = value.as_text().ok_or_else(|| invalid("it takes a text"))?;
    if text.len() > 1024 {
        return Err(invalid("the text is too long"));
    }
    if !options.is_empty() && !options.iter().any(|option| option == text) {
        return Err(CommandError::Invalid(format!(
            "choose one of {}",
            options.join(", ")
        )));
    }
    Ok(text)
}

fn percent(value: &Value) -> Result<f64, CommandError> {
    within(value, 0.0, 100.0)
}

fn invalid(text: &str) -> CommandError {
    CommandError::Invalid(text.to_owned())
}
