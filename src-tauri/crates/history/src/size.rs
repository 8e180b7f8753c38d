//! How large the file is and what of it belongs to whom; and space given back to the disk.
//!
//! *Cost.* Sizes of chunks come from the index `chunks_by_size` alone, which holds each chunk's count and lengths: some forty bytes
//! of sixteen thousand samples, so that neither heads nor bodies are touched.
//!
//! *Space.* SQLite keeps freed pages in the file and uses them again. Files made by this version are in `auto_vacuum`'s
//! incremental mode: [`Keeper::give_back`] moves pages from the end into the gaps, a bounded number at a time, and cuts the
//! file. A file made before has no map of its pages to do that with and needs one `VACUUM` ([`Store::make_shrinkable`]).

use std::path::Path;

use hearthline_model::{DAY, HOUR, Micros, PointId};
use rusqlite::Connection;
use rustc_hash::FxHashMap;

use crate::retention::Keeper;
use crate::{Error, Reader, Store, directory};

/// Growth is reckoned over so long at the most.
pub const GROWTH_WINDOW: Micros = 7 * DAY;
/// `auto_vacuum` as SQLite counts it.
const INCREMENTAL: i64 = 2;

/// The file on the disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Space {
    /// Bytes of the file.
    pub file: u64,
    /// Bytes of its write-ahead log.
    pub log: u64,
    /// Bytes of a page.
    pub page: u64,
    /// Pages of the file, those in the log included.
    pub pages: u64,
    /// Pages that hold nothing; new rows take them first.
    pub free: u64,
    /// Whether free pages can be given back without rewriting the file.
    pub shrinks: bool,
}

impl Space {
    /// Bytes that hold something.
    pub fn used(&self) -> u64 {
        self.pages.saturating_sub(self.free) * self.page
    }
}

/// What of the file belongs to a point: its chunks. What still waits in the journal is in [`Sizes::waiting`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PointSize {
    /// The point.
    pub point: PointId,
    /// Samples, those that were summed up included.
    pub samples: u64,
    /// Of them, those that were summed up.
    pub summed: u64,
    /// Bytes of its chunks with their heads.
    pub bytes: u64,
    /// Chunks.
    pub chunks: u64,
    /// Time of the oldest sample.
    pub oldest: Micros,
    /// Time of the newest sample.
    pub newest: Micros,
    /// When the chunk that ends first ends, of any sort.
    pub first_end: Micros,
    /// The same of chunks that hold every sample; none where all was summed up.
    pub first_raw_end: Option<Micros>,
    /// Samples of the last [`GROWTH_WINDOW`].
    pub recent_samples: u64,
    /// Bytes of the last [`GROWTH_WINDOW`].
    pub recent_bytes: u64,
}

/// Everything that was measured in one look.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sizes {
    /// Points that have chunks, by id.
    pub points: Vec<PointSize>,
    /// Samples that wait in the journal.
    pub waiting: u64,
    /// Bytes of the journal.
    pub waiting_bytes: u64,
    /// The oldest sample that waits.
    pub waiting_oldest: Option<Micros>,
}

impl Sizes {
    /// Samples of the file.
    pub fn samples(&self) -> u64 {
        self.waiting + self.points.iter().map(|point| point.samples).sum::<u64>()
    }

    /// Bytes of chunks and journal, without the pages around them.
    pub fn bytes(&self) -> u64 {
        self.waiting_bytes + self.points.iter().map(|point| point.bytes).sum::<u64>()
    }

    /// The oldest sample.
    pub fn oldest(&self) -> Option<Micros> {
        let chunks = self.points.iter().map(|point| point.oldest);
        chunks.chain(self.waiting_oldest).min()
    }

    /// How long growth can be told over: at most [`GROWTH_WINDOW`], less where there is less, an hour at the least.
    pub fn window(&self, now: Micros) -> Micros {
        let age = self.oldest().map_or(0, |oldest| now.saturating_sub(oldest));
        age.clamp(HOUR, GROWTH_WINDOW)
    }
}

impl PointSize {
    /// Samples to a stretch of time, of those that are not summed up: what summing up would save.
    pub fn in_step(&self, step: Micros) -> f64 {
        let span = self.newest.saturating_sub(self.oldest).max(1) as f64;
        (self.samples - self.summed) as f64 * step as f64 / span
    }

    /// Samples and bytes a day, over [`Sizes::window`].
    pub fn a_day(&self, window: Micros) -> (f64, f64) {
        let days = window as f64 / DAY as f64;
        (self.recent_samples as f64 / days, self.recent_bytes as f64 / days)
    }
}

impl Reader {
    /// The file on the disk; costs next to nothing.
    ///
    /// # Errors
    /// Where the file refuses.
    pub fn space(&self) -> Result<Space, Error> {
        space(&self.connection, self.path())
    }

    /// Sizes by point; [`Reader::watch`] calls it off.
    ///
    /// # Errors
    /// Where the file refuses.
    pub fn sizes(&self, now: Micros) -> Result<Sizes, Error> {
        sizes(&self.connection, now)
    }
}

pub(crate) fn space(connection: &Connection, path: &Path) -> Result<Space, Error> {
    let pragma = |name: &str| -> Result<i64, Error> {
        Ok(connection.pragma_query_value(None, name, |row| row.get(0))?)
    };
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let size = |path: &Path| std::fs::metadata(path).map_or(0, |file| file.len());
    Ok(Space {
        file: size(path),
        log: size(Path::new(&log)),
        page: pragma("page_size")? as u64,
        pages: pragma("page_count")? as u64,
        free: pragma("freelist_count")? as u64,
        shrinks: pragma("auto_vacuum")? == INCREMENTAL,
    })
}

fn sizes(connection: &Connection, now: Micros) -> Result<Sizes, Error> {
    // One moment of the file, so that what compaction moves meanwhile is counted once.
    let connection = connection.unchecked_transaction()?;
    let since = now.saturating_sub(GROWTH_WINDOW);
    let mut points: FxHashMap<u32, PointSize> = FxHashMap::default();
    let mut statement = connection
        .prepare_cached("SELECT point, class, ends, begins, count, bytes, length(head) FROM chunks")?;
    let mut rows = statement.query(())?;
    while let Some(row) = rows.next()? {
        let class: i64 = row.get(1)?;
        let (ends, begins): (Micros, Micros) = (row.get(2)?, row.get(3)?);
        let count = row.get::<_, i64>(4)? as u64;
        let head: Option<i64> = row.get(6)?;
        let bytes = (row.get::<_, i64>(5)? + head.unwrap_or_default()) as u64;
        let point: u32 = row.get(0)?;
        let size = points.entry(point).or_insert(PointSize {
            point: PointId(point),
            samples: 0,
            summed: 0,
            bytes: 0,
            chunks: 0,
            oldest: begins,
            newest: ends,
            first_end: ends,
            first_raw_end: None,
            recent_samples: 0,
            recent_bytes: 0,
        });
        size.samples += count;
        size.bytes += bytes;
        size.chunks += 1;
        size.oldest = size.oldest.min(begins);
        size.newest = size.newest.max(ends);
        size.first_end = size.first_end.min(ends);
        if class == directory::STEPS {
            size.summed += count;
        } else {
            size.first_raw_end = size.first_raw_end.into_iter().chain([ends]).min();
        }
        let share = share(begins, ends, since, now);
        size.recent_samples += (count as f64 * share).round() as u64;
        size.recent_bytes += (bytes as f64 * share).round() as u64;
    }
    drop(rows);
    let mut points: Vec<PointSize> = points.into_values().collect();
    points.sort_unstable_by_key(|size| size.point);
    let (waiting, waiting_bytes, waiting_oldest) = connection.query_row(
        "SELECT coalesce(sum(count), 0), coalesce(sum(length(body)), 0), min(begins) FROM journal",
        (),
        |row| {
            Ok((
                row.get::<_, i64>(0)? as u64,
                row.get::<_, i64>(1)? as u64,
                row.get(2)?,
            ))
        },
    )?;
    drop(statement);
    Ok(Sizes {
        points,
        waiting,
        waiting_bytes,
        waiting_oldest,
    })
}

/// How much of `begins..=ends` lies within `since..now`, from 0 to 1.
fn share(begins: Micros, ends: Micros, since: Micros, now: Micros) -> f64 {
    if ends < since || begins > now {
        return 0.0;
    }
    let length = ends.saturating_sub(begins);
    if length <= 0 {
        return 1.0;
    }
    let within = ends.min(now).saturating_sub(begins.max(since)).max(0);
    within as f64 / length as f64
}

impl Keeper {
    /// The file on the disk.
    ///
    /// # Errors
    /// Where the file refuses.
    pub fn space(&self) -> Result<Space, Error> {
        space(self.connection(), &self.path)
    }

    /// Sizes by point, as [`Reader::sizes`].
    ///
    /// # Errors
    /// Where the file refuses.
    pub fn sizes(&self, now: Micros) -> Result<Sizes, Error> {
        sizes(self.connection(), now)
    }

    /// Gives at most `pages` free pages back to the disk, in one short transaction; true where some beyond `spare` are left.
    /// The file is cut when its log is next written back.
    ///
    /// # Errors
    /// Where the file refuses.
    pub fn give_back(&mut self, pages: u32, spare: u64) -> Result<bool, Error> {
        let now = self.space()?;
        if !now.shrinks || now.free <= spare {
            return Ok(false);
        }
        let pages = u64::from(pages).min(now.free - spare);
        {
            let mut statement = self
                .connection()
                .prepare(&format!("PRAGMA incremental_vacuum({pages})"))?;
            let mut rows = statement.query(())?;
            // A page is moved by each step.
            while rows.next()?.is_some() {}
        }
        let left = self.space()?.free;
        Ok(left > spare && left < now.free)
    }

    /// Writes the log back into the file, so that what was given back is gone from the disk; waits for nobody.
    ///
    /// # Errors
    /// Where the file refuses.
    pub fn write_back(&mut self) -> Result<(), Error> {
        self.connection()
            .query_row("PRAGMA wal_checkpoint(PASSIVE)", (), |_| Ok(()))?;
        Ok(())
    }
}

impl Store {
    /// Whether free pages can be given back, without which the file never becomes smaller.
    ///
    /// # Errors
    /// Where the file refuses.
    pub fn shrinks(&self) -> Result<bool, Error> {
        let mode: i64 = self
            .connection
            .pragma_query_value(None, "auto_vacuum", |row| row.get(0))?;
        Ok(mode == INCREMENTAL)
    }

    /// Rewrites a file that was made before space could be given back. Takes as long as writing the whole file twice and as
    /// much room on the disk beside it; nothing else can be written meanwhile, so it is done before anything arrives.
    ///
    /// # Errors
    /// Where there is no room, or the file refuses; it is as before then.
    pub fn make_shrinkable(&mut self) -> Result<(), Error> {
        self.connection
            .pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
        self.connection.execute_batch("VACUUM")?;
        self.connection
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |_| Ok(()))?;
        Ok(())
    }
}
