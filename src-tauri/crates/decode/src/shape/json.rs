//! JSON read into a tree that borrows from the payload, keeps the order of keys and is bounded in nodes and depth.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// Most nodes that are read of one payload; the rest is skipped.
const MOST_NODES: usize = 2_000;
/// Deepest level that is read; what is below is skipped.
const DEEPEST: usize = 8;

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Json<'a> {
    /// `null`, and a bare `nan` or `inf` after repair.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number without fraction that fits.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// A string.
    Text(Cow<'a, str>),
    /// An array.
    Array(Vec<Json<'a>>),
    /// An object in the order of the payload.
    Object(Vec<(Cow<'a, str>, Json<'a>)>),
    /// Something that the bounds left out.
    Skipped,
}

impl<'a> Json<'a> {
    /// The value of a key, in whatever case; none where this is no object.
    pub(crate) fn get(&self, key: &str) -> Option<&Json<'a>> {
        let Self::Object(entries) = self else { return None };
        entries
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(key))
            .map(|(_, value)| value)
    }

    /// The text of a key.
    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        self.get(key)?.as_text()
    }

    /// The text that this is.
    pub(crate) fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self {
            Some(text.trim())
        } else {
            None
        }
    }

    /// The number that this is, also one sent as text.
    pub(crate) fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Int(int) => Some(*int as f64),
            Self::Float(float) => Some(*float),
            Self::Text(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
            _ => None,
        }
    }

    /// The whole number that this is, also one sent as text.
    pub(crate) fn as_int(&self) -> Option<i64> {
        match self {
            Self::Int(int) => Some(*int),
            Self::Text(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// Whether this is an object.
    pub(crate) fn is_object(&self) -> bool {
        matches!(self, Self::Object(_))
    }

    /// The elements of an array; nothing for anything else.
    pub(crate) fn items(&self) -> &[Json<'a>] {
        if let Self::Array(items) = self { items } else { &[] }
    }

    /// The entries of an object; nothing for anything else.
    pub(crate) fn entries(&self) -> &[(Cow<'a, str>, Json<'a>)] {
        if let Self::Object(entries) = self {
            entries
        } else {
            &[]
        }
    }
}

/// What was read and what it took.
#[derive(Debug)]
pub(crate) struct Read<'a> {
    /// The value.
    pub(crate) json: Json<'a>,
    /// Whether the bounds left something out.
    pub(crate) cut: bool,
}

/// Reads one JSON text; trailing characters are an error.
pub(crate) fn read(text: &str) -> Result<Read<'_>, serde_json::Error> {
    read_within(text, MOST_NODES, DEEPEST)
}

/// Reads one JSON text of a convention whose documents are larger than what devices say by themselves.
pub(crate) fn read_within(text: &str, nodes: usize, deepest: usize) -> Result<Read<'_>, serde_json::Error> {
    let left = Cell::new(nodes);
    let cut = Cell::new(false);
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let seed = Node {
        left: &left,
        cut: &cut,
        depth: 0,
        deepest,
    };
    let json = seed.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(Read { json, cut: cut.get() })
}

/// Reads a payload and hands it over with whether bare `nan` had to be read as null; the error of the JSON where it is none.
pub(crate) fn with<R>(
    payload: &[u8],
    nodes: usize,
    deepest: usize,
    f: impl FnOnce(&Read<'_>, bool) -> R,
) -> Result<R, String> {
    let text = std::str::from_utf8(payload)
        .map_err(|error| {
            format!(
                "the payload is no valid text: byte {} cannot be UTF-8",
                error.valid_up_to()
            )
        })?
        .trim_start_matches('\u{feff}');
    match read_within(text, nodes, deepest) {
        Ok(read) => Ok(f(&read, false)),
        Err(error) => {
            let repaired = repaired(text);
            match repaired.as_deref().map(|text| read_within(text, nodes, deepest)) {
                Some(Ok(read)) => Ok(f(&read, true)),
                _ => Err(format!("the payload is no valid JSON: {error}")),
            }
        }
    }
}

/// What is said where [`repaired`] had to help.
pub(crate) const REPAIRED: &str =
    "the payload has a bare nan or inf, or a number too large to be one; it was read as null";

/// The text with bare `nan`, `inf`, `-inf`, `infinity` and numbers such as `1e999` outside of strings made `null`; none where there is no such
/// token. Old firmwares print them, and one bad sensor must not hide the others.
pub(crate) fn repaired(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let mut out = String::new();
    let (mut copied, mut at, mut in_string) = (0, 0, false);
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if in_string => at += 1,
            b'"' => in_string = !in_string,
            first if !in_string && is_of_word(first) => {
                let start = at;
                while at + 1 < bytes.len() && is_of_word(bytes[at + 1]) {
                    at += 1;
                }
                // In whatever case, and with a sign.
                let number = text[start..=at].parse::<f64>();
                if number.is_ok_and(|number| !number.is_finite()) {
                    out.push_str(&text[copied..start]);
                    out.push_str("null");
                    copied = at + 1;
                }
            }
            _ => {}
        }
        at += 1;
    }
    (copied > 0).then(|| out + &text[copied..])
}

fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.')
}

#[derive(Clone, Copy)]
struct Node<'c> {
    left: &'c Cell<usize>,
    cut: &'c Cell<bool>,
    depth: usize,
    deepest: usize,
}

impl Node<'_> {
    /// One node deeper; none where the bounds are reached.
    fn child(self) -> Option<Self> {
        if self.left.get() == 0 || self.depth >= self.deepest {
            self.cut.set(true);
            return None;
        }
        self.left.set(self.left.get() - 1);
        Some(Self {
            depth: self.depth + 1,
            ..self
        })
    }
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Json<'de>;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Json<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Json::Int(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(i64::try_from(value).map_or(Json::Float(value as f64), Json::Int))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Json::Float(value))
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Self::Value, E> {
        Ok(Json::Text(Cow::Borrowed(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
        Ok(Json::Text(Cow::Owned(value.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut array = Vec::new();
        loop {
            if let Some(child) = self.child() {
                match items.next_element_seed(child)? {
                    Some(item) => array.push(item),
                    None => return Ok(Json::Array(array)),
                }
            } else {
                let mut skipped = !array.is_empty();
                while items.next_element::<IgnoredAny>()?.is_some() {
                    skipped = true;
                }
                return Ok(if skipped && array.is_empty() {
                    Json::Skipped
                } else {
                    Json::Array(array)
                });
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        let mut object = Vec::new();
        while let Some(key) = entries.next_key_seed(Key)? {
            if let Some(child) = self.child() {
                object.push((key, entries.next_value_seed(child)?));
            } else {
                entries.next_value::<IgnoredAny>()?;
            }
        }
        Ok(Json::Object(object))
    }
}

struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Cow<'de, str>;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Key {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(value.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_and_64_bits_are_kept() {
        let read = read(r#"{"b":9223372036854775807,"a":[1,2.5,"x\n"],"c":null}"#).unwrap();
        assert!(!read.cut);
        assert_eq!(
            read.json,
            Json::Object(vec![
                ("b".into(), Json::Int(i64::MAX)),
                (
                    "a".into(),
                    Json::Array(vec![Json::Int(1), Json::Float(2.5), Json::Text("x\n".into())])
                ),
                ("c".into(), Json::Null),
            ])
        );
    }

    #[test]
    fn bounds_hold() {
        let wide = format!("[{}1]", "1,".repeat(1_000_000));
        let wide = read(&wide).unwrap();
        assert!(wide.cut);
        assert!(matches!(&wide.json, Json::Array(items) if items.len() == MOST_NODES));
        let deep = format!("{}1{}", "[".repeat(100), "]".repeat(100));
        assert!(read(&deep).unwrap().cut);
        assert!(read(&"[".repeat(100_000)).is_err());
    }

    #[test]
    fn bare_nan_is_repaired_outside_of_strings_only() {
        assert_eq!(
            repaired(r#"{"a":nan,"b":"nan \" inf","c":-inf,"d":NaN}"#).unwrap(),
            r#"{"a":null,"b":"nan \" inf","c":null,"d":null}"#
        );
        assert_eq!(repaired(r#"{"a":1e-5,"b":true}"#), None);
        assert_eq!(repaired("ä\"\\"), None);
    }

    #[test]
    fn a_number_beyond_all_bounds_takes_only_itself_away() {
        assert_eq!(
            repaired(r#"[1e999,-1E+400,1e308,"1e999",{"a":1e-999}]"#).unwrap(),
            r#"[null,null,1e308,"1e999",{"a":1e-999}]"#
        );
        let digits = "9".repeat(400);
        assert_eq!(repaired(&format!("[{digits}]")).unwrap(), "[null]");
    }
}
