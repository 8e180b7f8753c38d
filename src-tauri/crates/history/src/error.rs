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
    #[error("the disk that holds the history is full; make room, nothing is acknowledged until then")]
    DiskFull,
    /// The file is damaged.
    #[error("the history file is damaged ({0}); move it away and restart, or restore a copy")]
    Damaged(String),
    /// A row of the file does not decode.
    #[error("a record of the history is damaged: {0}")]
    Record(String),
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

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            Some(ErrorCode::OperationInterrupted) => Self::Cancelled,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged(error.to_string()),
            _ => Self::Sqlite(error),
        }
    }
}
