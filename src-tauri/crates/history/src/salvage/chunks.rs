//! Chunks of a damaged file, taken into the new one. Each is held against its own head first.

use hearthline_model::{Micros, PointId};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension};
use rustc_hash::FxHashMap;

use super::pages::{Found, Pages};
use crate::chunk::{self, FULL, Item};
use crate::directory::{self, Entry, Made, SAMPLES, STEPS};
use crate::integrity::{BEHIND, Key, sound};
use crate::{Error, legacy};

/// Probes along one point's time, before the next class or point is tried: the last is some centuries on.
const ALONG: u32 = 24;
/// The first of them.
const FIRST: Micros = 3600 * 1_000_000;
/// Probes over points.
const POINTS: u32 = 32;

/// A row of the directory.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The point.
    pub point: PointId,
    /// The rest of it.
    pub entry: Entry,
    head: Option<Vec<u8>>,
}

impl Listed {
    /// Where it stands.
    pub fn key(&self) -> Key {
        let Entry { class, ends, id, .. } = self.entry;
        Key(i64::from(self.point.0), class, ends, id)
    }

    /// From a row found in a page, where it can be one.
    pub fn of(found: &Found) -> Option<Self> {
        if found.rowid.is_some() {
            return None;
        }
        let [
            Value::Integer(point),
            Value::Integer(class),
            Value::Integer(ends),
            Value::Integer(id),
            Value::Integer(begins),
            Value::Integer(count),
            Value::Integer(_),
            head,
        ] = found.values.as_slice()
        else {
            return None;
        };
        let head = match head {
            Value::Null => None,
            Value::Blob(head) => Some(head.clone()),
            _ => return None,
        };
        Some(Self {
            point: PointId(u32::try_from(*point).ok()?),
            entry: Entry {
                class: *class,
                ends: *ends,
                id: *id,
                begins: *begins,
                count: usize::try_from(*count).ok()?,
            },
            head,
        })
    }
}

/// What reading the directory came to.
pub enum Walked {
    /// These rows were read.
    Rows(Vec<Listed>),
    /// It ends.
    End,
    /// Something does not read; what was read before, and behind which key it goes on, if anywhere.
    Broken(Vec<Listed>, Option<Key>),
}

/// Reads the directory behind a key.
pub fn list(source: &Connection, after: Key, limit: usize) -> Walked {
    let mut read = Vec::new();
    match rows(source, after, limit, &mut read) {
        Ok(()) if read.is_empty() => Walked::End,
        Ok(()) => Walked::Rows(read),
        Err(_) => {
            let last = read.last().map_or(after, Listed::key);
            Walked::Broken(read, beyond(source, last))
        }
    }
}

fn rows(source: &Connection, after: Key, limit: usize, read: &mut Vec<Listed>) -> rusqlite::Result<()> {
    let mut statement = source.prepare_cached(&format!(
        "SELECT point, class, ends, id, begins, count, head FROM chunks {BEHIND}"
    ))?;
    let mut rows = statement.query((after.0, after.1, after.2, after.3, limit as i64))?;
    while let Some(row) = rows.next()? {
        read.push(Listed {
            point: PointId(row.get(0)?),
            entry: Entry {
                class: row.get(1)?,
                ends: row.get(2)?,
                id: row.get(3)?,
                begins: row.get(4)?,
                count: row.get::<_, i64>(5)? as usize,
            },
            head: row.get(6)?,
        });
    }
    Ok(())
}

/// A key behind which the directory reads again: along the point's time, then over the next points. What lies between and would
/// read is left to the search through the pages.
fn beyond(source: &Connection, last: Key) -> Option<Key> {
    let Key(point, class, ends, _) = last;
    let along = (0..ALONG).filter_map(|step| {
        ends.checked_add(FIRST << step)
            .map(|ends| Key(point, class, ends, 0))
    });
    let classes = (class + 1..=STEPS).map(|class| Key(point, class, i64::MIN, 0));
    let points = (0..POINTS).map(|step| Key(point.max(-1).saturating_add(1 << step), 0, 0, 0));
    for key in along.chain(classes).chain(points) {
        let mut read = Vec::new();
        match rows(source, key, 1, &mut read) {
            Ok(()) if read.is_empty() => return None,
            Ok(()) => return Some(key),
            Err(_) => {}
        }
    }
    None
}

/// In which pages bodies stand, for those that SQLite does not reach. Several, because old states may stand in others.
#[derive(Debug)]
pub struct Bodies(FxHashMap<i64, Vec<u32>>);

impl Bodies {
    /// Looks through all pages.
    pub fn look(pages: &mut Pages) -> Self {
        let mut known: FxHashMap<i64, Vec<u32>> = FxHashMap::default();
        for page in 1..=pages.count() {
            pages.ids(page, &mut |id| known.entry(id).or_default().push(page));
        }
        Self(known)
    }

    /// Whatever may be the body of this number.
    pub fn get(&self, pages: &mut Pages, id: i64) -> Vec<Vec<u8>> {
        let mut found = Vec::new();
        for &page in self.0.get(&id).map(Vec::as_slice).unwrap_or_default() {
            pages.rows(page, &mut |row| {
                if row.rowid == Some(id)
                    && let [Value::Null, Value::Blob(bytes)] = row.values.as_slice()
                {
                    found.push(bytes.clone());
                }
            });
        }
        found
    }
}

/// Takes a chunk in, where it is what its head says; gives the samples that it brought. One that overlaps what is there joins it:
/// nothing is doubled, whether it is an old state of it or the other way round.
pub fn take(target: &Connection, listed: &Listed, body: &[u8]) -> Result<Option<u64>, Error> {
    let Listed { point, entry, head } = listed;
    let Ok(samples) = sound(entry, head.as_deref(), body) else {
        return Ok(None);
    };
    let there = overlapping(target, *point, entry)?;
    if there.is_empty() {
        insert(target, listed, body)?;
        return Ok(Some(samples));
    }
    if entry.class != SAMPLES {
        // Of aggregates and chunks of before the first that was found stays.
        return Ok(Some(0));
    }
    let mut items: Vec<Item> = Vec::new();
    let mut before = 0;
    for entry in &there {
        before += entry.count;
        items.extend(directory::items(target, entry)?);
    }
    items.extend(chunk::Opened::new(body)?.items()?);
    chunk::tidy(&mut items);
    let gained = items.len().saturating_sub(before);
    if gained == 0 {
        return Ok(Some(0));
    }
    for entry in &there {
        directory::remove(target, *point, entry)?;
    }
    let mut rest = items.as_slice();
    while !rest.is_empty() {
        let mut cut = FULL.min(rest.len());
        // A moment is not divided.
        while cut < rest.len() && rest[cut].at == rest[cut - 1].at {
            cut += 1;
        }
        let (part, more) = rest.split_at(cut);
        Made::of(*point, part)?.insert(target)?;
        rest = more;
    }
    Ok(Some(gained as u64))
}

fn overlapping(target: &Connection, point: PointId, entry: &Entry) -> Result<Vec<Entry>, Error> {
    let mut statement = target.prepare_cached(
        "SELECT class, ends, id, begins, count FROM chunks WHERE point = ? AND class = ? AND ends >= ? ORDER BY ends, id",
    )?;
    let mut all = Vec::new();
    for found in statement.query_map((point.0, entry.class, entry.begins), Entry::of)? {
        let found = found?;
        if found.begins > entry.ends {
            // Chunks of samples do not overlap each other; those of before may.
            if legacy::Class::from_code(entry.class).is_none() {
                break;
            }
            continue;
        }
        all.push(found);
    }
    Ok(all)
}

fn insert(target: &Connection, listed: &Listed, body: &[u8]) -> Result<(), Error> {
    target
        .prepare_cached("INSERT INTO bodies (body) VALUES (?)")?
        .execute([body])?;
    let id = target.last_insert_rowid();
    let Listed { point, entry, head } = listed;
    target
        .prepare_cached(
            "INSERT INTO chunks (point, class, ends, id, begins, count, bytes, head) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        )?
        .execute((
            point.0,
            entry.class,
            entry.ends,
            id,
            entry.begins,
            entry.count as i64,
            body.len() as i64,
            head,
        ))?;
    Ok(())
}

/// Whether both ends of a stretch are held.
pub fn holds(target: &Connection, point: PointId, from: Micros, to: Micros) -> Result<bool, Error> {
    let mut statement = target.prepare_cached(
        "SELECT 1 FROM chunks INDEXED BY chunks_by_size WHERE point = ? AND ends >= ? AND begins <= ? LIMIT 1",
    )?;
    for at in [from, to] {
        if statement
            .query_row((point.0, at, at), |_| Ok(()))
            .optional()?
            .is_none()
        {
            return Ok(false);
        }
    }
    Ok(true)
}
