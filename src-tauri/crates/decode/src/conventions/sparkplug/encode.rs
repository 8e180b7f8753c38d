//! Writes: NCMD and DCMD.

use hearthline_model::{Micros, Value};
use prost::Message as _;

use super::datatype::DataType;
use super::flatten::Member;
use super::proto::{Metric, MetricValue, Payload, Template};
use super::topic::NAMESPACE;
use crate::{CommandError, Publish};

/// The metric that makes an edge node send its births again.
pub(super) const REBIRTH: &str = "Node Control/Rebirth";

/// The topic of commands to an edge node or to a device behind it.
pub(super) fn topic(group: &str, edge: &str, device: Option<&str>) -> String {
    match device {
        Some(device) => format!("{NAMESPACE}/{group}/DCMD/{edge}/{device}"),
        None => format!("{NAMESPACE}/{group}/NCMD/{edge}"),
    }
}

/// The topic that values of an edge node or of a device behind it come on, births aside.
pub(super) fn data_topic(group: &str, edge: &str, device: Option<&str>) -> String {
    match device {
        Some(device) => format!("{NAMESPACE}/{group}/DDATA/{edge}/{device}"),
        None => format!("{NAMESPACE}/{group}/NDATA/{edge}"),
    }
}

/// A request for births. By name, whatever the alias: every node must know it.
pub(super) fn rebirth(group: &str, edge: &str, now: Micros) -> Publish {
    publish(
        topic(group, edge, None),
        metric(Some(REBIRTH), None, DataType::Boolean, MetricValue::Boolean(true)),
        now,
    )
}

/// A write of one metric. As the specification demands, the alias stands alone where the birth gave one.
pub(super) fn write(
    topic: String,
    name: &str,
    alias: Option<u64>,
    datatype: DataType,
    value: MetricValue,
    now: Micros,
) -> Publish {
    let alias = alias.filter(|_| name != REBIRTH);
    publish(
        topic,
        metric(alias.is_none().then_some(name), alias, datatype, value),
        now,
    )
}

/// A write of one member of a template instance: an instance that holds that member only.
pub(super) fn write_member(
    topic: String,
    member: &Member,
    alias: Option<u64>,
    datatype: DataType,
    value: MetricValue,
    now: Micros,
) -> Publish {
    let mut inner = metric(Some(&member.name), None, datatype, value);
    inner.timestamp = u64::try_from(now / 1000).ok();
    let template = Template {
        template_ref: Some(member.template_ref.clone()),
        is_definition: Some(false),
        metrics: vec![inner],
        ..Template::default()
    };
    let name = alias.is_none().then_some(member.instance.as_str());
    let value = MetricValue::Template(Box::new(template));
    publish(topic, metric(name, alias, DataType::Template, value), now)
}

fn metric(name: Option<&str>, alias: Option<u64>, datatype: DataType, value: MetricValue) -> Metric {
    Metric {
        name: name.map(str::to_owned),
        alias,
        datatype: Some(datatype as u32),
        value: Some(value),
        ..Metric::default()
    }
}

/// Commands carry no sequence number and are never retained.
fn publish(topic: String, mut metric: Metric, now: Micros) -> Publish {
    let timestamp = u64::try_from(now / 1000).ok();
    metric.timestamp = timestamp;
    let payload = Payload {
        timestamp,
        metrics: vec![metric],
        ..Payload::default()
    };
    Publish {
        topic,
        payload: payload.encode_to_vec(),
        qos: 0,
        retain: false,
    }
}

/// Whether a metric holds a negative number that is written no wider than its type: −300 as an Int16 is 65236 and not 4294966996.
pub(super) fn is_narrow(metric: &Metric) -> bool {
    let Some(MetricValue::Int(sent)) = metric.value else {
        return false;
    };
    match DataType::of(metric.datatype).integer() {
        Some((bits, true)) if bits < 32 => (1 << (bits - 1)..1 << bits).contains(&sent),
        _ => false,
    }
}

/// Whether a metric holds a 32-bit unsigned number in the field of 32 bits; most senders take that of 64.
pub(super) fn is_short(metric: &Metric) -> bool {
    DataType::of(metric.datatype) == DataType::UInt32 && matches!(metric.value, Some(MetricValue::Int(_)))
}

/// The same number, in the field of 32 bits where that is its width.
pub(super) fn shortened(datatype: DataType, sent: MetricValue) -> MetricValue {
    match sent {
        MetricValue::Long(long) if datatype == DataType::UInt32 => {
            u32::try_from(long).map_or(MetricValue::Long(long), MetricValue::Int)
        }
        sent => sent,
    }
}

/// The same number, no wider than its type.
pub(super) fn narrowed(datatype: DataType, sent: MetricValue) -> MetricValue {
    match (datatype.integer(), sent) {
        (Some((bits, true)), MetricValue::Int(int)) if bits < 32 => MetricValue::Int(int & ((1 << bits) - 1)),
        (_, sent) => sent,
    }
}

/// A value in the field of its data type; an error says why it does not fit.
pub(super) fn value(datatype: DataType, value: &Value) -> Result<MetricValue, CommandError> {
    let invalid = |what: &str| Err(CommandError::Invalid(format!("the metric takes {what}")));
    if let Some((bits, signed)) = datatype.integer() {
        let int = match value {
            Value::Int(int) => i128::from(*int),
            Value::Float(float) if float.fract() == 0.0 && float.abs() < 2e19 => *float as i128,
            Value::Bool(on) => i128::from(*on),
            _ => return invalid("a whole number"),
        };
        let (low, high) = if signed {
            (-(1i128 << (bits - 1)), (1i128 << (bits - 1)) - 1)
        } else {
            (0, (1i128 << bits) - 1)
        };
        if !(low..=high).contains(&int) {
            return invalid(&format!("whole numbers from {low} to {high}"));
        }
        return Ok(match datatype {
            // Tahu's table: these two and 64 bits travel in the long field.
            DataType::UInt32 | DataType::Int64 | DataType::UInt64 => MetricValue::Long(int as u64),
            _ => MetricValue::Int(int as u32),
        });
    }
    match (datatype, value) {
        (DataType::Float, Value::Int(_) | Value::Float(_)) => {
            let number = value.as_f64().unwrap_or_default() as f32;
            if number.is_finite() {
                Ok(MetricValue::Float(number))
            } else {
                invalid("a number that a 32-bit float holds")
            }
        }
        (DataType::Double, Value::Int(_) | Value::Float(_)) => {
            Ok(MetricValue::Double(value.as_f64().unwrap_or_default()))
        }
        (DataType::Float | DataType::Double, _) => invalid("a number"),
        (DataType::Boolean, Value::Bool(on)) => Ok(MetricValue::Boolean(*on)),
        (DataType::Boolean, Value::Int(int @ (0 | 1))) => Ok(MetricValue::Boolean(*int == 1)),
        (DataType::Boolean, Value::Null) => Ok(MetricValue::Boolean(true)),
        (DataType::Boolean, _) => invalid("true or false"),
        (DataType::String | DataType::Text, Value::Text(text)) => Ok(MetricValue::String(text.to_string())),
        (DataType::String | DataType::Text, Value::Null) => invalid("text"),
        (DataType::String | DataType::Text, other) => Ok(MetricValue::String(other.to_string())),
        (DataType::DateTime, Value::Text(text)) => match text.parse::<jiff::Timestamp>() {
            Ok(time) if time.as_millisecond() >= 0 => Ok(MetricValue::Long(time.as_millisecond() as u64)),
            _ => invalid("a time such as 2026-11-24T08:00:00Z"),
        },
        (DataType::DateTime, _) => invalid("a time such as 2026-11-24T08:00:00Z"),
        _ => Err(CommandError::ReadOnly),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::datatype;
    use super::*;

    #[test]
    fn a_negative_number_is_as_wide_as_its_node_writes_it() {
        let of = |datatype: DataType, sent: u32| Metric {
            datatype: Some(datatype as u32),
            value: Some(MetricValue::Int(sent)),
            ..Metric::default()
        };
        assert!(is_narrow(&of(DataType::Int16, 65_236)) && is_narrow(&of(DataType::Int8, 0xE9)));
        // A positive number tells nothing, nor does one of 32 bits, and this one is wide.
        for wide in [
            of(DataType::Int16, 300),
            of(DataType::Int16, 4_294_966_996),
            of(DataType::UInt16, 65_236),
            of(DataType::Int32, 4_294_966_996),
        ] {
            assert!(!is_narrow(&wide), "{wide:?}");
        }
        let sent = value(DataType::Int16, &Value::Int(-300)).unwrap();
        assert_eq!(sent, MetricValue::Int(4_294_966_996));
        assert_eq!(narrowed(DataType::Int16, sent), MetricValue::Int(65_236));
        let whole = value(DataType::Int32, &Value::Int(-300)).unwrap();
        assert_eq!(narrowed(DataType::Int32, whole.clone()), whole);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        use DataType as T;
        for (datatype, sent) in [
            (T::Int8, Value::Int(128)),
            (T::UInt8, Value::Int(-1)),
            (T::Int32, Value::Float(1.5)),
            (T::Float, Value::Float(1e300)),
            (T::Boolean, Value::text("on")),
            (T::DateTime, Value::text("soon")),
            (T::UInt64, Value::Int(-1)),
        ] {
            assert!(
                matches!(value(datatype, &sent), Err(CommandError::Invalid(_))),
                "{datatype:?} {sent:?}"
            );
        }
        assert_eq!(value(T::DataSet, &Value::Int(1)), Err(CommandError::ReadOnly));
        assert_eq!(
            value(T::UInt32, &Value::Int(4_294_967_295)),
            Ok(MetricValue::Long(4_294_967_295))
        );
    }

    proptest! {
        /// What is written reads back as the same value, for every integer type that takes it.
        #[test]
        fn integers_round_trip(int in any::<i64>(), number in 1u32..9, shift in 0u32..64) {
            let int = int >> shift;
            let datatype = DataType::of(Some(number));
            if let Ok(sent) = value(datatype, &Value::Int(int)) {
                prop_assert_eq!(datatype::value(datatype, &sent), Some(Value::Int(int)));
            }
        }

        #[test]
        fn payloads_round_trip(name in "\\PC{0,20}", double in any::<f64>(), now in 0i64..4_000_000_000_000_000) {
            let publish = write("t".into(), &name, None, DataType::Double, MetricValue::Double(double), now);
            let payload = Payload::decode(&publish.payload[..]).unwrap();
            prop_assert_eq!(payload.timestamp, Some(now as u64 / 1000));
            prop_assert_eq!(payload.metrics[0].name.as_deref(), Some(&*name));
            prop_assert_eq!(payload.seq, None);
            match payload.metrics[0].value { Some(MetricValue::Double(d)) => prop_assert_eq!(d.to_bits(), double.to_bits()), _ => prop_assert!(false) }
        }
    }
}
