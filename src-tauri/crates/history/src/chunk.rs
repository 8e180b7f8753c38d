//! Samples of one point as compressed bytes with a summary.
//!
//! A chunk holds values of one [`Class`], so that each column compresses with what fits it: times and numbers with `pco`,
//! everything else with zstd.

use hearthline_model::{Micros, Quality, Value};
use pco::ChunkConfig;
use pco::standalone::{simple_compress, simple_decompress};

use crate::Error;
use crate::codec::{Cursor, put_int, put_uint, put_value};

/// A chunk is closed once it holds this many samples.
pub const FULL: usize = 8192;
const ZSTD_LEVEL: i32 = 3;
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
    /// The class of a value.
    pub fn of(value: &Value) -> Self {
        match value {
            Value::Float(_) => Self::Float,
            Value::Int(_) => Self::Int,
            Value::Null | Value::Bool(_) | Value::Text(_) => Self::Other,
        }
    }

    /// The class stored as `code`.
    pub fn from_code(code: i64) -> Result<Self, Error> {
        match code {
            1 => Ok(Self::Float),
            2 => Ok(Self::Int),
            3 => Ok(Self::Other),
            other => Err(Error::Record(format!("unknown class {other} of a chunk"))),
        }
    }
}

/// A sample within a chunk.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Time.
    pub at: Micros,
    /// Value.
    pub value: Value,
    /// Quality.
    pub quality: Quality,
    /// Arrival, where it was more than a minute away from `at`.
    pub received: Option<Micros>,
}

/// Count and extremes of the numeric values of a chunk, in order of time.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Summary {
    /// Values that count as numbers.
    pub count: u32,
    /// Smallest.
    pub min: f64,
    /// Largest.
    pub max: f64,
    /// Their sum.
    pub sum: f64,
    /// Earliest.
    pub first: f64,
    /// Latest.
    pub last: f64,
    /// Time of the latest.
    pub last_at: Micros,
}

impl Summary {
    /// Takes a number in; numbers come in order of time.
    pub fn add(&mut self, at: Micros, number: f64) {
        if self.count == 0 {
            *self = Self {
                count: 1,
                min: number,
                max: number,
                sum: number,
                first: number,
                last: number,
                last_at: at,
            };
            return;
        }
        self.count += 1;
        self.min = self.min.min(number);
        self.max = self.max.max(number);
        self.sum += number;
        self.last = number;
        self.last_at = at;
    }
}

/// What a chunk's values sum up to.
pub fn summary(items: &[Item]) -> Summary {
    let mut summary = Summary::default();
    for item in items {
        if let Some(number) = item.value.as_f64() {
            summary.add(item.at, number);
        }
    }
    summary
}

/// Brings samples into the order of time and drops repetitions of time, value and quality.
pub fn tidy(items: &mut Vec<Item>) {
    items.sort_by_key(|item| item.at);
    let mut kept = 0;
    for next in 0..items.len() {
        // Several values may share a time; among those few a repetition need not be the neighbour.
        let same = |earlier: &&Item| earlier.at == items[next].at;
        let repeated = items[..kept]
            .iter()
            .rev()
            .take_while(same)
            .any(|earlier| earlier.value == items[next].value && earlier.quality == items[next].quality);
        if !repeated {
            items.swap(kept, next);
            kept += 1;
        }
    }
    items.truncate(kept);
}

/// Compresses `items`, all of `class` and in the order of time.
pub fn encode(class: Class, items: &[Item]) -> Result<Vec<u8>, Error> {
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

/// Decompresses only times and numbers; what is no number is left out.
pub fn numbers(class: Class, bytes: &[u8], mut each: impl FnMut(Micros, f64)) -> Result<(), Error> {
    if class == Class::Other {
        for item in decode(class, bytes)? {
            if let Some(number) = item.value.as_f64() {
                each(item.at, number);
            }
        }
        return Ok(());
    }
    let mut cursor = Cursor::new(bytes);
    let len = cursor.uint()? as usize;
    let times: Vec<i64> = simple_decompress(cursor.take(len)?).map_err(damaged)?;
    let len = cursor.uint()? as usize;
    let column = cursor.take(len)?;
    if class == Class::Float {
        let values: Vec<f64> = simple_decompress(column).map_err(damaged)?;
        times
            .into_iter()
            .zip(values)
            .for_each(|(at, value)| each(at, value));
    } else {
        let values: Vec<i64> = simple_decompress(column).map_err(damaged)?;
        times
            .into_iter()
            .zip(values)
            .for_each(|(at, value)| each(at, value as f64));
    }
    Ok(())
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

fn pack(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    zstd::bulk::compress(bytes, ZSTD_LEVEL).map_err(damaged)
}

fn unpack(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    zstd::bulk::decompress(bytes, MAX_PLAIN).map_err(damaged)
}

fn damaged(error: impl std::fmt::Display) -> Error {
    Error::Record(error.to_string())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::journal::tests::{quality, value};

    fn item() -> impl Strategy<Value = Item> {
        (any::<i32>(), value(), quality(), prop::option::of(any::<i32>())).prop_map(
            |(at, value, quality, received)| Item {
                at: i64::from(at),
                value,
                quality,
                received: received.map(i64::from),
            },
        )
    }

    proptest! {
        #[test]
        fn a_chunk_comes_back(mut items in prop::collection::vec(item(), 1..80)) {
            tidy(&mut items);
            for class in [Class::Float, Class::Int, Class::Other] {
                let part: Vec<Item> = items.iter().filter(|item| Class::of(&item.value) == class).cloned().collect();
                if part.is_empty() {
                    continue;
                }
                let bytes = encode(class, &part).unwrap();
                prop_assert_eq!(&decode(class, &bytes).unwrap(), &part);
                let mut sum = Summary::default();
                numbers(class, &bytes, |at, number| sum.add(at, number)).unwrap();
                prop_assert_eq!(sum, summary(&part));
            }
        }

        #[test]
        fn any_bytes_decode_without_panic(bytes: Vec<u8>) {
            for class in [Class::Float, Class::Int, Class::Other] {
                let _ = decode(class, &bytes);
            }
        }
    }

    #[test]
    fn a_repetition_is_dropped_and_two_values_of_one_moment_are_kept() {
        let one = |at, value| Item {
            at,
            value: Value::Int(value),
            quality: Quality::Good,
            received: None,
        };
        let mut items = vec![one(2, 1), one(1, 5), one(2, 3), one(2, 1), one(1, 5)];
        tidy(&mut items);
        assert_eq!(items, [one(1, 5), one(2, 1), one(2, 3)]);
    }
}
