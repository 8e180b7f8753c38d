//! A row of the journal that does not decode: it is put into a file of its own beside the history, so that what came behind it
//! becomes chunks, and a later version may read it after all.

use std::path::PathBuf;

use rusqlite::TransactionBehavior;

use crate::{Compactor, Error, journal};

/// Below the folder of the history.
const FOLDER: &str = "set-aside";

/// One row that was put aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetAside {
    /// Where it is now.
    pub file: PathBuf,
    /// Samples that it says it holds.
    pub samples: u64,
    /// Why it does not decode.
    pub why: String,
}

impl Compactor {
    /// Looks through the oldest `rows` rows of the journal, as the next step of compaction takes them, and puts those aside that
    /// do not decode. A row leaves the journal only once its file is on disk.
    ///
    /// # Errors
    /// Where the file refuses, or the folder for what is put aside cannot be written.
    pub fn set_aside(&mut self, rows: usize) -> Result<Vec<SetAside>, Error> {
        let Some(history) = self.connection.path().map(PathBuf::from) else {
            return Ok(Vec::new());
        };
        let mut found: Vec<(i64, u64, Vec<u8>, String)> = Vec::new();
        {
            let mut statement = self
                .connection
                .prepare_cached("SELECT seq, count, body FROM journal ORDER BY seq LIMIT ?")?;
            let mut read = statement.query([i64::try_from(rows).unwrap_or(i64::MAX)])?;
            while let Some(row) = read.next()? {
                let body = row.get_ref(2)?;
                let bytes = body.as_bytes().unwrap_or_default();
                let decoded = match body.as_blob() {
                    Ok(body) => journal::decode(body, |_| {}).map_err(|error| error.to_string()),
                    Err(error) => Err(error.to_string()),
                };
                if let Err(why) = decoded {
                    found.push((row.get(0)?, row.get::<_, i64>(1)? as u64, bytes.to_vec(), why));
                }
            }
        }
        let mut aside = Vec::new();
        for (seq, samples, bytes, why) in found {
            let folder = history.with_file_name(FOLDER);
            let file = folder.join(format!("journal-{seq}.bin"));
            let failed = |error: std::io::Error| Error::Disk(error.to_string());
            std::fs::create_dir_all(&folder).map_err(failed)?;
            std::fs::write(&file, &bytes)
                .and_then(|()| std::fs::File::open(&file)?.sync_all())
                .map_err(failed)?;
            let transaction = self
                .connection
                .transaction_with_behavior(TransactionBehavior::Immediate)?;
            transaction.execute("DELETE FROM journal WHERE seq = ?", [seq])?;
            transaction.commit()?;
            aside.push(SetAside { file, samples, why });
        }
        Ok(aside)
    }
}

#[cfg(test)]
mod tests {
    use hearthline_model::{PointId, Quality, Sample, Value};

    use crate::{Batch, Error, Store, Synchronous};

    #[test]
    fn a_row_that_does_not_decode_holds_up_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("h.db");
        let mut store = Store::open(&path, Synchronous::Full).unwrap();
        for at in 1..=5 {
            let samples = [Sample {
                point: PointId(1),
                at,
                value: Value::Int(at),
                quality: Quality::Good,
            }];
            let batch = Batch {
                samples: &samples,
                ..Batch::default()
            };
            store.append(&batch).unwrap();
        }
        store
            .connection
            .execute(
                "UPDATE journal SET body = x'01ffffffffffffffffffff' WHERE seq = 3",
                (),
            )
            .unwrap();
        let mut compactor = store.compactor().unwrap();
        assert!(matches!(compactor.compact(100, 10), Err(Error::Record(_))));
        let aside = compactor.set_aside(100).unwrap();
        assert_eq!((aside.len(), aside[0].samples), (1, 1), "{aside:?}");
        assert_eq!(std::fs::read(&aside[0].file).unwrap()[0], 1);
        let done = compactor.compact(100, 10).unwrap();
        assert_eq!((done.samples, done.remaining), (4, 0));
        let kept = store.reader().unwrap().raw(PointId(1), 0, 10, 10).unwrap();
        assert_eq!(
            kept.iter().map(|sample| sample.at).collect::<Vec<_>>(),
            [1, 2, 4, 5]
        );
        assert_eq!(compactor.set_aside(100).unwrap(), []);
    }
}
