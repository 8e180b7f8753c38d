//! What is to reach people and has not yet: rows that are written with the journal entries that caused them, taken by the sender, and
//! gone once they are delivered.
//!
//! *Invariants.* A row goes only when it was delivered, or is dropped for a reason that is counted. Rows that were put into one
//! message keep its number until then, so that a message which was delivered but not noted before the program died is
//! delivered again as the same one.

use std::path::PathBuf;

use hearthline_model::{AlarmId, ChannelId, Micros};
use rusqlite::{Connection, TransactionBehavior};

use crate::{Error, Store, Synchronous};

/// A row to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutRow {
    /// Which channel.
    pub channel: ChannelId,
    /// Now.
    pub at: Micros,
    /// What is told, as the sender understands it.
    pub note: String,
}

/// A row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Lasting number, growing; given to no other row ever again.
    pub id: u64,
    /// When it was written.
    pub at: Micros,
    /// It waits for the end of the quiet hours.
    pub held: bool,
    /// The message that it was put into: the number of its first row.
    pub message: Option<u64>,
    /// What is told.
    pub note: String,
}

/// How much waits for a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waits {
    /// Which channel.
    pub channel: ChannelId,
    /// Rows.
    pub rows: u64,
    /// Those of them that wait for the end of the quiet hours.
    pub held: u64,
}

/// How far an alarm that nobody acknowledges has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The alarm.
    pub alarm: AlarmId,
    /// Its occurrence.
    pub raised_at: Micros,
    /// Since when it waits.
    pub since: Micros,
    /// Steps done.
    pub steps: u32,
}

/// The sender's handle, with a connection of its own.
#[derive(Debug)]
pub struct Outbox {
    connection: Connection,
    path: PathBuf,
    synchronous: Synchronous,
    read_only: bool,
}

pub(crate) fn insert(connection: &Connection, rows: &[OutRow]) -> Result<(), Error> {
    if rows.is_empty() {
        return Ok(());
    }
    let mut statement =
        connection.prepare_cached("INSERT INTO outbox (channel, at, note) VALUES (?, ?, ?)")?;
    for row in rows {
        statement.execute((row.channel.0, row.at, &row.note))?;
    }
    Ok(())
}

impl Store {
    /// A handle for the sender, in a thread of its own.
    ///
    /// # Errors
    /// Where the file cannot be opened again.
    pub fn outbox(&self) -> Result<Outbox, Error> {
        Ok(Outbox {
            connection: self.connect()?,
            path: self.path().into(),
            synchronous: self.synchronous(),
            read_only: self.is_read_only(),
        })
    }
}

impl Store {
    /// Drops what waits for channels that are gone or were switched off. On the handle that rows are written by, so that it is
    /// certain which of them came before.
    ///
    /// # Errors
    /// Where the file refuses.
    pub fn drop_outbox(&mut self, channels: &[ChannelId]) -> Result<(), Error> {
        for channel in channels {
            self.connection
                .execute("DELETE FROM outbox WHERE channel = ?", [channel.0])?;
        }
        Ok(())
    }
}

impl Outbox {
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

    /// The oldest rows of a channel.
    ///
    /// # Errors
    /// Where the file refuses or is damaged.
    pub fn rows(&self, channel: ChannelId, limit: usize) -> Result<Vec<Waiting>, Error> {
        let mut statement = self.connection.prepare_cached(
            "SELECT id, at, held, message, note FROM outbox WHERE channel = ? ORDER BY id LIMIT ?",
        )?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = statement.query_map((channel.0, limit), |row| {
            Ok(Waiting {
                id: row.get::<_, i64>(0)? as u64,
                at: row.get(1)?,
                held: row.get(2)?,
                message: row.get::<_, Option<i64>>(3)?.map(|id| id as u64),
                note: row.get(4)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// What waits, by channel.
    ///
    /// # Errors
    /// Where the file refuses.
    pub fn waits(&self) -> Result<Vec<Waits>, Error> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT channel, count(*), sum(held) FROM outbox GROUP BY channel")?;
        let rows = statement.query_map((), |row| {
            Ok(Waits {
                channel: ChannelId(row.get(0)?),
                rows: row.get::<_, i64>(1)? as u64,
                held: row.get::<_, i64>(2)? as u64,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Notes what was decided, at one stroke: rows that wait for the end of the quiet hours, rows that are of no interest any more,
    /// and rows that go out as one message, whose number is that of the first.
    ///
    /// # Errors
    /// Where the file refuses; nothing is noted then.
    pub fn decide(&mut self, hold: &[u64], drop: &[u64], send: &[u64]) -> Result<(), Error> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        {
            let mut waits = transaction.prepare_cached("UPDATE outbox SET held = 1 WHERE id = ?")?;
            let mut gone = transaction.prepare_cached("DELETE FROM outbox WHERE id = ?")?;
            let mut taken = transaction.prepare_cached("UPDATE outbox SET message = ? WHERE id = ?")?;
            for id in hold {
                waits.execute([*id as i64])?;
            }
            for id in drop {
                gone.execute([*id as i64])?;
            }
            for id in send {
                taken.execute((send[0] as i64, *id as i64))?;
            }
        }
        transaction.commit()?;
        Ok(())
    }

    /// Rows were delivered.
    ///
    /// # Errors
    /// Where the file refuses; they are delivered again then.
    pub fn delivered(&mut self, ids: &[u64]) -> Result<(), Error> {
        self.decide(&[], ids, &[])
    }

    /// Drops rows of a channel that are older than `oldest`, and the oldest beyond so many. Gives how many.
    ///
    /// # Errors
    /// Where the file refuses.
    pub fn prune(&mut self, channel: ChannelId, oldest: Micros, most: usize) -> Result<usize, Error> {
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let gone = self.connection.execute(
            "DELETE FROM outbox WHERE channel = ?1 AND (at < ?2 OR id <= coalesce(
                 (SELECT id FROM outbox WHERE channel = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?3), 0))",
            (channel.0, oldest, most),
        )?;
        Ok(gone)
    }

    /// Drops everything that is for none of these channels: at the start, before anything is written. Gives how many rows.
    ///
    /// # Errors
    /// Where the file refuses.
    pub fn keep_only(&mut self, channels: &[ChannelId]) -> Result<usize, Error> {
        let known: Vec<String> = channels.iter().map(|channel| channel.0.to_string()).collect();
        let gone = self.connection.execute(
            &format!("DELETE FROM outbox WHERE channel NOT IN ({})", known.join(",")),
            (),
        )?;
        Ok(gone)
    }

    /// How far the alarms that nobody acknowledges have come.
    ///
    /// # Errors
    /// Where the file refuses.
    pub fn escalations(&self) -> Result<Vec<Step>, Error> {
        let mut statement = self
            .connection
            .prepare("SELECT alarm, raised, since, steps FROM escalations")?;
        let rows = statement.query_map((), |row| {
            Ok(Step {
                alarm: AlarmId(row.get(0)?),
                raised_at: row.get(1)?,
                since: row.get(2)?,
                steps: row.get(3)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Notes how far alarms have come together with what is to reach people because of it.
    ///
    /// # Errors
    /// Where the file refuses; neither is noted then.
    pub fn escalate(&mut self, rows: &[OutRow], changed: &[Step], over: &[AlarmId]) -> Result<(), Error> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        insert(&transaction, rows)?;
        {
            let mut keep =
                transaction.prepare_cached("INSERT OR REPLACE INTO escalations VALUES (?, ?, ?, ?)")?;
            let mut forget = transaction.prepare_cached("DELETE FROM escalations WHERE alarm = ?")?;
            for alarm in over {
                forget.execute([alarm.0])?;
            }
            for step in changed {
                keep.execute((step.alarm.0, step.raised_at, step.since, step.steps))?;
            }
        }
        transaction.commit()?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Batch, Synchronous};

    fn row(channel: u32, at: Micros) -> OutRow {
        OutRow {
            channel: ChannelId(channel),
            at,
            note: format!("{at}"),
        }
    }

    fn opened(folder: &tempfile::TempDir) -> Store {
        Store::open(&folder.path().join("h.db"), Synchronous::Normal).unwrap()
    }

    fn ids(outbox: &Outbox, channel: u32) -> Vec<u64> {
        let rows = outbox.rows(ChannelId(channel), 100).unwrap();
        rows.iter().map(|row| row.id).collect()
    }

    #[test]
    fn rows_stay_over_a_restart_until_they_are_delivered_and_a_message_stays_whole() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = opened(&folder);
        let rows = [row(1, 10), row(2, 10), row(1, 20), row(1, 30)];
        let batch = Batch {
            outbox: &rows,
            ..Batch::default()
        };
        store.append(&batch).unwrap();
        let mut outbox = store.outbox().unwrap();
        assert_eq!(ids(&outbox, 1), [1, 3, 4]);
        outbox.decide(&[4], &[], &[1, 3]).unwrap();
        drop((outbox, store));

        let store = opened(&folder);
        let mut outbox = store.outbox().unwrap();
        let known = outbox.rows(ChannelId(1), 100).unwrap();
        let messages: Vec<_> = known.iter().map(|row| (row.message, row.held)).collect();
        assert_eq!(messages, [(Some(1), false), (Some(1), false), (None, true)]);
        outbox.delivered(&[1, 3]).unwrap();
        assert_eq!(ids(&outbox, 1), [4]);
        assert_eq!(
            outbox.waits().unwrap(),
            [
                Waits {
                    channel: ChannelId(1),
                    rows: 1,
                    held: 1
                },
                Waits {
                    channel: ChannelId(2),
                    rows: 1,
                    held: 0
                }
            ]
        );
        assert_eq!(outbox.keep_only(&[ChannelId(1)]).unwrap(), 1);
        outbox.delivered(&[4]).unwrap();
        outbox.escalate(&[row(3, 40)], &[], &[]).unwrap();
        let mut store = store;
        store.drop_outbox(&[ChannelId(3)]).unwrap();
        outbox.escalate(&[row(1, 50)], &[], &[]).unwrap();
        assert_eq!(ids(&outbox, 1), [6], "a number is given out once");
    }

    #[test]
    fn what_is_too_old_or_too_much_goes_the_oldest_first() {
        let folder = tempfile::tempdir().unwrap();
        let store = opened(&folder);
        let mut outbox = store.outbox().unwrap();
        let rows: Vec<OutRow> = (0..10).map(|at| row(1, at)).chain([row(2, 0)]).collect();
        outbox.escalate(&rows, &[], &[]).unwrap();
        assert_eq!(outbox.prune(ChannelId(1), 0, 100).unwrap(), 0);
        assert_eq!(outbox.prune(ChannelId(1), 2, 100).unwrap(), 2);
        assert_eq!(outbox.prune(ChannelId(1), 0, 3).unwrap(), 5);
        assert_eq!(ids(&outbox, 1), [8, 9, 10]);
        assert_eq!(ids(&outbox, 2), [11]);
    }

    #[test]
    fn how_far_an_alarm_has_come_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let store = opened(&folder);
        let mut outbox = store.outbox().unwrap();
        let step = |alarm, steps| Step {
            alarm: AlarmId(alarm),
            raised_at: 5,
            since: 6,
            steps,
        };
        outbox.escalate(&[], &[step(1, 0), step(2, 1)], &[]).unwrap();
        outbox
            .escalate(&[row(1, 1)], &[step(1, 2)], &[AlarmId(2)])
            .unwrap();
        assert_eq!(outbox.escalations().unwrap(), [step(1, 2)]);
        assert_eq!(ids(&outbox, 1), [1]);
    }
}
