//! What a bare text or a JSON scalar says: number, boolean, time, text, or "unknown".

use super::json::Json;
use crate::units::known_unit;

/// A value before it meets the kind of its point.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Scalar<'a> {
    /// `null`, `nan`, `unknown`, `unavailable`: known to be unknown. `true` where it was a number that is none.
    Unknown(bool),
    /// A boolean in its own words.
    Bool(bool, Word),
    /// A whole number.
    Int(i64),
    /// A finite number.
    Float(f64),
    /// A number with its unit.
    Measure(f64, &'static str),
    /// An RFC 3339 time.
    Time(&'a str),
    /// Anything else.
    Text(&'a str),
}

/// In which words a boolean was said; it hints at what the point is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    /// `true`, `on`, `yes`.
    Plain,
    /// `open`, `closed`.
    Opening,
    /// `online`, `offline`, `connected`, `alive`.
    Presence,
}

/// Reads a bare text.
pub(crate) fn of_text(text: &str) -> Scalar<'_> {
    let text = text.trim();
    let Some(first) = text.bytes().next() else {
        return Scalar::Unknown(false);
    };
    if first.is_ascii_digit() || matches!(first, b'-' | b'+' | b'.') {
        return number_like(text);
    }
    // The longest of the words below has 12 letters.
    if text.len() > 12 {
        return Scalar::Text(text);
    }
    let mut lower = [0u8; 12];
    let lower = &mut lower[..text.len()];
    lower.copy_from_slice(text.as_bytes());
    lower.make_ascii_lowercase();
    match &*lower {
        b"true" | b"on" | b"yes" => Scalar::Bool(true, Word::Plain),
        b"false" | b"off" | b"no" => Scalar::Bool(false, Word::Plain),
        b"open" | b"opened" => Scalar::Bool(true, Word::Opening),
        b"closed" => Scalar::Bool(false, Word::Opening),
        b"online" | b"connected" | b"alive" => Scalar::Bool(true, Word::Presence),
        b"offline" | b"disconnected" | b"dead" => Scalar::Bool(false, Word::Presence),
        b"null" | b"none" | b"nil" | b"unknown" | b"unavailable" | b"n/a" => Scalar::Unknown(false),
        b"nan" | b"inf" | b"infinity" => Scalar::Unknown(true),
        _ => Scalar::Text(text),
    }
}

/// Reads a JSON scalar; none for arrays and objects. Numbers and booleans sent as strings count as what they say.
pub(crate) fn of_json<'a>(json: &'a Json<'a>) -> Option<Scalar<'a>> {
    Some(match json {
        Json::Null => Scalar::Unknown(false),
        Json::Bool(on) => Scalar::Bool(*on, Word::Plain),
        Json::Int(int) => Scalar::Int(*int),
        Json::Float(float) => Scalar::Float(*float),
        Json::Text(text) => of_text(text),
        Json::Array(_) | Json::Object(_) | Json::Skipped => return None,
    })
}

/// A text that begins as a number does.
fn number_like(text: &str) -> Scalar<'_> {
    if let Some(plain) = plain_number(text) {
        return plain;
    }
    if matches!(
        text.trim_start_matches(['-', '+']).to_ascii_lowercase().as_str(),
        "nan" | "inf" | "infinity"
    ) {
        return Scalar::Unknown(true);
    }
    if is_time(text) {
        return Scalar::Time(text);
    }
    let end = text
        .find(|c: char| !(c.is_ascii_digit() || matches!(c, '-' | '+' | '.' | ',')))
        .unwrap_or(text.len());
    // "1e3 W" is rare enough to stay text; "12,3 °C" is not.
    let (digits, unit) = text.split_at(end);
    let Some(number) = local_number(digits) else {
        return Scalar::Text(text);
    };
    if unit.is_empty() {
        return Scalar::Float(number);
    }
    known_unit(unit.trim()).map_or(Scalar::Text(text), |unit| Scalar::Measure(number, unit))
}

fn plain_number(text: &str) -> Option<Scalar<'static>> {
    // "0123" is an article number or a room, not 123; "007" likewise.
    let digits = text.trim_start_matches(['-', '+']).as_bytes();
    if digits.len() > 1 && digits[0] == b'0' && digits[1].is_ascii_digit() {
        return None;
    }
    if let Ok(int) = text.parse::<i64>() {
        return Some(Scalar::Int(int));
    }
    text.parse::<f64>()
        .ok()
        .filter(|_| digits.iter().any(u8::is_ascii_digit))
        .map(|float| {
            if float.is_finite() {
                Scalar::Float(float)
            } else {
                Scalar::Unknown(true)
            }
        })
}

/// A number with a decimal comma or thousands separators: `12,3`, `1.234,5`, `1,234.5`. A lone comma is a decimal comma.
fn local_number(digits: &str) -> Option<f64> {
    let bare = digits.trim_start_matches(['-', '+']);
    if bare.len() + 1 < digits.len() || bare.contains(['-', '+']) || !bare.bytes().next()?.is_ascii_digit() {
        return None;
    }
    if bare.len() > 1 && bare.starts_with('0') && bare.as_bytes()[1].is_ascii_digit() {
        return None;
    }
    let text = match (digits.rfind(','), digits.rfind('.')) {
        (None, _) => digits.to_owned(),
        (Some(_), None) if digits.matches(',').count() == 1 => digits.replace(',', "."),
        (Some(comma), Some(dot)) if comma > dot => digits.replace('.', "").replace(',', "."),
        _ => digits.replace(',', ""),
    };
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

/// Whether a text is a date with a time of day, as RFC 3339 or ISO 8601 has it.
pub(crate) fn is_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    (16..=40).contains(&bytes.len())
        && bytes[4] == b'-'
        && matches!(bytes[10], b'T' | b't' | b' ')
        && (text.parse::<jiff::Timestamp>().is_ok() || text.parse::<jiff::civil::DateTime>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read_as_people_mean_them() {
        use Scalar::{Bool, Float, Int, Measure, Text, Time, Unknown};
        for (text, want) in [
            ("21.5", Float(21.5)),
            (" 42\n", Int(42)),
            ("-7", Int(-7)),
            ("1e3", Float(1000.0)),
            ("9223372036854775807", Int(i64::MAX)),
            ("18446744073709551615", Float(18_446_744_073_709_551_615.0)),
            ("12,3", Float(12.3)),
            ("1.234,5", Float(1234.5)),
            ("1,234.5", Float(1234.5)),
            ("21.5 °C", Measure(21.5, "°C")),
            ("21,5°C", Measure(21.5, "°C")),
            ("230 V", Measure(230.0, "V")),
            ("12 monkeys", Text("12 monkeys")),
            ("0123", Text("0123")),
            ("0.5", Float(0.5)),
            ("-", Text("-")),
            ("1-2", Text("1-2")),
            ("192.168.0.1", Text("192.168.0.1")),
            ("ON", Bool(true, Word::Plain)),
            ("closed", Bool(false, Word::Opening)),
            ("Online", Bool(true, Word::Presence)),
            ("nan", Unknown(true)),
            ("-inf", Unknown(true)),
            ("1e999", Unknown(true)),
            ("unavailable", Unknown(false)),
            ("", Unknown(false)),
            ("2026-11-24T08:00:00Z", Time("2026-11-24T08:00:00Z")),
            ("2026-11-24 08:00:00", Time("2026-11-24 08:00:00")),
            ("running", Text("running")),
        ] {
            assert_eq!(of_text(text), want, "{text}");
        }
    }
}
