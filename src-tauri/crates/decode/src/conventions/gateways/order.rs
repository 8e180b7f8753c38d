//! How a point of a gateway is written: which values it takes and what is published for them.

use hearthline_model::Value;

use crate::scale::Scale;
use crate::{CommandError, Publish, color};

/// What a point takes.
#[derive(Clone, Debug)]
pub(super) enum Takes {
    /// On and off, as these words.
    Bool(&'static str, &'static str),
    /// A number within a range; `true` where it must be whole.
    Number(Option<(f64, f64)>, Scale, bool),
    /// One of some words, each with what is sent for it.
    Words(Vec<(String, String)>),
    /// A colour as `#rrggbb`.
    Color,
    /// Any text.
    Text,
}

/// How the value is put into the payload.
#[derive(Clone, Debug)]
pub(super) enum Form {
    /// As it is.
    Bare,
    /// `{"value": …}`.
    Value,
    /// Siemens' list of one value, by the number of its data point.
    Siemens(String),
}

/// A write.
#[derive(Clone, Debug)]
pub(super) struct Order {
    pub(super) topic: String,
    pub(super) takes: Takes,
    pub(super) form: Form,
}

impl Order {
    /// The message that writes a value.
    pub(super) fn encode(&self, value: &Value) -> Result<Publish, CommandError> {
        let wire = self.takes.wire(value)?;
        let json = || {
            let literal = wire.parse::<f64>().is_ok() || matches!(wire.as_str(), "true" | "false" | "null");
            if literal {
                wire.clone()
            } else {
                serde_json::Value::from(wire.as_str()).to_string()
            }
        };
        let payload = match &self.form {
            Form::Bare => wire.clone(),
            Form::Value => format!("{{\"value\":{}}}", json()),
            Form::Siemens(id) => {
                let id = serde_json::Value::from(id.as_str());
                format!("{{\"seq\":1,\"vals\":[{{\"id\":{id},\"val\":{}}}]}}", json())
            }
        };
        Ok(Publish {
            topic: self.topic.clone(),
            payload: payload.into_bytes(),
            qos: 1,
            retain: false,
        })
    }
}

impl Takes {
    fn wire(&self, value: &Value) -> Result<String, CommandError> {
        let wrong = |wanted: &str| {
            Err(CommandError::Invalid(format!(
                "{value} cannot be sent to this point; it takes {wanted}"
            )))
        };
        match (self, value) {
            (Self::Bool(on, _), Value::Bool(true)) => Ok((*on).to_owned()),
            (Self::Bool(_, off), Value::Bool(false)) => Ok((*off).to_owned()),
            (Self::Bool(..), _) => wrong("on or off"),
            (Self::Number(range, scale, whole), Value::Int(_) | Value::Float(_)) => {
                let number = value.as_f64().unwrap_or_default();
                if let Some((low, high)) = range
                    && !(*low..=*high).contains(&number)
                {
                    return wrong(&format!("numbers from {low} to {high}"));
                }
                let number = scale.write(number);
                let number = if *whole { number.round() } else { number };
                Ok(number.to_string())
            }
            (Self::Number(..), _) => wrong("a number"),
            (Self::Words(words), Value::Text(text)) => {
                match words.iter().find(|(word, _)| **word == **text) {
                    Some((_, sent)) => Ok(sent.clone()),
                    None => wrong(
                        &words
                            .iter()
                            .map(|(word, _)| word.as_str())
                            .collect::<Vec<_>>()
                            .join(", "),
                    ),
                }
            }
            (Self::Words(_), _) => wrong("one of its options"),
            (Self::Color, Value::Text(text)) => match color::from_hex(text) {
                Some(rgb) => Ok(color::to_hex(rgb)),
                None => wrong("a colour such as #ff8800"),
            },
            (Self::Color, _) => wrong("a colour such as #ff8800"),
            (Self::Text, Value::Text(text)) if text.len() <= 1_024 => Ok(text.to_string()),
            (Self::Text, _) => wrong("a short text"),
        }
    }
}
