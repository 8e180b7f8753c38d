//! What one message offers to templates.

use std::cell::OnceCell;
use std::sync::Arc;

use hearthline_model::Micros;
use minijinja::Value;
use minijinja::value::{Enumerator, Object};

use super::Json;

/// The variables of one message: `value`, `value_json` and what the caller adds. Parsed once, on the first use.
#[derive(Debug)]
pub(crate) struct Vars<'a> {
    text: &'a str,
    now: Micros,
    json: OnceCell<Option<Json>>,
    shared: OnceCell<Arc<str>>,
    extra: Vec<(&'static str, Json)>,
}

impl<'a> Vars<'a> {
    /// The variables of a payload that arrived at `now`.
    pub(crate) fn new(text: &'a str, now: Micros) -> Self {
        Self {
            text,
            now,
            json: OnceCell::new(),
            shared: OnceCell::new(),
            extra: Vec::new(),
        }
    }

    /// Adds a variable; it stands before `value` where it has that name.
    pub(crate) fn with(mut self, name: &'static str, value: Json) -> Self {
        self.extra.push((name, value));
        self
    }

    /// The payload's text.
    pub(crate) fn value(&self) -> &'a str {
        self.text
    }

    /// The payload's text, shared.
    pub(crate) fn shared(&self) -> Arc<str> {
        Arc::clone(self.shared.get_or_init(|| self.text.into()))
    }

    /// The payload as JSON, where it is.
    pub(crate) fn json(&self) -> Option<&Json> {
        self.json.get_or_init(|| Json::parse(self.text)).as_ref()
    }

    /// Whether `value` or `value_json` is hidden by a variable of the caller's.
    pub(crate) fn shadowed(&self) -> bool {
        self.extra
            .iter()
            .any(|(name, _)| matches!(*name, "value" | "value_json"))
    }

    /// The context of a rendering.
    pub(super) fn context(&self) -> Value {
        Value::from_object(Scope {
            value: Value::from(self.shared()),
            json: self.json().map(Json::to_value),
            now: self.now,
            extra: self
                .extra
                .iter()
                .map(|(name, json)| (*name, json.to_value()))
                .collect(),
        })
    }
}

/// The name under which functions of time find the present; no template can spell it.
pub(super) const NOW: &str = "\0now";

#[derive(Debug)]
struct Scope {
    value: Value,
    json: Option<Value>,
    now: Micros,
    extra: Vec<(&'static str, Value)>,
}

impl Object for Scope {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        if let Some((_, value)) = self.extra.iter().rev().find(|(name, _)| *name == key) {
            return Some(value.clone());
        }
        match key {
            "value" => Some(self.value.clone()),
            "value_json" => self.json.clone(),
            NOW => Some(Value::from(self.now)),
            // Home Assistant's own entity, which does not exist here.
            "this" => Some(Value::from_pairs(std::iter::empty::<(&str, Value)>())),
            "entity_id" | "name" => Some(Value::from("")),
            _ => None,
        }
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::NonEnumerable
    }
}
