//! A JSON tree as a flat list of values with dotted paths, times, qualities and units.
//!
//! Recognised on the way: an envelope `{"value": …, "timestamp": …, "quality": …, "unit": …}`, a batch
//! `[{"name": …, "value": …}]` (bare, or in `values`/`vals`), `SenML`'s short keys, and a time key that holds for its object.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::ops::Range;

use hearthline_model::{Micros, Quality};

use super::envelope::{Envelope, is_batch, is_named, name_of, text_of};
use super::json::Json;
use super::scalar::{self, Scalar};
use super::stamp::{self, Stamp};

/// Most values of one message.
const MOST_LEAVES: usize = 256;
/// Longest array that becomes a point an element.
const MOST_ELEMENTS: usize = 16;
/// Longest path and longest joined text, bytes.
const LONGEST: usize = 256;

/// One value of a message.
#[derive(Debug)]
pub(crate) struct Leaf<'a> {
    path: Range<usize>,
    /// What it says.
    pub(crate) scalar: Scalar<'a>,
    /// The text as sent, where it was text.
    pub(crate) raw: Option<Cow<'a, str>>,
    /// The device's time.
    pub(crate) at: Option<Micros>,
    /// What the device thinks of it.
    pub(crate) quality: Quality,
    /// Its unit, where the message tells.
    pub(crate) unit: Option<&'a str>,
}

/// All values of a message.
#[derive(Debug, Default)]
pub(crate) struct Flat<'a> {
    paths: String,
    /// The values in the order of the payload.
    pub(crate) leaves: Vec<Leaf<'a>>,
    /// Something was left out because of the bounds.
    pub(crate) cut: bool,
    /// A time was too far ahead of the arrival to be believed.
    pub(crate) clock: bool,
    /// Every path is the place in the payload's JSON: no envelope was opened and no batch was named on the way.
    pub(crate) straight: bool,
}

#[derive(Clone, Copy)]
struct Around<'a> {
    at: Option<Micros>,
    quality: Quality,
    unit: Option<&'a str>,
}

impl<'a> Flat<'a> {
    /// Flattens a message that arrived at `arrival`.
    pub(crate) fn of(json: &'a Json<'a>, arrival: Micros) -> Self {
        let mut flat = Self {
            straight: true,
            ..Self::default()
        };
        let around = Around {
            at: None,
            quality: Quality::Good,
            unit: None,
        };
        flat.walk(json, &mut String::new(), around, arrival);
        flat
    }

    /// A message of one bare text.
    pub(crate) fn text(text: &'a str) -> Self {
        let mut flat = Self {
            straight: true,
            ..Self::default()
        };
        flat.leaves.push(Leaf {
            path: 0..0,
            scalar: scalar::of_text(text),
            raw: Some(Cow::Borrowed(text.trim())),
            at: None,
            quality: Quality::Good,
            unit: None,
        });
        flat
    }

    /// A payload that is no text: its size stands for it.
    pub(crate) fn size(bytes: usize) -> Self {
        let mut flat = Self::text("");
        flat.leaves[0].scalar = Scalar::Int(bytes as i64);
        flat
    }

    /// The dotted path of a value; empty for the message itself.
    pub(crate) fn path(&self, leaf: &Leaf<'_>) -> &str {
        &self.paths[leaf.path.clone()]
    }

    fn walk(&mut self, json: &'a Json<'a>, path: &mut String, around: Around<'a>, arrival: Micros) {
        match json {
            Json::Object(entries) => self.object(entries, path, around, arrival),
            Json::Array(items) => self.array(items, path, around, arrival),
            Json::Skipped => self.cut = true,
            scalar => {
                if let Some(scalar) = scalar::of_json(scalar) {
                    let raw = if let Json::Text(text) = json {
                        Some(Cow::Borrowed(text.as_ref()))
                    } else {
                        None
                    };
                    self.push(scalar, raw, path, around);
                }
            }
        }
    }

    fn push(&mut self, scalar: Scalar<'a>, raw: Option<Cow<'a, str>>, path: &str, around: Around<'a>) {
        if self.leaves.len() >= MOST_LEAVES || path.len() > LONGEST {
            self.cut = true;
            return;
        }
        let start = self.paths.len();
        self.paths.push_str(path);
        self.leaves.push(Leaf {
            path: start..self.paths.len(),
            scalar,
            raw,
            at: around.at,
            quality: around.quality,
            unit: around.unit,
        });
    }

    fn object(
        &mut self,
        entries: &'a [(Cow<'a, str>, Json<'a>)],
        path: &mut String,
        mut around: Around<'a>,
        arrival: Micros,
    ) {
        let mut time_entry = None;
        for (ix, (key, value)) in entries.iter().enumerate() {
            if time_entry.is_none() && stamp::is_time_key(key) {
                match stamp::read(value, arrival) {
                    Stamp::No => continue,
                    Stamp::Useless(wrong) => self.clock |= wrong,
                    Stamp::At(at) => around.at = Some(at),
                }
                time_entry = Some(ix);
            }
        }
        let envelope = Envelope::of(entries);
        if let Some(envelope) = &envelope {
            around.quality = around.quality.max(envelope.quality.unwrap_or_default());
            around.unit = envelope.unit.or(around.unit);
        }
        for (ix, (key, value)) in entries.iter().enumerate() {
            if Some(ix) == time_entry || envelope.as_ref().is_some_and(|e| e.meta(ix)) {
                continue;
            }
            let length = path.len();
            let transparent = envelope.as_ref().is_some_and(|e| e.pure && e.value == ix)
                || matches!(key.as_ref(), "values" | "vals" | "metrics")
                    && (is_batch(value) || matches!(value, Json::Object(_)));
            if transparent {
                self.straight = false;
            } else {
                extend(path, key);
            }
            self.walk(value, path, around, arrival);
            path.truncate(length);
        }
    }

    fn array(&mut self, items: &'a [Json<'a>], path: &mut String, around: Around<'a>, arrival: Micros) {
        let length = path.len();
        if items.iter().all(is_named) && !items.is_empty() {
            self.straight = false;
            return self.batch(items, path, around, arrival);
        }
        let scalars = items
            .iter()
            .all(|item| !matches!(item, Json::Array(_) | Json::Object(_) | Json::Skipped));
        let texts = items.iter().any(|item| matches!(item, Json::Text(_)));
        if scalars && (texts || items.len() > MOST_ELEMENTS) {
            let joined = joined(items);
            // The text is ours, so what it says cannot be borrowed from the payload: it is text and nothing else.
            return self.push(Scalar::Text(""), Some(Cow::Owned(joined)), path, around);
        }
        self.cut |= items.len() > MOST_ELEMENTS;
        for (ix, item) in items.iter().take(MOST_ELEMENTS).enumerate() {
            if !path.is_empty() {
                path.push('.');
            }
            let _ = write!(path, "{ix}"); // writing to a String cannot fail
            self.walk(item, path, around, arrival);
            path.truncate(length);
        }
    }

    /// `[{"name": …, "value": …}]`, also `SenML` with its base name and base time in the first record.
    fn batch(&mut self, items: &'a [Json<'a>], path: &mut String, around: Around<'a>, arrival: Micros) {
        let length = path.len();
        let (mut base_name, mut base_time) = ("", None);
        for item in items {
            let Json::Object(entries) = item else { continue };
            if let Some(name) = text_of(entries, &["bn"]) {
                base_name = name;
            }
            if let Some((_, time)) = entries.iter().find(|(key, _)| key == "bt")
                && let Stamp::At(at) = stamp::read(time, arrival)
            {
                base_time = Some(at);
            }
            let mut around = around;
            if let Some(base) = base_time {
                let seconds = entries
                    .iter()
                    .find(|(key, _)| key == "t")
                    .map_or(0.0, |(_, t)| match t {
                        Json::Int(int) => *int as f64,
                        Json::Float(float) => *float,
                        _ => 0.0,
                    });
                around.at = base
                    .checked_add((seconds * 1e6) as i64)
                    .filter(|&at| at <= arrival);
            }
            let Some(name) = name_of(entries) else { continue };
            if !base_name.is_empty() {
                extend(path, base_name);
            }
            extend(path, name);
            self.named(entries, path, around, arrival);
            path.truncate(length);
        }
    }

    fn named(
        &mut self,
        entries: &'a [(Cow<'a, str>, Json<'a>)],
        path: &mut String,
        mut around: Around<'a>,
        arrival: Micros,
    ) {
        for (key, value) in entries {
            if stamp::is_time_key(key) {
                match stamp::read(value, arrival) {
                    Stamp::No => {}
                    Stamp::Useless(wrong) => self.clock |= wrong,
                    Stamp::At(at) => around.at = Some(at),
                }
            }
        }
        if let Some(envelope) = Envelope::of(entries) {
            around.quality = around.quality.max(envelope.quality.unwrap_or_default());
            around.unit = envelope.unit.or(around.unit);
            self.walk(&entries[envelope.value].1, path, around, arrival);
        }
    }
}

fn extend(path: &mut String, key: &str) {
    if !path.is_empty() {
        path.push('.');
    }
    path.push_str(key);
}

fn joined(items: &[Json<'_>]) -> String {
    let mut out = String::new();
    for item in items {
        if !out.is_empty() {
            out.push_str(", ");
        }
        let _ = match item {
            Json::Bool(on) => write!(out, "{on}"),
            Json::Int(int) => write!(out, "{int}"),
            Json::Float(float) => write!(out, "{float}"),
            Json::Text(text) => write!(out, "{text}"),
            _ => write!(out, "null"),
        }; // writing to a String cannot fail
        if out.len() > LONGEST {
            out = crate::decoder::shortened(&out, LONGEST);
            out.push('…');
            break;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::json;

    const NOW: Micros = 1_795_000_000_000_000;

    fn check(text: &str, want: &[&str]) {
        let read = json::read(text).unwrap();
        let flat = Flat::of(&read.json, NOW);
        let found: Vec<String> = flat
            .leaves
            .iter()
            .map(|leaf| {
                let mut line = format!("{}={:?}", flat.path(leaf), leaf.scalar);
                if leaf.scalar == Scalar::Text("") {
                    line = format!("{}={:?}", flat.path(leaf), leaf.raw);
                }
                if let Some(at) = leaf.at {
                    let _ = write!(line, " @{}", at - NOW);
                }
                if leaf.quality != Quality::Good {
                    let _ = write!(line, " {:?}", leaf.quality);
                }
                if let Some(unit) = leaf.unit {
                    let _ = write!(line, " [{unit}]");
                }
                line
            })
            .collect();
        assert_eq!(found, want, "{text}");
    }

    #[test]
    fn objects_become_paths() {
        check(
            r#"{"a":1,"b":{"c":2.5,"d":[1,2]}}"#,
            &["a=Int(1)", "b.c=Float(2.5)", "b.d.0=Int(1)", "b.d.1=Int(2)"],
        );
        check(r#"{"names":["x","y"]}"#, &[r#"names=Some("x, y")"#]);
        check(r#"{"t":21.5}"#, &["t=Float(21.5)"]);
        check("5", &["=Int(5)"]);
    }

    #[test]
    fn envelopes_are_opened() {
        check(
            r#"{"value":21.5,"timestamp":1794999999,"quality":"Bad","unit":"°C"}"#,
            &["=Float(21.5) @-1000000 Bad [°C]"],
        );
        check(r#"{"Value":1,"StatusCode":0}"#, &["=Int(1)"]);
        check(r#"{"v":1,"q":0}"#, &["=Int(1) Bad"]);
        check(r#"{"v":1,"q":192}"#, &["=Int(1)"]);
        check(r#"{"value":1,"StatusCode":2147483648}"#, &["=Int(1) Bad"]);
        check(
            r#"{"value":1,"StatusCode":{"Code":1073741824}}"#,
            &["=Int(1) Uncertain"],
        );
        check(r#"{"value":{"x":1},"ts":1794999999000}"#, &["x=Int(1) @-1000000"]);
        check(
            r#"{"value":1,"battery":90}"#,
            &["value=Int(1)", "battery=Int(90)"],
        );
        check(r#"{"flow":{"value":3,"unit":"L/min"}}"#, &["flow=Int(3) [L/min]"]);
    }

    #[test]
    fn batches_are_points() {
        check(
            r#"[{"name":"T1","value":1,"timestamp":1794999999},{"name":"T2","value":"on"}]"#,
            &["T1=Int(1) @-1000000", "T2=Bool(true, Plain)"],
        );
        check(
            r#"{"timestamp":1794999999000,"values":[{"id":"Chan.Dev.Tag","v":1,"q":true,"t":1794999998000}]}"#,
            &["Chan.Dev.Tag=Int(1) @-2000000"],
        );
        check(
            r#"{"node":"n","values":{"a":1}}"#,
            &[r#"node=Text("n")"#, "a=Int(1)"],
        );
        check(
            r#"[{"bn":"urn:x:","bt":1794999990,"n":"temp","u":"Cel","v":20},{"n":"hum","u":"%RH","t":5,"v":50}]"#,
            &[
                "urn:x:.temp=Int(20) @-10000000 [Cel]",
                "urn:x:.hum=Int(50) @-5000000 [%RH]",
            ],
        );
    }
}
