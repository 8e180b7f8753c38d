//! How lines hang together.

use std::fmt;
use std::fmt::Write as _;

use hearthline_model::{
    AlarmEntry, AlarmId, AlarmKey, AlarmState, DeviceId, Micros, Priority, Quality, Transition, Value,
};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::records::{set_setting, setting};
use crate::{Error, Store};

/// The setting that holds the fingerprint of the newest line.
pub(crate) const HEAD: &str = "alarm_head";
/// Lines from before the chain that no note tells of yet.
pub(super) const ADOPTED: &str = "alarm_adopted";
/// What a fingerprint is of, so that it is never taken for one of something else.
const DOMAIN: &[u8] = b"hearthline alarm line 1\0";
/// Lines read at a time.
pub(super) const PAGE: i64 = 1000;
/// What is read of a line to check it.
pub(super) const COLUMNS: &str = "seq, alarm, at, priority, entry, hash";

/// The SHA-256 of a line of the journal and all before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Fingerprint(pub [u8; 32]);

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl std::str::FromStr for Fingerprint {
    type Err = String;

    /// Reads 64 hexadecimal digits; blanks between them are no harm.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "a fingerprint has 64 digits of 0 to 9 and a to f".to_owned();
        let digits: Vec<u8> = text
            .chars()
            .filter(|one| !one.is_whitespace())
            .map(|one| one.to_digit(16).map(|digit| digit as u8))
            .take(65)
            .collect::<Option<_>>()
            .ok_or_else(wrong)?;
        let bytes: Vec<u8> = digits
            .chunks_exact(2)
            .map(|pair| pair[0] << 4 | pair[1])
            .collect();
        if digits.len() != 64 {
            return Err(wrong());
        }
        Ok(Self(bytes.try_into().map_err(|_| wrong())?))
    }
}

impl Serialize for Fingerprint {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Fingerprint {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// The newest line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Head {
    /// Its number.
    pub seq: i64,
    /// Its fingerprint.
    pub hash: Fingerprint,
}

/// What a note of the journal on itself says, for the program; its words for people are the entry's text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub(super) enum Note {
    /// Lines of before the chain were taken as they stood.
    Began {
        /// How many.
        lines: u64,
    },
    /// Lines were cut from the front.
    Cut {
        /// The last that went.
        upto: i64,
        /// Its fingerprint.
        hash: Fingerprint,
        /// How many went.
        lines: u64,
        /// Time of the first.
        from: Micros,
        /// Time of the last.
        to: Micros,
    },
    /// Lines were saved from a damaged file, whose chain held throughout.
    Saved {
        /// How many.
        lines: u64,
    },
    /// Lines were saved from a damaged file; the chain begins anew over them.
    Anew {
        /// None of them is up to this number.
        upto: i64,
        /// What the first of them goes on from: nothing.
        hash: Fingerprint,
        /// How many.
        lines: u64,
        /// Places where the old chain did not fit.
        broken: u64,
    },
    /// A copy of the history was put in place.
    Restored,
}

/// An entry with what it says for the program.
#[derive(Serialize)]
struct Noted<'a> {
    #[serde(flatten)]
    entry: &'a AlarmEntry,
    note: &'a Note,
}

#[derive(Deserialize)]
struct OnlyNote {
    note: Note,
}

/// A line as it stands in the file. Where a column is not what it should be it counts as empty, and so does not fit.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    pub seq: i64,
    pub alarm: i64,
    pub at: Micros,
    pub priority: i64,
    pub entry: Vec<u8>,
    pub hash: Option<Fingerprint>,
}

impl Line {
    /// Reads [`COLUMNS`].
    pub fn of(row: &Row<'_>) -> rusqlite::Result<Self> {
        let whole = |ix: usize| {
            Ok::<_, rusqlite::Error>(match row.get_ref(ix)? {
                ValueRef::Integer(whole) => whole,
                _ => i64::MIN,
            })
        };
        let bytes = |ix: usize| {
            Ok::<_, rusqlite::Error>(match row.get_ref(ix)? {
                ValueRef::Text(bytes) | ValueRef::Blob(bytes) => bytes.to_vec(),
                _ => Vec::new(),
            })
        };
        Ok(Self {
            seq: whole(0)?,
            alarm: whole(1)?,
            at: whole(2)?,
            priority: whole(3)?,
            entry: bytes(4)?,
            hash: bytes(5)?.try_into().ok().map(Fingerprint),
        })
    }

    /// Its fingerprint, where that of the line before it is `before`.
    pub fn link(&self, before: Fingerprint) -> Fingerprint {
        let mut hash = Sha256::new();
        hash.update(DOMAIN);
        hash.update(before.0);
        for number in [self.seq, self.alarm, self.at, self.priority] {
            hash.update(number.to_le_bytes());
        }
        hash.update((self.entry.len() as u64).to_le_bytes());
        hash.update(&self.entry);
        Fingerprint(hash.finalize().into())
    }

    /// What it says for the program, where it is a note.
    pub fn note(&self) -> Option<Note> {
        if self.alarm != 0 {
            return None;
        }
        let parsed = serde_json::from_slice::<OnlyNote>(&self.entry);
        parsed.ok().map(|parsed| parsed.note)
    }
}

/// The end of the journal, to go on from; within one transaction.
pub(super) struct Tail<'a> {
    connection: &'a Connection,
    head: Head,
    /// The next number.
    next: i64,
}

impl<'a> Tail<'a> {
    pub fn open(connection: &'a Connection) -> Result<Self, Error> {
        let head = head(connection)?;
        let next = given_out(connection)?.max(head.seq).saturating_add(1);
        Ok(Self {
            connection,
            head,
            next,
        })
    }

    pub fn push(&mut self, entry: &AlarmEntry) -> Result<(), Error> {
        self.write(entry, serde_json::to_string(entry)?)
    }

    /// A note of the journal on itself.
    pub fn note(&mut self, note: &Note, text: String, at: Micros) -> Result<(), Error> {
        let entry = AlarmEntry {
            alarm: AlarmId(0),
            key: AlarmKey {
                device: DeviceId(0),
                point: None,
                condition: "journal".into(),
            },
            at,
            received_at: at,
            transition: Transition::Noted,
            state: AlarmState::Normal,
            priority: Priority::Diagnostic,
            value: Value::Null,
            limit: None,
            quality: Quality::Good,
            text,
            who: String::new(),
            reason: String::new(),
            covers: Vec::new(),
            raised_at: None,
            count: 0,
            late: false,
            over: false,
            first: false,
        };
        let json = serde_json::to_string(&Noted { entry: &entry, note })?;
        self.write(&entry, json)
    }

    fn write(&mut self, entry: &AlarmEntry, json: String) -> Result<(), Error> {
        let line = Line {
            seq: self.next,
            alarm: entry.alarm.0.into(),
            at: entry.at,
            priority: entry.priority as i64,
            entry: json.into_bytes(),
            hash: None,
        };
        let hash = line.link(self.head.hash);
        // Made of a string above.
        let text = std::str::from_utf8(&line.entry).unwrap_or_default();
        self.connection
            .prepare_cached(
                "INSERT INTO alarm_journal (seq, alarm, device, point, at, priority, entry, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            )?
            .execute((
                line.seq,
                line.alarm,
                entry.key.device.0,
                entry.key.point.map(|point| point.0),
                line.at,
                line.priority,
                text,
                hash.0,
            ))?;
        self.head = Head { seq: line.seq, hash };
        self.next += 1;
        Ok(())
    }

    /// Writes down where the journal ends now.
    pub fn close(self) -> Result<(), Error> {
        set_setting(self.connection, HEAD, &serde_json::to_vec(&self.head)?)
    }
}

/// Appends entries; within the transaction of their cause.
pub(crate) fn append(connection: &Connection, entries: &[AlarmEntry]) -> Result<(), Error> {
    if entries.is_empty() {
        return Ok(());
    }
    let mut tail = Tail::open(connection)?;
    for entry in entries {
        tail.push(entry)?;
    }
    tail.close()
}

/// Where the journal ends, as it was written down with the last line.
pub(super) fn head(connection: &Connection) -> Result<Head, Error> {
    let kept = setting(connection, HEAD)?;
    Ok(kept
        .and_then(|kept| serde_json::from_slice(&kept).ok())
        .unwrap_or_default())
}

/// The highest number that a line ever had.
pub(super) fn given_out(connection: &Connection) -> Result<i64, Error> {
    let given = connection
        .prepare_cached("SELECT seq FROM sqlite_sequence WHERE name = 'alarm_journal'")?
        .query_row((), |row| row.get(0))
        .optional()?;
    Ok(given.unwrap_or_default())
}

/// What the first line that counts goes on from: the newest cut, or a new beginning.
pub(super) fn origin(connection: &Connection) -> Result<Head, Error> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM alarm_journal WHERE alarm = 0 ORDER BY seq DESC"
    ))?;
    let mut rows = statement.query(())?;
    while let Some(row) = rows.next()? {
        if let Some(Note::Cut { upto, hash, .. } | Note::Anew { upto, hash, .. }) = Line::of(row)?.note() {
            return Ok(Head { seq: upto, hash });
        }
    }
    Ok(Head::default())
}

/// Lines after one, in order; at most [`PAGE`].
pub(super) fn page(connection: &Connection, after: i64) -> Result<Vec<Line>, Error> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM alarm_journal WHERE seq > ? ORDER BY seq LIMIT {PAGE}"
    ))?;
    let lines = statement.query_map([after], Line::of)?;
    Ok(lines.collect::<Result<_, _>>()?)
}

/// `1 line`, `1,204 lines`.
pub(super) fn counted(lines: u64) -> String {
    let digits = lines.to_string();
    let mut text = String::with_capacity(digits.len() + 8);
    for (ix, digit) in digits.chars().enumerate() {
        if ix > 0 && (digits.len() - ix).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    let _ = write!(text, " line{}", if lines == 1 { "" } else { "s" });
    text
}

impl Store {
    /// Writes the note that is owed after a file from before the chain was brought up to date; without one, nothing.
    ///
    /// # Errors
    /// Where the file refuses.
    pub fn note_beginning(&mut self, at: Micros) -> Result<(), Error> {
        let owed = self.setting(ADOPTED)?;
        let Some(lines) = owed.and_then(|owed| serde_json::from_slice::<u64>(&owed).ok()) else {
            return Ok(());
        };
        let text = format!(
            "From here on the journal is chained; the {} before this one were taken as they stood",
            counted(lines)
        );
        self.write_note(&Note::Began { lines }, text, at, true)
    }

    /// Writes the note that a copy of the history was put in place of another file, which is kept as `aside`.
    ///
    /// # Errors
    /// Where the file refuses.
    pub fn note_restored(&mut self, aside: &str, at: Micros) -> Result<(), Error> {
        let text = format!(
            "A copy of the history was put in place here; what was written after the copy was made is in {aside}"
        );
        self.write_note(&Note::Restored, text, at, false)
    }

    fn write_note(&mut self, note: &Note, text: String, at: Micros, owed: bool) -> Result<(), Error> {
        let transaction = self
            .connection
            .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let mut tail = Tail::open(&transaction)?;
        tail.note(note, text, at)?;
        tail.close()?;
        if owed {
            transaction.execute("DELETE FROM settings WHERE key = ?", [ADOPTED])?;
        }
        transaction.commit()?;
        Ok(())
    }
}
