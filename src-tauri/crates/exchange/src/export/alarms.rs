//! The alarm journal as comma-separated values: one line an entry, for people, spreadsheets and as a witness of the chain.

use std::io::{BufWriter, Write};

use hearthline_history::Fingerprint;
use hearthline_model::{AlarmEntry, CoverKind, Micros};

use super::csv::{push, push_value};
use super::quality_word;
use crate::{Error, times};

/// The head line.
pub const ALARM_COLUMNS: [&str; 20] = [
    "number",
    "time",
    "received",
    "what",
    "state",
    "priority",
    "alarm",
    "device",
    "place",
    "value",
    "unit",
    "limit",
    "quality",
    "who",
    "reason",
    "set_aside",
    "late",
    "alarm_id",
    "condition",
    "fingerprint",
];

/// An entry with what it belongs to.
#[derive(Clone, Copy, Debug)]
pub struct AlarmLine<'a> {
    /// Its number.
    pub seq: u64,
    /// The entry.
    pub entry: &'a AlarmEntry,
    /// The device's name.
    pub device: &'a str,
    /// Where it is.
    pub place: &'a str,
    /// Unit of value and limit.
    pub unit: &'a str,
    /// That of the line in the chain.
    pub fingerprint: Option<Fingerprint>,
}

/// A file under way.
pub struct AlarmCsv<W: Write> {
    out: BufWriter<W>,
    line: Vec<u8>,
}

impl<W: Write> AlarmCsv<W> {
    /// Begins with the head line.
    ///
    /// # Errors
    /// Where `out` refuses.
    pub fn new(out: W) -> Result<Self, Error> {
        let mut out = BufWriter::with_capacity(1 << 16, out);
        write!(out, "{}\r\n", ALARM_COLUMNS.join(",")).map_err(Error::Write)?;
        Ok(Self {
            out,
            line: Vec::new(),
        })
    }

    /// An entry.
    ///
    /// # Errors
    /// Where `out` refuses.
    pub fn line(&mut self, line: &AlarmLine<'_>) -> Result<(), Error> {
        let AlarmLine { entry, .. } = line;
        let out = &mut self.line;
        out.clear();
        // Writing into a vector does not fail.
        let _ = write!(out, "{},", line.seq);
        for at in [entry.at, entry.received_at] {
            times::Writer::default().push(out, at);
            out.push(b',');
        }
        for word in [word(&entry.transition), word(&entry.state), word(&entry.priority)] {
            field(out, &word);
        }
        for text in [&entry.text, line.device, line.place] {
            field(out, text);
        }
        push_value(out, &entry.value);
        out.push(b',');
        field(out, line.unit);
        if let Some(limit) = entry.limit {
            let _ = write!(out, "{limit}");
        }
        out.push(b',');
        for text in [quality_word(entry.quality), &entry.who, &entry.reason] {
            field(out, text);
        }
        let covers: Vec<&str> = entry.covers.iter().map(|cover| cover_word(cover.kind)).collect();
        field(out, &covers.join(" and "));
        let late = match (entry.over, entry.late) {
            (true, _) => "over before it was known",
            (_, true) => "late",
            _ => "",
        };
        let _ = write!(out, "{late},{},", entry.alarm.0);
        field(out, &entry.key.condition);
        if let Some(fingerprint) = line.fingerprint {
            let _ = write!(out, "{fingerprint}");
        }
        out.extend_from_slice(b"\r\n");
        self.out.write_all(out).map_err(Error::Write)
    }

    /// Nothing follows.
    ///
    /// # Errors
    /// Where `out` refuses.
    pub fn finish(mut self) -> Result<(), Error> {
        self.out.flush().map_err(Error::Write)
    }
}

fn field(out: &mut Vec<u8>, text: &str) {
    push(out, text);
    out.push(b',');
}

fn word<T: serde::Serialize>(value: &T) -> String {
    let text = serde_json::to_string(value).unwrap_or_default();
    text.trim_matches('"').replace('_', " ")
}

fn cover_word(kind: CoverKind) -> &'static str {
    match kind {
        CoverKind::Shelved => "shelved",
        CoverKind::Suppressed => "suppressed",
        CoverKind::OutOfService => "out of service",
    }
}

/// A line of a CSV file: quoted where it must be, and nothing in it that a spreadsheet would run.
pub fn csv_line(fields: &[&str]) -> Vec<u8> {
    let mut out = Vec::new();
    for (ix, text) in fields.iter().enumerate() {
        if ix > 0 {
            out.push(b',');
        }
        push(&mut out, text);
    }
    out.extend_from_slice(b"\r\n");
    out
}

/// A time as the files have it: RFC 3339, UTC.
pub fn csv_time(at: Micros) -> String {
    let mut out = Vec::new();
    times::Writer::default().push(&mut out, at);
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use hearthline_model::{
        AlarmId, AlarmKey, AlarmState, DeviceId, PointId, Priority, Quality, Transition, Value,
    };

    use super::*;

    #[test]
    fn an_entry_is_one_line_that_no_spreadsheet_runs() {
        let entry = AlarmEntry {
            alarm: AlarmId(7),
            key: AlarmKey {
                device: DeviceId(3),
                point: Some(PointId(9)),
                condition: "hi_hi".into(),
            },
            at: 0,
            received_at: 60_000_000,
            transition: Transition::OutOfService,
            state: AlarmState::LatchedUnacknowledged,
            priority: Priority::Critical,
            value: Value::text("=HYPERLINK(\"x\")"),
            limit: Some(80.5),
            quality: Quality::Good,
            text: "@cmd, \"hot\"\nnow".into(),
            who: "+Ann".into(),
            reason: "-1 valve".into(),
            covers: Vec::new(),
            raised_at: None,
            count: 1,
            late: true,
            over: false,
            first: false,
        };
        let mut out = Vec::new();
        let mut csv = AlarmCsv::new(&mut out).unwrap();
        csv.line(&AlarmLine {
            seq: 12,
            entry: &entry,
            device: "=Pump",
            place: "Cellar",
            unit: "°C",
            fingerprint: Some(Fingerprint([0xab; 32])),
        })
        .unwrap();
        csv.finish().unwrap();
        let text = String::from_utf8(out).unwrap();
        let (head, line) = text.split_once("\r\n").unwrap();
        assert_eq!(head, ALARM_COLUMNS.join(","));
        assert_eq!(
            line,
            format!(
                "12,1970-01-01T00:00:00.000000Z,1970-01-01T00:01:00.000000Z,out of service,latched unacknowledged,critical,\
                 \"'@cmd, \"\"hot\"\"\nnow\",'=Pump,Cellar,\"'=HYPERLINK(\"\"x\"\")\",°C,80.5,good,'+Ann,'-1 valve,,late,7,hi_hi,{}\r\n",
                "ab".repeat(32)
            )
        );
        assert_eq!(csv_line(&["=a", "b,c"]), b"'=a,\"b,c\"\r\n");
    }
}
