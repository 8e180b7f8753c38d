//! Records of a CSV file (RFC 4180, any of the usual separators), each within a bound.

use std::borrow::Cow;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use crate::Error;

/// A record of more bytes is passed over; a text value of 4 MiB fits.
const LONGEST: usize = 5 << 20;
/// Fields of a record; more are passed over.
const MOST_FIELDS: usize = 4096;
/// Bytes that are looked at to find out what separates fields.
const GLANCE: usize = 64 << 10;

/// Reads a file record by record.
pub struct Records {
    input: BufReader<File>,
    reader: Reader,
    bytes: Vec<u8>,
    ends: Vec<usize>,
    count: usize,
    read: u64,
    path: std::path::PathBuf,
}

/// What comes next.
#[derive(Debug, PartialEq, Eq)]
pub enum Next {
    /// A record: see [`Records::field`].
    Record,
    /// One that is too long or has too many fields; perhaps a quotation mark that nothing closes.
    TooLong,
    /// The end.
    End,
}

impl Records {
    /// At the beginning of a file whose fields are separated by `separator`.
    pub fn open(path: &Path, separator: u8) -> Result<Self, Error> {
        let failed = |source| Error::Read {
            path: path.into(),
            source,
        };
        let mut input = BufReader::with_capacity(1 << 16, File::open(path).map_err(failed)?);
        let start = input.fill_buf().map_err(failed)?;
        let mark = if start.starts_with(&[0xef, 0xbb, 0xbf]) {
            3
        } else {
            0
        };
        input.consume(mark);
        Ok(Self {
            input,
            reader: ReaderBuilder::new().delimiter(separator).build(),
            bytes: vec![0; 1 << 12],
            ends: vec![0; 64],
            count: 0,
            read: mark as u64,
            path: path.into(),
        })
    }

    /// Goes to the next record.
    pub fn next(&mut self) -> Result<Next, Error> {
        let (mut bytes, mut ends) = (0, 0);
        let mut too_long = false;
        loop {
            let input = self.input.fill_buf().map_err(|source| Error::Read {
                path: self.path.clone(),
                source,
            })?;
            let (result, read, written, ended) =
                self.reader
                    .read_record(input, &mut self.bytes[bytes..], &mut self.ends[ends..]);
            self.input.consume(read);
            self.read += read as u64;
            bytes += written;
            ends += ended;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull if self.bytes.len() < LONGEST => {
                    let longer = (self.bytes.len() * 2).min(LONGEST);
                    self.bytes.resize(longer, 0);
                }
                ReadRecordResult::OutputEndsFull if self.ends.len() < MOST_FIELDS => {
                    self.ends.resize(self.ends.len() * 2, 0);
                }
                // The rest of it is read into the same room and forgotten.
                ReadRecordResult::OutputFull => (bytes, too_long) = (0, true),
                ReadRecordResult::OutputEndsFull => (ends, too_long) = (0, true),
                ReadRecordResult::Record if too_long => return Ok(Next::TooLong),
                ReadRecordResult::Record => {
                    self.count = ends;
                    return Ok(Next::Record);
                }
                ReadRecordResult::End => return Ok(Next::End),
            }
        }
    }

    /// Fields of the present record.
    pub fn count(&self) -> usize {
        self.count
    }

    /// A field of the present record; empty where it has fewer. What is no UTF-8 is taken for Latin-1, which older
    /// spreadsheets write.
    pub fn field(&self, ix: usize) -> Cow<'_, str> {
        if ix >= self.count {
            return Cow::Borrowed("");
        }
        let begin = if ix == 0 { 0 } else { self.ends[ix - 1] };
        let bytes = &self.bytes[begin..self.ends[ix]];
        match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => Cow::Owned(bytes.iter().map(|byte| char::from(*byte)).collect()),
        }
    }

    /// The line that the reader has come to.
    pub fn line(&self) -> u64 {
        self.reader.line()
    }

    /// Bytes read so far.
    pub fn read(&self) -> u64 {
        self.read
    }
}

/// What separates the fields of a file: the one of `,` `;` tab `|` that its first line has most of, outside of quotes.
///
/// # Errors
/// Where it cannot be read, or is text of a sort that is not read.
pub fn separator(path: &Path) -> Result<u8, Error> {
    let failed = |source| Error::Read {
        path: path.into(),
        source,
    };
    let mut start = Vec::new();
    File::open(path)
        .map_err(failed)?
        .take(GLANCE as u64)
        .read_to_end(&mut start)
        .map_err(failed)?;
    let foreign = |what: &str| {
        Err(Error::Foreign {
            path: path.into(),
            what: what.into(),
        })
    };
    if start.is_empty() {
        return foreign("empty; choose another file");
    }
    if start.starts_with(&[0xff, 0xfe]) || start.starts_with(&[0xfe, 0xff]) {
        return foreign("text in UTF-16; save it as \"CSV UTF-8\"");
    }
    if start.contains(&0) {
        return foreign("no text; choose a file of comma-separated values");
    }
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0), (b'|', 0)];
    let mut quoted = false;
    for byte in start {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => break,
            byte if !quoted => {
                for (separator, count) in &mut counts {
                    *count += i32::from(*separator == byte);
                }
            }
            _ => {}
        }
    }
    // The first of those that are equally many.
    let most = counts.iter().rev().max_by_key(|(_, count)| *count);
    Ok(most.map_or(b',', |(separator, _)| *separator))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &[u8]) -> (Vec<Vec<String>>, usize) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.csv");
        std::fs::write(&path, text).unwrap();
        let separator = separator(&path).unwrap_or(b',');
        let mut records = Records::open(&path, separator).unwrap();
        let (mut all, mut long) = (Vec::new(), 0);
        loop {
            match records.next().unwrap() {
                Next::Record => all.push(
                    (0..records.count())
                        .map(|ix| records.field(ix).into_owned())
                        .collect(),
                ),
                Next::TooLong => long += 1,
                Next::End => break,
            }
        }
        assert_eq!(records.read() as usize, text.len());
        (all, long)
    }

    #[test]
    fn records_are_read_as_spreadsheets_write_them() {
        let (all, _) = read(b"\xef\xbb\xbftime;value\r\n1;\"a;\"\"b\"\"\nc\"\r\n\r\n2;\xb0C");
        assert_eq!(
            all,
            [vec!["time", "value"], vec!["1", "a;\"b\"\nc"], vec!["2", "°C"]]
        );
        assert_eq!(read(b"a\tb\n1,5\t2\n").0[1], ["1,5", "2"]);
    }

    #[test]
    fn what_is_too_long_is_passed_over_and_what_follows_is_read() {
        let mut text = b"a,b\n".to_vec();
        text.extend(vec![b'x'; LONGEST + 100]);
        text.extend_from_slice(b",1\n2,3\n");
        text.extend(vec![b','; MOST_FIELDS + 100]);
        text.extend_from_slice(b"\n4,5\n6,\"never closed\n7,8\n");
        let (all, long) = read(&text);
        assert_eq!(long, 2);
        assert_eq!(all[1], ["2", "3"]);
        assert_eq!(all[2], ["4", "5"]);
        assert_eq!(all[3][1], "never closed\n7,8\n");
    }

    #[test]
    fn what_is_no_csv_is_said_to_be_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.csv");
        for (bytes, word) in [
            (&b""[..], "empty"),
            (b"\xff\xfea\0", "UTF-16"),
            (b"PAR1\0\0", "no text"),
        ] {
            std::fs::write(&path, bytes).unwrap();
            assert!(separator(&path).unwrap_err().to_string().contains(word));
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 1..300)) {
            read(&bytes);
        }
    }
}
