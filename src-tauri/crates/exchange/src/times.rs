//! Times as text: written always alike, read in the forms that other programs write.

use hearthline_model::Micros;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// A day in microseconds.
const DAY: Micros = hearthline_model::DAY;
/// Years that RFC 3339 can write, as days since the epoch.
const FIRST_DAY: i64 = -719_162; // 0001-01-01
const LAST_DAY: i64 = 2_932_896; // 9999-12-31

/// Writes times as RFC 3339, UTC, always six digits behind the point, so that text sorts as time does.
#[derive(Debug, Default)]
pub struct Writer {
    /// The day written last: samples come in order, and a date costs more than a time of day.
    day: Option<i64>,
    date: String,
}

impl Writer {
    /// Appends a time; one that RFC 3339 cannot write becomes its microseconds since the epoch.
    pub fn push(&mut self, out: &mut Vec<u8>, at: Micros) {
        let day = at.div_euclid(DAY);
        if !(FIRST_DAY..=LAST_DAY).contains(&day) {
            out.extend_from_slice(at.to_string().as_bytes());
            return;
        }
        if self.day != Some(day) {
            let (year, month, of_month) = civil(day);
            self.date = format!("{year:04}-{month:02}-{of_month:02}T");
            self.day = Some(day);
        }
        out.extend_from_slice(self.date.as_bytes());
        let mut rest = at.rem_euclid(DAY);
        let mut text = *b"00:00:00.000000Z";
        for place in [14, 13, 12, 11, 10, 9] {
            text[place] = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        for (place, radix) in [(6, 60), (3, 60), (0, 24)] {
            let part = rest % radix;
            text[place] = b'0' + (part / 10) as u8;
            text[place + 1] = b'0' + (part % 10) as u8;
            rest /= radix;
        }
        out.extend_from_slice(&text);
    }
}

/// Year, month and day of a count of days since the epoch, in the Gregorian calendar.
fn civil(day: i64) -> (i64, i64, i64) {
    // Counted from a first of March, so that the leap day is the last of its year.
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let of_month = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    (year + era * 400 + i64::from(month <= 2), month, of_month)
}

/// How a column of times is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// RFC 3339 with its zone; or, where it is a whole number, microseconds as [`Writer`] falls back to.
    Stamp,
    /// A date and time without a zone, year first.
    Iso,
    /// `24.11.2026 14:05`.
    Dots,
    /// `24/11/2026 14:05`.
    DayFirst,
    /// `11/24/2026 14:05`.
    MonthFirst,
    /// A number since the epoch, in so many microseconds each, fractions allowed.
    Epoch(Scale),
}

/// The unit of a number since the epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Seconds.
    Seconds,
    /// Milliseconds.
    Millis,
    /// Microseconds.
    Micros,
    /// Nanoseconds.
    Nanos,
}

impl Form {
    /// In words, for the preview.
    pub fn words(self) -> &'static str {
        match self {
            Self::Stamp => "date and time with their zone",
            Self::Iso => "date and time without a zone, year first",
            Self::Dots => "day.month.year",
            Self::DayFirst => "day/month/year",
            Self::MonthFirst => "month/day/year",
            Self::Epoch(Scale::Seconds) => "seconds since 1970",
            Self::Epoch(Scale::Millis) => "milliseconds since 1970",
            Self::Epoch(Scale::Micros) => "microseconds since 1970",
            Self::Epoch(Scale::Nanos) => "nanoseconds since 1970",
        }
    }

    /// Whether times of this form need a zone to be told.
    pub fn needs_zone(self) -> bool {
        matches!(self, Self::Iso | Self::Dots | Self::DayFirst | Self::MonthFirst)
    }

    /// Reads a time; none where it is none of this form.
    pub fn read(self, text: &str, zone: &TimeZone) -> Option<Micros> {
        match self {
            Self::Stamp => stamp(text),
            Self::Iso => iso(text, zone),
            Self::Dots => civil_text(text, '.', zone, |[day, month, year]| [year, month, day]),
            Self::DayFirst => civil_text(text, '/', zone, |[day, month, year]| [year, month, day]),
            Self::MonthFirst => civil_text(text, '/', zone, |[month, day, year]| [year, month, day]),
            Self::Epoch(scale) => epoch(text, scale),
        }
    }

    /// The form that fits most of `texts`, the likelier first where several fit alike; none where it is not even half of
    /// them. A broken line does not make a column another one.
    pub fn guess(texts: &[String]) -> Option<Self> {
        let zone = TimeZone::UTC;
        let fits = |form: Self| {
            let fits = |text: &&String| match (form, form.read(text, &zone)) {
                (_, None) => false,
                // The size of a number tells its unit: a second of our time has ten digits, a millisecond thirteen.
                (Self::Epoch(_), Some(at)) => (YEAR_2001..YEAR_2200).contains(&at),
                (Self::Stamp, Some(_)) => text.parse::<i64>().is_err(),
                _ => true,
            };
            texts.iter().filter(fits).count()
        };
        let forms = [
            Self::Epoch(Scale::Seconds),
            Self::Epoch(Scale::Millis),
            Self::Epoch(Scale::Micros),
            Self::Epoch(Scale::Nanos),
            Self::Stamp,
            Self::Iso,
            Self::Dots,
            Self::DayFirst,
            Self::MonthFirst,
        ];
        // The first of several that fit alike.
        let (form, most) = forms
            .into_iter()
            .map(|form| (form, fits(form)))
            .rev()
            .max_by_key(|(_, fits)| *fits)?;
        (most > 0 && most * 2 > texts.len()).then_some(form)
    }
}

const YEAR_2001: Micros = 978_307_200_000_000;
const YEAR_2200: Micros = 7_258_118_400_000_000;

fn stamp(text: &str) -> Option<Micros> {
    if let Ok(micros) = text.parse::<i64>() {
        return Some(micros);
    }
    let time: Timestamp = text.parse().ok()?;
    // Beyond microseconds there is nothing to keep; cut towards the past, as everywhere.
    Some(i64::try_from(time.as_nanosecond().div_euclid(1000)).unwrap_or(i64::MAX))
}

fn in_zone(time: DateTime, zone: &TimeZone) -> Option<Micros> {
    let stamp = zone.to_timestamp(time).ok()?;
    i64::try_from(stamp.as_nanosecond().div_euclid(1000)).ok()
}

fn iso(text: &str, zone: &TimeZone) -> Option<Micros> {
    in_zone(text.parse::<DateTime>().ok()?, zone)
}

fn civil_text(
    text: &str,
    between: char,
    zone: &TimeZone,
    order: impl Fn([&str; 3]) -> [&str; 3],
) -> Option<Micros> {
    if text.len() > 40 {
        return None;
    }
    let (date, time) = text.split_once([' ', 'T']).unwrap_or((text, "00:00"));
    let mut parts = date.split(between);
    let parts = [parts.next()?, parts.next()?, parts.next()?];
    if date.split(between).count() != 3 {
        return None;
    }
    let [year, month, day] = order(parts);
    let year = match year.len() {
        4 => year.to_owned(),
        2 => format!("20{year}"),
        _ => return None,
    };
    let digits = |part: &str| (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(month) || !digits(day) {
        return None;
    }
    let time = time.trim();
    let time = if time.find(':') == Some(1) {
        format!("0{time}")
    } else {
        time.to_owned()
    };
    iso(&format!("{year}-{month:0>2}-{day:0>2}T{time}"), zone)
}

fn epoch(text: &str, scale: Scale) -> Option<Micros> {
    // Whole numbers exactly: a nanosecond of today does not fit a real number.
    if let Ok(whole) = text.parse::<i64>() {
        return match scale {
            Scale::Seconds => whole.checked_mul(1_000_000),
            Scale::Millis => whole.checked_mul(1_000),
            Scale::Micros => Some(whole),
            Scale::Nanos => Some(whole.div_euclid(1_000)),
        };
    }
    let number: f64 = text.parse().ok()?;
    let micros = number
        * match scale {
            Scale::Seconds => 1e6,
            Scale::Millis => 1e3,
            Scale::Micros => 1.0,
            Scale::Nanos => 1e-3,
        };
    (micros.abs() < 9e18).then(|| micros.round() as i64)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(at: Micros) -> String {
        let mut out = Vec::new();
        Writer::default().push(&mut out, at);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn times_are_written_alike() {
        assert_eq!(text(0), "1970-01-01T00:00:00.000000Z");
        assert_eq!(text(-1), "1969-12-31T23:59:59.999999Z");
        assert_eq!(text(951_782_400_000_000), "2000-02-29T00:00:00.000000Z");
        assert_eq!(text(7_258_118_399_999_999), "2199-12-31T23:59:59.999999Z");
        assert_eq!(text(i64::MAX), i64::MAX.to_string());
        assert_eq!(text(i64::MIN), i64::MIN.to_string());
    }

    #[test]
    fn forms_are_told_apart() {
        let at = 1_795_529_100_000_000; // 2026-11-24T14:05:00Z
        for (written, form) in [
            ("2026-11-24T14:05:00Z", Form::Stamp),
            ("2026-11-24 15:05:00+01:00", Form::Stamp),
            ("2026-11-24 14:05:00.000", Form::Iso),
            ("2026-11-24T14:05", Form::Iso),
            ("24.11.2026 14:05", Form::Dots),
            ("24.11.26 14:05:00", Form::Dots),
            ("24/11/2026 14:05", Form::DayFirst),
            ("11/24/2026 14:05", Form::MonthFirst),
            ("1795529100", Form::Epoch(Scale::Seconds)),
            ("1795529100.0", Form::Epoch(Scale::Seconds)),
            ("1795529100000", Form::Epoch(Scale::Millis)),
            ("1795529100000000", Form::Epoch(Scale::Micros)),
            ("1795529100000000000", Form::Epoch(Scale::Nanos)),
        ] {
            assert_eq!(Form::guess(&[written.to_owned()]), Some(form), "{written}");
            assert_eq!(form.read(written, &TimeZone::UTC), Some(at), "{written}");
        }
        assert_eq!(Form::guess(&["yesterday".to_owned()]), None);
        assert_eq!(Form::guess(&[]), None);
        // One day beyond twelve decides for the whole column.
        let days = ["03/04/2026 00:00".to_owned(), "13/04/2026 00:00".to_owned()];
        assert_eq!(Form::guess(&days), Some(Form::DayFirst));
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        assert_eq!(Form::Iso.read("2026-11-24 15:05", &berlin), Some(at));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(at: i64) {
            prop_assert_eq!(Form::Stamp.read(&text(at), &TimeZone::UTC), Some(at));
        }

        #[test]
        fn within_the_calendar_it_is_what_another_library_writes(at in -62_135_596_800_000_000i64..253_402_000_000_000_000) {
            let other: Timestamp = text(at).parse().unwrap();
            prop_assert_eq!(other.as_microsecond(), at);
        }

        #[test]
        fn any_text_is_read_without_panic(text in "\\PC{0,60}") {
            for form in [
                Form::Stamp, Form::Iso, Form::Dots, Form::DayFirst, Form::MonthFirst,
                Form::Epoch(Scale::Seconds), Form::Epoch(Scale::Nanos),
            ] {
                let _ = form.read(&text, &TimeZone::UTC);
            }
            let _ = Form::guess(&[text]);
        }
    }
}
