//! The chain of lines that were there before it, or were saved from a damaged file.

use hearthline_model::Micros;
use rusqlite::Connection;

use super::chain::{self, ADOPTED, Fingerprint, HEAD, Head, Note, Tail, counted, origin, page};
use crate::Error;
use crate::records::set_setting;

/// The triggers of a history, as its schema has them: they refuse changes to lines of the alarm journal, and their removal unless a
/// note covers it. Whose a line is may change ([`crate::Store::move_alarms`]).
pub const ALARM_GUARD: [&str; 2] = [
    "CREATE TRIGGER alarm_journal_stays BEFORE UPDATE OF seq, alarm, at, priority, entry, hash ON alarm_journal
BEGIN SELECT RAISE(ABORT, 'the alarm journal is append-only'); END",
    "CREATE TRIGGER alarm_journal_keeps BEFORE DELETE ON alarm_journal
WHEN OLD.seq > coalesce((SELECT max(json_extract(entry, '$.note.upto')) FROM alarm_journal WHERE alarm = 0), 0)
BEGIN SELECT RAISE(ABORT, 'the alarm journal is append-only'); END",
];
const NO_GUARD: &str =
    "DROP TRIGGER IF EXISTS alarm_journal_stays; DROP TRIGGER IF EXISTS alarm_journal_keeps;";

/// Chains every line there is, from nothing on; gives how many.
fn rechain(connection: &Connection) -> Result<u64, Error> {
    let (mut head, mut count) = (Head::default(), 0);
    loop {
        let lines = page(connection, head.seq)?;
        let Some(last) = lines.last() else { break };
        let end = last.seq;
        let mut write = connection.prepare_cached("UPDATE alarm_journal SET hash = ? WHERE seq = ?")?;
        for line in &lines {
            head.hash = line.link(head.hash);
            write.execute((head.hash.0, line.seq))?;
        }
        head.seq = end;
        count += lines.len() as u64;
    }
    if count > 0 {
        set_setting(connection, HEAD, &serde_json::to_vec(&head)?)?;
    }
    Ok(count)
}

fn guard(connection: &Connection) -> Result<(), Error> {
    ALARM_GUARD
        .iter()
        .try_for_each(|trigger| Ok(connection.execute_batch(trigger)?))
}

/// Chains the lines of a file from before the chain, as they stand, and closes the journal to changes.
pub(crate) fn adopt(connection: &Connection) -> Result<(), Error> {
    let lines = rechain(connection)?;
    if lines > 0 {
        set_setting(connection, ADOPTED, &serde_json::to_vec(&lines)?)?;
    }
    guard(connection)
}

/// Sees to the chain of lines that were saved from a damaged file: keeps it where it holds throughout and up to the end that the old file
/// knew, begins it anew where not, and says which.
pub(crate) fn salvaged(connection: &Connection, old: Option<&Connection>, at: Micros) -> Result<(), Error> {
    let from = origin(connection)?;
    let (mut head, mut first, mut lines, mut broken) = (from, None, 0, 0u64);
    loop {
        let page = page(connection, head.seq)?;
        if page.is_empty() {
            break;
        }
        for line in &page {
            first.get_or_insert(line.seq);
            let fits = line.hash == Some(line.link(head.hash));
            broken += u64::from(!fits);
            head = Head {
                seq: line.seq,
                // Each place counts once: what follows goes on from what the line says of itself.
                hash: line.hash.unwrap_or_else(|| line.link(head.hash)),
            };
            lines += 1;
        }
    }
    let ended = old.and_then(|old| chain::head(old).ok());
    broken += u64::from(ended.is_none_or(|ended| ended != head));
    if lines == 0 && ended.is_some_and(|ended| ended.seq == 0) {
        return Ok(());
    }
    if broken == 0 {
        set_setting(connection, HEAD, &serde_json::to_vec(&head)?)?;
        let mut tail = Tail::open(connection)?;
        let text = format!(
            "{} saved from a damaged file; their chain is whole",
            counted(lines)
        );
        tail.note(&Note::Saved { lines }, text, at)?;
        return tail.close();
    }
    connection.execute_batch(NO_GUARD)?;
    let lines = rechain(connection)?;
    guard(connection)?;
    let mut tail = Tail::open(connection)?;
    let text = format!(
        "{} saved from a damaged file, whose chain did not hold in {broken} place{}; the chain begins anew over them, and what was \
         done to them before cannot be told",
        counted(lines),
        if broken == 1 { "" } else { "s" }
    );
    let note = Note::Anew {
        upto: first.map_or(0, |first| first.min(from.seq + 1)) - 1,
        hash: Fingerprint::default(),
        lines,
        broken,
    };
    tail.note(&note, text, at)?;
    tail.close()
}
