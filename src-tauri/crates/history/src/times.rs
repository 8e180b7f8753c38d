//! The column of times: nothing but begin and step where samples are regular, runs of equal steps where they mostly are,
//! pages of numbers otherwise.

use hearthline_model::Micros;
use pco::DeltaSpec;

use crate::Error;
use crate::codec::{Cursor, put_int, put_uint};
use crate::pages::{self, Column, PAGE};

const RUNS: u8 = 1;
const OFFSETS: u8 = 2;
/// Distances from an even course: samples that jitter about a grid, whose differences would jitter twice.
const STRAY: u8 = 3;
/// Fewer samples than that do not tell whether they jitter about a grid.
const COURSE: usize = 64;

/// Compresses times, which are in order.
pub fn encode(times: &[Micros]) -> Result<Vec<u8>, Error> {
    let begin = times.first().copied().unwrap_or_default();
    let offset = |at: Micros| at.wrapping_sub(begin) as u64;
    let unit = [1_000_000u64, 1_000, 1]
        .into_iter()
        .find(|unit| times.iter().all(|at| offset(*at) % unit == 0))
        .unwrap_or(1);
    let head = |kind: u8| {
        let mut out = vec![kind];
        put_int(&mut out, begin);
        put_uint(&mut out, unit);
        out
    };
    let offsets: Vec<i64> = times.iter().map(|at| (offset(*at) / unit) as i64).collect();
    // Runs are read faster than anything, so they may cost a little more than the rest.
    let room = times.len() / 8 + 24;
    let mut best = head(RUNS);
    let runs = runs(&offsets, if times.len() < COURSE { usize::MAX } else { room });
    if let Some(runs) = runs {
        best.extend_from_slice(&runs);
        if best.len() <= room {
            return Ok(best);
        }
    } else {
        best.clear();
    }
    let mut candidates = vec![(head(OFFSETS), pages::encode(&offsets, DeltaSpec::Auto)?)];
    if let Some((step, strays)) = strays(&offsets) {
        let mut out = head(STRAY);
        put_uint(&mut out, step);
        candidates.push((out, pages::encode(&strays, DeltaSpec::NoOp)?));
    }
    for (mut out, mut column) in candidates {
        if best.is_empty() || out.len() + column.len() < best.len() {
            out.append(&mut column);
            best = out;
        }
    }
    Ok(best)
}

/// Differences with how often each follows itself; none where they take more than `room`.
fn runs(offsets: &[i64], room: usize) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let mut steps = offsets
        .windows(2)
        .map(|pair| pair[1].wrapping_sub(pair[0]))
        .peekable();
    while let Some(step) = steps.next() {
        let mut repeated = 0u64;
        while steps.next_if_eq(&step).is_some() {
            repeated += 1;
        }
        put_int(&mut out, step);
        put_uint(&mut out, repeated);
        if out.len() > room {
            return None;
        }
    }
    Some(out)
}

/// The even step and each sample's distance from it, where none strays far.
fn strays(offsets: &[i64]) -> Option<(u64, Vec<i64>)> {
    if offsets.len() < COURSE {
        return None;
    }
    let last = *offsets.last()?;
    let even = last / (offsets.len() as i64 - 1);
    let stray = |index: usize, step: i64| offsets[index].wrapping_sub(step.wrapping_mul(index as i64));
    // The jitter of the last sample must not become a drift of all: a rounder step that fits better is the true one.
    let looked_at = || (0..offsets.len()).step_by(offsets.len() / COURSE);
    let farthest = |step: i64| {
        looked_at()
            .map(|index| stray(index, step).unsigned_abs())
            .max()
            .unwrap_or(u64::MAX)
    };
    let rounded = |unit: i64| even.saturating_add(unit / 2) / unit * unit;
    let step = (0..7)
        .map(|digits| rounded(10i64.pow(digits)))
        .filter(|step| *step > 0)
        .min_by_key(|step| farthest(*step))?;
    let limit = step;
    let strays: Vec<i64> = (0..offsets.len()).map(|index| stray(index, step)).collect();
    strays
        .iter()
        .all(|stray| (-limit..=limit).contains(stray))
        .then_some((step as u64, strays))
}

/// Times that are read as they are needed.
pub struct Times<'a> {
    begin: Micros,
    unit: i64,
    kind: Kind<'a>,
}

enum Kind<'a> {
    /// All of them, from runs.
    Known(Vec<Micros>),
    Pages {
        column: Column<'a, i64>,
        step: i64,
    },
}

impl<'a> Times<'a> {
    /// Opens the bytes of `count` times.
    pub fn open(bytes: &'a [u8], count: usize) -> Result<Self, Error> {
        let mut cursor = Cursor::new(bytes);
        let kind = cursor.byte()?;
        let begin = cursor.int()?;
        let unit = cursor.uint()? as i64;
        let kind = match kind {
            RUNS => Kind::Known(unroll(&mut cursor, begin, unit, count)?),
            OFFSETS => Kind::Pages {
                column: Column::open(cursor.rest(), count)?,
                step: 0,
            },
            STRAY => {
                let step = cursor.uint()? as i64;
                Kind::Pages {
                    column: Column::open(cursor.rest(), count)?,
                    step,
                }
            }
            other => return Err(Error::Record(format!("unknown kind {other} of times"))),
        };
        Ok(Self { begin, unit, kind })
    }

    /// Reads a page into `out`, which is cleared first.
    pub fn page(&mut self, page: usize, out: &mut Vec<Micros>) -> Result<(), Error> {
        match &mut self.kind {
            Kind::Known(times) => {
                let begin = times.len().min(page * PAGE);
                let end = times.len().min(begin + PAGE);
                out.clear();
                out.extend_from_slice(&times[begin..end]);
            }
            Kind::Pages { column, step } => {
                column.page(page, out)?;
                let (begin, unit, step) = (self.begin, self.unit, *step);
                let first = step.wrapping_mul((page * PAGE) as i64);
                for (index, at) in (0i64..).zip(out) {
                    let offset = at.wrapping_add(first).wrapping_add(step.wrapping_mul(index));
                    *at = begin.wrapping_add(offset.wrapping_mul(unit));
                }
            }
        }
        Ok(())
    }
}

fn unroll(cursor: &mut Cursor<'_>, begin: Micros, unit: i64, count: usize) -> Result<Vec<Micros>, Error> {
    let mut times = Vec::with_capacity(count);
    let mut at = begin;
    if count > 0 {
        times.push(at);
    }
    while times.len() < count {
        let step = cursor.int()?.wrapping_mul(unit);
        let repeated = cursor.uint()?.saturating_add(1);
        if repeated > (count - times.len()) as u64 {
            return Err(Error::Record("a chunk has more times than samples".into()));
        }
        for _ in 0..repeated {
            at = at.wrapping_add(step);
            times.push(at);
        }
    }
    Ok(times)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn back(times: &[Micros]) -> (Vec<Micros>, usize) {
        let bytes = encode(times).unwrap();
        let mut open = Times::open(&bytes, times.len()).unwrap();
        let (mut all, mut page) = (Vec::new(), Vec::new());
        for index in 0..times.len().div_ceil(PAGE) {
            open.page(index, &mut page).unwrap();
            all.extend_from_slice(&page);
        }
        (all, bytes.len())
    }

    proptest! {
        #[test]
        fn times_come_back(mut times in prop::collection::vec(any::<i64>(), 1..300), unit in prop::sample::select(vec![1i64, 1000, 1_000_000])) {
            for at in &mut times {
                *at = at.wrapping_mul(unit);
            }
            times.sort_unstable();
            prop_assert_eq!(&back(&times).0, &times);
            let near: Vec<i64> = times.iter().enumerate().map(|(index, at)| index as i64 * 1_000_000 + at % 2000).collect();
            prop_assert_eq!(&back(&near).0, &near);
        }

        #[test]
        fn any_bytes_open_without_panic(bytes: Vec<u8>, kind in 1u8..4, count in 1usize..5000) {
            let mut all = vec![kind];
            all.extend(bytes);
            if let Ok(mut times) = Times::open(&all, count) {
                let _ = times.page(0, &mut Vec::new());
            }
        }
    }

    #[test]
    fn the_ends_of_time_are_kept() {
        let times = [i64::MIN, i64::MIN, -1, 0, i64::MAX];
        assert_eq!(back(&times).0, times);
    }

    #[test]
    fn regular_times_take_next_to_nothing_and_a_gap_little_more() {
        let regular: Vec<i64> = (0..16_384).map(|n| n * 1_000_000).collect();
        let (all, size) = back(&regular);
        assert_eq!(all, regular);
        assert!(size < 16, "{size}");
        let gaps: Vec<i64> = (0..16_384).map(|n| (n + n / 100) * 1_000_000).collect();
        let (all, size) = back(&gaps);
        assert_eq!(all, gaps);
        assert!(size < 1_000, "{size}");
    }
}
