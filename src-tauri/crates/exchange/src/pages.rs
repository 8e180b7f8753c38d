//! The samples of a point, a page at a time.

use hearthline_history::{Place, Reader};
use hearthline_model::{Micros, PointId, Sample};

use crate::Error;

/// Samples of a page: what an export or a comparison holds in memory at a time.
pub const PAGE: usize = 50_000;

/// Walks through a point's samples in order of time. Nothing is held between two pages, so that a long walk keeps nobody from
/// the file.
pub struct Pages<'a> {
    reader: &'a Reader,
    point: PointId,
    next: Option<Place>,
    to: Micros,
    limit: usize,
    coarse: bool,
}

impl<'a> Pages<'a> {
    /// Over `from..to`, at most `limit` samples a page.
    pub fn new(reader: &'a Reader, point: PointId, from: Micros, to: Micros, limit: usize) -> Self {
        Self {
            reader,
            point,
            next: (from < to).then_some(from.into()),
            to,
            limit: limit.max(1),
            coarse: false,
        }
    }

    /// Where the next page begins: how far the walk has come.
    pub fn reached(&self) -> Micros {
        self.next.map_or(self.to, |next| next.at)
    }

    /// Whether somewhere along the way there is but an aggregate of what was.
    pub fn is_coarse(&self) -> bool {
        self.coarse
    }

    /// The next samples; empty at the end.
    pub fn next(&mut self) -> Result<Vec<Sample>, Error> {
        let Some(next) = self.next else {
            return Ok(Vec::new());
        };
        let page = self.reader.page(self.point, next, self.to, self.limit)?;
        self.next = page.next;
        self.coarse |= page.coarse.is_some();
        Ok(page.samples)
    }
}

#[cfg(test)]
mod tests {
    use hearthline_history::{Batch, Store, Synchronous};
    use hearthline_model::{HOUR, Quality, Value};
    use proptest::prelude::*;

    use super::*;

    fn sample(at: Micros, value: i64) -> Sample {
        Sample {
            point: PointId(1),
            at,
            value: Value::Int(value),
            quality: Quality::Good,
        }
    }

    fn walked(samples: &[Sample], from: Micros, to: Micros, limit: usize) -> Vec<Sample> {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(&folder.path().join("h.db"), Synchronous::Normal).unwrap();
        store
            .append(&Batch {
                samples,
                ..Batch::default()
            })
            .unwrap();
        let reader = store.reader().unwrap();
        let mut pages = Pages::new(&reader, PointId(1), from, to, limit);
        let mut all = Vec::new();
        loop {
            let page = pages.next().unwrap();
            if page.is_empty() {
                return all;
            }
            all.extend(page);
        }
    }

    #[test]
    fn years_of_nothing_and_a_crowded_moment_are_walked_through() {
        let year = 365 * 24 * HOUR;
        let mut samples: Vec<Sample> = (0..40).map(|value| sample(5, value)).collect();
        samples.push(sample(50 * year, 7));
        assert_eq!(walked(&samples, 0, 60 * year, 8), samples);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn pages_of_any_size_give_every_sample_once_and_in_order(
            times in prop::collection::vec(0i64..5_000, 0..60),
            limit in 1usize..9,
            from in 0i64..2_000,
            length in 0i64..4_000,
        ) {
            let mut samples: Vec<Sample> = times.iter().enumerate().map(|(ix, at)| sample(at * 3_000_000, ix as i64)).collect();
            let (from, to) = (from * 3_000_000, (from + length) * 3_000_000);
            let got = walked(&samples, from, to, limit);
            samples.retain(|sample| sample.at >= from && sample.at < to);
            samples.sort_by_key(|sample| sample.at);
            prop_assert_eq!(got, samples);
        }
    }
}
