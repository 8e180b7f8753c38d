//! A billion samples: 32 points for a year at 1 Hz, appended and compacted like any others.

use std::error::Error;
use std::time::Instant;

use hearthline_history::{Reader, Store, Synchronous};
use hearthline_model::{PointId, SECOND};
use hearthline_tests::measure::table::{Table, exact, whole};

use crate::made::{YEAR, fill, store};
use crate::questions::{HEADINGS, forget, questions};

/// Set in order to make it: some two gigabytes, some minutes.
const WANTED: &str = "HEARTHLINE_BILLION";

/// How long it takes to open, and the questions of a year.
pub fn billion() -> Result<(), Box<dyn Error>> {
    if std::env::var_os(WANTED).is_none() {
        println!("\nskipped: a billion samples; {WANTED}=1 makes them");
        return Ok(());
    }
    let folder = tempfile::tempdir_in(
        std::env::var_os(WANTED)
            .filter(|at| at.len() > 1)
            .unwrap_or(".".into()),
    )?;
    let begin = Instant::now();
    let mut ours = store(folder.path(), Synchronous::Normal)?;
    let count = fill(&mut ours, 32, SECOND, YEAR, |_| Ok(()))?;
    drop(ours);
    let taken = begin.elapsed().as_secs_f64();
    let path = folder.path().join("store.db");
    let bytes = std::fs::metadata(&path)?.len();
    forget(&path)?;
    let begin = Instant::now();
    let opened = Store::open(&path, Synchronous::Normal)?;
    let reader = Reader::open(&path)?;
    let samples = reader.info()?.samples;
    let opening = begin.elapsed().as_secs_f64() * 1e3;
    drop(opened);
    let mut table = Table::new(
        &format!(
            "{} samples in {} MB, made in {} s, {} ns each; opened cold and counted ({}) in {} ms, target 1,000",
            whole(count as f64),
            whole(bytes as f64 / 1e6),
            exact(taken, 0),
            exact(taken * 1e9 / count as f64, 0),
            whole(samples as f64),
            exact(opening, 0)
        ),
        &HEADINGS,
    );
    questions(&mut table, &path, &[PointId(17)], None)?;
    table.print();
    Ok(())
}
