//! Reads a table of a damaged file row by row, around the pages that do not read.

use rusqlite::Connection;
use rusqlite::types::Value;

use super::tables::{Table, owned};
use crate::Error;

/// What reading some rows came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Walked {
    /// All of them were read; the last one's rowid.
    Rows(i64),
    /// The table ends.
    End,
    /// After this rowid something does not read; reading can go on after the second, or nothing more can be read.
    Broken(i64, Option<i64>),
}

/// Reads at most `limit` rows after a rowid; `each` gets the rowid and the values of `columns`, none where a row is there and
/// cannot be meant.
pub fn rows(
    source: &Connection,
    table: &Table,
    columns: &[usize],
    after: i64,
    limit: usize,
    each: &mut dyn FnMut(i64, Option<Vec<Value>>) -> Result<(), Error>,
) -> Result<Walked, Error> {
    let sql = format!(
        "SELECT rowid, {} FROM {} WHERE rowid > ? ORDER BY rowid LIMIT ?",
        table.names(columns),
        table.name
    );
    let mut last = after;
    let broken = |last: i64| Walked::Broken(last, beyond(source, &sql, last));
    let Ok(mut statement) = source.prepare_cached(&sql) else {
        return Ok(Walked::Broken(after, None));
    };
    let Ok(mut rows) = statement.query((after, i64::try_from(limit).unwrap_or(i64::MAX))) else {
        return Ok(Walked::Broken(after, None));
    };
    let mut any = false;
    loop {
        let row = match rows.next() {
            Ok(Some(row)) => row,
            Ok(None) if any => return Ok(Walked::Rows(last)),
            Ok(None) => return Ok(Walked::End),
            Err(_) => return Ok(broken(last)),
        };
        // Bodies that go on over several pages are read only now.
        let read: Result<Vec<Option<Value>>, rusqlite::Error> = (1..=columns.len())
            .map(|at| Ok(owned(row.get_ref(at)?)))
            .collect();
        let (Ok(id), Ok(values)) = (row.get::<_, i64>(0), read) else {
            return Ok(broken(last));
        };
        if id <= last && any {
            return Ok(broken(last));
        }
        any = true;
        last = id;
        each(id, values.into_iter().collect())?;
    }
}

/// Reads a table without rowids from both ends towards what does not read; true where all of it was read.
pub fn keyed(
    source: &Connection,
    table: &Table,
    columns: &[usize],
    each: &mut dyn FnMut(Option<Vec<Value>>) -> Result<(), Error>,
) -> Result<bool, Error> {
    // Rows of such a table lie in the order of its key, whose columns come first in ours.
    for order in ["ASC", "DESC"] {
        let sql = format!(
            "SELECT {} FROM {} ORDER BY 1 {order}",
            table.names(columns),
            table.name
        );
        let Ok(mut statement) = source.prepare(&sql) else {
            return Ok(false);
        };
        let Ok(mut rows) = statement.query(()) else {
            return Ok(false);
        };
        loop {
            match rows.next() {
                Ok(Some(row)) => {
                    let read: Result<Vec<Option<Value>>, rusqlite::Error> =
                        (0..columns.len()).map(|at| Ok(owned(row.get_ref(at)?))).collect();
                    let Ok(values) = read else { break };
                    each(values.into_iter().collect())?;
                }
                Ok(None) => return Ok(true),
                Err(_) => break,
            }
        }
    }
    Ok(false)
}

/// The rowid after which something reads again: steps of doubling length find it, halving them finds the nearest.
fn beyond(source: &Connection, sql: &str, last: i64) -> Option<i64> {
    // One row, all of it: whether a page reads is known only then.
    let look = |after: i64| -> Result<bool, ()> {
        let mut statement = source.prepare_cached(sql).map_err(drop)?;
        let mut rows = statement.query((after, 1)).map_err(drop)?;
        let Some(row) = rows.next().map_err(drop)? else {
            return Ok(false);
        };
        let columns = row.as_ref().column_count();
        for at in 0..columns {
            row.get_ref(at).map_err(drop)?;
        }
        Ok(true)
    };
    let (mut low, mut high) = (last, last.checked_add(1)?);
    loop {
        match look(high) {
            Ok(true) => break,
            Ok(false) => return None,
            Err(()) => {
                let step = high.checked_sub(last)?.checked_mul(2)?;
                low = high;
                high = last.checked_add(step)?;
            }
        }
    }
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if matches!(look(middle), Ok(true)) {
            high = middle;
        } else {
            low = middle;
        }
    }
    Some(high)
}
