//! A payload as JSON, for people who look at raw messages.

use prost::Message as _;
use serde_json::{Map, Value as Json, json};

use super::datatype::{self, DataType};
use super::proto::{Metric, MetricValue, Payload, PropertyKind, PropertySet, within_bounds};
use super::{array, compress};

/// Most metrics that are shown.
const MOST: usize = 500;
/// Largest payload that comes out of a compressed one.
const LARGEST: usize = 4 << 20;

/// The payload as JSON; none where the bytes are no Sparkplug payload.
pub(crate) fn describe(payload: &[u8]) -> Option<Json> {
    if payload.is_empty() || !within_bounds(payload) {
        return None;
    }
    let mut decoded = Payload::decode(payload).ok()?;
    let mut out = Map::new();
    if let Some(opened) = compress::open(&decoded, LARGEST) {
        out.insert("compressed".into(), json!(true));
        let bytes = opened.ok().filter(|bytes| within_bounds(bytes))?;
        decoded = Payload::decode(&bytes[..]).ok()?;
    }
    // Any bytes may happen to parse; a payload says at least one of these.
    if decoded.timestamp.is_none() && decoded.seq.is_none() && decoded.metrics.is_empty() {
        return None;
    }
    insert(&mut out, "timestamp", decoded.timestamp.map(time));
    insert(&mut out, "seq", decoded.seq.map(Json::from));
    insert(&mut out, "uuid", decoded.uuid.map(Json::from));
    insert(&mut out, "body_bytes", decoded.body.map(|body| json!(body.len())));
    out.insert("metrics".into(), metrics(&decoded.metrics, 0));
    if decoded.metrics.len() > MOST {
        out.insert("metrics_not_shown".into(), json!(decoded.metrics.len() - MOST));
    }
    Some(Json::Object(out))
}

fn metrics(list: &[Metric], depth: usize) -> Json {
    Json::Array(list.iter().take(MOST).map(|one| metric(one, depth)).collect())
}

fn metric(metric: &Metric, depth: usize) -> Json {
    let mut out = Map::new();
    let datatype = DataType::of(metric.datatype);
    insert(&mut out, "name", metric.name.as_deref().map(Json::from));
    insert(&mut out, "alias", metric.alias.map(Json::from));
    insert(&mut out, "timestamp", metric.timestamp.map(time));
    insert(
        &mut out,
        "datatype",
        metric.datatype.map(|_| json!(format!("{datatype:?}"))),
    );
    insert(&mut out, "is_historical", metric.is_historical.map(Json::from));
    insert(&mut out, "is_transient", metric.is_transient.map(Json::from));
    let value = match &metric.value {
        None => Json::Null,
        Some(MetricValue::Template(template)) if depth < 8 => json!({
            "template_ref": template.template_ref,
            "is_definition": template.is_definition,
            "version": template.version,
            "metrics": metrics(&template.metrics, depth + 1),
            "parameters": template.parameters.iter().take(MOST).map(|parameter| json!({
                "name": parameter.name,
                "value": parameter.value.as_ref().map(datatype::parameter_value)
                    .and_then(|sent| datatype::exact(DataType::of(parameter.datatype), &sent)),
            })).collect::<Vec<_>>(),
        }),
        Some(MetricValue::DataSet(set)) => datatype::table(set),
        Some(MetricValue::Bytes(bytes)) => {
            array::decode(datatype, bytes).unwrap_or_else(|| json!({ "bytes": bytes.len() }))
        }
        Some(sent) => datatype::exact(datatype, sent)
            .or_else(|| datatype::exact(DataType::Unknown, sent))
            .unwrap_or_default(),
    };
    out.insert("value".into(), value);
    insert(
        &mut out,
        "properties",
        metric.properties.as_deref().map(|set| properties(set, 0)),
    );
    Json::Object(out)
}

fn properties(set: &PropertySet, depth: usize) -> Json {
    let mut out = Map::new();
    for (key, property) in set.keys.iter().zip(&set.values).take(MOST) {
        let value = match &property.value {
            Some(PropertyKind::Set(inner)) if depth < 8 => properties(inner, depth + 1),
            Some(PropertyKind::Sets(inner)) if depth < 8 => Json::Array(
                inner
                    .sets
                    .iter()
                    .take(MOST)
                    .map(|set| properties(set, depth + 1))
                    .collect(),
            ),
            Some(kind) => datatype::property_value(kind)
                .and_then(|sent| datatype::exact(DataType::of(property.datatype), &sent))
                .unwrap_or_default(),
            None => Json::Null,
        };
        out.insert(key.clone(), value);
    }
    Json::Object(out)
}

fn time(ms: u64) -> Json {
    datatype::time(ms).map_or(json!(ms), |time| datatype::json(&time))
}

fn insert(out: &mut Map<String, Json>, key: &str, value: Option<Json>) {
    if let Some(value) = value {
        out.insert(key.into(), value);
    }
}
