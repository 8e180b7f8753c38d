//! Arguments by position or by name, as Python takes them.

use minijinja::value::{Rest, ValueOrKwargs};
use minijinja::{Error, ErrorKind, Value};

/// The arguments behind the first one.
pub(super) struct Args {
    positional: Vec<Value>,
    named: Option<Value>,
}

impl Args {
    pub(super) fn new(rest: Rest<ValueOrKwargs>) -> Self {
        let mut positional: Vec<Value> = rest.0.into_iter().map(Value::from).collect();
        let named = positional.pop_if(|last| last.is_kwargs());
        Self { positional, named }
    }

    /// The argument at a position or of a name; none where it was not given.
    pub(super) fn get(&self, ix: usize, name: &str) -> Option<Value> {
        self.positional.get(ix).cloned().or_else(|| {
            let value = self.named.as_ref()?.get_attr(name).ok()?;
            (!value.is_undefined()).then_some(value)
        })
    }

    /// An integer argument.
    pub(super) fn int(&self, ix: usize, name: &str, default: i64) -> Result<i64, Error> {
        match self.get(ix, name) {
            None => Ok(default),
            Some(value) => value
                .as_i64()
                .ok_or_else(|| wrong(format!("{name} must be a whole number"))),
        }
    }

    /// A text argument.
    pub(super) fn text(&self, ix: usize, name: &str, default: &str) -> String {
        self.get(ix, name).map_or_else(
            || default.to_owned(),
            |value| super::super::python::to_str(&value),
        )
    }

    /// A truth argument.
    pub(super) fn bool(&self, ix: usize, name: &str, default: bool) -> bool {
        self.get(ix, name).map_or(default, |value| value.is_true())
    }

    /// The arguments by position.
    pub(super) fn positional(&self) -> &[Value] {
        &self.positional
    }
}

/// Python's `ValueError` and `TypeError`: the message is dropped.
pub(super) fn wrong(text: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidOperation, text.into())
}

/// The default, or the error that Home Assistant raises without one.
pub(super) fn or_default(default: Option<Value>, name: &str, value: &Value) -> Result<Value, Error> {
    default.ok_or_else(|| {
        let text = super::super::python::to_str(value);
        let text = crate::decoder::shortened(&text, 80);
        wrong(format!(
            "{name} got invalid input '{text}' and no default was given"
        ))
    })
}
