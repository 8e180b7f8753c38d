//! A value of a point.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// What a point can hold. An enum's value is [`Value::Text`] with the allowed options on the point.
///
/// Serialised untagged: `null`, `true`, `3`, `2.5`, `"open"`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(untagged)]
pub enum Value {
    /// Known to be unknown: the device said so.
    #[default]
    Null,
    /// On or off, open or closed, true or false.
    Bool(bool),
    /// A whole number; keeps 64 bits exactly.
    Int(i64),
    /// A real number; never infinite or NaN when made through [`Value::number`].
    Float(f64),
    /// Text, an enum's option, or structured text (JSON) where a value is no number.
    Text(Arc<str>),
}

impl Value {
    /// A float, or [`Value::Null`] where it is NaN or infinite.
    pub fn number(number: f64) -> Self {
        if number.is_finite() {
            Self::Float(number)
        } else {
            Self::Null
        }
    }

    /// Text from anything that becomes a shared string.
    pub fn text(text: impl Into<Arc<str>>) -> Self {
        Self::Text(text.into())
    }

    /// The value as a number where it is one: booleans count 0 and 1, text and null do not.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Bool(on) => Some(f64::from(u8::from(*on))),
            Self::Int(int) => Some(*int as f64),
            Self::Float(float) => Some(*float),
            Self::Null | Self::Text(_) => None,
        }
    }

    /// The value as a boolean where it is one.
    pub fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(on) = self {
            Some(*on)
        } else {
            None
        }
    }

    /// The value as text where it is text.
    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self {
            Some(text)
        } else {
            None
        }
    }

    /// Whether the value is [`Value::Null`].
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Null => f.write_str("unknown"),
            Self::Bool(on) => write!(f, "{on}"),
            Self::Int(int) => write!(f, "{int}"),
            Self::Float(float) => write!(f, "{float}"),
            Self::Text(text) => f.write_str(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nan_and_infinity_become_null() {
        assert_eq!(Value::number(f64::NAN), Value::Null);
        assert_eq!(Value::number(f64::NEG_INFINITY), Value::Null);
        assert_eq!(Value::number(1.5), Value::Float(1.5));
    }

    #[test]
    fn json_keeps_the_kind() {
        for (value, json) in [
            (Value::Null, "null"),
            (Value::Bool(true), "true"),
            (Value::Int(i64::MAX), "9223372036854775807"),
            (Value::Float(2.5), "2.5"),
            (Value::text("open"), "\"open\""),
        ] {
            assert_eq!(serde_json::to_string(&value).unwrap(), json);
            assert_eq!(serde_json::from_str::<Value>(json).unwrap(), value);
        }
    }
}
