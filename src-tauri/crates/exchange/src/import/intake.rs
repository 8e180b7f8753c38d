//! Samples of a file on their way into the history: gathered, put in order, and what is there already left out.

use hearthline_model::{Micros, PointId, Quality, Sample, Value};
use rustc_hash::FxHashMap;

use super::report::Report;
use super::target::Target;
use crate::knows::{Knows, same};
use crate::{Error, Progress};

/// Samples that are held before they are written.
const HELD: usize = 200_000;
/// Bytes of text that are held before they are written.
const HELD_TEXT: usize = 32 << 20;
/// The longest text that is a value, bytes; as a message may be.
const LONGEST_TEXT: usize = 4 << 20;
/// Different values of a point at one moment; more is a file that is wrong, and each would be compared with all others.
const MOMENT: usize = 64;
/// Times that the history keeps: from 1970 until 2200.
pub const TIMES: std::ops::Range<Micros> = 0..7_258_118_400_000_000;

struct Held {
    series: u32,
    at: Micros,
    value: Value,
    quality: Quality,
}

/// Takes samples in any order.
pub struct Intake<'a> {
    target: &'a mut dyn Target,
    progress: &'a Progress,
    points: Vec<Option<PointId>>,
    /// Time of the latest sample that the target has of each series; none where it has nothing.
    reach: Vec<Option<Micros>>,
    held: Vec<Held>,
    held_text: usize,
    report: Report,
}

impl<'a> Intake<'a> {
    /// `points` says where each series goes; none: nowhere.
    pub fn new(
        target: &'a mut dyn Target,
        points: Vec<Option<PointId>>,
        report: Report,
        progress: &'a Progress,
    ) -> Result<Self, Error> {
        // No time is a wrong clock here: the very latest is wanted.
        let latest: FxHashMap<PointId, Micros> = target
            .reader()
            .latest(Micros::MAX / 2)?
            .into_iter()
            .map(|sample| (sample.point, sample.at))
            .collect();
        let reach = points
            .iter()
            .map(|point| latest.get(point.as_ref()?).copied())
            .collect();
        Ok(Self {
            target,
            progress,
            points,
            reach,
            held: Vec::new(),
            held_text: 0,
            report,
        })
    }

    /// The report so far, to count what cannot even become a sample.
    pub fn report(&mut self) -> &mut Report {
        &mut self.report
    }

    /// Where a series goes.
    pub fn point(&self, series: usize) -> Option<PointId> {
        self.points.get(series).copied().flatten()
    }

    /// Whether the target had anything of a series, or got something meanwhile.
    pub fn has(&self, series: usize) -> bool {
        self.reach.get(series).is_some_and(Option::is_some)
    }

    /// What is there already.
    pub fn reader(&self) -> &hearthline_history::Reader {
        self.target.reader()
    }

    /// Takes a sample of a series.
    pub fn sample(&mut self, series: usize, at: Micros, value: Value, quality: Quality) -> Result<(), Error> {
        self.report.read += 1;
        if self.report.read.is_multiple_of(4096) {
            self.progress.count(self.report.read);
            self.progress.go_on()?;
        }
        if self.point(series).is_none() {
            self.report.skipped.note("left out by choice", String::new);
            return Ok(());
        }
        if !TIMES.contains(&at) {
            self.report
                .skipped
                .note("a time before 1970 or after 2199", || at.to_string());
            return Ok(());
        }
        if let Value::Text(text) = &value {
            if text.len() > LONGEST_TEXT {
                self.report
                    .skipped
                    .note("a text of more than 4 MiB", || text.to_string());
                return Ok(());
            }
            self.held_text += text.len();
        }
        self.held.push(Held {
            series: series as u32,
            at,
            value,
            quality,
        });
        if self.held.len() >= HELD || self.held_text >= HELD_TEXT {
            self.flush()?;
        }
        Ok(())
    }

    /// Writes what is held.
    fn flush(&mut self) -> Result<(), Error> {
        self.progress.go_on()?;
        let mut held = std::mem::take(&mut self.held);
        self.held_text = 0;
        held.sort_by_key(|held| (held.series, held.at));
        let mut samples = Vec::with_capacity(held.len());
        for group in held.chunk_by(|one, other| one.series == other.series) {
            self.sift(group, &mut samples)?;
        }
        if !samples.is_empty() {
            self.target.append(samples)?;
        }
        held.clear();
        self.held = held;
        Ok(())
    }

    /// Appends those samples of one series that the target does not have; they are in the order of time.
    fn sift(&mut self, group: &[Held], samples: &mut Vec<Sample>) -> Result<(), Error> {
        let (Some(first), Some(last)) = (group.first(), group.last()) else {
            return Ok(());
        };
        let series = first.series as usize;
        let Some(point) = self.point(series) else {
            return Ok(());
        };
        // What lies behind everything known cannot be known.
        let mut there_already = self.reach[series]
            .filter(|reach| first.at <= *reach)
            .map(|_| Knows::new(self.target.reader(), point, first.at, last.at));
        for moment in group.chunk_by(|one, other| one.at == other.at) {
            let begin = samples.len();
            for held in moment {
                let there: &[(Value, Quality)] = match &mut there_already {
                    Some(knows) => knows.at(held.at)?,
                    None => &[],
                };
                let known = there
                    .iter()
                    .take(MOMENT)
                    .any(|(value, quality)| *quality == held.quality && same(value, &held.value))
                    || samples[begin..]
                        .iter()
                        .any(|kept| kept.quality == held.quality && same(&kept.value, &held.value));
                if known {
                    self.report.known += 1;
                } else if there.len() + samples.len() - begin >= MOMENT {
                    self.report
                        .skipped
                        .note("more than 64 different values of a point at one moment", || {
                            held.value.to_string()
                        });
                } else {
                    self.report.took(held.at);
                    samples.push(Sample {
                        point,
                        at: held.at,
                        value: held.value.clone(),
                        quality: held.quality,
                    });
                }
            }
        }
        let reach = &mut self.reach[series];
        *reach = Some(reach.map_or(last.at, |known| known.max(last.at)));
        Ok(())
    }

    /// Writes the rest; gives what it all came to.
    pub fn finish(mut self) -> Result<Report, Error> {
        self.flush()?;
        self.progress.count(self.report.read);
        Ok(self.report)
    }
}
