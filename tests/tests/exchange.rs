//! History out to files and in from them: in the engine while a broker goes on, and as a person does it in the window.

// Test code: a failed expectation is how it tells.
#![allow(clippy::expect_used, clippy::unwrap_used)]

use std::path::{Path, PathBuf};

use hearthline_engine::Engine;
use hearthline_engine::view::{ImportChoice, JobState, JobView};
use hearthline_model::{Quality, Value};
use hearthline_tests::engine::{self, Running};
use hearthline_tests::mosquitto::Mosquitto;
use hearthline_tests::publisher::Publisher;
use hearthline_tests::wait::until;
use hearthline_tests::window::{Window, welcome};
use parquet::file::reader::{FileReader, SerializedFileReader};

/// A recorder's database as Home Assistant makes one: a thermometer and a door over some hours, and a year of statistics.
fn recorder(folder: &Path) -> PathBuf {
    let path = folder.join("home-assistant_v2.db");
    let now = hearthline_engine::now() / 1_000_000;
    let hour = now / 3600 * 3600;
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection
        .execute_batch(&format!(
            "PRAGMA journal_mode = WAL;
             CREATE TABLE states_meta (metadata_id INTEGER PRIMARY KEY, entity_id VARCHAR(255));
             CREATE TABLE state_attributes (attributes_id INTEGER PRIMARY KEY, shared_attrs TEXT);
             CREATE TABLE states (state_id INTEGER PRIMARY KEY, state VARCHAR(255), last_updated_ts FLOAT,
                attributes_id INTEGER, metadata_id INTEGER);
             CREATE TABLE statistics_meta (id INTEGER PRIMARY KEY, statistic_id VARCHAR(255), source VARCHAR(32),
                unit_of_measurement VARCHAR(255), has_mean BOOLEAN, has_sum BOOLEAN, name VARCHAR(255));
             CREATE TABLE statistics (id INTEGER PRIMARY KEY, metadata_id INTEGER, start_ts FLOAT, mean FLOAT, min FLOAT,
                max FLOAT, state FLOAT, sum FLOAT);
             INSERT INTO states_meta VALUES (1, 'sensor.thermo_one'), (2, 'binary_sensor.cellar_door');
             INSERT INTO state_attributes VALUES
                (1, '{{\"unit_of_measurement\":\"°C\",\"state_class\":\"measurement\",\"friendly_name\":\"Thermo one\"}}'),
                (2, '{{\"device_class\":\"door\",\"friendly_name\":\"Cellar door\"}}');
             WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 599)
             INSERT INTO states (state, last_updated_ts, attributes_id, metadata_id)
                SELECT CAST(15 + (i % 50) / 10.0 AS TEXT), {hour} - 36000 + i * 60 + 0.5, 1, 1 FROM n;
             WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 9)
             INSERT INTO states (state, last_updated_ts, attributes_id, metadata_id)
                SELECT iif(i % 2, 'off', 'on'), {hour} - 36000 + i * 3600, 2, 2 FROM n;
             INSERT INTO statistics_meta VALUES (1, 'sensor.thermo_one', 'recorder', '°C', 1, 0, NULL);
             WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 8000)
             INSERT INTO statistics (metadata_id, start_ts, mean, min, max)
                SELECT 1, {hour} - 36000 - i * 3600, 10 + (i % 100) / 10.0, 9, 21 FROM n;"
        ))
        .unwrap();
    path
}

async fn ended(engine: &Engine, id: u32) -> JobView {
    until("the end of the work", async || {
        let job = engine.jobs().jobs.into_iter().find(|job| job.id == id)?;
        (job.state != JobState::Running).then_some(job)
    })
    .await
}

async fn thermometer(device: &mut Publisher) {
    let config = r#"{"name":null,"uniq_id":"thermo","stat_t":"kitchen/thermo","unit_of_meas":"°C","dev_cla":"temperature","stat_cla":"measurement","dev":{"ids":"thermo1","name":"Thermo one","sa":"Kitchen"}}"#;
    device
        .publish("homeassistant/sensor/thermo/config", config, true)
        .await;
    device.publish("kitchen/thermo", "21.5", true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_past_comes_in_while_the_present_goes_on() {
    let broker = Mosquitto::start();
    let running = Running::connected(broker.port).await;
    let mut device = Publisher::connect("device", broker.port).await;
    thermometer(&mut device).await;
    let point = running.point("Thermo one", "").await.id;
    running.shows(point, Value::Float(21.5)).await;
    let folder = tempfile::tempdir().unwrap();
    let path = recorder(folder.path());

    let engine = &running.engine;
    let look = engine
        .survey_import("home_assistant", path.clone(), None, false)
        .unwrap();
    assert_eq!(ended(engine, look).await.state, JobState::Done);
    let preview = engine.import_preview(look).unwrap();
    assert_eq!(preview.samples, 600 + 10 + 8000);
    assert_eq!(
        (preview.series[0].joins, preview.series[1].joins),
        (Some(point), None)
    );

    let import = engine.run_import(look, &[]).unwrap();
    for number in 0..200 {
        device
            .send("kitchen/thermo", format!("{}.25", number % 30), false)
            .await;
    }
    device.settled(200).await;
    let job = ended(engine, import).await;
    assert_eq!(job.state, JobState::Done, "{}", job.text);
    let report = job.report.unwrap();
    assert_eq!(
        (report.taken, report.known, report.made, report.joined),
        (8610, 0, 1, 1)
    );
    // The past neither raised an alarm nor moved the live value, and nothing of the present was lost.
    running.shows(point, Value::Float(19.25)).await;
    assert!(engine.alarms().alarms.is_empty());
    until("all of it stored", async || {
        (running.stored(point).await.len() == 8600 + 201).then_some(())
    })
    .await;
    let door = running.point("Home Assistant", "Cellar door").await.id;
    let shown = running.quality(door, Quality::Stale).await;
    assert_eq!(shown.value, Value::Bool(false));

    // A second time nothing is new, and another run still knows the door.
    let look = engine.survey_import("home_assistant", path, None, false).unwrap();
    ended(engine, look).await;
    let choices = [ImportChoice {
        series: 1,
        to: "nowhere".into(),
        point: None,
    }];
    assert!(engine.run_import(look + 40, &choices).is_err());
    let import = engine.run_import(look, &choices).unwrap();
    let report = ended(engine, import).await.report.unwrap();
    assert_eq!((report.taken, report.known), (0, 8600));
    let folder = running.stop().await;
    let running = Running::open(folder);
    assert_eq!(running.point("Home Assistant", "Cellar door").await.id, door);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_exports_parquet_and_imports_a_recorder() {
    let broker = Mosquitto::start();
    let folder = tempfile::tempdir().unwrap();
    let files = tempfile::tempdir().unwrap();
    recorder(files.path());
    engine::prepare(folder.path(), "Cellar", broker.port).await;
    welcome(folder.path(), "light");
    let mut device = Publisher::connect("device", broker.port).await;
    thermometer(&mut device).await;

    let to = files.path().display().to_string();
    let window = Window::open(folder.path(), &[], &[("HEARTHLINE_EXPORT_FOLDER", &to)]).await;
    window.resize(1280, 800).await;
    window
        .text_with("[data-test=room][data-room=Kitchen]", "21.5")
        .await;

    // A look at the file, where it goes, and the import itself.
    window.go("#/settings?section=exchange").await;
    window.click("[data-test=import-choose]").await;
    window
        .text_with("[data-test=import-row][data-key='sensor.thermo_one']", "8,600")
        .await;
    window
        .text_with(
            "[data-test=import-row][data-key='sensor.thermo_one'] option",
            "Thermo one, recognised by its entity id",
        )
        .await;
    window.screenshot("window-import-preview").await;
    window.click("[data-test=import-start]").await;
    window
        .text_with("[data-test=job][data-kind=import][data-state=done]", "8,610 new")
        .await;
    window.screenshot("window-imported").await;

    // The imported past is in the trend of the device that it belongs to.
    window.go("#/home").await;
    let value = "[data-test=room][data-room=Kitchen] [data-test=value]";
    window.find(value).await;
    let point = window
        .script(&format!("return document.querySelector('{value}').dataset.point"))
        .await;
    let point = point.as_str().expect("the value names its point").to_owned();
    window.go(&format!("#/trends?pens={point}&span=86400")).await;
    window.find("[data-test=trend][data-state=ready]").await;
    window
        .until("the imported hours drawn", async || {
            window
                .script("return Number(document.querySelector('[data-test=trend]').dataset.points) >= 20")
                .await
                .as_bool()
                .filter(|drawn| *drawn)
        })
        .await;
    window.screenshot("window-imported-trend").await;

    // All of it as Parquet, read back by its columns.
    window.go("#/settings?section=exchange").await;
    window
        .script(
            "const range = document.querySelector('[data-test=export-range]'); range.value = 'all';
             range.dispatchEvent(new Event('change', { bubbles: true }));
             document.querySelector('[data-test=export-format][data-value=parquet]').click(); return null",
        )
        .await;
    window.click("[data-test=export-start]").await;
    window
        .text_with("[data-test=job][data-kind=export][data-state=done]", "samples of")
        .await;
    window.screenshot("window-exported").await;
    let file = std::fs::File::open(files.path().join("hearthline.parquet")).unwrap();
    let reader = SerializedFileReader::new(file).unwrap();
    let rows = reader.metadata().file_metadata().num_rows();
    assert!(rows >= 8611, "{rows} rows");
    let doors = reader
        .get_row_iter(None)
        .unwrap()
        .filter(|row| row.as_ref().unwrap().to_string().contains("Cellar door"))
        .count();
    assert_eq!(doors, 10);
    window.close().await;
}
