//! Text as Python writes and reads it.

use std::fmt::Write as _;

use minijinja::Value;
use minijinja::value::ValueKind;

/// Nesting that is written out; what lies deeper shows as `...`. Keeps the recursion bounded.
const MAX_DEPTH: usize = 40;

/// `str(value)`: `True`, `None`, `25.0`, `1e-05`, `['a', 1]`.
pub(crate) fn to_str(value: &Value) -> String {
    let mut out = String::new();
    write_str(&mut out, value);
    out
}

/// Writes `str(value)`.
pub(crate) fn write_str(out: &mut String, value: &Value) {
    match value.kind() {
        ValueKind::String => out.push_str(value.as_str().unwrap_or_default()),
        ValueKind::Undefined => {}
        _ => write_repr(out, value, 0),
    }
}

fn write_repr(out: &mut String, value: &Value, depth: usize) {
    if depth > MAX_DEPTH {
        return out.push_str("...");
    }
    match value.kind() {
        ValueKind::Undefined => out.push_str("Undefined"),
        ValueKind::None => out.push_str("None"),
        ValueKind::Bool => out.push_str(if value.is_true() { "True" } else { "False" }),
        ValueKind::Number if !value.is_integer() => {
            out.push_str(&f64::try_from(value.clone()).map_or_else(|_| value.to_string(), float));
        }
        ValueKind::String => write_quoted(out, value.as_str().unwrap_or_default()),
        ValueKind::Bytes => write_bytes(out, value.as_bytes().unwrap_or_default()),
        ValueKind::Seq | ValueKind::Iterable => {
            let (open, close) = if value.is_tuple() { ('(', ')') } else { ('[', ']') };
            out.push(open);
            let mut count = 0;
            for item in value.try_iter().into_iter().flatten() {
                if count > 0 {
                    out.push_str(", ");
                }
                write_repr(out, &item, depth + 1);
                count += 1;
            }
            if count == 1 && value.is_tuple() {
                out.push(',');
            }
            out.push(close);
        }
        ValueKind::Map => {
            out.push('{');
            for (ix, key) in value.try_iter().into_iter().flatten().enumerate() {
                if ix > 0 {
                    out.push_str(", ");
                }
                write_repr(out, &key, depth + 1);
                out.push_str(": ");
                write_repr(out, &value.get_item(&key).unwrap_or_default(), depth + 1);
            }
            out.push('}');
        }
        _ => drop(write!(out, "{value}")), // writing to a string cannot fail
    }
}

/// `repr(text)`: single quotes unless the text holds one and no double quote.
fn write_quoted(out: &mut String, text: &str) {
    let quote = if text.contains('\'') && !text.contains('"') {
        '"'
    } else {
        '\''
    };
    out.push(quote);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c == quote => out.extend(['\\', c]),
            c if (c as u32) < 0x20 || c as u32 == 0x7f => drop(write!(out, "\\x{:02x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push(quote);
}

/// `repr(bytes)`.
fn write_bytes(out: &mut String, bytes: &[u8]) {
    let quote = if bytes.contains(&b'\'') && !bytes.contains(&b'"') {
        '"'
    } else {
        '\''
    };
    out.extend(['b', quote]);
    for &byte in bytes {
        match byte {
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            b if char::from(b) == quote => out.extend(['\\', quote]),
            0x20..=0x7e => out.push(char::from(byte)),
            _ => drop(write!(out, "\\x{byte:02x}")),
        }
    }
    out.push(quote);
}

/// `repr(float)`: the shortest digits that read back, in exponent form outside 1e-4 … 1e16.
pub(crate) fn float(float: f64) -> String {
    if !float.is_finite() {
        return if float.is_nan() {
            "nan"
        } else if float > 0.0 {
            "inf"
        } else {
            "-inf"
        }
        .to_owned();
    }
    let size = float.abs();
    if size != 0.0 && !(1e-4..1e16).contains(&size) {
        let text = format!("{float:e}");
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (sign, exponent) = exponent.strip_prefix('-').map_or(('+', exponent), |e| ('-', e));
        return format!("{digits}e{sign}{exponent:0>2}");
    }
    let mut text = float.to_string();
    if !text.contains('.') {
        text.push_str(".0");
    }
    text
}

/// `float(text)`: what Python reads as a number (blanks around, `_` between digits, `nan`, `inf`).
pub(crate) fn parse_float(text: &str) -> Option<f64> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    if !text.contains('_') {
        return text.parse().ok();
    }
    let bytes = text.as_bytes();
    let placed = bytes.iter().enumerate().all(|(ix, byte)| {
        *byte != b'_'
            || (ix > 0 && bytes[ix - 1].is_ascii_digit() && bytes.get(ix + 1).is_some_and(u8::is_ascii_digit))
    });
    placed.then(|| text.replace('_', "").parse().ok()).flatten()
}

/// The bytes of a result that is a Python bytes literal (`b'\x01'`); none where it is no such literal.
pub(crate) fn bytes_literal(text: &str) -> Option<Vec<u8>> {
    let body = text.strip_prefix('b')?;
    let quote = body.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    let body = body[1..].strip_suffix(quote)?;
    let mut out = Vec::with_capacity(body.len());
    let mut chars = body.chars().peekable();
    while let Some(c) = chars.next() {
        if c == quote || !c.is_ascii() {
            return None;
        }
        if c != '\\' {
            out.push(c as u8);
            continue;
        }
        match chars.next()? {
            'n' => out.push(b'\n'),
            'r' => out.push(b'\r'),
            't' => out.push(b'\t'),
            'a' => out.push(7),
            'b' => out.push(8),
            'f' => out.push(12),
            'v' => out.push(11),
            '\n' => {}
            c @ ('\\' | '\'' | '"') => out.push(c as u8),
            'x' => {
                let high = chars.next()?.to_digit(16)?;
                let low = chars.next()?.to_digit(16)?;
                out.push((high * 16 + low) as u8);
            }
            c @ '0'..='7' => {
                let mut code = c.to_digit(8)?;
                for _ in 0..2 {
                    let Some(digit) = chars.peek().and_then(|c| c.to_digit(8)) else {
                        break;
                    };
                    code = code * 8 + digit;
                    chars.next();
                }
                out.push(code as u8);
            }
            c if c.is_ascii() => out.extend([b'\\', c as u8]),
            _ => return None,
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_as_python_writes_them() {
        for (number, want) in [
            (25.0, "25.0"),
            (0.1 + 0.2, "0.30000000000000004"),
            (1e22, "1e+22"),
            (1e16, "1e+16"),
            (1.5e15, "1500000000000000.0"),
            (1e-5, "1e-05"),
            (1.25e-7, "1.25e-07"),
            (1e100, "1e+100"),
            (-0.0, "-0.0"),
            (f64::NAN, "nan"),
        ] {
            assert_eq!(float(number), want);
        }
    }

    #[test]
    fn bytes_literals() {
        assert_eq!(
            bytes_literal(r"b'\x01\xffA\n\\'"),
            Some(vec![1, 255, b'A', b'\n', b'\\'])
        );
        assert_eq!(bytes_literal(r#"b"it's""#), Some(b"it's".to_vec()));
        assert_eq!(bytes_literal(r"b'\101'"), Some(b"A".to_vec()));
        for text in ["b'", "b''x'", "plain", "b'é'", r"b'\x1'"] {
            assert_eq!(bytes_literal(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_as_python_reads_them() {
        assert_eq!(parse_float(" 1_000.5 "), Some(1000.5));
        assert_eq!(parse_float("1__0"), None);
        assert_eq!(parse_float("0x10"), None);
        assert_eq!(parse_float("12,5"), None);
        assert!(parse_float("NaN").is_some_and(f64::is_nan));
    }
}
