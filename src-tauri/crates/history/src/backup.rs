//! A copy of the living file, and a copy put in its place.
//!
//! *Copy.* SQLite's backup steps run over one moment of the file: the reader holds it for the whole copy, so that what is written
//! meanwhile goes on in the log and neither waits nor makes the copy begin again. The copy is written beside its final name,
//! checked, flushed, and only then given it.
//!
//! *Restore.* While the program runs, [`stage`] puts a checked copy beside the file. The next start finds it
//! ([`take_staged`]), keeps the present file under another name and begins with the copy. Killed between any two steps, either the
//! old file or the new one is there.

use std::fmt::Write;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use hearthline_model::Micros;
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use crate::look::Cancel;
use crate::{Error, Reader, schema};

/// Pages copied between two looks at whether it was given up.
const STEP: i32 = 512;

/// What a copy holds, for the question whether it shall be put in place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BackupInfo {
    /// Bytes of the file.
    pub bytes: u64,
    /// Brokers.
    pub brokers: u32,
    /// Devices.
    pub devices: u32,
    /// Points.
    pub points: u32,
    /// Time of its newest sample.
    pub newest: Option<Micros>,
}

impl Reader {
    /// Writes a copy to `to`, which must not be there yet; `tell` hears how many bytes of how many are copied. Gives the
    /// bytes; none where `cancel` was set meanwhile, and then nothing is left at `to`.
    ///
    /// # Errors
    /// Where `to` cannot be written or the copy turns out wrong; nothing is left there then.
    pub fn back_up(
        &self,
        to: &Path,
        cancel: &Cancel,
        tell: &mut dyn FnMut(u64, u64),
    ) -> Result<Option<u64>, Error> {
        if to.exists() {
            return Err(failed(to, "a file of this name is there already"));
        }
        let part = with_ending(to, ".part");
        remove(&part);
        let copied = copy(&self.connection, &part, cancel, tell);
        let done = match copied {
            Ok(true) => finish(&part, to).map(Some),
            Ok(false) => Ok(None),
            Err(error) => Err(error),
        };
        if !matches!(done, Ok(Some(_))) {
            remove(&part);
        }
        done
    }
}

/// Copies a database page by page; false where it was given up.
fn copy(
    from: &Connection,
    to: &Path,
    cancel: &Cancel,
    tell: &mut dyn FnMut(u64, u64),
) -> Result<bool, Error> {
    let said = |error: &rusqlite::Error| failed(to, &error.to_string());
    // Held until the end: see above.
    let moment = from.unchecked_transaction()?;
    let page: i64 = moment.pragma_query_value(None, "page_size", |row| row.get(0))?;
    moment.query_row("SELECT count(*) FROM sqlite_schema", (), |_| Ok(()))?;
    let mut target = Connection::open(to).map_err(|error| said(&error))?;
    let backup = Backup::new(from, &mut target).map_err(|error| said(&error))?;
    loop {
        if cancel.is_cancelled() {
            return Ok(false);
        }
        let step = backup.step(STEP).map_err(|error| match Error::from(error) {
            Error::DiskFull => failed(to, "the disk is full; choose another folder"),
            Error::Sqlite(error) => failed(to, &error.to_string()),
            other => other,
        })?;
        let progress = backup.progress();
        let total = i64::from(progress.pagecount) * page;
        let left = i64::from(progress.remaining) * page;
        tell((total - left) as u64, total as u64);
        match step {
            StepResult::Done => return Ok(true),
            StepResult::Busy | StepResult::Locked => {
                std::thread::sleep(std::time::Duration::from_millis(20));
            }
            _ => {}
        }
    }
}

/// Checks and flushes what was copied, and gives it its name.
fn finish(part: &Path, to: &Path) -> Result<u64, Error> {
    inspect(part)?;
    let told = |error: std::io::Error| failed(to, &error.to_string());
    File::options()
        .write(true)
        .open(part)
        .and_then(|file| file.sync_all())
        .map_err(told)?;
    fs::rename(part, to).map_err(told)?;
    sync_folder(to);
    Ok(fs::metadata(to).map_or(0, |file| file.len()))
}

/// Looks whether a file is a sound copy of a history, and what it holds.
///
/// # Errors
/// Where it is not, with the reason.
pub fn inspect(path: &Path) -> Result<BackupInfo, Error> {
    let not = |why: &str| Error::NoBackup {
        path: path.into(),
        why: why.into(),
    };
    let bytes = fs::metadata(path).map_err(|error| not(&error.to_string()))?.len();
    let connection = open(path).map_err(|error| not(&error.to_string()))?;
    let version: i64 = connection
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .map_err(|error| not(&error.to_string()))?;
    if version > schema::LAYOUT {
        return Err(Error::Newer {
            path: path.into(),
            found: version,
            known: schema::LAYOUT,
        });
    }
    let tables: i64 = connection
        .query_row(
            "SELECT count(*) FROM sqlite_schema WHERE name IN ('brokers', 'devices', 'points', 'chunks', 'journal', 'settings')",
            (),
            |row| row.get(0),
        )
        .map_err(|error| not(&error.to_string()))?;
    if version < 1 || tables < 6 {
        return Err(not("it holds no history of Hearthline"));
    }
    let found: String = connection
        .query_row("PRAGMA quick_check(1)", (), |row| row.get(0))
        .map_err(|error| not(&error.to_string()))?;
    if found != "ok" {
        return Err(not(&format!("it is damaged: {found}")));
    }
    let count = |table: &str| -> Result<u32, Error> {
        Ok(connection.query_row(&format!("SELECT count(*) FROM {table}"), (), |row| row.get(0))?)
    };
    let newest = connection.query_row(
        "SELECT max(at) FROM (SELECT max(at) AS at FROM latest UNION ALL SELECT max(ends) FROM journal)",
        (),
        |row| row.get(0),
    )?;
    Ok(BackupInfo {
        bytes,
        brokers: count("brokers")?,
        devices: count("devices")?,
        points: count("points")?,
        newest,
    })
}

/// Puts a checked copy of `from` beside the history file `path`; the next start takes it. False where it was given up.
///
/// # Errors
/// Where `from` is no sound copy, or there is no room for it.
pub fn stage(
    from: &Path,
    path: &Path,
    cancel: &Cancel,
    tell: &mut dyn FnMut(u64, u64),
) -> Result<bool, Error> {
    inspect(from)?;
    let staged = staged(path);
    let part = with_ending(&staged, ".part");
    remove(&part);
    let done = copy(&open(from)?, &part, cancel, tell);
    match done {
        Ok(true) => {
            remove(&staged);
            finish(&part, &staged)?;
            Ok(true)
        }
        other => {
            remove(&part);
            other
        }
    }
}

/// Takes the copy that [`stage`] left, where there is one: gives the name under which the file from before is kept. `label` tells
/// it from others (`2026-11-24-1530`). The file must not be open.
///
/// # Errors
/// Where files cannot be renamed.
pub fn take_staged(path: &Path, label: &str) -> Result<Option<PathBuf>, Error> {
    let staged = staged(path);
    if !staged.is_file() {
        return Ok(None);
    }
    let aside = if path.exists() {
        set_aside(path, "before-restore", label)?
    } else {
        // Killed between the two renames: the file from before has its new name already.
        PathBuf::new()
    };
    fs::rename(&staged, path).map_err(|error| failed(path, &error.to_string()))?;
    sync_folder(path);
    Ok(Some(aside))
}

/// Gives the file, with its log, another name: `hearthline.<word>-<label>.db`. The file must not be open.
///
/// # Errors
/// Where it cannot be renamed.
pub fn set_aside(path: &Path, word: &str, label: &str) -> Result<PathBuf, Error> {
    let stem = path
        .file_stem()
        .map_or_else(|| "history".into(), |stem| stem.to_string_lossy().into_owned());
    let name = |again: u32| {
        let more = if again == 0 {
            String::new()
        } else {
            format!("-{again}")
        };
        path.with_file_name(format!("{stem}.{word}-{label}{more}.db"))
    };
    let aside = (0..1000)
        .map(name)
        .find(|aside| !aside.exists())
        .ok_or_else(|| failed(path, "too many files were kept aside; remove some"))?;
    // The log first: alone it is no harm, and the file without it would be one.
    let log = with_ending(path, "-wal");
    if log.exists() {
        fs::rename(&log, with_ending(&aside, "-wal")).map_err(|error| failed(&log, &error.to_string()))?;
    }
    remove(&with_ending(path, "-shm"));
    fs::rename(path, &aside).map_err(|error| failed(path, &error.to_string()))?;
    sync_folder(path);
    Ok(aside)
}

/// Opens a file that nobody writes for reading, with no file made beside it where it has no log.
fn open(path: &Path) -> Result<Connection, rusqlite::Error> {
    let has_log = fs::metadata(with_ending(path, "-wal")).is_ok_and(|log| log.len() > 0);
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if has_log {
        return Connection::open_with_flags(path, flags);
    }
    let mut uri = String::from("file:");
    let text = path.to_string_lossy().replace('\\', "/");
    if !text.starts_with('/') && text.contains(':') {
        uri.push('/');
    }
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~:".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri.push_str("?immutable=1");
    Connection::open_with_flags(uri, flags | OpenFlags::SQLITE_OPEN_URI)
}

fn staged(path: &Path) -> PathBuf {
    with_ending(path, ".restore")
}

pub(crate) fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Removes a file that may not be there, and what SQLite may have put beside it.
fn remove(path: &Path) {
    for ending in ["", "-journal", "-wal", "-shm"] {
        let _ = fs::remove_file(with_ending(path, ending));
    }
}

/// A name is on the disk once its folder is; where a system cannot do that, it does so by itself.
fn sync_folder(path: &Path) {
    if let Some(folder) = path.parent() {
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
    }
}

fn failed(path: &Path, why: &str) -> Error {
    Error::Copy {
        path: path.into(),
        why: why.into(),
    }
}
