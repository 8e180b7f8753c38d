//! History out to files and in from them.

use std::io::Write;
use std::path::{Path, PathBuf};

use hearthline_exchange::{Choice, Exported, Format, Progress, choose, export, export_aggregates};
use hearthline_history::Reader;
use hearthline_model::{Micros, PointId};

use super::Engine;
use crate::error::Error;
use crate::view::{JobKind, JobsView};

impl Engine {
    /// Begins to write all samples of some points (none: of all) to a file as `csv` or `parquet`, or what they come to in each
    /// stretch of `every`; gives the number of the work, which [`Engine::jobs`] tells about. A file of that name is replaced once everything is written, and not before.
    ///
    /// # Errors
    /// Where the range is empty, the format is unknown, the file cannot be made, or too much is under way.
    pub fn export_history(
        &self,
        points: Option<Vec<PointId>>,
        from: Micros,
        to: Micros,
        format: &str,
        every: Option<Micros>,
        path: &Path,
    ) -> Result<u32, Error> {
        let format = Format::from_word(format)?;
        if to <= from {
            return Err(Error::Invalid("the end of a range lies after its begin".into()));
        }
        let unfinished = unfinished(path);
        let file = std::fs::File::create(&unfinished).map_err(|error| {
            Error::Invalid(format!(
                "{} cannot be written: {error}; choose another file",
                path.display()
            ))
        })?;
        let history = self.inner.shared.path.clone();
        let target = path.to_owned();
        let discarded = unfinished.clone();
        let begun = self.job(JobKind::Export, path, move |_, progress| {
            let written = write(
                &history,
                points.as_deref(),
                (from, to),
                (format, every),
                file,
                progress,
            )
            .map_err(Error::from)
            .and_then(|written| {
                std::fs::rename(&unfinished, &target)
                    .map_err(|error| hearthline_exchange::Error::Write(error).into())
                    .map(|()| written)
            });
            if written.is_err() {
                // It is ours and good for nothing.
                let _ = std::fs::remove_file(&unfinished);
            }
            Ok(written?.to_string())
        });
        if begun.is_err() {
            let _ = std::fs::remove_file(discarded);
        }
        begun
    }

    /// Long work of this run, newest first.
    pub fn jobs(&self) -> JobsView {
        self.inner.shared.jobs().view()
    }

    /// Asks a work to stop.
    ///
    /// # Errors
    /// Where there is none of this number.
    pub fn cancel_job(&self, id: u32) -> Result<(), Error> {
        self.inner.shared.jobs().cancel(id)
    }

    /// Begins a long work on a thread of its own.
    pub(super) fn job(
        &self,
        kind: JobKind,
        path: &Path,
        work: impl FnOnce(u32, &Progress) -> Result<String, Error> + Send + 'static,
    ) -> Result<u32, Error> {
        let shared = std::sync::Arc::clone(&self.inner.shared);
        let (id, progress) = shared.jobs().begin(kind, path.display().to_string())?;
        self.inner.runtime.spawn_blocking(move || {
            let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| work(id, &progress)));
            let result = ended.unwrap_or_else(|_| {
                Err(Error::Invalid(
                    "this ended by a fault of Hearthline's own; the log of the program says more".into(),
                ))
            });
            shared.jobs().end(id, result);
        });
        Ok(id)
    }
}

/// Writes samples from a connection of its own, because an export may take minutes.
fn write(
    history: &Path,
    points: Option<&[PointId]>,
    (from, to): (Micros, Micros),
    (format, every): (Format, Option<Micros>),
    out: impl Write + Send + 'static,
    progress: &Progress,
) -> Result<Exported, hearthline_exchange::Error> {
    let reader = Reader::open(history)?;
    let catalogue = reader.catalogue()?;
    let chosen = match points {
        None => choose(&Choice::All, &catalogue)?,
        // In the order in which they were asked for.
        Some(points) => {
            let by_id: rustc_hash::FxHashMap<PointId, _> =
                catalogue.iter().map(|point| (point.id, point)).collect();
            points.iter().filter_map(|id| by_id.get(id).copied()).collect()
        }
    };
    match every {
        Some(every) => export_aggregates(&reader, &chosen, from, to, every, format, out, progress),
        None => export(&reader, &chosen, from, to, format, out, progress),
    }
}

/// The name of a file that is not complete yet.
pub(super) fn unfinished(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    name.into()
}
