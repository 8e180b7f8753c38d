//! What a value of a car is.

use hearthline_model::{Category, Kind, PointDesc, Role, StateClass, Value};

use crate::decoder::shortened;
use crate::shape::scalar::Scalar;

/// Longest text that is kept, bytes.
const LONGEST_TEXT: usize = 1024;

/// How a value is read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Read {
    /// A number.
    Number,
    /// A boolean.
    Bool,
    /// A boolean in the opposite sense: Home Assistant's lock is on when it is open.
    Not,
    /// Text as it is.
    Text,
    /// Text out of a list, in lower case.
    Words(&'static [&'static str]),
    /// An RFC 3339 time.
    Time,
}

/// A value's name, unit and meaning.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spec {
    /// The key of its point.
    pub(super) id: &'static str,
    name: &'static str,
    /// How it is read.
    pub(super) read: Read,
    unit: &'static str,
    class: &'static str,
    /// What it means.
    pub(super) role: Role,
    category: Category,
    state_class: Option<StateClass>,
    range: Option<(f64, f64)>,
}

/// A number with its unit and class, each empty where there is none.
pub(super) const fn number(
    id: &'static str,
    name: &'static str,
    unit: &'static str,
    class: &'static str,
) -> Spec {
    Spec {
        id,
        name,
        read: Read::Number,
        unit,
        class,
        role: Role::Value,
        category: Category::Primary,
        state_class: Some(StateClass::Measurement),
        range: None,
    }
}

/// A value that is no number.
pub(super) const fn other(id: &'static str, name: &'static str, read: Read, class: &'static str) -> Spec {
    Spec {
        read,
        state_class: None,
        ..number(id, name, "", class)
    }
}

impl Spec {
    /// With a meaning.
    pub(super) const fn role(mut self, role: Role) -> Self {
        self.role = role;
        self
    }

    /// Not what a car is for.
    pub(super) const fn diagnostic(mut self) -> Self {
        self.category = Category::Diagnostic;
        self
    }

    /// A counter that only grows.
    pub(super) const fn total(mut self) -> Self {
        self.state_class = Some(StateClass::TotalIncreasing);
        self
    }

    /// What is no measurement.
    pub(super) const fn plain(mut self) -> Self {
        self.state_class = None;
        self
    }

    /// Lowest and highest sensible value.
    pub(super) const fn range(mut self, low: f64, high: f64) -> Self {
        self.range = Some((low, high));
        self
    }

    /// Its point.
    pub(super) fn desc(&self) -> PointDesc {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let kind = match self.read {
            Read::Number => Kind::Number,
            Read::Bool | Read::Not => Kind::Bool,
            Read::Text => Kind::Text,
            Read::Words(_) => Kind::Enum,
            Read::Time => Kind::Time,
        };
        let tracker = matches!(self.role, Role::Location | Role::Latitude | Role::Longitude);
        PointDesc {
            key: self.id.to_owned(),
            name: self.name.to_owned(),
            entity: if tracker { "tracker" } else { "" }.to_owned(),
            platform: match kind {
                _ if tracker => "device_tracker",
                Kind::Bool => "binary_sensor",
                _ => "sensor",
            }
            .to_owned(),
            kind,
            role: self.role,
            unit: some(self.unit),
            class: some(self.class),
            state_class: self.state_class,
            range: self.range.or((self.unit == "%").then_some((0.0, 100.0))),
            options: match self.read {
                Read::Words(words) => words.iter().map(|&word| word.to_owned()).collect(),
                _ => Vec::new(),
            },
            category: self.category,
            ..PointDesc::default()
        }
    }

    /// The value of a scalar, of which `raw` is the text; none where it is no such value.
    pub(super) fn value(&self, scalar: &Scalar<'_>, raw: &str) -> Option<Value> {
        if let Scalar::Unknown(_) = scalar {
            return Some(Value::Null);
        }
        Some(match (self.read, scalar) {
            (Read::Number, Scalar::Int(int)) => Value::Int(*int),
            (Read::Number, Scalar::Float(float) | Scalar::Measure(float, _)) => Value::number(*float),
            (Read::Bool, Scalar::Bool(on, _)) => Value::Bool(*on),
            (Read::Bool, Scalar::Int(int @ (0 | 1))) => Value::Bool(*int == 1),
            (Read::Not, Scalar::Bool(on, _)) => Value::Bool(!*on),
            (Read::Not, Scalar::Int(int @ (0 | 1))) => Value::Bool(*int == 0),
            (Read::Time, Scalar::Time(time)) => Value::text(*time),
            (Read::Text, _) => Value::text(shortened(raw.trim(), LONGEST_TEXT)),
            (Read::Words(words), _) => {
                let said = shortened(raw.trim(), 64);
                let known = words.iter().find(|word| word.eq_ignore_ascii_case(&said));
                known.map_or_else(|| Value::text(said.as_str()), |word| Value::text(*word))
            }
            _ => return None,
        })
    }
}
