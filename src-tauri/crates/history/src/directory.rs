//! The rows of chunks: a directory with a head each, in which a point's are together and in order of time, and bodies apart.
//!
//! Chunks of samples (class 4) of one point never overlap, and no moment is divided between two of them unless it has more
//! than [`chunk::MOST`] values. The same holds among aggregates (class 5). Only where a late sample came into a stretch that
//! was already an aggregate does a chunk of one class lie over one of the other. Chunks of before (classes 1 to 3, no head)
//! may overlap anything.

use hearthline_model::{Micros, PointId};
use rusqlite::{Connection, Row, Rows};

use crate::chunk::{self, Item, Opened};
use crate::digest::Digest;
use crate::head::Head;
use crate::{Error, legacy};

/// Class of chunks of samples.
pub const SAMPLES: i64 = 4;
/// Class of chunks of steps.
pub const STEPS: i64 = 5;

/// A chunk in the directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Class.
    pub class: i64,
    /// Time of its last sample.
    pub ends: Micros,
    /// Number of its body.
    pub id: i64,
    /// Time of its first sample.
    pub begins: Micros,
    /// Samples.
    pub count: usize,
}

impl Entry {
    /// From the first columns of a row: class, ends, id, begins, count.
    pub fn of(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            class: row.get(0)?,
            ends: row.get(1)?,
            id: row.get(2)?,
            begins: row.get(3)?,
            count: row.get::<_, i64>(4)? as usize,
        })
    }
}

/// Chunks of one class of one point from a moment on, as long as they begin before another.
pub struct Cursor<'s> {
    rows: Rows<'s>,
    to: Micros,
    /// The chunk it is at.
    pub entry: Option<Entry>,
    /// Its head.
    pub head: Vec<u8>,
}

/// What [`Cursor::new`] wants prepared.
pub const FROM_A_MOMENT: &str = "SELECT class, ends, id, begins, count, head FROM chunks
    WHERE point = ? AND class = ? AND ends >= ? ORDER BY ends, id";

impl<'s> Cursor<'s> {
    /// At the first chunk that ends at `from` or later.
    pub fn new(
        statement: &'s mut rusqlite::Statement<'_>,
        point: PointId,
        class: i64,
        from: Micros,
        to: Micros,
    ) -> Result<Self, Error> {
        let rows = statement.query((point.0, class, from))?;
        let mut cursor = Self {
            rows,
            to,
            entry: None,
            head: Vec::new(),
        };
        cursor.next()?;
        Ok(cursor)
    }

    /// Goes to the next chunk.
    pub fn next(&mut self) -> Result<(), Error> {
        self.entry = None;
        let Some(row) = self.rows.next()? else {
            return Ok(());
        };
        let entry = Entry::of(row)?;
        if entry.begins >= self.to {
            return Ok(());
        }
        let head = row
            .get_ref(5)?
            .as_blob()
            .map_err(|error| Error::Record(error.to_string()))?;
        self.head.clear();
        self.head.extend_from_slice(head);
        self.entry = Some(entry);
        Ok(())
    }
}

/// Chunks of before that reach into `from..to`.
pub fn old(connection: &Connection, point: PointId, from: Micros, to: Micros) -> Result<Vec<Entry>, Error> {
    let mut all = Vec::new();
    for class in 1..SAMPLES {
        let mut statement = connection.prepare_cached(
            "SELECT class, ends, id, begins, count FROM chunks
             WHERE point = ?1 AND class = ?2 AND ends >= ?3 AND begins < ?4",
        )?;
        let rows = statement.query_map((point.0, class, from, to), Entry::of)?;
        for entry in rows {
            all.push(entry?);
        }
    }
    all.sort_by_key(|entry| entry.begins);
    Ok(all)
}

/// Chunks of samples that overlap `first..=last` and the one behind them, in order.
pub fn around(
    connection: &Connection,
    point: PointId,
    first: Micros,
    last: Micros,
) -> Result<Vec<Entry>, Error> {
    let mut all = Vec::new();
    let mut statement = connection.prepare_cached(
        "SELECT class, ends, id, begins, count FROM chunks WHERE point = ? AND class = 4 AND ends >= ? ORDER BY ends, id",
    )?;
    for entry in statement.query_map((point.0, first), Entry::of)? {
        let entry = entry?;
        all.push(entry);
        if entry.begins > last {
            break;
        }
    }
    Ok(all)
}

/// The last chunk of a class that ends before `at`.
pub fn before(
    connection: &Connection,
    point: PointId,
    class: i64,
    at: Micros,
) -> Result<Option<Entry>, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT class, ends, id, begins, count FROM chunks
         WHERE point = ? AND class = ? AND ends < ? ORDER BY ends DESC, id DESC LIMIT 1",
    )?;
    let mut rows = statement.query((point.0, class, at))?;
    Ok(rows.next()?.map(Entry::of).transpose()?)
}

/// The head of a chunk that is not one of before.
pub fn head(connection: &Connection, point: PointId, entry: &Entry) -> Result<Vec<u8>, Error> {
    Ok(connection
        .prepare_cached("SELECT head FROM chunks WHERE point = ? AND class = ? AND ends = ? AND id = ?")?
        .query_row((point.0, entry.class, entry.ends, entry.id), |row| row.get(0))?)
}

/// The bytes of a body.
pub fn body(connection: &Connection, id: i64) -> Result<Vec<u8>, Error> {
    Ok(connection
        .prepare_cached("SELECT body FROM bodies WHERE id = ?")?
        .query_row([id], |row| row.get(0))?)
}

/// All samples of a chunk; none of an aggregate.
pub fn items(connection: &Connection, entry: &Entry) -> Result<Vec<Item>, Error> {
    if entry.class == STEPS {
        return Ok(Vec::new());
    }
    let body = body(connection, entry.id)?;
    match legacy::Class::from_code(entry.class) {
        Some(class) => legacy::decode(class, &body),
        None => Opened::new(&body)?.items(),
    }
}

/// A chunk to be written.
pub struct Made {
    point: PointId,
    class: i64,
    begins: Micros,
    ends: Micros,
    count: u64,
    head: Vec<u8>,
    body: Vec<u8>,
}

impl Made {
    /// A chunk of samples, which are in order.
    pub fn of(point: PointId, items: &[Item]) -> Result<Self, Error> {
        Ok(Self {
            point,
            class: SAMPLES,
            begins: items.first().map_or(0, |item| item.at),
            ends: items.last().map_or(0, |item| item.at),
            count: items.len() as u64,
            head: chunk::head(items),
            body: chunk::encode(items)?,
        })
    }

    /// A chunk of steps, which are in order.
    pub fn of_steps(point: PointId, step: Micros, steps: &[Digest]) -> Self {
        Self {
            point,
            class: STEPS,
            begins: steps.first().map_or(0, |step| step.begins),
            ends: steps.last().map_or(0, |step| step.ends),
            count: steps.iter().map(|step| u64::from(step.count)).sum(),
            head: Head::of_steps(step, steps.to_vec()).encode(),
            body: Vec::new(),
        }
    }

    /// Writes it, within a transaction.
    pub fn insert(&self, connection: &Connection) -> Result<(), Error> {
        connection
            .prepare_cached("INSERT INTO bodies (body) VALUES (?)")?
            .execute([&self.body])?;
        let id = connection.last_insert_rowid();
        connection
            .prepare_cached(
                "INSERT INTO chunks (point, class, ends, id, begins, count, bytes, head) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            )?
            .execute((
                self.point.0,
                self.class,
                self.ends,
                id,
                self.begins,
                self.count as i64,
                self.body.len() as i64,
                &self.head,
            ))?;
        Ok(())
    }
}

/// Removes a chunk, within a transaction; false where it is no longer there.
pub fn remove(connection: &Connection, point: PointId, entry: &Entry) -> Result<bool, Error> {
    let removed = connection
        .prepare_cached("DELETE FROM chunks WHERE point = ? AND class = ? AND ends = ? AND id = ?")?
        .execute((point.0, entry.class, entry.ends, entry.id))?;
    connection
        .prepare_cached("DELETE FROM bodies WHERE id = ?")?
        .execute([entry.id])?;
    Ok(removed == 1)
}
