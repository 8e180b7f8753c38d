//! What can still be read of a damaged file, in a new one.
//!
//! The damaged file was set aside and stays there, only its header is mended where SQLite would not open it and its log written
//! back. Tables are read row by row around the pages that do not read ([`walk`]); where any did not, rows are also looked for in
//! the pages themselves ([`pages`]), where they may be old states of others. A row is taken only if its readers will understand it,
//! and a chunk only if it is what its head says; one that overlaps another joins it, so that no sample is there twice. Rows of the
//! journal are taken as they are: compaction drops repetitions.
//!
//! *Order.* [`Salvage::begin`] saves the registry, settings, alarms and the journal, so that the program starts as usual; the
//! chunks, which may be many gigabytes, follow in bounded steps while it runs ([`Salvage::step`]). Each step and how far it came
//! are one transaction: killed at any moment, the next start goes on with nothing lost and nothing doubled.

mod chunks;
mod header;
mod pages;
mod tables;
mod walk;

use std::path::{Path, PathBuf};

use hearthline_model::{Micros, PointId};
use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags, OptionalExtension, TransactionBehavior};
use serde::{Deserialize, Serialize};

use crate::integrity::Key;
use crate::retention::Keeper;
use crate::{Error, Reader, Store, Synchronous, integrity, records, schema};
use chunks::{Bodies, Listed, Walked as Listing};
use pages::Pages;
use tables::Table;
use walk::Walked;

/// The setting that holds a [`Salvaged`].
const STATE: &str = "salvage";
const JOURNAL: &str = "journal";
/// Chunks that one step takes.
const CHUNKS: usize = 32;
/// Pages that one step looks through.
const PAGES: u32 = 512;
/// Places of one table that do not read, before the rest of it is left to the search through the pages.
const MOST_BROKEN: usize = 10_000;
/// Losses that are listed.
const MOST_LOST: usize = 500;
/// Ids that are passed over where it cannot be read which were given out last.
const ID_MARGIN: i64 = 10_000;

/// Samples of a point that could not be saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lost {
    /// The point.
    pub point: PointId,
    /// From.
    pub from: Micros,
    /// To.
    pub to: Micros,
}

/// How far a salvage is, and what it saved.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Salvaged {
    /// The damaged file, where it was set aside.
    pub aside: PathBuf,
    /// When.
    pub at: Micros,
    /// What was wrong, as it was found.
    pub reason: String,
    /// Devices saved.
    pub devices: u64,
    /// Points saved.
    pub points: u64,
    /// Lines of the alarm journal saved.
    pub alarms: u64,
    /// Samples saved.
    pub samples: u64,
    /// What could not be saved, where it is known what was there; the first of it.
    pub lost: Vec<Lost>,
    /// More is lost than can be told.
    pub lost_more: bool,
    /// All is done that can be.
    pub done: bool,
    /// A person has been told and does not want to hear it again.
    pub seen: bool,
    /// Something did not read, so the pages are searched too.
    broken: bool,
    /// The pages are to be searched for rows of the journal too,
    journal: bool,
    /// whose first that was read is this one.
    journal_first: Option<i64>,
    /// The last chunk read; none before the first.
    chunk: Option<Key>,
    /// The chunks are read, and the pages up to this one searched for more of them,
    page: Option<u32>,
    /// or, in a second pass, for rows of the journal.
    second: bool,
    /// Of so many, chunks or pages as far as it is.
    total: u64,
    /// So many are done.
    count: u64,
}

impl Salvaged {
    /// How far it is, from 0 to 1.
    pub fn share(&self) -> f64 {
        if self.done {
            return 1.0;
        }
        if self.total == 0 {
            return 0.0;
        }
        (self.count as f64 / self.total as f64).min(1.0)
    }
}

/// A salvage under way.
#[derive(Debug)]
pub struct Salvage {
    source: Option<Connection>,
    pages: Option<Pages>,
    /// Where bodies stand that SQLite does not reach; looked for once one is wanted.
    bodies: Option<Bodies>,
    tables: Vec<Table>,
    state: Salvaged,
}

impl Salvage {
    /// Saves everything but the chunks from `aside` into a new file at `path`; the rest is for [`Salvage::resume`].
    ///
    /// # Errors
    /// Where the new file cannot be made. What cannot be read of the old one is no error.
    pub fn begin(aside: &Path, path: &Path, reason: &str, at: Micros) -> Result<Salvaged, Error> {
        let _ = header::mend(aside);
        let store = Store::open(path, Synchronous::Full)?;
        let target = &store.connection;
        let mut salvage = Self::open(
            Salvaged {
                aside: aside.into(),
                at,
                reason: reason.into(),
                ..Salvaged::default()
            },
            target,
        )?;
        target.execute_batch("BEGIN IMMEDIATE")?;
        let saved = salvage.small(target);
        target.execute_batch(if saved.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
        saved?;
        Ok(salvage.state)
    }

    /// Goes on where an earlier step or run ended; none where nothing is left to do.
    ///
    /// # Errors
    /// Where the new file refuses.
    pub fn resume(keeper: &Keeper) -> Result<Option<Self>, Error> {
        match read_state(keeper.connection())? {
            Some(state) if !state.done => Self::open(state, keeper.connection()).map(Some),
            _ => Ok(None),
        }
    }

    /// How far it is.
    pub fn state(&self) -> &Salvaged {
        &self.state
    }

    /// Saves a bounded number of chunks in one transaction; false once nothing is left.
    ///
    /// # Errors
    /// Where the new file refuses; nothing has changed then, and the step can be tried again.
    pub fn step(&mut self, keeper: &mut Keeper) -> Result<bool, Error> {
        let before = self.state.clone();
        let transaction = keeper
            .connection_mut()
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        // A person may have been told meanwhile.
        self.state.seen |= read_state(&transaction)?.is_some_and(|kept| kept.seen);
        let result = if self.state.page.is_none() {
            self.chunks(&transaction)
        } else {
            self.search(&transaction)
        };
        let result = result
            .and_then(|()| write_state(&transaction, &self.state))
            .and_then(|()| Ok(transaction.commit()?));
        if let Err(error) = result {
            self.state = before;
            return Err(error);
        }
        Ok(!self.state.done)
    }

    fn open(state: Salvaged, target: &Connection) -> Result<Self, Error> {
        Ok(Self {
            source: source(&state.aside),
            pages: Pages::open(&state.aside).ok(),
            bodies: None,
            tables: tables::tables(target)?,
            state,
        })
    }

    /// Everything but the chunks.
    fn small(&mut self, target: &Connection) -> Result<(), Error> {
        let tables = self.tables.clone();
        let mut whole = self.source.is_some();
        for table in tables.iter().filter(|table| !table.is_bulk()) {
            let all = self.table(target, table)?;
            if !all && table.name == JOURNAL {
                self.state.journal = true;
                self.state.journal_first =
                    target.query_row("SELECT min(seq) FROM journal", (), |row| row.get(0))?;
            }
            whole &= all;
        }
        if !whole {
            self.state.broken = true;
            self.search_small(target)?;
        }
        self.sequences(target)?;
        crate::alarms::salvaged(target, self.source.as_ref(), self.state.at)?;
        let count = |sql: &str| -> Result<u64, Error> {
            Ok(target.query_row(sql, (), |row| row.get::<_, i64>(0))? as u64)
        };
        self.state.devices = count("SELECT count(*) FROM devices WHERE NOT gone")?;
        self.state.points = count("SELECT count(*) FROM points WHERE NOT gone")?;
        self.state.alarms = count("SELECT count(*) FROM alarm_journal")?;
        self.state.samples = count("SELECT coalesce(sum(count), 0) FROM journal")?;
        self.state.total = self
            .source
            .as_ref()
            .and_then(|source| {
                source
                    .query_row("SELECT count(*) FROM chunks", (), |row| row.get::<_, i64>(0))
                    .ok()
            })
            .unwrap_or_default() as u64;
        write_state(target, &self.state)
    }

    /// Copies a table; true where all of it was read.
    fn table(&self, target: &Connection, table: &Table) -> Result<bool, Error> {
        let Some(source) = &self.source else {
            return Ok(false);
        };
        let columns = match table.shared(source) {
            Ok(columns) if !columns.is_empty() => columns,
            Ok(_) => return Ok(true),
            Err(_) => return Ok(false),
        };
        let mut whole = true;
        let mut take = |values: Option<Vec<Value>>| {
            let taken = match values {
                Some(values) if table.makes_sense(&columns, &values) => {
                    take(target, table, &columns, &values)?.is_some()
                }
                _ => false,
            };
            // A setting that is passed over on purpose is no loss.
            whole &= taken || table.name == "settings";
            Ok(())
        };
        if !table.has_rowid {
            let all = walk::keyed(source, table, &columns, &mut take)?;
            return Ok(all && whole);
        }
        let (mut after, mut broken) = (i64::MIN, 0);
        loop {
            match walk::rows(source, table, &columns, after, 1024, &mut |_, values| {
                take(values)
            })? {
                Walked::Rows(last) => after = last,
                Walked::End => break,
                Walked::Broken(_, next) => {
                    broken += 1;
                    match next {
                        Some(next) if broken < MOST_BROKEN => after = next,
                        _ => break,
                    }
                }
            }
        }
        Ok(whole && broken == 0)
    }

    /// Looks through the pages for rows of the small tables.
    fn search_small(&mut self, target: &Connection) -> Result<(), Error> {
        // The journal comes last: only then is it known what of it had become chunks already.
        let tables: Vec<Table> = self
            .tables
            .iter()
            .filter(|table| !table.is_bulk() && table.name != JOURNAL)
            .cloned()
            .collect();
        let Some(pages) = &mut self.pages else {
            return Ok(());
        };
        for page in 1..=pages.count() {
            let mut result = Ok(());
            pages.rows(page, &mut |found| {
                if result.is_ok() {
                    result = offer(target, &tables, &found, None).map(drop);
                }
            });
            result?;
        }
        Ok(())
    }

    /// Ids are never given out twice, not even those of rows that are lost.
    fn sequences(&self, target: &Connection) -> Result<(), Error> {
        let tables: Vec<String> = target
            .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%AUTOINCREMENT%'")?
            .query_map((), |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        for table in tables {
            let given: Option<i64> = self.source.as_ref().and_then(|source| {
                source
                    .query_row(
                        "SELECT seq FROM sqlite_sequence WHERE name = ?",
                        [&table],
                        |row| row.get(0),
                    )
                    .optional()
                    .ok()
                    .map(Option::unwrap_or_default)
            });
            let highest: i64 = target.query_row(
                &format!("SELECT coalesce(max(rowid), 0) FROM {table}"),
                (),
                |row| row.get(0),
            )?;
            let next = match given {
                Some(given) if !self.state.broken => given.max(highest),
                // What was read may be an old page.
                other => other.unwrap_or_default().max(highest) + ID_MARGIN,
            };
            target.execute("DELETE FROM sqlite_sequence WHERE name = ?", [&table])?;
            target.execute(
                "INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)",
                (&table, next),
            )?;
        }
        Ok(())
    }

    /// A step through the directory of chunks.
    fn chunks(&mut self, target: &Connection) -> Result<(), Error> {
        let Some(source) = &self.source else {
            self.begin_search();
            return Ok(());
        };
        let after = self.state.chunk.unwrap_or_default();
        let (listed, next) = match chunks::list(source, after, CHUNKS) {
            Listing::Rows(listed) => {
                let last = listed.last().map(Listed::key);
                (listed, last)
            }
            Listing::End => (Vec::new(), None),
            Listing::Broken(listed, next) => {
                self.state.broken = true;
                (listed, next)
            }
        };
        self.state.count += listed.len() as u64;
        for listed in &listed {
            let body = self
                .source
                .as_ref()
                .and_then(|source| crate::directory::body(source, listed.entry.id).ok());
            let taken = match body {
                Some(body) => chunks::take(target, listed, &body)?,
                None => None,
            };
            match taken {
                Some(samples) => self.state.samples += samples,
                None => self.state.broken = true,
            }
        }
        self.state.chunk = next;
        if next.is_none() {
            if self.state.broken {
                self.begin_search();
            } else {
                self.state.done = true;
            }
        }
        Ok(())
    }

    fn begin_search(&mut self) {
        self.state.broken = true;
        self.state.page = Some(0);
        self.state.count = 0;
        self.state.total = self.pages.as_ref().map_or(0, |pages| u64::from(pages.count()));
    }

    /// A step through the pages.
    fn search(&mut self, target: &Connection) -> Result<(), Error> {
        let last = self.state.second;
        let done = self.state.page.unwrap_or_default();
        let count = self.pages.as_ref().map_or(0, Pages::count);
        let upto = done.saturating_add(PAGES).min(count);
        for page in done.saturating_add(1)..=upto {
            if last {
                self.search_journal(target, page)?;
            } else {
                self.search_chunks(target, page)?;
            }
        }
        self.state.page = Some(upto);
        self.state.count = u64::from(upto);
        if upto < count {
            return Ok(());
        }
        if self.state.journal && !last {
            self.begin_search();
            self.state.second = true;
            return Ok(());
        }
        self.settle(target)?;
        self.state.done = true;
        Ok(())
    }

    /// The chunks that stand in a page of the directory.
    fn search_chunks(&mut self, target: &Connection, page: u32) -> Result<(), Error> {
        let Some(pages) = &mut self.pages else {
            return Ok(());
        };
        let mut found = Vec::new();
        pages.rows(page, &mut |row| found.extend(Listed::of(&row)));
        for listed in found {
            let id = listed.entry.id;
            let by_sqlite = self
                .source
                .as_ref()
                .and_then(|source| crate::directory::body(source, id).ok());
            let bodies = if let Some(body) = by_sqlite {
                vec![body]
            } else {
                let known = self.bodies.get_or_insert_with(|| Bodies::look(pages));
                known.get(pages, id)
            };
            for body in bodies {
                if let Some(samples) = chunks::take(target, &listed, &body)? {
                    self.state.samples += samples;
                    break;
                }
            }
        }
        Ok(())
    }

    /// The rows of the journal that stand in a page.
    fn search_journal(&mut self, target: &Connection, page: u32) -> Result<(), Error> {
        let tables: Vec<Table> = self
            .tables
            .iter()
            .filter(|table| table.name == JOURNAL)
            .cloned()
            .collect();
        let first = self.state.journal_first;
        let Some(pages) = &mut self.pages else {
            return Ok(());
        };
        let mut found = Vec::new();
        pages.rows(page, &mut |row| found.push(row));
        for row in found {
            self.state.samples += offer(target, &tables, &row, first)?;
        }
        Ok(())
    }

    /// Notes what was there, as the index by size tells it, which lies in other pages than the directory, and is not in the new
    /// file.
    fn settle(&mut self, target: &Connection) -> Result<(), Error> {
        self.state.lost.clear();
        self.state.lost_more = self.source.is_none();
        let Some(source) = &self.source else {
            return Ok(());
        };
        let Ok(mut statement) =
            source.prepare("SELECT point, begins, ends FROM chunks INDEXED BY chunks_by_size")
        else {
            self.state.lost_more = true;
            return Ok(());
        };
        let listed = statement.query_map((), |row| {
            Ok(Lost {
                point: PointId(row.get(0)?),
                from: row.get(1)?,
                to: row.get(2)?,
            })
        });
        for lost in listed? {
            let Ok(lost) = lost else {
                self.state.lost_more = true;
                break;
            };
            if chunks::holds(target, lost.point, lost.from, lost.to)? {
                continue;
            }
            if self.state.lost.len() == MOST_LOST {
                self.state.lost_more = true;
                break;
            }
            self.state.lost.push(lost);
        }
        Ok(())
    }
}

/// Takes a row found in a page into the table that it fits; gives its samples.
fn offer(
    target: &Connection,
    tables: &[Table],
    found: &pages::Found,
    journal: Option<i64>,
) -> Result<u64, Error> {
    for table in tables {
        let Some((columns, values)) = table.fit(found.rowid, found.values.clone()) else {
            continue;
        };
        // Rows become chunks from the front on, so one before the first that was read is an old one.
        let old = table.name == JOURNAL && journal.is_some_and(|first| found.rowid < Some(first));
        if !old
            && table.makes_sense(&columns, &values)
            && let Some(samples) = take(target, table, &columns, &values)?
        {
            return Ok(samples);
        }
    }
    Ok(0)
}

/// Writes a row and looks at it as its readers will; none where it was not taken.
fn take(
    target: &Connection,
    table: &Table,
    columns: &[usize],
    values: &[Value],
) -> Result<Option<u64>, Error> {
    if !table.insert(target, columns, values)? {
        return Ok(None);
    }
    if table.name != JOURNAL {
        return Ok(Some(0));
    }
    let seq = target.last_insert_rowid();
    let opened = target
        .prepare_cached("SELECT body FROM journal WHERE seq = ?")?
        .query_row([seq], |row| Ok(integrity::journal_row(row, 0)))?;
    if opened.is_err() {
        target.execute("DELETE FROM journal WHERE seq = ?", [seq])?;
    }
    Ok(opened.ok())
}

/// Opens what was set aside as far as SQLite can; none where it cannot at all.
fn source(aside: &Path) -> Option<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(aside, flags).ok()?;
    // The log is written back, so that the pages hold all of it; where it cannot be, it is read through.
    let _ = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |_| Ok(()));
    let tables: i64 = connection
        .query_row("SELECT count(*) FROM sqlite_schema", (), |row| row.get(0))
        .ok()?;
    if tables == 0 {
        return None;
    }
    // A file of an older layout becomes one of today's as far as it can.
    let _ = schema::migrate(&mut connection, aside);
    Some(connection)
}

fn read_state(connection: &Connection) -> Result<Option<Salvaged>, Error> {
    let kept = records::setting(connection, STATE)?;
    Ok(kept.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
}

fn write_state(connection: &Connection, state: &Salvaged) -> Result<(), Error> {
    records::set_setting(connection, STATE, &serde_json::to_vec(state)?)
}

impl Reader {
    /// The last salvage, also one under way.
    ///
    /// # Errors
    /// Where the file refuses.
    pub fn salvaged(&self) -> Result<Option<Salvaged>, Error> {
        read_state(&self.connection)
    }
}

impl Store {
    /// Notes that a person has been told of the last salvage.
    ///
    /// # Errors
    /// Where the file refuses.
    pub fn salvage_seen(&mut self) -> Result<(), Error> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        if let Some(state) = read_state(&transaction)? {
            write_state(&transaction, &Salvaged { seen: true, ..state })?;
        }
        transaction.commit()?;
        Ok(())
    }
}
