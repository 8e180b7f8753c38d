//! The wire messages of Sparkplug B (proto2), written by hand from the field numbers of the specification.
//!
//! Rare and large fields are boxed, so that a payload of many tiny metrics stays small in memory; [`within_bounds`] refuses a
//! payload that would not.

use prost::encoding::{WireType, decode_key, decode_varint, skip_field};

/// A whole message body.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Payload {
    /// Milliseconds since the Unix epoch.
    #[prost(uint64, optional, tag = "1")]
    pub timestamp: Option<u64>,
    #[prost(message, repeated, tag = "2")]
    pub metrics: Vec<Metric>,
    /// 0 … 255, counted over all messages of an edge node but death and commands.
    #[prost(uint64, optional, tag = "3")]
    pub seq: Option<u64>,
    #[prost(string, optional, tag = "4")]
    pub uuid: Option<String>,
    #[prost(bytes = "vec", optional, tag = "5")]
    pub body: Option<Vec<u8>>,
}

/// One value.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Metric {
    #[prost(string, optional, tag = "1")]
    pub name: Option<String>,
    #[prost(uint64, optional, tag = "2")]
    pub alias: Option<u64>,
    /// Milliseconds since the Unix epoch.
    #[prost(uint64, optional, tag = "3")]
    pub timestamp: Option<u64>,
    #[prost(uint32, optional, tag = "4")]
    pub datatype: Option<u32>,
    #[prost(bool, optional, tag = "5")]
    pub is_historical: Option<bool>,
    #[prost(bool, optional, tag = "6")]
    pub is_transient: Option<bool>,
    #[prost(bool, optional, tag = "7")]
    pub is_null: Option<bool>,
    #[prost(message, optional, boxed, tag = "9")]
    pub properties: Option<Box<PropertySet>>,
    #[prost(oneof = "MetricValue", tags = "10, 11, 12, 13, 14, 15, 16, 17, 18")]
    pub value: Option<MetricValue>,
}

/// The value of a metric; which field is used depends on the data type, and on the sender.
#[derive(Clone, PartialEq, prost::Oneof)]
pub(crate) enum MetricValue {
    #[prost(uint32, tag = "10")]
    Int(u32),
    #[prost(uint64, tag = "11")]
    Long(u64),
    #[prost(float, tag = "12")]
    Float(f32),
    #[prost(double, tag = "13")]
    Double(f64),
    #[prost(bool, tag = "14")]
    Boolean(bool),
    #[prost(string, tag = "15")]
    String(String),
    #[prost(bytes, tag = "16")]
    Bytes(Vec<u8>),
    #[prost(message, boxed, tag = "17")]
    DataSet(Box<DataSet>),
    #[prost(message, boxed, tag = "18")]
    Template(Box<Template>),
}

/// A table.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct DataSet {
    #[prost(uint64, optional, tag = "1")]
    pub num_of_columns: Option<u64>,
    #[prost(string, repeated, tag = "2")]
    pub columns: Vec<String>,
    #[prost(uint32, repeated, packed = "false", tag = "3")]
    pub types: Vec<u32>,
    #[prost(message, repeated, tag = "4")]
    pub rows: Vec<Row>,
}

/// A row of a table.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Row {
    #[prost(message, repeated, tag = "1")]
    pub elements: Vec<Cell>,
}

/// A cell of a table.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Cell {
    #[prost(oneof = "CellValue", tags = "1, 2, 3, 4, 5, 6")]
    pub value: Option<CellValue>,
}

#[derive(Clone, PartialEq, prost::Oneof)]
pub(crate) enum CellValue {
    #[prost(uint32, tag = "1")]
    Int(u32),
    #[prost(uint64, tag = "2")]
    Long(u64),
    #[prost(float, tag = "3")]
    Float(f32),
    #[prost(double, tag = "4")]
    Double(f64),
    #[prost(bool, tag = "5")]
    Boolean(bool),
    #[prost(string, tag = "6")]
    String(String),
}

/// A template's definition or an instance of one.
#[allow(clippy::struct_field_names)] // `template_ref` is its name in the specification
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Template {
    #[prost(string, optional, tag = "1")]
    pub version: Option<String>,
    #[prost(message, repeated, tag = "2")]
    pub metrics: Vec<Metric>,
    #[prost(message, repeated, tag = "3")]
    pub parameters: Vec<Parameter>,
    #[prost(string, optional, tag = "4")]
    pub template_ref: Option<String>,
    #[prost(bool, optional, tag = "5")]
    pub is_definition: Option<bool>,
}

/// A parameter of a template.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Parameter {
    #[prost(string, optional, tag = "1")]
    pub name: Option<String>,
    #[prost(uint32, optional, tag = "2")]
    pub datatype: Option<u32>,
    #[prost(oneof = "ParameterValue", tags = "3, 4, 5, 6, 7, 8")]
    pub value: Option<ParameterValue>,
}

#[derive(Clone, PartialEq, prost::Oneof)]
pub(crate) enum ParameterValue {
    #[prost(uint32, tag = "3")]
    Int(u32),
    #[prost(uint64, tag = "4")]
    Long(u64),
    #[prost(float, tag = "5")]
    Float(f32),
    #[prost(double, tag = "6")]
    Double(f64),
    #[prost(bool, tag = "7")]
    Boolean(bool),
    #[prost(string, tag = "8")]
    String(String),
}

/// Properties of a metric: parallel lists.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct PropertySet {
    #[prost(string, repeated, tag = "1")]
    pub keys: Vec<String>,
    #[prost(message, repeated, tag = "2")]
    pub values: Vec<PropertyValue>,
}

/// A property.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct PropertyValue {
    #[prost(uint32, optional, tag = "1")]
    pub datatype: Option<u32>,
    #[prost(bool, optional, tag = "2")]
    pub is_null: Option<bool>,
    #[prost(oneof = "PropertyKind", tags = "3, 4, 5, 6, 7, 8, 9, 10")]
    pub value: Option<PropertyKind>,
}

#[derive(Clone, PartialEq, prost::Oneof)]
pub(crate) enum PropertyKind {
    #[prost(uint32, tag = "3")]
    Int(u32),
    #[prost(uint64, tag = "4")]
    Long(u64),
    #[prost(float, tag = "5")]
    Float(f32),
    #[prost(double, tag = "6")]
    Double(f64),
    #[prost(bool, tag = "7")]
    Boolean(bool),
    #[prost(string, tag = "8")]
    String(String),
    #[prost(message, boxed, tag = "9")]
    Set(Box<PropertySet>),
    #[prost(message, tag = "10")]
    Sets(PropertySetList),
}

/// A list of property sets.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct PropertySetList {
    #[prost(message, repeated, tag = "1")]
    pub sets: Vec<PropertySet>,
}

/// Below this size no payload can take much memory, whatever is in it.
const SMALL: usize = 256 << 10;
/// Most messages within one payload.
const MOST_MESSAGES: usize = 200_000;

/// Whether a payload is small in memory too. A megabyte of empty metrics would be a hundred once decoded.
pub(super) fn within_bounds(payload: &[u8]) -> bool {
    let mut left = MOST_MESSAGES;
    payload.len() <= SMALL || count(payload, &mut left, 0)
}

/// Counts everything that looks like a nested message. Texts are counted as well where they look like one, which errs to the safe side
/// by little: it takes bytes as small as field tags to look like a message.
fn count(mut bytes: &[u8], left: &mut usize, depth: u8) -> bool {
    while !bytes.is_empty() {
        let Ok((tag, wire)) = decode_key(&mut bytes) else {
            return true;
        };
        if wire == WireType::LengthDelimited {
            let Ok(length) = decode_varint(&mut bytes) else {
                return true;
            };
            let Some((inside, rest)) = usize::try_from(length)
                .ok()
                .and_then(|length| bytes.split_at_checked(length))
            else {
                return true;
            };
            bytes = rest;
            if *left == 0 {
                return false;
            }
            *left -= 1;
            if depth < 12 && !count(inside, left, depth + 1) {
                return false;
            }
        } else if skip_field(wire, tag, &mut bytes, prost::encoding::DecodeContext::default()).is_err() {
            return true;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bomb_of_empty_metrics_is_refused_and_a_real_payload_is_not() {
        assert!(!within_bounds(&[0x12, 0x00].repeat(1 << 20)));
        assert!(within_bounds(&[0x12, 0x00].repeat(1000)));
        let metric = Metric {
            name: Some("Folder/Some long name of a metric".into()),
            value: Some(MetricValue::Double(1.5)),
            ..Metric::default()
        };
        let payload = Payload {
            metrics: vec![metric; 20_000],
            ..Payload::default()
        };
        let bytes = prost::Message::encode_to_vec(&payload);
        assert!(bytes.len() > SMALL && within_bounds(&bytes));
        assert!(size_of::<Metric>() <= 128, "{}", size_of::<Metric>());
    }
}
