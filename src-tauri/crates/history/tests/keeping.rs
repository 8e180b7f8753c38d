//! Sizes, space given back, retention, checks and copies, on real files.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::Path;

use hearthline_history::{
    Batch, Cancel, Checking, Due, Error, Keeper, Store, Synchronous, due, inspect, next_cut, stage,
    take_staged,
};
use hearthline_model::{Coarse, DAY, Keep, MINUTE, Micros, PointId, Quality, SECOND, Sample, Value};
use proptest::prelude::*;

const NOW: Micros = 1000 * DAY;

/// Appends a sample a step for each point and makes chunks of them.
fn fill(store: &mut Store, points: u32, from: Micros, to: Micros, step: Micros) -> u64 {
    let mut samples = Vec::new();
    let mut random = 1u64;
    let mut at = from;
    let mut count = 0;
    while at < to {
        for point in 1..=points {
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            samples.push(Sample {
                point: PointId(point),
                at,
                value: Value::Float((random >> 20) as f64),
                quality: Quality::Good,
            });
        }
        at += step;
        if samples.len() > 20_000 || at >= to {
            count += samples.len() as u64;
            let batch = Batch {
                samples: &samples,
                at,
                ..Batch::default()
            };
            store.append(&batch).unwrap();
            samples.clear();
        }
    }
    while store.compact(16, NOW).unwrap().remaining > 0 {}
    count
}

fn open(path: &Path) -> Store {
    Store::open(path, Synchronous::Normal).unwrap()
}

fn all(keeper: &mut Keeper, due: Due) -> u64 {
    let mut samples = 0;
    loop {
        let done = keeper.step(due).unwrap();
        samples += done.samples;
        if !done.more {
            return samples;
        }
    }
}

/// Overwrites a page of the older chunks.
fn damage(path: &Path) {
    let plain = rusqlite::Connection::open(path).unwrap();
    let pages: Vec<u64> = plain
        .prepare("SELECT pageno FROM dbstat WHERE name = 'bodies' ORDER BY pageno")
        .unwrap()
        .query_map((), |row| Ok(row.get::<_, i64>(0)? as u64))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    drop(plain);
    let mut bytes = std::fs::read(path).unwrap();
    let at = (pages[pages.len() / 8] as usize - 1) * 4096;
    bytes[at..at + 4096].fill(7);
    std::fs::write(path, bytes).unwrap();
}

#[test]
fn sizes_are_told_by_point_and_come_from_the_index_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("h.db");
    let mut store = open(&path);
    let count = fill(&mut store, 3, NOW - 20 * DAY, NOW, 5 * MINUTE);
    let reader = store.reader().unwrap();
    let sizes = reader.sizes(NOW).unwrap();
    assert_eq!(sizes.samples(), count);
    assert_eq!(sizes.points.len(), 3);
    assert_eq!(sizes.oldest(), Some(NOW - 20 * DAY));
    let point = sizes.points[0];
    assert_eq!(point.samples, count / 3);
    assert!(point.bytes > point.samples, "{point:?}");
    let (samples, bytes) = point.a_day(sizes.window(NOW));
    assert!((samples - 288.0).abs() < 8.0, "{samples}");
    assert!(bytes > samples);
    let space = reader.space().unwrap();
    assert!(space.shrinks && space.used() > sizes.bytes() && space.file > 0);
    let plain = rusqlite::Connection::open(&path).unwrap();
    let found: String = plain
        .query_row(
            "EXPLAIN QUERY PLAN SELECT point, class, ends, begins, count, bytes, length(head) FROM chunks",
            (),
            |row| row.get(3),
        )
        .unwrap();
    assert!(found.contains("COVERING INDEX chunks_by_size"), "{found}");
}

#[test]
fn what_is_dropped_makes_the_file_smaller() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("h.db");
    let mut store = open(&path);
    let count = fill(&mut store, 4, NOW - 100 * DAY, NOW, 2 * MINUTE);
    let mut keeper = store.keeper().unwrap();
    keeper.write_back().unwrap();
    let before = std::fs::metadata(&path).unwrap().len();
    let held = keeper.sizes(NOW).unwrap();
    let keep = |_| Keep {
        raw_days: Some(30),
        then: None,
    };
    let plan = due(&held.points, keep, NOW);
    assert_eq!(plan.len(), 4);
    let mut dropped = 0;
    for piece in plan {
        dropped += all(&mut keeper, piece);
    }
    assert!(dropped > count * 5 / 10 && dropped <= count * 7 / 10, "{dropped}");
    assert!(due(&keeper.sizes(NOW).unwrap().points, keep, NOW).is_empty());
    while keeper.give_back(64, 16).unwrap() {}
    keeper.write_back().unwrap();
    let after = std::fs::metadata(&path).unwrap().len();
    assert!(after < before / 2, "{before} bytes became {after}");
    assert!(keeper.space().unwrap().free <= 16);
    let left = store
        .reader()
        .unwrap()
        .raw(PointId(1), 0, NOW, usize::MAX)
        .unwrap();
    let oldest = left[0].at;
    assert!(oldest <= NOW - 30 * DAY, "kept at least as long as asked");
    assert_eq!(left.len() as i64, (NOW - oldest) / (2 * MINUTE), "without a gap");
}

#[test]
fn numbers_become_sums_and_the_sums_go_in_their_time() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(&folder.path().join("h.db"));
    let count = fill(&mut store, 1, NOW - 40 * DAY, NOW, 20 * SECOND);
    let mut keeper = store.keeper().unwrap();
    let keep = |_| Keep {
        raw_days: Some(10),
        then: Some(Coarse {
            step: 900,
            days: Some(30),
        }),
    };
    let before = keeper.sizes(NOW).unwrap();
    let plan = due(&before.points, keep, NOW);
    assert!(
        matches!(
            plan[..],
            [
                Due::Drop { .. },
                Due::Sum {
                    step: 900_000_000,
                    ..
                }
            ]
        ),
        "{plan:?}"
    );
    let going = store.reader().unwrap().preview(&plan).unwrap();
    assert_eq!((going.dropped, going.summed), (1, 1));
    for piece in plan {
        all(&mut keeper, piece);
    }
    let after = keeper.sizes(NOW).unwrap();
    let (was, is) = (before.points[0], after.points[0]);
    assert!(is.samples < was.samples && is.summed > was.samples / 3, "{is:?}");
    assert!(is.bytes < was.bytes / 2, "{was:?} became {is:?}");
    let reader = store.reader().unwrap();
    let week = &reader
        .query(&[PointId(1)], NOW - 29 * DAY, NOW - 20 * DAY, 9)
        .unwrap()[0];
    assert_eq!(week.buckets.len(), 9, "a chart of what was summed up");
    let raw = reader.raw(PointId(1), NOW - 10 * DAY, NOW, usize::MAX).unwrap();
    assert_eq!(raw.len() as u64, count / 4, "every sample of the last days");
    // Steps lie in shorter chunks, of which some more are old enough at once.
    for piece in due(&after.points, keep, NOW) {
        all(&mut keeper, piece);
    }
    let after = keeper.sizes(NOW).unwrap();
    assert_eq!(due(&after.points, keep, NOW), []);
    assert!(
        due(&after.points, keep, NOW + 30 * DAY)
            .iter()
            .any(|piece| matches!(piece, Due::Drop { .. }))
    );
}

#[test]
fn what_says_little_is_not_summed_up() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(&folder.path().join("h.db"));
    fill(&mut store, 1, NOW - 400 * DAY, NOW, 10 * MINUTE);
    let keeper = store.keeper().unwrap();
    let keep = |step| {
        move |_| Keep {
            raw_days: Some(10),
            then: Some(Coarse { step, days: None }),
        }
    };
    let held = keeper.sizes(NOW).unwrap().points;
    assert!(due(&held, keep(60), NOW).is_empty());
    assert_eq!(due(&held, keep(86_400), NOW).len(), 1);
}

#[test]
fn a_file_from_before_is_made_to_shrink() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("h.db");
    {
        // As an earlier version made it: the layout was the same but for the mode.
        let old = rusqlite::Connection::open(&path).unwrap();
        old.execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE x (a); DROP TABLE x;")
            .unwrap();
    }
    let mut store = open(&path);
    let count = fill(&mut store, 2, NOW - 50 * DAY, NOW, MINUTE);
    assert!(!store.shrinks().unwrap());
    let mut keeper = store.keeper().unwrap();
    all(
        &mut keeper,
        Due::Drop {
            point: PointId(1),
            before: NOW,
        },
    );
    assert!(!keeper.give_back(1000, 0).unwrap());
    assert!(keeper.space().unwrap().free > 100);
    store.make_shrinkable().unwrap();
    assert!(store.shrinks().unwrap());
    assert_eq!(keeper.space().unwrap().free, 0);
    let reader = store.reader().unwrap();
    let left = reader.raw(PointId(2), 0, NOW, usize::MAX).unwrap();
    assert_eq!(left.len() as u64, count / 2);
}

#[test]
fn a_full_check_finds_what_no_one_else_would() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("h.db");
    {
        let mut store = open(&path);
        let count = fill(&mut store, 2, NOW - 10 * DAY, NOW, MINUTE);
        let mut seen = Vec::new();
        let checked = store
            .reader()
            .unwrap()
            .check(&Cancel::new(), &mut |at| seen.push(at))
            .unwrap()
            .unwrap();
        assert!(checked.sound());
        assert_eq!(checked.samples, count);
        assert_eq!(seen[0], Checking::Structure);
        assert!(seen.len() > 2);
        let given_up = Cancel::new();
        let flag = given_up.clone();
        let answer = store.reader().unwrap().check(&given_up, &mut |at| {
            if matches!(at, Checking::Records { .. }) {
                flag.cancel();
            }
        });
        assert_eq!(answer.unwrap(), None);
    }
    let wrong = rusqlite::Connection::open(&path).unwrap();
    wrong
        .execute(
            "UPDATE bodies SET body = (SELECT body FROM bodies WHERE id = 2) WHERE id = 1",
            (),
        )
        .unwrap();
    drop(wrong);
    let store = open(&path);
    let checked = store
        .reader()
        .unwrap()
        .check(&Cancel::new(), &mut |_| {})
        .unwrap()
        .unwrap();
    assert!(!checked.sound());
    assert_eq!((checked.structure.len(), checked.broken), (0, 1));
}

#[test]
fn a_run_that_did_not_end_well_is_looked_at_more_closely() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("h.db");
    {
        let mut store = open(&path);
        fill(&mut store, 2, NOW - 30 * DAY, NOW, MINUTE);
        store.glance().unwrap();
        store.mark_closed().unwrap();
    }
    // A page in the middle: no one reads it at a start.
    damage(&path);
    let mut store = open(&path);
    store.glance().unwrap();
    store.mark_open().unwrap();
    assert!(matches!(store.glance(), Err(Error::Damaged(_))));
}

#[test]
fn a_copy_of_the_living_file_is_one_moment_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("h.db");
    let copy = folder.path().join("copy with % and ?.db");
    let mut store = open(&path);
    let count = fill(&mut store, 2, NOW - 60 * DAY, NOW, MINUTE);
    let reader = store.reader().unwrap();
    let mut steps = 0;
    let never = Cancel::new();
    let bytes = reader
        .back_up(&copy, &never, &mut |done, total| {
            assert!(done <= total && total > 0);
            steps += 1;
            // Ingest goes on beside it.
            let sample = Sample {
                point: PointId(9),
                at: NOW + steps * SECOND,
                value: Value::Int(steps),
                quality: Quality::Good,
            };
            let batch = Batch {
                samples: &[sample],
                at: NOW,
                ..Batch::default()
            };
            store.append(&batch).unwrap();
        })
        .unwrap()
        .unwrap();
    assert!(steps >= 2, "in steps");
    assert_eq!(bytes, std::fs::metadata(&copy).unwrap().len());
    assert!(!folder.path().join("copy with % and ?.db.part").exists());
    assert!(!folder.path().join("copy with % and ?.db-wal").exists());
    let info = inspect(&copy).unwrap();
    assert_eq!(info.bytes, bytes);
    assert_eq!(info.newest, Some(NOW - MINUTE));
    let copied = open(&copy).reader().unwrap().info().unwrap();
    assert_eq!(copied.samples, count);
    assert_eq!(
        store.reader().unwrap().info().unwrap().samples,
        count + steps as u64
    );

    // Nothing is written over, and nothing is left of what was given up.
    assert!(matches!(
        reader.back_up(&copy, &never, &mut |_, _| {}),
        Err(Error::Copy { .. })
    ));
    let other = folder.path().join("other.db");
    let given_up = Cancel::new();
    given_up.cancel();
    assert_eq!(reader.back_up(&other, &given_up, &mut |_, _| {}).unwrap(), None);
    assert!(!other.exists() && !folder.path().join("other.db.part").exists());
    let nowhere = folder.path().join("no such folder/x.db");
    assert!(reader.back_up(&nowhere, &never, &mut |_, _| {}).is_err());
}

#[test]
fn a_copy_is_put_in_place_at_the_next_start_and_the_file_before_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("h.db");
    let copy = folder.path().join("copy.db");
    let never = Cancel::new();
    {
        let mut store = open(&path);
        fill(&mut store, 1, NOW - 2 * DAY, NOW - DAY, MINUTE);
        let reader = store.reader().unwrap();
        reader.back_up(&copy, &never, &mut |_, _| {}).unwrap();
        fill(&mut store, 1, NOW - DAY, NOW, MINUTE);
        assert!(stage(&copy, &path, &never, &mut |_, _| {}).unwrap());
    }
    let aside = take_staged(&path, "2026-11-24").unwrap().unwrap();
    assert_eq!(aside, folder.path().join("h.before-restore-2026-11-24.db"));
    assert_eq!(open(&path).reader().unwrap().info().unwrap().samples, 1440);
    assert_eq!(open(&aside).reader().unwrap().info().unwrap().samples, 2880);
    assert_eq!(take_staged(&path, "2026-11-24").unwrap(), None);
}

#[test]
fn what_is_no_copy_is_not_put_in_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("h.db");
    let never = Cancel::new();
    let refused = |bytes: &[u8]| {
        let other = folder.path().join("other.db");
        std::fs::write(&other, bytes).unwrap();
        let error = stage(&other, &path, &never, &mut |_, _| {})
            .unwrap_err()
            .to_string();
        assert!(error.contains("cannot be restored"), "{error}");
    };
    refused(b"no database at all");
    refused(&[]);
    let mut store = open(&path);
    fill(&mut store, 2, NOW - 10 * DAY, NOW, MINUTE);
    drop(store);
    damage(&path);
    refused(&std::fs::read(&path).unwrap());
    let other = folder.path().join("foreign.db");
    rusqlite::Connection::open(&other)
        .unwrap()
        .execute_batch("CREATE TABLE states (a)")
        .unwrap();
    let error = inspect(&other).unwrap_err().to_string();
    assert!(error.contains("no history of Hearthline"), "{error}");
    assert_eq!(take_staged(&path, "x").unwrap(), None);
}

#[test]
fn the_cap_takes_whole_days_from_the_oldest_on_and_never_the_last_ones() {
    let day = |n: i64| n * DAY + 5;
    assert_eq!(
        next_cut([day(3), day(9), day(500)].into_iter(), NOW),
        Some(4 * DAY)
    );
    assert_eq!(next_cut([NOW - 3 * DAY].into_iter(), NOW), None);
    assert_eq!(next_cut(std::iter::empty(), NOW), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn whatever_the_rules_nothing_younger_than_asked_goes(
        days in prop::collection::vec(prop::option::of(1u32..40), 3),
        steps in prop::collection::vec((1i64..50, 1u32..4), 1..30),
        kills in prop::collection::vec(any::<bool>(), 12),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("h.db");
        let mut store = open(&path);
        let mut all: Vec<Sample> = Vec::new();
        for (age, point) in steps {
            let samples: Vec<Sample> = (0..20)
                .map(|n| Sample {
                    point: PointId(point),
                    at: NOW - age * DAY + n * MINUTE,
                    value: Value::Int(n),
                    quality: Quality::Good,
                })
                .collect();
            store.append(&Batch { samples: &samples, at: NOW, ..Batch::default() }).unwrap();
            store.compact(usize::MAX, NOW).unwrap();
            all.extend(samples);
        }
        let keep = |point: PointId| Keep { raw_days: days[point.0 as usize - 1], then: None };
        for kill in kills {
            let mut keeper = store.keeper().unwrap();
            let held = keeper.sizes(NOW).unwrap().points;
            for piece in due(&held, keep, NOW) {
                keeper.step(piece).unwrap();
                if kill {
                    break;
                }
            }
        }
        let reader = store.reader().unwrap();
        for point in 1..4 {
            let held = reader.raw(PointId(point), 0, NOW, usize::MAX).unwrap();
            for sample in all.iter().filter(|sample| sample.point.0 == point) {
                let young = days[point as usize - 1].is_none_or(|days| sample.at >= NOW - i64::from(days) * DAY);
                prop_assert!(!young || held.contains(sample));
            }
        }
    }
}
