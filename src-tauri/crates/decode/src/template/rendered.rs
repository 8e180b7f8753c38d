//! What a template gave.

use std::borrow::Cow;
use std::sync::Arc;

use super::{Json, python};

/// The result of a template. Home Assistant's is always text; a path gives the value itself, which saves writing and
/// reading a number, and [`Rendered::text`] is the text that Home Assistant would see.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Rendered {
    /// Text, blanks around it already removed.
    Text(Arc<str>),
    /// A JSON value that a path found.
    Json(Json),
    /// A path that leads nowhere: empty text.
    Undefined,
}

impl Rendered {
    /// The text, as Home Assistant renders it.
    pub(crate) fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Undefined => Cow::Borrowed(""),
            Self::Text(text) | Self::Json(Json::Text(text)) => Cow::Borrowed(text.trim()),
            Self::Json(Json::Null) => Cow::Borrowed("None"),
            Self::Json(Json::Bool(true)) => Cow::Borrowed("True"),
            Self::Json(Json::Bool(false)) => Cow::Borrowed("False"),
            Self::Json(Json::Int(int)) => Cow::Owned(int.to_string()),
            Self::Json(Json::UInt(int)) => Cow::Owned(int.to_string()),
            Self::Json(Json::Float(float)) => Cow::Owned(python::float(*float)),
            Self::Json(json) => Cow::Owned(python::to_str(&json.to_value())),
        }
    }

    /// The text without a copy where it is shared already.
    pub(crate) fn shared_text(&self) -> Arc<str> {
        match self {
            Self::Text(text) | Self::Json(Json::Text(text)) if text.trim().len() == text.len() => {
                Arc::clone(text)
            }
            _ => self.text().into(),
        }
    }

    /// The result as JSON: the value itself, or its text parsed.
    pub(crate) fn json(&self) -> Option<Cow<'_, Json>> {
        match self {
            Self::Undefined => None,
            Self::Json(json @ (Json::List(_) | Json::Map(_))) => Some(Cow::Borrowed(json)),
            _ => Json::parse(&self.text()).map(Cow::Owned),
        }
    }
}
