//! The value of a field: bare, as a variant of either edition, as a data value, and what is in it.

use std::borrow::Cow;

use hearthline_model::{Kind, Micros, Quality};

use super::body::exact;
use crate::shape::flatten::Flat;
use crate::shape::json::Json;
use crate::shape::points::Said;
use crate::shape::scalar::Scalar;
use crate::shape::stamp::{self, Stamp};

/// A field whose wrappings are opened.
pub(super) struct Field<'a> {
    /// What is in it; none where the data value has none.
    pub(super) value: Option<&'a Json<'a>>,
    /// The number of its built-in type, where the message tells.
    pub(super) builtin: Option<i64>,
    pub(super) quality: Quality,
    pub(super) at: Option<Micros>,
    /// Its time was not to be believed.
    pub(super) clock: bool,
}

/// The keys of a data value, and of a variant of edition 1.05.
const DATA_VALUE: &[&str] = &[
    "Value",
    "Status",
    "StatusCode",
    "SourceTimestamp",
    "SourcePicoseconds",
    "SourcePicoSeconds",
    "ServerTimestamp",
    "ServerPicoseconds",
    "ServerPicoSeconds",
    "UaType",
    "Dimensions",
];

impl<'a> Field<'a> {
    /// Opens a field that arrived at `arrival`.
    pub(super) fn open(json: &'a Json<'a>, arrival: Micros) -> Self {
        let mut field = Self {
            value: Some(json),
            builtin: None,
            quality: Quality::Good,
            at: None,
            clock: false,
        };
        let mut server = None;
        // A data value holds a variant at most.
        for _ in 0..4 {
            let Some(json @ Json::Object(entries)) = field.value else {
                break;
            };
            let only = |keys: &[&str]| entries.iter().all(|(key, _)| keys.contains(&key.as_ref()));
            if entries.is_empty() {
                field.value = None;
            } else if exact(json, "Body").is_some()
                && matches!(exact(json, "Type"), Some(Json::Int(_)))
                && only(&["Type", "Body", "Dimensions"])
            {
                field.builtin = exact(json, "Type").and_then(Json::as_int);
                field.value = exact(json, "Body");
            } else if only(DATA_VALUE) {
                field.builtin = exact(json, "UaType").and_then(Json::as_int).or(field.builtin);
                for key in ["Status", "StatusCode"] {
                    if let Some(code) = exact(json, key) {
                        field.quality = field.quality.max(quality(code));
                    }
                }
                for (key, time) in [
                    ("SourceTimestamp", &mut field.at),
                    ("ServerTimestamp", &mut server),
                ] {
                    match exact(json, key).map_or(Stamp::No, |time| stamp::read(time, arrival)) {
                        Stamp::At(at) => *time = time.or(Some(at)),
                        Stamp::Useless(wrong) => field.clock |= wrong,
                        Stamp::No => {}
                    }
                }
                field.value = exact(json, "Value");
            } else {
                break;
            }
        }
        field.at = field.at.or(server);
        field
    }
}

/// The quality of a status code: a number, `{Code, Symbol}` or its symbol. The two highest bits are the severity: 0 is good.
pub(super) fn quality(json: &Json<'_>) -> Quality {
    match json {
        Json::Int(code) => match (code >> 30) & 3 {
            0 => Quality::Good,
            1 => Quality::Uncertain,
            _ => Quality::Bad,
        },
        Json::Text(text) => match text.trim() {
            text if text.starts_with("Bad") => Quality::Bad,
            text if text.starts_with("Uncertain") => Quality::Uncertain,
            text => text
                .parse()
                .map_or(Quality::Good, |code| quality(&Json::Int(code))),
        },
        Json::Object(_) => match (exact(json, "Code"), exact(json, "Symbol")) {
            (Some(code), _) | (None, Some(code)) => quality(code),
            _ => Quality::Good,
        },
        _ => Quality::Good,
    }
}

/// What a field holds.
pub(super) enum Content<'a> {
    /// One value.
    One(Said<'a>),
    /// An array or structure.
    Many(Flat<'a>),
    /// So many bytes.
    Bytes(i64),
}

/// The kind that a built-in type has.
pub(super) fn kind(builtin: i64) -> Option<Kind> {
    Some(match builtin {
        1 => Kind::Bool,
        2..=11 | 26..=28 => Kind::Number,
        12 | 14 | 16..=21 => Kind::Text,
        13 => Kind::Time,
        15 => Kind::Binary,
        _ => return None,
    })
}

/// Reads an opened field of a built-in type.
pub(super) fn content<'a>(json: &'a Json<'a>, builtin: Option<i64>, arrival: Micros) -> Content<'a> {
    let nothing = || Content::One(Said::scalar(Scalar::Unknown(false)));
    match json {
        Json::Object(entries) => {
            let only = |keys: &[&str]| {
                !entries.is_empty() && entries.iter().all(|(key, _)| keys.contains(&key.as_ref()))
            };
            // LocalizedText, QualifiedName, StatusCode: one text each.
            let text = if only(&["Locale", "Text"]) {
                Some("Text")
            } else if only(&["Name", "Uri", "NamespaceIndex"]) {
                Some("Name")
            } else if only(&["Code", "Symbol"]) {
                Some("Symbol")
            } else {
                None
            };
            if let Some(text) = text {
                return match exact(json, text).or_else(|| exact(json, "Code")) {
                    Some(Json::Text(text)) => Content::One(Said::word(text.as_ref())),
                    Some(Json::Int(code)) => Content::One(Said::word(code.to_string())),
                    _ => nothing(),
                };
            }
            let body = exact(json, "Body")
                .filter(|_| exact(json, "TypeId").is_some() || exact(json, "UaTypeId").is_some());
            Content::Many(Flat::of(body.unwrap_or(json), arrival))
        }
        Json::Array(_) => Content::Many(Flat::of(json, arrival)),
        Json::Text(text) => match builtin {
            // Four letters of Base64 are three bytes.
            Some(15) => Content::Bytes((text.trim_end_matches('=').len() * 3 / 4) as i64),
            Some(13) if text.starts_with("0001-01-01") || text.starts_with("1601-01-01") => nothing(),
            Some(12 | 14 | 16..=21) => Content::One(Said::word(text.as_ref())),
            _ => Said::json(json).map_or_else(nothing, Content::One),
        },
        Json::Int(int) if builtin == Some(1) => Content::One(Said::scalar(Scalar::Bool(
            *int != 0,
            crate::shape::scalar::Word::Plain,
        ))),
        Json::Int(code) if builtin == Some(19) => Content::One(Said::word(status_name(*code))),
        _ => Said::json(json).map_or_else(nothing, Content::One),
    }
}

/// `Running_1` of a verbose enumeration without its number.
pub(super) fn enum_name(text: &str) -> &str {
    match text.rsplit_once('_') {
        Some((name, number)) if !name.is_empty() && number.parse::<i64>().is_ok() => name,
        _ => text,
    }
}

fn status_name(code: i64) -> Cow<'static, str> {
    match quality(&Json::Int(code)) {
        Quality::Good if code == 0 => "Good".into(),
        Quality::Good => format!("Good (0x{code:08X})").into(),
        Quality::Uncertain => format!("Uncertain (0x{code:08X})").into(),
        _ => format!("Bad (0x{code:08X})").into(),
    }
}
