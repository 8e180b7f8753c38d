//! What counters counted, from buckets where that is enough and from the samples where a counter began anew.

use hearthline_history::{Bucket, Error, Reader};
use hearthline_insight::delta;
use hearthline_model::{MINUTE, Micros, PointId, Quality};
use rustc_hash::FxHashMap;

/// So long before a window its counters' last readings are looked for.
const BEFORE: Micros = 10 * MINUTE;
/// Readings of a counter that began anew; beyond that a window is too long to be counted one by one.
const MOST_READINGS: usize = 500_000;

/// The readings of many points over a window, by the minute, read at once.
pub struct Minutes {
    from: Micros,
    to: Micros,
    series: FxHashMap<PointId, Vec<Bucket>>,
}

impl Minutes {
    /// Reads `from..to` and a little before it.
    pub fn read(reader: &Reader, points: &[PointId], from: Micros, to: Micros) -> Result<Self, Error> {
        let begin = from.saturating_sub(BEFORE);
        let minutes = (to.saturating_sub(begin) + MINUTE - 1) / MINUTE;
        let end = begin.saturating_add(minutes * MINUTE);
        let series = reader.query(points, begin, end, usize::try_from(minutes).unwrap_or(0))?;
        let series = series.into_iter().map(|series| (series.point, series.buckets));
        Ok(Self {
            from,
            to,
            series: series.collect(),
        })
    }

    /// Buckets of a point that lie in the window.
    pub fn within(&self, point: PointId) -> &[Bucket] {
        let all = self.series.get(&point).map_or(&[][..], Vec::as_slice);
        let begin = all.partition_point(|bucket| bucket.from < self.from);
        &all[begin..]
    }

    fn before(&self, point: PointId) -> Option<&Bucket> {
        let all = self.series.get(&point)?;
        let begin = all.partition_point(|bucket| bucket.from < self.from);
        all[..begin].last()
    }

    /// What a counter counted in the window. `holds`: its last reading still holds, so that silence is a count of 0;
    /// without that a single reading counts nothing.
    pub fn counted(&self, reader: &Reader, point: PointId, holds: bool) -> Result<Option<f64>, Error> {
        let base = match self.before(point) {
            Some(bucket) => Some(bucket.last),
            None => in_force(reader, point, self.from)?,
        };
        let within = self.within(point);
        let mut rises = true;
        let mut last = base;
        let mut readings = usize::from(base.is_some());
        for bucket in within {
            rises &= last.is_none_or(|last| bucket.first >= last);
            rises &= bucket.min == bucket.first && bucket.max == bucket.last;
            last = Some(bucket.last);
            readings += bucket.count as usize;
        }
        if readings == 0 || (readings == 1 && !holds) {
            return Ok(None);
        }
        if rises {
            let first = base.or_else(|| within.first().map(|bucket| bucket.first));
            return Ok(last.zip(first).map(|(last, first)| last - first));
        }
        // It fell somewhere, or a reading of bad quality looks like it.
        let raw = reader.raw(point, self.from, self.to, MOST_READINGS)?;
        let good = raw
            .iter()
            .filter(|sample| trusted(sample.quality))
            .filter_map(|sample| sample.value.as_f64());
        let readings: Vec<f64> = base.into_iter().chain(good).collect();
        let highest = readings.iter().copied().fold(0.0, f64::max);
        Ok(match delta(readings.iter().copied(), width(highest)) {
            None if holds && !readings.is_empty() => Some(0.0),
            delta => delta.map(|delta| delta.total),
        })
    }
}

/// The number that a point held at a moment.
pub fn in_force(reader: &Reader, point: PointId, at: Micros) -> Result<Option<f64>, Error> {
    let runs = reader.states(point, at, at.saturating_add(1), 1)?;
    Ok(runs
        .first()
        .filter(|run| trusted(run.quality))
        .and_then(|run| run.value.as_f64())
        .filter(|number| number.is_finite()))
}

pub fn trusted(quality: Quality) -> bool {
    matches!(quality, Quality::Good | Quality::Uncertain)
}

/// How many values a counter has, where it came so near to the end of a usual width that a fall must be a roll-over.
fn width(highest: f64) -> Option<f64> {
    [15, 16, 31, 32]
        .map(|bits| f64::from(bits).exp2())
        .into_iter()
        .find(|width| highest < *width && highest >= width * 0.99)
}
