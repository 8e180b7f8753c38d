//! Files in, while everything goes on: looked at first, taken in through the pipeline's write handle after a person agreed.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use hearthline_exchange::{
    Destination, Error as ExchangeError, Made, Options, Report, Skipped, Source, Survey, Target, survey, take,
};
use hearthline_history::Reader;
use hearthline_model::{PointId, Sample};

use super::Engine;
use crate::error::Error;
use crate::pipeline::Pipeline;
use crate::view::{ImportChoice, ImportPreview, ImportReport, ImportSeries, JobKind, SkippedView};

/// Series that a preview shows.
const SHOWN: usize = 5_000;
/// Samples that may wait in the journal while more come in: the window's questions read the journal as a whole.
const WAITING: u64 = 1_000_000;
/// Between looks at how many wait.
const PAUSE: Duration = Duration::from_millis(100);
/// Looks after which an import goes on although nothing was packed: compaction says itself what keeps it.
const PATIENCE: u32 = 600;

impl Engine {
    /// Begins to look at a file of samples (`csv`, `home_assistant`, `hearthline`), and changes nothing; gives the number of
    /// the work. `zone` is that of times that name none; `extremes`: the lowest and highest of each hour as well.
    ///
    /// # Errors
    /// Where the sort of file is unknown or too much is under way.
    pub fn survey_import(
        &self,
        source: &str,
        path: PathBuf,
        zone: Option<String>,
        extremes: bool,
    ) -> Result<u32, Error> {
        let source = Source::from_word(source)?;
        let options = Options { zone, extremes };
        let shared = Arc::clone(&self.inner.shared);
        self.job(JobKind::Survey, &path.clone(), move |id, progress| {
            let known = Reader::open(&shared.path)?.catalogue()?;
            let found = survey(source, &path, &options, &known, progress)?;
            let text = format!("{} samples of {} things", found.samples(), found.series.len());
            *shared.survey() = Some((id, Arc::new(found)));
            Ok(text)
        })
    }

    /// What [`Engine::survey_import`] found.
    ///
    /// # Errors
    /// Where another file was looked at meanwhile.
    pub fn import_preview(&self, id: u32) -> Result<ImportPreview, Error> {
        let survey = self.surveyed(id)?;
        let series = survey
            .series
            .iter()
            .take(SHOWN)
            .enumerate()
            .map(|(ix, series)| ImportSeries {
                series: ix as u32,
                key: series.key.clone(),
                device: series.made.device.name.clone(),
                name: series.made.point.name.clone(),
                kind: series.made.point.kind,
                unit: series.made.point.unit.clone(),
                samples: series.samples,
                from: series.from,
                to: series.to,
                joins: series.joins.map(|joins| joins.point),
                by: series.joins.map_or("", |joins| joins.by).to_owned(),
            });
        Ok(ImportPreview {
            survey: id,
            path: survey.path.display().to_string(),
            title: survey.title.clone(),
            notes: survey.notes.clone(),
            samples: survey.samples(),
            series: series.collect(),
            more: survey.series.len().saturating_sub(SHOWN) as u32,
            skipped: skipped_view(&survey.skipped),
        })
    }

    /// Begins to take a file in that was looked at; gives the number of the work.
    ///
    /// # Errors
    /// Where another file was looked at meanwhile, a choice names a point that is not there, or an import is under way.
    pub fn run_import(&self, id: u32, choices: &[ImportChoice]) -> Result<u32, Error> {
        let survey = self.surveyed(id)?;
        let mut destinations = vec![Destination::Suggested; survey.series.len()];
        for choice in choices {
            let wrong =
                || Error::Invalid("this choice fits no series of the file; look at the file again".into());
            let destination = destinations.get_mut(choice.series as usize).ok_or_else(wrong)?;
            *destination = match (choice.to.as_str(), choice.point) {
                ("new", _) => Destination::New,
                ("nowhere", _) => Destination::Nowhere,
                ("point", Some(point)) => {
                    let known = self.inner.shared.world().point_desc(point).is_some();
                    if !known {
                        return Err(Error::NotFound("point"));
                    }
                    Destination::Point(point)
                }
                _ => return Err(wrong()),
            };
        }
        let engine = self.clone();
        let path = survey.path.clone();
        self.job(JobKind::Import, &path, move |id, progress| {
            let mut target = EngineTarget {
                reader: Reader::open(&engine.inner.shared.path)?,
                engine,
                made: Vec::new(),
            };
            let report = take(&survey, &destinations, &mut target, progress)?;
            target.finish()?;
            let text = format!("{} new samples", report.taken);
            target.engine.inner.shared.jobs().report(id, report_view(&report));
            Ok(text)
        })
    }

    fn surveyed(&self, id: u32) -> Result<Arc<Survey>, Error> {
        let kept = self.inner.shared.survey();
        match &*kept {
            Some((known, survey)) if *known == id => Ok(Arc::clone(survey)),
            _ => Err(Error::Invalid(
                "another file was looked at meanwhile; choose the file again".into(),
            )),
        }
    }
}

/// The running engine as where an import goes.
struct EngineTarget {
    engine: Engine,
    reader: Reader,
    /// Points that it brought.
    made: Vec<PointId>,
}

impl EngineTarget {
    fn call<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Pipeline) -> Result<T, hearthline_history::Error> + Send + 'static,
    ) -> Result<T, ExchangeError> {
        let answer = self.engine.inner.runtime.block_on(self.engine.with(work));
        // The only other answer is that Hearthline closes.
        Ok(answer.map_err(|_| ExchangeError::Cancelled)??)
    }

    fn finish(&self) -> Result<(), ExchangeError> {
        let made = self.made.clone();
        self.engine.inner.shared.compact.store(true, Ordering::Relaxed);
        self.call(move |pipeline| pipeline.show_imported(&made))
    }
}

impl Target for EngineTarget {
    fn reader(&self) -> &Reader {
        &self.reader
    }

    fn register(&mut self, made: &[Made]) -> Result<Vec<PointId>, ExchangeError> {
        let made = made.to_vec();
        let ids = self.call(move |pipeline| pipeline.register_imported(&made))?;
        self.made.extend(&ids);
        Ok(ids)
    }

    fn append(&mut self, samples: Vec<Sample>) -> Result<(), ExchangeError> {
        let mut waiting = self.call(move |pipeline| pipeline.import(&samples))?;
        let mut looks = 0;
        while waiting > WAITING && looks < PATIENCE {
            self.engine.inner.shared.compact.store(true, Ordering::Relaxed);
            std::thread::sleep(PAUSE);
            if self.engine.inner.shared.stopping.load(Ordering::Relaxed) {
                return Err(ExchangeError::Cancelled);
            }
            waiting = self.call(|pipeline| pipeline.waiting())?;
            looks += 1;
        }
        Ok(())
    }
}

fn skipped_view(skipped: &Skipped) -> Vec<SkippedView> {
    skipped
        .reasons()
        .iter()
        .map(|reason| SkippedView {
            text: reason.text.to_owned(),
            count: reason.count,
            examples: reason.examples.clone(),
        })
        .collect()
}

fn report_view(report: &Report) -> ImportReport {
    ImportReport {
        read: report.read,
        taken: report.taken,
        known: report.known,
        skipped: skipped_view(&report.skipped),
        made: report.made,
        joined: report.joined,
        from: report.from,
        to: report.to,
    }
}
