//! Properties of a metric: unit, range, limits, quality, whether it can be written. Keys are matched without regard to case and
//! separators, because every vendor has its own spelling.

use hearthline_model::{Limits, Quality, Value};

use super::datatype::{DataType, property_value, value};
use super::proto::{PropertySet, PropertyValue};

/// Most properties of one metric that are looked at.
const MOST: usize = 64;

/// What a metric's properties say.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Properties {
    pub(super) unit: Option<String>,
    low: Option<f64>,
    high: Option<f64>,
    pub(super) limits: Limits,
    pub(super) read_only: Option<bool>,
    pub(super) precision: Option<u8>,
}

impl Properties {
    /// Reads them.
    pub(super) fn of(set: Option<&PropertySet>) -> Self {
        let mut found = Self::default();
        let Some(set) = set else { return found };
        for (key, property) in set.keys.iter().zip(&set.values).take(MOST) {
            let Some(value) = property_of(property) else {
                continue;
            };
            let number = || match &value {
                Value::Text(text) => text.trim().parse().ok().filter(|n: &f64| n.is_finite()),
                Value::Bool(_) => None,
                other => other.as_f64(),
            };
            match bare(key).as_str() {
                "engunit" | "engunits" | "unit" | "units" | "engineeringunit" | "engineeringunits"
                | "uom" | "unitofmeasure" => {
                    found.unit = value
                        .as_text()
                        .map(str::trim)
                        .filter(|unit| !unit.is_empty())
                        .map(|unit| crate::decoder::shortened(unit, 32));
                }
                "englow" | "min" | "minimum" | "rangelow" | "lowrange" | "eurangelow" => found.low = number(),
                "enghigh" | "max" | "maximum" | "rangehigh" | "highrange" | "eurangehigh" => {
                    found.high = number();
                }
                "lolo" | "lowlow" | "alarmlolo" | "alarmlowlow" | "lololimit" | "lowlowlimit"
                | "limitlolo" => found.limits.lo_lo = number(),
                "lo" | "low" | "alarmlo" | "alarmlow" | "lolimit" | "lowlimit" | "limitlo" | "lowalarm" => {
                    found.limits.lo = number();
                }
                "hi" | "high" | "alarmhi" | "alarmhigh" | "hilimit" | "highlimit" | "limithi"
                | "highalarm" => found.limits.hi = number(),
                "hihi" | "highhigh" | "alarmhihi" | "alarmhighhigh" | "hihilimit" | "highhighlimit"
                | "limithihi" => {
                    found.limits.hi_hi = number();
                }
                "readonly" => found.read_only = flag(&value),
                "writable" | "writeable" => found.read_only = flag(&value).map(|on| !on),
                "formatstring" => found.precision = value.as_text().and_then(digits),
                _ => {}
            }
        }
        found
    }

    /// Lowest and highest sensible value, where both are known and in order.
    pub(super) fn range(&self) -> Option<(f64, f64)> {
        self.low.zip(self.high).filter(|(low, high)| low < high)
    }
}

/// The quality that a metric's properties carry. 0 bad, 192 and above good, 500 stale, as OPC has it.
pub(super) fn quality(set: Option<&PropertySet>) -> Option<Quality> {
    let set = set?;
    let (_, property) = set
        .keys
        .iter()
        .zip(&set.values)
        .take(MOST)
        .find(|(key, _)| key.eq_ignore_ascii_case("quality"))?;
    let value = match property_of(property)? {
        Value::Float(code) if code.fract() == 0.0 => Value::Int(code as i64),
        Value::Text(text) => match text.trim().parse() {
            Ok(code) => Value::Int(code),
            Err(_) => Value::Text(text),
        },
        other => other,
    };
    Some(match value {
        Value::Int(500) => Quality::Stale,
        Value::Bool(true) | Value::Int(192..) => Quality::Good,
        Value::Int(64..192) => Quality::Uncertain,
        Value::Text(text) if text.to_ascii_lowercase().starts_with("good") => Quality::Good,
        Value::Text(text) if text.to_ascii_lowercase().starts_with("uncertain") => Quality::Uncertain,
        Value::Text(text) if text.to_ascii_lowercase().contains("stale") => Quality::Stale,
        _ => Quality::Bad,
    })
}

fn property_of(property: &PropertyValue) -> Option<Value> {
    if property.is_null == Some(true) {
        return None;
    }
    let sent = property_value(property.value.as_ref()?)?;
    value(DataType::of(property.datatype), &sent).or_else(|| value(DataType::Unknown, &sent))
}

fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(on) => Some(*on),
        Value::Int(int) => Some(*int != 0),
        Value::Text(text) => Some(text.eq_ignore_ascii_case("true")),
        _ => None,
    }
}

/// The digits after the point of `#,##0.00`.
fn digits(format: &str) -> Option<u8> {
    let (_, after) = format.rsplit_once('.').unwrap_or(("", ""));
    u8::try_from(
        after
            .bytes()
            .take_while(|byte| matches!(byte, b'0' | b'#'))
            .count(),
    )
    .ok()
    .filter(|digits| *digits <= 10)
}

fn bare(key: &str) -> String {
    key.chars()
        .filter(char::is_ascii_alphanumeric)
        .take(64)
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::proto::PropertyKind;
    use super::*;

    fn set(entries: &[(&str, u32, PropertyKind)]) -> PropertySet {
        PropertySet {
            keys: entries.iter().map(|(key, ..)| (*key).to_owned()).collect(),
            values: entries
                .iter()
                .map(|(_, datatype, kind)| PropertyValue {
                    datatype: Some(*datatype),
                    is_null: None,
                    value: Some(kind.clone()),
                })
                .collect(),
        }
    }

    #[test]
    fn vendors_spellings_are_read() {
        let properties = Properties::of(Some(&set(&[
            ("engUnit", 12, PropertyKind::String("°C".into())),
            ("EngLow", 10, PropertyKind::Double(0.0)),
            ("eng_high", 3, PropertyKind::Int(120)),
            ("alarmLo", 12, PropertyKind::String("5".into())),
            ("HiHi", 9, PropertyKind::Float(110.5)),
            ("readOnly", 11, PropertyKind::Boolean(true)),
            ("formatString", 12, PropertyKind::String("#0.00".into())),
        ])));
        assert_eq!(properties.unit.as_deref(), Some("°C"));
        assert_eq!(properties.range(), Some((0.0, 120.0)));
        assert_eq!(properties.limits.lo, Some(5.0));
        assert_eq!(properties.limits.hi_hi, Some(110.5));
        assert_eq!(properties.limits.hi, None);
        assert_eq!(properties.read_only, Some(true));
        assert_eq!(properties.precision, Some(2));
    }

    #[test]
    fn qualities_are_read() {
        for (code, want) in [
            (0, Quality::Bad),
            (192, Quality::Good),
            (500, Quality::Stale),
            (216, Quality::Good),
            (64, Quality::Uncertain),
        ] {
            assert_eq!(
                quality(Some(&set(&[("Quality", 3, PropertyKind::Int(code))]))),
                Some(want)
            );
        }
        for (kind, datatype, want) in [
            (PropertyKind::Double(192.0), 10, Quality::Good),
            (PropertyKind::Float(500.0), 9, Quality::Stale),
            (PropertyKind::Long(192), 4, Quality::Good),
            (PropertyKind::Int(192), 0, Quality::Good),
            (PropertyKind::Int(u32::MAX), 3, Quality::Bad),
            (PropertyKind::String("192".into()), 12, Quality::Good),
            (PropertyKind::String("Good_Unspecified".into()), 12, Quality::Good),
            (PropertyKind::String("Bad_Stale".into()), 12, Quality::Stale),
            (PropertyKind::String("Bad".into()), 12, Quality::Bad),
            (PropertyKind::Boolean(false), 11, Quality::Bad),
        ] {
            let set = set(&[("quality", datatype, kind.clone())]);
            assert_eq!(quality(Some(&set)), Some(want), "{kind:?}");
        }
        assert_eq!(quality(None), None);
    }
}
