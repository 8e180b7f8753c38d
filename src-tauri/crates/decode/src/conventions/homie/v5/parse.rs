//! The description of Homie 5.
//!
//! What is unknown is left out without a word, as the convention asks; a node or property with a known field that does not hold is
//! left out and told of, and the rest is used.

use serde_json::{Map, Value as Json};

use crate::conventions::homie::datatype::{self, short};
use crate::conventions::homie::description::{
    About, LONGEST_FORMAT, LONGEST_NAME, MOST_NODES, MOST_PROPERTIES, Node, Property, is_id,
};
use crate::decoder::shortened;

/// A description and what of it could not be used.
#[derive(Debug)]
pub(super) struct Parsed {
    pub(super) about: About,
    pub(super) nodes: Vec<Node>,
    pub(super) problems: Vec<String>,
}

/// Reads a description; an error where it is none.
pub(super) fn description(json: &Json) -> Result<Parsed, String> {
    let Json::Object(map) = json else {
        return Err("the description is no JSON object".to_owned());
    };
    match map.get("homie") {
        Some(Json::String(version)) if version == "5" || version.starts_with("5.") => {}
        Some(Json::String(version)) => {
            return Err(format!(
                "the description says Homie \"{}\" under a topic of Homie 5",
                short(version)
            ));
        }
        _ => return Err("the description does not say \"homie\": \"5.…\"".to_owned()),
    }
    let mut problems = Vec::new();
    let mut told = |field: &str, is: fn(&str) -> bool| match map.get(field) {
        None => None,
        Some(Json::String(text)) if is(text) => Some(shortened(text, LONGEST_NAME)),
        Some(_) => {
            problems.push(format!("its {field} does not hold"));
            None
        }
    };
    let any = |_: &str| true;
    let (name, model) = (told("name", any), told("type", any));
    let (root, parent) = (told("root", is_id), told("parent", is_id));
    match map.get("version") {
        Some(Json::Number(_)) => {}
        _ => problems.push("it has no version number".to_owned()),
    }
    for list in ["children", "extensions"] {
        if map.get(list).is_some_and(|it| !it.is_array()) {
            problems.push(format!("its {list} are no list"));
        }
    }
    let mut nodes = Vec::new();
    match map.get("nodes") {
        None => {}
        Some(Json::Object(list)) => {
            if list.len() > MOST_NODES {
                problems.push(format!(
                    "it has more than {MOST_NODES} nodes; the rest is left out"
                ));
            }
            for (id, json) in list.iter().take(MOST_NODES) {
                match node(id, json, &mut problems) {
                    Ok(node) => nodes.push(node),
                    Err(text) => problems.push(format!("node \"{}\" is left out: {text}", short(id))),
                }
            }
        }
        Some(_) => problems.push("its nodes are no JSON object".to_owned()),
    }
    let parent = parent.or_else(|| root.clone());
    Ok(Parsed {
        about: About {
            name,
            model,
            root,
            parent,
            ..About::default()
        },
        nodes,
        problems,
    })
}

fn node(id: &str, json: &Json, problems: &mut Vec<String>) -> Result<Node, String> {
    let map = object(id, json)?;
    let mut node = Node {
        id: id.to_owned(),
        name: text(map, "name", LONGEST_NAME)?,
        kind: text(map, "type", LONGEST_NAME)?,
        properties: Vec::new(),
    };
    match map.get("properties") {
        None => {}
        Some(Json::Object(list)) => {
            if list.len() > MOST_PROPERTIES {
                problems.push(format!(
                    "node \"{}\" has more than {MOST_PROPERTIES} properties; the rest is left out",
                    short(id)
                ));
            }
            for (key, json) in list.iter().take(MOST_PROPERTIES) {
                match property(key, json) {
                    Ok(property) => node.properties.push(property),
                    Err(text) => problems.push(format!(
                        "property \"{}/{}\" is left out: {text}",
                        short(id),
                        short(key)
                    )),
                }
            }
        }
        Some(_) => return Err("its properties are no JSON object".to_owned()),
    }
    Ok(node)
}

fn property(id: &str, json: &Json) -> Result<Property, String> {
    let map = object(id, json)?;
    let Some(name) = text(map, "datatype", LONGEST_NAME)? else {
        return Err("it has no datatype".to_owned());
    };
    let format = match map.get("format") {
        None => None,
        Some(Json::String(text)) if text.len() <= LONGEST_FORMAT || name == "json" => Some(text.as_str()),
        Some(Json::String(_)) => return Err("its format is too long".to_owned()),
        Some(_) => return Err("its format is no text".to_owned()),
    };
    let Some(parsed) = datatype::parse(&name, format, false) else {
        return Err(format!("its datatype \"{}\" is not known", short(&name)));
    };
    if let Some(problem) = parsed.problem {
        return Err(problem);
    }
    Ok(Property {
        id: id.to_owned(),
        name: text(map, "name", LONGEST_NAME)?,
        datatype: parsed.datatype,
        settable: flag(map, "settable", false)?,
        retained: flag(map, "retained", true)?,
        unit: text(map, "unit", 64)?,
    })
}

fn object<'a>(id: &str, json: &'a Json) -> Result<&'a Map<String, Json>, String> {
    if !is_id(id) {
        return Err("its id cannot be part of a topic".to_owned());
    }
    json.as_object().ok_or_else(|| "it is no JSON object".to_owned())
}

fn text(map: &Map<String, Json>, field: &str, longest: usize) -> Result<Option<String>, String> {
    match map.get(field) {
        None => Ok(None),
        Some(Json::String(text)) => Ok(Some(shortened(text, longest))),
        Some(_) => Err(format!("its {field} is no text")),
    }
}

fn flag(map: &Map<String, Json>, field: &str, default: bool) -> Result<bool, String> {
    match map.get(field) {
        None => Ok(default),
        Some(Json::Bool(flag)) => Ok(*flag),
        Some(_) => Err(format!("its {field} is neither true nor false")),
    }
}
