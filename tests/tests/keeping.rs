//! The page on data in the real window: what the history takes, a rule, a backup and back from it, a check, and what a person
//! is told after a damaged file.

// Test code: a failed expectation is how it tells.
#![allow(clippy::expect_used, clippy::unwrap_used)]

use std::path::Path;

use hearthline_engine::DATABASE;
use hearthline_history::{Batch, Store, Synchronous};
use hearthline_model::{
    BrokerId, BrokerSettings, DAY, DeviceDesc, Kind, MINUTE, PointDesc, PointId, Quality, Sample, Value,
};
use hearthline_tests::window::{Window, welcome};

const DATA: &str = "#/settings?section=data";

/// A history of some days, as earlier runs left it; gives its samples.
fn lived_in(folder: &Path, days: i64) -> usize {
    std::fs::create_dir_all(folder).unwrap();
    let mut store = Store::open(&folder.join(DATABASE), Synchronous::Normal).unwrap();
    let settings = BrokerSettings {
        name: "Cellar".into(),
        enabled: false,
        ..BrokerSettings::default()
    };
    store.save_broker(None, &settings).unwrap();
    store
        .register(|it| {
            let desc = DeviceDesc {
                key: "boiler".into(),
                name: "Boiler".into(),
                ..DeviceDesc::default()
            };
            let device = it.device(BrokerId(1), &desc, &|_| false)?;
            for (key, name, kind) in [
                ("flow", "Flow", Kind::Number),
                ("return", "Return", Kind::Number),
                ("message", "Message", Kind::Text),
            ] {
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
    let now = hearthline_engine::now();
    let mut count = 0;
    for day in (1..=days).rev() {
        let samples: Vec<Sample> = (0..1440 * 3)
            .map(|n| Sample {
                point: PointId(n as u32 % 3 + 1),
                at: now - day * DAY + n / 3 * MINUTE,
                value: match n % 3 {
                    2 => Value::text(format!("burner {}", n * 7919 % 97)),
                    _ => Value::Float((n * 7919 % 997) as f64 / 10.0),
                },
                quality: Quality::Good,
            })
            .collect();
        count += samples.len();
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

fn thousands(count: usize) -> String {
    format!("{},{:03}", count / 1000, count % 1000)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_sees_what_the_history_takes_backs_it_up_and_goes_back() {
    let folder = tempfile::tempdir().unwrap();
    let copies = tempfile::tempdir().unwrap();
    let count = lived_in(folder.path(), 30);
    welcome(folder.path(), "light");
    let unattended = [("HEARTHLINE_EXPORT_FOLDER", copies.path().to_str().unwrap())];

    let window = Window::open(folder.path(), &[], &unattended).await;
    window.resize(1280, 800).await;
    window.go(DATA).await;
    window
        .text_with("[data-test=data-samples]", &thousands(count))
        .await;
    window
        .text_with("[data-test=data-forecast]", "At this rate")
        .await;
    window.text_with("[data-test=size-row]", "Boiler").await;
    assert_eq!(window.count("[data-test=size-row]").await, 3);
    window.screenshot("data-1280").await;
    window.fill("[data-test=size-search]", "message").await;
    window
        .until("one row found", async || {
            (window.count("[data-test=size-row]").await == 1).then_some(())
        })
        .await;

    // A rule: nothing goes before it was said what goes, and the person agreed.
    window
        .script(
            "const select = document.querySelector('[data-test=keep-row][data-name=texts] [data-test=keep-raw]');
             select.value = '7'; select.dispatchEvent(new Event('change', { bubbles: true })); return null",
        )
        .await;
    window.click("[data-test=keep-save]").await;
    window
        .text_with("[data-test=confirm]", "of 1 point are removed")
        .await;
    window.screenshot("data-rules").await;
    window.click("[data-test=confirm-yes]").await;
    window
        .until("the rule is kept", async || {
            (window.count("[data-test=keep-save]").await == 0).then_some(())
        })
        .await;

    // The whole file is checked.
    window.click("[data-test=check]").await;
    window
        .text_with("[data-test=task][data-kind=check][data-state=done]", "is sound")
        .await;

    // A backup of now.
    window.click("[data-test=backup-now]").await;
    window
        .text_with(
            "[data-test=task][data-kind=backup][data-state=done]",
            "made and checked",
        )
        .await;
    window.screenshot("data-backup").await;
    assert_eq!(std::fs::read_dir(copies.path()).unwrap().count(), 1);
    window.close().await;

    // All is lost; the backup brings it back.
    for ending in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(folder.path().join(format!("{DATABASE}{ending}")));
    }
    let window = Window::open(folder.path(), &[], &unattended).await;
    window.go(DATA).await;
    window
        .text_with("[data-test=data-forecast]", "Nothing is stored")
        .await;
    window.click("[data-test=restore]").await;
    window
        .text_with("[data-test=confirm]", "1 device and 3 points")
        .await;
    window.click("[data-test=confirm-yes]").await;
    window
        .text_with("[data-test=task][data-kind=restore][data-state=done]", "ready")
        .await;
    // Unattended, the program ends instead of coming back by itself. The driver loses the window with it.
    let database = folder.path().join(DATABASE);
    let _ = window
        .client
        .execute(
            "document.querySelector('[data-test=restart]').click()",
            Vec::new(),
        )
        .await;
    hearthline_tests::wait::within(hearthline_tests::wait::PATIENCE, async || {
        Store::open(&database, Synchronous::Normal).ok().map(drop)
    })
    .await
    .expect("the program has ended");
    window.close().await;

    let window = Window::open(folder.path(), &[], &unattended).await;
    window.resize(1920, 1080).await;
    window.go(DATA).await;
    window
        .text_with("[data-test=data-samples]", &thousands(count))
        .await;
    window.text_with("[data-test=data-aside]", "before-restore").await;
    window.screenshot("data-restored-1920").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_told_of_a_damaged_file_and_everything_readable_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let count = lived_in(folder.path(), 20);
    welcome(folder.path(), "dark");
    let path = folder.path().join(DATABASE);
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[..100].fill(0x55);
    std::fs::write(&path, bytes).unwrap();

    let window = Window::open(folder.path(), &[], &[]).await;
    window.resize(1280, 800).await;
    window
        .text_with(
            "[data-test=notice]",
            "The history file was damaged and was set aside",
        )
        .await;
    window.go(DATA).await;
    window
        .text_with("[data-test=data-samples]", &thousands(count))
        .await;
    window.text_with("[data-test=repair]", "1 device, ").await;
    window.screenshot("data-repaired").await;
    window.click("[data-test=repair-seen]").await;
    window
        .until("the notice goes", async || {
            (window.count("[data-test=repair]").await == 0).then_some(())
        })
        .await;
    window.close().await;
}
