//! One config with long names, and its options read as Home Assistant coerces them.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use super::abbreviations::{Part, long};
use crate::decoder::shortened;
use crate::template::{Json, Rendered};

/// Longest text that a config may give for anything, bytes; templates are the long ones.
const LONGEST: usize = 17 << 10;
/// Most entries that a list option may have.
const MOST: usize = 512;

/// The options of one entity (or of a device config's root).
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Config(Vec<(Arc<str>, Json)>);

impl Config {
    /// The entries of a JSON object with short names made long; none where it is no object. A short name overwrites the
    /// long one given beside it.
    pub(super) fn read(json: &Json, part: Part) -> Option<Self> {
        let Json::Map(map) = json else { return None };
        let mut entries: Vec<(Arc<str>, Json)> = Vec::with_capacity(map.0.len());
        let mut put =
            |name: Arc<str>, value: &Json| match entries.iter_mut().find(|(known, _)| *known == name) {
                Some(entry) => entry.1 = value.clone(),
                None => entries.push((name, value.clone())),
            };
        for (name, value) in &map.0 {
            if long(part, name).is_none() {
                put(Arc::clone(name), value);
            }
        }
        for (name, value) in &map.0 {
            if let Some(long) = long(part, name) {
                put(long.into(), value);
            }
        }
        Some(Self(entries))
    }

    /// Tells configs apart without keeping them.
    pub(super) fn fingerprint(&self, hasher: &mut impl Hasher) {
        for (name, value) in &self.0 {
            name.hash(hasher);
            value.to_json().hash(hasher);
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<&Json> {
        self.0
            .iter()
            .find(|(known, _)| &**known == name)
            .map(|(_, value)| value)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| &**name)
    }

    pub(super) fn is_null(&self, name: &str) -> bool {
        matches!(self.get(name), Some(Json::Null))
    }

    /// Sets an option that is not there yet.
    pub(super) fn fill(&mut self, name: &str, value: &Json) {
        if !self.has(name) {
            self.0.push((name.into(), value.clone()));
        }
    }

    pub(super) fn remove(&mut self, name: &str) -> Option<Json> {
        let ix = self.0.iter().position(|(known, _)| &**known == name)?;
        Some(self.0.remove(ix).1)
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// A scalar as text: `true` is `True`, 1 is `1`, as Home Assistant coerces. None where missing, null or no scalar.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        scalar(self.get(name)?)
    }

    /// A scalar as text that is not empty.
    pub(super) fn word(&self, name: &str) -> Option<String> {
        self.text(name).filter(|text| !text.trim().is_empty())
    }

    pub(super) fn text_or(&self, name: &str, default: &str) -> String {
        self.text(name).unwrap_or_else(|| default.to_owned())
    }

    /// A list of texts; a single text is a list of one.
    pub(super) fn texts(&self, name: &str) -> Option<Vec<String>> {
        match self.get(name)? {
            Json::List(list) => Some(list.0.iter().take(MOST).filter_map(scalar).collect()),
            json => scalar(json).map(|text| vec![text]),
        }
    }

    /// A truth, also as `"true"`, `"on"`, `1`.
    pub(super) fn flag(&self, name: &str) -> Option<bool> {
        match self.get(name)? {
            Json::Bool(on) => Some(*on),
            Json::Int(int) => Some(*int != 0),
            Json::Text(text) => match text.trim().to_ascii_lowercase().as_str() {
                "1" | "true" | "yes" | "on" | "enable" => Some(true),
                "0" | "false" | "no" | "off" | "disable" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }

    pub(super) fn number(&self, name: &str) -> Option<f64> {
        self.get(name)?.as_f64()
    }

    /// A whole number of at least 0.
    pub(super) fn count(&self, name: &str) -> Option<u32> {
        self.number(name)
            .filter(|n| (0.0..=f64::from(u32::MAX)).contains(n))
            .map(|n| n as u32)
    }

    /// Puts the base topic in place of `~` in everything that ends in `topic`.
    pub(super) fn resolve_base(&mut self, base: Option<&Json>) {
        let own = self.remove("~");
        let Some(base) = own.as_ref().or(base).and_then(Json::as_str).map(str::to_owned) else {
            return;
        };
        for (name, value) in &mut self.0 {
            if name.ends_with("topic") {
                resolve(value, &base);
            }
        }
        for entry in self.availability_mut() {
            if let Some((_, topic)) = entry.0.iter_mut().find(|(name, _)| &**name == "topic") {
                resolve(topic, &base);
            }
        }
    }

    /// The entries of `availability`, an object or a list of them, names made long.
    pub(super) fn expand_availability(&mut self) {
        let Some((_, value)) = self.0.iter_mut().find(|(name, _)| &**name == "availability") else {
            return;
        };
        let items: Vec<Json> = match *value {
            Json::List(ref list) => list.0.iter().take(MOST).filter_map(expanded).collect(),
            ref json => expanded(json).into_iter().collect(),
        };
        *value = Json::list(items);
    }

    /// The entries of an expanded `availability`.
    pub(super) fn availability(&self) -> Vec<Self> {
        match self.get("availability") {
            Some(Json::List(list)) => list
                .0
                .iter()
                .filter_map(|item| Self::read(item, Part::General))
                .collect(),
            _ => Vec::new(),
        }
    }

    fn availability_mut(&mut self) -> impl Iterator<Item = &mut crate::template::JsonMap> {
        self.0
            .iter_mut()
            .filter(|(name, _)| &**name == "availability")
            .flat_map(|(_, value)| value.items_mut())
            .filter_map(Json::map_mut)
    }
}

fn expanded(json: &Json) -> Option<Json> {
    Config::read(json, Part::General).map(|config| Json::map(config.0))
}

/// A leading `~`, then (looking at the text as it was) a trailing one.
fn resolve(value: &mut Json, base: &str) {
    let Some(text) = value.as_str().map(str::to_owned) else {
        return;
    };
    if let Some(rest) = text.strip_prefix('~') {
        *value = Json::Text(format!("{base}{rest}").into());
    }
    if let Some(rest) = text.strip_suffix('~').filter(|_| text.len() > 1) {
        *value = Json::Text(format!("{rest}{base}").into());
    }
}

fn scalar(json: &Json) -> Option<String> {
    match json {
        Json::Null | Json::List(_) | Json::Map(_) => None,
        Json::Text(text) => Some(shortened(text, LONGEST)),
        json => Some(Rendered::Json(json.clone()).text().into_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(text: &str) -> Config {
        Config::read(&Json::parse(text).unwrap(), Part::General).unwrap()
    }

    #[test]
    fn short_names_win_and_scalars_become_text() {
        let config = config(r#"{"stat_t":"b","state_topic":"a","pl_on":true,"pl_off":0,"ops":["a",1,null]}"#);
        assert_eq!(config.text("state_topic").as_deref(), Some("b"));
        assert_eq!(config.text("payload_on").as_deref(), Some("True"));
        assert_eq!(config.text("payload_off").as_deref(), Some("0"));
        assert_eq!(config.texts("options"), Some(vec!["a".into(), "1".into()]));
    }

    #[test]
    fn base_topic() {
        let mut config = config(
            r#"{"~":"base","stat_t":"~/state","cmd_t":"cmd/~","val_tpl":"~","avty":{"t":"~/lwt"},"json_attr_t":"~"}"#,
        );
        config.expand_availability();
        config.resolve_base(None);
        assert_eq!(config.text("state_topic").as_deref(), Some("base/state"));
        assert_eq!(config.text("command_topic").as_deref(), Some("cmd/base"));
        assert_eq!(config.text("value_template").as_deref(), Some("~"));
        assert_eq!(config.text("json_attributes_topic").as_deref(), Some("base"));
        assert_eq!(
            config.availability()[0].text("topic").as_deref(),
            Some("base/lwt")
        );
    }
}
