//! Long work that a person may look at and stop. The window asks how it stands; nothing is pushed.

use std::sync::Arc;

use hearthline_exchange::Progress;

use crate::clock;
use crate::error::Error;
use crate::view::{ImportReport, JobKind, JobState, JobView, JobsView};

/// Works that ended and are still told of.
const ENDED: usize = 20;
/// Works that may run at the same time.
const RUNNING: usize = 4;

/// All of this run.
#[derive(Default)]
pub struct Jobs {
    last: u32,
    all: Vec<Job>,
}

struct Job {
    view: JobView,
    progress: Arc<Progress>,
}

impl Jobs {
    /// A work begins; gives its number and what it tells its progress by.
    ///
    /// # Errors
    /// Where too many run, or another import does: two would do each other's work twice.
    pub fn begin(&mut self, kind: JobKind, path: String) -> Result<(u32, Arc<Progress>), Error> {
        let running = |kind: Option<JobKind>| {
            let runs = |job: &&Job| {
                job.view.state == JobState::Running && kind.is_none_or(|kind| job.view.kind == kind)
            };
            self.all.iter().filter(runs).count()
        };
        if kind == JobKind::Import && running(Some(JobKind::Import)) > 0 {
            return Err(Error::Invalid(
                "an import is under way; wait for its end or stop it".into(),
            ));
        }
        if running(None) >= RUNNING {
            return Err(Error::Invalid(
                "several exports and imports are under way; wait for the end of one or stop it".into(),
            ));
        }
        self.last += 1;
        let progress = Arc::new(Progress::default());
        self.all.insert(
            0,
            Job {
                view: JobView {
                    id: self.last,
                    kind,
                    path,
                    state: JobState::Running,
                    share: None,
                    rows: 0,
                    began_at: clock::now(),
                    ended_at: None,
                    text: String::new(),
                    report: None,
                },
                progress: Arc::clone(&progress),
            },
        );
        Ok((self.last, progress))
    }

    /// Forgets the oldest of too many that ended.
    fn forget(&mut self) {
        let mut ended = 0;
        self.all.retain(|job| {
            let running = job.view.state == JobState::Running;
            ended += usize::from(!running);
            running || ended <= ENDED
        });
    }

    /// A work ended.
    pub fn end(&mut self, id: u32, result: Result<String, Error>) {
        let Some(job) = self.all.iter_mut().find(|job| job.view.id == id) else {
            return;
        };
        job.view.share = job.progress.share();
        job.view.rows = job.progress.rows();
        job.view.ended_at = Some(clock::now());
        (job.view.state, job.view.text) = match result {
            Ok(text) => (JobState::Done, text),
            Err(error @ Error::Exchange(hearthline_exchange::Error::Cancelled)) => {
                (JobState::Cancelled, error.to_string())
            }
            Err(error) => (JobState::Failed, error.to_string()),
        };
        self.forget();
    }

    /// What an import came to.
    pub fn report(&mut self, id: u32, report: ImportReport) {
        if let Some(job) = self.all.iter_mut().find(|job| job.view.id == id) {
            job.view.report = Some(report);
        }
    }

    /// How all of them stand.
    pub fn view(&self) -> JobsView {
        let jobs = self.all.iter().map(|job| {
            let mut view = job.view.clone();
            if view.state == JobState::Running {
                view.share = job.progress.share();
                view.rows = job.progress.rows();
            }
            view
        });
        JobsView { jobs: jobs.collect() }
    }

    /// Asks a work to stop; one that ended is no harm.
    ///
    /// # Errors
    /// Where there is none of this number.
    pub fn cancel(&self, id: u32) -> Result<(), Error> {
        let job = self.all.iter().find(|job| job.view.id == id);
        job.ok_or(Error::NotFound("work"))?.progress.cancel();
        Ok(())
    }

    /// Asks all of them to stop.
    pub fn cancel_all(&self) {
        for job in &self.all {
            job.progress.cancel();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn works_are_told_of_and_bounded() {
        let mut jobs = Jobs::default();
        let (import, progress) = jobs.begin(JobKind::Import, "a".into()).unwrap();
        assert!(jobs.begin(JobKind::Import, "b".into()).is_err());
        progress.begin(4);
        progress.reach(1);
        progress.count(7);
        let view = jobs.view().jobs.remove(0);
        assert_eq!(
            (view.share, view.rows, view.state),
            (Some(0.25), 7, JobState::Running)
        );
        jobs.cancel(import).unwrap();
        assert!(progress.is_cancelled() && jobs.cancel(99).is_err());
        jobs.end(import, Err(hearthline_exchange::Error::Cancelled.into()));
        assert_eq!(jobs.view().jobs[0].state, JobState::Cancelled);
        for _ in 0..100 {
            let (id, _) = jobs.begin(JobKind::Export, "c".into()).unwrap();
            jobs.end(id, Ok("written".into()));
        }
        assert_eq!(jobs.view().jobs.len(), ENDED);
        for _ in 0..RUNNING {
            jobs.begin(JobKind::Export, "d".into()).unwrap();
        }
        assert!(jobs.begin(JobKind::Export, "e".into()).is_err());
    }
}
