//! What was wrong with an input, said so that a person can act on it.

use crate::DeviceIx;

/// The sort of trouble; the engine counts by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DiagnosisKind {
    /// Text that is no valid UTF-8.
    InvalidUtf8,
    /// JSON that does not parse.
    MalformedJson,
    /// JSON of another type than the convention demands.
    WrongType,
    /// Protobuf that does not parse.
    MalformedProtobuf,
    /// A template that fails, loops, or is too large.
    Template,
    /// NaN, infinity, or a number that is none.
    NotANumber,
    /// A payload, name or structure over the limits.
    TooLarge,
    /// More topics, devices or points than the limits allow.
    TooMany,
    /// A description that the convention does not allow; what could be used was used.
    InvalidDescription,
    /// Sequence gap, unknown alias, data before birth.
    Sequence,
    /// A timestamp far from the arrival.
    Clock,
    /// An option or field that was ignored, with the reason.
    Ignored,
    /// The device, or the bridge that it is reached through, told of an error itself.
    Reported,
}

/// One occurrence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnosis {
    /// The device it came from, where known.
    pub device: Option<DeviceIx>,
    /// The topic it came on.
    pub topic: String,
    /// The sort.
    pub kind: DiagnosisKind,
    /// One clear sentence; names come from the payload and are untrusted text.
    pub text: String,
}

impl DiagnosisKind {
    /// A stable code for the wire.
    pub fn code(self) -> &'static str {
        match self {
            Self::InvalidUtf8 => "invalid_utf8",
            Self::MalformedJson => "malformed_json",
            Self::WrongType => "wrong_type",
            Self::MalformedProtobuf => "malformed_protobuf",
            Self::Template => "template",
            Self::NotANumber => "not_a_number",
            Self::TooLarge => "too_large",
            Self::TooMany => "too_many",
            Self::InvalidDescription => "invalid_description",
            Self::Sequence => "sequence",
            Self::Clock => "clock",
            Self::Ignored => "ignored",
            Self::Reported => "reported",
        }
    }
}
