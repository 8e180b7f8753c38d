//! Finding samples: chunks by index, opened only where their summary is not enough, then the journal.

use hearthline_model::{Micros, PointId, Sample};
use rusqlite::Connection;

use crate::chunk::{self, Class, Item, Summary};
use crate::series::{Bucket, Series};
use crate::{Error, journal};

/// Divides a stretch of time into buckets of equal length.
pub struct Grid {
    from: Micros,
    to: Micros,
    width: usize,
    slots: Vec<Summary>,
    /// Time of each slot's earliest sample: chunks may come out of order.
    first_at: Vec<Micros>,
    /// Begin, end and number of the slot looked up last: samples come in order of time, so the next one mostly lies in
    /// it too, and a comparison is far cheaper than a division.
    near: (Micros, Micros, usize),
}

impl Grid {
    /// `width` buckets over `from..to`.
    pub fn new(from: Micros, to: Micros, width: usize) -> Self {
        Self {
            from,
            to,
            width,
            slots: vec![Summary::default(); width],
            first_at: vec![Micros::MAX; width],
            near: (from, from, 0),
        }
    }

    fn slot(&mut self, at: Micros) -> Option<usize> {
        let (begin, end, near) = self.near;
        if begin <= at && at < end {
            return Some(near);
        }
        if at < self.from || at >= self.to {
            return None;
        }
        let offset = i128::from(at) - i128::from(self.from);
        let slot = usize::try_from(offset * self.width as i128 / self.span()).ok()?;
        self.near = (self.begin(slot), self.begin(slot + 1), slot);
        Some(slot)
    }

    fn span(&self) -> i128 {
        i128::from(self.to) - i128::from(self.from)
    }

    /// The first microsecond whose slot this is: rounded up, the inverse of `slot`.
    fn begin(&self, slot: usize) -> Micros {
        let offset = (self.span() * slot as i128 + self.width as i128 - 1) / self.width as i128;
        i64::try_from(i128::from(self.from) + offset).unwrap_or(i64::MAX)
    }

    /// Takes one number in.
    fn add(&mut self, at: Micros, number: f64) {
        if let Some(slot) = self.slot(at) {
            let one = Summary {
                count: 1,
                min: number,
                max: number,
                sum: number,
                first: number,
                last: number,
                last_at: at,
            };
            self.merge(slot, at, &one);
        }
    }

    fn merge(&mut self, slot: usize, first_at: Micros, other: &Summary) {
        let earlier = first_at < self.first_at[slot];
        let known = &mut self.slots[slot];
        if known.count == 0 {
            *known = *other;
        } else {
            known.count += other.count;
            known.min = known.min.min(other.min);
            known.max = known.max.max(other.max);
            known.sum += other.sum;
            if earlier {
                known.first = other.first;
            }
            if other.last_at >= known.last_at {
                known.last = other.last;
                known.last_at = other.last_at;
            }
        }
        if earlier {
            self.first_at[slot] = first_at;
        }
    }

    /// A chunk that lies within one bucket is taken by its summary.
    fn whole(&mut self, begins: Micros, ends: Micros, sum: &Summary) -> bool {
        match (self.slot(begins), self.slot(ends)) {
            (Some(one), Some(other)) if one == other => {
                if sum.count > 0 {
                    self.merge(one, begins, sum);
                }
                true
            }
            _ => false,
        }
    }

    /// The buckets that hold anything.
    fn finish(&self) -> Vec<Bucket> {
        self.slots
            .iter()
            .enumerate()
            .filter(|(_, sum)| sum.count > 0)
            .map(|(slot, sum)| Bucket {
                from: self.begin(slot),
                min: sum.min,
                max: sum.max,
                mean: sum.sum / f64::from(sum.count),
                first: sum.first,
                last: sum.last,
                last_at: sum.last_at,
                count: sum.count,
            })
            .collect()
    }
}

/// Buckets of several points; the journal is read once for all of them.
pub fn buckets(
    connection: &Connection,
    points: &[PointId],
    from: Micros,
    to: Micros,
    width: usize,
) -> Result<Vec<Series>, Error> {
    if from >= to || width == 0 {
        return Ok(points
            .iter()
            .map(|&point| Series {
                point,
                buckets: Vec::new(),
            })
            .collect());
    }
    let mut grids: Vec<Grid> = points.iter().map(|_| Grid::new(from, to, width)).collect();
    for (&point, grid) in points.iter().zip(&mut grids) {
        fill(connection, point, from, to, grid)?;
    }
    scan_journal(connection, from, to, |sample| {
        if let Some(number) = sample.value.as_f64() {
            for (_, grid) in points
                .iter()
                .zip(&mut grids)
                .filter(|(point, _)| **point == sample.point)
            {
                grid.add(sample.at, number);
            }
        }
    })?;
    Ok(points
        .iter()
        .zip(&grids)
        .map(|(&point, grid)| Series {
            point,
            buckets: grid.finish(),
        })
        .collect())
}

fn fill(
    connection: &Connection,
    point: PointId,
    from: Micros,
    to: Micros,
    grid: &mut Grid,
) -> Result<(), Error> {
    let mut statement = connection.prepare_cached(
        "SELECT id, class, begins, ends, numbers, min, max, sum, first, last, last_at FROM chunks
         WHERE point = ? AND ends >= ? AND begins < ? ORDER BY ends",
    )?;
    let mut body = connection.prepare_cached("SELECT body FROM chunks WHERE id = ?")?;
    let mut rows = statement.query((point.0, from, to))?;
    while let Some(row) = rows.next()? {
        let sum = Summary {
            count: row.get(4)?,
            min: row.get(5)?,
            max: row.get(6)?,
            sum: row.get(7)?,
            first: row.get(8)?,
            last: row.get(9)?,
            last_at: row.get(10)?,
        };
        if sum.count == 0 || grid.whole(row.get(2)?, row.get(3)?, &sum) {
            continue;
        }
        let class = Class::from_code(row.get(1)?)?;
        let id: i64 = row.get(0)?;
        body.query_row([id], |row| {
            Ok(row
                .get_ref(0)?
                .as_blob()
                .map(|bytes| chunk::numbers(class, bytes, |at, number| grid.add(at, number))))
        })?
        .map_err(|error| Error::Record(error.to_string()))??;
    }
    Ok(())
}

/// Reads the samples of the journal rows that reach into `from..to` (and some around it), in order of arrival.
pub fn scan_journal(
    connection: &Connection,
    from: Micros,
    to: Micros,
    mut each: impl FnMut(Sample),
) -> Result<(), Error> {
    let mut statement =
        connection.prepare_cached("SELECT body FROM journal WHERE ends >= ? AND begins < ? ORDER BY seq")?;
    let mut rows = statement.query((from, to))?;
    while let Some(row) = rows.next()? {
        let bytes = row
            .get_ref(0)?
            .as_blob()
            .map_err(|error| Error::Record(error.to_string()))?;
        journal::decode(bytes, &mut each)?;
    }
    Ok(())
}

/// The samples of a point in `from..to`, in order of time; where there are more than `limit`, the earliest.
pub fn items(
    connection: &Connection,
    point: PointId,
    from: Micros,
    to: Micros,
    limit: usize,
) -> Result<Vec<Item>, Error> {
    let mut all: Vec<Item> = Vec::new();
    let within = |at: Micros| at >= from && at < to;
    scan_journal(connection, from, to, |sample| {
        if sample.point == point && within(sample.at) {
            all.push(Item {
                at: sample.at,
                value: sample.value,
                quality: sample.quality,
                received: None,
            });
        }
    })?;
    let mut statement = connection.prepare_cached(
        "SELECT class, body, begins FROM chunks WHERE point = ? AND ends >= ? AND begins < ? ORDER BY begins",
    )?;
    let mut rows = statement.query((point.0, from, to))?;
    let mut chunked = 0;
    // Once this many earlier samples are known, a chunk that begins after all of them adds nothing.
    let mut reach = Micros::MAX;
    while let Some(row) = rows.next()? {
        let begins: Micros = row.get(2)?;
        if chunked >= limit && begins > reach {
            break;
        }
        let class = Class::from_code(row.get(0)?)?;
        let bytes = row
            .get_ref(1)?
            .as_blob()
            .map_err(|error| Error::Record(error.to_string()))?;
        for item in chunk::decode(class, bytes)?
            .into_iter()
            .filter(|item| within(item.at))
        {
            chunked += 1;
            reach = if chunked == 1 { item.at } else { reach.max(item.at) };
            all.push(item);
        }
    }
    chunk::tidy(&mut all);
    all.truncate(limit);
    Ok(all)
}

/// The last sample of a point at or before `at`.
pub fn before(connection: &Connection, point: PointId, at: Micros) -> Result<Option<Item>, Error> {
    let mut best: Option<Item> = None;
    let take = |best: &mut Option<Item>, item: Item| {
        if item.at <= at && best.as_ref().is_none_or(|known| item.at >= known.at) {
            *best = Some(item);
        }
    };
    // Chunks of each class may hold it, and late samples make them overlap: the ones that end last come first, until one
    // ends before what is known.
    let mut statement = connection
        .prepare_cached("SELECT id, ends FROM chunks WHERE point = ? AND begins <= ? ORDER BY ends DESC")?;
    let mut rows = statement.query((point.0, at))?;
    while let Some(row) = rows.next()? {
        let ends: Micros = row.get(1)?;
        if best.as_ref().is_some_and(|known| ends < known.at) {
            break;
        }
        for item in chunk_items(connection, row.get(0)?)? {
            take(&mut best, item);
        }
    }
    scan_journal(connection, Micros::MIN, at.saturating_add(1), |sample| {
        if sample.point == point {
            take(
                &mut best,
                Item {
                    at: sample.at,
                    value: sample.value,
                    quality: sample.quality,
                    received: None,
                },
            );
        }
    })?;
    Ok(best)
}

/// All of one chunk.
pub fn chunk_items(connection: &Connection, id: i64) -> Result<Vec<Item>, Error> {
    let (class, body): (i64, Vec<u8>) = connection
        .prepare_cached("SELECT class, body FROM chunks WHERE id = ?")?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    chunk::decode(Class::from_code(class)?, &body)
}
