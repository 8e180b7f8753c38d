//! Copies of the history: when one is due, how it is named, and which of the old ones go.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use hearthline_history::Reader;
use hearthline_model::{DAY, HOUR, Micros};
use jiff::tz::TimeZone;

use super::Telling;
use crate::clock;
use crate::error::Error;
use crate::shared::Shared;
use crate::view::{BackupPlan, TaskKind, TaskState};

/// The setting that holds a [`BackupPlan`].
pub const PLAN: &str = "backup";
const DAILY: &str = "hearthline-daily-";
const ENDING: &str = ".db";
/// A copy that failed is tried again after so long.
const AGAIN: Micros = HOUR;
/// Room that is left on the disk beside a copy, bytes.
const ROOM: u64 = 64 << 20;

/// Whether the daily copy is due.
pub fn due(plan: &BackupPlan, now: Micros, zone: &TimeZone) -> bool {
    if !plan.daily || plan.folder.is_empty() {
        return false;
    }
    match plan.last_at {
        None => true,
        // The clock was set back.
        Some(last) if last > now.saturating_add(DAY) => true,
        Some(last) if plan.failed => now.saturating_sub(last) > AGAIN,
        Some(last) => day(last, zone) < day(now, zone),
    }
}

fn day(at: Micros, zone: &TimeZone) -> String {
    let at = jiff::Timestamp::from_microsecond(at).unwrap_or_default();
    at.to_zoned(zone.clone()).strftime("%Y-%m-%d").to_string()
}

/// The daily copies that go, the oldest ones, where `keep` stay. Of other files none is touched.
pub fn too_many(names: &[String], keep: usize) -> Vec<String> {
    let mut daily: Vec<&String> = names.iter().filter(|name| is_daily(name)).collect();
    daily.sort();
    let gone = daily.len().saturating_sub(keep.max(1));
    daily.into_iter().take(gone).cloned().collect()
}

fn is_daily(name: &str) -> bool {
    let Some(date) = name
        .strip_prefix(DAILY)
        .and_then(|rest| rest.strip_suffix(ENDING))
    else {
        return false;
    };
    date.len() == 10
        && date.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        })
}

/// Makes a copy in `folder`, a daily one under its date alone; blocking. Gives its path; none where it was stopped.
///
/// # Errors
/// Where another work is under way or the copy cannot be made.
pub fn make(shared: &Arc<Shared>, folder: &Path, daily: bool) -> Result<Option<PathBuf>, Error> {
    let telling = Telling::begin(shared, TaskKind::Backup, "Making a backup")?;
    let made = copy(shared, folder, daily, &telling);
    match &made {
        Ok(Some((path, bytes))) => telling.end(
            TaskState::Done,
            format!(
                "Backup made and checked: {} ({} MB).",
                path.display(),
                bytes / 1_000_000
            ),
            false,
        ),
        Ok(None) => telling.end(
            TaskState::Stopped,
            "The backup was stopped; nothing was left.".into(),
            false,
        ),
        Err(error) => telling.end(TaskState::Failed, format!("No backup was made: {error}."), false),
    }
    Ok(made?.map(|(path, _)| path))
}

fn copy(
    shared: &Shared,
    folder: &Path,
    daily: bool,
    telling: &Telling,
) -> Result<Option<(PathBuf, u64)>, Error> {
    if !folder.is_dir() {
        return Err(Error::Invalid(format!(
            "the folder {} is not there; choose another one or connect its disk",
            folder.display()
        )));
    }
    let label = crate::opening::label();
    let name = if daily {
        format!("{DAILY}{}{ENDING}", label.get(..10).unwrap_or(&label))
    } else {
        format!("hearthline-{label}{ENDING}")
    };
    let path = folder.join(name);
    let reader = Reader::open(&shared.path)?;
    let needed = reader.space()?.used();
    let free = fs4::available_space(folder).ok();
    if let Some(free) = free.filter(|free| *free < needed + ROOM) {
        return Err(Error::Invalid(format!(
            "{} MB are needed and {} MB are free in {}; choose a folder on another disk",
            needed / 1_000_000 + 1,
            free / 1_000_000,
            folder.display()
        )));
    }
    let copied = reader.back_up(&path, &telling.cancel, &mut |done, total| {
        telling.bytes(done, total);
    })?;
    Ok(copied.map(|bytes| (path, bytes)))
}

/// Makes the daily copy and removes those that are too many; gives the plan with what became of it.
pub fn make_daily(shared: &Arc<Shared>, plan: &BackupPlan) -> BackupPlan {
    let folder = Path::new(&plan.folder);
    let now = clock::now();
    let made = make(shared, folder, true);
    let (failed, text) = match &made {
        Ok(Some(path)) => (false, format!("Made {}.", path.display())),
        Ok(None) => (true, "It was stopped.".into()),
        Err(error) => (true, format!("{error}.")),
    };
    if made.is_ok_and(|made| made.is_some()) {
        let names: Vec<String> = std::fs::read_dir(folder)
            .map(|entries| {
                entries
                    .flatten()
                    .map(|entry| entry.file_name().to_string_lossy().into_owned())
                    .collect()
            })
            .unwrap_or_default();
        for name in too_many(&names, plan.keep as usize) {
            if let Err(error) = std::fs::remove_file(folder.join(&name)) {
                tracing::warn!(message = "an old backup stays", name, %error);
            }
        }
    }
    BackupPlan {
        last_at: Some(now),
        last_text: text,
        failed,
        ..plan.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(last_at: Option<Micros>, failed: bool) -> BackupPlan {
        BackupPlan {
            folder: "/b".into(),
            daily: true,
            last_at,
            failed,
            ..BackupPlan::default()
        }
    }

    #[test]
    fn a_copy_is_due_once_a_local_day_and_after_a_failure_in_an_hour() {
        let zone = TimeZone::UTC;
        let now = 20_000 * DAY + 10 * HOUR;
        assert!(due(&plan(None, false), now, &zone));
        assert!(!due(&plan(Some(now - HOUR), false), now, &zone));
        assert!(due(&plan(Some(now - 11 * HOUR), false), now, &zone));
        assert!(!due(&plan(Some(now - HOUR / 2), true), now, &zone));
        assert!(due(&plan(Some(now - 2 * HOUR), true), now, &zone));
        assert!(
            due(&plan(Some(now + 30 * DAY), false), now, &zone),
            "a clock set back"
        );
        let off = BackupPlan {
            daily: false,
            ..plan(None, false)
        };
        assert!(!due(&off, now, &zone));
    }

    #[test]
    fn only_daily_copies_go_and_the_newest_stay() {
        let names: Vec<String> = [
            "hearthline-daily-2026-11-03.db",
            "hearthline-daily-2026-11-01.db",
            "hearthline-daily-2026-11-02.db",
            "hearthline-2026-10-01-120000.db",
            "hearthline-daily-2026-11-0x.db",
            "hearthline-daily-2026-11-01.db.part",
            "letters.txt",
        ]
        .map(String::from)
        .into();
        assert_eq!(too_many(&names, 2), ["hearthline-daily-2026-11-01.db"]);
        assert_eq!(too_many(&names, 0).len(), 2, "the last one always stays");
        assert!(too_many(&names, 7).is_empty());
    }
}
