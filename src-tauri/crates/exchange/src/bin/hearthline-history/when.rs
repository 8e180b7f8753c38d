//! Times as people type them.

use hearthline_exchange::Error;
use hearthline_model::{DAY, HOUR, MINUTE, Micros, SECOND};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

/// A moment: a date or a time (in the zone of this computer where it names none), or so long before `now`.
pub fn read(text: &str, now: Micros) -> Result<Micros, Error> {
    let ago = || now.checked_sub(span(text)?);
    let here = |time: DateTime| TimeZone::system().to_timestamp(time).ok();
    ago()
        .or_else(|| text.parse::<Timestamp>().ok().map(Timestamp::as_microsecond))
        .or_else(|| here(text.parse().ok()?).map(Timestamp::as_microsecond))
        .or_else(|| here(text.parse::<Date>().ok()?.at(0, 0, 0, 0)).map(Timestamp::as_microsecond))
        .ok_or_else(|| {
            Error::Invalid(format!(
                "\"{text}\" is no time; write 2026-11-24, 2026-11-24T14:05:00Z, or 30d for so long ago"
            ))
        })
}

/// A length of time: `15m`, `1h`, `1d`.
pub fn length(text: &str) -> Result<Micros, Error> {
    span(text).filter(|length| *length > 0).ok_or_else(|| {
        Error::Invalid(format!(
            "\"{text}\" is no length of time; write 30s, 15m, 1h or 1d"
        ))
    })
}

fn span(text: &str) -> Option<Micros> {
    let text = Some(text).filter(|text| text.is_ascii())?;
    let (count, unit) = text.split_at(text.len().checked_sub(1)?);
    let unit = match unit {
        "d" => DAY,
        "h" => HOUR,
        "m" => MINUTE,
        "s" => SECOND,
        _ => return None,
    };
    count.parse::<Micros>().ok()?.checked_mul(unit)
}

/// Now.
pub fn now() -> Micros {
    Timestamp::now().as_microsecond()
}

/// A moment as text, to the second.
pub fn text(at: Micros) -> String {
    Timestamp::from_microsecond(at).map_or_else(
        |_| at.to_string(),
        |time| time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_type_them() {
        let now = 1_795_529_100_000_000;
        assert_eq!(read("2h", now).unwrap(), now - 2 * HOUR);
        assert_eq!(read("30d", now).unwrap(), now - 30 * DAY);
        assert_eq!(read("2026-11-24T14:05:00Z", now).unwrap(), now);
        assert!(read("2026-11-24", now).is_ok());
        assert!(read("2026-11-24 14:05", now).is_ok());
        assert_eq!(length("15m").unwrap(), 15 * MINUTE);
        for wrong in ["", "m", "0h", "-1h", "1w", "ä"] {
            assert!(length(wrong).is_err(), "{wrong}");
        }
        for wrong in ["", "d", "tomorrow", "99999999999999999d", "ä"] {
            assert!(read(wrong, now).is_err(), "{wrong}");
        }
        assert_eq!(text(now), "2026-11-24T14:05:00Z");
    }
}
