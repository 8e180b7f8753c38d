//! The head of a chunk: the digest of the whole and of its blocks, in a few hundred bytes, so that most questions never
//! touch a body.
//!
//! A chunk of samples has blocks of an equal number of samples, as few as fit into [`ROOM`]; an aggregate has a block for
//! each of its steps and no body. Numbers with few decimals are written as whole numbers of their last decimal and as
//! differences, so that a block of a temperature takes some fifteen bytes.

use hearthline_model::{Micros, Quality, Value};

use crate::Error;
use crate::codec::{Cursor, put_int, put_uint};
use crate::digest::Digest;

/// Bytes that a head may take: what an index page of SQLite keeps of a row without a page of its own for the rest.
const ROOM: usize = 860;
/// Samples of the smallest blocks.
const SMALLEST: usize = if cfg!(test) { 8 } else { 256 };
const LAYOUT: u8 = 1;
/// The exponent that stands for numbers as they are.
const RAW: u8 = 255;
/// The most decimals that numbers are tried with.
pub const DECIMALS: u8 = 6;
/// Whole numbers up to here are exact in a real number.
const EXACT: f64 = 9_007_199_254_740_992.0;

const PLAIN: u8 = 1;
const EMPTY: u8 = 2;
const FALLS: u8 = 4;
const CONSTANT: u8 = 8;
const TAIL: u8 = 16;

/// A head, with blocks where there are more than one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Head {
    /// All of the chunk.
    pub whole: Digest,
    /// Samples of each block but the last; 0 where the blocks are steps of an aggregate.
    pub size: usize,
    /// Length of the steps of an aggregate.
    pub step: Micros,
    /// The blocks in order of time; none where the whole is the only one.
    pub blocks: Vec<Digest>,
}

impl Head {
    /// The head of samples given as runs to add, each of them a block's worth at the smallest size.
    pub fn of(blocks: Vec<Digest>) -> Self {
        let mut whole = Digest::default();
        for block in &blocks {
            whole.follow(block);
        }
        Self {
            whole,
            size: SMALLEST,
            step: 0,
            blocks: if blocks.len() > 1 { blocks } else { Vec::new() },
        }
    }

    /// The head of an aggregate with these steps.
    pub fn of_steps(step: Micros, steps: Vec<Digest>) -> Self {
        Self {
            size: 0,
            step,
            ..Self::of(steps)
        }
    }

    /// As bytes; blocks are joined two by two until they fit.
    pub fn encode(mut self) -> Vec<u8> {
        loop {
            let bytes = self.bytes();
            if bytes.len() <= ROOM || self.blocks.is_empty() || self.size == 0 {
                return bytes;
            }
            self.size *= 2;
            self.blocks = self
                .blocks
                .chunks(2)
                .map(|pair| {
                    let mut joined = Digest::default();
                    for block in pair {
                        joined.follow(block);
                    }
                    joined
                })
                .collect();
            if self.blocks.len() < 2 {
                self.blocks.clear();
            }
        }
    }

    fn bytes(&self) -> Vec<u8> {
        let all = || std::iter::once(&self.whole).chain(&self.blocks);
        let exponent = (0..=DECIMALS)
            .find(|&exponent| all().all(|digest| fits(digest, exponent)))
            .unwrap_or(RAW);
        let unit = [1_000_000, 1_000, 1]
            .into_iter()
            .find(|unit| {
                all().all(|digest| {
                    [digest.begins, digest.ends, digest.first_at, digest.last_at]
                        .iter()
                        .all(|at| at % unit == 0 && at.unsigned_abs() < 1 << 61)
                })
            })
            .unwrap_or(1);
        let mut out = vec![LAYOUT, exponent];
        put_uint(&mut out, unit as u64);
        put_uint(&mut out, self.size as u64);
        if self.size == 0 {
            put_uint(&mut out, self.step as u64);
        }
        put_uint(&mut out, self.blocks.len() as u64);
        let mut pen = Pen {
            exponent,
            unit,
            at: 0,
            last: 0,
            counted: true,
        };
        pen.put(&mut out, &self.whole);
        pen.at = self.whole.begins;
        pen.counted = self.size == 0;
        let count = self.blocks.len();
        for (index, block) in self.blocks.iter().enumerate() {
            pen.counted |= index + 1 == count;
            pen.put(&mut out, block);
        }
        out
    }
}

/// Whether the numbers of a digest are whole numbers of so many decimals.
fn fits(digest: &Digest, exponent: u8) -> bool {
    digest.numbers == 0
        || ([digest.min, digest.max, digest.first, digest.last]
            .into_iter()
            .chain(digest.tail)
            .all(|number| scaled(number, exponent).is_some())
            && sums(digest.sum * power(exponent)))
}

/// Whether a sum is whole but for what is lost in adding up: numbers between the extremes may have more decimals than those.
fn sums(sum: f64) -> bool {
    sum.abs() < EXACT && (sum - sum.round()).abs() <= (sum.abs() * 1e-12).max(1e-6)
}

/// A number as a whole number of so many decimals, where it is exactly that.
pub fn scaled(number: f64, exponent: u8) -> Option<i64> {
    let power = power(exponent);
    let whole = (number * power).round();
    let back = (whole as i64) as f64 / power;
    (whole.abs() < EXACT && back.to_bits() == number.to_bits()).then_some(whole as i64)
}

/// The number that `scaled` took apart.
pub fn unscaled(whole: i64, exponent: u8) -> f64 {
    whole as f64 / power(exponent)
}

pub fn power(exponent: u8) -> f64 {
    const POWERS: [f64; 10] = [1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];
    POWERS.get(usize::from(exponent)).copied().unwrap_or(1.0)
}

/// What is carried from one digest to the next, in writing as in reading.
struct Pen {
    exponent: u8,
    unit: i64,
    at: Micros,
    last: i64,
    counted: bool,
}

impl Pen {
    fn put(&mut self, out: &mut Vec<u8>, digest: &Digest) {
        let span = digest.ends.wrapping_sub(digest.begins);
        let plain = digest.numbers == digest.count
            && digest.absent == 0
            && digest.held == span
            && digest.tail.map(f64::to_bits) == Some(digest.last.to_bits());
        let empty = digest.numbers == 0;
        let constant = !empty
            && [digest.min, digest.max, digest.last]
                .iter()
                .all(|number| number.to_bits() == digest.first.to_bits());
        let mut flags = 0;
        for (set, flag) in [
            (plain, PLAIN),
            (empty, EMPTY),
            (digest.falls, FALLS),
            (constant, CONSTANT),
            (digest.tail.is_some(), TAIL),
        ] {
            flags |= if set { flag } else { 0 };
        }
        out.push(flags);
        if self.counted {
            put_uint(out, u64::from(digest.count));
        }
        put_int(out, digest.begins.wrapping_sub(self.at) / self.unit);
        put_uint(out, span as u64 / self.unit as u64);
        self.at = digest.ends;
        if !plain {
            put_uint(out, u64::from(digest.absent));
        }
        if empty {
            return;
        }
        if !plain {
            put_uint(out, u64::from(digest.numbers));
            put_int(out, digest.first_at.wrapping_sub(digest.begins) / self.unit);
            put_int(out, digest.ends.wrapping_sub(digest.last_at) / self.unit);
            put_uint(out, digest.held as u64);
        }
        self.put_numbers(out, digest, plain, constant);
    }

    fn put_numbers(&mut self, out: &mut Vec<u8>, digest: &Digest, plain: bool, constant: bool) {
        if self.exponent == RAW {
            put_real(out, digest.first);
            if !constant {
                for number in [digest.last, digest.min, digest.max] {
                    put_real(out, number);
                }
            }
            put_real(out, digest.sum);
            put_real(out, digest.integral);
            if let Some(tail) = digest.tail.filter(|_| !plain) {
                put_real(out, tail);
            }
            return;
        }
        let whole = |number: f64| scaled(number, self.exponent).unwrap_or_default();
        let (first, last) = (whole(digest.first), whole(digest.last));
        put_int(out, first.wrapping_sub(self.last));
        if !constant {
            put_int(out, last.wrapping_sub(first));
            put_int(out, first.min(last).wrapping_sub(whole(digest.min)));
            put_int(out, whole(digest.max).wrapping_sub(first.max(last)));
            let sum = (digest.sum * power(self.exponent)).round() as i64;
            put_int(
                out,
                sum.wrapping_sub(first.wrapping_mul(i64::from(digest.numbers))),
            );
            put_real(out, digest.integral);
        }
        if let Some(tail) = digest.tail.filter(|_| !plain) {
            put_int(out, whole(tail).wrapping_sub(last));
        }
        self.last = last;
    }

    fn take(&mut self, cursor: &mut Cursor<'_>, size: usize) -> Result<Digest, Error> {
        let flags = cursor.byte()?;
        let is = |flag: u8| flags & flag != 0;
        let (plain, empty) = (is(PLAIN), is(EMPTY));
        let count = if self.counted {
            cursor.uint()? as u32
        } else {
            size as u32
        };
        let begins = self.at.wrapping_add(cursor.int()?.wrapping_mul(self.unit));
        let ends = begins.wrapping_add((cursor.uint()? as i64).wrapping_mul(self.unit));
        self.at = ends;
        let mut digest = Digest {
            count,
            begins,
            ends,
            falls: is(FALLS),
            ..Digest::default()
        };
        if !plain {
            digest.absent = cursor.uint()? as u32;
        }
        if empty {
            return Ok(digest);
        }
        (digest.numbers, digest.first_at, digest.last_at) = (count, begins, ends);
        digest.held = ends.wrapping_sub(begins);
        if !plain {
            digest.numbers = cursor.uint()? as u32;
            digest.first_at = begins.wrapping_add(cursor.int()?.wrapping_mul(self.unit));
            digest.last_at = ends.wrapping_sub(cursor.int()?.wrapping_mul(self.unit));
            digest.held = cursor.uint()? as i64;
        }
        self.take_numbers(cursor, &mut digest, plain, is(CONSTANT), is(TAIL))?;
        Ok(digest)
    }

    fn take_numbers(
        &mut self,
        cursor: &mut Cursor<'_>,
        digest: &mut Digest,
        plain: bool,
        constant: bool,
        tail: bool,
    ) -> Result<(), Error> {
        if self.exponent == RAW {
            digest.first = real(cursor)?;
            (digest.last, digest.min, digest.max) = (digest.first, digest.first, digest.first);
            if !constant {
                (digest.last, digest.min, digest.max) = (real(cursor)?, real(cursor)?, real(cursor)?);
            }
            (digest.sum, digest.integral) = (real(cursor)?, real(cursor)?);
            digest.tail = match (plain, tail) {
                (true, _) => Some(digest.last),
                (false, true) => Some(real(cursor)?),
                (false, false) => None,
            };
            return Ok(());
        }
        let number = |whole: i64| unscaled(whole, self.exponent);
        let first = self.last.wrapping_add(cursor.int()?);
        let mut last = first;
        digest.first = number(first);
        (digest.last, digest.min, digest.max) = (digest.first, digest.first, digest.first);
        if constant {
            digest.sum = number(first.wrapping_mul(i64::from(digest.numbers)));
            digest.integral = digest.first * digest.held as f64;
        } else {
            last = first.wrapping_add(cursor.int()?);
            digest.last = number(last);
            digest.min = number(first.min(last).wrapping_sub(cursor.int()?));
            digest.max = number(first.max(last).wrapping_add(cursor.int()?));
            let sum = cursor.int()?;
            digest.sum = number(sum.wrapping_add(first.wrapping_mul(i64::from(digest.numbers))));
            digest.integral = real(cursor)?;
        }
        digest.tail = match (plain, tail) {
            (true, _) => Some(digest.last),
            (false, true) => Some(number(last.wrapping_add(cursor.int()?))),
            (false, false) => None,
        };
        self.last = last;
        Ok(())
    }
}

fn put_real(out: &mut Vec<u8>, number: f64) {
    out.extend_from_slice(&number.to_le_bytes());
}

fn real(cursor: &mut Cursor<'_>) -> Result<f64, Error> {
    let mut eight = [0; 8];
    eight.copy_from_slice(cursor.take(8)?);
    Ok(f64::from_le_bytes(eight))
}

/// Reads a head: the whole first, the blocks where they are asked for.
pub struct HeadReader<'a> {
    cursor: Cursor<'a>,
    pen: Pen,
    /// All of the chunk.
    pub whole: Digest,
    /// Samples of each block but the last; 0 where the blocks are steps of an aggregate.
    pub size: usize,
    /// Length of the steps of an aggregate.
    pub step: Micros,
    count: usize,
    done: usize,
}

impl<'a> HeadReader<'a> {
    /// Reads the digest of the whole.
    pub fn new(bytes: &'a [u8]) -> Result<Self, Error> {
        let mut cursor = Cursor::new(bytes);
        let layout = cursor.byte()?;
        if layout != LAYOUT {
            return Err(Error::Record(format!(
                "unknown layout {layout} of a chunk's head"
            )));
        }
        let exponent = cursor.byte()?;
        let unit = (cursor.uint()? as i64).max(1);
        let size = cursor.uint()? as usize;
        let step = if size == 0 { cursor.uint()? as Micros } else { 0 };
        let count = cursor.uint()? as usize;
        let mut pen = Pen {
            exponent,
            unit,
            at: 0,
            last: 0,
            counted: true,
        };
        let whole = pen.take(&mut cursor, 0)?;
        pen.at = whole.begins;
        pen.counted = size == 0;
        Ok(Self {
            cursor,
            pen,
            whole,
            size,
            step,
            count,
            done: 0,
        })
    }

    /// The next block; none behind the last one. A chunk without blocks is its own only one.
    pub fn next_block(&mut self) -> Result<Option<Digest>, Error> {
        if self.done >= self.count.max(1) {
            return Ok(None);
        }
        self.done += 1;
        if self.count == 0 {
            return Ok(Some(self.whole));
        }
        self.pen.counted |= self.done == self.count;
        let size = self.size;
        Ok(Some(self.pen.take(&mut self.cursor, size)?))
    }
}

/// The digests of samples by the smallest block.
pub fn blocks<'a>(samples: impl Iterator<Item = (Micros, &'a Value, Quality)>) -> Vec<Digest> {
    let mut blocks: Vec<Digest> = Vec::new();
    for (at, value, quality) in samples {
        if blocks.last().is_none_or(|block| block.count as usize >= SMALLEST) {
            blocks.push(Digest::default());
        }
        if let Some(block) = blocks.last_mut() {
            block.add(at, value, quality);
        }
    }
    blocks
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::journal::tests::{quality, value};

    fn near(a: &Digest, b: &Digest) -> bool {
        let close = |a: f64, b: f64| (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0);
        let (mut x, mut y) = (*a, *b);
        let sums = close(x.sum, y.sum) && close(x.integral, y.integral);
        (x.sum, x.integral, y.sum, y.integral) = (0.0, 0.0, 0.0, 0.0);
        sums && x == y
    }

    fn read(bytes: &[u8]) -> Result<(Digest, Vec<Digest>), Error> {
        let mut reader = HeadReader::new(bytes)?;
        let mut blocks = Vec::new();
        while let Some(block) = reader.next_block()? {
            blocks.push(block);
        }
        Ok((reader.whole, blocks))
    }

    proptest! {
        #[test]
        fn a_head_comes_back(mut samples in prop::collection::vec((any::<i32>(), prop_oneof![
            value(), (-9000i32..9000).prop_map(|n| Value::Float(f64::from(n) / 100.0))
        ], quality()), 1..900), seconds: bool) {
            samples.sort_by_key(|sample| sample.0);
            let of = |at: i32| if seconds { i64::from(at) * 1_000_000 } else { i64::from(at) };
            let blocks = blocks(samples.iter().map(|(at, value, quality)| (of(*at), value, *quality)));
            let head = Head::of(blocks.clone());
            let (whole, back) = read(&head.clone().encode()).unwrap();
            prop_assert!(near(&whole, &head.whole), "{whole:?} {:?}", head.whole);
            let mut joined = Digest::default();
            for block in &back {
                joined.follow(block);
            }
            prop_assert!(near(&joined, &head.whole));
            let steps = Head::of_steps(60_000_000, blocks.clone());
            let (_, back) = read(&steps.encode()).unwrap();
            prop_assert!(blocks.iter().zip(&back).all(|(a, b)| near(a, b)));
            prop_assert_eq!(blocks.len(), back.len());
        }

        #[test]
        fn any_bytes_read_without_panic(bytes: Vec<u8>) {
            let _ = read(&bytes);
            let mut whole = vec![LAYOUT, 2, 1, 0, 3];
            whole.extend(bytes);
            let _ = read(&whole);
        }
    }

    #[test]
    fn a_block_of_a_temperature_takes_some_bytes_and_one_of_a_still_one_hardly_any() {
        let samples = |still: bool| -> Vec<(i64, Value)> {
            (0..32 * SMALLEST as i64)
                .map(|second| {
                    let value = if still { 2150 } else { 2000 + second * 7919 % 300 };
                    (second * 1_000_000, Value::Float(value as f64 / 100.0))
                })
                .collect()
        };
        let size = |samples: &[(i64, Value)]| {
            let blocks = blocks(samples.iter().map(|(at, value)| (*at, value, Quality::Good)));
            Head::of(blocks).encode().len() / 32
        };
        assert!(size(&samples(true)) < 12, "{}", size(&samples(true)));
        assert!(size(&samples(false)) < 26, "{}", size(&samples(false)));
    }
}
