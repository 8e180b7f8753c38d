//! Samples of one point as compressed bytes.
//!
//! All values of a point are in one run of chunks, whatever their kind: the kind that most of them are of has a column that
//! fits it, the few others are exceptions with their positions. Whole numbers among real ones, as in `21, 21.5, 22`, are
//! told apart by a rule or by a bit.

use std::sync::Arc;

use hearthline_model::{Micros, Quality, Value};
use pco::DeltaSpec;
use rustc_hash::FxHashSet;

use crate::Error;
use crate::codec::{Cursor, put_uint, put_value};
use crate::digest::{number, trusted};
use crate::head::{DECIMALS, Head, blocks, scaled, unscaled};
use crate::pages::{self, Column, PAGE};
use crate::times::{self, Times};
use crate::words::{pack, put_bools, put_texts, take_bools, take_texts, unpack};

/// A chunk is full with so many samples; with few in tests, so that those meet many chunks.
pub const FULL: usize = if cfg!(test) { 64 } else { 16_384 };
/// No chunk holds more, whatever a damaged file says: samples of one moment are kept together up to here.
pub const MOST: usize = if cfg!(test) { 1 << 20 } else { 4 * FULL };
const LAYOUT: u8 = 1;

const NOTHING: u8 = 0;
const SCALED: u8 = 1;
const REAL: u8 = 2;
const INT: u8 = 3;
const BOOL: u8 = 4;
const TEXT: u8 = 5;

const EXCEPTIONS: u8 = 1;
const QUALITIES: u8 = 2;
const RECEIVED: u8 = 4;
/// Those real numbers that are whole were sent as whole numbers.
const WHOLE: u8 = 8;
/// Which ones were sent as whole numbers is told by a bit each.
const MASK: u8 = 16;

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

impl Item {
    /// The trusted number that it puts in force, if it does.
    pub fn holds(&self) -> Option<f64> {
        number(&self.value).filter(|_| trusted(self.quality))
    }
}

/// Brings samples into the order of time, those of one moment in the order in which they are, and drops repetitions of
/// time, value and quality.
pub fn tidy(items: &mut Vec<Item>) {
    if !items.is_sorted_by_key(|item| item.at) {
        items.sort_by_key(|item| item.at);
    }
    if items.windows(2).all(|pair| pair[0].at < pair[1].at) {
        return;
    }
    let mut kept: Vec<Item> = Vec::with_capacity(items.len());
    let mut moment = 0;
    // A moment with many values is looked up rather than searched, so that a device that never changes its time costs little.
    let mut known: FxHashSet<Vec<u8>> = FxHashSet::default();
    for item in items.drain(..) {
        if kept.last().is_some_and(|last| last.at != item.at) {
            moment = kept.len();
            known.clear();
        }
        let same = |other: &Item| other.value == item.value && other.quality == item.quality;
        let repeated = if kept.len() - moment < 16 {
            kept[moment..].iter().any(same)
        } else {
            if known.is_empty() {
                known.extend(kept[moment..].iter().map(key));
            }
            !known.insert(key(&item))
        };
        if !repeated {
            kept.push(item);
        }
    }
    *items = kept;
}

fn key(item: &Item) -> Vec<u8> {
    let mut key = Vec::new();
    // 0 and -0 are equal.
    let value = match item.value {
        Value::Float(0.0) => &Value::Float(0.0),
        ref value => value,
    };
    put_value(&mut key, value, item.quality);
    key
}

/// The head of `items`, which are in order of time. What is a page anyway has no blocks.
pub fn head(items: &[Item]) -> Vec<u8> {
    let samples = items.iter().map(|item| (item.at, &item.value, item.quality));
    let mut head = Head::of(blocks(samples));
    if items.len() <= PAGE {
        head.blocks.clear();
    }
    head.encode()
}

/// A whole number that a real one holds exactly.
fn exact(int: i64) -> Option<f64> {
    (int.unsigned_abs() < 1 << 53).then_some(int as f64)
}

/// Whether a real number would be taken for a whole one.
fn is_whole(number: f64) -> bool {
    number.fract() == 0.0
        && number.abs() < 9_007_199_254_740_992.0
        && !(number == 0.0 && number.is_sign_negative())
}

/// The kind of column that fits most of the values.
fn kind(items: &[Item]) -> u8 {
    let (mut reals, mut ints, mut bools, mut texts) = (0usize, 0usize, 0usize, 0usize);
    for item in items {
        match &item.value {
            Value::Float(_) => reals += 1,
            Value::Int(_) => ints += 1,
            Value::Bool(_) => bools += 1,
            Value::Text(_) => texts += 1,
            Value::Null => {}
        }
    }
    let most = (reals + ints).max(bools).max(texts);
    match most {
        0 => NOTHING,
        most if most == reals + ints => {
            if reals == 0 {
                INT
            } else {
                REAL
            }
        }
        most if most == bools => BOOL,
        _ => TEXT,
    }
}

/// A value of the main column, or none where it is an exception.
fn main_real(value: &Value) -> Option<f64> {
    match value {
        Value::Float(real) if real.is_finite() => Some(*real),
        Value::Int(int) => exact(*int),
        _ => None,
    }
}

/// The column of those values that `of` takes, what lies between filled with the one before.
fn column<T: Clone>(items: &[Item], of: impl Fn(&Value) -> Option<T>) -> Vec<T> {
    let mut last = items.iter().find_map(|item| of(&item.value));
    let mut column = Vec::with_capacity(items.len());
    for item in items {
        if let Some(value) = of(&item.value) {
            last = Some(value);
        }
        column.extend(last.clone());
    }
    column
}

/// Compresses `items`, which are in the order of time.
pub fn encode(items: &[Item]) -> Result<Vec<u8>, Error> {
    let mut kind = kind(items);
    let mut flags = 0;
    let mut exponent = 0;
    let mut mask = Vec::new();
    let is_main: fn(&Value) -> bool = match kind {
        REAL => |value| main_real(value).is_some(),
        INT => |value| matches!(value, Value::Int(_)),
        BOOL => |value| matches!(value, Value::Bool(_)),
        TEXT => |value| matches!(value, Value::Text(_)),
        _ => |value| value.is_null(),
    };
    let main = match kind {
        REAL => {
            let reals = column(items, main_real);
            (flags, mask) = whole(items)?;
            match (0..=DECIMALS).find(|exponent| reals.iter().all(|real| scaled(*real, *exponent).is_some()))
            {
                Some(fitting) if !reals.is_empty() => {
                    (kind, exponent) = (SCALED, fitting);
                    let wholes: Vec<i64> = reals
                        .iter()
                        .map(|real| scaled(*real, fitting).unwrap_or_default())
                        .collect();
                    pages::encode(&wholes, DeltaSpec::Auto)?
                }
                _ => pages::encode(&reals, DeltaSpec::Auto)?,
            }
        }
        INT => pages::encode(
            &column(items, |value| match value {
                Value::Int(int) => Some(*int),
                _ => None,
            }),
            DeltaSpec::Auto,
        )?,
        BOOL => put_bools(&column(items, Value::as_bool))?,
        TEXT => put_texts(&column(items, |value| match value {
            Value::Text(text) => Some(Arc::clone(text)),
            _ => None,
        }))?,
        _ => Vec::new(),
    };
    let exceptions = exceptions(items, is_main);
    let qualities = qualities(items);
    let received = received(items)?;
    for (section, flag) in [
        (&exceptions, EXCEPTIONS),
        (&qualities, QUALITIES),
        (&received, RECEIVED),
    ] {
        flags |= if section.is_empty() { 0 } else { flag };
    }
    let times: Vec<Micros> = items.iter().map(|item| item.at).collect();
    let times = times::encode(&times)?;
    let mut out = Vec::with_capacity(times.len() + main.len() + 64);
    out.extend_from_slice(&[LAYOUT, kind, flags, exponent]);
    put_uint(&mut out, items.len() as u64);
    let mut put = |section: &[u8]| {
        put_uint(&mut out, section.len() as u64);
        out.extend_from_slice(section);
    };
    put(&times);
    put(&main);
    if flags & MASK != 0 {
        put(&mask);
    }
    if !exceptions.is_empty() {
        put(&pack(&exceptions)?);
    }
    if !qualities.is_empty() {
        put(&pack(&qualities)?);
    }
    if !received.is_empty() {
        put(&received);
    }
    Ok(out)
}

/// Which of the numbers were sent as whole ones.
fn whole(items: &[Item]) -> Result<(u8, Vec<u8>), Error> {
    let numbers = || items.iter().filter(|item| main_real(&item.value).is_some());
    let is_int = |item: &Item| matches!(item.value, Value::Int(_));
    if !numbers().any(is_int) {
        return Ok((0, Vec::new()));
    }
    if numbers().all(|item| is_int(item) == main_real(&item.value).is_some_and(is_whole)) {
        return Ok((WHOLE, Vec::new()));
    }
    let mask: Vec<bool> = items.iter().map(is_int).collect();
    Ok((MASK, put_bools(&mask)?))
}

/// Values that are not in the main column, each behind its distance from the one before.
fn exceptions(items: &[Item], is_main: fn(&Value) -> bool) -> Vec<u8> {
    let mut out = Vec::new();
    let mut before = 0;
    for (index, item) in items.iter().enumerate().filter(|(_, item)| !is_main(&item.value)) {
        put_uint(&mut out, (index - before) as u64);
        before = index;
        put_value(&mut out, &item.value, Quality::Good);
    }
    out
}

/// Qualities as run lengths; nothing where all are good.
fn qualities(items: &[Item]) -> Vec<u8> {
    let mut out = Vec::new();
    if items.iter().all(|item| item.quality == Quality::Good) {
        return out;
    }
    let mut rest = items;
    while let Some(first) = rest.first() {
        let length = rest
            .iter()
            .take_while(|item| item.quality == first.quality)
            .count();
        out.push(first.quality as u8);
        put_uint(&mut out, length as u64);
        rest = &rest[length..];
    }
    out
}

/// Arrivals that are not about the time of the sample.
fn received(items: &[Item]) -> Result<Vec<u8>, Error> {
    let has: Vec<bool> = items.iter().map(|item| item.received.is_some()).collect();
    let delays: Vec<i64> = items
        .iter()
        .filter_map(|item| Some(item.received?.wrapping_sub(item.at)))
        .collect();
    if delays.is_empty() {
        return Ok(Vec::new());
    }
    let has = put_bools(&has)?;
    let mut out = Vec::new();
    put_uint(&mut out, has.len() as u64);
    out.extend_from_slice(&has);
    out.extend_from_slice(&pages::encode(&delays, DeltaSpec::Auto)?);
    Ok(out)
}

/// A chunk's body, its pages read as they are needed.
pub struct Opened<'a> {
    /// Samples.
    pub count: usize,
    times: Times<'a>,
    main: Main<'a>,
    whole: Whole,
    exceptions: Vec<(usize, Value)>,
    qualities: Vec<Quality>,
    received: &'a [u8],
    wholes: Vec<i64>,
}

enum Main<'a> {
    Nothing,
    Scaled(Column<'a, i64>, u8),
    Real(Column<'a, f64>),
    Int(Column<'a, i64>),
    Bools(Vec<bool>),
    Texts(Vec<Arc<str>>),
}

enum Whole {
    No,
    Rule,
    Mask(Vec<bool>),
}

impl<'a> Opened<'a> {
    /// Opens a body.
    pub fn new(bytes: &'a [u8]) -> Result<Self, Error> {
        let mut cursor = Cursor::new(bytes);
        let layout = cursor.byte()?;
        if layout != LAYOUT {
            return Err(Error::Record(format!("unknown layout {layout} of a chunk")));
        }
        let (kind, flags, exponent) = (cursor.byte()?, cursor.byte()?, cursor.byte()?);
        let count = cursor.uint()? as usize;
        if count > MOST {
            return Err(Error::Record("a chunk has too many samples".into()));
        }
        let mut section = || {
            let length = cursor.uint()? as usize;
            cursor.take(length)
        };
        let times = Times::open(section()?, count)?;
        let main = section()?;
        let main = match kind {
            NOTHING => Main::Nothing,
            SCALED => Main::Scaled(Column::open(main, count)?, exponent),
            REAL => Main::Real(Column::open(main, count)?),
            INT => Main::Int(Column::open(main, count)?),
            BOOL => Main::Bools(take_bools(main, count)?),
            TEXT => Main::Texts(take_texts(main, count)?),
            other => return Err(Error::Record(format!("unknown kind {other} of a chunk"))),
        };
        let whole = match flags & (WHOLE | MASK) {
            0 => Whole::No,
            WHOLE => Whole::Rule,
            _ => Whole::Mask(take_bools(section()?, count)?),
        };
        let exceptions = if flags & EXCEPTIONS == 0 {
            Vec::new()
        } else {
            take_exceptions(&unpack(section()?)?)?
        };
        let qualities = if flags & QUALITIES == 0 {
            Vec::new()
        } else {
            take_qualities(&unpack(section()?)?, count)?
        };
        let received = if flags & RECEIVED == 0 {
            &[][..]
        } else {
            section()?
        };
        Ok(Self {
            count,
            times,
            main,
            whole,
            exceptions,
            qualities,
            received,
            wholes: Vec::new(),
        })
    }

    /// Pages that it has.
    pub fn pages(&self) -> usize {
        self.count.div_ceil(PAGE)
    }

    /// Samples of a page.
    pub fn page_len(&self, page: usize) -> usize {
        self.count.saturating_sub(page * PAGE).min(PAGE)
    }

    /// Whether all samples are good numbers, so that [`Self::numbers`] tells all there is.
    pub fn is_plain(&self) -> bool {
        self.exceptions.is_empty()
            && self.qualities.is_empty()
            && !matches!(self.main, Main::Nothing | Main::Texts(_))
    }

    /// Whether most of its samples are numbers, booleans not among them.
    pub fn is_numeric(&self) -> bool {
        matches!(self.main, Main::Scaled(..) | Main::Real(_) | Main::Int(_))
    }

    /// Times and numbers of a page of a plain chunk.
    pub fn numbers(
        &mut self,
        page: usize,
        times: &mut Vec<Micros>,
        values: &mut Vec<f64>,
    ) -> Result<(), Error> {
        self.times.page(page, times)?;
        values.clear();
        match &mut self.main {
            Main::Scaled(column, exponent) => {
                column.page(page, &mut self.wholes)?;
                let power = crate::head::power(*exponent);
                values.extend(self.wholes.iter().map(|whole| *whole as f64 / power));
            }
            Main::Real(column) => column.page(page, values)?,
            Main::Int(column) => {
                column.page(page, &mut self.wholes)?;
                values.extend(self.wholes.iter().map(|whole| *whole as f64));
            }
            Main::Bools(bools) => {
                let begin = bools.len().min(page * PAGE);
                let end = bools.len().min(begin + PAGE);
                values.extend(bools[begin..end].iter().map(|bool| f64::from(u8::from(*bool))));
            }
            Main::Nothing | Main::Texts(_) => {}
        }
        if values.len() != times.len() {
            return Err(Error::Record("a chunk has more times than values".into()));
        }
        Ok(())
    }

    /// Appends the samples of a page. Their arrivals are added by [`Self::items`].
    pub fn page(&mut self, page: usize, out: &mut Vec<Item>) -> Result<(), Error> {
        let mut times = Vec::new();
        self.times.page(page, &mut times)?;
        let (offset, begin) = (page * PAGE, out.len());
        out.reserve(times.len());
        let mut push = |at: Micros, value: Value| {
            out.push(Item {
                at,
                value,
                quality: Quality::Good,
                received: None,
            });
        };
        match &mut self.main {
            Main::Nothing => times.iter().for_each(|&at| push(at, Value::Null)),
            Main::Scaled(column, exponent) => {
                column.page(page, &mut self.wholes)?;
                let reals = self.wholes.iter().map(|whole| unscaled(*whole, *exponent));
                for (index, (&at, real)) in times.iter().zip(reals).enumerate() {
                    push(at, self.whole.value(offset + index, real));
                }
            }
            Main::Real(column) => {
                let mut reals = Vec::new();
                column.page(page, &mut reals)?;
                for (index, (&at, real)) in times.iter().zip(reals).enumerate() {
                    push(at, self.whole.value(offset + index, real));
                }
            }
            Main::Int(column) => {
                column.page(page, &mut self.wholes)?;
                for (&at, &int) in times.iter().zip(&self.wholes) {
                    push(at, Value::Int(int));
                }
            }
            Main::Bools(bools) => {
                let bools = bools.iter().skip(offset);
                times
                    .iter()
                    .zip(bools)
                    .for_each(|(&at, &bool)| push(at, Value::Bool(bool)));
            }
            Main::Texts(texts) => {
                for (&at, text) in times.iter().zip(texts.iter().skip(offset)) {
                    push(at, Value::Text(Arc::clone(text)));
                }
            }
        }
        let from = self.exceptions.partition_point(|(index, _)| *index < offset);
        for (index, value) in &self.exceptions[from..] {
            match out.get_mut(begin + (index - offset)) {
                Some(item) => item.value = value.clone(),
                None => break,
            }
        }
        let qualities = self.qualities.iter().skip(offset);
        for (item, quality) in out[begin..].iter_mut().zip(qualities) {
            item.quality = *quality;
        }
        Ok(())
    }

    /// All samples, with their arrivals.
    pub fn items(&mut self) -> Result<Vec<Item>, Error> {
        let mut items = Vec::with_capacity(self.count);
        for page in 0..self.pages() {
            self.page(page, &mut items)?;
        }
        if self.received.is_empty() {
            return Ok(items);
        }
        let mut cursor = Cursor::new(self.received);
        let length = cursor.uint()? as usize;
        let has = take_bools(cursor.take(length)?, self.count)?;
        let count = has.iter().filter(|has| **has).count();
        let mut delays = Column::<i64>::open(cursor.rest(), count)?;
        let mut late = items.iter_mut().zip(&has).filter(|(_, has)| **has);
        let mut page = Vec::new();
        for index in 0..count.div_ceil(PAGE) {
            delays.page(index, &mut page)?;
            for (delay, (item, _)) in page.iter().zip(&mut late) {
                item.received = Some(item.at.wrapping_add(*delay));
            }
        }
        Ok(items)
    }
}

impl Whole {
    fn value(&self, index: usize, real: f64) -> Value {
        let int = match self {
            Self::No => false,
            Self::Rule => is_whole(real),
            Self::Mask(mask) => mask.get(index).copied().unwrap_or_default(),
        };
        if int {
            Value::Int(real as i64)
        } else {
            Value::Float(real)
        }
    }
}

fn take_exceptions(bytes: &[u8]) -> Result<Vec<(usize, Value)>, Error> {
    let mut cursor = Cursor::new(bytes);
    let mut exceptions = Vec::new();
    let mut at = 0usize;
    while !cursor.is_empty() {
        at = at.saturating_add(cursor.uint()? as usize);
        exceptions.push((at, cursor.value()?.0));
    }
    Ok(exceptions)
}

fn take_qualities(bytes: &[u8], count: usize) -> Result<Vec<Quality>, Error> {
    let mut cursor = Cursor::new(bytes);
    let mut qualities = Vec::with_capacity(count);
    while !cursor.is_empty() {
        let quality = Quality::from_code(cursor.byte()?);
        let length = cursor.uint()?;
        if length > (count - qualities.len()) as u64 {
            return Err(Error::Record("a chunk has more qualities than samples".into()));
        }
        qualities.extend(std::iter::repeat_n(quality, length as usize));
    }
    Ok(qualities)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::digest::Digest;
    use crate::journal::tests::{quality, value};

    fn mixed() -> impl Strategy<Value = Value> {
        prop_oneof![
            value(),
            (-500i32..500).prop_map(|n| Value::Float(f64::from(n) / 10.0)),
            (-50i64..50).prop_map(Value::Int),
            Just(Value::Float(-0.0)),
            Just(Value::Float(1e300)),
        ]
    }

    /// Mostly one kind, as in life, or all of them.
    fn values() -> impl Strategy<Value = Vec<Value>> {
        prop_oneof![
            prop::collection::vec(mixed(), 1..80),
            prop::collection::vec(
                (-5000i32..5000).prop_map(|n| Value::Float(f64::from(n) / 100.0)),
                1..400
            ),
            prop::collection::vec(
                prop_oneof![9 => (0i32..40).prop_map(|n| Value::Float(f64::from(n) / 2.0)), 1 => Just(Value::Null)],
                1..400
            ),
            prop::collection::vec(
                (0i32..40).prop_map(|n| if n % 2 == 0 {
                    Value::Int(i64::from(n / 2))
                } else {
                    Value::Float(f64::from(n) / 2.0)
                }),
                1..400
            ),
            prop::collection::vec(any::<bool>().prop_map(Value::Bool), 1..100),
            prop::collection::vec("[ab]".prop_map(Value::text), 1..100),
        ]
    }

    proptest! {
        #[test]
        fn a_chunk_comes_back(values in values(), more in prop::collection::vec((any::<i32>(), quality(), prop::option::weighted(0.1, any::<i32>())), 400), good: bool) {
            let mut items: Vec<Item> = values.into_iter().zip(more).map(|(value, (at, quality, received))| Item {
                at: i64::from(at),
                value,
                quality: if good { Quality::Good } else { quality },
                received: received.map(i64::from),
            }).collect();
            tidy(&mut items);
            let bytes = encode(&items).unwrap();
            let mut opened = Opened::new(&bytes).unwrap();
            let back = opened.items().unwrap();
            prop_assert_eq!(format!("{back:?}"), format!("{items:?}"));
            if opened.is_plain() {
                let (mut times, mut numbers) = (Vec::new(), Vec::new());
                let mut digest = Digest::default();
                for page in 0..opened.pages() {
                    opened.numbers(page, &mut times, &mut numbers).unwrap();
                    digest.add_numbers(&times, &numbers);
                }
                let mut plain = Digest::default();
                for item in &items {
                    plain.add(item.at, &item.value, item.quality);
                }
                prop_assert_eq!((digest.count, digest.min, digest.max, digest.falls, digest.tail), (plain.count, plain.min, plain.max, plain.falls, plain.tail));
                prop_assert!(!plain.integral.is_finite() || (digest.integral - plain.integral).abs() <= 1e-9 * plain.integral.abs().max(1.0));
            }
        }

        #[test]
        fn any_bytes_open_without_panic(bytes: Vec<u8>, kind in 0u8..6, flags in 0u8..32) {
            let mut all = vec![LAYOUT, kind, flags, 2];
            all.extend(bytes);
            if let Ok(mut opened) = Opened::new(&all) {
                let _ = opened.items();
            }
        }
    }

    fn one(at: Micros, value: i64) -> Item {
        Item {
            at,
            value: Value::Int(value),
            quality: Quality::Good,
            received: None,
        }
    }

    #[test]
    fn a_repetition_is_dropped_and_two_values_of_one_moment_are_kept_in_their_order() {
        let mut items = vec![one(2, 1), one(1, 5), one(2, 3), one(2, 1), one(1, 5)];
        tidy(&mut items);
        assert_eq!(items, [one(1, 5), one(2, 1), one(2, 3)]);
    }

    #[test]
    fn a_device_whose_clock_stands_still_costs_little() {
        let mut items: Vec<Item> = (0..200_000).map(|n| one(7, n % 100_000)).collect();
        tidy(&mut items);
        assert_eq!(items.len(), 100_000);
    }
}
