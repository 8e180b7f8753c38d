//! What tags are: messages on `…/_meta`, `…/definition`, `…/metadata`, of one tag or of all of an asset.

use hearthline_model::{Kind, PointDesc};
use rustc_hash::FxHashMap;

use crate::shape::json::Json;
use crate::units;

/// Most tags of one asset that are kept.
const MOST_TAGS: usize = 2_048;

/// What a definition tells of a tag.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Meta {
    unit: Option<String>,
    low: Option<f64>,
    high: Option<f64>,
    name: Option<String>,
    options: Vec<String>,
    precision: Option<u8>,
}

/// What a definition tells of an asset.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct About {
    pub(super) name: Option<String>,
    pub(super) manufacturer: Option<String>,
    pub(super) model: Option<String>,
    pub(super) serial: Option<String>,
    pub(super) firmware: Option<String>,
    pub(super) position: Option<i32>,
    /// By the tag's key in lower case.
    pub(super) tags: FxHashMap<String, Meta>,
}

fn text(json: &Json<'_>, keys: &[&str]) -> Option<String> {
    keys.iter().find_map(|key| {
        let text = json.text(key)?;
        (!text.is_empty()).then(|| crate::decoder::shortened(text, 128))
    })
}

fn number(json: &Json<'_>, keys: &[&str]) -> Option<f64> {
    keys.iter().find_map(|key| json.get(key)?.as_f64())
}

impl Meta {
    /// What an object tells of a tag; none where it has nothing of the sort.
    fn of(json: &Json<'_>) -> Option<Self> {
        let within = json.get("range").unwrap_or(json);
        let meta = Self {
            unit: text(
                json,
                &[
                    "unit",
                    "units",
                    "uom",
                    "engUnit",
                    "engineeringUnit",
                    "engineeringUnits",
                    "unitOfMeasurement",
                ],
            )
            .map(|unit| crate::decoder::shortened(&unit, 32)),
            low: number(within, &["min", "minimum", "low", "engLow", "rangeLow"]),
            high: number(within, &["max", "maximum", "high", "engHigh", "rangeHigh"]),
            name: text(json, &["displayName", "label", "title"]),
            options: json
                .get("options")
                .or_else(|| json.get("enum"))
                .map(Json::items)
                .unwrap_or_default()
                .iter()
                .filter_map(|option| option.as_text().map(|text| crate::decoder::shortened(text, 64)))
                .take(64)
                .collect(),
            precision: number(json, &["precision", "decimals"])
                .filter(|digits| (0.0..=10.0).contains(digits))
                .map(|digits| digits as u8),
        };
        (meta != Self::default()).then_some(meta)
    }

    /// Puts into a description what is known.
    pub(super) fn describe(&self, desc: &mut PointDesc) {
        if let Some(name) = &self.name {
            desc.name.clone_from(name);
        }
        if desc.kind == Kind::Text && !self.options.is_empty() {
            desc.kind = Kind::Enum;
        }
        if desc.kind == Kind::Enum {
            desc.options.clone_from(&self.options);
        }
        if desc.kind != Kind::Number {
            return;
        }
        if let Some(unit) = &self.unit {
            let unit = units::known_unit(unit).unwrap_or(unit);
            let words = units::lower_words(&desc.key);
            let class = units::class_of(Some(unit), &words);
            if desc.state_class.is_none() || class.is_some() {
                desc.state_class = units::state_class(class, Some(unit), &words);
            }
            desc.class = class.map(str::to_owned);
            desc.unit = Some(unit.to_owned());
        }
        desc.range = self
            .low
            .zip(self.high)
            .filter(|(low, high)| low < high)
            .or(desc.range);
        desc.precision = self.precision.or(desc.precision);
    }
}

impl About {
    /// Takes over what a message says. `tag` is the key of the tag that it is about; empty where it is about the asset.
    pub(super) fn learn(&mut self, tag: &str, json: &Json<'_>) {
        if !tag.is_empty()
            && let Some(meta) = Meta::of(json)
        {
            return self.put(tag, meta);
        }
        if tag.is_empty() {
            for (field, keys) in [
                (&mut self.name, &["displayName", "name"][..]),
                (&mut self.manufacturer, &["manufacturer", "vendor", "make"]),
                (&mut self.model, &["model", "type"]),
                (&mut self.serial, &["serialNumber", "serial"]),
                (&mut self.firmware, &["firmware", "softwareVersion"]),
            ] {
                *field = text(json, keys).or_else(|| field.take());
            }
            self.position = number(json, &["position", "sequence"])
                .map(|at| at as i32)
                .or(self.position);
        }
        let tags = ["tags", "metrics", "points", "fields", "properties"]
            .iter()
            .find_map(|key| {
                json.get(key)
                    .filter(|it| matches!(it, Json::Array(_) | Json::Object(_)))
            })
            .unwrap_or(json);
        let key = |name: &str| {
            if tag.is_empty() {
                name.to_owned()
            } else {
                format!("{tag}/{name}")
            }
        };
        match tags {
            Json::Array(items) => {
                for item in items {
                    if let (Some(name), Some(meta)) =
                        (text(item, &["name", "tag", "id", "key"]), Meta::of(item))
                    {
                        self.put(&key(&name), meta);
                    }
                }
            }
            Json::Object(entries) => {
                for (name, item) in entries {
                    if let Some(meta) = Meta::of(item).filter(|_| item.is_object()) {
                        self.put(&key(name), meta);
                    }
                }
            }
            _ => {}
        }
    }

    fn put(&mut self, tag: &str, meta: Meta) {
        if self.tags.len() < MOST_TAGS && tag.len() <= 256 {
            self.tags.insert(tag.to_lowercase().replace('.', "/"), meta);
        }
    }

    /// What is known of a tag, by its whole key or by its last part.
    pub(super) fn tag(&self, key: &str) -> Option<&Meta> {
        if self.tags.is_empty() {
            return None;
        }
        let key = key.to_lowercase().replace('.', "/");
        let last = key.rsplit('/').next().unwrap_or_default();
        self.tags.get(&key).or_else(|| self.tags.get(last))
    }
}
