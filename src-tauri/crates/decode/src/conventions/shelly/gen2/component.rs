//! The status of one part.

use hearthline_model::{Category, Kind, Realm, Role, Value};
use serde_json::Value as Json;

use super::fields::{self, Field, Shape};
use super::unit::Unit;
use super::ways;
use super::{added, bthome, faults, topic};
use crate::color;
use crate::conventions::shelly::draft::{Draft, Sink};
use crate::conventions::shelly::write::Write;
use crate::naming::{humanise, join};
use crate::shape::{infer, scalar};
use crate::{DeviceIx, units};

/// Deepest level of a part that is read.
const DEEPEST: usize = 4;
/// Most fields of one message about one part.
const MOST_FIELDS: usize = 96;
/// Longest text of a value.
const LONGEST: usize = 512;

/// Reads a part's status. `full`: what is not in it is not so.
pub(super) fn read(unit: &mut Unit, name: &str, json: &Json, full: bool, sink: &mut Sink<'_, '_>) {
    if json.is_null() {
        // The part was removed.
        return unit.points.forget(sink, &format!("{name}/"));
    }
    if !json.is_object() {
        return;
    }
    let (kind, number) = topic::component(name);
    unit.see(name, sink);
    let filled = celsius(json);
    let json = filled.as_ref().unwrap_or(json);
    let Some(device) = unit.owner(name, sink) else {
        return;
    };
    if kind == "sys" {
        system(unit, device, json, full, sink);
    }
    if kind == "devicepower" && json["battery"].is_object() {
        // Something that has batteries but is plugged in does not sleep.
        if json["external"]["present"].as_bool() != Some(true) {
            unit.on_batteries(None, sink);
        }
    }
    faults::read(unit, device, name, json, full, sink);
    match kind {
        "boolean" | "number" | "text" | "enum" | "button" | "group" | "object" if number.is_some() => {
            added::read(unit, device, name, kind, json, sink);
        }
        "bthomesensor" => bthome::read(unit, device, name, json, sink),
        _ => {
            let mut walk = Walk {
                unit,
                device,
                name,
                kind,
                number: number.unwrap_or(0),
                left: MOST_FIELDS,
            };
            walk.object(json, &mut String::new(), 0, sink);
        }
    }
}

/// A part that tells a temperature in °F alone has it in °C as well; none where there is nothing to add.
fn celsius(json: &Json) -> Option<Json> {
    let mut filled = None;
    for (celsius, fahrenheit) in [("target_C", "target_F"), ("current_C", "current_F"), ("tC", "tF")] {
        if let Some(told) = json[fahrenheit].as_f64().filter(|_| json.get(celsius).is_none()) {
            let read = ((told - 32.0) / 1.8 * 10.0).round() / 10.0;
            filled.get_or_insert_with(|| json.clone())[celsius] = read.into();
        }
    }
    filled
}

struct Walk<'u, 'n> {
    unit: &'u mut Unit,
    device: DeviceIx,
    name: &'n str,
    kind: &'n str,
    number: u32,
    left: usize,
}

impl Walk<'_, '_> {
    fn object(&mut self, json: &Json, path: &mut String, depth: usize, sink: &mut Sink<'_, '_>) {
        let Some(members) = json.as_object() else { return };
        let len = path.len();
        for (key, child) in members {
            if self.left == 0 || path.len() + key.len() > 120 {
                return;
            }
            self.left -= 1;
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(key);
            if !path.ends_with("errors") && path != "id" {
                self.leaf(child, path, depth, sink);
            }
            path.truncate(len);
        }
    }

    fn leaf(&mut self, json: &Json, path: &mut String, depth: usize, sink: &mut Sink<'_, '_>) {
        let known = fields::of(self.kind, path);
        // The input of a push button says null for ever.
        let pushed = self.kind == "input" && path == "state" && json.is_null();
        if (known.is_none() || pushed)
            && let Some(reason) = fields::left_out(self.kind, path)
        {
            let topic = self.unit.spot(self.name, path).0;
            let field = format!("{}.{path}", self.kind);
            return self.unit.points.ignore(sink, self.device, &topic, &field, reason);
        }
        match (known, json) {
            (Some((field, phase)), json) => self.field(field, phase, path, json, sink),
            (None, Json::Object(_)) if depth < DEEPEST => self.object(json, path, depth + 1, sink),
            (None, json) => self.unknown(path, json, sink),
        }
    }

    fn field(
        &mut self,
        field: &'static Field,
        phase: &str,
        path: &str,
        json: &Json,
        sink: &mut Sink<'_, '_>,
    ) {
        let cools = self.unit.config.part(self.name).is_some_and(|part| part.cooling);
        let shape = if cools { field.shape.cooled() } else { field.shape };
        let Some(value) = read_shape(shape, json) else {
            let topic = self.unit.spot(self.name, path).0;
            let what = format!("{}.{path}", self.kind);
            let reason = "it is of another type than the firmware's documentation says";
            return self.unit.points.ignore(sink, self.device, &topic, &what, reason);
        };
        let key = format!("{}/{path}", self.name);
        // A clamp or a position that is not there says null for ever.
        if value.is_null() && matches!(self.kind, "em" | "em1" | "cover") && !self.unit.points.has(&key) {
            return;
        }
        let unit = &mut *self.unit;
        let label = if unit.points.has(&key) && !unit.points.is_stale(&key) {
            String::new() // it will not be looked at
        } else {
            unit.label(self.name, fields::word(self.kind))
        };
        let (topic, full_path) = unit.spot(self.name, path);
        let write = ways::of(
            field.way,
            unit.ix,
            self.name,
            self.kind,
            self.number,
            unit.config.part(self.name),
        );
        let entity = self.name;
        unit.points.set(sink, self.device, &key, value, move || {
            let name = if field.main && !label.is_empty() {
                label
            } else {
                join(&label, &join(phase, field.name))
            };
            let draft = draft_of(field, shape, name, entity).with(|desc| {
                desc.topic = Some(topic);
                desc.path = Some(full_path);
            });
            match write {
                Some((call, form, words)) => draft.writable(Write::Rpc(call, form), words),
                None => draft,
            }
        });
    }

    /// A field that no table has: a point by what it looks like.
    fn unknown(&mut self, path: &str, json: &Json, sink: &mut Sink<'_, '_>) {
        let key = format!("{}/{path}", self.name);
        let kind = match json {
            Json::Null => match self.unit.points.get(&key) {
                Some(point) => {
                    sink.context.value(point, sink.at, Value::Null);
                    return;
                }
                None => return,
            },
            Json::Bool(_) => Kind::Bool,
            Json::Number(_) => Kind::Number,
            _ => Kind::Text,
        };
        let value = plain_value(json);
        let words = units::lower_words(path);
        let label = self.unit.label(self.name, fields::word(self.kind));
        let part = if label.is_empty() {
            humanise(self.kind)
        } else {
            label
        };
        let (topic, full_path) = self.unit.spot(self.name, path);
        let sample = crate::shape::json::Json::Null;
        let scalar = scalar::of_json(&sample).unwrap_or(scalar::Scalar::Unknown(false));
        self.unit.points.set(sink, self.device, &key, value, || {
            Draft::new(join(&part, &humanise(path)), kind).with(|desc| {
                infer::infer(desc, &scalar, None, &words, Realm::Home);
                desc.category = Category::Diagnostic;
                desc.topic = Some(topic);
                desc.path = Some(full_path);
            })
        });
    }
}

fn draft_of(field: &Field, shape: Shape, name: String, entity: &str) -> Draft {
    let kind = match shape {
        Shape::Flag => Kind::Bool,
        Shape::Number | Shape::Byte => Kind::Number,
        Shape::Text | Shape::Rgb => Kind::Text,
        Shape::Choice(_) | Shape::Heat | Shape::Heating | Shape::Cool | Shape::Cooling => Kind::Enum,
    };
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Draft::new(name, kind).with(|desc| {
        desc.unit = some(field.unit);
        desc.class = some(field.class);
        desc.state_class = field.state_class;
        desc.range = field.range;
        desc.category = field.category;
        desc.hidden = field.hidden;
        desc.role = field.role;
        let options: &[&str] = match shape {
            Shape::Choice(options) => options,
            Shape::Heat => &["off", "heat"],
            Shape::Heating => &["idle", "heating"],
            Shape::Cool => &["off", "cool"],
            Shape::Cooling => &["idle", "cooling"],
            _ => &[],
        };
        desc.options = options.iter().map(|&option| option.to_owned()).collect();
        if !field.platform.is_empty() {
            field.platform.clone_into(&mut desc.platform);
        }
        if !matches!(field.platform, "" | "sensor") {
            entity.clone_into(&mut desc.entity);
        }
        if field.role == Role::TargetTemperature {
            desc.step = Some(0.5);
        }
    })
}

fn read_shape(shape: Shape, json: &Json) -> Option<Value> {
    if json.is_null() {
        return Some(Value::Null);
    }
    Some(match shape {
        Shape::Flag => Value::Bool(json.as_bool()?),
        Shape::Number => match json {
            Json::Number(_) => plain_value(json),
            // Some firmwares send numbers as text.
            Json::String(text) => Value::number(text.trim().parse().ok()?),
            _ => return None,
        },
        Shape::Byte => Value::Int((json.as_f64()?.clamp(0.0, 255.0) / 2.55).round() as i64),
        Shape::Text | Shape::Choice(_) => match json {
            Json::String(text) => Value::text(crate::decoder::shortened(text, LONGEST)),
            Json::Number(number) => Value::text(number.to_string()),
            _ => return None,
        },
        Shape::Rgb => {
            let byte = |ix: usize| json.get(ix)?.as_u64().and_then(|n| u8::try_from(n).ok());
            Value::text(color::to_hex([byte(0)?, byte(1)?, byte(2)?]))
        }
        Shape::Heat => Value::text(if json.as_bool()? { "heat" } else { "off" }),
        Shape::Heating => Value::text(if json.as_bool()? { "heating" } else { "idle" }),
        Shape::Cool => Value::text(if json.as_bool()? { "cool" } else { "off" }),
        Shape::Cooling => Value::text(if json.as_bool()? { "cooling" } else { "idle" }),
    })
}

/// A JSON value as it is; arrays and objects as their text.
pub(super) fn plain_value(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(on) => Value::Bool(*on),
        Json::Number(number) => match number.as_i64() {
            Some(int) => Value::Int(int),
            None => number.as_f64().map_or(Value::Null, Value::number),
        },
        Json::String(text) => Value::text(crate::decoder::shortened(text, LONGEST)),
        other => Value::text(crate::decoder::shortened(&other.to_string(), LONGEST)),
    }
}

/// What the device says of itself beyond its fields.
fn system(unit: &mut Unit, device: DeviceIx, json: &Json, full: bool, sink: &mut Sink<'_, '_>) {
    if let Some(period) = json["wakeup_period"].as_u64().filter(|period| *period > 0) {
        unit.on_batteries(u32::try_from(period).ok(), sink);
    }
    if let Some(updates) = json["available_updates"].as_object() {
        let (topic, path) = unit.spot("sys", "available_updates");
        let there = updates.contains_key("stable");
        unit.points
            .set(sink, device, "sys/update", Value::Bool(there), || {
                Draft::flag("Update", "update").diagnostic().with(|desc| {
                    desc.topic = Some(topic);
                    desc.path = Some(path);
                })
            });
    }
    if full {
        unit.buttons(sink);
    }
}
