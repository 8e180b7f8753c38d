//! History as comma-separated values: one line a sample, from which the very same sample can be read back.

use std::io::{BufWriter, Write};

use hearthline_history::ListedPoint;
use hearthline_model::{Sample, Value};

use super::{Rows, quality_word};
use crate::Error;
use crate::times;

/// The head line. The first six are for people and spreadsheets; the last three make the file one that can be read back
/// exactly: what sort of value it was, and the keys that outlive names.
pub const COLUMNS: [&str; 9] = [
    "time",
    "device",
    "point",
    "value",
    "unit",
    "quality",
    "type",
    "device_key",
    "point_key",
];

/// A CSV file under way.
pub struct Csv<W: Write> {
    out: BufWriter<W>,
    times: times::Writer,
    line: Vec<u8>,
    /// What stands before and behind the value on each line of the present point.
    before: Vec<u8>,
    unit: Vec<u8>,
    keys: Vec<u8>,
}

impl<W: Write> Csv<W> {
    /// Begins with the head line.
    pub fn new(out: W) -> Result<Self, Error> {
        let mut out = BufWriter::with_capacity(1 << 18, out);
        writeln!(out, "{}\r", COLUMNS.join(",")).map_err(Error::Write)?;
        Ok(Self {
            out,
            times: times::Writer::default(),
            line: Vec::new(),
            before: Vec::new(),
            unit: Vec::new(),
            keys: Vec::new(),
        })
    }
}

impl<W: Write> Rows for Csv<W> {
    fn point(&mut self, point: &ListedPoint) -> Result<(), Error> {
        let fields = |out: &mut Vec<u8>, fields: &[&str]| {
            out.clear();
            for field in fields {
                out.push(b',');
                push(out, field);
            }
        };
        fields(&mut self.before, &[point.device_name(), point.name()]);
        self.before.push(b',');
        fields(&mut self.unit, &[point.desc.unit.as_deref().unwrap_or_default()]);
        fields(&mut self.keys, &[&point.device_desc.key, &point.desc.key]);
        self.keys.extend_from_slice(b"\r\n");
        Ok(())
    }

    fn page(&mut self, samples: &[Sample]) -> Result<(), Error> {
        for sample in samples {
            let line = &mut self.line;
            line.clear();
            self.times.push(line, sample.at);
            line.extend_from_slice(&self.before);
            let kind = push_value(line, &sample.value);
            line.extend_from_slice(&self.unit);
            line.push(b',');
            line.extend_from_slice(quality_word(sample.quality).as_bytes());
            line.push(b',');
            line.extend_from_slice(kind.as_bytes());
            line.extend_from_slice(&self.keys);
            self.out.write_all(line).map_err(Error::Write)?;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<(), Error> {
        self.out.flush().map_err(Error::Write)
    }
}

/// Appends a value; gives the word for its sort.
pub(super) fn push_value(out: &mut Vec<u8>, value: &Value) -> &'static str {
    // Writing into a vector does not fail.
    match value {
        Value::Null => "null",
        Value::Bool(on) => {
            let _ = write!(out, "{on}");
            "bool"
        }
        Value::Int(int) => {
            let _ = write!(out, "{int}");
            "int"
        }
        Value::Float(float) => {
            // The shortest digits that mean this very number, with an exponent where it is very large or small.
            let _ = write!(out, "{float:?}");
            "float"
        }
        Value::Text(text) => {
            push(out, text);
            "text"
        }
    }
}

/// Appends a field: quoted where it must be (RFC 4180), and a text that a spreadsheet would run as a formula made harmless by
/// an apostrophe in front. [`unguarded`] takes it off again.
pub(super) fn push(out: &mut Vec<u8>, text: &str) {
    let signed = text.starts_with(['+', '-']) && text.parse::<f64>().is_err();
    // An apostrophe of its own gets one as well, so that taking one off is always right.
    let guarded = signed || text.starts_with(['=', '@', '\t', '\r', '\'']);
    let quoted =
        text.contains([',', '"', '\n', '\r', ';', '\t']) || text.starts_with(' ') || text.ends_with(' ');
    if quoted {
        out.push(b'"');
    }
    if guarded {
        out.push(b'\'');
    }
    if quoted && text.contains('"') {
        out.extend_from_slice(text.replace('"', "\"\"").as_bytes());
    } else {
        out.extend_from_slice(text.as_bytes());
    }
    if quoted {
        out.push(b'"');
    }
}

/// The text behind a guard against formulas.
pub fn unguarded(field: &str) -> &str {
    field.strip_prefix('\'').unwrap_or(field)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(text: &str) -> String {
        let mut out = Vec::new();
        push(&mut out, text);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn fields_are_quoted_and_harmless() {
        for (text, written) in [
            ("plain", "plain"),
            ("a,b", "\"a,b\""),
            ("say \"x\"", "\"say \"\"x\"\"\""),
            ("=1+1", "'=1+1"),
            ("=HYPERLINK(\"x\",\"y\")", "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\""),
            ("@SUM(1)", "'@SUM(1)"),
            ("\tcmd", "\"'\tcmd\""),
            ("-12.5", "-12.5"),
            ("-cmd", "'-cmd"),
            ("'quoted'", "''quoted'"),
            (" led", "\" led\""),
        ] {
            assert_eq!(field(text), written);
        }
    }

    #[test]
    fn values_name_their_sort() {
        let written = |value: Value| {
            let mut out = Vec::new();
            let kind = push_value(&mut out, &value);
            (String::from_utf8(out).unwrap(), kind)
        };
        assert_eq!(written(Value::Float(21.0)), ("21.0".into(), "float"));
        assert_eq!(written(Value::Float(-0.0)), ("-0.0".into(), "float"));
        assert_eq!(written(Value::Float(1e300)), ("1e300".into(), "float"));
        assert_eq!(
            written(Value::Int(i64::MIN)),
            ("-9223372036854775808".into(), "int")
        );
        assert_eq!(written(Value::Null), (String::new(), "null"));
        assert_eq!(written(Value::text("")), (String::new(), "text"));
        assert_eq!(written(Value::Bool(true)), ("true".into(), "bool"));
    }
}
