//! Moments and durations. "Local" is UTC here: decoding knows no machine's time zone, and time is shown in the person's own
//! zone anyway.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use jiff::civil;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp, Zoned};
use minijinja::value::{DynObject, Object, ObjectRepr, Rest, ValueOrKwargs};
use minijinja::{Environment, Error, ErrorKind, State, Value};

use super::args::{Args, or_default, wrong};
use super::number::as_float;
use crate::template::vars::NOW;

pub(super) fn register(environment: &mut Environment<'static>) {
    for name in ["now", "utcnow"] {
        environment.add_function(name, |state: &State| Value::from_object(Moment(now(state))));
    }
    environment.add_function(
        "today_at",
        |state: &State, time: Option<&str>| -> Result<Value, Error> {
            let today = now(state).date();
            let time: civil::Time = time
                .unwrap_or("00:00")
                .parse()
                .map_err(|_| wrong("today_at needs a time of day"))?;
            moment(today.to_datetime(time))
        },
    );
    environment.add_function("as_timestamp", as_timestamp);
    environment.add_filter("as_timestamp", as_timestamp);
    environment.add_function("as_datetime", as_datetime);
    environment.add_filter("as_datetime", as_datetime);
    for name in ["as_local", "as_utc"] {
        environment.add_function(name, |value: Value| value);
        environment.add_filter(name, |value: Value| value);
    }
    environment.add_function("strptime", strptime);
    environment.add_filter("strptime", strptime);
    for name in ["timestamp_local", "timestamp_utc"] {
        environment.add_filter(
            name,
            move |value: Value, rest: Rest<ValueOrKwargs>| match as_float(&value).and_then(from_seconds) {
                Some(zoned) => Ok(Value::from(Moment(zoned).iso())),
                None => or_default(Args::new(rest).get(0, "default"), name, &value),
            },
        );
    }
    environment.add_filter("timestamp_custom", |value: Value, rest: Rest<ValueOrKwargs>| {
        let args = Args::new(rest);
        match as_float(&value).and_then(from_seconds) {
            Some(zoned) => strftime(&zoned, &args.text(0, "format", "%Y-%m-%d %H:%M:%S")).map(Value::from),
            None => or_default(args.get(2, "default"), "timestamp_custom", &value),
        }
    });
    environment.add_function("timedelta", timedelta);
    environment.add_function("as_timedelta", as_timedelta);
    environment.add_filter("as_timedelta", as_timedelta);
    for (name, sign) in [("time_minus", -1), ("time_plus", 1)] {
        environment.add_filter(name, move |left: Value, right: Value| shift(&left, &right, sign));
    }
    for name in ["relative_time", "time_since", "time_until"] {
        let relative = move |state: &State, value: Value| -> Value {
            let Some(moment) = value.downcast_object_ref::<Moment>() else {
                return value;
            };
            let passed = now(state).timestamp().duration_since(moment.0.timestamp());
            let passed = if name == "time_until" { -passed } else { passed };
            if passed.is_negative() {
                value
            } else {
                Value::from(age(passed))
            }
        };
        environment.add_function(name, relative);
        environment.add_filter(name, relative);
    }
}

fn now(state: &State) -> Zoned {
    let micros = state.lookup(NOW).and_then(|now| now.as_i64()).unwrap_or(0);
    Timestamp::from_microsecond(micros)
        .unwrap_or_default()
        .to_zoned(jiff::tz::TimeZone::UTC)
}

fn from_seconds(seconds: f64) -> Option<Zoned> {
    let micros = (seconds * 1e6).round();
    (micros.is_finite() && micros.abs() < 9e18)
        .then(|| Timestamp::from_microsecond(micros as i64).ok())
        .flatten()
        .map(|at| at.to_zoned(jiff::tz::TimeZone::UTC))
}

fn moment(at: civil::DateTime) -> Result<Value, Error> {
    at.to_zoned(jiff::tz::TimeZone::UTC)
        .map(|zoned| Value::from_object(Moment(zoned)))
        .map_err(|_| wrong("the time is out of range"))
}

/// ISO 8601 with or without an offset, or a date alone.
fn parse(text: &str) -> Option<Zoned> {
    let text = text.trim();
    if let Ok(at) = text.parse::<Timestamp>() {
        let offset = jiff::fmt::temporal::Pieces::parse(text)
            .ok()
            .and_then(|pieces| pieces.to_numeric_offset())
            .unwrap_or(Offset::UTC);
        return Some(at.to_zoned(offset.to_time_zone()));
    }
    let at: civil::DateTime = text.parse().ok()?;
    at.to_zoned(jiff::tz::TimeZone::UTC).ok()
}

fn as_timestamp(value: Value, rest: Rest<ValueOrKwargs>) -> Result<Value, Error> {
    let at = match value.downcast_object_ref::<Moment>() {
        Some(moment) => Some(moment.seconds()),
        None => match value.as_str() {
            Some(text) => parse(text).map(|zoned| Moment(zoned).seconds()),
            None => as_float(&value),
        },
    };
    match at {
        Some(seconds) => Ok(Value::from(seconds)),
        None => or_default(Args::new(rest).get(0, "default"), "as_timestamp", &value),
    }
}

fn as_datetime(value: Value, rest: Rest<ValueOrKwargs>) -> Value {
    if value.downcast_object_ref::<Moment>().is_some() {
        return value;
    }
    let at = as_float(&value)
        .and_then(from_seconds)
        .or_else(|| value.as_str().and_then(parse));
    match at {
        Some(zoned) => Value::from_object(Moment(zoned)),
        // Without a default Home Assistant answers None, not an error.
        None => Args::new(rest).get(0, "default").unwrap_or(Value::from(())),
    }
}

fn strptime(text: &str, format: &str, rest: Rest<ValueOrKwargs>) -> Result<Value, Error> {
    let parsed = jiff::fmt::strtime::parse(format, text).ok().and_then(|broken| {
        if let Ok(zoned) = broken.to_zoned() {
            return Some(zoned);
        }
        let date = broken.to_date().unwrap_or(civil::date(1900, 1, 1));
        let time = broken.to_time().unwrap_or_default();
        date.to_datetime(time).to_zoned(jiff::tz::TimeZone::UTC).ok()
    });
    match parsed {
        Some(zoned) => Ok(Value::from_object(Moment(zoned))),
        None => or_default(Args::new(rest).get(0, "default"), "strptime", &Value::from(text)),
    }
}

fn strftime(zoned: &Zoned, format: &str) -> Result<String, Error> {
    jiff::fmt::strtime::format(format, zoned)
        .map_err(|error| wrong(format!("the time format is wrong: {error}")))
}

fn timedelta(rest: Rest<ValueOrKwargs>) -> Result<Value, Error> {
    let args = Args::new(rest);
    let names = [
        ("days", 86_400.0),
        ("seconds", 1.0),
        ("microseconds", 1e-6),
        ("milliseconds", 1e-3),
        ("minutes", 60.0),
        ("hours", 3_600.0),
        ("weeks", 604_800.0),
    ];
    let mut seconds = 0.0;
    for (ix, (name, unit)) in names.into_iter().enumerate() {
        if let Some(value) = args.get(ix, name) {
            let text = value.as_str().is_some();
            let number = as_float(&value).filter(|_| !text);
            seconds += number.ok_or_else(|| wrong(format!("timedelta: {name} must be a number")))? * unit;
        }
    }
    span(seconds)
}

fn span(seconds: f64) -> Result<Value, Error> {
    SignedDuration::try_from_secs_f64(seconds)
        .ok()
        .filter(|span| span.as_secs().abs() < 1_000_000_000 * 86_400)
        .map(|span| Value::from_object(Span(span)))
        .ok_or_else(|| wrong("the duration is out of range"))
}

/// `1 02:03:04`, `02:03:04`, `1 day, 2:03:04`.
fn as_timedelta(text: &str) -> Value {
    let text = text.trim();
    let (days, clock) = match text.rsplit_once(' ') {
        Some((days, clock)) => (days.split([' ', ',']).next().and_then(|d| d.parse().ok()), clock),
        None => (Some(0.0), text),
    };
    let fields: Option<Vec<f64>> = clock.split(':').map(|field| field.parse().ok()).collect();
    let seconds = match (days, fields.as_deref()) {
        (Some(days), Some([hours, minutes, seconds])) => {
            days * 86_400.0 + hours * 3_600.0 + minutes * 60.0 + seconds
        }
        (Some(days), Some([minutes, seconds])) => days * 86_400.0 + minutes * 60.0 + seconds,
        (Some(days), Some([seconds])) => days * 86_400.0 + seconds,
        _ => return Value::from(()),
    };
    span(seconds).unwrap_or(Value::from(()))
}

fn shift(left: &Value, right: &Value, sign: i32) -> Result<Value, Error> {
    let moment = left
        .downcast_object_ref::<Moment>()
        .ok_or_else(|| wrong("only a time can be moved"))?;
    if let Some(other) = right.downcast_object_ref::<Moment>().filter(|_| sign < 0) {
        let passed = moment.0.timestamp().duration_since(other.0.timestamp());
        return Ok(Value::from_object(Span(passed)));
    }
    let span = right
        .downcast_object_ref::<Span>()
        .ok_or_else(|| wrong("a time can only be moved by a duration"))?;
    let by = if sign < 0 { -span.0 } else { span.0 };
    moment
        .0
        .checked_add(by)
        .map(|zoned| Value::from_object(Moment(zoned)))
        .map_err(|_| wrong("the time is out of range"))
}

/// The largest unit: `5 minutes`, `1 hour`.
fn age(passed: SignedDuration) -> String {
    let seconds = passed.as_secs();
    let units = [
        ("year", 31_536_000),
        ("month", 2_592_000),
        ("day", 86_400),
        ("hour", 3_600),
        ("minute", 60),
    ];
    let (name, unit) = units
        .into_iter()
        .find(|(_, unit)| seconds >= *unit)
        .unwrap_or(("second", 1));
    let count = (seconds + unit / 2) / unit;
    format!("{count} {name}{}", if count == 1 { "" } else { "s" })
}

/// Python's `datetime`.
#[derive(Debug)]
pub(super) struct Moment(Zoned);

impl Moment {
    fn seconds(&self) -> f64 {
        self.0.timestamp().as_microsecond() as f64 / 1e6
    }

    fn text(&self, separator: char) -> String {
        let fraction = if self.0.microsecond() == 0 && self.0.millisecond() == 0 {
            ""
        } else {
            ".%6f"
        };
        let format = format!("%Y-%m-%d{separator}%H:%M:%S{fraction}%:z");
        jiff::fmt::strtime::format(format, &self.0).unwrap_or_default()
    }

    fn iso(&self) -> String {
        self.text('T')
    }
}

impl Object for Moment {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        let at = &self.0;
        Some(Value::from(match key {
            "year" => i64::from(at.year()),
            "month" => i64::from(at.month()),
            "day" => i64::from(at.day()),
            "hour" => i64::from(at.hour()),
            "minute" => i64::from(at.minute()),
            "second" => i64::from(at.second()),
            "microsecond" => i64::from(at.subsec_nanosecond() / 1_000),
            _ => return None,
        }))
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn call_method(
        self: &Arc<Self>,
        _: &mut State<'_, '_>,
        method: &str,
        args: &[Value],
    ) -> Result<Value, Error> {
        match method {
            "isoformat" => Ok(Value::from(self.iso())),
            "timestamp" => Ok(Value::from(self.seconds())),
            "strftime" => {
                let format = args.first().and_then(Value::as_str).unwrap_or_default();
                strftime(&self.0, format).map(Value::from)
            }
            "weekday" => Ok(Value::from(self.0.weekday().to_monday_zero_offset())),
            "isoweekday" => Ok(Value::from(self.0.weekday().to_monday_one_offset())),
            "date" => Ok(Value::from(self.0.date().to_string())),
            "time" => Ok(Value::from(self.0.time().to_string())),
            _ => Err(Error::from(ErrorKind::UnknownMethod)),
        }
    }

    fn custom_cmp(self: &Arc<Self>, other: &DynObject) -> Option<Ordering> {
        Some(
            self.0
                .timestamp()
                .cmp(&other.downcast_ref::<Self>()?.0.timestamp()),
        )
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(' '))
    }
}

/// Python's `timedelta`.
#[derive(Debug)]
struct Span(SignedDuration);

impl Object for Span {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        let seconds = self.0.as_secs();
        match key {
            "days" => Some(Value::from(seconds.div_euclid(86_400))),
            "seconds" => Some(Value::from(seconds.rem_euclid(86_400))),
            _ => None,
        }
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn call_method(
        self: &Arc<Self>,
        _: &mut State<'_, '_>,
        method: &str,
        _: &[Value],
    ) -> Result<Value, Error> {
        if method == "total_seconds" {
            return Ok(Value::from(self.0.as_secs_f64()));
        }
        Err(Error::from(ErrorKind::UnknownMethod))
    }

    fn custom_cmp(self: &Arc<Self>, other: &DynObject) -> Option<Ordering> {
        Some(self.0.cmp(&other.downcast_ref::<Self>()?.0))
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs();
        let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        if days != 0 {
            write!(f, "{days} day{}, ", if days.abs() == 1 { "" } else { "s" })?;
        }
        write!(f, "{}:{:02}:{:02}", rest / 3_600, rest / 60 % 60, rest % 60)
    }
}
