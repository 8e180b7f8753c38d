//! Rows of a recorder's database, in pages by their id: short questions that hold up nobody, and never a sort, whatever
//! indexes the file has. What a row holds is read leniently: SQLite lets anything stand anywhere.

use std::path::Path;

use hearthline_model::Micros;
use jiff::tz::TimeZone;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, Row};

use super::schema::{Period, Schema};
use crate::import::Skipped;
use crate::times::Form;
use crate::{Error, Progress};

/// Rows of a page.
const PAGE: i64 = 10_000;
/// Pages that may be damaged before the rest is given up.
const MOST_DAMAGED: u32 = 10_000;

/// A state that was recorded.
#[derive(Clone, Debug, PartialEq)]
pub struct StateRow {
    /// Its number.
    pub id: i64,
    /// The entity, by its number.
    pub meta: Option<i64>,
    /// The entity, by its name.
    pub entity: Option<String>,
    /// The state; none where it is no text of a sensible length.
    pub state: Option<String>,
    /// When.
    pub at: Option<Micros>,
    /// The attributes, by their number.
    pub attributes: Option<i64>,
}

/// What statistics say of an hour or of five minutes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StatisticRow {
    /// Of what, by its number.
    pub meta: i64,
    /// Begin.
    pub at: Micros,
    /// Mean.
    pub mean: Option<f64>,
    /// Lowest.
    pub min: Option<f64>,
    /// Highest.
    pub max: Option<f64>,
    /// The meter's reading at the end.
    pub state: Option<f64>,
    /// What was counted since the begin of counting, at the end.
    pub sum: Option<f64>,
}

/// All states, oldest number first.
pub fn states(
    connection: &Connection,
    schema: &Schema,
    path: &Path,
    skipped: &mut Skipped,
    progress: &Progress,
    mut each: impl FnMut(StateRow, &mut Skipped) -> Result<(), Error>,
) -> Result<(), Error> {
    let sql = format!(
        "SELECT {} FROM states WHERE state_id > ?1 ORDER BY state_id LIMIT {PAGE}",
        schema.states
    );
    let read = |row: &Row<'_>| {
        let cell = |ix| row.get_ref(ix).unwrap_or(ValueRef::Null);
        Some(StateRow {
            id: int(cell(0))?,
            meta: int(cell(1)),
            entity: text(cell(2))
                .filter(|entity| entity.len() <= 255)
                .map(str::to_owned),
            state: text(cell(3)).map(str::to_owned),
            at: time(cell(4), cell(5)),
            attributes: int(cell(6)),
        })
    };
    pages(
        connection,
        ("states", "state_id"),
        &sql,
        path,
        skipped,
        progress,
        &read,
        |row: &StateRow| row.id,
        &mut each,
    )
}

/// All statistics of one table, oldest number first.
pub fn statistics(
    connection: &Connection,
    (period, list): &(Period, String),
    path: &Path,
    skipped: &mut Skipped,
    progress: &Progress,
    mut each: impl FnMut(StatisticRow, &mut Skipped) -> Result<(), Error>,
) -> Result<(), Error> {
    let table = period.table();
    let sql = format!("SELECT {list} FROM {table} WHERE id > ?1 ORDER BY id LIMIT {PAGE}");
    let read = |row: &Row<'_>| {
        let cell = |ix| row.get_ref(ix).unwrap_or(ValueRef::Null);
        let number = |ix| real(cell(ix)).filter(|number| number.is_finite());
        let statistic = int(cell(1))
            .zip(time(cell(2), cell(3)))
            .map(|(meta, at)| StatisticRow {
                meta,
                at,
                mean: number(4),
                min: number(5),
                max: number(6),
                state: number(7),
                sum: number(8),
            });
        Some((int(cell(0))?, statistic))
    };
    pages(
        connection,
        (table, "id"),
        &sql,
        path,
        skipped,
        progress,
        &read,
        |(id, _): &(i64, Option<StatisticRow>)| *id,
        &mut |(_, row), skipped: &mut Skipped| {
            if let Some(row) = row {
                return each(row, skipped);
            }
            skipped.note("statistics without a time", String::new);
            Ok(())
        },
    )
}

#[allow(clippy::too_many_arguments)] // the parts of one walk, which two tables share
fn pages<T>(
    connection: &Connection,
    (table, id): (&str, &str),
    sql: &str,
    path: &Path,
    skipped: &mut Skipped,
    progress: &Progress,
    read: &dyn Fn(&Row<'_>) -> Option<T>,
    id_of: impl Fn(&T) -> i64,
    each: &mut dyn FnMut(T, &mut Skipped) -> Result<(), Error>,
) -> Result<(), Error> {
    let failed = |source| Error::Database {
        path: path.into(),
        source,
    };
    let end = |order: &str| {
        let sql = format!("SELECT {id} FROM {table} ORDER BY {id} {order} LIMIT 1");
        match connection.query_row(&sql, (), |row| Ok(int(row.get_ref(0)?))) {
            Err(rusqlite::Error::QueryReturnedNoRows) => Ok(None),
            other => other,
        }
    };
    let (Some(first), Some(last)) = (
        end("ASC").map_err(failed)?,
        end("DESC")
            .or_else(|error| damaged(&error).then_some(Some(i64::MAX)).ok_or(error))
            .map_err(failed)?,
    ) else {
        return Ok(());
    };
    progress.begin(last.abs_diff(first).max(1));
    let mut next = first.saturating_sub(1);
    let mut given_up = 0;
    let mut statement = connection.prepare_cached(sql).map_err(failed)?;
    while next < last {
        progress.go_on()?;
        // Gathered first: what `each` does may take its time, and a question that is open holds up the file's owner.
        let mut page = Vec::new();
        let mut gather = || {
            let mut rows = statement.query([next])?;
            while let Some(row) = rows.next()? {
                page.extend(read(row));
            }
            Ok(())
        };
        match gather() {
            Ok(()) if page.is_empty() => break,
            Ok(()) => {}
            Err(error) if damaged(&error) && given_up < MOST_DAMAGED => {
                given_up += 1;
                skipped.note("a damaged part of the file", || {
                    format!("{table}, after row {next}")
                });
                if page.is_empty() {
                    next = next.saturating_add(PAGE);
                    continue;
                }
            }
            Err(error) => return Err(failed(error)),
        }
        for row in page {
            next = id_of(&row).max(next.saturating_add(1));
            each(row, skipped)?;
        }
        progress.reach(next.abs_diff(first));
    }
    Ok(())
}

/// Whether it is this place of the file alone that cannot be read.
fn damaged(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::DatabaseCorrupt)
}

/// A whole number.
pub fn int(cell: ValueRef<'_>) -> Option<i64> {
    match cell {
        ValueRef::Integer(int) => Some(int),
        _ => None,
    }
}

/// A text that is one.
pub fn text(cell: ValueRef<'_>) -> Option<&str> {
    match cell {
        ValueRef::Text(bytes) => std::str::from_utf8(bytes).ok(),
        _ => None,
    }
}

fn real(cell: ValueRef<'_>) -> Option<f64> {
    match cell {
        ValueRef::Integer(int) => Some(int as f64),
        ValueRef::Real(real) => Some(real),
        _ => None,
    }
}

/// Seconds since the epoch (since 2023.2), or before that a text, in UTC.
fn time(seconds: ValueRef<'_>, written: ValueRef<'_>) -> Option<Micros> {
    if let Some(seconds) = real(seconds) {
        let micros = (seconds * 1e6).round();
        return (micros.abs() < 9e18).then_some(micros as Micros);
    }
    let text = text(written)?;
    Form::Iso
        .read(text, &TimeZone::UTC)
        .or_else(|| Form::Stamp.read(text, &TimeZone::UTC))
}
