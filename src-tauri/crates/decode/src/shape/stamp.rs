//! Timestamps of many spellings, as UTC microseconds.

use hearthline_model::{HOUR, MINUTE, Micros, SECOND};

use super::json::Json;

/// The first moment of 2001: no device that speaks MQTT tells a true time from before it.
const CLOCK_UNSET: Micros = 978_307_200 * SECOND;

/// Whether a key names the time of its object.
pub(crate) fn is_time_key(key: &str) -> bool {
    const KEYS: &[&str] = &[
        "timestamp",
        "timestamp_ms",
        "timestampms",
        "ts",
        "t",
        "time",
        "sourcetimestamp",
        "source_timestamp",
        "_time",
        "datetime",
        "time_stamp",
        "date_time",
        "servertimestamp",
        "epoch",
    ];
    key.len() <= 16 && KEYS.iter().any(|known| known.eq_ignore_ascii_case(key))
}

/// What a time key said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stamp {
    /// It is no time: the key is an ordinary value (`t` for a temperature).
    No,
    /// A time that cannot be relied on: without a zone, in the future, or long past. The arrival holds; `true` where the clock is wrong.
    Useless(bool),
    /// The device's own time.
    At(Micros),
}

/// Reads the value of a time key. Numbers count as seconds, milliseconds, microseconds or nanoseconds by their magnitude; a number
/// before 2001 is no time. Times more than an hour ahead of the arrival are not believed, nor are dates before 2001: those are of
/// a clock that was never set.
pub(crate) fn read(json: &Json<'_>, arrival: Micros) -> Stamp {
    let at = match json {
        Json::Int(int) => of_number(*int as f64, Some(*int)),
        Json::Float(float) => of_number(*float, None),
        Json::Text(text) => {
            let text = text.trim();
            if let Ok(int) = text.parse::<i64>() {
                of_number(int as f64, Some(int))
            } else if !super::scalar::is_time(text) {
                None
            } else if let Ok(time) = text.parse::<jiff::Timestamp>() {
                Some(time.as_microsecond())
            } else {
                // Without a zone it may be local: believed as UTC only where it then agrees with the arrival.
                let utc = text
                    .parse::<jiff::civil::DateTime>()
                    .ok()
                    .and_then(|time| time.to_zoned(jiff::tz::TimeZone::UTC).ok())
                    .map(|time| time.timestamp().as_microsecond());
                return match utc {
                    Some(at) if (at - arrival).abs() <= MINUTE => Stamp::At(at),
                    _ => Stamp::Useless(false),
                };
            }
        }
        _ => None,
    };
    match at {
        None => Stamp::No,
        Some(at) if at > arrival.saturating_add(HOUR) || at < CLOCK_UNSET => Stamp::Useless(true),
        Some(at) => Stamp::At(at),
    }
}

fn of_number(number: f64, whole: Option<i64>) -> Option<Micros> {
    let int = || whole.unwrap_or(number as i64);
    match number {
        n if n < 978_307_200.0 || !n.is_finite() => None,
        n if n < 1e11 => Some(whole.map_or((n * 1e6) as i64, |s| s * 1_000_000)),
        n if n < 1e14 => Some(whole.map_or((n * 1e3) as i64, |ms| ms * 1_000)),
        n if n < 1e17 => Some(int()),
        n if n < 9.3e18 => Some(int() / 1_000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Micros = 1_795_000_000_000_000;

    #[test]
    fn magnitude_tells_the_unit() {
        for number in [
            1_795_000_000_i64,
            1_795_000_000_000,
            NOW,
            1_795_000_000_000_000_000,
        ] {
            assert_eq!(read(&Json::Int(number), NOW), Stamp::At(NOW), "{number}");
        }
        assert_eq!(read(&Json::Float(1_794_999_999.5), NOW), Stamp::At(NOW - 500_000));
        assert_eq!(read(&Json::Text("1795000000".into()), NOW), Stamp::At(NOW));
        assert_eq!(read(&Json::Float(21.5), NOW), Stamp::No);
        assert_eq!(read(&Json::Int(-5), NOW), Stamp::No);
        assert_eq!(read(&Json::Int(3_000_000_000), NOW), Stamp::Useless(true));
    }

    #[test]
    fn iso_times_count_with_a_zone_or_when_they_agree() {
        assert_eq!(
            read(&Json::Text("2026-11-18T13:06:40+01:00".into()), NOW),
            Stamp::At(1_795_003_600_000_000)
        );
        assert_eq!(
            read(&Json::Text("2026-11-18T11:06:40Z".into()), NOW),
            Stamp::At(NOW)
        );
        assert_eq!(
            read(&Json::Text("2026-11-18T11:06:41".into()), NOW),
            Stamp::At(NOW + 1_000_000)
        );
        assert_eq!(
            read(&Json::Text("2026-11-18T10:06:40".into()), NOW),
            Stamp::Useless(false)
        );
        assert_eq!(read(&Json::Text("12:30".into()), NOW), Stamp::No);
        assert_eq!(
            read(&Json::Text("1970-01-01T00:00:07Z".into()), NOW),
            Stamp::Useless(true)
        );
    }
}
