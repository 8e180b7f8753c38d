//! Walks the chain and names the first line that does not fit.

use hearthline_model::{AlarmEntry, Micros};

use super::chain::{self, Fingerprint, Head, Line};
use crate::look::Cancel;
use crate::{Error, Reader};

/// Notes that an answer lists: the newest.
const MOST_NOTES: usize = 50;

/// A line of the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    /// Its number.
    pub seq: u64,
    /// When.
    pub at: Micros,
}

/// Why a line does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// It was changed, or the line before it was exchanged.
    Changed,
    /// Lines before it are missing.
    Missing,
    /// The newest lines are missing: the journal had lines up to this number.
    Ended,
    /// It was written by something else than Hearthline: lines follow the one that was written last.
    Foreign,
}

/// The first line that does not fit.
#[derive(Clone, Debug, PartialEq)]
pub struct JournalFault {
    /// Its number; with [`FaultKind::Ended`] that of the newest line that is missing.
    pub seq: u64,
    /// The last line before it that fits.
    pub after: Option<Spot>,
    /// What the line says now; none where it does not read or is not there.
    pub entry: Option<Box<AlarmEntry>>,
    /// Why.
    pub kind: FaultKind,
}

/// A note of the journal on itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalNote {
    /// Its line.
    pub line: Spot,
    /// What it says.
    pub text: String,
}

/// What a walk found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Verified {
    /// Lines that fit, from the first on.
    pub lines: u64,
    /// The first line.
    pub first: Option<Spot>,
    /// The last line that fits.
    pub last: Option<Spot>,
    /// Its fingerprint: to note somewhere else.
    pub fingerprint: Fingerprint,
    /// The line that had the fingerprint that was asked for.
    pub met: Option<Spot>,
    /// What is wrong; none: every line fits, up to the one written last.
    pub fault: Option<JournalFault>,
    /// What the journal says of itself, oldest first.
    pub notes: Vec<JournalNote>,
}

impl Reader {
    /// Walks the journal from its first line on, a bounded number of lines in one read, up to the first that does not fit. `known`: a
    /// fingerprint from elsewhere, to be met on the way. `tell` hears how many lines of how many; none where `cancel` was set.
    ///
    /// # Errors
    /// Where the file refuses. A line that does not fit is no error.
    pub fn verify_alarms(
        &self,
        known: Option<Fingerprint>,
        cancel: &Cancel,
        tell: &mut dyn FnMut(u64, u64),
    ) -> Result<Option<Verified>, Error> {
        let mut found = Verified::default();
        let mut head: Option<Head> = None;
        let total: i64 = self
            .connection
            .query_row("SELECT count(*) FROM alarm_journal", (), |row| row.get(0))?;
        loop {
            if cancel.is_cancelled() {
                return Ok(None);
            }
            // One moment of the file: the end is looked at together with the lines that lead to it.
            let moment = self.connection.unchecked_transaction()?;
            let from = match head {
                Some(head) => head,
                None => chain::origin(&moment)?,
            };
            let lines = chain::page(&moment, from.seq)?;
            let end = if lines.is_empty() {
                Some((chain::head(&moment)?, chain::given_out(&moment)?))
            } else {
                None
            };
            drop(moment);
            let mut before = from;
            for line in &lines {
                if let Some(fault) = wrong(line, before, &found) {
                    found.fault = Some(fault);
                    return Ok(Some(found));
                }
                before = take(&mut found, line, known);
            }
            if let Some((written, given)) = end {
                found.fault = ended(before, written, given, &found);
                return Ok(Some(found));
            }
            head = Some(before);
            tell(found.lines, total as u64);
        }
    }
}

fn spot(line: &Line) -> Spot {
    Spot {
        seq: line.seq as u64,
        at: line.at,
    }
}

fn take(found: &mut Verified, line: &Line, known: Option<Fingerprint>) -> Head {
    let spot = spot(line);
    let hash = line.hash.unwrap_or_default();
    found.lines += 1;
    found.first.get_or_insert(spot);
    found.last = Some(spot);
    found.fingerprint = hash;
    if known == Some(hash) {
        found.met = Some(spot);
    }
    if line.note().is_some() {
        if found.notes.len() == MOST_NOTES {
            found.notes.remove(0);
        }
        let text = entry(line).map(|entry| entry.text).unwrap_or_default();
        found.notes.push(JournalNote { line: spot, text });
    }
    Head { seq: line.seq, hash }
}

fn entry(line: &Line) -> Option<Box<AlarmEntry>> {
    serde_json::from_slice(&line.entry).ok().map(Box::new)
}

fn wrong(line: &Line, before: Head, found: &Verified) -> Option<JournalFault> {
    if line.hash == Some(line.link(before.hash)) {
        return None;
    }
    Some(JournalFault {
        seq: line.seq as u64,
        after: found.last,
        entry: entry(line),
        kind: if line.seq > before.seq.saturating_add(1) {
            FaultKind::Missing
        } else {
            FaultKind::Changed
        },
    })
}

/// The end of the journal against what was written down with the last line.
fn ended(last: Head, written: Head, given: i64, found: &Verified) -> Option<JournalFault> {
    let highest = written.seq.max(given);
    let (seq, kind) = if highest > last.seq {
        (highest, FaultKind::Ended)
    } else if written != last {
        (last.seq, FaultKind::Foreign)
    } else {
        return None;
    };
    Some(JournalFault {
        seq: seq as u64,
        after: found.last,
        entry: None,
        kind,
    })
}
