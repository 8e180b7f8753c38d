//! Objects that wrap one value: `{"value": …, "quality": …, "unit": …, "name": …}` in many spellings.

use std::borrow::Cow;

use hearthline_model::Quality;

use super::json::Json;
use super::stamp;

/// An object that wraps one value.
pub(crate) struct Envelope<'a> {
    /// The entry that is the value.
    pub(crate) value: usize,
    metas: [Option<usize>; 8],
    /// What the device thinks of it.
    pub(crate) quality: Option<Quality>,
    /// Its unit.
    pub(crate) unit: Option<&'a str>,
    /// Nothing else is in it, so the value stands for the whole object.
    pub(crate) pure: bool,
}

impl<'a> Envelope<'a> {
    /// The envelope that an object is, if it has a key for a value.
    pub(crate) fn of(entries: &'a [(Cow<'a, str>, Json<'a>)]) -> Option<Self> {
        let value = entries.iter().position(|(key, _)| is_one_of(key, VALUE_KEYS))?;
        let mut envelope = Self {
            value,
            metas: [None; 8],
            quality: None,
            unit: None,
            pure: true,
        };
        let mut metas = 0;
        for (ix, (key, entry)) in entries.iter().enumerate() {
            if ix == value {
                continue;
            }
            let quality = quality(key, entry);
            let unit = if let Json::Text(text) = entry
                && is_one_of(key, UNIT_KEYS)
            {
                Some(text.as_ref()).filter(|unit| unit.len() <= 32)
            } else {
                None
            };
            envelope.quality = envelope.quality.or(quality);
            envelope.unit = envelope.unit.or(unit);
            let meta = quality.is_some()
                || unit.is_some()
                || is_one_of(key, OTHER_META)
                || is_one_of(key, NAME_KEYS);
            if meta && metas < envelope.metas.len() {
                envelope.metas[metas] = Some(ix);
                metas += 1;
            } else if !stamp::is_time_key(key) {
                envelope.pure = false;
            }
        }
        Some(envelope)
    }

    /// Whether an entry is about the value and no value of its own.
    pub(crate) fn meta(&self, ix: usize) -> bool {
        self.metas.contains(&Some(ix))
    }
}

const VALUE_KEYS: &[&str] = &["value", "v", "val", "vs", "vb"];
const UNIT_KEYS: &[&str] = &[
    "unit",
    "units",
    "uom",
    "u",
    "engunit",
    "unitofmeasurement",
    "unit_of_measurement",
];
const NAME_KEYS: &[&str] = &["name", "tag", "id", "metric", "n", "tagname"];
/// Keys that say nothing about the value.
const OTHER_META: &[&str] = &[
    "seq",
    "datatype",
    "type",
    "bn",
    "bt",
    "bu",
    "bver",
    "registerid",
    "success",
    "last_changed",
];

fn is_one_of(key: &str, keys: &[&str]) -> bool {
    keys.iter().any(|known| known.eq_ignore_ascii_case(key))
}

/// The name that an object gives itself.
pub(crate) fn name_of<'a>(entries: &'a [(Cow<'a, str>, Json<'a>)]) -> Option<&'a str> {
    text_of(entries, NAME_KEYS).filter(|name| !name.is_empty() && name.len() <= 128)
}

/// The text of the first of some keys.
pub(crate) fn text_of<'a>(entries: &'a [(Cow<'a, str>, Json<'a>)], keys: &[&str]) -> Option<&'a str> {
    entries.iter().find_map(|(key, value)| match value {
        Json::Text(text) if is_one_of(key, keys) => Some(text.trim()),
        _ => None,
    })
}

/// Whether an array's element is a named value.
pub(crate) fn is_named(item: &Json<'_>) -> bool {
    matches!(item, Json::Object(entries) if name_of(entries).is_some() && entries.iter().any(|(key, _)| is_one_of(key, VALUE_KEYS)))
}

/// Whether a value is an array of named values.
pub(crate) fn is_batch(json: &Json<'_>) -> bool {
    matches!(json, Json::Array(items) if !items.is_empty() && items.iter().all(is_named))
}

/// A quality key's meaning. 0 is good for OPC UA's `StatusCode`, but bad for OPC DA's `q` and `quality`.
fn quality(key: &str, value: &Json<'_>) -> Option<Quality> {
    let status_code = is_one_of(key, &["statuscode", "status_code"]);
    if !status_code && !is_one_of(key, &["quality", "q", "status", "qc"]) {
        return None;
    }
    match value {
        Json::Bool(good) if !status_code => Some(if *good { Quality::Good } else { Quality::Bad }),
        Json::Int(code) if status_code => Some(match (code >> 30) & 3 {
            0 => Quality::Good,
            1 => Quality::Uncertain,
            _ => Quality::Bad,
        }),
        // Siemens counts 0 bad, 1 and 2 uncertain, 3 good.
        Json::Int(code) if is_one_of(key, &["qc"]) => Some(match code {
            3 => Quality::Good,
            1 | 2 => Quality::Uncertain,
            _ => Quality::Bad,
        }),
        Json::Int(code) if !is_one_of(key, &["status"]) => Some(match code {
            500 => Quality::Stale,
            192.. => Quality::Good,
            64..192 => Quality::Uncertain,
            _ => Quality::Bad,
        }),
        Json::Object(entries) if status_code => entries.iter().find_map(|(key, value)| match value {
            Json::Int(_) if key.eq_ignore_ascii_case("code") => quality("statuscode", value),
            _ => None,
        }),
        Json::Text(text) => {
            let starts = |word: &str| {
                text.get(..word.len())
                    .is_some_and(|start| start.eq_ignore_ascii_case(word))
            };
            if starts("good") || starts("ok") {
                Some(Quality::Good)
            } else if starts("uncertain") {
                Some(Quality::Uncertain)
            } else if starts("bad") {
                Some(Quality::Bad)
            } else if starts("stale") {
                Some(Quality::Stale)
            } else {
                None
            }
        }
        _ => None,
    }
}
