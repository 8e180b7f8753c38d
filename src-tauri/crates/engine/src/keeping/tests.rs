//! The whole way, as the window goes it: sizes, rules, a cap, a copy, a restore, a damaged file.

use std::path::Path;

use hearthline_history::{Batch, Store, Synchronous};
use hearthline_model::{
    BrokerId, BrokerSettings, DAY, DeviceDesc, KeepRule, KeepScope, KeepSort, Kind, MINUTE, PointDesc,
    Quality, Sample, Value,
};

use super::*;
use crate::view::{SizeOrder, TaskState, TaskView};
use crate::{DATABASE, Engine, Options};

/// A history of two points over some days, as earlier runs left it; gives its samples.
fn lived_in(folder: &Path, days: i64) -> u64 {
    let mut store = Store::open(&folder.join(DATABASE), Synchronous::Normal).unwrap();
    let settings = BrokerSettings {
        enabled: false,
        ..BrokerSettings::default()
    };
    store.save_broker(None, &settings).unwrap();
    store
        .register(|it| {
            let desc = DeviceDesc {
                key: "d".into(),
                name: "Boiler".into(),
                ..DeviceDesc::default()
            };
            let device = it.device(BrokerId(1), &desc, &|_| false)?;
            for (key, name, kind) in [("t", "Flow", Kind::Number), ("s", "State", Kind::Text)] {
                let desc = PointDesc {
                    key: key.into(),
                    name: name.into(),
                    kind,
                    class: (kind == Kind::Number).then(|| "temperature".into()),
                    ..PointDesc::default()
                };
                it.point(device.at, &desc, &|_| false)?;
            }
            Ok(())
        })
        .unwrap();
    let now = clock::now();
    let mut count = 0;
    let mut noise = 1u64;
    for day in (0..days).rev() {
        let samples: Vec<Sample> = (0..1440)
            .flat_map(|minute| {
                noise = noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(99);
                let at = now - day * DAY - minute * MINUTE;
                let sample = |point, value| Sample {
                    point: PointId(point),
                    at,
                    value,
                    quality: Quality::Good,
                };
                [
                    sample(1, Value::Float((noise >> 11) as f64)),
                    sample(2, Value::text(format!("{noise:x}"))),
                ]
            })
            .collect();
        count += samples.len() as u64;
        let batch = Batch {
            samples: &samples,
            at: now - day * DAY,
            ..Batch::default()
        };
        store.append(&batch).unwrap();
    }
    while store.compact(8, now).unwrap().remaining > 0 {}
    count
}

fn start(folder: &Path) -> Engine {
    Engine::start(&Options {
        folder: folder.into(),
    })
    .unwrap()
}

async fn ended(engine: &Engine) -> TaskView {
    loop {
        let task = engine.keeping().await.unwrap().task;
        if let Some(task) = task.filter(|task| task.state != TaskState::Running) {
            return task;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_is_told_sizes_and_a_forecast() {
    let folder = tempfile::tempdir().unwrap();
    let count = lived_in(folder.path(), 20);
    let engine = start(folder.path());
    let storage = engine.storage().await.unwrap();
    assert_eq!((storage.samples, storage.points), (count, 2));
    assert!(storage.bytes > 0 && storage.bytes_a_day > 0.0 && storage.shrinks);
    assert!((storage.samples_a_day - 2880.0).abs() < 300.0, "{storage:?}");
    assert!(storage.disk_free.is_some() && storage.full_in_days.is_some());
    let list = engine
        .point_sizes(SizeOrder::Bytes, true, String::new(), 0, 10)
        .await
        .unwrap();
    assert_eq!(list.total, 2);
    assert_eq!(list.rows[0].device_name, "Boiler");
    assert!(list.rows[0].bytes >= list.rows[1].bytes);
    let found = engine
        .point_sizes(SizeOrder::Name, false, "boiler, fl".into(), 0, 10)
        .await
        .unwrap();
    assert_eq!((found.total, found.rows[0].name.as_str()), (1, "Flow"));
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_are_kept_previewed_and_held() {
    let folder = tempfile::tempdir().unwrap();
    let count = lived_in(folder.path(), 60);
    let engine = start(folder.path());
    let rule = |sort, days| KeepRule {
        scope: KeepScope::Sort { sort },
        keep: Keep {
            raw_days: Some(days),
            then: None,
        },
    };
    let rules = Retention {
        rules: vec![rule(KeepSort::Numbers, 20), rule(KeepSort::Texts, 365)],
        cap: None,
    };
    let preview = engine.preview_retention(rules.clone()).await.unwrap();
    assert_eq!(preview.points, 1);
    assert!(preview.samples > count / 8);
    engine.save_retention(rules.clone()).await.unwrap();
    assert_eq!(engine.keeping().await.unwrap().retention, rules);
    let wrong = Retention {
        cap: Some(1),
        ..Retention::default()
    };
    assert!(engine.save_retention(wrong).await.is_err());
    engine.stop().await;

    let mut store = Store::open(&folder.path().join(DATABASE), Synchronous::Normal).unwrap();
    let mut keeper = store.keeper().unwrap();
    let now = clock::now();
    let kept = read_retention(&keeper).unwrap();
    let gone = apply_rules(&mut keeper, &kept, now, &|| true).unwrap();
    assert_eq!(gone, preview.samples);
    let reader = store.reader().unwrap();
    let numbers = reader.raw(PointId(1), 0, i64::MAX, usize::MAX).unwrap();
    assert!(numbers[0].at <= now - 20 * DAY && numbers[0].at > now - 40 * DAY);
    let texts = reader.raw(PointId(2), 0, i64::MAX, usize::MAX).unwrap();
    assert_eq!(texts.len() as u64, count / 2);
    store.glance().unwrap();
}

#[test]
fn a_cap_is_held_from_the_oldest_day_on_and_spares_the_last_ones() {
    let folder = tempfile::tempdir().unwrap();
    lived_in(folder.path(), 80);
    let store = Store::open(&folder.path().join(DATABASE), Synchronous::Normal).unwrap();
    let mut keeper = store.keeper().unwrap();
    let now = clock::now();
    let used = keeper.space().unwrap().used();
    assert!(!hold_cap(&mut keeper, used, now, &|| true).unwrap());
    assert!(!hold_cap(&mut keeper, used / 2, now, &|| true).unwrap());
    let after = keeper.space().unwrap().used();
    assert!(after <= used / 2 && after > used / 4, "{used} became {after}");
    assert!(
        hold_cap(&mut keeper, 1000, now, &|| true).unwrap(),
        "told that it cannot be met"
    );
    let reader = store.reader().unwrap();
    for point in [PointId(1), PointId(2)] {
        let week = reader.raw(point, now - 7 * DAY, i64::MAX, usize::MAX).unwrap();
        assert!(week.len() >= 7 * 1440 - 1, "{}", week.len());
    }
    give_back(&mut keeper, &|| true).unwrap();
    assert!(keeper.space().unwrap().free <= SPARE);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_is_made_and_put_in_place_again() {
    let folder = tempfile::tempdir().unwrap();
    let copies = tempfile::tempdir().unwrap();
    let count = lived_in(folder.path(), 5);
    let engine = start(folder.path());
    engine.back_up(copies.path().into()).unwrap();
    let task = ended(&engine).await;
    assert_eq!(task.state, TaskState::Done, "{}", task.text);
    let copy = std::fs::read_dir(copies.path())
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let view = engine.inspect_backup(copy.clone()).await.unwrap();
    assert_eq!((view.devices, view.points), (1, 2));
    assert!(engine.back_up(copies.path().join("nowhere")).is_err());
    let text = copies.path().join("letter.txt");
    std::fs::write(&text, "Dear all").unwrap();
    assert!(engine.inspect_backup(text.clone()).await.is_err());
    engine.restore(text).unwrap();
    assert_eq!(ended(&engine).await.state, TaskState::Failed);
    engine.stop().await;

    // Everything is lost but the copy.
    let path = folder.path().join(DATABASE);
    std::fs::remove_file(&path).unwrap();
    let engine = start(folder.path());
    assert_eq!(engine.storage().await.unwrap().samples, 0);
    engine.restore(copy).unwrap();
    let task = ended(&engine).await;
    assert_eq!(
        (task.state, task.restart),
        (TaskState::Done, true),
        "{}",
        task.text
    );
    engine.stop().await;
    let engine = start(folder.path());
    let storage = engine.storage().await.unwrap();
    assert_eq!(storage.samples, count);
    assert_eq!(storage.aside.len(), 1, "the file from before is kept");
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_daily_copy_is_made_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let copies = tempfile::tempdir().unwrap();
    lived_in(folder.path(), 2);
    for day in 1..5 {
        std::fs::write(
            copies.path().join(format!("hearthline-daily-2020-01-0{day}.db")),
            "old",
        )
        .unwrap();
    }
    let engine = start(folder.path());
    let path = copies.path().display().to_string();
    assert!(
        engine
            .save_backup_plan("/no/such/folder".into(), true, 3)
            .await
            .is_err()
    );
    engine.save_backup_plan(path, true, 3).await.unwrap();
    let plan = loop {
        let plan = engine.keeping().await.unwrap().backup;
        if plan.last_at.is_some() {
            break plan;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    assert!(!plan.failed, "{}", plan.last_text);
    let mut names: Vec<String> = std::fs::read_dir(copies.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names.len(), 3, "{names:?}");
    assert_eq!(names[0], "hearthline-daily-2020-01-03.db");
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_file_is_set_aside_and_the_start_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let count = lived_in(folder.path(), 10);
    let path = folder.path().join(DATABASE);
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[..100].fill(0xee);
    std::fs::write(&path, bytes).unwrap();
    let engine = start(folder.path());
    while engine.storage().await.unwrap().samples < count {
        engine.inner_keeping().changed();
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let repair = loop {
        let repair = engine.keeping().await.unwrap().repair.unwrap();
        if repair.done {
            break repair;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert!(
        repair.text.contains("1 device, ") && repair.text.contains("Nothing that was compressed is lost")
    );
    while engine.status().repair != repair.text {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(Path::new(&repair.aside).exists());
    engine.repair_seen().await.unwrap();
    assert!(engine.status().repair.is_empty());
    engine.stop().await;
    let engine = start(folder.path());
    assert!(engine.status().repair.is_empty());
    assert_eq!(engine.storage().await.unwrap().samples, count);
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_finds_damage_and_the_next_start_mends_it() {
    let folder = tempfile::tempdir().unwrap();
    // More chunks than a glance looks at.
    let count = lived_in(folder.path(), 120);
    let engine = start(folder.path());
    engine.check_history().unwrap();
    assert!(engine.check_history().is_err() || ended(&engine).await.state == TaskState::Done);
    let task = ended(&engine).await;
    assert_eq!(
        (task.state, task.restart),
        (TaskState::Done, false),
        "{}",
        task.text
    );
    engine.stop().await;

    let path = folder.path().join(DATABASE);
    break_a_chunk(&path);
    let engine = start(folder.path());
    assert!(engine.status().repair.is_empty(), "nobody reads that at a start");
    engine.check_history().unwrap();
    let task = ended(&engine).await;
    assert_eq!(
        (task.state, task.restart),
        (TaskState::Failed, true),
        "{}",
        task.text
    );
    engine.stop().await;
    let engine = start(folder.path());
    let repair = loop {
        let repair = engine.keeping().await.unwrap().repair.unwrap();
        if repair.done {
            break repair;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert!(repair.text.contains("Lost: samples of "), "{}", repair.text);
    let left = engine.storage().await.unwrap().samples;
    assert!(left < count && left > count / 2, "{left} of {count}");
    engine.stop().await;
}

/// Makes the first chunk say something else than its summary.
fn break_a_chunk(path: &Path) {
    let plain = rusqlite::Connection::open(path).unwrap();
    let changed = plain
        .execute(
            "UPDATE bodies SET body = (SELECT body FROM bodies ORDER BY id LIMIT 1 OFFSET 1)
             WHERE id = (SELECT min(id) FROM bodies)",
            (),
        )
        .unwrap();
    assert_eq!(changed, 1);
}
