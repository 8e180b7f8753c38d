//! The record of alarms in the real window: a flood, figures against targets, advice for one that chatters, the journal filtered
//! and written to a file, and that tampering with it shows.

// Test code: a failed expectation is how it tells.
#![allow(clippy::expect_used, clippy::unwrap_used)]

use std::path::Path;

use hearthline_engine::view::JournalFilter;
use hearthline_model::{Condition, ConditionKind, Priority, Transition, Value};
use hearthline_tests::engine::Running;
use hearthline_tests::mosquitto::Mosquitto;
use hearthline_tests::publisher::Publisher;
use hearthline_tests::wait::until;
use hearthline_tests::window::{Window, welcome};
use serde_json::json;

/// Smoke detectors; each that goes off calls once.
const DETECTORS: usize = 12;
/// Times that the pressure goes over its limit, which is nearly where it stands.
const TREMBLES: usize = 8;

async fn announce(device: &mut Publisher) {
    for n in 0..DETECTORS {
        let config = json!({
            "name": null, "uniq_id": format!("smoke-{n}"), "stat_t": format!("smoke/{n}"), "dev_cla": "smoke",
            "dev": { "ids": format!("smoke-{n}"), "name": format!("Detector {n}"), "sa": "Hall" },
        });
        let topic = format!("homeassistant/binary_sensor/smoke-{n}/config");
        device.publish(&topic, config.to_string(), true).await;
    }
    let boiler = json!({
        "name": "Pressure", "uniq_id": "boiler-p", "stat_t": "boiler/p", "unit_of_meas": "bar", "dev_cla": "pressure",
        "stat_cla": "measurement", "dev": { "ids": "boiler", "name": "Boiler", "sa": "Cellar" },
    });
    device
        .publish("homeassistant/sensor/boiler-p/config", boiler.to_string(), true)
        .await;
    device.publish("boiler/p", "1.0", true).await;
}

/// A morning that nobody wants: all detectors, and a pressure that trembles about its limit.
async fn fill(broker: &Mosquitto) -> (tempfile::TempDir, u32) {
    let running = Running::connected(broker.port).await;
    let mut device = Publisher::connect("devices", broker.port).await;
    announce(&mut device).await;
    let pressure = running.point("Boiler", "Pressure").await.id;
    running.shows(pressure, Value::Float(1.0)).await;
    let high = Condition::new(
        ConditionKind::Hi { limit: 2.0 },
        Priority::High,
        "Pressure too high",
    );
    running
        .engine
        .save_conditions(pressure, Some(vec![high]))
        .await
        .unwrap();
    for n in 0..TREMBLES {
        for value in ["2.02", "1.98"] {
            // Told apart by when they came.
            let value = format!("{value}{n}");
            device.publish("boiler/p", value.clone(), true).await;
            running
                .shows(pressure, Value::Float(value.parse().unwrap()))
                .await;
        }
    }
    for n in 0..DETECTORS {
        device.publish(&format!("smoke/{n}"), "ON", true).await;
    }
    until("all that was raised", async || {
        let filter = JournalFilter {
            transitions: vec![Transition::Raised],
            limit: 1000,
            ..JournalFilter::default()
        };
        let lines = running.engine.journal(filter).await.unwrap();
        (lines.len() == DETECTORS + TREMBLES).then_some(())
    })
    .await;
    (running.stop().await, pressure.0)
}

async fn pictures(window: &Window, name: &str) {
    window.pictures(&format!("alarm-record-{name}")).await;
}

/// Chooses an option of a list as a person does.
async fn select(window: &Window, test: &str, value: &str) {
    let script = format!(
        "const list = document.querySelector('[data-test={test}]'); list.value = {}; \
         list.dispatchEvent(new Event('change', {{ bubbles: true }})); return list.value",
        json!(value)
    );
    assert_eq!(window.script(&script).await, json!(value), "{test} has {value}");
}

async fn counts(window: &Window, count: usize) {
    window
        .find(&format!("[data-test=journal][data-count='{count}']"))
        .await;
}

async fn written(path: &Path) -> String {
    until("the file", async || std::fs::read_to_string(path).ok()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn floods_figures_and_a_journal_that_tells_of_tampering() {
    let broker = Mosquitto::start();
    let (folder, pressure) = fill(&broker).await;
    welcome(folder.path(), "light");
    let out = tempfile::tempdir().unwrap();
    let environment = [("HEARTHLINE_EXPORT_FOLDER", out.path().to_str().unwrap())];
    let window = Window::open(folder.path(), &[], &environment).await;
    window.resize(1280, 800).await;

    // The flood of before the start is known, on every page; from there to the figures.
    window.go("#/settings").await;
    window
        .text_with(
            "[data-test=flood]",
            &format!("{} alarms in 10 minutes", DETECTORS + TREMBLES),
        )
        .await;
    window.click("[data-test=flood-more]").await;
    window
        .find(&format!(
            "[data-test=performance][data-calls='{}']",
            DETECTORS + TREMBLES
        ))
        .await;
    window
        .find("[data-test=figure][data-metric=peak][data-verdict=over]")
        .await;
    window
        .text_with(
            "[data-metric=peak] [data-test=figure-value]",
            &(DETECTORS + TREMBLES).to_string(),
        )
        .await;
    window
        .find("[data-test=figure][data-metric=nuisance][data-verdict=over]")
        .await;
    window.text_with("[data-test=longest]", "still waiting").await;
    window
        .text_with(
            "[data-test=actors][data-kind=frequent] [data-test=actor]",
            "Pressure too high",
        )
        .await;
    pictures(&window, "performance").await;

    // What helps against the one that chatters, filled into its limits.
    window
        .click("[data-test=actors][data-kind=chattering] [data-test=ask-advice]")
        .await;
    window.text_with("[data-test=advice]", "instead of 8 times").await;
    pictures(&window, "advice").await;
    window.click("[data-test=use-advice][data-kind=deadband]").await;
    window.find("[data-test=limits-proposed]").await;
    let filled = window
        .script(
            "return Number([...document.querySelectorAll('[data-test=limits] input')]\
             .find((it) => it.ariaLabel === 'Too high, above: way back').value)",
        )
        .await;
    assert!(
        filled.as_f64().is_some_and(|deadband| deadband > 0.02),
        "{filled}"
    );
    window.click("[data-test=limits-save]").await;
    window.find("[data-test=limit-shown][data-kind=hi]").await;
    let plain = json!(format!("#/point/{pressure}"));
    window
        .until("the page of the point without what was advised", async || {
            (window.script("return location.hash").await == plain).then_some(())
        })
        .await;

    // A report that can be kept and printed.
    window.go("#/alarms?tab=performance").await;
    window.click("[data-test=report-html]").await;
    let page = written(&out.path().join("hearthline-alarm-report.html")).await;
    assert!(
        page.contains("Pressure too high") && page.contains("Time in flood") && !page.contains("<script")
    );
    window.click("[data-test=report-csv]").await;
    let lines = written(&out.path().join("hearthline-alarm-report.csv")).await;
    assert!(lines.contains("figure,Most alarms in any 10 minutes,,,20,alarms,10,,too much,"));

    // The journal by what happened, by device, by place, by text; what is left goes to a file.
    window.go("#/alarms?tab=journal").await;
    select(&window, "journal-what", "raised").await;
    counts(&window, DETECTORS + TREMBLES).await;
    select(&window, "journal-state", "unacknowledged").await;
    counts(&window, DETECTORS + TREMBLES).await;
    let options = "return Object.fromEntries([...document.querySelectorAll('[data-test=journal-place] option, \
                   [data-test=journal-device] option')].map((it) => [it.innerText.split(' › ').at(-1), it.value]))";
    let options = window.script(options).await;
    select(&window, "journal-place", options["Cellar"].as_str().unwrap()).await;
    counts(&window, TREMBLES).await;
    select(&window, "journal-place", options["Hall"].as_str().unwrap()).await;
    counts(&window, DETECTORS).await;
    select(&window, "journal-device", options["Detector 7"].as_str().unwrap()).await;
    counts(&window, 1).await;
    select(&window, "journal-device", "").await;
    select(&window, "journal-what", "acknowledged").await;
    window.text_with("[data-test=journal]", "No entry fits").await;
    window.click("[data-test=clear-filter]").await;
    window.fill("[data-test=alarm-search]", "detector 1").await;
    // 1, 10 and 11.
    counts(&window, 3).await;
    pictures(&window, "journal").await;
    window.click("[data-test=journal-export]").await;
    window.find("[data-test=journal-exported][data-state=done]").await;
    let csv = written(&out.path().join("hearthline-alarms.csv")).await;
    assert_eq!(csv.lines().count(), 4, "{csv}");
    assert!(csv.starts_with("number,time,") && csv.contains("Detector 11"));

    // Whole, and with a fingerprint to note.
    window.click("[data-test=journal-verify]").await;
    window.find("[data-test=verify-answer][data-whole=true]").await;
    let fingerprint = window.find("[data-test=fingerprint]").await.text().await.unwrap();
    assert!(fingerprint.trim().len() == 64 && csv.contains(fingerprint.trim()));
    pictures(&window, "verify").await;
    window.close().await;

    // Somebody makes one alarm undone, and knows about the triggers.
    let connection = rusqlite::Connection::open(folder.path().join("hearthline.db")).unwrap();
    let refused = connection
        .execute("DELETE FROM alarm_journal WHERE seq = 5", ())
        .unwrap_err();
    assert!(refused.to_string().contains("append-only"));
    connection
        .execute_batch(
            "DROP TRIGGER alarm_journal_stays; DROP TRIGGER alarm_journal_keeps; DELETE FROM alarm_journal WHERE seq = 5;",
        )
        .unwrap();
    drop(connection);
    let window = Window::open(folder.path(), &[], &[]).await;
    window.go("#/alarms?tab=journal").await;
    window.click("[data-test=journal-verify]").await;
    window.find("[data-test=verify-answer][data-whole=false]").await;
    window
        .text_with("[data-test=verify-answer]", "Lines before line 6 were removed")
        .await;
    pictures(&window, "tampered").await;
    window.click("[data-test=dialog-close]").await;

    // How long it is kept is a decision of its own.
    window.go("#/settings?section=data").await;
    window.find("[data-test=journal-years]").await;
    select(&window, "journal-years", "5").await;
    window.click("[data-test=journal-keep-save]").await;
    window
        .until("that it is kept", async || {
            let chosen = window
                .script("const save = document.querySelector('[data-test=journal-keep-save]'); return save?.disabled")
                .await;
            (chosen == json!(true)).then_some(())
        })
        .await;
    window.close().await;
}
