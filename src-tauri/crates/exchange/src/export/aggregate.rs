//! History out as what it comes to in equal stretches of time: lowest, highest, means and last of each.
//!
//! A stretch begins at a multiple of its length since 1970 in UTC, so that files of different ranges fit together. One row a
//! stretch in which a number or a state of on and off was read; words have no aggregate. What is kept as an aggregate
//! only is part of it, to its own resolution.

use std::io::{BufWriter, Write};
use std::sync::Arc;

use hearthline_history::{Ask, Bucket, ListedPoint, Reader};
use hearthline_model::{DAY, Kind, Micros, SECOND};
use parquet::data_type::{ByteArrayType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use super::csv::push;
use super::parquet::{GROUP, Names, failed, optional, properties, required, spread};
use super::{Exported, Format, STEPS};
use crate::times;
use crate::{Error, Progress};

/// Stretches that are asked for at once.
const WIDTH: usize = 10_000;
/// The shortest and the longest stretch.
const LENGTHS: std::ops::RangeInclusive<Micros> = SECOND..=366 * DAY;

/// The head line.
const COLUMNS: [&str; 12] = [
    "time",
    "device",
    "point",
    "unit",
    "count",
    "min",
    "max",
    "mean",
    "time_weighted_mean",
    "last",
    "device_key",
    "point_key",
];

/// The same as a Parquet schema.
const SCHEMA: &str = "
message history {
    required int64 time (TIMESTAMP(MICROS,true));
    required binary device (STRING);
    required binary point (STRING);
    optional binary unit (STRING);
    required int64 count;
    required double min;
    required double max;
    required double mean;
    optional double time_weighted_mean;
    required double last;
    required binary device_key (STRING);
    required binary point_key (STRING);
}";

/// A file under way.
trait Table {
    /// The rows that follow are of this point.
    fn point(&mut self, point: &ListedPoint);
    /// A row.
    fn row(&mut self, bucket: &Bucket) -> Result<(), Error>;
    /// Nothing follows.
    fn finish(self: Box<Self>) -> Result<(), Error>;
}

/// Writes what some points come to in each stretch of `every` over `from..to`.
///
/// # Errors
/// Where the range is empty, the stretch too short or too long, the history refuses, `out` does, or it was asked to stop.
#[allow(clippy::too_many_arguments)] // As `export`, and the stretch.
pub fn export_aggregates(
    reader: &Reader,
    points: &[&ListedPoint],
    from: Micros,
    to: Micros,
    every: Micros,
    format: Format,
    out: impl Write + Send + 'static,
    progress: &Progress,
) -> Result<Exported, Error> {
    if to <= from {
        return Err(Error::Invalid("the end of a range lies after its begin".into()));
    }
    if !LENGTHS.contains(&every) {
        return Err(Error::Invalid(
            "a stretch that values are summed up over lasts from a second to a year".into(),
        ));
    }
    let mut table: Box<dyn Table> = match format {
        Format::Csv => Box::new(Csv::new(out)?),
        Format::Parquet => Box::new(Parquet::new(out)?),
    };
    progress.begin(points.len() as u64 * STEPS);
    let mut done = Exported {
        every: Some(every),
        ..Exported::default()
    };
    for (ix, point) in points.iter().enumerate() {
        progress.go_on()?;
        let before = done.rows;
        if point.desc.kind == Kind::Number || point.desc.kind == Kind::Bool {
            let found = reader.stats(point.id, from, to)?;
            if let (Some(first), Some(last)) = (found.first_at, found.last_at) {
                table.point(point);
                let begin = first.div_euclid(every) * every;
                let span = last.saturating_sub(begin).max(1);
                let mut at = begin;
                while at <= last {
                    progress.go_on()?;
                    let left = (last - at).div_euclid(every) + 1;
                    let width = left.min(WIDTH as Micros);
                    let end = at + width * every;
                    // The first and the last stretch are cut where the range is.
                    rows(reader, point, (at, end), (from, to), every, &mut |bucket| {
                        done.rows += 1;
                        table.row(bucket)
                    })?;
                    progress.count(done.rows);
                    at = end;
                    let share = u128::from((at - begin).unsigned_abs()) * u128::from(STEPS);
                    let share = (share / u128::from(span.unsigned_abs())) as u64;
                    progress.reach(ix as u64 * STEPS + share.min(STEPS));
                }
            }
        } else {
            done.wordy += 1;
        }
        done.points += u64::from(done.rows > before);
        progress.reach((ix as u64 + 1) * STEPS);
    }
    table.finish()?;
    Ok(done)
}

/// The stretches of one question. What is asked for begins and ends within the range, so that nothing outside counts.
fn rows(
    reader: &Reader,
    point: &ListedPoint,
    (begin, end): (Micros, Micros),
    (from, to): (Micros, Micros),
    every: Micros,
    row: &mut dyn FnMut(&Bucket) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut ask = |at: Micros, end: Micros, width: usize| -> Result<(), Error> {
        if end <= at || width == 0 {
            return Ok(());
        }
        let points = [point.id];
        let ask = Ask {
            until: to,
            ..Ask::new(&points, at, end, width)
        };
        for series in reader.buckets(&ask)? {
            for bucket in series.buckets.iter().filter(|bucket| bucket.count > 0) {
                row(&Bucket {
                    from: bucket.from.div_euclid(every) * every,
                    ..*bucket
                })?;
            }
        }
        Ok(())
    };
    let (mut at, mut last) = (begin, end);
    if from > at {
        let next = (from.div_euclid(every) + 1) * every;
        ask(from, next.min(to).min(end), 1)?;
        at = next;
    }
    if to < last {
        last = to.div_euclid(every) * every;
    }
    if at < last {
        ask(at, last, ((last - at) / every) as usize)?;
    }
    if to < end {
        ask(last.max(at), to, 1)?;
    }
    Ok(())
}

struct Csv<W: Write> {
    out: BufWriter<W>,
    times: times::Writer,
    line: Vec<u8>,
    before: Vec<u8>,
    keys: Vec<u8>,
}

impl<W: Write> Csv<W> {
    fn new(out: W) -> Result<Self, Error> {
        let mut out = BufWriter::with_capacity(1 << 18, out);
        writeln!(out, "{}\r", COLUMNS.join(",")).map_err(Error::Write)?;
        Ok(Self {
            out,
            times: times::Writer::default(),
            line: Vec::new(),
            before: Vec::new(),
            keys: Vec::new(),
        })
    }
}

impl<W: Write> Table for Csv<W> {
    fn point(&mut self, point: &ListedPoint) {
        let unit = point.desc.unit.as_deref().unwrap_or_default();
        self.before.clear();
        for field in [point.device_name(), point.name(), unit] {
            self.before.push(b',');
            push(&mut self.before, field);
        }
        self.keys.clear();
        for field in [&point.device_desc.key, &point.desc.key] {
            self.keys.push(b',');
            push(&mut self.keys, field);
        }
        self.keys.extend_from_slice(b"\r\n");
    }

    fn row(&mut self, bucket: &Bucket) -> Result<(), Error> {
        let line = &mut self.line;
        line.clear();
        self.times.push(line, bucket.from);
        line.extend_from_slice(&self.before);
        // Writing into a vector does not fail.
        let _ = write!(
            line,
            ",{},{:?},{:?},{:?},",
            bucket.count, bucket.min, bucket.max, bucket.mean
        );
        if bucket.average.is_finite() {
            let _ = write!(line, "{:?}", bucket.average);
        }
        let _ = write!(line, ",{:?}", bucket.last);
        line.extend_from_slice(&self.keys);
        self.out.write_all(line).map_err(Error::Write)
    }

    fn finish(mut self: Box<Self>) -> Result<(), Error> {
        self.out.flush().map_err(Error::Write)
    }
}

struct Parquet<W: Write + Send> {
    writer: SerializedFileWriter<W>,
    points: Vec<(usize, Names)>,
    rows: Vec<Bucket>,
}

impl<W: Write + Send> Parquet<W> {
    fn new(out: W) -> Result<Self, Error> {
        let schema = parse_message_type(SCHEMA).map_err(failed)?;
        let properties = properties().map_err(failed)?;
        Ok(Self {
            writer: SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties)).map_err(failed)?,
            points: Vec::new(),
            rows: Vec::new(),
        })
    }

    /// Writes what is held as a row group.
    fn write(&mut self) -> Result<(), ParquetError> {
        if self.rows.is_empty() {
            return Ok(());
        }
        let rows = &self.rows;
        let mut group = self.writer.next_row_group()?;
        let times: Vec<i64> = rows.iter().map(|row| row.from).collect();
        let named = |of: fn(&Names) -> &parquet::data_type::ByteArray| {
            spread(&self.points, rows.len(), |names| of(names).clone())
        };
        let numbers = |of: fn(&Bucket) -> f64| rows.iter().map(of).collect::<Vec<f64>>();
        required::<Int64Type, W>(&mut group, &times)?;
        required::<ByteArrayType, W>(&mut group, &named(|names| &names.device))?;
        required::<ByteArrayType, W>(&mut group, &named(|names| &names.point))?;
        let units = spread(&self.points, rows.len(), |names| names.unit.clone());
        optional::<ByteArrayType, W>(&mut group, units.into_iter())?;
        let counts: Vec<i64> = rows.iter().map(|row| i64::from(row.count)).collect();
        required::<Int64Type, W>(&mut group, &counts)?;
        required::<DoubleType, W>(&mut group, &numbers(|row| row.min))?;
        required::<DoubleType, W>(&mut group, &numbers(|row| row.max))?;
        required::<DoubleType, W>(&mut group, &numbers(|row| row.mean))?;
        optional::<DoubleType, W>(
            &mut group,
            rows.iter()
                .map(|row| Some(row.average).filter(|average| average.is_finite())),
        )?;
        required::<DoubleType, W>(&mut group, &numbers(|row| row.last))?;
        required::<ByteArrayType, W>(&mut group, &named(|names| &names.device_key))?;
        required::<ByteArrayType, W>(&mut group, &named(|names| &names.point_key))?;
        group.close()?;
        self.rows.clear();
        // The point under way goes on in the next group.
        if let Some((_, names)) = self.points.pop() {
            self.points = vec![(0, names)];
        }
        Ok(())
    }
}

impl<W: Write + Send> Table for Parquet<W> {
    fn point(&mut self, point: &ListedPoint) {
        let row = self.rows.len();
        self.points.retain(|(first, _)| *first < row);
        self.points.push((row, Names::of(point)));
    }

    fn row(&mut self, bucket: &Bucket) -> Result<(), Error> {
        self.rows.push(*bucket);
        if self.rows.len() >= GROUP {
            self.write().map_err(failed)?;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<(), Error> {
        self.write().map_err(failed)?;
        self.writer.close().map_err(failed)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use hearthline_history::{Batch, Store, Synchronous};
    use hearthline_model::{DeviceDesc, HOUR, MINUTE, PointDesc, Quality, Sample, Value};
    use proptest::prelude::*;

    use super::*;
    use crate::{Made, register};

    #[derive(Clone, Default)]
    struct Page(Arc<Mutex<Vec<u8>>>);

    impl Write for Page {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    /// What comes out of these numbers, without the head line.
    fn written(numbers: &[(Micros, f64)], from: Micros, to: Micros, every: Micros) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(&folder.path().join("h.db"), Synchronous::Normal).unwrap();
        let made = Made {
            device: DeviceDesc {
                key: "d".into(),
                name: "Oven".into(),
                ..DeviceDesc::default()
            },
            point: PointDesc {
                key: "t".into(),
                name: "=T".into(),
                kind: Kind::Number,
                ..PointDesc::default()
            },
        };
        let point = register(&mut store, &[made]).unwrap()[0];
        let samples: Vec<Sample> = numbers
            .iter()
            .map(|(at, number)| Sample {
                point,
                at: *at,
                value: Value::Float(*number),
                quality: Quality::Good,
            })
            .collect();
        let batch = Batch {
            samples: &samples,
            ..Batch::default()
        };
        store.append(&batch).unwrap();
        let reader = store.reader().unwrap();
        let listed = reader.catalogue().unwrap();
        let page = Page::default();
        let points: Vec<&ListedPoint> = listed.iter().collect();
        let done = export_aggregates(
            &reader,
            &points,
            from,
            to,
            every,
            Format::Csv,
            page.clone(),
            &Progress::default(),
        )
        .unwrap();
        let text = String::from_utf8(page.0.lock().unwrap().clone()).unwrap();
        let lines: Vec<String> = text.lines().skip(1).map(str::to_owned).collect();
        assert_eq!(lines.len() as u64, done.rows);
        lines
    }

    #[test]
    fn a_stretch_is_told_by_its_begin_with_all_that_it_comes_to() {
        let numbers = [
            (10 * HOUR + MINUTE, 1.0),
            (10 * HOUR + 31 * MINUTE, 3.0),
            (12 * HOUR, 5.0),
        ];
        let lines = written(&numbers, 0, DAY, HOUR);
        assert_eq!(lines.len(), 2);
        assert!(
            lines[0].starts_with("1970-01-01T10:00:00.000000Z,Oven,'=T,,2,1.0,3.0,2.0,"),
            "{}",
            lines[0]
        );
        assert!(lines[0].ends_with(",3.0,d,t"), "{}", lines[0]);
        assert!(lines[1].starts_with("1970-01-01T12:00:00.000000Z"));
    }

    #[test]
    fn stretches_are_cut_where_the_range_is() {
        let numbers: Vec<(Micros, f64)> = (0..240).map(|at| (at * MINUTE, at as f64)).collect();
        let lines = written(&numbers, 30 * MINUTE, 150 * MINUTE, HOUR);
        let counts: Vec<&str> = lines.iter().filter_map(|line| line.split(',').nth(4)).collect();
        assert_eq!(counts, ["30", "60", "30"]);
        assert!(lines[0].starts_with("1970-01-01T00:00:00.000000Z"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn every_number_counts_in_its_own_stretch_and_once(
            times in prop::collection::btree_set(-40_000i64..40_000, 1..120),
            every in 1i64..400,
            from in -40_000i64..30_000,
            length in 1i64..60_000,
        ) {
            let numbers: Vec<(Micros, f64)> = times.iter().map(|at| (at * SECOND, (at * 7 % 31) as f64)).collect();
            let (from, to, every) = (from * SECOND, (from + length) * SECOND, every * SECOND);
            let mut wanted: std::collections::BTreeMap<Micros, Vec<f64>> = std::collections::BTreeMap::new();
            for (at, number) in numbers.iter().filter(|(at, _)| (from..to).contains(at)) {
                wanted.entry(at.div_euclid(every)).or_default().push(*number);
            }
            let lines = written(&numbers, from, to, every);
            prop_assert_eq!(lines.len(), wanted.len());
            for (line, numbers) in lines.iter().zip(wanted.values()) {
                let fields: Vec<&str> = line.split(',').collect();
                let number = |ix: usize| fields[ix].parse::<f64>().unwrap();
                prop_assert_eq!(fields[4].parse::<usize>().unwrap(), numbers.len());
                prop_assert_eq!(number(5), numbers.iter().copied().fold(f64::MAX, f64::min));
                prop_assert_eq!(number(6), numbers.iter().copied().fold(f64::MIN, f64::max));
                let mean = numbers.iter().sum::<f64>() / numbers.len() as f64;
                prop_assert!((number(7) - mean).abs() < 1e-9);
                prop_assert_eq!(number(9), numbers[numbers.len() - 1]);
            }
        }
    }
}
