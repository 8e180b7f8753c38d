//! From the device's numbers to ours and back.

use hearthline_model::Value;

/// How a device's number relates to the point's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Scale {
    /// The same.
    Same,
    /// `low` is 0 %, `high` is 100 % (or the other way round).
    Percent { low: f64, high: f64 },
    /// 0 … full, where 0 says nothing (a light that is off); 0 … 100 %.
    Brightness { full: f64 },
    /// Steps `low` … `high` of a fan, 0 is off; 0 … 100 %.
    Speed { low: f64, high: f64 },
    /// Mireds on the wire, kelvin here.
    Mired,
}

impl Scale {
    /// The point's value; none where the number says nothing.
    pub(crate) fn read(self, number: f64) -> Option<Value> {
        if !number.is_finite() {
            return Some(Value::Null);
        }
        match self {
            Self::Same => Some(Value::Float(number)),
            Self::Percent { low, high } if low == high => None,
            Self::Percent { low, high } => Some(whole((number - low) / (high - low) * 100.0)),
            Self::Brightness { full } if number <= 0.0 || full <= 0.0 => None,
            // Never 0 %: a light that is on is not dark.
            Self::Brightness { full } => Some(whole((number / full * 100.0).clamp(1.0, 100.0))),
            Self::Speed { low, high } if high < low => None,
            Self::Speed { low, high } => Some(whole(
                ((number - low + 1.0) / (high - low + 1.0) * 100.0)
                    .clamp(0.0, 100.0)
                    .floor(),
            )),
            Self::Mired => (number > 0.0).then(|| whole(1e6 / number)),
        }
    }

    /// The device's number.
    pub(crate) fn write(self, number: f64) -> f64 {
        match self {
            Self::Same => number,
            Self::Percent { low, high } => (low + number / 100.0 * (high - low)).round(),
            Self::Brightness { .. } if number <= 0.0 => 0.0,
            Self::Brightness { full } => (number / 100.0 * full).round().max(1.0),
            Self::Speed { low, high } => ((high - low + 1.0) * number / 100.0 + low - 1.0).ceil(),
            Self::Mired => (1e6 / number.max(1.0)).round(),
        }
    }
}

fn whole(number: f64) -> Value {
    let number = number.round();
    if number.abs() < 9e15 {
        Value::Int(number as i64)
    } else {
        Value::number(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        let cases = [
            (
                Scale::Percent {
                    low: 0.0,
                    high: 255.0,
                },
                51.0,
                20,
            ),
            (
                Scale::Percent {
                    low: 100.0,
                    high: 0.0,
                },
                30.0,
                70,
            ),
            (Scale::Brightness { full: 255.0 }, 255.0, 100),
            (Scale::Brightness { full: 255.0 }, 1.0, 1),
            (Scale::Speed { low: 1.0, high: 4.0 }, 1.0, 25),
            (Scale::Speed { low: 1.0, high: 3.0 }, 0.0, 0),
            (Scale::Mired, 250.0, 4000),
        ];
        for (scale, wire, want) in cases {
            assert_eq!(scale.read(wire), Some(Value::Int(want)), "{scale:?}");
        }
        assert_eq!(
            Scale::Percent {
                low: 100.0,
                high: 0.0
            }
            .write(70.0),
            30.0
        );
        assert_eq!(Scale::Speed { low: 1.0, high: 4.0 }.write(30.0), 2.0);
        assert_eq!(Scale::Brightness { full: 255.0 }.write(0.2), 1.0);
        assert_eq!(Scale::Mired.write(4000.0), 250.0);
        assert_eq!(Scale::Brightness { full: 255.0 }.read(0.0), None);
        assert_eq!(Scale::Mired.read(0.0), None);
    }
}
