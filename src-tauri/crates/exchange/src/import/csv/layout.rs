//! What the columns of a CSV file are, found out from its first lines.

use std::path::Path;

use super::read::{Next, Records, separator};
use crate::times::Form;
use crate::{Error, export};

/// Lines that are looked at.
const GLANCE: usize = 2000;

/// What the columns are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Columns {
    /// Hearthline's own, from which every sample comes back exactly.
    Own,
    /// One sample a line.
    Long {
        time: usize,
        /// None: the file is about one thing.
        point: Option<usize>,
        device: Option<usize>,
        value: usize,
        unit: Option<usize>,
    },
    /// One moment a line, one thing a column: its number and name.
    Wide {
        time: usize,
        points: Vec<(usize, String)>,
    },
}

/// How a file is laid out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// What separates fields.
    pub separator: u8,
    /// The first line names the columns.
    pub head: bool,
    /// What they are.
    pub columns: Columns,
    /// How times are written.
    pub form: Form,
    /// Numbers have a decimal comma.
    pub comma: bool,
}

impl Layout {
    /// Finds it out.
    ///
    /// # Errors
    /// Where no column holds times, or none values.
    pub fn find(path: &Path) -> Result<Self, Error> {
        let separator = separator(path)?;
        let mut records = Records::open(path, separator)?;
        let mut lines: Vec<Vec<String>> = Vec::new();
        while lines.len() < GLANCE {
            match records.next()? {
                Next::Record => lines.push(
                    (0..records.count())
                        .map(|ix| records.field(ix).trim().chars().take(200).collect())
                        .collect(),
                ),
                Next::TooLong => {}
                Next::End => break,
            }
        }
        let wrong = |what: &str| Error::Foreign {
            path: path.into(),
            what: what.to_owned(),
        };
        let first = lines.first().ok_or_else(|| wrong("empty; choose another file"))?;
        if first.iter().map(String::as_str).eq(export::COLUMNS) {
            return Ok(Self {
                separator,
                head: true,
                columns: Columns::Own,
                form: Form::Stamp,
                comma: false,
            });
        }
        let names: Vec<String> = first.iter().map(|name| name.to_lowercase()).collect();
        let body = lines.get(1..).unwrap_or_default();
        let form_of = |column: usize, lines: &[Vec<String>]| {
            let texts: Vec<String> = lines
                .iter()
                .filter_map(|line| line.get(column))
                .filter(|text| !text.is_empty())
                .cloned()
                .collect();
            Form::guess(&texts)
        };
        let comma = separator != b',' && body.iter().flatten().any(|text| decimal_comma(text));
        let column_of = |words: &[&str]| {
            words
                .iter()
                .find_map(|word| names.iter().position(|name| name == word))
        };
        // Without a head line the first line is a sample like the others.
        if let Some(form) = form_of(0, std::slice::from_ref(first)) {
            let columns = match first.len() {
                2 => long(0, None, 1),
                3 => long(0, Some(1), 2),
                _ => {
                    return Err(wrong(
                        "without a line that names its columns; give it one, such as time,point,value",
                    ));
                }
            };
            let form = form_of(0, &lines).unwrap_or(form);
            return Ok(Self {
                separator,
                head: false,
                columns,
                form,
                comma,
            });
        }
        let time = column_of(TIME)
            .filter(|column| form_of(*column, body).is_some())
            .or_else(|| (0..names.len()).find(|column| form_of(*column, body).is_some()))
            .ok_or_else(|| {
                wrong("without a column of times that can be read; name one \"time\" and write it as 2026-11-24T14:05:00Z")
            })?;
        let form = form_of(time, body).unwrap_or(Form::Stamp);
        let value = column_of(VALUE).filter(|column| *column != time);
        let columns = if let Some(value) = value {
            let other =
                |words: &[&str]| column_of(words).filter(|column| *column != time && *column != value);
            Columns::Long {
                time,
                point: other(POINT),
                device: other(DEVICE),
                value,
                unit: other(UNIT),
            }
        } else {
            let points: Vec<(usize, String)> = first
                .iter()
                .enumerate()
                .filter(|(column, name)| *column != time && !name.is_empty())
                .map(|(column, name)| (column, name.clone()))
                .collect();
            if points.is_empty() {
                return Err(wrong("without a column of values beside its times"));
            }
            Columns::Wide { time, points }
        };
        Ok(Self {
            separator,
            head: true,
            columns,
            form,
            comma,
        })
    }
}

const TIME: &[&str] = &[
    "time",
    "timestamp",
    "last_updated",
    "last_changed",
    "datetime",
    "date_time",
    "date",
    "_time",
    "at",
    "ts",
    "zeit",
    "datum",
];
const POINT: &[&str] = &[
    "point",
    "entity_id",
    "entity",
    "tag",
    "sensor",
    "metric",
    "variable",
    "channel",
    "series",
    "topic",
    "name",
    "_field",
    "field",
    "id",
];
const DEVICE: &[&str] = &[
    "device",
    "device_name",
    "machine",
    "asset",
    "_measurement",
    "measurement",
    "host",
];
const VALUE: &[&str] = &["value", "state", "_value", "val", "reading", "wert"];
const UNIT: &[&str] = &["unit", "unit_of_measurement", "units", "einheit"];

fn long(time: usize, point: Option<usize>, value: usize) -> Columns {
    Columns::Long {
        time,
        point,
        device: None,
        value,
        unit: None,
    }
}

fn decimal_comma(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    text.strip_prefix('-')
        .unwrap_or(text)
        .split_once(',')
        .is_some_and(|(whole, rest)| digits(whole) && digits(rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::times::Scale;

    fn found(text: &str) -> Result<Layout, Error> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.csv");
        std::fs::write(&path, text).unwrap();
        Layout::find(&path)
    }

    #[test]
    fn columns_are_recognised() {
        let own = found(&format!("{}\r\n", export::COLUMNS.join(","))).unwrap();
        assert_eq!(own.columns, Columns::Own);
        let home = found("entity_id,state,last_changed\nsensor.a,21.5,2026-11-24T14:05:00.000Z\n").unwrap();
        assert_eq!(
            home.columns,
            Columns::Long {
                time: 2,
                point: Some(0),
                device: None,
                value: 1,
                unit: None
            }
        );
        let wide = found("Datum;Temperatur;Feuchte\n24.11.2026 14:05;21,5;40\n").unwrap();
        assert_eq!((wide.separator, wide.form, wide.comma), (b';', Form::Dots, true));
        assert_eq!(
            wide.columns,
            Columns::Wide {
                time: 0,
                points: vec![(1, "Temperatur".into()), (2, "Feuchte".into())]
            }
        );
        let bare = found("1795529100,pump,1\n1795529101,pump,2\n").unwrap();
        assert_eq!((bare.head, bare.form), (false, Form::Epoch(Scale::Seconds)));
    }

    #[test]
    fn what_cannot_be_understood_says_why() {
        assert!(
            found("a,b\n1,2\n")
                .unwrap_err()
                .to_string()
                .contains("column of times")
        );
        assert!(
            found("time\n2026-11-24T14:05:00Z\n")
                .unwrap_err()
                .to_string()
                .contains("column of values")
        );
        let many = "2026-11-24T14:05:00Z,1,2,3\n";
        assert!(found(many).unwrap_err().to_string().contains("names its columns"));
    }
}
