//! The read handle.

use std::path::{Path, PathBuf};

use hearthline_model::{Micros, PointId, Sample};
use rusqlite::{Connection, OpenFlags};

use crate::chunk::Summary;
use crate::series::{Run, Series, Stats};
use crate::{Error, latest, query};

/// A read handle with a connection of its own; it sees everything committed so far.
#[derive(Debug)]
pub struct Reader {
    pub(crate) connection: Connection,
    path: PathBuf,
}

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

impl Reader {
    /// Opens an existing file for reading.
    ///
    /// # Errors
    /// Where it cannot be opened.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).map_err(|source| Error::Open {
            path: path.into(),
            source,
        })?;
        connection.busy_timeout(std::time::Duration::from_secs(5))?;
        connection.set_prepared_statement_cache_capacity(64);
        Ok(Self {
            connection,
            path: path.into(),
        })
    }

    /// One moment of the file for all statements of a question: compaction moves samples from the journal to chunks, and
    /// a question that saw one before and the other after it would miss them or count them twice.
    fn snapshot(&self) -> Result<rusqlite::Transaction<'_>, Error> {
        Ok(self.connection.unchecked_transaction()?)
    }

    /// The last sample of every point; a time more than a minute after `now` is a wrong clock and gives way to any other.
    ///
    /// # Errors
    /// Where the file refuses or is damaged.
    pub fn latest(&self, now: Micros) -> Result<Vec<Sample>, Error> {
        let snapshot = self.snapshot()?;
        latest::read(&snapshot, now)
    }

    /// At most `width` buckets of each point over `from..to`.
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
        let snapshot = self.snapshot()?;
        query::buckets(&snapshot, points, from, to, width)
    }

    /// The samples of a point in `from..to`, in order of time, at most the earliest `limit`.
    ///
    /// # Errors
    /// Where the file refuses or is damaged.
    pub fn raw(&self, point: PointId, from: Micros, to: Micros, limit: usize) -> Result<Vec<Sample>, Error> {
        let snapshot = self.snapshot()?;
        let items = query::items(&snapshot, point, from, to, limit)?;
        Ok(items
            .into_iter()
            .map(|item| Sample {
                point,
                at: item.at,
                value: item.value,
                quality: item.quality,
            })
            .collect())
    }

    /// How long a point kept each value in `from..to`, beginning with the value in force at `from`. At most `limit` runs,
    /// the earliest ones; the last one ends at `to` unless the limit cut it.
    ///
    /// # Errors
    /// Where the file refuses or is damaged.
    pub fn states(&self, point: PointId, from: Micros, to: Micros, limit: usize) -> Result<Vec<Run>, Error> {
        let snapshot = self.snapshot()?;
        let before = query::before(&snapshot, point, from)?;
        let items = query::items(&snapshot, point, from, to, usize::MAX)?;
        let mut runs: Vec<Run> = Vec::new();
        for item in before.into_iter().chain(items) {
            let at = item.at.max(from);
            if let Some(last) = runs.last_mut() {
                if last.value == item.value && last.quality == item.quality {
                    continue;
                }
                last.to = at;
                if runs.len() >= limit {
                    return Ok(runs);
                }
            }
            runs.push(Run {
                from: at,
                to,
                value: item.value,
                quality: item.quality,
            });
        }
        runs.retain(|run| run.to > run.from);
        Ok(runs)
    }

    /// Statistics of a point over `from..to`.
    ///
    /// # Errors
    /// Where the file refuses or is damaged.
    pub fn stats(&self, point: PointId, from: Micros, to: Micros) -> Result<Stats, Error> {
        let mut stats = Stats::default();
        let mut numbers = Summary::default();
        let snapshot = self.snapshot()?;
        for series in query::buckets(&snapshot, &[point], from, to, 1)? {
            for bucket in series.buckets {
                numbers = Summary {
                    count: bucket.count,
                    min: bucket.min,
                    max: bucket.max,
                    sum: bucket.mean * f64::from(bucket.count),
                    ..numbers
                };
            }
        }
        if numbers.count > 0 {
            stats.min = Some(numbers.min);
            stats.max = Some(numbers.max);
            stats.mean = Some(numbers.sum / f64::from(numbers.count));
        }
        let mut seen = |at: Micros| {
            stats.first_at = Some(stats.first_at.map_or(at, |known| known.min(at)));
            stats.last_at = Some(stats.last_at.map_or(at, |known| known.max(at)));
        };
        let mut count = 0;
        let mut border = Vec::new();
        let mut statement = snapshot.prepare_cached(
            "SELECT id, begins, ends, count FROM chunks WHERE point = ? AND ends >= ? AND begins < ?",
        )?;
        let mut rows = statement.query((point.0, from, to))?;
        while let Some(row) = rows.next()? {
            let (begins, ends): (Micros, Micros) = (row.get(1)?, row.get(2)?);
            if begins >= from && ends < to {
                count += row.get::<_, i64>(3)? as u64;
                seen(begins);
                seen(ends);
            } else {
                border.push(row.get::<_, i64>(0)?);
            }
        }
        for id in border {
            for item in query::chunk_items(&snapshot, id)? {
                if item.at >= from && item.at < to {
                    count += 1;
                    seen(item.at);
                }
            }
        }
        query::scan_journal(&snapshot, from, to, |sample| {
            if sample.point == point && sample.at >= from && sample.at < to {
                count += 1;
                seen(sample.at);
            }
        })?;
        stats.count = count;
        Ok(stats)
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
