//! Durations of ISO 8601, as Homie has them: `PT12H5M46S`.

use std::fmt::Write as _;

/// Seconds of a duration; none where it is none. Days are taken as well, since devices send them.
pub(super) fn seconds(text: &str) -> Option<f64> {
    let rest = text.strip_prefix('P')?;
    let (days, time) = rest.split_once('T').unwrap_or((rest, ""));
    let mut total = 0.0;
    let mut some = false;
    for (part, units) in [
        (days, [('D', 86_400.0)].as_slice()),
        (time, &[('H', 3600.0), ('M', 60.0), ('S', 1.0)]),
    ] {
        let mut rest = part;
        let mut units = units.iter();
        while !rest.is_empty() {
            let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
            let letter = rest[end..].chars().next()?;
            // The units come in order, each at most once.
            let (_, factor) = units.find(|(known, _)| *known == letter)?;
            total += rest[..end].parse::<f64>().ok()? * factor;
            rest = &rest[end + letter.len_utf8()..];
            some = true;
        }
    }
    (some && total.is_finite()).then_some(total)
}

/// Seconds as a duration.
pub(super) fn text(seconds: f64) -> String {
    let whole = seconds.trunc();
    let (hours, minutes) = ((whole / 3600.0).floor(), (whole % 3600.0 / 60.0).floor());
    let rest = ((whole % 60.0 + seconds.fract()) * 1e3).round() / 1e3;
    let mut out = "PT".to_owned();
    for (number, letter) in [(hours, 'H'), (minutes, 'M'), (rest, 'S')] {
        if number > 0.0 {
            let _ = write!(out, "{number}{letter}");
        }
    }
    if out.len() == 2 {
        out.push_str("0S");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        for (duration, want) in [
            ("PT12H5M46S", 43_546.0),
            ("PT5M", 300.0),
            ("PT0S", 0.0),
            ("PT1.5S", 1.5),
            ("PT36H", 129_600.0),
        ] {
            assert_eq!(seconds(duration), Some(want), "{duration}");
            assert_eq!(text(want), duration);
        }
        assert_eq!(seconds("P1DT1H"), Some(90_000.0));
        for wrong in [
            "", "P", "PT", "5M", "PT5", "PTM", "PT5M3H", "PT1Y", "PT5M5M", "PT-5M", "PT1..5S", "PT5µ",
        ] {
            assert_eq!(seconds(wrong), None, "{wrong}");
        }
    }
}
