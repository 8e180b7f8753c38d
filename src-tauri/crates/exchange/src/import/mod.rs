//! Files in: first a survey, which says what is in a file and what would become of it; then, after a person agreed, the taking.

mod csv;
mod hearthline;
mod homeassistant;
mod intake;
mod matching;
mod names;
mod report;
mod tally;
mod target;

use std::path::{Path, PathBuf};

use hearthline_history::ListedPoint;
use hearthline_model::{DeviceDesc, Micros, PointDesc, PointId};

pub use report::{Reason, Report, Skipped};
pub use target::{Made, Rehearsal, StoreTarget, Target, register};

use crate::{Error, Progress};
use intake::Intake;

/// Series that a file may have.
const MOST_SERIES: usize = 50_000;

/// What sort of file it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Comma-separated values: Hearthline's own, or of anyone who has times and values.
    Csv,
    /// The database of Home Assistant's recorder.
    HomeAssistant,
    /// The history of another Hearthline.
    Hearthline,
}

impl Source {
    /// The source of a word: `csv`, `home_assistant` or `hearthline`.
    ///
    /// # Errors
    /// Where the word is another.
    pub fn from_word(word: &str) -> Result<Self, Error> {
        match word {
            "csv" => Ok(Self::Csv),
            "home_assistant" => Ok(Self::HomeAssistant),
            "hearthline" => Ok(Self::Hearthline),
            other => Err(Error::Invalid(format!(
                "samples are imported from csv, home_assistant or hearthline, not from \"{other}\""
            ))),
        }
    }
}

/// How a file is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The zone of times that name none, as `Europe/Berlin`; none: UTC.
    pub zone: Option<String>,
    /// The lowest and highest of each hour of Home Assistant's statistics, as points of their own.
    pub extremes: bool,
}

/// What a file says of one thing over time.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// What it is called in the file.
    pub key: String,
    /// The device and point that it becomes where it joins none.
    pub made: Made,
    /// Samples.
    pub samples: u64,
    /// Time of the earliest; none without samples.
    pub from: Option<Micros>,
    /// Time of the latest.
    pub to: Option<Micros>,
    /// The known point that it seems to be.
    pub joins: Option<Match>,
}

/// A known point, and how it was recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Match {
    /// The point.
    pub point: PointId,
    /// In words, behind "recognised".
    pub by: &'static str,
}

/// What is in a file.
#[derive(Debug)]
pub struct Survey {
    /// The sort of file.
    pub source: Source,
    /// The file.
    pub path: PathBuf,
    /// What it is, in a few words.
    pub title: String,
    /// What else a person should know before they agree.
    pub notes: Vec<String>,
    /// Its series, in the order in which they came up.
    pub series: Vec<Series>,
    /// What cannot be taken, and why.
    pub skipped: Skipped,
    plan: Plan,
}

impl Survey {
    /// All samples.
    pub fn samples(&self) -> u64 {
        self.series.iter().map(|series| series.samples).sum()
    }
}

/// How the file is read a second time.
#[derive(Debug)]
enum Plan {
    Csv(csv::Plan),
    HomeAssistant(homeassistant::Plan),
    Hearthline(hearthline::Plan),
}

/// Where a series goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Destination {
    /// To the point that it was recognised as, else to one that is made for it.
    #[default]
    Suggested,
    /// To a point that is made for it.
    New,
    /// To this point.
    Point(PointId),
    /// Nowhere.
    Nowhere,
}

/// Looks at all of a file and changes nothing. `known` is what the history has already.
///
/// # Errors
/// Where the file cannot be read, is no such file, or it was asked to stop.
pub fn survey(
    source: Source,
    path: &Path,
    options: &Options,
    known: &[ListedPoint],
    progress: &Progress,
) -> Result<Survey, Error> {
    let mut survey = match source {
        Source::Csv => csv::survey(path, options, known, progress)?,
        Source::HomeAssistant => homeassistant::survey(path, options, known, progress)?,
        Source::Hearthline => hearthline::survey(path, known, progress)?,
    };
    for series in &mut survey.series {
        names::bound(&mut series.made);
    }
    Ok(survey)
}

/// Takes a surveyed file in. `destinations` are those of its series, in their order; those that are missing are
/// [`Destination::Suggested`].
///
/// # Errors
/// Where the file cannot be read any more, the target refuses, or it was asked to stop; what was taken until then stays, and
/// doing it again takes the rest.
pub fn take(
    survey: &Survey,
    destinations: &[Destination],
    target: &mut dyn Target,
    progress: &Progress,
) -> Result<Report, Error> {
    let mut report = Report {
        skipped: survey.skipped.clone(),
        ..Report::default()
    };
    let mut points: Vec<Option<PointId>> = Vec::with_capacity(survey.series.len());
    let (mut made, mut made_for) = (Vec::new(), Vec::new());
    for (ix, series) in survey.series.iter().enumerate() {
        let destination = destinations.get(ix).copied().unwrap_or_default();
        let point = match (destination, series.joins) {
            (Destination::Point(point), _) => Some(point),
            (Destination::Suggested, Some(joins)) => Some(joins.point),
            (Destination::Nowhere, _) => None,
            (Destination::Suggested | Destination::New, _) => {
                if series.samples > 0 {
                    made.push(series.made.clone());
                    made_for.push(ix);
                }
                None
            }
        };
        report.joined += u64::from(point.is_some() && series.samples > 0);
        points.push(point);
    }
    if !made.is_empty() {
        report.made = made.len() as u64;
        for (ix, id) in made_for.into_iter().zip(target.register(&made)?) {
            points[ix] = Some(id);
        }
    }
    let mut intake = Intake::new(target, points, report, progress)?;
    match &survey.plan {
        Plan::Csv(plan) => csv::take(survey, plan, &mut intake, progress)?,
        Plan::HomeAssistant(plan) => homeassistant::take(survey, plan, &mut intake, progress)?,
        Plan::Hearthline(plan) => hearthline::take(survey, plan, &mut intake, progress)?,
    }
    intake.finish()
}

/// The device that everything goes to that names none.
fn imported(key: &str, name: &str) -> DeviceDesc {
    DeviceDesc {
        key: key.to_owned(),
        convention: "imported".to_owned(),
        name: name.to_owned(),
        ..DeviceDesc::default()
    }
}

/// The point of a series.
fn described(key: &str, name: &str) -> PointDesc {
    PointDesc {
        key: key.to_owned(),
        name: name.to_owned(),
        platform: "imported".to_owned(),
        ..PointDesc::default()
    }
}
