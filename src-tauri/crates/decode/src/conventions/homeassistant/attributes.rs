//! `json_attributes_topic`: a point for each entry, made when it is first seen.

use std::sync::Arc;

use hearthline_model::{Category, Kind, Micros, PointDesc, Role, Value};
use rustc_hash::FxHashMap;

use crate::decoder::shortened;
use crate::naming;
use crate::template::Json;
use crate::{Context, DeviceIx, PointIx};

/// Most attributes of one entity.
const MOST: usize = 64;
/// Longest text, bytes.
const LONGEST: usize = 4 << 10;

/// The attributes of one entity.
pub(super) struct Attributes {
    pub(super) device: DeviceIx,
    /// What the points share: the entity's main point.
    base: PointDesc,
    /// The topic also carries the entity's own value, so attributes only repeat what other entities show.
    shared: bool,
    known: FxHashMap<Arc<str>, Option<PointIx>>,
}

impl Attributes {
    pub(super) fn new(device: DeviceIx, base: PointDesc, shared: bool) -> Self {
        Self {
            device,
            base,
            shared,
            known: FxHashMap::default(),
        }
    }

    /// Takes over a set of attributes; gives back the points that are new. `is_read` tells whether an entity of its own
    /// reads a key.
    pub(super) fn read(
        &mut self,
        json: &Json,
        at: Micros,
        context: &mut Context<'_>,
        is_read: impl Fn(&str) -> bool,
    ) -> Vec<PointIx> {
        let Json::Map(map) = json else {
            return Vec::new();
        };
        let mut new = Vec::new();
        for (key, value) in &map.0 {
            let point = match self.known.get(key) {
                Some(point) => *point,
                None if self.known.len() >= MOST => None,
                None => {
                    let point = if key.len() > 128 || is_read(key) {
                        None
                    } else {
                        context.point(self.device, self.describe(key, value))
                    };
                    new.extend(point);
                    self.known.insert(Arc::clone(key), point);
                    point
                }
            };
            if let Some(point) = point {
                context.value(point, at, plain(value));
            }
        }
        new
    }

    fn describe(&self, key: &str, value: &Json) -> PointDesc {
        let role = match key {
            "latitude" => Role::Latitude,
            "longitude" => Role::Longitude,
            "gps_accuracy" => Role::Accuracy,
            "battery" | "battery_level" => Role::Battery,
            "linkquality" | "rssi" => Role::LinkQuality,
            _ => Role::Attribute,
        };
        PointDesc {
            key: format!("{}/attr/{key}", self.base.key),
            name: naming::join(&self.base.name, &naming::humanise(key)),
            entity: self.base.entity.clone(),
            platform: self.base.platform.clone(),
            kind: match value {
                Json::Bool(_) => Kind::Bool,
                Json::Int(_) | Json::UInt(_) | Json::Float(_) => Kind::Number,
                _ => Kind::Text,
            },
            role,
            unit: match role {
                Role::Latitude | Role::Longitude => Some("°".to_owned()),
                Role::Accuracy => Some("m".to_owned()),
                Role::Battery => Some("%".to_owned()),
                _ => None,
            },
            class: (role == Role::Battery).then(|| "battery".to_owned()),
            category: Category::Diagnostic,
            hidden: self.shared && role == Role::Attribute,
            topic: self.base.topic.clone(),
            path: self.base.path.as_ref().map(|path| match path.as_str() {
                "" => key.to_owned(),
                path => format!("{path}.{key}"),
            }),
            ..PointDesc::default()
        }
    }
}

fn plain(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(on) => Value::Bool(*on),
        Json::Int(int) => Value::Int(*int),
        Json::UInt(int) => Value::Float(*int as f64),
        Json::Float(float) => Value::number(*float),
        Json::Text(text) if text.len() <= LONGEST => Value::Text(Arc::clone(text)),
        Json::Text(text) => Value::text(shortened(text, LONGEST)),
        json => Value::text(shortened(&json.to_json(), LONGEST)),
    }
}
