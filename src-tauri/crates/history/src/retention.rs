//! What goes when it has been kept long enough, or when the file reaches its cap.
//!
//! Deciding is apart from doing: [`due`] and [`next_cut`] are pure, [`Keeper`] does a bounded piece of what they say in one
//! transaction. Killed at any moment, the file is as before or after a piece; nothing is ever half gone.
//!
//! *Rule.* A chunk goes, or is summed up, as a whole once its youngest sample has been kept long enough, so samples are kept at
//! least as long as was asked. Where a point says less than [`WORTH`] values in a step, its samples take hardly more room than
//! their sums, and stay until those would go. Only numbers are summed up. The last value of each point, the registry, alarms,
//! commands and their journals never go.

use std::path::PathBuf;

use hearthline_model::{DAY, Keep, Micros, PointDesc, PointId, kept_until};
use rusqlite::{Connection, TransactionBehavior};

use crate::directory::{self, Entry};
use crate::size::PointSize;
use crate::{Compactor, Error, Reader, Store, records};

/// The cap drops nothing younger than this.
pub const NEVER_YOUNGER: Micros = 7 * DAY;
/// Values in a step from which on it is worth while to sum them up.
const WORTH: f64 = 8.0;
/// Chunks that go in one transaction: it must be over before anyone notices.
const CHUNKS: usize = 64;
/// Chunks that are summed up in one transaction, which have to be opened for it.
const SUMMED: usize = 16;

/// Work that a plan asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// What is older goes.
    Drop {
        /// Of this point.
        point: PointId,
        /// Chunks that end before.
        before: Micros,
    },
    /// Samples become sums.
    Sum {
        /// Of this point.
        point: PointId,
        /// Chunks that end before.
        before: Micros,
        /// Length of the stretches that become one sum.
        step: Micros,
    },
}

/// What of a file has been kept long enough.
pub fn due(held: &[PointSize], keep: impl Fn(PointId) -> Keep, now: Micros) -> Vec<Due> {
    let mut all = Vec::new();
    for size in held {
        let keep = keep(size.point);
        let Some(days) = keep.raw_days else { continue };
        let point = size.point;
        let gone = match keep.then {
            None => Some(kept_until(now, days)),
            Some(then) => then.days.map(|days| kept_until(now, days)),
        };
        if let Some(before) = gone.filter(|before| size.first_end < *before) {
            all.push(Due::Drop { point, before });
        }
        if let Some(then) = keep.then {
            let before = kept_until(now, days);
            let worth = size.in_step(then.step()) >= WORTH;
            if worth && size.first_raw_end.is_some_and(|ends| ends < before) {
                let step = then.step();
                all.push(Due::Sum { point, before, step });
            }
        }
    }
    all
}

/// Before which time everything goes next where the file is over its cap: the oldest day that is held, of all points alike.
/// None where only the last days are left ([`NEVER_YOUNGER`]).
pub fn next_cut(first_ends: impl Iterator<Item = Micros>, now: Micros) -> Option<Micros> {
    let oldest = first_ends.min()?;
    let limit = now.saturating_sub(NEVER_YOUNGER);
    let cut = oldest
        .div_euclid(DAY)
        .saturating_add(1)
        .saturating_mul(DAY)
        .min(limit);
    (oldest < cut).then_some(cut)
}

/// What a piece of work did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Piece {
    /// Samples that went, or were summed up.
    pub samples: u64,
    /// There is more to do.
    pub more: bool,
}

/// The handle that drops, sums up and gives back; one at a time.
#[derive(Debug)]
pub struct Keeper {
    compactor: Compactor,
    pub(crate) path: PathBuf,
}

impl Store {
    /// A handle for keeping the file in bounds, in a thread of its own.
    ///
    /// # Errors
    /// Where the file cannot be opened again.
    pub fn keeper(&self) -> Result<Keeper, Error> {
        Ok(Keeper {
            compactor: self.compactor()?,
            path: self.path().into(),
        })
    }
}

impl Keeper {
    /// As [`Compactor::reopen`].
    ///
    /// # Errors
    /// Where it still cannot be written.
    pub fn reopen(&mut self) -> Result<(), Error> {
        self.compactor.reopen()
    }

    pub(crate) fn connection(&self) -> &Connection {
        &self.compactor.connection
    }

    pub(crate) fn connection_mut(&mut self) -> &mut Connection {
        &mut self.compactor.connection
    }

    /// Does a bounded piece of `due`, in one transaction; call it until nothing more is left.
    ///
    /// # Errors
    /// Where the file refuses; nothing has changed then.
    pub fn step(&mut self, due: Due) -> Result<Piece, Error> {
        match due {
            Due::Drop { point, before } => self.drop_chunks(point, before),
            Due::Sum { point, before, step } => {
                let done = self.compactor.coarsen(point, before, step, SUMMED)?;
                Ok(Piece {
                    samples: done.samples,
                    more: done.remaining,
                })
            }
        }
    }

    fn drop_chunks(&mut self, point: PointId, before: Micros) -> Result<Piece, Error> {
        let transaction = self
            .compactor
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut done = Piece::default();
        let mut gone = Vec::with_capacity(CHUNKS);
        {
            let mut statement = transaction.prepare_cached(
                "SELECT class, ends, id, begins, count FROM chunks WHERE point = ? AND ends < ? LIMIT ?",
            )?;
            for entry in statement.query_map((point.0, before, CHUNKS as i64 + 1), Entry::of)? {
                gone.push(entry?);
            }
        }
        done.more = gone.len() > CHUNKS;
        gone.truncate(CHUNKS);
        for entry in &gone {
            if directory::remove(&transaction, point, entry)? {
                done.samples += entry.count as u64;
            }
        }
        transaction.commit()?;
        Ok(done)
    }

    /// A small setting, as [`Store::setting`].
    ///
    /// # Errors
    /// Where the file refuses.
    pub fn setting(&self, key: &str) -> Result<Option<Vec<u8>>, Error> {
        records::setting(self.connection(), key)
    }

    /// Keeps a small setting, as [`Store::set_setting`].
    ///
    /// # Errors
    /// Where the file refuses.
    pub fn set_setting(&self, key: &str, value: &[u8]) -> Result<(), Error> {
        records::set_setting(self.connection(), key, value)
    }

    /// The last description of every point there ever was, those that are gone included. One that no longer reads is left out.
    ///
    /// # Errors
    /// Where the file refuses.
    pub fn point_descs(&self) -> Result<Vec<(PointId, PointDesc)>, Error> {
        point_descs(self.connection())
    }

    /// When the chunk of a point that ends first ends.
    ///
    /// # Errors
    /// Where the file refuses.
    pub fn first_end(&self, point: PointId) -> Result<Option<Micros>, Error> {
        let found = self
            .connection()
            .prepare_cached("SELECT min(ends) FROM chunks INDEXED BY chunks_by_size WHERE point = ?")?
            .query_row([point.0], |row| row.get(0))?;
        Ok(found)
    }
}

/// What work that is due comes to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Going {
    /// Points that lose samples.
    pub dropped: u32,
    /// Points whose samples are summed up.
    pub summed: u32,
    /// Samples that go, or are summed up.
    pub samples: u64,
}

impl Reader {
    /// The last description of every point, as [`Keeper::point_descs`].
    ///
    /// # Errors
    /// Where the file refuses.
    pub fn point_descs(&self) -> Result<Vec<(PointId, PointDesc)>, Error> {
        point_descs(&self.connection)
    }

    /// What work that is due comes to, from the index alone.
    ///
    /// # Errors
    /// Where the file refuses.
    pub fn preview(&self, due: &[Due]) -> Result<Going, Error> {
        let mut going = Going::default();
        let mut statement = self.connection.prepare_cached(
            "SELECT coalesce(sum(count), 0) FROM chunks INDEXED BY chunks_by_size WHERE point = ? AND ends < ? AND class <= ?",
        )?;
        for piece in due {
            let (point, before, last) = match piece {
                Due::Drop { point, before } => {
                    going.dropped += 1;
                    (point, before, directory::STEPS)
                }
                Due::Sum { point, before, .. } => {
                    going.summed += 1;
                    (point, before, directory::SAMPLES)
                }
            };
            going.samples += statement.query_row((point.0, before, last), |row| row.get::<_, i64>(0))? as u64;
        }
        Ok(going)
    }
}

fn point_descs(connection: &Connection) -> Result<Vec<(PointId, PointDesc)>, Error> {
    let mut statement = connection.prepare_cached("SELECT id, desc FROM points")?;
    let mut rows = statement.query(())?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        if let Ok(desc) = serde_json::from_str(&row.get::<_, String>(1)?) {
            all.push((PointId(row.get(0)?), desc));
        }
    }
    Ok(all)
}
