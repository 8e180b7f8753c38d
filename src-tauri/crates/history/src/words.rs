//! Columns of what is no number: booleans as run lengths or bits, text as a dictionary and run lengths.

use std::collections::hash_map::Entry;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::Error;
use crate::codec::{Cursor, put_uint};

const ZSTD_LEVEL: i32 = 3;
/// Compressed columns of a damaged file must not make us allocate without bound.
const MAX_PLAIN: usize = 256 << 20;
/// Fewer bytes than that are not worth a frame of zstd.
const WORTH: usize = 64;
const RUNS: u8 = 0;
const BITS: u8 = 1;
const AS_IT_IS: u8 = 0;
const ZSTD: u8 = 1;

/// Compresses where that saves anything.
pub fn pack(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let mut out = vec![AS_IT_IS];
    if bytes.len() >= WORTH {
        let packed = zstd::bulk::compress(bytes, ZSTD_LEVEL).map_err(damaged)?;
        if packed.len() < bytes.len() {
            out[0] = ZSTD;
            out.extend_from_slice(&packed);
            return Ok(out);
        }
    }
    out.extend_from_slice(bytes);
    Ok(out)
}

/// Reads what `pack` wrote.
pub fn unpack(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    match bytes.split_first() {
        Some((&AS_IT_IS, rest)) => Ok(rest.to_vec()),
        Some((&ZSTD, rest)) => zstd::bulk::decompress(rest, MAX_PLAIN).map_err(damaged),
        _ => Err(Error::Record("a packed column has an unknown form".into())),
    }
}

fn damaged(error: impl std::fmt::Display) -> Error {
    Error::Record(error.to_string())
}

/// Booleans: the first one and the lengths of the runs, or a bit each.
pub fn put_bools(bools: &[bool]) -> Result<Vec<u8>, Error> {
    let mut runs = vec![u8::from(bools.first().copied().unwrap_or_default())];
    let mut rest = bools;
    while let Some(first) = rest.first() {
        let length = rest.iter().take_while(|bool| *bool == first).count();
        put_uint(&mut runs, length as u64);
        rest = &rest[length..];
    }
    let (kind, plain) = if runs.len() > bools.len() / 8 + 1 {
        let bits = bools.chunks(8).map(|eight| {
            (0..)
                .zip(eight)
                .fold(0u8, |byte, (bit, bool)| byte | u8::from(*bool) << bit)
        });
        (BITS, bits.collect())
    } else {
        (RUNS, runs)
    };
    let mut out = vec![kind];
    out.extend_from_slice(&pack(&plain)?);
    Ok(out)
}

/// Reads `count` booleans.
pub fn take_bools(bytes: &[u8], count: usize) -> Result<Vec<bool>, Error> {
    let (kind, rest) = bytes
        .split_first()
        .ok_or_else(|| Error::Record("a column is empty".into()))?;
    let plain = unpack(rest)?;
    let mut cursor = Cursor::new(&plain);
    let mut bools = Vec::with_capacity(count);
    match *kind {
        RUNS => {
            let mut now = cursor.byte()? != 0;
            while bools.len() < count {
                let length = run(&mut cursor, count - bools.len())?;
                bools.extend(std::iter::repeat_n(now, length));
                now = !now;
            }
        }
        BITS => {
            let bits = cursor.take(count.div_ceil(8))?;
            bools.extend((0..count).map(|index| bits[index / 8] >> (index % 8) & 1 == 1));
        }
        other => return Err(Error::Record(format!("unknown kind {other} of booleans"))),
    }
    Ok(bools)
}

/// The length of a run, which is at least one and fits into what is left.
fn run(cursor: &mut Cursor<'_>, left: usize) -> Result<usize, Error> {
    let length = cursor.uint()?;
    if length == 0 || length > left as u64 {
        return Err(Error::Record("a run of a chunk is too long".into()));
    }
    Ok(length as usize)
}

/// Texts: those that there are, then which one follows and how often.
pub fn put_texts(texts: &[Arc<str>]) -> Result<Vec<u8>, Error> {
    let mut numbers: FxHashMap<&str, u64> = FxHashMap::default();
    let (mut dictionary, mut runs) = (Vec::new(), Vec::new());
    let mut rest = texts;
    while let Some(first) = rest.first() {
        let length = rest.iter().take_while(|text| *text == first).count();
        let known = numbers.len() as u64;
        let number = match numbers.entry(first) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(free) => {
                put_uint(&mut dictionary, first.len() as u64);
                dictionary.extend_from_slice(first.as_bytes());
                *free.insert(known)
            }
        };
        // A run of one is the usual: it takes no length.
        put_uint(&mut runs, number << 1 | u64::from(length > 1));
        if length > 1 {
            put_uint(&mut runs, length as u64);
        }
        rest = &rest[length..];
    }
    let dictionary_count = numbers.len() as u64;
    let dictionary = pack(&dictionary)?;
    let mut out = Vec::new();
    put_uint(&mut out, dictionary_count);
    put_uint(&mut out, dictionary.len() as u64);
    out.extend_from_slice(&dictionary);
    out.extend_from_slice(&pack(&runs)?);
    Ok(out)
}

/// Reads `count` texts.
pub fn take_texts(bytes: &[u8], count: usize) -> Result<Vec<Arc<str>>, Error> {
    let mut cursor = Cursor::new(bytes);
    let known = cursor.uint()? as usize;
    let length = cursor.uint()? as usize;
    let plain = unpack(cursor.take(length)?)?;
    let mut words = Cursor::new(&plain);
    let mut dictionary: Vec<Arc<str>> = Vec::with_capacity(known.min(plain.len()));
    for _ in 0..known {
        let length = words.uint()? as usize;
        dictionary.push(std::str::from_utf8(words.take(length)?).map_err(damaged)?.into());
    }
    let plain = unpack(cursor.rest())?;
    let mut runs = Cursor::new(&plain);
    let mut texts = Vec::with_capacity(count);
    while texts.len() < count {
        let number = runs.uint()?;
        let length = if number & 1 == 1 {
            run(&mut runs, count - texts.len())?
        } else {
            1
        };
        let text = dictionary
            .get((number >> 1) as usize)
            .ok_or_else(|| Error::Record("a chunk's text is not in its dictionary".into()))?;
        texts.extend(std::iter::repeat_n(text, length).cloned());
    }
    Ok(texts)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn booleans_and_texts_come_back(bools: Vec<bool>, texts in prop::collection::vec("[a-c]{0,2}", 0..80), long in "\\PC{0,200}") {
            prop_assert_eq!(take_bools(&put_bools(&bools).unwrap(), bools.len()).unwrap(), bools);
            let mut texts: Vec<Arc<str>> = texts.into_iter().map(Into::into).collect();
            texts.push(long.into());
            prop_assert_eq!(take_texts(&put_texts(&texts).unwrap(), texts.len()).unwrap(), texts);
        }

        #[test]
        fn any_bytes_read_without_panic(bytes: Vec<u8>, count in 0usize..3000) {
            let _ = take_bools(&bytes, count);
            let _ = take_texts(&bytes, count);
        }
    }

    #[test]
    fn a_switch_takes_a_byte_or_two_for_each_time_it_is_switched() {
        let bools: Vec<bool> = (0..10_000).map(|n| n / 500 % 2 == 1).collect();
        assert!(put_bools(&bools).unwrap().len() < 48);
        let texts: Vec<Arc<str>> = (0..10_000)
            .map(|n| if n / 500 % 2 == 1 { "cleaning" } else { "docked" }.into())
            .collect();
        assert!(put_texts(&texts).unwrap().len() < 90);
    }
}
