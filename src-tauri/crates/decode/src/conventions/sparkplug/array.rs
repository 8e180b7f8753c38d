//! Array data types: packed little-endian in a bytes field. (Some of the specification's own examples are big-endian; its text and the
//! known senders are not.)

use serde_json::{Value as Json, json};

use super::datatype::DataType;

/// Most elements that are shown.
const MOST: usize = 1000;

/// An array as JSON; none where the type is no array or the bytes do not fit it. A half element at the end is an error.
pub(super) fn decode(datatype: DataType, bytes: &[u8]) -> Option<Json> {
    use DataType as T;
    Some(match datatype {
        T::Int8Array => Json::from(bytes.iter().take(MOST).map(|&b| b as i8).collect::<Vec<_>>()),
        T::UInt8Array => Json::from(bytes.iter().take(MOST).copied().collect::<Vec<_>>()),
        T::Int16Array => numbers(bytes, i16::from_le_bytes)?,
        T::UInt16Array => numbers(bytes, u16::from_le_bytes)?,
        T::Int32Array => numbers(bytes, i32::from_le_bytes)?,
        T::UInt32Array => numbers(bytes, u32::from_le_bytes)?,
        T::Int64Array => numbers(bytes, i64::from_le_bytes)?,
        T::UInt64Array => numbers(bytes, u64::from_le_bytes)?,
        T::FloatArray => numbers(bytes, |b| {
            let float = f32::from_le_bytes(b);
            // Through its own digits, so that 1.1 stays 1.1.
            float
                .to_string()
                .parse::<f64>()
                .unwrap_or_else(|_| f64::from(float))
        })?,
        T::DoubleArray => numbers(bytes, f64::from_le_bytes)?,
        T::BooleanArray => booleans(bytes)?,
        T::StringArray => strings(bytes)?,
        T::DateTimeArray => numbers(bytes, |b| {
            super::datatype::time(u64::from_le_bytes(b))
                .map_or(Json::Null, |time| super::datatype::json(&time))
        })?,
        _ => return None,
    })
}

fn numbers<const N: usize, T: Into<Json>>(bytes: &[u8], read: impl Fn([u8; N]) -> T) -> Option<Json> {
    let (chunks, rest) = bytes.as_chunks::<N>();
    rest.is_empty().then(|| {
        Json::Array(
            chunks
                .iter()
                .take(MOST)
                .map(|&chunk| read(chunk).into())
                .collect(),
        )
    })
}

/// A count in 4 bytes, then bits with the first in the highest place.
fn booleans(bytes: &[u8]) -> Option<Json> {
    let (count, bits) = bytes.split_first_chunk::<4>()?;
    let count = u32::from_le_bytes(*count) as usize;
    if bits.len() < count.div_ceil(8) {
        return None;
    }
    Some(json!(
        (0..count.min(MOST))
            .map(|ix| bits[ix / 8] & (0x80 >> (ix % 8)) != 0)
            .collect::<Vec<_>>()
    ))
}

/// Texts that each end with a NUL; the last NUL may be missing.
fn strings(bytes: &[u8]) -> Option<Json> {
    let text = std::str::from_utf8(bytes).ok()?;
    let text = text.strip_suffix('\0').unwrap_or(text);
    if bytes.is_empty() {
        return Some(json!([]));
    }
    Some(json!(text.split('\0').take(MOST).collect::<Vec<_>>()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_are_little_endian() {
        use DataType as T;
        for (datatype, bytes, want) in [
            (T::Int8Array, &[0xE9, 0x7B][..], json!([-23, 123])),
            (T::Int16Array, &[0xD0, 0x8A, 0x30, 0x75], json!([-30000, 30000])),
            (T::UInt32Array, &[1, 0, 0, 0], json!([1])),
            (T::FloatArray, &[0xA4, 0x70, 0x9D, 0x3F], json!([1.23])),
            (T::BooleanArray, &[0x0C, 0, 0, 0, 0x34, 0xDF], {
                json!([
                    false, false, true, true, false, true, false, false, true, true, false, true
                ])
            }),
            (T::StringArray, b"ABC\0hello\0", json!(["ABC", "hello"])),
            (T::StringArray, b"", json!([])),
            (
                T::DateTimeArray,
                &[0xC7, 0xD0, 0x90, 0x75, 0x24, 0x01, 0, 0],
                json!(["2009-10-21T05:27:55.335Z"]),
            ),
        ] {
            assert_eq!(decode(datatype, bytes), Some(want), "{datatype:?}");
        }
        assert_eq!(decode(T::Int16Array, &[1]), None);
        assert_eq!(decode(T::BooleanArray, &[0xFF, 0xFF, 0xFF, 0xFF, 1]), None);
        assert_eq!(decode(T::StringArray, &[0xFF]), None);
    }
}
