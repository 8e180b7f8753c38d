//! Tables, and how an older file becomes one of today's.

use std::path::Path;

use rusqlite::Connection;

use crate::{Error, alarms};

/// Each step brings the file from the version of its index to the next. Steps are never changed, only added.
const STEPS: &[&str] = &[FIRST, GONE, SOURCES, DIRECTORY, SIZES, OUTBOX, ALARM_CHAIN];
/// The layout of today's files, which is their `user_version`.
pub const LAYOUT: i64 = STEPS.len() as i64;

const FIRST: &str = "
CREATE TABLE brokers (id INTEGER PRIMARY KEY AUTOINCREMENT, settings TEXT NOT NULL);
CREATE TABLE places (
    id INTEGER PRIMARY KEY AUTOINCREMENT, parent INTEGER, kind TEXT NOT NULL, realm TEXT NOT NULL,
    name TEXT NOT NULL, position INTEGER NOT NULL
);
CREATE TABLE devices (
    id INTEGER PRIMARY KEY AUTOINCREMENT, broker INTEGER NOT NULL, key TEXT NOT NULL, desc TEXT NOT NULL,
    name TEXT, moved INTEGER NOT NULL DEFAULT 0, place INTEGER, realm TEXT, UNIQUE (broker, key)
);
CREATE TABLE points (
    id INTEGER PRIMARY KEY AUTOINCREMENT, device INTEGER NOT NULL, key TEXT NOT NULL, desc TEXT NOT NULL,
    UNIQUE (device, key)
);
-- What arrived, a batch a row; compaction empties it.
CREATE TABLE journal (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, received INTEGER NOT NULL, begins INTEGER NOT NULL, ends INTEGER NOT NULL,
    count INTEGER NOT NULL, body BLOB NOT NULL
);
-- The body comes last: SQLite reads a row's columns from the front, and summaries need no body.
CREATE TABLE chunks (
    id INTEGER PRIMARY KEY, point INTEGER NOT NULL, class INTEGER NOT NULL, begins INTEGER NOT NULL,
    ends INTEGER NOT NULL, count INTEGER NOT NULL, numbers INTEGER NOT NULL, min REAL, max REAL, sum REAL,
    first REAL, last REAL, last_at INTEGER NOT NULL, body BLOB NOT NULL
);
CREATE INDEX chunks_by_time ON chunks (point, ends, begins);
CREATE TABLE latest (point INTEGER PRIMARY KEY, at INTEGER NOT NULL, value BLOB NOT NULL);
CREATE TABLE alarms (id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE);
CREATE TABLE alarm_journal (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, alarm INTEGER NOT NULL, device INTEGER NOT NULL, point INTEGER,
    at INTEGER NOT NULL, priority INTEGER NOT NULL, entry TEXT NOT NULL
);
CREATE INDEX alarm_journal_by_alarm ON alarm_journal (alarm, seq);
CREATE INDEX alarm_journal_by_time ON alarm_journal (at);
CREATE TABLE conditions (device INTEGER NOT NULL, point INTEGER NOT NULL, conditions TEXT NOT NULL, PRIMARY KEY (device, point)) WITHOUT ROWID;
CREATE TABLE commands (id INTEGER PRIMARY KEY AUTOINCREMENT, point INTEGER NOT NULL, record TEXT NOT NULL);
CREATE INDEX commands_by_point ON commands (point, id);
CREATE TABLE configs (broker INTEGER NOT NULL, topic TEXT NOT NULL, payload BLOB NOT NULL, PRIMARY KEY (broker, topic)) WITHOUT ROWID;
CREATE TABLE settings (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
";

/// What its convention withdrew keeps its id and its history, and is not shown at the next start.
const GONE: &str = "
ALTER TABLE devices ADD COLUMN gone INTEGER NOT NULL DEFAULT 0;
ALTER TABLE points ADD COLUMN gone INTEGER NOT NULL DEFAULT 0;
";

/// One device may be known through several descriptions: each description's key leads to the id that it is bound to now, and
/// remembers the id that it has when it stands alone. What a person joined and split is kept beside it.
const SOURCES: &str = "
CREATE TABLE sources (
    id INTEGER PRIMARY KEY, broker INTEGER NOT NULL, key TEXT NOT NULL, device INTEGER, own INTEGER, UNIQUE (broker, key)
);
INSERT INTO sources SELECT id, broker, key, id, id FROM devices;
CREATE TABLE point_sources (
    source INTEGER NOT NULL, key TEXT NOT NULL, point INTEGER, own INTEGER, PRIMARY KEY (source, key)
) WITHOUT ROWID;
INSERT INTO point_sources SELECT device, key, id, id FROM points;
CREATE TABLE devices_by_id (
    id INTEGER PRIMARY KEY AUTOINCREMENT, broker INTEGER NOT NULL, desc TEXT NOT NULL, name TEXT,
    moved INTEGER NOT NULL DEFAULT 0, place INTEGER, realm TEXT, gone INTEGER NOT NULL DEFAULT 0
);
INSERT INTO devices_by_id SELECT id, broker, desc, name, moved, place, realm, gone FROM devices;
DROP TABLE devices;
ALTER TABLE devices_by_id RENAME TO devices;
CREATE TABLE points_by_id (
    id INTEGER PRIMARY KEY AUTOINCREMENT, device INTEGER NOT NULL, desc TEXT NOT NULL, gone INTEGER NOT NULL DEFAULT 0
);
INSERT INTO points_by_id SELECT id, device, desc, gone FROM points;
DROP TABLE points;
ALTER TABLE points_by_id RENAME TO points;
CREATE TABLE ties (
    broker INTEGER NOT NULL, a TEXT NOT NULL, b TEXT NOT NULL, together INTEGER NOT NULL, PRIMARY KEY (broker, a, b)
) WITHOUT ROWID;
";

/// Heads of chunks apart from their bodies, a point's together and in order of time, so that a year of a chart is one short
/// stretch of the file. Chunks of before have no head and keep their class (1 to 3); those of today are of class 4
/// (samples) and 5 (steps of an aggregate, whose body is empty).
const DIRECTORY: &str = "
CREATE TABLE bodies (id INTEGER PRIMARY KEY, body BLOB NOT NULL);
INSERT INTO bodies SELECT id, body FROM chunks ORDER BY id;
CREATE TABLE directory (
    point INTEGER NOT NULL, class INTEGER NOT NULL, ends INTEGER NOT NULL, id INTEGER NOT NULL, begins INTEGER NOT NULL,
    count INTEGER NOT NULL, bytes INTEGER NOT NULL, head BLOB, PRIMARY KEY (point, class, ends, id)
) WITHOUT ROWID;
INSERT INTO directory SELECT point, class, ends, id, begins, count, length(body), NULL FROM chunks;
DROP TABLE chunks;
ALTER TABLE directory RENAME TO chunks;
";

/// What is asked of chunks without opening them, and without their heads: their sizes by point ([`crate::Sizes`]) come from this
/// index alone, and so does what was there where the directory itself is damaged.
const SIZES: &str = "
CREATE INDEX chunks_by_size ON chunks (point, class, ends, begins, count, bytes, length(head));
";

/// What is to reach people and has not yet (`outbox.rs`).
const OUTBOX: &str = "
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT, channel INTEGER NOT NULL, at INTEGER NOT NULL, held INTEGER NOT NULL DEFAULT 0,
    message INTEGER, note TEXT NOT NULL
);
CREATE INDEX outbox_by_channel ON outbox (channel, id);
CREATE TABLE escalations (alarm INTEGER PRIMARY KEY, raised INTEGER NOT NULL, since INTEGER NOT NULL, steps INTEGER NOT NULL);
";

/// The alarm journal gets its chain ([`alarms`]), and what it is asked by. Columns that repeat the entry are reckoned from it, so
/// that they cannot say anything else. Lines of before are chained as they stand, between this step and [`alarms::ALARM_GUARD`].
const ALARM_CHAIN: &str = "
ALTER TABLE alarm_journal ADD COLUMN hash BLOB;
ALTER TABLE alarm_journal ADD COLUMN transition TEXT GENERATED ALWAYS AS (json_extract(entry, '$.transition')) VIRTUAL;
ALTER TABLE alarm_journal ADD COLUMN state TEXT GENERATED ALWAYS AS (json_extract(entry, '$.state')) VIRTUAL;
ALTER TABLE alarm_journal ADD COLUMN received INTEGER GENERATED ALWAYS AS (json_extract(entry, '$.received_at')) VIRTUAL;
CREATE INDEX alarm_journal_by_device ON alarm_journal (device, seq);
CREATE INDEX alarm_journal_by_transition ON alarm_journal (transition, seq);
CREATE INDEX alarm_journal_by_receipt ON alarm_journal (received);
";

/// The file's version; an error where this program does not know it.
pub fn version(connection: &Connection, path: &Path) -> Result<i64, Error> {
    let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if !(0..=LAYOUT).contains(&found) {
        return Err(Error::Newer {
            path: path.into(),
            found,
            known: LAYOUT,
        });
    }
    Ok(found)
}

/// Brings the file to today's version.
pub fn migrate(connection: &mut Connection, path: &Path) -> Result<(), Error> {
    let done = usize::try_from(version(connection, path)?).unwrap_or_default();
    for (version, step) in STEPS.iter().enumerate().skip(done) {
        let transaction = connection.transaction()?;
        transaction.execute_batch(step)?;
        if *step == ALARM_CHAIN {
            alarms::adopt(&transaction)?;
        }
        transaction.pragma_update(None, "user_version", version as i64 + 1)?;
        transaction.commit()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_file_gets_every_step_and_a_second_opening_none() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection, Path::new("x")).unwrap();
        connection
            .execute("INSERT INTO settings VALUES ('a', 'b')", ())
            .unwrap();
        migrate(&mut connection, Path::new("x")).unwrap();
        let kept: i64 = connection
            .query_row("SELECT count(*) FROM settings", (), |row| row.get(0))
            .unwrap();
        assert_eq!(kept, 1);
    }

    #[test]
    fn ids_of_an_older_file_are_found_by_their_keys_and_none_is_given_out_twice() {
        let mut connection = Connection::open_in_memory().unwrap();
        for step in &STEPS[..2] {
            connection.execute_batch(step).unwrap();
        }
        connection.pragma_update(None, "user_version", 2).unwrap();
        connection
            .execute_batch(
                "INSERT INTO devices (id, broker, key, desc, name) VALUES (7, 1, 'ha:1', '{}', 'Mine');
                 INSERT INTO points (id, device, key, desc, gone) VALUES (40, 7, 't', '{}', 1);",
            )
            .unwrap();
        migrate(&mut connection, Path::new("x")).unwrap();
        let found: (u32, u32, String, u32, bool) = connection
            .query_row(
                "SELECT sources.device, sources.own, name, point, points.gone FROM sources
                 JOIN devices ON devices.id = sources.device
                 JOIN point_sources ON source = sources.id JOIN points ON points.id = point
                 WHERE sources.key = 'ha:1' AND point_sources.key = 't'",
                (),
                |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)),
            )
            .unwrap();
        assert_eq!(found, (7, 7, "Mine".into(), 40, true));
        connection.execute("DELETE FROM devices", ()).unwrap();
        connection
            .execute("INSERT INTO devices (broker, desc) VALUES (1, '{}')", ())
            .unwrap();
        assert_eq!(connection.last_insert_rowid(), 8);
    }

    #[test]
    fn chunks_of_an_older_file_are_read_after_it_was_brought_up_to_date() {
        use crate::chunk::Item;
        use crate::legacy::{Class, tests::encode};
        use hearthline_model::{PointId, Quality, Value};
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("h.db");
        let items: Vec<Item> = (0..40i64)
            .map(|n| Item {
                at: n * 10,
                value: Value::Float(n as f64),
                quality: Quality::Good,
                received: None,
            })
            .collect();
        {
            let connection = Connection::open(&path).unwrap();
            for step in &STEPS[..3] {
                connection.execute_batch(step).unwrap();
            }
            connection.pragma_update(None, "user_version", 3).unwrap();
            for part in items.chunks(15) {
                connection
                    .execute(
                        "INSERT INTO chunks (point, class, begins, ends, count, numbers, last_at, body) VALUES (5, 1, ?, ?, ?, 0, 0, ?)",
                        (part[0].at, part[part.len() - 1].at, part.len() as i64, encode(Class::Float, part).unwrap()),
                    )
                    .unwrap();
            }
        }
        let store = crate::Store::open(&path, crate::Synchronous::Normal).unwrap();
        let reader = store.reader().unwrap();
        let raw = reader.raw(PointId(5), 0, 1000, 100).unwrap();
        assert_eq!(raw.len(), 40);
        assert!(
            raw.iter()
                .zip(&items)
                .all(|(sample, item)| sample.at == item.at && sample.value == item.value)
        );
        let series = reader.query(&[PointId(5)], 100, 200, 1).unwrap();
        assert_eq!(
            (series[0].buckets[0].count, series[0].buckets[0].mean),
            (10, 14.5)
        );
        assert_eq!(reader.info().unwrap().samples, 40);
    }

    #[test]
    fn a_file_of_a_newer_program_is_refused() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.pragma_update(None, "user_version", 99).unwrap();
        let error = migrate(&mut connection, Path::new("x.db")).unwrap_err();
        assert!(error.to_string().contains("newer Hearthline"), "{error}");
    }
}
