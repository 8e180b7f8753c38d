//! What a definition says that a device exposes, read leniently and within bounds.

use hearthline_model::Category;
use serde_json::Value as Json;

use crate::decoder::shortened;

/// Most exposes of one device, nested ones counted.
const MOST: usize = 1_000;
/// Deepest nesting.
const DEEPEST: usize = 8;
/// Most options of an enum (a button pad of twenty keys has 1,100 actions).
const MOST_VALUES: usize = 4_096;
/// Longest name, unit or option, bytes.
const LONGEST: usize = 128;

/// Bits of [`Expose::access`].
pub(super) mod access {
    /// Published in the state.
    pub(crate) const PUBLISHED: u8 = 1;
    /// Takes a value through `/set`.
    pub(crate) const SETTABLE: u8 = 2;
}

/// What sort of value an expose is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Sort {
    Binary {
        on: Json,
        off: Json,
    },
    Numeric(Numeric),
    Enum(Vec<Json>),
    Text,
    List(Box<List>),
    Composite(Vec<Expose>),
    /// `light`, `climate`, …: features that stand beside each other in the state.
    Specific(String, Vec<Expose>),
}

/// A number's bounds.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Numeric {
    pub(super) unit: Option<String>,
    pub(super) min: Option<f64>,
    pub(super) max: Option<f64>,
    pub(super) step: Option<f64>,
    /// Named values, also outside of the bounds ("previous" is 65535).
    pub(super) presets: Vec<(String, f64)>,
}

/// A list's items and how many there may be.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct List {
    pub(super) item: Expose,
    pub(super) least: Option<u64>,
    pub(super) most: Option<u64>,
}

/// One expose.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Expose {
    /// Its name without endpoint; empty for specific ones.
    pub(super) name: String,
    pub(super) label: Option<String>,
    /// Its key in the state; none for specific ones and items of lists.
    pub(super) property: Option<String>,
    pub(super) endpoint: Option<String>,
    pub(super) access: u8,
    pub(super) category: Option<Category>,
    pub(super) sort: Sort,
}

/// All exposes of a definition, and what could not be used, with the reason.
pub(super) fn parse_all(list: &Json) -> (Vec<Expose>, Vec<(String, String)>) {
    let mut parser = Parser {
        left: MOST,
        faults: Vec::new(),
    };
    let exposes = parser.list(Some(list), 0);
    (exposes, parser.faults)
}

struct Parser {
    left: usize,
    faults: Vec<(String, String)>,
}

impl Parser {
    fn list(&mut self, list: Option<&Json>, depth: usize) -> Vec<Expose> {
        let items = list.and_then(Json::as_array).map_or(&[][..], Vec::as_slice);
        items.iter().filter_map(|item| self.expose(item, depth)).collect()
    }

    fn fault(&mut self, name: &str, reason: &str) {
        if self.faults.len() < 32 {
            self.faults.push((name.to_owned(), reason.to_owned()));
        }
    }

    fn expose(&mut self, json: &Json, depth: usize) -> Option<Expose> {
        let text = |key: &str| text_of(json.get(key));
        let name = text("name").unwrap_or_default();
        let property = text("property").filter(|property| !property.is_empty());
        let shown = property.clone().unwrap_or_else(|| name.clone());
        let Some(sort) = json.get("type").and_then(Json::as_str) else {
            self.fault(&shown, "the definition does not say what type it is");
            return None;
        };
        if depth >= DEEPEST || self.left == 0 {
            self.fault(&shown, "the definition is too deep or too long");
            return None;
        }
        self.left -= 1;
        let features = json.get("features");
        let sort = match sort {
            "binary" => Sort::Binary {
                on: scalar(json.get("value_on")).unwrap_or(Json::Bool(true)),
                off: scalar(json.get("value_off")).unwrap_or(Json::Bool(false)),
            },
            "numeric" => Sort::Numeric(numeric(json)),
            "enum" => Sort::Enum(values(json.get("values"))),
            "text" => Sort::Text,
            "list" => {
                let Some(item) = json.get("item_type").and_then(|item| self.item(item, depth + 1)) else {
                    self.fault(&shown, "the definition does not say what the list holds");
                    return None;
                };
                Sort::List(Box::new(List {
                    item,
                    least: json.get("length_min").and_then(Json::as_u64),
                    most: json.get("length_max").and_then(Json::as_u64),
                }))
            }
            "composite" => Sort::Composite(self.list(features, depth + 1)),
            // Types that are still to come group features as those that we know do.
            other if features.is_some() => {
                Sort::Specific(shortened(other, 32), self.list(features, depth + 1))
            }
            other => {
                self.fault(
                    &shown,
                    &format!("its type \"{}\" is unknown", shortened(other, 32)),
                );
                return None;
            }
        };
        Some(Expose {
            name,
            label: text("label"),
            property,
            endpoint: text("endpoint").filter(|endpoint| !endpoint.is_empty()),
            // Versions of old did not tell: everything was published then.
            access: json
                .get("access")
                .and_then(Json::as_u64)
                .map_or(access::PUBLISHED, |bits| (bits & 7) as u8),
            category: match json.get("category").and_then(Json::as_str) {
                Some("config") => Some(Category::Config),
                Some("diagnostic") => Some(Category::Diagnostic),
                _ => None,
            },
            sort,
        })
    }

    /// The type of a list's items; old definitions name only the type.
    fn item(&mut self, json: &Json, depth: usize) -> Option<Expose> {
        match json {
            Json::String(sort) => self.expose(&serde_json::json!({ "type": sort }), depth),
            _ => self.expose(json, depth),
        }
    }
}

fn numeric(json: &Json) -> Numeric {
    let number = |key: &str| json.get(key).and_then(number_of);
    let presets = json.get("presets").and_then(Json::as_array);
    let presets = presets.map_or(&[][..], Vec::as_slice).iter().take(64);
    Numeric {
        unit: text_of(json.get("unit")).filter(|unit| !unit.trim().is_empty()),
        min: number("value_min"),
        max: number("value_max"),
        step: number("value_step").filter(|step| *step > 0.0),
        presets: presets
            .filter_map(|preset| {
                Some((
                    text_of(preset.get("name"))?,
                    preset.get("value").and_then(number_of)?,
                ))
            })
            .collect(),
    }
}

fn values(json: Option<&Json>) -> Vec<Json> {
    let list = json.and_then(Json::as_array).map_or(&[][..], Vec::as_slice);
    let mut values: Vec<Json> = Vec::new();
    for value in list.iter().take(MOST_VALUES) {
        if let Some(value) = scalar(Some(value)) {
            values.push(value);
        }
    }
    values
}

/// A scalar, long texts cut.
fn scalar(json: Option<&Json>) -> Option<Json> {
    match json? {
        Json::String(text) => Some(Json::String(shortened(text, LONGEST))),
        Json::Null | Json::Array(_) | Json::Object(_) => None,
        other => Some(other.clone()),
    }
}

fn text_of(json: Option<&Json>) -> Option<String> {
    match json? {
        Json::String(text) => Some(shortened(text, LONGEST)),
        Json::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn number_of(json: &Json) -> Option<f64> {
    let number = match json {
        Json::String(text) => text.trim().parse().ok(),
        other => other.as_f64(),
    };
    number.filter(|number: &f64| number.is_finite())
}

/// A scalar as text: what an enum's option reads.
pub(super) fn plain(json: &Json) -> String {
    match json {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}
