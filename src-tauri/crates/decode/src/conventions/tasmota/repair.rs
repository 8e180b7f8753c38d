//! JSON as firmwares print it when something goes wrong: bare `nan`, doubled and trailing commas, control characters within texts, and
//! messages cut off at the end of the device's buffer.

/// The text made JSON as far as that goes; none where there is nothing to repair or nothing to save. Linear in the text.
///
/// What was cut off is lost from its last whole member on; everything before it is kept.
pub(super) fn repaired(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len() + 16);
    // The open brackets, and for each the length of `out` after its last whole member.
    let mut open: Vec<(char, usize)> = Vec::new();
    let mut changed = false;
    let mut chars = text.char_indices().peekable();
    while let Some((at, char)) = chars.next() {
        match char {
            '"' => {
                let start = out.len();
                out.push('"');
                if !string(&mut chars, &mut out, &mut changed) {
                    // It ends within a text.
                    out.truncate(start);
                    return close(out, open);
                }
            }
            '{' | '[' => {
                out.push(char);
                if open.len() >= 16 {
                    return None;
                }
                open.push((if char == '{' { '}' } else { ']' }, out.len()));
            }
            '}' | ']' => {
                if ends_with_comma(&mut out) {
                    changed = true;
                }
                if open.pop()?.0 != char {
                    return None;
                }
                out.push(char);
                if open.is_empty() {
                    // What follows the end is noise of the buffer.
                    let rest = text[at + 1..].trim_matches(['\0', ' ', '\n', '\r', '\t']);
                    return (changed || !rest.is_empty()).then_some(out);
                }
            }
            ',' => {
                let bare = out.trim_end();
                if bare.ends_with([',', '{', '[']) {
                    changed = true;
                } else {
                    if let Some(last) = open.last_mut() {
                        last.1 = out.len();
                    }
                    out.push(',');
                }
            }
            '-' | '+' | 'a'..='z' | 'A'..='Z' => {
                let mut token = String::from(char);
                while let Some(&(_, next)) = chars.peek() {
                    if next.is_ascii_alphanumeric() || next == '.' {
                        token.push(next);
                        chars.next();
                    } else {
                        break;
                    }
                }
                let bare = token.trim_start_matches(['-', '+']).to_ascii_lowercase();
                if matches!(bare.as_str(), "nan" | "inf" | "infinity" | "null") && token != "null" {
                    out.push_str("null");
                    changed = true;
                } else {
                    out.push_str(&token);
                }
            }
            _ => out.push(char),
        }
    }
    close(out, open)
}

/// Copies a text up to its closing quote; false where it has none.
fn string(
    chars: &mut std::iter::Peekable<std::str::CharIndices<'_>>,
    out: &mut String,
    changed: &mut bool,
) -> bool {
    while let Some((_, char)) = chars.next() {
        match char {
            '"' => {
                out.push('"');
                return true;
            }
            '\\' => {
                let Some((_, next)) = chars.next() else {
                    return false;
                };
                out.push('\\');
                out.push(next);
            }
            control if (control as u32) < 0x20 => {
                out.push(' ');
                *changed = true;
            }
            other => out.push(other),
        }
    }
    false
}

fn ends_with_comma(out: &mut String) -> bool {
    let end = out.trim_end().len();
    if out[..end].ends_with(',') {
        out.truncate(end - 1);
        return true;
    }
    false
}

/// Closes what is open, without the last member: nobody knows whether it was whole.
fn close(mut out: String, open: Vec<(char, usize)>) -> Option<String> {
    let &(_, whole) = open.last()?;
    if open.first().is_none_or(|(_, first)| *first <= 1) {
        return None;
    }
    out.truncate(whole);
    for (bracket, _) in open.into_iter().rev() {
        out.push(bracket);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_read_is_kept() {
        for (text, want) in [
            (
                r#"{"a": nan,"b":[inf,-NaN]}"#,
                Some(r#"{"a": null,"b":[null,null]}"#),
            ),
            (r#"{"a":1,,"b":2,}"#, Some(r#"{"a":1,"b":2}"#)),
            (r#"{,"a":1}"#, Some(r#"{"a":1}"#)),
            (
                r#"{"a":{"b":1,"c":2},"d":{"e":3,"f":4"#,
                Some(r#"{"a":{"b":1,"c":2},"d":{"e":3}}"#),
            ),
            (r#"{"a":{"b":1},"DS18B2"#, Some(r#"{"a":{"b":1}}"#)),
            (r#"{"a":1} garbage"#, Some(r#"{"a":1}"#)),
            ("{\"a\":\"x\ty\"}", Some("{\"a\":\"x y\"}")),
            (r#"{"a":1}"#, None),
            (r#"{"a":1]"#, None),
            ("{nothing", None),
            ("nothing", None),
            ("", None),
        ] {
            assert_eq!(repaired(text).as_deref(), want, "{text}");
        }
    }
}
