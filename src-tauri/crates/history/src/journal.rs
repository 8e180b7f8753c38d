//! A batch of samples as one journal row.

use hearthline_model::{PointId, Sample};

use crate::Error;
use crate::codec::{Cursor, put_int, put_uint, put_value};

/// Layout of the bytes, first byte of each row.
const LAYOUT: u8 = 1;

/// Writes `samples` into `out`, which is cleared first; gives their earliest and latest time.
pub fn encode(samples: &[Sample], out: &mut Vec<u8>) -> (i64, i64) {
    out.clear();
    out.push(LAYOUT);
    let (mut from, mut to, mut before) = (i64::MAX, i64::MIN, 0i64);
    for sample in samples {
        put_uint(out, u64::from(sample.point.0));
        put_int(out, sample.at.wrapping_sub(before));
        put_value(out, &sample.value, sample.quality);
        before = sample.at;
        from = from.min(sample.at);
        to = to.max(sample.at);
    }
    (from, to)
}

/// Reads a row, sample by sample.
pub fn decode(bytes: &[u8], mut each: impl FnMut(Sample)) -> Result<(), Error> {
    let mut cursor = Cursor::new(bytes);
    let layout = cursor.byte()?;
    if layout != LAYOUT {
        return Err(Error::Record(format!("unknown layout {layout} of a journal row")));
    }
    let mut before = 0i64;
    while !cursor.is_empty() {
        let point =
            u32::try_from(cursor.uint()?).map_err(|_| Error::Record("a point id is too large".into()))?;
        let at = before.wrapping_add(cursor.int()?);
        let (value, quality) = cursor.value()?;
        before = at;
        each(Sample {
            point: PointId(point),
            at,
            value,
            quality,
        });
    }
    Ok(())
}

#[cfg(test)]
pub(crate) mod tests {
    use hearthline_model::{Quality, Value};
    use proptest::prelude::*;

    use super::*;

    /// Any value that history may be given.
    pub fn value() -> impl Strategy<Value = Value> {
        prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Bool),
            any::<i64>().prop_map(Value::Int),
            (-1e12..1e12f64).prop_map(Value::Float),
            "\\PC{0,12}".prop_map(Value::text),
        ]
    }

    /// Any quality.
    pub fn quality() -> impl Strategy<Value = Quality> {
        (0u8..4).prop_map(Quality::from_code)
    }

    proptest! {
        #[test]
        fn a_batch_comes_back(raw in prop::collection::vec((any::<u32>(), any::<i64>(), value(), quality()), 0..50)) {
            let samples: Vec<Sample> = raw
                .into_iter()
                .map(|(point, at, value, quality)| Sample { point: PointId(point), at, value, quality })
                .collect();
            let mut bytes = Vec::new();
            encode(&samples, &mut bytes);
            let mut back = Vec::new();
            decode(&bytes, |sample| back.push(sample)).unwrap();
            prop_assert_eq!(back, samples);
        }

        #[test]
        fn any_bytes_decode_without_panic(bytes: Vec<u8>) {
            let _ = decode(&bytes, |_| {});
        }
    }
}
