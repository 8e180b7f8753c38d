//! The store against the simplest thing that could be right: a list of samples.

use hearthline_history::{Batch, Bucket, Store, Synchronous};
use hearthline_model::{Micros, PointId, Quality, Sample, Value};
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Step {
    Append(Vec<Sample>),
    Compact(usize),
    Reopen,
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => (-50i64..50).prop_map(|n| Value::Float(n as f64 / 4.0)),
        2 => (-9i64..9).prop_map(Value::Int),
        1 => any::<bool>().prop_map(Value::Bool),
        1 => "[a-c]{0,3}".prop_map(Value::text),
        1 => Just(Value::Null),
    ]
}

fn sample() -> impl Strategy<Value = Sample> {
    let quality = prop_oneof![5 => Just(Quality::Good), 1 => Just(Quality::Stale)];
    (1u32..4, 0i64..1000, value(), quality).prop_map(|(point, at, value, quality)| Sample {
        point: PointId(point),
        at,
        value,
        quality,
    })
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => prop::collection::vec(sample(), 1..30).prop_map(Step::Append),
        2 => (1usize..4).prop_map(Step::Compact),
        1 => Just(Step::Reopen),
    ]
}

/// What the list holds of a point in `from..to`: in order of time, each repetition once.
fn naive(all: &[Sample], point: PointId, from: Micros, to: Micros) -> Vec<Sample> {
    let mut kept: Vec<Sample> = Vec::new();
    for sample in all
        .iter()
        .filter(|sample| sample.point == point && sample.at >= from && sample.at < to)
    {
        if !kept.contains(sample) {
            kept.push(sample.clone());
        }
    }
    kept.sort_by_key(|sample| sample.at);
    kept
}

/// Order among samples of one moment is not promised.
fn sorted(mut samples: Vec<Sample>) -> Vec<String> {
    samples.sort_by_key(|sample| sample.at);
    let mut lines: Vec<String> = samples
        .iter()
        .map(|sample| format!("{:06} {sample:?}", sample.at))
        .collect();
    lines.sort();
    lines
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn every_sample_is_found_whatever_was_compacted(steps in prop::collection::vec(step(), 1..14), from in 0i64..900, span in 1i64..1000) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("h.db");
        let mut store = Store::open(&path, Synchronous::Normal).unwrap();
        let mut all = Vec::new();
        for step in steps {
            match step {
                Step::Append(samples) => {
                    store.append(&Batch { samples: &samples, at: 1000, ..Batch::default() }).unwrap();
                    all.extend(samples);
                }
                Step::Compact(rows) => {
                    store.compact(rows, 1000).unwrap();
                }
                Step::Reopen => {
                    drop(store);
                    store = Store::open(&path, Synchronous::Normal).unwrap();
                }
            }
        }
        let reader = store.reader().unwrap();
        let to = from + span;
        for point in (1..4).map(PointId) {
            let expected = naive(&all, point, from, to);
            prop_assert_eq!(sorted(reader.raw(point, from, to, usize::MAX).unwrap()), sorted(expected.clone()));
            let some = reader.raw(point, from, to, 5).unwrap();
            prop_assert_eq!(
                some.iter().map(|sample| sample.at).collect::<Vec<_>>(),
                expected.iter().take(5).map(|sample| sample.at).collect::<Vec<_>>()
            );
        }
        let before: Vec<_> = reader.latest(1000).unwrap().into_iter().map(|sample| (sample.point, sample.at)).collect();
        let mut newest: Vec<_> = (1..4)
            .map(PointId)
            .filter_map(|point| all.iter().filter(|sample| sample.point == point).map(|sample| (point, sample.at)).max())
            .collect();
        newest.sort_unstable();
        prop_assert_eq!(before, newest);
        while store.compact(2, 1000).unwrap().remaining > 0 {}
        for width in [1usize, 7, 100] {
            for series in reader.query(&[PointId(1), PointId(2), PointId(3)], from, to, width).unwrap() {
                prop_assert!(series.buckets.len() <= width);
                let numbers: Vec<_> = naive(&all, series.point, from, to)
                    .into_iter()
                    .filter_map(|sample| Some((sample.at, sample.value.as_f64()?)))
                    .collect();
                let count: u32 = series.buckets.iter().map(|bucket| bucket.count).sum();
                prop_assert_eq!(count as usize, numbers.len());
                for (ix, bucket) in series.buckets.iter().enumerate() {
                    let end = series.buckets.get(ix + 1).map_or(to, |next| next.from);
                    let within: Vec<f64> = numbers.iter().filter(|(at, _)| *at >= bucket.from && *at < end).map(|(_, n)| *n).collect();
                    same(bucket, &within)?;
                }
            }
        }
        for point in (1..4).map(PointId) {
            let stats = reader.stats(point, from, to).unwrap();
            prop_assert_eq!(stats.count as usize, naive(&all, point, from, to).len());
            let runs = reader.states(point, from, to, usize::MAX).unwrap();
            prop_assert!(runs.windows(2).all(|pair| pair[0].to == pair[1].from));
            prop_assert!(runs.last().is_none_or(|run| run.to == to));
            let earlier = naive(&all, point, Micros::MIN, from + 1);
            prop_assert_eq!(runs.first().is_some_and(|run| run.from == from), !earlier.is_empty());
        }
    }
}

fn same(bucket: &Bucket, numbers: &[f64]) -> Result<(), TestCaseError> {
    prop_assert_eq!(bucket.count as usize, numbers.len());
    prop_assert_eq!(bucket.min, numbers.iter().copied().fold(f64::INFINITY, f64::min));
    prop_assert_eq!(
        bucket.max,
        numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max)
    );
    let mean = numbers.iter().sum::<f64>() / numbers.len() as f64;
    prop_assert!((bucket.mean - mean).abs() < 1e-9);
    Ok(())
}
