//! The background thread that turns the journal into chunks.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use hearthline_history::{Compactor, Error};

use crate::clock;
use crate::shared::Shared;

/// Rows of the journal that one step takes: bounds memory and the moment of writing.
const STEP: usize = 1024;
/// Rows that may wait before a look is due early.
const MANY: u64 = 4096;
/// Looks between two compactions when little waits: longer makes larger chunks, shorter a smaller journal to scan.
const PATIENCE: u32 = 60;

/// Works until the engine ends.
pub fn run(shared: &Arc<Shared>, mut compactor: Compactor) {
    let mut waited = 0;
    loop {
        std::thread::sleep(Duration::from_millis(500));
        if shared.stopping.load(Ordering::Relaxed) {
            return;
        }
        waited += 1;
        if shared.read_only.load(Ordering::Relaxed) || compactor.reopen().is_err() {
            continue;
        }
        let many = compactor.waiting().is_ok_and(|(_, rows)| rows > MANY);
        let asked = shared.compact.swap(false, Ordering::Relaxed);
        if !many && !asked && waited < PATIENCE {
            continue;
        }
        waited = 0;
        compact(shared, &mut compactor);
    }
}

/// Empties the journal, as far as that goes.
fn compact(shared: &Shared, compactor: &mut Compactor) {
    while !shared.stopping.load(Ordering::Relaxed) {
        match compactor.compact(STEP, clock::now()) {
            Ok(done) if done.remaining == 0 => return,
            Ok(_) => {}
            Err(Error::Record(why)) if set_aside(shared, compactor, STEP, &why) => {}
            Err(error) => {
                // The journal keeps everything; the next look tries again.
                tracing::warn!(message = "compaction waits", %error);
                return;
            }
        }
    }
}

/// One row that does not decode must hold up neither the start nor what comes behind it. False where none was found among the
/// oldest `rows` or could be put aside: the fault lies elsewhere then.
pub fn set_aside(shared: &Shared, compactor: &mut Compactor, rows: usize, why: &str) -> bool {
    match compactor.set_aside(rows) {
        Ok(aside) => {
            let Some(last) = aside.last() else {
                tracing::error!(
                    message = "compaction meets a damaged record outside of the journal",
                    why
                );
                return false;
            };
            let samples: u64 = aside.iter().map(|row| row.samples).sum();
            shared.refused.fetch_add(samples, Ordering::Relaxed);
            shared.note(
                "set-aside",
                format!(
                    "A damaged part of the history with {samples} values was put aside into {}. Everything else is there; check the \
                     disk, and make a backup.",
                    last.file.display()
                ),
                None,
            );
            true
        }
        Err(error) => {
            tracing::error!(message = "a damaged row cannot be put aside", %error);
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use hearthline_history::{Batch, Store, Synchronous};
    use hearthline_model::{PointId, Quality, Sample, Value};

    use super::*;

    #[test]
    fn a_damaged_row_is_put_aside_and_told_and_the_rest_becomes_chunks() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("test.db");
        let mut store = Store::open(&path, Synchronous::Normal).unwrap();
        for at in 1..=3 {
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
        let other = rusqlite::Connection::open(&path).unwrap();
        other
            .execute("UPDATE journal SET body = x'01ffffffff' WHERE seq = 2", ())
            .unwrap();
        let shared = Shared::new(path);
        compact(&shared, &mut store.compactor().unwrap());
        assert_eq!(store.waiting().unwrap(), (0, 0));
        assert_eq!(store.reader().unwrap().raw(PointId(1), 0, 9, 9).unwrap().len(), 2);
        assert_eq!(shared.refused.load(Ordering::Relaxed), 1);
        assert!(shared.notes()[0].contains("set-aside"), "{:?}", shared.notes());
    }
}
