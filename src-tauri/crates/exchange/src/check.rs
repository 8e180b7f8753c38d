//! Whether a history is sound: SQLite's own check of the file, then every sample read once.

use std::path::Path;

use hearthline_history::Reader;

use crate::pages::{PAGE, Pages};
use crate::{Error, Progress, sqlite};

/// Faults that are told.
const MOST: usize = 20;

/// Reads all of a history; gives what is wrong with it, in words.
///
/// # Errors
/// Where the file cannot be opened, is no history, or it was asked to stop.
pub fn check(path: &Path, progress: &Progress) -> Result<Vec<String>, Error> {
    let opened = sqlite::open(path)?;
    let mut faults: Vec<String> = Vec::new();
    let mut ask = || {
        let mut statement = opened
            .connection
            .prepare(&format!("PRAGMA integrity_check({MOST})"))?;
        let mut rows = statement.query(())?;
        while let Some(row) = rows.next()? {
            let text: String = row.get(0)?;
            if text != "ok" {
                faults.push(text);
            }
        }
        Ok::<(), rusqlite::Error>(())
    };
    if let Err(error) = ask() {
        faults.push(error.to_string());
    }
    let reader = Reader::open(path)?;
    let (catalogue, extents) = match (reader.catalogue(), reader.extents()) {
        (Ok(catalogue), Ok(extents)) => (catalogue, extents),
        (Err(error), _) | (_, Err(error)) => {
            faults.push(error.to_string());
            return Ok(faults);
        }
    };
    progress.begin(extents.values().map(|extent| extent.samples).sum());
    let mut read = 0;
    for point in catalogue {
        let Some(extent) = extents.get(&point.id) else {
            continue;
        };
        let mut pages = Pages::new(&reader, point.id, extent.from, extent.to.saturating_add(1), PAGE);
        loop {
            progress.go_on()?;
            match pages.next() {
                Ok(page) if page.is_empty() => break,
                Ok(page) => read += page.len() as u64,
                Err(error) => {
                    if faults.len() < MOST {
                        faults.push(format!("{}/{}: {error}", point.device_name(), point.name()));
                    }
                    break;
                }
            }
            progress.reach(read);
            progress.count(read);
        }
    }
    Ok(faults)
}
