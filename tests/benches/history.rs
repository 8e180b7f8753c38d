//! The store alone: samples a second appended, bytes a sample, how long a year and a day take to read, each beside a plain
//! SQLite table with a row a sample.

use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

use hearthline_history::{Batch, Store, Synchronous};
use hearthline_model::{DAY, Micros, PointId, Quality, SECOND, Sample, Value};
use hearthline_tests::corpora;
use hearthline_tests::measure::table::{Table, exact, whole};
use hearthline_tests::measure::{at, system};
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};
use rusqlite::Connection;

/// How long appending is measured for each size of a batch.
const LASTING: Duration = Duration::from_millis(700);
/// 2024-01-01.
const BEGIN: Micros = 1_704_067_200 * SECOND;
const YEAR: Micros = 365 * DAY;
/// The width of a wide trend.
const BUCKETS: usize = 2_000;
/// Rows of the journal a step of compaction takes, as in the engine.
const STEP: usize = 1024;

fn main() -> Result<(), Box<dyn Error>> {
    println!("history: {}", system::machine());
    append()?;
    size()?;
    year(10 * SECOND)?;
    year(SECOND)
}

fn store(folder: &Path, synchronous: Synchronous) -> Result<Store, Box<dyn Error>> {
    Ok(Store::open(&folder.join("store.db"), synchronous)?)
}

/// The table that anyone would begin with; the key keeps a point's rows together and in order.
fn plain(folder: &Path, synchronous: &str) -> Result<Connection, rusqlite::Error> {
    let connection = Connection::open(folder.join("plain.db"))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", synchronous)?;
    connection.execute_batch(
        "CREATE TABLE samples (point INTEGER, at INTEGER, value REAL, PRIMARY KEY (point, at)) WITHOUT ROWID",
    )?;
    Ok(connection)
}

fn insert(connection: &mut Connection, samples: &[Sample]) -> Result<(), rusqlite::Error> {
    let transaction = connection.transaction()?;
    {
        let mut statement = transaction.prepare_cached("INSERT OR REPLACE INTO samples VALUES (?, ?, ?)")?;
        for sample in samples {
            statement.execute((sample.point.0, sample.at, sample.value.as_f64()))?;
        }
    }
    transaction.commit()
}

fn append() -> Result<(), Box<dyn Error>> {
    let mut table = Table::new(
        "samples/s appended, each batch committed",
        &["commit", "samples in a batch", "store", "plain table", "times"],
    );
    for (name, synchronous) in [("normal", Synchronous::Normal), ("full", Synchronous::Full)] {
        for batch in [1, 20, 1_000] {
            let folder = tempfile::tempdir()?;
            let mut ours = store(folder.path(), synchronous)?;
            let mut theirs = plain(folder.path(), name)?;
            let at = hearthline_engine::now();
            let store_rate = rate(batch, |samples| {
                ours.append(&Batch {
                    samples,
                    at,
                    ..Batch::default()
                })?;
                Ok(())
            })?;
            let plain_rate = rate(batch, |samples| Ok(insert(&mut theirs, samples)?))?;
            table.row([
                format!("synchronous {name}"),
                batch.to_string(),
                whole(store_rate),
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

fn sample(point: u32, at: Micros, value: f64) -> Sample {
    Sample {
        point: PointId(point),
        at,
        value: Value::Float(value),
        quality: Quality::Good,
    }
}

/// Bytes a sample on measured series. The journal leaves free pages behind that the next samples take; everything else,
/// empty tables and indexes included, counts among the pages in use, and weighs the less the more there is.
fn size() -> Result<(), Box<dyn Error>> {
    let Some(corpus) = corpora::folder("series") else {
        return Ok(());
    };
    let mut table = Table::new(
        "bytes a sample after full compaction",
        &[
            "series",
            "samples",
            "chunks alone",
            "pages in use",
            "file with pages free for more",
            "plain table",
            "first target",
        ],
    );
    let mut files: Vec<_> = std::fs::read_dir(corpus)?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "csv"))
        .collect();
    files.sort();
    let mut all: Vec<Vec<Sample>> = Vec::new();
    for file in &files {
        all.push(read(&std::fs::read_to_string(file)?));
    }
    let groups = [
        ("nab", "NAB: machines, rooms, servers"),
        ("skab", "SKAB: a test rig's eight sensors"),
    ];
    for (prefix, name) in groups {
        let of_group = files.iter().zip(&all).filter(|(file, _)| {
            file.file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with(prefix))
        });
        row(&mut table, name, of_group.map(|(_, samples)| samples))?;
    }
    row(&mut table, "all", all.iter())?;
    table.print();
    let folder = tempfile::tempdir()?;
    drop(store(folder.path(), Synchronous::Normal)?);
    let [empty, ..] = bytes(&folder.path().join("store.db"))?;
    println!(
        "  Among the pages in use are {} bytes that an empty store takes.",
        whole(empty)
    );
    Ok(())
}

fn row<'a>(
    table: &mut Table,
    name: &str,
    series: impl Iterator<Item = &'a Vec<Sample>>,
) -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let mut ours = store(folder.path(), Synchronous::Normal)?;
    let mut theirs = plain(folder.path(), "normal")?;
    let mut count = 0;
    let mut base = 0;
    for samples in series {
        // Each file has points of its own.
        let samples: Vec<Sample> = samples
            .iter()
            .map(|sample| Sample {
                point: PointId(sample.point.0 + base),
                ..sample.clone()
            })
            .collect();
        base += 10;
        for batch in samples.chunks(20) {
            ours.append(&Batch {
                samples: batch,
                at: batch.last().map_or(0, |last| last.at),
                ..Batch::default()
            })?;
        }
        insert(&mut theirs, &samples)?;
        count += samples.len();
        compact(&mut ours)?;
    }
    // The last connection to close takes the log into the file.
    drop((ours, theirs));
    let [used, file, bodies] = bytes(&folder.path().join("store.db"))?;
    let [plain, ..] = bytes(&folder.path().join("plain.db"))?;
    let each = |bytes: f64| exact(bytes / count as f64, 2);
    table.row([
        name.to_owned(),
        whole(count as f64),
        each(bodies),
        each(used),
        each(file),
        each(plain),
        "2.50".into(),
    ]);
    Ok(())
}

/// Bytes of the pages in use, of the whole file, and of the chunks alone where there are any.
fn bytes(path: &Path) -> Result<[f64; 3], rusqlite::Error> {
    let connection = Connection::open(path)?;
    let pragma = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, f64>(0));
    let size = pragma("page_size")?;
    let (pages, free) = (pragma("page_count")?, pragma("freelist_count")?);
    let bodies = connection
        .query_row("SELECT total(length(body)) FROM chunks", (), |row| row.get(0))
        .unwrap_or_default();
    Ok([(pages - free) * size, pages * size, bodies])
}

/// Time first, then a point a column, behind a line of headings.
fn read(text: &str) -> Vec<Sample> {
    let mut samples = Vec::new();
    for line in text.lines().skip(1) {
        let mut cells = line.split([',', ';']);
        let Some(at) = cells.next().and_then(time) else {
            continue;
        };
        for (point, cell) in (1..).zip(cells) {
            if let Ok(value) = cell.parse() {
                samples.push(sample(point, at, value));
            }
        }
    }
    samples
}

/// `2020-02-08 13:30:47`.
fn time(text: &str) -> Option<Micros> {
    let mut parts = text.split(['-', ' ', ':']).map(|part| part.parse::<i64>().ok());
    let mut next = || parts.next().flatten();
    let (year, month, day) = (next()?, next()?, next()?);
    let (hour, minute, second) = (next()?, next()?, next()?);
    // Days since 1970-03-01, counted from March so that the leap day comes last.
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day - 719_469;
    Some((((days * 24 + hour) * 60 + minute) * 60 + second) * SECOND)
}

fn compact(store: &mut Store) -> Result<(), Box<dyn Error>> {
    while store.compact(STEP, BEGIN + 10 * YEAR)?.remaining > 0 {}
    Ok(())
}

/// A year of a temperature: a day's and a year's course, and a walk on it, in steps of a hundredth.
fn year(step: Micros) -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let mut ours = store(folder.path(), Synchronous::Normal)?;
    let mut theirs = plain(folder.path(), "normal")?;
    let with_plain = step >= 10 * SECOND;
    let mut random = SmallRng::seed_from_u64(5);
    let (begin, mut walk, mut count) = (Instant::now(), 0.0f64, 0usize);
    let mut samples = Vec::with_capacity(10_000);
    let mut filled = Duration::ZERO;
    let mut at = BEGIN;
    while at < BEGIN + YEAR {
        let part = |length: Micros| ((at - BEGIN) as f64 / length as f64 * std::f64::consts::TAU).sin();
        walk = (walk + random.random_range(-0.05..0.05)) * 0.9999;
        let value = 15.0 - 9.0 * part(YEAR) - 4.0 * part(DAY) + walk;
        // Nobody sends to the microsecond.
        let jitter = random.random_range(-2_000..2_000);
        samples.push(sample(1, at + jitter, (value * 100.0).round() / 100.0));
        at += step;
        if samples.len() < 10_000 && at < BEGIN + YEAR {
            continue;
        }
        count += samples.len();
        for batch in samples.chunks(1_000) {
            ours.append(&Batch {
                samples: batch,
                at,
                ..Batch::default()
            })?;
        }
        if ours.waiting()?.1 >= STEP as u64 {
            compact(&mut ours)?;
        }
        let plain_begin = Instant::now();
        if with_plain {
            insert(&mut theirs, &samples)?;
        }
        filled += plain_begin.elapsed();
        samples.clear();
    }
    compact(&mut ours)?;
    let taken = begin.elapsed().saturating_sub(filled).as_secs_f64();
    let mut table = Table::new(
        &format!(
            "a year of one point at one value each {} s: {} samples, made, appended and compacted in {} s",
            step / SECOND,
            whole(count as f64),
            exact(taken, 1)
        ),
        &[
            "question",
            "first, ms",
            "p50, ms",
            "p99, ms",
            "plain table p50, ms",
            "first target",
        ],
    );
    let reader = ours.reader()?;
    let other = Connection::open(folder.path().join("plain.db"))?;
    let noon = BEGIN + 200 * DAY + DAY / 2;
    let questions = [
        ("a year at 2,000 buckets", BEGIN, BEGIN + YEAR, "50"),
        ("a month at 2,000 buckets", noon, noon + 30 * DAY, ""),
        ("a day at 2,000 buckets", noon, noon + DAY, ""),
    ];
    for (name, from, to, target) in questions {
        let ours = times(|| Ok(reader.query(&[PointId(1)], from, to, BUCKETS)?.len()))?;
        let theirs = if with_plain {
            times(|| Ok(plain_buckets(&other, from, to)?))?
        } else {
            Vec::new()
        };
        table.row(cells(name, &ours, &theirs, target));
    }
    let ours = times(|| Ok(reader.raw(PointId(1), noon, noon + DAY, usize::MAX)?.len()))?;
    let theirs = if with_plain {
        times(|| Ok(plain_raw(&other, noon, noon + DAY)?))?
    } else {
        Vec::new()
    };
    table.row(cells("every sample of a day", &ours, &theirs, ""));
    table.print();
    Ok(())
}

fn cells(name: &str, ours: &[f64], theirs: &[f64], target: &str) -> [String; 6] {
    [
        name.to_owned(),
        exact(ours.first().copied().unwrap_or(f64::NAN), 2),
        exact(at(ours, 0.5), 2),
        exact(at(ours, 0.99), 2),
        exact(at(theirs, 0.5), 2),
        target.to_owned(),
    ]
}

/// Milliseconds of some repetitions, the first one first.
fn times(mut question: impl FnMut() -> Result<usize, Box<dyn Error>>) -> Result<Vec<f64>, Box<dyn Error>> {
    let mut taken = Vec::new();
    let begin = Instant::now();
    while taken.len() < 3 || (taken.len() < 100 && begin.elapsed() < Duration::from_millis(1_500)) {
        let begin = Instant::now();
        if std::hint::black_box(question()?) == 0 {
            return Err("the history answers nothing".into());
        }
        taken.push(begin.elapsed().as_secs_f64() * 1e3);
    }
    Ok(taken)
}

fn plain_buckets(connection: &Connection, from: Micros, to: Micros) -> Result<usize, rusqlite::Error> {
    let mut statement = connection.prepare_cached(
        "SELECT (at - ?1) / ?3, min(value), max(value), avg(value) FROM samples
         WHERE point = 1 AND at >= ?1 AND at < ?2 GROUP BY 1",
    )?;
    let mut rows = statement.query((from, to, (to - from) / BUCKETS as i64))?;
    let mut count = 0;
    while let Some(row) = rows.next()? {
        std::hint::black_box(row.get::<_, f64>(3)?);
        count += 1;
    }
    Ok(count)
}

fn plain_raw(connection: &Connection, from: Micros, to: Micros) -> Result<usize, rusqlite::Error> {
    let mut statement =
        connection.prepare_cached("SELECT at, value FROM samples WHERE point = 1 AND at >= ? AND at < ?")?;
    let rows = statement.query_map((from, to), |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, f64>(1)?))
    })?;
    Ok(rows.collect::<Result<Vec<_>, _>>()?.len())
}
