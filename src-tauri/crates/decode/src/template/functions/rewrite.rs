//! Operators that Python has and `minijinja` has not become filters.
//!
//! * `'…' % operand` → `'…'|format(operand)`
//! * `now() - operand` → `now()|time_minus(operand)`, and so for `+` and `utcnow()`
//!
//! The operand is what binds tighter than the operator: a name, number, call or parenthesis, with attributes and filters
//! behind it. Only what stands inside delimiters is touched.

use std::borrow::Cow;

/// The source with these operators replaced.
pub(in crate::template) fn rewrite(source: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let (mut from, mut at) = (0, 0);
    while let Some((sign, operand)) = next(source, &mut at) {
        out.push_str(source[from..sign].trim_end());
        let text = &source[operand.clone()];
        out.push_str(match source.as_bytes()[sign] {
            b'%' => "|format",
            b'-' => "|time_minus",
            _ => "|time_plus",
        });
        // A parenthesis holds the one argument or a tuple of them: a call's arguments either way.
        if text.starts_with('(') && bracket(text.as_bytes()) == Some(text.len()) {
            out.push_str(text);
        } else {
            out.push('(');
            out.push_str(text);
            out.push(')');
        }
        from = operand.end;
        at = at.max(from);
    }
    if from == 0 {
        return Cow::Borrowed(source);
    }
    out.push_str(&source[from..]);
    Cow::Owned(out)
}

/// The next such operator, and its operand.
fn next(source: &str, at: &mut usize) -> Option<(usize, std::ops::Range<usize>)> {
    let bytes = source.as_bytes();
    let mut inside = false;
    let mut ix = *at;
    // Whether `ix` starts inside delimiters follows from the text before it.
    if let Some(open) = source[..ix].rfind("{{").max(source[..ix].rfind("{%")) {
        inside = !source[open..ix].contains("}}") && !source[open + 2..ix].contains("%}");
    }
    while ix < bytes.len() {
        let rest = &source.as_bytes()[ix..];
        if !inside {
            inside = rest.starts_with(b"{{") || rest.starts_with(b"{%");
            ix += if inside { 2 } else { 1 };
        } else if rest.starts_with(b"}}") || rest.starts_with(b"%}") {
            inside = false;
            ix += 2;
        } else if matches!(rest[0], b'\'' | b'"') {
            ix += quoted(rest)?;
            if let Some(found) = operation(bytes, ix, b"%", at) {
                return Some(found);
            }
        } else if let Some(len) = word(rest) {
            ix += len;
            if matches!(&rest[..len], b"now" | b"utcnow") && bytes[ix..].starts_with(b"()") {
                ix += 2;
                if let Some(found) = operation(bytes, ix, b"+-", at) {
                    return Some(found);
                }
            }
        } else {
            ix += 1;
        }
    }
    None
}

/// One of the `signs` behind `ix`, and its operand.
fn operation(
    bytes: &[u8],
    ix: usize,
    signs: &[u8],
    at: &mut usize,
) -> Option<(usize, std::ops::Range<usize>)> {
    let sign = ix + blanks(&bytes[ix..]);
    let start = sign + 1;
    // `%}` and `-}}` end the block.
    if !signs.contains(bytes.get(sign)?) || matches!(bytes.get(start), Some(b'}' | b'%')) {
        return None;
    }
    let start = start + blanks(&bytes[start..]);
    *at = start;
    let len = operand(&bytes[start..])?;
    Some((sign, start..start + len))
}

fn blanks(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|b| b.is_ascii_whitespace()).count()
}

/// The length of a string literal.
fn quoted(bytes: &[u8]) -> Option<usize> {
    let quote = bytes[0];
    let mut ix = 1;
    while ix < bytes.len() {
        match bytes[ix] {
            b'\\' => ix += 2,
            byte if byte == quote => return Some(ix + 1),
            _ => ix += 1,
        }
    }
    None
}

fn operand(bytes: &[u8]) -> Option<usize> {
    let mut ix = usize::from(bytes.first() == Some(&b'-'));
    ix += atom(&bytes[ix..])?;
    loop {
        match bytes.get(ix) {
            Some(b'.') => ix += 1 + word(&bytes[ix + 1..])?,
            Some(b'(' | b'[') => ix += bracket(&bytes[ix..])?,
            _ => {
                let pipe = ix + blanks(&bytes[ix..]);
                if bytes.get(pipe) != Some(&b'|') {
                    return Some(ix);
                }
                ix = pipe + 1;
                ix += blanks(&bytes[ix..]);
                ix += word(&bytes[ix..])?;
            }
        }
    }
}

fn atom(bytes: &[u8]) -> Option<usize> {
    match bytes.first()? {
        b'(' | b'[' => bracket(bytes),
        b'\'' | b'"' => quoted(bytes),
        _ => word(bytes),
    }
}

fn word(bytes: &[u8]) -> Option<usize> {
    let len = bytes
        .iter()
        .take_while(|b| b.is_ascii_alphanumeric() || **b == b'_')
        .count();
    (len > 0).then_some(len)
}

/// The length of a balanced bracket, string literals inside respected.
fn bracket(bytes: &[u8]) -> Option<usize> {
    let (mut depth, mut ix) = (0_usize, 0);
    while ix < bytes.len() {
        match bytes[ix] {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => {
                depth -= 1;
                if depth == 0 {
                    return Some(ix + 1);
                }
            }
            b'\'' | b'"' => {
                ix += quoted(&bytes[ix..])?;
                continue;
            }
            _ => {}
        }
        ix += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_become_filters() {
        for (source, want) in [
            ("{{ '%.2f' % 3.14 }}", "{{ '%.2f'|format(3.14) }}"),
            (
                "{{ '%.1f' % (value|float / 2) }}",
                "{{ '%.1f'|format(value|float / 2) }}",
            ),
            (
                "{{ \"%d:%02d\" % (a, b[0]) }} x",
                "{{ \"%d:%02d\"|format(a, b[0]) }} x",
            ),
            (
                "{{ '%.1f' % value_json.a | float(0) }}",
                "{{ '%.1f'|format(value_json.a | float(0)) }}",
            ),
            (
                "{% set x = '%d' % y %}{{ '%d'%z }}",
                "{% set x = '%d'|format(y) %}{{ '%d'|format(z) }}",
            ),
            (
                "{{ (now() - timedelta(seconds=value|int)).isoformat() }}",
                "{{ (now()|time_minus(timedelta(seconds=value|int))).isoformat() }}",
            ),
            ("{{ as_timestamp(now()) - 5 }}", "{{ as_timestamp(now()) - 5 }}"),
            ("{{ now() -}}", "{{ now() -}}"),
            ("{{ a % 2 }} '%d' % 3", "{{ a % 2 }} '%d' % 3"),
            (
                "{% if value == 'x' %}'é' % {{ 1 }}",
                "{% if value == 'x' %}'é' % {{ 1 }}",
            ),
            ("{{ '%", "{{ '%"),
        ] {
            assert_eq!(rewrite(source), want);
        }
    }
}
