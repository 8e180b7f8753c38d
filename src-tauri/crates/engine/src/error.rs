//! What can go wrong in the engine, as it reaches the person.

use crate::view::Trouble;

/// An error of the engine.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The store says no.
    #[error(transparent)]
    History(#[from] hearthline_history::Error),
    /// An export or import says no.
    #[error(transparent)]
    Exchange(#[from] hearthline_exchange::Error),
    /// An id that nothing has.
    #[error("this {0} is not there any more; it may have been removed meanwhile")]
    NotFound(&'static str),
    /// What was asked does not fit.
    #[error("{0}")]
    Invalid(String),
    /// The broker is away.
    #[error("{0}")]
    NotConnected(String),
    /// The data folder cannot be made.
    #[error("the data folder {} cannot be made: {source}; choose another one or change its permissions", path.display())]
    Folder {
        /// The folder.
        path: std::path::PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The engine is ending.
    #[error("Hearthline is closing; nothing more is taken")]
    Stopped,
}

impl Error {
    /// A stable code for the window.
    pub fn code(&self) -> &'static str {
        match self {
            Self::History(_) => "history",
            Self::Exchange(error) => error.code(),
            Self::NotFound(_) => "not_found",
            Self::Invalid(_) => "invalid",
            Self::NotConnected(_) => "not_connected",
            Self::Folder { .. } => "folder",
            Self::Stopped => "stopped",
        }
    }
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self {
            code: error.code().into(),
            message: error.to_string(),
        }
    }
}
