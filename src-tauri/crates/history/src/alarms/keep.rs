//! What goes from the front of the journal once it is old enough.

use hearthline_model::{AlarmEntry, AlarmState, DAY, Micros, Transition};
use rusqlite::{OptionalExtension, TransactionBehavior};

use super::chain::{self, Fingerprint, Note, Tail, counted};
use super::read::{LINE, RawLine};
use crate::{Error, Keeper};

/// Days that go together, so that the journal does not fill with notes on itself.
const TOGETHER: i64 = 30;
/// Lines removed in one transaction.
const PIECE: i64 = 1000;

/// What a cut came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CutAlarms {
    /// Lines that went.
    pub lines: u64,
    /// Alarms whose present state stood in one of them and was written down anew.
    pub carried: u64,
}

impl Keeper {
    /// Cuts what is older than `years`, in months as a whole: writes down anew the states that rest on it, and the note that
    /// covers it. The lines themselves go piece by piece afterwards ([`Keeper::drop_cut_alarms`]).
    ///
    /// # Errors
    /// Where the file refuses; nothing has changed then.
    pub fn cut_alarms(&mut self, years: u32, now: Micros) -> Result<CutAlarms, Error> {
        let month = TOGETHER * DAY;
        // A year of 366 days: kept at least as long as was asked.
        let before = now
            .saturating_sub(i64::from(years.max(1)) * 366 * DAY)
            .div_euclid(month)
            .saturating_mul(month);
        let transaction = self
            .connection_mut()
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let from = chain::origin(&transaction)?;
        let young: i64 = transaction
            .query_row(
                "SELECT seq FROM alarm_journal WHERE seq > ? AND at >= ? ORDER BY seq LIMIT 1",
                (from.seq, before),
                |row| row.get(0),
            )
            .optional()?
            .unwrap_or(i64::MAX);
        let last: Option<(i64, Option<[u8; 32]>, Micros)> = transaction
            .query_row(
                "SELECT seq, hash, at FROM alarm_journal WHERE seq > ? AND seq < ? ORDER BY seq DESC LIMIT 1",
                (from.seq, young),
                |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
            )
            .optional()?;
        // Without its fingerprint the rest could not be verified any more: rather keep it.
        let Some((upto, Some(hash), to)) = last else {
            return Ok(CutAlarms::default());
        };
        let (lines, first): (i64, Micros) = transaction.query_row(
            "SELECT count(*), min(at) FROM alarm_journal WHERE seq > ? AND seq <= ?",
            (from.seq, upto),
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        let mut tail = Tail::open(&transaction)?;
        let mut carried = 0;
        {
            let mut statement = transaction.prepare(&format!(
                "SELECT {LINE} FROM alarms JOIN alarm_journal
                 ON alarm_journal.seq = (SELECT max(seq) FROM alarm_journal WHERE alarm = alarms.id)
                 WHERE seq <= ?"
            ))?;
            let mut rows = statement.query([upto])?;
            let mut resting = Vec::new();
            while let Some(row) = rows.next()? {
                resting.push(RawLine::of(row)?.entry()?);
            }
            for entry in resting {
                if entry.state == AlarmState::Normal && entry.covers.is_empty() {
                    continue;
                }
                tail.push(&AlarmEntry {
                    transition: Transition::Noted,
                    received_at: now,
                    who: String::new(),
                    reason: "written down anew, because the line that said so was cut".into(),
                    ..entry
                })?;
                carried += 1;
            }
        }
        let lines = lines as u64;
        let note = Note::Cut {
            upto,
            hash: Fingerprint(hash),
            lines,
            from: first,
            to,
        };
        let text = format!(
            "{} older than {years} year{} were removed, as was asked; the last of them had the fingerprint {}",
            counted(lines),
            if years == 1 { "" } else { "s" },
            Fingerprint(hash)
        );
        tail.note(&note, text, now)?;
        tail.close()?;
        transaction.commit()?;
        Ok(CutAlarms { lines, carried })
    }

    /// Removes a bounded number of lines that a note covers; true where more are left.
    ///
    /// # Errors
    /// Where the file refuses; nothing has changed then.
    pub fn drop_cut_alarms(&mut self) -> Result<bool, Error> {
        let transaction = self
            .connection_mut()
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let from = chain::origin(&transaction)?;
        let gone = transaction.execute(
            "DELETE FROM alarm_journal WHERE seq IN (SELECT seq FROM alarm_journal WHERE seq <= ? ORDER BY seq LIMIT ?)",
            (from.seq, PIECE),
        )?;
        transaction.commit()?;
        Ok(gone as i64 == PIECE)
    }
}
