//! Parts that a person made: virtual switches, numbers, texts, lists, buttons.

use hearthline_model::{Kind, Role, Value};
use serde_json::Value as Json;

use super::component::plain_value;
use super::unit::Unit;
use super::ways::{self, Way};
use super::{fields, topic};
use crate::conventions::shelly::draft::{Draft, Sink, device_time};
use crate::conventions::shelly::write::Write;
use crate::naming::humanise;
use crate::{DeviceIx, units};

/// Reads such a part.
pub(super) fn read(
    unit: &mut Unit,
    device: DeviceIx,
    name: &str,
    kind: &str,
    json: &Json,
    sink: &mut Sink<'_, '_>,
) {
    let number = topic::component(name).1.unwrap_or(0);
    let key = format!("{name}/value");
    let label = unit.label(name, fields::word(kind));
    let label = if label.is_empty() { humanise(kind) } else { label };
    let part = unit.config.part(name).cloned();
    let write = ways::of(Way::Value, unit.ix, name, kind, number, part.as_ref());
    let (topic, path) = unit.spot(name, "value");
    let options = part.as_ref().map(|part| part.options.clone()).unwrap_or_default();
    let point_kind = match kind {
        "boolean" => Kind::Bool,
        "number" => Kind::Number,
        "button" => Kind::Action,
        "enum" if !options.is_empty() => Kind::Enum,
        _ => Kind::Text,
    };
    let make = || {
        let draft = Draft::new(label, point_kind).with(|desc| {
            desc.topic = Some(topic);
            desc.path = Some(path);
            desc.options = options;
            if let Some(part) = part {
                if point_kind == Kind::Number {
                    let class = units::class_of(part.unit.as_deref(), &[]).filter(|_| part.unit.is_some());
                    desc.state_class = units::state_class(class, part.unit.as_deref(), &[]);
                    desc.class = class.map(str::to_owned);
                }
                desc.unit = part.unit;
                desc.range = part.range;
                desc.step = part.step;
            }
        });
        let (platform, role) = match point_kind {
            Kind::Bool => ("switch", Role::Switch),
            Kind::Number => ("number", Role::Value),
            Kind::Action => ("button", Role::Press),
            Kind::Enum => ("select", Role::Value),
            _ if write.is_some() => ("text", Role::Value),
            _ => ("sensor", Role::Value),
        };
        let draft = draft.part(platform, name, role);
        match write {
            Some((call, form, words)) => draft.writable(Write::Rpc(call, form), words),
            None => draft,
        }
    };
    if point_kind == Kind::Action {
        unit.points.describe(sink, device, &key, make);
        return;
    }
    if json.get("value").is_none() {
        return;
    }
    let value = match (&json["value"], point_kind) {
        (Json::Bool(_), Kind::Bool) | (Json::Number(_), Kind::Number) | (Json::Null, _) => {
            plain_value(&json["value"])
        }
        (_, Kind::Bool | Kind::Number) => Value::Null,
        (other, _) => plain_value(other),
    };
    let before = sink.at;
    sink.at = device_time(&json["last_update_ts"], sink.at);
    unit.points.set(sink, device, &key, value, make);
    sink.at = before;
}
