//! What can go wrong with a file that samples come from or go to.

use std::path::PathBuf;

/// An error of an export or import; each says what happened and what to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The history says no.
    #[error(transparent)]
    History(#[from] hearthline_history::Error),
    /// The file cannot be read.
    #[error("{} cannot be read: {source}; check that it is there and that you may read it", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file cannot be written.
    #[error("the export could not be written: {0}; choose another file or make room")]
    Write(std::io::Error),
    /// The file is not what it was said to be.
    #[error("{} is {what}", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What is wrong with it and what to do, after "is".
        what: String,
    },
    /// The file is a damaged or unfit database.
    #[error("{} cannot be read as a database: {source}; it may be damaged, or still be copied", path.display())]
    Database {
        /// The file.
        path: PathBuf,
        /// Why.
        source: rusqlite::Error,
    },
    /// What was asked does not fit.
    #[error("{0}")]
    Invalid(String),
    /// The person stopped it.
    #[error("stopped; what was taken or written until then stays")]
    Cancelled,
}

impl Error {
    /// A stable code for the window.
    pub fn code(&self) -> &'static str {
        match self {
            Self::History(_) => "history",
            Self::Read { .. } => "unreadable",
            Self::Write(_) => "export",
            Self::Foreign { .. } | Self::Database { .. } => "foreign",
            Self::Invalid(_) => "invalid",
            Self::Cancelled => "cancelled",
        }
    }
}
