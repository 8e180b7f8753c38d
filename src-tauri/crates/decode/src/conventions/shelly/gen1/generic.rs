//! Topics that no table knows: points by what they look like.

use hearthline_model::{Kind, Realm, Value};
use serde_json::Value as Json;

use super::device::{Device, at};
use crate::conventions::shelly::draft::{Draft, Sink};
use crate::naming::humanise;
use crate::shape::{infer, kind, scalar};
use crate::units;

/// Deepest level of an unknown object that is read.
const DEEPEST: usize = 4;
/// Most values of one message.
const MOST: usize = 64;
/// Longest text that is kept.
const LONGEST: usize = 512;

/// A value of a topic that nothing knows.
pub(super) fn read(device: &mut Device, sub: &str, text: &str, sink: &mut Sink<'_, '_>) {
    if sub.len() > 200 {
        return;
    }
    if text.starts_with(['{', '['])
        && let Ok(json @ (Json::Object(_) | Json::Array(_))) = serde_json::from_str::<Json>(text)
    {
        let mut leaves = Vec::new();
        leaves_of(&json, &mut String::new(), 0, &mut leaves);
        for (path, text) in leaves {
            put(device, sub, &path, &text, sink);
        }
        return;
    }
    put(device, sub, "", text, sink);
}

fn put(device: &mut Device, sub: &str, path: &str, text: &str, sink: &mut Sink<'_, '_>) {
    let key = if path.is_empty() {
        sub.to_owned()
    } else {
        format!("{sub}.{path}")
    };
    let words = units::lower_words(&key);
    let scalar = scalar::of_text(text);
    let known = device.points.get(&key).and_then(|point| {
        let desc = sink.context.point_desc(point)?;
        Some(desc.kind)
    });
    let Some(kind) = known.or_else(|| kind::first(&scalar, infer::is_boolean_name(&words))) else {
        return;
    };
    let short = crate::decoder::shortened(text, LONGEST);
    let value = match kind::fit(kind, &scalar, Some(&short), &mut 0) {
        kind::Fit::Value(value) => value,
        kind::Fit::Widen(_) | kind::Fit::Misfit => Value::Null,
    };
    let topic = device.topic(sub);
    let name = humanise(&key);
    device.points.set(sink, device.ix, &key, value, || {
        at(
            Draft::new(name, kind).with(|desc| {
                infer::infer(desc, &scalar, None, &words, Realm::Home);
                if kind == Kind::Text {
                    desc.category = hearthline_model::Category::Diagnostic;
                }
            }),
            topic,
            path,
        )
    });
}

fn leaves_of(json: &Json, path: &mut String, depth: usize, out: &mut Vec<(String, String)>) {
    if out.len() >= MOST || depth > DEEPEST || path.len() > 200 {
        return;
    }
    let len = path.len();
    let mut below = |key: &str, child: &Json, path: &mut String| {
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(key);
        leaves_of(child, path, depth + 1, out);
        path.truncate(len);
    };
    match json {
        Json::Object(members) => {
            for (key, child) in members.iter().take(MOST) {
                below(key, child, path);
            }
        }
        Json::Array(items) => {
            for (ix, child) in items.iter().take(8).enumerate() {
                below(&ix.to_string(), child, path);
            }
        }
        Json::String(text) => out.push((path.clone(), text.clone())),
        Json::Null => {}
        other => out.push((path.clone(), other.to_string())),
    }
}
