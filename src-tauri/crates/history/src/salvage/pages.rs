//! Rows found in the pages of a file, without SQLite: where an inner page of a table is lost, SQLite reaches nothing below it,
//! while the rows still stand in their leaves.
//!
//! Follows the file format as SQLite documents it. Everything read is bounded and nothing is trusted: a page may be anything.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use rusqlite::types::Value;
use rustc_hash::FxHashSet;

use super::header;

/// Columns that a row has at the most.
const MOST_COLUMNS: usize = 64;
/// Bytes that a row has at the most.
const LARGEST_ROW: usize = 64 << 20;
/// Pages of a list of free pages that are followed.
const MOST_TRUNKS: usize = 1 << 20;

const LEAF: u8 = 0x0d;
const KEYED_LEAF: u8 = 0x0a;
const KEYED_INNER: u8 = 0x02;

/// A row as it stands in a page.
#[derive(Debug)]
pub struct Found {
    /// Its rowid; none where the table has none.
    pub rowid: Option<i64>,
    /// Its columns.
    pub values: Vec<Value>,
}

/// The pages of a file.
#[derive(Debug)]
pub struct Pages {
    file: File,
    size: usize,
    /// Bytes of a page that SQLite uses.
    usable: usize,
    count: u32,
    /// Pages on the list of free ones: what stands in them was deleted.
    free: FxHashSet<u32>,
}

impl Pages {
    /// Opens a file, whatever it is.
    pub fn open(path: &Path) -> std::io::Result<Self> {
        let mut file = File::open(path)?;
        let length = file.metadata()?.len();
        let mut start = Vec::new();
        file.by_ref().take(100).read_to_end(&mut start)?;
        let size = header::page_size(&start).unwrap_or(header::PAGE);
        let reserved = if header::reads(&start) {
            usize::from(start[20])
        } else {
            0
        };
        let mut pages = Self {
            file,
            size,
            usable: size - reserved.min(size / 4),
            count: u32::try_from(length / size as u64).unwrap_or(u32::MAX - 1),
            free: FxHashSet::default(),
        };
        if header::reads(&start) {
            pages.find_free(be32(&start, 32).unwrap_or_default());
        }
        Ok(pages)
    }

    /// Pages of the file; they are counted from 1.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// Every row that stands whole in a page; nothing where it holds no rows.
    pub fn rows(&mut self, page: u32, each: &mut dyn FnMut(Found)) {
        if self.free.contains(&page) {
            return;
        }
        let Some(bytes) = self.page(page) else { return };
        let head = if page == 1 { 100 } else { 0 };
        let (pointers, keyed) = match bytes.get(head) {
            Some(&LEAF) => (head + 8, false),
            Some(&KEYED_LEAF) => (head + 8, true),
            Some(&KEYED_INNER) => (head + 12, true),
            _ => return,
        };
        let inner = bytes[head] == KEYED_INNER;
        let cells = be16(&bytes, head + 3).unwrap_or_default();
        for cell in 0..cells.min(self.size / 4) {
            let Some(at) = be16(&bytes, pointers + cell * 2) else {
                return;
            };
            if let Some(found) = self.cell(&bytes, at + if inner { 4 } else { 0 }, keyed) {
                each(found);
            }
        }
    }

    /// The rowids of rows that are a rowid and a blob, without their blobs.
    pub fn ids(&mut self, page: u32, each: &mut dyn FnMut(i64)) {
        if self.free.contains(&page) {
            return;
        }
        let Some(bytes) = self.page(page) else { return };
        let head = if page == 1 { 100 } else { 0 };
        if bytes.get(head) != Some(&LEAF) {
            return;
        }
        let cells = be16(&bytes, head + 3).unwrap_or_default();
        for cell in 0..cells.min(self.size / 4) {
            let id = be16(&bytes, head + 8 + cell * 2).and_then(|at| {
                let mut rest = bytes.get(at..)?;
                varint(&mut rest)?;
                let id = varint(&mut rest)?;
                let record = rest;
                let length = usize::try_from(varint(&mut rest)?).ok()?;
                let (none, blob) = (varint(&mut rest)?, varint(&mut rest)?);
                let two = record.len() - rest.len() == length;
                (two && none == 0 && blob >= 12 && blob.is_multiple_of(2)).then_some(id)
            });
            if let Some(id) = id {
                each(id as i64);
            }
        }
    }

    fn cell(&mut self, page: &[u8], at: usize, keyed: bool) -> Option<Found> {
        let mut rest = page.get(at..)?;
        let length = usize::try_from(varint(&mut rest)?).ok()?;
        let rowid = if keyed {
            None
        } else {
            Some(varint(&mut rest)? as i64)
        };
        if length > LARGEST_ROW {
            return None;
        }
        let local = self.local(length, keyed);
        let mut payload = rest.get(..local)?.to_vec();
        if local < length {
            self.overflow(be32(rest, local)?, length, &mut payload)?;
        }
        Some(Found {
            rowid,
            values: record(&payload)?,
        })
    }

    /// How much of a row of this length stands in its page.
    fn local(&self, length: usize, keyed: bool) -> usize {
        let usable = self.usable;
        let most = if keyed {
            (usable - 12) * 64 / 255 - 23
        } else {
            usable - 35
        };
        if length <= most {
            return length;
        }
        let least = (usable - 12) * 32 / 255 - 23;
        let fits = least + (length - least) % (usable - 4);
        if fits <= most { fits } else { least }
    }

    fn overflow(&mut self, mut next: u32, length: usize, payload: &mut Vec<u8>) -> Option<()> {
        while payload.len() < length {
            let bytes = self.page(next)?;
            let wanted = (length - payload.len()).min(self.usable - 4);
            payload.extend_from_slice(bytes.get(4..4 + wanted)?);
            next = be32(&bytes, 0)?;
        }
        Some(())
    }

    fn page(&mut self, page: u32) -> Option<Vec<u8>> {
        if page == 0 || page > self.count {
            return None;
        }
        let mut bytes = vec![0; self.size];
        let at = u64::from(page - 1) * self.size as u64;
        self.file.seek(SeekFrom::Start(at)).ok()?;
        self.file.read_exact(&mut bytes).ok()?;
        Some(bytes)
    }

    fn find_free(&mut self, mut trunk: u32) {
        for _ in 0..MOST_TRUNKS {
            if trunk == 0 || !self.free.insert(trunk) {
                return;
            }
            let Some(bytes) = self.page(trunk) else { return };
            let leaves = be32(&bytes, 4).unwrap_or_default() as usize;
            for leaf in 0..leaves.min(self.size / 4) {
                if let Some(page) = be32(&bytes, 8 + leaf * 4) {
                    self.free.insert(page);
                }
            }
            trunk = be32(&bytes, 0).unwrap_or_default();
        }
    }
}

/// The columns of a row.
fn record(payload: &[u8]) -> Option<Vec<Value>> {
    let mut rest = payload;
    let head = usize::try_from(varint(&mut rest)?).ok()?;
    let mut kinds = payload.get(payload.len() - rest.len()..head)?;
    let mut body = payload.get(head..)?;
    let mut values = Vec::new();
    while !kinds.is_empty() {
        if values.len() == MOST_COLUMNS {
            return None;
        }
        let kind = varint(&mut kinds)?;
        values.push(value(kind, &mut body)?);
    }
    (body.is_empty() && !values.is_empty()).then_some(values)
}

fn value(kind: u64, body: &mut &[u8]) -> Option<Value> {
    let mut take = |count: usize| {
        let (taken, rest) = body.split_at_checked(count)?;
        *body = rest;
        Some(taken)
    };
    let mut whole = |count: usize| {
        let bytes = take(count)?;
        let negative = bytes.first().is_some_and(|first| first & 0x80 != 0);
        let start = if negative { -1i64 } else { 0 };
        Some(bytes.iter().fold(start, |sum, byte| sum << 8 | i64::from(*byte)))
    };
    Some(match kind {
        0 => Value::Null,
        1..=4 => Value::Integer(whole(kind as usize)?),
        5 => Value::Integer(whole(6)?),
        6 => Value::Integer(whole(8)?),
        7 => Value::Real(f64::from_bits(whole(8)? as u64)),
        8 => Value::Integer(0),
        9 => Value::Integer(1),
        10 | 11 => return None,
        _ => {
            let bytes = take(usize::try_from((kind - 12) / 2).ok()?)?.to_vec();
            if kind.is_multiple_of(2) {
                Value::Blob(bytes)
            } else {
                Value::Text(String::from_utf8(bytes).ok()?)
            }
        }
    })
}

/// SQLite's number of one to nine bytes.
fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0u64;
    for at in 0..9 {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        if at == 8 {
            return Some(number << 8 | u64::from(byte));
        }
        number = number << 7 | u64::from(byte & 0x7f);
        if byte < 0x80 {
            break;
        }
    }
    Some(number)
}

fn be16(bytes: &[u8], at: usize) -> Option<usize> {
    let two = bytes.get(at..at + 2)?;
    Some(usize::from(u16::from_be_bytes([two[0], two[1]])))
}

fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at + 4)?;
    Some(u32::from_be_bytes([four[0], four[1], four[2], four[3]]))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rusqlite::Connection;

    use super::*;

    fn all(path: &Path) -> Vec<Found> {
        let mut pages = Pages::open(path).unwrap();
        let mut found = Vec::new();
        for page in 1..=pages.count() {
            pages.rows(page, &mut |row| found.push(row));
        }
        found
    }

    #[test]
    fn every_row_that_sqlite_wrote_is_found_with_its_long_ones() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.db");
        let connection = Connection::open(&path).unwrap();
        connection
            .execute_batch(
                "CREATE TABLE a (id INTEGER PRIMARY KEY, n INTEGER, r REAL, t TEXT, b BLOB);
                 CREATE TABLE k (t TEXT PRIMARY KEY, b BLOB) WITHOUT ROWID;",
            )
            .unwrap();
        for n in 0..300i64 {
            let long = vec![n as u8; (n * 97) as usize];
            let number = if n % 2 == 0 { n } else { -(1 << (n % 62)) };
            connection
                .execute(
                    "INSERT INTO a (n, r, t, b) VALUES (?, ?, ?, ?)",
                    (number, n as f64 / 3.0 + 0.5, "é".repeat(n as usize), &long),
                )
                .unwrap();
            connection
                .execute("INSERT INTO k VALUES (?, ?)", (format!("{n}"), &long))
                .unwrap();
        }
        connection.execute("DELETE FROM a WHERE id > 250", ()).unwrap();
        let found = all(&path);
        let rows: Vec<_> = found
            .iter()
            .filter(|row| row.rowid.is_some() && row.values.len() == 5 && row.values[0] == Value::Null)
            .collect();
        assert_eq!(rows.len(), 250);
        for row in rows {
            let n = row.rowid.unwrap() - 1;
            let number = if n % 2 == 0 { n } else { -(1 << (n % 62)) };
            assert_eq!(row.values[1], Value::Integer(number));
            assert_eq!(row.values[2], Value::Real(n as f64 / 3.0 + 0.5));
            assert_eq!(row.values[3], Value::Text("é".repeat(n as usize)));
            assert_eq!(row.values[4], Value::Blob(vec![n as u8; (n * 97) as usize]));
        }
        let keyed = found
            .iter()
            .filter(|row| row.rowid.is_none() && matches!(row.values[..], [Value::Text(_), Value::Blob(_)]));
        assert_eq!(keyed.count(), 300);
    }

    proptest! {
        #[test]
        fn any_file_is_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..10_000), kind in 0usize..4) {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("x.db");
            let mut bytes = bytes;
            if let Some(first) = bytes.get_mut(100) {
                *first = [LEAF, KEYED_LEAF, KEYED_INNER, 0][kind];
            }
            if let Some(first) = bytes.get_mut(4096) {
                *first = [LEAF, KEYED_LEAF, KEYED_INNER, 0][kind];
            }
            std::fs::write(&path, &bytes).unwrap();
            all(&path);
        }
    }
}
