//! The kind of a point: fixed by its first value, widened by a rule.
//!
//! | kind | takes | widens |
//! |---|---|---|
//! | Bool | boolean words, 0 and 1 | to Number at another number, to Text at a word that is no boolean (`auto`) |
//! | Number | integers, reals, numbers with a unit, booleans as 0 and 1 | to Text at the third misfit in a row; the first two are bad values |
//! | Time | times | to Text at anything else |
//! | Text | everything, as it was sent | never |
//!
//! `null`, `nan`, `unknown`, `unavailable` are unknown values of every kind and widen nothing; a point whose first value is unknown
//! waits for a value that tells. Whole and real numbers are one kind.

use hearthline_model::{Kind, Value};

use super::scalar::{Scalar, Word};

/// Misfits in a row that a number point endures.
const PATIENCE: u8 = 3;
/// Longest text that is kept, bytes.
const LONGEST_TEXT: usize = 4096;

/// How a value meets a point's kind.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Fit {
    /// It fits.
    Value(Value),
    /// The point takes this kind from now on.
    Widen(Kind),
    /// It is no such value; the point keeps its kind.
    Misfit,
}

/// The kind that a first value suggests; none where it is unknown. `boolean` says that the name is one of a boolean, so that 0 and 1
/// are off and on.
pub(crate) fn first(scalar: &Scalar<'_>, boolean: bool) -> Option<Kind> {
    Some(match scalar {
        Scalar::Unknown(_) => return None,
        Scalar::Bool(..) => Kind::Bool,
        Scalar::Int(0 | 1) if boolean => Kind::Bool,
        Scalar::Int(_) | Scalar::Float(_) | Scalar::Measure(..) => Kind::Number,
        Scalar::Time(_) => Kind::Time,
        Scalar::Text(_) => Kind::Text,
    })
}

/// Fits a value to a kind; `misfits` counts the misfits in a row.
pub(crate) fn fit(kind: Kind, scalar: &Scalar<'_>, raw: Option<&str>, misfits: &mut u8) -> Fit {
    if let Scalar::Unknown(_) = scalar
        && kind != Kind::Text
    {
        return Fit::Value(Value::Null);
    }
    let fit = match (kind, scalar) {
        (Kind::Bool, Scalar::Bool(on, _)) => Fit::Value(Value::Bool(*on)),
        (Kind::Bool, Scalar::Int(int @ (0 | 1))) => Fit::Value(Value::Bool(*int == 1)),
        (Kind::Bool, Scalar::Int(_) | Scalar::Float(_) | Scalar::Measure(..)) => Fit::Widen(Kind::Number),
        (Kind::Number, Scalar::Int(int)) => Fit::Value(Value::Int(*int)),
        (Kind::Number, Scalar::Float(float) | Scalar::Measure(float, _)) => Fit::Value(Value::number(*float)),
        (Kind::Number, Scalar::Bool(on, _)) => Fit::Value(Value::Int(i64::from(*on))),
        (Kind::Number, _) => {
            *misfits += 1;
            if *misfits >= PATIENCE {
                Fit::Widen(Kind::Text)
            } else {
                Fit::Misfit
            }
        }
        (Kind::Time, Scalar::Time(time)) => Fit::Value(Value::text(*time)),
        (Kind::Bool | Kind::Time, _) => Fit::Widen(Kind::Text),
        _ => Fit::Value(text(scalar, raw)),
    };
    if let Fit::Value(_) = fit {
        *misfits = 0;
    }
    fit
}

fn text(scalar: &Scalar<'_>, raw: Option<&str>) -> Value {
    if let Some(raw) = raw {
        return Value::text(crate::decoder::shortened(raw, LONGEST_TEXT));
    }
    match scalar {
        Scalar::Unknown(_) => Value::Null,
        Scalar::Bool(on, _) => Value::text(on.to_string()),
        Scalar::Int(int) => Value::text(int.to_string()),
        Scalar::Float(float) | Scalar::Measure(float, _) => Value::text(float.to_string()),
        Scalar::Time(text) | Scalar::Text(text) => Value::text(crate::decoder::shortened(text, LONGEST_TEXT)),
    }
}

/// The class that a boolean's own words suggest.
pub(crate) fn class_of_word(scalar: &Scalar<'_>) -> Option<&'static str> {
    match scalar {
        Scalar::Bool(_, Word::Opening) => Some("opening"),
        Scalar::Bool(_, Word::Presence) => Some("connectivity"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::scalar::of_text;

    fn run(texts: &[&str]) -> Vec<String> {
        let mut kind = None;
        let mut misfits = 0;
        texts
            .iter()
            .map(|text| {
                let scalar = of_text(text);
                let Some(now) = kind.or_else(|| first(&scalar, false)) else {
                    return "waits".to_owned();
                };
                kind = Some(now);
                loop {
                    match fit(kind.unwrap(), &scalar, Some(text), &mut misfits) {
                        Fit::Widen(wider) => kind = Some(wider),
                        Fit::Misfit => return "misfit".to_owned(),
                        Fit::Value(value) => return format!("{:?} {value}", kind.unwrap()),
                    }
                }
            })
            .collect()
    }

    #[test]
    fn kinds_widen_by_the_rule() {
        assert_eq!(
            run(&["unknown", "1", "2.5", "true"]),
            ["waits", "Number 1", "Number 2.5", "Number 1"]
        );
        assert_eq!(
            run(&["on", "1", "7", "off"]),
            ["Bool true", "Bool true", "Number 7", "Number 0"]
        );
        assert_eq!(
            run(&["on", "auto", "off"]),
            ["Bool true", "Text auto", "Text off"]
        );
        assert_eq!(
            run(&["5", "error", "6", "x", "y", "z", "7"]),
            [
                "Number 5", "misfit", "Number 6", "misfit", "misfit", "Text z", "Text 7"
            ]
        );
        assert_eq!(run(&["5", "nan", "x"]), ["Number 5", "Number unknown", "misfit"]);
    }
}
