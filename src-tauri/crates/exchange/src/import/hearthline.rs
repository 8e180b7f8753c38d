//! Another Hearthline's history in: what has the same keys goes to the same points, what is unknown keeps its description.

use std::path::Path;

use hearthline_history::{LAYOUT, ListedPoint, Reader, Store, Synchronous};
use hearthline_model::PointId;
use rusqlite::Connection;

use super::intake::Intake;
use super::matching::Index;
use super::{MOST_SERIES, Made, Series, Skipped, Source, Survey};
use crate::pages::{PAGE, Pages};
use crate::sqlite::{self, Opened};
use crate::{Error, Progress};

/// Larger rows are no chunks of ours, bytes.
const LARGEST_ROW: i64 = 64 << 20;
/// Tables that are read.
const TABLES: &[&str] = &["places", "devices", "points", "chunks", "journal"];

/// How the file is read a second time.
#[derive(Debug)]
pub struct Plan {
    /// Its points, in the order of the series.
    points: Vec<PointId>,
}

/// An opened history of someone else's.
struct Other {
    reader: Reader,
    _copy: Option<tempfile::TempDir>,
}

fn open(path: &Path) -> Result<Other, Error> {
    let opened = sqlite::open(path)?;
    let database = |source| Error::Database {
        path: path.into(),
        source,
    };
    check(&opened.connection, path)?;
    let layout: i64 = opened
        .connection
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .map_err(database)?;
    if layout > LAYOUT {
        return Err(Error::History(hearthline_history::Error::Newer {
            path: path.into(),
            found: layout,
            known: LAYOUT,
        }));
    }
    if layout == LAYOUT {
        let Opened { connection, path, .. } = opened;
        return Ok(Other {
            reader: Reader::over(connection, &path)?,
            _copy: None,
        });
    }
    // Brought to today's layout in a copy: the file itself stays as it is.
    let (folder, copy) = sqlite::copied(&opened, path)?;
    drop(Store::open(&copy, Synchronous::Normal)?);
    let opened = sqlite::open(&copy)?;
    Ok(Other {
        reader: Reader::over(opened.connection, &copy)?,
        _copy: Some(folder),
    })
}

/// A history has plain tables and the guard of its alarm journal alone: whatever else would run with them is not of Hearthline.
fn check(connection: &Connection, path: &Path) -> Result<(), Error> {
    let database = |source| Error::Database {
        path: path.into(),
        source,
    };
    let foreign = |what: &str| {
        Err(Error::Foreign {
            path: path.into(),
            what: what.to_owned(),
        })
    };
    for table in TABLES {
        if sqlite::columns(connection, table).map_err(database)?.is_empty() {
            return foreign("no history of Hearthline; choose a file named hearthline.db");
        }
    }
    let others: i64 = connection
        .query_row(
            "SELECT count(*) FROM sqlite_schema
             WHERE type = 'view' OR sql LIKE 'CREATE VIRTUAL%' OR (type = 'trigger' AND sql NOT IN (?, ?))",
            hearthline_history::ALARM_GUARD,
            |row| row.get(0),
        )
        .map_err(database)?;
    if others > 0 {
        return foreign(
            "a database with views or triggers of its own, which no history of Hearthline has; it is not taken",
        );
    }
    for table in ["chunks", "bodies", "journal"] {
        let columns = sqlite::columns(connection, table).map_err(database)?;
        if !columns.iter().any(|column| column == "body") {
            continue;
        }
        let largest: Option<i64> = connection
            .query_row(
                &format!("SELECT max(octet_length(body)) FROM {table}"),
                (),
                |row| row.get(0),
            )
            .map_err(database)?;
        if largest.is_some_and(|largest| largest > LARGEST_ROW) {
            return foreign("a database with rows larger than any history has; it is not taken");
        }
    }
    Ok(())
}

/// Looks at what a file has.
pub fn survey(path: &Path, known: &[ListedPoint], progress: &Progress) -> Result<Survey, Error> {
    let other = open(path)?;
    progress.go_on()?;
    let catalogue = other.reader.catalogue()?;
    let extents = other.reader.extents()?;
    let index = Index::new(known);
    let mut skipped = Skipped::default();
    let (mut series, mut points) = (Vec::new(), Vec::new());
    for point in catalogue {
        let Some(extent) = extents.get(&point.id) else {
            continue;
        };
        let key = format!("{} / {}", point.device_name(), point.name());
        if series.len() >= MOST_SERIES {
            skipped.note_many("more than 50,000 different points", extent.samples, || key);
            continue;
        }
        let mut device = (*point.device_desc).clone();
        point.device_name().clone_into(&mut device.name);
        let made = Made {
            device,
            point: point.desc,
        };
        let joins = index.by_keys(&made, "by its keys");
        points.push(point.id);
        series.push(Series {
            key,
            made,
            samples: extent.samples,
            from: Some(extent.from),
            to: Some(extent.to),
            joins,
        });
    }
    let known_samples: u64 = series.iter().map(|series: &Series| series.samples).sum();
    let all: u64 = extents.values().map(|extent| extent.samples).sum();
    if all > known_samples + skipped.count() {
        skipped.note_many(
            "samples of a point that the file does not describe",
            all - known_samples - skipped.count(),
            String::new,
        );
    }
    Ok(Survey {
        source: Source::Hearthline,
        path: path.into(),
        title: "The history of another Hearthline".into(),
        notes: Vec::new(),
        series,
        skipped,
        plan: super::Plan::Hearthline(Plan { points }),
    })
}

/// Takes a surveyed file in.
pub fn take(survey: &Survey, plan: &Plan, intake: &mut Intake<'_>, progress: &Progress) -> Result<(), Error> {
    let other = open(&survey.path)?;
    progress.begin(survey.samples());
    let mut done = 0;
    for (ix, (series, point)) in survey.series.iter().zip(&plan.points).enumerate() {
        let (Some(from), Some(to), Some(_)) = (series.from, series.to, intake.point(ix)) else {
            continue;
        };
        let mut pages = Pages::new(&other.reader, *point, from, to.saturating_add(1), PAGE);
        loop {
            let page = pages.next()?;
            if page.is_empty() {
                break;
            }
            done += page.len() as u64;
            for sample in page {
                intake.sample(ix, sample.at, sample.value, sample.quality)?;
            }
            progress.reach(done);
        }
    }
    Ok(())
}
