//! The last sample of each point, so that a start shows values at once.

use hearthline_model::{MINUTE, Micros, PointId, Sample};
use rusqlite::{Connection, Transaction};
use rustc_hash::FxHashMap;

use crate::codec::{Cursor, put_value};
use crate::{Error, journal};

/// The newest sample of each point among those taken.
#[derive(Default)]
pub struct Newest(FxHashMap<PointId, Sample>);

impl Newest {
    /// Takes a sample in. A time in the future is a wrong clock: what comes after it wins.
    pub fn take(&mut self, sample: &Sample, now: Micros) {
        match self.0.get_mut(&sample.point) {
            Some(known) if wins(sample.at, known.at, now) => known.clone_from(sample),
            Some(_) => {}
            None => {
                self.0.insert(sample.point, sample.clone());
            }
        }
    }

    /// Writes them where they are newer than what is there.
    pub fn save(self, transaction: &Transaction<'_>, now: Micros) -> Result<(), Error> {
        let mut statement = transaction.prepare_cached(
            "INSERT INTO latest (point, at, value) VALUES (?1, ?2, ?3) ON CONFLICT (point) DO UPDATE
             SET at = ?2, value = ?3 WHERE ?2 >= at OR at > ?4",
        )?;
        let mut bytes = Vec::new();
        for sample in self.0.into_values() {
            bytes.clear();
            put_value(&mut bytes, &sample.value, sample.quality);
            statement.execute((sample.point.0, sample.at, &bytes, now.saturating_add(MINUTE)))?;
        }
        Ok(())
    }
}

fn wins(at: Micros, known: Micros, now: Micros) -> bool {
    at >= known || known > now.saturating_add(MINUTE)
}

/// The last sample of every point: what was compacted, and what is still in the journal.
pub fn read(connection: &Connection, now: Micros) -> Result<Vec<Sample>, Error> {
    let mut newest = Newest::default();
    let mut statement = connection.prepare_cached("SELECT point, at, value FROM latest")?;
    let mut rows = statement.query(())?;
    while let Some(row) = rows.next()? {
        let bytes = row
            .get_ref(2)?
            .as_blob()
            .map_err(|error| Error::Record(error.to_string()))?;
        let (value, quality) = Cursor::new(bytes).value()?;
        newest.take(
            &Sample {
                point: PointId(row.get(0)?),
                at: row.get(1)?,
                value,
                quality,
            },
            now,
        );
    }
    drop(rows);
    let mut statement = connection.prepare_cached("SELECT body FROM journal ORDER BY seq")?;
    let mut rows = statement.query(())?;
    while let Some(row) = rows.next()? {
        let bytes = row
            .get_ref(0)?
            .as_blob()
            .map_err(|error| Error::Record(error.to_string()))?;
        journal::decode(bytes, |sample| newest.take(&sample, now))?;
    }
    let mut all: Vec<Sample> = newest.0.into_values().collect();
    all.sort_unstable_by_key(|sample| sample.point);
    Ok(all)
}
