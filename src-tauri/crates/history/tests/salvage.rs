//! Files damaged on purpose, each in a way that disks and power cuts do it.

#![allow(clippy::unwrap_used)]

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{Seek, SeekFrom, Write};
use std::sync::OnceLock;

use hearthline_model::{
    BrokerId, BrokerSettings, DeviceDesc, HOUR, PlaceKind, PointDesc, Quality, Realm, SECOND, Sample, Value,
};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use hearthline_history::{Batch, Cancel, Error, Salvage, Salvaged, Store, Synchronous, set_aside};
use hearthline_model::{Micros, PointId};
use std::path::Path;

const POINTS: u32 = 6;
/// Samples of a point in a batch.
const PER: i64 = 700;
const NOW: Micros = 2_000_000 * SECOND;

/// Hardly to be compressed, so that a chunk goes over several pages as real ones do.
fn value(point: u32, n: i64) -> Value {
    let mut noise = (n * 10 + i64::from(point)).wrapping_mul(-0x61c8_8646_80b5_83eb);
    noise = (noise ^ (noise >> 30)).wrapping_mul(-0x40a7_b892_e31b_1a47);
    noise = (noise ^ (noise >> 27) & 0x1f_ffff_ffff).wrapping_mul(-0x6b2f_b644_ecce_ee15) >> 34;
    match point % 3 {
        0 => Value::Bool(noise % 7 == 0),
        1 => Value::Int(noise % 1_000_000),
        _ => Value::Float(noise as f64 / 8.0),
    }
}

/// A file with a registry, settings, chunks and a journal that waits; gives every sample that it holds.
fn made(path: &Path) -> &'static [Sample] {
    static MADE: OnceLock<(Vec<u8>, Vec<Sample>)> = OnceLock::new();
    let (bytes, samples) = MADE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("h.db");
        let samples = make(&path);
        (fs::read(&path).unwrap(), samples)
    });
    fs::write(path, bytes).unwrap();
    samples
}

fn make(path: &Path) -> Vec<Sample> {
    let mut store = Store::open(path, Synchronous::Normal).unwrap();
    store
        .save_broker(
            None,
            &BrokerSettings {
                name: "Cellar".into(),
                host: "cellar.local".into(),
                ..BrokerSettings::default()
            },
        )
        .unwrap();
    store
        .register(|it| {
            it.place(None, PlaceKind::Home, Realm::Home, "Home")?;
            for device in 0..POINTS {
                let key = format!("ha:{device}");
                let desc = DeviceDesc {
                    name: format!("Device {device}"),
                    key,
                    ..DeviceDesc::default()
                };
                let kept = it.device(BrokerId(1), &desc, &|_| false)?;
                let desc = PointDesc {
                    key: "v".into(),
                    ..PointDesc::default()
                };
                it.point(kept.at, &desc, &|_| false)?;
            }
            Ok(())
        })
        .unwrap();
    store.set_setting("synchronous", b"normal").unwrap();
    let mut all = Vec::new();
    for batch in 0..60i64 {
        let mut samples = Vec::new();
        for n in batch * PER..(batch + 1) * PER {
            for point in 1..=POINTS {
                samples.push(Sample {
                    point: PointId(point),
                    at: n * SECOND + i64::from(point),
                    value: value(point, n),
                    quality: Quality::Good,
                });
            }
        }
        let batch_of = Batch {
            samples: &samples,
            at: batch * PER * SECOND,
            ..Batch::default()
        };
        store.append(&batch_of).unwrap();
        all.extend(samples);
        if batch % 5 == 4 && batch < 55 {
            while store.compact(16, NOW).unwrap().remaining > 0 {}
        }
    }
    all
}

/// Sets a damaged file aside and saves what can be.
fn saved(path: &Path) -> Salvaged {
    let aside = set_aside(path, "damaged", "test").unwrap();
    Salvage::begin(&aside, path, "a test", NOW).unwrap();
    let store = Store::open(path, Synchronous::Normal).unwrap();
    let mut keeper = store.keeper().unwrap();
    // As after a kill: each step by a new handle.
    while let Some(mut salvage) = Salvage::resume(&keeper).unwrap() {
        salvage.step(&mut keeper).unwrap();
    }
    store.reader().unwrap().salvaged().unwrap().unwrap()
}

fn held(path: &Path) -> Vec<Sample> {
    let store = Store::open(path, Synchronous::Normal).unwrap();
    let reader = store.reader().unwrap();
    (1..=POINTS)
        .flat_map(|point| {
            reader
                .raw(PointId(point), i64::MIN, i64::MAX, usize::MAX)
                .unwrap()
        })
        .collect()
}

fn key(sample: &Sample) -> (u32, i64, String) {
    (sample.point.0, sample.at, format!("{:?}", sample.value))
}

/// Nothing is invented, nothing is doubled, and what is missing is told of.
fn fair(path: &Path, original: &[Sample], state: &Salvaged) -> usize {
    let held = held(path);
    let known: HashSet<_> = original.iter().map(key).collect();
    let kept: HashSet<_> = held.iter().map(key).collect();
    assert_eq!(kept.len(), held.len(), "nothing twice");
    assert!(kept.is_subset(&known), "nothing invented");
    assert!(state.done);
    if !state.lost_more {
        // The journal's losses are not listed, nor are they certain: its rows hold what is not in any chunk yet.
        let in_chunks = 55 * PER * SECOND;
        for sample in original.iter().filter(|sample| sample.at < in_chunks) {
            let told = state
                .lost
                .iter()
                .any(|lost| lost.point == sample.point && lost.from <= sample.at && sample.at <= lost.to);
            assert!(
                told || kept.contains(&key(sample)),
                "lost without a word: {sample:?}"
            );
        }
    }
    let mut store = Store::open(path, Synchronous::Normal).unwrap();
    store.glance().unwrap();
    while store.compact(64, NOW).unwrap().remaining > 0 {}
    let checked = store.reader().unwrap().check(&Cancel::new(), &mut |_| {});
    assert!(checked.unwrap().unwrap().sound());
    held.len()
}

fn new_device_id(path: &Path) -> u32 {
    let mut store = Store::open(path, Synchronous::Normal).unwrap();
    let desc = DeviceDesc {
        key: "new".into(),
        ..DeviceDesc::default()
    };
    store
        .register(|it| it.device(BrokerId(1), &desc, &|_| false))
        .unwrap()
        .at
        .id
        .0
}

fn overwrite(path: &Path, at: u64, bytes: &[u8]) {
    let mut file = File::options().write(true).open(path).unwrap();
    file.seek(SeekFrom::Start(at)).unwrap();
    file.write_all(bytes).unwrap();
}

fn pages(path: &Path) -> u64 {
    fs::metadata(path).unwrap().len() / 4096
}

#[test]
fn a_sound_file_is_saved_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("h.db");
    let original = made(&path);
    let state = saved(&path);
    assert_eq!(fair(&path, original, &state), original.len());
    assert_eq!(
        (state.devices, state.points),
        (u64::from(POINTS), u64::from(POINTS))
    );
    assert_eq!(state.samples, original.len() as u64);
    assert!(state.lost.is_empty() && !state.lost_more);
    let mut store = Store::open(&path, Synchronous::Normal).unwrap();
    assert_eq!(
        store.setting("synchronous").unwrap().as_deref(),
        Some(&b"normal"[..])
    );
    let registry = store.load_registry().unwrap();
    assert_eq!(registry.brokers[0].1.name, "Cellar");
    assert_eq!(registry.devices[3].desc.name, "Device 3");
    drop(store);
    assert_eq!(new_device_id(&path), POINTS + 1);
}

#[test]
fn a_garbage_header_costs_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("h.db");
    let original = made(&path);
    overwrite(&path, 0, &[0xa5; 100]);
    assert!(matches!(
        Store::open(&path, Synchronous::Normal),
        Err(Error::Damaged(_))
    ));
    let state = saved(&path);
    assert_eq!(fair(&path, original, &state), original.len());
    assert_eq!(state.devices, u64::from(POINTS));
    assert!(folder.path().join("h.damaged-test.db.header").is_file());
}

#[test]
fn without_its_first_page_everything_is_found_in_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("h.db");
    let original = made(&path);
    overwrite(&path, 0, &[0; 4096]);
    let state = saved(&path);
    assert_eq!(state.devices, u64::from(POINTS));
    assert_eq!(fair(&path, original, &state), original.len());
    assert!(new_device_id(&path) > POINTS);
}

#[test]
fn a_file_cut_off_keeps_what_stands_before_the_cut() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("h.db");
    let original = made(&path);
    let length = fs::metadata(&path).unwrap().len();
    File::options()
        .write(true)
        .open(&path)
        .unwrap()
        .set_len(length * 6 / 10 + 123)
        .unwrap();
    assert!(Store::open(&path, Synchronous::Normal).is_err());
    let state = saved(&path);
    assert_eq!(state.devices, u64::from(POINTS));
    let held = fair(&path, original, &state);
    // In a file this small most of the chunks stand behind the cut.
    assert!(
        held > original.len() / 20,
        "{held} of {}: {state:?}",
        original.len()
    );
}

#[test]
fn pages_zeroed_at_random_cost_no_more_than_what_stood_in_them() {
    for seed in 0..12 {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("h.db");
        let original = made(&path);
        let mut random = StdRng::seed_from_u64(seed);
        let count = pages(&path);
        for _ in 0..3 {
            let page = random.random_range(1..count);
            overwrite(&path, page * 4096, &[0; 4096]);
        }
        let state = saved(&path);
        let held = fair(&path, original, &state);
        assert!(
            held > original.len() / 2,
            "seed {seed}: {held} of {}",
            original.len()
        );
    }
}

#[test]
fn pages_overwritten_with_noise_are_no_harm_to_others() {
    for seed in 0..6 {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("h.db");
        let original = made(&path);
        let mut random = StdRng::seed_from_u64(seed);
        let count = pages(&path);
        for _ in 0..3 {
            let noise: Vec<u8> = (0..4096).map(|_| random.random()).collect();
            overwrite(&path, random.random_range(1..count) * 4096, &noise);
        }
        let state = saved(&path);
        fair(&path, original, &state);
    }
}

#[test]
fn a_torn_log_costs_only_what_was_torn() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("h.db");
    let copy = folder.path().join("copy.db");
    let sample = |n: i64| Sample {
        point: PointId(1),
        at: n * SECOND,
        value: Value::Int(n),
        quality: Quality::Good,
    };
    {
        let mut store = Store::open(&path, Synchronous::Normal).unwrap();
        let samples: Vec<Sample> = (0..5000).map(sample).collect();
        for batch in samples.chunks(50) {
            let batch = Batch {
                samples: batch,
                at: HOUR,
                ..Batch::default()
            };
            store.append(&batch).unwrap();
        }
        // As a power cut leaves them: the log not written back, its end torn.
        fs::copy(&path, &copy).unwrap();
        let log = fs::read(folder.path().join("h.db-wal")).unwrap();
        fs::write(folder.path().join("copy.db-wal"), &log[..log.len() * 2 / 3]).unwrap();
    }
    let state = saved(&copy);
    assert!(state.done);
    let store = Store::open(&copy, Synchronous::Normal).unwrap();
    let held = store
        .reader()
        .unwrap()
        .raw(PointId(1), 0, i64::MAX, usize::MAX)
        .unwrap();
    assert!(held.len() >= 2500 && held.len() < 5000, "{}", held.len());
    let expected: Vec<Sample> = (0..held.len() as i64).map(sample).collect();
    assert_eq!(held, expected, "what is kept is the beginning, without a gap");
}

#[test]
fn a_person_is_told_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("h.db");
    made(&path);
    assert!(!saved(&path).seen);
    let mut store = Store::open(&path, Synchronous::Normal).unwrap();
    store.salvage_seen().unwrap();
    assert!(store.reader().unwrap().salvaged().unwrap().unwrap().seen);
}
