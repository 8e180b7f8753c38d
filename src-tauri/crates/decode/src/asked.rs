//! A value that a person asks a point to take, checked before it is written.

use hearthline_model::Value;

use crate::CommandError;

/// On or off.
pub(crate) fn boolean(value: &Value) -> Result<bool, CommandError> {
    value
        .as_bool()
        .ok_or_else(|| CommandError::Invalid("it can only be switched on or off".to_owned()))
}

/// A finite number; on and off are none.
pub(crate) fn number(value: &Value) -> Result<f64, CommandError> {
    match value {
        Value::Int(_) | Value::Float(_) => value.as_f64().filter(|number| number.is_finite()),
        _ => None,
    }
    .ok_or_else(|| CommandError::Invalid("it takes a number".to_owned()))
}

/// A number from `min` to `max`.
pub(crate) fn within(value: &Value, min: f64, max: f64) -> Result<f64, CommandError> {
    let number = number(value)?;
    if (min..=max).contains(&number) {
        Ok(number)
    } else {
        Err(CommandError::Invalid(format!(
            "the value must be between {min} and {max}"
        )))
    }
}
