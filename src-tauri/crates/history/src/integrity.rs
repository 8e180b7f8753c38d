//! Is the file sound? A glance at each start, and the whole of it when a person asks.
//!
//! *The glance* must cost less than a person notices, whatever the size, and `PRAGMA quick_check` reads every page: minutes for
//! ten gigabytes. SQLite itself refuses a file whose header, schema or length is wrong; the registry, the alarms and the journal
//! are read by every start anyway. What is left is looked at in samples: the ends of the journal and the last chunks of the points
//! that spoke last, which are what was being written when the power went. Only where the last run did not end well, and the file is small enough
//! ([`THOROUGH`]), all of it is looked at. A page that turns out wrong later is found by who reads it, and the engine then has the
//! next start mend the file.
//!
//! *The full check* lets SQLite check its structure and then opens every chunk and every row of the journal, holding chunks
//! against their own heads: compressed numbers have no checksum of their own.

use hearthline_model::PointId;
use rusqlite::{Connection, Row};

use crate::chunk::{self, Opened};
use crate::digest::Digest;
use crate::directory::{Entry, STEPS};
use crate::head::HeadReader;
use crate::look::Cancel;
use crate::{Error, Reader, Store, journal, legacy};

/// A file up to this many bytes is looked at as a whole after a run that did not end well: about 50 ms.
pub const THOROUGH: u64 = 32 << 20;
/// Whether the last run ended well; its value is a byte, 1 for yes.
const CLOSED: &str = "closed";
/// Rows looked at from each end of the journal, and chunks.
const SAMPLED: i64 = 16;
/// Chunks read in one transaction: a longer one would keep the log from being written back.
const CHUNKS: i64 = 64;
/// Faults of the structure that are listed.
const MOST_FAULTS: usize = 20;

/// How far a full check is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checking {
    /// SQLite looks at the structure; how far it is cannot be told.
    Structure,
    /// Chunks and journal rows are opened.
    Records {
        /// Opened.
        done: u64,
        /// Of so many.
        total: u64,
    },
}

/// What a full check found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// What SQLite says is wrong, the first of it; empty where nothing is.
    pub structure: Vec<String>,
    /// Chunks and journal rows that were opened.
    pub records: u64,
    /// Samples in those that read.
    pub samples: u64,
    /// Chunks and journal rows that do not read, or are not what they say.
    pub broken: u64,
    /// Of which points those chunks are, with how many; not more than so many points are named.
    pub of: Vec<(PointId, u64)>,
}

impl Checked {
    /// Nothing is wrong.
    pub fn sound(&self) -> bool {
        self.structure.is_empty() && self.broken == 0
    }
}

impl Store {
    /// The glance at a start, see above. To be called before [`Store::mark_open`].
    ///
    /// # Errors
    /// [`Error::Damaged`] where something is wrong.
    pub fn glance(&mut self) -> Result<(), Error> {
        let ended_well = self.setting(CLOSED)?.as_deref() == Some(&[1]);
        let bytes = std::fs::metadata(self.path()).map_or(0, |file| file.len());
        if !ended_well && bytes <= THOROUGH {
            let found: String = self
                .connection
                .query_row("PRAGMA quick_check(1)", (), |row| row.get(0))?;
            if found != "ok" {
                return Err(Error::Damaged(found));
            }
        }
        let wrong = |error: Error| match error {
            Error::Record(what) => Error::Damaged(what),
            other => other,
        };
        for order in ["ASC", "DESC"] {
            let mut statement = self.connection.prepare(&format!(
                "SELECT body FROM journal ORDER BY seq {order} LIMIT {SAMPLED}"
            ))?;
            let mut rows = statement.query(())?;
            while let Some(row) = rows.next()? {
                journal_row(row, 0).map_err(wrong)?;
            }
        }
        let mut statement = self
            .connection
            .prepare("SELECT point FROM latest ORDER BY at DESC LIMIT ?")?;
        let spoke: Vec<u32> = statement
            .query_map([SAMPLED], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        let mut statement = self.connection.prepare(&format!(
            "SELECT {COLUMNS} FROM chunks LEFT JOIN bodies ON bodies.id = chunks.id
             WHERE chunks.point = ? AND class = 4 ORDER BY ends DESC LIMIT 1"
        ))?;
        for point in spoke {
            let mut rows = statement.query([point])?;
            while let Some(row) = rows.next()? {
                chunk_row(row).map_err(wrong)?;
            }
        }
        Ok(())
    }

    /// Notes that a run has begun, so that the next start knows if it does not end well.
    ///
    /// # Errors
    /// Where the file refuses.
    pub fn mark_open(&mut self) -> Result<(), Error> {
        self.set_setting(CLOSED, &[0])
    }

    /// Notes that a run ends well.
    ///
    /// # Errors
    /// Where the file refuses.
    pub fn mark_closed(&mut self) -> Result<(), Error> {
        self.set_setting(CLOSED, &[1])
    }
}

impl Reader {
    /// The full check, see above; `tell` hears how far it is. None where `cancel` was set meanwhile.
    ///
    /// # Errors
    /// Where the file cannot be read at all.
    pub fn check(&self, cancel: &Cancel, tell: &mut dyn FnMut(Checking)) -> Result<Option<Checked>, Error> {
        let _watch = self.watch(cancel);
        let mut checked = Checked::default();
        tell(Checking::Structure);
        match structure(&self.connection, &mut checked.structure) {
            Ok(()) => {}
            Err(Error::Cancelled) => return Ok(None),
            // So broken that the check itself does not get through it.
            Err(Error::Damaged(what)) => checked.structure.push(what),
            Err(other) => return Err(other),
        }
        let records = records(&self.connection, cancel, &mut checked, tell);
        match records {
            Err(Error::Cancelled) => Ok(None),
            Err(Error::Damaged(what)) => {
                checked.broken += 1;
                if checked.structure.is_empty() {
                    checked.structure.push(what);
                }
                Ok(Some(checked))
            }
            other => other.map(|()| Some(checked)),
        }
    }
}

/// SQLite's own check.
fn structure(connection: &Connection, faults: &mut Vec<String>) -> Result<(), Error> {
    let mut statement = connection.prepare(&format!("PRAGMA integrity_check({MOST_FAULTS})"))?;
    let mut rows = statement.query(())?;
    while let Some(row) = rows.next()? {
        let line: String = row.get(0)?;
        if line != "ok" {
            faults.push(line);
        }
    }
    Ok(())
}

/// Opens every row of the journal and every chunk, some at a time.
fn records(
    connection: &Connection,
    cancel: &Cancel,
    checked: &mut Checked,
    tell: &mut dyn FnMut(Checking),
) -> Result<(), Error> {
    let total = connection.query_row(
        "SELECT (SELECT count(*) FROM chunks) + (SELECT count(*) FROM journal)",
        (),
        |row| row.get::<_, i64>(0),
    )? as u64;
    let mut go_on = |checked: &Checked| {
        tell(Checking::Records {
            done: checked.records,
            total,
        });
        if cancel.is_cancelled() {
            return Err(Error::Cancelled);
        }
        Ok(())
    };
    let mut after = i64::MIN;
    let mut any = true;
    while std::mem::take(&mut any) {
        go_on(checked)?;
        let mut statement =
            connection.prepare_cached("SELECT body, seq FROM journal WHERE seq > ? ORDER BY seq LIMIT ?")?;
        let mut rows = statement.query((after, CHUNKS))?;
        while let Some(row) = rows.next()? {
            any = true;
            after = row.get(1)?;
            checked.count(journal_row(row, 0), None)?;
        }
    }
    let mut after = Key::default();
    any = true;
    while std::mem::take(&mut any) {
        go_on(checked)?;
        let mut statement = connection.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM chunks LEFT JOIN bodies ON bodies.id = chunks.id {BEHIND}"
        ))?;
        let mut rows = statement.query((after.0, after.1, after.2, after.3, CHUNKS))?;
        while let Some(row) = rows.next()? {
            any = true;
            after = Key(row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
            checked.count(chunk_row(row), Some(after.0))?;
        }
    }
    Ok(())
}

impl Checked {
    fn count(&mut self, opened: Result<u64, Error>, point: Option<i64>) -> Result<(), Error> {
        self.records += 1;
        match opened {
            Ok(samples) => self.samples += samples,
            Err(Error::Record(_)) => {
                self.broken += 1;
                let Some(point) = point.and_then(|point| u32::try_from(point).ok()) else {
                    return Ok(());
                };
                // Chunks come by their points.
                if let Some((_, count)) = self.of.last_mut().filter(|(last, _)| last.0 == point) {
                    *count += 1;
                } else if self.of.len() < MOST_FAULTS {
                    self.of.push((PointId(point), 1));
                }
            }
            Err(other) => return Err(other),
        }
        Ok(())
    }
}

/// Where in the directory a chunk stands: point, class, end, number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Key(pub i64, pub i64, pub i64, pub i64);

impl Default for Key {
    fn default() -> Self {
        Self(i64::MIN, 0, 0, 0)
    }
}

/// What [`chunk_row`] reads, in its order.
pub(crate) const COLUMNS: &str = "chunks.point, class, ends, chunks.id, begins, count, head, body";
/// The chunks behind a [`Key`], at most so many.
pub(crate) const BEHIND: &str = "WHERE (chunks.point, class, ends, chunks.id) > (?, ?, ?, ?)
    ORDER BY chunks.point, class, ends, chunks.id LIMIT ?";

/// Opens a chunk and holds it against its head; gives its samples.
fn chunk_row(row: &Row<'_>) -> Result<u64, Error> {
    let entry = Entry {
        class: row.get(1)?,
        ends: row.get(2)?,
        id: row.get(3)?,
        begins: row.get(4)?,
        count: row.get::<_, i64>(5)? as usize,
    };
    let wrong = |error: rusqlite::types::FromSqlError| Error::Record(error.to_string());
    let head = row.get_ref(6)?.as_blob_or_null().map_err(wrong)?;
    let body = row.get_ref(7)?.as_blob().map_err(wrong)?;
    sound(&entry, head, body)
}

/// Holds a chunk against its head; gives its samples.
pub(crate) fn sound(entry: &Entry, head: Option<&[u8]>, body: &[u8]) -> Result<u64, Error> {
    let wrong = || Error::Record("a chunk is not what its head says".into());
    let right = |digest: &Digest| {
        digest.begins == entry.begins && digest.ends == entry.ends && digest.count as usize == entry.count
    };
    if let Some(class) = legacy::Class::from_code(entry.class) {
        let items = legacy::decode(class, body)?;
        let times = items.first().is_some_and(|item| item.at == entry.begins)
            && items.last().is_some_and(|item| item.at == entry.ends);
        return if times && items.len() == entry.count {
            Ok(items.len() as u64)
        } else {
            Err(wrong())
        };
    }
    let mut head = HeadReader::new(head.ok_or_else(wrong)?)?;
    let whole = head.whole;
    let mut blocks = 0u64;
    while let Some(block) = head.next_block()? {
        blocks += u64::from(block.count);
    }
    if !right(&whole) || blocks != u64::from(whole.count) {
        return Err(wrong());
    }
    if entry.class == STEPS {
        return Ok(blocks);
    }
    let items = Opened::new(body)?.items()?;
    let bytes = chunk::head(&items);
    let found = HeadReader::new(&bytes)?.whole;
    let same = right(&found)
        && (found.numbers, found.min, found.max, found.first, found.last)
            == (whole.numbers, whole.min, whole.max, whole.first, whole.last);
    if same && items.is_sorted_by_key(|item| item.at) {
        Ok(items.len() as u64)
    } else {
        Err(wrong())
    }
}

/// Opens a row of the journal; gives its samples. The body stands at `first`.
pub(crate) fn journal_row(row: &Row<'_>, first: usize) -> Result<u64, Error> {
    let body = row
        .get_ref(first)?
        .as_blob()
        .map_err(|error| Error::Record(error.to_string()))?;
    let mut samples = 0;
    journal::decode(body, |_| samples += 1)?;
    Ok(samples)
}
