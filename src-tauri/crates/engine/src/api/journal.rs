//! The alarm journal: a part of it for the window, or as a file.

use std::fs::File;
use std::path::Path;

use hearthline_exchange::{AlarmCsv, AlarmLine, Progress};
use hearthline_history::{AlarmFilter, Error as HistoryError, Fingerprint, Reader};
use hearthline_model::AlarmEntry;

use super::Engine;
use super::exchange::unfinished;
use crate::error::Error;
use crate::shared::Shared;
use crate::view::{JobKind, JournalFilter, JournalLine};

/// Rows read at a time.
const PAGE: usize = 1000;
/// Rows read in search of a text before giving up: bounds a search that finds nothing.
const MOST_READ: u64 = 2_000_000;

impl Engine {
    /// The alarm journal, newest first.
    ///
    /// # Errors
    /// Where the file refuses.
    pub async fn journal(&self, filter: JournalFilter) -> Result<Vec<JournalLine>, Error> {
        self.ask(move |shared, reader| {
            let limit = filter.limit.clamp(1, 1000) as usize;
            let mut lines = Vec::new();
            walk(shared, reader, &filter, limit, &mut |found| {
                lines.push(found.line());
                Ok(lines.len() < limit)
            })
            .map_err(|error| match error {
                Error::History(error) => error,
                other => HistoryError::Record(other.to_string()),
            })?;
            Ok(lines)
        })
        .await
    }

    /// Begins to write what a filter leaves of the journal to a file, as comma-separated values, newest first; gives the number of the
    /// work, which [`Engine::jobs`] tells about. A file of that name is replaced once everything is written, and not before.
    ///
    /// # Errors
    /// Where the file cannot be made or too much is under way.
    pub fn export_journal(&self, filter: JournalFilter, path: &Path) -> Result<u32, Error> {
        let part = unfinished(path);
        let file = File::create(&part).map_err(|error| {
            Error::Invalid(format!(
                "{} cannot be written: {error}; choose another file",
                path.display()
            ))
        })?;
        let shared = std::sync::Arc::clone(&self.inner.shared);
        let (target, discarded) = (path.to_owned(), part.clone());
        let begun = self.job(JobKind::Journal, path, move |_, progress| {
            let written = write(&shared, &filter, file, progress).and_then(|text| {
                std::fs::rename(&part, &target).map_err(hearthline_exchange::Error::Write)?;
                Ok(text)
            });
            if written.is_err() {
                // It is ours and good for nothing.
                let _ = std::fs::remove_file(&part);
            }
            written
        });
        if begun.is_err() {
            let _ = std::fs::remove_file(discarded);
        }
        begun
    }
}

fn write(shared: &Shared, filter: &JournalFilter, file: File, progress: &Progress) -> Result<String, Error> {
    // A connection of its own: this may take a while.
    let reader = Reader::open(&shared.path)?;
    let mut csv = AlarmCsv::new(file)?;
    progress.begin(reader.journal_count(&kept(shared, filter))?);
    let mut count = 0;
    let mut newest: Option<(u64, Fingerprint)> = None;
    walk(shared, &reader, filter, usize::MAX, &mut |found| {
        if progress.is_cancelled() {
            return Err(hearthline_exchange::Error::Cancelled.into());
        }
        if let (None, Some(fingerprint)) = (newest, found.fingerprint) {
            newest = Some((found.seq, fingerprint));
        }
        csv.line(&AlarmLine {
            seq: found.seq,
            entry: found.entry,
            device: &found.device,
            place: &found.place,
            unit: found.unit.as_deref().unwrap_or_default(),
            fingerprint: found.fingerprint,
        })?;
        count += 1;
        progress.count(count);
        progress.reach(found.read);
        Ok(true)
    })?;
    csv.finish()?;
    let s = if count == 1 { "y" } else { "ies" };
    Ok(match newest {
        Some((seq, fingerprint)) => {
            format!("{count} entr{s}; the newest is number {seq} with the fingerprint {fingerprint}")
        }
        None => format!("{count} entr{s}"),
    })
}

/// An entry that a filter leaves, with what it belongs to.
struct Found<'a> {
    seq: u64,
    entry: &'a AlarmEntry,
    fingerprint: Option<Fingerprint>,
    device: String,
    place: String,
    unit: Option<String>,
    /// Rows read so far.
    read: u64,
}

impl Found<'_> {
    fn line(self) -> JournalLine {
        let entry = self.entry;
        JournalLine {
            seq: self.seq,
            alarm: entry.alarm,
            device: entry.key.device,
            point: entry.key.point,
            at: entry.at,
            transition: entry.transition,
            state: entry.state,
            priority: entry.priority,
            text: entry.text.clone(),
            device_name: self.device,
            place_name: self.place,
            value: entry.value.clone(),
            limit: entry.limit,
            unit: self.unit,
            who: entry.who.clone(),
            reason: entry.reason.clone(),
            covers: entry.covers.clone(),
            late: entry.late,
            over: entry.over,
            first: entry.first,
        }
    }
}

/// What of a filter the file itself answers: all but the search for a text.
fn kept(shared: &Shared, filter: &JournalFilter) -> AlarmFilter {
    AlarmFilter {
        from: filter.from,
        to: filter.to,
        device: filter.device,
        devices: filter.place.map(|place| shared.world().devices_within(place)),
        point: filter.point,
        alarm: filter.alarm,
        priorities: filter.priorities.clone(),
        transitions: filter.transitions.clone(),
        states: filter.states.clone(),
        before: filter.before,
        limit: PAGE,
    }
}

/// Goes through what a filter leaves, newest first, until `take` says that it is enough.
fn walk(
    shared: &Shared,
    reader: &Reader,
    filter: &JournalFilter,
    wanted: usize,
    take: &mut dyn FnMut(Found<'_>) -> Result<bool, Error>,
) -> Result<(), Error> {
    let search = filter.search.trim().to_lowercase();
    let mut asked = kept(shared, filter);
    if search.is_empty() {
        asked.limit = wanted.min(PAGE);
    }
    let mut read = 0;
    while read < MOST_READ {
        let page = reader.journal_lines(&asked)?;
        let last = page.len() < asked.limit;
        for line in page {
            asked.before = Some(line.seq);
            read += 1;
            let entry = line.entry()?;
            // Not while the file is read, which the pipeline would have to wait for.
            let (device, place, unit) = {
                let world = shared.world();
                let (device, place, ..) = world.alarm_context(entry.key.device);
                let desc = entry.key.point.and_then(|point| world.point_desc(point));
                (device, place, desc.and_then(|(desc, _)| desc.unit.clone()))
            };
            let found = search.is_empty()
                || [&entry.text, &device, &place, &entry.who, &entry.reason]
                    .iter()
                    .any(|text| text.to_lowercase().contains(&search));
            if !found {
                continue;
            }
            let go_on = take(Found {
                seq: line.seq,
                entry: &entry,
                fingerprint: line.fingerprint,
                device,
                place,
                unit,
                read,
            })?;
            if !go_on {
                return Ok(());
            }
        }
        if last {
            break;
        }
    }
    Ok(())
}
