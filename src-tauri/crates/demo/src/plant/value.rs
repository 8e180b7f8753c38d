//! Values of metrics and how Sparkplug B writes them.

use super::payload::{Metric, PropertySet, PropertyValue, metric, property};

/// A metric's value with its Sparkplug type.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    /// Boolean.
    Bool(bool),
    /// Int32.
    Int(i32),
    /// `UInt64`.
    Long(u64),
    /// Float.
    Float(f32),
    /// Double.
    Double(f64),
    /// String.
    Text(String),
}

impl Value {
    /// The number of the Sparkplug data type.
    pub fn datatype(&self) -> u32 {
        match self {
            Self::Int(_) => 3,
            Self::Long(_) => 8,
            Self::Float(_) => 9,
            Self::Double(_) => 10,
            Self::Bool(_) => 11,
            Self::Text(_) => 12,
        }
    }

    /// The value as a number, where it is one.
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Int(v) => Some(f64::from(*v)),
            Self::Long(v) => Some(*v as f64),
            Self::Float(v) => Some(f64::from(*v)),
            Self::Double(v) => Some(*v),
            Self::Bool(_) | Self::Text(_) => None,
        }
    }

    /// As it goes into a metric.
    pub(super) fn wire(&self) -> metric::Value {
        match self {
            Self::Bool(v) => metric::Value::Boolean(*v),
            // Two's complement in an unsigned field, as the standard wants it.
            Self::Int(v) => metric::Value::Int(*v as u32),
            Self::Long(v) => metric::Value::Long(*v),
            Self::Float(v) => metric::Value::Float(*v),
            Self::Double(v) => metric::Value::Double(*v),
            Self::Text(v) => metric::Value::Text(v.clone()),
        }
    }
}

/// What a metric tells about itself in a birth.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Property {
    /// A number, such as a limit.
    Number(f64),
    /// A flag.
    Flag(bool),
    /// A text, such as a unit.
    Text(&'static str),
}

/// A metric's present value and what is known of it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Reading {
    /// Sparkplug name; `/` makes folders.
    pub name: String,
    /// Present value.
    pub value: Value,
    /// Readings of one group go into one message.
    pub group: u8,
    /// Shortest time between two messages of the group, in milliseconds.
    pub every: i64,
    /// Smallest change worth a message.
    pub deadband: f64,
    /// Told in births.
    pub properties: Vec<(&'static str, Property)>,
}

impl Reading {
    /// A reading that is told as soon as it changes.
    pub fn new(name: impl Into<String>, value: Value) -> Self {
        Self {
            name: name.into(),
            value,
            group: 0,
            every: 0,
            deadband: 0.0,
            properties: Vec::new(),
        }
    }

    /// Puts it in a group that is told at most every so many milliseconds.
    pub fn group(mut self, group: u8, every: i64) -> Self {
        (self.group, self.every) = (group, every);
        self
    }

    /// Adds a property.
    pub fn with(mut self, key: &'static str, value: Property) -> Self {
        self.properties.push((key, value));
        self
    }

    /// Adds unit and range.
    pub fn range(self, unit: &'static str, low: f64, high: f64) -> Self {
        self.with("engUnit", Property::Text(unit))
            .with("engLow", Property::Number(low))
            .with("engHigh", Property::Number(high))
    }

    /// Whether the value has moved enough since `last` to be told.
    pub fn differs(&self, last: &Value) -> bool {
        match (self.value.number(), last.number()) {
            (Some(now), Some(then)) if self.deadband > 0.0 => (now - then).abs() >= self.deadband,
            _ => self.value != *last,
        }
    }

    /// As a birth tells it.
    pub fn born(&self, alias: Option<u64>, at: u64) -> Metric {
        Metric {
            name: Some(self.name.clone()),
            datatype: Some(self.value.datatype()),
            properties: (!self.properties.is_empty()).then(|| properties(&self.properties)),
            ..self.told(alias, at)
        }
    }

    /// As data tells it: by its alias only.
    pub fn told(&self, alias: Option<u64>, at: u64) -> Metric {
        Metric {
            alias,
            timestamp: Some(at),
            value: Some(self.value.wire()),
            ..Metric::default()
        }
    }
}

fn properties(of: &[(&'static str, Property)]) -> PropertySet {
    let value = |property: &Property| {
        let (datatype, value) = match property {
            Property::Number(v) => (10, property::Value::Double(*v)),
            Property::Flag(v) => (11, property::Value::Boolean(*v)),
            Property::Text(v) => (12, property::Value::Text((*v).to_owned())),
        };
        PropertyValue {
            datatype: Some(datatype),
            value: Some(value),
        }
    };
    PropertySet {
        keys: of.iter().map(|(key, _)| (*key).to_owned()).collect(),
        values: of.iter().map(|(_, property)| value(property)).collect(),
    }
}

/// The number in a written metric, whatever type its writer chose.
pub(super) fn written_number(metric: &Metric) -> Option<f64> {
    let number = match metric.value.as_ref()? {
        metric::Value::Int(v) if metric.datatype == Some(3) => f64::from(*v as i32),
        metric::Value::Int(v) => f64::from(*v),
        metric::Value::Long(v) if metric.datatype == Some(4) => *v as i64 as f64,
        metric::Value::Long(v) => *v as f64,
        metric::Value::Float(v) => f64::from(*v),
        metric::Value::Double(v) => *v,
        metric::Value::Boolean(_) | metric::Value::Text(_) => return None,
    };
    number.is_finite().then_some(number)
}
