//! The Sparkplug B 3.0 payload, as far as the demo uses it.

/// What one message carries.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Payload {
    /// When it was sent, in milliseconds since the epoch.
    #[prost(uint64, optional, tag = "1")]
    pub timestamp: Option<u64>,
    #[prost(message, repeated, tag = "2")]
    pub metrics: Vec<Metric>,
    /// 0 to 255, over all messages of an edge node.
    #[prost(uint64, optional, tag = "3")]
    pub seq: Option<u64>,
}

/// One value.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Metric {
    #[prost(string, optional, tag = "1")]
    pub name: Option<String>,
    #[prost(uint64, optional, tag = "2")]
    pub alias: Option<u64>,
    #[prost(uint64, optional, tag = "3")]
    pub timestamp: Option<u64>,
    #[prost(uint32, optional, tag = "4")]
    pub datatype: Option<u32>,
    #[prost(bool, optional, tag = "5")]
    pub is_historical: Option<bool>,
    #[prost(bool, optional, tag = "7")]
    pub is_null: Option<bool>,
    #[prost(message, optional, tag = "9")]
    pub properties: Option<PropertySet>,
    #[prost(oneof = "metric::Value", tags = "10, 11, 12, 13, 14, 15")]
    pub value: Option<metric::Value>,
}

/// The value of a metric.
pub(super) mod metric {
    #[derive(Clone, PartialEq, prost::Oneof)]
    pub enum Value {
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
        Text(String),
    }
}

/// What is said about a metric: unit, range, limits.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct PropertySet {
    #[prost(string, repeated, tag = "1")]
    pub keys: Vec<String>,
    #[prost(message, repeated, tag = "2")]
    pub values: Vec<PropertyValue>,
}

/// The value of a property.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct PropertyValue {
    #[prost(uint32, optional, tag = "1")]
    pub datatype: Option<u32>,
    #[prost(oneof = "property::Value", tags = "6, 7, 8")]
    pub value: Option<property::Value>,
}

/// The kinds of property values in use.
pub(super) mod property {
    #[derive(Clone, PartialEq, prost::Oneof)]
    pub enum Value {
        #[prost(double, tag = "6")]
        Double(f64),
        #[prost(bool, tag = "7")]
        Boolean(bool),
        #[prost(string, tag = "8")]
        Text(String),
    }
}
