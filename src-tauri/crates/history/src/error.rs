//! What can go wrong with the file.

use std::path::PathBuf;

/// An error of the store; each says what happened and what to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file cannot be opened.
    #[error("the history file {} cannot be opened: {source}; check that the folder exists and can be written", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// Why.
        source: rusqlite::Error,
    },
    /// Another Hearthline holds the file.
    #[error("the history file {} is in use by another Hearthline; close it or choose another data folder", .0.display())]
    InUse(PathBuf),
    /// A newer version wrote the file.
    #[error("the history file {} was written by a newer Hearthline (version {found} of its layout, this one knows {known}); install that version", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Version in the file.
        found: i64,
        /// Version that this program knows.
        known: i64,
    },
    /// No space is left.
    #[error("the disk that holds the history is full; make room on it")]
    DiskFull,
    /// Another program holds the file.
    #[error("another program holds the history file; close that program (a database viewer, a backup)")]
    Locked,
    /// The file, its folder or its disk may only be read.
    #[error("the history file or its disk is read-only; make it writable")]
    ReadOnly,
    /// The disk, or the way to it, fails.
    #[error("the disk that holds the history cannot be written ({0}); check the disk and its connection")]
    Disk(String),
    /// The file was moved or deleted while it was in use.
    #[error("the history file {} was moved or deleted; put it back, or start Hearthline again with an empty history", .0.display())]
    Gone(PathBuf),
    /// The file is damaged.
    #[error("the history file is damaged ({0}); move it away and restart, or restore a copy")]
    Damaged(String),
    /// A row of the file does not decode.
    #[error("a record of the history is damaged: {0}")]
    Record(String),
    /// A broker has as many devices or points as are kept.
    #[error(
        "the history keeps no more than {most} {what} of a broker; find out what publishes ever new ones"
    )]
    Crowded {
        /// Of what.
        what: &'static str,
        /// So many.
        most: u64,
    },
    /// The question was called off.
    #[error("the question to the history was called off")]
    Cancelled,
    /// Something else changes the same chunks again and again.
    #[error("the history is being changed by something else; this is tried again later")]
    Busy,
    /// SQLite says no.
    #[error("the history file refused: {0}")]
    Sqlite(rusqlite::Error),
    /// A copy could not be written, or a file not be renamed.
    #[error("{} could not be written: {why}", path.display())]
    Copy {
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// A file is no sound copy of a history.
    #[error("{} cannot be restored: {why}", path.display())]
    NoBackup {
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// A description does not become JSON.
    #[error("a description could not be kept: {0}")]
    Json(#[from] serde_json::Error),
}

impl Error {
    /// Whether the same write may succeed later without being changed: what is to be written can wait, and is not at fault.
    /// A damaged file is told apart from that, because time does not mend it.
    pub fn passes(&self) -> bool {
        matches!(
            self,
            Self::DiskFull | Self::Locked | Self::ReadOnly | Self::Disk(_) | Self::Gone(_)
        )
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            Some(ErrorCode::OperationInterrupted) => Self::Cancelled,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Locked,
            Some(ErrorCode::ReadOnly) => Self::ReadOnly,
            Some(
                ErrorCode::SystemIoFailure
                | ErrorCode::CannotOpen
                | ErrorCode::PermissionDenied
                | ErrorCode::OutOfMemory
                | ErrorCode::FileLockingProtocolFailed,
            ) => Self::Disk(error.to_string()),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged(error.to_string()),
            _ => Self::Sqlite(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::ffi;

    use super::*;

    fn of(code: std::ffi::c_int) -> Error {
        Error::from(rusqlite::Error::SqliteFailure(ffi::Error::new(code), None))
    }

    #[test]
    fn what_may_pass_is_told_from_what_does_not() {
        for code in [
            ffi::SQLITE_FULL,
            ffi::SQLITE_BUSY,
            ffi::SQLITE_LOCKED,
            ffi::SQLITE_READONLY,
            ffi::SQLITE_READONLY_DBMOVED,
            ffi::SQLITE_IOERR_WRITE,
            ffi::SQLITE_IOERR_FSYNC,
            ffi::SQLITE_CANTOPEN,
            ffi::SQLITE_NOMEM,
        ] {
            assert!(of(code).passes(), "{code}");
        }
        for code in [
            ffi::SQLITE_CORRUPT,
            ffi::SQLITE_NOTADB,
            ffi::SQLITE_CONSTRAINT,
            ffi::SQLITE_TOOBIG,
            ffi::SQLITE_MISMATCH,
        ] {
            assert!(!of(code).passes(), "{code}");
        }
        assert!(matches!(of(ffi::SQLITE_READONLY), Error::ReadOnly));
    }
}
