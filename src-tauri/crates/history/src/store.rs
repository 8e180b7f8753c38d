//! The one write handle, and what SQLite is asked to guarantee.
//!
//! | `PRAGMA` | what it means when the program dies | when the power goes |
//! |---|---|---|
//! | `journal_mode = WAL` | a commit is whole or not there at all; readers and the writer do not wait for each other | the same; a torn end of the log is told by its checksums and left out |
//! | `synchronous = FULL` | nothing committed is lost | nothing committed is lost: each commit waits until the disk says that the log is on it. A disk that says so too early can still lose it |
//! | `synchronous = NORMAL` | nothing committed is lost | the file stays whole, but the last commits may be gone, back to the last time the log was written back; what they acknowledged is lost |
//! | `auto_vacuum = INCREMENTAL` | moving pages is a transaction like any other | the same |
//! | `journal_size_limit` | cuts the log after a burst; no guarantee rests on it | the same |
//! | `temp_store = MEMORY` | sorting leaves no file behind | the same |
//! | `wal_autocheckpoint` (as SQLite has it, 1,000 pages) | the log is written back into the file; a log that was not is at the next start | with both settings the log is flushed before the file is touched, so the file is never half written |
//!
//! `auto_vacuum` holds for files made by this version; `size.rs` says what becomes of older ones. Its price is a map of the pages,
//! one page of 820.

use std::fs::File;
use std::path::{Path, PathBuf};

use hearthline_model::{AlarmEntry, Micros, Sample};
use rusqlite::{Connection, TransactionBehavior};

use crate::outbox::{self, OutRow};
use crate::presence::Presence;
use crate::reader::reading;
use crate::room::Room;
use crate::{Error, Reader, alarms, journal, records, schema};

/// How safe a commit is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Synchronous {
    /// A power cut loses nothing committed.
    #[default]
    Full,
    /// Faster; a crash of the program loses nothing committed, a power cut may lose the last moments.
    Normal,
}

impl Synchronous {
    fn word(self) -> &'static str {
        match self {
            Self::Full => "FULL",
            Self::Normal => "NORMAL",
        }
    }
}

/// The write handle: one thread owns it.
#[derive(Debug)]
pub struct Store {
    pub(crate) connection: Connection,
    path: PathBuf,
    synchronous: Synchronous,
    scratch: Vec<u8>,
    presence: Presence,
    /// Held as long as the store is open, so that two programs never write one file. None where a file that may only be read has
    /// none, and nobody can write it.
    lock: Option<File>,
    read_only: bool,
    pub(crate) room: Room,
}

/// What is committed together.
#[derive(Clone, Copy, Debug, Default)]
pub struct Batch<'a> {
    /// Samples in the order of arrival.
    pub samples: &'a [Sample],
    /// Alarm entries that they caused.
    pub alarms: &'a [AlarmEntry],
    /// What is to reach people because of them.
    pub outbox: &'a [OutRow],
    /// Small things that must be true together with the samples: key and bytes, as [`Store::set_setting`]; no bytes: the key goes.
    pub settings: &'a [(&'a str, &'a [u8])],
    /// Now: the arrival of the samples.
    pub at: Micros,
}

impl Store {
    /// Opens the file, making it or bringing it to today's layout.
    ///
    /// # Errors
    /// Where another program holds the file, a newer one wrote it, or it is damaged or cannot be opened.
    pub fn open(path: &Path, synchronous: Synchronous) -> Result<Self, Error> {
        let lock = lock(path)?;
        let mut connection = connect(path, synchronous)?;
        schema::migrate(&mut connection, path)?;
        Ok(Self {
            presence: Presence::of(path),
            connection,
            path: path.into(),
            synchronous,
            scratch: Vec::new(),
            lock: Some(lock),
            read_only: false,
            room: Room::default(),
        })
    }

    /// Opens a file that may not be written, as it is: everything can be read, and every write fails with [`Error::ReadOnly`]
    /// until [`Store::reopen`] succeeds.
    ///
    /// # Errors
    /// Where it cannot be read either, another program holds it, or it has another layout than today's.
    pub fn open_read_only(path: &Path) -> Result<Self, Error> {
        let lock = match File::open(lock_path(path)) {
            Ok(file) => {
                take(&file, path)?;
                Some(file)
            }
            Err(_) => None,
        };
        let connection = reading(path)?;
        connection.set_prepared_statement_cache_capacity(64);
        if schema::version(&connection, path)? < schema::LAYOUT {
            return Err(Error::ReadOnly);
        }
        Ok(Self {
            presence: Presence::of(path),
            connection,
            path: path.into(),
            synchronous: Synchronous::Full,
            scratch: Vec::new(),
            lock,
            read_only: true,
            room: Room::default(),
        })
    }

    /// Whether it was opened for reading alone.
    pub fn is_read_only(&self) -> bool {
        self.read_only
    }

    /// Opens a file anew that was opened for reading alone, now for writing. Readers that were opened before are to be opened
    /// anew as well.
    ///
    /// # Errors
    /// Where it still cannot be written.
    pub fn reopen(&mut self) -> Result<(), Error> {
        if !self.read_only {
            return Ok(());
        }
        let lock = match &self.lock {
            Some(_) => None,
            None => Some(lock(&self.path)?),
        };
        let mut connection = connect(&self.path, self.synchronous)?;
        schema::migrate(&mut connection, &self.path)?;
        // SQLite opens what it may not write for reading, without a word.
        connection.execute_batch("BEGIN IMMEDIATE; ROLLBACK")?;
        self.connection = connection;
        self.lock = lock.or_else(|| self.lock.take());
        self.presence = Presence::of(&self.path);
        self.read_only = false;
        Ok(())
    }

    /// A read handle with a connection of its own; any number may be open.
    ///
    /// # Errors
    /// Where the file cannot be opened again.
    pub fn reader(&self) -> Result<Reader, Error> {
        Reader::open(&self.path)
    }

    /// Commits a batch: when this returns, everything of it is on disk (see [`Synchronous`]), or nothing where it fails.
    ///
    /// # Errors
    /// Where the disk is full or the file refuses, or is no longer in its place: what went on being written to a deleted
    /// file would be lost with the program's end.
    pub fn append(&mut self, batch: &Batch<'_>) -> Result<(), Error> {
        self.presence.check(&self.path)?;
        // At once for writing: what the chain of the alarm journal goes on from must not change between reading and writing.
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        if !batch.samples.is_empty() {
            let (begins, ends) = journal::encode(batch.samples, &mut self.scratch);
            transaction
                .prepare_cached(
                    "INSERT INTO journal (received, begins, ends, count, body) VALUES (?, ?, ?, ?, ?)",
                )?
                .execute((batch.at, begins, ends, batch.samples.len() as i64, &self.scratch))?;
        }
        alarms::append(&transaction, batch.alarms)?;
        outbox::insert(&transaction, batch.outbox)?;
        for (key, value) in batch.settings {
            if value.is_empty() {
                records::drop_setting(&transaction, key)?;
            } else {
                records::set_setting(&transaction, key, value)?;
            }
        }
        transaction.commit()?;
        Ok(())
    }

    /// Changes how safe the next commits are.
    ///
    /// # Errors
    /// Where the file refuses.
    pub fn set_synchronous(&mut self, synchronous: Synchronous) -> Result<(), Error> {
        self.connection
            .pragma_update(None, "synchronous", synchronous.word())?;
        self.synchronous = synchronous;
        Ok(())
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How long a write waits for another one, of this program or a foreign one, before it fails with [`Error::Locked`].
    ///
    /// # Errors
    /// Where the file refuses.
    pub fn set_patience(&mut self, patience: std::time::Duration) -> Result<(), Error> {
        Ok(self.connection.busy_timeout(patience)?)
    }

    /// Another connection that may write.
    pub(crate) fn connect(&self) -> Result<Connection, Error> {
        if self.read_only {
            return reading(&self.path);
        }
        connect(&self.path, self.synchronous)
    }

    /// How safe its commits are.
    pub(crate) fn synchronous(&self) -> Synchronous {
        self.synchronous
    }

    /// Samples and rows that wait for compaction.
    ///
    /// # Errors
    /// Where the file refuses.
    pub fn waiting(&self) -> Result<(u64, u64), Error> {
        crate::compact::waiting(&self.connection)
    }
}

pub(crate) fn connect(path: &Path, synchronous: Synchronous) -> Result<Connection, Error> {
    let open = |source| Error::Open {
        path: path.into(),
        source,
    };
    let connection = Connection::open(path).map_err(open)?;
    // Before anything else, since it holds only for a file that is empty yet.
    connection.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", synchronous.word())?;
    // Deleted journal rows leave pages that new ones take; the WAL is cut back after a burst.
    connection.pragma_update(None, "journal_size_limit", 16 << 20)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "cache_size", -16_000)?;
    connection.set_prepared_statement_cache_capacity(64);
    // The store and the compactor wait for each other's moment of writing.
    connection.busy_timeout(std::time::Duration::from_secs(30))?;
    Ok(connection)
}

/// A program that has just ended, or one that is being started by the holder and has not let go of its files yet, may hold the
/// lock for a moment more.
const RETRIES: u32 = 10;
const RETRY: std::time::Duration = std::time::Duration::from_millis(30);

fn lock_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    name.into()
}

fn lock(path: &Path) -> Result<File, Error> {
    let failed = |error: &std::io::Error| unopened(path, error);
    let file = File::create(lock_path(path)).map_err(|error| failed(&error))?;
    take(&file, path)?;
    Ok(file)
}

fn unopened(path: &Path, error: &std::io::Error) -> Error {
    Error::Open {
        path: path.into(),
        source: rusqlite::Error::SqliteFailure(
            rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CANTOPEN),
            Some(error.to_string()),
        ),
    }
}

fn take(file: &File, path: &Path) -> Result<(), Error> {
    for _ in 0..RETRIES {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(std::fs::TryLockError::WouldBlock) => std::thread::sleep(RETRY),
            Err(std::fs::TryLockError::Error(error)) => return Err(unopened(path, &error)),
        }
    }
    Err(Error::InUse(path.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_store_on_the_file_is_told_so() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("h.db");
        let first = Store::open(&path, Synchronous::Full).unwrap();
        let error = Store::open(&path, Synchronous::Full).unwrap_err();
        assert!(
            error.to_string().contains("in use by another Hearthline"),
            "{error}"
        );
        drop(first);
        Store::open(&path, Synchronous::Full).unwrap();
    }

    #[test]
    fn a_file_opened_for_reading_takes_nothing_until_it_is_opened_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("h?#%.db");
        let samples = [Sample {
            point: hearthline_model::PointId(1),
            at: 1,
            value: hearthline_model::Value::Int(1),
            quality: hearthline_model::Quality::Good,
        }];
        let batch = Batch {
            samples: &samples,
            ..Batch::default()
        };
        Store::open(&path, Synchronous::Full)
            .unwrap()
            .append(&batch)
            .unwrap();
        let mut store = Store::open_read_only(&path).unwrap();
        let mut compactor = store.compactor().unwrap();
        assert!(matches!(store.append(&batch), Err(Error::ReadOnly)));
        assert!(matches!(compactor.compact(9, 2), Err(Error::ReadOnly)));
        assert!(matches!(
            Store::open(&path, Synchronous::Full),
            Err(Error::InUse(_))
        ));
        store.reopen().unwrap();
        compactor.reopen().unwrap();
        store.append(&batch).unwrap();
        assert_eq!(store.waiting().unwrap().0, 2);
        compactor.compact(9, 2).unwrap();
        assert_eq!(store.waiting().unwrap().0, 0);
    }

    #[test]
    fn a_file_that_is_no_database_is_called_damaged() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("h.db");
        std::fs::write(&path, vec![7; 8192]).unwrap();
        assert!(matches!(
            Store::open(&path, Synchronous::Full),
            Err(Error::Damaged(_))
        ));
    }
}
