//! Samples a second appended, and what turning them into chunks costs.

use std::error::Error;
use std::time::{Duration, Instant};

use hearthline_history::{Batch, Synchronous};
use hearthline_model::{PointId, SECOND, Sample};
use hearthline_tests::measure::system;
use hearthline_tests::measure::table::{Table, exact, whole};
use rusqlite::Connection;

use crate::made::{BEGIN, Course, STEP, cpu, sample, store};
use crate::plain;

/// How long appending is measured for each size of a batch.
const LASTING: Duration = Duration::from_millis(700);

/// Each batch committed; the floor is a row of as many bytes as the batch takes in memory, in a bare table.
pub fn append() -> Result<(), Box<dyn Error>> {
    let mut table = Table::new(
        "samples/s appended, each batch committed",
        &[
            "commit",
            "samples in a batch",
            "store",
            "a bare blob of the batch",
            "part",
            "plain table",
            "times",
        ],
    );
    for (name, synchronous) in [("normal", Synchronous::Normal), ("full", Synchronous::Full)] {
        for batch in [1, 20, 1_000] {
            let folder = tempfile::tempdir()?;
            let mut ours = store(folder.path(), synchronous)?;
            let mut theirs = plain::open(folder.path(), name)?;
            let bare = Connection::open(folder.path().join("bare.db"))?;
            bare.pragma_update(None, "journal_mode", "WAL")?;
            bare.pragma_update(None, "synchronous", name)?;
            bare.execute_batch("CREATE TABLE blobs (id INTEGER PRIMARY KEY, body BLOB NOT NULL)")?;
            // What a sample takes in a row of the journal, about.
            let bytes = vec![7u8; batch * 13];
            let store_rate = rate(batch, |samples| {
                ours.append(&Batch {
                    samples,
                    at: BEGIN,
                    ..Batch::default()
                })?;
                Ok(())
            })?;
            let bare_rate = rate(batch, |_| {
                bare.prepare_cached("INSERT INTO blobs (body) VALUES (?)")?
                    .execute([&bytes])?;
                Ok(())
            })?;
            let plain_rate = rate(batch, |samples| Ok(plain::insert(&mut theirs, samples)?))?;
            table.row([
                format!("synchronous {name}"),
                batch.to_string(),
                whole(store_rate),
                whole(bare_rate),
                exact(store_rate / bare_rate, 2),
                whole(plain_rate),
                exact(store_rate / plain_rate, 1),
            ]);
        }
    }
    table.print();
    Ok(())
}

fn rate(
    batch: usize,
    mut append: impl FnMut(&[Sample]) -> Result<(), Box<dyn Error>>,
) -> Result<f64, Box<dyn Error>> {
    let mut at = BEGIN;
    let mut samples: Vec<Sample> = (0..batch)
        .map(|index| sample(index as u32 + 1, at, 20.5))
        .collect();
    let (begin, mut count) = (Instant::now(), 0);
    while begin.elapsed() < LASTING {
        at += SECOND;
        for sample in &mut samples {
            sample.at = at;
        }
        append(&samples)?;
        count += batch;
    }
    Ok(count as f64 / begin.elapsed().as_secs_f64())
}

/// A million samples a second of a thousand points for some seconds, with the compactor at work in a thread of its own as
/// in the engine: what is kept up, what it costs, how much memory it takes.
pub fn ingest() -> Result<(), Box<dyn Error>> {
    const POINTS: u32 = 1_000;
    const RATE: usize = 1_000_000;
    const SECONDS: usize = 8;
    let folder = tempfile::tempdir()?;
    let mut ours = store(folder.path(), Synchronous::Normal)?;
    let mut compactor = ours.compactor()?;
    let before = system::memory(std::process::id()).unwrap_or_default();
    let stop = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let stopping = std::sync::Arc::clone(&stop);
    let background = std::thread::spawn(move || -> Result<(usize, Duration), String> {
        let (mut samples, mut busy) = (0, Duration::ZERO);
        loop {
            let begin = cpu();
            let done = compactor
                .compact(STEP, i64::MAX)
                .map_err(|error| error.to_string())?;
            if done.rows > 0 {
                samples += done.samples;
                busy += cpu().saturating_sub(begin);
            }
            if done.remaining == 0 {
                if stopping.load(std::sync::atomic::Ordering::Relaxed) {
                    return Ok((samples, busy));
                }
                std::thread::sleep(Duration::from_millis(20));
            }
        }
    });
    let mut courses: Vec<Course> = (0..POINTS).map(|point| Course::new(u64::from(point))).collect();
    // Made beforehand, so that only the store is measured; a batch is a millisecond.
    let batches: Vec<Vec<Sample>> = (0..200)
        .map(|_| {
            courses
                .iter_mut()
                .zip(1..)
                .map(|(course, point)| course.next(point, SECOND / 1_000))
                .collect()
        })
        .collect();
    let (begin, mut count, mut longest, mut most) = (Instant::now(), 0usize, Duration::ZERO, 0.0f64);
    while count < RATE * SECONDS {
        let due = Duration::from_secs_f64(count as f64 / RATE as f64);
        if let Some(early) = due.checked_sub(begin.elapsed()) {
            std::thread::sleep(early);
        }
        let number = count / POINTS as usize;
        let mut samples = batches[number % batches.len()].clone();
        for sample in &mut samples {
            sample.at = BEGIN + (number as i64) * SECOND / 1_000;
            sample.point = PointId(sample.point.0);
        }
        let commit = Instant::now();
        ours.append(&Batch {
            samples: &samples,
            at: BEGIN,
            ..Batch::default()
        })?;
        longest = longest.max(commit.elapsed());
        count += samples.len();
        if number.is_multiple_of(500) {
            most = most.max(system::memory(std::process::id()).unwrap_or_default().own);
        }
    }
    let rate = count as f64 / begin.elapsed().as_secs_f64();
    let (waiting, _) = ours.waiting()?;
    stop.store(true, std::sync::atomic::Ordering::Relaxed);
    let (samples, busy) = background.join().map_err(|_| "the compactor panicked")??;
    let mut table = Table::new(
        &format!(
            "{POINTS} points at {} samples/s for {SECONDS} s, compacted meanwhile",
            whole(RATE as f64)
        ),
        &["figure", "value"],
    );
    for (name, value) in [
        ("samples/s taken", whole(rate)),
        ("longest commit, ms", exact(longest.as_secs_f64() * 1e3, 1)),
        ("samples that waited at the end", whole(waiting as f64)),
        (
            "compaction, ns of a processor a sample",
            exact(busy.as_secs_f64() * 1e9 / samples as f64, 0),
        ),
        (
            "memory more than before, MB at the most",
            exact((most - before.own) / 1e6, 1),
        ),
    ] {
        table.row([name.to_owned(), value]);
    }
    table.print();
    Ok(())
}
