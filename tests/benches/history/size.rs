//! Bytes a sample.

use std::error::Error;
use std::path::Path;

use hearthline_history::{Batch, Synchronous};
use hearthline_model::{Micros, PointId, SECOND, Sample};
use hearthline_tests::corpora;
use hearthline_tests::measure::table::{Table, exact, whole};
use pco::ChunkConfig;
use pco::standalone::simple_compress;
use rusqlite::Connection;

use crate::made::{compact, sample, store};
use crate::{gorilla, plain};

/// Bytes a sample on measured series. The journal leaves free pages behind that the next samples take; everything else,
/// empty tables and indexes included, counts among the pages in use, and weighs the less the more there is.
pub fn series() -> Result<(), Box<dyn Error>> {
    let Some(corpus) = corpora::folder("series") else {
        return Ok(());
    };
    let mut table = table("bytes a sample after full compaction");
    let mut files: Vec<_> = std::fs::read_dir(corpus)?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "csv"))
        .collect();
    files.sort();
    let mut all: Vec<Vec<Sample>> = Vec::new();
    for (number, file) in files.iter().enumerate() {
        // Each file has points of its own.
        let mut samples = read(&std::fs::read_to_string(file)?);
        for sample in &mut samples {
            sample.point = PointId(sample.point.0 + number as u32 * 10);
        }
        all.push(samples);
    }
    let groups = [
        ("nab", "NAB: machines, rooms, servers"),
        ("skab", "SKAB: a test rig's eight sensors"),
        ("", "all"),
    ];
    for (prefix, name) in groups {
        let of_group: Vec<&[Sample]> = files
            .iter()
            .zip(&all)
            .filter(|(file, _)| {
                file.file_name()
                    .is_some_and(|name| name.to_string_lossy().starts_with(prefix))
            })
            .map(|(_, samples)| samples.as_slice())
            .collect();
        row(&mut table, name, &of_group, "2.20")?;
    }
    table.print();
    println!("  An empty store takes {} bytes in its pages.", whole(empty()?));
    Ok(())
}

/// A table for [`row`].
pub fn table(title: &str) -> Table {
    Table::new(
        title,
        &[
            "series",
            "samples",
            "pco alone",
            "Gorilla",
            "bodies",
            "with heads",
            "pages in use",
            "without those of an empty store",
            "plain table",
            "target",
        ],
    )
}

/// Bytes of the pages of an empty store.
pub fn empty() -> Result<f64, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    drop(store(folder.path(), Synchronous::Normal)?);
    Ok(bytes(&folder.path().join("store.db"))?.used)
}

/// One line of the table: samples that come file by file, those of a file in order of time.
pub fn row(table: &mut Table, name: &str, files: &[&[Sample]], target: &str) -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let mut ours = store(folder.path(), Synchronous::Normal)?;
    let mut theirs = plain::open(folder.path(), "normal")?;
    let mut count = 0;
    let (mut alone, mut gorilla) = (0, 0);
    for samples in files {
        for (number, batch) in samples.chunks(20).enumerate() {
            ours.append(&Batch {
                samples: batch,
                at: batch.last().map_or(0, |last| last.at),
                ..Batch::default()
            })?;
            // As in the engine, where a journal is worked off before it is long.
            if number % 4_096 == 4_095 {
                compact(&mut ours)?;
            }
        }
        plain::insert(&mut theirs, samples)?;
        count += samples.len();
        compact(&mut ours)?;
        for point in points(samples) {
            let times: Vec<i64> = point.iter().map(|sample| sample.at).collect();
            let values: Vec<f64> = point
                .iter()
                .map(|sample| sample.value.as_f64().unwrap_or_default())
                .collect();
            let config = ChunkConfig::default();
            alone += simple_compress(&times, &config)?.len() + simple_compress(&values, &config)?.len();
            gorilla += gorilla::bits(&point) / 8;
        }
    }
    // The last connection to close takes the log into the file.
    drop((ours, theirs));
    let size = bytes(&folder.path().join("store.db"))?;
    let plain = bytes(&folder.path().join("plain.db"))?;
    let each = |bytes: f64| exact(bytes / count as f64, 2);
    table.row([
        name.to_owned(),
        whole(count as f64),
        each(alone as f64),
        each(gorilla as f64),
        each(size.bodies),
        each(size.bodies + size.heads),
        each(size.used),
        each(size.used - empty()?),
        each(plain.used),
        target.into(),
    ]);
    Ok(())
}

/// The samples of each point.
fn points(samples: &[Sample]) -> Vec<Vec<Sample>> {
    let mut points = std::collections::BTreeMap::<u32, Vec<Sample>>::new();
    for sample in samples {
        points.entry(sample.point.0).or_default().push(sample.clone());
    }
    points.into_values().collect()
}

/// Bytes of a file by what they are.
pub struct Size {
    /// Of the pages in use.
    pub used: f64,
    /// Of the bodies of chunks.
    pub bodies: f64,
    /// Of the heads of chunks.
    pub heads: f64,
}

/// Looks into a file.
pub fn bytes(path: &Path) -> Result<Size, rusqlite::Error> {
    let connection = Connection::open(path)?;
    let pragma = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, f64>(0));
    let size = pragma("page_size")?;
    let (pages, free) = (pragma("page_count")?, pragma("freelist_count")?);
    let of = |sql: &str| {
        connection
            .query_row(sql, (), |row| row.get(0))
            .unwrap_or_default()
    };
    Ok(Size {
        used: (pages - free) * size,
        bodies: of("SELECT total(bytes) FROM chunks"),
        heads: of("SELECT total(length(head)) FROM chunks"),
    })
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
