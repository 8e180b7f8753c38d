//! What can go wrong in a build command, said with the way out.

use std::path::PathBuf;

/// Every failure of xtask.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The command line was not understood.
    #[error("{0}")]
    Usage(&'static str),
    /// A program could not be started at all.
    #[error("could not start `{program}`: {source}. `cargo xtask doctor` says what is missing.")]
    Start {
        /// The program.
        program: String,
        /// The system's reason.
        source: std::io::Error,
    },
    /// A program ran and failed.
    #[error("`{command}` failed with {status}; its own words are above.")]
    Failed {
        /// The command line.
        command: String,
        /// Its exit status.
        status: String,
    },
    /// Something needed is missing and was not to be installed.
    #[error("missing: {what}. Install with:\n  {how}\nor run again with --yes.")]
    Missing {
        /// Names.
        what: String,
        /// A command line.
        how: String,
    },
    /// A file could not be read or written.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// The app ended or stayed silent before it was ready.
    #[error("the app did not come up: {0}")]
    App(String),
}
