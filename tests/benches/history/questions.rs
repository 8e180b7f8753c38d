//! How long questions take.

use std::error::Error;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use hearthline_history::{Ask, Edges, Reader, Synchronous};
use hearthline_model::{DAY, Micros, PointId, SECOND};
use hearthline_tests::measure::at;
use hearthline_tests::measure::table::{Table, exact, whole};
use rusqlite::Connection;

use crate::made::{BEGIN, YEAR, cpu, fill, store};
use crate::plain;

/// The width of a wide trend.
pub const BUCKETS: usize = 2_000;
/// A moment in summer.
const NOON: Micros = BEGIN + 200 * DAY + DAY / 2;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// A year of one point, with the plain table beside it where that is not too long to make.
pub fn year(step: Micros) -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let mut ours = store(folder.path(), Synchronous::Normal)?;
    let mut theirs = plain::open(folder.path(), "normal")?;
    let with_plain = step >= 10 * SECOND;
    let (begin, mut other) = (cpu(), Duration::ZERO);
    let count = fill(&mut ours, 1, step, YEAR, |samples| {
        let begin = cpu();
        if with_plain {
            plain::insert(&mut theirs, samples)?;
        }
        other += cpu().saturating_sub(begin);
        Ok(())
    })?;
    let taken = cpu().saturating_sub(begin + other).as_secs_f64();
    let mut table = Table::new(
        &format!(
            "a year of one point at one value each {} s: {} samples, made, appended and compacted in {} s of a processor, {} ns each",
            step / SECOND,
            whole(count as f64),
            exact(taken, 1),
            exact(taken * 1e9 / count as f64, 0)
        ),
        &HEADINGS,
    );
    let path = folder.path().join("store.db");
    let other = Connection::open(folder.path().join("plain.db"))?;
    questions(&mut table, &path, &[PointId(1)], with_plain.then_some(&other))?;
    table.print();
    Ok(())
}

/// What [`questions`] fills.
pub const HEADINGS: [&str; 9] = [
    "question",
    "cold, ms",
    "least, ms",
    "p50, ms",
    "p99, ms",
    "bodies opened",
    "its bytes alone, ms",
    "plain table p50, ms",
    "target warm / cold",
];

/// The questions of a chart about a year, a month and a day of the first point.
pub fn questions(
    table: &mut Table,
    path: &Path,
    points: &[PointId],
    plain: Option<&Connection>,
) -> Outcome<()> {
    let reader = Reader::open(path)?;
    let year = (BEGIN, BEGIN + YEAR);
    let month = (NOON, NOON + 30 * DAY);
    let day = (NOON, NOON + DAY);
    let first = &points[..1];
    for (name, points, (from, to), edges, target) in [
        ("a year at 2,000 buckets", first, year, Edges::Near, "10 / 60"),
        ("the same with exact edges", first, year, Edges::Exact, ""),
        ("a month at 2,000 buckets", first, month, Edges::Near, ""),
        ("the same with exact edges", first, month, Edges::Exact, ""),
        ("a first picture of it", first, month, Edges::Rough, ""),
        ("a day at 2,000 buckets", first, day, Edges::Near, "5"),
        ("the same with exact edges", first, day, Edges::Exact, "5"),
    ] {
        let ask = Ask::new(points, from, to, BUCKETS).edges(edges);
        let cold = cold(path, |reader| Ok(reader.buckets(&ask)?.len()))?;
        let ours = times(|| Ok(reader.buckets(&ask)?.len()))?;
        let bodies = reader.cost().bodies;
        let floor = floor(path, points, from, to, bodies > 0)?;
        let theirs = match plain {
            Some(plain) => times(|| Ok(plain::buckets(plain, from, to)?))?,
            None => Vec::new(),
        };
        table.row(cells(name, cold, &ours, bodies, floor, &theirs, target));
    }
    let (from, to) = day;
    let raw = |reader: &Reader| Ok(reader.raw(first[0], from, to, usize::MAX)?.len());
    let cold = cold(path, raw)?;
    let ours = times(|| raw(&reader))?;
    let bodies = reader.cost().bodies;
    let floor = floor(path, first, from, to, true)?;
    let theirs = match plain {
        Some(plain) => times(|| Ok(plain::raw(plain, from, to)?))?,
        None => Vec::new(),
    };
    table.row(cells(
        "every sample of a day",
        cold,
        &ours,
        bodies,
        floor,
        &theirs,
        "5",
    ));
    Ok(())
}

/// Many pens over a month.
pub fn pens(step: Micros) -> Outcome<()> {
    const PENS: u32 = 20;
    let folder = tempfile::tempdir()?;
    let mut ours = store(folder.path(), Synchronous::Normal)?;
    let count = fill(&mut ours, PENS, step, 31 * DAY, |_| Ok(()))?;
    let path = folder.path().join("store.db");
    let reader = Reader::open(&path)?;
    let points: Vec<PointId> = (1..=PENS).map(PointId).collect();
    let mut table = Table::new(
        &format!(
            "{PENS} pens over a month at one value each {} s: {} samples",
            step / SECOND,
            whole(count as f64)
        ),
        &HEADINGS,
    );
    let (from, to) = (BEGIN, BEGIN + 30 * DAY);
    for (name, edges, target) in [
        ("at 2,000 buckets", Edges::Near, "40"),
        ("with exact edges", Edges::Exact, ""),
        ("a first picture", Edges::Rough, ""),
    ] {
        let ask = Ask::new(&points, from, to, BUCKETS).edges(edges);
        let cold = cold(&path, |reader| Ok(reader.buckets(&ask)?.len()))?;
        let ours = times(|| Ok(reader.buckets(&ask)?.len()))?;
        let bodies = reader.cost().bodies;
        let floor = floor(&path, &points, from, to, bodies > 0)?;
        table.row(cells(name, cold, &ours, bodies, floor, &[], target));
    }
    table.print();
    Ok(())
}

/// Milliseconds that reading the same rows takes without looking into them.
fn floor(path: &Path, points: &[PointId], from: Micros, to: Micros, bodies: bool) -> Outcome<f64> {
    let connection = Connection::open(path)?;
    let sql = if bodies {
        "SELECT head, body FROM chunks JOIN bodies USING (id) WHERE point = ? AND class = 4 AND ends >= ? AND begins < ?"
    } else {
        "SELECT head FROM chunks WHERE point = ? AND class = 4 AND ends >= ? AND begins < ?"
    };
    let mut statement = connection.prepare(sql)?;
    let taken = times(|| {
        let mut bytes = 0;
        for point in points {
            let mut rows = statement.query((point.0, from, to))?;
            while let Some(row) = rows.next()? {
                bytes += row.get_ref(0)?.as_blob()?.len();
                if bodies {
                    bytes += row.get_ref(1)?.as_blob()?.len();
                }
            }
        }
        Ok(bytes)
    })?;
    Ok(at(&taken, 0.5))
}

fn cells(
    name: &str,
    cold: f64,
    ours: &[f64],
    bodies: u64,
    floor: f64,
    theirs: &[f64],
    target: &str,
) -> [String; 9] {
    [
        name.to_owned(),
        exact(cold, 2),
        exact(at(ours, 0.0), 2),
        exact(at(ours, 0.5), 2),
        exact(at(ours, 0.99), 2),
        whole(bodies as f64),
        exact(floor, 2),
        exact(at(theirs, 0.5), 2),
        target.to_owned(),
    ]
}

/// Milliseconds of a question to a file of which the system holds nothing, opening it included.
fn cold(path: &Path, question: impl Fn(&Reader) -> Outcome<usize>) -> Outcome<f64> {
    forget(path)?;
    let begin = Instant::now();
    let reader = Reader::open(path)?;
    std::hint::black_box(question(&reader)?);
    Ok(begin.elapsed().as_secs_f64() * 1e3)
}

/// Has the system drop what it holds of a file.
pub fn forget(path: &Path) -> Outcome<()> {
    let file = format!("of={}", path.display());
    let done = Command::new("dd")
        .args([
            &file,
            "oflag=nocache",
            "conv=notrunc,fdatasync",
            "count=0",
            "status=none",
        ])
        .status()?;
    if done.success() {
        Ok(())
    } else {
        Err("dd cannot drop a file from memory".into())
    }
}

/// Milliseconds of some repetitions, the first one first.
pub fn times(mut question: impl FnMut() -> Outcome<usize>) -> Outcome<Vec<f64>> {
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
