//! From the journal to chunks, a bounded step at a time.

use hearthline_model::{Micros, PointId};
use rusqlite::{OptionalExtension, Transaction};
use rustc_hash::FxHashMap;

use crate::chunk::{self, Class, FULL, Item};
use crate::{Error, Store, journal, latest};

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

impl Store {
    /// Turns at most `max_rows` of the oldest journal rows into chunks, in one transaction. Call it until nothing remains.
    ///
    /// # Errors
    /// Where a row is damaged or the file refuses; nothing has changed then.
    pub fn compact(&mut self, max_rows: usize, now: Micros) -> Result<Compaction, Error> {
        let transaction = self.connection.transaction()?;
        let mut done = Compaction::default();
        let mut groups: FxHashMap<(PointId, Class), Vec<Item>> = FxHashMap::default();
        let mut newest = latest::Newest::default();
        let mut last = 0i64;
        {
            let mut rows =
                transaction.prepare_cached("SELECT seq, received, body FROM journal ORDER BY seq LIMIT ?")?;
            let mut rows = rows.query([i64::try_from(max_rows).unwrap_or(i64::MAX)])?;
            while let Some(row) = rows.next()? {
                last = row.get(0)?;
                let received: Micros = row.get(1)?;
                done.rows += 1;
                journal::decode(
                    row.get_ref(2)?
                        .as_blob()
                        .map_err(|error| Error::Record(error.to_string()))?,
                    |sample| {
                        done.samples += 1;
                        newest.take(&sample, now);
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
                    },
                )?;
            }
        }
        for ((point, class), items) in groups {
            done.chunks += store_group(&transaction, point, class, items)?;
        }
        newest.save(&transaction, now)?;
        transaction.execute("DELETE FROM journal WHERE seq <= ?", [last])?;
        done.remaining =
            transaction.query_row("SELECT count(*) FROM journal", (), |row| row.get::<_, i64>(0))? as usize;
        transaction.commit()?;
        Ok(done)
    }
}

/// Writes samples of one point, merged with its last chunk where that keeps the number of chunks small at little cost:
/// a chunk is taken up only by at least half as many samples, so that each sample is rewritten a handful of times at most.
fn store_group(
    transaction: &Transaction<'_>,
    point: PointId,
    class: Class,
    mut items: Vec<Item>,
) -> Result<usize, Error> {
    chunk::tidy(&mut items);
    while let Some((id, begins, ends, count)) = last_chunk(transaction, point, class)? {
        let overlaps = items.first().is_some_and(|first| first.at <= ends)
            && items.last().is_some_and(|last| last.at >= begins);
        let small = count < FULL && count <= items.len().saturating_mul(2).max(16);
        if !(small || overlaps && count < FULL * 2) {
            break;
        }
        let body: Vec<u8> = transaction
            .prepare_cached("SELECT body FROM chunks WHERE id = ?")?
            .query_row([id], |row| row.get(0))?;
        let mut merged = chunk::decode(class, &body)?;
        merged.append(&mut items);
        chunk::tidy(&mut merged);
        items = merged;
        transaction
            .prepare_cached("DELETE FROM chunks WHERE id = ?")?
            .execute([id])?;
        if items.len() >= FULL {
            break;
        }
    }
    let mut written = 0;
    for part in items.chunks(FULL) {
        insert(transaction, point, class, part)?;
        written += 1;
    }
    Ok(written)
}

fn last_chunk(
    transaction: &Transaction<'_>,
    point: PointId,
    class: Class,
) -> Result<Option<(i64, Micros, Micros, usize)>, Error> {
    let found = transaction
        .prepare_cached("SELECT id, begins, ends, count FROM chunks WHERE point = ? AND class = ? ORDER BY ends DESC LIMIT 1")?
        .query_row((point.0, class as i64), |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get::<_, i64>(3)? as usize))
        })
        .optional()?;
    Ok(found)
}

fn insert(transaction: &Transaction<'_>, point: PointId, class: Class, items: &[Item]) -> Result<(), Error> {
    let (Some(first), Some(last)) = (items.first(), items.last()) else {
        return Ok(());
    };
    let sum = chunk::summary(items);
    let body = chunk::encode(class, items)?;
    transaction
        .prepare_cached(
            "INSERT INTO chunks (point, class, begins, ends, count, numbers, min, max, sum, first, last, last_at, body)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )?
        .execute(rusqlite::params![
            point.0,
            class as i64,
            first.at,
            last.at,
            items.len() as i64,
            sum.count,
            sum.min,
            sum.max,
            sum.sum,
            sum.first,
            sum.last,
            sum.last_at,
            body
        ])?;
    Ok(())
}
