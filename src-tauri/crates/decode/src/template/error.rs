//! Why a template gave no result.

use minijinja::{Error, ErrorKind};

/// What went wrong, by what Home Assistant then does with the message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TemplateError {
    /// Something was undefined or unknown, or the template does not parse: the message is ignored where the platform has a
    /// default, otherwise the raw payload counts as the result.
    #[error("{0}")]
    Jinja(String),
    /// A number or type that does not fit (Python's `ValueError`, `TypeError`): the message is dropped.
    #[error("{0}")]
    Value(String),
    /// The template worked for too long or wrote too much; the message is dropped.
    #[error("the template was stopped: {0}")]
    Bounds(String),
}

impl From<Error> for TemplateError {
    fn from(error: Error) -> Self {
        let text = match error.detail() {
            Some(detail) => format!("{}: {detail}", error.kind()),
            None => error.kind().to_string(),
        };
        let text = crate::decoder::shortened(&text, 300);
        // An error in a macro or block call is wrapped; the first cause decides.
        let mut cause = &error;
        while let Some(source) = std::error::Error::source(cause).and_then(|s| s.downcast_ref::<Error>()) {
            cause = source;
        }
        match cause.kind() {
            ErrorKind::OutOfFuel => Self::Bounds("it needs more work than a template may".into()),
            ErrorKind::WriteFailure => Self::Bounds("its result is too long".into()),
            ErrorKind::UndefinedError
            | ErrorKind::SyntaxError
            | ErrorKind::UnknownFilter
            | ErrorKind::UnknownFunction
            | ErrorKind::UnknownTest
            | ErrorKind::UnknownMethod
            | ErrorKind::TemplateNotFound => Self::Jinja(text),
            _ => Self::Value(text),
        }
    }
}
