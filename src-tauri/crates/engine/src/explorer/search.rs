//! Finding text in topics and payloads, upper and lower case alike.

/// What is looked for.
pub(super) struct Needle {
    /// In lower case.
    text: String,
    ascii: bool,
}

impl Needle {
    pub fn new(text: &str) -> Self {
        let text = text.to_lowercase();
        Self {
            ascii: text.is_ascii(),
            text,
        }
    }

    /// Whether it is in a topic.
    pub fn in_text(&self, text: &str) -> bool {
        if self.ascii {
            self.in_bytes(text.as_bytes())
        } else {
            text.to_lowercase().contains(&self.text)
        }
    }

    /// Whether it is in a payload, as far as that is text; names in a Sparkplug payload are found as well.
    pub fn in_payload(&self, payload: &[u8]) -> bool {
        if self.ascii {
            self.in_bytes(payload)
        } else {
            std::str::from_utf8(payload).is_ok_and(|text| text.to_lowercase().contains(&self.text))
        }
    }

    fn in_bytes(&self, bytes: &[u8]) -> bool {
        let needle = self.text.as_bytes();
        let Some(first) = needle.first().copied() else {
            return true;
        };
        let upper = first.to_ascii_uppercase();
        let mut rest = bytes;
        while let Some(at) = rest.iter().position(|byte| *byte == first || *byte == upper) {
            match rest.get(at..at + needle.len()) {
                Some(window) if window.eq_ignore_ascii_case(needle) => return true,
                Some(_) => rest = &rest[at + 1..],
                None => return false,
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn upper_and_lower_case_alike() {
        assert!(Needle::new("KüCHE").in_text("haus/küche/licht"));
        assert!(Needle::new("temp").in_text("zigbee2mqtt/TEMP"));
        assert!(Needle::new("Battery").in_payload(b"{\"battery\":90}\xff"));
        assert!(!Needle::new("batteries").in_payload(b"{\"battery\":90}"));
        assert!(Needle::new("").in_text("a"));
    }

    proptest! {
        #[test]
        fn finds_what_a_plain_search_finds(text in "[aAbB/]{0,40}", needle in "[aAbB/]{1,4}") {
            let plain = text.to_lowercase().contains(&needle.to_lowercase());
            prop_assert_eq!(Needle::new(&needle).in_text(&text), plain);
            prop_assert_eq!(Needle::new(&needle).in_payload(text.as_bytes()), plain);
        }
    }
}
