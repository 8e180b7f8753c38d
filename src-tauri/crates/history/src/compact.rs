//! From the journal to chunks, a bounded step at a time.
//!
//! A step takes rows of the journal until it has [`MOST_TAKEN`] samples (or one row, where that alone has more), opens at
//! most [`MOST_REWRITTEN`] samples of chunks into which late ones fall (the rest waits in the journal for the next step),
//! and writes in transactions of some [`WRITES`] chunks, between which others may write. It can be killed at any moment:
//! [`Pending`] tells in the file how far it came, to questions as to the next start.

use std::collections::BTreeMap;
use std::path::PathBuf;

use hearthline_model::{Micros, PointId};
use rusqlite::{Connection, TransactionBehavior};

use crate::chunk::{self, FULL, Item, MOST};
use crate::directory::{self, Entry, Made};
use crate::pending::Pending;
use crate::{Error, Store, Synchronous, journal, latest};

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

/// Samples that a step takes from the journal.
const MOST_TAKEN: usize = 262_144;
/// Samples of chunks that a step opens because late samples belong into them.
const MOST_REWRITTEN: usize = 64 * FULL;
/// Chunks that a transaction writes, about.
const WRITES: usize = 256;
/// So many neighbours of about one size become one with what joins them: fewer would have each sample written anew more
/// often, more would leave more chunks at the end of each point.
const TOGETHER: usize = 3;
/// Samples that are brought together whatever their neighbours are, because a chunk has its price.
const FEW: usize = 32;
/// How often a step is planned anew because retention changed the chunks that it had read.
const TRIES: usize = 5;
/// Arrival and time may differ by so much without the arrival being kept.
const PROMPT: Micros = hearthline_model::MINUTE;

/// The background's own handle: compaction reads and compresses while the store goes on appending, and holds the
/// file only for the moment of writing.
#[derive(Debug)]
pub struct Compactor {
    pub(crate) connection: Connection,
    path: PathBuf,
    synchronous: Synchronous,
    read_only: bool,
}

impl Store {
    /// A handle for compaction in a thread of its own. One at a time.
    ///
    /// # Errors
    /// Where the file cannot be opened again.
    pub fn compactor(&self) -> Result<Compactor, Error> {
        Ok(Compactor {
            connection: self.connect()?,
            path: self.path().into(),
            synchronous: self.synchronous(),
            read_only: self.is_read_only(),
        })
    }

    /// As [`Compactor::compact`], on the store's own connection. Not while a [`Compactor`] is at work.
    ///
    /// # Errors
    /// Where a row is damaged or the file refuses; nothing is lost or doubled then, and the next call goes on.
    pub fn compact(&mut self, max_rows: usize, now: Micros) -> Result<Compaction, Error> {
        step(&mut self.connection, max_rows, now)
    }
}

impl Compactor {
    /// Opens the file anew for writing, where it was opened for reading alone; see [`Store::reopen`], which comes first.
    ///
    /// # Errors
    /// Where it still cannot be written.
    pub fn reopen(&mut self) -> Result<(), Error> {
        if self.read_only {
            self.connection = crate::store::connect(&self.path, self.synchronous)?;
            self.read_only = false;
        }
        Ok(())
    }

    /// Turns at most `max_rows` of the oldest journal rows into chunks. Call it until nothing remains.
    ///
    /// # Errors
    /// Where a row is damaged or the file refuses; nothing is lost or doubled then, and the next call goes on.
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

/// What of the journal a step takes.
#[derive(Default)]
struct Taken {
    rows: usize,
    samples: usize,
    last: i64,
    newest: latest::Newest,
    points: BTreeMap<PointId, Vec<Item>>,
}

fn step(connection: &mut Connection, max_rows: usize, now: Micros) -> Result<Compaction, Error> {
    let mut pending = Pending::read(connection)?;
    let taken = take(connection, max_rows, now, &pending)?;
    let mut done = Compaction {
        rows: taken.rows,
        samples: taken.samples,
        ..Compaction::default()
    };
    if taken.rows > 0 {
        pending.upto = taken.last;
        let mut points = taken.points.into_iter().peekable();
        let mut budget = MOST_REWRITTEN;
        loop {
            let mut batch = Vec::new();
            let mut plan = Plan::default();
            while plan.made.len() < WRITES
                && let Some((point, items)) = points.next()
            {
                batch.push((point, items));
                let Some((point, items)) = batch.last() else { break };
                plan.point(connection, *point, items, &mut budget)?;
                pending.point = *point;
            }
            if points.peek().is_none() {
                done.chunks += commit(connection, &batch, plan, &mut pending, Some((taken.newest, now)))?;
                break;
            }
            done.chunks += commit(connection, &batch, plan, &mut pending, None)?;
        }
    }
    done.remaining =
        connection.query_row("SELECT count(*) FROM journal", (), |row| row.get::<_, i64>(0))? as usize;
    Ok(done)
}

/// Reads the oldest rows of the journal; the very same ones where a step was cut short.
fn take(connection: &Connection, max_rows: usize, now: Micros, pending: &Pending) -> Result<Taken, Error> {
    let mut taken = Taken::default();
    let (most, last) = if pending.upto > 0 {
        (i64::MAX, pending.upto)
    } else {
        (i64::try_from(max_rows).unwrap_or(i64::MAX), i64::MAX)
    };
    let mut statement = connection.prepare_cached(
        "SELECT seq, received, body, count FROM journal WHERE seq <= ? ORDER BY seq LIMIT ?",
    )?;
    let mut rows = statement.query((last, most))?;
    while let Some(row) = rows.next()? {
        let count = row.get::<_, i64>(3)? as usize;
        if pending.upto == 0 && taken.rows > 0 && taken.samples + count > MOST_TAKEN {
            break;
        }
        let seq: i64 = row.get(0)?;
        taken.last = seq;
        let received: Micros = row.get(1)?;
        taken.rows += 1;
        let body = row
            .get_ref(2)?
            .as_blob()
            .map_err(|error| Error::Record(error.to_string()))?;
        journal::decode(body, |sample| {
            taken.newest.take(&sample, now);
            if pending.is_done(seq, &sample) {
                return;
            }
            taken.samples += 1;
            let late = (sample.at.wrapping_sub(received)).unsigned_abs() > PROMPT.unsigned_abs();
            taken.points.entry(sample.point).or_default().push(Item {
                at: sample.at,
                value: sample.value,
                quality: sample.quality,
                received: late.then_some(received),
            });
        })?;
    }
    Ok(taken)
}

/// Writes a batch of points; where the chunks that were read have changed meanwhile, as retention does, plans it anew.
/// The last batch of a step, which brings the newest samples, takes the rows out of the journal as well.
fn commit(
    connection: &mut Connection,
    batch: &[(PointId, Vec<Item>)],
    mut plan: Plan,
    pending: &mut Pending,
    mut end: Option<(latest::Newest, Micros)>,
) -> Result<usize, Error> {
    for _ in 0..TRIES {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut unchanged = true;
        for (point, entry) in &plan.replaced {
            unchanged &= directory::remove(&transaction, *point, entry)?;
        }
        if !unchanged {
            transaction.rollback()?;
            plan = Plan::default();
            let mut budget = MOST_REWRITTEN;
            for (point, items) in batch {
                plan.point(connection, *point, items, &mut budget)?;
            }
            continue;
        }
        for made in &plan.made {
            made.insert(&transaction)?;
        }
        pending.left.append(&mut plan.left);
        match end.take() {
            Some((newest, now)) => {
                newest.save(&transaction, now)?;
                leave(&transaction, pending)?;
                Pending::clear(&transaction)?;
            }
            None => pending.save(&transaction)?,
        }
        transaction.commit()?;
        return Ok(plan.made.len());
    }
    Err(Error::Busy)
}

/// Takes the rows out of the journal, but for the samples that were left for a later step.
fn leave(connection: &Connection, pending: &Pending) -> Result<(), Error> {
    if pending.left.is_empty() {
        connection.execute("DELETE FROM journal WHERE seq <= ?", [pending.upto])?;
        return Ok(());
    }
    let mut read = connection.prepare_cached("SELECT body FROM journal WHERE seq = ?")?;
    let mut seqs = connection.prepare_cached("SELECT seq FROM journal WHERE seq <= ? ORDER BY seq")?;
    let seqs: Vec<i64> = seqs
        .query_map([pending.upto], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let mut bytes = Vec::new();
    for seq in seqs {
        let body: Vec<u8> = read.query_row([seq], |row| row.get(0))?;
        let mut left = Vec::new();
        journal::decode(&body, |sample| {
            if pending.is_left(&sample) {
                left.push(sample);
            }
        })?;
        if left.is_empty() {
            connection.execute("DELETE FROM journal WHERE seq = ?", [seq])?;
            continue;
        }
        let (begins, ends) = journal::encode(&left, &mut bytes);
        connection.execute(
            "UPDATE journal SET begins = ?, ends = ?, count = ?, body = ? WHERE seq = ?",
            (begins, ends, left.len() as i64, &bytes, seq),
        )?;
    }
    Ok(())
}

/// What a transaction is going to write.
#[derive(Default)]
struct Plan {
    replaced: Vec<(PointId, Entry)>,
    made: Vec<Made>,
    left: Vec<(PointId, Micros, Micros)>,
}

/// Neighbouring chunks that become one, with the samples that join them.
#[derive(Default)]
struct Run {
    entries: Vec<Entry>,
    items: Vec<Item>,
    count: usize,
}

impl Run {
    fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The chunks before it that are not much larger, the last one first.
    fn near(&self, connection: &Connection, point: PointId) -> Result<Vec<Entry>, Error> {
        let mut near = Vec::new();
        let first = self.items.first().map(|item| item.at);
        let mut begin = self
            .entries
            .first()
            .map(|entry| entry.begins)
            .into_iter()
            .chain(first)
            .min();
        while let Some(at) = begin.filter(|_| near.len() < TOGETHER) {
            match directory::before(connection, point, directory::SAMPLES, at)? {
                Some(entry) if self.draws(&entry) => {
                    near.push(entry);
                    begin = Some(entry.begins);
                }
                _ => break,
            }
        }
        Ok(near)
    }

    /// Whether an untouched neighbour is not much larger.
    fn draws(&self, entry: &Entry) -> bool {
        entry.count < FULL && entry.count <= self.count.saturating_mul(2).max(16) && self.count < FULL
    }

    fn take(&mut self, entry: Entry) {
        self.count += entry.count;
        self.entries.push(entry);
    }

    fn add(&mut self, items: impl Iterator<Item = Item>) {
        let before = self.items.len();
        self.items.extend(items);
        self.count += self.items.len() - before;
    }
}

impl Plan {
    /// Plans the samples of one point: each goes into the chunk that spans its time, what lies between chunks becomes one
    /// of its own or joins a small neighbour.
    fn point(
        &mut self,
        connection: &Connection,
        point: PointId,
        items: &[Item],
        budget: &mut usize,
    ) -> Result<(), Error> {
        let mut items = items.to_vec();
        chunk::tidy(&mut items);
        let (Some(first), Some(last)) = (items.first(), items.last()) else {
            return Ok(());
        };
        let entries = directory::around(connection, point, first.at, last.at)?;
        let mut items = items.into_iter().peekable();
        let mut run = Run::default();
        // Chunks before the first run are untouched, and may be drawn in one after another.
        let mut front = true;
        for (index, entry) in entries.iter().enumerate() {
            run.add(std::iter::from_fn(|| {
                items.next_if(|item| item.at < entry.begins)
            }));
            let within: Vec<Item> =
                std::iter::from_fn(|| items.next_if(|item| item.at <= entry.ends)).collect();
            let Some((from, to)) = within.first().zip(within.last()) else {
                if !run.is_empty() && run.draws(entry) {
                    run.take(*entry);
                } else {
                    self.flush(connection, point, &mut run, std::mem::take(&mut front), false)?;
                }
                continue;
            };
            // The last chunk of a point is where samples usually go; any other is opened for late ones.
            if index + 1 < entries.len() {
                if *budget == 0 {
                    self.left.push((point, from.at, to.at));
                    self.flush(connection, point, &mut run, std::mem::take(&mut front), false)?;
                    continue;
                }
                *budget = budget.saturating_sub(entry.count);
            }
            if run.count + entry.count > 2 * FULL {
                self.flush(connection, point, &mut run, std::mem::take(&mut front), false)?;
            }
            run.take(*entry);
            run.add(within.into_iter());
        }
        run.add(items);
        self.flush(connection, point, &mut run, front, true)
    }

    /// Writes a run; `front`: the chunks before it are untouched and may be drawn in; `tail`: nothing comes behind it.
    fn flush(
        &mut self,
        connection: &Connection,
        point: PointId,
        run: &mut Run,
        front: bool,
        tail: bool,
    ) -> Result<(), Error> {
        let mut run = std::mem::take(run);
        if run.is_empty() {
            return Ok(());
        }
        while front && run.count < FULL {
            let near = run.near(connection, point)?;
            let few = near.first().is_some_and(|first| first.count + run.count <= FEW);
            if near.len() < TOGETHER && !few {
                break;
            }
            for entry in near {
                run.count += entry.count;
                run.entries.insert(0, entry);
            }
        }
        let mut merged = Vec::with_capacity(run.count);
        for entry in &run.entries {
            merged.append(&mut directory::items(connection, entry)?);
        }
        merged.append(&mut run.items);
        chunk::tidy(&mut merged);
        for part in parts(&merged, tail) {
            self.made.push(Made::of(point, part)?);
        }
        self.replaced
            .extend(run.entries.into_iter().map(|entry| (point, entry)));
        Ok(())
    }
}

/// Divides samples into chunks, never within a moment unless that alone has too many. At the tail all but the last are
/// full, because more will come; elsewhere they are even, because what comes may come anywhere.
fn parts(items: &[Item], tail: bool) -> Vec<&[Item]> {
    let size = if tail {
        FULL
    } else {
        items.len().div_ceil(items.len().div_ceil(FULL).max(1)).max(1)
    };
    let mut parts = Vec::new();
    let mut rest = items;
    while rest.len() > size {
        let mut cut = size;
        while cut < rest.len().min(MOST) && rest[cut].at == rest[cut - 1].at {
            cut += 1;
        }
        let (part, more) = rest.split_at(cut);
        parts.push(part);
        rest = more;
    }
    if !rest.is_empty() {
        parts.push(rest);
    }
    parts
}
