//! The read handle.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use hearthline_model::{Micros, PointId, Sample};
use rusqlite::{Connection, OpenFlags};

use crate::look::{Cancel, Cost, Look};
use crate::series::{Ask, Column, Counts, Page, Place, Run, Series, Stats};
use crate::{Error, latest, query};

/// A read handle with a connection of its own; it sees everything committed so far.
#[derive(Debug)]
pub struct Reader {
    pub(crate) connection: Connection,
    path: PathBuf,
    pub(crate) look: Look,
    /// Reads half of the points of a question about many.
    second: RefCell<Option<Box<Reader>>>,
}

/// Questions can be called off as long as this is there.
#[derive(Debug)]
pub struct Watch<'a>(&'a Reader);

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        self.0.look.watch(None);
    }
}

/// From so many points on a question is worth a second thread.
const MANY: usize = 4;
/// Kilobytes of the file that a reader keeps in memory.
const CACHE: i64 = 16_000;

/// How much there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Info {
    /// Samples kept.
    pub samples: u64,
    /// Bytes of the file and its write-ahead log.
    pub bytes: u64,
    /// Time of the oldest sample.
    pub oldest: Option<Micros>,
}

/// A connection that only reads, also where nothing in the file's folder may be written.
pub(crate) fn reading(path: &Path) -> Result<Connection, Error> {
    let open = |source| Error::Open {
        path: path.into(),
        source,
    };
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(open)?;
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    let looked = connection.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0));
    let refused = looked.is_err_and(|error| {
        use rusqlite::ErrorCode::{CannotOpen, ReadOnly};
        matches!(error.sqlite_error_code(), Some(CannotOpen | ReadOnly))
    });
    if !refused || has_log(path) {
        return Ok(connection);
    }
    // SQLite cannot make the log and its index beside the file. There is none, so the file is whole as it is; and as nobody can
    // write in there, nobody changes it either.
    let uri = format!("file:{}?immutable=1", escaped(path));
    let connection = Connection::open_with_flags(uri, flags | OpenFlags::SQLITE_OPEN_URI).map_err(open)?;
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    Ok(connection)
}

/// Whether something lies in the write-ahead log.
fn has_log(path: &Path) -> bool {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    std::fs::metadata(PathBuf::from(name)).is_ok_and(|log| log.len() > 0)
}

/// A path within a URI.
fn escaped(path: &Path) -> String {
    path.to_string_lossy()
        .replace('%', "%25")
        .replace('?', "%3f")
        .replace('#', "%23")
}

impl Reader {
    /// Opens an existing file for reading.
    ///
    /// # Errors
    /// Where it cannot be opened.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let connection = reading(path)?;
        connection.pragma_update(None, "cache_size", -CACHE)?;
        Self::over(connection, path)
    }

    /// Over a connection that was opened elsewhere, with whatever care its file needs; `path` is what it reads.
    ///
    /// # Errors
    /// Where the connection refuses.
    pub fn over(mut connection: Connection, path: &Path) -> Result<Self, Error> {
        connection.set_prepared_statement_cache_capacity(64);
        let look = Look::default();
        look.install(&mut connection)?;
        Ok(Self {
            connection,
            path: path.into(),
            look,
            second: RefCell::new(None),
        })
    }

    /// The layout of the file; [`crate::LAYOUT`] is today's.
    ///
    /// # Errors
    /// Where the file refuses.
    pub fn layout(&self) -> Result<i64, Error> {
        Ok(self
            .connection
            .pragma_query_value(None, "user_version", |row| row.get(0))?)
    }

    /// The file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// One moment of the file for all statements of a question: compaction moves samples from the journal to chunks, and
    /// a question that saw one before and the other after it would miss them or count them twice.
    fn snapshot(&self) -> Result<rusqlite::Transaction<'_>, Error> {
        self.look.begin();
        Ok(self.connection.unchecked_transaction()?)
    }

    /// Lets a switch call off the questions of this reader, for as long as the answer of this is kept: they fail with
    /// [`Error::Cancelled`] within some milliseconds.
    #[must_use]
    pub fn watch(&self, cancel: &Cancel) -> Watch<'_> {
        self.look.watch(Some(cancel.clone()));
        Watch(self)
    }

    /// What the last question read.
    pub fn cost(&self) -> Cost {
        self.look.cost()
    }

    /// The last sample of every point; a time more than a minute after `now` is a wrong clock and gives way to any other.
    ///
    /// # Errors
    /// Where the file refuses or is damaged.
    pub fn latest(&self, now: Micros) -> Result<Vec<Sample>, Error> {
        let snapshot = self.snapshot()?;
        latest::read(&snapshot, now)
    }

    /// At most `width` buckets of each point over `from..to`, with exact edges.
    ///
    /// # Errors
    /// Where the file refuses or is damaged.
    pub fn query(
        &self,
        points: &[PointId],
        from: Micros,
        to: Micros,
        width: usize,
    ) -> Result<Vec<Series>, Error> {
        self.buckets(&Ask::new(points, from, to, width))
    }

    /// Buckets of several points. Those of many are read in two threads, each point at one moment of the file.
    ///
    /// # Errors
    /// Where the file refuses or is damaged, or the question was called off.
    pub fn buckets(&self, ask: &Ask<'_>) -> Result<Vec<Series>, Error> {
        let snapshot = self.snapshot()?;
        if ask.points.len() < MANY {
            return query::buckets(&snapshot, &self.look, ask);
        }
        let (mine, theirs) = ask.points.split_at(ask.points.len() / 2);
        let known = self.second.borrow_mut().take();
        let second = match known {
            Some(second) => second,
            None => Box::new(Self::open(&self.path)?),
        };
        second.look.watch(self.look.watched());
        let (mut all, others) = std::thread::scope(|scope| {
            let others = scope.spawn(move || {
                let answer = second.snapshot().and_then(|snapshot| {
                    query::buckets(
                        &snapshot,
                        &second.look,
                        &Ask {
                            points: theirs,
                            ..*ask
                        },
                    )
                });
                (answer, second)
            });
            let all = query::buckets(&snapshot, &self.look, &Ask { points: mine, ..*ask });
            (all, others.join())
        });
        let (others, second) = others.map_err(|_| Error::Busy)?;
        self.look.add(second.look.cost());
        second.look.watch(None);
        *self.second.borrow_mut() = Some(second);
        if let Ok(all) = &mut all {
            all.append(&mut others?);
        }
        all
    }

    /// What counters counted in `width` stretches of equal length over `from..to`; `values` is how many values they have
    /// (65,536 for 16 bits), where a fall may be a roll-over. The rule is that of `hearthline_insight::delta`, and the
    /// reading in force at `from` is the base of the first.
    ///
    /// # Errors
    /// Where the file refuses or is damaged, or the question was called off.
    pub fn counted(
        &self,
        points: &[PointId],
        from: Micros,
        to: Micros,
        width: usize,
        values: Option<f64>,
    ) -> Result<Vec<Counts>, Error> {
        let snapshot = self.snapshot()?;
        query::counted(&snapshot, &self.look, &Ask::new(points, from, to, width), values)
    }

    /// The values of several points on one grid: those in force at `from`, `from + step` and so on, `count` times.
    ///
    /// # Errors
    /// Where the file refuses or is damaged, or the question was called off.
    pub fn aligned(
        &self,
        points: &[PointId],
        from: Micros,
        step: Micros,
        count: usize,
    ) -> Result<Vec<Column>, Error> {
        let snapshot = self.snapshot()?;
        query::aligned(&snapshot, &self.look, points, from, step, count)
    }

    /// The samples of a point in `from..to`, in order of time, at most the earliest `limit`.
    ///
    /// # Errors
    /// Where the file refuses or is damaged, or the question was called off.
    pub fn raw(&self, point: PointId, from: Micros, to: Micros, limit: usize) -> Result<Vec<Sample>, Error> {
        let snapshot = self.snapshot()?;
        Ok(query::page(&snapshot, &self.look, point, from.into(), to, limit)?.samples)
    }

    /// As [`Self::raw`] a page at a time: the next one begins at [`Page::next`]. Nothing is held between two pages, so that
    /// an export of years neither keeps them in memory nor keeps the file from being tidied up; a late sample that comes
    /// in behind the place is not met.
    ///
    /// # Errors
    /// Where the file refuses or is damaged, or the question was called off.
    pub fn page(&self, point: PointId, from: Place, to: Micros, limit: usize) -> Result<Page, Error> {
        let snapshot = self.snapshot()?;
        query::page(&snapshot, &self.look, point, from, to, limit)
    }

    /// How long a point kept each value in `from..to`, beginning with the value in force at `from`. At most `limit` runs,
    /// the earliest ones; the last one ends at `to` unless the limit cut it.
    ///
    /// # Errors
    /// Where the file refuses or is damaged, or the question was called off.
    pub fn states(&self, point: PointId, from: Micros, to: Micros, limit: usize) -> Result<Vec<Run>, Error> {
        let snapshot = self.snapshot()?;
        query::states(&snapshot, &self.look, point, from, to, limit)
    }

    /// Statistics of a point over `from..to`.
    ///
    /// # Errors
    /// Where the file refuses or is damaged, or the question was called off.
    pub fn stats(&self, point: PointId, from: Micros, to: Micros) -> Result<Stats, Error> {
        let snapshot = self.snapshot()?;
        query::stats(&snapshot, &self.look, point, from, to)
    }

    /// How much there is.
    ///
    /// # Errors
    /// Where the file refuses.
    pub fn info(&self) -> Result<Info, Error> {
        let of = |sql: &str| {
            self.connection.query_row(sql, (), |row| {
                Ok((row.get::<_, i64>(0)?, row.get::<_, Option<i64>>(1)?))
            })
        };
        let (journal, journal_oldest) = of("SELECT coalesce(sum(count), 0), min(begins) FROM journal")?;
        let (chunks, chunks_oldest) = of("SELECT coalesce(sum(count), 0), min(begins) FROM chunks")?;
        let mut log = self.path.as_os_str().to_owned();
        log.push("-wal");
        let size = |path: &Path| std::fs::metadata(path).map_or(0, |file| file.len());
        Ok(Info {
            samples: (journal + chunks) as u64,
            bytes: size(&self.path) + size(Path::new(&log)),
            oldest: journal_oldest.into_iter().chain(chunks_oldest).min(),
        })
    }
}
