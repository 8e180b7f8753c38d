//! Chunks as versions of the file up to 3 wrote them: values of one class each, times and numbers in one piece. They are read
//! as they are, and become chunks of today where samples join them.

use hearthline_model::Quality;
use pco::standalone::simple_decompress;

use crate::Error;
use crate::chunk::Item;
use crate::codec::Cursor;
use hearthline_model::Value;

/// Compressed columns of a damaged file must not make us allocate without bound.
const MAX_PLAIN: usize = 256 << 20;

/// What sort of values a chunk holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    /// Real numbers.
    Float = 1,
    /// Whole numbers.
    Int = 2,
    /// Booleans, text and nulls.
    Other = 3,
}

impl Class {
    /// The class stored as `code`.
    pub fn from_code(code: i64) -> Option<Self> {
        match code {
            1 => Some(Self::Float),
            2 => Some(Self::Int),
            3 => Some(Self::Other),
            _ => None,
        }
    }
}

/// Decompresses a chunk.
pub fn decode(class: Class, bytes: &[u8]) -> Result<Vec<Item>, Error> {
    let mut cursor = Cursor::new(bytes);
    let len = cursor.uint()? as usize;
    let times: Vec<i64> = simple_decompress(cursor.take(len)?).map_err(damaged)?;
    let len = cursor.uint()? as usize;
    let column = cursor.take(len)?;
    let good = |at, value| Item {
        at,
        value,
        quality: Quality::Good,
        received: None,
    };
    let mut items: Vec<Item> = match class {
        Class::Float => {
            let values: Vec<f64> = simple_decompress(column).map_err(damaged)?;
            times
                .iter()
                .zip(values)
                .map(|(&at, value)| good(at, Value::Float(value)))
                .collect()
        }
        Class::Int => {
            let values: Vec<i64> = simple_decompress(column).map_err(damaged)?;
            times
                .iter()
                .zip(values)
                .map(|(&at, value)| good(at, Value::Int(value)))
                .collect()
        }
        Class::Other => {
            let plain = unpack(column)?;
            let mut cursor = Cursor::new(&plain);
            times
                .iter()
                .map(|&at| Ok(good(at, cursor.value()?.0)))
                .collect::<Result<_, Error>>()?
        }
    };
    if items.len() != times.len() {
        return Err(Error::Record("a chunk has more times than values".into()));
    }
    if !cursor.is_empty() {
        let rest = unpack(cursor.rest())?;
        apply_extras(&mut items, &rest)?;
    }
    Ok(items)
}

fn apply_extras(items: &mut [Item], bytes: &[u8]) -> Result<(), Error> {
    let mut cursor = Cursor::new(bytes);
    let mut at = 0usize;
    while !cursor.is_empty() {
        at = at.saturating_add(cursor.uint()? as usize);
        let flags = cursor.byte()?;
        let item = items
            .get_mut(at)
            .ok_or_else(|| Error::Record("a chunk's quality has no sample".into()))?;
        item.quality = Quality::from_code(flags & 0x0f);
        if flags >> 4 != 0 {
            item.received = Some(item.at.wrapping_add(cursor.int()?));
        }
    }
    Ok(())
}

fn unpack(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    zstd::bulk::decompress(bytes, MAX_PLAIN).map_err(damaged)
}

fn damaged(error: impl std::fmt::Display) -> Error {
    Error::Record(error.to_string())
}

#[cfg(test)]
pub(crate) mod tests {
    use pco::ChunkConfig;
    use pco::standalone::simple_compress;
    use proptest::prelude::*;

    use super::*;
    use crate::codec::{put_int, put_uint, put_value};
    use crate::journal::tests::{quality, value};

    const ZSTD_LEVEL: i32 = 3;

    /// Compresses `items`, all of `class` and in the order of time.
    pub(crate) fn encode(class: Class, items: &[Item]) -> Result<Vec<u8>, Error> {
        let config = ChunkConfig::default();
        let times: Vec<i64> = items.iter().map(|item| item.at).collect();
        let times = simple_compress(&times, &config).map_err(damaged)?;
        let values = match class {
            Class::Float => {
                let column: Vec<f64> = items
                    .iter()
                    .map(|item| item.value.as_f64().unwrap_or(f64::NAN))
                    .collect();
                simple_compress(&column, &config).map_err(damaged)?
            }
            Class::Int => {
                let column: Vec<i64> = items
                    .iter()
                    .map(|item| if let Value::Int(int) = item.value { int } else { 0 })
                    .collect();
                simple_compress(&column, &config).map_err(damaged)?
            }
            Class::Other => {
                let mut column = Vec::new();
                for item in items {
                    put_value(&mut column, &item.value, Quality::Good);
                }
                pack(&column)?
            }
        };
        let mut out = Vec::with_capacity(times.len() + values.len() + 8);
        put_uint(&mut out, times.len() as u64);
        out.extend_from_slice(&times);
        put_uint(&mut out, values.len() as u64);
        out.extend_from_slice(&values);
        let extras = extras(items);
        if !extras.is_empty() {
            out.extend_from_slice(&pack(&extras)?);
        }
        Ok(out)
    }

    /// Qualities that are not good and arrivals that differ, by position.
    fn extras(items: &[Item]) -> Vec<u8> {
        let mut out = Vec::new();
        let mut before = 0;
        for (at, item) in items.iter().enumerate() {
            if item.quality == Quality::Good && item.received.is_none() {
                continue;
            }
            put_uint(&mut out, (at - before) as u64);
            before = at;
            out.push(item.quality as u8 | u8::from(item.received.is_some()) << 4);
            if let Some(received) = item.received {
                put_int(&mut out, received.wrapping_sub(item.at));
            }
        }
        out
    }

    fn pack(bytes: &[u8]) -> Result<Vec<u8>, Error> {
        zstd::bulk::compress(bytes, ZSTD_LEVEL).map_err(damaged)
    }

    fn class(value: &Value) -> Class {
        match value {
            Value::Float(_) => Class::Float,
            Value::Int(_) => Class::Int,
            Value::Null | Value::Bool(_) | Value::Text(_) => Class::Other,
        }
    }

    proptest! {
        #[test]
        fn a_chunk_of_before_is_read(items in prop::collection::vec((any::<i32>(), value(), quality(), prop::option::of(any::<i32>())), 1..80)) {
            let items: Vec<Item> = items.into_iter().map(|(at, value, quality, received)| Item {
                at: i64::from(at), value, quality, received: received.map(i64::from),
            }).collect();
            for of in [Class::Float, Class::Int, Class::Other] {
                let part: Vec<Item> = items.iter().filter(|item| class(&item.value) == of).cloned().collect();
                if !part.is_empty() {
                    prop_assert_eq!(&decode(of, &encode(of, &part).unwrap()).unwrap(), &part);
                }
            }
        }

        #[test]
        fn any_bytes_decode_without_panic(bytes: Vec<u8>) {
            for class in [Class::Float, Class::Int, Class::Other] {
                let _ = decode(class, &bytes);
            }
        }
    }
}
