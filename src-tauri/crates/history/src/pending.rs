//! How far compaction has come within the rows of the journal that it is at: it writes the points of a step in several short
//! transactions, and until the last one those rows still hold samples that are in chunks already.

use hearthline_model::{Micros, PointId, Sample};
use rusqlite::{Connection, OptionalExtension};

use crate::Error;
use crate::codec::{Cursor, put_int, put_uint};

const KEY: &str = "compacting";

/// Which samples of the journal are in chunks already.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pending {
    /// Rows up to this one are being compacted; 0 where none is.
    pub upto: i64,
    /// Points up to this one are done.
    pub point: PointId,
    /// Stretches of points that were left for a later step, both ends included.
    pub left: Vec<(PointId, Micros, Micros)>,
}

impl Pending {
    /// Reads where compaction is.
    pub fn read(connection: &Connection) -> Result<Self, Error> {
        let bytes: Option<Vec<u8>> = connection
            .prepare_cached("SELECT value FROM settings WHERE key = ?")?
            .query_row([KEY], |row| row.get(0))
            .optional()?;
        let Some(bytes) = bytes else {
            return Ok(Self::default());
        };
        let mut cursor = Cursor::new(&bytes);
        let mut pending = Self {
            upto: cursor.int()?,
            point: point(&mut cursor)?,
            left: Vec::new(),
        };
        while !cursor.is_empty() {
            let left = (point(&mut cursor)?, cursor.int()?, cursor.int()?);
            pending.left.push(left);
        }
        Ok(pending)
    }

    /// Keeps where compaction is, within the transaction of what it wrote.
    pub fn save(&self, connection: &Connection) -> Result<(), Error> {
        let mut bytes = Vec::new();
        put_int(&mut bytes, self.upto);
        put_uint(&mut bytes, u64::from(self.point.0));
        for (point, from, to) in &self.left {
            put_uint(&mut bytes, u64::from(point.0));
            put_int(&mut bytes, *from);
            put_int(&mut bytes, *to);
        }
        connection
            .prepare_cached("INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)")?
            .execute((KEY, bytes))?;
        Ok(())
    }

    /// The step is whole.
    pub fn clear(connection: &Connection) -> Result<(), Error> {
        connection
            .prepare_cached("DELETE FROM settings WHERE key = ?")?
            .execute([KEY])?;
        Ok(())
    }

    /// Whether a sample of a row of the journal is in a chunk already.
    pub fn is_done(&self, seq: i64, sample: &Sample) -> bool {
        seq <= self.upto && sample.point <= self.point && !self.is_left(sample)
    }

    /// Whether a sample was left for a later step.
    pub fn is_left(&self, sample: &Sample) -> bool {
        self.left
            .iter()
            .any(|(point, from, to)| *point == sample.point && (*from..=*to).contains(&sample.at))
    }
}

fn point(cursor: &mut Cursor<'_>) -> Result<PointId, Error> {
    u32::try_from(cursor.uint()?)
        .map(PointId)
        .map_err(|_| Error::Record("a point id is too large".into()))
}
