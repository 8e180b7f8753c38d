//! Every question against the simplest thing that could be right, a list of samples, over small chunks, pages and blocks.

use hearthline_model::{Micros, PointId, Quality, Sample, Value};
use proptest::prelude::*;

use crate::digest::{number, trusted};
use crate::{Ask, Batch, Bucket, Cancel, Edges, Error, Place, Reader, Store, Synchronous};

const POINT: PointId = PointId(7);

#[derive(Clone, Debug)]
enum Step {
    /// Values that follow each other so many microseconds apart.
    Live(Vec<(u8, Value, Quality)>),
    /// Samples of any time so far.
    Late(Vec<(u16, Value, Quality)>),
    /// Some of what came last comes again.
    Again(usize),
    Compact(usize),
    Reopen,
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        6 => (-50i64..50).prop_map(|n| Value::Float(n as f64 / 4.0)),
        2 => (-9i64..9).prop_map(Value::Int),
        1 => any::<bool>().prop_map(Value::Bool),
        1 => "[a-c]{0,2}".prop_map(Value::text),
        1 => Just(Value::Null),
    ]
}

fn quality() -> impl Strategy<Value = Quality> {
    prop_oneof![12 => Just(Quality::Good), 1 => Just(Quality::Stale), 1 => Just(Quality::Uncertain)]
}

fn plain() -> impl Strategy<Value = (Value, Quality)> {
    (-400i64..400).prop_map(|n| (Value::Float(n as f64 / 10.0), Quality::Good))
}

fn sample() -> impl Strategy<Value = (Value, Quality)> {
    (value(), quality())
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let live = |of: BoxedStrategy<(Value, Quality)>| {
        prop::collection::vec((0u8..5, of), 1..250).prop_map(|all| {
            Step::Live(
                all.into_iter()
                    .map(|(gap, (value, quality))| (gap, value, quality))
                    .collect(),
            )
        })
    };
    let late = prop::collection::vec((any::<u16>(), sample()), 1..12).prop_map(|all| {
        Step::Late(
            all.into_iter()
                .map(|(at, (value, quality))| (at, value, quality))
                .collect(),
        )
    });
    let step = prop_oneof![
        5 => live(plain().boxed()),
        2 => live(sample().boxed()),
        2 => late,
        1 => (1usize..40).prop_map(Step::Again),
        4 => (1usize..4).prop_map(Step::Compact),
        1 => Just(Step::Reopen),
    ];
    prop::collection::vec(step, 2..14)
}

struct Both {
    folder: tempfile::TempDir,
    store: Option<Store>,
    /// In order of time, those of one moment in order of arrival, repetitions once.
    list: Vec<Sample>,
    now: Micros,
}

impl Both {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("h.db"), Synchronous::Normal).unwrap();
        Self {
            folder,
            store: Some(store),
            list: Vec::new(),
            now: 1000,
        }
    }

    fn store(&mut self) -> &mut Store {
        self.store.as_mut().unwrap()
    }

    fn append(&mut self, samples: &[Sample]) {
        let at = self.now;
        self.store()
            .append(&Batch {
                samples,
                at,
                ..Batch::default()
            })
            .unwrap();
        for sample in samples {
            if !self.list.contains(sample) {
                let behind = self.list.partition_point(|known| known.at <= sample.at);
                self.list.insert(behind, sample.clone());
            }
        }
    }

    fn run(&mut self, steps: Vec<Step>) {
        let of = |at, value, quality| Sample {
            point: POINT,
            at,
            value,
            quality,
        };
        for step in steps {
            match step {
                Step::Live(values) => {
                    let mut samples = Vec::new();
                    for (gap, value, quality) in values {
                        self.now += i64::from(gap) * 10;
                        samples.push(of(self.now, value, quality));
                    }
                    self.append(&samples);
                }
                Step::Late(values) => {
                    let now = self.now;
                    let samples: Vec<Sample> = values
                        .into_iter()
                        .map(|(at, value, quality)| of(i64::from(at) * now / 65_536, value, quality))
                        .collect();
                    self.append(&samples);
                }
                Step::Again(count) => {
                    let from = self.list.len().saturating_sub(count);
                    let again = self.list[from..].to_vec();
                    if !again.is_empty() {
                        self.append(&again);
                    }
                }
                Step::Compact(rows) => {
                    let now = self.now;
                    self.store().compact(rows, now).unwrap();
                }
                Step::Reopen => {
                    self.store = None;
                    self.store =
                        Some(Store::open(&self.folder.path().join("h.db"), Synchronous::Normal).unwrap());
                }
            }
        }
    }

    fn within(&self, from: Micros, to: Micros) -> &[Sample] {
        let begin = self.list.partition_point(|sample| sample.at < from);
        let end = self.list.partition_point(|sample| sample.at < to);
        &self.list[begin..end.max(begin)]
    }

    /// Integral and length of what is in force.
    fn held(&self, from: Micros, to: Micros) -> (f64, Micros) {
        let mut sums = (0.0, 0);
        for (index, sample) in self.list.iter().enumerate() {
            let next = self.list.get(index + 1).map_or(Micros::MAX, |next| next.at);
            if let Some(value) = number(&sample.value).filter(|_| trusted(sample.quality)) {
                let length = (next.min(to) - sample.at.max(from)).max(0);
                sums = (sums.0 + value * length as f64, sums.1 + length);
            }
        }
        sums
    }

    fn counted(&self, from: Micros, to: Micros, values: Option<f64>) -> (f64, u32) {
        let reading = |sample: &Sample| number(&sample.value).filter(|_| trusted(sample.quality));
        // The base is what is in force, not the last reading before an absence.
        let mut before = self
            .list
            .iter()
            .rfind(|sample| sample.at < from)
            .and_then(reading);
        let (mut total, mut readings) = (0.0, 0);
        for reading in self.within(from, to).iter().filter_map(reading) {
            if let Some(before) = before {
                readings += 1;
                total += match values {
                    _ if reading >= before => reading - before,
                    _ if reading > before * 0.9 => 0.0,
                    Some(values) if before - reading > values / 2.0 && before < values => {
                        reading + values - before
                    }
                    _ => reading.max(0.0),
                };
            }
            before = Some(reading);
        }
        (total, readings)
    }
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-7 * a.abs().max(b.abs()).max(1.0)
}

fn check_bucket(both: &Both, bucket: &Bucket, to: Micros) -> Result<(), TestCaseError> {
    let within = both.within(bucket.from, to);
    let numbers: Vec<f64> = within.iter().filter_map(|sample| number(&sample.value)).collect();
    let absent = within
        .iter()
        .filter(|sample| !trusted(sample.quality) || sample.value.is_null())
        .count();
    prop_assert_eq!(bucket.count as usize, numbers.len());
    prop_assert_eq!(bucket.absent as usize, absent);
    let (integral, held) = both.held(bucket.from, to);
    prop_assert_eq!(bucket.held, held);
    if held > 0 {
        prop_assert!(
            close(bucket.average, integral / held as f64),
            "{} {}",
            bucket.average,
            integral / held as f64
        );
    }
    if let (Some(first), Some(last)) = (numbers.first(), numbers.last()) {
        prop_assert_eq!((bucket.first, bucket.last), (*first, *last));
        prop_assert_eq!(bucket.min, numbers.iter().copied().fold(f64::INFINITY, f64::min));
        prop_assert_eq!(
            bucket.max,
            numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max)
        );
        prop_assert!(close(
            bucket.mean,
            numbers.iter().sum::<f64>() / numbers.len() as f64
        ));
    }
    Ok(())
}

fn check_buckets(
    both: &Both,
    reader: &Reader,
    from: Micros,
    to: Micros,
    width: usize,
) -> Result<(), TestCaseError> {
    for edges in [Edges::Exact, Edges::Near, Edges::Rough] {
        let ask = Ask {
            holding: true,
            ..Ask::new(&[POINT], from, to, width).edges(edges)
        };
        let series = reader.buckets(&ask).unwrap();
        let buckets = &series[0].buckets;
        prop_assert!(buckets.len() <= width);
        let mut count = 0;
        for (index, bucket) in buckets.iter().enumerate() {
            let next = buckets.get(index + 1).map_or(to, |next| next.from);
            count += bucket.count as usize;
            check_bucket(both, bucket, next)?;
            if edges == Edges::Near {
                let span = i128::from(to - from);
                let part = i128::from(bucket.from - from) * width as i128 % span;
                prop_assert!(
                    part.min(span - part) <= span / 2 + width as i128 * 2,
                    "{part} of {span}"
                );
            }
        }
        let numbers = both
            .within(from, to)
            .iter()
            .filter(|sample| number(&sample.value).is_some())
            .count();
        prop_assert_eq!(count, numbers);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn every_question_answers_as_the_list_does(steps in steps(), part in 0.0..1.0f64, share in 0.01..1.0f64, width in prop::sample::select(vec![1usize, 3, 17, 200]), limit in 1usize..90) {
        let mut both = Both::new();
        both.run(steps);
        let end = both.now + 50;
        let from = (end as f64 * part) as i64;
        let to = from + 1 + (end as f64 * share) as i64;
        let reader = both.store().reader().unwrap();
        let expected = both.within(from, to).to_vec();
        prop_assert_eq!(&reader.raw(POINT, from, to, usize::MAX).unwrap(), &expected);
        let (mut place, mut paged) = (Place::from(from), Vec::new());
        loop {
            let page = reader.page(POINT, place, to, limit).unwrap();
            prop_assert!(page.samples.len() <= limit);
            paged.extend(page.samples);
            match page.next {
                Some(next) => place = next,
                None => break,
            }
        }
        prop_assert_eq!(&paged, &expected);
        check_buckets(&both, &reader, from, to, width)?;
        let stats = reader.stats(POINT, from, to).unwrap();
        prop_assert_eq!(stats.count as usize, expected.len());
        prop_assert_eq!(stats.first_at, expected.first().map(|sample| sample.at));
        prop_assert_eq!(stats.last_at, expected.last().map(|sample| sample.at));
        for values in [None, Some(16.0)] {
            let counts = reader.counted(&[POINT], from, to, 1, values).unwrap();
            let (total, readings) = both.counted(from, to, values);
            let got = counts[0].buckets.first().map_or((0.0, 0), |one| (one.total, one.readings));
            prop_assert!(close(got.0, total), "{got:?} {total}");
            prop_assert_eq!(got.1, readings);
            let parts = reader.counted(&[POINT], from, to, width, values).unwrap();
            let sum: f64 = parts[0].buckets.iter().map(|one| one.total).sum();
            prop_assert!(close(sum, total));
        }
        let step = (to - from) / 13 + 1;
        let columns = reader.aligned(&[POINT], from, step, 13).unwrap();
        for (index, value) in columns[0].values.iter().enumerate() {
            let at = from + step * index as i64;
            let in_force = both.list.iter().rfind(|sample| sample.at <= at);
            let known = in_force.filter(|sample| trusted(sample.quality)).map_or(Value::Null, |sample| sample.value.clone());
            prop_assert_eq!(value, &known);
        }
        let runs = reader.states(POINT, from, to, usize::MAX).unwrap();
        prop_assert!(runs.windows(2).all(|pair| pair[0].to == pair[1].from && (&pair[0].value, pair[0].quality) != (&pair[1].value, pair[1].quality)));
        for run in &runs {
            for at in [run.from, run.to - 1] {
                let in_force = both.list.iter().rfind(|sample| sample.at <= at).unwrap();
                prop_assert_eq!((&in_force.value, in_force.quality), (&run.value, run.quality));
            }
        }
        prop_assert!(runs.last().is_none_or(|run| run.to == to));
    }

    /// Counts, extremes and sums stay what they were; only the edges get coarser.
    #[test]
    fn what_is_coarsened_keeps_its_digest(steps in steps(), step in 50i64..2000) {
        let mut both = Both::new();
        both.run(steps);
        let now = both.now;
        while both.store().compact(usize::MAX, now).unwrap().remaining > 0 {}
        let to = now + 10;
        let before = both.store().reader().unwrap().buckets(&Ask::new(&[POINT], 0, to, 1)).unwrap();
        let mut steps_written = 0;
        for length in [step, step * 7] {
            loop {
                let done = both.store().coarsen(POINT, now - 200, length, 3).unwrap();
                steps_written += done.steps;
                if !done.remaining {
                    break;
                }
            }
        }
        let reader = both.store().reader().unwrap();
        let after = reader.buckets(&Ask::new(&[POINT], 0, to, 1)).unwrap();
        prop_assert_eq!(before[0].buckets.len(), after[0].buckets.len());
        for (old, new) in before[0].buckets.iter().zip(&after[0].buckets) {
            prop_assert_eq!((old.min, old.max, old.first, old.last, old.last_at, old.count, old.absent, old.held), (new.min, new.max, new.first, new.last, new.last_at, new.count, new.absent, new.held));
            prop_assert!(close(old.mean, new.mean) && (old.held == 0 || close(old.average, new.average)));
        }
        let count: u32 = reader.query(&[POINT], 0, to, 50).unwrap()[0].buckets.iter().map(|bucket| bucket.count).sum();
        prop_assert_eq!(count, before[0].buckets.iter().map(|bucket| bucket.count).sum::<u32>());
        let page = reader.page(POINT, Place::from(0), to, usize::MAX).unwrap();
        prop_assert_eq!(page.coarse.is_some(), steps_written > 0);
    }

    #[test]
    fn the_ends_of_time_are_no_trouble(times in prop::collection::vec(prop_oneof![any::<i64>(), Just(i64::MIN), Just(i64::MAX)], 1..100), from: i64, to: i64) {
        let mut both = Both::new();
        for (index, at) in times.iter().enumerate() {
            both.append(&[Sample { point: POINT, at: *at, value: Value::Float(index as f64), quality: Quality::Good }]);
        }
        both.store().compact(60, 0).unwrap();
        let reader = both.store().reader().unwrap();
        prop_assert_eq!(reader.raw(POINT, from, to, usize::MAX).unwrap(), both.within(from, to.max(from)).to_vec());
        for (from, to) in [(from, to), (i64::MIN, i64::MAX)] {
            for edges in [Edges::Exact, Edges::Near, Edges::Rough] {
                let series = reader.buckets(&Ask::new(&[POINT], from, to, 9).edges(edges)).unwrap();
                let count: usize = series[0].buckets.iter().map(|bucket| bucket.count as usize).sum();
                prop_assert_eq!(count, if from < to { both.within(from, to).len() } else { 0 });
            }
            reader.counted(&[POINT], from, to, 3, None).unwrap();
            reader.aligned(&[POINT], from, to, 5).unwrap();
            reader.states(POINT, from, to, 100).unwrap();
            reader.stats(POINT, from, to).unwrap();
        }
    }
}

fn day(store: &mut Store, points: u32) {
    for second in 0..4000 {
        let samples: Vec<Sample> = (1..=points)
            .map(|point| Sample {
                point: PointId(point),
                at: second * 1_000_000,
                value: Value::Float((second * 7 % 100) as f64 / 10.0),
                quality: Quality::Good,
            })
            .collect();
        store
            .append(&Batch {
                samples: &samples,
                at: second * 1_000_000,
                ..Batch::default()
            })
            .unwrap();
    }
    while store.compact(500, 0).unwrap().remaining > 0 {}
}

#[test]
fn a_question_reads_no_more_than_its_range_and_a_chart_hardly_any_body() {
    let mut both = Both::new();
    day(both.store(), 1);
    let reader = both.store().reader().unwrap();
    let second = 1_000_000;
    // 4,000 samples in chunks of 64: an hour's worth of 640 of them lies in eleven, and one tells what was before.
    reader
        .query(&[PointId(1)], 1000 * second, 1640 * second, 1)
        .unwrap();
    let cost = reader.cost();
    assert!(cost.heads <= 13, "{cost:?}");
    assert!(cost.bodies <= 3 && cost.pages <= 4, "{cost:?}");
    let ask = Ask::new(&[PointId(1)], 0, 4000 * second, 100);
    reader.buckets(&ask.edges(Edges::Near)).unwrap();
    let near = reader.cost();
    assert_eq!(near.bodies, 0, "{near:?}");
    reader.buckets(&ask).unwrap();
    assert!(reader.cost().bodies > 30, "{:?}", reader.cost());
    reader
        .buckets(&Ask::new(&[PointId(1)], 0, 4000 * second, 3000).edges(Edges::Rough))
        .unwrap();
    assert_eq!(reader.cost().bodies, 0);
    reader.raw(PointId(1), 100 * second, 110 * second, 100).unwrap();
    assert!(
        reader.cost().heads <= 2 && reader.cost().pages <= 1,
        "{:?}",
        reader.cost()
    );
}

#[test]
fn many_points_are_answered_as_each_alone_and_called_off_together() {
    let mut both = Both::new();
    day(both.store(), 9);
    let reader = both.store().reader().unwrap();
    let points: Vec<PointId> = [3, 1, 9, 4, 77, 2].map(PointId).into();
    let all = reader.query(&points, 0, 4_000_000_000, 30).unwrap();
    for (series, point) in all.iter().zip(&points) {
        assert_eq!(series, &reader.query(&[*point], 0, 4_000_000_000, 30).unwrap()[0]);
    }
    assert_eq!(all.len(), points.len());
    let cancel = Cancel::new();
    let watch = reader.watch(&cancel);
    cancel.cancel();
    assert!(matches!(
        reader.query(&points, 0, 4_000_000_000, 30),
        Err(Error::Cancelled)
    ));
    drop(watch);
    assert_eq!(reader.query(&points, 0, 4_000_000_000, 30).unwrap(), all);
}

#[test]
fn a_question_that_is_called_off_ends_and_the_next_one_is_answered() {
    let mut both = Both::new();
    day(both.store(), 1);
    let reader = both.store().reader().unwrap();
    let cancel = Cancel::new();
    {
        let _watch = reader.watch(&cancel);
        assert!(reader.query(&[PointId(1)], 0, i64::MAX, 10).is_ok());
        cancel.cancel();
        assert!(matches!(
            reader.query(&[PointId(1)], 0, i64::MAX, 10),
            Err(Error::Cancelled)
        ));
        assert!(matches!(
            reader.raw(PointId(1), 0, i64::MAX, 10),
            Err(Error::Cancelled)
        ));
    }
    assert!(reader.query(&[PointId(1)], 0, i64::MAX, 10).is_ok());
}

/// A step of compaction writes many points in several transactions; a program killed between two of them must find its way.
#[test]
fn compaction_cut_short_loses_and_doubles_nothing() {
    let mut both = Both::new();
    let points = 700;
    for second in 0..3 {
        let samples: Vec<Sample> = (1..=points)
            .map(|point| Sample {
                point: PointId(point),
                at: second,
                value: Value::Int(second),
                quality: Quality::Good,
            })
            .collect();
        both.store()
            .append(&Batch {
                samples: &samples,
                at: second,
                ..Batch::default()
            })
            .unwrap();
    }
    let all: Vec<PointId> = (1..=points).map(PointId).collect();
    let count = |reader: &Reader| -> u32 {
        let series = reader.query(&all, 0, 10, 1).unwrap();
        series
            .iter()
            .map(|series| series.buckets.iter().map(|bucket| bucket.count).sum::<u32>())
            .sum()
    };
    let reader = both.store().reader().unwrap();
    assert_eq!(count(&reader), 3 * points);
    // The second transaction of the step fails as if the program had been killed before it.
    both.store()
        .connection
        .execute_batch(
            "CREATE TEMP TRIGGER cut BEFORE INSERT ON main.chunks WHEN NEW.point = 600
             BEGIN SELECT RAISE(ABORT, 'killed'); END",
        )
        .unwrap();
    both.store().compact(100, 10).unwrap_err();
    let chunks: i64 = reader
        .connection
        .query_row("SELECT count(*) FROM chunks", (), |row| row.get(0))
        .unwrap();
    assert!(chunks > 0 && chunks < i64::from(points), "{chunks}");
    assert_eq!(count(&reader), 3 * points);
    both.run(vec![Step::Reopen]);
    let reader = both.store().reader().unwrap();
    assert_eq!(count(&reader), 3 * points);
    both.store().compact(1, 10).unwrap();
    assert_eq!(count(&reader), 3 * points);
    assert_eq!(both.store().waiting().unwrap(), (0, 0));
    assert_eq!(reader.info().unwrap().samples, u64::from(3 * points));
}

/// Chunks of a version before are read as they are, whatever overlaps.
#[test]
fn chunks_of_before_are_read_beside_those_of_today() {
    use crate::chunk::Item;
    use crate::legacy::{Class, tests::encode};
    let mut both = Both::new();
    let item = |at, value| Item {
        at,
        value,
        quality: Quality::Good,
        received: None,
    };
    let reals: Vec<Item> = (0..50).map(|n| item(n * 10, Value::Float(n as f64))).collect();
    let nulls: Vec<Item> = (0..5).map(|n| item(n * 100 + 5, Value::Null)).collect();
    for (class, items) in [(Class::Float, &reals), (Class::Other, &nulls)] {
        let body = encode(class, items).unwrap();
        let connection = &both.store().connection;
        connection
            .execute("INSERT INTO bodies (body) VALUES (?)", [&body])
            .unwrap();
        connection
            .execute(
                "INSERT INTO chunks VALUES (?, ?, ?, ?, ?, ?, ?, NULL)",
                (
                    POINT.0,
                    class as i64,
                    items.last().unwrap().at,
                    connection.last_insert_rowid(),
                    items[0].at,
                    items.len() as i64,
                    body.len() as i64,
                ),
            )
            .unwrap();
        for item in items {
            let behind = both.list.partition_point(|known| known.at <= item.at);
            both.list.insert(
                behind,
                Sample {
                    point: POINT,
                    at: item.at,
                    value: item.value.clone(),
                    quality: item.quality,
                },
            );
        }
    }
    // A moment's own order is not kept where one of its samples is in a chunk of before.
    both.now = 403;
    both.run(vec![
        Step::Live(
            (0..30)
                .map(|n| (1, Value::Float(f64::from(n)), Quality::Good))
                .collect(),
        ),
        Step::Compact(9),
    ]);
    let reader = both.store().reader().unwrap();
    assert_eq!(reader.raw(POINT, 0, 2000, 1000).unwrap(), both.within(0, 2000));
    for (from, to) in [(0, 2000), (95, 333), (405, 406)] {
        check_buckets(&both, &reader, from, to, 7).unwrap();
    }
}

/// More late samples than a step may open chunks for wait in the journal, and no question notices.
#[test]
fn many_late_samples_are_worked_off_step_by_step() {
    let mut both = Both::new();
    let of = |at: i64, value: i64| Sample {
        point: POINT,
        at,
        value: Value::Int(value),
        quality: Quality::Good,
    };
    let all: Vec<Sample> = (0..20_000).map(|n| of(n * 10, 1)).collect();
    both.append(&all);
    both.store().compact(10, 0).unwrap();
    // One into nearly each of the more than three hundred chunks of 64.
    let late: Vec<Sample> = (0..312).map(|n| of(n * 640 + 5, 2)).collect();
    both.append(&late);
    let first = both.store().compact(10, 0).unwrap();
    assert_eq!(first.remaining, 1);
    let reader = both.store().reader().unwrap();
    assert_eq!(reader.raw(POINT, 0, 1 << 40, usize::MAX).unwrap(), both.list);
    let mut steps = 0;
    while both.store().compact(10, 0).unwrap().remaining > 0 {
        steps += 1;
        assert!(steps < 20);
    }
    assert_eq!(reader.raw(POINT, 0, 1 << 40, usize::MAX).unwrap(), both.list);
}

/// Texts between numbers end what a number holds, and stay as they are when the numbers become steps.
#[test]
fn what_becomes_steps_does_not_reach_over_what_stays() {
    let mut both = Both::new();
    let mut told = |value: &dyn Fn(i64) -> Value| {
        for index in 0..64 {
            let at = both.now;
            both.append(&[Sample {
                point: POINT,
                at,
                value: value(index),
                quality: Quality::Good,
            }]);
            both.now += 10;
        }
        let now = both.now + hearthline_model::DAY;
        while both.store().compact(usize::MAX, now).unwrap().remaining > 0 {}
    };
    told(&|index| Value::Float(index as f64 / 4.0));
    told(&|index| Value::text(format!("word {index}")));
    told(&|index| Value::Float(index as f64 / 2.0));
    let to = both.now;
    let ask = Ask::new(&[POINT], 0, to, 1);
    let held = |both: &mut Both| both.store().reader().unwrap().buckets(&ask).unwrap()[0].buckets[0].held;
    let before = held(&mut both);
    let done = both
        .store()
        .coarsen(POINT, to, hearthline_model::DAY, 100)
        .unwrap();
    assert!(done.steps > 1, "both runs of numbers became steps");
    assert_eq!(held(&mut both), before);
}
