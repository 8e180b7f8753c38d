//! Sparkplug's data types and what their values mean.
//!
//! Signed integers travel in unsigned fields as two's complement, and senders disagree about the width: −300 as an Int16 is 65236 from
//! one and 4294966996 from another. So a value is cut to its declared width and then sign-extended. Any field that holds the value is
//! accepted, because senders disagree about that as well.

use hearthline_model::{Kind, Value};
use serde_json::json;

use super::proto::{CellValue, DataSet, MetricValue, ParameterValue, PropertyKind};

/// A data type; the number is that of the wire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
#[allow(missing_docs)] // the names are those of the specification
pub(crate) enum DataType {
    #[default]
    Unknown = 0,
    Int8,
    Int16,
    Int32,
    Int64,
    UInt8,
    UInt16,
    UInt32,
    UInt64,
    Float,
    Double,
    Boolean,
    String,
    DateTime,
    Text,
    Uuid,
    DataSet,
    Bytes,
    File,
    Template,
    PropertySet,
    PropertySetList,
    Int8Array,
    Int16Array,
    Int32Array,
    Int64Array,
    UInt8Array,
    UInt16Array,
    UInt32Array,
    UInt64Array,
    FloatArray,
    DoubleArray,
    BooleanArray,
    StringArray,
    DateTimeArray,
}

const ALL: [DataType; 35] = {
    use DataType as T;
    [
        T::Unknown,
        T::Int8,
        T::Int16,
        T::Int32,
        T::Int64,
        T::UInt8,
        T::UInt16,
        T::UInt32,
        T::UInt64,
        T::Float,
        T::Double,
        T::Boolean,
        T::String,
        T::DateTime,
        T::Text,
        T::Uuid,
        T::DataSet,
        T::Bytes,
        T::File,
        T::Template,
        T::PropertySet,
        T::PropertySetList,
        T::Int8Array,
        T::Int16Array,
        T::Int32Array,
        T::Int64Array,
        T::UInt8Array,
        T::UInt16Array,
        T::UInt32Array,
        T::UInt64Array,
        T::FloatArray,
        T::DoubleArray,
        T::BooleanArray,
        T::StringArray,
        T::DateTimeArray,
    ]
};

impl DataType {
    /// The type of a wire number; unknown numbers are [`DataType::Unknown`].
    pub(crate) fn of(number: Option<u32>) -> Self {
        number
            .and_then(|number| ALL.get(number as usize).copied())
            .unwrap_or_default()
    }

    /// The type that a value without one seems to have.
    pub(crate) fn guess(value: &MetricValue) -> Self {
        match value {
            MetricValue::Int(_) => Self::Int32,
            MetricValue::Long(_) => Self::Int64,
            MetricValue::Float(_) => Self::Float,
            MetricValue::Double(_) => Self::Double,
            MetricValue::Boolean(_) => Self::Boolean,
            MetricValue::String(_) => Self::String,
            MetricValue::Bytes(_) => Self::Bytes,
            MetricValue::DataSet(_) => Self::DataSet,
            MetricValue::Template(_) => Self::Template,
        }
    }

    /// Bits of an integer and whether it is signed.
    pub(crate) fn integer(self) -> Option<(u32, bool)> {
        Some(match self {
            Self::Int8 => (8, true),
            Self::Int16 => (16, true),
            Self::Int32 => (32, true),
            Self::Int64 => (64, true),
            Self::UInt8 => (8, false),
            Self::UInt16 => (16, false),
            Self::UInt32 => (32, false),
            Self::UInt64 => (64, false),
            _ => return None,
        })
    }

    /// The kind of point that holds it. Arrays and tables are structured text.
    pub(crate) fn kind(self) -> Kind {
        match self {
            Self::Boolean => Kind::Bool,
            Self::Float | Self::Double => Kind::Number,
            Self::DateTime => Kind::Time,
            Self::Bytes | Self::File => Kind::Binary,
            other if other.integer().is_some() => Kind::Number,
            _ => Kind::Text,
        }
    }
}

/// Longest text that is kept, bytes.
const LONGEST_TEXT: usize = 16 << 10;

/// The value of a metric as its point holds it; none where the field does not fit the type.
pub(crate) fn value(datatype: DataType, sent: &MetricValue) -> Option<Value> {
    use MetricValue as M;
    if let Some((bits, signed)) = datatype.integer() {
        return match *sent {
            // A 64-bit value in the 32-bit field is extended from there.
            M::Int(int) => Some(integer(u64::from(int), bits.min(32), signed)),
            M::Long(long) => Some(integer(long, bits, signed)),
            M::Boolean(on) => Some(Value::Int(i64::from(on))),
            M::Float(float) => whole(f64::from(float)),
            M::Double(double) => whole(double),
            _ => None,
        };
    }
    match (datatype, sent) {
        (DataType::Float | DataType::Double, M::Float(float)) => Some(Value::number(shortest(*float))),
        (DataType::Float | DataType::Double, M::Double(double)) => Some(Value::number(*double)),
        (DataType::Float | DataType::Double, M::Int(int)) => Some(Value::Float(f64::from(*int as i32))),
        (DataType::Float | DataType::Double, M::Long(long)) => Some(Value::Float(*long as i64 as f64)),
        (DataType::Boolean, M::Boolean(on)) => Some(Value::Bool(*on)),
        (DataType::Boolean, M::Int(int)) => Some(Value::Bool(*int != 0)),
        (DataType::Boolean, M::Long(long)) => Some(Value::Bool(*long != 0)),
        (DataType::DateTime, M::Long(ms)) => time(*ms),
        (DataType::DateTime, M::Int(ms)) => time(u64::from(*ms)),
        (DataType::String | DataType::Text | DataType::Uuid | DataType::DateTime, M::String(text)) => {
            Some(text_value(text))
        }
        (DataType::Bytes | DataType::File, M::Bytes(bytes)) => Some(Value::Int(bytes.len() as i64)),
        (DataType::DataSet, M::DataSet(rows)) => Some(text_value(&table(rows).to_string())),
        (DataType::Unknown, sent) => value(DataType::guess(sent), sent),
        (array, M::Bytes(bytes)) => {
            super::array::decode(array, bytes).map(|items| text_value(&items.to_string()))
        }
        _ => None,
    }
}

/// An integer cut to `width` bits, of which the highest is the sign of a signed one. What is over `i64` is kept as a float.
fn integer(raw: u64, width: u32, signed: bool) -> Value {
    let shift = 64 - width;
    if signed {
        Value::Int(((raw << shift) as i64) >> shift)
    } else {
        let cut = (raw << shift) >> shift;
        i64::try_from(cut).map_or(Value::Float(cut as f64), Value::Int)
    }
}

fn whole(number: f64) -> Option<Value> {
    let fits = number.fract() == 0.0 && (-9.0e18..=9.0e18).contains(&number);
    fits.then_some(Value::Int(number as i64))
}

/// The double that prints as the float does: 1.1 and not 1.100000023841858.
fn shortest(float: f32) -> f64 {
    if float.fract() == 0.0 || !float.is_finite() {
        return f64::from(float);
    }
    let wide = f64::from(float);
    // Seven significant digits are what a float holds; the rounded double must still be the same float.
    let magnitude = wide.abs().log10().floor();
    let scale = 10f64.powf(6.0 - magnitude);
    let rounded = (wide * scale).round() / scale;
    if rounded as f32 == float { rounded } else { wide }
}

fn text_value(text: &str) -> Value {
    if text.len() > LONGEST_TEXT {
        Value::text(crate::decoder::shortened(text, LONGEST_TEXT))
    } else {
        Value::text(text)
    }
}

/// Milliseconds since the Unix epoch as RFC 3339.
pub(crate) fn time(ms: u64) -> Option<Value> {
    let time = jiff::Timestamp::from_millisecond(i64::try_from(ms).ok()?).ok()?;
    Some(Value::text(time.to_string()))
}

/// A table as JSON: `{"columns": […], "rows": [[…]]}`.
pub(crate) fn table(set: &DataSet) -> serde_json::Value {
    let rows: Vec<Vec<serde_json::Value>> = set
        .rows
        .iter()
        .take(1000)
        .map(|row| {
            row.elements
                .iter()
                .take(100)
                .enumerate()
                .map(|(ix, cell)| {
                    let datatype = DataType::of(set.types.get(ix).copied());
                    cell.value
                        .as_ref()
                        .map(cell_value)
                        .and_then(|sent| exact(datatype, &sent))
                        .unwrap_or_default()
                })
                .collect()
        })
        .collect();
    let columns: Vec<&String> = set.columns.iter().take(100).collect();
    json!({ "columns": columns, "rows": rows })
}

/// A value as JSON.
pub(crate) fn json(value: &Value) -> serde_json::Value {
    serde_json::to_value(value).unwrap_or_default()
}

/// What was sent, as JSON; none where the field does not fit the type. Unlike a point's value it holds every 64-bit number exactly.
pub(crate) fn exact(datatype: DataType, sent: &MetricValue) -> Option<serde_json::Value> {
    match (datatype, sent) {
        (DataType::UInt64, MetricValue::Long(long)) => Some(json!(long)),
        _ => value(datatype, sent).map(|value| json(&value)),
    }
}

fn cell_value(cell: &CellValue) -> MetricValue {
    match cell {
        CellValue::Int(v) => MetricValue::Int(*v),
        CellValue::Long(v) => MetricValue::Long(*v),
        CellValue::Float(v) => MetricValue::Float(*v),
        CellValue::Double(v) => MetricValue::Double(*v),
        CellValue::Boolean(v) => MetricValue::Boolean(*v),
        CellValue::String(v) => MetricValue::String(v.clone()),
    }
}

/// A template's parameter as a metric's value.
pub(crate) fn parameter_value(parameter: &ParameterValue) -> MetricValue {
    match parameter {
        ParameterValue::Int(v) => MetricValue::Int(*v),
        ParameterValue::Long(v) => MetricValue::Long(*v),
        ParameterValue::Float(v) => MetricValue::Float(*v),
        ParameterValue::Double(v) => MetricValue::Double(*v),
        ParameterValue::Boolean(v) => MetricValue::Boolean(*v),
        ParameterValue::String(v) => MetricValue::String(v.clone()),
    }
}

/// A property as a metric's value; none for nested sets.
pub(crate) fn property_value(property: &PropertyKind) -> Option<MetricValue> {
    Some(match property {
        PropertyKind::Int(v) => MetricValue::Int(*v),
        PropertyKind::Long(v) => MetricValue::Long(*v),
        PropertyKind::Float(v) => MetricValue::Float(*v),
        PropertyKind::Double(v) => MetricValue::Double(*v),
        PropertyKind::Boolean(v) => MetricValue::Boolean(*v),
        PropertyKind::String(v) => MetricValue::String(v.clone()),
        PropertyKind::Set(_) | PropertyKind::Sets(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn widths_are_cut_and_signs_extended() {
        use DataType as T;
        use MetricValue as M;
        for (datatype, sent, want) in [
            (T::Int16, M::Int(65_236), Value::Int(-300)),
            (T::Int16, M::Int(4_294_966_996), Value::Int(-300)),
            (T::Int8, M::Int(0xE9), Value::Int(-23)),
            (T::Int32, M::Int(u32::MAX), Value::Int(-1)),
            (T::Int32, M::Long(u64::MAX), Value::Int(-1)),
            (T::Int32, M::Long(0xFFFF_FFFF), Value::Int(-1)),
            (T::Int64, M::Long(u64::MAX - 41), Value::Int(-42)),
            (T::Int64, M::Int(5), Value::Int(5)),
            (T::UInt8, M::Int(511), Value::Int(255)),
            (T::UInt32, M::Int(u32::MAX), Value::Int(4_294_967_295)),
            (T::UInt32, M::Long(4_294_967_295), Value::Int(4_294_967_295)),
            (T::UInt64, M::Long(i64::MAX as u64), Value::Int(i64::MAX)),
            (T::UInt64, M::Long(u64::MAX), Value::Float(u64::MAX as f64)),
            (T::UInt64, M::Int(u32::MAX), Value::Int(4_294_967_295)),
            (T::Float, M::Float(1.1), Value::Float(1.1)),
            (T::Float, M::Double(1.1), Value::Float(1.1)),
            (T::Float, M::Float(f32::NAN), Value::Null),
            (T::Double, M::Float(61.0), Value::Float(61.0)),
            (T::Boolean, M::Int(1), Value::Bool(true)),
            (T::Boolean, M::Boolean(false), Value::Bool(false)),
            (T::String, M::String("x".into()), Value::text("x")),
            (
                T::DateTime,
                M::Long(1_795_000_000_000),
                Value::text("2026-11-18T11:06:40Z"),
            ),
            (T::Bytes, M::Bytes(vec![1, 2, 3]), Value::Int(3)),
            (T::Unknown, M::Double(2.5), Value::Float(2.5)),
            (T::Int32, M::Double(7.0), Value::Int(7)),
        ] {
            assert_eq!(value(datatype, &sent), Some(want), "{datatype:?} {sent:?}");
        }
        for (datatype, sent) in [
            (T::Int32, M::String("5".into())),
            (T::Boolean, M::String("true".into())),
            (T::DateTime, M::Long(u64::MAX)),
            (T::Int32, M::Double(7.5)),
        ] {
            assert_eq!(value(datatype, &sent), None, "{datatype:?} {sent:?}");
        }
    }

    proptest! {
        #[test]
        fn a_float_keeps_its_value(float in any::<f32>().prop_filter("finite", |f| f.is_finite())) {
            prop_assert_eq!(shortest(float) as f32, float);
        }

        #[test]
        fn signed_integers_survive_either_width(number in any::<i16>()) {
            for sent in [u32::from(number as u16), i32::from(number) as u32] {
                prop_assert_eq!(value(DataType::Int16, &MetricValue::Int(sent)), Some(Value::Int(i64::from(number))));
            }
        }
    }
}
