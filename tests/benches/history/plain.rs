//! The table that anyone would begin with, a row a sample, on the same data.

use std::path::Path;

use hearthline_model::{Micros, Sample};
use rusqlite::Connection;

use crate::questions::BUCKETS;

/// The key keeps a point's rows together and in order.
pub fn open(folder: &Path, synchronous: &str) -> Result<Connection, rusqlite::Error> {
    let connection = Connection::open(folder.join("plain.db"))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", synchronous)?;
    connection.execute_batch(
        "CREATE TABLE IF NOT EXISTS samples (point INTEGER, at INTEGER, value, PRIMARY KEY (point, at)) WITHOUT ROWID",
    )?;
    Ok(connection)
}

/// One transaction.
pub fn insert(connection: &mut Connection, samples: &[Sample]) -> Result<(), rusqlite::Error> {
    let transaction = connection.transaction()?;
    {
        let mut statement = transaction.prepare_cached("INSERT OR REPLACE INTO samples VALUES (?, ?, ?)")?;
        for sample in samples {
            match sample.value.as_text() {
                Some(text) => statement.execute((sample.point.0, sample.at, text))?,
                None => statement.execute((sample.point.0, sample.at, sample.value.as_f64()))?,
            };
        }
    }
    transaction.commit()
}

/// The buckets of a chart.
pub fn buckets(connection: &Connection, from: Micros, to: Micros) -> Result<usize, rusqlite::Error> {
    let mut statement = connection.prepare_cached(
        "SELECT (at - ?1) / ?3, min(value), max(value), avg(value) FROM samples
         WHERE point = 1 AND at >= ?1 AND at < ?2 GROUP BY 1",
    )?;
    let mut rows = statement.query((from, to, (to - from) / BUCKETS as i64))?;
    let mut count = 0;
    while let Some(row) = rows.next()? {
        std::hint::black_box(row.get::<_, f64>(3)?);
        count += 1;
    }
    Ok(count)
}

/// Every row.
pub fn raw(connection: &Connection, from: Micros, to: Micros) -> Result<usize, rusqlite::Error> {
    let mut statement =
        connection.prepare_cached("SELECT at, value FROM samples WHERE point = 1 AND at >= ? AND at < ?")?;
    let rows = statement.query_map((from, to), |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, f64>(1)?))
    })?;
    Ok(rows.collect::<Result<Vec<_>, _>>()?.len())
}
