//! History out: every sample of some points, point by point in order of time, exactly as stored; or what they come to in equal
//! stretches of time.

mod aggregate;
mod alarms;
mod csv;
mod parquet;

use std::io::Write;

use hearthline_history::{ListedPoint, Reader};
use hearthline_model::{Micros, Quality, Sample};

pub use aggregate::export_aggregates;
pub use alarms::{ALARM_COLUMNS, AlarmCsv, AlarmLine, csv_line, csv_time};
pub use csv::{COLUMNS, unguarded};

use crate::pages::{PAGE, Pages};
use crate::{Error, Progress};

/// Steps that each point counts in the progress.
const STEPS: u64 = 1000;

/// What sort of file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values after RFC 4180.
    Csv,
    /// Apache Parquet, compressed with zstd.
    Parquet,
}

impl Format {
    /// The format of a word: `csv` or `parquet`.
    ///
    /// # Errors
    /// Where the word is another.
    pub fn from_word(word: &str) -> Result<Self, Error> {
        match word {
            "csv" => Ok(Self::Csv),
            "parquet" => Ok(Self::Parquet),
            other => Err(Error::Invalid(format!(
                "history is exported as csv or parquet, not as \"{other}\""
            ))),
        }
    }

    /// The ending of its files.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Parquet => "parquet",
        }
    }
}

/// What an export came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Exported {
    /// Samples or stretches written.
    pub rows: u64,
    /// Points that had any.
    pub points: u64,
    /// Points of which older values are kept as an aggregate only: those are no samples and are not in the file.
    pub coarse: u64,
    /// How long the stretches last; none where every sample was written.
    pub every: Option<Micros>,
    /// Points of words, which come to nothing that could be summed up.
    pub wordy: u64,
}

impl std::fmt::Display for Exported {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let s = |count: u64| if count == 1 { "" } else { "s" };
        let row = if self.every.is_some() { "row" } else { "sample" };
        write!(
            f,
            "{} {row}{} of {} point{}",
            self.rows,
            s(self.rows),
            self.points,
            s(self.points)
        )?;
        if self.wordy > 0 {
            write!(
                f,
                "; {} point{} of words left out, which only every sample can tell",
                self.wordy,
                s(self.wordy)
            )?;
        }
        if self.coarse > 0 {
            write!(
                f,
                "; of {} of them older values are kept as aggregates only, which are no part of it",
                self.coarse
            )?;
        }
        Ok(())
    }
}

/// A file under way.
trait Rows {
    /// The samples that follow are of this point.
    fn point(&mut self, point: &ListedPoint) -> Result<(), Error>;
    /// Samples of it, in order of time.
    fn page(&mut self, samples: &[Sample]) -> Result<(), Error>;
    /// Nothing follows.
    fn finish(self: Box<Self>) -> Result<(), Error>;
}

/// Writes all samples of some points over `from..to`.
///
/// # Errors
/// Where the range is empty, the history refuses, `out` does, or it was asked to stop.
pub fn export(
    reader: &Reader,
    points: &[&ListedPoint],
    from: Micros,
    to: Micros,
    format: Format,
    out: impl Write + Send + 'static,
    progress: &Progress,
) -> Result<Exported, Error> {
    if to <= from {
        return Err(Error::Invalid("the end of a range lies after its begin".into()));
    }
    let mut rows: Box<dyn Rows> = match format {
        Format::Csv => Box::new(csv::Csv::new(out)?),
        Format::Parquet => Box::new(parquet::Parquet::new(out)?),
    };
    // Years before the first sample are no part of the progress.
    let from = reader.info()?.oldest.map_or(from, |oldest| from.max(oldest));
    let span = (to.saturating_sub(from)).max(1) as u64;
    progress.begin(points.len() as u64 * STEPS);
    let mut done = Exported::default();
    for (ix, point) in points.iter().enumerate() {
        rows.point(point)?;
        let mut pages = Pages::new(reader, point.id, from, to, PAGE);
        let before = done.rows;
        loop {
            progress.go_on()?;
            let page = pages.next()?;
            if page.is_empty() {
                break;
            }
            rows.page(&page)?;
            done.rows += page.len() as u64;
            progress.count(done.rows);
            let passed = pages.reached().saturating_sub(from).max(0) as u64;
            let share = (u128::from(passed) * u128::from(STEPS) / u128::from(span)) as u64;
            progress.reach(ix as u64 * STEPS + share.min(STEPS));
        }
        done.points += u64::from(done.rows > before);
        done.coarse += u64::from(pages.is_coarse());
        progress.reach((ix as u64 + 1) * STEPS);
    }
    rows.finish()?;
    Ok(done)
}

/// The word for a quality.
fn quality_word(quality: Quality) -> &'static str {
    match quality {
        Quality::Good => "good",
        Quality::Uncertain => "uncertain",
        Quality::Bad => "bad",
        Quality::Stale => "stale",
    }
}
