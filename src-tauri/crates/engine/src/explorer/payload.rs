//! How a payload reads to a person.

use crate::view::PayloadFormat;
use serde::de::IgnoredAny;
use std::fmt::Write;

/// What sort of payload this is. JSON means an object or a list: a bare number is text to whoever looks at it. `cut`: the
/// end is missing, so that nobody can tell whether it would be valid.
pub(super) fn format(topic: &str, payload: &[u8], cut: bool) -> PayloadFormat {
    if payload.is_empty() {
        return PayloadFormat::Empty;
    }
    if !cut && sparkplug(topic, payload).is_some() {
        return PayloadFormat::Sparkplug;
    }
    let Some(text) = as_text(payload, cut) else {
        return PayloadFormat::Binary;
    };
    let looks = text.trim_start().starts_with(['{', '[']);
    if looks && (cut || serde_json::from_str::<IgnoredAny>(text).is_ok()) {
        PayloadFormat::Json
    } else {
        PayloadFormat::Text
    }
}

/// The payload as text, at most so many characters.
pub(super) fn text(topic: &str, payload: &[u8], cut: bool, format: PayloadFormat, most: usize) -> String {
    match format {
        PayloadFormat::Empty => String::new(),
        PayloadFormat::Sparkplug => shorten(&sparkplug(topic, payload).unwrap_or_default(), most),
        PayloadFormat::Json | PayloadFormat::Text => shorten(as_text(payload, cut).unwrap_or_default(), most),
        PayloadFormat::Binary => hex(payload, most),
    }
}

/// UTF-8 text without control characters other than blanks and line ends. A cut payload may end within a character.
fn as_text(payload: &[u8], cut: bool) -> Option<&str> {
    let text = match std::str::from_utf8(payload) {
        Ok(text) => text,
        Err(error) if cut && error.error_len().is_none() => {
            std::str::from_utf8(payload.get(..error.valid_up_to())?).ok()?
        }
        Err(_) => return None,
    };
    let odd = |byte: &u8| *byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x1b);
    (!text.as_bytes().iter().any(odd)).then_some(text)
}

fn shorten(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => text[..end].to_owned(),
        None => text.to_owned(),
    }
}

/// `0a ff 3c`, at most so many characters.
fn hex(payload: &[u8], most: usize) -> String {
    let shown = payload.len().min(most.saturating_add(1) / 3);
    let mut text = String::with_capacity(shown * 3);
    for (i, byte) in payload[..shown].iter().enumerate() {
        let blank = if i == 0 { "" } else { " " };
        let _ = write!(text, "{blank}{byte:02x}"); // writing to a string cannot fail
    }
    text
}

/// A Sparkplug payload as JSON; none where it is none.
fn sparkplug(topic: &str, payload: &[u8]) -> Option<String> {
    let rest = topic.strip_prefix("spBv1.0/")?;
    // The state of a host is JSON text already.
    if rest.starts_with("STATE/") {
        return None;
    }
    hearthline_decode::describe_payload(payload).map(|value| value.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(payload: &[u8]) -> (PayloadFormat, String) {
        let format = format("a", payload, false);
        (format, text("a", payload, false, format, 200))
    }

    #[test]
    fn formats() {
        assert_eq!(shown(b""), (PayloadFormat::Empty, String::new()));
        assert_eq!(shown(b" {\"a\": 1}"), (PayloadFormat::Json, " {\"a\": 1}".into()));
        assert_eq!(shown(b"[1, 2"), (PayloadFormat::Text, "[1, 2".into()));
        assert_eq!(shown(b"21.5"), (PayloadFormat::Text, "21.5".into()));
        assert_eq!(shown("Küche".as_bytes()), (PayloadFormat::Text, "Küche".into()));
        assert_eq!(shown(b"\x0a\xff<"), (PayloadFormat::Binary, "0a ff 3c".into()));
        assert_eq!(shown(b"a\0b"), (PayloadFormat::Binary, "61 00 62".into()));
        let state = b"{\"online\":true}";
        assert_eq!(format("spBv1.0/STATE/host", state, false), PayloadFormat::Json);
    }

    #[test]
    fn sparkplug_is_decoded_on_its_own_topics_only() {
        // timestamp 42, sequence number 5
        let payload = [0x08, 42, 0x18, 5];
        let topic = "spBv1.0/Berlin:Filling/NDATA/Line1";
        assert_eq!(format(topic, &payload, false), PayloadFormat::Sparkplug);
        let text = text(topic, &payload, false, PayloadFormat::Sparkplug, 200);
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert!(json.is_object() && text.contains("42"), "{text}");
        assert_eq!(format("other/topic", &payload, false), PayloadFormat::Binary);
        assert_eq!(format(topic, &[0xff, 0xff], false), PayloadFormat::Binary);
    }

    #[test]
    fn what_is_cut_within_a_character_is_still_text() {
        let payload = &"{\"k\": \"äää".as_bytes()[..8];
        assert_eq!(format("a", payload, true), PayloadFormat::Json);
        assert_eq!(text("a", payload, true, PayloadFormat::Json, 200), "{\"k\": \"");
        assert_eq!(format("a", payload, false), PayloadFormat::Binary);
    }

    #[test]
    fn previews_are_cut_by_characters() {
        assert_eq!(text("a", "äöüß".as_bytes(), false, PayloadFormat::Text, 2), "äö");
        assert_eq!(text("a", &[1, 2, 3], false, PayloadFormat::Binary, 6), "01 02");
        assert_eq!(text("a", &[1, 2, 3], false, PayloadFormat::Binary, 5), "01 02");
        assert_eq!(text("a", &[1, 2, 3], false, PayloadFormat::Binary, 0), "");
    }
}
