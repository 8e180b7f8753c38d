//! Units in one spelling.

/// The unit as kept: the micro sign for the Greek letter, `var` for `VAr`; none where it is blank.
pub(super) fn normalised(unit: &str) -> Option<String> {
    let unit = unit.trim();
    if unit.is_empty() {
        return None;
    }
    let unit = crate::decoder::shortened(unit, 32).replace('\u{3bc}', "\u{b5}");
    Some(match unit.as_str() {
        "VAr" | "VAR" => "var".to_owned(),
        "kVAr" | "kVAR" => "kvar".to_owned(),
        "VArh" => "varh".to_owned(),
        "kVArh" => "kvarh".to_owned(),
        _ => unit,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_spelling() {
        assert_eq!(normalised("μg/m³").as_deref(), Some("µg/m³"));
        assert_eq!(normalised(" VAr ").as_deref(), Some("var"));
        assert_eq!(normalised(" "), None);
        assert_eq!(normalised("°C").as_deref(), Some("°C"));
    }
}
