//! The retained messages: a map in memory and an append-only book on disk.
//!
//! Every change is one record at the end of the book, handed to the system at once, so that a crash of the app loses nothing and a
//! crash of the machine at most the last few seconds. When most of the book is history it is written anew beside the old one and put
//! in its place. A torn or damaged end is cut off at start.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::filter;
use super::record::Record;

/// The book's name within the data folder.
const NAME: &str = "retained.log";
/// Topics kept at most; a message on a further topic is passed on but not retained.
const MAX_TOPICS: usize = 200_000;
/// Bytes kept at most.
const MAX_BYTES: usize = 256 << 20;
/// A book smaller than this is not worth compacting.
const COMPACT_FROM: u64 = 1 << 20;

/// The store. Shared by the broker's connections.
pub(super) struct Retained {
    /// A blocking mutex: held for a map operation and one small write.
    inner: Mutex<Book>,
}

struct Book {
    path: PathBuf,
    file: File,
    /// Bytes in the file.
    length: u64,
    /// Bytes that a freshly written file would have.
    live: usize,
    kept: BTreeMap<String, Record>,
    refused: u64,
    closed: bool,
}

impl Retained {
    /// Opens the book in `folder`, making both if absent. `now` in milliseconds since the epoch.
    pub fn open(folder: &Path, now: i64) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let path = folder.join(NAME);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(error),
        };
        let mut kept = BTreeMap::new();
        let mut at = 0;
        while let Some((record, size)) = Record::read(&bytes[at..]) {
            at += size;
            if record.payload.is_empty() || ended(&record, now) {
                kept.remove(&record.topic);
            } else {
                kept.insert(record.topic.clone(), record);
            }
        }
        if at < bytes.len() {
            tracing::warn!(
                lost = bytes.len() - at,
                "the end of the broker's retained messages was damaged and is left out"
            );
        }
        let mut file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)?;
        file.set_len(at as u64)?;
        file.seek(SeekFrom::End(0))?;
        let live = kept.values().map(Record::size).sum();
        let mut book = Book {
            path,
            file,
            length: at as u64,
            live,
            kept,
            refused: 0,
            closed: false,
        };
        book.compact_if_worth_it()?;
        Ok(Self {
            inner: Mutex::new(book),
        })
    }

    /// Keeps a message, or with an empty payload forgets the topic's.
    pub fn set(&self, record: Record) -> io::Result<()> {
        self.book().set(record)
    }

    /// Messages that a filter wants, by topic. `now` in milliseconds since the epoch.
    pub fn get(&self, wanted: &str, now: i64) -> Vec<Record> {
        let book = self.book();
        if filter::is_plain(wanted) {
            return book
                .kept
                .get(wanted)
                .filter(|record| !ended(record, now))
                .cloned()
                .into_iter()
                .collect();
        }
        // Everything before the first wildcard is a prefix, so the sorted map spares most of the walk.
        let prefix = &wanted[..wanted.find(['+', '#']).unwrap_or(0)];
        let start = prefix.trim_end_matches('/');
        book.kept
            .range(start.to_owned()..)
            .take_while(|(topic, _)| topic.starts_with(start))
            .filter(|(topic, record)| filter::matches(wanted, topic) && !ended(record, now))
            .map(|(_, record)| record.clone())
            .collect()
    }

    /// Messages kept.
    pub fn len(&self) -> usize {
        self.book().kept.len()
    }

    /// Writes everything through to the disk; later changes are refused silently, for they come from connections that are being ended.
    pub fn close(&self) -> io::Result<()> {
        let mut book = self.book();
        book.closed = true;
        book.file.sync_all()
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        // A panic while holding it leaves map and file consistent enough: each change is complete or absent.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Book {
    fn set(&mut self, record: Record) -> io::Result<()> {
        if self.closed {
            return Ok(());
        }
        let old = self.kept.get(&record.topic);
        let before = old.map_or(0, Record::size);
        if record.payload.is_empty() {
            if old.is_none() {
                return Ok(());
            }
        } else if old == Some(&record) {
            return Ok(());
        } else if (old.is_none() && self.kept.len() >= MAX_TOPICS)
            || self.live - before + record.size() > MAX_BYTES
        {
            self.refused += 1;
            if self.refused.is_power_of_two() {
                tracing::warn!(
                    refused = self.refused,
                    topic = record.topic,
                    "the broker holds as many retained messages as it may; not kept"
                );
            }
            return Ok(());
        }
        let mut bytes = Vec::with_capacity(record.size());
        record.write(&mut bytes);
        self.file.write_all(&bytes)?;
        self.length += bytes.len() as u64;
        self.live -= before;
        if record.payload.is_empty() {
            self.kept.remove(&record.topic);
        } else {
            self.live += record.size();
            self.kept.insert(record.topic.clone(), record);
        }
        self.compact_if_worth_it()
    }

    fn compact_if_worth_it(&mut self) -> io::Result<()> {
        if self.length < COMPACT_FROM || self.length < 4 * self.live as u64 {
            return Ok(());
        }
        let fresh = self.path.with_extension("new");
        let mut bytes = Vec::with_capacity(self.live);
        for record in self.kept.values() {
            record.write(&mut bytes);
        }
        let mut file = File::create(&fresh)?;
        file.write_all(&bytes)?;
        file.sync_all()?;
        fs::rename(&fresh, &self.path)?;
        self.file = file;
        self.length = bytes.len() as u64;
        Ok(())
    }
}

/// Whether the publisher's time for a message has run out.
fn ended(record: &Record, now: i64) -> bool {
    record.expires != 0 && record.expires <= now
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(topic: &str, payload: &str) -> Record {
        Record {
            topic: topic.into(),
            qos: 1,
            payload: payload.into(),
            ..Record::default()
        }
    }

    fn topics(store: &Retained, filter: &str) -> Vec<String> {
        store.get(filter, 0).into_iter().map(|r| r.topic).collect()
    }

    #[test]
    fn messages_outlive_the_store() {
        let folder = tempfile::tempdir().unwrap();
        let store = Retained::open(folder.path(), 0).unwrap();
        for (topic, payload) in [
            ("a/b", "1"),
            ("a", "2"),
            ("ab", "3"),
            ("a/b", "4"),
            ("c", "5"),
            ("c", ""),
        ] {
            store.set(record(topic, payload)).unwrap();
        }
        drop(store);
        let store = Retained::open(folder.path(), 0).unwrap();
        assert_eq!(topics(&store, "#"), ["a", "a/b", "ab"]);
        assert_eq!(topics(&store, "a/#"), ["a", "a/b"]);
        assert_eq!(topics(&store, "a/+"), ["a/b"]);
        assert_eq!(store.get("a/b", 0)[0].payload, b"4");
    }

    #[test]
    fn a_torn_end_is_cut_off_and_writing_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let store = Retained::open(folder.path(), 0).unwrap();
        store.set(record("a", "1")).unwrap();
        store.set(record("b", "2")).unwrap();
        drop(store);
        let path = folder.path().join(NAME);
        let bytes = fs::read(&path).unwrap();
        fs::write(&path, &bytes[..bytes.len() - 1]).unwrap();
        let store = Retained::open(folder.path(), 0).unwrap();
        assert_eq!(topics(&store, "#"), ["a"]);
        store.set(record("c", "3")).unwrap();
        drop(store);
        assert_eq!(
            topics(&Retained::open(folder.path(), 0).unwrap(), "#"),
            ["a", "c"]
        );
    }

    #[test]
    fn a_message_ends_when_its_publisher_said_so() {
        let folder = tempfile::tempdir().unwrap();
        let store = Retained::open(folder.path(), 0).unwrap();
        store
            .set(Record {
                expires: 1_000,
                ..record("a", "1")
            })
            .unwrap();
        assert_eq!(store.get("a", 999).len(), 1);
        assert_eq!(store.get("a", 1_000).len(), 0);
        drop(store);
        assert_eq!(Retained::open(folder.path(), 1_000).unwrap().len(), 0);
    }

    #[test]
    fn the_book_stays_small_and_true() {
        let folder = tempfile::tempdir().unwrap();
        let store = Retained::open(folder.path(), 0).unwrap();
        let filler = "x".repeat(1_000);
        for i in 0..5_000 {
            store.set(record("a", &format!("{i}{filler}"))).unwrap();
        }
        assert!(fs::metadata(folder.path().join(NAME)).unwrap().len() <= COMPACT_FROM + 2_000);
        drop(store);
        let store = Retained::open(folder.path(), 0).unwrap();
        assert!(store.get("a", 0)[0].payload.starts_with(b"4999"));
    }
}
