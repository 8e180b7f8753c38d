//! A JSON tree that keeps the order of keys and that templates read without a copy.

use std::fmt;
use std::sync::Arc;

use minijinja::Value;
use minijinja::value::{Enumerator, Object, ObjectExt, ObjectRepr};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::shape::json;

/// A JSON value. Lists and maps are shared, so that handing one to a template costs a reference count.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    Int(i64),
    /// Only what does not fit an `i64`.
    UInt(u64),
    Float(f64),
    Text(Arc<str>),
    List(Arc<List>),
    Map(Arc<Map>),
}

/// The items of a JSON array.
#[derive(Debug, PartialEq)]
pub(crate) struct List(pub Vec<Json>);

/// The entries of a JSON object in the order sent; of a key given twice the last one counts.
#[derive(Debug, PartialEq)]
pub(crate) struct Map(pub Vec<(Arc<str>, Json)>);

impl Json {
    /// Parses a payload. Bare `nan` and `inf` tokens, which old firmware sends, and numbers beyond all bounds count as null.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match serde_json::from_str(text) {
            Ok(json) => Some(json),
            Err(_) => json::repaired(text).and_then(|text| serde_json::from_str(&text).ok()),
        }
    }

    /// The entry of a map.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        if let Self::Map(map) = self {
            map.get(key)
        } else {
            None
        }
    }

    /// The item of a list; negative counts from the end.
    pub(crate) fn at(&self, ix: i64) -> Option<&Self> {
        let Self::List(list) = self else { return None };
        let len = list.0.len() as i64;
        let ix = if ix < 0 { ix.checked_add(len)? } else { ix };
        usize::try_from(ix).ok().and_then(|ix| list.0.get(ix))
    }

    /// A list of items.
    pub(crate) fn list(items: Vec<Self>) -> Self {
        Self::List(Arc::new(List(items)))
    }

    /// A map of entries.
    pub(crate) fn map(entries: Vec<(Arc<str>, Self)>) -> Self {
        Self::Map(Arc::new(Map(entries)))
    }

    /// The items of a list that nobody else holds; nothing otherwise.
    pub(crate) fn items_mut(&mut self) -> &mut [Self] {
        match self {
            Self::List(list) => Arc::get_mut(list).map_or(&mut [], |list| list.0.as_mut_slice()),
            _ => &mut [],
        }
    }

    /// A map that nobody else holds.
    pub(crate) fn map_mut(&mut self) -> Option<&mut Map> {
        match self {
            Self::Map(map) => Arc::get_mut(map),
            _ => None,
        }
    }

    /// The text of a JSON string.
    pub(crate) fn as_str(&self) -> Option<&str> {
        if let Self::Text(text) = self {
            Some(text)
        } else {
            None
        }
    }

    /// The number of a JSON number, or of a string that holds one.
    pub(crate) fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Int(int) => Some(*int as f64),
            Self::UInt(int) => Some(*int as f64),
            Self::Float(float) => Some(*float),
            Self::Text(text) => super::python::parse_float(text).filter(|f| f.is_finite()),
            _ => None,
        }
    }

    /// The value as a template sees it.
    pub(crate) fn to_value(&self) -> Value {
        match self {
            Self::Null => Value::from(()),
            Self::Bool(on) => Value::from(*on),
            Self::Int(int) => Value::from(*int),
            Self::UInt(int) => Value::from(*int),
            Self::Float(float) => Value::from(*float),
            Self::Text(text) => Value::from(Arc::clone(text)),
            Self::List(list) => Value::from_dyn_object(Arc::clone(list)),
            Self::Map(map) => Value::from_dyn_object(Arc::clone(map)),
        }
    }

    /// Compact JSON text.
    pub(crate) fn to_json(&self) -> String {
        let mut out = String::new();
        self.write_json(&mut out);
        out
    }

    fn write_json(&self, out: &mut String) {
        use fmt::Write as _;
        // Writing to a string cannot fail, and every text below is serialisable.
        match self {
            Self::Null => out.push_str("null"),
            Self::Bool(on) => out.push_str(if *on { "true" } else { "false" }),
            Self::Int(int) => drop(write!(out, "{int}")),
            Self::UInt(int) => drop(write!(out, "{int}")),
            Self::Float(float) => {
                out.push_str(&serde_json::Number::from_f64(*float).map_or("null".into(), |n| n.to_string()));
            }
            Self::Text(text) => out.push_str(&serde_json::to_string(&**text).unwrap_or_default()),
            Self::List(list) => {
                out.push('[');
                for (ix, item) in list.0.iter().enumerate() {
                    if ix > 0 {
                        out.push(',');
                    }
                    item.write_json(out);
                }
                out.push(']');
            }
            Self::Map(map) => {
                out.push('{');
                for (ix, (key, item)) in map.0.iter().enumerate() {
                    if ix > 0 {
                        out.push(',');
                    }
                    out.push_str(&serde_json::to_string(&**key).unwrap_or_default());
                    out.push(':');
                    item.write_json(out);
                }
                out.push('}');
            }
        }
    }
}

impl Map {
    /// The entry of a key.
    pub(crate) fn get(&self, key: &str) -> Option<&Json> {
        self.0.iter().rev().find(|(k, _)| &**k == key).map(|(_, v)| v)
    }
}

impl Object for Map {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Map
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get(key.as_str()?).map(Json::to_value)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        self.get(key).map(Json::to_value)
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        self.mapped_enumerator(|map| Box::new(map.0.iter().map(|(key, _)| Value::from(Arc::clone(key)))))
    }

    fn enumerator_len(self: &Arc<Self>) -> Option<usize> {
        Some(self.0.len())
    }
}

impl Object for List {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Seq
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.0.get(key.as_usize()?).map(Json::to_value)
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Seq(self.0.len())
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor)
    }
}

struct JsonVisitor;

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, on: bool) -> Result<Json, E> {
        Ok(Json::Bool(on))
    }

    fn visit_i64<E>(self, int: i64) -> Result<Json, E> {
        Ok(Json::Int(int))
    }

    fn visit_u64<E>(self, int: u64) -> Result<Json, E> {
        Ok(i64::try_from(int).map_or(Json::UInt(int), Json::Int))
    }

    fn visit_f64<E>(self, float: f64) -> Result<Json, E> {
        Ok(Json::Float(float))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(Json::Text(text.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Json, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Json::List(Arc::new(List(items))))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry::<Arc<str>, Json>()? {
            entries.push(entry);
        }
        Ok(Json::Map(Arc::new(Map(entries))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_order_exact_integers_and_survives_bare_nan() {
        let json = Json::parse(r#"{"z":1,"a":18446744073709551615,"f":25.0,"t":"é"}"#).unwrap();
        assert_eq!(
            json.to_json(),
            r#"{"z":1,"a":18446744073709551615,"f":25.0,"t":"é"}"#
        );
        let json = Json::parse(r#"{"T":nan,"s":"nan \" inf","l":[-inf,NaN,1]}"#).unwrap();
        assert_eq!(json.to_json(), r#"{"T":null,"s":"nan \" inf","l":[null,null,1]}"#);
        assert!(Json::parse("{").is_none());
        assert!(
            Json::parse(&"[".repeat(100_000)).is_none(),
            "depth is bounded by the parser"
        );
    }
}
