//! How the payloads of one property are read and written.

use hearthline_model::Kind;

use super::datatype::{Datatype, Dialect};
use super::description::Property;
use crate::scale::Scale;

/// A payload, the word that stands for it here, and the command that sends it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Word {
    pub(super) payload: String,
    pub(super) state: &'static str,
    pub(super) command: Option<&'static str>,
}

/// How a property's values are shown.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Form {
    /// As they are.
    Plain,
    /// Numbers on another scale.
    Scaled(Scale),
    /// From nothing (`low`) to all (`high`), shown as 0 … 100 %.
    Share { low: f64, high: f64 },
    /// Home Assistant's words for the device's.
    Words(Vec<Word>),
}

/// How the payloads of one property are read and written.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Codec {
    pub(super) datatype: Datatype,
    pub(super) form: Form,
    pub(super) dialect: Dialect,
    pub(super) settable: bool,
    pub(super) retained: bool,
}

impl Codec {
    pub(super) fn new(property: &Property, form: Form, dialect: Dialect) -> Self {
        Self {
            datatype: property.datatype.clone(),
            form,
            dialect,
            settable: property.settable,
            retained: property.retained,
        }
    }

    /// The sort of value; text for what is yet to be guessed.
    pub(super) fn kind(&self) -> Kind {
        let momentary = !self.retained;
        if let Form::Words(_) = self.form {
            return Kind::Enum;
        }
        match &self.datatype {
            Datatype::Integer(_) | Datatype::Float(_) | Datatype::Duration => Kind::Number,
            // "Brew coffee": what is not kept and can be set is pressed.
            Datatype::Boolean(_) if momentary && self.settable => Kind::Action,
            Datatype::Enum(options) if momentary && self.settable && options.len() == 1 => Kind::Action,
            Datatype::Boolean(_) | Datatype::Enum(_) if momentary => Kind::Event,
            Datatype::Text if momentary && !self.settable => Kind::Event,
            Datatype::Boolean(_) => Kind::Bool,
            Datatype::Enum(_) => Kind::Enum,
            Datatype::DateTime => Kind::Time,
            Datatype::Text | Datatype::Color(_) | Datatype::Json | Datatype::Guess => Kind::Text,
        }
    }

    /// Whether a value is something that happened, so that a replayed one must not count again.
    pub(super) fn happens(&self) -> bool {
        matches!(self.kind(), Kind::Event | Kind::Action)
    }
}
