//! From the journal to chunks, a bounded step at a time.

use hearthline_model::{Micros, PointId};
use rusqlite::{Connection, Transaction, TransactionBehavior};
use rustc_hash::FxHashMap;

use crate::chunk::{self, Class, FULL, Item, Summary};
use crate::{Error, Store, journal, latest, query};

/// What a step of compaction did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Compaction {
    /// Journal rows turned into chunks.
    pub rows: usize,
    /// Samples in them.
    pub samples: usize,
    /// Chunks written.
    pub chunks: usize,
    /// Journal rows that are left.
    pub remaining: usize,
}

/// Arrival and time may differ by so much without the arrival being kept.
const PROMPT: Micros = hearthline_model::MINUTE;

/// The background's own handle: compaction reads and compresses while the store goes on appending, and holds the
/// file only for the moment of writing.
#[derive(Debug)]
pub struct Compactor {
    connection: Connection,
}

impl Store {
    /// A handle for compaction in a thread of its own. One at a time.
    ///
    /// # Errors
    /// Where the file cannot be opened again.
    pub fn compactor(&self) -> Result<Compactor, Error> {
        Ok(Compactor {
            connection: self.connect()?,
        })
    }

    /// As [`Compactor::compact`], on the store's own connection. Not while a [`Compactor`] is at work.
    ///
    /// # Errors
    /// Where a row is damaged or the file refuses; nothing has changed then.
    pub fn compact(&mut self, max_rows: usize, now: Micros) -> Result<Compaction, Error> {
        step(&mut self.connection, max_rows, now)
    }
}

impl Compactor {
    /// Turns at most `max_rows` of the oldest journal rows into chunks, in one transaction. Call it until nothing remains.
    ///
    /// # Errors
    /// Where a row is damaged or the file refuses; nothing has changed then.
    pub fn compact(&mut self, max_rows: usize, now: Micros) -> Result<Compaction, Error> {
        step(&mut self.connection, max_rows, now)
    }

    /// Samples that wait in the journal, and their rows.
    ///
    /// # Errors
    /// Where the file refuses.
    pub fn waiting(&self) -> Result<(u64, u64), Error> {
        waiting(&self.connection)
    }
}

/// Samples that wait in the journal, and their rows.
pub fn waiting(connection: &Connection) -> Result<(u64, u64), Error> {
    let counted = connection.query_row(
        "SELECT coalesce(sum(count), 0), count(*) FROM journal",
        (),
        |row| Ok((row.get::<_, i64>(0)? as u64, row.get::<_, i64>(1)? as u64)),
    )?;
    Ok(counted)
}

/// What a step is going to write. Chunks change by compaction alone and journal rows are only added, so what was read
/// before the transaction still holds in it.
#[derive(Default)]
struct Plan {
    done: Compaction,
    newest: latest::Newest,
    last: i64,
    replaced: Vec<i64>,
    chunks: Vec<Made>,
}

/// A chunk to insert.
struct Made {
    point: PointId,
    class: Class,
    begins: Micros,
    ends: Micros,
    count: usize,
    sum: Summary,
    body: Vec<u8>,
}

fn step(connection: &mut Connection, max_rows: usize, now: Micros) -> Result<Compaction, Error> {
    let plan = plan(connection, max_rows, now)?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut done = plan.done;
    {
        let mut delete = transaction.prepare_cached("DELETE FROM chunks WHERE id = ?")?;
        for id in &plan.replaced {
            delete.execute([id])?;
        }
        for made in &plan.chunks {
            insert(&transaction, made)?;
        }
    }
    plan.newest.save(&transaction, now)?;
    transaction.execute("DELETE FROM journal WHERE seq <= ?", [plan.last])?;
    done.remaining =
        transaction.query_row("SELECT count(*) FROM journal", (), |row| row.get::<_, i64>(0))? as usize;
    transaction.commit()?;
    Ok(done)
}

fn plan(connection: &Connection, max_rows: usize, now: Micros) -> Result<Plan, Error> {
    let mut plan = Plan::default();
    let mut groups: FxHashMap<(PointId, Class), Vec<Item>> = FxHashMap::default();
    let mut statement =
        connection.prepare_cached("SELECT seq, received, body FROM journal ORDER BY seq LIMIT ?")?;
    let mut rows = statement.query([i64::try_from(max_rows).unwrap_or(i64::MAX)])?;
    while let Some(row) = rows.next()? {
        plan.last = row.get(0)?;
        let received: Micros = row.get(1)?;
        plan.done.rows += 1;
        let body = row
            .get_ref(2)?
            .as_blob()
            .map_err(|error| Error::Record(error.to_string()))?;
        journal::decode(body, |sample| {
            plan.done.samples += 1;
            plan.newest.take(&sample, now);
            let late = (sample.at.wrapping_sub(received)).unsigned_abs() > PROMPT.unsigned_abs();
            groups
                .entry((sample.point, Class::of(&sample.value)))
                .or_default()
                .push(Item {
                    at: sample.at,
                    value: sample.value,
                    quality: sample.quality,
                    received: late.then_some(received),
                });
        })?;
    }
    // Rows of one point lie together in the file, which is how they are read.
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_unstable_by_key(|((point, class), _)| (point.0, *class as i64));
    for ((point, class), items) in groups {
        plan_group(connection, point, class, items, &mut plan)?;
    }
    plan.done.chunks = plan.chunks.len();
    Ok(plan)
}

/// Plans the samples of one point, merged with its last chunks where that keeps the number of chunks small at little
/// cost: a chunk is taken up only by at least half as many samples, so that each sample is rewritten a handful of times
/// at most.
fn plan_group(
    connection: &Connection,
    point: PointId,
    class: Class,
    mut items: Vec<Item>,
    plan: &mut Plan,
) -> Result<(), Error> {
    chunk::tidy(&mut items);
    let mut statement = connection.prepare_cached(
        "SELECT id, begins, ends, count FROM chunks WHERE point = ? AND class = ? ORDER BY ends DESC",
    )?;
    let mut rows = statement.query((point.0, class as i64))?;
    while let Some(row) = rows.next()? {
        let (id, begins, ends): (i64, Micros, Micros) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let count = row.get::<_, i64>(3)? as usize;
        let overlaps = items.first().is_some_and(|first| first.at <= ends)
            && items.last().is_some_and(|last| last.at >= begins);
        let small = count < FULL && count <= items.len().saturating_mul(2).max(16);
        if !(small || overlaps && count < FULL * 2) {
            break;
        }
        let mut merged = query::chunk_items(connection, id)?;
        merged.append(&mut items);
        chunk::tidy(&mut merged);
        items = merged;
        plan.replaced.push(id);
        if items.len() >= FULL {
            break;
        }
    }
    for part in items.chunks(FULL) {
        let (Some(first), Some(last)) = (part.first(), part.last()) else {
            continue;
        };
        plan.chunks.push(Made {
            point,
            class,
            begins: first.at,
            ends: last.at,
            count: part.len(),
            sum: chunk::summary(part),
            body: chunk::encode(class, part)?,
        });
    }
    Ok(())
}

fn insert(transaction: &Transaction<'_>, made: &Made) -> Result<(), Error> {
    let sum = &made.sum;
    transaction
        .prepare_cached(
            "INSERT INTO chunks (point, class, begins, ends, count, numbers, min, max, sum, first, last, last_at, body)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )?
        .execute(rusqlite::params![
            made.point.0,
            made.class as i64,
            made.begins,
            made.ends,
            made.count as i64,
            sum.count,
            sum.min,
            sum.max,
            sum.sum,
            sum.first,
            sum.last,
            sum.last_at,
            made.body
        ])?;
    Ok(())
}
