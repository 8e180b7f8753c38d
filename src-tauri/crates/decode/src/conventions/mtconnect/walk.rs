//! The two ways in which MTConnect's XML is put into JSON.
//!
//! Version 1 has arrays of objects with one key each (`[{"Position": {…}}, {"Load": {…}}]`), version 2 maps of arrays
//! (`{"Position": [{…}], "Load": [{…}]}`); the entity form of MTConnect.NET has arrays of plain objects.

use crate::shape::json::Json;

/// Calls `f` with the name and body of each element of a list, whichever way it is written. The name is empty where none is given.
pub(super) fn each<'j, 'a>(list: &'j Json<'a>, f: &mut impl FnMut(&'j str, &'j Json<'a>)) {
    match list {
        Json::Array(items) => {
            for item in items {
                match item {
                    Json::Object(entries) => match entries.as_slice() {
                        [(name, body @ (Json::Object(_) | Json::Array(_)))] => bodies(name, body, f),
                        _ => f("", item),
                    },
                    _ => f("", item),
                }
            }
        }
        Json::Object(entries) => {
            for (name, body) in entries {
                bodies(name, body, f);
            }
        }
        _ => {}
    }
}

fn bodies<'j, 'a>(name: &'j str, body: &'j Json<'a>, f: &mut impl FnMut(&'j str, &'j Json<'a>)) {
    match body {
        Json::Array(items) => {
            for item in items {
                f(name, item);
            }
        }
        Json::Object(_) => f(name, body),
        // An attribute of the list itself.
        _ => {}
    }
}

/// The first of some keys that is there, in whatever case.
pub(super) fn first<'j, 'a>(json: &'j Json<'a>, keys: &[&str]) -> Option<&'j Json<'a>> {
    keys.iter().find_map(|key| json.get(key))
}

/// The text of the first of some keys, cut to a sensible length.
pub(super) fn text(json: &Json<'_>, keys: &[&str]) -> Option<String> {
    keys.iter().find_map(|key| {
        let text = match json.get(key)? {
            Json::Text(text) => text.trim().to_owned(),
            Json::Int(int) => int.to_string(),
            Json::Float(float) => float.to_string(),
            _ => return None,
        };
        (!text.is_empty()).then(|| crate::decoder::shortened(&text, 256))
    })
}
